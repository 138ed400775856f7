"""Asking for one's own data on the pages: signed in, without an account, and the two steps of a part."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from breach_steps import a_breach
from builders import World, a_case
from data_protection_acts import SOUND, a_case_with_a_copy, a_case_with_a_recording, an_officer, settled
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from doors import without_token
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.evidence.models import Exhibit
from forethought.evidence.reading import Damaged
from forethought.people.models import Person
from forethought.protection import access, answer_files
from forethought.protection.access_models import AccessPart, AccessRequest

pytestmark = pytest.mark.policy("11.1")
HOME = "/data-protection/"


@pytest.fixture
def world(school_now: World) -> World:
    cache.clear()
    return school_now


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


def searched(world: World, officer: Person) -> AccessRequest:
    row = access.ask_for_own_data(asks="", by=world.teacher, at=world.at)
    access.search_for_data(access_request=row, version=1, by=officer, at=world.at)
    return row


def names_in(html: str) -> list[str]:
    return re.findall(r'name="name" value="([^"]+)"', html)


def test_a_teacher_asks_and_reads_the_answer(world: World, officer: Person) -> None:
    teacher = client_of(world.teacher)
    assert "Ask for your own data" in text_of(teacher.get(HOME))
    own = teacher.post(f"{HOME}ask-for-own-data/", {"asks": ""}).headers["Location"]
    assert "The answer comes here by" in text_of(teacher.get(own))
    assert teacher.get(f"{own}file/").status_code == 404
    row = AccessRequest.objects.get()
    client, base = client_of(officer), f"{HOME}requests/{row.pk}/"
    assert "A request for one’s own data. Something is due by" in text_of(client.get("/"))
    assert client.post(f"{base}search-for-data/", {"version": 1}).status_code == 302
    html = text_of(client.get(base))
    assert "What is held outside cases" in html and "Answer by" in html
    page = text_of(client.get(f"{base}settle-own-part/"))
    assert "Name: Tess Harlow" in page
    words = "Name: Tess Harlow. Line manager David Reed."
    second = text_of(client.post(f"{base}settle-own-part/", {"put_in": "yes", "words": words}))
    assert "Tess Harlow. Line manager [name 1]." in second and names_in(second) == ["1:David Reed"]
    assert AccessPart.objects.get().settled_at is None
    step = {"put_in": "yes", "words": "Tess Harlow. Line manager [name 1]. Ben Foster.", "checked": "yes",
            "name": ["1:David Reed", "9:Nobody Known"], "release": "1", "reason": ""}  # fmt: skip
    # Where nobody else was written in since, the names of the first step still stand to be put back.
    nobody_new = client.post(f"{base}settle-own-part/", {**step, "words": "Tess Harlow. Line manager [name 1]."})
    assert nobody_new.status_code == 422 and "1: David Reed" in nobody_new.content.decode()
    refused = client.post(f"{base}settle-own-part/", step)
    assert refused.status_code == 422 and "Say why these names" in refused.content.decode()
    assert client.post(f"{base}settle-own-part/", {**step, "reason": "They know."}).status_code == 302
    assert "David Reed. [name 10]" not in text_of(client.get(f"{base}see-answer/"))
    version = AccessRequest.objects.get().version
    assert client.post(f"{base}send-answer/", {"version": version, "words": "Here."}).status_code == 302
    answer = text_of(teacher.get(own))
    assert "Line manager David Reed." in answer and "Ben Foster" not in answer
    assert "This sentence stands in every answer" in answer and "complain to the school" in answer
    file = teacher.get(f"{own}file/")
    assert file.status_code == 200 and b"Line manager David Reed." in file.content
    assert client_of(world.colleague).get(own).status_code == 404
    assert "Answered" in text_of(teacher.get(HOME))


def test_the_part_of_a_case_is_on_the_page_of_whoever_has_it_alone(world: World, officer: Person) -> None:
    case = a_case(world)
    row = searched(world, officer)
    part = row.parts.get(case=case)
    page = f"/cases/{case.pk}/parts/{part.pk}/settle-part/"
    senior = client_of(world.senior)
    assert "A part of an answer" in text_of(senior.get("/"))
    assert client_of(officer).get(page).status_code == 404
    assert client_of(world.teacher).get(page).status_code == 404
    assert "What is in a case" in text_of(client_of(officer).get(f"{HOME}requests/{row.pk}/"))
    left = {"put_in": "no", "words": "", "left_out": ["others"], "say": "yes"}
    second = text_of(senior.post(page, left))
    assert "This part is ready" in second
    assert senior.post(page, {**left, "checked": "yes"}).status_code == 302
    part.refresh_from_db()
    assert part.settled_by_id == world.senior.pk and not part.put_in
    assert senior.get(page).status_code == 404


@pytest.mark.policy("9.1")
def test_a_case_that_they_were_not_told_of_is_said_to_whoever_has_it_and_to_nobody_else(
    world: World, officer: Person
) -> None:
    breach = a_breach(world, subject=world.teacher)
    row = searched(world, officer)
    part = row.parts.get(case=breach.case)
    page = f"/cases/{breach.case_id}/parts/{part.pk}/settle-part/"
    handler = client_of(Person.objects.get(pk=breach.case.manager_id))
    assert "They were not told of this case." in text_of(handler.get(page))
    put = {"put_in": "yes", "words": "It is said that…", "checked": "yes"}
    refused = handler.post(page, put)
    assert refused.status_code == 422 and "were not told of this case. Leave it out" in refused.content.decode()
    html = text_of(client_of(officer).get(f"{HOME}requests/{row.pk}/"))
    assert "What is in a case" not in html
    # The token of a form may hold any four letters.
    own = without_token(text_of(client_of(world.teacher).get(f"{HOME}own/{row.pk}/")).encode()).decode()
    assert "case" not in own.split("<main")[1].split("</main>")[0].lower()


def test_somebody_without_an_account_asks_and_is_checked_first(world: World, officer: Person) -> None:
    form = f"{HOME}ask/receive-access-request/"
    sender = Client()
    assert sender.post(form, {"name": "", "reach": ""}).status_code == 422
    html = text_of(sender.post(form, {"name": "Pat Parent", "reach": "01234", "press": str(uuid.uuid4())}))
    code = re.findall(r"<strong>([0-9A-Z]{5}(?:-[0-9A-Z]+)+-.)</strong>", html)[0]
    row = AccessRequest.objects.get()
    own = f"/data-request/{row.pk}/"
    assert sender.post("/come-back/", {"code": code}).headers["Location"] == own
    assert "checks with you who you are" in text_of(sender.get(own))
    client, base = client_of(officer), f"{HOME}requests/{row.pk}/"
    ask = {"version": 1, "kind": "who", "words": "Please come to the office."}
    assert client.post(f"{base}ask-of-requester/", ask).status_code == 302
    assert "asked you to show who you are" in text_of(sender.get(own))
    assert "The clock waits" in text_of(client.get(base))
    answer = {"version": 2, "words": "Seen a passport in the office."}
    assert client.post(f"{base}note-their-answer/", answer).status_code == 302
    assert client.post(f"{base}lengthen-time/", {"version": 4, "words": "Much is held."}).status_code == 302
    version = AccessRequest.objects.get().version
    assert client.post(f"{base}decline-request/", {"version": version, "words": "No."}).status_code == 302
    assert "Declined" in text_of(client.get(base)) and "No." in text_of(sender.get(own))
    assert b"No." in sender.get(f"{own}file/").content


def test_a_letter_is_typed_in_but_never_by_whoever_it_is_from(world: World, officer: Person) -> None:
    page = f"{HOME}requests/log-access-request/"
    day = {"day_day": "2", "day_month": "1", "day_year": "2026", "way": "letter", "name": "Tess Harlow"}
    client = client_of(officer)
    assert client.post(page, {"name": "X"}).status_code == 422
    assert client.post(page, {**day, "person": str(world.teacher.pk)}).status_code == 302
    assert AccessRequest.objects.get().person_id == world.teacher.pk
    refused = client.post(page, {**day, "person": str(officer.pk)})
    assert refused.status_code == 422 and "This is yours" in refused.content.decode()
    assert "Late" in text_of(client.get(f"{HOME}requests/"))
    assert client_of(world.teacher).get(page).status_code == 404


def test_a_copy_is_chosen_on_the_page_of_the_case_and_read_by_whoever_asked_alone(
    world: World, officer: Person
) -> None:
    case, copy = a_case_with_a_copy(world)
    row = searched(world, officer)
    part = row.parts.get(case=case)
    page = f"/cases/{case.pk}/parts/{part.pk}/settle-part/"
    senior, own = client_of(world.senior), f"{HOME}own/{row.pk}/"
    html = text_of(senior.get(page))
    assert "Copy 1: a text in which something is cut" in html and f"/copies/{copy.pk}/" in html
    chosen = {"put_in": "yes", "words": "", "copies": str(copy.pk)}
    assert "This part is ready" in text_of(senior.post(page, chosen))
    assert senior.post(page, {**chosen, "copies": str(uuid.uuid4()), "checked": "yes"}).status_code == 422
    assert senior.post(page, {**chosen, "checked": "yes"}).status_code == 302
    teacher = client_of(world.teacher)
    assert teacher.get(f"{own}files/1/").status_code == 404
    settled(row.parts.get(case=None), officer, at=world.at)
    row.refresh_from_db()
    access.send_answer(access_request=row, version=row.version, words="Here.", by=officer, at=timezone.now())
    assert "File 1: A text in which something is cut" in text_of(teacher.get(own))
    file = teacher.get(f"{own}files/1/")
    assert file.content == b"Hello\n[line cut]\n" and file.headers["Content-Disposition"].endswith('"file-1.txt"')
    assert teacher.get(f"{own}files/2/").status_code == 404
    for somebody in (client_of(officer), client_of(world.colleague)):
        assert somebody.get(f"{own}files/1/").status_code == 404
    # The officer gave it and may not read what is in a case.
    assert client_of(officer).get(f"{HOME}requests/{row.pk}/files/1/").status_code == 404
    assert Client().get(f"/data-request/{row.pk}/files/1/").status_code in {302, 404}


def test_a_recording_goes_in_whole_only_with_the_word_that_nobody_else_is_in_it(
    world: World, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, record = a_case_with_a_recording(world)
    row = searched(world, officer)
    page = f"/cases/{case.pk}/parts/{row.parts.get(case=case).pk}/settle-part/"
    senior = client_of(world.senior)
    html = text_of(senior.get(page))
    assert "Recording 1: sound (WAV), kept at" in html and f"/cases/{case.pk}/{record.pk}/redact-text/" in html
    assert 'name="alone"' not in html, "asked once one was chosen"
    chosen = {"put_in": "yes", "words": "", "recordings": str(record.pk)}
    second = text_of(senior.post(page, chosen))
    assert 'name="alone"' in second and f'value="{record.pk}"' in second
    ready = {**chosen, "checked": "yes"}
    unheard = senior.post(page, {**ready, "alone": "on"})
    assert unheard.status_code == 422 and "Open each of these" in unheard.content.decode()
    assert senior.post(f"/cases/{case.pk}/exhibits/{record.pk}/open-viewing/").status_code == 302
    refused = senior.post(page, ready)
    assert refused.status_code == 422 and "nobody else is heard" in refused.content.decode()
    assert senior.post(page, {**ready, "alone": "on"}).status_code == 302
    settled(row.parts.get(case=None), officer, at=world.at)
    row.refresh_from_db()
    access.send_answer(access_request=row, version=row.version, words="Here.", by=officer, at=timezone.now())
    teacher, own = client_of(world.teacher), f"{HOME}own/{row.pk}/"
    assert "File 1: A recording: sound (WAV)" in text_of(teacher.get(own))
    file = teacher.get(f"{own}files/1/")
    assert b"".join(file) == SOUND and file.headers["Content-Type"] == "audio/wav"
    assert file.headers["Content-Disposition"].endswith('"file-1.wav"')
    assert client_of(world.colleague).get(f"{own}files/1/").status_code == 404
    monkeypatch.setattr(answer_files, "content_of", damaged)
    answer = teacher.get(f"{own}files/1/")
    assert answer.status_code == 409 and b"Ask the school" in answer.content


def damaged(exhibit: Exhibit) -> Iterator[bytes]:
    raise Damaged("its file was altered")
    yield b""


def test_of_a_recording_a_text_is_made_once_somebody_wrote_down_what_it_says(world: World) -> None:
    case, record = a_case_with_a_recording(world)
    senior, base = client_of(world.senior), f"/cases/{case.pk}/exhibits/{record.pk}/"
    assert "Make a text of what is said" in text_of(senior.get(base))
    here = f"/cases/{case.pk}/{record.pk}/redact-text/"
    answer = senior.get(here)
    assert answer.status_code == 422 and f"{base}write-transcript/" in answer.content.decode()
    senior.post(f"{base}write-transcript/", {"lines": "0:05 Ben says no."})
    html = text_of(senior.get(f"{here}?show=yes"))
    assert "0:05 Ben says no." in html and re.search(r"<textarea[^>]*>\s*Ben</textarea>", html), (
        "cut unless it is taken out"
    )
    made = senior.post(here, {"lines": "", "passages": ""})
    assert made.status_code == 302
    html = text_of(senior.get(made.headers["Location"]))
    assert "It is what somebody wrote down of it" in html
    assert "What a recording says, " in text_of(senior.get(f"/cases/{case.pk}/"))


def test_a_request_that_is_due_in_a_month_stands_below_a_case_that_is_late(world: World) -> None:
    request = "A request for one’s own data."
    access.ask_for_own_data(asks="", by=world.teacher, at=world.at)
    case = a_breach(world, at=world.at - timedelta(days=9)).case
    html = text_of(client_of(world.head).get("/"))
    assert "It was due by" in html and html.index(str(case.id)) < html.index(request)
