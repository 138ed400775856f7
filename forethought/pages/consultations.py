"""What staff and unions are asked about the policy: the change word by word, and saying what one thinks of it.

Clauses F3, 10.3. Each page belongs to somebody who is signed in, or here by a personal link. None of them sees what
another member of staff said.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import london, spoken, spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import APPROVERS, KEEPERS
from forethought.pages.paging import paged
from forethought.people.models import Person
from forethought.policies import comparing, consulting, rules, standing
from forethought.policies.models import Consultation, Response, Union

LIST = "/consultations/"
AT_ONCE = 25

#: Said before anybody types.
WHO_SEES = (
    "Who sees this: the headteacher, whoever keeps the policy, and the body that approves it. "
    "No other member of staff sees it."
)
AS_STAFF = "They see it without your name. Your words may still show who you are."
STAFF = "staff"


def load(consultation_id: uuid.UUID) -> Consultation:
    """A consultation of this school, or “no such page”."""
    found: Consultation | None = (
        Consultation.objects.select_related("text", "before", "revision__text", "opened_by")
        .filter(pk=consultation_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def framed(request: Request, **values: Any) -> dict[str, Any]:
    """A page's values, with the reader's school in its header, however they came."""
    school = request.viewer.school_name if request.viewer else request.reader.school.name
    return {"came_by_link": not request.viewer, "school_name": school, **values}


def is_over(consultation: Consultation, at: datetime) -> bool:
    """Whether a view would be late."""
    return consultation.closed_at is not None or at >= consultation.closes_at


def stands(consultation: Consultation, at: datetime) -> str:
    """Where a consultation stands, as a sentence."""
    last = spoken_day(rules.last_day(consultation.closes_at), at)
    if consultation.withdrawn_at is not None:
        return f"It was withdrawn on {spoken_day(consultation.withdrawn_at, at)}. What was said is kept."
    if consultation.closed_at is not None:
        return f"It closed on {spoken_day(consultation.closed_at, at)}. {rules.Outcome(consultation.outcome).words}."
    if at >= consultation.closes_at:
        return f"The time for views ended on {last}. The school is answering them."
    return f"It is open until the end of {last}."


def tag_of(consultation: Consultation, at: datetime) -> dict[str, str]:
    """The same in one word, for a list."""
    if consultation.withdrawn_at is not None:
        return {"status": "Withdrawn", "colour": "grey"}
    if consultation.closed_at is not None:
        return {"status": "Closed"}
    return (
        {"status": "Time is over", "colour": "yellow"}
        if at >= consultation.closes_at
        else {
            "status": "Open",
            "colour": "blue",
        }
    )


@page
def listing(request: Request) -> HttpResponseBase:
    """Every consultation, the latest first."""
    now = timezone.now()
    found = Consultation.objects.select_related("revision").order_by("-opened_at", "pk")
    rows, links = paged(list(found), request.GET.get("page", ""), AT_ONCE, LIST)
    answered = set(
        Response.objects.filter(person=request.reader, reply__isnull=False).values_list("consultation", flat=True)
    )
    items = [
        {
            "text": f"A change to the policy, asked about on {spoken_day(one.opened_at, now)}",
            "href": f"{LIST}{one.pk}/",
            "hint": stands(one, now) + (" There is an answer to you." if one.pk in answered else ""),
            **tag_of(one, now),
        }
        for one in rows
    ]
    values = framed(request, title="Consultations", back_href="/" if request.viewer else "/reading/", items=items)
    return render(request, "forethought/consultations/listing.html", {**values, **links})


@page
def consultation(request: Request, consultation_id: uuid.UUID) -> HttpResponseBase:
    """What is asked, until when, the change word by word, and what the reader said before."""
    found, now = load(consultation_id), timezone.now()
    changes = comparing.compare(standing.text_of(found.before), standing.text_of(found.text))
    everything = request.GET.get("all") == "yes"
    office = request.viewer.roles if request.viewer else frozenset()
    open_now = found.withdrawn_at is None and not is_over(found, now)
    values = framed(
        request,
        title="A change to the policy",
        back_href=LIST,
        notice=acts.noted(request),
        notice_kind="success",
        asked=found,
        stands=stands(found, now),
        soon=open_now and (rules.last_day(found.closes_at) - london(now).date()).days <= 3,
        can_respond=found.withdrawn_at is None,
        over=is_over(found, now),
        first_text=found.before_id is None,
        changes=changes if everything else comparing.changed_only(changes),
        how_much=comparing.how_much(changes),
        everything=everything,
        mine=views_by(request.reader, found, now),
        sees_all=bool(office & (KEEPERS | APPROVERS)),
        speaks_for=[one.name for one in unions_of(request.reader)],
    )
    return render(request, "forethought/consultations/consultation.html", values)


def views_by(person: Person, consultation: Consultation, at: datetime) -> list[dict[str, object]]:
    """What somebody said in a consultation, the latest first, each with the written answer to it."""
    found = (
        Response.objects.filter(consultation=consultation, person=person)
        .select_related("invitation__union", "reply")
        .order_by("-responded_at")
    )
    return [view_row(one, at) for one in found]


def view_row(response: Response, at: datetime) -> dict[str, object]:
    """One view, and its answer where there is one."""
    answer = getattr(response, "reply", None)
    return {
        "id": response.pk,
        "stance": rules.Stance(response.stance).words,
        "words": response.words,
        "late": response.late,
        "said": spoken(response.responded_at, at),
        "union": response.invitation.union.name if response.invitation.union else "",
        "reply": answer.words if answer else "",
        "replied": spoken(answer.replied_at, at) if answer else "",
    }


def unions_of(person: Person) -> list[Union]:
    """The unions that somebody speaks for now."""
    return [one for one in consulting.unions_now() if one.representative_id == person.pk]


def is_staff(person: Person, at: datetime) -> bool:
    """Whether somebody works or helps here, beside any union that they speak for."""
    today = london(at).date()
    return person.engagements.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).exists()


class ViewForm(asking.Form):
    """What somebody thinks of the change."""

    speaks = fields.Choice(label="For whom do you speak?", choices=[], missing="Choose for whom you speak.")
    stance = fields.Choice(label="What do you say?", choices=rules.Stance.choices(), missing="Choose one.")
    words = fields.Words(
        label="In your own words",
        longest=8000,
        rows=8,
        required=False,
        hint="Needed unless you agree or have no view. What would you change, and why?",
        advice="Give the rest as a second view.",
    )

    def __init__(self, *args: Any, unions: list[Union], staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unions = {str(one.pk): one for one in unions}
        choices = [(key, one.name) for key, one in self.unions.items()]
        if staff or not choices:
            choices.append((STAFF, "Myself, as somebody who works or helps here"))
        self.choose = len(choices) > 1
        if self.choose:
            self.fields["speaks"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["speaks"]
            self.only = choices[0][0]

    def speaks_for(self, said: dict[str, Any]) -> dict[str, Any]:
        """For whom the view is given, as the procedure takes it."""
        union = self.unions.get(said["speaks"] if self.choose else self.only)
        return {"union": union, "as_staff": union is None}


@page
def respond(request: Request, consultation_id: uuid.UUID) -> HttpResponseBase:
    """Say what one thinks. It can be said again, and after closing too."""
    found, now = load(consultation_id), timezone.now()
    home = f"{LIST}{found.pk}/"
    unions = unions_of(request.reader)
    form = ViewForm(
        request.POST if request.method == "POST" else None, unions=unions, staff=is_staff(request.reader, now)
    )
    late = is_over(found, now)
    return acts.act(
        request,
        form,
        lambda said: consulting.respond(
            consultation=found,
            stance=rules.Stance(said["stance"]),
            words=said["words"],
            **form.speaks_for(said),
            by=request.reader,
            at=timezone.now(),
        ),
        to=home,
        done="Your view is kept as late. You get an answer."
        if late
        else "Your view is kept. You get a written answer.",
        template="forethought/consultations/ask.html",
        reason=rules.why_not_respond(withdrawn=found.withdrawn_at is not None, stance="", words="")
        if request.method == "GET"
        else None,
        **framed(
            request,
            title="Say what you think",
            button="Send my view",
            back_href=home,
            lead=late_lines(found, now) if late and found.withdrawn_at is None else [],
            inset="\n\n".join([WHO_SEES, *name_lines(unions, form.choose)]),
        ),
    )


def late_lines(consultation: Consultation, at: datetime) -> list[str]:
    """What becomes of a view that is given now that the time is over."""
    over = spoken_day(consultation.closed_at, at) if consultation.closed_at else ""
    ended = (
        f"It closed on {over}."
        if over
        else (f"The time for views ended on {spoken_day(rules.last_day(consultation.closes_at), at)}.")
    )
    return [f"{ended} Your view is kept as late, and you get an answer."]


def name_lines(unions: list[Union], choose: bool) -> list[str]:
    """Whether they see a name with it."""
    if not unions:
        return [AS_STAFF]
    names = " and ".join(one.name for one in unions)
    lines = [f"You speak for {names}. What you say for it is shown with your name. Who its members are is never asked."]
    return [*lines, f"What you say for yourself is different. {AS_STAFF}"] if choose else lines
