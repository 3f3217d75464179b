"""Measures exports beside sqlite3 and beside the same bytes from nowhere. Called by scripts/bench export: exports.py API FIXED SNAPSHOT PID ROUNDS

API is a running server, PID its process, SNAPSHOT what its /v1/snapshot gave, FIXED the yardstick of tests/EventsApi.Benchmarks, which streams as many bytes as it is asked for.
sqlite3 reads the snapshot, where every value has a column of a plain indexed table, and writes the same columns with -json and -csv. Ours, sqlite3 and the bare stream take turns, ROUNDS times after one
round that counts for nothing; the table has the medians. Memory is the server's private memory (RssAnon) before the first export and the most during all of them.
"""
import os
import statistics
import subprocess
import sys
import threading
import time

api, fixed, snapshot, pid, rounds = sys.argv[1:]
fields = "id,kind,type,modes,status,title,date,location.country,location.latitude,location.longitude,location.precision,participants,topics,score,fatalities,dataset,updatedAt,ordinal,setting,contexts,quadClass,summary,goldstein,codes,revision,createdAt"


def joined(table, column, order="rowid"):
    return f"(SELECT group_concat(v, '|') FROM (SELECT {column} AS v FROM {table} x WHERE x.event = e.id ORDER BY {order}))"


columns = {
    "id": "e.id", "kind": "e.kind", "type": "e.type", "modes": joined("event_modes", "mode"), "status": "e.status", "title": "e.title",
    "date": "e.edtf", "date.start": "e.first_day", "date.end": "e.last_day", "date.precision": "e.date_precision",
    "location.country": "e.country", "location.latitude": "e.latitude", "location.longitude": "e.longitude", "location.precision": "e.place_precision",
    "participants.id": joined("participants", "coalesce(actor, '')", "position"), "participants.name": joined("participants", "name", "position"),
    "participants.roles": joined("participants", "replace(roles, '|', '+')", "position"), "participants.onBehalfOf": joined("participants", "coalesce(on_behalf_of, '')", "position"),
    "topics.id": joined("event_topics", "topic"), "topics.name": "(SELECT group_concat(t.label, '|') FROM event_topics x JOIN topics t ON t.id = x.topic WHERE x.event = e.id)",
    "score": "e.score", "fatalities.best": "e.fatalities_best", "fatalities.low": "e.fatalities_low", "fatalities.high": "e.fatalities_high",
    "dataset": "e.dataset", "updatedAt": "e.updated_at", "ordinal": "e.ordinal", "setting": "e.setting", "contexts": joined("event_contexts", "context"), "quadClass": "e.quad_class", "summary": "e.summary",
    "goldstein": "e.goldstein", "codes": joined("event_codes", "scheme || ':' || code"), "revision": "e.revision", "createdAt": "e.created_at",
}
join = "SELECT " + ", ".join(f"{sql} AS \"{name}\"" for name, sql in columns.items()) + " FROM events e ORDER BY e.first_day DESC"


def curl(url):
    took, size = subprocess.run(["curl", "-sf", "-o", "/dev/null", "-w", "%{time_total} %{size_download}", url], check=True, capture_output=True, text=True).stdout.split()
    return float(took), int(size)


def sqlite(form):
    began = time.monotonic()
    subprocess.run(["sqlite3", form, "-header", "-readonly", snapshot, join], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def private():
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) / 1024


most, watching = 0, True


def watch():
    global most
    while watching:
        most = max(most, private())
        time.sleep(0.05)


# Both write the same columns for the same rows.
ours = subprocess.run(["curl", "-sf", f"{api}/v1/events?format=csv&fields={fields}&limit=1"], check=True, capture_output=True, text=True).stdout.splitlines()[0]
if sorted(ours.split(",")) != sorted(columns):
    sys.exit(f"The columns differ: {sorted(set(ours.split(',')) ^ set(columns))}")
rows = int(subprocess.run(["sqlite3", "-readonly", snapshot, "SELECT count(*) FROM events"], check=True, capture_output=True, text=True).stdout)
before = private()
threading.Thread(target=watch, daemon=True).start()
asked = {
    "NDJSON, whole records": (f"{api}/v1/events?format=ndjson", lambda: sqlite("-json")),
    "CSV, the same columns": (f"{api}/v1/events?format=csv&fields={fields}", lambda: sqlite("-csv")),
}
times, sizes = {name: ([], [], []) for name in asked}, {}
for turn in range(int(rounds) + 1):
    for name, (url, theirs) in asked.items():
        took, sizes[name] = curl(url)
        measured = (took, theirs(), curl(f"{fixed}/stream/{sizes[name]}")[0])
        if turn > 0:
            for kept, one in zip(times[name], measured):
                kept.append(one)
watching = False
print("| what | measured | wanted |\n| --- | --- | --- |")
for name in asked:
    ours, theirs, bare = (statistics.median(t) for t in times[name])
    print(f"| {rows:,} events as {name} ({sizes[name] / 1e6:,.0f} MB), median of {rounds} | {rows / ours:,.0f} rows/s, `sqlite3` {rows / theirs:,.0f}: {theirs / ours:.1f} | ≥ 0.5 |")
    print(f"| the same, time ÷ that of a bare stream of as many bytes | {ours:.2f} s ÷ {bare:.2f} s = {ours / bare:.1f} | {'≤ 1.3' if name.startswith('ND') else ''} |")
print(f"| private memory before / at most during the exports | {before:.0f} MB / {most:.0f} MB | + 50 MB |")
