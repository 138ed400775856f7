"""Who chairs the governors, on the pages: proposed by one, confirmed or declined by another, chosen by nobody alone."""

from datetime import timedelta

import pytest
from builders import World
from django.utils import timezone
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.procedures import PROGRAM
from forethought.people.models import Appointment, ChairProposal, Role
from forethought.people.procedures import appoint

pytestmark = [pytest.mark.django_db, pytest.mark.policy("7.2")]

OFFICES = "/school/offices/"


@pytest.fixture
def world(school_now: World) -> World:
    appoint(person=school_now.colleague, role=Role.CLERK, by=PROGRAM, at=timezone.now() - timedelta(days=20))
    return school_now


def proposed(world: World) -> str:
    answer = client_of(world.colleague).post(f"{OFFICES}propose-chair/", {"person": str(world.teacher.pk)})
    assert answer.headers["location"] == OFFICES
    return f"{OFFICES}chair/{ChairProposal.objects.get().pk}/"


def chairs() -> set[str]:
    return set(Appointment.objects.filter(role=Role.CHAIR, ends_at__isnull=True).values_list("person__name", flat=True))


def test_the_clerk_proposes_and_the_head_confirms_from_home(world: World) -> None:
    page = text_of(client_of(world.colleague).get(f"{OFFICES}fill-office/"))
    assert 'value="chair"' not in page and 'value="vice_chair"' in page
    base = proposed(world)
    assert chairs() == {world.chair.name}
    assert "waits for a second person" in text_of(client_of(world.colleague).get(OFFICES))
    head = client_of(world.head)
    assert f"{base}confirm-chair/" in text_of(head.get("/"))
    assert f"{base}confirm-chair/" not in text_of(client_of(world.colleague).get("/"))
    assert f"Confirm {world.teacher.name}" in text_of(head.get(f"{base}confirm-chair/"))
    assert head.post(f"{base}confirm-chair/").headers["location"] == OFFICES
    assert chairs() == {world.teacher.name}


def test_a_forged_press_names_nobody(world: World) -> None:
    clerk = client_of(world.colleague)
    sent = {"role": "chair", "person": str(world.teacher.pk)}
    assert clerk.post(f"{OFFICES}fill-office/", sent).status_code == 422
    base = proposed(world)
    answer = clerk.post(f"{base}confirm-chair/")
    assert answer.status_code == 422
    assert "Somebody else confirms it" in answer.content.decode()
    assert client_of(world.teacher).post(f"{base}confirm-chair/").status_code == 404
    assert client_of(world.senior).post(f"{base}confirm-chair/").status_code == 404
    assert chairs() == {world.chair.name}


def test_it_is_declined_or_taken_back(world: World) -> None:
    base = proposed(world)
    assert client_of(world.vice).post(f"{base}decline-chair/").headers["location"] == OFFICES
    assert client_of(world.head).post(f"{base}confirm-chair/").status_code == 422
    assert chairs() == {world.chair.name}
