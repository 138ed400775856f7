"""Names that no list gives, right beside a class or a family."""

import re
from collections.abc import Set
from pathlib import Path

from forethought.precheck.kinds import Hit
from forethought.precheck.nearness import class_beside
from forethought.precheck.reading import (
    BESIDE_FAMILY,
    CALLED,
    DOING,
    Reading,
    bare_end,
    other_surname,
    pupil_hit,
    staff_beside,
    title_before,
)
from forethought.precheck.surroundings import CALENDAR, CHILD, CLASS, OWN_LIFE, PET, PUBLIC, STORIED, STORY, WORDLIKE

#: First names as they are given in England, of many origins, for where no list is kept. Written by us.
GIVEN = frozenset(Path(__file__).with_name("given_names.txt").read_text(encoding="utf-8").split())

_IN_CLASS = re.compile(r",? \(?(?:who's |who is )?(?:in|from|of|out of) ", re.IGNORECASE)


def beside_words(reading: Reading, staff: Set[str]) -> list[Hit]:
    """Names that no list gives, right beside a class or a family."""
    hits = []
    for at, token in enumerate(reading.tokens):
        if not token.capital or len(token.key) < 3 or title_before(reading, at):
            continue
        given = token.key in GIVEN and token.key not in CALENDAR
        if token.key in staff:
            continue
        if given and _named_by_words(reading, at):
            start, end = token.start, bare_end(token)
            if at + 1 < len(reading.tokens) and other_surname(reading, at):
                end = bare_end(reading.tokens[at + 1])
            hits.append(pupil_hit(start, end))
    return hits


def _named_by_words(reading: Reading, at: int) -> bool:
    token = reading.tokens[at]
    last = token
    if other_surname(reading, at):
        last = reading.tokens[at + 1]
        if (token.key, last.key) in PUBLIC:
            return False
    sentence = reading.sentence(token.start)
    end = bare_end(last)
    if staff_beside(reading, token):
        return False
    if token.key not in WORDLIKE | STORIED and class_beside(reading.text, token.start, end):
        # Whoever stands right beside a class is in it, also where the rest tells of a book.
        return OWN_LIFE.search(sentence) is None
    if STORY.search(sentence):
        return False
    before = reading.text[max(token.start - 30, 0) : token.start]
    if BESIDE_FAMILY.match(reading.text, end):
        return CHILD.search(sentence.replace("mum", "").replace("dad", "")) is not None and not OWN_LIFE.search(
            sentence
        )
    if OWN_LIFE.search(sentence):
        return False
    if CALLED.search(before):
        return PET.search(before) is None
    if inside := _IN_CLASS.match(reading.text, end):
        if group := CLASS.match(reading.text, inside.end()):
            own = group[0].lower().startswith(("my ", "our "))
            return own or token.key not in WORDLIKE | STORIED or DOING.match(reading.text, group.end()) is not None
    group_before = list(CLASS.finditer(before))
    if group_before and before[group_before[-1].end() :].strip(" ,:'s") == "":
        return token.key not in WORDLIKE | STORIED or DOING.match(reading.text, end) is not None
    return False
