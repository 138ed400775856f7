"""Kill a report at each of its system calls, or let the call fail, and see what stands afterwards.

The calls are counted in one run that nobody disturbs. Then each (call, N) is a run of its own (reliability.md 6.2 B,
appendix A4). What is killed is the process that takes the report; on PostgreSQL that is the database's client.
"""

import random
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import grounds
from grounds import Ground

#: The calls by which anything is kept. A question mark stands before those that some processors do not have.
CALLS = (
    "openat", "write", "pwrite64", "fsync", "fdatasync", "?rename", "renameat", "renameat2", "?unlink", "unlinkat",
    "ftruncate", "close", "?mkdir", "mkdirat",
)  # fmt: skip
#: On PostgreSQL what is kept is kept by what is said to the server.
TALK = ("sendto", "recvfrom")
#: Those by which something comes to last. They are few, and each can fail.
LASTING = frozenset({"write", "fsync", "fdatasync", "rename", "renameat", "renameat2", "ftruncate"})
#: Those that can fail as well, and are many.
MANY = frozenset({"pwrite64"})

#: Seconds that a prepared report is used for: a sign-in ends after ten minutes.
FRESH = 300.0
#: Reports prepared at a time where each run needs its own.
BATCH = 15

_NAME = re.compile(r"^(?:\d+\s+)?([a-z0-9_]+)\(")


@dataclass(frozen=True, order=True)
class Point:
    """One moment: the N-th call of a name, and what happens then: KILL, or an error by its name."""

    call: str
    number: int
    what: str = "KILL"

    @property
    def injection(self) -> str:
        """As strace is told."""
        how = "signal=SIGKILL" if self.what == "KILL" else f"error={self.what}"
        return f"inject={self.call}:{how}:when={self.number}"


@dataclass
class Outcome:
    """What one run came to."""

    point: Point
    acknowledged: bool
    recorded: bool
    wrong: list[str]
    again: list[str]


