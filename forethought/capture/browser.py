"""One visit to a page with Chromium: pictures in tiles, and its words. It renders; what it is sent, the proxy keeps."""

import base64
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Error, Page, Response, sync_playwright

from forethought.capture.bounds import NotVisited
from forethought.capture.housing import House
from forethought.capture.proxy import OURS, Proxy

#: Pixels. Above about 86,900 a picture comes out wrong without an error (measured), and with a GPU above 16,384.
TILE = 8000
MOST_TILES = 200
WIDTH, HEIGHT = 1280, 900
_WIDEST = 4000
_MOST_TEXT = 2_000_000
_MOST_TITLE = 300

#: Seconds for which nothing must be under way before a page counts as there.
_QUIET = 0.5

#: Seconds after which it is not waited for any longer, though the browser says that it still reads.
_LONG_QUIET = 3.0

#: Milliseconds until a part of the page that has just come into sight is painted.
_PAINTED = 150

#: Seconds that frames of other sites are given beyond that, all together, for one picture.
_FRAMES_PAINTED = 5.0

#: Ask a frame when it has painted: a second frame begins once the first was handed on. One that is out of sight never
#: begins any, so it is not waited for beyond two seconds.
_HAS_PAINTED = (
    "new Promise(go => { setTimeout(go, 2000); requestAnimationFrame(() => requestAnimationFrame(() => go())) })"
)

#: Seconds kept back from the limit, for pictures and words.
_KEPT_BACK = 12.0

_SWITCHES = (
    "--proxy-bypass-list=<-loopback>",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
    "--no-first-run",
    "--dns-prefetch-disable",
    "--disable-features=OptimizationHints,MediaRouter,AutofillServerCommunication,CertificateTransparencyComponentUpdater,"
    "Translate,InterestFeedContentSuggestions,NetworkPrediction,DialMediaRouteProvider,AsyncDns,DnsOverHttps",
)

_NO_SANDBOX = (
    "This machine does not let the browser lock itself in, so it was not started. Whoever runs the machine can permit "
    "user namespaces. Add a screen print meanwhile."
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of a part of the page: how many pixels from its top it begins, and the PNG."""

    top: int
    png: bytes


@dataclass(slots=True)
class Visit:
    """What was seen. Times in UTC; `status` is the site's; `notes` says what is not whole, in sentences.

    `first_sight` is a PNG of what a reader sees before they scroll; `height` is the whole page's, in pixels.
    """

    address: str
    began_at: datetime
    final_address: str = ""
    status: int = 0
    title: str = ""
    text: str = ""
    height: int = 0
    first_sight: bytes = b""
    tiles: list[Tile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ended_at: datetime | None = None

    def note(self, sentence: str) -> None:
        """Say something about it, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)


def visit(address: str, proxy: Proxy, house: House, *, more_switches: Sequence[str] = ()) -> Visit:
    """Look at a page in a browser that knows nobody, and keep what it shows. Raises NotVisited.

    It answers no question, takes no download, opens nothing further, and signs in nowhere.
    """
    found = Visit(address, datetime.now(UTC))
    try:
        with sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                house.profile,
                executable_path=house.program,
                headless=True,
                chromium_sandbox=True,
                args=[*_SWITCHES, f"--ignore-certificate-errors-spki-list={proxy.authority.pin}", *more_switches],
                viewport={"width": WIDTH, "height": HEIGHT},
                locale="en-GB",
                timezone_id="Europe/London",
                accept_downloads=False,
                timeout=20_000,
            )
            try:
                _look(context, found, proxy)
            finally:
                with suppress(Error):
                    context.close()
    except Error as error:
        if "No usable sandbox" in str(error) or "zygote_host_impl_linux" in str(error):
            raise NotVisited("no_sandbox", _NO_SANDBOX) from None
        raise NotVisited("browser", _plain(error)) from None
    found.ended_at = datetime.now(UTC)
    if apart := house.apart:
        for sentence in apart.lacking():
            found.note(sentence)
    return found


