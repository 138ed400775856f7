"""Where backups lie: a folder on another disk, a second machine, or a bucket. Each is asked the same few things.

A file appears under its name whole or not at all: temporary file, fsync, rename, fsync of the folder, as in the vault
(reliability.md 5.1). A folder that was never made a place of backups is refused, so that a disk which is not mounted is
not taken for an empty one.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from forethought.backups.manifest import Stored
from forethought.evidence.disk import Disk, make_folders, write_all

#: The file by which a place of backups is known, and from which somebody with nothing else learns what to do.
README = "READ-ME-FIRST.txt"
WORDS = """\
These are backups of Forethought. They are encrypted to a key that is on a printed card and on no computer.

With Forethought: install it, then run   manage.py restore   and follow what it says.

Without Forethought: Debian's programs age, gunzip and sqlite3 (or tar) are enough. Write the line of the card that
begins with AGE-SECRET-KEY into a file, then:

    age -d -i FILE snapshots/NAME/database.sqlite3.gz.age | gunzip > database.sqlite3

Files of records are in objects/. They open in the same way, and hold what the school's own keys seal once more.
Nothing here may be changed. A file that is missing or altered is noticed.
"""


class NoPlace(Exception):
    """A place of backups cannot be used. The message says why, and the cure."""


class Writing(Protocol):
    """A file on its way into a place. What was written is counted and hashed."""

    size: int

    def write(self, data: bytes) -> int:
        """Take the next bytes."""

    def flush(self) -> None:
        """Nothing: bytes are made durable once, at the end."""

    def stored(self) -> Stored:
        """What was written."""


class Place(Protocol):
    """What backups need of where they lie. Paths have parts with slashes between. Errors of the system are OSError."""

    address: str

    @property
    def keeps_days(self) -> int:
        """How many days nothing can be removed from here, whoever asks."""

    def writing(self, path: str) -> AbstractContextManager[Writing]:
        """A file to write. It is there, and durable, once the block has ended without an error; else nothing is."""

    def open(self, path: str) -> BinaryIO:
        """A file to read from the beginning. Raises FileNotFoundError."""

    def names(self, prefix: str) -> Iterator[tuple[str, int]]:
        """The paths below a folder, in no order, with their sizes."""

    def remove(self, path: str) -> None:
        """Take a file away; nothing happens when it is not there or is still locked."""

    def sweep(self) -> None:
        """Clear away what a kill left half-written. Only while nobody else writes."""


class Counted:
    """Counts and hashes what passes on to another writer."""

    def __init__(self) -> None:
        self.size = 0
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self._hash.update(data)
        self.size += len(data)
        self.put(data)
        return len(data)

    def put(self, data: bytes) -> None:
        """Where the bytes go."""

    def flush(self) -> None:
        """Nothing: bytes are made durable once, at the end."""

    def stored(self) -> Stored:
        """What was written."""
        return Stored(self.size, self._hash.hexdigest())


class _InFolder(Counted):
    def __init__(self, disk: Disk, fd: int) -> None:
        super().__init__()
        self._disk, self._fd = disk, fd

    def put(self, data: bytes) -> None:
        write_all(self._disk, self._fd, data)


class Folder:
    """Backups in a folder: a second disk, or a disk of another machine that is mounted here."""

    def __init__(self, root: Path, *, disk: Disk | None = None, new: bool = False) -> None:
        """Raises NoPlace when it was never made one; `new` makes it."""
        self.address = str(root)
        self._root, self._disk = root, disk or Disk()
        self._lasting: set[Path] = set()
        try:
            if new and not (root / README).exists():
                make_folders(self._disk, root)
                with self.writing(README) as out:
                    out.write(WORDS.encode())
            there = (root / README).exists()
        except OSError as error:
            raise NoPlace(f"Backups cannot be written to {root} ({error.strerror}). Check the disk.") from None
        if not there:
            raise NoPlace(
                f"{root} was never made a place for backups. If it is a disk, mount it. If it is new, run: "
                "manage.py backup --new"
            )

    @property
    def keeps_days(self) -> int:
        """None: whoever may write to a folder may remove from it. Its own disk, unplugged, is its lock."""
        return 0

    @contextmanager
    def writing(self, path: str) -> Iterator[Writing]:
        """A file to write. It is there, and durable, once the block has ended without an error; else nothing is."""
        place = self._root / path
        self._make(place.parent)
        part = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
        fd = self._disk.create(part)
        try:
            out = _InFolder(self._disk, fd)
            yield out
            self._disk.sync(fd)
            self._disk.rename(part, place)
            self._disk.sync_folder(place.parent)
        except BaseException:
            with suppress(OSError):
                self._disk.remove(part)
            raise
        finally:
            with suppress(OSError):
                self._disk.close(fd)

    def open(self, path: str) -> BinaryIO:
        """A file to read from the beginning. Raises FileNotFoundError."""
        return (self._root / path).open("rb")

    def names(self, prefix: str) -> Iterator[tuple[str, int]]:
        """The paths below a folder, in no order, with their sizes. What is half-written is left out."""
        for folder, _, files in os.walk(self._root / prefix):
            for name in files:
                if not name.startswith("."):
                    found = Path(folder) / name
                    with suppress(FileNotFoundError):
                        yield found.relative_to(self._root).as_posix(), found.stat().st_size

    def remove(self, path: str) -> None:
        """Take a file away, and its folder when that is empty now."""
        place = self._root / path
        with suppress(FileNotFoundError):
            self._disk.remove(place)
            self._disk.sync_folder(place.parent)
        with suppress(OSError):
            if place.parent.parent.name == "snapshots":
                place.parent.rmdir()

    def sweep(self) -> None:
        """Clear away what a kill left half-written. Only while nobody else writes."""
        for folder, _, files in os.walk(self._root):
            for name in files:
                if name.startswith(".") and name.endswith(".part"):
                    with suppress(OSError):
                        self._disk.remove(Path(folder) / name)
        with suppress(FileNotFoundError):
            for one in os.scandir(self._root / "snapshots"):
                # Of an attempt that could not write one file. The system removes empty folders alone.
                with suppress(OSError):
                    os.rmdir(one)

    def _make(self, folder: Path) -> None:
        if folder not in self._lasting:
            make_folders(self._disk, folder)
            self._lasting.add(folder)


def place_at(address: str, *, new: bool = False, lock_days: int = 0, patience: float | None = None) -> Place:
    """The place at an address: a folder’s path, s3://bucket/path, or sftp://name@host/folder. Raises NoPlace.

    A bucket that locks objects locks each file for so many days. `patience`: seconds without an answer after which a
    second machine is taken to be gone, where that is to be sooner than usual.
    """
    if address.startswith("s3://"):
        from forethought.backups.bucket import Bucket

        return Bucket(address, new=new, lock_days=lock_days)
    if address.startswith("sftp://"):
        from forethought.backups.far_machine import PATIENCE, Machine

        return Machine(address, new=new, patience=patience or PATIENCE)
    return Folder(Path(address).expanduser().absolute(), new=new)
