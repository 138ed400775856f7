"""Check a picture and the words with it: the gate first, then what both show and tell, and a copy without the rest.

Nothing of it is kept, as in checking.py. The answers to the gate travel in the address, signed, and are looked at
before a byte of the picture is read; what is read stays in memory. Clauses 3.4, 5.3, 7.4.
"""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from forethought.evidence.gate import LIFETIME, Answer, Outcome, verdict
from forethought.pages import asking, checking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.check_bans import at_a_school, bans_of, own_details
from forethought.pages.check_names import roster_for
from forethought.pages.contacts import contacts
from forethought.pages.law_notes import law_notes
from forethought.pages.record_forms import GateForm
from forethought.pages.taking_text import Holder, OneFile
from forethought.pages.uploads import foreign
from forethought.precheck import advice as rules
from forethought.precheck import pictures, serving
from forethought.precheck.advice import Result
from forethought.precheck.asking import kinds_of
from forethought.precheck.picture_heads import LARGE, MIB, MOST_BYTES, NotLookedAt
from forethought.precheck.pictures import PictureSeen
from forethought.rows import school_in_scope

TOO_MANY = "There were many checks in the last minute. Wait a minute, choose the picture again and press Check."
BUSY = "Many people are checking just now. Choose the picture again and press Check."
#: More than this is not read, not even to throw it away. Below it, a browser is told what was wrong.
MOST_READ = 64 * MIB


def _signer() -> signing.TimestampSigner:
    # Not when the module is loaded: a command may need no key.
    return signing.TimestampSigner(salt="check-picture")


class PictureForm(asking.Form):
    """One picture, and the words that go with it. The words come first: of a body that is too large they are kept."""

    draft = fields.Words(
        label="The words that go with it",
        longest=checking.LONGEST,
        rows=4,
        required=False,
        advice="Check them in parts.",
        attrs={"autocomplete": "off"},
    )
    picture = OneFile(
        label="Your picture",
        missing="Choose a picture.",
        hint="JPEG, PNG or WebP, up to 20 MB. It stays in memory while it is looked at, and is then gone.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picture"].widget.attrs["accept"] = "image/jpeg,image/png,image/webp,.jpg,.jpeg,.png,.webp"


@page
def ask_first(request: Request) -> HttpResponseBase:
    """The gate's three questions, answered from memory. Nothing is written down, and nobody is told."""
    form = GateForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return asking.ask(
            request,
            form,
            title="Before you choose a picture",
            template="forethought/report/gate.html",
            back_href="/check-post/",
            exit_url="/leave/",
            laws=law_notes("7.4", school=False),
        )
    said = {name: Answer(form.cleaned_data[name]) for name in ("under_18", "adult_intimate", "danger")}
    found = verdict(**said)
    if found.passed:
        return redirect("check_picture", answers=_signer().sign("danger" if found.emergency else "none"))
    with at_a_school():
        return render(
            request,
            "forethought/check/picture_stop.html",
            {
                "title": "Stop here. Please do not post or copy it",
                "child": found.outcome is Outcome.STOP_CHILD,
                "adult": said["adult_intimate"] is not Answer.NO,
                "emergency": found.emergency,
                "contacts": _contacts(),
                "back_href": "/check-post/",
                "exit_url": "/leave/",
            },
        )


@csrf_exempt
@page
@sensitive_variables()
def check_picture(request: Request, answers: str) -> HttpResponseBase:
    """The file control, and the answer to what was sent: what the picture shows and tells, or a cleaned copy of it.

    The form's token would lie in the body, which must not be read before the gate's answers, so this view has none; it
    changes nothing, and answers only a page of ours.
    """
    try:
        danger = _signer().unsign(answers, max_age=LIFETIME) == "danger"
    except signing.BadSignature:
        if request.method == "POST":
            return closed(redirect("ask_first"))
        return redirect("ask_first")
    with at_a_school():
        if request.method != "POST":
            return _show(request, PictureForm(), danger=danger)
        if foreign(request):
            raise Http404
        return _answer(request, danger=danger)


