"""Data protection: who may see what, how the clocks count, and what a breach of personal data may mean for people.

UK GDPR articles 33 and 34; Data Protection Act 2018 section 164A, put in by the Data (Use and Access) Act 2025 section
103 (law.md 4.1). A program weighs nothing by itself here: it proposes, and a person confirms. Clause 11.1.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from forethought.core.clock import from_london, london, utc
from forethought.core.naming import Named
from forethought.core.text import is_blank

#: The law counts these in hours that pass, nights and weekends too, from when the school knew (law.md 8.1).
BREACH_TIME = timedelta(hours=72)
#: When those who see to a breach are asked again, in hours from when the school knew. The last is its end.
BREACH_MARKS = (24, 48, 66, 72)
#: A complaint is acknowledged within so many days, the day on which it came being the first (law.md 4.1).
COMPLAINT_DAYS = 30
#: When those who see to a complaint are asked again, in days from when it came, until somebody said that it is here.
COMPLAINT_MARKS = (7, 21, 27, 30)
#: After that, so many days apart, until it is answered: the law wants no undue delay.
PROGRESS_DAYS = 30
#: From one address in an hour, and in all; what is more is kept all the same, and rings no bell.
MOST_FROM_ONE, MOST_IN_AN_HOUR = 10, 60

LONGEST = 10_000
LONGEST_NAME = 200
#: What the law wants in each answer, so that nobody forgets it.
WHERE_NEXT = "Are you not content with this? You can complain to the Information Commissioner’s Office (ICO)."
CLOSED = "This is closed. It stays here as it was."


class About(Named):
    """Whom something may be about, of those who would see to it."""

    NEITHER = "neither", "Neither of them"
    HEAD = "head", "The headteacher"
    OFFICER = "officer", "The data protection officer"
    NOT_SURE = "not_sure", "I am not sure"


class Risk(Named):
    """What a breach may mean for the people whose data it is. UK GDPR articles 33(1) and 34(1)."""

    UNLIKELY = "unlikely", "A risk to people is unlikely"
    LIKELY = "likely", "There may be a risk to people"
    HIGH = "high", "The risk to people is high"

    @property
    def rank(self) -> int:
        """How grave, to be compared."""
        return list(Risk).index(self)


class Way(Named):
    """How a complaint came."""

    FORM = "form", "By the form, without an account"
    LETTER = "letter", "By letter or mail"
    SPOKEN = "spoken", "By phone or in person"


class Outcome(Named):
    """What came of a complaint about data."""

    UPHELD = "upheld", "They were right, and it was put right"
    PARTLY = "partly", "They were right in part"
    NOT_UPHELD = "not_upheld", "Nothing was done wrongly"
    ELSEWHERE = "elsewhere", "It was not about data, and they were told where to turn"


_OFFICES: Mapping[str, frozenset[str]] = {
    About.NEITHER: frozenset({"protection", "head"}),
    About.HEAD: frozenset({"protection", "chair", "vice_chair", "trust_lead"}),
    About.OFFICER: frozenset({"head"}),
    About.NOT_SURE: frozenset({"chair", "vice_chair", "trust_lead"}),
}
_BARRED: Mapping[str, frozenset[str]] = {
    About.NEITHER: frozenset(),
    About.HEAD: frozenset({"head"}),
    About.OFFICER: frozenset({"protection"}),
    About.NOT_SURE: frozenset({"head", "protection"}),
}
#: Every office that may see one of them.
OFFICES = frozenset().union(*_OFFICES.values())


def may_see_to(*, about: str, roles: Collection[str]) -> bool:
    """Whether somebody with these roles sees to a breach or complaint: never whoever it may be about. Policy 11.1."""
    mine = frozenset(roles)
    return bool(mine & _OFFICES[about]) and not mine & _BARRED[about]


def barred(about: str) -> frozenset[str]:
    """The roles that never see what may be about these. Policy 11.1."""
    return _BARRED[about]


def is_barred(*, about: str, roles: Collection[str]) -> bool:
    """Whether somebody with these roles must not see what may be about these. Policy 11.1."""
    return bool(_BARRED[about] & frozenset(roles))


# --- The clocks ---


def breach_due(known_at: datetime) -> datetime:
    """Until when the ICO is told of a breach, in UTC: 72 hours that pass after the school knew. Policy 11.1."""
    return utc(known_at) + BREACH_TIME


def next_breach_mark(known_at: datetime, after: datetime) -> datetime:
    """When those who see to a breach are next asked, in UTC; from its end on once a day. Policy 11.1."""
    start, after = utc(known_at), utc(after)
    for hours in BREACH_MARKS:
        if start + timedelta(hours=hours) > after:
            return start + timedelta(hours=hours)
    days = (after - start - BREACH_TIME) // timedelta(days=1) + 1
    return start + BREACH_TIME + timedelta(days=days)


def complaint_due(received_at: datetime) -> datetime:
    """Until when somebody says that a complaint is here, in UTC: the end in London of the thirtieth day. Policy 11.1.

    The day on which it came counts as the first, which is the strictest way to read “beginning when it is received”.
    """
    return from_london(london(received_at).date() + timedelta(days=COMPLAINT_DAYS), time(0))


def next_complaint_mark(received_at: datetime, after: datetime, *, acknowledged: bool) -> datetime:
    """When those who see to a complaint are next asked, at 9am in London, as an instant in UTC. Policy 11.1."""
    first = london(received_at).date()
    marks = [] if acknowledged else [from_london(first + timedelta(days=n - 1), time(9)) for n in COMPLAINT_MARKS]
    for mark in marks:
        if mark > utc(after):
            return mark
    # Once a month when it is known to be here, else once a week: then it is late already.
    step, day = (PROGRESS_DAYS if acknowledged else 7), first + timedelta(days=PROGRESS_DAYS)
    while (mark := from_london(day, time(9))) <= utc(after):
        day += timedelta(days=step)
    return mark


def is_crowded(*, from_here: int, in_last_hour: int) -> bool:
    """Whether a complaint is one of too many at once. It is kept, its clock runs, and no mail is sent. Policy 11.1."""
    return from_here > MOST_FROM_ONE or in_last_hour >= MOST_IN_AN_HOUR


# --- Weighing a breach ---


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the weighing. “Not sure” counts as `grave`."""

    key: str
    words: str
    hint: str
    grave: str = "yes"


