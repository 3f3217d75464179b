"""Writes src/EventsApi/Locations/outlines.tsv: the outlines of the countries, for maps of the world.

From Natural Earth 1:110m (public domain), simplified and rounded to tenths of a degree. A line is: ISO 3166-1 alpha-3, then a field for each polygon, its rings parted by blanks (the outer one first).
A ring is text: for each point the steps east and north from the point before (the first from 0, 0) in tenths of a degree, each step as in Google's polyline format: its sign in the lowest bit, five bits a character, the low ones first.
Countries too small for the outlines are not in it; a map shows them as points.
"""
from common import SEED, rows, shapes

OUT = SEED.parent / "Locations" / "outlines.tsv"
# Parts that Natural Earth draws apart and the catalogue has no country for belong to the one that M49 counts them to.
UNCODED = {"Kosovo": "XKX", "N. Cyprus": "CYP", "Somaliland": "SOM"}
# Square degrees: a corner that cuts off less than this is straightened.
CORNER = 0.03


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


def rounded(points):
    """In tenths of a degree."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    return [p for n, p in enumerate(tenths) if n == 0 or p != tenths[n - 1]]


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


arcs, COUNTRIES = shapes()
# Borders are made simpler arc by arc, so that neighbours still meet.
ARCS = [rounded(simpler(arc)) for arc in arcs]


def main():
    codes = {row["ISO3166-1-numeric"].zfill(3): row["ISO3166-1-Alpha-3"] for row in rows("places/country-codes.csv") if row["ISO3166-1-numeric"]}
    countries = {}
    for number, name, polygons in COUNTRIES:
        code = codes.get(number) or UNCODED.get(name)
        if code is None:
            print(f"no country: {name}")
            continue
        countries.setdefault(code, []).extend(polygons)
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
