"""A school keeps a list of pupils' names, and a draft meets it; somebody looks at their own settings, unseen."""

from collections.abc import Callable

import pytest
from walking import NARROW, WIDE, Walker

STORY = "names-"

#: A name that is none without the list: no class or family word stands beside it.
LINE = "Christopher,Valequist,Kit,4B"
DRAFT = "Kit Valequist carried the whole match today, what a keeper!"


@pytest.mark.policy("6.3", "3.4")
def test_a_kept_list_finds_a_name_and_without_it_there_is_none(somebody: Callable[..., Walker]) -> None:
    amina = somebody("head", screen=NARROW, scripts=False)
    amina.be("Amina Okafor")
    amina.follow("Pupils’ names for the check of a post")
    amina.sees("Pupils’ names")
    assert amina.reads("No list is kept.")
    assert finds(amina) is False

    amina.go("/pupil-names/keep-list/")
    amina.write("Paste the list", LINE)
    amina.page.locator("main form button").first.click()
    assert amina.reads("1 pupil understood. Nothing is kept yet.") and amina.reads(
        "Christopher Valequist, known as Kit"
    )
    amina.press("Keep this list")
    assert amina.reads("A list of 1 pupil is kept.")
    assert finds(amina) is True

    # Whoever is not signed in asks without the list: the check must not be a way to try names.
    stranger = somebody("stranger", screen=NARROW, scripts=False)
    assert finds(stranger) is False

    amina.go("/pupil-names/")
    amina.press("Remove it")
    amina.page.locator("main form button").first.click()
    amina.sees("Pupils’ names")
    assert amina.reads("No list is kept.") and amina.reads("1 pupil. Removed at")
    assert finds(amina) is False


def finds(one: Walker) -> bool:
    """Whether a draft with the name in it is answered by a mark on it."""
    one.go("/check-post/")
    one.write("Your draft", DRAFT)
    one.press("Check")
    one.page.get_by_role("heading", name="Check it again").wait_for()
    return any("Valequist" in mark.inner_text() for mark in one.page.locator("mark").all())


@pytest.mark.policy("3.1", "3.5")
def test_somebody_looks_at_their_settings_and_keeps_nothing_but_the_day(somebody: Callable[..., Walker]) -> None:
    tess = somebody("settings", screen=WIDE)
    tess.be("Tess Harlow")
    tess.follow("My settings and reputation")
    tess.sees("My settings and reputation")
    assert tess.reads("Nobody sees that you did, or what you found.") and not tess.page.locator("main input").count()
    tess.follow("Instagram")
    tess.sees("Instagram")
    tess.follow("Back")
    tess.follow("Any other app or site")
    tess.sees("Any other app or site")
    tess.follow("Back")
    assert tess.lacks("You kept this day")
    tess.press("Keep the day")
    tess.sees("Keep the day?")
    tess.press("Keep the day")
    tess.sees("My settings and reputation")
    assert tess.reads("You kept this day:")
