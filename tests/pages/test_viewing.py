"""Looking at a record: covered until asked, noted once, in parts, in a sandbox, and over when the right to it is."""

import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from builders import World, a_draft, a_grant, an_exhibit
from django.conf import settings as installed
from django.db import connection
from django.test import Client
from django.utils import timezone
from signed import client_of, school_now, text_of  # noqa: F401
from test_pieces import FILM, keep, send_all

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Case, Exclusion, Seat
from forethought.evidence import derived
from forethought.evidence.models import Exhibit, ExhibitKey, Viewing
from forethought.evidence.reading import vault
from forethought.pages import content as content_pages
from forethought.reports.procedures import file_report

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 100


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture(autouse=True)
def as_before() -> Any:
    """Serve again as the role that serves, whatever a test became."""
    yield
    if connection.vendor == "postgresql":
        connection.close()


@pytest.fixture
def manager(world: World) -> Client:
    return client_of(world.senior)


def a_record(world: World, content: bytes = PNG, name: str = "shot.png") -> tuple[Case, Exhibit]:
    """A report with one record, as its reporter sent it."""
    now, writer = timezone.now(), client_of(world.teacher)
    draft = a_draft(world, at=now)
    grant = a_grant(draft, by=world.teacher, at=now)
    one = send_all(writer, grant, content, name=name)
    assert keep(writer, grant, one).status_code == 302
    case = file_report(draft=draft, school=world.school, by=world.teacher, at=now).report.case
    return case, Exhibit.objects.get(pk=one)


def page_of(case: Case, exhibit: Exhibit) -> str:
    return f"/cases/{case.id}/exhibits/{exhibit.id}/"


def uncover(client: Client, case: Case, exhibit: Exhibit) -> str:
    """The page after the press that takes the cover off."""
    answer = client.post(page_of(case, exhibit) + "open-viewing/")
    assert answer.status_code == 302, answer.content
    return text_of(client.get(answer.headers["Location"]))


def source_in(html: str) -> str:
    found = re.search(r'src="([^"]*/content/[^"]+)"', html)
    assert found, html[-2000:]
    return found[1]


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def viewings(exhibit: Exhibit) -> int:
    return Entry.objects.filter(verb="evidence.open_viewing", about=exhibit.id).count()


@pytest.mark.policy("7.3")
def test_a_picture_is_covered_until_asked_for_and_the_look_is_noted(world: World, manager: Client) -> None:
    case, exhibit = a_record(world)
    html = text_of(manager.get(page_of(case, exhibit)))
    assert "Show the picture" in html and "<img" not in html and "/content/" not in html
    assert bytes(exhibit.sha256 or b"").hex() in html and "Nobody yet." in html
    assert viewings(exhibit) == 0

    answer = manager.get(source_in(uncover(manager, case, exhibit)))
    assert (answer.status_code, body_of(answer), answer["Content-Type"]) == (200, PNG, "image/png")
    assert viewings(exhibit) == 1
    assert world.senior.name in text_of(manager.get(page_of(case, exhibit)))


def test_what_is_served_is_in_a_sandbox_and_never_a_page(world: World, manager: Client) -> None:
    case, exhibit = a_record(world)
    answer = manager.get(source_in(uncover(manager, case, exhibit)))
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin" and answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script>", "page.html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "drawing.svg"),
        (b"<html><meta http-equiv=refresh content=0>", "shot.png"),
        (b"%PDF-1.4 <html>", "both.pdf"),
        (b"\x00\x00\x00\x18ftypheic", "photo.heic"),
    ],
)
def test_a_page_or_a_drawing_is_downloaded_and_never_shown(
    world: World, manager: Client, content: bytes, name: str
) -> None:
    case, exhibit = a_record(world, content, name)
    assert "not shown here" in text_of(manager.get(page_of(case, exhibit)))
    answer = manager.post(page_of(case, exhibit) + "hand-out/")
    assert body_of(answer) == content and answer["Content-Type"] == "application/octet-stream"
    opened = manager.post(page_of(case, exhibit) + "open-viewing/")
    token = urlsplit(content_pages.address_of(Viewing.objects.get(exhibit=exhibit))).path
    assert opened.status_code == 302 and manager.get(token).status_code == 404


