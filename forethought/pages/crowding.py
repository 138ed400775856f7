"""How many came from one address in the last hour, counted in memory alone: no address is kept in any row or log.

What is counted is a keyed hash, which goes with the process. An address is that of the line, or where the line comes
from this very machine, what the web server before us wrote last into X-Forwarded-For. Unknown ones are not counted.
"""

import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.core.cache import cache

from forethought.pages.asked import Request

HOUR = 3600


def network_of(request: Request) -> str:
    """The network that a request came from, in text; empty where it cannot be known.

    One IPv4 address, or the /64 of an IPv6 one, which one household or office has to itself.
    """
    line = _parsed(request.META.get("REMOTE_ADDR", ""))
    if line is not None and line.is_loopback:
        line = _parsed(request.headers.get("X-Forwarded-For", "").rpartition(",")[2])
    if line is None or line.is_loopback:
        return ""
    if line.version == 6:
        return str(ipaddress.ip_network((line, 64), strict=False))
    return str(line)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip())
    except ValueError:
        return None


def counted(request: Request, what: str) -> int:
    """Count one more of something from where a request came, and say how many in this hour; 0 where it is unknown."""
    key = _key(request, what)
    if not key:
        return 0
    cache.add(key, 0, timeout=HOUR)
    try:
        return int(cache.incr(key))
    except ValueError:
        # It ran out between the two.
        return 1


def so_far(request: Request, what: str) -> int:
    """How many were counted from there in this hour, without counting one more; 0 where it is unknown."""
    key = _key(request, what)
    return int(cache.get(key, 0)) if key else 0


def _key(request: Request, what: str) -> str:
    network = network_of(request)
    if not network:
        return ""
    return hmac.new(settings.SECRET_KEY.encode(), f"crowd:{what}:{network}".encode(), hashlib.sha256).hexdigest()
