"""The worker: looks every second for schools with something due, and does it.

It asks one table outside every school, which holds an id and a time and nothing else, then enters one school after
another. Whatever it is doing when it dies is still due when it starts again.
"""

import logging
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from queue import SimpleQueue
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections, transaction
from django.db.models import Q
from django.utils import timezone

from forethought.acknowledgements import procedures as acknowledgements
from forethought.audit.procedures import queue_up
from forethought.backups import procedures as backups
from forethought.cases import breaking_glass, capturing, granting, sweep
from forethought.core.beat import WORKER, Beat
from forethought.directory import bringing
from forethought.evidence import bundle_sweep, custody, database_room, nightly, reading_acts, room
from forethought.evidence.mail_keys import LookUp, ask_dns
from forethought.evidence.upkeep import Upkeep
from forethought.investigations import closeness, disclosing
from forethought.management import locks, nights
from forethought.management.backing import Backups, is_quiet
from forethought.management.clock_guard import ClockGuard, this_boot
from forethought.management.room import Watch
from forethought.management.rounds import Rounds
from forethought.monitoring import running as monitoring
from forethought.people import alarms, mailing
from forethought.people.models import Letter, Wake
from forethought.policies import consulting
from forethought.protection import access as data_requests
from forethought.protection import breaches as data_breaches
from forethought.protection import complaints as data_complaints
from forethought.questions import procedures as questions
from forethought.reaching import nudging
from forethought.reaching import procedures as reaching
from forethought.reports import mailing as codes
from forethought.reviews import procedures as reviews
from forethought.rows import inside
from forethought.safeguarding import heeding
from forethought.safeguarding import sweep as alerts
from forethought.school_accounts import custody as school_accounts
from forethought.school_accounts import posting
from forethought.takedowns import asking_registers, site_looks
from forethought.takedowns import mailing as notices

#: Seconds for the store's own upkeep after a look that found nothing due.
UPKEEP = 0.2

#: Schools in one look. With more due than that, the next look follows at once.
SCHOOLS = 200

#: After something went wrong in a school, the others come first for this long.
TRY_AGAIN = timedelta(seconds=30)

#: A school that is kept quiet is asked again after this long, should nobody wake it when it is released.
QUIET = timedelta(minutes=5)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Queue:
    """One kind of work: `do` it for a school at an instant in UTC, and say when the school entered `next` needs it.

    `do` enters the school itself, and returns whether all went well. To give the worker another queue (notices to
    hosts), add one to `queues`.
    """

    do: Callable[[uuid.UUID, datetime], bool]
    next: Callable[[], datetime | None]


def ring_left(about: uuid.UUID, at: datetime) -> None:
    """Somebody left, or an engagement ended: they are asked to read no longer, and told nothing on their phone; who
    looks after what is seen to.
    """
    acknowledgements.ring_left(about, at)
    school_accounts.ring_left(about, at)
    reaching.ring_left(about, at)


#: What rings outside cases, by the kind of its alarm.
BELLS: dict[str, alarms.Bell] = {
    **consulting.BELLS,
    **acknowledgements.BELLS,
    **reviews.BELLS,
    **questions.BELLS,
    **granting.BELLS,
    **breaking_glass.BELLS,
    **closeness.BELLS,
    **bringing.BELLS,
    **monitoring.BELLS,
    **custody.BELLS,
    **nightly.BELLS,
    **backups.BELLS,
    **room.BELLS,
    **heeding.BELLS,
    **school_accounts.BELLS,
    **posting.BELLS,
    **data_breaches.BELLS,
    **data_complaints.BELLS,
    **data_requests.BELLS,
    "left": ring_left,
}


def withheld(letters: Iterable[Letter], at: datetime) -> dict[uuid.UUID, str]:
    """The letters that may no longer go: of a case, or of an alert about one, that their reader is kept out of."""
    due = list(letters)
    return {
        **sweep.withheld(due, at),
        **alerts.withheld(due, at),
        **breaking_glass.withheld(due, at),
        **disclosing.withheld(due, at),
    }


class Aside:
    """Does what takes long on a thread of its own, one thing after another, so that no clock waits for it.

    What is still to be done when the worker ends is lost here and not elsewhere: its row says that it is still due.
    """

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def __call__(self, do: Callable[[], None]) -> None:
        self._waiting.put(do)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="aside", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while True:
            do = self._waiting.get()
            at_once(do)
            if self._waiting.empty():
                close_old_connections()


def at_once(do: Callable[[], None]) -> None:
    """Do something now. What goes wrong is said without a word of what it was about, and holds up nothing else."""
    try:
        do()
    except Exception as fault:
        # Neither its words nor where they come from: both may quote a record.
        log.error("A record could not be read: %s.", type(fault).__name__)


def queues(
    postman: mailing.Postman,
    *,
    aside: reading_acts.Aside = at_once,
    pages: reading_acts.Aside = at_once,
    sites: reading_acts.Aside = at_once,
    phones: reading_acts.Aside = at_once,
    look_up: LookUp = ask_dns,
) -> list[Queue]:
    """Everything the worker does, in this order: what fires owes letters, which then go at once."""
    return [
        Queue(sweep.fire_due, sweep.next_firing),
        Queue(alerts.pass_on_due, alerts.next_passing_on),
        Queue(partial(alarms.ring_due, bells=BELLS), alarms.next_ring),
        Queue(partial(nudging.send_due, withheld=withheld, aside=phones), nudging.next_nudge),
        Queue(partial(mailing.send_due, postman=postman, withheld=withheld), mailing.next_try),
        Queue(partial(notices.send_due, postman=postman), notices.next_try),
        Queue(partial(codes.send_due, postman=postman), codes.next_try),
        Queue(partial(reading_acts.read_due, look_up=look_up, aside=aside), reading_acts.next_reading),
        Queue(partial(capturing.take_due, aside=pages), capturing.next_capture),
        Queue(partial(asking_registers.take_due, aside=sites), asking_registers.next_question),
        Queue(partial(site_looks.take_due, aside=sites), site_looks.next_site_look_due),
        # Last: a large one takes a minute, and by then whatever is due has been said.
        Queue(bundle_sweep.write_due, bundle_sweep.next_writing),
    ]


