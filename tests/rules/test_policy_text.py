"""The text of a policy: its limits, its fingerprint, the model; the dates and meetings of versions; what is overdue."""

from datetime import UTC, date, datetime

import pytest

from forethought.policies import rules
from forethought.policies.clauses import clauses
from forethought.policies.procedures import model_links, model_text
from forethought.policies.rules import MOVES, Status
from forethought.policies.sentences import key_of, sentences_of
from forethought.policies.text import (
    LONGEST_NUMBER,
    LONGEST_PARAGRAPH,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_PARAGRAPHS,
    Paragraph,
    as_plain,
    fingerprint,
    from_plain,
    why_not_text,
)

ONE = Paragraph("8.3", "Reporting", "Report what you see.")
TODAY = date(2026, 11, 20)


def of_length(length: int) -> tuple[Paragraph, ...]:
    """Paragraphs that have this many characters in all."""
    whole, rest = divmod(length, LONGEST_PARAGRAPH)
    return tuple(Paragraph("", "", "x" * size) for size in [LONGEST_PARAGRAPH] * whole + [rest] * bool(rest))


# --- The text ---


@pytest.mark.policy("F4")
@pytest.mark.parametrize(
    "text",
    [
        (ONE,),
        (ONE, ONE),
        (Paragraph("", "A title alone", ""),),
        (Paragraph("1" * LONGEST_NUMBER, "t" * LONGEST_TITLE, "w" * LONGEST_PARAGRAPH),),
        (ONE,) * MOST_PARAGRAPHS,
        of_length(LONGEST_TEXT),
    ],
)
def test_a_text_up_to_its_limits_can_be_a_policy(text: tuple[Paragraph, ...]) -> None:
    assert why_not_text(text) is None


@pytest.mark.policy("F4")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ((), "There is no text."),
        ((ONE,) * (MOST_PARAGRAPHS + 1), "That has 2,001 paragraphs."),
        (of_length(LONGEST_TEXT + 1), "That has 400,001 characters."),
        ((ONE, Paragraph("8.4", " ", "\n")), "Paragraph 2 is empty."),
        ((Paragraph("", "", "w" * (LONGEST_PARAGRAPH + 1)),), "Paragraph 1 has 20,001 characters."),
        ((Paragraph("", "t" * (LONGEST_TITLE + 1), "w"),), "The title of paragraph 1 has 201 characters."),
        ((Paragraph("1" * (LONGEST_NUMBER + 1), "", "w"),), "The number of paragraph 1 has 13 characters."),
    ],
)
def test_a_text_beyond_its_limits_is_refused_and_told_where(text: tuple[Paragraph, ...], sentence: str) -> None:
    assert (why_not_text(text) or "").startswith(sentence)


@pytest.mark.policy("F3", "F4")
@pytest.mark.parametrize(
    "other",
    [
        (Paragraph("8.3", "Reporting", "Report what you saw."),),
        (Paragraph("8.3", "Reporting", "Report what you see. "),),
        (Paragraph("8.3", "", "ReportingReport what you see."),),
        (Paragraph("8.3 ", "Reporting", "Report what you see."),),
        (ONE, ONE),
        (),
    ],
)
def test_one_character_more_or_elsewhere_is_another_fingerprint(other: tuple[Paragraph, ...]) -> None:
    assert fingerprint(other) != fingerprint((ONE,))


def test_a_text_is_stored_and_read_back_as_it_was() -> None:
    text = (ONE, Paragraph("", "", "“Quoted”, with é and a\nnew line."))
    assert from_plain(as_plain(text)) == text
    assert fingerprint(from_plain(as_plain(text))) == fingerprint(text)
    assert len(fingerprint(text)) == 32


# --- The model ---


@pytest.mark.policy("F2")
def test_the_model_can_be_a_policy_and_each_of_its_sentences_leads_to_its_clause() -> None:
    text, links = model_text(), model_links(model_text())
    assert why_not_text(text) is None
    assert [one.number for one in text] == list(clauses())
    for one in text:
        assert all(one.number in links[key_of(sentence)] for sentence in sentences_of(one.words)), one.number


# --- Dates ---


