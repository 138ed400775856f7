"""Everyone at every door: every address × method × person × somebody else's ids, and nobody gets across a wall.

So many requests on each database: FORETHOUGHT_DOORS, shared among the shards. `doors_crossed` asks a million.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast
from unittest import mock

import pytest
from counted import keep
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest
from knocking import Answer, Knock
from watchman import Tally, Town, Watchman, difference, standing_still

from forethought.cases.models import Case, Report
from forethought.pages import access, following

SHARDS = 8
DOORS = int(os.environ.get("FORETHOUGHT_DOORS", "125000"))

#: A real picture is drawn by another program at each look, and a recording is heard by one: too dear for a town.
NOTHING_BEHIND = {"record_reading.confirm_line", "redacting.grid"}

pytestmark = pytest.mark.policy("7.2", "8.1")


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    """A town, made once for all who stand at its doors: making it costs as much as a thousand requests."""
    with django_db_blocker.unblock(), transaction.atomic():
        with standing_still(20):
            made = Town()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def watchman(town: Town, db: None) -> Iterator[Watchman]:
    """Somebody at the doors of the town. What becomes of it meanwhile is undone."""
    # Other ids than those that the town was made with.
    with standing_still(21):
        yield Watchman(town)


def nothing_wrong(tally: Tally) -> None:
    assert not tally.wrong, "\n".join([str(tally), *tally.wrong])


@pytest.mark.parametrize("shard", range(SHARDS))
def test_nobody_gets_across_a_wall(watchman: Watchman, shard: int) -> None:
    tally = watchman.stand(shard, -(-DOORS // SHARDS))
    opened = sum(tally.opened.values())
    keep(f"doors-{shard}", knocks=tally.knocks, turned_away=tally.turned_away, opened=opened, wrong=len(tally.wrong))

    nothing_wrong(tally)
    # Both kinds were met, or this proves nothing.
    assert tally.turned_away > tally.knocks / 5
    assert opened > tally.knocks / 20


def test_every_door_of_a_case_is_opened_by_somebody(watchman: Watchman) -> None:
    assert set(watchman.open_each_door()) == NOTHING_BEHIND
    nothing_wrong(watchman.tally)


def test_an_id_that_stands_in_the_question_too_makes_no_difference() -> None:
    """Three in a million draws ask with the very id that the address has. What leads to signing in repeats both."""
    real, nobodys = uuid.uuid4(), uuid.uuid4()
    knock = Knock(cast(Any, None), "GET", cast(Any, None), {"case": real}, {}, query=f"to={real}")
    other = replace(knock, ids={"case": nobodys})

    def led(one: uuid.UUID) -> Answer:
        return Answer(302, {"Location": f"/sign-in/?next=/cases/{one}/%3Fto={real}"}, b"")

    assert difference(knock, led(real), other, led(nobodys)) == ""
    assert difference(knock, led(real), other, Answer(302, {"Location": "/"}, b"")) == "headers"


# --- It is not blind: with one wall down, somebody is seen to get through ---


def _any_case(request: Any, case_id: Any) -> Case:
    """No list and no exclusions: whoever knows the address is in."""
    case = Case.objects.select_related("manager", "school").filter(pk=case_id).first()
    if case is None:
        raise Http404
    case.own_seat, case.own_seat_ends_at, case.tries_said = None, None, []
    return case


def _any_report(request: HttpRequest, report_id: Any) -> Report:
    """Anybody’s report."""
    found = Report.objects.select_related("case__manager", "school", "draft").filter(pk=report_id).first()
    if found is None:
        raise Http404
    return found


def _turned_away(then: Callable[[Any], None]) -> Callable[..., Case]:
    """The real lock, and something besides where it does not open."""
    real = access.case_for

    def case_for(request: Any, case_id: Any) -> Case:
        try:
            return real(request, case_id)
        except Http404:
            then(case_id)
            raise

    return case_for


def _says_that_it_is_there(case_id: Any) -> None:
    if Case.objects.filter(pk=case_id).exists():
        raise PermissionDenied


def _writes(case_id: Any) -> None:
    Case.objects.filter(pk=case_id).update(label="Tried")


WALLS_DOWN = {
    "any role": lambda: mock.patch.object(access, "opens", lambda *said: True),
    "any list": lambda: mock.patch.object(access, "case_for", _any_case),
    "any report": lambda: mock.patch.object(following, "report_of", _any_report),
    "another answer": lambda: mock.patch.object(access, "case_for", _turned_away(_says_that_it_is_there)),
    "a write": lambda: mock.patch.object(access, "case_for", _turned_away(_writes)),
}


@pytest.mark.parametrize("wall", WALLS_DOWN)
def test_a_wall_that_is_down_is_seen(watchman: Watchman, wall: str) -> None:
    with WALLS_DOWN[wall]():
        tally = watchman.stand(1, 3000, most=1)
    assert tally.wrong
