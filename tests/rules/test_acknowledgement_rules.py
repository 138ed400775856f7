"""Who reads what and by when, when it counts as confirmed, and whose name was typed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from forethought.acknowledgements import rules
from forethought.policies.text import Paragraph

AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)


@pytest.mark.policy("10.3", "3.7")
def test_what_is_confirmed_says_read_and_understood_and_is_no_contract() -> None:
    assert rules.said(rules.title_of("4")) == (
        "I have read and understood version 4 of the policy. This is not a contract. I may disagree with parts."
    )
    assert "agree to" not in rules.said("x") and "accept" not in rules.said("x")


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("4", "version 4 of the policy"),
        ("Version 4", "version 4 of the policy"),
        ("version 2.1", "version 2.1 of the policy"),
        ("Autumn 2026", "version Autumn 2026 of the policy"),
    ],
)
def test_a_version_is_called_version_once(label: str, title: str) -> None:
    assert rules.title_of(label) == title


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("kinds", "counts_as"),
    [
        ({"volunteer", "governor"}, "governor"),
        ({"volunteer", "employee"}, "employee"),
        ({"contractor"}, "contractor"),
        (set(), "employee"),
    ],
)
def test_somebody_with_several_engagements_counts_once(kinds: set[str], counts_as: str) -> None:
    assert rules.kind_of(kinds) == counts_as


@pytest.mark.parametrize(("words", "minutes"), [(1, 1), (200, 1), (201, 2), (12_000, 60)])
def test_reading_takes_whole_minutes_and_one_at_least(words: int, minutes: int) -> None:
    assert rules.minutes_of([Paragraph("1", "", " ".join(["word"] * words))]) == minutes


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("starts_on", "due"),
    [(DAY - timedelta(days=30), DAY), (DAY, DAY), (DAY + timedelta(days=3), DAY + timedelta(days=3))],
)
def test_somebody_new_reads_before_they_begin(starts_on: date, due: date) -> None:
    assert rules.newcomer_due_on(starts_on=starts_on, today=DAY) == due


@pytest.mark.policy("3.7")
def test_due_days_are_working_days() -> None:
    assert rules.due_on(opened_on=DAY, days=1) == date(2026, 11, 23)
    assert rules.due_on(opened_on=date(2026, 12, 24), days=1) == date(2026, 12, 29)


@pytest.mark.policy("3.7")
@pytest.mark.parametrize(
    ("done_on", "closed", "left", "own_words", "asked", "sentence"),
    [
        (None, False, 0, None, False, None),
        (None, False, 0, "", False, None),
        (None, False, 0, None, True, None),
        (None, False, 0, "I must not add pupils.", True, None),
        (None, False, 0, "  ", True, "Write in your own words what it means for you. A sentence is enough."),
        (None, False, 1, None, False, "Open every part first. One is left."),
        (None, False, 3, None, False, "Open every part first. 3 are left."),
        (None, True, 0, None, False, "There is something newer to read. You need not confirm this one."),
        (DAY, False, 0, None, False, "You confirmed on Friday 20 November 2026."),
        (DAY, True, 2, "", True, "You confirmed on Friday 20 November 2026."),
    ],
)
def test_somebody_confirms_once_after_opening_every_part(
    done_on: date | None, closed: bool, left: int, own_words: str | None, asked: bool, sentence: str | None
) -> None:
    reason = rules.why_not_acknowledge(
        done_on=done_on, closed=closed, left_to_open=left, own_words=own_words, asked=asked
    )
    assert reason == sentence


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("done", "closed", "allowed"), [(False, False, True), (True, False, False), (False, True, False)]
)
def test_paper_is_for_what_is_still_to_be_read(done: bool, closed: bool, allowed: bool) -> None:
    assert (rules.why_not_want_paper(done=done, closed=closed) is None) is allowed


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("signed_on", "done", "closed", "allowed"),
    [
        (DAY - timedelta(days=1), False, False, False),
        (DAY, False, False, True),
        (DAY + timedelta(days=5), False, False, True),
        (DAY + timedelta(days=6), False, False, False),
        (DAY, True, False, False),
        (DAY, False, True, False),
    ],
)
def test_paper_counts_from_when_there_was_something_to_sign(
    signed_on: date, done: bool, closed: bool, allowed: bool
) -> None:
    reason = rules.why_not_paper(
        signed_on=signed_on, opened_on=DAY, today=DAY + timedelta(days=5), done=done, closed=closed
    )
    assert (reason is None) is allowed


@pytest.mark.policy("3.7")
@pytest.mark.parametrize(
    ("since", "allowed"),
    [(None, True), (timedelta(hours=24) - timedelta(seconds=1), False), (timedelta(hours=24), True)],
)
def test_a_reminder_goes_once_in_a_day_at_most(since: timedelta | None, allowed: bool) -> None:
    reminded_at = AT - since if since is not None else None
    assert (rules.why_not_remind(reminded_at=reminded_at, at=AT) is None) is allowed


@pytest.mark.policy("3.7")
@pytest.mark.parametrize(
    ("standing", "begins"),
    [
        ({}, None),
        ({"done": True}, "They have confirmed."),
        ({"closed": True}, "This is not asked of them any more."),
        ({"has_email": False}, "No email address"),
    ],
)
def test_a_reminder_goes_by_mail_about_what_is_still_asked(standing: dict[str, bool], begins: str | None) -> None:
    reason = rules.why_not_remind(reminded_at=None, at=AT, **standing)
    assert reason is None if begins is None else str(reason).startswith(begins)


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("left", "signs_in", "begins"),
    [(False, False, None), (True, False, "They have left."), (False, True, "They can sign in")],
)
def test_a_link_is_for_somebody_here_who_cannot_sign_in(left: bool, signs_in: bool, begins: str | None) -> None:
    reason = rules.why_not_make_link(left=left, signs_in=signs_in)
    assert reason is None if begins is None else str(reason).startswith(begins)


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Tess Harlow", "Tess Harlow"),
        ("  tess   HARLOW ", "Tess Harlow"),
        ("Tess Anne Harlow", "Tess Harlow"),
        ("Tess Harlow", "Tess Anne Harlow"),
        ("Zoe O'Brien", "Zoë O’Brien"),
        ("Zoe OBrien", "Zoë O’Brien"),
        ("Mary Smith Jones", "Mary Smith-Jones"),
        ("Mary Smith\u2010Jones", "Mary Smith-Jones"),
        ("Mrs Tess Harlow", "Tess Harlow"),
        ("Ben Foster", "Dr. Ben Foster"),
        ("Lukasz Wojcik", "Łukasz Wójcik"),
        ("Jorgen Moller", "Jørgen Møller"),
        ("Тесс Харлоу", "тесс харлоу"),
        ("李小龙", "李小龙"),
        ("Cher", "Cher"),
        ("Tess\u00a0Harlow", "Tess Harlow"),
    ],
)
def test_a_name_is_known_however_it_is_written(typed: str, name: str) -> None:
    assert rules.is_their_name(typed, name)


@pytest.mark.policy("2.5")
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ben Foster", "Tess Harlow"),
        ("Tess", "Tess Harlow"),
        ("Harlow", "Tess Harlow"),
        ("Tess Harlow", "Tess"),
        ("Tess Tess", "Tess"),
        ("T Harlow", "Tess Harlow"),
        ("", "Tess Harlow"),
        ("…!?", "Tess Harlow"),
        ("Mrs Harlow", "Tess Harlow"),
        ("Tess Harlowe", "Tess Harlow"),
    ],
)
def test_another_name_is_not_taken_for_it(typed: str, name: str) -> None:
    assert not rules.is_their_name(typed, name)


@pytest.mark.policy("3.7")
@pytest.mark.parametrize(("done", "asked", "says"), [(0, 0, 0), (0, 3, 0), (2, 3, 66), (999, 1000, 99), (3, 3, 100)])
def test_a_hundred_per_cent_means_everybody(done: int, asked: int, says: int) -> None:
    assert rules.per_cent(done, asked) == says
