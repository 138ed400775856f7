"""A picture for a school's post: the gate's questions first, then the file. A copy drawn anew is kept for a while.

The answers to the gate travel in the address, signed for one person and one post, and are looked at before a byte of
the picture is read. Clauses 6.3, 7.4.
"""

import uuid
from typing import Any

from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from forethought.core.errors import Refused
from forethought.evidence.gate import LIFETIME, Answer, Outcome, verdict
from forethought.pages import acts, asking, checking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.check_pictures import BUSY, MOST_READ, TOO_MANY, closed, said_of
from forethought.pages.contacts import contacts
from forethought.pages.law_notes import law_notes
from forethought.pages.record_forms import GateForm
from forethought.pages.school_posts import POSTS, load_post, press
from forethought.pages.taking_text import Holder, OneFile
from forethought.pages.uploads import foreign
from forethought.precheck import pictures
from forethought.precheck.picture_heads import LARGE, MOST_BYTES, NotLookedAt
from forethought.school_accounts import post_rules, post_standing, posting
from forethought.school_accounts.post_models import SchoolPost
from forethought.school_accounts.rules import LONGEST


def _signer(post: SchoolPost, request: Request) -> signing.TimestampSigner:
    # Good for whoever answered, for one picture of this post as it stands: the answers are the form's token too.
    return signing.TimestampSigner(salt=f"post-picture:{post.pk}:{post.version}:{request.viewer.person.pk}")


class PictureForm(asking.Form):
    """One picture, and what it shows in words."""

    picture = OneFile(
        label="The picture",
        missing="Choose a picture.",
        hint="JPEG, PNG or WebP, up to 20 MB. What its file tells besides, such as the place, is left out.",
    )
    alt = fields.Line(
        label="What does it show?",
        longest=LONGEST,
        missing="Say what it shows, for those who cannot see it.",
        hint="For those who cannot see it. No names.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picture"].widget.attrs["accept"] = "image/jpeg,image/png,image/webp,.jpg,.jpeg,.png,.webp"


def _own(request: Request, post_id: uuid.UUID) -> SchoolPost:
    """One's own post while a picture can be put to it; else “no such page”."""
    found = load_post(request, post_id, own=True)
    if post_rules.why_not_move("keep_picture", found.status) is not None:
        raise Http404
    return found


@page
def ask_before_picture(request: Request, post_id: uuid.UUID) -> HttpResponseBase:
    """The gate's three questions. Nothing of the answers is written down."""
    found = _own(request, post_id)
    form = GateForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return asking.ask(
            request,
            form,
            title="Before you choose a picture",
            template="forethought/report/gate.html",
            back_href=f"{POSTS}{found.pk}/",
            exit_url="/leave/",
            laws=law_notes("7.4", school=False),
        )
    said = {name: Answer(form.cleaned_data[name]) for name in ("under_18", "adult_intimate", "danger")}
    passed = verdict(**said)
    if passed.passed:
        answers = _signer(found, request).sign("danger" if passed.emergency else "none")
        return redirect("keep_picture", post_id=found.pk, answers=answers)
    return render(
        request,
        "forethought/check/picture_stop.html",
        {
            "title": "Stop here. Please do not post or copy it",
            "child": passed.outcome is Outcome.STOP_CHILD,
            "adult": said["adult_intimate"] is not Answer.NO,
            "emergency": passed.emergency,
            "contacts": contacts(request.viewer.person.school_id),
            "back_href": f"{POSTS}{found.pk}/",
            "exit_url": "/leave/",
            "again_href": request.path,
        },
    )


