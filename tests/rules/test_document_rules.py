"""Documents about data: each kind of record is spoken of, a person’s words are carried over, a change is named."""

import pytest

from forethought.protection import impact_texts, notice_texts, processing_texts
from forethought.protection.document_facts import LABELS, NONE, NOT_USED, USED, keeping_key, labels_with, who_gets
from forethought.protection.document_rules import (
    TO_FILL_IN,
    Section,
    blocks,
    carried_over,
    changes,
    left_to_fill_in,
    why_not_sign,
)
from forethought.retention.schedule import rules

pytestmark = pytest.mark.policy("11.1")
FACTS = {
    **dict.fromkeys(LABELS, NONE),
    **{key: NOT_USED for key in ("directory", "pupils", "looks", "mail_keys", "tracker", "reporting_duty")},
    "school": "Larkfield Primary School",
    "officer": "Grace Adeyemi",
    "database": "a file on the school’s own server (SQLite)",
    "vault": "a folder on the school’s own server",
    **{keeping_key(key): rule.said for key, rule in rules().items()},
}
WRITERS = (
    processing_texts.record_of_processing,
    impact_texts.impact_assessment,
    notice_texts.notice_for_staff,
    notice_texts.notice_for_families,
    notice_texts.notice_for_reported,
    notice_texts.retention_schedule,
)


def test_the_record_speaks_of_every_kind_of_record_that_is_kept() -> None:
    spoken_of = [key for one in processing_texts.ACTIVITIES for key in one.keeps]
    assert sorted(spoken_of) == sorted(rules())


@pytest.mark.parametrize("write", WRITERS)
def test_each_document_has_one_part_for_each_key_and_asks_for_what_it_cannot_know(write: object) -> None:
    sections = write(FACTS)  # type: ignore[operator]
    assert len({one.key for one in sections}) == len(sections)
    assert all(one.title and one.text for one in sections)
    assert left_to_fill_in(sections)


def test_a_list_of_pupils_is_spoken_of_only_where_one_is_kept() -> None:
    with_list = {**FACTS, "pupils": USED}
    for write in (processing_texts.record_of_processing, notice_texts.notice_for_families):
        assert "names and classes" in str(write(with_list)).lower()
        assert "names and classes" not in str(write(FACTS)).lower()


def test_whoever_only_confirms_times_works_on_no_data() -> None:
    assert who_gets(FACTS) == []
    found = who_gets({**FACTS, "time": "time.example", "mail": "a server called smtp.example"})
    assert [one.processor for one in found] == [True, False]


def one(text: str, key: str = "a") -> list[Section]:
    return [Section(key, "A part", text)]


def test_a_persons_words_are_carried_over_where_the_program_says_the_same() -> None:
    assert carried_over(one("program"), one("program"), one("person")) == one("person")
    assert carried_over(one("newer"), one("program"), one("program")) == one("newer")
    both = carried_over(one("newer"), one("program"), one("person"))
    assert both[0].text.startswith("newer") and both[0].text.endswith("person") and left_to_fill_in(both)
    assert carried_over(one("new", "b"), one("program"), one("person")) == one("new", "b")


def test_a_change_is_named_with_what_it_was() -> None:
    labels = labels_with({"report": "A report"})
    assert changes({"mail": "none"}, {"mail": "none"}, labels) == []
    said = changes({"mail": "none", "keep.report": "6 years"}, {"mail": "x", "time": "y"}, labels)
    assert said[0] == "What sends mails. It said: none. Now: x."
    assert said[-1] == "How long is kept: A report. It said: 6 years. Now: nothing."


def test_a_text_is_shown_in_paragraphs_and_lists() -> None:
    assert blocks("One.\n\nTwo.\n- a\n- b\nThree.") == [["One."], ["Two."], ["- a", "- b"], ["Three."]]
    assert blocks("") == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({"roles": {"head"}}, "The data protection officer signs here."),
        ({"finished": True}, "Nothing is left to sign here."),
        ({"signed_for": True}, "That is signed already."),
        ({"signed_other": True}, "You signed this yourself."),
        ({"left": ["Why"]}, "Something is still to be filled in: Why."),
    ],
)
def test_who_signs_is_said(change: dict[str, object], said: str | None) -> None:
    fine = {
        "office": "protection",
        "roles": {"protection"},
        "finished": False,
        "signed_for": False,
        "signed_other": False,
        "left": [],
    }
    found = why_not_sign(**{**fine, **change})  # type: ignore[arg-type]
    assert (found or "").startswith(said or "") and (found is None) == (said is None)


def test_what_is_to_be_filled_in_is_marked_everywhere_alike() -> None:
    assert all(
        text.count("[") == text.count(TO_FILL_IN) for write in WRITERS for text in (s.text for s in write(FACTS))
    )


def test_whoever_carries_what_a_phone_is_told_is_named_and_works_for_the_school() -> None:
    [found] = who_gets({**FACTS, "phones": "the push services of the browsers that they chose"})
    assert "push services" in found.who and "nothing else" in found.what and found.processor
