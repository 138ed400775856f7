"""Adding records of what happened: the gate first, then five kinds with their own fields. Clauses 7.3, 7.4."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.cases import procedures as cases
from forethought.cases.models import Case, Draft, Report
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.evidence.away_standing import away_in
from forethought.evidence.gate import Answer, Outcome
from forethought.evidence.models import Exhibit, Grant, Record
from forethought.evidence.procedures import describe_record as describe
from forethought.evidence.procedures import missing, said_of, why_not_use
from forethought.evidence.procedures import note_record as note
from forethought.pages import asking, drafting
from forethought.pages.access import actor_of, page
from forethought.pages.asked import Request
from forethought.pages.contacts import contacts
from forethought.pages.law_notes import law_notes
from forethought.pages.record_forms import KINDS, GateForm, PlaceForm, WhereForm, particulars_form, plain
from forethought.pages.seal_form import seal_page
from forethought.people.models import School
from forethought.reports import drafts
from forethought.reports.procedures import answer_gate as answer
from forethought.safeguarding.models import Alert
from forethought.safeguarding.procedures import add_to_alert


@dataclass(frozen=True)
class Place:
    """Where records are being added: the pages to go back to and on to, and the case they belong to."""

    back: str
    add: str
    gate: str
    case_id: uuid.UUID
    school_id: uuid.UUID
    in_words: bool = False
    captures: str = ""


def place_of_draft(draft: Draft, grant: Grant | None = None) -> Place:
    """A report that is being written."""
    base = f"/report/{draft.id}"
    add = f"{base}/records/{grant.id}/" if grant else ""
    return Place(f"{base}/records/", add, f"{base}/answer-gate/", draft.case_id, draft.school_id, in_words=True)


def place_of_case(case: Case, grant: Grant | None = None) -> Place:
    """A case that somebody is working on."""
    base = f"/cases/{case.id}"
    add = f"{base}/records/{grant.id}/" if grant else ""
    captures = f"{add}capture-address/" if grant else ""
    return Place(f"{base}/", add, f"{base}/answer-gate/", case.id, case.school_id, captures=captures)


@page
def answer_gate(request: Request, draft: Draft) -> HttpResponseBase:
    """Ask the three questions for a report. Passed, they lead to the file control; stopped, to what to do instead."""
    return gate(request, place_of_draft(draft), drafts.answers_of(draft), lambda g: place_of_draft(draft, g))


def gate(request: Request, place: Place, answers: dict[str, Any], to: Any) -> HttpResponseBase:
    """The gate, wherever records are added."""
    form = GateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = {name: Answer(form.cleaned_data[name]) for name in ("under_18", "adult_intimate", "danger")}
        school = School.objects.get(pk=place.school_id)
        grant = answer(
            case_id=place.case_id, school=school, answers=answers, by=actor_of(request), at=timezone.now(), **said
        )
        add = to(grant).add
        if grant.verdict != Outcome.PASS:
            return redirect(f"{add}stop/")
        return redirect(add)
    return asking.ask(
        request,
        form,
        title="Before you add anything",
        template="forethought/report/gate.html",
        back_href=place.back,
        exit_url="/leave/",
        # Somebody may be here by a code: no look at what the school wrote, and no link to a page for staff.
        laws=law_notes("7.4", school=False),
    )


def grant_for(request: Request, grant_id: uuid.UUID, case_id: uuid.UUID) -> Grant:
    """A grant of this case that the viewer was given, or “no such page”."""
    grant = Grant.objects.filter(pk=grant_id, case_id=case_id, holder=actor_of(request).id).first()
    if grant is None:
        raise Http404
    return grant


@page
def stop(request: Request, draft: Draft, grant_id: uuid.UUID) -> HttpResponseBase:
    """What to do instead of copying. The alert has been kept before this page is shown."""
    return stop_page(request, grant_for(request, grant_id, draft.case_id), place_of_draft(draft))


def stop_page(request: Request, grant: Grant, place: Place) -> HttpResponseBase:
    """The stop page of a grant, with a few questions in words. No file control, on any path."""
    if grant.verdict == Outcome.PASS:
        raise Http404
    child = grant.verdict == Outcome.STOP_CHILD
    data = request.POST if request.method == "POST" else None
    form = WhereForm(data, initial=told_before(grant)) if child else PlaceForm(data)
    if form.is_valid():
        keep = keep_where_of_child if child else keep_where_of_adult
        keep(grant, form, actor_of(request), timezone.now())
        return redirect(place.back)
    template = "forethought/report/stop_child.html" if child else "forethought/report/stop_adult.html"
    title = "Stop here. Please do not copy it" if child else "Please do not copy this one"
    return asking.ask(
        request,
        form,
        title=title,
        template=template,
        contacts=contacts(grant.school_id),
        both=grant.adult_intimate != "no",
        emergency=grant.danger != "no",
        again=place.gate,
        skip=place.back,
        exit_url="/leave/",
    )


def alert_of(grant: Grant) -> Alert | None:
    """The alert that a stop raised: the last one of this person's in this matter."""
    return Alert.objects.filter(case_id=grant.case_id, raised_by=str(grant.holder)).order_by("-raised_at").first()


