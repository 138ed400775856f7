"""SFTP, version 3, spoken over two pipes: as much of it as backups need, with a time limit on every wait.

draft-ietf-secsh-filexfer-02, with what OpenSSH adds to it (its file PROTOCOL, 4): a rename that takes the place of what
is there, fsync, and how much room there is. Many requests are under way at once, so that a far machine is as quick as
its line. What the other side says is never trusted for more than it is asked: lengths, names and sizes are checked.

One thread at a time.
"""

import errno
import os
import selectors
import stat
import struct
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

#: Bytes in one request to read or write: every server takes so many.
PIECE = 32 * 1024
#: So many requests are under way at once.
WINDOW = 64
#: No packet is longer: OpenSSH's own limit is 256 KiB.
LONGEST = 1 << 20

_INIT, _VERSION, _OPEN, _CLOSE, _READ, _WRITE = 1, 2, 3, 4, 5, 6
_OPENDIR, _READDIR, _REMOVE, _MKDIR, _RMDIR, _STAT, _RENAME = 11, 12, 13, 14, 15, 17, 18
_STATUS, _HANDLE, _DATA, _NAME, _ATTRS, _EXTENDED, _EXTENDED_REPLY = 101, 102, 103, 104, 105, 200, 201
_OK, _EOF, _NO_SUCH_FILE, _DENIED = 0, 1, 2, 3
_TO_READ, _TO_WRITE, _TO_CREATE, _EXCLUSIVE = 0x01, 0x02, 0x08, 0x20
_HAS_SIZE, _HAS_OWNER, _HAS_MODE, _HAS_TIMES, _HAS_MORE = 0x01, 0x02, 0x04, 0x08, 0x80000000

FSYNC, RENAME, ROOM = b"fsync@openssh.com", b"posix-rename@openssh.com", b"statvfs@openssh.com"


class FarError(OSError):
    """What went wrong, in words for a sentence."""

    def __str__(self) -> str:
        return str(self.strerror)


class LineBroken(FarError):
    """The other side does not answer any more, or not as it should. Nothing further can be asked."""


class Refused(FarError):
    """The other side would not do what it was asked, and the line holds."""


def _nonsense() -> LineBroken:
    return LineBroken(errno.EPROTO, "the second machine does not speak SFTP as it should")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is under a name: its size in bytes, and whether it is a file or a folder (a link is neither)."""

    name: str
    size: int
    is_file: bool
    is_folder: bool


def _text(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


class _Reader:
    """Takes a packet apart. What is too short or too long by what it says of itself raises LineBroken."""

    def __init__(self, packet: bytes) -> None:
        self._packet, self._at = packet, 0

    def _take(self, size: int) -> bytes:
        piece = self._packet[self._at : self._at + size]
        if len(piece) != size:
            raise _nonsense()
        self._at += size
        return piece

    def number(self) -> int:
        return int.from_bytes(self._take(4), "big")

    def long(self) -> int:
        return int.from_bytes(self._take(8), "big")

    def text(self) -> bytes:
        return self._take(self.number())

    def more(self) -> bool:
        return self._at < len(self._packet)

    def attributes(self) -> tuple[int, int]:
        """(size, mode): -1 and 0 where it does not say."""
        flags, size, mode = self.number(), -1, 0
        if flags & _HAS_SIZE:
            size = self.long()
        if flags & _HAS_OWNER:
            self._take(8)
        if flags & _HAS_MODE:
            mode = self.number()
        if flags & _HAS_TIMES:
            self._take(8)
        if flags & _HAS_MORE:
            for _ in range(self.number()):
                self.text(), self.text()
        return size, mode


class _Pipes:
    """Whole packets over two descriptors, sent and taken in turns so that neither side waits for the other for ever."""

    def __init__(self, to: int, back: int, patience: float) -> None:
        self._to, self._back, self._patience = to, back, patience
        os.set_blocking(to, False)
        os.set_blocking(back, False)
        self._out, self._in = bytearray(), bytearray()

    def put(self, packet: bytes) -> None:
        self._out += _text(packet)

    @property
    def waiting(self) -> int:
        """Bytes that are still to be sent."""
        return len(self._out)

    def take(self) -> bytes | None:
        """The next packet, if one has come whole."""
        if len(self._in) < 4:
            return None
        length = int.from_bytes(self._in[:4], "big")
        if not 0 < length <= LONGEST:
            raise _nonsense()
        if len(self._in) < 4 + length:
            return None
        packet = bytes(self._in[4 : 4 + length])
        del self._in[: 4 + length]
        return packet

    def move(self) -> None:
        """Send or take something. Raises LineBroken at the end of the line, or when nothing moves for too long."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._back, selectors.EVENT_READ)
            if self._out:
                selector.register(self._to, selectors.EVENT_WRITE)
            ready = selector.select(self._patience)
        if not ready:
            raise LineBroken(errno.ETIMEDOUT, f"the second machine has not answered for {self._patience:.0f} seconds")
        for key, _ in ready:
            try:
                if key.fd == self._to:
                    del self._out[: os.write(self._to, self._out[: 1 << 16])]
                elif piece := os.read(self._back, 1 << 18):
                    self._in += piece
                else:
                    raise LineBroken(errno.ECONNRESET, "the line to the second machine broke")
            except BlockingIOError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                raise LineBroken(errno.ECONNRESET, "the line to the second machine broke") from None


