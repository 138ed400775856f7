"""Who may bring a companion to a hearing, whom, and what happens when the companion cannot come.

Employment Relations Act 1999 sections 10 to 13: a right of every worker, agency workers included. For governors and
volunteers it is good practice. Working days leave out weekends and bank holidays; half-term counts. Plain.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from forethought.core.clock import spoken_day
from forethought.core.naming import Named
from forethought.core.working_time import UnknownBankHolidays, add_working_days

#: The period in which a postponed hearing must fall, from the first working day after the one proposed (section 10(5)).
POSTPONED_WITHIN = 5

#: Engagements that make somebody a worker (section 13), those for whom it is good practice, and those to check.
WORKERS = frozenset({"employee", "agency", "trust"})
NOT_WORKERS = frozenset({"governor", "volunteer"})


class Way(Named):
    """What a companion is."""

    OFFICIAL = "official", "An official employed by a union"
    CERTIFIED = "certified", "A union representative, certified for this"
    FELLOW = "fellow", "Somebody who works here too"
    OTHER = "other", "Somebody else, if the school agrees"


@dataclass(frozen=True)
class Companionship:
    """Whether somebody may bring a companion by right, and how that is said to them and about them."""

    right: bool
    sentence: str
    to_them: str


RIGHT = Companionship(
    True,
    "A right. They may bring a union official, a certified union representative or a fellow worker, if they ask "
    "reasonably. The companion may speak for them and confer with them, but not answer for them.",
    "You have the right to a companion: a union official, a certified union representative or a fellow worker. They "
    "may speak for you and confer with you, but not answer for you.",
)
CHECK = Companionship(
    True,
    "They may well have the right to a companion. Treat it as a right, and check their contract.",
    "You may bring a companion: a union official, a certified union representative or a fellow worker.",
)
GOOD_PRACTICE = Companionship(
    False,
    "Good practice, not a right. Let them bring a companion all the same, unless there is a reason not to.",
    "You may bring a companion with you. Tell us who it is.",
)


def companionship(engagement: str) -> Companionship:
    """Whether a companion is a right or good practice, by how somebody is engaged. Policy 9.1."""
    if engagement in WORKERS:
        return RIGHT
    return GOOD_PRACTICE if engagement in NOT_WORKERS else CHECK


def latest_alternative(proposed: date, extra: Collection[date] = ()) -> date:
    """The last day to which the school must postpone: the fifth working day after the one proposed. London dates.

    From a Monday in an ordinary week it is the Monday after. A bank holiday moves it a day on; half-term does not.
    Policy 9.5.
    """
    return add_working_days(proposed, POSTPONED_WITHIN, extra)


def why_not_on_day(day: date) -> str | None:
    """A meeting falls into years whose bank holidays are known, or no period could be counted from it. Policy 9.5."""
    try:
        latest_alternative(day)
    except (UnknownBankHolidays, OverflowError):
        return "Choose a day in the next few years. No bank holidays are known for that one."
    return None


def why_not_companion(*, way: str, engagement: str, runs_it: bool, kept_out: bool, subject: bool) -> str | None:
    """A companion is one of those the law names, and nobody who has a part in running the procedure. Policy 9.1.

    Where a companion is good practice alone, the school may agree to anybody.
    """
    if subject:
        return "That is the person reported. A companion is somebody else."
    if runs_it:
        return "They have a part in running this. A companion stands beside the person, and does not decide."
    if kept_out:
        return "That person is close to this matter and is kept out of it. Ask for another companion."
    return None if way in set(Way) else "Choose what the companion is."


def why_not_keep_date(*, right: bool, proposed: date, alternative: date) -> str | None:
    """Where a companion is a right, and the other time falls in the period, the school must postpone to it.

    Section 10(4) and (5) of the Employment Relations Act 1999. Policy 9.5.
    """
    latest = latest_alternative(proposed)
    if not right or alternative > latest:
        return None
    return (
        f"The school must move it. The other time is by {spoken_day(latest, year=True)}, "
        "the fifth working day after the one you proposed."
    )


def why_not_move_to(*, proposed: date, alternative: date, today: date) -> str | None:
    """A hearing moves to a day still to come, at which it was not to be held anyway. Policy 9.5."""
    if alternative < today:
        return "That day has passed. Choose a later one."
    return "It is to be held on that day already." if alternative == proposed else why_not_on_day(alternative)
