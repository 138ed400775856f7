"""A text in sections short enough for a phone, and only what changed for whoever read an earlier one."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forethought.acknowledgements.sections import FEW, FULL, GONE, sections_of, to_read
from forethought.policies.text import Paragraph, Text


def para(number: str, title: str = "", words: int = 10, say: str = "word") -> Paragraph:
    return Paragraph(number, title, " ".join([say] * words))


def places(text: Text, **how: object) -> list[tuple[int, ...]]:
    return [one.places for one in sections_of(text, **how)]  # type: ignore[arg-type]


def test_a_long_part_begins_a_section_of_its_own() -> None:
    text = (para("1.1", words=FEW), para("1.2"), para("2.1", words=FEW), para("3.1"))
    assert places(text) == [(0, 1), (2,), (3,)]


def test_short_parts_are_read_together() -> None:
    text = tuple(para(f"{n}.1", words=20) for n in range(1, 13))
    assert places(text) == [tuple(range(6)), tuple(range(6, 12))]


def test_a_part_that_is_too_long_for_one_page_is_broken_between_paragraphs() -> None:
    text = tuple(para(f"8.{n}", words=FULL // 2) for n in range(1, 6))
    assert places(text) == [(0, 1), (2, 3), (4,)]


def test_a_paragraph_without_a_number_stays_with_the_one_before() -> None:
    text = (para("1.1", words=FEW), para(""), para("(a)"), para("1.2"), para("2.1"))
    assert places(text) == [(0, 1, 2, 3), (4,)]


def test_a_text_without_numbers_is_broken_by_length() -> None:
    text = tuple(para("", words=FULL) for _ in range(3))
    assert places(text) == [(0,), (1,), (2,)]
    assert [one.title for one in sections_of(text)] == ["Part 1", "Part 2", "Part 3"]


def test_a_heading_is_never_parted_from_what_it_stands_over() -> None:
    text = (para("1.1", words=FULL), Paragraph("2", "Help", ""), para("2.1", words=FULL), para("2.2"))
    assert places(text) == [(0,), (1, 2), (3,)]


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ((para("1.1", "Why"),), "1.1 Why"),
        ((para("1.1", "Why"), para("")), "1.1 Why"),
        ((para("1.1", "Why"), para("1.2", "Who")), "1.1 and 1.2"),
        ((para("1.1"), para("1.2"), para("1.3")), "1.1, 1.2 and 1.3"),
        ((para("1.1"), para("1.2"), para("1.3"), para("2.1")), "1.1 to 2.1"),
        ((para("", "Why"), para("", "Who")), "Why"),
        ((para("1.1", "Why"), para("", "Who")), "Why"),
        ((para(""), para("")), "Part 1"),
    ],
)
def test_a_section_is_called_by_its_numbers_or_its_first_title(text: Text, called: str) -> None:
    [found] = sections_of(text)
    assert found.title == called and found.about == tuple(one.title for one in text if one.title)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(
            Paragraph,
            st.sampled_from(["", "1.1", "1.2", "2.1", "F1", "(a)", "12"]),
            st.sampled_from(["", "Title"]),
            st.integers(0, 500).map(lambda n: "w " * n),
        ),
        max_size=30,
    ),
    st.none() | st.sets(st.integers(0, 29)),
)
def test_every_paragraph_stands_in_exactly_one_section_and_in_order(
    text: list[Paragraph], some: set[int] | None
) -> None:
    found = sections_of(tuple(text), some)
    read = [place for one in found for place in one.places]
    assert read == [place for place in range(len(text)) if some is None or place in some]
    assert len({one.key for one in found}) == len(found)


OLD: Text = (para("1.1", "Why"), para("1.2", "Who"), para("2.1", "How", say="old"), para("3.1", "When"))


@pytest.mark.policy("3.7")
def test_only_what_changed_is_read_again() -> None:
    new = (*OLD[:2], Paragraph("2.1", "How", OLD[2].words + " more"), OLD[3])
    found = to_read(new, OLD)
    assert found.only_changes and [one.places for one in found.sections] == [(2,)] and found.gone == ()


@pytest.mark.policy("3.7")
def test_what_is_gone_is_a_part_to_be_opened_too() -> None:
    found = to_read(OLD[:3], OLD)
    assert found.only_changes and found.gone == (OLD[3],)
    assert [one.key for one in found.sections] == [GONE]


@pytest.mark.policy("3.7")
@pytest.mark.parametrize("since", [None, (), OLD])
def test_the_whole_text_is_read_by_whoever_has_nothing_to_compare_it_with(since: Text | None) -> None:
    found = to_read(OLD, since)
    assert not found.only_changes and [place for one in found.sections for place in one.places] == [0, 1, 2, 3]


@pytest.mark.policy("3.7")
def test_a_text_of_which_nothing_stayed_is_read_whole() -> None:
    new = (para("1", "Quite", say="other"), para("2", "Another", say="thing"))
    assert not to_read(new, OLD).only_changes
