"""Making a backup. In this order, so that every row in it has its file: database, files, keys, and its list last.

Whatever ends it half-way leaves the earlier backups whole. What was copied by then is not copied again, and what was
never finished is cleared away by the next.
"""

import fcntl
import hashlib
import io
import os
import secrets
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pyrage.x25519 import Identity, Recipient

from forethought.audit import log_key
from forethought.audit.checkpoints import make_checkpoint
from forethought.audit.notes import NoteKey, PublicNoteKey
from forethought.audit.procedures import PROGRAM
from forethought.backups import card, copied, ledger, manifest, owning, postgres_copy, rules, sqlite_copy
from forethought.backups.copied import Cards
from forethought.backups.key_copies import keep_keys
from forethought.backups.manifest import BadBackup, Manifest, Stored
from forethought.backups.places import NoPlace, Place, place_at
from forethought.evidence.disk import Disk, make_folders
from forethought.evidence.reading import vault
from forethought.people.models import Wake
from forethought.rows import inside

Copy = sqlite_copy.SqliteCopy | postgres_copy.PostgresCopy

#: What the database is called in a backup, by its engine.
DATABASES = {"sqlite": "database.sqlite3.gz.age", "postgresql": "database.tar.gz.age"}

#: Read and written at a time.
PIECE = 1 << 20


class Busy(Exception):
    """Another backup is being made or tested."""


@dataclass(frozen=True)
class Made:
    """A backup that is whole: its list, and how many files and bytes were new in it."""

    manifest: Manifest
    new_objects: int
    new_bytes: int


# --- What is set ---


def schedule() -> rules.Schedule:
    """How many backups are kept."""
    return rules.Schedule(*settings.BACKUP_SCHEDULE)


def recipients() -> list[Recipient]:
    """Whose cards open the backups: those set, or the one that `manage.py backup_key` noted. Raises NoPlace."""
    given = list(settings.BACKUP_CARDS)
    noted = card_file()
    if not given and noted.exists():
        given = noted.read_text().split()
    if not given:
        raise NoPlace("No card opens the backups yet. Make one with: manage.py backup_key")
    try:
        return [card.read_recipient(one) for one in given]
    except card.BadCard as error:
        raise NoPlace(f"FORETHOUGHT_BACKUP_CARDS cannot be used. {error}") from None


def card_file() -> Path:
    """Where the public half of the card is noted."""
    return workroom() / "card.public"


def workroom() -> Path:
    """Where backups are prepared, on the disk of the data."""
    found: Path = settings.DATA / "backup"
    make_folders(Disk(), found)
    return found


def signing_key() -> NoteKey:
    """The key that signs the lists of backups: the log's, under a name that belongs to no school. Raises BadKeyFile."""
    return log_key.load(Path(settings.LOG_KEY_FILE), UUID(int=0))


