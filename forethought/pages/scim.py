"""SCIM 2.0 (RFC 7643, RFC 7644): a school's directory keeps the list of adults up to date. Clause 2.5.

A key in the Authorization header opens it, never a session. No answer shows anything of a case. Nothing here gives a
role.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from forethought.core.errors import Refused
from forethought.directory import keys, provisioning, scim_about
from forethought.directory import scim_format as scim
from forethought.directory.models import DirectoryKey
from forethought.directory.scim_format import Wrong
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.rows import inside

#: Requests in a minute with one key, and tries in a minute with keys that are none.
MOST, MOST_WRONG = 1_500, 60

View = Callable[..., HttpResponseBase]


def answer(said: Any, status: int = 200, **headers: str) -> HttpResponse:
    """An answer as SCIM writes it."""
    body = "" if said is None else json.dumps(said, ensure_ascii=False)
    response = HttpResponse(body, status=status, content_type="application/scim+json; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def refused(status: int, sentence: str, kind: str = "", **headers: str) -> HttpResponse:
    """A refusal as SCIM writes it."""
    return answer(scim.error(status, sentence, kind), status, **headers)


def too_many(name: str, most: int, now: int) -> bool:
    """Whether there were too many under this name in this minute."""
    window = f"scim:{name}:{now // 60}"
    cache.add(window, 0, timeout=120)
    return int(cache.incr(window)) > most


def with_key(*methods: str) -> Callable[[View], View]:
    """Let a directory in by its key, inside its school, and answer whatever goes wrong as SCIM does."""

    def guard(view: View) -> View:
        @wraps(view)
        def held(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            now = timezone.now()
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            door = keys.doorway_of(token.strip(), now) if scheme.lower() == "bearer" else None
            key = keys.key_of(door) if door is not None else None
            if key is None:
                if too_many("wrong", MOST_WRONG, int(now.timestamp())):
                    return refused(429, "Too many tries. Wait a minute.", Retry_After="60")
                return refused(401, "A key is needed.", WWW_Authenticate='Bearer realm="scim"')
            if too_many(str(key.pk), MOST, int(now.timestamp())):
                return refused(429, "Too many requests. Wait a minute.", Retry_After="60")
            if request.method not in methods:
                return refused(405, "That cannot be done here.", Allow=", ".join(methods))
            return _answered(request, key, view, *args, **kwargs)

        return held

    return guard


def _answered(request: Request, key: DirectoryKey, view: View, *args: Any, **kwargs: Any) -> HttpResponseBase:
    try:
        with inside(key.school_id):
            keys.note_used(key, timezone.now())
            return view(request, key, *args, **kwargs)
    except Wrong as why:
        return refused(why.status, why.sentence, why.kind)
    except Refused as refusal:
        return refused(409, refusal.sentence)
    except RequestDataTooBig:
        return refused(413, "That is too much at once.")


def narrowed(request: Request, seen: provisioning.Seen) -> dict[str, Any]:
    """One user, with the attributes that were asked for."""
    query = request.GET
    return scim.only(seen.shown(settings.SITE), query.get("attributes", ""), query.get("excludedAttributes", ""))


@csrf_exempt
@page
@with_key("GET", "POST")
def users(request: Request, key: DirectoryKey) -> HttpResponseBase:
    """Users that are asked for (GET), and somebody new (POST)."""
    if request.method == "POST":
        wanted = scim.read_user(scim.read_body(request.body))
        seen = provisioning.provision_person(school=key.school, wanted=wanted, by=key, at=timezone.now())
        shown = seen.shown(settings.SITE)
        return answer(narrowed(request, seen), 201, Location=shown["meta"]["location"])
    asked = scim.read_asking(request.GET)
    found, total = provisioning.users(asked)
    return answer(scim.listed([narrowed(request, one) for one in found], total, asked.start))


@csrf_exempt
@page
@with_key("GET", "PUT", "PATCH", "DELETE")
def user(request: Request, key: DirectoryKey, user_id: str) -> HttpResponseBase:
    """One user: shown, replaced, changed in part, or turned off."""
    seen, now = provisioning.user_by(user_id), timezone.now()
    if seen is None:
        return refused(404, provisioning.NOT_HERE)
    if request.method == "DELETE":
        provisioning.remove_person(seen=seen, by=key, at=now)
        return answer(None, 204)
    if request.method in {"PUT", "PATCH"}:
        said = scim.read_body(request.body)
        wanted = scim.read_user(said) if request.method == "PUT" else scim.read_patch(said)
        seen = provisioning.update_person(seen=seen, wanted=wanted, by=key, at=now)
    return answer(narrowed(request, seen))


@csrf_exempt
@page
@with_key("GET")
def config(request: Request, key: DirectoryKey) -> HttpResponseBase:
    """What can be asked of us."""
    return answer(scim_about.config(settings.SITE))


@csrf_exempt
@page
@with_key("GET")
def resource_types(request: Request, key: DirectoryKey, name: str = "") -> HttpResponseBase:
    """The kinds of resource: users."""
    one = scim_about.resource_type(settings.SITE)
    return _one_or_all(one, name, "User")


@csrf_exempt
@page
@with_key("GET")
def schemas(request: Request, key: DirectoryKey, name: str = "") -> HttpResponseBase:
    """The attributes of a user that are kept."""
    return _one_or_all(scim_about.schema(settings.SITE), name, scim.USER)


def _one_or_all(one: dict[str, Any], name: str, known: str) -> HttpResponse:
    if not name:
        return answer(scim.listed([one], 1, 1))
    return answer(one) if name == known else refused(404, "There is no such thing.")
