"""What people and the clock do with a request to monitor. Nobody here reads, records or fetches a message.

Policy 10.1.
"""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from forethought.audit.procedures import acting
from forethought.cases import opening
from forethought.cases.models import Capacity, Case, Group, Kind, Party
from forethought.cases.models import Status as CaseStatus
from forethought.cases.owed import owe, settle
from forethought.cases.seating import keep_out, seat
from forethought.core.clock import london
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.monitoring import rules
from forethought.monitoring.models import Monitoring, MonitoringNote, UserNotice
from forethought.monitoring.moves import change, end_case, move, note, unmoved
from forethought.monitoring.rules import Asked, Status
from forethought.monitoring.scope import open_scope
from forethought.monitoring.standing import (
    bounds,
    deciding_of,
    due_after,
    officer_on,
    pair_of,
    route_for,
    sealed,
    told_on,
)
from forethought.people import casting
from forethought.people.alarms import set_alarm
from forethought.people.cast import PersonId
from forethought.people.models import Person, School
from forethought.people.post import owe_letter


def note_notice(
    *, school: School, how: str, given_on: date | None, wording: str, by: Person, at: datetime
) -> UserNotice:
    """Put on record that everybody was told that the school's systems can be monitored, how and since when.

    Policy 10.1.
    """
    insist(rules.why_not_note_notice(how=how, given_on=given_on, wording=wording, today=london(at).date()), "10.1")
    assert given_on is not None
    with acting("monitoring.note_notice", by=by, at=at, facts={"how": how}) as event:
        row = UserNotice.objects.create(
            school=school, how=how, given_on=given_on, wording=wording.strip(), noted_at=at, noted_by=str(by.id)
        )
        event.about = row.id
    return row


def request_monitoring(
    *, school: School, asked: Asked, about: Person, from_case: Case | None = None, by: Person, at: datetime
) -> Case:
    """Ask for leave to monitor. It goes to the data protection officer, and to head or chair as the rules allow.

    The person it is about is kept out before this answers. Policy 10.1.
    """
    today = london(at).date()
    insist(rules.why_not_request(asked, today=today, asks_about_self=about.pk == by.pk), "10.1")
    insist("That person has left." if about.left_at else None, "10.1")
    out = list(from_case.exclusions.exclude(person=by).values_list("person_id", flat=True)) if from_case else []
    with acting("monitoring.request_monitoring", by=by, at=at, facts={"covert": asked.covert}) as event:
        route = route_for(subject=about, requester=by, conflicted=out, at=at)
        # Whoever asks may be the subject's line manager: they may know of it, and never decide it.
        reasons = {one: why for one, why in route.reasons.items() if one != by.pk}
        case = opening.begin(kind=Kind.MONITORING, school=school, label="", by=by, at=at)
        _keep_out(case, reasons, at)
        opening.place(case=case, route=route, at=at)
        _name(case, about, at)
        assert asked.starts_on and asked.ends_on
        starts_at, ends_at = bounds(asked.starts_on, asked.ends_on)
        row = Monitoring(
            id=uuid.uuid4(),
            school=school,
            case=case,
            about=about,
            requester=by,
            legal_head=asked.legal_head,
            covert=asked.covert,
            starts_at=starts_at,
            ends_at=ends_at,
            asked_at=at,
            moved_at=at,
            moved_by=str(by.id),
        )
        row.content = sealed(row, asked)
        row.save(force_insert=True)
        _seat_asker_and_officer(case, by, set(reasons), at)
        owe(case=case, kind="monitor_comment", about=row.id, due_at=due_after(at, rules.COMMENT_DAYS), at=at)
        if from_case is not None:
            opening.link(case=case, other=from_case, by=by, at=at)
        event.about, event.case_id = row.id, case.id
    return case


def _keep_out(case: Case, reasons: Mapping[PersonId, str], at: datetime) -> None:
    keep_out(case=case, people={uuid.UUID(str(one)): why for one, why in reasons.items()}, at=at)


def _name(case: Case, about: Person, at: datetime) -> None:
    """The person it is about has a part in it, so that whoever takes it over later is asked of the rules rightly.

    No support is owed here: an offer would tell them.
    """
    party = Party(
        id=uuid.uuid4(),
        school_id=case.school_id,
        case=case,
        person=about,
        capacity=Capacity.REPORTED,
        group=Group.STAFF,
        added_at=at,
    )
    party.content = keyring.seal(party, {"name": about.name}, case_id=case.id)
    party.save(force_insert=True)


def _seat_asker_and_officer(case: Case, by: Person, out: set[PersonId], at: datetime) -> None:
    seat(case=case, people={by: "requester"}, at=at, letter=None)
    cast = casting.cast_at(at)
    officer = cast.protection_officer
    if officer is None or officer in out or officer in cast.away or officer in {by.pk, case.manager_id}:
        return
    seat(case=case, people={Person.objects.get(pk=officer): "dpo"}, at=at, letter="needs_you")


