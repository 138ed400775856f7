"""“What would you do?”: short, friendly, fair to everybody, and about clauses that exist."""

import re
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from forethought.acknowledgements import scenarios
from forethought.acknowledgements.scenarios import KINDS, BadScenarios, Scenario, scenarios_for, your_part
from forethought.people.models import Kind
from forethought.policies.clauses import clauses

sys.path.append(str(Path(__file__).resolve().parents[1] / "house"))
from test_reading_age import SENTENCE_END, grade_of, words_of

HARDEST_GRADE = 8
LONGEST_SENTENCE = 25  # words

SHIPPED = scenarios.read(scenarios.SOURCE.read_text(encoding="utf-8"))
ALL = SHIPPED.scenarios

one_by_one = pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.key)
every_kind = pytest.mark.parametrize("kind", KINDS)


def sentences(text: str) -> list[str]:
    return [part for part in SENTENCE_END.split(text) if part]


def texts() -> list[str]:
    """Everything that a person reads."""
    return [
        *(scenario.situation for scenario in ALL),
        *(text for scenario in ALL for answer in scenario.answers for text in (answer.words, answer.reply)),
        *(sentence for part in SHIPPED.parts.values() for sentence in part),
    ]


def keys(found: tuple[Scenario, ...]) -> list[str]:
    return [scenario.key for scenario in found]


# --- What is shipped ---


def test_there_are_eight_short_stories() -> None:
    assert len(ALL) == 8


def test_the_kinds_are_those_by_which_people_are_engaged() -> None:
    assert list(KINDS) == Kind.values


@one_by_one
def test_a_story_is_short_and_about_clauses_that_exist(scenario: Scenario) -> None:
    assert 2 <= len(sentences(scenario.situation)) <= 3
    assert scenario.clauses and set(scenario.clauses) <= set(clauses())


@pytest.mark.policy("3.7")
@one_by_one
def test_a_story_has_three_answers_and_at_least_one_good_one(scenario: Scenario) -> None:
    assert len(scenario.answers) == 3
    assert {answer.good for answer in scenario.answers} == {True, False}
    assert len({answer.words for answer in scenario.answers}) == 3


@pytest.mark.policy("3.7")
@one_by_one
def test_a_reply_is_one_sentence_that_shames_nobody(scenario: Scenario) -> None:
    for answer in scenario.answers:
        assert len(sentences(answer.reply)) == 1
        assert not re.search(
            r"\b(wrong|incorrect|mistake|fail|bad|stupid|should have|must not|correct|score)\b", answer.reply, re.I
        )


def test_the_good_answer_does_not_always_stand_in_the_same_place() -> None:
    assert len({[answer.good for answer in scenario.answers].index(True) for scenario in ALL}) > 1


@pytest.mark.policy("2.5")
@every_kind
def test_everybody_is_told_their_part_in_three_sentences(kind: str) -> None:
    part = your_part(kind)

    assert len(part) == 3
    assert all(len(sentences(sentence)) == 1 for sentence in part)
    assert part[0].startswith("You are here ")


@pytest.mark.policy("2.5")
@pytest.mark.parametrize("kind", ["governor", "volunteer"])
def test_those_who_are_not_workers_are_promised_no_hearing(kind: str) -> None:
    assert "hearing" not in " ".join(your_part(kind))
    assert "whether your role goes on" in " ".join(your_part(kind))


def test_nothing_that_is_read_once_can_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        ALL[0].situation = "Another."  # type: ignore[misc]
    with pytest.raises(TypeError):
        SHIPPED.parts["employee"] = ()  # type: ignore[index]


# --- Which ones somebody gets ---


@pytest.mark.policy("3.7")
@every_kind
def test_everybody_gets_three_that_suit_them(kind: str) -> None:
    found = scenarios_for(kind)

    assert len(found) == 3
    assert len(set(keys(found))) == 3
    assert all(kind in (scenario.kinds or KINDS) for scenario in found)


