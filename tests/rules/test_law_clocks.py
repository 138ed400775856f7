"""Every clock of a takedown, ours and others', across weekends, holidays, both changes of the clocks and midnight."""

from datetime import UTC, datetime, timedelta

import pytest

from forethought.takedowns.law_clocks import erasure_due, image_due, poster_due, section_5, their_clocks
from forethought.takedowns.marks import approach_due, resolve_due, website_due


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


#: When, then in UTC: asked by, resolved by, the website's 48 hours, the poster's five days, an image's 48 hours.
TIMES = {
    "an ordinary Monday": (at(2026, 11, 16, 18), (16, 22), (17, 18), at(2026, 11, 18, 18), at(2026, 11, 22)),
    "a Friday at six": (at(2026, 11, 20, 18), (20, 22), (21, 18), at(2026, 11, 24, 18), at(2026, 11, 26)),
    "a Friday at nine": (at(2026, 11, 20, 21), (21, 10), (21, 21), at(2026, 11, 24, 21), at(2026, 11, 26)),
    "a Saturday at noon": (at(2026, 11, 21, 12), (21, 16), (22, 12), at(2026, 11, 25), at(2026, 11, 27)),
    "a minute before midnight": (
        at(2026, 11, 16, 23, 59),
        (17, 11),
        (17, 23, 59),
        at(2026, 11, 18, 23, 59),
        at(2026, 11, 22),
    ),
    "midnight itself": (at(2026, 11, 17), (17, 11), (18,), at(2026, 11, 19), at(2026, 11, 23)),
    "half-term": (at(2026, 10, 28, 10), (28, 14), (29, 10), at(2026, 10, 30, 10), at(2026, 11, 3)),
}


@pytest.mark.policy("8.3")
@pytest.mark.parametrize("name", TIMES)
def test_each_clock_counts_in_its_own_way(name):
    start, approach, resolve, website, poster = TIMES[name]
    assert approach_due(start) == at(start.year, start.month, *approach)
    assert resolve_due(start) == at(start.year, start.month, *resolve)
    assert website_due(start) == website
    assert poster_due(start) == poster
    assert image_due(start) == start + timedelta(hours=48)


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("start", "approach", "resolve", "website", "poster"),
    [
        # Christmas: Thursday the 24th, with two bank holidays and a weekend behind it.
        (at(2026, 12, 24, 18), at(2026, 12, 24, 22), at(2026, 12, 25, 18), at(2026, 12, 30, 18), at(2026, 12, 30)),
        # Easter: the Thursday before Good Friday; the clocks are an hour ahead of UTC.
        (at(2026, 4, 2, 17), at(2026, 4, 2, 21), at(2026, 4, 3, 17), at(2026, 4, 8, 17), at(2026, 4, 7, 23)),
        # Forward: the Friday before, in winter time; everything after it in summer time.
        (at(2026, 3, 27, 18), at(2026, 3, 27, 22), at(2026, 3, 28, 18), at(2026, 3, 31, 17), at(2026, 4, 1, 23)),
        # Forward: the evening before; the 24 hours are elapsed ones, so the clock on the wall says an hour more.
        (at(2026, 3, 28, 21), at(2026, 3, 29, 9), at(2026, 3, 29, 21), at(2026, 3, 31, 23), at(2026, 4, 2, 23)),
        # Back: the Friday before, in summer time; everything after it in winter time.
        (at(2026, 10, 23, 17), at(2026, 10, 23, 21), at(2026, 10, 24, 17), at(2026, 10, 27, 18), at(2026, 10, 29)),
        # Back: in the hour that comes twice, the first time and the second.
        (at(2026, 10, 25, 0, 30), at(2026, 10, 25, 11), at(2026, 10, 26, 0, 30), at(2026, 10, 28), at(2026, 10, 31)),
        (at(2026, 10, 25, 1, 30), at(2026, 10, 25, 11), at(2026, 10, 26, 1, 30), at(2026, 10, 28), at(2026, 10, 31)),
        # A bank holiday on a Monday in May.
        (at(2026, 5, 1, 17), at(2026, 5, 1, 21), at(2026, 5, 2, 17), at(2026, 5, 6, 17), at(2026, 5, 6, 23)),
    ],
)
def test_holidays_and_changes_of_the_clocks(start, approach, resolve, website, poster):
    assert approach_due(start) == approach
    assert resolve_due(start) == resolve
    assert website_due(start) == website
    assert poster_due(start) == poster


@pytest.mark.policy("8.3")
def test_the_promise_never_skips_and_the_regulations_always_do():
    for day in range(1, 29):
        start = at(2026, 12, day, 15)
        assert resolve_due(start) - start == timedelta(hours=24) == image_due(start) - resolve_due(start)
        assert website_due(start) - start >= timedelta(hours=48)


@pytest.mark.policy("8.4")
def test_a_section_5_notice_has_three_clocks_in_a_row():
    told, answered, gone = section_5(at(2026, 11, 20, 18))
    assert told.due_at == at(2026, 11, 24, 18)
    assert answered.due_at == at(2026, 11, 30)  # Midnight at the end of Sunday 29 November.
    assert gone.due_at == at(2026, 12, 2)  # 48 hours from a Monday's midnight.
    assert told.said(at(2026, 11, 21)).startswith("By 6pm on Tuesday 24 November: the website tells whoever posted it")


@pytest.mark.policy("8.4")
def test_a_month_ends_where_the_month_ends():
    assert erasure_due(at(2027, 1, 31, 12)) == at(2027, 3, 1)  # The end of 28 February.
    assert erasure_due(at(2026, 11, 20, 12)) == at(2026, 12, 21)
    assert erasure_due(at(2026, 6, 20, 12)) == at(2026, 7, 20, 23)


@pytest.mark.policy("8.4")
@pytest.mark.parametrize(("number", "clocks"), [("N3", 3), ("N4", 1), ("N7", 1), ("N1", 0), ("N2", 0), ("step", 0)])
def test_which_notices_start_a_clock_of_somebody_else(number, clocks):
    assert len(their_clocks(number, at(2026, 11, 20, 18))) == clocks