@dataclass
class Tally:
    """What many runs came to."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def bad(self) -> list[str]:
        """Everything that was found wrong, with its point."""
        return [
            f"{one.point.what} at {one.point.call} {one.point.number}: {sentence}"
            for one in self.outcomes
            for sentence in (*one.wrong, *one.again)
        ]

    @property
    def lost(self) -> int:
        """Acknowledged reports that are not there."""
        return sum(any(sentence.startswith("LOST") for sentence in one.wrong) for one in self.outcomes)

    def __str__(self) -> str:
        kinds = Counter("kills" if one.point.what == "KILL" else one.point.what for one in self.outcomes)
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        recorded = sum(one.recorded for one in self.outcomes)
        acknowledged = sum(one.acknowledged for one in self.outcomes)
        return (
            f"{told}: {recorded} recorded, {acknowledged} acknowledged, {self.lost} lost, {len(self.bad)} found wrong"
        )


class Workshop:
    """Reports that are ready for their last two presses, each to be disturbed once; or another act, by its name.

    On SQLite one report is enough, because each run gets a copy of folder and database. PostgreSQL needs one a run.
    """

    def __init__(self, ground: Ground, act: str = "report") -> None:
        self.ground, self.act = ground, act
        self.calls = CALLS if grounds.on_sqlite() else (*CALLS, *TALK)
        self._ready: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
        self._prepared_at = dict.fromkeys(self._ready, 0.0)
        self._runs = 0

    def calls_of_a_report(self, *, visitor: bool = False, order: str = "right") -> list[str]:
        """The calls between the last press but one and the answer to the last, by name, in their order."""
        home, ticket = self._next(visitor)
        log = self.ground.folder / "calls"
        told = self._run(home, ticket, order, ["-o", str(log)])
        assert told["exit"] == 0 and f"ACK {ticket['id']}" in told["lines"], (told, self.ground.said())
        found = self._check(home, ticket, order, acknowledged=True)
        assert not found["wrong"] and not found["again"], found
        names = (_NAME.match(line) for line in log.read_text().splitlines())
        return [match[1] for match in names if match]

    def disturb(self, point: Point, *, visitor: bool = False, order: str = "right") -> Outcome:
        """One run with one disturbance, and what stands afterwards."""
        home, ticket = self._next(visitor)
        told = self._run(home, ticket, order, ["-o", "/dev/null", "-e", point.injection])
        acknowledged = f"ACK {ticket['id']}" in told["lines"]
        found = self._check(home, ticket, order, acknowledged=acknowledged)
        if home != self.ground.data:
            shutil.rmtree(home)
        return Outcome(point, acknowledged, bool(found["recorded"]), found["wrong"], found["again"])

    def disturb_all(self, points: Sequence[Point], *, visitor: bool = False, order: str = "right") -> Tally:
        """Each of these, in turn."""
        return Tally([self.disturb(point, visitor=visitor, order=order) for point in points])

    def _next(self, visitor: bool) -> tuple[Path, dict[str, Any]]:
        """Where the next run happens, and the report it is about."""
        ready = self._ready[visitor]
        if time.monotonic() - self._prepared_at[visitor] > FRESH:
            ready.clear()
        if not ready:
            count = 1 if grounds.on_sqlite() else BATCH
            ready += self.ground.do("prepare", count=count, visitors=visitor, act=self.act)["tickets"]
            self._prepared_at[visitor] = time.monotonic()
        if not grounds.on_sqlite():
            return self.ground.data, ready.pop()
        self._runs += 1
        home = self.ground.folder / f"run-{self._runs}"
        shutil.copytree(self.ground.data, home, ignore=shutil.ignore_patterns("mail"))
        return home, ready[0]

    def _run(self, home: Path, ticket: dict[str, Any], order: str, options: list[str]) -> dict[str, Any]:
        """Let a child send one report under strace. Attached while the child waits, so that the count begins there."""
        pid = self.ground.do("report", home=str(home), tickets=[ticket], order=order, acks="")["pid"]
        command = ["strace", "-f", "-p", str(pid), "-e", f"trace={','.join(self.calls)}", *options]
        with subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as tracer:
            assert tracer.stderr is not None
            said = tracer.stderr.readline()
            assert b"attached" in said, said + tracer.stderr.read()
            self.ground.do("go")
            told = self.ground.do("end")
            tracer.communicate(timeout=grounds.PATIENCE)
        return told

    def _check(self, home: Path, ticket: dict[str, Any], order: str, *, acknowledged: bool) -> dict[str, Any]:
        told = [ticket["id"]] if acknowledged else []
        return self.ground.do("check", home=str(home), tickets=[ticket], order=order, acknowledged=told, again=True)


# --- Which points ---


def points_of(calls: Sequence[str], what: str = "KILL") -> list[Point]:
    """Every point of these calls where something like this can happen: anywhere a kill, an error where bytes go.

    A line that breaks is an error of what is said to a server.
    """
    seen: Counter[str] = Counter()
    points = []
    for call in calls:
        seen[call] += 1
        meets = TALK if what == "ECONNRESET" else LASTING | MANY
        if what == "KILL" or call in meets:
            points.append(Point(call, seen[call], what))
    return points


def failing(calls: Sequence[str]) -> list[Point]:
    """Every point where bytes go, where the disk fails or is full by turns."""
    return [replace(one, what=("EIO", "ENOSPC")[turn % 2]) for turn, one in enumerate(points_of(calls, "EIO"))]


def telling(points: Sequence[Point], others: int, seed: int, *, beside: Sequence[int] = (-2, -1, 0, 1)) -> list[Point]:
    """All points that lie at, just before or just after a call that makes something last; and so many others."""
    near = {
        place
        for number, point in enumerate(points)
        if point.call in LASTING
        for place in (number + step for step in beside)
    }
    chosen = [point for number, point in enumerate(points) if number in near]
    rest = [point for number, point in enumerate(points) if number not in near]
    return chosen + random.Random(seed).sample(rest, min(others, len(rest)))
