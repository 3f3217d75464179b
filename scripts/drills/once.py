"""One Idempotency-Key from twenty clients at once, while the server is killed: each sends the same request until it is told that it was done. One record (or one batch of them) is there, and all twenty hold the same answer,
whether the server died before the write, after it and before an answer, or between two answers.
Control: the same with a key for each try must leave more than one record, and the checker must say so."""

import http.client, json, os, random, sqlite3, threading, time
from drill import Server, copied, end, folder, look, new, options

given = options(__doc__, rounds=100)
CLIENTS, LINES = 20, 5

with folder() as at:
    catalogue = os.path.join(at, "catalogue.db")
    key = new(given, catalogue)
    now = {"server": Server(given, catalogue)}

    def count(name):
        """How many records have this label, in the file itself."""
        connection = sqlite3.connect(copied(catalogue, os.path.join(at, "copy.db")))
        try:
            return connection.execute("SELECT count(*) FROM records WHERE kind = 8 AND (name = ?1 OR name LIKE ?1 || ' line %')", (name,)).fetchone()[0]
        finally:
            connection.close()

    def run(name, kill, own=False):
        """The answers of twenty clients, what else they were told, how many had theirs when the server died, whether the record was there then, and how many there should be. kill: after so many seconds, or 0 for when it is written; own: each try has a key of its own."""
        single = kill is None or random.random() < 0.7
        path, body, media = ("/v1/topics", json.dumps({"label": name}), "application/json") if single else ("/v1/topics/batch", "".join(json.dumps({"label": f"{name} line {n}"}) + "\n" for n in range(LINES)), "application/x-ndjson")
        answers, others, begin, until = {}, {}, threading.Barrier(CLIENTS + 1), time.monotonic() + 60

        def client(n):
            begin.wait()
            tries = 0
            while time.monotonic() < until:
                tries += 1
                try:
                    status, headers, text = now["server"].ask("POST", path, body, key, {"Content-Type": media, "Idempotency-Key": f"{name.replace(' ', '-')}{f'-{n}-{tries}' if own else ''}"})
                except (OSError, http.client.HTTPException):
                    time.sleep(0.02)
                    continue
                if status in (200, 201):
                    answers[n] = (status, headers["ETag"], headers["Location"], text)
                    return
                # The first is still running.
                if status != 409 or not headers["Retry-After"]:
                    others[status] = text
                    return
                time.sleep(0.01)

        threads = [threading.Thread(target=client, args=(n,), daemon=True) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        before = os.stat(catalogue + "-wal").st_mtime_ns
        begin.wait()
        told = there = None
        if kill is not None:
            if kill:
                time.sleep(kill)
            else:
                # As soon as the commit is in the log: nobody can have heard of it yet.
                while os.stat(catalogue + "-wal").st_mtime_ns == before and time.monotonic() < until:
                    pass
            now["server"].kill()
            told, there = len(answers), count(name) > 0
            now["server"] = Server(given, catalogue)
        for thread in threads:
            thread.join(70)
        return answers, others, told, there, 1 if single else LINES

    def fits(answers, others, found, records):
        return len(answers) == CLIENTS and not others and len(set(answers.values())) == 1 and found == records

    run("Warm", None)
    began = time.monotonic()
    run("Measure", None)
    usual = time.monotonic() - began
    wrong, moments = [], {}
    for round_ in range(given.rounds):
        name = f"Once {round_}"
        # From before the write to after the last answer, and every third time right after the write.
        answers, others, told, there, records = run(name, random.uniform(0, 1.2 * usual) if round_ % 3 else 0)
        found = count(name)
        moment = "after all answers" if told == CLIENTS else "between two answers" if told else "after the write, before any answer" if there else "before the write"
        moments[moment] = moments.get(moment, 0) + 1
        if not fits(answers, others, found, records):
            wrong.append({"round": round_, "moment": moment, "answered": len(answers), "different answers": len(set(answers.values())), "records": found, "of": records, "others": others})
    faults, _ = look(copied(catalogue, os.path.join(at, "copy.db")))

    answers, others, _, _, records = run("Control", None, own=True)
    noticed = not fits(answers, others, count("Control"), records)
    now["server"].stop()
    end({"drill": "once", "rounds": given.rounds, "killed": moments, "wrong": wrong[:5], "unsound": faults, "control noticed": noticed},
        not wrong and not faults and noticed and sum(number for moment, number in moments.items() if moment != "after all answers") >= given.rounds / 3)
