"""When the policy is looked at again, how that ends, and what may go into the registers beside it."""

from datetime import UTC, date, datetime

import pytest

from forethought.cases.rules import why_not_cite
from forethought.reviews import rules
from forethought.reviews.rules import Decision, Trigger

TODAY = date(2026, 11, 20)
YESTERDAY = date(2026, 11, 19)
TOMORROW = date(2026, 11, 21)


@pytest.mark.policy("10.2")
def test_there_are_the_date_and_four_kinds_of_event() -> None:
    assert [one.value for one in Trigger] == ["date", "law", "guidance", "case_law", "incident"]


@pytest.mark.policy("10.2")
@pytest.mark.parametrize(
    ("source", "due", "reason"),
    [
        ("A judgment, read in the news.", TODAY, None),
        ("A judgment, read in the news.", TOMORROW, None),
        ("A judgment, read in the news.", YESTERDAY, "That date has passed already. Choose a later one."),
        ("  ", TOMORROW, "Say what calls for the review, and where you read it."),
    ],
)
def test_a_review_says_what_called_for_it_and_by_when(source: str, due: date, reason: str | None) -> None:
    assert rules.why_not_open_review(source=source, due_on=due, today=TODAY) == reason


@pytest.mark.policy("10.2")
@pytest.mark.parametrize(
    ("closed", "decision", "reasons", "refused"),
    [
        (False, Decision.NO_CHANGE, "The clause says it already.", False),
        (False, Decision.NO_CHANGE, "", True),
        (False, Decision.NO_CHANGE, " \n", True),
        (False, Decision.AMEND, "", False),
        (False, "", "", False),
        (True, Decision.AMEND, "Because.", True),
    ],
)
def test_no_change_needs_a_reason_and_an_end_comes_once(
    closed: bool, decision: str, reasons: str, refused: bool
) -> None:
    assert bool(rules.why_not_close_review(closed=closed, decision=decision, reasons=reasons)) is refused


@pytest.mark.policy("10.2")
@pytest.mark.parametrize(
    ("due", "closed", "late"),
    [(YESTERDAY, False, True), (TODAY, False, False), (TOMORROW, False, False), (YESTERDAY, True, False)],
)
def test_a_review_is_late_the_day_after(due: date, closed: bool, late: bool) -> None:
    assert rules.is_overdue(due_on=due, closed=closed, today=TODAY) is late


@pytest.mark.policy("3.8", "F1")
@pytest.mark.parametrize(
    ("review_on", "due"),
    [
        (TOMORROW, TOMORROW),
        (TODAY, TODAY),
        (YESTERDAY, date(2027, 1, 1)),
        (date(2024, 3, 27), date(2027, 1, 1)),
    ],
)
def test_the_yearly_review_is_due_on_its_date_or_in_six_weeks_once_that_passed(review_on: date, due: date) -> None:
    assert rules.due_on(review_on=review_on, today=TODAY) == due


def test_the_second_of_two_is_told_who_was_first_and_that_nothing_changed() -> None:
    said = rules.lost_race(name="Amina Okafor", closed_at=datetime(2026, 11, 20, 18, 0, tzinfo=UTC))
    assert said.startswith("Amina Okafor closed this review at 6pm on Friday 20 November, before you.")
    assert rules.lost_race(name="", closed_at=None).startswith("Somebody else changed this review before you.")


FITS = {
    "status": "in_force",
    "superseded_by": "",
    "source": "legislation.gov.uk, today",
    "link": "",
    "review_on": None,
    "today": TODAY,
}


@pytest.mark.policy("11.1")
@pytest.mark.parametrize(
    ("changes", "starts"),
    [
        ({}, None),
        ({"status": "superseded", "superseded_by": "Another Act"}, None),
        ({"status": "superseded"}, "Say which law took over."),
        ({"status": "superseded_in_part", "superseded_by": " "}, "Say which law took over."),
        ({"superseded_by": "Another Act"}, "You named a law that took over."),
        ({"source": " "}, "Say where you read it."),
        ({"link": "https://www.legislation.gov.uk/ukpga/2010/15"}, None),
        ({"link": "http://www.legislation.gov.uk/"}, "Give the whole web address."),
        ({"link": "javascript:alert(1)"}, "Give the whole web address."),
        ({"link": "https://[bad"}, "Give the whole web address."),
        ({"review_on": TODAY}, None),
        ({"review_on": YESTERDAY}, "The day to check it again has passed already."),
    ],
)
def test_a_note_on_a_law_says_what_took_over_and_where_it_was_read(
    changes: dict[str, object], starts: str | None
) -> None:
    said = rules.why_not_note_law(**{**FITS, **changes})  # type: ignore[arg-type]
    assert said is None if starts is None else str(said).startswith(starts)