def test_words_are_shown_as_words_with_nothing_hidden(world: World, manager: Client) -> None:
    case, exhibit = a_record(world, "<b>You\u202e are</b> done\r\n{{ x }}".encode(), "said.txt")
    html = uncover(manager, case, exhibit)
    assert "&lt;b&gt;You\\u202e are&lt;/b&gt; done\n{{ x }}" in html
    assert viewings(exhibit) == 1


@pytest.mark.policy("7.3")
def test_a_film_is_given_in_parts_and_noted_once(world: World, manager: Client) -> None:
    case, exhibit = a_record(world, FILM, "clip.mp4")
    html = uncover(manager, case, exhibit)
    assert "<video" in html
    source = source_in(html)
    got, asked = b"", 0
    while len(got) < len(FILM):
        answer = manager.get(source, HTTP_RANGE=f"bytes={len(got)}-")
        assert answer.status_code == 206
        part = body_of(answer)
        assert answer["Content-Range"] == f"bytes {len(got)}-{len(got) + len(part) - 1}/{len(FILM)}"
        assert len(part) <= content_pages.PART and int(answer["Content-Length"]) == len(part)
        got, asked = got + part, asked + 1
    assert got == FILM and asked == 2 and viewings(exhibit) == 1
    assert body_of(manager.get(source, HTTP_RANGE="bytes=1048570-1048585")) == FILM[1048570:1048586]
    for header in ("bytes=-0", f"bytes={len(FILM)}-", "bytes=" + ",".join(["0-0"] * 10_000)):
        refused = manager.get(source, HTTP_RANGE=header)
        assert (refused.status_code, refused["Content-Range"]) == (416, f"bytes */{len(FILM)}")
    assert manager.get(source).status_code == 400
    head = manager.head(source)
    assert (head.status_code, head["Accept-Ranges"], head["Content-Length"]) == (200, "bytes", str(len(FILM)))


@pytest.mark.policy("7.3", "8.1")
@pytest.mark.parametrize("how", ["excluded", "unseated", "signed out", "over", "left", "idle"])
def test_whose_right_ends_while_the_film_plays_gets_no_further_part(world: World, manager: Client, how: str) -> None:
    case, exhibit = a_record(world, FILM, "clip.mp4")
    source = source_in(uncover(manager, case, exhibit))
    assert manager.get(source, HTTP_RANGE="bytes=0-9").status_code == 206
    now = timezone.now()
    if how == "excluded":
        Exclusion.objects.create(school=world.school, case=case, person=world.senior, why="named", given_at=now)
    elif how == "unseated":
        Seat.objects.filter(case=case, person=world.senior).update(ends_at=now - timedelta(seconds=1))
    elif how == "signed out":
        manager.logout()
    elif how == "left":
        type(world.senior).objects.filter(pk=world.senior.pk).update(left_at=now)
    elif how == "idle":
        session = manager.session
        session["started"] = session["seen"] = int(time.time()) - installed.IDLE_SECONDS - 120
        session.save()
    else:
        # Its rows are never changed, so the clock is moved instead.
        content_pages.timezone = type("T", (), {"now": staticmethod(lambda: now + timedelta(minutes=11))})
    try:
        assert manager.get(source, HTTP_RANGE="bytes=10-19").status_code in {302, 404}
    finally:
        content_pages.timezone = timezone


def test_an_address_to_content_works_for_nobody_else(world: World, manager: Client) -> None:
    case, exhibit = a_record(world)
    source = source_in(uncover(manager, case, exhibit))
    assert client_of(world.head).get(source).status_code == 404
    assert client_of(world.senior).get(source).status_code == 404, "another sign-in of the same person"
    assert Client().get(source).status_code == 302
    assert manager.get(source[:-3] + "x/").status_code == 404
    assert manager.post(source).status_code == 405
    other, their = a_record(world)
    viewing = Viewing.objects.get()
    assert client_of(world.colleague).post(page_of(other, their) + "open-viewing/").status_code == 404
    assert f"viewing={viewing.id}" and "Show the picture" in text_of(
        manager.get(page_of(other, their) + f"?viewing={viewing.id}")
    )


