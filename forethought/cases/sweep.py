"""What falls due in cases, fired by the clock: a warning first, then that it is late, each exactly once.

A row fires by a conditional UPDATE on its own `fires_at`, in one transaction with its letters and its one event. So
two workers, or one that was killed and came back, cannot fire it twice, and nothing has to be put right after a crash:
a row that did not fire is still due (architecture.md, decision 3; reliability.md 5.5).
"""

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, Q

from forethought.audit.procedures import PROGRAM, acting
from forethought.cases.models import Case, Exclusion, Owed, Seat, live
from forethought.people.models import Absence, Letter, Person
from forethought.people.post import owe_letter
from forethought.rows import inside

#: Rows of one school in one sweep. The rest are still due a moment later.
BATCH = 500

#: Seats whose holders are asked for nothing: they look, advise or stand by.
SILENT = frozenset({"guest", "glass", "note_taker"})

#: Owed by one press of a button. At its time somebody is asked for the press; it is late a day after that.
PRESSES = frozenset({"look", "revisit"})
GRACE = timedelta(hours=24)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """What firing does: its event, its letter and the time in it (UTC), what is noted, and when the next is (UTC)."""

    verb: str
    letter: str
    by_when: datetime
    noted: str
    next_at: datetime | None


def step_of(*, kind: str, due_at: datetime, warned_at: datetime | None, at: datetime) -> Step:
    """Which step something owed takes when it fires at this instant, in UTC.

    One that slept through its warning is late at once. Policy 8.1, 8.3, 8.5, 8.8.
    """
    if kind in PRESSES:
        late_from = due_at + GRACE
        if warned_at is None and at < late_from:
            return Step("cases.remind", "press_due", late_from, "warned_at", late_from)
        return Step("cases.fall_late", "late", due_at, "late_at", None)
    if at < due_at:
        return Step("cases.warn", "due_soon", due_at, "warned_at", due_at)
    return Step("cases.fall_late", "late", due_at, "late_at", None)


def fire_due(school_id: uuid.UUID, at: datetime) -> bool:
    """Fire what is due in a school at this instant (UTC), up to one batch. Whether all of it went well.

    A row that cannot be fired does not hold up the others.
    """
    with inside(school_id):
        due = list(Owed.objects.filter(fires_at__lte=at, done_at__isnull=True).order_by("fires_at", "id")[:BATCH])
    well = True
    for owed in due:
        try:
            with inside(school_id):
                fire(owed=owed, at=at)
        except Exception:
            log.exception("Something owed could not be fired.")
            well = False
    return well


class _Overtaken(Exception):
    """Somebody did it, moved it or fired it meanwhile."""


def fire(*, owed: Owed, at: datetime) -> bool:
    """Take one thing owed a step on, with its letters and its event. False when somebody else was first.

    Policy 8.1, 8.3, 8.5, 8.8.
    """
    step = step_of(kind=owed.kind, due_at=owed.due_at, warned_at=owed.warned_at, at=at)
    try:
        with acting(
            step.verb, by=PROGRAM, at=at, about=owed.about, case_id=owed.case_id, facts={"kind": owed.kind}
        ) as event:
            moved = Owed.objects.filter(
                pk=owed.pk, fires_at=owed.fires_at, due_at=owed.due_at, done_at__isnull=True
            ).update(**{step.noted: at, "fires_at": step.next_at})
            if not moved:
                raise _Overtaken
            case = Case.objects.get(pk=owed.case_id)
            people = whom(case=case, everyone=step.letter == "late", at=at)
            for person in people:
                owe_letter(
                    person=person, kind=step.letter, at=at, case_id=case.id, about=owed.about, by_when=step.by_when
                )
            event.facts["told"] = len(people)
    except _Overtaken:
        return False
    return True


def whom(*, case: Case, everyone: bool, at: datetime) -> list[Person]:
    """Who is told: the case's manager, or everyone on its list when it is late or the manager is away.

    Never anybody kept out of the case, and nobody who has left.
    """
    seated = list(
        Person.objects.filter(
            pk__in=Seat.objects.filter(live(at), case=case).exclude(why__in=SILENT).values("person"),
            left_at__isnull=True,
        )
        .exclude(pk__in=Exclusion.objects.filter(case=case).values("person"))
        .order_by("name", "id")
    )
    if everyone:
        return seated
    away = set(
        Absence.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at).values_list(
            "person", flat=True
        )
    )
    manager = [person for person in seated if person.pk == case.manager_id and person.pk not in away]
    return manager or seated


def next_firing() -> datetime | None:
    """When something next fires in the school that was entered, in UTC."""
    soonest: datetime | None = Owed.objects.filter(fires_at__isnull=False, done_at__isnull=True).aggregate(
        soonest=Min("fires_at")
    )["soonest"]
    return soonest


def withheld(letters: Iterable[Letter], at: datetime) -> dict[uuid.UUID, str]:
    """The letters whose reader may no longer know of their case at an instant (UTC), and why. Asked as each is sent.

    For the school that was entered. Reliability.md 3.3 and P19.
    """
    about_cases = [letter for letter in letters if letter.case_id is not None]
    cases = {letter.case_id for letter in about_cases}
    people = {letter.person_id for letter in about_cases}
    out = set(Exclusion.objects.filter(case__in=cases, person__in=people).values_list("case_id", "person_id"))
    seated = set(Seat.objects.filter(live(at), case__in=cases, person__in=people).values_list("case_id", "person_id"))
    reasons = {}
    for letter in about_cases:
        place = (letter.case_id, letter.person_id)
        if place in out:
            reasons[letter.id] = "kept_out"
        elif place not in seated:
            reasons[letter.id] = "not_seated"
    return reasons
