"""Keeping the policy: what is in force, what is on its way, whose it is, and the unions. Clauses F1, F3."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.core.clock import london, spoken_day
from forethought.pages import acts, asking, fields, keeping_rows
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import KEEPERS
from forethought.pages.policy import decides
from forethought.pages.policy_text import unlinked
from forethought.people.models import Person, School
from forethought.policies import procedures, rules, standing
from forethought.policies.models import Baseline, Policy, Union
from forethought.reviews import procedures as reviews

HOME = "/policy/keeping/"
UNIONS = "/policy/unions/"


def school_of(request: Request) -> School:
    """The school of whoever looks."""
    return School.objects.get(pk=request.viewer.person.school_id)


def policy_for(request: Request) -> Policy:
    """The school's policy once it is kept here, or “no such page”."""
    found = standing.policy_of(request.viewer.person.school_id)
    if found is None:
        raise Http404
    return found


@page
def keep(request: Request) -> HttpResponseBase:
    """Everything about the policy in one place, with what to do next at its top."""
    values: dict[str, Any] = {
        "title": "Keep the policy",
        "back_href": "/policy/",
        "notice": acts.noted(request),
        "notice_kind": "success",
    }
    policy = standing.policy_of(request.viewer.person.school_id)
    if policy is None:
        return render(request, "forethought/policy/keeping_begin.html", values)
    now = timezone.now()
    revision = standing.open_revision()
    brought = next((one for one in standing.versions() if one.text_id), None) if policy.in_force is None else None
    text = standing.text_of(policy.in_force.text if policy.in_force else None)
    values |= {
        "next": keeping_rows.next_line(policy, revision, brought, now),
        "policy": policy,
        "in_force": keeping_rows.in_force_rows(policy, now),
        "overdue": rules.overdue_said(policy.review_on, london(now).date()),
        "decides": decides(request.viewer.roles, policy),
        "revision": keeping_rows.revision_line(policy, revision, now) if revision else None,
        "brought": brought,
        "has_model": Baseline.objects.filter(supplier=procedures.SUPPLIER).exists(),
        "rows": keeping_rows.settings_rows(policy, len(unlinked(text, standing.links_of(text))) if text else None),
    }
    return render(request, "forethought/policy/keeping_home.html", values)


@page
def start_policy(request: Request) -> HttpResponseBase:
    """Begin, for a school that was here before its policy was. Once is enough."""
    if standing.policy_of(request.viewer.person.school_id) is not None:
        return redirect(HOME)
    form = asking.Form(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: begin(request),
        to=HOME,
        title="Begin to keep the policy here",
        button="Begin",
        done="The policy is kept here from now on.",
        back_href=HOME,
        lead=["Nothing is asked of anybody yet. You choose a text next."],
    )


def begin(request: Request) -> None:
    """Keep the policy here from now on, and watch what changes in the law."""
    here: dict[str, Any] = {"school": school_of(request), "by": request.viewer.person, "at": timezone.now()}
    procedures.start_policy(**here)
    reviews.start_watching(**here)


# --- Whose it is ---


class Days(fields.Line):
    """A number of working days."""

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        self.least, self.most = least, most
        super().__init__(longest=4, width=3, missing=f"Give a number from {least} to {most}.", **kwargs)

    def to_python(self, value: Any) -> Any:
        """The number."""
        typed = super().to_python(value)
        if not typed:
            return typed
        if not (typed.isascii() and typed.isdigit() and self.least <= int(typed) <= self.most):
            raise ValidationError(f"Give a number from {self.least} to {self.most}.", code="days")
        return int(typed)


class OwnershipForm(acts.Versioned):
    """Who keeps the policy, who approves it, and how long people have."""

    author = fields.Line(
        label="Who keeps the policy?",
        longest=120,
        required=False,
        hint="A role says more than a name. For example, the business manager.",
    )
    body = fields.Choice(label="Who approves it?", choices=rules.Body.choices(), missing="Choose who approves it.")
    consult_days = Days(
        label="How many working days does a consultation last?",
        least=rules.FEWEST_CONSULT_DAYS,
        most=rules.MOST_CONSULT_DAYS,
        hint="Usually 20. You can choose again each time.",
    )
    read_days = Days(
        label="How many working days do people have to read a new version?", least=1, most=60, hint="Usually 10."
    )
    answer_days = Days(
        label="How many working days does a manager have to answer a question?", least=1, most=20, hint="Usually 2."
    )
    own_words = fields.Tick(label="Ask people to say in a few words of their own what they understood", required=False)