@every_kind
def test_a_story_for_others_is_never_given(kind: str) -> None:
    found = scenarios_for(kind, clauses={"5.6"}, most=99)

    assert ("parent-message" in keys(found)) is (kind != "contractor")


@pytest.mark.policy("3.7")
def test_the_same_seed_gives_the_same_stories_and_another_gives_others() -> None:
    assert scenarios_for("employee", seed="one") == scenarios_for("employee", seed="one")
    assert len({tuple(keys(scenarios_for("employee", seed=str(seed)))) for seed in range(20)}) > 10


def test_more_stories_begin_with_the_same_ones() -> None:
    few, many = scenarios_for("trust", most=2, seed="s"), scenarios_for("trust", most=5, seed="s")

    assert many[:2] == few


@pytest.mark.policy("3.7")
@pytest.mark.parametrize("seed", ["", "a", "b", "c"])
@pytest.mark.parametrize(
    ("changed", "first"),
    [
        ({"9.2a"}, {"asked-for-password"}),
        ({"7.4"}, {"picture-offered"}),
        ({"6.5"}, {"picture-offered", "late-worry"}),
        ({"5.4", "7.1"}, {"follow-request", "late-worry", "chat-about-you"}),
        # A change of 5.3 is one of 5.3a, and the other way round it is not.
        ({"5.3"}, {"hard-day"}),
        ({"5.3b"}, set()),
        (["F3"], set()),
        ([], set()),
    ],
)
def test_stories_about_what_changed_come_first(seed: str, changed: set[str], first: set[str]) -> None:
    found = keys(scenarios_for("employee", clauses=changed, seed=seed))

    assert len(found) == 3
    assert set(found[: len(first)]) == first


@pytest.mark.parametrize(("most", "found"), [(0, 0), (-1, 0), (1, 1), (8, 8), (99, 8)])
def test_no_more_are_given_than_asked_for(most: int, found: int) -> None:
    assert len(scenarios_for("employee", most=most)) == found


def test_a_kind_that_there_is_not_is_a_fault() -> None:
    with pytest.raises(KeyError):
        scenarios_for("pupil")
    with pytest.raises(KeyError):
        your_part("pupil")


# --- The words ---


def test_the_stories_can_be_read_by_a_twelve_year_old() -> None:
    assert grade_of([sentence for text in texts() for sentence in sentences(text)]) <= HARDEST_GRADE


@pytest.mark.parametrize("text", texts())
def test_sentences_are_short(text: str) -> None:
    for sentence in sentences(text):
        assert len(words_of(sentence)) <= LONGEST_SENTENCE, sentence


def test_nobody_is_judged_and_no_number_to_call_is_given() -> None:
    said = " ".join(texts()).lower()

    assert not re.search("offender|culprit|victim|perpetrator|students|lead safeguarding officer", said)
    assert not re.search(r"\d{3}", said)


# --- What the reader refuses ---


def a_scenario(**fields: str | None) -> str:
    row = {"key": '"one"', "situation": '"It rains. You post."', "clauses": '["8.3"]', "kinds": "[]", **fields}
    return "\n".join(["[[scenario]]", *(f"{field} = {value}" for field, value in row.items() if value is not None)])


def an_answer(**fields: str | None) -> str:
    row = {"words": '"Wait."', "good": "false", "reply": '"You may."', **fields}
    lines = [f"{field} = {value}" for field, value in row.items() if value is not None]
    return "\n".join(["[[scenario.answer]]", *lines])


def a_part(kind: str, sentences: str = '["One.", "Two.", "Three."]') -> str:
    return f'[[part]]\nkind = "{kind}"\nsentences = {sentences}'


GOOD = an_answer(good="true")
ANSWERS = [GOOD, an_answer(), an_answer()]
PARTS = [a_part(kind) for kind in KINDS]


def a_file(*parts: str) -> str:
    return "\n".join(parts)


