"""A teacher loses her phone. Two people who know her help, and she sets up a new app with the code that is read out.

In a real browser at 320 pixels, page by page, with axe.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from live import Live
from test_signing_in import EMAIL, MAKE_ACCOUNT, NARROW, Visitor

MAKE_SCHOOL = (
    MAKE_ACCOUNT.replace("demonstration=False", "demonstration=True")
    + """
    import json
    from allauth.mfa.models import Authenticator
    from forethought.evidence import keyring
    from forethought.pages.signin import SecondStep
    from forethought.people.models import Account, Role
    keyring.make_school_key(school_id=school.id, at=at)
    sealed = SecondStep().encrypt("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    Authenticator.objects.create(user=Account.objects.get(person_id=person.id), type="totp", data={"secret": sealed})
    made = {}
    for name, role in (("Hester Vale", Role.HEAD), ("Sam Rook", Role.SENIOR)):
        one = people.add_person(
            school=school, name=name, email=f"{role}@cedar.example", kind=Kind.EMPLOYEE, starts_on=at.date(),
            by=PROGRAM, at=at,
        )
        people.appoint(person=one, role=role, by=PROGRAM, at=at)
        account = people.make_account(person=one, email=one.email, password=None, by=PROGRAM, at=at)
        made[str(role)] = str(account.pk)
    print(json.dumps(made))
"""
)


@pytest.fixture
def accounts(live: Live) -> dict[str, str]:
    return dict(json.loads(live.manage("shell", "-c", MAKE_SCHOOL).strip().splitlines()[-1]))


@pytest.fixture
def somebody(browser: Any, live: Live, accounts: dict[str, str]) -> Iterator[Visitor]:
    context = browser.new_context(viewport=NARROW)
    visitor = Visitor(context.new_page(), live.url)
    yield visitor
    context.close()
    assert visitor.wrong == []


def become(visitor: Visitor, account: str) -> None:
    """Be somebody of the demonstration."""
    visitor.go("/demonstration/")
    visitor.page.locator(f'form[action="/demonstration/{account}/be/"] button').click()
    visitor.page.wait_for_url(visitor.url + "/")


@pytest.mark.policy("2.5")
def test_two_people_help_a_teacher_who_lost_her_phone(somebody: Visitor, live: Live, accounts: dict[str, str]) -> None:
    become(somebody, accounts["senior"])
    somebody.page.get_by_role("link", name="Somebody lost their phone or key").click()
    somebody.sees("A lost phone or key")
    somebody.page.get_by_role("button", name="Somebody lost their phone or key").click()
    somebody.sees("Somebody lost their phone or key")
    somebody.page.get_by_label("Amira Bell").check()
    somebody.page.get_by_label("I met them and know them").check()
    somebody.press("Propose it")
    somebody.sees("A lost phone or key")
    somebody.sign_out()

    become(somebody, accounts["head"])
    somebody.page.get_by_text("You can be the second of the two").wait_for()
    somebody.go("/restorings/")
    somebody.page.get_by_role("button", name="Open", exact=True).click()
    somebody.sees("Help somebody who lost their phone or key")
    somebody.press("Yes, I know that it is they")
    somebody.sees("Read this code out to them")
    said = somebody.page.locator("main code").text_content()
    somebody.sign_out()

    somebody.sign_in()
    somebody.go("/accounts/second-step/set-up/")
    somebody.sees("Set up a new second step")
    somebody.fill("Code", "AAAA-AAAA")
    somebody.press("Go on")
    somebody.page.get_by_text("That code is not right").first.wait_for()
    somebody.sees("Set up a new second step")
    somebody.fill("Code", said)
    somebody.press("Go on")
    somebody.sees("Set up a second step")

    subjects = {mail["Subject"] for mail in live.mail.wait_for(2)}
    assert subjects <= {
        "How somebody signs in was changed",
        "Something waits for your decision",
        "How you sign in is to be changed",
    }
    assert not any("Amira" in mail.get_content() or EMAIL in mail.get_content() for mail in live.mail.messages)
