"""Papers: what is opened to one person of a case that is not theirs, and the page on which they read it."""

import uuid
from datetime import datetime, time
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases import opened_papers
from forethought.cases.models import Case, Papers
from forethought.cases.opened_papers import AUDIENCES, Part
from forethought.core.clock import from_london, london, spoken, spoken_day
from forethought.investigations.disclosing import BY_TWO, Pack, propose_disclosure
from forethought.investigations.models import Disclosure
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_rows import sentence
from forethought.people.models import Person
from forethought.people.names import office_of
from forethought.prepared import Prepared

_open = Prepared(
    lambda person, at: (
        Papers.objects.filter(person=person, ended_at__isnull=True, ends_at__gt=at)
        .order_by("ends_at", "id")
        .values_list("id", "ends_at")[:10]
    ),
    uuid.UUID,
    datetime,
)


def papers_on_home(person: Person, at: datetime) -> list[dict[str, str]]:
    """The papers open to somebody, as neutral lines for their home."""
    return [
        {"href": f"/papers/{papers_id}/read-papers/", "text": f"Papers for you, open until {spoken(ends_at, at)}"}
        for papers_id, ends_at in _open(person.pk, at)
    ]


@page
def read_papers(request: Request, papers: Papers) -> HttpResponseBase:
    """Read papers that are open to one. Each reading is noted."""
    now = timezone.now()
    said = opened_papers.read_papers(papers=papers, by=request.viewer.person, at=now)
    return render(
        request,
        "forethought/papers/papers.html",
        {
            "title": "Papers for you",
            "heading": said["title"],
            "parts": said["parts"],
            "audience": papers.audience,
            "until": spoken(papers.ends_at, now),
            "reader": request.viewer.person.name,
            "back_href": "/",
        },
    )


def papers_rows(case: Case, names: bool, at: datetime) -> list[dict[str, object]]:
    """To whom papers of a case are or were open, newest first."""
    rows = []
    for one in case.papers.select_related("person").order_by("-opened_at", "id"):
        over = one.ended_at or (one.ends_at if one.ends_at <= at else None)
        rows.append(
            {
                "id": one.id,
                "what": AUDIENCES[one.audience],
                "who": one.person.name if names else sentence(office_of(one.person, at)),
                "opened": spoken(one.opened_at, at),
                "until": f"Ended {spoken(over, at)}." if over else f"Open until {spoken(one.ends_at, at)}.",
                "open": over is None,
            }
        )
    return rows


class PapersForm(asking.Form):
    """Papers for somebody who is not on the list."""

    person = fields.Pick(label="Who may read them?", choices=[], missing="Choose a person.")
    audience = fields.Choice(
        label="What are they to the matter?", missing="Choose what they are.", choices=list(AUDIENCES.items())
    )
    words = fields.Words(
        label="What they may read",
        longest=20_000,
        rows=12,
        missing="Write what they may read.",
        hint="They read exactly this, and nothing else. Leave out other people’s names where you can.",
    )
    ends_on = fields.DateBoxes(
        label="Last day on which they may read it",
        required=False,
        hint="Leave it empty for 14 days. Six months at most.",
    )


@page
def open_papers(request: Request, case: Case) -> HttpResponseBase:
    """Open papers to one person, until a day."""
    people = Person.objects.filter(left_at__isnull=True).order_by("name")
    form = PapersForm(request.POST if request.method == "POST" else None)
    form.fields["person"].choices = [("", "Choose"), *((str(p.id), p.name) for p in people)]  # type: ignore[attr-defined]
    back = f"/cases/{case.id}/seats/"

    def do(said: dict[str, Any]) -> Papers | Disclosure:
        last, title = said["ends_on"], f"Papers of {spoken_day(london(timezone.now()).date())}"
        person = next(one for one in people if str(one.id) == said["person"])
        if said["audience"] in BY_TWO:
            pack = Pack(person, said["audience"], title, said["words"], last)
            return propose_disclosure(case=case, pack=pack, by=request.viewer.person, at=timezone.now())
        return opened_papers.open_papers(
            case=case,
            person=person,
            audience=said["audience"],
            title=title,
            parts=[Part("What you may read", said["words"])],
            ends_at=from_london(last, time(23, 59)) if last else None,
            by=request.viewer.person,
            at=timezone.now(),
        )

    return acts.act(
        request,
        form,
        do,
        to=back,
        title="Open papers to somebody",
        button="Go on",
        done="It is kept. Below it says whether the papers are open, or wait for a second person.",
        back_href=back,
        leaves=True,
        lead=[
            "For somebody who is not on the list: the person reported, a companion, an adviser.",
            "Papers for the person it is about, or their companion, open when a second person has agreed.",
        ],
    )


@page
def end_papers(request: Request, case: Case, papers_id: uuid.UUID) -> HttpResponseBase:
    """Close papers before their time."""
    row = case.papers.filter(pk=papers_id).first()
    if row is None:
        raise Http404
    back = f"/cases/{case.id}/seats/"
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: opened_papers.end_papers(papers=row, by=request.viewer.person, at=timezone.now()),
        to=back,
        title="Close these papers",
        button="Close them",
        done="The papers are closed.",
        back_href=back,
        lead=["From their next click on they can read nothing. What they have read they have read."],
    )
