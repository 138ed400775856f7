"""A zip with fixed bytes: the same members give the same file, written as a stream.

Members are stored, not packed, in the order given, with one fixed time and no comment; zip64 only where a number does
not fit otherwise. So nothing can be hidden between, before or behind the members, and a file of any size is written
with a few mebibytes of memory (APPNOTE 4.3, 4.5).
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import pack

FULL, MANY = 2**32 - 1, 2**16 - 1

#: Names that no system steers by: no dots that lead upwards, no reserved words of Windows, nothing but plain letters.
NAME = re.compile(r"(?:data/|log/|tsa/)?[A-Za-z0-9][A-Za-z0-9-]*(?:\.[a-z0-9]+)+")
RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])\.")

#: 1 January 1980, the first day a zip can name. The true times are in the statement.
_NO_TIME, _FIRST_DAY = 0, 33
_MADE_BY_UNIX = 3
_PLAIN_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a bundle: its path, size, SHA-256 (32 bytes), CRC-32, and how its bytes are read, each time anew."""

    path: str
    size: int
    sha256: bytes
    crc: int
    read: Callable[[], Iterable[bytes]]


class Unfit(ValueError):
    """A member is not what was said of it, or has a name that no bundle may hold."""


def of_bytes(path: str, content: bytes) -> Member:
    """A member whose content is in memory."""
    return Member(path, len(content), sha256(content).digest(), zlib.crc32(content), lambda: (content,))


def of_pieces(path: str, read: Callable[[], Iterable[bytes]]) -> Member:
    """A member that is read in pieces: once here for its size and sums, and once more when it is written."""
    size, crc, whole = 0, 0, sha256()
    for piece in read():
        size, crc = size + len(piece), zlib.crc32(piece, crc)
        whole.update(piece)
    return Member(path, size, whole.digest(), crc, read)


def zip_pieces(members: Sequence[Member]) -> Iterator[bytes]:
    """The bytes of the zip, in order. Raises Unfit when a member's bytes are no longer those that were measured."""
    listed, at = [], 0
    taken: set[str] = set()
    for member in members:
        if not NAME.fullmatch(member.path) or RESERVED.match(member.path.rsplit("/", 1)[-1]):
            raise Unfit(f"{member.path!r} is no name for a file in a bundle.")
        if member.path.casefold() in taken:
            raise Unfit(f"{member.path} stands in the bundle twice.")
        taken.add(member.path.casefold())
        first = _local(member)
        yield first
        seen, whole = 0, sha256()
        for piece in member.read():
            seen += len(piece)
            whole.update(piece)
            yield piece
        if (seen, whole.digest()) != (member.size, member.sha256):
            raise Unfit(f"{member.path} changed while the bundle was written.")
        listed.append(_central(member, at))
        at += len(first) + member.size
    directory = b"".join(listed)
    yield directory + _end(len(listed), len(directory), at)


def zip_size(members: Sequence[Member]) -> int:
    """How many bytes the zip will have."""
    at, listed = 0, 0
    for member in members:
        listed += len(_central(member, at))
        at += len(_local(member)) + member.size
    return at + listed + len(_end(len(members), listed, at))


def _common(member: Member, *, wide: bool, extra: int) -> bytes:
    size = FULL if wide else member.size
    version = 45 if wide else 20
    return pack(
        "<5H3I2H", version, 0, 0, _NO_TIME, _FIRST_DAY, member.crc, size, size, len(member.path.encode()), extra
    )


def _local(member: Member) -> bytes:
    wide = member.size >= FULL
    extra = pack("<2H2Q", 1, 16, member.size, member.size) if wide else b""
    return b"PK\x03\x04" + _common(member, wide=wide, extra=len(extra)) + member.path.encode() + extra


def _central(member: Member, at: int) -> bytes:
    wide = member.size >= FULL or at >= FULL
    extra = pack("<2H3Q", 1, 24, member.size, member.size, at) if wide else b""
    rest = pack("<3H2I", 0, 0, 0, _PLAIN_FILE, FULL if wide else at)
    made_by = bytes([45, _MADE_BY_UNIX])
    return b"PK\x01\x02" + made_by + _common(member, wide=wide, extra=len(extra)) + rest + member.path.encode() + extra


def _end(count: int, length: int, at: int) -> bytes:
    if count < MANY and length < FULL and at < FULL:
        return b"PK\x05\x06" + pack("<4H2IH", 0, 0, count, count, length, at, 0)
    return (
        b"PK\x06\x06"
        + pack("<Q2H2I4Q", 44, 45, 45, 0, 0, count, count, length, at)
        + b"PK\x06\x07"
        + pack("<IQI", 0, at + length, 1)
        + b"PK\x05\x06"
        + pack("<4H2IH", 0, 0, min(count, MANY), min(count, MANY), min(length, FULL), min(at, FULL), 0)
    )
