"""Asking the public register of a name or a number: which one to ask, and asking it.

Which register answers for what is a dated copy of the list that IANA publishes (RFC 9224), shipped as
rdap_bootstrap.json and refreshed with tools/rdap_bootstrap.py. A name that no register answers for is said to be so:
then the contact is found by hand.
"""

import ipaddress
import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from forethought.capture.fetching import Fetch, Fetched
from forethought.capture.rdap import Answer, Unreadable, read_answer

SOURCE = Path(__file__).with_name("rdap_bootstrap.json")
ACCEPT = "application/rdap+json, application/json;q=0.5"

#: Second parts of names under which others are given out: a name there has three parts.
_SHARED = frozenset("ac co com edu gov ltd me mod net nhs org plc police sch".split())


@dataclass(frozen=True)
class Bootstrap:
    """Which register answers for which names and numbers, and from when that is known."""

    read_on: str
    names: dict[str, tuple[str, ...]]
    networks: tuple[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, tuple[str, ...]], ...]

    def register_of(self, subject: str) -> str | None:
        """The register of a name or number: the longest match, and https where there is a choice. RFC 9224, 4 and 5."""
        try:
            number = ipaddress.ip_address(subject)
        except ValueError:
            labels = subject.lower().rstrip(".").split(".")
            found = (self.names.get(".".join(labels[place:])) for place in range(len(labels)))
            return _best(next((one for one in found if one), ()))
        inside = [(net, where) for net, where in self.networks if net.version == number.version and number in net]
        return _best(max(inside, key=lambda one: one[0].prefixlen)[1]) if inside else None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What came of asking a register. `raw` is its answer, byte for byte; `trouble` says why there is none.

    `wait` is for how many seconds it asked not to be asked again.
    """

    subject: str
    register: str = ""
    led_to: str = ""
    status: int | None = None
    raw: bytes = b""
    answer: Answer | None = None
    trouble: str = ""
    wait: int = 0


@cache
def shipped() -> Bootstrap:
    """The list as it is shipped."""
    return read_bootstrap(json.loads(SOURCE.read_text(encoding="utf-8")))


def read_bootstrap(data: dict[str, Any]) -> Bootstrap:
    """The list from its file."""
    names = {name.lower(): tuple(where) for group, where in data["dns"] for name in group}
    networks = tuple(
        (ipaddress.ip_network(net if "/" in net else f"{net}.0.0.0/8"), tuple(where))
        for part in ("ipv4", "ipv6")
        for group, where in data[part]
        for net in group
    )
    return Bootstrap(data["read_on"], names, networks)


def registered_name(host: str) -> str:
    """The part of a host's name that somebody registered: the last two parts, or more where the ending is shared.

    A guess by the shape of the ending; a register that knows nothing of it says so. Schools under sch.uk have four. A
    number is registered as it stands.
    """
    with suppress(ValueError):
        return str(ipaddress.ip_address(host.strip("[]")))
    labels = host.lower().rstrip(".").split(".")
    if labels[-2:] == ["sch", "uk"]:
        return ".".join(labels[-4:])
    shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED
    return ".".join(labels[-3:] if shared else labels[-2:])


def address_of(subject: str, bootstrap: Bootstrap | None = None) -> str:
    """The web address at which a register answers for a name or number; empty where none does. RFC 9082, 3.1."""
    base = (bootstrap or shipped()).register_of(subject)
    return f"{base.rstrip('/')}/{_path(subject)}" if base else ""


def ask_register(subject: str, fetch: Fetch, bootstrap: Bootstrap | None = None) -> Asked:
    """Ask the register of a name or number, and the one it points on to when it names nobody to tell of abuse.

    Never from a page that is only being drawn. Policy 8.6.
    """
    base = (bootstrap or shipped()).register_of(subject)
    if base is None:
        return Asked(subject=subject, trouble="No public register answers for it. Find the contact by hand.")
    first = _ask(subject, base, address_of(subject, bootstrap), fetch)
    if first.answer is None or first.answer.abuse or not first.answer.related:
        return first
    further = _ask(subject, base, first.answer.related, fetch)
    return further if further.answer is not None and further.answer.abuse else first


def _ask(subject: str, register: str, address: str, fetch: Fetch) -> Asked:
    found = fetch(address, accept=ACCEPT)
    known: dict[str, Any] = {
        "subject": subject,
        "register": register,
        "led_to": found.led_to,
        "status": found.status,
        "raw": found.body,
    }
    if trouble := _trouble(found):
        return Asked(**known, trouble=trouble, wait=_wait(found))
    try:
        return Asked(**known, answer=read_answer(found.body))
    except Unreadable as error:
        return Asked(**known, trouble=str(error))


def _trouble(found: Fetched) -> str:
    if found.status is None:
        return found.trouble or "The register did not answer."
    if found.cut:
        return "The register’s answer is far too long, so it was not read."
    if found.status == 404:
        return "The register knows nothing of it (404)."
    if found.status == 429:
        return f"The register was asked too often (429). Ask again in {_wait(found)} seconds, or paste its answer."
    if found.status != 200:
        return f"The register did not answer as it should ({found.status})."
    return ""


def _wait(found: Fetched) -> int:
    if found.status != 429:
        return 0
    given = found.headers.get("retry-after", "").strip()
    return min(int(given), 86_400) if given.isascii() and given.isdigit() else 60


def _path(subject: str) -> str:
    try:
        return f"ip/{ipaddress.ip_address(subject)}"
    except ValueError:
        return f"domain/{subject.lower().rstrip('.')}"


def _best(where: tuple[str, ...]) -> str | None:
    return next((one for one in where if one.startswith("https:")), where[0] if where else None)
