"""The pages of signing in elsewhere: going there, coming back, connecting an account and disconnecting it. Clause 2.5.

Whatever does not fit, wrong tenant, stranger, leaver, another school's: one sentence.
"""

import time
import uuid
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from forethought.core.errors import Refused
from forethought.pages import elsewhere, elsewhere_rows, proving
from forethought.pages.account import ProvedFirst
from forethought.pages.own_restoring import CodeFirst
from forethought.pages.signin import tell
from forethought.people.models import Account, Person, Wake
from forethought.rows import inside
from forethought.signing_in import procedures, rules, standing
from forethought.signing_in.rules import Told
from forethought.signing_in.standing import Provider

NOT_KNOWN = (
    "We could not sign you in with that account. Sign in with your password, or with the link the school sent you. "
    "Then connect the account once, under “How you sign in”."
)
NOT_CONNECTED = "That account cannot be connected with yours. Use the one with the email address that you have here."
NOT_PROVED = "That did not show that it is you. Try again, or use a code or a passkey of yours."
NO_ANSWER = "{name} does not answer now. Your password still works."

_PENDING = "account_elsewhere"
#: How long somebody may think before they connect an account, in seconds.
PENDING = 600


def found(school_id: uuid.UUID, kind: str) -> Provider:
    """Where the people of a school may sign in, or “no such page”."""
    if not Wake.objects.filter(pk=school_id).exists():
        raise Http404
    with inside(school_id):
        provider = standing.provider(school_id, kind)
    if provider is None:
        raise Http404
    return provider


@method_decorator(never_cache, name="dispatch")
class OfSchool(View):
    """The sign-in page of one school among several: an address to put on its own website."""

    def get(self, request: HttpRequest, school_id: uuid.UUID) -> HttpResponse:
        if not Wake.objects.filter(pk=school_id).exists():
            raise Http404
        with inside(school_id):
            rows = elsewhere_rows.rows_of(school_id)
        if not rows:
            raise Http404
        return render(request, "forethought/account/of_school.html", {"title": "Sign in", "elsewhere": rows})


