"""Where sealed exhibits lie: a folder, written so that what was kept is there after a power cut.

Only sealed bytes go in, because the one door in seals them. The order is temporary file, fsync, rename, fsync of the
folder; only then may a row name the object (reliability.md F2, 5.1). Names are random: equal files look unrelated,
and nothing can be learnt from a listing but sizes and times.

    incoming/<32 hex>.part      being written, or left by a crash
    objects/4/f/<32 hex>        kept
"""

import fcntl
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from forethought.core.errors import Refused
from forethought.evidence.disk import FULL, Disk, make_folders, write_all
from forethought.evidence.keys import Binding, Key
from forethought.evidence.sealing import Sealer

_NAME = re.compile(r"[0-9a-f]{32}")
PART = ".part"
# How much may be written before the room on the disk is looked at again: small against any sensible reserve.
LOOK_EVERY = 16 * 1024 * 1024
# Names a query asks about at once; SQLite's older builds take 999 values.
_ASK = 500


class TooLarge(Refused):
    """The file is larger than one exhibit may be. Nothing of it was kept."""


class StoreFull(Refused):
    """There is no room for exhibits. Nothing of this one was kept; written reports are still taken."""

    def __init__(self) -> None:
        super().__init__(
            "There is no room for files at the moment, so this one was not kept. Keep it where it is. "
            "You can still send your report without it."
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """One object in the store: its name, SHA-256 (32 bytes) and size of the content, and size as stored, in bytes."""

    object_name: str
    sha256: bytes
    size: int
    stored_size: int


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did and found.

    `removed` temporary files that a crash had left, `freed` bytes with them; `orphans`, objects that no row names
    (never adopted, never removed here); `strangers`, paths that the vault did not make.
    """

    removed: int
    freed: int
    orphans: tuple[str, ...]
    strangers: tuple[str, ...]


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
        self._incoming = root / "incoming"
        self._objects = root / "objects"
        self._reserve = reserve
        self._reserve_share = reserve_share
        self._disk = disk or Disk()
        self._lasting: set[Path] = set()
        for folder in (self._incoming, self._objects):
            if not folder.is_dir():
                raise FileNotFoundError(f"There is no store at {root}. Mount its disk; make a store only if it is new.")

    def has_room(self, size: int = 0) -> bool:
        """Whether this many bytes more would leave the reserve alone."""
        free, total = self._disk.room(self._incoming)
        return free - size >= max(self._reserve, total * self._reserve_share)

    def begin(self, *, key: Key, about: Binding, ceiling: int) -> "Incoming":
        """Start an exhibit of at most `ceiling` bytes, sealed under its own key. Raises StoreFull below the reserve.

        Use it in a `with`, which leaves nothing behind unless `keep()` was reached.
        """
        if not self.has_room():
            raise StoreFull
        name = secrets.token_hex(16)
        part = self._incoming / (name + PART)
        with full_is_a_refusal():
            fd = self._disk.create(part)
        return Incoming(self, self._disk, name, fd, part, key, about, ceiling)

    def open(self, object_name: str) -> BinaryIO:
        """The sealed bytes of an object, for an Opener. Raises FileNotFoundError when it is not here."""
        return self._place(object_name).open("rb")

    def holds(self, object_name: str) -> bool:
        """Whether an object is here."""
        return self._place(object_name).exists()

    def names(self) -> Iterator[str]:
        """The names of all objects that are here, in no order."""
        for entry in _files_below(self._objects):
            if _NAME.fullmatch(entry.name):
                yield entry.name

    @contextmanager
    def returning(self, object_name: str) -> Iterator[BinaryIO]:
        """A file for the sealed bytes of an object that was here before and comes back, from a backup.

        Once the block has ended without an error it lasts as every other; after one, nothing is left.
        """
        place = self._lasting_place(object_name)
        part = self._incoming / (object_name + PART)
        with suppress(FileNotFoundError):
            # Left by a restore that was killed.
            self._disk.remove(part)
        fd = self._disk.create(part)
        try:
            with os.fdopen(os.dup(fd), "wb") as out:
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

    def remove(self, object_name: str) -> bool:
        """Take an object away for good, and say whether it was here. Lasting once this returns."""
        place = self._place(object_name)
        try:
            self._disk.remove(place)
        except FileNotFoundError:
            return False
        self._disk.sync_folder(place.parent)
        return True

    def sweep(self, *, older_than: datetime, referenced: Callable[[list[str]], Collection[str]]) -> Swept:
        """Clear up after crashes, and report objects that no row names.

        Nothing touched since `older_than` counts: give at least 24 hours, so that an upload under way, or kept but not
        yet committed, is left alone. `referenced` is given up to 500 names and answers with those that rows hold.
        """
        edge = older_than.timestamp()
        strangers: list[str] = []
        removed = freed = 0
        for entry in os.scandir(self._incoming):
            if not (entry.name.endswith(PART) and _NAME.fullmatch(entry.name.removesuffix(PART))):
                strangers.append(entry.path)
                continue
            gone = _remove_if_left(Path(entry.path), edge, self._disk)
            removed += gone is not None
            freed += gone or 0
        orphans: list[str] = []
        asked: list[str] = []
        for entry in _files_below(self._objects):
            if not _NAME.fullmatch(entry.name) or Path(entry.path) != self._place(entry.name):
                strangers.append(entry.path)
            elif _is_older(entry, edge):
                asked.append(entry.name)
            if len(asked) == _ASK:
                orphans += _not_in(asked, referenced(asked))
                asked = []
        if asked:
            orphans += _not_in(asked, referenced(asked))
        return Swept(removed, freed, tuple(orphans), tuple(strangers))

    def _place(self, object_name: str) -> Path:
        if not _NAME.fullmatch(object_name):
            raise ValueError("An object's name is 32 hex digits in lower case.")
        # Sixteen folders of sixteen: soon all made, and a trust's whole store is still a few thousand files in each.
        return self._objects / object_name[0] / object_name[1] / object_name

    def _lasting_place(self, object_name: str) -> Path:
        """Where the object goes, in a folder that a power cut does not take away."""
        place = self._place(object_name)
        folder = place.parent
        if folder not in self._lasting:
            # Also when the folder is there: another process may have made it a moment ago and not synced it yet.
            self._disk.make_folder(folder.parent)
            self._disk.make_folder(folder)
            self._disk.sync_folder(self._objects)
            self._disk.sync_folder(folder.parent)
            self._lasting.add(folder)
        return place


class Incoming:
    """One exhibit on its way in. Whatever goes wrong, nothing of it stays.

    Give it the content in the clear with `write`; what reaches the disk is sealed. End it with `keep` or `abandon`.
    """

    def __init__(
        self, vault: Vault, disk: Disk, name: str, fd: int, part: Path, key: Key, about: Binding, ceiling: int
    ) -> None:
        """Only `Vault.begin` makes one."""
        self._vault = vault
        self._disk = disk
        self._fd = fd
        self._where = part
        self._sealer = Sealer(key, about, object_name=name, out=self._put)
        self._ceiling = ceiling
        self._stored = self._looked_at = 0
        self._open = True
        self.object_name = name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abandon()

    @property
    def size(self) -> int:
        """How many bytes of content have come so far."""
        return self._sealer.size

    def write(self, content: bytes) -> None:
        """Take the next bytes. Raises TooLarge or StoreFull, and then, as after any error, nothing is left."""
        with self._all_or_nothing():
            if self._sealer.size + len(content) > self._ceiling:
                raise TooLarge(
                    f"This file is larger than {spoken_size(self._ceiling)}, the most that one exhibit may be."
                )
            self._sealer.update(content)

    def keep(self) -> Kept:
        """Make it last. Once this returns, the object survives a power cut and may be named by a row. Policy 7.3.

        Raises StoreFull, or OSError when the disk will not vouch for it; then nothing is left.
        """
        with self._all_or_nothing():
            self._sealer.finish()
            # After a failed fsync the kernel may call the same pages clean, and a second one would succeed over
            # lost bytes. So an error here throws the file away, like any other (reliability.md A2).
            self._disk.sync(self._fd)
            place = self._vault._lasting_place(self.object_name)
            self._disk.rename(self._where, place)
            self._where = place
            self._disk.sync_folder(place.parent)
            self._open = False
        with suppress(OSError):
            # The bytes are safe since the fsync; closing can add nothing to that and take nothing from it.
            self._disk.close(self._fd)
        return Kept(self.object_name, self._sealer.sha256, self._sealer.size, self._stored)

    def abandon(self) -> None:
        """Leave nothing behind. Does nothing once it is kept or abandoned."""
        if not self._open:
            return
        self._open = False
        # Whatever went wrong before is what the caller must hear; a file that cannot be removed is left to the sweep.
        with suppress(OSError):
            self._disk.remove(self._where)
        with suppress(OSError):
            self._disk.close(self._fd)

    def _put(self, sealed: memoryview) -> None:
        write_all(self._disk, self._fd, sealed)
        self._stored += len(sealed)
        if self._stored - self._looked_at >= LOOK_EVERY:
            self._looked_at = self._stored
            if not self._vault.has_room():
                raise StoreFull

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        if not self._open:
            raise RuntimeError("This exhibit was kept or abandoned already.")
        try:
            with full_is_a_refusal():
                yield
        except BaseException:
            self.abandon()
            raise


@contextmanager
def full_is_a_refusal() -> Iterator[None]:
    """Say of a full disk that there is no room, whichever call met it."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull from error
        raise


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


def _not_in(asked: list[str], known: Collection[str]) -> list[str]:
    names = set(known)
    return [name for name in asked if name not in names]


def spoken_size(size: int) -> str:
    """A size as it stands in a sentence: 5 GiB."""
    for unit, length in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size >= length:
            return f"{size / length:.4g} {unit}"
    return f"{size} bytes"
