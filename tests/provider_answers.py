"""What the provider of identity_provider.py answers, honestly or twisted. Loaded by provider_site.py."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import jwt
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client
from django.http import HttpResponse, JsonResponse
from django.urls import include, path
from identity_provider import CLIENT, SECRET
from provider_site import pem

FOLDER, PORT = Path(sys.argv[1]), int(sys.argv[2])

urlpatterns = [path("", include("allauth.idp.urls")), path("accounts/", include("allauth.account.urls"))]


def told() -> dict[str, Any]:
    """What it is to say instead."""
    file = FOLDER / "twist.json"
    return dict(json.loads(file.read_text())) if file.exists() else {}


STRANGERS_KEY = pem()


class Adapter(DefaultOIDCAdapter):
    """What stands in an ID token, twisted where it was told to."""

    def get_issuer(self) -> str:
        return str(told().get("issuer") or f"http://localhost:{PORT}")

    def get_claims(self, purpose: Any, user: Any, client: Any, scopes: Any, email: Any = None, **more: Any) -> Any:
        """The address as well, as providers for schools do."""
        claims = super().get_claims(purpose, user, client, scopes, email=email, **more)
        return {**claims, "preferred_username": user.email}

    def populate_id_token(self, id_token: dict[str, Any], client: Any, scopes: Any, **more: Any) -> None:
        id_token.update(told().get("claims", {}))
        for name in told().get("drop", []):
            id_token.pop(name, None)


class Twisted:
    """Lets the provider be down, knows the addresses that were registered, and signs as it was told to."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if told().get("down"):
            return HttpResponse("down", status=503)
        addresses = FOLDER / "come_back.json"
        if addresses.exists():
            Client.objects.filter(pk=CLIENT).update(redirect_uris="\n".join(json.loads(addresses.read_text())))
        response: HttpResponse = self.get_response(request)
        sign = told().get("sign")
        if sign and request.path.endswith("/token") and response.status_code == 200:
            said = json.loads(response.content)
            said["id_token"] = signed(said["id_token"], sign)
            return JsonResponse(said)
        return response


def signed(token: str, sign: str) -> str:
    """The same claims under another signature."""
    claims = jwt.decode(token, options={"verify_signature": False})
    kid = {"kid": jwt.get_unverified_header(token)["kid"]}
    if sign == "stranger":
        return jwt.encode(claims, STRANGERS_KEY, algorithm="RS256", headers=kid)
    if sign == "secret":
        return jwt.encode(claims, SECRET, algorithm="HS256", headers=kid)
    parts = [{"alg": "none", "typ": "JWT", **kid}, claims]
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts) + "."
