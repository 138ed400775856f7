"""The keys by which a directory keeps the list of adults up to date: made, used, ended. Only a hash of each is kept."""

import secrets
from datetime import datetime, timedelta

from forethought.audit.procedures import Actor, acting
from forethought.core.errors import insist
from forethought.directory.models import DirectoryKey
from forethought.people.codes import key_hash
from forethought.people.models import Doorway, School
from forethought.rows import inside

#: So many at once: one in use, and one to change over to.
MOST = 5
_BEGINS = "ftd_"


def why_not_make_key(alive: int) -> str | None:
    """A few keys are enough, and each is one more to lose. Policy 2.5."""
    return f"There are {alive} keys already. End one of them first." if alive >= MOST else None


def make_directory_key(*, school: School, label: str, by: Actor, at: datetime) -> tuple[DirectoryKey, str]:
    """Make a key, shown once. It lets a directory see and change who is here, and nothing of any case. Policy 2.5."""
    insist(why_not_make_key(DirectoryKey.objects.filter(ended_at__isnull=True).count()), "2.5")
    token = _BEGINS + secrets.token_urlsafe(32)
    with acting("directory.make_directory_key", by=by, at=at) as event:
        row = DirectoryKey.objects.create(school=school, label=label, made_at=at, made_by=str(by.id))
        Doorway.objects.create(
            key_hash=key_hash("directory", token), kind="directory", school_id=school.id, opens=row.id, made_at=at
        )
        event.about = row.id
    return row, token


def end_directory_key(*, key: DirectoryKey, by: Actor, at: datetime) -> None:
    """End a key: it opens nothing from the next request on. Policy 2.5."""
    with acting("directory.end_directory_key", by=by, at=at, about=key.id):
        DirectoryKey.objects.filter(pk=key.pk, ended_at__isnull=True).update(ended_at=at, ended_by=str(by.id))
        Doorway.objects.filter(kind="directory", opens=key.pk, ends_at__isnull=True).update(ends_at=at)


def doorway_of(token: str, at: datetime) -> Doorway | None:
    """What a key opens, at an instant in UTC; nothing for one that is none or has ended."""
    if not token.startswith(_BEGINS) or len(token) > 100:
        return None
    found = Doorway.objects.filter(key_hash=key_hash("directory", token), kind="directory").first()
    return found if found is not None and (found.ends_at is None or found.ends_at > at) else None


def note_used(key: DirectoryKey, at: datetime) -> None:
    """Note that a key was used, at most once a minute. Part of a request, and no act: it says only that it lives."""
    if key.used_at is None or at - key.used_at > timedelta(minutes=1):
        DirectoryKey.objects.filter(pk=key.pk).update(used_at=at)


def key_of(door: Doorway) -> DirectoryKey | None:
    """The key behind a doorway, inside its school."""
    with inside(door.school_id):
        return DirectoryKey.objects.select_related("school").filter(pk=door.opens, ended_at__isnull=True).first()
