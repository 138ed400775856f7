"""Dates and times of day as people in England type them."""

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forethought.core.dates import ENTER_A_REAL_DATE, ENTER_A_TIME, read_date, read_time, why_not_yet, written_time

FOUND = date(2026, 11, 12)


@pytest.mark.parametrize(
    "boxes",
    [
        ("12", "11", "2026"),
        (" 12 ", "11", "2026 "),
        ("12", "11", "26"),
        ("12", "Nov", "2026"),
        ("12", "november", "2026"),
        ("12/11/2026", "", ""),
        ("12.11.26", "", ""),
        ("12-11-2026", "", ""),
        ("12 11 2026", "", ""),
        ("12 / 11 / 2026", "", ""),
        ("12 Nov 2026", "", ""),
        ("12 Nov. 2026", "", ""),
        ("12 November 2026", "", ""),
        ("12 NOVEMBER, 2026", "", ""),
        ("12th November 2026", "", ""),
        ("12-nov-26", "", ""),
        ("12\u00a011\u00a02026", "", ""),
    ],
)
def test_a_date_is_read_however_it_is_written(boxes: tuple[str, str, str]) -> None:
    assert read_date(*boxes) == FOUND


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("05/04/26", date(2026, 4, 5)),
        ("5/4/2026", date(2026, 4, 5)),
        ("04/05/2026", date(2026, 5, 4)),
        ("29/02/2028", date(2028, 2, 29)),
        ("29/02/2000", date(2000, 2, 29)),
        ("1 Sept 2026", date(2026, 9, 1)),
        ("31/12/99", date(1999, 12, 31)),
        ("01/01/90", date(1990, 1, 1)),
        ("01/01/89", date(2089, 1, 1)),
        ("01/01/1990", date(1990, 1, 1)),
        ("31/12/2100", date(2100, 12, 31)),
    ],
)
def test_the_day_comes_first(typed: str, found: date) -> None:
    assert read_date(typed) == found


@pytest.mark.parametrize(
    "boxes",
    [
        ("", "", ""),
        ("12", "", ""),
        ("12", "11", ""),
        ("", "11", "2026"),
        ("29", "2", "2026"),
        ("29", "2", "2100"),
        ("30/02/2028", "", ""),
        ("31", "11", "2026"),
        ("04/13/2026", "", ""),
        ("4", "13", "2026"),
        ("2026-11-12", "", ""),
        ("11/2026", "", ""),
        ("12112026", "", ""),
        ("12/11/2026", "11", "2026"),
        ("12/11/226", "", ""),
        ("12", "11", "226"),
        ("12", "11", "0001"),
        ("12", "11", "9999"),
        ("12", "11", "0026"),
        ("31/12/1989", "", ""),
        ("01/01/2101", "", ""),
        ("0", "11", "2026"),
        ("12", "0", "2026"),
        ("-1", "11", "2026"),
        ("+1", "11", "2026"),
        ("1e1", "11", "2026"),
        ("1_2", "11", "2026"),
        ("012", "11", "2026"),
        ("\u0661\u0662", "\u0661\u0661", "\u0662\u0660\u0662\u0666"),
        ("\u0661\u0662/\u0661\u0661/\u0662\u0660\u0662\u0666", "", ""),
        ("\uff11\uff12", "11", "2026"),
        ("1\u00b2", "11", "2026"),
        ("12", "no", "2026"),
        ("12", "novembers", "2026"),
        ("12 Brumaire 2026", "", ""),
        ("yesterday", "", ""),
        ("12/11/2026 9pm", "", ""),
        ("12", "11", "2026\n1"),
    ],
)
def test_what_is_no_date_or_could_be_two_is_refused(boxes: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match=r"^Enter a real date, like 12 11 2026\.$"):
        read_date(*boxes)


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_every_date_in_range_is_read_back_from_each_spelling(found: date) -> None:
    assert read_date(str(found.day), str(found.month), str(found.year)) == found
    assert read_date(f"{found:%d/%m/%Y}") == found
    assert read_date(f"{found.day} {found:%B} {found.year}") == found


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12), st.text(max_size=4), st.text(max_size=6))
def test_nothing_that_can_be_typed_breaks_it(day: str, month: str, year: str) -> None:
    try:
        assert 1990 <= read_date(day, month, year).year <= 2100
    except ValueError as error:
        assert str(error) == ENTER_A_REAL_DATE


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("9pm", time(21)),
        ("9 pm", time(21)),
        ("9PM", time(21)),
        ("9 p.m.", time(21)),
        ("9.15 pm", time(21, 15)),
        ("9:15pm", time(21, 15)),
        ("09:15am", time(9, 15)),
        ("21:00", time(21)),
        ("21.15", time(21, 15)),
        ("2100", time(21)),
        ("0915", time(9, 15)),
        ("09:15", time(9, 15)),
        ("00:00", time(0)),
        ("23:59", time(23, 59)),
        ("12am", time(0)),
        ("12:30am", time(0, 30)),
        ("12pm", time(12)),
        ("12:59pm", time(12, 59)),
        ("midday", time(12)),
        ("Noon", time(12)),
        ("midnight", time(0)),
        (" 9pm ", time(21)),
    ],
)
def test_a_time_is_read_however_it_is_written(typed: str, found: time) -> None:
    assert read_time(typed) == found


@pytest.mark.parametrize(
    "typed",
    [
        "", "9", "9:15", "9.15", "915", "21", "24:00", "2400", "21:60", "9:60pm", "0pm", "13pm", "21:15pm", "9:5pm",
        "-9pm", "9pm tonight", "evening", "21:15:00", "\u0669pm", "\u0662\u0661:\u0661\u0665", "\uff12\uff11:00", "pm",
    ],
)  # fmt: skip
def test_a_time_that_is_none_or_could_be_two_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^Enter a time, like 9:15pm or 21:15\.$"):
        read_time(typed)


@settings(max_examples=100, deadline=None)
@given(st.times())
def test_a_time_is_read_back_as_it_is_written(at: time) -> None:
    assert read_time(written_time(at)) == time(at.hour, at.minute)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=10))
def test_no_text_breaks_the_reading_of_a_time(typed: str) -> None:
    try:
        read_time(typed)
    except ValueError as error:
        assert str(error) == ENTER_A_TIME


@pytest.mark.parametrize(
    ("found", "reason"),
    [(date(2026, 11, 11), None), (date(2026, 11, 12), None), (date(2026, 11, 13), "That date has not come yet.")],
)
def test_a_day_that_has_not_come_is_refused(found: date, reason: str | None) -> None:
    assert why_not_yet(found, today=date(2026, 11, 12)) == reason
