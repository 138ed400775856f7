"""When staff and unions are asked, when that ends, and what a text needs before it is approved and published."""

from datetime import UTC, date, datetime, timedelta

import pytest

from forethought.policies.rules import (
    MOVES,
    Basis,
    Outcome,
    Stance,
    Standing,
    Status,
    Views,
    basis_of,
    closes_at,
    days_overdue,
    last_day,
    lost_race,
    needs_reasons,
    overdue_said,
    review_on,
    why_not_approve,
    why_not_bring,
    why_not_choose_body,
    why_not_close_consultation,
    why_not_dates,
    why_not_meeting,
    why_not_move,
    why_not_open_consultation,
    why_not_publish,
    why_not_reply,
    why_not_respond,
)

SECOND = timedelta(seconds=1)


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


# --- The state table ---


@pytest.mark.policy("F3")
@pytest.mark.parametrize("verb", MOVES)
@pytest.mark.parametrize("status", Status)
def test_an_act_is_refused_in_words_wherever_the_table_does_not_allow_it(verb: str, status: Status) -> None:
    reason = why_not_move(verb, status=status)

    assert (reason is None) == (status in MOVES[verb][0])
    assert reason is None or reason.endswith(".")


@pytest.mark.policy("F3")
def test_a_text_is_published_from_approved_alone_and_any_change_leads_back_to_drafting() -> None:
    assert MOVES["publish_version"] == (frozenset({Status.APPROVED}), Status.PUBLISHED)
    assert MOVES["change_text"][1] is Status.DRAFTING
    assert Status.CONSULTING not in MOVES["change_text"][0]


@pytest.mark.parametrize(
    ("verb", "status", "says"),
    [
        ("approve", Status.PUBLISHED, "has been published"),
        ("approve", Status.DROPPED, "was dropped"),
        ("change_text", Status.CONSULTING, "People are being asked about this very text."),
        ("publish_version", Status.DRAFTING, "not approved yet"),
        ("approve", Status.APPROVED, "approved already"),
        ("open_consultation", Status.CONSULTED, "consulted on already"),
        ("close_consultation", Status.DRAFTING, "Nobody is being asked"),
    ],
)
def test_the_sentence_says_what_stands_against_it(verb: str, status: Status, says: str) -> None:
    assert says in str(why_not_move(verb, status=status))


# --- Opening, and how long it lasts ---


@pytest.mark.policy("F3")
@pytest.mark.parametrize(
    ("days", "allowed"), [(-1, False), (0, False), (4, False), (5, True), (20, True), (120, True), (121, False)]
)
def test_a_consultation_lasts_between_five_and_120_working_days(days: int, allowed: bool) -> None:
    assert (why_not_open_consultation(status=Status.DRAFTING, changed=True, days=days) is None) == allowed


@pytest.mark.policy("F3")
def test_nobody_is_asked_about_nothing_and_no_union_is_left_out() -> None:
    assert "Nothing differs" in str(why_not_open_consultation(status=Status.DRAFTING, changed=False, days=20))
    gone = why_not_open_consultation(status=Status.DRAFTING, changed=True, days=20, unheard="Teachers Together")
    assert (
        gone == "Whoever spoke for Teachers Together has left. Name another representative on the list of unions first."
    )


@pytest.mark.policy("F3")
@pytest.mark.parametrize(
    ("opened", "days", "last", "ends"),
    [
        # A Friday evening: Monday is the first day.
        (at(2026, 11, 20, 18), 20, date(2026, 12, 18), at(2026, 12, 19)),
        # Over Christmas: Christmas Day, the bank holiday for Boxing Day on the Monday, and New Year's Day do not count.
        (at(2026, 12, 14, 9), 20, date(2027, 1, 14), at(2027, 1, 15)),
        # A Sunday, and one second either side of a London midnight.
        (at(2026, 11, 22, 12), 5, date(2026, 11, 27), at(2026, 11, 28)),
        (at(2026, 11, 23) - SECOND, 5, date(2026, 11, 27), at(2026, 11, 28)),
        (at(2026, 11, 23), 5, date(2026, 11, 30), at(2026, 12, 1)),
        # In summer London's midnight is eleven at night in UTC.
        (at(2026, 6, 7, 23) - SECOND, 5, date(2026, 6, 12), at(2026, 6, 12, 23)),
        (at(2026, 6, 7, 23), 5, date(2026, 6, 15), at(2026, 6, 15, 23)),
        # Across both changes of the clocks: it ends at midnight on the wall.
        (at(2026, 3, 23, 9), 5, date(2026, 3, 30), at(2026, 3, 30, 23)),
        (at(2026, 10, 19, 9), 5, date(2026, 10, 26), at(2026, 10, 27)),
        # Easter, and 29 February.
        (at(2026, 3, 30, 9), 5, date(2026, 4, 8), at(2026, 4, 8, 23)),
        (at(2028, 2, 22, 9), 5, date(2028, 2, 29), at(2028, 3, 1)),
    ],
)
def test_it_ends_with_the_last_working_day_in_london(opened: datetime, days: int, last: date, ends: datetime) -> None:
    closes = closes_at(opened, days)

    assert closes == ends
    assert last_day(closes) == last


