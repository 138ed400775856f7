"""Save as evidence: the questions first, the whole page in tiles, kept while offline, handed over, and compared."""

import hashlib
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from extension_browser import GO_ON, SEND, Site, a_person
from live import Live
from PIL import Image
from playwright.sync_api import expect

STORY = "extension"
HEIGHT = 5300

#: Each record of the newest case, as it was sealed: opened from the vault and written out, with what is said of it.
RECORDS = """
import json, pathlib
from forethought.evidence.models import Exhibit
from forethought.audit.models import Entry
from forethought.evidence.procedures import said_of
from forethought.evidence.reading import content_of
from forethought.people.models import Account
from forethought.rows import inside
folder, found = pathlib.Path({folder!r}), []
# PostgreSQL shows the rows of schools inside one alone; accounts say which there are.
for school in set(Account.objects.values_list("school_id", flat=True)):
    with inside(school):
        for one in Exhibit.objects.filter(grant__isnull=False).exclude(sha256=None):
            said = said_of(one)
            if said.get("route", "").startswith("Captured by the browser extension"):
                (folder / str(one.id)).write_bytes(b"".join(content_of(one)))
                found.append({{"id": str(one.id), "kind": one.kind, "sha256": bytes(one.sha256).hex(), "said": said}})
        events = Entry.objects.filter(verb="evidence.keep_captured").count()
        print(json.dumps({{"found": found, "events": events}})) if found else None
"""


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.stop()


@pytest.fixture
def long_page(site: Site) -> str:
    """A page of bands, each a colour of its own, so that a picture says which part of the page it is of."""
    bands = "".join(f"<div style='height:100px;background:rgb({n},{n * 3 % 256},90)'></div>" for n in range(53))
    return site.page("/long", f"<body style=margin:0>{bands}", title="A group for parents")


def records_of(school: Live, folder: Path) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    said = school.manage("shell", "-c", RECORDS.format(folder=str(folder)))
    lines = [line for line in said.splitlines() if line.startswith("{")]
    return json.loads(lines[-1]) if lines else {"found": [], "events": 0}


def starts_a_report(tab: Any) -> None:
    """From the page that asks where it belongs: a new report, and then its questions about records."""
    tab.get_by_role("button", name="Start a new report").click()
    tab.wait_for_load_state()
    tab.goto(tab.url.replace("/what/", "/answer-gate/"))
    tab.get_by_text("These are the answers that you gave in your browser.").wait_for()


