"""When a case may be closed, and when support is asked about again."""

from datetime import UTC, datetime, timedelta

import pytest

from forethought.cases.rules import Standing, Status, next_revisit, why_not_close, why_not_reopen, why_not_take_up

OFFERED = datetime(2026, 11, 20, 18, tzinfo=UTC)
WEEK, MONTH = OFFERED + timedelta(days=7), OFFERED + timedelta(days=30)


@pytest.mark.policy("8.1", "8.5", "8.7", "8.8")
@pytest.mark.parametrize(
    ("status", "standing", "words"),
    [
        (Status.RECEIVED, Standing(), "Nobody has taken this case up yet."),
        (Status.CLOSED, Standing(), "This case is closed."),
        (Status.OPEN, Standing(takedowns_open=1), "One thing you wanted taken down or changed is not settled."),
        (Status.OPEN, Standing(takedowns_open=2), "2 things you wanted taken down or changed are not settled."),
        (Status.OPEN, Standing(unoffered=("person harmed",)), "Not yet offered to: person harmed."),
        (Status.OPEN, Standing(consent_unasked=True), "Ask them first whether the school shall tell the police."),
        (Status.OPEN, Standing(consent_unasked=True, harmed_unknown=True), "Say who was harmed"),
        (Status.OPEN, Standing(harmed_unknown=True), None),
        (Status.OPEN, Standing(informed_owed=True), "has not yet been told of the report to the police"),
        (Status.OPEN, Standing(), None),
    ],
)
def test_a_case_is_closed_when_nothing_is_owed(status: Status, standing: Standing, words: str | None) -> None:
    said = why_not_close(status=status, standing=standing)
    assert said is None if words is None else words in str(said) and str(said).endswith(".")


@pytest.mark.policy("8.8")
@pytest.mark.parametrize(
    ("due", "then"),
    [
        (OFFERED, WEEK),
        (WEEK - timedelta(seconds=1), WEEK),
        (WEEK, MONTH),
        (MONTH - timedelta(seconds=1), MONTH),
        (MONTH, None),
    ],
)
def test_somebody_asks_again_after_a_week_and_after_a_month(due: datetime, then: datetime | None) -> None:
    assert next_revisit(offered_at=OFFERED, due_at=due) == then


@pytest.mark.policy("8.1", "8.5")
def test_a_case_is_taken_up_once_and_opened_again_only_when_closed() -> None:
    statuses = (Status.RECEIVED, Status.OPEN, Status.CLOSED)
    assert [why_not_take_up(status=status) is None for status in statuses] == [True, False, False]
    assert [why_not_reopen(status=status) is None for status in statuses] == [False, False, True]
