"""The other policies that go with this one, and which version of each holds. Clauses 3.2, 9.4."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import london, spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import KEEPERS
from forethought.people.models import School
from forethought.reviews import registers
from forethought.reviews.models import LinkedPolicy, LinkedVersion
from forethought.reviews.register import linked_policies
from forethought.reviews.rules import is_address
from forethought.reviews.standing import linked_in_force

LIST = "/linked-policies/"


@page
def listing(request: Request) -> HttpResponseBase:
    """Each policy, the version in force today, and those before."""
    now = {version.policy.key: version for version in linked_in_force(london(timezone.now()).date())}
    kept: dict[str, list[LinkedVersion]] = {}
    for version in LinkedVersion.objects.select_related("policy").order_by("-in_force_on", "-kept_at"):
        kept.setdefault(version.policy.key, []).append(version)
    keeps = bool(request.viewer.roles & KEEPERS)
    return render(
        request,
        "forethought/reviews/linked.html",
        {
            "title": "Policies that go with this one",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "keeps": keeps,
            "rows": [
                {
                    "key": key,
                    "name": name,
                    "use": use,
                    "now": version_row(now[key]) if key in now else None,
                    "others": [version_row(one) for one in kept.get(key, []) if one != now.get(key)],
                    "href": f"{LIST}{key}/keep-linked-version/" if keeps else "",
                }
                for key, (name, use) in policies().items()
            ],
        },
    )


def policies() -> dict[str, tuple[str, str]]:
    """Every linked policy by its key: the shipped kinds, then the school's own, with what each is for."""
    shipped = {one.key: (one.name, one.use) for one in linked_policies()}
    own = {one.key: (one.name, "") for one in LinkedPolicy.objects.order_by("name") if one.key not in shipped}
    return shipped | own


def version_row(version: LinkedVersion) -> dict[str, str]:
    """One version: its name, since when it holds, and where it is kept."""
    return {
        "label": version.label,
        "when": spoken_day(version.in_force_on, year=True),
        "where": "" if is_address(version.where) else version.where,
        "link": version.where if is_address(version.where) else "",
    }


class PolicyForm(asking.Form):
    """Another policy."""

    name = fields.Line(label="Name of the policy", longest=120, missing="Write the name of the policy.")


@page
def add_linked_policy(request: Request) -> HttpResponseBase:
    """Add a policy that is not among those that every school has."""
    form = PolicyForm(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: registers.add_linked_policy(
            school=School.objects.get(pk=request.viewer.person.school_id),
            name=said["name"],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=lambda made: f"{LIST}{made.key}/keep-linked-version/",
        title="Add a policy",
        button="Add it",
        done="The policy is on the list. Now say which version holds.",
        back_href=LIST,
        lead=["Next you say which version of it holds, and where it is kept."],
    )


class VersionForm(asking.Form):
    """Which version, since when, and where it is."""

    label = fields.Line(
        label="Version", longest=40, width=20, missing="Give the version a number or a name.", hint="For example, 3."
    )
    in_force_on = fields.DateBoxes(label="In force from", missing="Enter the day from which it holds.")
    where = fields.Words(
        label="Where is it kept?",
        longest=300,
        rows=2,
        missing="Say where somebody finds it.",
        hint="A web address, or words: “the blue folder in the office”.",
    )


@page
def keep_linked_version(request: Request, key: str) -> HttpResponseBase:
    """Note a version of another policy."""
    known = policies().get(key)
    if known is None:
        raise Http404
    form = VersionForm(request.POST if request.method == "POST" else None)

    def keep(said: dict[str, Any]) -> LinkedVersion:
        school = School.objects.get(pk=request.viewer.person.school_id)
        return registers.keep_linked_version(
            school=school, key=key, **said, by=request.viewer.person, at=timezone.now()
        )

    return acts.act(
        request,
        form,
        keep,
        to=LIST,
        title=f"A version of: {known[0]}",
        button="Keep it",
        done="The version is noted.",
        back_href=LIST,
        notice=acts.noted(request) if request.method == "GET" else "",
        notice_kind="success",
        lead=["A version is never changed later. What holds next is a new version."],
    )
