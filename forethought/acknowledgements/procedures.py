"""Asking every adult to read something, and noting who read and understood it."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q

from forethought.acknowledgements import rules
from forethought.acknowledgements.models import Acknowledgement, Matter, Method, Reading, Task
from forethought.acknowledgements.reminding import (
    A_DAY,
    owe_to_read,
    remind_newcomers,
    ring_late,
    ring_soon,
    set_reminders,
)
from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.clock import from_london, london
from forethought.core.errors import Refused, insist
from forethought.people import codes
from forethought.people.alarms import set_alarm, stop_alarm
from forethought.people.models import Account, Doorway, Engagement, Person
from forethought.people.post import withdraw_letters
from forethought.policies import deciding
from forethought.policies import procedures as policies
from forethought.policies.models import Policy, Revision, Version
from forethought.policies.standing import text_of

#: How long a link that was handed over stays good.
LINK = timedelta(days=14)


def publish(*, policy: Policy, revision: Revision, version: int, by: Person, at: datetime) -> Version:
    """Publish an approved change, and ask everybody to read what is new. Policy F4, 3.7."""
    with acting("acknowledgements.publish", by=by, at=at, about=revision.id):
        made = deciding.publish_version(policy=policy, revision=revision, version=version, by=by, at=at)
        ask_about_version(policy, made, by, at)
    return made


def put_in_force(*, policy: Policy, version: int, bring: Version, by: Person, at: datetime) -> None:
    """Say which version brought along is in force, and ask everybody to read it. Policy F4, 3.7."""
    with acting("acknowledgements.put_in_force", by=by, at=at, about=bring.id):
        policies.bring_into_force(policy=policy, version=version, bring=bring, by=by, at=at)
        deciding.set_review(policy, at)
        ask_about_version(policy, bring, by, at)


def ask_about_version(policy: Policy, version: Version, by: Actor, at: datetime) -> Reading:
    """Ask everybody to read a version of the policy. Part of publishing it."""
    text = text_of(version.text)
    assert version.text is not None, "a version in force has its words"
    return open_reading(
        school_id=policy.pk,
        matter=Matter.POLICY,
        about=version.id,
        title=rules.title_of(version.label),
        fingerprint=bytes(version.text.fingerprint),
        minutes=rules.minutes_of(text),
        due_on=rules.due_on(opened_on=london(at).date(), days=policy.read_days),
        by=by,
        at=at,
    )


def open_reading(
    *,
    school_id: uuid.UUID,
    matter: Matter,
    about: uuid.UUID,
    title: str,
    fingerprint: bytes,
    minutes: int,
    due_on: date,
    by: Actor,
    at: datetime,
) -> Reading:
    """Ask every adult engaged here, paid or not, to read one thing. Whatever it replaces is no longer asked.

    Policy 2.5, 3.7, 6.4. One task and one letter for each person, however many engagements they have; what they
    confirmed before stays.
    """
    with acting("acknowledgements.open_reading", by=by, at=at, about=about) as event:
        for older in Reading.objects.filter(matter=matter, ended_at__isnull=True):
            end_reading(older, at)
        reading = Reading.objects.create(
            school_id=school_id,
            matter=matter,
            about=about,
            title=title,
            fingerprint=fingerprint,
            minutes=minutes,
            due_on=due_on,
            opened_at=at,
        )
        today = london(at).date()
        people, begins = engaged(today), not_begun(today)
        for due in sorted({due_on, *begins.values()}):
            mine = [one for one in people if begins.get(one[0].pk, due_on) == due]
            give_tasks(reading, mine, due, at)
        set_reminders(reading, at)
        event.facts["asked"] = len(people)
        event.commitments["text"] = fingerprint.hex()
    return reading


def end_reading(reading: Reading, at: datetime) -> None:
    """Stop asking for one thing. Part of asking for what replaces it."""
    Reading.objects.filter(pk=reading.pk).update(ended_at=at)
    Task.objects.filter(reading=reading, done_at__isnull=True, closed_at__isnull=True).update(closed_at=at)
    for name in ("read_soon", "read_late"):
        stop_alarm(kind=name, about=reading.id, at=at)
    withdraw_letters(about=reading.id, kinds=("to_read",), at=at)


def give_tasks(reading: Reading, people: Sequence[tuple[Person, str]], due: date, at: datetime) -> None:
    """Give people their task and the letter that says so. Part of a larger act."""
    Task.objects.bulk_create(
        [
            Task(school_id=reading.school_id, reading=reading, person=person, kind=kind, due_on=due, asked_at=at)
            for person, kind in people
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    owe_to_read(reading.pk, [person for person, _ in people], due, at)


MIDNIGHT = time(0)


def engaged(day: date) -> list[tuple[Person, str]]:
    """Every adult engaged on a day or after it, once each, with what they count as. Policy 2.5."""
    rows = (
        Engagement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), person__left_at__isnull=True)
        .select_related("person")
        .order_by("person_id")
    )
    people: dict[uuid.UUID, tuple[Person, set[str]]] = {}
    for row in rows:
        people.setdefault(row.person_id, (row.person, set()))[1].add(row.kind)
    return [(person, rules.kind_of(kinds)) for person, kinds in people.values()]


def not_begun(day: date) -> dict[uuid.UUID, date]:
    """Those who are taken in but have not begun by a day, and when they do: they read before that. Policy 2.5."""
    rows = Engagement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), person__left_at__isnull=True)
    first = rows.values_list("person").annotate(first=Min("starts_on")).filter(first__gt=day)
    return {person: rules.newcomer_due_on(starts_on=starts_on, today=day) for person, starts_on in first}


def ask_newcomer(*, person: Person, by: Actor, at: datetime) -> None:
    """Ask somebody new to read what everybody was asked to, before they begin. Policy 2.5."""
    with acting("acknowledgements.ask_newcomer", by=by, at=at, about=person.id) as event:
        today = london(at).date()
        rows = list(person.engagements.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)))
        if rows and person.left_at is None:
            kind = rules.kind_of({row.kind for row in rows})
            due = rules.newcomer_due_on(starts_on=min(row.starts_on for row in rows), today=today)
            # Somebody who left and is back finds the task that was closed then; what they confirmed is not asked again.
            back = person.reading_tasks.filter(reading__ended_at__isnull=True, closed_at__isnull=False)
            waits = back.filter(done_at__isnull=True)
            again = set(waits.values_list("reading_id", flat=True))
            waits.update(due_on=due, asked_at=at, reminded_at=None, wants_paper_at=None)
            back.update(closed_at=None, kind=kind)
            asked = set(person.reading_tasks.values_list("reading_id", flat=True)) - again
            fresh = [one for one in Reading.objects.filter(ended_at__isnull=True) if one.pk not in asked]
            for reading in fresh:
                give_tasks(reading, [(person, kind)], due, at)
            remind_newcomers(fresh, due, at)
            event.facts["asked"] = len(fresh)


def close_tasks(*, person: Person, by: Actor, at: datetime) -> None:
    """Stop asking and counting somebody who has left, or whose engagement has ended. What they confirmed stays.

    Policy 2.5.
    """
    with acting("acknowledgements.close_tasks", by=by, at=at, about=person.id):
        tasks = Task.objects.filter(person=person, reading__ended_at__isnull=True, closed_at__isnull=True)
        for reading_id in list(tasks.values_list("reading_id", flat=True)):
            withdraw_letters(about=reading_id, kinds=("to_read",), person_id=person.id, at=at)
        tasks.update(closed_at=at)


def note_seen(*, task: Task, section: str, at: datetime) -> None:
    """Note that somebody opened a section, so that they can go on later. Part of reading: no act until confirmed."""
    with transaction.atomic():
        # Two sections opened at once, in two tabs or at a double press, are both noted.
        fresh = Task.objects.select_for_update().get(pk=task.pk)
        if section not in fresh.seen and fresh.done_at is None and fresh.closed_at is None:
            Task.objects.filter(pk=task.pk).update(seen=[*fresh.seen, section])


def acknowledge(
    *,
    task: Task,
    method: Method,
    left_to_open: int,
    own_words: str,
    asked_own_words: bool,
    since: uuid.UUID | None,
    by: Person,
    at: datetime,
) -> Acknowledgement:
    """Note that somebody says they read and understood this very text. It is sealed, and they get a receipt.

    Policy 3.7, 10.3. `left_to_open`: sections they have not opened; `since`: the version they had confirmed, when only
    the difference was shown.
    """
    if by.pk != task.person_id:
        raise Refused("Somebody can only confirm for themselves.", "3.7")
    task.refresh_from_db()
    insist(
        rules.why_not_acknowledge(
            done_on=london(task.done_at).date() if task.done_at else None,
            closed=task.closed_at is not None,
            left_to_open=left_to_open,
            own_words=own_words,
            asked=asked_own_words,
        ),
        "3.7",
    )
    with acting("acknowledgements.acknowledge", by=by, at=at, facts={"method": str(method)}) as event:
        made = finish(task, at, method=method, since=since, own_words=own_words)
        event.about = made.id
        event.commitments["text"] = bytes(task.reading.fingerprint).hex()
    return made


def finish(task: Task, at: datetime, **more: object) -> Acknowledgement:
    """Write the acknowledgement and settle the task, once. Part of a larger act."""
    won = Task.objects.filter(pk=task.pk, done_at__isnull=True, closed_at__isnull=True).update(done_at=at)
    if not won:
        raise Refused("This has been confirmed already.", "3.7")
    withdraw_letters(about=task.reading_id, kinds=("to_read",), person_id=task.person_id, at=at)
    made: Acknowledgement = Acknowledgement.objects.create(
        school_id=task.school_id,
        task=task,
        reading=task.reading,
        person_id=task.person_id,
        fingerprint=task.reading.fingerprint,
        said=rules.said(task.reading.title),
        acknowledged_at=at,
        **more,
    )
    return made


def record_paper(*, task: Task, signed_on: date, by: Person, at: datetime) -> Acknowledgement:
    """Record a form that somebody signed on paper. Nobody records their own. Policy 2.5, 3.7."""
    task.refresh_from_db()
    if by.pk == task.person_id:
        raise Refused("You have this screen, so confirm here. Paper is for those who have none.", "3.7")
    insist(
        rules.why_not_paper(
            signed_on=signed_on,
            opened_on=london(task.reading.opened_at).date(),
            today=london(at).date(),
            done=task.done_at is not None,
            closed=task.closed_at is not None,
        ),
        "2.5",
    )
    with acting("acknowledgements.record_paper", by=by, at=at, facts={"method": "paper"}) as event:
        made = finish(task, at, method=Method.PAPER, signed_on=signed_on, recorded_by=by)
        event.about = made.id
        event.commitments["text"] = bytes(task.reading.fingerprint).hex()
    return made


def want_paper(*, task: Task, by: Person, at: datetime) -> None:
    """Ask for a paper form instead of the screen. Nobody asks why. Policy 2.5."""
    if by.pk != task.person_id:
        raise Refused("Somebody can only ask for themselves.", "2.5")
    task.refresh_from_db()
    insist(rules.why_not_want_paper(done=task.done_at is not None, closed=task.closed_at is not None), "2.5")
    with acting("acknowledgements.want_paper", by=by, at=at, about=task.id):
        Task.objects.filter(pk=task.pk, done_at__isnull=True, closed_at__isnull=True).update(wants_paper_at=at)


def make_link(*, person: Person, by: Person, at: datetime) -> str:
    """Make a personal link to hand over, for somebody without an account. Shown once; an older one ends.

    Policy 2.5. It says nothing about the person. Returns its token; only a keyed hash is kept.
    """
    signs_in = Account.objects.filter(person_id=person.id, is_active=True).exists()
    insist(rules.why_not_make_link(left=person.left_at is not None, signs_in=signs_in), "2.5")
    with acting("acknowledgements.make_link", by=by, at=at, about=person.id):
        token = codes.new_token()
        Doorway.objects.filter(kind="personal", opens=person.id, ends_at__gt=at).update(ends_at=at)
        Doorway.objects.create(
            key_hash=codes.key_hash("personal", token),
            kind="personal",
            school_id=person.school_id,
            opens=person.id,
            made_at=at,
            ends_at=at + LINK,
        )
    return token


def address_of(token: str) -> str:
    """Where a personal link leads."""
    return f"{settings.SITE}/read/{token}/"


# --- What the clock does ---


def ring_newcomer(about: uuid.UUID, at: datetime) -> None:
    """Somebody was taken into the list, or engaged once more. It may be known already when that ends."""
    person = Person.objects.get(pk=about)
    ask_newcomer(person=person, by=PROGRAM, at=at)
    watch_for_end(person)


def ring_left(about: uuid.UUID, at: datetime) -> None:
    """Somebody left, or an engagement ended. Whoever has another still reads."""
    person = Person.objects.get(pk=about)
    today = london(at).date()
    still = person.engagements.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).exists()
    if person.left_at is not None or not still:
        close_tasks(person=person, by=PROGRAM, at=at)
    else:
        watch_for_end(person)


def watch_for_end(person: Person) -> None:
    """Have somebody's tasks closed after their last day, where it is known. Part of a larger act."""
    days = list(person.engagements.values_list("ends_on", flat=True))
    known = [day for day in days if day is not None]
    if person.left_at is None and known and len(known) == len(days):
        rings_at = from_london(max(known) + A_DAY, MIDNIGHT)
        set_alarm(school_id=person.school_id, kind="left", about=person.id, rings_at=rings_at)


BELLS = {"newcomer": ring_newcomer, "left": ring_left, "read_soon": ring_soon, "read_late": ring_late}
