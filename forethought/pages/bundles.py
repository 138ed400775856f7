"""Bundles of a case: choosing what goes in, looking at it first, making it, taking it, and who got it. Clause 7.3."""

import uuid
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from forethought.audit import checkpoints
from forethought.audit.procedures import PROGRAM
from forethought.cases.agencies import GUIDANCE, Agency
from forethought.cases.models import Case, Kind
from forethought.core.clock import from_london, spoken
from forethought.core.errors import Refused
from forethought.core.key_file import BadKeyFile
from forethought.evidence import bundle_drafts, bundle_rules, bundle_sweep, bundling, custody, keyring
from forethought.evidence.bundle_drafts import Draft, Written
from forethought.evidence.bundle_models import Bundle, BundleFile, HandOver
from forethought.evidence.models import Exhibit
from forethought.evidence.procedures import said_of
from forethought.evidence.reading import Damaged
from forethought.pages import acts, asking, bundle_pages, fields, wording
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import address_of
from forethought.pages.case_rows import offices_of, sentence
from forethought.pages.cases import names_shown
from forethought.pages.door_rules import HANDLERS
from forethought.pages.streaming import still_opens, while_allowed
from forethought.people.names import office_of
from forethought.safeguarding.disclosing import consent_of, recorded_grounds

#: What each body may be told, beside the choice of who it is for.
_BODIES = {"police": Agency.POLICE, "lado": Agency.LADO}


def may_export(request: Request, case: Case) -> bool:
    """Whether the viewer may make and take bundles: whoever handles the case; a safeguarding lead for a concern."""
    return case.kind == Kind.CONCERN or bool(request.viewer.roles & HANDLERS)


def bundle_of(case: Case, bundle_id: uuid.UUID) -> Bundle:
    """A bundle of this case, or “no such page”."""
    found = Bundle.objects.filter(pk=bundle_id, case_id=case.id).first()
    if found is None:
        raise Http404
    return found


@page
def bundles(request: Request, case: Case) -> HttpResponseBase:
    """The bundles of a case, newest first."""
    now = timezone.now()
    rows = [
        {
            "text": bundle_rules.AUDIENCES[one.audience],
            "href": f"/cases/{case.id}/bundles/{one.id}/",
            "status": standing_of(one),
            "hint": f"Made at {spoken(one.made_at, now)}",
        }
        for one in Bundle.objects.filter(case_id=case.id).order_by("-made_at")
    ]
    return render(
        request,
        "forethought/bundles/bundles.html",
        {
            "title": "Bundles",
            "case": case,
            "names": names_shown(request, case),
            "rows": rows,
            "exports": may_export(request, case),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "back_href": address_of(case.kind, case.id),
        },
    )


def standing_of(bundle: Bundle) -> str:
    """How a bundle stands, in two or three words."""
    if bundling.why_not_out(bundle) is not None:
        return "Cannot be taken" if BundleFile.objects.filter(bundle=bundle).exists() else "Being written"
    return "Handed over" if bundle.hand_overs.exists() else "Ready"


class BundleForm(asking.Form):
    """What goes in, to whom and why."""

    chosen = fields.Choices(label="What goes in?", choices=[], missing="Choose at least one thing to put in.")
    audience = fields.Choice(
        label="Who is it for?",
        choices=list(bundle_rules.AUDIENCES.items()),
        missing="Choose who it is for.",
        hints=bundle_rules.MAY_HOLD,
    )
    to = fields.Line(
        label="Who gets it?",
        longest=200,
        hint="A name, or an office and place. It stands on the first page.",
        missing="Write who gets it.",
    )
    ground = fields.Choice(
        label="On what ground?",
        choices=list(bundle_rules.ALL_GROUNDS.items()),
        missing="Choose the ground.",
        hints={
            "consent": "For the police. Their yes has to stand in this case.",
            "danger": "For the police. Note the report to them first.",
            "law": "For the police. Note the report to them first.",
            "protection": "For the police. Note the report to them first, with its second name.",
            "child": "For the police or the designated officer.",
            "order": "For a tribunal or court.",
            "claim": "For a tribunal or court.",
            "own": "For the person harmed.",
        },
    )
    why = fields.Words(label="Why?", longest=2000, rows=3, missing="Say why in a few words.")
    names = fields.Choice(
        label="How are colleagues called in the chronology?",
        choices=[("offices", "By their office"), ("names", "By name and office")],
        initial="offices",
        missing="Choose one.",
    )


