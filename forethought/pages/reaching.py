"""On your phone: where somebody is told, beside the mail, that something waits. Each adds and takes off their own.

Nobody else sees what stands here, or adds anything for them. Clause 8.3.
"""

import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from forethought.core.clock import spoken
from forethought.core.errors import Refused
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.reaching import nudging, procedures, rules, ways
from forethought.reaching.models import Reach

ADDRESS = "/on-your-phone/"
NOT_TAKEN = "The message could not be sent. The number was not added. Try again later, or ask IT."

#: What came of trying one's own devices, as their owner reads it.
TRIED = {
    "all": "Every one of them took it. It should show within a minute.",
    "some": "Not all of them took it. What stands beside each says which.",
}


@page
def listing(request: Request) -> HttpResponseBase:
    """Where one is told, how the last time went, and what can be added."""
    person, now = request.viewer.person, timezone.now()
    offers = bool(settings.PUSH_SERVICES) and bool(request.viewer.roles & rules.REACHED)
    reaches = list(procedures.live(person))
    return render(
        request,
        "forethought/reaching.html",
        {
            "title": "On your phone",
            "back_href": "/",
            "notice": acts.noted(request),
            "may": bool(request.viewer.roles & rules.REACHED),
            "rows": [
                {
                    "id": one.pk,
                    "name": one.name,
                    "text": rules.shown(procedures.address_of(one)) if one.way == "number" else "A phone or computer",
                    "went": went(one, now),
                }
                for one in reaches
            ],
            "full": len(reaches) >= rules.MOST,
            "offers": offers,
            "texts": ways.texts(),
            # Under its own name: browsers know a worker by its address, and fetch it anew by themselves.
            "worker": f"{settings.STATIC_URL}forethought/push-worker.js",
            "says": rules.TEXT,
        },
    )


def went(reach: Reach, now: Any) -> str:
    """How the last time went, in a sentence."""
    if reach.tried_at is None:
        return "Not used yet."
    when = spoken(reach.tried_at, now)
    return f"Last told at {when}." if reach.taken else f"Tried at {when}, and not taken. You had mail all the same."


class DeviceForm(asking.Form):
    """What a browser says of itself once its owner allowed notices."""

    name = fields.Line(label="What do you call it?", longest=40, width=20, missing="Give it a name, like “My phone”.")
    address = fields.Line(
        label="", longest=rules.LONGEST_ADDRESS, widget=asking.forms.HiddenInput, missing=rules.NOT_OURS
    )

    def clean_address(self) -> str:
        """Nothing but the address of a known push service."""
        address: str = self.cleaned_data["address"]
        if wrong := rules.why_not_device(address, settings.PUSH_SERVICES):
            raise asking.forms.ValidationError(wrong)
        return address

    def clean(self) -> dict[str, Any]:
        """As ever. An address is long and random, and is no password, whatever it looks like."""
        address = self.cleaned_data.pop("address", None)
        cleaned = super().clean()
        return cleaned if address is None else {**cleaned, "address": address}


@page
@require_POST
def add_device(request: Request) -> HttpResponseBase:
    """Have this browser told. The page's script sends the form once notices are allowed."""
    form = DeviceForm(request.POST)
    if not form.is_valid():
        acts.note(request, str(next(iter(form.errors.values()))[0]))
        return redirect(ADDRESS)
    person, said = request.viewer.person, form.cleaned_data
    try:
        procedures.add_device(person=person, address=said["address"], name=said["name"], by=person, at=timezone.now())
        acts.note(request, "It is added. Now try it.")
    except Refused as refusal:
        acts.note(request, refusal.sentence)
    return redirect(ADDRESS)


@page
@require_POST
def make_push_key(request: Request) -> HttpResponseBase:
    """The public half of the school's key, for a browser that asks to be told. The page's script asks for it."""
    person = request.viewer.person
    key = procedures.make_push_key(school_id=person.school_id, by=person, at=timezone.now())
    return JsonResponse({"key": ways.public_half(key)})