@pytest.mark.policy("F1")
@pytest.mark.parametrize(
    ("review", "days", "said"),
    [
        (None, 0, ""),
        (date(2026, 11, 21), 0, ""),
        (date(2026, 11, 20), 0, ""),
        (date(2026, 11, 19), 1, "The policy is 1 day past its review date. It still applies."),
        (date(2024, 3, 27), 968, "The policy is 968 days past its review date. It still applies."),
        (date(2020, 11, 20), 2191, "The policy is 2,191 days past its review date. It still applies."),
    ],
)
def test_a_late_review_is_said_in_days_and_the_policy_still_applies(review: date | None, days: int, said: str) -> None:
    assert rules.days_overdue(review, TODAY) == days
    assert rules.overdue_said(review, TODAY) == said


@pytest.mark.policy("F1")
@pytest.mark.parametrize(
    ("met_on", "due"),
    [
        (date(2023, 3, 27), date(2024, 3, 27)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28)),
    ],
)
def test_a_review_is_due_a_year_after_the_meeting(met_on: date, due: date) -> None:
    assert rules.review_on(met_on) == due


@pytest.mark.policy("F1")
@pytest.mark.parametrize(
    ("met_on", "review", "past", "sentence"),
    [
        (TODAY, date(2027, 11, 20), False, None),
        (date(2026, 11, 21), date(2027, 11, 20), False, "That meeting has not been yet."),
        (TODAY, TODAY, False, "The review must come after the meeting."),
        (date(2025, 1, 1), date(2026, 11, 20), False, None),
        (date(2025, 1, 1), date(2026, 11, 19), False, "That review date has passed already."),
        (date(2025, 1, 1), date(2026, 11, 19), True, None),
        (TODAY, date(2031, 11, 20), False, None),
        (TODAY, date(2031, 11, 21), False, "That review is more than five years away."),
        (date(2024, 2, 29), date(2029, 2, 28), False, None),
        (date(2024, 2, 29), date(2029, 3, 1), False, "That review is more than five years away."),
    ],
)
def test_dates_of_an_approval_fit_or_say_why_not(met_on: date, review: date, past: bool, sentence: str | None) -> None:
    reason = rules.why_not_dates(met_on=met_on, review=review, today=TODAY, past_review=past)
    assert (reason is None) if sentence is None else (reason or "").startswith(sentence)


@pytest.mark.policy("F1")
@pytest.mark.parametrize(
    ("met_on", "minute", "review", "refused"),
    [
        (None, "", None, False),
        (None, "  ", None, False),
        (None, "12", None, True),
        (None, "", date(2024, 3, 27), True),
        (date(2023, 3, 27), "", None, False),
        (date(2023, 3, 27), "12", date(2024, 3, 27), False),
        (date(2023, 3, 27), "12", date(2023, 3, 27), True),
        (date(2026, 11, 21), "", None, True),
    ],
)
def test_a_meeting_from_before_may_be_unknown_but_not_half_known(
    met_on: date | None, minute: str, review: date | None, refused: bool
) -> None:
    reason = rules.why_not_meeting(met_on=met_on, minute=minute, review=review, today=TODAY)
    assert (reason is not None) is refused


@pytest.mark.policy("F3", "F4")
@pytest.mark.parametrize(
    ("in_force_on", "oldest_here", "refused"),
    [
        (date(2026, 10, 21), None, False),
        (date(2026, 10, 22), None, True),
        (date(2023, 3, 26), date(2023, 3, 27), False),
        (date(2023, 3, 27), date(2023, 3, 27), True),
        (date(2023, 3, 28), date(2023, 3, 27), True),
        (date(2026, 10, 22), date(2026, 10, 25), True),
    ],
)
def test_only_what_was_in_force_before_the_school_began_is_brought_along(
    in_force_on: date, oldest_here: date | None, refused: bool
) -> None:
    reason = rules.why_not_bring(in_force_on=in_force_on, started_on=date(2026, 10, 21), oldest_here=oldest_here)
    assert (reason is not None) is refused


# --- Moves ---


@pytest.mark.policy("F3")
@pytest.mark.parametrize("verb", sorted(MOVES))
@pytest.mark.parametrize("status", list(Status))
def test_every_move_that_is_not_allowed_has_a_sentence(verb: str, status: Status) -> None:
    reason = rules.why_not_move(verb, status=status)
    assert (reason is None) is (status in MOVES[verb][0])
    assert reason is None or reason.endswith(".")


def test_the_second_of_two_is_told_who_was_first_and_that_nothing_was_changed() -> None:
    said = rules.lost_race(name="Amina Okafor", at=datetime(2026, 11, 20, 18, 40, tzinfo=UTC))
    assert said.startswith("Amina Okafor did this at 6:40pm") and "Nothing was changed." in said
