"""What a list of pupils' names may hold, and how it is read from what was pasted or from a file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from forethought.core.text import is_blank, tidy, why_not_words

MOST_PUPILS = 5_000
LONGEST_NAME = 60
LONGEST_CLASS = 20
MOST_NOTES = 10

#: The columns in their order, and what a heading may call each. Whatever else a file has is passed over, not kept.
COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("first", ("first", "first name", "forename", "given name", "legal forename")),
    ("last", ("last", "last name", "surname", "family name", "legal surname")),
    ("known_as", ("known as", "known_as", "preferred name", "preferred forename", "chosen name")),
    ("class", ("class", "form", "group", "reg", "reg group", "registration", "tutor group")),
)


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil's names and class, and nothing else."""

    first: str
    last: str
    known_as: str = ""
    group: str = ""

    def row(self) -> dict[str, str]:
        """As the check reads it."""
        return {
            "role": "pupil",
            "first": self.first,
            "last": self.last,
            "known_as": self.known_as,
            "class": self.group,
        }


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood of a list, and in sentences what was not. `passed_over` are headings that are not kept."""

    pupils: tuple[Pupil, ...]
    notes: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()


def read_list(text: str) -> Read:
    """Pupils from lines with commas, semicolons or tabs. With headings, columns may stand in any order. Policy 6.3.

    Without headings: first name, last name, known as, class. The same pupil twice is one. What cannot be read is said
    by its line, and left out.
    """
    lines = [row for row in _rows(text) if any(cell.strip() for cell in row[1])]
    if not lines:
        return Read((), ("There is no line with a name.",))
    places, passed_over = _headings([cell.strip() for cell in lines[0][1]])
    body = lines[1:] if places else lines
    order = places or {name: place for place, (name, _) in enumerate(COLUMNS)}
    found: dict[Pupil, None] = {}
    notes: list[str] = []
    for line, cells in body:
        said = {name: tidy(cells[place]) if place < len(cells) else "" for name, place in order.items()}
        pupil = Pupil(said.get("first", ""), said.get("last", ""), said.get("known_as", ""), said.get("class", ""))
        if reason := why_not_pupil(pupil):
            notes.append(f"Line {line}: {reason}")
        else:
            found[pupil] = None
    if len(notes) > MOST_NOTES:
        notes = [*notes[:MOST_NOTES], f"And {len(notes) - MOST_NOTES} lines more."]
    return Read(tuple(found), tuple(notes), passed_over)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    text = text.lstrip("\ufeff")
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    rows = csv.reader(StringIO(text.replace("\0", "")), delimiter=mark, skipinitialspace=True)
    try:
        for cells in rows:
            yield rows.line_num, cells
    except csv.Error:
        return


def _headings(cells: list[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each column stands, if the first line is one of headings, and which headings are nobody's names."""
    plain = [cell.casefold().strip() for cell in cells]
    found = {name: plain.index(word) for name, words in COLUMNS for word in words if word in plain}
    if "first" not in found:
        return {}, ()
    return found, tuple(cell for place, cell in enumerate(cells) if cell and place not in found.values())


def why_not_pupil(pupil: Pupil) -> str | None:
    """Why a line is no pupil. Policy 6.3."""
    if is_blank(pupil.first):
        return "there is no first name."
    for words, longest in (
        (pupil.first, LONGEST_NAME),
        (pupil.last, LONGEST_NAME),
        (pupil.known_as, LONGEST_NAME),
        (pupil.group, LONGEST_CLASS),
    ):
        if len(words) > longest:
            return f"“{words[:15]}…” is longer than {longest} characters. Is it a name or a class?"
        if "@" in words or sum(letter.isdigit() for letter in words) > 4:
            return "that looks like an address or a number. Only names and classes are kept."
        if why_not_words(words, one_line=True):
            return "there is a hidden character in it."
    return None


def why_not_keep(read: Read) -> str | None:
    """Why a list cannot be kept. Policy 6.3."""
    if not read.pupils:
        return "No pupil was understood. Each line needs a first name."
    if len(read.pupils) > MOST_PUPILS:
        return f"That has {len(read.pupils):,} pupils. A list here may have {MOST_PUPILS:,}."
    return None
