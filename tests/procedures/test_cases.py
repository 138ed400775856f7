"""From a report to a closed case: what is written, what is refused, which event is left."""

from datetime import timedelta

import pytest
from builders import World, a_case, a_draft, a_report, ask_the_host, found_in_the_clear, harmed_in, the_takedown

from forethought.audit.models import Entry
from forethought.audit.procedures import Visitor
from forethought.cases import procedures
from forethought.cases.models import Capacity, Case, Exclusion, Owed, Report, Seat
from forethought.cases.standing import standing_of
from forethought.core.errors import Refused, TooLate
from forethought.evidence import keyring
from forethought.people import codes
from forethought.people.models import Doorway, Letter
from forethought.reports.procedures import file_report
from forethought.takedowns import procedures as takedowns
from forethought.takedowns.rules import Result


def seated(case: Case) -> set[str]:
    return {s.person.name for s in Seat.objects.filter(case=case, ended_at__isnull=True).select_related("person")}


@pytest.mark.policy("7.2", "6.7")
def test_a_report_goes_to_the_senior_manager_and_the_head(world: World) -> None:
    case = a_report(world).case
    assert seated(case) == {"David Reed", "Amina Okafor"}
    assert case.manager == world.senior


@pytest.mark.policy("7.2")
def test_a_report_that_names_the_head_never_reaches_the_head(world: World) -> None:
    case = a_report(world, group="staff", head="yes").case
    assert seated(case) == {"Joan Whitfield"}
    assert Exclusion.objects.filter(case=case, person=world.head).exists()
    assert not Letter.objects.filter(person=world.head, case_id=case.id).exists()
    assert not Case.objects.seen_by(world.head).filter(pk=case.pk).exists()


@pytest.mark.policy("7.2")
def test_a_name_that_may_be_the_managers_keeps_the_manager_out(world: World) -> None:
    case = a_report(world, group="staff", name="I think it is Mr Reed").case
    assert "David Reed" not in seated(case)
    assert Exclusion.objects.filter(case=case, person=world.senior).exists()


@pytest.mark.policy("7.2")
def test_a_child_brings_the_safeguarding_lead_in(world: World) -> None:
    assert "Susan Patel" in seated(a_report(world, child="not_sure").case)


@pytest.mark.policy("6.7")
def test_sent_twice_it_is_one_report(world: World) -> None:
    draft = a_draft(world)
    first = file_report(draft=draft, school=world.school, by=world.teacher, at=world.at)
    draft.refresh_from_db()
    second = file_report(draft=draft, school=world.school, by=world.teacher, at=world.at)
    assert first.report.pk == second.report.pk
    assert Report.objects.count() == 1


@pytest.mark.policy("2.5", "6.7")
def test_a_visitor_gets_a_code_that_is_kept_nowhere(world: World) -> None:
    visitor = Visitor(id=world.school.id)
    draft = a_draft(world, by=visitor, reporter_name="Agency Teacher")
    receipt = file_report(draft=draft, school=world.school, by=visitor, at=world.at)
    assert receipt.code is not None
    door = Doorway.objects.get(kind="receipt")
    assert door.opens == receipt.report.id
    for written in (receipt.code, codes.tidy(receipt.code)):
        assert found_in_the_clear(written) == []


@pytest.mark.policy("6.7")
def test_a_second_press_gives_another_code_with_an_event_and_not_without_limit(world: World) -> None:
    visitor = Visitor(id=world.school.id)
    draft = a_draft(world, by=visitor, reporter_name="Agency Teacher")
    presses = [world.at + timedelta(seconds=second) for second in range(8)]
    given = [file_report(draft=draft, school=world.school, by=visitor, at=at).code or "" for at in presses]
    assert len(set(given)) == 8
    live = Doorway.objects.filter(kind="receipt", ends_at__isnull=True)
    assert live.count() == 5
    last_five = {codes.key_hash("receipt", codes.tidy(code)) for code in given[-5:]}
    assert {bytes(door.key_hash) for door in live} == last_five
    assert Entry.objects.filter(verb="reports.give_receipt_code").count() == 7
    assert Report.objects.count() == 1


@pytest.mark.policy("8.3")
def test_a_report_on_friday_at_six_starts_both_clocks(world: World) -> None:
    takedown = the_takedown(a_report(world).case)
    assert takedown.approach_due_at == world.at + timedelta(hours=4)
    assert takedown.resolve_due_at == world.at + timedelta(hours=24)
    owed = set(Owed.objects.filter(about=takedown.id, done_at__isnull=True).values_list("kind", flat=True))
    assert owed == {"approach", "resolve"}


