"""British insults with how strong each is and which of its senses are innocent. The list is our own: insults.txt."""

import re
from dataclasses import dataclass
from pathlib import Path

from forethought.precheck.normalising import Plain
from forethought.precheck.reading import key_of

#: Longest phrase of the list, in words.
LONGEST = 6
#: How far on both sides a word that shows an innocent sense may stand.
NEAR = 70

_WORD = re.compile(r"[^\W\d_]+(?:['*#@\-][*#@\-]*[^\W\d_]+)*")
_MASKED = re.compile(r"(?<!\w)[A-Za-z]{1,3}[*#@%]{1,4}[A-Za-z]{0,5}(?!\w)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One word or phrase of the list. `severity` is 1 to 3, `sort` is foul, slur or insult."""

    severity: int
    sort: str
    innocent: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Insult:
    """Where one stands in the plain text."""

    start: int
    end: int
    severity: int
    sort: str


def _folded(key: str) -> str:
    """A word so that drawn-out and swapped letters make no difference: l, i and 1 are drawn alike."""
    return re.sub(r"(.)\1+", r"\1", key.replace("l", "i"))


def _read() -> dict[str, Entry]:
    entries = {}
    for line in Path(__file__).with_name("insults.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        words, severity, sort, innocent = line.split("|")
        senses = [re.escape(sense.strip()) for sense in innocent.split(",") if sense.strip()]
        pattern = re.compile(rf"\b(?:{'|'.join(senses)})\b", re.IGNORECASE) if senses else None
        entries[" ".join(key_of(word) for word in re.split(r"[ \-]", words))] = Entry(int(severity), sort, pattern)
    return entries


ENTRIES = _read()
#: Strong words are found in disguise too. Shorter ones would be found in innocent words.
_DISGUISED = {
    _folded(words): entry
    for words, entry in ENTRIES.items()
    if entry.severity == 3 and " " not in words and len(_folded(words)) >= 4
}
#: Words of the language that a folded strong word would meet.
_NOT_DISGUISED = frozenset("sit sits site sites sheet flick flicks niger coal cool call muzzle muzzles twatt".split())
_STRONG_BY_LENGTH = {
    length: [
        words for words, entry in ENTRIES.items() if entry.severity == 3 and len(words) == length and " " not in words
    ]
    for length in range(4, 13)
}


def found(plain: Plain) -> list[Insult]:
    """Every insult in a normalised text but those whose innocent sense the words around show."""
    text = plain.text
    tokens = [(key_of(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]
    hits: list[Insult] = []
    at = 0
    while at < len(tokens):
        for length in range(min(LONGEST, len(tokens) - at), 0, -1):
            words = " ".join(key for key, _, _ in tokens[at : at + length])
            entry = ENTRIES.get(words) or (_disguised(words) if length == 1 else None)
            if entry is None:
                continue
            start, end = tokens[at][1], tokens[at + length - 1][2]
            if not _innocent(entry, text, start, end):
                hits.append(Insult(start, end, entry.severity, entry.sort))
            at += length - 1
            break
        at += 1
    for match in _MASKED.finditer(text):
        if entry := _masked(match[0].lower()):
            hits.append(Insult(match.start(), match.end(), entry.severity, entry.sort))
    return sorted(hits, key=lambda hit: (hit.start, -hit.end))


def _disguised(word: str) -> Entry | None:
    if len(word) < 4 or word in _NOT_DISGUISED:
        return None
    folded = _folded(word)
    return _DISGUISED.get(folded) if folded != word or "l" in word else None


def _masked(written: str) -> Entry | None:
    """A strong word with signs for some of its letters: f*ck. One that hides more than half is left alone."""
    hidden = sum(not c.isalpha() for c in written)
    if hidden * 2 > len(written):
        return None
    shape = re.compile("".join(re.escape(c) if c.isalpha() else "[a-z]" for c in written))
    for words in _STRONG_BY_LENGTH.get(len(written), ()):
        if shape.fullmatch(words):
            return ENTRIES[words]
    return None


def _innocent(entry: Entry, text: str, start: int, end: int) -> bool:
    if entry.innocent is None:
        return False
    before, after = text[max(start - NEAR, 0) : start], text[end : end + NEAR]
    return entry.innocent.search(before) is not None or entry.innocent.search(after) is not None