@pytest.mark.policy("F3")
def test_a_bank_holiday_that_was_announced_later_can_be_passed_in() -> None:
    assert last_day(closes_at(at(2026, 11, 20, 18), 5, extra={date(2026, 11, 25)})) == date(2026, 11, 30)


# --- Views and answers ---


@pytest.mark.policy("F3")
@pytest.mark.parametrize(
    ("withdrawn", "stance", "words", "says"),
    [
        (False, Stance.AGREE, "", None),
        (False, Stance.NO_VIEW, "", None),
        (False, Stance.COMMENTS, "Shorter.", None),
        (False, Stance.NOT_AGREE, "No.", None),
        (False, Stance.COMMENTS, " \n", "Write what you would change"),
        (False, Stance.NOT_AGREE, "", "Write what you would change"),
        (True, Stance.AGREE, "", "no longer being asked about"),
    ],
)
def test_a_view_that_wants_a_change_says_which(withdrawn: bool, stance: Stance, words: str, says: str | None) -> None:
    reason = why_not_respond(withdrawn=withdrawn, stance=stance, words=words)

    assert (reason is None) == (says is None)
    assert (says or "") in (reason or "")


@pytest.mark.policy("F3")
def test_each_view_is_answered_once_and_in_words() -> None:
    assert why_not_reply(answered=False, words="Thank you.") is None
    assert "Write the answer" in str(why_not_reply(answered=False, words=" "))
    assert "answered already" in str(why_not_reply(answered=True, words="Thank you."))


CLOSES = at(2026, 12, 19)
NONE = Views()


def closing(moment: datetime = CLOSES, views: Views = NONE, outcome: str = "", reasons: str = "") -> str:
    reason = why_not_close_consultation(
        status=Status.CONSULTING, closes=CLOSES, at=moment, views=views, outcome=outcome, reasons=reasons
    )
    return reason or "yes"


@pytest.mark.policy("F3")
@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (CLOSES - timedelta(days=3), "It is open until the end of Friday 18 December."),
        (CLOSES - SECOND, "It is open until the end of Friday 18 December."),
        (CLOSES, "yes"),
        (CLOSES + SECOND, "yes"),
    ],
)
def test_it_closes_once_its_time_is_over(moment: datetime, says: str) -> None:
    assert closing(moment) == says


def test_the_year_is_said_when_it_is_another() -> None:
    closes = at(2027, 1, 15)
    reason = why_not_close_consultation(status=Status.CONSULTING, closes=closes, at=CLOSES, views=Views())
    assert reason == "It is open until the end of Thursday 14 January 2027."


@pytest.mark.policy("F3")
@pytest.mark.parametrize(
    ("views", "outcome", "reasons", "says"),
    [
        (Views(in_time=1, unreplied=1), "", "", "One view still waits for a written reply."),
        (Views(in_time=3, unreplied=2), "", "", "2 views still wait for a written reply."),
        # A late one is answered too.
        (Views(unreplied=1), Outcome.NO_RESPONSE, "", "One view still waits for a written reply."),
        (Views(), Outcome.NO_RESPONSE, "", "yes"),
        (Views(), Outcome.AGREED, "", "Nobody answered in time. Choose “Nobody answered”."),
        (Views(in_time=1, agreeing=1), Outcome.NO_RESPONSE, "", "Somebody did answer. Choose another outcome."),
        (Views(in_time=1, agreeing=1), Outcome.AGREED, "", "yes"),
        (Views(in_time=2, agreeing=1, against=1), Outcome.AGREED, "", "Not everybody agreed. Choose another outcome."),
        (Views(in_time=2, agreeing=1, against=1), Outcome.COMMENTS, "", "yes"),
        (Views(in_time=2, against=1), Outcome.COMMENTS, "", "Nobody agreed. Choose “Not agreed”."),
        (
            Views(in_time=9, agreeing=8, against=1, unions_against=1),
            Outcome.COMMENTS,
            "",
            "A union does not agree. Choose “Not agreed”.",
        ),
        (
            Views(in_time=9, agreeing=8, against=1, unions_against=1),
            Outcome.AGREED,
            "",
            "A union does not agree. Choose “Not agreed”.",
        ),
        (
            Views(in_time=1, against=1),
            Outcome.NOT_AGREED,
            " ",
            "Say what was not agreed, and how the school answers it.",
        ),
        (Views(in_time=1, against=1), Outcome.NOT_AGREED, "Too short a time. It is longer now.", "yes"),
        # Nobody has a view: somebody did answer, and nobody is against it.
        (Views(in_time=1), Outcome.COMMENTS, "", "yes"),
    ],
)
def test_it_closes_with_an_outcome_that_is_true(views: Views, outcome: str, reasons: str, says: str) -> None:
    assert closing(views=views, outcome=outcome, reasons=reasons) == says


