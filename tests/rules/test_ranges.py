"""A player asks for a part of a file: what is there, what is not, and what is too much (RFC 9110, 14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.evidence.ranges import NoSuchRange, Range, range_in

MIB = 1024 * 1024


@pytest.mark.policy("7.3")
@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-", (0, 1000)),
        ("bytes=0-0", (0, 1)),
        ("bytes=10-19", (10, 20)),
        ("bytes=990-5000", (990, 1000)),
        ("bytes=-10", (990, 1000)),
        ("bytes=-5000", (0, 1000)),
        ("BYTES= 5-6 ", (5, 7)),
    ],
)
def test_a_range_that_is_there_is_given(header: str, found: tuple[int, int]) -> None:
    assert range_in(header, size=1000, most=MIB) == Range(*found, 1000)


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("bytes=-0", "Nothing is there"),
        ("bytes=1000-", "Nothing is there"),
        ("bytes=1000-2000", "Nothing is there"),
        ("bytes=20-10", "backwards"),
        ("bytes=-", "no range"),
        ("bytes=", "no range"),
        ("bytes=a-b", "no range"),
        ("bytes=1-2-3", "no range"),
        ("bytes=--1", "no range"),
        ("bytes=" + "9" * 400 + "-", "no range"),
        ("bytes=0-1,5-6", "one range"),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(10_000)), "one range"),
        ("nonsense", "no range"),
    ],
)
def test_a_range_that_is_not_there_is_refused_in_a_sentence(header: str, why: str) -> None:
    with pytest.raises(NoSuchRange, match=why):
        range_in(header, size=1000, most=MIB)


@pytest.mark.parametrize("header", ["", "pages=1-2", "seconds=0-"])
def test_what_does_not_ask_for_bytes_is_not_a_range(header: str) -> None:
    assert range_in(header, size=1000, most=MIB) is None


def test_an_empty_file_has_no_range() -> None:
    with pytest.raises(NoSuchRange):
        range_in("bytes=0-", size=0, most=MIB)


@given(st.integers(0, 2000), st.integers(0, 2000), st.integers(1, 1500))
def test_a_part_is_never_more_than_may_be_given_and_lies_inside(start: int, end: int, most: int) -> None:
    try:
        found = range_in(f"bytes={start}-{end}", size=1000, most=most)
    except NoSuchRange:
        assert start >= 1000 or end < start
        return
    assert found is not None
    assert (found.start, found.stop) == (start, min(1000, end + 1, start + most))
    assert found.as_header == f"bytes {found.start}-{found.stop - 1}/1000"
