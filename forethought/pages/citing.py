"""What the policy said then: the clauses and other policies that a case cites. Clauses 3.2, F4."""

from datetime import datetime
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

from forethought.cases import citing
from forethought.cases.models import Case, Citation
from forethought.core.clock import spoken_day
from forethought.pages import acts, asking, fields, policy_text
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.policies import citable
from forethought.policies.clauses import clauses
from forethought.policies.text import Paragraph
from forethought.reviews.models import LinkedPolicy


class DayForm(asking.Form):
    """On which day."""

    on_day = fields.DateBoxes(
        label="On which day?",
        missing="Enter the day it happened, or was reported.",
        hint="The day it happened. Not known? Leave the day of the report.",
    )


class ClauseForm(DayForm):
    """Which clause."""

    clause = fields.Pick(label="Which clause?", choices=[], missing="Choose a clause.")

    field_order = ("clause", "on_day")


@page
def cite_clause(request: Request, case: Case) -> HttpResponseBase:
    """Say which clause the case is about, as it stood then."""
    form = ClauseForm(request.POST if request.method == "POST" else None, initial={"on_day": citing.day_of(case)})
    options = [(one.id, f"{one.id} {one.title}") for one in clauses().values()]
    form.fields["clause"].choices = [("", "Choose"), *options, *own_options()]  # type: ignore[attr-defined]

    def cite(said: dict[str, Any]) -> Citation:
        made = citing.cite_clause(case=case, **said, by=request.viewer.person, at=timezone.now())
        missing = "" if made.version_id else " No version of the policy was in force here on that day."
        acts.note(request, f"The clause is noted.{missing}")
        return made

    return acts.act(
        request,
        form,
        cite,
        to=f"/cases/{case.id}/#then",
        title="Which clause is this about?",
        button="Save",
        back_href=f"/cases/{case.id}/",
        lead=[
            "It is noted as it stood on that day, even if the policy changes later.",
            "It says what the case is about. It does not say that anybody broke it.",
        ],
    )


def own_options() -> list[tuple[str, str]]:
    """The kinds that the school's own policy bans or banned beside the nine, to choose from. Policy 5.3."""
    return [(cited, citable.name_of(one)) for cited, one in citable.ever_own().items()]


class LinkedForm(DayForm):
    """Which other policy."""

    policy = fields.Pick(label="Which policy?", choices=[], missing="Choose a policy.")

    field_order = ("policy", "on_day")


@page
def cite_linked(request: Request, case: Case) -> HttpResponseBase:
    """Say which other policy the case is about, in the version of that day."""
    form = LinkedForm(request.POST if request.method == "POST" else None, initial={"on_day": citing.day_of(case)})
    found = {str(one.pk): one for one in LinkedPolicy.objects.order_by("name")}
    form.fields["policy"].choices = [("", "Choose"), *((pk, one.name) for pk, one in found.items())]  # type: ignore[attr-defined]
    return acts.act(
        request,
        form,
        lambda said: citing.cite_linked(
            case=case,
            policy=found[said["policy"]],
            on_day=said["on_day"],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=f"/cases/{case.id}/#then",
        title="Which other policy is this about?",
        button="Save",
        done="The policy is noted.",
        back_href=f"/cases/{case.id}/",
        reason=None if found else "No version of another policy is noted here yet. Whoever keeps the policy adds them.",
        lead=["It is noted in the version that was in force on that day."],
    )


def rows_of(case: Case, at: datetime) -> list[dict[str, Any]]:
    """What a case cites, as its page shows it."""
    return [row_of(one, at) for one in citing.citations_of(case)]


def row_of(citation: Citation, at: datetime) -> dict[str, Any]:
    """One clause or policy, with a link to its words of that day where they are kept."""
    day = spoken_day(citation.on_day, at)
    if citation.linked is not None:
        return {
            "text": citation.linked.policy.name,
            "href": "/linked-policies/",
            "said": f"Version {citation.linked.label}, in force on {day}.",
        }
    known = clauses().get(citation.clause)
    text = citable.said(citation.clause, citation.version)
    if citation.version is None:
        return {"text": text, "href": "", "said": f"No version of the policy was in force here on {day}."}
    return {
        "text": text,
        "shows": known.shows if known else (),
        "href": _href(citation),
        "said": f"As it stood in version {citation.version.label}, in force on {day}.",
    }


def _href(citation: Citation) -> str:
    """Where its words of that day are read: a kind of the school's own stands in the version alone."""
    if citation.clause in clauses():
        return f"/policy/clauses/{citation.clause}/?version={citation.version_id}"
    own = citable.own_kinds(citation.version).get(citation.clause)
    place = policy_text.anchor(Paragraph(own.number, own.title, own.words)) if own else ""
    return f"/policy/versions/{citation.version_id}/" + (f"#{place}" if place else "")
