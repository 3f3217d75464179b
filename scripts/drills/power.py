"""Power cuts, played: every write, truncation and sync of the catalogue's files is logged while eight writers write; then the log is cut at many places, and of what was not synced before the cut
sectors are kept, lost and reordered at random. Whatever was acknowledged before the cut is there, and the file is sound.
Control: the same log without its syncs, which is what synchronous=OFF would have left, must lose acknowledged records."""

import os, random, shutil, struct, time
from drill import Server, Writers, copied, end, folder, look, new, options, shim

SECTOR = 512
given = options(__doc__, rounds=100)


def operations(log):
    """(end in the log, op, file, offset or size, bytes)."""
    found, at = [], 0
    while at + 16 <= len(log):
        op, file, length, offset = chr(log[at]), log[at + 1], *struct.unpack_from("<IQ", log, at + 4)
        data = log[at + 16:at + 16 + length] if op == "W" else b""
        at += 16 + len(data)
        found.append((at, op, file, offset, data))
    return found


def write(image, offset, data):
    if len(image) < offset:
        image.extend(bytes(offset - len(image)))
    image[offset:offset + len(data)] = data


def apply(image, op, offset, data):
    if op == "W":
        write(image, offset, data)
    elif op == "T":
        del image[offset:]
        image.extend(bytes(offset - len(image)))
    elif op == "U":
        image.clear()


def cut(base, done, at, to, draw, syncs=True):
    """The files as they may lie there when the power goes at this place of the log."""
    for file, end_ in ((0, ""), (1, "-wal")):
        image, waiting = bytearray(base[file]), []
        for place, op, where, offset, data in done:
            if place > at:
                break
            if where != file:
                continue
            if op == "S":
                if syncs:
                    for later in waiting:
                        apply(image, *later)
                    waiting = []
            else:
                waiting.append((op, offset, data))
        # The last of them may have gone anywhere; the kernel and the disk write in any order.
        kind = draw.choice(["none", "all", "sectors", "shuffled"])
        if kind == "all":
            for later in waiting:
                apply(image, *later)
        elif kind != "none":
            pieces = []
            for op, offset, data in waiting:
                if op != "W":
                    pieces.append((op, offset, data))
                else:
                    pieces += [("W", offset + n, data[n:n + SECTOR]) for n in range(0, len(data), SECTOR)]
            kept = [piece for piece in pieces if draw.random() < 0.6]
            if kind == "shuffled":
                draw.shuffle(kept)
            for piece in kept:
                apply(image, *piece)
        path = to + end_
        if image or file == 0:
            with open(path, "wb") as out:
                out.write(image)
        elif os.path.exists(path):
            os.remove(path)
        if os.path.exists(to + "-shm"):
            os.remove(to + "-shm")


with folder() as at:
    catalogue, log = os.path.join(at, "catalogue.db"), os.path.join(at, "writes")
    key = new(given, catalogue)
    base = [open(catalogue, "rb").read(), b""]
    server = Server(given, catalogue, {"LD_PRELOAD": shim(at), "DRILL_FILE": catalogue, "DRILL_LOG": log})
    writers = Writers(server, key, mark=lambda: os.path.getsize(log))
    # Long enough for some checkpoints: they write the file itself.
    began, enough = time.monotonic(), 60 << 20 if given.rounds >= 50 else 8 << 20
    while time.monotonic() - began < (120 if given.rounds >= 50 else 20) and os.path.getsize(log) < enough:
        time.sleep(0.05)
    acknowledged = writers.stop()
    server.kill()
    done = operations(open(log, "rb").read())
    last = done[-1][0]
    syncs, to_file = sum(op == "S" for _, op, *_ in done), sum(op == "W" and file == 0 for _, op, file, *_ in done)

    def lost(rounds, with_syncs):
        draw, missing, unsound, image = random.Random(given.seed), 0, [], os.path.join(at, "image.db")
        for _ in range(rounds):
            place = draw.randrange(done[len(done) // 20][0], last)
            cut(base, done, place, image, draw, with_syncs)
            faults, held = look(image)
            gone = {topic for topic, mark in acknowledged if mark <= place} - held
            missing += bool(gone)
            if faults:
                unsound.append(faults[0])
        return missing, unsound

    missing, unsound = lost(given.rounds, True)
    control, _ = lost(max(10, given.rounds // 5), False)
    end({"drill": "power", "cuts": given.rounds, "acknowledged": len(acknowledged), "operations": len(done), "syncs": syncs, "writes to the file itself": to_file,
         "cuts that lost": missing, "unsound": unsound[:5], "control: cuts that lost": control}, not missing and not unsound and control > 0 and len(acknowledged) > 20)
