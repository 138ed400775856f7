"""The register of breaches of personal data, for those who see to them. Clause 11.1."""

import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import spoken, spoken_until
from forethought.evidence import keyring
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.data_protection import WhenForm, instant
from forethought.people import casting
from forethought.people.models import Person
from forethought.protection import breaches, ico_text, rules, standing
from forethought.protection.models import DataBreach, DataBreachStep
from forethought.protection.rules import Risk

HOME = "/data-protection/breaches/"
RISK_COLOURS = {Risk.UNLIKELY: "grey", Risk.LIKELY: "orange", Risk.HIGH: "red"}
YES_NO_NOT_SURE = asking.YES_NO_NOT_SURE


@page
def listing(request: Request) -> HttpResponseBase:
    """The register: what is open first, soonest due first. No word of what happened stands in it."""
    now, found = timezone.now(), standing.breaches(request.viewer.roles)
    return render(
        request,
        "forethought/protection/breaches.html",
        {
            "title": "Breaches of personal data",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "open": [_line(one, now) for one in found.filter(closed_at=None).order_by("due_at", "id")],
            "closed": [
                _line(one, now) for one in found.exclude(closed_at=None).order_by("-closed_at")[: standing.MOST]
            ],
            "back_href": "/data-protection/",
        },
    )


def _line(row: DataBreach, now: datetime) -> dict[str, str]:
    text = f"{'Near miss' if row.near_miss else 'Breach'}, told at {spoken(row.told_at, now)}"
    line = {"text": text, "href": f"{HOME}{row.pk}/", "status": "Closed" if row.closed_at else "Open"}
    if standing.clock_runs(row):
        late = row.due_at <= now
        line["hint"] = f"To the ICO by {spoken(row.due_at, now)}, if a risk is not unlikely: {until(row, now)}."
        line |= {"status": "Late", "colour": "red"} if late else {"status": "Clock runs", "colour": "orange"}
    elif row.risk and not row.near_miss:
        line["hint"] = f"{Risk(row.risk).words}."
    return line


def until(row: DataBreach, now: datetime) -> str:
    """How much is left of the 72 hours, or how late it is."""
    return spoken_until(row.due_at, now)


def load(request: Request, data_breach_id: uuid.UUID) -> DataBreach:
    """A breach that the viewer sees to, or “no such page”."""
    rows = standing.breaches(request.viewer.roles).select_related("told_by", "school")
    found: DataBreach | None = rows.filter(pk=data_breach_id).first()
    if found is None:
        raise Http404
    return found


@page
def data_breach(request: Request, data_breach_id: uuid.UUID) -> HttpResponseBase:
    """One breach: the clock, what was told, what was done, what is still to do."""
    found, now = load(request, data_breach_id), timezone.now()
    said = breaches.see_data_breach(data_breach=found, by=request.viewer.person, at=now)
    steps = steps_of(found)
    runs = standing.clock_runs(found)
    late = runs and found.due_at <= now
    return render(
        request,
        "forethought/protection/breach.html",
        {
            "title": "Near miss" if found.near_miss else "Breach of personal data",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "row": found,
            "base": f"{HOME}{found.pk}/",
            "open": found.closed_at is None,
            "runs": runs,
            "clock": f"{'The ICO was to be told' if late else 'Tell the ICO'} by {spoken(found.due_at, now)}, unless a "
            f"risk to people is unlikely: {until(found, now)}.",
            "state": "late" if late else "soon",
            "risk": Risk(found.risk).words if found.risk else "",
            "risk_colour": RISK_COLOURS[Risk(found.risk)] if found.risk else "",
            "needs_ico": found.risk in {Risk.LIKELY, Risk.HIGH} and found.ico_told_at is None,
            "needs_people": found.risk == Risk.HIGH and found.people_told_at is None,
            "rows": told_rows(found, said, now),
            "steps": [_step_row(one, words, now) for one, words in steps],
            "back_href": HOME,
        },
    )


def told_rows(row: DataBreach, said: dict[str, Any], now: datetime) -> list[dict[str, str]]:
    """What was told, question by question."""
    told = [
        ("What happened", said.get("happened")),
        ("Kind of data", said.get("what")),
        ("Whose data", said.get("whose")),
        ("How many people", said.get("how_many")),
        ("Done so far", said.get("done")),
        ("Somebody here knew", spoken(row.known_at, now)),
        ("Told", f"{spoken(row.told_at, now)}, by {row.told_by.name}"),
        ("May be about", "" if row.about == "neither" else rules.About(row.about).words),
    ]
    return [{"key": key, "value": str(value)} for key, value in told if value]


