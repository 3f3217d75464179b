-- Tables of record first: they hold numbers that never change. Derived lists follow: they hold keys, and `check --rebuild` makes them again.
--
-- Keys are one space of 64-bit integers. Events: (day number of the earliest start + 1) << 20 | a number within the day; undated events at day 0.
-- Every other kind: kind << 44 | number. So a kind is a range of keys, and a list of events is in the order of time.

CREATE TABLE records (
    ref        INTEGER PRIMARY KEY,           -- kind << 44 | number; kind 1 is events, whose key in the lists is their time instead
    kind       INTEGER NOT NULL,
    id         TEXT,                          -- readable id; NULL where the id is a letter and the number (E1024)
    word       TEXT,                          -- the kind within the kind: state, person, city, article, meeting
    name       TEXT,                          -- name, label or title as references show it; NULL for events, whose title is read from the record
    record     TEXT NOT NULL,                 -- what was written, in the shape of the input, references by id
    revision   INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,              -- Unix milliseconds, UTC, as all times here
    updated_at INTEGER NOT NULL
);
-- Typed numbers need no index: the number is the key.
CREATE UNIQUE INDEX records_kind_id_idx ON records(kind, id) WHERE id IS NOT NULL;

-- iso3166:KWT names a state and a place, so the pair alone is not unique; within one kind the writer keeps it so.
CREATE TABLE identifiers (
    scheme     TEXT NOT NULL,
    identifier TEXT NOT NULL,
    ref        INTEGER NOT NULL REFERENCES records(ref) ON DELETE CASCADE,
    PRIMARY KEY (scheme, identifier, ref)
) WITHOUT ROWID;
CREATE INDEX identifiers_ref_idx ON identifiers(ref);

-- An undo log: a row holds what the revision after it replaced, so a record written once costs nothing here.
CREATE TABLE revisions (
    ref        INTEGER NOT NULL,
    revision   INTEGER NOT NULL,              -- the revision that replaced `replaced`
    at         INTEGER NOT NULL,
    author     TEXT,
    reason     TEXT,
    changed    TEXT NOT NULL,                 -- JSON array of member names
    replaced   TEXT NOT NULL,
    PRIMARY KEY (ref, revision)
) WITHOUT ROWID;

-- The change sequence is drawn inside the commit, so it has no gaps that a reader could overtake.
CREATE TABLE changes (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    ref        INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    op         INTEGER NOT NULL,              -- 1 created, 2 updated, 3 merged, 4 deleted
    at         INTEGER NOT NULL
);

CREATE TABLE tombstones (
    ref        INTEGER PRIMARY KEY,
    kind       INTEGER NOT NULL,
    id         TEXT,
    revision   INTEGER NOT NULL,
    reason     TEXT,
    at         INTEGER NOT NULL
);
CREATE UNIQUE INDEX tombstones_kind_id_idx ON tombstones(kind, id) WHERE id IS NOT NULL;

CREATE TABLE merged (
    from_ref   INTEGER PRIMARY KEY,
    into_ref   INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    reason     TEXT
);
CREATE INDEX merged_into_idx ON merged(into_ref);

-- One happening that several rows code; the rule's version says how it was found.
CREATE TABLE incidents (
    number     INTEGER PRIMARY KEY,
    rule       TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE
);
CREATE TABLE incident_events (
    incident   INTEGER NOT NULL REFERENCES incidents(number),
    event      INTEGER NOT NULL REFERENCES event_ids(number),
    PRIMARY KEY (incident, event)
) WITHOUT ROWID;

CREATE TABLE imports (
    number     INTEGER PRIMARY KEY,
    format     TEXT NOT NULL,
    name       TEXT,
    digest     TEXT,
    status     TEXT NOT NULL,
    position   INTEGER NOT NULL DEFAULT 0,    -- where the next run goes on
    counts     TEXT NOT NULL,                 -- JSON: read, created, updated, unchanged, kept, rejected
    started_at INTEGER NOT NULL,
    ended_at   INTEGER
);

CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- The one place where an event's number meets its key. Moving an event to another date changes the key here and in the derived lists, in one transaction.
CREATE TABLE event_ids (
    number     INTEGER PRIMARY KEY,
    key        INTEGER NOT NULL UNIQUE
);

-- Derived from here on.

-- Ready answers: item is the list item as JSON; rest is what the single record adds, or the whole of it when it begins with a brace.
CREATE TABLE answers (
    key        INTEGER PRIMARY KEY,
    ref        INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    made_at    INTEGER NOT NULL,              -- for Last-Modified: an answer changes with what it shows of other records
    hash       INTEGER NOT NULL,              -- of item and rest, for the ETag
    lists      BLOB NOT NULL,                 -- the lists.id this key stands in, so that it can be taken out again
    sorts      TEXT NOT NULL,                 -- its rows in sorts, for the same reason
    item       BLOB NOT NULL,
    rest       BLOB NOT NULL
);

-- A list is a field and a value ("event.country", "KWT"); its postings are the keys that have it.
-- postings.list is lists.id << 2 | class: class 0 has every key, class 1 again those whose date spans more than 31 days, class 2 those with more than 366.
-- So a date range is three short ranges of keys, however many year-dated events there are.
CREATE TABLE lists (
    id         INTEGER PRIMARY KEY,
    field      TEXT NOT NULL,
    value      TEXT NOT NULL,
    count      INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX lists_field_value_idx ON lists(field, value);

CREATE TABLE postings (
    list       INTEGER NOT NULL,
    key        INTEGER NOT NULL,
    detail     INTEGER NOT NULL DEFAULT 0,    -- bits, by field: how and in which role an actor took part, how surely a topic is meant
    PRIMARY KEY (list, key)
) WITHOUT ROWID;

-- The four days of every date that is not one exact day; -2147483648 and 2147483647 stand for open or unknown.
CREATE TABLE spans (
    key          INTEGER PRIMARY KEY,
    start        INTEGER NOT NULL,
    start_latest INTEGER NOT NULL,
    end_earliest INTEGER NOT NULL,
    "end"        INTEGER NOT NULL
);

CREATE TABLE event_numbers (
    key        INTEGER PRIMARY KEY,
    fatalities INTEGER,
    score      REAL,
    goldstein  REAL,
    sources    INTEGER NOT NULL
);

CREATE TABLE event_participants (
    key          INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    actor        INTEGER,
    post         INTEGER,
    on_behalf_of INTEGER,
    roles        INTEGER NOT NULL,            -- bits, in the order of the code list "role"
    attendance   TEXT,
    sector       TEXT,
    PRIMARY KEY (key, position)
) WITHOUT ROWID;

-- Exact coordinates; the R*Tree holds 32-bit floats and is a pre-filter. possible = 1 where they stand for more than an admin2.
CREATE TABLE coordinates (
    key        INTEGER PRIMARY KEY,
    latitude   REAL NOT NULL,
    longitude  REAL NOT NULL,
    possible   INTEGER NOT NULL
);
CREATE VIRTUAL TABLE boxes USING rtree(key, west, east, south, north, first_day, last_day);

-- Orders other than the key's own: value is a folded name, a day or a count.
CREATE TABLE sorts (
    sort       INTEGER NOT NULL,
    value      NOT NULL,
    key        INTEGER NOT NULL,
    PRIMARY KEY (sort, value, key)
) WITHOUT ROWID;

-- What every page of events says of its datasets.
CREATE TABLE attributions (
    id         TEXT PRIMARY KEY,
    title      TEXT NOT NULL,
    licence    TEXT NOT NULL,
    citation   TEXT NOT NULL,
    url        TEXT
) WITHOUT ROWID;

CREATE TABLE names (
    ref        INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    lang       TEXT NOT NULL,
    text       TEXT NOT NULL,
    folded     TEXT NOT NULL,
    PRIMARY KEY (ref, position)
) WITHOUT ROWID;
CREATE INDEX names_folded_idx ON names(folded, ref);