def comment_on_request(
    *, monitoring: Monitoring, version: int, advice: str, words: str, who: str = "", by: Person, at: datetime
) -> MonitoringNote:
    """Say what the data protection officer thinks of a request, before anybody decides. Policy 10.1."""
    unmoved(monitoring, version)
    officer = officer_on(monitoring.case, at)
    insist(
        rules.why_not_comment(
            status=monitoring.status,
            is_officer=officer is not None and officer.pk == by.pk,
            officer_there=officer is not None,
            who=who,
            words=words,
        )
        or (None if advice in rules.ADVICE else "Choose what the advice is."),
        "10.1",
    )
    with acting("monitoring.comment_on_request", by=by, at=at, about=monitoring.id, case_id=monitoring.case_id):
        move(monitoring, "comment_on_request", version=version, by=by, at=at)
        kept = note(monitoring, "comment", {"advice": advice, "words": words, "who": who}, by, at)
        settle(case=monitoring.case, kind="monitor_comment", about=monitoring.id, by=by, at=at)
        due = due_after(at, rules.DECIDE_DAYS)
        owe(case=monitoring.case, kind="monitor_decide", about=monitoring.id, due_at=due, at=at)
        if monitoring.case.manager is not None:
            owe_letter(person=monitoring.case.manager, kind="needs_you", at=at, case_id=monitoring.case_id)
    return kept


def refuse_monitoring(*, monitoring: Monitoring, version: int, reasons: str, by: Person, at: datetime) -> None:
    """Refuse a request, with reasons. Nothing may be looked at. Policy 10.1."""
    unmoved(monitoring, version)
    now = deciding_of(monitoring, by=by, at=at)
    insist(
        rules.why_not_refuse(
            status=monitoring.status, is_requester=now.is_requester, may_decide=now.may_decide, reasons=reasons
        ),
        "10.1",
    )
    with acting("monitoring.refuse_monitoring", by=by, at=at, about=monitoring.id, case_id=monitoring.case_id):
        move(monitoring, "refuse_monitoring", version=version, by=by, at=at)
        note(monitoring, "refusal", {"words": reasons}, by, at)
        end_case(monitoring, by, at)
        owe_letter(person=monitoring.requester, kind="needs_you", at=at, case_id=monitoring.case_id)


def authorise_monitoring(
    *, monitoring: Monitoring, version: int, reasons: str, still_shown: bool = False, by: Person, at: datetime
) -> None:
    """Give leave, until its end and no longer. Without notice, the first of head and chair only says their yes.

    IT support is shown the scope, and nothing else of it. Policy 10.1.
    """
    unmoved(monitoring, version)
    insist(rules.why_not_authorise(deciding_of(monitoring, by=by, at=at), at=at), "10.1")
    insist("Say why it is needed and why less would not do." if not reasons.strip() else None, "10.1")
    shown = monitoring.covert or still_shown
    insist(None if shown else "Look whether the notices are still shown, and tick that they are.", "10.1")
    with acting(
        "monitoring.authorise_monitoring",
        by=by,
        at=at,
        about=monitoring.id,
        case_id=monitoring.case_id,
        facts={"covert": monitoring.covert},
    ) as event:
        first = monitoring.notes.filter(kind="first_yes").first()
        if monitoring.covert and first is None:
            _first_yes(monitoring, version, reasons, by, at)
            event.facts["first_of_two"] = True
            return
        move(
            monitoring,
            "authorise_monitoring",
            version=version,
            by=by,
            at=at,
            authorised_at=at,
            authorised_by=by,
            second_by_id=first.said_by if first else None,
        )
        told = sorted(told_on(london(at).date()))
        note(monitoring, "leave", {"words": reasons, "told": told, "still_shown": still_shown}, by, at)
        Case.objects.filter(pk=monitoring.case_id).update(status=CaseStatus.OPEN)
        settle(case=monitoring.case, kind="monitor_decide", about=monitoring.id, by=by, at=at)
        event.facts["carried_out_by"] = open_scope(monitoring=monitoring, by=by, at=at)
        begins = max(monitoring.starts_at, at)
        set_alarm(school_id=monitoring.school_id, kind="monitoring_begins", about=monitoring.id, rings_at=begins)
        set_alarm(
            school_id=monitoring.school_id, kind="monitoring_ends", about=monitoring.id, rings_at=monitoring.ends_at
        )
        owe_letter(person=monitoring.requester, kind="needs_you", at=at, case_id=monitoring.case_id)


def _first_yes(monitoring: Monitoring, version: int, reasons: str, by: Person, at: datetime) -> None:
    """Keep the first of two names, and ask the other for theirs."""
    change(monitoring, frozenset({Status.COMMENTED}), version=version, by=by, at=at)
    note(monitoring, "first_yes", {"words": reasons}, by, at)
    other = next(one for one in pair_of(monitoring, at) if one != by.pk)
    person = Person.objects.get(pk=other)
    new = seat(case=monitoring.case, people={person: "decider"}, at=at, letter="needs_you")
    if not new:
        owe_letter(person=person, kind="needs_you", at=at, case_id=monitoring.case_id)
    owe(
        case=monitoring.case,
        kind="monitor_decide",
        about=monitoring.id,
        due_at=due_after(at, rules.DECIDE_DAYS),
        at=at,
    )
