"""The school's own pages: what it is called, its hours, its closed days, its numbers, mail, the staffroom code.

What the set-up asked can be changed here by the headteacher. Clauses 2.5, 6.5, 8.3.
"""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.core.clock import london, spoken, spoken_day
from forethought.founding import closed as closed_days
from forethought.founding import mail_try, rules
from forethought.founding.key_copy import has_key_copy
from forethought.founding.key_copy import note_key_copy as note_copy
from forethought.founding.standing import undone_for
from forethought.pages import acts, asking, fields, set_up_forms
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.contacts import contacts
from forethought.pages.people import clean_email
from forethought.people import describing, numbers
from forethought.people import procedures as people
from forethought.people.models import ClosedTime, Doorway, School

HOME = "/school/"
NUMBERS = "/school/contacts/"


def school_of(request: Request) -> School:
    """The viewer's own school."""
    return School.objects.get(pk=request.viewer.person.school_id)


@page
def own_school(request: Request) -> HttpResponseBase:
    """How the school describes itself, each line with the way to change it, and what is not done yet."""
    now, school = timezone.now(), school_of(request)
    today = london(now).date()
    closed = list(ClosedTime.objects.filter(ends_on__gte=today).order_by("starts_on")[:1])
    code = Doorway.objects.filter(kind="staffroom", school_id=school.pk, ends_at__isnull=True).exists()
    runs = dict(rules.RUN_BY).get(school.run_by, "")
    shown = f"{school.name}\nURN {school.urn}" if school.urn else school.name
    next_closed = (
        f"{closed[0].name}, from {spoken_day(closed[0].starts_on, year=True)}" if closed else "None is written down"
    )
    writes_back = school.contacts.get("school", {}).get("email", "") or "Not written down"
    hours = f"A reporter is answered within {school.answer_hours} working hours.\n"
    rows = [
        ("The school", f"{shown}\n{runs}: {school.runs}" if school.runs else shown, "describe-school/"),
        ("Hours", f"{hours}A site is asked within {school.approach_hours} hours.", "set-hours/"),
        ("Closed next", next_closed, "keep-closed-days/"),
        ("Mail", _mail_said(school), "note-mail-arrives/"),
        ("Code for the staffroom", "There is one" if code else "There is none", "make-staffroom-code/"),
        ("Copy of the key", "It is in the safe" if has_key_copy() else "Nobody saw one yet", "note-key-copy/"),
        ("Where sites write back to", writes_back, "change-own-address/"),
    ]
    return render(
        request,
        "forethought/own_school/own_school.html",
        {
            "title": "Your school",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": [
                {"key": key, "value": value, "action_href": f"{HOME}{end}", "hidden": key.lower()}
                for key, value, end in rows
            ],
            "undone": undone_for(school.pk, request.viewer.roles, now),
        },
    )


def _mail_said(school: School) -> str:
    if school.mail_arrived_at is None:
        return "It is not known whether mail arrives"
    return f"It arrived at {spoken(school.mail_arrived_at)}"


@page
def describe_school(request: Request) -> HttpResponseBase:
    """Change the name, the number, who runs it."""
    school = school_of(request)
    initial = {name: getattr(school, name) for name in ("name", "urn", "phase", "run_by", "runs")}
    return acts.act(
        request,
        set_up_forms.SchoolForm(request.POST if request.method == "POST" else None, initial=initial),
        lambda said: describing.describe_school(school=school, **said, by=request.viewer.person, at=timezone.now()),
        to=HOME,
        title="The school",
        button="Save",
        done="Saved.",
        back_href=HOME,
    )


