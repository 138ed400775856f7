"""What the questions of the set-up ask. The school's own pages ask the same afterwards."""

from collections.abc import Mapping
from typing import Any, ClassVar

from forethought.founding import closed as closed_days
from forethought.founding import procedures as founding
from forethought.founding import rules
from forethought.pages import asking, fields
from forethought.pages.people import clean_email

SAME = "Somebody you named before? Their email address is enough."


def full_name(label: str, hint: str = "") -> fields.Line:
    """Somebody's name. Whether it is needed depends on the address beside it."""
    return _line(label, 120, hint, autocomplete="off")


def address(label: str) -> fields.Line:
    """Somebody's email address, with which they sign in."""
    return _line(label, 254, "", autocomplete="off", spellcheck="false", inputmode="email", autocapitalize="none")


def _line(label: str, longest: int, hint: str, **attrs: str) -> fields.Line:
    found = fields.Line(label=label, longest=longest, hint=hint, required=False, attrs=attrs)
    found.says_optional = False
    return found


class SchoolForm(asking.Form):
    """Which school it is, and who runs it."""

    name = fields.Line(label="Name of the school", longest=120, missing="Write the school’s name.")
    urn = fields.Line(
        label="URN",
        longest=6,
        width=10,
        required=False,
        hint="Six figures, from the national register of schools. Leave it out if you do not have it at hand.",
        attrs={"inputmode": "numeric"},
    )
    phase = fields.Pick(label="Phase", choices=[("", "Choose"), *rules.PHASES], missing="Choose the phase.")
    run_by = fields.Choice(label="Who runs the school?", choices=rules.RUN_BY, missing="Choose who runs the school.")
    runs = fields.Line(
        label="Its name", longest=120, required=False, hint="The name of the local authority or of the trust."
    )
    runs.says_optional = False

    def clean_name(self) -> str:
        """One space between words."""
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        """The form of the URN, and a name for whoever runs the school."""
        said = super().clean()
        if said.get("urn") and (reason := rules.why_not_urn(said["urn"])):
            self.add_error("urn", reason)
        if reason := rules.why_not_runs(run_by=said.get("run_by", ""), runs=said.get("runs", "")):
            self.add_error("runs", reason)
        return said


