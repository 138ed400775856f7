"""An exhibit that comes in pieces, over many requests, and may stop and go on for a day.

What has come lies sealed in `incoming/<name>.part`, in whole pieces of 1 MiB, on this machine also where the store is
a bucket (docs/decisions/0044). Nothing else about it is kept: how far it has come is read from there. The hash runs
along in memory. When that is gone, after a restart, what lies there is opened once from its beginning, which makes the
hash again and finds where a kill or a power cut left off; sending goes on from that place (docs/decisions/0022).
"""

import fcntl
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forethought.core.errors import Refused
from forethought.evidence.disk import write_all
from forethought.evidence.keys import Binding, BrokenSeal, Key
from forethought.evidence.sealing import (
    CHUNK,
    HEADER_LENGTH,
    Opener,
    Pieces,
    buffers,
    chunks_in,
    give_back,
    new_header,
    piece_at,
    sealed_piece,
    sealed_size,
)
from forethought.evidence.store import (
    PART,
    Kept,
    Store,
    StoreAway,
    StoreFull,
    full_is_a_refusal,
    insist_on_size,
)
from forethought.evidence.vault import LOOK_EVERY

# Hashes that run along, of so many uploads. One pushed out is made again from the store.
_MOST_RUNNING = 256


class Misplaced(Refused):
    """A piece does not begin where the last one ended. `offset` is where to go on, in bytes of content."""

    def __init__(self, offset: int) -> None:
        super().__init__("This piece does not follow what has come so far.")
        self.offset = offset


class Gone(Refused):
    """Nothing of this upload is left: it took too long, or the disk lost it. It can be sent again from the start."""

    def __init__(self) -> None:
        super().__init__("What had arrived of this file is no longer here. Please send it again.")


