"""What a public register says of a name or a network: who runs it, and where to complain of abuse.

Plain reading of RDAP answers (RFC 9083, jCard RFC 7095), fetched or pasted. Whatever stands in one was written by
others: it is cleaned for showing, an address of mail that is none is refused, and nothing here ever fills a “To:” line.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

#: A longer answer is not read: a register's has some kilobytes.
MOST_BYTES = 1_000_000
_MOST_ENTITIES, _DEEPEST = 300, 6

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_HIDDEN = re.compile(r"redacted|not disclosed|data protected|withheld for privacy|query the rdds", re.IGNORECASE)
#: Companies that stand in front of websites and store none of them. Words of their networks' names.
_SHIELDS = re.compile(
    r"cloudflare|cloudflarenet|fastly|akamai|cloudfront|imperva|incapsula|sucuri|ddos-?guard|stackpath|bunny(?:way|cdn)",
    re.IGNORECASE,
)


class Unreadable(ValueError):
    """An answer that is none, with the reason as a sentence."""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom the register names. `stood` is where: “registrar, abuse”. `refused` says what was left out, and why."""

    roles: tuple[str, ...]
    stood: str
    name: str = ""
    mails: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    address: str = ""
    hidden: bool = False
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer as it is shown. `kind` is domain or network."""

    kind: str
    name: str
    handle: str = ""
    registrar: str = ""
    contacts: tuple[Contact, ...] = ()
    related: str = ""
    shields: bool = False

    @property
    def abuse(self) -> tuple[Contact, ...]:
        """Whom to tell of abuse, wherever the register put them; else who runs it, if anybody can be reached."""
        named = tuple(one for one in self.contacts if "abuse" in one.roles and _reachable(one))
        return named or tuple(
            one
            for one in self.contacts
            if {"registrar", "technical", "administrative"} & {*one.roles} and _reachable(one)
        )


def read_answer(raw: bytes) -> Answer:
    """An answer, fetched or pasted, as it is shown. Raises Unreadable with a sentence. RFC 9083."""
    if len(raw) > MOST_BYTES:
        raise Unreadable("This is far longer than a register’s answer.")
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Unreadable("This is no answer of a register. Copy all of it, from { to }.") from None
    if not isinstance(found, dict):
        raise Unreadable("This is no answer of a register. Copy all of it, from { to }.")
    if "errorCode" in found:
        raise Unreadable("The register answered that it knows nothing of it.")
    kind = {"domain": "domain", "ip network": "network"}.get(str(found.get("objectClassName", "")).lower())
    if kind is None:
        raise Unreadable("This is an answer of a register, but not about a website’s name or a network.")
    contacts = tuple(_contacts(found))
    name = clean(found.get("unicodeName") or found.get("ldhName") or found.get("name") or found.get("handle"))
    network = " ".join([name, clean(found.get("handle")), *(one.name for one in contacts)])
    return Answer(
        kind=kind,
        name=name,
        handle=clean(found.get("handle")),
        registrar=next((one.name for one in contacts if "registrar" in one.roles and one.name), ""),
        contacts=contacts,
        related=_related(found),
        shields=kind == "network" and bool(_SHIELDS.search(network)),
    )


def clean(value: object, longest: int = 200) -> str:
    """A word of theirs as it may be shown: one line, no invisible characters, not endless. Never as markup."""
    if not isinstance(value, str | int | float):
        return ""
    kept = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in str(value)[: longest * 4])
    return " ".join(kept.split())[:longest]


def why_not_mail_of(value: str) -> str | None:
    """Why a mail address of a register is not taken over: only one plain address is. Policy 8.6."""
    if any(unicodedata.category(letter)[0] in "CZ" for letter in value.strip(" ")):
        return "A mail address with a line break or hidden character in it was left out. Somebody may be meddling."
    if not _MAIL.fullmatch(value.strip(" ")):
        return f"“{clean(value, 60)}” is no mail address, so it was left out."
    return None


def _contacts(found: dict[str, Any]) -> Iterator[Contact]:
    budget = [_MOST_ENTITIES]

    def inside(holder: object, above: tuple[str, ...]) -> Iterator[Contact]:
        entities = holder.get("entities") if isinstance(holder, dict) else None
        if not isinstance(entities, list) or len(above) >= _DEEPEST:
            return
        for one in entities:
            if not isinstance(one, dict) or budget[0] <= 0:
                continue
            budget[0] -= 1
            given = one.get("roles", [])
            # Some registers give one word where the standard has a list.
            roles = tuple(clean(role, 40).lower() for role in ([given] if isinstance(given, str) else _list(given)))
            stood = (*above, "/".join(roles) or "no role")
            yield _contact(one, roles, ", ".join(stood))
            yield from inside(one, stood)

    yield from inside(found, ())


def _contact(entity: dict[str, Any], roles: tuple[str, ...], stood: str) -> Contact:
    card = _list(entity.get("vcardArray"))
    name, address = "", ""
    mails: list[str] = []
    pages: list[str] = []
    phones: list[str] = []
    refused: list[str] = []
    hidden = bool(entity.get("redacted"))
    for line in _list(card[1] if len(card) > 1 else None):
        if not isinstance(line, list) or len(line) < 4:
            continue
        what = clean(line[0], 40).lower()
        values = [one for value in line[3:] for one in (value if isinstance(value, list) else [value])]
        words = [one for one in values if isinstance(one, str) and one.strip()]
        if any(_HIDDEN.search(one) for one in words):
            hidden = True
        elif what in {"fn", "org"}:
            name = name or clean(" ".join(words))
        elif what == "email":
            for one in words:
                reason = why_not_mail_of(one)
                (refused if reason else mails).append(reason or one.strip(" "))
        elif what in {"contact-uri", "url"}:
            pages += [clean(one, 500) for one in words if one.lower().startswith(("https://", "http://"))]
            mails += [one[7:] for one in words if one.lower().startswith("mailto:") and not why_not_mail_of(one[7:])]
        elif what == "tel":
            phones += [clean(one.removeprefix("tel:"), 60) for one in words]
        elif what == "adr":
            label = line[1].get("label") if isinstance(line[1], dict) else None
            address = ", ".join(clean(one) for one in str(label or "\n".join(words)).split("\n") if one.strip())
    return Contact(
        roles=roles,
        stood=stood,
        name=name or clean(entity.get("handle")),
        mails=tuple(dict.fromkeys(mails)),
        pages=tuple(dict.fromkeys(pages)),
        phones=tuple(dict.fromkeys(phones)),
        address=address[:300],
        hidden=hidden,
        refused=tuple(dict.fromkeys(refused)),
    )


def _related(found: dict[str, Any]) -> str:
    """Where the registry points for the rest: the registrar's own register."""
    for link in _list(found.get("links")):
        if isinstance(link, dict) and link.get("rel") == "related" and "rdap" in str(link.get("type", "rdap")):
            target = link.get("href")
            if isinstance(target, str) and target.startswith("https://"):
                return clean(target, 500)
    return ""


def _reachable(contact: Contact) -> bool:
    return bool(contact.mails or contact.pages or contact.phones)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
