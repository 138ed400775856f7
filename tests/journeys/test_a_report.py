"""Reporting something online, from the first page to the receipt: in a real browser, on the real server."""

import http.client
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from live import Live
from walking import NARROW, WIDE, Walker

FINGERPRINT = re.compile(r"\b[0-9a-f]{64}\b")
CODE = re.compile(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}-[0-9A-Z]{6}-[0-9A-Z*~$=]")


@pytest.fixture
def screen_print(tmp_path: Path) -> Path:
    """A picture of a page, as a phone makes one."""
    file = tmp_path / "Screenshot_20261124.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    return file


def tells_what_happened(
    walker: Walker, *, where: str, danger: str = "No", words: str = "They write that I shout at children."
) -> None:
    """Steps 1 and 2, with a parent behind it."""
    walker.sees("What happened")
    walker.choose("Is anyone in danger now?", danger)
    walker.write("Tell us what happened", words)
    walker.write("Where is it, if you know?", where)
    walker.press("Save and go on")
    walker.sees("Who may be behind it")
    walker.choose("Who do you think it is?", "A parent or carer")
    walker.choose("Could it be the headteacher?", "No")
    walker.choose("Is a child concerned?", "No")
    walker.press("Save and go on")
    walker.sees("Check and send")


@pytest.mark.policy("6.7", "7.1", "7.2", "7.3", "7.4")
def test_a_teacher_on_a_phone_reports_a_website_with_a_screen_print(
    somebody: Callable[..., Walker], screen_print: Path
) -> None:
    tess = somebody("report-website", screen=NARROW)
    tess.be("Tess Harlow")
    tess.sees("What do you need?")
    tess.press("Report something online")
    tess.sees("Report something online")
    assert tess.reads("reply, like or follow") and tess.reads("It never goes to a person named in it.")
    tess.press("Start")

    tess.press("Save and go on")
    tess.page.get_by_text("There is a problem").wait_for()
    tess.sees("What happened")
    tells_what_happened(tess, where="https://mums-of-larkfield.example/posts/4411?from=feed&sort=newest#comment-1177")
    assert tess.reads("A senior manager handles this.") and tess.reads("The headteacher sees it too.")

    tess.press("Add a record")
    tess.sees("Before you add anything")
    assert not tess.has_file_control()
    tess.says_no_to_all_of_the_gate()
    tess.sees("Add records")
    tess.follow("Website")
    tess.sees("Website")
    tess.write("Time of the screen print", "9:15pm")
    tess.attaches(screen_print)
    tess.sees("Website")
    tess.press("Keep these records")
    tess.sees("Records")
    assert tess.reads("Incomplete: no address, no date.")
    assert tess.page.locator("img").count() == 0

    tess.follow("Complete it")
    tess.sees("Say more about this record")
    tess.write("Address", "https://mums-of-larkfield.example/posts/4411")
    for box, number in (("Day", "20"), ("Month", "11"), ("Year", "2025")):
        tess.write(box, number)
    tess.press("Save")
    tess.sees("Records")
    assert tess.lacks("Incomplete")

    tess.press("Go on to check and send")
    tess.sees("Check and send")
    tess.press("Send report")
    tess.sees("We have your report")
    assert tess.reads("Recorded at") and tess.reads("A person answers you by") and tess.reads("They end at")
    tess.page.get_by_text("Show fingerprints").click()
    assert FINGERPRINT.search(tess.page.locator("main").inner_text())
    tess.sees("We have your report")

    tess.press("Your report")
    tess.sees("Your report of")
    tess.choose("What would you like to do?", "Ask something")
    tess.write("In your own words", "Shall I tell my class?")
    tess.press("Send")
    assert tess.reads("You asked Shall I tell my class?")

    tess.page.go_back()
    tess.page.goto(tess.server.url + "/reports/")
    tess.sees("Your reports")


