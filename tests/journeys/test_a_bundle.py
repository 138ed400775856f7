"""A manager hands records to a tribunal: chosen, looked at, made, taken, and checked by a stranger with no network."""

import re
import subprocess
import sys
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from live import screenshot
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader
from walking import NARROW, WIDE, Walker, hands_in, opens_the_first_case


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.effect_noise((300, 200), 80).save(tmp_path / "shot.png")
    return tmp_path / "shot.png"


def saves(walker: Walker, link: str, folder: Path) -> Path:
    """Take a download, under the name that it comes with."""
    with walker.page.expect_download() as found:
        walker.page.get_by_role("link", name=link).click()
    path = folder / found.value.suggested_filename
    found.value.save_as(path)
    return path


def prints_whole(page: Any, picture: Path) -> None:
    """On paper nothing is clipped: the code of the checkpoint, the key and each hash stand there to the last letter."""
    seen = page.locator("strong code").inner_text(), page.locator("ol").first.locator("code").last.inner_text()
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    printed = "".join("".join(sheet.extract_text() for sheet in sheets).split())
    assert len(sheets) <= 2, "more than the two sides of a sheet"
    for words in (*seen, sha256(picture.read_bytes()).hexdigest(), "data/001-social.png"):
        assert "".join(words.split()) in printed


def makes_a_bundle(david: Walker) -> None:
    opens_the_first_case(david)
    david.follow("Hand records to somebody outside")
    david.sees("Bundles")
    david.press("Make a bundle")
    david.sees("Make a bundle")
    david.press("Look at it first")
    david.page.get_by_text("There is a problem").wait_for()
    for box in david.page.get_by_role("group", name="What goes in?").get_by_role("checkbox").all():
        box.check()
    david.choose("Who is it for?", "A tribunal or court")
    david.write("Who gets it?", "The clerk of the tribunal")
    david.choose("On what ground?", "It was ordered")
    david.write("Why?", "It was ordered on Monday.")
    david.press("Look at it first")
    david.sees("Look at it first")
    assert david.reads("Nothing has been made yet.")
    david.press("Make the bundle")
    david.sees("Bundles")
    assert david.reads("A tribunal or court")
    david.follow("A tribunal or court")
    david.sees("Bundle: a tribunal or court")


@pytest.mark.policy("7.3", "7.4")
def test_a_manager_makes_a_bundle_and_two_strangers_check_it(
    somebody: Any, browser: Any, picture: Path, tmp_path: Path
) -> None:
    hands_in(somebody("bundle-report", screen=NARROW), [picture], "They write that I shout at children.")
    david = somebody("bundle-make", screen=NARROW)
    makes_a_bundle(david)
    given = tmp_path / "given"
    given.mkdir()
    bundle = saves(david, "Download the bundle", given)
    note = saves(david, "Download its note", given)
    key = saves(david, "the school’s key", given)
    assert note.name == f"{bundle.name}.note"

    # A stranger with Python and nothing else.
    with zipfile.ZipFile(bundle) as opened:
        opened.extractall(given / "out")
    command = [sys.executable, "-I", "-S", str(given / "out" / "verify.py"), str(bundle), "--key", str(key)]
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "ok"), done.stdout
    assert (given / "out" / "data" / "001-social.png").read_bytes() == picture.read_bytes()

    # A desk with a browser and no network.
    desk = browser.new_context(viewport=WIDE, offline=True)
    page = desk.new_page()
    page.goto((given / "out" / "verify.html").as_uri())
    page.get_by_label("The bundle, and its note").set_input_files([bundle, note])
    page.get_by_label("The school’s key").fill(key.read_text())
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("#verdict")).to_have_text("ok: this is what the school’s log vouches for.")
    screenshot(page, "bundle-desk-verify")
    for name in ("READ-ME-FIRST", "chronology"):
        page.goto((given / "out" / f"{name}.html").as_uri())
        assert Axe().run(page).response["violations"] == []
        screenshot(page, f"bundle-desk-{name.lower()}")
        if name == "READ-ME-FIRST":
            prints_whole(page, picture)
    assert page.get_by_text("Report received").count() == 1
    desk.close()

    # And whoever took it signs for it.
    david.follow("Note who took it")
    david.sees("Who took the bundle")
    david.write("Who took it?", "Sam Specimen")
    david.write("Where are they from?", "The tribunal")
    david.write("How did they get it?", "By hand")
    for box, number in (("Day", "20"), ("Month", "11"), ("Year", "2025")):
        david.write(box, number)
    david.write("At what time?", "9:15am")
    david.press("Save, and show the receipt")
    david.sees("Receipt")
    assert david.reads("Sam Specimen, The tribunal")
    assert re.search(r"\b[0-9a-f]{64}\b", david.page.locator("main").inner_text())
    david.page.go_back()
    david.page.goto(david.page.url.split("/bundles/")[0] + "/custody/")
    david.sees("Custody")
    assert david.reads("A bundle handed over")
