"""Who may seal a record away, who settles it, and on whose word it is destroyed."""

import pytest

from forethought.evidence import away_rules as rules

WHOLE = {"from_whom": "PC Example, Kent Police", "given_on": "12 November", "reference": "46/1234/26"}


@pytest.mark.policy("7.4")
@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, None),
        ({"why": "adult"}, None),
        ({"why": "not_ours"}, None),
        ({"why": "ugly"}, "Choose why"),
        ({"away": True}, "already"),
        ({"destroyed": True}, "destroyed"),
        ({"has_file": False}, "words alone"),
    ],
)
def test_any_kept_file_can_be_sealed_away_once_with_a_reason(changed: dict[str, object], refused: str | None) -> None:
    said = rules.why_not_seal_away(**{"has_file": True, "away": False, "destroyed": False, "why": "child", **changed})
    assert said is None if refused is None else refused in str(said)


@pytest.mark.policy("7.4")
@pytest.mark.parametrize(
    ("told", "kept_out", "sealed_it", "brought_it", "may"),
    [
        (True, False, False, False, True),
        (False, False, False, False, False),
        (True, True, False, False, False),
        (True, False, True, False, False),
        (True, False, False, True, False),
    ],
)
def test_only_somebody_told_and_with_no_hand_in_it_settles_it(
    told: bool, kept_out: bool, sealed_it: bool, brought_it: bool, may: bool
) -> None:
    assert rules.may_settle(told=told, kept_out=kept_out, sealed_it=sealed_it, brought_it=brought_it) is may


@pytest.mark.policy("7.4")
@pytest.mark.parametrize(
    ("why", "instructed_by", "instruction", "refused"),
    [
        ("child", "police", WHOLE, None),
        ("child", "court", WHOLE, None),
        ("child", "lead", WHOLE, "Only the police or a court"),
        ("child", "protection", WHOLE, "Only the police or a court"),
        ("adult", "lead", WHOLE, None),
        ("not_ours", "protection", WHOLE, None),
        ("not_ours", "a friend", WHOLE, "Choose who"),
        ("not_ours", "", WHOLE, "Choose who"),
        ("not_ours", "lead", {**WHOLE, "reference": " "}, "its reference"),
        ("not_ours", "lead", {}, "who gave it, the day it was given, its reference"),
    ],
)
def test_destroying_rests_on_an_instruction_that_is_written_down(
    why: str, instructed_by: str, instruction: dict[str, str], refused: str | None
) -> None:
    said = rules.why_not_propose_destruction(why=why, instructed_by=instructed_by, instruction=instruction)
    assert said is None if refused is None else refused in str(said)


@pytest.mark.policy("7.4")
def test_there_is_one_proposal_at_a_time_and_its_maker_does_not_answer_it() -> None:
    assert rules.why_not_propose(may=True, over=False, pending=False) is None
    assert "already" in str(rules.why_not_propose(may=True, over=False, pending=True))
    assert "settled" in str(rules.why_not_propose(may=True, over=True, pending=False))
    assert "no hand" in str(rules.why_not_propose(may=False, over=False, pending=False))
    answer = {"may": True, "pending": True, "proposed_it": False, "over": False}
    assert rules.why_not_answer_proposal(**answer) is None
    assert "second person" in str(rules.why_not_answer_proposal(**{**answer, "proposed_it": True}))
    assert "Nothing is proposed" in str(rules.why_not_answer_proposal(**{**answer, "pending": False}))
    assert "settled" in str(rules.why_not_answer_proposal(**{**answer, "over": True}))
    assert "no hand" in str(rules.why_not_answer_proposal(**{**answer, "may": False}))
