"""Breaches of personal data and complaints about data, made by the procedures that people use."""

import uuid
from datetime import datetime, timedelta

from builders import World, a_draft, a_grant, an_upload

from forethought.audit.procedures import PROGRAM, Visitor
from forethought.cases import procedures as cases
from forethought.cases.models import Case
from forethought.evidence import redacting, viewing
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.models import Exhibit
from forethought.evidence.procedures import keep_records
from forethought.people import procedures as people
from forethought.people.models import Kind, Person, Role
from forethought.protection import access, breaches, complaints, document_rules, documents
from forethought.protection.access_models import AccessPart
from forethought.protection.document_models import DataDocument
from forethought.protection.models import DataBreach, DataComplaint
from forethought.reports.procedures import file_report

SAID = {
    "happened": "A list of Year 4 went to the wrong family.",
    "what": "Names, addresses",
    "whose": "Pupils of Year 4",
    "how_many": "28",
    "done": "",
}
COMPLAINED = {"happened": "My address was passed on.", "wanted": "An apology.", "name": "Pat", "reach": "01234"}
#: Every answer that makes it graver.
GRAVE = {"out": "yes", "back": "no", "named": "yes", "special": "yes", "weak": "yes", "harm": "yes", "many": "yes"}
MILD = {"out": "no", "back": "yes", "named": "no", "special": "no", "weak": "no", "harm": "no", "many": "no"}


def an_officer(world: World) -> Person:
    """The school's data protection officer, who works for the local authority."""
    began = world.at - timedelta(days=30)
    person = people.add_person(
        school=world.school,
        name="Grace Adeyemi",
        email="officer@one.example",
        kind=Kind.CONTRACTOR,
        starts_on=began.date(),
        by=PROGRAM,
        at=began,
    )
    people.appoint(person=person, role=Role.PROTECTION, by=PROGRAM, at=began)
    return person


def a_data_breach(
    world: World, *, about: str = "neither", near_miss: bool = False, by: Person | None = None, **said: str
) -> DataBreach:
    """A breach that a teacher tells of as soon as they know."""
    return breaches.note_data_breach(
        said={**SAID, **said},
        near_miss=near_miss,
        about=about,
        known_at=world.at,
        by=by or world.teacher,
        at=world.at,
    )


def a_data_complaint(
    world: World, *, about: str = "neither", crowded: bool = False, press: uuid.UUID | None = None, **said: str
) -> tuple[DataComplaint, str]:
    """A complaint by the form, from somebody without an account, and its code."""
    return complaints.receive_data_complaint(
        school=world.school,
        said={**COMPLAINED, **said},
        about=about,
        press=press or uuid.uuid4(),
        crowded=crowded,
        by=Visitor(uuid.uuid4()),
        at=world.at,
    )


def settled(part: AccessPart, by: Person, words: str = "", *, at: datetime, **content: object) -> AccessPart:
    """A part of an answer, settled: with these words, or left out."""
    whole = {"words": words, "released": {}, "reason": "", "left_out": [], "say": False, **content}
    access.settle_part(part=part, put_in=bool(words), content=whole, knows=False, by=by, at=at)
    return part


def filled_in(row: DataDocument, officer: Person, at: datetime, **words: str) -> None:
    """Write what only people know into each part of a document that asks for it, and into those named."""
    for one in documents.sections_of(documents.newest_text(row)):
        if document_rules.TO_FILL_IN in one.text or one.key in words:
            text = words.get(one.key) or one.text.split(document_rules.TO_FILL_IN)[0].strip() or "It is filled in."
            documents.rewrite_section(
                data_document=row, version=row.version, section=one.key, text=text, by=officer, at=at
            )


def a_signed_document(world: World, officer: Person, kind: str, **words: str) -> DataDocument:
    """A document that the officer wrote and filled in, signed by both."""
    row = documents.write_document(school=world.school, kind=kind, by=officer, at=world.at)
    filled_in(row, officer, world.at, **words)
    for office, by in (("protection", officer), ("head", world.head)):
        documents.sign_document(data_document=row, version=row.version, office=office, by=by, at=world.at)
    return row


def a_case_with_a_copy(world: World, text: bytes = b"Hello\nBen Foster wrote it\n") -> tuple[Case, RedactedCopy]:
    """A case whose record is a text of two lines, and a copy of it in which its handler cut the second."""
    draft = a_draft(world)
    grant = a_grant(draft, by=world.teacher, at=world.at)
    upload = an_upload(draft, text, "chat.txt")
    record = keep_records(grant=grant, kind="text", uploads=[upload], particulars={}, by=world.teacher, at=world.at)[0]
    case = file_report(draft=draft, school=world.school, by=world.teacher, at=world.at).report.case
    cases.take_up(case=case, version=1, answers={}, harmed="", by=world.senior, at=world.at)
    copy = redacting.redact_text(exhibit=record, numbers=[2], passages=[], by=world.senior, at=world.at)
    return case, copy


#: As much of a sound as a program needs to know it by.
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(16) + b"data\x00\x00\x00\x00"


def a_case_with_a_recording(world: World, *, sound: bytes = SOUND) -> tuple[Case, Exhibit]:
    """A case whose record is a sound."""
    draft = a_draft(world)
    grant = a_grant(draft, by=world.teacher, at=world.at)
    upload = an_upload(draft, sound, "call.wav")
    record = keep_records(
        grant=grant, kind="voicemail", uploads=[upload], particulars={}, by=world.teacher, at=world.at
    )[0]
    case = file_report(draft=draft, school=world.school, by=world.teacher, at=world.at).report.case
    cases.take_up(case=case, version=1, answers={}, harmed="", by=world.senior, at=world.at)
    case.refresh_from_db()
    return case, record


def heard(record: Exhibit, by: Person, at: datetime) -> None:
    """Somebody opened a record, to hear it."""
    viewing.open_viewing(exhibit=record, session="s", still=lambda: True, by=by, at=at)
