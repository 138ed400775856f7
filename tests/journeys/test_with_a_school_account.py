"""The head lets people sign in with their school account, connects her own, and comes in with it: in a real browser,
against a real provider on this machine, at 320 pixels.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from identity_provider import CLIENT, PEOPLE, SECRET, Provider, one_provider, provider  # noqa: F401
from live import Live
from test_signing_in import EMAIL, MAKE_ACCOUNT, NARROW, Visitor, set_up_app

MAKE_HEAD = (
    MAKE_ACCOUNT
    + """
    from forethought.evidence import keyring
    from forethought.people.models import Role
    keyring.make_school_key(school_id=school.id, at=at)
    people.appoint(person=person, role=Role.HEAD, by=PROGRAM, at=at)
    print(school.id)
"""
)


@pytest.fixture
def school_id(live: Live, provider: Provider) -> str:
    """A school with a head, on a server that may ask the provider."""
    live.stop()
    live.start(FORETHOUGHT_SIGN_IN_PLAIN_ORIGINS=provider.url)
    return live.manage("shell", "-c", MAKE_HEAD).split()[-1]


@pytest.fixture
def head(browser: Any, live: Live, school_id: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport=NARROW)
    visitor = Visitor(context.new_page(), live.url)
    yield visitor
    context.close()
    assert visitor.wrong == []


def at_the_provider(head: Visitor) -> None:
    """Sign in there."""
    head.page.wait_for_url("**/accounts/login/**")
    head.page.locator("input[name=login]").fill(EMAIL)
    head.page.locator("input[name=password]").fill(PEOPLE[EMAIL])
    head.page.locator("button[type=submit]").first.click()


@pytest.mark.policy("2.5")
def test_the_head_lets_people_sign_in_with_their_school_account(
    head: Visitor,
    live: Live,
    provider: Provider,
    school_id: str,
) -> None:
    secret = set_up_app(head)
    head.go("/")
    head.page.get_by_role("link", name="Signing in with a school account").click()
    head.sees("Signing in with a school account")
    come_back = f"{live.url}/accounts/elsewhere/{school_id}/other/come-back/"
    assert come_back in head.page.content()
    provider.known(come_back)

    head.page.get_by_role("link", name="Let people sign in with the school’s sign-in").click()
    head.sees("Let people sign in with the school’s sign-in")
    head.fill("Address of the issuer", provider.url)
    head.fill("Client ID", CLIENT)
    head.fill("Client secret", SECRET)
    head.page.get_by_label("No. Everybody has a second step here").check()
    head.press("Save")
    head.sees("Signing in with a school account")
    head.press("Try it")
    head.page.get_by_text("It answers, and it knows this client ID and secret").wait_for()
    head.sees("Signing in with a school account")

    head.go("/accounts/second-step/")
    head.page.get_by_role("link", name="Connect the school’s sign-in").click()
    head.sees("Connect the school’s sign-in")
    head.press("Connect the school’s sign-in")
    at_the_provider(head)
    head.sees("Is this account yours?")
    assert head.page.get_by_text(EMAIL).is_visible()
    head.press("Yes, connect it")
    head.page.get_by_text("From now on you can sign in with the school’s sign-in").wait_for()
    head.sees("How you sign in")
    head.sign_out()

    head.go("/accounts/login/")
    head.sees("Sign in")
    head.press("Sign in with the school’s sign-in")
    head.sees("Your second step")
    head.fill("Code from your app", head.code(secret))
    head.press("Sign in")
    head.page.wait_for_url(live.url + "/")
    assert head.signed_in()
    head.press("Sign out")
    head.sees("You are signed out here")

    # Nothing of what went to and fro stands in the server's log.
    said = live.said()
    assert SECRET not in said
    assert "code=" not in said
    assert "state=" not in said