def _look(context: BrowserContext, found: Visit, proxy: Proxy) -> None:
    page = context.pages[0] if context.pages else context.new_page()
    _answer_nothing(context, page, found)
    recorder = proxy.recorder
    until = time.monotonic() + max(1.0, recorder.left - _KEPT_BACK)
    answer = _go(page, found, recorder.left)
    if answer is not None and (code := answer.headers.get(OURS)):
        refused = [one.sentence for one in recorder.refused if one.code == code]
        raise NotVisited(code, refused[-1] if refused else "The site could not be asked.")
    found.status = answer.status if answer is not None else 0
    _settle(page, proxy, until, found)
    session = context.new_cdp_session(page)
    _scroll(page, until)
    _settle(page, proxy, until, found)
    found.final_address = page.url
    if not page.url.startswith(("http://", "https://")):
        raise NotVisited("left_the_web", "The page led to something that is not on the web.")
    found.title = page.title()[:_MOST_TITLE]
    found.text = _words(context, page)[:_MOST_TEXT]
    _picture(context, page, session, found, recorder.left)


def _go(page: Page, found: Visit, left: float) -> Response | None:
    try:
        return page.goto(found.address, wait_until="commit", timeout=max(1.0, left - _KEPT_BACK) * 1000)
    except Error as error:
        said = str(error)
        if "Timeout" in said and page.url != "about:blank":
            found.note("The page did not stop loading. This is how far it had come.")
            return None
        if "Download is starting" in said:
            raise NotVisited("download", "This address gives a file to save, not a page.") from None
        raise NotVisited("not_shown", _plain(error)) from None


def _answer_nothing(context: BrowserContext, page: Page, found: Visit) -> None:
    """Boxes that a page puts up are closed, and said; so are further windows, and files it wants to have saved."""

    def close_box(dialog: Any) -> None:
        found.note(f"The page put up a box ({dialog.type}); it was closed: {dialog.message[:200]}")
        with suppress(Error):
            dialog.dismiss()

    def close_window(other: Page) -> None:
        found.note("The page opened another window; it was closed.")
        with suppress(Error):
            other.close()

    page.on("dialog", close_box)
    page.on("download", lambda _: found.note("The page wanted a file to be saved; it was not."))
    page.on("crash", lambda _: found.note("The page broke down while it was looked at."))
    context.on("page", close_window)


def _settle(page: Page, proxy: Proxy, until: float, found: Visit) -> None:
    """Wait until the page has been read and nothing has been under way for a moment."""
    while (quiet := proxy.recorder.quiet_for()) < _QUIET or (quiet < _LONG_QUIET and _being_read(page)):
        if time.monotonic() >= until:
            found.note("The page did not stop loading. This is how far it had come.")
            return
        page.wait_for_timeout(50)


def _being_read(page: Page) -> bool:
    """Whether the browser still reads the page. One that is on its way to another page answers nothing; so be it."""
    with suppress(Error):
        return bool(page.evaluate("() => document.readyState === 'loading'"))
    return True


def _scroll(page: Page, until: float) -> None:
    """Go down the page as a reader would, so that what comes only when it is reached comes; then back up."""
    down = 0
    while time.monotonic() < until and down < TILE * MOST_TILES:
        moved = page.evaluate(
            "() => { const before = window.scrollY; window.scrollBy({top: window.innerHeight, behavior: 'instant'});"
            " return window.scrollY - before; }"
        )
        if not moved:
            break
        down += HEIGHT
        page.wait_for_timeout(60)
    page.evaluate("() => window.scrollTo({top: 0, behavior: 'instant'})")


