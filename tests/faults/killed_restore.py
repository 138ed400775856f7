"""A program for test_killed_restore.py: a restore that is killed, begun again and killed again, until one ends.

It loads once and forks each restore. A point is a statement, a COPY, a commit (before and after it), or a call that
opens for writing, renames, removes or syncs a file of the data folder. The tables stand already, so nothing is left for
`migrate` to do, and it is left out; test_killed_upgrade.py kills that. Its last line says what was found.

    killed_restore.py CARD TEMPLATE SEED SAMPLE
"""

import json
import os
import random
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

import school_to_keep  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from forethought.backups import coming_back, postgres_copy, restoring, sqlite_copy  # noqa: E402
from forethought.management.commands import restore as command  # noqa: E402

CARD, TEMPLATE, SEED, SAMPLE = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
DATA = Path(os.environ["FORETHOUGHT_DATA"])
_FILES = {"open", "os.rename", "os.remove", "os.mkdir", "os.link"}


class Points:
    """Counts what is done to disk and database, and dies at one of them."""

    def __init__(self, killed_at: int, side: int) -> None:
        self.killed_at, self.side = killed_at, side
        self.seen = self.sides = 0

    def beside_commit(self) -> None:
        """Just before or just after something is made to last: the two sides of each commit are counted apart."""
        self.sides += 1
        if self.sides == self.side:
            os.kill(os.getpid(), signal.SIGKILL)

    def hit(self) -> None:
        self.seen += 1
        if self.seen == self.killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(self, event: str, args: tuple[Any, ...]) -> None:
        """What Python is about to ask of the system."""
        if event in _FILES and str(args[0]).startswith(str(DATA)):
            if event == "open" and not (int(args[2] or 0) & (os.O_WRONLY | os.O_RDWR)):
                return
            self.hit()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Count from here on, for the rest of this process."""
        sys.addaudithook(self.heard)
        wrapper: Any = type(connections["default"])
        sync, commit = os.fsync, wrapper._commit

        def synced(fd: int) -> None:
            self.hit()
            sync(fd)

        def committed(of: Any) -> None:
            self.beside_commit()
            commit(of)
            self.beside_commit()

        os.fsync = synced  # type: ignore[assignment]
        wrapper._commit = committed
        if connection.vendor == "postgresql":
            import psycopg

            copy = psycopg.Cursor.copy

            def copied(*args: Any, **more: Any) -> Any:
                self.hit()
                return copy(*args, **more)

            psycopg.Cursor.copy = copied  # type: ignore[method-assign]

        def asked(execute: Callable[..., Any], *rest: Any) -> Any:
            self.hit()
            return execute(*rest)

        with connection.execute_wrapper(asked):
            yield


def bring_back(killed_at: int = 0, side: int = 0) -> dict[str, Any]:
    """The restore, as the command does it. One that was killed while it looked at what came back had ended."""
    points = Points(killed_at, side)
    try:
        with points.watched():
            call_command("restore", card=Path(CARD))
    except CommandError as error:
        if "Nothing is written over" not in str(error):
            raise
    return {"points": points.seen, "sides": points.sides}


def found() -> dict[str, Any]:
    """What is there after a restore: what each school says, and how many rows each table has."""
    if connection.vendor == "postgresql":
        folder = DATA / "counted"
        folder.mkdir()
        with (DATA / "counted.apart").open("wb") as held:
            counts = postgres_copy.copy_database(folder, held).counts()
    else:
        counts = sqlite_copy.SqliteCopy(Path(connection.settings_dict["NAME"])).counts()
    return {"said": school_to_keep.say(), "counts": counts, "unfinished": coming_back.unfinished().exists()}


def in_a_child(work: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """Do it in a fork. What it found; nothing when it was killed."""
    answer = DATA.parent / "answer"
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            log = os.open(DATA.parent / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(log, 1)
            os.dup2(log, 2)
            answer.write_text(json.dumps(work()))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    status = os.waitpid(pid, 0)[1]
    assert status == 0 or os.WIFSIGNALED(status), (DATA.parent / "log").read_text()[-6000:]
    return json.loads(answer.read_text()) if status == 0 else None


def fresh() -> None:
    """A new installation: an empty data folder, and tables without a row."""
    shutil.rmtree(DATA, ignore_errors=True)
    if connection.vendor == "postgresql":
        import psycopg

        name = str(connection.settings_dict["NAME"])
        with psycopg.connect(os.environ["DATABASE_URL"].replace(f"/{name}?", "/postgres?"), autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())


def main() -> dict[str, Any]:
    """Kill it at a sample of its points, one after another in one installation; then at sides of commits, one in each.

    On PostgreSQL the first commit is the one that makes all rows last: both its sides, and some others.
    """
    for module in (restoring, command):
        module.call_command = lambda *args, **more: None  # type: ignore[attr-defined]
    fresh()
    whole = in_a_child(bring_back)
    assert whole is not None
    wanted = in_a_child(found)
    chance = random.Random(SEED)
    points = sorted(chance.sample(range(1, whole["points"] + 1), SAMPLE))
    others = range(3, whole["sides"] + 1)
    sides = [1, 2, *chance.sample(others, min(len(others), SAMPLE // 4))]
    chains = [[(point, 0) for point in points], *([(0, side)] for side in sides)]
    killed, different = 0, list[str]()
    for chain in chains:
        fresh()
        for point, side in chain:
            killed += in_a_child(partial(bring_back, point, side)) is None
        ended = in_a_child(bring_back)
        after = in_a_child(found)
        if ended is None or after != wanted:
            different.append(f"{chain}: {after}")
    return {**whole, "killed": killed, "different": different, "found": wanted}


if __name__ == "__main__":
    print(json.dumps(main()))
