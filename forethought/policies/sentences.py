"""The sentences of a policy: where each ends, the key that it is known by, and which of two wordings is which reworded.

A school says which clauses each of its sentences serves. That hangs on the key, so a sentence that only moves keeps it,
and one that is reworded hands it on. Where it is not sure that a sentence ends, two stay together: better a clause that
hangs on a little too much than one that hangs on half of it.
"""

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

Words = Sequence[str]

#: From here on a sentence is taken for another one reworded.
ALIKE = 0.6

#: Quotation marks, apostrophes and dashes of every shape, made plain: for finding, never for showing.
EVEN_QUOTES = str.maketrans({**dict.fromkeys("‘’‚‛′´`ʼ＇", "'"), **dict.fromkeys("“”„‟″«»＂", '"')})
EVEN_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−⁃﹣－", "-"))
#: Characters of no width: they join, divide or turn around, and leave no ink.
UNSEEN = str.maketrans(dict.fromkeys([*"\u00ad\u034f\u061c\u180e\u2060\ufeff", *map(chr, range(0x200B, 0x2010))], ""))

# What keeps comparing quick: how many may share a mark before it is no help, how many are looked at closer, how often
# a stretch is cut at its anchors, and how many equal words for each word are worked through thoroughly.
_RARE = 20
_CLOSEST = 3
_DEEPEST = 12
_THOROUGH = 6

_WORD = re.compile(r"\w+")
_BULLETS = "•◦▪‣●○■□"
_BULLET = re.compile(rf"(?<=\s)(?=[{_BULLETS}]\s)")
_LISTED = re.compile(rf"(?:[{_BULLETS}·*+>-]|\(?(?:\d{{1,3}}|[a-z]|[ivx]{{2,5}})\)|\d{{1,3}}\.)\s")
_NUMBER = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[IVXivx]{2,5})[)\]]?\.?")
_ITEM = re.compile(r"\s+\(?(?:[a-z]|[ivx]{2,5})\)\s")
_STOP = re.compile(r"(?<![.!?…])([.!?…]++)([\"'’”»)\]}]*+)(?:\[\d{1,3}\]|[⁰¹²³⁴-⁹])*+(?=\s|$)")
_NEXT = re.compile(r"[\s\"'“‘«(\[{•–—-]*+(\S{0,40})")
_LETTERS = re.compile(
    r"(?:[A-Za-z]\.)*[A-Z]|(?:[A-Za-z]\.)+[a-z]|ph\.d|[bm]\.(?:sc|ed)|ll\.[bm]|d\.phil", re.IGNORECASE
)
_NAME = re.compile(r"[a-z]{1,2}[A-Z]|https?:|www\.")

# After these no sentence ends.
_NEVER = frozenset(
    "mr mrs ms mx dr prof rev revd fr hon st messrs gov gen capt sgt lt col rt e.g i.e eg ie cf viz v vs c ca approx "
    "incl excl esp".split()
)
# After these none ends before a number.
_COUNTED = frozenset(
    "no nos p pp para paras s ss sec secs sch art arts reg regs cl cls ch vol fig figs pt pts edn r rr sub-s ref tel "
    "ext jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
# After these, and after initials, one ends only before a word that begins sentences.
_NAMES = frozenset("co ltd inc corp bros plc jr sr esq dept".split())
_OPENERS = frozenset(
    "The A An This That These Those It Its They Their We Our You Your He She His Her If When Where While Who What "
    "Which Why How In On At For From To By With Without As And But Or So No Not Do Does Is Are Any All Some Each Every "
    "There Then Here One Only Never Always Please See After Before Once Unless Under Until Because Although Also "
    "However Nobody Nothing Anyone Anybody Everyone Everybody".split()
)
_LABELS = frozenset(
    "annex appendix article block class clause form grade group level list option paragraph part plan schedule section "
    "stage table team type year".split()
)
_DAYS = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December".split()
)


