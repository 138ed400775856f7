"""Cases of every kind about somebody of the school, drawn by chance, with what their managers did about them."""

import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import breach_steps as steps
import monitoring_acts as monitoring
from builders import a_report, ask_the_host, harmed_in, the_takedown
from town import Place
from town_cases import OUTSIDE, TOLD

from forethought.audit.procedures import Visitor, acting
from forethought.cases import citing, granting
from forethought.cases import procedures as cases
from forethought.cases.models import Capacity, Case, Kind
from forethought.core.clock import london
from forethought.core.errors import Refused
from forethought.people.models import Person
from forethought.reports import strands
from forethought.reports.allegations import open_allegation
from forethought.reports.complaints import receive_complaint
from forethought.safeguarding import concerns, low_level

#: Whom a case may be about, and who may tell of it.
ABOUT = ["head", "senior", "second", "lead", "deputy", "chair", "vice", "hr", "clerk", "colleague", "behaviour"]
TELLERS = ["teacher", "companion", "agency"]


def surname(person: Person) -> str:
    """By which a report means somebody."""
    return person.name.split()[-1]


def _a_report(place: Place, about: Person, by: Person, at: datetime) -> Case:
    head = "yes" if about == place.cast["head"] else "no"
    return a_report(place.world, by=by, at=at, group="staff", name=surname(about), head=head).case


def _named_later(place: Place, about: Person, by: Person, at: datetime) -> Case:
    """About somebody without an office, who had no seat, and is named when it has been taken up."""
    case = a_report(place.world, by=by, at=at).case
    strands.name_person(case=case, person=place.cast["colleague"], capacity=Capacity.REPORTED, by=_manager(case), at=at)
    return case


def _a_breach(place: Place, about: Person, by: Person, at: datetime) -> Case:
    return steps.a_breach(place.world, subject=about, reporter=by, at=at).case


def _a_concern(place: Place, about: Person, by: Person, at: datetime) -> Case:
    return concerns.raise_concern(
        school=place.world.school, answers={**TOLD, "adult": "yes"}, subjects=[about], reporter=by, by=by, at=at
    )


def _a_low_level(place: Place, about: Person, by: Person, at: datetime) -> Case:
    return low_level.raise_low_level(
        school=place.world.school,
        about=about,
        sort="friendly",
        told="Joined a pupils’ game online.",
        unnamed=False,
        reporter=by,
        press=uuid.uuid4(),
        by=by,
        at=at,
    )


def _a_complaint(place: Place, about: Person, by: Person, at: datetime) -> Case:
    press, head = uuid.uuid4(), "yes" if about == place.cast["head"] else "no"
    said = {**OUTSIDE, "about": surname(about), "head": head}
    return receive_complaint(school=place.world.school, answers=said, press=press, by=Visitor(press), at=at)[0].case


def _monitoring(place: Place, about: Person, by: Person, at: datetime) -> Case:
    asker = place.cast["second"] if about != place.cast["second"] else place.cast["senior"]
    return monitoring.a_request(place.world, about=about, by=asker, at=at).case


def _an_allegation(place: Place, about: Person, by: Person, at: datetime) -> Case:
    case = _a_report(place, about, by, at)
    return open_allegation(case=case, words="It says that she hit a child.", by=_manager(case), at=at)


MADE: dict[str, Callable[[Place, Person, Person, datetime], Case]] = {
    "report": _a_report,
    "named later": _named_later,
    "breach": _a_breach,
    "concern": _a_concern,
    "low_level": _a_low_level,
    "complaint": _a_complaint,
    "monitoring": _monitoring,
    "allegation": _an_allegation,
}


def a_hidden_case(place: Place, chance: random.Random, at: datetime) -> str:
    """A case about somebody, and what was done about it. What it is, in a word."""
    kind = chance.choice(sorted(MADE))
    about, by = place.cast[chance.choice(ABOUT)], place.cast[chance.choice(TELLERS)]
    case = MADE[kind](place, about, by, at)
    case.refresh_from_db()
    for act in ACTS:
        if case.manager is not None and chance.random() < 0.6:
            # Not every act is one for every kind of case.
            with suppress(Refused):
                act(place, Case.objects.select_related("manager", "school").get(pk=case.pk), at)
    return f"{kind} about {about.name}"


def _manager(case: Case) -> Any:
    case.refresh_from_db()
    return case.manager


# --- What a manager does ---


def _take_up(place: Place, case: Case, at: datetime) -> None:
    if case.kind == Kind.REPORT:
        cases.take_up(case=case, version=case.version, answers={}, harmed="", by=_manager(case), at=at)


def _ask_host(place: Place, case: Case, at: datetime) -> None:
    if case.kind == Kind.REPORT:
        ask_the_host(the_takedown(case), by=_manager(case), at=at)


def _support(place: Place, case: Case, at: datetime) -> None:
    if case.kind == Kind.REPORT:
        cases.offer_support(case=case, party=harmed_in(case), offered=["manager"], by=_manager(case), at=at)


def _cite(place: Place, case: Case, at: datetime) -> None:
    citing.cite_clause(case=case, clause="8.3", on_day=london(at).date(), by=_manager(case), at=at)


def _review(place: Place, case: Case, at: datetime) -> None:
    with acting("tests.close", by=_manager(case), at=at):
        cases.call_for_review(case, "The kind of post is not named.", _manager(case), at)


def _grant(place: Place, case: Case, at: datetime) -> None:
    granting.grant_seat(
        case=case,
        person=place.cast["guest"],
        part="guest",
        length="task",
        reason="To help.",
        by=_manager(case),
        at=at,
    )


def _answer(place: Place, case: Case, at: datetime) -> None:
    if report := case.reports.first():
        cases.answer_reporter(report=report, sentence="We are looking into it.", by=_manager(case), at=at)


ACTS = [_take_up, _ask_host, _support, _cite, _review, _grant, _answer]
