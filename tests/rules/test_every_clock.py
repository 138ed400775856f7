"""Every clock of docs/explanation/clocks.md against somebody who counts minutes on a calendar.

The judge shares nothing with the program: the bank holidays are those of the `holidays` library, and time is walked
minute by minute with the zone's own clock in hand, however long that takes. Starts lie at weekends, bank holidays, both
changes of the clocks, half-term, midnight, the end of February and of the year.
"""

import random
from bisect import bisect_left
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import pytest

from forethought.cases import glass_rules
from forethought.cases import rules as cases
from forethought.core.clock import from_london, london
from forethought.core.working_time import add_working_days
from forethought.investigations import companions, cooperation, outcome
from forethought.monitoring.standing import bounds, due_after
from forethought.policies import rules as policies
from forethought.questions import rules as questions
from forethought.takedowns import law_clocks, marks

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BANK = holidays.country_holidays("GB", subdiv="ENG", years=range(2026, 2040))
ZONE = ZoneInfo("Europe/London")


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


#: What the program is asked with, in UTC. Each stands where somebody has counted wrongly before.
STARTS = {
    "an ordinary Monday at noon": at(2026, 11, 16, 12),
    "a Friday a minute before the office closes": at(2026, 11, 20, 16, 59),
    "a Friday as the office closes": at(2026, 11, 20, 17),
    "a Friday at nine in the evening": at(2026, 11, 20, 21),
    "a Friday at ten sharp": at(2026, 11, 20, 22),
    "a Saturday at noon": at(2026, 11, 21, 12),
    "a Sunday before midnight": at(2026, 11, 22, 23, 59),
    "midnight into a Monday": at(2026, 11, 23),
    "midnight in summer, which is eleven in UTC": at(2026, 7, 1, 23),
    "a minute before midnight in summer": at(2026, 7, 1, 22, 59),
    "half-term in October": at(2026, 10, 28, 10),
    "half-term in February": at(2027, 2, 17, 15, 30),
    "the last day of term": at(2026, 7, 22, 14),
    "Christmas Eve after hours": at(2026, 12, 24, 18),
    "Christmas Day": at(2026, 12, 25, 9),
    "Boxing Day on a Saturday": at(2026, 12, 26, 12),
    "a substitute bank holiday": at(2026, 12, 28, 12),
    "two substitutes in a row": at(2027, 12, 27, 8),
    "the last minute of the year": at(2026, 12, 31, 23, 59),
    "New Year's Day": at(2027, 1, 1),
    "the Thursday before Good Friday": at(2026, 4, 2, 15),
    "Easter Monday": at(2026, 4, 6, 6),
    "a bank holiday Monday in May": at(2026, 5, 4, 10),
    "two days before the clocks go forward": at(2026, 3, 27, 18),
    "the evening before they go forward": at(2026, 3, 28, 21),
    "the last minute before they go forward": at(2026, 3, 29, 0, 59),
    "the minute they go forward": at(2026, 3, 29, 1),
    "two days before the clocks go back": at(2026, 10, 23, 17),
    "the first of the two hours": at(2026, 10, 25, 0, 30),
    "the second of the two hours": at(2026, 10, 25, 1, 30),
    "the minute they go back": at(2026, 10, 25, 1),
    "the end of January": at(2027, 1, 31, 12),
    "the last of February in a leap year": at(2028, 2, 29, 12),
    "the day before it": at(2028, 2, 28, 23, 30),
    "the end of May, at half past eleven in the evening": at(2027, 5, 31, 22, 30),
}


# --- Somebody who counts minutes ---


def face(instant: datetime) -> tuple[date, int]:
    """What a clock in London shows: the day, and the minute of the day."""
    local = instant.astimezone(ZONE)
    return local.date(), local.hour * 60 + local.minute


@cache
def works(day: date) -> bool:
    return day.weekday() < 5 and day not in BANK


@cache
def _minutes(day: date) -> list[tuple[datetime, int]]:
    """Every minute of a day in London: 1,440 of them, or 1,380, or 1,500."""
    begins = datetime.combine(day - DAY, time(20), UTC)
    some = [begins + n * MINUTE for n in range(34 * 60)]
    return [(instant, face(instant)[1]) for instant in some if face(instant)[0] == day]


def walk(start: datetime, minutes: int, opens: int, closes: int, counts: Callable[[date], bool]) -> datetime:
    """The end of the last of so many minutes that count: `opens` to `closes` (minutes of the day), where days count."""
    day = face(start)[0]
    while True:
        if counts(day):
            for instant, minute in _minutes(day):
                if instant >= start and opens <= minute < closes:
                    minutes -= 1
                    if not minutes:
                        return instant + MINUTE
        day += DAY


def every(day: date) -> bool:
    return True


def working(day: date, number: int) -> date:
    """The working day so many after a day, by turning the pages of a calendar."""
    while number:
        day += DAY
        number -= works(day)
    return day


def on(day: date, hour: int, minute: int = 0) -> datetime:
    """The minute of a day at which a clock in London shows this."""
    shown = [instant for instant, shown in _minutes(day) if shown == hour * 60 + minute]
    return shown[0]


def end_of(day: date) -> datetime:
    return _minutes(day)[-1][0] + MINUTE


def a_month_on(day: date) -> date:
    """The same number in the next month, or its last day."""
    later = day
    while later.month == day.month:
        later += DAY
    while later.day < day.day and (later + DAY).month == later.month:
        later += DAY
    return later


Clock = Callable[[datetime], datetime]


def of_day(rule: Callable[[date], date]) -> Clock:
    """A rule about days, asked at noon."""
    return lambda start: from_london(rule(london(start).date()), time(12))


