"""Who may bring a companion, and to which day a hearing must be postponed: tables with their edges."""

from datetime import date

import pytest

from forethought.investigations import companions
from forethought.investigations.companions import companionship, latest_alternative
from forethought.people.models import Kind

D = date


@pytest.mark.policy("9.5")
@pytest.mark.parametrize(
    ("proposed", "latest", "why"),
    [
        (D(2026, 11, 23), D(2026, 11, 30), "a Monday in an ordinary week: the Monday after"),
        (D(2026, 11, 24), D(2026, 12, 1), "a Tuesday: the Tuesday after"),
        (D(2026, 11, 27), D(2026, 12, 4), "a Friday: the Friday after"),
        (D(2026, 11, 28), D(2026, 12, 4), "a Saturday: counted from the Monday, to the Friday"),
        (D(2026, 11, 29), D(2026, 12, 4), "a Sunday likewise"),
        (D(2026, 10, 26), D(2026, 11, 2), "half-term counts"),
        (D(2027, 2, 15), D(2027, 2, 22), "half-term in February counts"),
        (D(2026, 8, 10), D(2026, 8, 17), "the summer holidays count"),
        (D(2026, 8, 24), D(2026, 9, 1), "the late summer bank holiday on the Monday after moves it a day on"),
        (D(2026, 8, 31), D(2026, 9, 7), "proposed on the bank holiday itself: the next day is the first"),
        (D(2026, 5, 18), D(2026, 5, 26), "the spring bank holiday"),
        (D(2026, 4, 27), D(2026, 5, 5), "May Day"),
        (D(2026, 3, 30), D(2026, 4, 8), "Good Friday and Easter Monday: two days on"),
        (D(2026, 4, 2), D(2026, 4, 13), "the Thursday before Easter"),
        (D(2026, 4, 3), D(2026, 4, 13), "Good Friday itself"),
        (D(2026, 12, 18), D(2026, 12, 29), "before Christmas: the 25th, and the 28th for Boxing Day"),
        (D(2026, 12, 21), D(2026, 12, 30), "the Monday of Christmas week"),
        (D(2026, 12, 24), D(2027, 1, 5), "Christmas Eve: over the New Year"),
        (D(2026, 12, 29), D(2027, 1, 6), "between the years"),
        (D(2027, 12, 20), D(2027, 12, 29), "Christmas on a Saturday: substitute days on Monday and Tuesday"),
    ],
)
def test_the_latest_alternative_is_the_fifth_working_day(proposed: date, latest: date, why: str) -> None:
    assert latest_alternative(proposed) == latest, why


@pytest.mark.policy("9.5")
def test_a_bank_holiday_announced_later_moves_it_on() -> None:
    assert latest_alternative(D(2026, 11, 23), extra=[D(2026, 11, 25)]) == D(2026, 12, 1)


@pytest.mark.policy("9.1")
@pytest.mark.parametrize(
    ("engagement", "right"),
    [
        ("employee", True),
        ("agency", True),
        ("trust", True),
        ("governor", False),
        ("volunteer", False),
        # Where it cannot be said for certain, it is treated as a right.
        ("contractor", True),
        ("trainee", True),
        ("", True),
    ],
)
def test_a_companion_is_a_right_of_workers_and_good_practice_for_others(engagement: str, right: bool) -> None:
    assert engagement in {*Kind.values, ""}
    assert companionship(engagement).right is right


@pytest.mark.policy("9.1")
def test_the_words_say_which_it_is() -> None:
    assert companionship("agency").sentence.startswith("A right.")
    assert companionship("volunteer").sentence.startswith("Good practice, not a right.")
    assert "check" in companionship("contractor").sentence


@pytest.mark.policy("9.5")
@pytest.mark.parametrize(
    ("right", "alternative", "refused"),
    [
        (True, D(2026, 11, 24), True),
        (True, D(2026, 11, 30), True),
        (True, D(2026, 12, 1), False),
        (False, D(2026, 11, 24), False),
    ],
)
def test_the_school_may_say_no_only_after_the_fifth_working_day(right: bool, alternative: date, refused: bool) -> None:
    reason = companions.why_not_keep_date(right=right, proposed=D(2026, 11, 23), alternative=alternative)
    assert bool(reason) is refused
    assert not reason or "Monday 30 November 2026" in reason


@pytest.mark.policy("9.1")
@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        ({}, True),
        ({"way": "friend"}, False),
        ({"runs_it": True}, False),
        ({"kept_out": True}, False),
        ({"subject": True}, False),
    ],
)
def test_a_companion_stands_beside_the_person_and_runs_nothing(facts: dict[str, object], allowed: bool) -> None:
    plain = {"way": "official", "engagement": "employee", "runs_it": False, "kept_out": False, "subject": False}
    assert (companions.why_not_companion(**{**plain, **facts}) is None) is allowed  # type: ignore[arg-type]


@pytest.mark.parametrize("day", [D(2018, 6, 1), D(2040, 12, 31), D(9999, 12, 31), D(1, 1, 1)])
def test_a_year_without_known_bank_holidays_is_refused_in_words(day: date) -> None:
    assert (
        companions.why_not_on_day(day) == "Choose a day in the next few years. No bank holidays are known for that one."
    )


@pytest.mark.parametrize(
    ("alternative", "said"),
    [
        (D(2026, 11, 19), "That day has passed. Choose a later one."),
        (D(2026, 11, 23), "It is to be held on that day already."),
        (D(2026, 11, 24), None),
    ],
)
def test_a_hearing_moves_to_another_day_still_to_come(alternative: date, said: str | None) -> None:
    reason = companions.why_not_move_to(proposed=D(2026, 11, 23), alternative=alternative, today=D(2026, 11, 20))
    assert reason == said
