"""Three schools with everybody in them, and every kind of record, for the walls between them (reliability.md 6.4).

About fifty people: every role, the kept out with a second account, guests, companions, somebody who left. All of it is
made by the procedures that people use.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from builders import World, a_school, an_account
from marking import everything_marked

from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Case
from forethought.people import procedures as people
from forethought.people.models import Kind, Person, Role
from forethought.rows import inside

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

#: Who else is at a large school, and as what. Nobody of one name stands for two.
MORE: list[tuple[str, str, Kind, Role | None]] = [
    ("deputy", "Nadia Frost", Kind.EMPLOYEE, Role.DEPUTY_LEAD),
    ("second", "Ivor Lamb", Kind.EMPLOYEE, Role.SENIOR),
    ("clerk", "Edith Crane", Kind.EMPLOYEE, Role.CLERK),
    ("officer", "Grace Adeyemi", Kind.CONTRACTOR, Role.PROTECTION),
    ("union", "Una Reilly", Kind.EMPLOYEE, Role.UNION),
    ("hr", "Hal Brook", Kind.EMPLOYEE, Role.HR),
    ("it", "Owen Price", Kind.CONTRACTOR, Role.IT),
    ("trust", "Theo Lind", Kind.TRUST, Role.TRUST_LEAD),
    ("behaviour", "Bea Winter", Kind.EMPLOYEE, None),
    ("guest", "Gus Moor", Kind.CONTRACTOR, None),
    ("companion", "Cora Dale", Kind.EMPLOYEE, None),
    ("agency", "Abe Ode", Kind.AGENCY, None),
    ("leaver", "Lena Holt", Kind.EMPLOYEE, None),
]


@dataclass
class Place:
    """One school: its cast by what they are called here, its cases by kind, and codes that open something."""

    world: World
    tag: str
    cast: dict[str, Person]
    cases: dict[str, list[Case]] = field(default_factory=dict)
    #: Each visit without an account: its kind, the token of its cookie, and what it opens.
    visits: dict[str, tuple[str, str, uuid.UUID]] = field(default_factory=dict)

    def note(self, case: Case) -> Case:
        """Keep a case under its kind."""
        self.cases.setdefault(case.kind, []).append(case)
        return case


def a_place(at: datetime, tag: str, *, large: bool) -> Place:
    """A school and its people, all with accounts; the person reported has two."""
    world = a_school(at=at, name=f"Larkfield Zqschool{tag}", tag=tag)
    with inside(world.school.id):
        cast = {key: getattr(world, key) for key in ("head", "senior", "lead", "chair", "vice", "teacher", "colleague")}
        for key, name, kind, role in MORE if large else MORE[:4]:
            began = at - 30 * DAY
            cast[key] = people.add_person(
                school=world.school,
                name=name,
                email=f"{key}@{tag}.example",
                kind=kind,
                starts_on=began.date(),
                manager=world.senior,
                by=PROGRAM,
                at=began,
            )
            if role is not None:
                people.appoint(person=cast[key], role=role, by=PROGRAM, at=began)
        for person in cast.values():
            # So that a name of another school is known wherever it stands.
            first, last = person.name.split()
            Person.objects.filter(pk=person.pk).update(name=f"{first} Zqschool{tag} {last}")
            person.refresh_from_db()
            an_account(person, at=at)
        people.make_account(
            person=world.colleague, email=f"home.colleague@{tag}.example", password=None, by=PROGRAM, at=at
        )
    return Place(world, tag, cast)


def a_town(at: datetime) -> list[Place]:
    """Two large schools and a small one, with their records, as they stand at `at` (UTC)."""
    import town_cases
    import town_data
    import town_due
    import town_papers
    import town_records

    with everything_marked():
        places = [a_place(at, tag, large=tag != "three") for tag in ("one", "two", "three")]
        for place in places:
            with inside(place.world.school.id):
                town_papers.fill(place)
                town_cases.fill(place)
                town_data.fill(place)
                if "leaver" in place.cast:
                    town_records.fill(place)
                    town_due.fill(place)
                    people.leave(person=place.cast["leaver"], by=place.world.head, at=at)
    return places
