"""A second machine for backups: who it is, and its files: whole or not there, whatever disk, line and power do."""

import errno
import os
import socket
import tempfile
import warnings
from pathlib import Path
from typing import Any

import asyncssh
import power_cuts
import pytest
from far_ground import data, far, line_in, machine, met, no_one, parts, put  # noqa: F401
from far_server import Far, without_more
from grounds import PATIENCE, on_sqlite

from forethought.backups import introducing, key_copies
from forethought.backups.far_address import read_address
from forethought.backups.far_machine import Machine, is_confirmed, is_unsure, key_file, known_file
from forethought.backups.places import README, WORDS, NoPlace, place_at
from forethought.backups.sftp import LineBroken, Sftp

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
    place = Machine(far.address, new=True)
    far.hangs.set()
    place._sftp._pipes._patience = 1.0

    with pytest.raises(LineBroken, match="has not answered for 1 seconds"):
        put(place, "a/file", b"x")

    far.hangs.clear()
    far.close()
    with pytest.raises(NoPlace, match="takes no calls on that port"):
        Machine(far.address)


def test_a_machine_that_takes_the_call_and_says_nothing_holds_nobody_for_ever(far: Far) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        known_file().write_text(known_file().read_text().replace(f":{far.port} ", f":{port} "))

        with pytest.raises(NoPlace, match=r"does not answer|has not answered"):
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
