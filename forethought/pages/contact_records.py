"""Records of contact: one's own, and those that somebody shared. Nobody else can open one, whatever they hold."""

import uuid
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.boundaries import procedures, rules, standing
from forethought.boundaries.models import ContactRecord
from forethought.boundaries.rules import Age, Mark, Verdict, Way, Who
from forethought.core.clock import spoken
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.contacted import people_for
from forethought.pages.paging import paged

A_PAGE = 20


@page
def records(request: Request) -> HttpResponseBase:
    """One's own records, and those that others shared. No name stands in a list."""
    me, now = request.viewer.person, timezone.now()
    own, links = paged(standing.own_records(me), request.GET.get("page", ""), A_PAGE, "/contacted/records/")
    shared = [
        {
            "text": f"Shared at {spoken(one.shared_at, now)}",
            "status": "Read" if one.seen_at else "New",
            **({} if one.seen_at else {"colour": "blue"}),
            "href": f"/contacted/records/{one.record_id}/",
        }
        for one in standing.shared_with(me)
    ]
    return render(
        request,
        "forethought/boundaries/records.html",
        {
            "title": "Records of contact",
            "own": [
                {"text": f"Kept at {spoken(one.kept_at, now)}", "status": "", "href": f"/contacted/records/{one.pk}/"}
                for one in own
            ],
            "shared": shared,
            "back_href": "/contacted/",
            **links,
        },
    )


def load(request: Request, record_id: uuid.UUID, *, own: bool = False) -> ContactRecord:
    """A record that the viewer may read, or “no such page”."""
    found = standing.record_for(record_id, request.viewer.person)
    if found is None or (own and found.writer_id != request.viewer.person.pk):
        raise Http404
    return found


@page
def contact_record(request: Request, record_id: uuid.UUID) -> HttpResponseBase:
    """One record. That somebody else opened it is noted; its writer's own look is not."""
    found, me, now = load(request, record_id), request.viewer.person, timezone.now()
    mine = found.writer_id == me.pk
    said = standing.contact_of(found) if mine else procedures.see_contact_record(record=found, by=me, at=now)
    shares = found.shares.select_related("person").order_by("shared_at", "id") if mine else ()
    rows = [
        ("Kept", spoken(found.kept_at, now)),
        ("Who it was", Who(said.who).words),
        ("What happened", Way(said.way).words),
        ("Also", ". ".join(Mark(one).words for one in said.marks)),
        ("Their age", Age(said.age).words),
        ("App or site", said.platform),
        ("Name shown", said.name),
        ("The answer", Verdict(said.verdict).words),
    ]
    return render(
        request,
        "forethought/boundaries/record.html",
        {
            "title": "A record of contact",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "record": found,
            "mine": mine,
            "rows": [{"key": key, "value": value} for key, value in rows if value],
            "said": said,
            "share_href": f"/contacted/records/{found.pk}/share-contact-record/",
            "shares": [f"{one.person.name}, {'read' if one.seen_at else 'not read yet'}" for one in shares],
            "never": rules.NEVER,
            "back_href": "/contacted/records/",
        },
    )


class ShareForm(asking.Form):
    """Whom else to let read it."""

    person = fields.Choice(label="Who may read it too?", choices=[], missing="Choose somebody.")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = choices  # type: ignore[attr-defined]


@page
def share_contact_record(request: Request, record_id: uuid.UUID) -> HttpResponseBase:
    """Share one's own record with one more person."""
    found = load(request, record_id, own=True)
    there = set(found.shares.values_list("person_id", flat=True))
    people = {str(one.pk): (one, office) for one, office in people_for(request) if one.pk not in there}
    form = ShareForm(
        request.POST if request.method == "POST" else None,
        choices=[(key, f"{one.name}, {office}") for key, (one, office) in people.items()],
    )
    return acts.act(
        request,
        form,
        lambda said: procedures.share_contact_record(
            record=found, person=people[said["person"]][0], by=request.viewer.person, at=timezone.now()
        ),
        to=f"/contacted/records/{found.pk}/",
        title="Share this record",
        button="Share",
        done="It is shared.",
        reason=None if people else "Everybody whom you could choose can read it already.",
        back_href=f"/contacted/records/{found.pk}/",
        lead=["They can read the whole record from then on. It cannot be taken back."],
    )
