"""Cut the power under a server that takes reports: an ext4 disk in memory that forgets whatever was not synced.

Needs root, a loop device and mkfs.ext4 (reliability.md 6.2 A, appendix A3). A kill cannot show this: the system keeps
what a dead process wrote.
"""

import fcntl
import os
import random
import shutil
import struct
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grounds import Ground

_SHUTDOWN, _NO_LOG_FLUSH = 0x8004587D, 2
_SIZE = 96 * 1024 * 1024
#: Reports to send before there is nothing left to send, and the longest that the power stays on (seconds): at first,
#: and where the machine is so slow that nothing was acknowledged by then. After five seconds all of it is synced.
REPORTS, LONGEST, LONGEST_OF_ALL = 40, 0.7, 3.0
#: Where Debian's libeatmydata1 lies, which makes every sync a lie; FORETHOUGHT_EATMYDATA names another.
EATMYDATA = next(Path("/usr/lib").glob("*/libeatmydata.so"), Path("/usr/lib/libeatmydata.so"))
#: Seconds that prepared reports are used for: answers to the gate end after an hour.
FRESH = 2400.0


def why_not() -> str:
    """Why no power can be cut here, in a sentence; or nothing."""
    if os.geteuid() != 0:
        return "Only root can mount a disk."
    if shutil.which("mkfs.ext4") is None:
        return "There is no mkfs.ext4."
    done = subprocess.run(["losetup", "--find"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"There is no loop device: {done.stderr.strip()}"


def eatmydata() -> dict[str, str]:
    """The setting under which a program's syncs do nothing; none where the library is not here."""
    library = Path(os.environ.get("FORETHOUGHT_EATMYDATA", EATMYDATA))
    return {"LD_PRELOAD": str(library)} if library.exists() else {}


class Plug:
    """An ext4 disk whose power can be cut."""

    def __init__(self, folder: Path) -> None:
        """`folder` should be in memory: the disk's own speed is not what is measured."""
        self.image, self.disk = folder / "disk.img", folder / "disk"
        self.disk.mkdir()
        self._number = 0
        with self.image.open("wb") as image:
            image.truncate(_SIZE)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True)
        self._mount()

    def cut(self) -> None:
        """Cut the power now: the journal is not flushed, and what was not synced is gone."""
        fd = os.open(self.disk, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(fd)

    def back(self) -> None:
        """Power again: the journal is replayed, on a copy of what had reached the disk.

        A copy, because whoever else looks at mounts may keep the dead disk alive, and it would be mounted again.
        """
        subprocess.run(["umount", "-l", self.disk], check=True)
        self._number += 1
        after = self.image.with_name(f"disk-{self._number}.img")
        shutil.copyfile(self.image, after)
        self.image.unlink()
        self.image = after
        self._mount()
        (self.disk / "probe").write_text("x")

    def remove(self) -> None:
        """Take the disk away."""
        while os.path.ismount(self.disk):
            subprocess.run(["umount", "-l", self.disk], check=True)
        self.image.unlink()

    def _mount(self) -> None:
        subprocess.run(["mount", "-o", "loop", self.image, self.disk], check=True)


@dataclass
class Cuts:
    """What many cuts came to."""

    cuts: int = 0
    acknowledged: int = 0
    recorded: int = 0
    lost: int = 0
    damaged: int = 0
    bad: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.cuts} cuts, {self.acknowledged} reports acknowledged, {self.recorded} there afterwards, "
            f"{self.lost} lost, {self.damaged} cuts with damage"
        )


def cut_again_and_again(ground: Ground, folder: Path, cuts: int, *, order: str = "right", seed: int = 1) -> Cuts:
    """Let a process send one report after another, cut the power at any moment, and see what is there afterwards."""
    plug = Plug(folder)
    found, choice = Cuts(), random.Random(seed)
    tickets: list[dict[str, Any]] = []
    prepared_at, longest = 0.0, LONGEST
    try:
        for number in range(cuts):
            if not tickets or time.monotonic() - prepared_at > FRESH:
                tickets = ground.do("prepare", count=REPORTS, visitors=True)["tickets"]
                prepared_at = time.monotonic()
            before = found.acknowledged
            _one_cut(plug, ground, folder / f"acks-{number}", tickets, order, choice.uniform(0.01, longest), found)
            if found.acknowledged == before:
                longest = min(longest * 1.3, LONGEST_OF_ALL)
    finally:
        plug.remove()
    assert found.acknowledged, f"Nothing was ever acknowledged.\n{ground.said()}"
    return found


def _one_cut(
    plug: Plug, ground: Ground, acks: Path, tickets: list[dict[str, Any]], order: str, after: float, found: Cuts
) -> None:
    home = plug.disk / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(ground.data, home)
    os.sync()
    pid = ground.do("report", home=str(home), tickets=tickets, order=order, acks=str(acks))["pid"]
    ground.do("go")
    time.sleep(after)
    # Only what was answered before the cut counts: after it, a sync may say yes while the journal dies.
    told = [line.split()[1] for line in acks.read_text().splitlines()] if acks.exists() else []
    plug.cut()
    os.kill(pid, 9)
    ground.do("end")
    plug.back()
    said = ground.do("check", home=str(home), tickets=tickets, acknowledged=told, again=False)
    acks.unlink(missing_ok=True)
    found.cuts += 1
    found.acknowledged += len(told)
    found.recorded += said["recorded"]
    found.lost += sum(sentence.startswith("LOST") for sentence in said["wrong"])
    found.damaged += bool(said["wrong"])
    found.bad += said["wrong"]
