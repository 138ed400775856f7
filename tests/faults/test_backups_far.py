"""Backups on a second machine by SSH: whole or not there, whatever the machine, its disk and the line do meanwhile."""

import io
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import asyncssh
import pytest
from builders import World
from far_ground import data, line_in, machine, met, parts  # noqa: F401
from far_server import Far
from grounds import PATIENCE, on_sqlite
from live import ROOT, run_manage
from pytest_django.fixtures import Settings
from test_backups import Kept, another, here, kept, kept_once, read_all, there  # noqa: F401

from forethought.backups import card, coming_back, introducing, keeping, letting_go
from forethought.backups.places import NoPlace, place_at
from forethought.backups.trying import try_keys, try_out
from forethought.management.backing import Backups
from forethought.management.commands import restore

AT = datetime(2090, 11, 27, 18, tzinfo=UTC)


@pytest.fixture
def far_here(machine: Far, here: Kept, settings: Settings) -> Far:
    """A second machine, to which the school that was kept makes its backups."""
    settings.BACKUP_TO = [machine.address]
    return met(machine)


# --- Backups ---


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


def test_a_backup_there_is_rotated_and_passes_the_test_of_the_night_which_finds_a_changed_byte(
    far_here: Far, here: Kept, settings: Settings
) -> None:
    place, night = place_at(far_here.address, new=True), card.new_key()
    keys_to = place_at(far_here.address + "-of-keys", new=True)
    with keeping.alone():
        made = keeping.back_up(place, at=AT, keys_to=keys_to, witness=night)
    assert try_keys(keys_to, made.manifest.name, key=night) == []

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
    # A machine with much other work is not what is tried here.
    monkeypatch.setattr(coming_back, "_SOON", PATIENCE)
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


def test_a_restore_makes_the_machine_known_where_somebody_is_there_to_compare_its_key(
    machine: Far, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, asked = io.StringIO(), list[str]()

    def typed(question: str) -> str:
        asked.append(question)
        if question.startswith("Press Enter"):
            machine.lets_in.append(line_in(said.getvalue()))
            return "\n"
        return f"{machine.fingerprint[-6:]}\n"

    monkeypatch.setattr(restore, "typed", typed)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    command = restore.Command(stdout=said)

    command.meet("/mnt/backup", machine.address, machine.address)
    command.meet(machine.address)

    assert len(asked) == 2
    assert "lets the backups in" in said.getvalue()


def test_everything_comes_back_from_a_second_machine_on_a_fresh_one_with_the_card(kept: Kept, machine: Far) -> None:
    # The same files, whether a disk was carried there or the program had sent them.
    kept.disk.rename(machine.folder)
    (kept.home / "stick").rename(machine.root / "stick")
    with another(kept, kept.home / "new") as new:
        keys = machine.address.replace("/backups", "/stick")
        new |= {"FORETHOUGHT_BACKUP_TO": machine.address, "FORETHOUGHT_BACKUP_KEYS_TO": keys}
        words = ("restore", machine.address, "--keys", keys, "--card", str(kept.home / "key.txt"))
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
