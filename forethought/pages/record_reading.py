"""What was read out of a record: shown, asked for again, searched, compared, written down. Clause 7.3."""

import uuid
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from forethought.cases.models import Case
from forethought.core.clock import spoken_near
from forethought.core.errors import Refused
from forethought.evidence import comparing_chats, derived, reading_acts, searching, transcribing
from forethought.evidence.derived import TRANSCRIPT
from forethought.evidence.derived_models import Derived
from forethought.evidence.likeness import Copies, copies_in
from forethought.evidence.models import Exhibit
from forethought.evidence.procedures import said_of
from forethought.evidence.readable import may_be_read
from forethought.evidence.reading_out import RECORDINGS
from forethought.evidence.transcripts import lines_in, typed_again
from forethought.pages import acts, asking, fields, reading_wording
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.cases import names_shown
from forethought.pages.door_rules import HANDLERS
from forethought.pages.reading_rows import sections_of, transcript_rows


def exhibit_of(case: Case, exhibit_id: uuid.UUID) -> Exhibit:
    """A record of a case that has a file and may be opened, or “no such page”."""
    found = Exhibit.objects.select_related("key").filter(pk=exhibit_id, case_id=case.id).first()
    if found is None or not may_be_read(found):
        raise Http404
    return found


@page
def reading(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Everything that was read out of a record, once names are shown. Looking is noted before anything is shown."""
    exhibit, now, names = exhibit_of(case, exhibit_id), timezone.now(), names_shown(request, case)
    values: dict[str, Any] = {
        "title": "What is in a record",
        "case": case,
        "names": names,
        "back_href": f"/cases/{case.id}/",
        "heading": f"{exhibit.get_kind_display()}, {spoken_near(exhibit.received_at, now)}",
        "base": f"/cases/{case.id}/exhibits/{exhibit.id}/",
        "notice": acts.noted(request),
        "notice_kind": "success",
    }
    if names:
        values |= shown(request, case, exhibit)
    return render(request, "forethought/records/reading.html", values)


def shown(request: Request, case: Case, exhibit: Exhibit) -> dict[str, Any]:
    """The contents of the page, after noting that they are shown."""
    now, person = timezone.now(), request.viewer.person
    others = Case.objects.seen_by(person, now).exclude(pk=case.pk)
    here, elsewhere = copies_in(exhibit, [case.id]), copies_in(exhibit, others.values_list("pk", flat=True))
    count = len(elsewhere.same) + len(elsewhere.alike)
    reading_acts.view_reading(exhibit=exhibit, elsewhere=count, by=person, at=now)
    rows = derived.last_of([exhibit]).get(exhibit.id, {})
    why_not = reading_acts.why_not_read(exhibit)
    asked = request.GET.get("from", "")
    start = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 0
    return {
        "name": said_of(exhibit).get("file_name", ""),
        "sections": sections_of(rows, now, start=start),
        "why_not": why_not,
        "copies": copy_rows(here, now) + copy_rows(elsewhere, now, elsewhere=True),
        "recording": exhibit.media in RECORDINGS,
        "transcript": transcript_rows(exhibit, now) if exhibit.media in RECORDINGS else None,
        "others": "chat" in rows and bool(comparing_chats.chats_of(case.id, exhibit)),
        "works": works_on(request, case),
    }


def works_on(request: Request, case: Case) -> bool:
    """Whether somebody may do more here than read."""
    return bool(request.viewer.roles & HANDLERS) or getattr(case, "own_seat", "") == "investigator"


def copy_rows(found: Copies, at: Any, *, elsewhere: bool = False) -> list[dict[str, str]]:
    """The same file, and pictures that look the same, each with the way to it."""
    pairs = [(one, "The same file, byte for byte") for one in found.same]
    pairs += [(one, "A picture that looks the same") for one, _ in found.alike]
    return [
        {
            "what": what,
            "where": "in another case of yours" if elsewhere else "in this case",
            "at": spoken_near(one.received_at, at),
            "href": f"/cases/{one.case_id}/exhibits/{one.id}/read/",
        }
        for one, what in pairs
    ]


@page
@require_POST
def read_record(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Have a record read again."""
    exhibit = exhibit_of(case, exhibit_id)
    try:
        reading_acts.read_record(exhibit=exhibit, by=request.viewer.person, at=timezone.now())
        acts.note(request, "The record is read now. Look again in a minute.")
    except Refused as refusal:
        acts.note(request, refusal.sentence)
    return redirect(f"/cases/{case.id}/exhibits/{exhibit.id}/read/")


# --- A transcript ---


class TranscriptForm(asking.Form):
    """What somebody hears, as they type it."""

    lines = fields.Words(
        label="What is said, and when",
        longest=200_000,
        rows=16,
        hint="Begin each line with minutes and seconds: 0:05 Hello. Write [unclear] for what you cannot hear.",
        missing="Write at least one line, with its time.",
    )

    def clean_lines(self) -> str:
        """The lines as typed, once each can be taken. They stay words, so that a password among them is found."""
        typed: str = self.cleaned_data["lines"]
        if reason := lines_in(typed)[1]:
            raise asking.forms.ValidationError(reason)
        return typed


@page
def write_transcript(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Write down what a recording says, or go on with it."""
    exhibit = exhibit_of(case, exhibit_id)
    _, heard = transcribing.heard_in(exhibit) if request.method == "GET" and names_shown(request, case) else (None, [])
    form = TranscriptForm(
        request.POST if request.method == "POST" else None,
        initial={"lines": typed_again([one.line for one in heard])},
    )
    back = f"/cases/{case.id}/exhibits/{exhibit.id}/read/"
    return acts.act(
        request,
        form,
        lambda said: transcribing.write_transcript(
            exhibit=exhibit, lines=lines_in(said["lines"])[0], by=request.viewer.person, at=timezone.now()
        ),
        to=back,
        title="Write down what is said",
        button="Save",
        done="What you heard is saved. Now let somebody listen and confirm each line.",
        back_href=back,
        reason=transcribing.why_not_transcribe(exhibit) if request.method == "GET" else None,
        lead=["You write it, and no program does. A line counts once somebody listened and confirmed it."],
    )


@page
@require_POST
def confirm_line(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Confirm one line of a transcript."""
    exhibit = exhibit_of(case, exhibit_id)
    number, asked = request.POST.get("number", ""), request.POST.get("transcript", "")
    try:
        transcript = Derived.objects.select_related("exhibit", "key").get(
            pk=uuid.UUID(asked), exhibit=exhibit, recipe=TRANSCRIPT
        )
        place = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else -1
        transcribing.confirm_line(
            exhibit=exhibit, transcript=transcript, number=place, by=request.viewer.person, at=timezone.now()
        )
    except (ValueError, Derived.DoesNotExist):
        raise Http404 from None
    except Refused as refusal:
        acts.note(request, refusal.sentence)
    return redirect(f"/cases/{case.id}/exhibits/{exhibit.id}/read/#line-{place}")


# --- Two exports of one chat ---


class CompareForm(asking.Form):
    """Which other export."""

    other = fields.Choice(label="With which record?", choices=[], missing="Choose a record.")


@page
def compare_chats(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Set two exports of one chat beside each other."""
    exhibit, now = exhibit_of(case, exhibit_id), timezone.now()
    if not names_shown(request, case):
        return redirect(f"/cases/{case.id}/exhibits/{exhibit.id}/read/")
    others = comparing_chats.chats_of(case.id, exhibit)
    form = CompareForm(request.POST if request.method == "POST" else None)
    form.fields["other"].choices = [(str(one.id), label_of(one, now)) for one in others]  # type: ignore[attr-defined]
    values: dict[str, Any] = {
        "case": case,
        "names": True,
        "back_href": f"/cases/{case.id}/exhibits/{exhibit.id}/read/",
        "reason": None if others else "There is no other chat in this case.",
    }
    if request.method == "POST" and form.is_valid():
        other = next(one for one in others if str(one.id) == form.cleaned_data["other"])
        try:
            found = comparing_chats.compare_chats(one=exhibit, other=other, by=request.viewer.person, at=now)
        except Refused as refusal:
            return acts.refused(request, form, refusal, title="Compare two chats", button="Compare", **values)
        values |= {"found": found, "one": label_of(exhibit, now), "other": label_of(other, now)}
        values |= {"sorts": reading_wording.SORTS, "title": "Compare two chats"}
        return render(request, "forethought/records/difference.html", values)
    return asking.ask(request, form, title="Compare two chats", button="Compare", **values)


def label_of(exhibit: Exhibit, at: Any) -> str:
    """A record by its name and when it came."""
    name = said_of(exhibit).get("file_name", "") or exhibit.get_kind_display()
    return f"{name}, {spoken_near(exhibit.received_at, at)}"


# --- Search ---


class SearchForm(asking.Form):
    """What to look for."""

    words = fields.Line(
        label="Which words?",
        longest=searching.LONGEST,
        missing="Write one word or a few.",
        hint="All of them must stand in one place: one message of a chat, one text.",
    )


@page
def search_records(request: Request, case: Case) -> HttpResponseBase:
    """Search the records of a case. The words come in a form and stand in no address."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    names, now = names_shown(request, case), timezone.now()
    values: dict[str, Any] = {"case": case, "names": names, "back_href": f"/cases/{case.id}/", "button": "Search"}
    if request.method == "POST" and names and form.is_valid():
        found = searching.search_records(
            case_id=case.id, words=form.cleaned_data["words"], by=request.viewer.person, at=now
        )
        values |= {"found": found, "hits": [hit_row(hit, now) for hit in found.hits]}
    return asking.ask(request, form, title="Search the records", template="forethought/records/search.html", **values)


def hit_row(hit: searching.Hit, at: Any) -> dict[str, Any]:
    """One place that was found, with the way to its record."""
    exhibit = hit.exhibit
    return {
        "label": label_of(exhibit, at),
        "href": f"/cases/{exhibit.case_id}/exhibits/{exhibit.id}/read/" if exhibit.object_name else "",
        "recipe": reading_wording.RECIPES[hit.recipe],
        "where": hit.where,
        "before": hit.before,
        "found": hit.found,
        "after": hit.after,
    }
