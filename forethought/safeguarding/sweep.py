"""Alerts that nobody has opened go on to the next person, by the clock."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Exclusion
from forethought.people.models import Letter
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


def withheld(letters: Iterable[Letter], at: datetime) -> dict[uuid.UUID, str]:
    """The letters of alerts about a case that their reader is kept out of by now. Asked as each is sent.

    An alert may be older than its case, so its letter names none (architecture.md, decision 3). Policy 6.5.
    """
    told = [letter for letter in letters if letter.case_id is None and letter.about is not None]
    cases = dict(Alert.objects.filter(pk__in={letter.about for letter in told}).values_list("id", "case_id"))
    if not cases:
        return {}
    out = set(Exclusion.objects.filter(case__in=set(cases.values())).values_list("case_id", "person_id"))
    return {
        letter.id: "kept_out"
        for letter in told
        if letter.about in cases and (cases[letter.about], letter.person_id) in out
    }
