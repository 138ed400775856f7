"""Copies of a record with something covered or cut: making one, looking at it, handing it out, discarding it.

Clause 7.4. The original is never touched; whoever makes a copy must see what it covers, and says so by pressing first.
"""

import uuid
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.errors import Refused
from forethought.evidence import cut_lines, keyring, redacting, redacting_rules
from forethought.evidence.away_standing import away_among
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.models import Exhibit
from forethought.evidence.procedures import hand_out, said_of
from forethought.evidence.reading_out import RECORDINGS
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.people.models import Person

#: So many lines of a text are shown at a time.
SHOWN = 500


class AreasForm(asking.Form):
    """What to cover in a picture."""

    areas = fields.Words(
        label="What to cover",
        longest=4000,
        rows=4,
        hint="One area to a line, four numbers in per cent: left, top, right, bottom. For example 10 20 45 30. "
        "The grid shows each tenth. With a mouse or a finger you can draw on the picture instead.",
        missing="Say what to cover: at least one area.",
        attrs={"data-forethought-areas": "grid"},
    )


class PassagesForm(asking.Form):
    """What to cut from a text."""

    lines = fields.Line(label="Lines to cut", longest=400, hint="By number, for example 3, 7-9.", required=False)
    passages = fields.Words(
        label="Words to cut wherever they stand",
        longest=8000,
        rows=4,
        hint="A name or a passage, one to a line, as it stands in the text.",
        required=False,
    )


def _exhibit_for(case: Case, exhibit_id: uuid.UUID, media: frozenset[str]) -> Exhibit:
    """A record of this case of one of these kinds that can be opened, or “no such page”."""
    found = Exhibit.objects.select_related("key").filter(pk=exhibit_id, case_id=case.id).first()
    if found is None or found.media not in media or said_of(found).get("gated") or away_among([found.pk]):
        raise Http404
    return found


def _base(exhibit: Exhibit) -> str:
    return f"/cases/{exhibit.case_id}/{exhibit.id}"


