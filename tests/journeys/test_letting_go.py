"""What falls due is let go of by two people, on a phone and at a desk; the first never agrees to it alone."""

from collections.abc import Callable

import pytest
from walking import NARROW, WIDE, Walker

STORY = "letting-go-"


@pytest.mark.policy("11.1", "5.5")
def test_the_officer_proposes_and_the_head_agrees(somebody: Callable[..., Walker]) -> None:
    officer = somebody("officer", screen=NARROW)
    officer.be("Grace Adeyemi")
    officer.follow("How long things are kept, and what falls due")
    officer.sees("How long things are kept")
    assert officer.reads("14 days from when it ended") and officer.reads("This was written from memory.")
    officer.page.get_by_role("link", name="What falls due").click()
    officer.sees("What falls due")
    assert officer.reads("Due since") and officer.lacks("Foster")
    officer.page.get_by_role("link", name="A declaration of family at the school").first.click()
    officer.press("Propose to let it go")
    officer.sees("Propose to let it go")
    officer.press("Propose this")
    assert officer.reads("Tick that you looked whether anything speaks for keeping it.")
    officer.page.get_by_role("checkbox").check()
    officer.press("Propose this")
    assert officer.reads("waits for a second person")

    head = somebody("head", screen=WIDE)
    head.be("Amina Okafor")
    assert head.reads("Somebody proposed to let a record go. Agree or decline.")
    head.page.locator("a[href*='see-disposal']").first.click()
    head.press("Agree")
    head.press("Agree")
    assert head.reads("Two people agreed. It goes in the night after")
    head.press("Stop it")
    head.sees("Stop this")
    head.press("Stop it")
    assert head.reads("It stays. It can be proposed again.")
