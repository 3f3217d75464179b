"""Writes src/EventsApi/Locations/outlines.tsv: the outlines of the countries, for maps of the world.

From Natural Earth 1:110m (public domain), simplified and rounded to tenths of a degree. A line is: ISO 3166-1 alpha-3, then a field for each polygon, its rings parted by blanks (the outer one first).
A ring is text: for each point the steps east and north from the point before (the first from 0, 0) in tenths of a degree, each step as in Google's polyline format: its sign in the lowest bit, five bits a character, the low ones first.
Countries too small for the outlines are not in it; a map shows them as points.
"""
import csv
import json

from common import DATA, SEED

OUT = SEED.parent / "Locations" / "outlines.tsv"
# Parts that Natural Earth draws apart and the catalogue has no country for belong to the one that M49 counts them to.
UNCODED = {"Kosovo": "XKX", "N. Cyprus": "CYP", "Somaliland": "SOM"}
# Square degrees: a corner that cuts off less than this is straightened.
CORNER = 0.03


def arcs_of(topology):
    """The topology's arcs in tenths of a degree. A border is one arc for both its countries, so that they still meet when it is simpler."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        rounded = [(round(x * 10), round(y * 10)) for x, y in simpler(points)]
        yield [p for n, p in enumerate(rounded) if n == 0 or p != rounded[n - 1]]


def simpler(points):
    """Visvalingam: the corner with the smallest triangle goes first; both ends stay, and four points of a ring."""
    points = list(points)
    fewest = 4 if points[0] == points[-1] else 2

    def corner(n):
        (ax, ay), (bx, by), (cx, cy) = points[n - 1:n + 2]
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2

    while len(points) > fewest:
        area, n = min((corner(n), n) for n in range(1, len(points) - 1))
        if area >= CORNER:
            break
        del points[n]
    return points


def together(polygons):
    """One polygon of several that share borders: an arc that is walked both ways lies inside."""
    rings = [ring for polygon in polygons for ring in polygon]
    walked = {n for ring in rings for n in ring}
    if not any(~n in walked for n in walked):
        return polygons
    shared = {n for n in walked if ~n in walked}
    joined, left = [], [polygon for polygon in polygons if not shared & set(polygon[0])]
    parts = [n for polygon in polygons if shared & set(polygon[0]) for n in polygon[0] if n not in shared]
    while parts:
        ring = [parts.pop(0)]
        while (following := next((n for n in parts if start(n) == end(ring[-1])), None)) is not None:
            parts.remove(following)
            ring.append(following)
        joined.append([ring])
    return joined + left


def start(n):
    return ARCS[n][0] if n >= 0 else ARCS[~n][-1]


def end(n):
    return ARCS[n][-1] if n >= 0 else ARCS[~n][0]


def points_of(ring):
    points = []
    for n in ring:
        arc = ARCS[n] if n >= 0 else ARCS[~n][::-1]
        points += arc[1:] if points else arc
    return points


def cut(points):
    """The ring in parts that do not cross the antimeridian."""
    turns, whole = 0, [points[0]]
    for (ax, _), (bx, by) in zip(points, points[1:]):
        turns += (ax - bx > 1800) - (bx - ax > 1800)
        whole.append((bx + turns * 3600, by))
    if turns:
        # Around a pole: the ring runs along it.
        pole = 900 if whole[0][1] > 0 else -900
        whole += [(whole[-1][0], pole), (whole[0][0], pole), whole[0]]
    for shift in (-3600, 0, 3600):
        part = clipped(clipped([(x + shift, y) for x, y in whole], -1800, 1), 1800, -1)
        if len(part) >= 4 and len({x for x, _ in part}) > 1:
            yield part


def clipped(points, edge, side):
    """What of the ring lies on this side (1: east, -1: west) of the meridian."""
    kept = []
    for (ax, ay), (bx, by) in zip(points, points[1:]):
        if (ax - edge) * side >= 0:
            kept.append((ax, ay))
        if (ax - edge) * (bx - edge) < 0:
            kept.append((edge, round(ay + (by - ay) * (edge - ax) / (bx - ax))))
    return kept + kept[:1]


def turned(points, inner):
    """Outer rings run against the clock, inner ones with it (RFC 7946)."""
    area = sum((bx - ax) * (by + ay) for (ax, ay), (bx, by) in zip(points, points[1:]))
    return points if (area > 0) == inner else points[::-1]


def text_of(points):
    text, x, y = "", 0, 0
    for px, py in points:
        for step in (px - x, py - y):
            bits = ~(step << 1) if step < 0 else step << 1
            while bits >= 0x20:
                text += chr((0x20 | bits & 0x1F) + 63)
                bits >>= 5
            text += chr(bits + 63)
        x, y = px, py
    return text


topology = json.load(open(DATA / "places" / "natural-earth-countries-110m.topojson", encoding="utf-8"))
ARCS = list(arcs_of(topology))


def main():
    codes = {row["ISO3166-1-numeric"].zfill(3): row["ISO3166-1-Alpha-3"] for row in csv.DictReader(open(DATA / "places" / "country-codes.csv", encoding="utf-8")) if row["ISO3166-1-numeric"]}
    countries = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        code = codes.get(str(shape.get("id") or "").zfill(3)) or UNCODED.get(shape["properties"]["name"])
        if code is None:
            print(f"no country: {shape['properties']['name']}")
            continue
        countries.setdefault(code, []).extend([shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"])
    count = 0
    with open(OUT, "w", encoding="utf-8", newline="\n") as out:
        for code in sorted(countries):
            polygons = []
            for outer, *inner in together(countries[code]):
                for part in cut(points_of(outer)):
                    polygons.append([turned(part, False), *(turned(points_of(ring), True) for ring in inner)])
            for polygon in polygons:
                for points in polygon:
                    assert points[0] == points[-1], f"a ring of {code} is not closed"
                    count += len(points)
            out.write("\t".join([code, *(" ".join(map(text_of, polygon)) for polygon in polygons)]) + "\n")
    print(f"{len(countries)} countries, {count} points, {OUT.stat().st_size} bytes")


main()
