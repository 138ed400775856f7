"""The gate, answer by answer. All twenty-seven of them are here, because each wrong one would be a crime."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from forethought.evidence.gate import (
    FILES_A_BATCH,
    LIFETIME,
    Answer,
    Outcome,
    Verdict,
    grant_ends,
    verdict,
    why_not_upload,
)

YES, NO, NOT_SURE = Answer.YES, Answer.NO, Answer.NOT_SURE
ANSWERED = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
PASSED = Verdict(Outcome.PASS, emergency=False)

OUTCOMES = {
    (YES, YES): Outcome.STOP_CHILD,
    (YES, NO): Outcome.STOP_CHILD,
    (YES, NOT_SURE): Outcome.STOP_CHILD,
    (NOT_SURE, YES): Outcome.STOP_CHILD,
    (NOT_SURE, NO): Outcome.STOP_CHILD,
    (NOT_SURE, NOT_SURE): Outcome.STOP_CHILD,
    (NO, YES): Outcome.STOP_ADULT,
    (NO, NOT_SURE): Outcome.STOP_ADULT,
    (NO, NO): Outcome.PASS,
}


def why_not(**changes: object) -> str | None:
    facts = {
        "verdict": PASSED,
        "granted_to": "ann",
        "asked_by": "ann",
        "expires_at": grant_ends(ANSWERED),
        "at": ANSWERED,
    }
    return why_not_upload(**(facts | changes))  # type: ignore[arg-type]


@pytest.mark.policy("7.4", "9.2b")
@pytest.mark.parametrize(("answers", "danger"), list(product(OUTCOMES, Answer)))
def test_every_combination_of_answers_has_one_verdict(answers: tuple[Answer, Answer], danger: Answer) -> None:
    found = verdict(under_18=answers[0], adult_intimate=answers[1], danger=danger)
    assert found == Verdict(OUTCOMES[answers], emergency=danger in (YES, NOT_SURE))
    assert found.passed == (answers == (NO, NO))


@pytest.mark.policy("7.4")
def test_a_passed_grant_lets_its_holder_upload() -> None:
    assert why_not() is None


@pytest.mark.policy("7.4")
@pytest.mark.parametrize("outcome", [Outcome.STOP_CHILD, Outcome.STOP_ADULT])
def test_a_stop_refuses_whatever_else_is_right(outcome: Outcome) -> None:
    assert "No file can be taken" in (why_not(verdict=Verdict(outcome, emergency=False)) or "")


@pytest.mark.policy("7.4")
def test_the_stop_for_a_child_names_the_safeguarding_lead_and_forbids_copies() -> None:
    sentence = why_not(verdict=Verdict(Outcome.STOP_CHILD, emergency=True)) or ""
    assert "safeguarding lead" in sentence
    assert "Do not copy it, send it on or delete it" in sentence


@pytest.mark.policy("7.4")
def test_nobody_uploads_under_another_persons_answers() -> None:
    assert "by someone else" in (why_not(asked_by="ben") or "")


@pytest.mark.policy("7.4")
@pytest.mark.parametrize(
    ("later", "allowed"),
    [
        (timedelta(0), True),
        (LIFETIME - timedelta(seconds=1), True),
        (LIFETIME, False),
        (LIFETIME + timedelta(seconds=1), False),
        (timedelta(days=365), False),
    ],
)
def test_the_answers_hold_for_sixty_minutes(later: timedelta, allowed: bool) -> None:
    assert timedelta(minutes=60) == LIFETIME
    assert (why_not(at=ANSWERED + later) is None) is allowed


@pytest.mark.policy("7.4")
@pytest.mark.parametrize(("used", "allowed"), [(0, True), (19, True), (20, False), (21, False)])
def test_the_answers_hold_for_twenty_files(used: int, allowed: bool) -> None:
    assert FILES_A_BATCH == 20
    assert (why_not(used_files=used) is None) is allowed


@pytest.mark.policy("7.4")
def test_the_answers_hold_for_one_batch() -> None:
    assert "answer again" in (why_not(used_at=ANSWERED) or "")
