"""What is asked about records: the gate's questions, the fields of each kind, where a thing is. Clauses 7.3, 7.4."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from forethought.core import clock, dates
from forethought.evidence.models import Record
from forethought.pages import asking, fields

#: Who could see a post. Nothing is called private: whoever could see it can pass it on (policy 5.1).
AUDIENCES = [
    ("open", "Anybody"),
    ("limited", "Limited at the time: friends, followers or a group"),
    ("unknown", "Not known"),
]

ZONES = [("Europe/London", "UK time"), ("other", "Another time zone")]

#: The five kinds in the words of somebody who has one of them in front of them.
KINDS = [
    (Record.TEXT, "Text message", "One that came to a phone number."),
    (Record.EMAIL, "Email", "The file of the email, or a picture of it."),
    (Record.VOICEMAIL, "Voicemail", "A sound file, or what you heard."),
    (Record.WEBSITE, "Website", "A page, a review, a comment under an article."),
    (Record.SOCIAL, "Social media", "A post, a message or a group in any app."),
]


class GateForm(asking.Form):
    """The three questions, answered from memory."""

    under_18 = fields.Choice(
        label="Could anyone in it be, or look, under 18 and be nude, partly nude or sexual?",
        hint="Made by a computer, drawn over or blurred counts.",
        choices=asking.YES_NO_NOT_SURE,
        missing="Choose yes, no or not sure.",
    )
    adult_intimate = fields.Choice(
        label="Does it show an adult nude, partly nude or in a sexual act?",
        choices=asking.YES_NO_NOT_SURE,
        missing="Choose yes, no or not sure.",
    )
    danger = fields.Choice(
        label="Does it show a threat to life, or self-harm?",
        choices=asking.YES_NO_NOT_SURE,
        missing="Choose yes, no or not sure.",
    )


class Particulars(asking.Form):
    """What is said about a record. A date that has not come is refused, as in a report."""

    masks = True

    def clean_seen_on(self) -> date | None:
        """The date, not in the future."""
        seen: date | None = self.cleaned_data["seen_on"]
        if seen and (reason := dates.why_not_yet(seen, today=clock.london(timezone.now()).date())):
            raise ValidationError(reason)
        return seen


class TextForm(Particulars):
    """A text message."""

    number = fields.Line(label="Number or contact it came from", longest=100, required=False)
    words = fields.Words(label="What it says", longest=5000, required=False, rows=3)
    seen_on = fields.DateBoxes(label="Date", required=False)
    seen_time = fields.TimeText(label="Time", required=False, hint="For example, 9:15pm.")


class EmailForm(Particulars):
    """An email."""

    sender = fields.Line(label="Who it came from", longest=254, required=False)
    subject = fields.Line(label="Subject line", longest=300, required=False)
    words = fields.Words(
        label="What it says",
        longest=5000,
        required=False,
        rows=3,
        hint="The original email file is worth more than a picture of it.",
    )
    seen_on = fields.DateBoxes(label="Date", required=False)


class VoicemailForm(Particulars):
    """A voicemail."""

    number = fields.Line(label="Number it came from", longest=100, required=False)
    words = fields.Words(label="What was said, as you heard it", longest=5000, required=False, rows=3)
    seen_on = fields.DateBoxes(label="Date", required=False)
    seen_time = fields.TimeText(label="Time", required=False, hint="For example, 9:15pm.")


class WebsiteForm(Particulars):
    """A website."""

    address = fields.Line(label="Address", longest=2000, required=False, hint="The whole web address, from “https”.")
    words = fields.Words(
        label="What it says", longest=5000, required=False, rows=3, hint="Do not describe a picture in detail."
    )
    seen_on = fields.DateBoxes(label="Date of the screen print", required=False)
    seen_time = fields.TimeText(label="Time of the screen print", required=False, hint="For example, 9:15pm.")
    zone = fields.Choice(label="Time zone", choices=ZONES, required=False, initial="Europe/London")


class SocialForm(WebsiteForm):
    """Social media, or a group in an app."""

    address = fields.Line(
        label="Address", longest=2000, required=False, hint="The web address, or the app and group if it has none."
    )
    handle = fields.Line(label="Account that posted it", longest=200, required=False)
    audience = fields.Choice(
        label="Who could see it?",
        choices=AUDIENCES,
        required=False,
        hint="Whoever could see it can pass it on.",
    )


FORMS: dict[str, type[Particulars]] = {
    Record.TEXT: TextForm,
    Record.EMAIL: EmailForm,
    Record.VOICEMAIL: VoicemailForm,
    Record.WEBSITE: WebsiteForm,
    Record.SOCIAL: SocialForm,
}


def particulars_form(kind: str, data: Mapping[str, Any] | None = None, **kwargs: Any) -> Particulars | None:
    """The form for a kind of record, or nothing for no such kind."""
    form = FORMS.get(kind)
    return form(data, **kwargs) if form else None


def plain(form: asking.Form) -> dict[str, str]:
    """Answers as text: dates and times in the form that reads back."""
    return {
        name: value if isinstance(value, str) else value.isoformat()
        for name, value in form.cleaned_data.items()
        if value
    }


class CapturedForm(asking.Form):
    """What the browser extension says of a page that it captured. Nobody types this; a password in it is hidden."""

    masks = True
    address = fields.Line(label="Address", longest=2000)
    page_title = fields.Line(label="Title of the page", longest=300, required=False)
    window = fields.Line(label="Size of the window", longest=100, required=False)
    zone = fields.Line(label="Time zone", longest=60, required=False)
    taken_at = fields.Line(label="When it was captured", longest=40)
    sent_at = fields.Line(label="When it was sent", longest=40)

    def clean_taken_at(self) -> datetime:
        """An instant, by the clock of that computer."""
        return read_instant(self.cleaned_data["taken_at"])

    def clean_sent_at(self) -> datetime:
        """An instant, by the clock of that computer."""
        return read_instant(self.cleaned_data["sent_at"])


def read_instant(text: str) -> datetime:
    """An instant as a browser writes it (RFC 3339), in UTC."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValidationError("This time cannot be read.") from None


