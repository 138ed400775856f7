"""Where the key of a mail's signature is asked for: in the DNS of whoever signed it (RFC 6376, 3.6.2).

Asked at intake, because such keys are changed and gone a year later; the answer is kept. It is the one thing about a
record that leaves the building: the name of the signing domain, which is on any mail that it ever sent.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

#: Seconds that one question may take.
PATIENCE = 5.0

_NAME = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.I)


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """What came of asking. `state`: found, none (no key by that name) or no_network; `text`: the TXT record."""

    state: str
    text: str = ""


#: How a key is looked up by its whole name.
LookUp = Callable[[str], KeyAnswer]


def key_name(domain: str, selector: str) -> str:
    """The name to ask for; empty when the signature's tags make none."""
    name = f"{selector}._domainkey.{domain}"
    return name if domain and selector and _NAME.fullmatch(name) else ""


def ask_dns(name: str) -> KeyAnswer:
    """Ask the DNS servers of this machine. Nothing is asked where the school has switched it off."""
    if not settings.MAIL_KEYS:
        return KeyAnswer("no_network")
    import dns.exception
    import dns.resolver

    try:
        found = dns.resolver.Resolver().resolve(f"{name}.", "TXT", lifetime=PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return KeyAnswer("none")
    except (dns.exception.DNSException, OSError):
        return KeyAnswer("no_network")
    return KeyAnswer("found", b"".join(next(iter(found)).strings).decode("latin-1")[:4000])
