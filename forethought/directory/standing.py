"""Who is here, as a list is compared with them; and whom no list takes off."""

import uuid
from collections import defaultdict
from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q

from forethought.cases.models import Seat, Status
from forethought.directory.comparing import Engaged, Known
from forethought.directory.models import Outside, StaffList
from forethought.people.models import Account, Appointment, Engagement, Person
from forethought.rows import school_in_scope


def everybody() -> list[Known]:
    """Every adult of the school that was entered, here or gone, in five looks however many they are."""
    engaged: dict[uuid.UUID, list[Engaged]] = defaultdict(list)
    rows = Engagement.objects.values_list("person_id", "id", "kind", "starts_on", "ends_on")
    for person_id, pk, kind, starts_on, ends_on in rows.iterator():
        engaged[person_id].append(Engaged(pk, kind, starts_on, ends_on))
    numbers = dict(Outside.objects.filter(source="list").values_list("person_id", "number"))
    asks = asked_of_address()
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


def signing_in() -> set[uuid.UUID]:
    """Those who have set a password, and so can say themselves what their address is."""
    here = school_in_scope()
    if here is None:
        raise LookupError("Whose accounts? Enter a school first.")
    found = Account.objects.filter(school_id=here, is_active=True)
    return set(found.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).values_list("person_id", flat=True))


def asked_of_address() -> set[uuid.UUID]:
    """Those of whom a list or a directory changes no address without their own yes. No case is looked at.

    Whoever handles something signs in, so theirs is asked (reliability.md 7, case 76), and it is no sign of that.
    """
    return holding_office() | signing_in()


def not_by_list(at: datetime) -> set[uuid.UUID]:
    """Whom no list takes off, at an instant in UTC: whoever holds a role, or manages. No case is looked at.

    Whoever stayed for a part in a case, be it for having reported, would be seen by a list that names nobody.
    """
    managers = Engagement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=at.date()), manager__isnull=False
    ).values_list("manager_id", flat=True)
    return holding_office() | set(managers)


def lists(most: int) -> list[StaffList]:
    """The lists that were brought in, the last first."""
    return list(StaffList.objects.filter(imported_at__isnull=False).order_by("-imported_at")[:most])
