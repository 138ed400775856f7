"""What a check comes to, from what was found and what was answered. It never says that a post is all right."""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forethought.precheck.advice import MEANT, Advice, Answer, Matter, Result, advice_of, pieces_of, together
from forethought.precheck.pacing import WINDOW, Pace, mark

YES, NO, NOT_SURE = Answer.YES, Answer.NO, Answer.NOT_SURE
CLAUSES = {"5_3a": "5.3a", "5_3d": "5.3d", "5_3f": "5.3f", "5_3g": "5.3g", "own_1": ""}


@dataclass(frozen=True)
class One:
    kind: str
    level: str = "look"
    start: int = 0
    clause: str = "5.3"
    end: int = 0
    reason: str = ""
    wording: str = ""


def told(
    *findings: One,
    audience: dict[str, Answer] | None = None,
    kinds: dict[str, Answer] | None = None,
    matters: frozenset[Matter] = frozenset(),
    perhaps: frozenset[Matter] = frozenset(),
) -> Advice:
    return advice_of(
        findings=findings,
        audience=audience or {},
        kinds=kinds or {},
        clauses=CLAUSES,
        matters=matters,
        perhaps=perhaps,
    )


@pytest.mark.policy("3.4")
@pytest.mark.parametrize(
    ("findings", "audience", "kinds", "result"),
    [
        ((), {}, {}, Result.NOTHING),
        ((), {"pupil": YES, "parent": YES}, {"5_3a": NO}, Result.NOTHING),
        ((), {"pupil": YES, "parent": NOT_SURE}, {}, Result.STOP),
        ((), {}, {"own_1": NOT_SURE}, Result.STOP),
        ((), {"employer": NO}, {}, Result.STOP),
        ((), {}, {"own_1": YES}, Result.STOP),
        ((), {}, {"5_3d": YES}, Result.STOP),
        ((One("bullying"),), {}, {}, Result.LOOK),
        ((One("bullying"), One("offensive", "stop", 9)), {}, {}, Result.STOP),
        ((One("bullying"),), {"pupil": NOT_SURE}, {}, Result.STOP),
    ],
)
def test_what_it_comes_to(
    findings: tuple[One, ...], audience: dict[str, Answer], kinds: dict[str, Answer], result: Result
) -> None:
    assert told(*findings, audience=audience, kinds=kinds).result is result


@pytest.mark.policy("3.4")
def test_not_sure_to_any_one_thing_is_do_not_post() -> None:
    for name in ("pupil", "parent", "colleague", "trust", "employer"):
        found = told(audience={name: NOT_SURE})
        assert found.result is Result.STOP and found.not_sure


@pytest.mark.policy("5.3f", "5.3g")
@pytest.mark.parametrize(
    ("matter", "kind", "key", "result"),
    [
        (Matter.UNION, "reputation", "5_3f", Result.LOOK),
        (Matter.UNION, "disrepute", "5_3d", Result.LOOK),
        (Matter.UNION, "defamation", "5_3g", Result.STOP),
        (Matter.OPINION, "defamation", "5_3g", Result.LOOK),
        (Matter.OPINION, "confidential", "5_3a", Result.STOP),
    ],
)
def test_a_union_and_an_honest_opinion_may_say_more(matter: Matter, kind: str, key: str, result: Result) -> None:
    matters = frozenset({matter})
    assert told(One(kind, "stop"), matters=matters).result is result
    assert told(kinds={key: YES}, matters=matters).result is result
    assert told(One(kind, "stop")).result is Result.STOP


@pytest.mark.policy("5.3a")
def test_whoever_tells_of_wrongdoing_is_shown_the_road_and_no_breach() -> None:
    found = told(One("confidential", "stop"), kinds={"5_3a": YES}, matters=frozenset({Matter.WRONGDOING}))
    assert found.result is Result.STOP
    assert (found.findings, found.against) == ((), ())
    named = told(One("pupil_identified", "stop"), matters=frozenset({Matter.WRONGDOING}))
    assert [one.kind for one in named.findings] == ["pupil_identified"]


@pytest.mark.policy("3.4")
def test_at_most_three_findings_the_gravest_first_and_then_as_they_stand() -> None:
    found = told(One("a", start=1), One("b", start=5), One("c", start=7), One("d", "stop", 40), One("e", start=3))
    assert [one.kind for one in found.findings] == ["a", "e", "d"]


def test_what_the_words_suggest_changes_no_result() -> None:
    for matter in Matter:
        found = told(One("reputation", "stop"), perhaps=frozenset({matter}))
        assert (found.perhaps, found.result) == ({matter}, Result.STOP)
    assert set(MEANT.values()) == set(Matter)


def test_no_result_says_safe_or_clear() -> None:
    for one in Result:
        assert not any(word in one.words.lower().split() for word in ("safe", "clear", "approved"))


# --- The draft, cut at its findings ---


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=4))
def test_a_draft_that_is_cut_loses_nothing_and_says_nothing_twice(text: str, spans: list[tuple[int, int]]) -> None:
    found = pieces_of(text, spans)
    assert "".join(one.text for one in found) == text
    assert all(one.text for one in found)
    numbers = [one.number for one in found if one.number]
    assert len(numbers) == len(set(numbers)) and set(numbers) <= set(range(1, len(spans) + 1))


@pytest.mark.policy("3.4")
def test_the_words_of_each_finding_are_a_piece() -> None:
    found = pieces_of("Tom was late again.", [(8, 12), (0, 3)])
    assert [(one.text, one.number) for one in found] == [("Tom", 2), (" was ", 0), ("late", 1), (" again.", 0)]


# --- How many in a minute ---


def test_so_many_in_a_minute_and_no_more() -> None:
    pace, who = Pace(2), mark("school", 1)
    assert [pace.allows(who, now) for now in (0.0, 1.0, 2.0, WINDOW - 0.1, WINDOW, WINDOW + 0.5, WINDOW + 1)] == [
        True,
        True,
        False,
        False,
        True,
        False,
        True,
    ]


def test_one_school_keeps_out_no_other_and_is_forgotten_after_a_minute() -> None:
    pace = Pace(1)
    assert pace.allows(mark("a"), 0.0) and pace.allows(mark("b"), 0.0) and not pace.allows(mark("a"), 1.0)
    assert pace.allows(mark("c"), WINDOW + 1)
    assert list(pace._times) == [mark("c")]


def test_what_is_remembered_leads_to_nobody() -> None:
    assert b"session" not in mark("session", "abcdef") and len(mark("x")) == 12


STOP, LOOK = "stop", "look"


@pytest.mark.policy("3.4")
@pytest.mark.parametrize(
    "words, picture, result, kept",
    [
        ("", "", Result.NOTHING, ("", "")),
        ("l", "", Result.LOOK, ("l", "")),
        ("", "s", Result.STOP, ("", "s")),
        ("s", "l", Result.STOP, ("s", "l")),
        ("lll", "s", Result.STOP, ("ll", "s")),
        ("lll", "l", Result.LOOK, ("lll", "")),
        ("lsl", "ss", Result.STOP, ("s", "ss")),
        ("sss", "sss", Result.STOP, ("sss", "")),
    ],
)
def test_words_and_a_picture_come_to_the_graver_and_to_three_findings(
    words: str, picture: str, result: Result, kept: tuple[str, str]
) -> None:
    def of(levels: str) -> Advice:
        return told(*(One("bullying", {"s": STOP, "l": LOOK}[one], start) for start, one in enumerate(levels)))

    found, first, second = together(of(words), of(picture))

    assert found is result
    assert tuple("".join(one.level[0] for one in part) for part in (first, second)) == kept
