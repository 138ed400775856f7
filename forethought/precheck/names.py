"""Pupils' names in a text: by the school's own list, if it keeps one, and beside class or family words without.

A tree of words, not a pattern a pupil: a thousand pupils cost no more than ten. Staff are told apart, and never found.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from forethought.precheck.kinds import Hit
from forethought.precheck.nearness import class_beside, one_letter_off
from forethought.precheck.normalising import Plain
from forethought.precheck.reading import (
    BESIDE_FAMILY,
    CALLED,
    DOING,
    Reading,
    Token,
    bare_end,
    keys_of,
    other_surname,
    pupil_hit,
    staff_beside,
    title_before,
)
from forethought.precheck.surroundings import (
    ABBREVIATIONS,
    CALENDAR,
    CHILD,
    CLASS,
    FAMILY,
    OWN_LIFE,
    PET,
    PRAISE,
    PUBLIC,
    STORY,
    TITLES,
    WORDLIKE,
)
from forethought.precheck.unlisted import beside_words

_HANDLE = re.compile(r"@?[^\W\d_](?:[\w.\-]*\w)?")
_DAY_BEFORE = re.compile(r"\d(?:st|nd|rd|th)? $")
_FAMILY_OF = re.compile(rf"\b(?:{FAMILY}) of $", re.IGNORECASE)


_PLACE = re.compile(
    r" (?:primary|school|academy|road|street|park|station|juniors?|infants?|high|college|church|farm|hospital"
    r"|lane|close)\b",
    re.IGNORECASE,
)


@dataclass
class Pupil:
    """One pupil as the list has them: each way of writing the first name, the last name, and the class."""

    firsts: tuple[tuple[str, ...], ...]
    last: tuple[str, ...]
    group: str


@dataclass
class Roster:
    """The list, sorted for finding. Made once for one list; it holds names and no text."""

    by_first: dict[str, list[Pupil]] = field(default_factory=dict)
    by_last: dict[str, list[Pupil]] = field(default_factory=dict)
    by_initials: dict[str, list[Pupil]] = field(default_factory=dict)
    handles: dict[str, bool] = field(default_factory=dict)
    staff_firsts: set[str] = field(default_factory=set)
    staff_full: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str | None]]) -> "Roster":
        """Rows with role ("pupil" or "staff"), first, last, known_as and class. One without a first name is "
        "passed over."""
        roster = cls()
        for row in rows:
            value = {key: (row.get(key) or "").strip() for key in ("role", "first", "last", "known_as", "class")}
            if value["role"].lower() in ("pupil", "student", "child"):
                roster._add_pupil(value)
            elif value["role"]:
                roster._add_staff(value)
        return roster

    def _add_staff(self, row: Mapping[str, str]) -> None:
        last = keys_of(row["last"])
        for first in (keys_of(row["first"]), keys_of(row["known_as"])):
            if first:
                self.staff_firsts.add(first[0])
                if last:
                    self.staff_full.add((first[0], last[0]))

    def _add_pupil(self, row: Mapping[str, str]) -> None:
        last = keys_of(row["last"])
        firsts = tuple(dict.fromkeys(first for name in ("first", "known_as") if (first := keys_of(row[name]))))
        if not firsts:
            return
        pupil = Pupil(firsts, last, re.sub(r"\W", "", row["class"]).lower())
        for first in firsts:
            self.by_first.setdefault(first[0], []).append(pupil)
            if last:
                self._add_handles("".join(first), "".join(last))
                self.by_initials.setdefault(first[0][0] + last[0][0], []).append(pupil)
        for part in last:
            self.by_last.setdefault(part, []).append(pupil)

    def _add_handles(self, first: str, last: str) -> None:
        # True where the shape is a name by itself; the others need a digit or a sign that shows a user name.
        for shape, alone in (
            (first + last, True),
            (last + first, True),
            (first[0] + last, False),
            (first + last[0], False),
        ):
            if len(shape) >= 5:
                self.handles[shape] = self.handles.get(shape, False) or alone


def found(plain: Plain, roster: Roster | None) -> list[Hit]:
    """Where pupils are named, with spans in the plain text. Sure where the list has the whole name.

    Policy 6.3.
    """
    reading = Reading(plain)
    if not reading.tokens:
        return []
    hits = beside_words(reading, roster.staff_firsts if roster else frozenset())
    if roster is not None:
        hits += _by_list(reading, roster) + _handles(plain, roster)
    return hits


