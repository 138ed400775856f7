"""Asking the school's own virus scanner about a record, by the protocol of clamd, and taking its word as a word.

Nothing is decided by it: what looks like a virus may be the very evidence, so the record stays as it came, sealed, and
whoever opens it is warned. A scanner that is down, slow or talks nonsense holds nothing up (evidence.md 7, case 23).
"""

import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

State = Literal["clean", "found", "large", "no_answer"]

#: Bytes sent at a time, and seconds that the scanner has between two of its or our words.
PIECE = 256 * 1024
WAIT = 60.0
#: An answer is one line. Anything longer is none.
LONGEST_ANSWER = 4096


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the scanner said: nothing found, something with a name, too large for it, or no answer. And who it is."""

    state: State
    name: str = ""
    scanner: str = ""


def scan(pieces: Iterator[bytes], place: str, *, wait: float = WAIT) -> Scanned:
    """What the scanner at `place` says of these bytes: a socket's path, or host and port as `host:3310`.

    Never raises for what the scanner does; errors of the record itself go through.
    """
    try:
        scanner = _asked(place, b"zVERSION\0", wait)
        said = _streamed(place, pieces, wait)
    except _Silent:
        return Scanned("no_answer")
    verdict = said.removeprefix("stream: ")
    if verdict == "OK":
        return Scanned("clean", scanner=scanner)
    if verdict.endswith(" FOUND"):
        return Scanned("found", verdict.removesuffix(" FOUND")[:100], scanner)
    return Scanned("large" if "size limit exceeded" in said else "no_answer", scanner=scanner)


class _Silent(Exception):
    """The scanner gave no answer. Raised and caught in this module."""


def _asked(place: str, command: bytes, wait: float) -> str:
    try:
        with _connected(place, wait) as line:
            line.sendall(command)
            return _answer(line)
    except OSError as fault:
        raise _Silent from fault


def _streamed(place: str, pieces: Iterator[bytes], wait: float) -> str:
    try:
        line = _connected(place, wait)
    except OSError as fault:
        raise _Silent from fault
    with line:
        try:
            line.sendall(b"zINSTREAM\0")
        except OSError as fault:
            raise _Silent from fault
        for piece in pieces:
            if not _sent(line, piece):
                # It stopped listening: when the file is too large for it, it has said so by now.
                break
        with suppress(OSError):
            line.sendall((0).to_bytes(4, "big"))
        try:
            return _answer(line)
        except OSError as fault:
            raise _Silent from fault


def _sent(line: socket.socket, piece: bytes) -> bool:
    try:
        for start in range(0, len(piece), PIECE):
            part = piece[start : start + PIECE]
            line.sendall(len(part).to_bytes(4, "big") + part)
    except OSError:
        return False
    return True


def _connected(place: str, wait: float) -> socket.socket:
    if place.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(wait)
        try:
            line.connect(place)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = place.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=wait)


def _answer(line: socket.socket) -> str:
    """One line, up to its zero byte or the end."""
    said = b""
    while b"\0" not in said:
        more = line.recv(LONGEST_ANSWER)
        if not more:
            break
        said += more
        if len(said) > LONGEST_ANSWER:
            raise _Silent
    if not said:
        raise _Silent
    return said.split(b"\0")[0].decode("utf-8", "replace").strip()
