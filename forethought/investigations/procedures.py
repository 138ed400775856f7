"""What is done about a suspected breach: opened, named, alleged, found, settled or put under a procedure, ended."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from forethought.audit.procedures import Actor, acting
from forethought.cases.models import Capacity, Case, Exclusion, Group, Kind
from forethought.cases.opening import begin_routed, link
from forethought.cases.owed import owe, settle
from forethought.cases.procedures import add_party, name_person
from forethought.cases.rules import first_action_due
from forethought.cases.seating import keep_out
from forethought.core.clock import london
from forethought.core.errors import insist
from forethought.core.text import is_blank
from forethought.evidence import keyring
from forethought.investigations import rules
from forethought.investigations.clearing import clear_if_so
from forethought.investigations.models import Breach
from forethought.investigations.people import end_for_kept_out
from forethought.investigations.rules import Harm, Procedure
from forethought.investigations.standing import allowed, change, move, note, unmoved
from forethought.people import casting, conflicts, switches
from forethought.people.cast import Answer, Facts
from forethought.people.models import Engagement, Person, School

#: Of several engagements, the one that gives most rights comes first.
_FIRST = ("employee", "trust", "agency", "trainee", "contractor", "governor", "volunteer")


def open_breach(
    *,
    school: School,
    subject: Person | None,
    words: str,
    happened_on: date | None,
    reporter: Person | None,
    affected: Sequence[uuid.UUID],
    from_case: Case | None,
    child: str,
    by: Actor,
    at: datetime,
) -> Case:
    """Open a suspected breach: one case for each person reported, who is kept out of it before this answers.

    The conflict rules choose who handles it. Nobody who is named gets a letter. Support is owed to the person reported
    too. With `subject` None it is not known who; they are named later. Policy 9.1, 7.2, 8.8.
    """
    with acting("investigations.open_breach", by=by, at=at, facts={"child": child}) as event:
        before = set(Exclusion.objects.filter(case=from_case).values_list("person_id", flat=True)) if from_case else ()
        subjects = frozenset({subject.pk}) if subject else frozenset()
        facts = Facts(
            subjects=subjects,
            unknown_staff=subject is None,
            # Who reported it was asked about the headteacher; where nobody was, it is not sure.
            head_maybe=Answer.NOT_SURE if subject is None and from_case is None else Answer.NO,
            reporter=reporter.pk if reporter else None,
            affected=frozenset(affected),
            conflicted=frozenset(before),
            child_concerned=Answer(child) if child in set(Answer) else Answer.NOT_SURE,
        )
        case = begin_routed(
            kind=Kind.BREACH,
            school=school,
            label="",
            route=conflicts.route(casting.cast_at(at), facts),
            child=child,
            by=by,
            at=at,
        )
        event.about = event.case_id = case.id
        breach = Breach(
            id=uuid.uuid4(),
            school=school,
            case=case,
            subject=subject,
            engagement=engagement_of(subject, happened_on or london(at).date()),
            happened_on=happened_on,
            harm=child if child in set(Harm) else Harm.NOT_SURE,
            moved_at=at,
            moved_by=str(by.id),
        )
        breach.content = keyring.seal(breach, {"words": words}, case_id=case.id)
        breach.save(force_insert=True)
        add_people(case, subject, reporter, affected, by=by, at=at)
        if from_case is not None:
            link(case=case, other=from_case, by=by, at=at)
        owe(case=case, kind="breach_first", about=breach.id, due_at=first_action_due(at), at=at)
    return case


def add_people(
    case: Case,
    subject: Person | None,
    reporter: Person | None,
    affected: Sequence[uuid.UUID],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Note who has a part. Support for whoever was harmed is owed in their own case. Part of opening a breach."""
    if subject is not None:
        add_party(
            case=case,
            capacity=Capacity.REPORTED,
            group=Group.STAFF,
            name=subject.name,
            person=subject,
            by=by,
            at=at,
        )
    harmed = list(Person.objects.filter(pk__in=list(affected)))
    others = [(Capacity.HARMED, one) for one in harmed]
    others += [(Capacity.REPORTER, reporter)] if reporter is not None and reporter not in harmed else []
    for capacity, person in others:
        party = add_party(
            case=case, capacity=capacity, group=Group.STAFF, name=person.name, person=person, by=by, at=at
        )
        settle(case=case, kind="support", about=party.id, by=by, at=at)


