"""Who does what in a procedure, under which terms, and handing it to HR. Clauses 9.1, 9.5."""

import uuid

from django.http import Http404, HttpResponseBase
from django.utils import timezone

from forethought.cases.models import Case
from forethought.investigations import handing_over, people, procedures
from forethought.investigations.models import Chosen
from forethought.investigations.rules import Part
from forethought.investigations.standing import breach_of
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.breach_acts import WHY, first, pick, refusal, staff
from forethought.pages.breaches import address
from forethought.pages.law_notes import law_notes


class TermsForm(asking.Form):
    """Terms of reference."""

    words = fields.Words(
        label="What is to be looked into?",
        longest=10_000,
        rows=8,
        missing="Write what is to be looked into.",
        hint="Which points, which not, by when, who is asked, what the report answers.",
    )


@page
def set_terms(request: Request, case: Case) -> HttpResponseBase:
    """Write the terms of reference."""
    row = breach_of(case)
    return acts.act(
        request,
        first(request, TermsForm, row),
        lambda said: procedures.set_terms(breach=row, **said, by=request.viewer.person, at=timezone.now()),
        to=address(case),
        title="Terms of reference",
        button="Save",
        done="The terms are noted.",
        back_href=address(case),
        reason=refusal(request, row, "set_terms"),
    )


class ChooseForm(asking.Form):
    """Somebody for one part."""

    part = fields.Choice(
        label="For what?",
        choices=[(one, one.words) for one in Part if one is not Part.HR],
        missing="Choose what they do.",
    )
    person = fields.Pick(label="Who?", choices=[], required=False)
    outside = fields.Line(
        label="Or somebody from outside", longest=200, required=False, hint="Their name, and where they are from."
    )
    tied = fields.Choice(
        label="Are they close to anybody in this?",
        choices=[("no", "No"), ("yes", "Yes")],
        missing="Choose yes or no.",
        hint="Family, household, a close friend, a shared business, the same union work.",
    )


@page
def choose_person(request: Request, case: Case) -> HttpResponseBase:
    """Choose who looks into it, decides, or hears an appeal."""
    row, everybody = breach_of(case), staff(without=case.exclusions.values_list("person_id", flat=True))
    form = first(request, ChooseForm, row)
    pick(form, "person", everybody, "Nobody from here")
    outside = people.outside_of(row, timezone.now())
    return acts.act(
        request,
        form,
        lambda said: people.choose_person(
            breach=row,
            part=said["part"],
            person=everybody.get(said["person"]),
            outside=said["outside"],
            tied=said["tied"] == "yes",
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=address(case) + "#people",
        title="Choose who does what",
        button="Choose them",
        done="They are chosen, and hear only that something waits for them.",
        back_href=address(case),
        reason=refusal(request, row, "choose_person"),
        lead=[
            "Whoever looks into it does not decide it. Somebody else hears any appeal. None of them has a stake.",
            f"Is nobody left at the school? Ask {outside.name}, and write their name below.",
            "Check your procedure: in many schools an appeal panel is at least as large as the first panel.",
        ],
        laws=law_notes("9.1"),
    )


class WhyForm(asking.Form):
    """Why."""

    reason = fields.Words(label="Why?", longest=5000, rows=3, missing=WHY)


@page
def end_choice(request: Request, case: Case, chosen_id: uuid.UUID) -> HttpResponseBase:
    """End somebody's part."""
    row = breach_of(case)
    chosen = Chosen.objects.filter(case=case, pk=chosen_id).select_related("case").first()
    if chosen is None:
        raise Http404
    return acts.act(
        request,
        first(request, WhyForm, row),
        lambda said: people.end_choice(chosen=chosen, **said, by=request.viewer.person, at=timezone.now()),
        to=address(case) + "#people",
        title="End this part",
        button="End it",
        done="That part has ended.",
        back_href=address(case),
        reason="That part has ended already." if request.method == "GET" and chosen.ended_at else None,
    )


@page
def step_back(request: Request, case: Case) -> HttpResponseBase:
    """Say “I cannot act in this”."""
    row = breach_of(case)
    return acts.act(
        request,
        first(request, WhyForm, row),
        lambda said: people.step_back(breach=row, **said, by=request.viewer.person, at=timezone.now()),
        to="/",
        title="I cannot act in this",
        button="I cannot act in this",
        done="Thank you. Somebody else takes it from here.",
        back_href=address(case),
        lead=[
            "You know somebody in it well, or have another stake? Then say so. It is no failing.",
            "From then on you see nothing of it, and that cannot be undone.",
        ],
    )


class HandForm(acts.Versioned):
    """To whom it is handed."""

    adviser = fields.Pick(label="Who at HR takes it?", choices=[], required=False)
    outside = fields.Line(
        label="Or an adviser from outside", longest=200, required=False, hint="The authority’s or the trust’s HR."
    )
    note_for_hr = fields.Words(label="Anything they should know", longest=5000, rows=4, required=False)
    hear_by = fields.DateBoxes(
        label="By when do you want to hear?", required=False, hint="Leave it empty for four weeks."
    )


@page
def hand_to_hr(request: Request, case: Case) -> HttpResponseBase:
    """Hand it to HR with its pack."""
    row, everybody = breach_of(case), staff(without=case.exclusions.values_list("person_id", flat=True))
    form = first(request, HandForm, row)
    pick(form, "adviser", everybody, "Nobody from here")
    return acts.act(
        request,
        form,
        lambda said: handing_over.hand_to_hr(
            breach=row,
            **{**said, "adviser": everybody.get(said["adviser"])},
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=address(case),
        title="Hand it to HR",
        button="Hand it over",
        done="It is with HR now.",
        row=row,
        back_href=address(case),
        reason=refusal(request, row, "hand_to_hr"),
        lead=[
            "They get a pack: what is said, the rules of that day, a list of records, and whether support was offered.",
            "Notes about support, and the case of whoever was harmed, are not in it.",
            "An adviser from outside gets the pack from you. Nothing is mailed from here.",
        ],
        laws=law_notes("9.5"),
    )
