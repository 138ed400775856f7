"""An emergency reading: what can be asked, who decides, and that a no looks like no answer."""

from datetime import UTC, datetime, timedelta

import pytest

from forethought.cases import glass_rules as rules
from forethought.cases.glass_rules import Asking

AT = datetime(2026, 11, 20, 21, tzinfo=UTC)
REASON = "A" * 40
SECOND = timedelta(seconds=1)


@pytest.mark.policy("7.2")
@pytest.mark.parametrize(
    ("change", "asking", "refused"),
    [
        ({}, Asking(), None),
        ({"reason": "A" * 39}, Asking(), "at least 40"),
        ({"reason": " " * 60}, Asking(), "at least 40"),
        ({"category": "curious"}, Asking(), "what the emergency is"),
        ({"reference": " "}, Asking(), "Write the reference"),
        ({}, Asking(is_it_support=True), "IT support never"),
        ({}, Asking(unreviewed=1), None),
        ({}, Asking(unreviewed=2), "have not been reviewed"),
        ({}, Asking(waiting=1), "asked already"),
    ],
)
def test_what_can_be_asked_rests_on_the_asker_alone(
    change: dict[str, str], asking: Asking, refused: str | None
) -> None:
    said = rules.why_not_ask(**{"reference": "7K3M", "category": "life", "reason": REASON, **change}, asking=asking)
    assert (said is None) if refused is None else (said is not None and refused in said)


@pytest.mark.policy("7.2")
@pytest.mark.parametrize(
    ("asked", "decided", "may_still", "at", "refused"),
    [
        (True, False, True, AT - SECOND, None),
        (True, False, True, AT, "gone on"),
        (True, True, True, AT - SECOND, "has been decided"),
        (True, False, False, AT - SECOND, "no longer be given"),
        (False, False, True, AT - SECOND, "Somebody else"),
    ],
)
def test_only_whoever_is_asked_decides_and_only_in_time(
    asked: bool, decided: bool, may_still: bool, at: datetime, refused: str | None
) -> None:
    said = rules.why_not_decide(asked=asked, waits_until=AT, decided=decided, may_still=may_still, at=at)
    assert (said is None) if refused is None else (said is not None and refused in said)


@pytest.mark.policy("7.2")
def test_a_no_looks_like_no_answer() -> None:
    over = AT + rules.WHOLE_WAIT
    for at, stands in ((AT, "waiting"), (over - SECOND, "waiting"), (over, "not_given")):
        assert rules.state_for_asker(asked_at=AT, approved_at=None, ends_at=None, at=at) == stands
    end = AT + rules.LASTS
    for at, stands in ((AT, "open"), (end - SECOND, "open"), (end, "over")):
        assert rules.state_for_asker(asked_at=AT, approved_at=AT, ends_at=end, at=at) == stands


@pytest.mark.policy("7.2")
def test_a_review_is_due_in_five_school_days() -> None:
    # Friday evening: Monday is the first of the five.
    assert rules.review_due(AT) == datetime(2026, 11, 27, 17, tzinfo=UTC)
    assert rules.first_reminder(AT) == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert rules.next_reminder(AT) == datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.policy("7.2")
@pytest.mark.parametrize(
    ("may", "reviewed", "given", "outcome", "words", "refused"),
    [
        (True, False, True, "right", "I asked both.", False),
        (False, False, True, "right", "I asked both.", True),
        (True, True, True, "right", "I asked both.", True),
        (True, False, False, "right", "I asked both.", True),
        (True, False, True, "fine", "I asked both.", True),
        (True, False, True, "right", " ", True),
    ],
)
def test_a_review_is_by_somebody_without_a_hand_in_it(
    may: bool, reviewed: bool, given: bool, outcome: str, words: str, refused: bool
) -> None:
    said = rules.why_not_review(may=may, reviewed=reviewed, given=given, outcome=outcome, words=words)
    assert bool(said) is refused


@pytest.mark.policy("7.2")
@pytest.mark.parametrize(("in_trust", "found"), [(True, ("trust", "the board")), (False, ("lado", "the officer"))])
def test_somebody_outside_is_named_by_the_school_and_not_by_the_case(in_trust: bool, found: tuple[str, str]) -> None:
    assert rules.outside_of(in_trust=in_trust, trust_board="the board", local_authority="the officer") == found