class PeopleForm(asking.Form):
    """People with an office: a name and an address for each. `known` are those named before, by address."""

    offices: ClassVar[tuple[rules.Office, ...]] = ()

    def __init__(self, *args: Any, known: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = dict(known or {})

    def clean(self) -> dict[str, Any]:
        """Each has both, one person has one address, and nobody is asked twice."""
        said = super().clean()
        known = dict(self.known)
        for one in self.offices:
            self._check(said, one.field, one.label, known, needed=one.needed)
        return said

    def _check(self, said: dict[str, Any], field: str, label: str, known: dict[str, str], *, needed: bool) -> None:
        name, email = " ".join(said.get(f"{field}_name", "").split()), said.get(f"{field}_email", "")
        if email:
            try:
                clean_email(email)
            except asking.forms.ValidationError as error:
                self.add_error(f"{field}_email", error)
                return
        reason = rules.why_not_named(name=name, email=email, label=label, needed=needed, known=known)
        if reason is not None:
            self.add_error(f"{field}_name" if email or not name else f"{field}_email", reason)
            return
        if email and founding.address_taken(email):
            self.add_error(f"{field}_email", "Somebody at another school signs in with that address. Use another one.")
        elif email:
            said[f"{field}_name"] = known.setdefault(email.casefold(), name)


class HeadForm(PeopleForm):
    """Who heads the school, and who hears of children."""

    offices = rules.OFFICES["head"]
    head_name = full_name("Headteacher: full name")
    head_email = address("Headteacher: email address")
    lead_name = full_name("Safeguarding lead: full name", SAME)
    lead_email = address("Safeguarding lead: email address")
    deputy_name = full_name("Deputy: full name (optional)")
    deputy_email = address("Deputy: email address (optional)")
    deputy_two_name = full_name("Second deputy: full name (optional)")
    deputy_two_email = address("Second deputy: email address (optional)")


class GovernorsForm(PeopleForm):
    """Who handles what is about the headteacher."""

    offices = rules.OFFICES["governors"]
    chair_name = full_name("Chair: full name", SAME)
    chair_email = address("Chair: email address")
    vice_chair_name = full_name("Vice-chair: full name (optional)")
    vice_chair_email = address("Vice-chair: email address (optional)")
    clerk_name = full_name("Clerk: full name (optional)")
    clerk_email = address("Clerk: email address (optional)")


class OfficersForm(PeopleForm):
    """Who advises; the recognised unions, and who speaks for each."""

    offices = rules.OFFICES["officers"]
    hr_name = full_name("HR adviser: full name (optional)", SAME)
    hr_email = address("HR adviser: email address (optional)")
    protection_name = full_name("Data protection officer: full name (optional)")
    protection_email = address("Data protection officer: email address (optional)")
    union = _line("Union (optional)", 120, "For example, NEU. Its members are asked for nowhere.")
    union_name = full_name("Who speaks for it: full name")
    union_email = address("Who speaks for it: email address")
    union_two = _line("Another union (optional)", 120, "")
    union_two_name = full_name("Who speaks for that one: full name")
    union_two_email = address("Who speaks for that one: email address")

    def clean(self) -> dict[str, Any]:
        """A union has somebody who speaks for it, and nobody speaks for none."""
        said = super().clean()
        known = dict(self.known)
        for one in self.offices:
            if said.get(f"{one.field}_email"):
                known.setdefault(said[f"{one.field}_email"].casefold(), said.get(f"{one.field}_name", ""))
        for field in rules.UNIONS:
            union = said.get(field, "")
            self._check(said, field, union or "Who speaks for it", known, needed=bool(union))
            if not union and said.get(f"{field}_email"):
                self.add_error(field, "Write the name of the union.")
        if not said.get("union") and said.get("union_two"):
            self.add_error("union", "Write this union first.")
        if said.get("union") and said["union"].casefold() == said.get("union_two", "").casefold():
            self.add_error("union_two", "That is the same union.")
        return said


class DutyForm(PeopleForm):
    """Who takes a report, and when the school is closed."""

    offices = rules.OFFICES["duty"]
    senior_name = full_name("Senior manager: full name (optional)", SAME)
    senior_email = address("Senior manager: email address (optional)")
    senior_two_name = full_name("Second senior manager: full name (optional)")
    senior_two_email = address("Second senior manager: email address (optional)")
    closed = fields.Words(
        label="When is the school closed?",
        longest=4000,
        rows=6,
        required=False,
        hint="Holidays and training days, one a line: Half-term: 26 10 2026 to 30 10 2026",
    )

    def clean_closed(self) -> str:
        """A list that can be read, in the order of its days."""
        text = self.cleaned_data["closed"]
        if reason := closed_days.why_not_closed(text):
            raise asking.forms.ValidationError(reason, code="closed")
        return closed_days.written_closed(closed_days.read_closed(text))


def whole_number(label: str, hint: str, missing: str) -> fields.Line:
    """A number of hours, as text."""
    return fields.Line(label=label, longest=20, width=3, hint=hint, missing=missing, attrs={"inputmode": "numeric"})


class HoursForm(asking.Form):
    """The school's own hours."""

    answer_hours = whole_number(
        "Within how many working hours does a reporter hear from a person?",
        f"Hours between 8am and 5pm, Monday to Friday. 1 to {rules.MOST_ANSWER_HOURS}. The law sets none.",
        "Write a number of hours.",
    )
    approach_hours = whole_number(
        "Within how many hours is a site asked to take something down?",
        f"Hours between 7am and 10pm, on any day. 1 to {rules.MOST_APPROACH_HOURS}. "
        "The policy’s 24 hours from the report stay, whatever you write.",
        "Write a number of hours.",
    )

    def clean(self) -> dict[str, Any]:
        """Whole numbers within the bounds."""
        said = super().clean()
        for name in ("answer_hours", "approach_hours"):
            text = said.get(name, "")
            if text and not (text.isascii() and text.isdigit()):
                self.add_error(name, "Write a whole number, like 4.")
        if not self.errors:
            hours = {name: int(said[name]) for name in ("answer_hours", "approach_hours")}
            if reason := rules.why_not_hours(**hours):
                answer_wrong = not 1 <= hours["answer_hours"] <= rules.MOST_ANSWER_HOURS
                self.add_error("answer_hours" if answer_wrong else "approach_hours", reason)
        return said


class PolicyForm(HoursForm):
    """Which text the school begins with, and its own hours."""

    text = fields.Choice(
        label="Which policy do you use?",
        choices=[("model", "The model policy"), ("own", "Our own. We bring it in later")],
        hints={
            "model": "You read it, change what you want, and ask your staff and unions. Until then it is a draft.",
            "own": "You add the text, or a Word or PDF file, from your home page.",
        },
        missing="Choose one.",
    )
    field_order = ("text", "answer_hours", "approach_hours")


class MailForm(asking.Form):
    """Where a message goes to see whether mail arrives."""

    to = address("Send a message to this address")

    def clean_to(self) -> str:
        """An address that a mail can go to."""
        if not self.cleaned_data["to"]:
            raise asking.forms.ValidationError("Write an email address that you can read now.", code="missing")
        return clean_email(self.cleaned_data["to"])


class ArrivedForm(asking.Form):
    """The number in the message."""

    number = fields.Line(
        label="The number in the message",
        longest=12,
        width=10,
        missing="Type the number, or choose “Later”.",
        attrs={"inputmode": "numeric", "autocomplete": "off"},
    )


class SharesForm(asking.Form):
    """The last four letters or figures of each share, read off the sheets."""

    chair = fields.Line(label="The chair’s sheet: its last four", longest=8, width=5, missing="Type its last four.")
    officer = fields.Line(
        label="The data protection officer’s sheet: its last four", longest=8, width=5, missing="Type its last four."
    )
    safe = fields.Line(label="The sheet for the safe: its last four", longest=8, width=5, missing="Type its last four.")


#: Question: its form. Mail and shares go in two steps.
FORMS: Mapping[str, type[asking.Form]] = {
    "school": SchoolForm,
    "head": HeadForm,
    "governors": GovernorsForm,
    "officers": OfficersForm,
    "duty": DutyForm,
    "policy": PolicyForm,
}