def look(at: datetime, work: Sequence[Queue]) -> int:
    """Do what is due at this instant (UTC) in every school that has something due. How many schools that were."""
    due = list(Wake.objects.filter(at__lte=at).order_by("at").values_list("school_id", flat=True)[:SCHOOLS])
    for school_id in due:
        see_to(school_id, at, work)
    return len(due)


def see_to(school_id: uuid.UUID, at: datetime, work: Sequence[Queue]) -> None:
    """Do what is due in one school, and note when it is next. What goes wrong here holds up no other school.

    Nothing in one that came back from a backup and was not released yet: it is looked at again in a while.
    """
    well = True
    if is_quiet(school_id):
        Wake.objects.filter(pk=school_id).update(at=at + QUIET)
        return
    for queue in work:
        try:
            well = queue.do(school_id, at) and well
        except Exception:
            log.exception("Something due in a school could not be done.")
            well = False
    try:
        with inside(school_id), transaction.atomic():
            # Whoever owes something new moves the time forward in their own turn; so in ours, nothing is overlooked.
            queue_up(school_id)
            times = [found for queue in work if (found := queue.next()) is not None]
            soonest = min(times, default=None)
            if soonest is not None and not well:
                soonest = max(soonest, at + TRY_AGAIN)
            Wake.objects.filter(pk=school_id).update(at=soonest)
    except Exception:
        log.exception("When a school is next seen to could not be noted.")
        Wake.objects.filter(pk=school_id).update(at=at + TRY_AGAIN)


def look_everywhere(at: datetime) -> None:
    """Have every school looked at once, those that are due already before the others.

    Done at the start: settings may have changed, as when mail was switched on, and a lost time is found again.
    """
    Wake.objects.filter(Q(at__isnull=True) | Q(at__gt=at)).update(at=at)


def steady() -> timedelta:
    """Time since the machine started, sleep included."""
    return timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME))


class Turns:
    """One life of the worker: it looks whenever it is told the time, unless the clock was moved just now."""

    def __init__(self, work: Sequence[Queue], guard: ClockGuard) -> None:
        self._work, self._guard, self._started = work, guard, False

    def take(self, wall: datetime, since_start: timedelta) -> int:
        """Do what is due at this instant (UTC), so long after the machine started. How many schools had something due.

        One reading of the clock serves for all: between two readings it may be set.
        """
        if self._guard.holds(wall, since_start):
            return 0
        if self._guard.went_back() or not self._started:
            # What a wrong clock put off would wait until the right one came round to that time.
            bring_back(wall)
            look_everywhere(wall)
            self._started = True
        return look(wall, self._work)


def bring_back(at: datetime) -> None:
    """See to it that no letter waits for a time that a wrong clock gave it, in any school. `at` is UTC."""
    for school_id in list(Wake.objects.values_list("school_id", flat=True)):
        mailing.bring_back(school_id, at)
        notices.bring_back(school_id, at)


def run(*, once: bool = False) -> None:
    """Work until told to stop; or, once, until nothing is due."""
    stop, made = threading.Event(), Backups()
    if not once:
        # It may die with the process: a checkpoint is there whole or not at all.
        threading.Thread(target=Rounds().keep_going, args=(stop,), name="rounds", daemon=True).start()
        threading.Thread(target=nights.keep_going, args=(stop,), name="nights", daemon=True).start()
        threading.Thread(target=made.keep_going, args=(stop,), name="backups", daemon=True).start()
        threading.Thread(target=locks.keep_going, args=(stop,), name="locks", daemon=True).start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    postman, upkeep, watch = mailing.Postman(), Upkeep(), Watch()
    beat = Beat(settings.DATA / WORKER)
    # A page takes a minute. Records that wait to be read do not wait for it, nor does somebody who wants a page kept
    # wait for looks at others. A phone waits for none of them.
    aside, pages, sites, phones = (at_once if once else Aside() for _ in range(4))
    work = queues(postman, aside=aside, pages=pages, sites=sites, phones=phones)
    turns = Turns(work, ClockGuard(settings.DATA / "worker.clock", this_boot()))
    while not stop.is_set():
        pause = 1.0
        if not once:
            beat.beat(mail=postman.said, backup=made.said, disk=watch.said)
            watch.look(timezone.now())
        try:
            if turns.take(timezone.now(), steady()):
                pause = 0.0
            elif once:
                break
            else:
                upkeep.a_little(UPKEEP)
        except Exception as fault:
            if once:
                raise
            if database_room.is_full_error(fault):
                database_room.note("full")
            # The database is away or busy. Whatever was due still is.
            log.exception("The worker could not look.")
            pause = 5.0
        if pause:
            postman.close()
            close_old_connections()
            stop.wait(pause)
    if once:
        Rounds().go()
    postman.close()


class Command(BaseCommand):
    """Fires what is due and sends letters, until stopped. `manage.py serve` starts it; it may also run by itself."""

    help = "Fires what is due and sends the letters that are owed, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, and end")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        run(once=once)
