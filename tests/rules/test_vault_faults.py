"""The store when things fail: at any call, on a full disk, at a power cut, under kill -9."""

import ctypes
import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from stores import CONTENT, a_vault, files, opened, put, sweep

from forethought.evidence.disk import Disk
from forethought.evidence.sealing import CHUNK
from forethought.evidence.store import StoreFull, Swept
from forethought.evidence.vault import Vault, make_store

KILLS = 60


class Recording(Disk):
    """The real disk, with the number of each call, which can be made to fail from a given one on."""

    def __init__(self, fail_at: int = 10**9, error: int = errno.EIO, lasting: bool = False) -> None:
        self.calls: list[str] = []
        self.fail_at, self.error, self.lasting = fail_at, error, lasting

    def _next(self, call: str) -> None:
        self.calls.append(call)
        failing = len(self.calls) > self.fail_at if self.lasting else len(self.calls) == self.fail_at + 1
        if failing:
            raise OSError(self.error, os.strerror(self.error))

    def create(self, path: Path) -> int:
        self._next("create")
        return super().create(path)

    def write(self, fd: int, data: memoryview) -> int:
        self._next("write")
        return super().write(fd, data[: max(1, len(data) // 2)])

    def sync(self, fd: int) -> None:
        self._next("sync")
        super().sync(fd)

    def close(self, fd: int) -> None:
        super().close(fd)
        self._next("close")

    def rename(self, old: Path, new: Path) -> None:
        self._next("rename")
        super().rename(old, new)

    def make_folder(self, path: Path) -> None:
        self._next("make_folder")
        super().make_folder(path)

    def sync_folder(self, path: Path) -> None:
        self._next("sync_folder")
        super().sync_folder(path)


def test_the_bytes_are_synced_before_the_name_and_the_name_before_the_answer(tmp_path: Path) -> None:
    disk = Recording()
    put(a_vault(tmp_path / "store", disk))
    calls = [call for call in disk.calls if call != "write"]
    assert calls == [
        "create",
        "sync",
        *("make_folder", "make_folder", "sync_folder", "sync_folder"),
        "rename",
        "sync_folder",
        "close",
    ]
    assert disk.calls.index("sync") > max(at for at, call in enumerate(disk.calls) if call == "write")


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_whichever_call_fails_it_is_kept_or_it_is_gone(tmp_path: Path, error: int) -> None:
    whole = Recording()
    put(a_vault(tmp_path / "whole", whole))
    for place, call in enumerate(whole.calls):
        root = tmp_path / str(place)
        disk = Recording(place, error)
        vault = a_vault(root, disk)
        if call == "close":
            assert opened(vault, put(vault).object_name) == CONTENT
            continue
        with pytest.raises(OSError if error == errno.EIO else StoreFull):
            put(vault)
        assert files(root) == [], call
        # What failed once is not tried again: a second fsync would say yes to lost bytes.
        assert disk.calls.count("sync") <= 1
        assert opened(vault, put(vault).object_name) == CONTENT


class FewBytes(Disk):
    """A disk with room for so many bytes."""

    def __init__(self, room: int) -> None:
        self.left = room

    def write(self, fd: int, data: memoryview) -> int:
        if not self.left:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = super().write(fd, data[: self.left])
        self.left -= written
        return written

    def remove(self, path: Path) -> None:
        self.left += path.stat().st_size
        super().remove(path)


@pytest.fixture(params=["mounted", "pretended"])
def full_soon(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Vault]:
    """A store on a disk of 3 MiB: a real one where it can be mounted, and one that only pretends."""
    root = tmp_path / "small"
    root.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    mounted = request.param == "mounted" and libc.mount(b"none", str(root).encode(), b"tmpfs", 0, b"size=3m") == 0
    make_store(root)
    try:
        yield Vault(root, reserve=0, disk=Disk() if mounted else FewBytes(3 * CHUNK))
    finally:
        if mounted:
            assert libc.umount2(str(root).encode(), 2) == 0


def test_a_full_disk_refuses_the_file_leaves_nothing_and_takes_the_next_small_one(full_soon: Vault) -> None:
    for _ in range(3):
        with pytest.raises(StoreFull):
            put(full_soon, bytes(5 * CHUNK))
        assert sweep(full_soon, hours=-1) == Swept(0, 0, (), ())
    assert opened(full_soon, put(full_soon).object_name) == CONTENT


class Ledger(Disk):
    """The real disk, and a book of what a power cut would leave: only bytes and names that were synced."""

    def __init__(self, root: Path, *, heed_sync: bool = True, heed_folders: bool = True) -> None:
        self.root, self.heed_sync, self.heed_folders = root, heed_sync, heed_folders
        self.paths: dict[int, Path] = {}
        self.bytes: dict[int, bytes] = {}
        self.names: dict[Path, dict[str, int]] = {}
        for folder in (root, root / "incoming", root / "objects"):
            self._note(folder)

    def _note(self, folder: Path) -> None:
        self.names[folder] = {entry.name: entry.inode() for entry in os.scandir(folder)}

    def create(self, path: Path) -> int:
        fd = super().create(path)
        self.paths[fd] = path
        return fd

    def sync(self, fd: int) -> None:
        if self.heed_sync:
            self.bytes[os.fstat(fd).st_ino] = self.paths[fd].read_bytes()

    def sync_folder(self, path: Path) -> None:
        if self.heed_folders:
            self._note(path)

    def after_the_cut(self, root: Path) -> Vault:
        make_store(root)
        self._restore(self.root, root)
        return Vault(root, reserve=0)

    def _restore(self, old: Path, new: Path) -> None:
        new.mkdir(exist_ok=True)
        for name in self.names.get(old, {}):
            if (old / name).is_dir():
                self._restore(old / name, new / name)
            else:
                (new / name).write_bytes(self.bytes.get(self.names[old][name], b""))


def test_what_was_kept_survives_a_power_cut(tmp_path: Path) -> None:
    make_store(tmp_path / "store")
    disk = Ledger(tmp_path / "store")
    vault = a_vault(tmp_path / "store", disk)
    kept = [put(vault) for _ in range(20)]
    after = disk.after_the_cut(tmp_path / "after")
    assert all(opened(after, one.object_name) == CONTENT for one in kept)


def test_a_folder_that_another_process_made_a_moment_ago_is_synced_too(tmp_path: Path) -> None:
    make_store(tmp_path / "store")
    disk = Ledger(tmp_path / "store")
    for first in "0123456789abcdef":
        for second in "0123456789abcdef":
            (tmp_path / "store" / "objects" / first / second).mkdir(parents=True)
    kept = put(a_vault(tmp_path / "store", disk))
    assert opened(disk.after_the_cut(tmp_path / "after"), kept.object_name) == CONTENT


@pytest.mark.parametrize("lazy", ["heed_sync", "heed_folders"])
def test_the_power_cut_here_is_noticed_when_a_sync_is_left_out(tmp_path: Path, lazy: str) -> None:
    make_store(tmp_path / "store")
    disk = Ledger(tmp_path / "store", **{lazy: False})
    kept = put(a_vault(tmp_path / "store", disk))
    with pytest.raises(Exception, match=r"shorter than|No such file"):
        opened(disk.after_the_cut(tmp_path / "after"), kept.object_name)


# Forks a writer for each line it reads, and buries it when told. Forking a small process is what makes kills cheap.
FORKER = """
import os, random, sys
from pathlib import Path
from stores import Vault, put

def write(number):
    vault = Vault(Path(sys.argv[1]), reserve=0)
    chance = random.Random(number)
    answers = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while True:
        kept = put(vault, chance.randbytes(chance.choice([0, 10, 3000, 1048576, 2500000])))
        os.write(answers, f"{kept.object_name} {kept.sha256.hex()}\\n".encode())

for line in sys.stdin:
    writer = os.fork()
    if not writer:
        write(int(line))
    print(writer, flush=True)
    sys.stdin.readline()
    os.waitpid(writer, 0)
    print("buried", flush=True)
"""


def answered(folder: Path) -> int:
    """How many objects the writers have kept and said so. None has begun where there is no file yet."""
    answers = folder / "answers"
    return answers.read_text().count("\n") if answers.exists() else 0


@pytest.mark.policy("7.3")
def test_a_killed_writer_loses_nothing_that_it_had_kept(tmp_path: Path) -> None:
    vault = a_vault(tmp_path / "store")
    chance = random.Random(7)
    here = Path(__file__).parent
    forker = subprocess.Popen(
        [sys.executable, "-c", FORKER, str(tmp_path / "store"), str(tmp_path / "answers")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(here), str(here.parents[1])))},
    )
    assert forker.stdin is not None and forker.stdout is not None
    number = 0
    # On a busy machine, or with a slow disk, a writer gets on more slowly: it has more time until enough is kept.
    while number < KILLS or answered(tmp_path) <= KILLS // 4:
        print(number, file=forker.stdin, flush=True)
        writer = int(forker.stdout.readline())
        time.sleep(chance.uniform(0.002, 0.04) * (1 + 5 * (number % 2)) * (1 + number // KILLS))
        os.kill(writer, signal.SIGKILL)
        print("dead", file=forker.stdin, flush=True)
        assert forker.stdout.readline() == "buried\n"
        number += 1
    forker.communicate()
    kept = [line.split() for line in (tmp_path / "answers").read_text().splitlines()]
    for name, digest in kept:
        assert sha256(opened(vault, name)).hexdigest() == digest
    swept = sweep(vault, *(name for name, _ in kept), hours=-1)
    # At most one object a kill had its name and not yet its answer; those too are whole.
    assert len(swept.orphans) <= number
    for name in swept.orphans:
        opened(vault, name)
    assert swept.strangers == ()
    assert list((tmp_path / "store" / "incoming").iterdir()) == []
