"""Having the content of a record shown: an event for each viewing, and an end to it by the clock. Policy 7.3."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from forethought.audit.models import Entry
from forethought.audit.procedures import Actor, acting
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.evidence.away_standing import insist_not_away
from forethought.evidence.derived import last_of, words_of
from forethought.evidence.keys import BrokenSeal
from forethought.evidence.models import Exhibit, Viewing

#: After so long the picture is covered again. Another press is another viewing.
LASTS = timedelta(minutes=10)
#: A recording may be heard to its end, within one sign-in.
LONGEST = timedelta(hours=8)

#: One alarm for one damaged record in so long, however often somebody tries.
QUIET = timedelta(hours=1)


def open_viewing(*, exhibit: Exhibit, session: str, still: Callable[[], bool], by: Actor, at: datetime) -> Viewing:
    """Let somebody see a record for ten minutes, or for as long as it plays besides, with this sign-in alone.

    `still` says whether they may: it is asked in the transaction that notes the viewing, behind every other act of the
    school. Policy 7.3.
    """
    with acting("evidence.open_viewing", by=by, at=at, about=exhibit.id, case_id=exhibit.case_id):
        insist(None if still() else "You can no longer open this record.", "7.3")
        insist_not_away(exhibit)
        row = Viewing(
            id=uuid.uuid4(),
            school_id=exhibit.school_id,
            exhibit=exhibit,
            viewer=str(by.id),
            opened_at=at,
            ends_at=at + lasts(exhibit),
        )
        row.content = keyring.seal(row, {"session": session}, case_id=exhibit.case_id)
        row.save(force_insert=True)
    return row


def lasts(exhibit: Exhibit) -> timedelta:
    """How long a viewing of a record lasts: ten minutes, and what it plays where that has been read out of it."""
    read = last_of([exhibit], "length").get(exhibit.id, {}).get("length")
    if read is None:
        return LASTS
    try:
        said = words_of(read)
    except BrokenSeal:
        return LASTS
    plays = said.get("plays") or said.get("says")
    return min(LASTS + timedelta(seconds=float(plays)), LONGEST) if isinstance(plays, int | float) else LASTS


def session_of(viewing: Viewing) -> str:
    """The key of the sign-in that a viewing belongs to."""
    return str(keyring.words(viewing, case_id=viewing.exhibit.case_id)["session"])


def note_fault(*, exhibit: Exhibit, piece: int | None, by: Actor, at: datetime) -> None:
    """Note that a record is not what was kept: swapped, moved, altered or gone. An alarm in the trail. Policy 7.3."""
    lately = Entry.objects.filter(verb="evidence.note_fault", about=exhibit.id, at__gt=at - QUIET)
    if lately.exists():
        return
    with acting(
        "evidence.note_fault",
        by=by,
        at=at,
        about=exhibit.id,
        case_id=exhibit.case_id,
        facts={"piece": piece + 1 if piece is not None else None},
    ):
        pass
