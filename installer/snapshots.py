"""The whole database as it was before an upgrade: taken, and put back whole or not at all."""

import os
import shutil
import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from installer import places
from installer.machine import Stopped, run, sync

#: A table that every act adds a row to.
TRAIL = "forethought_entry"


class Database(Protocol):
    """One of the two kinds. Nothing else may be at work in it while a snapshot is put back."""

    def size(self) -> int:
        """How many bytes it takes now."""

    def take(self, folder: Path) -> None:
        """Put a snapshot into a folder, on the disk when this returns. Raises Stopped."""

    def put_back(self, folder: Path) -> None:
        """Make the database what it was. May be killed and done again at any moment. Raises Stopped."""

    def acts(self) -> int:
        """How many acts its trail holds."""


class SQLite:
    """A file and its companions."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def size(self) -> int:
        wal = self.path.with_name(f"{self.path.name}-wal")
        return sum(one.stat().st_size for one in (self.path, wal) if one.exists())

    def take(self, folder: Path) -> None:
        self._insist_on_ours()
        target = folder / "database.sqlite3"
        target.unlink(missing_ok=True)
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        # SQLite's own way: a copy of the file alone may miss what is in its companion (reliability.md F15).
        with closing(self._open(self.path, "rw")) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        # Read as a file that nobody changes, so that it gets no companions of its own.
        with closing(self._open(target, "ro&immutable=1")) as copy:
            [(said,)] = copy.execute("PRAGMA quick_check(1)").fetchall()
        if said != "ok":
            raise Stopped(f"The database is damaged ({said}). Nothing was changed. Restore a backup first.")
        sync(target)
        sync(folder)

    def put_back(self, folder: Path) -> None:
        owner = self.path.parent.stat()
        beside = self.path.with_name(f".{self.path.name}.back")
        beside.unlink(missing_ok=True)
        # The folder is the service's own, and we are root: whatever it puts there is neither followed nor written to.
        fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(fd, "wb") as out, (folder / "database.sqlite3").open("rb") as source:
            shutil.copyfileobj(source, out, 1 << 20)
            out.flush()
            os.fchown(fd, owner.st_uid, owner.st_gid)
            os.fsync(fd)
        # First the companions, which belong to what is there now: a changed database that lost them is replaced in the
        # next step, or by whoever does this again; a whole one would be spoilt by them.
        for ending in ("-wal", "-shm", "-journal"):
            self.path.with_name(f"{self.path.name}{ending}").unlink(missing_ok=True)
        sync(self.path.parent)
        beside.rename(self.path)
        sync(self.path.parent)

    def acts(self) -> int:
        with closing(self._open(self.path, "rw")) as connection:
            [(count,)] = connection.execute(f"SELECT count(*) FROM {TRAIL}").fetchall()  # noqa: S608
        return int(count)

    def _insist_on_ours(self) -> None:
        """We are root and the folder is not: a link there could lead anywhere."""
        try:
            facts = self.path.lstat()
        except FileNotFoundError:
            raise Stopped(f"There is no database at {self.path}. Is this machine set up?") from None
        if not stat.S_ISREG(facts.st_mode) or facts.st_uid != self.path.parent.stat().st_uid:
            raise Stopped(f"{self.path} is not a file of the service's own. Look how it came there.")

    @staticmethod
    def _open(path: Path, mode: str) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{path}?mode={mode}", uri=True, timeout=30)


class PostgreSQL:
    """A database on this machine, taken and put back by its own server's administrator."""

    #: How its administrator is asked, without a password.
    administrator: tuple[str, ...] = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups")

    def __init__(self, name: str, owner: str, port: str) -> None:
        self.name, self.owner, self.port = name, owner, port

    def size(self) -> int:
        return int(self._psql(f"SELECT pg_database_size('{self.name}')"))

    def take(self, folder: Path) -> None:
        target = folder / "database.dump"
        # Its administrator cannot write into root's folder; it writes to the descriptor that it is given.
        script = f'exec "$@" >{target}'
        words = ["pg_dump", "-Fc", "-p", self.port, self.name]
        trouble = "PostgreSQL gave no snapshot. Nothing was changed."
        run("/bin/sh", "-c", f"umask 077; {script}", "sh", *self.administrator, *words, failing=trouble)
        trouble = "The snapshot cannot be read. Nothing was changed."
        run("/bin/sh", "-c", f'exec "$@" <{target}', "sh", *self.administrator, "pg_restore", "-l", failing=trouble)
        sync(target)
        sync(folder)

    def put_back(self, folder: Path) -> None:
        back, dump = f"{self.name}_back", folder / "database.dump"
        self._psql(f"DROP DATABASE IF EXISTS {back} WITH (FORCE)")
        self._psql(f"CREATE DATABASE {back} OWNER {self.owner} ENCODING 'UTF8' TEMPLATE template0")
        self._psql(f"REVOKE ALL ON DATABASE {back} FROM PUBLIC")
        words = ["pg_restore", "--exit-on-error", "-p", self.port, "-d", back]
        trouble = f"The snapshot {dump} could not be put back. Keep it."
        run("/bin/sh", "-c", f'exec "$@" <{dump}', "sh", *self.administrator, *words, failing=trouble)
        # Killed between these two, the database is missing until this is done again.
        self._psql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self._psql(f"ALTER DATABASE {back} RENAME TO {self.name}")

    def acts(self) -> int:
        return int(self._psql(f"SELECT count(*) FROM {TRAIL}", self.name))  # noqa: S608

    def _psql(self, statement: str, database: str = "postgres") -> str:
        words = ["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-p", self.port, "-d", database, "-c", statement]
        return run(*self.administrator, *words, failing="PostgreSQL refused what it was asked.").stdout.strip()


class Elsewhere:
    """A database on another machine, whose snapshot somebody else has taken."""

    def size(self) -> int:
        return 0

    def take(self, folder: Path) -> None:
        """Somebody said that there is one."""

    def put_back(self, folder: Path) -> None:
        raise Stopped(
            "The database is on another machine. Put your snapshot back there, then say so: bin/upgrade --put-back"
        )

    def acts(self) -> int:
        return 0


def database_of(settings: dict[str, str], *, taken_elsewhere: bool = False) -> Database:
    """The database that these settings name. Raises Stopped for one elsewhere, unless its snapshot is taken."""
    address = settings.get("DATABASE_URL", "")
    if not address:
        return SQLite(Path(settings.get("FORETHOUGHT_DATA") or places.DATA) / "forethought.sqlite3")
    parts = urlsplit(address)
    query = parse_qs(parts.query)
    host = (query.get("host") or [parts.hostname or ""])[0]
    name, owner = unquote(parts.path.lstrip("/")), unquote(parts.username or "")
    if host.startswith("/") or host in {"", "localhost", "127.0.0.1", "::1"}:
        for one in (name, owner):
            if not one.replace("_", "").isalnum():
                raise Stopped(f"“{one}” is a name that bin/upgrade cannot handle. Use letters, digits and _.")
        return PostgreSQL(name, owner, str(parts.port or (query.get("port") or ["5432"])[0]))
    if taken_elsewhere:
        return Elsewhere()
    raise Stopped(
        f"The database is on {host}, where this machine cannot take a snapshot of every school. Take one there, with "
        "the service stopped, and then run bin/upgrade --snapshot-taken."
    )


def forget(folder: Path) -> None:
    """Remove a snapshot."""
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)
