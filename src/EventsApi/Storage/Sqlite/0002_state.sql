-- One row: how many commits there were, and when the last one was. Every answer carries it, so it is read with one look.
CREATE TABLE state (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    version    INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
);
INSERT INTO state(one, version, changed_at)
SELECT 1, coalesce((SELECT value FROM settings WHERE name = 'version'), 0), coalesce((SELECT value FROM settings WHERE name = 'changed_at'), 0);
DELETE FROM settings WHERE name IN ('version', 'changed_at');
