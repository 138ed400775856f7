"""Files in pieces: what a browser with JavaScript asks while it sends a large one. Clauses 7.3, 7.4.

The shape of a resumable upload (begin, ask how far, send from there) with the form token in a header, so that it is
checked before the body is read. Answers are JSON, but for the last: that is a form, and leads on to a page.
"""

import uuid
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone

from forethought.core.errors import Refused
from forethought.evidence import arriving
from forethought.evidence.arriving import Described
from forethought.evidence.models import Grant, Upload
from forethought.evidence.parts import Gone, Misplaced
from forethought.pages import uploads
from forethought.pages.access import actor_of, page
from forethought.pages.asked import Request
from forethought.rows import school_in_scope

#: The most that one piece may be, in bytes. Ours are 8 MiB.
_PIECE = 64 * 1024 * 1024
_HASH = 64


@page
def begin_upload(request: Request, grant_id: uuid.UUID) -> HttpResponseBase:
    """Begin one file, or find the one that broke off; where to send its pieces, and from which byte."""
    grant, actor = uploads.grant_of(request, grant_id)
    said = {name: request.POST.get(name, "") for name in ("name", "type", "size", "modified", "head", "tail")}
    if not said["size"].isdecimal() or len(said["size"]) > 15 or any(len(one) > 1000 for one in said.values()):
        return no("This file cannot be sent in pieces.")
    described = Described(
        name=said["name"],
        claimed_type=said["type"],
        size=int(said["size"]),
        modified=said["modified"],
        head=said["head"][:_HASH],
        tail=said["tail"][:_HASH],
    )
    try:
        upload = arriving.begin_upload(
            grant=grant, described=described, ceiling=settings.EXHIBIT_MAX_BYTES, by=actor, at=timezone.now()
        )
        offset = arriving.part_of(upload).offset
    except Refused as refusal:
        return no(refusal.sentence)
    return JsonResponse({"to": f"/upload/{grant.id}/{upload.id}/", "id": str(upload.id), "offset": offset})


@page
def send_piece(request: Request, grant_id: uuid.UUID, upload_id: uuid.UUID) -> HttpResponseBase:
    """How far a file has come (GET), and its next piece (POST, raw bytes; the address says from which byte on).

    409 with the right place when it does not follow; 410 when nothing is left of the file.
    """
    upload, actor = upload_of(request, grant_id, upload_id)
    answer = answer_piece(request, upload, actor)
    if answer.status_code != 200 and request.method == "POST":
        # A browser that is cut off in the middle of sending never sees the answer.
        drain(request)
    return answer


def answer_piece(request: Request, upload: Upload, actor: Any) -> JsonResponse:
    """Take the piece, or say why not and where to go on."""
    try:
        part = arriving.part_of(upload)
        if request.method != "POST":
            return JsonResponse({"offset": part.offset})
        if reason := arriving.why_not_go_on(upload, by=actor, at=timezone.now()):
            return no(reason)
        start, length = request.GET.get("offset", ""), int(request.META.get("CONTENT_LENGTH") or 0)
        if not start.isdecimal() or len(start) > 15 or not 0 < length <= _PIECE:
            return no("This is no piece of a file.")
        return JsonResponse({"offset": part.take(request.read, start=int(start), length=length)})
    except Misplaced as elsewhere:
        return JsonResponse({"offset": elsewhere.offset, "sentence": elsewhere.sentence}, status=409)
    except Gone as gone:
        return JsonResponse({"sentence": gone.sentence}, status=410)
    except Refused as refusal:
        return no(refusal.sentence)


@page
def drop_upload(request: Request, grant_id: uuid.UUID, upload_id: uuid.UUID) -> HttpResponseBase:
    """Forget a file that was begun."""
    upload, actor = upload_of(request, grant_id, upload_id)
    if request.method != "POST":
        raise Http404
    arriving.drop_upload(upload=upload, by=actor, at=timezone.now())
    return HttpResponse(status=204)


@page
def keep_uploads(request: Request, grant_id: uuid.UUID) -> HttpResponseBase:
    """Keep the files that have come, with what is said about them: the last press, and a form like any other."""
    grant, actor = uploads.grant_of(request, grant_id)
    found = chosen(request, grant)
    kind, form = uploads.particulars_in(request)
    valid = form.is_valid()
    try:
        kept = arriving.keep_uploads(
            grant=grant,
            uploads=found,
            kind=kind,
            particulars=uploads.record_forms.plain(form),
            by=actor,
            at=timezone.now(),
        )
    except Refused as refusal:
        return uploads.refused(request, refusal.sentence, grant)
    return uploads.on_from(request, grant, kept, valid=valid)


def chosen(request: Request, grant: Grant) -> list[Upload]:
    """The files that a form names, in its order. One that is not of this grant, or not any more, is not there."""
    ids = []
    for one in request.POST.getlist("uploads"):
        try:
            ids.append(uuid.UUID(one))
        except ValueError:
            continue
    there = {upload.id: upload for upload in Upload.objects.select_related("grant").filter(grant=grant, pk__in=ids)}
    return [there[one] for one in dict.fromkeys(ids) if one in there]


def upload_of(request: Request, grant_id: uuid.UUID, upload_id: uuid.UUID) -> tuple[Upload, Any]:
    """A file on its way, for whoever began it; to everybody else there is no such page."""
    actor = actor_of(request)
    if actor is None or not school_in_scope() or (request.method == "POST" and uploads.foreign(request)):
        raise Http404
    found = Upload.objects.select_related("grant").filter(pk=upload_id, grant=grant_id, grant__holder=actor.id).first()
    if found is None:
        raise Http404
    return found, actor


def no(sentence: str) -> JsonResponse:
    """A refusal, in a sentence that the page shows."""
    return JsonResponse({"sentence": sentence}, status=422)


def drain(request: Request) -> None:
    """Read what is left of a piece, and forget it."""
    left = _PIECE
    with suppress(OSError):
        while left > 0 and (data := request.read(64 * 1024)):
            left -= len(data)
