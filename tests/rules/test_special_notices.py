"""The notices with a form of their own: who may send each, what each must say, and nothing claimed that is not so."""

import re

import pytest

from forethought.takedowns.ladder import RUNGS
from forethought.takedowns.notices import Kind
from forethought.takedowns.special_notices import Who, missing, special_notices, why_not_sign, write
from forethought.takedowns.targets import Target

SCHOOL = "Larkfield Primary School"
PAGE = Target(address="https://board.example/t/1", description="A post")
GROUP = Target(platform="WhatsApp", group="Year 9 parents", description="A message")
ALL = list(special_notices().values())


def complete(notice) -> dict[str, str]:
    """Everything that a notice asks for, said."""
    said = {}
    for asked in notice.fields:
        said[asked.name] = "yes" if asked.confirm else asked.choices[0][0] if asked.choices else f"What {asked.name} is"
    return {**said, "name": "Ada Example"} if "name" in said else said


def written(notice, **changes):
    said = {**complete(notice), **changes}
    return write(notice, said, PAGE, reference="K7QW-4M2X", sent="5pm on Friday 20 November 2026", school=SCHOOL)


def test_together_with_the_others_they_are_eighteen():
    elsewhere = {"N14", "N15"}  # The police report and the referral to the authority's officer are acts of their own.
    steps = {"N16"} if {"host_abuse", "registrar", "provider"} <= set(RUNGS) else set()
    ours = {str(kind) for kind in Kind if str(kind).startswith("N")}
    assert ours | set(special_notices()) | elsewhere | steps == {f"N{n}" for n in range(1, 19)}
    assert all(len(number) <= 4 for number in special_notices())


@pytest.mark.policy("8.4")
def test_who_may_send_each():
    by_who = {one.number: one.who for one in ALL}
    assert {number for number, who in by_who.items() if who is Who.SCHOOL} == {"N8", "N9", "N11", "N12", "N18"}
    assert {number for number, who in by_who.items() if who is Who.PERSON} == {"N3", "N4", "N7", "N13", "N17"}
    assert by_who["N5"] is Who.OWNER and by_who["N6"] is Who.AFFECTED and by_who["N10"] is Who.CHILD


@pytest.mark.policy("8.4")
@pytest.mark.parametrize("notice", [one for one in ALL if one.personal], ids=lambda one: one.number)
@pytest.mark.parametrize("name", [SCHOOL, "larkfield  PRIMARY school", "The Governors of Larkfield", "Elm Academy"])
def test_a_school_signs_no_personal_notice(notice, name):
    assert notice.not_school.endswith(".")
    assert why_not_sign(notice, name=name, school=SCHOOL) == notice.not_school
    assert why_not_sign(notice, name="Ada Example", school=SCHOOL, by_school=True) == notice.not_school
    assert why_not_sign(notice, name="Ada Example", school=SCHOOL) is None
    assert why_not_sign(notice, name="Anne College", school=SCHOOL) is None


@pytest.mark.policy("8.4")
def test_a_school_kept_by_an_authority_is_told_why_it_cannot_complain_of_defamation():
    (said,) = missing(
        special_notices()["N3"], {**complete(special_notices()["N3"]), "name": SCHOOL}, PAGE, school=SCHOOL
    )
    assert "kept by a local authority cannot complain" in said


@pytest.mark.policy("8.3", "8.4")
@pytest.mark.parametrize("notice", ALL, ids=lambda one: one.number)
def test_a_complete_notice_lacks_nothing_and_holds_all_that_was_said(notice):
    assert missing(notice, complete(notice), PAGE, school=SCHOOL) == []
    made = written(notice)
    assert notice.opening in made.text and "https://board.example/t/1" in made.text and "K7QW-4M2X" in made.text
    for asked in notice.fields:
        said = complete(notice)[asked.name]
        words = asked.confirm or (asked.choices[0][2] if asked.choices else said)
        assert words in made.text
    for label, words in made.blocks[1:]:
        assert f"{label}\n{words}" in made.text and words.strip()
    assert "No picture is attached." in made.text and "\n" not in made.subject


@pytest.mark.policy("8.4")
@pytest.mark.parametrize(
    ("notice", "asked"),
    [(one, asked) for one in ALL for asked in one.fields],
    ids=lambda one: getattr(one, "number", ""),
)
@pytest.mark.parametrize("nothing", ["", " \u200b\u00a0"])
def test_each_missing_field_is_named(notice, asked, nothing):
    said = missing(notice, {**complete(notice), asked.name: nothing}, PAGE, school=SCHOOL)
    assert said == ([] if asked.optional else [asked.missing])
    if not asked.optional:
        with pytest.raises(ValueError, match="is missing"):
            written(notice, **{asked.name: nothing})


@pytest.mark.policy("8.4")
def test_a_defamation_notice_has_all_that_the_regulations_ask_for():
    notice = special_notices()["N3"]
    needed = {asked.name for asked in notice.fields if not asked.optional}
    assert needed >= {
        "name",
        "email",
        "statement",
        "meaning",
        "defamatory",
        "untrue",
        "unknown_poster",
        "pass_name",
        "pass_email",
        "before",
    }
    assert "exact web address" in missing(notice, complete(notice), GROUP, school=SCHOOL)[0]
    text = written(notice, pass_name="no", before="yes").text
    assert "I do not agree that my name is passed on" in text and "Two or more earlier notices" in text
    assert "section 5 of the Defamation Act 2013" in text


@pytest.mark.policy("8.4")
def test_whoever_does_not_know_enough_about_the_poster_answers_yes():
    (asked,) = [asked for asked in special_notices()["N3"].fields if asked.confirm]
    assert "do not have enough information" in asked.confirm
    assert "too little" in asked.label and "enough" not in asked.label
    assert asked.missing.endswith("only for somebody who does.")


@pytest.mark.policy("8.4")
def test_a_declaration_that_is_not_made_is_missing():
    for notice in ALL:
        for asked in notice.fields:
            if asked.confirm:
                assert missing(notice, {**complete(notice), asked.name: "no"}, PAGE, school=SCHOOL) == [asked.missing]
    assert (
        "not one of the choices"
        in missing(special_notices()["N6"], {**complete(special_notices()["N6"]), "kind": "x"}, PAGE, school=SCHOOL)[0]
    )


@pytest.mark.policy("8.3")
@pytest.mark.parametrize("notice", ALL, ids=lambda one: one.number)
def test_nothing_is_ordered_or_attached(notice):
    text = " ".join([written(notice).text, *notice.limits, notice.clock, notice.not_school]).lower()
    for words in ("must remove", "you are required", "we order", "we demand", "injunction", "offender", "victim"):
        assert words not in text


@pytest.mark.policy("8.4")
def test_intimate_images_and_children_are_never_asked_for_as_files():
    for number in ("N7", "N10", "N11", "N13"):
        words = " ".join(
            [*special_notices()[number].limits, special_notices()[number].opening, special_notices()[number].not_school]
        )
        assert re.search(r"never|nobody", words, re.IGNORECASE)
