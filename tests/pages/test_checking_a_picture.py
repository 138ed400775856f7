"""Check a picture: behind the gate, told to its author alone, kept nowhere."""

import secrets
import socket
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import picture_making as make
import pytest
from builders import World
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.pages import check_pictures, checking
from forethought.precheck import pictures, serving
from forethought.precheck.pacing import Pace
from forethought.precheck.pictures import Letters, PictureSeen, Sort, Told

pytestmark = pytest.mark.policy("3.4", "5.3", "7.4")

GATE = "/check-picture/"
NO = {"under_18": "no", "adult_intimate": "no", "danger": "no"}


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def beyond_the_gate(client: Client, **answers: str) -> str:
    answer = client.post(GATE, {**NO, **answers})
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def sent(client: Client, where: str, data: bytes = b"", do: str = "look", draft: str = "", **more: Any) -> Any:
    files = {"picture": SimpleUploadedFile("p.jpg", data)} if data else {}
    return client.post(where, {"do": do, "draft": draft, **files}, **more)


SEEN = PictureSeen(
    4000,
    3000,
    (
        Told(Sort.PLACE, ("51.50100 north, 0.14200 west",)),
        Told(Sort.DEVICE, ("Apple iPhone 15",)),
        Told(Sort.MAKER, ()),
    ),
    3,
    Letters.READ,
    "Well done Maisie",
)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the picture is found to be, without a process for it; and how often it was asked."""
    found: dict[str, Any] = {"seen": SEEN, "asked": 0}

    def looked_at(data: bytes) -> PictureSeen:
        found["asked"] += 1
        if isinstance(found["seen"], Exception):
            raise found["seen"]
        return found["seen"]  # type: ignore[no-any-return]

    monkeypatch.setattr(pictures, "looked_at", looked_at)
    return found


@pytest.mark.parametrize("question", ["under_18", "adult_intimate"])
@pytest.mark.parametrize("answer", ["yes", "not_sure"])
def test_the_gate_stops_before_a_file_can_be_chosen(world: World, question: str, answer: str) -> None:
    client = Client()
    html = text_of(client.post(GATE, {**NO, question: answer}))
    assert "Stop here" in html and 'type="file"' not in html and 'type="file"' not in text_of(client.get(GATE))
    assert ("Tell the safeguarding lead" in html) is (question == "under_18")


def test_a_life_at_risk_comes_first_and_the_picture_may_still_be_checked(world: World) -> None:
    client = Client()
    where = beyond_the_gate(client, danger="yes")
    html = text_of(client.get(where))
    assert "Call 999 now" in html and 'type="file"' in html
    assert "Call 999 now" not in text_of(client.get(beyond_the_gate(client)))


def test_answers_that_are_old_or_forged_open_nothing(
    world: World, shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    where = beyond_the_gate(client)
    for bad in (where[:-4] + "xxx/", f"{GATE}none/", f"{GATE}none:1abcde:{'x' * 43}/"):
        for answer in (client.get(bad), sent(client, bad, make.jpeg())):
            assert answer.status_code == 302 and answer["Location"] == GATE
    monkeypatch.setattr(check_pictures, "LIFETIME", -1)
    assert sent(client, where, make.jpeg())["Location"] == GATE
    assert shown["asked"] == 0


def test_another_site_cannot_send_a_picture_here(world: World, shown: dict[str, Any]) -> None:
    client = Client()
    where = beyond_the_gate(client)
    assert sent(client, where, make.jpeg(), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 404
    assert shown["asked"] == 0


@pytest.mark.parametrize("signed_in", [False, True])
def test_it_says_where_how_many_and_what_else(world: World, shown: dict[str, Any], signed_in: bool) -> None:
    client = client_of(world.teacher) if signed_in else Client()
    html = text_of(sent(client, beyond_the_gate(client), b"x"))
    assert "<h1" in html and "Look again" in html
    assert "51.50100 north, 0.14200 west" in html
    assert "This picture shows 3 faces." in html and "Do all of them, or their parents, agree" in html
    assert "the phone or camera: Apple iPhone 15" in html and "the maker’s own notes" in html
    assert "Well done Maisie" in html and "The decision is yours." in html
    assert "Download a cleaned copy" in html


def test_nothing_found_is_never_called_safe(world: World, shown: dict[str, Any]) -> None:
    shown["seen"] = PictureSeen(40, 30, (), 0, Letters.NONE, "")
    html = text_of(sent(Client(), beyond_the_gate(Client()), b"x"))
    assert "We found nothing to point out" in html and "We can miss things." in html and "We found no face." in html
    assert "No words were found in it." in html
    shown["seen"] = PictureSeen(40, 30, (), None, Letters.NO_PROGRAM, "")
    html = text_of(sent(Client(), beyond_the_gate(Client()), b"x"))
    assert "Faces could not be counted here." in html and "not installed here" in html


def test_words_in_the_picture_are_checked_as_a_draft_is(
    world: World, shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hit = SimpleNamespace(
        kind="pupil_identified",
        start=10,
        end=16,
        clause="5.3a",
        level="stop",
        reason="It names a pupil.",
        wording="Leave the name out.",
    )
    monkeypatch.setattr(serving, "engine", lambda: lambda text, **_: SimpleNamespace(findings=(hit,), advice=()))
    html = text_of(sent(Client(), beyond_the_gate(Client()), b"x"))
    assert "Do not post" in html and "“Maisie”" in html and "It names a pupil." in html

    def broken(text: str, **_: Any) -> Any:
        raise ValueError

    monkeypatch.setattr(serving, "engine", lambda: broken)
    html = text_of(sent(Client(), beyond_the_gate(Client()), b"x"))
    assert "We could not check these words just now." in html


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that finds the name of a pupil, wherever it stands."""

    def engine(text: str, **_: Any) -> Any:
        at = text.find("Maisie")
        hit = SimpleNamespace(
            kind="pupil_identified",
            start=at,
            end=at + 6,
            clause="5.3a",
            level="stop",
            reason="It names a pupil.",
            wording="Leave the name out.",
        )
        return SimpleNamespace(findings=(hit,) if at >= 0 else (), advice=())

    monkeypatch.setattr(serving, "engine", lambda: engine)


