"""The police question: a no is a no, danger does not wait, and to protect others it takes two."""

from datetime import timedelta

import pytest
from builders import World, a_case, a_report, harmed_in, the_takedown

from forethought.audit.models import Entry
from forethought.cases import procedures as cases
from forethought.cases.models import Capacity, Case, Group, Owed, Seat
from forethought.cases.standing import standing_of
from forethought.core.errors import Refused
from forethought.people.models import Letter, Person
from forethought.safeguarding import procedures
from forethought.safeguarding.models import Consent, PoliceReport
from forethought.safeguarding.rules import Basis, standing_answer
from forethought.takedowns import procedures as takedowns

MINUTE = timedelta(minutes=1)


def a_threat(world: World, **answers: object) -> Case:
    return a_case(world, danger="yes", happened="He wrote that he knows where I park.", **answers)


def report(
    world: World, case: Case, basis: Basis, *, reason: str = "He named a day.", second: Person | None = None
) -> PoliceReport:
    return procedures.report_to_police(
        case=case, party=harmed_in(case), basis=basis, reason=reason, second=second, by=world.senior, at=world.at
    )


def answered(world: World, case: Case, answer: str) -> Case:
    procedures.ask_consent(party=harmed_in(case), by=world.senior, at=world.at)
    procedures.answer_consent(party=harmed_in(case), answer=answer, by=world.teacher, at=world.at + MINUTE)
    return case


def stands(case: Case) -> str:
    return standing_answer(procedures.steps_of(harmed_in(case)))


@pytest.mark.policy("8.7")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("no", "They said no. The school cannot report this for them. They still can."),
        ("not_now", "They have not said yes. Ask them first."),
    ],
)
def test_without_a_yes_the_schools_report_is_blocked_with_a_message(world: World, answer: str, words: str) -> None:
    case = answered(world, a_threat(world), answer)
    with pytest.raises(Refused, match=words):
        report(world, case, Basis.CONSENT)
    assert not PoliceReport.objects.exists()


@pytest.mark.policy("8.7")
def test_with_a_yes_one_name_is_enough_and_no_reason_is_asked(world: World) -> None:
    case = answered(world, a_threat(world), "yes")
    row = report(world, case, Basis.CONSENT, reason="")
    assert (row.reported_at, row.second) == (world.at, None)


@pytest.mark.policy("8.7")
@pytest.mark.parametrize("basis", [Basis.DANGER, Basis.LAW])
@pytest.mark.parametrize("answer", ["no", ""])
def test_danger_or_the_law_needs_one_name_and_a_reason_at_once(world: World, basis: Basis, answer: str) -> None:
    case = answered(world, a_threat(world), answer) if answer else a_threat(world)
    with pytest.raises(Refused, match="Say in a few words why"):
        report(world, case, basis, reason=" ")

    row = report(world, case, basis)

    assert row.reported_at == world.at
    assert row.second == world.head
    assert Owed.objects.filter(kind="inform", about=row.id, done_at__isnull=True).exists()
    assert Letter.objects.filter(person=world.head, kind="needs_you_now", case_id=case.id).exists()


@pytest.mark.policy("8.7")
def test_the_second_person_is_told_afterwards_and_says_so(world: World) -> None:
    case = a_threat(world)
    row = report(world, case, Basis.DANGER)
    assert standing_of(case).informed_owed
    later = world.at + timedelta(hours=1)

    procedures.second_police_report(police_report=row, by=world.head, at=later)

    row.refresh_from_db()
    assert (row.second_at, row.reported_at) == (later, world.at)
    assert not standing_of(case).informed_owed
    with pytest.raises(Refused, match="answered already"):
        procedures.second_police_report(police_report=row, by=world.head, at=later)


@pytest.mark.policy("8.7")
def test_a_second_who_is_part_of_the_case_is_replaced(world: World) -> None:
    case = a_threat(world, group="staff", head="yes")
    row = procedures.report_to_police(
        case=case,
        party=harmed_in(case),
        basis=Basis.DANGER,
        reason="He named a day.",
        second=None,
        by=world.chair,
        at=world.at,
    )
    assert row.second is not None
    assert row.second not in {world.head, world.chair, world.teacher}


