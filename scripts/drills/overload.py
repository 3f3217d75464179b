"""Four times as many expensive searches as the server can do, at a steady pace whatever it answers: those that are too many are refused at once and told when to come back, look-ups and /healthz go on beside them,
and seconds after the flood all is as before. Control: a server whose queues refuse nobody must still be busy when it should have recovered."""

import asyncio, json, os, re, sys, time
from drill import Server, call, end, folder, median, options, probe

given = options(__doc__, rounds=15)   # seconds a phase
EVENTS, TIMES, RECOVERED = 30_000, 4, 5


async def ask(port, path, patience=60):
    """Status, headers, seconds until the answer was whole."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        data = await asyncio.wait_for(reader.read(-1), patience)
        head = data.split(b"\r\n\r\n", 1)[0].decode("latin-1").lower()
        return int(head.split(" ", 2)[1]), head, time.monotonic() - began
    finally:
        writer.close()


async def closed(port, path, seconds, clients=8):
    """How many a second it does when each client waits for its answer, and how long one takes."""
    took, until = [], time.monotonic() + seconds

    async def client():
        while time.monotonic() < until:
            status, _, seconds_ = await ask(port, path)
            if status == 200:
                took.append(seconds_)

    await asyncio.gather(*(client() for _ in range(clients)))
    return len(took) / seconds, median(took)


async def flood(port, path, rate, seconds):
    statuses, refused, told, health, tasks, began = {}, [], [], [], [], time.monotonic()

    async def one():
        try:
            status, head, seconds_ = await ask(port, path)
        except (OSError, asyncio.TimeoutError, IndexError, ValueError) as error:
            status, head, seconds_ = type(error).__name__, "", 0
        statuses[str(status)] = statuses.get(str(status), 0) + 1
        if status == 503:
            # A list, for some are refused after the flood is over.
            told.append("\r\nretry-after: " in head)
            if not told[-1]:
                print(head, file=sys.stderr)
            # The server's own word: this machine is busy with the flood itself.
            timing = re.search(r"server-timing: .*?dur=([0-9.]+)", head)
            refused.append(float(timing[1]) if timing else 1000 * seconds_)

    n = 0
    while time.monotonic() - began < seconds:
        n += 1
        tasks.append(asyncio.create_task(one()))
        if n % max(1, int(rate / 2)) == 0:
            status, _, seconds_ = await ask(port, "/healthz")
            health.append((status, round(seconds_, 3)))
        await asyncio.sleep(max(0, began + n / rate - time.monotonic()))
    over = time.monotonic()
    return statuses, refused, told, health, tasks, over


async def main(server, path, seconds):
    rate, usual = await closed(server.port, path, seconds / 2)
    alone = await asyncio.to_thread(probe, server.port, lookup, seconds / 2)
    pending = asyncio.create_task(flood(server.port, path, TIMES * rate, seconds))
    await asyncio.sleep(1)
    meanwhile = await asyncio.to_thread(probe, server.port, lookup, max(1, seconds - 2))
    statuses, refused, told, health, tasks, over = await pending
    recovered = None
    while recovered is None and time.monotonic() - over < 30:
        _, _, took = await ask(server.port, path)
        # As before: one such search takes about as long as it did.
        recovered = time.monotonic() - over if took < max(3 * usual, 0.5) else None
    await asyncio.gather(*tasks, return_exceptions=True)
    return {"sustained, /s": round(rate, 1), "one takes, s": round(usual, 3), "answers": statuses, "refused with Retry-After": f"{sum(told)} of {len(refused)}", "refused in, ms": {"median": round(median(refused), 1), "p99": round(sorted(refused)[int(len(refused) * 0.99)], 1)} if refused else None,
            "healthz": {"worst, s": max(s for _, s in health), "all 200": all(status == 200 for status, _ in health)}, "p99 of a look-up, ms": {"alone": alone, "meanwhile": meanwhile}, "recovered after, s": recovered and round(recovered, 1)}


with folder() as at:
    catalogue = os.path.join(at, "catalogue.db")
    call(given, "generate", "--events", str(EVENTS), "--seed", str(given.seed), "--catalogue", catalogue, "--create")
    server = Server(given, catalogue, path="/v1/events?limit=1")
    given.port = server.port
    some = json.loads(server.ask("GET", "/v1/events?limit=20")[2])["items"]
    words = sorted({word.strip(",.").lower() for event in some for word in event["title"].split() if len(word) > 4})
    counts = {word: json.loads(server.ask("GET", f"/v1/events?q={word}&limit=1")[2])["total"]["value"] for word in words[:15]}
    # The commonest is the most work.
    path, lookup = f"/v1/events?q={max(counts, key=counts.get)}&facets=type,country,actor,topic,year&limit=100&total=exact", f"/v1/events/{some[0]['id']}"
    found = asyncio.run(main(server, path, given.rounds))
    server.stop()
    server = Server(given, catalogue, {"Catalogue__HeavyQueue": "10000", "Catalogue__SearchQueue": "100000", "Catalogue__DeadlineMilliseconds": "60000"}, path="/v1/events?limit=1")
    control = asyncio.run(main(server, path, given.rounds))
    server.kill()

    def fits(run):
        refused = run["refused in, ms"]
        return bool(refused) and refused["p99"] <= 20 and run["healthz"]["all 200"] and run["refused with Retry-After"].split(" of ")[0] == run["refused with Retry-After"].split(" of ")[1] \
            and set(run["answers"]) <= {"200", "503"} and run["recovered after, s"] is not None and run["recovered after, s"] <= RECOVERED

    end({"drill": "overload", "seconds a phase": given.rounds, "times the sustained rate": TIMES, **found, "control": {name: control[name] for name in ("answers", "recovered after, s")}, "control fails": not fits(control)}, fits(found) and not fits(control))
