"""Large files in pieces: begun under a grant, gone on with after a break, kept together, and never without the gate."""

import json
import uuid
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from builders import World, a_draft
from django.test import Client
from django.utils import timezone
from signed import client_of, school_now  # noqa: F401
from test_records import Unreadable, answer_gate, grant_in

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Draft
from forethought.evidence import arriving, parts
from forethought.evidence.models import Exhibit, Grant, Upload
from forethought.evidence.reading import content_of, vault
from forethought.evidence.sealing import CHUNK

FILM = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 9000  # a little over two pieces


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture(autouse=True)
def nothing_on_its_way() -> None:
    """The store outlives a test; what another left half sent does not."""
    for path in on_its_way():
        path.unlink()


def on_its_way() -> list[Path]:
    return list(vault().incoming.iterdir())


@pytest.fixture
def teacher(world: World) -> Client:
    return client_of(world.teacher)


@pytest.fixture
def draft(world: World) -> Draft:
    return a_draft(world, at=timezone.now())


@pytest.fixture
def grant(teacher: Client, draft: Draft) -> Grant:
    return grant_in(answer_gate(teacher, draft))


def described(content: bytes = FILM, **more: str) -> dict[str, str]:
    tail = max(0, len(content) - 1) // CHUNK * CHUNK
    return {
        "name": "clip.mp4",
        "type": "video/mp4",
        "size": str(len(content)),
        "modified": "1764400000000",
        "head": sha256(content[:CHUNK]).hexdigest(),
        "tail": sha256(content[tail:]).hexdigest(),
        **more,
    }


def begin(client: Client, grant: Grant, content: bytes = FILM, **more: str) -> Any:
    return client.post(f"/upload/{grant.id}/begin-upload/", described(content, **more))


def send(client: Client, to: str, body: bytes, offset: int, **more: Any) -> Any:
    return client.generic("POST", f"{to}?offset={offset}", body, content_type="application/offset+octet-stream", **more)


def send_all(client: Client, grant: Grant, content: bytes = FILM, **more: str) -> str:
    """A whole file, a piece at a time. Its id."""
    begun = begin(client, grant, content, **more).json()
    offset = begun["offset"]
    while offset < len(content):
        answer = send(client, begun["to"], content[offset : offset + CHUNK], offset)
        assert answer.status_code == 200, answer.content
        offset = answer.json()["offset"]
    return str(begun["id"])


def keep(client: Client, grant: Grant, *ids: str, **fields: str) -> Any:
    return client.post(f"/upload/{grant.id}/keep-uploads/", {"kind": "social", "uploads": ids, **fields})


@pytest.mark.policy("7.3", "7.4")
def test_files_in_pieces_are_kept_together_byte_for_byte_under_one_grant(
    teacher: Client, draft: Draft, grant: Grant
) -> None:
    other = b"\x89PNG\r\n\x1a\n" + b"small"
    ids = [send_all(teacher, grant), send_all(teacher, grant, other, name="shot.png")]
    assert Exhibit.objects.count() == 0
    answer = keep(teacher, grant, *ids, handle="@who")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/report/{draft.id}/records/")
    kept = [Exhibit.objects.select_related("key").get(pk=one) for one in ids]
    assert [b"".join(content_of(one)) for one in kept] == [FILM, other]
    assert [bytes(one.sha256 or b"") for one in kept] == [sha256(FILM).digest(), sha256(other).digest()]
    assert [one.media for one in kept] == ["MP4", "PNG"]
    assert Upload.objects.count() == 0
    verbs = list(Entry.objects.order_by("seq").values_list("verb", flat=True))[-4:]
    assert verbs == ["evidence.begin_upload", "evidence.begin_upload", "evidence.keep_records", "evidence.keep_uploads"]
    again = keep(teacher, grant, *ids)
    assert again.status_code == 422 and "have been used" in again.content.decode()