@pytest.mark.policy("7.3", "7.4")
def test_a_page_is_saved_after_the_gate_and_every_fingerprint_is_the_vaults(
    browser: Any, school: Live, long_page: str, tmp_path: Path
) -> None:
    with a_person(browser, school.url, STORY) as tess:
        tess.be(school.url, "Tess Harlow")
        settings = tess.tells_school(school.url + "/cases/")
        settings.get_by_text("The school answers there.").wait_for()
        tess.looks(settings, "settings")
        settings.close()
        tess.page.goto(long_page)
        tess.page.evaluate("scrollTo(0, 1200)")
        window = tess.presses_the_button()
        tess.sees(window, "Before you save anything")
        time.sleep(1)
        assert tess.kept(window) == [] and not window.get_by_text("SHA-256").is_visible()
        window.get_by_role("button", name=GO_ON, exact=True).click()
        expect(window.locator("#wrong")).to_contain_text("Choose yes, no or not sure")
        assert tess.kept(window) == []
        tess.answers(window)
        tess.sees(window, "Saved on this computer")
        assert tess.page.evaluate("scrollY") == 1200
        (kept,) = tess.kept(window)
        shown = [one["sha256"] for one in kept["files"]]
        assert len(shown) == 10
        expect(window.locator("#list code")).to_have_text(shown)

        tab = tess.sends(window)
        starts_a_report(tab)
        tab.get_by_role("button", name=GO_ON, exact=True).click()
        tess.says(window, "Sent. All 10 fingerprints are equal.", within=60)
        tess.looks(window, "sent")
        tab.get_by_role("heading", level=1, name="Records").wait_for()
        expect(window.get_by_text("The school sealed the same")).to_have_count(10)
        (after,) = tess.kept(window)
        assert after["state"] == "sent" and all("blob" not in one for one in after["files"])
        window.get_by_role("button", name="Delete from this computer").click()
        tess.says(window, "Deleted from this computer.")
        assert tess.kept(window) == []

    sealed = records_of(school, tmp_path / "sealed")
    assert sealed["events"] == 1
    by_name = {one["said"]["file_name"]: one for one in sealed["found"]}
    assert [by_name[one["name"]]["sha256"] for one in kept["files"]] == shown
    for one in sealed["found"]:
        content = (tmp_path / "sealed" / one["id"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one["sha256"]
        said = one["said"]
        assert one["kind"] == "website" and said["address"] == long_page and said["zone"] == "Europe/London"
        assert said["page_title"] == "A group for parents" and said["window"].startswith("900 by 700 pixels")
        assert said["seen_on"] and said["seen_time"] and said["clock"].startswith("Right, to within two minutes")
    account = (tmp_path / "sealed" / by_name["account.txt"]["id"]).read_text()
    assert all(one in account for one in shown[:-1]) and long_page in account
    assert covered(tmp_path / "sealed", by_name) == HEIGHT


def covered(folder: Path, by_name: dict[str, Any]) -> int:
    """How far down the tiles go without a gap. Each shows the bands that stand there, by their colours."""
    end = 0
    for name in sorted(by_name):
        found = re.fullmatch(r"Tile \d+, from (\d+) to (\d+) of (\d+) pixels down", by_name[name]["said"]["part"])
        if found is None:
            continue
        top, bottom, whole = map(int, found.groups())
        assert top <= end and whole == HEIGHT, name
        picture = Image.open(folder / by_name[name]["id"]).convert("RGB")
        for down in range(top - top % 100 + 50, bottom, 100):
            if down >= top:
                band = down // 100
                assert picture.getpixel((400, down - top)) == (band, band * 3 % 256, 90), (name, down)
        end = bottom
    return end


@pytest.mark.policy("7.4")
def test_offline_it_is_kept_and_goes_on_when_the_school_is_back(
    browser: Any, school: Live, site: Site, tmp_path: Path
) -> None:
    with a_person(browser, school.url, f"{STORY}-offline") as tess:
        tess.be(school.url, "Tess Harlow")
        tess.tells_school(school.url).get_by_text("The school answers there.").wait_for()
        school.stop()
        tess.page.goto(site.page("/short", "<p>They wrote it again."))
        window = tess.presses_the_button()
        tess.answers(window)
        tess.sees(window, "Saved on this computer")
        window.get_by_role("button", name=SEND).click()
        tess.says(window, "The school cannot be reached just now.")
        window.get_by_role("button", name="Waiting for the school. Try now").wait_for()
        tess.looks(window, "waiting")
        # Closed and come back to, it is still there; after a week it is not.
        again = tess.context.new_page()
        again.goto(f"chrome-extension://{tess.id}/save.html")
        assert [one["state"] for one in tess.kept(again)] == ["kept"]
        again.close()

        # It looks by itself too, every quarter of a minute: the page may come as soon as the school answers.
        with tess.context.expect_page(timeout=180_000) as came:
            school.start()
            window.evaluate("dispatchEvent(new Event('online'))")
        tab = came.value
        tab.get_by_role("heading", level=1, name="Where does it belong?").wait_for()
        starts_a_report(tab)
        tab.get_by_role("button", name=GO_ON, exact=True).click()
        tess.says(window, "Sent. All 3 fingerprints are equal.", within=60)
        assert len(records_of(school, tmp_path / "sealed")["found"]) == 3

        week = "import('./queue.js').then((queue) => queue.forgetOld(new Date(Date.now() + {} * 3600000)))"
        window.evaluate(week.format(7 * 24 - 1))
        assert len(tess.kept(window)) == 1
        window.evaluate(week.format(7 * 24))
        assert tess.kept(window) == []


@pytest.mark.policy("7.4")
def test_not_sure_captures_nothing_and_the_schools_page_says_what_to_do(browser: Any, school: Live, site: Site) -> None:
    with a_person(browser, school.url, f"{STORY}-stop") as tess:
        tess.be(school.url, "Tess Harlow")
        tess.tells_school(school.url).get_by_text("The school answers there.").wait_for()
        tess.page.goto(site.page("/short", "<p>Something"))
        window = tess.presses_the_button()
        tess.answers(window, under_18="Not sure")
        tess.sees(window, "Stop here. Please do not copy it")
        expect(window.locator("main")).to_contain_text("Nothing was captured")
        assert tess.kept(window) == []
        with tess.context.expect_page() as came:
            window.get_by_role("button", name="Go on at the school’s page").click()
        tab = came.value
        tab.get_by_role("heading", level=1, name="Where does it belong?").wait_for()
        starts_a_report(tab)
        assert tab.get_by_role("group", name="Could anyone in it be").get_by_label("Not sure").is_checked()
        tab.get_by_role("button", name=GO_ON, exact=True).click()
        tab.get_by_text("We have alerted the safeguarding lead").wait_for()
        tess.says(window, "The school’s page says what to do now.")


@pytest.mark.policy("7.4")
def test_who_stops_at_the_schools_page_sends_nothing(browser: Any, school: Live, site: Site, tmp_path: Path) -> None:
    with a_person(browser, school.url, f"{STORY}-second-thoughts") as tess:
        tess.be(school.url, "Tess Harlow")
        tess.tells_school(school.url).get_by_text("The school answers there.").wait_for()
        tess.page.goto(site.page("/short", "<p>Something"))
        window = tess.presses_the_button()
        tess.answers(window)
        tess.sees(window, "Saved on this computer")
        tab = tess.sends(window)
        starts_a_report(tab)
        tab.get_by_role("group", name="Does it show an adult").get_by_label("Not sure").check()
        tab.get_by_role("button", name=GO_ON, exact=True).click()
        tess.says(window, "Nothing was sent")
        assert [one["state"] for one in tess.kept(window)] == ["stopped"]
        tess.looks(window, "stopped")
        expect(window.get_by_role("button", name=SEND)).to_have_count(0)
        assert records_of(school, tmp_path / "sealed")["found"] == []


@pytest.mark.policy("7.4")
def test_where_the_school_sealed_something_else_it_is_said_and_kept_here(
    browser: Any, school: Live, site: Site
) -> None:
    def another(route: Any) -> None:
        answer = route.fetch()
        told = answer.json()
        told["kept"][1]["sha256"] = "0" * 64
        route.fulfill(response=answer, json=told)

    with a_person(browser, school.url, f"{STORY}-differs") as tess:
        tess.be(school.url, "Tess Harlow")
        tess.tells_school(school.url).get_by_text("The school answers there.").wait_for()
        tess.context.route("**/keep-captured/", another)
        tess.page.goto(site.page("/short", "<p>Something"))
        window = tess.presses_the_button()
        tess.answers(window)
        tess.sees(window, "Saved on this computer")
        tab = tess.sends(window)
        starts_a_report(tab)
        tab.get_by_role("button", name=GO_ON, exact=True).click()
        tess.says(window, "what the school sealed is NOT what was captured here", within=60)
        tess.looks(window, "differs")
        expect(window.get_by_text("The school sealed something else")).to_have_count(1)
        (kept,) = tess.kept(window)
        assert kept["state"] == "differs" and all("blob" in one for one in kept["files"])


def test_a_page_that_cannot_be_captured_is_said_in_a_plain_sentence(browser: Any, school: Live, site: Site) -> None:
    film = site.page("/file.pdf", "", kind="application/pdf")
    site.pages["/file.pdf"] = (
        "application/pdf",
        b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    )
    with a_person(browser, school.url, f"{STORY}-refused") as tess:
        tess.tells_school(school.url).get_by_text("The school answers there.").wait_for()
        for address, words in (
            ("chrome://version/", "belongs to the browser itself"),
            (school.url + "/help/", "own page"),
        ):
            tess.page.goto(address)
            window = tess.presses_the_button()
            tess.sees(window, "This page cannot be saved")
            expect(window.locator("main")).to_contain_text(words)
            window.close()
        tess.page.goto(film)
        window = tess.presses_the_button()
        tess.answers(window)
        tess.sees(window, "This page was not saved")
        expect(window.locator("main")).to_contain_text("PDF")
        assert tess.kept(window) == []
        window.close()

        shop = window = tess.context.new_page()
        window.goto(f"chrome-extension://{tess.id}/save.html")
        # Its scripts are modules: they run, and write the page, once it has loaded.
        expect(window.locator("main")).to_contain_text("button of this extension")
        said = "import('./page.js').then((page) => page.whyNot('{}', 'https://school.example.org'))"
        for address, words in (
            ("https://chromewebstore.google.com/detail/x", "shop"),
            ("https://microsoftedge.microsoft.com/addons", "shop"),
            ("file:///home/x.png", "This is a file"),
            ("edge://settings", "browser itself"),
            ("about:blank", "browser itself"),
        ):
            assert words in shop.evaluate(said.format(address)), address
        assert shop.evaluate(said.format("https://site.example.org/a")) == ""


def test_a_page_that_is_left_while_it_is_captured_keeps_nothing(
    browser: Any, school: Live, long_page: str, site: Site
) -> None:
    with a_person(browser, school.url, f"{STORY}-left") as tess:
        tess.page.goto(long_page)
        window = tess.presses_the_button()
        tess.answers(window)
        tess.says(window, "Taking tile")
        tess.page.goto(site.page("/short", "<p>Elsewhere"))
        tess.sees(window, "This page was not saved")
        assert tess.kept(window) == []


def test_without_a_school_it_says_what_is_missing_and_reaches_nobody(browser: Any, school: Live, site: Site) -> None:
    with a_person(browser, "", f"{STORY}-unknown") as tess:
        settings = tess.tells_school("http://school.example.org")
        settings.get_by_text("It begins with https.").wait_for()
        settings.close()
        tess.page.goto(site.page("/short", "<p>Something"))
        window = tess.presses_the_button()
        tess.answers(window)
        tess.sees(window, "Saved on this computer")
        window.get_by_role("button", name=SEND).click()
        tess.says(window, "This does not know your school yet")
        held = window.evaluate("chrome.permissions.getAll()")
        assert sorted(held["permissions"]) == ["activeTab", "scripting"] and held["origins"] == []