@pytest.mark.usefixtures("named")
def test_the_words_that_go_with_it_are_checked_in_the_same_answer(world: World, shown: dict[str, Any]) -> None:
    shown["seen"] = PictureSeen(40, 30, (), 0, Letters.NONE, "")
    client, draft = Client(), "So proud of Maisie in 4B"
    html = text_of(sent(client, beyond_the_gate(client), b"x", draft=draft))
    assert "Do not post" in html and "Your words" in html and "It names a pupil." in html
    assert '<mark class="ft-mark" id="words-1">' in html and "Words in the picture" in html
    assert html.index("Your words") < html.index("Faces")
    assert "In doubt? Ask your manager." in html
    # It stays in its box, to be changed and checked again.
    assert f">\n{draft}</textarea>" in html
    html = text_of(sent(client, beyond_the_gate(client), b"x", draft="Bake sale on Friday"))
    assert "We found nothing to point out in them." in html and "We found nothing to point out</h1>" in html


@pytest.mark.usefixtures("named")
def test_the_words_stay_whatever_is_wrong_with_the_picture(world: World, shown: dict[str, Any]) -> None:
    client, draft = Client(), "Zyxwords of mine"
    where = beyond_the_gate(client)
    shown["seen"] = pictures.NotLookedAt("This is another thing.")
    for data in (b"x", b"", b"\0" * (check_pictures.MOST_BYTES + 1)):
        answer = sent(client, where, data, draft=draft)
        assert answer.status_code == 422 and f">\n{draft}</textarea>" in answer.content.decode()
    shown["seen"] = SEEN
    assert sent(client, where, b"x", draft="a " * checking.LONGEST).status_code == 422
    assert sent(client, where, b"x", draft="My password is Hunter2!").status_code == 422
    assert shown["asked"] == 1


def test_what_cannot_be_looked_at_is_said_in_a_sentence(
    world: World, shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    where = beyond_the_gate(client)
    for fault, status, words in (
        (pictures.NotLookedAt("This is another thing."), 422, "This is another thing."),
        (pictures.Busy(), 503, "Many people are checking"),
    ):
        shown["seen"] = fault
        answer = sent(client, where, b"x")
        assert answer.status_code == status and words in answer.content.decode()
    assert "Choose a picture." in sent(client, where).content.decode()
    assert "empty" in client.post(where, {"picture": SimpleUploadedFile("p", b"")}).content.decode().lower()
    answer = sent(client, where, b"\0" * (check_pictures.MOST_BYTES + 1))
    assert answer.status_code == 422 and "larger than 20 MB" in answer.content.decode()
    monkeypatch.setattr(checking, "_of_a_school", Pace(0))
    assert sent(client, where, b"x").status_code == 429


def test_a_body_that_is_far_too_large_is_not_read(world: World, shown: dict[str, Any]) -> None:
    client = Client()
    answer = sent(client, beyond_the_gate(client), b"x", CONTENT_LENGTH=str(check_pictures.MOST_READ + 1))
    assert answer.status_code == 422 and answer["Connection"] == "close" and shown["asked"] == 0


def test_a_cleaned_copy_comes_as_a_file_that_is_not_stored(world: World) -> None:
    client = Client()
    given = make.jpeg(make.photograph().resize((90, 60)), exif=make.exif())
    answer = sent(client, beyond_the_gate(client), given, do="clean")
    assert (
        answer["Content-Disposition"] == 'attachment; filename="picture.jpg"' and answer["Content-Type"] == "image/jpeg"
    )
    assert "no-store" in answer["Cache-Control"]
    assert set(make.parts_of(answer.content)) == {"JFIF", "points"} and make.CANARY.encode() not in answer.content
    refused = sent(client, beyond_the_gate(client), b"not a picture", do="clean")
    assert refused.status_code == 422 and "not a picture that we can look at" in refused.content.decode()


def test_a_picture_leaves_no_trace(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The whole way, engine and processes and all, with sockets refused and a word that stands nowhere else."""
    from test_checks_keep_nothing import files_with, holders, rows

    canary = f"Zyx{secrets.token_hex(6)}qv"
    exif = make.exif()
    exif[0x013B] = canary
    data = make.jpeg(make.photograph().resize((200, 200)), exif=exif)

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("A check opened a socket.")

    client = client_of(world.teacher)
    where = beyond_the_gate(client)
    before, events = rows(), Entry.objects.count()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(socket, "socket", refuse)
    assert canary in text_of(sent(client, where, data))
    assert canary in text_of(sent(client, where, make.jpeg(), draft=f"Well done {canary}"))
    assert canary in sent(client, where, b"no picture", draft=f"Well done {canary}").content.decode()
    assert sent(client, where, data, do="clean").status_code == 200
    assert rows() == before and Entry.objects.count() == events and mail.outbox == []
    assert holders(canary) == [] and list(tmp_path.iterdir()) == []
    assert files_with(canary, settings.VAULT, settings.DATA) == []
