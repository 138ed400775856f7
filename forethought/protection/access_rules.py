"""Asking for one's own data: the month, what stops and lengthens it, and what may be left out.

UK GDPR articles 12, 12A and 15 as they stand after the Data (Use and Access) Act 2025; how a month is counted follows
the ICO (law.md 4.1; the pause and the exemptions are from memory). Clause 11.1.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from forethought.core.clock import add_months, from_london, london, utc
from forethought.core.naming import Named
from forethought.core.text import is_blank
from forethought.core.working_time import is_working_day
from forethought.protection.rules import CLOSED, About

#: The usual time, and what it is with the two months more for what is complex.
MONTHS, LENGTHENED = 1, 3
#: Those who see to it are asked so many days before the last day, and the day after it.
BEFORE = (14, 7, 2)
LONGEST = 40_000


class Way(Named):
    """How a request came."""

    SIGNED = "signed", "Signed in"
    FORM = "form", "By the form, without an account"
    LETTER = "letter", "By letter or mail"
    SPOKEN = "spoken", "By phone or in person"


@dataclass(frozen=True, slots=True)
class Exemption:
    """One ground on which the law lets something be left out. `quiet`: saying so could defeat its purpose."""

    key: str
    words: str
    source: str
    quiet: bool = False
    #: All of these are written from memory, and shown so.
    mark: str = "M"


EXEMPTIONS: tuple[Exemption, ...] = (
    Exemption("others", "It is about somebody else, who did not agree", "DPA 2018 Sch. 2 para. 16"),
    Exemption("legal", "It is between the school and its lawyers", "DPA 2018 Sch. 2 para. 19"),
    Exemption("talks", "It would show what the school means to say in talks", "DPA 2018 Sch. 2 para. 23", True),
    Exemption("planning", "It is a plan of management that would suffer", "DPA 2018 Sch. 2 para. 22", True),
    Exemption("reference", "It is a reference given in confidence", "DPA 2018 Sch. 2 para. 24"),
    Exemption("crime", "It would get in the way of preventing or finding a crime", "DPA 2018 Sch. 2 para. 2", True),
    Exemption("harm", "It could do somebody serious harm", "DPA 2018 Sch. 3 part 4", True),
    Exemption("child", "It is about the abuse of a child, and showing it would not be in the child’s interest",
              "DPA 2018 Sch. 3 para. 21", True),
)  # fmt: skip

#: Stands in every answer, whatever was left out or not, so that its standing there tells nobody anything.
EVERY_TIME = (
    "The law lets a school leave some things out of an answer like this, and sometimes without saying that it did. "
    "This sentence stands in every answer."
)


# --- The clock ---


def last_day(start_on: date, *, lengthened: bool = False, paused_days: int = 0) -> date:
    """The last day of the month, or of the three: the same date, else the month's last. Policy 11.1.

    Days for which the school waited to hear what is meant are added. One on which nobody works goes to the next that
    somebody does.
    """
    day = add_months(start_on, LENGTHENED if lengthened else MONTHS) + timedelta(days=paused_days)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def due_at(start_on: date, *, lengthened: bool = False, paused_days: int = 0) -> datetime:
    """The end of the last day in London, as an instant in UTC. Policy 11.1."""
    last = last_day(start_on, lengthened=lengthened, paused_days=paused_days)
    return from_london(last + timedelta(days=1), time(0))


def days_between(asked_at: datetime, heard_at: datetime) -> int:
    """How many days the school waited to hear what is meant: from the day it asked to the day it heard. Policy 11.1."""
    return (london(heard_at).date() - london(asked_at).date()).days


def next_access_mark(due: datetime, after: datetime) -> datetime:
    """When those who see to a request are next asked, at 9am in London, as an instant in UTC. Policy 11.1."""
    last = london(due).date() - timedelta(days=1)
    days = [last - timedelta(days=n) for n in BEFORE] + [last + timedelta(days=1)]
    for day in days:
        if (mark := from_london(day, time(9))) > utc(after):
            return mark
    day = days[-1]
    while (mark := from_london(day, time(9))) <= utc(after):
        day += timedelta(days=7)
    return mark


# --- Who, and what may not be told ---


def about_of(roles: Collection[str]) -> About:
    """Whom a request is about, of those who would see to it: whoever asks does not see to their own. Policy 11.1."""
    head, officer = "head" in roles, "protection" in roles
    if head and officer:
        return About.NOT_SURE
    return About.HEAD if head else About.OFFICER if officer else About.NEITHER


def is_silent(*, subject: bool, kept_out: bool, told: bool) -> bool:
    """Whether nothing may show that a case has somebody's data: they are in it and were not told of it. Policy 9.1.

    Those who see to the request, and the answer, then know as little of it as before (reliability.md 2.2).
    """
    return (subject or kept_out) and not told


def why_not_put_in(*, silent: bool, known_here: bool, says_they_know: bool) -> str | None:
    """What somebody was not told of does not reach them by this way first. Policy 9.1.

    `known_here`: they are an adult of the school, for whom papers are opened by two people and by no tick.
    """
    if not silent:
        return None
    if known_here:
        return "They were not told of this case. Leave it out. The answer says nothing of it."
    return None if says_they_know else "Say whether they know of this. If not, leave it out."


# --- Names of others ---


def hide_names(text: str, names: Sequence[str], first: int = 1) -> tuple[str, dict[int, str]]:
    """A text with the names of others taken out, and which number stands for whom, from `first` on. Policy 11.1.

    Whole names in any letters; a first or last name alone where it is written as one. Too much is hidden rather than
    too little: each can be shown again with a reason. What is no name of anybody known here has to be found by reading.
    """
    wanted: list[tuple[str, str, int]] = []
    for name in names:
        parts = name.split()
        if len(" ".join(parts)) >= 3:
            wanted.append((" ".join(parts), name, re.IGNORECASE))
        if len(parts) > 1:
            wanted += [(one, name, 0) for one in (parts[0], parts[-1]) if len(one) >= 3]
    wanted.sort(key=lambda one: (-len(one[0]), one[0], one[1]))
    spans: list[tuple[int, int, str]] = []
    for words, name, flags in wanted:
        pattern = r"(?<!\w)" + r"\s+".join(re.escape(one) for one in words.split()) + r"(?!\w)"
        for found in re.finditer(pattern, text, flags):
            if all(found.end() <= start or found.start() >= end for start, end, _ in spans):
                spans.append((found.start(), found.end(), name))
    numbers: dict[str, int] = {}
    parts_of, last = [], 0
    for start, end, name in sorted(spans):
        number = numbers.setdefault(name, len(numbers) + first)
        parts_of += [text[last:start], f"[name {number}]"]
        last = end
    return "".join([*parts_of, text[last:]]), {number: name for name, number in numbers.items()}


def show_names(text: str, found: Mapping[int, str], released: Collection[int]) -> str:
    """The same text with some names shown again. Policy 11.1."""
    for number in released:
        text = text.replace(f"[name {number}]", found[number])
    return text


# --- Recordings ---


def why_not_give_whole(*, chosen: int, opened: int, alone: bool) -> str | None:
    """A recording goes in whole where whoever decides opened each, and says that nobody else is in it. Policy 11.1.

    Nothing in a sound or a film can be taken out here, so one with others in it goes in as a text or in words.
    """
    if not chosen:
        return None
    if opened < chosen:
        return "Open each of these recordings first, and hear or watch it to its end."
    if not alone:
        return "Say that nobody else is heard, seen or named in it. Else make a text of it, or write what it shows."
    return None


def recordings_left(*, left: int, grounds: Collection[str], say: bool) -> str:
    """What an answer says of recordings that stay out because of others in them; nothing where it may not. Policy 11.1.

    `left` counts those that go in neither whole nor as a text.
    """
    if not left or not say or "others" not in grounds:
        return ""
    which = "A recording" if left == 1 else f"{left} recordings"
    return f"{which} in which others are heard or seen"


# --- Refusals ---


def why_not_see_to_request(*, may: bool, closed: bool) -> str | None:
    """Whoever sees to requests, but for their own, works on one while it is open. Policy 11.1."""
    if not may:
        return "Others see to this."
    return CLOSED if closed else None


def why_not_log_access_request(*, name: str, received_at: datetime, at: datetime) -> str | None:
    """A request says who asks, and came by now. Policy 11.1."""
    if is_blank(name):
        return "Write the name of whoever asks."
    return "That day has not come yet." if received_at > at else None


def why_not_lengthen(
    *, lengthened: bool, waiting: bool, first_due: datetime | None, words: str, at: datetime
) -> str | None:
    """Two months more for what is complex, told with the reason within the first month. Policy 11.1."""
    if lengthened:
        return "It is lengthened already."
    if waiting or first_due is None:
        return "The clock waits. Lengthen it once it runs."
    if at >= first_due:
        return "The first month is over. They had to be told within it."
    return "Say why it is complex. They are told." if is_blank(words) else None


def why_not_send_answer(*, identity: bool, waiting: bool, searched: bool, ready: bool) -> str | None:
    """An answer goes to whom it belongs, once all of it is there. Policy 11.1."""
    if not identity:
        return "Check first who they are."
    if waiting:
        return "You wait to hear what they mean."
    if not searched:
        return "Search first."
    return None if ready else "Not every part is ready."


def why_not_settle_part(
    *, settled: bool, put_in: bool, words: str, files: int, released: Collection[int], reason: str
) -> str | None:
    """A part is settled once, with what goes in; showing somebody else’s name has a reason. Policy 11.1."""
    if settled:
        return "This part is settled. It stays as it was."
    if put_in and is_blank(words) and not files:
        return "Write what goes in, or leave it out."
    if released and is_blank(reason):
        return "Say why these names may be shown."
    return None
