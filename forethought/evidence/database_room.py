"""Whether there is room on the disk of PostgreSQL's own data, which is not the disk that holds ours.

A word in a file of the data folder says so to every process: `nearly` or `full`. It is touched while that is so and
counts for some seconds, so nobody has to take it back. The worker writes it where the size of that disk can be asked;
whoever is told by the database that its disk is full writes it in any case, and after those seconds the next write is a
try. With SQLite there is nothing to watch here: the database lies in our own folder.
"""

import os
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from forethought.core.reserve import MIB, Room

#: PostgreSQL's journal grows by 16 MiB at a time, and the whole server stops when it cannot. So nothing more is written
#: with less than this free (bytes), and files are refused with less than the other.
BARE, NEARLY = 64 * MIB, 256 * MIB

#: So many seconds a word counts.
LASTS = 15.0

#: What PostgreSQL says when a file of it could not grow (SQLSTATE).
_DISK_FULL = "53100"

_HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})


def room_of(free: int) -> Room:
    """How much room there is with so many bytes free: enough, for words alone, or for reading alone."""
    if free < BARE:
        return Room.NONE
    return Room.WORDS if free < NEARLY else Room.ENOUGH


def word_at(word: str, age: float) -> Room:
    """What a word of so many seconds ago means now."""
    if age > LASTS:
        return Room.ENOUGH
    return {"full": Room.NONE, "nearly": Room.WORDS}.get(word, Room.ENOUGH)


def _file() -> Path:
    found: Path = settings.DATA / "database.room"
    return found


def look() -> Room:
    """How much room there is for the database, as far as anybody was told in the last seconds. Asks no database."""
    if connection.vendor != "postgresql":
        return Room.ENOUGH
    try:
        age = time.time() - _file().stat().st_mtime
        return word_at(_file().read_text().strip(), age)
    except OSError:
        return Room.ENOUGH


def note(word: str) -> None:
    """Say `nearly` or `full` to every process. A disk of ours that is full as well says it by itself."""
    with suppress(OSError):
        if not _file().exists() or _file().read_text() != word:
            new = _file().with_suffix(f".{os.getpid()}")
            new.write_text(word)
            os.replace(new, _file())
        os.utime(_file())


def is_full_error(fault: BaseException | None) -> bool:
    """Whether the database says that its own disk is full."""
    while fault is not None:
        if getattr(fault, "sqlstate", None) == _DISK_FULL:
            return True
        fault = fault.__cause__
    return False


def watch() -> str:
    """Look at the disk, by the worker: `watched`, or `unknown` where its size cannot be asked; empty with SQLite."""
    if connection.vendor != "postgresql":
        return ""
    free = _free(_folder(str(settings.DATABASE_FOLDER), round(time.monotonic() / 300)))
    if free is None:
        return "unknown"
    found = room_of(free)
    if found is not Room.ENOUGH:
        note("full" if found is Room.NONE else "nearly")
    return "watched"


def _free(folder: Path | None) -> int | None:
    try:
        facts = os.statvfs(folder) if folder else None
    except OSError:
        return None
    return facts.f_bavail * facts.f_frsize if facts else None


@lru_cache(maxsize=1)
def _folder(named: str, again: int) -> Path | None:
    """Where PostgreSQL keeps its data, if that is on this machine: as it was set, or as the server says it.

    It says so to few, and a server elsewhere means a folder elsewhere. `again` changes every five minutes, and so it is
    asked once in that time.
    """
    if named:
        return Path(named)
    host = str(connection.settings_dict.get("HOST") or "")
    if host not in _HERE and not host.startswith("/"):
        return None
    with connection.cursor() as cursor:
        # Shown to members of pg_read_all_settings alone. The others get no row, and no error.
        cursor.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
        row: Any = cursor.fetchone()
    return Path(row[0]) if row and row[0] else None
