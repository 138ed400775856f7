"""Leave to monitor: what is refused and with which words, and that it ends by the clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from forethought.monitoring import rules
from forethought.monitoring.rules import FINAL, FIRST, MOVES, Asked, Deciding, Status

TODAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
GOOD = Asked(
    facts="On 18 November the office saw exam papers sent to an address outside, at 7:12pm.",
    source="The office’s own log of sent mail.",
    purpose="Whether more papers were sent.",
    legal_head="unauthorised",
    system="mail",
    scope="Mailbox t.harlow, 10 to 19 November, the word “paper”.",
    starts_on=TODAY,
    ends_on=TODAY + timedelta(days=13),
    alternatives="Ask her.",
    rejected="She was asked and said no.",
    assessment="DPIA 7",
)


@pytest.mark.policy("10.1")
def test_a_complete_request_is_taken_in() -> None:
    assert rules.why_not_request(GOOD, today=TODAY) is None


@pytest.mark.policy("10.1")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"assessment": "  "}, "data protection impact assessment"),
        ({"ends_on": None}, "No leave is without an end"),
        ({"starts_on": None}, "on which day it begins"),
        ({"ends_on": TODAY + timedelta(days=14)}, "Fourteen days at most"),
        ({"ends_on": TODAY - timedelta(days=1)}, "before the first"),
        ({"starts_on": TODAY - timedelta(days=1)}, "before it is asked for"),
        ({"system": "own_device"}, "is theirs"),
        ({"system": "own_account"}, "is theirs"),
        ({"system": "false_profile"}, "No made-up profile"),
        ({"system": "keystrokes"}, "never given leave"),
        ({"system": "something"}, "what is to be looked at"),
        ({"legal_head": "curiosity"}, "purpose in the law"),
        (
            {"facts": "I believe that she sends our exam papers to somebody outside the school."},
            "what somebody believes",
        ),
        ({"facts": "She did it."}, "A few words are not enough"),
        ({"source": ""}, "where each fact comes from"),
        ({"purpose": ""}, "need to find out"),
        ({"scope": ""}, "Which mailboxes".lower()),
        ({"alternatives": ""}, "looks into less"),
        ({"rejected": ""}, "would not do"),
        ({"exclusions": frozenset({"legal"})}, "took something in"),
        ({"covert": True}, "suspected crime"),
        ({"covert": True, "suspicion": "crime"}, "would spoil it"),
    ],
)
def test_a_request_that_lacks_something_says_what(change: dict[str, object], words: str) -> None:
    said = rules.why_not_request(replace(GOOD, **change), today=TODAY)  # type: ignore[arg-type]
    assert said is not None and words.lower() in said.lower()


@pytest.mark.policy("10.1")
def test_something_private_is_taken_in_only_with_a_reason() -> None:
    fewer = frozenset(rules.EXCLUSIONS) - {"webmail"}
    assert rules.why_not_exclusions(fewer, " ")
    assert rules.why_not_exclusions(fewer, "It was sent from there.") is None
    assert rules.why_not_exclusions(frozenset(rules.EXCLUSIONS), "") is None


@pytest.mark.policy("10.1")
def test_fourteen_days_count_the_first_and_the_last() -> None:
    for days, refused in ((0, False), (13, False), (14, True)):
        said = rules.why_not_days(starts_on=TODAY, ends_on=TODAY + timedelta(days=days), today=TODAY)
        assert bool(said) is refused, days


READY = Deciding(status=Status.COMMENTED, ends_at=AT + timedelta(days=1))


@pytest.mark.policy("10.1")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"is_requester": True}, "You asked for this"),
        ({"is_subject": True}, "Somebody else decides"),
        ({"may_decide": False}, "Somebody else decides"),
        ({"status": Status.REQUESTED}, "comments first"),
        ({"status": Status.REFUSED}, "cannot be done now"),
        ({"status": Status.RUNNING}, "cannot be done now"),
        ({"has_assessment": False}, "impact assessment"),
        ({"ends_at": None}, "no end"),
        ({"ends_at": AT}, "has passed"),
        ({"ends_at": AT + timedelta(seconds=1)}, None),
        ({"told": frozenset()}, "a banner at sign-in and a footer"),
        ({"told": frozenset({"banner"})}, "Not on record: a footer"),
        ({"covert": True, "told": frozenset()}, None),
        ({"covert": True, "is_head_or_chair": False}, "together"),
        ({"covert": True, "gave_first_yes": True}, "The other of headteacher and chair"),
    ],
)
def test_who_may_give_leave_and_on_what(change: dict[str, object], words: str | None) -> None:
    said = rules.why_not_authorise(replace(READY, **change), at=AT)  # type: ignore[arg-type]
    assert (said is None) if words is None else (said is not None and words in said)


@pytest.mark.policy("10.1")
@pytest.mark.parametrize("stored", [Status.AUTHORISED, Status.RUNNING])
def test_it_is_over_at_its_end_whatever_was_noted(stored: Status) -> None:
    starts, ends = AT, AT + timedelta(days=14)
    second = timedelta(seconds=1)
    for at, stands in (
        (starts - second, Status.AUTHORISED),
        (starts, Status.RUNNING),
        (ends - second, Status.RUNNING),
        (ends, Status.EXPIRED),
        (ends + second, Status.EXPIRED),
    ):
        assert rules.status_at(stored, starts_at=starts, ends_at=ends, at=at) is stands


@pytest.mark.policy("10.1")
def test_no_act_makes_a_leave_longer_and_every_state_is_reached_and_left() -> None:
    assert not [verb for verb in MOVES if "extend" in verb or "renew" in verb or "longer" in verb]
    reached = {target for _, target in MOVES.values()} | {FIRST}
    left = {one for starts, _ in MOVES.values() for one in starts}
    assert reached == set(Status) == set(rules.STATES)
    assert set(Status) - left <= FINAL
    # Nothing leads from an end back to running.
    over = {Status.ENDED, Status.EXPIRED, Status.REVIEWED, Status.DESTROYED, Status.REFUSED}
    assert not [verb for verb, (starts, to) in MOVES.items() if starts & over and to not in over]


@pytest.mark.policy("10.1")
@pytest.mark.parametrize(
    ("status", "officer", "there", "who", "words", "refused"),
    [
        (Status.REQUESTED, True, True, "", "Fine.", None),
        (Status.REQUESTED, False, True, "Somebody", "Fine.", "themselves"),
        (Status.REQUESTED, False, False, "", "Fine.", "who was asked"),
        (Status.REQUESTED, False, False, "The trust’s officer", "Fine.", None),
        (Status.REQUESTED, True, True, "", " ", "a few words"),
        (Status.COMMENTED, True, True, "", "Again.", "cannot be done now"),
    ],
)
def test_the_data_protection_officer_speaks_first(
    status: Status, officer: bool, there: bool, who: str, words: str, refused: str | None
) -> None:
    said = rules.why_not_comment(status=status, is_officer=officer, officer_there=there, who=who, words=words)
    assert (said is None) if refused is None else (said is not None and refused in said)


@pytest.mark.policy("10.1")
@pytest.mark.parametrize(
    ("status", "produced", "looked_at", "kept", "where", "refused"),
    [
        (Status.EXPIRED, True, 9, 2, "Case 7K3M", None),
        (Status.ENDED, False, 0, 0, "", None),
        (Status.RUNNING, True, 9, 2, "Case", "once it is over"),
        (Status.EXPIRED, False, 3, 0, "", "nothing was produced"),
        (Status.EXPIRED, True, 1, 2, "Case", "More is kept"),
        (Status.EXPIRED, True, 9, 2, " ", "where the records"),
        (Status.REVIEWED, True, 9, 2, "Case", "cannot be done now"),
    ],
)
def test_what_was_produced_is_counted_once_it_is_over(
    status: Status, produced: bool, looked_at: int, kept: int, where: str, refused: str | None
) -> None:
    said = rules.why_not_review(status=status, produced=produced, kept=kept, looked_at=looked_at, kept_where=where)
    assert (said is None) if refused is None else (said is not None and refused in said)


DESTROYED = {
    "status": Status.REVIEWED,
    "left_over": True,
    "way": "erased",
    "second_is_other": True,
    "second_may": True,
    "done_on": TODAY,
    "today": TODAY,
}


@pytest.mark.policy("10.1")
@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({}, None),
        ({"second_is_other": False}, "Two people"),
        ({"second_may": False}, "part of this"),
        ({"done_on": TODAY + timedelta(days=1)}, "cannot be in the future"),
        ({"done_on": None}, "Give the day"),
        ({"way": "burnt"}, "how it was destroyed"),
        ({"left_over": False}, "Nothing was left over"),
        ({"status": Status.EXPIRED}, "reviewed first"),
    ],
)
def test_destruction_has_a_day_a_way_and_two_names(change: dict[str, object], refused: str | None) -> None:
    said = rules.why_not_destruction(**{**DESTROYED, **change})  # type: ignore[arg-type]
    assert (said is None) if refused is None else (said is not None and refused in said)


@pytest.mark.policy("10.1")
@pytest.mark.parametrize(
    ("how", "given_on", "wording", "refused"),
    [
        ("banner", TODAY, "Mail may be looked at.", False),
        ("footer", TODAY + timedelta(days=1), "Words.", True),
        ("poster", TODAY, "Words.", True),
        ("banner", None, "Words.", True),
        ("banner", TODAY, " ", True),
    ],
)
def test_a_notice_has_a_way_a_day_and_words(how: str, given_on: date | None, wording: str, refused: bool) -> None:
    assert bool(rules.why_not_note_notice(how=how, given_on=given_on, wording=wording, today=TODAY)) is refused
