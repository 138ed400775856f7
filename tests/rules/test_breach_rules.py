"""The stages of a suspected breach, who may take which part, and what each act needs first."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from forethought.investigations import letter_texts, outcomes, rules
from forethought.investigations.clearing import statement_of, why_not_clear
from forethought.investigations.outcomes import Need
from forethought.investigations.rules import LADO_FIRST, Candidate, Part, Standing, why_not, why_not_choose_person
from forethought.investigations.stages import MOVES, OF_TRACKER, Stage, drawn, edges

READY = Standing(
    stage=Stage.SUSPECTED,
    tracked=True,
    terms=True,
    parts={"investigator": 1, "decider": 2, "appeal": 2},
    allegations=1,
    substantiated=1,
    letters=frozenset({"told", "notice", "decision"}),
    hearing_planned=True,
    hearing_held=True,
    appeal_held=True,
)


# --- The table ---


@pytest.mark.policy("9.1")
def test_every_stage_is_reached_from_the_start_and_can_be_left() -> None:
    reached, waiting = {Stage.SUSPECTED}, [Stage.SUSPECTED]
    while waiting:
        here = waiting.pop()
        new = {to for start, to in edges() if start is here} - reached
        reached |= new
        waiting += new
    assert reached == set(Stage)
    assert {start for start, to in edges() if start is not to} == set(Stage)


@pytest.mark.policy("9.1", "9.5")
@pytest.mark.parametrize(("verb", "stage"), [(verb, stage) for verb in MOVES for stage in Stage])
def test_an_act_is_allowed_exactly_where_the_table_says(verb: str, stage: Stage) -> None:
    reason = why_not(verb, replace(READY, stage=stage))
    assert (reason is None) is (stage in MOVES[verb][0]), reason


@pytest.mark.policy("9.1")
def test_a_matter_can_turn_informal_at_any_point_before_it_is_decided() -> None:
    sources, target = MOVES["settle_informally"]
    assert target is Stage.INFORMAL
    assert set(Stage) - sources == {Stage.INFORMAL, Stage.DECIDED, Stage.APPEALED, Stage.ENDED}


def test_the_diagram_is_drawn_from_the_table() -> None:
    assert "    heard --> decided: decide_outcome" in drawn()
    assert drawn().count("-->") == len(edges()) + 1
    kept = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "suspected-breach.md"
    assert drawn() in kept.read_text(encoding="utf-8")


@pytest.mark.policy("9.5")
@pytest.mark.parametrize("verb", sorted(OF_TRACKER))
def test_without_the_tracker_hr_runs_the_procedure(verb: str) -> None:
    stage = next(iter(MOVES[verb][0]))
    assert why_not(verb, replace(READY, stage=stage, tracked=False)) == (
        "At this school HR runs the procedure. Hand it over."
    )


@pytest.mark.policy("9.5")
@pytest.mark.parametrize("verb", sorted(set(MOVES) - {"reopen_breach"}))
def test_a_pause_holds_every_step(verb: str) -> None:
    stage = next(iter(MOVES[verb][0]))
    assert why_not(verb, replace(READY, stage=stage, paused=True)) == "This is paused. Go on with it first."


@pytest.mark.policy("6.5", "9.1")
@pytest.mark.parametrize("verb", sorted(rules.AFTER_LADO))
@pytest.mark.parametrize(
    ("harm", "consulted", "refused"),
    [("yes", False, True), ("not_sure", False, True), ("no", False, False), ("yes", True, False)],
)
def test_no_step_looks_into_it_before_the_designated_officer(
    verb: str, harm: str, consulted: bool, refused: bool
) -> None:
    stage = next(iter(MOVES[verb][0])) if verb in MOVES else Stage.INVESTIGATING
    now = replace(READY, stage=stage, harm=harm, lado_consulted=consulted)
    assert (why_not(verb, now) == LADO_FIRST) is refused


@pytest.mark.policy("9.1", "9.4", "9.5")
@pytest.mark.parametrize(
    ("verb", "stage", "lacks", "begins"),
    [
        ("choose_procedure", Stage.SUSPECTED, {"allegations": 0}, "Write down first what is said"),
        ("choose_procedure", Stage.SUSPECTED, {"subject_known": False}, "Say first who it may be about."),
        ("tell_in_writing", Stage.CHOSEN, {"letters": frozenset()}, "Write the letter that tells them"),
        ("tell_in_writing", Stage.CHOSEN, {"uncited": 1}, "Each allegation needs a clause"),
        ("start_investigation", Stage.TOLD, {"terms": False}, "Write the terms of reference first"),
        ("start_investigation", Stage.TOLD, {"parts": {}}, "Choose first who looks into it."),
        ("find_case_to_answer", Stage.REPORT_IN, {"parts": {}}, "Choose first who decides."),
        ("find_no_case", Stage.REPORT_IN, {"unfound": 1}, "One allegation has no finding yet."),
        ("give_notice", Stage.TO_ANSWER, {"hearing_planned": False}, "Plan the hearing first"),
        ("give_notice", Stage.TO_ANSWER, {"letters": frozenset()}, "Write the notice of the hearing"),
        ("hold_hearing", Stage.NOTICED, {"hearing_held": False}, "Note first that the hearing was held."),
        ("decide_outcome", Stage.HEARD, {"unfound": 2}, "2 allegations have no finding yet."),
        ("end_breach", Stage.DECIDED, {"letters": frozenset()}, "Give them the decision in writing first"),
        ("end_breach", Stage.DECIDED, {"refer_owed": True}, "A finding says that it may be unlawful."),
        ("end_breach", Stage.SUSPECTED, {"unoffered": True}, "Offer support to the person reported"),
        ("note_hr_outcome", Stage.HANDED, {"unfound": 1}, "One allegation has no finding yet."),
        ("decide_appeal", Stage.APPEALED, {"parts": {}}, "Choose who hears the appeal."),
        ("decide_appeal", Stage.APPEALED, {"appeal_held": False}, "Hear the appeal first."),
        ("decide_appeal", Stage.APPEALED, {"refer_owed": True}, "A finding says that it may be unlawful."),
    ],
)
def test_each_act_says_what_it_needs_first(verb: str, stage: Stage, lacks: dict[str, object], begins: str) -> None:
    assert why_not(verb, replace(READY, stage=stage)) is None
    reason = why_not(verb, replace(READY, stage=stage, **lacks))  # type: ignore[arg-type]
    assert reason is not None and reason.startswith(begins)


# --- Who takes which part ---


@pytest.mark.policy("9.1")
@pytest.mark.parametrize(
    ("part", "who", "begins"),
    [
        (Part.INVESTIGATOR, {}, None),
        (Part.DECIDER, {"manages_case": True}, None),
        (Part.INVESTIGATOR, {"manages_case": True}, None),
        (Part.APPEAL, {}, None),
        (Part.DECIDER, {"parts": frozenset({"note_taker"})}, None),
        (Part.DECIDER, {"parts": frozenset({"investigator"})}, "They looked into it."),
        (Part.INVESTIGATOR, {"parts": frozenset({"decider"})}, "They decide it."),
        (Part.INVESTIGATOR, {"parts": frozenset({"investigator"})}, "They have been chosen for that already."),
        (Part.APPEAL, {"parts": frozenset({"decider"})}, "They had a part in this before."),
        (Part.APPEAL, {"parts": frozenset({"investigator"})}, "They had a part in this before."),
        (Part.APPEAL, {"parts": frozenset({"note_taker"})}, "They had a part in this before."),
        (Part.APPEAL, {"parts": frozenset({"hr"})}, "They had a part in this before."),
        (Part.APPEAL, {"manages_case": True}, "They had a part in this before."),
        (Part.DECIDER, {"parts": frozenset({"appeal"})}, "They hear any appeal."),
        *[
            (part, {stake: True}, begins)
            for part in Part
            for stake, begins in (
                ("subject", "This is about them."),
                ("kept_out", "That person is kept out of this case."),
                ("left", "That person has left the school."),
                ("reporter", "They reported it."),
                ("harmed", "They may have been harmed by it."),
                ("witness", "They are a witness."),
                ("manages_subject", "They manage the person reported."),
                ("works_for_subject", "They work for the person reported."),
                ("tied", "They are close to somebody in this."),
                ("companion", "They are the companion."),
                ("away", "They are away."),
            )
        ],
    ],
)
def test_a_part_goes_to_nobody_with_a_stake_or_another_part(
    part: Part, who: dict[str, object], begins: str | None
) -> None:
    reason = why_not_choose_person(part, Candidate(**who))  # type: ignore[arg-type]
    assert reason is None if begins is None else reason is not None and reason.startswith(begins)


# --- Words that are asked for ---


TODAY = date(2026, 11, 20)


@pytest.mark.policy("3.2", "9.4")
@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, None),
        ({"words": " \n"}, "Write what is said to have happened."),
        ({"cites": 0}, "Choose at least one clause, or one other policy, that it may break."),
        (
            {"linked_missing": True},
            "Choose one other policy too, such as the code of conduct: this policy does not stand alone.",
        ),
        ({"happened_on": date(2026, 11, 21)}, "That day has not come yet."),
    ],
)
def test_an_allegation_names_what_when_and_at_least_one_rule(facts: dict[str, object], said: str | None) -> None:
    plain = {"words": "A post.", "cites": 1, "happened_on": TODAY, "today": TODAY}
    assert rules.why_not_allege(**{**plain, **facts}) == said  # type: ignore[arg-type]


@pytest.mark.policy("9.5")
@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        ({}, True),
        ({"choice": "fire"}, False),
        ({"alternatives": ""}, False),
        ({"review_on": None}, False),
        ({"review_on": TODAY}, False),
        ({"choice": "no", "review_on": None}, True),
        ({"choice": "other", "review_on": None}, True),
    ],
)
def test_a_suspension_comes_after_the_alternatives_and_is_looked_at_again(
    facts: dict[str, object], allowed: bool
) -> None:
    plain = {"choice": "suspend", "alternatives": "Other duties: no.", "review_on": date(2026, 11, 27), "today": TODAY}
    assert (rules.why_not_suspend(**{**plain, **facts}) is None) is allowed  # type: ignore[arg-type]


@pytest.mark.policy("9.5")
def test_a_criminal_charge_is_no_reason_by_itself() -> None:
    assert rules.why_not_note_charge(effect=" ") == (
        "A charge is no reason by itself. Say what it means for their work here, or that it means nothing."
    )
    assert rules.why_not_note_charge(effect="It means nothing for the work.") is None


# --- Cleared ---


@pytest.mark.policy("9.4")
@pytest.mark.parametrize(
    ("results", "count", "cleared"),
    [
        (["unfounded"], 1, True),
        (["false", "malicious"], 2, True),
        (["unfounded"], 2, False),
        ([], 0, False),
        (["unsubstantiated"], 1, False),
        (["unfounded", "substantiated"], 2, False),
    ],
)
def test_a_record_is_cleared_where_every_point_was_unfounded_false_or_malicious(
    results: list[str], count: int, cleared: bool
) -> None:
    assert (why_not_clear(results, count) is None) is cleared


@pytest.mark.policy("9.4")
def test_the_statement_says_that_nothing_is_held_against_them() -> None:
    from builders import FRIDAY_6PM

    assert statement_of(["false", "false", "malicious"], FRIDAY_6PM) == (
        "Allegations were made and were found on Friday 20 November 2026 to be false and malicious. "
        "Nothing is held against the person named."
    )


# --- Letters ---


@pytest.mark.policy("9.5")
@pytest.mark.parametrize("kind", sorted(letter_texts.TEXTS))
def test_what_is_not_known_stays_a_blank_that_keeps_a_letter_from_being_sent(kind: str) -> None:
    words = letter_texts.filled(letter_texts.TEXTS[kind][1], {"sender": "Amina Okafor", "today": "today"})
    assert "{" not in words and letter_texts.blanks_left(words)
    reason = letter_texts.why_not_keep_as_sent(
        sent=False, words=words, way="handed", sent_on=TODAY, today=TODAY, proof="Signed."
    )
    assert reason is not None and reason.startswith("Fill in first: [")


@pytest.mark.policy("9.5")
def test_the_notice_of_a_hearing_has_all_that_the_code_asks_for() -> None:
    text = letter_texts.TEXTS["notice"][1]
    for blank in ("{allegations}", "{possible outcomes}", "{evidence}", "{when}", "{where}", "{companion}"):
        assert blank in text


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, None),
        ({"sent": True}, "This letter was kept as sent already."),
        ({"way": "pigeon"}, "Choose how it was sent."),
        ({"sent_on": date(2026, 11, 21)}, "That day has not come yet."),
        ({"proof": ""}, "Write what shows that it was sent: a signature, a receipt, who saw it."),
    ],
)
def test_a_letter_is_kept_with_how_it_went_and_the_proof(facts: dict[str, object], said: str | None) -> None:
    plain = {"sent": False, "words": "Dear Ben", "way": "posted", "sent_on": TODAY, "today": TODAY, "proof": "Receipt."}
    assert letter_texts.why_not_keep_as_sent(**{**plain, **facts}) == said  # type: ignore[arg-type]


@pytest.mark.policy("9.6")
def test_a_dismissal_is_not_among_the_outcomes_for_a_governor_or_volunteer() -> None:
    for engagement in ("governor", "volunteer", "agency"):
        assert not [one for one in outcomes.offered(engagement) if "dismissal" in one]
    assert Need.PANEL in outcomes.needs("dismissal")


@pytest.mark.policy("9.1")
@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"over": True}, "This has been settled."),
        ({"proposed_it": True}, "You wrote this. A second person must read it and agree."),
        ({"may": False}, "Somebody else is asked about this."),
        ({"handler_in_it": False}, "Somebody else handles the case by now. They write it anew, or take it back."),
    ],
)
def test_papers_are_opened_by_the_second_of_two(facts: dict[str, bool], reason: str | None) -> None:
    asked = {"may": True, "proposed_it": False, "over": False, "handler_in_it": True, **facts}
    assert rules.why_not_open_disclosure(**asked) == reason
