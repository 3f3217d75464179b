"""kill -9 under eight writers, again and again: whatever was acknowledged is there, the file is sound, and the server is up again.
Control: the same checker, on a copy from which one acknowledged record was taken out, must find it missing."""

import os, random, sqlite3, time
from drill import Server, Writers, copied, end, folder, look, median, new, options

given = options(__doc__, rounds=200)
with folder() as at:
    catalogue = os.path.join(at, "catalogue.db")
    key = new(given, catalogue)
    everything, up, lost, unsound = set(), [], [], []
    for round_ in range(given.rounds):
        server = Server(given, catalogue)
        up.append(server.seconds)
        writers = Writers(server, key)
        # Some rounds die while the first writes run, some in the middle of a checkpoint.
        wait, began = random.uniform(0.05, 1.2), time.monotonic()
        while time.monotonic() - began < wait or not writers.known() and time.monotonic() - began < 20:
            time.sleep(0.01)
        server.kill()
        everything |= {topic for topic, _ in writers.stop()}
        faults, held = look(copied(catalogue, os.path.join(at, "copy.db")))
        lost += sorted(everything - held)
        unsound += faults

    # The last state must also be one that the program serves.
    server = Server(given, catalogue)
    up.append(server.seconds)
    served = server.ask("GET", f"/v1/topics/{sorted(everything)[-1]}")[0] == 200
    server.stop()

    # Control.
    copy = copied(catalogue, os.path.join(at, "control.db"))
    connection = sqlite3.connect(copy)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DELETE FROM records WHERE kind = 8 AND id = ?", (sorted(everything)[0],))
    connection.commit()
    connection.close()
    noticed = bool(everything - look(copy)[1])

    end({"drill": "kill", "rounds": given.rounds, "acknowledged": len(everything), "lost": len(set(lost)), "unsound": unsound[:5], "up again, s": {"median": round(median(up[1:]), 2), "worst": round(max(up[1:]), 2)},
         "served after it": served, "control noticed": noticed}, not lost and not unsound and served and noticed and len(everything) >= given.rounds)
