"""Alerts that nobody has opened go on to the next person, by the clock."""

import uuid
from datetime import datetime

from django.db.models import Min

from forethought.audit.procedures import PROGRAM
from forethought.rows import inside
from forethought.safeguarding.models import Alert
from forethought.safeguarding.procedures import pass_on_alert


def pass_on_due(school_id: uuid.UUID, at: datetime) -> bool:
    """Pass on what has lain unseen for an hour at this instant (UTC). Whether all went well. Policy 6.5."""
    with inside(school_id):
        due = list(Alert.objects.filter(passes_on_at__lte=at).order_by("passes_on_at")[:100])
    for alert in due:
        with inside(school_id):
            pass_on_alert(alert=alert, by=PROGRAM, at=at)
    return True


def next_passing_on() -> datetime | None:
    """When an alert of the school that was entered next goes on, in UTC."""
    found: datetime | None = Alert.objects.filter(passes_on_at__isnull=False).aggregate(next=Min("passes_on_at"))[
        "next"
    ]
    return found