def steps_of(row: DataBreach) -> list[tuple[DataBreachStep, dict[str, Any]]]:
    """What was done, oldest first, with its words."""
    rows = row.steps.select_related("noted_by").order_by("noted_at", "id")
    return [(one, keyring.words_at_school(one, "content")) for one in rows]


def _step_row(step: DataBreachStep, words: dict[str, Any], now: datetime) -> dict[str, Any]:
    lines = [str(words.get("words", ""))]
    if step.kind == "weighed":
        proposed = Risk(words["came_to"])
        lines = [f"{Risk(step.choice).words}.", *words["because"], *lines]
        if proposed != step.choice:
            lines.insert(1, f"The answers came to: {proposed.words.lower()}.")
    if told_at := words.get("told_at"):
        lines.insert(0, f"At {spoken(datetime.fromisoformat(told_at), now)}.")
    return {
        "what": breaches.STEPS[step.kind],
        "at": spoken(step.noted_at, now),
        "who": step.noted_by.name,
        "lines": [one for one in lines if one],
    }


def officer_now(now: datetime) -> str:
    """The name of the data protection officer, or nothing while nobody holds the office."""
    held = casting.cast_at(now).protection_officer
    found = Person.objects.filter(pk=held).values_list("name", flat=True).first() if held else None
    return str(found or "")


@page
def text_for_ico(request: Request, data_breach_id: uuid.UUID) -> HttpResponseBase:
    """The report to the ICO as text to copy. A person sends it, on the ICO's own page or by phone."""
    found, now = load(request, data_breach_id), timezone.now()
    said = breaches.see_data_breach(data_breach=found, by=request.viewer.person, at=now)
    steps = steps_of(found)
    weighed = next((words for one, words in reversed(steps) if one.kind == "weighed"), None)

    def noted(*kinds: str) -> list[str]:
        return [str(words["words"]) for one, words in steps if one.kind in kinds]

    known = ico_text.Known(
        school=found.school.name,
        officer=officer_now(now),
        happened="\n".join([str(said.get("happened", "")), *noted("found")]),
        what=str(said.get("what", "")),
        whose=str(said.get("whose", "")),
        how_many=str(said.get("how_many", "")),
        known_at=found.known_at,
        told_at=found.told_at,
        risk=Risk(found.risk).words if found.risk else "",
        because=weighed["because"] if weighed else (),
        done=[one for one in [str(said.get("done", "")), *noted("contained")] if one],
        lessons=noted("lesson"),
        people_told="\n".join(noted("people_told")),
    )
    return render(
        request,
        "forethought/protection/ico_text.html",
        {
            "title": "Text for the ICO",
            "text": ico_text.ico_text(known, at=now),
            "base": f"{HOME}{found.pk}/",
            "back_href": f"{HOME}{found.pk}/",
        },
    )


class StepForm(asking.Form):
    """What was done."""

    kind = fields.Choice(
        label="What do you want to note?",
        choices=[(key, breaches.STEPS[key]) for key in ("contained", "found", "lesson")],
        missing="Choose one.",
    )
    words = fields.Words(label="In a few words", longest=rules.LONGEST, rows=5, missing="Write a few words.")


def _act(request: Request, found: DataBreach, form: asking.Form, do: Any, **values: Any) -> HttpResponseBase:
    back = f"{HOME}{found.pk}/"
    return acts.act(
        request,
        form,
        lambda said: do(data_breach=found, **said, by=request.viewer.person, at=timezone.now()),
        to=back,
        back_href=back,
        row=found,
        **{"done": "It is noted.", **values},
    )


@page
def note_breach_step(request: Request, data_breach_id: uuid.UUID) -> HttpResponseBase:
    """Note what was done to stop it, what was found out, or what is done from now on."""
    found = load(request, data_breach_id)
    form = StepForm(request.POST if request.method == "POST" else None)
    return _act(request, found, form, breaches.note_breach_step, title="Note something", button="Save")


