"""A suspected breach, step by step, by the procedures that people use."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from builders import World

from forethought.audit.procedures import PROGRAM
from forethought.cases import procedures as cases
from forethought.cases.models import Capacity, Case, Papers
from forethought.core.clock import london
from forethought.core.errors import Refused
from forethought.investigations import (
    allegations,
    disclosing,
    handing_over,
    letters,
    meetings,
    outcome,
    people,
    procedures,
    tracker,
    weighing,
)
from forethought.investigations.attribution import ALTERNATIVES, ESTABLISHED, View
from forethought.investigations.models import Allegation, Breach, Chosen, Meeting, SentLetter
from forethought.investigations.rules import Part
from forethought.investigations.seriousness import Factors
from forethought.investigations.standing import breach_of
from forethought.investigations.visible import Seen
from forethought.people import procedures as staff
from forethought.people import switches
from forethought.people.models import Kind, Person
from forethought.reviews.standing import linked_in_force

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def a_breach(
    world: World,
    *,
    subject: Person | None = None,
    reporter: Person | None = None,
    affected: Sequence[Person] = (),
    child: str = "no",
    from_case: Case | None = None,
    at: datetime | None = None,
) -> Breach:
    """A suspected breach by the colleague, unless somebody else is meant."""
    when = at or world.at
    case = procedures.open_breach(
        school=world.school,
        subject=subject or world.colleague,
        words="A post about a pupil’s mother.",
        happened_on=london(when).date(),
        reporter=reporter,
        affected=[one.pk for one in affected],
        from_case=from_case,
        child=child,
        by=PROGRAM,
        at=when,
    )
    return breach_of(case)


def an_adult(world: World, name: str, kind: str = Kind.EMPLOYEE, role: str | None = None) -> Person:
    """Somebody more at the school, since yesterday."""
    person = staff.add_person(
        school=world.school,
        name=name,
        email=f"{name.split()[0].lower()}@one.example",
        kind=Kind(kind),
        starts_on=london(world.at - DAY).date(),
        by=PROGRAM,
        at=world.at - DAY,
    )
    if role is not None:
        staff.appoint(person=person, role=role, by=PROGRAM, at=world.at - DAY)
    return person


def tracked(world: World, at: datetime | None = None) -> None:
    """The school turns the full tracker on."""
    when = at or world.at
    switches.turn(
        school=world.school,
        kind="full_tracker",
        on=True,
        from_day=london(when).date(),
        source="Governing body, minute 9",
        by=world.head,
        at=when,
    )


def alleged(
    world: World, breach: Breach, *, clauses: Sequence[str] = ("5.2",), at: datetime | None = None
) -> Allegation:
    """One point, with clauses of the day, and one other policy where one is in force."""
    when = at or world.at
    others = linked_in_force(london(when).date())[:1]
    return allegations.make_allegation(
        breach=breach,
        words="Wrote about a parent by name.",
        happened_on=london(when).date(),
        clauses=clauses,
        policies=[one.policy for one in others],
        by=world.head,
        at=when,
    )


def chosen_procedure(world: World, breach: Breach, *, engagement: str = "", at: datetime | None = None) -> Breach:
    """Under the disciplinary procedure."""
    procedures.choose_procedure(
        breach=breach,
        procedure="disciplinary",
        engagement=engagement,
        reason="It names a parent.",
        not_informal="It was done before.",
        version=breach.version,
        by=world.head,
        at=at or world.at,
    )
    return breach_of(breach.case)


def chose(
    world: World, breach: Breach, part: str, person: Person | None, *, by: Person | None = None, **more: Any
) -> Chosen:
    """Somebody for a part."""
    return people.choose_person(breach=breach, part=part, person=person, by=by or world.head, at=world.at, **more)


def letter_sent(world: World, breach: Breach, kind: str, *, at: datetime | None = None) -> SentLetter:
    """A letter with its blanks filled in, handed over."""
    when = at or world.at
    draft = letters.start_letter(breach=breach, kind=kind, by=world.head, at=when)
    letters.change_letter(letter=draft, words="Dear Ben, as we said.", version=1, by=world.head, at=when)
    return letters.keep_as_sent(
        breach=breach,
        letter=draft,
        way="handed",
        sent_on=london(when).date(),
        proof="Signed for.",
        version=2,
        by=world.head,
        at=when,
    )


def under_way(world: World, breach: Breach | None = None) -> Breach:
    """On the full tracker: being looked into by the senior manager, to be decided by the head."""
    tracked(world)
    breach = breach or a_breach(world)
    alleged(world, breach)
    breach = chosen_procedure(world, breach)
    letter_sent(world, breach, "told")
    tracker.tell_in_writing(breach=breach, version=breach.version, by=world.head, at=world.at)
    procedures.set_terms(breach=breach, words="This one post.", by=world.head, at=world.at)
    chose(world, breach, Part.INVESTIGATOR, world.senior)
    chose(world, breach, Part.DECIDER, world.head)
    breach = breach_of(breach.case)
    tracker.start_investigation(breach=breach, version=breach.version, by=world.senior, at=world.at)
    return breach_of(breach.case)


def reported(world: World, breach: Breach | None = None) -> Breach:
    """With its report in."""
    breach = breach or under_way(world)
    tracker.give_investigation_report(
        breach=breach,
        found="The post was seen by four people.",
        for_them="They took it down.",
        recommends="case",
        version=breach.version,
        by=world.senior,
        at=world.at,
    )
    return breach_of(breach.case)


def to_answer(world: World, breach: Breach | None = None) -> Breach:
    """With a case to answer."""
    breach = breach or reported(world)
    tracker.find_case_to_answer(
        breach=breach, reason="It is plain.", version=breach.version, by=world.head, at=world.at
    )
    return breach_of(breach.case)


def a_hearing(world: World, breach: Breach, *, starts_at: datetime, kind: str = "hearing") -> Meeting:
    """A hearing, planned."""
    return meetings.plan_meeting(
        breach=breach,
        kind=kind,
        starts_at=starts_at,
        place="The library",
        adjustments="A break.",
        by=world.head,
        at=world.at,
    )


def held(world: World, breach: Breach, meeting: Meeting) -> datetime:
    """A meeting that was held; the hour after it began."""
    after = meeting.starts_at + HOUR
    meetings.hold_meeting(
        breach=breach,
        meeting=meeting,
        who="All of them.",
        minutes="Both sides spoke.",
        version=meeting.version,
        by=world.head,
        at=after,
    )
    return after


def heard(world: World, breach: Breach | None = None) -> tuple[Breach, datetime]:
    """With its hearing held; and when that was."""
    breach = breach or to_answer(world)
    meeting = a_hearing(world, breach, starts_at=world.at + 10 * DAY)
    letter_sent(world, breach, "notice")
    tracker.give_notice(breach=breach, evidence="1. The post", version=breach.version, by=world.head, at=world.at)
    breach = breach_of(breach.case)
    after = held(world, breach, meeting)
    return breach_of(breach.case), after


def heard_now(world: World) -> Breach:
    """With its hearing held, in a school whose clock is the real one: the hearing was a minute ago."""
    breach = to_answer(world)
    meeting = a_hearing(world, breach, starts_at=world.at + timedelta(microseconds=1))
    letter_sent(world, breach, "notice")
    tracker.give_notice(breach=breach, evidence="1. The post", version=breach.version, by=world.head, at=world.at)
    held(world, breach_of(breach.case), meeting)
    return breach_of(breach.case)


def it_was_them(world: World, breach: Breach, *, at: datetime | None = None, by: Person | None = None) -> None:
    """Concluded: on the balance of probabilities it was them."""
    weighing.conclude_attribution(
        case=breach.case,
        version=0,
        view=View(
            result=ESTABLISHED,
            bases=["admission"],
            basis="They said so.",
            alternatives={one: "Looked at, and not so." for one in ALTERNATIVES},
            reasons="They said so.",
        ),
        by=by or world.head,
        at=at or world.at,
    )


def it_was_serious(world: World, breach: Breach, *, at: datetime | None = None) -> None:
    """Concluded: how serious it is, with nothing that protects the person."""
    factors = Factors(
        nature="rude",
        spread="few",
        effect=["people"],
        flags=["none"],
        seen=Seen(),
        records={},
        around={},
    )
    weighing.conclude_seriousness(
        case=breach.case,
        version=0,
        factors=factors,
        said={"nature": "The words.", "spread": "Four people.", "effect": "The parent wept."},
        by=world.head,
        at=at or world.at,
    )


def found(
    world: World, breach: Breach, result: str = "substantiated", *, at: datetime | None = None, unlawful: bool = False
) -> None:
    """Every point found so."""
    for one in Allegation.objects.filter(case=breach.case):
        allegations.find(
            breach=breach,
            allegation=one,
            result=result,
            reasons="The evidence is there.",
            unlawful=unlawful,
            by=world.head,
            at=at or world.at,
        )


def supported(world: World, breach: Breach) -> None:
    """Support offered to the person reported."""
    party = breach.case.parties.get(capacity=Capacity.REPORTED)
    cases.offer_support(case=breach.case, party=party, offered=["manager"], by=world.head, at=world.at)


def considered(**changes: Any) -> outcome.Considered:
    """Everything thought of before an outcome."""
    return outcome.Considered(
        **{
            "hr_advice": "HR agrees.",
            "barring": "Not met: no child was at risk.",
            "others": "The agency was called on Monday.",
            "appeal_told": True,
            **changes,
        }
    )


def because(act: object, *args: object, **kwargs: object) -> str:
    """The sentence with which an act is refused."""
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)  # type: ignore[operator]
    return refused.value.sentence


def papers_opened(world: World, breach: Breach, *, to: str = "subject", words: str = "The post.") -> Papers:
    """Papers that the head wrote and a second person opened."""
    row = handing_over.propose_to(
        breach=breach, to=to, words=words, ends_on=None, version=breach.version, by=world.head, at=world.at
    )
    assert row.second is not None
    opened = disclosing.open_disclosure(disclosure=row, by=row.second, at=world.at)
    assert opened.papers is not None
    return opened.papers
