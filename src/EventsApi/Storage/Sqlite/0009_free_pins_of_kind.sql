-- Catalogues of the first version have a column in pins that nothing fills any more, NOT NULL; others never had it. Both end alike, and keep their pins.

CREATE TABLE old_pins AS SELECT id, query, title, sequence, total, digest, author, at FROM pins;
CREATE TABLE old_pinned AS SELECT pin, position, ref, revision FROM pinned;
DROP TABLE pinned;
DROP TABLE pins;

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
CREATE INDEX pinned_ref_idx ON pinned(ref);

INSERT INTO pins(id, query, title, sequence, total, digest, author, at) SELECT id, query, title, sequence, total, digest, author, at FROM old_pins;
INSERT INTO pinned(pin, position, ref, revision) SELECT pin, position, ref, revision FROM old_pinned;
DROP TABLE old_pinned;
DROP TABLE old_pins;
