"""Whom a nudge goes to and when, which devices and numbers are taken, and the one sentence that is ever sent.

A nudge says that something waits and nothing else. The mail goes in any case, so a nudge that is lost costs nothing.
"""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlsplit

#: What a text message says. It is the same for everybody and everything; a push has no words at all.
TEXT = "There is something for you in Forethought. Please sign in."

#: What the text message with a code says.
CODE_TEXT = "Your code for Forethought is {code}. It works for 15 minutes. If you did not ask for it, tell your school."

#: Who may be told on a phone: whoever handles cases, the safeguarding leads, and who watches over emergencies.
REACHED = frozenset({"head", "senior", "chair", "vice_chair", "trust_lead", "lead", "deputy_lead", "protection"})

#: Letters that go on a phone whoever they are for: a life or a child may be at risk, or nobody at the school can act.
AT_ONCE = frozenset({"needs_you_now", "waits"})
#: Letters that go on a phone of whoever is on duty, where they are of a case.
ON_DUTY = frozenset({"needs_you", "due_soon", "late"})
URGENT = AT_ONCE | ON_DUTY

#: A letter older than this is left to the mail: a phone that rings for what was settled long ago is soon put away.
YOUNG = timedelta(hours=1)
#: One nudge stands for all that comes in this time.
QUIET = timedelta(minutes=5)

#: So many devices and numbers of one person at most.
MOST = 5
#: How long the code for a number works, and how often it may be typed wrongly.
CODE_LASTS = timedelta(minutes=15)
MOST_TRIES = 5
#: So many numbers in this time, typed right or not: each costs the school a message.
MOST_NUMBERS, NUMBERS_IN = 3, timedelta(hours=1)

LONGEST_ADDRESS = 1000

NOT_OURS = "This browser is told by a service that this server does not use. You get mail all the same."
NOT_A_NUMBER = "Enter a UK mobile number, like 07700 900123."
TOO_MANY = "Take one off first. Five are enough for one person."
WRONG_CODE = "That code is not right. Look at the message again."

#: UK mobiles. Not 070, which forwards at a price, and not 076, which are pagers.
_MOBILE = re.compile(r"\+447[1-57-9]\d{8}")


def goes_on_phone(*, kind: str, of_case: bool, owed_at: datetime, at: datetime, away: bool, on_duty: bool) -> bool:
    """Whether a letter owed to somebody who is here is also a nudge at this instant. Policy 8.3.

    Nobody who said that they are away is nudged: others are told in their place.
    """
    if away or owed_at <= at - YOUNG:
        return False
    return kind in AT_ONCE or (kind in ON_DUTY and of_case and on_duty)


def is_quiet(*, tried_at: datetime | None, at: datetime) -> bool:
    """Whether a device was nudged so lately that this nudge would say nothing new. Policy 8.3."""
    return tried_at is not None and at - QUIET < tried_at <= at


def why_not_device(address: str, services: Collection[str]) -> str | None:
    """A browser names the address to be told at, so it must be one of a known push service. Policy 8.3. RFC 8030.

    `services` are hosts, `*.` before a domain for all of its hosts, or whole origins for one that speaks plain http.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return NOT_OURS
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or " " in address:
        return NOT_OURS
    if parts.username is not None or parts.password is not None or parts.fragment:
        return NOT_OURS
    if f"{parts.scheme}://{parts.netloc}" in services:
        return None
    if parts.scheme != "https" or port not in {None, 443}:
        return NOT_OURS
    known = any(host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in services)
    return None if known else NOT_OURS


def tidy_number(typed: str) -> str:
    """A mobile number as typed, made +44…: spaces, hyphens and brackets go, 0 or 0044 becomes +44."""
    digits = re.sub(r"[\s().\-–\u00a0]", "", typed)
    for start in ("0044", "+440", "44"):
        if digits.startswith(start):
            return "+44" + digits.removeprefix(start).removeprefix("0")
    return "+44" + digits[1:] if digits.startswith("0") else digits


def why_not_number(number: str) -> str | None:
    """Only a UK mobile number, written +44…, so that a slip cannot cost the school a call abroad. Policy 8.3."""
    return None if _MOBILE.fullmatch(number) else NOT_A_NUMBER


def shown(number: str) -> str:
    """A number as its owner reads it on a page, which others may see: its last three digits."""
    return f"A number that ends in {number[-3:]}"


def why_not_add(*, roles: frozenset[str], count: int, numbers_lately: int = 0) -> str | None:
    """Whoever handles cases may be told on a phone, on up to five. Policy 8.3."""
    if not roles & REACHED:
        return "Only those who handle cases are told on a phone. You get mail."
    if numbers_lately >= MOST_NUMBERS:
        return "Three numbers were tried within an hour. Try again later."
    return TOO_MANY if count >= MOST else None


def why_not_confirm(*, open_now: bool, added_at: datetime, tries: int, at: datetime) -> str | None:
    """A code works for a quarter of an hour, and not after five wrong ones. Policy 8.3."""
    if not open_now:
        return "That number is not waiting for a code any more."
    if tries >= MOST_TRIES or at >= added_at + CODE_LASTS:
        return "The code is too old, or was typed wrongly too often. Add the number again."
    return None
