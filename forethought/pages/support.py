"""Support for the person harmed and for the person reported. Clause 8.8."""

import uuid

from django.http import Http404, HttpResponseBase
from django.utils import timezone

from forethought.cases import procedures
from forethought.cases.models import Case, Offer, Party
from forethought.pages import acts, asking, case_rows, fields, wording
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.law_notes import law_notes


class OfferForm(asking.Form):
    """What is offered. What is talked about is never kept."""

    offered = fields.Choices(
        label="What are you offering?",
        choices=wording.OFFERS,
        missing="Choose at least one.",
        hint="Only the offer and the answer are kept. Never what is talked about.",
    )


def party_of(case: Case, party_id: uuid.UUID) -> Party:
    """A party of this case who is owed support, or “no such page”."""
    party = Party.objects.filter(pk=party_id, case=case).select_related("person", "case").first()
    if party is None or not procedures.is_owed_support(party):
        raise Http404
    return party


@page
def offer_support(request: Request, case: Case, party_id: uuid.UUID) -> HttpResponseBase:
    """Offer support, today. What the policy offers everybody is ticked already."""
    party, home = party_of(case, party_id), f"/cases/{case.id}/"
    form = OfferForm(
        request.POST if request.method == "POST" else None, initial={"offered": ["manager", "counselling"]}
    )
    return acts.act(
        request,
        form,
        lambda said: procedures.offer_support(
            case=case, party=party, offered=said["offered"], by=request.viewer.person, at=timezone.now()
        ),
        to=home,
        title="Offer support",
        button="I have offered this",
        done="Support has been offered.",
        back_href=home,
        lead=[
            case_rows.LADO_BEFORE_SUPPORT
            if case_rows.officer_before_support(party)
            else "Speak to them first. Then note here what you offered.",
            "If they made the report, they can answer on their own page.",
        ],
        laws=law_notes("8.8"),
    )


class AnswerOfferForm(asking.Form):
    """What they said."""

    answer = fields.Choice(
        label="What did they say?",
        missing="Choose an answer.",
        choices=[("yes", "Yes please"), ("later", "Not now"), ("no", "No thank you")],
    )


@page
def answer_offer(request: Request, case: Case, party_id: uuid.UUID) -> HttpResponseBase:
    """Note somebody's answer for them, when they gave it in person."""
    party, home = party_of(case, party_id), f"/cases/{case.id}/"
    offer = Offer.objects.filter(party=party).order_by("-offered_at").first()
    if offer is None:
        raise Http404
    form = AnswerOfferForm(request.POST if request.method == "POST" else None, initial={"answer": offer.answer})
    return acts.act(
        request,
        form,
        lambda said: procedures.answer_offer(
            offer=offer, answer=said["answer"], by=request.viewer.person, at=timezone.now()
        ),
        to=home,
        title="Their answer",
        button="Save",
        done="Their answer is noted.",
        back_href=home,
    )


@page
def revisit_support(request: Request, case: Case, party_id: uuid.UUID) -> HttpResponseBase:
    """Say that one asked again."""
    party, home = party_of(case, party_id), f"/cases/{case.id}/"
    form = asking.Form(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: procedures.revisit_support(case=case, party=party, by=request.viewer.person, at=timezone.now()),
        to=home,
        title="Ask again about support",
        button="I have asked again",
        done="You asked again.",
        back_href=home,
        lead=["Ask how they are, and whether they want anything offered before."],
    )
