"""Reading one case in an emergency: never without a reason, a second person, notices, an end and a review."""

import random
from datetime import timedelta

import pytest
from builders import World, a_case, a_report
from monitoring_acts import an_officer, somebody

from forethought.audit import procedures as trail
from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.cases import breaking_glass as acts
from forethought.cases import glass_rules as rules
from forethought.cases.models import Case, Exclusion, Glass, Seat, Try
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.management.commands.worker import BELLS
from forethought.people import alarms
from forethought.people import procedures as people
from forethought.people.models import Appointment, Letter, Person, Role

pytestmark = pytest.mark.policy("7.2")

REASON = "She wrote that she will harm herself tonight and nobody answers."
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def ask(world: World, case: Case | str, *, by: Person | None = None, after: timedelta = timedelta()) -> Glass:
    reference = case if isinstance(case, str) else case.reference
    row = acts.ask_to_read(
        reference=reference, category="life", reason=REASON, by=by or world.lead, at=world.at + after
    )
    return again(row)


def again(row: Glass) -> Glass:
    return Glass.objects.select_related("case", "person", "approver").get(pk=row.pk)


def approve(world: World, row: Glass, *, by: Person | None = None, after: timedelta = MINUTE) -> Seat:
    return acts.approve_reading(glass=again(row), by=by or world.chair, at=world.at + after)


def ring(world: World, after: timedelta) -> None:
    assert alarms.ring_due(world.school.id, world.at + after, bells=BELLS)


def test_a_second_person_opens_one_case_for_an_hour_to_read(world: World) -> None:
    case, other = a_case(world), a_case(world)
    row = ask(world, case)
    assert row.approver == world.chair
    assert not Case.objects.seen_by(world.lead, world.at).filter(pk=case.pk).exists()

    seat = approve(world, row)

    end = world.at + MINUTE + timedelta(minutes=60)
    assert (seat.why, seat.ends_at) == ("glass", end)
    for at, seen in ((world.at + MINUTE, True), (end - timedelta(seconds=1), True), (end, False)):
        assert Case.objects.seen_by(world.lead, at).filter(pk=case.pk).exists() is seen
    assert not Case.objects.seen_by(world.lead, world.at + MINUTE).filter(pk=other.pk).exists()
    ring(world, timedelta(hours=2))
    seat.refresh_from_db()
    assert seat.ended_at == end


def test_manager_chair_and_officer_are_told_at_once_and_nobody_kept_out(world: World) -> None:
    officer = an_officer(world)
    case = a_case(world)
    Exclusion.objects.create(school=world.school, case=case, person=world.chair, why="Close", given_at=world.at)
    row = ask(world, case)
    assert row.approver == world.vice
    approve(world, row, by=world.vice)

    told = set(Letter.objects.filter(about=row.id, kind="needs_you").values_list("person", flat=True))
    assert told == {world.senior.pk, officer.pk}
    assert set(Letter.objects.filter(about=row.id).values_list("case_id", flat=True)) == {None}
    assert not Letter.objects.filter(person=world.chair, about=row.id).exists()


def written(world: World, since: int) -> list[str]:
    return list(Entry.objects.filter(seq__gte=since).order_by("seq").values_list("verb", flat=True))


def test_the_same_is_written_for_a_case_that_is_not_and_one_that_may_never_be_seen(world: World) -> None:
    hidden = a_report(world, group="staff", name="Susan Patel").case
    assert Exclusion.objects.filter(case=hidden, person=world.lead).exists()
    for reference in ("NOSUCHCASE", hidden.reference):
        since = Entry.objects.count()
        row = ask(world, reference, after=timedelta(hours=3 if reference != "NOSUCHCASE" else 0))
        assert (row.case, row.approver) == (None, None)
        assert written(world, since) == ["cases.turn_away", "cases.ask_to_read"]
        assert not Letter.objects.filter(about=row.id).exists()
    # As at the door: the tries of somebody who is kept out are counted.
    assert Try.objects.get(case=hidden, person=world.lead).times == 1


def test_never_for_a_party_it_support_or_somebody_who_has_it_already(world: World) -> None:
    case = a_case(world, by=world.lead)
    assert ask(world, case, by=world.lead).case is None
    support = somebody(world, "Ines Park", Role.IT)
    with pytest.raises(Refused, match="IT support never"):
        ask(world, case, by=support)
    assert ask(world, case, by=world.senior).case is None
    assert not Seat.objects.filter(case=case, why="glass").exists()


