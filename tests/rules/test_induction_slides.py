"""Slides hold a policy's own sentences, each once, on the slide of its clause, and say where the rest stands."""

import pytest

from forethought.policies.clauses import clauses
from forethought.policies.induction import MOST, PLAN, slides_of
from forethought.policies.sentences import key_of, sentences_of
from forethought.policies.text import Paragraph

pytestmark = pytest.mark.policy("3.7")

FRIEND = "Nobody here is an online friend of a pupil."
PARENT = "Write to parents through the office."
LUNCH = "Lunch is at noon."


def linked(**clauses_of: str) -> dict[bytes, frozenset[str]]:
    return {key_of(words): frozenset(names.split()) for words, names in clauses_of.items()}


LINKS = linked(**{FRIEND: "5.4 2.5", PARENT: "5.5"})


def test_each_sentence_stands_once_word_for_word_on_the_first_slide_of_its_clauses() -> None:
    text = (Paragraph("7", "Pupils", f"{FRIEND} {LUNCH}"), Paragraph("8", "Parents", PARENT))

    found = slides_of(text, LINKS)

    assert [(one.title, [(line.number, line.words) for line in one.lines]) for one in found] == [
        ("Whom it is for, and what it covers", [("7", FRIEND)]),
        ("Pupils and parents", [("8", PARENT)]),
    ]


def test_a_policy_whose_sentences_lead_nowhere_has_no_slides() -> None:
    assert slides_of((Paragraph("1", "", LUNCH),), LINKS) == []
    assert slides_of((), LINKS) == []


def test_what_has_no_room_is_named_by_its_number_and_the_first_goes_on_whole() -> None:
    long, longer = "A " + "word " * (MOST // 5) + "ends.", "B " + "word " * (MOST // 5) + "ends."
    links = linked(**{long: "5.4", longer: "5.5", PARENT: "5.6"})
    text = (Paragraph("1", "", long), Paragraph("2", "", longer), Paragraph("", "", PARENT))

    [found] = slides_of(text, links)

    assert [line.words for line in found.lines] == [long]
    assert found.more == ("2",)


def test_the_plan_names_clauses_that_there_are_and_none_twice() -> None:
    named = [one for _, names in PLAN for one in names]

    assert set(named) <= set(clauses())
    assert len(named) == len(set(named))


def test_the_model_policy_fills_every_slide_in_its_own_words() -> None:
    text = tuple(Paragraph(one.id, one.title, " ".join(one.words.split())) for one in clauses().values())
    links = {key_of(sentence): frozenset([one.number]) for one in text for sentence in sentences_of(one.words)}

    found = slides_of(text, links)

    assert [one.title for one in found] == [title for title, _ in PLAN]
    words = {one.number: one.words for one in text}
    assert all(line.words in words[line.number] for one in found for line in one.lines)
    assert all(sum(len(line.words) for line in one.lines) <= MOST for one in found)
