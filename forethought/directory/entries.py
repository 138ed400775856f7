"""What each line of a list says of one adult, or why it is not understood."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from forethought.core import dates, text
from forethought.core.secrets import find_secrets
from forethought.directory.columns import FIELDS, known, plain
from forethought.people.rules import alike

#: As long as the columns of a person are.
LONGEST_NAME = 120
LONGEST_EMAIL = 254
LONGEST_NUMBER = 60

_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx"})
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*)?")
_LONG_AGO = re.compile(r"(.*[^0-9])(19[4-8][0-9])")
_TIME_BEHIND = re.compile(r"\s+[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$")
#: Twice the 28 years after which days and leap years fall alike.
_CYCLE = 56
#: In characters. Longer cells are no days, and take long to look for one in.
_LONGEST_DAY = 60

IsEmail = Callable[[str], bool]
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody is engaged as by one line, and when. `starts_on` is empty where the list does not say."""

    kind: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One adult as a list describes them. `line` is the first that does; somebody with two posts has two lines."""

    line: int
    number: str
    name: str
    email: str
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is not understood, and why. What it does say keeps whom it may mean from being taken off the list."""

    line: int
    reason: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood of a list, what was not, and words for a kind that were read as the one that was chosen."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    unknown_kinds: tuple[str, ...] = ()


class _NotUnderstood(ValueError):
    pass


def read_entries(
    rows: Sequence[tuple[int, Sequence[str]]],
    *,
    kinds: Mapping[str, str],
    otherwise: str,
    is_email: IsEmail,
) -> Read:
    """What each line says, in the order of columns.FIELDS. Policy 2.5.

    `kinds`: the kinds as the screens say them, by their names; `otherwise` is taken where a line says none that is
    known. Lines that speak of one person twice are joined; those that contradict each other are faults.
    """
    names = {plain(said): kind for kind, said in kinds.items()} | {plain(kind): kind for kind in kinds} | known().kinds
    found: list[Entry] = []
    faults: list[Fault] = []
    unknown: dict[str, None] = {}
    for line, cells in rows:
        said = dict(zip(FIELDS, (text.tidy(cell) for cell in cells), strict=True))
        kind = names.get(plain(said["kind"]), "")
        if said["kind"] and not kind:
            unknown[said["kind"][:40]] = None
        try:
            found.append(_entry(line, said, kind or otherwise, is_email))
        except _NotUnderstood as why:
            faults.append(Fault(line, str(why), tuple(cells)))
    by_line = {line: tuple(cells) for line, cells in rows}
    entries, twice = _joined(found)
    faults += [replace(one, cells=by_line[one.line]) for one in twice]
    return Read(tuple(entries), tuple(sorted(faults, key=lambda one: one.line)), tuple(unknown))


def _entry(line: int, said: Cells, kind: str, is_email: IsEmail) -> Entry:
    name, email, number = name_of(said), said["email"].removeprefix("mailto:"), said["number"]
    if not name:
        raise _NotUnderstood("The name is missing.")
    for words, longest in ((name, LONGEST_NAME), (number, LONGEST_NUMBER), (email, LONGEST_EMAIL)):
        if (reason := text.why_not_words(words, longest=longest, one_line=True)) is not None:
            raise _NotUnderstood(reason)
    if "\ufffd" in name:
        raise _NotUnderstood("A letter of the name could not be read. Save the list as “CSV UTF-8”.")
    if not any(letter.isalpha() for letter in name) or "@" in name:
        raise _NotUnderstood(f"“{_short(name)}” is no name.")
    if find_secrets(name):
        raise _NotUnderstood("That looks like a password. Passwords are never kept here.")
    if email and not is_email(email):
        raise _NotUnderstood(f"“{_short(email)}” is not an email address.")
    starts_on, ends_on = _day(said["starts"], "first"), _day(said["ends"], "last")
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise _NotUnderstood("The last day cannot be before the first.")
    return Entry(line, number, name, email, (Post(kind, starts_on, ends_on),))


