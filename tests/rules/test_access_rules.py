"""Asking for one's own data: the month day by day, names of others, and what nothing may show."""

from datetime import UTC, date, datetime, timedelta

import pytest

from forethought.core.clock import london
from forethought.protection import access_rules as rules
from forethought.protection.rules import About

pytestmark = pytest.mark.policy("11.1")


@pytest.mark.parametrize(
    ("start", "last"),
    [
        # The ICO's own example: 3 September to 3 October; here moved on, because that is a Saturday in 2026.
        (date(2026, 9, 3), date(2026, 10, 5)),
        (date(2026, 9, 7), date(2026, 10, 7)),
        # No such date: the last day of the month, in a leap year and in none; 28 February 2026 is a Saturday.
        (date(2026, 3, 31), date(2026, 4, 30)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2027, 1, 31), date(2027, 3, 1)),
        (date(2026, 1, 30), date(2026, 3, 2)),
        # Christmas Day is a Friday in 2026, and the holiday of Boxing Day is moved to the Monday.
        (date(2026, 11, 25), date(2026, 12, 29)),
        # Good Friday and Easter Monday of 2026.
        (date(2026, 3, 3), date(2026, 4, 7)),
        (date(2026, 12, 1), date(2027, 1, 4)),
    ],
)
def test_a_month_ends_on_the_same_date_or_the_months_last_and_never_on_a_free_day(start: date, last: date) -> None:
    assert rules.last_day(start) == last
    assert london(rules.due_at(start) - timedelta(seconds=1)).date() == last


@pytest.mark.parametrize(
    ("start", "paused", "last"),
    [
        (date(2026, 11, 30), 0, date(2027, 3, 1)),
        (date(2027, 11, 30), 0, date(2028, 2, 29)),
        (date(2026, 9, 7), 3, date(2026, 12, 10)),
    ],
)
def test_two_months_more_are_three_in_all_and_waiting_is_added(start: date, paused: int, last: date) -> None:
    assert rules.last_day(start, lengthened=True, paused_days=paused) == last


def test_days_of_waiting_are_days_of_the_calendar_in_london() -> None:
    asked = datetime(2026, 6, 1, 22, 59, tzinfo=UTC)
    assert rules.days_between(asked, asked) == 0
    assert rules.days_between(asked, asked + timedelta(minutes=1)) == 1
    assert rules.days_between(asked, asked + timedelta(days=7)) == 7


def test_a_request_is_asked_about_before_its_last_day_and_after_it() -> None:
    due, at, days = rules.due_at(date(2026, 9, 7)), datetime(2026, 9, 7, 12, 0, tzinfo=UTC), []
    for _ in range(6):
        at = rules.next_access_mark(due, at)
        days.append((london(at).date() - date(2026, 10, 7)).days)
    assert days == [-14, -7, -2, 1, 8, 15]


@pytest.mark.parametrize(
    ("roles", "about"),
    [
        (set(), About.NEITHER),
        ({"senior"}, About.NEITHER),
        ({"head"}, About.HEAD),
        ({"protection"}, About.OFFICER),
        ({"head", "protection"}, About.NOT_SURE),
    ],
)
def test_nobody_sees_to_their_own_request(roles: set[str], about: About) -> None:
    assert rules.about_of(roles) is about


@pytest.mark.parametrize(
    ("subject", "kept_out", "told", "silent"),
    [
        (True, True, False, True),
        (True, False, False, True),
        (False, True, False, True),
        (True, True, True, False),
        (False, False, False, False),
    ],
)
def test_what_somebody_was_not_told_of_stays_silent(subject: bool, kept_out: bool, told: bool, silent: bool) -> None:
    assert rules.is_silent(subject=subject, kept_out=kept_out, told=told) is silent


def test_a_tick_opens_nothing_to_an_adult_of_the_school() -> None:
    assert rules.why_not_put_in(silent=False, known_here=True, says_they_know=False) is None
    assert "not told" in str(rules.why_not_put_in(silent=True, known_here=True, says_they_know=True))
    assert rules.why_not_put_in(silent=True, known_here=False, says_they_know=True) is None
    assert rules.why_not_put_in(silent=True, known_here=False, says_they_know=False)


def test_names_of_others_are_taken_out_whole_or_in_part_and_shown_again_one_by_one() -> None:
    text = (
        "Tess Harlow told Reed. TESS  HARLOW and Mr Harlow agreed; the harlows did not. Ann-Marie Li was there, Li too."
    )
    hidden, found = rules.hide_names(text, ["David Reed", "Ann-Marie Li", "Tess Harlow"])
    assert hidden == (
        "[name 1] told [name 2]. [name 1] and Mr [name 1] agreed; the harlows did not. [name 3] was there, Li too."
    )
    assert found == {1: "Tess Harlow", 2: "David Reed", 3: "Ann-Marie Li"}
    assert rules.show_names(hidden, found, [2]).count("David Reed") == 1
    assert rules.hide_names("Reed.", ["David Reed"], first=4) == ("[name 4].", {4: "David Reed"})
    assert rules.hide_names("A (test) [x] .*", ["A.*"]) == ("A (test) [x] .*", {})


def test_more_time_is_told_within_the_first_month() -> None:
    due = rules.due_at(date(2026, 9, 7))

    def why(**changes: object) -> str | None:
        full = {"lengthened": False, "waiting": False, "first_due": due, "words": "Much is held.",
                "at": due - timedelta(seconds=1), **changes}  # fmt: skip
        return rules.why_not_lengthen(**full)  # type: ignore[arg-type]

    assert why() is None
    assert why(at=due) and why(lengthened=True) and why(waiting=True) and why(words=" ")


def test_an_answer_goes_once_it_is_whole() -> None:
    def why(**changes: bool) -> str | None:
        return rules.why_not_send_answer(
            **{"identity": True, "waiting": False, "searched": True, "ready": True, **changes}
        )

    assert why() is None
    assert why(identity=False) and why(waiting=True) and why(searched=False) and why(ready=False)


def test_each_ground_has_its_source_and_says_that_it_is_from_memory() -> None:
    assert all(one.source and one.mark == "M" for one in rules.EXEMPTIONS)
    assert len({one.key for one in rules.EXEMPTIONS}) == len(rules.EXEMPTIONS)
    assert {one.key for one in rules.EXEMPTIONS if one.quiet} == {"talks", "planning", "crime", "harm", "child"}


@pytest.mark.parametrize(
    ("chosen", "opened", "alone", "says"),
    [
        (0, 0, False, None),
        (1, 1, True, None),
        (2, 2, True, None),
        (1, 0, True, "Open each of these"),
        (2, 1, True, "Open each of these"),
        (1, 1, False, "nobody else is heard"),
    ],
)
def test_a_recording_goes_in_whole_where_a_person_opened_it_and_says_that_nobody_else_is_in_it(
    chosen: int, opened: int, alone: bool, says: str | None
) -> None:
    found = rules.why_not_give_whole(chosen=chosen, opened=opened, alone=alone)
    assert found is None if says is None else says in str(found)


@pytest.mark.parametrize(
    ("left", "grounds", "say", "says"),
    [
        (0, ["others"], True, ""),
        (1, ["others"], True, "A recording in which others are heard or seen"),
        (3, ["others", "legal"], True, "3 recordings in which others are heard or seen"),
        (1, ["crime"], True, ""),
        (1, ["others"], False, ""),
    ],
)
def test_that_a_recording_stays_out_is_said_where_the_answer_may_say_so(
    left: int, grounds: list[str], say: bool, says: str
) -> None:
    assert rules.recordings_left(left=left, grounds=grounds, say=say) == says
