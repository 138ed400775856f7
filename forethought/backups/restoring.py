"""From a place of backups and the card back to an installation, into an empty data folder.

Every byte is checked on its way: the list against its signature, each file against the list, and by the seal that the
card opens. The database comes last, so that a restore which was killed leaves an empty installation, and is begun
again.
"""

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.core.management import call_command
from django.db import DatabaseError, connection
from pyrage.x25519 import Identity

from forethought.backups import apart, card, keeping, key_copies, manifest, postgres_copy, rules, sqlite_copy
from forethought.backups.manifest import BadBackup, Manifest, Stored
from forethought.backups.places import Place
from forethought.core.clock import spoken
from forethought.core.key_file import BadKeyFile
from forethought.evidence.disk import Disk, make_folders, write_all
from forethought.evidence.reading import vault
from forethought.people.models import Wake

#: Tells somebody what happens, in a sentence.
Say = Callable[[str], None]
Held = Iterator[tuple[str, str, dict[str, bytes]]]

#: So many damaged files are named.
_NAMED = 20


class CannotRestore(Exception):
    """Nothing was restored. The message says why, and what to do."""


class Damaged(Exception):
    """Something in the place is damaged, and nobody said to go on without it. The message says what, and the cost."""


class Checked:
    """Reads a file of the place, and insists at its end that it is the one that was listed."""

    def __init__(self, place: Place, path: str, expected: Stored) -> None:
        self._file, self._path, self._expected = keeping.open_in(place, path), path, expected
        self._seen = keeping.Counting()

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes."""
        piece = self._read(size)
        self._seen.update(piece)
        return piece

    def _read(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            if error.errno == errno.EIO:
                # A bad place on the disk is a damaged file. A disk that went away is something else.
                raise BadBackup(f"{self._path} cannot be read: the disk is damaged there.") from None
            raise

    def end(self) -> None:
        """Raises BadBackup unless every byte was read and is what was listed."""
        while piece := self._read(keeping.PIECE):
            self._seen.update(piece)
        self._file.close()
        if self._seen.stored() != self._expected:
            raise BadBackup(f"{self._path} is not what was backed up: it was changed, or cut off.")


def opens(place: Place, path: str, *, key: Identity) -> bool:
    """Whether a file was locked to this key: its beginning opens."""

    class Enough(Exception):
        pass

    class First:
        def write(self, data: bytes) -> int:
            raise Enough

        def flush(self) -> None:
            """Nothing."""

    try:
        with keeping.open_in(place, path) as source:
            card.unlock(source, First(), key=key)
    except Enough:
        return True
    except BadBackup:
        return False
    return True


def insist_on_card(place: Place, made: Manifest, *, key: Identity) -> None:
    """Raises BadBackup unless this card opens this backup. Asked before anything else is opened with it."""
    if not opens(place, f"{made.folder()}/{made.database()}", key=key):
        raise BadBackup("The card does not open this backup: it belongs to another card, or was changed.")


def unlock_file(place: Place, path: str, expected: Stored, out: BinaryIO, *, key: Identity, squeezed: bool) -> None:
    """Open one file of a backup into another. Raises BadBackup unless every byte is as it was."""
    source = Checked(place, path, expected)
    card.unlock(source, out, key=key, squeezed=squeezed)
    source.end()


# --- The keys ---


def restore_keys(place: Place | None, *, key: Identity, say: Say) -> None:
    """Put back the key files that are missing here, from the newest copy that opens. Raises CannotRestore."""
    missing = [path for path in key_copies.key_files()[:3] if not path.exists()]
    if not missing:
        say("The school’s keys are here already.")
        return
    names = key_copies.copies_of_keys(place) if place else []
    if place is None or not names:
        listed = ", ".join(str(path) for path in missing)
        raise CannotRestore(
            f"The school’s keys are not here: {listed}. Put back the copies from the safe, or say with --keys where "
            "their backups are. Without the master key nobody can read what was kept."
        )
    held = _newest_keys(place, names, key=key, say=say)
    for path in key_copies.key_files():
        if path.name in held and not path.exists():
            write_secret(path, held[path.name])
    say("The school’s keys are back.")


def _newest_keys(place: Place, names: list[str], *, key: Identity, say: Say) -> dict[str, bytes]:
    master = key_copies.key_files()[0].name
    for number, name in enumerate(names):
        try:
            held = key_copies.open_copy(place, name, key=key)
            if master in held:
                return held
            error = BadBackup(f"{name} holds no master key.")
        except BadBackup as found:
            error = found
        if not number:
            say(f"{error} An older copy of the keys is looked for.")
    raise CannotRestore(
        f"This card opens no copy of the keys in {place.address}. Is it the card of this installation, and the newest?"
    )


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only we may read, and make it last: it is there whole or not at all, whenever we are killed."""
    disk, part = Disk(), path.with_name(f".{path.name}.part")
    make_folders(disk, path.parent)
    part.unlink(missing_ok=True)
    fd = disk.create(part)
    try:
        write_all(disk, fd, content)
        disk.sync(fd)
    finally:
        disk.close(fd)
    disk.rename(part, path)
    disk.sync_folder(path.parent)