def _by_list(reading: Reading, roster: Roster) -> list[Hit]:
    hits: list[Hit] = []
    tokens = reading.tokens
    at = 0
    while at < len(tokens):
        used = (
            _staff_at(reading, roster, at)
            or _whole_name(reading, roster, at, hits)
            or _slip(reading, roster, at, hits)
            or _first_name(reading, roster, at, hits)
            or _surname(reading, roster, at, hits)
            or _initials(reading, roster, at, hits)
        )
        at += used or 1
    return hits


def _staff_at(reading: Reading, roster: Roster, at: int) -> int:
    """How many words name a member of staff here, by list or by title."""
    tokens = reading.tokens
    if at + 1 >= len(tokens) or (not reading.touches(at) and tokens[at].key not in TITLES):
        return 0
    if at and tokens[at - 1].key == "little" and tokens[at].key in ("miss", "mr", "master"):
        return 1
    if (
        tokens[at].key in TITLES
        and tokens[at + 1].capital
        and reading.text[tokens[at].end : tokens[at + 1].start] in (" ", ". ")
    ):
        return 3 if at + 2 < len(tokens) and reading.touches(at + 1) and tokens[at + 2].capital else 2
    pair = (tokens[at].key, tokens[at + 1].key)
    is_pupil = any(pair[1] in pupil.last for pupil in roster.by_first.get(pair[0], ()))
    return 2 if pair in roster.staff_full and not is_pupil else 0


def _whole_name(reading: Reading, roster: Roster, at: int, hits: list[Hit]) -> int:
    """First or known-as with last name, in either order, with a middle name or without; or the initial of the "
    "last."""
    tokens = reading.tokens
    token = tokens[at]
    for pupil in roster.by_first.get(token.key, ()):
        for first in pupil.firsts:
            end = _run(reading, at, first)
            if not end or not pupil.last or end >= len(tokens) or not reading.touches(end - 1):
                continue
            # A middle name may stand between; half of a double name is enough.
            for skip in (0, 1):
                place = end + skip
                if place >= len(tokens) or (skip and not (tokens[end].capital and reading.touches(end))):
                    break
                length = max(_run(reading, place, pupil.last) - place, int(_same(tokens[place], pupil.last)))
                if length and _is_name(reading, at, place, pupil):
                    hits.append(pupil_hit(token.start, bare_end(tokens[place + length - 1]), sure=True))
                    return place + length - at
            if _is_initial(reading, at, end, pupil):
                hits.append(pupil_hit(token.start, tokens[end].end, sure=True))
                return end + 1 - at
    for pupil in roster.by_last.get(token.key, ()):
        end = _run(reading, at, pupil.last) or at + 1
        for first in pupil.firsts:
            after = _run(reading, end, first) if end < len(tokens) and reading.touches(end - 1) else 0
            comma = "," in reading.text[tokens[end - 1].end : tokens[end].start] if after else False
            if after and (comma or token.key not in WORDLIKE) and _is_name(reading, at, end, pupil):
                hits.append(pupil_hit(token.start, bare_end(tokens[after - 1]), sure=True))
                return after - at
    return 0


def _slip(reading: Reading, roster: Roster, at: int, hits: list[Hit]) -> int:
    """A whole name with a slip of the finger in one of its two parts, where capitals say that it is one."""
    tokens = reading.tokens
    if at + 1 >= len(tokens) or not reading.touches(at):
        return 0
    first, last = tokens[at], tokens[at + 1]
    if not (first.capital and last.capital) or reading.shouted or (first.key, last.key) in PUBLIC:
        return 0
    likely = [
        pupil for pupil in roster.by_first.get(first.key, ()) if any(one_letter_off(last.key, p) for p in pupil.last)
    ]
    likely += [
        pupil
        for pupil in roster.by_last.get(last.key, ())
        if any(one_letter_off(first.key, one[0]) for one in pupil.firsts)
    ]
    if likely:
        hits.append(pupil_hit(first.start, bare_end(last)))
    return 2 if likely else 0


def _run(reading: Reading, at: int, keys: tuple[str, ...]) -> int:
    """Where a row of words ends that begins here; nought where it does not."""
    for step, key in enumerate(keys):
        if at + step >= len(reading.tokens) or not _same(reading.tokens[at + step], (key,)):
            return 0
        if step and not reading.touches(at + step - 1):
            return 0
    return at + len(keys)


def _same(token: Token, keys: tuple[str, ...]) -> bool:
    # "Carvers mum": a possessive as it is often typed.
    return token.key in keys or (token.key.endswith("s") and len(token.key) > 4 and token.key[:-1] in keys)


