"""What was copied into a place by a backup that is not whole yet: noted line by line, so that a kill costs no copying.

    ["<32 hex digits>", size, "<SHA-256>", ["age1…", …]]     a file as it lies there, and whose cards open it

While a file is copied its line says `NOTHING`: what was known of a copy in this place does not hold then.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from forethought.backups import manifest
from forethought.backups.manifest import BadBackup, Stored

#: The public halves of the cards that are to open a backup.
Cards = frozenset[str]

#: What is noted of an object while it is copied: no file of the age format is so short.
NOTHING = Stored(0, "0" * 64)


def note(journal: TextIO, name: str, one: Stored, cards: Cards) -> None:
    """Note how a file lies in the place now."""
    journal.write(json.dumps([name, one.size, one.sha256, sorted(cards)]) + "\n")
    journal.flush()


def noted(journal: Path) -> Iterator[tuple[str, Stored, Cards]]:
    """What was noted, first line first; nothing without a journal. A line that was cut off is none."""
    for line in journal.read_bytes().splitlines() if journal.exists() else ():
        with suppress(ValueError, TypeError, BadBackup):
            *listed, cards = json.loads(line)
            for name, one in manifest.read_objects([json.dumps(listed).encode()]):
                yield name, one, frozenset(cards)
