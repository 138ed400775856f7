"""A draft is checked whole: three findings at most, each with words, clause and a way out; a report is only raised."""

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from precheck_stand_in import WordModel

from forethought.precheck.checking import LONGEST, MOST_FINDINGS, Checked, Mode, checked
from forethought.precheck.explaining import MOST_ROWS
from forethought.precheck.kinds import IN_FORCE, KINDS, KindInForce
from forethought.precheck.names import Roster

ROSTER = Roster.from_rows([{"role": "pupil", "first": "Leon", "last": "Carver", "class": "2B"}])
MODEL = WordModel(
    {
        "useless": {"bullying": 0.7, "reputation": 0.6},
        "thief": {"defamation": 0.95},
        "secret": {"confidential": 0.6},
        "drunk": {"disrepute": 0.8},
        "waiting": {"urgent": 0.5},
    }
)


def check(text: str, mode: Mode = "post") -> Checked:
    return checked(text, mode=mode, roster=ROSTER, model=MODEL)


@pytest.mark.policy("3.4", "5.3g")
def test_a_finding_has_its_words_its_clause_a_reason_and_a_better_wording() -> None:
    text = "Lovely day at the fair. The bursar is a thief and everyone knows."

    (finding,) = check(text).findings

    assert (finding.kind, finding.clause, finding.level) == ("defamation", "5.3g", "stop")
    assert text[finding.start : finding.end] == "The bursar is a thief and everyone knows."
    assert finding.reason and finding.wording


def test_nothing_is_found_in_a_proud_post_about_a_bake_sale() -> None:
    assert check("The Year 4 bake sale raised £212. Thank you to every family who baked!") == Checked()


@pytest.mark.policy("6.3")
def test_a_pupil_by_name_says_stop_and_comes_first() -> None:
    text = "What a useless morning, L e o n  C a r v e r bit me and I was drunk with a secret."

    findings = check(text).findings

    assert len(findings) == MOST_FINDINGS
    assert (findings[0].kind, findings[0].level) == ("pupil_identified", "stop")
    assert text[findings[0].start : findings[0].end] == "L e o n  C a r v e r"


def test_a_number_in_an_invitation_belongs_to_it() -> None:
    text = "Stuck with revision, 10C? Text me on 07700 900712."

    (finding,) = check(text).findings

    assert finding.kind == "pupil_contact"
    assert text[finding.start : finding.end] == "Text me on 07700 900712"


def test_ones_own_address_is_to_be_looked_at_and_anothers_stops() -> None:
    assert [f.level for f in check("New home! It is my 7 Orchard Way").findings] == ["look"]
    assert [f.level for f in check("Jen lives at 7 Orchard Way").findings] == ["stop"]


def test_swearing_at_full_strength_is_found_without_the_model_and_mild_words_are_not() -> None:
    (finding,) = check("f u c k this").findings

    assert (finding.kind, finding.start, finding.end) == ("offensive", 0, 7)
    assert check("f u c k this").offensive >= 0.9
    assert check("bloody crap day, damn").findings == ()


@pytest.mark.policy("5.3")
def test_a_kind_of_the_schools_own_is_found_by_its_words_without_code() -> None:
    tenth = KindInForce(
        "uniform", "5.3j", "This shows the new uniform too early.", "Wait.", ("new blazer", "kilt design")
    )

    answer = checked("Wearing the NEW  bl\u0430zer already!", model=MODEL, kinds_in_force=(*IN_FORCE, tenth))

    assert [(f.kind, f.clause) for f in answer.findings] == [("uniform", "5.3j")]


def test_a_kind_that_is_not_in_force_is_not_found() -> None:
    without = [kind for kind in IN_FORCE if kind.key != "defamation"]

    assert checked("He is a thief.", model=MODEL, kinds_in_force=without).findings == ()


def test_every_kind_has_a_row_in_force() -> None:
    assert tuple(kind.key for kind in IN_FORCE) == KINDS


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("They covered up the fraud and I will whistleblow", ("whistleblowing",)),
        ("NEU ballot closes Friday", ("union",)),
        ("I think the government is wrong about phonics", ("opinion",)),
        ("Bake sale on Friday", ()),
    ],
)
@pytest.mark.policy("5.3a")
def test_wrongdoing_union_and_opinion_get_other_advice(text: str, advice: tuple[str, ...]) -> None:
    assert check(text).advice == advice


@pytest.mark.policy("6.5")
@pytest.mark.parametrize(
    ("text", "urgent"),
    [
        ("he says he is waiting for her at the bus station", True),
        ("she said she wants to kill herself tonight", True),
        ("she s\u0430id she wants to k i l l herself", True),
        ("somebody made a fake account of me with a silly picture", False),
        ("the pupils shared a link to a suicide prevention charity run", False),
    ],
)
def test_a_report_is_raised_by_the_model_or_by_certain_words_and_never_judged(text: str, urgent: bool) -> None:
    answer = check(text, "incident")

    assert answer.urgent is urgent
    assert answer.findings == ()


@pytest.mark.parametrize("mode", ["post", "incident"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\u200b\u200d",
        "\ud83d",
        "\U0001f602" * 500,
        "\u05e9\u05dc\u05d5\u05dd \u202eabc",
        "!" * 5000,
        "a" * 100_000,
    ],
)
def test_no_text_stops_the_check(text: str, mode: Mode) -> None:
    answer = check(text, mode)

    assert (answer.limit is None) is (len(text) <= LONGEST)


def test_a_long_text_says_how_much_of_it_was_read() -> None:
    answer = check("fine " * 20_000)

    assert answer.limit == "Only the first 10,000 characters were checked. Please check the rest by itself."


@pytest.mark.policy("3.4")
@pytest.mark.parametrize(
    "text, marked",
    [
        # The clause that it stands in, whole where it is short, without what hangs at its edges.
        ("A long morning, and she is useless, so I am off home", "she is useless"),
        ("A long morning (and he was useless) with no tea", "he was useless"),
        ("Two of them sang. The third is useless!", "The third is useless!"),
        # Of a long one some words together, never one by itself.
        (
            "The person who is supposed to look after all of the projectors in our building is useless at it every day",
            "our building is useless",
        ),
        # The strongest of several sentences.
        ("We had cake. A thief took it. We went home.", "A thief took it."),
        ("useless", "useless"),
    ],
)
def test_what_is_marked_can_be_read_by_itself(text: str, marked: str) -> None:
    found = check(text).findings[0]

    assert text[found.start : found.end] == marked


def test_the_work_of_explaining_does_not_grow_with_the_findings() -> None:
    model = WordModel(MODEL.words)

    checked("useless thief, " + "and more words " * 30, model=model)

    assert model.rows <= 1 + 40 + MOST_ROWS + MOST_FINDINGS


_WORDS = st.lists(
    st.one_of(
        st.sampled_from(
            ["useless", "thief", "secret", "Leon Carver", "f u c k", "add me, Year 8", "7 Orchard Way", "\U0001f602"]
        ),
        st.text(st.characters(exclude_categories=()), max_size=12),
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(_WORDS, st.sampled_from([" ", "\n", "\u00a0", ". ", "\u200b"]))
def test_spans_always_lie_in_the_original_text(words: list[str], between: str) -> None:
    text = between.join(words)

    findings = check(text).findings

    assert len(findings) <= MOST_FINDINGS
    assert len({finding.kind for finding in findings}) == len(findings)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in findings)


@pytest.mark.policy("3.4")
def test_a_check_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    assert check("useless thief").findings
