"""Naming people to offices in a live school. Whoever gains or loses one is told, and so are chair and headteacher."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from forethought.audit.procedures import acting
from forethought.core.errors import insist
from forethought.people import office_rules as rules
from forethought.people import procedures
from forethought.people.models import Account, Appointment, Letter, Person, Role
from forethought.people.post import owe_letters
from forethought.people.sessions import roles_of


def fill_office(*, person: Person, role: Role, by: Person, at: datetime) -> Appointment:
    """Name somebody to an office from now on. One that is held by one person passes to them.

    They get a way to sign in where they have none and have an address. Policy 2.5, 7.2.
    """
    insist(
        rules.why_not_fill_office(
            role,
            roles=roles_of(by, at),
            governors_here=governors_here(at),
            themselves=person.pk == by.pk,
            left=person.left_at is not None,
            held=roles_of(person, at),
        ),
        "7.2",
    )
    with acting("people.fill_office", by=by, at=at, about=person.id, facts={"role": str(role)}):
        before = list(holding(role).select_related("person")) if role in rules.SINGLE else []
        for one in before:
            procedures.end_appointment(appointment=one, by=by, at=at)
        rank = 0 if role in rules.SINGLE else holding(role).count()
        made = procedures.appoint(person=person, role=role, rank=rank, by=by, at=at)
        known = Account.objects.filter(person_id=person.id).exists()
        if not known and person.email and not Account.objects.filter(email__iexact=person.email).exists():
            procedures.make_account(person=person, email=person.email, password=None, by=by, at=at)
        _tell([person, *(one.person for one in before)], by, at)
    return made


def end_office(*, appointment: Appointment, by: Person, at: datetime) -> None:
    """End an office that somebody holds, from the next request on. Policy 2.5, 7.2."""
    insist(
        rules.why_not_end_office(
            appointment.role,
            roles=roles_of(by, at),
            governors_here=governors_here(at),
            ended=appointment.ends_at is not None,
            last=holding(appointment.role).exclude(pk=appointment.pk).count() == 0,
        ),
        "7.2",
    )
    facts = {"role": appointment.role}
    with acting("people.end_office", by=by, at=at, about=appointment.person_id, facts=facts):
        procedures.end_appointment(appointment=appointment, by=by, at=at)
        _tell([appointment.person], by, at)


def invite(*, person: Person, by: Person, at: datetime) -> None:
    """Tell somebody by mail that they can sign in now, and how. At most once a day. Policy 2.5."""
    account = Account.objects.filter(person_id=person.id, is_active=True).first()
    lately = Letter.objects.filter(person=person, kind="invited", owed_at__gt=at - timedelta(days=1)).exists()
    insist(
        rules.why_not_invite(
            left=person.left_at is not None,
            has_account=account is not None and bool(person.email),
            has_password=account is not None and account.has_usable_password(),
            lately=lately,
        ),
        "2.5",
    )
    with acting("people.invite", by=by, at=at, about=person.id):
        owe_letters(people=[person], kind="invited", at=at)


def holding(role: str) -> "QuerySet[Appointment]":
    """Who holds an office now, the first asked first."""
    return Appointment.objects.filter(role=role, ends_at__isnull=True, person__left_at__isnull=True).order_by(
        "rank", "starts_at"
    )


def governors_here(at: datetime) -> bool:
    """Whether anybody is left who notes what the governors decide."""
    held = Appointment.objects.filter(role__in=rules.GOVERNORS, ends_at__isnull=True, starts_at__lte=at)
    return held.filter(person__left_at__isnull=True).exists()


def _tell(people: list[Person], by: Person, at: datetime) -> None:
    """Write to whom it is about, to the chair and to the headteacher, but not to whoever did it."""
    watching = Appointment.objects.filter(role__in=(Role.CHAIR, Role.HEAD), ends_at__isnull=True)
    everybody = {one.pk: one for one in [*people, *(row.person for row in watching.select_related("person"))]}
    told = [one for one in everybody.values() if one.pk != by.pk and one.left_at is None]
    owe_letters(people=told, kind="office_changed", at=at)
