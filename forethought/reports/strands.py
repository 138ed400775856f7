"""Opening the strands of a matter: at filing by its answers, at taking up by what a manager adds, later by hand."""

import uuid
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from forethought.audit.procedures import Actor, acting
from forethought.cases import procedures as cases
from forethought.cases.models import Capacity, Case, Decision, Exclusion, Kind, Link, Party, Status
from forethought.cases.opening import linked_to
from forethought.cases.owed import owe
from forethought.cases.procedures import decide
from forethought.cases.rules import first_action_due
from forethought.core.clock import london
from forethought.core.errors import Refused, insist
from forethought.evidence import keyring
from forethought.investigations.models import Breach
from forethought.investigations.procedures import name_subject, open_breach
from forethought.people import casting
from forethought.people.models import Person
from forethought.reports.allegations import open_allegation
from forethought.reports.forking import (
    Facts,
    Strand,
    added,
    discipline_of_pupil,
    head_meant,
    new_strands,
    strands,
    why_not_open_strand,
)
from forethought.reports.models import Complaint, StaffAllegation
from forethought.safeguarding.concerns import raise_concern

Answers = Mapping[str, object]

#: The first strand of a report is its own case; of the others these open at once.
_KINDS = {Strand.BREACH: Kind.BREACH, Strand.CONCERN: Kind.CONCERN, Strand.ALLEGATION: Kind.ALLEGATION}


def facts_of(answers: Answers, *, staff_named: bool = False) -> Facts:
    """What a report's answers say, as the fork asks it. `staff_named`: they name an adult of the school as author."""
    return Facts(
        group=str(answers.get("group", "unknown")),
        staff_named=staff_named,
        child=str(answers.get("child", "not_sure")),
        accuses=str(answers.get("accuses") or "no"),
    )


def open_strands(
    *, case: Case, answers: Answers, which: tuple[Strand, ...], reporter: Person | None, by: Actor, at: datetime
) -> None:
    """Open these strands beside a case. Part of a larger act."""
    for strand in which:
        if strand is Strand.CONCERN:
            _concern(case, answers, reporter, by, at)
        elif strand is Strand.BREACH:
            _breaches(case, answers, reporter, by, at)
        elif strand is Strand.ALLEGATION:
            open_allegation(
                case=case,
                words=str(answers.get("happened", "")),
                head_maybe=str(answers.get("head", "no")),
                reporter=reporter,
                by=by,
                at=at,
            )
        elif strand is Strand.PUPIL:
            owe(case=case, kind="hand_off", about=case.id, due_at=first_action_due(at), at=at)


def _concern(case: Case, answers: Answers, reporter: Person | None, by: Actor, at: datetime) -> None:
    reported = _reported(case)
    staff = answers.get("group") == "staff" or bool(reported)
    accused = str(answers.get("accuses") or "no")
    happened = str(answers.get("happened", ""))
    # What is written about a colleague and a child is for the designated officer to hear of. It makes nobody a suspect.
    head = str(answers.get("head", "no")) if staff else "no"
    if head == "no" and accused != "no" and head_meant(happened):
        head = "not_sure"
    raise_concern(
        school=case.school,
        answers={
            "told": happened,
            "where": answers.get("where", ""),
            "danger": answers.get("danger", "not_sure"),
            "adult": "yes" if staff else accused,
            "name": answers.get("name", "") if staff else "",
            "reporter_name": answers.get("reporter_name", ""),
            "only_mentioned": answers.get("only_mentioned", []),
        },
        subjects=reported,
        conflicted=list(Person.objects.filter(pk__in=case.exclusions.values("person"))),
        head_maybe=head,
        reporter=reporter,
        press=uuid.uuid5(case.id, "concern"),
        from_case=case,
        by=by,
        at=at,
    )


def _reported(case: Case) -> list[Person]:
    parties = case.parties.filter(capacity=Capacity.REPORTED, person__isnull=False).select_related("person")
    return list({party.person_id: party.person for party in parties if party.person}.values())


def _breaches(case: Case, answers: Answers, reporter: Person | None, by: Actor, at: datetime) -> None:
    found: list[Person | None] = [*_reported(case)]
    if not found and answers.get("head") == "yes" and answers.get("group") == "staff":
        head = casting.cast_at(at).head
        found = [*Person.objects.filter(pk=head)] if head is not None else []
    for subject in found or [None]:
        _breach_of(case, subject, answers, reporter, by, at)


