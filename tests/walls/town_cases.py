"""Every kind of case in each school of the town, far enough on that each of its doors has something behind it."""

import uuid

import breach_steps as steps
import monitoring_acts as monitoring
from builders import a_case, a_draft, a_grant, a_report, an_exhibit, ask_the_host, harmed_in, the_takedown
from town import DAY, HOUR, MINUTE, Place
from town_papers import a_visit

from forethought.audit.procedures import PROGRAM, Visitor, acting
from forethought.cases import breaking_glass, granting
from forethought.cases import procedures as cases
from forethought.cases.models import Case
from forethought.cases.opened_papers import Part, open_papers
from forethought.investigations import asking_along, handing_over, letters, meetings, outcome
from forethought.investigations.standing import breach_of
from forethought.reports.allegations import open_allegation
from forethought.reports.complaints import receive_complaint
from forethought.reports.handing import hand_over
from forethought.reports.procedures import file_report
from forethought.safeguarding import concerns, heeding, low_level
from forethought.safeguarding import procedures as safeguarding
from forethought.safeguarding.rules import Basis
from forethought.takedowns import site_looks

TOLD = {"told": "A child said somebody messages her at night.", "danger": "no", "adult": "no", "child": "Kit, 4B"}
OUTSIDE = {
    "happened": "One of your teachers wrote about my son.",
    "where": "",
    "who": "parent",
    "staff": "yes",
    "about": "Foster",
    "head": "no",
    "child": "no",
    "name": "Pat Parent",
    "reach": "01234",
}


def fill(place: Place) -> None:
    """All cases. The small school has few."""
    _a_worked_report(place)
    _reports_that_keep_somebody_out(place)
    _concerns(place)
    _a_complaint(place)
    if "guest" in place.cast:
        _a_threat(place)
        _handed_on(place)
        _a_breach(place)
        _monitoring(place)
        _in_an_emergency(place)


def _a_worked_report(place: Place) -> None:
    """With a record, a notice, an offer, a review that it called for, and a guest where there is one."""
    world, cast = place.world, place.cast
    draft = a_draft(world)
    an_exhibit(draft, by=world.teacher, at=world.at)
    case = place.note(file_report(draft=draft, school=world.school, by=world.teacher, at=world.at).report.case)
    cases.take_up(case=case, version=1, answers={}, harmed="", by=case.manager, at=world.at)
    case.refresh_from_db()
    manager = case.manager
    takedown = ask_the_host(the_takedown(case), by=manager, at=world.at)
    # A look by the program that came to nothing, because nobody had the page captured.
    due = takedown.resolve_due_at
    site_looks.take_due(case.school_id, due, aside=lambda do: do(), own=site_looks.Eyes(now=lambda: due))
    cases.offer_support(case=case, party=harmed_in(case), offered=["manager"], by=manager, at=world.at)
    cases.answer_reporter(report=case.reports.get(), sentence="We are looking into it.", by=manager, at=world.at)
    for under_18 in ("no", "yes"):
        a_grant(draft, by=manager, at=world.at, under_18=under_18)
    with acting("tests.close", by=manager, at=world.at):
        cases.call_for_review(case, "The kind of post is not named.", manager, world.at)
    if "guest" in cast:
        for key, part in (("guest", "guest"), ("lead", "listed"), ("union", "guest"), ("leaver", "guest")):
            granting.grant_seat(
                case=case, person=cast[key], part=part, length="task", reason="To help.", by=manager, at=world.at
            )
        open_papers(
            case=case,
            person=cast["agency"],
            audience="authority",
            title="Papers",
            parts=[Part("What", "You are asked to look.")],
            by=manager,
            at=world.at,
        )


def _reports_that_keep_somebody_out(place: Place) -> None:
    world = place.world
    place.note(a_report(world, head="yes", group="staff").case)
    place.note(a_report(world, group="staff", name="Foster").case)
    place.note(a_case(world, by=world.colleague, group="staff", name="Marsh", happened="The vice-chair wrote it."))
    visitor = Visitor(uuid.uuid4())
    made = a_report(world, by=visitor, danger="yes")
    place.note(made.case)
    a_visit(place, "receipt", made.pk)


def _a_threat(place: Place) -> None:
    """A yes to the police, a report of it, and one that waits for its second name."""
    world = place.world
    case = place.note(a_case(world, danger="yes", where="https://www.facebook.com/groups/1/posts/2"))
    party = harmed_in(case)
    safeguarding.ask_consent(party=party, by=case.manager, at=world.at)
    safeguarding.answer_consent(party=party, answer="yes", by=world.teacher, at=world.at + MINUTE)
    for basis, second in ((Basis.CONSENT, None), (Basis.PROTECTION, world.lead)):
        safeguarding.report_to_police(
            case=case,
            party=party,
            basis=basis,
            reason="It says what they will do.",
            second=second,
            by=case.manager,
            at=world.at + MINUTE,
        )


