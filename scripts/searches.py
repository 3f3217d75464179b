"""Measures questions beside the same SQL by hand. Called by scripts/bench search: searches.py API REFERENCE FILE SECONDS ROUNDS [README]

With README, each ratio is compared with the one that stands there, and one that fell by more than a fifth makes the script fail.

API is a running server over FILE, REFERENCE the yardstick of tests/EventsApi.Benchmarks on the same file. Every question is asked with 32 connections (the yardstick's
own ranking with 8, or nothing would be answered in time), ours and the yardstick's in turn, ROUNDS times SECONDS seconds; the table has the medians. The yardstick ranks every match by FTS5's rank and counts no facets.
"""
import json
import re
import sqlite3
import statistics
import subprocess
import sys
import urllib.parse
import urllib.request
from datetime import date

api, reference, file, seconds, rounds = sys.argv[1:6]
readme = sys.argv[6] if len(sys.argv) > 6 else None
catalogue = sqlite3.connect(f"file:{file}?mode=ro", uri=True)


judged = [json.loads(row[0]).get("summary") or "" for row in catalogue.execute("SELECT r.record FROM lists l JOIN postings p ON p.list = l.id << 2 JOIN answers a ON a.key = p.key JOIN records r ON r.ref = a.ref WHERE l.field = 'event.dataset' AND l.value = 'judged'")]
judged = {word for text in judged for word in re.findall("[a-z]+", text.lower())}


def word(docs, but=()):
    """The word that about so many records have. A rare one of the judged documents stands in texts as long as a book's chapter, so the generated events alone say which."""
    rows = catalogue.execute("SELECT word, docs FROM vocabulary WHERE docs BETWEEN ? AND ? AND length(word) > 3 AND word GLOB '[a-z]*' ORDER BY abs(docs - ?) LIMIT 200", (docs * 0.5, docs * 2, docs))
    return next(row for row in rows if row[0] not in but and (row[0] not in judged or docs > 1_000))


records = catalogue.execute("SELECT docs FROM vocabulary WHERE word = ''").fetchone()[0]
rare, medium, common = word(100), word(6_000), word(records * 0.3)
second = word(records * 0.1)
country, _ = catalogue.execute("SELECT value, count FROM lists WHERE field = 'event.country' ORDER BY count DESC LIMIT 1 OFFSET 20").fetchone()
lists = catalogue.execute("SELECT id << 2 FROM lists WHERE field = 'event.country' AND value = ?", (country,)).fetchone()[0]
year = 2015
low, high = ((date(y, 1, 1).toordinal()) << 20 for y in (year, year + 1))
facets = "&facets=type,country,actor,topic,year"
q = lambda text: "q=" + urllib.parse.quote(text)

