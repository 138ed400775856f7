"""Taking a file from outside apart in a process of its own, with little that it could break.

The bytes go in and the answer comes out through files that exist in memory alone (memfd_create(2)), so nothing of them
lies readable on a disk. The process finds its environment empty, has limits on memory, processor and what it writes,
opens nothing more once it is fenced in, and has no network where the system lets a process leave it (unshare(2)).

Not fenced in: it runs as the same user as whoever starts it, and root could lift the limits again, so the program
should not run as root. What lies in memory may be swapped out like any other memory.
"""

import ctypes
import json
import logging
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

#: Isolated, Python looks for nothing beside itself and its packages; it is told where this program lies.
ROOT = Path(__file__).resolve().parents[2]

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000

START_PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); from forethought.core.fence import become; become(sys.argv[2:])"
)


class Unanswered(Exception):
    """The process gave no answer: it was stopped, ran out of what it may use, or failed. Says nothing of the file."""


class TooMuch(Exception):
    """More was to go in than fits into memory."""


def fence_in(*, memory: int, seconds: int, written: int, files: int = 0) -> None:
    """Give up what the work does not need: bytes of memory and of output, seconds of the processor, files to open.

    What is open stays open. With no files, nothing else can be opened any more: no file, no socket, no program.
    """
    limits = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_FSIZE: written,
        resource.RLIMIT_CORE: 0,
    }
    if not files:
        limits[resource.RLIMIT_NPROC] = 0
    limits[resource.RLIMIT_NOFILE] = files
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def leave_network() -> bool:
    """Go where there is no network at all, not even this machine's own. False where the system does not allow it."""
    with suppress(OSError, AttributeError):
        return ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NET) == 0
    return False


def become(arguments: Sequence[str]) -> None:
    """Turn this fenced process into another program: its limits as JSON, its path, its arguments."""
    limits, program, *rest = arguments
    os.nice(10)
    leave_network()
    fence_in(**json.loads(limits), files=64)
    os.execve(program, [program, *rest], {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"})  # noqa: S606


def be_quiet() -> None:
    """What the child does first: other people's pages come before it, and it writes no log."""
    os.nice(10)
    logging.disable(logging.CRITICAL)


@contextmanager
def memory_file(pieces: Iterable[bytes] = (), *, most: int | None = None) -> Iterator[BinaryIO]:
    """A file in memory alone, holding these pieces, at its beginning. Raises TooMuch above `most` bytes."""
    with os.fdopen(os.memfd_create("forethought"), "w+b", buffering=0) as file:
        size = 0
        for piece in pieces:
            size += len(piece)
            if most is not None and size > most:
                raise TooMuch
            view = memoryview(piece)
            while view:
                view = view[file.write(view) :]
        file.seek(0)
        yield file


def apart(
    start: str,
    arguments: Sequence[str],
    pieces: Iterable[bytes],
    *,
    wait: float,
    most_in: int | None,
    most_out: int,
    options: Any = None,
) -> bytes:
    """What another Python answers about a file, with nothing of it in an argument, a log or on a disk.

    `start` is its program; it gets this program's folder, then `arguments`, and where `options` are given, the number
    of a file with them as JSON. It can go back and forth in the file, of at most `most_in` bytes; without that limit,
    the file goes through a pipe once. `wait` is in seconds by the clock on the wall. Raises TooMuch or Unanswered.
    """
    with memory_file() as answer, memory_file([json.dumps(options).encode()]) as told:
        passed = [] if options is None else [told.fileno()]
        command = [sys.executable, "-I", "-c", start, str(ROOT), *arguments, *map(str, passed)]
        outside = {"stdout": answer, "stderr": subprocess.DEVNULL, "pass_fds": passed, "env": {}, "cwd": "/"}
        if most_in is None:
            ended = _piped(command, pieces, wait, outside)
        else:
            with memory_file(pieces, most=most_in) as given:
                ended = _waited(subprocess.Popen(command, stdin=given, **outside), wait)  # type: ignore[call-overload]  # noqa: S603
        if ended:
            raise Unanswered
        answer.seek(0)
        # One byte more than is taken, so that an answer that was cut short is none.
        said = answer.read(most_out + 1) or b""
        if len(said) > most_out:
            raise Unanswered
        return said


def _waited(process: Any, wait: float) -> int:
    """How the process ended; one that takes too long is ended."""
    try:
        return int(process.wait(timeout=wait))
    except subprocess.TimeoutExpired:
        return 1
    finally:
        process.kill()
        process.wait()


def _piped(command: Sequence[str], pieces: Iterable[bytes], wait: float, outside: dict[str, Any]) -> int:
    """Give a process its file bit by bit. It may stop listening when it has heard enough."""
    process: Any = subprocess.Popen(command, stdin=subprocess.PIPE, **outside)  # noqa: S603
    # A process that neither reads nor ends would hold up the writing for ever.
    stop = threading.Timer(wait, process.kill)
    stop.start()
    try:
        with suppress(BrokenPipeError):
            for piece in pieces:
                process.stdin.write(piece)
        with suppress(BrokenPipeError):
            process.stdin.close()
        return _waited(process, wait)
    finally:
        stop.cancel()


def program_apart(
    program: str,
    arguments: Sequence[str],
    pieces: Iterable[bytes],
    *,
    wait: float,
    most_in: int | None,
    memory: int,
    seconds: int,
    most_out: int = 16 * 1024 * 1024,
) -> bytes:
    """What another program (its whole path) says on its output, fenced in as far as a program of others can be."""
    limits = json.dumps({"memory": memory, "seconds": seconds, "written": most_out})
    return apart(
        START_PROGRAM,
        [limits, program, *arguments],
        pieces,
        wait=wait,
        most_in=most_in,
        most_out=most_out,
    )


def read_options(number: str) -> Any:
    """In the child: what it was told besides the file."""
    with os.fdopen(int(number), "rb") as file:
        return json.load(file)
