"""The police question: asked, answered, and the school's own report. Clause 8.7."""

import uuid

from django.http import Http404, HttpResponseBase
from django.utils import timezone

from forethought.cases.models import Capacity, Case, Party
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.law_notes import law_notes
from forethought.people.models import Person, Role
from forethought.safeguarding import procedures
from forethought.safeguarding.models import PoliceReport
from forethought.safeguarding.rules import BASES, EXPLAINED, Basis, standing_answer, why_not_ask_consent


def harmed_of(case: Case, party_id: uuid.UUID) -> Party:
    """The person harmed in this case, or “no such page”."""
    party = (
        Party.objects.filter(pk=party_id, case=case, capacity=Capacity.HARMED).select_related("person", "case").first()
    )
    if party is None:
        raise Http404
    return party


@page
def ask_consent(request: Request, case: Case, party_id: uuid.UUID) -> HttpResponseBase:
    """Ask the person harmed."""
    party, home = harmed_of(case, party_id), f"/cases/{case.id}/"
    form = asking.Form(request.POST if request.method == "POST" else None)
    reason = why_not_ask_consent(standing=standing_answer(procedures.steps_of(party)))
    return acts.act(
        request,
        form,
        lambda said: procedures.ask_consent(party=party, by=request.viewer.person, at=timezone.now()),
        to=home,
        title="Ask about the police",
        button="Ask them",
        done="They have been asked.",
        back_href=home,
        lead=[
            "They read this on their own page. No page of their own? Read it to them, and note their answer:",
            EXPLAINED,
        ],
        laws=law_notes("8.7"),
        reason=reason if request.method == "GET" else None,
    )


class ConsentForm(asking.Form):
    """What they said."""

    answer = fields.Choice(
        label="What did they say?",
        missing="Choose an answer.",
        choices=[("yes", "Yes"), ("no", "No"), ("not_now", "Not now")],
    )


@page
def answer_consent(request: Request, case: Case, party_id: uuid.UUID) -> HttpResponseBase:
    """Note an answer given in person."""
    party, home = harmed_of(case, party_id), f"/cases/{case.id}/"
    form = ConsentForm(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: procedures.answer_consent(
            party=party, answer=said["answer"], by=request.viewer.person, at=timezone.now()
        ),
        to=home,
        title="Their answer about the police",
        button="Save",
        done="Their answer is noted.",
        back_href=home,
        lead=[EXPLAINED],
    )


class PoliceForm(asking.Form):
    """On what the report rests."""

    basis = fields.Choice(
        label="Why does the school report it?",
        choices=[(str(k), v) for k, v in BASES.items()],
        missing="Choose one.",
        hints={
            str(Basis.DANGER): "Your name is enough. A second person is told afterwards. In danger now, call 999.",
            str(Basis.LAW): "Your name is enough. A second person is told afterwards.",
            str(Basis.PROTECTION): "This needs two names. It waits until the second has agreed.",
        },
    )
    reason = fields.Words(
        label="In a few words, why", longest=2000, rows=3, required=False, hint="Needed unless they said yes."
    )
    second = fields.Pick(
        label="The second name",
        choices=[],
        required=False,
        hint="Needed to protect others. In danger, the next in line is told if you choose nobody.",
    )


@page
def report_to_police(request: Request, case: Case, party_id: uuid.UUID) -> HttpResponseBase:
    """Note the school's report to the police."""
    party, home = harmed_of(case, party_id), f"/cases/{case.id}/"
    standing = standing_answer(procedures.steps_of(party))
    asked = request.GET.get("basis", "")
    initial = {"basis": Basis.CONSENT if standing == "yes" else asked if asked in list(Basis) else ""}
    form = PoliceForm(request.POST if request.method == "POST" else None, initial=initial)
    people = seconds_for(case, request.viewer.person)
    form.fields["second"].choices = [("", "Nobody"), *((str(p.id), p.name) for p in people)]  # type: ignore[attr-defined]
    return acts.act(
        request,
        form,
        lambda said: procedures.report_to_police(
            case=case,
            party=party,
            basis=Basis(said["basis"]),
            reason=said["reason"],
            by=request.viewer.person,
            second=next((p for p in people if str(p.id) == said["second"]), None),
            at=timezone.now(),
        ),
        to=home,
        title="Report to the police",
        button="Note the report",
        done="The report to the police is noted.",
        back_href=home,
        lead=[
            "In danger now, call 999 first. Otherwise call 101, or report online. Then note it here.",
            "Telling the safeguarding lead about a child never needs consent.",
        ],
        laws=law_notes("8.7"),
    )


def seconds_for(case: Case, first: Person) -> list[Person]:
    """Who could give the second name: the school's managers, leads and governors who are no part of the case."""
    roles = (Role.HEAD, Role.SENIOR, Role.LEAD, Role.DEPUTY_LEAD, Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD)
    parties = case.parties.filter(person__isnull=False).values_list("person_id", flat=True)
    return list(
        Person.objects.filter(appointments__role__in=roles, appointments__ends_at__isnull=True, left_at__isnull=True)
        .exclude(pk__in=case.exclusions.values_list("person_id", flat=True))
        .exclude(pk__in=parties)
        .exclude(pk=first.pk)
        .distinct()
        .order_by("name")
    )


@page
def second_police_report(request: Request, case: Case, report_id: uuid.UUID) -> HttpResponseBase:
    """Give the second name, or say that one has been told."""
    found = (
        PoliceReport.objects.filter(pk=report_id, case=case, second=request.viewer.person)
        .select_related("case")
        .first()
    )
    if found is None:
        raise Http404
    form = asking.Form(request.POST if request.method == "POST" else None)
    waits, home = found.reported_at is None, f"/cases/{case.id}/"
    return acts.act(
        request,
        form,
        lambda said: procedures.second_police_report(police_report=found, by=request.viewer.person, at=timezone.now()),
        to=home,
        title="A second name is needed" if waits else "You are told of a report to the police",
        button="I agree: report it" if waits else "I have been told",
        back_href=home,
        done="You gave the second name. Now report it." if waits else "You have been told.",
        lead=[
            "A colleague wants the school to report this to the police, to protect others. It waits for you."
            if waits
            else "A colleague reported this to the police because it could not wait."
        ],
    )


class ReferenceForm(asking.Form):
    """What the police gave."""

    reference = fields.Line(
        label="Reference, and the officer’s name if you have it",
        longest=200,
        missing="Write the reference the police gave.",
    )


@page
def note_crime_reference(request: Request, case: Case, report_id: uuid.UUID) -> HttpResponseBase:
    """Note the reference."""
    found = PoliceReport.objects.filter(pk=report_id, case=case).first()
    if found is None:
        raise Http404
    form, home = ReferenceForm(request.POST if request.method == "POST" else None), f"/cases/{case.id}/"
    return acts.act(
        request,
        form,
        lambda said: procedures.note_crime_reference(
            police_report=found, reference=said["reference"], by=request.viewer.person, at=timezone.now()
        ),
        to=home,
        title="Police reference",
        button="Save",
        done="The reference is noted.",
        back_href=home,
    )
