"""Backups in a real bucket, damaged, for another card; and one school of many while the others stay as they are."""

import errno
import io
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from grounds import on_sqlite
from live import run_manage
from pytest_django.fixtures import Settings
from test_backups import Dying, Kept, Killed, another, here, kept, kept_once, read_all, there  # noqa: F401

from forethought.backups import card, coming_back, copied, keeping, key_copies, letting_go, manifest, restoring
from forethought.backups.bucket import PART, Bucket
from forethought.backups.manifest import BadBackup, Stored
from forethought.backups.places import Folder, NoPlace
from forethought.backups.trying import try_keys, try_out
from forethought.management.backing import Backups
from tools.s3_server import BUCKET, LOCKED, REGION, s3_server

AT = datetime(2090, 11, 27, 18, tzinfo=UTC)


# --- A bucket ---


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Somebody who asks a real S3 server: the one beside this run, or one of our own."""
    from botocore.session import Session

    def asking(found: Any) -> Any:
        return Session().create_client(
            "s3",
            region_name=REGION,
            endpoint_url=found["FORETHOUGHT_S3_ENDPOINT"],
            aws_access_key_id=found["FORETHOUGHT_S3_KEY_ID"],
            aws_secret_access_key=found["FORETHOUGHT_S3_SECRET"],
        )

    if os.environ.get("FORETHOUGHT_S3_ENDPOINT"):
        yield asking(os.environ)
        return
    with s3_server() as server:
        yield asking(server.wait())


def test_a_bucket_keeps_files_whole_in_parts_and_lists_them(client: Any, tmp_path: Path) -> None:
    with pytest.raises(NoPlace, match="--new"):
        Bucket(f"s3://{BUCKET}/{tmp_path.name}", client=client)
    place = Bucket(f"s3://{BUCKET}/{tmp_path.name}", client=client, new=True)
    content = os.urandom(PART + 70_000)

    for path, body in (("a/long", content), ("a/short", b"x"), ("b/empty", b"")):
        with place.writing(path) as out:
            for at in range(0, len(body), 60_000):
                out.write(body[at : at + 60_000])
        assert out.stored() == keeping.pour(io.BytesIO(body), None)
    with pytest.raises(KeyboardInterrupt), place.writing("a/cut") as out:
        out.write(content)
        raise KeyboardInterrupt

    assert dict(place.names("a")) == {"a/long": len(content), "a/short": 1}
    assert place.open("a/long").read() == content
    with pytest.raises(FileNotFoundError):
        place.open("a/cut")
    place.sweep()
    place.remove("a/long")
    place.remove("a/long")
    assert dict(place.names("a")) == {"a/short": 1}
    assert (Bucket(f"s3://{BUCKET}/{tmp_path.name}", client=client).keeps_days) == 0


def test_what_is_locked_cannot_be_removed_and_the_schedule_waits_for_it(
    client: Any,
    here: Kept,
) -> None:
    address = f"s3://{LOCKED}/{here.home.name}"
    place = Bucket(address, client=client, new=True, lock_days=35)
    with keeping.alone():
        first = keeping.back_up(place, at=AT).manifest
    assert place.keeps_days == 35

    place.remove(f"{first.folder()}/{manifest.NOTE}")

    assert keeping.whole_backups(place) == [first.name]


def test_a_backup_in_a_bucket_passes_the_test_of_the_night(client: Any, here: Kept) -> None:
    place, night = Bucket(f"s3://{BUCKET}/{here.home.name}", client=client, new=True), card.new_key()
    with keeping.alone():
        made = keeping.back_up(place, at=AT, witness=night)

    found = try_out(place, key=night)

    assert found is not None and (found.faults, found.opened) == ([], made.manifest.objects)
    with keeping.alone():
        again = keeping.back_up(place, at=AT + timedelta(hours=1))
        letting_go.let_go(place, keys_to=None, at=AT + timedelta(hours=1), objects_too=True)
    assert again.new_objects == 0


# --- Keys, and what is let go of ---


def test_the_test_of_the_night_opens_the_copy_of_the_keys_too(here: Kept) -> None:
    night, stick = card.new_key(), Folder(here.home / "stick")
    with keeping.alone():
        made = keeping.back_up(Folder(here.disk), at=AT, keys_to=stick, witness=night).manifest
    assert try_keys(stick, made.name, key=night) == []
    [fault] = try_keys(stick, made.name, key=card.new_key())
    assert "cannot be used" in fault

    path = here.home / "stick" / "keys" / f"{made.name}.tar.age"
    with path.open("wb") as out, tarfile.open(fileobj=(packed := io.BytesIO()), mode="w"):
        packed.seek(0)
        card.lock(packed, out, to=[night.to_public()])
    assert try_keys(stick, made.name, key=night) != []
    path.unlink()
    assert try_keys(stick, made.name, key=night) != []


def test_what_failed_on_a_full_disk_is_cleared_away_before_the_next_attempt(
    here: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = here.disk / "snapshots" / "20901127T170000Z-00000000" / "database.sqlite3.gz.age"
    left.parent.mkdir()
    left.write_bytes(b"x")
    empty = here.disk / "snapshots" / "20901127T160000Z-00000000"
    empty.mkdir()
    Folder(here.disk).sweep()

    def full(*args: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keeping, "back_up", full)
    Backups()._make(AT, anew=True)

    assert not left.parent.exists() and not empty.exists()
    assert len(keeping.whole_backups(Folder(here.disk))) == 1


@pytest.mark.parametrize("squeezed", [False, True])
def test_a_disk_that_is_full_while_something_is_opened_is_not_taken_for_a_damaged_backup(squeezed: bool) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            if self.tell() > 300_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data)

    key, locked = card.new_key(), io.BytesIO()
    card.lock(io.BytesIO(os.urandom(1_000_000)), locked, to=[key.to_public()], squeeze=squeezed)
    locked.seek(0)

    with pytest.raises(OSError, match="No space left"):
        card.unlock(locked, Full(), key=key, squeezed=squeezed)


def test_keys_go_after_their_days_and_files_only_when_no_backup_needs_them(here: Kept, settings: Settings) -> None:
    settings.BACKUP_SCHEDULE = [2, 2, 12]
    place = Folder(here.disk)
    [oldest] = keeping.whole_backups(place)
    with keeping.alone():
        newest = keeping.back_up(place, at=AT + timedelta(days=90)).manifest.name
        (here.disk / "objects" / "0" / "0").mkdir(parents=True, exist_ok=True)
        stray = here.disk / "objects" / "0" / "0" / f"{'0' * 32}.age"
        stray.write_bytes(b"x")
        # Of a vault, should somebody have named its folder or its bucket for the backups as well.
        others = [here.disk / "objects" / "0" / "0" / ("0" * 32), here.disk / "objects" / "a-school" / ("1" * 32)]
        for one in others:
            one.parent.mkdir(exist_ok=True)
            one.write_bytes(b"x")
        letting_go.let_go(place, keys_to=None, at=AT + timedelta(days=90), objects_too=True)

    assert keeping.whole_backups(place) == sorted([newest, oldest], reverse=True)
    assert not (here.disk / "snapshots" / oldest / manifest.APART).exists()
    assert (here.disk / "snapshots" / newest / manifest.APART).exists()
    assert not stray.exists()
    assert all(one.exists() for one in others)
    # The older one is opened with the newer one's keys.
    made = keeping.read_manifest(place, oldest, keys=[keeping.signing_key().public()])
    assert restoring.open_newest(place, manifest.APART, io.BytesIO(), key=here.key, bear=no_damage).name == newest
    read_all_but_keys = keeping.objects_of(place, made)
    assert all((here.disk / manifest.place_of(one)).exists() for one in read_all_but_keys)


# --- Another card, and what is damaged ---


def no_damage(sentence: str) -> None:
    raise AssertionError(sentence)


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_a_card_that_was_made_later_opens_every_file_of_the_next_backup(here: Kept, settings: Settings) -> None:
    place, later = Folder(here.disk), card.new_key()
    settings.BACKUP_CARDS.append(str(later.to_public()))
    with keeping.alone():
        # Killed on the way: what was copied by then counts, and nothing that the first card alone opens.
        with pytest.raises(Killed):
            keeping.back_up(Folder(here.disk, disk=Dying(20)), at=AT)
        made = keeping.back_up(place, at=AT + timedelta(hours=1)).manifest
        settings.BACKUP_CARDS.reverse()
        again = keeping.back_up(place, at=AT + timedelta(hours=2))

    (here.home / "key.txt").write_text(str(later))
    read_all(place, made.name, here)
    # Once, and not each hour.
    assert again.new_objects == 0


def test_half_a_line_of_what_was_copied_costs_that_line_alone(tmp_path: Path) -> None:
    journal, one, cards = tmp_path / "journal", Stored(9, "5" * 64), frozenset({"age1"})
    with journal.open("a") as out:
        copied.note(out, "1" * 32, one, cards)
        out.write('["2222')
        out.write("\n")
        copied.note(out, "3" * 32, one, cards)

    assert list(copied.noted(journal)) == [("1" * 32, one, cards), ("3" * 32, one, cards)]


@pytest.mark.parametrize("file", [manifest.APART, manifest.LEDGER])
def test_where_the_newest_is_damaged_an_older_one_serves_and_what_it_costs_is_said(here: Kept, file: str) -> None:
    place, told = Folder(here.disk), list[str]()
    [oldest] = keeping.whole_backups(place)
    with keeping.alone():
        newest = keeping.back_up(place, at=AT).manifest
    assert restoring.open_newest(place, file, io.BytesIO(), key=here.key, bear=no_damage).name == newest.name
    spoil(here.disk / newest.folder() / file)

    with pytest.raises(AssertionError, match="was changed"):
        restoring.open_newest(place, file, io.BytesIO(), key=here.key, bear=no_damage)
    assert restoring.open_newest(place, file, out := io.BytesIO(), key=here.key, bear=told.append).name == oldest
    assert out.read() and len(told) == 1
    spoil(here.disk / manifest.folder_of(oldest) / file)
    with pytest.raises(BadBackup):
        restoring.open_newest(place, file, io.BytesIO(), key=here.key, bear=told.append)


def test_the_keys_come_back_whole_from_an_older_copy_also_after_a_kill(
    here: Kept, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, said = Folder(here.home / "stick"), list[str]()
    with keeping.alone():
        made = keeping.back_up(Folder(here.disk), at=AT, keys_to=stick).manifest
    spoil(here.home / "stick" / key_copies.path_of(made.name))
    before = {one.name: one.read_bytes() for one in key_copies.key_files() if one.exists()}
    for name in ("MASTER_KEY_FILE", "LOG_KEY_FILE", "SECRET_KEY_FILE"):
        setattr(settings, name, here.home / "back" / getattr(settings, name).name)
    with pytest.raises(restoring.CannotRestore, match="This card opens no copy"):
        restoring.restore_keys(stick, key=card.new_key(), say=said.append)

    for number in range(1, 30):
        monkeypatch.setattr(restoring, "Disk", partial(Dying, number))
        with suppress(Killed):
            restoring.restore_keys(stick, key=here.key, say=said.append)
        # Whoever starts the program after this finds a key or finds none.
        there = [one for one in key_copies.key_files() if one.exists()]
        assert all(one.read_bytes() == before[one.name] for one in there), f"killed at call {number}"

    assert {one.name: one.read_bytes() for one in there} == before
    assert "An older copy of the keys is looked for." in said[0]


def test_one_damaged_file_of_a_record_keeps_nothing_else_from_coming_back(kept: Kept) -> None:
    lost = max((kept.disk / "objects").rglob("*.age"), key=lambda path: path.stat().st_size)
    content = lost.read_bytes()
    spoil(lost)
    words = ("restore", "--card", str(kept.home / "key.txt"))
    with another(kept, kept.home / "new") as new:
        stopped = run_manage(new, *words, check=False)
        assert "1 of" in stopped and "add --without-damaged" in stopped
        shown = run_manage(new, *words, "--without-damaged", check=False)
        assert "It can be used again" in shown and "1 fault was found" in shown
        assert "has begun and not ended" not in run_manage(new, "ready", check=False)

        # One that was killed after the database was in its place.
        lost.write_bytes(content)
        [name] = [path.name for path in (kept.disk / "snapshots").iterdir()]
        (Path(new["FORETHOUGHT_DATA"]) / "backup" / "restoring").write_text(name)
        assert "It goes on where it was" in run_manage(new, *words, check=False)
        said = there(new, "say")
        assert all(one["quiet"] for one in said.values())


def test_what_is_left_of_a_database_that_was_moved_is_not_removed(tmp_path: Path) -> None:
    database = tmp_path / "forethought.sqlite3"
    assert restoring.why_not_beside(database) is None
    for end in ("-wal", "-journal"):
        log = database.with_name(database.name + end)
        log.write_bytes(b"what was done last")
        assert "may be in it alone" in (restoring.why_not_beside(database) or "")
        log.write_bytes(b"")
    assert restoring.why_not_beside(database) is None


def test_a_restore_never_goes_on_with_another_database_than_it_had_put_back(here: Kept) -> None:
    place = Folder(here.disk)
    made = restoring.choose(place, None, say=lambda _: None)

    # This test's own database holds none of these schools.
    with pytest.raises(restoring.CannotRestore, match="not the one that it would have put back"):
        coming_back.insist_it_is(made)


def test_a_database_that_cannot_be_copied_is_told_like_a_full_disk(
    here: Kept, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = Folder(here.home / "second", new=True)
    settings.BACKUP_TO.append(second.address)
    real, first = keeping._Run.database, here.disk

    def full(self: Any, scratch: Path) -> Any:
        if self.place.address == str(first):
            raise sqlite3.OperationalError("database or disk is full")
        return real(self, scratch)

    monkeypatch.setattr(keeping._Run, "database", full)

    assert Backups()._make(AT, anew=True) is not None
    # The other place has its backup all the same.
    assert len(keeping.whole_backups(second)) == 1
    with keeping.alone(), pytest.raises(OSError, match="cannot be copied") as error:
        keeping.back_up(Folder(first), at=AT)
    assert "database or disk is full" not in str(error.value)


# --- One school of many ---


def test_one_school_comes_back_alone_and_no_byte_of_the_others_changes(
    kept_once: Kept,
    tmp_path: Path,
) -> None:
    words = ("restore", "--card", str(kept_once.home / "key.txt"), "--school", sorted(kept_once.said)[0])
    with another(kept_once, tmp_path / "many", with_data=True) as env:
        if on_sqlite():
            assert "holds one school" in run_manage(env, *words, check=False)
            return
        school, other = sorted(kept_once.said)
        # After the last backup: only the rows that are replaced know of it.
        changed = there(env, "destroy", "leave")
        assert changed[school]["trail"] > kept_once.said[school]["trail"]
        before = rows_of(env, other)

        shown = run_manage(env, *words)

        assert "Everything was checked" in shown
        after = there(env, "say")
        assert after[school]["records"] == changed[school]["records"] != kept_once.said[school]["records"]
        assert "destroyed again: 1" in shown and "noted again: 1" in shown
        assert (after[school]["broken"], after[school]["quiet"]) == ([], True)
        assert (after[other]["broken"], after[other]["quiet"]) == ([], False)
        assert rows_of(env, other) == before
        # The locks on sealed rows are back.
        with pytest.raises(Exception, match="sealed rows are never changed"):
            as_owner(env, school, "UPDATE forethought_entry SET verb = 'x'")


def as_owner(env: dict[str, str], school: str, query: str) -> list[Any]:
    """Ask the database as the owner of the tables, inside one school."""
    import psycopg

    with psycopg.connect(env["DATABASE_URL"]) as connection:
        connection.execute("SELECT set_config('app.school', %s, true)", [school])
        found = connection.execute(query.encode())
        return found.fetchall() if found.description else []


def rows_of(env: dict[str, str], school: str) -> dict[str, list[Any]]:
    """Every row of a school as the database stores it: where it lies, who wrote it, and its values."""
    from forethought.backups.postgres_copy import tables

    return {
        table: as_owner(env, school, f"SELECT ctid::text, xmin::text, t::text FROM {table} t WHERE {own} = '{school}'")
        for table, (_, own) in tables().items()
        if own is not None
    }
