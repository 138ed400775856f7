"""One report, several cases: each before its own people, from its answers, from what a manager adds, or by hand."""

from typing import Any

import pytest
from builders import World, a_case, a_report

from forethought.cases import procedures as cases
from forethought.cases.models import Capacity, Case, Kind, Message, Owed, Papers
from forethought.cases.opened_papers import read_papers
from forethought.cases.opening import linked_to
from forethought.cases.referring import note_referral
from forethought.cases.seating import keep_out
from forethought.cases.standing import standing_of
from forethought.core.errors import Refused, TooLate
from forethought.investigations.models import Breach
from forethought.people.models import Letter, Person
from forethought.reports import allegations, handing, strands
from forethought.reports.models import Handed, StaffAllegation


def kinds(case: Case, person: Person, world: World) -> list[str]:
    return sorted(one.kind for one in linked_to(case=case, person=person, at=world.at))


def of_kind(kind: Kind) -> Case:
    return Case.objects.select_related("manager", "school").get(kind=kind)


def sees(person: Person, case: Case, world: World) -> bool:
    return Case.objects.seen_by(person, world.at).filter(pk=case.pk).exists()


@pytest.mark.policy("8.1")
def test_a_plain_report_opens_nothing_beside_itself(world: World) -> None:
    a_report(world)
    assert Case.objects.count() == 1


@pytest.mark.policy("8.1", "9.1")
def test_a_colleague_reported_opens_a_suspected_breach_that_they_never_see(world: World) -> None:
    case = a_report(world, group="staff", name="Ben Foster").case
    breach = of_kind(Kind.BREACH)
    assert kinds(case, world.head, world) == ["breach"]
    assert not sees(world.colleague, breach, world)
    assert not sees(world.teacher, breach, world)


@pytest.mark.policy("6.2", "8.1")
def test_a_child_at_risk_opens_a_concern_before_the_lead(world: World) -> None:
    case = a_report(world, child="yes").case
    concern = of_kind(Kind.CONCERN)
    assert sees(world.lead, concern, world)
    assert not sees(world.head, concern, world)
    assert kinds(case, world.head, world) == []
    assert strands.passed_on(case=case, person=world.head, at=world.at) == ["A child may be at risk"]


@pytest.mark.policy("7.2", "9.1")
def test_where_it_may_be_the_head_no_side_of_it_reaches_the_head(world: World) -> None:
    a_report(world, head="yes", group="staff", child="yes", accuses="yes")
    assert set(Case.objects.values_list("kind", flat=True)) == {"report", "breach", "concern", "allegation"}
    assert not Case.objects.seen_by(world.head, world.at).exists()
    assert not Letter.objects.filter(person=world.head).exists()


@pytest.mark.policy("8.1")
def test_an_allegation_supports_whom_it_is_about_and_suspects_nobody(world: World) -> None:
    a_report(world, accuses="yes")
    made = of_kind(Kind.ALLEGATION)
    row = StaffAllegation.objects.get(case=made)
    assert row.person == world.teacher
    assert Owed.objects.filter(case=made, kind="prompt", done_at__isnull=True).exists()
    assert Owed.objects.filter(case=made, kind="support", done_at__isnull=True).exists()
    assert not made.parties.filter(capacity="reported").exists()
    assert not sees(world.teacher, made, world)
    assert not Case.objects.filter(kind=Kind.BREACH).exists()


@pytest.mark.policy("8.1")
def test_what_a_manager_adds_opens_more_and_takes_nothing_back(world: World) -> None:
    case = a_report(world).case
    opened = strands.take_up_report(
        case=case,
        version=1,
        answers={"group_now": "staff", "child_now": "not_sure"},
        harmed="",
        by=world.head,
        at=world.at,
    )
    assert opened == ("concern", "breach")
    assert {"breach", "concern"} <= set(Case.objects.values_list("kind", flat=True))


@pytest.mark.policy("8.1")
@pytest.mark.parametrize(
    ("answers", "opens"),
    [
        ({"group": "parent", "name": "Ben Foster"}, True),
        ({"group": "unknown", "name": "Ben Foster"}, True),
        ({"group": "unknown", "name": "Mrs Foster, I think"}, False),
        ({"group": "staff", "name": "Mrs Foster, I think"}, True),
    ],
)
def test_a_surname_alone_makes_nobody_the_author_where_it_is_not_known_who(
    world: World, answers: dict[str, object], opens: bool
) -> None:
    a_report(world, **answers)
    assert Case.objects.filter(kind=Kind.BREACH).exists() is opens


