"""Where reviews, editions and linked policies stand: what is open, what holds on a day, whose a review is."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from django.db.models import QuerySet

from forethought.acknowledgements.models import Matter, Reading
from forethought.people.casting import cast_at
from forethought.people.models import Alarm, Person
from forethought.reviews.models import GuidanceEdition, LinkedVersion, Review


def open_reviews() -> "QuerySet[Review]":
    """The reviews that wait for somebody, the soonest due first. Policy 10.2."""
    found: QuerySet[Review] = (
        Review.objects.filter(closed_at__isnull=True).select_related("owner").order_by("due_on", "opened_at", "id")
    )
    return found


def closed_reviews() -> "QuerySet[Review]":
    """The reviews that ended, the last first. Policy 10.2."""
    found: QuerySet[Review] = (
        Review.objects.filter(closed_at__isnull=False).select_related("owner").order_by("-closed_at", "id")
    )
    return found


def default_owner(at: datetime, *, without: Collection[uuid.UUID] = ()) -> Person | None:
    """Whose a review is unless somebody else is named: the head's, the clerk's, or the next who keeps the policy.

    Policy 10.2. `without`: who is not asked, such as those who are kept out of a case that calls for it.
    """
    cast = cast_at(at)
    asked = (cast.head, cast.clerk, cast.chair, cast.trust_lead, cast.vice_chair, *cast.hr_advisers)
    first = next((one for one in asked if one is not None and one not in without), None)
    return Person.objects.get(pk=first) if first is not None else None


def is_watching(school_id: uuid.UUID) -> bool:
    """Whether the watch list is looked at every day. Policy 10.2."""
    return bool(Alarm.objects.filter(kind="watch", about=school_id, rung_at__isnull=True).exists())


def linked_in_force(day: date) -> list[LinkedVersion]:
    """The version of each linked policy that was in force on a day (London), by the policy's name. Policy 3.2."""
    found: dict[uuid.UUID, LinkedVersion] = {}
    rows = LinkedVersion.objects.filter(in_force_on__lte=day).select_related("policy")
    for version in rows.order_by("in_force_on", "kept_at", "id"):
        found[version.policy_id] = version
    return sorted(found.values(), key=lambda version: version.policy.name.casefold())


def edition_of(reading: Reading) -> GuidanceEdition | None:
    """The edition of guidance that a reading asks for; nothing when it asks for the policy. Policy 6.4."""
    if reading.matter != Matter.GUIDANCE:
        return None
    found: GuidanceEdition | None = GuidanceEdition.objects.filter(pk=reading.about).first()
    return found
