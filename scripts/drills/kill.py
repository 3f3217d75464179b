"""kill -9 under eight writers, again and again, while they write one by one and in batches, and in the middle of imports, merges, checkpoints and backups: whatever was acknowledged is there, the file is sound,
what was begun goes on or was never there, and the server is up again. upgrade.py kills migrations.
Control: the same checker, on a copy from which one acknowledged record was taken out, must find it missing."""

import contextlib, hashlib, http.client, json, os, random, sqlite3, subprocess, threading, time
from drill import Server, Writers, copied, end, folder, look, median, new, options

given = options(__doc__, rounds=200)
KINDS = ["writes", "import", "writes", "merge", "checkpoint", "writes", "backup", "import", "merge", "writes"]
LINES = 2000


def quietly(work):
    """What is under way when the server dies ends as it may."""
    def run():
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError, KeyError):
            work()
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


with folder() as at:
    catalogue, backup = os.path.join(at, "catalogue.db"), os.path.join(at, "backup.db")
    key = new(given, catalogue)
    everything, up, lost, unsound, hit, imports, merged, backups, wrong = set(), [], [], [], {}, {}, {}, 0, []
    for round_ in range(given.rounds):
        kind = KINDS[round_ % len(KINDS)]
        server = Server(given, catalogue)
        up.append(server.seconds)
        writers = Writers(server, key)
        here, stop, process = server, threading.Event(), None

        def import_():
            rows = "".join(json.dumps({"kind": "organization", "id": f"imported-{round_}-{n}", "name": f"Imported in round {round_}, line {n}"}) + "\n" for n in range(LINES))
            status, headers, text = here.ask("POST", f"/v1/imports?format=ndjson&filename=round-{round_}.ndjson", rows, key, {"Content-Type": "application/octet-stream"})
            if status == 202:
                imports[round_] = json.loads(text)["id"]

        def merge():
            for n in range(1000):
                if stop.is_set():
                    return
                pair = [json.loads(here.ask("POST", "/v1/topics", json.dumps({"label": f"To be merged {round_} {n} {side}"}), key)[2])["id"] for side in "ab"]
                if here.ask("POST", f"/v1/topics/{pair[0]}/merge-into/{pair[1]}", key=key, headers={"If-Match": "*"})[0] == 200:
                    merged[pair[0]] = pair[1]

        if kind == "import":
            quietly(import_)
        elif kind == "merge":
            quietly(merge)
        # Some rounds die while the first writes run, some late.
        wait, began = random.uniform(0.05, 1.2), time.monotonic()
        while time.monotonic() - began < wait or not writers.known() and time.monotonic() - began < 20:
            time.sleep(0.01)
        if kind == "backup":
            with contextlib.suppress(FileNotFoundError):
                os.remove(backup)
                os.remove(backup + ".sha256")
            process = subprocess.Popen(["dotnet", given.program, "backup", backup, "--force", "--catalogue", catalogue], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while process.poll() is None and not any(name.startswith("backup.db") for name in os.listdir(at)) and time.monotonic() - began < 20:
                time.sleep(0.001)
            time.sleep(random.uniform(0, 0.05))
        elif kind == "checkpoint":
            # The file itself is written by nothing else.
            before = os.stat(catalogue).st_mtime_ns
            while os.stat(catalogue).st_mtime_ns == before and time.monotonic() - began < 10:
                time.sleep(0.0005)
            hit["in a checkpoint"] = hit.get("in a checkpoint", 0) + (os.stat(catalogue).st_mtime_ns != before)
        server.kill()
        stop.set()
        hit[kind] = hit.get(kind, 0) + 1
        if process:
            process.wait(60)
            hit["backup unfinished"] = hit.get("backup unfinished", 0) + (not os.path.exists(backup + ".sha256"))
            # A file that has its digest is a whole backup, and without one it is none.
            if os.path.exists(backup + ".sha256"):
                backups += 1
                if open(backup + ".sha256").read().split()[0] != hashlib.sha256(open(backup, "rb").read()).hexdigest() or look(backup)[0]:
                    wrong.append(f"round {round_}: a backup with another digest")
        everything |= {topic for topic, _ in writers.stop()}
        faults, held = look(copied(catalogue, os.path.join(at, "copy.db")))
        # What was merged lives on in the other.
        lost += sorted(everything - held)
        lost += [a for a in merged if a in held]
        unsound += faults

    # The last state must also be one that the program serves, and what was begun ends.
    server = Server(given, catalogue)
    up.append(server.seconds)
    served = server.ask("GET", f"/v1/topics/{sorted(everything)[-1]}")[0] == 200
    began = time.monotonic()
    while True:
        states = json.loads(server.ask("GET", "/v1/imports?limit=500")[2])["items"]
        if time.monotonic() - began > 300 or not any(state["status"] in ("queued", "running") for state in states):
            break
        time.sleep(0.2)
    done = {state["id"] for state in states if state["status"] == "done"}
    wrong += [f"import {number} is not done" for number in imports.values() if number not in done]
    for a, b in merged.items():
        status, headers, _ = server.ask("GET", f"/v1/topics/{a}")
        if status != 308 or not headers["Location"].endswith(f"/{b}"):
            wrong.append(f"{a} answers {status}")
    server.stop()
    connection = sqlite3.connect(catalogue)
    held = {row[0] for row in connection.execute("SELECT id FROM records WHERE id LIKE 'imported-%'")}
    connection.close()
    halves = {round_: sum(f"imported-{round_}-{n}" in held for n in range(LINES)) for round_ in range(given.rounds) if KINDS[round_ % len(KINDS)] == "import"}
    # An upload whose answer never came may be there whole, or not at all.
    wrong += [f"import of round {round_} brought {found} of {LINES}" for round_, found in halves.items() if found != LINES and (round_ in imports or found)]

    # Control.
    copy = copied(catalogue, os.path.join(at, "control.db"))
    connection = sqlite3.connect(copy)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DELETE FROM records WHERE kind = 8 AND id = ?", (sorted(everything)[0],))
    connection.commit()
    connection.close()
    noticed = bool(everything - look(copy)[1])

    end({"drill": "kill", "rounds": given.rounds, "killed during": hit, "acknowledged": len(everything), "lost": len(set(lost)), "imports acknowledged": len(imports), "merges acknowledged": len(merged), "whole backups": backups, "unsound": unsound[:5], "wrong": wrong[:5],
         "up again, s": {"median": round(median(up[1:]), 2), "p95": round(sorted(up[1:])[int(len(up[1:]) * 0.95)], 2), "worst": round(max(up[1:]), 2)}, "served after it": served, "control noticed": noticed},
        not lost and not unsound and not wrong and served and noticed and len(everything) >= given.rounds)
