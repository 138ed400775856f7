"""Somebody gets their account, sets up a second step, and signs in with it: in a real browser, on the real server.

Every page on the way is looked at as well: nothing found by axe, nothing blocked by the content policy, nothing that
sticks out of a screen of 320 pixels.
"""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from canaries import follow
from live import Live, screenshot
from playwright.sync_api import expect

EMAIL, PASSWORD = "amira@cedar.example", "correct horse battery"
NARROW = {"width": 320, "height": 640}

MAKE_ACCOUNT = f"""
from datetime import UTC, datetime
from forethought.audit.procedures import PROGRAM
from forethought.people import procedures as people
from forethought.people.models import Kind
from forethought.rows import inside
at = datetime.now(UTC)
school = people.found_school(name="Cedar Hill School", demonstration=False, by=PROGRAM, at=at)
with inside(school.id):
    person = people.add_person(
        school=school, name="Amira Bell", kind=Kind.EMPLOYEE, starts_on=at.date(), by=PROGRAM, at=at
    )
    people.make_account(person=person, email="{EMAIL}", password="{PASSWORD}", by=PROGRAM, at=at)
"""

LISTEN = """document.addEventListener('securitypolicyviolation', (event) =>
    console.error('blocked by the content policy: ' + event.violatedDirective + ' ' + event.blockedURI))"""


@pytest.fixture
def server(live: Live) -> Live:
    live.manage("shell", "-c", MAKE_ACCOUNT)
    return live


