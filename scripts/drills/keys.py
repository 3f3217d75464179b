"""Wrong keys by the thousand from one address: all are refused, soon with 429 and Retry-After; an unknown id takes as long as a wrong secret; the file, the log and the problems hold no key.
Control: the search for secrets must find one in a file that holds it."""

import os, random, time
from drill import Server, end, folder, median, new, options

given = options(__doc__, rounds=20000)
with folder() as at:
    catalogue = os.path.join(at, "catalogue.db")
    key = new(given, catalogue)
    public, secret = key.split("_")[1], key.split("_")[2]
    server = Server(given, catalogue)
    outcomes, first, times, leaked = {}, None, {"unknown id": [], "wrong secret": []}, 0
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    for n in range(given.rounds):
        kind = ("unknown id", "wrong secret")[n % 2]
        wrong = f"ec_{public if n % 2 else random.randbytes(6).hex()}_{random.randbytes(32).hex()}"
        began = time.perf_counter()
        connection.request("POST", "/v1/topics", '{"label":"x"}', {"Authorization": f"Bearer {wrong}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode()
        times[kind].append(time.perf_counter() - began)
        outcomes[answer.status] = outcomes.get(answer.status, 0) + 1
        leaked += wrong.split("_")[2] in text
        if answer.status == 429:
            first = first or n
            if not answer.headers["Retry-After"]:
                outcomes["no Retry-After"] = 1
    connection.close()
    server.stop()

    def holds(path, what):
        return os.path.exists(path) and what.encode() in open(path, "rb").read()

    inside = [name for name in os.listdir(at) if holds(os.path.join(at, name), secret)]
    with open(os.path.join(at, "control"), "w") as out:
        out.write(f"found {secret} here")
    gap = abs(median(times["unknown id"]) - median(times["wrong secret"]))
    end({"drill": "keys", "tried": given.rounds, "answers": outcomes, "first 429 after": first, "median, us": {kind: round(1e6 * median(t)) for kind, t in times.items()}, "files with the secret": inside, "answers with a secret": leaked,
         "control found": holds(os.path.join(at, "control"), secret)},
        set(outcomes) <= {401, 429} and first is not None and not inside and not leaked and gap < max(100e-6, 0.25 * median(times["unknown id"])) and holds(os.path.join(at, "control"), secret))
