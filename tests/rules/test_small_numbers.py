"""The picture for those who see its shape: no small number is said, and none can be worked out from what is."""

from collections import defaultdict
from itertools import product

import pytest

from forethought.acknowledgements.rules import Row
from forethought.acknowledgements.small_numbers import FEWEST, NOT_SAID, OTHERS, SMALL, Shape, shaped, together


def total(rows: tuple[Row, ...]) -> Row:
    return Row("", sum(r.asked for r in rows), sum(r.done for r in rows), sum(r.late for r in rows))


def said(*rows: Row) -> list[tuple[str, str, str, str, str]]:
    return [(s.kind, s.asked, s.done, s.waiting, s.late) for s in shaped(rows, total(rows))]


@pytest.mark.policy("3.7")
def test_large_numbers_are_said_as_they_are() -> None:
    shapes = shaped(rows := (Row("employee", 40, 30, 10), Row("governor", 12, 7, 5)), total(rows))
    assert [(s.kind, s.asked, s.done, s.waiting, s.late, s.per_cent) for s in shapes] == [
        ("employee", "40", "30", "10", "10", 75),
        ("governor", "12", "7", "5", "5", 58),
        ("", "52", "37", "15", "15", 71),
    ]


@pytest.mark.policy("3.7")
def test_a_small_number_and_what_would_give_it_away_are_not_said() -> None:
    assert said(Row("employee", 40, 30, 10), Row("governor", 12, 10, 1)) == [
        ("employee", "40", "30", "10", "10"),
        ("governor", "12", NOT_SAID, SMALL, SMALL),
        ("", "52", NOT_SAID, NOT_SAID, NOT_SAID),
    ]


@pytest.mark.policy("3.7")
def test_small_kinds_stand_together_and_take_in_the_next_smallest() -> None:
    rows = (Row("employee", 40, 30, 6), Row("trainee", 11, 5, 6), Row("contractor", 2, 1, 1), Row("volunteer", 3, 3, 0))
    assert together(rows) == [Row("employee", 40, 30, 6), Row(OTHERS, 16, 9, 7)]
    assert together((Row("employee", 30, 20, 9), Row("governor", 6, 5, 1))) == [Row(OTHERS, 36, 25, 10)]


@pytest.mark.policy("3.7")
@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ((Row("employee", 30, 25, 5), Row("governor", 6, 6, 0)), ("", "36", "31", "5", "5")),
        ((Row("employee", 30, 27, 3), Row("governor", 6, 6, 0)), ("", "36", NOT_SAID, SMALL, SMALL)),
        ((Row("employee", 30, 2, 28), Row("governor", 6, 1, 0)), ("", "36", SMALL, NOT_SAID, NOT_SAID)),
        ((Row("employee", 9, 9, 0),), ("", "9", NOT_SAID, NOT_SAID, NOT_SAID)),
        ((Row("employee", 4, 2, 1),), ("", SMALL, NOT_SAID, NOT_SAID, NOT_SAID)),
        ((), ("", SMALL, NOT_SAID, NOT_SAID, NOT_SAID)),
    ],
)
def test_in_a_small_school_there_is_one_line_for_everybody(
    rows: tuple[Row, ...], line: tuple[str, str, str, str, str]
) -> None:
    assert said(*rows) == [line]


def tables(asked: tuple[int, ...], *, late: bool) -> list[tuple[Row, ...]]:
    """Every picture there can be of kinds with so many people."""
    kinds = ("employee", "agency", "governor")
    return list(
        product(
            *(
                [
                    Row(kind, count, done, waits)
                    for done in range(count + 1)
                    for waits in (range(count - done + 1) if late else (0,))
                ]
                for kind, count in zip(kinds, asked, strict=False)
            )
        )
    )


@pytest.mark.policy("3.7")
@pytest.mark.parametrize(
    ("asked", "late"), [((10, 10), True), ((12, 10), True), ((30, 10), False), ((10, 11, 12), False), ((10,), True)]
)
def test_from_what_is_said_no_small_number_can_be_worked_out(asked: tuple[int, ...], late: bool) -> None:
    """All pictures that would be said alike are looked at together: a number that is the same in each is known."""
    alike: dict[tuple[Shape, ...], list[tuple[Row, ...]]] = defaultdict(list)
    for rows in tables(asked, late=late):
        alike[shaped(rows, total(rows))].append(rows)
    columns = ("done", "waiting", "late") if late else ("done", "waiting")
    for shapes, pictures in alike.items():
        for place, column in product(range(len(asked)), columns):
            could_be = {getattr(rows[place], column) for rows in pictures}
            assert len(could_be) > 1 or min(could_be) >= FEWEST, (shapes, place, column, could_be)
