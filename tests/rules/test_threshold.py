"""The harm threshold, the gap, what a concern needs to end, patterns; and the bodies outside."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from forethought.cases import agencies
from forethought.cases.agencies import Agency, Done, Matter, Step, lado_consulted, offered, why_not_note_referral
from forethought.safeguarding.threshold import (
    LIMBS,
    LowLevel,
    asks_about_gap,
    gap_said,
    patterns,
    threshold_of,
    why_not_end,
    why_not_raise,
    why_not_review,
    why_not_tag,
)

AT = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.policy("6.2")
def test_one_yes_meets_the_threshold_and_one_doubt_counts_as_a_doubt() -> None:
    for said in product(("yes", "no", "not_sure", None), repeat=4):
        answers = {limb: word for limb, word in zip(LIMBS, said, strict=True) if word is not None}
        expected = "yes" if "yes" in said else "no" if set(said) == {"no"} else "not_sure"
        assert threshold_of(answers) == expected


@pytest.mark.policy("6.6")
@pytest.mark.parametrize(
    ("ago", "asks"), [(None, False), (0 * HOUR, False), (24 * HOUR, False), (24 * HOUR + HOUR / 60, True)]
)
def test_a_gap_of_more_than_a_day_is_asked_about(ago: timedelta | None, asks: bool) -> None:
    assert asks_about_gap(observed_at=AT - ago if ago is not None else None, told_at=AT) is asks


@pytest.mark.policy("6.6")
@pytest.mark.parametrize(("danger", "asks"), [("yes", False), ("not_sure", True), ("no", True)])
def test_danger_is_never_held_up_by_a_question_about_the_gap(danger: str, asks: bool) -> None:
    assert asks_about_gap(observed_at=AT - 48 * HOUR, told_at=AT, danger=danger) is asks


@pytest.mark.policy("6.6")
def test_both_times_are_said() -> None:
    assert "not known" in gap_said(observed_at=None, told_at=AT)
    said = gap_said(observed_at=AT - 30 * HOUR, told_at=AT)
    assert said.startswith("Seen at 3pm") and "Told at 9pm" in said
    day = gap_said(observed_at=AT - 30 * HOUR, told_at=AT, day_only=True)
    assert day.startswith("Seen on Thursday 19 November 2026. Told at 9pm")


@pytest.mark.policy("6.5")
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, None),
        ({"told": " \u200b "}, "A few words are enough"),
        ({"danger": ""}, "in danger now"),
        ({"adult": "maybe"}, "an adult who works or helps here"),
        ({"observed_at": AT + HOUR}, "has not come yet"),
        ({"observed_at": AT + HOUR / 30}, None),
    ],
)
def test_a_concern_needs_three_answers(changed: dict[str, object], says: str | None) -> None:
    given = {"told": "A message.", "danger": "no", "adult": "no", "observed_at": None, "at": AT, **changed}
    said = why_not_raise(**given)  # type: ignore[arg-type]
    assert said is None if says is None else says in str(said)


@pytest.mark.policy("6.5")
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, None),
        ({"ended": True}, "ended already"),
        ({"referred": False}, "If nobody, note why not"),
        ({"referred": False, "not_referred": True}, None),
        ({"threshold": "yes"}, "LADO"),
        ({"threshold": "not_sure"}, "LADO"),
        ({"threshold": "not_sure", "lado_settled": True}, None),
        ({"threshold": "no"}, None),
        ({"done": ""}, "Say what was done"),
    ],
)
def test_a_concern_ends_when_it_is_said_what_was_done_and_whom_was_told(
    changed: dict[str, object], says: str | None
) -> None:
    given = {
        "ended": False,
        "done": "Called.",
        "threshold": "",
        "lado_settled": False,
        "referred": True,
        "not_referred": False,
        **changed,
    }
    said = why_not_end(**given)  # type: ignore[arg-type]
    assert said is None if says is None else says in str(said)


@pytest.mark.policy("6.5")
def test_patterns_are_two_about_one_person_in_a_year_and_the_same_again() -> None:
    day = timedelta(days=1)
    log = [
        LowLevel("a", "friendly", AT - 10 * day),
        LowLevel("a", "photos", AT - 364 * day),
        LowLevel("b", "alone", AT - day),
        LowLevel("b", "alone", AT - 2 * day),
        LowLevel("c", "alone", AT - 2 * day),
        LowLevel("d", "alone", AT - 2 * day),
        LowLevel("d", "alone", AT - 366 * day),
        LowLevel(None, "alone", AT - day),
        LowLevel(None, "alone", AT - day),
    ]
    found = {one.about: one.sentence for one in patterns(log, at=AT)}
    assert found.keys() == {"a", "b"}
    assert "same kind" not in found["a"]
    assert "The same kind again: alone with a child" in found["b"]


@pytest.mark.policy("6.5")
def test_three_different_people_in_one_place_stand_out_and_two_do_not() -> None:
    day = timedelta(days=1)
    log = [
        LowLevel(who, "alone", AT - day, place) for who, place in (("a", "Room 4"), ("b", " room  4"), ("c", "Hall"))
    ]
    assert [one for one in patterns(log, at=AT) if one.place] == []
    log.append(LowLevel("c", "photos", AT - 366 * day, "Room 4"))
    assert [one for one in patterns(log, at=AT) if one.place] == []
    log.append(LowLevel("c", "photos", AT - 2 * day, "ROOM 4"))
    [found] = [one for one in patterns(log, at=AT) if one.place]
    assert found.place == "room 4" and found.about is None and found.sentence.startswith("3 different people")


@pytest.mark.policy("6.1")
def test_a_word_for_a_risk_is_short_and_new() -> None:
    assert why_not_tag(words="Gambling", taken=["Misogyny"]) is None
    assert why_not_tag(words="x" * 60, taken=[]) is None
    assert "shorter" in str(why_not_tag(words="x" * 61, taken=[]))
    assert "Write the word" in str(why_not_tag(words=" ", taken=[]))
    assert "there already" in str(why_not_tag(words=" misogyny ", taken=["Misogyny"]))


@pytest.mark.policy("6.5")
def test_a_review_looks_at_something_and_says_why() -> None:
    assert why_not_review(choice="nothing", reasons="Two different things.", count=2) is None
    assert "nothing of this in the log" in str(why_not_review(choice="nothing", reasons="x", count=0))
    assert "Choose what came" in str(why_not_review(choice="guilty", reasons="x", count=2))
    assert "Say why" in str(why_not_review(choice="talk", reasons=" ", count=2))


# --- Bodies outside ---


def said(**changed: object) -> str | None:
    given = {
        "matter": Matter.CRIME,
        "agency": Agency.POLICE,
        "step": Step.REFERRED,
        "reason": "A threat.",
        "danger": False,
        "done": [],
        "done_at": AT,
        "at": AT,
        **changed,
    }
    return why_not_note_referral(**given)  # type: ignore[arg-type]


@pytest.mark.policy("9.7")
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, None),
        ({"matter": Matter.CIVIL}, "matter between people"),
        ({"matter": Matter.CIVIL, "agency": Agency.AUTHORITY}, None),
        ({"matter": Matter.CHILD}, "LADO"),
        ({"matter": Matter.CHILD, "danger": True}, None),
        ({"matter": Matter.CHILD, "agency": Agency.LADO, "step": Step.CONSULTED}, None),
        ({"matter": Matter.CHILD, "agency": Agency.SOCIAL_CARE}, None),
        ({"matter": Matter.CHILD, "agency": Agency.DBS}, "LADO"),
        ({"matter": Matter.CHILD, "agency": Agency.DBS, "done": [Done("lado", "consulted")]}, None),
        ({"matter": Matter.CHILD, "agency": Agency.DBS, "done": [Done("lado", "not_referred")]}, "LADO"),
        ({"reason": ""}, "Say why in a few words"),
        ({"reason": "", "step": Step.NOT_REFERRED}, "why they are not told"),
        ({"agency": "newspaper"}, "Choose who"),
        ({"step": "shouted"}, "what was done"),
        ({"done_at": AT + HOUR}, "has not come yet"),
        ({"matter": Matter.DATA, "agency": Agency.ICO}, None),
    ],
)
def test_the_order_of_bodies(changed: dict[str, object], says: str | None) -> None:
    answer = said(**changed)
    assert answer is None if says is None else says in str(answer)


@pytest.mark.policy("9.7")
def test_police_are_not_offered_for_copyright_and_the_designated_officer_comes_first_for_a_child() -> None:
    assert Agency.POLICE not in offered(Matter.CIVIL)
    assert offered(Matter.CHILD)[0] is Agency.LADO
    assert set(agencies.GUIDANCE) == set(Agency)
    assert all("picture" in agencies.GUIDANCE[one].never.lower() for one in (Agency.POLICE, Agency.LADO, Agency.IWF))


@pytest.mark.policy("6.2", "8.1")
def test_no_step_of_an_investigation_before_the_designated_officer_was_asked() -> None:
    for threshold, consulted in product(("yes", "no", "not_sure"), (True, False)):
        refused = agencies.why_not_investigate(threshold=threshold, consulted=consulted) is not None
        assert refused is (threshold != "no" and not consulted)
    assert not lado_consulted([Done("lado", "not_referred"), Done("police", "referred")])
