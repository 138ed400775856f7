"""Somebody who left long ago: what still names them, and taking their name off everything that stays.

The row of a person is never deleted: policies, posts and certificates point at it. It loses name and address instead.
"""

import uuid
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from forethought.people.models import Account, Person
from forethought.retention.classes import OF_CASE, OF_OTHERS

#: What stands in the place of a name.
NOBODY = "Somebody who left"

#: Rows of a case that say nothing of anybody: that a mail was owed, that somebody was turned away at a door.
_PASSING = frozenset({"letter", "try"})

#: What goes with somebody, and what names them as whoever signed it, and may hold for ever: as a policy does.
_STANDING = frozenset({"person", "data_document"})


def naming(person_id: uuid.UUID) -> bool:
    """Whether a case, or a record that is let go of by itself, still names somebody. Policy 11.1.

    Asked of every table of a case and of those records: each column that leads to a person, and each that says who did
    something.
    """
    others = {table for what, tables in OF_OTHERS.items() if what not in _STANDING for table in tables}
    return any(_rows(name, person_id).exists() for name in (*(OF_CASE.keys() - _PASSING), *others))


def _rows(name: str, person_id: uuid.UUID) -> "models.QuerySet[Any]":
    model = apps.get_model("forethought", name)
    asked = Q(pk__in=[])
    for field in model._meta.local_fields:
        if isinstance(field, models.ForeignKey) and field.related_model is Person:
            asked |= Q(**{field.name: person_id})
        elif isinstance(field, models.CharField) and field.name.endswith("_by"):
            asked |= Q(**{field.name: str(person_id)})
    found: models.QuerySet[Any] = model._default_manager.filter(asked)
    return found


def addresses_of(person_id: uuid.UUID) -> list[bytes]:
    """What must be nowhere once somebody is let go of: their addresses. A name may be another's too."""
    found = set(Person.objects.filter(pk=person_id).values_list("email", flat=True))
    found |= set(Account.objects.filter(person_id=person_id).values_list("email", flat=True))
    return [one.encode() for one in found if one]


def unname(person_id: uuid.UUID) -> int:
    """Take somebody's name and addresses away, and every way to sign in. How many accounts. Part of a larger act."""
    Person.objects.filter(pk=person_id).update(name=NOBODY, email="")
    accounts = Account.objects.filter(person_id=person_id)
    count = accounts.count()
    accounts.delete()
    return count
