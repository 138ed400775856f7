"""A parent on a phone complains about the headteacher. The chair deals with it; to the headteacher it is not there."""

import re
import time
from collections.abc import Callable

import pytest
from walking import NARROW, WIDE, Walker

STORY = "complaint-"


def what_the_head_sees(head: Walker) -> list[str]:
    seen = []
    for path in ("/", "/cases/", "/low-level/"):
        head.go(path)
        seen.append(head.page.locator("main").inner_text())
    return seen


def until_the_worker_has_begun(head: Walker) -> None:
    """Wait for the worker's first round: the review that it opens would come between the two looks."""
    latest = time.monotonic() + 120
    while time.monotonic() < latest:
        head.go("/")
        if not head.lacks("A review of the policy is yours"):
            return
        time.sleep(0.5)
    raise AssertionError("The worker never opened the review of the policy.")


@pytest.mark.policy("7.2", "8.1")
def test_a_parent_complains_about_the_headteacher(somebody: Callable[..., Walker]) -> None:
    head = somebody("head", screen=WIDE)
    head.be("Amina Okafor")
    until_the_worker_has_begun(head)
    before = what_the_head_sees(head)

    parent = somebody("parent", screen=NARROW)
    parent.go("/")
    parent.follow("Complain to the school")
    parent.sees("Complain to the school")
    assert not parent.has_file_control()
    parent.choose("Is anyone in danger now?", "No")
    parent.choose("Who are you to the school?", "A parent or carer")
    parent.write("What happened?", "The headteacher laughed about my son in a public group.")
    parent.choose("Is it about somebody who works or helps at the school?", "Yes")
    parent.choose("Could it be the headteacher?", "Yes")
    parent.choose("May a child be at risk?", "No")
    parent.press("Send")
    parent.sees("We have your complaint")
    code = parent.page.locator(".govuk-inset-text strong").first.inner_text()

    assert what_the_head_sees(head) == before

    chair = somebody("chair", screen=WIDE)
    chair.be("Joan Whitfield")
    chair.go("/cases/")
    chair.page.get_by_role("link", name=re.compile("^Complaint of")).first.click()
    chair.page.get_by_role("heading", level=1, name=re.compile("^Complaint of")).wait_for()
    address = chair.page.url.removeprefix(chair.server.url)
    chair.press("Show names")
    assert chair.reads("laughed about my son")
    chair.press("Write to the sender")
    chair.sees("Write to the sender")
    chair.press("Send")
    chair.press("Answer and end it")
    chair.sees("Answer and end it")
    chair.choose("What came of it?", "It was looked into and dealt with")
    chair.write("Why? This stays here.", "Spoken with her. She took it down.")
    letter = chair.page.get_by_label("The letter")
    letter.fill(letter.input_value() + "\n\nMrs Okafor is sorry.")
    chair.press("Send the letter")
    assert chair.reads("The letter names somebody who works here.")
    letter.fill("We looked into it and dealt with it. The law does not let us say more.")
    chair.press("Send the letter")
    assert chair.reads("The letter is kept as sent.")

    head.go(address)
    head.sees("Page not found")
    assert what_the_head_sees(head) == before

    again = somebody("again", screen=NARROW)
    again.go("/come-back/")
    again.write("Your code", code)
    again.press("Open my report")
    again.sees("We have your complaint")
    assert again.reads("The law does not let us say more.")
    assert again.lacks("She took it down")