def test_a_broken_file_goes_on_where_it_stopped_from_another_address(world: World, grant: Grant) -> None:
    first, second = client_of(world.teacher), client_of(world.teacher)
    begun = begin(first, grant).json()
    assert send(first, begun["to"], FILM[: CHUNK + 500], 0).json() == {"offset": CHUNK}
    parts.forget_running()
    again = begin(second, grant, REMOTE_ADDR="203.0.113.9").json()
    assert (again["id"], again["offset"]) == (begun["id"], CHUNK)
    assert second.get(begun["to"]).json() == {"offset": CHUNK}
    wrong = send(second, begun["to"], FILM[:CHUNK], 0)
    assert (wrong.status_code, wrong.json()["offset"]) == (409, CHUNK)
    assert send(second, begun["to"], FILM[CHUNK:], CHUNK).json() == {"offset": len(FILM)}
    assert keep(second, grant, begun["id"]).status_code == 302


def test_a_file_that_was_changed_between_two_tries_begins_anew(teacher: Client, grant: Grant) -> None:
    begun = begin(teacher, grant).json()
    send(teacher, begun["to"], FILM[:CHUNK], 0)
    changed = b"\x00\x00\x00\x18ftypisom" + FILM[12:][::-1]
    other = begin(teacher, grant, changed).json()
    assert (other["id"] != begun["id"], other["offset"]) == (True, 0)


@pytest.mark.policy("7.3")
def test_a_file_that_was_changed_while_it_was_sent_is_refused_and_forgotten(teacher: Client, grant: Grant) -> None:
    begun = begin(teacher, grant).json()
    send(teacher, begun["to"], FILM[: 2 * CHUNK], 0)
    send(teacher, begun["to"], FILM[2 * CHUNK :][::-1], 2 * CHUNK)
    answer = keep(teacher, grant, begun["id"])

    assert answer.status_code == 422 and "was changed while it was being sent" in answer.content.decode()
    assert Exhibit.objects.count() == Upload.objects.count() == 0
    assert keep(teacher, grant, send_all(teacher, grant)).status_code == 302


def test_a_file_that_has_not_all_come_is_not_kept(teacher: Client, grant: Grant) -> None:
    begun = begin(teacher, grant).json()
    send(teacher, begun["to"], FILM[:CHUNK], 0)
    assert keep(teacher, grant, begun["id"]).status_code == 422
    assert keep(teacher, grant).status_code == 422
    assert keep(teacher, grant, "nonsense", str(uuid.uuid4())).status_code == 422
    assert Exhibit.objects.count() == 0 and Upload.objects.count() == 1


@pytest.mark.policy("7.4")
def test_without_a_passed_gate_no_piece_is_read(world: World, teacher: Client, draft: Draft) -> None:
    stopped = grant_in(answer_gate(teacher, draft, under_18="yes"))
    assert begin(teacher, stopped).status_code == 422
    assert Upload.objects.count() == 0
    good = grant_in(answer_gate(teacher, draft))
    begun = begin(teacher, good).json()
    unread = {"wsgi.input": Unreadable(), "CONTENT_LENGTH": str(CHUNK)}
    stranger = client_of(world.colleague)
    for client, address in ((stranger, begun["to"]), (teacher, f"/upload/{good.id}/{uuid.uuid4()}/")):
        assert send(client, address, b"", 0, **unread).status_code == 404
    assert send(teacher, begun["to"], b"", 0, HTTP_SEC_FETCH_SITE="cross-site", **unread).status_code == 404
    assert begin(stranger, good).status_code == 404
    assert keep(stranger, good, begun["id"]).status_code == 404
    assert Client(enforce_csrf_checks=True).post(f"/upload/{good.id}/begin-upload/", described()).status_code == 403


