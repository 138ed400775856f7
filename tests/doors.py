"""Every address of the site, and people at its doors."""

import re
import time
from collections.abc import Iterator

from builders import an_account
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from forethought.people.models import Account, Person

#: Signing in and proving who one is: allauth's views, each of which asks for what it needs. tests/pages/test_signin.py.
SIGN_IN = "accounts/"


def patterns(found: list[object], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern), one


def ours() -> list[tuple[str, URLPattern]]:
    return [(route, one) for route, one in patterns(get_resolver().url_patterns) if not route.startswith(SIGN_IN)]


def without_token(body: bytes) -> bytes:
    """A page without the form token, the one thing in it that differs each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", body)


def client_of(person: Person) -> Client:
    """A browser in which somebody is signed in and has just proved it with a second step."""
    client = Client()
    account = Account.objects.filter(person_id=person.id).first() or an_account(person)
    client.force_login(account)
    session = client.session
    now = time.time()
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": now, "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(account.pk)
    session["second_step"] = True
    session.save()
    return client
