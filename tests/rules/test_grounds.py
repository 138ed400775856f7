"""Why the school asks: ready sentences that claim no more than anybody can know."""

import re

import pytest

from forethought.takedowns.grounds import GROUNDS, called, said, why_not_said
from forethought.takedowns.rules import Status, Wanted, why_not_change_wish, why_not_correct, why_not_mail


@pytest.mark.policy("8.3")
@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.key)
def test_a_ground_says_what_the_school_believes_and_claims_no_power(ground):
    assert ground.said.startswith("We believe that it ") and ground.said.endswith(".")
    assert not re.search(r"\b(must|illegal|crime|criminal|offence|liable|unlawful)\b", ground.said)


@pytest.mark.policy("8.3")
def test_ticks_and_facts_become_one_text_and_unknown_ticks_nothing():
    assert said(["false", "nonsense"], "She was not there.").splitlines() == [
        "We believe that it says things about a person who works or helps at our school that are not true.",
        "She was not there.",
    ]
    assert called(["abuse", "threat"]) == "Bullying or harassment, Threats"
    assert called([]) == "Other"


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("chosen", "facts", "enough"),
    [([], "", False), ([], " \u200b", False), (["nonsense"], "", False), (["abuse"], "", True), ([], "It lies.", True)],
)
def test_something_must_be_wrong_with_it(chosen, facts, enough):
    assert (why_not_said(chosen, facts) is None) is enough


@pytest.mark.policy("8.3")
@pytest.mark.parametrize(
    ("to", "fits"),
    [
        ("abuse@site.example", True),
        ("a.b+c@mail.site.example", True),
        ("", False),
        ("abuse", False),
        ("abuse@site", False),
        ("abuse@site.example.", False),
        ("a@b.example,c@d.example", False),
        ("A <a@b.example>", False),
        ("a@b.example\nBcc: c@d.example", False),
    ],
)
def test_a_mail_goes_to_one_plain_address(to, fits):
    assert (why_not_mail(to=to, reply_to="office@school.example") is None) is fits
    assert (why_not_mail(to="abuse@site.example", reply_to=to) is None) is fits


@pytest.mark.policy("8.3")
def test_the_wish_changes_only_while_something_is_asked_for():
    assert why_not_change_wish(status=Status.GONE, wanted=Wanted.REMOVE, wording="") == "It has been seen gone."
    assert why_not_change_wish(status=Status.HOST_ASKED, wanted=Wanted.AMEND, wording=" ") is not None
    assert why_not_change_wish(status=Status.HOST_ASKED, wanted=None, wording="") is not None
    assert why_not_change_wish(status=Status.HOST_ASKED, wanted=Wanted.AMEND, wording="So.") is None


@pytest.mark.policy("8.5")
def test_only_the_last_press_is_taken_back_and_only_while_nothing_follows():
    assert why_not_correct(is_last=True, acted_since=False) is None
    assert why_not_correct(is_last=False, acted_since=False) is not None
    assert why_not_correct(is_last=True, acted_since=True) is not None
