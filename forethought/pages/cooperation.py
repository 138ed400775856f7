"""Asking somebody to co-operate, as whoever works on the matter does it. Clauses 9.2, 9.2a, 2.3."""

import uuid
from datetime import time
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.clock import from_london, london
from forethought.investigations import asking_along, cooperation
from forethought.investigations.models import Breach
from forethought.investigations.weighing_models import CooperationRequest
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.cases import names_shown
from forethought.pages.law_notes import law_notes
from forethought.pages.seen_times import instant
from forethought.pages.weighing import address
from forethought.people.models import Person

LONG = 5000


def request_of(case: Case, request_id: uuid.UUID) -> CooperationRequest:
    """A request of this case, or “no such page”."""
    found = CooperationRequest.objects.select_related("case__manager", "person").filter(pk=request_id, case=case)
    one: CooperationRequest | None = found.first()
    if one is None:
        raise Http404
    return one


def shown(request: Request, case: Case, lead: list[str]) -> dict[str, Any]:
    """What every form here is shown with."""
    return {
        "to": address(case, "cooperation"),
        "template": "forethought/weighing/ask.html",
        "case": case,
        "names": names_shown(request, case),
        "back_href": address(case, "cooperation"),
        "lead": lead,
        "laws": law_notes("9.2a", "2.3"),
    }


class AskForm(asking.Form):
    """What is asked, why, and until when. There is no place here for a password."""

    device = fields.Choice(
        label="Whose account or device is it about?",
        choices=list(cooperation.DEVICES.items()),
        missing="Choose one.",
        hints={
            "own": "They show it in their own hands, or give a copy, or say no.",
            "school": "Access passes to somebody else. IT resets it. Nobody tells anybody a password.",
        },
    )
    scope = fields.Words(
        label="Which posts, or which dates?",
        longest=LONG,
        rows=4,
        hint="Only what you need. They read these words. Name nobody else.",
        missing="Say which posts, or which dates.",
    )
    reasons = fields.Words(label="Why do you ask?", longest=LONG, rows=3, missing="Say why you ask.")
    due_on = fields.DateBoxes(label="Answer by which day?", missing="Enter a day.")
    rights_told = fields.Tick(
        label="They may get advice first, from their union or somebody else", missing="Tick this. Their page says so."
    )


@page
def ask_cooperation(request: Request, case: Case) -> HttpResponseBase:
    """Ask the person reported."""
    now = timezone.now()
    form = AskForm(
        request.POST if request.method == "POST" else None,
        initial={"due_on": cooperation.usual_deadline(london(now).date()), "rights_told": True},
    )
    known = Breach.objects.filter(case=case, subject__isnull=False).exists()
    reason = None if known else "Say first who it may be about, as a person known here."

    def ask(said: dict[str, Any]) -> CooperationRequest:
        due_at = from_london(said.pop("due_on"), time(17))
        return asking_along.ask_cooperation(case=case, due_at=due_at, **said, by=request.viewer.person, at=now)

    return acts.act(
        request,
        form,
        ask,
        title="Ask them to co-operate",
        button="Ask them",
        done="They have been asked. They read it on their own page.",
        reason=reason if request.method == "GET" else None,
        **shown(
            request,
            case,
            [
                "They may say no. It is noted as it is, and nothing follows from it by itself.",
                "The school never asks for a password, and never looks into anybody’s own device.",
            ],
        ),
    )


