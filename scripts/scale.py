"""What a catalogue in PostgreSQL answers, with one and two API processes, from a primary alone and with a standby, beside the same events in a file.

    scale.py PROGRAM EVENTS SECONDS

Starts servers of its own on loopback with scripts/cluster, and ends them."""
import concurrent.futures, http.client, json, os, random, signal, subprocess, sys, tempfile, threading, time, urllib.request

program, events, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
here = os.path.dirname(os.path.abspath(__file__))
port = int(os.environ.get("PORT", "5433"))
apis = [int(os.environ.get("EVENTSAPI_BENCH_PORT", "5190")) + n for n in range(2)]
clients = 8
work = tempfile.mkdtemp(prefix="events-scale-")
os.chmod(work, 0o755)
catalogue = work + "/catalogue.db"
environment = {**os.environ, "PORT": str(port), "CLUSTER": work + "/cluster", "Logging__LogLevel__Default": "Warning"}
primary = f"Host=127.0.0.1:{port};Username=postgres;Database=events"
both = f"Host=127.0.0.1:{port},127.0.0.1:{port + 1};Username=postgres;Database=events"

# Who stops it leaves no server behind.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=work, env={**environment, **more.pop("env", {})}, **more).stdout


def sql(text, at=None):
    return run("psql", "-h", "127.0.0.1", "-p", str(at or port), "-U", "postgres", "-d", "events", "-Atqc", text).strip()


def generate(**where):
    began = time.monotonic()
    run("dotnet", program, "generate", "--events", str(events), "--seed", "7", "--create", "--catalogue", catalogue, env=where)
    return events / (time.monotonic() - began)


class Apis:
    """So many processes on one catalogue."""
    def __init__(self, count, **settings):
        self.ports = apis[:count]
        self.processes = [subprocess.Popen(["dotnet", program, "serve", "--urls", f"http://127.0.0.1:{p}", "--catalogue", catalogue], cwd=work, env={**environment, **settings},
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for p in self.ports]
        for p in self.ports:
            for _ in range(1200):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{p}/readyz", timeout=2).read()
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                raise SystemExit("The program did not start.")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)

    def rate(self, path):
        """Answers a second to clients that ask one after the other; path makes an address from a number."""
        stop, counts, wrong = time.monotonic() + seconds, [0] * clients, []

        def ask(n):
            connection, chance = http.client.HTTPConnection("127.0.0.1", self.ports[n % len(self.ports)], timeout=30), random.Random(n)
            while time.monotonic() < stop:
                connection.request("GET", path(chance))
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    wrong.append(answer.status)
                else:
                    counts[n] += 1
            connection.close()

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return f"{sum(counts) / seconds:,.0f}" + (f" ({len(wrong)} failed)" if wrong else "")


questions = [("look-up", lambda c: f"/v1/events/E{c.randint(1, events)}"),
             ("page of a type and a year", lambda c: (year := c.randint(2015, 2024)) and f"/v1/events?type={c.choice(['consult', 'protest', 'agree', 'assault'])}&from={year}&to={year}&limit=25"),
             ("search", lambda c: f"/v1/events?q={c.choice(['government', 'talks', 'minister', 'protest'])}%20{c.choice(['kuwait', 'kenya', 'paris', 'border'])}")]


def write_rate(count):
    """Writes a second of one client, one after the other, and of so many at once."""
    key = json.loads(run("dotnet", program, "keys", "create", "--role", "editor", "--json", "--catalogue", catalogue, env={"Catalogue__Connection": primary}))["key"]
    with Apis(1, Catalogue__Connection=primary) as api:
        def write(n):
            connection, done, stop = http.client.HTTPConnection("127.0.0.1", api.ports[0], timeout=60), 0, time.monotonic() + seconds
            while time.monotonic() < stop:
                connection.request("POST", "/v1/topics", json.dumps({"label": f"Topic {n} {done} {time.monotonic()}"}), {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 201, answer.status
                done += 1
            return done / seconds
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            return sum(pool.map(write, range(count)))


try:
    in_file = generate()
    rows = []
    with Apis(1) as api:
        rows.append(["SQLite, 1 process"] + [api.rate(path) for _, path in questions])
    run(here + "/cluster", "up")
    # What is loaded is not waited for on the standby.
    sql("ALTER SYSTEM SET synchronous_commit = local")
    sql("SELECT pg_reload_conf()")
    in_database = generate(Catalogue__Connection=primary)
    sql("CHECKPOINT")
    for _ in range(600):
        if sql("SELECT bool_and(replay_lsn = pg_current_wal_lsn()) FROM pg_stat_replication") == "t":
            break
        time.sleep(0.1)
    for name, count, settings in (("primary alone, 1 process", 1, primary), ("primary alone, 2 processes", 2, primary), ("with a standby, 1 process", 1, both), ("with a standby, 2 processes", 2, both)):
        with Apis(count, Catalogue__Connection=settings) as api:
            rows.append([name] + [api.rate(path) for _, path in questions])
    print(f"Answers a second to {clients} clients, {events:,} events:\n")
    print("| | " + " | ".join(name for name, _ in questions) + " |\n| --- |" + " ---: |" * len(questions))
    for row in rows:
        print("| " + " | ".join(row) + " |")

    # The same rows by COPY, without what is made from them.
    sql("CREATE TABLE plain (LIKE records)")
    began = time.monotonic()
    data = subprocess.run(["psql", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-d", "events", "-Atqc", "COPY (SELECT * FROM records) TO STDOUT"], check=True, capture_output=True).stdout
    began = time.monotonic()
    subprocess.run(["psql", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-d", "events", "-qc", "COPY plain FROM STDIN"], input=data, check=True)
    copied = int(sql("SELECT count(*) FROM plain")) / (time.monotonic() - began)
    size = int(sql("SELECT pg_database_size('events')"))
    print(f"\nEvents a second when they are made: {in_file:,.0f} in the file, {in_database:,.0f} in the database; plain COPY of the records' rows alone {copied:,.0f} a second.")
    print(f"{size / events:,.0f} bytes an event in the database, {os.path.getsize(catalogue) / events:,.0f} in the file.")
    for name, setting in (("on the primary's disk alone", "local"), ("on the standby's disk too", "on"), ("on the standby and played", "remote_apply")):
        sql(f"ALTER SYSTEM SET synchronous_commit = {setting}")
        sql("SELECT pg_reload_conf()")
        print(f"Writes a second that are acknowledged when they are {name}: {write_rate(1):,.0f} of one client, {write_rate(8):,.0f} of 8.")
finally:
    subprocess.run([here + "/cluster", "down"], cwd=work, env=environment, check=False, capture_output=True)
    subprocess.run(["rm", "-rf", work], check=False)
