"""The log of who outside the school was asked or told, or was not and why. Clauses 8.7, 9.7."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

from forethought.cases import referring
from forethought.cases.agencies import GUIDANCE, Agency, Matter, Step, offered
from forethought.cases.models import Case, Kind, Referral
from forethought.core.clock import from_london
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import address_of
from forethought.pages.contacts import contacts
from forethought.pages.law_notes import law_notes
from forethought.safeguarding import outside


class MatterForm(asking.Form):
    """What it is about, which decides who is offered."""

    matter = fields.Choice(label="What is it about?", choices=Matter.choices(), missing="Choose what it is about.")


class ReferralForm(asking.Form):
    """One step with a body outside, out of those that deal with such a matter. Policy 9.7."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, matter: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        # In the order in which they are asked, which is not the same for every matter.
        self.fields["agency"].choices = [(one.value, one.words) for one in offered(matter)]  # type: ignore[attr-defined]

    agency = fields.Choice(
        label="Who?",
        choices=Agency.choices(),
        missing="Choose who it is.",
        hints={str(one): guidance.when for one, guidance in GUIDANCE.items()},
    )
    step = fields.Choice(label="What was done?", choices=Step.choices(), missing="Say what was done.")
    danger = fields.Choice(
        label="Is somebody in danger?", choices=[("no", "No"), ("yes", "Yes")], missing="Choose yes or no."
    )
    reason = fields.Words(
        label="Why?", longest=5000, rows=3, missing="Say why in a few words.", hint="Also for not telling somebody."
    )
    who = fields.Line(label="To whom did you speak?", longest=200, required=False)
    reference = fields.Line(label="Their reference", longest=120, required=False)
    disclosed = fields.Words(
        label="What were they told?",
        longest=5000,
        rows=3,
        required=False,
        hint="What kind of thing. Never a picture of a child or of an intimate kind, to anybody.",
    )
    done_on = fields.DateBoxes(label="On what day?", missing="Enter the day.")
    done_time = fields.TimeText(label="At what time?", missing="Enter the time.")


@page
def note_referral(request: Request, case: Case) -> HttpResponseBase:
    """Note that somebody outside was asked or told, or why not. Nothing is sent from here."""
    home = address_of(case.kind, case.id)
    # The first question is posted too: what a case is about belongs in no address.
    chosen = MatterForm(request.POST if request.method == "POST" else None)
    if not chosen.is_valid():
        return asking.ask(
            request, chosen, title="Police and others outside", button="Go on",
            template="forethought/cases/refer.html", back_href=home, **_beside(case),
        )  # fmt: skip
    matter = chosen.cleaned_data["matter"]
    form = ReferralForm(request.POST if {"step", "agency"} & set(request.POST) else None, matter=matter)
    if not form.is_bound:
        return asking.ask(
            request, form, title="Police and others outside", button="Note it", matter=matter,
            template="forethought/cases/refer.html", back_href=request.path, **_beside(case),
        )  # fmt: skip

    def do(said: dict[str, Any]) -> Referral:
        done_at = from_london(said.pop("done_on"), said.pop("done_time"))
        danger = said.pop("danger") == "yes"
        # On a concern a second person hears of a report to the police.
        note = outside.note_referral if case.kind == Kind.CONCERN else referring.note_referral
        return note(
            case=case,
            matter=matter,
            **said,
            danger=danger,
            done_at=done_at,
            by=request.viewer.person,
            at=timezone.now(),
        )

    return acts.act(
        request,
        form,
        do,
        to=home,
        title="Police and others outside",
        button="Note it",
        done="It is noted.",
        template="forethought/cases/refer.html",
        matter=matter,
        back_href=request.path,
        **_beside(case),
    )


def _beside(case: Case) -> dict[str, Any]:
    """What stands beside both questions: the school's numbers, what each body may be told, the law."""
    return {
        "contacts": contacts(case.school_id),
        "guidance": [{"who": Agency(one).words, "may": g.may, "never": g.never} for one, g in GUIDANCE.items()],
        "laws": law_notes("8.7", "9.7"),
    }