class WeighForm(acts.Versioned):
    """The questions of the weighing, and once they are answered what they come to, to be confirmed."""

    risk = fields.Choice(label="What do you say?", choices=Risk.choices(), missing="Choose what you say.")
    reason = fields.Words(
        label="Why, if you think otherwise", longest=2000, rows=3, required=False, hint="What the questions miss."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in rules.QUESTIONS:
            self.fields[one.key] = fields.Choice(label=one.words, hint=one.hint, choices=YES_NO_NOT_SURE)
        self.order_fields(["version", *(one.key for one in rules.QUESTIONS), "risk", "reason"])
        self.weighed: rules.Weighed | None = None
        if "risk" not in self.data:
            del self.fields["risk"], self.fields["reason"]

    def answers(self) -> dict[str, str]:
        """The answers to the questions."""
        return {one.key: self.cleaned_data[one.key] for one in rules.QUESTIONS}


@page
def weigh_breach(request: Request, data_breach_id: uuid.UUID) -> HttpResponseBase:
    """Answer the questions, see what they come to, and confirm it or say otherwise."""
    found = load(request, data_breach_id)
    form = WeighForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    values: dict[str, Any] = {
        "title": "What may it mean for people?",
        "template": "forethought/protection/weigh.html",
    }
    if form.is_bound and "risk" not in form.data and form.is_valid():
        weighed = rules.weigh(form.answers())
        proposed = WeighForm({**form.data.dict(), "risk": weighed.risk.value, "reason": ""})  # type: ignore[attr-defined]
        proposed.is_valid()
        back = f"{HOME}{found.pk}/"
        return asking.ask(request, proposed, button="This is what I say", weighed=weighed, back_href=back, **values)

    def do(version: int, risk: str, reason: str, **said: Any) -> DataBreachStep:
        keep = {name: said[name] for name in ("data_breach", "by", "at")}
        return breaches.weigh_breach(version=version, risk=risk, reason=reason, answers=form.answers(), **keep)

    return _act(request, found, form, do, button="See what it comes to" if not form.is_bound else "Go on", **values)


class IcoToldForm(WhenForm, acts.Versioned):
    """When the ICO was told."""

    reference = fields.Line(label="The reference that it gave", longest=200, required=False)


@page
def note_ico_told(request: Request, data_breach_id: uuid.UUID) -> HttpResponseBase:
    """Note that the ICO was told."""
    found = load(request, data_breach_id)
    form = IcoToldForm(request.POST if request.method == "POST" else None, initial={"version": found.version})

    def do(**said: Any) -> None:
        breaches.note_ico_told(told_at=instant(said, said["at"]), **said)

    lead = ["Tell the ICO first, on its page or by phone. This only notes that you did."]
    return _act(request, found, form, do, title="The ICO was told", button="Save", lead=lead)


class PeopleToldForm(WhenForm, acts.Versioned):
    """When and how the people were told."""

    words = fields.Words(
        label="How were they told, and what?",
        longest=rules.LONGEST,
        rows=5,
        missing="Say how they were told, and what.",
        hint="They need: what happened, whom to ask, what it may lead to, what was done, and what they can do.",
    )


@page
def note_people_told(request: Request, data_breach_id: uuid.UUID) -> HttpResponseBase:
    """Note that the people it is about were told."""
    found = load(request, data_breach_id)
    form = PeopleToldForm(request.POST if request.method == "POST" else None, initial={"version": found.version})

    def do(**said: Any) -> None:
        breaches.note_people_told(told_at=instant(said, said["at"]), **said)

    return _act(request, found, form, do, title="The people were told", button="Save")


class RealForm(acts.Versioned):
    """Why it is no near miss."""

    words = fields.Words(label="What did you learn?", longest=2000, rows=4, missing="Say what you learned.")


@page
def treat_as_breach(request: Request, data_breach_id: uuid.UUID) -> HttpResponseBase:
    """Say that it was no near miss after all."""
    found = load(request, data_breach_id)
    form = RealForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    lead = ["The 72 hours then run from when somebody at the school first knew."]
    return _act(request, found, form, breaches.treat_as_breach, title="It did happen", button="Save", lead=lead)


class CloseForm(acts.Versioned):
    """Closing it."""

    reason = fields.Words(
        label="Was somebody not told who should have been? Why not?", longest=2000, rows=4, required=False
    )


@page
def close_data_breach(request: Request, data_breach_id: uuid.UUID) -> HttpResponseBase:
    """Close a breach or a near miss."""
    found = load(request, data_breach_id)
    form = CloseForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    lead = ["It stays on the register, as the law wants, whether or not the ICO was told."]
    return _act(
        request, found, form, breaches.close_data_breach, title="Close it", button="Close it", done="Closed.", lead=lead
    )
