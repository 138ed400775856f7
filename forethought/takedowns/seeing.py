"""One whole look at an address: asked plainly, drawn by the browser where scripts may have more to show, and judged.

Most pages come to a verdict when they are asked for plainly. Where that did not find the words, the page is drawn as
well, for it may be its scripts that bring them; and “removed” needs both to say so. Plain values; nobody is signed in
anywhere. Policy 8.5.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from forethought.capture.fetching import Fetch
from forethought.takedowns.observed import Answer, Captured, Picture, Seen
from forethought.takedowns.observing import Marks, marks_at, observe
from forethought.takedowns.page_text import PageText
from forethought.takedowns.verdicts import REMOVED, Judged, Verdict, judge


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A page as the browser drew it. `trouble` says in a sentence why it did not; the site's status is then unknown."""

    status: int | None = None
    led_to: str = ""
    text: str = ""
    pictures: tuple[Picture, ...] = ()
    trouble: str = ""


#: Draws an address. It never raises.
Draw = Callable[[str], Drawn]


@dataclass(frozen=True, kw_only=True)
class Before:
    """What was captured of an address: its address, the site's status then, what there is to compare with.

    `picture_addresses` are where the captured pictures came from.
    """

    address: str
    captured: Captured
    status: int | None = None
    picture_addresses: tuple[str, ...] = ()


#: Statuses with which a site shows a page; with any other there is nothing to draw.
_SHOWS = frozenset({200, 203, 206, 404, 410})
_NOT_DRAWN = "No browser drew the page here, so what its scripts show was not seen."


def look_at(
    before: Before, *, letters: str, fetch: Fetch, draw: Draw, marks: Marks, at: datetime
) -> tuple[Seen, Judged]:
    """One look: what was seen, and what it comes to. `letters` are random, for the made-up address. UTC. Policy 8.5."""
    seen = observe(before.address, letters=letters, fetch=fetch, at=at)
    plain = judge(before.captured, seen)
    if plain.verdict is Verdict.STILL_THERE or seen.it.status not in _SHOWS:
        return seen, plain
    if before.captured.pictures:
        found = marks_at(before.picture_addresses, fetch=fetch, marks=marks)
        seen = replace(seen, it=replace(seen.it, pictures=found))
        plain = judge(before.captured, seen)
    return _drawn(before, seen, plain, draw)


def nothing_answered(seen: Seen) -> bool:
    """Whether neither the page nor any other gave an answer: then there may be no way out from here at all."""
    return all(one is None or one.status is None for one in (seen.it, seen.made_up, seen.control))


def _drawn(before: Before, seen: Seen, plain: Judged, draw: Draw) -> tuple[Seen, Judged]:
    """Look again at what plain asking did not find, as a reader's browser would show it."""
    it = draw(before.address)
    if it.trouble:
        return seen, _undrawn(before, plain, it.trouble)
    shown = replace(seen, it=_as_drawn(seen.it, it))
    if plain.verdict is Verdict.REMOVED_AS_MADE_UP and seen.made_up and seen.control:
        others = [draw(one.address) for one in (seen.made_up, seen.control)]
        if trouble := next((one.trouble for one in others if one.trouble), ""):
            return shown, _undrawn(before, plain, trouble)
        shown = replace(shown, made_up=_as_drawn(seen.made_up, others[0]), control=_as_drawn(seen.control, others[1]))
    judged = judge(before.captured, shown)
    if judged.verdict is Verdict.STILL_THERE or plain.verdict in REMOVED:
        return shown, _not_as_before(before, judged)
    return seen, plain


def _undrawn(before: Before, plain: Judged, trouble: str) -> Judged:
    """The plain verdict, but “as for a made-up address”, which a page of scripts says of everything."""
    if plain.verdict is Verdict.REMOVED_AS_MADE_UP:
        return Judged(Verdict.CANNOT_TELL, (*plain.reasons, _NOT_DRAWN, trouble))
    return _not_as_before(before, plain)


def _not_as_before(before: Before, judged: Judged) -> Judged:
    """A number that the site gave already when the page was captured says nothing now."""
    if judged.verdict is Verdict.REMOVED_STATUS and before.status is not None and before.status >= 400:
        said = f"The site gave that number ({before.status}) already when the page was captured."
        return Judged(Verdict.CANNOT_TELL, (*judged.reasons, said))
    return judged


def _as_drawn(plain: Answer, drawn: Drawn) -> Answer:
    page = PageText(
        text=" ".join(drawn.text.split()), beneath=plain.page.beneath, asks_password=plain.page.asks_password
    )
    pictures = None if plain.pictures is None else (*plain.pictures, *drawn.pictures)
    return replace(plain, page=page, led_to=drawn.led_to or plain.led_to, pictures=pictures)
