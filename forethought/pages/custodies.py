"""Who had each record of a case, and holds that stop its disposal. Clause 7.3."""

import uuid
from datetime import date
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.clock import add_months, london, spoken, spoken_day
from forethought.evidence import bundle_rules, custody, keyring
from forethought.evidence.bundle_models import Hold
from forethought.evidence.models import Exhibit
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import address_of
from forethought.pages.case_rows import offices_of, sentence
from forethought.pages.cases import names_shown
from forethought.pages.door_rules import HANDLERS
from forethought.pages.matrix import DISPOSERS
from forethought.pages.wording import verb_in_words
from forethought.people.models import Person


@page
def custody_list(request: Request, case: Case) -> HttpResponseBase:
    """Who had each record: when it was kept, opened, put into a bundle, handed over. And what holds its disposal."""
    now, names = timezone.now(), names_shown(request, case)
    exhibits = list(Exhibit.objects.filter(case_id=case.id).order_by("received_at", "id"))
    steps = custody.custody_of(exhibits)
    ids = {step.by for of_one in steps.values() for step in of_one}
    offices = offices_of(ids, now)
    people = dict(Person.objects.filter(pk__in={one for one in ids if len(one) == 36}).values_list("id", "name"))

    def who(by: str) -> str:
        office = offices.get(by) or {"program": "the program"}.get(by, "the reporter")
        known = people.get(uuid.UUID(by)) if names and by in offices else None
        return f"{known} ({office})" if known else office

    records = [
        {
            "kind": one.get_kind_display(),
            "at": one.received_at,
            "rows": [
                [
                    {"label": "When", "text": spoken(step.at, now)},
                    {"label": "What", "text": verb_in_words(step.verb)},
                    {"label": "Who", "text": sentence(who(step.by))},
                ]
                for step in steps[one.pk]
            ],
        }
        for one in exhibits
    ]
    holds = [_hold_row(one, names) for one in Hold.objects.filter(case_id=case.id).order_by("-placed_at")]
    return render(
        request,
        "forethought/bundles/custody.html",
        {
            "title": "Custody",
            "case": case,
            "names": names,
            "records": records,
            "holds": holds,
            "handles": bool(request.viewer.roles & HANDLERS),
            "lifts": bool(request.viewer.roles & DISPOSERS),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "back_href": address_of(case.kind, case.id),
        },
    )


def _hold_row(hold: Hold, names: bool) -> dict[str, object]:
    said = keyring.words(hold, case_id=hold.case_id) if names else {}
    again = spoken_day(hold.review_on, year=True) if hold.review_on else ""
    return {"hold": hold, "why": bundle_rules.HOLDS[hold.kind], "reason": said.get("reason", ""), "again": again}


class HoldForm(asking.Form):
    """Why nothing may be destroyed."""

    kind = fields.Choice(label="Why?", choices=list(bundle_rules.HOLDS.items()), missing="Choose why.")
    reason = fields.Words(
        label="What must be kept, and for whom?",
        longest=2000,
        rows=3,
        missing="Say in a few words what must be kept, and for whom.",
    )
    review_on = fields.DateBoxes(label="When do you look again?", hint="You are asked then if it is still needed.")


class ReviewForm(asking.Form):
    """When somebody looks again."""

    review_on = fields.DateBoxes(label="When do you look again?")


def half_a_year_on() -> dict[str, date]:
    """What a form about a hold begins with."""
    return {"review_on": add_months(london(timezone.now()).date(), custody.REVIEWED_AFTER)}


@page
def place_hold(request: Request, case: Case) -> HttpResponseBase:
    """Stop the disposal of a case."""
    home = f"/cases/{case.id}/custody/"
    return acts.act(
        request,
        HoldForm(request.POST if request.method == "POST" else None, initial=half_a_year_on()),
        lambda said: custody.place_hold(
            case_id=case.id, school_id=case.school_id, **said, by=request.viewer.person, at=timezone.now()
        ),
        to=home,
        title="Hold this case",
        button="Place the hold",
        done="Nothing of this case is destroyed while the hold stands.",
        back_href=home,
        lead=["Your name is enough. Two people lift it again."],
    )


def _hold(case: Case, hold_id: uuid.UUID) -> Hold:
    found: Hold | None = Hold.objects.filter(pk=hold_id, case_id=case.id).first()
    if found is None:
        raise Http404
    return found


@page
def review_hold(request: Request, case: Case, hold_id: uuid.UUID) -> HttpResponseBase:
    """Say that a hold is still needed."""
    found, home = _hold(case, hold_id), f"/cases/{case.id}/custody/"
    return acts.act(
        request,
        ReviewForm(request.POST if request.method == "POST" else None, initial=half_a_year_on()),
        lambda said: custody.review_hold(hold=found, **said, by=request.viewer.person, at=timezone.now()),
        to=home,
        title="Is this hold still needed?",
        button="It is still needed",
        done="The hold stands. You are asked again on that day.",
        back_href=home,
        lead=["If it is not, go back and ask to lift it. Until two people have lifted it, it stands."],
    )


@page
def ask_to_lift(request: Request, case: Case, hold_id: uuid.UUID) -> HttpResponseBase:
    """Ask a second person to lift a hold."""
    found = _hold(case, hold_id)
    asked = bundle_rules.why_not_ask_to_lift(lifted=found.lifted_at is not None, asked=found.asked_at is not None)
    return _lifting(
        request,
        case,
        lambda said: custody.ask_to_lift(hold=found, by=request.viewer.person, at=timezone.now()),
        title="Ask to lift this hold",
        button="Ask",
        done="A second person can lift it now.",
        lead=["Lifted, the calendar decides again when this case is destroyed. A second person has to agree."],
        reason=asked if request.method == "GET" else None,
    )


@page
def lift_hold(request: Request, case: Case, hold_id: uuid.UUID) -> HttpResponseBase:
    """Lift a hold, as the second of two."""
    found, person = _hold(case, hold_id), request.viewer.person
    reason = bundle_rules.why_not_lift_hold(
        lifted=found.lifted_at is not None, asked_by=found.asked_by, by=str(person.id)
    )
    return _lifting(
        request,
        case,
        lambda said: custody.lift_hold(hold=found, by=person, at=timezone.now()),
        title="Lift this hold",
        button="Lift it",
        done="The hold is lifted.",
        lead=["You agree with a colleague who asked. From now on the calendar decides again."],
        reason=reason if request.method == "GET" else None,
    )


def _lifting(request: Request, case: Case, do: Any, **values: Any) -> HttpResponseBase:
    home = f"/cases/{case.id}/custody/"
    form = asking.Form(request.POST if request.method == "POST" else None)
    return acts.act(request, form, do, to=home, back_href=home, **values)
