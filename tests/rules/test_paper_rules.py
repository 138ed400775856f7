"""The times of a form on paper: what they may be, from when the clocks run, and how they are said."""

from datetime import UTC, datetime

import pytest

from forethought.reports import paper

#: Saturday 21 November 2026, 10am in London.
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
FORM = {
    "paper": "yes",
    "written_by": "self",
    "occurred_on": "2026-11-19",
    "occurred_time": "21:15",
    "written_on": "2026-11-20",
    "written_time": "08:00",
    "knew_on": "2026-11-20",
    "knew_time": "18:00",
}


def reason(**changes: str) -> str | None:
    return paper.why_not_times({**FORM, **changes}, at=NOW)


@pytest.mark.policy("8.3")
def test_the_clocks_run_from_when_the_school_knew() -> None:
    assert paper.known_at(FORM) == datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    assert paper.known_at({**FORM, "paper": ""}) is None
    assert paper.known_at({**FORM, "knew_time": ""}) is None


def test_a_summer_time_is_london_time() -> None:
    assert paper.known_at({**FORM, "knew_on": "2026-07-01"}) == datetime(2026, 7, 1, 17, 0, tzinfo=UTC)


def test_of_the_hour_that_comes_twice_the_first_counts() -> None:
    said = {**FORM, "knew_on": "2026-10-25", "knew_time": "01:30"}
    assert paper.known_at(said) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.policy("7.2")
def test_good_times_are_taken_and_two_of_them_are_needed() -> None:
    assert reason() is None
    assert reason(occurred_on="", occurred_time="", written_time="") is None
    assert reason(written_on="") == "Say when the form was written."
    for missing in ("knew_on", "knew_time"):
        assert "The clocks run from then." in str(reason(**{missing: ""}))


@pytest.mark.parametrize("name", ["occurred", "written", "knew"])
def test_no_time_lies_ahead_or_years_back(name: str) -> None:
    said = {"occurred_on": "", "occurred_time": "", f"{name}_on": "2026-11-21", f"{name}_time": "10:01"}
    assert "has not come yet" in str(reason(**said))
    assert name == "occurred" or reason(**{**said, f"{name}_time": "10:00"}) is None
    assert "has not come yet" in str(reason(**{**said, f"{name}_on": "2026-11-22"}))
    assert "more than a year ago" in str(reason(**{**said, f"{name}_on": "2025-11-19"}))


def test_a_time_that_no_clock_showed_is_refused_with_the_two_beside_it() -> None:
    skipped = {"knew_on": "2026-03-29", "knew_time": "01:30"}
    assert "there is no 1:30am that day" in str(reason(**skipped))
    # While it is being typed it can be shown all the same.
    assert dict(paper.lines({**FORM, **skipped}))["The school knew"] == "Sunday 29 March 2026"


def test_nothing_is_written_or_known_before_it_happened() -> None:
    assert "written down before it happened" in str(reason(written_on="2026-11-18"))
    assert "known before it happened" in str(reason(knew_on="2026-11-18"))
    assert "known before it happened" in str(reason(knew_on="2026-11-19", knew_time="21:14"))
    assert reason(knew_on="2026-11-19", knew_time="21:15", written_on="2026-11-19", written_time="") is None


def test_what_was_told_first_may_be_written_down_later() -> None:
    assert reason(written_on="2026-11-21", written_time="09:00") is None


def test_all_times_are_said_with_who_wrote_it() -> None:
    said = dict(paper.lines({**FORM, "written_by": "other", "writer_name": "Ada Okafor", "written_time": ""}))
    assert said == {
        "On paper first. Written by": "Ada Okafor",
        "When it happened": "9:15pm on Thursday 19 November 2026",
        "Written down": "Friday 20 November 2026",
        "The school knew": "6pm on Friday 20 November 2026",
    }
    assert paper.lines({"happened": "words"}) == []
