"""Twin worlds: for whoever is kept out of a case, every page, list, mail and download is as if it did not exist.

So many pairs of case and person on each database: FORETHOUGHT_TWINS. `twin_world_bytes` asks 200 and reads all pages.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
import twins
from counted import keep
from django.core.exceptions import PermissionDenied
from twins import Clock, Twins, differing, standing_still

from forethought.audit.procedures import PROGRAM, acting
from forethought.cases.models import Case
from forethought.pages import access, home
from forethought.people.models import Person
from forethought.people.post import owe_letter
from forethought.rows import inside

SHARDS = 2
TWINS = int(os.environ.get("FORETHOUGHT_TWINS", "100"))

pytestmark = pytest.mark.policy("7.2", "8.1")


@pytest.fixture
def clock(db: None) -> Iterator[Clock]:
    """The one clock of both worlds."""
    made = Clock()
    with standing_still(made):
        yield made


def told(school: Twins, count: int) -> tuple[list[str], int, int]:
    """By what somebody could tell; how many bytes differ; how many pages and mails were compared."""
    found, size, read = [], 0, 0
    for kind, one, two in school.pairs(count):
        read += len(one.seen)
        for where, differs in differing(one, two).items():
            size += differs
            found.append(f"{kind}, {one.person} after {one.after}: {differs} bytes of {where}")
    return found, size, read


@pytest.mark.parametrize("shard", range(SHARDS))
def test_whoever_is_kept_out_of_a_case_cannot_tell_that_it_is_there(clock: Clock, shard: int) -> None:
    count = -(-TWINS // SHARDS)
    found, size, read = told(Twins(shard, clock), count)
    keep(f"twins-{shard}", pairs=count, bytes=size, read=read)

    assert not found, "\n".join(found)
    assert read > 100 * count


# --- It is not blind: what tells of the case is seen ---


def _a_count(school: Twins) -> Any:
    """The home page says how many cases there are."""
    real = home.render

    def render(request: Any, template: str, values: dict[str, Any], **more: Any) -> Any:
        return real(request, template, {**values, "title": f"Home {Case.objects.count()}"}, **more)

    return mock.patch.object(home, "render", render)


def _a_letter(school: Twins) -> Any:
    """The worker writes to everybody once there is one case more."""
    real = twins.look
    with inside(school.school):
        before = Case.objects.count()

    def look(at: Any, work: Any) -> int:
        with inside(school.school):
            if Case.objects.count() > before:
                for person in Person.objects.filter(left_at__isnull=True):
                    with acting("tests.tell", by=PROGRAM, at=at):
                        owe_letter(person=person, kind="needs_you", at=at)
        return real(at, work)

    return mock.patch.object(twins, "look", look)


def _another_answer(school: Twins) -> Any:
    """Whoever asks for the case itself is refused, rather than told that there is no such page."""
    real = access.case_for

    def case_for(request: Any, case_id: Any) -> Any:
        if Case.objects.filter(pk=case_id, exclusions__person=request.viewer.person).exists():
            raise PermissionDenied
        return real(request, case_id)

    return mock.patch.object(access, "case_for", case_for)


@pytest.mark.parametrize("leak", [_a_count, _a_letter, _another_answer])
def test_what_tells_of_the_case_is_seen(clock: Clock, leak: Callable[[Twins], Any]) -> None:
    school = Twins(3, clock)
    with leak(school):
        found, _, _ = told(school, 3)
    assert found