@pytest.mark.policy("8.1", "9.1", "7.2")
def test_an_adult_named_later_is_a_suspected_breach_and_sees_no_side_of_it(world: World) -> None:
    case = a_case(world, child="yes", group="pupil")
    strands.name_person(case=case, person=world.lead, capacity=Capacity.REPORTED, by=world.senior, at=world.at)
    assert Breach.objects.get().subject == world.lead
    assert Case.objects.seen_by(world.lead, world.at).count() == 0
    strands.name_person(case=case, person=world.lead, capacity=Capacity.REPORTED, by=world.senior, at=world.at)
    assert Breach.objects.count() == 1


@pytest.mark.policy("9.1", "7.2")
def test_who_handles_a_breach_by_nobody_known_loses_it_when_it_turns_out_to_be_them(world: World) -> None:
    case = a_case(world, group="staff")
    breach = of_kind(Kind.BREACH)
    assert breach.manager == world.head
    strands.name_person(case=case, person=world.head, capacity=Capacity.REPORTED, by=world.chair, at=world.at)
    breach.refresh_from_db()
    assert breach.manager == world.chair
    assert not Case.objects.seen_by(world.head, world.at).exists()


@pytest.mark.policy("8.1")
def test_of_a_side_that_somebody_is_kept_out_of_the_report_says_nothing(world: World) -> None:
    case = a_report(world, group="staff").case
    breach = of_kind(Kind.BREACH)
    said = ["Somebody who works or helps here posted it"]
    assert strands.passed_on(case=case, person=world.senior, at=world.at) == said
    keep_out(case=breach, people={world.senior.id: "May be part of it"}, at=world.at)
    assert strands.passed_on(case=case, person=world.senior, at=world.at) == []


@pytest.mark.policy("6.2", "8.1")
def test_a_report_of_an_adult_who_reached_a_child_goes_to_head_and_lead_and_asks_the_officer_first(
    world: World,
) -> None:
    a_report(world, group="staff", name="Ben Foster", child="yes", happened="He found my pupil on a game and wrote.")
    concern = of_kind(Kind.CONCERN)
    assert sees(world.head, concern, world) and sees(world.lead, concern, world)
    assert not sees(world.colleague, concern, world)
    assert concern.owed.filter(kind="lado", done_at__isnull=True).exists()


@pytest.mark.policy("8.1")
def test_what_is_aimed_at_a_pupil_is_for_the_safeguarding_lead(world: World) -> None:
    case = a_report(world).case
    opened = strands.take_up_report(
        case=case, version=1, answers={"target": "pupil"}, harmed="", by=world.head, at=world.at
    )
    assert opened == ("concern",)
    case.refresh_from_db()
    assert case.child == "not_sure"


@pytest.mark.policy("8.1")
def test_a_side_is_opened_by_hand_once_and_with_a_reason(world: World) -> None:
    case = a_case(world)
    by_hand: dict[str, Any] = {"case": case, "by": world.senior, "at": world.at}
    with pytest.raises(Refused, match="Say why"):
        strands.open_strand(strand="concern", reason=" ", **by_hand)
    strands.open_strand(strand="concern", reason="A child is named in it.", **by_hand)
    with pytest.raises(Refused, match="already"):
        strands.open_strand(strand="concern", reason="Again.", **by_hand)
    assert sees(world.lead, of_kind(Kind.CONCERN), world)


# --- A pupil posted it ---


def handed(world: World, case: Case) -> Handed:
    return handing.hand_over(
        case=case,
        behaviour=world.colleague,
        pupil="A.B. 9C",
        summary="Posted a picture.",
        parent="Called.",
        vulnerable="",
        by=world.senior,
        at=world.at,
    )


