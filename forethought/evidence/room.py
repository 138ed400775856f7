"""Whether there is room on the server's disk, and who is told when there is not.

The order in which things stop (reliability.md F11): files first, while there is a good deal left; then, once the
reserve is given back, everything but words; at the very end everything but reading.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.reserve import Reserve, Room
from forethought.evidence import database_room
from forethought.evidence.disk import Disk
from forethought.evidence.room_models import Shortage
from forethought.people.alarms import Bell, set_alarm, stop_alarm
from forethought.people.models import Person, Role
from forethought.people.post import owe_letters

#: Who is told.
TOLD = (Role.HEAD, Role.IT)

AGAIN = timedelta(days=1)

#: What the home page says, by how much room there is.
SENTENCES = {
    Room.ENOUGH: "The server’s disk is nearly full. Reports are taken, files are not. Ask IT to make room.",
    Room.WORDS: "The server’s disk is full but for a reserve. Reports in words are taken. Ask IT to make room now.",
    Room.NONE: "The server’s disk is full. All can be read, and nothing can be written. Ask IT to make room now.",
}


def reserve() -> Reserve:
    """The room set aside on the disk that holds the program's own data."""
    return Reserve(settings.DATA, size=settings.DISK_RESERVE)


def look() -> Room:
    """How much room there is on our disk or on that of the database, whichever has less."""
    order = (Room.NONE, Room.WORDS, Room.ENOUGH)
    return min(reserve().look(), database_room.look(), key=order.index)


def takes_files(besides: int = 0) -> bool:
    """Whether there is room for files on this disk, where all of them arrive; with so many bytes to spare besides.

    None are taken while the disk of the database is nearly full: each of them is some rows as well.
    """
    if database_room.look() is not Room.ENOUGH:
        return False
    free, _ = Disk().room(settings.VAULT if settings.VAULT.exists() else settings.DATA)
    return free - besides >= settings.FREE_SPACE_RESERVE


def is_short(*, was: bool = False) -> bool:
    """Whether somebody should make room. Once it `was` so, until there is an eighth more than files need.

    Otherwise every file that is taken at the edge would begin and end it.
    """
    besides = settings.FREE_SPACE_RESERVE // 8 if was else 0
    return look() is not Room.ENOUGH or not takes_files(besides)


def note_shortage(*, school_id: uuid.UUID, by: Actor, at: datetime) -> None:
    """Note that the disk is nearly full, once for each time. The head and IT support are told at once, then daily."""
    if Shortage.objects.filter(ended_at__isnull=True).exists():
        return
    with acting("evidence.note_shortage", by=by, at=at) as event:
        row = Shortage.objects.create(school_id=school_id, began_at=at)
        set_alarm(school_id=school_id, kind="disk_low", about=row.id, rings_at=at)
        event.about = row.id


def end_shortage(*, by: Actor, at: datetime) -> None:
    """Note that there is room again. Nobody has to do anything for that but make it."""
    for row in Shortage.objects.filter(ended_at__isnull=True):
        with acting("evidence.end_shortage", by=by, at=at, about=row.id):
            Shortage.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=at)
            stop_alarm(kind="disk_low", about=row.id, at=at)


def tell_of_shortage(*, about: uuid.UUID, by: Actor, at: datetime) -> None:
    """Tell those who can have room made. The letter says nothing of anybody's report."""
    held = Person.objects.filter(left_at__isnull=True, appointments__role__in=TOLD, appointments__starts_at__lte=at)
    people = list(held.exclude(appointments__ends_at__lte=at).distinct())
    with acting("evidence.tell_of_shortage", by=by, at=at, about=about, facts={"told": len(people)}):
        owe_letters(people=people, kind="disk_low", at=at)


def ring_low(about: uuid.UUID, at: datetime) -> None:
    """The disk is nearly full: they are told, and again a day later while it is."""
    row = Shortage.objects.filter(pk=about, ended_at__isnull=True).first()
    if row is not None:
        tell_of_shortage(about=about, by=PROGRAM, at=at)
        set_alarm(school_id=row.school_id, kind="disk_low", about=about, rings_at=at + AGAIN)


BELLS: dict[str, Bell] = {"disk_low": ring_low}
