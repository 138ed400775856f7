"""A backup is whole or is not there; what it holds comes back, to the byte; and what was destroyed does not."""

import gzip
import io
import json
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyrage
import pytest
from django.db import connection
from grounds import a_place, on_sqlite, on_the_server
from live import run_manage
from pytest_django.fixtures import Settings

from forethought.backups import card, keeping, letting_go, manifest, restoring
from forethought.backups.apart import COLUMNS
from forethought.backups.manifest import BadBackup, Manifest
from forethought.backups.places import Folder, NoPlace
from forethought.backups.postgres_copy import PostgresCopy, unpack
from forethought.backups.sqlite_copy import SqliteCopy
from forethought.backups.trying import try_out, wrong_in_copy
from forethought.evidence.disk import Disk

#: After every backup that the fixture makes, which goes by the real clock.
AT = datetime(2090, 11, 27, 18, tzinfo=UTC)
HERE = Path(__file__).resolve().parent


@dataclass
class Kept:
    """A school with records, a card, and one backup of it on a disk."""

    home: Path
    env: dict[str, str]
    said: dict[str, Any]
    #: The database of a new installation, its tables made: making them costs more than all the rest.
    template: str

    @property
    def disk(self) -> Path:
        return self.home / "disk"

    @property
    def key(self) -> Any:
        return card.read_card((self.home / "key.txt").read_text())


def there(env: dict[str, str], *acts: str) -> dict[str, Any]:
    """What the school says after some acts."""
    command = [sys.executable, str(HERE / "school_to_keep.py"), *acts]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def for_backups(home: Path, env: dict[str, str]) -> dict[str, str]:
    return env | {
        "FORETHOUGHT_BACKUP_TO": str(home / "disk"),
        "FORETHOUGHT_BACKUP_KEYS_TO": str(home / "stick"),
    }


@pytest.fixture(scope="session")
def kept_once(tmp_path_factory: pytest.TempPathFactory, live_template: tuple[Path, str]) -> Iterator[Kept]:
    """Made once; nobody changes it."""
    home = tmp_path_factory.mktemp("kept")
    with a_place(home, live_template) as env:
        env = for_backups(home, env)
        said = there(env, "make")
        shown = run_manage(env, "backup_key", "--no-check")
        lines = shown.partition("do not matter.\n\n")[2].splitlines()[:3]
        (home / "key.txt").write_text("\n".join(lines))
        run_manage(env, "backup", "--new")
        yield Kept(home, env, said, live_template[1])


@pytest.fixture
def kept(kept_once: Kept, tmp_path: Path) -> Kept:
    """A copy of the disks, to change."""
    for name in ("disk", "stick", "key.txt"):
        source = kept_once.home / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, tmp_path / name)
    return Kept(tmp_path, for_backups(tmp_path, kept_once.env), kept_once.said, kept_once.template)


def database_of(env: dict[str, str]) -> str:
    """What the database of an installation is called in settings."""
    if on_sqlite():
        return str(Path(env["FORETHOUGHT_DATA"]) / "forethought.sqlite3")
    return env["DATABASE_URL"].partition("?")[0].rpartition("/")[2]


@pytest.fixture
def here(kept_once: Kept, kept: Kept, settings: Settings, monkeypatch: pytest.MonkeyPatch, db: None) -> Kept:
    """This very process takes that school's files for its own: backups are made and read without another start."""
    data = Path(kept_once.env["FORETHOUGHT_DATA"])
    settings.DATA, settings.VAULT = kept.home / "data", data / "vault"
    settings.DATA.mkdir()
    settings.S3_BUCKET = ""
    # The same installation: its places are its own.
    (settings.DATA / "backup").mkdir()
    shutil.copyfile(data / "backup" / "installation", settings.DATA / "backup" / "installation")
    for name in ("MASTER_KEY_FILE", "LOG_KEY_FILE", "SECRET_KEY_FILE"):
        setattr(settings, name, data / "keys" / f"{name.partition('_')[0].lower().replace('secret', 'django')}.key")
    settings.BACKUP_CARDS = [str(kept.key.to_public())]
    settings.BACKUP_TO = [str(kept.disk)]
    monkeypatch.setitem(connection.settings_dict, "NAME", database_of(kept.env))
    # Backups of 2090 are none of the future here.
    monkeypatch.setattr(keeping, "timezone", SimpleNamespace(now=lambda: AT + timedelta(days=400)))
    return kept


