"""Whether somebody has a second step, and how lately they proved with it that it is they.

allauth keeps in the session what was proved and when. A password alone is never counted: whoever sits at an unlocked
computer may know it, or the browser may.
"""

import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from forethought.core.clock import spoken_length
from forethought.core.errors import Refused
from forethought.people.models import Account, School
from forethought.rows import inside

#: What counts as a second step. Recovery codes come with one and never stand alone.
SECOND_STEPS = frozenset({Authenticator.Type.TOTP.value, Authenticator.Type.WEBAUTHN.value})

SECOND_STEP = "mfa"
#: Came by an account elsewhere. As a type of second step: the provider's own, where the school lets it count.
ELSEWHERE = "elsewhere"
#: How old a sign-in elsewhere may be for its second step to count here, in seconds. It proves nothing fresh by that.
DAY_OF_WORK = settings.SESSION_COOKIE_AGE
DEMONSTRATION = "demonstration"

_ENROLLED = "second_step"


# --- Having a second step ---


def kinds_of(account: Any) -> frozenset[str]:
    """What somebody has set up: any of totp, webauthn and recovery_codes."""
    return frozenset(Authenticator.objects.filter(user_id=account.pk).values_list("type", flat=True))


def needs_second_step(request: HttpRequest) -> bool:
    """Whether somebody is signed in without a second step set up. Asks the database only until there is one."""
    if not request.user.is_authenticated or in_demonstration(request):
        return False
    if request.session.get(_ENROLLED) is not True and not came_with_second_step(request):
        if not kinds_of(request.user) & SECOND_STEPS:
            return True
        request.session[_ENROLLED] = True
    return False


def came_with_second_step(request: HttpRequest) -> bool:
    """Whether somebody signed in elsewhere with a second step that the school lets count."""
    return any(record.get("type") == ELSEWHERE for record in _second_steps(request))


def ask_for_second_step(request: HttpRequest) -> HttpResponse:
    """The way to setting up a second step, and back here afterwards."""
    return redirect(f"{reverse('second_step')}?{urlencode({'next': way_back(request)})}")


# --- Having proved it lately ---


def proved_within(request: HttpRequest, seconds: int) -> bool:
    """Whether somebody proved with a second step, in the last so many seconds, that it is they.

    A demonstration's sign-in counts for as long as it lasts, because there is nothing to prove there.
    """
    if in_demonstration(request):
        return True
    proved_at = _proved_at(request)
    return proved_at is not None and 0 <= time.time() - proved_at < seconds


def why_not_proved(request: HttpRequest, seconds: int) -> str | None:
    """Why somebody has to prove again that it is they, as a sentence for them; nothing if they need not."""
    if proved_within(request, seconds):
        return None
    lately = spoken_length(timedelta(seconds=seconds))
    return f"Show that it is you first. For this you must have done so in the last {lately}."


def ask_to_prove(request: HttpRequest) -> HttpResponse:
    """The way to proving it again, and back: by passkey or by code, whichever this person has and used last."""
    if needs_second_step(request):
        return ask_for_second_step(request)
    ways = get_adapter().get_reauthentication_methods(request.user)
    to = ways[0]["url"] if ways else reverse("account_login")
    return redirect(f"{to}?{urlencode({'next': way_back(request)})}")


def may_change_sign_in(request: HttpRequest) -> bool:
    """Whether somebody may change how they sign in without being asked again.

    With a second step: only if it was used in the last five minutes. Without one: if they came in, or gave their
    password, in the last five minutes, since setting up the first one is the next thing they are asked to do.
    """
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    if kinds_of(request.user) & SECOND_STEPS or came_with_second_step(request):
        records = [record for record in records if record.get("method") == SECOND_STEP]
    lately = time.time() - settings.STEP_UP_DECIDE_SECONDS
    return any(lately < record["at"] <= time.time() for record in records)


def record_set_up(request: HttpRequest, kind: str) -> None:
    """Note that a second step was set up just now. A right code, or a passkey made here, is itself the proof."""
    record_authentication(request, request.user, SECOND_STEP, type=kind, reauthenticated=True)
    request.session[_ENROLLED] = True


def last_kind(request: HttpRequest | None) -> str:
    """Which second step was used last in this session, or nothing."""
    if request is None or not request.user.is_authenticated:
        return ""
    kinds = [record.get("type", "") for record in _second_steps(request)]
    return str(kinds[-1]) if kinds else ""


def way_back(request: HttpRequest) -> str:
    """Where to go on afterwards: this page, or the page whose form was sent. A sent form is never sent again."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    page = urlsplit(request.headers.get("referer", ""))
    came_from = urlunsplit(("", "", page.path, page.query, ""))
    ours = page.netloc == request.get_host() and get_adapter().is_safe_url(came_from)
    return came_from if ours else settings.LOGIN_REDIRECT_URL


# --- The demonstration ---


def sign_in_as(request: HttpRequest, account: Account) -> None:
    """Sign in as somebody invented, without a password. Raises Refused anywhere but in a demonstration."""
    if not settings.DEMONSTRATION:
        raise Refused("This is not a demonstration.")
    with inside(account.school_id):
        if not School.objects.filter(pk=account.school_id, demonstration=True).exists():
            raise Refused("This school is not a demonstration.")
    login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, account, DEMONSTRATION)


def in_demonstration(request: HttpRequest) -> bool:
    """Whether this session was opened by the demonstration page, in an installation that is one."""
    if not settings.DEMONSTRATION or not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == DEMONSTRATION for record in records)


def _second_steps(request: HttpRequest) -> list[dict[str, Any]]:
    records = get_authentication_records(request, request.user)
    return [record for record in records if record.get("method") == SECOND_STEP]


def _proved_at(request: HttpRequest) -> float | None:
    if not request.user.is_authenticated:
        return None
    times = [float(record["at"]) for record in _second_steps(request)]
    return max(times, default=None)
