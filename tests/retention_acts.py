"""Things that are closed, due, proposed and agreed to, made by the procedures that people use."""

from datetime import datetime, timedelta

from builders import World, a_draft, an_exhibit, harmed_in

from forethought.audit.procedures import PROGRAM
from forethought.cases import procedures as cases
from forethought.cases.models import Case
from forethought.cases.standing import standing_of
from forethought.people import procedures as people
from forethought.people.models import Kind, Person, Role
from forethought.reports.procedures import file_report
from forethought.retention import due as listing
from forethought.retention import procedures
from forethought.retention.models import Disposal, Due
from forethought.retention.rules import WAITS

DAY = timedelta(days=1)

#: After six years and a little: a report closed at the beginning is due.
SEVEN_YEARS = timedelta(days=7 * 366)


def an_officer(world: World, *, at: datetime | None = None) -> Person:
    """A data protection officer, who has a hand in nothing."""
    when = at or world.at
    person = people.add_person(
        school=world.school,
        name="Grace Adeyemi",
        email="officer@one.example",
        kind=Kind.CONTRACTOR,
        starts_on=when.date(),
        by=PROGRAM,
        at=when,
    )
    people.appoint(person=person, role=Role.PROTECTION, by=PROGRAM, at=when)
    return person


def a_closed_case(world: World, *, content: bytes = b"\x89PNG\r\n\x1a\nYou're dead") -> Case:
    """A report with one record, taken up and closed at the world's beginning."""
    draft = a_draft(world, where="")
    an_exhibit(draft, by=world.teacher, at=world.at, content=content)
    case = file_report(draft=draft, school=world.school, by=world.teacher, at=world.at).report.case
    manager = case.manager
    assert manager is not None
    cases.take_up(case=case, version=1, answers={}, harmed="", by=manager, at=world.at)
    case.refresh_from_db()
    cases.offer_support(case=case, party=harmed_in(case), offered=["manager"], by=manager, at=world.at)
    case.refresh_from_db()
    cases.close(
        case=case,
        version=case.version,
        outcome="no_action",
        reasons="It came to nothing.",
        sentence="Thank you for telling us.",
        standing=standing_of(case),
        by=manager,
        at=world.at,
    )
    case.refresh_from_db()
    return case


def due_row(world: World, case: Case, at: datetime) -> Due:
    """The row of the list for a case, worked out at an instant."""
    listing.refresh(world.school.id, at)
    return Due.objects.get(about=case.pk)


def proposed(world: World, case: Case, *, by: Person, at: datetime) -> Disposal:
    """A disposal that one person proposed."""
    return procedures.propose_disposal(due=due_row(world, case, at), looked=True, by=by, at=at)


def agreed(world: World, case: Case, *, by: Person, second: Person, at: datetime) -> tuple[Disposal, datetime]:
    """A disposal that two agreed to, and the first instant at which it may be carried out."""
    row = proposed(world, case, by=by, at=at)
    procedures.confirm_disposal(disposal=row, by=second, at=at + DAY)
    return row, at + DAY + WAITS
