"""A text with its words, as the search for names reads it."""

import re
import unicodedata
from dataclasses import dataclass

from forethought.precheck.kinds import Hit
from forethought.precheck.normalising import Plain
from forethought.precheck.surroundings import CLASS, FAMILY, STAFF, TITLES

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_ENDING = re.compile(r"'(?:s|ll|d|ve|re)$")
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?\n]+|$)")
BESIDE_FAMILY = re.compile(rf"(?:'s|s'|s)?,? (?:lovely |poor |own )?(?:{FAMILY})\b", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r" *[,\-]? *\n?")
CALLED = re.compile(r"\b(?:called|named|pupil|student|child|boy|girl|lad|lass|kid|tutee),? $", re.IGNORECASE)
DOING = re.compile(
    r",? (?:has |have |is |was |just |actually |finally |got |who )*(?:called|told|asked|said|cried|cries|hit"
    r"|bit|threw|broke|passed|wrote|read"
    r"|swore|kicked|spat|refused|thinks|won|can't|still|kept|lost|made|failed|managed|struggl\w+|misses|hugged|tried|"
    r"excluded|naughty|a nightmare)\b",
    re.IGNORECASE,
)


#: Letters that are no letter with an accent, as they are typed without their key.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})


def key_of(word: str) -> str:
    """A name without case, accents, apostrophe or the ending of a possessive."""
    bare = unicodedata.normalize("NFD", _ENDING.sub("", word.casefold().replace("\u2019", "'")).translate(_PLAIN))
    return "".join(c for c in bare if c.isalpha() and unicodedata.category(c) != "Mn")


def keys_of(name: str) -> tuple[str, ...]:
    return tuple(key for part in re.split(r"[\s\-]+", name) if (key := key_of(part)))


@dataclass(slots=True)
class Token:
    word: str
    key: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.word[:1].isupper()


class Reading:
    """One text with its words, read once."""

    def __init__(self, plain: Plain) -> None:
        self.text = plain.text
        self.tokens: list[Token] = []
        bare: list[str] = []
        done = 0
        for m in _WORD.finditer(plain.text):
            if m.end() - m.start() > 2 and plain.origin[m.start()] == plain.origin[m.end() - 1]:
                bare += [plain.text[done : m.start()], " " * len(m[0])]
                done = m.end()
            else:
                self.tokens.append(Token(m[0], key_of(m[0]), m.start(), m.end()))
        #: The text with pictures that were put in words as spaces: a picture is no part of a name.
        self.bare = "".join([*bare, plain.text[done:]])
        self.sentences = [(m.start(), m.end()) for m in _SENTENCE.finditer(plain.text) if m.end() > m.start()]
        letters = [c for c in plain.text if c.isalpha()]
        self.has_capitals = any(c.isupper() for c in letters)
        self.shouted = len(letters) > 8 and sum(c.isupper() for c in letters) * 10 > len(letters) * 8
        self._sentence = 0

    def sentence(self, place: int) -> str:
        """The sentence around a place. Asked from left to right."""
        while self._sentence and self.sentences[self._sentence][0] > place:
            self._sentence -= 1
        while self._sentence + 1 < len(self.sentences) and self.sentences[self._sentence][1] <= place:
            self._sentence += 1
        start, end = self.sentences[self._sentence]
        return self.text[max(start, place - 300) : min(end, place + 300)]

    def touches(self, at: int) -> bool:
        """Whether nothing but a space, a comma or a hyphen stands between this word and the next."""
        if at + 1 >= len(self.tokens):
            return False
        between = self.bare[self.tokens[at].end : self.tokens[at + 1].start]
        return len(between) <= 60 and _BETWEEN_NAMES.fullmatch(between) is not None

    def around(self, token: Token, width: int) -> str:
        return self.text[max(token.start - width, 0) : token.end + width]


def bare_end(token: Token) -> int:
    ending = _ENDING.search(token.word.casefold())
    return token.start + ending.start() if ending else token.end


def other_surname(reading: Reading, at: int) -> bool:
    """Whether another last name follows: then it is somebody else."""
    tokens = reading.tokens
    if at + 1 >= len(tokens) or reading.shouted or reading.text[tokens[at].end : tokens[at + 1].start] != " ":
        return False
    after = tokens[at + 1]
    return (
        after.capital
        and len(after.word) > 1
        and _ENDING.search(tokens[at].word.casefold()) is None
        and after.key not in ("year", "yr", "class", "from", "in", "y")
        and CLASS.match(reading.text, after.start) is None
    )


def title_before(reading: Reading, at: int) -> bool:
    return (
        at > 0
        and reading.tokens[at - 1].key in TITLES
        and reading.text[reading.tokens[at - 1].end : reading.tokens[at].start] in (" ", ". ")
    )


def staff_beside(reading: Reading, token: Token) -> bool:
    """Whether the words right after or before say that it is a grown-up's name: "Leon, our caretaker"."""
    near = reading.text[max(token.start - 22, 0) : token.end + 22]
    return STAFF.search(near) is not None


def pupil_hit(start: int, end: int, *, sure: bool = False) -> Hit:
    return Hit(start, end, "pupil_identified", sure)
