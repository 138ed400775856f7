"""Backups in a real bucket, and one school of many brought back while the others stay as they are."""

import errno
import io
import os
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from grounds import on_sqlite
from live import run_manage
from pytest_django.fixtures import Settings
from test_backups import Kept, another, here, kept, kept_once, there  # noqa: F401

from forethought.backups import card, keeping, letting_go, manifest, restoring
from forethought.backups.bucket import PART, Bucket
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

    def full(*args: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keeping, "back_up", full)
    Backups()._make(AT, anew=True)

    assert not left.parent.exists()
    assert len(keeping.whole_backups(Folder(here.disk))) == 1


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
    assert restoring.newest_keys(place, made, keys=[keeping.signing_key().public()]).name == newest
    read_all_but_keys = keeping.objects_of(place, made)
    assert all((here.disk / manifest.place_of(one)).exists() for one in read_all_but_keys)


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