def told_before(grant: Grant) -> dict[str, Any]:
    """What was already added to the alert, so that saving a second time loses nothing."""
    alert = alert_of(grant)
    return dict(keyring.words(alert, case_id=alert.case_id)) if alert else {}


def keep_where_of_child(grant: Grant, form: asking.Form, by: Any, at: datetime) -> None:
    """Where it is goes to the safeguarding lead alone; the case learns only that there is something (law.md 1.4)."""
    said, alert = form.cleaned_data, alert_of(grant)
    if alert is None or not any(said.values()):
        return
    add_to_alert(alert=alert, where=said["where"], seen_by=said["seen_by"], more=said["more"], by=by, at=at)
    note(
        case_id=grant.case_id,
        school_id=grant.school_id,
        kind=Record.SOCIAL,
        particulars={"gated": grant.verdict},
        by=by,
        at=at,
    )


def keep_where_of_adult(grant: Grant, form: asking.Form, by: Any, at: datetime) -> None:
    """The place, the account and the time, in place of a copy."""
    said = plain(form)
    if not said:
        return
    said["address"] = said.pop("where", "")
    note(
        case_id=grant.case_id,
        school_id=grant.school_id,
        kind=Record.SOCIAL,
        particulars={**said, "gated": grant.verdict},
        by=by,
        at=at,
    )


@page
def add(request: Request, draft: Draft, grant_id: uuid.UUID) -> HttpResponseBase:
    """The file control, for whoever passed the gate, with the fields of one kind of record."""
    grant = grant_for(request, grant_id, draft.case_id)
    return add_under(request, place_of_draft(draft, grant), grant)


def add_under(request: Request, place: Place, grant: Grant) -> HttpResponseBase:
    """The page that takes files under a grant, or the gate again when the grant is spent."""
    if grant.verdict != Outcome.PASS:
        return redirect(f"{place.add}stop/")
    # What was begun in the hour may go on after it: choosing the same file again finds it.
    if why_not_use(grant, by=actor_of(request), at=timezone.now()) and not grant.uploads.exists():
        return redirect(place.gate)
    kind = request.GET.get("kind", "")
    form = particulars_form(kind)
    return render(
        request,
        "forethought/report/add.html",
        {
            "title": "Add records",
            "kinds": KINDS,
            "kind": kind if form else "",
            "kind_label": dict(Record.choices).get(kind, ""),
            "form": form,
            "upload": f"/upload/{grant.id}/",
            "here": place.add,
            "back_href": place.add if form else place.back,
            "danger": grant.danger != "no",
            "contacts": contacts(grant.school_id),
            "words_href": f"{place.back}note-record/" if place.in_words else "",
            "captures": place.captures,
            "exit_url": "/leave/",
        },
    )


