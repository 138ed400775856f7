"""Words cut into the pieces that the model knows: WordPiece, lower case, without accents, as BERT's uncased models do.

Each piece keeps the place where it stood in the text.
"""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

LONGEST_WORD = 100
BEGIN, END, UNKNOWN, PAD = "[CLS]", "[SEP]", "[UNK]", "[PAD]"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as numbers of pieces, with where each stood; (0, 0) for the marks at both ends."""

    ids: list[int]
    spans: list[tuple[int, int]]


class Pieces:
    """The pieces that a model knows, by number."""

    def __init__(self, names: list[str]) -> None:
        self.numbers = {name: number for number, name in enumerate(names)}
        self.begin, self.end, self.unknown, self.pad = (self.numbers[name] for name in (BEGIN, END, UNKNOWN, PAD))

    @classmethod
    def from_file(cls, path: Path) -> "Pieces":
        """A list with one piece a line, UTF-8; the number of a piece is its line, from nought."""
        return cls(path.read_text(encoding="utf-8").split("\n")[:-1])

    def encode(self, text: str, longest: int = 128) -> Encoded:
        """The text cut off after `longest` pieces, both marks counted."""
        ids, spans = self.cut(text, longest - 2)
        return Encoded([self.begin, *ids, self.end], [(0, 0), *spans, (0, 0)])

    def cut(self, text: str, most: int | None = None) -> tuple[list[int], list[tuple[int, int]]]:
        """The pieces without the marks: at most so many, or all of them."""
        ids: list[int] = []
        spans: list[tuple[int, int]] = []
        for word, places in _words(text):
            if most is not None and len(ids) >= most:
                return ids[:most], spans[:most]
            for number, first, last in self._pieces_of(word):
                ids.append(number)
                spans.append((places[first], places[last] + 1))
        return ids[:most], spans[:most]

    def _pieces_of(self, word: str) -> list[tuple[int, int, int]]:
        """Longest first from the left; a word that cannot be cut whole is one unknown piece."""
        if word in self.numbers:
            return [(self.numbers[word], 0, len(word) - 1)]
        unknown = [(self.unknown, 0, len(word) - 1)]
        if len(word) > LONGEST_WORD:
            return unknown
        found: list[tuple[int, int, int]] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self.numbers.get(word[start:end] if start == 0 else "##" + word[start:end])
                if number is not None:
                    break
            else:
                return unknown
            found.append((number, start, end - 1))
            start = end
        return found


def _words(text: str) -> list[tuple[str, list[int]]]:
    """Words and single signs, in lower case without accents, with where each character stood."""
    found: list[tuple[str, list[int]]] = []
    chars: list[str] = []
    places: list[int] = []

    def close() -> None:
        nonlocal chars, places
        if chars:
            found.append(("".join(chars), places))
            chars, places = [], []

    for place, original in enumerate(text):
        if (original.isspace() and original not in "\x0b\x0c\x1c\x1d\x1e\x1f\x85") or original in "\t\n\r":
            close()
            continue
        if _is_control(original):
            continue
        plain = original.lower() if original < "\x80" else _without_accents(original)
        for char in plain:
            if _stands_alone(char):
                close()
                found.append((char, [place]))
            else:
                chars.append(char)
                places.append(place)
    close()
    return found


def _is_control(char: str) -> bool:
    return char in "\x00\ufffd" or (char > "~" and unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs")) or char < " "


def _without_accents(char: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", char) if unicodedata.category(c) != "Mn")
    return bare.lower()


def _stands_alone(char: str) -> bool:
    """Punctuation, and the signs of Chinese writing, which has no spaces."""
    if char < "\x80":
        return not char.isalnum() and char > " "
    code = ord(char)
    return unicodedata.category(char).startswith("P") or (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x2A6DF
        or 0x2A700 <= code <= 0x2B81F
        or 0x2B920 <= code <= 0x2CEAF
        or 0x2F800 <= code <= 0x2FA1F
    )
