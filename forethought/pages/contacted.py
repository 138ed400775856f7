"""A pupil or parent contacted me: what to do, told at once and kept nowhere, and a record if one is wanted. Clause 5.4.

What somebody types for an answer comes in the body of a POST and goes back in the answer to it, as with a check of a
post. Only pressing “Keep a record” keeps anything.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from forethought.boundaries import procedures, rules, school_account, standing
from forethought.boundaries.rules import Mark, Told, Verdict, Way, Who
from forethought.core.clock import london
from forethought.core.errors import Refused
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.check_bans import bans_of
from forethought.pages.contacts import contacts
from forethought.people.models import Person
from forethought.questions import choosing
from forethought.safeguarding import people_to_tell

AGE = "Enter an age in years, like 16."


class ContactForm(asking.Form):
    """Who it was, which way it went, and what else is so. The birthday and the age may both be left out."""

    who = fields.Choice(label="Who is it?", choices=Who.choices(), missing="Choose who it is.")
    way = fields.Choice(label="What happened?", choices=Way.choices(), missing="Choose what happened.")
    marks = fields.Choices(label="Is any of this so?", choices=Mark.choices(), required=False)
    born = fields.DateBoxes(
        label="When were they born, if you know?", required=False, hint="For example, 12 11 2008. We do not keep it."
    )
    age = fields.Line(
        label="Or how old are they?",
        longest=3,
        required=False,
        width=3,
        hint="In years. Do not look it up, and do not ask them.",
        attrs={"inputmode": "numeric"},
    )
    platform = fields.Line(
        label="On which app or site?", longest=rules.LONGEST_NAME, required=False, hint="Text messages and email count."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["marks"].says_optional = False  # type: ignore[attr-defined]

    def clean_age(self) -> int | None:
        """A whole number of years, or nothing."""
        text = str(self.cleaned_data["age"]).strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            raise asking.forms.ValidationError(AGE)
        return int(text)

    def clean(self) -> dict[str, Any]:
        """A birthday has been, and an age is one that people have."""
        cleaned = super().clean()
        day = london(timezone.now()).date()
        for name in ("born", "age"):
            said = {"born": None, "age": None, name: cleaned.get(name)}
            reason = rules.why_not_told(**said, day=day) if name not in self.errors else None
            if reason:
                self.add_error(name, reason)
        return cleaned

    @property
    def told(self) -> Told:
        """What was said, as the rules take it."""
        said = self.cleaned_data
        marks = frozenset(Mark(one) for one in said["marks"])
        return Told(Who(said["who"]), Way(said["way"]), marks, said["born"], said["age"])


class RecordForm(ContactForm):
    """The same once more, unseen, with what happened and who else may read it."""

    name = fields.Line(
        label="Who was it?",
        longest=rules.LONGEST_NAME,
        required=False,
        hint="Initials or the name shown are enough. Leave it out if you do not know.",
    )
    words = fields.Words(
        label="What happened, and what did you do?",
        longest=rules.LONGEST,
        rows=4,
        hint="When, and what was said. Leave out passwords.",
        missing="Write what happened. A few words are enough.",
    )
    share_with = fields.Choice(label="Who may read it beside you?", choices=[], required=False)
    press = fields.Line(label="", longest=36, required=False, widget=asking.forms.HiddenInput)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["share_with"]
        field.says_optional = False
        field.choices = [("", "Nobody. Only I can read it"), *choices]
        for name in ("who", "way", "age", "platform"):
            self.fields[name].widget = asking.forms.HiddenInput()
        self.fields["marks"].widget = asking.forms.MultipleHiddenInput()
        self.fields["born"].widget = HiddenBoxes()

    def clean_press(self) -> uuid.UUID:
        """The form's own mark; one that is none gets a new one."""
        try:
            return uuid.UUID(self.cleaned_data["press"])
        except ValueError:
            return uuid.uuid4()


class HiddenBoxes(fields.ThreeBoxes):
    """Day, month and year, carried on without being shown."""

    template_name = "forethought/boundaries/hidden_boxes.html"
    is_hidden = True


