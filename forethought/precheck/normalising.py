"""A text as it is meant, with a way back to where each character stood: tricks of writing are undone before it is read.

Nothing here raises on any text, and nothing is kept of it. Time grows with the length and no faster.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from forethought.precheck.lookalikes import (
    FLAGS,
    LOOKALIKES,
    SMALL_TO_PLAIN,
    UNSEEN,
    boxed_letter,
    is_picture,
    name_of_picture,
)

#: More marks than this on one letter are decoration.
MOST_MARKS = 4

#: What the next function puts in the place of a match: characters, each with the place it came from in the text before.
Put = Iterable[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Plain:
    """A text made plain. `origin[i]` is the place in the original of character i of `text`, and never falls."""

    text: str
    origin: list[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where characters start to end stood in the original: at least one character, for a span that is not empty."""
        return self.origin[start], self.origin[end - 1] + 1


def unified(text: str) -> Plain:
    """One way to write each character: NFKC by letter, nothing invisible, one kind of space, quotation mark and dash.

    Digits, spacing and spelling stay: numbers and codes are read from this. Unicode Standard Annex 15.
    """
    if text.isascii() and text.isprintable():
        return Plain(text, list(range(len(text))))
    out: list[str] = []
    origin: list[int] = []
    place, last = 0, ""
    while place < len(text):
        after, put = _one(text, place)
        # A row of the same picture says it once.
        if put and not (len(put) > 1 and put == last):
            out.append(put)
            origin += [place] * len(put)
        last, place = put or last, after
    return Plain("".join(out), origin)


def _one(text: str, place: int) -> tuple[int, str]:
    """Where the next character begins, and what this one is in plain writing."""
    char = text[place]
    if char < "\u0300":
        kind = "" if char >= " " else "\n" if char in "\n\r" else " " if char == "\t" else None
        if kind is not None and (kind or (char not in "\xad\xa0\xb4\x7f" and not "\x80" <= char <= "\x9f")):
            if place + 1 >= len(text) or text[place + 1] < "\u0300":
                return place + 1, kind or (char if char < "\x7f" else unicodedata.normalize("NFKC", char))
        elif kind is None:
            return place + 1, ""
    if char in UNSEEN:
        return place + 1, ""
    if flag := _flag(text, place):
        return flag
    category = unicodedata.category(char)
    if category in ("Cf", "Cs", "Cc", "Co"):
        return place + 1, ""
    if category in ("Zl", "Zp"):
        return place + 1, "\n"
    if letter := boxed_letter(char):
        return place + 1, letter
    if is_picture(char) and category in ("So", "Sk", "Cn"):
        name = name_of_picture(char)
        return place + 1, f" {name} " if name else " "
    end = place + 1
    while end < len(text) and text[end] >= "\u0300" and unicodedata.category(text[end]) in ("Mn", "Me"):
        end += 1
    whole = unicodedata.normalize("NFKC", text[place : min(end, place + 1 + MOST_MARKS)]).translate(SMALL_TO_PLAIN)
    if whole[:1] < "\u0590":
        # What does not melt into a Latin, Greek or Cyrillic letter is decoration. Other scripts need their marks.
        whole = "".join(c for c in whole if not unicodedata.combining(c) and c not in UNSEEN)
    return end, whole


def _flag(text: str, place: int) -> tuple[int, str] | None:
    """A flag in words, where one begins here. A longer row of its letters is a word in disguise."""
    if "\U0001f1e6" <= text[place] <= "\U0001f1ff":
        end = place
        while end < min(len(text), place + 2) and "\U0001f1e6" <= text[end] <= "\U0001f1ff":
            end += 1
        before = place > 0 and "\U0001f1e6" <= text[place - 1] <= "\U0001f1ff"
        code = "".join(chr(ord("a") + ord(c) - 0x1F1E6) for c in text[place:end])
        if code in FLAGS and not before:
            return place + 2, f" {FLAGS[code]} flag "
        return place + 1, code[0]
    if text[place] == "\U0001f3f4":
        end = place + 1
        while end < len(text) and "\U000e0020" <= text[end] <= "\U000e007f" and end < place + 8:
            end += 1
        code = "".join(chr(ord(c) - 0xE0000) for c in text[place + 1 : end] if c < "\U000e007f")
        lands = {"gbeng": "england", "gbsct": "scotland", "gbwls": "wales"}
        if code in lands:
            return end, f" {lands[code]} flag "
    return None


def _rewritten(plain: Plain, pattern: re.Pattern[str], put: Callable[[re.Match[str]], Put | None]) -> Plain:
    """The text with matches replaced; None leaves one as it is."""
    out: list[str] = []
    origin: list[int] = []
    done = 0
    for match in pattern.finditer(plain.text):
        new = put(match)
        if new is None:
            continue
        out.append(plain.text[done : match.start()])
        origin += plain.origin[done : match.start()]
        for char, place in new:
            out.append(char)
            origin += [plain.origin[place]] * len(char)
        done = match.end()
    if not done:
        return plain
    out.append(plain.text[done:])
    origin += plain.origin[done:]
    return Plain("".join(out), origin)


_WORD_OF_OTHERS = re.compile(r"[^\W\d_]*[^\W\d_\x00-\x7f][^\W\d_]*")


