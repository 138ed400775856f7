"""Seats given by hand end by themselves; papers too; and whoever is turned away never learns from what."""

from datetime import timedelta

import pytest
from builders import World, a_case, a_report

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.cases import granting, listing, sweep
from forethought.cases.models import Case, Seat, Try
from forethought.cases.opened_papers import Part, end_papers, open_papers, open_to, read_papers
from forethought.cases.turning_away import turn_away
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.management.commands.worker import BELLS
from forethought.people import alarms
from forethought.people import procedures as people
from forethought.people.models import Letter, Role

DAY = timedelta(days=1)


def grant(world: World, case: Case, part: str = "guest", length: str = "task") -> Seat:
    return granting.grant_seat(
        case=case, person=world.colleague, part=part, length=length, reason="Their union.", by=world.senior, at=world.at
    )


def ring(world: World, days: float) -> None:
    assert alarms.ring_due(world.school.id, world.at + days * DAY, bells=BELLS)


@pytest.mark.policy("8.1")
def test_a_seat_given_by_hand_opens_the_case_until_its_very_end(world: World) -> None:
    case = a_case(world)
    seat = grant(world, case)

    end = world.at + 14 * DAY
    assert seat.ends_at == end
    for at, seen in ((world.at, True), (end - timedelta(seconds=1), True), (end, False), (end + DAY, False)):
        assert Case.objects.seen_by(world.colleague, at).filter(pk=case.pk).exists() is seen
        assert (case.id in [line.case_id for line in listing.newest(world.colleague, at)[0]]) is seen
        assert bool(listing.owed_next(world.colleague, at)) is seen


@pytest.mark.policy("8.1")
def test_its_holder_and_the_manager_are_warned_a_week_before_and_it_ends_by_the_clock(world: World) -> None:
    seat = grant(world, a_case(world))

    ring(world, 6.9)
    assert not Letter.objects.filter(kind="due_soon").exists()
    ring(world, 7)
    warned = Letter.objects.filter(kind="due_soon", by_when=seat.ends_at)
    assert {letter.person for letter in warned} == {world.colleague, world.senior}
    ring(world, 14)
    seat.refresh_from_db()
    assert seat.ended_at == seat.ends_at
    assert Entry.objects.filter(verb="cases.run_out").count() == 1


@pytest.mark.policy("8.1")
def test_a_longer_seat_is_asked_about_every_ninety_days(world: World) -> None:
    grant(world, a_case(world), length="involved")
    before = Letter.objects.filter(kind="needs_you", person=world.senior).count()

    ring(world, 89)
    assert Letter.objects.filter(kind="needs_you", person=world.senior).count() == before
    ring(world, 90)
    ring(world, 180)
    assert Letter.objects.filter(kind="needs_you", person=world.senior).count() == before + 2


@pytest.mark.policy("8.1")
def test_a_renewed_seat_outlasts_its_first_end(world: World) -> None:
    case = a_case(world)
    seat = grant(world, case)
    granting.renew_seat(seat=seat, length="task", reason="Not done yet.", by=world.senior, at=world.at + 10 * DAY)

    ring(world, 14)
    assert Case.objects.seen_by(world.colleague, world.at + 20 * DAY).filter(pk=case.pk).exists()
    ring(world, 24)
    assert not Case.objects.seen_by(world.colleague, world.at + 24 * DAY).filter(pk=case.pk).exists()
    with pytest.raises(Refused, match="has ended"):
        seat.refresh_from_db()
        granting.renew_seat(seat=seat, length="task", reason="More.", by=world.senior, at=world.at + 25 * DAY)
    again = granting.grant_seat(
        case=case,
        person=world.colleague,
        part="guest",
        length="task",
        reason="More.",
        by=world.senior,
        at=world.at + 25 * DAY,
    )
    assert again.pk != seat.pk


@pytest.mark.policy("8.1")
def test_a_letter_to_somebody_whose_seat_ran_out_is_not_sent(world: World) -> None:
    case = a_case(world)
    grant(world, case)
    letter = Letter.objects.get(person=world.colleague, case_id=case.id)

    assert sweep.withheld([letter], world.at) == {}
    assert sweep.withheld([letter], world.at + 14 * DAY) == {letter.id: "not_seated"}


@pytest.mark.policy("7.2")
def test_a_handler_cannot_put_the_person_reported_on_the_list(world: World) -> None:
    case = a_case(world, group="staff", name="Ben Foster")

    with pytest.raises(Refused, match="kept out of this case"):
        granting.grant_seat(
            case=case,
            person=world.colleague,
            part="guest",
            length="task",
            reason="Let them see.",
            by=world.head,
            at=world.at,
        )
    assert not Seat.objects.filter(case=case, person=world.colleague).exists()


