"""Moving the vault from a folder to a bucket or back, while pages go on (docs/decisions/0044).

Each object is copied, read back, and its SHA-256 compared; then it is noted in a journal, so that whoever is stopped
goes on. When all are there, new objects go to the new place, and those that came meanwhile follow. What is not found in
one place is looked for in the other, until the old ones are removed.
"""

import fcntl
import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from forethought.audit.procedures import Actor, acting
from forethought.core.errors import Refused
from forethought.evidence.sealing import CHUNK
from forethought.evidence.store import Store, StoreFull

#: Of which school, and the object's name.
Item = tuple[uuid.UUID, str]


class NotTheSame(Exception):
    """What was copied is not what was read, twice. Nothing of it is left in the new place."""


class AlreadyMoving(Refused):
    """Another process is moving the vault."""

    def __init__(self) -> None:
        super().__init__("The vault is being moved already, by another command. Wait until that one has ended.")


@dataclass
class Moved:
    """What a move did: objects copied and their bytes, and the names that were in neither place."""

    objects: int = 0
    bytes: int = 0
    nowhere: int = 0


class Journal:
    """The names of the objects that were copied and compared, a line each, lasting."""

    def __init__(self, path: Path) -> None:
        """Use `open_journal`, which lets nobody else in."""
        self._path = path
        lines = path.read_bytes().split(b"\n")
        # The last one may have been cut off by a power cut. Cut away, it is copied again.
        self.names = {line.decode() for line in lines[:-1]}
        self._file = path.open("r+b", buffering=0)
        self._file.truncate(sum(len(line) + 1 for line in lines[:-1]))
        self._file.seek(0, os.SEEK_END)

    def note(self, name: str) -> None:
        """This one is there."""
        self._file.write(f"{name}\n".encode())
        os.fsync(self._file.fileno())
        self.names.add(name)

    def end(self) -> None:
        """Everything is moved, and the journal with it."""
        self._path.unlink()

    def close(self) -> None:
        """Let it go, to be gone on with."""
        self._file.close()


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """The journal of a move, ours alone until the end of the block. Raises AlreadyMoving."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyMoving from None
        journal = Journal(path)
        try:
            yield journal
        finally:
            journal.close()
    finally:
        os.close(fd)


def copy_all(
    items: Iterable[Item],
    *,
    source: Store,
    target: Store,
    journal: Journal,
    step: Callable[[], object],
) -> Moved:
    """Copy what the journal does not name yet. `step` is called after each.

    Raises NotTheSame, StoreFull or StoreAway; what was done until then stays done.
    """
    done = Moved()
    for school, name in items:
        if name not in journal.names:
            size = _copied(source.of(school), target.of(school), name)
            if size is None:
                done.nowhere += 1
            else:
                journal.note(name)
                done.objects += 1
                done.bytes += size
        step()
    return done


def remove_old(
    items: Iterable[Item], *, source: Store, target: Store, journal: Journal, step: Callable[[], object]
) -> int:
    """Take away from the old place what was moved and is there in the new one. How many."""
    removed = 0
    for school, name in items:
        if name in journal.names and target.of(school).holds(name):
            removed += source.of(school).remove(name)
        step()
    return removed


def note_moved(*, to: str, objects: int, by: Actor, at: datetime) -> None:
    """Note in a school's trail that its files lie in another place from now on. Policy 7.3."""
    with acting("evidence.note_moved", by=by, at=at, facts={"to": to, "objects": objects}):
        """The files are there, and compared; nothing else changes."""


def _copied(source: Store, target: Store, name: str) -> int | None:
    """The size of an object that is now in the new place as it was in the old; nothing when it is in neither."""
    for _ in range(2):
        try:
            with source.open(name) as file:
                if not target.holds(name):
                    _put(target, name, file)
                    file.seek(0)
                expected, size = _hash_of(file)
        except FileNotFoundError:
            # It came into the new place by itself, or was let go.
            return _size_there(target, name)
        with target.open(name) as file:
            is_same = _hash_of(file) == (expected, size)
        if not source.holds(name):
            # Let go while it was copied: what was made of it goes as well (see `Both.remove`).
            target.remove(name)
            return None
        if is_same:
            return size
        target.remove(name)
    raise NotTheSame(name)


def _put(target: Store, name: str, file: BinaryIO) -> None:
    if not target.has_room(file.seek(0, os.SEEK_END)):
        raise StoreFull
    file.seek(0)
    target.put_file(name, file)


def _size_there(target: Store, name: str) -> int | None:
    with suppress(FileNotFoundError), target.open(name) as file:
        return file.seek(0, os.SEEK_END)
    return None


def _hash_of(file: BinaryIO) -> tuple[bytes, int]:
    found, size = hashlib.sha256(), 0
    while piece := file.read(CHUNK):
        found.update(piece)
        size += len(piece)
    return found.digest(), size
