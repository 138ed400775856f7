"""A breach of personal data, from the moment that somebody tells of it until something was learned from it.

Anybody who works here can tell. The clock of 72 hours runs from when the school knew; it stops when the ICO was told,
or when a person confirmed that a risk to people is unlikely. Nothing is sent to the ICO from here. Clause 11.1.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.errors import TooLate, insist
from forethought.core.text import is_blank
from forethought.evidence import keyring
from forethought.people.alarms import set_alarm, stop_alarm
from forethought.people.models import Person
from forethought.people.post import owe_letters, withdraw_letters
from forethought.people.sessions import roles_of
from forethought.protection import rules, standing
from forethought.protection.models import DataBreach, DataBreachStep

CLAUSE = "11.1"
ALARM = "data_breach"
LETTERS = ("due_soon", "late", "needs_you")

#: What can be noted about a breach, with the words that stand beside it.
STEPS: Mapping[str, str] = {
    "contained": "What was done to stop it or get it back",
    "found": "What was found out",
    "weighed": "The risk was weighed",
    "ico_told": "The ICO was told",
    "people_told": "The people it is about were told",
    "lesson": "So that it does not happen again",
    "real": "It was no near miss after all",
    "closed": "Closed",
}


def note_data_breach(
    *, said: Mapping[str, str], near_miss: bool, about: str, known_at: datetime, by: Person, at: datetime
) -> DataBreach:
    """Tell of personal data that got out, was changed or lost, or nearly did. Those who see to it are told at once.

    `said`: `happened`, `what` data, `whose`, `how_many`, `done` so far. `known_at`: when somebody at the school first
    knew, in UTC. No name need be given. Policy 11.1.
    """
    insist(rules.why_not_note_data_breach(happened=said.get("happened", ""), known_at=known_at, at=at), CLAUSE)
    with acting("protection.note_data_breach", by=by, at=at) as event:
        row = DataBreach(
            id=uuid.uuid4(),
            school_id=by.school_id,
            about=rules.About(about),
            near_miss=near_miss,
            known_at=known_at,
            due_at=rules.breach_due(known_at),
            told_at=at,
            told_by=by,
        )
        row.content = keyring.seal_at_school(row, "content", dict(said))
        row.save(force_insert=True)
        event.about = row.pk
        event.facts["near_miss"] = near_miss
        _tell(row, "needs_you" if near_miss else "due_soon", at)
        if not near_miss:
            _set(row, at)
    return row


def _tell(row: DataBreach, kind: str, at: datetime) -> int:
    people = [one for one in standing.who_sees_to(row.about, at) if one.pk != row.told_by_id]
    return owe_letters(people=people, kind=kind, at=at, about=row.pk, by_when=row.due_at)


def _set(row: DataBreach, at: datetime) -> None:
    rings_at = rules.next_breach_mark(row.known_at, at)
    set_alarm(school_id=row.school_id, kind=ALARM, about=row.pk, rings_at=rings_at)


def may_see_to(row: DataBreach, by: Person, at: datetime) -> bool:
    """Whether somebody sees to a breach, by their offices at an instant (UTC)."""
    return rules.may_see_to(about=row.about, roles=roles_of(by, at))


def _insist_on(row: DataBreach, by: Person, at: datetime) -> None:
    insist(rules.why_not_work_on(may=may_see_to(row, by, at), closed=row.closed_at is not None), CLAUSE)


def _step(
    row: DataBreach, kind: str, content: Mapping[str, Any], by: Person, at: datetime, choice: str = ""
) -> DataBreachStep:
    step = DataBreachStep(
        id=uuid.uuid4(),
        school_id=row.school_id,
        data_breach=row,
        kind=kind,
        choice=choice,
        noted_at=at,
        noted_by=by,
    )
    step.content = keyring.seal_at_school(step, "content", dict(content))
    step.save(force_insert=True)
    return step


def _change(row: DataBreach, version: int, **values: object) -> None:
    unmoved = DataBreach.objects.filter(pk=row.pk, version=version, closed_at__isnull=True)
    if not unmoved.update(**values, version=F("version") + 1):
        raise TooLate("This has changed since you opened it. Look again. Nothing was changed.")
    row.refresh_from_db()


def _rest(row: DataBreach, at: datetime) -> None:
    """Still the clock where it need not run any more."""
    if not standing.clock_runs(row):
        stop_alarm(kind=ALARM, about=row.pk, at=at)
        withdraw_letters(about=row.pk, kinds=LETTERS, at=at)


def see_data_breach(*, data_breach: DataBreach, by: Person, at: datetime) -> dict[str, Any]:
    """What was told of a breach, opened. Looking at it is noted. Policy 11.1."""
    insist(rules.why_not_work_on(may=may_see_to(data_breach, by, at), closed=False), CLAUSE)
    with acting("protection.see_data_breach", by=by, at=at, about=data_breach.pk):
        return keyring.words_at_school(data_breach, "content")


def note_breach_step(*, data_breach: DataBreach, kind: str, words: str, by: Person, at: datetime) -> DataBreachStep:
    """Note what was done to stop a breach, what was found out, or what is done from now on. Policy 11.1."""
    _insist_on(data_breach, by, at)
    insist(None if kind in {"contained", "found", "lesson"} else "Choose what it is.", CLAUSE)
    insist("Write a few words." if is_blank(words) else None, CLAUSE)
    with acting("protection.note_breach_step", by=by, at=at, about=data_breach.pk, facts={"kind": kind}):
        return _step(data_breach, kind, {"words": words}, by, at)


def weigh_breach(
    *,
    data_breach: DataBreach,
    version: int,
    answers: Mapping[str, str],
    risk: str,
    reason: str,
    by: Person,
    at: datetime,
) -> DataBreachStep:
    """Confirm what a breach may mean for people: as the answers come to, or otherwise with a reason. Policy 11.1.

    The answers are kept with what they came to. It can be weighed again, when more is known.
    """
    _insist_on(data_breach, by, at)
    weighed = rules.weigh(answers)
    insist(rules.why_not_confirm_risk(proposed=weighed.risk, risk=risk, reason=reason), CLAUSE)
    confirmed = rules.Risk(risk)
    facts = {"risk": confirmed.value, "proposed": weighed.risk.value}
    with acting("protection.weigh_breach", by=by, at=at, about=data_breach.pk, facts=facts):
        _change(data_breach, version, risk=confirmed, weighed_at=at, weighed_by=by)
        kept = {"answers": dict(answers), "came_to": weighed.risk.value, "because": list(weighed.because)}
        step = _step(data_breach, "weighed", {**kept, "words": reason}, by, at, choice=confirmed)
        if standing.clock_runs(data_breach):
            _set(data_breach, at)
        _rest(data_breach, at)
    return step


def note_ico_told(
    *, data_breach: DataBreach, version: int, told_at: datetime, reference: str, by: Person, at: datetime
) -> None:
    """Note that a person told the ICO, when, and its reference. Nothing is sent from here. Policy 11.1."""
    _insist_on(data_breach, by, at)
    insist(rules.why_not_note_told(told_at=told_at, known_at=data_breach.known_at, at=at), CLAUSE)
    late = told_at > data_breach.due_at
    with acting("protection.note_ico_told", by=by, at=at, about=data_breach.pk, facts={"late": late}):
        _change(data_breach, version, ico_told_at=told_at)
        _step(data_breach, "ico_told", {"words": reference, "told_at": told_at.isoformat()}, by, at)
        _rest(data_breach, at)


def note_people_told(
    *, data_breach: DataBreach, version: int, told_at: datetime, words: str, by: Person, at: datetime
) -> None:
    """Note that the people whose data it is were told, how, and what they were advised to do. Policy 11.1."""
    _insist_on(data_breach, by, at)
    insist(rules.why_not_note_told(told_at=told_at, known_at=data_breach.known_at, at=at), CLAUSE)
    insist("Say how they were told, and what." if is_blank(words) else None, CLAUSE)
    with acting("protection.note_people_told", by=by, at=at, about=data_breach.pk):
        _change(data_breach, version, people_told_at=told_at)
        _step(data_breach, "people_told", {"words": words, "told_at": told_at.isoformat()}, by, at)


def treat_as_breach(*, data_breach: DataBreach, version: int, words: str, by: Person, at: datetime) -> None:
    """Say that it was no near miss after all. The clock then runs from when the school knew. Policy 11.1."""
    _insist_on(data_breach, by, at)
    insist(None if data_breach.near_miss else "It counts as a breach already.", CLAUSE)
    with acting("protection.treat_as_breach", by=by, at=at, about=data_breach.pk):
        _change(data_breach, version, near_miss=False)
        _step(data_breach, "real", {"words": words}, by, at)
        _tell(data_breach, "due_soon", at)
        _set(data_breach, at)


def close_data_breach(*, data_breach: DataBreach, version: int, reason: str, by: Person, at: datetime) -> None:
    """Close a breach or near miss. `reason`: why somebody was not told who should have been. Policy 11.1."""
    _insist_on(data_breach, by, at)
    refused = rules.why_not_close_data_breach(
        near_miss=data_breach.near_miss,
        risk=data_breach.risk,
        ico_told=data_breach.ico_told_at is not None,
        people_told=data_breach.people_told_at is not None,
        lessons=data_breach.steps.filter(kind="lesson").exists(),
        reason=reason,
    )
    insist(refused, CLAUSE)
    with acting("protection.close_data_breach", by=by, at=at, about=data_breach.pk):
        _change(data_breach, version, closed_at=at, closed_by=by)
        _step(data_breach, "closed", {"words": reason}, by, at)
        _rest(data_breach, at)


# --- What the clock does ---


def ring_data_breach(about: uuid.UUID, at: datetime) -> None:
    """A mark of the 72 hours has come."""
    row = DataBreach.objects.filter(pk=about).first()
    if row is not None and standing.clock_runs(row):
        remind_of_breach(data_breach=row, by=PROGRAM, at=at)


def remind_of_breach(*, data_breach: DataBreach, by: Actor, at: datetime) -> None:
    """Ask those who see to a breach again, and say when it is late. Policy 11.1."""
    late = at >= data_breach.due_at
    with acting("protection.remind_of_breach", by=by, at=at, about=data_breach.pk, facts={"late": late}) as event:
        event.facts["asked"] = _tell(data_breach, "late" if late else "due_soon", at)
        _set(data_breach, at)


BELLS = {ALARM: ring_data_breach}
