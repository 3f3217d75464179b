"""Measures how well the search ranks, on the judged queries of tests/EventsApi.Benchmarks/relevance.

Called by scripts/bench relevance: relevance.py API MAP TEXTS…
API is a running server over a catalogue that holds the judged documents, MAP says which event is which document, TEXTS are the documents.
The yardstick is plain FTS5 on the same texts: title and text in two columns, unicode61 without diacritics, ordered by bm25(), every word quoted,
phrases, OR, -word, prefix* and title: said in FTS5's own way. It ranks the judged documents alone, without the generated events.
nDCG@10 with gains 2^grade - 1, mean average precision over grades above 0 (first 100 hits), success@1; a paired bootstrap of 10,000 samples.
"""
import gzip
import json
import math
import random
import re
import sqlite3
import sys
import unicodedata
import urllib.parse
import urllib.request
from pathlib import Path

api, map_file, *texts = sys.argv[1:]
folder = Path(__file__).resolve().parent.parent / "tests/EventsApi.Benchmarks/relevance"
queries = [line.split("\t") for line in (folder / "queries.tsv").read_text().splitlines()]
grades = {}
for line in (folder / "judgments.tsv").read_text().splitlines():
    query, document, grade = line.split("\t")
    grades.setdefault(query, {})[document] = int(grade)
documents = dict(line.split("\t") for line in Path(map_file).read_text().splitlines())

plain = sqlite3.connect(":memory:")
plain.execute("CREATE VIRTUAL TABLE d USING fts5(id UNINDEXED, title, text, tokenize = 'unicode61 remove_diacritics 2')")
for file in texts:
    with gzip.open(file, "rt") as lines:
        for line in lines:
            record = json.loads(line)
            plain.execute("INSERT INTO d VALUES (?, ?, ?)", (Path(file).name.split(".")[0] + ":" + record["id"], record.get("title") or "", record.get("text") or ""))


def expression(text):
    """The query in FTS5's language."""
    parts, negative = [], []
    for token in re.findall(r'-?(?:title:)?(?:"[^"]*"|\S+)', text):
        if token == "OR":
            parts.append("OR")
            continue
        sign, token = (negative, token[1:]) if token.startswith("-") else (parts, token)
        column, token = ("title : ", token[6:]) if token.startswith("title:") else ("", token)
        star = " *" if token.endswith("*") else ""
        word = token.strip('"').rstrip("*")
        if word:
            sign.append(f'{column}"{word}"{star}')
    positive = " ".join(p if p == "OR" or n == 0 or parts[n - 1] == "OR" else "AND " + p for n, p in enumerate(parts))
    return f"({positive})" + "".join(" NOT " + n for n in negative)


def by_plain(text):
    return [row[0] for row in plain.execute("SELECT id FROM d WHERE d MATCH ? ORDER BY bm25(d) LIMIT 100", (expression(text),))]


def by_api(text):
    with urllib.request.urlopen(f"{api}/v1/events?limit=100&total=none&fields=id&dataset%5Bnot%5D=curated,ucdp-ged&q={urllib.parse.quote(text)}") as answer:
        return [documents.get(item["id"], item["id"]) for item in json.load(answer)["items"]]


def measures(ranked, judged):
    gains = [2 ** judged.get(d, 0) - 1 for d in ranked[:10]]
    ideal = sorted((2**g - 1 for g in judged.values()), reverse=True)[:10]
    dcg = lambda values: sum(v / math.log2(n + 2) for n, v in enumerate(values))
    relevant = sum(g > 0 for g in judged.values())
    found, precision = 0, 0.0
    for place, document in enumerate(ranked, 1):
        if judged.get(document, 0) > 0:
            found += 1
            precision += found / place
    return dcg(gains) / dcg(ideal), precision / relevant, float(bool(ranked) and judged.get(ranked[0], 0) > 0)


results = {}
for name, ask in (("plain", by_plain), ("ours", by_api)):
    results[name] = {q[0]: measures(ask(q[2]), grades[q[0]]) for q in queries}


def mean(name, ids, n):
    return sum(results[name][i][n] for i in ids) / len(ids)


ids = [q[0] for q in queries]
print("| queries | number | nDCG@10 plain | ours | MAP plain | ours | success@1 plain | ours |")
print("| --- | --- | --- | --- | --- | --- | --- | --- |")
for kind in [*dict.fromkeys(q[1] for q in queries), "all"]:
    of = [q[0] for q in queries if kind in (q[1], "all")]
    print(f"| {kind} | {len(of)} | " + " | ".join(f"{mean('plain', of, n):.3f} | {mean('ours', of, n):.3f}" for n in range(3)) + " |")

draw = random.Random(1)
differences = [results["ours"][i][0] - results["plain"][i][0] for i in ids]
worse = sum(sum(draw.choices(differences, k=len(ids))) <= 0 for _ in range(10_000))
print(f"\nnDCG@10 of ours less plain: {sum(differences) / len(ids):+.3f}; in {worse} of 10,000 bootstrap samples not better (p = {worse / 10_000:.4f}).")
for query in queries:
    a, b = results["plain"][query[0]][0], results["ours"][query[0]][0]
    if a - b > 0.05:
        print(f"behind on {query[0]} {query[2]}: {a:.3f} plain, {b:.3f} ours", file=sys.stderr)
