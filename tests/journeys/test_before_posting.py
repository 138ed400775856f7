"""Somebody checks a post before posting it: on a phone without scripts, signed in or not. Only they see the answer."""

from collections.abc import Callable
from pathlib import Path

import picture_making as make
import pytest
from walking import NARROW, WIDE, Walker

STORY = "check-"

PROUD = "Our bake sale raised £240 for the new library corner. Thank you to everybody who baked, bought and washed up!"

NAMES = "So proud of Tom in Year 4, who won the spelling cup today!"


def comes(one: Walker, signed_in: bool) -> None:
    if signed_in:
        one.be("Tess Harlow")
        one.press("Check a post")
    else:
        one.go("/")
        one.follow("Check a post")
    one.sees("Check a post")
    assert one.reads("Only you see this. We keep nothing.")


@pytest.mark.policy("1.3", "3.4")
@pytest.mark.parametrize("signed_in", [False, True])
def test_a_proud_post_about_a_bake_sale(somebody: Callable[..., Walker], signed_in: bool) -> None:
    who = somebody("bake-sale-in" if signed_in else "bake-sale", screen=NARROW, scripts=False)
    comes(who, signed_in)
    who.write("Your draft", PROUD)
    for reader in ("A pupil", "A parent or carer", "A colleague", "A future employer"):
        who.choose(reader, "Yes")
    who.press("Check")
    who.sees("We found nothing to point out")
    assert who.reads("We can miss things.") and who.reads("The decision is yours.")
    assert who.page.get_by_label("Your draft").input_value() == PROUD


@pytest.mark.policy("3.4", "5.3")
def test_not_sure_of_one_thing_is_wait_and_ask(somebody: Callable[..., Walker]) -> None:
    who = somebody("not-sure", screen=WIDE)
    comes(who, True)
    who.write("Your draft", PROUD)
    who.page.get_by_text("What the policy bans").click()
    who.choose("Did somebody else make a picture", "Not sure")
    who.press("Check")
    who.sees("Do not post")
    assert who.reads("You were not sure, so wait. Ask") and who.reads("Your draft goes nowhere.")
    who.follow("Ask a manager")
    who.sees("Ask a manager")
    assert PROUD not in who.page.content()


@pytest.mark.policy("3.4")
@pytest.mark.parametrize("signed_in", [False, True])
def test_a_draft_that_names_a_pupil(somebody: Callable[..., Walker], signed_in: bool) -> None:
    who = somebody("pupil-in" if signed_in else "pupil", screen=NARROW, scripts=signed_in)
    comes(who, signed_in)
    who.write("Your draft", NAMES)
    who.press("Check")
    result = who.page.get_by_role("heading", level=1).inner_text()
    assert result in {"Look again", "Do not post"}
    who.sees(result)
    assert "Tom" in who.page.locator("mark").first.inner_text()
    assert who.reads("A pupil could be recognised from this") and who.reads("Better: Write about the class")
    assert who.reads("Clause 6.3") and who.reads("The decision is yours.")
    assert who.page.get_by_label("Your draft").input_value() == NAMES


@pytest.mark.policy("3.4", "5.3", "7.4")
def test_a_photograph_with_a_place_in_it(somebody: Callable[..., Walker], tmp_path: Path) -> None:
    """On a phone without scripts: the gate, what the file tells, the face in it, and a copy that tells nothing."""
    photo = tmp_path / "IMG_2041.jpg"
    photo.write_bytes(make.jpeg(exif=make.exif(turn=1)))
    who = somebody("photograph", screen=NARROW, scripts=False)
    comes(who, False)
    who.follow("Check a picture")
    who.sees("Before you choose a picture")
    assert not who.has_file_control()
    who.says_no_to_all_of_the_gate()
    who.sees("Check a picture")
    who.write("The words that go with it", PROUD)
    who.page.get_by_label("Your picture").set_input_files(photo)
    who.press("Check")
    who.sees("Look again")
    assert who.reads("We found nothing to point out in them.") and PROUD in who.page.locator("textarea").input_value()
    assert who.reads("51.50100 north, 0.14200 west") and who.reads("This picture shows 1 face.")
    assert who.reads("The decision is yours.")
    who.page.get_by_label("Your picture").set_input_files(photo)
    with who.page.expect_download() as download:
        who.page.get_by_role("button", name="Download a cleaned copy").click()
    copy = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == "picture.jpg"
    assert set(make.parts_of(copy)) == {"JFIF", "points"} and make.CANARY.encode() not in copy