def engagement_of(person: Person | None, day: date) -> str:
    """As what somebody was engaged on a day (London), else now; of several, the one that gives most rights."""
    if person is None:
        return ""
    rows = list(Engagement.objects.filter(person=person).values_list("kind", "starts_on", "ends_on"))
    then = {kind for kind, starts, ends in rows if starts <= day and (ends is None or ends >= day)}
    kinds = then or {kind for kind, _, _ in rows}
    return next((one for one in _FIRST if one in kinds), "")


def name_subject(*, breach: Breach, person: Person, version: int, by: Person, at: datetime) -> None:
    """Say who it may be about, once that is known. They lose sight of it before this answers. Policy 7.2, 9.1."""
    unmoved(breach, version)
    insist("It is noted already who this is about." if breach.subject_id else None, "9.1")
    runs = breach.case.chosen.filter(person=person, ended_at__isnull=True).exists()
    insist("That person has a part in running this. End it first." if runs else None, "9.1")
    with acting("investigations.name_subject", by=by, at=at, about=person.id, case_id=breach.case_id):
        engagement = engagement_of(person, breach.happened_on or london(at).date())
        change(breach, version=version, by=by, at=at, subject=person, engagement=engagement)
        name_person(case=breach.case, person=person, capacity=Capacity.REPORTED, by=by, at=at)
        route = conflicts.route(casting.cast_at(at), Facts(subjects=frozenset({person.pk})))
        keep_out(case=breach.case, people=casting.excluded_by(route), at=at)
        end_for_kept_out(breach.case, at=at)


def answer_harm(*, breach: Breach, harm: str, reason: str, version: int, by: Person, at: datetime) -> None:
    """Say whether a child may have been harmed, so that the designated officer comes first. Policy 6.5, 9.1."""
    unmoved(breach, version)
    insist(None if harm in set(Harm) else "Choose yes, no or not sure.", "9.1")
    lowers = harm == Harm.NO and (breach.harm != Harm.NO or breach.case.child != "no")
    insist("Say why not, in a few words." if lowers and is_blank(reason) else None, "9.1")
    with acting(
        "investigations.answer_harm", by=by, at=at, about=breach.id, case_id=breach.case_id, facts={"harm": harm}
    ):
        change(breach, version=version, by=by, at=at, harm=harm)
        note(breach.case, "answer_harm", choice=harm, reason=reason, by=by, at=at)


def settle_informally(*, breach: Breach, reason: str, version: int, by: Person, at: datetime) -> None:
    """Turn a matter informal, at the start or at any point before it is decided: a quiet word. Policy 9.1."""
    unmoved(breach, version)
    with acting("investigations.settle_informally", by=by, at=at, about=breach.id, case_id=breach.case_id):
        allowed(breach, "settle_informally", at)
        insist("Say what was agreed, in a few words." if is_blank(reason) else None, "9.1")
        move(breach, "settle_informally", version=version, by=by, at=at)
        settle(case=breach.case, kind="breach_first", about=breach.id, by=by, at=at)
        note(breach.case, "settle_informally", reason=reason, by=by, at=at)


def choose_procedure(
    *,
    breach: Breach,
    procedure: str,
    engagement: str,
    reason: str,
    not_informal: str,
    version: int,
    by: Person,
    at: datetime,
) -> None:
    """Say under which procedure it is dealt with, and why; and why a quiet word will not do. Policy 9.1.

    Whether it is run here or by HR is as the switch stands today.
    """
    unmoved(breach, version)
    with acting(
        "investigations.choose_procedure",
        by=by,
        at=at,
        about=breach.id,
        case_id=breach.case_id,
        facts={"procedure": procedure},
    ):
        allowed(breach, "choose_procedure", at)
        insist(None if procedure in set(Procedure) else "Choose a procedure.", "9.1")
        insist("Say why this one, in a few words." if is_blank(reason) else None, "9.1")
        insist("Say why a quiet word will not do, in a few words." if is_blank(not_informal) else None, "9.1")
        tracked = switches.is_on("full_tracker", london(at).date())
        changes = {"procedure": procedure, "tracked": tracked, "engagement": engagement or breach.engagement}
        move(breach, "choose_procedure", version=version, by=by, at=at, **changes)
        settle(case=breach.case, kind="breach_first", about=breach.id, by=by, at=at)
        note(
            breach.case,
            "choose_procedure",
            choice=procedure,
            reason=reason,
            not_informal=not_informal,
            by=by,
            at=at,
        )


