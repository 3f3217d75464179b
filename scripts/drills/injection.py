"""SQL injection. An outside scanner (sqlmap, from Debian: apt install sqlmap) is let loose on every parameter that the document has, each once and on an address that is answered as it stands, on every id in a path, on the headers of a write
and on the members of a query in a body; it must find none. --rounds bounds how many of these addresses.
Beside it, every parameter of every operation, one by one: texts that break out of a string, and a condition that is true beside one that is not, which must make no difference; this part is always whole, and needs no sqlmap.
Control: a small server that puts what it is sent into its SQL must be found by both."""

import http.client, json, os, random, re, shutil, sqlite3, subprocess, tempfile, threading, urllib.parse
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from drill import Server, call, end, folder, options

given = options(__doc__, rounds=1000)
program = os.environ.get("SQLMAP", "sqlmap").split()
SCANNERS = 4

# What is legal for a parameter that the document gives no closed list of words for, by its name without [not] and the like.
LEGAL = {"from": "2025", "to": "2025", "date": "2025", "asOf": "2025", "published": "2025", "updatedSince": "2020-01-01T00:00:00Z", "knownAt": "2099-01-01", "bbox": "40,20,60,40", "near": "29,48", "radius": "50km", "country": "KWT", "fields": "id", "lang": "ar", "key": "self",
         "q": "kuwait", "participant": "actor:nato", "host": "nato", "speaker": "nato", "party": "nato", "member": "kuwait", "memberOf": "nato", "organization": "nato", "partOf": "nato", "involves": "kuwait", "about": "actor:nato", "record": "actor:nato", "filename": "a.ndjson", "format": "json", "classification": "alliance", "language": "en", "kind": "event", "pointer": "/summary", "holder": "mark-rutte", "facets": "record"}
POOLS = {"actor": "actors", "onBehalfOf": "actors", "topic": "topics", "location": "locations", "situation": "situations", "dataset": "datasets", "source": "sources", "series": "meeting-series", "post": "posts", "event": "events"}
# What a parameter needs beside it, by its name.
BESIDE = {"dateMatch": [("date", "2025")], "geoMatch": [("near", "29,48")], "radius": [("near", "29,48")], "stem": [("q", "kuwait")], "explain": [("q", "kuwait")], "group": [("q", "kuwait")], "seed": [("sample", "5")], "end": [("format", "ndjson")], "rows": [("format", "csv")], "guard": [("format", "csv")],
          "fill": [("by", "year")], "measure": [("by", "year")]}
# A true condition and a false one, of the same words: to a search they are the same question.
TRUE, FALSE = "' AND '12'<'21", "' AND '21'<'12"
BROKEN = ["'\"", "')--", TRUE, FALSE]


def scan(addresses, at, *more, patience=2700):
    """What can be injected, and the addresses of which it is not known that nothing can, each with what the scanner said last of it."""
    output = tempfile.mkdtemp(dir=at)
    listed = os.path.join(output, "addresses")
    with open(listed, "w") as out:
        out.write("\n".join(addresses) + "\n")
    call_ = [*program, *(["-u", addresses[0]] if len(addresses) == 1 else ["-m", listed]), "--batch", "--dbms=SQLite", "--technique=BEUS", "--level=1", "--risk=1", "--threads=2", "--ignore-code=*", "--disable-coloring", "--flush-session", "--timeout=20", "--retries=1", "--output-dir", output, *more]
    try:
        told = subprocess.run(call_, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=patience, stdin=subprocess.DEVNULL).stdout
    except subprocess.TimeoutExpired as late:
        told = (late.stdout or b"").decode(errors="replace")
    found = re.findall(r"^Parameter: (.*)$", told, re.M) if "identified the following injection point" in told else []
    parts = dict(part.split("'", 1) for part in told.split("testing URL '")[1:])
    return found, {address: parts.get(address.replace("*", ""), parts.get(address, "not begun")).strip()[-120:] for address in addresses if "do not appear to be injectable" not in parts.get(address.replace("*", ""), parts.get(address, ""))}


