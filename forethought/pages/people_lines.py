"""Many adults at once, pasted from a spreadsheet: what is understood of each line, before any is kept. Clause 2.5."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.people import ADULTS, LIST, clean_email
from forethought.pages.people_rows import day
from forethought.people import taking_on
from forethought.people.lists import MOST, Line, Newcomer, read_lines
from forethought.people.models import Kind, School

#: So many faults are said at the top of the page; each stands beside its line too.
FAULTS = 10


class LinesForm(asking.Form):
    """One line for each person."""

    lines = fields.Words(
        label="One line for each person",
        longest=100_000,
        rows=12,
        hint="Name, email, kind, first day. And the last day, where you know it.",
        missing="Paste at least one line.",
        advice="Paste fewer lines at once.",
    )


@dataclass(frozen=True)
class Preview:
    """What is understood of some lines."""

    rows: list[list[dict[str, str]]]
    new: tuple[Newcomer, ...]
    passed: int
    faults: list[str]
    fingerprint: str

    @property
    def ready(self) -> bool:
        """Whether there is somebody to add, and no line that is not understood."""
        return bool(self.new) and not self.faults


def preview_of(lines: Sequence[Line], pasted: str) -> Preview:
    """Line by line, what would be done with it."""
    found = taking_on.sort_out([one.newcomer for one in lines if one.newcomer is not None])
    passed = {id(one): why for one, why in found.passed}
    rows, faults = [], []
    for line in lines:
        if line.newcomer is None:
            faults.append(f"Line {line.number}: {line.reason}")
            rows.append(preview_row(line, line.reason, "Not understood", "red"))
        elif why := passed.get(id(line.newcomer), ""):
            rows.append(preview_row(line, why, "Passed over", "grey"))
        else:
            rows.append(preview_row(line, said(line.newcomer), "Understood", "green"))
    return Preview(rows, found.new, len(found.passed), faults, fingerprint(pasted))


def preview_row(line: Line, text: str, state: str, colour: str) -> list[dict[str, str]]:
    """One line of the preview."""
    name = line.newcomer.name if line.newcomer is not None else line.words[:80]
    return [
        {"label": "Where", "text": f"Line {line.number}"},
        {"label": "Who", "text": name},
        {"label": "Result", "text": state, "colour": colour},
        {"label": "What we read", "text": text},
    ]


def said(one: Newcomer) -> str:
    """Somebody new, as their line was understood."""
    until = f" to {day(one.ends_on)}" if one.ends_on else ""
    return f"{Kind(one.kind).label}, from {day(one.starts_on)}{until}. {one.email or 'No email'}"


def fingerprint(pasted: str) -> str:
    """What the button to add them carries: lines that were changed since they were shown are shown again."""
    return sha256(pasted.encode()).hexdigest()[:16]


def is_email(typed: str) -> bool:
    """Whether a mail can go there."""
    try:
        return bool(clean_email(typed))
    except ValidationError:
        return False


@page
def add_people(request: Request) -> HttpResponseBase:
    """Paste lines, see what is understood, and then add them. Nothing is kept before."""
    form = LinesForm(request.POST if request.method == "POST" else None)
    preview = read(form) if form.is_valid() else None
    if preview is not None and preview.ready and request.POST.get("add") == preview.fingerprint:
        count = taking_on.add_people(
            school=School.objects.get(pk=request.viewer.person.school_id),
            newcomers=preview.new,
            by=request.viewer.person,
            at=timezone.now(),
        )
        acts.note(request, "One person was added." if count == 1 else f"{count} people were added.")
        return redirect(LIST)
    faults = preview.faults if preview is not None else []
    errors: list[dict[str, Any]] = [{"text": one, "href": "#id_lines"} for one in faults[:FAULTS]]
    if len(faults) > FAULTS:
        errors.append({"text": f"And {len(faults) - FAULTS} more lines, marked below.", "href": ""})
    return asking.ask(
        request,
        form,
        status=422 if faults else None,
        title="Add many people",
        template="forethought/people/add_people.html",
        back_href=LIST,
        lead=[ADULTS],
        kinds=", ".join(str(label) for label in Kind.labels),
        most=MOST,
        preview=preview,
        errors=errors,
    )


def read(form: LinesForm) -> Preview | None:
    """What is understood of a form's lines; nothing where they cannot be looked at, and the form says why."""
    pasted = form.cleaned_data["lines"]
    kinds = {str(kind): str(kind.label) for kind in Kind}
    try:
        return preview_of(read_lines(pasted, kinds=kinds, is_email=is_email), pasted)
    except ValueError as fault:
        form.add_error("lines", str(fault))
        return None