# One place where many events cluster, a few degrees wide.
west, south = catalogue.execute("SELECT floor(longitude / 4) * 4, floor(latitude / 4) * 4 FROM coordinates WHERE key < 1 << 42 GROUP BY 1, 2 HAVING count(*) BETWEEN 500 AND 20000 ORDER BY count(*) DESC LIMIT 1 OFFSET 20").fetchone()
box = f"{west:g},{south:g},{west + 4:g},{south + 4:g}"
middle = catalogue.execute("SELECT number FROM event_ids ORDER BY number LIMIT 1 OFFSET ?", (records // 2,)).fetchone()[0]
newest, oldest = ((date(y, 1, 1).toordinal()) << 20 for y in (2016, 2010))

# What is asked of ours, what of the yardstick, with how many connections of that (0 for as many as ours), and the least ratio.
questions = [
    ("one event by id", f"/v1/events/E{middle}", f"/one?q={middle}", 0, 0.70),
    ("25 newest of a country in a period", f"/v1/events?country={country}&from=2010&to=2015", f"/page?q={urllib.parse.quote(f'{lists}|{oldest}|{newest}')}", 0, 0.70),
    (f"rare word ({rare[1]:,} records)", f"/v1/events?limit=20&{q(rare[0])}", f"/rank?{q(rare[0])}", 0, 0.80),
    (f"medium word ({medium[1]:,})", f"/v1/events?limit=20&{q(medium[0])}", f"/rank?{q(medium[0])}", 8, 3),
    (f"common word ({common[1]:,})", f"/v1/events?limit=20&{q(common[0])}", f"/rank?{q(common[0])}", 8, 10),
    ("the same, yardstick by bm25()", f"/v1/events?limit=20&{q(common[0])}", f"/bm25?{q(common[0])}", 8, None),
    ("phrase", f"/v1/events?limit=20&{q(chr(34) + common[0] + ' ' + second[0] + chr(34))}", f"/rank?{q(chr(34) + common[0] + ' ' + second[0] + chr(34))}", 8, None),
    ("two words", f"/v1/events?limit=20&{q(common[0] + ' ' + second[0])}", f"/rank?{q(common[0] + ' ' + second[0])}", 8, None),
    ("word, country and year", f"/v1/events?limit=20&{q(second[0])}&country={country}&date={year}", f"/filtered?q={urllib.parse.quote(f'{second[0]}|{low}|{high}|{lists}')}", 0, None),
    ("rare word, 5 facets", f"/v1/events?limit=20&{q(rare[0])}{facets}", f"/rank?{q(rare[0])}&facets", 0, None),
    ("medium word, 5 facets", f"/v1/events?limit=20&{q(medium[0])}{facets}", f"/rank?{q(medium[0])}&facets", 8, 10),
    ("common word, 5 facets", f"/v1/events?limit=20&{q(common[0])}{facets}", f"/rank?{q(common[0])}&facets", 8, 10),
    ("two words, 5 facets", f"/v1/events?limit=20&{q(common[0] + ' ' + second[0])}{facets}", f"/rank?{q(common[0] + ' ' + second[0])}&facets", 8, None),
    ("25 newest in a box", f"/v1/events?bbox={box}", f"/box?q={urllib.parse.quote(f'{west}|{west + 4}|{south}|{south + 4}')}", 0, 0.80),
    ("clusters of the world", "/v1/events/clusters?zoom=4", "/map", 8, 0.80),
    ("suggest, three letters", "/v1/suggest?q=gov", "/suggest?q=gov", 0, None),
]


def measure(url, connections):
    # A request that takes longer than the round would count as none.
    out = subprocess.run(["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "--latency", url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out:
        raise SystemExit(f"{url} does not answer 2xx:\n{out}")
    unit = {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}
    latency = lambda p: next((float(v) * unit[u] for v, u in re.findall(rf"{p}%\s+([\d.]+)(us|ms|s|m)\b", out)), float("nan"))
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), latency(50), latency(99)


print(f"{records:,} records; medians of {rounds} rounds of {seconds} s, 32 connections\n")
print("| question | ours, /s | p50 ms | p99 ms | by hand, /s | p50 ms | ours ÷ by hand | wanted |")
print("| --- | --- | --- | --- | --- | --- | --- | --- |")
ratios = {}
for name, path, other, connections, wanted in questions:
    urllib.request.urlopen(api + path).read()
    ours, theirs = [], []
    for _ in range(int(rounds)):
        ours.append(measure(api + path, 32))
        theirs.append(measure(reference + other, connections or 32))
    ours, theirs = ([statistics.median(r[n] for r in rows) for n in range(3)] for rows in (ours, theirs))
    ratios[name.split(" (")[0]] = ours[0] / theirs[0] if theirs[0] else float("inf")
    print(f"| {name} | {ours[0]:,.0f} | {ours[1]:.1f} | {ours[2]:.1f} | {theirs[0]:,.1f} | {theirs[1]:,.1f} | {ratios[name.split(' (')[0]]:.2f} | {f'≥ {wanted:g}' if wanted else ''} |", flush=True)

# One user who types: a thousand beginnings of names, one after the other.
import http.client
import random
import time

names = [row[0] for row in catalogue.execute("SELECT tail FROM completions WHERE length(tail) > 6 ORDER BY tail")]
draw, times = random.Random(3), []
connection = http.client.HTTPConnection(urllib.parse.urlsplit(api).netloc)
for n in range(1_200):
    name = draw.choice(names)
    began = time.perf_counter()
    connection.request("GET", "/v1/suggest?q=" + urllib.parse.quote(name[: draw.randint(1, 6)]))
    connection.getresponse().read()
    if n >= 200:
        times.append((time.perf_counter() - began) * 1000)
times.sort()
print(f"\nSuggest, one user: p50 {times[500]:.1f} ms, p99 {times[990]:.1f} ms (wanted: p99 ≤ 10 ms)")

if readme:
    fallen = []
    for line in open(readme, encoding="utf-8"):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) < 7 or (name := cells[0].split(" (")[0]) not in ratios:
            continue
        stated = float(cells[6].replace(",", "")) if re.fullmatch(r"[\d.,]+", cells[6]) else 0
        if ratios[name] < 0.8 * stated:
            fallen.append(f"{name}: {ratios[name]:.2f}, and the README states {stated:.2f}")
    if fallen:
        sys.exit("Slower than stated:\n" + "\n".join(fallen))
    print("\nNo ratio is more than a fifth below what the README states.")
