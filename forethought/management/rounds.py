"""What the worker does for the trail every ten minutes: it goes round all schools, signs what grew, and asks the time.

In a thread of its own, so that nothing else waits for it: neither a deadline nor a letter. Where it is killed half-way
it begins again; a checkpoint, and a stamp on it, is there whole or not at all.
"""

import logging
import threading
import uuid
from datetime import timedelta

from django.db import close_old_connections
from django.utils import timezone

from forethought.audit import asking, stamps
from forethought.audit.checkpoints import make_checkpoint
from forethought.audit.procedures import PROGRAM
from forethought.audit.stamping import Authority, BadStamp, request_over
from forethought.core.key_file import BadKeyFile
from forethought.management.backing import is_quiet
from forethought.people import witnessing
from forethought.people.models import Wake
from forethought.rows import inside

#: Seconds from one round to the next.
EVERY = 600.0

#: An authority that failed is asked again in the next round, then after twice as many, to at most six hours.
LONGEST_REST = 36

log = logging.getLogger(__name__)


class Rounds:
    """Goes round the schools, and remembers which authorities are to be left alone for a while."""

    def __init__(self) -> None:
        self._failed: dict[str, int] = {}
        self._rests: dict[str, int] = {}

    def keep_going(self, stop: threading.Event) -> None:
        """Go round now and then every ten minutes, until told to stop."""
        while not stop.is_set():
            try:
                self.go(stop)
            except Exception:
                # The database is away or busy. What grew is signed next time.
                log.exception("The round of the trail could not be made.")
            close_old_connections()
            stop.wait(EVERY)

    def go(self, stop: threading.Event | None = None) -> None:
        """Go round all schools once. What goes wrong in one holds up no other."""
        asked = self._to_ask()
        # The list of schools stands outside every school and holds no names.
        for school_id in list(Wake.objects.order_by("school_id").values_list("school_id", flat=True)):
            if stop is not None and stop.is_set():
                return
            try:
                if is_quiet(school_id):
                    continue
                sign(school_id)
                for authority in [one for one in asked if one.name not in self._rests]:
                    self._stamp(school_id, authority)
            except BadKeyFile as error:
                log.error("No checkpoint is made. %s", error)
            except Exception:
                log.exception("The trail of a school could not be seen to.")

    def _to_ask(self) -> list[Authority]:
        self._rests = {name: left - 1 for name, left in self._rests.items() if left > 1}
        try:
            return stamps.authorities()
        except ValueError as error:
            log.error("Nobody is asked for the time. %s", error)
            return []

    def _stamp(self, school_id: uuid.UUID, authority: Authority) -> None:
        """Have the newest checkpoint stamped, unless it is. What fails waits; the rest of the round does not."""
        try:
            stamp(school_id, authority)
            self._failed.pop(authority.name, None)
        except (asking.NoAnswer, BadStamp) as error:
            failed = self._failed[authority.name] = self._failed.get(authority.name, 0) + 1
            self._rests[authority.name] = min(1 << failed - 1, LONGEST_REST)
            wait = timedelta(seconds=EVERY * self._rests[authority.name])
            log.warning("%s gave no time stamp. %s Asked again in %s.", authority.name, error, wait)


def sign(school_id: uuid.UUID) -> None:
    """Sign the trail of one school, if it grew, note a clock that was set back, and tell the witnesses once a week."""
    with inside(school_id):
        at = timezone.now()
        if seconds := stamps.ran_back(at):
            stamps.warn_of_clock(why="ran_back", seconds=seconds, by=PROGRAM, at=at)
        checkpoint = make_checkpoint(by=PROGRAM, at=at)
        if witnessing.is_due(at):
            witnessing.tell_witnesses(checkpoint=checkpoint, by=PROGRAM, at=at)


def stamp(school_id: uuid.UUID, authority: Authority) -> None:
    """Ask one authority about one school's newest checkpoint, unless it has answered. Raises NoAnswer and BadStamp.

    Nothing is held while it is asked: neither a transaction nor a place in the queue of writers.
    """
    with inside(school_id):
        checkpoint = stamps.owed_by(authority)
    if checkpoint is None:
        return
    request = request_over(checkpoint.note)
    response = asking.ask(authority.address, request)
    with inside(school_id):
        stamps.keep_stamp(
            checkpoint=checkpoint,
            authority=authority,
            request=request,
            response=response,
            by=PROGRAM,
            at=timezone.now(),
        )
