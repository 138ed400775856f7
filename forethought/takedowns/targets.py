"""What a takedown is about: an address, or an app with its group or account and a description.

An address is kept as text, as it was typed, and never fetched. What it really leads to, where that can be seen from the
text alone, is said beside it.
"""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from forethought.core.text import is_blank

LONGEST = 2000  # longer than any address that a person copies from a site; longer ones are kept, and warned about


@dataclass(frozen=True)
class Target:
    """An address, or a platform with a group or handle and a description. Policy 8.3."""

    address: str = ""
    platform: str = ""
    group: str = ""
    handle: str = ""
    description: str = ""

    @property
    def closed(self) -> bool:
        """Whether only people inside a group can see it. Policy 8.5."""
        return is_blank(self.address) and not is_blank(self.group)


def why_not_target(target: Target) -> str | None:
    """Why a takedown cannot begin with this. An address is enough; else what lets others find it. Policy 8.3."""
    if not is_blank(target.address):
        return None
    if is_blank(target.platform):
        return "Give the web address, or name the app or site."
    if is_blank(target.group) and is_blank(target.handle):
        return "Give the name of the group, or the account that posted it."
    if is_blank(target.description):
        return "Describe it in a few words, so that others can find it."
    return None


# ---------------------------------------------------------------------------------------------------------------
# Addresses

_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_SHORTENERS = frozenset(
    "bit.ly bitly.com t.co tinyurl.com goo.gl ow.ly is.gd v.gd buff.ly rb.gy cutt.ly t.ly lnkd.in fb.me tiny.cc "
    "shorturl.at rebrand.ly bl.ink s.id dub.sh vm.tiktok.com vt.tiktok.com tiktok.com/t qr.ae amzn.to trib.al "
    "dlvr.it soo.gd urlz.fr u.to adf.ly".split()
)
_KEY_NAMES = re.compile(
    r"(?:^|[_\-])(?:token|session(?:id)?|sid|auth|key|apikey|sig|signature|jwt|code|password|passwd|pwd|secret|"
    r"jsessionid|phpsessid|ticket)$",
    re.IGNORECASE,
)
_ENDING_NAMES = re.compile(
    r"^(?:exp|expires?|expiry|x-amz-expires|x-goog-expires|oe|se|fbclid|gclid|igshid?|mc_eid|utm_\w+|si|rdt|trk)$",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63})+")
_JSON_TOKEN = re.compile(r"\beyJ[\w\-]{8,}\.[\w\-]+")


@dataclass(frozen=True)
class Parts:
    """An address taken apart as a browser would, without the surprises of a stricter reader."""

    scheme: str
    userinfo: str
    host: str
    port: str
    rest: str


def is_link(address: str) -> bool:
    """Whether an address may be shown as a link: http or https, and plain to see where it leads. Policy 8.3."""
    parts, host = take_apart(address), shown_host(address)
    if parts.scheme not in {"http", "https"} or not host or parts.userinfo or "\\" in address or _hidden(address):
        return False
    return not _about_host(parts, host)


def shown_host(address: str) -> str:
    """The host as the network knows it: small letters, punycode for other alphabets, plain numbers for an IP form.

    Empty when there is none.
    """
    host = take_apart(address).host
    number = _as_ip(host)
    return str(number) if number else ".".join(_punycode(label) for label in host.split("."))


def address_warnings(address: str) -> list[str]:
    """What a person should know about an address before they trust it. Sentences; none when nothing stands out.

    Reads only the text. Policy 8.3, 8.5.
    """
    parts, host = take_apart(address), shown_host(address)
    found = []
    if parts.scheme and parts.scheme not in {"http", "https"}:
        return [f"It starts with “{parts.scheme[:20]}:”, not with “https:”. It is kept as text, not as a link."]
    if not host:
        return ["No website name was found in it. It is kept as you typed it."]
    if not parts.scheme:
        found.append("It does not start with “https:”. It is kept as text, not as a link.")
    if _hidden(address):
        found.append("It has hidden characters or spaces in it. Copy it again if you can do so without looking.")
    if parts.userinfo:
        found.append(f"What stands before the @ is not the website. The real website is {host}.")
    if "\\" in address:
        found.append(f"It has a backward slash in it. The real website is {host}.")
    found += _about_host(parts, host)
    found += _about_the_rest(parts)
    if len(address) > LONGEST:
        found.append(f"It is {len(address):,} characters long. Check that only the address was pasted.")
    return found


