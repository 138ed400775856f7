"""What somebody is said to have done, which rules of that day it may break, and what was found about each point."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from forethought.acknowledgements.models import Acknowledgement, Matter, Task
from forethought.audit.procedures import acting
from forethought.cases import citing
from forethought.cases.models import Case, Citation
from forethought.cases.owed import owe
from forethought.cases.rules import first_action_due
from forethought.core.clock import london, spoken_day
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.investigations import rules, weighing
from forethought.investigations.models import Allegation, Breach, Finding
from forethought.investigations.rules import Part, Result
from forethought.investigations.standing import allowed
from forethought.people.models import Person
from forethought.reviews.models import LinkedPolicy
from forethought.reviews.standing import linked_in_force


def make_allegation(
    *,
    breach: Breach,
    words: str,
    happened_on: date,
    clauses: Sequence[str],
    policies: Sequence[LinkedPolicy],
    by: Person,
    at: datetime,
) -> Allegation:
    """Write down one thing somebody is said to have done, with each clause and policy of that day it may break.

    One that is noted in the case already is used again. Where other policies were in force on that day, the matter
    names one of them at least. Policy 3.2, 9.4.
    """
    with acting("investigations.make_allegation", by=by, at=at, case_id=breach.case_id) as event:
        allowed(breach, "make_allegation", at)
        insist(
            rules.why_not_allege(
                words=words,
                cites=len(clauses) + len(policies),
                happened_on=happened_on,
                today=london(at).date(),
                linked_missing=not policies and _lacks_linked(breach.case, happened_on),
            ),
            "9.4",
        )
        cites = [cite_clause_once(breach.case, one, happened_on, by=by, at=at) for one in clauses]
        cites += [cite_linked_once(breach.case, one, happened_on, by=by, at=at) for one in policies]
        row = Allegation(
            id=uuid.uuid4(),
            school_id=breach.school_id,
            case=breach.case,
            cites=[str(one.pk) for one in cites],
            happened_on=happened_on,
            made_at=at,
            made_by=str(by.id),
        )
        row.content = keyring.seal(row, {"words": words}, case_id=breach.case_id)
        row.save(force_insert=True)
        event.about = row.id
    return row


def _lacks_linked(case: Case, on_day: date) -> bool:
    """Whether other policies were in force on a day and the case cites none of them. Policy 3.2."""
    return bool(linked_in_force(on_day)) and not Citation.objects.filter(case=case, linked__isnull=False).exists()


def cite_clause_once(case: Case, clause: str, on_day: date, *, by: Person, at: datetime) -> Citation:
    """The case's citation of a clause as of a day, made where there is none yet. Part of making an allegation."""
    found = Citation.objects.filter(case=case, clause=clause, on_day=on_day).first()
    return found or citing.cite_clause(case=case, clause=clause, on_day=on_day, by=by, at=at)


def cite_linked_once(case: Case, policy: LinkedPolicy, on_day: date, *, by: Person, at: datetime) -> Citation:
    """The case's citation of another policy as of a day, made where there is none. Part of making an allegation."""
    version = next((one for one in linked_in_force(on_day) if one.policy_id == policy.pk), None)
    found = Citation.objects.filter(case=case, linked=version, on_day=on_day).first() if version else None
    return found or citing.cite_linked(case=case, policy=policy, on_day=on_day, by=by, at=at)


def find(
    *, breach: Breach, allegation: Allegation, result: str, reasons: str, unlawful: bool, by: Person, at: datetime
) -> Finding:
    """Say what was found about one allegation, and why. Where it may be unlawful, a referral is owed, or a reason.

    Nothing is found to be so while it is not shown that it was them. Policy 9.2c, 9.4, 9.7.
    """
    with acting(
        "investigations.find", by=by, at=at, about=allegation.id, case_id=breach.case_id, facts={"result": result}
    ):
        allowed(breach, "find", at)
        looked = breach.case.chosen.filter(person=by, part=Part.INVESTIGATOR).exists()
        insist(rules.why_not_find(result=result, reasons=reasons, stage=breach.stage, by_investigator=looked), "9.4")
        if result == Result.SUBSTANTIATED:
            insist(weighing.why_not_substantiate(case=breach.case, at=at), "9.2c")
        row = Finding(
            id=uuid.uuid4(),
            school_id=breach.school_id,
            allegation=allegation,
            result=result,
            unlawful=unlawful,
            found_at=at,
            found_by=str(by.id),
        )
        row.content = keyring.seal(row, {"reasons": reasons}, case_id=breach.case_id)
        row.save(force_insert=True)
        if unlawful:
            owe(case=breach.case, kind="refer", about=breach.case_id, due_at=first_action_due(at), at=at)
    return row


@dataclass(frozen=True)
class Known:
    """Whether somebody had said that they read the very version which was in force on the day."""

    had: bool
    sentence: str


def known_to(citations: Iterable[Citation], subject: Person | None) -> dict[uuid.UUID, Known]:
    """For each citation, whether the person had acknowledged that very version by that day. Policy 3.2, 3.7, 9.1."""
    citations = list(citations)
    if subject is None:
        return {one.pk: Known(False, "It is not known yet who it may be.") for one in citations}
    versions = [one.version_id for one in citations if one.version_id]
    said = dict(
        Acknowledgement.objects.filter(
            person=subject, reading__matter=Matter.POLICY, reading__about__in=versions
        ).values_list("reading__about", "acknowledged_at")
    )
    asked = set(
        Task.objects.filter(person=subject, reading__matter=Matter.POLICY, reading__about__in=versions).values_list(
            "reading__about", flat=True
        )
    )
    return {
        one.pk: _known(one, said.get(one.version_id) if one.version_id else None, one.version_id in asked)
        for one in citations
    }


def _known(citation: Citation, acknowledged_at: datetime | None, asked: bool) -> Known:
    if citation.linked_id is not None:
        return Known(False, "Nobody is asked here to confirm that policy. Check how they were told of it.")
    if citation.version_id is None:
        return Known(False, "No version was in force here that day, so nobody could have confirmed one.")
    if acknowledged_at is None:
        words = "They had been asked to read it" if asked else "They had not been asked to read it"
        return Known(False, f"{words}, and had not confirmed it.")
    day = london(acknowledged_at).date()
    if day > citation.on_day:
        return Known(False, f"They confirmed that version on {spoken_day(day, year=True)}, after that day.")
    return Known(True, f"They had confirmed that very version, on {spoken_day(day, year=True)}.")