def test_unanswered_for_a_quarter_of_an_hour_it_goes_on_to_the_trust_lead(world: World) -> None:
    trust = somebody(world, "Iris Lang", Role.TRUST_LEAD)
    row = ask(world, a_case(world))
    ring(world, timedelta(minutes=14, seconds=59))
    assert again(row).approver == world.chair
    ring(world, timedelta(minutes=15))
    row = again(row)
    assert row.approver == trust
    assert Letter.objects.filter(about=row.id, kind="needs_you_now", person=trust).exists()
    with pytest.raises(Refused, match="Somebody else is asked"):
        approve(world, row, by=world.chair, after=timedelta(minutes=16))
    approve(world, row, by=trust, after=timedelta(minutes=16))
    assert again(row).approver == trust


def test_without_a_trust_lead_it_goes_on_to_the_next_who_may(world: World) -> None:
    row = ask(world, a_case(world))
    ring(world, timedelta(minutes=15))
    assert again(row).approver == world.vice
    with pytest.raises(Refused, match="over"):
        approve(world, row, by=world.vice, after=rules.WHOLE_WAIT)


def test_no_one_lets_themselves_in_and_a_no_is_final(world: World) -> None:
    row = ask(world, a_case(world), by=world.chair)
    assert row.approver == world.vice
    with pytest.raises(Refused):
        approve(world, row, by=world.chair)
    acts.refuse_reading(glass=row, by=world.vice, at=world.at + MINUTE)
    with pytest.raises(Refused, match="has been decided"):
        approve(world, row, by=world.vice, after=2 * MINUTE)
    ring(world, timedelta(minutes=20))
    assert again(row).approver == world.vice


def test_somebody_kept_out_while_it_waited_is_not_let_in(world: World) -> None:
    case = a_case(world)
    row = ask(world, case)
    Exclusion.objects.create(school=world.school, case=case, person=world.lead, why="May be part", given_at=world.at)
    with pytest.raises(Refused, match="no longer be given"):
        approve(world, row)


def test_a_letter_on_its_way_is_dropped_for_somebody_kept_out_since(world: World) -> None:
    case = a_case(world)
    row = ask(world, case)
    letters = list(Letter.objects.filter(about=row.id))
    assert acts.withheld(letters, world.at) == {}
    Exclusion.objects.create(school=world.school, case=case, person=world.chair, why="May be part", given_at=world.at)
    assert set(acts.withheld(letters, world.at).values()) == {"kept_out"}


def test_a_review_is_reminded_of_until_somebody_without_a_hand_in_it_has_done_it(world: World) -> None:
    officer = an_officer(world)
    row = ask(world, a_case(world))
    approve(world, row)
    row = again(row)
    assert row.review_due_at == rules.review_due(world.at)
    ring(world, 5 * DAY)
    assert Letter.objects.filter(about=row.id, kind="due_soon", person=officer).count() == 1
    for days in (7, 10, 11, 12):
        ring(world, days * DAY)
    assert Letter.objects.filter(about=row.id, kind="late", person=officer).count() >= 3
    for wrong in (world.lead, world.chair, world.head):
        with pytest.raises(Refused):
            acts.review_reading(glass=row, outcome="right", words="I asked both.", by=wrong, at=world.at + 12 * DAY)
    acts.review_reading(glass=row, outcome="right", words="I asked both.", by=officer, at=world.at + 12 * DAY)
    before = Letter.objects.filter(about=row.id).count()
    ring(world, 40 * DAY)
    assert Letter.objects.filter(about=row.id).count() == before
    assert acts.said_of(again(row))["review"] == "I asked both."


def test_two_that_nobody_reviewed_stop_a_third_until_one_is(world: World) -> None:
    officer = an_officer(world)
    rows = []
    for number in range(2):
        after = timedelta(hours=2 * number)
        rows.append(ask(world, a_case(world), after=after))
        approve(world, rows[-1], after=after + MINUTE)
    with pytest.raises(Refused, match="have not been reviewed"):
        ask(world, a_case(world), after=timedelta(hours=6))
    assert ask(world, a_case(world), by=world.head, after=timedelta(hours=6)).person == world.head

    acts.review_reading(
        glass=again(rows[0]), outcome="right", words="Seen.", by=officer, at=world.at + timedelta(hours=7)
    )
    assert ask(world, a_case(world), after=timedelta(hours=7)).case is not None