@contextmanager
def another(kept: Kept, folder: Path, *, with_data: bool = False) -> Iterator[dict[str, str]]:
    """Another installation: empty, or a copy of the one that was kept. Its settings."""
    folder.mkdir()
    source = kept.env["FORETHOUGHT_DATA"]
    env = kept.env | {"FORETHOUGHT_DATA": str(folder / "data")}
    if with_data:
        shutil.copytree(source, folder / "data")
    database = f"another_{secrets.token_hex(4)}"
    if not on_sqlite():
        env["DATABASE_URL"] = env["DATABASE_URL"].replace(database_of(kept.env), database)
        on_the_server(f"CREATE DATABASE {database} TEMPLATE {database_of(kept.env) if with_data else kept.template}")
    try:
        yield env
    finally:
        on_the_server(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


# --- What comes back ---


def test_everything_comes_back_from_the_disk_the_stick_and_the_card(kept: Kept) -> None:
    with another(kept, kept.home / "new") as new:
        shown = run_manage(new, "restore", "--card", str(kept.home / "key.txt"))

        assert "Everything was checked" in shown
        said = there(new, "say")
        assert {one["name"] for one in said.values()} == {one["name"] for one in kept.said.values()}
        for school, before in kept.said.items():
            assert said[school]["records"] == before["records"]
            assert (said[school]["broken"], said[school]["quiet"]) == ([], True)
            assert said[school]["trail"] > before["trail"]
        # The next backups open with the card that was typed.
        noted = Path(new["FORETHOUGHT_DATA"]) / "backup" / "card.public"
        assert noted.read_text().split() == [str(kept.key.to_public())]
        again = run_manage(new, "restore", "--card", str(kept.home / "key.txt"), check=False)
        assert "Nothing is written over" in again


def opened_without_us(kept: Kept) -> bytes:
    """The database in the backup, opened with the age format and gunzip alone."""
    [folder] = (kept.disk / "snapshots").iterdir()
    [file] = folder.glob("database.*")
    out = io.BytesIO()
    identity = pyrage.x25519.Identity.from_str("".join((kept.home / "key.txt").read_text().split()))
    pyrage.decrypt_io(file.open("rb"), out, [identity])
    return gzip.decompress(out.getvalue())


def test_the_database_opens_without_this_program_and_holds_no_key(kept: Kept) -> None:
    (kept.home / "plain").write_bytes(opened_without_us(kept))

    if on_sqlite():
        database = sqlite3.connect(kept.home / "plain")
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM forethought_exhibit").fetchone() == (3,)
        for table, columns in COLUMNS.items():
            for column in columns:
                held = database.execute(f"SELECT count(*) FROM {table} WHERE length({column}) > 0").fetchone()
                assert held == (0,), f"{table}.{column} is in a backup that is kept for a year"
        assert database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()[0] > 20
    else:
        (kept.home / "rows").mkdir()
        with tarfile.open(kept.home / "plain") as tar:
            tar.extractall(kept.home / "rows", filter="data")
        copy = PostgresCopy(kept.home / "rows")
        assert copy.counts()["forethought_exhibit"] == 6
        for school in copy.schools():
            for table, columns in COLUMNS.items():
                assert all(value == "\\x" for row in copy.rows(school, table, *columns) for value in row), table


def test_neither_the_card_nor_a_key_lies_on_the_server_or_in_the_clear(kept: Kept, kept_once: Kept) -> None:
    secret = str(kept.key).encode()
    master = Path(kept_once.env["FORETHOUGHT_DATA"], "keys", "master.key").read_bytes().split()[2]
    files = [one for root in (kept.disk, kept.home / "stick") for one in root.rglob("*") if one.is_file()]
    on_server = [one for one in Path(kept_once.env["FORETHOUGHT_DATA"]).rglob("*") if one.is_file()]

    assert len(files) > 6
    assert not [one for one in on_server + files if secret in one.read_bytes()]
    assert not [one for one in files if master in one.read_bytes()]


def test_an_older_backup_comes_back_quiet_without_what_was_destroyed_since(kept: Kept) -> None:
    with another(kept, kept.home / "old", with_data=True) as old, another(kept, kept.home / "new") as new:
        [first] = [path.name for path in (kept.disk / "snapshots").iterdir()]
        # What lay under the key of then lies under a younger one, which the older database does not know.
        after = there(old, "destroy", "leave", "rotate")
        run_manage(old, "backup")

        shown = run_manage(new, "restore", "--backup", first, "--card", str(kept.home / "key.txt"))

        assert "destroyed again: 1" in shown and "noted again: 1" in shown
        said = there(new, "say")
        for school, one in said.items():
            assert one["broken"] == [] and one["records"] == after[school]["records"]
            assert one["quiet"]
        assert sum(one["keys"] for one in said.values()) == sum(one["keys"] for one in after.values())
        # It is behind by right. The copy that the backup knows to be old is not.
        assert "older than the newest backup" not in run_manage(new, "ready", check=False)
        with another(kept, kept.home / "put", with_data=True) as put:
            assert "older than the newest backup" in run_manage(put, "ready", check=False)


# --- What must not pass ---


@pytest.mark.parametrize("file", ["manifest.json", "manifest.note", "objects.jsonl.gz", "database", "apart", "object"])
def test_one_changed_byte_is_found_in_every_kind_of_file(here: Kept, file: str) -> None:
    place = Folder(here.disk)
    [name] = keeping.whole_backups(place)
    folder = here.disk / ("objects" if file == "object" else f"snapshots/{name}")
    path = next(one for one in sorted(folder.rglob("*.age" if file == "object" else f"{file}*")) if one.is_file())
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    with pytest.raises(BadBackup):
        read_all(place, name, here)


def read_all(place: Folder, name: str, kept: Kept) -> None:
    """Open every file of a backup, as a restore does."""
    made = keeping.read_manifest(place, name, keys=[keeping.signing_key().public()])
    objects = keeping.objects_of(place, made)
    for path, stored in [
        *((manifest.place_of(one), stored) for one, stored in objects.items()),
        *((f"{made.folder()}/{one}", stored) for one, stored in made.files.items() if one.endswith(".age")),
    ]:
        restoring.unlock_file(place, path, stored, io.BytesIO(), key=kept.key, squeezed=".gz." in path)


def test_another_card_opens_nothing(here: Kept) -> None:
    place = Folder(here.disk)
    [name] = keeping.whole_backups(place)
    made = keeping.read_manifest(place, name, keys=None)
    file = made.database()

    with pytest.raises(BadBackup, match="card does not open"):
        restoring.unlock_file(
            place, f"{made.folder()}/{file}", made.files[file], io.BytesIO(), key=card.new_key(), squeezed=True
        )


def test_a_disk_that_is_not_mounted_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "mount").mkdir()

    with pytest.raises(NoPlace, match="mount it"):
        Folder(tmp_path / "mount")
    assert list((tmp_path / "mount").iterdir()) == []


