"""A volunteer without an account tells the safeguarding lead at nine in the evening, on a phone without scripts.

In a real browser on the real server. It is about a child and a colleague: lead and deputy see it, the head handles it,
and nobody else finds a trace of it. Unseen for an hour, it goes on.
"""

import re
from collections.abc import Callable

import pytest
from live import Live
from walking import NARROW, WIDE, Walker

STORY = "volunteer-"

CODE = re.compile(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}-[0-9A-Z]{6}-[0-9A-Z*~$=]")
WORDS = "A girl in 4B said that Mr Foster writes to her at night."

#: Somebody who looks after the machines, and no concern in the school yet.
IT_SUPPORT = """
from django.utils import timezone
from forethought.audit.procedures import PROGRAM
from forethought.people import procedures as people
from forethought.people.models import Account, Person, Role
from forethought.rows import inside
with inside(Account.objects.first().school_id):
    people.appoint(person=Person.objects.get(name="Owen Price"), role=Role.IT, by=PROGRAM, at=timezone.now())
"""

AN_HOUR_PASSES = """
from datetime import timedelta
from django.db.models import F
from django.utils import timezone
from forethought.people.models import Account
from forethought.rows import inside
from forethought.safeguarding.models import Alert, Concern
from forethought.safeguarding.sweep import pass_on_due
school = Account.objects.first().school_id
with inside(school):
    case = Concern.objects.latest("told_at").case_id
    Alert.objects.filter(case_id=case).update(passes_on_at=F("passes_on_at") - timedelta(hours=1))
pass_on_due(school, timezone.now())
"""


def comes_in(vera: Walker, school: Live) -> None:
    """From the start page to the form, with the code from the staffroom."""
    vera.go("/")
    vera.press("Tell the safeguarding lead")
    vera.sees("Tell the safeguarding lead")
    assert "Call 999" in vera.page.locator("main").inner_text()
    vera.press("I have no account")
    vera.write("Staffroom code", (school.home / "data" / "staffroom-code.txt").read_text().strip())
    vera.press("Go on")
    vera.sees("Tell the safeguarding lead")
    assert vera.reads("In danger now? Call 999.") and vera.reads("You need nobody’s leave")
    assert not vera.has_file_control()


def tells(vera: Walker) -> str:
    """The form: once with a gap left, once whole. The code to come back with."""
    vera.write("What did you see or hear?", WORDS)
    vera.press("Tell the safeguarding lead")
    assert vera.reads("Choose yes, no or not sure.")
    assert vera.page.get_by_label("What did you see or hear?").input_value() == WORDS
    vera.write("Your name", "Vera Quill")
    vera.choose("Is anyone in danger now?", "Not sure")
    vera.write("Which child?", "Kit, 4B")
    vera.choose("Is an adult who works or helps here in it?", "Yes")
    vera.write("If so, who?", "Ben Foster")
    vera.choose("Could it be the headteacher?", "No")
    vera.choose("Could it be the safeguarding lead?", "No")
    vera.choose("Is there a picture or film", "No")
    vera.press("Tell the safeguarding lead")
    vera.sees("We have what you told us")
    assert vera.reads("Call 999 now if a life may be at risk.") and vera.reads("If nobody has opened it by")
    assert vera.reads("The headteacher can see it.") and vera.reads("The safeguarding lead can see it.")
    found = CODE.search(vera.page.locator("main").inner_text())
    assert found is not None
    return found[0]


def finds_nothing(one: Walker, name: str, address: str, reference: str) -> None:
    one.be(name)
    one.go("/")
    assert reference not in one.page.content() and "A child may be at risk" not in one.page.content()
    answer = one.page.goto(one.server.url + address)
    assert answer.status == 404
    assert reference not in one.page.content()


