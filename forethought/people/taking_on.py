"""Taking many adults on at once, and telling who is on the list already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.people import procedures
from forethought.people.lists import Newcomer
from forethought.people.models import Kind, Person, School


def alike(name: str) -> str:
    """A name by which two writings of it are told to be the same."""
    return " ".join(name.split()).casefold()


def same_person(*, name: str, email: str) -> list[Person]:
    """Those on the list, here or gone, who have this name or this email address: perhaps the same. Policy 2.5."""
    found = Directory()
    return [person for person in found.people if found.is_like(person, name, email)]


class Directory:
    """Everybody on the school's list as they are now, to look many up."""

    def __init__(self) -> None:
        self.people: list[Person] = list(Person.objects.order_by("name", "id"))
        self._by_name = {alike(person.name): person for person in self.people}
        self._by_email = {person.email.lower(): person for person in self.people if person.email}

    def find(self, name: str, email: str) -> Person | None:
        """Somebody with this name or this email address."""
        return self._by_name.get(alike(name)) or (self._by_email.get(email.lower()) if email else None)

    @staticmethod
    def is_like(person: Person, name: str, email: str) -> bool:
        """Whether somebody has this name or this email address."""
        return alike(person.name) == alike(name) or (bool(email) and person.email.lower() == email.lower())


@dataclass(frozen=True)
class Sorted:
    """Newcomers to be added, and those who are passed over, with why."""

    new: tuple[Newcomer, ...]
    passed: tuple[tuple[Newcomer, str], ...]


def sort_out(newcomers: Sequence[Newcomer]) -> Sorted:
    """Who of many is new here. Whoever may be on the list already is passed over: a person decides. Policy 2.5."""
    directory = Directory()
    new: list[Newcomer] = []
    passed: list[tuple[Newcomer, str]] = []
    names: set[str] = set()
    emails: set[str] = set()
    for one in newcomers:
        known = directory.find(one.name, one.email)
        name, email = alike(one.name), one.email.lower()
        if known is not None:
            passed.append((one, "Was here before." if known.left_at else "On the list already."))
        elif name in names or (email and email in emails):
            passed.append((one, "Stands in these lines twice."))
        else:
            new.append(one)
            names.add(name)
            emails.add(email)
    return Sorted(tuple(new), tuple(passed))


def add_people(*, school: School, newcomers: Sequence[Newcomer], by: Actor, at: datetime) -> int:
    """Take many adults into the list in one act. How many were added; known ones are passed over.

    Policy 2.5.
    """
    with acting("people.add_people", by=by, at=at) as event:
        # Sorted out once more inside the act: of two who paste the same lines at once, the second adds nobody.
        new = sort_out(newcomers).new
        for one in new:
            procedures.add_person(
                school=school,
                name=one.name,
                email=one.email,
                kind=Kind(one.kind),
                starts_on=one.starts_on,
                ends_on=one.ends_on,
                by=by,
                at=at,
            )
        event.facts["added"] = len(new)
    return len(new)
