"""A suspected breach under a procedure: handed to HR, or step by step; outcomes, letters, papers."""

from datetime import timedelta

import breach_steps as steps
import pytest
from breach_steps import DAY, HOUR, a_breach, alleged, an_adult, because, chose, considered
from builders import World, a_case, harmed_in
from django.db import DatabaseError

from forethought.audit.models import Entry
from forethought.cases import procedures as cases
from forethought.cases.models import Case, Owed, Papers, Seat
from forethought.cases.opened_papers import open_to, read_papers
from forethought.cases.referring import note_referral
from forethought.core.clock import london
from forethought.core.errors import TooLate
from forethought.evidence import keyring
from forethought.investigations import (
    allegations,
    handing_over,
    letters,
    meetings,
    outcome,
    procedures,
    tracker,
)
from forethought.investigations.models import SentLetter, Step
from forethought.investigations.rules import Part
from forethought.investigations.standing import breach_of, last_step, words_of
from forethought.people.models import Letter, Role

# --- Handed to HR, which is how it is by default ---


@pytest.mark.policy("9.5")
def test_by_default_it_is_handed_to_hr_with_a_pack_and_the_outcome_comes_back(world: World) -> None:
    adviser = an_adult(world, "Hana Ruiz", role=Role.HR)
    report = a_case(world)
    cases.offer_support(case=report, party=harmed_in(report), offered=["counselling"], by=world.senior, at=world.at)
    breach = a_breach(world, from_case=report)
    alleged(world, breach)
    breach = steps.chosen_procedure(world, breach)
    told = because(tracker.tell_in_writing, breach=breach, version=breach.version, by=world.head, at=world.at)
    assert told == "At this school HR runs the procedure. Hand it over."

    papers = handing_over.hand_to_hr(
        breach=breach,
        adviser=adviser,
        outside="",
        note_for_hr="",
        hear_by=None,
        version=breach.version,
        by=world.head,
        at=world.at,
    )

    assert papers is not None and papers.audience == "hr"
    said = str(read_papers(papers=papers, by=adviser, at=world.at))
    assert "Wrote about a parent" in said and "Clause 5.2" in said and "Not offered yet." in said
    assert "counselling" not in said and report.reference not in said
    seat = Seat.objects.get(case=breach.case, person=adviser)
    assert seat.why == "hr" and seat.ends_at is not None
    assert not Case.objects.seen_by(adviser, world.at).filter(pk=report.pk).exists()
    assert Owed.objects.filter(case=breach.case, kind="hr_back", done_at__isnull=True).exists()

    breach = breach_of(breach.case)
    steps.supported(world, breach)
    steps.it_was_them(world, breach)
    steps.it_was_serious(world, breach)
    steps.found(world, breach)
    handing_over.note_hr_outcome(
        breach=breach,
        outcome="first_warning",
        reasons="As HR found.",
        facts=considered(),
        version=breach.version,
        by=adviser,
        at=world.at,
    )
    breach = breach_of(breach.case)
    assert (breach.stage, breach.outcome, breach.case.status) == ("ended", "first_warning", "closed")
    assert not Owed.objects.filter(case=breach.case, kind="hr_back", done_at__isnull=True).exists()


@pytest.mark.policy("9.5")
def test_somebody_outside_gets_the_pack_by_hand_and_it_is_kept(world: World) -> None:
    breach = a_breach(world)
    alleged(world, breach)
    breach = steps.chosen_procedure(world, breach)
    none = {
        "adviser": None,
        "note_for_hr": "",
        "hear_by": None,
        "version": breach.version,
        "by": world.head,
        "at": world.at,
    }
    assert because(handing_over.hand_to_hr, breach=breach, outside="", **none).startswith("Choose an adviser")
    handing_over.hand_to_hr(breach=breach, outside="County HR", **none)  # type: ignore[arg-type]
    assert Papers.objects.count() == 0
    kept = words_of(last_step(breach.case, "hand_to_hr"))
    assert kept["to"] == "County HR" and "Wrote about a parent" in str(kept["pack"])


# --- The full tracker ---


