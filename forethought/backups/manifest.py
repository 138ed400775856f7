"""What a backup says of itself: a list of its files with sizes and SHA-256, signed with the log key.

    snapshots/<name>/database.sqlite3.gz.age   the database (or database.tar.gz.age, from PostgreSQL)
                     apart.jsonl.gz.age        wrapped keys, salts and hashes of records: gone after 35 days
                     ledger.json.age           what was destroyed, who left, who is kept out, by then
                     objects.jsonl.gz          name, size and SHA-256 of each object it needs, as stored here
                     manifest.json             this list
                     manifest.note             its SHA-256, signed; written last: without it there is no backup
    objects/4/f/<32 hex>.age                   files of the vault, shared by all backups

Nothing here is secret, and nothing names a school or a person: ids, sizes, hashes and times.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

from forethought.audit.notes import BadNote, NoteKey, PublicNoteKey, open_note, sign_note
from forethought.backups import rules

FORMAT = "forethought-backup-1"
MANIFEST, NOTE = "manifest.json", "manifest.note"
OBJECTS = "objects.jsonl.gz"
APART = "apart.jsonl.gz.age"
LEDGER = "ledger.json.age"

#: Larger than any manifest, whose lists of objects are files of their own.
LONGEST = 16 * 1024 * 1024
_OBJECT = re.compile(r"[0-9a-f]{32}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class BadBackup(Exception):
    """A backup is not whole, or is not one of ours. The message says what is wrong with it, for a person."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it lies in the place of backups: its size in bytes and its SHA-256 in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One backup. `files` by their name in its folder; `checkpoints` are signed notes by the id of their school."""

    name: str
    engine: str
    schema: str
    files: Mapping[str, Stored]
    objects: int
    bytes_of_objects: int
    checkpoints: Mapping[str, str]
    #: SHA-256 of how many rows each table holds: whoever finds the disk is not to read how many cases there are.
    counts: str
    recipients: Sequence[str] = field(default=())

    def folder(self) -> str:
        """Where its files lie."""
        return folder_of(self.name)

    def database(self) -> str:
        """The name of the file that holds the database. Raises BadBackup when there is none."""
        for name in self.files:
            if name.startswith("database."):
                return name
        raise BadBackup("This backup holds no database.")


def counted(counts: Mapping[str, int]) -> str:
    """How many rows each table holds, as one hash."""
    return hashlib.sha256(json.dumps(dict(counts), sort_keys=True).encode()).hexdigest()


def folder_of(name: str) -> str:
    """Where the files of a backup lie."""
    return f"snapshots/{name}"


def place_of(object_name: str) -> str:
    """Where an object of the vault lies among the backups."""
    return f"objects/{object_name[0]}/{object_name[1]}/{object_name}.age"


def is_object(path: str) -> bool:
    """Whether this is the place of an object of the vault among the backups."""
    name = path.rpartition("/")[2].removesuffix(".age")
    return _OBJECT.fullmatch(name) is not None and path == place_of(name)


def written(manifest: Manifest, *, key: NoteKey) -> tuple[bytes, bytes]:
    """The manifest and its signed note, as they are stored."""
    body = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1, sort_keys=True).encode()
    text = f"{FORMAT}\n{manifest.name}\n{hashlib.sha256(body).hexdigest()}\n"
    return body, sign_note(text, key=key).encode()


def read(name: str, body: bytes, note: bytes, *, keys: Sequence[PublicNoteKey] | None) -> Manifest:
    """The manifest of the backup of this name. Raises BadBackup unless it is whole and signed by one of the keys.

    Without keys (None) the signature is not looked at: only where whoever asks has none yet, and asks again later.
    """
    try:
        text = note.decode()
        text = open_note(text, keys=keys).text if keys is not None else text.partition("\n\n")[0] + "\n"
    except (BadNote, UnicodeDecodeError) as error:
        raise BadBackup(f"The backup {name} is not signed by this installation. {error}") from None
    if text != f"{FORMAT}\n{name}\n{hashlib.sha256(body).hexdigest()}\n":
        raise BadBackup(f"The list of the backup {name} was changed, or belongs to another one.")
    try:
        found = json.loads(body)
        if found.pop("format") != FORMAT or found["name"] != name:
            raise ValueError
        files = {str(file): Stored(int(one["size"]), _hash(one["sha256"])) for file, one in found.pop("files").items()}
        return Manifest(files=files, **found)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadBackup(f"The list of the backup {name} cannot be read.") from None


def write_objects(objects: Mapping[str, Stored], out: BinaryIO) -> None:
    """Write the list of objects, in the order of their names, so that equal lists are equal files."""
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, compresslevel=6, mtime=0) as squeezed:
        for name in sorted(objects):
            one = objects[name]
            squeezed.write(json.dumps([name, one.size, one.sha256]).encode() + b"\n")


def read_objects(lines: Iterable[bytes]) -> Iterator[tuple[str, Stored]]:
    """The objects in such a list, its lines given unpacked. Raises BadBackup for anything else."""
    for line in lines:
        try:
            name, size, digest = json.loads(line)
            if not _OBJECT.fullmatch(name):
                raise ValueError
            yield name, Stored(int(size), _hash(digest))
        except (ValueError, TypeError):
            raise BadBackup("The list of objects cannot be read.") from None


def names_in(paths: Iterable[str]) -> tuple[set[str], set[str]]:
    """Which backups these paths speak of: those that are whole, and those that were never finished."""
    begun: set[str] = set()
    whole: set[str] = set()
    for path in paths:
        head, _, rest = path.removeprefix("snapshots/").partition("/")
        if rules.is_name(head):
            begun.add(head)
            if rest == NOTE:
                whole.add(head)
    return whole, begun - whole


def _hash(value: Any) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise ValueError("not a hash")
    return value
