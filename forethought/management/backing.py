"""Backups by the worker: every hour one, every night its test. On a thread of their own: nothing waits for them."""

import logging
import threading
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from pyrage.x25519 import Identity

from forethought.audit.procedures import PROGRAM
from forethought.backups import card, coming_back, keeping, letting_go, owning, procedures, quarantine, rules
from forethought.backups.manifest import BadBackup
from forethought.backups.models import Backing
from forethought.backups.owning import NotOurs
from forethought.backups.places import NoPlace, Place
from forethought.backups.trying import try_keys, try_out
from forethought.core.clock import from_london, london
from forethought.core.key_file import BadKeyFile
from forethought.evidence.store import StoreAway
from forethought.people.models import Wake
from forethought.rows import inside

#: Seconds from one time of asking whether a backup is due to the next. The first comes soon after a start.
EVERY, FIRST = 600.0, 60.0

#: When the test of the night may begin, London: after the look of the night at the records themselves has begun.
BEGINS = time(3, 30)

_WRONG = (NoPlace, BadKeyFile, BadBackup, StoreAway, OSError)

log = logging.getLogger(__name__)


class Backups:
    """Makes them when they are due. It holds the key of one night, which is written nowhere (decision 38)."""

    def __init__(self) -> None:
        self._witness: Identity = card.new_key()
        self._again: dict[str, set[str]] = {}
        #: Whether a place that is set turned out to be another installation's, when it was last looked at.
        self._elsewhere = False
        #: When the last whole one was begun, for the status page: an instant, `none`, or empty while nobody looked.
        self.said = ""

    def keep_going(self, stop: threading.Event) -> None:
        """Do what is due now and then every ten minutes, until told to stop."""
        wait = FIRST
        while not stop.wait(wait):
            wait = EVERY
            try:
                self.go(timezone.now(), stop)
            except Exception:
                log.exception("Backups could not be seen to.")
            close_old_connections()

    def go(self, at: datetime, stop: threading.Event | None = None) -> None:
        """Make the backups that are due at this instant (UTC), and test them if it is time."""
        schools = list(Wake.objects.order_by("school_id").values_list("school_id", flat=True))
        if not settings.BACKUP_TO or not schools:
            return
        try:
            with keeping.alone():
                trial = self._trial_due(schools, at)
                oldest = self._make(at, anew=trial)
                self.said = oldest.isoformat() if oldest else "none"
                for school_id in schools:
                    with inside(school_id):
                        procedures.await_backup(school_id=school_id, backed_up_at=oldest, at=at)
                        procedures.note_elsewhere(school_id=school_id, elsewhere=self._elsewhere, at=at)
                if trial:
                    self._test(schools, at, stop or threading.Event())
        except keeping.Busy:
            log.warning("A backup is being made by hand.")

    def _make(self, at: datetime, *, anew: bool) -> datetime | None:
        """Make one in each place where it is due. When the place that is furthest behind had its last, in UTC.

        Before a test one is made in any case, with the key of this night, or it could not be opened.
        """
        oldest: datetime | None = at
        self._elsewhere = False
        for address in settings.BACKUP_TO:
            last: datetime | None = None
            try:
                place, keys_to = keeping.place_of(address), self._keys_to(at)
                if owning.is_anothers(place):
                    # Its backups are none of ours, however new. It says why.
                    owning.insist_ours(place, at=at)
                names = keeping.whole_backups(place)
                last = rules.made_at(names[0]) if names else None
                if last is not None and last > at + rules.EVERY:
                    # Of a clock set wrong: nobody would be told that none follows it.
                    last = None
                if anew or rules.is_due(last, at):
                    again = self._again.pop(address, set())
                    letting_go.clear_unfinished(place, at=at)
                    keeping.back_up(place, at=at, keys_to=keys_to, witness=self._witness, again=again)
                    last = at
                    letting_go.let_go(place, keys_to=keys_to, at=at, objects_too=anew)
            except _WRONG as error:
                self._elsewhere = self._elsewhere or isinstance(error, NotOurs)
                log.error("There is no new backup. %s", error)
            oldest = None if last is None or oldest is None else min(oldest, last)
        return oldest

    def _keys_to(self, at: datetime) -> Place | None:
        """Where copies of the keys go. A place that is away, or another's, does not hold up the data."""
        try:
            place = keeping.place_of_keys()
            if place is not None:
                owning.insist_ours(place, at=at)
            return place
        except _WRONG as error:
            self._elsewhere = self._elsewhere or isinstance(error, NotOurs)
            log.error("The keys are not copied. %s", error)
            return None

    def _trial_due(self, schools: list[Any], at: datetime) -> bool:
        with inside(schools[0]):
            last = Backing.objects.values_list("tried_at", flat=True).first()
        begins = from_london(london(at).date(), BEGINS)
        return at >= begins and (last is None or last < begins)

    def _faults_of_keys(self, name: str, at: datetime) -> int:
        """How many faults the copy of the keys has that belongs to a backup. Without it nothing that is read opens."""
        if not settings.BACKUP_KEYS_TO:
            return 0
        place = self._keys_to(at)
        found = try_keys(place, name, key=self._witness) if place else ["The copy of the keys cannot be reached."]
        for sentence in found:
            log.error("%s", sentence)
        return len(found)

    def _test(self, schools: list[Any], at: datetime, stop: threading.Event) -> None:
        """Test the newest backup of every place, note it in each school, and forget the key."""
        faults, name = 0, ""
        for address in settings.BACKUP_TO:
            try:
                place = keeping.place_of(address)
                owning.insist_ours(place, at=at)
                found = try_out(place, key=self._witness, stopped=stop.is_set)
            except _WRONG as error:
                log.error("A backup could not be tested. %s", error)
                faults += 1
                continue
            if found is None:
                return
            for sentence in found.faults[:20]:
                log.error("The backup %s does not hold. %s", found.name, sentence)
            faults, name = faults + len(found.faults), found.name
            self._again[address] = found.again
        faults += self._faults_of_keys(name, at)
        self._witness = card.new_key()
        for school_id in schools:
            with inside(school_id):
                row = procedures.backing(school_id, at)
                procedures.note_trial(backing=row, faults=faults, name=name, by=PROGRAM, at=timezone.now())


def is_quiet(school_id: Any) -> bool:
    """Whether nothing may go out in a school: it came back and was not released, or is coming back at this moment."""
    if coming_back.unfinished().exists():
        return True
    with inside(school_id):
        return quarantine.stands()
