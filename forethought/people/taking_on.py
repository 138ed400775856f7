"""Telling who is on the list already, before somebody is taken on."""

from forethought.people.models import Person
from forethought.people.rules import alike


def same_person(*, name: str, email: str) -> list[Person]:
    """Those on the list, here or gone, who have this name or this email address: perhaps the same. Policy 2.5."""
    people = Person.objects.order_by("name", "id")
    return [
        one for one in people if alike(one.name) == alike(name) or (bool(email) and one.email.lower() == email.lower())
    ]
