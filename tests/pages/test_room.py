"""Pages on a full disk: what was typed is handed back, what failed is done once more, and those in charge are told."""

import errno
from datetime import timedelta
from typing import Any

import pytest
from builders import World
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone
from reporters import begun, text_of
from signed import client_of, school_now  # noqa: F401

from forethought.audit.models import Entry
from forethought.cases.models import Draft
from forethought.core.reserve import Reserve, Room
from forethought.evidence import room as area
from forethought.evidence.room_models import Shortage
from forethought.management.commands.worker import BELLS
from forethought.management.room import Watch
from forethought.pages import reporting
from forethought.people import alarms
from forethought.people.models import Letter, School


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reserve, "look", lambda self: Room.NONE)


def test_nothing_is_written_and_what_was_typed_is_handed_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = client_of(world.teacher)
    base = begun(teacher)
    monkeypatch.setattr(Reserve, "look", lambda self: Room.NONE)
    answer = teacher.post(f"{base}what/", {"danger": "no", "happened": "They wrote it <again> on the board."})
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "60"
    page = answer.content.decode()
    assert "They wrote it &lt;again&gt; on the board." in page and 'href="/report/on-paper/"' in page


def test_everything_can_be_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = client_of(world.teacher)
    base = begun(teacher)
    monkeypatch.setattr(Reserve, "look", lambda self: Room.NONE)
    for path in ("/", "/report/", f"{base}what/", "/reports/", "/help/"):
        assert teacher.get(path).status_code == 200, path


#: PostgreSQL's own disk is another one, on which we set nothing aside.
FULL = [OSError(errno.ENOSPC, "full")]
if not settings.DATABASE_URL:
    FULL.append(OperationalError("database or disk is full"))  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", FULL)
def test_what_failed_for_want_of_room_is_done_once_more_from_the_reserve(
    world: World, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up between the look before a page and its write."""
    teacher = client_of(world.teacher)
    base = begun(teacher)
    kept = reporting.drafts.save_draft
    given_back: list[bool] = []
    monkeypatch.setattr(Reserve, "give_back", lambda self: bool(given_back.append(True) or True))

    def fails_first(**said: Any) -> Any:
        if not given_back:
            raise fault
        return kept(**said)

    monkeypatch.setattr(reporting.drafts, "save_draft", fails_first)
    answer = teacher.post(f"{base}what/", {"danger": "no", "happened": "Words."})
    assert answer.status_code == 302 and len(given_back) == 1
    assert Draft.objects.get().saved_at


def test_without_a_reserve_left_it_says_so_and_is_no_fault_of_the_program(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = client_of(world.teacher)
    base = begun(teacher)

    def fails(**said: Any) -> Any:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(reporting.drafts, "save_draft", fails)
    answer = teacher.post(f"{base}what/", {"danger": "no", "happened": "What they wrote."})
    assert answer.status_code == 503 and "What they wrote." in answer.content.decode()


def test_who_waited_for_the_database_in_vain_gets_their_words_back(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    teacher = client_of(world.teacher)
    base = begun(teacher)

    def fails(**said: Any) -> Any:
        raise OperationalError("database is locked")

    monkeypatch.setattr(reporting.drafts, "save_draft", fails)
    answer = teacher.post(f"{base}what/", {"danger": "no", "happened": "What they wrote."})
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "60"
    page = text_of(answer)
    assert "What you sent was not kept." in page and "What they wrote." in page and "disk" not in page
    assert "waited for the database in vain" in caplog.text


def test_another_fault_stays_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = client_of(world.teacher)
    base = begun(teacher)

    def fails(**said: Any) -> Any:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(reporting.drafts, "save_draft", fails)
    with pytest.raises(OperationalError):
        teacher.post(f"{base}what/", {"danger": "no", "happened": "Words."})


# --- Who is told ---


def test_head_and_it_read_it_on_their_home_and_a_teacher_does_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "FREE_SPACE_RESERVE", 10**15)
    assert "The server’s disk is nearly full" in text_of(client_of(world.head).get("/"))
    assert "disk" not in text_of(client_of(world.teacher).get("/"))


def watched(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[Watch, Any]:
    monkeypatch.setattr("forethought.management.room.is_quiet", lambda school: False)
    watch, at = Watch(), timezone.now()

    def turn(hours: float, short: bool) -> None:
        monkeypatch.setattr(area, "is_short", lambda was=False: short)
        now = at + timedelta(hours=hours)
        watch.look(now)
        alarms.ring_due(world.school.id, now, bells=BELLS)

    return watch, turn


def letters() -> list[str]:
    return sorted(Letter.objects.filter(kind="disk_low").values_list("person__name", flat=True))


def test_head_and_it_are_told_at_once_then_daily_until_there_is_room(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, turn = watched(world, monkeypatch)
    turn(0, short=False)
    assert not Shortage.objects.exists()
    turn(1, short=True)
    assert world.head.name in letters()
    told = len(letters())
    turn(2, short=True)
    assert len(letters()) == told
    turn(25.1, short=True)
    assert len(letters()) == 2 * told
    turn(30, short=False)
    turn(60, short=False)
    assert len(letters()) == 2 * told
    assert Shortage.objects.get().ended_at is not None
    verbs = list(Entry.objects.filter(verb__startswith="evidence.").values_list("verb", flat=True))
    assert verbs.count("evidence.note_shortage") == verbs.count("evidence.end_shortage") == 1


def test_the_letter_says_nothing_of_anybodys_report(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from forethought.people.post import composed

    _, turn = watched(world, monkeypatch)
    turn(0, short=True)
    subject, text = composed(Letter.objects.filter(kind="disk_low").first())  # type: ignore[arg-type]
    assert subject == "The server’s disk is nearly full"
    assert School.objects.get().name not in text and "Nothing has to be started again." in text
