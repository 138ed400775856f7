"""The vault as a folder, written so that what was kept is there after a power cut.

The order is temporary file, fsync, rename, fsync of the folder; only then may a row name the object (reliability.md
F2, 5.1).

    incoming/<32 hex>.part      being written, or left by a crash
    objects/4/f/<32 hex>        kept
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from forethought.evidence.disk import Disk, make_folders, write_all
from forethought.evidence.keys import Binding, Key
from forethought.evidence.sealing import CHUNK
from forethought.evidence.store import (
    ASK,
    NAME,
    PART,
    Incoming,
    Referenced,
    StoreFull,
    Swept,
    full_is_a_refusal,
    insist_on_name,
    not_in,
)

# How much may be written before the room on the disk is looked at again: small against any sensible reserve.
LOOK_EVERY = 16 * 1024 * 1024


def make_store(root: Path, *, disk: Disk | None = None) -> None:
    """Make the folders of a store, once. A vault never does this by itself: see `Vault`."""
    disk = disk or Disk()
    for folder in (root, root / "incoming", root / "objects"):
        make_folders(disk, folder)


class Vault:
    """The store in one folder, on one file system."""

    def __init__(self, root: Path, *, reserve: int, reserve_share: float = 0.0, disk: Disk | None = None) -> None:
        """`reserve` bytes, and `reserve_share` of the disk, are left free for the database (reliability.md F11).

        Raises FileNotFoundError when the store was never made. A disk that is not mounted leaves an empty folder, and
        exhibits put there would vanish when it comes back.
        """
        self.incoming = root / "incoming"
        self.disk = disk or Disk()
        self._objects = root / "objects"
        self._reserve = reserve
        self._reserve_share = reserve_share
        self._lasting: set[Path] = set()
        for folder in (self.incoming, self._objects):
            if not folder.is_dir():
                raise FileNotFoundError(f"There is no store at {root}. Mount its disk; make a store only if it is new.")

    def of(self, school: UUID) -> "Vault":
        """One folder holds the objects of every school."""
        return self

    def has_room(self, size: int = 0) -> bool:
        """Whether this many bytes more would leave the reserve alone."""
        free, total = self.disk.room(self.incoming)
        return free - size >= max(self._reserve, total * self._reserve_share)

    has_room_to_wait = has_room

    def begin(self, *, key: Key, about: Binding, ceiling: int) -> "Incoming":
        """Start an exhibit of at most `ceiling` bytes, sealed under its own key. Raises StoreFull below the reserve.

        Use it in a `with`, which leaves nothing behind unless `keep()` was reached.
        """
        if not self.has_room():
            raise StoreFull
        name = secrets.token_hex(16)
        with full_is_a_refusal():
            sink = _File(self, name)
        return Incoming(name, sink, key, about, ceiling)

    def adopt(self, object_name: str) -> None:
        """Give what lies whole and synced in `incoming` its place. FileNotFoundError when it is not there."""
        with full_is_a_refusal():
            place = self.lasting_place(object_name)
            self.disk.rename(self.incoming / (object_name + PART), place)

    def confirm(self, object_name: str) -> None:
        """Return once an object's name would survive a power cut."""
        self.disk.sync_folder(self.lasting_place(object_name).parent)

    def open(self, object_name: str) -> BinaryIO:
        """The sealed bytes of an object, for an Opener. Raises FileNotFoundError when it is not here."""
        return self._place(object_name).open("rb")

    def holds(self, object_name: str) -> bool:
        """Whether an object is here."""
        return self._place(object_name).exists()

    def names(self) -> Iterator[str]:
        """The names of all objects that are here, in no order."""
        for entry in _files_below(self._objects):
            if NAME.fullmatch(entry.name):
                yield entry.name

    @contextmanager
    def returning(self, object_name: str) -> Iterator[BinaryIO]:
        """A file for the sealed bytes of an object that was here before and comes back, from a backup.

        Once the block has ended without an error it lasts as every other; after one, nothing is left.
        """
        place = self.lasting_place(object_name)
        part = self.incoming / (object_name + PART)
        with suppress(FileNotFoundError):
            # Left by a restore that was killed.
            self.disk.remove(part)
        fd = self.disk.create(part)
        try:
            with os.fdopen(os.dup(fd), "wb") as out:
                yield out
            self.disk.sync(fd)
            self.disk.rename(part, place)
            self.disk.sync_folder(place.parent)
        except BaseException:
            with suppress(OSError):
                self.disk.remove(part)
            raise
        finally:
            with suppress(OSError):
                self.disk.close(fd)

    def put_file(self, object_name: str, file: BinaryIO) -> None:
        """Keep sealed bytes that lay elsewhere under this name. Durable once this returns."""
        with full_is_a_refusal(), self.returning(object_name) as out:
            shutil.copyfileobj(file, out, CHUNK)

    def remove(self, object_name: str) -> bool:
        """Take an object away for good, and say whether it was here. Lasting once this returns."""
        place = self._place(object_name)
        try:
            self.disk.remove(place)
        except FileNotFoundError:
            return False
        self.disk.sync_folder(place.parent)
        return True

    def sweep(self, *, older_than: datetime, referenced: Referenced) -> Swept:
        """Clear up after crashes, and report objects that no row names.

        Nothing touched since `older_than` counts: give at least 24 hours, so that an upload under way, or kept but not
        yet committed, is left alone. `referenced` is given up to 500 names and answers with those that rows hold.
        """
        edge = older_than.timestamp()
        left = sweep_incoming(self.incoming, older_than=older_than, disk=self.disk)
        strangers: list[str] = []
        orphans: list[str] = []
        asked: list[str] = []
        for entry in _files_below(self._objects):
            if not NAME.fullmatch(entry.name) or Path(entry.path) != self._place(entry.name):
                strangers.append(entry.path)
            elif _is_older(entry, edge):
                asked.append(entry.name)
            if len(asked) == ASK:
                orphans += not_in(asked, referenced(asked))
                asked = []
        if asked:
            orphans += not_in(asked, referenced(asked))
        return left + Swept(0, 0, tuple(orphans), tuple(strangers))

    def _place(self, object_name: str) -> Path:
        insist_on_name(object_name)
        # Sixteen folders of sixteen: soon all made, and a trust's whole store is still a few thousand files in each.
        return self._objects / object_name[0] / object_name[1] / object_name

    def lasting_place(self, object_name: str) -> Path:
        """Where the object goes, in a folder that a power cut does not take away."""
        place = self._place(object_name)
        folder = place.parent
        if folder not in self._lasting:
            # Also when the folder is there: another process may have made it a moment ago and not synced it yet.
            self.disk.make_folder(folder.parent)
            self.disk.make_folder(folder)
            self.disk.sync_folder(self._objects)
            self.disk.sync_folder(folder.parent)
            self._lasting.add(folder)
        return place


