"""Who is close to whom, as they declare it: each is kept out of matters about the other, at once and from then on."""

import breach_steps as steps
import pytest
from builders import World, a_report

from forethought.audit.models import Entry
from forethought.cases.models import Case, Exclusion
from forethought.core.errors import Refused
from forethought.investigations import closeness
from forethought.investigations.people import candidates
from forethought.investigations.rules import Part
from forethought.investigations.standing import breach_of
from forethought.people import alarms
from forethought.people import procedures as people
from forethought.people.models import Alarm, Person, Tie

pytestmark = pytest.mark.policy("7.2")


def declared(world: World, person: Person, other: Person, kind: str = "household", by: Person | None = None) -> Tie:
    return closeness.declare_tie(person=person, other=other, kind=kind, by=by or person, at=world.at)


def kept_out(case: Case) -> set[str]:
    return set(Exclusion.objects.filter(case=case).values_list("person__name", flat=True))


@pytest.mark.parametrize("kind", ["household", "contract", "union"])
def test_a_head_close_to_whoever_is_reported_handles_nothing_about_them(world: World, kind: str) -> None:
    declared(world, world.colleague, world.head, kind)
    case = a_report(world, group="staff", name="Ben Foster").case
    assert "Amina Okafor" in kept_out(case)
    assert case.manager == world.chair
    assert not Case.objects.seen_by(world.head, world.at).exists()


def test_it_counts_whichever_of_the_two_declared_it(world: World) -> None:
    declared(world, world.head, world.colleague)
    assert a_report(world, group="staff", name="Ben Foster").case.manager == world.chair
    assert steps.a_breach(world).case.manager == world.chair


def test_an_open_case_goes_on_to_the_next_before_the_declaration_answers(world: World) -> None:
    case = steps.a_breach(world).case
    assert case.manager == world.head
    declared(world, world.colleague, world.head)
    case.refresh_from_db()
    assert case.manager == world.chair
    assert not Case.objects.seen_by(world.head, world.at).exists()
    assert Case.objects.seen_by(world.chair, world.at).filter(pk=case.pk).exists()


def test_whoever_looks_into_it_loses_that_part(world: World) -> None:
    breach = steps.to_answer(world)
    investigator = breach.case.chosen.get(part=Part.INVESTIGATOR).person
    assert investigator is not None
    declared(world, investigator, world.colleague)
    assert breach.case.chosen.get(part=Part.INVESTIGATOR).ended_at == world.at
    assert not Case.objects.seen_by(investigator, world.at).exists()


def test_nobody_close_to_somebody_in_it_is_chosen_for_a_part(world: World) -> None:
    breach = steps.a_breach(world, reporter=world.teacher)
    declared(world, world.teacher, world.senior)
    assert candidates(breach, [world.senior], world.at)[world.senior.pk].tied
    steps.tracked(world)
    steps.alleged(world, breach)
    breach = steps.chosen_procedure(world, breach)
    with pytest.raises(Refused, match="They are close to somebody in this"):
        steps.chose(world, breach, Part.INVESTIGATOR, world.senior)


def test_a_line_manager_handles_no_report_about_whom_they_manage(world: World) -> None:
    people.name_manager(engagement=world.colleague.engagements.get(), manager=world.senior, by=world.head, at=world.at)
    case = a_report(world, group="staff", name="Ben Foster").case
    assert "David Reed" in kept_out(case)


def test_a_line_manager_named_later_is_kept_out_of_what_is_open(world: World) -> None:
    breach = steps.to_answer(world)
    case = breach.case
    assert "David Reed" not in kept_out(case)
    people.name_manager(engagement=world.colleague.engagements.get(), manager=world.senior, by=world.head, at=world.at)
    assert Alarm.objects.filter(kind="manager_named", rung_at__isnull=True).count() == 1
    alarms.ring_due(world.school.id, world.at, bells=closeness.BELLS)
    assert "David Reed" in kept_out(case)
    assert breach_of(case).case.manager == world.head


def test_somebody_else_declares_nothing_for_two_but_the_headteacher(world: World) -> None:
    with pytest.raises(Refused, match="One of the two says so themselves"):
        declared(world, world.colleague, world.teacher, by=world.senior)
    declared(world, world.colleague, world.teacher, by=world.head)
    with pytest.raises(Refused, match="That is noted already"):
        declared(world, world.teacher, world.colleague)
    with pytest.raises(Refused, match="Choose somebody else"):
        declared(world, world.teacher, world.teacher)


def test_neither_of_the_two_ends_it_and_an_exclusion_outlasts_its_end(world: World) -> None:
    case = steps.a_breach(world).case
    row = declared(world, world.colleague, world.head)
    for by in (world.colleague, world.head, world.senior, world.vice):
        with pytest.raises(Refused, match="The headteacher ends this, or the chair"):
            closeness.end_tie(tie=row, by=by, at=world.at)
    closeness.end_tie(tie=row, by=world.chair, at=world.at)
    assert "Amina Okafor" in kept_out(case)
    assert steps.a_breach(world).case.manager == world.head


def test_a_declaration_is_seen_by_the_two_and_by_whoever_keeps_it(world: World) -> None:
    row = declared(world, world.colleague, world.teacher)
    of_head = declared(world, world.senior, world.head)
    assert closeness.kept_by(world.head, world.at) == [row]
    assert closeness.kept_by(world.chair, world.at) == [of_head]
    for person in (world.vice, world.lead, world.colleague, world.senior):
        assert closeness.kept_by(person, world.at) == []
    assert list(closeness.ties_of(world.teacher)) == [row]


def test_the_trail_says_that_it_was_declared_and_of_no_case_why(world: World) -> None:
    row = declared(world, world.colleague, world.teacher)
    entry = Entry.objects.get(verb="investigations.declare_tie")
    assert (entry.about, entry.case_id) == (row.pk, None)
    assert "household" not in entry.body
