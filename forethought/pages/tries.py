"""What a case's manager hears of somebody who is kept out of it and tried its doors (reliability.md 3.3, rule 7)."""

from datetime import datetime, timedelta

from forethought.cases.models import Case, Try
from forethought.core.clock import london, spoken_day
from forethought.people.conflicts import TRIES_BEFORE_MANAGER_IS_TOLD

#: For how long it stays on the page.
SHOWN = timedelta(days=28)


def tries_of(case: Case, at: datetime) -> list[str]:
    """A sentence for each day of the last four weeks on which somebody tried three times or more, newest first.

    Who it was is not said: nobody is accused by a click.
    """
    since = london(at - SHOWN).date()
    rows = Try.objects.filter(case=case, times__gte=TRIES_BEFORE_MANAGER_IS_TOLD, on_day__gte=since)
    return [
        f"Somebody who is kept out of this case tried to open it {row.times} times on {spoken_day(row.on_day, at)}."
        for row in rows.order_by("-on_day", "id")
    ]
