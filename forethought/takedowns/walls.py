"""What stands between us and a page: a sign-in, a question about consent or age, a refusal, no answer at all.

The words that are looked for here can only lead away from “removed”. A page that merely uses them costs a person's
glance; one that hides behind them and is missed would cost the truth. Policy 8.5.
"""

import re
from enum import Enum
from urllib.parse import urlsplit

from forethought.takedowns.likening import same_answer
from forethought.takedowns.observed import Answer, Captured, Seen


class Wall(Enum):
    """What kind of thing keeps us out."""

    LOGIN = "login"
    CONSENT = "consent"
    UNREACHABLE = "unreachable"


#: Each only ever leads away from “removed”, so a page that merely uses the words loses nothing but a person's glance.
_CONSENT = re.compile(
    r"accept all|reject all|cookie|your privacy|we value your privacy|consent|confirm your age|are you over|"
    r"you must be 1[38]|age verification|date of birth|sensitive content|mature content",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"in your (?:country|region|location|area)|legal (?:request|demand|reasons)|geo-?restricted|withheld in",
    re.IGNORECASE,
)
_CHECK = re.compile(
    r"captcha|are you (?:a )?(?:human|robot)|verify(?:ing)? (?:that )?you are human|checking your browser|"
    r"unusual traffic|enable javascript|just a moment",
    re.IGNORECASE,
)
_SIGN_IN = re.compile(
    r"(?:^|[/._-])(?:log-?in|sign-?in|sign-?up|auth|sso|accounts?|checkpoint|authwall|join)(?:[/._?-]|$)", re.I
)
_MEMBERS = re.compile(
    r"(?:log|sign)(?:ged)?[ -]?in to (?:view|see|read|continue|access)|you must (?:be (?:logged|signed)|log|sign)|"
    r"members only|private (?:group|account|profile|server|channel|community|chat)|(?:request|ask) to join|"
    r"join (?:this|the) (?:group|community|server|channel|chat)|continue with (?:google|apple|email|facebook)|"
    r"(?:do not|don't|don’t) have permission|follow (?:this account )?to see|accept the invit|invitation is needed",
    re.IGNORECASE,
)
_CLOSED = "Strangers never saw it: it was recorded by somebody signed in or inside the group."
_PRIVATE = "This site answers strangers alike for what is deleted and for what is hidden from them."


def wall_of(captured: Captured, seen: Seen) -> tuple[Wall, tuple[str, ...]] | None:
    """What keeps us from seeing whether it is there, with why; None when the site showed what it shows everybody."""
    it = seen.it
    if it.status is None:
        return Wall.UNREACHABLE, (it.trouble or "No answer came.", *_about_site(seen))
    if it.status == 401:
        return Wall.LOGIN, ("The site asks who is there (401).",)
    if it.status not in _ANSWERS:
        return Wall.UNREACHABLE, (_REFUSED.get(it.status, f"The site answered with {it.status}."),)
    if captured.signed_in:
        return Wall.LOGIN, (_CLOSED,)
    if why := _login_wall(it):
        return Wall.LOGIN, (why,)
    if captured.hides_private:
        return Wall.LOGIN, (_PRIVATE,)
    if it.status in {404, 410}:
        return None
    if _HERE.search(it.page.text):
        return Wall.UNREACHABLE, ("The page speaks of places where it is not shown.",)
    if _CHECK.search(it.page.text) and len(it.page.words) < 200:
        return Wall.UNREACHABLE, ("The site checks for programs, and shows them nothing else.",)
    if _is_wall(seen):
        return Wall.CONSENT, ("The page asks for consent or age and shows nothing else.",)
    return None


#: Statuses that say something about the page. Every other one says something about us, or about the site's day.
_ANSWERS = frozenset({200, 203, 206, 404, 410})

#: What a status means that is neither an answer nor a “gone”.
_REFUSED = {
    202: "The site has not decided yet (202).",
    204: "The site answered without a word (204).",
    403: "The site refuses to show it to us (403). It may show it to others.",
    407: "The way out of this network asks for a password (407).",
    425: "The site asks to be asked later (425).",
    429: "The site says that it was asked too often (429).",
    451: "The site does not show it here, for legal reasons (451). It may show it elsewhere.",
    500: "The site has a fault (500).",
    502: "The site has a fault (502).",
    503: "The site cannot answer at present (503).",
    504: "The site did not answer in time (504).",
}


def _login_wall(it: Answer) -> str:
    if it.page.asks_password:
        return "The page asks for a password."
    asked, led = urlsplit(it.address), urlsplit(it.led_to or it.address)
    if (asked.netloc, asked.path) != (led.netloc, led.path) and _SIGN_IN.search(f"{led.netloc}{led.path}"):
        return "The address leads to a page for signing in."
    if _MEMBERS.search(it.page.text):
        return "The page speaks of signing in or joining before anything is shown."
    return ""


def _is_wall(seen: Seen) -> bool:
    """Whether the page asks about consent or age and says little else.

    A banner at the foot of every page is none: a page that is known to be there has it too, beside words of its own.
    """
    it, control = seen.it, seen.control
    if not _CONSENT.search(it.page.text) or len(it.page.words) > 250:
        return False
    return (
        control is None
        or not _CONSENT.search(control.page.text)
        or same_answer(it, control)
        or not same_answer(it, seen.made_up)
    )


def _about_site(seen: Seen) -> list[str]:
    if seen.control is None:
        return []
    up = seen.control.status is not None and seen.control.status < 400
    return ["Another page of the site answered." if up else "No other page of the site answered either."]


def shows_nothing(control: Answer) -> bool:
    """Whether the control page is a wall itself, so that it shows nothing about the site."""
    return bool(_login_wall(control)) or (bool(_CONSENT.search(control.page.text)) and len(control.page.words) < 60)
