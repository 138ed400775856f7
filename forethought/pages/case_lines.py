"""A case as one line of a list: neutral, because somebody may be looking over a shoulder."""

from datetime import datetime
from functools import lru_cache

from forethought.cases.listing import CaseLine
from forethought.cases.models import Kind, Status
from forethought.core.clock import london, spoken_day

_STATUS = dict(Status.choices)

#: Each kind of case: what one is called where names are hidden, and where it is read.
KINDS: dict[str, tuple[str, str]] = {
    Kind.REPORT: ("Report", "/cases/{}/"),
    Kind.CONCERN: ("Concern", "/concerns/{}/"),
    Kind.LOW_LEVEL: ("Note", "/low-level/{}/"),
    Kind.PUPIL: ("Hand-over", "/handed/{}/"),
    Kind.BREACH: ("Matter", "/breaches/{}/"),
    Kind.ALLEGATION: ("Allegation", "/allegations/{}/"),
    Kind.COMPLAINT: ("Complaint", "/complaints/{}/"),
    Kind.MONITORING: ("Request", "/monitoring/{}/"),
}


def address_of(kind: str, case_id: object) -> str:
    """Where a case of this kind is read."""
    return KINDS[kind][1].format(case_id)


def row_of(line: CaseLine, at: datetime) -> dict[str, object]:
    """When, what kind of place, how it stands and what is owed. No name, no word of the report."""
    return {
        "id": line.case_id,
        "title": title_of(line.opened_at, line.label, at, kind=line.kind),
        "due_at": line.owed_at,
        "late": bool(line.owed_at and line.owed_at < at),
        "status": _STATUS[line.status],
        "href": f"/cases/{line.case_id}/guest/" if line.why == "guest" else address_of(line.kind, line.case_id),
        "kind": line.kind,
        "reference": line.reference,
    }


def title_of(opened_at: datetime, label: str, at: datetime, *, kind: str = Kind.REPORT) -> str:
    """What a case is called where names are hidden: “Report of 20 November, website”."""
    words = f"{KINDS[kind][0]} of {short_day(london(opened_at).date().toordinal(), at.year)}"
    return f"{words}, {label}" if label else words


@lru_cache(maxsize=1024)
def short_day(ordinal: int, year: int) -> str:
    """A day without the day of the week: “20 November”, with its year when that is another than the one given."""
    from datetime import date

    day = date.fromordinal(ordinal)
    return spoken_day(day, year=day.year != year).split(" ", 1)[1]
