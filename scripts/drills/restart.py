"""Restarts behind a proxy while clients read and write, and what is under way when the server is told to stop: no request fails, what was answered is there, an export ends whole or breaks off loudly, and open streams hold nothing up.
The proxy is as plain as they come: it waits while the server is away, and asks once more what got no answer at all (reads, and writes that carry an Idempotency-Key).
Control: the same through a proxy that does not wait must fail requests, and an export that is cut must be told from one that is whole."""

import contextlib, hashlib, http.client, json, os, random, socket, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from drill import Server, copied, end, folder, look, new, options

given = options(__doc__, rounds=10)
CLIENTS, PATIENCE = 8, 30


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    port, waits = 0, True

    def pass_on(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        may_repeat, until = self.command == "GET" or self.headers["Idempotency-Key"], time.monotonic() + PATIENCE
        while True:
            connection, sent = http.client.HTTPConnection("127.0.0.1", Proxy.port, timeout=30), False
            try:
                connection.connect()
                sent = True
                connection.request(self.command, self.path, body or None, {name: value for name, value in self.headers.items() if name not in ("Host", "Connection")})
                answer = connection.getresponse()
                text = answer.read()
                break
            except (OSError, http.client.HTTPException):
                if not Proxy.waits or sent and not may_repeat or time.monotonic() > until:
                    self.send_error(502)
                    return
                time.sleep(0.02)
            finally:
                connection.close()
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name not in ("Transfer-Encoding", "Connection", "Content-Length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = pass_on

    def log_message(self, *_):
        pass


class Front(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


with folder() as at:
    catalogue = os.path.join(at, "catalogue.db")
    key = new(given, catalogue)
    server = Server(given, catalogue)
    given.port = Proxy.port = server.port
    front = Front(("127.0.0.1", 0), Proxy)
    threading.Thread(target=front.serve_forever, daemon=True).start()
    acknowledged, outcomes, waited, lock, stop = set(), {}, [], threading.Lock(), threading.Event()

    def client(number):
        n = 0
        while not stop.is_set():
            n += 1
            began = time.monotonic()
            status = "broken"
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", front.server_port, timeout=60)
                if n % 2:
                    connection.request("POST", "/v1/topics", json.dumps({"label": f"Client {number} request {n} of {id(stop)}"}), {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": f"{number}-{n}-{id(stop)}"})
                else:
                    connection.request("GET", "/v1/topics?limit=3")
                answer = connection.getresponse()
                text = answer.read()
                status = answer.status
                if status == 201:
                    with lock:
                        acknowledged.add(json.loads(text)["id"])
                connection.close()
            with lock:
                outcomes[status] = outcomes.get(status, 0) + 1
                waited.append(time.monotonic() - began)

    def clients(rounds):
        """So many restarts under clients; how long each stop and start took."""
        global server
        stop.clear()
        threads = [threading.Thread(target=client, args=(n,), daemon=True) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        stops, starts = [], []
        for _ in range(rounds):
            time.sleep(random.uniform(0.3, 0.8))
            began = time.monotonic()
            server.stop()
            stops.append(round(time.monotonic() - began, 2))
            server = Server(given, catalogue)
            starts.append(round(server.seconds, 2))
        time.sleep(0.5)
        stop.set()
        for thread in threads:
            thread.join(60)
        return stops, starts

    stops, starts = clients(given.rounds)
    found, promised = dict(outcomes), set(acknowledged)
    longest = round(max(waited), 2)

    # What is under way when it is told to stop. Enough rows that an export does not fit the buffers on its way.
    for batch in range(20):
        server.ask("POST", "/v1/topics/batch", "".join(json.dumps({"label": f"Row {batch} {n} " + "with a long text " * 15}) + "\n" for n in range(1000)), key, {"Content-Type": "application/x-ndjson"}, timeout=120)

    def export(wait):
        """Reads an export slowly; whether it is whole, or how it broke off."""
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as out:
            out.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
            out.sendall(b"GET /v1/topics?format=ndjson&end=true HTTP/1.1\r\nHost: x\r\n\r\n")
            data = out.recv(8192)
            began.set()
            time.sleep(wait)
            try:
                while not data.endswith(b"0\r\n\r\n"):
                    some = out.recv(1 << 16)
                    if not some:
                        return "broken off"
                    data += some
            except OSError:
                return "broken off"
        return "whole" if b'{"$end":' in data else "silently cut"

    exports, quick = {}, []
    for wait in (0, 0.5, 8):
        began = threading.Event()
        result = []
        reader = threading.Thread(target=lambda: result.append(export(wait)))
        reader.start()
        began.wait(30)
        at_ = time.monotonic()
        server.stop(timeout=90)
        quick.append(round(time.monotonic() - at_, 2))
        reader.join(90)
        exports[f"reader pauses {wait} s"] = result[0] if result else "no answer"
        server = Server(given, catalogue)
    streams = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(50)]
    for stream in streams:
        stream.sendall(b"GET /v1/changes/stream HTTP/1.1\r\nHost: x\r\n\r\n")
        stream.recv(1024)
    at_ = time.monotonic()
    server.stop(timeout=90)
    with_streams = round(time.monotonic() - at_, 2)
    for stream in streams:
        stream.close()
    faults, held = look(copied(catalogue, os.path.join(at, "copy.db")))

    # Control.
    server = Server(given, catalogue)
    Proxy.waits = False
    outcomes.clear()
    clients(2)
    control = {str(status): n for status, n in outcomes.items() if status not in (200, 201)}
    server.stop()
    end({"drill": "restart", "restarts": given.rounds, "answers": {str(k): v for k, v in found.items()}, "acknowledged": len(promised), "lost": len(promised - held), "longest wait, s": longest, "stop, s": max(stops), "start, s": max(starts), "exports at a stop": exports, "stop with a slow export, s": quick,
         "stop with 50 open streams, s": with_streams, "unsound": faults, "control: failed": control}, set(found) <= {200, 201} and not faults and promised <= held and all(v in ("whole", "broken off") for v in exports.values()) and with_streams < 10 and max(quick) < 40 and bool(control))