def _breach_of(
    case: Case, subject: Person | None, answers: Answers, reporter: Person | None, by: Actor, at: datetime
) -> None:
    affected = case.parties.exclude(capacity=Capacity.REPORTED).filter(person__isnull=False)
    open_breach(
        school=case.school,
        subject=subject,
        words=str(answers.get("happened", "")),
        happened_on=_day_of(answers, case),
        reporter=reporter,
        affected=list(affected.values_list("person_id", flat=True)),
        from_case=case,
        child=str(answers.get("child", "no")),
        by=by,
        at=at,
    )


def _day_of(answers: Answers, case: Case) -> date:
    """The day on which it was first seen, in London, else the day of the report."""
    seen = str(answers.get("first_seen") or "")
    return date.fromisoformat(seen) if seen else london(case.opened_at).date()


def as_report(complaint: Complaint) -> dict[str, object]:
    """A complaint's answers as the fork reads a report's: what strands it may call for."""
    said = keyring.words(complaint, case_id=complaint.case_id)
    return {
        "happened": said.get("happened", ""),
        "where": said.get("where", ""),
        "group": "staff" if said.get("staff") != "no" else "other",
        "name": said.get("about", ""),
        "head": said.get("head", "not_sure"),
        "child": said.get("child", "not_sure"),
        "danger": said.get("danger", "not_sure"),
        "reporter_name": said.get("name", ""),
    }


def opened_in(case: Case) -> frozenset[Strand]:
    """The strands that were opened beside a case so far."""
    found: set[Strand] = set()
    kinds = set(Link.objects.filter(case=case).values_list("other__kind", flat=True))
    kinds |= set(Link.objects.filter(other=case).values_list("case__kind", flat=True))
    found |= {strand for strand, kind in _KINDS.items() if kind in kinds}
    if Kind.PUPIL in kinds or case.owed.filter(kind="hand_off").exists():
        found.add(Strand.PUPIL)
    return frozenset(found)


def answers_so_far(case: Case) -> dict[str, Any]:
    """What the first report of a case, or the complaint, answered."""
    if case.kind == Kind.COMPLAINT:
        return as_report(Complaint.objects.get(case=case))
    report = case.reports.order_by("reported_at").first()
    return keyring.words(report, case_id=case.id) if report else {}


def take_up_report(
    *, case: Case, version: int, answers: Mapping[str, str], harmed: str, by: Person, at: datetime
) -> tuple[Strand, ...]:
    """Take a report up, and run the fork again with what only a manager knows. What was opened stays open.

    Among the answers `group_now`, `child_now`, `target` and `accuses` are facts; all are kept with the case. Returns
    what was opened. Policy 8.1.
    """
    with acting("reports.take_up_report", by=by, at=at, about=case.id, case_id=case.id) as event:
        cases.take_up(case=case, version=version, answers=answers, harmed=harmed, by=by, at=at)
        said = answers_so_far(case)
        before = facts_of(said, staff_named=_opened_breach(case))
        more = Facts(
            group=answers.get("group_now") or "unknown",
            target=answers.get("target") or "",
            child=answers.get("child_now") or "no",
            accuses=answers.get("accuses") or "no",
        )
        which = tuple(one for one in new_strands(before, more) if one not in opened_in(case))
        after = added(before, more)
        child = "not_sure" if after.child == "no" and after.target == "pupil" else after.child
        now = {**said, "group": after.group, "child": child, "accuses": after.accuses}
        if child != "no" and case.child == "no":
            Case.objects.filter(pk=case.pk).update(child=child)
        open_strands(case=case, answers=now, which=which, reporter=_reporter(case), by=by, at=at)
        event.facts["opened"] = ", ".join(which)
    return which


def is_for_behaviour(case: Case, strand: str) -> bool:
    """Whether this side is staff discipline and a pupil posted it, so that it is not even offered. Policy 8.2."""
    group, adult_named = str(answers_so_far(case).get("group", "unknown")), bool(_reported(case))
    return discipline_of_pupil(strand=strand, group=group, adult_named=adult_named)


def open_strand(*, case: Case, strand: str, reason: str, by: Person, at: datetime) -> None:
    """Open one more side of a matter by hand, with the reason kept. Policy 8.1."""
    said = answers_so_far(case)
    group = str(said.get("group", "unknown"))
    insist(
        why_not_open_strand(
            strand=strand,
            reason=reason,
            opened=strand in opened_in(case),
            group=group,
            adult_named=bool(_reported(case)),
        ),
        "8.1",
    )
    chosen = Strand(strand)
    with acting("reports.open_strand", by=by, at=at, about=case.id, case_id=case.id, facts={"strand": strand}):
        decide(case=case, verb="open_strand", outcome=strand, reasons=reason, by=by, at=at)
        answers = {**said, "happened": said.get("happened") or reason}
        if chosen is Strand.BREACH:
            answers["group"] = "staff"
        open_strands(case=case, answers=answers, which=(chosen,), reporter=_reporter(case), by=by, at=at)