def _about_host(parts: Parts, host: str) -> list[str]:
    found = []
    number = _as_ip(parts.host)
    if number:
        found.append(f"It leads to a computer by its number, {number}, not by a name.")
        if not number.is_global:
            found.append("That number is inside a private network. Nobody outside can see it.")
    elif "xn--" in host:
        found.append(f"The name has unusual letters, perhaps to look like another. The real website is {host}.")
    elif "." not in host:
        found.append(f"“{host[:60]}” is not the full name of a website.")
    if parts.port not in {"", "80", "443"}:
        found.append(f"It uses an unusual door, port {parts.port[:10]}.")
    bare = host.removeprefix("www.")
    if bare in _SHORTENERS or f"{bare}/{parts.rest[1:].split('/')[0]}" in _SHORTENERS:
        found.append("This is a short link. The real address is not known.")
    return found


def _about_the_rest(parts: Parts) -> list[str]:
    found = []
    names = [pair.split("=")[0] for pair in re.split(r"[?&;#]", parts.rest)[1:] if "=" in pair]
    plain = unquote(parts.rest)
    if any(_KEY_NAMES.search(name) for name in names) or _JSON_TOKEN.search(plain):
        found.append("It may hold somebody's sign-in key. It is kept, but do not pass it on.")
    if _EMAIL.search(plain):
        found.append("It holds somebody's email address. It is kept, but do not pass it on.")
    if any(_ENDING_NAMES.match(name) for name in names):
        found.append("This link may stop working. Record the time, and add a screen print if that is allowed.")
    return found


def take_apart(address: str) -> Parts:
    """The parts of an address as a browser reads them: no tabs or newlines, backward slashes turned, the last @."""
    text = re.sub(r"[\t\r\n]", "", address.strip())
    scheme, after = "", text
    if found := _SCHEME.match(text):
        # “facebook.com:8080/x” has no scheme; “javascript:” has.
        name, beyond = found[1].lower(), text[found.end() :]
        if beyond[:1] in {"/", "\\"} or ("." not in name and not re.match(r"[0-9]{1,5}(?:[/?#]|$)", beyond)):
            scheme, after = name, beyond
    if scheme and scheme not in {"http", "https"}:
        return Parts(scheme, "", "", "", after)
    after = after.replace("\\", "/").lstrip("/")
    cut = re.search(r"[/?#]", after)
    authority, rest = (after[: cut.start()], after[cut.start() :]) if cut else (after, "")
    userinfo, _, place = authority.rpartition("@")
    if place.startswith("["):
        host, _, port = place.partition("]")
        host, port = host + "]", port.removeprefix(":")
    else:
        host, _, port = place.partition(":")
    return Parts(scheme, userinfo, _plain_host(host), port, rest)


def _plain_host(host: str) -> str:
    """Percent signs decoded, full-width letters and the ideographic full stop made plain, invisible characters gone."""
    host = unicodedata.normalize("NFKC", unquote(host)).replace("。", ".")
    host = "".join(letter for letter in host if unicodedata.category(letter) not in {"Cf", "Cc", "Zs"})
    return host.lower().rstrip(".")


def _punycode(label: str) -> str:
    if label.isascii():
        return label
    try:
        return label.encode("idna").decode("ascii")
    except UnicodeError:
        # Too long or not allowed in a real name; shown all the same, so that it does not look like one.
        return "xn--" + label.encode("punycode", "replace").decode("ascii")


def _as_ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The number in any form that browsers take: `127.0.0.1`, `2130706433`, `0x7f.1`, `[::1]`."""
    try:
        return ipaddress.ip_address(host.strip("[]").split("%")[0])
    except ValueError:
        pass
    pieces = host.split(".")
    if len(pieces) > 4 or not all(re.fullmatch(r"0x[0-9a-f]{0,8}|[0-9]{1,11}", piece) for piece in pieces):
        return None
    try:
        *front, last = (_number(piece) for piece in pieces)
        if any(piece > 255 for piece in front) or last >= 256 ** (4 - len(front)):
            return None
    except ValueError:
        return None
    whole = sum(piece << (24 - 8 * place) for place, piece in enumerate(front)) + last
    return ipaddress.IPv4Address(whole)


def _number(piece: str) -> int:
    if piece.startswith("0x"):
        return int(piece[2:] or "0", 16)
    return int(piece, 8) if piece.startswith("0") and len(piece) > 1 else int(piece)


def _hidden(address: str) -> bool:
    return any(unicodedata.category(letter) in {"Cf", "Cc", "Zs", "Zl", "Zp", "Co", "Cn"} for letter in address.strip())
