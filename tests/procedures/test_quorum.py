"""A case that nobody handles: not one yes opens it, two of three shares do, and never to somebody in it."""

from datetime import timedelta
from itertools import combinations

import pytest
from builders import World, a_case, a_report
from monitoring_acts import an_officer

from forethought.audit.models import Entry
from forethought.cases import breaking_glass, quorum
from forethought.cases.models import Case, Glass, Try
from forethought.cases.quorum_models import Quorum
from forethought.core import shamir
from forethought.core.errors import Refused
from forethought.people import procedures as people
from forethought.people.models import Letter, Person, Role

pytestmark = pytest.mark.policy("7.2")

REASON = "She wrote that she will harm herself tonight and nobody answers."


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


@pytest.fixture
def shares(world: World, officer: Person) -> list[str]:
    return made(world, officer)


def made(world: World, officer: Person) -> list[str]:
    return quorum.make_shares(quorum=quorum.ask_for_shares(by=world.chair, at=world.at), by=officer, at=world.at)


def a_held_case(world: World) -> Case:
    """About the head, while chair and vice-chair are away: nobody is left who may handle it."""
    for person in (world.chair, world.vice):
        people.be_away(person=person, until=None, by=person, at=world.at - timedelta(hours=1))
    case = a_report(world, head="yes", group="staff").case
    assert case.manager is None and breaking_glass.is_held(case)
    for person in (world.chair, world.vice):
        people.come_back(person=person, by=person, at=world.at)
    return case


def opens(world: World, case: Case | str, two: list[str], by: Person | None = None) -> Glass:
    reference = case if isinstance(case, str) else case.reference
    return quorum.open_with_shares(
        reference=reference, category="handlers", reason=REASON, shares=two, by=by or world.lead, at=world.at
    )


def because(world: World, case: Case | str, two: list[str], by: Person | None = None) -> str:
    with pytest.raises(Refused) as refused:
        opens(world, case, two, by)
    return refused.value.sentence


def test_any_two_of_the_three_open_it_for_an_hour_to_read(world: World, shares: list[str]) -> None:
    case = a_held_case(world)
    for two in combinations(shares, 2):
        assert quorum.fits(list(two))
    assert not Case.objects.seen_by(world.lead, world.at).filter(pk=case.pk).exists()
    row = opens(world, case, [shares[0], shares[2]])
    assert row.ends_at == world.at + timedelta(minutes=60)
    for at, seen in ((world.at, True), (row.ends_at, False)):
        assert Case.objects.seen_by(world.lead, at).filter(pk=case.pk).exists() is seen
    assert case.seats.get(person=world.lead).why == "glass"
    assert Entry.objects.filter(verb="cases.open_with_shares", case_id=case.pk).count() == 1


def test_chair_and_officer_hear_of_it_and_it_is_reviewed(world: World, officer: Person, shares: list[str]) -> None:
    row = opens(world, a_held_case(world), shares[:2])
    told = set(Letter.objects.filter(about=row.pk, kind="needs_you").values_list("person", flat=True))
    assert told == {world.chair.pk, officer.pk}
    assert breaking_glass.reviewer_of(row, world.at) == officer
    assert row.review_due_at is not None and breaking_glass.asking_of(world.lead, world.at).unreviewed == 1


def test_one_yes_opens_no_held_case(world: World) -> None:
    case = a_held_case(world)
    row = breaking_glass.ask_to_read(
        reference=case.reference, category="handlers", reason=REASON, by=world.lead, at=world.at
    )
    row.refresh_from_db()
    assert row.approver is None
    assert breaking_glass.first_decider(row, world.at) is breaking_glass.last_decider(row, world.at) is None
    Glass.objects.filter(pk=row.pk).update(approver=world.chair)
    row.refresh_from_db()
    with pytest.raises(Refused):
        breaking_glass.approve_reading(glass=row, by=world.chair, at=world.at)
    assert not case.seats.exists()