def test_the_small_file_of_these_tests_is_read() -> None:
    found = scenarios.read(a_file(a_scenario(), *ANSWERS, *PARTS))

    assert keys(found.scenarios) == ["one"]
    assert found.parts["trainee"] == ("One.", "Two.", "Three.")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"key": None}, "key should be there"),
        ({"key": '"One Story"'}, "a key is made of small letters, digits and hyphens"),
        ({"key": "7"}, "key is empty or not text"),
        ({"situation": '" "'}, "situation is empty or not text"),
        ({"clauses": '["8.9"]'}, "the policy has no clause 8.9"),
        ({"clauses": "[]"}, "it is about at least one clause"),
        ({"clauses": '"8.3"'}, "clauses is not a list of texts"),
        ({"kinds": '["pupil"]'}, "nobody is engaged as pupil"),
        ({"kinds": '["trust"]'}, "No scenario suits employee"),
        ({"kinds": None}, "kinds should be there"),
        ({"colour": '"red"'}, "colour should not be there"),
        ({"answer": "7"}, "is not TOML"),
    ],
)
def test_a_story_that_does_not_fit_is_refused(fields: dict[str, str | None], sentence: str) -> None:
    with pytest.raises(BadScenarios, match=re.escape(sentence)):
        scenarios.read(a_file(a_scenario(**fields), *ANSWERS, *PARTS))


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ([GOOD, an_answer()], "there are 3 answers"),
        ([*ANSWERS, an_answer()], "there are 3 answers"),
        ([], "answer should be there"),
        ([GOOD, GOOD, GOOD], "some answers are good and some are not"),
        ([an_answer(), an_answer(), an_answer()], "some answers are good and some are not"),
        ([*ANSWERS[:2], an_answer(good='"no"')], "good is true or false"),
        ([*ANSWERS[:2], an_answer(good=None)], "good should be there"),
        ([*ANSWERS[:2], an_answer(words='""')], "words is empty or not text"),
        ([*ANSWERS[:2], an_answer(reply='"You may. Do."')], "a reply is one sentence"),
        ([*ANSWERS[:2], an_answer(reply='"You may"')], "a reply is one sentence"),
        ([*ANSWERS[:2], an_answer(points="3")], "points should not be there"),
    ],
)
def test_answers_that_do_not_fit_are_refused(answers: list[str], sentence: str) -> None:
    with pytest.raises(BadScenarios, match=re.escape(sentence)):
        scenarios.read(a_file(a_scenario(), *answers, *PARTS))


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("this is = not TOML", "is not TOML"),
        ("", "part, scenario should be there"),
        ("scenario = 7\npart = 7", "scenario is not a list of entries"),
        (a_file(a_scenario(), *ANSWERS), "part should be there"),
        (a_file(a_scenario(), *ANSWERS, *PARTS[1:]), "The part of employee is missing"),
        (a_file(a_scenario(), *ANSWERS, *PARTS, PARTS[0]), "The part of employee stands twice"),
        (a_file(a_scenario(), *ANSWERS, *PARTS, a_part("pupil")), "nobody is engaged as pupil"),
        (a_file(a_scenario(), *ANSWERS, *PARTS[1:], a_part("employee", '["One."]')), "there are 3 sentences"),
        (a_file(a_scenario(), *ANSWERS, *PARTS[1:], a_part("employee", '["1.", "2", "3."]')), "there are 3 sentences"),
        (a_file(a_scenario(), *ANSWERS, *PARTS[1:], a_part("employee", '["1.", "2."]')), "there are 3 sentences"),
        (a_file(a_scenario(), *ANSWERS, a_scenario(), *ANSWERS, *PARTS), "Scenario one stands twice"),
        (a_file(a_scenario(), *ANSWERS, *PARTS, "[[story]]\nkey = 1"), "story should not be there"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(source: str, sentence: str) -> None:
    with pytest.raises(BadScenarios, match=re.escape(sentence)):
        scenarios.read(source)
