"""Room set aside on a disk, given back when nothing else is left (reliability.md F11).

A full disk must keep nobody from reading, or from reporting in words. So a file that holds nothing takes up room while
there is plenty, and goes when there is none: from then on there is its size left, for words alone. Once somebody has
made room it is set aside again by whoever looks first. No process needs to start anew.
"""

import os
from contextlib import suppress
from enum import Enum
from pathlib import Path

MIB = 1024 * 1024

#: With less than this free (bytes) the reserve is given back, before a database that needs a new page fails.
LEAST = 4 * MIB

#: With less than this free (bytes) nothing more is written: what was begun may still need it to end.
BARE = MIB


class Room(Enum):
    """How much room there is: enough; for words alone, from the reserve; or for reading alone."""

    ENOUGH = "enough"
    WORDS = "words"
    NONE = "none"


class Reserve:
    """The room set aside in one folder. Several processes may look at once."""

    def __init__(self, folder: Path, *, size: int) -> None:
        """`size` in bytes. With 0 nothing is set aside, and only what is free counts."""
        self._folder, self._size = folder, size
        self._file = folder / "reserve"
        #: What starts the database again where nothing else is left: to read at all it makes a small file.
        self._last = folder / "reserve.start"

    def look(self) -> Room:
        """How much room there is now, after giving the reserve back or setting it aside again where that is due."""
        free, held = self.free(), self.is_held()
        if held and free < LEAST:
            self.give_back()
            free, held = self.free(), False
        elif self._size and not held and free >= 2 * self._size + LEAST:
            self._set_aside(self._last, 2 * BARE)
            self._set_aside(self._file, self._size)
            # Also where that did not work: there is room all the same.
            held = True
        if held or (not self._size and free >= LEAST):
            return Room.ENOUGH
        return Room.WORDS if free >= BARE else Room.NONE

    def start(self) -> Room:
        """As `look`, before the first process opens the database: the very last room is given back for that."""
        room = self.look()
        if room is Room.NONE:
            self._last.unlink(missing_ok=True)
            room = self.look()
        return room

    def free(self) -> int:
        """Bytes free to us where the folder is, or will be."""
        folder = next((one for one in (self._folder, *self._folder.parents) if one.exists()), self._folder)
        facts = os.statvfs(folder)
        return facts.f_bavail * facts.f_frsize

    def is_held(self) -> bool:
        """Whether the reserve is set aside, whole."""
        return self._is_whole(self._file, self._size)

    def give_back(self) -> bool:
        """Let the reserve go, and say whether it was there."""
        try:
            self._file.unlink()
        except FileNotFoundError:
            return False
        return True

    def can_write(self) -> bool:
        """Whether the folder takes files at all: a disk with a fault is often left for reading alone."""
        return os.access(self._folder, os.W_OK)

    def _is_whole(self, path: Path, size: int) -> bool:
        try:
            return size > 0 and path.stat().st_size >= size
        except FileNotFoundError:
            return False

    def _set_aside(self, path: Path, size: int) -> None:
        """Take up so much room in a file of this name, unless it does. What does not work is tried again."""
        if self._is_whole(path, size):
            return
        with suppress(OSError):
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                # Blocks of its own, rather than a length alone, which would take up nothing.
                os.posix_fallocate(fd, 0, size)
            except OSError:
                path.unlink(missing_ok=True)
            finally:
                os.close(fd)
