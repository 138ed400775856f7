"""What differs between two texts of the policy, paragraph beside paragraph and word by word.

Paragraphs are paired first by what they say, then by their number, then by the words they share: a new paragraph in
front must not make every later one look changed. A word or two that stayed in the midst of a change are marked with it,
because a phrase replaced is easier to read than crumbs. What no eye can see is said in words.
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate, pairwise, takewhile

from forethought.core.as_seen import LOOK_ALIKES
from forethought.policies.sentences import (
    EVEN_DASHES,
    EVEN_QUOTES,
    UNSEEN,
    Words,
    alike,
    likeness,
    matching,
    rising,
    words_in,
)
from forethought.policies.text import Paragraph, Text

#: From here on a paragraph is taken for another one reworded.
ALIKE = 0.5

# Cyrillic and Greek alone: an accent can be seen.
_LOOK_ALIKES = str.maketrans({letter: ours for letter, ours in LOOK_ALIKES.items() if "\u0370" <= letter <= "\u052f"})
_LONGEST_CRUMB = 2

_MARKS = (
    re.escape(string.punctuation)
    + "\u00a1-\u00a9\u00ab-\u00b1\u00b4-\u00b8\u00bb-\u00bf\u2000-\u206f\u3000-\u303f\ufeff"
)
# A number such as 8.3, an address and a word with an apostrophe or a hyphen are one word; “—” always divides.
_TOKEN = re.compile(rf"[^\s{_MARKS}]+(?:['’.,/@&_:\-]+[^\s{_MARKS}]+)*|(?!\s)[{_MARKS}]")
_STOPS = frozenset(".!?:;…")


class Kind(StrEnum):
    """What became of a paragraph."""

    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of one side, and whether they differ from the other side.

    A difference that cannot be seen has a hint for the screen, on both sides: the one that lacks it has an empty piece.
    """

    text: str
    changed: bool = False
    hint: str = ""


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One side of a paragraph in pieces. Joined, the pieces of each part are that part."""

    number: Pieces = ()
    title: Pieces = ()
    words: Pieces = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A paragraph of the old text beside the one of the new text that it became. Places count from 0."""

    kind: Kind
    old: Paragraph | None = None
    new: Paragraph | None = None
    old_pieces: Shown = field(default_factory=Shown)
    new_pieces: Shown = field(default_factory=Shown)
    old_place: int | None = None
    new_place: int | None = None
    #: Whether it stands elsewhere among its neighbours. One that is changed may have moved as well.
    moved: bool = False

    @property
    def only_number(self) -> bool:
        """Whether nothing but the printed number differs."""
        return self.kind is Kind.CHANGED and _content(self.old) == _content(self.new)


def compare(old: Text, new: Text) -> tuple[Change, ...]:
    """Every paragraph of both texts, side by side, in the order of the new one. Policy F3, F4.

    What was removed stands where it used to. A moved paragraph stands at its new place only.
    """
    return tuple(_change(old, new, *row) for row in _rows(old, new))