@page
def redact_picture(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Cover something in a copy of a picture."""
    exhibit = _exhibit_for(case, exhibit_id, redacting.PICTURES)
    form = AreasForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            areas = redacting_rules.read_areas(form.cleaned_data["areas"])
            if isinstance(areas, str):
                raise Refused(areas, "7.4")
            made = redacting.redact_picture(exhibit=exhibit, areas=areas, by=request.viewer.person, at=timezone.now())
            return _made(request, made)
        except Refused as refusal:
            asking.refuse(form, refusal)
    return _ask(request, exhibit, form, grid=f"{_base(exhibit)}/redact-picture/grid/")


@page
def grid(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """The picture under a grid, drawn anew by us. It shows the record, so it is a look, and noted."""
    exhibit = _exhibit_for(case, exhibit_id, redacting.PICTURES)
    try:
        drawn = redacting.preview(exhibit)
    except Refused:
        # Why not is said on the page around it, when somebody presses.
        raise Http404 from None
    hand_out(exhibit=exhibit, by=request.viewer.person, at=timezone.now())
    return _shut(HttpResponse(drawn, content_type="image/png"))


@page
def redact_text(request: Request, case: Case, exhibit_id: uuid.UUID) -> HttpResponseBase:
    """Cut something from a copy of a text, the words of a mail, chat or document, or of what a recording says."""
    exhibit = _exhibit_for(case, exhibit_id, cut_lines.CUT)
    form = PassagesForm(request.POST if request.method == "POST" else None)
    if "from" in request.POST:
        # On to other lines: what was typed comes along, and nothing is made of it yet.
        form = PassagesForm(initial={name: request.POST.get(name, "") for name in ("lines", "passages")})
    try:
        lines, _ = cut_lines.lines_of(exhibit)
    except Refused as refusal:
        return asking.ask(
            request, form, title=_title(exhibit), template="forethought/copies/not_here.html",
            reason=refusal.sentence, back_href=f"/cases/{case.id}/", status=422,
            write_href=f"/cases/{case.id}/exhibits/{exhibit.id}/write-transcript/" if _heard(exhibit) else "",
        )  # fmt: skip
    if form.is_valid():
        said = form.cleaned_data
        passages = [line.strip() for line in said["passages"].splitlines() if line.strip()]
        try:
            numbers = redacting_rules.read_lines(said["lines"], most=len(lines))
            if isinstance(numbers, str):
                raise Refused(numbers, "7.4")
            made = redacting.redact_text(
                exhibit=exhibit, numbers=numbers, passages=passages, by=request.viewer.person, at=timezone.now()
            )
            return _made(request, made)
        except Refused as refusal:
            asking.refuse(form, refusal)
    shows = _shows(request)
    if shows and _heard(exhibit) and not form.is_bound and "from" not in request.POST:
        form = PassagesForm(initial={"passages": "\n".join(redacting_rules.names_in(lines, _names_known(case)))})
    if shows:
        hand_out(exhibit=exhibit, by=request.viewer.person, at=timezone.now())
    return _ask(request, exhibit, form, **(_window(request, lines) if shows else {}))


def _window(request: Request, lines: list[str]) -> dict[str, Any]:
    """The part of a long text that is shown: from the line that is asked for."""
    asked = request.POST.get("from", "")
    first = min(int(asked), len(lines)) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 1
    first = max(1, first)
    last = min(len(lines), first + SHOWN - 1)
    return {
        "lines": lines[first - 1 : last],
        "first": first,
        "last": last,
        "total": len(lines),
        "earlier": max(1, first - SHOWN) if first > 1 else 0,
        "later": last + 1 if last < len(lines) else 0,
    }


def _shows(request: Request) -> bool:
    """Whether somebody pressed to see the record, or sent the form in which it stood."""
    return request.GET.get("show") == "yes" or request.method == "POST"


def _ask(request: Request, exhibit: Exhibit, form: asking.Form, **values: Any) -> HttpResponse:
    picture = exhibit.media in redacting.PICTURES
    return asking.ask(
        request,
        form,
        title=_title(exhibit),
        template="forethought/copies/make.html",
        picture=picture,
        heard=_heard(exhibit),
        shows=_shows(request),
        back_href=f"/cases/{exhibit.case_id}/",
        **values,
    )


def _heard(exhibit: Exhibit) -> bool:
    """Whether it is a recording, of which a copy is what somebody wrote down."""
    return exhibit.media in RECORDINGS


def _names_known(case: Case) -> set[str]:
    """Every name known here: of adults, and of the parties of a case."""
    names = set(Person.objects.values_list("name", flat=True))
    return names | {str(keyring.words(one, case_id=case.pk).get("name", "")) for one in case.parties.all()}


def _title(exhibit: Exhibit) -> str:
    if _heard(exhibit):
        return "Make a text of a recording"
    return "Cover something in a copy" if exhibit.media in redacting.PICTURES else "Cut something from a copy"


def _made(request: Request, made: RedactedCopy) -> HttpResponseBase:
    acts.note(request, "The copy is kept. Look at it before you give it to anybody.")
    return redirect(f"/cases/{made.exhibit.case_id}/copies/{made.id}/")


def _copy_for(case: Case, copy_id: uuid.UUID) -> RedactedCopy:
    """A copy of a record of this case that was not discarded, or “no such page”."""
    found = RedactedCopy.objects.select_related("exhibit", "key").filter(pk=copy_id, exhibit__case_id=case.id).first()
    if found is None or not hasattr(found, "key") or away_among([found.exhibit_id]):
        raise Http404
    return found


@page
def redacted_copy(request: Request, case: Case, copy_id: uuid.UUID) -> HttpResponseBase:
    """What a copy is of, what was covered, and the copy itself once somebody asks to see it."""
    found = _copy_for(case, copy_id)
    recipe, shows = redacting.recipe_of(found), request.GET.get("show") == "yes"
    text = ""
    if shows and found.media == "TEXT":
        redacting.hand_out_copy(copy=found, by=request.viewer.person, at=timezone.now())
        text = cut_lines.as_text(b"".join(redacting.content_of_copy(found)))
    base = f"/cases/{case.id}/copies/{found.id}/"
    return render(
        request,
        "forethought/copies/copy.html",
        {
            "title": "A copy with something covered"
            if found.media == "PNG"
            else "What a recording says"
            if _heard(found.exhibit)
            else "A copy with something cut",
            "copy": found,
            "heard": _heard(found.exhibit),
            "recipe": recipe,
            # Older rows hold each line by itself, and no count.
            "cut_lines": recipe.get("cut_lines", len(recipe.get("lines", []))),
            "sha256": bytes(found.sha256).hex(),
            "text": text,
            "shows": shows,
            "download": f"{base}hand-out-copy/",
            "discard": f"{base}discard-copy/",
            "notice": acts.noted(request),
            "back_href": f"/cases/{case.id}/",
        },
    )


@page
def hand_out_copy(request: Request, case: Case, copy_id: uuid.UUID) -> HttpResponseBase:
    """Hand over a copy, noted before a byte leaves. We made it, so we know what kind it is."""
    found = _copy_for(case, copy_id)
    redacting.hand_out_copy(copy=found, by=request.viewer.person, at=timezone.now())
    whole = b"".join(redacting.content_of_copy(found))
    kind, name = ("image/png", "copy.png") if found.media == "PNG" else ("text/plain; charset=utf-8", "copy.txt")
    response = _shut(HttpResponse(whole, content_type=kind))
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _shut(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@page
def discard_copy(request: Request, case: Case, copy_id: uuid.UUID) -> HttpResponseBase:
    """Discard a copy that shows too much."""
    found = _copy_for(case, copy_id)
    back = f"/cases/{case.id}/"
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: redacting.discard_copy(copy=found, by=request.viewer.person, at=timezone.now()),
        to=back,
        title="Discard this copy",
        button="Discard it",
        done="The copy is gone. The record stays as it is.",
        back_href=f"/cases/{case.id}/copies/{found.id}/",
        lead=["The copy is destroyed. The record that it was made from stays as it is."],
    )
