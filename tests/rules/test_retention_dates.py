"""When things fall due: leap days, birthdays, pension age, outcomes that change, and what is not known."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from forethought.retention import dates
from forethought.retention.dates import Known, due_of, later, pension_on
from forethought.retention.schedule import BadSchedule, Certainty, Period, read, rules, said, shipped

CLOSED = date(2026, 3, 31)
CASE = Known(kind="report", told_on=date(2026, 1, 15), closed_on=CLOSED)


def periods() -> dict[str, Period]:
    return {key: rule.period for key, rule in rules().items()}


def due(known: Known, **changed: Period) -> dates.Due | None:
    return due_of(known, {**periods(), **changed}, rules())


@pytest.mark.policy("11.1")
@pytest.mark.parametrize(
    ("day", "period", "expected"),
    [
        (date(2026, 1, 31), Period(months=1), date(2026, 3, 1)),
        (date(2024, 1, 31), Period(months=1), date(2024, 3, 1)),
        (date(2024, 2, 29), Period(years=1), date(2025, 3, 1)),
        (date(2024, 2, 29), Period(years=4), date(2028, 2, 29)),
        (date(2023, 2, 28), Period(years=1), date(2024, 2, 28)),
        (date(2026, 8, 31), Period(months=6), date(2027, 3, 1)),
        (date(2026, 8, 30), Period(months=6), date(2027, 3, 1)),
        (date(2026, 8, 28), Period(months=6), date(2027, 2, 28)),
        (date(2026, 12, 31), Period(years=6), date(2032, 12, 31)),
        (date(2026, 5, 1), Period(), date(2026, 5, 1)),
        (date(2026, 5, 1), Period(years=1, months=1, days=1), date(2027, 6, 2)),
        (date(2000, 2, 29), Period(years=100), date(2100, 3, 1)),
    ],
)
def test_a_period_is_never_a_day_too_short(day: date, period: Period, expected: date) -> None:
    assert later(day, period) == expected


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(1960, 4, 5), date(2026, 4, 5)),
        (date(1960, 4, 6), date(2027, 4, 6)),
        (date(1977, 4, 5), date(2044, 4, 5)),
        (date(1977, 4, 6), date(2045, 4, 6)),
        (date(1980, 2, 29), date(2048, 2, 29)),
        (date(1982, 2, 28), date(2050, 2, 28)),
        (date(1984, 2, 29), date(2052, 2, 29)),
        (date(1981, 2, 28), date(2049, 2, 28)),
    ],
)
def test_pension_age_is_read_from_the_table(born: date, expected: date) -> None:
    assert pension_on(born) == expected


@pytest.mark.policy("11.1")
@pytest.mark.parametrize(
    ("changes", "rule", "expected"),
    [
        ({}, "report", date(2032, 3, 31)),
        ({"kind": "complaint"}, "complaint", date(2032, 3, 31)),
        ({"kind": "pupil"}, "pupil", date(2032, 3, 31)),
        ({"kind": "monitoring"}, "monitoring", date(2032, 3, 31)),
        # A concern: the child's 25th birthday; not known, as young as a child can have been.
        ({"kind": "concern"}, "concern", date(2051, 1, 15)),
        ({"kind": "concern", "child_born_on": date(2012, 2, 29)}, "concern", date(2037, 3, 1)),
        ({"kind": "concern", "child_born_on": date(2010, 6, 1), "abuse": True}, "abuse", date(2085, 6, 1)),
        # An ex-pupil whose 25th birthday was before it was closed: not before the end.
        ({"kind": "concern", "child_born_on": date(2001, 1, 1)}, "concern", CLOSED),
        # With an adult who may have harmed, the longer of both.
        (
            {
                "kind": "concern",
                "child_born_on": date(2012, 1, 1),
                "harm": "not_sure",
                "adult_born_on": date(1990, 5, 1),
            },
            "allegation",
            date(2058, 5, 1),
        ),
        (
            {"kind": "concern", "child_born_on": date(2025, 1, 1), "harm": "yes", "adult_born_on": date(1962, 5, 1)},
            "concern",
            date(2050, 1, 1),
        ),
        # An allegation: pension age, or ten years where that is longer.
        ({"kind": "breach", "harm": "yes", "adult_born_on": date(1962, 5, 1)}, "allegation", date(2036, 1, 15)),
        ({"kind": "breach", "harm": "yes", "adult_born_on": date(1980, 5, 1)}, "allegation", date(2048, 5, 1)),
        ({"kind": "breach", "harm": "yes"}, "allegation", date(2078, 1, 15)),
        ({"kind": "breach", "harm": "yes", "findings": frozenset({"unfounded"})}, "allegation", date(2078, 1, 15)),
        ({"kind": "breach", "harm": "yes", "findings": frozenset({"false"})}, "cleared", CLOSED),
        ({"kind": "breach", "harm": "no", "findings": frozenset({"false", "malicious"})}, "cleared", CLOSED),
        (
            {"kind": "breach", "harm": "yes", "findings": frozenset({"false", "unsubstantiated"})},
            "allegation",
            date(2078, 1, 15),
        ),
        ({"kind": "allegation", "harm": "no", "findings": frozenset({"malicious"})}, "cleared", CLOSED),
        ({"kind": "allegation", "harm": "no", "findings": frozenset({"unfounded"})}, "report", date(2032, 3, 31)),
        ({"kind": "allegation", "harm": "not_sure"}, "allegation", date(2078, 1, 15)),
        # A breach goes by its outcome.
        ({"kind": "breach", "outcome": "no_case"}, "no_case", CLOSED),
        ({"kind": "breach", "outcome": "informal"}, "informal", date(2026, 10, 1)),
        ({"kind": "breach"}, "informal", date(2026, 10, 1)),
        (
            {"kind": "breach", "outcome": "first_warning", "warned_on": date(2026, 2, 28)},
            "first_warning",
            CLOSED.replace(year=2027, month=2, day=28),
        ),
        ({"kind": "breach", "outcome": "final_warning"}, "final_warning", date(2027, 10, 1)),
        (
            {"kind": "breach", "outcome": "final_warning", "warned_on": CLOSED, "warning_ends_on": date(2026, 9, 30)},
            "final_warning",
            date(2026, 10, 1),
        ),
        ({"kind": "breach", "outcome": "dismissal", "left_on": date(2026, 4, 30)}, "ended_work", date(2032, 4, 30)),
        # Low-level concerns: until the person leaves, and never before they were settled.
        ({"kind": "low_level", "somebody": True, "left_on": date(2027, 8, 31)}, "low_level", date(2027, 8, 31)),
        ({"kind": "low_level", "somebody": True, "left_on": date(2026, 2, 1)}, "low_level", CLOSED),
        ({"kind": "low_level"}, "low_level_place", date(2032, 3, 31)),
    ],
)
def test_each_kind_and_outcome_has_its_day(changes: dict[str, object], rule: str, expected: date) -> None:
    found = due(replace(CASE, **changes))  # type: ignore[arg-type]
    assert found is not None and (found.rule, found.due_on) == (rule, expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"closed_on": None},
        {"kind": "low_level", "somebody": True},
        {"kind": "breach", "outcome": "dismissal"},
        {"kind": "breach", "outcome": "no_case", "closed_on": None},
    ],
)
def test_an_open_case_or_one_of_somebody_still_here_has_no_day(changes: dict[str, object]) -> None:
    assert due(replace(CASE, **changes)) is None  # type: ignore[arg-type]


def test_what_is_not_known_is_said_to_be_cautious() -> None:
    unknown = due(replace(CASE, kind="concern"))
    known = due(replace(CASE, kind="concern", child_born_on=date(2012, 1, 1)))
    assert unknown is not None and unknown.cautious and known is not None and not known.cautious
    assert unknown.due_on > known.due_on


def test_a_case_that_was_opened_again_counts_from_its_last_end() -> None:
    again = due(replace(CASE, closed_on=CLOSED + timedelta(days=400)))
    first = due(CASE)
    assert again is not None and first is not None and again.due_on == date(2033, 5, 5) > first.due_on


def test_an_outcome_that_changes_changes_the_day() -> None:
    before = due(replace(CASE, kind="breach", outcome="final_warning"))
    upheld = due(replace(CASE, kind="breach", outcome="no_case"))
    assert before is not None and upheld is not None and upheld.due_on < before.due_on


def test_a_school_that_keeps_reports_longer_has_a_later_day() -> None:
    found = due(CASE, report=Period(years=7, months=1))
    assert found is not None and found.due_on == date(2033, 5, 1)


@pytest.mark.parametrize(
    ("kept", "left", "expected"),
    [
        (date(2026, 5, 1), None, None),
        (date(2026, 5, 1), date(2026, 8, 31), date(2026, 9, 1)),
        (date(2026, 5, 1), date(2026, 9, 1), date(2027, 9, 1)),
        # Kept after the writer's last day, as a link may have been used late.
        (date(2026, 9, 5), date(2026, 8, 31), date(2027, 9, 1)),
    ],
)
def test_a_record_of_a_contact_goes_after_the_school_year_in_which_its_writer_left(
    kept: date, left: date | None, expected: date | None
) -> None:
    found = dates.contact_due(kept_on=kept, left_on=left, period=Period())
    assert (found.due_on if found else None) == expected


@pytest.mark.parametrize(
    ("ended", "left", "expected"),
    [
        (None, None, None),
        (date(2024, 2, 29), None, date(2025, 3, 1)),
        (None, date(2026, 1, 1), date(2027, 1, 1)),
        (date(2026, 5, 1), date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_declaration_of_family_goes_a_year_after_its_end(
    ended: date | None, left: date | None, expected: date | None
) -> None:
    found = dates.family_due(ended_on=ended, left_on=left, period=Period(years=1))
    assert (found.due_on if found else None) == expected


@pytest.mark.policy("11.1")
@pytest.mark.parametrize(
    ("today", "period", "expected"),
    [
        (date(2027, 3, 1), Period(years=1), date(2026, 3, 2)),
        # What was over on 28 February goes on the next one; on 29 February, a day later.
        (date(2025, 2, 28), Period(years=1), date(2024, 2, 29)),
        (date(2025, 3, 1), Period(years=1), date(2024, 3, 2)),
        (date(2026, 5, 1), Period(months=6), date(2025, 11, 2)),
        (date(2026, 5, 1), Period(years=3, days=10), date(2023, 4, 22)),
        (date(2026, 5, 1), Period(), date(2026, 5, 2)),
    ],
)
def test_a_list_is_asked_for_by_the_same_calendar_as_a_single_record(
    today: date, period: Period, expected: date
) -> None:
    day = dates.over_before(today, period)
    assert day == expected
    assert dates.later(day, period) > today >= dates.later(day - timedelta(days=1), period)


@pytest.mark.policy("11.1")
@pytest.mark.parametrize(
    ("over_on", "expected"), [(None, None), (date(2024, 2, 29), date(2030, 3, 1)), (date(2026, 5, 1), date(2032, 5, 1))]
)
def test_an_entry_of_a_register_is_due_from_its_end_and_never_without_one(
    over_on: date | None, expected: date | None
) -> None:
    found = dates.register_due(rule="data_breach", over_on=over_on, period=Period(years=6))
    assert (found.due_on if found else None) == expected


def test_every_kind_of_case_has_a_rule() -> None:
    from forethought.cases.models import Kind

    for kind in Kind.values:
        assert set(dates.rules_of(replace(CASE, kind=kind))) <= rules().keys()


@pytest.mark.policy("11.1")
def test_the_schedule_says_of_each_rule_where_it_is_from() -> None:
    for rule in rules().values():
        assert rule.source.endswith(".") and rule.then.endswith(".") and rule.said
    assert {one for one in rules() if rules()[one].certainty is Certainty.MEMORY} >= {"report", "concern", "complaint"}
    assert said(Period(years=6), rules()["report"].moment) == "6 years from when it was closed"
    assert shipped().pension[-1][0] is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('how = "two"', 'how = "fire"'), "report"),
        (("years = 6", "years = -6"), "not a number"),
        (("years = 6", "years = 6\nleast = 7"), "shorter"),
        (('moment = "closed"', 'moment = "whenever"'), "report"),
        (('source = "IRMS', 'sauce = "IRMS'), "source is missing"),
        (('key = "complaint"', 'key = "report"'), "twice"),
        (("age = 68", "born_before = 1950-01-01\nage = 68"), "pension"),
    ],
)
def test_a_schedule_that_does_not_fit_is_refused(change: tuple[str, str], says: str) -> None:
    from forethought.retention.schedule import SOURCE

    with pytest.raises(BadSchedule, match=says):
        read(SOURCE.read_text(encoding="utf-8").replace(*change, 1))