@page
def change_ownership(request: Request) -> HttpResponseBase:
    """Say who keeps the policy, which body approves it, and how long people have."""
    policy = policy_for(request)
    names = ("version", "author", "body", "consult_days", "read_days", "answer_days", "own_words")
    form = OwnershipForm(
        request.POST if request.method == "POST" else None, initial={name: getattr(policy, name) for name in names}
    )
    return acts.act(
        request,
        form,
        lambda said: procedures.change_ownership(
            policy=policy,
            decides=decides(request.viewer.roles, policy),
            by=request.viewer.person,
            at=timezone.now(),
            **{**said, "body": rules.Body(said["body"])},
        ),
        to=HOME if request.viewer.roles & KEEPERS else "/",
        title="Who keeps the policy, and how long people have",
        button="Save",
        done="Saved.",
        row=policy,
        back_href=HOME if request.viewer.roles & KEEPERS else "/",
    )


# --- Unions ---


@page
def unions(request: Request) -> HttpResponseBase:
    """The recognised unions and who speaks for each."""
    return render(
        request,
        "forethought/policy/keeping_unions.html",
        {
            "title": "Recognised unions",
            "back_href": HOME,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "unions": [
                {
                    "id": union.id,
                    "name": union.name,
                    "speaks": union.representative.name,
                    "since": spoken_day(union.recognised_at, year=True),
                }
                for union in Union.objects.filter(ended_at__isnull=True)
                .select_related("representative")
                .order_by("name")
            ],
        },
    )


class Speaker(fields.Pick):
    """Somebody of the list, or else somebody who is written below: one of the two is needed."""

    says_optional = False


class UnionForm(asking.Form):
    """A union and who speaks for it."""

    name = fields.Line(label="Which union?", longest=120, missing="Write the name of the union.")
    person = Speaker(
        label="Who speaks for it?",
        choices=[],
        required=False,
        hint="Members are never asked for. Only the one person who speaks for the union is noted.",
    )
    new_name = fields.Line(
        label="Somebody who is not on the list: their name",
        longest=120,
        required=False,
        hint="For example, an officer of the union who does not work here. They are asked to read nothing.",
    )
    new_email = fields.Line(label="Their email address", longest=254, required=False)

    def clean_new_email(self) -> str:
        """An address that a mail can go to."""
        typed: str = self.cleaned_data["new_email"]
        if typed:
            try:
                validate_email(typed)
            except ValidationError:
                raise ValidationError("Write an email address, like name@union.example.", code="email") from None
        return typed

    def clean(self) -> dict[str, Any]:
        """One person: from the list, or with a name and an address."""
        cleaned = super().clean()
        person, name, email = (cleaned.get(key) for key in ("person", "new_name", "new_email"))
        if person and (name or email):
            self.add_error("person", "Choose somebody from the list, or write a name below. Not both.")
        elif not person and not name and "new_name" not in self.errors:
            self.add_error("person", "Choose who speaks for the union, or write their name and address below.")
        elif name and not email and "new_email" not in self.errors:
            self.add_error("new_email", "Write their email address, so that they can be asked.")
        return cleaned


@page
def recognise_union(request: Request) -> HttpResponseBase:
    """Note a union and its representative."""
    form = UnionForm(request.POST if request.method == "POST" else None)
    people = {str(one.pk): one for one in Person.objects.filter(left_at__isnull=True).order_by("name")}
    form.fields["person"].choices = [  # type: ignore[attr-defined]
        ("", "Somebody who is not on this list"),
        *((key, one.name) for key, one in people.items()),
    ]
    return acts.act(
        request,
        form,
        lambda said: procedures.recognise_union(
            school=school_of(request),
            name=said["name"],
            representative=people.get(said["person"])
            or procedures.Contact(name=said["new_name"], email=said["new_email"]),
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=UNIONS,
        title="Add a recognised union",
        button="Add this union",
        done="The union is on the list.",
        back_href=UNIONS,
        lead=[
            "Each union on the list is asked before anything in the policy changes.",
            "Nobody is ever asked whether they are a member of a union. That is kept nowhere.",
        ],
    )


@page
def end_union(request: Request, union_id: uuid.UUID) -> HttpResponseBase:
    """Take a union off the list."""
    union = Union.objects.filter(pk=union_id, ended_at__isnull=True).select_related("representative").first()
    if union is None:
        raise Http404
    form = asking.Form(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: procedures.end_union(union=union, by=request.viewer.person, at=timezone.now()),
        to=UNIONS,
        title="Take a union off the list",
        button="Take it off the list",
        done="The union is off the list.",
        back_href=UNIONS,
        lead=[
            f"{union.name} will not be asked about changes from now on.",
            "What it said before stays. A consultation that is open now still waits for its answer.",
            "Has somebody else come to speak for it? Take it off, then add it with their name.",
        ],
    )
