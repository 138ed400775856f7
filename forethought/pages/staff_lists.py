"""Bringing in people: a list pasted or chosen, looked at, brought in, and undone for a day. Clause 2.5."""

import csv
import io
import uuid
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from forethought.core.cells import guarded
from forethought.core.clock import london, spoken, spoken_time
from forethought.core.errors import Refused
from forethought.directory import bringing, importing, inviting, standing, tables, undoing
from forethought.directory.columns import FIELDS, SAID
from forethought.directory.models import StaffList
from forethought.directory.reading_files import TOO_LARGE, read_file, read_pasted
from forethought.pages import acts, asking, fields
from forethought.pages import staff_list_rows as rows_of
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.people import ADULTS, LIST
from forethought.pages.pupil_names import TableFile
from forethought.pages.taking_text import sent, takes_text, trouble_of
from forethought.people.models import Kind, Role, School

HOME = "/people/lists/"
#: In characters: what Django takes in a form's fields.
LONGEST = 450_000


class BringForm(asking.Form):
    """A list of adults, pasted or as a file, and what to take where it says nothing."""

    pasted = fields.Words(
        label="Paste the list",
        longest=LONGEST,
        rows=8,
        required=False,
        hint="With its line of headings, in any order. Or without: name, email, kind, first day, last day.",
        advice="Choose it as a file.",
        attrs={"autocomplete": "off"},
    )
    file = TableFile(
        label="Or choose a file",
        required=False,
        hint="CSV or Excel (.xlsx), 5 MB at most. Only the columns we need are taken from it. The file is not kept.",
    )
    kind = fields.Pick(
        label="What are they engaged as, where the list does not say?", choices=Kind.choices, initial=Kind.EMPLOYEE
    )
    first_day = fields.DateBoxes(
        label="Their first day, where the list does not say", required=False, hint="Leave it empty for today."
    )
    everybody = fields.Choices(
        label="Is everybody on this list?",
        hint="Tick the kinds of which it names everybody. Whoever of them is not on it leaves, once you have seen who. "
        "Tick nothing if people may be missing.",
        choices=Kind.choices,
        required=False,
    )

    def __init__(self, *args: Any, trouble: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".csv,.txt,.tsv,.xlsx"
        self.trouble = trouble
        self.table = tables.Table(())

    def clean(self) -> dict[str, Any]:
        """The lines, from whichever way they came."""
        cleaned = super().clean()
        files, pasted = cleaned.get("file"), cleaned.get("pasted") or ""
        if self.trouble:
            self.add_error("file", self.trouble)
        elif files and pasted:
            self.add_error("file", "You pasted a list and chose a file. Leave one of them out.")
        elif not files and not pasted and not self.errors:
            self.add_error("pasted", "Paste the list, or choose a file.")
        if self.errors:
            return cleaned
        try:
            self.table = read_file(files[0].read(tables.LARGEST + 1)) if files else read_pasted(pasted)
        except Refused as refusal:
            self.add_error("file" if files else "pasted", refusal.sentence)
        return cleaned


@page
def listing(request: Request) -> HttpResponseBase:
    """The lists that were brought in, and the way to the next."""
    now = timezone.now()
    return render(
        request,
        "forethought/people/lists.html",
        {
            "title": "Bring in people",
            "back_href": LIST,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": rows_of.list_rows(standing.lists(20), now),
            "may_connect": Role.HEAD in request.viewer.roles,
        },
    )


@takes_text
@page
def bring_list(request: Request) -> HttpResponseBase:
    """Take in a list. What it would do is shown next; nothing is changed yet."""
    trouble = TOO_LARGE if trouble_of(request).startswith("That file") else trouble_of(request)
    form = BringForm(*sent(request), trouble=trouble)

    def do(said: dict[str, Any]) -> StaffList:
        now = timezone.now()
        chosen = bringing.Chosen(
            said["kind"], said["first_day"] or london(now).date(), tuple(sorted(said["everybody"]))
        )
        return bringing.bring_list(
            school=School.objects.get(pk=request.viewer.person.school_id),
            table=form.table,
            source="file" if said["file"] else "pasted",
            chosen=chosen,
            by=request.viewer.person,
            at=now,
        )

    return acts.act(
        request,
        form,
        do,
        to=home_of,
        title="Bring in people",
        button="See what it would do",
        template="forethought/people/bring_list.html",
        lead=[ADULTS],
        kinds=", ".join(str(label) for label in Kind.labels),
        most=f"{tables.MOST_ROWS:,}",
        back_href=HOME,
    )


def home_of(row: StaffList) -> str:
    """One list's own page."""
    return f"{HOME}{row.pk}/"


def list_for(list_id: uuid.UUID) -> StaffList:
    """A list of this school, or “no such page”."""
    found = StaffList.objects.filter(pk=list_id).first()
    if found is None:
        raise Http404
    return found


class ImportForm(asking.Form):
    """That it is right: the number of leavers, typed, where there are any."""

    mark = fields.Line(label="", longest=24, required=False, widget=asking.forms.HiddenInput)
    count = fields.Line(label="How many people leave by this list?", longest=9, width=4, required=False)
    count.says_optional = False


@page
def staff_list(request: Request, list_id: uuid.UUID) -> HttpResponseBase:
    """What a list would do; or, once it was brought in, what it did and how to undo it."""
    return shown(request, list_for(list_id), ImportForm())


def shown(request: Request, row: StaffList, form: ImportForm, status: int = 200) -> HttpResponseBase:
    """The page of a list, wherever it stands."""
    lines = bringing.lines_of(row)
    if row.imported_at is not None or lines is None:
        return outcome(request, row)
    if not lines.known:
        return redirect(f"{home_of(row)}choose-columns/")
    now = timezone.now()
    plan = bringing.plan_of(lines, by=request.viewer.person, at=now)
    form.fields["mark"].initial = plan.mark()
    if form.is_bound:
        # Whoever is shown a newer plan agrees to that one at their next press.
        form.data = {**form.data.dict(), "mark": plan.mark()}  # type: ignore[attr-defined]
    if not plan.leavers:
        del form.fields["count"]
    return render(
        request,
        "forethought/people/staff_list.html",
        {
            "title": "What this list would do",
            "back_href": f"{HOME}bring-list/",
            "form": form,
            "base": home_of(row),
            "plan": plan,
            "notes": [*lines.notes, *rows_of.kind_notes(bringing.read(lines), lines.chosen.kind)],
            "passed_over": lines.passed_over,
            "groups": rows_of.groups(plan, london(now).date()),
            "counts": rows_of.counts(plan),
            "large": len(plan.leavers) * 5 > plan.scope * 2 and plan.scope > 4,
            "until": spoken_time(row.ends_at),
        },
        status=status,
    )


def outcome(request: Request, row: StaffList) -> HttpResponseBase:
    """What a list did."""
    now = timezone.now()
    return render(
        request,
        "forethought/people/list_done.html",
        {
            "title": "A list that was brought in" if row.imported_at else "This list is forgotten",
            "back_href": HOME,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "row": row,
            "base": home_of(row),
            "at": spoken(row.imported_at, now) if row.imported_at else "",
            "until": spoken(row.ends_at, now),
            "invited": spoken(row.invited_at, now) if row.invited_at else "",
            "undone": spoken(row.undone_at, now) if row.undone_at else "",
            "not_back": request.session.pop("not_back", []),
            "may_invite": inviting.why_not_invite(row, now) is None,
            "may_undo": undoing.why_not_undo(row, now) is None,
        },
    )


@page
def choose_columns(request: Request, list_id: uuid.UUID) -> HttpResponseBase:
    """Say by hand what each column is, where its heading is not known."""
    row = list_for(list_id)
    lines = bringing.lines_of(row)
    if lines is None or lines.known:
        return redirect(home_of(row))
    form = rows_of.ColumnsForm(request.POST if request.method == "POST" else None, lines=lines)
    return acts.act(
        request,
        form,
        lambda said: bringing.choose_columns(
            staff_list=row, places=form.places(), headed=said["headed"], by=request.viewer.person, at=timezone.now()
        ),
        to=home_of(row),
        title="What is in each column?",
        button="Go on",
        lead=["The headings are not ones we know. Say what each column holds. What you do not name is forgotten."],
        back_href=f"{HOME}bring-list/",
    )


@page
def import_list(request: Request, list_id: uuid.UUID) -> HttpResponseBase:
    """Do what the list says."""
    row = list_for(list_id)
    if request.method != "POST":
        return redirect(home_of(row))
    form = ImportForm(request.POST)
    if not form.is_valid():
        return shown(request, row, form, status=422)
    try:
        done = importing.import_list(
            staff_list=row,
            mark=form.cleaned_data["mark"],
            count=form.cleaned_data["count"],
            by=request.viewer.person,
            at=timezone.now(),
        )
    except Refused as refusal:
        asking.refuse(form, refusal)
        return shown(request, row, form, status=asking.status_of(refusal))
    acts.note(request, "The list is brought in.")
    return redirect(home_of(done))


@page
def undo_list(request: Request, list_id: uuid.UUID) -> HttpResponseBase:
    """Put back what a list did."""
    row, now = list_for(list_id), timezone.now()

    def do(said: dict[str, Any]) -> None:
        undone = undoing.undo_list(staff_list=row, by=request.viewer.person, at=timezone.now())
        request.session["not_back"] = [list(one) for one in undone.not_back[:100]]

    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        do,
        to=home_of(row),
        title="Undo this list",
        button="Undo it",
        done="The list is undone.",
        reason=undoing.why_not_undo(row, now) if request.method != "POST" else "",
        lead=[
            "Those who joined by it are removed. What it changed is put back. Those who left by it are here again.",
            "Where something has happened to somebody since, they stay as they are, and you see who.",
        ],
        back_href=home_of(row),
    )