# --- The gate ---

A, B, C = (bytes([n]) * 32 for n in range(3))


@pytest.mark.policy("F3", "10.3")
@pytest.mark.parametrize(
    ("standing", "without", "basis"),
    [
        (Standing(text=A), False, None),
        (Standing(text=A), True, Basis.DECIDED),
        (Standing(text=A, consulted=B), False, None),
        (Standing(text=A, consulted=B), True, Basis.DECIDED),
        (Standing(text=A, consulted=A), False, Basis.CONSULTED),
        # Nobody does without a consultation that there was.
        (Standing(text=A, consulted=A), True, Basis.CONSULTED),
        (Standing(text=A, agreed=frozenset({A})), True, Basis.UNCHANGED),
        (Standing(text=A, agreed=frozenset({B, C})), False, None),
        # Approved once is no footing.
        (Standing(text=A, approved=A), False, None),
    ],
)
def test_a_text_stands_on_a_consultation_about_it_or_on_what_was_agreed_or_on_a_decision(
    standing: Standing, without: bool, basis: Basis | None
) -> None:
    assert basis_of(standing, without=without) is basis


@pytest.mark.policy("F1", "F3")
@pytest.mark.parametrize(
    ("standing", "decides", "without", "reasons", "says"),
    [
        (Standing(text=A), True, False, None, "This text has not been consulted on. Ask staff and unions first."),
        (Standing(text=A, consulted=B), True, False, "x", "This text has not been consulted on."),
        (Standing(text=A, consulted=A), False, False, "x", "Only the body that approves the policy can do this"),
        (Standing(text=A), False, True, "x", "Only the body that approves the policy can do this"),
        (Standing(text=A, consulted=A), True, False, "", None),
        (Standing(text=A, agreed=frozenset({A})), True, False, "", None),
        (Standing(text=A), True, True, None, None),
        (Standing(text=A), True, True, " ", "Give the body’s reasons for deciding without a consultation."),
        (Standing(text=A), True, True, "A court ruled today.", None),
        (Standing(text=A, consulted=A, outcome=Outcome.NOT_AGREED), True, False, "", "ended without agreement"),
        (Standing(text=A, consulted=A, outcome=Outcome.NOT_AGREED), True, False, "The law asks for it.", None),
        (Standing(text=A, consulted=A, outcome=Outcome.NO_RESPONSE), True, False, "", None),
    ],
)
def test_who_approves_what_and_when_reasons_are_needed(
    standing: Standing, decides: bool, without: bool, reasons: str | None, says: str | None
) -> None:
    reason = why_not_approve(
        status=Status.DRAFTING, standing=standing, decides=decides, without=without, reasons=reasons
    )

    assert (reason is None) == (says is None)
    assert (says or "") in (reason or "")


def test_reasons_are_asked_for_where_they_are_needed() -> None:
    assert needs_reasons(Standing(text=A))
    assert needs_reasons(Standing(text=A, consulted=A, outcome=Outcome.NOT_AGREED))
    assert not needs_reasons(Standing(text=A, consulted=A, outcome=Outcome.COMMENTS))
    assert not needs_reasons(Standing(text=A, agreed=frozenset({A}), consulted=B, outcome=Outcome.NOT_AGREED))


@pytest.mark.policy("F1", "F3")
@pytest.mark.parametrize(
    ("status", "approved", "says"),
    [
        (Status.APPROVED, A, None),
        (Status.APPROVED, B, "The text has changed since it was approved."),
        (Status.APPROVED, None, "The text has changed since it was approved."),
        (Status.DRAFTING, A, "This text is not approved yet."),
        (Status.CONSULTED, A, "This text is not approved yet."),
        (Status.PUBLISHED, A, "This change has been published."),
    ],
)
def test_the_very_text_that_was_approved_is_published(status: Status, approved: bytes | None, says: str | None) -> None:
    reason = why_not_publish(status=status, standing=Standing(text=A, consulted=A, approved=approved))

    assert (reason is None) == (says is None)
    assert (says or "") in (reason or "")


