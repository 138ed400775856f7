"""Check a bundle of Forethought with Python 3.9 or later alone. Its .note lies beside it. Nothing is sent.

python3 verify.py BUNDLE.zip --key SCHOOL.key [--checkpoint OLD.note] [--tsa-root ROOTS.pem]
Ends with 0 ok, 1 FAILED, 2 not checked.
"""

import argparse, base64, hashlib, json, re, subprocess, tempfile, zipfile
from datetime import datetime
from pathlib import Path

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
NAME = re.compile(r"(data/|log/|tsa/)?[A-Za-z0-9][A-Za-z0-9-]*(\.[a-z0-9]+)+")
LATER = {"statement.json", "tagmanifest-sha256.txt", "log/checkpoint.note", "log/consistency.json", "log/entries.json"}


def need(truth, sentence):
    if not truth:
        raise ValueError(sentence)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def unhex(texts):
    need(all(re.fullmatch("[0-9a-f]{64}", one) for one in texts), "a hash is misspelt")
    return [bytes.fromhex(one) for one in texts]


def unbase(text):
    raw = base64.b64decode(text)
    need(base64.b64encode(raw).decode() == text, "base64 is misspelt")
    return raw


def load(raw):
    value = json.loads(raw)
    again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    need(again.encode() == raw, "JSON is misspelt")
    return value


