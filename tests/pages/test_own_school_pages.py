"""The school's own pages: what was answered in the set-up is changed here, by whoever may, and by nobody else."""

import re

import pytest
from builders import World
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from signed import client_of, school_now  # noqa: F401

from forethought.audit.models import Entry
from forethought.core.clock import london
from forethought.people import procedures as people
from forethought.people.models import Appointment, ClosedTime, Doorway, Role, School, Shift

HEADS = ("describe-school/", "set-hours/", "note-mail-arrives/", "note-key-copy/", "make-staffroom-code/")


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def done(client: Client, path: str, **sent: str) -> str:
    """Send a form that must be taken. The page it leads to."""
    answer = client.post(path, sent, follow=True)
    assert answer.redirect_chain, re.sub(r"\s+", " ", answer.content.decode())[-2500:]
    return str(answer.content.decode())


def today_boxes(name: str) -> dict[str, str]:
    day = london(timezone.now()).date()
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


@pytest.mark.policy("2.5")
def test_the_head_changes_what_the_set_up_asked(world: World) -> None:
    client = client_of(world.head)
    page = client.get("/school/").content.decode()
    assert world.school.name in page
    done(client, "/school/describe-school/", name="New Name", urn="123456", phase="primary", run_by="trust", runs="T")
    done(client, "/school/set-hours/", answer_hours="2", approach_hours="3")
    done(client, "/school/keep-closed-days/", closed="Winter: 21 12 2090 to 1 1 2091")
    done(client, "/school/change-own-address/", address="1 Lane", email="office@oak.example")
    school = School.objects.get(pk=world.school.pk)
    assert (school.name, school.run_by, school.answer_hours, school.approach_hours) == ("New Name", "trust", 2, 3)
    assert school.contacts["school"]["email"] == "office@oak.example"
    assert ClosedTime.objects.get().name == "Winter"
    assert "Winter: 21 12 2090 to 1 1 2091" in client.get("/school/keep-closed-days/").content.decode()
    assert client.post("/school/set-hours/", {"answer_hours": "99", "approach_hours": "3"}).status_code == 422


@pytest.mark.policy("2.5")
def test_others_find_no_such_page(world: World) -> None:
    for person in (world.teacher, world.senior, world.chair, world.lead):
        client = client_of(person)
        for end in ("", "duty/", *HEADS):
            assert client.get(f"/school/{end}").status_code == 404, (person, end)
    assert client_of(world.lead).get("/school/contacts/").status_code == 200
    assert client_of(world.chair).get("/school/offices/").status_code == 200
    assert client_of(world.senior).get("/school/offices/").status_code == 404


@pytest.mark.policy("6.5", "8.7")
def test_a_number_that_the_lead_puts_in_stands_where_it_is_needed(world: World) -> None:
    client = client_of(world.lead)
    assert client.get("/school/contacts/nobody/change-contact/").status_code == 404
    page = done(
        client,
        "/school/contacts/social_care/change-contact/",
        name="Social care",
        number="01234 567890",
        **today_boxes("checked_on"),
    )
    assert "01234 567890" in page
    assert "tel:01234567890" in client_of(world.head).get("/concern/raise-concern/").content.decode()
    wrong = client.post("/school/contacts/social_care/change-contact/", {"name": "Social care", "number": "1"})
    assert wrong.status_code == 422


@pytest.mark.policy("2.5")
def test_the_code_for_the_staffroom_is_shown_once_and_lets_somebody_in(world: World) -> None:
    client = client_of(world.head)
    page = client.post("/school/make-staffroom-code/").content.decode()
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", page.split("<main")[1])
    assert code
    assert code[0] not in client.get("/school/make-staffroom-code/").content.decode()
    assert Client().post("/enter/", {"code": code[0]}).headers["Location"] == "/report/"
    assert Doorway.objects.filter(kind="staffroom", ends_at__isnull=True).count() == 1


