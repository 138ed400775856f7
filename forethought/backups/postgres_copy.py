"""A PostgreSQL database read as of one instant, school by school, and put back: all of it, or one school alone.

Read by the role that serves, which owns nothing: one transaction that sees one instant (REPEATABLE READ) goes through
the schools, told to the row-level security one after another. So a backup needs no more rights than a page, and the
rows of each school lie in files of their own (docs/decisions/0038).

    tables.json                     tables and columns, in the order of their names
    outside/<table>.copy            what belongs to no school, or is how one is found; of accounts all
    schools/<id>/<table>.copy       the rows of one school, in PostgreSQL's own text form (COPY)
"""

import io
import json
import os
import tarfile
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.apps import apps
from django.db import connection, transaction

from forethought.backups import apart
from forethought.backups.apart import COLUMNS, ROWS, asked_of, line_for, values_of
from forethought.backups.manifest import BadBackup
from forethought.schools import OUTSIDE, school_column

#: Of Django's and the sign-in library's own tables these hold something of ours. Sessions are never backed up.
THEIRS = ("account_emailaddress", "mfa_authenticator", "socialaccount_socialaccount")


def tables() -> dict[str, tuple[list[str], str | None]]:
    """Every table that is backed up: its columns, and the one that says whose row it is."""
    found: dict[str, tuple[list[str], str | None]] = {}
    for model in apps.get_models():
        table = model._meta.db_table
        ours = model._meta.app_label == "forethought"
        if ours or table in THEIRS:
            columns = [str(field.column) for field in model._meta.local_concrete_fields]
            found[table] = (columns, school_column(model) if ours else None)
    return dict(sorted(found.items()))


def copy_database(folder: Path, held: BinaryIO) -> "PostgresCopy":
    """Write the database as of one instant below an empty folder, and what is kept apart to `held`."""
    # A connection of its own: the instant is chosen by the first question of a transaction.
    own = connection.copy()
    try:
        # What PostgreSQL says in the midst of a COPY would else pass Django by.
        with own.wrap_database_errors, own.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            _copy_all(cursor, folder, held)
            cursor.execute("ROLLBACK")
    finally:
        own.close()
    return PostgresCopy(folder)


def _copy_all(cursor: Any, folder: Path, held: BinaryIO) -> None:
    cursor.execute("SELECT school_id FROM forethought_wake ORDER BY school_id")
    schools = [str(row[0]) for row in cursor.fetchall()]
    shape = tables()
    (folder / "tables.json").write_text(json.dumps({table: columns for table, (columns, _) in shape.items()}, indent=1))
    (folder / "outside").mkdir(mode=0o700)
    for table, (columns, column) in shape.items():
        if column is None:
            _write(cursor, folder / "outside" / f"{table}.copy", table, columns, "")
    for school in schools:
        cursor.execute("SELECT set_config('app.school', %s, true)", [school])
        own = folder / "schools" / school
        own.mkdir(mode=0o700, parents=True)
        for table, (columns, column) in shape.items():
            if column is not None:
                _write(cursor, own / f"{table}.copy", table, columns, f"WHERE {column} = '{uuid.UUID(school)}'")
                _apart(cursor, table, held)


def _write(cursor: Any, path: Path, table: str, columns: list[str], where: str) -> None:
    emptied = COLUMNS.get(table, ())
    asked = ", ".join(f"'\\x'::bytea AS {one}" if one in emptied else f'"{one}"' for one in columns)
    if table == "forethought_doorway":
        # Nobody is signed in to a copy.
        where = "WHERE kind NOT IN ('visit', 'reader')"
    query = f"COPY (SELECT {asked} FROM {table} {where}) TO STDOUT"  # noqa: S608
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as out, cursor.copy(query) as copy:
        for piece in copy:
            out.write(piece)


def _apart(cursor: Any, table: str, held: BinaryIO) -> None:
    if table in COLUMNS:
        cursor.execute(f"SELECT id, {', '.join(asked_of(table))} FROM {table}")  # noqa: S608
        for row, *values in cursor.fetchall():
            held.write(line_for(table, str(row), values_of(table, values)))


