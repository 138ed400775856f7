"""Naming people to offices in a live school. Whoever gains or loses one is told, and so are chair and headteacher."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from forethought.audit.procedures import acting
from forethought.core.errors import TooLate, insist
from forethought.people import office_rules as rules
from forethought.people import procedures
from forethought.people.models import Account, Appointment, ChairProposal, Letter, Person, Role
from forethought.people.post import owe_letters
from forethought.people.sessions import roles_of
from forethought.people.settled_rules import settled


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
    insist(rules.why_not_alone(role, seconds=len(seconds(person=person, proposer=by, at=at))), "7.2")
    with acting("people.fill_office", by=by, at=at, about=person.id, facts={"role": str(role)}):
        return _fill(person, role, by, at)


def _fill(person: Person, role: Role, by: Person, at: datetime) -> Appointment:
    """Hand an office over, with a way to sign in, and tell whom it concerns. Part of a larger act."""
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


def propose_chair(*, person: Person, by: Person, at: datetime) -> ChairProposal:
    """Propose who chairs the governors. It waits for a second of the board, or the head. Policy 7.2."""
    insist(
        rules.why_not_fill_office(
            Role.CHAIR,
            roles=roles_of(by, at),
            governors_here=governors_here(at),
            themselves=person.pk == by.pk,
            left=person.left_at is not None,
            held=roles_of(person, at),
        ),
        "7.2",
    )
    with acting("people.propose_chair", by=by, at=at, about=person.id):
        # The newest proposal stands. What was proposed before makes room.
        old = ChairProposal.objects.filter(confirmed_at__isnull=True, declined_at__isnull=True)
        old.update(declined_at=at, declined_by=by)
        row = ChairProposal.objects.create(school_id=by.school_id, person=person, proposed_by=by, proposed_at=at)
        owe_letters(people=seconds(person=person, proposer=by, at=at), kind="to_decide", at=at, about=row.pk)
    return row


def confirm_chair(*, proposal: ChairProposal, by: Person, at: datetime) -> Appointment:
    """Confirm, as the second of two, who chairs: they hold the office from now on. Policy 7.2.

    Whoever proposed it must still be one of those who name the chair. Raises TooLate when somebody was first.
    """
    person, proposer = proposal.person, proposal.proposed_by
    insist(
        rules.why_not_confirm_chair(
            is_second=by.pk in {one.pk for one in seconds(person=person, proposer=proposer, at=at)},
            proposed_it=proposer.pk == by.pk,
            themselves=person.pk == by.pk,
            open_now=proposal.confirmed_at is None and proposal.declined_at is None,
            proposed_at=proposal.proposed_at,
            at=at,
        )
        or rules.why_not_fill_office(
            Role.CHAIR,
            roles=roles_of(proposer, at),
            governors_here=governors_here(at),
            themselves=False,
            left=person.left_at is not None,
            held=roles_of(person, at),
        ),
        "7.2",
    )
    with acting("people.confirm_chair", by=by, at=at, about=person.id):
        fresh = ChairProposal.objects.filter(pk=proposal.pk, confirmed_at__isnull=True, declined_at__isnull=True)
        if not fresh.update(confirmed_at=at, confirmed_by=by):
            raise TooLate("Somebody was first. Look again.", "7.2")
        return _fill(person, Role.CHAIR, by, at)


def decline_chair(*, proposal: ChairProposal, by: Person, at: datetime) -> None:
    """Say no to a proposed chair: whoever could confirm it, proposed it, or was to be it. Policy 7.2."""
    may = {one.pk for one in seconds(person=proposal.person, proposer=proposal.proposed_by, at=at)}
    may |= {proposal.person_id, proposal.proposed_by_id}
    insist(None if by.pk in may else "Somebody else decides this.", "7.2")
    with acting("people.decline_chair", by=by, at=at, about=proposal.person_id):
        fresh = ChairProposal.objects.filter(pk=proposal.pk, confirmed_at__isnull=True, declined_at__isnull=True)
        if not fresh.update(declined_at=at, declined_by=by):
            raise TooLate("Somebody was first. Look again.", "7.2")
        _tell([proposal.proposed_by], by, at)


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


def since(person: Person, at: datetime) -> list[tuple[str, datetime]]:
    """The offices that somebody holds at an instant (UTC), each with its beginning."""
    held = Appointment.objects.filter(person=person, starts_at__lte=at).exclude(ends_at__lte=at)
    return list(held.values_list("role", "starts_at"))


def settled_roles_of(person: Person, at: datetime) -> frozenset[str]:
    """The roles that somebody has held for fourteen days. Policy 2.5, 7.2."""
    return settled(since(person, at), at)


def seconds(*, person: Person, proposer: Person, at: datetime) -> list[Person]:
    """Who could confirm that somebody chairs: one named lately only where there is nobody else. Policy 7.2."""
    held = Appointment.objects.filter(role__in=rules.SECONDS, starts_at__lte=at).exclude(ends_at__lte=at)
    here = Person.objects.filter(left_at__isnull=True, appointments__in=held).exclude(pk__in=(person.pk, proposer.pk))
    found = list(here.distinct().order_by("name", "id"))
    return [one for one in found if settled_roles_of(one, at) & rules.SECONDS] or found


def proposed_chair(at: datetime) -> ChairProposal | None:
    """What waits for a second person, with who it is and who proposed it; or nothing."""
    rows = ChairProposal.objects.select_related("person", "proposed_by").filter(
        confirmed_at__isnull=True, declined_at__isnull=True, proposed_at__gt=at - rules.CHAIR_WAITS
    )
    found: ChairProposal | None = rows.first()
    return found


def watching(*, besides: Iterable[Person]) -> list[Person]:
    """The chair, where it is none of these; else the vice-chair, the trust lead, the head: who is told of something."""
    out = {one.pk for one in besides}
    for role in (Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD, Role.HEAD):
        found = [one.person for one in holding(role).select_related("person") if one.person_id not in out]
        if found:
            return found
    return []


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
