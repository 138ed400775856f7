"""A report that was on paper first: its true times, from when its clocks run, and how they are said.

Answers hold days as 2026-11-27 and times of day as 21:15, both London; a time may be missing. Plain Python.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from forethought.core import clock
from forethought.core.dates import why_not_yet

Answers = Mapping[str, object]

#: Each question about a time: its name in the answers, and what it is called when it is shown.
TIMES = {"occurred": "When it happened", "written": "Written down", "knew": "The school knew"}

#: A form older than this is a story from the past: it is told as a report of today.
OLDEST = timedelta(days=366)


def is_paper(answers: Answers) -> bool:
    """Whether a report is typed in from a form on paper."""
    return answers.get("paper") == "yes"


def by_another(answers: Answers) -> bool:
    """Whether somebody else wrote the form than the one who types it in."""
    return is_paper(answers) and answers.get("written_by") == "other"


def known_at(answers: Answers) -> datetime | None:
    """When the school knew of it, in UTC: its clocks run from then. None where no time was given, or none on paper.

    In the hour that comes twice the first one counts, so that no clock begins too late. Policy 8.3.
    """
    if not is_paper(answers):
        return None
    day, of_day = day_of(answers, "knew"), time_of(answers, "knew")
    return None if day is None or of_day is None else _instant(day, of_day)


def day_of(answers: Answers, name: str) -> date | None:
    """The day given for one of the questions."""
    try:
        return date.fromisoformat(str(answers.get(f"{name}_on") or ""))
    except ValueError:
        return None


def time_of(answers: Answers, name: str) -> time | None:
    """The time of day given for one of them."""
    try:
        return time.fromisoformat(str(answers.get(f"{name}_time") or ""))
    except ValueError:
        return None


def why_not_times(answers: Answers, *, at: datetime) -> str | None:
    """What is wrong with the times of a form, at the instant when it is typed in (UTC). Policy 7.2, 8.3.

    None lies ahead, none is older than a year, and nothing was written or known before it happened.
    """
    today = clock.london(at).date()
    if not is_paper(answers):
        return None
    if day_of(answers, "written") is None:
        return "Say when the form was written."
    if day_of(answers, "knew") is None or time_of(answers, "knew") is None:
        return "Say when the school first knew: the day and the time. The clocks run from then."
    for name in TIMES:
        day, of_day = day_of(answers, name), time_of(answers, name)
        if day is None:
            continue
        if reason := why_not_yet(day, today=today):
            return f"{TIMES[name]}: {reason[0].lower()}{reason[1:]}"
        if today - day > OLDEST:
            return f"{TIMES[name]}: that is more than a year ago. Report it as something new, and say when it was."
        try:
            if of_day is not None and _instant(day, of_day) > at:
                return f"{TIMES[name]}: that time has not come yet."
        except clock.NoSuchTime as skipped:
            return skipped.sentence
    return _out_of_order(answers)


def _out_of_order(answers: Answers) -> str | None:
    happened = _moment(answers, "occurred")
    if happened is None:
        return None
    if _before(_moment(answers, "written"), happened):
        return "It cannot have been written down before it happened. Check the days."
    if _before(_moment(answers, "knew"), happened):
        return "The school cannot have known before it happened. Check the days."
    return None


def lines(answers: Answers) -> list[tuple[str, str]]:
    """The times of a form as they were given, each with its name, for whoever reads the report."""
    if not is_paper(answers):
        return []
    who = str(answers.get("writer_name") or "") if by_another(answers) else "Whoever reported it"
    said = [("On paper first. Written by", who or "Not said")]
    for name, words in TIMES.items():
        day, of_day = day_of(answers, name), time_of(answers, name)
        if day is not None:
            said.append((words, _spoken(day, of_day)))
    return said


def _spoken(day: date, of_day: time | None) -> str:
    try:
        if of_day is not None:
            return clock.spoken(_instant(day, of_day), year=True)
    except clock.NoSuchTime:
        # Kept while it was typed. It is refused before it is sent.
        pass
    return clock.spoken_day(day, year=True)


def _moment(answers: Answers, name: str) -> tuple[date, time | None] | None:
    day = day_of(answers, name)
    return None if day is None else (day, time_of(answers, name))


def _before(one: tuple[date, time | None] | None, other: tuple[date, time | None]) -> bool:
    """Whether one moment was surely before another: by its day, and by the time of day where both have one."""
    if one is None:
        return False
    if one[0] != other[0] or one[1] is None or other[1] is None:
        return one[0] < other[0]
    return one[1] < other[1]


def _instant(day: date, of_day: time) -> datetime:
    try:
        return clock.from_london(day, of_day).astimezone(UTC)
    except clock.TwiceThatTime as twice:
        return twice.first
