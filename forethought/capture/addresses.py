"""Which addresses may be visited and dialled: public ones only, whatever they are dressed up as.

A school's machine stands inside networks that the school trusts. Whoever names an address must never reach those
through us (server-side request forgery; evidence.md 3.5).
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
LONGEST = 8192

IP = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Not for anybody's dialling, whatever `is_global` says: Python's own list differs from version to version.
_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # Shared by carriers.
        "127.0.0.0/8",
        "169.254.0.0/16",  # The cloud's own services, among others.
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # Relays of 6to4.
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",  # IPv4-compatible, and :: and ::1 with it.
        "::ffff:0:0/96",  # IPv4-mapped.
        "::ffff:0:0:0/96",  # IPv4-translated.
        "64:ff9b::/96",  # NAT64.
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",  # Teredo, ORCHID and other special uses.
        "2001:db8::/32",
        "2002::/16",  # 6to4.
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
#: Only these are handed out to the internet at all (RFC 4291, IANA).
_UNICAST_6 = ipaddress.ip_network("2000::/3")

#: Names that never mean a public site (RFC 6761, 6762, 7686, 8375, 9476 and what routers and clouds use).
_OWN_NAMES = frozenset(
    "localhost local internal intranet lan home corp private test invalid example onion alt arpa localdomain "
    "home.arpa".split()
)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
_NUMERIC = re.compile(r"(?:\d+|0x[0-9a-f]*)\Z")
#: Letters that browsers and the older rule for names (RFC 3490) read differently: they would lead to another site.
_READ_TWO_WAYS = re.compile("[ßς\u200c\u200d]")
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\\]")


class NotAllowed(Exception):
    """An address that is not visited. `code` is for the record; the message is a sentence for the person."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Place:
    """A host and port that could be asked, by name. `host` is lower case ASCII (punycode), without a trailing dot."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """As it stands in an address: the port only where it is not the usual one."""
        return self.host if self.port == PORTS[self.scheme] else f"{self.host}:{self.port}"


def read_address(text: str) -> tuple[Place, str]:
    """What an address leads to, and the address as it is visited: ASCII, no fragment.

    Raises NotAllowed for anything but http and https, for a name or password in it, for other ports than 80 and 443,
    and for hosts that are no public names. (evidence.md 3.5; cases 34 and 45)
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise NotAllowed("too_long", "This address is too long.")
    if not text or _UNSEEN.search(text):
        raise NotAllowed("unreadable", "This is not an address that a browser can open. Copy it again.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise NotAllowed("unreadable", "This is not an address that a browser can open. Copy it again.") from None
    if parts.scheme not in PORTS:
        raise NotAllowed("scheme", "Only addresses that begin with http:// or https:// can be captured.")
    if "@" in parts.netloc:
        raise NotAllowed("credentials", "There is a name or a password in this address. Take it out.")
    place = place_of(parts.scheme, parts.hostname or "", PORTS[parts.scheme] if port is None else port)
    path = _ascii(parts.path) or "/"
    query = f"?{_ascii(parts.query)}" if parts.query else ""
    return place, f"{place.scheme}://{place.authority}{path}{query}"


def place_of(scheme: str, host: str, port: int) -> Place:
    """A host and port that may be asked. Raises NotAllowed."""
    if port not in PORTS.values():
        raise NotAllowed("port", "Only the usual ports of websites, 80 and 443, can be captured.")
    return Place(scheme, host_of(host), port)


def host_of(raw: str) -> str:
    """A host name as it is looked up. Raises NotAllowed for numbers, single words and names of one's own network."""
    if raw.startswith("[") or ":" in raw:
        raise NotAllowed("number", "This address is a number. Only a site's name can be captured.")
    if _READ_TWO_WAYS.search(raw):
        raise NotAllowed("name", "Copy this name as the browser shows it in the address bar, beginning with xn--.")
    host = raw.rstrip(".") if raw.count(".") and not raw.endswith("..") else raw
    try:
        host = host.encode("idna").decode("ascii").lower() if not host.isascii() else host.lower()
    except UnicodeError:
        raise NotAllowed("name", "This is not the name of a site.") from None
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.match(label) for label in labels):
        raise NotAllowed("name", "This is not the name of a site.")
    if _NUMERIC.match(labels[-1]):
        raise NotAllowed("number", "This address is a number. Only a site's name can be captured.")
    if len(labels) < 2:
        raise NotAllowed("single_word", "This name has no dot in it, so it is no public site.")
    if labels[-1] in _OWN_NAMES or host in _OWN_NAMES or host.endswith(".home.arpa"):
        raise NotAllowed("own_network", "This name belongs to a network of one's own, not to a public site.")
    return host


def why_not_dial(address: str) -> str | None:
    """Why a number that a name stands for is not dialled: it is not one of the public internet."""
    try:
        ip: IP = ipaddress.ip_address(address)
    except ValueError:
        return "The name stands for something that is not an address."
    if getattr(ip, "scope_id", None):
        return "The name stands for an address of one machine's own."
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _UNICAST_6:
        return f"The name stands for {ip}, which is not public."
    if not ip.is_global or ip.is_multicast or any(ip in net for net in _NEVER if net.version == ip.version):
        return f"The name stands for {ip}, which is not public."
    return None


def insist_public(answers: Sequence[str]) -> None:
    """Raise NotAllowed unless a name stands for public numbers alone: one private among them spoils all."""
    if not answers:
        raise NotAllowed("no_such_name", "No site with this name could be found.")
    for answer in answers:
        if why := why_not_dial(answer):
            raise NotAllowed("not_public", why)


def shown(address: str) -> str:
    """An address fit for a report: without a name or password in it, its host as it is looked up."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        if host and not host.isascii():
            host = host.encode("idna").decode("ascii")
        netloc = f"[{host}]" if ":" in host else host
        if parts.port is not None:
            netloc = f"{netloc}:{parts.port}"
    except (ValueError, UnicodeError):
        return "an address that cannot be read"
    return parts._replace(netloc=netloc).geturl()


def _ascii(text: str) -> str:
    """A path or query as browsers send it: what is not ASCII as percent signs of its UTF-8."""
    return "".join(c if "!" <= c <= "~" else "".join(f"%{b:02X}" for b in c.encode("utf-8", "replace")) for c in text)
