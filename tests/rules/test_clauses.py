"""The model policy: complete, plain, and honest about what is built."""

import re
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from forethought.policies.clauses import BINDING, BadPolicy, Built, Clause, Kind, built_clauses, clause, clauses, read

# From the specification, by hand: a clause that is dropped or renumbered by mistake is missed here.
EVERY_ID = """
F1 F2 F3 F4
1.1 1.2 1.3
2.1 2.2 2.3 2.4 2.5
3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8
4.1 4.2
5.1 5.2 5.3 5.3a 5.3b 5.3c 5.3d 5.3e 5.3f 5.3g 5.3h 5.3i 5.4 5.5 5.6 5.7
6.1 6.2 6.3 6.4 6.5 6.6 6.7
7.1 7.2 7.3 7.4
8.1 8.2 8.3 8.4 8.5 8.6 8.7 8.8
9.1 9.2 9.2a 9.2b 9.2c 9.3 9.4 9.5 9.6 9.7
10.1 10.2 10.3
11.1
""".split()

ALL = list(clauses().values())
LONGEST_SENTENCE = 25  # words; for what a person reads

one_by_one = pytest.mark.parametrize("each", ALL, ids=lambda each: each.id)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!])\s+", text) if part]


def test_every_clause_is_there_once_and_in_order() -> None:
    assert list(clauses()) == EVERY_ID


def test_there_are_nine_banned_kinds_of_post() -> None:
    kinds = [each for each in ALL if re.fullmatch(r"5\.3[a-z]", each.id)]

    assert len(kinds) == 9
    assert {each.kind for each in kinds} == {Kind.BAN}


def test_a_clause_is_found_by_its_id() -> None:
    assert clause("8.3").title == "Ask the host, within 24 hours"
    with pytest.raises(KeyError):
        clause("8.9")


def test_the_built_clauses_are_those_built_wholly_or_in_part() -> None:
    assert [each.id for each in built_clauses()] == [each.id for each in ALL if each.built in (Built.YES, Built.PART)]
    assert {"8.3", "7.4"} <= {each.id for each in built_clauses()}


def test_a_duty_a_right_and_a_ban_bind_and_nothing_else_does() -> None:
    assert {Kind.DUTY, Kind.RIGHT, Kind.BAN} == BINDING


def test_a_clause_cannot_be_changed_once_it_is_read() -> None:
    with pytest.raises(FrozenInstanceError):
        clause("8.3").words = "Whatever you like."  # type: ignore[misc]
    with pytest.raises(TypeError):
        clauses()["8.3"] = clause("8.4")  # type: ignore[index]


@one_by_one
def test_what_a_person_reads_is_in_short_sentences(each: Clause) -> None:
    for sentence in sentences(each.words):
        assert len(sentence.split()) <= LONGEST_SENTENCE, sentence
    assert each.words.endswith(".") and each.why.endswith(".")
    assert not each.title.endswith(".")


@one_by_one
def test_no_clause_judges_a_person_before_anything_is_shown(each: Clause) -> None:
    text = " ".join([each.title, each.words, each.why, each.part_of]).lower()

    assert not re.search("offender|culprit|victim|perpetrator", text)


@one_by_one
def test_every_clause_is_in_the_words_of_the_house(each: Clause) -> None:
    text = f"{each.title} {each.words}".lower()

    for other, ours in {"lead safeguarding officer": "designated safeguarding lead", "students": "pupils"}.items():
        assert other not in text, f"Say {ours}."


@pytest.mark.parametrize(
    ("clause_id", "unread"),
    [
        ("2.4", "section 146"),
        ("3.4", "43A"),
        ("3.7", "Regulation of Investigatory Powers"),
        ("5.3a", "43J"),
        ("5.3e", "section 181"),
        ("5.3f", "section 146"),
        ("5.3g", "council-run"),
        ("5.4", "sections 16 to 24"),
        ("6.5", "no start date"),
        ("7.4", "66AE"),
        ("8.2", "Academies"),
        ("9.3", "Article 22"),
        ("9.5", "School Staffing"),
        ("9.6", "six months"),
    ],
)
def test_law_that_nobody_here_has_read_says_so(clause_id: str, unread: str) -> None:
    why = clause(clause_id).why

    assert unread in why
    assert "check before relying" in why