class _File:
    """One object on its way into the folder."""

    def __init__(self, vault: Vault, name: str) -> None:
        self._vault, self._disk, self._name = vault, vault.disk, name
        self._where = vault.incoming / (name + PART)
        self._fd = self._disk.create(self._where)
        self._stored = self._looked_at = 0

    def put(self, sealed: memoryview) -> None:
        write_all(self._disk, self._fd, sealed)
        self._stored += len(sealed)
        if self._stored - self._looked_at >= LOOK_EVERY:
            self._looked_at = self._stored
            if not self._vault.has_room():
                raise StoreFull

    def make_last(self) -> None:
        # After a failed fsync the kernel may call the same pages clean, and a second one would succeed over
        # lost bytes. So an error here throws the file away, like any other (reliability.md A2).
        self._disk.sync(self._fd)
        place = self._vault.lasting_place(self._name)
        self._disk.rename(self._where, place)
        self._where = place
        self._disk.sync_folder(place.parent)
        with suppress(OSError):
            # The bytes are safe since the fsync; closing can add nothing to that and take nothing from it.
            self._disk.close(self._fd)

    def drop(self) -> None:
        # A file that cannot be removed is left to the sweep.
        with suppress(OSError):
            self._disk.remove(self._where)
        with suppress(OSError):
            self._disk.close(self._fd)


def sweep_incoming(folder: Path, *, older_than: datetime, disk: Disk) -> Swept:
    """Clear a folder of what was half sent and nobody holds or has touched since. No orphans: no row is asked."""
    strangers: list[str] = []
    removed = freed = 0
    for entry in os.scandir(folder):
        if not (entry.name.endswith(PART) and NAME.fullmatch(entry.name.removesuffix(PART))):
            strangers.append(entry.path)
            continue
        gone = _remove_if_left(Path(entry.path), older_than.timestamp(), disk)
        removed += gone is not None
        freed += gone or 0
    return Swept(removed, freed, (), tuple(strangers))


def _remove_if_left(part: Path, edge: float, disk: Disk) -> int | None:
    """Remove a temporary file that no living writer holds; its size, or nothing if it was left alone."""
    try:
        fd = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        # Its writer ended between the listing and now.
        return None
    try:
        facts = os.fstat(fd)
        if facts.st_mtime >= edge:
            return None
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        disk.remove(part)
        return facts.st_size
    except (BlockingIOError, FileNotFoundError):
        # Still being written, whatever the clock says, or just ended.
        return None
    finally:
        os.close(fd)


def _is_older(entry: "os.DirEntry[str]", edge: float) -> bool:
    try:
        return entry.stat(follow_symlinks=False).st_mtime < edge
    except FileNotFoundError:
        # Removed, with its row, between the listing and now.
        return False


def _files_below(folder: Path) -> Iterator["os.DirEntry[str]"]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files_below(Path(entry.path))
            else:
                yield entry
