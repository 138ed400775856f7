"""Whom somebody may ask, by when they are answered, and what may become of the answer."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from forethought.core.clock import spoken
from forethought.people.cast import Cast
from forethought.questions import rules

ASKER, LINE, SENIOR, OTHER, HEAD, CHAIR, VICE = (uuid4() for _ in range(7))
CAST = Cast(head=HEAD, senior_managers=(SENIOR, OTHER), chair=CHAIR, vice_chair=VICE)

# --- By when ---


@pytest.mark.policy("3.6")
@pytest.mark.parametrize(
    ("asked_at", "days", "due"),
    [
        (datetime(2026, 11, 16, 9, tzinfo=UTC), 2, "5pm on Wednesday 18 November"),
        (datetime(2026, 11, 16, 0, 0, tzinfo=UTC), 2, "5pm on Wednesday 18 November"),
        (datetime(2026, 11, 15, 23, 59, 59, tzinfo=UTC), 2, "5pm on Tuesday 17 November"),
        # Friday evening, and through the weekend.
        (datetime(2026, 11, 20, 21, tzinfo=UTC), 2, "5pm on Tuesday 24 November"),
        (datetime(2026, 11, 21, 9, tzinfo=UTC), 2, "5pm on Tuesday 24 November"),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), 2, "5pm on Tuesday 24 November"),
        # Good Friday and Easter Monday 2027, with the clocks going forward on the Sunday between.
        (datetime(2027, 3, 25, 12, tzinfo=UTC), 1, "5pm on Tuesday 30 March"),
        (datetime(2027, 3, 25, 12, tzinfo=UTC), 2, "5pm on Wednesday 31 March"),
        # Christmas Day and Boxing Day 2026 and their substitute.
        (datetime(2026, 12, 24, 16, tzinfo=UTC), 2, "5pm on Wednesday 30 December"),
        # Half past midnight in London in summer is the day before in UTC.
        (datetime(2026, 7, 6, 23, 30, tzinfo=UTC), 2, "5pm on Thursday 9 July"),
        (datetime(2026, 7, 6, 22, 59, 59, tzinfo=UTC), 2, "5pm on Wednesday 8 July"),
        # A target of none would be due before it was asked.
        (datetime(2026, 11, 16, 18, tzinfo=UTC), 0, "5pm on Tuesday 17 November"),
    ],
)
def test_an_answer_is_due_at_five_so_many_working_days_after(asked_at: datetime, days: int, due: str) -> None:
    found = rules.due_at(asked_at=asked_at, days=days)

    assert spoken(found) == due
    assert found > asked_at


@pytest.mark.policy("3.6")
@pytest.mark.parametrize(
    ("asked_at", "hours"),
    [
        # Five in London is 17:00 UTC in winter and 16:00 in summer.
        (datetime(2026, 10, 22, 12, tzinfo=UTC), 17),
        (datetime(2026, 10, 21, 12, tzinfo=UTC), 16),
        (datetime(2027, 3, 24, 12, tzinfo=UTC), 16),
    ],
)
def test_five_is_five_in_london_on_either_side_of_a_change_of_the_clocks(asked_at: datetime, hours: int) -> None:
    assert rules.due_at(asked_at=asked_at, days=2).hour == hours


def test_a_bank_holiday_announced_late_counts_too() -> None:
    asked_at = datetime(2026, 11, 16, 9, tzinfo=UTC)

    found = rules.due_at(asked_at=asked_at, days=2, extra=[date(2026, 11, 17)])

    assert spoken(found) == "5pm on Thursday 19 November"


# --- Whom ---


@pytest.mark.policy("3.6")
@pytest.mark.parametrize(
    ("asker", "line_managers", "found"),
    [
        (ASKER, [], [SENIOR, OTHER, HEAD, CHAIR]),
        (ASKER, [LINE], [LINE, SENIOR, OTHER, HEAD, CHAIR]),
        (ASKER, [OTHER], [OTHER, SENIOR, HEAD, CHAIR]),
        (SENIOR, [HEAD], [HEAD, OTHER, CHAIR]),
        (HEAD, [CHAIR], [CHAIR, SENIOR, OTHER]),
        (HEAD, [HEAD], [SENIOR, OTHER, CHAIR]),
    ],
)
def test_the_line_manager_comes_first_and_nobody_asks_themselves(
    asker: object, line_managers: list[object], found: list[object]
) -> None:
    asked = rules.who_to_ask(asker=asker, line_managers=line_managers, cast=CAST)  # type: ignore[arg-type]

    assert [one for one, _ in asked] == found


def test_a_school_with_nobody_in_office_has_nobody_to_ask() -> None:
    assert rules.who_to_ask(asker=ASKER, line_managers=[], cast=Cast()) == ()


def test_an_office_is_said_beside_each() -> None:
    assert rules.who_to_ask(asker=ASKER, line_managers=[HEAD], cast=Cast(head=HEAD, chair=CHAIR)) == (
        (HEAD, "your line manager"),
        (CHAIR, "chair of governors"),
    )


@pytest.mark.policy("3.6")
@pytest.mark.parametrize(
    ("manager", "asker", "line_managers", "then"),
    [
        (LINE, ASKER, [SENIOR], SENIOR),
        (LINE, ASKER, [], HEAD),
        (SENIOR, ASKER, [HEAD], HEAD),
        (SENIOR, ASKER, [ASKER, HEAD], HEAD),
        (SENIOR, HEAD, [HEAD], CHAIR),
        (HEAD, ASKER, [], CHAIR),
        (HEAD, ASKER, [VICE], VICE),
        (HEAD, CHAIR, [CHAIR], VICE),
        # Whoever went to the chair to stay away from the head is not led back.
        (CHAIR, ASKER, [HEAD], VICE),
        (CHAIR, VICE, [], None),
    ],
)
def test_late_it_goes_on_to_their_senior(
    manager: object, asker: object, line_managers: list[object], then: object
) -> None:
    found = rules.who_is_next(manager=manager, asker=asker, line_managers=line_managers, cast=CAST)  # type: ignore[arg-type]

    assert found == then


# --- What may be done ---


@pytest.mark.policy("3.6", "6.5")
@pytest.mark.parametrize(("child", "urgent"), [("no", False), ("yes", True), ("not_sure", True), ("", True)])
def test_anything_but_a_plain_no_goes_to_the_lead(child: str, urgent: bool) -> None:
    assert rules.may_be_at_risk(child) is urgent


@pytest.mark.parametrize(
    ("words", "child", "chosen", "leads", "reason"),
    [
        ("May I?", "no", True, False, None),
        ("May I?", "no", False, False, "Choose somebody from the list."),
        ("May I?", "yes", False, True, None),
        ("May I?", "not_sure", True, True, None),
        ("May I?", "yes", True, False, rules.NOBODY),
        ("May I?", "maybe", True, True, "Choose yes, no or not sure."),
        (" \u200b", "no", True, False, "Write your question. A few words are enough."),
    ],
)
def test_a_question_has_words_and_somebody_to_go_to(
    words: str, child: str, chosen: bool, leads: bool, reason: str | None
) -> None:
    assert rules.why_not_ask_question(words=words, child=child, chosen=chosen, leads=leads) == reason


@pytest.mark.parametrize(
    ("asked", "answered", "words", "reason"),
    [
        (True, False, "Yes.", None),
        (False, False, "Yes.", "This question is not yours to answer."),
        (True, True, "Yes.", "This has been answered."),
        (True, False, "  ", "Write your answer."),
    ],
)
def test_only_those_who_were_asked_answer_and_once(asked: bool, answered: bool, words: str, reason: str | None) -> None:
    assert rules.why_not_answer_question(asked=asked, answered=answered, words=words) == reason


@pytest.mark.policy("3.6", "6.5")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"asked": False}, "This question is not yours to pass on."),
        ({"child": "not_sure"}, "The safeguarding lead has it."),
        ({"is_lead": True}, "You are a safeguarding lead. Act on it now, then answer."),
        ({"answered": True}, "This has been answered. Tell the safeguarding lead yourself, now."),
        ({"leads": False}, rules.NOBODY),
    ],
)
def test_what_shows_a_child_at_risk_is_passed_to_the_lead(changes: dict[str, object], reason: str | None) -> None:
    given: dict[str, object] = {"asked": True, "answered": False, "child": "no", "is_lead": False, "leads": True}
    assert rules.why_not_pass_to_lead(**{**given, **changes}) == reason  # type: ignore[arg-type]


@pytest.mark.policy("3.6")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"asked": False}, "This answer is not yours to share."),
        ({"answered": False}, "Answer it first."),
        ({"may_be_shared": False}, "The person who asked did not say that others may learn from it."),
        ({"child": "yes"}, "A child may be at risk, so this is not shared."),
    ],
)
def test_an_answer_is_shared_only_where_the_asker_allowed_it(changes: dict[str, object], reason: str | None) -> None:
    given: dict[str, object] = {"asked": True, "answered": True, "may_be_shared": True, "child": "no"}
    assert rules.why_not_share_answer(**{**given, **changes}) == reason  # type: ignore[arg-type]


NAMED = "This may name the person who asked. Write it without the name."
COPIED = "Write the question anew. In their own words, people may tell who asked."


@pytest.mark.policy("3.6")
@pytest.mark.parametrize(
    ("question", "answer", "there", "reason"),
    [
        ("May staff post about a trip?", "Yes.", False, None),
        ("May staff post about a trip?", "Yes.", True, "All can read this already."),
        ("May staff post?", "As I said to Tess Harlow: yes.", False, NAMED),
        ("Harlow’s question", "Yes.", False, NAMED),
        ("The harlow and the Harlowe", "Yes.", False, None),
        ("May I post this? I’m  unsure!", "Yes.", False, COPIED),
        ("may i post this i’m unsure", "Yes.", False, COPIED),
        (" ", "Yes.", False, "Write the question and the answer."),
        ("May I?", " ", False, "Write the question and the answer."),
    ],
)
def test_what_all_may_read_is_written_anew_and_names_nobody(
    question: str, answer: str, there: bool, reason: str | None
) -> None:
    found = rules.why_not_these_words(
        question=question, answer=answer, original="May I post this? I’m unsure.", asker="Tess Harlow", there=there
    )
    assert found == reason


@pytest.mark.parametrize(
    ("own", "head", "withdrawn", "reason"),
    [
        (True, False, False, None),
        (False, True, False, None),
        (False, False, False, "Only the person who shared it, or the headteacher, can take it back."),
        (True, True, True, "This was taken back already."),
    ],
)
def test_whoever_shared_it_takes_it_back_or_the_head(
    own: bool, head: bool, withdrawn: bool, reason: str | None
) -> None:
    assert rules.why_not_withdraw_common_question(own=own, head=head, withdrawn=withdrawn) == reason