@page
def invite_joiners(request: Request, list_id: uuid.UUID) -> HttpResponseBase:
    """Invite those who joined by a list."""
    row, now = list_for(list_id), timezone.now()
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: inviting.invite_joiners(staff_list=row, by=request.viewer.person, at=timezone.now()),
        to=home_of(row),
        title="Invite them",
        button="Invite them",
        done="They are invited.",
        reason=inviting.why_not_invite(row, now) if request.method != "POST" else "",
        lead=[
            "Each who has an email address gets a mail that says where to set a password.",
            "They are asked to read the policy now. Once invited, they stay when the list is undone.",
        ],
        back_href=home_of(row),
    )


@page
@require_GET
def not_understood(request: Request, list_id: uuid.UUID) -> HttpResponseBase:
    """The lines that are not understood, with the reason, as a CSV file to put right and bring in again."""
    row = list_for(list_id)
    lines = bringing.lines_of(row)
    if lines is None or not lines.known:
        raise Http404
    plan = bringing.plan_of(lines, by=request.viewer.person, at=timezone.now())
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(["Line", "Why it is not understood", *(SAID[field] for field in FIELDS)])
    for fault in plan.faults:
        cells = fault.cells or ("",) * len(FIELDS)
        sheet.writerow([fault.line, guarded(fault.reason), *map(guarded, cells)])
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="not-understood.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
