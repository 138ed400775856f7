"""Asking to co-operate: the page of whoever asks, and the page of the person asked, which is theirs alone."""

import uuid
from datetime import timedelta

import pytest
from breach_steps import a_breach
from builders import World
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.core.clock import london
from forethought.evidence.models import Exhibit, Grant
from forethought.investigations.models import Breach
from forethought.investigations.weighing_models import CooperationAnswer, CooperationRequest
from forethought.pages import weighing_rows
from forethought.safeguarding.models import Alert

pytestmark = pytest.mark.policy("9.2", "9.2a")

PNG = b"\x89PNG\r\n\x1a\nnot really"


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def asks(world: World, client: Client, breach: Breach, **changes: object) -> CooperationRequest:
    day = london(world.at).date() + timedelta(days=7)
    said: dict[str, object] = {
        "device": "own",
        "scope": "The two posts of 12 November.",
        "reasons": "To see them whole.",
        "due_on_day": str(day.day),
        "due_on_month": str(day.month),
        "due_on_year": str(day.year),
        "rights_told": "on",
        **changes,
    }
    answer = client.post(f"/breaches/{breach.case_id}/cooperation/ask-cooperation/", said)
    assert answer.status_code == 302, answer.content.decode()
    return CooperationRequest.objects.get()


@pytest.fixture
def request_row(world: World) -> CooperationRequest:
    return asks(world, client_of(world.head), a_breach(world, at=world.at))


def test_the_person_asked_reads_it_from_home_and_nobody_else_can(world: World, request_row: CooperationRequest) -> None:
    client, page = client_of(world.colleague), f"/asked/{request_row.pk}/"
    assert f'href="{page}"' in text_of(client.get("/"))
    html = text_of(client.get(page))
    assert "The two posts of 12 November." in html and "You may say no." in html and "union" in html
    assert Entry.objects.filter(verb="investigations.read_request").count() == 1

    for person in (world.head, world.teacher, world.chair):
        other = client_of(person)
        assert other.get(page).status_code == 404
        assert other.post(page + "answer-cooperation/", {"answer": "show"}).status_code == 404
        assert other.get(page + "answer-gate/").status_code == 404
        assert page not in text_of(other.get("/"))
    assert client_of(world.colleague).get(f"/asked/{uuid.uuid4()}/").status_code == 404


def test_the_page_of_the_person_asked_opens_nothing_of_the_case(world: World, request_row: CooperationRequest) -> None:
    client = client_of(world.colleague)
    html = text_of(client.get(f"/asked/{request_row.pk}/"))
    assert str(request_row.case_id) not in html and request_row.case.reference not in html
    assert client.get(f"/breaches/{request_row.case_id}/").status_code == 404
    assert client.get("/cases/").status_code == 404


@pytest.mark.policy("2.3")
def test_for_an_own_device_no_page_offers_what_the_school_would_do_to_it(
    world: World, request_row: CooperationRequest
) -> None:
    head, base = client_of(world.head), f"/breaches/{request_row.case_id}/cooperation/{request_row.pk}/"
    html = text_of(head.get(f"/breaches/{request_row.case_id}/weighing/"))
    assert "Note that they showed it" in html and "pass-access-on" not in html
    assert head.get(base + "pass-access-on/").status_code == 404
    own = text_of(client_of(world.colleague).get(f"/asked/{request_row.pk}/answer-cooperation/"))
    for word in ("inspect", "hand over", "look into your", "give us your phone", 'type="password"'):
        assert word not in own.lower()
    assert "on my own device, in my own hands" in own


def test_a_no_is_noted_with_its_reason_and_without_a_colour(world: World, request_row: CooperationRequest) -> None:
    client, page = client_of(world.colleague), f"/asked/{request_row.pk}/"
    answer = client.post(page + "answer-cooperation/", {"answer": "decline"})
    assert answer.status_code == 422 and "One sentence is enough." in answer.content.decode()
    assert (
        client.post(page + "answer-cooperation/", {"answer": "decline", "reasons": "It is private."}).status_code == 302
    )
    assert "I would rather not" in text_of(client.get(page))

    head = client_of(world.head)
    html = text_of(head.get(f"/breaches/{request_row.case_id}/weighing/"))
    assert "They would rather not, and said why." in html and "It is private." not in html
    assert "govuk-tag--red" not in html
    block = text_of(head.get(f"/breaches/{request_row.case_id}/"))
    assert "Answered" in block and "rather not" not in block


