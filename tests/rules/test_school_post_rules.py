"""A post for a school account: who may do what at which status, and when it must not go up. A table for each rule."""

from datetime import UTC, datetime, timedelta

import pytest

from forethought.school_accounts import post_rules as rules
from forethought.school_accounts.post_rules import MOVES, Status

pytestmark = pytest.mark.policy("2.1", "6.3")

AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize("verb", MOVES)
@pytest.mark.parametrize("status", Status)
def test_each_act_is_allowed_at_its_statuses_alone(verb: str, status: Status) -> None:
    assert (rules.why_not_move(verb, status) is None) == (status in MOVES[verb][0])


def test_what_is_up_or_withdrawn_goes_nowhere_else_and_all_else_can_be_left() -> None:
    edges = {(start, to) for starts, to in MOVES.values() for start in starts if to is not None}
    assert {start for start, _ in edges} == set(Status) - {Status.POSTED, Status.WITHDRAWN}
    assert {to for _, to in edges} == set(Status) - {Status.WRITING}
    assert {start for start, to in edges if to is Status.POSTED} == {Status.APPROVED}
    assert {start for start, to in edges if to is Status.APPROVED} == {Status.PROPOSED}


@pytest.mark.parametrize(
    ("consent", "names", "picture", "flags", "stops"),
    [
        ("none", "none", False, 0, False),
        ("all", "none", True, 0, False),
        ("none", "agreed", True, 0, False),
        ("all", "agreed", False, 0, False),
        ("all", "agreed", True, 1, False),
        ("not_all", "none", True, 1, True),
        ("not_all", "none", False, 1, True),
        ("not_sure", "none", False, 1, True),
        ("none", "no", False, 1, True),
        ("none", "not_sure", False, 1, True),
        ("not_all", "not_sure", True, 2, True),
    ],
)
def test_a_pupil_without_consent_is_flagged_and_stops_an_approval(
    consent: str, names: str, picture: bool, flags: int, stops: bool
) -> None:
    assert len(rules.flags(consent=consent, names=names, picture=picture)) == flags
    said = rules.why_not_approve_post(status="proposed", custodian=True, own=False, consent=consent, names=names)
    assert (said is not None) == stops == rules.stops(consent=consent, names=names)


@pytest.mark.parametrize(
    ("status", "custodian", "own", "allowed"),
    [
        ("proposed", True, False, True),
        ("proposed", True, True, False),
        ("proposed", False, False, False),
        ("sent_back", True, False, False),
        ("writing", True, False, False),
    ],
)
def test_a_custodian_approves_and_never_whoever_proposed(
    status: str, custodian: bool, own: bool, allowed: bool
) -> None:
    approve = rules.why_not_approve_post(status=status, custodian=custodian, own=own, consent="none", names="none")
    back = rules.why_not_send_back(status=status, custodian=custodian, own=own, why="Leave out the place.")
    assert (approve is None) == (back is None) == allowed


def test_it_is_sent_back_with_a_reason_until_it_is_up() -> None:
    assert rules.why_not_send_back(status="approved", custodian=True, own=False, why="Wait.") is None
    assert rules.why_not_send_back(status="approved", custodian=True, own=False, why=" ")
    assert rules.why_not_send_back(status="posted", custodian=True, own=False, why="Wait.")


@pytest.mark.parametrize(
    ("own", "closed", "approvers", "allowed"),
    [(True, False, 1, True), (True, False, 0, False), (True, True, 1, False), (False, False, 1, False)],
)
def test_a_post_needs_somebody_else_who_can_approve_it(own: bool, closed: bool, approvers: int, allowed: bool) -> None:
    said = rules.why_not_propose_post(status="writing", own=own, closed=closed, approvers=approvers)
    assert (said is None) == allowed


@pytest.mark.parametrize(
    ("after", "allowed"),
    [
        (timedelta(seconds=1), False),
        (timedelta(0), True),
        (timedelta(hours=-1), True),
        (timedelta(hours=-1, minutes=-1), True),
        (timedelta(hours=-1, minutes=-1, seconds=-1), False),
    ],
)
def test_it_went_up_between_its_approval_and_now(after: timedelta, allowed: bool) -> None:
    said = rules.why_not_note_posted(
        status="approved", custodian=True, shown_at=AT + after, approved_at=AT - timedelta(hours=1), at=AT
    )
    assert (said is None) == allowed
    assert rules.why_not_note_posted(status="approved", custodian=False, shown_at=AT, approved_at=AT, at=AT)
    assert rules.why_not_note_posted(status="proposed", custodian=True, shown_at=AT, approved_at=None, at=AT)


def test_only_its_writer_changes_it_and_takes_it_back() -> None:
    assert rules.why_not_change_post(verb="change_post", status="sent_back", own=True) is None
    assert rules.why_not_change_post(verb="change_post", status="sent_back", own=False)
    assert rules.why_not_change_post(verb="change_post", status="proposed", own=True)
    assert rules.why_not_withdraw_post(status="approved", own=True) is None
    assert rules.why_not_withdraw_post(status="posted", own=True)
    assert rules.why_not_withdraw_post(status="approved", own=False)


def test_words_are_written_for_an_open_account() -> None:
    assert rules.why_not_write_post(closed=False, words="Hello.") is None
    assert rules.why_not_write_post(closed=True, words="Hello.")
    assert rules.why_not_write_post(closed=False, words=" \n")


def test_a_custodian_shows_a_good_post_once_it_is_up_and_says_why() -> None:
    mark = rules.why_not_mark_example
    assert mark(status="posted", custodian=True, marked=False, why="Plain.") is None
    assert mark(status="approved", custodian=True, marked=False, why="Plain.")
    assert mark(status="posted", custodian=False, marked=False, why="Plain.")
    assert mark(status="posted", custodian=True, marked=True, why="Plain.")
    assert mark(status="posted", custodian=True, marked=False, why="")
    assert rules.why_not_unmark_example(custodian=True, marked=True) is None
    assert rules.why_not_unmark_example(custodian=True, marked=False)
    assert rules.why_not_unmark_example(custodian=False, marked=True)
