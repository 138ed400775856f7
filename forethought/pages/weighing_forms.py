"""What is asked while a matter is weighed: was it them, how serious, in proportion, in work time. Clauses 9.2c, 9.3."""

from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from forethought.core import clock, dates
from forethought.investigations import attribution, seriousness, work_time
from forethought.investigations.attribution import View
from forethought.investigations.seriousness import Factors
from forethought.investigations.visible import Seen
from forethought.investigations.work_time import Break, Hours
from forethought.pages import acts, asking, fields
from forethought.pages.seen_times import instant

WHY = "Say why, in a few words."
NOT_KNOWN = "Answer this. “Not known” is an answer too."
LONG = 5000


class AttributionForm(acts.Versioned):
    """Was it them?"""

    bases = fields.Choices(label="On what does it rest?", choices=list(attribution.BASES.items()), required=False)
    basis = fields.Words(
        label="What is there, and where does it come from?", longest=LONG, rows=4, required=False, hint="No passwords."
    )
    result = fields.Choice(
        label="What is shown?",
        choices=list(attribution.RESULTS.items()),
        missing="Choose what is shown.",
        hint=attribution.STANDARD,
    )
    reasons = fields.Words(label="Why?", longest=LONG, rows=4, missing=WHY)

    bases.says_optional = False
    basis.says_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in attribution.ALTERNATIVES.items():
            self.fields[f"other_{name}"] = fields.Words(
                label=f"{label}: what did you find?", longest=LONG, rows=2, required=False
            )
            self.fields[f"other_{name}"].says_optional = False  # type: ignore[attr-defined]
        others = [f"other_{name}" for name in attribution.ALTERNATIVES]
        self.order_fields(["version", "bases", "basis", *others, "result", "reasons"])

    def view(self) -> View:
        """As the rules ask it."""
        said = self.cleaned_data
        return View(
            result=said["result"],
            bases=said["bases"],
            basis=said["basis"],
            alternatives={one: said[f"other_{one}"] for one in attribution.ALTERNATIVES},
            reasons=said["reasons"],
        )


