"""The key that signs checkpoints: one for the installation, in a file beside the master key.

    forethought-log-key-1 <installation, 16 hex digits> <seed, 64 hex digits> <check, 8 hex digits>

Each school's log has an origin of its own, made of two random ids, so that it names no school and no host. The key
signs under that name. Whoever has it can sign a false trail; they cannot make it agree with a checkpoint that has left
the building, nor date it (evidence.md 5).
"""

import secrets
from pathlib import Path
from uuid import UUID

from forethought.audit.notes import NoteKey
from forethought.core.key_file import line_for, read_parts

NAME = "forethought-log-key-1"
INSTALLATION_LENGTH = 8
SEED_LENGTH = 32


def new_line() -> str:
    """A fresh key, as the line of its file."""
    return line_for(NAME, secrets.token_bytes(INSTALLATION_LENGTH), secrets.token_bytes(SEED_LENGTH))


def load(path: Path, school_id: UUID) -> NoteKey:
    """The key under which a school's checkpoints are signed; its name is the log's origin.

    Raises BadKeyFile, with the cure, when the file cannot be used. A missing key is never made up: a trail that goes on
    under another one looks like a trail begun anew.
    """
    installation, seed = read_parts(
        path,
        name=NAME,
        lengths=(INSTALLATION_LENGTH, SEED_LENGTH),
        what="log key",
        cure="Put back the copy that is kept apart from the backups. An installation that never had one makes it with: "
        "manage.py make_keys --log",
    )
    return NoteKey(f"forethought/{installation.hex()}/{school_id}", seed)
