"""Records kept through the gate, and the worker's reading of them."""

from datetime import timedelta

from builders import World, a_draft, a_grant, an_upload
from record_files import no_network

from forethought.cases.models import Draft
from forethought.evidence import reading_acts
from forethought.evidence.mail_keys import LookUp
from forethought.evidence.models import Exhibit
from forethought.evidence.procedures import keep_records
from forethought.management.commands import worker


def a_record(world: World, content: bytes, name: str, *, draft: Draft | None = None) -> Exhibit:
    """A file that was kept under a grant."""
    draft = draft or a_draft(world)
    grant = a_grant(draft, by=world.teacher, at=world.at)
    kept = keep_records(
        grant=grant,
        kind="text",
        uploads=[an_upload(draft, content, name)],
        particulars={},
        by=world.teacher,
        at=world.at,
    )
    return kept[0]


def read_all(world: World, *, look_up: LookUp = no_network, after: timedelta = timedelta()) -> None:
    reading_acts.read_due(world.school.id, world.at + after, look_up=look_up, aside=worker.at_once)
