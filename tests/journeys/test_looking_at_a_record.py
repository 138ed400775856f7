"""A senior manager looks at what was handed in: covered first, then played from the sealed store."""

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from live import Live
from PIL import Image
from walking import NARROW, WIDE, Walker, hands_in, opens_the_first_case


@pytest.fixture(params=["own name", "another name"])
def school(request: pytest.FixtureRequest, demonstration: Live) -> Live:
    if request.param == "another name":
        demonstration.stop()
        demonstration.start(FORETHOUGHT_EVIDENCE_ORIGIN=f"http://127.0.0.1:{demonstration.port}")
    return demonstration


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    film, picture, words = tmp_path / "clip.mp4", tmp_path / "shot.png", tmp_path / "said.txt"
    made = ["-f", "lavfi", "-i", "testsrc=duration=20:size=640x360:rate=25", "-pix_fmt", "yuv420p", "-b:v", "3M"]
    subprocess.run(["ffmpeg", "-loglevel", "error", *made, "-movflags", "+faststart", film], check=True)
    Image.effect_noise((900, 600), 80).save(picture)
    words.write_text("They wrote: <b>we know where you live</b>\n" * 4)
    return [film, picture, words]


def until(walker: Walker, holds: str, *, within: float = 60.0) -> None:
    """Wait for something in the page. Playwright's own waiting would need a page that lets text become script."""
    latest = time.monotonic() + within
    while not walker.page.evaluate(f"() => {holds}"):
        assert time.monotonic() < latest, holds
        time.sleep(0.05)


@pytest.mark.policy("7.3", "7.4")
def test_a_film_plays_and_a_picture_is_seen_after_one_press(somebody: Any, files: list[Path]) -> None:
    hands_in(somebody("handing-in", screen=NARROW), files, "They filmed it and sent it round.")
    david = somebody("looking", screen=WIDE)
    case = opens_the_first_case(david)
    david.page.clock.install()
    hrefs = david.page.locator("a:has-text('Open this record')").evaluate_all("all => all.map(one => one.href)")
    assert len(hrefs) == 3
    seen = set()
    for href in hrefs:
        david.page.goto(href)
        assert david.page.locator("main img, main video, main pre").count() == 0
        [button] = (
            david.page.get_by_role("button", name="Show").or_(david.page.get_by_role("button", name="Play")).all()
        )
        how = button.inner_text()
        seen.add(how)
        heading = david.page.get_by_role("heading", level=1).inner_text()
        david.sees(heading)
        button.click()
        david.page.get_by_role("heading", name="What was handed in").wait_for()
        if how == "Play the film":
            film = david.page.locator("video")
            film.evaluate("one => { one.muted = true; return one.play() }")
            until(david, "document.querySelector('video').currentTime > 0.3")
            # Whoever listens sits still, and is not signed out for it.
            with david.page.expect_request("**/stay/") as stayed:
                david.page.clock.fast_forward(320_000)
            assert stayed.value.response().status == 204
            film.evaluate("one => { one.currentTime = 18 }")
            until(david, "document.querySelector('video').currentTime > 18.1")
            film.evaluate("one => one.pause()")
        elif how == "Show the picture":
            until(david, "document.querySelector('main img')?.naturalWidth === 900")
        else:
            assert "<b>we know where you live</b>" in david.page.locator("pre").inner_text()
        david.sees(heading)
    assert seen == {"Play the film", "Show the picture", "Show the words"}
    david.page.goto(case)
