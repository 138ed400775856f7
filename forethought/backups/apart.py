"""What a backup keeps apart from the database, because it must be gone sooner: keys, salts and hashes of records.

A record is destroyed by destroying its key. A database that is kept for a year and held the key would undo that
(reliability.md F14). So the columns below are emptied in the copy, and lie beside it in a file that goes after 35 days.
An older backup is restored with the newest such file: it opens everything but what was destroyed since.

    one JSON list a line: table, id as 32 hex digits, {column: hex}

A school's key that was made after an older backup has no row there. Its line holds the rest of its row too: what was
wrapped anew under it opens with no other.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

#: Columns of bytes by table. tests/house/test_backups_whole.py finds a table with a key that is not here.
COLUMNS: dict[str, tuple[str, ...]] = {
    "forethought_schoolkey": ("wrapped",),
    "forethought_casekey": ("wrapped",),
    "forethought_exhibitkey": ("wrapped",),
    "forethought_upload": ("wrapped",),
    "forethought_away": ("wrapped",),
    "forethought_redactedcopykey": ("wrapped",),
    "forethought_bundlekey": ("wrapped",),
    "forethought_derivedkey": ("wrapped",),
    "forethought_exhibit": ("salt", "sha256"),
    "forethought_redactedcopy": ("salt", "sha256"),
}

#: What a row needs besides, where it comes back though the older database has none.
ROWS: dict[str, tuple[str, ...]] = {"forethought_schoolkey": ("school_id", "key_id", "made_at")}


def asked_of(table: str) -> tuple[str, ...]:
    """The columns that are written of a table."""
    return (*COLUMNS[table], *ROWS.get(table, ()))


def line_for(table: str, row: str, values: dict[str, bytes]) -> bytes:
    """One line of the file. Empty values are left out: they need no telling."""
    held = {column: bytes(value).hex() for column, value in values.items() if value}
    return json.dumps([table, row.replace("-", ""), held], separators=(",", ":")).encode() + b"\n"


def read_lines(lines: Iterable[bytes]) -> Iterator[tuple[str, str, dict[str, bytes]]]:
    """Table, id and values of each line. Raises ValueError for what this program never wrote."""
    for line in lines:
        table, row, held = json.loads(line)
        if table not in COLUMNS or not set(held) <= set(asked_of(table)):
            raise ValueError("A line of the keys is about another column.")
        yield table, row, {column: bytes.fromhex(value) for column, value in held.items()}


def values_of(table: str, values: Sequence[Any]) -> dict[str, bytes]:
    """What the columns that `asked_of` names hold, as bytes. Of a row whose own are empty nothing else is told."""
    found = {column: _bytes(value) for column, value in zip(asked_of(table), values, strict=True)}
    return found if any(found[column] for column in COLUMNS[table]) else {}


def is_of(values: Mapping[str, bytes], school: str) -> bool:
    """Whether the line of a row says that it is of this school. Only those of `ROWS` say so."""
    return "school_id" in values and UUID(values["school_id"].decode()) == UUID(school)


def _bytes(value: Any) -> bytes:
    if isinstance(value, UUID):
        value = value.hex
    elif isinstance(value, datetime):
        value = value.isoformat()
    return value.encode() if isinstance(value, str) else bytes(value or b"")