class PostgresCopy:
    """A copy in files, to be read: what the test of the night and a restore ask of it."""

    engine = "postgresql"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self._tables: dict[str, list[str]] = json.loads((folder / "tables.json").read_text())
        except (OSError, ValueError):
            raise BadBackup("The copy of the database has no list of its tables.") from None

    def schools(self) -> list[str]:
        """The ids of its schools."""
        return sorted(one.name for one in (self._folder / "schools").iterdir())

    def counts(self) -> dict[str, int]:
        """How many rows each table holds."""
        found = dict.fromkeys(self._tables, 0)
        for path in self._folder.glob("**/*.copy"):
            with path.open("rb") as lines:
                found[path.stem] += sum(1 for _ in lines)
        return found

    def checkpoints(self) -> dict[str, str]:
        """The newest signed checkpoint of each school that has one."""
        found = {}
        for school in self.schools():
            notes = self.rows(school, "forethought_checkpoint", "size", "note")
            newest = max(notes, key=lambda row: int(row[0] or 0), default=None)
            if newest is not None:
                found[school] = newest[1] or ""
        return found

    def head(self, school: str) -> tuple[int, bytes]:
        """The size of a school's trail, and its right edge."""
        for size, edge in self.rows(school, "forethought_trailhead", "size", "edge"):
            return int(size or 0), _bytes(edge)
        return 0, b""

    def entries(self, school: str) -> Iterator[tuple[str, bytes]]:
        """Body and leaf of each entry of a school's trail, first one first."""
        found = [
            (int(seq or 0), body or "", _bytes(leaf))
            for seq, body, leaf in self.rows(school, "forethought_entry", "seq", "body", "leaf")
        ]
        for _, body, leaf in sorted(found):
            yield body, leaf

    def objects(self) -> Iterator[str]:
        """The names of the objects that records need: those destroyed since keep their name and have none."""
        for school in self.schools():
            gone = {row[0] for row in self.rows(school, "forethought_destruction", "exhibit_id")}
            away = self.rows(school, "forethought_away", "exhibit_id", "ended_as")
            gone |= {row[0] for row in away if row[1] == "destroyed"}
            for row, name in self.rows(school, "forethought_exhibit", "id", "object_name"):
                if name and row not in gone:
                    yield name

    def rows(self, school: str, table: str, *columns: str) -> Iterator[list[str | None]]:
        """Columns of the rows of one school's table, as text; nothing for NULL."""
        places = [self._tables[table].index(column) for column in columns]
        with (self._folder / "schools" / school / f"{table}.copy").open("rb") as lines:
            for line in lines:
                values = line.rstrip(b"\n").split(b"\t")
                yield [_text(values[place]) for place in places]


_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _text(value: bytes) -> str | None:
    """A value of PostgreSQL's text form (COPY), unescaped."""
    if value == rb"\N":
        return None
    text = value.decode()
    if "\\" not in text:
        return text
    out, letters = io.StringIO(), iter(text)
    for letter in letters:
        if letter != "\\":
            out.write(letter)
            continue
        following = next(letters, "")
        out.write(_ESCAPES.get(following, following))
    return out.getvalue()


def _bytes(value: str | None) -> bytes:
    return bytes.fromhex((value or "").removeprefix("\\x"))


# --- Packed into one file ---


