"""Founding a school: everything that was answered, in one act, and nothing of it before."""

from datetime import datetime

from django.db import connection, transaction

from forethought.audit.procedures import Actor, acting
from forethought.cases import quorum
from forethought.core.clock import london
from forethought.core.errors import Refused, TooLate, insist
from forethought.evidence import keyring
from forethought.founding import rules
from forethought.founding.links import AFTERWARDS
from forethought.founding.models import SettingUp
from forethought.people import describing
from forethought.people import procedures as people
from forethought.people.models import Account, Kind, Person, Role, School, Wake
from forethought.policies import procedures as policies
from forethought.reviews import procedures as reviews
from forethought.rows import inside

FOUNDED_MEANWHILE = "The school was founded meanwhile. Sign in, or ask for a new link."


def is_founded() -> bool:
    """Whether there is any school here. Asked outside every school."""
    return Wake.objects.exists()


def one_school_only() -> bool:
    """Whether this database holds one school and no more."""
    return connection.vendor == "sqlite"


def address_taken(email: str) -> bool:
    """Whether somebody signs in with an address already, at whichever school. Asked outside every school."""
    return Account.objects.filter(email__iexact=email).exists()


def open_school(*, plan: rules.Plan, setting_up: SettingUp | None, by: Actor, at: datetime) -> School:
    """Found a school with its key, its people and what each is, its policy, its hours and closed days.

    All of it or nothing. With `setting_up`, that is finished: of two presses one founds the school. Nobody has a
    password yet. Policy 2.5, 3.7, 8.3.
    """
    with transaction.atomic():
        insist(rules.why_not_set_up(demonstration=False, one_school=one_school_only(), founded=is_founded()), "2.5")
        for email in rules.merged(plan.people):
            if address_taken(email):
                raise Refused("One of the addresses signs in here already. Each school needs one of its own.", "2.5")
        school = people.found_school(name=plan.name, demonstration=False, by=by, at=at)
        with inside(school.id), acting("founding.open_school", by=by, at=at, about=school.id):
            keyring.make_school_key(school_id=school.id, at=at)
            describing.describe_school(
                school=school,
                name=plan.name,
                urn=plan.urn,
                phase=plan.phase,
                run_by=plan.run_by,
                runs=plan.runs,
                by=by,
                at=at,
            )
            describing.set_hours(
                school=school, answer_hours=plan.answer_hours, approach_hours=plan.approach_hours, by=by, at=at
            )
            known = _take_on(school, plan, by, at)
            policy = policies.start_policy(school=school, by=by, at=at)
            model = policies.keep_model(school=school, by=by, at=at)
            if plan.model_text:
                policies.start_revision(policy=policy, baseline=model, by=by, at=at)
            reviews.start_watching(school=school, by=by, at=at)
            _describe_rest(school, plan, known, by, at)
        if setting_up is not None:
            _finish(setting_up, school, at)
    return school


def _take_on(school: School, plan: rules.Plan, by: Actor, at: datetime) -> dict[str, Person]:
    """Everybody who is named, once each, with all that they are and a way to sign in that has no password yet."""
    known: dict[str, Person] = {}
    for email, offices in rules.merged(plan.people).items():
        first = offices[0]
        person = people.add_person(
            school=school,
            name=first.name,
            email=first.email,
            kind=Kind(first.kind),
            starts_on=london(at).date(),
            by=by,
            at=at,
        )
        known[email] = person
        people.make_account(person=person, email=first.email, password=None, by=by, at=at)
        for one in offices:
            if one.role:
                people.appoint(person=person, role=Role(one.role), rank=one.rank, by=by, at=at)
    return known


def _describe_rest(school: School, plan: rules.Plan, known: dict[str, Person], by: Actor, at: datetime) -> None:
    """Unions and who speaks for them, closed days, that mail arrives, and the shares that were written down."""
    for one in plan.unions:
        speaker = known.get(one.email.casefold())
        policies.recognise_union(
            school=school,
            name=one.union,
            representative=speaker or policies.Contact(one.name, one.email),
            by=by,
            at=at,
        )
        if speaker is None:
            speaker = Person.objects.get(email__iexact=one.email)
            known[one.email.casefold()] = speaker
            if not address_taken(one.email):
                people.make_account(person=speaker, email=one.email, password=None, by=by, at=at)
    if plan.closed:
        describing.keep_closed_days(
            school=school,
            closed=[(one.name, one.starts_on, one.ends_on) for one in plan.closed],
            by=by,
            at=at,
        )
    if plan.mail_arrives:
        describing.note_mail_arrives(school=school, by=by, at=at)
    chair, officer = plan.holder("chair"), plan.holder("protection")
    if plan.proof and chair and officer and rules.why_not_shares(plan) is None:
        quorum.keep_first_shares(
            chair=known[chair.email.casefold()],
            officer=known[officer.email.casefold()],
            salt=bytes.fromhex(plan.salt),
            proof=bytes.fromhex(plan.proof),
            by=by,
            at=at,
        )


def _finish(row: SettingUp, school: School, at: datetime) -> None:
    """End a set-up: no link, no answers. For a while the browser may help the headteacher to a first password."""
    done = SettingUp.objects.filter(pk=row.pk, finished_at__isnull=True).update(
        finished_at=at, founded=school.pk, link_hash=None, answers=b"", cookie_ends_at=at + AFTERWARDS
    )
    if not done:
        raise TooLate(FOUNDED_MEANWHILE)
