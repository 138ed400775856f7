"""The words of a notice: every field asked for, nothing claimed that is not so, nothing attached."""

from datetime import UTC, datetime

import pytest

from forethought.takedowns.ladder import RUNGS, Refusal
from forethought.takedowns.notices import FIELDS, Kind, Notice, compose, missing


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


COMMON = {
    "reference": "K7QW-4M2X",
    "sent_at": at(2026, 11, 20, 19, 12),
    "sender_name": "Ada Example",
    "sender_role": "Headteacher",
    "authority": "school",
    "recipient": "Small Site Ltd",
    "found_how": "Their contact page, read on 20 November 2026",
    "address": "https://small.example/p/1",
    "first_seen_at": at(2026, 11, 20, 17),
    "wanted": "remove",
    "reply_by": at(2026, 11, 21, 18),
    "reply_to": "office@school.example",
}
COMPLETE = {
    Kind.PLATFORM: {
        **COMMON,
        "category": "Bullying",
        "rule": "It names a member of staff to shame them.",
        "account_used": "the school's account",
    },
    Kind.HOST: {
        **COMMON,
        "sender_address": "Example Primary School, 1 School Lane, Exampleton",
        "contact": "abuse@small.example",
        "unlawful": "It says that a teacher was arrested. She was not.",
    },
    Kind.STEP: {
        **COMMON,
        "rung": "registrar",
        "host": "Small Site Ltd",
        "refusal": "refused",
        "asked_at": at(2026, 11, 20, 19, 12),
        "refusal_words": "We do not remove opinions.",
        "reason": "It says that a teacher was arrested. She was not.",
    },
}
ALL_MANDATORY = [
    (kind, field) for kind in Kind for field in FIELDS[kind] if field.mandatory and field.only_if(COMPLETE[kind])
]


@pytest.mark.policy("8.3")
@pytest.mark.parametrize("kind", Kind)
def test_a_complete_notice_lacks_nothing(kind):
    assert missing(kind, COMPLETE[kind]) == []
    assert isinstance(compose(kind, COMPLETE[kind]), Notice)


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(("kind", "field"), ALL_MANDATORY)
@pytest.mark.parametrize("nothing", [None, "", " \u200b\u00a0"])
def test_each_missing_field_is_named_and_blocks_sending(kind, field, nothing):
    fields = {**COMPLETE[kind], field.name: nothing}
    said = missing(kind, fields)
    assert len(said) == 1
    assert field.label in said[0] and field.why in said[0] and said[0].endswith(".")
    with pytest.raises(ValueError, match="missing"):
        compose(kind, fields)


@pytest.mark.policy("8.3")
def test_a_letter_to_a_host_has_what_the_regulations_look_for():
    names = {field.name for field in FIELDS[Kind.HOST] if field.mandatory}
    assert {"sender_name", "sender_address", "contact", "unlawful"} <= names
    assert "Give the web address" in missing(Kind.HOST, {**COMPLETE[Kind.HOST], "address": ""})[0]
    text = compose(Kind.HOST, COMPLETE[Kind.HOST]).text
    for words in ("Ada Example", "1 School Lane", "abuse@small.example", "https://small.example/p/1", "She was not."):
        assert words in text


@pytest.mark.policy("8.3")
@pytest.mark.parametrize("kind", Kind)
def test_the_common_header_is_in_every_notice(kind):
    text = compose(kind, COMPLETE[kind]).text
    for words in (
        "Our reference: K7QW-4M2X",
        "Sent: 7:12pm on Friday 20 November 2026, GMT (2026-11-20 19:12 UTC)",
        "To: Small Site Ltd",
        "How we found it: Their contact page",
        "Ada Example, Headteacher",
        "Writing for the school.",
        "5pm on Friday 20 November 2026, GMT (2026-11-20 17:00 UTC)",
        "office@school.example",
        "by 6pm on Saturday 21 November 2026",
    ):
        assert words in text


@pytest.mark.policy("8.3")
def test_summer_time_is_said_as_such():
    text = compose(Kind.HOST, {**COMPLETE[Kind.HOST], "sent_at": at(2026, 7, 1, 17)}).text
    assert "Sent: 6pm on Wednesday 1 July 2026, BST (2026-07-01 17:00 UTC)" in text


@pytest.mark.policy("8.3")
@pytest.mark.parametrize("kind", Kind)
def test_removing_and_changing_read_differently(kind):
    assert "Please remove the material" in compose(kind, COMPLETE[kind]).text
    changing = {**COMPLETE[kind], "wanted": "amend"}
    assert any("wording wanted" in said for said in missing(kind, changing))
    text = compose(kind, {**changing, "wording": "The school held a fire drill."}).text
    assert "reads instead:\n“The school held a fire drill.”" in text
    assert "Please remove" not in text


