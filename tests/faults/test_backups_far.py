"""Backups on a second machine by SSH: whole or not there, whatever the machine, its disk and the line do meanwhile."""

import errno
import os
import signal
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncssh
import power_cuts
import pytest
from builders import World
from far_server import Far, far_machine, without_more
from grounds import PATIENCE, on_sqlite
from live import ROOT, run_manage
from pytest_django.fixtures import Settings
from test_backups import Kept, another, here, kept, kept_once, read_all, there  # noqa: F401

from forethought.backups import card, coming_back, introducing, keeping, key_copies, letting_go
from forethought.backups.far_address import read_address
from forethought.backups.far_machine import Machine, is_confirmed, is_unsure, key_file, known_file
from forethought.backups.places import README, WORDS, NoPlace, place_at
from forethought.backups.sftp import LineBroken, Sftp
from forethought.backups.trying import try_out
from forethought.management.backing import Backups

AT = datetime(2090, 11, 27, 18, tzinfo=UTC)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Far]:
    """A second machine that nobody here knows yet."""
    with far_machine(tmp_path / "far") as far:
        yield far


@pytest.fixture
def data(tmp_path: Path, settings: Settings) -> Path:
    """A data folder of this test's own."""
    settings.DATA = tmp_path / "data"
    (settings.DATA / "backup").mkdir(parents=True)
    return Path(settings.DATA)


@pytest.fixture
def far(machine: Far, data: Path) -> Far:
    """The same machine, once each of the two knows the other."""
    return met(machine)


@pytest.fixture
def far_here(machine: Far, here: Kept, settings: Settings) -> Far:
    """A second machine, to which the school that was kept makes its backups."""
    settings.BACKUP_TO = [machine.address]
    return met(machine)


def no_one(asked: str) -> str:
    raise AssertionError(f"Somebody was asked: {asked}")


def line_in(said: str) -> str:
    """The line for authorized_keys among what was said."""
    [found] = [line for line in said.splitlines() if line.startswith("restrict,")]
    return found


def met(machine: Far) -> Far:
    said: list[str] = []
    introduced = introducing.introduce(machine.address, say=said.append, ask=no_one, fingerprint=machine.fingerprint)
    assert not introduced
    machine.lets_in.append(line_in("\n".join(said)))
    return machine


def put(place: Machine, path: str, content: bytes) -> None:
    with place.writing(path) as out:
        for at in range(0, len(content), 60_000):
            out.write(content[at : at + 60_000])


def parts(far: Far) -> list[str]:
    return [one.name for one in (far.folder / ".parts").iterdir()]


# --- Who it is ---


def test_a_machine_is_known_only_once_a_person_has_compared_its_key(machine: Far, data: Path) -> None:
    said: list[str] = []
    with pytest.raises(NoPlace, match="Nobody has confirmed yet"):
        place_at(machine.address)
    for typed in ("", "yes", "SHA256", machine.fingerprint[-5:]):
        with pytest.raises(NoPlace, match="not the same key"):
            introducing.introduce(machine.address, say=said.append, ask=lambda _, typed=typed: typed)  # type: ignore[misc]
    with pytest.raises(NoPlace, match="not the same key"):
        introducing.introduce(machine.address, say=said.append, ask=no_one, fingerprint="SHA256:" + "x" * 43)
    assert not is_confirmed(read_address(machine.address))

    answer = introducing.introduce(machine.address, say=said.append, ask=lambda _: machine.fingerprint[-6:])

    assert not answer and is_confirmed(read_address(machine.address))
    assert any(machine.fingerprint in one for one in said)
    with pytest.raises(NoPlace, match="does not let “oak” in"):
        place_at(machine.address, new=True)
    machine.lets_in.append(line_in(said[-2]))
    assert machine.lets_in[0].startswith('restrict,command="internal-sftp" ssh-ed25519 ')
    assert introducing.introduce(machine.address, say=said.append, ask=no_one)
    with pytest.raises(NoPlace, match="--new"):
        place_at(machine.address)
    place_at(machine.address, new=True)
    assert (machine.folder / README).read_text() == WORDS


def test_the_key_that_signs_in_is_its_owners_alone_and_goes_into_no_backup(far: Far) -> None:
    assert oct(key_file().stat().st_mode)[-3:] == "600" and oct(known_file().stat().st_mode)[-3:] == "600"
    assert key_file() not in key_copies.key_files()
    assert "PRIVATE" not in far.lets_in[0]