@pytest.mark.policy("6.1", "6.2", "6.5", "6.6")
def test_a_volunteer_tells_the_safeguarding_lead_at_nine_in_the_evening(
    somebody: Callable[..., Walker], school: Live
) -> None:
    school.manage("shell", "-c", IT_SUPPORT)
    vera = somebody("phone", screen=NARROW, scripts=False)
    comes_in(vera, school)
    code = tells(vera)
    reference = vera.page.locator(".govuk-panel__body strong").inner_text()

    # Nobody has opened it for an hour.
    school.manage("shell", "-c", AN_HOUR_PASSES)
    head = somebody("head", screen=WIDE)
    head.be("Amina Okafor")
    assert head.reads("A child may be at risk")

    # The deputy opens it from the home, and reads it once names are shown.
    deputy = somebody("deputy", screen=NARROW)
    deputy.be("Marek Nowak")
    deputy.sees("What is owed next")
    assert deputy.reads("Not seen yet")
    deputy.page.get_by_role("link", name=re.compile("^Concern of")).first.click()
    deputy.page.get_by_role("heading", level=1, name=re.compile("^Concern of")).wait_for()
    assert WORDS not in deputy.page.content() and deputy.reads("Ask the local authority’s designated officer (LADO)")
    deputy.press("Show names")
    assert deputy.reads(WORDS) and deputy.reads("Kit, 4B") and deputy.reads("Vera Quill")
    deputy.sees(deputy.page.get_by_role("heading", level=1).inner_text())
    address = deputy.page.url.removeprefix(school.url)

    lead = somebody("lead", screen=WIDE)
    lead.be("Susan Patel")
    assert lead.reads("Being worked on", "Opened")
    lead.go(address)
    lead.page.get_by_role("heading", level=1, name=re.compile("^Concern of")).wait_for()

    for name in ("Owen Price", "Grace Adeyemi", "Ben Foster", "David Reed"):
        finds_nothing(somebody(f"nobody-{name.split()[0].lower()}", screen=WIDE), name, address, reference)

    # Vera comes back and sees that somebody has read it, and nothing else.
    later = somebody("phone-later", screen=NARROW, scripts=False)
    later.go("/come-back/")
    later.page.get_by_role("textbox").first.fill(code)
    later.press("Open my report")
    later.sees("We have what you told us")
    assert later.reads("It was opened at") and WORDS not in later.page.content()


@pytest.mark.policy("6.5", "6.6")
def test_the_lead_asks_the_designated_officer_before_anything_else(somebody: Callable[..., Walker]) -> None:
    """Told by somebody signed in, a day late; the officer is asked, the police are told, and the concern ends."""
    nadia = somebody("signed-in", screen=NARROW)
    nadia.be("Nadia Khan")
    nadia.press("Tell the safeguarding lead")
    nadia.sees("Tell the safeguarding lead")
    nadia.choose("Is anyone in danger now?", "No")
    nadia.write("What did you see or hear?", "A boy showed me messages from a stranger.")
    nadia.choose("Is an adult who works or helps here in it?", "No")
    nadia.choose("Is there a picture or film", "Not sure")
    for part, value in (("Day", "1"), ("Month", "11"), ("Year", "2025")):
        nadia.page.get_by_label(part, exact=True).fill(value)
    nadia.press("Tell the safeguarding lead")
    nadia.sees("Tell the safeguarding lead")
    assert nadia.reads("This was more than a day ago.")
    nadia.press("Tell the safeguarding lead")
    nadia.sees("We have what you told us")
    assert nadia.reads("Seeing it was not your fault") and nadia.reads("Report Remove")

    lead = somebody("lead-works", screen=NARROW)
    lead.be("Susan Patel")
    lead.page.get_by_role("link", name=re.compile("^Concern of")).first.click()
    lead.press("Note what was done")
    lead.sees("Note what was done")
    lead.write("What was done?", "Spoke with his mother.")
    lead.press("Save")
    lead.press("Note whom you told or asked")
    lead.sees("Police and others outside")
    lead.choose("What is it about?", "It may be a crime")
    lead.press("Go on")
    lead.sees("Police and others outside")
    lead.choose("Who?", "Police")
    lead.choose("What was done?", "Told, as a referral")
    lead.choose("Is somebody in danger?", "No")
    lead.write("Why?", "A stranger asked a child for pictures.")
    for part, value in (("Day", "2"), ("Month", "11"), ("Year", "2025")):
        lead.page.get_by_label(part, exact=True).fill(value)
    lead.write("At what time?", "9am")
    lead.press("Note it")
    assert lead.reads("A second person has not yet said that they know")
    lead.press("End this concern")
    lead.sees("End this concern")
    lead.write("What was done, and why does it end here?", "The police have it. His mother knows.")
    lead.press("End it")
    assert lead.reads("Nothing of it is deleted.")
    lead.go("/concern-tags/")
    lead.sees("Kinds of risk")
    lead.go("/switches/")
    lead.sees("What is turned on")

    head = somebody("head-log", screen=NARROW)
    head.be("Amina Okafor")
    head.go("/low-level-concern/raise-low-level/")
    head.sees("A smaller worry about an adult here")
    head.go("/low-level/")
    head.sees("Low-level concerns")
