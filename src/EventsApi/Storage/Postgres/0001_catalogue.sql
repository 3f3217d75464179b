-- The same tables as in SQLite, and the same columns, so that one SQL asks both; Sqlite/*.sql say what they hold. What differs has its reason here.
-- Every number is a bigint, as every number of the program is. Text is compared as bytes, as the program's folded words are, whatever the server's locale.

-- What SQLite has and PostgreSQL has not, in the forms that the program's SQL uses.
CREATE FUNCTION json_member(document text, path text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT document::json #>> string_to_array(substr(path, 3), ''.'')';
CREATE FUNCTION json_member(document bytea, path text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT convert_from(document, ''UTF8'')::json #>> string_to_array(substr(path, 3), ''.'')';
CREATE FUNCTION json_member(document text, place integer) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT document::json ->> place';
CREATE OPERATOR ->> (LEFTARG = text, RIGHTARG = text, FUNCTION = json_member);
CREATE OPERATOR ->> (LEFTARG = bytea, RIGHTARG = text, FUNCTION = json_member);
CREATE OPERATOR ->> (LEFTARG = text, RIGHTARG = integer, FUNCTION = json_member);
CREATE FUNCTION json_each(document text) RETURNS TABLE (key bigint, value text) LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 20 AS 'SELECT n - 1, e #>> ''{}'' FROM json_array_elements(document::json) WITH ORDINALITY AS elements(e, n)';
CREATE FUNCTION instr(text text, part text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT strpos(text, part)';
CREATE FUNCTION instr(bytes bytea, part bytea) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT position(part IN bytes)';
CREATE FUNCTION json_valid(document text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    PERFORM document::json;
    RETURN true;
EXCEPTION WHEN data_exception THEN
    RETURN false;
END
$$;

-- Tables of record.

-- One row: how many commits there were, and when the last one was. Whoever writes locks it first, so that one writes at a time, whatever the number of processes.
CREATE TABLE state (
    one        bigint PRIMARY KEY CHECK (one = 1),
    version    bigint NOT NULL,
    changed_at bigint NOT NULL
);
INSERT INTO state(one, version, changed_at) VALUES (1, 0, 0);

CREATE TABLE settings (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);
INSERT INTO settings(name, value) VALUES ('identity', replace(gen_random_uuid()::text, '-', ''));

CREATE TABLE records (
    ref        bigint PRIMARY KEY,
    kind       bigint NOT NULL,
    id         text COLLATE "C",
    word       text COLLATE "C",
    name       text COLLATE "C",
    record     text NOT NULL,
    revision   bigint NOT NULL DEFAULT 1,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE UNIQUE INDEX records_kind_id_idx ON records(kind, id) WHERE id IS NOT NULL;

CREATE TABLE identifiers (
    scheme     text COLLATE "C" NOT NULL,
    identifier text COLLATE "C" NOT NULL,
    ref        bigint NOT NULL REFERENCES records(ref) ON DELETE CASCADE,
    PRIMARY KEY (scheme, identifier, ref)
);
CREATE INDEX identifiers_ref_idx ON identifiers(ref);

CREATE TABLE revisions (
    ref        bigint NOT NULL,
    revision   bigint NOT NULL,
    at         bigint NOT NULL,
    author     text COLLATE "C",
    reason     text,
    changed    text NOT NULL,
    replaced   text NOT NULL,
    PRIMARY KEY (ref, revision)
);
CREATE INDEX revisions_author_idx ON revisions(author, at) WHERE author IS NOT NULL;

-- A sequence of the engine would have gaps after a rollback, and numbers that are committed out of order. Whoever writes has locked state, so the next number is one more than the last.
CREATE TABLE changes (
    seq        bigint PRIMARY KEY,
    ref        bigint NOT NULL,
    revision   bigint NOT NULL,
    op         bigint NOT NULL,
    at         bigint NOT NULL,
    members    text,
    until      bigint
);
CREATE FUNCTION next_change() RETURNS bigint LANGUAGE sql VOLATILE AS 'SELECT coalesce(max(seq), 0) + 1 FROM changes';
ALTER TABLE changes ALTER COLUMN seq SET DEFAULT next_change();
CREATE INDEX changes_touched_idx ON changes(ref, at) WHERE members IS NOT NULL;

CREATE TABLE tombstones (
    ref        bigint PRIMARY KEY,
    kind       bigint NOT NULL,
    id         text COLLATE "C",
    revision   bigint NOT NULL,
    reason     text,
    at         bigint NOT NULL,
    created_at bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX tombstones_kind_id_idx ON tombstones(kind, id) WHERE id IS NOT NULL;

CREATE TABLE merged (
    from_ref   bigint PRIMARY KEY,
    into_ref   bigint NOT NULL,
    at         bigint NOT NULL,
    reason     text,
    revision   bigint
);
CREATE INDEX merged_into_idx ON merged(into_ref);

CREATE TABLE unmerged (
    from_ref   bigint NOT NULL,
    into_ref   bigint NOT NULL,
    at         bigint NOT NULL,
    until      bigint NOT NULL
);
CREATE INDEX unmerged_from_idx ON unmerged(from_ref);
CREATE INDEX unmerged_into_idx ON unmerged(into_ref);

CREATE TABLE event_ids (
    number     bigint PRIMARY KEY,
    key        bigint NOT NULL UNIQUE
);

CREATE TABLE pending (
    list       bigint PRIMARY KEY,
    after      bigint NOT NULL,
    into_list  bigint,
    member     text
);

CREATE TABLE keys (
    id         text COLLATE "C" PRIMARY KEY,
    name       text NOT NULL,
    role       text NOT NULL,
    hash       bytea NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    revoked_at bigint,
    used_at    bigint
);

CREATE TABLE answered (
    key        text COLLATE "C" NOT NULL,
    request    text COLLATE "C" NOT NULL,
    token      text COLLATE "C" NOT NULL,
    digest     bytea NOT NULL,
    status     bigint NOT NULL,
    location   text,
    tag        text,
    body       bytea NOT NULL,
    at         bigint NOT NULL,
    PRIMARY KEY (key, request, token)
);
CREATE INDEX answered_at_idx ON answered(at);

CREATE TABLE pins (
    id         text COLLATE "C" PRIMARY KEY,
    query      text NOT NULL,
    title      text NOT NULL,
    sequence   bigint NOT NULL,
    total      bigint NOT NULL,
    digest     text NOT NULL,
    author     text,
    at         bigint NOT NULL
);
CREATE TABLE pinned (
    pin        text COLLATE "C" NOT NULL REFERENCES pins(id) ON DELETE CASCADE,
    position   bigint NOT NULL,
    ref        bigint NOT NULL,
    revision   bigint NOT NULL,
    PRIMARY KEY (pin, position)
);
CREATE INDEX pinned_ref_idx ON pinned(ref);

CREATE TABLE imports (
    number     bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    format     text COLLATE "C" NOT NULL,
    name       text NOT NULL,
    identity   text COLLATE "C",
    file       text,
    options    text NOT NULL,
    layout     text,
    status     text COLLATE "C" NOT NULL,
    position   bigint NOT NULL DEFAULT 0,
    counts     text NOT NULL,
    reasons    text NOT NULL,
    error      text,
    author     text,
    created_at bigint NOT NULL,
    started_at bigint,
    ended_at   bigint
);
CREATE INDEX imports_identity_idx ON imports(identity) WHERE identity IS NOT NULL;

CREATE TABLE rejects (
    rowid      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- a table of SQLite has this by itself
    import     bigint NOT NULL REFERENCES imports(number) ON DELETE CASCADE,
    line       bigint NOT NULL,
    "column"   text,
    value      text,
    code       text NOT NULL,
    reason     text NOT NULL
);
CREATE INDEX rejects_import_idx ON rejects(import, rowid);

CREATE TABLE imported (
    dataset    bigint NOT NULL,
    external   text COLLATE "C" NOT NULL,
    ref        bigint NOT NULL,
    digest     bigint NOT NULL,
    release    bigint NOT NULL,
    revision   bigint NOT NULL,
    PRIMARY KEY (dataset, external)
);

CREATE TABLE feeds (
    id         text COLLATE "C" PRIMARY KEY,
    checked_at bigint,
    failures   bigint NOT NULL DEFAULT 0,
    next_at    bigint,
    error      text,
    looked     bigint NOT NULL DEFAULT 0
);
CREATE TABLE feed_files (
    feed       text COLLATE "C" NOT NULL,
    url        text COLLATE "C" NOT NULL,
    md5        text COLLATE "C" NOT NULL,
    size       bigint NOT NULL,
    slot       bigint NOT NULL,
    status     text COLLATE "C" NOT NULL,
    attempts   bigint NOT NULL DEFAULT 0,
    next_at    bigint,
    error      text,
    import     bigint,
    PRIMARY KEY (feed, url, md5)
);
CREATE INDEX feed_files_slot_idx ON feed_files(feed, slot);
CREATE INDEX feed_files_waiting_idx ON feed_files(feed, slot) WHERE status = 'waiting';

-- Derived lists. The two that are many times as long as the records are divided by the key, which is time: so a date range touches only its years, parts stay small enough to be kept up,
-- and the newest matches of a word are found in the newest parts without a look at the others, because an index of words knows no order.
-- What is found by its key alone is one table each: parts would only have to be planned for.

CREATE TABLE answers (
    key        bigint PRIMARY KEY,
    ref        bigint NOT NULL,
    revision   bigint NOT NULL,
    updated_at bigint NOT NULL,
    made_at    bigint NOT NULL,
    hash       bigint NOT NULL,
    sorts      text NOT NULL,
    item       bytea NOT NULL,
    rest       bytea NOT NULL
);

CREATE TABLE features (
    key        bigint PRIMARY KEY,
    lists      bytea NOT NULL,
    words      bytea NOT NULL
);

CREATE TABLE postings (
    list       bigint NOT NULL,
    key        bigint NOT NULL,
    detail     bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (list, key)
) PARTITION BY RANGE (key);

-- The words of a record with their places; weights tell title (A), actors (B) and places (C). Words of topics and quotes stand once more with a mark before them, and the marks of SQLite's column beside them.
-- A search would look through words that wait to be put into the index, and one that comes after an import should not pay for it.
CREATE TABLE words (
    key        bigint PRIMARY KEY,
    text       tsvector NOT NULL
) PARTITION BY RANGE (key);
CREATE INDEX words_text_idx ON words USING gin (text) WITH (fastupdate = off);

-- Undated events; the past in parts that grow shorter; a part for two years of those that most events are of; the future; and, beyond all events, the other kinds.
DO $$
DECLARE
    starts date[] := ARRAY['1990-01-01', '2000-01-01', '2005-01-01']::date[] || ARRAY(SELECT make_date(y, 1, 1) FROM generate_series(2010, 2030, 2) y);
    bounds text[] := ARRAY['MINVALUE', (1::bigint << 20)::text] || ARRAY(SELECT ((d - '0001-01-01'::date + 1)::bigint << 20)::text FROM unnest(starts) d) || ARRAY[(1::bigint << 44)::text, 'MAXVALUE'];
    names text[] := ARRAY['undated', 'first'] || ARRAY(SELECT 'from_' || extract(year FROM d) FROM unnest(starts) d) || ARRAY['others'];
    parted text;
BEGIN
    FOREACH parted IN ARRAY ARRAY['postings', 'words'] LOOP
        FOR n IN 1 .. array_length(names, 1) LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)', parted || '_' || names[n], parted, bounds[n], bounds[n + 1]);
        END LOOP;
    END LOOP;
END
$$;

CREATE TABLE lists (
    id         bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    field      text COLLATE "C" NOT NULL,
    value      text COLLATE "C" NOT NULL,
    count      bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX lists_field_value_idx ON lists(field, value);

CREATE TABLE spans (
    key          bigint PRIMARY KEY,
    start        bigint NOT NULL,
    start_latest bigint NOT NULL,
    end_earliest bigint NOT NULL,
    "end"        bigint NOT NULL
);

CREATE TABLE event_numbers (
    key        bigint PRIMARY KEY,
    fatalities bigint,
    score      double precision,
    goldstein  double precision,
    sources    bigint NOT NULL,
    incident   bigint
);
CREATE INDEX event_numbers_incident_idx ON event_numbers(incident, key) WHERE incident IS NOT NULL;

CREATE TABLE event_participants (
    key          bigint NOT NULL,
    position     bigint NOT NULL,
    actor        bigint,
    post         bigint,
    on_behalf_of bigint,
    roles        bigint NOT NULL,
    attendance   text COLLATE "C",
    sector       text COLLATE "C",
    PRIMARY KEY (key, position)
);

CREATE TABLE coordinates (
    key        bigint PRIMARY KEY,
    latitude   double precision NOT NULL,
    longitude  double precision NOT NULL,
    possible   bigint NOT NULL
);

-- A point is a box without width: those within a box stand in few ranges of its longitudes.
CREATE TABLE boxes (
    key        bigint PRIMARY KEY,
    west       double precision NOT NULL,
    east       double precision NOT NULL,
    south      double precision NOT NULL,
    north      double precision NOT NULL,
    first_day  double precision NOT NULL,
    last_day   double precision NOT NULL
);
CREATE INDEX boxes_place_idx ON boxes(west, south);

-- Numbers stand as eight bytes in their order, text as its bytes: the program makes both.
CREATE TABLE sorts (
    sort       bigint NOT NULL,
    value      bytea NOT NULL,
    key        bigint NOT NULL,
    PRIMARY KEY (sort, value, key)
);

CREATE TABLE attributions (
    id         text COLLATE "C" PRIMARY KEY,
    title      text NOT NULL,
    licence    text NOT NULL,
    citation   text NOT NULL,
    url        text
);

CREATE TABLE names (
    ref        bigint NOT NULL,
    position   bigint NOT NULL,
    lang       text COLLATE "C" NOT NULL,
    text       text NOT NULL,
    folded     text COLLATE "C" NOT NULL,
    PRIMARY KEY (ref, position)
);
CREATE INDEX names_folded_idx ON names(folded, ref);

CREATE TABLE completions (
    tail       text COLLATE "C" NOT NULL,
    ref        bigint NOT NULL,
    position   bigint NOT NULL,
    PRIMARY KEY (tail, ref, position)
);

CREATE TABLE vocabulary (
    word       text COLLATE "C" PRIMARY KEY,
    docs       bigint NOT NULL
);

CREATE TABLE source_keys (
    hash       bigint NOT NULL,
    key        bigint NOT NULL,
    PRIMARY KEY (hash, key)
);

CREATE TABLE cells (
    level      bigint NOT NULL,
    cell       bigint NOT NULL,
    count      bigint NOT NULL,
    latitude   double precision NOT NULL,
    longitude  double precision NOT NULL,
    PRIMARY KEY (level, cell)
);
