"""Which words a judgement hangs on: the strongest sentence, then the words without which it would say less.

Everything is one or two batches of short texts, so that a draft of five hundred characters is explained in an instant.
"""

import re
from collections.abc import Sequence

from forethought.precheck.kinds import HEADS
from forethought.precheck.model import Scorer

#: Texts in the batch that leaves words out, shared by all the judgements that are explained.
MOST_ROWS = 15
#: A sentence longer than this is read in parts.
LONGEST_PART = 140

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_CLAUSE = re.compile(r"[^,;:]+[,;:]*")
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
    # A text of several parts needs each judged alone: to choose by, and then to compare with.
    alone = model.scores([text[start:end] for start, end in parts])
    chosen = {head: parts[int(alone[:, HEADS.index(head)].argmax())] for head in heads}
    distinct = sorted(set(chosen.values()))
    rows: list[str] = []
    groups: dict[tuple[int, int], tuple[int, list[tuple[int, int]]]] = {}
    for part in distinct:
        words = _groups(text, part, MOST_ROWS // len(distinct))
        groups[part] = (len(rows), words)
        rows += [text[part[0] : start] + text[end : part[1]] for start, end in words]
    scores = model.scores(rows)
    found = {}
    for head in heads:
        first, words = groups[chosen[head]]
        whole = float(alone[parts.index(chosen[head]), HEADS.index(head)])
        column = scores[first : first + len(words), HEADS.index(head)]
        found[head] = _span([whole - float(left) for left in column], words) or chosen[head]
    return found


def _groups(text: str, part: tuple[int, int], most: int) -> list[tuple[int, int]]:
    """The words of a part, two or more together where there are too many to try each."""
    words = [match.span() for match in _WORD.finditer(text, *part) if any(c.isalnum() for c in match[0])]
    size = -(-len(words) // most) or 1
    return [(words[at][0], words[min(at + size, len(words)) - 1][1]) for at in range(0, len(words), size)]


def _span(drops: list[float], words: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The row of words that matters most: those with half of the largest drop, drawn together over one word between."""
    largest = max(drops, default=0.0)
    if largest <= 0.01:
        return None
    marked = [at for at, drop in enumerate(drops) if drop >= largest / 2]
    runs: list[list[int]] = []
    for at in marked:
        if runs and at - runs[-1][-1] <= 2:
            runs[-1].append(at)
        else:
            runs.append([at])
    best = max(runs, key=lambda run: sum(drops[at] for at in run))
    return words[best[0]][0], words[best[-1]][1]
