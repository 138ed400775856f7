"""Backups on a second machine, by SFTP over SSH: sftp://name@host[:port]/folder. Any Linux machine or NAS has it.

A file is written under a name of nobody's, made durable there, given its own name, and looked at: it is there once the
other machine has said that its bytes are on its disk, and that it has as many as were sent. What the other machine
cannot promise is noted, and stands on the page about backups.
"""

import errno
import hashlib
import io
import secrets
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from forethought.backups.far_address import BadAddress, FarAddress, host_keys, read_address
from forethought.backups.places import README, WORDS, Counted, NoPlace, Writing
from forethought.backups.sftp import FSYNC, PIECE, WINDOW, Refused, Sftp
from forethought.backups.ssh_line import Line

#: Seconds without an answer after which a machine is taken to be gone.
PATIENCE = 60.0
#: Where files lie while they are written: one folder, which the next backup clears.
_PARTS = ".parts"
#: Below so many bytes free, a file that was refused was refused for want of room.
_FULL_BELOW = 4 * 1024 * 1024


# --- What this installation holds for it ---


def key_file() -> Path:
    """The key that signs in on second machines: beside the school's keys, and in no backup."""
    found: Path = settings.DATA / "keys" / "backup-ssh.key"
    return found


def known_file() -> Path:
    """The keys of second machines that somebody has confirmed, as OpenSSH reads them."""
    return key_file().with_name("backup-machines")


def is_confirmed(address: FarAddress) -> bool:
    """Whether somebody has confirmed the key of this machine, and there is a key to sign in with."""
    try:
        return address.name in host_keys(known_file().read_text()) and key_file().is_file()
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def _promises(address: str) -> Path:
    """Where it is noted that a machine does not promise to outlast a power cut."""
    found: Path = settings.DATA / "backup" / f"unsure-{hashlib.sha256(address.encode()).hexdigest()[:12]}"
    return found


def is_unsure(address: str) -> bool:
    """Whether the machine at this address could not promise, when it was last asked, to outlast a power cut."""
    return _promises(address).exists()


def _read(address: str) -> FarAddress:
    try:
        return read_address(address)
    except BadAddress as error:
        raise NoPlace(str(error)) from None


# --- Files on their way ---


class _Far(Counted):
    """A file on its way to the other machine: a window of requests ahead, each of whose answers is looked at."""

    def __init__(self, sftp: Sftp, handle: bytes) -> None:
        super().__init__()
        self._sftp, self._handle = sftp, handle
        self._sent: deque[int] = deque()
        self._held = bytearray()
        self._at = 0

    def put(self, data: bytes) -> None:
        self._held += data
        while len(self._held) >= PIECE:
            self._send(bytes(self._held[:PIECE]))
            del self._held[:PIECE]

    def _send(self, piece: bytes) -> None:
        self._sent.append(self._sftp.write_begun(self._handle, self._at, piece))
        self._at += len(piece)
        if len(self._sent) >= WINDOW:
            self._sftp.write_ended(self._sent.popleft())

    def abandon(self) -> None:
        """Let the file go, whatever became of what is under way."""
        while self._sent:
            self._sftp.forget(self._sent.popleft())
        self._sftp.close_later(self._handle)

    def end(self) -> None:
        """Wait until the other side has taken every byte."""
        if self._held:
            self._send(bytes(self._held))
            self._held.clear()
        while self._sent:
            self._sftp.write_ended(self._sent.popleft())


class _Body(io.RawIOBase):
    """A file on the other machine, read from its beginning with a window of requests ahead."""

    def __init__(self, line: Line, handle: bytes) -> None:
        # Held, so that the line stays up for as long as somebody reads.
        self._line, self._sftp, self._handle = line, line.sftp, handle
        self._asked: deque[tuple[int, int, int]] = deque()
        self._next, self._begun = 0, 1
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = self._piece()
        piece, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def _piece(self) -> bytes:
        while len(self._asked) < self._begun:
            number = self._sftp.read_begun(self._handle, self._next, PIECE)
            self._asked.append((number, self._next, PIECE))
            self._next += PIECE
        # Most files are short, and some are only begun: it asks further ahead the longer one reads.
        self._begun = min(self._begun * 2, WINDOW)
        number, at, size = self._asked.popleft()
        data = self._sftp.read_ended(number, size)
        if 0 < len(data) < size:
            # Fewer than asked is allowed anywhere: the rest is asked for, before what was asked for after it.
            rest = self._sftp.read_begun(self._handle, at + len(data), size - len(data))
            self._asked.appendleft((rest, at + len(data), size - len(data)))
        return data

    def close(self) -> None:
        if not self.closed:
            for number, _, _ in self._asked:
                self._sftp.forget(number)
            self._asked.clear()
            self._sftp.close_later(self._handle)
        super().close()


# --- The place ---