# Ed25519, RFC 8032
def point(raw):
    y, sign = int.from_bytes(raw, "little") % 2**255, raw[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    need(y < P and x * x % P == square and x + 1 > sign, "a signature is wrong")
    x = x if x % 2 == sign else P - x
    return x, y, 1, x * y % P


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    return (b - a) * (d - c) % P, (d + c) * (b + a) % P, (d - c) * (d + c) % P, (b - a) * (b + a) % P


def times(n, p):
    total = 0, 1, 1, 0
    while n:
        total, p, n = add(total, p) if n & 1 else total, add(p, p), n >> 1
    return total


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(public, message, signature):
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    a, b = times(s, BASE), add(point(signature[:32]), times(k, point(public)))
    return s < ORDER and not any((a[i] * b[2] - b[i] * a[2]) % P for i in (0, 1))


# Signed notes, C2SP
def read_key(text):
    name, _, raw = text.strip().split("+", 2)
    return name, unbase(raw)


def open_note(note, key):
    text, _, line = note.decode().rpartition("\n\n")
    head, text = f"\u2014 {key[0]} ", text + "\n"
    need(line.startswith(head) and line[-1:] == "\n", "a note is not signed by this log")
    raw, mark = unbase(line[len(head) : -1]), sha(key[0].encode(), b"\n", key[1])[:4]
    need(len(raw) == 68 and raw[:4] == mark and signed(key[1][1:], text.encode(), raw[4:]), "a signature is wrong")
    return text


def checkpoint(note, key):
    origin, size, root, _ = open_note(note, key).split("\n")
    need(origin == key[0], "a checkpoint is of another log")
    return int(size), unbase(root)


# The log's tree, RFC 9162
def climb(node, last, old, new, proof):
    for other in proof:
        need(last, "a proof is too long")
        if node & 1 or node == last:
            old, new = sha(b"\1", other, old), sha(b"\1", other, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = sha(b"\1", new, other)
        node, last = node >> 1, last >> 1
    return old, new, last


def grew(old, old_root, new, new_root, proof):
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    path = proof if old & (old - 1) else [old_root, *proof]
    good = 0 < old <= new and climb(node, last, path[0], path[0], path[1:]) == (old_root, new_root, 0)
    need(good, "the log was rewritten")


def digest(file):
    whole = hashlib.sha256()
    for piece in iter(lambda: file.read(2**20), b""):
        whole.update(piece)
    return whole


# Stored members, nothing before, between or behind them
def read_zip(file):
    found, files, at = {}, {}, 0
    file.seek(-22, 2)
    end = file.read()
    with zipfile.ZipFile(file) as opened:
        for one in opened.infolist():
            path, size = one.filename, one.file_size
            plain = one.header_offset == at and one.flag_bits == one.compress_type == 0 and NAME.fullmatch(path)
            need(plain and path not in found, "a member is wrong")
            at += 30 + len(path) + 20 * (size > 2**32 - 2) + size
            content = b"" if path[:5] == "data/" or size > 2**26 else opened.read(path)
            found[path], files[path] = (size, digest(opened.open(path)).hexdigest()), content
        need(opened.start_dir == at and end[:4] == b"PK\5\6" and end[20:] == b"\0\0", "the zip has a wrong end")
    return found, files


def check(file, note, key=None, roots=None, old=None):
    whole, size = base64.b64encode(digest(file).digest()).decode(), file.tell()
    found, files = read_zip(file)
    covers = {path for path in found if path[:5] != "data/"}
    said = load(files["statement.json"])
    own = read_key(said["log_key"])
    need(not key or read_key(key) == own, "it is signed with another key")
    yield key and "ok", "the key is the one you gave"
    whole = f"forethought bundle\n{own[0]}\n{size}\n{whole}\n"
    need(not note or open_note(note, own) == whole, "the note is not of this file")
    yield note and "ok", "the note fits the file"

    items = {one["path"]: (one["bytes"], one["sha256"]) for one in said["items"]}
    need(
        items == {path: found[path] for path in set(found) - covers} and len(items) == len(said["items"]),
        "an item does not fit",
    )
    need(said["tags"] == {path: found[path][1] for path in covers - LATER} and LATER <= covers, "a file does not fit")
    need(said["format"] == 1, "another verify.py is needed")
    yield "ok", f"{len(found)} files are as stated"

    new, root = checkpoint(files["log/checkpoint.note"], own)
    seen, kept = [], {}
    for one in load(files["log/entries.json"]):
        body = load(one["body"].encode())
        seq, leaf = body["seq"], sha(b"\0", one["body"].encode())
        need(
            seq < new and climb(seq, new - 1, leaf, leaf, unhex(one["proof"]))[1:] == (root, 0),
            "an entry is not in the log",
        )
        need(body["case"] == said["case"], "an entry is of another case")
        seen.append(seq)
        kept.update((value, body["at"]) for value in body["commitments"].values())
    need(seen[:-1] == said["entries"] and seen == sorted(set(seen)), "an entry is missing or added")
    made = sha(*unhex([said["salt"]]), sha(files["statement.json"])).hex(), said["made_at"], said["bundle"]
    need(made == (body["commitments"]["statement"], body["at"], body["about"]), "the log does not hold the statement")
    for one in said["items"]:
        if one["made"] != "written":
            promise = sha(*unhex([one["salt"], one["sha256"]])).hex()
            need(kept.get(promise) == one["kept_at"], one["path"] + " is not what was kept then")
    yield "ok", f"{len(seen)} entries are in the log; records were kept when stated"

    logs, steps = {new: root}, load(files["log/consistency.json"])
    for one in steps:
        (logs[one["size"]],) = unhex([one["root"]])
        grew(one["size"], logs[one["size"]], new, root, unhex(one["proof"]))
    need([[one["size"], one["root"]] for one in steps] == said["earlier"], "a checkpoint is missing")
    size, then = checkpoint(files["log/earlier.note"], own)
    need(logs[size] == then, "a checkpoint is of another log")
    yield "ok", f"the log only grew since size {size}, root {then.hex()[:16]}"
    size, then = checkpoint(old, own) if old else (0, root)
    need(logs.get(size, then) == then, "THE LOG WAS REWRITTEN")
    yield size in logs and "ok", "your checkpoint is of this log"
    for number in range(1, said["time_stamps"] + 1):
        yield stamp(files, f"tsa/{number}.", sha(files["log/earlier.note"]).hex(), roots)


# Checked as of the time that it names: its certificate may have ended since
def stamp(files, name, digest, roots):
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("tsr", "pem"):
            Path(folder, kind).write_bytes(files[name + kind])

        def ask(*more):
            return subprocess.run(["openssl", "ts", *more, "-in", "tsr"], cwd=folder, capture_output=True)

        try:
            at = re.search(r"Time stamp: (.*)", ask("-reply", "-text").stdout.decode())[1]
        except OSError:
            return None, name + "tsr needs OpenSSL"
        if not roots:
            return None, f"{name}tsr says {at}: needs --tsa-root"
        when = datetime.strptime(re.sub(r"\.\d+|GMT", "", at) + "+0000", "%b %d %H:%M:%S %Y %z").timestamp()
        by = "-CAfile", Path(roots).resolve(), "-untrusted", "pem", "-attime", str(int(when))
        need(not ask("-verify", "-digest", digest, *by).returncode, name + "tsr is wrong, or of another root")
    return "ok", f"{name}tsr: it stood so by {at}"


def main():
    parser = argparse.ArgumentParser()
    for name in ("bundle", "--key", "--checkpoint", "--tsa-root"):
        parser.add_argument(name)
    asked, states = parser.parse_args(), []
    note = Path(asked.bundle + ".note")
    try:
        note, key, old = (
            one and Path(one).read_bytes() for one in (note.exists() and note, asked.key, asked.checkpoint)
        )
        for state, sentence in check(open(asked.bundle, "rb"), note, key and key.decode(), asked.tsa_root, old):
            states.append(state)
            print((state or "not checked").ljust(12), sentence)
    except Exception as error:
        print("FAILED      ", error or "it is damaged")
        return 1
    print("ok" if all(states[:2]) else "NOT CHECKED: give --key; lay the .note beside")
    return 0 if all(states[:2]) else 2


if __name__ == "__main__":
    raise SystemExit(main())
