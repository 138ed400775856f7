"""Does the trail still say what it said? Everything is worked out anew from the entries themselves.

Three things are compared: each entry's body with its leaf, the sequence with itself, all leaves together with the head.
Somebody who can write to the database can make these three agree again after a change. What they cannot do is change a
checkpoint that has left the building, which is why `check_against` is here too.

A finding is a sentence for the person who asked; nothing in the entries raises an error, for they are what is in doubt.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from forethought.audit.tree import EMPTY_ROOT, HASH_LENGTH, Frontier, leaf_hash
from forethought.core.canonical import NotCanonical, canonical

#: What every entry's leaf covers. `facts` holds plain values and `commitments` hex text by name: never narrative.
NEEDED_KEYS = frozenset({"seq", "school", "at", "by", "verb", "about", "case", "facts", "commitments"})

#: The leaf covers this one as well where an entry has it. Taking it away, or putting it in, changes the leaf.
BODY_KEYS = NEEDED_KEYS | {"about_kind"}

#: What may stand beside the body: its leaf, and for a stored row the text and the columns (see `stored_entry`).
BESIDE_KEYS = frozenset({"leaf", "text", "columns"})

#: After this many findings a longer list helps nobody.
MOST_FAULTS = 100


class FaultKind(StrEnum):
    """What kind of thing is wrong."""

    BODY = "body"  # an entry lacks something or carries something that its leaf does not cover
    COLUMN = "column"  # the row shows something else than its body
    LEAF = "leaf"  # body and leaf disagree
    SEQUENCE = "sequence"  # a number is missing, doubled or out of its place
    SCHOOL = "school"  # an entry of another school's trail
    SIZE = "size"  # more or fewer entries than the head counts
    ROOT = "root"  # the entries together are not those that the head was made over
    CHECKPOINT = "checkpoint"  # the trail did not grow from a checkpoint kept elsewhere


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where it was first seen, and the sentence that says so."""

    kind: FaultKind
    sentence: str
    seq: int | None = None


def body_of(entry: Mapping[str, object]) -> bytes:
    """The canonical bytes of an entry's body, which its leaf is made over. Raises NotCanonical if it has none."""
    missing = sorted(NEEDED_KEYS - entry.keys())
    if missing:
        raise NotCanonical(f"It lacks {', '.join(missing)}.")
    return canonical({key: entry[key] for key in BODY_KEYS & entry.keys()})


def leaf_of(entry: Mapping[str, object]) -> bytes:
    """The leaf hash of an entry, from its body alone. Raises NotCanonical if it has no canonical body."""
    return leaf_hash(body_of(entry))


def stored_entry(*, body: str, leaf: bytes | str, columns: Mapping[str, object]) -> dict[str, object]:
    """A row of the database as an entry to check: its body read back, and the columns under the names of the body.

    The columns are what lists and searches show. They repeat the body, so they have to agree with it.
    """
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        read = None
    return {**(read if isinstance(read, dict) else {}), "leaf": leaf, "text": body, "columns": columns}


def check_trail(entries: Iterable[Mapping[str, object]], head: Mapping[str, object]) -> list[Fault]:
    """Everything wrong with a trail, first entry first; an empty list when all is well.

    An entry is its body (`BODY_KEYS`) and its `leaf`; `stored_entry` makes one of a row. The head is `size` and `root`,
    and `school` where it is known. Hashes may be bytes or hex text. The entries are read once, in the order given.
    """
    walk = _Walk(head.get("school"))
    for entry in entries:
        walk.step(entry)
    return [*walk.faults[:MOST_FAULTS], *_against_head(walk, head)]


def check_against(
    entries: Iterable[Mapping[str, object]], checkpoint_size: int, checkpoint_root: bytes | str
) -> list[Fault]:
    """Is the beginning of the trail still the one that a checkpoint, kept by somebody else, was made over?

    This alone finds a trail whose end was written afresh together with its leaves and its head.
    """
    frontier = Frontier()
    for entry in entries:
        if frontier.size >= checkpoint_size:
            break
        try:
            frontier = frontier.append(leaf_of(entry))
        except NotCanonical as reason:
            sentence = f"Entry {_named(entry, frontier.size)} cannot be checked. {reason}"
            return [Fault(FaultKind.BODY, sentence, frontier.size)]
    if frontier.size < checkpoint_size:
        return [
            Fault(
                FaultKind.CHECKPOINT,
                f"The checkpoint was made over {_entries(checkpoint_size)} and the trail now holds {frontier.size}: "
                f"everything from entry {frontier.size} to the checkpoint is gone.",
                frontier.size,
            )
        ]
    if frontier.root() != _hash(checkpoint_root):
        return [
            Fault(
                FaultKind.CHECKPOINT,
                f"The first {_entries(checkpoint_size)} are not those that the checkpoint was made over. Something "
                f"before entry {checkpoint_size} was changed after the checkpoint was sent, or the checkpoint belongs "
                "to another trail.",
            )
        ]
    return []


