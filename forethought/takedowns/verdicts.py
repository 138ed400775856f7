"""Whether something is gone, from what was seen: by comparing with what was captured, never by a form of words.

A live post may quote “has been removed”, and a page that is gone may say nothing of the kind. So the page is compared
with what was captured, with what the same site says of an address that nobody made, and with a page of
it that is known to be there. Words like “accept all cookies” can only lead away from “removed”. The answer is a
proposal: it becomes the case's word when a person says so (evidence.md 3.7). Policy 8.5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from forethought.takedowns.likening import LEAST_QUALITY, same_answer, same_picture, share_left, words_in
from forethought.takedowns.observed import Answer, Captured, Seen
from forethought.takedowns.page_text import words_of
from forethought.takedowns.walls import Wall, shows_nothing, wall_of

#: Two looks that found nothing must lie this far apart: a site that stumbles for a minute has removed nothing.
APART = timedelta(minutes=15)

#: How alike the complained-of words must be to what stands there, to be those words changed.
CHANGED = 0.7
#: The share of the captured runs of five words from which the page is the same page.
SAME_PAGE = 0.5
#: From here on, something of the page is still there.
SOMETHING_LEFT = 0.15


class Verdict(StrEnum):
    """What the comparison comes to. Policy 8.5."""

    STILL_THERE = "still_there"
    ALTERED = "altered"
    IMAGE_REMAINS = "image_remains"
    REMOVED_STATUS = "removed_status"
    REMOVED_AS_MADE_UP = "removed_as_made_up"
    LOGIN_WALL = "login_wall"
    CONSENT_WALL = "consent_wall"
    UNREACHABLE = "unreachable"
    CANNOT_TELL = "cannot_tell"


#: The verdicts that say it is gone. A person still has to say so.
REMOVED = frozenset({Verdict.REMOVED_STATUS, Verdict.REMOVED_AS_MADE_UP})

#: As the page of a takedown says it.
SAID = {
    Verdict.STILL_THERE: "Still there",
    Verdict.ALTERED: "There, but changed",
    Verdict.IMAGE_REMAINS: "The words are gone, the picture is still there",
    Verdict.REMOVED_STATUS: "It looks removed: the site says that there is nothing at this address",
    Verdict.REMOVED_AS_MADE_UP: "It looks removed: the site answers as it does for a made-up address",
    Verdict.LOGIN_WALL: "Behind a sign-in: only a person can look",
    Verdict.CONSENT_WALL: "Behind a question about consent or age: only a person can look",
    Verdict.UNREACHABLE: "The site did not let us look",
    Verdict.CANNOT_TELL: "Nobody can tell from here: a person has to look",
}


_WALLS = {
    Wall.LOGIN: Verdict.LOGIN_WALL,
    Wall.CONSENT: Verdict.CONSENT_WALL,
    Wall.UNREACHABLE: Verdict.UNREACHABLE,
}


@dataclass(frozen=True)
class Judged:
    """The verdict with its reasons, in the order in which they weighed."""

    verdict: Verdict
    reasons: tuple[str, ...]


def judge(captured: Captured, seen: Seen) -> Judged:
    """What one look comes to, with the reasons: never “removed” where something else could be so. Policy 8.5."""
    found = _still_something(captured, seen)
    if found is not None:
        return found
    reasons = _absent(captured, share_left(captured, seen))
    if wall := wall_of(captured, seen):
        kind, said = wall
        return _judged(_WALLS[kind], *reasons, *said)
    return _gone(captured, seen, reasons)


def why_not_removed(looks: Sequence[tuple[datetime, Verdict]]) -> str | None:
    """Why “removed” is not even proposed yet: it takes two looks, 15 minutes apart, with nothing else between them.

    The looks in the order in which they were made, times in UTC. A look that brought no answer is passed over: it saw
    nothing either way. Policy 8.5.
    """
    told = [(at, verdict) for at, verdict in looks if verdict is not Verdict.UNREACHABLE]
    if not told or told[-1][1] not in REMOVED:
        return "The last look did not find it gone."
    last = told[-1][0]
    for at, verdict in reversed(told[:-1]):
        if verdict not in REMOVED:
            break
        if last - at >= APART:
            return None
    return (
        "It was found gone once. It is looked at again after 15 minutes before anybody is told that it looks removed."
    )


# ---------------------------------------------------------------------------------------------------------------
# What is still there


def _still_something(captured: Captured, seen: Seen) -> Judged | None:
    it = seen.it
    there, alike = words_in(captured.words, it.page.words)
    share = share_left(captured, seen)
    picture = same_picture(captured.pictures, it.pictures or ())
    told = f"The site answered with {it.status}." if it.status is not None else ""
    left = f"{_per_cent(share)} of the captured text is still there." if share is not None else ""
    if there:
        covered = (
            "The page asks for a sign-in over it, but sends the words all the same." if it.page.asks_password else ""
        )
        return _judged(Verdict.STILL_THERE, "The words complained of are there.", left, covered, told)
    if alike >= CHANGED:
        said = f"The words complained of are there in another form ({_per_cent(alike)} alike)."
        return _judged(Verdict.ALTERED, said, left, told)
    if share is not None and share >= SAME_PAGE:
        if not captured.words:
            return _judged(Verdict.STILL_THERE, left, told)
        return _judged(Verdict.ALTERED, "The words complained of are not there; most of the page is.", left, told)
    if picture is not None:
        said = f"A captured picture is still there: {picture} of 256 marks differ."
        return _judged(Verdict.IMAGE_REMAINS, "The words complained of are not there.", said, told)
    if share is not None and share >= SOMETHING_LEFT:
        return _judged(
            Verdict.ALTERED,
            "The words complained of are not there, but part of the page is. Look whether they have moved.",
            left,
            told,
        )
    if captured.words and words_in(captured.words, words_of(it.page.beneath))[0]:
        return _judged(
            Verdict.CANNOT_TELL, "The words are not shown, but the site still sends them with the page.", told
        )
    return None


def _absent(captured: Captured, share: float | None) -> list[str]:
    """What was looked for and not found, as reasons."""
    reasons = []
    if captured.words:
        reasons.append("The words complained of were not found.")
    if share is not None:
        reasons.append("The captured text was not found.")
    if any(one.quality >= LEAST_QUALITY for one in captured.pictures):
        reasons.append("No captured picture was found.")
    return reasons


# ---------------------------------------------------------------------------------------------------------------
# Gone, or nobody can tell


def _gone(captured: Captured, seen: Seen, reasons: list[str]) -> Judged:
    it, control, made_up = seen.it, seen.control, seen.made_up
    if not reasons:
        return _judged(Verdict.CANNOT_TELL, "Nothing was captured that this look could be compared with.")
    if captured.pictures and it.pictures is None:
        return _judged(Verdict.CANNOT_TELL, *reasons, "Nobody asked for the captured picture at its own address.")
    if control is None or control.status is None or control.status >= 400 or shows_nothing(control):
        return _judged(
            Verdict.CANNOT_TELL, *reasons, "No other page of the site could be seen, so the site itself may be down."
        )
    if same_answer(control, it):
        return _judged(Verdict.CANNOT_TELL, *reasons, "The site says the same for every address.")
    if it.status in {404, 410}:
        told = "The site says that there is nothing at this address"
        return _judged(Verdict.REMOVED_STATUS, *reasons, f"{told} ({it.status}).", "Another page of the site is there.")
    if made_up is None or made_up.status is None:
        return _judged(Verdict.CANNOT_TELL, *reasons, "What the site says of a made-up address is not known.")
    if made_up.status == it.status and same_answer(it, made_up) and _leads_alike(it, made_up):
        return _judged(
            Verdict.REMOVED_AS_MADE_UP,
            *reasons,
            "The site answers as it does for a made-up address.",
            "Another page of the site is there.",
        )
    return _judged(Verdict.CANNOT_TELL, *reasons, "Something else stands at this address now.")


def _leads_alike(it: Answer, made_up: Answer) -> bool:
    """Whether both stayed where they were asked for, or both were led to one place."""
    stayed = [one.led_to in {"", one.address} for one in (it, made_up)]
    return all(stayed) or (not any(stayed) and _without_own(it) == _without_own(made_up))


def _without_own(one: Answer) -> tuple[str, str]:
    led = urlsplit(one.led_to)
    return led.netloc, led.path


def _judged(verdict: Verdict, *reasons: str) -> Judged:
    return Judged(verdict, tuple(reason for reason in reasons if reason))


def _per_cent(share: float) -> str:
    return f"{round(share * 100)} per cent"
