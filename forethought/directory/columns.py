"""Which column of a list is what: headings in any order, under the names that common systems of schools give them."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

#: What is read of somebody, in the order in which it is kept. Every other column is passed over, and not kept.
FIELDS = ("number", "name", "first", "last", "known", "email", "kind", "starts", "ends")

SAID = {
    "number": "Staff number",
    "name": "Full name",
    "first": "First name",
    "last": "Last name",
    "known": "Known as, in place of the first name",
    "email": "Email address",
    "kind": "What they are engaged as",
    "starts": "First day",
    "ends": "Last day",
}

#: Above the headings an export may have its title, its date and an empty line.
_LOOKED_AT = 10
#: Columns of a list without headings, as it is typed.
_AS_TYPED = ("name", "email", "kind", "starts", "ends")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Heads:
    """Where each column stands, by what it is; how many lines stand before the first person, and what is not read.

    `system` is whose export it seems to be, where only one is like it. `offices`: a column says what people's jobs are.
    """

    places: dict[str, int]
    above: int
    passed_over: tuple[str, ...] = ()
    system: str = ""
    offices: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    headings: dict[str, str]
    of_one: dict[str, str]
    offices: frozenset[str]
    kinds: dict[str, str]


@lru_cache(maxsize=1)
def known() -> _Known:
    """The headings and kinds of exports.toml, as they are compared."""
    said = tomllib.loads((Path(__file__).parent / "exports.toml").read_text(encoding="utf-8"))
    headings = {plain(word): field for field, words in said["columns"].items() for word in words}
    of_one: dict[str, str] = {}
    for system, columns in said["systems"].items():
        for field in FIELDS:
            for word in columns.get(field, ()):
                headings.setdefault(plain(word), field)
                of_one.setdefault(plain(word), system)
    kinds = {plain(word): kind for kind, words in said["kinds"].items() for word in words}
    return _Known(headings, of_one, frozenset(plain(one) for one in said["offices"]["headings"]), kinds)


def plain(words: str) -> str:
    """A heading as it is compared: no capitals, no marks, one space."""
    return " ".join(re.sub(r"[^\w]+|_", " ", words.casefold()).split())


def recognised(rows: Sequence[Sequence[str]]) -> Heads | None:
    """The columns of a list by its line of headings, or by the order in which people type. Nothing when unsure.

    Policy 2.5. `rows` are its first lines. A second line of headings right below the first is passed over with it.
    """
    best: dict[str, int] = {}
    line = -1
    for number, cells in enumerate(rows[:_LOOKED_AT]):
        found = _places(cells)
        if len(found) > len(best) and _enough(found):
            best, line = found, number
    if line < 0:
        return _as_typed(rows)
    above = line + 1
    while above < len(rows) and len(_places(rows[above])) >= 2:
        above += 1
    named = [(place, cell.strip()) for place, cell in enumerate(rows[line]) if cell.strip()]
    systems = {system for _, cell in named if (system := known().of_one.get(plain(cell)))}
    return Heads(
        places=best,
        above=above,
        passed_over=tuple(cell[:60] for place, cell in named if place not in best.values()),
        system=systems.pop() if len(systems) == 1 else "",
        offices=any(plain(cell) in known().offices for _, cell in named),
    )


def _places(cells: Sequence[str]) -> dict[str, int]:
    """The columns that a line of headings names. Where two say the same, the one that is known sooner counts."""
    order = {heading: rank for rank, heading in enumerate(known().headings)}
    found: dict[str, tuple[int, int]] = {}
    for place, cell in enumerate(cells):
        heading = plain(cell) if len(cell) <= 60 else ""
        field = known().headings.get(heading)
        if field is not None and (field not in found or order[heading] < found[field][0]):
            found[field] = (order[heading], place)
    return {field: place for field, (_, place) in found.items()}


def _enough(places: Mapping[str, int]) -> bool:
    return why_not_columns(places) is None


def why_not_columns(places: Mapping[str, int]) -> str | None:
    """A list says at least who somebody is. Policy 2.5."""
    if "name" in places or ("last" in places and ("first" in places or "known" in places)):
        return None
    return "Say which column holds the full name, or which two hold the first and the last name."


def _as_typed(rows: Sequence[Sequence[str]]) -> Heads | None:
    first = next((cells for cells in rows if any(cell.strip() for cell in cells)), ())
    if not 2 <= len(first) <= len(_AS_TYPED):
        return None
    addressed = _EMAIL.fullmatch(first[1].strip()) is not None
    if not addressed and not (len(first) >= 4 and not first[1].strip()):
        return None
    return Heads({field: place for place, field in enumerate(_AS_TYPED[: max(len(row) for row in rows)])}, above=0)


def in_order(cells: Sequence[str], places: Mapping[str, int]) -> list[str]:
    """One line's cells in the order of FIELDS, and nothing else of it."""
    return [cells[places[field]] if field in places and places[field] < len(cells) else "" for field in FIELDS]
