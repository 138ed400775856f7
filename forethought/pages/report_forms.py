"""What a report asks: five answers, and the rest only if the reporter likes. Clause 7.2."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from forethought.cases.models import Draft, Group
from forethought.core import clock, dates
from forethought.pages import asking, fields
from forethought.people.models import School
from forethought.reports import paper

LONGEST = 20_000


class WhatForm(asking.Form):
    """Step 1: what happened."""

    masks = True
    danger = fields.Choice(
        label="Is anyone in danger now?", choices=asking.YES_NO_NOT_SURE, missing="Choose yes, no or not sure."
    )
    happened = fields.Words(
        label="Tell us what happened",
        longest=LONGEST,
        advice="Add the rest as a record.",
        rows=7,
        hint="Your own words. Say who it is about. Leave out passwords.",
        missing="Tell us what happened. A few words are enough.",
    )
    where = fields.Line(
        label="Where is it, if you know?",
        longest=2000,
        required=False,
        hint="A web address, or the app and group. You need not go back to look.",
    )
    first_seen = fields.DateBoxes(label="When did you first see it?", required=False, hint="For example, 12 11 2026.")

    def clean_first_seen(self) -> str:
        """The date as text, not in the future."""
        seen = self.cleaned_data["first_seen"]
        if seen is None:
            return ""
        if reason := dates.why_not_yet(seen, today=clock.london(timezone.now()).date()):
            raise ValidationError(reason)
        return str(seen.isoformat())


class PaperForm(asking.Form):
    """Before the steps, of a report that was on paper first: who wrote it, and its true times."""

    masks = True
    written_by = fields.Choice(
        label="Who wrote the form?",
        choices=[("self", "I did"), ("other", "Somebody else")],
        missing="Say who wrote the form.",
    )
    writer_name = fields.Line(
        label="Their name",
        longest=120,
        required=False,
        hint="If somebody else wrote it. Leave it empty if the form has no name.",
    )
    occurred_on = fields.DateBoxes(label="Day it happened", required=False, hint="Leave it empty if nobody knows.")
    occurred_time = fields.TimeText(label="Time it happened", required=False, hint="For example, 9:15pm.")
    written_on = fields.DateBoxes(label="Day it was written down", missing="Say when the form was written.")
    written_time = fields.TimeText(label="Time it was written down", required=False)
    knew_on = fields.DateBoxes(
        label="Day the school first knew",
        hint="When a manager or the office was told, or was given the form. The 24 hours run from then.",
        missing="Say on which day the school first knew.",
    )
    knew_time = fields.TimeText(
        label="Time the school first knew", missing="Say at what time the school first knew. A close guess will do."
    )

    def clean(self) -> dict[str, object]:
        """The days and times as text, and none of them ahead, out of order or years ago."""
        said = {**(super().clean() or {}), "paper": "yes"}
        for name in said.keys() & {f"{name}_on" for name in paper.TIMES}:
            said[name] = said[name].isoformat() if said[name] else ""
        for name in said.keys() & {f"{name}_time" for name in paper.TIMES}:
            said[name] = said[name].isoformat("minutes") if said[name] is not None else ""
        if not self.errors and (reason := paper.why_not_times(said, at=timezone.now())):
            # Noted rather than raised: what is kept while it is typed takes the answers from here.
            self.add_error(None, reason)
        return said


class WhoForm(asking.Form):
    """Step 2: who may be behind it."""

    masks = True
    group = fields.Choice(
        label="Who do you think it is?", choices=Group.choices, missing="Choose who it may be. “I do not know” is fine."
    )
    name = fields.Line(label="Name or account", longest=200, required=False, hint="A guess is fine. Say it is one.")
    head = fields.Choice(
        label="Could it be the headteacher?",
        choices=asking.YES_NO_NOT_SURE,
        missing="Choose yes, no or not sure.",
        hints={
            "yes": "The chair of governors handles it. The headteacher never sees it.",
            "not_sure": "The chair and the safeguarding lead hold it until that is known.",
        },
    )
    child = fields.Choice(
        label="Is a child concerned?",
        choices=asking.YES_NO_NOT_SURE,
        missing="Choose yes, no or not sure.",
        hint="A child may be hurt, shown, or have posted it.",
    )
    accuses = fields.Choice(
        label="Does it say that somebody who works here did something wrong?",
        choices=asking.YES_NO_NOT_SURE,
        required=False,
        hints={"yes": "Whoever it is about gets support. They are not a suspect because somebody wrote it."},
    )


class VisitorForm(WhatForm):
    """Step 1 for somebody without an account, who says their name first."""

    reporter_name = fields.Line(
        label="Your name",
        longest=120,
        hint="So that we can help you and keep you told.",
        missing="Write your name. If that worries you, call the safeguarding lead instead.",
    )
    field_order = ("reporter_name", "danger", "happened", "where", "first_seen")


class AnonymousForm(VisitorForm):
    """The same where the school takes reports without a name."""

    reporter_name = fields.Line(
        label="Your name",
        longest=120,
        required=False,
        hint="So that we can help you and keep you told. You can leave it out.",
    )


def forms_for(draft: Draft) -> tuple[type[asking.Form], type[asking.Form]]:
    """The forms of steps 1 and 2. Without an account one gives a name, unless the school says otherwise."""
    if not draft.by_visitor:
        return WhatForm, WhoForm
    return (AnonymousForm if School.objects.get(pk=draft.school_id).anonymous_reports else VisitorForm), WhoForm
