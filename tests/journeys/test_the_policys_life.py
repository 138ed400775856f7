"""The policy's own life, in a real browser on the real server.

One word is changed and stopped; two unions are asked and one is silent; the change is approved, published, read on a
phone by a link, and read again only where it changed. A law changes, and a review appears.
"""

import re
import time
from collections.abc import Callable

import pytest
from live import Live
from walking import NARROW, WIDE, Walker

STORY = "policy-"

RITA = "rita@larkfield.example"

#: The demonstration's consultation began twelve days ago. Its time is over once it began thirty days earlier.
A_MONTH_PASSES = """
from datetime import timedelta
from django.db.models import F
from forethought.people.models import Account, Alarm
from forethought.policies.models import Consultation, Invitation
from forethought.rows import inside
month = timedelta(days=30)
with inside(Account.objects.first().school_id):
    Consultation.objects.update(opened_at=F("opened_at") - month, closes_at=F("closes_at") - month)
    Invitation.objects.update(asked_at=F("asked_at") - month)
    Alarm.objects.filter(kind__startswith="consult").update(rings_at=F("rings_at") - month)
"""


def opens_the_change(head: Walker) -> None:
    head.go("/")
    head.page.get_by_role("button", name="Open", exact=True).locator(
        "xpath=ancestor::div[contains(., 'A change is on its way')]"
    ).last.get_by_role("button", name="Open").click()
    head.page.wait_for_load_state()
    head.sees("A change to the policy")


@pytest.mark.policy("F3")
def test_one_changed_word_is_stopped_until_people_were_asked(somebody: Callable[..., Walker]) -> None:
    head = somebody("one-word", screen=WIDE)
    head.be("Amina Okafor")
    opens_the_change(head)
    head.follow("Withdraw the consultation, so that the text can change")
    head.sees("Stop asking")
    head.press("Withdraw the consultation")
    head.sees("A change to the policy")

    head.page.get_by_role("link", name=re.compile(r"^Change 1\.1 ")).click()
    box = head.page.get_by_label(re.compile("^Words"))
    box.fill(box.input_value().replace("treat", "deal with"))
    head.press("Save")

    head.sees("A change to the policy")
    assert head.reads("deal with")
    assert head.page.get_by_role("button", name="Publish").first.is_disabled()
    assert head.reads("It needs a closed consultation, or a recorded decision, and approval.")


@pytest.mark.policy("F1", "F3", "F4", "3.7")
def test_two_unions_are_asked_one_is_silent_and_the_change_is_approved_published_and_read(
    school: Live, somebody: Callable[..., Walker]
) -> None:
    a_link = link_to_rita(school)

    teacher = somebody("teacher", screen=NARROW)
    teacher.be("Tess Harlow")
    teacher.press("Read the change")
    teacher.sees("A change to the policy")
    teacher.press("Say what you think")
    teacher.sees("Say what you think")
    teacher.choose("What do you say?", "I agree")
    teacher.press("Send my view")
    teacher.sees("A change to the policy")
    assert teacher.reads("You will get a written answer.")

    head = somebody("head", screen=WIDE)
    head.be("Amina Okafor")
    opens_the_change(head)
    head.press("Read and answer the views")
    head.sees("What people said")
    views = head.page.url
    assert head.page.get_by_role("button", name="Close the consultation").is_disabled()
    for _ in range(2):
        head.page.get_by_role("link", name=re.compile("^Answer this view")).first.click()
        head.sees("Answer this view")
        head.write("Your answer", "Thank you. If the manager is away, the next one answers.")
        head.press("Send the answer")
        head.sees("What people said")

    school.manage("shell", "-c", A_MONTH_PASSES)
    head.page.reload()
    head.press("Close the consultation")
    head.sees("Close the consultation")
    head.choose("How did it end?", "Agreed, with comments")
    head.press("Close it")
    head.sees("A change to the policy")
    head.page.goto(views)
    assert head.reads("No response")

    chair = somebody("chair", screen=WIDE)
    chair.be("Joan Whitfield")
    chair.press("Decide")
    chair.sees("Record the approval")
    chair.choose("Who decided?", "The full governing body")
    today = time.strftime("%d %m %Y").split()
    for part, value in zip(("Day", "Month", "Year"), today, strict=True):
        chair.page.get_by_role("group", name=re.compile("On which day?")).get_by_label(part, exact=True).fill(value)
    chair.write("Where is it written down?", "GB 15.2")
    chair.press("Record it")

    opens_the_change(head)
    head.press("Publish")
    head.sees("Publish the new version")
    head.press("Publish it now")
    head.go("/policy/")
    head.sees("The policy")
    assert head.reads("A manager answers within two working days.") and head.reads("Version\n2")

    teacher.go("/")
    teacher.press("Read")
    teacher.sees("Version 2 of the policy")
    assert teacher.reads("Here is only what changed since then.")
    reads_and_confirms(teacher, parts=1)
    assert teacher.reads("Version 2 of the policy")

    reads_by_link(somebody("volunteer", screen=NARROW, scripts=False), a_link)

    head.go("/readers/")
    head.sees("Who has read it")


