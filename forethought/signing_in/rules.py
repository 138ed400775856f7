"""Which accounts elsewhere may open one here, what a provider's claims are worth, and who says where people sign in.

Claims are read only after the token that holds them was verified (tokens.py).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

#: Kind of provider: what people call it.
KINDS = {"microsoft": "Microsoft", "google": "Google", "other": "the school’s sign-in"}

MICROSOFT = "https://login.microsoftonline.com/{tenant}/v2.0"
GOOGLE = "https://accounts.google.com"

_TENANT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")

#: What says that two steps were used: RFC 8176, and the OpenID Foundation's values for phishing-resistant sign-in.
_AMR = "mfa"
_ACR = ("phr", "phrh")

#: A provider's clock may be ahead of ours by so many seconds.
AHEAD = 60


@dataclass(frozen=True)
class Told:
    """What a provider says of whoever signed in there. `subject` is who they are; the rest only helps to tell.

    `signed_in_at` is in seconds since 1970, or nothing where the provider does not say.
    """

    issuer: str
    subject: str
    email: str
    email_verified: bool
    shown: str
    signed_in_at: int | None
    second_step: bool


def issuer_of(kind: str, tenant: str) -> str:
    """The address that a provider calls itself by. OpenID Connect Discovery 1.0, 3."""
    if kind == "microsoft":
        return MICROSOFT.format(tenant=tenant)
    return GOOGLE if kind == "google" else tenant


def tidy_tenant(kind: str, tenant: str) -> str:
    """A tenant, domain or issuer as it is kept."""
    tenant = tenant.strip()
    return tenant.rstrip("/") if kind == "other" else tenant.lower()


def why_not_set_provider(
    *, kind: str, tenant: str, client_id: str, secret: str, counts: bool, head: bool, plain: frozenset[str]
) -> str | None:
    """Why people cannot sign in there: each needs the one tenant that is the school's. `plain`: origins without https.

    Only the headteacher lets the second step elsewhere count: whoever keeps accounts there could then open cases here.
    """
    if kind not in KINDS:
        return "Choose where people sign in."
    if kind == "microsoft" and not _TENANT.fullmatch(tenant):
        return "Write the directory (tenant) ID: 32 letters and figures in five groups. “common” will not do."
    if kind == "google" and not _DOMAIN.fullmatch(tenant):
        return "Write the domain of the school’s Google Workspace, such as oak.sch.uk."
    if kind == "other" and (reason := why_not_ask(tenant, plain)):
        return reason
    if not client_id or not secret:
        return "Write the client ID and the client secret."
    if counts and not head:
        return "Only the headteacher can let the second step elsewhere count."
    return None


def why_not_ask(address: str, plain: frozenset[str]) -> str | None:
    """Why a provider is not asked at an address: over https alone, unless the installation names its origin."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        return "Write the whole address of the issuer, such as https://login.oak.sch.uk."
    if parts.scheme == "https" or f"{parts.scheme}://{parts.netloc}" in plain:
        return None
    del port
    return "The address of the issuer must begin with https://."


def read_claims(kind: str, tenant: str, claims: Mapping[str, Any]) -> Told | None:
    """Whom verified claims mean, or nothing where they are not of the school's own tenant or say not who it is.

    Microsoft: `oid` within the tenant `tid`, because `sub` changes with the registration and `email` is nobody's proof.
    Google: `sub`, with `hd` the school's domain. Any other: `sub`. OpenID Connect Core 1.0, 2 and 5.7.
    """
    subject = claims.get("sub")
    if kind == "microsoft":
        if str(claims.get("tid", "")).lower() != tenant:
            return None
        subject = claims.get("oid")
    elif kind == "google" and str(claims.get("hd", "")).lower() != tenant:
        return None
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        return None
    email = claims.get("email")
    email = email if isinstance(email, str) and len(email) <= 254 else ""
    login = claims.get("preferred_username")
    signed_in_at, amr = claims.get("auth_time"), claims.get("amr")
    whole = isinstance(signed_in_at, int) and not isinstance(signed_in_at, bool)
    return Told(
        issuer=str(claims["iss"]),
        subject=subject,
        email=email,
        email_verified=claims.get("email_verified") is True,
        shown=email or (login[:254] if isinstance(login, str) else ""),
        signed_in_at=signed_in_at if whole else None,
        second_step=(isinstance(amr, list) and _AMR in amr) or claims.get("acr") in _ACR,
    )


def why_not_connect(*, kind: str, told: Told, email: str, taken: bool) -> str | None:
    """Why an account elsewhere is not connected with the one here, whose owner is signed in and has said yes.

    Its address must be verified and the same as here; Microsoft verifies none, and there the tenant stands for it.
    """
    same = told.email_verified and bool(told.email) and told.email.casefold() == email.casefold()
    if taken or (kind != "microsoft" and not same):
        return "That account cannot be connected with yours. Use the one with the email address that you have here."
    return None


def is_fresh(told: Told, *, now: float, within: int) -> bool:
    """Whether somebody proved at the provider in the last so many seconds who they are. Unsaid is no."""
    return told.signed_in_at is not None and -AHEAD <= now - told.signed_in_at < within