def changed_only(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The comparison without the paragraphs that stayed the same. Policy F4."""
    return tuple(change for change in changes if change.kind is not Kind.SAME)


def is_same(old: Text, new: Text) -> bool:
    """Whether two texts are the same, character by character and in the same order. Policy F3."""
    return tuple(old) == tuple(new)


def how_much(changes: Iterable[Change]) -> str:
    """How much differs, as a sentence. Policy F3, F4."""
    found = tuple(changes)
    counts = Counter(change.kind for change in found)
    parts = [f"{counts[kind]:,} {kind}" for kind in Kind if kind is not Kind.SAME and counts[kind]]
    if not parts:
        return "Nothing changed."
    if numbers := sum(change.only_number for change in found):
        all_of_it = counts[Kind.CHANGED] == numbers
        within = "only in its number" if numbers == 1 else "only in their number"
        parts[0] += f" ({within})" if all_of_it else f" ({numbers:,} {within})"
    first, rest = parts[0].split(" ", 1)
    parts[0] = f"{first} {'paragraph' if first == '1' else 'paragraphs'} {rest}"
    return ", ".join(parts) + "."


def changed_places(old: Text, new: Text) -> tuple[int, ...]:
    """Where in the new text a reader of the old one has to read again: what changed, was added or moved.

    A paragraph under another heading may mean something else. Places count from 0. Policy 3.7, F4.
    """
    return tuple(j for kind, _, j, _ in _rows(old, new) if j is not None and kind is not Kind.SAME)


def removed(old: Text, new: Text) -> tuple[Paragraph, ...]:
    """The paragraphs that are gone, in the order they had. Policy 3.7, F4."""
    return tuple(old[i] for kind, i, _, _ in _rows(old, new) if i is not None and kind is Kind.REMOVED)


# --- Which paragraph became which ---

Row = tuple[Kind, int | None, int | None, bool]


def _rows(old: Text, new: Text) -> Iterator[Row]:
    mates = _mates(old, new)
    steady = set(rising(sorted((j, i) for j, i in mates.items())))
    kept, paired = {i for _, i in steady}, set(mates.values())
    gone = 0

    def left_behind() -> Iterator[Row]:
        nonlocal gone
        while gone < len(old) and gone not in kept:
            if gone not in paired:
                yield Kind.REMOVED, gone, None, False
            gone += 1

    yield from left_behind()
    for j, paragraph in enumerate(new):
        if j not in mates:
            yield Kind.ADDED, None, j, False
            continue
        i, moved = mates[j], (j, mates[j]) not in steady
        if moved and _content(old[i]) == _content(paragraph):
            yield Kind.MOVED, i, j, True
        else:
            yield Kind.SAME if old[i] == paragraph else Kind.CHANGED, i, j, moved
        if not moved:
            gone += 1
            yield from left_behind()


def _content(paragraph: Paragraph | None) -> tuple[str, str] | None:
    return (paragraph.title, paragraph.words) if paragraph else None


class _Pairing:
    """The pairs found so far. Each stage looks only at what is still without a mate."""

    def __init__(self, old: Text, new: Text) -> None:
        self.old, self.new = old, new
        self.mates: dict[int, int] = {-1: -1, len(new): len(old)}
        self.free_old, self.free_new = dict.fromkeys(range(len(old))), dict.fromkeys(range(len(new)))

    def pair(self, i: int, j: int) -> None:
        if i in self.free_old and j in self.free_new:
            del self.free_old[i], self.free_new[j]
            self.mates[j] = i

    def groups(self, key: Callable[[Paragraph], Hashable]) -> list[tuple[list[int], list[int]]]:
        """The places of the old and the new text that share a key."""
        found: dict[Hashable, tuple[list[int], list[int]]] = {}
        for i in self.free_old:
            found.setdefault(key(self.old[i]), ([], []))[0].append(i)
        for j in self.free_new:
            if (key_new := key(self.new[j])) in found:
                found[key_new][1].append(j)
        return [group for group in found.values() if group[1]]

    def by(self, key: Callable[[Paragraph], Hashable]) -> None:
        """Pair what is equal: the unmistakable first, then their neighbours, then the rest in order."""
        for olds, news in self.groups(key):
            if len(olds) == len(news) == 1:
                self.pair(olds[0], news[0])
        for step in (1, -1):
            for j, i in list(self.mates.items()):
                while (
                    i + step in self.free_old
                    and j + step in self.free_new
                    and key(self.old[i + step]) == key(self.new[j + step])
                ):
                    i, j = i + step, j + step
                    self.pair(i, j)
        for olds, news in self.groups(key):
            for i, j in zip(olds, news, strict=False):
                self.pair(i, j)

    def same_number(self) -> list[tuple[int, int]]:
        groups = self.groups(lambda paragraph: paragraph.number)
        return [(a[0], b[0]) for a, b in groups if len(a) == len(b) == 1 and self.old[a[0]].number]


def _mates(old: Text, new: Text) -> dict[int, int]:
    """For each place of the new text that has one: the place it had in the old text."""
    pairing = _Pairing(old, new)
    pairing.by(lambda paragraph: paragraph)
    pairing.by(_content)
    words_old = {i: words_in(f"{old[i].title} {old[i].words}") for i in pairing.free_old}
    words_new = {j: words_in(f"{new[j].title} {new[j].words}") for j in pairing.free_new}
    for i, j in pairing.same_number():
        if likeness(words_old[i], words_new[j], ALIKE):
            pairing.pair(i, j)
    still_old = {i: words_old[i] for i in pairing.free_old}
    still_new = {j: words_new[j] for j in pairing.free_new}
    for _, i, j in alike(still_old, still_new, ALIKE):
        pairing.pair(i, j)
    for i, j in pairing.same_number():
        pairing.pair(i, j)
    # One paragraph between two that stayed: the same place, so the same paragraph, even if it has no number.
    for j in list(pairing.free_new):
        i = pairing.mates.get(j - 1, len(old)) + 1
        if pairing.mates.get(j + 1) == i + 1 and i in pairing.free_old and old[i].number == new[j].number:
            pairing.pair(i, j)
    return {j: i for j, i in pairing.mates.items() if 0 <= j < len(new)}


# --- Word by word ---


def _change(old: Text, new: Text, kind: Kind, i: int | None, j: int | None, moved: bool) -> Change:
    a, b = (None if i is None else old[i]), (None if j is None else new[j])
    left, right = Shown(), Shown()
    if a and b:
        sides = [_pieces(x, y) for x, y in ((a.number, b.number), (a.title, b.title), (a.words, b.words))]
        left, right = Shown(*(side[0] for side in sides)), Shown(*(side[1] for side in sides))
    elif one := a or b:
        whole = Shown(*((Piece(text, True),) if text else () for text in (one.number, one.title, one.words)))
        left, right = (whole, right) if a else (left, whole)
    return Change(kind, a, b, left, right, i, j, moved)


def _pieces(old: str, new: str) -> tuple[Pieces, Pieces]:
    """Both texts in pieces. What is not marked is the same on both sides."""
    if old == new:
        same = (Piece(old),) if old else ()
        return same, same
    spans_a, spans_b = [m.span() for m in _TOKEN.finditer(old)], [m.span() for m in _TOKEN.finditer(new)]
    a, b = [old[x:y] for x, y in spans_a], [new[x:y] for x, y in spans_b]
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    since = at_a = at_b = 0
    ends = ((len(old), len(old)), (len(new), len(new)))
    for i, j in [*_tidied(matching(a, b), a, b), (len(a), len(b))]:
        (start_a, end_a), (start_b, end_b) = (spans_a[i], spans_b[j]) if i < len(a) else ends
        if old[at_a:start_a] != new[at_b:start_b]:
            _add(sides, old[since:at_a], old[since:at_a], changed=False)
            _add_between(sides, old[at_a:start_a], new[at_b:start_b])
            since = start_a
        at_a, at_b = end_a, end_b
    _add(sides, old[since:], old[since:], changed=False)
    return tuple(sides[0]), tuple(sides[1])


def _add_between(sides: tuple[list[Piece], list[Piece]], old: str, new: str) -> None:
    """What stands between two words that stayed: perhaps words that did not, and white space."""
    start = _shared_space(old, new)
    old, new = old[len(start) :], new[len(start) :]
    end = _shared_space(old[::-1], new[::-1])[::-1]
    old, new = old[: len(old) - len(end)], new[: len(new) - len(end)]
    _add(sides, start, start, changed=False)
    _add(sides, old, new, changed=True)
    _add(sides, end, end, changed=False)


def _shared_space(old: str, new: str) -> str:
    both = takewhile(lambda pair: pair[0] == pair[1] and pair[0].isspace(), zip(old, new, strict=False))
    return "".join(pair[0] for pair in both)


def _add(sides: tuple[list[Piece], list[Piece]], old: str, new: str, *, changed: bool) -> None:
    hint = _hint(old, new) if changed and (old or new) else ""
    for side, text in zip(sides, (old, new), strict=True):
        if side and text and not changed and not side[-1].changed:
            side[-1] = Piece(side[-1].text + text)
        elif text or hint:
            side.append(Piece(text, changed, hint))


def _hint(old: str, new: str) -> str:
    """What to say about a difference that cannot be seen, or hardly; nothing when it can."""
    done = "added" if not old else "taken out" if not new else "changed"
    if not old.strip() and not new.strip():
        return f"(a line break was {done})" if "\n" in old + new else f"(a space was {done})"
    for what, table in (
        ("a space", {}),
        ("a hidden character", UNSEEN),
        ("a quotation mark", EVEN_QUOTES),
        ("a dash", EVEN_DASHES),
        ("a character that looks the same", _LOOK_ALIKES),
    ):
        old, new = (" ".join(text.translate(table).split()) for text in (old, new))
        if old == new:
            return f"({what} was {done})"
    same = unicodedata.normalize("NFKC", old) == unicodedata.normalize("NFKC", new)
    return "(a character that looks the same was changed)" if same else ""


def _tidied(pairs: list[tuple[int, int]], a: Words, b: Words) -> list[tuple[int, int]]:
    """The pairs without crumbs, and with each addition or removal laid along the ends of sentences where it may."""
    runs: list[list[int]] = []  # Where each run of words that stayed begins in a and in b, and its length.
    for i, j in pairs:
        if runs and (i, j) == (runs[-1][0] + runs[-1][2], runs[-1][1] + runs[-1][2]):
            runs[-1][2] += 1
        else:
            runs.append([i, j, 1])
    wide_a, wide_b = [0, *accumulate(map(len, a))], [0, *accumulate(map(len, b))]
    kept: list[list[int]] = []
    for place, run in enumerate(runs):
        i, j, length = run
        at_a, at_b = (kept[-1][0] + kept[-1][2], kept[-1][1] + kept[-1][2]) if kept else (0, 0)
        to_a, to_b = runs[place + 1][:2] if place + 1 < len(runs) else (len(a), len(b))
        before = max(wide_a[i] - wide_a[at_a], wide_b[j] - wide_b[at_b])
        after = max(wide_a[to_a] - wide_a[i + length], wide_b[to_b] - wide_b[j + length])
        if length > _LONGEST_CRUMB or wide_a[i + length] - wide_a[i] >= min(before, after):
            kept.append(run)
    for left, right in pairwise(kept):
        _slide(left, right, a, b)
    return [(i + step, j + step) for i, j, length in kept for step in range(length)]


def _slide(left: list[int], right: list[int], a: Words, b: Words) -> None:
    """Move a pure addition or removal between two runs so that it begins where a sentence does, if it can."""
    end_a, end_b = left[0] + left[2], left[1] + left[2]
    if end_a == right[0]:
        words, start, end = b, end_b, right[1]
    elif end_b == right[1]:
        words, start, end = a, end_a, right[0]
    else:
        return
    best = step = 0
    while step < right[2] - 1 and words[start + step] == words[end + step] and words[start + step - 1] not in _STOPS:
        step += 1
        best = step if words[start + step - 1] in _STOPS else best
    step = 0
    while not best and -step < left[2] - 1 and words[start + step - 1] == words[end + step - 1]:
        if words[start + step - 1] in _STOPS:
            return
        step -= 1
        best = step if words[start + step - 1] in _STOPS else 0
    left[2] += best
    right[0], right[1], right[2] = right[0] + best, right[1] + best, right[2] - best
