"""What a school has turned on or off from a day on: said by a person, with a source, and never changed afterwards."""

from datetime import date, datetime

from forethought.audit.procedures import acting
from forethought.core.errors import insist
from forethought.people.models import Person, School, Switch
from forethought.prepared import Prepared

#: Each switch: what it says when it is on. All are off until somebody turns them on.
KINDS = {
    "reporting_duty": "Adults here have a personal duty in law to report child sexual abuse",
    "full_tracker": "Disciplinary procedures are run here, step by step, and not handed to HR",
}

_set = Prepared(
    lambda kind, day: (
        Switch.objects.filter(kind=kind, from_day__lte=day).order_by("-from_day", "-set_at").values_list("on")[:1]
    ),
    str,
    date,
)


def is_on(kind: str, day: date) -> bool:
    """Whether a switch of the school that was entered is on, on a day in London."""
    return next((on for (on,) in _set(kind, day)), False)


def why_not_turn(*, kind: str, source: str) -> str | None:
    """A switch is one of those there are, and whoever turns it says on what it rests."""
    if kind not in KINDS:
        return "There is no such switch."
    return None if source.strip() else "Say where this is written, or who decided it."


def turn(*, school: School, kind: str, on: bool, from_day: date, source: str, by: Person, at: datetime) -> Switch:
    """Turn a switch on or off from a day (London) on, that day included; earlier days stay as they were.

    Policy 6.5, 9.5.
    """
    insist(why_not_turn(kind=kind, source=source), "6.5")
    with acting("people.turn", by=by, at=at, facts={"kind": kind, "on": on, "from": from_day.isoformat()}) as event:
        row = Switch.objects.create(
            school=school, kind=kind, on=on, from_day=from_day, source=source.strip(), set_at=at, set_by=str(by.id)
        )
        event.about = row.id
    return row
