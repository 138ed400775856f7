"""A complaint about how personal data was treated: received from anybody, said to be here, answered.

Whoever complains needs no account. One of very many at once is kept all the same and its clock runs; it only sends no
mail. Data Protection Act 2018 section 164A (law.md 4.1). Clause 11.1.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from forethought.audit.procedures import PROGRAM, Actor, Visitor, acting
from forethought.core.errors import TooLate, insist
from forethought.core.text import is_blank
from forethought.evidence import keyring
from forethought.people import codes
from forethought.people.alarms import set_alarm, stop_alarm
from forethought.people.models import Doorway, Person, School
from forethought.people.post import owe_letters, withdraw_letters
from forethought.people.sessions import roles_of
from forethought.protection import rules, standing
from forethought.protection.models import DataComplaint, DataComplaintNote

CLAUSE = "11.1"
ALARM = "data_complaint"
LETTERS = ("needs_you", "due_soon", "late", "news")


def receive_data_complaint(
    *,
    school: School,
    said: Mapping[str, str],
    about: str,
    press: uuid.UUID,
    crowded: bool,
    by: Visitor,
    at: datetime,
) -> tuple[DataComplaint, str]:
    """Take a complaint about data from anybody, and give the code with which they come back. Two presses make one.

    `said`: `happened`, `wanted`, `name`, `reach`. Policy 11.1.
    """
    existing = DataComplaint.objects.filter(press=press).first()
    if existing is not None:
        return existing, give_data_complaint_code(data_complaint=existing, by=by, at=at)
    insist(rules.why_not_complain_of_data(happened=said.get("happened", ""), received_at=at, at=at), CLAUSE)
    with acting("protection.receive_data_complaint", by=by, at=at) as event:
        row = _kept(school.pk, said, about, rules.Way.FORM, press, received_at=at, at=at, crowded=crowded)
        event.about = row.pk
        event.facts["crowded"] = crowded
        return row, _code(row, at)


def log_data_complaint(
    *, said: Mapping[str, str], about: str, way: str, received_at: datetime, by: Person, at: datetime
) -> DataComplaint:
    """Write down a complaint that came by letter, by mail, by phone or in person, with the day on which it came.

    The clock runs from that day. Policy 11.1.
    """
    may = rules.may_see_to(about=about, roles=roles_of(by, at))
    insist(None if may else "This is about you. Give it to somebody else who sees to complaints.", CLAUSE)
    happened = said.get("happened", "")
    insist(rules.why_not_complain_of_data(happened=happened, received_at=received_at, at=at), CLAUSE)
    with acting("protection.log_data_complaint", by=by, at=at) as event:
        row = _kept(
            by.school_id, said, about, rules.Way(way), uuid.uuid4(), received_at=received_at, at=at, logged_by=by
        )
        event.about = row.pk
    return row


def _kept(
    school_id: uuid.UUID,
    said: Mapping[str, str],
    about: str,
    way: str,
    press: uuid.UUID,
    *,
    received_at: datetime,
    at: datetime,
    crowded: bool = False,
    logged_by: Person | None = None,
) -> DataComplaint:
    row = DataComplaint(
        id=uuid.uuid4(),
        school_id=school_id,
        press=press,
        about=rules.About(about),
        way=way,
        crowded=crowded,
        received_at=received_at,
        due_at=rules.complaint_due(received_at),
        logged_at=at,
        logged_by=logged_by,
    )
    row.content = keyring.seal_at_school(row, "content", dict(said))
    row.save(force_insert=True)
    if not crowded:
        _tell(row, "needs_you", at, but=logged_by)
    _set(row, at)
    return row


def _tell(row: DataComplaint, kind: str, at: datetime, but: Person | None = None) -> int:
    people = [one for one in standing.who_sees_to(row.about, at) if but is None or one.pk != but.pk]
    return owe_letters(people=people, kind=kind, at=at, about=row.pk, by_when=row.due_at)


def _set(row: DataComplaint, at: datetime) -> None:
    mark = rules.next_complaint_mark(row.received_at, at, acknowledged=row.acknowledged_at is not None)
    set_alarm(school_id=row.school_id, kind=ALARM, about=row.pk, rings_at=mark)


def _code(row: DataComplaint, at: datetime) -> str:
    code = codes.receipt_code()
    Doorway.objects.create(
        key_hash=codes.key_hash("receipt", codes.tidy(code)),
        kind="receipt",
        school_id=row.school_id,
        opens=row.pk,
        made_at=at,
    )
    return code


def give_data_complaint_code(*, data_complaint: DataComplaint, by: Actor, at: datetime) -> str:
    """Give whoever pressed Send again another code; the first was perhaps never seen. Policy 11.1."""
    with acting("protection.give_data_complaint_code", by=by, at=at, about=data_complaint.pk):
        return _code(data_complaint, at)


def see_data_complaint(*, data_complaint: DataComplaint, by: Person, at: datetime) -> dict[str, Any]:
    """What a complaint says, opened. Looking at it is noted. Policy 11.1."""
    may = rules.may_see_to(about=data_complaint.about, roles=roles_of(by, at))
    insist(rules.why_not_work_on(may=may, closed=False), CLAUSE)
    with acting("protection.see_data_complaint", by=by, at=at, about=data_complaint.pk):
        return keyring.words_at_school(data_complaint, "content")


def _insist_on(row: DataComplaint, by: Person, at: datetime) -> None:
    may = rules.may_see_to(about=row.about, roles=roles_of(by, at))
    insist(rules.why_not_work_on(may=may, closed=row.answered_at is not None), CLAUSE)


def _note(row: DataComplaint, kind: str, words: str, by: Actor, at: datetime) -> DataComplaintNote:
    note = DataComplaintNote(
        id=uuid.uuid4(), school_id=row.school_id, data_complaint=row, kind=kind, noted_at=at, noted_by=str(by.id)
    )
    note.content = keyring.seal_at_school(note, "content", {"words": words})
    note.save(force_insert=True)
    return note


def _change(row: DataComplaint, version: int, **values: object) -> None:
    unmoved = DataComplaint.objects.filter(pk=row.pk, version=version, answered_at__isnull=True)
    if not unmoved.update(**values, version=F("version") + 1):
        raise TooLate("This has changed since you opened it. Look again. Nothing was changed.")
    row.refresh_from_db()


def acknowledge_data_complaint(
    *, data_complaint: DataComplaint, version: int, words: str, by: Person, at: datetime
) -> None:
    """Tell whoever complained that it is here, and that somebody looks into it. Policy 11.1."""
    _insist_on(data_complaint, by, at)
    insist("Write a sentence for them." if is_blank(words) else None, CLAUSE)
    done = data_complaint.acknowledged_at is not None
    insist("They have been told already that it is here." if done else None, CLAUSE)
    late = at >= data_complaint.due_at
    with acting("protection.acknowledge_data_complaint", by=by, at=at, about=data_complaint.pk, facts={"late": late}):
        _change(data_complaint, version, acknowledged_at=at, acknowledged_by=by)
        _note(data_complaint, "here", words, by, at)
        withdraw_letters(about=data_complaint.pk, kinds=LETTERS, at=at)
        _set(data_complaint, at)


def note_complaint_step(*, data_complaint: DataComplaint, kind: str, words: str, by: Person, at: datetime) -> None:
    """Note what was looked at or done, or write to whoever complained how far it is. Policy 11.1."""
    _insist_on(data_complaint, by, at)
    insist(None if kind in {"step", "word"} else "Choose whom it is for.", CLAUSE)
    insist("Write a few words." if is_blank(words) else None, CLAUSE)
    with acting("protection.note_complaint_step", by=by, at=at, about=data_complaint.pk, facts={"kind": kind}):
        _note(data_complaint, kind, words, by, at)


def answer_data_complaint(
    *, data_complaint: DataComplaint, version: int, words: str, outcome: str, by: Person, at: datetime
) -> None:
    """Answer a complaint about data: what was found, what is done, and that the ICO can be asked. Policy 11.1."""
    _insist_on(data_complaint, by, at)
    acknowledged = data_complaint.acknowledged_at is not None
    insist(rules.why_not_answer_complaint(acknowledged=acknowledged, words=words), CLAUSE)
    facts = {"outcome": rules.Outcome(outcome).value}
    with acting("protection.answer_data_complaint", by=by, at=at, about=data_complaint.pk, facts=facts):
        _change(data_complaint, version, answered_at=at, answered_by=by, outcome=facts["outcome"])
        _note(data_complaint, "answer", f"{words}\n\n{rules.WHERE_NEXT}", by, at)
        stop_alarm(kind=ALARM, about=data_complaint.pk, at=at)
        withdraw_letters(about=data_complaint.pk, kinds=LETTERS, at=at)


def add_to_data_complaint(*, data_complaint: DataComplaint, words: str, by: Visitor, at: datetime) -> None:
    """Add something to a complaint that one sent. Those who see to it are told. Policy 11.1."""
    insist("Write a few words first." if is_blank(words) else None, CLAUSE)
    with acting("protection.add_to_data_complaint", by=by, at=at, about=data_complaint.pk):
        _note(data_complaint, "added", words, by, at)
        if not data_complaint.crowded:
            owe_letters(
                people=standing.who_sees_to(data_complaint.about, at), kind="news", at=at, about=data_complaint.pk
            )


# --- What the clock does ---


def ring_data_complaint(about: uuid.UUID, at: datetime) -> None:
    """A mark of a complaint has come."""
    row = DataComplaint.objects.filter(pk=about, answered_at__isnull=True).first()
    if row is not None:
        remind_of_complaint(data_complaint=row, by=PROGRAM, at=at)


def remind_of_complaint(*, data_complaint: DataComplaint, by: Actor, at: datetime) -> None:
    """Ask those who see to a complaint again: that it is here was not said, or it was not answered. Policy 11.1."""
    here = data_complaint.acknowledged_at is not None
    late = not here and at >= data_complaint.due_at
    with acting("protection.remind_of_complaint", by=by, at=at, about=data_complaint.pk, facts={"late": late}) as event:
        kind = "needs_you" if here else "late" if late else "due_soon"
        event.facts["asked"] = _tell(data_complaint, kind, at)
        _set(data_complaint, at)


BELLS = {ALARM: ring_data_complaint}