def _is_name(reading: Reading, at: int, last: int, pupil: Pupil) -> bool:
    """Whether two words that could be a pupil are one: words of the language need capitals, and the famous a "
    "class."""
    first_token, last_token = reading.tokens[at], reading.tokens[last]
    if (first_token.key, last_token.key) in PUBLIC:
        return _strong(reading, reading.tokens[at], pupil)
    if first_token.key in WORDLIKE and _PLACE.match(reading.text, last_token.end):
        return False
    if first_token.key in WORDLIKE and reading.has_capitals:
        return first_token.capital and last_token.capital
    return True


def _is_initial(reading: Reading, at: int, end: int, pupil: Pupil) -> bool:
    first, token = reading.tokens[at], reading.tokens[end]
    if len(token.word) != 1 or not token.capital or token.key != pupil.last[0][0]:
        return False
    after = reading.text[token.end : token.end + 2]
    if not first.capital or (first.key in WORDLIKE and (token.word in "AI" and not after.startswith("."))):
        return False
    return first.key not in WORDLIKE or after.startswith(".") or _weak(reading, first)


def _first_name(reading: Reading, roster: Roster, at: int, hits: list[Hit]) -> int:
    """A first name alone: as strict as the name is ordinary."""
    token = reading.tokens[at]
    plain_key = token.key
    pupils = roster.by_first.get(plain_key)
    if not pupils and plain_key.endswith("s"):
        # "Leons mum"
        plain_key = plain_key[:-1]
        pupils = roster.by_first.get(plain_key)
        if pupils and not BESIDE_FAMILY.match(reading.text, token.end):
            return 0
    if not pupils or len(plain_key) < 2:
        return 0
    length = max(
        (_run(reading, at, first) - at for p in pupils for first in p.firsts if first[0] == token.key), default=1
    )
    length = max(length, 1)
    last = reading.tokens[at + length - 1]
    if not token.capital and (plain_key in WORDLIKE or reading.has_capitals):
        return 0
    if plain_key in CALENDAR and _DAY_BEFORE.search(reading.text[max(token.start - 5, 0) : token.start]):
        return 0
    strict = plain_key in WORDLIKE or plain_key in roster.staff_firsts or not token.capital
    if other_surname(reading, at + length - 1) or title_before(reading, at):
        return 0
    child = any(_strong(reading, token, pupil) for pupil in pupils) or _acts(reading, token)
    if child or (not strict and _weak(reading, token)):
        hits.append(pupil_hit(token.start, bare_end(last)))
        return length
    return 0


def _strong(reading: Reading, token: Token, pupil: Pupil | None) -> bool:
    """A class or a family right beside the name."""
    sentence = reading.sentence(token.start)
    if BESIDE_FAMILY.match(reading.text, bare_end(token)):
        return not (OWN_LIFE.search(sentence) and not CHILD.search(sentence))
    before = reading.text[max(token.start - 20, 0) : token.start]
    if CALLED.search(before) or _FAMILY_OF.search(before):
        # "our baby boy Ethan", "a whippet called Teddy"
        longer = reading.text[max(token.start - 40, 0) : token.start]
        return OWN_LIFE.search(longer) is None and PET.search(longer) is None
    if class_beside(reading.text, token.start, bare_end(token), pupil.group if pupil else ""):
        return not staff_beside(reading, token)
    if token.key in CALENDAR:
        return False
    near = reading.around(token, 30)
    beside = CLASS.search(near) is not None or bool(pupil and pupil.group and _has_group(near, pupil.group))
    return beside and not STORY.search(sentence) and not staff_beside(reading, token)


_SPOKEN_TO = re.compile(
    r"\b(?:told|asked|proud of|well done|poor|bless|happy birthday|congratulations|congrats|good luck|gave"
    r"|caught),? (?:to )?$",
    re.IGNORECASE,
)


def _acts(reading: Reading, token: Token) -> bool:
    """Somebody who does or is told something at school: a name even where it could be a word, but not a day or "
    "a hope."""
    if token.key in CALENDAR or not token.capital or reading.shouted or not _weak(reading, token):
        return False
    before = reading.text[max(token.start - 24, 0) : token.start]
    return DOING.match(reading.text, token.end) is not None or _SPOKEN_TO.search(before) is not None


def _has_group(text: str, group: str) -> bool:
    return len(group) > 1 and re.search(rf"(?<!\w){re.escape(group)}(?!\w)", text.lower()) is not None


