"""What a printed line begins and ends with: numbers, bullets, and what makes a line a heading."""

import re
from dataclasses import dataclass

from forethought.policies.text import LONGEST_NUMBER

#: A heading is no longer than this, in characters and in words.
LONGEST_HEADING = 80
MOST_HEADING_WORDS = 12

BULLET = "•"

_STOPS = ".!?:;"
_QUOTES = '”’")]'
_ROUND = "•‣◦▪▫●○■□➢➤✓✔❖◆◇·∙⁃\uf000-\uf0ff"
BULLETED = re.compile(rf"(?:[{_ROUND}]\s*|[-–*o]\s+|§\s+(?!\d))(?=\S)|[{_ROUND}]$")
#: Printed numbers that speak for themselves. What stands outside the group is no part of it: the stop of “8.3.”.
_NUMBERS = (
    re.compile(r"(\d{1,3}(?:\.\d{1,3}){1,4}[a-z]?(?:\([a-z\d]{1,3}\))?)[.):]?(?:\s+|$)"),
    re.compile(r"([A-Z](?:\.\d{1,3}){1,4})[.):]?(?:\s+|$)"),
    re.compile(r"(\d{1,3}(?:\([a-z\d]{1,3}\)|\)))(?:\s+|$)"),
    re.compile(r"(\d{1,3})[.:](?:\s+|$)"),
)
#: Numbers of what stands within a clause: never over a heading.
_WITHIN = (
    re.compile(r"(\((?:\d{1,3}|[A-Za-z]|[ivxl]{1,6}|[IVXL]{1,6})\))(?:\s+|$)"),
    re.compile(r"((?:[A-Za-z]|[ivxl]{1,5}|[IVXL]{1,5})\))(?:\s+|$)"),
    re.compile(r"([a-z]|[ivxl]{1,5})\.(?:\s+|$)"),
)
#: Numbers that are believed over a heading only: “8 Reporting”, “IV. Reporting”.
_OVER_HEADINGS = (re.compile(r"(\d{1,2})\s+"), re.compile(r"([IVXL]{1,5})\.\s+"))
_NAMED = re.compile(
    r"((?i:section|part|chapter|appendix|annex|schedule|clause|article|paragraph)"
    r" (?:\d{1,3}(?:\.\d{1,3})*|[A-Z]|[IVXL]{1,5}))"
    r"(\s*[:.–—-]\s+|[:.]?$|\s+)"
)
#: “9.30 am”, “1.5 million” and “25 March” are no numbers of clauses, and nor is what follows “as said in section”.
_AMOUNT = re.compile(
    r"(?i:am|pm|a\.m|p\.m|million|billion|per|hours|days|weeks|months|years)\b"
    r"|(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b|May \d"
)
_POINTING = re.compile(
    r"(?i)\b(?:sections?|paragraphs?|clauses?|parts?|appendix|annex|pages?|see|in|of)[\s\d.()a-z]{0,8}$"
)
_LEADERS = re.compile(r"[.…_·]{3,}\s*\w{0,6}$")
_NO_END = frozenset({"and", "or", "the", "of", "to", "a", "an", "in", "for", "with", "by", "that", "not"})


@dataclass(frozen=True, slots=True)
class Beginning:
    """A line taken apart: its printed number, and the rest. `within` says that the number stands within a clause."""

    number: str
    words: str
    within: bool = False


def beginning(words: str, *, after: str = "") -> Beginning:
    """A line taken apart. Its bullet, if it has one, is made the same everywhere.

    `after` is the line before, if the sentence seems to run on from it; then fewer numbers are believed.
    """
    if (found := BULLETED.match(words)) and not (after and words[0] in "-–*o"):
        return Beginning("", f"{BULLET} {words[found.end() :]}".strip())
    for patterns, within in ((_NUMBERS, False), (_WITHIN, True)):
        for pattern in patterns:
            found = pattern.match(words)
            if found is None or len(found[1]) > LONGEST_NUMBER:
                continue
            rest = words[found.end() :]
            if _AMOUNT.match(rest) or (after and not _is_believed(found[1], rest, after)):
                continue
            return Beginning(found[1], rest, within)
    if after:
        return Beginning("", words)
    if (found := _NAMED.match(words)) and len(found[1]) <= LONGEST_NUMBER:
        rest = words[found.end() :]
        if not rest or found[2].strip() or is_heading(rest):
            return Beginning(found[1], rest)
    for pattern in _OVER_HEADINGS:
        if (found := pattern.match(words)) and is_heading(rest := words[found.end() :]) and not _AMOUNT.match(rest):
            return Beginning(found[1], rest)
    return Beginning("", words)


def _is_believed(number: str, rest: str, after: str) -> bool:
    """Whether this is the number of a clause although the line before it seems to run on."""
    if _POINTING.search(after):
        return False
    return number.startswith("(") or ("." in number and rest[:1].isupper())


def is_heading(words: str) -> bool:
    """A short line that begins like a heading and does not end like a sentence. A question may be one."""
    if not words or len(words) > LONGEST_HEADING or words[-1] in ".!:;,-…_":
        return False
    each = words.split()
    first = words.lstrip("“‘\"'([")[:1]
    return (
        len(each) <= MOST_HEADING_WORDS
        and (first.isupper() or first.isdigit())
        and any(character.isalpha() for character in words)
        and each[-1].casefold() not in _NO_END
        and not re.search(r"@|://|www\.|\.{3}|…|_{3}", words)
    )


def is_open(line: str) -> bool:
    """Whether a sentence runs on from this line."""
    return (line.rstrip(_QUOTES) or line)[-1] not in _STOPS and not is_of_contents(line)


def is_of_contents(line: str) -> bool:
    """Whether this is a line of a table of contents, which ends with dots and a page."""
    return bool(_LEADERS.search(line[-40:]))
