"""Reading the policy: the version in force, any version, what differs between two, and one clause with its reasons."""

import csv
import uuid
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import escape

from forethought.core.clock import london, spoken_day
from forethought.pages import acts, asking, fields, law_notes, policy_text
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import APPROVERS, KEEPERS
from forethought.pages.screens import screen_of
from forethought.policies import comparing, rules, standing
from forethought.policies.clauses import clauses
from forethought.policies.models import Baseline, Policy, Version
from forethought.policies.sealed_versions import refuse_change


@page
def policy(request: Request) -> HttpResponseBase:
    """The policy in force, sentence by sentence, each leading to the screen that serves it. Late reviews are said."""
    found = standing.policy_of(request.viewer.person.school_id)
    if found is None or found.in_force is None:
        return render(
            request,
            "forethought/policy/none.html",
            {"title": "The policy", "back_href": "/", "keeps": bool(request.viewer.roles & KEEPERS)},
        )
    return show(request, found, found.in_force, title="The policy")


@page
def version(request: Request, version_id: uuid.UUID) -> HttpResponseBase:
    """One version as it was. Whoever asks for more than to read it is refused, and that is noted."""
    found = standing.policy_of(request.viewer.person.school_id)
    if found is None:
        raise Http404
    if request.method not in {"GET", "HEAD"}:
        why = refuse_change(
            version=load(version_id), method=str(request.method), by=request.viewer.person, at=timezone.now()
        )
        return HttpResponseNotAllowed(["GET", "HEAD"], f"{why}\n", content_type="text/plain; charset=utf-8")
    return show(request, found, load(version_id), title="A version of the policy")


