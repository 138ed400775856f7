"""Requests to monitor in every state, made by the procedures that people use."""

from dataclasses import replace
from datetime import datetime, timedelta

from builders import World

from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Case
from forethought.core.clock import london
from forethought.monitoring import procedures, running
from forethought.monitoring.models import Monitoring
from forethought.monitoring.rules import HOWS, Asked
from forethought.people import procedures as people
from forethought.people.models import Kind, Person, Role

DAY = timedelta(days=1)


def somebody(world: World, name: str, role: Role | None = None) -> Person:
    """One more person, with a role."""
    began = world.at - 20 * DAY
    person = people.add_person(
        school=world.school,
        name=name,
        email=f"{name.split()[0].lower()}@one.example",
        kind=Kind.EMPLOYEE,
        starts_on=began.date(),
        by=PROGRAM,
        at=began,
    )
    if role is not None:
        people.appoint(person=person, role=role, by=PROGRAM, at=began)
    return person


def an_officer(world: World) -> Person:
    """A data protection officer."""
    return somebody(world, "Grace Adeyemi", Role.PROTECTION)


def everybody_is_told(world: World, at: datetime | None = None) -> None:
    """A banner and a footer are on record."""
    when = at or world.at
    for how in HOWS:
        procedures.note_notice(
            school=world.school,
            how=how,
            given_on=london(when).date(),
            wording="The school may look at its own systems, in rare cases and with leave.",
            by=world.head,
            at=when,
        )


def asked(at: datetime, **changes: object) -> Asked:
    """A request that lacks nothing, from today for fourteen days."""
    today = london(at).date()
    whole = Asked(
        facts="On 18 November the office saw exam papers go to an outside address, at 7:12pm.",
        source="The office’s own log.",
        purpose="Whether more went out.",
        legal_head="unauthorised",
        system="mail",
        scope="Mailbox t.harlow, the word “paper”.",
        starts_on=today,
        ends_on=today + 13 * DAY,
        alternatives="Asking her.",
        rejected="She was asked.",
        assessment="DPIA 7",
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def a_request(
    world: World,
    *,
    about: Person | None = None,
    by: Person | None = None,
    at: datetime | None = None,
    **changes: object,
) -> Monitoring:
    """A request that waits for its comment."""
    when = at or world.at
    case = procedures.request_monitoring(
        school=world.school, asked=asked(when, **changes), about=about or world.teacher, by=by or world.senior, at=when
    )
    return of(case)


def of(case: Case) -> Monitoring:
    """The request of a case, read anew."""
    return Monitoring.objects.select_related("case__manager", "requester", "about").get(case=case)


def comment(row: Monitoring, *, by: Person, at: datetime, who: str = "") -> Monitoring:
    """A request that was commented on."""
    procedures.comment_on_request(
        monitoring=row, version=row.version, advice="go", words="It is narrow enough.", who=who, by=by, at=at
    )
    return of(row.case)


def authorise(row: Monitoring, *, by: Person, at: datetime) -> Monitoring:
    """A request for which somebody gave leave."""
    procedures.authorise_monitoring(
        monitoring=row, version=row.version, reasons="Less would not do.", still_shown=True, by=by, at=at
    )
    return of(row.case)


def a_leave(
    world: World, *, officer: Person | None = None, at: datetime | None = None, **changes: object
) -> Monitoring:
    """Leave that was given, by the head, about the teacher."""
    when = at or world.at
    everybody_is_told(world, when)
    row = a_request(world, at=when, **changes)
    if officer is None:
        row = comment(row, by=world.head, at=when, who="The trust’s officer")
    else:
        row = comment(row, by=officer, at=when)
    return authorise(row, by=world.head, at=when)


def review(row: Monitoring, *, by: Person, at: datetime, looked_at: int = 9, kept: int = 2) -> Monitoring:
    """What was produced was gone through."""
    running.review_product(
        monitoring=row,
        version=row.version,
        produced=looked_at > 0,
        looked_at=looked_at,
        kept=kept,
        kept_where="Case 7K3M" if kept else "",
        by=by,
        at=at,
    )
    return of(row.case)
