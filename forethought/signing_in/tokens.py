"""Verifying what a provider says: its signature, that it is meant for us, that it answers this very question.

allauth trusts what came straight from a provider; here each token is held to OpenID Connect Core 1.0, 3.1.3.7.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import jwt

#: Signatures that only the provider can make. Never “none”, and none by a secret that both sides know.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_FAMILY = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}

#: How many seconds two clocks may differ.
LEEWAY = 60


class BadToken(Exception):
    """A token that proves nothing. The message says which check failed, and holds nothing of the token."""


def verified(token: Any, *, keys: Any, issuer: str, client_id: str, nonce: str) -> Mapping[str, Any]:
    """The claims of an ID token. Raises BadToken unless every check holds."""
    if not isinstance(token, str) or not nonce:
        raise BadToken("there is no token")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise BadToken("signed in a way that is not taken")
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key(keys, header.get("kid"), algorithm),
            algorithms=[algorithm],
            audience=client_id,
            issuer=issuer,
            leeway=LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "iat"], "strict_aud": False},
        )
    except (jwt.PyJWTError, TypeError, ValueError, KeyError) as error:
        raise BadToken(type(error).__name__) from None
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client_id:
        raise BadToken("meant for several")
    if claims.get("azp", client_id) != client_id:
        raise BadToken("given to another")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise BadToken("an answer to another question")
    return claims


def _key(keys: Any, kid: Any, algorithm: str) -> Any:
    """The one published key that a token names, if it fits the way it was signed."""
    published: Sequence[Any] = keys.get("keys", ()) if isinstance(keys, dict) else ()
    fitting = [
        one
        for one in published
        if isinstance(one, dict)
        and one.get("kty") == _FAMILY[algorithm[:2]]
        and one.get("use", "sig") == "sig"
        and (kid is None or one.get("kid") == kid)
    ]
    if len(fitting) != 1:
        raise BadToken("signed with a key that is not published")
    return jwt.PyJWK(fitting[0], algorithm=algorithm).key
