"""What was captured is shown again in Chromium with the site switched off, from the archive and nothing else."""

import hashlib
import socket
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy
import pdqhash
import pytest
from archives import LONG, PATIENT, Replay, capture
from hard_site import HARD, HARD_PARTS, Site
from PIL import Image

from forethought.capture.visiting import Captured
from forethought.evidence.likeness import LEAST_QUALITY, look_alike

PAGE = "text/html; charset=utf-8"
POSTS = "".join(
    f"<article style='background:hsl({n * 47 % 360} 60% {30 + n * 13 % 50}%);"
    f"padding:{n * 7 % 40}px;margin-left:{n * 31 % 300}px'>"
    f"<h2>Post {n}</h2><p>{'What somebody wrote. ' * (n % 9 + 1)}</p></article>"
    for n in range(25)
)  # fmt: skip


def picture() -> bytes:
    """A photograph, as far as a fingerprint can tell."""
    across, down = numpy.meshgrid(numpy.arange(640), numpy.arange(400))
    light = 128 + 60 * numpy.sin(across / 37) + 50 * numpy.cos(down / 23 + across / 90)
    made = BytesIO()
    Image.fromarray(numpy.stack([light, light[::-1], 255 - light], axis=2).clip(0, 255).astype("uint8")).save(
        made, "PNG"
    )
    return made.getvalue()


def patiently(path: str, site: Site) -> Captured:
    """A capture in which every part has to be."""
    return capture(f"https://{HARD}{path}", lines=site.lines(), limits=LONG, quiet=PATIENT)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Captured]]:
    """Two captures. When they are handed out, their site is switched off."""
    site = Site(tmp_path_factory.mktemp("site"))
    photograph = picture()
    site.more["/photograph.png"] = lambda handler: handler.give(200, "image/png", photograph)
    body = f"<!doctype html><title>A wall</title><h1>The wall</h1><img src=/photograph.png alt=''>{POSTS}".encode()
    site.more["/wall"] = lambda handler: handler.give(200, PAGE, body)
    found = {path: patiently(path, site) for path in ("/", "/wall")}
    ways = list(site.ways.values())
    site.stop()
    for port in ways:
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", port), 1)
    yield found


def shown_again(captured: Captured, path: str, folder: Path) -> tuple[Captured, Replay]:
    """The same address, visited where only the archive answers."""
    captured.archive.seek(0)
    replay = Replay(folder, captured.archive.read())
    try:
        return patiently(path, replay), replay
    finally:
        replay.stop()


def mark(png: bytes) -> tuple[str, int]:
    """PDQ of a picture in 64 hex digits, and how much there is to see in it."""
    bits, quality = pdqhash.compute(numpy.asarray(Image.open(BytesIO(png)).convert("RGB")))
    return numpy.packbits(numpy.asarray(bits, dtype=numpy.uint8)).tobytes().hex(), int(quality)


@pytest.mark.policy("7.4")
def test_the_hard_page_is_shown_from_its_archive_whole(kept: dict[str, Captured], tmp_path: Path) -> None:
    first = kept["/"]
    again, replay = shown_again(first, "/", tmp_path)

    assert set(replay.answered) == HARD_PARTS and len(HARD_PARTS) == 16
    assert replay.missing == []
    assert "All of it came." in again.visit.text
    assert (again.visit.text, again.visit.title) == (first.visit.text, first.visit.title)
    assert again.facts["status"] == first.facts["status"] and again.visit.height == first.visit.height


@pytest.mark.policy("7.4")
def test_a_page_looks_from_its_archive_as_it_looked(kept: dict[str, Captured], tmp_path: Path) -> None:
    first = kept["/wall"]
    again, replay = shown_again(first, "/wall", tmp_path)

    assert replay.missing == [] and again.visit.text == first.visit.text
    pictures = [(first.visit.first_sight, again.visit.first_sight)]
    pictures += [(one.png, other.png) for one, other in zip(first.visit.tiles, again.visit.tiles, strict=True)]
    for one, other in pictures:
        (then, quality), (now, _) = mark(one), mark(other)
        assert quality >= LEAST_QUALITY, "there must be something to compare"
        assert look_alike(then, now) is not None


def test_what_is_not_in_the_archive_is_not_shown(kept: dict[str, Captured], tmp_path: Path) -> None:
    # Else the tests above would prove nothing: an archive of another page answers nothing of this one.
    again, replay = shown_again(kept["/wall"], "/ordinary", tmp_path)

    assert again.facts["status"] == 404 and f"https://{HARD}/ordinary" in replay.missing
    assert "Post" not in again.visit.text
    assert hashlib.sha256(again.visit.first_sight).digest() != hashlib.sha256(kept["/wall"].visit.first_sight).digest()