def test_another_key_signs_in_once_it_is_let_in_and_not_before(far: Far) -> None:
    said: list[str] = []
    first = key_file().read_bytes()

    assert not introducing.sign_in_with_another_key([far.address], say=said.append)
    assert key_file().read_bytes() == first
    far.lets_in.append(line_in("\n".join(said)))
    assert introducing.sign_in_with_another_key([far.address, far.address], say=said.append)

    assert key_file().read_bytes() != first
    del far.lets_in[0]
    assert place_at(far.address, new=True).address == far.address


def test_a_machine_whose_key_changed_is_sent_nothing_until_somebody_confirms_it(far_here: Far) -> None:
    far = far_here
    place_at(far.address, new=True)
    assert Backups()._make(AT, anew=True) == AT
    before = keeping.whole_backups(place_at(far.address))
    far.close()
    far.listen(key=asyncssh.generate_private_key("ssh-ed25519"))
    files = sorted(far.root.rglob("*"))

    with pytest.raises(NoPlace, match="another key than the one that was confirmed"):
        place_at(far.address)
    # For the worker it is a backup that failed, of which people are told as of any other.
    assert Backups()._make(AT + timedelta(hours=2), anew=False) is None

    assert sorted(far.root.rglob("*")) == files
    said: list[str] = []
    assert introducing.introduce(far.address, say=said.append, ask=lambda _: far.fingerprint[-6:])
    assert "HAS CHANGED" in said[0]
    assert keeping.whole_backups(place_at(far.address)) == before


# --- Files ---


@pytest.mark.parametrize("more", [True, False], ids=["as OpenSSH", "plain"])
def test_files_are_there_whole_or_not_at_all_and_are_listed(far: Far, more: bool) -> None:
    if not more:
        without_more(far)
    place, content = Machine(far.address, new=True), os.urandom(3_000_001)

    for path, body in (("a/long", content), ("a/b/short", b"x"), ("c/empty", b""), ("a/b/short", b"anew")):
        put(place, path, body)
    with pytest.raises(KeyboardInterrupt), place.writing("a/cut") as out:
        out.write(content)
        raise KeyboardInterrupt

    assert dict(place.names("a")) == {"a/long": len(content), "a/b/short": 4}
    assert (dict(place.names("c")), dict(place.names("nowhere"))) == ({"c/empty": 0}, {})
    with place.open("a/long") as found, place.open("a/b/short") as other:
        assert found.read(100_000) == content[:100_000]
        assert other.read() == b"anew"
        assert found.read() == content[100_000:]
    with pytest.raises(FileNotFoundError):
        place.open("a/cut")
    assert oct((far.folder / "a" / "long").stat().st_mode)[-3:] == "600"
    assert oct((far.folder / "a").stat().st_mode)[-3:] == "700"
    assert parts(far) == []
    place.remove("a/long")
    place.remove("a/long")
    assert dict(place.names("a")) == {"a/b/short": 4}
    # Each file, and its name, was asked for on the disk; who cannot promise it is noted, and stands on the page.
    assert far.calls == (["fsync", "rename", "fsync"] * 5 if more else [])
    assert is_unsure(far.address) is not more
    assert (place.room() is not None) is more