def _weak(reading: Reading, token: Token) -> bool:
    """Something in the sentence, or the text around, that is said of children and not of one's own."""
    near = reading.around(token, 160)
    if OWN_LIFE.search(near) or STORY.search(near) or staff_beside(reading, token):
        return False
    return CHILD.search(near) is not None or CLASS.search(near) is not None or PRAISE.search(near) is not None


def _surname(reading: Reading, roster: Roster, at: int, hits: list[Hit]) -> int:
    """A last name alone, where a class, a word for a child or a sister's or brother's first name stands beside it."""
    token = reading.tokens[at]
    before = reading.tokens[at - 1].key if at else ""
    if not token.capital:
        return 0
    if before in ("the", "both") and _siblings(reading, roster, at):
        hits.append(pupil_hit(token.start, bare_end(token)))
        return 1
    if token.key not in roster.by_last:
        return 0
    for pupil in roster.by_last[token.key]:
        end = _run(reading, at, pupil.last) or at + 1
        last = reading.tokens[end - 1]
        somebody = (
            at and reading.touches(at - 1) and reading.tokens[at - 1].capital and before not in ("miss", "master")
        )
        own = pupil.group if token.key in WORDLIKE else ""
        if not somebody and class_beside(reading.text, token.start, bare_end(last), pupil.group):
            if token.key not in WORDLIKE or (own and _has_group(reading.around(last, 20), own)):
                hits.append(pupil_hit(token.start, bare_end(last)))
                return end - at
    after = reading.text[token.end : token.end + 14].lower()
    child_after = re.match(r"(?:'s)? (?:boys?|girls?|kids?|lads?|twins|children|brothers|sisters|family)\b", after)
    if before in ("young", "little", "master") or (before in ("the", "those", "both", "that") and child_after):
        hits.append(pupil_hit(token.start, bare_end(token)))
        return 1
    return 0


def _siblings(reading: Reading, roster: Roster, at: int) -> bool:
    """Whether this is a family's name in the plural, and one of its children is named next."""
    family = roster.by_last.get(reading.tokens[at].key.removesuffix("s"), ())
    firsts = {first[0] for pupil in family for first in pupil.firsts}
    return any(token.key in firsts and token.capital for token in reading.tokens[at + 1 : at + 5])


def _initials(reading: Reading, roster: Roster, at: int, hits: list[Hit]) -> int:
    """Two capitals with a class beside them: of any class where dots show initials, of the pupil's own where not."""
    token = reading.tokens[at]
    tokens = reading.tokens
    dotted = (
        len(token.word) == 1
        and token.capital
        and at + 1 < len(tokens)
        and len(tokens[at + 1].word) == 1
        and tokens[at + 1].capital
        and reading.text[token.end : tokens[at + 1].start] in (".", ". ")
    )
    end = tokens[at + 1] if dotted else token
    initials = (token.word + end.word if dotted else token.word).lower()
    if len(initials) != 2 or not (dotted or token.word.isupper()) or reading.shouted:
        return 0
    if (not dotted and initials in ABBREVIATIONS) or (dotted and other_surname(reading, at + 1)):
        return 0
    near = reading.text[max(token.start - 25, 0) : end.end + 25]
    for pupil in roster.by_initials.get(initials, ()):
        if (
            (pupil.group and _has_group(near, pupil.group))
            or CLASS.search(near)
            or BESIDE_FAMILY.match(reading.text, end.end)
        ):
            hits.append(pupil_hit(token.start, end.end))
            return 2 if dotted else 1
    return 0


def _handles(plain: Plain, roster: Roster) -> list[Hit]:
    """User names made of a pupil's name: leon.carver09, @lcarver, carver_leon."""
    hits = []
    for match in _HANDLE.finditer(plain.text):
        raw = match[0]
        shape = "".join(c for c in raw.casefold() if c.isalpha())
        alone = roster.handles.get(shape)
        if alone is None:
            # What follows a number is a class or a year: lcarver_2b.
            shape = "".join(c for c in re.split(r"\d", raw.casefold(), maxsplit=1)[0] if c.isalpha())
            alone = roster.handles.get(shape)
        if alone is None:
            continue
        shown = raw.startswith("@") or any(c.isdigit() or c in "._" for c in raw)
        if shown or (alone and len(raw) == len(shape)):
            hits.append(pupil_hit(match.start(), match.end(), sure=alone))
    return hits
