"""Writes src/EventsApi/Locations/extents.tsv: for each country the boxes that hold its parts, in whole tenths of a degree.

From the outlines of Natural Earth (public domain); of countries too small for those, from the places of GeoNames (CC BY 4.0).
A line is: ISO 3166-1 alpha-3, then west,south,east,north of each part.
"""
import collections
import gzip
import math

from common import DATA, SEED, rows, shapes

OUT = SEED.parent / "Locations" / "extents.tsv"


def main():
    codes = {row["ISO3166-1-numeric"].zfill(3): (row["ISO3166-1-Alpha-3"], row["ISO3166-1-Alpha-2"]) for row in rows("places/country-codes.csv") if row["ISO3166-1-numeric"]}
    boxes = collections.defaultdict(list)
    arcs, countries = shapes()
    for code, _, polygons in countries:
        if code not in codes:
            continue
        for outer, *_ in polygons:
            # A part lies where its arcs lie, whichever way they are walked.
            longitudes, latitudes = zip(*(point for n in outer for point in arcs[n if n >= 0 else ~n]))
            boxes[codes[code][0]].append((min(longitudes), min(latitudes), max(longitudes), max(latitudes)))
    alpha3 = {two: three for three, two in codes.values()}
    places = collections.defaultdict(list)
    with gzip.open(DATA / "places" / "cities500.txt.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.split("\t")
            if fields[8] in alpha3:
                places[alpha3[fields[8]]].append((float(fields[5]), float(fields[4])))
    for country, points in places.items():
        # Places outside the coarse outline: islands, and countries that it leaves out.
        for longitude, latitude in points:
            if not any(w - 0.3 <= longitude <= e + 0.3 and s - 0.3 <= latitude <= n + 0.3 for w, s, e, n in boxes[country]):
                near = next((k for k, (w, s, e, n) in enumerate(boxes[country]) if w - 2 <= longitude <= e + 2 and s - 2 <= latitude <= n + 2 and (e - w) * (n - s) < 25), None)
                box = (longitude, latitude, longitude, latitude)
                if near is None:
                    boxes[country].append(box)
                else:
                    w, s, e, n = boxes[country][near]
                    boxes[country][near] = (min(w, longitude), min(s, latitude), max(e, longitude), max(n, latitude))
    with open(OUT, "w", encoding="utf-8", newline="\n") as out:
        for country in sorted(boxes):
            parts = sorted({(math.floor(w * 10), math.floor(s * 10), math.ceil(e * 10), math.ceil(n * 10)) for w, s, e, n in boxes[country]})
            out.write("\t".join([country, *(",".join(map(str, part)) for part in parts)]) + "\n")
    outside = sum(1 for country, points in places.items() for x, y in points if not any(w - 0.3 <= x <= e + 0.3 and s - 0.3 <= y <= n + 0.3 for w, s, e, n in boxes[country]))
    print(f"{len(boxes)} countries, {sum(map(len, boxes.values()))} boxes; {outside} of {sum(map(len, places.values()))} places outside those of their country")


main()
