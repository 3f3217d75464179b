"""A disk that is full, fails, or became read-only, at the first and at later writes: writes answer 507 or 503 as problems with Retry-After, reads go on, /readyz says what is wrong, all heals without a restart,
and whatever was acknowledged is there. Control: with the library loaded and no fault told, nothing is refused."""

import errno, json, os, time
from drill import Server, Writers, copied, end, folder, look, new, options, shim

given = options(__doc__, rounds=12)
with folder() as at:
    catalogue, fault = os.path.join(at, "catalogue.db"), os.path.join(at, "fault")
    key = new(given, catalogue)
    server = Server(given, catalogue, {"LD_PRELOAD": shim(at), "DRILL_FILE": catalogue, "DRILL_FAULT": fault})
    wrong, refused = [], {}

    def expect(what, found, wanted):
        if found not in (wanted if isinstance(wanted, tuple) else (wanted,)):
            wrong.append(f"{what}: {found}, not {wanted}")

    def tell(text):
        # Whole or not at all: it is read before every write.
        with open(fault + ".new", "w") as out:
            out.write(text)
        os.replace(fault + ".new", fault)

    def add(label):
        return server.ask("POST", "/v1/topics", json.dumps({"label": label}), key)

    # Control.
    expect("write without a fault", add("Before")[0], 201)
    expect("readyz without a fault", server.ask("GET", "/readyz")[2], "ready")
    kinds = [(errno.ENOSPC, 507, "storage-full"), (errno.EIO, 503, "storage-unavailable"), (errno.EROFS, 503, "storage-unavailable")]
    kept = ["before"]
    for round_ in range(given.rounds):
        error, status, code = kinds[round_ % 3]
        tell(f"{error} {[0, 0, 0, 1, 2, 3, 5, 8, 13][round_ % 9]}")
        answers = [add(f"During {round_} {n}") for n in range(12)]
        kept += [json.loads(text)["id"] for found, _, text in answers if found == 201]
        for found, headers, text in answers:
            refused[found] = refused.get(found, 0) + 1
            if found == 201:
                continue
            expect("write", found, status)
            problem = json.loads(text)
            expect("type", problem["type"].rsplit("/", 1)[1], code)
            expect("media type", headers["Content-Type"], "application/problem+json")
            if not (headers["Retry-After"] or "").isdigit():
                wrong.append("no Retry-After")
        expect("the last write", answers[-1][0], status)
        expect("read", server.ask("GET", "/v1/topics/before")[0], 200)
        expect("list", server.ask("GET", "/v1/topics?q=before")[0], 200)
        expect("read with a key", server.ask("GET", "/v1/topics/before", key=key)[0], 200)
        ready = server.ask("GET", "/readyz")
        expect("readyz", ready[0], 200)
        if not ready[2].startswith("degraded: "):
            wrong.append(f"readyz says {ready[2]}")
        tell("0")
        # Half the rounds heal when somebody writes, half when somebody asks.
        if round_ % 2:
            expect("write afterwards", add(f"After {round_}")[0], 201)
        else:
            time.sleep(1.1)
        expect("readyz afterwards", server.ask("GET", "/readyz")[2], "ready")
    # Eight writers while the disk comes and goes.
    writers = Writers(server, key)
    for _ in range(3):
        time.sleep(0.3)
        tell(f"{errno.ENOSPC} 3")
        time.sleep(0.3)
        tell("0")
    time.sleep(0.5)
    kept += [topic for topic, _ in writers.stop()]
    server.kill()
    faults, held = look(copied(catalogue, os.path.join(at, "copy.db")))
    log = open(catalogue + ".log").read()
    end({"drill": "diskfault", "rounds": given.rounds, "answers to writes": refused, "refused under load": writers.refused, "acknowledged": len(kept), "lost": len(set(kept) - held), "unsound": faults, "wrong": wrong[:10], "stack traces in the log": log.count("   at ")},
        not wrong and not faults and set(kept) <= held and sum(n for s, n in refused.items() if s != 201) >= given.rounds)
