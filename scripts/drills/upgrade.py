"""Catalogues of every earlier schema, opened by today's program, which is killed at every so many writes of its migration: the file is of one schema or the other and sound, and at last all records are there and serve.
The programs that wrote those schemas are built from the repository's history. --rounds kills each of them so often. Control: a record that is taken out of an upgraded file must be missed."""

import json, os, random, shutil, signal, sqlite3, subprocess, sys
from drill import HERE, Server, call, end, folder, options, shim

given = options(__doc__, rounds=6)
ROOT = os.path.join(HERE, "..", "..")
MIGRATIONS = "src/EventsApi/Storage/Sqlite"


def git(*args):
    return subprocess.run(["git", "-C", ROOT, *args], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def records(catalogue):
    """What is wrong with the file, its schema, and what it holds: kind, id and content."""
    connection = sqlite3.connect(catalogue)
    try:
        faults = [row[0] for row in connection.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        columns = [row[1] for row in connection.execute("PRAGMA table_info(records)")]
        record = "record" if "record" in columns else "input"
        return faults, connection.execute("PRAGMA user_version").fetchone()[0], set(connection.execute(f"SELECT kind, id, {record} FROM records"))
    finally:
        connection.close()


with folder() as at:
    # The last commit of each schema: the one before the next migration came.
    added = [line.split() for line in git("log", "--reverse", "--diff-filter=A", "--format=@%H", "--name-only", "--", f"{MIGRATIONS}/*.sql").replace("\n\n", "\n").splitlines()]
    commits, commit = [], None
    for line in added:
        if line and line[0].startswith("@"):
            commit = line[0][1:]
        elif line:
            commits.append((int(os.path.basename(line[0])[:4]), commit))
    commits.sort()
    last = commits[-1][0]
    library, report, bad = shim(at), {}, []
    fault = os.path.join(at, "fault")
    for (number, _), (_, next_commit) in zip(commits, commits[1:]):
        tree, old = os.path.join(at, f"tree{number}"), os.path.join(at, f"old{number}.db")
        os.makedirs(tree)
        archive = subprocess.run(["git", "-C", ROOT, "archive", f"{next_commit}~1"], check=True, stdout=subprocess.PIPE).stdout
        subprocess.run(["tar", "-x", "-C", tree], input=archive, check=True)
        subprocess.run(["dotnet", "build", "-c", "Release", "-v", "q", "-m:1", "--nologo", os.path.join(tree, "src", "EventsApi")], check=True, stdout=subprocess.DEVNULL, timeout=900)
        builder = type(given)(**vars(given))
        builder.program = os.path.join(tree, "src", "EventsApi", "bin", "Release", "net10.0", "EventsApi.dll")
        # With the default catalogue as it was then; the first program that could write also has what was written.
        Server(builder, old, path="/healthz", seed="default").stop()
        shutil.rmtree(tree)
        faults, schema, before = records(old)
        if faults or schema != number or not before:
            bad.append(f"schema {number}: the old program left schema {schema}, {len(before)} records, {faults[:1]}")
            continue
        kept = {(kind, id) for kind, id, _ in before}

        def upgraded(writes):
            """Starts today's program, which dies before the write of this number; whether it did."""
            with open(fault, "w") as out:
                out.write(f"-{int(signal.SIGKILL)} {writes}" if writes is not None else "0")
            try:
                server = Server(given, catalogue, {"LD_PRELOAD": library, "DRILL_FILE": catalogue, "DRILL_FAULT": fault})
            except RuntimeError:
                return True
            server.stop()
            return False

        catalogue = os.path.join(at, "catalogue.db")
        kills = schemas = 0
        seen = set()
        # A start without a kill counts the writes there are to die at.
        shutil.copyfile(old, catalogue)
        log = os.path.join(at, "writes")
        Server(given, catalogue, {"LD_PRELOAD": library, "DRILL_FILE": catalogue, "DRILL_LOG": log}).stop()
        data, writes, place = open(log, "rb").read(), 0, 0
        while place + 16 <= len(data):
            writes += data[place:place + 1] in (b"W", b"S")
            place += 16 + (int.from_bytes(data[place + 4:place + 8], "little") if data[place:place + 1] == b"W" else 0)
        os.remove(log)
        for round_ in range(given.rounds):
            for name in os.listdir(at):
                if name.startswith("catalogue.db"):
                    os.remove(os.path.join(at, name))
            shutil.copyfile(old, catalogue)
            kills += upgraded(random.randrange(max(1, writes)))
            faults, schema, held = records(catalogue)
            seen.add(schema)
            if faults or not number <= schema <= last:
                bad.append(f"schema {number}: after a kill schema {schema}, {faults[:1]}")
            if kept - {(kind, id) for kind, id, _ in held}:
                bad.append(f"schema {number}: records lost by a kill")
            upgraded(None)
        faults, schema, held = records(catalogue)
        after = {(kind, id) for kind, id, _ in held}
        if faults or schema != last or kept - after:
            bad.append(f"schema {number}: upgraded to {schema}, {len(kept - after)} of {len(kept)} lost, {faults[:1]}")
        code, _, told = call(given, "check", "--catalogue", catalogue, check=False)
        if code:
            bad.append(f"schema {number}: check says {told[:200]}")
        report[number] = {"records": len(kept), "writes": writes, "killed": kills, "schemas seen after kills": sorted(seen)}
        control = bool(kept - (after - {sorted(kept)[0]}))
        print(json.dumps({number: report[number]}), file=sys.stderr, flush=True)
    end({"drill": "upgrade", "to": last, "from": report, "bad": bad[:10], "control noticed": control}, not bad and control and all(r["killed"] for r in report.values()))