@pytest.mark.policy("8.3", "1.1")
def test_a_closed_chat_group_starts_the_same_clocks(world: World) -> None:
    takedown = the_takedown(a_report(world, where="Zibzab, the group “Year 4 mums”").case)
    assert takedown.target == "group"
    assert takedown.approach_due_at == world.at + timedelta(hours=4)


@pytest.mark.policy("1.2")
def test_what_only_a_manager_can_answer_is_asked_when_the_case_is_taken_up(world: World) -> None:
    case = a_report(world).case
    procedures.take_up(
        case=case, version=1, answers={"purpose": "own", "hours": "own"}, harmed="", by=world.senior, at=world.at
    )
    case.refresh_from_db()
    assert keyring.words(case, case_id=case.id) == {"purpose": "own", "hours": "own"}


@pytest.mark.policy("8.8", "8.1")
def test_a_case_cannot_be_closed_before_support_was_offered(world: World) -> None:
    case = a_case(world)
    takedown = ask_the_host(the_takedown(case), by=world.senior, at=world.at)
    takedowns.check_removal(takedown=takedown, result=Result.GONE_SIGNED_OUT, by=world.senior, at=world.at)
    with pytest.raises(Refused, match="Offer support before you close"):
        close(world, case)
    procedures.offer_support(case=case, party=harmed_in(case), offered=["manager"], by=world.senior, at=world.at)
    close(world, case)
    case.refresh_from_db()
    assert case.status == "closed"
    # Looking whether it came back, and asking how somebody is, go on after the end.
    assert set(Owed.objects.filter(case=case, done_at__isnull=True).values_list("kind", flat=True)) == {
        "look",
        "revisit",
    }


def close(
    world: World, case: Case, sentence: str = "It is gone. Thank you for telling us.", version: int | None = None
) -> None:
    procedures.close(
        case=case,
        version=case.version if version is None else version,
        outcome="gone",
        reasons="Removed.",
        sentence=sentence,
        standing=standing_of(case),
        by=world.senior,
        at=world.at,
    )


def ready_to_close(world: World) -> Case:
    case = a_case(world, where="")
    procedures.offer_support(case=case, party=harmed_in(case), offered=["manager"], by=world.senior, at=world.at)
    case.refresh_from_db()
    return case


@pytest.mark.policy("7.2")
def test_no_case_closes_without_a_sentence_for_the_reporter(world: World) -> None:
    with pytest.raises(Refused, match="Write one sentence"):
        close(world, ready_to_close(world), sentence="  ")


@pytest.mark.policy("8.1")
def test_a_stale_second_close_is_refused_with_who_and_when(world: World) -> None:
    case = ready_to_close(world)
    stale = Case.objects.get(pk=case.pk)
    close(world, case)
    with pytest.raises(TooLate, match="David Reed did this at 6pm"):
        close(world, stale)
    assert case.decisions.count() == 1


@pytest.mark.policy("8.8")
def test_support_is_owed_to_a_colleague_who_is_reported_too(world: World) -> None:
    case = a_report(world, group="staff", name="Ben Foster").case
    reported = case.parties.get(capacity=Capacity.REPORTED)
    assert reported.person == world.colleague
    assert Owed.objects.filter(kind="support", about=reported.id, done_at__isnull=True).exists()


@pytest.mark.policy("7.2")
def test_naming_the_manager_as_reported_hands_the_case_on_at_once(world: World) -> None:
    case = a_report(world, group="unknown").case
    procedures.take_up(case=case, version=1, answers={}, harmed="", by=world.senior, at=world.at)
    procedures.name_person(case=case, person=world.senior, capacity=Capacity.REPORTED, by=world.head, at=world.at)
    case.refresh_from_db()
    assert not Case.objects.seen_by(world.senior).filter(pk=case.pk).exists()
    assert case.manager == world.head


def test_every_act_leaves_one_event_and_no_words_of_the_case(world: World) -> None:
    a_report(world, happened="Canaryword sat on the wall.")
    bodies = "".join(Entry.objects.values_list("body", flat=True))
    assert "Canaryword" not in bodies
    assert [e.seq for e in Entry.objects.order_by("seq")] == list(range(Entry.objects.count()))
