"""Which words a judgement hangs on: the strongest sentence, then the words that say it alone and that it needs most.

Everything is one or two batches of short texts, so that a draft of five hundred characters is explained in an instant.
"""

import math
import re
from collections.abc import Iterable, Sequence

from forethought.precheck.kinds import HEADS
from forethought.precheck.model import Scorer

#: Texts in the batch that tries words alone and leaves them out, shared by all the judgements that are explained.
MOST_ROWS = 16
#: Words that are tried together: one by one they hang on each other, and what is marked says nothing to its reader.
STRETCH = 5
#: A clause of no more words is marked whole.
LONG_CLAUSE = 12
#: A sentence longer than this is read in parts.
LONGEST_PART = 140

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_CLAUSE = re.compile(r"[^,;:]+[,;:]*")
_BREATH = re.compile(r"[^,;:()–—]+[,;:()–—]*")
#: What a mark does not begin or end with.
_BEFORE = frozenset("and as at but for from if in of on or so that then to well with".split())
_AFTER = _BEFORE | frozenset("a an the was is are".split())
_HANGING = ",;:()–—"
_WORD = re.compile(r"\S+")


def parts_of(text: str) -> list[tuple[int, int]]:
    """The sentences of a text, and the clauses of long ones, each with a word in it."""
    parts: list[tuple[int, int]] = []
    for sentence in _SENTENCE.finditer(text):
        pieces = [sentence.span()]
        if len(sentence[0]) > LONGEST_PART:
            pieces = [match.span() for match in _CLAUSE.finditer(text, *sentence.span())]
        for start, end in pieces:
            while end - start > 2 * LONGEST_PART:
                cut = text.rfind(" ", start + 1, start + LONGEST_PART)
                cut = cut if cut > start else start + LONGEST_PART
                parts.append((start, cut))
                start = cut
            parts.append((start, end))
    return [part for span in parts if (part := _trimmed(text, *span))]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if any(c.isalnum() for c in text[start:end]) else None


def places_of(text: str, heads: Sequence[str], model: Scorer) -> dict[str, tuple[int, int]]:
    """For each head the span of the words that it hangs on. The text is normalised and holds a word."""
    if not heads:
        return {}
    parts = parts_of(text) or [(0, len(text))]
    # A text of several parts needs each judged alone, to choose by.
    alone = model.scores([text[start:end] for start, end in parts])
    chosen = {head: parts[int(alone[:, HEADS.index(head)].argmax())] for head in heads}
    distinct = sorted(set(chosen.values()))
    rows: list[str] = []
    groups: dict[tuple[int, int], tuple[int, list[tuple[int, int]]]] = {}
    for part in distinct:
        stretches = _stretches(text, part, MOST_ROWS // 2 // len(distinct))
        groups[part] = (len(rows), stretches)
        rows += [text[start:end] for start, end in stretches]
        rows += [text[part[0] : start] + text[end : part[1]] for start, end in stretches]
    scores = model.scores(rows)
    found = {}
    for head in heads:
        part = chosen[head]
        first, stretches = groups[part]
        here = _logits(scores[first : first + len(stretches), HEADS.index(head)])
        left = _logits(scores[first + len(stretches) : first + 2 * len(stretches), HEADS.index(head)])
        best = max(range(len(stretches)), key=lambda at: here[at] - left[at])
        found[head] = _in_one_breath(text, part, stretches[best])
    return found


def _logits(chances: Iterable[float]) -> list[float]:
    # Near one, where most that is found stands, a probability hardly moves and this still does.
    return [math.log(one / (1 - one)) for one in (min(max(float(chance), 1e-6), 1 - 1e-6) for chance in chances)]


def _words(text: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(text, *span) if any(c.isalnum() for c in match[0])]


def _stretches(text: str, part: tuple[int, int], most: int) -> list[tuple[int, int]]:
    """Runs of some words that together cover a part and overlap: at most `most`, and longer where it is long."""
    words = _words(text, part)
    if len(words) <= STRETCH:
        return [part]
    size = max(STRETCH, -(-len(words) // most) + 1)
    step = max(1, -(-(len(words) - size) // (most - 1)))
    begins = sorted({*range(0, len(words) - size, step), len(words) - size})
    return [(words[at][0], words[at + size - 1][1]) for at in begins]


def _in_one_breath(text: str, part: tuple[int, int], span: tuple[int, int]) -> tuple[int, int]:
    """The clause of which a run of words holds most, whole where it is short, without small words at its edges."""
    clauses = [match.span() for match in _BREATH.finditer(text, *part)]
    shared = {one: _words(text, (max(one[0], span[0]), min(one[1], span[1]))) for one in clauses}
    clause = max(clauses, key=lambda one: len(shared[one]), default=part)
    words = _words(text, clause)
    if len(words) > LONG_CLAUSE:
        words = shared[clause]
    while len(words) > 2 and _bare(text, words[0]) in _BEFORE:
        words = words[1:]
    while len(words) > 2 and _bare(text, words[-1]) in _AFTER:
        words = words[:-1]
    if not words:
        return span
    start, end = words[0][0], words[-1][1]
    start = end - len(text[start:end].lstrip(_HANGING))
    return start, start + len(text[start:end].rstrip(_HANGING))


def _bare(text: str, word: tuple[int, int]) -> str:
    return text[slice(*word)].strip(_HANGING).lower()
