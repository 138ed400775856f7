"""What part of a file a player asks for: the Range header, one range at a time (RFC 9110, 14)."""

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes=[ \t]*([0-9]{0,19})-([0-9]{0,19})[ \t]*", re.IGNORECASE)
_UNIT = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+=")


class NoSuchRange(Exception):
    """Nothing of what was asked for is there, or it was asked for in a way that is not served. The message says why."""


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes from `start` up to and without `stop`, of `size` in all."""

    start: int
    stop: int
    size: int

    @property
    def as_header(self) -> str:
        """The value of Content-Range."""
        return f"bytes {self.start}-{self.stop - 1}/{self.size}"


def range_in(header: str, *, size: int, most: int) -> Range | None:
    """The part that a Range header asks for, at most `most` bytes of it; nothing when it does not ask for bytes.

    A player that gets less than it asked for asks again. Raises NoSuchRange for a range that begins past the end, is
    empty, runs backwards or is none, and for more than one range: a thousand small ones would cost a thousand times
    the work (RFC 9110, 14.2).
    """
    if not header or (_UNIT.match(header) and not header[:6].lower() == "bytes="):
        return None
    if "," in header:
        raise NoSuchRange("Ask for one range at a time.")
    found = _ONE.fullmatch(header)
    if found is None or not (found[1] or found[2]):
        raise NoSuchRange("This is no range of bytes.")
    if found[1]:
        start = int(found[1])
        if found[2] and int(found[2]) < start:
            raise NoSuchRange("This range runs backwards.")
        stop = min(size, int(found[2]) + 1) if found[2] else size
    else:
        # The last so many bytes.
        start, stop = max(0, size - int(found[2])), size
    if start >= stop:
        raise NoSuchRange(f"Nothing is there: the file has {size} bytes.")
    return Range(start, min(stop, start + most), size)
