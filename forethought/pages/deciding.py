"""What the body that approves the policy decided, and putting a text into force. Clauses F1, F3, F4."""

import uuid
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.acknowledgements import procedures as acknowledgements
from forethought.acknowledgements.rules import due_on
from forethought.core.clock import london, spoken_day
from forethought.pages import acts, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import APPROVERS, KEEPERS
from forethought.pages.policy import decides
from forethought.pages.views_given import page_of, revision_for
from forethought.policies import comparing, deciding, rules, standing
from forethought.policies.models import Policy, Revision


class MeetingForm(acts.Versioned):
    """What the body decided, when, and where it is written down."""

    body = fields.Choice(label="Who decided?", choices=rules.Body.choices(), missing="Choose who decided.")
    met_on = fields.DateBoxes(label="On which day?", hint="The day of the meeting. For example, 12 11 2026.")
    minute = fields.Line(
        label="Where is it written down?",
        longest=80,
        missing="Write the number of the minute, or where it is written down.",
        hint="The number of the minute. For example, GB 15.2.",
    )
    review_on = fields.DateBoxes(label="When is it reviewed next?", required=False)

    def __init__(self, *args: Any, bodies: list[rules.Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [(str(one), one.words) for one in bodies]  # type: ignore[attr-defined]
        default = spoken_day(rules.review_on(london(timezone.now()).date()), year=True)
        self.fields["review_on"].help_text = f"Left empty, it is a year after that day. Decided today, it is {default}."

    def decision(self) -> dict[str, Any]:
        """What both acts take from it."""
        said = self.cleaned_data
        return {
            "version": said["version"],
            "body": rules.Body(said["body"]),
            "met_on": said["met_on"],
            "minute": said["minute"],
            "review_on": said["review_on"],
        }


class ApproveForm(MeetingForm):
    """The same for a changed text. Only what is needed is asked."""

    without = fields.Tick(label="The body decided without a consultation", required=False)
    reasons = fields.Words(label="The body’s reasons", longest=4000, required=False)

    def __init__(self, *args: Any, standing: rules.Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if rules.basis_of(standing, without=False) is not None:
            del self.fields["without"]
        if not rules.needs_reasons(standing):
            del self.fields["reasons"]
        elif "without" in self.fields:
            self.fields["reasons"].help_text = "Why nobody was asked first. The reasons are kept."
        else:
            self.fields["reasons"].help_text = "People did not agree. Why does the body go on? The reasons are kept."


def bodies_for(request: Request, policy: Policy) -> list[rules.Body]:
    """For whom somebody may record a decision. The head, where the policy is theirs, records their own alone."""
    return list(rules.Body) if request.viewer.roles & APPROVERS else [rules.Body(policy.body)]


@page
def approve(request: Request, revision_id: uuid.UUID) -> HttpResponseBase:
    """Record that the body approved this very text, after a consultation or for its reasons."""
    policy, found = revision_for(request, revision_id)
    if not decides(request.viewer.roles, policy):
        return show_who(request, policy, page_of(found))
    stands = standing.standing_of(policy, found)
    form = ApproveForm(
        request.POST if request.method == "POST" else None,
        initial={"version": found.version, "body": policy.body},
        bodies=bodies_for(request, policy),
        standing=stands,
    )
    reason = rules.why_not_approve(status=found.status, standing=stands, decides=True, without=True)
    base = standing.before(found)
    changes = comparing.compare(standing.text_of(base), standing.text_of(found.text))
    return acts.act(
        request,
        form,
        lambda said: deciding.approve(
            policy=policy,
            revision=found,
            **form.decision(),
            without=bool(said.get("without")),
            reasons=said.get("reasons", ""),
            decides=True,
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=after(request, found),
        title="Record the approval",
        button="Record it",
        done="The approval is recorded. The text can be published now.",
        row=found,
        template="forethought/consultations/approve.html",
        back_href=after(request, found),
        reason=reason if request.method == "GET" else None,
        rows=what_is_decided(policy, found, stands),
        unasked=rules.basis_of(stands, without=False) is None,
        changes=comparing.changed_only(changes),
        how_much=comparing.how_much(changes),
    )


def show_who(request: Request, policy: Policy, back: str) -> HttpResponseBase:
    """For a keeper who may not decide: who can."""
    return render(
        request,
        "forethought/consultations/who_decides.html",
        {
            "title": "Somebody else decides this",
            "back_href": back,
            "body": rules.Body(policy.body).words,
            "is_head": policy.body == rules.Body.HEAD,
        },
    )


def after(request: Request, revision: Revision) -> str:
    """Where to go on: to the change, or for those who do not keep the policy, home."""
    return page_of(revision) if request.viewer.roles & KEEPERS else "/"


def what_is_decided(policy: Policy, revision: Revision, stands: rules.Standing) -> list[dict[str, str]]:
    """The change in short, and what its approval would rest on."""
    now = timezone.now()
    rows = [{"key": "Version", "value": revision.label}]
    if revision.summary:
        rows.append({"key": "What changes, and why", "value": revision.summary})
    consultation = standing.consulted_on(revision)
    if consultation is not None and consultation.closed_at is not None:
        count = standing.views_of(consultation).in_time
        said = f"{rules.Outcome(consultation.outcome).words}. Closed on {spoken_day(consultation.closed_at, now)}."
        said += f" {count:,} {'view' if count == 1 else 'views'} in time."
        silent = consultation.invitations.filter(silent_at__isnull=False).count()
        if silent:
            said += " One union did not answer." if silent == 1 else f" {silent} unions did not answer."
        asked = {"key": "Consultation", "value": said}
        if consultation.reasons:
            asked["value"] += f"\n{consultation.reasons}"
        asked |= {"action_href": f"/consultations/{consultation.pk}/views/", "action_text": "Read the views"}
        return [*rows, asked]
    agreed = stands.text in stands.agreed
    said = "Not needed. This very text was agreed before." if agreed else "Nobody has been asked about this text."
    return [*rows, {"key": "Consultation", "value": said}]


@page
def publish(request: Request, revision_id: uuid.UUID) -> HttpResponseBase:
    """Put an approved text into force, and ask everybody to read it."""
    policy, found = revision_for(request, revision_id)
    today = london(timezone.now()).date()
    form = acts.Versioned(request.POST if request.method == "POST" else None, initial={"version": found.version})
    reason = rules.why_not_publish(status=found.status, standing=standing.standing_of(policy, found))
    return acts.act(
        request,
        form,
        lambda said: acknowledgements.publish(
            policy=policy, revision=found, version=said["version"], by=request.viewer.person, at=timezone.now()
        ),
        to="/policy/",
        title="Publish the new version",
        button="Publish it now",
        done="It is published. Everybody is asked to read it.",
        row=found,
        back_href=after(request, found),
        reason=reason if request.method == "GET" else None,
        lead=[
            f"Version {found.label} will be in force from today, {spoken_day(today, year=True)}. "
            "A published version is never changed.",
            readers_said(len(acknowledgements.engaged(today)))
            + f" They have until the end of {spoken_day(due_on(opened_on=today, days=policy.read_days), year=True)}.",
            "Whoever confirmed an earlier version reads only what changed since. Others read it all.",
        ],
    )


def readers_said(count: int) -> str:
    """How many people are asked to read it."""
    return "One person is asked to read it." if count == 1 else f"{count:,} people are asked to read it."


@page
def approve_again(request: Request) -> HttpResponseBase:
    """Record that the body looked at the version in force and approved it unchanged."""
    policy = standing.policy_of(request.viewer.person.school_id)
    if policy is None:
        raise Http404
    back = "/policy/keeping/" if request.viewer.roles & KEEPERS else "/policy/"
    if not decides(request.viewer.roles, policy):
        return show_who(request, policy, back)
    form = MeetingForm(
        request.POST if request.method == "POST" else None,
        initial={"version": policy.version, "body": policy.body},
        bodies=bodies_for(request, policy),
    )
    in_force = policy.in_force
    return acts.act(
        request,
        form,
        lambda said: deciding.approve_again(
            policy=policy, **form.decision(), decides=True, by=request.viewer.person, at=timezone.now()
        ),
        to="/policy/",
        title="Approve it again, unchanged",
        button="Record it",
        done="The policy is approved again. Its review has a new date.",
        row=policy,
        back_href=back,
        reason="No version is in force here yet." if in_force is None and request.method == "GET" else None,
        lead=[
            f"The body looked at version {in_force.label} and approved it as it is." if in_force else "",
            "No word changes. So nobody is asked, and nobody reads it again.",
        ],
    )