# --- Dates ---


@pytest.mark.policy("F1")
@pytest.mark.parametrize(
    ("met", "due"),
    [
        (date(2023, 3, 27), date(2024, 3, 27)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
    ],
)
def test_a_review_falls_a_year_after_the_meeting(met: date, due: date) -> None:
    assert review_on(met) == due


TODAY = date(2026, 11, 20)


@pytest.mark.policy("F1", "F3")
@pytest.mark.parametrize(
    ("met", "review", "consulted", "says"),
    [
        (TODAY, date(2027, 11, 20), None, None),
        (date(2026, 11, 21), date(2027, 11, 20), None, "That meeting has not been yet."),
        (TODAY, TODAY, None, "The review must come after the meeting."),
        (TODAY, date(2031, 11, 20), None, None),
        (TODAY, date(2031, 11, 21), None, "more than five years away"),
        (date(2025, 11, 1), date(2026, 11, 1), None, "That review date has passed already."),
        (date(2025, 11, 1), TODAY, None, None),
        (date(2026, 11, 18), date(2027, 11, 18), date(2026, 11, 19), "The consultation closed on Thursday 19 November"),
        (date(2026, 11, 19), date(2027, 11, 18), date(2026, 11, 19), None),
    ],
)
def test_the_dates_of_an_approval_fit_together(
    met: date, review: date, consulted: date | None, says: str | None
) -> None:
    reason = why_not_dates(met_on=met, review=review, today=TODAY, consulted_on=consulted)

    assert (reason is None) == (says is None)
    assert (says or "") in (reason or "")


@pytest.mark.policy("F1")
def test_a_version_brought_along_may_be_past_its_review_and_its_meeting_unknown() -> None:
    long_ago = date(2020, 3, 27)
    assert why_not_meeting(met_on=long_ago, minute="3", review=None, today=TODAY) is None
    assert why_not_meeting(met_on=None, minute="", review=None, today=TODAY) is None
    assert "Give the day" in str(why_not_meeting(met_on=None, minute="3", review=None, today=TODAY))
    assert "Give the day" in str(why_not_meeting(met_on=None, minute="", review=TODAY, today=TODAY))


@pytest.mark.policy("F1")
@pytest.mark.parametrize(
    ("review", "days", "said"),
    [
        (None, 0, ""),
        (date(2026, 11, 21), 0, ""),
        (TODAY, 0, ""),
        (date(2026, 11, 19), 1, "The policy is 1 day past its review date. It still applies."),
        (date(2024, 3, 27), 968, "The policy is 968 days past its review date. It still applies."),
        (date(2023, 3, 27), 1334, "The policy is 1,334 days past its review date. It still applies."),
    ],
)
def test_a_late_review_is_counted_and_switches_nothing_off(review: date | None, days: int, said: str) -> None:
    assert days_overdue(review, TODAY) == days
    assert overdue_said(review, TODAY) == said


@pytest.mark.policy("F3", "F4")
@pytest.mark.parametrize(
    ("day", "oldest", "says"),
    [
        (date(2026, 10, 20), None, None),
        (date(2026, 10, 21), None, "Only versions from before Tuesday 20 October 2026"),
        (date(2026, 10, 1), date(2026, 10, 1), "in force here already"),
        (date(2026, 9, 30), date(2026, 10, 1), None),
    ],
)
def test_only_what_was_in_force_before_the_school_began_is_brought(
    day: date, oldest: date | None, says: str | None
) -> None:
    reason = why_not_bring(in_force_on=day, started_on=date(2026, 10, 20), oldest_here=oldest)

    assert (reason is None) == (says is None)
    assert (says or "") in (reason or "")


def test_the_second_of_two_is_told_who_was_first() -> None:
    assert lost_race(name="Amina Okafor", at=at(2026, 11, 20, 18)).startswith(
        "Amina Okafor did this at 6pm on Friday 20 November, before you."
    )


@pytest.mark.policy("F1", "F3")
@pytest.mark.parametrize(
    ("current", "chosen", "decides", "refused"),
    [
        ("full_board", "head", False, True),
        ("full_board", "committee", False, True),
        ("full_board", "full_board", False, False),
        ("full_board", "head", True, False),
        ("head", "full_board", True, False),
    ],
)
def test_nobody_hands_approval_to_themselves(current: str, chosen: str, decides: bool, refused: bool) -> None:
    assert bool(why_not_choose_body(current=current, chosen=chosen, decides=decides)) is refused