def test_another_origin_answers_with_content_alone_and_knows_no_cookie(
    world: World, manager: Client, settings: Any
) -> None:
    settings.EVIDENCE_ORIGIN, settings.EVIDENCE_HOST = "https://records.example", "records.example"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "records.example"]
    case, exhibit = a_record(world, FILM, "clip.mp4")
    answer = manager.post(page_of(case, exhibit) + "open-viewing/")
    page = manager.get(answer.headers["Location"])
    source = source_in(text_of(page))
    assert source.startswith("https://records.example/content/")
    assert "media-src https://records.example" in page["Content-Security-Policy"]
    path, elsewhere = urlsplit(source).path, {"HTTP_HOST": "records.example"}
    fresh = Client()
    part = fresh.get(path, HTTP_RANGE="bytes=5-9", **elsewhere)
    assert (part.status_code, body_of(part)) == (206, FILM[5:10])
    assert part["Cross-Origin-Resource-Policy"] == "cross-origin" and part["Referrer-Policy"] == "no-referrer"
    assert not part.cookies and "sandbox" in part["Content-Security-Policy"]
    for address in ("/", "/accounts/login/", "/cases/", page_of(case, exhibit), "/static/forethought/site.css"):
        assert fresh.get(address, **elsewhere).status_code == 404
    assert manager.get(path).status_code == 404, "never from the origin of the program"
    manager.logout()
    assert fresh.get(path, HTTP_RANGE="bytes=5-9", **elsewhere).status_code == 404


# --- What is not what was kept ---


def swap(one: Exhibit, other: Exhibit) -> None:
    """As somebody with the disk would."""
    first, second = (vault()._place(e.object_name) for e in (one, other))
    first.write_bytes(second.read_bytes())


