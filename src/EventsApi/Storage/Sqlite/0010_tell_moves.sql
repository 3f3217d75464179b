-- For a change that has no revision of its own: up to when filters found the record as what it was made from stood. It may be made again some time after that moved.
ALTER TABLE changes ADD COLUMN until INTEGER;
