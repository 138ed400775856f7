"""What somebody does to a bundle who has all of it, rebuilds its manifests, and lacks only the school's key."""

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from bundle_making import STRANGER, Made, contents, edited, noted, rebuilt, sealed, zipped

from forethought.core.canonical import canonical
from forethought.evidence.bundle_zip import of_bytes

Files = dict[str, bytes]
Attack = Callable[[Files, Files, random.Random], Files]

ENTRIES, STATEMENT, STEPS = "log/entries.json", "statement.json", "log/consistency.json"


def _items(files: Files) -> list[str]:
    return [path for path in files if path.startswith("data/")]


def _item(change: Callable[[dict[str, Any], random.Random], object]) -> Attack:
    """Change one item in the statement."""

    def attack(files: Files, other: Files, chance: random.Random) -> Files:
        return edited(files, STATEMENT, lambda said: change(chance.choice(said["items"]), chance) and None)

    return attack


def _statement(change: Callable[[dict[str, Any], random.Random], object]) -> Attack:
    return lambda files, other, chance: edited(files, STATEMENT, lambda said: change(said, chance) and None)


def _entries(change: Callable[[list[Any], random.Random], object]) -> Attack:
    return lambda files, other, chance: edited(files, ENTRIES, lambda rows: change(rows, chance) and None)


def _body(change: Callable[[dict[str, Any], random.Random], object]) -> Attack:
    """Change what one entry says."""
    import json

    def attack(files: Files, other: Files, chance: random.Random) -> Files:
        def one(rows: list[Any]) -> None:
            row = chance.choice(rows)
            body = json.loads(row["body"])
            change(body, chance)
            row["body"] = canonical(body).decode()

        return edited(files, ENTRIES, one)

    return attack


def _from_other(*paths: str) -> Attack:
    """Files of another bundle in place of these."""
    return lambda files, other, chance: {**files, **{path: other[path] for path in paths}}


def _moved(text: str, chance: random.Random) -> str:
    at = datetime.fromisoformat(text.replace("Z", "+00:00")) + timedelta(seconds=chance.choice([-86400, -1, 1, 3600]))
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _touched(path: str) -> Attack:
    def attack(files: Files, other: Files, chance: random.Random) -> Files:
        place = chance.randrange(len(files[path]))
        content = bytearray(files[path])
        content[place] ^= 1 << chance.randrange(7)
        return {**files, path: bytes(content)}

    return attack


def _touched_item(files: Files, other: Files, chance: random.Random) -> Files:
    return _touched(chance.choice(_items(files)))(files, other, chance)


def _without_item(files: Files, other: Files, chance: random.Random) -> Files:
    gone = chance.choice(_items(files))
    files = {path: content for path, content in files.items() if path != gone}
    keep = lambda said: said.update(items=[one for one in said["items"] if one["path"] != gone])  # noqa: E731
    return edited(files, STATEMENT, keep)


def _without_file(files: Files, other: Files, chance: random.Random) -> Files:
    # The manifests come back by themselves when they are rebuilt.
    gone = chance.choice(sorted(path for path in files if "manifest" not in path))
    return {path: content for path, content in files.items() if path != gone}


def _with_item(files: Files, other: Files, chance: random.Random) -> Files:
    path, content = f"data/{chance.randrange(900, 999)}-record.png", chance.randbytes(40)
    item = {
        "path": path,
        "bytes": 40,
        "sha256": sha256(content).hexdigest(),
        "made": chance.choice(["written", "copy"]),
    }
    item |= {"salt": "00" * 32, "kept_at": "2026-11-12T13:00:00.000000Z"}
    return edited({**files, path: content}, STATEMENT, lambda said: said["items"].append(item))


def _with_file(files: Files, other: Files, chance: random.Random) -> Files:
    name = chance.choice(["note.txt", "log/more.json", "tsa/9.tsr", "data/extra.bin", "verify.exe"])
    return {**files, name: chance.randbytes(30)}


def _swapped_items(files: Files, other: Files, chance: random.Random) -> Files:
    one, two = chance.sample(_items(files), 2)
    return {**files, one: files[two], two: files[one]}


def _renamed_item(files: Files, other: Files, chance: random.Random) -> Files:
    old = chance.choice(_items(files))
    new = f"data/{chance.randrange(900)}-record.jpg"
    renamed = {new if path == old else path: content for path, content in files.items()}

    def change(said: dict[str, Any]) -> None:
        for item in said["items"]:
            item["path"] = new if item["path"] == old else item["path"]

    return edited(renamed, STATEMENT, change)


