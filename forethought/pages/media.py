"""Is this app or site covered? It is. The list answers in words people use, and a school adds to it."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import KEEPERS
from forethought.policies import media as known
from forethought.policies import naming_media


class SearchForm(asking.Form):
    """An app or site."""

    q = fields.Line(
        label="App, site or kind of service", longest=80, missing="Type a name.", hint="For example, WhatsApp group."
    )


@page
def media(request: Request) -> HttpResponseBase:
    """Search and list."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    own = naming_media.own_media()
    found = known.look_up(form.cleaned_data["q"], own) if form.is_valid() else None
    rows = [*((one, "Added by your school") for one in own), *((one, kind_name(one)) for one in known.media())]
    return render(
        request,
        "forethought/policy/media.html",
        {
            "title": "What is covered",
            "form": form,
            "found": found,
            "kinds": [{"key": one.name, "value": one.says} for one in known.kinds()],
            "rows": [
                [
                    {"label": "App or site", "text": one.name},
                    {"label": "Also called", "text": ", ".join(one.aliases) or "—"},
                    {"label": "Kind", "text": kind + (" (closed)" if one.closed else "")},
                ]
                for one, kind in rows
            ],
            "notice": acts.noted(request),
            "notice_kind": "success",
            "keeps": bool(request.viewer.roles & KEEPERS),
            "back_href": "/policy/",
        },
    )


def kind_name(one: known.Known) -> str:
    """What kind of service an app or site is."""
    return next((kind.name for kind in known.kinds() if kind.key == one.kind), "")


class MediumForm(asking.Form):
    """One more."""

    name = fields.Line(label="App or site", longest=80, missing="Type its name.")
    aliases = fields.Line(
        label="Other names for it", longest=300, required=False, hint="With commas between. For example, insta, ig."
    )


@page
def add_medium(request: Request) -> HttpResponseBase:
    """Add an app or site that the list lacks."""
    form = MediumForm(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: naming_media.add_medium(
            school=request.viewer.person.school,
            name=said["name"],
            aliases=[one.strip() for one in said["aliases"].split(",") if one.strip()],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to="/policy/media/",
        title="Add an app or site",
        button="Add it",
        done="It is on the list.",
        back_href="/policy/media/",
        lead=["It was covered before, and it is now. On the list, its names are known to be one thing."],
    )
