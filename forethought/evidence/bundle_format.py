"""What a bundle holds, from plain values: a BagIt bag (RFC 8493) whose every file the school's log vouches for.

The log's export entry commits to `statement.json`. The statement commits to each item and to each covering file, and to
which entries and which earlier checkpoints are in it. What can only be written after the export entry proves itself:
the checkpoint is signed, entries and consistency are proofs against it. The note lies beside the zip and signs all of
it (architecture.md, decision 13).

    bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
    READ-ME-FIRST.html  chronology.html  statement.json  verify.py  verify.html
    data/…                     the items
    log/checkpoint.note  log/earlier.note  log/entries.json  log/consistency.json
    tsa/1.tsq  tsa/1.tsr  tsa/1.pem  …       time stamps over log/earlier.note
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from forethought.audit.tree import commitment
from forethought.core.canonical import canonical
from forethought.evidence.bundle_zip import Member, of_bytes

FORMAT = 1

#: How an item came to be: as it was handed in; made from such a one by a recipe; or written out by the program.
ORIGINAL, COPY, WRITTEN = "original", "copy", "written"

#: Files that the statement cannot commit to: they come after it, or say what it says.
LATER = frozenset(
    {
        "statement.json",
        "tagmanifest-sha256.txt",
        "log/checkpoint.note",
        "log/entries.json",
        "log/consistency.json",
    }
)

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True)
class Item:
    """One thing chosen for a bundle: its bytes as a member, how it came to be, and what the log promised of it.

    `salt` and `kept_at` (UTC) are those of the entry that commits to it; written items have none. `said` is what people
    said about it, `recipe` how a copy was made and from which item.
    """

    member: Member
    made: str
    kind: str
    name: str = ""
    salt: bytes = b""
    kept_at: datetime | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)

    def as_stated(self) -> dict[str, Any]:
        """The item in the statement."""
        stated: dict[str, Any] = {
            "path": self.member.path,
            "bytes": self.member.size,
            "sha256": self.member.sha256.hex(),
            "made": self.made,
            "kind": self.kind,
        }
        if self.name:
            stated["name"] = self.name
        if self.made != WRITTEN:
            stated |= {"salt": self.salt.hex(), "kept_at": self.kept_at}
        if self.said:
            stated["said"] = dict(self.said)
        if self.recipe:
            stated["recipe"] = dict(self.recipe)
        return stated


@dataclass(frozen=True)
class Withheld:
    """Something that is in the case and not in the bundle: what, since when (UTC), why, and whom to ask."""

    what: str
    at: datetime
    why: str
    ask: str = ""

    def as_stated(self) -> dict[str, Any]:
        """It, in the statement."""
        return {"what": self.what, "at": self.at, "why": self.why, "ask": self.ask}


@dataclass(frozen=True)
class Stamp:
    """One time stamp over the earlier checkpoint: request, response and certificates, as they were stored."""

    request: bytes
    response: bytes
    chain: bytes


@dataclass(frozen=True)
class EarlierHead:
    """A checkpoint before the export: its size and root, and the proof that the log only grew from it since."""

    size: int
    root: bytes
    proof: Sequence[bytes] = ()


@dataclass(frozen=True)
class Shown:
    """One entry of the case as the log holds it, byte for byte, and the proof that it is in the tree."""

    seq: int
    body: str
    proof: Sequence[bytes] = ()


@dataclass(frozen=True)
class Plan:
    """All that is known of a bundle before the export entry. What is not known then proves itself.

    `pages` are the covering pages by path; `about` what else the statement says: school, reference, to whom, why.
    """

    bundle: str
    case: str
    log_key: str
    made_at: datetime
    salt: bytes
    items: Sequence[Item]
    withheld: Sequence[Withheld]
    pages: Mapping[str, bytes]
    entries: Sequence[int]
    earlier: Sequence[EarlierHead]
    earlier_note: str
    stamps: Sequence[Stamp]
    about: Mapping[str, Any]


def covers(plan: Plan) -> list[Member]:
    """The covering files that are known before the export entry, in their order."""
    stamps = [
        of_bytes(f"tsa/{number}.{kind}", content)
        for number, stamp in enumerate(plan.stamps, 1)
        for kind, content in (("tsq", stamp.request), ("tsr", stamp.response), ("pem", stamp.chain))
    ]
    return [
        of_bytes("bagit.txt", BAGIT),
        of_bytes("bag-info.txt", _bag_info(plan)),
        *(of_bytes(path, content) for path, content in plan.pages.items()),
        of_bytes("manifest-sha256.txt", manifest([item.member for item in plan.items])),
        of_bytes("log/earlier.note", plan.earlier_note.encode()),
        *stamps,
    ]


def statement(plan: Plan) -> bytes:
    """The statement, in canonical form (RFC 8785): every item and every covering file, by its SHA-256."""
    return canonical(
        {
            "format": FORMAT,
            "bundle": plan.bundle,
            "case": plan.case,
            "log_key": plan.log_key,
            "made_at": plan.made_at,
            "salt": plan.salt.hex(),
            "about": dict(plan.about),
            "items": [item.as_stated() for item in plan.items],
            "withheld": [one.as_stated() for one in plan.withheld],
            "tags": {member.path: member.sha256.hex() for member in covers(plan)},
            "entries": list(plan.entries),
            "earlier": [[head.size, head.root.hex()] for head in plan.earlier],
            "time_stamps": len(plan.stamps),
        }
    )


def promise(plan: Plan) -> str:
    """What the export entry says of the statement: nothing to whoever has only the entry."""
    return commitment(plan.salt, sha256(statement(plan)).digest()).hex()


def members(
    plan: Plan, *, checkpoint_note: str, entries: Sequence[Shown], earlier: Sequence[EarlierHead]
) -> list[Member]:
    """All files of the bundle in their order, once the export entry is in the log and covered by a checkpoint.

    `entries` are those of the plan and the export entry, in the log's order, and `earlier` its heads, now with proofs.
    """
    return parts(
        covers=covers(plan),
        statement=statement(plan),
        items=[item.member for item in plan.items],
        checkpoint_note=checkpoint_note,
        entries=entries,
        earlier=earlier,
    )


def parts(
    *,
    covers: Sequence[Member],
    statement: bytes,
    items: Sequence[Member],
    checkpoint_note: str,
    entries: Sequence[Shown],
    earlier: Sequence[EarlierHead],
) -> list[Member]:
    """The same from what was kept of a plan: its covering files, its statement, and its items to read."""
    before = [
        *covers,
        of_bytes("statement.json", statement),
        of_bytes("log/checkpoint.note", checkpoint_note.encode()),
        of_bytes("log/entries.json", canonical([{"body": e.body, "proof": _hexes(e.proof)} for e in entries])),
        of_bytes(
            "log/consistency.json",
            canonical([{"size": h.size, "root": h.root.hex(), "proof": _hexes(h.proof)} for h in earlier]),
        ),
    ]
    tags = of_bytes("tagmanifest-sha256.txt", manifest(before))
    # The page to read comes first: a person who opens the zip sees it at the top.
    first = sorted([*before, tags], key=lambda member: (member.path != "READ-ME-FIRST.html", member.path))
    return [*first, *items]


def manifest(of: Sequence[Member]) -> bytes:
    """The lines that `sha256sum -c` reads, sorted by path (RFC 8493, 2.1.3)."""
    return "".join(f"{m.sha256.hex()}  {m.path}\n" for m in sorted(of, key=lambda member: member.path)).encode()


def note_text(origin: str, size: int, digest: bytes) -> str:
    """What the note beside a bundle signs: the log, and the size and SHA-256 of the whole file.

    Four lines, so that it can never be taken for a checkpoint, which has three. C2SP signed-note.
    """
    return f"forethought bundle\n{origin}\n{size}\n{base64.b64encode(digest).decode()}\n"


def _bag_info(plan: Plan) -> bytes:
    total = sum(item.member.size for item in plan.items)
    lines = {
        "Bagging-Date": plan.made_at.date().isoformat(),
        "Bag-Software-Agent": "Forethought",
        "External-Identifier": plan.bundle,
        "Payload-Oxum": f"{total}.{len(plan.items)}",
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items()).encode()


def _hexes(hashes: Sequence[bytes]) -> list[str]:
    return [one.hex() for one in hashes]