@pytest.mark.policy("2.5", "8.1")
def test_whoever_leaves_loses_seats_and_papers_and_what_they_handled_goes_on(world: World) -> None:
    case = a_case(world)
    grant(world, case)
    people.leave(person=world.colleague, by=world.head, at=world.at)
    people.leave(person=world.senior, by=world.head, at=world.at)

    ring(world, 0)

    case.refresh_from_db()
    assert case.manager == world.head
    assert not Seat.objects.filter(person__in=[world.colleague, world.senior], ended_at__isnull=True).exists()


@pytest.mark.policy("8.1")
def test_when_the_last_who_may_leaves_the_case_is_held_and_the_chair_hears_that_one_waits(world: World) -> None:
    case = a_case(world, group="staff", name="David Reed")
    assert case.manager == world.head
    people.be_away(person=world.chair, until=None, by=world.chair, at=world.at)
    people.be_away(person=world.vice, until=None, by=world.vice, at=world.at)
    people.leave(person=world.head, by=world.chair, at=world.at)

    ring(world, 0)

    case.refresh_from_db()
    assert case.manager is None and case.outside
    assert Letter.objects.filter(kind="waits", person=world.chair).exists()


@pytest.mark.policy("9.1")
def test_papers_are_open_to_one_person_until_their_end_and_each_reading_is_noted(world: World) -> None:
    case = a_case(world, group="staff", name="Ben Foster")
    papers = open_papers(
        case=case,
        person=world.colleague,
        audience="subject",
        title="Papers",
        parts=[Part("What", "You posted it.")],
        by=world.head,
        at=world.at,
    )

    said = read_papers(papers=papers, by=world.colleague, at=world.at + DAY)
    assert said["parts"] == [{"heading": "What", "words": "You posted it."}]
    assert Entry.objects.filter(verb="cases.read_papers", about=papers.id).count() == 1
    assert list(open_to(world.colleague, world.at + 14 * DAY)) == []
    for reader, at in ((world.teacher, world.at), (world.colleague, world.at + 14 * DAY)):
        with pytest.raises(Refused, match="no longer open"):
            read_papers(papers=papers, by=reader, at=at)
    end_papers(papers=papers, by=world.head, at=world.at + DAY)
    with pytest.raises(Refused):
        read_papers(papers=papers, by=world.colleague, at=world.at + DAY)
    assert "You posted it" not in bytes(papers.content).decode("latin-1")
    assert keyring.words(papers, case_id=case.id)["title"] == "Papers"


@pytest.mark.policy("9.1")
def test_only_the_person_reported_is_given_papers_of_what_they_are_kept_out_of(world: World) -> None:
    case = a_case(world, group="staff", name="Ben Foster")
    with pytest.raises(Refused, match="part of this case"):
        open_papers(
            case=case,
            person=world.colleague,
            audience="companion",
            title="Papers",
            parts=[Part("What", "Words.")],
            by=world.head,
            at=world.at,
        )


@pytest.mark.policy("7.2")
def test_the_manager_hears_of_the_third_try_in_a_day_and_of_no_more(world: World) -> None:
    case = a_case(world, group="staff", name="Ben Foster")
    before = Letter.objects.filter(person=world.head).count()

    for times in range(1, 6):
        turn_away(case_id=case.id, by=world.colleague, at=world.at)
        assert Letter.objects.filter(person=world.head).count() == before + (times >= 3)
    turn_away(case_id=case.id, by=world.colleague, at=world.at + DAY)

    assert [(row.times, row.told_at is not None) for row in Try.objects.order_by("on_day")] == [(5, True), (1, False)]
    assert not Letter.objects.filter(person=world.colleague).exists()


@pytest.mark.policy("7.2")
def test_being_turned_away_is_noted_alike_for_a_case_and_for_none(world: World) -> None:
    case = a_report(world).case
    for case_id in (case.id, world.school.id):
        turn_away(case_id=case_id, by=world.colleague, at=world.at)

    noted = Entry.objects.filter(verb="cases.turn_away")
    assert [entry.case_id for entry in noted] == [None, None]
    assert Try.objects.count() == 0


def test_a_role_given_later_opens_nothing_by_itself(world: World) -> None:
    case = a_case(world, group="staff", name="Ben Foster")
    people.appoint(person=world.colleague, role=Role.HEAD, by=PROGRAM, at=world.at)
    assert not Case.objects.seen_by(world.colleague, world.at).filter(pk=case.pk).exists()
