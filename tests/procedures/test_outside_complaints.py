"""A complaint from outside: routed, checked, answered without telling what is not theirs, and forked."""

import uuid
from typing import Any

import pytest
from builders import World

from forethought.audit.procedures import Visitor
from forethought.cases.models import Case, Kind
from forethought.cases.opening import linked_to
from forethought.core.errors import Refused, TooLate
from forethought.people.models import Letter, Person
from forethought.reports import complaints, strands
from forethought.reports.models import Complaint


def kinds(case: Case, person: Person, world: World) -> list[str]:
    return sorted(one.kind for one in linked_to(case=case, person=person, at=world.at))


def of_kind(kind: Kind) -> Case:
    return Case.objects.select_related("manager", "school").get(kind=kind)


def sees(person: Person, case: Case, world: World) -> bool:
    return Case.objects.seen_by(person, world.at).filter(pk=case.pk).exists()


OUTSIDE = {
    "danger": "no",
    "who": "parent",
    "happened": "A teacher wrote this about my son.",
    "where": "",
    "staff": "yes",
    "about": "Ben Foster",
    "head": "no",
    "child": "no",
    "name": "Pat Parent",
    "reach": "01234",
}


def a_complaint(world: World, **changed: str) -> Complaint:
    press = uuid.uuid4()
    row, code = complaints.receive_complaint(
        school=world.school, answers={**OUTSIDE, **changed}, press=press, by=Visitor(press), at=world.at
    )
    assert code
    return Complaint.objects.select_related("case__manager").get(pk=row.pk)


@pytest.mark.policy("8.1", "7.2")
def test_a_complaint_about_somebody_goes_to_the_head_and_one_about_the_head_to_the_chair(world: World) -> None:
    assert a_complaint(world).case.manager == world.head
    about_head = a_complaint(world, about="Amina Okafor", head="yes")
    assert about_head.case.manager == world.chair
    assert not sees(world.head, about_head.case, world)
    unsure = a_complaint(world, about="", head="not_sure")
    assert not sees(world.head, unsure.case, world)


@pytest.mark.policy("8.1")
def test_two_presses_make_one_complaint(world: World) -> None:
    press = uuid.uuid4()
    given: dict[str, Any] = {"school": world.school, "answers": OUTSIDE, "press": press, "by": Visitor(press)}
    first, one = complaints.receive_complaint(at=world.at, **given)
    second, two = complaints.receive_complaint(at=world.at, **given)
    assert first == second and one != two


@pytest.mark.policy("8.1", "9.1")
def test_a_complaint_is_checked_answered_and_ended_with_a_letter_that_names_nobody(world: World) -> None:
    row = a_complaint(world)
    complaints.verify_complaint(
        complaint=row, is_them=True, how="Called the number on file.", by=world.head, at=world.at
    )
    row.case.refresh_from_db()
    answer: dict[str, Any] = {
        "complaint": row,
        "outcome": "looked_into",
        "reasons": "Spoken with him.",
        "by": world.head,
        "at": world.at,
    }
    with pytest.raises(Refused, match="names somebody"):
        complaints.answer_complaint(version=row.case.version, words="Mr Foster is sorry.", **answer)
    with pytest.raises(Refused, match="warning"):
        complaints.answer_complaint(version=row.case.version, words="He got a warning.", **answer)
    complaints.answer_complaint(version=row.case.version, words="It was dealt with.", **answer)
    row.case.refresh_from_db()
    assert row.case.status == "closed"
    assert not row.case.owed.filter(done_at__isnull=True).exists()
    with pytest.raises(TooLate):
        complaints.answer_complaint(version=1, words="It was dealt with.", **answer)


@pytest.mark.policy("6.5", "8.1")
def test_a_child_at_risk_or_a_danger_told_from_outside_is_urgent_at_once(world: World) -> None:
    row = a_complaint(world, child="not_sure", danger="yes", staff="no", about="")
    assert row.case.threat
    concern = of_kind(Kind.CONCERN)
    assert sees(world.lead, concern, world)
    assert Letter.objects.filter(person=world.lead, kind="needs_you_now").exists()


@pytest.mark.policy("7.2", "8.1")
def test_who_bears_the_senders_name_does_not_handle_it(world: World) -> None:
    row = a_complaint(world, name="Amina Okafor", about="Ben Foster")
    assert row.case.manager == world.chair and not sees(world.head, row.case, world)


@pytest.mark.policy("9.1")
def test_an_anonymous_one_stays_unchecked_and_a_named_one_is_checked_before_it_is_answered(world: World) -> None:
    answer: dict[str, Any] = {"words": "It was dealt with.", "outcome": "looked_into", "reasons": "Done."}
    nobody = a_complaint(world, name="", reach="")
    with pytest.raises(Refused, match="stays unchecked"):
        complaints.verify_complaint(complaint=nobody, is_them=True, how="A feeling.", by=world.head, at=world.at)
    complaints.answer_complaint(complaint=nobody, version=1, by=world.head, at=world.at, **answer)
    named = a_complaint(world)
    with pytest.raises(Refused, match="whether you checked"):
        complaints.answer_complaint(complaint=named, version=1, by=world.head, at=world.at, **answer)


@pytest.mark.policy("8.1", "9.1")
def test_a_complaint_forks_into_what_it_calls_for(world: World) -> None:
    row = a_complaint(world)
    for strand in ("breach", "concern"):
        strands.open_strand(case=row.case, strand=strand, reason="It says so.", by=world.head, at=world.at)
    assert kinds(row.case, world.head, world) == ["breach", "concern"]
    assert not sees(world.colleague, of_kind(Kind.BREACH), world)
    assert not sees(world.colleague, of_kind(Kind.CONCERN), world)
