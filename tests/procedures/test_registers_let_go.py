"""Entries in the registers of data protection go by two people, each when its own time is over, and nothing sooner."""

from datetime import datetime, timedelta

import pytest
from builders import World, found_in_the_clear
from data_protection_acts import (
    MILD,
    a_case_with_a_copy,
    a_data_breach,
    a_data_complaint,
    a_signed_document,
    an_officer,
    settled,
)
from django.db import DatabaseError, models, transaction

from forethought.audit.procedures import PROGRAM
from forethought.people.models import Doorway, Person
from forethought.protection import access, breaches, complaints, documents
from forethought.protection.access_models import AccessPart, AccessRequest, AccessStep
from forethought.protection.document_models import DataDocument, DataDocumentSignature, DataDocumentText
from forethought.protection.models import DataBreach, DataBreachStep, DataComplaint, DataComplaintNote
from forethought.retention import disposing, due, leavers
from forethought.retention import people as who
from forethought.retention import procedures as retention
from forethought.retention.models import Disposal, Due
from forethought.retention.rules import WAITS

pytestmark = pytest.mark.policy("11.1")
DAY = timedelta(days=1)
YEAR = timedelta(days=366)


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


def listed(world: World, at: datetime) -> list[tuple[str, str]]:
    due.refresh(world.school.id, at)
    return [(row.what, row.reference[:2]) for row in Due.objects.order_by("what")]


def let_go(world: World, officer: Person, what: str, at: datetime) -> Disposal:
    disposal = retention.propose_disposal(due=Due.objects.get(what=what), looked=True, by=world.head, at=at)
    retention.confirm_disposal(disposal=disposal, by=officer, at=at)
    disposing.carry_out_disposal(disposal=disposal, by=PROGRAM, at=at + WAITS)
    return disposal


def refused(rows: "models.QuerySet[DataBreachStep] | models.QuerySet[DataDocumentText]") -> bool:
    try:
        with transaction.atomic():
            rows._raw_delete("default")
    except DatabaseError:
        return True
    return False


def a_closed_breach(world: World, officer: Person, *, about: str = "neither") -> DataBreach:
    by = world.head if about == "officer" else officer
    row = a_data_breach(world, about=about, happened="A list of Year 4 went to Mr Quillfeather.")
    breaches.weigh_breach(
        data_breach=row, version=1, answers=MILD, risk="unlikely", reason="It came back.", by=by, at=world.at
    )
    breaches.note_breach_step(data_breach=row, kind="lesson", words="A second look.", by=by, at=world.at)
    breaches.close_data_breach(data_breach=row, version=row.version, reason="", by=by, at=world.at)
    return row


def test_a_breach_goes_six_years_after_it_was_closed_and_an_open_one_never(world: World, officer: Person) -> None:
    row = a_closed_breach(world, officer)
    open_one = a_data_breach(world)
    assert listed(world, world.at + 5 * YEAR) == []
    assert listed(world, world.at + 6 * YEAR) == [("data_breach", "B-")]
    assert refused(DataBreachStep.objects.all()), "no page lets one go by itself"
    disposal = let_go(world, officer, "data_breach", world.at + 6 * YEAR)
    disposal.refresh_from_db()
    assert list(DataBreach.objects.all()) == [open_one] and not DataBreachStep.objects.exists()
    assert (disposal.about, disposal.rows) == (row.pk, 4)
    assert listed(world, world.at + 7 * YEAR) == [] == found_in_the_clear("Quillfeather")


def test_whom_a_breach_may_be_about_never_sees_that_it_falls_due(world: World, officer: Person) -> None:
    a_closed_breach(world, officer, about="officer")
    at = world.at + 6 * YEAR
    assert listed(world, at) == [("data_breach", "B-")]
    assert who.sees_due(officer, Due.objects.all(), at) == []
    assert len(who.sees_due(world.head, Due.objects.all(), at)) == 1
    disposal = retention.propose_disposal(due=Due.objects.get(), looked=True, by=world.head, at=at)
    assert str(officer.pk) in who.barred(disposal) and who.sees_disposals(officer, [disposal], at) == []
    assert world.chair in who.confirmers(disposal, at) and officer not in who.confirmers(disposal, at)


