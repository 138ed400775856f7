"""Keeping, looking at and removing the list of pupils' names. Off until somebody keeps one."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime

from forethought.audit.procedures import acting
from forethought.core.errors import Refused, insist
from forethought.evidence import keyring
from forethought.people.models import Person, School
from forethought.roster.models import PupilList
from forethought.roster.rules import Pupil, Read, why_not_keep


def kept_list() -> PupilList | None:
    """The list that the school in scope keeps, if it chose to."""
    return PupilList.objects.select_related("kept_by").filter(removed_at__isnull=True).first()


def names_in(row: PupilList) -> list[Pupil]:
    """The pupils of a list that is kept, opened."""
    return [Pupil(*one) for one in keyring.words_at_school(row, "content")["pupils"]]


def keep_list(*, school: School, pupils: Sequence[Pupil], by: Person, at: datetime) -> PupilList:
    """Keep a list of pupils' names, sealed, in place of the one before. Policy 6.3."""
    insist(why_not_keep(Read(tuple(pupils))), "6.3")
    with acting("roster.keep_list", by=by, at=at) as event:
        before = kept_list()
        if before is not None:
            _empty(before, "replaced", by, at)
        row = PupilList(id=uuid.uuid4(), school=school, pupils=len(pupils), kept_at=at, kept_by=by)
        said = [[one.first, one.last, one.known_as, one.group] for one in pupils]
        row.content = keyring.seal_at_school(row, "content", {"pupils": said})
        row.sha256 = hashlib.sha256(row.content).digest()
        row.save(force_insert=True)
        event.about = row.id
        event.facts.update(pupils=len(pupils), replaced=before is not None)
    return row


def view_list(*, by: Person, at: datetime) -> list[Pupil]:
    """Open the list to be looked at, and note who did. Policy 6.3."""
    row = kept_list()
    if row is None:
        raise Refused("No list is kept.", "6.3")
    with acting("roster.view_list", by=by, at=at, about=row.id):
        return names_in(row)


def remove_list(*, by: Person, at: datetime) -> PupilList:
    """Remove the list: its names are gone from the database, and what remains says how many there were. Policy 6.3."""
    with acting("roster.remove_list", by=by, at=at) as event:
        row = kept_list()
        if row is None:
            raise Refused("There is no list any more.", "6.3")
        _empty(row, "removed", by, at)
        event.about = row.id
        event.facts["pupils"] = row.pupils
        # Of the sealed bytes: it says which they were, and opens nothing.
        event.commitments["list"] = bytes(row.sha256).hex()
    return row


def _empty(row: PupilList, why: str, by: Person, at: datetime) -> None:
    done = PupilList.objects.filter(pk=row.pk, removed_at__isnull=True).update(
        content=None, removed_at=at, removed_by=by, why=why
    )
    insist(None if done else "Somebody removed it just now.", "6.3")


def removed_lists() -> list[PupilList]:
    """The lists that were kept once, the last first: what proves that they are gone."""
    return list(
        PupilList.objects.select_related("removed_by").filter(removed_at__isnull=False).order_by("-removed_at")[:20]
    )