@pytest.mark.policy("9.1", "9.5", "9.6")
def test_the_whole_procedure_from_telling_to_the_appeal(world: World) -> None:
    breach, after = steps.heard(world)
    steps.supported(world, breach)
    assert breach.stage == "heard" and breach.case.status == "open"
    steps.it_was_them(world, breach, at=after)
    steps.it_was_serious(world, breach, at=after)
    steps.found(world, breach, at=after)
    outcome.decide_outcome(
        breach=breach,
        outcome="first_warning",
        reasons="It was careless.",
        facts=considered(),
        appeal_by=None,
        version=breach.version,
        by=world.head,
        at=after,
    )
    breach = breach_of(breach.case)
    owed = Owed.objects.get(case=breach.case, kind="breach_appeal")
    # Heard on Monday 30 November: five working days on is the Monday after.
    assert london(owed.due_at).date().isoformat() == "2026-12-07"
    ended = because(
        procedures.end_breach, breach=breach, reason="Done.", version=breach.version, by=world.head, at=after
    )
    assert ended.startswith("Give them the decision in writing first")
    steps.letter_sent(world, breach, "decision", at=after)
    assert not Owed.objects.filter(case=breach.case, kind="breach_letter", done_at__isnull=True).exists()

    outcome.note_appeal(
        breach=breach,
        grounds="Too harsh.",
        came_on=london(after).date(),
        version=breach.version,
        by=world.head,
        at=after,
    )
    for person in (world.chair, world.vice):
        chose(world, breach_of(breach.case), Part.APPEAL, person)
    breach = breach_of(breach.case)
    assert because(chose, world, breach, Part.APPEAL, world.senior).startswith("They had a part in this before.")
    appeal = meetings.plan_meeting(
        breach=breach,
        kind="appeal",
        starts_at=after + 7 * DAY,
        place="The hall",
        adjustments="",
        by=world.chair,
        at=after,
    )
    then = steps.held(world, breach, appeal)
    breach = breach_of(breach.case)
    harsher = because(
        outcome.decide_appeal,
        breach=breach,
        result="dismissed",
        outcome="",
        reasons="It stands.",
        version=breach.version,
        by=world.head,
        at=then,
    )
    assert harsher == "You had a part in this before. Whoever hears the appeal notes how it ended."
    outcome.decide_appeal(
        breach=breach,
        result="changed",
        outcome="training",
        reasons="A lesser one will do.",
        version=breach.version,
        by=world.chair,
        at=then,
    )
    breach = breach_of(breach.case)
    assert (breach.stage, breach.outcome, breach.case.status) == ("ended", "training", "closed")


@pytest.mark.policy("9.1")
def test_a_second_press_on_an_old_page_is_told_who_was_first(world: World) -> None:
    breach = steps.reported(world)
    old = breach.version
    tracker.find_case_to_answer(breach=breach, reason="Plain.", version=old, by=world.head, at=world.at)
    with pytest.raises(TooLate, match="Amina Okafor did this"):
        tracker.find_case_to_answer(breach=breach, reason="Plain.", version=old, by=world.head, at=world.at)


@pytest.mark.policy("9.1")
def test_whoever_looked_into_it_decides_nothing(world: World) -> None:
    breach = steps.reported(world)
    for act in (tracker.find_case_to_answer, tracker.find_no_case):
        steps.supported(world, breach) if act is tracker.find_no_case else None
        if act is tracker.find_no_case:
            steps.found(world, breach, "unfounded")
        reason = because(act, breach=breach, reason="Plain.", version=breach.version, by=world.senior, at=world.at)
        assert reason == "You looked into this. Whoever looks into a matter does not decide it."
    about = {"breach": breach, "allegation": breach.case.allegations.get(), "unlawful": False, "at": world.at}
    reason = because(allegations.find, result="unfounded", reasons="No.", by=world.senior, **about)
    assert reason == "You looked into this. Whoever decides says what is found."


@pytest.mark.policy("9.4")
def test_no_case_with_unfounded_points_clears_the_record_and_says_so(world: World) -> None:
    breach = steps.reported(world)
    steps.supported(world, breach)
    steps.found(world, breach, "unfounded")
    tracker.find_no_case(breach=breach, reason="Nothing in it.", version=breach.version, by=world.head, at=world.at)
    kept = words_of(last_step(breach.case, "clear_record"))
    assert str(kept["statement"]).endswith("to be unfounded. Nothing is held against the person named.")
    assert "personnel file" in str(kept["file_note"])
    breach = breach_of(breach.case)
    letter = letters.start_letter(breach=breach, kind="cleared", by=world.head, at=world.at)
    assert str(kept["statement"]) in str(keyring.words(letter, case_id=breach.case_id)["words"])