@sensitive_variables()
def _answer(request: Request, *, danger: bool) -> HttpResponseBase:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_READ:
        return closed(_refused(request, PictureForm({}), LARGE, danger=danger))
    holder = Holder(request, MOST_BYTES)
    request.upload_handlers = [holder]
    form = PictureForm(request.POST, request.FILES)
    if holder.too_large:
        return _refused(request, PictureForm(request.POST, MultiValueDict()), LARGE, danger=danger)
    if not form.is_valid():
        return _show(request, form, danger=danger, status=422)
    if not checking.paced(request):
        return _refused(request, form, TOO_MANY, danger=danger, status=429)
    data = form.cleaned_data["picture"][0].read()
    try:
        if request.POST.get("do") == "clean":
            return _copy(data)
        words = _words(request, form.cleaned_data["draft"])
        seen = pictures.looked_at(data)
    except NotLookedAt as reason:
        return _refused(request, form, str(reason), danger=danger)
    except (pictures.Busy, serving.Busy):
        return _refused(request, form, BUSY, danger=danger, status=503)
    again = PictureForm(initial={"draft": form.cleaned_data["draft"]})
    return _show(request, again, danger=danger, seen=said_of(request, seen, words))


@dataclass(frozen=True)
class Draft:
    """The words of a post, and what was found in them: None where they could not be read."""

    text: str
    checked: Any


@sensitive_variables()
def _words(request: Request, draft: str) -> Draft:
    return Draft(draft, checking.read_draft(request, draft, bans_of(school_in_scope())))


@sensitive_variables()
def _copy(data: bytes) -> HttpResponse:
    """The cleaned copy as a download, under a name that says nothing."""
    copy = pictures.cleaned(data)
    answer = HttpResponse(copy.data, content_type=copy.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{copy.name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@sensitive_variables()
def said_of(request: Request, seen: PictureSeen, draft: Draft | None = None) -> dict[str, Any]:
    """What was found in a picture, and in the words that go with it, as the page shows it."""
    school = school_in_scope()
    bans = bans_of(school)
    checked, unread = None, False
    if seen.text:
        try:
            checked = serving.check(
                seen.text,
                kinds=kinds_of(bans.banned),
                roster=lambda: roster_for(request),
                allowed=own_details(school) if school else (),
            )
        except (serving.Absent, serving.Busy):
            unread = True
    words = draft or Draft("", None)
    result, in_words, in_picture = rules.together(_weighed(words.checked), _weighed(checked))
    if result is Result.NOTHING and (seen.faces or seen.has_place):
        result = Result.LOOK
    signed_in = request.viewer is not None
    return {
        "heading": result.words,
        "nothing": result is Result.NOTHING,
        "faces": seen.faces,
        "place": [one for one in seen.told if one.sort is pictures.Sort.PLACE],
        "told": [one for one in seen.told if one.sort is not pictures.Sort.PLACE],
        "letters": seen.letters,
        "read": seen.letters is pictures.Letters.READ,
        "text": seen.text,
        "unread": unread,
        "points": checking.points_of(seen.text, in_picture, bans, signed_in=signed_in)["points"],
        "draft": checking.points_of(words.text, in_words, bans, signed_in=signed_in) if words.text else None,
        "draft_unread": bool(words.text) and words.checked is None,
        "ask": checking.whom_to_ask(request),
    }


def _weighed(checked: Any) -> rules.Advice:
    return rules.advice_of(findings=checked.findings if checked else (), audience={}, kinds={}, clauses={})


def _contacts() -> dict[str, Any]:
    school = school_in_scope()
    return dict(contacts(school)) if school else {}


def _refused(
    request: Request, form: PictureForm, sentence: str, *, danger: bool, status: int = 422
) -> HttpResponseBase:
    form.full_clean()
    form.errors.clear()
    form.add_error("picture", sentence)
    return _show(request, form, danger=danger, status=status)


def closed(answer: HttpResponseBase) -> HttpResponseBase:
    """What is still on its way is not wanted: the connection ends with this answer."""
    answer["Connection"] = "close"
    return answer


def _show(
    request: Request, form: PictureForm, *, danger: bool, status: int = 200, seen: dict[str, Any] | None = None
) -> HttpResponseBase:
    return render(
        request,
        "forethought/check/picture.html",
        {
            "title": "Check a picture",
            "form": form,
            "seen": seen,
            "danger": danger,
            "contacts": _contacts() if danger else {},
            "back_href": "/check-post/",
        },
        status=status,
    )
