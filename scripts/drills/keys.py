"""Wrong keys by the thousand: half from one address, which is slowed soon with 429 and Retry-After, half from so many addresses that each is looked at; an unknown id takes as long as a wrong secret;
neither the file, the log (which notes everything here), the metrics nor an answer holds a secret, right or wrong; and a good key goes on. Controls: the search for secrets must find one in a file that holds it,
and the comparison of times must notice a gap that is put in."""

import http.client, os, random, time
from drill import Server, end, folder, median, new, options

given = options(__doc__, rounds=100_000)
AN_ADDRESS = 20
with folder() as at:
    catalogue = os.path.join(at, "catalogue.db")
    key = new(given, catalogue)
    public, secret = key.split("_")[1], key.split("_")[2]
    server = Server(given, catalogue, {"Logging__LogLevel__Default": "Trace", "Logging__LogLevel__Microsoft.AspNetCore": "Trace"})
    outcomes, first, times, leaked, sample = {"one": {}, "many": {}}, None, {"unknown id": [], "wrong secret": []}, 0, []

    def ask(connection, kind, where):
        global leaked
        wrong = f"ec_{public if kind == 'wrong secret' else random.randbytes(6).hex()}_{random.randbytes(32).hex()}"
        began = time.perf_counter()
        connection.request("POST", "/v1/topics", '{"label":"x"}', {"Authorization": f"Bearer {wrong}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode()
        took = time.perf_counter() - began
        if random.random() < 0.01:
            sample.append(wrong.split("_")[2])
        outcomes[where][answer.status] = outcomes[where].get(answer.status, 0) + 1
        leaked += wrong.split("_")[2] in text
        if answer.status == 429 and not (answer.headers["Retry-After"] or "").isdigit():
            outcomes[where]["no Retry-After"] = 1
        return answer.status, took

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    for n in range(given.rounds // 2):
        status, _ = ask(connection, ("unknown id", "wrong secret")[n % 2], "one")
        first = n if first is None and status == 429 else first
    connection.close()
    # Whoever has a good key is not slowed by others.
    good = [server.ask("GET", "/v1/topics?limit=1", key=key, source=("127.2.0.1", 0))[0]]
    for address in range(given.rounds // 2 // AN_ADDRESS):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30, source_address=(f"127.1.{address // 250}.{1 + address % 250}", 0))
        for n in range(AN_ADDRESS):
            kind = ("unknown id", "wrong secret")[(n + address) % 2]
            status, took = ask(connection, kind, "many")
            # The first of a connection has its cost in it.
            if n > 1 and status == 401:
                times[kind].append(took)
        if address % 100 == 0:
            connection.request("GET", "/v1/topics?limit=1", headers={"Authorization": f"Bearer {key}"})
            answer = connection.getresponse()
            answer.read()
            good.append(answer.status)
        connection.close()
    metrics = server.ask("GET", "/metrics")[2]
    server.stop()

    def holds(path, what):
        return os.path.exists(path) and what.encode() in open(path, "rb").read()

    secrets = [secret] + sample
    whole = {name: open(os.path.join(at, name), "rb").read() for name in os.listdir(at)}
    inside = [name for name, text in whole.items() if any(s.encode() in text for s in secrets)]
    with open(os.path.join(at, "control"), "w") as out:
        out.write(f"found {secret} here")

    def gap(values):
        return abs(median(values["unknown id"]) - median(values["wrong secret"]))

    def fits(values):
        return gap(values) < max(20e-6, 0.05 * median(values["unknown id"]))

    # Put on the slower of the two: on the other it would only make up for what chance had taken away.
    slower = max(times, key=lambda kind: median(times[kind]))
    control = not fits({**times, slower: [t + max(30e-6, 0.1 * t) for t in times[slower]]})
    end({"drill": "keys", "tried": given.rounds, "from one address": outcomes["one"], "first 429 after": first, "from many addresses": outcomes["many"], "median, us": {kind: round(1e6 * median(t)) for kind, t in times.items()}, "gap, us": round(1e6 * gap(times), 1),
         "log, bytes": len(whole["catalogue.db.log"]), "files with a secret": inside, "answers with a secret": leaked, "in the metrics": any(s in metrics for s in secrets), "good key": sorted(set(good)),
         "control found": holds(os.path.join(at, "control"), secret), "control of times noticed": control},
        set(outcomes["one"]) <= {401, 429} and first is not None and set(outcomes["many"]) == {401} and not inside and not leaked and set(good) == {200} and fits(times) and control and holds(os.path.join(at, "control"), secret) and not any(s in metrics for s in secrets))
