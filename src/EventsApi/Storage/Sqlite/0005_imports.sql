-- What comes from files: which row became which record, what did not go in and why, and which events are one incident.

DROP TABLE incident_events;
DROP TABLE incidents;
DROP TABLE imports;

CREATE TABLE imports (
    number     INTEGER PRIMARY KEY,
    format     TEXT NOT NULL,                 -- gdelt, ucdp, acled, ndjson, csv
    name       TEXT NOT NULL,                 -- of the file, as the caller gave it
    identity   TEXT,                          -- path, size and time of a file: the same again goes on where it stopped; NULL where that cannot be told
    file       TEXT,                          -- where an upload lies until it is done
    options    TEXT NOT NULL,                 -- JSON: what was asked for beside the format
    layout     TEXT,                          -- what the rows were recognised as
    status     TEXT NOT NULL,                 -- queued, running, done, failed
    position   INTEGER NOT NULL DEFAULT 0,    -- rows that are done with; the next run goes on after them
    counts     TEXT NOT NULL,                 -- JSON: read, created, updated, unchanged, kept, rejected
    reasons    TEXT NOT NULL,                 -- JSON: why rows were rejected or kept, with how many
    error      TEXT,
    author     TEXT,                          -- the id of the key that sent it
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at   INTEGER
);
CREATE INDEX imports_identity_idx ON imports(identity) WHERE identity IS NOT NULL;

CREATE TABLE rejects (
    import     INTEGER NOT NULL REFERENCES imports(number) ON DELETE CASCADE,
    line       INTEGER NOT NULL,
    "column"   TEXT,
    value      TEXT,
    code       TEXT NOT NULL,
    reason     TEXT NOT NULL
);
CREATE INDEX rejects_import_idx ON rejects(import, line);

-- The record that a dataset's row became. It outlives the record: what was deleted or merged is not made again.
CREATE TABLE imported (
    dataset    INTEGER NOT NULL,              -- the dataset's number
    external   TEXT NOT NULL,                 -- the row's id in it
    ref        INTEGER NOT NULL,
    digest     INTEGER NOT NULL,              -- of the row and of the way it is mapped
    release    INTEGER NOT NULL,              -- grows with the dataset's releases; 0 where unknown
    revision   INTEGER NOT NULL,              -- the record's, after the import wrote it: a higher one is a person's
    PRIMARY KEY (dataset, external)
) WITHOUT ROWID;

-- A source by its address, or by publisher, title and date: 64 bits of hash, so what is found is looked at.
CREATE TABLE source_keys (
    hash       INTEGER NOT NULL,
    key        INTEGER NOT NULL,
    PRIMARY KEY (hash, key)
) WITHOUT ROWID;

-- The incident an event belongs to, as 64 bits of hash of what makes rows one.
ALTER TABLE event_numbers ADD COLUMN incident INTEGER;
CREATE INDEX event_numbers_incident_idx ON event_numbers(incident) WHERE incident IS NOT NULL;

INSERT INTO settings(name, value) SELECT 'rebuild', '1' WHERE EXISTS (SELECT 1 FROM records) ON CONFLICT DO NOTHING;
