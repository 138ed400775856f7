"""Seeing by name who has not confirmed yet, and reminding them: by hand once a day at most, and by the clock."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from forethought.acknowledgements import rules
from forethought.acknowledgements.models import Reading, Task
from forethought.acknowledgements.picture import of_team
from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.clock import from_london, london
from forethought.core.errors import Refused, insist
from forethought.people.alarms import set_alarm
from forethought.people.models import Alarm, Person
from forethought.people.post import owe_letters, withdraw_letters
from forethought.policies.consulting import NINE

A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)

#: So many days before the last one, whoever has not confirmed is reminded by the clock.
SOON = timedelta(days=3)


def view_register(*, about: uuid.UUID, by: Person, at: datetime) -> None:
    """Note that somebody saw by name who has confirmed and who has not. Policy 3.7.

    `about` is what they looked at: a reading, one person's task, or themselves for a manager's own people.
    """
    with acting("acknowledgements.view_register", by=by, at=at, about=about):
        pass


def remind(*, task: Task, by: Actor, at: datetime) -> None:
    """Remind one person, once a day at most. Policy 3.7."""
    task.refresh_from_db()
    insist(why_not_remind(task, at), "3.7")
    with acting("acknowledgements.remind", by=by, at=at, about=task.id):
        # Two people who press at once remind once.
        if not send_reminders([task], at):
            raise Refused(rules.REMINDED, "3.7")


def why_not_remind(task: Task, at: datetime) -> str | None:
    """Why the person of a task cannot be reminded now."""
    return rules.why_not_remind(
        reminded_at=task.reminded_at,
        at=at,
        done=task.done_at is not None,
        closed=task.closed_at is not None,
        has_email=bool(task.person.email),
    )


def remind_all(*, reading: Reading, by: Actor, at: datetime) -> int:
    """Remind everybody who has not confirmed one thing, except those reminded in the last day. How many. Policy 3.7."""
    with acting("acknowledgements.remind_all", by=by, at=at, about=reading.id) as event:
        reminded = send_reminders(may_be_reminded(Task.objects.filter(reading=reading), at), at)
        event.facts["reminded"] = reminded
    return reminded


def remind_own(*, manager: Person, by: Actor, at: datetime) -> int:
    """Remind those among a manager's own people who have not confirmed. How many were. Policy 3.7."""
    with acting("acknowledgements.remind_own", by=by, at=at, about=manager.id) as event:
        reminded = send_reminders(may_be_reminded(of_team(manager, london(at).date()), at), at)
        event.facts["reminded"] = reminded
    return reminded


def may_be_reminded(tasks: "QuerySet[Task]", at: datetime) -> "QuerySet[Task]":
    """Those among some tasks that wait, of people with a mail address, who were not reminded in the last day."""
    rested = Q(reminded_at__isnull=True) | Q(reminded_at__lte=at - rules.BETWEEN_REMINDERS)
    return (
        tasks.filter(rested, done_at__isnull=True, closed_at__isnull=True)
        .exclude(person__email="")
        .select_related("person")
    )


def send_reminders(tasks: Iterable[Task], at: datetime) -> int:
    """Owe the letters of a reminder, and note that it went. How many people. Part of a larger act."""
    # Asked again in the act's own transaction, whose turn it is alone: nobody is reminded twice.
    found = list(may_be_reminded(Task.objects.filter(pk__in=[task.pk for task in tasks]), at))
    by_letter: dict[tuple[uuid.UUID, date], list[Person]] = defaultdict(list)
    for task in found:
        by_letter[task.reading_id, task.due_on].append(task.person)
    for (reading_id, due_on), people in by_letter.items():
        # A letter that still waits says the same: it is not sent twice.
        withdraw_letters(about=reading_id, kinds=("to_read",), at=at, people=[person.pk for person in people])
        owe_to_read(reading_id, people, due_on, at)
    Task.objects.filter(pk__in=[task.pk for task in found]).update(reminded_at=at)
    return len({task.person_id for task in found})


def owe_to_read(reading_id: uuid.UUID, people: Sequence[Person], due_on: date, at: datetime) -> None:
    """Owe the letter that asks people to read something by the end of a day. Part of a larger act."""
    by_when = from_london(due_on + A_DAY, time(0)) - timedelta(minutes=1)
    owe_letters(people=people, kind="to_read", at=at, about=reading_id, by_when=by_when)


# --- What the clock does ---


def set_reminders(reading: Reading, at: datetime) -> None:
    """Have those who have not confirmed reminded shortly before the last day and after it. Part of a larger act."""
    for kind, day in (("read_soon", reading.due_on - SOON), ("read_late", reading.due_on + A_DAY)):
        rings_at = max(from_london(day, NINE), at + A_DAY)
        set_alarm(school_id=reading.school_id, kind=kind, about=reading.id, rings_at=rings_at)


def remind_newcomers(readings: Collection[Reading], due_on: date, at: datetime) -> None:
    """Have somebody new reminded after their last day too, once nobody else is any more. Part of a larger act."""
    pending = set(
        Alarm.objects.filter(
            kind="read_late", about__in=[one.pk for one in readings], rung_at__isnull=True
        ).values_list("about", flat=True)
    )
    for reading in readings:
        if reading.pk not in pending:
            rings_at = max(from_london(due_on + A_DAY, NINE), at + A_DAY)
            set_alarm(school_id=reading.school_id, kind="read_late", about=reading.pk, rings_at=rings_at)


def ring_soon(about: uuid.UUID, at: datetime) -> None:
    """A reading is nearly due: whoever has not confirmed it is reminded."""
    _ring(about, at, last=london(at).date() + SOON)


def ring_late(about: uuid.UUID, at: datetime) -> None:
    """A reading is late: whoever is late with it is reminded, and again each week, until nobody waits."""
    today = london(at).date()
    reading = _ring(about, at, last=today - A_DAY)
    if reading is not None and Task.objects.filter(_WAITS, reading=reading).exists():
        rings_at = from_london(today + A_WEEK, NINE)
        set_alarm(school_id=reading.school_id, kind="read_late", about=about, rings_at=rings_at)


_WAITS = Q(done_at__isnull=True, closed_at__isnull=True)


def _ring(about: uuid.UUID, at: datetime, *, last: date) -> Reading | None:
    """Remind those who were to confirm by a day. The reading, while it is asked for."""
    reading = Reading.objects.filter(pk=about, ended_at__isnull=True).first()
    if reading is not None and Task.objects.filter(_WAITS, reading=reading, due_on__lte=last).exists():
        remind_due(reading=reading, last=last, by=PROGRAM, at=at)
    return reading


def remind_due(*, reading: Reading, last: date, by: Actor, at: datetime) -> int:
    """Remind those who were to confirm one thing by a day and have not. How many. Policy 3.7."""
    with acting("acknowledgements.remind_due", by=by, at=at, about=reading.id) as event:
        reminded = send_reminders(may_be_reminded(Task.objects.filter(reading=reading, due_on__lte=last), at), at)
        event.facts["reminded"] = reminded
    return reminded
