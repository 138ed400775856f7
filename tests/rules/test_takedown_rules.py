"""Takedowns: the state table, the refusals, and the ladder of next steps."""

import inspect
from datetime import UTC, datetime, timedelta

import pytest

from forethought.takedowns import rules
from forethought.takedowns.ladder import LADDER, RUNGS, Refusal, next_rung, why_not_skip
from forethought.takedowns.rules import (
    MOVES,
    OWING,
    RESTING,
    Author,
    Result,
    Status,
    Wanted,
    after_look,
    comes_back,
    edges,
    starts_another,
)
from forethought.takedowns.targets import Target

SECOND = timedelta(seconds=1)
PAGE = Target(address="https://site.example/p/1")
GROUP = Target(platform="WhatsApp", group="Year 9 parents", description="A message about a teacher")
HANDLE = Target(platform="TikTok", handle="@someone", description="A video of the gate")


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


REPORTED = at(2026, 11, 20, 18)
APPROACH = at(2026, 11, 20, 22)
RESOLVE = at(2026, 11, 21, 18)


# The state table


@pytest.mark.policy("8.3")
def test_every_status_is_reached_and_every_one_that_owes_is_left():
    arrows = edges()
    assert {to for _, _, to in arrows} == set(Status)
    for status in OWING:
        assert {to for _, start, to in arrows if start is status} & RESTING
    assert {start for _, start, _ in arrows} == {None, *Status}


def test_every_verb_has_its_rule_and_its_arrows():
    assert {verb for verb, _, _ in edges()} == set(MOVES)
    for verb in MOVES:
        rule = getattr(rules, f"why_not_{verb}")
        assert "Policy 8." in inspect.getdoc(rule)
        parameters = inspect.signature(rule).parameters.values()
        assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters)


@pytest.mark.policy("8.5")
@pytest.mark.parametrize(
    ("status", "result", "wanted", "after"),
    [
        (Status.HOST_ASKED, Result.GONE_SIGNED_OUT, Wanted.REMOVE, Status.GONE),
        (Status.TO_ASK, Result.GONE_SIGNED_OUT, Wanted.REMOVE, Status.GONE),
        (Status.HOST_ASKED, Result.GONE_INSIDE_GROUP, Wanted.REMOVE, Status.GONE),
        (Status.HOST_ASKED, Result.GONE_SIGNED_IN, Wanted.REMOVE, Status.SEEN_SIGNED_IN),
        (Status.SEEN_SIGNED_IN, Result.GONE_SIGNED_IN, Wanted.REMOVE, Status.SEEN_SIGNED_IN),
        (Status.SEEN_SIGNED_IN, Result.GONE_SIGNED_OUT, Wanted.REMOVE, Status.GONE),
        (Status.GONE, Result.GONE_SIGNED_IN, Wanted.REMOVE, Status.GONE),
        (Status.HOST_ASKED, Result.STILL_THERE, Wanted.REMOVE, Status.HOST_ASKED),
        (Status.TO_ASK, Result.STILL_THERE, Wanted.REMOVE, Status.TO_ASK),
        (Status.GONE, Result.STILL_THERE, Wanted.REMOVE, Status.TO_ASK),
        (Status.AMENDED, Result.STILL_THERE, Wanted.AMEND, Status.TO_ASK),
        (Status.HOST_ASKED, Result.AMENDED_AS_ASKED, Wanted.AMEND, Status.AMENDED),
        (Status.HOST_ASKED, Result.AMENDED_AS_ASKED, Wanted.REMOVE, Status.HOST_ASKED),
        (Status.HOST_ASKED, Result.CHANGED_OTHERWISE, Wanted.AMEND, Status.HOST_ASKED),
        (Status.AMENDED, Result.CHANGED_OTHERWISE, Wanted.AMEND, Status.TO_ASK),
        (Status.AMENDED, Result.GONE_SIGNED_OUT, Wanted.AMEND, Status.GONE),
        (Status.HOST_ASKED, Result.PRIVATE, Wanted.REMOVE, Status.HOST_ASKED),
        (Status.HOST_ASKED, Result.MOVED, Wanted.REMOVE, Status.HOST_ASKED),
        (Status.GONE, Result.COPY_FOUND, Wanted.REMOVE, Status.GONE),
        (Status.GONE, Result.CANNOT_TELL, Wanted.REMOVE, Status.GONE),
        (Status.ESCALATED, Result.CANNOT_TELL, Wanted.REMOVE, Status.ESCALATED),
    ],
)
def test_the_result_of_a_look_decides(status, result, wanted, after):
    assert after_look(status, result, wanted) is after
    assert comes_back(status, after) is (status in RESTING and after is Status.TO_ASK)


@pytest.mark.policy("8.5")
def test_a_signed_out_look_that_finds_it_goes_back_to_where_it_stood():
    found = after_look(Status.SEEN_SIGNED_IN, Result.STILL_THERE, Wanted.REMOVE, before=Status.ESCALATED)
    assert found is Status.ESCALATED
    assert after_look(Status.SEEN_SIGNED_IN, Result.STILL_THERE, Wanted.REMOVE) is Status.TO_ASK


