"""SQL injection by an outside scanner (sqlmap, from Debian: apt install sqlmap) on every parameter of every list, every id in a path and every member of a query in a body: it must find none.
--rounds bounds how many addresses are scanned. Control: a small server that puts what it is sent into its SQL must be found injectable by the same call."""

import json, os, random, re, shutil, sqlite3, subprocess, sys, tempfile, threading, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from drill import Server, end, folder, options

given = options(__doc__, rounds=1000)
program = os.environ.get("SQLMAP", "sqlmap").split()
if not shutil.which(program[0]):
    print("not run: there is no sqlmap on this machine (apt install sqlmap, or SQLMAP='python3 …/sqlmap.py')")
    sys.exit(0)


def scan(addresses, at, *more, patience=3600):
    """What can be injected, of how many it is known that nothing can, and what the scanner said last."""
    output, listed = tempfile.mkdtemp(dir=at), os.path.join(at, "addresses")
    with open(listed, "w") as out:
        out.write("\n".join(addresses) + "\n")
    call_ = [*program, *(["-u", addresses[0]] if len(addresses) == 1 else ["-m", listed]), "--batch", "--dbms=SQLite", "--technique=BEUS", "--level=1", "--risk=1", "--threads=2", "--ignore-code=*", "--disable-coloring", "--flush-session", "--timeout=20", "--retries=1", "--output-dir", output, *more]
    try:
        told = subprocess.run(call_, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=patience, stdin=subprocess.DEVNULL).stdout
    except subprocess.TimeoutExpired as late:
        told = (late.stdout or b"").decode(errors="replace")
    found = re.findall(r"^Parameter: (.*)$", told, re.M) if "identified the following injection point" in told else []
    return found, told.count("do not appear to be injectable"), told.strip().splitlines()[-1:]


class Leaky(BaseHTTPRequestHandler):
    """What must be found."""

    def do_GET(self):
        value = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("country", [""])[0]
        connection = sqlite3.connect(":memory:")
        connection.execute("CREATE TABLE events(id, country, title)")
        connection.executemany("INSERT INTO events VALUES (?, ?, ?)", [(n, "KWT", f"Event {n}") for n in range(5)])
        try:
            rows, status = connection.execute(f"SELECT id, title FROM events WHERE country = '{value}'").fetchall(), 200
        except sqlite3.Error as error:
            rows, status = str(error), 500
        body = json.dumps(rows).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


with folder() as at:
    catalogue = os.path.join(at, "catalogue.db")
    server = Server(given, catalogue, seed="default")
    document = json.loads(server.ask("GET", "/openapi/v1.json")[2])

    def resolved(part):
        while "$ref" in part:
            name = part["$ref"].split("/")[1:]
            part = document
            for step in name:
                part = part[step.replace("~1", "/")]
        return part

    def value(parameter):
        schema = resolved(parameter["schema"])
        one = resolved(schema.get("items", schema))
        if "enum" in one:
            return str(one["enum"][0])
        return {"integer": "1", "number": "1", "boolean": "true"}.get(one.get("type"), "kuwait" if parameter["name"] not in ("from", "to", "date", "asOf", "published") else "2025")

    root, targets, bodies, parameters = f"http://127.0.0.1:{server.port}", [], [], set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            asked = [resolved(p) for p in operation.get("parameters", [])]
            query = [p for p in asked if p["in"] == "query" and p["name"] not in ("format", "cursor", "seed")]
            if method == "get" and path.startswith("/v1") and not path.endswith("/stream") and "snapshot" not in path:
                address = path
                for p in asked:
                    if p["in"] == "path":
                        # A star marks where sqlmap puts its texts.
                        address = address.replace("{" + p["name"] + "}", urllib.parse.quote(str(p.get("example", "x"))) + "*")
                names = [p for p in query if (p["name"], value(p)) not in parameters]
                parameters |= {(p["name"], value(p)) for p in names}
                targets += [root + address] * ("*" in address) + [f"{root}{address.replace('*', '')}?{urllib.parse.urlencode([(p['name'], value(p))])}" for p in names]
            elif method == "post" and path.endswith("/query") and path in ("/v1/events/query", "/v1/actors/query"):
                bodies.append((root + path, json.dumps({"q": "kuwait*", "country": "KWT*", "ids": ["E1*"] if "events" in path else ["nato*"]})))
    every = len(targets)
    # Spread over all of them, by the seed.
    random.shuffle(targets)
    targets = targets[:given.rounds]
    injectable, clean, last = scan(targets, at)
    for address, body in bodies:
        found, none, _ = scan([address], at, "--method=POST", "--headers=Content-Type: application/json", "--data", body, patience=600)
        injectable += found
        clean += none
    healthy = server.ask("GET", "/healthz")[0] == 200
    server.stop()
    log = open(catalogue + ".log").read()

    leaky = ThreadingHTTPServer(("127.0.0.1", 0), Leaky)
    threading.Thread(target=leaky.serve_forever, daemon=True).start()
    control, _, _ = scan([f"http://127.0.0.1:{leaky.server_port}/v1/events?country=KWT"], at, patience=300)
    end({"drill": "injection", "scanned": len(targets) + len(bodies), "of": every + len(bodies), "injectable": injectable, "known to be clean": clean, "the scanner's last word": last, "healthy": healthy, "errors of the engine in the log": log.count("SqliteException"), "control found": control},
        not injectable and clean >= len(targets) + len(bodies) and healthy and bool(control) and "SqliteException" not in log)
