"""Every address of the site is in the access matrix, and every door holds."""

import uuid

import pytest
from builders import World, a_case, a_draft, a_report, a_school
from django.test import Client
from doors import client_of, ours, without_token

from forethought.audit.procedures import Visitor
from forethought.cases.models import Case, Exclusion
from forethought.pages.door_rules import Door
from forethought.pages.matrix import MATRIX
from forethought.rows import inside


def test_every_view_of_ours_has_a_row_in_the_matrix() -> None:
    without = [route for route, one in ours() if getattr(one.callback, "matrix_name", None) not in MATRIX]
    assert without == []


def test_every_row_of_the_matrix_has_a_view() -> None:
    named = {one.callback.matrix_name for _, one in ours() if hasattr(one.callback, "matrix_name")}
    assert set(MATRIX) - named == set()


def filled(route: str, world: World, case: Case) -> str:
    takedown = case.takedowns.first()
    assert takedown is not None
    address = "/" + route
    known = {"case_id": case.id, "takedown_id": takedown.id, "party_id": case.parties.first().id}  # type: ignore[union-attr]
    for part in route.split("<")[1:]:
        kind, name = part.split(">")[0].split(":")
        value = "helpline" if kind == "slug" else known.get(name, uuid.uuid4())
        address = address.replace(f"<{kind}:{name}>", str(value))
    return address


def case_routes() -> list[str]:
    return [r for r, one in ours() if getattr(one.callback, "rule", None) and one.callback.rule.door is Door.CASE]


@pytest.mark.policy("7.2", "8.1")
@pytest.mark.parametrize("who", ["teacher", "colleague", "lead", "chair", "vice"])
def test_every_door_of_a_case_is_shut_to_whoever_is_not_on_its_list(world: World, who: str) -> None:
    case = a_case(world)
    client = client_of(getattr(world, who))
    for route in case_routes():
        address = filled(route, world, case)
        nowhere = filled(route, world, case).replace(str(case.id), str(uuid.uuid4()))
        for method in ("get", "post"):
            answer, none = getattr(client, method)(address), getattr(client, method)(nowhere)
            assert answer.status_code == 404, (who, method, address)
            assert without_token(answer.content) == without_token(none.content), (who, method, address)


@pytest.mark.policy("7.2")
def test_an_excluded_head_finds_nothing_anywhere(world: World) -> None:
    case = a_report(world, head="yes", group="staff").case
    assert Exclusion.objects.filter(case=case, person=world.head).exists()
    client = client_of(world.head)
    for route in case_routes():
        assert client.get(filled(route, world, case)).status_code == 404
    for address in ("/", "/cases/", "/next/"):
        answer = client.get(address, follow=True)
        assert case.reference not in answer.content.decode()
        assert str(case.id) not in answer.content.decode()


def test_another_schools_case_is_no_case(world: World) -> None:
    other = a_school(tag="two", name="Another School")
    with inside(other.school.id):
        theirs = a_case(other)
        addresses = [filled(route, other, theirs) for route in case_routes()]
    client = client_of(world.senior)
    for address in addresses:
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


@pytest.mark.policy("6.7")
def test_a_draft_is_its_writers_alone(world: World) -> None:
    mine = a_draft(world)
    visitors = a_draft(world, by=Visitor(id=uuid.uuid4()))
    client = client_of(world.colleague)
    for draft in (mine, visitors):
        for end in ("what", "who", "check", "records", "answer-gate", "receipt"):
            assert client.get(f"/report/{draft.id}/{end}/").status_code == 404


def test_nobody_signed_in_is_led_to_the_sign_in_page(world: World) -> None:
    case = a_case(world)
    for route in case_routes():
        answer = Client().get(filled(route, world, case))
        assert answer.status_code == 302, route
        assert answer.headers["Location"].startswith("/accounts/login/"), route