def test_no_clause_asks_for_a_password() -> None:
    assert clause("9.2a").kind is Kind.BAN
    assert "may ask for, take or keep the password" in clause("9.2a").words


def test_no_clause_promises_that_a_provider_will_block() -> None:
    for each in ALL:
        assert "block" not in each.words
    assert "only when a court orders it" in clause("8.6").why


def test_monitoring_needs_more_than_a_belief() -> None:
    assert "only with written leave" in clause("10.1").words
    assert "belief is not enough" in clause("10.1").why


ONE = {
    "id": "8.3",
    "kind": "duty",
    "title": "Ask",
    "words": "Ask the host.",
    "why": "It helps.",
    "built": "part",
    "part_of": "Asking again.",
    "screen": "Takedown",
}


def file_with(*rows: dict[str, Any]) -> str:
    def value(of: object) -> str:
        return f'"{of}"' if isinstance(of, str) else str(of)

    return "\n".join("[[clause]]\n" + "\n".join(f"{key} = {value(of)}" for key, of in row.items()) for row in rows)


def test_a_file_in_order_is_read() -> None:
    assert read(file_with(ONE))["8.3"].part_of == "Asking again."


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"id": "8.33"}, "not the id"),
        ({"id": "G1"}, "not the id"),
        ({"id": 8.3}, "not the id"),
        ({"kind": "wish"}, "'wish' is not a valid Kind"),
        ({"built": "true"}, "'true' is not a valid Built"),
        ({"built": 1}, "built is not text"),
        ({"title": ""}, "title is empty"),
        ({"words": " "}, "words is empty"),
        ({"why": ""}, "why is empty"),
        ({"part_of": ""}, "part_of says"),
        ({"built": "yes"}, "part_of says"),
        ({"screen": ""}, "a screen is named"),
        ({"built": "no", "part_of": ""}, "a screen is named"),
        ({"note": "hm"}, "note should not be there"),
    ],
    ids=str,
)
def test_a_clause_that_does_not_fit_is_refused_by_name(change: dict[str, Any], because: str) -> None:
    with pytest.raises(BadPolicy, match=because):
        read(file_with({**ONE, **change}))


@pytest.mark.parametrize("key", [key for key in ONE if key not in ("id", "part_of")])
def test_a_clause_that_lacks_something_is_refused(key: str) -> None:
    with pytest.raises(BadPolicy, match=f"{key} should be there"):
        read(file_with({name: value for name, value in ONE.items() if name != key}))


@pytest.mark.parametrize(("source", "because"), [("", "no clause"), ("[[clause", "not TOML")])
def test_a_file_that_is_no_policy_is_refused(source: str, because: str) -> None:
    with pytest.raises(BadPolicy, match=because):
        read(source)


def test_the_same_clause_twice_is_refused() -> None:
    with pytest.raises(BadPolicy, match=re.escape("Clause 8.3 stands twice")):
        read(file_with(ONE, ONE))


@pytest.mark.policy("5.3", "5.3a", "5.3b", "5.3c", "5.3d", "5.3e", "5.3f", "5.3g", "5.3h", "5.3i")
def test_each_banned_kind_says_what_a_record_has_to_show_and_which_way_to_ask_first() -> None:
    nine = [each for each in clauses().values() if each.id.startswith("5.3") and each.id != "5.3"]
    assert len(nine) == 9 and all(len(each.shows) >= 3 and each.takedown for each in nine)
    assert all(line[0].isupper() and line.endswith(".") for each in nine for line in (*each.shows, each.takedown))
    assert len({line for each in nine for line in each.shows}) == sum(len(each.shows) for each in nine)
