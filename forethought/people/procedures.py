"""Who is at the school, what they are asked to do, and how people without an account come in."""

import uuid
from datetime import date, datetime

from forethought.audit.models import TrailHead
from forethought.audit.procedures import Actor, Program, acting
from forethought.audit.tree import Frontier
from forethought.core.errors import Refused, insist
from forethought.people import codes
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
from forethought.rows import inside

#: The contacts a school keeps, with the day each was last checked. Only 999 and 101 are fixed.
CONTACTS = ("social_care", "lado", "ceop", "iwf", "report_remove", "ncii", "revenge_porn_helpline", "text_999", "talk")


def found_school(*, name: str, demonstration: bool, by: Program, at: datetime) -> School:
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
    by: Actor,
    at: datetime,
) -> Person:
    """Take an adult into the school's list with what they are engaged as: paid or not, for a year or a day.

    Policy 2.5.
    """
    if ends_on is not None and ends_on < starts_on:
        raise Refused("The last day cannot be before the first.", "2.5")
    with acting("people.add_person", by=by, at=at) as event:
        person = Person.objects.create(school=school, name=name, email=email)
        Engagement.objects.create(school=school, person=person, kind=kind, starts_on=starts_on, ends_on=ends_on)
        event.about = person.id
        event.facts["kind"] = str(kind)
    return person


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
    """End everything somebody had here: roles, engagements, ways to sign in. The person stays in the record."""
    with acting("people.leave", by=by, at=at, about=person.id):
        Person.objects.filter(pk=person.pk).update(left_at=at)
        Appointment.objects.filter(person=person, ends_at__isnull=True).update(ends_at=at)
        Engagement.objects.filter(person=person, ends_on__isnull=True).update(ends_on=at.date())
        Account.objects.filter(person_id=person.id).update(is_active=False)
