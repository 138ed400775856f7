"""The test of the night: everything in a place is read back, the database is opened, its trail worked out anew.

What this proves, and what only somebody with the card proves: docs/decisions/0038.
"""

import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from pyrage.x25519 import Identity

from forethought.audit.checking import check_trail, stored_entry
from forethought.audit.checkpoints import signing_key
from forethought.audit.notes import BadNote, open_note, read_checkpoint
from forethought.audit.tree import Frontier
from forethought.backups import keeping, key_copies, manifest, postgres_copy, sqlite_copy
from forethought.backups.manifest import BadBackup, Manifest, Stored
from forethought.backups.places import Place
from forethought.backups.restoring import opens, unlock_file
from forethought.evidence.reading import vault

#: Of the files that were copied with the key of this night, so many bytes are opened and compared with the vault's.
OPENED = 512 * 1024 * 1024

log = logging.getLogger(__name__)


@dataclass
class Tried:
    """What a test found: which backup, its faults in sentences, files read and opened, and those to copy anew."""

    name: str = ""
    faults: list[str] = field(default_factory=list)
    read: int = 0
    opened: int = 0
    again: set[str] = field(default_factory=set)
    #: How long the trail of each school is.
    sizes: dict[str, int] = field(default_factory=dict)


class _Interrupted(Exception):
    pass


def try_out(place: Place, *, key: Identity, stopped: Callable[[], bool] = lambda: False) -> Tried | None:
    """Test the newest backup of a place, which must open with this key. Nothing when told to stop before its end."""
    found = Tried()
    try:
        names = keeping.whole_backups(place)
        if not names:
            found.faults.append("There is no whole backup.")
            return found
        found.name = names[0]
        made = keeping.read_manifest(place, found.name, keys=[keeping.signing_key().public()])
        _files(place, made, found)
        objects = keeping.objects_of(place, made)
        _objects(place, objects, found, key, stopped)
        try_database(place, made, set(objects), found, key)
    except _Interrupted:
        return None
    except BadBackup as error:
        found.faults.append(str(error))
    return found


def try_keys(place: Place, name: str, *, key: Identity) -> list[str]:
    """What is wrong with the copy of the keys that was made with a backup: it must hold those that are here."""
    try:
        held = key_copies.open_copy(place, key_copies.path_of(name), key=key)
    except BadBackup as error:
        return [f"The copy of the keys cannot be used. {error}"]
    here = {one.name: one.read_bytes() for one in key_copies.key_files() if one.exists()}
    return [] if held == here else ["The copy of the keys does not hold the keys of this installation."]


def _files(place: Place, made: Manifest, found: Tried) -> None:
    for file, stored in made.files.items():
        with keeping.open_in(place, f"{made.folder()}/{file}") as source:
            if keeping.pour(source, None) != stored:
                found.faults.append(f"{file} of the backup {made.name} is not what was written.")
        found.read += 1


def _objects(
    place: Place, objects: dict[str, Stored], found: Tried, key: Identity, stopped: Callable[[], bool]
) -> None:
    """Read every file of records back; open those that this night's key opens."""
    left = OPENED
    for name, stored in objects.items():
        if stopped():
            raise _Interrupted
        path = manifest.place_of(name)
        try:
            with keeping.open_in(place, path) as source:
                seen = keeping.pour(source, None)
        except BadBackup:
            seen = None
        found.read += 1
        if seen != stored:
            found.faults.append(f"The file {name} is gone from the backup or is not what was written.")
            found.again.add(name)
        elif stored.size <= left and opens(place, path, key=key):
            left -= stored.size
            if _opened(place, path, stored, key) != _in_vault(name):
                found.faults.append(f"The file {name} in the backup is not the one in the vault.")
                found.again.add(name)
            found.opened += 1


def _opened(place: Place, path: str, stored: Stored, key: Identity) -> Stored:
    with keeping.tempfile_in(keeping.workroom()) as out:
        unlock_file(place, path, stored, out, key=key, squeezed=False)
        out.seek(0)
        return keeping.pour(out, None)


def _in_vault(name: str) -> Stored | None:
    try:
        with vault().open(name) as source:
            return keeping.pour(source, None)
    except FileNotFoundError:
        return None


def try_database(place: Place, made: Manifest, objects: set[str], found: Tried, key: Identity) -> None:
    """Open the database into a scratch folder, and look at all that can be looked at without a server."""
    file = made.database()
    scratch = keeping.workroom() / "trial"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    try:
        path = scratch / "database"
        with path.open("wb") as out:
            unlock_file(place, f"{made.folder()}/{file}", made.files[file], out, key=key, squeezed=True)
        copy = _copy_in(made, path, scratch, found)
        if manifest.counted(copy.counts()) != made.counts:
            found.faults.append("The database in the backup does not hold as many rows as it did.")
        lost = [name for name in copy.objects() if name not in objects]
        found.faults += [f"The file {name} of a record is not in the backup." for name in lost[:10]]
        for school in copy.schools():
            found.sizes[school] = copy.head(school)[0]
            found.faults += wrong_in_copy(copy, school, made.checkpoints.get(school))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _copy_in(made: Manifest, path: Path, scratch: Path, found: Tried) -> keeping.Copy:
    if made.engine == "postgresql":
        rows = scratch / "rows"
        rows.mkdir(mode=0o700)
        with path.open("rb") as packed:
            return postgres_copy.unpack(packed, rows)
    found.faults += sqlite_copy.wrong_with(path)
    return sqlite_copy.SqliteCopy(path)


def wrong_in_copy(copy: keeping.Copy, school: str, note: str | None) -> list[str]:
    """What is wrong with the trail of a school in a copy: with itself, and against the checkpoint signed for it."""
    size, edge = copy.head(school)
    frontier = Frontier.from_bytes(edge) if size else Frontier()
    seen: list[bytes] = []
    at, root, wrong = -1, b"", []
    if note is not None:
        key = signing_key(UUID(school)).public()
        try:
            head = read_checkpoint(open_note(note, keys=[key]).text)
            at, root = head.size, head.root
        except BadNote as error:
            wrong.append(f"A checkpoint in the backup is not signed by this log. {error}")
    entries = _watched(copy.entries(school), at, seen)
    faults = check_trail(entries, {"size": size, "root": frontier.root(), "school": UUID(school)})
    wrong += [fault.sentence for fault in faults]
    if at >= 0 and seen != [root]:
        wrong.append("The trail in the backup did not grow from its own checkpoint.")
    return wrong


def _watched(entries: Iterator[tuple[str, bytes]], at: int, seen: list[bytes]) -> Iterator[dict[str, object]]:
    """The entries, and the root over the first `at` of them put into `seen` on the way."""
    tree = Frontier()
    for body, leaf in entries:
        if tree.size == at:
            seen.append(tree.root())
        entry = stored_entry(body=body, leaf=bytes(leaf), columns={})
        del entry["columns"]
        tree = tree.append(bytes(leaf))
        yield entry
    if tree.size == at:
        seen.append(tree.root())