def test_a_key_with_a_slip_is_not_taken_and_not_repeated() -> None:
    typed = str(card.new_key())
    slip = typed[:-1] + ("Q" if typed[-1] != "Q" else "P")

    with pytest.raises(card.BadCard) as error:
        card.read_card(slip)
    assert slip[20:40] not in str(error.value)
    assert str(card.read_card(f"{typed[:20].lower()} \n {typed[20:].lower()}")) == typed


# --- The test of the night ---


def a_tried_backup(kept: Kept) -> tuple[Folder, Any, Manifest]:
    """A second backup, made with the key of this night, of which every file was copied anew."""
    place, night = Folder(kept.disk), card.new_key()
    objects = {Path(path).name.removesuffix(".age") for path, _ in place.names("objects")}
    with keeping.alone():
        made = keeping.back_up(place, at=AT, witness=night, again=objects)
    return place, night, made.manifest


def test_a_good_backup_passes_the_test_of_the_night_and_only_its_own_key_can_test_it(here: Kept) -> None:
    place, night, made = a_tried_backup(here)

    found = try_out(place, key=night)
    other = try_out(place, key=card.new_key())

    assert found is not None and found.faults == []
    assert (found.name, found.opened) == (made.name, made.objects)
    assert found.read == made.objects + len(made.files)
    assert other is not None and other.opened == 0
    assert other.faults == ["The card does not open this backup, or the backup was changed."]
    assert try_out(place, key=night, stopped=lambda: True) is None


