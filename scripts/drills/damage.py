"""Flipped bytes and zeroed pages in the file while no server runs: noticed at the start, at the first touch of the place, or by 'check'; the file is never replaced and never written where it is damaged,
and the message names the restore command. What is answered differently from before without a word counts as unnoticed. Control: without damage nothing is noticed."""

import json, os, random, shutil
from drill import Server, call, end, folder, new, options

PAGE = 8192
given = options(__doc__, rounds=40)


def answers(server):
    """Each list, each record and a search: status and body of all."""
    found = {}
    lists = ["/v1/topics?limit=500&total=none", "/v1/topics?q=words&limit=500&total=none", "/v1/changes?since=0&limit=1000"]
    for path in lists + [f"/v1/topics/topic-{n}" for n in range(0, 60)]:
        status, _, text = server.ask("GET", path)
        found[path] = (status, text if status == 200 else json.loads(text)["type"].rsplit("/", 1)[1])
    return found


with folder() as at:
    sound, catalogue = os.path.join(at, "sound.db"), os.path.join(at, "catalogue.db")
    key = new(given, sound)
    server = Server(given, sound)
    for n in range(60):
        server.ask("POST", "/v1/topics", json.dumps({"id": f"topic-{n}", "label": f"Topic {n} with words " + "and more of them " * 12}), key)
    server.stop()
    # Beside the control, the log of a stop is folded in: from here on the file is one.
    shutil.copyfile(sound, catalogue)
    given.port = given.port or server.port
    server = Server(given, catalogue)
    before = answers(server)
    quiet = server.ask("GET", "/readyz")[2] == "ready"
    server.stop()
    quiet = quiet and call(given, "check", "--catalogue", catalogue, check=False)[0] == 0

    counts, bad, unnamed = {"at the start": 0, "at the first touch": 0, "by check": 0, "harmless": 0, "unnoticed": 0}, [], 0
    pages = os.path.getsize(sound) // PAGE
    for round_ in range(given.rounds):
        shutil.copyfile(sound, catalogue)
        zero, page = round_ % 2 == 1, 0 if round_ % 10 == 1 else random.randrange(pages)
        image = bytearray(open(catalogue, "rb").read())
        if zero:
            image[page * PAGE:(page + 1) * PAGE] = bytes(PAGE)
        else:
            # A run of flips within a page, and in the round's first case in the header.
            for _ in range(16):
                image[(page if round_ else 0) * PAGE + random.randrange(PAGE if round_ else 60)] ^= 1 << random.randrange(8)
        with open(catalogue, "r+b") as out:
            out.write(image)
        inode = os.stat(catalogue).st_ino
        what = f"round {round_}: {'zeroed' if zero else 'flipped'} page {page}"
        try:
            server = Server(given, catalogue)
        except RuntimeError as error:
            counts["at the start"] += 1
            unnamed += "restore" not in str(error)
            if open(catalogue, "rb").read() != bytes(image):
                bad.append(f"{what}: the file was changed")
            os.remove(catalogue + ".log")
            continue
        after = answers(server)
        # 500 is no notice: it says nothing to anybody.
        if any(kind == "internal-error" for _, kind in after.values()):
            bad.append(f"{what}: 500")
        noticed = any(kind == "storage-damaged" for _, kind in after.values())
        if noticed:
            unnamed += "restore" not in open(catalogue + ".log").read()
        server.stop()
        if os.stat(catalogue).st_ino != inode or os.path.getsize(catalogue) < len(image) // 2:
            bad.append(f"{what}: the file was replaced")
        if noticed:
            counts["at the first touch"] += 1
        elif call(given, "check", "--catalogue", catalogue, check=False)[0] != 0:
            counts["by check"] += 1
        elif after == before:
            counts["harmless"] += 1
        else:
            counts["unnoticed"] += 1
        os.remove(catalogue + ".log")
    end({"drill": "damage", "rounds": given.rounds, "noticed": counts, "messages without the command": unnamed, "bad": bad[:10], "quiet without damage": quiet},
        not bad and not unnamed and quiet and counts["at the start"] + counts["at the first touch"] + counts["by check"] > 0 and not counts["unnoticed"])
