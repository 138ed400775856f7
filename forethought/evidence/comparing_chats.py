"""Two exports of one chat beside each other: what stands in one and not in the other."""

from datetime import datetime
from typing import Any

from forethought.audit.procedures import Actor, acting
from forethought.core.errors import insist
from forethought.evidence import derived
from forethought.evidence.models import Exhibit
from forethought.evidence.readable import may_be_read
from forethought.evidence.reading_out import compared


def chats_of(case_id: Any, besides: Exhibit) -> list[Exhibit]:
    """The other records of a case that are chats and may be read."""
    others = Exhibit.objects.filter(case_id=case_id).exclude(pk=besides.pk).order_by("received_at", "id")
    read = derived.last_of(others, "chat")
    return [one for one in others if one.pk in read and may_be_read(one)]


def compare_chats(*, one: Exhibit, other: Exhibit, by: Actor, at: datetime) -> dict[str, Any] | None:
    """Where two exports in one case disagree, within the time that both cover; nothing when they are of two chats.

    Neither is called the true one: an export is a text that anybody can edit. Policy 7.3.
    """
    insist(None if one.case_id == other.case_id else "Both must be records of one case.", "7.3")
    read = derived.last_of([one, other], "chat")
    insist(
        None
        if one.pk in read and other.pk in read and may_be_read(one) and may_be_read(other)
        else "Choose two chats.",
        "7.3",
    )
    # Opened here and taken apart elsewhere: a long chat would be a hundred megabytes of this process.
    found = compared(*(derived.pieces_of(read[exhibit.pk]["chat"]) for exhibit in (one, other)))
    with acting("evidence.compare_chats", by=by, at=at, about=one.id, case_id=one.case_id):
        return found