@pytest.mark.policy("8.2")
def test_a_pupils_post_is_handed_over_and_the_case_waits_for_the_outcome(world: World) -> None:
    case = a_case(world, group="pupil")
    assert standing_of(case).behaviour_waited_for
    with pytest.raises(Refused, match="not to staff discipline"):
        strands.open_strand(strand="breach", reason="He wrote it.", case=case, by=world.senior, at=world.at)

    row = handed(world, case)
    assert sees(world.colleague, row.case, world) and sees(world.lead, row.case, world)
    assert not sees(world.colleague, case, world)
    assert standing_of(case).behaviour_waited_for
    handing.return_outcome(handed=row, words="Two days of reflection.", by=world.colleague, at=world.at)
    row.refresh_from_db()
    assert handing.outcome_of(row) == "Two days of reflection."
    assert not standing_of(case).behaviour_waited_for
    with pytest.raises(Refused, match="came back already"):
        handing.return_outcome(handed=row, words="And more.", by=world.colleague, at=world.at)


@pytest.mark.policy("8.2")
def test_the_person_harmed_learns_only_what_is_released(world: World) -> None:
    case = a_case(world, group="pupil")
    row = handed(world, case)
    handing.return_outcome(handed=row, words="Two days of reflection.", by=world.colleague, at=world.at)
    assert not Message.objects.filter(case=case).exists()
    handing.release(report=case.reports.get(), sentence="It was dealt with.", by=world.senior, at=world.at)
    assert Message.objects.filter(case=case).count() == 1
    assert Letter.objects.filter(person=world.teacher, kind="news").exists()


@pytest.mark.policy("8.2")
def test_nothing_is_released_before_the_outcome_is_back_or_that_names_the_pupil(world: World) -> None:
    case = a_case(world, group="pupil", name="Sam Small")
    row = handed(world, case)
    tell: dict[str, Any] = {"report": case.reports.get(), "by": world.senior, "at": world.at}
    with pytest.raises(Refused, match="not come back yet"):
        handing.release(sentence="It was dealt with.", **tell)
    handing.return_outcome(handed=row, words="Two days.", by=world.colleague, at=world.at)
    for sentence in ("Sam Small is sorry.", "It was A.B. 9C, who is sorry."):
        with pytest.raises(Refused, match="names the pupil"):
            handing.release(sentence=sentence, **tell)


@pytest.mark.policy("8.2", "7.2")
def test_a_pack_names_nobody_who_works_here_and_keeps_out_whoever_is_kept_out(world: World) -> None:
    case = a_case(world, group="pupil")
    keep_out(case=case, people={world.vice.id: "Cannot act in this"}, at=world.at)
    given: dict[str, Any] = {"case": case, "behaviour": world.colleague, "pupil": "A.B.", "vulnerable": ""}
    with pytest.raises(Refused, match="names somebody who works here"):
        handing.hand_over(summary="Mocks Ms Harlow.", parent="", by=world.senior, at=world.at, **given)
    with pytest.raises(Refused, match="names somebody who works here"):
        handing.hand_over(summary="x", parent="Susan Patel called.", by=world.senior, at=world.at, **given)
    row = handing.hand_over(summary="Mocks a teacher.", parent="", by=world.senior, at=world.at, **given)
    assert row.case.exclusions.filter(person=world.vice).exists()


@pytest.mark.policy("8.2")
def test_a_lead_who_was_harmed_does_not_watch_over_the_pupil(world: World) -> None:
    case = a_report(world, by=world.lead, group="pupil").case
    cases.take_up(case=case, version=1, answers={}, harmed="", by=world.senior, at=world.at)
    row = handed(world, case)
    assert not sees(world.lead, row.case, world)
    assert row.case.outside


@pytest.mark.policy("8.2")
def test_nobody_with_a_part_in_it_leads_on_it_and_not_waiting_needs_a_reason(world: World) -> None:
    case = a_case(world, group="pupil")
    with pytest.raises(Refused, match="part of this case"):
        handing.hand_over(
            case=case,
            behaviour=world.teacher,
            pupil="A.B.",
            summary="x",
            parent="",
            vulnerable="",
            by=world.senior,
            at=world.at,
        )
    with pytest.raises(Refused, match="Say why"):
        handing.skip_hand_off(case=case, reason="", by=world.senior, at=world.at)
    handing.skip_hand_off(case=case, reason="The pupil left last week.", by=world.senior, at=world.at)
    assert not standing_of(case).behaviour_waited_for


# --- An allegation about somebody here ---


def an_allegation(world: World, **answers: object) -> StaffAllegation:
    a_report(world, **{"accuses": "yes", **answers})
    return StaffAllegation.objects.select_related("case__manager").get()


