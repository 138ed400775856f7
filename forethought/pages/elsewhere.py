"""Signing in at Microsoft, Google or another provider: allauth's flow, held to more than allauth asks.

allauth keeps the state, makes the PKCE verifier and exchanges the code. Ours are the nonce, the check of the token,
whom it means (signing_in/rules.py), and that nobody gets an account by it. allauth's own tables stay empty.
"""

import hmac
import logging
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from requests import RequestException

from forethought.signing_in import asking, rules, tokens
from forethought.signing_in.rules import Told
from forethought.signing_in.standing import Provider

logger = logging.getLogger(__name__)

#: What somebody came back for, with what the provider says of them; and where they land when it proves nothing.
Finish = Callable[[Told, Mapping[str, Any]], HttpResponse]
Fail = Callable[[], HttpResponse]

#: Why somebody is sent there.
SIGN_IN, CONNECT, PROVE = "sign-in", "connect", "prove"


class Elsewhere(DefaultSocialAccountAdapter):
    """What allauth asks about signing in elsewhere. Its own registers of providers and accounts are not used."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """None: each school says for itself."""
        return []

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False

    def get_requests_session(self) -> asking.Careful:
        """Requests that are bounded."""
        return asking.Careful()

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        """One way out of every failure. What it was is logged as a kind of error, never with what was sent."""
        error = kwargs.get("exception")
        logger.info("A sign-in elsewhere did not work: %s", type(error).__name__ if error else "no answer that fits")
        raise ImmediateHttpResponse(provider.fail())


class SchoolsProvider(OpenIDConnectProvider):
    """A provider of one school, with PKCE."""

    pkce_enabled_default = True
    fail: Fail

    @property
    def sub_id(self) -> str:
        """What a state is kept for: a provider of one school."""
        return str(self.app.provider_id)

    def get_oauth2_adapter(self, request: HttpRequest) -> "SchoolsAdapter":
        return SchoolsAdapter(request, self)


class SchoolsAdapter(OpenIDConnectOAuth2Adapter):
    """How one provider is asked, and how its answer is checked."""

    state: Mapping[str, Any]
    finish: Finish

    def __init__(self, request: HttpRequest, provider: SchoolsProvider) -> None:
        super().__init__(request, provider.app.provider_id)
        self._provider = provider

    def get_provider(self) -> SchoolsProvider:
        return self._provider

    @property
    def openid_config(self) -> dict[str, Any]:
        """What it says of itself, checked. Raises NotAnswered."""
        return asking.discovered(self._provider.app.settings["server_url"])

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Where it sends people back to: the site in the settings, whatever host was asked for."""
        return come_back_address(app.settings["school_id"], app.settings["kind"])

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """Check the ID token and go on with whom it means; allauth's part ends here."""
        told = self._told(app, kwargs["response"].get("id_token"), request.GET.get("iss"))
        raise ImmediateHttpResponse(self.finish(told, self.state) if told is not None else self._provider.fail())

    def _told(self, app: SocialApp, token: Any, answered_by: str | None) -> Told | None:
        issuer = app.settings["server_url"]
        if answered_by is not None and not hmac.compare_digest(answered_by.encode(), issuer.encode()):
            return None  # RFC 9207: another provider's answer.
        try:
            claims = tokens.verified(
                token,
                keys=asking.published_keys(self.openid_config),
                issuer=issuer,
                client_id=app.client_id,
                nonce=str(self.state.get("nonce", "")),
            )
        except tokens.BadToken as error:
            logger.warning("What a sign-in provider said was not taken: %s", error)
            return None
        return rules.read_claims(app.settings["kind"], app.settings["tenant"], claims)


class ComeBack(OAuth2CallbackView):
    """allauth's page that people come back to, which hands its state on."""

    def _get_state(self, request: HttpRequest, provider: SchoolsProvider) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, response


def at(request: HttpRequest, provider: Provider, fail: Fail) -> SchoolsProvider:
    """A school's provider as allauth knows one."""
    app = SocialApp(
        provider="openid_connect",
        provider_id=f"{provider.school_id}:{provider.kind}",
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.secret,
        settings={
            "server_url": provider.issuer,
            "kind": provider.kind,
            "tenant": provider.tenant,
            "school_id": str(provider.school_id),
        },
    )
    found = SchoolsProvider(request, app=app)
    found.fail = fail
    return found


def come_back_address(school_id: uuid.UUID | str, kind: str) -> str:
    """The address to register with a provider: one for each school and kind, so that answers are never mixed up."""
    return settings.SITE + reverse("come_back_elsewhere", kwargs={"school_id": str(school_id), "kind": kind})


def send(
    request: HttpRequest, provider: Provider, why: str, *, account: str = "", go_on: str = "", fail: Fail
) -> str | None:
    """Where to send somebody's browser, with a state and a nonce for this one time; nothing when nobody answers."""
    nonce = secrets.token_urlsafe(32)
    asked = {"nonce": nonce, "max_age": str(settings.SESSION_COOKIE_AGE)}
    if why == PROVE:
        asked |= {"max_age": "0", "prompt": "login"}
    elif provider.kind != "other":
        # On a shared computer the account of whoever was here before must not be taken without a word.
        asked["prompt"] = "select_account"
    try:
        response = at(request, provider, fail).redirect(
            request,
            AuthProcess.LOGIN,
            next_url=go_on or None,
            auth_params=asked,
            nonce=nonce,
            why=why,
            account=account,
            begun=int(time.time()),
        )
    except RequestException as error:
        logger.warning("A sign-in provider could not be asked: %s", type(error).__name__)
        return None
    return response.headers.get("Location")


def come_back(request: HttpRequest, provider: Provider, *, finish: Finish, fail: Fail) -> HttpResponse:
    """Take what somebody brings back from a provider: `finish` with what it proves, or `fail`."""
    adapter = SchoolsAdapter(request, at(request, provider, fail))
    adapter.finish = finish
    try:
        response: HttpResponse = ComeBack.adapter_view(adapter)(request)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # A provider may answer anything; allauth expects it to be well formed.
        logger.warning("A sign-in provider answered what cannot be read: %s", type(error).__name__)
        return fail()
    return response