class Going(View):
    """A page with one button that sends somebody to a provider, and what stands above it."""

    why = elsewhere.SIGN_IN
    provider: Provider
    lead: tuple[str, ...] = ()
    back = "account_login"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.provider = found(kwargs["school_id"], kwargs["kind"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(request)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Go there. A page of ours stands between, so that no form of ours may be sent to another site."""
        to = elsewhere.send(
            request, self.provider, self.why, account=self.account(request), go_on=next_of(request), fail=never
        )
        if to is None:
            tell(request, NO_ANSWER.format(name=elsewhere_rows.capital(self.provider.name)), wrong=True)
            return redirect(self.back)
        return render(
            request, "forethought/account/going.html", {"title": "Going on", "to": to, "name": self.provider.name}
        )

    def account(self, request: HttpRequest) -> str:
        """Whose account it is about, where somebody is signed in."""
        return str(request.user.pk) if request.user.is_authenticated else ""

    def show(self, request: HttpRequest) -> HttpResponse:
        values = {
            "title": self.title(),
            "lead": [line.format(name=self.provider.name) for line in self.lead],
            "button": self.button(),
            "back_href": reverse(self.back),
            "go_on": next_of(request),
        }
        return render(request, "forethought/account/elsewhere.html", values)

    def title(self) -> str:
        return f"Sign in with {self.provider.name}"

    def button(self) -> str:
        return self.title()


class SignInElsewhere(Going):
    """Sign in at a provider."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return redirect(next_of(request) or "/")
        return super().dispatch(request, *args, **kwargs)


class OwnProvider(LoginRequiredMixin, Going):
    """A page about one's own account at a provider of one's own school. To all others there is no such page."""

    back = "mfa_index"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and request.user.school_id != kwargs["school_id"]:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ConnectElsewhere(CodeFirst, ProvedFirst, OwnProvider):
    """Go and show which account elsewhere is one's own."""

    why = elsewhere.CONNECT
    lead = (
        "You sign in there once. Then you see which account it was, and say whether it is yours.",
        "Your password here goes on working. You can end this at any time.",
    )

    def title(self) -> str:
        return f"Connect {self.provider.name}"


class ProveElsewhere(OwnProvider):
    """Sign in there again, to prove that it is oneself: where the school lets that count."""

    why = elsewhere.PROVE
    lead = ("Show that it is you, so that nobody else can go on from here at your computer.",)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            proves = standing.proves(request.user)
            if proves is None or proves.kind != kwargs["kind"]:
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def title(self) -> str:
        return "Is it you?"

    def button(self) -> str:
        return f"Sign in with {self.provider.name} again"


class ComeBackElsewhere(View):
    """Come back from a provider."""

    def get(self, request: HttpRequest, school_id: uuid.UUID, kind: str) -> HttpResponse:
        provider = found(school_id, kind)

        def fail() -> HttpResponse:
            tell(request, NOT_CONNECTED if request.user.is_authenticated else NOT_KNOWN, wrong=True)
            return redirect("mfa_index" if request.user.is_authenticated else "account_login")

        def finish(told: Told, state: Mapping[str, Any]) -> HttpResponse:
            if state.get("account", "") != (str(request.user.pk) if request.user.is_authenticated else ""):
                # Begun as somebody else, or as nobody.
                return fail()
            if state.get("why") == elsewhere.CONNECT:
                return keep_pending(request, provider, told)
            if state.get("why") == elsewhere.PROVE:
                return prove(request, provider, told, state)
            return sign_in(request, provider, told, state) or fail()

        return elsewhere.come_back(request, provider, finish=finish, fail=fail)


def never() -> HttpResponse:
    """Going there fails by saying so (Going.post)."""
    raise Refused("Nobody answers.")


def sign_in(request: HttpRequest, provider: Provider, told: Told, state: Mapping[str, Any]) -> HttpResponse | None:
    """Let somebody in whose account is connected with that one; the second step here follows, unless theirs counts."""
    with inside(provider.school_id):
        account = standing.account_of(issuer=told.issuer, subject=told.subject)
    if account is None:
        return None
    # What was proved there is as old as the provider says; where it does not say, it is no proof of anything fresh.
    proved_at = float(min(told.signed_in_at or 0, time.time()))
    record_authentication(request, account, proving.ELSEWHERE, at=proved_at, issuer=told.issuer)
    if provider.second_step_counts and told.second_step and time.time() - proved_at < proving.DAY_OF_WORK:
        record_authentication(request, account, proving.SECOND_STEP, type=proving.ELSEWHERE, at=proved_at)
    go_on = str(state.get("next") or "")
    return perform_login(request, Login(user=account, redirect_url=go_on or None))


def prove(request: HttpRequest, provider: Provider, told: Told, state: Mapping[str, Any]) -> HttpResponse:
    """Note that somebody proved there, just now and with a second step, that it is they."""
    mine = standing.identities(own_account(request)).get(provider.kind)
    same = mine is not None and (mine.issuer, mine.subject) == (told.issuer, told.subject)
    lately = rules.is_fresh(told, now=time.time(), within=PENDING)
    after = told.signed_in_at is not None and told.signed_in_at >= int(state.get("begun", 0)) - rules.AHEAD
    if not (same and lately and after and told.second_step and provider.second_step_counts):
        tell(request, NOT_PROVED, wrong=True)
        return redirect("mfa_index")
    at = float(min(told.signed_in_at or 0, time.time()))
    record_authentication(
        request, request.user, proving.SECOND_STEP, type=proving.ELSEWHERE, at=at, reauthenticated=True
    )
    go_on = str(state.get("next") or "")
    return redirect(go_on or "/")


def keep_pending(request: HttpRequest, provider: Provider, told: Told) -> HttpResponse:
    """Show somebody which account it was, before it is connected with theirs."""
    request.session[_PENDING] = {
        "kind": provider.kind,
        "issuer": told.issuer,
        "subject": told.subject,
        "email": told.email,
        "verified": told.email_verified,
        "shown": told.shown,
        "at": int(time.time()),
    }
    return redirect("connect_identity")


class ConnectIdentity(CodeFirst, ProvedFirst, View):
    """The last word of whoever connects an account: yes, it is mine."""

    def get(self, request: HttpRequest) -> HttpResponse:
        pending = self.pending(request)
        if pending is None:
            return redirect("mfa_index")
        values = {
            "title": "Is this account yours?",
            "shown": pending["shown"],
            "name": rules.KINDS[pending["kind"]],
            "back_href": reverse("mfa_index"),
        }
        return render(request, "forethought/account/connect.html", values)

    def post(self, request: HttpRequest) -> HttpResponse:
        pending = self.pending(request)
        request.session.pop(_PENDING, None)
        if pending is None:
            return redirect("mfa_index")
        told = Told(
            pending["issuer"], pending["subject"], pending["email"], pending["verified"], pending["shown"], None, False
        )
        account = own_account(request)
        person = Person.objects.get(pk=account.person_id)
        try:
            procedures.connect_identity(account=account, kind=pending["kind"], told=told, by=person, at=timezone.now())
        except Refused as refusal:
            tell(request, refusal.sentence, wrong=True)
            return redirect("mfa_index")
        name = rules.KINDS[pending["kind"]]
        get_adapter().say_changed(account, f"Signing in with {name} was connected.")
        tell(request, f"From now on you can sign in with {name}.")
        return redirect("mfa_index")

    def pending(self, request: HttpRequest) -> dict[str, Any] | None:
        found: dict[str, Any] | None = request.session.get(_PENDING)
        return found if found and time.time() - found["at"] < PENDING else None


class DisconnectElsewhere(ProvedFirst, OwnProvider):
    """Let an account elsewhere open one's own here no more."""

    lead = ("After this you sign in with your password or a passkey.",)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        account = own_account(request)
        person = Person.objects.get(pk=account.person_id)
        try:
            procedures.disconnect_identity(account=account, kind=self.provider.kind, by=person, at=timezone.now())
        except Refused as refusal:
            tell(request, refusal.sentence, wrong=True)
            return redirect("mfa_index")
        get_adapter().say_changed(account, f"Signing in with {self.provider.name} was ended.")
        tell(request, f"You no longer sign in with {self.provider.name}.")
        return redirect("mfa_index")

    def title(self) -> str:
        return f"Disconnect {self.provider.name}"


def own_account(request: HttpRequest) -> Account:
    """The account of whoever is signed in, on pages that are for them alone."""
    assert request.user.is_authenticated
    return request.user


def next_of(request: HttpRequest) -> str:
    """The page of ours to go on to, if one was named."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if get_adapter().is_safe_url(asked) else ""