@pytest.mark.policy("2.5")
def test_mail_is_tried_with_a_real_message(world: World, settings: Settings) -> None:
    client = client_of(world.head)
    assert "No mail server is set" in client.post("/school/note-mail-arrives/", {"to": "a@b.example"}).content.decode()
    settings.EMAIL_HOST = "mail.example"
    client.post("/school/note-mail-arrives/", {"to": "a@b.example"})
    number = re.search(r"[0-9]{6}", str(mail.outbox[0].body))
    assert number
    assert client.post("/school/note-mail-arrives/", {"number": "1"}).status_code == 422
    done(client, "/school/note-mail-arrives/", number=number[0])
    assert School.objects.get(pk=world.school.pk).mail_arrived_at is not None


@pytest.mark.policy("2.5")
def test_a_copy_of_the_key_is_shown_by_the_end_of_its_line_which_stands_nowhere(world: World) -> None:
    client, line = client_of(world.head), django_settings.MASTER_KEY_FILE.read_text().strip()
    assert "copy of the key" in client.get("/").content.decode()
    assert client.post("/school/note-key-copy/", {"typed": "00000000"}).status_code == 422
    page = done(client, "/school/note-key-copy/", typed=f"{line[-8:-4]} {line[-4:].upper()}")
    assert "It is in the safe" in page
    assert line[-8:] not in page
    assert "copy of the key lies" not in client.get("/").content.decode()
    assert not any(line[-8:] in body for body in Entry.objects.values_list("body", flat=True))


@pytest.mark.policy("7.2")
def test_offices_are_named_and_ended_by_whoever_may(world: World) -> None:
    head, chair = client_of(world.head), client_of(world.chair)
    assert "Tell them how" in head.get("/school/offices/").content.decode()
    done(head, "/school/offices/fill-office/", role="hr", person=str(world.teacher.pk))
    assert Appointment.objects.filter(role=Role.HR, person=world.teacher).exists()
    refused = head.post("/school/offices/fill-office/", {"role": "chair", "person": str(world.teacher.pk)})
    assert refused.status_code == 422
    done(chair, "/school/offices/fill-office/", role="protection", person=str(world.teacher.pk))
    senior = Appointment.objects.get(role=Role.SENIOR)
    assert chair.post(f"/school/offices/{senior.pk}/end-office/").status_code == 422
    done(head, f"/school/offices/{senior.pk}/end-office/")
    assert head.post(f"/school/offices/{senior.pk}/end-office/").status_code == 422
    assert head.get(f"/school/offices/{world.school.pk}/end-office/").status_code == 404
    done(head, f"/school/offices/{world.teacher.pk}/invite/")
    assert head.post(f"/school/offices/{world.teacher.pk}/invite/").status_code == 422


@pytest.mark.policy("8.3")
def test_the_rota_says_which_closed_days_it_does_not_cover(world: World) -> None:
    client = client_of(world.head)
    done(client, "/school/keep-closed-days/", closed="Winter: 21 12 2090 to 1 1 2091\nSpring: 1 3 2091")
    assert client.get("/school/duty/").content.decode().count("to ") >= 2
    first = {"first_day_day": "20", "first_day_month": "12", "first_day_year": "2090"}
    last = {"last_day_day": "1", "last_day_month": "1", "last_day_year": "2091"}
    page = done(client, "/school/duty/put-on-duty/", person=str(world.senior.pk), **first, **last)
    bare = page.split("for all of these")[1].split("</ul>")[0]
    assert "Spring" in bare
    assert "Winter" not in bare
    shift = Shift.objects.get()
    done(client, f"/school/duty/{shift.pk}/take-off-duty/")
    assert not Shift.objects.exists()
    assert client.get(f"/school/duty/{shift.pk}/take-off-duty/").status_code == 404


@pytest.mark.policy("3.7")
def test_what_is_undone_stands_on_the_heads_home_and_goes(world: World) -> None:
    client = client_of(world.head)
    assert "code for the staffroom" in client.get("/").content.decode()
    people.make_staffroom_code(school=world.school, by=world.head, at=timezone.now())
    page = client.get("/").content.decode()
    assert "code for the staffroom" not in page
    assert "Setting up: not done yet" in page
    assert "Setting up" not in client_of(world.teacher).get("/").content.decode()
    assert "Setting up" not in client_of(world.senior).get("/").content.decode()
