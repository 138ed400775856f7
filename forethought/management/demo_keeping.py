"""What falls due in the demonstration: declarations of family that ended, kept there for a fortnight."""

from datetime import datetime, timedelta

from forethought.boundaries import procedures as boundaries
from forethought.people.models import Person, School
from forethought.retention import due, procedures
from forethought.retention.schedule import Period

#: Who declared it, about whom, and how many days after the beginning it ended. The last falls due later.
DECLARED = (("Ben", "A. F., 6B", 5), ("Nadia", "K., Reception", 9), ("Owen", "R. P., 3A", 36))


def fill(school: School, cast: dict[str, Person], began: datetime, now: datetime) -> None:
    """A changed rule, two declarations that are due, and one that falls due soon."""
    head = cast["Amina"]
    procedures.change_rule(
        school=school,
        key="family",
        period=Period(days=14),
        reason="For this demonstration, so that something falls due. Write your own reason here.",
        by=head,
        at=began,
    )
    for name, pupil, days in DECLARED:
        at = began + timedelta(hours=1)
        row = boundaries.declare_family(relation="My child", pupil=pupil, by=cast[name], at=at)
        boundaries.see_family(declaration=row, version=row.version, by=head, at=at + timedelta(hours=1))
        row.refresh_from_db()
        boundaries.end_family(declaration=row, version=row.version, by=cast[name], at=began + timedelta(days=days))
    due.refresh(school.id, now)
