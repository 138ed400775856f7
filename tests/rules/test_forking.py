"""The fork at intake: decided by facts, and facts only add."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forethought.reports.forking import (
    BY_HAND,
    LED,
    MOST_FROM_ONE,
    MOST_IN_AN_HOUR,
    MOST_TRIES,
    Facts,
    Strand,
    added,
    head_meant,
    is_held,
    mail_address,
    new_strands,
    strands,
    why_not_complain,
    why_not_confirm,
    why_not_hand_over,
    why_not_letter,
    why_not_open_strand,
    why_not_release,
    why_not_verify,
)

GROUPS = ("pupil", "parent", "staff", "other", "unknown")
ANSWERS = ("yes", "no", "not_sure")


def facts() -> st.SearchStrategy[Facts]:
    return st.builds(
        Facts,
        group=st.sampled_from(GROUPS),
        staff_named=st.booleans(),
        pupil_named=st.booleans(),
        target=st.sampled_from(("", "staff", "school", "pupil", "other")),
        child=st.sampled_from(ANSWERS),
        accuses=st.sampled_from(ANSWERS),
        from_outside=st.booleans(),
    )


@pytest.mark.policy("8.1", "8.2", "9.1", "6.2")
@pytest.mark.parametrize(
    ("known", "found"),
    [
        (Facts(group="parent"), "target"),
        (Facts(group="unknown"), "target"),
        (Facts(group="pupil"), "target pupil"),
        (Facts(group="staff"), "target breach"),
        (Facts(group="other", staff_named=True), "target breach"),
        (Facts(group="parent", child="yes"), "target concern"),
        (Facts(group="parent", child="not_sure"), "target concern"),
        (Facts(group="staff", child="yes"), "target concern breach"),
        (Facts(group="staff", pupil_named=True), "target pupil breach"),
        (Facts(group="parent", target="pupil"), "target concern"),
        (Facts(group="parent", target="staff"), "target"),
        (Facts(group="pupil", child="yes"), "target concern pupil"),
        (Facts(group="parent", accuses="yes"), "target allegation"),
        (Facts(group="parent", accuses="not_sure"), "target allegation"),
        (Facts(group="staff", child="yes", accuses="yes"), "target concern breach allegation"),
        (Facts(group="staff", from_outside=True), "complaint breach"),
    ],
)
def test_the_facts_decide(known: Facts, found: str) -> None:
    assert " ".join(strands(known)) == found


@pytest.mark.policy("8.1")
@given(facts())
def test_somebody_who_is_written_about_is_never_a_suspect_because_of_it(known: Facts) -> None:
    without = replace(known, accuses="no")
    assert (Strand.BREACH in strands(known)) is (Strand.BREACH in strands(without))


@pytest.mark.policy("8.1")
@given(facts(), facts())
def test_what_is_learned_later_only_adds_and_nothing_a_reader_chooses_makes_a_strand_vanish(
    before: Facts, more: Facts
) -> None:
    after = strands(added(before, more))
    assert set(strands(before)) <= set(after)
    assert {one for one in strands(more) if one not in {Strand.TARGET, Strand.COMPLAINT}} <= set(after)
    assert set(new_strands(before, more)) == set(after) - set(strands(before))


def test_each_strand_has_a_lead_words_and_a_clock() -> None:
    assert set(LED) == set(Strand)
    assert all(one.lead and one.words and one.clock for one in LED.values())


@pytest.mark.policy("8.1", "8.2")
@pytest.mark.parametrize(
    ("strand", "reason", "opened", "group", "says"),
    [
        ("breach", "He wrote it.", False, "unknown", None),
        ("breach", "He wrote it.", False, "pupil", "behaviour lead, not to staff discipline"),
        ("breach", " ", False, "pupil", "behaviour lead, not to staff discipline"),
        ("pupil", "It is Year 9.", False, "unknown", None),
        ("concern", "A child is named.", True, "parent", "dealt with already"),
        ("concern", " ", False, "parent", "Say why"),
        ("target", "x", False, "parent", "Choose what it is"),
    ],
)
def test_opening_one_by_hand(strand: str, reason: str, opened: bool, group: str, says: str | None) -> None:
    said = why_not_open_strand(strand=strand, reason=reason, opened=opened, group=group)
    assert said is None if says is None else says in str(said)
    assert Strand.TARGET not in BY_HAND


@pytest.mark.policy("8.2")
def test_a_hand_over_has_a_reference_and_a_few_words_once() -> None:
    assert why_not_hand_over(pupil="A.B. 9C", summary="Posted a picture.", handed=False) is None
    assert "reference" in str(why_not_hand_over(pupil=" ", summary="x", handed=False))
    assert "what happened" in str(why_not_hand_over(pupil="A.B.", summary="", handed=False))
    assert "already" in str(why_not_hand_over(pupil="A.B.", summary="x", handed=True))


@pytest.mark.policy("8.1")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("We looked into it and dealt with it.", None),
        ("Yours sincerely, Amina Okafor", None),
        ("We spoke with Mr Foster.", "names somebody who works here"),
        ("It was foster’s account.", "names somebody who works here"),
        ("He was given a Final Warning.", "“warning”"),
        ("She has been suspended.", "“suspended”"),
        ("\u200b", "Write the letter"),
    ],
)
def test_a_letter_to_somebody_outside_tells_nothing_of_anybody(words: str, says: str | None) -> None:
    said = why_not_letter(words=words, staff=frozenset({"Foster", "Okafor"}), own="Amina Okafor")
    assert said is None if says is None else says in str(said)


@pytest.mark.policy("8.1")
def test_a_complaint_needs_two_answers() -> None:
    assert why_not_complain(happened="A post.", who="parent") is None
    assert "who you are" in str(why_not_complain(happened="A post.", who=""))
    assert "A few words" in str(why_not_complain(happened="", who="parent"))


@pytest.mark.policy("8.1")
@pytest.mark.parametrize(
    ("in_last_hour", "from_here", "waits"),
    [
        (0, 0, False),
        (MOST_IN_AN_HOUR - 1, MOST_FROM_ONE, False),
        (MOST_IN_AN_HOUR, 0, True),
        (MOST_IN_AN_HOUR, 1, True),
        (0, MOST_FROM_ONE + 1, True),
    ],
)
def test_in_a_flood_a_complaint_waits_until_a_person_is_shown(in_last_hour: int, from_here: int, waits: bool) -> None:
    assert is_held(in_last_hour=in_last_hour, from_here=from_here) is waits


@pytest.mark.policy("8.1")
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"typed": True, "fits": True}, None),
        ({"calm": True}, None),
        ({}, "Type the code"),
        ({"typed": True}, "not the code"),
        ({"typed": True, "fits": True, "tries": MOST_TRIES}, "Too many codes"),
        ({"typed": True, "fits": True, "tries": MOST_TRIES - 1}, None),
        ({"calm": True, "tries": MOST_TRIES}, None),
        ({"calm": True, "over": True}, "kept for a week"),
    ],
)
def test_what_was_held_goes_on_with_a_code_or_once_it_is_calm(changed: dict[str, bool], says: str | None) -> None:
    said = why_not_confirm(**{"over": False, "tries": 0, "typed": False, "fits": False, "calm": False, **changed})
    assert said is None if says is None else says in str(said)


@pytest.mark.parametrize(
    ("reach", "found"),
    [
        ("pat@home.example", "pat@home.example"),
        ("01234, or pat@home.example please", "pat@home.example"),
        ("01234 567890", ""),
        ("pat@home", ""),
        ("<pat@home.example>", "pat@home.example"),
        ("pat@home.example\nBcc: x@y.example", "pat@home.example"),
        ("", ""),
    ],
)
def test_a_mail_address_is_found_in_how_to_reach_somebody(reach: str, found: str) -> None:
    assert mail_address(reach) == found


@pytest.mark.policy("8.1", "8.2")
def test_once_an_adult_is_named_beside_the_pupil_a_breach_can_be_opened() -> None:
    asked = {"strand": "breach", "reason": "He helped.", "opened": False, "group": "pupil"}
    assert why_not_open_strand(**asked) is not None  # type: ignore[arg-type]
    assert why_not_open_strand(**asked, adult_named=True) is None  # type: ignore[arg-type]


@pytest.mark.policy("8.2")
@pytest.mark.parametrize(
    ("summary", "said", "refused"),
    [
        ("A video that mocks a teacher.", "", False),
        ("A video that mocks Ms Harlow.", "", True),
        ("It mocks harlow’s voice.", "", True),
        ("A video.", "Tess Harlow called them.", True),
        ("A video of harlowe wood.", "", False),
    ],
)
def test_a_pack_names_nobody_who_works_here(summary: str, said: str, refused: bool) -> None:
    reason = why_not_hand_over(pupil="9C 12", summary=summary, handed=False, said=said, staff=frozenset({"Harlow"}))
    assert (reason is not None) is refused


@pytest.mark.policy("8.2")
@pytest.mark.parametrize(
    ("sentence", "returned", "says"),
    [
        ("It was dealt with.", True, None),
        ("It was dealt with.", False, "not come back yet"),
        (" ", True, "Write what they may know"),
        ("sam small is sorry.", True, "names the pupil"),
        ("A small thing.", True, None),
        ("It was A.B. 9C.", True, "names the pupil"),
    ],
)
def test_what_is_released_names_no_pupil(sentence: str, returned: bool, says: str | None) -> None:
    said = why_not_release(sentence=sentence, returned=returned, pupil=frozenset({"Sam Small", "A.B. 9C"}))
    assert said is None if says is None else says in str(said)


@pytest.mark.policy("8.1")
def test_a_letter_names_no_pupil_that_the_school_knows_in_it() -> None:
    asked = {"words": "Sam Small said sorry.", "staff": frozenset[str](), "own": ""}
    assert why_not_letter(**asked) is None  # type: ignore[arg-type]
    assert "names a pupil" in str(why_not_letter(**asked, pupils=frozenset({"Sam Small"})))  # type: ignore[arg-type]


@pytest.mark.policy("7.2")
@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("The head has stolen money.", True),
        ("The Headteacher’s car.", True),
        ("our head-teacher", True),
        ("They shout ahead of me.", False),
        ("She heads the choir.", False),
    ],
)
def test_words_that_speak_of_the_headteacher_are_known(words: str, meant: bool) -> None:
    assert head_meant(words) is meant


@pytest.mark.policy("9.1")
def test_a_check_says_how_and_an_anonymous_sender_stays_unchecked() -> None:
    assert why_not_verify(is_them=True, how="Called them.", named=True) is None
    assert "stays unchecked" in str(why_not_verify(is_them=True, how="Called them.", named=False))
    assert "how you checked" in str(why_not_verify(is_them=False, how=" ", named=True))
