"""Backups under eight writers, through the running server: each opens, is sound, has the digest it says, and holds whatever was acknowledged before it began.
Control: the file alone, copied as it lies there without its log, must lack acknowledged records."""

import hashlib, json, os, shutil, threading, time
from drill import Server, Writers, call, end, folder, look, median, new, options

given = options(__doc__, rounds=50)
with folder() as at:
    catalogue, copy = os.path.join(at, "catalogue.db"), os.path.join(at, "backup.db")
    key = new(given, catalogue)
    server = Server(given, catalogue)
    writers = Writers(server, key)
    while len(writers.known()) < 20:
        time.sleep(0.05)
    lost, unsound, took, control, during = 0, [], [], 0, []
    for round_ in range(given.rounds):
        before = {topic for topic, _ in writers.known()}
        began = time.monotonic()
        made = json.loads(call(given, "backup", copy, "--force", "--json", "--catalogue", catalogue))
        took.append(time.monotonic() - began)
        during.append(len(writers.known()) - len(before))
        faults, held = look(copy)
        lost += bool(before - held)
        unsound += faults
        if hashlib.sha256(open(copy, "rb").read()).hexdigest() != made["sha256"] or open(copy + ".sha256").read().split()[0] != made["sha256"]:
            unsound.append("another digest")
        if not control:
            shutil.copyfile(catalogue, os.path.join(at, "bare.db"))
            control = len(before - look(os.path.join(at, "bare.db"))[1])
    all_ = {topic for topic, _ in writers.stop()}
    server.stop()
    # The last one comes back.
    call(given, "restore", copy, "--catalogue", catalogue)
    server = Server(given, catalogue)
    served = server.ask("GET", f"/v1/topics/{sorted(before)[-1]}")[0] == 200
    server.stop()
    end({"drill": "backup", "rounds": given.rounds, "acknowledged": len(all_), "refused": writers.refused, "backups that lack": lost, "unsound": unsound[:5], "seconds with the program's start": {"median": round(median(took), 2), "worst": round(max(took), 2)},
         "records written during one, median": median(during), "restored and served": served, "control: lacked": control}, not lost and not unsound and served and control > 0 and not writers.refused)
