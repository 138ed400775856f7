"""Records of a case: adding proof through the gate, and opening one. Clauses 7.3, 7.4."""

import uuid
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from forethought.cases.models import Case
from forethought.evidence import keyring
from forethought.evidence.away_standing import away_among
from forethought.evidence.models import Exhibit
from forethought.evidence.procedures import hand_out, said_of
from forethought.evidence.reading import content_of
from forethought.pages import records
from forethought.pages.access import page
from forethought.pages.asked import Request


@page
def exhibit(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Hand over one record as a download that no browser opens by itself. Opening it is noted before a byte leaves."""
    found = Exhibit.objects.select_related("key").filter(pk=exhibit_id, case_id=case.id).first()
    if found is None or not found.object_name or away_among([found.pk]):
        raise Http404
    hand_out(exhibit=found, by=request.viewer.person, at=timezone.now())
    # Key and place are looked up now, inside the school; only the bytes are read while the answer is sent.
    pieces = content_of(found)
    first = next(pieces, b"")

    def whole() -> object:
        yield first
        yield from pieces

    response = StreamingHttpResponse(whole(), content_type="application/octet-stream")  # type: ignore[arg-type]
    name = said_of(found).get("file_name", "record")
    response["Content-Length"] = str(found.size)
    response["Content-Disposition"] = f"attachment; filename=\"record\"; filename*=UTF-8''{quote(name, safe='')}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@page
def answer_gate(request: Request, case: Case) -> HttpResponseBase:
    """The gate, for whoever adds proof to a case. No role passes without it."""
    return records.gate(
        request, records.place_of_case(case), known_of(case), lambda grant: records.place_of_case(case, grant)
    )


def known_of(case: Case) -> dict[str, Any]:
    """What a stop here tells the conflict rules: the report's answers, and everybody who is kept out of the case.

    Without them the safeguarding lead would be told of a case that is about the safeguarding lead.
    """
    report = case.reports.order_by("reported_at").first()
    said = dict(keyring.words(report, case_id=case.id)) if report else {}
    return {**said, "part_of": [str(one) for one in case.exclusions.values_list("person_id", flat=True)]}


@page
def add(request: Request, case: Case, grant_id: uuid.UUID) -> HttpResponseBase:
    """The file control for a case."""
    grant = records.grant_for(request, grant_id, case.id)
    return records.add_under(request, records.place_of_case(case, grant), grant)


@page
def stop(request: Request, case: Case, grant_id: uuid.UUID) -> HttpResponseBase:
    """What to do instead of copying."""
    return records.stop_page(request, records.grant_for(request, grant_id, case.id), records.place_of_case(case))


@page
def describe_record(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Complete a record of a case."""
    found = Exhibit.objects.filter(pk=exhibit_id, case_id=case.id).first()
    if found is None:
        raise Http404
    return records.describe_page(request, found, f"/cases/{case.id}/")