@page
def make_bundle(request: Request, case: Case) -> HttpResponseBase:
    """Choose, look at what it comes to, and make it."""
    if not may_export(request, case):
        raise Http404
    now, home = timezone.now(), f"/cases/{case.id}/bundles/"
    things = choices_of(case, now)
    form = BundleForm(request.POST if request.method == "POST" else None)
    form.fields["chosen"].choices = [(name, words) for name, words in things]  # type: ignore[attr-defined]
    values: dict[str, Any] = {
        "title": "Make a bundle",
        "button": "Look at it first",
        "template": "forethought/bundles/make.html",
        "back_href": home,
        "guidance": [{"who": Agency(a).words, "may": g.may, "never": g.never} for a, g in _guidance()],
        "withheld": bundle_drafts.withheld_of(case.id),
        "reason": None if things else "Nothing in this case can go into a bundle yet.",
    }
    if request.method != "POST" or not form.is_valid():
        return asking.ask(request, form, **values)
    try:
        checkpoints.make_checkpoint(by=PROGRAM, at=now)
        draft = bundle_drafts.draft_of(case.id, **chosen_in(case, form.cleaned_data["chosen"]))
        _insist(case, draft, form.cleaned_data)
        if request.POST.get("looked") != "yes":
            return _look_first(request, case, form, draft, now)
        made = _make(request, case, draft, form.cleaned_data, now)
    except BadKeyFile:
        form.add_error(None, "Nothing can be signed at the moment. Tell whoever looks after the server.")
        return asking.ask(request, form, **values, status=422)
    except Damaged:
        form.add_error("chosen", "One of these records is not what was kept. Leave it out, and tell whoever runs this.")
        return asking.ask(request, form, **values, status=422)
    except Refused as refusal:
        return acts.refused(request, form, refusal, **values)
    acts.note(request, "The bundle is made." if made else "The bundle is being written. You are told when it is there.")
    return redirect(home)


def _guidance() -> list[tuple[Agency, Any]]:
    return [(agency, GUIDANCE[agency]) for agency in _BODIES.values()]


def choices_of(case: Case, at: datetime) -> list[tuple[str, str]]:
    """What can be put into a bundle: reports in words, records, and records that are words alone."""
    rows = [
        (f"report:{one.id}", f"The report, in words, {spoken(one.reported_at, at)}")
        for one in case.reports.order_by("reported_at")
    ]
    for exhibit in bundle_drafts.offered(case.id):
        size = f"{exhibit.size:,} bytes"
        rows.append((f"file:{exhibit.id}", f"{exhibit.get_kind_display()}, {spoken(exhibit.received_at, at)}, {size}"))
    for copy in bundle_drafts.copies_of(case.id):
        words = f"A copy, with something covered or cut, {spoken(copy.made_at, at)}, {copy.size:,} bytes"
        rows.append((f"copy:{copy.id}", words))
    for exhibit in _in_words(case):
        rows.append(
            (f"words:{exhibit.id}", f"{exhibit.get_kind_display()}, in words, {spoken(exhibit.received_at, at)}")
        )
    return rows


def _in_words(case: Case) -> list[Exhibit]:
    found = Exhibit.objects.filter(case_id=case.id, object_name="").order_by("received_at", "id")
    return [one for one in found if not said_of(one).get("gated")]


def chosen_in(case: Case, names: list[str]) -> dict[str, Any]:
    """What was chosen, for the draft: records by id, and words to write out."""
    picked = set(names)
    written = []
    for report in case.reports.order_by("reported_at"):
        if f"report:{report.id}" in picked:
            rows = wording.answers_in_words(keyring.words(report, case_id=case.id))
            title = f"The report, as it came at {bundle_pages.moment(report.reported_at)}"
            written.append(Written("The report, in words", "report", as_text(title, rows)))
    for exhibit in _in_words(case):
        if f"words:{exhibit.id}" in picked:
            rows = wording.particulars_in_words(said_of(exhibit))
            title = f"{exhibit.get_kind_display()}, noted at {bundle_pages.moment(exhibit.received_at)}"
            written.append(Written(exhibit.get_kind_display(), exhibit.kind, as_text(title, rows)))
    files = [uuid.UUID(one.partition(":")[2]) for one in names if one.startswith(("file:", "copy:"))]
    return {"chosen": files, "written": written}


def as_text(title: str, rows: list[dict[str, str]]) -> str:
    """Rows of a summary as a text that anybody can open."""
    return "\n\n".join([title, *(f"{row['key']}:\n{row['value']}" for row in rows)]) + "\n"


