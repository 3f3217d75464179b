"""What a question costs in a catalogue and in one ten times as large. Called by scripts/bench growth: growth.py SMALL SMALL_FILE SMALL_PID LARGE LARGE_FILE LARGE_PID

SMALL and LARGE are running servers. One user asks each question in turn of both, 100 times after 20 that count for nothing; the words are those of the larger catalogue, and both have them in proportion.
"""
import http.client
import os
import sqlite3
import statistics
import sys
import time
import urllib.parse

small, small_file, small_pid, large, large_file, large_pid = sys.argv[1:]
catalogue = sqlite3.connect(f"file:{large_file}?mode=ro", uri=True)
little = sqlite3.connect(f"file:{small_file}?mode=ro", uri=True)
records = catalogue.execute("SELECT docs FROM vocabulary WHERE word = ''").fetchone()[0]


def word(docs):
    """A word that about so many records have, and a tenth of them in the smaller catalogue. Of ten million no generated word is in as few as 200: then one in ten times as many."""
    for text, count in catalogue.execute("SELECT word, docs FROM vocabulary WHERE docs BETWEEN ? AND ? AND length(word) > 3 AND word GLOB '[a-z]*' ORDER BY abs(docs - ?) LIMIT 50", (docs * 0.5, docs * 2, docs)):
        fewer = little.execute("SELECT docs FROM vocabulary WHERE word = ?", (text,)).fetchone()
        if fewer and 5 < count / fewer[0] < 20:
            return text
    return word(docs * 10) if docs < 1_000 else sys.exit(f"No word stands in about {docs} records of both.")


rare, medium, common, second = (urllib.parse.quote(word(docs)) for docs in (200, 6_000, records * 0.3, records * 0.1))
country = catalogue.execute("SELECT value FROM lists WHERE field = 'event.country' ORDER BY count DESC LIMIT 1 OFFSET 20").fetchone()[0]
number = little.execute("SELECT number FROM event_ids ORDER BY number LIMIT 1 OFFSET 25000").fetchone()[0]
facets = "&facets=type,country,actor,topic,year"
questions = {
    "one event": f"/v1/events/E{number}", "newest events": "/v1/events", "a country in a period": f"/v1/events?country={country}&from=2010&to=2015", "an actor's events": "/v1/events?actor=kuwait",
    "a box": "/v1/events?bbox=46,28,50,31", "rare word": f"/v1/events?q={rare}", "medium word": f"/v1/events?q={medium}", "common word": f"/v1/events?q={common}", "two words": f"/v1/events?q={common}%20{second}",
    "word, country and year": f"/v1/events?q={second}&country={country}&date=2015", "medium word, 5 facets": f"/v1/events?q={medium}{facets}", "common word, 5 facets": f"/v1/events?q={common}{facets}", "newest, 5 facets": f"/v1/events?{facets[1:]}",
    "search of every kind": f"/v1/search?q={medium}", "suggest": "/v1/suggest?q=gov", "clusters of the world": "/v1/events/clusters?zoom=2", "changes": "/v1/changes?since=0", "statistics": "/v1/stats",
}
connections = [http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc) for url in (small, large)]


def ask(connection, path):
    began = time.perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        sys.exit(f"{path}: {response.status}")
    return (time.perf_counter() - began) * 1000


print(f"| question, one user, median of 100 | {little.execute('SELECT count(*) FROM event_ids').fetchone()[0]:,} events | {catalogue.execute('SELECT count(*) FROM event_ids').fetchone()[0]:,} events | ratio | wanted |\n| --- | --- | --- | --- | --- |")
for name, path in questions.items():
    times = [[], []]
    for turn in range(120):
        for at in (0, 1):
            took = ask(connections[at], path)
            if turn >= 20:
                times[at].append(took)
    less, more = (statistics.median(t) for t in times)
    print(f"| {name} | {less:.2f} ms | {more:.2f} ms | {more / less:.2f} | ≤ 1.5 |", flush=True)


def private(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) / 1024


sizes = [os.path.getsize(path) for path in (small_file, large_file)]
print(f"| file | {sizes[0] / 1e6:,.0f} MB | {sizes[1] / 1e6:,.0f} MB | {sizes[1] / sizes[0]:.1f} | ≤ 11 |")
memory = [private(pid) for pid in (small_pid, large_pid)]
print(f"| private memory after these | {memory[0]:.0f} MB | {memory[1]:.0f} MB | | ≤ 250 MB |")
events = catalogue.execute("SELECT count(*) FROM event_ids").fetchone()[0]
print(f"\nBytes per event in the larger one, by table and index: " + ", ".join(
    f"{name} {size / events:,.0f}" for name, size in catalogue.execute("SELECT name, sum(pgsize) AS size FROM dbstat GROUP BY name ORDER BY size DESC LIMIT 16")) + ".")
