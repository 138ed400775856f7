"""A record in the demonstration, and a copy of it: a chat in which the words of somebody else are cut."""

import uuid
from datetime import datetime, timedelta

from forethought.cases import procedures as cases
from forethought.cases.models import Capacity, Case, Draft
from forethought.cases.standing import standing_of
from forethought.evidence import keyring, redacting
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.gate import Answer
from forethought.evidence.intake import SealedUpload, exhibit_binding, exhibit_key_binding
from forethought.evidence.keys import new_key, wrap
from forethought.evidence.kinds import kind_of
from forethought.evidence.procedures import give_grant, keep_records
from forethought.evidence.reading import vault
from forethought.people.models import Person, School
from forethought.reports import drafts
from forethought.reports.procedures import file_report

CHAT = (
    b"The class group\n"
    b"A parent: Mine says that she shouts. She was always like that with his cousin too.\n"
    b"Another parent: I never heard her shout. Perhaps ask her first.\n"
)


def case_with_a_copy(school: School, teller: Person, handler: Person, at: datetime) -> tuple[Case, RedactedCopy]:
    """A closed case with an exported chat, and a copy of it without the line of somebody else."""
    draft = drafts.start_draft(school_id=school.pk, by=teller, at=at)
    said = "A parent wrote about me in the class group."
    answers: dict[str, object] = {
        "danger": "no",
        "about": "me",
        "group": "parent",
        "child": "no",
        "head": "no",
        "happened": said,
    }
    drafts.save_draft(draft=draft, answers=answers, at=at)
    draft.refresh_from_db()
    grant = give_grant(
        case_id=draft.case_id, school_id=school.pk, under_18=Answer.NO, adult_intimate=Answer.NO, danger=Answer.NO,
        by=teller, at=at,
    )  # fmt: skip
    (record,) = keep_records(grant=grant, kind="text", uploads=[_sealed(draft, CHAT)], particulars={}, by=teller, at=at)
    case = file_report(draft=draft, school=school, by=teller, at=at).report.case
    later = at + timedelta(hours=2)
    cases.take_up(case=case, version=case.version, answers={}, harmed="", by=handler, at=later)
    case.refresh_from_db()
    for one in case.parties.filter(capacity=Capacity.HARMED):
        cases.offer_support(case=case, party=one, offered=["manager"], by=handler, at=later)
    case.refresh_from_db()
    copy = redacting.redact_text(exhibit=record, numbers=[2], passages=[], by=handler, at=later)
    cases.close(
        case=case,
        version=case.version,
        outcome="no_action",
        reasons="The parent took it back in the group and said sorry.",
        sentence="They took it back and said sorry. Thank you for telling us.",
        standing=standing_of(case),
        by=handler,
        at=later,
    )
    return case, copy


def _sealed(draft: Draft, content: bytes) -> SealedUpload:
    """A file as the intake hands it over."""
    where = {"school": draft.school_id, "case": draft.case_id, "exhibit": uuid.uuid4()}
    key = new_key()
    with vault(draft.school_id).begin(key=key, about=exhibit_binding(**where), ceiling=len(content) + 1) as incoming:
        incoming.write(content)
        kept = incoming.keep()
    wrapped = wrap(key, under=keyring.case_key(draft.school_id, draft.case_id), about=exhibit_key_binding(**where))
    return SealedUpload(where["exhibit"], kept, wrapped, kind_of(content, "group.txt"), "group.txt", "text/plain")