def supported(row: StaffAllegation, world: World) -> None:
    party = row.case.parties.get(capacity="harmed")
    cases.offer_support(case=row.case, party=party, offered=["manager"], by=world.head, at=world.at)


@pytest.mark.policy("8.1", "6.2")
def test_nothing_is_found_before_the_designated_officer_was_asked_where_that_is_due(world: World) -> None:
    row = an_allegation(world)
    find: dict[str, Any] = {"allegation": row, "found": "false", "reasons": "The day was wrong.", "by": world.head}
    with pytest.raises(Refused, match="LADO"):
        allegations.find_allegation(version=1, at=world.at, **find)
    allegations.weigh_allegation(allegation=row, threshold="yes", words="A pupil is named.", by=world.head, at=world.at)
    row.case.refresh_from_db()
    with pytest.raises(Refused, match="LADO"):
        allegations.find_allegation(version=row.case.version, at=world.at, **find)
    note_referral(
        case=row.case, agency="lado", step="consulted", reason="Due.", done_at=world.at, by=world.head, at=world.at
    )
    with pytest.raises(Refused, match="Offer support"):
        allegations.find_allegation(version=row.case.version, at=world.at, **find)
    supported(row, world)
    allegations.find_allegation(version=row.case.version, at=world.at, **find)
    row.refresh_from_db()
    assert row.found == "false"
    papers = Papers.objects.get(person=world.teacher)
    assert papers.audience == "concerned"
    parts = str(read_papers(papers=papers, by=world.teacher, at=world.at)["parts"])
    assert "Nothing of this is kept on the personnel file" in parts and "found to be false" in parts
    with pytest.raises(TooLate):
        allegations.find_allegation(version=1, at=world.at, **find)


@pytest.mark.policy("7.2", "8.1")
@pytest.mark.parametrize(
    ("answers", "handler"),
    [
        ({}, "head"),
        ({"happened": "Somebody posted that the head has stolen money."}, "chair"),
        ({"happened": "They say the headteacher’s son did it."}, "chair"),
        ({"head": "not_sure"}, "chair"),
    ],
)
def test_what_is_alleged_of_the_head_is_not_the_heads(world: World, answers: dict[str, object], handler: str) -> None:
    row = an_allegation(world, **answers)
    assert row.case.manager == getattr(world, handler)
    assert sees(world.head, row.case, world) is (handler == "head")


@pytest.mark.policy("7.2", "8.1")
def test_who_reports_an_allegation_does_not_handle_it(world: World) -> None:
    a_report(world, by=world.head, about="other", accuses="yes")
    row = StaffAllegation.objects.select_related("case__manager").get()
    assert row.person is None and row.case.manager == world.chair


@pytest.mark.policy("7.2", "8.1")
def test_whom_it_is_about_is_said_later_and_loses_sight_of_it(world: World) -> None:
    a_report(world, by=world.colleague, about="other", accuses="yes")
    row = StaffAllegation.objects.select_related("case").get()
    assert sees(world.head, row.case, world)
    strands.name_person(case=row.case, person=world.head, capacity=Capacity.HARMED, by=world.head, at=world.at)
    row.refresh_from_db()
    row.case.refresh_from_db()
    assert row.person == world.head and row.case.manager == world.chair
    assert not sees(world.head, row.case, world)


@pytest.mark.policy("8.1")
def test_what_is_said_in_public_names_nobody_and_is_kept(world: World) -> None:
    row = an_allegation(world)
    given: dict[str, Any] = {"allegation": row, "by": world.head, "at": world.at}
    with pytest.raises(Refused, match="names somebody"):
        allegations.state_publicly(words="Ms Harlow did no such thing.", **given)
    with pytest.raises(Refused, match="suspended"):
        allegations.state_publicly(words="Nobody was suspended.", **given)
    allegations.state_publicly(words="We look into what is said.", **given)
    assert row.case.decisions.filter(verb="public").count() == 1


@pytest.mark.policy("8.1")
@pytest.mark.parametrize(
    ("found", "clears"),
    [("malicious", True), ("false", True), ("unfounded", True), ("unsubstantiated", False), ("substantiated", False)],
)
def test_unfounded_false_and_malicious_clear_the_record_and_say_so(found: str, clears: bool) -> None:
    assert bool(allegations.cleared(found)) is clears
    assert found in allegations.cleared(found) or not clears
