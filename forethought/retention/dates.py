"""When a record falls due: plain functions of what is known of it. All days are London dates.

Where something is not known the latest day it could mean is taken, and said to be so: nothing may go too soon.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from forethought.core.clock import add_months
from forethought.retention.schedule import Moment, Period, Rule, shipped

#: Somebody who works here was at least so old when something was said of them.
YOUNGEST_ADULT = 16

#: Findings after which nothing stays on a person's record. KCSIE part four.
CLEARED = frozenset({"false", "malicious"})

#: Outcomes of a breach by the rule that keeps them. Any other ended or changed somebody's work here.
BY_OUTCOME = {
    "no_case": "no_case",
    "": "informal",
    "informal": "informal",
    "training": "informal",
    "first_warning": "first_warning",
    "final_warning": "final_warning",
}

Periods = Mapping[str, Period]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a case. `closed_on` is empty while it is open; it counts from the last closing.

    `harm` is whether the harm threshold may be met: yes, no, not_sure or empty. `left_on` is when the person it is
    about left; `somebody` is whether anybody known is meant at all.
    """

    kind: str
    told_on: date
    closed_on: date | None
    harm: str = ""
    abuse: bool = False
    findings: frozenset[str] = field(default_factory=frozenset)
    outcome: str = ""
    somebody: bool = False
    left_on: date | None = None
    warned_on: date | None = None
    warning_ends_on: date | None = None
    child_born_on: date | None = None
    adult_born_on: date | None = None


@dataclass(frozen=True)
class Due:
    """When something falls due, by which rule and from what day. `cautious`: something was taken at its latest."""

    rule: str
    from_on: date
    due_on: date
    cautious: bool = False


def later(day: date, period: Period) -> date:
    """A day and a period after it. Where the calendar has no such day, the one after: never a day too soon.

    29 February and a year is 1 March. Somebody born on that day comes of age on 1 March too. Policy 11.1.
    """
    found = add_months(day, period.years * 12 + period.months)
    if found.day != day.day:
        found += timedelta(days=1)
    return found + timedelta(days=period.days)


def over_before(today: date, period: Period) -> date:
    """The first day that is not over yet: whatever ended before it has had its time. Policy 11.1.

    So that a list can be asked for by one comparison, with the same calendar as `later`.
    """
    day = add_months(today - timedelta(days=period.days), -(period.years * 12 + period.months))
    while later(day, period) > today:
        day -= timedelta(days=1)
    while later(day, period) <= today:
        day += timedelta(days=1)
    return day


def birthday(born_on: date, years: int) -> date:
    """The day on which somebody is so many years old. Policy 11.1."""
    return later(born_on, Period(years=years))


def pension_on(born_on: date) -> date:
    """The day of somebody's State Pension age, as the table has it: from memory, and never too early. Policy 11.1."""
    age = next(age for before, age in shipped().pension if before is None or born_on < before)
    return birthday(born_on, age)


def rules_of(known: Known) -> tuple[str, ...]:
    """The rules that keep a case; the one that keeps it longest counts. Policy 11.1."""
    harm = known.harm in {"yes", "not_sure"}
    if known.kind == "concern":
        child = "abuse" if known.abuse else "concern"
        return (child, "allegation") if harm else (child,)
    if known.kind == "low_level":
        return ("low_level",) if known.somebody else ("low_level_place",)
    if known.kind in {"breach", "allegation"}:
        if known.findings and known.findings <= CLEARED:
            return ("cleared",)
        if harm:
            return ("allegation",)
        if known.kind == "allegation":
            return ("report",)
        return (BY_OUTCOME.get(known.outcome, "ended_work"),)
    return (known.kind,)


def due_of(known: Known, periods: Periods, rules: Mapping[str, Rule]) -> Due | None:
    """When a case falls due: the latest day of the rules that keep it. Nothing while it is open or a day is not known.

    Policy 11.1.
    """
    if known.closed_on is None:
        return None
    found = [_due(key, rules[key].moment, periods[key], known) for key in rules_of(known)]
    if any(one is None for one in found):
        return None
    last = max((one for one in found if one is not None), key=lambda one: one.due_on)
    # A case is never due before it was closed, whatever its rule counts from.
    return Due(last.rule, last.from_on, max(last.due_on, known.closed_on), last.cautious)


