"""What waits for somebody about boundaries, on their home: a record shared with them, family to see or to renew."""

import uuid
from datetime import date, datetime

from forethought.boundaries import standing
from forethought.boundaries.models import ContactShare, FamilyDeclaration
from forethought.core.clock import london
from forethought.pages.door_rules import FAMILY_OFFICES
from forethought.people.models import Person
from forethought.prepared import Prepared

_shared = Prepared(
    lambda person: (
        ContactShare.objects.filter(person=person, seen_at__isnull=True)
        .order_by("shared_at")
        .values_list("record_id")[:3]
    ),
    uuid.UUID,
)
_to_renew = Prepared(
    lambda person, today: FamilyDeclaration.objects.filter(
        person=person, ended_at__isnull=True, review_on__lte=today
    ).values_list("id")[:1],
    uuid.UUID,
    date,
)


def lines(person: Person, roles: frozenset[str], at: datetime) -> list[dict[str, object]]:
    """What waits, each with a place to go. No name and no word of it stands here. `at` in UTC."""
    found = [
        _line("A record of contact was shared with you.", "Read it", f"/contacted/records/{record_id}/")
        for (record_id,) in _shared(person.pk)
    ]
    if _to_renew(person.pk, london(at).date()):
        found.append(_line("Is the family that you declared still so?", "Look", "/families/"))
    if roles & FAMILY_OFFICES and any(one.seen_at is None for one in standing.declarations_for(person, at)):
        found.append(_line("Somebody declared family at this school.", "See it", "/families/list-families/"))
    return found


def _line(text: str, button: str, href: str) -> dict[str, object]:
    return {"text": text, "button": button, "href": href, "state": "normal"}
