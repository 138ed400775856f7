"""How many were asked, have confirmed and are late; and by name, a page at a time.

The counts come from one index of one school’s tasks, whatever is kept of other schools. Whoever left is not counted:
their tasks are closed, and what they confirmed stays with them.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from forethought.acknowledgements.models import Reading, Task
from forethought.acknowledgements.rules import KINDS, Row
from forethought.people.models import Engagement, Person
from forethought.prepared import Prepared, columns_of

#: Lines on one page of the register.
PAGE = 25

_WAITS = Q(done_at__isnull=True)

# Counted by `kind`, which the index has: a count of rows as such would have to look into the table for nothing.
_counted = Prepared(
    lambda reading, today: (
        Task.objects.filter(reading=reading, closed_at__isnull=True)
        .values("kind")
        .annotate(
            asked=Count("kind"),
            done=Count("kind", filter=Q(done_at__isnull=False)),
            late=Count("kind", filter=_WAITS & Q(due_on__lt=today)),
        )
        .order_by("kind")
        .values_list("kind", "asked", "done", "late")
    ),
    uuid.UUID,
    date,
)
_open = Prepared(
    lambda: Reading.objects.filter(ended_at__isnull=True).order_by("-matter", "id").values_list(*columns_of(Reading))
)


def picture(reading_id: uuid.UUID, today: date) -> tuple[Row, ...]:
    """How many of each kind of engagement were asked to read one thing, have confirmed, and are late. Policy 3.7."""
    return tuple(sorted((Row(*row) for row in _counted(reading_id, today)), key=lambda row: KINDS.index(row.kind)))


def in_all(rows: Iterable[Row]) -> Row:
    """The same for everybody together. Policy 3.7."""
    found = list(rows)
    return Row("", sum(r.asked for r in found), sum(r.done for r in found), sum(r.late for r in found))


def open_readings() -> list[Reading]:
    """What everybody is asked to read now: the policy first, then guidance."""
    found: list[Reading] = _open.instances(Reading)
    return found


# --- By name ---


def of_reading(reading: Reading) -> "QuerySet[Task]":
    """Everybody here who was asked to read one thing."""
    found: QuerySet[Task] = Task.objects.filter(reading=reading, closed_at__isnull=True)
    return found


def team_of(manager: Person, today: date) -> "QuerySet[Engagement]":
    """The engagements that somebody manages now. Policy 3.7."""
    found: QuerySet[Engagement] = Engagement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), manager=manager, person__left_at__isnull=True
    )
    return found


def of_team(manager: Person, today: date) -> "QuerySet[Task]":
    """What somebody's own people were asked to read and may still be asked about. Policy 3.7."""
    found: QuerySet[Task] = Task.objects.filter(
        person__in=team_of(manager, today).values("person"), reading__ended_at__isnull=True, closed_at__isnull=True
    )
    return found


#: What a list of names can be narrowed to.
STATES = ("waiting", "late", "confirmed", "paper")


def narrowed(tasks: "QuerySet[Task]", *, state: str, kind: str, today: date) -> "QuerySet[Task]":
    """Only those in one state, of one kind of engagement; all of them for anything else."""
    if kind in KINDS:
        tasks = tasks.filter(kind=kind)
    if state == "confirmed":
        return tasks.exclude(_WAITS)
    if state in STATES:
        tasks = tasks.filter(_WAITS)
    if state == "late":
        return tasks.filter(due_on__lt=today)
    return tasks.filter(wants_paper_at__isnull=False) if state == "paper" else tasks


@dataclass(frozen=True)
class Page:
    """One page of names, and where the next begins; nothing where this is the last."""

    tasks: tuple[Task, ...]
    after: uuid.UUID | None


def by_name(tasks: "QuerySet[Task]", after: uuid.UUID | None = None) -> Page:
    """A page of tasks by the name of whose they are, from after one of them. Never counted. Policy 3.7.

    With each comes what the list shows: the person, the reading, and how they confirmed; nothing they wrote.
    """
    mark = Task.objects.filter(pk=after).values_list("person__name", "person_id", "id").first() if after else None
    if mark:
        name, person, task = mark
        tasks = tasks.filter(
            Q(person__name__gt=name)
            | Q(person__name=name, person__gt=person)
            | Q(person__name=name, person=person, id__gt=task),
            person__name__gte=name,
        )
    rows = tuple(
        tasks.select_related("person", "reading", "acknowledgement")
        .defer("seen", "acknowledgement__own_words", "acknowledgement__said", "acknowledgement__fingerprint")
        .order_by("person__name", "person_id", "id")[: PAGE + 1]
    )
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)
