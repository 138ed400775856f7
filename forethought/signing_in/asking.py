"""Asking a provider over the network: what it offers and which keys it signs with.

Every question is bounded in time and size, follows no redirect, and goes over https unless a setting says otherwise.
"""

from threading import BoundedSemaphore
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.cache import cache
from urllib3.exceptions import HTTPError

from forethought.signing_in import rules

SECONDS = 10
MOST_BYTES = 256 * 1024
#: How long what a provider offers is remembered, in seconds.
REMEMBERED = 600
#: How long one that did not answer is not asked again, in seconds.
SILENT = 15

#: So many of the program's threads at most wait for providers. The others go on with everything else, whoever asks.
_WAITING = BoundedSemaphore(16)

_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class NotAnswered(requests.RequestException):
    """A provider that cannot be asked, or answers what it should not. The message is a sentence."""


class Careful(requests.Session):
    """Requests that wait ten seconds at most, follow nothing, and read no more than a little."""

    def __init__(self) -> None:
        super().__init__()
        # No passwords out of a .netrc.
        self.trust_env = False

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """One question. Raises NotAnswered for an address that is not asked, and for an answer that is too long."""
        if rules.why_not_ask(str(url).partition("?")[0], plain_origins()):
            raise NotAnswered("It may only be asked over https.")
        kwargs |= {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        if not _WAITING.acquire(blocking=False):
            raise NotAnswered("Too many wait for it.")
        try:
            response = super().request(method, url, *args, **kwargs)
            with response:
                response._content = _body(response)
        except HTTPError:
            # What breaks off in the middle, or stops, is told by the library below.
            raise NotAnswered("Its answer broke off.") from None
        finally:
            _WAITING.release()
        return response


def _body(response: requests.Response) -> bytes:
    """What a provider answered, if it is short, and all of it came within ten seconds, however slowly it drips."""
    ends, body = monotonic() + SECONDS, b""
    while piece := response.raw.read1(MOST_BYTES, decode_content=True):
        body += piece
        if len(body) > MOST_BYTES:
            raise NotAnswered("Its answer is too long.")
        if monotonic() > ends:
            raise NotAnswered("Its answer does not end.")
    return body


def plain_origins() -> frozenset[str]:
    """Origins that may be asked without https: on a closed network, and in tests."""
    return frozenset(settings.SIGN_IN_PLAIN_ORIGINS)


def discovered(issuer: str) -> dict[str, Any]:
    """What a provider says of itself, if it is who it should be. OpenID Connect Discovery 1.0, 4.3."""
    remembered = f"sign-in-discovered:{issuer}"
    found: dict[str, Any] | None = cache.get(remembered)
    if found is None:
        silent = f"sign-in-silent:{issuer}"
        if cache.get(silent):
            raise NotAnswered("It did not answer a moment ago.")
        try:
            said = _json(f"{issuer}/.well-known/openid-configuration")
        except requests.RequestException:
            # Anybody may press the button: each press must not cost ten seconds of a thread.
            cache.set(silent, True, SILENT)
            raise
        if said.get("issuer") != issuer:
            raise NotAnswered("It calls itself by another address than the one written here.")
        for name in _ENDPOINTS:
            if not isinstance(said.get(name), str) or rules.why_not_ask(said[name], plain_origins()):
                raise NotAnswered("It does not say where to ask.")
        found = said
        cache.set(remembered, found, REMEMBERED)
    return found


def published_keys(config: dict[str, Any]) -> dict[str, Any]:
    """The keys that a provider signs with now."""
    return _json(config["jwks_uri"])


def try_out(*, issuer: str, client_id: str, secret: str, come_back: str) -> str:
    """Ask a provider as a sign-in would, with a code that cannot be right: how far that goes, as an outcome.

    `ready`, `wrong_client` where it does not know id and secret, `odd` where it says something else, or `no_answer`.
    """
    cache.delete_many([f"sign-in-discovered:{issuer}", f"sign-in-silent:{issuer}"])
    try:
        config = discovered(issuer)
        published_keys(config)
        with Careful() as session:
            response = session.post(
                config["token_endpoint"],
                data={
                    "grant_type": "authorization_code",
                    "code": "a-code-that-cannot-be-right",
                    "redirect_uri": come_back,
                    "client_id": client_id,
                    "client_secret": secret,
                    "code_verifier": "x" * 43,
                },
            )
            error = response.json().get("error")
    except (requests.RequestException, ValueError, AttributeError):
        return "no_answer"
    # It looks at who asks before it looks at the code (RFC 6749, 5.2).
    return {"invalid_grant": "ready", "invalid_client": "wrong_client", "unauthorized_client": "wrong_client"}.get(
        str(error), "odd"
    )


def way_out(issuer: str) -> str:
    """Where somebody signs out at the provider, if it is known by now; an empty text otherwise."""
    known: dict[str, Any] = cache.get(f"sign-in-discovered:{issuer}") or {}
    address = known.get("end_session_endpoint")
    fits = isinstance(address, str) and not rules.why_not_ask(address, plain_origins())
    return str(address) if fits else ""


def origin_of(address: str) -> str:
    """Scheme and host of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _json(url: str) -> dict[str, Any]:
    with Careful() as session:
        response = session.get(url, headers={"Accept": "application/json"})
    if response.status_code != 200:
        raise NotAnswered(f"It answers with {response.status_code}.")
    try:
        said = response.json()
    except ValueError:
        raise NotAnswered("It answers what cannot be read.") from None
    if not isinstance(said, dict):
        raise NotAnswered("It answers what cannot be read.")
    return said