def pack(folder: Path, path: Path) -> None:
    """Put a copy into one tar, its list of tables first."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as out, tarfile.open(fileobj=out, mode="w") as tar:
        tar.add(folder / "tables.json", arcname="tables.json")
        for part in ("outside", "schools"):
            if (folder / part).exists():
                tar.add(folder / part, arcname=part)


def unpack(packed: BinaryIO, folder: Path, *, only: str | None = None) -> PostgresCopy:
    """Unpack a copy below an empty folder, of one school alone if asked. Raises BadBackup."""
    try:
        with tarfile.open(fileobj=packed) as tar:
            for member in tar:
                if only is None or not member.name.startswith("schools/") or member.name.startswith(f"schools/{only}"):
                    tar.extract(member, folder, filter="data")
    except tarfile.TarError:
        raise BadBackup("The copy of the database cannot be unpacked.") from None
    return PostgresCopy(folder)


# --- Put back ---


def fill(folder: Path, held: Iterable[tuple[str, str, dict[str, bytes]]], *, only: str | None = None) -> None:
    """Put the rows of a copy into tables that hold none of them, in one transaction; of one school alone if asked.

    As the role that serves: each school's rows come in under its own row-level security, so that a row of another
    school among them is refused by the database. Values are put together with what was kept apart before they are rows.
    """
    copy = PostgresCopy(folder)
    current, kept = tables(), _by_table(held)
    # As in copying.
    with connection.wrap_database_errors, transaction.atomic():
        with connection.cursor() as cursor:
            _outside(cursor, folder, copy, only)
            for school in [only] if only else copy.schools():
                cursor.execute("SELECT set_config('app.school', %s, true)", [school])
                for table, columns in copy._tables.items():
                    if current.get(table, ([], None))[1] is not None:
                        path = folder / "schools" / school / f"{table}.copy"
                        _insert(cursor, path, table, columns, kept.get(table, {}))
                _younger_keys(cursor, school, kept)
            _theirs(cursor, folder, copy, only)


def _younger_keys(cursor: Any, school: str, kept: dict[str, dict[str, dict[str, bytes]]]) -> None:
    """Add the keys of a school that are younger than this copy; those that are in no backup any more were retired."""
    for table in ROWS:
        for row, values in kept.get(table, {}).items():
            if apart.is_of(values, school):
                cursor.execute(
                    f"INSERT INTO {table} (id, school_id, key_id, wrapped, made_at) "  # noqa: S608
                    "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING",
                    [row, school, values["key_id"], values["wrapped"], values["made_at"].decode()],
                )
    cursor.execute(
        "UPDATE forethought_schoolkey SET retired_at = now() WHERE length(wrapped) = 0 AND retired_at IS NULL "
        "AND school_id = %s",
        [school],
    )


def _outside(cursor: Any, folder: Path, copy: PostgresCopy, only: str | None) -> None:
    """Accounts, doorways and wake times: all, or those of one school."""
    for table in sorted(OUTSIDE):
        columns = copy._tables.get(table, [])
        if not columns or (only and "school_id" not in columns):
            # Of a school that is not founded yet.
            continue
        where = f"WHERE school_id = '{uuid.UUID(only)}'" if only else ""
        _insert(cursor, folder / "outside" / f"{table}.copy", table, columns, {}, where)


def _theirs(cursor: Any, folder: Path, copy: PostgresCopy, only: str | None) -> None:
    """The sign-in library's rows of these accounts. They get numbers of this database."""
    of_school = f"WHERE school_id = '{uuid.UUID(only)}'" if only else ""
    for table in THEIRS:
        path = folder / "outside" / f"{table}.copy"
        if not path.exists():
            continue
        columns = [one for one in copy._tables[table] if one != "id"]
        named = ", ".join(f'"{one}"' for one in columns)
        _stage(cursor, path, table, copy._tables[table])
        cursor.execute(
            f"INSERT INTO {table} ({named}) SELECT {named} FROM staged WHERE user_id IN "  # noqa: S608
            f"(SELECT id FROM forethought_account {of_school})"
        )


def _stage(cursor: Any, path: Path, table: str, columns: list[str]) -> None:
    cursor.execute("DROP TABLE IF EXISTS staged")
    cursor.execute(f"CREATE TEMP TABLE staged ON COMMIT DROP AS SELECT * FROM {table} WITH NO DATA")  # noqa: S608
    named = ", ".join(f'"{one}"' for one in columns)
    with path.open("rb") as lines, cursor.copy(f"COPY staged ({named}) FROM STDIN") as copy:
        while piece := lines.read(1 << 20):
            copy.write(piece)


def _insert(
    cursor: Any, path: Path, table: str, columns: list[str], kept: dict[str, dict[str, bytes]], where: str = ""
) -> None:
    _stage(cursor, path, table, columns)
    if kept:
        own = COLUMNS[table]
        cursor.execute("DROP TABLE IF EXISTS apart")
        cursor.execute(f"CREATE TEMP TABLE apart (id uuid, {', '.join(f'{one} bytea' for one in own)}) ON COMMIT DROP")
        with cursor.copy(f"COPY apart (id, {', '.join(own)}) FROM STDIN") as copy:
            for row, values in kept.items():
                copy.write_row([row, *(values.get(one) for one in own)])
        assigned = ", ".join(f"{one} = coalesce(a.{one}, s.{one})" for one in own)
        cursor.execute(f"UPDATE staged s SET {assigned} FROM apart a WHERE a.id = s.id")  # noqa: S608
    named = ", ".join(f'"{one}"' for one in columns)
    cursor.execute(f"INSERT INTO {table} ({named}) SELECT {named} FROM staged {where}")  # noqa: S608


def _by_table(held: Iterable[tuple[str, str, dict[str, bytes]]]) -> dict[str, dict[str, dict[str, bytes]]]:
    found: dict[str, dict[str, dict[str, bytes]]] = {}
    for table, row, values in held:
        if values:
            found.setdefault(table, {})[str(uuid.UUID(row))] = values
    return found