class AnswerForm(asking.Form):
    """What they answered."""

    answer = fields.Choice(label="What is the answer?", choices=[], missing="Choose an answer.")
    reasons = fields.Words(
        label="Do you want to say why?",
        longest=LONG,
        rows=3,
        required=False,
        hint="Needed only for “I would rather not”. One sentence is enough. Leave out passwords.",
    )

    def __init__(self, *args: Any, device: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = list(cooperation.answers_for(device).items())  # type: ignore[attr-defined]


@page
def answer_cooperation(request: Request, case: Case, request_id: uuid.UUID) -> HttpResponseBase:
    """Note an answer given in person or on paper."""
    found = request_of(case, request_id)
    form = AnswerForm(request.POST if request.method == "POST" else None, device=found.device)
    form.fields["reasons"].label = "Did they say why?"
    return acts.act(
        request,
        form,
        lambda said: asking_along.answer_cooperation(
            request=found, **said, by=request.viewer.person, at=timezone.now()
        ),
        title="What they answered",
        button="Save",
        done="The answer is noted.",
        **shown(
            request, case, ["For an answer given in person or on paper. Use their own words.", cooperation.NEUTRAL]
        ),
    )


class ShowingForm(asking.Form):
    """A showing: when, who was there, what was seen."""

    shown_on = fields.DateBoxes(label="On which day?", missing="Enter the day.")
    shown_time = fields.TimeText(label="At what time?", missing="Enter a time.", hint="For example, 3:30pm.")
    witness = fields.Line(label="Who was there as a witness?", longest=200, missing="Write who was there.")
    companion = fields.Line(
        label="Who came with them?",
        longest=200,
        hint="A companion, a union representative. Nobody? Write “They came alone”.",
        missing="Write who came with them, or “They came alone”.",
    )
    shown = fields.Words(
        label="What did they show?",
        longest=LONG,
        rows=4,
        hint="Only what you asked for. They held the device themselves. No passwords, and no names of others.",
        missing="Say what they showed.",
    )


@page
def note_showing(request: Request, case: Case, request_id: uuid.UUID) -> HttpResponseBase:
    """Note that they showed it on their own device. For an account of the school there is no such page."""
    found = request_of(case, request_id)
    if "note_showing" not in cooperation.acts_for(found.device):
        raise Http404
    form = ShowingForm(request.POST if request.method == "POST" else None)

    def note(said: dict[str, Any]) -> Any:
        shown_at = instant(said.pop("shown_on"), said.pop("shown_time"))
        return asking_along.note_showing(
            request=found, shown_at=shown_at, **said, by=request.viewer.person, at=timezone.now()
        )

    return acts.act(
        request,
        form,
        note,
        title="They showed it at a meeting",
        button="Save",
        done="The showing is noted.",
        **shown(
            request,
            case,
            ["The device stayed in their own hands. A witness was there, and somebody beside them if they wished."],
        ),
    )


class CustodianForm(asking.Form):
    """Access passed on."""

    account = fields.Line(
        label="Which account of the school is it?",
        longest=200,
        missing="Write which account.",
        hint="The app and its name. No password.",
    )
    custodian = fields.Pick(
        label="Who looks after it from now on?", choices=[], missing="Choose who looks after it from now on."
    )


@page
def pass_access_on(request: Request, case: Case, request_id: uuid.UUID) -> HttpResponseBase:
    """Note that access to an account of the school passed on. For somebody's own account there is no such page."""
    found = request_of(case, request_id)
    if "pass_access_on" not in cooperation.acts_for(found.device):
        raise Http404
    people = {str(one.pk): one for one in custodians(case, found)}
    form = CustodianForm(request.POST if request.method == "POST" else None)
    form.fields["custodian"].choices = [("", "Choose"), *((pk, one.name) for pk, one in people.items())]  # type: ignore[attr-defined]
    return acts.act(
        request,
        form,
        lambda said: asking_along.pass_access_on(
            request=found,
            account=said["account"],
            custodian=people.get(said["custodian"]),
            by=request.viewer.person,
            at=timezone.now(),
        ),
        title="Access was passed on",
        button="Save",
        done="The new custodian is noted.",
        **shown(
            request,
            case,
            ["IT resets the account for the new custodian. No password is told to anybody, and none is kept here."],
        ),
    )


def custodians(case: Case, request: CooperationRequest) -> list[Person]:
    """Who may look after an account from now on: anybody here but those kept out of the case."""
    out = case.exclusions.values_list("person_id", flat=True)
    found = Person.objects.filter(left_at__isnull=True).exclude(pk__in=out).exclude(pk=request.person_id)
    return list(found.order_by("name"))


class WithdrawForm(asking.Form):
    """Taken back."""

    reasons = fields.Words(
        label="Why is it taken back?", longest=2000, rows=2, required=False, hint="For the record. They do not read it."
    )


@page
def withdraw_request(request: Request, case: Case, request_id: uuid.UUID) -> HttpResponseBase:
    """Take a request back."""
    found = request_of(case, request_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: asking_along.withdraw_request(request=found, **said, by=request.viewer.person, at=timezone.now()),
        title="Take the request back",
        button="Take it back",
        done="The request is taken back.",
        **shown(request, case, ["They get a letter that there is news. Nothing is asked of them any more."]),
    )
