"""A head with five minutes works a report to its end, in a real browser, on the real server.

Presses and pages are counted from the sign-in page to the closed case: a number that may fall and never rise.
"""

import re
import time
from email.message import EmailMessage
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from canaries import follow
from live import Live, screenshot

PASSWORD, SECRET = "correct horse battery", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HOST = "abuse@board.example"

#: Presses and pages of the ordinary case, sign-in and closing included.
MOST_PRESSES, MOST_PAGES = 19, 19

MAKE_SCHOOL = f"""
import sys
sys.path.insert(0, "tests")
from allauth.mfa.models import Authenticator
from builders import a_report, a_school, an_account
from django.utils import timezone
from forethought.pages import signin
from forethought.people.models import School
from forethought.rows import inside
world = a_school(at=timezone.now())
with inside(world.school.id):
    school = {{"address": "1 School Lane, Larkfield", "email": "office@larkfield.example"}}
    School.objects.filter(pk=world.school.pk).update(contacts={{"school": school}})
    account = an_account(world.head, password="{PASSWORD}")
    Authenticator.objects.create(user=account, type="totp", data={{"secret": signin.SecondStep().encrypt("{SECRET}")}})
    a_report(world, happened="They say I was arrested. I was not.", where=WHERE)
"""


class Head:
    """Somebody who presses buttons, counts what it costs, and notices what is wrong with a page."""

    def __init__(self, page: Any, live: Live, *, looks_closely: bool = True) -> None:
        self.page, self.live, self.looks_closely = page, live, looks_closely
        self.presses = self.pages = 0
        self.wrong: list[str] = []
        page.set_default_timeout(60_000)
        follow(page)
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on("console", lambda message: self._hear(message.type, message.text))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error":
            self.wrong.append(text)

    def press(self, name: str) -> None:
        """Press a button or follow a link, and see the page that it leads to."""
        found = self.page.get_by_role("button", name=name, exact=True)
        found = found if found.count() else self.page.get_by_role("link", name=name, exact=True)
        with self.page.expect_navigation():
            found.first.click()
        self.presses += 1
        self.arrived()

    def tick(self, name: str) -> None:
        self.page.get_by_label(name, exact=True).check(force=True)
        self.presses += 1

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).fill(value)

    def arrived(self) -> None:
        self.pages += 1
        heading = self.page.locator("h1").first.inner_text()
        name = re.sub(r"[\W\d]+", "-", heading.lower()).strip("-")[:40]
        if self.looks_closely:
            for violation in Axe().run(self.page).response["violations"]:
                self.wrong.append(f"{name}: {violation['id']} {[node['html'] for node in violation['nodes']][:2]}")
            if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                self.wrong.append(f"{name}: wider than the screen")
        screenshot(self.page, f"head-{self.pages:02}-{name}-{self.page.viewport_size['width']}")

    def sees(self, *words: str) -> None:
        text = self.page.locator("main").inner_text()
        assert [one for one in words if one not in text] == [], text

    def does_not_see(self, *words: str) -> None:
        html = self.page.content()
        assert [one for one in words if one in html] == []

    def signs_in(self) -> None:
        self.page.goto(self.live.url + "/accounts/login/")
        self.arrived()
        self.page.locator("input[type=email]").fill("head@one.example")
        self.page.locator("input[type=password]").fill(PASSWORD)
        self.press("Sign in")
        self.page.locator("input[name=code]").fill(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30)))
        with self.page.expect_navigation():
            self.page.locator("main button[type=submit]").first.click()
        self.presses += 1
        self.arrived()


def at_a_school(live: Live, where: str) -> None:
    live.manage("shell", "-c", MAKE_SCHOOL.replace("WHERE", repr(where)))


def mail_to_host(live: Live) -> EmailMessage:
    """The one mail that went to the host, once it is there. Letters to people go by the same server."""
    latest = time.monotonic() + 60
    while not (found := [m for m in live.mail.messages if m["To"] == HOST]):
        assert time.monotonic() < latest, "The notice did not arrive."
        time.sleep(0.1)
    assert len(found) == 1
    return found[0]


@pytest.mark.policy("8.1", "8.3", "8.5", "8.8")
def test_a_website_is_asked_by_mail_seen_gone_and_the_case_closed(live: Live, page: Any) -> None:
    at_a_school(live, "https://board.example/t/1")
    page.set_viewport_size({"width": 1280, "height": 800})
    head = Head(page, live)

    head.signs_in()
    head.press("Open")
    head.sees("Ask the host by", "Take this up by", "Offer support to the person harmed by")
    head.does_not_see("arrested", "board.example", "Tess Harlow")
    head.press("Show names")
    head.sees("They say I was arrested. I was not.", "https://board.example/t/1", "Tess Harlow")

    head.press("Take it up")
    head.press("Take it up")
    head.sees("The case is yours.")

    head.press("Ask the host")
    head.fill("Their published mail address", HOST)
    head.tick("It says what is not true")
    head.press("Show me the notice")
    head.sees("It is not giving an order.", "1 School Lane, Larkfield", "office@larkfield.example")
    head.press("Send by mail")
    head.sees("The notice is on its way.", "Look by")

    mail = mail_to_host(live)
    assert mail["Reply-To"] == "office@larkfield.example"
    assert "https://board.example/t/1" in mail.get_content() and "arrested" not in mail["Subject"]
    # The mail is here before the worker has written down that it was taken.
    latest = time.monotonic() + 60
    while "accepted by the mail server." not in page.locator("main").inner_text():
        assert time.monotonic() < latest, page.locator("main").inner_text()
        time.sleep(0.1)
        page.reload()

    head.press("Is it gone?")
    assert not page.locator("main a[href^='http']").count()
    head.press("Gone. I was signed out")
    head.sees("Recorded at", "Gone. I was signed out")
    head.press("Back to the case")
    head.sees("Look again by")

    head.press("Offer support")
    head.press("I have offered this")
    head.press("Answer the reporter")
    head.press("Send")
    head.press("Close this case")
    head.press("Close the case")
    head.sees("The case is closed.", "It was removed", "Look again by")

    assert head.wrong == []
    print(f"The ordinary case took {head.presses} presses and {head.pages} pages.")
    assert head.presses <= MOST_PRESSES
    assert head.pages <= MOST_PAGES
    assert "the trail holds" in live.manage("verify")


@pytest.mark.policy("8.3", "8.5")
def test_a_chat_group_is_worked_on_a_small_phone_without_javascript(live: Live, browser: Any) -> None:
    at_a_school(live, "Zibzab, the group “Year 4 mums”")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    head = Head(context.new_page(), live, looks_closely=False)

    head.signs_in()
    head.press("Open")
    head.sees("chat group", "Ask the host by")
    head.press("Ask the host")
    head.fill("Site, app or company", "Zibzab")
    head.tick("It bullies, insults or harasses somebody")
    head.press("Show me the notice")
    head.press("I have sent it")
    head.fill("Ticket number, or what the site answered", "Z-77")
    head.press("Save")
    head.sees("Look by", "when the 24 hours end")

    head.press("Is it gone?")
    head.sees("Look inside the group")
    head.does_not_see("I was signed out")
    head.press("Still there")
    head.press("I pressed the wrong one")
    head.sees("You pressed “Still there”")
    head.press("Gone. I looked inside the group")
    head.press("Back to the case")
    head.sees("Removed, seen at", "Look again by")
    head.does_not_see("Zibzab", "Z-77")
    context.close()

    assert head.wrong == []
    assert "the trail holds" in live.manage("verify")
