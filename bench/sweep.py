"""What a sweep of the worker costs: a thousand deadlines and looks due, among a thousand takedowns or a million."""

import json
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from bench.rows import Row
from bench.server import ROOT, database_name, real

DUE, MANY = 1000, 1_000_000
#: A million may cost this much more than a thousand.
ASKED = 1.5


@cache
def measured(total: int) -> float:
    """Milliseconds of the sweep among so many takedowns, in a place of its own: the lesser of two rounds."""
    with tempfile.TemporaryDirectory(prefix="ft-bench-") as folder:
        database = f"bench_{time.monotonic_ns()}"
        real._on_the_server(f"CREATE DATABASE {database}")
        try:
            env = real.settings_for(Path(folder), database)
            real.run_manage(env, "make_keys")
            real.run_manage(env, "migrate", "-v0")
            done = subprocess.run(
                [sys.executable, "-m", "bench.sweep_there", str(total)],
                cwd=ROOT,
                env={**env, "DJANGO_SETTINGS_MODULE": "forethought.settings", "PYTHONPATH": str(ROOT)},
                capture_output=True,
                text=True,
                timeout=1800,
                check=False,
            )
            assert done.returncode == 0, done.stderr[-3000:]
            took: list[float] = json.loads(done.stdout.splitlines()[-1])
            return min(took)
        finally:
            real._on_the_server(f"DROP DATABASE {database} WITH (FORCE)")


_WHAT = (
    "processor time in which the worker finds and handles 1,000 removal deadlines (two letters and an event each) and "
    "1,000 looks by the program (taken, ended, the next one planned) that are due"
)


def sweep_1k() -> list[Row]:
    """The sweep among a thousand takedowns, all of them due."""
    how = f"{_WHAT}, among 1,000 takedowns, {database_name()}; no site is asked"
    return [Row("sweep_1k", measured(DUE), "ms", 0, how)]


def sweep_1m() -> list[Row]:
    """The same among a million."""
    small = measured(DUE)
    how = f"the same among 1,000,000 takedowns, {database_name()}; floor: among 1,000 in the same run (asked 1.5 times)"
    return [Row("sweep_1m", measured(MANY), "ms", small, how, limit=small * ASKED)]


FIGURES = {"sweep_1k": sweep_1k, "sweep_1m": sweep_1m}
