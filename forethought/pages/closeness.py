"""Who is close to whom: what somebody declares of themselves, and what the headteacher keeps. Clause 7.2.

Everybody sees what concerns themselves. The declarations of others are seen by whoever keeps them, and by nobody else.
"""

import uuid
from datetime import datetime

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import london, spoken_day
from forethought.investigations import closeness
from forethought.investigations.people import managers_of
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.breach_acts import pick, staff
from forethought.people.models import Person, Role, Tie

OWN, OTHERS = "/closeness/", "/closeness/others/"
KINDS = dict(Tie.KINDS)

LEAD = [
    "Nobody handles a matter about somebody close to them. The program sees to it, if it knows.",
    "Say which of these it is, and no more. No reason is asked, and none is kept.",
]


@page
def own(request: Request) -> HttpResponseBase:
    """What is noted about oneself: who is close, and who manages one."""
    now, person = timezone.now(), request.viewer.person
    managers = managers_of([person.pk], now)
    return render(
        request,
        "forethought/people/closeness.html",
        {
            "title": "Who is close to you",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": [row_of(one, person, now) for one in closeness.ties_of(person)],
            "managers": [one.name for one in Person.objects.filter(pk__in=list(managers.values())).order_by("name")],
            "keeps": bool(closeness.kept_by(person, now)),
        },
    )


def row_of(tie: Tie, person: Person, at: datetime) -> dict[str, object]:
    """One declaration, as one of its two people reads it."""
    other = tie.other if tie.person_id == person.pk else tie.person
    by = "you" if tie.declared_by == str(person.pk) else "somebody else"
    return {
        "text": f"{other.name}: {KINDS[tie.kind].lower()}",
        "said": f"Noted on {spoken_day(london(tie.declared_at).date(), at)}, by {by}.",
    }


class TieForm(asking.Form):
    """Who, and what is shared."""

    other = fields.Pick(label="Who is close to you?", choices=[], missing="Choose a person.")
    kind = fields.Choice(label="What do you share?", choices=list(Tie.KINDS), missing="Choose what you share.")


@page
def declare_tie(request: Request) -> HttpResponseBase:
    """Declare that somebody is close to oneself."""
    person, people = request.viewer.person, staff(without=[request.viewer.person.pk])
    form = TieForm(request.POST if request.method == "POST" else None)
    pick(form, "other", people, "Choose")
    return acts.act(
        request,
        form,
        lambda said: closeness.declare_tie(
            person=person, other=people[said["other"]], kind=said["kind"], by=person, at=timezone.now()
        ),
        to=OWN,
        title="Somebody is close to you",
        button="Note it",
        done="It is noted, and holds from now on.",
        back_href=OWN,
        lead=[*LEAD, "They see that it is noted, and so does the headteacher. You cannot take it back yourself."],
    )


@page
def others(request: Request) -> HttpResponseBase:
    """The declarations that somebody keeps: the headteacher those of others, the chair the headteacher's."""
    now = timezone.now()
    return render(
        request,
        "forethought/people/closeness_others.html",
        {
            "title": "Who is close to whom",
            "writes": Role.HEAD in request.viewer.roles,
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": [
                {
                    "text": f"{one.person.name} and {one.other.name}: {KINDS[one.kind].lower()}",
                    "said": f"Noted on {spoken_day(london(one.declared_at).date(), now)}.",
                    "href": f"/closeness/{one.pk}/end-tie/",
                }
                for one in closeness.kept_by(request.viewer.person, now)
            ],
        },
    )


class TwoForm(TieForm):
    """Which two, and what they share."""

    person = fields.Pick(label="One of them", choices=[], missing="Choose a person.")
    other = fields.Pick(label="The other", choices=[], missing="Choose a person.")
    kind = fields.Choice(label="What do they share?", choices=list(Tie.KINDS), missing="Choose what they share.")
    field_order = ("person", "other", "kind")


@page
def declare_for_two(request: Request) -> HttpResponseBase:
    """Write down that two adults are close, as the headteacher knows."""
    people = staff()
    form = TwoForm(request.POST if request.method == "POST" else None)
    for name in ("person", "other"):
        pick(form, name, people, "Choose")
    return acts.act(
        request,
        form,
        lambda said: closeness.declare_tie(
            person=people[said["person"]],
            other=people[said["other"]],
            kind=said["kind"],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=OTHERS,
        title="Two people are close",
        button="Note it",
        done="It is noted, and holds from now on.",
        back_href=OTHERS,
        lead=["Ask them first to say so themselves. Write down what everybody knows, and no reason."],
    )


@page
def end_tie(request: Request, tie_id: uuid.UUID) -> HttpResponseBase:
    """Say that two people are no longer close."""
    row, now = Tie.objects.select_related("person", "other").filter(pk=tie_id).first(), timezone.now()
    if row is None or not closeness.may_end(row, request.viewer.person, now):
        raise Http404
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: closeness.end_tie(tie=row, by=request.viewer.person, at=timezone.now()),
        to=OTHERS,
        title="They are no longer close",
        button="End it",
        done="It has ended.",
        back_href=OTHERS,
        reason="It has ended already." if row.ended_at and request.method == "GET" else None,
        lead=[
            f"{row.person.name} and {row.other.name}: {KINDS[row.kind].lower()}.",
            "It holds for new matters alone. Whoever was kept out of a case because of it stays out of that case.",
        ],
    )
