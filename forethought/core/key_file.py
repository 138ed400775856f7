"""A secret in a file of one line, which can be kept on paper: how it is read, and how a slip in copying it is noticed.

name of the format, its parts in lower-case hex, and the first 8 hex digits of the SHA-256 of all that
"""

import hashlib
import os
import stat
from pathlib import Path

_CHECK_LENGTH = 8


class BadKeyFile(Exception):
    """A key cannot be used as it lies there. The message says what to do about it."""


def line_for(name: str, *parts: bytes) -> str:
    """The line that holds these parts under the name of its format, with its end."""
    body = " ".join((name, *(part.hex() for part in parts)))
    return f"{body} {_check(body)}\n"


def length_of(name: str, *lengths: int) -> int:
    """How many bytes long that line is, given how many bytes long each part is."""
    return len(name) + sum(1 + 2 * length for length in lengths) + 1 + _CHECK_LENGTH + 1


def read_parts(path: Path, *, name: str, lengths: tuple[int, ...], what: str, cure: str) -> list[bytes]:
    """The parts in such a file. `what` it is and the `cure` for a missing one go into the sentences.

    Raises BadKeyFile when the file is missing, open to other accounts, or not whole.
    """
    length = length_of(name, *lengths)
    content = read_closed(path, length, what=what, cure=cure)
    if len(content) != length:
        raise BadKeyFile(
            f"The {what} at {path} should be {length} bytes long and is "
            f"{'longer' if len(content) > length else len(content)}. Put back a whole copy."
        )
    try:
        found, *parts, check = content.decode("ascii").removesuffix("\n").split(" ")
        if found != name or check != _check(" ".join((found, *parts))) or len(parts) != len(lengths):
            raise ValueError
        return [_part(part, size) for part, size in zip(parts, lengths, strict=True)]
    except ValueError:
        # Without the cause, which would carry the file's content into a log.
        raise BadKeyFile(f"The file at {path} is not a {what}, or was copied with a slip. Compare it.") from None


def read_closed(path: Path, length: int, *, what: str, cure: str) -> bytes:
    """The first `length` + 1 bytes of a file that this account alone may reach. Raises BadKeyFile, with the cure."""
    try:
        # Not blocking, so that a named pipe left there cannot hold up the start.
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise BadKeyFile(f"There is no {what} at {path}. {cure}") from None
    except OSError as error:
        raise BadKeyFile(f"The {what} at {path} cannot be read ({error.strerror}). Check who owns it.") from None
    try:
        facts = os.fstat(fd)
        if not stat.S_ISREG(facts.st_mode):
            raise BadKeyFile(f"{path} is not a file. Put the {what} there.")
        if facts.st_mode & 0o077:
            raise BadKeyFile(f"Other accounts can reach the {what} at {path}. Run: chmod 600 {path}")
        return os.read(fd, length + 1)
    finally:
        os.close(fd)


def _part(text: str, length: int) -> bytes:
    part = bytes.fromhex(text)
    if len(part) != length:
        raise ValueError
    return part


def _check(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:_CHECK_LENGTH]