def _insist(case: Case, draft: Draft, said: dict[str, Any]) -> None:
    reason = bundle_rules.why_not_make_bundle(
        audience=said["audience"],
        ground=said["ground"],
        to=said["to"],
        why=said["why"],
        chosen=len(draft.items),
        recorded=recorded_grounds(case),
        consent=consent_of(case),
    )
    if reason:
        raise Refused(reason, "8.7")


def _look_first(request: Request, case: Case, form: BundleForm, draft: Draft, now: datetime) -> HttpResponseBase:
    """What it comes to, before it is made. Nothing is kept yet."""
    said = form.cleaned_data
    rows = [
        {
            "key": item.member.path.removeprefix("data/"),
            "value": f"{item.name or item.kind}, {item.member.size:,} bytes",
        }
        for item in draft.items
    ]
    return render(
        request,
        "forethought/bundles/look.html",
        {
            "title": "Look at it first",
            "rows": rows,
            "for": bundle_rules.AUDIENCES[said["audience"]],
            "to": said["to"],
            "withheld": draft.withheld,
            "lines": bundle_pages.chronology(draft.entries, names=said["names"] == "names", at=now),
            "sent": [(name, value) for name in form.fields for value in form.data.getlist(name)],  # type: ignore[attr-defined]
            "back_href": f"/cases/{case.id}/make-bundle/",
        },
    )


def _make(request: Request, case: Case, draft: Draft, said: dict[str, Any], now: datetime) -> bool:
    key = checkpoints.signing_key(case.school_id).public().to_text()
    about = {"school": case.school.name, "reference": case.reference, "for": said["audience"], "to": said["to"]}
    plan = bundling.plan_of(draft, bundle_id=uuid.uuid4(), log_key=key, about={**about, "why": said["why"]}, at=now)
    pages = bundle_pages.pages_of(
        draft,
        plan,
        case=case,
        maker=request.viewer.person,
        audience=said["audience"],
        to=said["to"],
        why=said["why"],
        names=said["names"] == "names",
        at=now,
    )
    made = bundling.make_bundle(
        draft=draft,
        plan=bundling.with_pages(plan, pages),
        audience=said["audience"],
        ground=said["ground"],
        to=said["to"],
        why=said["why"],
        recorded=recorded_grounds(case),
        consent=consent_of(case),
        school_id=case.school_id,
        by=request.viewer.person,
        at=now,
    )
    return bundle_sweep.write_now(bundle=made, size=sum(item.member.size for item in draft.items), at=timezone.now())


@page
def bundle(request: Request, case: Case, bundle_id: uuid.UUID) -> HttpResponseBase:
    """One bundle: what it is, its fingerprint, how to check it, and who got it."""
    found, now, names = bundle_of(case, bundle_id), timezone.now(), names_shown(request, case)
    said = keyring.words(found, case_id=case.id)
    row = BundleFile.objects.filter(bundle=found).select_related("checkpoint").first()
    offices = offices_of([found.made_by], now)
    return render(
        request,
        "forethought/bundles/bundle.html",
        {
            "title": "Bundle",
            "case": case,
            "names": names,
            "bundle": found,
            "for": bundle_rules.AUDIENCES[found.audience],
            "ground": bundle_rules.GROUNDS[found.audience][found.ground],
            "to": said["to"] if names else "",
            "why": said["why"] if names else "",
            "made_by": offices.get(found.made_by, "a member of staff"),
            "facts": bundle_pages.facts_of(row) if row else None,
            "reason": bundling.why_not_out(found),
            "exports": may_export(request, case),
            "hand_overs": [hand_over_row(one, names) for one in found.hand_overs.order_by("handed_at")],
            "notice": acts.noted(request),
            "notice_kind": "success",
            "back_href": f"/cases/{case.id}/bundles/",
        },
    )


def hand_over_row(row: HandOver, names: bool) -> dict[str, object]:
    """One hand-over; to whom only when names are shown."""
    said = keyring.words(row, case_id=row.bundle.case_id) if names else {}
    return {"id": row.id, "at": row.handed_at, "noted_at": row.noted_at, **said}