@pytest.mark.policy("1.1", "1.2", "7.2")
def test_a_parents_chat_group_without_an_address_is_enough(somebody: Callable[..., Walker]) -> None:
    ben = somebody("report-chat-group", screen=WIDE)
    ben.be("Ben Foster")
    ben.go("/report/")
    ben.press("Start")
    tells_what_happened(
        ben,
        where="Glimmer, the group “Year 4 Larkfield”",
        danger="No",
        words="On Sunday a parent showed me what they write about me there. I used my own phone.",
    )
    ben.follow("Write it in words")
    ben.sees("Write it in words")
    ben.follow("Social media")
    ben.sees("Social media")
    ben.write("Account that posted it", "Somebody called Mel")
    ben.press("Save")
    ben.sees("Records")
    ben.press("Go on to check and send")
    ben.press("Send report")
    ben.sees("We have your report")
    assert ben.reads("The school works to have it gone or changed within 24 hours.")

    david = somebody("report-chat-group-seen", screen=NARROW)
    david.be("David Reed")
    david.sees("What is owed next")
    david.go("/cases/")
    assert david.reads("chat group")


@pytest.mark.policy("2.5", "6.7")
def test_an_agency_worker_reports_with_the_staffroom_code_and_comes_back_with_their_own(
    somebody: Callable[..., Walker], school: Live
) -> None:
    alex = somebody("report-agency", screen=NARROW)
    alex.go("/report/")
    alex.sees("Report something online")
    alex.press("I have no account")
    alex.sees("Report without an account")
    alex.write("Staffroom code", "AAAA-AAAA")
    alex.press("Go on")
    assert alex.reads("That code is not known here.")
    alex.write("Staffroom code", (school.home / "data" / "staffroom-code.txt").read_text().strip().lower())
    alex.press("Go on")
    alex.press("Start")
    alex.write("Your name", "Alex Temp")
    alex.choose("Is anyone in danger now?", "Not sure")
    alex.write("Tell us what happened", "A parent filmed me at the gate. My password is hunter2secret!")
    alex.press("Save and go on")
    alex.sees("What happened")
    alex.press("Hide it and go on")
    alex.sees("Danger now")
    alex.press("Go on with the report")
    alex.choose("Who do you think it is?", "I do not know")
    alex.choose("Could it be the headteacher?", "No")
    alex.choose("Is a child concerned?", "Not sure")
    alex.press("Save and go on")
    alex.sees("Check and send")
    assert alex.reads("My password is [hidden]") and alex.reads("A safeguarding lead sees it")
    alex.press("Send report")
    alex.sees("We have your report")
    found = CODE.search(alex.page.locator("main").inner_text())
    assert found is not None
    alex.go("/")
    alex.sees("Report or come back")
    alex.press("Leave and forget this visit")

    later = somebody("report-agency-later", screen=NARROW)
    later.go("/")
    later.follow("Come back to a report")
    later.sees("Come back to a report")
    later.write("Your code", found[0].lower())
    later.press("Open my report")
    later.sees("Your report of")
    assert found[0] not in later.page.url
    later.page.get_by_role("button", name="Not now to a report to the police").click()
    assert later.reads("You said not now.")


