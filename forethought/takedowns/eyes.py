"""How the program sees a site: over the way out that captures use, slowly, and drawn by the browser in its house."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings

from forethought.capture import taking
from forethought.capture.bounds import MIB, Limits, NotVisited
from forethought.capture.fetching import Fetch, Fetched
from forethought.capture.public_fetching import public_fetch
from forethought.takedowns.observed import Picture
from forethought.takedowns.seeing import Drawn

#: Seconds between two requests to one site in a look, and between two looks at one site.
BETWEEN, APART = 1.0, 30.0
#: How much one look may take of a page that is drawn.
LIMITS = Limits(seconds=30.0, all_bytes=48 * MIB)
_MOST_TEXT = 2_000_000


class Slowly:
    """A way to ask that leaves a moment between two requests."""

    def __init__(self, fetch: Fetch, *, seconds: float = BETWEEN, sleep: Callable[[float], None] = time.sleep) -> None:
        self._fetch, self._seconds, self._sleep = fetch, seconds, sleep
        self._asked: set[str] = set()

    def __call__(self, address: str, *, accept: str = "text/html") -> Fetched:
        """Ask, after a moment where this site was asked before."""
        host = urlsplit(address).netloc
        if host in self._asked:
            self._sleep(self._seconds)
        self._asked.add(host)
        return self._fetch(address, accept=accept)


class Pace:
    """When each site was last looked at by this process. Kept in memory alone: a list of sites says much."""

    def __init__(self, *, seconds: float = APART, steady: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._steady = seconds, steady
        self._ended: dict[str, float] = {}

    def wait(self, host: str) -> float:
        """For how many seconds more a site is left alone."""
        ended = self._ended.get(host)
        return 0.0 if ended is None else max(0.0, ended + self._seconds - self._steady())

    def note(self, host: str) -> None:
        """A look at a site has ended."""
        now = self._steady()
        self._ended = {one: at for one, at in self._ended.items() if now - at < self._seconds}
        self._ended[host] = now


def public() -> Fetch:
    """Plain requests to public sites alone. Each name is looked up once in a look."""
    return Slowly(public_fetch())


def draw_apart(address: str) -> Drawn:
    """Draw a page in a process of its own, whose browser sees nothing of this program's data."""
    hide = [settings.DATA, settings.VAULT, settings.MASTER_KEY_FILE.parent]
    try:
        with taking.taken(address, hide=hide, limits=LIMITS) as found:
            words = next((part for part in found.parts if part.name == "words.txt"), None)
            text = b"".join(found.pieces(words)).decode("utf-8", "replace") if words else ""
            facts = found.facts
    except NotVisited as why:
        return Drawn(trouble=why.sentence)
    return Drawn(
        status=facts["status"] or None,
        led_to=facts["final_address"],
        text=text[:_MOST_TEXT],
        pictures=tuple(Picture(one["pdq"], one["quality"]) for one in facts.get("pictures", [])),
    )