def sentences_of(words: str) -> tuple[str, ...]:
    """The sentences of a paragraph, in order. A line or a bullet begins one; none of the words is lost. Policy F4."""
    found: list[str] = []
    waiting: list[str] = []
    for line in words.splitlines():
        for part in _BULLET.split(line):
            for sentence in _split(part):
                if sentence:
                    waiting.append(sentence)
                if _says_something(sentence):
                    found.append(" ".join(waiting))
                    waiting = []
    if waiting:
        found[-1:] = [" ".join([*found[-1:], *waiting])]
    return tuple(found)


def key_of(sentence: str) -> bytes:
    """What a sentence is known by: the SHA-256 of its words, however they are spaced, quoted, capitalised or bulleted.

    Its number in a list is no part of it, so that it may move within the list. Policy F4.
    """
    even = sentence.translate(UNSEEN).translate(EVEN_QUOTES).translate(EVEN_DASHES)
    even = " ".join(unicodedata.normalize("NFKC", even.casefold()).split())
    listed = _LISTED.match(even)
    return hashlib.sha256((even[listed.end() :] if listed else even).encode()).digest()


def carried_over(
    old: Sequence[str], new: Sequence[str], links: Mapping[bytes, frozenset[str]]
) -> dict[bytes, frozenset[str]]:
    """The links that new sentences of a paragraph inherit from those they took the place of, by the new keys.

    From the removed sentence most like it; where none is like it, from all that were removed, if they agree. A sentence
    that stood there before and had no link inherits none: somebody left it so. Policy F4.
    """
    before, after = ({key_of(each): each for each in reversed(wording)} for wording in (old, new))
    gone = [key for key in reversed(before) if key not in after]
    fresh = [key for key in reversed(after) if key not in before and not links.get(key)]
    if not gone or not fresh:
        return {}
    nearest: dict[int, int] = {}
    words_old, words_new = (
        {place: words_in(wording[key]) for place, key in enumerate(keys)}
        for wording, keys in ((before, gone), (after, fresh))
    )
    for _, i, j in alike(words_old, words_new, ALIKE):
        nearest.setdefault(j, i)
    agreed = {links.get(key, frozenset()) for key in gone}
    otherwise = agreed.pop() if len(agreed) == 1 else frozenset()
    found = {
        key: links.get(gone[nearest[place]], frozenset()) if place in nearest else otherwise
        for place, key in enumerate(fresh)
    }
    return {key: clauses for key, clauses in found.items() if clauses}


# --- Where a sentence ends ---


def _split(line: str) -> Iterator[str]:
    start = 0
    for stop in _STOP.finditer(line):
        if _ends(line, start, stop):
            yield line[start : stop.end()].strip()
            start = stop.end()
    yield line[start:].strip()


def _ends(line: str, start: int, stop: re.Match[str]) -> bool:
    """Whether a sentence that began at `start` ends with this stop."""
    ahead = _NEXT.match(line, stop.end())
    if ahead is None or not (following := ahead[1]):
        return True
    head = line[start : stop.start()].lstrip()
    if head.endswith(("(", "[")) or _NUMBER.fullmatch(head):  # “[…]”; “1.” and “(a)” at the start
        return False
    if not following[0].isalnum() and following[0] in ",;:.!?…)”’":
        return False
    if following[0].islower() and not _NAME.match(following) and not _ITEM.match(line, stop.end()):
        return False
    return stop[1] != "." or _ends_after(head, following, inside=")" in stop[2] and head.rfind("(") > 0)


def _ends_after(head: str, following: str, *, inside: bool) -> bool:
    """Whether the last word before a full stop can end a sentence, and is no abbreviation. `inside` of brackets."""
    words = head.rsplit(None, 2)
    word = words[-1].lstrip("([{“‘\"'").lower() if words else ""
    before = words[-2] if len(words) > 1 else ""
    if word in _NEVER:
        return False
    if word in _COUNTED:
        return not (following[0].isdigit() or following[1:2] == ")")
    if inside:
        return not (word in _NAMES or word in {"etc", "al"} or _LETTERS.fullmatch(word))
    name = following.rstrip(",;:’'\"”")
    if word in {"a.m", "p.m"}:
        return name.rstrip(".") not in _DAYS
    if word in _NAMES or _LETTERS.fullmatch(word):
        alone = word == "i" and before.islower()
        return name in _OPENERS or before.lower() in _LABELS or (alone and not following.endswith("."))
    return True