def _lookalike(match: re.Match[str], *, whole: bool) -> Put | None:
    """A word in letters that only look Latin. A word with one letter that does not is a word of another language.

    `whole` says whether a word may be made of lookalikes alone.
    """
    word, start = match[0], match.start()
    if not whole and not any(_latin(c) for c in word):
        return None
    if not any(c in LOOKALIKES for c in word) or not all(c in LOOKALIKES or _latin(c) for c in word):
        return None
    return [(LOOKALIKES.get(c, c), start + at) for at, c in enumerate(word)]


def _latin(char: str) -> bool:
    return char < "\u0250" or "\u1e00" <= char <= "\u1eff"


_LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i", "€": "e"}
_MIXED = re.compile(r"(?<![\w@$€.])[@$]?[^\W\d_](?:[^\W_]|[@$!€](?=[\w$@!€]))*\$*(?![\w@])")
_BETWEEN = re.compile(
    # Within; an exclamation mark only where it cannot end a word; at the end in "a$$"; at the beginning in "@ss".
    r"(?<=[^\W\d_])(?:[013457]{1,2}|8|[@$€][@$!€01]?)(?=[^\W\d_])"
    r"|(?:(?<=\b[^\W\d_])|(?<=\b[^\W\d_]{2}))![!1]?(?=[^\W\d_])"
    r"|(?<=[^\W\d_])\$\$+$|(?<=s)\$$|^@(?=ss|rse)"
)
_AT_END = re.compile(r"(?<=[^\W\d_])[013457]$")
_COUNTED = re.compile(r"(?i)(?:y|yr|year|ks|u|p|s|form|class|set|room|level|gcse)\d+s")
_CODE = re.compile(r"[A-Z]{1,2}\d\d?[A-Z]{1,3}")


def _leet(match: re.Match[str]) -> Put | None:
    """Digits and signs for letters, between letters of one word: not a class, a postcode, a plate or an address."""
    word, start = match[0], match.start()
    letters = sum(c.isalpha() for c in word)
    if letters == len(word) or letters < 2 or len(word) < 3 or _COUNTED.fullmatch(word) or _CODE.fullmatch(word):
        return None
    follows = match.string[match.end() : match.end() + 1]
    if "@" in word[1:] and follows in (".", "-"):
        return None  # an e-mail address
    new = _BETWEEN.sub(_letters, word)
    if new == word:
        return None
    new = _AT_END.sub(_letters, new)
    if any(c.isdigit() for c in new):
        return None
    return [(c, start + at) for at, c in enumerate(new)]


def _letters(match: re.Match[str]) -> str:
    return "ll" if match[0] in ("11", "!!", "!1") else "".join(_LEET.get(c, c) for c in match[0])


_SPACED = re.compile(
    r"(?<![^\W_])[^\W\d_](?:[ .\-_*/|~+]{1,3}[^\W_](?![^\W_])){1,}[ .\-_*/|~+]{1,3}[^\W\d_](?![^\W_])",
)


def _joined(match: re.Match[str]) -> Put | None:
    """Letters with gaps between them, drawn together. A wider gap than the others parts two words."""
    found, start = match[0], match.start()
    letters = [c for c in found if c.isalnum()]
    said = {c.lower() for c in letters}
    if sum(c.isalpha() for c in letters) * 5 < len(letters) * 3 or len(said) < 2 or said <= {"x", "o"}:
        return None
    gaps = re.findall(r"[ .\-_*/|~+]+", found)
    narrowest = min(len(gap) for gap in gaps)
    spaced = " " in gaps[0]
    put: list[tuple[str, int]] = []
    gap_from = -1
    for at, char in enumerate(found):
        if char.isalnum():
            if gap_from >= 0 and (at - gap_from > narrowest or (" " in found[gap_from:at]) > spaced):
                put.append((" ", start + gap_from))
            put.append((char, start + at))
            gap_from = -1
        elif gap_from < 0:
            gap_from = at
    return put


_DRAWN_OUT = re.compile(r"([^\W\d_wxI])\1{2,}")
#: Letters that English doubles: a drawn-out one is left double, the others single.
_DOUBLED = frozenset("bcdefglmnoprstz")


def _shortened(match: re.Match[str]) -> Put:
    keep = 2 if match[1].lower() in _DOUBLED else 1
    return [(match[1], match.start() + at) for at in range(keep)]


_TAG = re.compile(r"#[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{3})")


def _tag(match: re.Match[str]) -> Put | None:
    """The words in a hashtag, where capitals show them."""
    humps = {at.start() for at in _HUMP.finditer(match[0])}
    if not humps:
        return None
    return [(f" {c}" if at in humps else c, match.start() + at) for at, c in enumerate(match[0])]


def normalised(text: str) -> Plain:
    """The text as it is meant: unified, lookalikes as the letters they look like, digits for letters inside words only,
    spaced letters joined, drawn-out letters shortened, pictures in words, hashtags in words. Case stays.
    """
    plain = unified(text)
    if not plain.text.isascii():
        # A text that is mostly in another script is left in it.
        other = sum(c in LOOKALIKES for c in plain.text)
        whole = sum(c.isalpha() and c not in LOOKALIKES and _latin(c) for c in plain.text) > other
        plain = _rewritten(plain, _WORD_OF_OTHERS, lambda match: _lookalike(match, whole=whole))
    plain = _rewritten(plain, _SPACED, _joined)
    plain = _rewritten(plain, _MIXED, _leet)
    plain = _rewritten(plain, _DRAWN_OUT, _shortened)
    return _rewritten(plain, _TAG, _tag)