@page
@require_GET
def hand_out_bundle(request: Request, case: Case, bundle_id: uuid.UUID) -> HttpResponseBase:
    """Give a bundle to whoever may export, as a download. It is noted before a byte leaves."""
    found = bundle_of(case, bundle_id)
    if not may_export(request, case):
        raise Http404
    if bundling.why_not_out(found) is not None:
        return redirect(f"/cases/{case.id}/bundles/{found.id}/")
    pieces = bundling.hand_out_bundle(bundle=found, by=request.viewer.person, at=timezone.now())
    row = BundleFile.objects.get(bundle=found)
    sent = while_allowed(request, pieces, still_opens(case.id, "bundles.hand_out_bundle"))
    response = StreamingHttpResponse(sent, content_type="application/zip")
    response["Content-Length"] = str(row.size)
    return _as_download(response, bundle_pages.file_name(found.id))


@page
@require_GET
def bundle_note(request: Request, case: Case, bundle_id: uuid.UUID) -> HttpResponseBase:
    """The signed note beside a bundle. It says a size and a hash, and nothing of what is in it."""
    row = BundleFile.objects.filter(bundle=bundle_of(case, bundle_id)).first()
    if row is None:
        raise Http404
    response = HttpResponse(row.note, content_type="text/plain; charset=utf-8")
    return _as_download(response, f"{bundle_pages.file_name(bundle_id)}.note")


@page
@require_GET
def school_key(request: Request, case: Case) -> HttpResponseBase:
    """The key that bundles are checked with, to give to whoever gets one, another way."""
    key = checkpoints.signing_key(case.school_id).public().to_text()
    return _as_download(HttpResponse(key + "\n", content_type="text/plain; charset=utf-8"), "school.key")


def _as_download(response: Any, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response  # type: ignore[no-any-return]


class HandOverForm(asking.Form):
    """Who took it."""

    to = fields.Line(label="Who took it?", longest=120, missing="Write the name of the person who took it.")
    organisation = fields.Line(
        label="Where are they from?", longest=160, hint="For example a police force, with a number if they have one."
    )
    how = fields.Line(label="How did they get it?", longest=160, hint="For example by hand, on a stick, at the school.")
    handed_on = fields.DateBoxes(label="On what day?", missing="Enter the day.")
    handed_time = fields.TimeText(label="At what time?", missing="Enter the time.")


@page
def hand_over_bundle(request: Request, case: Case, bundle_id: uuid.UUID) -> HttpResponseBase:
    """Note who took a bundle. The receipt comes next, to print and sign."""
    found = bundle_of(case, bundle_id)
    if not may_export(request, case):
        raise Http404
    home = f"/cases/{case.id}/bundles/{found.id}/"

    def do(said: dict[str, Any]) -> HandOver:
        handed_at = from_london(said.pop("handed_on"), said.pop("handed_time"))
        return custody.hand_over_bundle(
            bundle=found, **said, handed_at=handed_at, by=request.viewer.person, at=timezone.now()
        )

    return acts.act(
        request,
        HandOverForm(request.POST if request.method == "POST" else None),
        do,
        to=lambda made: f"{home}receipts/{made.id}/",
        title="Who took the bundle",
        button="Save, and show the receipt",
        back_href=home,
        leaves=True,
        lead=["Nothing is sent from here. Give it to them, then note it. A receipt to print and sign comes next."],
        reason=bundling.why_not_out(found) if request.method == "GET" else None,
    )


@page
def receipt(request: Request, case: Case, bundle_id: uuid.UUID, hand_over_id: uuid.UUID) -> HttpResponseBase:
    """A receipt of a hand-over, to print and sign twice."""
    row = HandOver.objects.select_related("bundle").filter(pk=hand_over_id, bundle=bundle_of(case, bundle_id)).first()
    if row is None:
        raise Http404
    now = timezone.now()
    said = keyring.words(row, case_id=case.id)
    file = BundleFile.objects.select_related("checkpoint").get(bundle_id=bundle_id)
    facts = bundle_pages.facts_of(file)
    rows = [
        {"key": "Taken by", "value": f"{said['to']}, {said['organisation']}"},
        {"key": "How", "value": said["how"]},
        {"key": "When", "value": bundle_pages.moment(row.handed_at)},
        {"key": "Given by", "value": f"{case.school.name}, {sentence(office_of(request.viewer.person, now))}"},
        {"key": "Case", "value": case.reference},
        {"key": "File", "value": f"{facts['file']}, {facts['bytes']} bytes"},
        {"key": "SHA-256", "value": facts["sha256"]},
        {"key": "Code of the checkpoint", "value": facts["code"]},
    ]
    return render(
        request,
        "forethought/bundles/receipt.html",
        {"title": "Receipt", "rows": rows, "back_href": f"/cases/{case.id}/bundles/{bundle_id}/"},
    )