@page
def set_hours(request: Request) -> HttpResponseBase:
    """Change the school's own hours."""
    school = school_of(request)
    initial = {"answer_hours": str(school.answer_hours), "approach_hours": str(school.approach_hours)}
    return acts.act(
        request,
        set_up_forms.HoursForm(request.POST if request.method == "POST" else None, initial=initial),
        lambda said: describing.set_hours(
            school=school,
            answer_hours=int(said["answer_hours"]),
            approach_hours=int(said["approach_hours"]),
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=HOME,
        title="Your hours",
        button="Save",
        done="The hours hold for what comes from now on.",
        back_href=HOME,
        lead=["They hold for reports that come from now on. What is due already keeps its time."],
    )


class ClosedForm(asking.Form):
    """When the school is closed."""

    closed = fields.Words(
        label="When is the school closed?",
        longest=4000,
        rows=10,
        required=False,
        hint="Holidays and training days, one a line: Half-term: 26 10 2026 to 30 10 2026",
    )

    def clean_closed(self) -> str:
        """A list that can be read."""
        text = str(self.cleaned_data["closed"])
        if reason := closed_days.why_not_closed(text):
            raise asking.forms.ValidationError(reason, code="closed")
        return text


@page
def keep_closed_days(request: Request) -> HttpResponseBase:
    """Change the list of closed days to come."""
    now = timezone.now()
    rows = ClosedTime.objects.filter(ends_on__gte=london(now).date()).order_by("starts_on", "ends_on", "name")
    kept = closed_days.written_closed(closed_days.Closed(row.name, row.starts_on, row.ends_on) for row in rows)
    return acts.act(
        request,
        ClosedForm(request.POST if request.method == "POST" else None, initial={"closed": kept}),
        lambda said: describing.keep_closed_days(
            school=school_of(request),
            closed=[(one.name, one.starts_on, one.ends_on) for one in closed_days.read_closed(said["closed"])],
            by=request.viewer.person,
            at=now,
        ),
        to=HOME,
        title="Closed days",
        button="Save",
        done="The closed days are kept.",
        back_href=HOME,
        lead=[
            "The 24 hours do not stop for them. Put somebody on duty for each.",
            "This list takes the place of the one before. Days that are over stay as they were.",
        ],
    )


# --- Mail ---


@page
def note_mail_arrives(request: Request) -> HttpResponseBase:
    """Send a real message and type back the number in it."""
    tried = request.session.get("mail_try", {})
    values: dict[str, Any] = {"title": "Does mail arrive?", "back_href": HOME}
    if request.method == "POST" and "number" in request.POST and tried:
        form: asking.Form = set_up_forms.ArrivedForm(request.POST)
        if form.is_valid():
            if form.cleaned_data["number"].replace(" ", "") == tried["number"]:
                describing.note_mail_arrives(school=school_of(request), by=request.viewer.person, at=timezone.now())
                request.session.pop("mail_try")
                acts.note(request, "Mail arrives.")
                return redirect(HOME)
            form.add_error("number", "That is not the number in the last message. Look again, or send another.")
        return asking.ask(request, form, button="It came", **values)
    if request.method == "POST":
        form = set_up_forms.MailForm(request.POST)
        if form.is_valid():
            number = mail_try.new_number()
            wrong = mail_try.try_mail(to=form.cleaned_data["to"], number=number)
            if not wrong:
                request.session["mail_try"] = {"number": number}
                return redirect(f"{HOME}note-mail-arrives/?sent=yes")
            form.add_error(None, wrong)
        return asking.ask(request, form, button="Send a message", **values)
    if tried and request.GET.get("sent") == "yes":
        lead = ["The mail server took the message. Look in that mailbox, and among the unwanted mail."]
        return asking.ask(request, set_up_forms.ArrivedForm(), button="It came", lead=lead, **values)
    form = set_up_forms.MailForm(initial={"to": request.viewer.person.email})
    lead = ["We send one message now. You type the number that stands in it. It holds no names."]
    return asking.ask(request, form, button="Send a message", lead=lead, **values)


# --- Numbers ---


@page
def own_contacts(request: Request) -> HttpResponseBase:
    """The list of numbers, with the day on which each was last checked."""
    kept = contacts(request.viewer.person.school_id)
    school, today = school_of(request), london(timezone.now()).date()
    old = set(numbers.stale(school.contacts, today))
    rows = []
    for one in numbers.NUMBERS:
        found = kept.get(one.key)
        said = f"{found.name}: {found.number}\nChecked on {found.checked or 'no day'}" if found else "Missing"
        if one.label in old:
            said += "\nCheck it again: that is more than a year ago"
        rows.append(
            {
                "key": one.label,
                "value": f"{said}\n{one.use}",
                "action_href": f"{NUMBERS}{one.key}/change-contact/",
                "action_text": "Change" if found else "Add",
            }
        )
    return render(
        request,
        "forethought/own_school/contacts.html",
        {
            "title": "Your own list of numbers",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": rows,
        },
    )


class ContactForm(asking.Form):
    """One line of the list."""

    name = fields.Line(label="What it is called", longest=120, missing="Write what it is called.")
    number = fields.Line(
        label="Number, or address on the web",
        longest=120,
        required=False,
        hint="A phone number alone can be called with one press. Empty takes it off the list.",
    )
    number.says_optional = False
    checked_on = fields.DateBoxes(
        label="When did you last check it?", missing="Enter the day on which somebody checked it, like 12 11 2026."
    )


@page
def change_contact(request: Request, key: str) -> HttpResponseBase:
    """Put one number right."""
    one = numbers.number(key)
    if one is None:
        raise Http404
    school, today = school_of(request), london(timezone.now()).date()
    kept = school.contacts.get(key, {})
    initial = {"name": kept.get("name") or one.label, "number": kept.get("number", ""), "checked_on": today}
    return acts.act(
        request,
        ContactForm(request.POST if request.method == "POST" else None, initial=initial),
        lambda said: describing.change_contact(
            school=school, key=key, **said, by=request.viewer.person, at=timezone.now()
        ),
        to=NUMBERS,
        title=one.label,
        button="Save",
        done="The list is up to date.",
        back_href=NUMBERS,
        lead=[one.use, "Look it up at its source, not in an old paper. Everybody at the school sees it in need."],
    )


class AddressForm(asking.Form):
    """Where sites write back to."""

    address = fields.Words(
        label="The school’s postal address", longest=400, rows=4, missing="Write the school’s postal address."
    )
    email = fields.Line(label="The school’s email address", longest=254, missing="Write the school’s email address.")

    def clean_email(self) -> str:
        """An address that a mail can go to."""
        return clean_email(self.cleaned_data["email"])


@page
def change_own_address(request: Request) -> HttpResponseBase:
    """Say where sites write back to."""
    school = school_of(request)
    return acts.act(
        request,
        AddressForm(
            request.POST if request.method == "POST" else None, initial=dict(school.contacts.get("school", {}))
        ),
        lambda said: describing.change_own_address(school=school, **said, by=request.viewer.person, at=timezone.now()),
        to=HOME,
        title="Where sites write back to",
        button="Save",
        done="Saved.",
        back_href=HOME,
        lead=["It stands in each request to take something down. The school’s own, never anybody’s at home."],
    )


# --- The code for the staffroom ---


@page
def make_staffroom_code(request: Request) -> HttpResponseBase:
    """Make a new code, and show it once."""
    form = asking.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = people.make_staffroom_code(school=school_of(request), by=request.viewer.person, at=timezone.now())
        values = {"title": "The code for the staffroom", "code": code}
        answer: HttpResponse = render(request, "forethought/own_school/code.html", values)
        return answer
    return asking.ask(
        request,
        form,
        title="Make a code for the staffroom",
        button="Make it now",
        back_href=HOME,
        lead=[
            "With it supply staff, governors and volunteers report without an account. It lets nobody read anything.",
            "You see it once. One that hangs there now ends.",
        ],
    )


# --- The copy of the key ---


class KeyCopyForm(asking.Form):
    """The end of the line on the copy."""

    typed = fields.Line(
        label="The last eight letters and figures of the line",
        longest=20,
        width=10,
        missing="Type the last eight letters and figures.",
        attrs={"autocomplete": "off", "spellcheck": "false"},
    )


@page
def note_key_copy(request: Request) -> HttpResponseBase:
    """Show that a copy of the key is at hand, by the end of its line."""
    return acts.act(
        request,
        KeyCopyForm(request.POST if request.method == "POST" else None),
        lambda said: note_copy(school=school_of(request), **said, by=request.viewer.person, at=timezone.now()),
        to=HOME,
        title="Is a copy of the key in the safe?",
        button="It is in the safe",
        done="The copy is noted.",
        back_href=HOME,
        lead=[
            "All that people write here is sealed under one key, in the file master.key on the server. If it is lost, "
            "nobody can read any of it again. There is no back door.",
            "Whoever looks after the machine copies its one line to paper or a stick. It goes into your safe, apart "
            "from every copy of the data. Take it in your hand, and type how the line ends. It is not shown here.",
        ],
    )
