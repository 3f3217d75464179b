"""A steady mixture of reads, searches, exports, writes and streams for as many minutes as --rounds says, at a pace the server does not feel: memory, handles, threads and the log stay flat once it has warmed up.
Control: the same test must notice what was measured when a leak is added to it that makes half as much again of memory and twice as many handles."""

import json, os, random, socket, threading, time
from drill import Server, end, folder, median, new, options, private

given = options(__doc__, rounds=20)
PACE = 40   # requests a second
with folder() as at:
    catalogue = os.path.join(at, "catalogue.db")
    key = new(given, catalogue)
    server = Server(given, catalogue, seed="default", path="/v1/topics?limit=1")
    outcomes, odd, lock, samples, began = {}, [], threading.Lock(), [], time.monotonic()
    until = began + 60 * given.rounds
    reads = ["/v1/events?limit=25", "/v1/events/E1", "/v1/actors/nato", "/v1/meetings?actor=nato&limit=10", "/v1/events?q=security&limit=10", "/v1/events?q=ministers&facets=type,country&limit=10", "/v1/search?q=kuwait", "/v1/suggest?q=nat", "/v1/events/aggregate?by=country,year",
             "/v1/events/clusters?zoom=3", "/v1/actors?memberOf=nato&lang=ar", "/v1/topics?format=ndjson&end=true", "/v1/events?country=KWT&format=csv", "/v1/changes?since=0", "/v1/stats", "/metrics", "/v1/topics/nothing", "/v1/events?contry=x"]

    def one():
        choice = random.random()
        if choice < 0.2:
            status, headers, text = server.ask("POST", "/v1/topics", json.dumps({"label": f"Soaked {random.random()}"}), key)
            if status == 201 and random.random() < 0.8:
                server.ask("DELETE", f"/v1/topics/{json.loads(text)['id']}", key=key, headers={"If-Match": "*"})
        elif choice < 0.22:
            # A stream that is left.
            with socket.create_connection(("127.0.0.1", server.port), timeout=5) as stream:
                stream.sendall(b"GET /v1/changes/stream HTTP/1.1\r\nHost: x\r\n\r\n")
                stream.recv(100)
            status = 200
        else:
            path = random.choice(reads)
            status, _, text = server.ask("GET", path)
            if status not in (200, 304, 400, 404):
                odd.append(f"{status} to {path}: {text[:300]}")
        with lock:
            outcomes[status] = outcomes.get(status, 0) + 1

    def client(number):
        while time.monotonic() < until:
            at_ = time.monotonic()
            try:
                one()
            except OSError:
                with lock:
                    outcomes["broken"] = outcomes.get("broken", 0) + 1
            time.sleep(max(0, 4 / PACE - (time.monotonic() - at_)))

    threads = [threading.Thread(target=client, args=(n,), daemon=True) for n in range(4)]
    for thread in threads:
        thread.start()
    while time.monotonic() < until:
        time.sleep(min(5, max(0.1, until - time.monotonic())))
        pid = server.process.pid
        log = os.path.getsize(catalogue + "-wal") if os.path.exists(catalogue + "-wal") else 0
        samples.append({"minute": (time.monotonic() - began) / 60, "private, MB": private(pid) / (1 << 20), "handles": len(os.listdir(f"/proc/{pid}/fd")), "threads": len(os.listdir(f"/proc/{pid}/task")), "log, MB": log / (1 << 20)})
    for thread in threads:
        thread.join(60)
    server.stop()
    # The first third is warming up; then the median of the first half of the rest is compared with that of the second.
    steady = samples[len(samples) // 3:]
    # A tenth more, and so much beside it, is noise; the log is emptied when it is long, so it comes and goes.
    bounds = {"private, MB": 5, "handles": 5, "threads": 4, "log, MB": 64}

    def halves(series, name):
        values = [s[name] for s in series]
        return median(values[:len(values) // 2]), median(values[len(values) // 2:])

    def flat(series):
        return all(late <= 1.1 * early + more for more, (early, late) in ((more, halves(series, name)) for name, more in bounds.items()))

    minutes = steady[-1]["minute"] - steady[0]["minute"]
    leaking = [{**s, "private, MB": s["private, MB"] * (1 + 0.5 * (s["minute"] - steady[0]["minute"]) / minutes), "handles": s["handles"] * (1 + (s["minute"] - steady[0]["minute"]) / minutes)} for s in steady]
    end({"drill": "soak", "minutes": given.rounds, "requests": sum(outcomes.values()), "answers": {str(k): v for k, v in outcomes.items()}, "odd": odd[:5], "early and late medians": {name: [round(v, 1) for v in halves(steady, name)] for name in bounds}, "at most": {name: round(max(s[name] for s in samples), 1) for name in bounds},
         "control noticed": not flat(leaking)}, flat(steady) and not flat(leaking) and set(outcomes) <= {200, 201, 304, 400, 404})
