"""The retention schedule that every school starts from, read from `schedule.toml` and checked once.

What a school changes is kept in its own rows and never here. Plain Python: no database.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from forethought.core.naming import Named

SOURCE = Path(__file__).with_name("schedule.toml")


class BadSchedule(Exception):
    """The schedule is not usable. It ships with the program, so this is a fault and stops it."""


class Moment(Named):
    """From what a time of keeping is counted. It is an event, never the making of a row alone."""

    CLOSED = "closed", "it was closed"
    CHILD_BORN = "child_born", "the child was born"
    ALLEGED = "alleged", "the allegation was made"
    LEFT = "left", "the person left"
    WARNED = "warned", "the warning was given"
    ENDED = "ended", "it ended, or the person left"
    SUPERSEDED = "superseded", "another took its place"
    REMOVED = "removed", "it was removed"
    LIFTED = "lifted", "it was lifted"
    MADE = "made", "it was made"
    OVER = "over", "it was over"
    CHANGED = "changed", "anybody last did something about it"


class How(Named):
    """How something is let go of."""

    TWO = "two", "Two people let it go, here"
    HAND = "hand", "Somebody lets it go on an instruction"
    PROGRAM = "program", "It goes by itself"
    KEPT = "kept", "It stays"


class Certainty(Named):
    """How far anybody got with what a rule says. Shown as it is."""

    HEARD = "second hand", "Check before relying on it. This comes from a summary by others."
    MEMORY = "from memory: check before relying", "Check before relying on it. This was written from memory."
    HERE = "decided here", "Decided for this program."


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in the calendar. Nothing of it means at the moment itself."""

    years: int = 0
    months: int = 0
    days: int = 0

    @property
    def words(self) -> str:
        """It in words: “6 years”, “at once”."""
        named = ((self.years, "year"), (self.months, "month"), (self.days, "day"))
        parts = [f"{number} {word}{'' if number == 1 else 's'}" for number, word in named if number]
        return " and ".join(parts) or "at once"

    def is_shorter_than(self, other: "Period") -> bool:
        """Whether it is shorter, a month counted as thirty days."""
        return self._days() < other._days()

    def _days(self) -> int:
        return self.years * 365 + self.months * 30 + self.days


@dataclass(frozen=True, slots=True)
class Rule:
    """How long one kind of record is kept, and why."""

    key: str
    words: str
    moment: Moment
    period: Period
    #: It is not let go of at all.
    always: bool
    #: Years below which no school goes; nothing where it may choose.
    least: int | None
    fixed: bool
    how: How
    then: str
    source: str
    certainty: Certainty

    @property
    def said(self) -> str:
        """How long, in a few words."""
        return "Always" if self.always else said(self.period, self.moment)


def said(period: Period, moment: Moment) -> str:
    """How long, and from when: “6 years from when it was closed”."""
    if period == Period():
        return f"Until {moment.words}"
    return f"{period.words} from when {moment.words}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything in the file. `pension` are days of birth, not included, each with an age in years."""

    rules: Mapping[str, Rule]
    pension: tuple[tuple[date | None, int], ...]


@cache
def shipped() -> Schedule:
    """The schedule as it ships. Policy 11.1."""
    return read(SOURCE.read_text(encoding="utf-8"))


def rules() -> Mapping[str, Rule]:
    """Each kind of record by its key, in the order of the file. Policy 11.1."""
    return shipped().rules


def read(source: str) -> Schedule:
    """What a schedule file says. Raises BadSchedule with a sentence when something in it does not fit."""
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as fault:
        raise BadSchedule(f"The schedule is not TOML: {fault}.") from None
    if unknown := tables.keys() - {"rule", "pension"}:
        raise BadSchedule(f"The schedule has no table called {sorted(unknown)[0]}.")
    found: dict[str, Rule] = {}
    for row in tables.get("rule", []):
        rule = _rule(dict(row))
        if rule.key in found:
            raise BadSchedule(f"{rule.key}: it stands twice.")
        found[rule.key] = rule
    pension = tuple((row.get("born_before"), row["age"]) for row in tables.get("pension", []))
    days = [day for day, _ in pension[:-1]]
    if not found or not pension or pension[-1][0] is not None or None in days or days != sorted(days):  # type: ignore[type-var]
        raise BadSchedule("The schedule has rules, and ages of pension in order whose last has no day.")
    return Schedule(MappingProxyType(found), pension)


def _rule(row: dict[str, object]) -> Rule:
    key = str(row.get("key", ""))
    period = Period(*(_number(row, key, name) or 0 for name in ("years", "months", "days")))
    least = _number(row, key, "least")
    try:
        rule = Rule(
            key=key,
            words=_text(row, key, "words"),
            moment=Moment(_text(row, key, "moment")),
            period=period,
            always=bool(row.pop("always", False)),
            least=least,
            fixed=bool(row.pop("fixed", False)),
            how=How(_text(row, key, "how")),
            then=_text(row, key, "then"),
            source=_text(row, key, "source"),
            certainty=Certainty(_text(row, key, "certainty")),
        )
    except ValueError as fault:
        raise BadSchedule(f"{key}: {fault}.") from None
    row.pop("key", None)
    if row:
        raise BadSchedule(f"{key}: {', '.join(sorted(row))} should not be there.")
    if least is not None and period.is_shorter_than(Period(years=least)):
        raise BadSchedule(f"{key}: it starts shorter than it may be.")
    return rule


def _text(row: dict[str, object], key: str, name: str) -> str:
    value = row.pop(name, "")
    if not isinstance(value, str) or not value.strip():
        raise BadSchedule(f"{key}: {name} is missing or empty.")
    return value


def _number(row: dict[str, object], key: str, name: str) -> int | None:
    value = row.pop(name, None)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise BadSchedule(f"{key}: {name} is not a number.")
    return value
