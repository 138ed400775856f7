"""Destroying a record on an instruction: its key, its salt and hash, what was read out of it, then its bytes.

Without the key the bytes are noise, wherever a copy of them lies; only a backup that holds the key still opens them, so
the day is kept until which one may (evidence.md 3.4; 7, case 20).
"""

import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, models

from forethought.audit.procedures import Actor, acting
from forethought.core.clock import london
from forethought.core.errors import insist
from forethought.evidence import custody, derived, keyring
from forethought.evidence.away_models import Away
from forethought.evidence.away_rules import INSTRUCTION
from forethought.evidence.bundle_models import BundleKey
from forethought.evidence.bundling import forget_bundles
from forethought.evidence.copy_models import RedactedCopyKey
from forethought.evidence.derived_models import DerivedKey
from forethought.evidence.models import Destruction, Exhibit, ExhibitKey
from forethought.evidence.places import let_go
from forethought.evidence.redacting import forget_copies
from forethought.evidence.written_anew import write_anew

_SEARCHER = Path(__file__).with_name("_byte_searcher.py")

#: Seconds in which whoever reads at this moment has done.
_READERS_END = 20.0

#: The tables in which something of a record is destroyed.
HOLDING: tuple[type[models.Model], ...] = (Exhibit, ExhibitKey, DerivedKey, RedactedCopyKey, BundleKey)


def held(exhibit: Exhibit) -> str | None:
    """Why a record may not be destroyed while a hold stands on its case."""
    return custody.why_not_destroy(exhibit.case_id)


#: What may stand in the way of destroying a record: each says why, or nothing.
HOLDS: list[Callable[[Exhibit], str | None]] = [held]


def why_not_destroy(exhibit: Exhibit) -> str | None:
    """Why a record may not be destroyed now, whoever asks. A hold beats every instruction. Policy 7.3."""
    if not exhibit.object_name:
        return "This record is in words alone. There is no file to destroy."
    if not ExhibitKey.objects.filter(exhibit=exhibit).exists():
        return "This record was destroyed before."
    if Away.objects.filter(exhibit=exhibit, ended_at__isnull=True).exists():
        return "This record was sealed away. Two people settle what becomes of it, on its own page."
    return next((reason for hold in HOLDS if (reason := hold(exhibit))), None)


def destroy_exhibit(*, exhibit: Exhibit, instruction: Mapping[str, str], by: Actor, at: datetime) -> Destruction:
    """Destroy a record for good, on an instruction that says who gave it, when, and its reference. Policy 7.3.

    Its row and its place in the trail stay; the commitment there can no longer be opened by guessing.
    """
    missing = [words for name, words in INSTRUCTION.items() if not instruction.get(name, "").strip()]
    insist(f"Write {', '.join(missing)}." if missing else None, "7.3")
    with acting("evidence.destroy_exhibit", by=by, at=at, about=exhibit.id, case_id=exhibit.case_id) as event:
        insist(why_not_destroy(exhibit), "7.3")
        row = Destruction(
            id=uuid.uuid4(),
            school_id=exhibit.school_id,
            exhibit=exhibit,
            destroyed_at=at,
            destroyed_by=str(by.id),
            in_backups_until=london(at).date() + timedelta(days=settings.BACKUPS_KEPT_DAYS),
        )
        row.content = keyring.seal(row, dict(instruction), case_id=exhibit.case_id)
        row.save(force_insert=True)
        forget_exhibit(exhibit)
        event.facts["in_backups_until"] = row.in_backups_until.isoformat()
    return row


def forget_exhibit(exhibit: Exhibit) -> None:
    """Take away a record's key, salt, hash, copies and whatever was read out of it; its bytes once this is committed.

    Part of an act that destroys it. A crash in between loses nothing and keeps nothing: without the key nobody reads
    the bytes, and the sweep reports them.
    """
    name = exhibit.object_name
    derived.forget(exhibit, persons_work=True)
    forget_copies(exhibit)
    forget_bundles(exhibit)
    ExhibitKey.objects.filter(exhibit=exhibit).delete()
    Exhibit.objects.filter(pk=exhibit.pk).update(salt=b"", sha256=None)
    let_go(exhibit.school_id, [name])


def secrets_of(exhibit: Exhibit) -> list[bytes]:
    """What must be nowhere once a record is destroyed: its wrapped key, its salt, its hash. Read before."""
    return [bytes(exhibit.key.wrapped), bytes(exhibit.salt), bytes(exhibit.sha256 or b"")]


def prove_absence(gone: Sequence[bytes], tables: Collection[type[models.Model]] = HOLDING) -> list[str]:
    """Search the database's own files for what was destroyed. What was found out, in sentences.

    On SQLite every byte of the file and of its log is read, after the log was written back and emptied. Raises
    RuntimeError when anything is found. PostgreSQL's files are its own: there the tables that held it are written anew.
    """
    if connection.vendor != "sqlite":
        return write_anew(tables)
    path = Path(connection.settings_dict["NAME"])
    if _found_in(path, gone):
        # What a row that was moved left behind in a page that still serves.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
    if where := _found_in(path, gone):
        raise RuntimeError(f"What was destroyed still stands in {where}.")
    sizes = f"{path.stat().st_size:,} bytes"
    return [f"Searched every byte of the database and its log ({sizes}): neither key, salt nor hash is there."]


def _found_in(path: Path, gone: Sequence[bytes]) -> str:
    """The name of the file that holds any of these, after the log was written back; or nothing."""
    _write_log_back()
    for one in (path, path.with_name(path.name + "-wal")):
        if one.exists() and one.stat().st_size and _stands_in(one, gone):
            return one.name
    return ""


def _write_log_back() -> None:
    """Write SQLite's log back and empty it, once nobody reads any more. Asked again and again, as a writer does."""
    latest = time.monotonic() + _READERS_END
    with connection.cursor() as cursor:
        while cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() >= latest:
                raise RuntimeError("The log is in use. Try again when nobody is reading, or stop the server first.")
            time.sleep(0.05)


def _stands_in(path: Path, gone: Sequence[bytes]) -> bool:
    needles = "\n".join(needle.hex() for needle in gone if needle)
    command = [sys.executable, "-I", str(_SEARCHER), str(path)]
    answer = subprocess.run(  # noqa: S603 - our own program, and a path from the settings.
        command, input=needles, capture_output=True, text=True, check=True
    ).stdout.strip()
    if answer not in {"yes", "no"}:
        raise RuntimeError("The database could not be searched for what was destroyed.")
    return answer == "yes"