def name_of(said: Cells) -> str:
    """Somebody's name as it is said: first and last; “Last, First” turned round; without Mr, Mrs, Ms, Miss or Mx."""
    name = " ".join(said["name"].split())
    if said["last"] and (said["known"] or said["first"]):
        name = f"{said['known'] or said['first']} {said['last']}"
    elif name.count(",") == 1:
        last, first = (part.strip() for part in name.split(","))
        name = f"{first} {last}".strip()
    words = name.split()
    if len(words) > 1 and words[0].rstrip(".").casefold() in _TITLES:
        words = words[1:]
    return " ".join(words)


def _day(typed: str, which: str) -> date | None:
    """A day as people in England and spreadsheets write it. Those who came before 1990 came then."""
    if len(typed) > _LONGEST_DAY:
        raise _NotUnderstood(f"“{_short(typed)}” is no {which} day. Write it like 12 11 2026.")
    typed = _TIME_BEHIND.sub("", typed.strip())
    if not typed:
        return None
    try:
        if iso := _ISO.fullmatch(typed):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if ago := _LONG_AGO.fullmatch(typed):
            found = dates.read_date(f"{ago[1]}{int(ago[2]) + _CYCLE}")
            return found.replace(year=found.year - _CYCLE)
        return dates.read_date(typed)
    except ValueError:
        raise _NotUnderstood(f"“{_short(typed)}” is no {which} day. Write it like 12 11 2026.") from None


def _short(typed: str) -> str:
    return typed if len(typed) <= 40 else f"{typed[:40]}…"


def _joined(entries: Sequence[Entry]) -> tuple[list[Entry], list[Fault]]:
    """One entry for each person; lines that share a number or an address and name two people are faults, all of them.

    Reliability.md 7, case 74.
    """
    whole: dict[tuple[str, str, str], Entry] = {}
    lines: dict[tuple[str, str, str], list[int]] = {}
    for one in entries:
        key = (one.number.casefold(), alike(one.name), one.email.lower())
        lines.setdefault(key, []).append(one.line)
        whole[key] = replace(whole[key], posts=_together(whole[key].posts, one.posts)) if key in whole else one
    faults: dict[int, str] = {}
    for what, place in (("email address", 2), ("staff number", 0)):
        shared: dict[str, list[tuple[str, str, str]]] = {}
        for key in whole:
            if key[place]:
                shared.setdefault(key[place], []).append(key)
        for keys in shared.values():
            if len(keys) > 1:
                stand = sorted(line for key in keys for line in lines[key])
                said = ", ".join(map(str, stand[:6]))
                for line in stand:
                    faults.setdefault(line, f"Lines {said} have the same {what}, and name different people.")
    bare: dict[str, list[tuple[str, str, str]]] = {}
    for key in whole:
        bare.setdefault(key[1], []).append(key)
    for keys in bare.values():
        if len(keys) > 1 and any(not key[0] and not key[2] for key in keys):
            for line in (line for key in keys for line in lines[key]):
                faults.setdefault(line, "Two lines have this name. Add an email address or a staff number to each.")
    good = [one for key, one in whole.items() if not any(line in faults for line in lines[key])]
    return good, [Fault(line, reason) for line, reason in faults.items()]


def _together(posts: tuple[Post, ...], more: tuple[Post, ...]) -> tuple[Post, ...]:
    """Posts of one kind as one, from the first day of any to the last of all."""
    found = {post.kind: post for post in posts}
    for post in more:
        known_post = found.get(post.kind)
        if known_post is None:
            found[post.kind] = post
            continue
        starts = [one for one in (known_post.starts_on, post.starts_on) if one is not None]
        ends = (known_post.ends_on, post.ends_on)
        found[post.kind] = Post(
            post.kind, min(starts, default=None), None if None in ends else max(one for one in ends if one is not None)
        )
    return tuple(found.values())