def load(version_id: uuid.UUID | str) -> Version:
    """A version of this school, or “no such page”."""
    try:
        found = standing.versions().filter(pk=uuid.UUID(str(version_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def show(request: Request, policy: Policy, version: Version, *, title: str, on: date | None = None) -> HttpResponseBase:
    """A version's text with its dates; found for a day, it says so."""
    today = london(timezone.now()).date()
    text = standing.text_of(version.text)
    links = standing.links_of(text)
    in_force = version.pk == policy.in_force_id
    return render(
        request,
        "forethought/policy/version.html",
        {
            "title": title,
            "back_href": "/" if in_force else "/policy/versions/",
            "version": version,
            "in_force": in_force,
            "notice": f"This was in force on {spoken_day(on, year=True)}." if on else acts.noted(request),
            "notice_kind": "" if on else "success",
            "overdue": rules.overdue_said(policy.review_on, today) if in_force else "",
            "facts": facts_of(policy, version, in_force),
            "paragraphs": [policy_text.shown(one, links, request.viewer.roles) for one in text],
            "contents": policy_text.contents(text),
            "keeps": bool(request.viewer.roles & KEEPERS),
        },
    )


def facts_of(policy: Policy, version: Version, in_force: bool) -> list[dict[str, str]]:
    """Whose a version is, who approved it and when, and its fingerprint. Clause F1."""
    rows = [
        {"key": "Version", "value": version.label},
        {"key": "In force since", "value": spoken_day(version.in_force_on, year=True)},
    ]
    if in_force and policy.author:
        rows.append({"key": "Kept by", "value": policy.author})
    if approval := version.approval:
        body = rules.Body(approval.body).words
        rows.append(
            {
                "key": "Approved by",
                "value": f"{body}, {spoken_day(approval.met_on, year=True)}"
                + (f", minute {approval.minute}" if approval.minute else "")
                + f", {rules.Basis(approval.basis).words}",
            }
        )
        if approval.reasons:
            rows.append({"key": "The body’s reasons", "value": approval.reasons})
    elif version.who:
        rows.append({"key": "From", "value": version.who})
    if in_force and policy.review_on:
        rows.append({"key": "Review due", "value": spoken_day(policy.review_on, year=True)})
    if version.summary:
        rows.append({"key": "What changed", "value": version.summary})
    if version.text:
        rows.append({"key": "Fingerprint (SHA-256)", "value": policy_text.grouped(version.text.fingerprint)})
    return rows


@page
def versions(request: Request) -> HttpResponseBase:
    """The table of versions, newest first. None is ever changed. Clause F4."""
    rows = [
        [
            {"label": "Version", "text": one.label, "href": f"/policy/versions/{one.id}/"},
            {"label": "In force since", "text": spoken_day(one.in_force_on, year=True)},
            {"label": "What changed", "text": one.summary or "Not noted"},
            {"label": "By", "text": who_of(one)},
            {"label": "SHA-256", "text": policy_text.short(one.text.fingerprint) if one.text else "No text kept"},
        ]
        for one in standing.versions()
    ]
    return render(
        request,
        "forethought/policy/versions.html",
        {
            "title": "Versions of the policy",
            "rows": rows,
            "back_href": "/policy/",
            "compare": CompareForm(choices=choices()),
            "day": DayForm(),
        },
    )


def who_of(version: Version) -> str:
    """Who stands behind a version in the table: the body that approved it, or whoever the old table named."""
    if version.approval is not None:
        return rules.Body(version.approval.body).words
    return version.who or "Not noted"


def choices() -> list[tuple[str, str]]:
    """The versions whose words are here, for choosing two."""
    return [(str(one.id), f"Version {one.label}") for one in standing.versions() if one.text_id]


class CompareForm(asking.Form):
    """Two versions."""

    old = fields.Pick(label="Compare", choices=[], missing="Choose a version.")
    new = fields.Pick(label="with", choices=[], missing="Choose a version.")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("old", "new"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if len(choices) > 1:
            self.fields["old"].initial, self.fields["new"].initial = choices[1][0], choices[0][0]


@page
def compare(request: Request) -> HttpResponseBase:
    """Two versions side by side; only what changed, unless all is asked for. Clause F4."""
    form = CompareForm(request.GET, choices=choices())
    if not form.is_valid():
        return asking.ask(
            request,
            form if request.GET else CompareForm(choices=choices()),
            title="Compare two versions",
            button="Compare",
            method="get",
            back_href="/policy/versions/",
        )
    old, new = load(form.cleaned_data["old"]), load(form.cleaned_data["new"])
    changes = comparing.compare(standing.text_of(old.text), standing.text_of(new.text))
    everything = request.GET.get("all") == "yes"
    return render(
        request,
        "forethought/policy/compare.html",
        {
            "title": "Compare two versions",
            "changes": changes if everything else comparing.changed_only(changes),
            "how_much": comparing.how_much(changes),
            "before": f"Version {old.label}",
            "after": f"Version {new.label}",
            "all_href": "" if everything else f"?old={old.id}&new={new.id}&all=yes",
            "back_href": "/policy/versions/",
        },
    )


@page
def against_baseline(request: Request, baseline_id: uuid.UUID) -> HttpResponseBase:
    """The school's policy beside the text it came from: where it differs, paragraph by paragraph. Clause F2."""
    base = Baseline.objects.select_related("text").filter(pk=baseline_id, text__isnull=False).first()
    policy = standing.policy_of(request.viewer.person.school_id)
    if base is None or policy is None or policy.in_force is None:
        raise Http404
    changes = comparing.compare(standing.text_of(base.text), standing.text_of(policy.in_force.text))
    everything = request.GET.get("all") == "yes"
    return render(
        request,
        "forethought/policy/compare.html",
        {
            "title": "The policy beside its baseline",
            "changes": changes if everything else comparing.changed_only(changes),
            "how_much": comparing.how_much(changes),
            "before": base.label,
            "after": f"Version {policy.in_force.label}",
            "all_href": "" if everything else "?all=yes",
            "back_href": f"/policy/baselines/{base.id}/",
        },
    )


class DayForm(asking.Form):
    """A day."""

    day = fields.DateBoxes(label="What was in force on this day?", hint="For example, 12 11 2025.")


@page
def on_day(request: Request) -> HttpResponseBase:
    """The version that was in force on a past day: one press. Clause F4."""
    asked = any(request.GET.get(f"day_{part}") for part in ("day", "month", "year"))
    form = DayForm(request.GET if asked else None)
    if form.is_valid():
        day: date = form.cleaned_data["day"]
        policy, found = standing.policy_of(request.viewer.person.school_id), standing.version_on(day)
        if day > london(timezone.now()).date():
            form.add_error("day", "That day has not come yet.")
        elif policy is None or found is None:
            form.add_error("day", f"No version is known from {spoken_day(day, year=True)}.")
        else:
            return show(request, policy, found, title="The policy on a day", on=day)
    return asking.ask(
        request,
        form,
        title="The policy on a day",
        button="Show",
        method="get",
        back_href="/policy/versions/",
    )


@page
def clause(request: Request, clause_id: str) -> HttpResponseBase:
    """One clause: the school's words for it, why it is there, the law behind it, and the screen that serves it."""
    found = clauses().get(clause_id)
    if found is None:
        raise Http404
    asked = request.GET.get("version", "")
    policy = standing.policy_of(request.viewer.person.school_id)
    version = load(asked) if asked else policy.in_force if policy else None
    text = standing.text_of(version.text) if version else ()
    links = standing.links_of(text)
    return render(
        request,
        "forethought/policy/clause.html",
        {
            "title": f"Clause {clause_id}",
            "clause": found,
            "version": version,
            "then": bool(asked and policy and version and version.pk != policy.in_force_id),
            "paragraphs": [
                policy_text.shown(one, links, request.viewer.roles)
                for one in policy_text.serving(text, clause_id, links)
            ],
            "screen": screen_of(clause_id, request.viewer.roles),
            "laws": law_notes.law_notes(clause_id),
            "back_href": "/policy/",
        },
    )


@page
def export(request: Request, version_id: uuid.UUID) -> HttpResponseBase:
    """A version as plain text, to keep or to print."""
    found = load(version_id)
    if found.text is None:
        raise Http404
    lines = [f"Version {found.label}, in force since {spoken_day(found.in_force_on, year=True)}"]
    lines += [f"SHA-256 {bytes(found.text.fingerprint).hex()}", ""]
    for one in standing.text_of(found.text):
        lines += [f"{one.number} {one.title}".strip(), one.words, ""]
    return as_file("\n".join(lines), "text/plain", "policy.txt")


@page
def export_table(request: Request) -> HttpResponseBase:
    """The table of versions as a file that a spreadsheet opens."""
    response = as_file("", "text/csv", "versions.csv")
    table = csv.writer(response)
    table.writerow(["Version", "In force since", "What changed", "By", "SHA-256"])
    for one in standing.versions():
        mark = bytes(one.text.fingerprint).hex() if one.text else ""
        table.writerow(
            [safe(cell) for cell in (one.label, one.in_force_on.isoformat(), one.summary, who_of(one), mark)]
        )
    return response


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def as_file(content: str, kind: str, name: str) -> HttpResponse:
    """Something to save, under a name that says nothing of the school."""
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{escape(name)}"'
    return response


@page
def good_use(request: Request) -> HttpResponseBase:
    """What social media is good for, and what it can do. Clause 1.3."""
    return render(
        request, "forethought/policy/good_use.html", {"title": "Good use, and its risks", "back_href": "/policy/"}
    )


@page
def for_managers(request: Request) -> HttpResponseBase:
    """What a manager never does, and always does. Clause 3.7."""
    return render(request, "forethought/policy/for_managers.html", {"title": "For managers", "back_href": "/"})


def decides(roles: frozenset[str], policy: Policy | None) -> bool:
    """Whether somebody may record what the body decided: governors and clerk, or the head where it is theirs."""
    return bool(roles & APPROVERS) or (policy is not None and policy.body == rules.Body.HEAD and "head" in roles)
