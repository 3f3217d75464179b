-- Full text, and what ranking and counting need of each record. Everything derived is made anew, because the text of every record must be read again.

-- One row a record, by the key of its lists. The program folds the text before it comes here (Search/Folding.cs), so the tokenizer only cuts at spaces:
-- to the ascii tokenizer every character beyond ASCII belongs to a word. The text itself is not kept; snippets are cut from the record.
-- marks holds words that no text can hold, because folding leaves no such dot: ·hand for what people coded, ·long and ·longer for dates of more than 31 and 366 days,
-- and ·t before each word of title and actors, so that a match in those is found without reading every text that has the word.
CREATE VIRTUAL TABLE words USING fts5(title, actors, places, topics, quotes, body, marks, content = '', contentless_delete = 1, tokenize = 'ascii');

CREATE TABLE features (
    key        INTEGER PRIMARY KEY,
    lists      BLOB NOT NULL,                 -- the lists.id this key stands in, four bytes each: facets count them, and removal reads them
    words      BLOB NOT NULL                  -- for each column of words but marks: how many words, then two bytes of hash for each, in order; ranking counts them
);

-- How many records have a word; for rarity, inflection and slips. Counts may lag behind removals until check --rebuild.
CREATE TABLE vocabulary (
    word       TEXT PRIMARY KEY,
    docs       INTEGER NOT NULL
) WITHOUT ROWID;

-- Names while they are typed: every tail of a name that begins at a word, so that "rutte" leads to Mark Rutte.
CREATE TABLE completions (
    tail       TEXT NOT NULL,
    ref        INTEGER NOT NULL,
    position   INTEGER NOT NULL,              -- names.position
    PRIMARY KEY (tail, ref, position)
) WITHOUT ROWID;

DROP TABLE answers;
CREATE TABLE answers (
    key        INTEGER PRIMARY KEY,
    ref        INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    made_at    INTEGER NOT NULL,              -- for Last-Modified: an answer changes with what it shows of other records
    hash       INTEGER NOT NULL,              -- of item and rest, for the ETag
    sorts      TEXT NOT NULL,                 -- its rows in sorts, so that they can be taken out again
    item       BLOB NOT NULL,
    rest       BLOB NOT NULL
);
DELETE FROM lists;
DELETE FROM postings;
DELETE FROM spans;
DELETE FROM event_numbers;
DELETE FROM event_participants;
DELETE FROM coordinates;
DELETE FROM boxes;
DELETE FROM sorts;
DELETE FROM names;
-- The program sees this at its next start and rebuilds, before it takes a request.
INSERT INTO settings(name, value) SELECT 'rebuild', '1' WHERE EXISTS (SELECT 1 FROM records);

-- How many events have their point in each cell of ten grids, so that a map of the world is read and not counted. Level n has 8 << n cells around the globe and half as many from pole to pole.
CREATE TABLE cells (
    level      INTEGER NOT NULL,
    cell       INTEGER NOT NULL,              -- row << 16 | column, from the south-west
    count      INTEGER NOT NULL,
    latitude   REAL NOT NULL,                 -- sums, so that the middle of the points can be told
    longitude  REAL NOT NULL,
    PRIMARY KEY (level, cell)
) WITHOUT ROWID;
