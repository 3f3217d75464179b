"""The program within 256 MB (a control group of the kernel, which kills what needs more): an import, an export of all of it, a search storm and writes go through, and neither the import nor the export needs more the longer it is.
--rounds says how many thousand lines. Control: with 48 MB it must fail."""

import http.client, json, os, random, threading, time
from drill import Group, Server, end, folder, new, options, private

given = options(__doc__, rounds=1000)
LIMIT, TOO_LITTLE, GROWTH = 256 << 20, 48 << 20, 50 << 20


class Watch:
    """The most private memory while something runs."""

    def __init__(self, server):
        self.before = self.most = private(server.process.pid)
        self._server, self._stop = server, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._stop.wait(0.1) and self._server.process.poll() is None:
            self.most = max(self.most, private(self._server.process.pid))

    def end(self):
        self._stop.set()
        self._thread.join()
        return {"before": self.before >> 20, "at most": self.most >> 20}


with folder() as at:
    catalogue, rows = os.path.join(at, "catalogue.db"), os.path.join(at, "rows.ndjson")
    words = [f"word{n}" for n in range(2000)]
    with open(rows, "w") as out:
        for n in range(given.rounds * 1000):
            out.write(json.dumps({"type": "consult", "title": f"Talks {n} on {random.choice(words)} and {random.choice(words)}", "date": f"{1990 + n % 35}-{1 + n % 12:02}-{1 + n % 28:02}", "summary": " ".join(random.choice(words) for _ in range(30))}) + "\n")
    key = new(given, catalogue)
    group = Group(LIMIT)
    server = Server(given, catalogue, group=group)
    given.port = server.port
    # The first hundredth warms up what every import needs.
    found, began = {}, time.monotonic()

    def imported(path):
        with open(path, "rb") as body:
            status, headers, text = server.ask("POST", "/v1/imports?format=ndjson&filename=rows.ndjson", body, key, {"Content-Type": "application/octet-stream"}, timeout=600)
        assert status == 202, text
        while (state := json.loads(server.ask("GET", headers["Location"])[2]))["status"] in ("queued", "running"):
            time.sleep(0.2)
        return state

    first = os.path.join(at, "first.ndjson")
    with open(rows) as source, open(first, "w") as out:
        for _ in range(given.rounds * 10):
            out.write(source.readline())
    small = imported(first)
    watch = Watch(server)
    state = imported(rows)
    found["import"] = watch.end()
    took = time.monotonic() - began
    watch, began, lines = Watch(server), time.monotonic(), 0
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    connection.request("GET", "/v1/events?format=ndjson&end=true")
    answer, last = connection.getresponse(), b""
    while some := answer.read(1 << 20):
        lines += some.count(b"\n")
        last = (last + some)[-400:]
    connection.close()
    exporting = time.monotonic() - began
    found["export"] = watch.end()
    whole = b'{"$end":' in last
    watch, searches, stop = Watch(server), {}, threading.Event()

    def search(n):
        while not stop.is_set():
            status = server.ask("GET", f"/v1/events?q={words[n]}&facets=type,country,year&total=exact&limit=100", timeout=60)[0]
            searches[status] = searches.get(status, 0) + 1

    threads = [threading.Thread(target=search, args=(n,), daemon=True) for n in range(16)]
    for thread in threads:
        thread.start()
    written = sum(server.ask("POST", "/v1/topics", json.dumps({"label": f"Meanwhile {n}"}), key)[0] == 201 for n in range(100))
    time.sleep(5)
    stop.set()
    for thread in threads:
        thread.join(60)
    found["16 searchers and 100 writes"] = watch.end()
    alive, most = server.process.poll() is None, group.most()
    server.stop()
    group.remove()

    group = Group(TOO_LITTLE)
    try:
        control = Server(given, catalogue, group=group)
        try:
            control.ask("GET", "/v1/events?format=ndjson", timeout=30)
            failed = control.process.poll() is not None
        except Exception:
            failed = True
        control.kill()
    except RuntimeError:
        failed = True
    time.sleep(0.5)
    group.remove()
    counts = state["counts"]
    end({"drill": "memory", "limit, MB": LIMIT >> 20, "lines": given.rounds * 1000, "import": {"status": state["status"], "created": counts["created"], "rejected": counts["rejected"], "s": round(took)}, "export": {"lines": lines, "whole": whole, "s": round(exporting, 1)},
         "private memory, MB": found, "in the group at most, MB": most >> 20, "searches": searches, "written": written, "control failed": failed},
        alive and state["status"] == "done" and counts["rejected"] == 0 and lines >= given.rounds * 1000 and whole and all((part["at most"] - part["before"]) << 20 <= GROWTH for name, part in found.items() if name in ("import", "export")) and set(searches) <= {200, 503} and written == 100 and failed)