@pytest.mark.policy("7.4")
def test_not_sure_if_under_18_means_no_file_control_an_alert_and_a_shut_door(
    somebody: Callable[..., Walker], school: Live, screen_print: Path
) -> None:
    tess = somebody("report-stopped", screen=NARROW)
    tess.be("Tess Harlow")
    tess.go("/report/")
    tess.press("Start")
    tells_what_happened(tess, where="")
    tess.press("Add a record")
    tess.choose("Could anyone in it be", "Not sure")
    tess.choose("Does it show an adult", "Not sure")
    tess.choose("Does it show a threat", "No")
    tess.press("Go on")
    tess.sees("Stop here. Please do not copy it")
    assert not tess.has_file_control()
    assert tess.reads("We have alerted the safeguarding lead") and tess.reads("Revenge Porn Helpline")

    grant = tess.page.url.split("/")[-3]
    sent = tess.context.request.post(
        f"{school.url}/upload/{grant}/", multipart={"kind": "website", "files": screen_print}, max_redirects=0
    )
    assert sent.status == 422
    assert answers_before_the_body(tess, f"/upload/{grant}/") == 422

    tess.write("Where is it?", "https://bad.example/a/picture")
    tess.press("Save and go on")
    tess.sees("Records")
    assert tess.page.locator("main a[href*='bad.example']").count() == 0

    # The report was never sent. The safeguarding lead knows all the same.
    susan = somebody("report-stopped-lead", screen=NARROW)
    susan.be("Susan Patel")
    susan.sees("What is owed next")
    assert susan.reads("A child may be at risk.")
    # The words of other reports may have been brought to her too: this is the line of the one that was stopped.
    alert = susan.page.locator(".ft-deadline", has_text="A child may be at risk.").filter(has_not_text="You opened it")
    alert.get_by_role("button", name="Open").first.click()
    susan.sees("A child may be at risk")
    assert susan.reads("Tess Harlow") and susan.reads("https://bad.example/a/picture")
    assert susan.page.locator("main a[href*='bad.example']").count() == 0

    ben = somebody("report-stopped-other", screen=NARROW)
    ben.be("Ben Foster")
    assert ben.page.goto(susan.page.url).status == 404


def answers_before_the_body(walker: Walker, path: str) -> int:
    """Send the head of a form of five gigabytes and not a byte of it. The answer must come at once."""
    connection = http.client.HTTPConnection("localhost", walker.server.port, timeout=30)
    connection.putrequest("POST", path)
    connection.putheader("Cookie", "; ".join(f"{one['name']}={one['value']}" for one in walker.context.cookies()))
    connection.putheader("Sec-Fetch-Site", "same-origin")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(5 * 2**30))
    connection.endheaders()
    try:
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.policy("6.7", "7.2")
def test_the_keyboard_alone_is_enough_without_any_script(somebody: Callable[..., Walker], school: Live) -> None:
    tess = somebody("report-keyboard", screen=WIDE, scripts=False)
    tess.be("Tess Harlow")
    keys = tess.page.keyboard
    tess.tabs_to("Report something online")
    keys.press("Enter")
    tess.sees("Report something online")
    tess.tabs_to("Start")
    keys.press("Enter")

    tess.sees("What happened")
    tess.tabs_to("Yes")
    keys.press("ArrowDown")  # from “Yes” to “No”
    tess.tabs_to("Tell us what happened")
    keys.type("A page uses my photo.")
    tess.tabs_to("Where is it, if you know?")
    keys.type("https://board.example/t/1")
    keys.press("Enter")  # goes on; it must not be “Exit this page”
    tess.sees("Who may be behind it")
    tess.tabs_to("A pupil")
    keys.press("ArrowDown")
    tess.tabs_to("Yes")
    keys.press("ArrowDown")
    tess.tabs_to("Yes")
    keys.press("ArrowDown")
    tess.tabs_to("Save and go on")
    keys.press("Enter")

    tess.sees("Check and send")
    assert tess.reads("A parent or carer") and tess.reads("A page uses my photo.")
    tess.tabs_to("Send report")
    keys.press("Enter")
    tess.sees("We have your report")

    # Back, and again: still one report, and the same receipt.
    receipt = tess.page.url
    tess.page.go_back()
    tess.page.reload()
    assert tess.page.url == receipt

    # Leaving in a hurry: nothing of it can be brought back.
    tess.context.route(settings.EXIT_TO, lambda route: route.fulfill(body="Sunny", content_type="text/html"))
    tess.go("/report/")
    tess.tabs_to("Exit this page")
    keys.press("Enter")
    tess.page.wait_for_url(settings.EXIT_TO)
    tess.page.go_back()
    assert tess.lacks("Sign out")
    tess.page.goto(receipt)
    tess.sees("Sign in")
