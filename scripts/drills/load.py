"""Slow senders, slow readers, and more searches and long pages than the server can do: what others wait meanwhile. A probe asks for one record, one by one, alone and beside each of them, and beside the same storm against
a second server on the same machine, in turns: what the storm takes from the machine, its clients' own work with it, is there in both, and what is more is the server's.
Fails when the median of a point look-up's p99 is more than twice what it is alone and also more than twice what it is beside the other server's storm, or a refusal comes without Retry-After.
Beside clients that read the longest pages as fast as they come it is told and not judged: the threads that send these pages are those that answer look-ups.
Control: a server whose priorities are turned round, so that look-ups stand behind searches, must fail the same test."""

import contextlib, http.client, json, multiprocessing, os, socket, threading, time
from drill import Server, call, end, folder, median, new, options, probe

given = options(__doc__, rounds=4)   # seconds a phase
TURNS, EVENTS, BEHIND, LOWEST = 5, 30_000, 10, 19


def searching(stop, outcomes, port, path):
    """A client that never pauses."""
    while not stop.is_set():
        status = "broken"
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            connection.close()
            status = answer.status if answer.status != 503 or answer.headers["Retry-After"] else "no Retry-After"
        outcomes[status] = outcomes.get(status, 0) + 1


def sending(stop, outcomes, port, key):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as out:
        out.sendall(f"POST /v1/topics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n".encode())
        while not stop.wait(0.1):
            out.sendall(b"{")


def reading(stop, outcomes, port, path):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as out:
        out.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        out.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while not stop.wait(0.1):
            out.recv(16)


def storm(work, number, stop, there, *args):
    """So many clients, in a process of their own and behind all others: they stand for clients elsewhere, which take no core from the server."""
    os.nice(BEHIND)
    ending, outcomes = threading.Event(), {}
    threads = [threading.Thread(target=work, args=(ending, outcomes, *args), daemon=True) for _ in range(number)]
    for thread in threads:
        thread.start()
    stop.wait()
    ending.set()
    for thread in threads:
        thread.join(60)
    there.send(outcomes)


@contextlib.contextmanager
def beside(outcomes, *what):
    stop, (here, there) = multiprocessing.Event(), multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=storm, args=(*what[:2], stop, there, *what[2:]))
    process.start()
    time.sleep(0.5)
    try:
        yield
    finally:
        stop.set()
        for status, count in here.recv().items():
            outcomes[str(status)] = outcomes.get(str(status), 0) + count
        process.join()


def waits(server):
    """Seconds that the server's threads had something to do and no core, of those that answer and of those that search."""
    total = [0, 0]
    for thread in os.listdir(f"/proc/{server.process.pid}/task"):
        with contextlib.suppress(OSError):
            with open(f"/proc/{server.process.pid}/task/{thread}/comm") as name, open(f"/proc/{server.process.pid}/task/{thread}/schedstat") as found:
                total[name.read().startswith(("searches", "heavy"))] += int(found.read().split()[1]) / 1e9
    return total


def turned_round(server):
    """All threads of the server but those that search get the lowest priority, and those that they start have it from them."""
    for thread in os.listdir(f"/proc/{server.process.pid}/task"):
        with contextlib.suppress(OSError), open(f"/proc/{server.process.pid}/task/{thread}/comm") as name:
            if not name.read().startswith(("searches", "heavy")):
                os.setpriority(os.PRIO_PROCESS, int(thread), LOWEST)


with folder() as at:
    catalogues = [os.path.join(at, f"{name}.db") for name in ("catalogue", "other")]
    for catalogue in catalogues:
        call(given, "generate", "--events", str(EVENTS), "--seed", str(given.seed), "--catalogue", catalogue, "--create")
    key = new(given, catalogues[0])
    server = Server(given, catalogues[0], path="/v1/events?limit=1")
    given.port = 0
    other = Server(given, catalogues[1], path="/v1/events?limit=1")
    some = json.loads(server.ask("GET", "/v1/events?limit=20")[2])["items"]
    words = sorted({word.strip(",.").lower() for event in some for word in event["title"].split() if len(word) > 4})
    counts = {word: json.loads(server.ask("GET", f"/v1/events?q={word}&limit=1")[2])["total"]["value"] for word in words[:15]}
    search = f"/v1/events?q={max(counts, key=counts.get)}&facets=type,country,actor,topic,year&limit=100"
    lookup = f"/v1/events/{some[0]['id']}"
    outcomes = {}

    def p99(of=server):
        return probe(of.port, lookup, given.rounds)

    def turns(work, number, *args, same=True):
        """Each turn: alone, beside it, beside the same on the other server, and what the server's threads waited for a core meanwhile, in seconds a second."""
        found = []
        for _ in range(TURNS):
            alone = p99()
            with beside(outcomes, work, number, server.port, *args):
                before = waits(server)
                own = p99()
                waited = [round((after - b) / given.rounds, 2) for after, b in zip(waits(server), before)]
            elsewhere = alone
            if same:
                with beside({}, work, number, other.port, *args):
                    elsewhere = p99()
            found.append((alone, own, elsewhere, *waited))
        return found

    for warmed in (server, other):
        for _ in range(10):
            warmed.ask("GET", search)
    p99()
    found = {"100 slow senders": turns(sending, 100, key, same=False), "100 slow readers": turns(reading, 100, "/v1/events?format=ndjson", same=False),
             "32 searchers": turns(searching, 32, search), "32 readers of long pages": turns(searching, 32, "/v1/events?limit=500")}
    began = time.monotonic()
    healthy = server.ask("GET", "/healthz")[0] == 200
    recovered = time.monotonic() - began
    again = p99()

    turned_round(server)
    # What it is held to is what was measured before: alone it answers late too.
    control = [(alone, own, elsewhere, *waited) for (alone, _, elsewhere, *_), (_, own, _, *waited) in zip(found["32 searchers"], turns(searching, 32, search, same=False))]
    server.stop()
    other.stop()

    def told(turns):
        alone, own, elsewhere, answering, searching = (median(values) for values in zip(*turns))
        return {"alone": alone, "beside": own, "beside the other server's": elsewhere, "times alone": round(own / alone, 1), "times beside the other's": round(own / elsewhere, 1),
                "each turn": [turn[:3] for turn in turns], "threads wait for a core, s/s": {"answering": answering, "searching": searching}}

    def fits(turns):
        alone, own, elsewhere, *_ = (median(values) for values in zip(*turns))
        return own <= 2 * max(alone, elsewhere)

    end({"drill": "load", "seconds a phase": given.rounds, "p99 of a look-up, ms": {**{name: told(pairs) for name, pairs in found.items()}, "afterwards": again}, "answers": outcomes, "healthz after it, s": round(recovered, 2),
         "control": told(control), "control fails": not fits(control)},
        all(fits(turns) for name, turns in found.items() if name != "32 readers of long pages") and not fits(control) and healthy and set(outcomes) <= {"200", "503"} and "200" in outcomes)
