"""What a backup keeps apart from the database, because it must be gone sooner: keys, salts and hashes of records.

A record is destroyed by destroying its key. A database that is kept for a year and held the key would undo that
(reliability.md F14). So the columns below are emptied in the copy, and lie beside it in a file that goes after 35 days.
An older backup is restored with the newest such file: it opens everything but what was destroyed since.

    one JSON list a line: table, id as 32 hex digits, {column: hex}
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

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


def line_for(table: str, row: str, values: dict[str, bytes]) -> bytes:
    """One line of the file. Empty values are left out: they need no telling."""
    held = {column: bytes(value).hex() for column, value in values.items() if value}
    return json.dumps([table, row.replace("-", ""), held], separators=(",", ":")).encode() + b"\n"


def read_lines(lines: Iterable[bytes]) -> Iterator[tuple[str, str, dict[str, bytes]]]:
    """Table, id and values of each line. Raises ValueError for what this program never wrote."""
    for line in lines:
        table, row, held = json.loads(line)
        if table not in COLUMNS or not set(held) <= set(COLUMNS[table]):
            raise ValueError("A line of the keys is about another column.")
        yield table, row, {column: bytes.fromhex(value) for column, value in held.items()}


def empty_values(table: str, values: Iterable[Any]) -> dict[str, bytes]:
    """The columns of a table with these values, as bytes."""
    return {column: bytes(value or b"") for column, value in zip(COLUMNS[table], values, strict=True)}
