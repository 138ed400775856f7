"""Data protection for everybody who works here: telling of a breach, and where complaints go. Clause 11.1."""

from datetime import datetime
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import NoSuchTime, TwiceThatTime, from_london, london, spoken, spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.law_notes import law_notes
from forethought.protection import answering, breaches, rules, standing
from forethought.protection.models import DataBreach
from forethought.protection.rules import About

HOME = "/data-protection/"
ABOUT = {
    "neither": "The data protection officer and the headteacher see it.",
    "head": "The headteacher never sees it. The chair of governors does.",
    "officer": "The data protection officer never sees it. The headteacher does.",
    "not_sure": "Neither of them sees it. The chair of governors does.",
}


@page
def overview(request: Request) -> HttpResponseBase:
    """What everybody may do, what one told of, and the registers for those who see to them."""
    now, mine = timezone.now(), list(standing.told_by(request.viewer.person)[:10])
    return render(
        request,
        "forethought/protection/overview.html",
        {
            "title": "Data protection",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "asked": [
                {
                    "text": f"Asked on {spoken_day(one.received_at, now)}",
                    "href": f"{HOME}own/{one.pk}/",
                    "status": "Answered" if one.closed_at else "Being seen to",
                }
                for one in answering.own_requests(request.viewer.person)
            ],
            "mine": [{"text": f"Told at {spoken(one.told_at, now)}", "status": state_of(one)} for one in mine],
            "sees_to": bool(request.viewer.roles & rules.OFFICES),
            "back_href": "/",
            "laws": law_notes("11.1"),
        },
    )


def state_of(row: DataBreach) -> str:
    """How far a breach is, for whoever told of it."""
    return "Closed" if row.closed_at else "Being seen to"


class WhenForm(asking.Form):
    """A day and a time in London; empty, it is now."""

    day = fields.DateBoxes(label="Which day?", required=False, hint="Leave it empty if it is now.")
    time = fields.TimeText(label="What time?", required=False, hint="For example 2:30pm. A guess is fine.")

    def clean(self) -> dict[str, Any]:
        """The instant, in UTC, under `when`; nothing where it is now."""
        cleaned = super().clean()
        day, at = cleaned.pop("day", None), cleaned.pop("time", None)
        cleaned["when"] = None
        if at is not None and day is None:
            day = london(timezone.now()).date()
        if day is not None and not self.errors:
            if at is None:
                self.add_error("time", "Write about what time it was, too.")
            else:
                try:
                    cleaned["when"] = from_london(day, at)
                except (NoSuchTime, TwiceThatTime) as error:
                    self.add_error("time", error.sentence)
        return cleaned


def instant(said: dict[str, Any], now: datetime) -> datetime:
    """When something was, taken out of what a WhenForm said: as typed, else now."""
    when: datetime | None = said.pop("when")
    return when or now


class BreachForm(WhenForm):
    """What got out, was changed or lost."""

    near = fields.Choice(
        label="Did it happen, or did it nearly happen?",
        choices=[("no", "It happened, or I am not sure"), ("yes", "It nearly happened. Nothing got out")],
        missing="Choose one.",
    )
    happened = fields.Words(
        label="What happened?",
        longest=rules.LONGEST,
        rows=5,
        hint="For example: a mail to the wrong family, a lost stick, a list left in a classroom. Name no more people "
        "than you must.",
        missing="Say what happened. A few words are enough.",
    )
    what = fields.Line(
        label="What kind of data is it?", longest=500, required=False, hint="Names, addresses, health, reports…"
    )
    whose = fields.Line(
        label="Whose data is it?", longest=500, required=False, hint="For example, pupils of one class."
    )
    how_many = fields.Line(label="About how many people?", longest=rules.LONGEST_NAME, required=False)
    done = fields.Words(label="What was done about it so far?", longest=rules.LONGEST, rows=3, required=False)
    about = fields.Choice(
        label="Could it be something that one of these did?",
        choices=About.choices(),
        hints=ABOUT,
        missing="Choose one.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].label = "When did somebody here first know? The day"
        self.fields["time"].label = "And about what time?"
        self.order_fields(["near", "happened", "what", "whose", "how_many", "done", "day", "time", "about"])


@page
def note_data_breach(request: Request) -> HttpResponseBase:
    """Tell of a breach of personal data, or of a near miss."""
    now = timezone.now()

    def do(said: dict[str, Any]) -> DataBreach:
        return breaches.note_data_breach(
            known_at=instant(said, now),
            near_miss=said.pop("near") == "yes",
            about=said.pop("about"),
            said=said,
            by=request.viewer.person,
            at=now,
        )

    return acts.act(
        request,
        BreachForm(request.POST if request.method == "POST" else None),
        do,
        to=HOME,
        title="Personal data got out, or was lost",
        button="Tell those who see to it",
        done="Thank you. They have been told.",
        back_href=HOME,
        lead=[
            "Tell it now, even if you are not sure. The school has 72 hours, nights and weekends too.",
            "Telling it early is never held against you here. Do not try to hide or delete anything.",
        ],
    )