def test_a_file_that_is_changed_on_its_way_is_not_taken_for_kept(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Machine(far.address, new=True)
    real = asyncssh.SFTPServer.posix_rename

    def shorter(self: Any, old: bytes, new: bytes) -> None:
        real(self, old, new)
        os.truncate(self.map_path(new), 10)

    monkeypatch.setattr(asyncssh.SFTPServer, "posix_rename", shorter)

    with pytest.raises(OSError, match="holds 10 bytes of 5000 that were sent"):
        put(place, "a/file", b"x" * 5000)


def test_a_full_disk_there_is_said_and_takes_nothing_that_is_not_whole(far: Far) -> None:
    place = Machine(far.address, new=True)
    far.room = 300_000

    with pytest.raises(OSError, match="disk of the second machine is full") as error:
        put(place, "a/file", os.urandom(2_000_000))

    assert error.value.errno == errno.ENOSPC
    assert (dict(place.names("a")), parts(far)) == ({}, [])
    far.room = None
    put(place, "a/file", b"x")
    assert dict(place.names("a")) == {"a/file": 1}


def test_a_line_that_is_cut_in_the_middle_of_a_file_leaves_nothing_that_counts(far: Far) -> None:
    place = Machine(far.address, new=True)
    put(place, "a/first", b"x")
    far.cut_after = 1_000_000

    with pytest.raises(LineBroken, match="line to the second machine broke"):
        put(place, "a/file", os.urandom(5_000_000))

    far.cut_after = None
    # The next who asks has another line.
    assert dict(place.names("a")) == {"a/first": 1}
    assert len(parts(far)) == 1
    place.sweep()
    assert parts(far) == []


def test_a_machine_that_hangs_holds_nobody_for_ever(far: Far) -> None:
    Machine(far.address, new=True)
    far.hangs.set()

    with pytest.raises(LineBroken, match="has not answered for 1 seconds"):
        put(Machine(far.address, patience=1), "a/file", b"x")

    far.hangs.clear()
    far.close()
    with pytest.raises(NoPlace, match="takes no calls on that port"):
        Machine(far.address)


def test_a_machine_that_takes_the_call_and_says_nothing_holds_nobody_for_ever(far: Far) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        known_file().write_text(known_file().read_text().replace(f":{far.port} ", f":{port} "))

        with pytest.raises(NoPlace, match="does not answer"):
            Machine(far.address.replace(f":{far.port}/", f":{port}/"), patience=1)


@pytest.mark.parametrize("second", [True, False], ids=["as it is", "without the second sync"])
def test_a_file_that_was_said_to_be_there_is_there_after_a_power_cut(
    machine: Far, data: Path, second: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not on_sqlite():
        # No database is asked here: once is enough.
        return
    if reason := power_cuts.why_not():
        assert not os.environ.get("CI"), reason
        warnings.warn(f"POWER CUTS WERE NOT TESTED. {reason}", stacklevel=2)
        return
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="ft-plug-", dir=memory) as folder:
        plug = power_cuts.Plug(Path(folder))
        machine.root = plug.disk / "root"
        machine.root.mkdir()
        content, kept = os.urandom(50_000), 0
        try:
            place = Machine(met(machine).address, new=True)
            os.sync()
            if not second:
                # SFTP cannot sync a folder: the name is lost, and this test would notice.
                monkeypatch.setattr(Sftp, "rename", renamed_and_never_synced)
            for number in range(3):
                put(place, f"snapshots/{number}/file", content)
                plug.cut()
                assert place._line is not None
                place._line.end()
                machine.wait_until_alone(PATIENCE)
                plug.back()
                file = machine.folder / "snapshots" / str(number) / "file"
                kept += file.exists() and file.read_bytes() == content
        finally:
            machine.close()
            plug.remove()
        assert kept == (3 if second else 0)


def renamed_and_never_synced(self: Any, old: str, new: str, real: Any = Sftp.rename) -> None:
    real(self, old, new)
    self.sync = lambda handle: True


# --- Backups ---


def test_a_backup_there_is_rotated_and_passes_the_test_of_the_night_which_finds_a_changed_byte(
    far_here: Far, here: Kept, settings: Settings
) -> None:
    place, night = place_at(far_here.address, new=True), card.new_key()
    with keeping.alone():
        made = keeping.back_up(place, at=AT, witness=night)

    found = try_out(place, key=night)

    assert found is not None and (found.faults, found.opened) == ([], made.manifest.objects)
    read_all(place, made.manifest.name, here)  # type: ignore[arg-type]
    spoilt = next((far_here.folder / "objects").rglob("*.age"))
    content = bytearray(spoilt.read_bytes())
    content[-1] ^= 1
    spoilt.write_bytes(content)
    wrong = try_out(place, key=night)
    assert wrong is not None and len(wrong.again) == 1
    settings.BACKUP_SCHEDULE = [1, 1, 1]
    with keeping.alone():
        again = keeping.back_up(place, at=AT + timedelta(days=1), witness=night, again=wrong.again)
        gone = letting_go.let_go(place, keys_to=None, at=AT + timedelta(days=1), objects_too=True)
    assert (again.new_objects, gone) == (1, 1)
    assert keeping.whole_backups(place) == [again.manifest.name]
    assert [one.name for one in (far_here.folder / "snapshots").iterdir()] == [again.manifest.name]
    after = try_out(place, key=night)
    assert after is not None and after.faults == []


@pytest.mark.parametrize("wrong", ["cut", "full", "away"])
def test_a_backup_that_fails_on_the_way_leaves_the_last_one_and_the_next_one_goes_on(
    far_here: Far, here: Kept, wrong: str
) -> None:
    far, worker = far_here, Backups()
    place_at(far.address, new=True)
    assert worker._make(AT, anew=True) == AT
    if wrong == "cut":
        far.cut_after = 5_000
    elif wrong == "full":
        far.room = 5_000
    else:
        far.close()

    # The last good one is what is known, and after 26 hours people are told.
    said = worker._make(AT + timedelta(hours=2), anew=False)

    assert said == (None if wrong == "away" else AT)
    far.cut_after = far.room = None
    if wrong == "away":
        far.listen()
    assert worker._make(AT + timedelta(hours=3), anew=False) == AT + timedelta(hours=3)
    place = place_at(far.address)
    assert len(keeping.whole_backups(place)) == 2
    assert (parts(far), len(list((far.folder / "snapshots").iterdir()))) == ([], 2)
    read_all(place, keeping.whole_backups(place)[0], here)  # type: ignore[arg-type]


def test_the_start_asks_the_second_machine_whether_the_database_is_an_old_copy_and_does_not_wait_for_it(
    far_here: Far, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    place_at(far_here.address, new=True)
    assert Backups()._make(AT, anew=True) == AT
    assert coming_back.behind() is None
    # The backup knows a longer trail than the one that is here.
    monkeypatch.setattr(coming_back, "size_in", lambda note: 1_000_000)
    assert "older than the newest backup" in (coming_back.behind() or "")

    far_here.close()

    assert coming_back.behind() is None


def test_killed_while_it_sends_the_program_leaves_the_last_backup_whole(far_here: Far, here: Kept) -> None:
    far = far_here
    place_at(far.address, new=True)
    assert Backups()._make(AT, anew=True) == AT
    before = keeping.whole_backups(place_at(far.address))
    script = (
        "import sys, django; django.setup()\n"
        "from forethought.backups.far_machine import Machine\n"
        f"with Machine({far.address!r}).writing('snapshots/x/file') as out:\n"
        "    out.write(bytes(3_000_000)); print('sent', flush=True); sys.stdin.read()\n"
    )
    env = here.env | {"FORETHOUGHT_DATA": str(here.home / "data"), "DJANGO_SETTINGS_MODULE": "forethought.settings"}

    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"sent\n"
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)

    # The line ended with it, and left what it had sent.
    far.wait_until_alone(PATIENCE)
    assert len(parts(far)) == 1
    place = place_at(far.address)
    assert keeping.whole_backups(place) == before
    with keeping.alone():
        keeping.back_up(place, at=AT + timedelta(hours=1))
    assert parts(far) == []


# --- From the card ---


def test_everything_comes_back_from_a_second_machine_on_a_fresh_one_with_the_card(kept: Kept, machine: Far) -> None:
    # The same files, whether a disk was carried there or the program had sent them.
    kept.disk.rename(machine.folder)
    with another(kept, kept.home / "new") as new:
        new |= {"FORETHOUGHT_BACKUP_TO": machine.address}
        words = ("restore", machine.address, "--card", str(kept.home / "key.txt"))
        assert "Nobody has confirmed yet" in run_manage(new, *words, check=False)
        meeting = ("backup_machine", machine.address, "--fingerprint", machine.fingerprint)
        said = run_manage(new, *meeting, check=False)
        machine.lets_in.append(line_in(said))
        assert "lets the backups in" in run_manage(new, *meeting)

        shown = run_manage(new, *words)

        assert "Everything was checked" in shown
        said_there = there(new, "say")
        for school, before in kept.said.items():
            assert said_there[school]["records"] == before["records"]
            assert (said_there[school]["broken"], said_there[school]["quiet"]) == ([], True)
        alone = run_manage(new, *words, "--school", sorted(kept.said)[0], check=False)
        assert ("holds one school" if on_sqlite() else "Everything was checked") in alone
        # It can write there, and does not: the place is the school’s until somebody says that this one takes over.
        assert "belong to another installation" in run_manage(new, "backup", check=False)
