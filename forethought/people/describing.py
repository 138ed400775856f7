"""What a school says of itself: what it is called, who runs it, its hours, its closed days, whether mail arrives."""

from collections.abc import Iterable
from datetime import date, datetime

from forethought.audit.procedures import Actor, acting
from forethought.core.clock import london
from forethought.core.errors import insist
from forethought.people import numbers
from forethought.people.models import ClosedTime, School


def describe_school(
    *, school: School, name: str, urn: str, phase: str, run_by: str, runs: str, by: Actor, at: datetime
) -> None:
    """Say what the school is called, its number, and who runs it. Policy 2.5."""
    with acting("people.describe_school", by=by, at=at, about=school.id):
        School.objects.filter(pk=school.pk).update(name=name, urn=urn, phase=phase, run_by=run_by, runs=runs)


def set_hours(*, school: School, answer_hours: int, approach_hours: int, by: Actor, at: datetime) -> None:
    """Say within how many working hours a reporter is answered, and within how many hours a site is asked.

    Policy 7.2, 8.3. The 24 hours from the report are the policy's and no setting. What is due already keeps its time.
    """
    facts = {"answer": answer_hours, "approach": approach_hours}
    with acting("people.set_hours", by=by, at=at, about=school.id, facts=facts):
        School.objects.filter(pk=school.pk).update(answer_hours=answer_hours, approach_hours=approach_hours)


def keep_closed_days(
    *, school: School, closed: Iterable[tuple[str, date, date]], by: Actor, at: datetime
) -> list[ClosedTime]:
    """Keep when the school is closed: a name, the first and the last day of each stretch, in London. Policy 8.3.

    They take the place of those that are not over yet. No clock pauses for them: they say when a rota must stand.
    """
    with acting("people.keep_closed_days", by=by, at=at, about=school.id) as event:
        ClosedTime.objects.filter(ends_on__gte=london(at).date()).delete()
        rows = [
            ClosedTime(school=school, name=name, starts_on=starts_on, ends_on=ends_on)
            for name, starts_on, ends_on in closed
        ]
        event.facts["stretches"] = len(rows)
        return ClosedTime.objects.bulk_create(rows)


def note_mail_arrives(*, school: School, by: Actor, at: datetime) -> None:
    """Note that a real message came to somebody who typed back what it said. Policy 2.5."""
    with acting("people.note_mail_arrives", by=by, at=at, about=school.id):
        School.objects.filter(pk=school.pk).update(mail_arrived_at=at)


def change_contact(
    *, school: School, key: str, name: str, number: str, checked_on: date, by: Actor, at: datetime
) -> None:
    """Put a line of the school's own list of numbers right, or take it off with an empty number. Policy 6.5, 8.7.

    `checked_on` is the London day on which somebody last saw that it is right.
    """
    insist("There is no such line on the list." if numbers.number(key) is None else None)
    insist(numbers.why_not_checked(checked_on=checked_on, today=london(at).date()), "6.5")
    with acting("people.change_contact", by=by, at=at, about=school.id, facts={"key": key}):
        kept = dict(School.objects.only("contacts").get(pk=school.pk).contacts)
        kept.pop(key, None)
        if number:
            kept[key] = {"name": name, "number": number, "checked_on": checked_on.isoformat()}
        School.objects.filter(pk=school.pk).update(contacts=kept)


def change_own_address(*, school: School, address: str, email: str, by: Actor, at: datetime) -> None:
    """Say where a site writes back to when the school asks it for something. Policy 8.3."""
    with acting("people.change_own_address", by=by, at=at, about=school.id):
        kept = dict(School.objects.only("contacts").get(pk=school.pk).contacts)
        kept["school"] = {"address": address, "email": email}
        School.objects.filter(pk=school.pk).update(contacts=kept)
