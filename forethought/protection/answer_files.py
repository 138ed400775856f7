"""Files in an answer to a request for one's own data: copies of records with others covered, chosen by a person.

Only a copy goes in, never the record. Its bytes stay where they are, under the key of the case: discarded, or let go of
with the case, the file is gone from the answer too, and the answer says so. Clause 11.1.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forethought.audit.procedures import Actor, Plain, acting
from forethought.core.errors import insist
from forethought.evidence import redacting
from forethought.evidence.away_standing import away_among
from forethought.evidence.copy_models import RedactedCopy
from forethought.protection.access_models import AccessPart, AccessRequest

CLAUSE = "11.1"
WORDS = {"PNG": "A picture in which something is covered", "TEXT": "A text in which something is cut"}
KINDS = {"PNG": ("image/png", "png"), "TEXT": ("text/plain; charset=utf-8", "txt")}


@dataclass(frozen=True)
class AnswerFile:
    """One file of an answer, by its number there. `copy` is nothing once it was discarded or cannot be had."""

    number: int
    words: str
    size: int
    part_id: uuid.UUID
    case_id: uuid.UUID
    copy: RedactedCopy | None

    @property
    def name(self) -> str:
        """What it is called when somebody takes it along: it says nothing."""
        return f"file-{self.number}.{KINDS[self.copy.media][1]}" if self.copy else ""


def copies_for(part: AccessPart) -> list[RedactedCopy]:
    """The copies that a part of a case may put into the answer, the first made first."""
    if part.case_id is None:
        return []
    found = RedactedCopy.objects.filter(exhibit__case_id=part.case_id, key__isnull=False).select_related("exhibit")
    rows = list(found.order_by("made_at", "id"))
    away = away_among({one.exhibit_id for one in rows})
    return [one for one in rows if one.exhibit_id not in away]


def kept_files(part: AccessPart, copies: Sequence[RedactedCopy]) -> list[dict[str, Any]]:
    """Chosen copies as a part keeps them. Refuses one of another case, discarded or sealed away. Policy 11.1."""
    allowed = {one.pk for one in copies_for(part)} if copies else set()
    insist(None if all(one.pk in allowed for one in copies) else "One of these copies is gone. Choose again.", CLAUSE)
    return [
        {"copy": str(one.pk), "media": one.media, "size": one.size, "sha256": bytes(one.sha256).hex()} for one in copies
    ]


def files_in(parts: Collection[tuple[AccessPart, Mapping[str, Any]]]) -> list[AnswerFile]:
    """The files of these parts with what each keeps, numbered through in their order."""
    kept = [(part, one) for part, words in parts for one in words.get("files", ())]
    rows = RedactedCopy.objects.filter(pk__in=[uuid.UUID(one["copy"]) for _, one in kept], key__isnull=False)
    found = {one.pk: one for one in rows.select_related("exhibit", "key")} if kept else {}
    away = away_among({one.exhibit_id for one in found.values()})
    files = []
    for number, (part, one) in enumerate(kept, start=1):
        copy = found.get(uuid.UUID(one["copy"]))
        if copy is not None and copy.exhibit_id in away:
            copy = None
        assert part.case_id is not None
        files.append(AnswerFile(number, WORDS[one["media"]], int(one["size"]), part.pk, part.case_id, copy))
    return files


def fetch_answer_file(*, access_request: AccessRequest, file: AnswerFile, by: Actor, at: datetime) -> bytes:
    """The bytes of a file of an answer, and a note that somebody took it along, before a byte leaves. Policy 11.1."""
    copy = file.copy
    insist("This file is not here any more. Ask the school." if copy is None else None, CLAUSE)
    assert copy is not None
    facts: dict[str, Plain] = {"number": file.number, "request": str(access_request.pk)}
    with acting("protection.fetch_answer_file", by=by, at=at, about=copy.pk, case_id=file.case_id, facts=facts):
        return b"".join(redacting.content_of_copy(copy))