def set_terms(*, breach: Breach, words: str, by: Person, at: datetime) -> None:
    """Write the terms of reference: what is looked into, what is not, by when. The newest hold. Policy 9.1."""
    with acting("investigations.set_terms", by=by, at=at, about=breach.id, case_id=breach.case_id):
        allowed(breach, "set_terms", at)
        insist("Write what is to be looked into." if is_blank(words) else None, "9.1")
        note(breach.case, "set_terms", words=words, by=by, at=at)


def pause(*, breach: Breach, reason: str, words: str, version: int, by: Person, at: datetime) -> None:
    """Pause a procedure, as while a grievance about it is heard. Acas Code, paragraph 46. Policy 9.5."""
    unmoved(breach, version)
    insist("This is paused already." if breach.paused_at else None, "9.5")
    insist(None if reason in {"grievance", "police", "illness", "other"} else "Choose why.", "9.5")
    insist("Say why, in a few words." if is_blank(words) else None, "9.5")
    insist("This has ended." if breach.stage == "ended" else None, "9.5")
    with acting("investigations.pause", by=by, at=at, about=breach.id, case_id=breach.case_id):
        change(breach, version=version, by=by, at=at, paused_at=at)
        note(breach.case, "pause", choice=reason, reason=words, by=by, at=at)


def go_on(*, breach: Breach, reason: str, version: int, by: Person, at: datetime) -> None:
    """Go on with a procedure that was paused. Policy 9.5."""
    unmoved(breach, version)
    insist(None if breach.paused_at else "This is not paused.", "9.5")
    insist("Say why, in a few words." if is_blank(reason) else None, "9.5")
    with acting("investigations.go_on", by=by, at=at, about=breach.id, case_id=breach.case_id):
        change(breach, version=version, by=by, at=at, paused_at=None)
        note(breach.case, "go_on", reason=reason, by=by, at=at)


def note_charge(*, breach: Breach, words: str, effect: str, by: Person, at: datetime) -> None:
    """Note a criminal charge, caution or conviction, which by itself is no reason for anything. Policy 9.5."""
    insist("Write what the charge is." if is_blank(words) else rules.why_not_note_charge(effect=effect), "9.5")
    with acting("investigations.note_charge", by=by, at=at, about=breach.id, case_id=breach.case_id):
        note(breach.case, "note_charge", words=words, effect=effect, by=by, at=at)


def end_breach(*, breach: Breach, reason: str, version: int, by: Person, at: datetime) -> None:
    """End a matter that was settled, decided, or came to nothing. A cleared record says so. Policy 9.1."""
    unmoved(breach, version)
    with acting("investigations.end_breach", by=by, at=at, about=breach.id, case_id=breach.case_id):
        allowed(breach, "end_breach", at)
        insist("Say how it ended, in a few words." if is_blank(reason) else None, "9.1")
        note(breach.case, "end_breach", reason=reason, by=by, at=at)
        clear_if_so(breach, by=by, at=at)
        move(breach, "end_breach", version=version, by=by, at=at)


def reopen_breach(*, breach: Breach, reason: str, version: int, by: Person, at: datetime) -> None:
    """Open an ended matter again, because something new has come up. It begins anew. Policy 9.1."""
    unmoved(breach, version)
    with acting("investigations.reopen_breach", by=by, at=at, about=breach.id, case_id=breach.case_id):
        allowed(breach, "reopen_breach", at)
        insist("Say what is new." if is_blank(reason) else None, "9.1")
        move(breach, "reopen_breach", version=version, by=by, at=at, procedure="", outcome="", paused_at=None)
        note(breach.case, "reopen_breach", reason=reason, by=by, at=at)
