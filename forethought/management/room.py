"""The worker's look at the room on the disk: at every turn, because a disk may fill up in a minute."""

import logging
from datetime import datetime

from django.db import DatabaseError

from forethought.audit.procedures import PROGRAM
from forethought.evidence import database_room, room
from forethought.management.backing import is_quiet
from forethought.people.models import Wake
from forethought.rows import inside

log = logging.getLogger(__name__)


class Watch:
    """Looks whether there is room, and notes in every school when that changes."""

    def __init__(self) -> None:
        self._was: bool | None = None
        self._said = False
        #: Whether the disk of the database can be watched, for the status page: see `database_room.watch`.
        self.said = ""

    def look(self, at: datetime) -> None:
        """Look now (UTC): the reserve is given back or set aside where that is due, and who must know is told.

        What goes wrong here holds up no deadline. It is tried again at the next turn.
        """
        try:
            self.said = database_room.watch()
            short = room.is_short(was=bool(self._was))
            if short != self._was:
                self._note(short, at)
                self._was = short
            self._said = False
        except (OSError, DatabaseError) as fault:
            if database_room.is_full_error(fault):
                database_room.note("full")
            # Once, not at every turn: the log may lie on the same disk.
            if not self._said:
                log.exception("The room on the disk could not be seen to.")
            self._said = True

    def _note(self, short: bool, at: datetime) -> None:
        if short or self._was is not None:
            log.warning("The disk is nearly full." if short else "There is room on the disk again.")
        for school_id in list(Wake.objects.values_list("school_id", flat=True)):
            if is_quiet(school_id):
                continue
            with inside(school_id):
                if short:
                    room.note_shortage(school_id=school_id, by=PROGRAM, at=at)
                else:
                    room.end_shortage(by=PROGRAM, at=at)
