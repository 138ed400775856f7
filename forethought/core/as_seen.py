"""A text as it looks on paper: look-alike letters of other alphabets made ours, invisible ones gone.

For reading only. What is kept and shown is the text as it was typed.
"""

import re
import unicodedata

#: Letters of other alphabets that pass for ours: Cyrillic, Greek, small capitals, a few more. As typed, not folded:
#: a Greek capital can look like another letter than its small form does.
LOOK_ALIKES = {
    **dict(zip("АВЕКМНОРСТХУІЈЅԜԚ", "ABEKMHOPCTXYIJSWQ", strict=True)),
    **dict(zip("асԁеһіјкӏмпорԛѕтѵԝхуѡг", "acdehijklmnopqstvwxywr", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    **dict(zip("αγεηικνορτυχωϲϳ", "ayenikvoptuxwcj", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
    **dict(zip("ıłøɑɡɩ", "iloagi", strict=True)),
}

#: What stands in the made-plain text for each character that is not to be read.
GONE = "\x00"

# Fillers that leave no ink although Unicode calls them letters: Hangul, the empty Braille cell.
_NO_INK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_NEWLINES = "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


class AsSeen:
    """A text as it looks, and where each of its characters came from. `opaque` is a word that is not to be read."""

    def __init__(self, text: str, *, opaque: str) -> None:
        letters: list[str] = []
        self._origin: list[int] = []
        self._length = len(text)
        starts = [match.start() for match in re.finditer(re.escape(opaque), text)]
        inside = {start + step for start in starts for step in range(len(opaque))}
        for place, letter in enumerate(text):
            for seen in GONE if place in inside else as_seen(letter):
                letters.append(seen)
                self._origin.append(place)
        self.text = "".join(letters)

    def original(self, span: tuple[int, int]) -> tuple[int, int]:
        """The span in the text as typed, with invisible characters at its end."""
        start, end = span
        return self._origin[start], self._origin[end] if end < len(self._origin) else self._length


def as_seen(letter: str) -> str:
    """One character as it looks: none, one or several plain ones. Accents are left off; all white space is a space."""
    if "\x20" <= letter < "\x7f" or letter == "\n":
        return letter
    if letter.isspace():
        return "\n" if letter in _NEWLINES else " "
    kept = (one for one in unicodedata.normalize("NFKD", letter) if not _is_unseen(one))
    return "".join(LOOK_ALIKES.get(one, one) for one in kept)


def _is_unseen(letter: str) -> bool:
    return letter in _NO_INK or unicodedata.category(letter) in {"Mn", "Me", "Cf", "Cc"}