class SeriousnessForm(acts.Versioned):
    """How serious is it? Four factors, what speaks for the person, and what may protect them."""

    nature = fields.Choice(
        label="What kind of thing was it?", choices=list(seriousness.NATURE.items()), missing="Choose one."
    )
    nature_why = fields.Words(label="What does that rest on?", longest=LONG, rows=3, missing="Say what it rests on.")
    seen_on = fields.DateBoxes(
        label="When was it posted, or first seen?",
        required=False,
        hint="What is known is filled in. Nobody knows? Leave it empty.",
    )
    seen_time = fields.TimeText(label="At what time?", required=False, hint="For example, 9:15pm.")
    gone_on = fields.DateBoxes(label="When was it gone?", required=False, hint="Still there? Leave it empty.")
    gone_time = fields.TimeText(label="At what time was it gone?", required=False)
    spread = fields.Choice(
        label="How far may it have spread?", choices=list(seriousness.SPREAD.items()), missing="Choose one."
    )
    spread_why = fields.Words(
        label="What shows how far it went?", longest=LONG, rows=3, missing="Say what it rests on. “Nothing” is enough."
    )
    effect = fields.Choices(label="What did it do?", choices=list(seriousness.EFFECT.items()))
    effect_why = fields.Words(label="What shows what it did?", longest=LONG, rows=3, missing="Say what it rests on.")
    flags = fields.Choices(
        label="Could any of it be one of these?",
        choices=[*seriousness.FLAGS.items(), (seriousness.NO_FLAG, "None of these")],
        hint="They may be protected by law. Any of them, and you weigh proportion before any sanction.",
        missing="Choose what fits, or “None of these”.",
    )
    intent = fields.Choice(
        label="Was it meant?", choices=list(seriousness.INTENT.items()), required=False, initial="unknown"
    )
    deleted = fields.Choice(
        label="Did they take it down?",
        choices=list(seriousness.YES_NO_UNKNOWN.items()),
        required=False,
        initial="unknown",
    )
    apology = fields.Choice(
        label="Did they say sorry?", choices=list(seriousness.YES_NO_UNKNOWN.items()), required=False, initial="unknown"
    )
    purpose = fields.Choice(
        label="Whose account was it?",
        choices=list(seriousness.PURPOSE.items()),
        required=False,
        initial="unknown",
        hint="Their own? Then you weigh proportion before any sanction, and say what links it to their work here.",
    )
    mitigation = fields.Words(
        label="What speaks for them?", longest=LONG, rows=3, required=False, hint="Only what they want to be known."
    )

    def __init__(self, *args: Any, records: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order = list(self.fields)
        for factor, after in (("nature", "nature_why"), ("spread", "spread_why"), ("effect", "effect_why")):
            if records:
                self.fields[f"{factor}_records"] = fields.Choices(
                    label="Which records show it?", choices=records, required=False
                )
                order.insert(order.index(after) + 1, f"{factor}_records")
        self.order_fields(["version", *order])

    def clean(self) -> dict[str, Any]:
        """Times that have not come are refused, a time without its day, and an end before the beginning."""
        cleaned = super().clean()
        for name in ("seen", "gone"):
            day, at = cleaned.get(f"{name}_on"), cleaned.get(f"{name}_time")
            if at and not day and f"{name}_on" not in self.errors:
                self.add_error(f"{name}_on", "Enter the day too.")
            if day and (reason := dates.why_not_yet(day, today=clock.london(timezone.now()).date())):
                self.add_error(f"{name}_on", reason)
        if not self.errors and self._ends_first():
            self.add_error("gone_on", "That is before it was posted or first seen. Look at both again.")
        return cleaned

    def _ends_first(self) -> bool:
        """Whether it was gone before it was there. Of one day only two times can say so."""
        first, gone = self.cleaned_data["seen_on"], self.cleaned_data["gone_on"]
        if not first or not gone or first != gone:
            return bool(first and gone and gone < first)
        began, ended = self.cleaned_data["seen_time"], self.cleaned_data["gone_time"]
        return bool(began and ended and ended < began)

    def seen(self, known: Seen) -> Seen:
        """When it could be seen, as answered here, with what the looks say besides."""
        first, gone = self._instant("seen"), self._instant("gone")
        to_the_day = bool(self.cleaned_data["seen_on"] and not self.cleaned_data["seen_time"])
        to_the_day = to_the_day or bool(self.cleaned_data["gone_on"] and not self.cleaned_data["gone_time"])
        if first and gone:
            # Only one of two times on one day is known: it was there for a part of that day, and not less than nothing.
            gone = max(first, gone)
        return Seen(
            first_seen_at=first,
            noticed_at=known.noticed_at,
            there_at=known.there_at,
            gone_at=gone,
            to_the_day=to_the_day,
            came_back=known.came_back,
        )

    def _instant(self, name: str) -> datetime | None:
        day: date | None = self.cleaned_data[f"{name}_on"]
        return instant(day, self.cleaned_data[f"{name}_time"] or time(12)) if day else None

    def factors(self, known: Seen) -> Factors:
        """As the rules ask it."""
        said = self.cleaned_data
        return Factors(
            nature=said["nature"],
            spread=said["spread"],
            effect=said["effect"],
            flags=said["flags"],
            seen=self.seen(known),
            records={one: said.get(f"{one}_records", []) for one in ("nature", "spread", "effect")},
            around={one: said[one] for one in ("intent", "deleted", "apology", "purpose")},
        )

    def said(self) -> dict[str, str]:
        """The words, by factor."""
        words = self.cleaned_data
        return {
            "nature": words["nature_why"],
            "spread": words["spread_why"],
            "effect": words["effect_why"],
            "mitigation": words["mitigation"],
        }


class ProportionForm(acts.Versioned):
    """Would a sanction go too far?"""

    result = fields.Choice(
        label="Would a sanction go too far?", choices=list(seriousness.PROPORTION.items()), missing="Choose one."
    )
    reasons = fields.Words(label="Why?", longest=LONG, rows=4, missing=WHY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order = []
        for name, question in seriousness.QUESTIONS.items():
            self.fields[f"on_{name}"] = fields.Words(
                label=question, longest=LONG, rows=3, missing=seriousness.MISSING.get(name, NOT_KNOWN)
            )
            order.append(f"on_{name}")
        for name, question in seriousness.SCREENS.items():
            self.fields[f"screen_{name}"] = fields.Choice(
                label=question, choices=asking.YES_NO_NOT_SURE, missing="Choose yes, no or not sure."
            )
            self.fields[f"advice_{name}"] = fields.Words(
                label="What was advised about that?",
                longest=LONG,
                rows=2,
                required=False,
                hint="Needed unless the answer is no. From HR or a lawyer.",
            )
            order += [f"screen_{name}", f"advice_{name}"]
        self.order_fields(["version", *order, "result", "reasons"])

    def answers(self) -> dict[str, Any]:
        """As the procedure takes them."""
        said = self.cleaned_data
        return {
            "result": said["result"],
            "answers": {one: said[f"on_{one}"] for one in seriousness.QUESTIONS},
            "screens": {one: said[f"screen_{one}"] for one in seriousness.SCREENS},
            "advice": {one: said[f"advice_{one}"] for one in seriousness.SCREENS},
            "reasons": said["reasons"],
        }


class UseForm(acts.Versioned):
    """Use in work time."""

    day = fields.DateBoxes(label="On which day?", missing="Enter the day.")
    starts = fields.TimeText(label="From", missing="Enter a time.", hint="For example, 10:15am.")
    ends = fields.TimeText(label="Until", missing="Enter a time.")
    how_known = fields.Choice(
        label="How is it known?",
        choices=list(work_time.KNOWN_BY.items()),
        hint=work_time.NO_WATCHING,
        missing="Choose one.",
    )
    excuse = fields.Choice(
        label="Was it one of these?",
        choices=list(work_time.EXCUSES.items()),
        hint="Ask them first. Each is a good reason, and no misuse.",
        missing="Say whether it was one of these.",
    )
    effect = fields.Words(
        label="What did it do to their work?", longest=LONG, rows=3, missing="Say what it did. “Nothing” is an answer."
    )
    reason = fields.Words(
        label="If it was not work time, or one of these: why go on with it?", longest=LONG, rows=2, required=False
    )


class WarningForm(asking.Form):
    """Until when a warning is live."""

    given_on = fields.DateBoxes(label="When was it given?", missing="Enter the day it was given.")
    ends_on = fields.DateBoxes(
        label="What is its last day?",
        missing="Enter its last day.",
        hint="A suggestion is filled in. Check your own procedure.",
    )


class WorkTimeForm(asking.Form):
    """The school's work time."""

    starts = fields.TimeText(label="Work begins at", missing="Enter a time.")
    ends = fields.TimeText(label="Work ends at", missing="Enter a time.")
    lunch_starts = fields.TimeText(label="Lunch from", required=False)
    lunch_ends = fields.TimeText(label="Lunch until", required=False)
    break_starts = fields.TimeText(label="Another break from", required=False)
    break_ends = fields.TimeText(label="Another break until", required=False)
    from_day = fields.DateBoxes(label="From which day on?", missing="Enter a day.")

    def clean(self) -> dict[str, Any]:
        """A break has a start and an end."""
        cleaned = super().clean()
        for name in ("lunch", "break"):
            if bool(cleaned.get(f"{name}_starts")) != bool(cleaned.get(f"{name}_ends")):
                self.add_error(f"{name}_ends", ValidationError("Enter both times, or neither."))
        return cleaned

    def hours(self) -> Hours:
        """As the rules ask it."""
        said = self.cleaned_data
        found = (("Lunch", "lunch"), ("The break", "break"))
        breaks = (Break(name, said[f"{one}_starts"], said[f"{one}_ends"]) for name, one in found)
        return Hours(said["starts"], said["ends"], tuple(one for one in breaks if one.starts))
