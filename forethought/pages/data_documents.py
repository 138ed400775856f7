"""Documents about data: written from what the program does, changed, signed by two, read and printed. Clause 11.1."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import spoken, spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.people.models import School
from forethought.protection import document_rules, documents, standing
from forethought.protection.document_models import DataDocument, DataDocumentText
from forethought.protection.document_rules import SIGNERS, Office, Paper

HOME = "/data-protection/documents/"


@page
def listing(request: Request) -> HttpResponseBase:
    """The documents that somebody may read; for those who sign, all of them with how far each is."""
    roles, now = request.viewer.roles, timezone.now()
    signs = bool(roles & SIGNERS)
    shown = [one for one in Paper if signs or one in document_rules.FOR_ALL]
    return render(
        request,
        "forethought/protection/documents.html",
        {
            "title": "Documents about data",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": [row for one in shown if (row := _line(one, request, now, signs))],
            "signs": signs,
            "back_href": "/data-protection/",
        },
    )


def _line(paper: Paper, request: Request, now: datetime, signs: bool) -> dict[str, Any] | None:
    holds = documents.in_force(paper)
    if not signs:
        if holds is None:
            return None
        return {"text": paper.words, "href": f"{HOME}{holds.pk}/", "status": "Signed", "hint": since(holds, now)}
    writing = documents.being_written(paper)
    row = {"text": paper.words}
    if writing is not None:
        signed = len(documents.signatures_of(documents.newest_text(writing)))
        status = "Signed by one" if signed else "Being written"
        return row | {"href": f"{HOME}{writing.pk}/", "status": status, "colour": "blue"}
    if holds is None:
        return row | {"href": f"{HOME}{paper.value}/write-document/", "status": "Not there yet", "colour": "orange"}
    changed = documents.changed_since(holds, _school(request), now)
    row |= {"href": f"{HOME}{holds.pk}/", "status": "Signed", "hint": since(holds, now)}
    if changed:
        row |= {"status": "Changed since", "colour": "orange"}
    return row


def since(row: DataDocument, now: datetime) -> str:
    """From when a signed document holds."""
    return f"From {spoken_day(row.signed_at, now)}." if row.signed_at else ""


def _school(request: Request) -> School:
    found: School = School.objects.get(pk=request.viewer.person.school_id)
    return found


def load(request: Request, data_document_id: uuid.UUID) -> DataDocument:
    """A document that the viewer may read, or “no such page”."""
    found = DataDocument.objects.filter(pk=data_document_id).first()
    if found is None or not standing.reads_document(found, request.viewer.roles):
        raise Http404
    return found


@page
def data_document(request: Request, data_document_id: uuid.UUID) -> HttpResponseBase:
    """One version, to read, print, change or sign."""
    found, now, roles = load(request, data_document_id), timezone.now(), request.viewer.roles
    newest = documents.newest_text(found)
    text = _wording(found, request.GET.get("wording", "")) or newest
    open_now = found.signed_at is None and found.dropped_at is None
    writes = open_now and Office.OFFICER in roles and text == newest
    signed = documents.signatures_of(text)
    base = f"{HOME}{found.pk}/"
    mine = _office_to_sign(found, roles, {one.office for one in signed}) if text == newest else None
    return render(
        request,
        "forethought/protection/document.html",
        {
            "title": Paper(found.kind).words,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "state": _state(found, now),
            "document": found,
            "base": base,
            "school": _school(request).name,
            "sections": shown(text, base if writes else ""),
            "left": document_rules.left_to_fill_in(documents.sections_of(text)) if writes else [],
            "changed": documents.changed_since(found, _school(request), now)
            if roles & SIGNERS and not found.dropped_at
            else [],
            "signed": signed_lines(text),
            "unsigned": [one.words for one in Office if one not in {row.office for row in signed}],
            "signs": mine is not None,
            "writes": writes,
            "again": not open_now and Office.OFFICER in roles and documents.being_written(found.kind) is None,
            "kind": found.kind,
            "sha256": text.sha256,
            "wordings": _wordings(found, text, now) if roles & SIGNERS else [],
            "versions": _versions(found, now) if roles & SIGNERS else [],
            "back_href": HOME,
        },
    )


def shown(text: DataDocumentText, base: str = "") -> list[dict[str, Any]]:
    """The parts of a wording as the page shows them; with `base`, each with where its words are changed."""
    return [
        {
            "title": one.title,
            "blocks": [_block(lines) for lines in document_rules.blocks(one.text)],
            "href": f"{base}sections/{one.key}/rewrite-section/"
            if base and not document_rules.is_of_program(one.key)
            else "",
        }
        for one in documents.sections_of(text)
    ]


def signed_lines(text: DataDocumentText) -> list[str]:
    """Who signed a wording, for which office and when, in words."""
    return [
        f"{one.signed_by.name}, {Office(one.office).words}, at {spoken(one.signed_at, year=True)}"
        for one in documents.signatures_of(text)
    ]


def _wording(document: DataDocument, asked: str) -> DataDocumentText | None:
    if not (asked.isascii() and asked.isdigit() and len(asked) < 6):
        return None
    return document.texts.filter(number=int(asked)).select_related("written_by").first()


def _block(lines: list[str]) -> dict[str, Any]:
    if lines[0].startswith("- "):
        return {"lines": [one[2:] for one in lines]}
    return {"text": lines[0], "open": document_rules.TO_FILL_IN in lines[0]}


def _state(row: DataDocument, now: datetime) -> str:
    begun = f"Version {row.number}, written on {spoken_day(row.made_at, now)}."
    if row.signed_at is not None:
        newer = documents.in_force(row.kind)
        later = "" if newer == row else " A later version holds now."
        return f"{begun} Signed by both on {spoken_day(row.signed_at, now)}.{later}"
    if row.dropped_at is not None:
        return f"{begun} Given up on {spoken_day(row.dropped_at, now)}. It never held."
    return f"{begun} It holds once both have signed."


def _office_to_sign(row: DataDocument, roles: frozenset[str], signed: set[str]) -> Office | None:
    """For which office the viewer could sign now: one that nobody has signed for yet."""
    if row.signed_at is not None or row.dropped_at is not None:
        return None
    return next((one for one in Office if one in roles and one not in signed), None)


def _wordings(row: DataDocument, shown: DataDocumentText, now: datetime) -> list[dict[str, str]]:
    found = []
    for one in row.texts.select_related("written_by").order_by("-number"):
        said = "as this program wrote it" if one.number == 1 else f"by {one.written_by.name}"
        text = f"Wording {one.number}, {said}, at {spoken(one.written_at, now)}"
        found.append({"text": text, "href": "" if one == shown else f"?wording={one.number}"})
    return found if len(found) > 1 else []


def _versions(row: DataDocument, now: datetime) -> list[dict[str, str]]:
    return [
        {"text": f"Version {one.number}, {_short(one, now)}", "href": f"{HOME}{one.pk}/"}
        for one in documents.versions(row.kind)
        if one.pk != row.pk
    ]


def _short(row: DataDocument, now: datetime) -> str:
    if row.signed_at is not None:
        return f"signed on {spoken_day(row.signed_at, now)}"
    return "given up" if row.dropped_at is not None else "being written"


@page
def write_document(request: Request, paper: str) -> HttpResponseBase:
    """Have a new version written from what the program does now."""
    if paper not in {one.value for one in Paper}:
        raise Http404
    kind, form = Paper(paper), asking.Form(request.POST if request.method == "POST" else None)

    def do(said: Mapping[str, Any]) -> DataDocument:
        return documents.write_document(school=_school(request), kind=kind, by=request.viewer.person, at=timezone.now())

    return acts.act(
        request,
        form,
        do,
        to=lambda row: f"{HOME}{row.pk}/",
        title=kind.words,
        button="Write it",
        done="It is written. Read it, and fill in what only you know.",
        back_href=HOME,
        lead=[
            "It is written from how this program is set up now, from what is turned on, and from how long things "
            "are kept.",
            "You read it, change what you want, and fill in what only you know. Then you and the headteacher sign.",
        ],
    )


class SectionForm(acts.Versioned):
    """Other words for one part."""

    text = fields.Words(
        label="The words of this part",
        longest=document_rules.LONGEST,
        rows=18,
        hint="An empty line begins a paragraph. A line that begins with a dash and a space is an item of a list.",
        missing="Write something, or go back.",
    )


@page
def rewrite_section(request: Request, data_document_id: uuid.UUID, section: str) -> HttpResponseBase:
    """Put other words into one part."""
    found = load(request, data_document_id)
    parts = {one.key: one for one in documents.sections_of(documents.newest_text(found))}
    if section not in parts:
        raise Http404
    begins = {"version": found.version, "text": parts[section].text}
    form = SectionForm(request.POST if request.method == "POST" else None, initial=begins)

    def do(said: Mapping[str, Any]) -> DataDocumentText:
        return documents.rewrite_section(
            data_document=found, section=section, **said, by=request.viewer.person, at=timezone.now()
        )

    back = f"{HOME}{found.pk}/"
    lead = ["Whoever has signed already signs again."] if documents.signatures_of(documents.newest_text(found)) else []
    return acts.act(
        request,
        form,
        do,
        to=back,
        title=parts[section].title,
        button="Save",
        done="It is changed.",
        row=found,
        back_href=back,
        lead=lead,
    )


@page
def sign_document(request: Request, data_document_id: uuid.UUID) -> HttpResponseBase:
    """Sign the words as they stand."""
    found = load(request, data_document_id)
    signed = {one.office for one in documents.signatures_of(documents.newest_text(found))}
    office = _office_to_sign(found, request.viewer.roles, signed)
    form = acts.Versioned(request.POST if request.method == "POST" else None, initial={"version": found.version})

    def do(said: Mapping[str, Any]) -> object:
        mine = office or next(one for one in Office if one in request.viewer.roles)
        return documents.sign_document(
            data_document=found, office=mine.value, **said, by=request.viewer.person, at=timezone.now()
        )

    back = f"{HOME}{found.pk}/"
    return acts.act(
        request,
        form,
        do,
        to=back,
        title=f"Sign: {Paper(found.kind).words}",
        button="Sign it",
        done="It is signed.",
        row=found,
        back_href=back,
        lead=[
            "You sign the words as they stand now. Read them to the end first.",
            "Your name, your office and the time are kept, and print with it. Once both have signed, it cannot "
            "be changed.",
        ],
    )


@page
def drop_document(request: Request, data_document_id: uuid.UUID) -> HttpResponseBase:
    """Give up a version that was not signed by both."""
    found = load(request, data_document_id)
    form = acts.Versioned(request.POST if request.method == "POST" else None, initial={"version": found.version})

    def do(said: Mapping[str, Any]) -> None:
        documents.drop_document(data_document=found, **said, by=request.viewer.person, at=timezone.now())

    return acts.act(
        request,
        form,
        do,
        to=HOME,
        title="Give this version up",
        button="Give it up",
        done="It is given up.",
        row=found,
        back_href=f"{HOME}{found.pk}/",
        lead=["It stays to be read, as given up. The version before it still holds."],
    )
