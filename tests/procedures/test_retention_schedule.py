"""How long each kind of record is kept, and what goes that lies in no case."""

import uuid
from datetime import timedelta

import pytest
from builders import World
from django.apps import apps
from retention_acts import DAY, an_officer

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.boundaries.models import FamilyDeclaration
from forethought.boundaries.procedures import declare_family, end_family
from forethought.cases.models import Case
from forethought.core.errors import Refused
from forethought.evidence.models import Exhibit, ExhibitKey
from forethought.people.models import Person
from forethought.retention import disposing, due, known, procedures
from forethought.retention.classes import OF_CASE, tables_of
from forethought.retention.models import Due, KeepingRule
from forethought.retention.rules import WAITS
from forethought.retention.schedule import Period


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


# --- The schedule ---


@pytest.mark.policy("11.1")
def test_a_school_says_how_long_and_the_newest_holds(world: World) -> None:
    for years in (7, 8):
        at = world.at + years * DAY
        procedures.change_rule(
            school=world.school, key="report", period=Period(years=years), reason="Claims.", by=world.head, at=at
        )
    assert known.periods()["report"] == Period(years=8) and KeepingRule.objects.count() == 2
    assert Entry.objects.filter(verb="retention.change_rule").count() == 2


@pytest.mark.policy("11.1")
@pytest.mark.parametrize(
    ("key", "period", "reason", "says"),
    [
        ("concern", Period(years=24, months=11), "Less paper.", "cannot be shorter than 25 years"),
        ("allegation", Period(years=9), "Less paper.", "cannot be shorter than 10 years"),
        ("trail", Period(years=1), "Less paper.", "cannot be changed here"),
        ("backup", Period(days=1), "Less paper.", "cannot be changed here"),
        ("report", Period(years=101), "More paper.", "At most"),
        ("report", Period(years=7), " ", "Say why"),
        ("nothing", Period(years=7), "More.", "no such kind"),
    ],
)
def test_what_guidance_needs_cannot_be_shortened(
    world: World, key: str, period: Period, reason: str, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        procedures.change_rule(school=world.school, key=key, period=period, reason=reason, by=world.head, at=world.at)
    assert not KeepingRule.objects.exists()


# --- Outside cases ---


@pytest.mark.policy("5.5")
def test_a_declaration_of_family_goes_a_year_after_its_end(world: World, officer: Person) -> None:
    row = declare_family(relation="child", pupil="Kit, 4B", by=world.teacher, at=world.at)
    end_family(declaration=row, version=row.version, by=world.teacher, at=world.at)
    at = world.at + timedelta(days=366)
    due.refresh(world.school.id, at)
    [listed] = Due.objects.all()
    assert listed.what == "family" and listed.reference.startswith("F-")
    disposal = procedures.propose_disposal(due=listed, looked=True, by=world.head, at=at)
    procedures.confirm_disposal(disposal=disposal, by=officer, at=at)
    disposing.carry_out_disposal(disposal=disposal, by=PROGRAM, at=at + WAITS)
    assert not FamilyDeclaration.objects.exists()


def test_what_one_person_read_lies_in_two_tables_and_nobody_unknown_read_anything(world: World) -> None:
    assert set(tables_of("acknowledgement")) == {"acknowledgement", "task"}
    assert due.find("acknowledgement", uuid.uuid4()) is None


def test_the_tables_of_a_case_are_gone_through_from_the_last_to_the_first() -> None:
    ordered = list(disposing.rows_of("case", uuid.uuid4()))
    assert ordered.index(apps.get_model("forethought", "Report")) < ordered.index(Case)
    assert ordered.index(ExhibitKey) < ordered.index(Exhibit) and len(ordered) == len(OF_CASE)
