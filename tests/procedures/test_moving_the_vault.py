"""The command that moves the vault, on a school that goes on meanwhile; and which place new files go to."""

from pathlib import Path
from typing import Any

import pytest
from buckets import NAMES, Settings
from builders import World, a_draft, an_exhibit
from django.core.management import CommandError, call_command

from forethought.audit.models import Entry
from forethought.evidence import moving, places
from forethought.evidence.models import Exhibit
from forethought.evidence.reading import content_of, insist_whole
from forethought.evidence.sealing import CHUNK
from forethought.evidence.store import StoreAway
from forethought.evidence.vault import make_store


@pytest.fixture
def kept_here(settings: Any, tmp_path: Path) -> None:
    """A vault of this test's own, in a folder."""
    settings.VAULT, settings.S3_BUCKET = tmp_path / "vault", ""
    make_store(settings.VAULT)


def kept(world: World) -> Exhibit:
    return an_exhibit(a_draft(world), by=world.teacher, at=world.at)


@pytest.fixture
def exhibits(kept_here: None, world: World) -> list[Exhibit]:
    return [kept(world), kept(world)]


def configure(settings: Any, s3: Settings, prefix: str) -> None:
    for name in NAMES:
        setattr(settings, f"S3_{name}", s3[f"FORETHOUGHT_S3_{name}"])
    settings.S3_PREFIX, settings.S3_LOCK_DAYS = prefix, 0


def objects(settings: Any) -> int:
    return sum(path.is_file() for path in (settings.VAULT / "objects").rglob("*"))


def in_bucket(world: World) -> set[str]:
    return set(places.by_place()[places.BUCKET].of(world.school.id).names())


@pytest.mark.policy("7.3")
def test_the_records_of_a_school_move_to_a_bucket_and_back_and_stay_whole(
    exhibits: list[Exhibit], world: World, settings: Any, s3: Settings, tmp_path: Path, capsys: Any
) -> None:
    configure(settings, s3, f"move-{tmp_path.name}-{world.school.id}")
    # What is in the folder already is gone on with there, until it is moved.
    early = kept(world)
    assert objects(settings) == 3 and in_bucket(world) == set()

    call_command("move_vault", "--to", "s3")
    said = capsys.readouterr().out
    assert "[##############################] 3 of 3" in said and "3 files were copied and compared" in said
    assert in_bucket(world) == {one.object_name for one in (*exhibits, early)}
    late = kept(world)
    assert objects(settings) == 3 and late.object_name in in_bucket(world)
    for one in (*exhibits, early, late):
        insist_whole(one)
    [entry] = Entry.objects.filter(verb="evidence.note_moved")
    assert '"objects":3' in entry.body and '"to":"bucket"' in entry.body

    call_command("move_vault", "--to", "bucket", "--finish")
    assert "3 files were removed" in capsys.readouterr().out
    assert objects(settings) == 0 and len(in_bucket(world)) == 4
    for one in (*exhibits, early, late):
        insist_whole(one)

    call_command("move_vault", "--to", "folder")
    call_command("move_vault", "--to", "folder", "--finish")
    assert objects(settings) == 4 and in_bucket(world) == set()
    settings.S3_BUCKET = ""
    for one in (*exhibits, early, late):
        insist_whole(one)


def test_a_move_that_was_stopped_goes_on_and_new_files_go_to_the_old_place_until_then(
    exhibits: list[Exhibit], world: World, settings: Any, s3: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(settings, s3, f"stop-{tmp_path.name}-{world.school.id}")
    copied = moving._copied

    def once(*args: Any) -> int | None:
        monkeypatch.setattr(moving, "_copied", away)
        return copied(*args)

    def away(*args: Any) -> int | None:
        raise StoreAway

    monkeypatch.setattr(moving, "_copied", once)
    with pytest.raises(CommandError, match="goes on from here"):
        call_command("move_vault", "--to", "bucket")
    assert len(in_bucket(world)) == 1 and not Entry.objects.filter(verb="evidence.note_moved").exists()
    with pytest.raises(CommandError, match="without --finish"):
        call_command("move_vault", "--to", "bucket", "--finish")
    assert kept(world).object_name not in in_bucket(world)

    monkeypatch.setattr(moving, "_copied", copied)
    call_command("move_vault", "--to", "bucket")
    assert len(in_bucket(world)) == 3


def test_a_new_installation_with_a_bucket_keeps_its_records_there_from_the_first(
    kept_here: None, world: World, settings: Any, s3: Settings, tmp_path: Path
) -> None:
    configure(settings, s3, f"new-{tmp_path.name}-{world.school.id}")
    exhibit = kept(world)
    assert objects(settings) == 0 and in_bucket(world) == {exhibit.object_name}
    assert b"".join(content_of(exhibit))[:CHUNK]
    settings.S3_BUCKET = ""
    assert places.is_left_in_a_bucket()


def test_without_a_bucket_or_with_a_bad_one_nothing_is_moved(
    exhibits: list[Exhibit], settings: Any, s3: Settings
) -> None:
    with pytest.raises(CommandError, match="There is no bucket"):
        call_command("move_vault", "--to", "bucket")
    configure(settings, s3, "bad")
    settings.S3_SECRET = "of-another-bucket"
    with pytest.raises(CommandError, match="does not accept its key"):
        call_command("move_vault", "--to", "bucket")
    settings.S3_SECRET, settings.S3_KEY_FILE = "", settings.VAULT / "s3.key"
    with pytest.raises(CommandError, match="no key of the bucket"):
        call_command("move_vault", "--to", "bucket")
    assert objects(settings) == 2


def test_a_place_that_is_none_stops_rather_than_guesses(exhibits: list[Exhibit], settings: Any, s3: Settings) -> None:
    configure(settings, s3, "none")
    (settings.VAULT / "place").write_text("elsewhere\n")
    with pytest.raises(RuntimeError, match="names no place"):
        places.vault()