def _item_of_other(files: Files, other: Files, chance: random.Random) -> Files:
    path = chance.choice([one for one in _items(files) if files[one] != other[one]])
    return {**files, path: other[path]}


def _fewer_stamps(files: Files, other: Files, chance: random.Random) -> Files:
    files = {path: content for path, content in files.items() if not path.startswith("tsa/")}
    return edited(files, STATEMENT, lambda said: said.update(time_stamps=1 - bool(said["time_stamps"])))


#: What the attacker changes, before rebuilding every manifest and hash that needs no key.
FILES: dict[str, Attack] = {
    "an item is taken out": _without_item,
    "a file is taken out": _without_file,
    "an item is added": _with_item,
    "a file is added": _with_file,
    "an item is changed": _touched_item,
    "two items are exchanged": _swapped_items,
    "an item is renamed": _renamed_item,
    "an item is another case's": _item_of_other,
    "an item is told from another time": _item(
        lambda item, chance: item.update(kept_at=_moved(item.get("kept_at", "2026-11-12T13:00:00.000000Z"), chance))
    ),
    "an item's salt is changed": _item(lambda item, chance: item.update(salt=chance.randbytes(32).hex())),
    "an item is passed off as written": _item(
        lambda item, chance: item.update(made="written" if item["made"] != "written" else "original")
    ),
    "what was said is changed": _item(lambda item, chance: item.update(said={"address": "https://else.example"})),
    "a copy is passed off as an original": _item(
        lambda item, chance: item.update(made="original" if item["made"] == "copy" else "copy")
    ),
    "a time stamp is stripped or claimed": _fewer_stamps,
    "the day of making is moved": _statement(lambda said, chance: said.update(made_at=_moved(said["made_at"], chance))),
    "what is withheld is hidden": _statement(lambda said, chance: said.update(withheld=[])),
    "who it is for is changed": _statement(lambda said, chance: said["about"].update({"for": "tribunal"})),
    "the statement's salt is changed": _statement(lambda said, chance: said.update(salt=chance.randbytes(32).hex())),
    "an earlier checkpoint is left out": _statement(
        lambda said, chance: said["earlier"].pop(chance.randrange(len(said["earlier"])))
    ),
    "the bundle's id is changed": _statement(lambda said, chance: said.update(bundle="0" * 36)),
    "the case is changed": _statement(lambda said, chance: said.update(case="0" * 36)),
    "the key is the attacker's": _statement(lambda said, chance: said.update(log_key=STRANGER.public().to_text())),
    "an entry is dropped": _entries(lambda rows, chance: rows.pop(chance.randrange(len(rows)))),
    "an entry is repeated": _entries(lambda rows, chance: rows.append(chance.choice(rows))),
    "entries are re-ordered": _entries(lambda rows, chance: rows.reverse()),
    "a proof is longer": _entries(lambda rows, chance: chance.choice(rows)["proof"].append("00" * 32)),
    "a proof is shorter": _entries(lambda rows, chance: chance.choice(rows)["proof"].pop()),
    "a proof is in capitals": _entries(
        lambda rows, chance: (
            (row := chance.choice(rows)).update(proof=[one.upper() + "" for one in row["proof"]])
            or row.update(proof=["AB" * 32, *row["proof"][1:]])
        )
    ),
    "an entry's time is moved": _body(lambda body, chance: body.update(at=_moved(body["at"], chance))),
    "an entry's author is changed": _body(lambda body, chance: body.update(by="0" * 36)),
    "an entry's place is changed": _body(lambda body, chance: body.update(seq=body["seq"] + chance.choice([-1, 1]))),
    "an entry's case is changed": _body(lambda body, chance: body.update(case="0" * 36)),
    "an entry promises something else": _body(lambda body, chance: body["commitments"].update(exhibit_0="ab" * 32)),
    "entries are another bundle's": _from_other(ENTRIES),
    "the checkpoint is another log's": _from_other("log/checkpoint.note"),
    "the whole log is another bundle's": _from_other(ENTRIES, STEPS, "log/checkpoint.note", "log/earlier.note"),
    "the statement is another bundle's": _from_other(STATEMENT),
    "statement and log are another bundle's": _from_other(
        STATEMENT, ENTRIES, STEPS, "log/checkpoint.note", "log/earlier.note"
    ),
    "the earlier checkpoint is another's": _from_other("log/earlier.note"),
    "a proof of growth is changed": _touched(STEPS),
    "the checkpoint is changed": _touched("log/checkpoint.note"),
    "the verifier is changed": _touched("verify.py"),
    "the other verifier is changed": _touched("verify.html"),
    "the first page is changed": _touched("READ-ME-FIRST.html"),
    "the chronology is changed": _touched("chronology.html"),
    "the bag's version is changed": _touched("bagit.txt"),
    "the bag's facts are changed": _touched("bag-info.txt"),
}


