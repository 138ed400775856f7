"""Where the program may hold something about somebody: outside cases, as lines; inside them, as cases and capacities.

Nothing here is shown to anybody by itself. Clause 11.1.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from forethought.acknowledgements.models import Acknowledgement
from forethought.boundaries.models import ContactRecord, FamilyDeclaration, SelfCheck
from forethought.cases.models import Capacity, Exclusion, Papers, Party, Report
from forethought.cases.opened_papers import OWN
from forethought.core.clock import london, spoken, spoken_day
from forethought.evidence import keyring
from forethought.evidence.models import CaseKey
from forethought.investigations.letter_texts import TO_AGENCY
from forethought.investigations.models import Breach, SentLetter
from forethought.monitoring.models import Monitoring
from forethought.monitoring.rules import OVER, status_at
from forethought.people.models import Absence, Account, Appointment, Engagement, Person, Role, Shift, Tie
from forethought.policies.models import Response
from forethought.questions import standing as questions
from forethought.questions.models import Question
from forethought.reaching import procedures as reaches
from forethought.reports.models import StaffAllegation
from forethought.safeguarding.models import Concern


@dataclass(frozen=True)
class Place:
    """One kind of thing that may be held of somebody outside cases: its heading, and what finds its lines."""

    heading: str
    lines: Callable[[Person], Iterable[str]]


def _day(value: object) -> str:
    return spoken_day(value, year=True) if value else "no end"  # type: ignore[arg-type]


def _listed(person: Person) -> Iterable[str]:
    yield f"Name: {person.name}"
    if person.email:
        yield f"Mail address: {person.email}"
    if person.left_at:
        yield f"Left: {_day(london(person.left_at).date())}"
    for one in Account.objects.filter(person_id=person.pk).order_by("made_at"):
        yield f"Signs in as {one.email}, since {_day(london(one.made_at).date())}"
        # Whoever puts the answer together must not learn when somebody comes and goes (decision 50).
        yield "When you signed in, for 90 days: the page of your own sign-in shows it to you, and to nobody else"


def _engaged(person: Person) -> Iterable[str]:
    for one in Engagement.objects.filter(person=person).select_related("manager").order_by("starts_on", "id"):
        manager = f"; line manager {one.manager.name}" if one.manager else ""
        yield f"{one.get_kind_display()}, from {_day(one.starts_on)} to {_day(one.ends_on)}{manager}"
    for row in Appointment.objects.filter(person=person).order_by("starts_at", "id"):
        until = f" to {spoken(row.ends_at, year=True)}" if row.ends_at else ""
        yield f"Office: {Role(row.role).label}, from {spoken(row.starts_at, year=True)}{until}"


def _times(person: Person) -> Iterable[str]:
    for one in Shift.objects.filter(person=person).order_by("starts_at"):
        yield f"On duty from {spoken(one.starts_at, year=True)} to {spoken(one.ends_at, year=True)}"
    for away in Absence.objects.filter(person=person).order_by("starts_at"):
        yield f"Away from {spoken(away.starts_at, year=True)}"


def _reached(person: Person) -> Iterable[str]:
    for one in reaches.live(person):
        what = "A phone or computer" if one.way == "device" else f"A mobile number: {reaches.address_of(one)}"
        yield f"{what}, called {one.name}, since {spoken(one.added_at, year=True)}"


def _ties(person: Person) -> Iterable[str]:
    kinds = dict(Tie.KINDS)
    for one in Tie.objects.filter(person=person).select_related("other").order_by("declared_at"):
        yield f"{kinds[one.kind]}: {one.other.name}, since {spoken(one.declared_at, year=True)}"
    for one in Tie.objects.filter(other=person).select_related("person").order_by("declared_at"):
        yield f"{kinds[one.kind]}: {one.person.name}, since {spoken(one.declared_at, year=True)}"


def _read(person: Person) -> Iterable[str]:
    for one in Acknowledgement.objects.filter(person=person).order_by("acknowledged_at"):
        own = f" In their own words: {one.own_words}" if one.own_words else ""
        yield f"{spoken(one.acknowledged_at, year=True)}: {one.said}{own}"
    for view in Response.objects.filter(person=person).order_by("responded_at"):
        yield f"{spoken(view.responded_at, year=True)}: a view on a change of the policy. {view.words}".strip()


def _asked(person: Person) -> Iterable[str]:
    for one in Question.objects.filter(asker=person).order_by("asked_at"):
        said = questions.words_of(one)
        answer = questions.answer_of(one)
        yield f"{spoken(one.asked_at, year=True)}: {said.words}" + (f" Answer: {answer}" if answer else "")


def _contact(person: Person) -> Iterable[str]:
    for one in ContactRecord.objects.filter(writer=person).order_by("kept_at"):
        kept = keyring.words_at_school(one, "content")
        words = "; ".join(str(value) for value in kept.values() if isinstance(value, str) and value)
        yield f"{spoken(one.kept_at, year=True)}: {words}"
    for declared in FamilyDeclaration.objects.filter(person=person).order_by("declared_at"):
        said = keyring.words_at_school(declared, "content")
        yield f"Family at the school, {spoken(declared.declared_at, year=True)}: {said['relation']}"
    for check in SelfCheck.objects.filter(person=person):
        yield f"Last self-check: {_day(check.done_on)}"


#: Each kind and place outside cases. A new table with somebody's data in it has its line here.
PLACES: tuple[Place, ...] = (
    Place("The list of adults, and signing in", _listed),
    Place("Engagements and offices", _engaged),
    Place("Duty and absence", _times),
    Place("Where they are told that something waits", _reached),
    Place("Who is close to whom, as declared", _ties),
    Place("What was read and confirmed, and views given", _read),
    Place("Questions asked", _asked),
    Place("Contact and family, as recorded by themselves", _contact),
)


def outside_cases(person: Person) -> str:
    """Everything held of an adult outside cases, under the heading of its place, as text."""
    parts = []
    for place in PLACES:
        if lines := list(place.lines(person)):
            parts.append("\n".join([place.heading, *(f"- {line}" for line in lines)]))
    return "\n\n".join(parts)


@dataclass(frozen=True)
class Found:
    """A case that has something of somebody: whether they are who it is about, kept out of it, and told of it."""

    case_id: uuid.UUID
    subject: bool
    kept_out: bool
    told: bool


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def cases_with(person: Person | None, name: str, at: datetime) -> list[Found]:
    """The cases that have something of somebody: by the person for an adult here, else by the name as it was given.

    Every party's name is opened for that, by the program alone. Policy 11.1.
    """
    capacities: dict[uuid.UUID, set[str]] = defaultdict(set)
    if person is None:
        for party in Party.objects.filter(person__isnull=True).order_by("added_at"):
            try:
                named = str(keyring.words(party, case_id=party.case_id).get("name", ""))
            except CaseKey.DoesNotExist:
                continue
            if named and _plain(named) == _plain(name):
                capacities[party.case_id].add(party.capacity)
        return [Found(one, Capacity.REPORTED in what, False, False) for one, what in capacities.items()]
    for case_id, what in Party.objects.filter(person=person).values_list("case_id", "capacity"):
        capacities[case_id].add(what)
    for case_id in Report.objects.filter(reporter=person).values_list("case_id", flat=True):
        capacities[case_id].add(Capacity.REPORTER)
    for case_id in Concern.objects.filter(reporter=person).values_list("case_id", flat=True):
        capacities[case_id].add(Capacity.REPORTER)
    about = (
        Breach.objects.filter(subject=person),
        Concern.objects.filter(about=person),
        Monitoring.objects.filter(about=person),
        StaffAllegation.objects.filter(person=person),
    )
    for rows in about:
        for case_id in rows.values_list("case_id", flat=True):
            capacities[case_id].add(Capacity.REPORTED)
    out = set(Exclusion.objects.filter(person=person).values_list("case_id", flat=True))
    told = _told_of(person, at)
    # A case that somebody is kept out of for another reason (they are close to a party) holds nothing of theirs.
    return [Found(one, Capacity.REPORTED in what, one in out, one in told) for one, what in capacities.items()]


def _told_of(person: Person, at: datetime) -> set[uuid.UUID]:
    """The cases that somebody knows of: papers were opened to them, a letter about it is kept as sent, or it is over.

    Over is a leave to monitor of which everybody had notice. It is kept from nobody for longer (clause 10.1). One
    without notice is told by papers alone, which two people open.
    """
    papers = Papers.objects.filter(person=person, audience__in=OWN)
    letters = SentLetter.objects.filter(case__breach__subject=person).exclude(kind=TO_AGENCY)
    leaves = Monitoring.objects.filter(about=person, covert=False)
    over = {
        one.case_id
        for one in leaves
        if status_at(one.status, starts_at=one.starts_at, ends_at=one.ends_at, at=at) in OVER
    }
    return over.union(*(rows.values_list("case_id", flat=True) for rows in (papers, letters)))
