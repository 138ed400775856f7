"""The safeguarding lead's block of the home: concerns nobody has opened yet, and those being worked on. Clause 6.5."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from forethought.cases.models import Case, Kind, Status
from forethought.pages.case_lines import address_of, title_of
from forethought.pages.door_rules import HANDLERS
from forethought.people.models import Person, Role
from forethought.prepared import Prepared
from forethought.safeguarding.models import AlertTold

LEADS = frozenset({Role.LEAD, Role.DEPUTY_LEAD})

#: Concerns on the home. The others are in the list of cases.
MOST = 10

_open = Prepared(
    lambda person, at: (
        Case.objects.seen_by(person, at)
        .filter(kind=Kind.CONCERN, status__in=[Status.RECEIVED, Status.OPEN])
        .annotate(seen=Exists(AlertTold.objects.filter(alert__case_id=OuterRef("pk"), seen_at__isnull=False)))
        .order_by("seen", "opened_at")
        .values_list("id", "label", "opened_at", "status", "seen")[:MOST]
    ),
    uuid.UUID,
    datetime,
)


def block(person: Person, roles: Collection[str], at: datetime) -> dict[str, Any]:
    """What the home shows of concerns to somebody with these roles. Only of those that they may see."""
    return {
        "concerns": concern_lines(person, at) if LEADS & set(roles) else None,
        "low_level": bool(HANDLERS & set(roles)),
        "tags": bool((LEADS | {Role.HEAD}) & set(roles)),
    }


def concern_lines(person: Person, at: datetime) -> list[dict[str, str]]:
    """The concerns that somebody works on, those not opened first."""
    return [
        {
            "text": title_of(opened_at, label, at, kind=Kind.CONCERN),
            "status": "Being worked on" if status == Status.OPEN else "Opened" if seen else "Not seen yet",
            "colour": "grey" if seen else "orange",
            "href": address_of(Kind.CONCERN, case_id),
        }
        for case_id, label, opened_at, status, seen in _open(person.pk, at)
    ]
