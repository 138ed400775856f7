"""What follows a restore: every school is kept quiet, and what an older backup would undo is done again.

And what stands before serving: neither a restore that did not end, nor an old copy that somebody put in place.
"""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from pyrage.x25519 import Identity

from forethought.audit.models import TrailHead
from forethought.audit.notes import read_checkpoint
from forethought.audit.procedures import PROGRAM
from forethought.backups import keeping, ledger, manifest, owners, owning, rules
from forethought.backups.manifest import BadBackup, Manifest
from forethought.backups.models import Quarantine
from forethought.backups.places import NoPlace, Place
from forethought.backups.restoring import CannotRestore, Say, choose, open_newest, write_secret
from forethought.people.models import Wake
from forethought.rows import inside


def unfinished() -> Path:
    """Where it is noted that a restore has begun to put the database back and has not ended."""
    found: Path = settings.DATA / "backup" / "restoring"
    return found


def note_begun(made: Manifest) -> None:
    """Note it, durably: `serve` refuses until the restore has ended, so that nothing goes out meanwhile."""
    write_secret(unfinished(), made.name.encode())


def begin_quarantine(
    place: Place,
    made: Manifest,
    held: ledger.Ledger,
    *,
    say: Say,
    at: datetime,
    only: UUID | None = None,
    now: ledger.OfSchool | None = None,
) -> None:
    """Keep every school quiet, or one, and do again what an older backup would undo. After a kill, it goes on.

    `held` is the newest ledger. `now` is that of the one school as its rows said before they were taken away: they know
    more than any backup.
    """
    newest = choose(place, None, say=lambda _: None)
    schools = [only] if only else list(Wake.objects.order_by("school_id").values_list("school_id", flat=True))
    for school_id in schools:
        with inside(school_id):
            if Quarantine.objects.filter(released_at__isnull=True, backup_at=rules.made_at(made.name)).exists():
                continue
            # One that stood when the backup was made is part of this one.
            Quarantine.objects.filter(released_at__isnull=True).update(released_at=at, released_by=PROGRAM.id)
            row = ledger.come_back(
                school_id=school_id,
                ledger=ledger.together(held.get(str(school_id), {}), now or {}),
                known=max(size_in(newest.checkpoints.get(str(school_id))), (now or {}).get("trail", 0)),
                backup_at=rules.made_at(made.name),
                by=PROGRAM,
                at=at,
            )
        if row.gap["destroyed"]:
            say(f"Destroyed since this backup, and destroyed again: {row.gap['destroyed']}.")
        if row.gap["gone"]:
            say(f"Let go by the calendar since this backup, and let go again: {row.gap['gone']}.")
        if row.gap["left"]:
            say(f"Left the school since this backup, and noted again: {len(row.gap['left'])}.")
    say("Everybody is signed out. No letter goes out and no deadline fires until two people have looked at the gap.")


def read_ledger(place: Place, *, key: Identity, bear: Say) -> ledger.Ledger:
    """The newest ledger. Raises BadBackup.

    Read it before the database is put in its place: a restore that finds it damaged afterwards could never end.
    """
    with keeping.tempfile_in(keeping.workroom()) as out:
        open_newest(place, manifest.LEDGER, out, key=key, bear=bear)
        try:
            return ledger.read(out.read())
        except ValueError:
            raise BadBackup("The ledger in the backup cannot be read.") from None


def insist_it_is(made: Manifest) -> None:
    """Raises CannotRestore unless the database that is here is the one that a restore had put back, or grew from it.

    A restore that was killed says which backup it had begun with, and somebody may have made a new database since.
    """
    try:
        for school_id, note in made.checkpoints.items():
            with inside(UUID(school_id)):
                if not TrailHead.objects.filter(pk=UUID(school_id), size__gte=size_in(note)).exists():
                    raise CannotRestore(_ANOTHER)
    except DatabaseError:
        raise CannotRestore(_ANOTHER) from None


_ANOTHER = (
    "A restore had begun here, and the database is not the one that it would have put back. Move it aside, with all "
    "files whose names begin with its own, and keep it; or set DATABASE_URL to an empty one. Then run this again."
)


def size_in(note: str | None) -> int:
    """The size of the trail that a signed checkpoint of a list speaks of; the list was checked."""
    if note is None:
        return 0
    return read_checkpoint(note.partition("\n\n")[0] + "\n").size


#: Seconds for which the start waits for an answer of a second machine.
_SOON = 5.0


def behind() -> str | None:
    """Why not to serve: a restore that did not end, or a trail shorter than one that a backup knows of.

    Of backups in folders and on second machines, which answer soon; one that is not there is not waited for. A school
    that was restored since that backup was made is shorter by right, and in quarantine. What another installation made,
    since or before this one took over, says nothing of this database. reliability.md 9.
    """
    if unfinished().exists():
        return "A restore has begun and not ended. Run it again: manage.py restore"
    for address in settings.BACKUP_TO:
        if address.startswith("s3://"):
            continue
        try:
            place = keeping.place_of(address, patience=_SOON)
            newest = choose(place, None, say=lambda _: None)
            if owning.is_anothers(place) or owners.is_before(rules.made_at(newest.name), owning.claims(place)):
                continue
        except (NoPlace, CannotRestore, OSError):
            continue
        for school_id in list(Wake.objects.values_list("school_id", flat=True)):
            known = size_in(newest.checkpoints.get(str(school_id)))
            with inside(school_id):
                back = Quarantine.objects.filter(restored_at__gt=rules.made_at(newest.name)).exists()
                if not back and TrailHead.objects.filter(pk=school_id, size__lt=known).exists():
                    return (
                        "This database is older than the newest backup: its trail is shorter. Somebody put an old copy "
                        "in its place. Keep it aside, and bring the newest backup back with: manage.py restore"
                    )
    return None