@dataclass
class _Running:
    """How far an upload has come, and the hash of all of that."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    count: int = -1
    hash: Any = None


_running: OrderedDict[str, _Running] = OrderedDict()
_running_lock = threading.Lock()


def _running_of(path: Path) -> _Running:
    with _running_lock:
        found = _running.pop(str(path), None) or _Running()
        _running[str(path)] = found
        while len(_running) > _MOST_RUNNING:
            _running.popitem(last=False)
    return found


def forget_running() -> None:
    """As after a restart: no hash runs along any more."""
    with _running_lock:
        _running.clear()


class Part:
    """One exhibit on its way in by pieces, `size` bytes in all. It holds nothing open between two calls."""

    def __init__(self, vault: Store, object_name: str, *, key: Key, about: Binding, size: int) -> None:
        """An upload that was begun before. Nothing is read yet; each call raises Gone when nothing is left of it.

        Raises ValueError for an empty file: there is nothing to send, and nothing to keep.
        """
        if size < 1:
            raise ValueError("An empty file does not come in pieces.")
        self._vault = vault
        self._disk = vault.disk
        self._key = key
        self._about = about
        self._path = vault.incoming / (object_name + PART)
        self._chunks = chunks_in(size)
        self.object_name = object_name
        self.size = size

    def begin(self, *, ceiling: int) -> None:
        """Make its file. Raises TooLarge, or StoreFull when the whole of it would not leave the reserve alone."""
        insist_on_size(self.size, ceiling)
        stored = sealed_size(self.size)
        if not (self._vault.has_room(stored) and self._vault.has_room_to_wait(stored)):
            raise StoreFull
        with full_is_a_refusal():
            fd = self._disk.create(self._path)
            try:
                write_all(self._disk, fd, new_header(self._key, self.object_name))
            except BaseException:
                self.drop()
                raise
            finally:
                self._disk.close(fd)
        running = _running_of(self._path)
        running.count, running.hash = 0, hashlib.sha256()

    @property
    def offset(self) -> int:
        """How many bytes of content lie here, each verified: a whole number of MiB, or all."""
        try:
            with self._held() as (_, running, _pieces):
                return running.count
        except Gone:
            # Finished by an earlier try that nobody was told of.
            if self._vault.holds(self.object_name):
                return self.size
            raise

    def take(self, read: Callable[[int], bytes], *, start: int, length: int) -> int:
        """Take the next bytes of content, `length` of them from `start`; where the next ones begin.

        What comes short of a whole MiB is not kept, unless it is the file's end: it is sent again. So a connection may
        break anywhere. `read` is given how many bytes are wanted at most. Raises Misplaced when `start` is not where
        the last piece ended, or another sender was faster; StoreFull, and then nothing of the file is left.
        """
        offset = self.offset
        if start != offset or start + length > self.size:
            raise Misplaced(offset)
        held, sealed = buffers()
        taken = 0
        try:
            while length > 0:
                wanted = min(CHUNK, self.size - start)
                if wanted > length or _fill(held, wanted, read) < wanted:
                    break
                self._add(start, memoryview(held)[:wanted], memoryview(sealed))
                start, length, taken = start + wanted, length - wanted, taken + wanted
                if taken % LOOK_EVERY < CHUNK and not self._vault.has_room_to_wait():
                    self.drop()
                    raise StoreFull
        finally:
            give_back(held, sealed)
        return start

    def finish(self) -> Kept:
        """Make it last, as `Incoming.keep` does: sync, name, sync of the folder. Policy 7.3.

        Once this returns a row may name it. Called again it gives the same, also when a kill came in between. Raises
        Misplaced while something is missing, OSError when the disk will not vouch for it.
        """
        try:
            with self._held() as (fd, running, _):
                if running.count != self.size or self._stored(fd) != sealed_size(self.size):
                    raise Misplaced(running.count)
                self._make_lasting(fd)
                return Kept(self.object_name, running.hash.digest(), self.size, sealed_size(self.size))
        except Gone:
            return self._kept_before()

    def ends(self) -> tuple[bytes, bytes]:
        """The first and the last piece of what has come whole: by these a file is known again."""
        try:
            with self._held() as (fd, running, pieces):
                if running.count != self.size:
                    raise Misplaced(running.count)
                first, last = (pieces.open(n, self._read(fd, n), of=self._chunks) for n in (0, self._chunks - 1))
                return first, last
        except Gone:
            with self._finished() as opener:
                ends = (0, min(CHUNK, self.size)), ((self._chunks - 1) * CHUNK, self.size)
                head, tail = (b"".join(opener.read_range(start, stop)) for start, stop in ends)
                return head, tail

    def drop(self) -> None:
        """Leave nothing of what has come. Does nothing once it is kept."""
        drop_part(self._vault, self.object_name)

    # --- One holder at a time ---

    @contextmanager
    def _held(self) -> Iterator[tuple[int, _Running, Pieces]]:
        """The file, open and ours alone, with a hash that has run along to its end.

        Locked in this process and between processes, for as long as one piece takes and never while waiting for a
        sender: one whose connection has died silently must not keep them from going on elsewhere.
        """
        running = _running_of(self._path)
        with running.lock:
            try:
                fd = self._disk.open_again(self._path)
            except FileNotFoundError:
                raise Gone from None
            try:
                fcntl.flock(fd, fcntl.LOCK_EX)
                pieces = self._pieces(fd)
                if running.count < 0 or self._stored(fd) != self._end_of(running.count):
                    self._look_through(fd, running, pieces)
                yield fd, running, pieces
            finally:
                self._disk.close(fd)

    def _pieces(self, fd: int) -> Pieces:
        try:
            return Pieces(os.pread(fd, HEADER_LENGTH, 0), self._key, self._about, object_name=self.object_name)
        except BrokenSeal:
            # A power cut took the beginning. What follows it, if anything, is worth nothing; the sweep clears it up.
            raise Gone from None

    def _look_through(self, fd: int, running: _Running, pieces: Pieces) -> None:
        """Open all that lies here, hash it, and cut away what a kill or a power cut left of a piece."""
        running.count, running.hash = 0, hashlib.sha256()
        number = 0
        while sealed := self._read(fd, number):
            try:
                content = pieces.open(number, sealed, of=self._chunks)
            except BrokenSeal:
                break
            running.hash.update(content)
            running.count += len(content)
            number += 1
        if self._stored(fd) != self._end_of(running.count):
            self._disk.cut(fd, piece_at(number))

    def _add(self, start: int, content: memoryview, room: memoryview) -> None:
        """Seal and write one piece, unless somebody else was faster."""
        with self._held() as (fd, running, pieces):
            if running.count != start:
                raise Misplaced(running.count)
            number = start // CHUNK
            sealed = pieces.seal_into(number, content, room, last=number == self._chunks - 1)
            os.lseek(fd, piece_at(number), os.SEEK_SET)
            try:
                with full_is_a_refusal():
                    write_all(self._disk, fd, sealed)
            except BaseException as error:
                running.count = -1
                if isinstance(error, StoreFull):
                    # Others need the room more than half a file does.
                    self.drop()
                raise
            running.hash.update(content)
            running.count += len(content)

    def _make_lasting(self, fd: int) -> None:
        try:
            with full_is_a_refusal():
                # An error here throws the file away, for the same reason as in `Incoming.keep`.
                self._disk.sync(fd)
                self._vault.adopt(self.object_name)
        except FileNotFoundError:
            # Another process finished it between our opening it and our lock.
            raise Gone from None
        except StoreAway:
            # The bucket may answer in a minute, and the sender's hours are not thrown away for that.
            raise
        except BaseException:
            self.drop()
            raise
        # Left where it is when this fails: named but not yet sure, and the next try begins with it.
        self._vault.confirm(self.object_name)

    def _kept_before(self) -> Kept:
        """What an earlier try finished and nobody was told of. Opened from end to end before it is believed."""
        found, size = hashlib.sha256(), 0
        with self._finished() as opener:
            for piece in opener.chunks():
                found.update(piece)
                size += len(piece)
        self._vault.confirm(self.object_name)
        return Kept(self.object_name, found.digest(), size, sealed_size(size))

    @contextmanager
    def _finished(self) -> Iterator[Opener]:
        try:
            file = self._vault.open(self.object_name)
        except FileNotFoundError:
            raise Gone from None
        with file:
            yield Opener(file, key=self._key, about=self._about, object_name=self.object_name)

    def _end_of(self, count: int) -> int:
        """Where the file ends when so many bytes of content lie in it."""
        return sealed_size(count) if count else HEADER_LENGTH

    @staticmethod
    def _stored(fd: int) -> int:
        return os.fstat(fd).st_size

    def _read(self, fd: int, number: int) -> bytes:
        last = number == self._chunks - 1
        length = sealed_piece(self.size - number * CHUNK if last else CHUNK)
        return os.pread(fd, length, piece_at(number)) if number < self._chunks else b""


def drop_part(vault: Store, object_name: str) -> None:
    """Leave nothing of an upload that will not go on."""
    path = vault.incoming / (object_name + PART)
    with _running_lock:
        _running.pop(str(path), None)
    with suppress(FileNotFoundError):
        vault.disk.remove(path)


def _fill(held: bytearray, wanted: int, read: Callable[[int], bytes]) -> int:
    """Read so many bytes; fewer when the sender ends or the connection breaks."""
    got = 0
    with suppress(OSError):
        while got < wanted and (data := read(min(256 * 1024, wanted - got))):
            held[got : got + len(data)] = data
            got += len(data)
    return got
