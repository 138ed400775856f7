"""A SQLite database copied as of one instant while it is written to, what is kept apart taken out, and put back.

Only by SQLite's own backup interface: of 20 plain copies of a database in use 20 were inconsistent, and 16 with the log
beside it (reliability.md F15). No Django here, so that a copy can be looked at wherever it lies.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from forethought.backups.apart import COLUMNS, asked_of, line_for, values_of

_BATCH = 1000


def copy_database(database: Path, to: Path) -> None:
    """Copy it as of one instant. Writers go on meanwhile. `to` must not be there; only we may read it."""
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    with closing(sqlite3.connect(database)) as live, closing(sqlite3.connect(to)) as copy:
        live.execute("PRAGMA busy_timeout=20000")
        live.backup(copy)


@contextmanager
def _without_locks(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of ours, to change what the locks on sealed rows refuse. They are back at the end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        # A log or a sync would serve nobody: a copy that is not finished is thrown away.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "secure_delete=ON", "foreign_keys=OFF"):
            copy.execute(f"PRAGMA {pragma}").fetchall()
        copy.execute("BEGIN")
        locks = copy.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in locks:
            copy.execute(f'DROP TRIGGER "{name}"')
        yield copy
        for _, sql in locks:
            copy.execute(sql)
        copy.execute("COMMIT")


def take_apart(path: Path, out: BinaryIO) -> None:
    """Empty the columns that are kept apart, and the sign-ins; write what they held. For a copy alone."""
    with _without_locks(path) as copy:
        there = _tables(copy)
        for table, columns in COLUMNS.items():
            if table not in there:
                continue
            for row, *values in copy.execute(f"SELECT id, {', '.join(asked_of(table))} FROM {table}"):  # noqa: S608
                out.write(line_for(table, row, values_of(table, values)))
            for column in columns:
                copy.execute(f"UPDATE {table} SET {column} = x'' WHERE length({column}) > 0")  # noqa: S608
        end_sign_ins(copy)


def put_together(path: Path, held: Iterable[tuple[str, str, dict[str, bytes]]]) -> None:
    """Put back what was kept apart, into rows that are there. For a copy that nobody uses yet."""
    with _without_locks(path) as copy:
        there = _tables(copy)
        for table, row, values in held:
            if table in there and values:
                own = {column: values[column] for column in COLUMNS[table] if column in values}
                assigned = ", ".join(f"{column} = ?" for column in own)
                found = copy.execute(f"UPDATE {table} SET {assigned} WHERE id = ?", [*own.values(), row])  # noqa: S608
                if "key_id" in values and not found.rowcount:
                    _add(copy, table, row, values)
        copy.execute(RETIRED)
        end_sign_ins(copy)


def _add(copy: sqlite3.Connection, table: str, row: str, values: dict[str, bytes]) -> None:
    """Add a school's key that is younger than this copy."""
    told: list[Any] = [row, values["school_id"].decode(), values["key_id"], values["wrapped"]]
    told.append(values["made_at"].decode())
    copy.execute(f"INSERT INTO {table} (id, school_id, key_id, wrapped, made_at) VALUES (?, ?, ?, ?, ?)", told)  # noqa: S608


#: A key of a school that is in no backup any more was retired since.
RETIRED = (
    "UPDATE forethought_schoolkey SET retired_at = CURRENT_TIMESTAMP WHERE length(wrapped) = 0 AND retired_at IS NULL"
)


def end_sign_ins(copy: sqlite3.Connection) -> None:
    """Nobody is signed in to a copy: neither people nor visitors."""
    copy.execute("DELETE FROM django_session")
    copy.execute("DELETE FROM forethought_doorway WHERE kind IN ('visit', 'reader')")


def wrong_with(path: Path) -> list[str]:
    """What SQLite finds wrong with a database, in sentences."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as copy:
        try:
            said = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(5)")]
            loose = copy.execute("PRAGMA foreign_key_check").fetchmany(5)
        except sqlite3.DatabaseError as error:
            return [f"The database cannot be read: {error}."]
    wrong = [f"The database is damaged: {one}." for one in said if one != "ok"]
    return wrong + [f"A row of {table} points to one that is not there." for table, *_ in loose]


class SqliteCopy:
    """A copy to be read: what the test of the night and a restore ask of it."""

    engine = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path

    def schools(self) -> list[str]:
        """The ids of its schools."""
        return [str(UUID(row[0])) for row in self.rows("SELECT id FROM forethought_school ORDER BY id")]

    def counts(self) -> dict[str, int]:
        """How many rows each table holds."""
        with closing(sqlite3.connect(self._path)) as copy:
            tables = sorted(_tables(copy) - {"django_session"})
            return {
                table: int(copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
                for table in tables
            }

    def checkpoints(self) -> dict[str, str]:
        """The newest signed checkpoint of each school that has one."""
        query = "SELECT school_id, note, max(size) FROM forethought_checkpoint GROUP BY school_id"
        return {str(UUID(row[0])): row[1] for row in self.rows(query)}

    def head(self, school: str) -> tuple[int, bytes]:
        """The size of a school's trail, and its right edge."""
        for size, edge in self.rows("SELECT size, edge FROM forethought_trailhead WHERE school_id = ?", _hex(school)):
            return size, edge
        return 0, b""

    def entries(self, school: str) -> Iterator[tuple[str, bytes]]:
        """Body and leaf of each entry of a school's trail, first one first."""
        yield from self.rows("SELECT body, leaf FROM forethought_entry WHERE school_id = ? ORDER BY seq", _hex(school))

    def objects(self) -> Iterator[str]:
        """The names of the objects that records need: those destroyed since keep their name and have none."""
        for (name,) in self.rows(NEEDED):
            yield name

    def rows(self, query: str, *values: str) -> Iterator[tuple]:  # type: ignore[type-arg]
        """The rows of a question."""
        with closing(sqlite3.connect(self._path)) as copy:
            found = copy.execute(query, values)
            while rows := found.fetchmany(_BATCH):
                yield from rows


#: The objects of records that were not destroyed.
NEEDED = (
    "SELECT object_name FROM forethought_exhibit WHERE object_name <> '' "
    "AND id NOT IN (SELECT exhibit_id FROM forethought_destruction) "
    "AND id NOT IN (SELECT exhibit_id FROM forethought_away WHERE ended_as = 'destroyed')"
)


def _hex(school: str) -> str:
    return UUID(school).hex


def _tables(copy: sqlite3.Connection) -> set[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return {row[0] for row in copy.execute(query)}
