"""Answering the gate, and keeping records of abuse."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from forethought.audit.procedures import Actor, Event, acting
from forethought.audit.tree import commitment
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.evidence.gate import Answer, Outcome, Verdict, grant_ends, verdict, why_not_upload
from forethought.evidence.intake import SealedUpload
from forethought.evidence.models import Exhibit, ExhibitKey, Grant, Particulars
from forethought.evidence.to_read import await_reading

#: What a screen print must say to be complete (policy 7.4), by the names of the particulars.
SCREEN_PRINT = ("address", "seen_on", "seen_time", "zone")

#: Which way a file came, where nothing else is said: a person chose it and sent it.
SENT_IN = "Sent in as a file"
#: Or their browser took a picture of what it showed them. Their machine and their sign-in are trusted, and no more.
BY_EXTENSION = "Captured by the browser extension, on the computer of the person who sent it"
NOT_AS_CAPTURED = "What arrived is not what was captured, so nothing was kept. Please send it again."


def give_grant(
    *,
    case_id: uuid.UUID,
    school_id: uuid.UUID,
    under_18: Answer,
    adult_intimate: Answer,
    danger: Answer,
    by: Actor,
    at: datetime,
) -> Grant:
    """Keep the answers to the gate. A passed one is a grant for one batch of files, for an hour, for its answerer.

    law.md 1.4; Policy 7.4.
    """
    outcome = verdict(under_18=under_18, adult_intimate=adult_intimate, danger=danger)
    with acting("evidence.give_grant", by=by, at=at, case_id=case_id, facts={"outcome": str(outcome.outcome)}) as event:
        grant = Grant.objects.create(
            school_id=school_id,
            case_id=case_id,
            holder=by.id,
            under_18=under_18,
            adult_intimate=adult_intimate,
            danger=danger,
            verdict=outcome.outcome,
            given_at=at,
            ends_at=grant_ends(at),
        )
        event.about = grant.id
    return grant


def why_not_use(grant: Grant, *, by: Actor, at: datetime) -> str | None:
    """Why a grant opens no upload, before a byte of the upload is read. Policy 7.4."""
    return why_not_upload(
        verdict=Verdict(outcome=Outcome(grant.verdict), emergency=grant.danger != Answer.NO),
        granted_to=str(grant.holder),
        asked_by=str(by.id),
        expires_at=grant.ends_at,
        at=at,
        used_at=grant.used_at,
    )


def missing(kind: str, particulars: Mapping[str, str]) -> list[str]:
    """What a record still lacks to be complete: a screen print wants address, date, time and zone. Policy 7.4."""
    names = {"address": "address", "seen_on": "date", "seen_time": "time", "zone": "time zone"}
    if kind not in {"website", "social"}:
        return []
    return [names[name] for name in SCREEN_PRINT if not particulars.get(name)]


def keep_records(
    *,
    grant: Grant,
    kind: str,
    uploads: Sequence[SealedUpload],
    particulars: Mapping[str, str],
    begun_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> list[Exhibit]:
    """Keep a batch of files that arrived under a grant. The bytes are durable already; now the rows say so.

    `begun_at` is when they began to arrive: a grant that ran out while a large file was on its way still holds for it.

    Each exhibit's entry in the trail commits to its content with a salt, so that the entry alone betrays nothing.
    Policy 7.3, 7.4.
    """
    insist(why_not_use(grant, by=by, at=begun_at or at), "7.4")
    with acting("evidence.keep_records", by=by, at=at, about=grant.id, case_id=grant.case_id) as event:
        used = Grant.objects.filter(pk=grant.pk, used_at__isnull=True).update(used_at=at)
        insist(None if used else "Those files have already been taken. Answer the questions again for more.", "7.4")
        said = {"route": SENT_IN, **particulars}
        kept = keep_under(grant=grant, kind=kind, uploads=uploads, particulars=said, event=event, by=by, at=at)
        event.facts["files"] = len(kept)
    return kept


def keep_captured(
    *,
    grant: Grant,
    kind: str,
    uploads: Sequence[SealedUpload],
    hashes: Sequence[str],
    parts: Sequence[str],
    particulars: Mapping[str, str],
    begun_at: datetime,
    by: Actor,
    at: datetime,
) -> list[Exhibit]:
    """Keep what the browser extension captured of one page, as one batch. Each record says that it came this way.

    `hashes` are the SHA-256 that the extension took before it sent anything (hexadecimal), and `parts` what each file
    is, both in the order of the files. Refuses all of them where one did not arrive as it was captured.
    Policy 7.3, 7.4.
    """
    insist(why_not_use(grant, by=by, at=begun_at), "7.4")
    arrived = [upload.kept.sha256.hex() for upload in uploads]
    insist(None if arrived and arrived == list(hashes) else NOT_AS_CAPTURED, "7.4")
    with acting("evidence.keep_captured", by=by, at=at, about=grant.id, case_id=grant.case_id) as event:
        used = Grant.objects.filter(pk=grant.pk, used_at__isnull=True).update(used_at=at)
        insist(None if used else "Those answers have been used. Answer the questions again for more.", "7.4")
        kept = keep_under(
            grant=grant,
            kind=kind,
            uploads=uploads,
            particulars={**particulars, "route": BY_EXTENSION},
            parts=parts,
            event=event,
            by=by,
            at=at,
        )
        event.facts["files"] = len(kept)
    return kept


def keep_under(
    *,
    grant: Grant,
    kind: str,
    uploads: Sequence[SealedUpload],
    particulars: Mapping[str, str],
    parts: Sequence[str] = (),
    event: Event,
    by: Actor,
    at: datetime,
) -> list[Exhibit]:
    """The rows of files under a grant that was looked at before, committed to in the event. Part of a larger act.

    `parts` says of each file, in their order, which part of a capture it is.
    """
    kept = []
    for number, upload in enumerate(uploads):
        exhibit = _exhibit(
            exhibit_id=upload.exhibit,
            case_id=grant.case_id,
            school_id=grant.school_id,
            grant=grant,
            kind=kind,
            upload=upload,
            by=by,
            at=at,
        )
        part = {"part": parts[number]} if number < len(parts) and parts[number] else {}
        _describe(exhibit, {**particulars, **part, "file_name": upload.shown_name}, by=by, at=at)
        event.commitments[f"exhibit_{number}"] = commitment(bytes(exhibit.salt), upload.kept.sha256).hex()
        kept.append(exhibit)
    return kept


def note_record(
    *, case_id: uuid.UUID, school_id: uuid.UUID, kind: str, particulars: Mapping[str, str], by: Actor, at: datetime
) -> Exhibit:
    """Keep a record of which there is no file: what was said, where and when, in words. Policy 7.3."""
    # The zone is answered before anybody writes a word.
    said = any(value for name, value in particulars.items() if name != "zone")
    insist(None if said else "Write what the record is, in a few words.", "7.3")
    with acting("evidence.note_record", by=by, at=at, case_id=case_id) as event:
        exhibit = _exhibit(
            exhibit_id=uuid.uuid4(),
            case_id=case_id,
            school_id=school_id,
            grant=None,
            kind=kind,
            upload=None,
            by=by,
            at=at,
        )
        _describe(exhibit, particulars, by=by, at=at)
        event.about = exhibit.id
    return exhibit


def describe_record(*, exhibit: Exhibit, particulars: Mapping[str, str], by: Actor, at: datetime) -> Particulars:
    """Say more about a record: the address, date, time and zone of a screen print. What was said before stays.

    Policy 7.4.
    """
    with acting("evidence.describe_record", by=by, at=at, about=exhibit.id, case_id=exhibit.case_id):
        before = said_of(exhibit)
        return _describe(exhibit, {**before, **{k: v for k, v in particulars.items() if v}}, by=by, at=at)


def hand_out(*, exhibit: Exhibit, by: Actor, at: datetime) -> None:
    """Note that somebody was handed a record, before a byte of it leaves. Policy 7.3."""
    with acting("evidence.hand_out", by=by, at=at, about=exhibit.id, case_id=exhibit.case_id):
        pass


def said_of(exhibit: Exhibit) -> dict[str, str]:
    """What was last said about a record."""
    last = exhibit.particulars.order_by("-said_at").first()
    return dict(keyring.words(last, case_id=exhibit.case_id)) if last else {}


def _exhibit(
    *,
    exhibit_id: uuid.UUID,
    case_id: uuid.UUID,
    school_id: uuid.UUID,
    grant: Grant | None,
    kind: str,
    upload: SealedUpload | None,
    by: Actor,
    at: datetime,
) -> Exhibit:
    exhibit = Exhibit(
        id=exhibit_id,
        school_id=school_id,
        case_id=case_id,
        grant=grant,
        kind=kind,
        salt=secrets.token_bytes(32),
        received_at=at,
        received_by=str(by.id),
    )
    if upload is not None:
        exhibit.object_name = upload.kept.object_name
        exhibit.media = upload.kind.name[:12]
        exhibit.size = upload.kept.size
        exhibit.sha256 = upload.kept.sha256
    exhibit.save(force_insert=True)
    if upload is not None:
        ExhibitKey.objects.create(school_id=school_id, exhibit=exhibit, wrapped=upload.wrapped_key)
        await_reading(exhibit, at=at)
    return exhibit


def _describe(exhibit: Exhibit, particulars: Mapping[str, str], *, by: Actor, at: datetime) -> Particulars:
    row = Particulars(
        id=uuid.uuid4(),
        school_id=exhibit.school_id,
        exhibit=exhibit,
        said_at=at,
        said_by=str(by.id),
        complete=not missing(exhibit.kind, particulars),
    )
    row.content = keyring.seal(row, dict(particulars), case_id=exhibit.case_id)
    row.save(force_insert=True)
    return row
