"""Many adults at once: lines pasted from a spreadsheet, and what is understood of each.

One line for each person: name, email address, kind, first day, and the last day where it is known, with tabs or commas
between.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from forethought.core import dates, text
from forethought.people.rules import why_not_engage

#: More than this many at once are pasted in parts.
MOST = 500

#: As long as the columns of a person are.
LONGEST_NAME = 120
LONGEST_EMAIL = 254

_HEADINGS = frozenset({"name", "names", "full name"})

#: What people write for a kind of engagement, besides what the screens say.
_ALSO = {
    "staff": "employee",
    "supply": "agency",
    "governor": "governor",
    "trustee": "governor",
    "trust": "trust",
}


@dataclass(frozen=True)
class Newcomer:
    """One adult as a line describes them."""

    name: str
    email: str
    kind: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Line:
    """One pasted line: its number, its words, and the adult it describes, or why it is not understood."""

    number: int
    words: str
    newcomer: Newcomer | None
    reason: str


class NotUnderstood(ValueError):
    """Why one line is not understood, in a sentence."""


def read_lines(pasted: str, *, kinds: Mapping[str, str], is_email: Callable[[str], bool]) -> list[Line]:
    """What is understood of each line that is not empty. Policy 2.5.

    `kinds`: the kinds of engagement as the screens say them, by their names. A line of headings is passed over. Raises
    ValueError with a sentence when there are too many lines, or none.
    """
    lines = [(number, line) for number, line in enumerate(pasted.splitlines(), 1) if not text.is_blank(line)]
    if lines and _cells(lines[0][1])[0].casefold() in _HEADINGS:
        lines = lines[1:]
    if not lines:
        raise ValueError("Paste at least one line.")
    if len(lines) > MOST:
        raise ValueError(f"These are {len(lines):,} lines. Paste {MOST} at most, then the rest.")
    names = {said.casefold(): kind for kind, said in kinds.items()} | {kind: kind for kind in kinds} | _ALSO
    found = []
    for number, words in lines:
        try:
            found.append(Line(number, words, _newcomer(_cells(words), names, kinds, is_email), ""))
        except NotUnderstood as fault:
            found.append(Line(number, words, None, str(fault)))
    return found


def _cells(line: str) -> list[str]:
    cells = line.split("\t") if "\t" in line else next(csv.reader([line], skipinitialspace=True))
    tidied = [text.tidy(cell) for cell in cells]
    while len(tidied) > 1 and not tidied[-1]:
        tidied.pop()
    return tidied


def _newcomer(
    cells: list[str], names: Mapping[str, str], kinds: Mapping[str, str], is_email: Callable[[str], bool]
) -> Newcomer:
    if not 4 <= len(cells) <= 5:
        raise NotUnderstood("Write name, email, kind and first day, with commas between. An email can be left out.")
    name, email, kind, first, last = (*cells, "")[:5]
    if not name:
        raise NotUnderstood("The name is missing.")
    if (reason := text.why_not_words(name, longest=LONGEST_NAME, one_line=True)) is not None:
        raise NotUnderstood(reason)
    if email and (len(email) > LONGEST_EMAIL or not is_email(email)):
        raise NotUnderstood(f"“{_short(email)}” is not an email address.")
    if kind.casefold() not in names:
        raise NotUnderstood(f"“{_short(kind)}” is not a kind. Write one of: {', '.join(kinds.values())}.")
    starts_on = _day(first, "first")
    ends_on = _day(last, "last") if last else None
    if (reason := why_not_engage(starts_on=starts_on, ends_on=ends_on)) is not None:
        raise NotUnderstood(reason)
    return Newcomer(" ".join(name.split()), email, names[kind.casefold()], starts_on, ends_on)


def _day(typed: str, which: str) -> date:
    try:
        return dates.read_date(typed)
    except ValueError:
        raise NotUnderstood(f"“{_short(typed)}” is no {which} day. Write it like 12 11 2026.") from None


def _short(typed: str) -> str:
    return typed if len(typed) <= 40 else f"{typed[:40]}…"