def reads_and_confirms(reader: Walker, *, parts: int | None = None) -> None:
    """From the page of what is to be read to the receipt."""
    reader.press("Start")
    opened = 0
    while reader.page.get_by_role("heading", level=1).inner_text() != "What would you do?":
        opened += 1
        assert opened < 40
        reader.press("Next")
    assert parts is None or opened == parts
    reader.sees("What would you do?")
    reader.press("See what helps")
    assert reader.reads("Your answers are gone already.")
    reader.press("Go on")
    reader.sees("Confirm")
    assert reader.reads("I have read and understood") and reader.reads("This is not a contract.")
    reader.press("Confirm")
    reader.sees("Thank you")


def link_to_rita(school: Live) -> str:
    """The personal link in the mail to the volunteer, who has no account. The mail names nobody."""
    latest = time.monotonic() + 60
    while not (found := [m for m in school.mail.messages if m["To"] == RITA]):
        assert time.monotonic() < latest, "The volunteer was sent no mail."
        time.sleep(0.1)
    text = found[0].get_content()
    assert "Rita" not in text and "Larkfield" not in text and found[0]["Subject"].endswith("for you to read")
    return re.search(r"http\S+(/read/\S+/)", text)[1]  # type: ignore[index]


def reads_by_link(reader: Walker, link: str) -> None:
    """On a phone, without an account and without scripts: the wrong name first, then one's own."""
    reader.go(link)
    reader.sees("A policy to read")
    assert reader.lacks("Rita")
    reader.press("Continue")
    reader.write("Your name", "Somebody Else")
    reader.press("Go on")
    assert reader.reads("This link was made for someone else. Ask for yours.")
    reader.write("Your name", "rita lowe")
    reader.press("Go on")
    assert "/read/" not in reader.page.url
    reader.press("Read it")
    reader.sees("Version 2 of the policy")
    reads_and_confirms(reader)
    reader.go("/cases/")
    assert reader.lacks("Cases")


@pytest.mark.policy("10.2", "11.1")
def test_a_law_changes_and_a_review_appears(somebody: Callable[..., Walker]) -> None:
    head = somebody("law", screen=WIDE)
    head.be("Amina Okafor")
    head.go("/laws/")
    head.sees("The laws behind the policy")
    head.follow("Regulation of Investigatory Powers Act 2000")
    assert head.reads("Superseded in part") and head.reads("Investigatory Powers Act 2016")
    head.press("Say what is new")
    head.choose("How does it stand?", "Superseded")
    head.write("Where did you read it?", "legislation.gov.uk, today")
    head.press("Save")
    head.go("/reviews/")
    head.sees("Reviews of the policy")
    assert head.reads("Regulation of Investigatory Powers Act 2000")
    head.go("/")
    assert head.reads("A review of the policy is yours.")
