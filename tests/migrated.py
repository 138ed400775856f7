"""An empty database with every migration applied, made once and copied: making it costs more than a file of tests.

The copy is kept under a name that depends on whatever makes it, so a changed migration makes a new one.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
#: What decides how the tables look: the migrations, and the operations and columns that they are written in.
MAKERS = ("forethought/migrations/*.py", "forethought/schools.py", "forethought/rows.py", "forethought/settings.py")


def migrated_file() -> Path:
    """The path of the database, made if nobody made it yet. Never to be written to: copy it."""
    parts = sha256(f"{django.VERSION} {sys.version} {sqlite3.sqlite_version} {os.geteuid()}".encode())
    for pattern in MAKERS:
        for path in sorted(ROOT.glob(pattern)):
            parts.update(path.name.encode() + path.read_bytes())
    made = Path(tempfile.gettempdir()) / f"ft-migrated-{parts.hexdigest()[:24]}.sqlite3"
    with open(f"{made}.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(made)
    return made


def copy_to(place: Path) -> None:
    """Put a copy where a test database is expected."""
    shutil.copyfile(migrated_file(), place)


def migrate(env: dict[str, str]) -> None:
    """Apply every migration in a new data folder: on SQLite a copy of what was made once, on PostgreSQL for real."""
    if not env.get("DATABASE_URL"):
        place = Path(env["FORETHOUGHT_DATA"]) / "forethought.sqlite3"
        copy_to(place)
        place.chmod(0o600)
        return
    subprocess.run([sys.executable, ROOT / "manage.py", "migrate", "-v0"], check=True, env=env)


def _make(made: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="ft-migrating-") as folder:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("FORETHOUGHT_", "DATABASE_"))}
        env |= {"FORETHOUGHT_DATA": folder, "DJANGO_SETTINGS_MODULE": "forethought.settings"}
        for command in (["make_keys"], ["migrate", "-v0"]):
            subprocess.run(
                [sys.executable, ROOT / "manage.py", *command], check=True, env=env, stdout=subprocess.DEVNULL
            )
        [found] = Path(folder).glob("*.sqlite3")
        with sqlite3.connect(found) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        # Under its own name only when it is whole: somebody may stop us in the middle.
        whole = made.with_suffix(f".{os.getpid()}")
        shutil.copyfile(found, whole)
        whole.replace(made)
