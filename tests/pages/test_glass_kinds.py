"""An emergency reading of every kind of case: its page with the mark, and no door that changes or takes anything."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from breach_steps import a_breach
from builders import World, a_case
from doors import ours
from monitoring_acts import a_request
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.procedures import Visitor
from forethought.cases.models import Case, Glass, Kind, Seat
from forethought.cases.seating import seat
from forethought.pages.case_lines import address_of
from forethought.pages.door_rules import EVERY_KIND, Door
from forethought.pages.matrix import MATRIX
from forethought.reports.allegations import open_allegation
from forethought.reports.complaints import receive_complaint
from forethought.reports.handing import hand_over
from forethought.safeguarding.concerns import raise_concern
from forethought.safeguarding.low_level import raise_low_level

pytestmark = pytest.mark.policy("7.2")

#: The doors that an emergency reading opens: reading pages, one for each kind, and a takedown's.
PAGES = {
    "allegations.allegation",
    "breaches.breach",
    "cases.case",
    "complaints.complaint",
    "concerns.concern",
    "handing.handed",
    "low_level.low_level_concern",
    "monitoring.monitoring",
    "takedowns.takedown",
}


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def test_it_opens_reading_pages_alone_one_for_each_kind() -> None:
    opened = {name: rule for name, rule in MATRIX.items() if rule.door is Door.CASE and "glass" in rule.seats}
    # Names are shown without a press, and nothing is posted: the door says so for these two (access.opens).
    assert set(opened) - {"cases.show_names", "cases.hide_names"} == PAGES
    assert not [name for name, rule in opened.items() if rule.decides]
    kinds = {kind for name in PAGES - {"cases.case"} for kind in opened[name].kinds}
    assert kinds | opened["cases.case"].kinds == EVERY_KIND
    assert EVERY_KIND - {Kind.REPORT} <= kinds


TOLD = {"told": "A child said somebody messages her.", "danger": "no", "adult": "no", "child": "Kit, 4B"}
SENT = {
    "happened": "A post about my son.",
    "who": "parent",
    "name": "Ada Lane",
    "email": "ada@mail.example",
    "head": "no",
}


def a_concern(world: World) -> Case:
    return raise_concern(
        school=world.school, answers=TOLD, head_maybe="no", reporter=world.teacher, by=world.teacher, at=world.at
    )


def a_note(world: World) -> Case:
    return raise_low_level(
        school=world.school,
        about=world.colleague,
        sort="friendly",
        told="He joined a pupils’ game online.",
        unnamed=False,
        reporter=world.teacher,
        press=uuid.uuid4(),
        by=world.teacher,
        at=world.at,
    )


def a_handed_case(world: World) -> Case:
    return hand_over(
        case=a_case(world, at=world.at, group="pupil"),
        behaviour=world.colleague,
        pupil="Kit",
        summary="A clip of a lesson.",
        parent="",
        vulnerable="",
        by=world.senior,
        at=world.at,
    ).case


def a_complaint(world: World) -> Case:
    return receive_complaint(
        school=world.school, answers=SENT, press=uuid.uuid4(), by=Visitor(uuid.uuid4()), at=world.at
    )[0].case


MADE: dict[str, Callable[[World], Case]] = {
    Kind.REPORT: lambda world: a_case(world, at=world.at),
    Kind.CONCERN: a_concern,
    Kind.LOW_LEVEL: a_note,
    Kind.PUPIL: a_handed_case,
    Kind.BREACH: lambda world: a_breach(world, at=world.at).case,
    Kind.ALLEGATION: lambda world: open_allegation(
        case=a_case(world, at=world.at), words="It says that she hit a child.", by=world.senior, at=world.at
    ),
    Kind.COMPLAINT: a_complaint,
    Kind.MONITORING: lambda world: a_request(world, at=world.at).case,
}


@pytest.mark.parametrize("kind", sorted(EVERY_KIND))
def test_each_kind_is_read_with_the_mark_and_without_a_way_to_act(world: World, kind: str) -> None:
    case = MADE[kind](world)
    assert case.kind == kind
    # The vice-chair is on no list here. The seat is the one that a second person's yes gives.
    seat(case=case, people={world.vice: "glass"}, at=world.at, ends_at=world.at + timedelta(hours=1), letter=None)
    assert Seat.objects.get(case=case, person=world.vice, ended_at__isnull=True).why == "glass"
    client, page = client_of(world.vice), address_of(case.kind, case.id)

    html = text_of(client.get(page))

    assert f"Emergency reading by {world.vice.name}, ends at " in html
    assert "Show names" not in html
    inside = html.split("<main")[1].split("</main>")[0]
    for address in set(re.findall(r'href="(/[^"#]*)"', inside)):
        if str(case.id) in address:
            assert client.get(address).status_code == 200, f"{address} is a dead link"
    assert "<form" not in inside
    assert client.post(page).status_code == 404


def test_every_other_door_of_a_case_stays_shut_and_no_press_is_taken(world: World) -> None:
    case = a_case(world, at=world.at)
    seat(case=case, people={world.vice: "glass"}, at=world.at, ends_at=world.at + timedelta(hours=1), letter=None)
    client, takedown = client_of(world.vice), case.takedowns.get()
    for route, one in ours():
        rule = getattr(one.callback, "rule", None)
        if rule is None or rule.door is not Door.CASE:
            continue
        address = "/" + route
        for part in route.split("<")[1:]:
            sort, name = part.split(">")[0].split(":")
            known = {"case_id": case.id, "takedown_id": takedown.id}
            value = "helpline" if sort == "slug" else known.get(name, uuid.uuid4())
            address = address.replace(f"<{sort}:{name}>", str(value))
        assert client.post(address).status_code == 404, address
        if one.callback.matrix_name not in PAGES:
            assert client.get(address).status_code in {404, 405}, address
    assert not Glass.objects.exists()
