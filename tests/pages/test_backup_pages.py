"""The page on backups, the drill, and the way out of quarantine."""

from datetime import timedelta
from pathlib import Path

import pytest
from builders import World
from django.utils import timezone
from pytest_django.fixtures import Settings
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.backups import owning, procedures
from forethought.backups.far_machine import key_file, known_file
from forethought.backups.models import Backing, Drill, Quarantine
from forethought.backups.places import Folder

KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIOZKwkmkB5CSSjEUclkmcAObzFfLZfJMW0i5vmZu9Bsu"


def test_the_head_sees_at_home_that_there_is_no_backup_and_a_teacher_does_not(
    school_now: World, settings: Settings
) -> None:
    settings.BACKUP_TO = []
    assert "There is no backup" in text_of(client_of(school_now.head).get("/"))
    assert "backup" not in text_of(client_of(school_now.teacher).get("/"))
    assert client_of(school_now.teacher).get("/backups/").status_code == 404

    settings.BACKUP_TO = ["/mnt/backup"]
    procedures.await_backup(school_id=school_now.school.id, backed_up_at=timezone.now(), at=timezone.now())
    assert "There is no backup" not in text_of(client_of(school_now.head).get("/"))
    assert "Nobody knows".lower() in text_of(client_of(school_now.head).get("/backups/")).lower()


def test_the_page_says_how_the_second_machine_stands_and_not_which_it_is(
    school_now: World, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA, settings.BACKUP_TO = tmp_path, ["sftp://caretaker@cupboard.internal/volume1"]
    client = client_of(school_now.head)

    said = text_of(client.get("/backups/"))

    assert "Nobody has confirmed yet that it is the right one" in said
    assert not [word for word in ("caretaker", "cupboard", "volume1") if word in said]
    known_file().parent.mkdir()
    known_file().write_text(f"cupboard.internal ssh-ed25519 {KEY}\n")
    key_file().touch()
    assert "once that machine says that it is on its disk" in text_of(client.get("/backups/"))
    settings.BACKUP_TO = ["/mnt/backup"]
    assert "second machine" not in text_of(client.get("/backups/"))


def test_a_drill_is_recorded_and_a_bad_answer_keeps_what_was_typed(school_now: World) -> None:
    client = client_of(school_now.head)

    bad = client.post("/backups/record-drill/", {"minutes": "half an hour", "whole": "yes"})
    assert "whole number, such as 40" in bad.content.decode()
    assert "half an hour" in bad.content.decode()
    assert client.post("/backups/record-drill/", {"minutes": "41", "whole": "yes"}).status_code == 302

    assert Drill.objects.get().minutes == 41
    assert "in 41 minutes" in text_of(client.get("/backups/"))


def test_two_people_read_the_gap_and_release_the_school(school_now: World) -> None:
    now = timezone.now()
    gap = {"acts": True, "left": [str(school_now.teacher.id)], "destroyed": 1}
    Quarantine.objects.create(
        school_id=school_now.school.id, backup_at=now - timedelta(hours=1), restored_at=now, gap=gap
    )
    chair, head = client_of(school_now.chair), client_of(school_now.head)

    assert "came back from a backup" in text_of(head.get("/"))
    shown = text_of(head.get("/backups/restored/"))
    assert school_now.teacher.name in shown
    assert "done again by itself" in shown
    assert chair.post("/backups/release-school/").status_code == 302
    assert "One more person does" in text_of(head.get("/backups/restored/"))
    assert head.post("/backups/release-school/").status_code == 302

    assert Quarantine.objects.get().released_by == str(school_now.head.id)
    assert "not waiting for anything" in text_of(head.get("/backups/restored/"))
    assert head.get("/backups/release-school/").status_code == 302


@pytest.mark.parametrize("path", ["/backups/", "/backups/restored/", "/backups/record-drill/"])
def test_nobody_without_an_office_finds_these_pages(school_now: World, path: str) -> None:
    assert client_of(school_now.teacher).get(path).status_code == 404


def test_the_head_reads_that_the_place_is_another_machines_and_takes_it_over(
    school_now: World, settings: Settings, tmp_path: Path
) -> None:
    now, place = timezone.now(), Folder(tmp_path / "disk", new=True)
    settings.DATA, settings.BACKUP_TO, settings.BACKUP_KEYS_TO = tmp_path / "another", [place.address], ""
    owning.insist_ours(place, at=now)
    settings.DATA = tmp_path / "this"
    procedures.note_elsewhere(school_id=school_now.school.id, elsewhere=True, at=now)
    head = client_of(school_now.head)

    assert "belongs to another installation" in text_of(head.get("/"))
    shown = text_of(head.get("/backups/"))
    assert "This machine takes over" in shown and "another place in its settings" in shown
    assert "do not take over" in text_of(head.get("/backups/take-over-places/"))
    assert client_of(school_now.teacher).post("/backups/take-over-places/").status_code == 404
    assert owning.is_anothers(place)
    assert head.post("/backups/take-over-places/").status_code == 302

    assert not owning.is_anothers(place)
    assert not Backing.objects.get().elsewhere
    assert "This machine takes over" not in text_of(head.get("/backups/"))