@pytest.mark.parametrize("file", ["database", "apart", "objects.jsonl.gz", "manifest.json", "object", "gone"])
def test_the_test_of_the_night_finds_what_was_changed_and_the_next_backup_mends_it(here: Kept, file: str) -> None:
    place, night, made = a_tried_backup(here)
    folder = here.disk / ("objects" if file in {"object", "gone"} else made.folder())
    pattern = "*.age" if folder.name == "objects" else f"{file}*"
    path = next(one for one in sorted(folder.rglob(pattern)) if one.is_file())
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    if file == "gone":
        path.unlink()

    found = try_out(place, key=night)

    assert found is not None and found.faults
    with keeping.alone():
        keeping.back_up(place, at=AT + timedelta(hours=1), witness=night, again=found.again)
    after = try_out(place, key=night)
    assert after is not None and after.faults == []


def test_a_trail_that_lost_a_line_is_found_in_a_copy(here: Kept) -> None:
    class Changed:
        """A copy in which the trail lacks one line."""

        def __init__(self, copy: Any, lacks: int) -> None:
            self.copy, self.lacks = copy, lacks

        def head(self, school: str) -> Any:
            return self.copy.head(school)

        def entries(self, school: str) -> Iterator[Any]:
            found = list(self.copy.entries(school))
            del found[self.lacks]
            yield from found

    (here.home / "plain").write_bytes(opened_without_us(here))
    if on_sqlite():
        copy: Any = SqliteCopy(here.home / "plain")
    else:
        with (here.home / "plain").open("rb") as packed:
            copy = unpack(packed, here.home / "rows")
    school = copy.schools()[0]
    note = copy.checkpoints()[school]

    assert wrong_in_copy(copy, school, note) == []
    assert wrong_in_copy(Changed(copy, -1), school, note)  # type: ignore[arg-type]
    assert wrong_in_copy(Changed(copy, 2), school, note)  # type: ignore[arg-type]
    assert wrong_in_copy(copy, school, note.replace("\n— ", "x\n— ", 1))


# --- Killed on the way ---


class Killed(BaseException):
    """The process is gone."""


class Dying(Disk):
    """A disk whose caller is killed at its nth call, and which does nothing for the dead."""

    def __init__(self, at: int) -> None:
        self.left = at

    def _call(self) -> None:
        self.left -= 1
        if self.left <= 0:
            raise Killed


for _name in ("create", "write", "sync", "rename", "remove", "make_folder", "sync_folder"):

    def _dying(self: Dying, *args: Any, _name: str = _name) -> Any:
        self._call()
        return getattr(Disk, _name)(self, *args)

    setattr(Dying, _name, _dying)


def test_killed_at_any_call_the_last_backup_stays_whole_and_the_next_one_goes_on(here: Kept) -> None:
    first = keeping.whole_backups(Folder(here.disk))
    objects = {path for path, _ in Folder(here.disk).names("objects")}
    # One file has to be copied anew, so that there is a file among the calls.
    smallest = min(objects, key=lambda path: (here.disk / path).stat().st_size)
    (here.disk / smallest).unlink()
    lost = Path(smallest).name.removesuffix(".age")
    number = ended = 0
    while not ended:
        # On PostgreSQL a backup takes longer, and what comes before the first call is all that differs.
        number += 1 if on_sqlite() else 5
        with keeping.alone():
            try:
                keeping.back_up(Folder(here.disk, disk=Dying(number)), at=AT + timedelta(hours=number), again={lost})
                ended = number
            except Killed:
                pass
        found = keeping.whole_backups(Folder(here.disk))
        assert set(found) >= set(first), f"killed at call {number}"
        read_manifests(here)
    assert ended > 25, "There were fewer calls than a backup makes."
    place = Folder(here.disk)
    with keeping.alone():
        made = keeping.back_up(place, at=AT + timedelta(days=60))
        letting_go.let_go(place, keys_to=None, at=AT + timedelta(days=60), objects_too=True)

    assert made.new_objects == 0
    read_all(place, made.manifest.name, here)
    left = [one for one in here.disk.rglob("*") if one.name.endswith(".part")]
    assert left == []
    assert {path for path, _ in place.names("objects")} == objects
    begun = manifest.names_in(path for path, _ in place.names("snapshots"))[1]
    assert begun == set()


def read_manifests(kept: Kept) -> None:
    place = Folder(kept.disk)
    for name in keeping.whole_backups(place):
        keeping.read_manifest(place, name, keys=[keeping.signing_key().public()])
