"""Room set aside: given back when nothing else is left, and set aside again by itself."""

import os
from pathlib import Path

import pytest

from forethought.core import reserve as module
from forethought.core.beat import Beat
from forethought.core.reserve import BARE, LEAST, MIB, Reserve, Room


class Disk:
    """What the system says is free, beside what the reserve itself takes up."""

    def __init__(self, folder: Path, free: int) -> None:
        self.folder, self.free = folder, free

    def statvfs(self, path: Path) -> object:
        taken = sum(one.stat().st_size for one in self.folder.iterdir())
        fields = list(os.statvfs(path))
        fields[1], fields[4] = 1, max(0, self.free - taken)
        return os.statvfs_result(fields)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    found = Disk(tmp_path, 100 * MIB)

    class System:
        statvfs = staticmethod(found.statvfs)

        def __getattr__(self, name: str) -> object:
            return getattr(os, name)

    monkeypatch.setattr(module, "os", System())
    return found


def test_it_is_set_aside_while_there_is_plenty_and_takes_up_room(disk: Disk) -> None:
    kept = Reserve(disk.folder, size=8 * MIB)
    assert kept.look() is Room.ENOUGH and kept.is_held()
    assert (disk.folder / "reserve").stat().st_blocks * 512 >= 8 * MIB
    assert (disk.folder / "reserve").stat().st_mode & 0o077 == 0


def test_on_a_full_disk_it_is_given_back_and_words_go_on_from_it(disk: Disk) -> None:
    kept = Reserve(disk.folder, size=8 * MIB)
    kept.look()
    disk.free = 10 * MIB + LEAST - 1
    assert kept.look() is Room.WORDS and not kept.is_held()
    # Others may take what was given back.
    disk.free = 2 * MIB + BARE
    assert kept.look() is Room.WORDS
    disk.free -= 1
    assert kept.look() is Room.NONE


def test_once_there_is_room_it_is_set_aside_again_by_whoever_looks(disk: Disk) -> None:
    kept = Reserve(disk.folder, size=8 * MIB)
    kept.look()
    kept.give_back()
    disk.free = 2 * 8 * MIB + LEAST + 2 * MIB - 1
    assert kept.look() is Room.WORDS
    disk.free += 1
    assert Reserve(disk.folder, size=8 * MIB).look() is Room.ENOUGH


def test_the_very_last_room_is_for_the_start(disk: Disk) -> None:
    kept = Reserve(disk.folder, size=8 * MIB)
    kept.look()
    kept.give_back()
    disk.free = 2 * MIB
    assert kept.look() is Room.NONE
    assert kept.start() is Room.WORDS
    assert not (disk.folder / "reserve.start").exists()


def test_a_reserve_that_was_left_half_made_is_made_whole(disk: Disk) -> None:
    (disk.folder / "reserve").write_bytes(b"")
    kept = Reserve(disk.folder, size=8 * MIB)
    assert not kept.is_held()
    assert kept.look() is Room.ENOUGH and kept.is_held()


def test_without_a_reserve_only_what_is_free_counts(disk: Disk) -> None:
    kept = Reserve(disk.folder, size=0)
    assert kept.look() is Room.ENOUGH and list(disk.folder.iterdir()) == []
    disk.free = LEAST - 1
    assert kept.look() is Room.WORDS
    disk.free = BARE - 1
    assert kept.look() is Room.NONE


# --- The sign of life ---


def test_a_beat_is_heard_with_its_age_and_its_words(tmp_path: Path) -> None:
    beat = Beat(tmp_path / "beat")
    assert beat.heard(0.0) is None
    beat.beat(mail="goes")
    os.utime(tmp_path / "beat", (1000, 1000))
    assert beat.heard(1007.0) == (7.0, {"mail": "goes"})
    beat.beat(mail="fails")
    assert Beat(tmp_path / "beat").heard(0.0)[1] == {"mail": "fails"}  # type: ignore[index]


def test_a_file_that_is_no_beat_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "beat").write_text("{")
    assert Beat(tmp_path / "beat").heard(0.0) is None
