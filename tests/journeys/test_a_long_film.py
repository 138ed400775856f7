"""Sending a large film from a phone: progress, a broken line, a server that starts again, in a real browser."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from live import Live
from walking import NARROW, Walker

MIB = 1024 * 1024


@pytest.fixture
def tess(browser: Any, school: Live) -> Iterator[Walker]:
    walker = Walker(browser, school, "long-film", screen=NARROW)
    yield walker
    # A line that breaks is said by the browser itself as well.
    wrong = [one for one in walker.wrong if "net::ERR" not in one and "Failed to load resource" not in one]
    walker.leaves()
    assert wrong == []


@pytest.fixture
def film(tmp_path: Path) -> Path:
    file = tmp_path / "clip from the bus.mp4"
    file.write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * (26 * MIB // 256))
    return file


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    file = tmp_path / "voicemail.wav"
    file.write_bytes(b"RIFF\x00\x00\x10\x00WAVE" + bytes(3 * MIB))
    return file


def comes_to_the_files(tess: Walker) -> None:
    tess.be("Tess Harlow")
    tess.press("Report something online")
    tess.press("Start")
    tess.write("Tell us what happened", "They filmed it and sent it round.")
    tess.choose("Is anyone in danger now?", "No")
    tess.press("Save and go on")
    tess.go(tess.page.url.removeprefix(tess.server.url).replace("/who/", "/answer-gate/"))
    tess.says_no_to_all_of_the_gate()
    tess.follow("Social media")
    tess.sees("Social media")


def records_open(server: Live) -> int:
    """How many records the check of the vault could open. The demonstration has some of its own."""
    found = re.search(r"(\d+) records? open", server.manage("verify"))
    assert found
    return int(found[1])


def breaks(broken: Callable[[], bool]) -> Callable[[Any], None]:
    """A line that breaks for as long as is said, in the middle of pieces after the first."""

    def route(one: Any) -> None:
        if "offset=" in one.request.url and "offset=0" not in one.request.url and broken():
            one.abort("connectionreset")
        else:
            one.continue_()

    return route


@pytest.mark.policy("7.3", "7.4")
def test_a_film_goes_on_when_the_line_breaks_and_when_the_server_starts_again(
    tess: Walker, film: Path, voice: Path
) -> None:
    comes_to_the_files(tess)
    before = records_open(tess.server)
    # Broken until it has been looked at: a fast machine would be done before.
    looked: list[bool] = []
    tess.page.route("**/upload/**", breaks(lambda: not looked))
    tess.page.get_by_label("Files", exact=True).set_input_files([film, voice])
    tess.page.get_by_role("button", name="Keep these records").click()
    tess.page.get_by_role("heading", name="Sending 2 files").wait_for()
    tess.page.get_by_text("The connection broke. Trying again.").first.wait_for()
    tess.sees("Social media")
    looked.append(True)
    tess.server.kill()
    tess.server.start()
    tess.page.get_by_role("heading", level=1, name="Records").wait_for(timeout=180_000)
    tess.sees("Records")
    assert tess.reads("clip from the bus.mp4") and tess.reads("voicemail.wav")
    assert records_open(tess.server) == before + 2


@pytest.mark.policy("7.3")
def test_a_film_left_half_sent_goes_on_another_time(tess: Walker, film: Path) -> None:
    comes_to_the_files(tess)
    here = tess.page.url
    tess.page.route("**/upload/**", breaks(lambda: True))
    tess.page.get_by_label("Files", exact=True).set_input_files(film)
    tess.page.get_by_role("button", name="Keep these records").click()
    tess.page.get_by_text("The connection broke. Trying again.").first.wait_for()
    tess.page.get_by_role("button", name="Stop", exact=True).click()
    tess.page.get_by_role("button", name="Change the files and try again").wait_for()
    tess.sees("Social media")
    tess.page.unroute("**/upload/**")
    tess.page.goto(here)
    sent: list[str] = []
    tess.page.on("request", lambda one: "offset=" in one.url and sent.append(one.url.split("offset=")[1]))
    tess.attaches(film)
    tess.press("Keep these records")
    tess.page.get_by_role("heading", level=1, name="Records").wait_for(timeout=180_000)
    tess.sees("Records")
    assert sent and sent[0] == str(8 * MIB), "what had come was not sent again"