def _picture(context: BrowserContext, page: Page, session: CDPSession, found: Visit, left: float) -> None:
    """The page as it is first seen, then the whole of it in tiles from the top. Said where it was cut off, or grew.

    For each tile the window itself is moved there. Chromium can also take a picture beyond its window, but then leaves
    out what other sites' frames show, now and then, without a word (measured: 18 of 20 frames).
    """
    until = time.monotonic() + max(2.0, left - 2)
    found.first_sight = _shot(session)
    width, before = _extent(session)
    tall = max(HEIGHT, min(TILE, before))
    page.set_viewport_size({"width": width, "height": tall})
    page.wait_for_timeout(_PAINTED)
    found.height = _extent(session)[1]
    covered = 0
    while covered < found.height:
        if len(found.tiles) >= MOST_TILES or (found.tiles and time.monotonic() >= until):
            found.note(f"The pictures were cut off {covered} pixels down; the page is {found.height} pixels long.")
            return
        top = page.evaluate("y => { window.scrollTo({top: y, behavior: 'instant'}); return window.scrollY; }", covered)
        _wait_until_painted(context, page, width, tall)
        if top + tall <= covered:
            found.note("The page could not be moved further down, so its end is not in the pictures.")
            return
        found.tiles.append(Tile(int(top), _shot(session)))
        covered = int(top) + tall
    if (now := _extent(session)[1]) > found.height:
        found.note(f"The page grew while its pictures were taken, from {found.height} to {now} pixels.")


def _wait_until_painted(context: BrowserContext, page: Page, width: int, tall: int) -> None:
    """Wait until what has come into sight is painted, frames of other sites too: each paints in a process of its own.

    They are asked apart from their own scripts, which could answer for them.
    """
    page.wait_for_timeout(_PAINTED)
    until = time.monotonic() + _FRAMES_PAINTED
    for frame in page.frames[1:]:
        if time.monotonic() >= until:
            return
        with suppress(Error):
            box = frame.frame_element().bounding_box()
            if not box or not (-box["height"] < box["y"] < tall and -box["width"] < box["x"] < width):
                continue
            # A frame of the same site has no session of its own: it is painted with the page.
            session = context.new_cdp_session(frame)
            of = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
            world = session.send("Page.createIsolatedWorld", {"frameId": of})["executionContextId"]
            session.send("Runtime.evaluate", {"expression": _HAS_PAINTED, "contextId": world, "awaitPromise": True})
            session.detach()


def _shot(session: CDPSession) -> bytes:
    return base64.b64decode(session.send("Page.captureScreenshot", {"format": "png"})["data"])


def _extent(session: CDPSession) -> tuple[int, int]:
    size = session.send("Page.getLayoutMetrics")["cssContentSize"]
    return min(max(int(size["width"]), WIDTH), _WIDEST), max(int(size["height"]), 1)


def _words(context: BrowserContext, page: Page) -> str:
    """The words that are laid out on the page, frames of other sites and shadow trees among them.

    `innerText` does not reach into shadow trees; a snapshot of the layout does (measured).
    """
    said = []
    for frame in page.frames:
        target: Any = page if frame is page.main_frame else frame
        # A frame of the same site belongs to the page's own session, whose snapshot holds it already.
        with suppress(Error):
            session = context.new_cdp_session(target)
            snapshot = session.send("DOMSnapshot.captureSnapshot", {"computedStyles": []})
            said.append("\n".join(_laid_out(snapshot)))
            session.detach()
    return "\n\n".join(said)


def _laid_out(snapshot: dict[str, Any]) -> Iterable[str]:
    strings = snapshot["strings"]
    for document in snapshot["documents"]:
        for index in document["layout"]["text"]:
            if index >= 0 and (text := strings[index].strip()):
                yield text


def _plain(error: Error) -> str:
    """What the browser says, in words, without the address."""
    said = str(error)
    for sign, sentence in (
        ("ERR_TOO_MANY_REDIRECTS", "The address leads round in a circle."),
        ("ERR_UNSAFE_REDIRECT", "The address leads to something that is not on the web."),
        ("ERR_INVALID_REDIRECT", "The address leads to something that is not on the web."),
        ("ERR_EMPTY_RESPONSE", "The site sent nothing."),
        ("Timeout", "The page did not come in time."),
        ("ERR_ABORTED", "The address gives no page to show."),
        ("Target", "The browser ended unexpectedly."),
    ):
        if sign in said:
            return sentence
    return "The browser could not show this page."