@csrf_exempt
@page
@sensitive_variables()
def keep_picture(request: Request, post_id: uuid.UUID, answers: str) -> HttpResponseBase:
    """The file control, behind the gate; and keeping the picture, drawn anew."""
    found = _own(request, post_id)
    try:
        danger = _signer(found, request).unsign(answers, max_age=LIFETIME) == "danger"
    except signing.BadSignature:
        return closed(redirect("ask_before_picture", post_id=found.pk))
    if request.method != "POST":
        return _show(request, found, PictureForm(), danger=danger)
    if foreign(request):
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_READ:
        return closed(_refused(request, found, PictureForm({}, MultiValueDict()), LARGE, danger=danger))
    holder = Holder(request, MOST_BYTES)
    request.upload_handlers = [holder]
    form = PictureForm(request.POST, request.FILES)
    if holder.too_large:
        return _refused(request, found, form, LARGE, danger=danger)
    if not form.is_valid():
        return _show(request, found, form, danger=danger, status=422)
    if not checking.paced(request):
        return _refused(request, found, form, TOO_MANY, danger=danger, status=429)
    try:
        return _keep(request, found, form)
    except NotLookedAt as reason:
        return _refused(request, found, form, str(reason), danger=danger)
    except pictures.Busy:
        return _refused(request, found, form, BUSY, danger=danger, status=503)
    except Refused as refusal:
        return _refused(request, found, form, refusal.sentence, danger=danger, status=asking.status_of(refusal))


@sensitive_variables()
def _keep(request: Request, post: SchoolPost, form: PictureForm) -> HttpResponseBase:
    data = form.cleaned_data["picture"][0].read()
    copy = pictures.cleaned(data)
    if len(copy.data) > post_rules.LARGEST_PICTURE:
        raise NotLookedAt("This picture is too large to keep. Make it smaller first.")
    posting.keep_picture(
        post=post,
        version=post.version,
        data=copy.data,
        media_type=copy.media_type,
        alt=form.cleaned_data["alt"],
        by=request.viewer.person,
        at=timezone.now(),
    )
    acts.note(request, "The picture is kept, without what its file told. Are your two answers still right?")
    return redirect("school_post", post_id=post.pk)


def _refused(
    request: Request, post: SchoolPost, form: PictureForm, sentence: str, *, danger: bool, status: int = 422
) -> HttpResponseBase:
    form.full_clean()
    form.errors.clear()
    form.add_error("picture", sentence)
    return _show(request, post, form, danger=danger, status=status)


def _show(
    request: Request, post: SchoolPost, form: PictureForm, *, danger: bool, status: int = 200
) -> HttpResponseBase:
    return render(
        request,
        "forethought/school_accounts/keep_picture.html",
        {
            "title": "Add a picture",
            "form": form,
            "danger": danger,
            "contacts": contacts(request.viewer.person.school_id) if danger else {},
            "back_href": f"{POSTS}{post.pk}/",
        },
        status=status,
    )


@page
def remove_picture(request: Request, post_id: uuid.UUID) -> HttpResponseBase:
    """Take the picture off one's own post."""
    return press(
        request,
        load_post(request, post_id, own=True),
        posting.remove_picture,
        title="Remove the picture",
        button="Remove it",
        done="The picture is gone.",
    )


@page
def post_picture(request: Request, post_id: uuid.UUID) -> HttpResponseBase:
    """The picture's bytes, for whoever may read the post. They were written by this program, as a picture."""
    picture = post_standing.picture_of(load_post(request, post_id))
    if picture is None:
        raise Http404
    answer = HttpResponse(post_standing.bytes_of(picture), content_type=picture.media_type)
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@page
@sensitive_variables()
def look_at_picture(request: Request, post_id: uuid.UUID) -> HttpResponseBase:
    """What the picture of a post shows, counted and read each time it is asked for. Kept nowhere. Policy 6.3."""
    found = load_post(request, post_id)
    picture = post_standing.picture_of(found)
    if picture is None:
        raise Http404
    seen, reason = None, TOO_MANY
    if checking.paced(request):
        try:
            seen = said_of(request, pictures.looked_at(post_standing.bytes_of(picture)))
        except (NotLookedAt, pictures.Busy):
            reason = BUSY
    return render(
        request,
        "forethought/school_accounts/look_at_picture.html",
        {"title": "What the picture shows", "seen": seen, "reason": reason, "back_href": f"{POSTS}{found.pk}/"},
        status=200 if seen else 429,
    )
