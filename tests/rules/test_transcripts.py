"""What a person writes down of a recording: times and words, and a sentence for a line that cannot be taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.evidence.transcripts import LATEST, Line, clock_time, lines_in, typed_again

pytestmark = pytest.mark.policy("7.3")


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("0:05 Hello", [Line(5, "Hello")]),
        ("[0:05] Hello there", [Line(5, "Hello there")]),
        ("00:05\tHello\n\n0:05 Again\n1:02:03 End", [Line(5, "Hello"), Line(5, "Again"), Line(3723, "End")]),
        ("90:00 Late", [Line(5400, "Late")]),
    ],
)
def test_each_line_has_its_time(typed: str, lines: list[Line]) -> None:
    assert lines_in(typed) == (lines, None)


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("", "Write at least one line"),
        ("  \n ", "Write at least one line"),
        ("Hello", "Line 1 does not begin"),
        ("0:05", "Line 1 does not begin"),
        ("0:60 Hello", "Line 1 does not begin"),
        ("1:60:00 Hello", "Line 1 does not begin"),
        ("0:05 Hello\n\n0:04 Back", "Line 2 goes back"),
        ("49:00:00 Hello", "Line 1 is too long"),
        ("0:05 " + "x" * 2001, "Line 1 is too long"),
        ("0:05 x\n" * 2001, "At most 2,000 lines"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named(typed: str, begins: str) -> None:
    lines, reason = lines_in(typed)
    assert lines == []
    assert reason is not None and reason.startswith(begins)


@given(
    st.lists(st.integers(0, LATEST), min_size=1, max_size=20).map(sorted),
    st.text("abc é’?.!", min_size=1, max_size=30).map(str.strip).filter(bool),
)
def test_what_is_typed_again_is_the_same(times: list[int], words: str) -> None:
    lines = [Line(at, words) for at in times]
    assert lines_in(typed_again(lines)) == (lines, None)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0:00"), (5, "0:05"), (59.6, "1:00"), (750, "12:30"), (10_800, "3:00:00")]
)
def test_a_place_in_a_recording_is_said_as_people_say_it(seconds: float, said: str) -> None:
    assert clock_time(seconds) == said