def test_a_complaint_goes_three_years_after_its_answer_with_the_code_that_led_to_it(
    world: World, officer: Person
) -> None:
    row, _ = a_data_complaint(world, happened="My address was passed on to Mr Quillfeather.")
    complaints.acknowledge_data_complaint(
        data_complaint=row, version=row.version, words="It is here.", by=officer, at=world.at
    )
    assert listed(world, world.at + 9 * YEAR) == [], "it is not answered"
    complaints.answer_data_complaint(
        data_complaint=row, version=row.version, words="Sorry.", outcome="upheld", by=officer, at=world.at
    )
    assert listed(world, world.at + 2 * YEAR) == []
    assert listed(world, world.at + 3 * YEAR) == [("data_complaint", "K-")]
    let_go(world, officer, "data_complaint", world.at + 3 * YEAR)
    assert not DataComplaint.objects.exists() and not DataComplaintNote.objects.exists()
    assert not Doorway.objects.filter(opens=row.pk).exists()


def test_a_request_goes_and_what_a_case_gave_to_it_stays_with_that_case(world: World, officer: Person) -> None:
    case, copy = a_case_with_a_copy(world)
    row = access.ask_for_own_data(asks="All of it", by=world.teacher, at=world.at)
    access.search_for_data(access_request=row, version=row.version, by=officer, at=world.at)
    outside = row.parts.get(case=None)
    settled(outside, officer, "Name: Priya", at=world.at)
    inside = settled(row.parts.get(case=case), world.senior, "You told us.", at=world.at, copies=[])
    access.send_answer(access_request=row, version=row.version, words="Here.", by=officer, at=world.at)
    at = world.at + 3 * YEAR
    assert listed(world, at - 120 * DAY) == []
    assert ("data_request", "S-") in listed(world, at)
    assert who.sees_due(world.teacher, Due.objects.filter(what="data_request"), at) == [], "not their own"

    let_go(world, officer, "data_request", at)
    assert not AccessRequest.objects.exists() and not AccessStep.objects.exists()
    inside.refresh_from_db()
    assert (list(AccessPart.objects.all()), inside.access_request_id) == ([inside], None)
    assert access.words_of_part(inside) is not None and copy.exhibit.case_id == case.pk


def test_a_part_that_is_in_no_case_never_stands_without_its_request(world: World, officer: Person) -> None:
    row = access.ask_for_own_data(asks="", by=world.teacher, at=world.at)
    access.search_for_data(access_request=row, version=row.version, by=officer, at=world.at)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.parts.update(access_request=None)


def test_a_document_goes_six_years_after_another_took_its_place_and_what_holds_stays(
    world: World, officer: Person
) -> None:
    first = a_signed_document(world, officer, "staff")
    assert listed(world, world.at + 20 * YEAR) == []
    second = a_signed_document(world, officer, "staff", more="We are kind.")
    given_up = documents.write_document(school=world.school, kind="families", by=officer, at=world.at)
    documents.drop_document(data_document=given_up, version=given_up.version, by=officer, at=world.at)
    at = world.at + 6 * YEAR
    assert listed(world, at) == [("data_document", "D-")] * 2
    assert {row.about for row in Due.objects.all()} == {first.pk, given_up.pk}
    assert refused(DataDocumentText.objects.all())
    for row in Due.objects.all():
        disposal = retention.propose_disposal(due=row, looked=True, by=world.head, at=at)
        retention.confirm_disposal(disposal=disposal, by=officer, at=at)
        disposing.carry_out_disposal(disposal=disposal, by=PROGRAM, at=at + WAITS)
    assert list(DataDocument.objects.all()) == [second] and documents.in_force("staff") == second
    assert set(DataDocumentSignature.objects.values_list("text__data_document", flat=True)) == {second.pk}


def test_a_breach_names_somebody_who_left_until_it_goes_and_a_document_does_not(world: World, officer: Person) -> None:
    a_signed_document(world, officer, "staff")
    assert not leavers.naming(officer.pk)
    a_closed_breach(world, officer)
    assert leavers.naming(officer.pk)
    let_go_at = world.at + 6 * YEAR
    listed(world, let_go_at)
    let_go(world, officer, "data_breach", let_go_at)
    assert not leavers.naming(officer.pk)
