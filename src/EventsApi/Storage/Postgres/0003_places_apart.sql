-- Places in a table of their own: among the events a few thousand of them were looked for in an index that grows with the catalogue; and where few events lie in a box, they are found by their places.
CREATE TABLE place_boxes (
    key        bigint PRIMARY KEY,
    west       double precision NOT NULL,
    east       double precision NOT NULL,
    south      double precision NOT NULL,
    north      double precision NOT NULL
);
CREATE INDEX place_boxes_place_idx ON place_boxes(west, south);
INSERT INTO place_boxes(key, west, east, south, north) SELECT key, longitude, longitude, latitude, latitude FROM coordinates WHERE key BETWEEN 7::bigint << 44 AND (8::bigint << 44) - 1;
DELETE FROM boxes WHERE key BETWEEN 7::bigint << 44 AND (8::bigint << 44) - 1;
