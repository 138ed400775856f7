"""A text in sections short enough for a phone, or only what changed since somebody read it last."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from forethought.policies.comparing import changed_places, removed
from forethought.policies.text import Paragraph, Text

#: About this many words make a section; then the next paragraph begins another.
FULL = 400

#: With fewer than these, a section goes on where the text's own numbers begin a new part.
FEW = 120

#: The key of the section that shows what is gone.
GONE = "gone"

#: So many numbers are named one by one.
_FEW_NUMBERS = 3

_GROUP = re.compile(r"([A-Z]|\d+)")


@dataclass(frozen=True)
class Section:
    """Some paragraphs read together: their places in the text, what they are called, and the titles they hold."""

    key: str
    title: str
    places: tuple[int, ...]
    about: tuple[str, ...] = ()


def sections_of(text: Text, places: Collection[int] | None = None) -> tuple[Section, ...]:
    """The text in sections, by its printed numbers and by length. Policy 3.7.

    `places` leaves only those paragraphs: what changed. A paragraph without a number belongs to the one before it, and
    a heading to what it stands over. A section's key is made of its places, so that having opened it counts for that
    content alone.
    """
    wanted = [place for place in range(len(text)) if places is None or place in places]
    groups: list[list[int]] = []
    group: str | None = None
    size = 0
    for place in wanted:
        found = _GROUP.match(text[place].number)
        part = found[1] if found else group
        begins = size >= FULL or (part != group and size >= FEW)
        if not groups or (begins and not _is_heading(text[groups[-1][-1]])):
            groups.append([])
            size = 0
        groups[-1].append(place)
        size += len(text[place].words.split())
        group = part
    return tuple(
        Section(f"{held[0]}-{held[-1]}", _title(text, held, number), tuple(held), _titles(text, held))
        for number, held in enumerate(groups, 1)
    )


def _is_heading(one: Paragraph) -> bool:
    return not one.words.strip()


def _titles(text: Text, places: list[int]) -> tuple[str, ...]:
    return tuple(text[place].title for place in places if text[place].title)


def _title(text: Text, places: list[int], number: int) -> str:
    """What a section is called: its one paragraph's name, else its numbers, else its first title."""
    held = [text[place] for place in places if text[place].number or text[place].title]
    if len(held) == 1:
        return f"{held[0].number} {held[0].title}".strip()
    numbers = [one.number for one in held if one.number]
    if len(numbers) > _FEW_NUMBERS:
        return f"{numbers[0]} to {numbers[-1]}"
    if len(numbers) > 1:
        return f"{', '.join(numbers[:-1])} and {numbers[-1]}"
    return next((one.title for one in held if one.title), f"Part {number}")


@dataclass(frozen=True)
class ToRead:
    """What one person has to read: sections of the text, and paragraphs that are gone since they read it last."""

    sections: tuple[Section, ...]
    gone: tuple[Paragraph, ...]
    only_changes: bool


def to_read(text: Text, since: Text | None) -> ToRead:
    """All of a text, or only the difference to the one that somebody confirmed before. Policy 3.7.

    When nothing else differs, or all of it does, the whole text is read. What is gone is a section too, the last one.
    """
    if not since:
        return ToRead(sections_of(text), (), False)
    places = changed_places(since, text)
    gone = removed(since, text)
    if (not places and not gone) or len(places) == len(text):
        return ToRead(sections_of(text), (), False)
    taken_out = (Section(GONE, "What was taken out", ()),) if gone else ()
    return ToRead(sections_of(text, places) + taken_out, gone, True)