@pytest.mark.policy("9.1")
def test_it_turns_informal_from_the_middle_and_can_be_put_under_a_procedure_again(world: World) -> None:
    breach = steps.to_answer(world)
    procedures.settle_informally(
        breach=breach, reason="They talked.", version=breach.version, by=world.head, at=world.at
    )
    breach = breach_of(breach.case)
    assert breach.stage == "informal"
    assert steps.chosen_procedure(world, breach).stage == "chosen"


@pytest.mark.policy("9.5")
def test_a_grievance_pauses_and_a_charge_is_only_noted(world: World) -> None:
    breach = steps.under_way(world)
    procedures.pause(
        breach=breach, reason="grievance", words="They complained.", version=breach.version, by=world.head, at=world.at
    )
    breach = breach_of(breach.case)
    reason = because(
        tracker.give_investigation_report,
        breach=breach,
        found="A",
        for_them="B",
        recommends="case",
        version=breach.version,
        by=world.senior,
        at=world.at,
    )
    assert reason == "This is paused. Go on with it first."
    stage = breach.stage
    procedures.note_charge(breach=breach, words="Theft.", effect="None for the work.", by=world.head, at=world.at)
    assert breach_of(breach.case).stage == stage
    procedures.go_on(breach=breach, reason="It was heard.", version=breach.version, by=world.head, at=world.at)
    steps.reported(world, breach_of(breach.case))


@pytest.mark.policy("9.5")
def test_a_suspension_is_looked_at_again_until_it_ends(world: World) -> None:
    breach = a_breach(world)
    week = london(world.at + 7 * DAY).date()
    tracker.consider_suspension(
        breach=breach, choice="suspend", alternatives="Other duties: none.", review_on=week, by=world.head, at=world.at
    )
    assert tracker.is_suspended(breach)
    owed = Owed.objects.get(case=breach.case, kind="suspension")
    assert london(owed.due_at).date() == week
    again = week + timedelta(days=7)
    tracker.review_suspension(
        breach=breach, choice="goes_on", reason="Still.", review_on=again, by=world.head, at=world.at + HOUR
    )
    owed.refresh_from_db()
    assert london(owed.due_at).date() == again and owed.done_at is None
    tracker.review_suspension(
        breach=breach, choice="ends", reason="Over.", review_on=None, by=world.head, at=world.at + 2 * HOUR
    )
    owed.refresh_from_db()
    assert owed.done_at is not None and not tracker.is_suspended(breach)


# --- Outcomes ---


@pytest.mark.policy("9.6", "9.3")
def test_no_sanction_without_a_finding_attribution_and_seriousness(world: World) -> None:
    breach, after = steps.heard(world)
    facts = {"outcome": "first_warning", "reasons": "So.", "facts": considered(), "at": after}
    assert "No allegation was found to be so." in str(outcome.why_not_outcome(breach, **facts))  # type: ignore[arg-type]
    steps.it_was_them(world, breach, at=after)
    steps.found(world, breach, at=after)
    assert "Say first how serious it is." in str(outcome.why_not_outcome(breach, **facts))  # type: ignore[arg-type]
    steps.it_was_serious(world, breach, at=after)
    assert outcome.why_not_outcome(breach, **facts) is None  # type: ignore[arg-type]


@pytest.mark.policy("9.6")
def test_a_dismissal_needs_a_panel_advice_barring_thought_of_and_the_appeal_told(world: World) -> None:
    breach, after = steps.heard(world)
    steps.it_was_them(world, breach, at=after)
    steps.it_was_serious(world, breach, at=after)
    steps.found(world, breach, at=after)

    def refused(**changes: object) -> str:
        return str(
            outcome.why_not_outcome(
                breach, outcome="summary_dismissal", reasons="So.", facts=considered(**changes), at=after
            )
        )

    assert refused().startswith("A panel decides a dismissal.")
    chose(world, breach, Part.DECIDER, world.vice)
    assert refused(hr_advice="").startswith("Write what HR advised.")
    assert refused(barring=" ").startswith("Say what you thought about a referral")
    assert refused(appeal_told=False) == "Tell them of their right to appeal."
    assert refused() == "None"