@pytest.mark.policy("7.4")
def test_a_grant_holds_for_what_was_begun_in_its_hour_and_for_two_days(teacher: Client, grant: Grant) -> None:
    begun = begin(teacher, grant).json()
    now = timezone.now()
    Grant.objects.filter(pk=grant.pk).update(given_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=2))
    Upload.objects.update(begun_at=now - timedelta(hours=2, minutes=30))
    assert send(teacher, begun["to"], FILM, 0).status_code == 200
    late = begin(teacher, grant, FILM + b"more")
    assert late.status_code == 422 and "too long ago" in late.json()["sentence"]
    page = teacher.get(f"/report/{Draft.objects.get().id}/records/{grant.id}/?kind=social")
    assert page.status_code == 200
    Upload.objects.update(begun_at=now - timedelta(hours=49))
    assert "two days" in send(teacher, begun["to"], FILM, len(FILM)).json()["sentence"]
    assert keep(teacher, grant, begun["id"]).status_code == 422


def test_what_took_too_long_is_dropped_with_its_bytes_and_its_key(teacher: Client, grant: Grant) -> None:
    half, whole = begin(teacher, grant).json(), send_all(teacher, grant, FILM + b"x")
    send(teacher, half["to"], FILM[:CHUNK], 0)
    name = Upload.objects.get(pk=whole).object_name
    arriving.part_of(Upload.objects.get(pk=whole)).finish()
    assert vault().holds(name)
    now = timezone.now()
    assert arriving.end_uploads(by=PROGRAM, at=now + timedelta(hours=47)) == 0
    assert arriving.end_uploads(by=PROGRAM, at=now + timedelta(hours=49)) == 2
    assert Upload.objects.count() == 0 and not vault().holds(name)
    assert on_its_way() == []


def test_a_kill_between_the_name_and_the_row_costs_nothing_but_a_second_press(teacher: Client, grant: Grant) -> None:
    one = send_all(teacher, grant)
    arriving.part_of(Upload.objects.get(pk=one)).finish()
    parts.forget_running()
    assert begin(teacher, grant).json()["offset"] == len(FILM)
    assert keep(teacher, grant, one).status_code == 302
    assert b"".join(content_of(Exhibit.objects.select_related("key").get(pk=one))) == FILM


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"size": "0"}, "empty"),
        ({"size": "9" * 14}, "larger than"),
        ({"size": "-1"}, "cannot be sent"),
        ({"size": "9" * 99}, "cannot be sent"),
        ({"name": "x" * 1001}, "cannot be sent"),
    ],
)
def test_what_cannot_be_taken_is_said_before_a_byte_of_it_comes(
    teacher: Client, grant: Grant, more: dict[str, str], sentence: str
) -> None:
    answer = begin(teacher, grant, **more)
    assert answer.status_code == 422 and sentence in answer.json()["sentence"]
    assert Upload.objects.count() == 0 and on_its_way() == []


@pytest.mark.parametrize("offset", ["", "x", "-1", "9" * 99])
def test_a_piece_that_is_none_is_refused_in_a_sentence(teacher: Client, grant: Grant, offset: str) -> None:
    begun = begin(teacher, grant).json()
    answer = teacher.generic("POST", f"{begun['to']}?offset={offset}", b"x", content_type="application/octet-stream")
    assert answer.status_code == 422 and json.loads(answer.content)["sentence"]


def test_a_file_may_be_dropped_and_twenty_may_come(teacher: Client, grant: Grant) -> None:
    begun = begin(teacher, grant).json()
    assert teacher.post(f"{begun['to']}drop-upload/").status_code == 204
    assert Upload.objects.count() == 0 and on_its_way() == []
    for number in range(20):
        assert begin(teacher, grant, name=f"{number}.mp4").status_code == 200
    assert "20 files" in begin(teacher, grant, name="21.mp4").json()["sentence"]


def test_the_clients_name_is_sealed_and_shown_safely(teacher: Client, grant: Grant) -> None:
    one = send_all(teacher, grant, name="../../etc/photo\u202egpj.exe")
    # Not “gpj” alone: three letters come about by chance among sealed bytes.
    stored = bytes(Upload.objects.get(pk=one).content)
    assert b"photo" not in stored and b"gpj.exe" not in stored
    keep(teacher, grant, one)
    from forethought.evidence.procedures import said_of

    assert said_of(Exhibit.objects.get(pk=one))["file_name"] == "photo\\u202egpj.exe"
