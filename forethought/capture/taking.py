"""A capture in a process of its own, which may take much memory, may end badly, and is ended when it takes too long.

What it found comes back through a file in memory: a line of JSON that names the parts, then their bytes.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from forethought.capture.bounds import MIB, Limits, NotVisited
from forethought.core.fence import ROOT, memory_file

if TYPE_CHECKING:
    from forethought.capture.visiting import Captured

#: Seconds beyond the limit of a capture until its process is ended.
_GRACE = 30.0

_START = "import sys; sys.path.append(sys.argv[1]); from forethought.capture.taking import answer; answer(sys.argv[2:])"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a capture: its name, how many bytes, and where they begin in the answer."""

    name: str
    size: int
    begins: int


class Taken:
    """What a capture brought: facts as plain values, and files to be read once."""

    def __init__(self, facts: dict[str, Any], parts: Sequence[Part], file: BinaryIO) -> None:
        self.facts, self.parts, self._file = facts, parts, file

    def pieces(self, part: Part) -> Iterator[bytes]:
        """The bytes of one file, a mebibyte at a time."""
        self._file.seek(part.begins)
        left = part.size
        while left > 0 and (piece := self._file.read(min(left, MIB))):
            left -= len(piece)
            yield piece


@contextmanager
def taken(address: str, *, hide: Sequence[Path] = (), limits: Limits | None = None) -> Iterator[Taken]:
    """Capture an address apart from this process. Raises NotVisited. `hide`: folders that the browser must not see."""
    limits = limits or Limits()
    told = json.dumps(
        {
            "address": address,
            "hide": [str(folder) for folder in hide],
            "limits": {"seconds": limits.seconds, "all_bytes": limits.all_bytes},
        }
    )
    with memory_file([told.encode()]) as given, memory_file() as out:
        command = [sys.executable, "-I", "-c", _START, str(ROOT)]
        # A group of its own, so that whatever it started ends with it.
        process = subprocess.Popen(  # noqa: S603
            command, stdin=given, stdout=out, stderr=subprocess.DEVNULL, env={"PATH": os.environ.get("PATH", "")},
            cwd="/", start_new_session=True,
        )  # fmt: skip
        try:
            process.wait(limits.seconds + _GRACE)
        except subprocess.TimeoutExpired:
            raise NotVisited("time", "The page took too long.") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        yield read_answer(out)


def read_answer(out: BinaryIO) -> Taken:
    """What such a process wrote. Raises NotVisited with its reason, or one of ours when it wrote nothing."""
    out.seek(0)
    head = out.readline()
    if not head.endswith(b"\n"):
        raise NotVisited("ended", "The capture ended unexpectedly.")
    told = json.loads(head)
    if "code" in told:
        raise NotVisited(told["code"], told["sentence"])
    begins, parts = len(head), []
    for name, size in told["parts"]:
        parts.append(Part(name, size, begins))
        begins += size
    return Taken(told["facts"], parts, out)


def write_answer(out: BinaryIO, captured: "Captured") -> None:
    """Write a capture for whoever asked: the archive, the pictures from the top, the words, and the account of it."""
    account = json.dumps(captured.facts, indent=1, ensure_ascii=False).encode()
    size = captured.archive.seek(0, os.SEEK_END)
    files = [("first sight.png", captured.visit.first_sight)]
    files += [(f"from {tile.top:06} pixels.png", tile.png) for tile in captured.visit.tiles]
    files += [("words.txt", captured.visit.text.encode("utf-8", "replace")), ("account.txt", account)]
    files = [(name, content) for name, content in files if content]
    parts = [(name, len(content)) for name, content in files] + [("archive.wacz", size)]
    out.write(json.dumps({"facts": captured.facts, "parts": parts}).encode() + b"\n")
    for _, content in files:
        _write(out, content)
    captured.archive.seek(0)
    while piece := captured.archive.read(MIB):
        _write(out, piece)


def _write(out: BinaryIO, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[out.write(view) :]


def answer(arguments: Sequence[str]) -> None:
    """In the process: capture what the standard input asks for, and write it to the standard output."""
    # Loaded here alone: neither pages nor worker need a browser's driver in their memory.
    from forethought.capture.visiting import capture

    with os.fdopen(os.dup(0), "rb") as file:
        told = json.load(file)
    with os.fdopen(os.dup(1), "wb", buffering=0) as out:
        # Nothing else may write there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            found = capture(
                told["address"], hide=[Path(folder) for folder in told["hide"]], limits=Limits(**told["limits"])
            )
        except NotVisited as why:
            out.write(json.dumps({"code": why.code, "sentence": why.sentence}).encode() + b"\n")
            return
        write_answer(out, found)
