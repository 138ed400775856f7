"""What is covered in a picture and cut from a text, as somebody writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.evidence import redacting_rules as rules
from forethought.evidence.redacting_rules import CUT, LINE_CUT, Area

LINES = ["Ms Example is a fool.", "So says Tim Example of 7B.", "", "ms  example will see."]


@pytest.mark.policy("7.4")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10 20 45 30", [Area(1000, 2000, 4500, 3000)]),
        ("10%, 20%, 45%, 30%\n\n0 0 100 100", [Area(1000, 2000, 4500, 3000), Area(0, 0, 10000, 10000)]),
        ("0.5 1.25 99.99 100", [Area(50, 125, 9999, 10000)]),
        ("", "at least one area"),
        ("10 20 45", "four numbers"),
        ("a b c d", "four numbers"),
        ("-1 0 10 10", "four numbers"),
        ("10 20 101 30", "no number is more than 100"),
        ("45 20 10 30", "more than the first"),
        ("10 30 45 30", "more than the second"),
        ("1e1 2 3 4", "four numbers"),
        ("\n".join(["0 0 1 1"] * (rules.MOST_AREAS + 1)), "At most"),
    ],
)
def test_areas_are_four_numbers_to_a_line(text: str, found: list[Area] | str) -> None:
    read = rules.read_areas(text)
    assert read == found if isinstance(found, list) else found in str(read)


@pytest.mark.policy("7.4")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", set()),
        ("3", {3}),
        ("3, 7-9", {3, 7, 8, 9}),
        ("1-1;2", {1, 2}),
        ("10", {10}),
        ("0", "no line 0"),
        ("11", "no line 11"),
        ("9-7", "no line 9-7"),
        ("three", "as numbers"),
    ],
)
def test_lines_are_numbers_and_ranges(text: str, found: set[int] | str) -> None:
    read = rules.read_lines(text, most=10)
    assert read == found if isinstance(found, set) else found in str(read)


@pytest.mark.policy("7.4")
def test_a_passage_is_cut_wherever_it_stands_whatever_its_capitals_and_spaces() -> None:
    kept = rules.cut(lines=LINES, numbers=set(), passages=["ms example"])
    assert kept == [f"{CUT} is a fool.", LINES[1], "", f"{CUT} will see."]


@pytest.mark.policy("7.4")
def test_a_line_is_cut_whole_and_the_others_keep_their_numbers() -> None:
    kept = rules.cut(lines=LINES, numbers={2}, passages=[])
    assert kept == [LINES[0], LINE_CUT, "", LINES[3]]


@pytest.mark.policy("7.4")
def test_many_lines_cut_in_one_go_are_one_mark_that_says_which() -> None:
    lines = [str(number) for number in range(1, 11)]
    kept = rules.cut(lines=lines, numbers={1, 2, 3, 5, 6, 7, 8, 10, 11}, passages=[])
    assert kept == [LINE_CUT, LINE_CUT, LINE_CUT, "4", "[lines 5-8 cut]", "9", LINE_CUT]


@pytest.mark.policy("7.4")
def test_numbers_of_lines_are_written_as_they_are_read() -> None:
    assert rules.spans({9, 3, 8, 7, 1}) == ["1", "3", "7-9"] and rules.spans(set()) == []
    assert rules.read_lines(", ".join(rules.spans({1, 3, 7, 8})), most=10) == {1, 3, 7, 8}


@pytest.mark.policy("7.4")
def test_from_a_long_text_fewer_passages_are_cut_at_a_time() -> None:
    lines = ["Example"] * (rules.MOST_LOOKS // 3)
    assert rules.why_not_cut(lines=lines, numbers=[], passages=["Example"] * 3) is None
    assert "At most 3 passages" in str(rules.why_not_cut(lines=lines, numbers=[], passages=["Example"] * 4))


@pytest.mark.policy("7.4")
def test_a_passage_inside_another_leaves_nothing_standing() -> None:
    kept = rules.cut(lines=["Tim Example of 7B"], numbers=set(), passages=["Example", "Tim Example"])
    assert kept == [f"{CUT} of 7B"]


@pytest.mark.policy("7.4")
@pytest.mark.parametrize(
    ("numbers", "passages", "refused"),
    [
        (set(), [], "Say what to cut"),
        ({1}, [], None),
        (set(), ["TIM EXAMPLE"], None),
        (set(), ["Example", "not there"], "Passage 2"),
        (set(), ["fool.\nSo"], "Passage 1"),
    ],
)
def test_a_passage_that_does_not_stand_in_the_text_is_said_and_not_quoted(
    numbers: set[int], passages: list[str], refused: str | None
) -> None:
    said = rules.why_not_cut(lines=LINES, numbers=numbers, passages=passages)
    assert said is None if refused is None else refused in str(said)
    assert "not there" not in str(said)


@given(st.lists(st.text(alphabet="ab c", max_size=12), min_size=1, max_size=6), st.text(alphabet="abc", min_size=1))
def test_what_was_cut_does_not_stand_in_the_copy(lines: list[str], passage: str) -> None:
    kept = rules.cut(lines=lines, numbers=set(), passages=[passage])
    assert len(kept) == len(lines)
    assert not any(passage in line.replace(CUT, "|") for line in kept)


def test_names_that_stand_in_a_text_are_found_whole_or_by_their_first_or_last_word() -> None:
    lines = ["0:05 Ben says that Tess  Harlow knows.", "0:09 Fostering is not a name, nor is Al."]
    assert rules.names_in(lines, {"Ben Foster", "Tess Harlow", "Al Li", "Grace Adeyemi", ""}) == [
        "Tess Harlow",
        "Harlow",
        "Tess",
        "Ben",
    ]
