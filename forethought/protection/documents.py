"""Documents about data: written from what the program does, changed by the officer, signed by two. Clause 11.1.

The record of processing, the impact assessment, three privacy notices and the retention schedule. A signature is under
one wording; a new wording needs both again. A version that was replaced is let go of by two (keeping.py).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db.models import F, QuerySet

from forethought.audit.procedures import Plain, acting
from forethought.core.canonical import canonical
from forethought.core.errors import TooLate, insist
from forethought.people.models import Person, School
from forethought.people.post import owe_letters, withdraw_letters
from forethought.people.sessions import roles_of
from forethought.protection import configured, document_rules, impact_texts, notice_texts, processing_texts, standing
from forethought.protection.document_facts import labels_with
from forethought.protection.document_models import DataDocument, DataDocumentSignature, DataDocumentText
from forethought.protection.document_rules import Office, Paper, Section
from forethought.retention.schedule import rules

CLAUSE = "11.1"
LETTERS = ("to_decide",)
#: Who writes what: each kind of document from the facts.
WRITERS: Mapping[Paper, Callable[[Mapping[str, str]], list[Section]]] = {
    Paper.PROCESSING: processing_texts.record_of_processing,
    Paper.IMPACT: impact_texts.impact_assessment,
    Paper.STAFF: notice_texts.notice_for_staff,
    Paper.FAMILIES: notice_texts.notice_for_families,
    Paper.REPORTED: notice_texts.notice_for_reported,
    Paper.SCHEDULE: notice_texts.retention_schedule,
}


def being_written(kind: str) -> DataDocument | None:
    """The version of a kind that is being written, if any."""
    return DataDocument.objects.filter(kind=kind, signed_at__isnull=True, dropped_at__isnull=True).first()


def in_force(kind: str) -> DataDocument | None:
    """The version of a kind that both signed last, if any."""
    return DataDocument.objects.filter(kind=kind, signed_at__isnull=False).order_by("-number").first()


def versions(kind: str) -> "QuerySet[DataDocument]":
    """Every version of a kind, the newest first."""
    found: QuerySet[DataDocument] = DataDocument.objects.filter(kind=kind).order_by("-number")
    return found


def newest_text(document: DataDocument) -> DataDocumentText:
    """The wording that holds for a version: the last that was written."""
    return document.texts.select_related("written_by").order_by("-number")[0]


def sections_of(text: DataDocumentText) -> list[Section]:
    """A wording's parts, in order."""
    return [Section(one["key"], one["title"], one["text"]) for one in text.sections]


def signatures_of(text: DataDocumentText) -> list[DataDocumentSignature]:
    """Who signed a wording, the first before the second."""
    return list(text.signatures.select_related("signed_by").order_by("signed_at", "-office"))


def changed_since(document: DataDocument, school: School, at: datetime) -> list[str]:
    """What the program does otherwise than when a version was written, in sentences. Policy 11.1."""
    labels = labels_with({key: rule.words for key, rule in rules().items()})
    return document_rules.changes(document.facts, configured.facts_now(school, at), labels)


def write_document(*, school: School, kind: str, by: Person, at: datetime) -> DataDocument:
    """Write a new version of a document from what the program does now; what a person put into the last one is kept.

    Policy 11.1.
    """
    paper, writing = Paper(kind), being_written(kind)
    insist(document_rules.why_not_write_document(roles=roles_of(by, at), open_already=writing is not None), CLAUSE)
    facts, last = configured.facts_now(school, at), in_force(kind)
    sections = WRITERS[paper](facts)
    if last is not None:
        first = last.texts.order_by("number")[0]
        sections = document_rules.carried_over(sections, sections_of(first), sections_of(newest_text(last)))
    before = versions(kind).first()
    number = before.number + 1 if before is not None else 1
    with acting("protection.write_document", by=by, at=at, facts={"kind": paper.value, "number": number}) as event:
        row = DataDocument.objects.create(
            school=school, kind=paper.value, number=number, facts=facts, made_at=at, made_by=by
        )
        event.about = row.pk
        # The words of the program alone come first, so that a later version can tell what a person put in.
        _keep(row, WRITERS[paper](facts), 1, by, at)
        if last is not None:
            _keep(row, sections, 2, by, at)
    return row