@page
def note_record(request: Request, draft: Draft) -> HttpResponseBase:
    """A record in words alone: no file, so no gate."""
    kind = request.GET.get("kind") or request.POST.get("kind") or ""
    form = particulars_form(kind, request.POST if request.method == "POST" else None)
    if form is None and kind:
        raise Http404
    back = f"/report/{draft.id}/records/"
    if form is not None and form.is_valid():
        try:
            note(
                case_id=draft.case_id,
                school_id=draft.school_id,
                kind=kind,
                particulars=plain(form),
                by=actor_of(request),
                at=timezone.now(),
            )
            tell_of_record(draft, actor_of(request))
            return redirect(back)
        except Refused as refusal:
            asking.refuse(form, refusal)
    return render(
        request,
        "forethought/report/note.html",
        {
            "title": "Write it in words",
            "kinds": KINDS,
            "kind": kind,
            "kind_label": dict(Record.choices).get(kind, ""),
            "form": form,
            "here": f"{back}note-record/",
            "back_href": f"{back}note-record/" if form else back,
            "exit_url": "/leave/",
        },
        status=422 if form is not None and form.is_bound else 200,
    )


def tell_of_record(draft: Draft, by: Any) -> None:
    """A record that comes after the report is told to whoever handles it, like anything else that is added."""
    report = Report.objects.select_related("case__manager", "school").filter(draft=draft).first()
    if report is not None:
        cases.add_to_report(report=report, kind="added", sentence="A record was added.", by=by, at=timezone.now())


@page
def listing(request: Request, draft: Draft) -> HttpResponseBase:
    """The records added so far. Pictures are not shown: nobody must look again."""
    rows, gone = [], away_in(draft.case_id)
    for exhibit in drafting.own_exhibits(draft):
        said = said_of(exhibit)
        rows.append(
            {
                "exhibit": exhibit,
                "name": said.get("file_name") or "In words",
                "gated": said.get("gated", ""),
                "away": exhibit.id in gone,
                "lacks": [] if said.get("gated") or not exhibit.object_name else missing(exhibit.kind, said),
            }
        )
    report = Report.objects.filter(draft=draft).first()
    return render(
        request,
        "forethought/report/records.html",
        {
            "title": "Records",
            "rows": rows,
            "draft": draft,
            "sent": report,
            "gate": f"/report/{draft.id}/answer-gate/",
            "back_href": f"/reports/{report.id}/" if report else f"/report/{draft.id}/check/",
            "exit_url": "/leave/",
        },
    )


@page
def describe_record(request: Request, draft: Draft, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Complete a record: the address, date, time and zone of a screen print."""
    exhibit = drafting.own_exhibits(draft).filter(pk=exhibit_id).first()
    if exhibit is None:
        raise Http404
    return describe_page(request, exhibit, f"/report/{draft.id}/records/")


@page
def seal_away(request: Request, draft: Draft, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Seal away a record that its reporter should not have added."""
    exhibit = drafting.own_exhibits(draft).filter(pk=exhibit_id).first()
    if exhibit is None:
        raise Http404
    return seal_page(
        request,
        exhibit,
        drafts.answers_of(draft),
        by=actor_of(request),
        back=f"/report/{draft.id}/records/",
        exit_url="/leave/",
    )


def describe_page(request: Request, exhibit: Exhibit, back: str) -> HttpResponseBase:
    """The fields of one record, with what was said before. Of what must not be copied nothing more is said."""
    shown: dict[str, Any] = dict(said_of(exhibit))
    if shown.get("gated") or exhibit.id in away_in(exhibit.case_id):
        raise Http404
    if shown.get("seen_on"):
        shown["seen_on"] = date.fromisoformat(shown["seen_on"])
    if shown.get("seen_time"):
        shown["seen_time"] = time.fromisoformat(shown["seen_time"])
    form = particulars_form(exhibit.kind, request.POST if request.method == "POST" else None, initial=shown)
    if form is None:
        raise Http404
    if form.is_valid():
        describe(exhibit=exhibit, particulars=plain(form), by=actor_of(request), at=timezone.now())
        return redirect(back)
    lead = []
    if shown.get("file_name"):
        lead.append(f"For the file “{shown['file_name']}”.")
    if request.GET.get("again"):
        lead.append("Your files are kept. One of the answers could not be read, so please give it again.")
    return asking.ask(
        request, form, title="Say more about this record", button="Save", back_href=back, lead=lead, exit_url="/leave/"
    )
