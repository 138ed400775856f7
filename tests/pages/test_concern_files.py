"""A file added to a concern by whoever told it: the gate first, on the server too, and theirs alone."""

import uuid

import pytest
from builders import World
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.evidence.models import Exhibit, Grant
from forethought.people.models import Letter
from forethought.safeguarding.models import Alert, AlertTold, Concern, ConcernNote

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
NO = {"under_18": "no", "adult_intimate": "no", "danger": "no"}
FORM = {"danger": "no", "told": "A child said somebody messages her.", "adult": "no", "picture": "no"}

pytestmark = pytest.mark.policy("6.5", "7.4")


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def concern(world: World) -> Concern:
    client_of(world.teacher).post("/concern/raise-concern/", {**FORM, "press": str(uuid.uuid4())})
    return Concern.objects.select_related("case").get()


def page_of(concern: Concern) -> str:
    return f"/concern/{concern.pk}/told/"


def sends(client: Client, grant: Grant, **said: str) -> object:
    file = SimpleUploadedFile("shot.png", PNG, "image/png")
    return client.post(f"/upload/{grant.pk}/", {"kind": "social", **said, "files": file})


def test_the_teller_adds_a_file_behind_the_gate(world: World, concern: Concern) -> None:
    client, page = client_of(world.teacher), page_of(concern)
    html = text_of(client.get(page))
    assert "Add a file" in html and 'type="file"' not in html
    assert 'type="file"' not in text_of(client.get(page + "answer-gate/"))
    passed = client.post(page + "answer-gate/", NO)
    grant = Grant.objects.get()
    assert passed["Location"] == f"{page}records/{grant.pk}/"
    assert 'type="file"' in text_of(client.get(f"{page}records/{grant.pk}/?kind=social"))
    before = Letter.objects.filter(case_id=concern.case_id, person=world.lead).count()
    assert sends(client, grant)["Location"] == page  # type: ignore[index]
    kept = Exhibit.objects.get()
    assert (kept.case_id, kept.received_by) == (concern.case_id, str(world.teacher.pk))
    assert Letter.objects.filter(case_id=concern.case_id, person=world.lead).count() == before + 1
    assert ConcernNote.objects.filter(concern=concern, kind="said").count() == 1
    assert "You added: Social media." in text_of(client.get(page))
    assert str(kept.pk) in text_of(client_of(world.lead).get(f"/concerns/{concern.case_id}/"))


@pytest.mark.parametrize("answers", [{"under_18": "yes"}, {"under_18": "not_sure"}, {"adult_intimate": "yes"}])
def test_a_picture_that_may_not_be_copied_is_stopped_on_the_server_too(
    world: World, concern: Concern, answers: dict[str, str]
) -> None:
    client, page = client_of(world.teacher), page_of(concern)
    stopped = client.post(page + "answer-gate/", {**NO, **answers})
    grant = Grant.objects.get()
    assert stopped["Location"] == f"{page}records/{grant.pk}/stop/"
    assert 'type="file"' not in text_of(client.get(stopped["Location"]))
    assert client.get(f"{page}records/{grant.pk}/?kind=social")["Location"].endswith("/stop/")
    assert sends(client, grant).status_code == 422  # type: ignore[attr-defined]
    assert not Exhibit.objects.exclude(object_name="").exists()


def test_the_lead_hears_at_once_of_what_the_gate_stopped(world: World, concern: Concern) -> None:
    before = set(Alert.objects.values_list("pk", flat=True))
    client_of(world.teacher).post(page_of(concern) + "answer-gate/", {**NO, "under_18": "yes"})
    alert = Alert.objects.exclude(pk__in=before).get()
    assert alert.case_id == concern.case_id
    told = set(AlertTold.objects.filter(alert=alert).values_list("person_id", flat=True))
    assert world.lead.pk in told and world.teacher.pk not in told


def test_nobody_told_of_a_stop_is_the_one_it_is_about(world: World) -> None:
    said = {**FORM, "adult": "yes", "head": "no", "lead": "yes", "name": world.lead.name, "press": str(uuid.uuid4())}
    answer = client_of(world.teacher).post("/concern/raise-concern/", said)
    assert answer.status_code == 302, answer.content.decode()
    concern = Concern.objects.get()
    before = set(Alert.objects.values_list("pk", flat=True))
    client_of(world.teacher).post(page_of(concern) + "answer-gate/", {**NO, "under_18": "yes"})
    told = AlertTold.objects.filter(alert__in=Alert.objects.exclude(pk__in=before))
    assert told.exists() and not told.filter(person=world.lead).exists()


def test_a_file_of_a_concern_is_added_by_whoever_told_it_alone(world: World, concern: Concern) -> None:
    page = page_of(concern)
    client_of(world.teacher).post(page + "answer-gate/", NO)
    grant = Grant.objects.get()
    for other in (world.colleague, world.lead, world.head):
        client = client_of(other)
        for address in (page, page + "answer-gate/", f"{page}records/{grant.pk}/", f"{page}records/{grant.pk}/stop/"):
            assert client.get(address).status_code == 404
        assert sends(client, grant).status_code == 404  # type: ignore[attr-defined]
    assert Client().get(page + "answer-gate/").status_code == 302
    assert not Exhibit.objects.exists()


def test_one_completes_only_what_one_added_oneself(world: World, concern: Concern) -> None:
    client, page = client_of(world.teacher), page_of(concern)
    client.post(page + "answer-gate/", NO)
    sends(client, Grant.objects.get())
    kept = Exhibit.objects.get()
    html = text_of(client.get(page))
    assert f"{page}{kept.pk}/describe-record/" in html
    assert "It still lacks: address, date, time, time zone." in html
    assert client.get(f"{page}{kept.pk}/describe-record/").status_code == 200
    assert client.get(f"{page}{uuid.uuid4()}/describe-record/").status_code == 404
    assert client_of(world.colleague).get(f"{page}{kept.pk}/describe-record/").status_code == 404


def test_a_grant_takes_one_batch(world: World, concern: Concern) -> None:
    client, page = client_of(world.teacher), page_of(concern)
    client.post(page + "answer-gate/", NO)
    grant = Grant.objects.get()
    sends(client, grant)
    assert sends(client, grant).status_code == 422  # type: ignore[attr-defined]
    assert Exhibit.objects.count() == 1
