"""Data protection: how the clocks count, what a weighing comes to, who sees to what."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from forethought.core.clock import london
from forethought.protection import rules
from forethought.protection.ico_text import MISSING, Known, ico_text, why_late
from forethought.protection.rules import QUESTIONS, About, Risk, weigh

pytestmark = pytest.mark.policy("11.1")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "due"),
    [
        (FRIDAY, datetime(2026, 11, 23, 18, 0, tzinfo=UTC)),
        # Over Christmas and over both changes of the clocks: hours that pass, and no day is left out.
        (datetime(2026, 12, 24, 12, 0, tzinfo=UTC), datetime(2026, 12, 27, 12, 0, tzinfo=UTC)),
        (datetime(2026, 3, 27, 12, 0, tzinfo=UTC), datetime(2026, 3, 30, 12, 0, tzinfo=UTC)),
        (datetime(2026, 10, 23, 11, 0, tzinfo=UTC), datetime(2026, 10, 26, 11, 0, tzinfo=UTC)),
    ],
)
def test_seventy_two_hours_are_hours_that_pass(known: datetime, due: datetime) -> None:
    assert rules.breach_due(known) == due
    assert rules.breach_due(london(known)) == due


def test_a_breach_is_asked_about_at_each_mark_and_then_every_day() -> None:
    marks, at = [], FRIDAY
    for _ in range(7):
        at = rules.next_breach_mark(FRIDAY, at)
        marks.append((at - FRIDAY) // HOUR)
    assert marks == [24, 48, 66, 72, 96, 120, 144]
    assert rules.next_breach_mark(FRIDAY, FRIDAY + 24 * HOUR - SECOND) == FRIDAY + 24 * HOUR
    # One that is told of a week after somebody knew is late at once, and asked about within a day.
    late = FRIDAY + timedelta(days=7)
    assert late < rules.next_breach_mark(FRIDAY, late) <= late + 24 * HOUR


@pytest.mark.parametrize(
    ("came", "last"),
    [
        (datetime(2026, 11, 20, 9, 0, tzinfo=UTC), date(2026, 12, 19)),
        (datetime(2026, 11, 20, 23, 59, tzinfo=UTC), date(2026, 12, 19)),
        # Half past midnight in London is the next day, which UTC does not know yet.
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), date(2026, 7, 30)),
        (datetime(2027, 2, 1, 12, 0, tzinfo=UTC), date(2027, 3, 2)),
        (datetime(2028, 2, 1, 12, 0, tzinfo=UTC), date(2028, 3, 1)),
    ],
)
def test_thirty_days_end_with_the_thirtieth_day_in_london(came: datetime, last: date) -> None:
    due = rules.complaint_due(came)
    assert london(due - SECOND).date() == last and london(due).date() == last + timedelta(days=1)
    assert due - came <= timedelta(days=30) + HOUR


def test_a_complaint_is_asked_about_until_it_is_known_to_be_here_and_then_each_month() -> None:
    def days(acknowledged: bool) -> list[int]:
        found, at = [], FRIDAY
        for _ in range(6):
            at = rules.next_complaint_mark(FRIDAY, at, acknowledged=acknowledged)
            found.append((london(at).date() - london(FRIDAY).date()).days + 1)
        return found

    assert days(False) == [7, 21, 27, 30, 31, 38]
    assert days(True) == [31, 61, 91, 121, 151, 181]
    assert london(rules.next_complaint_mark(FRIDAY, FRIDAY, acknowledged=False)).hour == 9


def answers(**changes: str) -> dict[str, str]:
    graver = {"out": "yes", "back": "no", "named": "yes", "special": "no", "weak": "no", "harm": "no", "many": "no"}
    return {**graver, **changes}


@pytest.mark.parametrize(
    ("changes", "risk"),
    [
        ({}, Risk.UNLIKELY),
        ({"out": "no", "harm": "yes", "special": "yes"}, Risk.UNLIKELY),
        ({"back": "yes", "harm": "yes", "special": "yes"}, Risk.UNLIKELY),
        ({"back": "not_sure", "harm": "yes", "special": "yes"}, Risk.HIGH),
        ({"named": "no"}, Risk.UNLIKELY),
        ({"named": "no", "special": "yes"}, Risk.UNLIKELY),
        ({"named": "no", "harm": "yes"}, Risk.LIKELY),
        ({"many": "yes"}, Risk.LIKELY),
        ({"weak": "not_sure"}, Risk.LIKELY),
        ({"harm": "yes"}, Risk.LIKELY),
        ({"harm": "yes", "many": "yes"}, Risk.LIKELY),
        ({"harm": "yes", "weak": "yes"}, Risk.HIGH),
        ({"harm": "not_sure", "special": "not_sure"}, Risk.HIGH),
    ],
)
def test_what_the_answers_come_to(changes: dict[str, str], risk: Risk) -> None:
    found = weigh(answers(**changes))
    assert found.risk is risk and found.because


def test_no_graver_answer_ever_makes_it_milder_and_a_doubt_is_the_graver_one() -> None:
    keys = [one.key for one in QUESTIONS]
    for said in product(("yes", "no"), repeat=len(keys)):
        given = dict(zip(keys, said, strict=True))
        rank = weigh(given).risk.rank
        for one in QUESTIONS:
            graver = weigh({**given, one.key: one.grave}).risk
            assert graver.rank >= rank
            assert weigh({**given, one.key: "not_sure"}).risk is graver


@pytest.mark.parametrize(
    ("about", "roles", "may"),
    [
        ("neither", {"protection"}, True),
        ("neither", {"head"}, True),
        ("neither", {"chair", "senior", "it"}, False),
        ("head", {"head"}, False),
        ("head", {"head", "protection"}, False),
        ("head", {"protection"}, True),
        ("head", {"chair"}, True),
        ("officer", {"protection"}, False),
        ("officer", {"head", "protection"}, False),
        ("officer", {"head"}, True),
        ("not_sure", {"head"}, False),
        ("not_sure", {"protection"}, False),
        ("not_sure", {"vice_chair"}, True),
        ("not_sure", {"trust_lead"}, True),
    ],
)
def test_nobody_sees_to_what_may_be_about_them(about: str, roles: set[str], may: bool) -> None:
    assert rules.may_see_to(about=About(about), roles=roles) is may


def test_a_breach_is_closed_once_all_were_told_and_something_was_learned() -> None:
    def why(**changes: object) -> str | None:
        full = {"near_miss": False, "risk": "high", "ico_told": True, "people_told": True, "lessons": True,
                "reason": "", **changes}  # fmt: skip
        return rules.why_not_close_data_breach(**full)  # type: ignore[arg-type]

    assert why() is None
    assert why(risk="") == "Weigh the risk first."
    assert "ICO was not told" in str(why(ico_told=False))
    assert why(ico_told=False, reason="It was told by the trust.") is None
    assert "people it is about were not told" in str(why(people_told=False))
    assert why(risk="likely", people_told=False) is None
    assert why(risk="unlikely", ico_told=False, people_told=False) is None
    assert "does not happen again" in str(why(lessons=False))
    assert why(near_miss=True, risk="", ico_told=False, people_told=False) is None


def test_the_text_for_the_ico_says_what_is_missing_and_why_it_is_late() -> None:
    known = Known(
        school="Larkfield Primary School", officer="", happened="A list went out.", what="", whose="Year 4",
        how_many="28", known_at=FRIDAY, told_at=FRIDAY, risk="There may be a risk to people",
        because=["It is about many people."], done=[], lessons=[], people_told="",
    )  # fmt: skip
    text = ico_text(known, at=FRIDAY + 72 * HOUR)
    assert text.count(MISSING) == 4 and "28" in text and "It is about many people." in text
    assert "later than 72 hours" not in text
    assert "1 hour late, because:" in ico_text(known, at=FRIDAY + 73 * HOUR)
    assert why_late(FRIDAY, FRIDAY + 72 * HOUR) is None


def test_very_many_complaints_at_once_ring_no_bell() -> None:
    assert not rules.is_crowded(from_here=rules.MOST_FROM_ONE, in_last_hour=rules.MOST_IN_AN_HOUR - 1)
    assert rules.is_crowded(from_here=rules.MOST_FROM_ONE + 1, in_last_hour=0)
    assert rules.is_crowded(from_here=0, in_last_hour=rules.MOST_IN_AN_HOUR)