class NumberForm(asking.Form):
    """A mobile number, and what to call it."""

    number = fields.Line(
        label="Mobile number",
        longest=30,
        width=20,
        hint="For example, 07700 900123.",
        missing=rules.NOT_A_NUMBER,
        attrs={"autocomplete": "tel", "inputmode": "tel"},
    )
    name = fields.Line(label="What do you call it?", longest=40, width=20, missing="Give it a name, like “My phone”.")

    def clean_number(self) -> str:
        """The number as +44…"""
        number = rules.tidy_number(self.cleaned_data["number"])
        if wrong := rules.why_not_number(number):
            raise asking.forms.ValidationError(wrong)
        return number


@page
def add_number(request: Request) -> HttpResponseBase:
    """Add a number: a code goes there first."""
    if not ways.texts():
        acts.note(request, "Your school sends no text messages.")
        return redirect(ADDRESS)
    person = request.viewer.person

    def do(said: dict[str, Any]) -> Reach:
        now, code = timezone.now(), procedures.new_code()
        if wrong := procedures.why_not_add_number(person, said["number"], now):
            raise Refused(wrong, "8.3")
        # Before the act, so that nobody else's act waits for the gateway.
        if ways.text(said["number"], rules.CODE_TEXT.format(code=code)) != ways.TAKEN:
            raise Refused(NOT_TAKEN, "8.3")
        return procedures.add_number(
            person=person, number=said["number"], name=said["name"], code=code, by=person, at=now
        )

    return acts.act(
        request,
        NumberForm(request.POST if request.method == "POST" else None),
        do,
        to=lambda reach: f"{ADDRESS}{reach.pk}/confirm-number/",
        title="Add a mobile number",
        button="Send me a code",
        back_href=ADDRESS,
        lead=["Use a number that is yours alone. Your school’s gateway and your network carry the messages."],
    )


class CodeForm(asking.Form):
    """The code that came."""

    code = fields.Line(
        label="Code",
        longest=20,
        width=10,
        hint="The six digits of the message.",
        missing="Type the code.",
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


@page
def confirm_number(request: Request, reach_id: uuid.UUID) -> HttpResponseBase:
    """Type the code that came to a number."""
    person, reach = request.viewer.person, own(request, reach_id)
    if reach.confirmed_at is not None:
        return redirect(ADDRESS)
    form = CodeForm(request.POST if request.method == "POST" else None)
    values: dict[str, Any] = {
        "title": "Type the code",
        "button": "Go on",
        "back_href": ADDRESS,
        "lead": ["A message is on its way to your number. It may take a minute."],
    }
    if request.method == "POST" and form.is_valid():
        try:
            code = form.cleaned_data["code"]
            if procedures.confirm_number(reach=reach, code=code, by=person, at=timezone.now()):
                acts.note(request, "The number is added.")
                return redirect(ADDRESS)
            form.add_error("code", rules.WRONG_CODE)
        except Refused as refusal:
            return acts.refused(request, form, refusal, **values)
    return asking.ask(request, form, **values)


@page
@require_POST
def remove_reach(request: Request, reach_id: uuid.UUID) -> HttpResponseBase:
    """Be told there no more."""
    try:
        procedures.remove_reach(reach=own(request, reach_id), by=request.viewer.person, at=timezone.now())
        acts.note(request, "It is taken off. Nothing goes there any more.")
    except Refused as refusal:
        acts.note(request, refusal.sentence)
    return redirect(ADDRESS)


@page
@require_POST
def try_reaches(request: Request) -> HttpResponseBase:
    """Send to one's own devices what they would be sent, to see whether it comes."""
    person, now = request.viewer.person, timezone.now()
    # Not more often than a real one would be, so that nobody's press costs the school a hundred messages.
    due = [one for one in procedures.live(person) if not rules.is_quiet(tried_at=one.tried_at, at=now)]
    if not due:
        acts.note(request, "Nothing was sent: each was told in the last five minutes. Try again then.")
        return redirect(ADDRESS)
    outcomes = {one.reach_id: nudging.send(one, now) for one in nudging.nudges_to(due)}
    procedures.try_reaches(person=person, outcomes=outcomes, by=person, at=now)
    acts.note(request, TRIED["all" if set(outcomes.values()) == {ways.TAKEN} else "some"])
    return redirect(ADDRESS)


def own(request: Request, reach_id: uuid.UUID) -> Reach:
    """One of the viewer's own, or “no such page”."""
    reach = Reach.objects.filter(pk=reach_id, person=request.viewer.person, ended_at__isnull=True).first()
    if reach is None:
        raise Http404
    return reach
