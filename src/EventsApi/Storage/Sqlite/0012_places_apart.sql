-- Places in a tree of their own. Among the events a few thousand of them were looked for in a tree that grows with the catalogue; and where few events lie in a box, they are found by their places.
CREATE VIRTUAL TABLE place_boxes USING rtree(key, west, east, south, north);
INSERT INTO place_boxes(key, west, east, south, north) SELECT key, longitude, longitude, latitude, latitude FROM coordinates WHERE key BETWEEN 7 << 44 AND (8 << 44) - 1;
DELETE FROM boxes WHERE key IN (SELECT key FROM coordinates WHERE key BETWEEN 7 << 44 AND (8 << 44) - 1);
