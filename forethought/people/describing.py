"""What a school says of itself: what it is called, who runs it, its hours, its closed days, whether mail arrives."""

from collections.abc import Iterable
from datetime import date, datetime

from forethought.audit.procedures import Actor, acting
from forethought.core.clock import london
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
