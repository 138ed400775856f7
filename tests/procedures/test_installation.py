"""Keys that are made once, an installation that refuses to serve what is unsafe, and a check of everything kept."""

import stat
import uuid
from pathlib import Path

import pytest
from builders import World, a_draft, a_report, a_school, an_exhibit
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from forethought import checks, place_checks
from forethought.audit import log_key, verifying
from forethought.audit.checkpoints import make_checkpoint, signing_key
from forethought.audit.models import Entry, TrailHead
from forethought.audit.procedures import PROGRAM
from forethought.evidence.keys import load_master
from forethought.evidence.models import Exhibit
from forethought.evidence.reading import vault
from forethought.people.models import School
from forethought.rows import inside

pytestmark = pytest.mark.django_db


# --- Keys ---


@pytest.fixture
def new(tmp_path: Path, settings: Settings) -> Path:
    """Where the keys of an installation will be that has none."""
    settings.DATA = tmp_path
    keys = tmp_path / "keys"
    settings.MASTER_KEY_FILE, settings.SECRET_KEY_FILE = keys / "master.key", keys / "d.key"
    settings.LOG_KEY_FILE = keys / "log.key"
    return keys


def test_all_keys_are_made_and_only_we_may_read_them(new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_keys")

    load_master(new / "master.key")
    log_key.load(new / "log.key", uuid.uuid4())
    assert len((new / "d.key").read_text().strip()) >= 64
    assert [stat.S_IMODE(path.stat().st_mode) for path in (new, *new.iterdir())] == [0o700, 0o600, 0o600, 0o600]
    assert "apart from the backups" in capsys.readouterr().out.replace("\n", " ")


def test_a_key_is_never_written_over(new: Path) -> None:
    call_command("make_keys")
    before = [(path, path.read_bytes()) for path in new.iterdir()]

    with pytest.raises(CommandError, match="never written over"):
        call_command("make_keys")
    call_command("make_keys", if_new=True)

    assert [(path, path.read_bytes()) for path in new.iterdir()] == before


def test_a_lost_key_is_not_made_up_for_a_school_that_had_one(world: World, new: Path) -> None:
    with pytest.raises(CommandError, match="Put back the copies"):
        call_command("make_keys", if_new=True)

    assert not new.exists()


def test_one_key_of_two_is_a_fault_and_not_a_new_installation(new: Path) -> None:
    call_command("make_keys")
    (new / "master.key").unlink()

    with pytest.raises(CommandError, match="already a key"):
        call_command("make_keys", if_new=True)


def test_an_installation_from_before_checkpoints_gets_its_log_key(
    new: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("make_keys")
    (new / "log.key").unlink()

    call_command("make_keys", if_new=True)

    assert "Keep a copy" in capsys.readouterr().out
    log_key.load(new / "log.key", uuid.uuid4())
    with pytest.raises(CommandError, match="never written over"):
        call_command("make_keys", log=True)


def test_a_log_key_that_signed_is_not_made_up_unless_it_is_said_to_be_lost(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    before = make_checkpoint(by=PROGRAM, at=world.at).note
    settings.LOG_KEY_FILE, settings.SECRET_KEY_FILE = tmp_path / "log.key", tmp_path / "django.key"
    settings.SECRET_KEY_FILE.touch()

    with pytest.raises(CommandError, match="Put back the copy"):
        call_command("make_keys", if_new=True)
    call_command("make_keys", log=True, lost=True)

    assert signing_key(world.school.id).name not in before


def test_the_public_key_of_each_log_is_shown_and_no_other(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_keys", public=True)

    said = capsys.readouterr().out
    assert said == f"{signing_key(world.school.id).public().to_text()}\n"
    assert signing_key(world.school.id).seed.hex() not in said


# --- Ready ---


@pytest.fixture
def sound(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with which nothing stands in the way."""
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").touch()
    settings.SITE, settings.ALLOWED_HOSTS = "https://oak.example", ["oak.example"]
    # Tests run in anybody's folder, as demonstrations do. tests/installing asks a real installation.
    monkeypatch.setattr(place_checks, "_anybodys", lambda: True)
    # The tests' own PostgreSQL is quick and forgetful, which has a test of its own.
    monkeypatch.setattr(place_checks, "KEEPERS", ())
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).chmod(0o600)
    return settings


def test_a_sound_installation_is_ready(sound: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.refusals() == []
    call_command("ready")
    assert "Ready" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBUG", True, "DEBUG is on"),
        ("SESSION_COOKIE_SECURE", False, "without https"),
        ("CSRF_COOKIE_SECURE", False, "without https"),
        ("SECRET_KEY", "", "There is no secret key"),
        ("SECRET_KEY", "short", "There is no secret key"),
        ("MASTER_KEY_FILE", Path("/nonexistent/master.key"), "There is no master key"),
        ("LOG_KEY_FILE", Path("/nonexistent/log.key"), "There is no log key"),
        ("STATIC_ROOT", Path("/nonexistent"), "style sheets are not collected"),
    ],
)
def test_an_unsafe_setting_is_refused(sound: Settings, name: str, value: object, sentence: str) -> None:
    setattr(sound, name, value)

    [said] = checks.refusals()
    assert sentence in said
    with pytest.raises(CommandError):
        call_command("ready")


def test_in_a_demonstration_cookies_may_go_without_https(sound: Settings) -> None:
    sound.DEMONSTRATION, sound.SESSION_COOKIE_SECURE = True, False

    assert checks.refusals() == []


def test_a_key_that_others_may_read_is_refused(sound: Settings, tmp_path: Path) -> None:
    sound.MASTER_KEY_FILE, sound.SECRET_KEY_FILE = tmp_path / "m.key", tmp_path / "s.key"
    for path in (sound.MASTER_KEY_FILE, sound.SECRET_KEY_FILE):
        path.write_text("x")
        path.chmod(0o644)

    assert [said for said in checks.refusals() if "chmod 600" not in said] == []
    assert len(checks.refusals()) == 2


def test_a_real_school_is_refused_in_a_demonstration(sound: Settings) -> None:
    world = a_school()
    sound.DEMONSTRATION = True
    assert any("real school" in said for said in checks.refusals())

    with inside(world.school.id):
        School.objects.filter(pk=world.school.pk).update(demonstration=True)
    assert checks.refusals() == []


def test_a_second_school_on_sqlite_is_refused_and_on_postgresql_served(sound: Settings) -> None:
    a_school(tag="one")
    assert checks.refusals() == []
    a_school(tag="two")

    assert [said for said in checks.refusals() if "more than one school" not in said] == []
    assert len(checks.refusals()) == (connection.vendor == "sqlite")


def test_a_database_that_may_lose_what_it_confirmed_is_refused(sound: Settings) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size")
            assert list(checks.sqlite_keeps_what_it_confirms()) == []
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone() == (2,)
    else:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE; SET ROLE NONE")
            said = list(checks.postgresql_role_is_plain())
            cursor.execute("SET ROLE forethought_pages")
        assert len(said) == 1 and "owns the tables" in said[0]


def test_a_postgresql_that_may_lose_what_it_confirmed_is_refused() -> None:
    """As the tests' own is, because it need not live through a power cut."""
    said = list(place_checks.postgresql_keeps_what_it_confirms())

    wanted = place_checks.KEEPERS if connection.vendor == "postgresql" else ()
    assert [sentence.split()[2] for sentence in said] == list(wanted)
    assert list(place_checks.postgresql_is_not_overheard()) == []


# --- Verify ---


def said_by_verify(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(CommandError, match=r"faults? (was|were) found"):
        call_command("verify")
    return capsys.readouterr().err


@pytest.fixture
def kept(world: World) -> Exhibit:
    """A record with a file, in a school with a trail."""
    a_report(world)
    return an_exhibit(a_draft(world), by=world.teacher, at=world.at)


def test_what_is_as_it_was_is_said_to_be(kept: Exhibit, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify", leave_no_entry=True)
    call_command("verify", school=world.school.id, leave_no_entry=True)

    said = capsys.readouterr().out.splitlines()
    assert said[0] == said[1]
    assert f"the trail holds, with {Entry.objects.count()} entries, and 1 records open" in said[0]


@pytest.mark.usefixtures("in_a_folder")
def test_a_changed_file_is_found(kept: Exhibit, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(vault().open(kept.object_name).name)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    assert f"Record {kept.id}" in said_by_verify(capsys)


def test_a_missing_file_is_found(kept: Exhibit, capsys: pytest.CaptureFixture[str]) -> None:
    vault().remove(kept.object_name)

    assert "is not in the vault" in said_by_verify(capsys)


def test_a_trail_that_lost_its_end_is_found(kept: Exhibit, capsys: pytest.CaptureFixture[str]) -> None:
    head = TrailHead.objects.get()
    TrailHead.objects.update(edge=b"", size=0)
    assert f"holds {head.size}" in said_by_verify(capsys)

    TrailHead.objects.update(edge=bytes(head.edge)[:-1], size=head.size)
    assert "damaged" in said_by_verify(capsys)

    TrailHead.objects.update(edge=bytes(head.edge), size=head.size + 1)
    assert "its edge" in said_by_verify(capsys)


def test_an_entry_shown_as_something_else_is_found(kept: Exhibit, world: World) -> None:
    """Nobody can change a sealed row here, so the rows are read as if somebody had."""
    entries = list(verifying.entries_of(world.school.id))
    assert verifying.wrong_in_trail(world.school.id) == []
    columns = entries[-1]["columns"]
    assert isinstance(columns, dict)
    columns["verb"] = "cases.close"

    from forethought.audit.checking import check_trail
    from forethought.audit.tree import Frontier

    head = TrailHead.objects.get()
    root = Frontier.from_bytes(bytes(head.edge)).root()
    faults = check_trail(entries, {"size": head.size, "root": root, "school": world.school.id})
    assert [fault.kind for fault in faults] == ["column"]


def test_without_a_school_there_is_nothing_to_check(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify")

    assert "no school here yet" in capsys.readouterr().out
