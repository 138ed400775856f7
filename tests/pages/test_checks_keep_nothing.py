"""A check is kept nowhere, and nobody can see that it happened. Clause 3.4; law.md 11.

Each canary is a word that stands nowhere else. It is put into every field of the check, with sockets refused, signed in
and not, and in ways that go wrong. Then every place is searched where a program can leave something: the rows of all
tables, the database's own files, the log, the vault, the temporary folder, sessions, mail, the cache, and the report of
an error.
"""

import io
import logging
import secrets
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import World
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils.log import AdminEmailHandler
from signed import client_of, school_now  # noqa: F401

from forethought.audit.models import Entry
from forethought.pages import checking
from forethought.pages.logs import Plain
from forethought.precheck import serving
from forethought.precheck.pacing import Pace

pytestmark = pytest.mark.policy("3.4")

URL = "/check-post/"


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def canary() -> str:
    return f"Zyx{secrets.token_hex(6)}qv"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_of_a_school", Pace(1000))
    monkeypatch.setattr(checking, "_of_a_session", Pace(1000))


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No new socket may be made or connected: what is tried is noted, and refused. The database has its own already."""
    tried: list[str] = []

    def refuse(*args: Any, **kwargs: Any) -> Any:
        tried.append("socket")
        raise AssertionError("A check opened a socket.")

    connection.ensure_connection()
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, at every level, formatted as the program does."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Plain())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def rows() -> dict[str, int]:
    """How many rows each table has: all tables of the database, not only those of models."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def holders(word: str) -> list[str]:
    """Every table with the word anywhere in any column, in text or in bytes."""
    found, sought = [], word.lower().encode()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    said = bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                    if sought in said.lower():
                        found.append(table)
    return found


def files_with(word: str, *folders: Path) -> list[str]:
    """Every file below these folders with the word in its bytes or its name. The test's own sources are not there."""
    sought, found = word.lower().encode(), []
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and (sought in path.name.lower().encode() or sought in path.read_bytes().lower()):
                found.append(str(path))
    return found


def answers(word: str) -> dict[str, str]:
    return {
        "draft": f"So proud of {word} in 4B, who won. Ring {word}@mail.example.",
        "audience_pupil": "not_sure",
        "audience_parent": "no",
        "kind_5_3a": "yes",
        "matters": "union",
    }


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_check_leaves_no_row_no_event_no_line_no_file_no_mail_and_opens_no_socket(
    world: World,
    canary: str,
    no_sockets: list[str],
    log: io.StringIO,
    signed_in: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    client = client_of(world.teacher) if signed_in else Client()
    client.get(URL)
    before, events = rows(), Entry.objects.count()
    sessions = session_rows()
    for said in (answers(canary), {"draft": canary}, {"draft": canary * 500}, {}):
        html = client.post(URL, said).content.decode()
        assert not said or canary in html

    assert rows() == before and Entry.objects.count() == events
    assert session_rows() == sessions
    assert holders(canary) == []
    assert files_with(canary, settings.VAULT, settings.DATA, tmp_path) == [] and list(tmp_path.iterdir()) == []
    assert canary.lower() not in log.getvalue().lower() and URL not in log.getvalue()
    assert mail.outbox == [] and no_sockets == []
    assert canary.lower() not in repr(getattr(cache, "_cache", {})).lower()
    assert canary.lower() not in repr(dict(client.session)).lower()
    assert canary.lower() not in repr(client.cookies).lower()


def session_rows() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_key, session_data FROM django_session ORDER BY session_key")
        return cursor.fetchall()  # type: ignore[no-any-return]


def test_nobody_else_sees_that_it_happened(world: World, canary: str) -> None:
    head, before = client_of(world.head), {}
    pages = ("/", "/trail/", "/cases/", "/questions/", "/readers/")
    for path in pages:
        before[path] = said_by(head, path)
    client_of(world.teacher).post(URL, answers(canary))
    for path in pages:
        assert said_by(head, path) == before[path], path


def said_by(client: Client, path: str) -> str:
    """A page without the token of its forms."""
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", client.get(path).content.decode())


def test_a_fault_in_the_engine_tells_its_kind_once_and_no_word(
    world: World, canary: str, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str, **_: Any) -> Any:
        raise ValueError(f"cannot read {text}")

    monkeypatch.setattr(serving, "engine", lambda: broken)
    monkeypatch.setattr(serving, "_told", set())
    client = Client()
    for _ in range(3):
        assert canary in client.post(URL, answers(canary)).content.decode()
    written = log.getvalue()
    assert written.count("Texts cannot be checked: ValueError.") == 1 and canary.lower() not in written.lower()


def test_a_fault_of_the_page_itself_is_reported_without_the_draft(
    world: World, canary: str, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the log as it is, and in the mail to administrators that somebody might turn on: forms and frames hidden."""

    def broken(**_: Any) -> Any:
        raise RuntimeError(f"broke on {canary}")

    monkeypatch.setattr(checking.rules, "advice_of", broken)
    monkeypatch.setattr(settings, "ADMINS", [("It", "it@school.example")])
    posts = AdminEmailHandler(include_html=True)
    seen: list[logging.LogRecord] = []

    class Keeps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record)

    keeps = Keeps()
    logging.getLogger("django.request").addHandler(keeps)
    try:
        answer = Client(raise_request_exception=False).post(URL, answers(canary))
    finally:
        logging.getLogger("django.request").removeHandler(keeps)
    assert answer.status_code == 500 and canary not in answer.content.decode()
    assert "RuntimeError" in log.getvalue() and canary.lower() not in log.getvalue().lower()
    (record,) = [one for one in seen if one.exc_info]
    posts.emit(record)
    (letter,) = mail.outbox
    html = str(letter.alternatives[0][0]) if letter.alternatives else ""  # type: ignore[attr-defined]
    # Only the message of this very exception, which is the test's own, says the word.
    for body in (letter.body, html):
        assert canary not in body.replace(f"broke on {canary}", "")
    assert "draft" in letter.body and "********************" in letter.body


def test_what_paces_checks_holds_no_text_and_nobody(world: World, canary: str) -> None:
    client = client_of(world.teacher)
    client.post(URL, answers(canary))
    for pace in (checking._of_a_school, checking._of_a_session):
        assert pace._times
        said = repr(pace._times)
        assert canary not in said and str(world.teacher.id) not in said and client.session.session_key not in said


def test_no_table_is_there_to_keep_a_check_in() -> None:
    names = {model.__name__.lower() for model in apps.get_app_config("forethought").get_models()}
    # A checkpoint is of the trail; a check of oneself keeps the day alone, and only where somebody wishes it.
    assert not any("check" in name for name in names - {"checkpoint", "selfcheck"})