@pytest.mark.policy("8.3", "8.6")
@pytest.mark.parametrize("kind", Kind)
def test_no_power_is_claimed_and_no_picture_attached(kind):
    notice = compose(kind, COMPLETE[kind])
    text = notice.text.lower()
    for words in ("must remove", "you are required", "by law you", "legal duty", "offence", "we will sue", "injunction",
                  "we order", "obliged", "demand"):  # fmt: skip
        assert words not in text
    assert "it is not giving an order" in text
    assert "the law does not set it" in text
    assert "no picture is attached" in text
    assert not hasattr(notice, "attachments")
    assert ("regulation 19" in text) is (kind is Kind.HOST)
    for words in ("offender", "culprit", "victim", "perpetrator"):
        assert words not in text


@pytest.mark.policy("8.4")
def test_speaking_for_somebody_needs_their_recorded_yes():
    fields = {**COMPLETE[Kind.HOST], "authority": "authorised"}
    assert "Proof of authority" in missing(Kind.HOST, fields)[0]
    text = compose(Kind.HOST, {**fields, "authority_reference": "consent of 20 November"}).text
    assert "recorded as consent of 20 November" in text
    assert "not one of the choices" in missing(Kind.HOST, {**fields, "authority": "everyone"})[0]


@pytest.mark.policy("8.3")
def test_a_closed_group_needs_no_address():
    fields = {**COMPLETE[Kind.PLATFORM], "address": "", "platform": "WhatsApp", "group": "Year 9 parents"}
    assert "Describe it" in missing(Kind.PLATFORM, fields)[0]
    text = compose(Kind.PLATFORM, {**fields, "description": "A message about a teacher"}).text
    assert "Group: Year 9 parents" in text


@pytest.mark.policy("8.6")
@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Refusal.REFUSED, "It refused. Its answer was:\n“We do not remove opinions.”"),
        (Refusal.PART_ONLY, "It did only part of what was asked. Its answer was:\n“We do not remove opinions.”"),
        (Refusal.NO_ANSWER, "When this was sent, it had not answered."),
        (Refusal.NO_WAY_TO_REACH, "found none that works"),
    ],
)
def test_a_next_step_says_how_the_host_did_not_help(refusal, words):
    text = compose(Kind.STEP, {**COMPLETE[Kind.STEP], "refusal": str(refusal)}).text
    assert words in text
    assert ("asked at 7:12pm on Friday 20 November 2026" in text) is (refusal is not Refusal.NO_WAY_TO_REACH)


@pytest.mark.policy("8.6")
def test_only_the_answer_that_there_was_is_asked_for():
    silent = {**COMPLETE[Kind.STEP], "refusal": "no_answer", "refusal_words": ""}
    assert missing(Kind.STEP, silent) == []
    assert missing(Kind.STEP, {**silent, "refusal": "no_way_to_reach", "asked_at": None}) == []
    # The page has no question for this time: it is that of the notice to the host.
    (said,) = missing(Kind.STEP, {**silent, "asked_at": None})
    assert "Ask the host first" in said
    assert "What the host answered" in missing(Kind.STEP, {**silent, "refusal": "refused"})[0]
    assert "not one of the choices" in missing(Kind.STEP, {**COMPLETE[Kind.STEP], "rung": "police"})[0]
    for rung in RUNGS:
        assert missing(Kind.STEP, {**COMPLETE[Kind.STEP], "rung": rung}) == []


@pytest.mark.policy("8.3")
@pytest.mark.parametrize("kind", Kind)
def test_the_blocks_to_copy_say_what_the_text_says(kind):
    notice = compose(kind, {**COMPLETE[kind], "capture_hash": "ab" * 32})
    labels = [label for label, _ in notice.blocks]
    assert labels[0] == "Subject" and len(set(labels)) == len(labels)
    for label, words in notice.blocks[1:]:
        assert f"{label}\n{words}" in notice.text
        assert words.strip()
    assert dict(notice.blocks)["Subject"] == notice.subject
    assert "ab" * 32 in notice.text


def test_what_was_pasted_cannot_add_a_line_to_the_header():
    fields = {**COMPLETE[Kind.HOST], "recipient": "Small Site\nBcc: everyone", "reference": "K7\r\nX"}
    notice = compose(Kind.HOST, fields)
    assert "To: Small Site Bcc: everyone\n" in notice.text
    assert "\n" not in notice.subject and "\r" not in notice.subject


def test_kinds_fit_their_column():
    assert all(len(kind) <= 4 for kind in Kind)
