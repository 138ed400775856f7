"""The figures for governors: measured against the promise, without a number that points at somebody."""

from datetime import UTC, datetime, timedelta
from random import Random
from xml.etree import ElementTree

import pytest

from forethought.takedowns.figures import FEWEST, OTHERS, Taken, figures
from forethought.takedowns.picture import picture

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def taken(medium="X", route="N1", *, asked=2.0, gone: float | None = 5.0) -> Taken:
    return Taken(
        medium,
        route,
        AT,
        asked_at=AT + asked * HOUR if asked is not None else None,
        gone_at=AT + gone * HOUR if gone is not None else None,
    )


def many(number: int, medium="X", **values) -> list[Taken]:
    return [taken(medium, **values) for _ in range(number)]


@pytest.mark.policy("8.3")
def test_what_was_in_time_and_what_went_at_all_are_counted_apart():
    found = figures([*many(10, gone=24.0), *many(10, gone=24.01), *many(10, gone=None)])
    assert found.whole.said[:3] == ("30", "33 per cent", "66 per cent")
    assert found.whole.to_approach == 2 * HOUR
    assert 5 * HOUR < found.whole.to_removal <= 24.01 * HOUR


@pytest.mark.policy("8.3")
def test_too_few_are_no_figures():
    assert figures(many(9)).whole is None
    assert figures([]).by_medium == ()
    assert figures(many(10)).whole.said[1] == "100 per cent"


@pytest.mark.policy("8.3")
def test_a_few_on_one_side_are_not_said():
    found = figures([*many(17), *many(3, gone=None)])
    assert found.whole.in_time is None and found.whole.at_all is None and found.whole.said[1] == "not shown"


@pytest.mark.policy("8.3")
def test_small_kinds_stand_together_and_are_never_what_is_left_over():
    found = figures([*many(40, "X"), *many(20, "TikTok"), *many(3, "Bebo")])
    names = [line.name for line in found.by_medium]
    assert "Bebo" not in names and OTHERS in names
    assert min(line.count for line in found.by_medium) >= 10
    assert sum(line.count for line in found.by_medium) == found.whole.count
    assert [line.name for line in figures([*many(30, "X"), *many(2, "Bebo")]).by_medium] == []


@pytest.mark.policy("8.3")
def test_one_hidden_share_hides_a_second_one():
    rows = [*many(20, "X"), *many(10, "X", gone=None), *many(18, "TikTok"), *many(2, "TikTok", gone=None)]
    found = figures([*rows, *many(15, "Reddit"), *many(15, "Reddit", gone=None)])
    assert sum(line.at_all is None for line in found.by_medium) == 2
    assert found.whole.at_all is not None


@pytest.mark.policy("8.3")
@pytest.mark.parametrize("seed", range(300))
def test_no_small_count_is_said_or_left_over(seed):
    chance = Random(seed)
    rows = [
        taken(
            chance.choices(["X", "TikTok", "Reddit", "Bebo", OTHERS], [8, 5, 2, 1, 1])[0],
            chance.choice("abc"),
            gone=chance.choice([None, 1.0, 1.0, 30.0]),
        )
        for _ in range(chance.randrange(120))
    ]
    found = figures(rows)
    for lines in (found.by_medium, found.by_route):
        assert not lines or sum(line.count for line in lines) == found.whole.count
        for line in lines:
            assert line.count >= 10
        for share in ("in_time", "at_all"):
            hidden = [line for line in lines if getattr(line, share) is None]
            # Where the whole is said too, one alone that is not would follow from it.
            assert len(hidden) != 1 or len(lines) == 1
    for line in (*([found.whole] if found.whole else []), *found.by_medium, *found.by_route):
        for share in (line.in_time, line.at_all):
            few = None if share is None else line.count * share / 100
            assert few is None or few == 0 or few > FEWEST - 1.5


@pytest.mark.policy("8.3")
def test_the_picture_is_whole_and_holds_no_script_or_markup_of_others():
    found = figures([*many(20, "<script>alert(1)</script>"), *many(20, 'a" onload="x', gone=None), *many(20, "X")])
    drawn = picture([found.whole, *found.by_medium], title="Taken down & gone")
    tree = ElementTree.fromstring(drawn)
    tags = {element.tag.split("}")[1] for element in tree.iter()}
    assert tags == {"svg", "title", "desc", "rect", "text"}
    assert not any(name.startswith(("on", "style", "{")) or "href" in name for e in tree.iter() for name in e.attrib)
    assert "66 per cent within 24 hours" in drawn and "66%" in drawn
