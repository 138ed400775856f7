"""What a concern asks: three answers, and the rest only if somebody knows. Clauses 6.1, 6.5, 6.6."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from forethought.core.clock import from_london, london
from forethought.pages import asking, fields
from forethought.people.models import Person
from forethought.safeguarding import threshold
from forethought.safeguarding.tagging import every_tag, tags


class ConcernForm(asking.Form):
    """One page. The gap between seeing and telling is asked about once, without blame."""

    masks = True
    danger = fields.Choice(
        label="Is anyone in danger now?", choices=asking.YES_NO_NOT_SURE, missing="Choose yes, no or not sure."
    )
    told = fields.Words(
        label="What did you see or hear?",
        longest=20_000,
        rows=7,
        hint="Your own words, and theirs as they were said. Do not describe a picture in detail. Leave out passwords.",
        missing="Tell us what you saw or heard. A few words are enough.",
    )
    child = fields.Line(
        label="Which child?",
        longest=200,
        required=False,
        hint="As little as is needed to know who it is: a first name and class, say.",
    )
    adult = fields.Choice(
        label="Is an adult who works or helps here in it?",
        choices=asking.YES_NO_NOT_SURE,
        missing="Choose yes, no or not sure.",
        hints={"yes": "They never see this, whatever their role."},
    )
    name = fields.Line(label="If so, who?", longest=200, required=False, hint="A guess is fine. Say it is one.")
    head = fields.Choice(
        label="Could it be the headteacher?",
        choices=asking.YES_NO_NOT_SURE,
        required=False,
        hint="Answer this if an adult may be in it.",
        hints={"yes": "The chair of governors handles it. The headteacher never sees it."},
    )
    lead = fields.Choice(
        label="Could it be the safeguarding lead?",
        choices=asking.YES_NO_NOT_SURE,
        required=False,
        hint="Answer this if an adult may be in it.",
        hints={"yes": "The headteacher handles it, or the chair. The safeguarding lead never sees it."},
    )
    where = fields.Line(
        label="Where is it, if it is online?",
        longest=2000,
        required=False,
        hint="A web address, or the app and group. Do not go back to look.",
    )
    picture = fields.Choice(
        label="Is there a picture or film of somebody nude, partly nude or sexual?",
        choices=asking.YES_NO_NOT_SURE,
        missing="Choose yes, no or not sure.",
        hint="Answer from memory. Made by a computer, drawn over or blurred counts.",
    )
    tags = fields.Choices(label="Is it one of these?", choices=[], required=False, hint="Leave it if unsure.")
    seen_on = fields.DateBoxes(label="When did you see or hear it?", required=False, hint="For example, 12 11 2026.")
    seen_time = fields.TimeText(label="At what time?", required=False, hint="For example, 2:30pm.")
    gap = fields.Words(
        label="Is there a reason why you tell us now?",
        longest=2000,
        rows=2,
        required=False,
        hint="It helps us to help. Nobody is blamed. You can leave it empty.",
    )
    gap_asked = fields.Line(label="", longest=3, required=False, widget=forms.HiddenInput)
    names_asked = fields.Line(label="", longest=3, required=False, widget=forms.HiddenInput)
    press = fields.Line(label="", longest=36, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        anonymous: bool = False,
        visitor: bool = False,
        named: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """`named`: those who might handle it and whose name stands in the words, with what they are called."""
        super().__init__(*args, **kwargs)
        self.fields["tags"].choices = list(tags().items())  # type: ignore[attr-defined]
        for name in ("head", "lead"):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]
        self.fields["seen_on"].initial = london(timezone.now()).date()
        if visitor:
            self.fields = {"reporter_name": name_field(required=not anonymous), **self.fields}
        if not self.asked("gap_asked"):
            self.fields["gap"].widget = forms.HiddenInput()
        if named:
            self.fields["only_mentioned"] = fields.Choices(
                label="Who of these has no part in it?",
                choices=list(named.items()),
                required=False,
                hint="They stand in your words. Tick those who only helped or were told. The others will not see it.",
            )

    def asked(self, name: str) -> bool:
        """Whether something that is asked about once was asked before this press."""
        return self.is_bound and self.data.get(name) == "yes"

    def clean(self) -> dict[str, Any]:
        """When it was seen, as one instant in UTC. Asks once about a gap of more than a day."""
        cleaned = super().clean()
        now = timezone.now()
        day = cleaned.get("seen_on")
        seen = from_london(day, cleaned.get("seen_time") or midday_or_now(day, now)) if day else None
        if seen is not None and seen > now:
            self.add_error("seen_on", "That time has not come yet.")
        cleaned["observed_at"] = seen.astimezone(UTC).isoformat() if seen is not None else ""
        cleaned["day_only"] = "yes" if seen is not None and not cleaned.get("seen_time") else ""
        if cleaned.get("adult") in {"yes", "not_sure"}:
            for name in ("head", "lead"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, "Choose yes, no or not sure. It decides who sees this.")
        if not self.errors:
            first, maybe = seen, False
            if day and cleaned["day_only"] and day < london(now).date():
                # Nobody knows whether a whole day went by, so it is asked about.
                first = from_london(day, time())
                maybe = not threshold.asks_about_gap(observed_at=first + threshold.GAP, told_at=now)
            gap = threshold.asks_about_gap(observed_at=first, told_at=now, danger=cleaned["danger"])
            self.ask_once(gap, when="may be" if maybe else "was")
        return cleaned

    def ask_once(self, gap: bool, *, when: str) -> None:
        """Ask about a gap, and about names in the words, once. What was written stays; the next press sends it."""
        again = self.data.copy()  # type: ignore[attr-defined]
        if gap and not self.asked("gap_asked"):
            again["gap_asked"] = "yes"
            self.fields["gap"].widget = forms.Textarea(attrs={"rows": 2})
            self.add_error(
                "gap", f"This {when} more than a day ago. Is there a reason? Then send it again, with or without one."
            )
        if "only_mentioned" in self.fields and not self.asked("names_asked"):
            again["names_asked"] = "yes"
            self.add_error(
                "only_mentioned", "Somebody’s name stands in your words. Say who has no part in it, then send it again."
            )
        self.data = again

    def clean_press(self) -> str:
        """The form's own mark; one that is none gets a new one."""
        try:
            return str(uuid.UUID(self.cleaned_data["press"]))
        except ValueError:
            return str(uuid.uuid4())


