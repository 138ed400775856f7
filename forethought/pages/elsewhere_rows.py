"""Where people may sign in elsewhere, as rows and links for the pages about signing in."""

import uuid
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest
from django.urls import reverse

from forethought.pages import proving
from forethought.people.models import Wake
from forethought.rows import inside
from forethought.signing_in import asking, standing
from forethought.signing_in.standing import Provider


def offered() -> list[dict[str, str]]:
    """Where people may sign in, for the sign-in page of an installation with one school. For several: nothing here."""
    schools = list(Wake.objects.values_list("school_id", flat=True)[:2])
    if len(schools) != 1:
        return []
    with inside(schools[0]):
        return rows_of(schools[0])


def rows_of(school_id: uuid.UUID) -> list[dict[str, str]]:
    """Where the people of one school may sign in, which was entered: each name and address."""
    return [{"name": one.name, "href": address("sign_in_elsewhere", one)} for one in standing.providers(school_id)]


def address(name: str, provider: Provider) -> str:
    """One of the addresses below, for a provider."""
    return reverse(name, kwargs={"school_id": provider.school_id, "kind": provider.kind})


def capital(words: str) -> str:
    """Words as they begin a sentence."""
    return words[:1].upper() + words[1:]


def own_rows(account: Any) -> list[dict[str, str]]:
    """Each provider of one's own school, and whether one's account is connected there. For “How you sign in”."""
    connected = standing.identities(account)
    rows = []
    for one in standing.providers(account.school_id):
        mine = connected.get(one.kind)
        there = mine is not None and mine.issuer == one.issuer
        rows.append(
            {
                "key": capital(one.name),
                "value": "Connected" if there else "Not connected",
                "act": "Disconnect" if there else "Connect",
                "name": one.name,
                "href": address("disconnect_elsewhere" if there else "connect_elsewhere", one),
            }
        )
    return rows


def sign_out_there(request: HttpRequest) -> dict[str, str] | None:
    """Where somebody who came by a provider signs out of it too: on a shared computer its session goes on."""
    for record in get_authentication_records(request, request.user):
        if record.get("method") == proving.ELSEWHERE and (to := asking.way_out(str(record.get("issuer", "")))):
            return {"href": to}
    return None
