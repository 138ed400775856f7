"""How long things are kept: the schedule as it stands here, and changing it with a reason. Clause 11.1."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.law_notes import law_notes
from forethought.people.models import School
from forethought.retention import known, procedures
from forethought.retention.models import KeepingRule
from forethought.retention.people import OFFICES, SETTERS
from forethought.retention.schedule import How, Period, Rule, rules, said

HOME = "/keeping/"


def row_of(rule: Rule, period: Period, changed: KeepingRule | None, *, sets: bool) -> dict[str, Any]:
    """One kind of record, as the schedule shows it."""
    source = f"{rule.source} {rule.certainty.words}"
    if changed is not None:
        source = f"Your school, on {spoken_day(changed.set_at, year=True)}: {changed.reason} As shipped: {rule.said}."
    can = sets and not (rule.fixed or rule.always or rule.how is How.KEPT)
    return {
        "words": rule.words,
        "how_long": rule.said if rule.always else said(period, rule.moment),
        "then": rule.then,
        "source": source,
        "least": "It cannot be made shorter." if rule.least is not None and not rule.fixed else "",
        "change_href": f"{HOME}rules/{rule.key}/change-rule/" if can else "",
    }


@page
def schedule(request: Request) -> HttpResponseBase:
    """The schedule, for everybody who works here. It can be printed."""
    periods = known.periods()
    changed = {row.key: row for row in KeepingRule.objects.order_by("set_at", "id")}
    sets = bool(request.viewer.roles & SETTERS)
    return render(
        request,
        "forethought/retention/schedule.html",
        {
            "title": "How long things are kept",
            "groups": [
                {
                    "id": how.value,
                    "words": how.words,
                    "rows": [
                        row_of(rule, periods[key], changed.get(key), sets=sets)
                        for key, rule in rules().items()
                        if rule.how is how
                    ],
                }
                for how in How
            ],
            "lets_go": bool(request.viewer.roles & OFFICES),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "back_href": "/",
            "laws": law_notes("11.1"),
        },
    )


class Number(fields.Line):
    """A small whole number; nothing typed is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=4, width=4, required=False, attrs={"inputmode": "numeric"}, **kwargs)

    def clean(self, value: Any) -> int:
        """The number. Anything else is refused in a sentence."""
        text = str(super().clean(value) or "0").strip()
        if not (text.isascii() and text.isdigit()):
            raise asking.forms.ValidationError("Write a whole number, or nothing.", code="number")
        return int(text)


class RuleForm(asking.Form):
    """How long, and why."""

    years = Number(label="Years")
    months = Number(label="Months")
    days = Number(label="Days")
    reason = fields.Words(
        label="Why?",
        longest=500,
        rows=3,
        hint="Everybody who works here can read it. No names.",
        missing="Say why, in a few words. It is printed on the schedule.",
    )


@page
def change_rule(request: Request, key: str) -> HttpResponseBase:
    """Say for how long a kind of record is kept here."""
    rule = rules().get(key)
    if rule is None or rule.fixed or rule.always:
        raise Http404
    now = known.periods()[key]
    begins = {"years": now.years or "", "months": now.months or "", "days": now.days or ""}
    form = RuleForm(request.POST if request.method == "POST" else None, initial=begins)

    def do(said: dict[str, Any]) -> KeepingRule:
        return procedures.change_rule(
            school=School.objects.get(pk=request.viewer.person.school_id),
            key=key,
            period=Period(said["years"], said["months"], said["days"]),
            reason=said["reason"],
            by=request.viewer.person,
            at=timezone.now(),
        )

    lead = [rule.words + ".", f"Counted from when {rule.moment.words}. {rule.source} {rule.certainty.words}"]
    if rule.least is not None:
        lead.append("It can be made longer, and not shorter than it was shipped.")
    lead.append("What falls due by the new time is worked out in the night. What you said before stays on record.")
    return acts.act(
        request,
        form,
        do,
        to=HOME,
        title="How long is this kept?",
        button="Save",
        done="It is kept so from now on.",
        back_href=HOME,
        lead=lead,
    )
