"""The card that opens the backups, and what is sealed to it: the age format, which Debian's own `age` reads.

The card holds an X25519 key in age's spelling, which has a check at its end: a slip in typing it is noticed. Only its
public half stays on the server. Streams are sealed and opened in constant memory.
"""

import zlib
from collections.abc import Sequence
from typing import Any, Protocol

import pyrage
from pyrage.x25519 import Identity, Recipient

from forethought.backups.manifest import BadBackup


class BadCard(Exception):
    """What was typed is not the key of a card. The message says so and no more."""


class Source(Protocol):
    """What gives bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to so many bytes; none at the end."""


class Sink(Protocol):
    """What takes bytes."""

    def write(self, data: bytes) -> int:
        """Take the next bytes."""

    def flush(self) -> None:
        """Hand on what is held back."""


def new_key() -> Identity:
    """A fresh key for a card, or for one night's test."""
    return Identity.generate()


def read_recipient(text: str) -> Recipient:
    """The public half of a card: age1… Raises BadCard."""
    try:
        return Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise BadCard(f"“{text[:12]}…” is not the public half of a card. It begins with age1.") from None


def read_card(text: str) -> Identity:
    """The key on a card, however its groups are parted. Raises BadCard, which never repeats it."""
    try:
        return Identity.from_str("".join(text.split()).upper())
    except pyrage.IdentityError:
        raise BadCard(
            "This is not the key on the card, or it was typed with a slip. It begins with AGE-SECRET-KEY-1 and has 74 "
            "letters and digits. Compare each group."
        ) from None


class Squeezed:
    """Reads another stream and gives it out packed (gzip)."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        self._left = bytearray()
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes; none at the end."""
        while not self._ended and (size < 0 or len(self._left) < size):
            piece = self._source.read(1 << 18)
            if piece:
                self._left += self._packer.compress(piece)
            else:
                self._left += self._packer.flush()
                self._ended = True
        length = len(self._left) if size < 0 else size
        found = bytes(self._left[:length])
        del self._left[:length]
        return found


class Unpacked:
    """Takes what `Squeezed` packed, and passes it on unpacked."""

    def __init__(self, out: Sink) -> None:
        self._out = out
        self._unpacker = zlib.decompressobj(31)

    def write(self, data: bytes) -> int:
        """Take the next packed bytes. Raises BadBackup when they are none."""
        try:
            self._out.write(self._unpacker.decompress(data))
        except zlib.error:
            raise BadBackup("A file of the backup cannot be unpacked.") from None
        return len(data)

    def flush(self) -> None:
        """Nothing to hand on."""

    def end(self) -> None:
        """Insist that everything came."""
        self._out.write(self._unpacker.flush())
        if not self._unpacker.eof:
            raise BadBackup("A file of the backup ends too early.")


class _Watched:
    """A stream whose own first error is remembered: the library would tell of it in words alone, a full disk included.

    On its way out the library writes what it still holds. By then that means nothing.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            found: bytes = self._stream.read(size)
        except BaseException as error:
            self.error = error
            raise
        return found

    def write(self, data: bytes) -> int:
        if self.error is not None:
            raise self.error
        try:
            self._stream.write(data)
        except BaseException as error:
            self.error = error
            raise
        return len(data)

    def flush(self) -> None:
        """Nothing to hand on."""


def lock(source: Source, out: Sink, *, to: Sequence[Recipient], squeeze: bool = False) -> None:
    """Seal a stream to whoever holds one of these keys, packed first if asked. The streams' own errors rise."""
    reading, writing = _Watched(Squeezed(source) if squeeze else source), _Watched(out)
    try:
        pyrage.encrypt_io(reading, writing, list(to))
    except pyrage.EncryptError as error:
        raise reading.error or writing.error or error from None


def unlock(source: Source, out: Sink, *, key: Identity, squeezed: bool = False) -> None:
    """Open what `lock` sealed. Raises BadBackup when this key does not open it, or a byte of it was changed.

    What was written to `out` before an error is not to be used.
    """
    unpacked = Unpacked(out) if squeezed else None
    reading, writing = _Watched(source), _Watched(unpacked or out)
    try:
        pyrage.decrypt_io(reading, writing, [key])
    except (pyrage.DecryptError, OSError):
        if theirs := reading.error or writing.error:
            raise theirs from None
        raise BadBackup("The card does not open this backup, or the backup was changed.") from None
    if unpacked is not None:
        unpacked.end()
