"""Meetings and hearings: planned, moved because a companion cannot come, held, and their minutes agreed or disputed."""

import uuid
from datetime import datetime

from django.db.models import F

from forethought.audit.procedures import Actor, acting
from forethought.cases.models import Exclusion
from forethought.cases.moves import name_of
from forethought.cases.owed import owe, settle
from forethought.cases.rules import lost_race
from forethought.core.clock import london
from forethought.core.errors import TooLate, insist
from forethought.core.text import is_blank
from forethought.evidence import keyring
from forethought.investigations import companions
from forethought.investigations.models import Breach, Meeting
from forethought.investigations.stages import Stage
from forethought.investigations.standing import allowed, note
from forethought.investigations.tracker import hold_hearing
from forethought.people.models import Person

KINDS = {
    "investigation": "Investigation meeting",
    "hearing": "Hearing",
    "appeal": "Appeal hearing",
    "informal": "Informal talk",
}

#: At which stages each kind of meeting is planned; the others may be at any time.
PLANNED_AT: dict[str, frozenset[str]] = {
    "investigation": frozenset({Stage.INVESTIGATING}),
    "hearing": frozenset({Stage.TO_ANSWER, Stage.NOTICED}),
    "appeal": frozenset({Stage.APPEALED}),
}
TOO_EARLY = {
    "investigation": "Start looking into it first.",
    "hearing": "First decide whether there is a case to answer.",
    "appeal": "Nobody has appealed.",
}


def why_not_plan(*, kind: str, stage: str, place: str, starts_at: datetime, at: datetime) -> str | None:
    """A meeting has a kind that fits the stage, a time to come, and a place. Policy 9.5."""
    if kind not in KINDS:
        return "Choose what kind of meeting it is."
    if kind in PLANNED_AT and stage not in PLANNED_AT[kind]:
        return TOO_EARLY[kind]
    if starts_at <= at:
        return "That time has passed. Choose a later one."
    return (
        "Say where it is, or how to join." if is_blank(place) else companions.why_not_on_day(london(starts_at).date())
    )


def plan_meeting(
    *, breach: Breach, kind: str, starts_at: datetime, place: str, adjustments: str, by: Person, at: datetime
) -> Meeting:
    """Plan a meeting or hearing, with the adjustments that somebody needs. A reminder goes out the day before.

    Policy 9.1, 9.5.
    """
    with acting("investigations.plan_meeting", by=by, at=at, case_id=breach.case_id, facts={"kind": kind}) as event:
        allowed(breach, "plan_meeting", at)
        insist(why_not_plan(kind=kind, stage=breach.stage, place=place, starts_at=starts_at, at=at), "9.5")
        one = breach.case.meetings.filter(kind=kind, moved_to__isnull=True, held_at__isnull=True).exists()
        insist("One is planned already. Move it instead." if one and kind in {"hearing", "appeal"} else None, "9.5")
        row = _keep(breach, kind, starts_at, {"place": place, "adjustments": adjustments}, by=by, at=at)
        event.about = row.id
    return row


def _keep(
    breach: Breach, kind: str, starts_at: datetime, said: dict[str, str], *, by: Actor, at: datetime, **more: object
) -> Meeting:
    row = Meeting(
        id=uuid.uuid4(),
        school_id=breach.school_id,
        case=breach.case,
        kind=kind,
        starts_at=starts_at,
        planned_at=at,
        planned_by=str(by.id),
        moved_at=at,
        moved_by=str(by.id),
        **more,
    )
    row.content = keyring.seal(row, said, case_id=breach.case_id)
    row.save(force_insert=True)
    owe(case=breach.case, kind="breach_meeting", about=row.id, due_at=starts_at, at=at)
    return row


def unmoved(meeting: Meeting, version: int) -> None:
    """Refuse whoever saw an older state of a meeting. Raises TooLate, naming who was first. Part of a larger act."""
    now = Meeting.objects.only("version", "moved_at", "moved_by").get(pk=meeting.pk)
    if now.version != version:
        raise TooLate(lost_race(role=name_of(now.moved_by), at=now.moved_at))


def _change(meeting: Meeting, *, version: int, by: Actor, at: datetime, **changes: object) -> None:
    changed = Meeting.objects.filter(pk=meeting.pk, version=version, moved_to__isnull=True).update(
        version=F("version") + 1, moved_at=at, moved_by=str(by.id), **changes
    )
    if not changed:
        unmoved(meeting, -1)
    meeting.refresh_from_db()


def words_of_meeting(meeting: Meeting) -> dict[str, str]:
    """The place, the adjustments, and a companion who is not known here by an account."""
    return dict(keyring.words(meeting, case_id=meeting.case_id))


def why_not_change(meeting: Meeting) -> str | None:
    """A meeting that was moved or held is not changed any more. Policy 9.5."""
    if meeting.moved_to_id is not None:
        return "This meeting was moved. See the new one."
    return "This meeting has been held." if meeting.held_at else None


