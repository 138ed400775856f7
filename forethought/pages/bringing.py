"""Where the policy's text comes from: the model, a supplier's baseline, versions from before. Clauses F1, F2, F4."""

import uuid
from typing import Any

from django.db.models import F
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.acknowledgements import procedures as acknowledgements
from forethought.core.clock import london, spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import KEEPERS
from forethought.pages.keeping import HOME, policy_for, school_of
from forethought.pages.keeping_rows import href_of
from forethought.pages.policy_text import grouped
from forethought.pages.taking_text import TextForm, sent, take, takes_text, trouble_of
from forethought.policies import procedures, rules, standing
from forethought.policies.models import Baseline, Policy, Version

BASELINES = "/policy/baselines/"


# --- Baselines ---


@page
def baselines(request: Request) -> HttpResponseBase:
    """The texts as their suppliers gave them. Nobody can edit one, so nothing here does. Policy F2."""
    rows = Baseline.objects.order_by(F("agreed_on").desc(nulls_last=True), "-kept_at")
    return render(
        request,
        "forethought/policy/keeping_baselines.html",
        {
            "title": "Baselines",
            "back_href": HOME if request.viewer.roles & KEEPERS else "/policy/",
            "keeps": bool(request.viewer.roles & KEEPERS),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "baselines": [{"label": row.label, "id": row.id, "said": said_of(row)} for row in rows],
            "has_model": any(row.supplier == procedures.SUPPLIER for row in rows),
        },
    )


def said_of(baseline: Baseline) -> str:
    """Whose a baseline is, and who agreed it."""
    agreed = (
        f"Agreed at {baseline.forum} on {spoken_day(baseline.agreed_on, year=True)}."
        if baseline.agreed_on
        else "Not agreed with unions."
    )
    return f"Supplier: {baseline.supplier}. {agreed}" if baseline.supplier else agreed


@page
def baseline(request: Request, baseline_id: uuid.UUID) -> HttpResponseBase:
    """One baseline, in full and locked."""
    found = Baseline.objects.select_related("text").filter(pk=baseline_id).first()
    if found is None:
        raise Http404
    return render(
        request,
        "forethought/policy/keeping_baseline.html",
        {
            "title": "A baseline",
            "back_href": BASELINES,
            "baseline": found,
            "said": said_of(found),
            "kept": spoken_day(found.kept_at, year=True),
            "keeps": bool(request.viewer.roles & KEEPERS),
            "start": f"/policy/start-revision/?from={found.pk}",
            "paragraphs": standing.text_of(found.text),
            "fingerprint": grouped(found.text.fingerprint) if found.text else "",
        },
    )


class BaselineForm(TextForm):
    """A text as its supplier gave it."""

    text_needed = False
    label = fields.Line(
        label="What is it called?",
        longest=40,
        width=20,
        missing="Give it a number or a name.",
        hint="For example, v2 or February 2023.",
    )
    supplier = fields.Line(label="Who supplied it?", longest=120, missing="Write who supplied it.")
    agreed_on = fields.DateBoxes(
        label="When was it agreed with the unions?",
        required=False,
        hint="Leave this out if it was not. Only the month is known? Give its first day.",
    )
    forum = fields.Line(
        label="Where was it agreed?", longest=200, required=False, hint="For example, the joint committee (JCC)."
    )


@page
@takes_text
def keep_baseline(request: Request) -> HttpResponseBase:
    """Keep a supplier's text, locked."""
    form = BaselineForm(*sent(request), trouble=trouble_of(request))
    return take(
        request,
        form,
        lambda said: procedures.keep_baseline(
            school=school_of(request),
            by=request.viewer.person,
            at=timezone.now(),
            **{key: said[key] for key in ("label", "supplier", "forum", "agreed_on", "text")},
        ),
        to=BASELINES,
        title="Add a baseline",
        done="The baseline is kept. Nobody can change it.",
        back_href=BASELINES,
        lead=(
            "A baseline is a text as its supplier gave it. It is kept apart from the school’s own policy.",
            "Once it is kept, nobody can change it. No text to hand? Its dates alone are worth keeping.",
        ),
    )


@page
def keep_model(request: Request) -> HttpResponseBase:
    """Take the model policy as this version of the program brings it."""
    form = asking.Form(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: procedures.keep_model(school=school_of(request), by=request.viewer.person, at=timezone.now()),
        to=lambda made: f"{BASELINES}{made.pk}/",
        title="Start from the model policy",
        button="Keep the model policy",
        done="The model policy is kept here as a baseline.",
        back_href=HOME,
        lead=[
            "The model policy comes with this program, in plain words. Each part says which law stands behind it.",
            "Keeping it changes nothing yet. You can read it first, then make it your own.",
            "No union has agreed it. So staff and unions are asked before you publish it.",
        ],
    )


# --- Versions from before ---