def test_words_from_the_database_do_as_well_as_the_enums():
    assert after_look("host_asked", "gone_signed_in", "remove") is Status.SEEN_SIGNED_IN
    with pytest.raises(ValueError):
        after_look("gone for ever", "still_there", "remove")
    with pytest.raises(ValueError):
        after_look(Status.WITHDRAWN, Result.STILL_THERE, Wanted.REMOVE)


@pytest.mark.policy("8.5")
def test_a_copy_and_a_move_need_a_takedown_of_their_own():
    assert {result for result in Result if starts_another(result)} == {Result.COPY_FOUND, Result.MOVED}


# Why not


@pytest.mark.policy("8.3")
def test_opening_needs_a_wish_a_wording_and_a_target():
    assert "remove it, or change it" in rules.why_not_open(target=PAGE, wanted=None)
    assert "wording" in rules.why_not_open(target=PAGE, wanted=Wanted.AMEND, wording=" \u200b")
    assert rules.why_not_open(target=PAGE, wanted=Wanted.AMEND, wording="The drill was planned.") is None
    assert rules.why_not_open(target=GROUP, wanted=Wanted.REMOVE) is None
    assert rules.why_not_open(target=Target(), wanted=Wanted.REMOVE)


@pytest.mark.policy("8.3", "8.2")
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, None),
        ({"author": Author.STAFF}, None),
        ({"author": Author.OTHER}, None),
        ({"author": Author.PUPIL}, "behaviour policy"),
        ({"author": Author.UNKNOWN}, "Nobody knows"),
        ({"threat": True}, "threatens"),
        ({"told_to_wait": True}, "police or the local authority"),
        ({"safe": None}, "say whether it is safe"),
        ({"safe": False}, "not to be safe"),
        ({"status": Status.HOST_ASKED}, "host has been asked"),
        ({"status": Status.AUTHOR_ASKED}, "already"),
        ({"status": Status.GONE}, "gone"),
    ],
)
def test_the_author_is_asked_only_where_it_is_safe(changed, words):
    usual = {"status": Status.TO_ASK, "author": Author.PARENT, "safe": True, "threat": False}
    _expect(rules.why_not_ask_author(**{**usual, **changed}), words)


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.TO_ASK, None),
        (Status.AUTHOR_ASKED, None),
        (Status.HOST_ASKED, None),
        (Status.LEFT_UP, None),
        (Status.HANDED, None),
        (Status.ESCALATED, "next step"),
        (Status.SEEN_SIGNED_IN, "Look signed out"),
        (Status.GONE, "gone"),
        (Status.AMENDED, "changed as asked"),
        (Status.WITHDRAWN, "Open it again"),
    ],
)
def test_when_the_host_may_be_asked(status, words):
    _expect(rules.why_not_ask_host(status=status), words)


@pytest.mark.policy("8.3", "8.4")
def test_a_host_is_not_asked_with_a_field_missing_or_by_the_wrong_person():
    assert rules.why_not_ask_host(status=Status.TO_ASK, missing=["“Where” is missing."]) == "“Where” is missing."
    assert "Only the person concerned" in rules.why_not_ask_host(status=Status.TO_ASK, only_person=True)
    assert "wait" in rules.why_not_ask_host(status=Status.TO_ASK, told_to_wait=True)


@pytest.mark.policy("8.3")
def test_leaving_it_up_needs_a_reason_and_that_nobody_was_asked():
    assert rules.why_not_leave_up(status=Status.TO_ASK, reason="The police ask us to leave it.") is None
    assert rules.why_not_leave_up(status=Status.AUTHOR_ASKED, reason="x") is None
    assert "Say why" in rules.why_not_leave_up(status=Status.TO_ASK, reason=" \u00a0")
    assert "asked" in rules.why_not_leave_up(status=Status.HOST_ASKED, reason="x")


@pytest.mark.policy("8.6")
@pytest.mark.parametrize(
    ("status", "refusal", "now", "words"),
    [
        (Status.HOST_ASKED, Refusal.REFUSED, REPORTED, None),
        (Status.HOST_ASKED, Refusal.PART_ONLY, REPORTED, None),
        (Status.HOST_ASKED, None, RESOLVE, "First record"),
        (Status.HOST_ASKED, Refusal.NO_ANSWER, RESOLVE - SECOND, "until 6pm on Saturday 21 November"),
        (Status.HOST_ASKED, Refusal.NO_ANSWER, RESOLVE, None),
        (Status.HOST_ASKED, Refusal.NO_ANSWER, RESOLVE + SECOND, None),
        (Status.ESCALATED, Refusal.REFUSED, RESOLVE, None),
        (Status.HANDED, Refusal.REFUSED, REPORTED, None),
        (Status.TO_ASK, Refusal.REFUSED, RESOLVE, "Ask the host first"),
        (Status.AUTHOR_ASKED, Refusal.NO_ANSWER, RESOLVE, "Ask the host first"),
        (Status.TO_ASK, Refusal.NO_WAY_TO_REACH, REPORTED, None),
        (Status.GONE, Refusal.REFUSED, RESOLVE, "gone"),
        (Status.LEFT_UP, Refusal.REFUSED, RESOLVE, "decided not to ask"),
    ],
)
def test_going_on_needs_only_that_the_host_did_not_help(status, refusal, now, words):
    _expect(rules.why_not_escalate(status=status, refusal=refusal, resolve_due_at=RESOLVE, at=now), words)


