"""An empty database with every migration applied, made once and copied: making it costs more than a file of tests.

The copy is kept under a name that depends on whatever makes it, so a changed migration makes a new one. Where an older
copy has some of the same migrations and no other, only the rest is applied to it.
"""

import fcntl
import json
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
#: What decides how the tables look beside the migrations: the operations and columns that they are written in.
MAKERS = ("forethought/schools.py", "forethought/rows.py", "forethought/settings.py", "requirements.lock")
#: Of those, what a migration that was applied already may have been made with.
OPERATIONS = ("forethought/schools.py", "forethought/rows.py", "requirements.lock")


def migrated_file() -> Path:
    """The path of the database, made if nobody made it yet. Never to be written to: copy it."""
    here = _fingerprint(MAKERS, *sorted(_migrations().items()))
    made = Path(tempfile.gettempdir()) / f"ft-migrated-{here}.sqlite3"
    with open(f"{made}.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(made)
    return made


def _fingerprint(paths: tuple[str, ...], *more: object) -> str:
    parts = sha256(f"{django.VERSION} {sys.version} {sqlite3.sqlite_version} {os.geteuid()} {more}".encode())
    for path in paths:
        parts.update((ROOT / path).read_bytes())
    return parts.hexdigest()[:24]


def _migrations() -> dict[str, str]:
    """The name of each migration, and a hash of what stands in it."""
    found = (ROOT / "forethought" / "migrations").glob("*.py")
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(found)}


def _begun() -> Path | None:
    """The copy with the most of our migrations, made by the same operations and with no other; or none."""
    ours, best, most = _migrations().items(), None, 0
    for noted in Path(tempfile.gettempdir()).glob("ft-migrated-*.json"):
        try:
            about = json.loads(noted.read_text())
        except (OSError, ValueError):
            continue
        whole = noted.with_suffix(".sqlite3")
        if about["by"] == _fingerprint(OPERATIONS) and whole.exists() and about["has"].items() <= ours:
            if len(about["has"]) > most:
                best, most = whole, len(about["has"])
    return best


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
        begun = _begun()
        if begun is not None:
            shutil.copyfile(begun, Path(folder) / "forethought.sqlite3")
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
        about = {"by": _fingerprint(OPERATIONS), "has": _migrations()}
        whole.with_suffix(f".{os.getpid()}.about").write_text(json.dumps(about))
        whole.with_suffix(f".{os.getpid()}.about").replace(made.with_suffix(".json"))
        whole.replace(made)