def _reporter(case: Case) -> Person | None:
    report = case.reports.order_by("reported_at").select_related("reporter").first()
    return report.reporter if report else None


def _opened_breach(case: Case) -> bool:
    return Strand.BREACH in opened_in(case)


def at_filing(
    *, case: Case, answers: Answers, known: Collection[Person], reporter: Person | None, by: Actor, at: datetime
) -> None:
    """Open what the answers of a report call for beside its own case. Part of filing it. Policy 8.1.

    `known` are the adults of the school whom its answers may mean. Where it is not said that its author works here, a
    surname alone makes nobody the author: the whole name does.
    """
    sure = answers.get("group") != "unknown" or any(
        set(one.name.casefold().split()) <= set(str(answers.get("name", "")).casefold().split()) for one in known
    )
    which = strands(facts_of(answers, staff_named=bool(known) and sure))[1:]
    if which:
        open_strands(case=case, answers=answers, which=which, reporter=reporter, by=by, at=at)


def name_person(*, case: Case, person: Person, capacity: Capacity, by: Person, at: datetime) -> Party:
    """Say which adult of the school a party is, and run the fork again: an adult reported is a suspected breach.

    Whoever is reported is kept out of every side of the matter before this answers. The person whom an allegation is
    about neither handles it nor sees it, and is not reported by that. Policy 7.2, 8.1, 9.1.
    """
    with acting("reports.name_person", by=by, at=at, about=person.id, case_id=case.id, facts={"as": str(capacity)}):
        party = cases.name_person(case=case, person=person, capacity=capacity, by=by, at=at)
        if capacity == Capacity.REPORTED:
            _keep_out_everywhere(case, person, by, at)
            if case.kind == Kind.REPORT and not _has_breach_of(case, person):
                _breach_of(case, person, answers_so_far(case), _reporter(case), by, at)
        elif capacity == Capacity.HARMED and case.kind == Kind.ALLEGATION:
            StaffAllegation.objects.filter(case=case, person__isnull=True).update(person=person)
            cases.route_again(case=case, reported=[person.id], by=by, at=at)
    return party


def _keep_out_everywhere(case: Case, person: Person, by: Person, at: datetime) -> None:
    """Keep somebody reported out of what was opened beside a case, and name them where a breach names nobody yet."""
    for other in _linked(case).exclude(status=Status.CLOSED):
        breach = Breach.objects.select_related("case").filter(case=other, subject__isnull=True).first()
        if breach is not None:
            # Refused where they have a part in running it. They lose it all the same; who comes next names them.
            with suppress(Refused):
                name_subject(breach=breach, person=person, version=breach.version, by=by, at=at)
        if other.kind in {Kind.BREACH, Kind.CONCERN, Kind.PUPIL, Kind.ALLEGATION}:
            cases.route_again(case=other, reported=[person.id], by=by, at=at)


def _linked(case: Case) -> "QuerySet[Case]":
    pairs = Link.objects.filter(Q(case=case) | Q(other=case)).values_list("case_id", "other_id")
    return Case.objects.filter(pk__in={one for pair in pairs for one in pair} - {case.pk})


def _has_breach_of(case: Case, person: Person) -> bool:
    return Breach.objects.filter(Q(subject=person) | Q(subject__isnull=True), case__in=_linked(case)).exists()


def passed_on(*, case: Case, person: Person, at: datetime) -> list[str]:
    """What was opened beside a case and somebody may not open, in words that say no more than what it is.

    Of what they are kept out of: nothing, as if it were not there.
    """
    linked = dict(_linked(case).values_list("pk", "kind"))
    if not linked:
        return []
    seen = {one.pk for one in linked_to(case=case, person=person, at=at)}
    out = set(Exclusion.objects.filter(person=person, case__in=linked).values_list("case_id", flat=True))
    kinds = {kind for pk, kind in linked.items() if pk not in seen | out}
    by_kind = {**_KINDS, Strand.PUPIL: Kind.PUPIL}
    return [one.words for one in Strand if by_kind.get(one) in kinds]


def reasons_of(*, case: Case, person: Person, at: datetime) -> list[str]:
    """Why sides of a matter were opened by hand, of those that somebody may open."""
    kinds = {one.kind for one in linked_to(case=case, person=person, at=at)}
    mine = [str(strand) for strand, kind in {**_KINDS, Strand.PUPIL: Kind.PUPIL}.items() if kind in kinds]
    rows = Decision.objects.filter(case=case, verb="open_strand", outcome__in=mine).order_by("decided_at")
    return [f"{Strand(one.outcome).words}: {keyring.words(one, case_id=case.id)['reasons']}" for one in rows]
