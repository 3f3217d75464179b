"""Slow senders, slow readers, and more searches than the server can do: what others wait meanwhile. A probe asks for one record, one by one, alone and beside each of them in turns, so that what else the machine does meanwhile falls on both.
Fails when the median of a point look-up's p99 more than doubles (and by more than 20 ms, for the noise of a shared machine) or a refusal comes without Retry-After. Control: a p99 that is larger by a millisecond than what is allowed must fail the same test."""

import http.client, os, socket, threading, time
from drill import Server, end, folder, median, new, options, probe

given = options(__doc__, rounds=5)   # seconds a phase
TURNS = 5
with folder() as at:
    catalogue = os.path.join(at, "catalogue.db")
    key = new(given, catalogue)
    server = Server(given, catalogue)
    batch = "".join(f'{{"id":"t-{n}","label":"Topic {n} of many words in a long label that many searches find again and again"}}\n' for n in range(2000))
    status, _, text = server.ask("POST", "/v1/topics/batch", batch, key, {"Content-Type": "application/x-ndjson"}, timeout=120)
    assert status == 200, text

    def p99(seconds):
        return probe(server.port, "/v1/topics/t-1", seconds)

    def beside(work, number):
        """Pairs of p99: alone, and beside so many that do this."""
        return [(p99(given.rounds), meanwhile(work, number)) for _ in range(TURNS)]

    def meanwhile(work, number):
        stop = threading.Event()
        threads = [threading.Thread(target=work, args=(stop, n), daemon=True) for n in range(number)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        found = p99(given.rounds)
        stop.set()
        for thread in threads:
            thread.join(30)
        return found

    def sender(stop, _):
        with socket.create_connection(("127.0.0.1", server.port), timeout=2) as out:
            try:
                out.sendall(f"POST /v1/topics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n".encode())
                while not stop.wait(0.1):
                    out.sendall(b"{")
            except OSError:
                pass

    def reader(stop, _):
        with socket.create_connection(("127.0.0.1", server.port), timeout=2) as out:
            out.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            try:
                out.sendall(b"GET /v1/topics?format=ndjson HTTP/1.1\r\nHost: x\r\n\r\n")
                while not stop.wait(0.1):
                    out.recv(16)
            except OSError:
                pass

    outcomes, lock = {}, threading.Lock()

    def searcher(stop, n):
        while not stop.is_set():
            try:
                began = time.monotonic()
                status, headers, _ = server.ask("GET", f"/v1/topics?q=many+words+{n}&total=exact&limit=100")
                with lock:
                    outcomes[status] = outcomes.get(status, 0) + 1
                    if status == 503 and not headers["Retry-After"]:
                        outcomes["no Retry-After"] = 1
            except (OSError, http.client.HTTPException):
                with lock:
                    outcomes["broken"] = outcomes.get("broken", 0) + 1

    p99(2)
    found = {"100 slow senders": beside(sender, 100), "100 slow readers": beside(reader, 100), "32 searchers": beside(searcher, 32)}
    began = time.monotonic()
    healthy = server.ask("GET", "/healthz")[0] == 200
    recovered = time.monotonic() - began
    again = p99(2)
    server.stop()

    def allowed(alone):
        return max(2 * alone, alone + 20)

    def fits(pairs, more=0):
        alone, meanwhile = (median(values) for values in zip(*pairs))
        return meanwhile + more <= allowed(alone)

    def told(pairs):
        alone, meanwhile = (median(values) for values in zip(*pairs))
        return {"alone": alone, "beside": meanwhile, "times": round(meanwhile / alone, 1), "times, each turn": [round(b / a, 1) for a, b in pairs]}

    one = median([alone for alone, _ in found["32 searchers"]])
    end({"drill": "load", "seconds a phase": given.rounds, "p99 of a look-up, ms": {**{name: told(pairs) for name, pairs in found.items()}, "afterwards": again}, "searches": outcomes, "healthz after it, s": round(recovered, 2), "control fails": not fits([(one, allowed(one))], 1)},
        all(map(fits, found.values())) and not fits([(one, allowed(one))], 1) and healthy and set(outcomes) <= {200, 503} and 200 in outcomes)
