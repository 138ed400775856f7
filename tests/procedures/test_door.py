"""The door of one case opens to whom its list says, and costs the same whether there is such a case or not."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from builders import World, a_case, a_school
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forethought.cases import granting
from forethought.cases.door import opened_to
from forethought.cases.models import Case, Exclusion, Try
from forethought.cases.turning_away import turn_away
from forethought.people.models import Person
from forethought.rows import inside

DAY = timedelta(days=1)


@pytest.mark.policy("8.1")
def test_the_door_and_the_list_agree_on_who_sees_a_case_and_until_when(world: World) -> None:
    cases = [a_case(world), a_case(world, group="staff", name="Ben Foster")]
    granting.grant_seat(
        case=cases[0], person=world.colleague, part="guest", length="task", reason="x", by=world.senior, at=world.at
    )
    end, opened = world.at + 14 * DAY, 0

    for case in cases:
        for person in Person.objects.all():
            for at in (world.at, end - timedelta(seconds=1), end):
                seen = Case.objects.seen_by(person, at).filter(pk=case.pk).first()
                seat = case.seats.filter(person=person, ended_at__isnull=True).first()
                found = opened_to(person, case.pk, at)
                assert found == seen, (person, at)
                if found is None or seat is None:
                    continue
                opened += 1
                with CaptureQueriesContext(connection) as asked:
                    held = (found.own_seat, found.own_seat_ends_at, found.manager, found.school)  # type: ignore[attr-defined]
                assert held == (seat.why, seat.ends_at, case.manager, world.school) and len(asked) == 0
                assert {one.attname: getattr(found, one.attname) for one in Case._meta.concrete_fields} == {
                    one.attname: getattr(seen, one.attname) for one in Case._meta.concrete_fields
                }
    assert opened > 6


@pytest.mark.policy("7.2")
def test_an_exclusion_shuts_the_door_whatever_the_seat_says(world: World) -> None:
    case = a_case(world)
    assert opened_to(world.senior, case.pk, world.at) is not None
    Exclusion.objects.create(school=world.school, case=case, person=world.senior, why="Part of it", given_at=world.at)
    assert opened_to(world.senior, case.pk, world.at) is None


def test_a_case_without_a_manager_opens_to_nobody_it_was_not_put_before(world: World) -> None:
    case = a_case(world)
    Case.objects.filter(pk=case.pk).update(manager=None)
    found = opened_to(world.senior, case.pk, world.at)
    assert found is not None and found.manager is None
    assert opened_to(world.colleague, case.pk, world.at) is None


def test_the_door_of_another_schools_case_stays_shut(world: World) -> None:
    case = a_case(world)
    other = a_school(name="Ashdown Academy", tag="two")
    with inside(other.school.id):
        assert opened_to(other.senior, case.pk, world.at) is None
        assert opened_to(world.senior, case.pk, world.at) is None


def noted(into: list[str], execute: Callable[..., Any], sql: str, *args: Any) -> Any:
    """Keep a statement, without its values, on its way to the database."""
    if "SAVEPOINT" not in sql:
        into.append(sql)
    return execute(sql, *args)


@pytest.mark.policy("7.2")
def test_being_turned_away_asks_and_writes_the_same_for_a_case_for_none_and_for_ones_own(world: World) -> None:
    seen, about_them = a_case(world), a_case(world, group="staff", name="Ben Foster")
    turn_away(case_id=about_them.id, by=world.colleague, at=world.at)

    done: list[list[str]] = []
    for case_id in (uuid.uuid4(), seen.id, about_them.id):
        done.append([])
        with connection.execute_wrapper(partial(noted, done[-1])):
            turn_away(case_id=case_id, by=world.colleague, at=world.at)

    assert done[0] == done[1] == done[2]
    assert [row.times for row in Try.objects.all()] == [2]
