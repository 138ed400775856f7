"""The list of pupils' names that a school may choose to keep for the check of a post. Off until it does. Clause 6.3."""

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.core.clock import spoken
from forethought.core.errors import Refused
from forethought.pages import acts, asking, check_names, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.taking_text import sent, takes_text, trouble_of
from forethought.roster import procedures
from forethought.roster.rules import Read, read_list, why_not_keep

HOME = "/pupil-names/"

#: In characters: five thousand lines of the longest names fit Django's limit for a form's fields.
LONGEST = 400_000
#: In bytes.
LARGEST = 1024 * 1024
SHOWN = 10


class TableFile(fields.Files):
    """One file, without the script for many."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"multiple": False, "data-forethought-drop": False, "accept": ".csv,.txt"}
        super().__init__(most=1, widget=fields.FileBox(attrs), **kwargs)


class ListForm(asking.Form):
    """A list of pupils, pasted or as a file."""

    pasted = fields.Words(
        label="Paste the list",
        longest=LONGEST,
        rows=10,
        required=False,
        hint="One pupil a line: first name, last name, known as, class. Or with a line of headings, in any order.",
        attrs={"autocomplete": "off"},
    )
    file = TableFile(
        label="Or choose a CSV file",
        required=False,
        hint="Only names and classes are taken from it. The file itself is not kept.",
    )

    def __init__(self, *args: Any, trouble: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trouble = trouble
        self.read = Read(())

    def clean(self) -> dict[str, Any]:
        """The pupils, from whichever way they came."""
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
        self.read = read_list(_text_of(files[0]) if files else pasted)
        if reason := why_not_keep(self.read):
            self.add_error("file" if files else "pasted", " ".join([reason, *self.read.notes[:3]]))
        return cleaned


def _text_of(file: Any) -> str:
    """A file's text: UTF-8, else as spreadsheets in England write it."""
    content = file.read(LARGEST + 1)[:LARGEST]
    try:
        return str(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return str(content.decode("cp1252", errors="replace"))


def _as_lines(read: Read) -> str:
    """The pupils as the hidden field of the preview carries them: tabs between, and no line but theirs."""
    lines = [
        "\t".join(" ".join(part.split()) for part in (one.first, one.last, one.known_as, one.group))
        for one in read.pupils
    ]
    return "\n".join(["first\tlast\tknown as\tclass", *lines])


@page
def pupil_names(request: Request) -> HttpResponseBase:
    """Whether a list is kept, since when and by whom, and what became of those before it. No name stands here."""
    now, row = timezone.now(), procedures.kept_list()
    return render(
        request,
        "forethought/check/pupil_names.html",
        {
            "title": "Pupils’ names for the check",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "row": row,
            "kept": spoken(row.kept_at, now) if row else "",
            "removed": [
                {
                    "at": spoken(one.removed_at, now) if one.removed_at else "",
                    "row": one,
                    "mark": bytes(one.sha256).hex()[:16],
                }
                for one in procedures.removed_lists()
            ],
            "backups": settings.BACKUPS_KEPT_DAYS,
        },
    )


@takes_text
@page
def keep_list(request: Request) -> HttpResponseBase:
    """Take in a list: shown as it was understood, kept at a second press."""
    form = ListForm(*sent(request), trouble=trouble_of(request))
    if request.method == "POST" and form.is_valid():
        if request.POST.get("press") == "keep":
            procedures.keep_list(
                school=request.viewer.person.school,
                pupils=form.read.pupils,
                by=request.viewer.person,
                at=timezone.now(),
            )
            check_names.forget(request.viewer.person.school_id)
            acts.note(request, "The list is kept.")
            return redirect(HOME)
        return render(
            request,
            "forethought/check/pupil_preview.html",
            {
                "title": "Is this right?",
                "back_href": f"{HOME}keep-list/",
                "read": form.read,
                "first": form.read.pupils[:SHOWN],
                "packed": _as_lines(form.read),
                "replaces": procedures.kept_list() is not None,
            },
        )
    return asking.ask(
        request,
        form,
        title="Keep a list of pupils’ names",
        button="Go on",
        back_href=HOME,
        template="forethought/check/keep_list.html",
    )


@page
def view_list(request: Request) -> HttpResponseBase:
    """Look at the list. It is noted who did."""
    form = asking.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            pupils = procedures.view_list(by=request.viewer.person, at=timezone.now())
        except Refused:
            return redirect(HOME)
        return render(
            request,
            "forethought/check/pupil_list.html",
            {"title": "Pupils’ names", "back_href": HOME, "pupils": pupils},
        )
    return asking.ask(
        request,
        form,
        title="Look at the list",
        button="Show the names",
        back_href=HOME,
        lead=["It is noted that you looked, and when. Nobody is told."],
    )


@page
def remove_list(request: Request) -> HttpResponseBase:
    """Remove the list, with one press."""
    form = asking.Form(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda _: _remove(request),
        to=HOME,
        title="Remove the list",
        button="Remove it",
        done="The list is removed.",
        back_href=HOME,
        lead=[
            "The names are gone from the database at once. A check then knows a pupil only by the words beside a name.",
            f"A backup may hold the sealed list for up to {settings.BACKUPS_KEPT_DAYS} days more.",
        ],
    )


def _remove(request: Request) -> None:
    procedures.remove_list(by=request.viewer.person, at=timezone.now())
    check_names.forget(request.viewer.person.school_id)
