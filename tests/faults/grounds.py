"""Where a fault may happen: a folder and a database of its own, and a program there that sends reports when told."""

import json
import os
import secrets
import selectors
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

import live  # noqa: E402
from canaries import listen  # noqa: E402
from migrated import migrate  # noqa: E402

Said = dict[str, Any]

#: Nothing here takes longer than this many seconds unless it hangs.
PATIENCE = 300.0


def on_sqlite() -> bool:
    """Whether this run is about SQLite."""
    return not os.environ.get("DATABASE_URL")


def on_the_server(statement: str) -> None:
    """Run one statement outside every database, as the owner. On SQLite there is nothing to do."""
    if on_sqlite():
        return
    import psycopg

    address = os.environ["DATABASE_URL"].replace("/forethought?", "/postgres?")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


def make_template(folder: Path) -> tuple[Path, str]:
    """A data folder and a database that were migrated, to copy from."""
    database = f"faults_template_{secrets.token_hex(4)}"
    env = live.settings_for(folder, database, FORETHOUGHT_S3_BUCKET="")
    on_the_server(f"CREATE DATABASE {database}")
    live.run_manage(env, "make_keys")
    migrate(env)
    return folder, database


@contextmanager
def a_place(folder: Path, template: tuple[Path, str]) -> Iterator[dict[str, str]]:
    """A copy of a migrated folder and database until the end of the block: the settings for programs there."""
    database = f"faults_{secrets.token_hex(4)}"
    on_the_server(f"CREATE DATABASE {database} TEMPLATE {template[1]}")
    try:
        folder.mkdir(exist_ok=True)
        shutil.copytree(template[0] / "data", folder / "data")
        # What is tried here is the disk; tests/rules/test_bucket_faults.py does the same to a bucket.
        yield live.settings_for(folder, database, FORETHOUGHT_S3_BUCKET="")
    finally:
        on_the_server(f"DROP DATABASE {database} WITH (FORCE)")


@contextmanager
def a_ground(folder: Path, template: tuple[Path, str]) -> Iterator["Ground"]:
    """A place with the program in it, until the end of the block."""
    with a_place(folder, template) as env:
        ground = Ground(folder, env)
        try:
            yield ground
        finally:
            ground.stop()


def run_there(env: dict[str, str], program: str, *args: str) -> Said:
    """Run one of the programs beside this file in a place. What it prints as its last line."""
    done = subprocess.run(
        [sys.executable, HERE / program, *args],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{program} {' '.join(args)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    said: Said = json.loads(done.stdout.splitlines()[-1])
    return said


class Ground:
    """A data folder, a database, and the program `one_report.py` running on both."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.folder, self.env = folder, env
        self.data = folder / "data"
        self.log = (folder / "program.log").open("ab")
        self.program = subprocess.Popen(
            [sys.executable, HERE / "one_report.py"],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            cwd=folder,
        )

    def do(self, what: str, **order: Any) -> Said:
        """Give the program one order. What it answers."""
        assert self.program.stdin is not None and self.program.stdout is not None
        self.program.stdin.write(json.dumps({"do": what, **order}).encode() + b"\n")
        self.program.stdin.flush()
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.program.stdout, selectors.EVENT_READ)
            if not waiting.select(PATIENCE):
                self.program.kill()
                raise TimeoutError(f"{what}: no answer in {PATIENCE:.0f} s.\n{self.said()}")
        line = self.program.stdout.readline()
        assert line, f"{what}: the program ended.\n{self.said()}"
        answer: Said = json.loads(line)
        assert "failed" not in answer, f"{what}: {answer['failed']}\n{self.said()}"
        return answer

    def said(self) -> str:
        """The end of what the program wrote to its log."""
        return (self.folder / "program.log").read_text(errors="replace")[-4000:]

    def stop(self) -> None:
        """End the program, and whoever it forked."""
        assert self.program.stdin is not None and self.program.stdout is not None
        self.program.stdin.close()
        try:
            self.program.wait(30)
        except subprocess.TimeoutExpired:
            self.program.kill()
            self.program.wait()
        self.program.stdout.close()
        self.log.close()
        listen("log", (self.folder / "program.log").read_text(errors="replace"))


def wait_for(condition: Any, what: str, *, within: float = 60.0) -> None:
    """Wait until something holds."""
    latest = time.monotonic() + within
    while not condition():
        assert time.monotonic() < latest, f"{what}: not in {within:.0f} s"
        time.sleep(0.001)
