"""Makes the pictures of the guides: walks through the demonstration with a browser, and writes each with its words.

    .venv/bin/python -m tools.guide_pictures

Every picture comes anew, in docs/images, because what somebody does for one is seen in the next. What can be read in
each is written to tools/guide_pictures.json. A test walks the same way and holds the two together, so that a picture
which no longer shows what the program shows is found (tests/journeys/test_guide_pictures.py).
"""

import hashlib
import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
WRITTEN = Path(__file__).with_suffix(".json")

sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests")]

from walking import Walker  # noqa: E402  (the same people that walk in the journeys)

#: When it is in the pictures: a Thursday morning in term. It runs on from here while they are made, so nothing in the
#: demonstration falls due or late near it.
NOW = datetime(2026, 11, 12, 10, 20, tzinfo=UTC)

#: A picture is at most so large, in bytes.
MOST_BYTES = 120_000

#: So many pixels around what a picture is of.
EDGE = 16

#: A suspected breach under a procedure, as a head leaves it before choosing who looks into it.
MATTER = """
from django.utils import timezone
from forethought.audit.procedures import PROGRAM
from forethought.core.clock import london
from forethought.investigations import allegations, procedures
from forethought.investigations.standing import breach_of
from forethought.people.models import Account, Person, School
from forethought.rows import inside
now = timezone.now()
with inside(Account.objects.first().school_id):
    head, ben, day = Person.objects.get(name="Amina Okafor"), Person.objects.get(name="Ben Foster"), london(now).date()
    case = procedures.open_breach(school=School.objects.get(), subject=ben, words="A post about a parent.",
        happened_on=day, reporter=None, affected=[], from_case=None, child="no", by=PROGRAM, at=now)
    allegations.make_allegation(breach=breach_of(case), words="Wrote about a parent by name.", happened_on=day,
        clauses=["5.5"], policies=[], by=head, at=now)
    procedures.choose_procedure(breach=breach_of(case), procedure="disciplinary", engagement="", reason="It was open.",
        not_informal="It was done before.", version=1, by=head, at=now)
    print("matter", case.id)
"""


@dataclass(frozen=True)
class Picture:
    """One picture: who sees it, how wide their screen is, the way there, and from which part of the page to which."""

    name: str
    who: str
    width: int
    way: Callable[[Walker, Mapping[str, str]], None]
    first: str = "main h1"
    last: str = "main > :last-child"
    #: With what stands above it on every page.
    whole: bool = False


@dataclass(frozen=True)
class Made:
    """A picture as it was made: its bytes, its size in pixels, and the words that can be read in it."""

    png: bytes
    width: int
    height: int
    words: str


# --- The ways ---


def at(address: str) -> Callable[[Walker, Mapping[str, str]], None]:
    """Straight to an address. What was made for the pictures stands in it by name: {matter}."""
    return lambda walker, made: walker.go(address.format(**made))


def to_the_threat(amina: Walker, made: Mapping[str, str]) -> None:
    """The case in which somebody knows where a member of staff parks: the one that speaks of danger."""
    amina.go("/cases/")
    links = amina.page.locator("main a[href^='/cases/']").evaluate_all("all => all.map((one) => one.pathname)")
    for address in links:
        amina.go(address)
        if not amina.lacks("Somebody may be in danger"):
            return
    raise AssertionError("The demonstration has no case with a threat")


def to_the_change(owen: Walker, made: Mapping[str, str]) -> None:
    """The change to the policy that unions are asked about."""
    owen.go("/consultations/")
    owen.follow("A change to the policy")


def to_the_gate(ben: Walker, made: Mapping[str, str]) -> None:
    """A report, as far as the three questions before a record."""
    ben.go("/report/")
    ben.press("Start")
    ben.write("Tell us what happened", "Under a photo of the playground somebody calls me a liar.")
    ben.write("Where is it", "https://gossip.example/p/12")
    ben.choose("Is anyone in danger now?", "No")
    ben.press("Save and go on")
    ben.choose("Who do you think it is?", "A parent or carer")
    ben.choose("Could it be the headteacher?", "No")
    ben.choose("Is a child concerned?", "No")
    ben.press("Save and go on")
    ben.press("Add a record")


def past_the_gate(ben: Walker, made: Mapping[str, str]) -> None:
    """From the three questions, where one is not sure, to the page that says stop; and to the report, which is sent."""
    report = ben.page.url.removeprefix(ben.server.url).partition("/answer-gate/")[0]
    ben.choose("Could anyone in it be", "Not sure")
    ben.choose("Does it show an adult", "No")
    ben.choose("Does it show a threat", "No")
    ben.press("Go on")
    ben.write("Where is it?", "https://gossip.example/p/12")
    ben.press("Save and go on")
    ben.go(f"{report}/check/")
    ben.press("Send report")


def to_the_alert(susan: Walker, made: Mapping[str, str]) -> None:
    """What that “not sure” told the safeguarding lead."""
    susan.go("/")
    alert = susan.page.locator(".ft-deadline", has_text="A child may be at risk.").filter(has_not_text="You opened it")
    alert.get_by_role("button", name="Open").first.click()
    susan.page.wait_for_load_state()


#: On the page of a case, above what is to be done by when.
OWED = "main h2:has-text('Owed next')"

#: The button that sends the form of a page.
BUTTON = "main form .govuk-button"