#: So far may the clock of a computer be from ours before a record says so.
_NEAR = timedelta(minutes=2)


def said_of_page(form: CapturedForm, *, at: datetime) -> dict[str, str]:
    """What is said of a captured page: a screen print's address, date, time and zone, and how that clock stood.

    The date and the time are those of that computer's clock, in London; `at` is ours when the files began to arrive.
    """
    said = form.cleaned_data
    here = clock.london(said["taken_at"])
    ahead = said["sent_at"] - at
    minutes = round(abs(ahead) / timedelta(minutes=1))
    stood = f"About {minutes} minutes {'fast' if ahead > timedelta() else 'slow'} when this was sent"
    return {
        "address": said["address"],
        "page_title": said["page_title"],
        "window": said["window"],
        "seen_on": here.date().isoformat(),
        "seen_time": here.time().replace(microsecond=0, tzinfo=None).isoformat(),
        "zone": "Europe/London",
        "clock": (stood if abs(ahead) > _NEAR else "Right, to within two minutes")
        + f". Its zone: {said['zone'] or 'not said'}",
    }


class WhereForm(asking.Form):
    """Where something is that must not be copied."""

    masks = True
    where = fields.Words(
        label="Where is it?",
        longest=2000,
        required=False,
        rows=2,
        hint="The address, or the app, group or account. It never becomes a link.",
    )
    seen_by = fields.Words(label="Who else has seen it?", longest=2000, required=False, rows=2)
    more = fields.Words(
        label="Anything else?", longest=5000, required=False, rows=3, hint="Do not describe the image in detail."
    )


class PlaceForm(asking.Form):
    """Where a picture of an adult is that must not be copied: the place, the account and the time, and nothing else."""

    masks = True
    where = fields.Words(
        label="Where is it?",
        longest=2000,
        required=False,
        rows=2,
        hint="The address, or the app and group. It never becomes a link.",
    )
    handle = fields.Line(label="Account that posted it", longest=200, required=False)
    seen_on = fields.DateBoxes(label="Date you saw it", required=False, hint="For example, 12 11 2026.")
    seen_time = fields.TimeText(label="Time you saw it", required=False, hint="For example, 9:15pm.")
