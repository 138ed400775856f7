"""What a restore from the card costs, and whether backups made while the school writes come back consistent.

The school has 2 GiB of records and half a million entries in its trail; FORETHOUGHT_BENCH_RECORDS_MIB and
FORETHOUGHT_BENCH_ENTRIES make it smaller, and the figure says so. Everything is done by the program's own commands, in
processes of their own, on one disk.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.rows import Row
from bench.server import ROOT, database_name, real

MIB = int(os.environ.get("FORETHOUGHT_BENCH_RECORDS_MIB", "2048"))
ENTRIES = int(os.environ.get("FORETHOUGHT_BENCH_ENTRIES", "500000"))
#: Backups made under writing, and writes a second meanwhile.
BACKUPS, WRITES = 20, 200


@contextmanager
def a_school(folder: Path) -> Iterator[dict[str, str]]:
    """A place with keys and tables, and a card for its backups, until the end of the block."""
    database = f"bench_{time.monotonic_ns()}"
    real._on_the_server(f"CREATE DATABASE {database}")
    try:
        env = real.settings_for(
            folder,
            database,
            FORETHOUGHT_BACKUP_TO=str(folder / "disk"),
            FORETHOUGHT_BACKUP_KEYS_TO=str(folder / "stick"),
            DJANGO_SETTINGS_MODULE="forethought.settings",
        )
        real.run_manage(env, "make_keys")
        real.run_manage(env, "migrate", "-v0")
        shown = real.run_manage(env, "backup_key", "--no-check")
        (folder / "card").write_text("\n".join(shown.partition("do not matter.\n\n")[2].splitlines()[:3]))
        yield env
    finally:
        real._on_the_server(f"DROP DATABASE {database} WITH (FORCE)")


def there(env: dict[str, str], *args: str) -> dict[str, float]:
    """What the program beside this one says, run in that place."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.backups_there", *args],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def restored(env: dict[str, str], folder: Path) -> tuple[float, float]:
    """Seconds until everything could be used again, and until every byte and entry was checked."""
    usable = 0.0
    database = f"bench_new_{time.monotonic_ns()}"
    real._on_the_server(f"CREATE DATABASE {database}")
    new = env | {"FORETHOUGHT_DATA": str(folder / "new")}
    if "DATABASE_URL" in new:
        head, _, options = new["DATABASE_URL"].partition("?")
        new["DATABASE_URL"] = f"{head.rpartition('/')[0]}/{database}?{options}"
    try:
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "restore", "--card", str(folder / "card")],
            cwd=ROOT,
            env=new,
            stdout=subprocess.PIPE,
            text=True,
        ) as running:
            assert running.stdout is not None
            for line in running.stdout:
                if line.startswith("It can be used again"):
                    usable = time.perf_counter() - began
        assert running.returncode == 0 and usable
        return usable, time.perf_counter() - began
    finally:
        real._on_the_server(f"DROP DATABASE {database} WITH (FORCE)")


def restoring() -> list[Row]:
    """A whole restore from the card."""
    with tempfile.TemporaryDirectory(prefix="ft-bench-") as name:
        folder = Path(name)
        with a_school(folder) as env:
            size = there(env, "fill", str(MIB), str(ENTRIES))
            began = time.perf_counter()
            real.run_manage(env, "backup", "--new")
            backed_up = time.perf_counter() - began
            usable, verified = restored(env, folder)
    note = (
        f"{size['mib']:,.0f} MiB of records and {size['entries']:,.0f} entries from a folder, {database_name()}. The "
        f"first backup of it took {backed_up:.1f} s"
    )
    return [
        Row("restore_usable_s", usable, "s", 0.0, f"{note}. Until everybody can work; every file checked", limit=60),
        Row("restore_verified_s", verified, "s", 0.0, f"{note}. Trail worked out anew, every record opened", limit=300),
    ]


def consistent() -> list[Row]:
    """Backups while the school writes: how many come back with a whole trail and all that was acknowledged before."""
    with tempfile.TemporaryDirectory(prefix="ft-bench-") as name:
        with a_school(Path(name)) as env:
            there(env, "fill", "1", "1000")
            real.run_manage(env, "backup", "--new")
            found = there(env, "consistent", str(BACKUPS), str(WRITES))
    return [
        Row(
            "backup_consistent_of_20",
            found["consistent"],
            f"of {BACKUPS}",
            0.0,
            f"made while {found['writes_per_s']:.0f} acts a second were written, {database_name()}. The floor is what "
            "copies of the file in use gave",
            least=BACKUPS,
        )
    ]


FIGURES: dict[str, Callable[[], list[Row]]] = {
    "restore_usable_s": restoring,
    "restore_verified_s": restoring,
    "backup_consistent_of_20": consistent,
}
