"""How alike two things are: words and a passage, a captured page and what is left of it, two pictures, two answers.

Plain comparing with the standard library: no page is so long that a faster one would be felt (see the tests).
"""

import re
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher

from forethought.takedowns.observed import Answer, Captured, Picture, Seen
from forethought.takedowns.page_text import runs_of, words_of

#: Of 256 bits of a PDQ fingerprint. Below the quality, a picture is too flat to have one.
NEAREST = 31
LEAST_QUALITY = 50

#: How alike two answers of a site must be to be one and the same answer, and how many runs of words may differ.
SAME_ANSWER = 0.9
DIFFERING = 10


def words_in(wanted: str, words: list[str]) -> tuple[bool, float]:
    """Whether the words stand there as they were, and how alike the nearest passage is, from 0 to 1."""
    looked_for = words_of(wanted)
    if not looked_for or not words:
        return False, 0.0
    if f" {' '.join(looked_for)} " in f" {' '.join(words)} ":
        return True, 1.0
    best, length = 0.0, len(looked_for)
    target = " ".join(looked_for)
    for place in _likely(looked_for, words):
        passage = " ".join(words[max(place, 0) : place + length + 2])
        best = max(best, SequenceMatcher(None, target, passage, autojunk=False).ratio())
    return False, best


def _likely(looked_for: list[str], words: list[str]) -> Iterable[int]:
    """The places where most of the words stand close together: few, so that each can be compared letter by letter."""
    needed, width = Counter(looked_for), len(looked_for) + 2
    held: Counter[str] = Counter()
    counts = []
    hits = 0
    for place, word in enumerate(words):
        held[word] += 1
        hits += held[word] <= needed[word]
        if place >= width:
            old = words[place - width]
            hits -= held[old] <= needed[old]
            held[old] -= 1
        counts.append((hits, place - width + 1))
    best = sorted(counts, reverse=True)[:40]
    return [place for hits, place in best if hits * 2 >= len(looked_for)]


def share_left(captured: Captured, seen: Seen) -> float | None:
    """The share of the captured runs of words that is still there, without what every page of the site says."""
    ours = runs_of(words_of(captured.text))
    for other in (seen.made_up, seen.control):
        if other is not None:
            ours -= other.page.runs
    return len(ours & seen.it.page.runs) / len(ours) if ours else None


def same_picture(captured: Iterable[Picture], found: Iterable[Picture]) -> int | None:
    """In how many of 256 bits the nearest pair of pictures differs, where that makes them one picture."""
    good = [one for one in found if one.quality >= LEAST_QUALITY]
    apart = [
        (int(one.pdq, 16) ^ int(other.pdq, 16)).bit_count()
        for one in captured
        if one.quality >= LEAST_QUALITY
        for other in good
    ]
    nearest = min(apart, default=NEAREST + 1)
    return nearest if nearest <= NEAREST else None


def same_answer(one: Answer, other: Answer | None) -> bool:
    """Whether a site said the same twice, when the addresses that it echoes are taken out.

    Much that every page of a site says would make any two of them alike, so what only one of them says is counted too.
    """
    if other is None:
        return False
    left, right = _own_words(one), _own_words(other)
    if left == right:
        return True
    runs_left, runs_right = runs_of(left), runs_of(right)
    if max(len(runs_left - runs_right), len(runs_right - runs_left)) > DIFFERING:
        return False
    if len(left) + len(right) > 4000:
        return True
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= SAME_ANSWER


def _own_words(one: Answer) -> list[str]:
    """The words of a page without those of its own address, and without numbers: times and counters change anyway."""
    own = set(words_of(re.sub(r"[/?&=#._+%-]", " ", one.address)))
    return [word for word in one.page.words if word not in own and not word.isdigit()]