def test_where_the_trail_cannot_be_written_nobody_is_let_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = a_case(world)
    row = ask(world, case)

    def full(*args: object, **kwargs: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(trail, "append", full)
    with pytest.raises(OSError):
        approve(world, row)
    monkeypatch.undo()

    assert not Seat.objects.filter(case=case, person=world.lead).exists()
    assert again(row).approved_at is None
    assert not Letter.objects.filter(about=row.id, kind="needs_you").exists()
    assert approve(world, row).why == "glass"


def test_every_one_that_was_given_has_reason_second_person_notices_end_and_review(world: World) -> None:
    """Sixty asked for at random by anybody about anything, with whatever answer; the property holds for all."""
    chance = random.Random(34)
    officer = an_officer(world)
    trust = somebody(world, "Iris Lang", Role.TRUST_LEAD)
    support = somebody(world, "Ines Park", Role.IT)
    people = [*world.everybody(), officer, trust, support]
    # The lead is who it is about in one of them, the head in another.
    cases = [a_case(world), a_report(world, group="staff", name="Susan Patel").case, a_report(world, head="yes").case]
    given = 0
    for number in range(60):
        at = world.at + number * timedelta(hours=2)
        try:
            row = acts.ask_to_read(
                reference=chance.choice([*[one.reference for one in cases], "NOSUCHCASE"]),
                category=chance.choice(["life", "handlers", "curious"]),
                reason="x" * chance.choice([5, 39, 40, 80]),
                by=chance.choice(people),
                at=at,
            )
            answered_at = at + timedelta(minutes=chance.choice([1, 14, 16, 80]))
            assert alarms.ring_due(world.school.id, answered_at, bells=BELLS)
            acts.approve_reading(glass=again(row), by=chance.choice(people), at=answered_at)
            given += 1
        except Refused:
            pass
        if number % 3 == 0:
            for one in Glass.objects.filter(approved_at__isnull=False, reviewed_at__isnull=True):
                reviewer = acts.reviewer_of(again(one), at)
                assert reviewer is not None
                acts.review_reading(glass=again(one), outcome="right", words="Seen.", by=reviewer, at=at)
    assert given >= 3
    glasses = list(Glass.objects.select_related("case", "person", "approver").filter(approved_at__isnull=False))
    assert Seat.objects.filter(why="glass").count() == len(glasses)
    for one in glasses:
        assert one.case is not None and one.approver is not None and one.ends_at and one.approved_at
        out = set(one.case.exclusions.values_list("person_id", flat=True))
        assert len(keyring.words_at_school(one, "content")["reason"]) >= 40
        assert one.category in rules.CATEGORIES
        assert one.approver_id != one.person_id and not {one.approver_id, one.person_id} & out
        assert one.person_id != support.pk
        assert one.ends_at - one.approved_at == timedelta(minutes=60)
        assert Seat.objects.filter(case=one.case, person=one.person, why="glass", ends_at=one.ends_at).exists()
        assert one.review_due_at == rules.review_due(one.approved_at)
        told = set(Letter.objects.filter(about=one.pk, kind="needs_you").values_list("person", flat=True))
        owed = {one.case.manager_id, world.chair.pk, officer.pk} - out - {one.person_id}
        parties = set(one.case.parties.values_list("person_id", flat=True))
        assert told >= owed - parties - {None}
        assert Entry.objects.filter(verb="cases.approve_reading", case_id=one.case_id, at=one.approved_at).exists()


@pytest.mark.parametrize(("days", "asked"), [(0, "vice"), (13, "vice"), (14, "colleague")])
def test_somebody_named_lately_lets_nobody_in_while_there_is_another(world: World, days: int, asked: str) -> None:
    """Whoever notes offices for the governors could otherwise name whoever says yes."""
    case = a_case(world)
    chair = Appointment.objects.get(role=Role.CHAIR)
    people.end_appointment(appointment=chair, by=PROGRAM, at=world.at - timedelta(days=days))
    people.appoint(person=world.colleague, role=Role.CHAIR, by=PROGRAM, at=world.at - timedelta(days=days))
    row = ask(world, case)
    assert again(row).approver_id == getattr(world, asked).pk


def test_one_named_lately_is_asked_where_nobody_else_is_and_not_after_another(world: World) -> None:
    case = a_case(world)
    for role in (Role.CHAIR, Role.VICE_CHAIR):
        held = Appointment.objects.get(role=role)
        people.end_appointment(appointment=held, by=PROGRAM, at=world.at - timedelta(days=1))
    people.appoint(person=world.colleague, role=Role.TRUST_LEAD, by=PROGRAM, at=world.at - timedelta(days=1))
    row = ask(world, case)
    assert again(row).approver_id == world.head.pk
    ring(world, rules.FIRST_WAIT)
    assert again(row).approver_id == world.head.pk, "the head was there, so nobody new decides"
