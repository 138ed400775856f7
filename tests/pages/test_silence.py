"""What came of a case and stands outside it is not there for whoever is kept out of the case."""

import pytest
from builders import World, a_case, a_policy
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.procedures import PROGRAM, acting
from forethought.cases.models import Case
from forethought.cases.procedures import call_for_review
from forethought.people import procedures as people
from forethought.people.models import Person, Role
from forethought.reviews.models import Review


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def a_review_of(world: World, case: Case, by: Person) -> Review:
    with acting("tests.close", by=by, at=world.at):
        call_for_review(case, "The kind of post is not named in the policy.", by, world.at)
    return Review.objects.get(source_key__startswith=f"case:{case.id}")


@pytest.mark.policy("7.2", "10.2")
def test_a_head_kept_out_of_a_case_finds_no_review_that_came_of_it(world: World) -> None:
    a_policy(world)
    case = a_case(world, head="yes", group="staff")
    found = a_review_of(world, case, world.chair)
    client = client_of(world.head)

    assert "not named in the policy" not in text_of(client.get("/reviews/"))
    for end in ("", "close-review/", "change-owner/"):
        assert client.get(f"/reviews/{found.id}/{end}").status_code == 404
    assert "not named in the policy" in text_of(client_of(world.chair).get("/reviews/"))


@pytest.mark.policy("7.2", "10.2")
def test_such_a_review_is_given_to_nobody_who_is_kept_out(world: World) -> None:
    a_policy(world)
    people.appoint(person=world.colleague, role=Role.CLERK, by=PROGRAM, at=world.at)
    found = a_review_of(world, a_case(world, head="yes", group="staff"), world.chair)
    html = text_of(client_of(world.chair).get(f"/reviews/{found.id}/change-owner/"))

    assert world.colleague.name in html
    assert world.head.name not in html
    answer = client_of(world.chair).post(
        f"/reviews/{found.id}/change-owner/", {"version": str(found.version), "owner": str(world.head.id)}
    )
    assert answer.status_code == 422


@pytest.mark.policy("7.2", "10.2")
def test_whoever_owns_a_review_and_is_then_named_loses_sight_of_it(world: World) -> None:
    a_policy(world)
    case = a_case(world)
    found = a_review_of(world, case, world.senior)
    Review.objects.filter(pk=found.pk).update(owner=world.head)
    assert f"/reviews/{found.id}/" in text_of(client_of(world.head).get("/"))

    from forethought.cases.models import Capacity
    from forethought.cases.procedures import name_person

    name_person(case=case, person=world.head, capacity=Capacity.REPORTED, by=world.senior, at=world.at)
    assert f"/reviews/{found.id}/" not in text_of(client_of(world.head).get("/"))