#: The program's clock, and the judge's.
CLOCKS: dict[str, tuple[Clock, Clock]] = {
    "take_up, support, hand_off, prompt, complaint, breach_first, concern, lado, refer": (
        cases.first_action_due, lambda s: on(working(face(s)[0], 1), 17)),
    "answer": (lambda s: cases.answer_due(s, 4), lambda s: walk(s, 240, 8 * 60, 17 * 60, works)),
    "approach": (marks.approach_due, lambda s: min(walk(s, 240, 7 * 60, 22 * 60, every), s + 1440 * MINUTE)),
    "resolve": (marks.resolve_due, lambda s: walk(s, 1440, 0, 1440, every)),
    "look after a day": (lambda s: marks.look_again(s)[0], lambda s: walk(s, 1440, 0, 1440, every)),
    "look after a week": (lambda s: marks.look_again(s)[1], lambda s: walk(s, 7 * 1440, 0, 1440, every)),
    "look after a month": (lambda s: marks.look_again(s)[2], lambda s: walk(s, 30 * 1440, 0, 1440, every)),
    "revisit after a week": (lambda s: cases.revisit_due(s, 7), lambda s: walk(s, 7 * 1440, 0, 1440, every)),
    "a website's 48 hours": (marks.website_due, lambda s: walk(s, 48 * 60, 0, 1440, works)),
    "a poster's five days": (law_clocks.poster_due, lambda s: end_of(face(s)[0] + 5 * DAY)),
    "an intimate image": (law_clocks.image_due, lambda s: walk(s, 48 * 60, 0, 1440, every)),
    "a month to erase": (law_clocks.erasure_due, lambda s: end_of(a_month_on(face(s)[0]))),
    "a section 5 notice, to its end": (
        lambda s: law_clocks.section_5(s)[2].due_at,
        lambda s: walk(end_of(face(walk(s, 2880, 0, 1440, works))[0] + 5 * DAY), 2880, 0, 1440, works)),
    "monitor_comment, monitor_decide": (lambda s: due_after(s, 2), lambda s: on(working(face(s)[0], 2), 17)),
    "monitor_review": (lambda s: due_after(s, 5), lambda s: on(working(face(s)[0], 5), 17)),
    "monitor_destroy, behaviour": (lambda s: due_after(s, 10), lambda s: on(working(face(s)[0], 10), 17)),
    "a leave to monitor, to its end": (
        lambda s: bounds(london(s).date(), london(s).date() + 13 * DAY)[1], lambda s: end_of(face(s)[0] + 13 * DAY)),
    "glass_review": (glass_rules.review_due, lambda s: on(working(face(s)[0], 5), 17)),
    "glass_review, first reminder": (glass_rules.first_reminder, lambda s: on(working(face(s)[0], 3), 9)),
    "glass_review, each reminder": (glass_rules.next_reminder, lambda s: on(working(face(s)[0], 1), 9)),
    "question_late": (
        lambda s: questions.due_at(asked_at=s, days=2), lambda s: on(working(face(s)[0], 2), 17)),
    "consult_over": (policies.closes_at, lambda s: end_of(working(face(s)[0], 20))),
    "read_late": (of_day(lambda day: add_working_days(day, 10)), lambda s: on(working(face(s)[0], 10), 12)),
    "cooperate": (of_day(cooperation.usual_deadline), lambda s: on(working(face(s)[0], 5), 12)),
    "breach_appeal": (of_day(outcome.appeal_ends), lambda s: on(working(face(s)[0], 5), 12)),
    "another time for a hearing": (of_day(companions.latest_alternative), lambda s: on(working(face(s)[0], 5), 12)),
}  # fmt: skip


@pytest.mark.policy("7.2", "8.1", "8.3", "9.5")
@pytest.mark.parametrize("name", CLOCKS)
def test_each_clock_says_what_somebody_says_who_counts_minutes(name: str) -> None:
    ours, judge = CLOCKS[name]
    wrong = {
        start: (ours(instant), judge(instant)) for start, instant in STARTS.items() if ours(instant) != judge(instant)
    }
    assert wrong == {}


@pytest.mark.policy("8.3")
@pytest.mark.parametrize("seed", range(4))
def test_from_any_minute_of_ten_years_each_clock_says_the_same_as_the_judge(seed: int) -> None:
    chance = random.Random(seed)
    for name, (ours, judge) in CLOCKS.items():
        start = at(2027, 1, 1) + chance.randrange(10 * 365 * 1440) * MINUTE
        assert ours(start) == judge(start), (name, start)


def test_no_clock_runs_back_and_none_is_due_before_it_began() -> None:
    starts = sorted(STARTS.values())
    for name, (ours, _) in CLOCKS.items():
        dues = [ours(start) for start in starts]
        assert dues == sorted(dues), name
        assert bisect_left(dues, starts[0]) == 0
        if " time for a hearing" not in name:
            assert all(due > start for due, start in zip(dues, starts, strict=True)), name


def test_the_judge_knows_days_of_23_and_of_25_hours() -> None:
    assert [len(_minutes(day)) // 60 for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1))] == [
        23,
        25,
        24,
    ]
    assert walk(at(2026, 3, 28, 21), 240, 7 * 60, 22 * 60, every) == at(2026, 3, 29, 9)


@pytest.mark.policy("7.2")
def test_four_working_hours_count_from_the_minute_of_the_report() -> None:
    one, five = on(date(2026, 11, 20), 13), on(date(2026, 11, 20), 17)
    for seconds in (0, 1, 20, 59.999999):
        assert cases.answer_due(one + timedelta(seconds=seconds), 4) == five
    assert cases.answer_due(one + MINUTE, 4) == on(date(2026, 11, 23), 8, 1)
