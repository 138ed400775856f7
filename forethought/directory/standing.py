"""Who is here, as a list is compared with them; and whom no list takes off."""

import uuid
from collections import defaultdict
from datetime import datetime

from django.db.models import Q

from forethought.cases.models import Papers, Party, Seat, Status, live
from forethought.directory.comparing import Engaged, Known
from forethought.directory.models import Outside, StaffList
from forethought.people.models import Appointment, Engagement, Person


def everybody() -> list[Known]:
    """Every adult of the school that was entered, here or gone, in five looks however many they are."""
    engaged: dict[uuid.UUID, list[Engaged]] = defaultdict(list)
    rows = Engagement.objects.values_list("person_id", "id", "kind", "starts_on", "ends_on")
    for person_id, pk, kind, starts_on, ends_on in rows.iterator():
        engaged[person_id].append(Engaged(pk, kind, starts_on, ends_on))
    numbers = dict(Outside.objects.filter(source="list").values_list("person_id", "number"))
    asks = holding_office() | handling()
    return [
        Known(
            id=pk,
            name=name,
            email=email,
            left=left_at is not None,
            number=numbers.get(pk, ""),
            asks=pk in asks,
            engaged=tuple(engaged.get(pk, ())),
        )
        for pk, name, email, left_at in Person.objects.order_by("name", "id").values_list(
            "id", "name", "email", "left_at"
        )
    ]


def holding_office() -> set[uuid.UUID]:
    """Those who hold a role, whether it has begun or not."""
    return set(Appointment.objects.filter(ends_at__isnull=True).values_list("person_id", flat=True))


def handling() -> set[uuid.UUID]:
    """Those on the list of something that is not closed."""
    seats = Seat.objects.filter(ended_at__isnull=True).exclude(case__status=Status.CLOSED)
    return set(seats.values_list("person_id", flat=True))


def not_by_list(at: datetime) -> set[uuid.UUID]:
    """Whom no list takes off, at an instant in UTC: whoever has a part in something open, holds a role, or manages.

    Holding a role or managing is enough, so that staying says nothing about a case (reliability.md 7, case 77).
    """
    parties = Party.objects.filter(person__isnull=False).exclude(case__status=Status.CLOSED)
    papers = Papers.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), ended_at__isnull=True)
    managers = Engagement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=at.date()), manager__isnull=False
    ).values_list("manager_id", flat=True)
    handled = Seat.objects.filter(live(at)).exclude(case__status=Status.CLOSED)
    return (
        holding_office()
        | set(parties.values_list("person_id", flat=True))
        | set(papers.values_list("person_id", flat=True))
        | set(managers)
        | set(handled.values_list("person_id", flat=True))
    )


def lists(most: int) -> list[StaffList]:
    """The lists that were brought in, the last first."""
    return list(StaffList.objects.filter(imported_at__isnull=False).order_by("-imported_at")[:most])