class Machine:
    """Backups in a folder on a second machine."""

    def __init__(self, address: str, *, new: bool = False, patience: float = PATIENCE) -> None:
        """Raises NoPlace when it cannot be reached, is not the machine that was confirmed, or was never made a place.

        `new` makes it one. `patience`: seconds without an answer after which it is taken to be gone.
        """
        self.address, self._far, self._patience = address, _read(address), patience
        self._lasting: set[str] = set()
        self._line: Line | None = None
        if not is_confirmed(self._far):
            raise NoPlace(
                f"Nobody has confirmed yet that the machine at {self._far.name} is the right one. Run: manage.py "
                f"backup_machine {address}"
            )
        try:
            there = self._has(README)
            if new and not there:
                with self.writing(README) as out:
                    out.write(WORDS.encode())
                there = True
        except OSError as error:
            raise NoPlace(
                f"Backups cannot be kept in {self._far.folder} on {self._far.name}: {error.strerror or error}."
            ) from None
        if not there:
            raise NoPlace(f"{address} was never made a place for backups. If it is new, run: manage.py backup --new")

    @property
    def keeps_days(self) -> int:
        """None: whoever signs in there may remove. A machine that keeps snapshots of its own is its lock."""
        return 0

    def _talk(self) -> Line:
        """The line to the machine: the one that is up, or another when that one broke. Raises NoPlace."""
        if self._line is None or self._line.sftp.broken:
            if self._line is not None:
                self._line.end()
            self._line = None
            self._line = Line(self._far, key=key_file(), known=known_file(), patience=self._patience)
            self._note_promise(FSYNC in self._line.sftp.can)
        return self._line

    @property
    def _sftp(self) -> Sftp:
        return self._talk().sftp

    def _note_promise(self, made: bool) -> None:
        note = _promises(self.address)
        with suppress(OSError):
            if made:
                note.unlink(missing_ok=True)
            elif note.parent.is_dir():
                note.touch(0o600)

    def _at(self, path: str) -> str:
        return f"{self._far.folder}/{path}"

    def _has(self, path: str) -> bool:
        return self._is_there(self._at(path))

    @contextmanager
    def writing(self, path: str) -> Iterator[Writing]:
        """A file to write. It is there, and durable, once the block has ended without an error; else nothing is."""
        goal, part = self._at(path), self._at(f"{_PARTS}/.{secrets.token_hex(8)}.part")
        self._make(_PARTS)
        self._make(path.rpartition("/")[0])
        sftp = self._sftp
        handle = sftp.create(part)
        out = _Far(sftp, handle)
        try:
            yield out
            out.end()
            self._finish(sftp, handle, part, goal, out.size)
        except BaseException as error:
            if not sftp.broken:
                # What a broken line leaves lies among the parts, and the next backup clears them.
                out.abandon()
                with suppress(OSError):
                    sftp.remove(part)
            if isinstance(error, Refused):
                raise self._why_refused(sftp, error) from None
            raise

    def _finish(self, sftp: Sftp, handle: bytes, part: str, goal: str, size: int) -> None:
        # SFTP has no way to make a folder's names durable. Asked again after it has its name, a file takes that with it
        # to the disk on the file systems that journal names with files (ext4, xfs, btrfs).
        sftp.sync(handle)
        sftp.rename(part, goal)
        sftp.sync(handle)
        sftp.close(handle)
        there = sftp.size(goal)
        if there != size:
            raise Refused(errno.EIO, f"the second machine holds {there} bytes of {size} that were sent")

    def _why_refused(self, sftp: Sftp, error: OSError) -> OSError:
        """Whether the disk there is full, which SFTP has no word for."""
        with suppress(OSError):
            free = sftp.room(self._far.folder)
            if free is not None and free < _FULL_BELOW:
                return Refused(errno.ENOSPC, "the disk of the second machine is full. Make room there")
        return error

    def open(self, path: str) -> BinaryIO:
        """A file to read from the beginning. Raises FileNotFoundError."""
        line = self._talk()
        return io.BufferedReader(_Body(line, line.sftp.open(self._at(path))), 1 << 18)  # type: ignore[return-value]

    def names(self, prefix: str) -> Iterator[tuple[str, int]]:
        """The paths below a folder, in no order, with their sizes. What is half-written is left out."""
        folders, top = [prefix], len(self._at(""))
        while folders:
            asked, folders = folders, []
            for folder, one in self._sftp.listed([self._at(folder) for folder in asked]):
                path = f"{folder[top:]}/{one.name}"
                if one.is_folder:
                    folders.append(path)
                elif one.is_file and not one.name.startswith("."):
                    yield path, one.size

    def remove(self, path: str) -> None:
        """Take a file away, and its folder when that is empty now."""
        with suppress(FileNotFoundError):
            self._sftp.remove(self._at(path))
        folder = path.rpartition("/")[0]
        if folder.startswith("snapshots/"):
            self._sftp.remove_empty([self._at(folder)])

    def sweep(self) -> None:
        """Clear away what a kill left half-written. Only while nobody else writes."""
        for _, one in list(self._sftp.listed([self._at(_PARTS)])):
            if one.is_file:
                with suppress(FileNotFoundError):
                    self._sftp.remove(self._at(f"{_PARTS}/{one.name}"))
        # Of attempts that could not write one file: only empty folders go.
        begun = [one.name for _, one in self._sftp.listed([self._at("snapshots")]) if one.is_folder]
        self._sftp.remove_empty(self._at(f"snapshots/{name}") for name in begun)

    def room(self) -> int | None:
        """Bytes that are free to us there; nothing where the machine does not say."""
        return self._sftp.room(self._far.folder)

    def _make(self, folder: str) -> None:
        """Make a folder and those above it, up to the place itself and beyond, unless they are there."""
        whole = self._at(folder).rstrip("/")
        if whole in self._lasting:
            return
        missing, above = [], whole
        while above and not self._is_there(above):
            missing.append(above)
            above = above.rpartition("/")[0]
        for one in reversed(missing):
            self._sftp.make_folder(one)
        self._lasting.add(whole)

    def _is_there(self, path: str) -> bool:
        try:
            self._sftp.size(path)
        except FileNotFoundError:
            return False
        return True