def point_elsewhere(one: Exhibit, other: Exhibit, *columns: str) -> None:
    """As somebody with the database would, past the lock that keeps a row as it is."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER forethought_exhibit_no_update")
        else:
            cursor.execute("RESET ROLE; SET ROLE NONE; SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE forethought_exhibit DISABLE TRIGGER USER")
    Exhibit.objects.filter(pk=one.pk).update(**{name: getattr(other, name) for name in columns})


def rot(one: Exhibit, other: Exhibit) -> None:
    place = vault()._place(one.object_name)
    content = bytearray(place.read_bytes())
    content[60] ^= 1
    place.write_bytes(content)


def lose(one: Exhibit, other: Exhibit) -> None:
    vault().remove(one.object_name)


def swap_keys(one: Exhibit, other: Exhibit) -> None:
    wrapped = ExhibitKey.objects.get(exhibit=other).wrapped
    ExhibitKey.objects.filter(exhibit=one).update(wrapped=wrapped)
    point_elsewhere(one, other, "object_name", "size", "sha256")


@pytest.mark.policy("7.3")
@pytest.mark.parametrize(
    "attack",
    [
        swap,
        rot,
        lose,
        swap_keys,
        lambda one, other: point_elsewhere(one, other, "object_name", "size"),
        lambda one, other: point_elsewhere(one, other, "size"),
        lambda one, other: point_elsewhere(one, other, "sha256"),
    ],
    ids=["swapped", "rotten", "lost", "another's key", "another's file", "another size", "another hash"],
)
@pytest.mark.usefixtures("in_a_folder")
def test_a_record_that_is_not_what_was_kept_is_refused_with_an_alarm(
    world: World, manager: Client, attack: Any
) -> None:
    case, exhibit = a_record(world)
    _, other = a_record(world, PNG + b"another")
    source = source_in(uncover(manager, case, exhibit))
    attack(exhibit, other)

    assert manager.get(source).status_code == 409
    answer = manager.post(page_of(case, exhibit) + "open-viewing/")
    if answer.status_code == 302:
        # Only the hash tells, and that is read with the whole.
        assert manager.get(source_in(text_of(manager.get(answer.headers["Location"])))).status_code == 409
    else:
        assert answer.status_code == 409 and "not what was kept" in answer.content.decode()
    alarms = Entry.objects.filter(verb="evidence.note_fault", about=exhibit.id)
    assert alarms.count() == 1, "one alarm an hour"


@pytest.mark.policy("7.3")
def test_a_record_moved_to_another_case_opens_in_neither(world: World, manager: Client) -> None:
    case, exhibit = a_record(world)
    elsewhere, other = a_record(world, PNG + b"another")
    point_elsewhere(exhibit, other, "case_id")
    assert manager.get(page_of(case, exhibit)).status_code == 404
    assert manager.post(page_of(elsewhere, exhibit) + "open-viewing/").status_code == 409
    assert "not what was kept" in text_of(manager.get(f"/cases/{elsewhere.id}/"))
    assert manager.get(page_of(elsewhere, exhibit)).status_code == 200


def test_a_record_sealed_away_has_no_page_and_no_content(world: World, manager: Client) -> None:
    now = timezone.now()
    draft = a_draft(world, at=now)
    exhibit = an_exhibit(draft, by=world.teacher, at=now)
    case = file_report(draft=draft, school=world.school, by=world.teacher, at=now).report.case
    source = source_in(uncover(manager, case, exhibit))
    from forethought.safeguarding.sealing_away import seal_away

    seal_away(exhibit=exhibit, why="adult", words="", answers={}, by=world.head, at=now)
    assert manager.get(source).status_code == 404
    for verb in ("open-viewing/", "hand-out/"):
        assert manager.post(page_of(case, exhibit) + verb).status_code == 404


# --- A recording that plays ---


def aged(client: Client, *, seen: int, started: int) -> None:
    """The sign-in of a browser as if it had begun and been used so many seconds ago."""
    session, now = client.session, int(time.time())
    session["seen"], session["started"] = now - seen, now - started
    session.save()


@pytest.mark.policy("7.3")
@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_part_that_is_asked_for_counts_as_use_of_the_sign_in_and_never_past_eight_hours(
    world: World, manager: Client, settings: Any, elsewhere: bool
) -> None:
    if elsewhere:
        settings.EVIDENCE_ORIGIN, settings.EVIDENCE_HOST = "https://records.example", "records.example"
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "records.example"]
    case, exhibit = a_record(world, FILM, "clip.mp4")
    path = urlsplit(source_in(text_of(manager.get(opened_at(manager, case, exhibit))))).path
    player: Any = Client() if elsewhere else manager
    host = {"HTTP_HOST": "records.example"} if elsewhere else {}

    aged(manager, seen=500, started=3000)
    ends = manager.session.get_expiry_date()
    assert player.get(path, HTTP_RANGE="bytes=0-9", **host).status_code == 206
    assert time.time() - manager.session["seen"] < 60
    assert abs(manager.session.get_expiry_date() - ends) < timedelta(minutes=1)

    aged(manager, seen=100, started=installed.SESSION_COOKIE_AGE + 1)
    assert player.get(path, HTTP_RANGE="bytes=0-9", **host).status_code in {302, 404}


def opened_at(manager: Client, case: Case, exhibit: Exhibit) -> str:
    return str(manager.post(page_of(case, exhibit) + "open-viewing/").headers["Location"]).partition("#")[0]


@pytest.mark.policy("7.3")
@pytest.mark.parametrize(
    ("content", "minutes"),
    [
        ({"plays": 1800.0, "says": 1.0, "holds": []}, 40),
        ({"plays": None, "says": 60.0, "holds": []}, 11),
        ({"plays": 9e9, "says": None, "holds": []}, 480),
        ({"why": "no_program"}, 10),
    ],
)
def test_a_viewing_lasts_until_the_recording_has_played(
    world: World, manager: Client, content: dict[str, Any], minutes: int
) -> None:
    case, exhibit = a_record(world, FILM, "clip.mp4")
    derived.keep(exhibit, recipe="length", content=content, tools="", by=PROGRAM, at=timezone.now())
    opened_at(manager, case, exhibit)
    viewing = Viewing.objects.get()
    assert viewing.ends_at - viewing.opened_at == timedelta(minutes=minutes)
