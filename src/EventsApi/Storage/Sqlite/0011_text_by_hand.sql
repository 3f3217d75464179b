-- The events that people coded once more, by themselves: in words they are a few among a million, and finding those few took longer than ranking them.
CREATE VIRTUAL TABLE words_by_hand USING fts5(title, actors, places, topics, quotes, body, marks, content = '', contentless_delete = 1, tokenize = 'ascii');
-- The program sees this at its next start and makes those events again, before it takes a request; an earlier migration may have asked for more.
INSERT INTO settings(name, value) SELECT 'rebuild', 'by hand' WHERE EXISTS (SELECT 1 FROM records) ON CONFLICT DO NOTHING;
