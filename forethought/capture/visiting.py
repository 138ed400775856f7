"""Capturing one address: the way out, the browser and the archive put together, and what comes of it.

It runs in a process of its own (`taking.py`), because a page may take much memory and may end badly.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from forethought.capture import wacz
from forethought.capture.addresses import NotAllowed, read_address, shown
from forethought.capture.bounds import Limits, NotVisited, browser_program
from forethought.capture.browser import Visit, visit
from forethought.capture.certificates import Authority
from forethought.capture.dialling import Lines
from forethought.capture.housing import House
from forethought.capture.marks import MOST_BYTES, MOST_PICTURES, marks_of
from forethought.capture.proxy import Proxy
from forethought.capture.recording import Entry, Recorder


@dataclass(slots=True)
class Captured:
    """What came of a capture: what was seen, the archive, and what is known of how it was got, as plain values."""

    visit: Visit
    archive: BinaryIO
    facts: dict[str, Any]


def capture(
    address: str,
    *,
    lines: Lines | None = None,
    limits: Limits | None = None,
    hide: Sequence[Path] = (),
    more_switches: Sequence[str] = (),
) -> Captured:
    """Visit an address once and keep what it shows and what it sent. Raises NotVisited, with the reason in a sentence.

    Nobody is signed in, so it is what anybody sees. `lines` is how sites are reached; tests bring their own. `hide`
    are folders that the browser must not see. Policy 7.4.
    """
    try:
        place, asked = read_address(address)
    except NotAllowed as why:
        raise NotVisited(why.code, why.sentence) from None
    program = browser_program()
    if program is None:
        raise NotVisited("no_browser", "There is no Chromium on this machine, so nothing can be captured here.")
    recorder = Recorder(limits or Limits())
    proxy = Proxy(recorder, lines or Lines(), Authority(), visited=place.host)
    with House(proxy, program, hide=hide) as house:
        seen = visit(asked, proxy, house, more_switches=more_switches)
        apart = house.apart
    main = main_entry(recorder.entries, seen.final_address)
    if main is None:
        raise NotVisited("not_shown", "The page was not among what the site sent.")
    _say_what_is_missing(seen, recorder)
    facts = {
        "asked_for": shown(asked),
        "final_address": shown(seen.final_address),
        "status": seen.status,
        "began_at": _stamp(seen.began_at),
        "ended_at": _stamp(seen.ended_at or datetime.now(UTC)),
        "answered_at": main.began,
        "title": seen.title,
        "page_height": seen.height,
        "tiles": [{"top": tile.top, "sha256": hashlib.sha256(tile.png).hexdigest()} for tile in seen.tiles],
        "notes": seen.notes,
        "answers_kept": len(recorder.entries),
        "pictures": pictures_of(recorder),
        "set_apart": asdict(apart) if apart else None,
        **recorder.facts(),
    }
    warc = recorder.close(facts)
    page = wacz.Page(main.address, main.began, seen.title, seen.text)
    with warc:
        archive = wacz.package(warc, recorder.entries, page, made=recorder.stamp())
    return Captured(seen, archive, facts)


def main_entry(entries: Sequence[Entry], final: str) -> Entry | None:
    """The record of the page itself: the last answer to its final address that was no redirect; else the first."""
    bare = final.partition("#")[0]
    found = [one for one in entries if one.address == bare and one.method == "GET" and not 300 <= one.status < 400]
    if found:
        return found[0]
    # A page may give itself another address once it is there (history.pushState).
    pages = [one for one in entries if one.media in {"text/html", "application/xhtml+xml"} and one.status < 300]
    return pages[0] if pages else (entries[0] if entries else None)


def pictures_of(recorder: Recorder) -> list[dict[str, Any]]:
    """The largest pictures that the site sent, each with its address and what it is compared by later."""
    shown_ones = [one for one in recorder.entries if one.status == 200 and one.media.startswith("image/")]
    largest = sorted({one.address: one for one in shown_ones}.values(), key=lambda one: one.length, reverse=True)
    found = [(one.address, recorder.body_of(one, MOST_BYTES)) for one in largest[:MOST_PICTURES]]
    whole = [(address, body) for address, body in found if body]
    return [
        {"address": shown(address), "pdq": mark.pdq, "quality": mark.quality}
        for (address, _), mark in zip(whole, marks_of([body for _, body in whole]), strict=True)
        if mark is not None
    ]


def _say_what_is_missing(seen: Visit, recorder: Recorder) -> None:
    if recorder.refused:
        seen.note(f"{len(recorder.refused)} of the page's requests were refused or got no answer. They are listed.")
    for one in recorder.cut:
        seen.note(f"A part did not come whole: {one.sentence}")


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
