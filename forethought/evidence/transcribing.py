"""Writing down what a recording says, and confirming it line by line. A person does both."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.core.errors import insist
from forethought.evidence import derived
from forethought.evidence.derived import TRANSCRIPT
from forethought.evidence.derived_models import Derived, LineConfirmed
from forethought.evidence.models import Exhibit
from forethought.evidence.readable import may_be_read
from forethought.evidence.reading_out import RECORDINGS
from forethought.evidence.transcripts import Line


@dataclass
class Heard:
    """One line of the transcript that holds, and who confirmed it, by id: whoever listened and found it right."""

    number: int
    line: Line
    confirmed_by: list[str] = field(default_factory=list)


def why_not_transcribe(exhibit: Exhibit) -> str | None:
    """A transcript is of a recording that may be read. Policy 7.3."""
    if exhibit.media not in RECORDINGS:
        return "Only a recording has something to write down."
    return None if may_be_read(exhibit) else "This record cannot be opened."


def write_transcript(*, exhibit: Exhibit, lines: Sequence[Line], by: Actor, at: datetime) -> Derived:
    """Keep what a person heard, as a whole. What was written before stays in the trail and is no longer shown.

    Policy 7.3.
    """
    insist(why_not_transcribe(exhibit), "7.3")
    insist(None if lines else "Write at least one line, with its time.", "7.3")
    content = {"lines": [[one.at, one.words] for one in lines]}
    with acting("evidence.write_transcript", by=by, at=at, about=exhibit.id, case_id=exhibit.case_id) as event:
        row, committed = derived.keep(exhibit, recipe=TRANSCRIPT, content=content, tools="", by=by, at=at)
        event.commitments["derived_0"] = committed
        event.facts["lines"] = len(lines)
    return row


def confirm_line(*, exhibit: Exhibit, transcript: Derived, number: int, by: Actor, at: datetime) -> None:
    """Say that one listened, and that a line of the transcript is what is said. Policy 7.3."""
    insist(why_not_transcribe(exhibit), "7.3")
    last = derived.last_of([exhibit], TRANSCRIPT).get(exhibit.id, {}).get(TRANSCRIPT)
    insist(
        None if last is not None and last.pk == transcript.pk else "It was written anew. Look at what it says now.",
        "7.3",
    )
    insist(None if 0 <= number < len(derived.words_of(transcript)["lines"]) else "There is no such line.", "7.3")
    with acting("evidence.confirm_line", by=by, at=at, about=exhibit.id, case_id=exhibit.case_id):
        LineConfirmed.objects.get_or_create(
            school_id=exhibit.school_id,
            derived=transcript,
            number=number,
            confirmed_by=str(by.id),
            defaults={"confirmed_at": at},
        )


def heard_in(exhibit: Exhibit) -> tuple[Derived | None, list[Heard]]:
    """The transcript that holds, with who confirmed each line: that line, or the same one in an earlier version."""
    rows = list(
        Derived.objects.filter(exhibit=exhibit, recipe=TRANSCRIPT, key__isnull=False)
        .select_related("exhibit", "key")
        .prefetch_related("confirmed")
        .order_by("made_at")
    )
    confirmed: dict[Line, set[str]] = {}
    lines: list[Line] = []
    for row in rows:
        lines = [Line(*one) for one in derived.words_of(row)["lines"]]
        for one in row.confirmed.all():
            confirmed.setdefault(lines[one.number], set()).add(one.confirmed_by)
    heard = [Heard(number, line, sorted(confirmed.get(line, ()))) for number, line in enumerate(lines)]
    return (rows[-1] if rows else None), heard
