"""What the store asks of the operating system, in one place, so that a test can make any of it fail."""

import errno
import fcntl
import os
from pathlib import Path

# A disk that is full and a quota that is used up are the same to the person who waits.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class Disk:
    """The real disk. Every method raises OSError as the system gives it."""

    def create(self, path: Path) -> int:
        """A descriptor on a new file that only we may read, locked for as long as it is open.

        Never follows or reuses what is already there: FileExistsError. The lock tells the sweep that the writer lives,
        also when the clock is wrong; the system lets it go when the process dies.
        """
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            os.unlink(path)
            raise
        return fd

    def open_again(self, path: Path) -> int:
        """A descriptor on a file of ours that is there, to read and write. FileNotFoundError when it is not."""
        return os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)

    def cut(self, fd: int, length: int) -> None:
        """Take away everything after so many bytes."""
        os.ftruncate(fd, length)

    def write(self, fd: int, data: memoryview) -> int:
        """How many bytes went out, which may be fewer than were given."""
        return os.write(fd, data)

    def sync(self, fd: int) -> None:
        """Return once the file's bytes are on the disk. An error means that they may never be: do not ask twice."""
        os.fsync(fd)

    def close(self, fd: int) -> None:
        """Let the descriptor and its lock go."""
        os.close(fd)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file its final name in one step."""
        os.rename(old, new)

    def remove(self, path: Path) -> None:
        """Take a name away."""
        os.unlink(path)

    def make_folder(self, path: Path) -> None:
        """Make a folder for us alone, unless it is there."""
        path.mkdir(mode=0o700, exist_ok=True)

    def sync_folder(self, path: Path) -> None:
        """Return once the names in a folder are on the disk."""
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def room(self, path: Path) -> tuple[int, int]:
        """(bytes free to us, bytes in all) on the disk that holds this path."""
        facts = os.statvfs(path)
        return facts.f_bavail * facts.f_frsize, facts.f_blocks * facts.f_frsize


def write_all(disk: Disk, fd: int, data: bytes | memoryview) -> None:
    """Write every byte, however many calls it takes."""
    view = memoryview(data)
    while view:
        view = view[disk.write(fd, view) :]


def make_folders(disk: Disk, path: Path) -> None:
    """Make a folder and whatever is missing above it, so that a power cut does not take them away again."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        disk.make_folder(folder)
        disk.sync_folder(folder.parent)
