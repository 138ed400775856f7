"""What a picture says of its own size, read from its first bytes: it is refused by that before anything is unpacked.

A file of 21 kB can unpack to a gigabyte. Nothing here is decoded, and nothing is believed but that a picture that
claims to be too large is not looked at; the process that unpacks the rest asks again.
"""

import re
from dataclasses import dataclass

MIB = 1024 * 1024
MOST_BYTES = 20 * MIB
#: A telephone of today takes up to 50 million points.
MOST_POINTS = 52_000_000
LONGEST_SIDE = 20_000

#: A marker of a JPEG inside its coded points: anything but a stuffed byte, a restart or filling.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
#: Markers that stand alone, without a length.
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")


class NotLookedAt(Exception):
    """Why a picture is not looked at: a sentence for the person who chose it. Quotes nothing of the file."""


@dataclass(frozen=True, slots=True)
class Head:
    """A picture by its first bytes. `form` is "JPEG", "PNG" or "WEBP"; `tail` counts bytes after its end."""

    form: str
    width: int
    height: int
    tail: int


DAMAGED = "This picture is damaged or cut short. Save it again, or take a new one, and choose that."
OTHER = "This is not a picture that we can look at. Choose a JPEG, PNG or WebP file."
EMPTY = "This file is empty. Choose the picture again."
HEIC = "This picture is in Apple’s or AVIF’s own format, which we cannot open. Export it as JPEG, and choose that."
MOVING = "This picture moves. Choose a still one: only one picture at a time can be looked at."
LARGE = (
    f"This file is larger than {MOST_BYTES // MIB} MB. Make it smaller first, for instance by sending it to yourself."
)
POINTS = "This picture has more points than we look at. Make it smaller first, and choose that."


def head_of(data: bytes) -> Head:
    """The format and the size that the first bytes give. Raises NotLookedAt for everything that is not looked at.

    Policy 3.4.
    """
    if not data:
        raise NotLookedAt(EMPTY)
    if len(data) > MOST_BYTES:
        raise NotLookedAt(LARGE)
    try:
        head = _head(data)
    except (IndexError, ValueError):
        raise NotLookedAt(DAMAGED) from None
    if head.width < 1 or head.height < 1:
        raise NotLookedAt(DAMAGED)
    if head.width * head.height > MOST_POINTS or max(head.width, head.height) > LONGEST_SIDE:
        raise NotLookedAt(POINTS)
    return head


def _head(data: bytes) -> Head:
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF:
        raise NotLookedAt(HEIC)
    if data[:6] in (b"GIF87a", b"GIF89a"):
        raise NotLookedAt("This is a GIF. Choose a JPEG, PNG or WebP file: only a still picture can be looked at.")
    raise NotLookedAt(OTHER)


def _number(data: bytes, at: int, size: int, order: str = "big") -> int:
    piece = data[at : at + size]
    if len(piece) != size:
        raise ValueError("short")
    return int.from_bytes(piece, "big" if order == "big" else "little")


def _jpeg(data: bytes) -> Head:
    """Goes from marker to marker. The first frame gives the size; a second of another size is a trick."""
    at, size, seen_points = 2, None, False
    while True:
        marker = _MARKER.search(data, at)
        if marker is None:
            if size is None or not seen_points:
                raise ValueError("short")
            # Cut short after its points began. Whoever decodes it sees how much is left.
            return Head("JPEG", *size, 0)
        if marker.start() != at and not seen_points:
            raise ValueError("no marker")
        kind, at = data[marker.start() + 1], marker.end()
        if kind == 0xD9:
            if size is None:
                raise ValueError("no frame")
            return Head("JPEG", *size, _tail(data, at))
        if kind in _ALONE:
            continue
        length = _number(data, at, 2)
        if length < 2:
            raise ValueError("length")
        if kind in _FRAMES:
            found = (_number(data, at + 5, 2), _number(data, at + 3, 2))
            if size is not None and size != found:
                raise ValueError("two frames")
            size = found
        seen_points = seen_points or kind == 0xDA
        at += length


def _png(data: bytes) -> Head:
    if data[12:16] != b"IHDR" or _number(data, 8, 4) != 13:
        raise ValueError("no head")
    width, height = _number(data, 16, 4), _number(data, 20, 4)
    at = 8
    while at + 12 <= len(data):
        length, kind = _number(data, at, 4), data[at + 4 : at + 8]
        if kind == b"acTL" and _number(data, at + 8, 4) > 1:
            raise NotLookedAt(MOVING)
        at += 12 + length
        if kind == b"IEND":
            return Head("PNG", width, height, _tail(data, at))
    return Head("PNG", width, height, 0)


def _webp(data: bytes) -> Head:
    """Three ways of writing its head: for lossy, for lossless, and with a list of what follows."""
    end = 8 + _number(data, 4, 4, "little")
    kind = data[12:16]
    if kind == b"VP8X":
        if data[20] & 0x02:
            raise NotLookedAt(MOVING)
        width, height = _number(data, 24, 3, "little") + 1, _number(data, 27, 3, "little") + 1
    elif kind == b"VP8 ":
        if data[23:26] != b"\x9d\x01\x2a":
            raise ValueError("no key frame")
        width, height = _number(data, 26, 2, "little") & 0x3FFF, _number(data, 28, 2, "little") & 0x3FFF
    elif kind == b"VP8L":
        bits = _number(data, 21, 4, "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        raise ValueError("no points")
    return Head("WEBP", width, height, _tail(data, end + end % 2))


def _tail(data: bytes, end: int) -> int:
    """Bytes after the end that are more than filling."""
    return len(data) - end if data[end:].strip(b"\0\r\n ") else 0