def _keep(row: DataDocument, sections: Sequence[Section], number: int, by: Person, at: datetime) -> DataDocumentText:
    kept = document_rules.as_kept(sections)
    return DataDocumentText.objects.create(
        school_id=row.school_id,
        data_document=row,
        number=number,
        sections=kept,
        sha256=hashlib.sha256(canonical(kept)).hexdigest(),
        written_at=at,
        written_by=by,
    )


def rewrite_section(
    *, data_document: DataDocument, version: int, section: str, text: str, by: Person, at: datetime
) -> DataDocumentText:
    """Put other words into one part. Whoever had signed the words before signs again. Policy 11.1."""
    refused = document_rules.why_not_rewrite(
        section=section,
        roles=roles_of(by, at),
        signed=data_document.signed_at is not None,
        dropped=data_document.dropped_at is not None,
        text=text,
    )
    insist(refused, CLAUSE)
    newest = newest_text(data_document)
    sections = sections_of(newest)
    insist(None if section in {one.key for one in sections} else "There is no such part.", CLAUSE)
    changed = [Section(one.key, one.title, text.strip() if one.key == section else one.text) for one in sections]
    facts: dict[str, Plain] = {"part": section, "number": newest.number + 1}
    with acting("protection.rewrite_section", by=by, at=at, about=data_document.pk, facts=facts):
        _change(data_document, version)
        withdraw_letters(about=data_document.pk, kinds=LETTERS, at=at)
        return _keep(data_document, changed, newest.number + 1, by, at)


def sign_document(
    *, data_document: DataDocument, version: int, office: str, by: Person, at: datetime
) -> DataDocumentSignature:
    """Sign the words as they stand, for one office. With both, the version holds, and the one before no more.

    `version` is what the signer saw; a word that was changed meanwhile is not signed. Policy 11.1.
    """
    text = newest_text(data_document)
    signed = signatures_of(text)
    refused = document_rules.why_not_sign(
        office=office,
        roles=roles_of(by, at),
        finished=data_document.signed_at is not None or data_document.dropped_at is not None,
        signed_for=any(one.office == office for one in signed),
        signed_other=any(one.signed_by_id == by.pk for one in signed),
        left=document_rules.left_to_fill_in(sections_of(text)),
    )
    insist(refused, CLAUSE)
    both = len(signed) + 1 == len(Office)
    facts: dict[str, Plain] = {"office": office, "sha256": text.sha256, "both": both}
    with acting("protection.sign_document", by=by, at=at, about=data_document.pk, facts=facts):
        _change(data_document, version, **({"signed_at": at} if both else {}))
        row = DataDocumentSignature.objects.create(
            school_id=data_document.school_id, text=text, office=office, signed_at=at, signed_by=by
        )
        withdraw_letters(about=data_document.pk, kinds=LETTERS, at=at)
        if not both:
            _ask_the_other(data_document, office, by, at)
    return row


def _ask_the_other(row: DataDocument, office: str, by: Person, at: datetime) -> None:
    other = next(one for one in Office if one != office)
    people = [one for one in standing.holders(other, at) if one.pk != by.pk]
    owe_letters(people=people, kind="to_decide", at=at, about=row.pk)


def drop_document(*, data_document: DataDocument, version: int, by: Person, at: datetime) -> None:
    """Give up a version that was not signed by both. It stays, as given up. Policy 11.1."""
    refused = document_rules.why_not_drop(
        roles=roles_of(by, at),
        signed=data_document.signed_at is not None,
        dropped=data_document.dropped_at is not None,
    )
    insist(refused, CLAUSE)
    with acting("protection.drop_document", by=by, at=at, about=data_document.pk):
        _change(data_document, version, dropped_at=at, dropped_by=by)
        withdraw_letters(about=data_document.pk, kinds=LETTERS, at=at)


def _change(row: DataDocument, version: int, **values: object) -> None:
    unmoved = DataDocument.objects.filter(pk=row.pk, version=version, signed_at__isnull=True, dropped_at__isnull=True)
    if not unmoved.update(**values, version=F("version") + 1):
        raise TooLate("This has changed since you opened it. Look again. Nothing was changed.")
    row.refresh_from_db()