def ask(port, method, path, headers, body):
    """Status, and how many items there are; a stream is left at once."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        if answer.status != 200 or not answer.headers["Content-Type"].startswith("application/json"):
            return answer.status, None
        found = json.loads(answer.read())
        return 200, len(found.get("items", [])) if isinstance(found, dict) else len(found)
    finally:
        connection.close()


def suspicious(put):
    """What is odd about a place that takes a text. put: asks with more text behind what is legal."""
    answers = [put(text) for text in BROKEN]
    odd = [f"{status} to {text}" for (status, _), text in zip(answers, BROKEN) if status >= 500]
    if answers[-1] != answers[-2]:
        odd.append(f"{answers[-2]} where a condition is true, {answers[-1]} where it is not")
    return odd


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
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


with folder() as at:
    catalogue = os.path.join(at, "catalogue.db")
    server = Server(given, catalogue, seed="default")
    key = call(given, "keys", "create", "--role", "admin", "--name", "drill", "--catalogue", catalogue)
    document = json.loads(server.ask("GET", "/openapi/v1.json")[2])
    writes = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def resolved(part):
        while "$ref" in part:
            name = part["$ref"].split("/")[1:]
            part = document
            for step in name:
                part = part[step.replace("~1", "/")]
        return part

    # One record of each kind, and of what is made by writing.
    server.ask("POST", "/v1/pins", json.dumps({"query": "/v1/events?country=KWT", "title": "x"}), key)
    server.ask("POST", "/v1/imports?format=ndjson", '{"kind":"organization","name":"Imported"}\n', key, {"Content-Type": "application/octet-stream"})
    source = json.loads(server.ask("GET", "/v1/sources?limit=1")[2])["items"][0]["id"]
    server.ask("POST", "/v1/claims", json.dumps({"record": {"kind": "actor", "id": "nato"}, "pointer": "/summary", "value": "x", "source": source}), key)
    first = {"errors": "not-found", "actors": "nato"}
    for path in document["paths"]:
        if path.count("/") == 2 and path.startswith("/v1/") and "get" in document["paths"][path] and path not in ("/v1/snapshot", "/v1/audit"):
            status, _, text = server.ask("GET", path + ("?q=kuwait" if path in ("/v1/search", "/v1/suggest") else ""), key=key)
            items = json.loads(text).get("items") if status == 200 else None
            if items and "id" in items[0]:
                first.setdefault(path.split("/")[2], str(items[0]["id"]))
    incidents = [json.loads(server.ask("GET", f"/v1/events/{item['id']}")[2]).get("incident") for item in json.loads(server.ask("GET", "/v1/events?limit=100")[2])["items"]]
    LEGAL["publisher"] = next((item["publisher"] for item in json.loads(server.ask("GET", "/v1/sources?limit=200")[2])["items"] if item.get("publisher") and "," not in item["publisher"]), "x")
    first["incidents"] = LEGAL["incident"] = next((incident for incident in incidents if incident), "x")

    def legal(path, parameter):
        name, schema = parameter["name"].split("[")[0], resolved(parameter["schema"])
        one = resolved(schema.get("items", schema))
        if "enum" in one:
            return str(next(word for word in one["enum"] if word != "outline"))
        if one.get("type") in ("integer", "number", "boolean"):
            return {"boolean": "true"}.get(one["type"], str(max(1, one.get("minimum", 1))))
        resource = path.split("/")[2]
        if resource == "relations" and name in ("from", "to"):
            return "actor:nato"
        if name == "ids" or name in ("within", "parent"):
            return first.get({"members": "memberships", "holders": "memberships"}.get(path.split("/")[-1], path.split("/")[-1] if path.endswith("/events") else resource), "x")
        return LEGAL.get(name) or first.get(POOLS.get(name.split(".")[0], ""), "x")

    def place(path, method):
        """The path with ids that are there."""
        names = {"id": first.get(path.split("/")[2], first.get(path.split("/")[1], "x")), "resource": "actors", "other": "kuwait", "revision": "1", "code": "not-found", "a": "nato", "b": "kuwait"}
        return {name: "nato" if "{resource}" in path and name == "id" else value for name, value in names.items() if "{" + name + "}" in path}

    def filled(path, parts):
        return "".join(urllib.parse.quote(parts[part[1:-1]], safe="*") if part.startswith("{") else part for part in re.split(r"(\{\w+\})", path))

    # Every place that takes a text: what to ask, with more behind what is legal.
    places, targets, seen, unanswered = [], [], set(), {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            asked = [resolved(p) for p in operation.get("parameters", [])]
            if path == "/v1/snapshot" and method == "post":
                continue
            parts = place(path, method)
            required = [(p["name"], legal(path, p)) for p in asked if p["in"] == "query" and p.get("required")]
            headers = {} if method == "get" and path != "/v1/audit" else {**writes, **({} if method == "get" else {"If-Match": '"99-x"'})}
            body = None if method == "get" else "" if path == "/v1/imports" else "{}"
            if path == "/v1/imports" and method == "post":
                required, body = [("format", "ndjson"), ("dryRun", "true")], '{"kind":"organization","name":"Not imported"}\n'
                headers = {**headers, "Content-Type": "application/octet-stream"}

            def beside(name, required=required):
                more = BESIDE.get(name.split("[")[0], [])
                return [n for n in required if n[0] != name and n[0] not in dict(more)] + more

            def put(name, where, usual, path=path, method=method, parts=parts, required=required, beside=beside, headers=headers, body=body):
                def asks(text):
                    at_, query, heads, sent = dict(parts), beside(name) if where == "query" else list(required), dict(headers), body
                    if where == "path":
                        at_[name] = usual + text
                    elif where == "header":
                        heads[name] = usual + text
                    elif where == "query":
                        query.append((name, usual + text))
                    else:
                        sent = json.dumps({**{n: v for n, v in BESIDE.get(name.split("[")[0], []) if n != "format"}, name: usual + text})
                    return ask(server.port, method.upper(), filled(path, at_) + ("?" + urllib.parse.urlencode(query) if query else ""), heads, sent)
                return asks

            for p in asked:
                usual = parts[p["name"]] if p["in"] == "path" else '"99-x"' if p["name"] == "If-Match" else "x" if p["in"] == "header" else legal(path, p)
                places.append((f"{method.upper()} {path} {p['name']}", put(p["name"], p["in"], usual)))
                if method == "get" and not path.endswith("/stream") and "snapshot" not in path and path != "/v1/audit":
                    query = beside(p["name"]) + [(p["name"], usual)] if p["in"] == "query" else required
                    # A star marks where sqlmap puts its texts; without one it takes each parameter of the query.
                    marked = urllib.parse.urlencode([(n, v + "*" * (n == p["name"] and len(query) > 1)) for n, v in query], safe="*")
                    address = filled(path, {n: v + "*" * (p["in"] == "path" and n == p["name"]) for n, v in parts.items()}) + ("?" + marked if query else "")
                    once = (p["name"], usual) if p["in"] == "query" else (p["name"], path)
                    if once not in seen:
                        if p["in"] == "query" and put(p["name"], "query", usual)("")[0] != 200:
                            # Another operation may take it as it stands.
                            unanswered[once] = f"http://127.0.0.1:{server.port}{address}"
                            continue
                        seen.add(once)
                        targets.append(f"http://127.0.0.1:{server.port}{address}")
            if path.endswith("/query"):
                for p in (resolved(p) for p in document["paths"][path.removesuffix("/query")]["get"]["parameters"]):
                    places.append((f"{method.upper()} {path} /{p['name']}", put(p["name"], "body", legal(path.removesuffix("/query"), p))))

    unanswered = {once: address for once, address in unanswered.items() if once not in seen}
    targets += unanswered.values()
    with ThreadPoolExecutor(SCANNERS) as pool:
        odd = [f"{name}: {told}" for (name, _), found in zip(places, pool.map(lambda p: suspicious(p[1]), places)) for told in found]

    root, found, unknown, scanned, every = f"http://127.0.0.1:{server.port}", [], {}, 0, len(targets) + 3
    installed = bool(shutil.which(program[0]))
    if installed:
        # Spread over all of them, by the seed.
        random.shuffle(targets)
        targets = targets[:given.rounds]
        marked = [(root + "/v1/events/query", ["--headers=Content-Type: application/json", "--data", json.dumps({"q": "kuwait*", "country": "KWT*", "ids": ["E1*"]})]),
                  (root + "/v1/actors/query", ["--headers=Content-Type: application/json", "--data", json.dumps({"q": "kuwait*", "country": "KWT*", "ids": ["nato*"]})]),
                  (root + "/v1/topics", [f"--headers=Authorization: Bearer {key}\nContent-Type: application/json\nIdempotency-Key: x*\nX-Change-Reason: x*", "--data", json.dumps({"label": "A label"})])]
        scanned = len(targets) + len(marked)
        with ThreadPoolExecutor(SCANNERS) as pool:
            results = [pool.submit(scan, targets[n::SCANNERS], at) for n in range(min(SCANNERS, len(targets)))] + [pool.submit(scan, [address], at, "--method=POST", *more, patience=900) for address, more in marked]
            for injectable, open_ in (result.result() for result in results):
                found, unknown = found + injectable, {**unknown, **open_}
    healthy = server.ask("GET", "/healthz")[0] == 200
    server.stop()
    log = open(catalogue + ".log").read()

    leaky = ThreadingHTTPServer(("127.0.0.1", 0), Leaky)
    threading.Thread(target=leaky.serve_forever, daemon=True).start()
    control = scan([f"http://127.0.0.1:{leaky.server_port}/v1/events?country=KWT"], at, patience=300)[0] if installed else "sqlmap is not on this machine (apt install sqlmap, or SQLMAP='python3 …/sqlmap.py')"
    leak = suspicious(lambda text: ask(leaky.server_port, "GET", "/v1/events?country=" + urllib.parse.quote("KWT" + text), {}, None))
    end({"drill": "injection", "places tried": len(places), "of operations": len({name.rsplit(" ", 1)[0] for name, _ in places}), "odd": odd[:10], "control: odd": leak, "scanned": scanned, "of": every, "not answered as they stand": sorted(name for name, _ in unanswered),
         "injectable": found, "known to be clean": scanned - len(unknown), "not known": [f"{address}: {word}" for address, word in unknown.items()][:10], "healthy": healthy, "errors of the engine in the log": log.count("SqliteException"), "control found": control},
        not odd and len(leak) == 3 and not found and not unknown and healthy and bool(control) and "SqliteException" not in log)
