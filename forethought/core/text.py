"""Words that people type or paste: made even, and refused where they could not be kept or shown as they are.

Everything is counted in Unicode code points after tidying, so that the screen, the database constraint and
a paper copy all show the same number.
"""

import unicodedata

#: Letters carry one or two marks, Hebrew and Tibetan up to four. A longer run climbs over the lines above it.
MOST_MARKS = 4

#: Characters that leave no ink although Unicode calls them letters or symbols (Hangul fillers, the empty Braille cell).
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")

#: Characters of no width that may be cut off at either end. Emoji tags and variation selectors are not among them:
#: the flag of England ends in one.
_EDGES = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"

#: How many characters of the text are quoted to show where a hidden one stands.
_QUOTED = 20


def tidy(text: str) -> str:
    """The text with one kind of newline, in NFC, and nothing invisible at either end."""
    for newline in ("\r\n", "\r", "\u2028", "\u2029"):
        text = text.replace(newline, "\n")
    text = unicodedata.normalize("NFC", text)
    while (shorter := text.strip().strip(_EDGES)) != text:
        text = shorter
    return text


def is_blank(text: str) -> bool:
    """Whether a person would see nothing at all."""
    return all(_is_invisible(character) for character in text)


def too_long_by(text: str, longest: int) -> int:
    """How many characters stand beyond the limit; 0 if none do. A newline counts as one."""
    return max(0, len(text) - longest)


def why_not_words(text: str, *, longest: int | None = None, advice: str = "", one_line: bool = False) -> str | None:
    """Why these words cannot be kept, as a sentence for the person who typed them. Expects tidied text.

    Says nothing about text that is blank: only the question knows whether it needs an answer.
    """
    if one_line and "\n" in text:
        return "Use one line only."
    where = _first_unkept(text)
    if where is not None:
        return _hidden_character(text, where)
    if _longest_run_of_marks(text) > MOST_MARKS:
        return "There are too many accents on one letter. Type it plainly."
    if longest is not None and (over := too_long_by(text, longest)):
        characters = "1 character" if over == 1 else f"{over:,} characters"
        return f"{characters} too long. {advice}".strip()
    return None


def _is_invisible(character: str) -> bool:
    if character.isspace() or character in _BLANK or character in _EDGES:
        return True
    return unicodedata.category(character) in {"Cc", "Cf"} or _is_variation_selector(character)


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_unkept(character: str) -> bool:
    """Control characters, halves of surrogate pairs and code points that are not characters.

    None of them survives UTF-8, PostgreSQL, JSON and a mail all at once, so none may come in.
    """
    if character in "\n\t":
        return False
    point = ord(character)
    return unicodedata.category(character) in {"Cc", "Cs"} or point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF


def _first_unkept(text: str) -> int | None:
    return next((index for index, character in enumerate(text) if _is_unkept(character)), None)


def _hidden_character(text: str, where: int) -> str:
    before = text[:where].split("\n")[-1].strip()[-_QUOTED:].strip()
    place = f"after “{before}”" if before else "at the start of a line"
    return f"There is a hidden character {place}. Delete it and type that part again."


def _longest_run_of_marks(text: str) -> int:
    """The most combining marks on one letter. Characters of no width between marks do not break a run."""
    if text.isascii():
        return 0
    longest = run = 0
    # Taken apart, so that it does not matter whether the first mark has melted into its letter.
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.category(character) in {"Mn", "Me"} and not _is_variation_selector(character):
            run += 1
            longest = max(longest, run)
        elif not _is_invisible(character) or character.isspace():
            run = 0
    return longest


def faults_found(count: int) -> str:
    """How many faults a check of everything found, as the beginning of a sentence."""
    return "1 fault was found" if count == 1 else f"{count} faults were found"
