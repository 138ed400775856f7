"""Where the school's people may sign in: said by the headteacher or IT, tried, and ended. Clause 2.5."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from forethought.core.clock import spoken
from forethought.core.errors import Refused
from forethought.pages import acts, asking, elsewhere, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.elsewhere_rows import capital
from forethought.people.models import School
from forethought.signing_in import asking as provider_asking
from forethought.signing_in import procedures, rules, standing

ADDRESS = "/sign-in-elsewhere/"

#: What came of trying, as whoever tried reads it.
OUTCOMES = {
    "ready": "It answers, and it knows this client ID and secret. Now connect your own account and sign in with it.",
    "wrong_client": "It answers, but does not take this client ID and secret. Look at both. Has the secret run out?",
    "odd": "It answers, but not as expected. Look at the address that you registered there, and at the client ID.",
    "no_answer": "It does not answer, or not as the one written here. Look at the tenant. May this server reach it?",
}

TENANTS = {
    "microsoft": ("Directory (tenant) ID", "On the overview page of your app registration in Entra."),
    "google": ("Domain of your Google Workspace", "For example, oak.sch.uk. Nobody with another domain gets in."),
    "other": (
        "Address of the issuer",
        "For example, https://login.oak.sch.uk. Its discovery document is looked for there.",
    ),
}


def known(kind: str) -> str:
    """A kind of provider, or “no such page”."""
    if kind not in rules.KINDS:
        raise Http404
    return kind


@page
def listing(request: Request) -> HttpResponseBase:
    """Each kind of provider: whether people can sign in there, and what to register."""
    school_id, now = request.viewer.person.school_id, timezone.now()
    rows = []
    for kind, name in rules.KINDS.items():
        provider, said = standing.provider(school_id, kind), standing.newest(kind)
        rows.append(
            {
                "kind": kind,
                "name": capital(name),
                "on": provider is not None,
                "issuer": provider.issuer if provider else "",
                "client_id": provider.client_id if provider else "",
                "counts": provider.second_step_counts if provider else False,
                "by_settings": provider is not None and not provider.by_school,
                "since": spoken(said.set_at, now) if provider and said and provider.by_school else "",
                "come_back": elsewhere.come_back_address(school_id, kind),
            }
        )
    return render(
        request,
        "forethought/sign_in_elsewhere.html",
        {
            "title": "Signing in with a school account",
            "rows": rows,
            "of_school": f"/accounts/elsewhere/{school_id}/",
            "notice": acts.noted(request),
            "back_href": "/",
        },
    )


class ProviderForm(asking.Form):
    """What a provider gives whoever registers this site with it."""

    tenant = fields.Line(label="Tenant", longest=200, missing="Write this in.", attrs={"spellcheck": "false"})
    client_id = fields.Line(
        label="Client ID",
        longest=200,
        hint="Also called application ID.",
        missing="Write the client ID.",
        attrs={"autocomplete": "off", "spellcheck": "false"},
    )
    client_secret = fields.Line(
        label="Client secret",
        longest=500,
        hint="Its value, not its ID. It is sealed when you save, and never shown again.",
        missing="Write the client secret.",
        attrs={"autocomplete": "off", "spellcheck": "false"},
    )
    counts = fields.Choice(
        label="Does a second step made there count here?",
        choices=[("no", "No. Everybody has a second step here"), ("yes", "Yes, where it says that one was made")],
        missing="Choose yes or no.",
        initial="no",
        hint="With yes, whoever looks after accounts there could open cases here. Only the headteacher can say yes.",
    )

    def __init__(self, data: Any = None, *, kind: str = "other", **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["tenant"].label, self.fields["tenant"].help_text = TENANTS[kind]


@page
def set_provider(request: Request, kind: str) -> HttpResponseBase:
    """Say where people may sign in."""
    name, person = rules.KINDS[known(kind)], request.viewer.person

    def do(said: dict[str, Any]) -> Any:
        return procedures.set_provider(
            school=School.objects.get(pk=person.school_id),
            kind=kind,
            tenant=said["tenant"],
            client_id=said["client_id"],
            secret=said["client_secret"],
            second_step_counts=said["counts"] == "yes",
            by=person,
            at=timezone.now(),
        )

    return acts.act(
        request,
        ProviderForm(request.POST if request.method == "POST" else None, kind=kind),
        do,
        to=ADDRESS,
        title=f"Let people sign in with {name}",
        button="Save",
        done="It is saved. Try it now.",
        back_href=ADDRESS,
        lead=[
            "Register this site there first, with this address to come back to:",
            elsewhere.come_back_address(person.school_id, kind),
            "Nobody gets an account by this. Whoever has one here can connect it, once, after signing in.",
        ],
    )


@page
@require_POST
def try_provider(request: Request, kind: str) -> HttpResponseBase:
    """Ask it as a sign-in would."""
    provider = standing.provider(request.viewer.person.school_id, known(kind))
    if provider is None:
        acts.note(request, procedures.NONE_THERE)
        return redirect(ADDRESS)
    outcome = provider_asking.try_out(
        issuer=provider.issuer,
        client_id=provider.client_id,
        secret=provider.secret,
        come_back=elsewhere.come_back_address(provider.school_id, kind),
    )
    procedures.try_provider(kind=kind, outcome=outcome, by=request.viewer.person, at=timezone.now())
    acts.note(request, OUTCOMES[outcome])
    return redirect(ADDRESS)


@page
@require_POST
def end_provider(request: Request, kind: str) -> HttpResponseBase:
    """Let nobody sign in there any more."""
    person = request.viewer.person
    try:
        procedures.end_provider(
            school=School.objects.get(pk=person.school_id), kind=known(kind), by=person, at=timezone.now()
        )
        acts.note(request, "Nobody signs in there any more. Passwords and passkeys work as before.")
    except Refused as refusal:
        acts.note(request, refusal.sentence)
    return redirect(ADDRESS)