def _says_something(sentence: str) -> bool:
    """Whether it is more than a bullet, a line or the number of what follows."""
    return any(letter.isalnum() for letter in sentence) and not _NUMBER.fullmatch(sentence)


# --- How alike two wordings are ---


def words_in(text: str) -> list[str]:
    """The words of a text, folded, for finding its like."""
    return _WORD.findall(text.casefold())


def likeness(one: Words, other: Words, least: float) -> float:
    """The share of words, in order, that two texts have in common: 1 for the same ones. 0 if it is below `least`."""
    most = len(one) + len(other)
    if not most or 2 * (Counter(one) & Counter(other)).total() < least * most:
        return 0.0
    found = 2 * len(matching(one, other)) / most
    return found if found >= least else 0.0


def alike(old: Mapping[int, Words], new: Mapping[int, Words], least: float) -> list[tuple[float, int, int]]:
    """Likeness, place in the old and place in the new text of whatever is alike, the most alike first.

    Not everything is held against everything: what shares rare words, or rare pairs of words, is looked at closer.
    """
    holders: dict[Hashable, list[int]] = {}
    for i, words in old.items():
        for mark in _marks(words):
            holders.setdefault(mark, []).append(i)
    found = []
    for j, words in new.items():
        votes: Counter[int] = Counter()
        for mark in _marks(words):
            if len(those := holders.get(mark, ())) <= _RARE:
                votes.update(those)
        for i, _ in votes.most_common(_CLOSEST):
            if score := likeness(old[i], words, least):
                found.append((score, i, j))
    return sorted(found, key=lambda each: (-each[0], abs(each[1] - each[2]), each[2], each[1]))


def _marks(words: Words) -> dict[Hashable, None]:
    # No set: its order differs from one start of the program to the next, and so would the answer.
    return dict.fromkeys([*words, *pairwise(words)])


def matching(a: Words, b: Words) -> list[tuple[int, int]]:
    """Pairs of places with equal words, rising on both sides. Never much slower than the texts are long.

    Words that stand once on either side are the anchors of long texts; short stretches are matched thoroughly; a long
    stretch without anchors is taken for changed as a whole.
    """
    found: list[tuple[int, int]] = []
    todo = [(0, len(a), 0, len(b), _DEEPEST)]
    while todo:
        i, i_end, j, j_end, deep = todo.pop()
        while i < i_end and j < j_end and a[i] == b[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        while i < i_end and j < j_end and a[i_end - 1] == b[j_end - 1]:
            i_end, j_end = i_end - 1, j_end - 1
            found.append((i_end, j_end))
        count_a, count_b = Counter(a[i:i_end]), Counter(b[j:j_end])
        work = sum(times * count_b[word] for word, times in count_a.items())
        if not work or not deep:
            continue
        if work <= _THOROUGH * (i_end - i + j_end - j + 60):
            blocks = SequenceMatcher(None, a[i:i_end], b[j:j_end], autojunk=False).get_matching_blocks()
            found += [(i + x + step, j + y + step) for x, y, size in blocks for step in range(size)]
            continue
        once = {word for word, times in count_a.items() if times == count_b[word] == 1}
        where = {b[y]: y for y in range(j, j_end) if b[y] in once}
        for x, y in rising([(x, where[a[x]]) for x in range(i, i_end) if a[x] in once]):
            found.append((x, y))
            todo.append((i, x, j, y, deep - 1))
            i, j = x + 1, y + 1
        if once:
            todo.append((i, i_end, j, j_end, deep - 1))
    return sorted(found)


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most pairs, sorted by their first, whose second rises as well."""
    tops: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for place, (_, second) in enumerate(pairs):
        at = bisect_left(tops, second)
        tops[at : at + 1], last[at : at + 1] = [second], [place]
        before.append(last[at - 1] if at else -1)
    chain, place = [], last[-1] if last else -1
    while place >= 0:
        chain.append(pairs[place])
        place = before[place]
    return chain[::-1]
