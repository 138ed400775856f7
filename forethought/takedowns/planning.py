"""When the program looks next: one look is planned for each takedown with an address. Parts of larger acts."""

from datetime import datetime

from django.db.models import QuerySet

from forethought.audit.procedures import PROGRAM, Actor
from forethought.people.post import wake
from forethought.takedowns.asking_models import SiteLook
from forethought.takedowns.marks import next_site_look
from forethought.takedowns.models import Takedown
from forethought.takedowns.rules import Status


def plan_next_look(takedown: Takedown, at: datetime, *, first: bool = False) -> None:
    """Plan the next look from where a takedown stands now, or none. `first`: none can have been planned. UTC."""
    if takedown.target != "address":
        return
    found = next_site_look(
        status=Status(takedown.status),
        resolve_due_at=takedown.resolve_due_at,
        seen_gone_at=takedown.seen_gone_at,
        at=at,
    )
    if found is None:
        waiting(takedown).update(due_at=None, ended="not_needed", ended_at=at)
    else:
        plan_look(takedown, *found, at=at, first=first)


def plan_look(
    takedown: Takedown, mark: str, due_at: datetime, *, by: Actor = PROGRAM, at: datetime, first: bool = False
) -> None:
    """Plan a look at an instant, in the place of the one that was planned. UTC."""
    planned = {"mark": mark, "planned_for": due_at, "due_at": due_at, "planned_at": at, "planned_by": str(by.id)}
    if first or not waiting(takedown).update(**planned, tries=0):
        SiteLook.objects.create(school_id=takedown.school_id, takedown=takedown, **planned)
    wake(takedown.school_id, due_at)


def waiting(takedown: Takedown) -> "QuerySet[SiteLook]":
    """The look that is planned, or under way."""
    found: QuerySet[SiteLook] = SiteLook.objects.filter(takedown=takedown, due_at__isnull=False)
    return found
