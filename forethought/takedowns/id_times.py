"""When something was created at the earliest, read from the number in its address. No network, and no more than that.

Many sites number what is posted by the time at which it was made. Made is not yet published, and a number can be made
up, so it is said as “created no earlier than, from the address” and never as when it was posted (evidence.md 3.7).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from forethought.core.clock import spoken
from forethought.takedowns.targets import shown_host, take_apart

_START = datetime(1970, 1, 1, tzinfo=UTC)
_OLDEST = datetime(2006, 1, 1, tzinfo=UTC)
_LETTERS = {
    letter: value for value, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
}


@dataclass(frozen=True)
class Numbered:
    """How one site numbers: its hosts, where the number stands, and milliseconds since 1970 from it."""

    site: str
    hosts: tuple[str, ...]
    where: re.Pattern[str]
    milliseconds: Callable[[str], int]


def _after(bits: int, begins: int = 0, unit: int = 1) -> Callable[[str], int]:
    return lambda digits: (int(digits) >> bits) * unit + begins


def _shortcode(code: str) -> int:
    number = 0
    for letter in code[:11]:
        number = number * 64 + _LETTERS[letter]
    return (number >> 23) + 1_314_220_021_721


_SITES = (
    Numbered("TikTok", ("tiktok.com",), re.compile(r"/(?:video|photo)/(\d{17,20})\b"), _after(32, unit=1000)),
    Numbered("X", ("x.com", "twitter.com"), re.compile(r"/status(?:es)?/(\d{15,20})\b"), _after(22, 1_288_834_974_657)),
    Numbered(
        "Instagram", ("instagram.com",), re.compile(r"/(?:p|reel|reels|tv)/([\w-]{10,11})(?=[/?#]|$)"), _shortcode
    ),
    Numbered(
        "Discord",
        ("discord.com", "discordapp.com"),
        re.compile(r"/channels/(?:\d+|@me)(?:/\d+)*/(\d{17,20})\b"),
        _after(22, 1_420_070_400_000),
    ),
    Numbered("LinkedIn", ("linkedin.com",), re.compile(r"(?:activity|share|ugcPost)[:-](\d{19})\b"), _after(22)),
    # Any host may run it, so the number has to make sense by itself.
    Numbered("Mastodon", (), re.compile(r"^/@[\w.@-]+/(\d{18})(?=[/?#]|$)"), _after(16)),
)


@dataclass(frozen=True)
class Created:
    """The earliest that something can have been created, in UTC, and by whose numbering."""

    at: datetime
    site: str

    def said(self, now: datetime) -> str:
        """As a sentence, in London time, with what it rests on."""
        return f"Created no earlier than {spoken(self.at, now, year=True)} (from the number in the address)."


def created_no_earlier_than(address: str, now: datetime) -> Created | None:
    """The earliest time that the number in an address allows; None where it says nothing, or nothing possible.

    `now` is the present, in UTC: a number from the future is made up.
    """
    parts, host = take_apart(address), shown_host(address).removeprefix("www.").removeprefix("m.")
    for site in _SITES:
        if site.hosts and not any(host == one or host.endswith(f".{one}") for one in site.hosts):
            continue
        found = site.where.search(parts.rest)
        if found is None:
            continue
        try:
            at = _START + timedelta(milliseconds=site.milliseconds(found[1]))
        except (OverflowError, KeyError):
            return None
        return Created(at, site.site) if _OLDEST < at <= now + timedelta(minutes=5) else None
    return None
