"""Data protection in the demonstration: a breach that was seen to, a near miss, an answered complaint and request.

The answer holds a file (demo_records.py). And documents: two that both signed, one that waits for the officer, one that
is being written. Nothing waits for anybody else, so that the homes of the others stay as they are.
"""

import uuid
from datetime import datetime, timedelta

from forethought.audit.procedures import Visitor
from forethought.cases.models import Case
from forethought.evidence.copy_models import RedactedCopy
from forethought.management.demo_records import case_with_a_copy
from forethought.people.models import Person, School
from forethought.protection import access, access_rules, breaches, complaints, document_rules, documents, searching
from forethought.protection.access_models import AccessPart, AccessRequest
from forethought.protection.document_models import DataDocument
from forethought.protection.document_rules import Office, Paper
from forethought.protection.models import DataBreach, DataComplaint

FILLED_IN = "For this demonstration it is as if the school had filled this in."
#: What each question of the weighing was answered.
WEIGHED = {"out": "yes", "back": "no", "named": "yes", "special": "no", "weak": "yes", "harm": "no", "many": "no"}


def fill(school: School, cast: dict[str, Person], began: datetime, now: datetime) -> None:
    """Everything, by the procedures that people use, between the beginning and now."""
    officer, head = cast["Grace"], cast["Amina"]
    case, copy = case_with_a_copy(school, cast["Nadia"], cast["David"], began + timedelta(days=10))
    _breach(cast["Nadia"], officer, began + timedelta(days=9))
    _near_miss(cast["Owen"], head, began + timedelta(days=21))
    _complaint(school, officer, began + timedelta(days=12))
    _request(cast["Nadia"], officer, case, copy, began + timedelta(days=15))
    _documents(school, officer, head, began + timedelta(days=18))


def _breach(teller: Person, officer: Person, at: datetime) -> DataBreach:
    said = {
        "happened": "A list for the trip went to two families who are not on it. Both said that they deleted it.",
        "what": "Names, a parent’s phone number",
        "whose": "Pupils of Year 4 and their parents",
        "how_many": "9",
        "done": "Both families were rung.",
    }
    row = breaches.note_data_breach(said=said, near_miss=False, about="neither", known_at=at, by=teller, at=at)
    later = at + timedelta(hours=3)
    breaches.weigh_breach(
        data_breach=row, version=row.version, answers=WEIGHED, risk="likely", reason="", by=officer, at=later
    )
    breaches.note_ico_told(
        data_breach=row,
        version=row.version,
        told_at=later + timedelta(minutes=40),
        reference="IC-000000-0000",
        by=officer,
        at=later + timedelta(minutes=50),
    )
    learnt = "Lists for trips go out from the office alone."
    later += timedelta(days=1)
    breaches.note_breach_step(data_breach=row, kind="lesson", words=learnt, by=officer, at=later)
    closed = later + timedelta(minutes=10)
    breaches.close_data_breach(data_breach=row, version=row.version, reason="", by=officer, at=closed)
    return row


def _near_miss(teller: Person, head: Person, at: datetime) -> DataBreach:
    said = {"happened": "A letter lay in the wrong tray and was noticed before it was posted."}
    row = breaches.note_data_breach(said=said, near_miss=True, about="neither", known_at=at, by=teller, at=at)
    breaches.note_breach_step(
        data_breach=row, kind="lesson", words="Two people look before the post goes.", by=head, at=at
    )
    breaches.close_data_breach(data_breach=row, version=row.version, reason="", by=head, at=at + timedelta(hours=1))
    return row


def _complaint(school: School, officer: Person, at: datetime) -> DataComplaint:
    said = {
        "happened": "My old phone number is still on the class list, although I told the office twice.",
        "wanted": "Please take it off.",
        "name": "A parent",
        "reach": "",
    }
    row, _ = complaints.receive_data_complaint(
        school=school, said=said, about="neither", press=uuid.uuid4(), crowded=False, by=Visitor(uuid.uuid4()), at=at
    )
    here = "Thank you for telling us. We look into it and write to you here."
    complaints.acknowledge_data_complaint(
        data_complaint=row, version=row.version, words=here, by=officer, at=at + timedelta(hours=5)
    )
    complaints.answer_data_complaint(
        data_complaint=row,
        version=row.version,
        words="You are right. The number is gone from the list, and we are sorry.",
        outcome="upheld",
        by=officer,
        at=at + timedelta(days=2),
    )
    return row


def _request(asker: Person, officer: Person, case: Case, copy: RedactedCopy, at: datetime) -> AccessRequest:
    row = access.ask_for_own_data(asks="", by=asker, at=at)
    later = at + timedelta(days=3)
    access.search_for_data(access_request=row, version=row.version, by=officer, at=later)
    for part in AccessPart.objects.filter(access_request=row, case__isnull=True):
        others = [one.name for one in Person.objects.exclude(pk=asker.pk)]
        words, _ = access_rules.hide_names(searching.outside_cases(asker), others)
        content = {"words": words, "released": {}, "reason": "", "left_out": [], "say": False}
        access.settle_part(part=part, put_in=True, content=content, knows=False, by=officer, at=later)
    assert case.manager is not None
    part = AccessPart.objects.get(access_request=row, case=case)
    words = "You told us of messages about you in the class group. The parent took them back and said sorry."
    content = {"words": words, "released": {}, "reason": "", "left_out": ["others"], "say": True}
    access.settle_part(part=part, put_in=True, content=content, copies=[copy], knows=False, by=case.manager, at=later)
    row.refresh_from_db()
    access.send_answer(access_request=row, version=row.version, words="", by=officer, at=later)
    return row


def _documents(school: School, officer: Person, head: Person, at: datetime) -> None:
    for kind in (Paper.STAFF, Paper.SCHEDULE):
        row = _filled_in(school, kind, officer, at)
        _sign(row, Office.OFFICER, officer, at + timedelta(hours=1))
        _sign(row, Office.HEAD, head, at + timedelta(days=1))
    row = _filled_in(school, Paper.FAMILIES, officer, at)
    _sign(row, Office.HEAD, head, at + timedelta(days=1))
    documents.write_document(school=school, kind=Paper.IMPACT, by=officer, at=at + timedelta(days=2))


def _filled_in(school: School, kind: Paper, officer: Person, at: datetime) -> DataDocument:
    row = documents.write_document(school=school, kind=kind, by=officer, at=at)
    for one in documents.sections_of(documents.newest_text(row)):
        if document_rules.TO_FILL_IN in one.text:
            text = f"{one.text.split(document_rules.TO_FILL_IN)[0].strip()} {FILLED_IN}".strip()
            documents.rewrite_section(
                data_document=row, version=row.version, section=one.key, text=text, by=officer, at=at
            )
    return row


def _sign(row: DataDocument, office: Office, by: Person, at: datetime) -> None:
    documents.sign_document(data_document=row, version=row.version, office=office, by=by, at=at)
