"""The kinds that a version of the policy bans are those in its text: the nine, wherever they stand, and any more."""

import pytest

from forethought.policies.banned import Banned, banned_in
from forethought.policies.clauses import clauses
from forethought.policies.procedures import model_links, model_text
from forethought.policies.sentences import key_of, sentences_of
from forethought.policies.text import Paragraph, Text
from forethought.precheck.asking import MODEL, kinds_of, questions_of
from forethought.precheck.kinds import IN_FORCE

NINE = [f"5.3{letter}" for letter in "abcdefghi"]
TENTH = Paragraph(
    "5.3j", "Exam papers", "Do not post anything from an exam that is still to be sat, such as “mock paper”."
)


def linked(**clauses_of: str) -> dict[bytes, frozenset[str]]:
    return {key_of(sentence): frozenset({clause}) for clause, sentence in clauses_of.items()}


def with_tenth() -> Text:
    text = list(model_text())
    place = next(place for place, one in enumerate(text) if one.number == "5.3i")
    return (*text[: place + 1], TENTH, *text[place + 1 :])


@pytest.mark.policy("5.3")
def test_the_model_policy_bans_its_nine_kinds() -> None:
    text = model_text()
    assert [one.clause for one in banned_in(text, model_links(text))] == NINE


@pytest.mark.policy("5.3", "5.3a", "5.3b", "5.3c", "5.3d", "5.3e", "5.3f", "5.3g", "5.3h", "5.3i")
def test_each_of_the_nine_has_a_question_of_its_own() -> None:
    asked = questions_of(MODEL)
    assert [one.clause for one in asked] == NINE
    assert len({one.asked for one in asked}) == 9 and all(one.asked.endswith("?") for one in asked)
    assert [one.title for one in asked] == [clauses()[name].title for name in NINE]


@pytest.mark.policy("5.3")
def test_a_tenth_kind_is_one_more_question_and_one_more_thing_to_look_for() -> None:
    found = banned_in(with_tenth(), model_links(model_text()))
    own = found[9]
    assert (own.clause, own.number, own.title, own.phrases) == ("", "5.3j", "Exam papers", ("mock paper",))
    question = questions_of(found)[9]
    assert question.clause == "5.3j" and "Exam papers" in question.asked
    kind = kinds_of(found)[-1]
    assert (kind.clause, kind.phrases) == ("5.3j", ("mock paper",)) and "Exam papers" in kind.reason


@pytest.mark.policy("5.3")
def test_a_kind_that_a_version_does_not_ban_is_not_looked_for() -> None:
    found = [one for one in MODEL if one.clause != "5.3d"]
    keys = [one.key for one in kinds_of(found)]
    assert "disrepute" not in keys and "bullying" in keys and "pupil_identified" in keys
    assert len(kinds_of(MODEL)) == len(IN_FORCE)


@pytest.mark.policy("5.3")
def test_bullets_in_one_paragraph_are_kinds_and_so_is_one_that_was_added() -> None:
    words = "Never post:\n• what is confidential\n• what bullies anybody\n• what gives away an exam"
    _, first, second, third = sentences_of(words)
    links = {key_of(first): frozenset({"5.3a"}), key_of(second): frozenset({"5.3b"})}
    found = banned_in((Paragraph("7", "Bans", words),), links)
    assert [(one.clause, one.number) for one in found] == [("5.3a", "7"), ("5.3b", "7"), ("", "7")]
    assert found[2].words == "what gives away an exam" and third.endswith(found[2].words)


@pytest.mark.policy("5.3")
def test_a_paragraph_of_the_list_that_serves_another_clause_is_no_kind() -> None:
    text = (
        Paragraph("4.1", "Bullying", "Do not bully."),
        Paragraph("4.2", "Exams", "Do not post exam papers."),
        Paragraph("4.3", "Friends", "Do not befriend pupils."),
        Paragraph("5.1", "Else", "Something else."),
    )
    found = banned_in(text, linked(**{"5.3b": "Do not bully.", "5.4": "Do not befriend pupils."}))
    assert [(one.clause, one.title) for one in found] == [("5.3b", "Bullying"), ("", "Exams")]


@pytest.mark.policy("5.3")
def test_a_policy_without_the_list_has_none() -> None:
    assert banned_in((Paragraph("1.1", "Why", "This protects everybody."),), {}) == ()


def test_a_kind_keeps_its_name_in_forms_as_long_as_its_words_stay() -> None:
    assert Banned("5.3a", "9", "", "x").key == "5_3a"
    own = Banned("", "9", "", "Exam papers.")
    assert own.key == Banned("", "12", "Other title", "Exam papers.").key != Banned("", "9", "", "Exam paper.").key
