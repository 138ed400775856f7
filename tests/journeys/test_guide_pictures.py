"""The pictures of the guides show what the program shows: each is made anew here, and held to what was written down.

Also the pages that they stand on: in a browser, on a phone and on paper.
"""

import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from live import Live, MailServer, served
from PIL import Image
from walking import NARROW, WIDE, Walker

from forethought.pages import guides
from tools.guide_pictures import IMAGES, MOST_BYTES, PICTURES, WRITTEN, make_each, masked, settings_of_the_clock

ANEW = "Look at what changed. Is it meant? Then run: .venv/bin/python -m tools.guide_pictures"


@pytest.fixture
def school(tmp_path: Path, live_template: tuple[Path, str], mail_server: MailServer) -> Iterator[Live]:
    """The demonstration at the time that is in the pictures."""
    clock = settings_of_the_clock(datetime.now(UTC))
    with served(tmp_path, live_template, mail_server, "demo", **clock) as server:
        yield server


def test_each_picture_shows_what_the_program_shows(browser: Any, school: Live) -> None:
    written = json.loads(WRITTEN.read_text(encoding="utf-8"))
    made = dict(make_each(browser, school))

    for one, now in made.items():
        was = written[one.name]
        assert now.words == was["words"], f"{one.name} shows other words. {ANEW}"
        picture = Image.open(io.BytesIO(now.png))
        assert picture.size == (one.width, now.height) and one.width == was["width"], one.name
        # Another machine draws letters a little otherwise; a page that did not come is much shorter.
        assert now.height > was["height"] * 0.7, one.name
        assert len(picture.convert("RGB").getcolors(2**24) or ()) > 20, f"{one.name} is empty"
    assert [one.name for one in made] == [one.name for one in PICTURES]
    somebody_reads_a_guide(browser, school)


def somebody_reads_a_guide(browser: Any, school: Live) -> None:
    """With pictures and all, at both widths; and prints it on one sheet."""
    joan = Walker(browser, school, "guides", screen=NARROW)
    joan.be("Joan Whitfield")
    joan.follow("Short guides")
    joan.sees("Short guides")
    assert joan.page.locator("main li a").first.inner_text() == "Chair, vice-chair and governors"
    for screen in (NARROW, WIDE):
        joan.page.set_viewport_size(screen)
        joan.go("/guides/chair-of-governors/")
        joan.sees("For the chair, the vice-chair and governors")
    joan.page.emulate_media(media="print")
    for guide in guides.BY_ROLE:
        joan.go(guide.href)
        joan.page.evaluate("Promise.all([...document.images].map((one) => one.decode()))")
        sheets = re.findall(rb"/Type\s*/Page\b", joan.page.pdf(prefer_css_page_size=True))
        assert len(sheets) == 1, guide.name
    assert joan.wrong == []
    joan.leaves()


# --- What was written down, without a browser ---


def test_the_pictures_are_those_that_the_tool_wrote() -> None:
    written = json.loads(WRITTEN.read_text(encoding="utf-8"))

    assert sorted(path.stem for path in IMAGES.glob("*.png")) == sorted(written) == sorted(one.name for one in PICTURES)
    total = 0
    for name, was in written.items():
        png = (IMAGES / f"{name}.png").read_bytes()
        assert hashlib.sha256(png).hexdigest() == was["sha256"], f"{name} was changed by hand. {ANEW}"
        assert guides.size_of(png[:24]) == (was["width"], was["height"])
        assert len(png) <= MOST_BYTES
        total += len(png)
    assert total < 1_000_000


def test_each_guide_of_one_page_has_a_picture_and_each_picture_a_place() -> None:
    shown = {
        name: re.findall(r"!\[[^\]]+\]\([a-z./]*images/([a-z-]+)\.png\)", (guides.DOCS / one.path).read_text())
        for name, one in guides.GUIDES.items()
    }
    elsewhere = (guides.DOCS / "tour.md").read_text() + (guides.DOCS.parent / "README.md").read_text()

    without = [one.name for one in guides.BY_ROLE if not shown[one.name]]
    assert without == ["server-keeper"]
    used = {picture for those in shown.values() for picture in those}
    assert [one.name for one in PICTURES if one.name not in used and f"{one.name}.png" not in elsewhere] == []


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Due by 1:11pm today, Thursday 12 November.", "Due by TIME DAY."),
        ("Report of 12 November, website", "Report of DAY, website"),
        ("since Saturday 3 October 2026.", "since DAY."),
        ("by midday on Friday 13 November", "by TIME on DAY"),
        ("at midnight at the start of Friday 13 November", "at TIME DAY"),
        ("Ask now. 3 hours 50 minutes left.", "Ask now. SO LONG left."),
        ("55 minutes left", "SO LONG left"),
        ("2 days 1 hour left", "SO LONG left"),
        ("The policy is 405 days past its review date.", "The policy is SOME days past its review date."),
        ("Your reference CXMC-4QX8", "Your reference REFERENCE"),
        ("within 4 working hours, by 8 people", "within 4 working hours, by 8 people"),
        ("  two\n lines ", "two lines"),
    ],
)
def test_what_differs_each_time_is_taken_out_of_the_words(words: str, left: str) -> None:
    assert masked(words) == left