# --- Which one ---


def choose(place: Place, name: str | None, *, say: Say) -> Manifest:
    """The list of the backup to restore: the one that was named, or the newest that is whole.

    Raises CannotRestore. The signature is checked with the log key, which must be here by now.
    """
    try:
        keys = [keeping.signing_key().public()]
    except BadKeyFile as error:
        raise CannotRestore(str(error)) from None
    names = keeping.whole_backups(place)
    if name is not None and name not in names:
        raise CannotRestore(f"There is no whole backup called {name} in {place.address}.")
    for one in [name] if name else names:
        try:
            found = keeping.read_manifest(place, one, keys=keys)
        except BadBackup as error:
            if name:
                raise CannotRestore(str(error)) from None
            say(f"{error} The one before it is tried.")
            continue
        say(f"The backup of {spoken(rules.made_at(one))}, London time. It is signed by this installation.")
        return found
    raise CannotRestore(f"There is no whole backup in {place.address}.")


# --- Files and database ---


def objects_for(place: Place, made: Manifest) -> dict[str, Stored]:
    """The files that a backup needs, as they lie there now."""
    objects = keeping.objects_of(place, made)
    newest = choose(place, None, say=lambda _: None)
    if newest.name != made.name:
        # A file that was copied anew later, because its first copy was broken, is listed as it is now.
        later = keeping.objects_of(place, newest)
        objects.update({name: later[name] for name in objects.keys() & later.keys()})
    return objects


def restore_objects(place: Place, objects: Mapping[str, Stored], *, key: Identity, say: Say, bear: Say) -> None:
    """Put back the files of records that are not here. Those that are damaged in the place come last, to `bear`.

    Ask `insist_on_card` first: with another card all of them would seem damaged.
    """
    store, lost = vault(), 0
    here = set(store.names())
    for number, (name, one) in enumerate(objects.items(), start=1):
        if name not in here:
            try:
                with store.returning(name) as out:
                    unlock_file(place, manifest.place_of(name), one, out, key=key, squeezed=False)
            except BadBackup as error:
                lost += 1
                if lost <= _NAMED:
                    say(str(error))
        if number % 500 == 0:
            say(f"{number} of {len(objects)} files of records were looked at.")
    if lost:
        bear(f"{lost} of {len(objects)} files of records are damaged or gone in {place.address}. The others are back.")
    else:
        say(f"All {len(objects)} files of records are back, each checked.")


