"""Just enough of DER to take a time stamp's answer apart and put it together again in the order that DER asks for.

Authorities send their certificates in the order in which they are used, and OpenSSL takes them so; DER sorts a set, and
a strict reader refuses the answer (auto-archiver #187). The certificates stand outside what is signed, so sorting them
changes nothing that anybody vouched for.
"""

from collections.abc import Iterable
from dataclasses import dataclass

INTEGER, SEQUENCE, SET = 0x02, 0x30, 0x31
FIRST_TAGGED = 0xA0


class NotDer(ValueError):
    """The bytes are not DER, or not of the form that was looked for."""


@dataclass(frozen=True, slots=True)
class Part:
    """One value: its tag, what is in it, and its bytes as a whole."""

    tag: int
    content: bytes
    whole: bytes

    def parts(self) -> list["Part"]:
        """The values inside a sequence, a set or a tagged value."""
        return read_all(self.content)


def read_one(data: bytes) -> Part:
    """The one value that these bytes are. Raises NotDer when they are anything else, or more."""
    part, rest = _next(data)
    if rest:
        raise NotDer("Something stands behind the end.")
    return part


def read_all(data: bytes) -> list[Part]:
    """The values that stand one behind the other."""
    found = []
    while data:
        part, data = _next(data)
        found.append(part)
    return found


def number(part: Part) -> int:
    """What an integer says."""
    if part.tag != INTEGER or not part.content:
        raise NotDer("This is no number.")
    return int.from_bytes(part.content, "big", signed=True)


def made(tag: int, parts: Iterable[bytes]) -> bytes:
    """A value with these inside, each whole already."""
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _next(data: bytes) -> tuple[Part, bytes]:
    if len(data) < 2 or data[0] & 0x1F == 0x1F:
        raise NotDer("A value is cut off, or of a kind that is not known here.")
    length, at = data[1], 2
    if length == 0x80 or length > 0x84:
        raise NotDer("A length is written in a way that DER does not know.")
    if length > 0x80:
        at += length & 0x7F
        length = int.from_bytes(data[2:at], "big")
    if len(data) < at + length:
        raise NotDer("A value is cut off.")
    return Part(data[0], data[at : at + length], data[: at + length]), data[at + length :]