def test_one_asked_before_it_was_held_is_not_given_after(world: World) -> None:
    case = a_case(world)
    row = breaking_glass.ask_to_read(
        reference=case.reference, category="life", reason=REASON, by=world.lead, at=world.at
    )
    Case.objects.filter(pk=case.pk).update(manager=None)
    row = Glass.objects.select_related("case", "person", "approver").get(pk=row.pk)
    with pytest.raises(Refused):
        breaking_glass.approve_reading(glass=row, by=world.chair, at=world.at)


def test_wrong_shares_open_nothing(world: World, officer: Person, shares: list[str]) -> None:
    case = a_held_case(world)
    other = [shamir.written(part) for part in shamir.split(b"x" * 16, lambda count: b"y" * count)]
    for two in ([shares[0], shares[0]], [shares[0], other[1]], other[:2], ["", ""], [shares[0], "nonsense"]):
        assert because(world, case, two) == "Those are not two of the three shares. Check both letter by letter."
    assert not case.seats.exists() and not Glass.objects.exists()


def test_old_shares_open_nothing_once_new_ones_are_made(world: World, officer: Person, shares: list[str]) -> None:
    new = made(world, officer)
    assert not quorum.fits(shares[:2]) and not quorum.fits([shares[0], new[1]]) and quorum.fits(new[1:])


def test_whether_there_is_such_a_case_is_answered_alike(world: World, shares: list[str]) -> None:
    case, handled = a_held_case(world), a_case(world)
    said = {because(world, "0000-0000", shares[:2]), because(world, handled, shares[:2])}
    said.add(because(world, case, shares[:2], by=world.head))
    assert said == {"There is no case that these shares open for you."}
    assert not case.seats.filter(person=world.head).exists()
    assert Try.objects.filter(case=case, person=world.head).count() == 1


def test_it_support_and_short_reasons_are_refused_before_the_shares(world: World, shares: list[str]) -> None:
    people.appoint(person=world.senior, role=Role.IT, by=world.head, at=world.at)
    assert "IT support never reads" in because(world, a_held_case(world), shares[:2], by=world.senior)


def test_the_chair_asks_and_the_officer_makes_them(world: World, officer: Person) -> None:
    for by in (officer, world.head, world.vice):
        with pytest.raises(Refused):
            quorum.ask_for_shares(by=by, at=world.at)
    row = quorum.ask_for_shares(by=world.chair, at=world.at)
    with pytest.raises(Refused, match="You have asked already"):
        quorum.ask_for_shares(by=world.chair, at=world.at)
    for by in (world.chair, world.head):
        with pytest.raises(Refused):
            quorum.make_shares(quorum=row, by=by, at=world.at)
    assert len(quorum.make_shares(quorum=row, by=officer, at=world.at)) == 3
    with pytest.raises(Refused, match="Nobody has asked"):
        quorum.make_shares(quorum=row, by=officer, at=world.at)


def test_an_asking_runs_out_after_a_week(world: World, officer: Person) -> None:
    row = quorum.ask_for_shares(by=world.chair, at=world.at)
    with pytest.raises(Refused, match="Nobody has asked"):
        quorum.make_shares(quorum=row, by=officer, at=world.at + quorum.WAITS)


def test_a_chair_who_is_the_officer_too_makes_none_alone(world: World) -> None:
    people.appoint(person=world.chair, role=Role.PROTECTION, by=world.head, at=world.at)
    with pytest.raises(Refused, match="It takes two people"):
        quorum.ask_for_shares(by=world.chair, at=world.at)


def test_without_shares_a_held_case_opens_to_nobody_here(world: World) -> None:
    assert because(world, a_held_case(world), ["", ""]).startswith("No shares have been made")


def test_no_share_is_kept_anywhere(world: World, shares: list[str]) -> None:
    row = Quorum.objects.get()
    parts = [shamir.read(one) for one in shares]
    secret = shamir.joined(parts[0], parts[1])  # type: ignore[arg-type]
    for value in (bytes(row.salt), bytes(row.proof)):
        assert all(part is not None and part[1] not in value for part in parts) and secret not in value
    for body in Entry.objects.values_list("body", flat=True):
        assert not any(one in body for one in shares)