QUESTIONS: tuple[Asked, ...] = (
    Asked("out", "Could somebody see, take, change or lose data who should not?", "Think of copies and forwards too."),
    Asked(
        "back",
        "Is it certain that nobody could use it?",
        "For example, it was locked with a good password, or it came back unopened and they said so in writing.",
        grave="no",
    ),
    Asked("named", "Can it be told whose data it is?", "Initials and a class are often enough."),
    Asked(
        "special",
        "Does it say something very private?",
        "Health, belief, race, union, sex life, crime, money, or a safeguarding matter.",
    ),
    Asked("weak", "Is it about children, or about adults who could be in danger?", "An address can be enough."),
    Asked(
        "harm",
        "Could somebody be hurt by it?",
        "Threatened, cheated, shamed, treated unfairly, or shut out of something they need.",
    ),
    Asked("many", "Is it about more than a few people?", "More than about ten."),
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the answers come to, and why, in sentences. A proposal: a person confirms it or says otherwise."""

    risk: Risk
    because: tuple[str, ...]


def weigh(answers: Mapping[str, str]) -> Weighed:
    """What the answers to QUESTIONS come to. UK GDPR articles 33(1) and 34(1). Policy 11.1.

    The order of the steps is ours. Raises KeyError where one is missing.
    """
    grave = {one.key: answers[one.key] in {one.grave, "not_sure"} for one in QUESTIONS}
    if not grave["out"]:
        return Weighed(Risk.UNLIKELY, ("No data got to anybody, was changed, or was lost.",))
    if not grave["back"]:
        return Weighed(Risk.UNLIKELY, ("Nobody could use it.",))
    if not grave["named"] and not grave["harm"]:
        return Weighed(Risk.UNLIKELY, ("It cannot be told whose it is, and nobody could be hurt by it.",))
    because = [
        said
        for key, said in (
            ("special", "It says something very private."),
            ("weak", "It is about children, or adults who could be in danger."),
            ("harm", "Somebody could be hurt by it."),
            ("many", "It is about many people."),
        )
        if grave[key]
    ]
    if grave["harm"] and (grave["special"] or grave["weak"]):
        return Weighed(Risk.HIGH, tuple(because))
    if because:
        return Weighed(Risk.LIKELY, tuple(because))
    return Weighed(Risk.UNLIKELY, ("It is little, about few adults, and nobody could be hurt by it.",))


# --- Refusals ---


def why_not_note_data_breach(*, happened: str, known_at: datetime, at: datetime) -> str | None:
    """A breach is told in a few words, and was known by now. Policy 11.1."""
    if is_blank(happened):
        return "Say what happened. A few words are enough."
    return "That time has not come yet." if known_at > at else None


def why_not_work_on(*, may: bool, closed: bool) -> str | None:
    """Whoever sees to a breach or complaint works on it while it is open. Policy 11.1."""
    if not may:
        return "Others see to this."
    return CLOSED if closed else None


def why_not_confirm_risk(*, proposed: str, risk: str, reason: str) -> str | None:
    """Whoever thinks otherwise than the answers come to says why. Policy 11.1."""
    if risk != proposed and is_blank(reason):
        return "You think otherwise than your answers come to. Say why."
    return None


def why_not_note_told(*, told_at: datetime, known_at: datetime, at: datetime) -> str | None:
    """The ICO was told after the school knew, and by now. Policy 11.1."""
    if told_at > at:
        return "That time has not come yet."
    return "That is before the school knew of it." if told_at < known_at else None


def why_not_close_data_breach(
    *, near_miss: bool, risk: str, ico_told: bool, people_told: bool, lessons: bool, reason: str
) -> str | None:
    """A breach is closed once it was weighed, whoever had to be told was told, and something was learned. Policy 11.1.

    `reason`: why somebody was not told after all, who should have been.
    """
    if not near_miss:
        if not risk:
            return "Weigh the risk first."
        if risk != Risk.UNLIKELY and not ico_told and is_blank(reason):
            return "The ICO was not told. Tell it, or say below why not."
        if risk == Risk.HIGH and not people_told and is_blank(reason):
            return "The people it is about were not told. Tell them, or say below why not."
    return None if lessons else "Say first what is done so that it does not happen again."


def why_not_complain_of_data(*, happened: str, received_at: datetime, at: datetime) -> str | None:
    """A complaint is told in a few words, and came by now. Policy 11.1."""
    if is_blank(happened):
        return "Say what happened. A few words are enough."
    return "That day has not come yet." if received_at > at else None


def why_not_answer_complaint(*, acknowledged: bool, words: str) -> str | None:
    """Whoever complained first hears that it is here. Policy 11.1."""
    if is_blank(words):
        return "Write the answer."
    return None if acknowledged else "Tell them first that you have it."
