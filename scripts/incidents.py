"""How often rows that were taken for one incident tell of one happening. Called by scripts/bench incidents: incidents.py API JUDGED

The judged pairs (tests/EventsApi.Benchmarks/incidents.csv, GDELT's GLOBALEVENTID) were drawn at random, one of each incident, from the real files of three days: those whose rows are of different
articles, and some of one article. Each was judged by what both rows say and by the titles in their addresses: the same happening, or only its like. What could not be told counts as not the same.
"""
import csv
import json
import sys
import urllib.request

api, judged = sys.argv[1:]


def event(number):
    with urllib.request.urlopen(f"{api}/v1/events/gdelt:{number}?fields=incident,sources") as answer:
        return json.load(answer)


counts = {}
with open(judged, encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        first, second = event(row["first"]), event(row["second"])
        articles = [{source["id"] for source in side["sources"]} for side in (first, second)]
        count = counts.setdefault("of one article" if articles[0] & articles[1] else "of different articles", [0, 0])
        if first["incident"] and first["incident"] == second["incident"]:
            count[0] += 1
            count[1] += row["same"] == "yes"

print("| pairs of rows that are one incident | judged | one happening | precision |\n| --- | --- | --- | --- |")
for name, (joined, right) in sorted(counts.items()):
    print(f"| {name} | {joined} | {right} | {right / joined if joined else 0:.2f} |")
