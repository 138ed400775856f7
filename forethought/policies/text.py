"""The text of a policy as plain values: paragraphs in order, their limits, and the fingerprint that stands for them.

A fingerprint is what people are consulted on, what a body approves and what a person has read. One character changed
gives another. How sentences map to clauses is no part of it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from forethought.core.canonical import canonical

#: More than this is no policy that anybody reads. In characters; a long policy has 40,000.
LONGEST_PARAGRAPH = 20_000
LONGEST_TITLE = 200
LONGEST_NUMBER = 12
LONGEST_TEXT = 400_000
MOST_PARAGRAPHS = 2_000


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph as people see it: its printed number and its title, either of which may be empty, and its words."""

    number: str
    title: str
    words: str


Text = tuple[Paragraph, ...]


def why_not_text(text: Sequence[Paragraph]) -> str | None:
    """Why these paragraphs cannot be a policy. Policy F4."""
    if not text:
        return "There is no text. A policy needs at least one paragraph."
    if len(text) > MOST_PARAGRAPHS:
        return f"That has {len(text):,} paragraphs. A policy here may have {MOST_PARAGRAPHS:,}."
    length = sum(len(one.number) + len(one.title) + len(one.words) for one in text)
    if length > LONGEST_TEXT:
        return f"That has {length:,} characters. A policy here may have {LONGEST_TEXT:,}. Is it the right file?"
    for place, one in enumerate(text, 1):
        if not one.words.strip() and not one.title.strip():
            return f"Paragraph {place} is empty."
        if len(one.words) > LONGEST_PARAGRAPH:
            return f"Paragraph {place} has {len(one.words):,} characters. {LONGEST_PARAGRAPH:,} fit. Break it in two."
        if len(one.title) > LONGEST_TITLE:
            return f"The title of paragraph {place} has {len(one.title)} characters. {LONGEST_TITLE} fit."
        if len(one.number) > LONGEST_NUMBER:
            return f"The number of paragraph {place} has {len(one.number)} characters. {LONGEST_NUMBER} fit."
    return None


def fingerprint(text: Iterable[Paragraph]) -> bytes:
    """The SHA-256 of the text in canonical form (RFC 8785): 32 bytes. Policy F4."""
    return hashlib.sha256(canonical(as_plain(text))).digest()


def as_plain(text: Iterable[Paragraph]) -> list[dict[str, str]]:
    """The text as it is stored and hashed."""
    return [{"number": one.number, "title": one.title, "words": one.words} for one in text]


def from_plain(rows: Iterable[Mapping[str, str]]) -> Text:
    """The text from what was stored."""
    return tuple(Paragraph(row["number"], row["title"], row["words"]) for row in rows)
