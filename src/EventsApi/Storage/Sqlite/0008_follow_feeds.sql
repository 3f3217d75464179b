-- What is known of feeds that are followed: how the last look at their lists went, and each file that a list has named.

CREATE TABLE feeds (
    id         TEXT PRIMARY KEY,
    checked_at INTEGER,                       -- when its lists were read last
    failures   INTEGER NOT NULL DEFAULT 0,    -- rounds in a row that its host failed
    next_at    INTEGER,                       -- the next round is not before this; NULL after one that went well
    error      TEXT,
    looked     INTEGER NOT NULL DEFAULT 0     -- the change up to which retention has looked: each record is looked at once, when it is old enough
) WITHOUT ROWID;

-- A file that is published anew under its address has another digest, so it is another file.
CREATE TABLE feed_files (
    feed       TEXT NOT NULL,
    url        TEXT NOT NULL,
    md5        TEXT NOT NULL,
    size       INTEGER NOT NULL,
    slot       INTEGER NOT NULL,              -- the quarter of an hour it is for, as 20240131001500
    status     TEXT NOT NULL,                 -- waiting, done, given-up
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_at    INTEGER,                       -- not before this, after an attempt that failed
    error      TEXT,
    import     INTEGER,                       -- the import that it became
    PRIMARY KEY (feed, url, md5)
) WITHOUT ROWID;
CREATE INDEX feed_files_slot_idx ON feed_files(feed, slot);
CREATE INDEX feed_files_waiting_idx ON feed_files(feed, slot) WHERE status = 'waiting';

-- What is pinned is kept when a feed forgets.
CREATE INDEX pinned_ref_idx ON pinned(ref);