@contextmanager
def alone() -> Iterator[None]:
    """Only one backup at a time. Raises Busy."""
    fd = os.open(workroom() / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("Another backup is being made or tested. It will be done soon.") from None
        yield
    finally:
        os.close(fd)


# --- Reading what is there ---


def whole_backups(place: Place) -> list[str]:
    """The names of the backups that were finished, newest first; after all others those that a wrong clock made."""
    whole = manifest.names_in(path for path, _ in place.names("snapshots"))[0]
    return rules.newest_first(whole, at=timezone.now())


def read_manifest(place: Place, name: str, *, keys: list[PublicNoteKey] | None) -> Manifest:
    """The list of one backup. Raises BadBackup, also when it is not there."""
    parts = []
    for file in (manifest.MANIFEST, manifest.NOTE):
        try:
            with place.open(f"{manifest.folder_of(name)}/{file}") as found:
                parts.append(found.read(manifest.LONGEST))
        except FileNotFoundError:
            raise BadBackup(f"The backup {name} is not whole: {file} is missing.") from None
    return manifest.read(name, *parts, keys=keys)


def objects_of(place: Place, made: Manifest) -> dict[str, Stored]:
    """The objects that a backup needs. Raises BadBackup unless its list is the one that was signed."""
    expected = made.files.get(manifest.OBJECTS)
    out = tempfile_in(workroom())
    with out:
        with open_in(place, f"{made.folder()}/{manifest.OBJECTS}") as source:
            if expected is None or pour(source, out) != expected:
                raise BadBackup(f"The list of files of the backup {made.name} was changed.")
        out.seek(0)
        return dict(manifest.read_objects(gunzipped(out)))


def gunzipped(file: BinaryIO) -> Iterable[bytes]:
    """The lines of a packed file."""
    import gzip

    with gzip.GzipFile(fileobj=file) as unpacked:
        yield from unpacked


def open_in(place: Place, path: str) -> BinaryIO:
    """A file of the place. Raises BadBackup when it is gone."""
    try:
        return place.open(path)
    except FileNotFoundError:
        raise BadBackup(f"{path} is missing from the backups.") from None


class Counting:
    """Counts and hashes bytes that pass."""

    def __init__(self) -> None:
        self._size, self._hash = 0, hashlib.sha256()

    def update(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._size += len(piece)
        self._hash.update(piece)

    def stored(self) -> Stored:
        """What passed."""
        return Stored(self._size, self._hash.hexdigest())


def pour(source: BinaryIO, out: BinaryIO | None) -> Stored:
    """Read a file to its end, writing it on if asked. Its size and hash."""
    seen = Counting()
    while piece := source.read(PIECE):
        seen.update(piece)
        if out is not None:
            out.write(piece)
    return seen.stored()


def tempfile_in(folder: Path) -> BinaryIO:
    """A file without a name, gone when it is closed."""
    import tempfile

    return tempfile.TemporaryFile(dir=folder)  # type: ignore[return-value]


# --- Making one ---


def back_up(
    place: Place,
    *,
    at: datetime,
    keys_to: Place | None = None,
    witness: Identity | None = None,
    again: Collection[str] = (),
) -> Made:
    """Make one backup in a place, begun at this instant (UTC). Call it inside `alone`.

    `witness` is a key that may open it as well, for the test of the night; `again` are objects to copy anew, because
    their copy is gone or broken. Raises NoPlace, BadKeyFile or OSError, and then there is no backup of that name.
    """
    key, to = signing_key(), recipients()
    for one in filter(None, (place, keys_to)):
        owning.insist_ours(one, at=at)
    cards = frozenset(str(one) for one in to)
    if witness is not None:
        to.append(witness.to_public())
    with _as_of_a_disk():
        _sign_trails(at)
    run = _Run(place, rules.name_for(at, secrets.token_hex(4)), to)
    place.sweep()
    known = _known(place, key.public(), cards)
    for name in again:
        known.pop(name, None)
    scratch = workroom() / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    try:
        with _as_of_a_disk():
            copy = run.database(scratch)
        counts, checkpoints = copy.counts(), copy.checkpoints()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    objects, new = run.objects(known, cards)
    with _as_of_a_disk():
        told = ledger.written()
    with run.writing(manifest.LEDGER) as out:
        card.lock(io.BytesIO(told), out, to=to)
    if keys_to is not None:
        keep_keys(keys_to, run.name, to)
    with run.writing(manifest.OBJECTS) as out:
        manifest.write_objects(objects, out)  # type: ignore[arg-type]
    made = Manifest(
        name=run.name,
        engine=copy.engine,
        schema=latest_migration(),
        files=run.files,
        objects=len(objects),
        bytes_of_objects=sum(one.size for one in objects.values()),
        checkpoints=checkpoints,
        counts=manifest.counted(counts),
        recipients=[str(one) for one in to],
    )
    # Somebody may have had another machine take over meanwhile: what is not signed is no backup.
    owning.insist_ours(place, at=at)
    body, note = manifest.written(made, key=key)
    for file, content in ((manifest.MANIFEST, body), (manifest.NOTE, note)):
        with place.writing(f"{made.folder()}/{file}") as out:
            out.write(content)
    _journal(place).unlink(missing_ok=True)
    return Made(made, len(new), sum(objects[name].size for name in new))


@contextmanager
def _as_of_a_disk() -> Iterator[None]:
    """What the database says of a full disk, or of itself, as an error of the system: whoever asks tells people that.

    Without its words, which may hold a row's.
    """
    try:
        yield
    except (DatabaseError, sqlite3.Error) as error:
        raise OSError(
            f"the database cannot be copied ({type(error).__name__}). See that it answers, and that the disk of "
            f"{settings.DATA} is not full"
        ) from error


def _sign_trails(at: datetime) -> None:
    """Sign each trail that grew, so that the backup knows how long it is: an older copy is told by that."""
    for school_id in list(Wake.objects.order_by("school_id").values_list("school_id", flat=True)):
        with inside(school_id):
            make_checkpoint(by=PROGRAM, at=at)


def latest_migration() -> str:
    """Which version the tables are of."""
    applied = MigrationRecorder(connection).applied_migrations()
    ours = sorted(name for app, name in applied if app == "forethought")
    return f"{ours[-1]}, {len(ours)} in all" if ours else ""


class _Run:
    """One backup while it is made."""

    def __init__(self, place: Place, name: str, to: list[Recipient]) -> None:
        self.place, self.name, self.to = place, name, to
        self.files: dict[str, Stored] = {}

    @contextmanager
    def writing(self, file: str) -> Iterator[card.Sink]:
        with self.place.writing(f"{manifest.folder_of(self.name)}/{file}") as out:
            yield out
        self.files[file] = out.stored()

    def locked(self, file: str, path: Path, *, squeeze: bool = True) -> None:
        with path.open("rb") as source, self.writing(file) as out:
            card.lock(source, out, to=self.to, squeeze=squeeze)

    def database(self, scratch: Path) -> Copy:
        """Copy the database, and what is kept apart from it."""
        path, apart = scratch / "database", scratch / "apart.jsonl"
        copy: Copy
        with apart.open("wb") as held:
            if connection.vendor == "postgresql":
                folder = scratch / "rows"
                folder.mkdir(mode=0o700)
                copy = postgres_copy.copy_database(folder, held)
                postgres_copy.pack(folder, path)
            else:
                sqlite_copy.copy_database(Path(connection.settings_dict["NAME"]), path)
                sqlite_copy.take_apart(path, held)
                copy = sqlite_copy.SqliteCopy(path)
        self.locked(DATABASES[copy.engine], path)
        self.locked(manifest.APART, apart)
        return copy

    def objects(self, known: Mapping[str, Stored], cards: Cards) -> tuple[dict[str, Stored], list[str]]:
        """Copy the files of the vault that are not there yet. All that are there now, and the new ones."""
        store, found, new = vault(), {}, []
        with _journal(self.place).open("a") as journal:
            # A line that a kill cut off ends here.
            journal.write("\n")
            for name in store.names():
                one = known.get(name)
                if one is None:
                    try:
                        source = store.open(name)
                    except FileNotFoundError:
                        # Destroyed a moment ago.
                        continue
                    # From here until it is noted, what is known of a copy in this place does not hold.
                    copied.note(journal, name, copied.NOTHING, cards)
                    with source, self.place.writing(manifest.place_of(name)) as out:
                        card.lock(source, out, to=self.to)
                    one = out.stored()
                    copied.note(journal, name, one, cards)
                    new.append(name)
                found[name] = one
        return found, new


def _journal(place: Place) -> Path:
    """Where it is noted what was copied, until the backup is whole: one that was killed is gone on with."""
    return workroom() / f"copied-{hashlib.sha256(place.address.encode()).hexdigest()[:12]}.jsonl"


def _known(place: Place, key: PublicNoteKey, cards: Cards) -> dict[str, Stored]:
    """What lies in the place already and opens with each of these cards.

    It is what the newest good backup lists, and what one that was killed had copied. A card that was made since opens
    none of it: all is copied anew, or whoever has the new card alone would have the rows without their files.
    """
    known: dict[str, Stored] = {}
    for position, name in enumerate(whole_backups(place)):
        with suppress(BadBackup):
            made = read_manifest(place, name, keys=[key])
            listed = objects_of(place, made)
            known = listed if cards <= set(made.recipients) else {}
            if position:
                # The newest list is broken, and it may have spoken of files that were copied anew.
                known = {one: stored for one, stored in known.items() if _is_there(place, one, stored)}
            break
    there = dict(place.names("objects")) if _journal(place).exists() else {}
    for name, one, opened_by in copied.noted(_journal(place)):
        if there.get(manifest.place_of(name)) == one.size and cards <= opened_by:
            known[name] = one
        else:
            known.pop(name, None)
    return known


def _is_there(place: Place, name: str, stored: Stored) -> bool:
    try:
        with place.open(manifest.place_of(name)) as source:
            return pour(source, None) == stored
    except FileNotFoundError:
        return False


# --- The places that are set ---


def places(*, new: bool = False, patience: float | None = None) -> list[Place]:
    """Where the data of backups goes. Raises NoPlace when nothing is set."""
    if not settings.BACKUP_TO:
        raise NoPlace(
            "No place for backups is set. Set FORETHOUGHT_BACKUP_TO to a folder on another disk, a second machine, or "
            "a bucket."
        )
    return [place_of(one, new=new, patience=patience) for one in settings.BACKUP_TO]


def place_of(address: str, *, new: bool = False, patience: float | None = None) -> Place:
    """A place of backups as this installation uses it: what can be locked there is. Raises NoPlace."""
    return place_at(address, new=new, lock_days=settings.BACKUP_LOCK_DAYS, patience=patience)


def all_places(*, patience: float | None = None) -> list[Place]:
    """Every place that is set, that of the keys too. Raises NoPlace.

    `patience`: seconds for which somebody waits for a second machine, where a person does.
    """
    keys_to = place_of_keys(patience=patience)
    return [*places(patience=patience), *([keys_to] if keys_to else [])]


def place_of_keys(*, new: bool = False, patience: float | None = None) -> Place | None:
    """Where the copies of the keys go; nothing when no place is set for them."""
    return place_of(settings.BACKUP_KEYS_TO, new=new, patience=patience) if settings.BACKUP_KEYS_TO else None