def _concerns(place: Place) -> None:
    world = place.world
    seen = concerns.raise_concern(
        school=world.school, answers=TOLD, head_maybe="no", reporter=world.teacher, by=world.teacher, at=world.at
    )
    about = concerns.raise_concern(
        school=world.school,
        answers={**TOLD, "adult": "yes"},
        subjects=[world.colleague],
        reporter=world.senior,
        by=world.senior,
        at=world.at,
    )
    visitor = Visitor(uuid.uuid4())
    unknown = concerns.raise_concern(
        school=world.school, answers=TOLD, head_maybe="not_sure", reporter=None, by=visitor, at=world.at
    )
    for case in (seen, about, unknown):
        heeding.raise_urgency(report=case.concern, by=PROGRAM, at=world.at)
    a_visit(place, "concern", unknown.concern.pk)
    for case in (seen, about, unknown):
        place.note(case)
    for about_whom in (world.colleague, world.lead):
        place.note(
            low_level.raise_low_level(
                school=world.school,
                about=about_whom,
                sort="friendly",
                told="He joined a pupils’ game online.",
                unnamed=False,
                place="The music room",
                reporter=world.teacher,
                press=uuid.uuid4(),
                by=world.teacher,
                at=world.at,
            )
        )


def _a_complaint(place: Place) -> None:
    world = place.world
    for about, head in (("Foster", "no"), ("Okafor", "yes")):
        press = uuid.uuid4()
        row, _ = receive_complaint(
            school=world.school,
            answers={**OUTSIDE, "about": about, "head": head},
            press=press,
            by=Visitor(press),
            at=world.at,
        )
        place.note(row.case)
        a_visit(place, f"complaint {head}", row.pk)


def _handed_on(place: Place) -> None:
    """A pupil's case with the behaviour lead, and an allegation about a member of staff."""
    world = place.world
    case = place.note(a_case(world, group="pupil"))
    place.note(
        hand_over(
            case=case,
            behaviour=place.cast["behaviour"],
            pupil="A.B. 9C",
            summary="Posted a picture of a lesson.",
            parent="",
            vulnerable="",
            by=case.manager,
            at=world.at,
        ).case
    )
    source = place.note(a_case(world))
    place.note(open_allegation(case=source, words="It says that she hit a child.", by=source.manager, at=world.at))


def _a_breach(place: Place) -> None:
    """One to answer, with every part, a companion, a letter, papers and a request; and a new one about a manager."""
    world, cast = place.world, place.cast
    breach = steps.to_answer(world)
    place.note(breach.case)
    _and_its_people(place, breach.case)
    _decided(place)
    for key in ("second", "agency"):
        other = steps.a_breach(world, subject=cast[key], reporter=cast["companion"])
        place.note(other.case)
        steps.alleged(world, other)
        steps.chosen_procedure(world, breach_of(other.case))


def _decided(place: Place) -> None:
    """One that ended with a warning."""
    world = place.world
    breach = steps.heard_now(world)
    place.note(breach.case)
    steps.supported(world, breach)
    steps.it_was_them(world, breach)
    steps.it_was_serious(world, breach)
    steps.found(world, breach)
    outcome.decide_outcome(
        breach=breach,
        outcome="first_warning",
        reasons="It was careless.",
        facts=steps.considered(),
        appeal_by=None,
        version=breach.version,
        by=world.head,
        at=world.at + HOUR,
    )


def _and_its_people(place: Place, case: Case) -> None:
    world, cast = place.world, place.cast
    breach = breach_of(case)
    for part, key in (("appeal", "chair"), ("note_taker", "clerk")):
        steps.chose(world, breach_of(case), part, cast[key])
    meeting = steps.a_hearing(world, breach_of(case), starts_at=world.at + 10 * DAY)
    meetings.name_companion(
        breach=breach,
        meeting=meeting,
        person=cast["companion"],
        name="",
        way="fellow",
        version=1,
        by=world.head,
        at=world.at,
    )
    for to in ("subject", "companion"):
        steps.papers_opened(world, breach, to=to, words="The post is here.")
    for by in (world.head, None):
        # One waits for the second whom the rules find, one for whoever handles it.
        handing_over.propose_to(
            breach=breach,
            to="subject" if by else "companion",
            words="More of it is here.",
            ends_on=None,
            version=breach.version,
            by=by or breach.case.chosen.filter(part="investigator").get().person,
            at=world.at,
        )
    letters.start_letter(breach=breach, kind="notice", by=world.head, at=world.at)
    for device in ("own", "school"):
        asking_along.ask_cooperation(
            case=case,
            device=device,
            scope="The posts of 12 November.",
            reasons="To see the whole thread.",
            rights_told=True,
            due_at=world.at + 7 * DAY,
            by=world.head,
            at=world.at,
        )


def _monitoring(place: Place) -> None:
    world, cast = place.world, place.cast
    leave = monitoring.a_leave(world, officer=cast["officer"])
    asked = monitoring.a_request(world, about=world.colleague, by=cast["second"])
    for row in (leave, asked):
        place.note(row.case)


def _in_an_emergency(place: Place) -> None:
    """One reading that the chair allowed, and one that waits."""
    world, cast = place.world, place.cast
    case = next(one for one in place.cases["report"] if not one.exclusions.exists())
    for who, allowed in ((cast["deputy"], True), (cast["chair"], False)):
        row = breaking_glass.ask_to_read(
            reference=case.reference,
            category="life",
            reason="Somebody may come to the school tonight, and nobody else is here.",
            by=who,
            at=world.at,
        )
        if allowed:
            row.refresh_from_db()
            approver = breaking_glass.first_decider(row, world.at + MINUTE)
            assert approver is not None
            breaking_glass.approve_reading(glass=row, by=approver, at=world.at + MINUTE)