@contextmanager
def unlocked(place: Place, path: str, expected: Stored, *, key: Identity, folder: Path) -> Iterator[Path]:
    """One packed file of a backup, opened into a file below `folder` that only we may read. Gone at the end."""
    goal = folder / "restored"
    goal.unlink(missing_ok=True)
    fd = os.open(goal, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(fd, "wb") as out:
            unlock_file(place, path, expected, out, key=key, squeezed=True)
        yield goal
    finally:
        goal.unlink(missing_ok=True)


@contextmanager
def kept_apart(place: Place, made: Manifest, *, key: Identity, bear: Say) -> Iterator[Held]:
    """The keys that go with a backup: the newest there are.

    They open what an older one holds, but for what was destroyed since.
    """
    with keeping.tempfile_in(keeping.workroom()) as held:
        open_newest(place, manifest.APART, held, key=key, bear=bear, engine=made.engine)
        try:
            yield apart.read_lines(held)
        except ValueError:
            raise BadBackup("The keys in the backup cannot be read.") from None


#: What it means when such a file is taken from an older backup than the newest.
_OLDER = {
    manifest.APART: "What was kept since the backup of {at} will not open.",
    manifest.LEDGER: "What was destroyed since the backup of {at} comes back, and is to be destroyed again.",
}


def open_newest(
    place: Place, file: str, out: BinaryIO, *, key: Identity, bear: Say, engine: str | None = None
) -> Manifest:
    """Open a file of the newest backup into another, which is left at its beginning. From which backup it is.

    Where it is damaged there, an older one serves, and `bear` is told what that costs. Raises BadBackup when none does.
    """
    keys, wrong = [keeping.signing_key().public()], ""
    for name in keeping.whole_backups(place):
        out.seek(0)
        out.truncate()
        try:
            found = keeping.read_manifest(place, name, keys=keys)
            if engine not in {None, found.engine}:
                continue
            where = f"{found.folder()}/{file}"
            unlock_file(place, where, found.files[file], out, key=key, squeezed=file.endswith(".gz.age"))
        except BadBackup as error:
            wrong = wrong or str(error)
            continue
        if wrong:
            bear(f"{wrong} {_OLDER[file].format(at=spoken(rules.made_at(name)))}")
        out.seek(0)
        return found
    raise BadBackup(wrong or "No backup with keys is left: nothing that was kept can be opened.")


def restore_database(
    place: Place, made: Manifest, *, key: Identity, say: Say, bear: Say, before: Callable[[], None]
) -> None:
    """Put the database back, whole and durable. `before` is done once nothing but its last step is left to do."""
    if made.engine != connection.vendor:
        raise CannotRestore(
            f"This backup is of {made.engine}, and this installation uses {connection.vendor}. Set DATABASE_URL "
            + ("to the database." if made.engine == "postgresql" else "to nothing.")
        )
    name = made.database()
    path = f"{made.folder()}/{name}"
    with unlocked(place, path, made.files[name], key=key, folder=keeping.workroom()) as file:
        with kept_apart(place, made, key=key, bear=bear) as held:
            if made.engine == "postgresql":
                _fill_postgresql(file, made, held, say=say, before=before)
            else:
                _move_sqlite(file, held, say=say, before=before)


def _move_sqlite(file: Path, held: Held, *, say: Say, before: Callable[[], None]) -> None:
    sqlite_copy.put_together(file, held)
    if wrong := sqlite_copy.wrong_with(file):
        raise BadBackup(" ".join(wrong))
    say("The database is whole.")
    with file.open("rb+") as written:
        os.fsync(written.fileno())
    before()
    connection.close()
    goal = Path(connection.settings_dict["NAME"])
    for end in ("-wal", "-shm"):
        goal.with_name(goal.name + end).unlink(missing_ok=True)
    os.rename(file, goal)
    Disk().sync_folder(goal.parent)


def _fill_postgresql(file: Path, made: Manifest, held: Held, *, say: Say, before: Callable[[], None]) -> None:
    # The tables as they were when the backup was made; whatever is newer comes after.
    call_command("migrate", verbosity=0)
    if made.schema != keeping.latest_migration():
        raise CannotRestore(
            f"This backup is of another version, whose last change of the tables is {made.schema}. Install that "
            "version, restore, and then upgrade."
        )
    folder = keeping.workroom() / "scratch"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        with file.open("rb") as packed:
            postgres_copy.unpack(packed, folder)
        before()
        postgres_copy.fill(folder, held)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say("The database is back.")


def why_not_beside(database: Path) -> str | None:
    """Why no SQLite database may be put back at this path: there is one, or what is left of one that was moved."""
    if database.exists():
        return (
            f"There is a database at {database} already. Nothing is written over. Set FORETHOUGHT_DATA to an empty "
            f"folder, or move the old one aside and keep it, with all files whose names begin with {database.name}."
        )
    for log in (database.with_name(database.name + end) for end in ("-wal", "-journal")):
        if log.exists() and log.stat().st_size:
            return (
                f"The database that belongs to {log} was moved away without it. What was done last may be in it alone. "
                "Move it to where the database is now, under the name it has there."
            )
    return None


def why_not_here() -> str | None:
    """Why nothing may be restored into this installation: it must be a new one."""
    if connection.vendor == "sqlite":
        return why_not_beside(Path(connection.settings_dict["NAME"]))
    if connection.vendor == "postgresql":
        try:
            if Wake.objects.exists():
                return (
                    "This database holds a school already. Nothing is written over. Set DATABASE_URL to an empty one."
                )
        except DatabaseError:
            # No tables yet: they are made.
            connection.close()
    return None
