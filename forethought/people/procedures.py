"""Who is at the school, what they are asked to do, and how people without an account come in."""

import uuid
from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q

from forethought.audit.models import TrailHead
from forethought.audit.procedures import Actor, Program, acting
from forethought.audit.tree import Frontier
from forethought.core.clock import from_london, london
from forethought.core.errors import Refused, insist
from forethought.people import codes, office_rules, rules
from forethought.people.alarms import set_alarm
from forethought.people.models import (
    Absence,
    Account,
    Appointment,
    Doorway,
    Engagement,
    Kind,
    Person,
    Role,
    School,
    Shift,
    Wake,
)
from forethought.people.post import owe_letters
from forethought.people.sessions import roles_of
from forethought.rows import inside


def found_school(*, name: str, demonstration: bool, by: Actor, at: datetime) -> School:
    """Make a school with an empty trail. Its key is made by evidence.procedures.make_school_key.

    Policy 2.5.
    """
    school_id = uuid.uuid4()
    with inside(school_id):
        school = School.objects.create(id=school_id, name=name, demonstration=demonstration, created_at=at)
        TrailHead.objects.create(school=school, edge=Frontier().to_bytes())
        Wake.objects.create(school_id=school_id)
        with acting("people.found_school", by=by, at=at, about=school_id):
            pass
    return school


def add_person(
    *,
    school: School,
    name: str,
    email: str = "",
    kind: Kind,
    starts_on: date,
    ends_on: date | None = None,
    manager: Person | None = None,
    by: Actor,
    at: datetime,
) -> Person:
    """Take an adult into the school's list with what they are engaged as: paid or not, for a year or a day.

    Policy 2.5. What everybody reads, they are then asked to read before they begin.
    """
    insist(rules.why_not_engage(starts_on=starts_on, ends_on=ends_on), "2.5")
    with acting("people.add_person", by=by, at=at) as event:
        person = Person.objects.create(school=school, name=name, email=email)
        Engagement.objects.create(
            school=school, person=person, kind=kind, starts_on=starts_on, ends_on=ends_on, manager=manager
        )
        set_alarm(school_id=school.id, kind="newcomer", about=person.id, rings_at=at)
        event.about = person.id
        event.facts["kind"] = str(kind)
    return person


def add_contact(*, school: School, name: str, email: str, by: Actor, at: datetime) -> Person:
    """Take somebody into the list who is not engaged here: a union's officer. They are asked to read nothing.

    Policy F3.
    """
    with acting("people.add_contact", by=by, at=at) as event:
        known = Person.objects.filter(email__iexact=email, left_at__isnull=True).first() if email else None
        if known is not None:
            raise Refused(f"{known.name} has that address already. Choose them from the list.", "F3")
        person = Person.objects.create(school=school, name=name, email=email)
        event.about = person.id
    return person


def engage(
    *,
    person: Person,
    kind: Kind,
    starts_on: date,
    ends_on: date | None = None,
    manager: Person | None = None,
    by: Actor,
    at: datetime,
) -> Engagement:
    """Engage somebody who is known already once more: a governor who also volunteers, a supply teacher who is back.

    Policy 2.5. They stay one person, who reads and confirms once.
    """
    with acting("people.engage", by=by, at=at, about=person.id, facts={"kind": str(kind)}):
        same = overlapping(person, kind, starts_on, ends_on)
        insist(rules.why_not_engage(starts_on=starts_on, ends_on=ends_on, same=same), "2.5")
        Person.objects.filter(pk=person.pk).update(left_at=None)
        made = Engagement.objects.create(
            school_id=person.school_id, person=person, kind=kind, starts_on=starts_on, ends_on=ends_on, manager=manager
        )
        set_alarm(school_id=person.school_id, kind="newcomer", about=person.id, rings_at=at)
    return made


def overlapping(person: Person, kind: str, starts_on: date, ends_on: date | None) -> bool:
    """Whether somebody is engaged as one kind on any of some days already."""
    rows = Engagement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on), person=person, kind=kind
    ).exclude(ends_on__lt=F("starts_on"))  # Somebody who left before they began.
    return rows.exists() if ends_on is None else rows.filter(starts_on__lte=ends_on).exists()