def midday_or_now(day: object, now: datetime) -> time:
    """The time of a day when none was given: now for today, else midday. London."""
    here = london(now)
    return here.time() if day == here.date() else time(12)


def name_field(*, required: bool) -> fields.Line:
    """The name of somebody without an account."""
    return fields.Line(
        label="Your name",
        longest=120,
        required=required,
        hint="So that we can help you and keep you told. We cannot promise that it stays unknown.",
        missing="Write your name. If that worries you, call the safeguarding lead instead.",
    )


class LowLevelForm(asking.Form):
    """A nagging doubt about an adult's conduct. Whoever has no account writes the name, and is shown no list."""

    masks = True
    about = fields.Pick(label="Whom is it about?", choices=[], missing="Choose a person.")
    name = fields.Line(
        label="Whom is it about?", longest=200, missing="Write whom it is about. A guess is fine.", hint="A full name."
    )
    sort = fields.Choice(label="What is it?", choices=threshold.Sort.choices(), missing="Choose one.")
    told = fields.Words(
        label="What happened?",
        longest=10_000,
        rows=6,
        hint="What you saw or heard, where and when. Leave out passwords.",
        missing="Write what happened. A few words are enough.",
    )
    place = fields.Line(
        label="Where was it?",
        longest=80,
        required=False,
        hint="A room, a trip or an app. It helps to see what keeps happening in one place.",
    )
    unnamed = fields.Choice(
        label="May your name be said to the person?",
        choices=[("yes", "Yes"), ("no", "I would rather not")],
        missing="Choose an answer.",
        hint="We respect that as far as we can. We cannot promise it.",
    )
    press = fields.Line(label="", longest=36, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if viewer is None:
            del self.fields["about"]
            self.fields = {"reporter_name": name_field(required=False), **self.fields}
            return
        del self.fields["name"]
        people = Person.objects.filter(left_at__isnull=True).order_by("name")
        own = [(str(p.id), f"{p.name} (yourself)" if p.id == viewer.id else p.name) for p in people]
        self.fields["about"].choices = [("", "Choose"), *own]  # type: ignore[attr-defined]

    clean_press = ConcernForm.clean_press


class ThresholdForm(asking.Form):
    """The four questions of the harm threshold."""

    harmed = fields.Choice(
        label="The adult harmed a child, or may have", choices=asking.YES_NO_NOT_SURE, missing="Answer this question."
    )
    crime = fields.Choice(
        label="They may have committed a crime against a child, or one related to a child",
        choices=asking.YES_NO_NOT_SURE,
        missing="Answer this question.",
    )
    risk = fields.Choice(
        label="They behaved in a way that suggests a risk to children",
        choices=asking.YES_NO_NOT_SURE,
        missing="Answer this question.",
    )
    unsuitable = fields.Choice(
        label="They may not be suitable to work with children, because of conduct in school or outside",
        choices=asking.YES_NO_NOT_SURE,
        missing="Answer this question.",
    )
    words = fields.Words(label="Why do you think so?", longest=5000, rows=3, missing="Say why in a few words.")


class TagForm(asking.Form):
    """What a concern is about."""

    tags = fields.Choices(label="What is it about?", choices=[], required=False, hint="Any, several or none.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        carried = set(self.initial.get("tags", []))
        known = every_tag().items()
        self.fields["tags"].choices = [  # type: ignore[attr-defined]
            (key, words) for key, (words, on) in known if on or key in carried
        ]
