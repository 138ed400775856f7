"""A fresh Debian for tests: this machine's own system files, with nothing of Forethought, in a tree of its own.

The system files are those of the machine that runs the tests, seen through an overlay: whatever is written lands in
memory and is gone afterwards. /opt, /etc/forethought, /var/lib/forethought and the like are empty. It has no network
but itself, processes of its own, and no systemd that runs. It does not show that Debian's packages can be fetched.

Making one takes root and the right to mount. Whoever has neither cannot run bin/install either.
"""

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO

from canaries import listen

ROOT = Path(__file__).resolve().parents[1]

#: The name of the machine in it.
HOST = "forethought.oak.internal"

#: Where the tree sees the repository, and the packages that bin/setup made.
SOURCE, PACKAGES = "/mnt/source", "/mnt/packages"

#: What an earlier installation on this very machine would have left; empty in the tree.
_EMPTY = (
    "opt",
    "etc/forethought",
    "etc/caddy",
    "var/lib/forethought",
    "var/lib/forethought-upgrades",
    "mnt",
    "tmp",
    "run",
)

_SIOCSIFFLAGS, _UP = 0x8914, 0x1
_PRIVATE, _BIND, _RECURSIVE, _READ_ONLY, _REMOUNT = 1 << 18, 1 << 12, 1 << 14, 1, 32


class Tree:
    """A tree that is there: `run` does something in it as root."""

    def __init__(self, holder: int, root: Path) -> None:
        self._holder, self.root = holder, root

    def words(self, *words: str) -> list[str]:
        """A command, as it is said from outside."""
        inside = ["nsenter", "-t", str(self._holder), "-m", "-n", "-p", "-i", "chroot", str(self.root)]
        return [*inside, *words]

    def run(self, *words: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the tree and keep what it says."""
        done = subprocess.run(
            self.words(*words),
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8", **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
        return done

    def pour(self, *words: str, given: BinaryIO | None = None, out: BinaryIO | None = None) -> None:
        """Run a command in the tree with files of ours as its input and output."""
        subprocess.run(self.words(*words), stdin=given or subprocess.DEVNULL, stdout=out, check=True)

    def serve(self) -> None:
        """Start the installed program as bin/install says, and wait for its first page."""
        script = "exec /usr/local/sbin/forethought serve --host 0.0.0.0 >/tmp/log 2>&1"
        self._server = subprocess.Popen(self.words("/bin/sh", "-c", script), stdin=subprocess.DEVNULL)
        assert self.first_page(HOST, 8000), self.read("/tmp/log")

    def first_page(self, host: str, port: int) -> bool:
        """Whether the program's first page comes within two minutes, asked for in the tree over http."""
        program = f"from installer import health; print(health.comes({host!r}, {port}, 120))"
        asked = self.run("/bin/sh", "-c", f'cd {SOURCE} && exec /usr/bin/python3 -B -c "$0"', program)
        return asked.stdout.strip() == "True"

    def stop(self) -> None:
        """Stop it and wait for its end."""
        self._server.terminate()
        self._server.wait(30)
        listen("log", self.read("/tmp/log"))

    def install(self, *words: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """Run the repository's bin/install, with the packages that are here."""
        there = (f"{SOURCE}/bin/install", "--no-start", "--without-extras", "--packages-from", PACKAGES)
        return self.run(*there, *words, check=check, **env)

    def read(self, path: str) -> str:
        """A file of the tree."""
        return self.run("cat", path).stdout

    def facts(self, path: str) -> str:
        """Owner, group and mode of a path: root root 755."""
        return self.run("stat", "-c", "%U %G %a", path).stdout.strip()


@cache
def possible() -> bool:
    """Whether a tree can be made here: by root, where mounting is allowed."""
    if os.getuid():
        return False
    script = (
        "mount -t tmpfs none /mnt && cd /mnt && mkdir upper work tree && "
        "mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work tree && chroot tree /bin/true"
    )
    words = ["unshare", "--mount", "--net", "--pid", "--ipc", "--fork", "/bin/sh", "-c", script]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def wanted() -> bool:
    """Whether tests make one in this run. In that on PostgreSQL nothing of it would be different."""
    return possible() and not os.environ.get("DATABASE_URL")


@contextmanager
def a_tree() -> Iterator[Tree]:
    """A fresh tree, gone afterwards with every process in it."""
    with tempfile.TemporaryDirectory(prefix="fresh-tree-") as folder:
        # Killed with its parent; and all in the tree with it, because it is their first process.
        starter = subprocess.Popen(
            [
                "unshare",
                "--mount",
                "--net",
                "--pid",
                "--ipc",
                "--fork",
                "--kill-child",
                sys.executable,
                __file__,
                folder,
            ],
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
        )
        try:
            assert starter.stdout is not None
            said = starter.stdout.readline().strip()
            assert said == "ready", said
            [holder] = Path(f"/proc/{starter.pid}/task/{starter.pid}/children").read_text().split()
            yield Tree(int(holder), Path(folder) / "tree")
        finally:
            starter.kill()
            starter.wait()


def _mount(kind: str, source: Path | str, target: Path, flags: int = 0, data: str = "") -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(str(source).encode(), str(target).encode(), kind.encode(), flags, data.encode()):
        raise OSError(ctypes.get_errno(), f"{kind} on {target}")


def _bind(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    _mount("", source, target, _BIND | _RECURSIVE)


def hold(folder: Path) -> None:
    """Make the tree, from inside its namespaces, and keep it until our input ends."""
    _mount("none", "none", Path("/"), _RECURSIVE | _PRIVATE)
    _mount("tmpfs", "tmpfs", folder, data="mode=0755")
    upper, work, tree = folder / "upper", folder / "work", folder / "tree"
    for one in (upper, work, tree):
        one.mkdir()
    _mount("overlay", "overlay", tree, data=f"lowerdir=/,upperdir={upper},workdir={work}")
    for name in _EMPTY:
        (tree / name).mkdir(parents=True, exist_ok=True)
        _mount("tmpfs", "tmpfs", tree / name, data=f"mode={'1777' if name == 'tmp' else '0755'}")
    (tree / "run" / "lock").mkdir()
    _bind(ROOT, tree / SOURCE[1:])
    _bind((ROOT / ".venv").resolve(), tree / PACKAGES[1:])
    for source in (SOURCE, PACKAGES):
        _mount("", "none", tree / source[1:], _BIND | _REMOUNT | _READ_ONLY)
    _bind(Path("/dev"), tree / "dev")
    _mount("proc", "proc", tree / "proc")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        fcntl.ioctl(asked, _SIOCSIFFLAGS, struct.pack("16sh", b"lo", _UP) + bytes(22))
    print("ready", flush=True)
    while sys.stdin.readline():
        pass


if __name__ == "__main__":
    hold(Path(sys.argv[1]))
