"""From an empty database to a live school with its headteacher signed in: a small screen, seven questions."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from live import Live
from setting_up import Beginner, printed_link

from forethought.founding.rules import MOST_QUESTIONS
from installer.answers import MOST_ASKED

pytestmark = pytest.mark.policy("2.5", "3.7", "8.3")

STORY = "set-up-"
PASSWORD = "correct horse battery"


@pytest.fixture
def beginner(browser: Any, live: Live) -> Iterator[Beginner]:
    found = Beginner(browser, live, STORY)
    yield found
    found.leaves()
    assert found.wrong == []


def sets_up_the_app(one: Beginner) -> None:
    """A second step: an app on a phone."""
    one.go("/accounts/second-step/app/add/")
    one.page.get_by_text("The camera does not work").click()
    secret = str(one.page.locator("#totp-key").text_content()).replace(" ", "")
    one.write("Code from your app", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    one.press("Go on")
    one.page.get_by_role("heading", level=1, name="Your recovery codes").wait_for()


def test_seven_questions_make_a_live_school_and_the_head_signs_in(beginner: Beginner, live: Live) -> None:
    link = printed_link(live)
    beginner.comes(link)
    beginner.answers_the_first()

    # Called away; the browser is closed, and opened again on another day in the week.
    beginner.page.close()
    beginner.page = beginner.context.new_page()
    beginner.go("/set-up/")
    beginner.sees("Set up your school")
    assert beginner.page.get_by_text("Done").count() == len(beginner.asked) == 3
    assert beginner.reads("This is enough to go live")
    beginner.press("Go on")
    beginner.answers_the_rest(live.mail)
    beginner.goes_live()

    print(
        f"\nQuestions in the browser: {len(beginner.asked)}, of which 3 cannot wait; bin/install: {MOST_ASKED} at most"
    )
    assert len(beginner.asked) + MOST_ASKED <= MOST_QUESTIONS

    beginner.press("The headteacher chooses a password")
    beginner.page.get_by_label("New password").fill(PASSWORD)
    beginner.page.get_by_role("button", name=re.compile("password", re.IGNORECASE)).first.click()
    beginner.page.wait_for_load_state()
    beginner.go("/accounts/login/")
    if beginner.page.get_by_label("Email address").count():
        beginner.write("Email address", "hester@mosside.example")
        beginner.write("Password", PASSWORD)
        beginner.press("Sign in")
    sets_up_the_app(beginner)
    beginner.go("/")
    beginner.sees("What is owed next")
    assert "Mosside School" in beginner.page.locator("header").inner_text()

    beginner.follow("on your list of numbers")
    beginner.sees("Your own list of numbers")
    beginner.page.get_by_role("link", name="Add The designated officer (LADO)").click()
    beginner.sees("The designated officer (LADO)")
    beginner.write("Number, or address on the web", "01234 567 890")
    beginner.press("Save")
    assert beginner.reads("01234 567 890")
    beginner.go("/")
    beginner.follow("code for the staffroom")
    beginner.press("Make it now")
    beginner.sees("The code for the staffroom")
    beginner.press("It hangs there")
    beginner.sees("Your school")
    beginner.follow("Offices: who holds which")
    beginner.sees("Offices")
    beginner.go("/")
    assert not beginner.page.get_by_text("code for the staffroom").count()

    # The link is spent, the set-up is over, and there is no second one on this database, or a new one beside it.
    beginner.page.goto(link)
    beginner.sees("This link opens nothing")