@pytest.mark.policy("9.2b")
def test_a_copy_goes_through_the_gate_like_any_record(world: World, request_row: CooperationRequest) -> None:
    client, page = client_of(world.colleague), f"/asked/{request_row.pk}/"
    client.post(page + "answer-cooperation/", {"answer": "export"})
    assert "Give a copy" in text_of(client.get(page))

    passed = client.post(page + "answer-gate/", {"under_18": "no", "adult_intimate": "no", "danger": "no"})
    grant = Grant.objects.get()
    assert passed["Location"] == f"{page}records/{grant.id}/"
    assert f'action="/upload/{grant.id}/' in text_of(client.get(f"{page}records/{grant.id}/?kind=social"))
    sent = client.post(
        f"/upload/{grant.id}/", {"kind": "social", "files": SimpleUploadedFile("shot.png", PNG, "image/png")}
    )

    assert sent["Location"] == page
    assert Exhibit.objects.get().case_id == request_row.case_id
    assert CooperationAnswer.objects.filter(answer="copied").count() == 1
    assert "You have given 1 copy." in text_of(client.get(page))
    assert "They gave a copy themselves." in text_of(
        client_of(world.head).get(f"/breaches/{request_row.case_id}/weighing/")
    )


@pytest.mark.policy("7.4", "9.2b")
def test_the_gate_stops_a_copy_that_must_not_be_made(world: World, request_row: CooperationRequest) -> None:
    client, page = client_of(world.colleague), f"/asked/{request_row.pk}/"
    client.post(page + "answer-cooperation/", {"answer": "export"})
    stopped = client.post(page + "answer-gate/", {"under_18": "not_sure", "adult_intimate": "no", "danger": "no"})
    grant = Grant.objects.get()

    assert stopped["Location"] == f"{page}records/{grant.id}/stop/"
    html = text_of(client.get(f"{page}records/{grant.id}/stop/"))
    assert "Please do not copy it" in html and 'type="file"' not in html
    assert client.get(f"{page}records/{grant.id}/")["Location"].endswith("/stop/")
    assert Alert.objects.count() == 1 and not Exhibit.objects.exclude(object_name="").exists()


def test_a_showing_and_an_answer_in_person_are_noted_by_whoever_works_on_it(
    world: World, request_row: CooperationRequest
) -> None:
    head, base = client_of(world.head), f"/breaches/{request_row.case_id}/cooperation/{request_row.pk}/"
    assert head.post(base + "answer-cooperation/", {"answer": "show"}).status_code == 302
    day = london(world.at).date() - timedelta(days=1)
    said = {
        "shown_on_day": str(day.day),
        "shown_on_month": str(day.month),
        "shown_on_year": str(day.year),
        "shown_time": "3:30pm",
        "witness": "David Reed",
        "companion": "They came alone",
        "shown": "Both posts, whole.",
    }
    assert head.post(base + "note-showing/", {**said, "companion": ""}).status_code == 422
    assert head.post(base + "note-showing/", said).status_code == 302
    assert "Nothing is asked of you now." in text_of(client_of(world.colleague).get(f"/asked/{request_row.pk}/"))
    assert head.get(f"/breaches/{request_row.case_id}/cooperation/{uuid.uuid4()}/note-showing/").status_code == 404


@pytest.mark.policy("2.1")
def test_for_an_account_of_the_school_access_passes_on_and_nobody_shows_anything(world: World) -> None:
    head = client_of(world.head)
    row = asks(world, head, a_breach(world, at=world.at), device="school")
    base = f"/breaches/{row.case_id}/cooperation/{row.pk}/"
    assert head.get(base + "note-showing/").status_code == 404
    html = text_of(head.get(base + "pass-access-on/"))
    assert "Ben Foster" not in html and "David Reed" in html and "password" in html
    assert (
        head.post(
            base + "pass-access-on/", {"account": "The school’s page", "custodian": str(world.senior.pk)}
        ).status_code
        == 302
    )
    assert CooperationAnswer.objects.get().custodian == world.senior


def test_a_request_that_is_taken_back_asks_for_nothing(world: World, request_row: CooperationRequest) -> None:
    head, page = client_of(world.head), f"/asked/{request_row.pk}/"
    base = f"/breaches/{request_row.case_id}/cooperation/{request_row.pk}/"
    assert head.post(base + "withdraw-request/", {}).status_code == 302
    client = client_of(world.colleague)
    assert "The school took this back." in text_of(client.get(page))
    assert client.post(page + "answer-cooperation/", {"answer": "show"}).status_code == 422
    assert client.get(page + "answer-gate/").status_code == 404
    assert page not in text_of(client.get("/"))


@pytest.mark.policy("9.2")
def test_no_answer_in_time_is_noted_and_nothing_follows(world: World, request_row: CooperationRequest) -> None:
    # The row is evidence and cannot be changed: it is a later day that is pretended.
    (row,) = weighing_rows.request_rows(request_row.case, False, world.at + timedelta(days=30))
    assert row["over"] is True and row["answers"] == []