class BringForm(TextForm):
    """A version from before the school began here."""

    text_needed = False
    label = fields.Line(
        label="Version",
        longest=40,
        width=10,
        missing="Give the version a number or a name.",
        hint="As it is printed on it. For example, 3.",
    )
    in_force_on = fields.DateBoxes(
        label="In force from",
        missing="Enter the day it came into force, like 27 3 2023.",
        hint="Only the month is known? Give its first day.",
    )
    summary = fields.Words(
        label="What changed?", longest=2000, rows=3, required=False, hint="As the old version table says it."
    )
    who = fields.Line(label="Who made the change?", longest=120, required=False)
    met_on = fields.DateBoxes(
        label="The meeting that approved it", required=False, hint="Not known? Leave this and the next three out."
    )
    body = fields.Choice(label="Who approved it?", choices=rules.Body.choices(), required=False)
    minute = fields.Line(label="Minute reference", longest=80, required=False, width=20)
    review_on = fields.DateBoxes(
        label="Review date",
        required=False,
        hint="A year after the meeting, if you leave it out. A date that has passed is kept as it was.",
    )


@page
@takes_text
def bring_version(request: Request) -> HttpResponseBase:
    """Add an older version to the table, or the one in force with its words."""
    policy = policy_for(request)
    form = BringForm(*sent(request), initial={"body": policy.body}, trouble=trouble_of(request))
    return take(
        request,
        form,
        lambda said: bring(policy, said, request),
        to=lambda made: f"/policy/versions/{made.pk}/put-in-force/" if can_be_in_force(policy, made) else HOME,
        title="Add a version from before",
        done="The version is in the table. It cannot be changed any more.",
        back_href=HOME,
        lead=(
            f"For what was in force before {spoken_day(standing.started_on(policy), year=True)}, when the school "
            "began here. A change from then on is asked about, approved and published.",
            "A version in the table cannot be changed any more. So look twice.",
        ),
    )


def bring(policy: Policy, said: dict[str, Any], request: Request) -> Version:
    """Add the version that a form describes."""
    names = ("label", "summary", "who", "in_force_on", "text", "met_on", "minute", "review_on")
    return procedures.bring_version(
        policy=policy,
        body=rules.Body(said["body"]) if said["body"] else None,
        by=request.viewer.person,
        at=timezone.now(),
        **{name: said[name] for name in names},
    )


def can_be_in_force(policy: Policy, version: Version) -> bool:
    """Whether a version brought along could be the one in force: none is yet, it has its words, none is newer."""
    newest = standing.versions().first()
    return policy.in_force_id is None and version.text_id is not None and newest is not None and newest.pk == version.pk


@page
def put_in_force(request: Request, version_id: uuid.UUID) -> HttpResponseBase:
    """Say that a version brought along is the one in force, and ask everybody to read it."""
    policy = policy_for(request)
    version = standing.versions().filter(pk=version_id, brought=True).first()
    if version is None:
        raise Http404
    if request.method == "GET" and policy.in_force_id == version.pk:
        return redirect(HOME)
    form = acts.Versioned(request.POST if request.method == "POST" else None, initial={"version": policy.version})
    asked = len(acknowledgements.engaged(london(timezone.now()).date()))
    people = "One person is" if asked == 1 else f"{asked:,} people are"
    days = "working day" if policy.read_days == 1 else "working days"
    return acts.act(
        request,
        form,
        lambda said: acknowledgements.put_in_force(
            policy=policy, version=said["version"], bring=version, by=request.viewer.person, at=timezone.now()
        ),
        to=HOME,
        title="Put this version in force",
        button="Put it in force",
        done="It is in force. Everybody is asked to read it.",
        row=policy,
        back_href=HOME,
        notice=acts.noted(request),
        notice_kind="success",
        reason=procedures.why_not_bring_into_force(policy, version) if request.method == "GET" else None,
        lead=[
            f"Version {version.label} is then the policy that counts here.",
            f"{people} asked to read it and to say so, within {policy.read_days} {days}.",
            "Add still older versions before or after this. A newer one can only be added before.",
            "No need to do this today: the version is in the table, and this page stays open to you.",
        ],
    )


# --- Beginning a change ---


class StartForm(asking.Form):
    """What a change begins from."""

    begin = fields.Choice(label="What do you begin from?", choices=[], missing="Choose what to begin from.")


@page
def start_revision(request: Request) -> HttpResponseBase:
    """Begin a change to the version in force, or a first text from a baseline."""
    policy = policy_for(request)
    under_way = standing.open_revision()
    if under_way is not None and request.method == "GET":
        return redirect(href_of(under_way))
    texts = {str(one.pk): one for one in Baseline.objects.filter(text__isnull=False).select_related("text")}
    choices = [("in_force", f"Version {policy.in_force.label}, which is in force")] if policy.in_force else []
    choices += [(key, f"The baseline “{one.label}”") for key, one in texts.items()]
    asked = request.GET.get("from", "")
    first = asked if asked in texts else choices[0][0] if choices else ""
    form = StartForm(request.POST if request.method == "POST" else None, initial={"begin": first})
    form.fields["begin"].choices = choices  # type: ignore[attr-defined]
    return acts.act(
        request,
        form,
        lambda said: procedures.start_revision(
            policy=policy, baseline=texts.get(said["begin"]), by=request.viewer.person, at=timezone.now()
        ),
        to=href_of,
        title="Start a change",
        button="Start",
        done="The change is begun. Only those who keep the policy see it.",
        back_href=HOME,
        reason=None if choices else "There is no text to begin from. Keep the model policy, or add a baseline.",
        lead=[
            "Nobody else sees the change until you ask about it.",
            "One changed word is a change. Staff and unions are asked before it is published.",
        ],
    )
