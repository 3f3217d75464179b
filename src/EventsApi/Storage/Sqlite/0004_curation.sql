-- Who wrote, what waits to be rendered again, and what a deleted record needs to be shown as it was.

ALTER TABLE tombstones ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;

-- What the merge made of the successor, so that undoing it finds what was added; NULL when that was nothing.
ALTER TABLE merged ADD COLUMN revision INTEGER;

-- Merges that were undone: the past shows them still.
CREATE TABLE unmerged (
    from_ref   INTEGER NOT NULL,
    into_ref   INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    until      INTEGER NOT NULL
);
CREATE INDEX unmerged_from_idx ON unmerged(from_ref);
CREATE INDEX unmerged_into_idx ON unmerged(into_ref);

-- For a change that has no revision of its own, because something that the record shows changed: the members that show it, as JSON.
ALTER TABLE changes ADD COLUMN members TEXT;

-- What refers to a record in ways that no filter asks for is listed since this version, so the lists are made anew.
INSERT INTO settings(name, value) SELECT 'rebuild', '1' WHERE EXISTS (SELECT 1 FROM records) ON CONFLICT DO NOTHING;

-- The audit of one key.
CREATE INDEX revisions_author_idx ON revisions(author, at) WHERE author IS NOT NULL;

-- Lists whose records still show a name or a place in a tree as it was; they are made again slice by slice.
CREATE TABLE pending (
    list       INTEGER PRIMARY KEY,
    after      INTEGER NOT NULL,              -- the last key that was made again
    into_list  INTEGER,                       -- after a merge: the list of the successor, whose filter finds these keys too until they have moved there
    member     TEXT                           -- the member that changes with it, when that is a change of the record; NULL for mere names
);

CREATE TABLE keys (
    id         TEXT PRIMARY KEY,              -- the public part
    name       TEXT NOT NULL,
    role       TEXT NOT NULL,                 -- reader, editor or admin
    hash       BLOB NOT NULL,                 -- SHA-256 of the secret part
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    used_at    INTEGER
) WITHOUT ROWID;

-- The first answers to requests with an Idempotency-Key, kept for 24 hours.
CREATE TABLE answered (
    key        TEXT NOT NULL,                 -- who: the id of the API key
    request    TEXT NOT NULL,                 -- method and path
    token      TEXT NOT NULL,                 -- the Idempotency-Key
    digest     BLOB NOT NULL,                 -- SHA-256 of the body
    status     INTEGER NOT NULL,
    location   TEXT,
    tag        TEXT,
    body       BLOB NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (key, request, token)
) WITHOUT ROWID;
CREATE INDEX answered_at_idx ON answered(at);

-- A query kept with the rows it found: ids and revisions.
CREATE TABLE pins (
    id         TEXT PRIMARY KEY,
    query      TEXT NOT NULL,
    title      TEXT NOT NULL,
    sequence   INTEGER NOT NULL,
    total      INTEGER NOT NULL,
    digest     TEXT NOT NULL,
    author     TEXT,
    at         INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE pinned (
    pin        TEXT NOT NULL REFERENCES pins(id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    ref        INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    PRIMARY KEY (pin, position)
) WITHOUT ROWID;
