"""A thousand event streams, of which a hundred never read and some break off now and then, while records are written: each that reads or comes back has every change once and in order, the writers are not held up,
and the server's memory stays bounded. Controls: a stream of which one change is taken out must be noticed, and so must one that has a change twice."""

import asyncio, json, os, random, resource, time
from drill import Server, end, folder, median, new, options, private

STREAMS, DEAF, CHANGES = 1000, 100, 50
given = options(__doc__, rounds=20)   # batches of CHANGES
resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)


class Stream:
    def __init__(self, port, breaks):
        self.port, self.breaks, self.seen, self.last, self.resumed = port, breaks, [], 0, 0

    async def open(self, limit=None):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 16)
        self.writer.write(f"GET /v1/changes/stream?since=0 HTTP/1.0\r\nHost: x\r\n{f'Last-Event-ID: {self.last}' + chr(13) + chr(10) if self.last else ''}\r\n".encode())
        await self.writer.drain()

    async def read(self, until):
        """Reads until this change was told; breaks off and comes back where chance wants it."""
        await self.open()
        buffer, told, has_data = b"", None, False
        try:
            while self.last < until:
                data = await self.reader.read(1 << 14)
                if not data:
                    await asyncio.sleep(0.05)
                    buffer, told, has_data = b"", None, False
                    await self.open()
                    continue
                buffer += data
                *lines, buffer = buffer.split(b"\n")
                for line in lines:
                    if line.startswith(b"id: "):
                        told = int(line[4:])
                    elif line.startswith(b"data: "):
                        has_data = True
                    elif not line.strip() and told:
                        # An event counts when it has ended; a number alone only says how far the stream has got.
                        if has_data:
                            self.seen.append(told)
                        self.last, told, has_data = told, None, False
                if self.breaks and random.random() < 0.02:
                    self.resumed += 1
                    self.writer.close()
                    buffer, told, has_data = b"", None, False
                    await self.open()
        finally:
            self.writer.close()


def faults(seen, last):
    """Changes that are missing, twice or out of order."""
    return abs(len(seen) - last) + sum(a + 1 != b for a, b in zip(seen, seen[1:]))


async def main(server, key):
    streams = [Stream(server.port, n % 10 == 0) for n in range(STREAMS)]
    deaf, hearing = streams[:DEAF], streams[DEAF:]
    for stream in deaf:
        await stream.open()
        # Nothing is ever taken out of the socket.
        stream.reader._transport.pause_reading()
    loop = asyncio.get_running_loop()
    before, most, took = private(server.process.pid), 0, []
    first = json.loads(server.ask("GET", "/v1/changes?since=0")[2])["watermark"]
    total = first + given.rounds * CHANGES
    reading = [asyncio.create_task(stream.read(total)) for stream in hearing]
    await asyncio.sleep(1)
    open_ = private(server.process.pid)
    for round_ in range(given.rounds):
        lines = "".join(json.dumps({"label": f"Change {round_} {n} with a text that takes some room in each of a thousand sockets"}) + "\n" for n in range(CHANGES))
        began = time.monotonic()
        status, _, text = await loop.run_in_executor(None, lambda: server.ask("POST", "/v1/topics/batch", lines, key, {"Content-Type": "application/x-ndjson"}))
        took.append(time.monotonic() - began)
        assert status == 200, text
        most = max(most, private(server.process.pid))
        await asyncio.sleep(0.05)
    began = time.monotonic()
    await asyncio.wait_for(asyncio.gather(*reading), 600)
    all_told = time.monotonic() - began
    most = max(most, private(server.process.pid))
    healthy = (await loop.run_in_executor(None, lambda: server.ask("GET", "/healthz")))[0] == 200
    # The deaf ones leave without having read, and come back.
    for stream in deaf:
        stream.writer.transport.abort()
    await asyncio.wait_for(asyncio.gather(*(stream.read(total) for stream in deaf)), 300)
    gaps = sum(faults(stream.seen, total) for stream in streams)
    seen = streams[-1].seen
    control = faults(seen[:5] + seen[6:], total) > 0 and faults(seen[:5] + seen[4:], total) > 0
    await asyncio.sleep(2)
    return {"drill": "streams", "streams": STREAMS, "that never read": DEAF, "changes": total, "events told": sum(len(s.seen) for s in streams), "gaps": gaps, "resumed": sum(s.resumed for s in streams) + DEAF,
            "private memory, MB": {"before": before >> 20, "with all open": open_ >> 20, "at most": most >> 20, "afterwards": private(server.process.pid) >> 20}, "write of a batch, s": {"median": round(median(took), 3), "worst": round(max(took), 3)},
            "all told after the last write, s": round(all_told, 1), "healthz": healthy, "control noticed": control}, gaps == 0 and healthy and control and most - before < 200 << 20


with folder() as at:
    catalogue = os.path.join(at, "catalogue.db")
    key = new(given, catalogue)
    server = Server(given, catalogue)
    report, held = asyncio.run(main(server, key))
    server.stop()
    end(report, held)
