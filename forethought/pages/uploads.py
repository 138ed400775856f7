"""Taking files: only under a grant of the gate, which is checked before a byte of the body is read. Clause 7.4."""

import uuid
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from forethought.audit.procedures import Visitor
from forethought.cases.door import opened_to
from forethought.cases.models import Case, Draft, Report
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.evidence.gate import FILES_A_BATCH, Outcome
from forethought.evidence.intake import Intake, SealedUpload, display_name
from forethought.evidence.models import Exhibit, Grant, Record
from forethought.evidence.places import vault
from forethought.evidence.procedures import keep_captured as keep_page
from forethought.evidence.procedures import keep_records as keep
from forethought.evidence.procedures import why_not_use
from forethought.investigations import asking_along
from forethought.pages import concern_records, cooperating, record_forms, records
from forethought.pages.access import actor_of, opens, page
from forethought.pages.asked import Request
from forethought.pages.matrix import MATRIX
from forethought.rows import school_in_scope

#: So many files may come of one page: what was seen, forty tiles, and the account of it.
FILES_OF_A_PAGE = 42


@csrf_exempt
@page
def keep_records(request: Request, grant_id: uuid.UUID) -> HttpResponseBase:
    """Take a batch of files into the vault.

    The form token would lie in the body, which must not be read yet, so this view has none. Instead the address holds
    128 random bits that only the person who answered the gate was given, and the browser must say that the form came
    from our own pages.
    """
    grant, actor = grant_of(request, grant_id)
    begun_at = timezone.now()
    if reason := why_not_use(grant, by=actor, at=begun_at):
        return refused(request, reason, grant)
    intake = intake_for(request, grant)
    try:
        uploads = cast(list[SealedUpload], request.FILES.getlist("files"))
        kind, form = particulars_in(request)
        valid = form.is_valid()
        if not uploads:
            raise Refused("No file arrived. Choose it again, or go on without it.", "7.3")
        if any(upload.size == 0 for upload in uploads):
            raise Refused("One of those files is empty. Choose it again, or leave it out.", "7.3")
        kept = keep(
            grant=grant,
            kind=kind,
            uploads=uploads,
            particulars=record_forms.plain(form),
            begun_at=begun_at,
            by=actor,
            at=timezone.now(),
        )
    except Refused as refusal:
        intake.discard()
        return refused(request, refusal.sentence, grant)
    return on_from(request, grant, kept, valid=valid)


@csrf_exempt
@page
def keep_captured(request: Request, grant_id: uuid.UUID) -> HttpResponseBase:
    """Take what the browser extension captured, sent by it from within the page that takes records.

    Held to the same as any upload (`keep_records`), and to the case's two locks once more. It says what was sealed, by
    SHA-256, so that the extension can compare.
    """
    grant, actor = grant_of(request, grant_id)
    begun_at = timezone.now()
    if not still_open(request, grant):
        raise Http404
    if reason := why_not_use(grant, by=actor, at=begun_at):
        return not_kept(reason)
    intake = intake_for(request, grant, most_files=FILES_OF_A_PAGE)
    try:
        uploads = cast(list[SealedUpload], request.FILES.getlist("files"))
        form = record_forms.CapturedForm({**request.POST.dict(), "hide": "yes"})
        if not form.is_valid():
            raise Refused("What the extension said of the page cannot be read, so nothing was kept.", "7.4")
        kept = keep_page(
            grant=grant,
            kind=Record.WEBSITE if request.POST.get("kind") == Record.WEBSITE else Record.SOCIAL,
            uploads=uploads,
            hashes=request.POST.getlist("sha256"),
            parts=[display_name(part) for part in request.POST.getlist("part")],
            particulars=record_forms.said_of_page(form, at=begun_at),
            begun_at=begun_at,
            by=actor,
            at=timezone.now(),
        )
    except Refused as refusal:
        intake.discard()
        return not_kept(refusal.sentence)
    tell_of(request, grant)
    sealed = [{"sha256": bytes(one.sha256 or b"").hex(), "size": one.size} for one in kept]
    return JsonResponse({"kept": sealed, "back": where_from(grant).back})


def not_kept(reason: str) -> JsonResponse:
    """Why nothing of a page was kept, as the extension shows it. What is still on its way is not wanted."""
    response = JsonResponse({"sentence": reason}, status=422)
    response["Connection"] = "close"
    return response


def still_open(request: Request, grant: Grant) -> bool:
    """Whether the person may still add to it: something they told or were asked for, or a case by its two locks."""
    if draft_of(grant) or cooperating.place_of_grant(grant) or concern_records.place_of_grant(grant):
        return True
    case = opened_to(request.viewer.person, grant.case_id, timezone.now()) if request.viewer else None
    return case is not None and opens(request, case, MATRIX["exhibits.add"], "exhibits.add")


