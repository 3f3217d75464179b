-- Calendars and feeds name each record so that nothing else in the world has that name: by its kind and id, and by the catalogue, which is named here once and for all.
INSERT INTO settings(name, value) VALUES ('identity', lower(hex(randomblob(16))));