@pytest.mark.policy("8.6")
def test_the_ladder_is_in_order_honest_and_without_the_police():
    assert [rung.key for rung in LADDER] == [
        "platform_review", "helpline", "host_abuse", "registrar", "search", "court", "provider",
    ]  # fmt: skip
    for rung in LADDER:
        assert rung.can and rung.cannot and rung.who_asks
        assert len(rung.key) <= 16
        assert "police" not in f"{rung.key} {rung.name} {rung.can} {rung.who_asks}".lower()
    assert "court order" in RUNGS["provider"].cannot


@pytest.mark.policy("8.6")
def test_a_rung_is_suggested_and_any_can_be_skipped_with_a_reason():
    assert next_rung(done=()).key == "platform_review"
    assert next_rung(done={"platform_review", "helpline"}).key == "host_abuse"
    assert next_rung(done=RUNGS) is None
    for key in RUNGS:
        assert why_not_skip(rung=key, reason="They only repeat the host's answer.") is None
    assert "Say why" in why_not_skip(rung="court", reason="\u200b")
    assert why_not_skip(rung="police", reason="x") == "There is no such step."
    assert "already" in why_not_skip(rung="court", reason="x", done={"court"})


@pytest.mark.policy("8.4")
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, None),
        ({"status": Status.HOST_ASKED}, None),
        ({"complainant_is_school": True}, "school cannot be the one"),
        ({"complainant_known": False}, "who the person concerned is"),
        ({"helper_chosen": False}, "who helps them"),
        ({"status": Status.HANDED}, "in hand"),
        ({"status": Status.GONE}, "gone"),
    ],
)
def test_the_complaint_is_handed_over_with_a_helper(changed, words):
    usual = {
        "status": Status.TO_ASK, "complainant_known": True, "complainant_is_school": False, "helper_chosen": True,
    }  # fmt: skip
    _expect(rules.why_not_hand_to_complainant(**{**usual, **changed}), words)


@pytest.mark.policy("8.5")
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, None),
        ({"result": Result.GONE_SIGNED_IN}, None),
        ({"result": Result.GONE_INSIDE_GROUP}, "Look at it signed out"),
        ({"result": Result.GONE_INSIDE_GROUP, "target": GROUP}, None),
        ({"target": GROUP}, "inside the group"),
        ({"result": Result.GONE_SIGNED_IN, "target": GROUP}, "inside the group"),
        ({"target": HANDLE}, None),
        ({"result": Result.AMENDED_AS_ASKED}, "not to change it"),
        ({"result": Result.AMENDED_AS_ASKED, "wanted": Wanted.AMEND}, None),
        ({"gated": True}, "Do not open this again"),
        ({"gated": True, "told_by_others": True}, None),
        ({"by_person_harmed": True}, "Ask a colleague"),
        ({"by_person_harmed": True, "offered": True}, None),
        ({"status": Status.GONE, "result": Result.STILL_THERE}, None),
        ({"status": Status.WITHDRAWN}, "withdrawn"),
    ],
)
def test_which_answer_a_look_can_have(changed, words):
    usual = {
        "status": Status.HOST_ASKED, "result": Result.GONE_SIGNED_OUT, "wanted": Wanted.REMOVE, "target": PAGE,
    }  # fmt: skip
    _expect(rules.why_not_check_removal(**{**usual, **changed}), words)


@pytest.mark.policy("8.5")
def test_what_rests_can_be_opened_again_with_a_reason():
    for status in (*RESTING, Status.LEFT_UP):
        assert rules.why_not_reopen(status=status, reason="It is back.") is None
        assert rules.why_not_reopen(status=status, reason="")
    assert rules.why_not_reopen(status=Status.HOST_ASKED, reason="x") == "It is still open."


@pytest.mark.policy("8.3")
def test_what_owes_can_be_withdrawn_with_a_reason():
    for status in Status:
        assert (rules.why_not_withdraw(status=status, reason="The person asked.") is None) is (status in OWING)
    assert "Say why" in rules.why_not_withdraw(status=Status.TO_ASK, reason=" ")


def _expect(sentence: str | None, words: str | None) -> None:
    if words is None:
        assert sentence is None
    else:
        assert sentence is not None
        assert words in sentence
        assert sentence[0].isupper() and sentence.endswith(".")
