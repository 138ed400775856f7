"""Slides for an induction, made from a policy's own sentences: which of its clauses stand on which slide.

Whoever is new is told what this school's policy says, in its words, and not what somebody once copied into slides.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from forethought.policies.sentences import key_of, sentences_of
from forethought.policies.text import Paragraph, Text

#: What stands on each slide: its title, and the clauses whose sentences it shows, in this order.
PLAN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Whom it is for, and what it covers", ("2.5", "1.2", "1.1", "2.2", "1.3")),
    ("Before you post", ("3.4", "3.6", "5.1", "5.2", "3.5", "3.1")),
    ("What does harm", ("5.3", "5.3a", "5.3b", "5.3c", "5.3d", "5.3e", "5.3f", "5.3g", "5.3h", "5.3i")),
    ("Pupils and parents", ("5.4", "5.5", "5.6", "3.3", "5.7")),
    ("Children first", ("6.2", "6.3", "6.5", "6.6", "6.7")),
    ("When it happens to you", ("7.1", "7.2", "7.3", "7.4", "8.3", "8.4")),
    ("What the school does for you", ("8.8", "8.1", "8.5", "8.6", "8.7")),
    ("When something is said of you", ("9.1", "9.2", "9.2a", "9.2b", "9.2c", "9.5")),
    ("Monitoring, and your contract", ("10.1", "10.3")),
)

#: So many characters of a policy go on one slide. More is not read from the back of a room, nor on a sheet.
MOST = 1200


@dataclass(frozen=True)
class Line:
    """Sentences of one paragraph, as they stand in the policy, and the number that the paragraph has there."""

    number: str
    words: str


@dataclass(frozen=True)
class Slide:
    """One slide. `more` are the numbers of paragraphs that speak of it too and had no room."""

    title: str
    lines: tuple[Line, ...]
    more: tuple[str, ...]


def slides_of(text: Text, links: Mapping[bytes, frozenset[str]]) -> list[Slide]:
    """The slides of a policy's text, given which clauses each of its sentences serves. Policy 3.7.

    A sentence stands on the first slide that it belongs to. One of which the policy says nothing is left out.
    """
    used: set[bytes] = set()
    found = [_slide(title, clauses, text, links, used) for title, clauses in PLAN]
    return [one for one in found if one.lines]


def _slide(
    title: str, clauses: tuple[str, ...], text: Text, links: Mapping[bytes, frozenset[str]], used: set[bytes]
) -> Slide:
    lines: list[Line] = []
    more: list[str] = []
    room = MOST
    for clause in clauses:
        for paragraph in text:
            sentences = _of_clause(paragraph, clause, links, used)
            words = " ".join(sentences)
            if not words:
                continue
            if len(words) > room and lines:
                more.append(paragraph.number)
                continue
            # The first goes on whole, however long: half a sentence of a policy is not the policy.
            used.update(key_of(one) for one in sentences)
            lines.append(Line(paragraph.number, words))
            room -= len(words)
    # What had no room and no number cannot be found by it.
    return Slide(title, tuple(lines), tuple(dict.fromkeys(one for one in more if one)))


def _of_clause(paragraph: Paragraph, clause: str, links: Mapping[bytes, frozenset[str]], used: set[bytes]) -> list[str]:
    found = []
    for one in sentences_of(paragraph.words):
        key = key_of(one)
        if clause in links.get(key, ()) and key not in used:
            found.append(one)
    return found
