"""Records of a case: adding proof through the gate, and opening one. Clauses 7.3, 7.4."""

import logging
import unicodedata
import uuid
from datetime import datetime
from itertools import chain
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.evidence.away_standing import away_among
from forethought.evidence.kinds import Kind
from forethought.evidence.models import Exhibit, Viewing
from forethought.evidence.procedures import hand_out as hand
from forethought.evidence.procedures import said_of
from forethought.evidence.reading import Damaged, content_of, opened
from forethought.evidence.viewing import note_fault
from forethought.evidence.viewing import open_viewing as view
from forethought.pages import case_rows, content, reading_rows, records
from forethought.pages.access import opens, page
from forethought.pages.asked import Request
from forethought.pages.cases import names_shown
from forethought.pages.matrix import MATRIX
from forethought.pages.middleware import Viewer
from forethought.pages.streaming import while_allowed
from forethought.people.models import Person

log = logging.getLogger(__name__)


#: So much of a text is shown (bytes). The rest is in the download.
SHOWN_TEXT = 128 * 1024


@page
def exhibit(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """One record: what is known of it, who kept it and saw it, and its content under a cover until it is asked for."""
    found, now = record_of(case, exhibit_id), timezone.now()
    viewing = viewing_of(request, found, now)
    try:
        shown = showing(found, viewing) if viewing else {}
    except Damaged as damaged:
        return damage(request, case, found, damaged)
    response = render(request, "forethought/cases/exhibit.html", values_of(request, case, found) | shown)
    if shown.get("source"):
        response["Content-Security-Policy"] = policy_with_content()
    return response


@page
def open_viewing(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Take the cover off, for ten minutes. Noted before anything is shown."""
    if request.method != "POST":
        return redirect(f"/cases/{case.id}/exhibits/{exhibit_id}/")
    found, now, person = record_of(case, exhibit_id), timezone.now(), request.viewer.person
    viewer = request.viewer

    def still() -> bool:
        return content.sees(viewer, found, now)

    try:
        with opened(found) as opener:
            next(opener.read_range(0, min(1, opener.size)), b"")
        viewing = view(exhibit=found, session=request.session.session_key or "", still=still, by=person, at=now)
    except Damaged as damaged:
        return damage(request, case, found, damaged)
    except Refused:
        raise Http404 from None
    return redirect(f"/cases/{case.id}/exhibits/{found.id}/?viewing={viewing.id}#shown")


@page
def hand_out(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Hand over one record as a download that no browser opens by itself. Noted before a byte leaves."""
    if request.method != "POST":
        return redirect(f"/cases/{case.id}/exhibits/{exhibit_id}/")
    found = record_of(case, exhibit_id)
    # Key and place are looked up now, inside the school; only the bytes are read while the answer is sent.
    pieces = content_of(found)
    try:
        first = next(pieces, b"")
    except Damaged as damaged:
        return damage(request, case, found, damaged)
    hand(exhibit=found, by=request.viewer.person, at=timezone.now())

    def still(viewer: Viewer, at: datetime) -> bool:
        return content.sees(viewer, found, at) and not away_among([found.pk])

    response = content.guarded(StreamingHttpResponse(while_allowed(request, chain([first], pieces), still)))
    name = said_of(found).get("file_name", "record")
    response["Content-Length"] = str(found.size)
    response["Content-Disposition"] = f"attachment; filename=\"record\"; filename*=UTF-8''{quote(name, safe='')}"
    handed: HttpResponseBase = response
    return handed


def record_of(case: Case, exhibit_id: uuid.UUID) -> Exhibit:
    """A record of this case that has a file and may be opened; else there is no such page."""
    found = Exhibit.objects.select_related("key").filter(pk=exhibit_id, case_id=case.id).first()
    if found is None or not found.object_name or away_among([found.pk]):
        raise Http404
    return found


def viewing_of(request: Request, found: Exhibit, now: datetime) -> Viewing | None:
    """The viewing that the address names, if it is this person's and not over."""
    try:
        named = uuid.UUID(request.GET.get("viewing", ""))
    except ValueError:
        return None
    person = str(request.viewer.person.pk)
    return (
        Viewing.objects.select_related("exhibit")
        .filter(pk=named, exhibit=found, viewer=person, ends_at__gt=now)
        .first()
    )


def how_shown(found: Exhibit) -> str:
    """How a page can show a record: picture, film, sound or words; empty when only a download will do."""
    kind = content.kind_of_media(found)
    if kind in content.PICTURES and (found.size or 0) <= content.LARGEST_PICTURE:
        return "picture"
    if kind in content.FILMS:
        return "film"
    if kind in content.SOUNDS:
        return "sound"
    return "words" if kind in {Kind.TEXT, Kind.CSV, Kind.EMAIL} else ""


def showing(found: Exhibit, viewing: Viewing) -> dict[str, Any]:
    """What the page shows once the cover is off. Raises Damaged when the record is not what was kept."""
    how = how_shown(found)
    if how == "words":
        words = display_text(content.text_in(found, SHOWN_TEXT))
        return {"shown": how, "words": words, "more": (found.size or 0) > SHOWN_TEXT, "ends_at": viewing.ends_at}
    return {"shown": how, "source": content.address_of(viewing), "ends_at": viewing.ends_at}


def values_of(request: Request, case: Case, found: Exhibit) -> dict[str, Any]:
    """What the page says of a record without opening it."""
    names = names_shown(request, case)
    last = found.particulars.order_by("-said_at").first()
    said = case_rows.particulars_of(last, case.id, None) if last else {}
    row = case_rows.exhibit_row(found, said, names)
    seen = Viewing.objects.filter(exhibit=found).order_by("-opened_at").values_list("viewer", "opened_at")[:20]
    people = Person.objects.in_bulk({one for one in (as_id(who) for who in [found.received_by, *dict(seen)]) if one})
    kept_by = people.get(as_id(found.received_by))
    base = f"/cases/{case.id}/exhibits/{found.id}/"
    return {
        "title": "Record",
        "heading": f"{found.get_kind_display()}, {content.kind_of_media(found).words}",
        "row": row,
        "copies": case_rows.copies_in(case).get(found.id, []),
        "makes_copies": opens(request, case, MATRIX["redacting.redact_picture"], "redacting.redact_picture"),
        "kept_by": kept_by.name if kept_by and names else "",
        "seen": [{"who": people[as_id(who)].name, "at": at} for who, at in seen if as_id(who) in people],
        "how": how_shown(found),
        "virus": reading_rows.virus_warning(found),
        "open_href": f"{base}open-viewing/",
        "download_href": f"{base}hand-out/",
        "back_href": f"/cases/{case.id}/",
    }


def as_id(text: str) -> uuid.UUID:
    """An actor's id; the program, which has none, is nobody."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def damage(request: Request, case: Case, found: Exhibit, damaged: Damaged) -> HttpResponseBase:
    """Say plainly that a record is not what was kept, and leave an alarm in the trail. Nothing of it is shown."""
    log.error("A record is not what was kept. Run: manage.py verify")
    note_fault(exhibit=found, piece=damaged.piece, by=request.viewer.person, at=timezone.now())
    values = values_of(request, case, found) | {"damaged": True}
    return render(request, "forethought/cases/exhibit.html", values, status=409)


def policy_with_content() -> str:
    """The content policy of a page that shows a record, from our own place or from the one for content."""
    place = settings.EVIDENCE_ORIGIN or "'self'"
    base = settings.CONTENT_SECURITY_POLICY
    return (
        base.replace("img-src 'self'", f"img-src 'self' {settings.EVIDENCE_ORIGIN}".rstrip()) + f"; media-src {place}"
    )


def display_text(text: str) -> str:
    """A text as it may be shown: line ends as they are, and whatever steers or hides written out."""
    return "".join(
        one if one in "\n\t" or unicodedata.category(one)[0] != "C" else f"\\u{ord(one):04x}"
        for one in text.replace("\r\n", "\n").replace("\r", "\n")
    )


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
