"""What people do with a case, from the report to the sentence that ends it."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.cases import rules
from forethought.cases.models import (
    Capacity,
    Case,
    Decision,
    Exclusion,
    Group,
    Kind,
    Message,
    Offer,
    Owed,
    Party,
    Report,
)
from forethought.cases.moves import move, unmoved
from forethought.cases.opening import begin_routed, place
from forethought.cases.owed import owe, settle, settle_all
from forethought.cases.seating import keep_out
from forethought.core.clock import london
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.people import casting
from forethought.people.alarms import set_alarm
from forethought.people.conflicts import Route
from forethought.people.models import Person, School
from forethought.people.post import owe_letter
from forethought.reviews.models import Review
from forethought.reviews.procedures import open_review
from forethought.reviews.rules import DUE_IN, Trigger
from forethought.reviews.standing import default_owner

Content = dict[str, object]


def open_case(
    *,
    case_id: uuid.UUID,
    school: School,
    label: str,
    child: str,
    threat: bool,
    route: Route,
    known_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """Open a case under its reserved id and put it before those whom the conflict rules allow, and nobody else.

    Policy 7.2, 8.1. When nobody at the school may act, it is held, and the outside one is named. What is owed counts
    from `known_at` where the school knew before this was written here.
    """
    since = known_at or at
    with acting("cases.open_case", by=by, at=at, about=case_id, case_id=case_id) as event:
        case = begin_routed(
            kind=Kind.REPORT,
            school=school,
            label=label,
            route=route,
            child=child,
            threat=threat,
            case_id=case_id,
            by=by,
            at=at,
        )
        due = rules.answer_due(since, school.answer_hours)
        owe(case=case, kind="answer", about=case.id, due_at=due, at=at)
        urgent = threat or child != "no"
        first = since + rules.URGENT if urgent else rules.first_action_due(since)
        owe(case=case, kind="take_up", about=case.id, due_at=first, at=at)
        event.facts.update(label=label, child=child, threat=threat, held=route.sealed_hold)
    return case


def add_party(
    *,
    case: Case,
    capacity: Capacity,
    group: Group,
    name: str,
    person: Person | None = None,
    known_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Party:
    """Note who has a part in a case. An adult of the school is owed an offer of support by the next working day.

    Policy 7.2, 8.8. Counted from `known_at` where the school knew before.
    """
    with acting("cases.add_party", by=by, at=at, case_id=case.id, facts={"capacity": str(capacity)}) as event:
        party = Party(
            id=uuid.uuid4(),
            school_id=case.school_id,
            case=case,
            person=person,
            capacity=capacity,
            group=group,
            added_at=at,
        )
        party.content = keyring.seal(party, {"name": name}, case_id=case.id)
        party.save(force_insert=True)
        event.about = party.id
        if is_owed_support(party):
            owe(case=case, kind="support", about=party.id, due_at=rules.first_action_due(known_at or at), at=at)
    return party


#: In these nobody speaks to the person before the designated officer was asked. Their support belongs to what follows.
UNSPOKEN = frozenset({Kind.CONCERN, Kind.LOW_LEVEL})


def is_owed_support(party: Party) -> bool:
    """Whether a party is somebody the school owes support: the person harmed, and a colleague who is reported."""
    if party.case.kind in UNSPOKEN:
        return False
    return party.capacity == Capacity.HARMED or (party.capacity == Capacity.REPORTED and party.group == Group.STAFF)


def take_up(*, case: Case, version: int, answers: Mapping[str, str], harmed: str, by: Person, at: datetime) -> None:
    """Take a report up: open it, answer what only a manager can know, and be its manager from now on.

    `answers` are the questions left for triage: work or own use, hours, device, whether they replied, safe at home.
    `harmed` is who was harmed, when that is not the reporter. Policy 1.2, 8.1.
    """
    unmoved(case, version)
    insist(rules.why_not_take_up(status=case.status), "8.1")
    with acting("cases.take_up", by=by, at=at, about=case.id, case_id=case.id):
        move(case, "take_up", version=version, by=by, at=at)
        case.content = keyring.seal(case, dict(answers), case_id=case.id)
        Case.objects.filter(pk=case.pk).update(content=case.content, manager=by)
        case.manager = by
        settle(case=case, kind="take_up", about=case.id, by=by, at=at)
        if harmed:
            add_party(case=case, capacity=Capacity.HARMED, group=Group.STAFF, name=harmed, by=by, at=at)


def name_person(*, case: Case, person: Person, capacity: Capacity, by: Person, at: datetime) -> Party:
    """Say which adult of the school a party is. Somebody reported is kept out before this answers.

    If that leaves the case without its manager, the conflict rules find the next. Policy 7.2.
    """
    with acting("cases.name_person", by=by, at=at, about=person.id, case_id=case.id, facts={"capacity": str(capacity)}):
        party = add_party(
            case=case, capacity=capacity, group=Group.STAFF, name=person.name, person=person, by=by, at=at
        )
        if capacity == Capacity.REPORTED:
            route_again(case=case, reported=[person.id], by=by, at=at)
    return party


def route_again(*, case: Case, reported: Sequence[uuid.UUID], by: Actor, at: datetime) -> None:
    """Route a case afresh after a person was named: exclusions only grow, and the manager may change.

    Part of a larger act. Policy 7.2.
    """
    excluded = frozenset(Exclusion.objects.filter(case=case).values_list("person_id", flat=True))
    parties = case.parties.exclude(capacity=Capacity.REPORTED).filter(person__isnull=False)
    route = casting.route_again(
        reported=reported,
        parties=parties.values_list("person_id", flat=True),
        excluded=excluded,
        child=case.child,
        at=at,
    )
    keep_out(case=case, people=casting.excluded_by(route), at=at)
    if case.manager_id is None or case.manager_id in casting.excluded_by(route):
        place(case=case, route=route, at=at)


def offer_support(*, case: Case, party: Party, offered: Sequence[str], by: Person, at: datetime) -> Offer:
    """Offer support on a date, to the person harmed and to the person reported alike. Only the offer is kept.

    Looked at again after 7 and 30 days. Policy 8.8.
    """
    with acting("cases.offer_support", by=by, at=at, about=party.id, case_id=case.id):
        offer = Offer.objects.create(
            school_id=case.school_id,
            case=case,
            party=party,
            offered=list(offered),
            offered_at=at,
            offered_by=str(by.id),
        )
        settle(case=case, kind="support", about=party.id, by=by, at=at)
        owe(case=case, kind="revisit", about=party.id, due_at=rules.revisit_due(at, 7), at=at)
        if party.person is not None and party.capacity != Capacity.REPORTED:
            owe_letter(person=party.person, kind="news", at=at)
    return offer


def answer_offer(*, offer: Offer, answer: str, by: Actor, at: datetime) -> None:
    """Say yes, not now or no to an offer of support. It can be changed at any time. Policy 8.8."""
    with acting("cases.answer_offer", by=by, at=at, about=offer.id, case_id=offer.case_id, facts={"answer": answer}):
        Offer.objects.filter(pk=offer.pk).update(answer=answer, answered_at=at)


def revisit_support(*, case: Case, party: Party, by: Person, at: datetime) -> None:
    """Say that support was looked at again: after 7 days, then after 30. Policy 8.8."""
    with acting("cases.revisit_support", by=by, at=at, about=party.id, case_id=case.id):
        due = Owed.objects.filter(kind="revisit", about=party.id, done_at__isnull=True).first()
        offer = party.offers.order_by("-offered_at").first()
        settle(case=case, kind="revisit", about=party.id, by=by, at=at)
        next_at = rules.next_revisit(offered_at=offer.offered_at, due_at=due.due_at) if due and offer else None
        if next_at:
            owe(case=case, kind="revisit", about=party.id, due_at=next_at, at=at)


def answer_reporter(*, report: Report, sentence: str, by: Person, at: datetime) -> Message:
    """Tell the person who reported it where things stand. Policy 7.2."""
    insist(rules.why_not_sentence(sentence), "7.2")
    with acting("cases.answer_reporter", by=by, at=at, about=report.id, case_id=report.case_id):
        message = say(report=report, kind="answer", sentence=sentence, by=by, at=at)
        settle(case=report.case, kind="answer", about=report.case_id, by=by, at=at)
        tell_reporter(report, at)
    return message


def say(*, report: Report, kind: str, sentence: str, by: Actor, at: datetime) -> Message:
    """Keep something said between school and reporter. Part of a larger act."""
    message = Message(
        id=uuid.uuid4(),
        school_id=report.school_id,
        case_id=report.case_id,
        report=report,
        kind=kind,
        said_at=at,
        said_by=str(by.id),
    )
    message.content = keyring.seal(message, {"words": sentence}, case_id=report.case_id)
    message.save(force_insert=True)
    return message


def tell_reporter(report: Report, at: datetime) -> None:
    """Owe the reporter a letter that there is news. Somebody who reported by code comes back with the code."""
    if report.reporter is not None:
        owe_letter(person=report.reporter, kind="news", at=at)


def add_to_report(*, report: Report, kind: str, sentence: str, by: Actor, at: datetime) -> Message:
    """Add something to a report, ask, say it is back, or ask the school to stop. It marks, and deletes nothing.

    `kind` is added, asked, back or stop. Whoever handles the case is told. Policy 7.2.
    """
    insist("Write a few words first." if kind in {"added", "asked"} and not sentence.strip() else None, "7.2")
    with acting("cases.add_to_report", by=by, at=at, about=report.id, case_id=report.case_id, facts={"kind": kind}):
        message = say(report=report, kind=kind, sentence=sentence, by=by, at=at)
        # The worker reads these words too: they may mean danger where the report did not.
        set_alarm(school_id=report.school_id, kind="heed_words", about=message.id, rings_at=at)
        if report.case.manager is not None:
            owe_letter(person=report.case.manager, kind="needs_you", at=at, case_id=report.case_id)
        owe(
            case=report.case,
            kind="answer",
            about=report.case_id,
            due_at=rules.answer_due(at, report.school.answer_hours),
            at=at,
        )
    return message


def close(
    *,
    case: Case,
    version: int,
    outcome: str,
    reasons: str,
    sentence: str,
    standing: rules.Standing,
    review_source: str = "",
    by: Person,
    at: datetime,
) -> Decision:
    """End a case: an outcome, why, and one sentence for each person who reported it.

    `standing` is what the page counted in the same transaction. `review_source` is why the policy is to be looked at
    because of it, without a word that says who; empty when it is not. Raises TooLate when somebody was first.

    Policy 8.1, 10.2.
    """
    unmoved(case, version)
    insist(rules.why_not_close(status=case.status, standing=standing), "8.1")
    insist(rules.why_not_sentence(sentence), "7.2")
    insist(None if outcome in rules.OUTCOMES else "Choose how it ended.", "8.1")
    with acting("cases.close", by=by, at=at, about=case.id, case_id=case.id, facts={"outcome": outcome}):
        move(case, "close", version=version, by=by, at=at)
        decision = decide(case=case, verb="close", outcome=outcome, reasons=reasons, by=by, at=at)
        for report in case.reports.select_related("reporter"):
            say(report=report, kind="end", sentence=sentence, by=by, at=at)
            tell_reporter(report, at)
        settle_all(case=case, by=by, at=at)
        if review_source.strip():
            call_for_review(case, review_source, by, at)
    return decision


def call_for_review(case: Case, source: str, by: Person, at: datetime) -> None:
    """Have the policy looked at because of a case, of which the review holds the id alone. Part of closing it.

    Policy 10.2. Nobody who is kept out of the case is given the review.
    """
    owner = default_owner(at, without=set(case.exclusions.values_list("person_id", flat=True)))
    before = Review.objects.filter(source_key__startswith=f"case:{case.id}").count()
    open_review(
        school=case.school,
        trigger=Trigger.INCIDENT,
        source=source,
        owner=owner or by,
        due_on=london(at).date() + DUE_IN,
        # A case that was opened again may call for a second one.
        source_key=f"case:{case.id}" + (f":{before + 1}" if before else ""),
        by=by,
        at=at,
    )


def decide(*, case: Case, verb: str, outcome: str, reasons: str, by: Actor, at: datetime) -> Decision:
    """Keep a decision and its reasons. Part of a larger act."""
    decision = Decision(
        id=uuid.uuid4(),
        school_id=case.school_id,
        case=case,
        verb=verb,
        outcome=outcome,
        decided_at=at,
        decided_by=str(by.id),
    )
    decision.content = keyring.seal(decision, {"reasons": reasons}, case_id=case.id)
    decision.save(force_insert=True)
    return decision


def reopen(*, case: Case, version: int, reasons: str, by: Actor, at: datetime) -> None:
    """Open a closed case again, with its whole history, because the matter came back. Policy 8.5."""
    unmoved(case, version)
    insist(rules.why_not_reopen(status=case.status), "8.5")
    insist(None if reasons.strip() else "Say why it is opened again.", "8.5")
    with acting("cases.reopen", by=by, at=at, about=case.id, case_id=case.id):
        move(case, "reopen", version=version, by=by, at=at)
        decide(case=case, verb="reopen", outcome="", reasons=reasons, by=by, at=at)
        owe(case=case, kind="answer", about=case.id, due_at=rules.answer_due(at, case.school.answer_hours), at=at)


def show_names(*, case: Case, by: Person, at: datetime) -> None:
    """Note that somebody asked to see the names in a case."""
    with acting("cases.show_names", by=by, at=at, about=case.id, case_id=case.id):
        pass


def view(*, case: Case, what: str, by: Person, at: datetime) -> None:
    """Note that somebody looked, in the transaction that checked they may. Viewing is an act."""
    with acting("cases.view", by=by, at=at, about=case.id, case_id=case.id, facts={"what": what}):
        pass