@pytest.mark.policy("8.7")
def test_to_protect_others_it_waits_for_the_second_name(world: World) -> None:
    case = answered(world, a_threat(world), "no")
    with pytest.raises(Refused, match="needs a second name"):
        report(world, case, Basis.PROTECTION)

    row = report(world, case, Basis.PROTECTION, second=world.lead)

    assert row.reported_at is None
    with pytest.raises(Refused, match="waits for its second name"):
        procedures.note_crime_reference(police_report=row, reference="CR 1", by=world.senior, at=world.at)
    with pytest.raises(Refused, match="second name must be another"):
        procedures.second_police_report(police_report=row, by=world.senior, at=world.at)
    with pytest.raises(Refused, match="Somebody else was asked"):
        procedures.second_police_report(police_report=row, by=world.head, at=world.at)
    assert Seat.objects.filter(case=case, person=world.lead, why="second").exists()

    later = world.at + timedelta(hours=2)
    procedures.second_police_report(police_report=row, by=world.lead, at=later)
    row.refresh_from_db()
    assert row.reported_at == later


@pytest.mark.policy("8.7")
def test_nobody_gives_both_names(world: World) -> None:
    with pytest.raises(Refused, match="another person’s"):
        report(world, a_threat(world), Basis.PROTECTION, second=world.senior)


@pytest.mark.policy("8.7")
def test_a_yes_can_be_taken_back_and_what_was_reported_stays(world: World) -> None:
    case = answered(world, a_threat(world), "yes")
    row = report(world, case, Basis.CONSENT)

    procedures.withdraw_consent(party=harmed_in(case), by=world.teacher, at=world.at + 2 * MINUTE)

    assert stands(case) == "withdrawn"
    row.refresh_from_db()
    assert row.reported_at == world.at
    with pytest.raises(Refused, match="They said no"):
        report(world, case, Basis.CONSENT)
    with pytest.raises(Refused, match="no yes to take back"):
        procedures.withdraw_consent(party=harmed_in(case), by=world.teacher, at=world.at)
    assert list(Consent.objects.order_by("said_at", "id").values_list("step", flat=True)).count("answered") == 1


@pytest.mark.policy("8.7")
def test_a_no_is_left_alone_and_not_now_may_be_asked_again(world: World) -> None:
    refused = answered(world, a_threat(world), "no")
    with pytest.raises(Refused, match="They have said no"):
        procedures.ask_consent(party=harmed_in(refused), by=world.senior, at=world.at)

    later = answered(world, a_threat(world), "not_now")
    procedures.ask_consent(party=harmed_in(later), by=world.senior, at=world.at + timedelta(days=1))
    assert stands(later) == "asked"


@pytest.mark.policy("8.7")
def test_whoever_asks_has_seen_that_it_threatens(world: World) -> None:
    case = a_case(world, danger="no")
    procedures.ask_consent(party=harmed_in(case), by=world.senior, at=world.at)
    case.refresh_from_db()
    assert case.threat


@pytest.mark.policy("8.7", "8.1")
def test_a_case_that_threatens_is_not_closed_before_each_person_harmed_was_asked(world: World) -> None:
    case = a_threat(world, where="")
    for one in (harmed_in(case),):
        cases.offer_support(case=case, party=one, offered=["manager"], by=world.senior, at=world.at)
    answered(world, case, "no")
    assert not standing_of(case).consent_unasked

    cases.add_party(
        case=case,
        capacity=Capacity.HARMED,
        group=Group.STAFF,
        name="Ben Foster",
        person=world.colleague,
        by=world.senior,
        at=world.at,
    )

    assert standing_of(case).consent_unasked


@pytest.mark.policy("8.7")
def test_telling_the_safeguarding_lead_about_a_child_asks_nobody(world: World) -> None:
    case = a_report(world, child="yes", danger="yes").case
    assert Seat.objects.filter(case=case, person=world.lead).exists()
    assert not Consent.objects.exists()


@pytest.mark.policy("8.6", "8.7")
def test_the_police_are_never_a_rung_and_need_no_takedown(world: World) -> None:
    case = a_threat(world)
    takedown = the_takedown(case)
    takedowns.withdraw(
        takedown=takedown, version=takedown.version, reason="Asked by the police.", by=world.senior, at=world.at
    )
    assert report(world, case, Basis.DANGER).reported_at == world.at


@pytest.mark.policy("8.7")
def test_the_reason_stands_sealed_and_the_trail_says_only_on_what_basis(world: World) -> None:
    report(world, a_threat(world), Basis.DANGER, reason="Canaryword at the gate.")
    bodies = list(Entry.objects.filter(verb="safeguarding.report_to_police").values_list("body", flat=True))
    assert len(bodies) == 1
    assert '"basis":"danger"' in bodies[0]
    assert "Canaryword" not in "".join(Entry.objects.values_list("body", flat=True))
