"""What stands outside cases and yet came of one: hidden from whoever is kept out of it, as if it were not there.

Whoever may not know of a case learns nothing of it from a review it called for, nor from a count (reliability.md 3.5).
"""

import uuid

from django.db.models import Q, QuerySet

from forethought.cases.models import Exclusion
from forethought.people.models import Person
from forethought.reviews.models import Review


def kept_from(person: Person) -> list[uuid.UUID]:
    """The cases that somebody is kept out of, all of them, closed ones too."""
    return list(Exclusion.objects.filter(person=person).values_list("case_id", flat=True))


def known_to(person: Person, reviews: "QuerySet[Review]") -> "QuerySet[Review]":
    """Of these reviews, those that somebody may know of. Policy 7.2, 10.2."""
    hidden = Q()
    for case_id in kept_from(person):
        hidden |= Q(source_key__startswith=f"case:{case_id}")
    return reviews.exclude(hidden) if hidden else reviews


def may_know_of(review: Review, people: list[Person]) -> list[Person]:
    """Of these people, those whom a review may be given to: nobody kept out of the case that called for it."""
    kind, _, rest = review.source_key.partition(":")
    if kind != "case":
        return people
    out = set(Exclusion.objects.filter(case_id=rest[:36]).values_list("person_id", flat=True))
    return [person for person in people if person.id not in out]
