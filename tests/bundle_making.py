"""Whole bundles from plain values, for whoever attacks or measures them: no database, no program."""

import importlib.util
import io
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

from forethought.audit.notes import NoteKey, checkpoint_text, sign_note
from forethought.audit.tree import commitment, consistency_proof, inclusion_proof, leaf_hash, root_of
from forethought.core.canonical import canonical
from forethought.evidence import bundle_format as fmt
from forethought.evidence.bundle_format import EarlierHead, Item, Plan, Shown, Stamp, Withheld
from forethought.evidence.bundle_zip import Member, of_bytes, zip_pieces

VERIFIER = Path(__file__).resolve().parents[1] / "verifier"
NOON = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
SCHOOL, CASE, OTHER = (str(UUID(int=n)) for n in (1, 2, 3))
KEY = NoteKey(f"forethought/0011223344556677/{SCHOOL}", b"\x07" * 32)
STRANGER = NoteKey(KEY.name, b"\x08" * 32)


def verifier() -> ModuleType:
    """verify.py as a module of its own, its slow signature check remembered: attacks mostly leave signatures alone."""
    spec = importlib.util.spec_from_file_location("bundle_verify", VERIFIER / "verify.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    module.signed = lru_cache(maxsize=256)(module.signed)  # type: ignore[attr-defined]
    return module


@dataclass
class Log:
    """A school's log of made-up entries, of two cases."""

    bodies: list[bytes] = field(default_factory=list)

    def add(self, verb: str, *, case: str | None = CASE, about: str | None = None, at: datetime, **said: str) -> int:
        """One more entry; its number."""
        seq = len(self.bodies)
        body = {"seq": seq, "school": SCHOOL, "at": at, "by": str(UUID(int=9)), "verb": verb, "about": about}
        self.bodies.append(canonical({**body, "case": case, "facts": {}, "commitments": said}))
        return seq

    @property
    def leaves(self) -> list[bytes]:
        """The hash of each entry."""
        return [leaf_hash(body) for body in self.bodies]

    def note(self, size: int | None = None, key: NoteKey = KEY) -> str:
        """A checkpoint of the first entries."""
        size = len(self.bodies) if size is None else size
        return sign_note(checkpoint_text(KEY.name, size, root_of(self.leaves[:size])), key=key)

    def shown(self, seqs: list[int]) -> list[Shown]:
        """Entries with their proofs against the newest head."""
        leaves = self.leaves
        return [Shown(seq, self.bodies[seq].decode(), inclusion_proof(leaves, seq, len(leaves))) for seq in seqs]


@dataclass(frozen=True)
class Made:
    """A bundle, its note, and what it was made of."""

    zip: bytes
    note: str
    plan: Plan
    log: Log
    members: list[Member]


def make(
    *,
    seed: int = 1,
    sizes: tuple[int, ...] = (300, 900),
    stamped: Callable[[str], tuple[Stamp, ...]] = lambda note: (),
    pages: bool = True,
) -> Made:
    """A whole bundle of some records, in a log that holds other entries too. `stamped` gives the stamps over a note."""
    chance, log = random.Random(seed), Log()
    for number in range(3):
        log.add("people.appoint", case=None, at=NOON + timedelta(minutes=number))
    items, seqs = [], []
    for number, size in enumerate(sizes, 1):
        content, salt, at = chance.randbytes(size), chance.randbytes(32), NOON + timedelta(hours=number)
        seqs.append(log.add("evidence.keep_records", at=at, exhibit_0=commitment(salt, sha256(content).digest()).hex()))
        log.add("cases.view", case=OTHER, at=at)
        made = fmt.ORIGINAL if number % 2 else fmt.COPY
        recipe = {} if made == fmt.ORIGINAL else {"recipe": "blur", "of": items[-1].member.path}
        items.append(
            Item(
                of_bytes(f"data/{number:03}-record.png", content),
                made,
                "social",
                name=f"screen {number}.png",
                salt=salt,
                kept_at=at,
                said={"address": "https://site.example/post/1"},
                recipe=recipe,
            )
        )
    items.append(Item(of_bytes("data/report.txt", b"What was reported, in words.\n"), fmt.WRITTEN, "report"))
    early, size = len(log.bodies), len(log.bodies) - 2
    heads = [EarlierHead(n, root_of(log.leaves[:n])) for n in (size, early)]
    plan = Plan(
        bundle=str(UUID(int=100 + seed)),
        case=CASE,
        log_key=KEY.public().to_text(),
        made_at=NOON + timedelta(days=1),
        salt=chance.randbytes(32),
        items=items,
        withheld=[Withheld("A record", NOON, "It was sealed away", "The police")],
        pages={
            "READ-ME-FIRST.html": b"<!doctype html><title>Read me first</title>",
            "chronology.html": b"<!doctype html><title>Chronology</title>",
            **({name: (VERIFIER / name).read_bytes() for name in ("verify.py", "verify.html")} if pages else {}),
        },
        entries=seqs,
        earlier=heads,
        earlier_note=log.note(early),
        stamps=stamped(log.note(early)),
        about={"school": "Oak School", "for": "police"},
    )
    last = log.add("evidence.make_bundle", about=plan.bundle, at=plan.made_at, statement=fmt.promise(plan))
    log.add("cases.view", case=OTHER, at=plan.made_at)
    return sealed(plan, log, [*seqs, last])


def sealed(plan: Plan, log: Log, seqs: list[int], key: NoteKey = KEY) -> Made:
    """The bundle of a plan whose export entry stands in the log, and its note."""
    leaves = log.leaves
    proved = [replace(head, proof=consistency_proof(leaves, head.size, len(leaves))) for head in plan.earlier]
    parts = fmt.members(plan, checkpoint_note=log.note(key=key), entries=log.shown(seqs), earlier=proved)
    whole = zipped(parts)
    return Made(whole, noted(whole, key), plan, log, parts)


def zipped(parts: list[Member]) -> bytes:
    """The zip of some members."""
    return b"".join(zip_pieces(parts))


def noted(whole: bytes, key: NoteKey = KEY) -> str:
    """The note over a whole file."""
    return sign_note(fmt.note_text(KEY.name, len(whole), sha256(whole).digest()), key=key)


def accepted(module: ModuleType, whole: bytes, note: str | None, *, key: bool = True, **more: Any) -> bool:
    """Whether the verifier has no fault to find."""
    try:
        for _ in module.check(
            io.BytesIO(whole), note and note.encode(), KEY.public().to_text() if key else None, **more
        ):
            pass
    except Exception:
        return False
    return True


def contents(made: Made) -> dict[str, bytes]:
    """Every file of a bundle, to change."""
    return {member.path: b"".join(member.read()) for member in made.members}


def rebuilt(files: dict[str, bytes]) -> bytes:
    """A bag over changed files with manifests that fit, as whoever has no key would make it."""
    files = dict(files)
    data = [of_bytes(path, content) for path, content in files.items() if path.startswith("data/")]
    files["manifest-sha256.txt"] = fmt.manifest(data)
    covering = [p for p in files if not p.startswith("data/") and p != "tagmanifest-sha256.txt"]
    with_tags(files, covering)
    files["tagmanifest-sha256.txt"] = fmt.manifest([of_bytes(path, files[path]) for path in covering])
    return zipped([of_bytes(path, content) for path, content in files.items()])


def with_tags(files: dict[str, bytes], covering: list[str]) -> None:
    """Make the statement agree with the files, items and covering files alike."""
    said = json.loads(files["statement.json"])
    for item in said["items"]:
        if item["path"] in files:
            content = files[item["path"]]
            item |= {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    said["tags"] = {path: sha256(files[path]).hexdigest() for path in covering if path not in fmt.LATER}
    files["statement.json"] = canonical(said)


def edited(files: dict[str, bytes], path: str, change: Callable[[Any], Any]) -> dict[str, bytes]:
    """The files with one JSON file changed."""
    value = json.loads(files[path])
    changed = change(value)
    return {**files, path: canonical(value if changed is None else changed)}


def one_bit_in_each_byte(content: bytes, seed: int, *, every: int = 1) -> Iterator[bytes]:
    """The content with one seeded bit changed, once for each byte, or for one byte in `every`."""
    chance = random.Random(seed)
    for place in range(chance.randrange(every), len(content), every):
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        yield bytes(changed)


def each_bit(content: bytes, *, every: int = 1, seed: int = 1) -> Iterator[bytes]:
    """The content with one bit changed, once for each bit."""
    for bit in range(random.Random(seed).randrange(every), len(content) * 8, every):
        changed = bytearray(content)
        changed[bit >> 3] ^= 1 << (bit & 7)
        yield bytes(changed)