def _due(key: str, moment: Moment, period: Period, known: Known) -> Due | None:
    return _BY_MOMENT[moment](key, period, known)


def _closed(key: str, period: Period, known: Known) -> Due | None:
    assert known.closed_on is not None
    return Due(key, known.closed_on, later(known.closed_on, period))


def _child_born(key: str, period: Period, known: Known) -> Due | None:
    # As young as a child can have been: born on the day it was told.
    born = known.child_born_on or known.told_on
    return Due(key, born, later(born, period), known.child_born_on is None)


def _alleged(key: str, period: Period, known: Known) -> Due | None:
    born = known.adult_born_on or later(known.told_on, Period(years=-YOUNGEST_ADULT))
    due = max(later(known.told_on, period), pension_on(born))
    return Due(key, known.told_on, due, known.adult_born_on is None)


def _left(key: str, period: Period, known: Known) -> Due | None:
    if known.left_on is None:
        return None
    return Due(key, known.left_on, later(known.left_on, period))


def _warned(key: str, period: Period, known: Known) -> Due | None:
    from_on = known.warned_on or known.closed_on
    assert from_on is not None
    if known.warning_ends_on is not None:
        # It is live on its last day.
        return Due(key, from_on, known.warning_ends_on + timedelta(days=1))
    return Due(key, from_on, later(from_on, period))


_BY_MOMENT: Mapping[Moment, Callable[[str, Period, Known], Due | None]] = {
    Moment.CLOSED: _closed,
    Moment.CHILD_BORN: _child_born,
    Moment.ALLEGED: _alleged,
    Moment.LEFT: _left,
    Moment.WARNED: _warned,
}


# --- Records outside cases ---


def school_year_end(day: date) -> date:
    """The last day of the school year that a day is in: 31 August. Policy 11.1."""
    return date(day.year if (day.month, day.day) <= (8, 31) else day.year + 1, 8, 31)


def contact_due(*, kept_on: date, left_on: date | None, period: Period) -> Due | None:
    """When a record of a contact falls due: after the school year in which its writer left.

    Policy 5.4, 11.1.
    """
    if left_on is None:
        return None
    from_on = max(kept_on, left_on)
    return Due("contact", from_on, later(school_year_end(from_on), period) + timedelta(days=1))


def family_due(*, ended_on: date | None, left_on: date | None, period: Period) -> Due | None:
    """When a declaration of family falls due: counted from its end, or from leaving if sooner. Policy 5.5, 11.1."""
    ends = [day for day in (ended_on, left_on) if day is not None]
    return Due("family", min(ends), later(min(ends), period)) if ends else None


#: The rule of a question that nothing about a child is in.
QUESTION_PLAIN = "question_plain"


def question_due(*, asked_on: date, period: Period) -> Due:
    """When a question that may have been about a child falls due: as if the child was born when it was asked.

    No birthday is known of a question, so this is the latest day it could be. Policy 3.6, 11.1.
    """
    return Due("question", asked_on, later(asked_on, period), cautious=True)


def views_due(*, ended_on: date | None, period: Period) -> Due | None:
    """When the views in a consultation fall due: counted from when the version that came of it was no longer in force.

    Where none came of it, from when the change was dropped. Nothing while it is in force, or open. Policy F3, 11.1.
    """
    return Due("consultation", ended_on, later(ended_on, period)) if ended_on else None


def register_due(*, rule: str, over_on: date | None, period: Period) -> Due | None:
    """When something in a register of data protection falls due: counted from its end. Nothing while it has none.

    The end is when a breach was closed, a complaint or a request answered, a document replaced or given up.
    Policy 11.1.
    """
    return Due(rule, over_on, later(over_on, period)) if over_on else None


def person_due(*, left_on: date | None, period: Period) -> Due | None:
    """When somebody who left falls due: counted from their leaving. Policy 2.5, 11.1."""
    return Due("person", left_on, later(left_on, period)) if left_on else None


def reading_due(*, left_on: date | None, period: Period) -> Due | None:
    """When what somebody read falls due, all of it together: counted from their leaving. Policy 2.5, 11.1."""
    return Due("acknowledgement", left_on, later(left_on, period)) if left_on else None