class Sftp:
    """A conversation with an SFTP server. Paths are the server's own. Raises LineBroken and Refused, both OSError."""

    def __init__(self, to: int, back: int, *, patience: float) -> None:
        """Greets the other side. `patience`: so many seconds without a byte either way end it."""
        self._pipes, self._next = _Pipes(to, back, patience), 0
        self._patience = patience
        #: Whether nothing further can be asked.
        self.broken = False
        self._replies: dict[int, bytes] = {}
        self._unwanted: set[int] = set()
        self._left_open: list[bytes] = []
        self._pipes.put(struct.pack(">BI", _INIT, 3))
        said = _Reader(self._packet())
        kind, version = said._take(1)[0], said.number()
        if kind != _VERSION or version < 3:
            raise _nonsense()
        self.can = set[bytes]()
        while said.more():
            self.can.add(said.text())
            said.text()

    # --- Asking ---

    def _packet(self) -> bytes:
        while (packet := self._taken()) is None:
            self._move()
        return packet

    def _taken(self) -> bytes | None:
        try:
            return self._pipes.take()
        except LineBroken:
            self.broken = True
            raise

    def _move(self) -> None:
        # Once it is broken the descriptors may be somebody else's.
        if self.broken:
            raise LineBroken(errno.ECONNRESET, "the line to the second machine broke")
        try:
            self._pipes.move()
        except LineBroken:
            self.broken = True
            raise

    def _send(self, kind: int, body: bytes) -> int:
        # A file that was let go of is closed now: the garbage collector must not speak in the middle of a sentence.
        while self._left_open:
            self._unwanted.add(self._put(_CLOSE, _text(self._left_open.pop())))
        return self._put(kind, body)

    def _put(self, kind: int, body: bytes) -> int:
        self._next = (self._next + 1) & 0xFFFFFFFF
        self._pipes.put(struct.pack(">BI", kind, self._next) + body)
        return self._next

    def _answer(self, number: int) -> tuple[int, _Reader]:
        """The answer to one request. Other answers that come meanwhile are kept.

        A server that goes on answering other things would never let the pipes time out, and so has a time of its own.
        """
        ends = time.monotonic() + 10 * self._patience
        while number not in self._replies:
            if time.monotonic() > ends:
                self.broken = True
                raise LineBroken(errno.ETIMEDOUT, "the second machine does not come to an end with its answer")
            packet = self._packet()
            if len(packet) < 5:
                self.broken = True
                raise _nonsense()
            given = int.from_bytes(packet[1:5], "big")
            if given in self._unwanted:
                self._unwanted.discard(given)
            else:
                self._replies[given] = packet
        packet = self._replies.pop(number)
        return packet[0], _Reader(packet[5:])

    def _ask(self, kind: int, body: bytes) -> tuple[int, _Reader]:
        return self._answer(self._send(kind, body))

    def _ask_all(self, requests: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, _Reader]]:
        """The answers to many requests, in their order; a window of them is under way at once."""
        sent: deque[int] = deque()
        try:
            for kind, body in requests:
                sent.append(self._send(kind, body))
                if len(sent) >= WINDOW:
                    yield self._answer(sent.popleft())
            while sent:
                yield self._answer(sent.popleft())
        finally:
            for number in sent:
                self.forget(number)

    def _expect(self, answer: tuple[int, _Reader], kind: int) -> _Reader:
        if answer[0] == kind and kind != _STATUS:
            return answer[1]
        if answer[0] != _STATUS:
            raise _nonsense()
        status = answer[1].number()
        if status == _OK and kind == _STATUS:
            return answer[1]
        # Its own words are not repeated: nobody knows what is in them.
        if status == _NO_SUCH_FILE:
            raise FileNotFoundError(errno.ENOENT, "it is not on the second machine")
        if status == _DENIED:
            raise Refused(errno.EACCES, "the second machine does not allow it")
        raise Refused(errno.EIO, f"the second machine would not do it (SFTP status {status})")

    def _do(self, kind: int, body: bytes) -> None:
        self._expect(self._ask(kind, body), _STATUS)

    # --- Files ---

    def create(self, path: str) -> bytes:
        """A handle on a new file that only its owner may read. Refused when there is something of that name."""
        flags = _TO_WRITE | _TO_CREATE | _EXCLUSIVE
        body = _text(path.encode()) + struct.pack(">III", flags, _HAS_MODE, 0o600)
        return self._expect(self._ask(_OPEN, body), _HANDLE).text()

    def open(self, path: str) -> bytes:
        """A handle to read a file with. Raises FileNotFoundError."""
        body = _text(path.encode()) + struct.pack(">II", _TO_READ, 0)
        return self._expect(self._ask(_OPEN, body), _HANDLE).text()

    def write_begun(self, handle: bytes, offset: int, data: bytes) -> int:
        """Send up to PIECE bytes on their way. The number by which `write_ended` asks after them."""
        number = self._send(_WRITE, _text(handle) + struct.pack(">Q", offset) + _text(data))
        while self._pipes.waiting > 4 * PIECE:
            self._move()
        return number

    def write_ended(self, number: int) -> None:
        """Wait until the other side has taken them. Raises Refused."""
        self._expect(self._answer(number), _STATUS)

    def read_begun(self, handle: bytes, offset: int, size: int) -> int:
        """Ask for bytes. The number by which `read_ended` asks after them."""
        return self._send(_READ, _text(handle) + struct.pack(">QI", offset, size))

    def read_ended(self, number: int, size: int) -> bytes:
        """Those bytes, of which there may be fewer; none at the end of the file."""
        kind, said = self._answer(number)
        if kind == _STATUS:
            if said.number() == _EOF:
                return b""
            raise Refused(errno.EIO, "the second machine cannot read the file")
        data = self._expect((kind, said), _DATA).text()
        if not 0 < len(data) <= size:
            raise _nonsense()
        return data

    def forget(self, number: int) -> None:
        """Somebody does not want this answer any more."""
        if self._replies.pop(number, None) is None:
            self._unwanted.add(number)

    def sync(self, handle: bytes) -> bool:
        """Have the bytes of a file on the other machine's disk; False where it cannot promise that."""
        if FSYNC not in self.can:
            return False
        self._do(_EXTENDED, _text(FSYNC) + _text(handle))
        return True

    def close(self, handle: bytes) -> None:
        """Let a file go. Raises Refused when what was written to it was not taken after all."""
        self._do(_CLOSE, _text(handle))

    def close_later(self, handle: bytes) -> None:
        """Let a file go with the next request; says nothing now, and never waits."""
        self._left_open.append(handle)

    def size(self, path: str) -> int:
        """How many bytes a file has. Raises FileNotFoundError."""
        return self._expect(self._ask(_STAT, _text(path.encode())), _ATTRS).attributes()[0]

    def rename(self, old: str, new: str) -> None:
        """Give a file its name, in one step where the server can; else whatever had it goes first."""
        names = _text(old.encode()) + _text(new.encode())
        if RENAME in self.can:
            self._do(_EXTENDED, _text(RENAME) + names)
            return
        try:
            self._do(_RENAME, names)
        except Refused:
            self.remove(new)
            self._do(_RENAME, names)

    def remove(self, path: str) -> None:
        """Take a file away. Raises FileNotFoundError."""
        self._do(_REMOVE, _text(path.encode()))

    # --- Folders ---

    def make_folder(self, path: str) -> None:
        """Make a folder for its owner alone. Refused when there is one."""
        self._do(_MKDIR, _text(path.encode()) + struct.pack(">II", _HAS_MODE, 0o700))

    def remove_empty(self, paths: Iterable[str]) -> None:
        """Take away those of these folders that are empty."""
        for kind, _ in self._ask_all((_RMDIR, _text(path.encode())) for path in paths):
            if kind != _STATUS:
                raise _nonsense()

    def listed(self, folders: Sequence[str]) -> Iterator[tuple[str, Entry]]:
        """What lies in each of some folders, with the folder before it. One that is not there holds nothing."""
        opened = []
        answers = self._ask_all((_OPENDIR, _text(folder.encode())) for folder in folders)
        for folder, answer in zip(folders, answers, strict=True):
            try:
                opened.append((folder, self._expect(answer, _HANDLE).text()))
            except FileNotFoundError:
                continue
        handles = [handle for _, handle in opened]
        try:
            while opened:
                asked, opened = opened, []
                answers = self._ask_all((_READDIR, _text(handle)) for _, handle in asked)
                for (folder, handle), (kind, said) in zip(asked, answers, strict=True):
                    if kind == _STATUS:
                        # Some servers open whatever they are asked to, and say only now that it is not there.
                        if (status := said.number()) not in {_EOF, _NO_SUCH_FILE}:
                            raise Refused(errno.EIO, f"the second machine shows no files (SFTP status {status})")
                        continue
                    opened.append((folder, handle))
                    yield from ((folder, one) for one in _entries(self._expect((kind, said), _NAME)))
        finally:
            # Also when whoever asked wanted no more.
            for handle in handles:
                self.close_later(handle)

    def room(self, path: str) -> int | None:
        """Bytes that are free to us on the disk of a folder; nothing where the server does not say."""
        if ROOM not in self.can:
            return None
        said = self._expect(self._ask(_EXTENDED, _text(ROOM) + _text(path.encode())), _EXTENDED_REPLY)
        _, size, _, _, free = (said.long() for _ in range(5))
        return size * free


def _entries(said: _Reader) -> Iterator[Entry]:
    """The names in an answer. One that could lead anywhere else is no name of ours, and is left out."""
    for _ in range(said.number()):
        name, _, (size, mode) = said.text(), said.text(), said.attributes()
        if b"/" in name or b"\0" in name or name in {b".", b"..", b""}:
            continue
        try:
            spoken = name.decode()
        except UnicodeDecodeError:
            continue
        yield Entry(spoken, max(size, 0), stat.S_ISREG(mode), stat.S_ISDIR(mode))
