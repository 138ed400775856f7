"""A file added to a concern by whoever told it: the gate first, as everywhere. Clauses 6.5, 7.3, 7.4.

They see nothing of the case but what they added: the door is having told it.
"""

import uuid
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils import timezone

from forethought.evidence import keyring
from forethought.evidence.away_standing import away_in
from forethought.evidence.models import Exhibit, Grant
from forethought.evidence.procedures import missing, said_of
from forethought.pages import records
from forethought.pages.access import actor_of, page
from forethought.pages.asked import Request
from forethought.pages.concerning import own_of, told_page
from forethought.pages.records import Place
from forethought.safeguarding import concerns
from forethought.safeguarding.models import Concern


def place_of(concern: Concern, grant: Grant | None = None) -> Place:
    """Where whoever told a concern adds a file."""
    base = f"/concern/{concern.id}/told/"
    add = f"{base}records/{grant.id}/" if grant else ""
    return Place(base, add, f"{base}answer-gate/", concern.case_id, concern.school_id)


def told_with(grant: Grant) -> Concern | None:
    """The concern that the holder of a grant told, if it is one of theirs; a code opens its own concern."""
    found: Concern | None = (
        Concern.objects.select_related("case__manager", "school").filter(case_id=grant.case_id).first()
    )
    return found if found is not None and grant.holder in {found.reporter_id, found.pk} else None


def place_of_grant(grant: Grant) -> Place | None:
    """The same, from a grant; nothing where its holder told no concern in that case."""
    concern = told_with(grant)
    return place_of(concern, grant) if concern else None


def tell_of_file(concern: Concern, by: Any) -> None:
    """A file that came is told to whoever handles it, like anything else that is added."""
    concerns.add_to_concern(concern=concern, words="A file was added.", by=by, at=timezone.now())


def known_of(concern: Concern) -> dict[str, object]:
    """What a stop here tells the conflict rules: what was told, and everybody who is kept out of it."""
    said = keyring.words(concern, case_id=concern.case_id)
    out = concern.case.exclusions.values_list("person_id", flat=True)
    return {**concerns.routing(said, []), "part_of": [str(one) for one in out]}


def own_rows(concern: Concern, by: Any) -> list[dict[str, str]]:
    """What one added oneself: its kind, and what it still lacks. Nothing of it is shown again."""
    gone = away_in(concern.case_id)
    rows = []
    for one in exhibits_of(concern, by).exclude(object_name="").order_by("received_at"):
        lacks = missing(one.kind, said_of(one)) if one.pk not in gone else []
        rows.append(
            {
                "text": one.get_kind_display(),
                "lacks": f"It still lacks: {', '.join(lacks)}." if lacks else "",
                "href": f"/concern/{concern.id}/told/{one.pk}/describe-record/" if lacks else "",
            }
        )
    return rows


def exhibits_of(concern: Concern, by: Any) -> Any:
    """The records of a concern that one added oneself."""
    return Exhibit.objects.filter(case_id=concern.case_id, received_by=str(by.id))


@page
def own_concern(request: Request, concern_id: uuid.UUID) -> HttpResponseBase:
    """What became of what one told: received, seen, ended; and what one added. Nothing else of it is shown."""
    concern = own_of(request, concern_id)
    return told_page(request, concern, files=own_rows(concern, actor_of(request)))


@page
def answer_gate(request: Request, concern_id: uuid.UUID) -> HttpResponseBase:
    """The gate, before any file control."""
    concern = own_of(request, concern_id)
    return records.gate(request, place_of(concern), known_of(concern), lambda grant: place_of(concern, grant))


@page
def add(request: Request, concern_id: uuid.UUID, grant_id: uuid.UUID) -> HttpResponseBase:
    """The file control, for whoever passed the gate."""
    concern = own_of(request, concern_id)
    grant = records.grant_for(request, grant_id, concern.case_id)
    return records.add_under(request, place_of(concern, grant), grant)


@page
def stop(request: Request, concern_id: uuid.UUID, grant_id: uuid.UUID) -> HttpResponseBase:
    """What to do instead of copying. The safeguarding lead has been told before this page is shown."""
    concern = own_of(request, concern_id)
    return records.stop_page(request, records.grant_for(request, grant_id, concern.case_id), place_of(concern))


@page
def describe_record(request: Request, concern_id: uuid.UUID, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Complete a record one added oneself."""
    concern = own_of(request, concern_id)
    found = exhibits_of(concern, actor_of(request)).filter(pk=exhibit_id)
    exhibit = found.first()
    if exhibit is None:
        raise Http404
    return records.describe_page(request, exhibit, f"/concern/{concern.id}/told/")
