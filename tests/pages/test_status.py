"""Is it working? Said without a sign-in, without a number, and while the database is away."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import World, a_report
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from reporters import text_of

from forethought.core.beat import WORKER, Beat
from forethought.core.reserve import Reserve, Room
from forethought.pages import status


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "_asked", status._Asked())


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that answers: a test's own is not seen by another thread."""
    monkeypatch.setattr(status, "_ask", lambda: True)
    monkeypatch.setattr(status, "WITHIN", 60.0)


@pytest.fixture
def worker() -> Iterator[Beat]:
    """A worker that is alive."""
    path = Path(settings.DATA) / WORKER
    beat = Beat(path)
    beat.beat(mail="goes", backup="2026-11-20T18:00:00+00:00")
    yield beat
    path.unlink(missing_ok=True)


def told() -> dict[str, Any]:
    answer = Client().get("/status.json")
    return {"status": answer.status_code, **json.loads(answer.content)}


def test_when_all_is_well_it_says_so(answers: None, worker: Beat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EMAIL_HOST", "localhost")
    monkeypatch.setattr(settings, "BACKUP_TO", ["/backups"])
    said = text_of(Client().get("/status/"))
    for sentence in (
        "Reports are taken.",
        "What was recorded can be read.",
        "Files are taken.",
        "Reminders and deadlines are watched.",
        "Mail goes out.",
        "The last backup was begun at 6pm on Friday 20 November",
    ):
        assert sentence in said
    assert told() == {
        "status": 200,
        "database": True,
        "reports": True,
        "files": True,
        "worker": True,
        "mail": "goes",
        "backups": True,
        "backed_up_at": "2026-11-20T18:00:00Z",
        "database_disk": "",
    }


def test_with_the_database_away_the_page_still_comes_and_names_the_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without the mark for a database, pytest-django refuses every query of this thread.
    def away() -> bool:
        raise OperationalError("away")

    monkeypatch.setattr(connection, "ensure_connection", away)
    monkeypatch.setattr(status, "_ask", lambda: False)
    answer = Client().get("/status/")
    assert answer.status_code == 200
    assert "Reports cannot be taken now. Use the form on paper." in text_of(answer)
    assert 'href="/report/on-paper/"' in answer.content.decode()
    assert told()["status"] == 503 and told()["reports"] is False


def test_a_database_that_does_not_answer_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "WITHIN", 0.05)
    monkeypatch.setattr(status, "FRESH", 0.0)
    import threading

    held = threading.Event()
    monkeypatch.setattr(status, "_ask", lambda: held.wait(30))
    assert told()["database"] is False
    # While the first question waits, nobody asks a second one.
    assert told()["database"] is False
    held.set()


def test_one_answer_serves_everybody_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(status, "FRESH", 3600.0)
    monkeypatch.setattr(status, "_ask", lambda: bool(asked.append(1) or True))
    for _ in range(5):
        told()
    assert asked == [1]


def test_a_worker_that_was_not_seen_is_said_to_stand_still(answers: None, worker: Beat) -> None:
    old = time.time() - status.SILENT - 1
    os.utime(Path(settings.DATA) / WORKER, (old, old))
    assert told()["worker"] is False
    assert "deadlines are not watched now" in text_of(Client().get("/status/"))


def test_a_mail_server_that_takes_nothing_is_said(answers: None, worker: Beat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EMAIL_HOST", "localhost")
    worker.beat(mail="fails", backup="")
    assert told()["mail"] == "fails"
    assert "The mail server does not take our mail now." in text_of(Client().get("/status/"))


@pytest.mark.parametrize(("room", "reports"), [(Room.WORDS, True), (Room.NONE, False)])
def test_a_full_disk_is_said(answers: None, room: Room, reports: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reserve, "look", lambda self: room)
    monkeypatch.setattr(settings, "FREE_SPACE_RESERVE", 10**15)
    found = told()
    assert (found["reports"], found["files"]) == (reports, False)


def test_nothing_on_it_grows_with_what_is_reported(answers: None, worker: Beat, world: World) -> None:
    before = Client().get("/status/").content
    a_report(world)
    assert Client().get("/status/").content == before
