"""Every matter finds somebody who may handle it, or waits sealed; and a head in it sees nothing. reliability.md P6.

The combinations are generated whole rather than drawn: who it is about × who else × who wrote × who saw × who is
away × who is close to whom × whether it could be the head. A choice of the same goes through the running procedures.
"""

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from random import Random

import pytest
from builders import World, a_draft, a_school
from django.test import Client
from django.utils import timezone
from doors import client_of, without_token

from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Case, Party, Seat
from forethought.people import casting
from forethought.people import procedures as people
from forethought.people.cast import Act, Answer, Cast, Facts, Outside, PersonId
from forethought.people.conflicts import Route, eligible, route
from forethought.people.models import Appointment, Kind, Letter, Person, Role
from forethought.reports.procedures import file_report
from forethought.rows import inside

pytestmark = pytest.mark.policy("7.2")

#: Somebody in each office of a whole school, and two without one.
WHOLE = Cast(
    head="head",
    senior_managers=("deputy", "assistant"),
    dsl="lead",
    deputy_dsls=("second_lead",),
    chair="chair",
    vice_chair="vice",
    clerk="clerk",
    governors=frozenset({"governor"}),
    trust_lead="trust",
    head_assistants=frozenset({"pa"}),
    hr_advisers=frozenset({"hr"}),
    it_support=frozenset({"it"}),
    protection_officer="dpo",
    in_trust=True,
    line_managers={"deputy": "head", "assistant": "head", "lead": "head", "pa": "head", "it": "head",
                   "teacher": "deputy", "helper": "assistant", "head": "chair"},
)  # fmt: skip

SUBJECTS = (
    "head", "deputy", "lead", "second_lead", "chair", "vice", "clerk", "governor", "trust", "pa", "hr", "it", "dpo",
    "teacher", None,
)  # fmt: skip
SECONDS = (None, "head", "lead", "chair", "helper")
REPORTERS = (None, "head", "deputy", "lead", "chair", "teacher")
WITNESSES = (None, "deputy")
AWAY = ((), ("head",), ("deputy", "lead"), ("head", "chair"), ("deputy", "assistant", "lead", "second_lead"))
#: Whom somebody lives, works or serves with: nobody, or the head with a subject, or with the chair.
TIES = ((), ("head", "teacher"), ("head", "chair"), ("lead", "deputy"))


def with_changes(**changes: object) -> Cast:
    return Cast(**{**{name: getattr(WHOLE, name) for name in WHOLE.__dataclass_fields__}, **changes})  # type: ignore[arg-type]


def combinations() -> Iterator[tuple[Cast, Facts]]:
    """Every one of them, in order."""
    for subject, second, reporter, witness in product(SUBJECTS, SECONDS, REPORTERS, WITNESSES):
        for away, tie in product(AWAY, TIES):
            cast = with_changes(away=frozenset(away), ties=frozenset({frozenset(tie)} if tie else ()))
            about = frozenset(one for one in (subject, second) if one)
            for maybe in Answer if subject in {None, "teacher"} else (Answer.NO,):
                yield (
                    cast,
                    Facts(
                        subjects=about,
                        unknown_staff=subject is None and maybe is not Answer.NO,
                        head_maybe=maybe,
                        reporter=reporter,
                        witnesses=frozenset({witness} if witness else ()),
                        child_concerned=Answer.YES if witness else Answer.NO,
                    ),
                )


def in_it(facts: Facts, cast: Cast) -> set[PersonId]:
    """Everybody whom a matter is or may be about, or who is close to one of them, or wrote, or saw it."""
    about = set(facts.subjects)
    if facts.head_maybe is not Answer.NO:
        about.add("head")
    close = {one for tie in cast.ties if tie & about for one in tie}
    return about | close | facts.witnesses | ({facts.reporter} if facts.reporter else set())


def wrong_with(found: Route, cast: Cast, facts: Facts) -> list[str]:
    """What a route may never be, read from the facts alone."""
    wrong, parties = [], in_it(facts, cast)
    if found.sealed_hold:
        if found.on_list or not isinstance(found.manager, Outside) or not found.manager.name:
            wrong.append("it is held, and yet somebody sees it or nobody is named")
    elif found.manager in parties or found.manager in cast.away or found.manager not in found.on_list:
        wrong.append(f"{found.manager} handles it")
    if seen := found.on_list & parties:
        wrong.append(f"{seen} see it")
    if heard := found.told & parties:
        wrong.append(f"{heard} hear that it waits")
    head_in_it = "head" in facts.subjects or facts.head_maybe is not Answer.NO
    if head_in_it and ("head" in found.on_list | found.told or "head" not in found.excluded):
        wrong.append("the head is not kept out")
    # Every act but the last goes to whoever handles it: test_conflicts.py shows that for all of them.
    for act in (Act.TRIAGE, Act.SECOND_INFORMED):
        who = eligible(act, cast, facts)
        if (isinstance(who, Outside) and not who.name) or (not isinstance(who, Outside) and who in parties | cast.away):
            wrong.append(f"{act}: {who}")
    return wrong


def test_every_combination_reaches_somebody_unconflicted_or_is_held() -> None:
    counted: Counter[str] = Counter()
    wrong = []
    for cast, facts in combinations():
        found = route(cast, facts)
        counted["held" if found.sealed_hold else "handled"] += 1
        counted["head in it"] += "head" in facts.subjects or facts.head_maybe is not Answer.NO
        wrong += [(one, facts, cast.away, cast.ties) for one in wrong_with(found, cast, facts)]

    assert counted["handled"] + counted["held"] >= 5_000, counted
    assert min(counted["handled"], counted["held"], counted["head in it"]) >= 500, counted
    assert wrong[:3] == [], len(wrong)