def end_engagement(*, engagement: Engagement, ends_on: date, by: Actor, at: datetime) -> None:
    """Say when an engagement ends. Other engagements of the same person go on. Policy 2.5."""
    left = engagement.person.left_at is not None
    insist(rules.why_not_end(starts_on=engagement.starts_on, ends_on=ends_on, left=left), "2.5")
    with acting("people.end_engagement", by=by, at=at, about=engagement.person_id):
        Engagement.objects.filter(pk=engagement.pk).update(ends_on=ends_on)
        # The day itself still counts: nobody is asked any more from the next one on.
        rings_at = max(from_london(ends_on + timedelta(days=1), time(0)), at)
        set_alarm(school_id=engagement.school_id, kind="left", about=engagement.person_id, rings_at=rings_at)


def name_manager(*, engagement: Engagement, manager: Person | None, by: Actor, at: datetime) -> None:
    """Say who manages somebody: they see whether policy tasks are done, and are asked first. Policy 3.6, 3.7."""
    if manager is not None:
        themselves = manager.pk == engagement.person_id
        insist(rules.why_not_manage(themselves=themselves, left=manager.left_at is not None), "3.7")
    with acting("people.name_manager", by=by, at=at, about=engagement.person_id):
        Engagement.objects.filter(pk=engagement.pk).update(manager=manager)
        if manager is not None:
            # A line manager handles no matter about whom they manage; open ones are asked about again at once.
            set_alarm(school_id=engagement.school_id, kind="manager_named", about=engagement.person_id, rings_at=at)


def change_person(*, person: Person, name: str, email: str, by: Actor, at: datetime) -> None:
    """Put right how somebody is called, and where their mail goes. Policy 2.5.

    A personal link that went to another address opens nothing any more.
    """
    with acting("people.change_person", by=by, at=at, about=person.id):
        if email.lower() != person.email.lower():
            links = Doorway.objects.filter(opens=person.id, kind__in=("personal", "reader"), ends_at__gt=at)
            links.update(ends_at=at)
        Person.objects.filter(pk=person.pk).update(name=name, email=email)


def make_account(*, person: Person, email: str, password: str | None, by: Actor, at: datetime) -> Account:
    """Give somebody a way to sign in. Without a password they come in by a reset link or a passkey."""
    with acting("people.make_account", by=by, at=at, about=person.id):
        account = Account(school_id=person.school_id, person_id=person.id, email=email.lower(), made_at=at)
        if password is None:
            account.set_unusable_password()
        else:
            account.set_password(password)
        account.save()
    return account


def appoint(*, person: Person, role: Role, rank: int = 0, by: Actor, at: datetime) -> Appointment:
    """Give somebody a role from now on. The lower the rank, the sooner they are asked."""
    with acting("people.appoint", by=by, at=at, about=person.id, facts={"role": str(role)}):
        return Appointment.objects.create(school_id=person.school_id, person=person, role=role, rank=rank, starts_at=at)


def end_appointment(*, appointment: Appointment, by: Actor, at: datetime) -> None:
    """End a role. The person keeps nothing of it from the next request on."""
    with acting("people.end_appointment", by=by, at=at, about=appointment.person_id, facts={"role": appointment.role}):
        Appointment.objects.filter(pk=appointment.pk, ends_at__isnull=True).update(ends_at=at)


def put_on_duty(*, person: Person, starts_at: datetime, ends_at: datetime, by: Actor, at: datetime) -> Shift:
    """Put somebody on the duty rota, nights and holidays included. Policy 8.3."""
    if ends_at <= starts_at:
        raise Refused("The end of a shift must come after its start.", "8.3")
    with acting("people.put_on_duty", by=by, at=at, about=person.id):
        return Shift.objects.create(school_id=person.school_id, person=person, starts_at=starts_at, ends_at=ends_at)