#: In the order in which they are made: what Ben does for two of them is seen in the one after.
PICTURES = (
    Picture("owed-next", "Amina Okafor", 640, to_the_threat, first=OWED, last=":nth-match(main .ft-deadline, 3)"),
    Picture("case-page", "Amina Okafor", 1100, to_the_threat, last="h2:has-text('What happened') + p", whole=True),
    Picture("your-school", "Amina Okafor", 640, at("/school/"), last="main dl > :nth-child(5)"),
    Picture("who-does-what", "Amina Okafor", 640, at("/breaches/{matter}/choose-person/"), last=BUTTON),
    Picture("old-code", "Joan Whitfield", 640, at("/trail/"), first="main h2", last=BUTTON),
    Picture("data-breaches", "Grace Adeyemi", 640, at("/data-protection/breaches/")),
    Picture("change-asked", "Owen Price", 640, to_the_change),
    Picture("gate-phone", "Ben Foster", 320, to_the_gate, last=BUTTON),
    Picture("report-phone", "Ben Foster", 320, past_the_gate, first="main .govuk-panel"),
    Picture("alert-phone", "Susan Patel", 320, to_the_alert, last="main .govuk-inset-text"),
)

# --- Making them ---

#: The words between two heights of a page that somebody sees.
_READ = """([top, bottom]) => {
    const words = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(walk.currentNode);
        const box = range.getBoundingClientRect();
        const parent = walk.currentNode.parentElement;
        // What is there for a screen reader alone, or not shown at all, is in no picture.
        if (parent.closest(".govuk-visually-hidden, .govuk-skip-link")) continue;
        if (box.width > 1 && box.height > 1 && box.top + scrollY >= top && box.bottom + scrollY <= bottom
            && parent.checkVisibility({ visibilityProperty: true }))
            words.push(range.toString());
    }
    return words.join(" ");
}"""


def make_each(browser: Any, server: Any) -> Iterator[tuple[Picture, Made]]:
    """Every picture, in order, made on a server with a demonstration that nobody has touched."""
    matter = server.manage("shell", "-c", MATTER).split()[-1]
    walkers: dict[tuple[str, int], Walker] = {}
    try:
        for one in PICTURES:
            if (one.who, one.width) not in walkers:
                screen = {"width": one.width, "height": 900}
                walkers[one.who, one.width] = walker = Walker(browser, server, "pictures", screen=screen)
                walker.be(one.who)
            walker = walkers[one.who, one.width]
            one.way(walker, {"matter": matter})
            yield one, taken(walker, one)
    finally:
        for walker in walkers.values():
            walker.leaves()


def taken(walker: Walker, one: Picture) -> Made:
    """The picture of where somebody is now. Raises AssertionError where what it is of is not there."""
    page = walker.page
    page.evaluate("scrollTo(0, 0)")
    ends = [page.locator(part).first.bounding_box() for part in (one.first, one.last)]
    assert all(ends), f"{one.name}: {one.first} or {one.last} is not on {page.url}"
    top = 0 if one.whole else max(0, round(ends[0]["y"]) - EDGE)
    height = round(ends[1]["y"] + ends[1]["height"]) + EDGE - top
    box = {"x": 0, "y": top, "width": one.width, "height": height}
    png = page.screenshot(clip=box, full_page=True, animations="disabled", caret="hide")
    return Made(png, one.width, height, masked(page.evaluate(_READ, [top, top + height])))


def small(png: bytes) -> bytes:
    """The same picture in as many colours as a page of ours needs, without anything that tells when it was made."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    out = io.BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_MASKS = (
    (re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b"), "REFERENCE"),
    (re.compile(r"\b(?:\d{1,2}(?::\d\d)?[ap]m|midday|midnight at the start of|midnight)"), "TIME"),
    (re.compile(rf"\b(?:today, )?(?:[A-Z][a-z]+day )?\d{{1,2}} (?:{_MONTH})(?: \d{{4}})?"), "DAY"),
    (re.compile(r"\b(?:\d+ (?:days?|hours?|minutes?) ?)+(?=left)"), "SO LONG "),
    (re.compile(r"\b\d+(?= days past)"), "SOME"),
)


def masked(words: str) -> str:
    """The words of a picture, with what differs each time that it is made taken out: days, times, references."""
    words = " ".join(words.split())
    for pattern, name in _MASKS:
        words = pattern.sub(name, words)
    return words


def settings_of_the_clock(now: datetime) -> dict[str, str]:
    """The environment in which the program takes `NOW` for now, and goes on from it."""
    return {
        "PYTHONPATH": str(ROOT / "tools" / "standing_clock"),
        "FORETHOUGHT_PICTURES_LATER": str((NOW - now).total_seconds()),
    }


def main() -> None:
    """Make them all, and write down what they show."""
    import shutil

    from live import without_sandbox
    from playwright.sync_api import sync_playwright
    from server import serving

    said = {}
    with serving(mailing=True, **settings_of_the_clock(datetime.now(UTC))) as server, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=without_sandbox())
        for one, made in make_each(chromium, server):
            png = small(made.png)
            assert len(png) <= MOST_BYTES, f"{one.name} has {len(png)} bytes"
            (IMAGES / f"{one.name}.png").write_bytes(png)
            digest = hashlib.sha256(png).hexdigest()
            said[one.name] = {"width": made.width, "height": made.height, "sha256": digest, "words": made.words}
            print(f"{one.name}: {made.width} × {made.height}, {len(png):,} bytes")
        chromium.close()
    WRITTEN.write_text(json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
