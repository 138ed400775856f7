"""What a live school has still to do: a few looks in indexes, for the homes of those who may do it."""

import uuid
from datetime import date, datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q

from forethought.cases.quorum_models import Quorum
from forethought.core.clock import london
from forethought.founding.gaps import gaps_in
from forethought.founding.key_copy import has_key_copy
from forethought.founding.undone import Facts, Undone, undone
from forethought.people import numbers
from forethought.people.casting import cast_at
from forethought.people.models import Account, Appointment, ClosedTime, Doorway, Person, Role, School
from forethought.policies.models import Policy
from forethought.prepared import Prepared

#: Whose home may show something undone.
SEES = frozenset({Role.HEAD, Role.CHAIR, Role.CLERK, Role.LEAD, Role.DEPUTY_LEAD})

_school = Prepared(
    lambda school: School.objects.filter(pk=school).values_list("demonstration", "contacts", "mail_arrived_at"),
    uuid.UUID,
)
_code = Prepared(
    lambda school, at: Doorway.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=at), kind="staffroom", school_id=school
    ).values_list("kind")[:1],
    uuid.UUID,
    datetime,
)
_shares = Prepared(lambda: Quorum.objects.filter(made_at__isnull=False, ended_at__isnull=True).values_list("id")[:1])
_in_force = Prepared(
    lambda school: Policy.objects.filter(pk=school, in_force__isnull=False).values_list("in_force_id"), uuid.UUID
)
_closed = Prepared(lambda today: ClosedTime.objects.filter(ends_on__gte=today).values_list("id")[:1], date)
_officers = Prepared(
    lambda: (
        Appointment.objects.filter(ends_at__isnull=True, person__left_at__isnull=True)
        .values_list("person_id")
        .distinct()
    )
)
_others = Prepared(
    lambda: (
        Person.objects.filter(left_at__isnull=True)
        .exclude(appointments__ends_at__isnull=True, appointments__isnull=False)
        .values_list("id")[:1]
    )
)
#: What begins no hash: Django's mark of an account for which no password was ever chosen.
_NONE_CHOSEN = {"password__startswith": UNUSABLE_PASSWORD_PREFIX}
_unset = Prepared(
    lambda school: Account.objects.filter(school_id=school, is_active=True, **_NONE_CHOSEN).values_list("person_id"),
    uuid.UUID,
)


def undone_for(school_id: uuid.UUID, roles: frozenset[str], at: datetime) -> list[Undone]:
    """What somebody with these roles has still to do, at an instant (UTC). Policy 2.5, 3.7."""
    if not roles & SEES:
        return []
    [(demonstration, contacts, mail)] = _school(school_id)
    if demonstration:
        return []
    today = london(at).date()
    if not roles & {Role.HEAD, Role.CHAIR}:
        # The list of numbers is all that they may put right.
        return undone(Facts(missing=numbers.missing(contacts), stale=numbers.stale(contacts, today)), roles)
    officers = {person for (person,) in _officers()}
    facts = Facts(
        mail_arrives=mail is not None,
        staffroom_code=bool(_code(school_id, at)),
        key_copied=has_key_copy(),
        shares_made=bool(_shares()),
        policy_in_force=bool(_in_force(school_id)),
        closed_to_come=bool(_closed(today)),
        only_officers=not _others(),
        without_password=len(officers & {person for (person,) in _unset(school_id)}),
        missing=numbers.missing(contacts),
        stale=numbers.stale(contacts, today),
        gaps=gaps_in(cast_at(at)),
    )
    return undone(facts, roles)