def name_companion(
    *,
    breach: Breach,
    meeting: Meeting,
    person: Person | None,
    name: str,
    way: str,
    version: int,
    by: Person,
    at: datetime,
) -> None:
    """Note who comes with the person reported: by right, or by good practice where they have none. Policy 9.1."""
    unmoved(meeting, version)
    insist(why_not_change(meeting), "9.1")
    insist("Choose a person, or write who it is." if person is None and is_blank(name) else None, "9.1")
    case = breach.case
    runs = person is not None and (
        person.pk == case.manager_id or case.chosen.filter(person=person, ended_at__isnull=True).exists()
    )
    reason = companions.why_not_companion(
        way=way,
        engagement=breach.engagement,
        runs_it=runs,
        subject=person is not None and person.pk == breach.subject_id,
        kept_out=person is not None and Exclusion.objects.filter(case=case, person=person).exists(),
    )
    insist(reason, "9.1")
    with acting("investigations.name_companion", by=by, at=at, about=meeting.id, case_id=breach.case_id):
        said = {**words_of_meeting(meeting), "companion": person.name if person else name}
        content = keyring.seal(meeting, said, case_id=breach.case_id)
        _change(meeting, version=version, by=by, at=at, companion=person, companion_way=way, content=content)


def move_hearing(
    *,
    breach: Breach,
    meeting: Meeting,
    starts_at: datetime,
    why: str,
    words: str,
    version: int,
    by: Person,
    at: datetime,
) -> Meeting:
    """Move a meeting to another time, as where the companion cannot come. The old row stays and names the new one.

    Policy 9.5.
    """
    unmoved(meeting, version)
    insist(why_not_change(meeting), "9.5")
    before, after, today = (london(one).date() for one in (meeting.starts_at, starts_at, at))
    insist(None if why in {"companion", "asked", "school"} else "Choose why it moves.", "9.5")
    insist("That time has passed. Choose a later one." if starts_at <= at else None, "9.5")
    same = before == after and starts_at != meeting.starts_at
    insist(None if same else companions.why_not_move_to(proposed=before, alternative=after, today=today), "9.5")
    with acting("investigations.move_hearing", by=by, at=at, about=meeting.id, case_id=breach.case_id):
        new = _keep(
            breach,
            meeting.kind,
            starts_at,
            words_of_meeting(meeting),
            by=by,
            at=at,
            companion=meeting.companion,
            companion_way=meeting.companion_way,
        )
        _change(meeting, version=version, by=by, at=at, moved_to=new)
        settle(case=breach.case, kind="breach_meeting", about=meeting.id, by=by, at=at)
        note(breach.case, "move_hearing", choice=why, about=new.id, reason=words, by=by, at=at)
    return new


def keep_date(
    *,
    breach: Breach,
    meeting: Meeting,
    alternative: datetime,
    words: str,
    version: int,
    by: Person,
    at: datetime,
) -> None:
    """Say no to another time, which the law allows only where it falls after the fifth working day. Policy 9.5."""
    unmoved(meeting, version)
    insist(why_not_change(meeting), "9.5")
    day, other = london(meeting.starts_at).date(), london(alternative).date()
    insist(companions.why_not_on_day(day) or companions.why_not_on_day(other), "9.5")
    right = companions.companionship(breach.engagement).right
    insist(companions.why_not_keep_date(right=right, proposed=day, alternative=other), "9.5")
    insist("Say why, in a few words." if is_blank(words) else None, "9.5")
    with acting("investigations.keep_date", by=by, at=at, about=meeting.id, case_id=breach.case_id):
        _change(meeting, version=version, by=by, at=at)
        note(breach.case, "keep_date", about=meeting.id, reason=words, by=by, at=at)


def hold_meeting(
    *, breach: Breach, meeting: Meeting, who: str, minutes: str, version: int, by: Person, at: datetime
) -> None:
    """Note that a meeting was held, who was there, and its minutes, which the person may agree or dispute.

    With the hearing, the matter goes on to its decision. Policy 9.1, 9.5.
    """
    unmoved(meeting, version)
    insist(why_not_change(meeting), "9.5")
    insist("It has not begun yet." if meeting.starts_at > at else None, "9.5")
    with acting("investigations.hold_meeting", by=by, at=at, about=meeting.id, case_id=breach.case_id):
        allowed(breach, "hold_meeting", at)
        insist("Write who was there." if is_blank(who) else None, "9.5")
        insist("Write what was said: both sides, in short." if is_blank(minutes) else None, "9.5")
        _change(meeting, version=version, by=by, at=at, held_at=at)
        settle(case=breach.case, kind="breach_meeting", about=meeting.id, by=by, at=at)
        note(breach.case, "hold_meeting", choice=meeting.kind, about=meeting.id, who=who, minutes=minutes, by=by, at=at)
        if meeting.kind == "hearing":
            hold_hearing(breach=breach, version=breach.version, by=by, at=at)


def answer_minutes(*, breach: Breach, meeting: Meeting, answer: str, words: str, by: Person, at: datetime) -> None:
    """Note what the person said about the minutes: agreed, or disputed with their own words beside them. Policy 9.5.

    Disputed minutes are not changed: both versions stand.
    """
    insist(None if meeting.held_at else "The meeting has not been held.", "9.5")
    insist(None if answer in {"agreed", "disputed"} else "Choose what they said.", "9.5")
    insist("Write what they say instead." if answer == "disputed" and is_blank(words) else None, "9.5")
    with acting(
        "investigations.answer_minutes",
        by=by,
        at=at,
        about=meeting.id,
        case_id=breach.case_id,
        facts={"answer": answer},
    ):
        note(breach.case, "answer_minutes", choice=answer, about=meeting.id, words=words, by=by, at=at)