@pytest.mark.policy("9.6")
@pytest.mark.parametrize("kind", ["governor", "volunteer"])
def test_a_governor_or_volunteer_cannot_be_dismissed(world: World, kind: str) -> None:
    somebody = an_adult(world, "Gwen Hart", kind)
    breach, after = steps.heard(
        world, steps.to_answer(world, steps.reported(world, steps.under_way(world, a_breach(world, subject=somebody))))
    )
    assert breach.engagement == kind
    for one in ("dismissal", "summary_dismissal", "first_warning"):
        reason = outcome.why_not_outcome(breach, outcome=one, reasons="So.", facts=considered(), at=after)
        assert reason == "That outcome is not open for somebody who works or helps here in this way."


@pytest.mark.policy("9.7")
def test_an_unlawful_finding_makes_a_referral_due_or_a_reason(world: World) -> None:
    breach = a_breach(world)
    alleged(world, breach)
    steps.supported(world, breach)
    steps.it_was_them(world, breach)
    steps.found(world, breach, unlawful=True)
    assert Owed.objects.filter(case=breach.case, kind="refer", done_at__isnull=True).exists()
    stays = because(
        procedures.end_breach, breach=breach, reason="Done.", version=breach.version, by=world.head, at=world.at
    )
    assert stays == "A finding says that it may be unlawful. Refer it, or say why not."
    note_referral(
        case=breach.case,
        agency="police",
        step="not_referred",
        reason="The person harmed asked for that.",
        matter="crime",
        done_at=world.at,
        by=world.head,
        at=world.at,
    )
    assert not Owed.objects.filter(case=breach.case, kind="refer", done_at__isnull=True).exists()
    breach = breach_of(breach.case)
    procedures.end_breach(breach=breach, reason="Done.", version=breach.version, by=world.head, at=world.at)


# --- Letters and papers ---


@pytest.mark.policy("9.5")
def test_a_letter_is_kept_as_sent_and_changed_no_more(world: World) -> None:
    breach = a_breach(world)
    sent = steps.letter_sent(world, breach, "told")
    reason = because(
        letters.change_letter, letter=sent.draft, words="Else", version=sent.draft.version, by=world.head, at=world.at
    )
    assert reason == "This letter was sent. It is kept as it was."
    assert SentLetter.objects.count() == 1
    with pytest.raises(DatabaseError):
        SentLetter.objects.filter(pk=sent.pk).update(way="posted")


@pytest.mark.policy("9.5")
def test_nobody_is_mailed_a_word_of_it(world: World) -> None:
    before = Letter.objects.filter(person=world.colleague).count()
    breach = steps.to_answer(world)
    assert Letter.objects.filter(person=world.colleague).count() == before
    steps.papers_opened(world, breach)
    assert {one.kind for one in Letter.objects.filter(person=world.colleague)} == {"news"}
    papers = open_to(world.colleague, world.at).get()
    assert "The post." in str(read_papers(papers=papers, by=world.colleague, at=world.at))
    assert not open_to(world.colleague, world.at + 15 * DAY).exists()
    assert not Case.objects.seen_by(world.colleague, world.at).exists()


@pytest.mark.policy("9.1")
def test_papers_go_to_the_companion_who_was_named(world: World) -> None:
    breach = steps.to_answer(world)
    nobody = because(
        handing_over.propose_to,
        breach=breach,
        to="companion",
        words="X",
        ends_on=None,
        version=breach.version,
        by=world.head,
        at=world.at,
    )
    assert nobody == "No companion who is known here has been named for a meeting."
    meeting = steps.a_hearing(world, breach, starts_at=world.at + 10 * DAY)
    meetings.name_companion(
        breach=breach,
        meeting=meeting,
        person=world.teacher,
        name="",
        way="fellow",
        version=1,
        by=world.head,
        at=world.at,
    )
    row = steps.papers_opened(world, breach, to="companion", words="X")
    assert (row.person, row.audience) == (world.teacher, "companion")
    reason = because(chose, world, breach, Part.NOTE_TAKER, world.teacher)
    assert reason == "They are the companion. Choose somebody else."


def test_every_step_is_sealed_and_left_an_event(world: World) -> None:
    breach, _ = steps.heard(world)
    for step in Step.objects.filter(case=breach.case):
        assert Entry.objects.filter(case_id=breach.case_id, verb=f"investigations.{step.verb}").exists(), step.verb
