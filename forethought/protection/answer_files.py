"""Files in an answer to a request for one's own data: copies of records with others covered, chosen by a person.

Of a recording the copy is a text. The recording itself goes in only where a person says that nobody else is in it; no
other record ever does. The bytes stay where they are, under the key of the case: discarded, or let go of with the case,
the file is gone from the answer too, and the answer says so. Clause 11.1.
"""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from forethought.audit.procedures import Actor, Plain, acting
from forethought.core.errors import insist
from forethought.evidence import redacting
from forethought.evidence.away_standing import away_among
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.kinds import Kind
from forethought.evidence.models import Exhibit, Viewing
from forethought.evidence.readable import may_be_read
from forethought.evidence.reading import content_of
from forethought.evidence.reading_out import RECORDINGS
from forethought.protection import access_rules
from forethought.protection.access_models import AccessPart, AccessRequest

CLAUSE = "11.1"
WORDS = {"PNG": "A picture in which something is covered", "TEXT": "A text in which something is cut"}
#: A text that was made of a recording.
HEARD = "What a recording says, as a text"
KINDS = {"PNG": ("image/png", "png"), "TEXT": ("text/plain; charset=utf-8", "txt")}


@dataclass(frozen=True)
class AnswerFile:
    """One file of an answer, by its number there. Both are nothing once it was discarded or cannot be had.

    `copy` is what was made of a record; `recording` the record itself, where nobody else is in it.
    """

    number: int
    words: str
    size: int
    part_id: uuid.UUID
    case_id: uuid.UUID
    copy: RedactedCopy | None
    recording: Exhibit | None = None

    @property
    def is_here(self) -> bool:
        """Whether it can be had."""
        return self.copy is not None or self.recording is not None

    @property
    def media_type(self) -> str:
        """What kind of file it is, as HTTP says it."""
        if self.recording is not None:
            return Kind[self.recording.media].media_type
        return KINDS[self.copy.media][0] if self.copy else ""

    @property
    def name(self) -> str:
        """What it is called when somebody takes it along: it says nothing."""
        ending = self.recording.media.lower() if self.recording else KINDS[self.copy.media][1] if self.copy else ""
        return f"file-{self.number}.{ending}" if ending else ""


def words_for(copy: RedactedCopy) -> str:
    """What a copy is, in words."""
    return HEARD if copy.exhibit.media in RECORDINGS else WORDS[copy.media]


def copies_for(part: AccessPart) -> list[RedactedCopy]:
    """The copies that a part of a case may put into the answer, the first made first."""
    if part.case_id is None:
        return []
    found = RedactedCopy.objects.filter(exhibit__case_id=part.case_id, key__isnull=False).select_related("exhibit")
    rows = list(found.order_by("made_at", "id"))
    away = away_among({one.exhibit_id for one in rows})
    return [one for one in rows if one.exhibit_id not in away]


def recordings_for(part: AccessPart) -> list[Exhibit]:
    """The recordings of a part's case that can be opened, the first that came first."""
    if part.case_id is None:
        return []
    found = Exhibit.objects.select_related("key").filter(case_id=part.case_id, media__in=RECORDINGS)
    return [one for one in found.order_by("received_at", "id") if may_be_read(one)]


def kept_files(part: AccessPart, copies: Sequence[RedactedCopy]) -> list[dict[str, Any]]:
    """Chosen copies as a part keeps them. Refuses one of another case, discarded or sealed away. Policy 11.1."""
    allowed = {one.pk for one in copies_for(part)} if copies else set()
    insist(None if all(one.pk in allowed for one in copies) else "One of these copies is gone. Choose again.", CLAUSE)
    return [
        {
            "copy": str(one.pk),
            "media": one.media,
            "words": words_for(one),
            "size": one.size,
            "sha256": bytes(one.sha256).hex(),
        }
        for one in copies
    ]


def kept_recordings(part: AccessPart, chosen: Sequence[Exhibit], *, alone: bool, by: Actor) -> list[dict[str, Any]]:
    """Chosen recordings as a part keeps them, each whole. Policy 11.1.

    Refuses one of another case or that cannot be opened, one that `by` has not opened, and any without the word of a
    person that nobody else is in it (`alone`).
    """
    allowed = {one.pk for one in recordings_for(part)} if chosen else set()
    gone = not all(one.pk in allowed for one in chosen)
    insist("One of these recordings is gone. Choose again." if gone else None, CLAUSE)
    seen = Viewing.objects.filter(exhibit__in=[one.pk for one in chosen], viewer=str(by.id))
    opened = seen.values("exhibit").distinct().count() if chosen else 0
    insist(access_rules.why_not_give_whole(chosen=len(chosen), opened=opened, alone=alone), CLAUSE)
    return [
        {
            "record": str(one.pk),
            "media": one.media,
            "words": f"A recording: {Kind[one.media].words}",
            "size": one.size,
            "sha256": bytes(one.sha256 or b"").hex(),
        }
        for one in chosen
    ]


def left_of(part: AccessPart, copies: Sequence[RedactedCopy], whole: Sequence[Exhibit]) -> int:
    """How many recordings of a part's case go into the answer neither whole nor as a text."""
    told = {one.exhibit_id for one in copies} | {one.pk for one in whole}
    return sum(one.pk not in told for one in recordings_for(part))


def files_in(parts: Collection[tuple[AccessPart, Mapping[str, Any]]]) -> list[AnswerFile]:
    """The files of these parts with what each keeps, numbered through in their order."""
    kept = [(part, one) for part, words in parts for one in words.get("files", ())]
    copied = [uuid.UUID(one["copy"]) for _, one in kept if "copy" in one]
    rows = RedactedCopy.objects.filter(pk__in=copied, key__isnull=False)
    copies = {one.pk: one for one in rows.select_related("exhibit", "key")} if copied else {}
    away = away_among({one.exhibit_id for one in copies.values()})
    files = []
    for number, (part, one) in enumerate(kept, start=1):
        assert part.case_id is not None
        copy, recording = None, None
        if "record" in one:
            found = Exhibit.objects.select_related("key").filter(pk=uuid.UUID(one["record"])).first()
            recording = found if found is not None and may_be_read(found) else None
        else:
            copy = copies.get(uuid.UUID(one["copy"]))
            copy = None if copy is None or copy.exhibit_id in away else copy
        words = one.get("words") or WORDS[one["media"]]
        files.append(AnswerFile(number, words, int(one["size"]), part.pk, part.case_id, copy, recording))
    return files


def fetch_answer_file(*, access_request: AccessRequest, file: AnswerFile, by: Actor, at: datetime) -> Iterator[bytes]:
    """The bytes of a file of an answer, and a note that somebody took it along, before a byte leaves. Policy 11.1.

    The first piece is opened before the note: Damaged is raised then, and nothing was taken along. Keys are looked up
    with it, so that the rest can be read while it is sent.
    """
    copy, recording = file.copy, file.recording
    insist(None if file.is_here else "This file is not here any more. Ask the school.", CLAUSE)
    pieces = content_of(recording) if recording is not None else redacting.content_of_copy(copy)  # type: ignore[arg-type]
    first = next(pieces, b"")
    about = recording.pk if recording is not None else copy.pk if copy is not None else None
    facts: dict[str, Plain] = {"number": file.number, "request": str(access_request.pk)}
    with acting("protection.fetch_answer_file", by=by, at=at, about=about, case_id=file.case_id, facts=facts):
        return chain([first], pieces)