@page
@sensitive_post_parameters()
@sensitive_variables()
def contacted(request: Request) -> HttpResponseBase:
    """The questions, and the answer to what was sent. Nothing is kept."""
    form = ContactForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _show(request, form, status=422 if form.is_bound else 200)
    return _answered(request, form.told, _record_form(request, _carried(request)))


def _carried(request: Request) -> dict[str, Any]:
    """What was said already, as the first values of the form that would keep it."""
    names = ("who", "way", "age", "platform")
    born = tuple(request.POST.get(f"born_{part}", "") for part in ("day", "month", "year"))
    return {
        **{name: request.POST.get(name, "") for name in names},
        "marks": request.POST.getlist("marks"),
        "born": born,
        "press": str(uuid.uuid4()),
        "share_with": "",
    }


def _record_form(request: Request, initial: dict[str, Any] | None = None, data: Any = None) -> RecordForm:
    people = [(str(one.pk), f"{one.name}, {office}") for one, office in people_for(request)]
    return RecordForm(data, choices=people, initial=initial, auto_id="record_%s")


def people_for(request: Request) -> list[tuple[Person, str]]:
    """With whom a record may be shared: whom somebody may ask, and the safeguarding leads."""
    me, now = request.viewer.person, timezone.now()
    found = {one.person.pk: (one.person, one.office) for one in choosing.people_to_ask(me, now)}
    for lead in people_to_tell.leads(now):
        if lead.pk != me.pk:
            found.setdefault(lead.pk, (lead, "safeguarding lead"))
    return list(found.values())


@sensitive_variables()
def _answered(request: Request, told: Told, record: RecordForm, *, status: int = 200) -> HttpResponseBase:
    me, today = request.viewer.person, london(timezone.now()).date()
    answer = rules.answer(told, family_declared=standing.has_declared(me), day=today)
    return _show(
        request,
        record,
        status=status,
        template="forethought/boundaries/answered.html",
        answer=answer,
        clause=bans_of(me.school_id).clause(answer.clause, signed_in=True),
        may_keep=answer.verdict is not Verdict.CONCERN,
        reply=school_account.reply_of(me.school) if answer.reply else "",
        undeclared=Mark.FAMILY in told.marks and answer.verdict is Verdict.ACCOUNT,
    )


def _show(request: Request, form: asking.Form, *, status: int = 200, **values: Any) -> HttpResponseBase:
    """The questions, or the answer with the form that would keep it."""
    template = values.pop("template", "forethought/boundaries/contacted.html")
    shown = {
        "title": "A pupil or parent contacted me",
        "form": form,
        "never": rules.NEVER,
        "contacts": contacts(request.viewer.person.school_id),
        "back_href": "/",
        **values,
    }
    return render(request, template, shown, status=status)


@page
@sensitive_post_parameters()
@sensitive_variables()
def keep_contact_record(request: Request) -> HttpResponseBase:
    """Keep a record of it, because one is wanted."""
    if request.method != "POST":
        return redirect("contacted")
    form = _record_form(request, data=request.POST)
    first = ContactForm(request.POST)
    if not first.is_valid():
        return _show(request, first, status=422)
    if not form.is_valid():
        return _answered(request, first.told, form, status=422)
    try:
        return _keep(request, form)
    except Refused as refusal:
        asking.refuse(form, refusal)
        return _answered(request, first.told, form, status=asking.status_of(refusal))


def _keep(request: Request, form: RecordForm) -> HttpResponseRedirect:
    said, people = form.cleaned_data, {str(one.pk): one for one, _ in people_for(request)}
    record = procedures.keep_contact_record(
        told=form.told,
        platform=said["platform"],
        name=said["name"],
        words=said["words"],
        share_with=people.get(said["share_with"]),
        press=said["press"],
        by=request.viewer.person,
        at=timezone.now(),
    )
    acts.note(request, "Your record is kept.")
    return redirect("contact_record", record_id=record.pk)