def _raw(change: Callable[[bytearray, random.Random], bytes | bytearray]) -> Callable[[Made, random.Random], bytes]:
    return lambda made, chance: bytes(change(bytearray(made.zip), chance))


def _doubled(made: Made, chance: random.Random) -> bytes:
    """A second member of a name, as an appending zip program writes it."""
    out = io.BytesIO(made.zip)
    with zipfile.ZipFile(out, "a") as opened:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened.writestr(chance.choice(opened.namelist()), chance.randbytes(9))
    return out.getvalue()


def _repacked(made: Made, chance: random.Random) -> bytes:
    """The same files, packed by another program."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", chance.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])) as opened:
        for path, content in contents(made).items():
            opened.writestr(path, content)
    return out.getvalue()


def _strange_name(made: Made, chance: random.Random) -> bytes:
    out = io.BytesIO(made.zip)
    with zipfile.ZipFile(out, "a") as opened:
        name = chance.choice(["../up.txt", "/etc/x", "C:\\x.txt", "data/../x.txt", "a\x00b", "data/.hidden", "x."])
        opened.writestr(name, b"x")
    return out.getvalue()


def _gap(made: Made, chance: random.Random) -> bytes:
    """Bytes between the members and the directory, which still points right."""
    (at,) = struct.unpack("<I", made.zip[-6:-2])
    more = chance.randbytes(chance.randrange(1, 50))
    return made.zip[:at] + more + made.zip[at:-6] + struct.pack("<IH", at + len(more), 0)


def _local_only(made: Made, chance: random.Random) -> bytes:
    """A member that only a reader from the front sees."""
    (at,) = struct.unpack("<I", made.zip[-6:-2])
    hidden = zipped([of_bytes("data/hidden.txt", chance.randbytes(20))])
    (end,) = struct.unpack("<I", hidden[-6:-2])
    return made.zip[:at] + hidden[:end] + made.zip[at:-6] + struct.pack("<IH", at + end, 0)


#: What the attacker does to the zip itself.
ZIPS: dict[str, Callable[[Made, random.Random], bytes]] = {
    "bytes before": _raw(lambda raw, chance: chance.randbytes(chance.randrange(1, 99)) + raw),
    "bytes behind": _raw(lambda raw, chance: raw + chance.randbytes(chance.randrange(1, 99))),
    "cut short": _raw(lambda raw, chance: raw[: chance.randrange(len(raw))]),
    "a comment": _raw(lambda raw, chance: raw[:-2] + b"\x02\x00hi"),
    "a second zip behind": _raw(lambda raw, chance: raw + raw),
    "bytes in the middle": _raw(lambda raw, chance: raw[:40] + chance.randbytes(3) + raw[40:]),
    "a name twice": _doubled,
    "packed anew": _repacked,
    "a strange name": _strange_name,
    "bytes before the directory": _gap,
    "a hidden member": _local_only,
}


def attacks(made: Made, other: Made, *, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """So many attacks, each kind in turn, each with its own chances: what was done, and the file it gives."""
    names = [*FILES, *ZIPS]
    files, others = contents(made), contents(other)
    for number in range(count):
        name = names[number % len(names)]
        chance = random.Random(f"{seed} {number}")
        if name in ZIPS:
            yield name, ZIPS[name](made, chance)
            continue
        try:
            whole = rebuilt(FILES[name](files, others, chance))
            if whole == made.zip:
                raise AssertionError(f"Nothing was changed by: {name}")
            yield name, whole
        except (KeyError, ValueError):
            # What it changed can no longer be read even by its own maker: not a bundle at all.
            yield name, b"".join(FILES[name](files, others, chance).values())


def signed_by_a_stranger(made: Made) -> list[tuple[str, bytes, str]]:
    """The same bundle, and a wholly consistent one, under a key that only claims the school's name."""
    again = sealed(made.plan, made.log, [*made.plan.entries, len(made.log.bodies) - 2], key=STRANGER)
    return [
        ("its note is a stranger's", made.zip, noted(made.zip, STRANGER)),
        ("all of it is a stranger's", again.zip, again.note),
    ]