def take_off_duty(*, shift: Shift, by: Actor, at: datetime) -> None:
    """Take a stretch off the duty rota: what has been of it stays. Policy 8.3."""
    if shift.ends_at <= at:
        raise Refused("That shift is over.", "8.3")
    with acting("people.take_off_duty", by=by, at=at, about=shift.person_id):
        if shift.starts_at >= at:
            Shift.objects.filter(pk=shift.pk).delete()
        else:
            Shift.objects.filter(pk=shift.pk).update(ends_at=at)


def be_away(*, person: Person, until: datetime | None, by: Actor, at: datetime) -> Absence:
    """Say that somebody is away, so that what is due goes to the next person."""
    insist("The day you come back must be later than now." if until is not None and until <= at else None)
    with acting("people.be_away", by=by, at=at, about=person.id):
        return Absence.objects.create(school_id=person.school_id, person=person, starts_at=at, ends_at=until)


def come_back(*, person: Person, by: Actor, at: datetime) -> None:
    """Say that somebody is here again."""
    with acting("people.come_back", by=by, at=at, about=person.id):
        Absence.objects.filter(person=person, starts_at__lte=at, ends_at__isnull=True).update(ends_at=at)
        Absence.objects.filter(person=person, starts_at__lte=at, ends_at__gt=at).update(ends_at=at)


def make_staffroom_code(*, school: School, by: Actor, at: datetime) -> str:
    """Make the code that hangs in the staffroom. Shown once; an older one ends.

    Policy 2.5.
    """
    code = codes.staffroom_code()
    with acting("people.make_staffroom_code", by=by, at=at, about=school.id):
        Doorway.objects.filter(kind="staffroom", school_id=school.id, ends_at__isnull=True).update(ends_at=at)
        Doorway.objects.create(
            key_hash=codes.key_hash("staffroom", codes.tidy(code)),
            kind="staffroom",
            school_id=school.id,
            opens=school.id,
            made_at=at,
        )
    return code


def leave(*, person: Person, by: Actor, at: datetime) -> None:
    """End everything somebody had here: roles, engagements, whom they manage, ways in. They stay in the record.

    Policy 2.5.
    """
    person.refresh_from_db(fields=["left_at"])
    insist(why_not_leave(person=person, by=by, at=at), "2.5")
    held = roles_of(person, at)
    with acting("people.leave", by=by, at=at, about=person.id):
        end_everything([person.pk], at)
        if held & office_rules.SINGLE:
            watching = Person.objects.filter(
                appointments__role__in=(Role.CHAIR, Role.HEAD), appointments__ends_at__isnull=True, left_at__isnull=True
            )
            told = {one.pk: one for one in [person, *watching]}
            owe_letters(people=[one for one in told.values() if one.pk != by.id], kind="office_changed", at=at)
        set_alarm(school_id=person.school_id, kind="left", about=person.id, rings_at=at)
        set_alarm(school_id=person.school_id, kind="seats_of_leaver", about=person.id, rings_at=at)


def why_not_leave(*, person: Person, by: Actor, at: datetime) -> str | None:
    """Why somebody cannot be taken off the list by whoever says so. Policy 2.5, 7.2."""
    reason = rules.why_not_leave(left=person.left_at is not None, themselves=person.id == by.id)
    if reason is not None or isinstance(by, Program):
        return reason
    others = Appointment.objects.filter(role__in=office_rules.GOVERNORS, ends_at__isnull=True, starts_at__lte=at)
    return office_rules.why_not_take_off(
        held=roles_of(person, at),
        roles=roles_of(by, at) if isinstance(by, Person) else (),
        other_governors=others.filter(person__left_at__isnull=True).exclude(person=person).exists(),
    )


def end_everything(people: Collection[uuid.UUID], at: datetime) -> None:
    """End roles, engagements, whom they manage and every way in, of one or of many. Part of a larger act."""
    today = london(at).date()
    Person.objects.filter(pk__in=people).update(left_at=at)
    Appointment.objects.filter(person__in=people, ends_at__isnull=True).update(ends_at=at)
    # One that was to begin later ends before it began, and so never counts.
    Engagement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), person__in=people).update(ends_on=today)
    managed = Engagement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), manager__in=people)
    managed.update(manager=None)
    Account.objects.filter(person_id__in=people).update(is_active=False)
    Doorway.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), opens__in=people).update(ends_at=at)