def intake_for(request: Request, grant: Grant, *, most_files: int = FILES_A_BATCH) -> Intake:
    """The way into the vault for the files of this request, put in place before its body is read."""
    intake = Intake(
        request,
        vault=vault(grant.school_id),
        case_key=keyring.case_key(grant.school_id, grant.case_id),
        school=grant.school_id,
        case=grant.case_id,
        file_ceiling=settings.EXHIBIT_MAX_BYTES,
        most_files=most_files,
    )
    request.upload_handlers = [intake]
    return intake


def grant_of(request: Request, grant_id: uuid.UUID) -> tuple[Grant, Any]:
    """The grant of a form that was sent, and who sent it: the person it was given to, from a page of ours.

    To everybody else there is no such page.
    """
    actor = actor_of(request)
    grant = Grant.objects.filter(pk=grant_id).first() if actor is not None and school_in_scope() else None
    if grant is None or actor is None or request.method != "POST":
        raise Http404
    if grant.holder != actor.id or foreign(request):
        raise Http404
    return grant, actor


def particulars_in(request: Request) -> tuple[str, record_forms.Particulars]:
    """The kind and the fields of what was sent.

    The files are kept whatever is wrong with a field: a date can be mended afterwards, a lost upload is lost. A
    password in a field is hidden straight away, because asking would cost the files.
    """
    kind = request.POST.get("kind", "")
    if kind not in record_forms.FORMS:
        kind = Record.SOCIAL
    return kind, record_forms.FORMS[kind]({**request.POST.dict(), "hide": "yes"})


def on_from(request: Request, grant: Grant, kept: list[Exhibit], *, valid: bool) -> HttpResponseBase:
    """Where somebody goes on once their files are kept, after whoever must hear of them has been told."""
    tell_of(request, grant)
    place = where_from(grant)
    return redirect(place.back if valid else f"{place.back}{kept[0].id}/describe-record/?again=1")


def tell_of(request: Request, grant: Grant) -> None:
    """Tell whoever must hear that files were kept: of a report that was sent, or of what somebody was asked for."""
    actor = actor_of(request)
    if (draft := draft_of(grant)) and draft.sent_at is not None:
        records.tell_of_record(draft, actor)
    if asked := cooperating.asked_with(grant):
        asking_along.note_copy(request=asked, by=actor, at=timezone.now())
    if concern := concern_records.told_with(grant):
        concern_records.tell_of_file(concern, actor)


def foreign(request: Request) -> bool:
    """Whether the browser says that this form came from somewhere else (Sec-Fetch-Site, Origin)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    # By host alone: behind a proxy we may not know that the browser spoke https.
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.get_host()


def refused(request: Request, reason: str, grant: Grant) -> HttpResponseBase:
    """Why these files were not taken. 422 with the way on; nothing of this press was kept."""
    place = where_from(grant)
    title, used = "Those files were not kept", Grant.objects.filter(pk=grant.pk, used_at__isnull=False).exists()
    if used:
        # Most likely a second press: the first one's files are there, and must not be called lost.
        title, on, words = "These answers have been used", place.back, "See what has been kept"
    elif grant.verdict != Outcome.PASS:
        on, words = f"{place.add}stop/", "What to do instead"
    elif why_not_use(grant, by=Visitor(grant.holder), at=timezone.now()):
        on, words = place.gate, "Answer the questions again"
    else:
        on, words = place.add, "Choose the files again"
    response = render(
        request,
        "forethought/report/not_taken.html",
        {
            "title": title,
            "reason": reason,
            "used": used,
            "back_href": place.back,
            "on": on,
            "on_words": words,
        },
        status=422,
    )
    # What is still on its way is not wanted: the connection ends with this answer.
    response["Connection"] = "close"
    return response


def draft_of(grant: Grant) -> Draft | None:
    """The draft or sent report whose writer answered the gate, rather than somebody who handles the case."""
    draft = Draft.objects.filter(case_id=grant.case_id).first()
    if draft is None or draft.holder == grant.holder or Report.objects.filter(pk=grant.holder, draft=draft).exists():
        return draft
    return None


def where_from(grant: Grant) -> records.Place:
    """The draft or the case that a grant was asked for."""
    if draft := draft_of(grant):
        return records.place_of_draft(draft, grant)
    if place := cooperating.place_of_grant(grant) or concern_records.place_of_grant(grant):
        return place
    case = Case.objects.filter(pk=grant.case_id).first()
    if case is None:
        raise Http404
    return records.place_of_case(case, grant)