class _Walk:
    """One pass over the entries, holding only the edges of two trees: over the bodies, and over the stored leaves."""

    def __init__(self, school: object) -> None:
        self.school = school
        self.expected = 0
        self.bodies = Frontier()
        self.stored = Frontier()
        self.faults: list[Fault] = []

    def step(self, entry: Mapping[str, object]) -> None:
        position = self.bodies.size
        self._check_place(entry, position)
        self._check_school(entry, position)
        stored = _hash(entry.get("leaf"))
        # A broken leaf still takes its place, so that everything after it is judged on its own.
        self.stored = self.stored.append(stored or EMPTY_ROOT)
        self.bodies = self.bodies.append(self._check_body(entry, position, stored) or EMPTY_ROOT)

    def found(self, kind: FaultKind, seq: int, sentence: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(kind, sentence, seq))

    def _check_place(self, entry: Mapping[str, object], position: int) -> None:
        seq = entry.get("seq")
        if not isinstance(seq, int) or isinstance(seq, bool):
            self.found(FaultKind.SEQUENCE, position, f"The entry at place {position} has no number.")
            self.expected += 1
            return
        if seq > self.expected:
            gone = f"entry {self.expected}" if seq == self.expected + 1 else f"entries {self.expected} to {seq - 1}"
            self.found(FaultKind.SEQUENCE, self.expected, f"Before entry {seq}, {gone} should stand and does not.")
        elif seq < self.expected:
            self.found(
                FaultKind.SEQUENCE,
                seq,
                f"Entry {seq} stands where entry {self.expected} should: it is doubled or moved.",
            )
        self.expected = seq + 1

    def _check_school(self, entry: Mapping[str, object], position: int) -> None:
        school = entry.get("school")
        if self.school is None:
            self.school = school  # the head does not say: then the first entry does
        elif str(school).lower() != str(self.school).lower():
            self.found(
                FaultKind.SCHOOL, position, f"Entry {_named(entry, position)} belongs to another school's trail."
            )

    def _check_body(self, entry: Mapping[str, object], position: int, stored: bytes | None) -> bytes | None:
        name = _named(entry, position)
        extra = sorted(str(key) for key in entry.keys() - BODY_KEYS - BESIDE_KEYS)
        if extra:
            self.found(
                FaultKind.BODY, position, f"Entry {name} carries {', '.join(extra)}, which its leaf does not cover."
            )
        try:
            body = body_of(entry)
        except NotCanonical as reason:
            self.found(FaultKind.BODY, position, f"Entry {name} cannot be checked. {reason}")
            return None
        leaf = leaf_hash(body)
        if entry.get("text", body.decode()) != body.decode():
            # Two readers could find different words in it: JSON lets a name stand twice, and then readers differ.
            self.found(FaultKind.BODY, position, f"Entry {name} is not written in the one canonical way.")
        for key in _columns_that_differ(entry):
            self.found(FaultKind.COLUMN, position, f"Entry {name} shows another “{key}” in its row than in its body.")
        if stored is None:
            self.found(FaultKind.LEAF, position, f"Entry {name} has no leaf of {HASH_LENGTH} bytes.")
        elif leaf != stored:
            self.found(
                FaultKind.LEAF, position, f"Entry {name} does not agree with its leaf: one of them was changed later."
            )
        return leaf


def _columns_that_differ(entry: Mapping[str, object]) -> list[str]:
    columns = entry.get("columns", {})
    if not isinstance(columns, Mapping):
        return []
    return sorted(str(key) for key, value in columns.items() if _said(value) != _said(entry.get(key)))


def _said(value: object) -> bytes | None:
    """A value as the body would write it, so that a UUID or a time compares with its text."""
    try:
        return canonical(value)
    except NotCanonical:
        return None


def _against_head(walk: _Walk, head: Mapping[str, object]) -> list[Fault]:
    size, root, count = head.get("size"), _hash(head.get("root")), walk.bodies.size
    if not isinstance(size, int) or isinstance(size, bool) or size < 0 or root is None:
        return [Fault(FaultKind.ROOT, "The head has no size or no root, so it vouches for nothing.")]
    faults = []
    if count < size:
        faults.append(
            Fault(
                FaultKind.SIZE, f"The head counts {_entries(size)} and the trail holds {count}: some are gone.", count
            )
        )
    elif count > size:
        faults.append(
            Fault(
                FaultKind.SIZE, f"The head counts {_entries(size)} and the trail holds {count}: some were added.", size
            )
        )
    if walk.bodies.root() != root:
        faults.append(Fault(FaultKind.ROOT, _about_the_root(walk, root)))
    return faults


def _about_the_root(walk: _Walk, root: bytes) -> str:
    if walk.stored.root() == root:
        return (
            "The stored leaves still give the head's root. The leaves are therefore the first ones, and it is the "
            "bodies of the entries named above that were changed."
        )
    if walk.faults:
        return "The entries together do not give the head's root."
    return (
        "Each entry agrees with its own leaf, and yet together they do not give the head's root: an entry was changed, "
        "added or taken out together with its leaf. A checkpoint kept elsewhere can tell before which entry."
    )


def _named(entry: Mapping[str, object], position: int) -> str:
    """An entry by its number, and by its place too where the two differ."""
    seq = entry.get("seq")
    if seq == position or not isinstance(seq, int):
        return str(position)
    return f"{seq} (at place {position})"


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


def _hash(value: object) -> bytes | None:
    """A hash as bytes, given as bytes, as a memoryview (PostgreSQL) or as hex text; None for anything else."""
    if isinstance(value, str):
        try:
            value = bytes.fromhex(value) if value == value.strip().lower() else None
        except ValueError:
            return None
    if isinstance(value, bytes | bytearray | memoryview):
        whole = bytes(value)
        return whole if len(whole) == HASH_LENGTH else None
    return None