class Visitor:
    """Somebody at a small screen, who notices what is wrong with a page."""

    def __init__(self, page: Any, url: str) -> None:
        self.page, self.url = page, url
        self.wrong: list[str] = []
        page.add_init_script(LISTEN)
        page.on("console", lambda message: self.notice(message.type, message.text))
        follow(page)
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))

    def notice(self, kind: str, text: str) -> None:
        if kind == "error" and "status of" not in text:
            self.wrong.append(text)

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).fill(value)

    def sees(self, heading: str) -> None:
        """Be on the page with this heading, and find nothing wrong with it."""
        self.page.get_by_role("heading", level=1, name=heading, exact=True).wait_for(timeout=60_000)
        name = re.sub(r"\W+", "-", heading.lower()).strip("-")
        for violation in Axe().run(self.page).response["violations"]:
            self.wrong.append(f"{name}: {violation['id']} {[node['html'] for node in violation['nodes']]}")
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.wrong.append(f"{name}: wider than the screen")
        screenshot(self.page, f"signin-{name}-{self.page.viewport_size['width']}")

    def sign_in(self) -> None:
        self.go("/accounts/login/")
        self.fill("Email address", EMAIL)
        self.fill("Password", PASSWORD)
        self.press("Sign in")

    def sign_out(self) -> None:
        self.press("Sign out")

    def code(self, secret: str) -> str:
        """The code of this half minute, once it is another than the last one: each works once."""
        while (found := format_hotp_value(hotp_value(secret, int(time.time()) // 30))) == getattr(self, "_used", None):
            time.sleep(0.5)
        self._used = found
        return found

    def signed_in(self) -> bool:
        return bool(self.page.get_by_role("button", name="Sign out", exact=True).count())


@pytest.fixture
def visitor(browser: Any, server: Live) -> Iterator[Visitor]:
    context = browser.new_context(viewport=NARROW)
    visitor = Visitor(context.new_page(), server.url)
    yield visitor
    context.close()
    assert visitor.wrong == []


@pytest.fixture
def passkeys(visitor: Visitor) -> Any:
    """A device that keeps passkeys, such as a phone with a finger on it."""
    devices = visitor.page.context.new_cdp_session(visitor.page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return lambda command, **more: devices.send(f"WebAuthn.{command}", {"authenticatorId": device, **more})


def set_up_app(visitor: Visitor) -> str:
    """From the first sign-in to the recovery codes. Returns the app's secret."""
    visitor.sign_in()
    visitor.go("/accounts/second-step/set-up/?next=/help/")
    visitor.sees("Set up a second step")
    visitor.page.get_by_text("Set up an app", exact=True).click()
    visitor.sees("Set up an app for codes")
    visitor.fill("Code from your app", "000000")
    visitor.press("Go on")
    visitor.page.get_by_text("There is a problem").wait_for()
    visitor.sees("Set up an app for codes")
    visitor.page.get_by_text("The camera does not work").click()
    secret = str(visitor.page.locator("#totp-key").text_content()).replace(" ", "")
    visitor.fill("Code from your app", visitor.code(secret))
    visitor.press("Go on")
    return secret


def test_a_teacher_sets_up_an_app_and_signs_in_with_it(visitor: Visitor, server: Live) -> None:
    visitor.go("/accounts/login/")
    visitor.sees("Sign in")
    visitor.press("Sign in")
    visitor.page.get_by_text("There is a problem").wait_for()
    visitor.sees("Sign in")

    secret = set_up_app(visitor)

    visitor.sees("Your recovery codes")
    codes = visitor.page.locator("#recovery-codes li").all_text_contents()
    assert len(set(codes)) == 10
    visitor.page.get_by_text("I have them. Go on").click()
    visitor.sees("Get help now")
    visitor.sign_out()
    assert not visitor.signed_in()

    visitor.sign_in()
    visitor.sees("Your second step")
    visitor.fill("Code from your app", visitor.code(secret))
    visitor.press("Sign in")
    visitor.page.wait_for_url(server.url + "/")
    assert visitor.signed_in()

    visitor.sign_out()
    visitor.sign_in()
    visitor.fill("Code from your app", codes[0])
    visitor.press("Sign in")
    visitor.page.wait_for_url(server.url + "/")
    assert visitor.signed_in()

    subjects = [mail["Subject"] for mail in server.mail.wait_for(1)]
    assert subjects == ["How you sign in was changed"]


def test_everything_but_passkeys_works_without_javascript(browser: Any, server: Live) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=NARROW)
    page = context.new_page()
    page.goto(server.url + "/accounts/login/")
    assert "<noscript>" in page.content()  # Playwright switches scripts off too late for it to be shown
    page.get_by_label("Email address", exact=True).fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(server.url + "/accounts/second-step/app/add/")
    page.get_by_text("The camera does not work").click()
    secret = str(page.locator("#totp-key").text_content()).replace(" ", "")
    now = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    page.get_by_label("Code from your app", exact=True).fill(now)
    page.get_by_role("button", name="Go on", exact=True).click()
    page.get_by_role("heading", name="Your recovery codes", exact=True).wait_for()
    paper = page.locator("#recovery-codes li").first.text_content()
    page.get_by_role("button", name="Sign out", exact=True).click()

    page.goto(server.url + "/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey", exact=True).click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    page.get_by_label("Email address", exact=True).fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code from your app", exact=True).fill(paper)
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    context.close()


def test_a_teacher_sets_up_a_passkey_and_needs_no_password_any_more(visitor: Visitor, passkeys: Any) -> None:
    visitor.sign_in()
    visitor.go("/accounts/second-step/set-up/")
    visitor.page.get_by_text("Set up a passkey", exact=True).click()
    visitor.sees("Set up a passkey")

    # The wrong finger: nothing is set up, and the page says so.
    assert not visitor.page.get_by_text("The passkey did not work").is_visible()
    passkeys("setUserVerified", isUserVerified=False)
    visitor.press("Set up the passkey")
    visitor.page.get_by_text("The passkey did not work").wait_for()
    passkeys("setUserVerified", isUserVerified=True)
    visitor.fill("Name of the passkey", "My phone")
    visitor.press("Set up the passkey")
    visitor.sees("Your recovery codes")
    assert len(passkeys("getCredentials")["credentials"]) == 1
    visitor.sign_out()

    visitor.go("/accounts/login/")
    visitor.press("Sign in with a passkey")
    visitor.page.wait_for_url(visitor.url + "/")
    assert visitor.signed_in()

    # To prove it again leads to the passkey, and back to where one wanted to go.
    visitor.go("/accounts/second-step/again/?next=/help/")
    visitor.go("/accounts/second-step/passkeys/again/?next=/help/")
    visitor.sees("Is it you?")
    visitor.press("Use my passkey")
    visitor.page.wait_for_url(visitor.url + "/help/")

    # After the password the passkey is the second step.
    visitor.sign_out()
    visitor.sign_in()
    visitor.sees("Your second step")
    visitor.press("Use my passkey")
    visitor.page.wait_for_url(visitor.url + "/")
    assert visitor.signed_in()

    for path, heading in [
        ("", "How you sign in"),
        ("passkeys/", "Your passkeys"),
        ("again/", "Is it you?"),
        ("recovery-codes/", "Your recovery codes"),
        ("recovery-codes/new/", "Make new recovery codes"),
    ]:
        visitor.go(f"/accounts/second-step/{path}")
        visitor.sees(heading)
    visitor.go("/accounts/second-step/passkeys/")
    visitor.page.get_by_role("link", name="Change My phone").click()
    visitor.sees("Change a passkey")
    visitor.fill("Name of the passkey", "Old phone")
    visitor.press("Save")
    visitor.page.get_by_role("link", name="Change Old phone").click()
    visitor.page.get_by_text("Take off this passkey").click()
    visitor.sees("How you sign in")
    visitor.page.get_by_text("This is your only second step").wait_for()


def test_somebody_who_forgot_their_password_gets_a_link(visitor: Visitor, server: Live) -> None:
    visitor.go("/accounts/password/reset/")
    visitor.sees("Forgotten your password?")
    visitor.fill("Email address", EMAIL)
    visitor.press("Send the link")
    visitor.sees("Look in your mail")
    [mail] = server.mail.wait_for(1)
    link = re.search(r"http\S+", mail.get_content())[0]

    visitor.page.goto(link)
    visitor.sees("Set a new password")
    visitor.fill("New password", "seven green bottles")
    visitor.press("Set the password")
    visitor.sees("Your password is set")

    visitor.page.goto(link)
    visitor.sees("This link does not work any more")


EVERYBODYS = [
    ("/", "Has something online hurt or worried you?"),
    ("/help/", "Get help now"),
    ("/privacy/", "Privacy"),
    ("/accessibility/", "Accessibility"),
    ("/departures/", "Where this differs from the policy’s letter"),
    ("/no/such/page/", "Page not found"),
]


def test_the_pages_for_everybody_are_sound(visitor: Visitor) -> None:
    for path, heading in EVERYBODYS:
        visitor.go(path)
        visitor.sees(heading)