@pytest.mark.parametrize("planted", ["manager", "on the list", "told", "not kept out", "held in the open"])
def test_the_check_notices_a_wrong_route(planted: str) -> None:
    """The control: each way of being wrong, planted in a right route."""
    from dataclasses import replace

    facts = Facts(subjects=frozenset({"head"}), reporter="teacher")
    good = route(WHOLE, facts)
    assert wrong_with(good, WHOLE, facts) == []
    outside = Outside("lado", "the local authority's designated officer")
    bad = {
        "manager": replace(good, manager="head"),
        "on the list": replace(good, seats={**good.seats, "teacher": "lead"}),
        "told": replace(good, told=frozenset({"head"})),
        "not kept out": replace(good, reasons={}),
        "held in the open": replace(good, manager=outside, sealed_hold=True),
    }[planted]
    assert wrong_with(bad, WHOLE, facts)


# --- The running procedures ---

#: Offices that `a_school` leaves empty.
MORE = {
    "deputy": ("Petra Lindqvist", Role.SENIOR), "second_lead": ("Marek Nowak", Role.DEPUTY_LEAD),
    "clerk": ("Helen Brook", Role.CLERK), "dpo": ("Grace Adeyemi", Role.PROTECTION),
    "trust": ("Rosa Ibarra", Role.TRUST_LEAD), "it": ("Milo Vance", Role.IT), "helper": ("Abel Finch", None),
}  # fmt: skip


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A school of an hour ago: pages ask what time it is, and nobody may still be away."""
    made = a_school(at=timezone.now() - timedelta(hours=1))
    with inside(made.school.id):
        yield made


@pytest.fixture
def staff(world: World) -> dict[str, Person]:
    """Somebody in each office, under what they are."""
    found = {key: getattr(world, key) for key in ("head", "senior", "lead", "chair", "vice", "teacher", "colleague")}
    for key, (name, role) in MORE.items():
        found[key] = people.add_person(
            school=world.school, name=name, email=f"{key}@one.example", kind=Kind.EMPLOYEE,
            starts_on=world.at.date(), by=PROGRAM, at=world.at - timedelta(days=9),
        )  # fmt: skip
        if role:
            people.appoint(person=found[key], role=role, rank=5, by=PROGRAM, at=world.at - timedelta(days=9))
    return found


#: The choice is cut in parts, so that each stands on a fresh school.
PARTS, EACH = 10, 20


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_filed_reaches_somebody_unconflicted_and_the_head_in_it_sees_nothing(
    world: World, staff: dict[str, Person], part: int
) -> None:
    chance, head = Random(part), client_of(world.head)
    for _ in range(EACH):
        before = pages(head)
        case, kept_out = filed(world, staff, chance)
        seen_by = {one.pk for one in staff.values() if Case.objects.seen_by(one, world.at).filter(pk=case.pk).exists()}
        seated = set(Seat.objects.filter(case=case).values_list("person_id", flat=True))
        letters = set(Letter.objects.filter(case_id=case.pk, dropped="").values_list("person_id", flat=True))

        assert seen_by == seated
        assert (seen_by | letters) & {one.pk for one in kept_out} == set(), [one.name for one in kept_out]
        assert case.manager_id in seen_by if case.manager_id else case.outside
        if world.head in kept_out:
            assert head.get(f"/cases/{case.pk}/").status_code == 404
            # Whoever wrote a report goes on seeing that they did, and no more.
            assert world.head.pk in reporters_of(case) or pages(head) == before


def pages(client: Client) -> list[bytes]:
    """Home and the list of cases, without the form's token."""
    return [without_token(client.get(where).content) for where in ("/", "/cases/")]


def reporters_of(case: Case) -> set[uuid.UUID]:
    return set(case.reports.exclude(reporter=None).values_list("reporter_id", flat=True))


def filed(world: World, staff: dict[str, Person], chance: Random) -> tuple[Case, set[Person]]:
    """A report about somebody, by somebody, while some are away. The case, and who must see nothing of it."""
    by = chance.choice([staff[key] for key in ("teacher", "colleague", "head", "senior", "lead", "chair", "helper")])
    others = [one for one in staff.values() if one != by]
    about = chance.choice([None, *others])
    part_of = chance.sample(others, chance.choice((0, 0, 1, 2)))
    maybe = chance.choice(("no", "no", "yes", "not_sure"))
    gone = chance.sample(list(staff.values()), chance.choice((0, 1, 3)))
    for person in gone:
        people.be_away(person=person, until=None, by=person, at=world.at)
    draft = a_draft(
        world, by=by, group="staff", name=about.name if about else "", head=maybe,
        child=chance.choice(("no", "yes", "not_sure")), part_of=[str(one.pk) for one in part_of],
    )  # fmt: skip
    case = file_report(draft=draft, school=world.school, by=by, at=world.at).report.case
    for person in gone:
        people.come_back(person=person, by=person, at=world.at + timedelta(seconds=1))
    out = {by, *part_of} | ({about} if about else set()) | ({world.head} if maybe != "no" else set())
    return case, out


def test_the_offices_of_the_running_school_are_those_that_the_rules_ask_about(
    world: World, staff: dict[str, Person]
) -> None:
    """So that the sample above is about the same cast as the combinations."""
    cast = casting.cast_at(world.at)
    for office in ("head", "chair", "vice_chair", "clerk", "trust_lead", "protection_officer", "dsl"):
        assert getattr(cast, office) is not None, office
    assert len(cast.senior_managers) == 2 and len(cast.deputy_dsls) == 1
    assert Appointment.objects.count() == len([key for key in staff if key not in {"teacher", "colleague", "helper"}])
    assert Party.objects.count() == 0
