"""What the drills share: the program on a catalogue of its own, writers that note what was acknowledged, and a checker that reads the file without the program."""

import argparse, contextlib, http.client, json, multiprocessing, os, random, shutil, signal, socket, sqlite3, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(HERE, "..", "..", "src", "EventsApi", "bin", "Release", "net10.0", "EventsApi.dll")


def options(text, rounds):
    """The options of every drill. rounds: how many the long form has."""
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--program", default=PROGRAM, help="the built EventsApi.dll")
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    given = parser.parse_args()
    random.seed(given.seed)
    return given


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp(prefix="drill-")
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def shim(into):
    """The library that disk.c becomes."""
    library = os.path.join(into, "disk.so")
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, os.path.join(HERE, "disk.c"), "-ldl", "-lpthread"], check=True)
    return library


def call(given, *args, check=True):
    """A command of the program; its standard output."""
    done = subprocess.run(["dotnet", given.program, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    if check and done.returncode:
        raise SystemExit(f"{' '.join(args)}: {done.returncode} {done.stderr}")
    return done.stdout.strip() if check else (done.returncode, done.stdout, done.stderr)


class Server:
    def __init__(self, given, catalogue, environment=None, path="/v1/topics?limit=1", seed="none", group=None):
        """path: what is asked until it answers. seed: what a new catalogue holds. group: the control group it runs in."""
        if given.port:
            self.port = given.port
        else:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        self.log = open(catalogue + ".log", "ab")
        started = time.monotonic()
        self.process = subprocess.Popen(["dotnet", given.program, "serve", "--catalogue", catalogue, "--urls", f"http://127.0.0.1:{self.port}", "--create", "--seed", seed],
                                        stdout=self.log, stderr=self.log, env={**os.environ, **(environment or {})}, preexec_fn=group and group.enter)
        while True:
            with contextlib.suppress(OSError):
                if self.ask("GET", path)[0]:
                    break
            if self.process.poll() is not None or time.monotonic() - started > 300:
                self.kill()
                raise RuntimeError(f"The server does not come up ({self.process.returncode}): {open(catalogue + '.log').read()[-800:]}")
            time.sleep(0.02)
        self.seconds = time.monotonic() - started

    def ask(self, method, path, body=None, key=None, headers=None, timeout=30, source=None):
        """Status, headers and text of one answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout, source_address=source)
        try:
            connection.request(method, path, body, {**({"Authorization": f"Bearer {key}"} if key else {}), **({"Content-Type": "application/json"} if body else {}), **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def stop(self, timeout=60):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout)
        self.log.close()


class Group:
    """A control group of the kernel with a limit of memory; version 1 or 2. OSError where this machine lets nobody make one."""

    def __init__(self, limit):
        old = os.path.isdir("/sys/fs/cgroup/memory")
        self.path = os.path.join("/sys/fs/cgroup/memory" if old else "/sys/fs/cgroup", f"drill-{os.getpid()}")
        os.mkdir(self.path)
        try:
            with open(os.path.join(self.path, "memory.limit_in_bytes" if old else "memory.max"), "w") as out:
                out.write(str(limit))
        except OSError:
            os.rmdir(self.path)
            raise
        self._most = "memory.max_usage_in_bytes" if old else "memory.peak"

    def enter(self):
        with open(os.path.join(self.path, "cgroup.procs"), "w") as out:
            out.write(str(os.getpid()))

    def most(self):
        """The most that was in use, with the pages of files that the kernel kept."""
        with open(os.path.join(self.path, self._most)) as found:
            return int(found.read())

    def remove(self):
        os.rmdir(self.path)


class Writers:
    """Clients that add topics, one by one and in batches, and note each id when its answer has come. mark: what is noted beside the id at that moment."""

    def __init__(self, server, key, number=8, mark=lambda: 0):
        self.acknowledged, self.refused, self._stop = [], 0, threading.Event()
        self._lock = threading.Lock()
        self._server, self._key, self._mark = server, key, mark
        self._threads = [threading.Thread(target=self._run, args=(n,), daemon=True) for n in range(number)]
        for thread in self._threads:
            thread.start()

    def _run(self, number):
        round_ = 0
        while not self._stop.is_set():
            round_ += 1
            label = f"Writer {number} of {id(self)} in round {round_} with some more text, so that a page is soon full"
            batch = number == 0
            path, body, media = ("/v1/topics/batch", "".join(json.dumps({"label": f"{label} line {n}"}) + "\n" for n in range(10)), "application/x-ndjson") if batch else ("/v1/topics", json.dumps({"label": label}), "application/json")
            try:
                status, _, text = self._server.ask("POST", path, body, self._key, {"Content-Type": media})
                if status in (200, 201):
                    found = json.loads(text)
                    ids = [item["id"] for item in found["items"]] if batch and "items" in found else [r["id"] for r in found.get("results", [])] if batch else [found["id"]]
                    mark = self._mark()
                    with self._lock:
                        self.acknowledged += [(topic, mark) for topic in ids if topic]
                else:
                    self.refused += 1
            except (OSError, http.client.HTTPException, ValueError):
                # Killed before it had answered: nothing was acknowledged.
                time.sleep(0.01)

    def known(self):
        with self._lock:
            return list(self.acknowledged)

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join(40)
        return self.known()


def look(catalogue):
    """Opens the file as it lies there, with its log, and without the program: what is wrong with it, and the topics it holds."""
    connection = sqlite3.connect(catalogue)
    try:
        faults = [row[0] for row in connection.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        return faults, {row[0] for row in connection.execute("SELECT id FROM records WHERE kind = 8")}
    except sqlite3.DatabaseError as error:
        return [str(error)], set()
    finally:
        connection.close()


def copied(catalogue, to):
    """A copy of the file and its log, to be looked at."""
    for end in ("", "-wal"):
        with contextlib.suppress(FileNotFoundError):
            os.remove(to + end)
        if os.path.exists(catalogue + end):
            shutil.copyfile(catalogue + end, to + end)
    return to


def new(given, catalogue):
    """An empty catalogue with a key that may write."""
    return call(given, "keys", "create", "--create", "--role", "editor", "--name", "drill", "--catalogue", catalogue)


def private(pid):
    """The memory of a process that is its own, in bytes: without the files that are mapped into it, which the kernel takes back as it likes."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("RssAnon"))


def probe(port, path, seconds):
    """The p99 of one look-up after the other, in ms; in a process of its own, and before all others where that is allowed: it stands for a client elsewhere, and what it waits for a core itself is not the server's."""
    def run(there):
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        connection, took, until = http.client.HTTPConnection("127.0.0.1", port, timeout=30), [], time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            connection.request("GET", path)
            connection.getresponse().read()
            took.append(time.monotonic() - began)
            time.sleep(0.002)
        took.sort()
        there.send(round(1000 * took[int(len(took) * 0.99)], 1))

    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=run, args=(there,))
    process.start()
    found = here.recv()
    process.join()
    return found


def median(values):
    return sorted(values)[len(values) // 2]


def end(report, held):
    print(json.dumps(report))
    print("held" if held else "FAILED", flush=True)
    sys.exit(0 if held else 1)
