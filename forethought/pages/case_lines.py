"""A case as one line of a list: neutral, because somebody may be looking over a shoulder."""

from datetime import datetime
from functools import lru_cache

from forethought.cases.listing import CaseLine
from forethought.cases.models import Status
from forethought.core.clock import london, spoken_day

_STATUS = dict(Status.choices)


def row_of(line: CaseLine, at: datetime) -> dict[str, object]:
    """When, what kind of place, how it stands and what is owed. No name, no word of the report."""
    return {
        "id": line.case_id,
        "title": title_of(line.opened_at, line.label, at),
        "due_at": line.owed_at,
        "late": bool(line.owed_at and line.owed_at < at),
        "status": _STATUS[line.status],
        "href": f"/cases/{line.case_id}/",
        "reference": line.reference,
    }


def title_of(opened_at: datetime, label: str, at: datetime) -> str:
    """What a case is called where names are hidden: “Report of 20 November, website”."""
    return f"Report of {short_day(london(opened_at).date().toordinal(), at.year)}, {label}"


@lru_cache(maxsize=1024)
def short_day(ordinal: int, year: int) -> str:
    """A day without the day of the week: “20 November”, with its year when that is another than the one given."""
    from datetime import date

    day = date.fromordinal(ordinal)
    return spoken_day(day, year=day.year != year).split(" ", 1)[1]
