"""The law register as it stands in a school: as shipped, with what the school wrote into it laid over.

What is shipped is read once for the whole program; what a school wrote is one query, whatever is asked.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import zip_longest
from types import MappingProxyType

from forethought.prepared import Prepared, columns_of
from forethought.reviews import register
from forethought.reviews.models import LawNote
from forethought.reviews.register import Certainty, Law, Status

#: Asked beside many screens, so compiled once.
_notes = Prepared(lambda: LawNote.objects.order_by("noted_at", "id").values_list(*columns_of(LawNote)))

_STATUS = {one.value: one for one in Status}


@dataclass(frozen=True, slots=True)
class Entry:
    """One law as it stands here."""

    key: str
    name: str
    citation: str
    #: What it is: an Act, a judgment. Empty for a law that the school added.
    kind: str
    status: Status
    #: What took over: keys of the register, or somebody's own words.
    superseded_by: tuple[str, ...]
    governs: str
    clauses: tuple[str, ...]
    link: str
    review_on: date | None
    #: How sure the shipped entry is; nothing once the school wrote its own.
    certainty: Certainty | None
    #: The school's word that this rests on, if it wrote any.
    note: LawNote | None
    #: How often the school wrote about it, so that of two writers at once the second is told.
    version: int

    @property
    def is_sure(self) -> bool:
        """Whether the official text was read, here or by the school."""
        return self.note is not None or self.certainty is Certainty.READ


def lawbook() -> Mapping[str, Entry]:
    """Every law by its key as it stands in the school in scope: the shipped ones in their order, then its own.

    Policy 11.1.
    """
    notes: list[LawNote] = _notes.instances(LawNote)
    if not notes:
        return as_shipped()
    last, counts = {note.key: note for note in notes}, Counter(note.key for note in notes)
    found = {
        key: _noted(last[key], counts[key], law) if key in last else _shipped(law)
        for key, law in register.laws().items()
    }
    own = sorted((note for key, note in last.items() if key not in found), key=lambda note: note.name.casefold())
    return found | {note.key: _noted(note, counts[note.key], None) for note in own}


@cache
def as_shipped() -> Mapping[str, Entry]:
    """The register as every school starts from it, without a look at any school: for pages that have none.

    Policy 11.1.
    """
    return MappingProxyType({key: _shipped(law) for key, law in register.laws().items()})


def beside(book: Mapping[str, Entry], clause_ids: tuple[str, ...]) -> tuple[Entry, ...]:
    """The few laws that are shown beside the screens of these clauses: the closest of each clause, then the next.

    Policy 11.1.
    """
    rows = []
    for clause_id in clause_ids:
        fits = [each for each in book.values() if clause_id in each.clauses]
        rows.append(sorted(fits, key=lambda each: each.clauses.index(clause_id)))
    found = {each.key: each for turn in zip_longest(*rows) for each in turn if each is not None}
    return tuple(found.values())[: register.MOST_BESIDE]


def keys_of(text: str, book: Mapping[str, Entry]) -> str:
    """What took over, one a line, as it is kept: the keys of laws that are in the register, words for the others.

    Policy 11.1.
    """
    known = {name.casefold(): each.key for each in book.values() for name in (each.key, each.citation, each.name)}
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(dict.fromkeys(known.get(line.casefold(), line) for line in lines if line))


def notes_of(key: str) -> list[LawNote]:
    """What the school wrote about one law, the newest first."""
    return list(LawNote.objects.filter(key=key).order_by("-noted_at", "-id"))


def _shipped(law: Law) -> Entry:
    return Entry(
        key=law.key,
        name=law.name,
        citation=law.citation,
        kind=law.kind.words,
        status=law.status,
        superseded_by=law.superseded_by,
        governs=law.governs,
        clauses=law.clauses,
        link=law.link,
        review_on=law.review_on,
        certainty=law.certainty,
        note=None,
        version=0,
    )


def _noted(note: LawNote, version: int, law: Law | None) -> Entry:
    return Entry(
        key=note.key,
        name=note.name,
        citation=note.citation,
        kind=law.kind.words if law is not None else "",
        status=_STATUS[note.status],
        superseded_by=tuple(note.superseded_by.splitlines()),
        governs=note.governs,
        clauses=tuple(note.clauses),
        link=note.link,
        review_on=note.review_on,
        certainty=None,
        note=note,
        version=version,
    )