EDITION = {
    "taken": False,
    "link": "https://www.gov.uk/kcsie",
    "in_force_on": date(2026, 9, 1),
    "newest": date(2025, 9, 1),
    "minutes": 40,
    "due_on": TOMORROW,
    "today": TODAY,
}


@pytest.mark.policy("6.4")
@pytest.mark.parametrize(
    ("changes", "starts"),
    [
        ({}, None),
        ({"newest": None}, None),
        ({"newest": date(2026, 9, 1)}, None),
        ({"newest": date(2026, 9, 2)}, "A newer edition is set here already."),
        ({"taken": True}, "That edition is set already"),
        ({"in_force_on": date(2023, 11, 19), "newest": None}, "That edition began more than three years ago."),
        ({"in_force_on": date(2023, 11, 20), "newest": None}, None),
        ({"in_force_on": date(2027, 11, 21)}, "That edition begins more than a year from now."),
        ({"in_force_on": date(2027, 11, 20)}, None),
        ({"link": "kcsie"}, "Give the whole web address."),
        ({"link": ""}, None),
        ({"minutes": 0}, "Say how many minutes"),
        ({"minutes": 601}, "Say how many minutes"),
        ({"minutes": 600}, None),
        ({"due_on": YESTERDAY}, "The day to read it by has passed"),
        ({"due_on": TODAY}, None),
    ],
)
def test_an_edition_is_set_once_with_a_believable_date(changes: dict[str, object], starts: str | None) -> None:
    said = rules.why_not_set_edition(**{**EDITION, **changes})  # type: ignore[arg-type]
    assert said is None if starts is None else str(said).startswith(starts)


LEAP_DAY = date(2028, 2, 29)


@pytest.mark.policy("6.4")
def test_on_the_29th_of_february_three_years_ago_is_the_28th() -> None:
    kept = {**EDITION, "today": LEAP_DAY, "due_on": LEAP_DAY, "newest": None}
    assert rules.why_not_set_edition(**{**kept, "in_force_on": date(2025, 2, 28)}) is None  # type: ignore[arg-type]
    assert rules.why_not_set_edition(**{**kept, "in_force_on": date(2025, 2, 27)}) is not None  # type: ignore[arg-type]


@pytest.mark.policy("3.2")
@pytest.mark.parametrize(
    ("changes", "starts"),
    [
        ({}, None),
        ({"where": "The blue folder in the office"}, None),
        ({"where": "https://school.example/conduct.pdf"}, None),
        ({"where": "http://school.example/conduct.pdf"}, "Give the whole web address."),
        ({"where": "www.school.example"}, "Give the whole web address."),
        ({"taken": True}, "There is a version of that name already"),
        ({"in_force_on": date(206, 9, 1)}, "Check the year"),
        ({"in_force_on": date(2028, 9, 1)}, "Check the year"),
        ({"in_force_on": TODAY}, None),
    ],
)
def test_a_version_of_another_policy_has_a_name_a_date_and_a_place(
    changes: dict[str, object], starts: str | None
) -> None:
    kept = {"taken": False, "where": "", "in_force_on": date(2025, 9, 1), "today": TODAY}
    said = rules.why_not_keep_linked_version(**{**kept, **changes})  # type: ignore[arg-type]
    assert said is None if starts is None else str(said).startswith(starts)


@pytest.mark.policy("10.2")
@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "fewer than 5 cases"), (4, "fewer than 5 cases"), (5, "5 cases"), (1200, "1,200 cases")],
)
def test_small_numbers_are_not_said(number: int, said: str) -> None:
    assert rules.count_said(number) == said


@pytest.mark.policy("F4")
@pytest.mark.parametrize(("day", "refused"), [(YESTERDAY, False), (TODAY, False), (TOMORROW, True)])
def test_a_case_cites_a_day_that_has_been(day: date, refused: bool) -> None:
    assert bool(why_not_cite(on_day=day, today=TODAY)) is refused
