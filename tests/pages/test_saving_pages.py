"""Save from your browser: what the server takes from the extension, and what it refuses whoever sends it."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import World, a_case, a_draft
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.cases.models import Case, Exclusion
from forethought.evidence.gate import Answer
from forethought.evidence.models import Exhibit, Grant
from forethought.evidence.procedures import BY_EXTENSION, give_grant, said_of
from forethought.evidence.reading import content_of, insist_whole
from forethought.pages.record_forms import GateForm
from forethought.pages.uploads import FILES_OF_A_PAGE
from forethought.pages.wording import particulars_in_words

EXTENSION = Path(__file__).resolve().parents[2] / "extension"
PICTURE = b"\x89PNG\r\n\x1a\nwhat was seen"


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world, at=timezone.now())


@pytest.fixture
def manager(world: World) -> Client:
    return client_of(world.senior)


def grant_for(case_id: Any, by: Any, **answers: Answer) -> Grant:
    said = {"under_18": Answer.NO, "adult_intimate": Answer.NO, "danger": Answer.NO, **answers}
    return give_grant(case_id=case_id, school_id=by.school_id, by=by, at=timezone.now(), **said)


def hand_over(client: Client, grant: Grant, *contents: bytes, **changed: Any) -> Any:
    """What the extension sends of a page, from within the page that takes records."""
    now = timezone.now()
    said = {
        "address": "https://site.example.org/group?id=7",
        "page_title": "A group for parents",
        "window": "900 by 700 pixels, drawn at 1 to one",
        "zone": "Europe/Paris",
        "taken_at": "2026-11-12T21:15:07.000Z",
        "sent_at": now.isoformat(),
        "kind": "social",
        "sha256": [hashlib.sha256(one).hexdigest() for one in contents],
        "part": [f"Tile {number}" for number in range(len(contents))],
        "files": [SimpleUploadedFile(f"{number:02} tile.png", one) for number, one in enumerate(contents)],
    }
    how = {"HTTP_SEC_FETCH_SITE": "same-origin", **{k: changed.pop(k) for k in list(changed) if k.startswith("HTTP_")}}
    return client.post(f"/upload/{grant.id}/keep-captured/", {**said, **changed}, **how)


@pytest.mark.policy("7.3", "7.4")
def test_a_page_is_kept_once_and_each_record_says_that_the_extension_brought_it(
    world: World, manager: Client, case: Case
) -> None:
    grant = grant_for(case.id, world.senior)
    answer = hand_over(manager, grant, PICTURE, b"\x89PNG\r\n\x1a\nfurther down")

    kept = list(Exhibit.objects.filter(grant=grant))
    told = answer.json()
    assert answer.status_code == 200 and told["back"] == f"/cases/{case.id}/"
    assert sorted(one["sha256"] for one in told["kept"]) == sorted(bytes(one.sha256).hex() for one in kept)
    for one in kept:
        insist_whole(one)
        said = said_of(one)
        assert said["route"] == BY_EXTENSION and one.received_by == str(world.senior.id) and one.kind == "social"
        assert (said["seen_on"], said["seen_time"], said["zone"]) == ("2026-11-12", "21:15:07", "Europe/London")
        assert said["clock"] == "Right, to within two minutes. Its zone: Europe/Paris"
        assert one.particulars.get().complete and said["part"].startswith("Tile ")
    assert {"key": "How it came", "value": BY_EXTENSION} in particulars_in_words(said_of(kept[0]))
    assert Entry.objects.filter(verb="evidence.keep_captured", case_id=case.id).count() == 1
    again = hand_over(manager, grant, PICTURE)
    assert again.status_code == 422 and Exhibit.objects.filter(grant=grant).count() == 2


@pytest.mark.policy("7.4")
def test_without_the_gate_passed_not_a_byte_is_read(world: World, manager: Client, case: Case) -> None:
    for answers in ({"under_18": Answer.NOT_SURE}, {"adult_intimate": Answer.YES}):
        grant = grant_for(case.id, world.senior, **answers)
        body = io.BytesIO(b"x" * 64)
        address = f"/upload/{grant.id}/keep-captured/"
        answer = manager.generic(
            "POST", address, body.getvalue(), "multipart/form-data; boundary=x", CONTENT_LENGTH="900000000"
        )
        assert answer.status_code == 422 and "No file can be taken here" in answer.json()["sentence"]
    old = grant_for(case.id, world.senior)
    Grant.objects.filter(pk=old.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert "too long ago" in hand_over(manager, old, PICTURE).json()["sentence"]
    assert not Exhibit.objects.filter(case_id=case.id, grant__isnull=False).exists()


@pytest.mark.policy("7.2", "7.4")
def test_only_whoever_answered_sends_from_our_own_page_and_while_the_case_is_open_to_them(
    world: World, manager: Client, case: Case
) -> None:
    grant = grant_for(case.id, world.senior)
    assert hand_over(client_of(world.head), grant, PICTURE).status_code == 404
    assert hand_over(Client(), grant, PICTURE).status_code == 404
    assert manager.get(f"/upload/{grant.id}/keep-captured/").status_code == 404
    for foreign in ({"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_SEC_FETCH_SITE": "same-site"}):
        assert hand_over(manager, grant, PICTURE, **foreign).status_code == 404
    Exclusion.objects.create(
        school_id=case.school_id, case=case, person=world.senior, why="named", given_at=timezone.now()
    )
    assert hand_over(manager, grant, PICTURE).status_code == 404
    assert not Exhibit.objects.filter(grant=grant).exists()


@pytest.mark.policy("7.4")
def test_what_did_not_arrive_as_it_was_captured_is_not_kept_and_can_be_sent_again(world: World) -> None:
    draft = a_draft(world, at=timezone.now())
    teacher, grant = client_of(world.teacher), grant_for(draft.case_id, world.teacher)
    for wrong in (
        {"sha256": [hashlib.sha256(b"another").hexdigest()]},
        {"sha256": []},
        {"files": []},
        {"taken_at": "yesterday"},
        {"taken_at": ""},
        {"address": ""},
        {"sent_at": "0001-01-01T00:00:00+23:00"},
    ):
        answer = hand_over(teacher, grant, PICTURE, **wrong)
        assert answer.status_code == 422 and answer.json()["sentence"].endswith("."), wrong
    many = [PICTURE + bytes([number]) for number in range(FILES_OF_A_PAGE + 1)]
    assert hand_over(teacher, grant, *many).status_code == 422
    assert not Exhibit.objects.filter(grant=grant).exists()

    answer = hand_over(teacher, grant, *many[:-1])
    assert answer.status_code == 200 and answer.json()["back"] == f"/report/{draft.id}/records/"
    assert Exhibit.objects.filter(grant=grant).count() == FILES_OF_A_PAGE
    assert b"".join(content_of(Exhibit.objects.filter(grant=grant).order_by("id")[0])).startswith(PICTURE)


def test_a_wrong_clock_is_said_and_a_password_in_an_address_is_hidden(
    world: World, manager: Client, case: Case
) -> None:
    grant = grant_for(case.id, world.senior)
    fast = (timezone.now() + timedelta(hours=3)).isoformat()
    hand_over(manager, grant, PICTURE, sent_at=fast, page_title="password: Tulip99!x", zone="")
    said = said_of(Exhibit.objects.get(grant=grant))
    assert said["clock"] == "About 180 minutes fast when this was sent. Its zone: not said"
    assert "Tulip99" not in json.dumps(said)


def test_it_can_be_brought_only_to_where_the_person_may_add(world: World, manager: Client, case: Case) -> None:
    draft = a_draft(world, by=world.senior, at=timezone.now())
    html = text_of(manager.get("/browser/choose/"))
    assert f"/cases/{case.id}/answer-gate/" in html and f"/report/{draft.id}/answer-gate/" in html
    other = text_of(client_of(world.colleague).get("/browser/choose/"))
    assert str(case.id) not in other and str(draft.id) not in other
    assert Client().get("/browser/choose/").status_code == 302


def test_the_zip_is_the_folder_with_fixed_bytes_and_its_fingerprint_stands_on_the_page(manager: Client) -> None:
    zipped = manager.get("/browser/forethought-extension.zip").content
    with zipfile.ZipFile(io.BytesIO(zipped)) as found:
        assert found.testzip() is None
        assert {one: found.read(one) for one in found.namelist()} == {
            one.name: one.read_bytes() for one in EXTENSION.iterdir()
        }
        assert {one.date_time for one in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert hashlib.sha256(zipped).hexdigest() in text_of(manager.get("/browser/"))
    assert Client().get("/browser/forethought-extension.zip").status_code == 302


@pytest.mark.policy("7.4")
def test_the_extension_asks_the_gate_in_the_same_words_and_may_do_no_more_than_it_says() -> None:
    gate, manifest = (EXTENSION / "gate.js").read_text(), json.loads((EXTENSION / "manifest.json").read_text())
    for name, field in GateForm().fields.items():
        assert f"name: '{name}'" in gate and f"'{field.label}'" in gate and str(field.help_text or "") in gate
    assert manifest["permissions"] == ["activeTab", "scripting"]
    assert manifest["optional_host_permissions"] == ["https://*/*", "http://localhost/*"]
    forbidden = {"host_permissions", "content_scripts", "externally_connectable", "web_accessible_resources"}
    assert not forbidden & set(manifest) and "content_security_policy" not in manifest
    for script in EXTENSION.glob("*.js"):
        text = script.read_text()
        assert "cookie" not in text.lower().replace("no cookie goes with it", "")
        assert "innerHTML" not in text and "eval(" not in text and "localStorage" not in text, script.name
