"""The case page and what a manager does on it. Clauses 8.1, 8.8, and the act of closing."""

import uuid
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from forethought.cases import listing as cases_of
from forethought.cases import procedures, rules
from forethought.cases.models import Capacity, Case, Group, Kind
from forethought.cases.standing import close_as_it_stands, standing_of
from forethought.core.clock import spoken_near
from forethought.evidence import keyring
from forethought.pages import acts, asking, case_rows, citing, fields, owing, suggestions, wording
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import address_of, row_of, title_of
from forethought.pages.contacts import contacts
from forethought.pages.door_rules import COUNTERS, HANDLERS, READERS
from forethought.pages.law_notes import law_notes
from forethought.pages.matter import case_referrals, handed_rows, matter_rows
from forethought.people.models import Person
from forethought.reports import strands
from forethought.safeguarding import heeding
from forethought.takedowns.models import Takedown
from forethought.takedowns.procedures import target_of
from forethought.takedowns.rules import Status


def _seat_in(text: str) -> uuid.UUID | None:
    """Where a page of the list begins, from its address; the first page for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@page
def listing(request: Request) -> HttpResponseBase:
    """The cases on whose list one is, as neutral rows. 25 at a time, by a cursor: never counted, never sorted whole."""
    now, after = timezone.now(), _seat_in(request.GET.get("after", ""))
    lines, more = cases_of.newest(request.viewer.person, now, after)
    if not request.viewer.roles & READERS and not lines:
        raise Http404
    rows = []
    for line in lines:
        row, due = row_of(line, now), line.owed_at
        when = ("Late since " if row["late"] else "By ") + spoken_near(due, now) if due else "Nothing due"
        rows.append({**row, "due": when})
    return render(
        request,
        "forethought/cases/listing.html",
        {
            "title": "Cases",
            "rows": rows,
            "next_href": f"?after={lines[-1].seat_id}" if more else "",
            "previous_href": "/cases/" if after else "",
            "back_href": "/",
            "sees_figures": bool(request.viewer.roles & COUNTERS),
        },
    )


def names_shown(request: Request, case: Case) -> bool:
    """Whether this session asked to see the names in this case. In an emergency reading there is no time to ask."""
    return getattr(case, "own_seat", "") == "glass" or str(case.id) in request.session.get("names", [])


@page
def case(request: Request, case: Case) -> HttpResponseBase:
    """Everything about a case, in the order of what is owed. Names and narrative only when asked for.

    A case of another kind is read on its own page.
    """
    if case.own_seat == "guest":  # type: ignore[attr-defined]
        return redirect("guest", case_id=case.id)
    if case.kind != Kind.REPORT:
        return redirect(address_of(case.kind, case.id))
    now, names, person = timezone.now(), names_shown(request, case), request.viewer.person
    key = keyring.case_key(case.school_id, case.id)
    reads_only = case.own_seat == "glass"  # type: ignore[attr-defined]
    handles = bool(request.viewer.roles & HANDLERS) and not reads_only
    parties = case_rows.party_rows(case, names, key, now)
    owed = owing.lines_of(case, now, person=person, handles=handles)
    takedowns = list(case.takedowns.order_by("reported_at", "id"))
    return render(
        request,
        "forethought/cases/case.html",
        {
            "title": "Case",
            "heading": title_of(case.opened_at, case.label, now),
            "case": case,
            "names": names,
            "heed": heeding.what_stands(case),
            "handles": handles,
            "back_href": "/cases/",
            "owed": owed,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "parties": parties,
            "harmed": [row for row in parties if row["harmed"]],
            "contacts": contacts(case.school_id),
            "reports": case_rows.report_rows(case, names, key),
            "answers": wording.take_up_in_words(keyring.words(case, case_id=case.id, key=key))
            if names and case.content
            else [],
            "takedowns": [takedown_item(t, number, names, len(takedowns)) for number, t in enumerate(takedowns, 1)],
            "exhibits": case_rows.exhibit_rows(case, names, key),
            "messages": case_rows.message_rows(case, names, key),
            "police_reports": case_rows.police_rows(case, names, key, person, now),
            "decisions": case_rows.decision_rows(case, names, key, now),
            "timeline": case_rows.timeline(case, now),
            "why_not_close": rules.why_not_close(status=case.status, standing=standing_of(case)),
            "seats": case_rows.seat_rows(case, names, now),
            "cited": citing.rows_of(case, now),
            "matter": matter_rows(case, person, now, names=names),
            "handed": handed_rows(case, names, now),
            "referrals": case_referrals(case, names, now),
            "refer_href": f"/cases/{case.id}/note-referral/",
            "laws": law_notes("8.8", "8.7", "9.3", "8.2"),
            "add_href": f"/cases/{case.id}/answer-gate/",
            "close_href": f"/cases/{case.id}/close/",
            "reopen_href": f"/cases/{case.id}/reopen/",
        },
    )


def takedown_item(takedown: Takedown, number: int, names: bool, count: int) -> dict[str, object]:
    """One takedown in the case's list: what it is called, how it stands, and where it is when names are shown."""
    label = owing.label_of(takedown, number)
    target = target_of(takedown)[0] if names else None
    return {
        "text": label if count > 1 else label.rsplit(" ", 1)[0],
        "status": wording.TAKEDOWNS[Status(takedown.status)],
        "href": f"/takedowns/{takedown.id}/",
        "hint": (target.address or f"{target.platform} {target.handle}".strip()) if target else "",
    }


@page
@require_POST
def show_names(request: Request, case: Case) -> HttpResponseBase:
    """Show the names. It is noted, and lasts until they are hidden or the session ends."""
    procedures.show_names(case=case, by=request.viewer.person, at=timezone.now())
    request.session["names"] = [*{*request.session.get("names", []), str(case.id)}]
    return redirect(acts.back_to(request, f"/cases/{case.id}/"))


@page
@require_POST
def hide_names(request: Request, case: Case) -> HttpResponseBase:
    """Hide the names again, for a projector or a passer-by."""
    request.session["names"] = [one for one in request.session.get("names", []) if one != str(case.id)]
    return redirect(acts.back_to(request, f"/cases/{case.id}/"))


def or_unknown(*known: tuple[str, str]) -> list[tuple[str, str]]:
    """The answers of a question that nobody has to know."""
    return [*known, ("unknown", "Not known")]


class TakeUpForm(acts.Versioned):
    """What only a manager can answer. None of it is asked of the reporter. Clause 1.2."""

    replied = fields.Choice(
        label="Has anybody replied to it?", required=False, choices=or_unknown(("no", "No"), ("yes", "Yes"))
    )
    purpose = fields.Choice(
        label="Was the account used for work or for themselves?",
        required=False,
        choices=or_unknown(("work", "Work"), ("own", "Their own use")),
    )
    hours = fields.Choice(
        label="When was it posted?",
        required=False,
        choices=or_unknown(("work", "In working time"), ("own", "Outside it")),
    )
    device = fields.Choice(
        label="Whose device was it posted from?",
        required=False,
        choices=or_unknown(("school", "The school’s"), ("own", "Their own")),
        hint="The school never asks to look into somebody’s own device.",
    )
    network = fields.Choice(
        label="On which network?", required=False, choices=or_unknown(("school", "The school’s"), ("other", "Another"))
    )
    safe = fields.Choice(
        label="Is the person harmed safe at home?", required=False, choices=or_unknown(("yes", "Yes"), ("no", "No"))
    )
    harmed = fields.Line(label="Who was harmed, if it was not the reporter?", longest=120, required=False)
    group_now = fields.Choice(
        label="Who is behind it, as you see it now?",
        required=False,
        choices=[*Group.choices],
        hints={
            "pupil": "It goes to the behaviour lead.",
            "staff": "A suspected breach is opened, and looked into fairly.",
        },
    )
    child_now = fields.Choice(
        label="May a child be at risk?",
        required=False,
        choices=asking.YES_NO_NOT_SURE,
        hints={"yes": "The safeguarding lead is told at once.", "not_sure": "The safeguarding lead is told at once."},
    )
    target = fields.Choice(
        label="Who is it aimed at?",
        required=False,
        choices=[
            ("staff", "Somebody who works here"),
            ("school", "The school"),
            ("pupil", "A pupil"),
            ("other", "Others"),
        ],
        hints={"pupil": "The safeguarding lead is told at once."},
    )
    accuses = fields.Choice(
        label="Does it say that somebody who works here did wrong?",
        required=False,
        choices=asking.YES_NO_NOT_SURE,
        hints={"yes": "Whoever it is about is supported, and it is acted on promptly."},
    )


@page
def take_up(request: Request, case: Case) -> HttpResponseBase:
    """Take a case up: one page, every question optional."""
    form = TakeUpForm(request.POST if request.method == "POST" else None, initial={"version": case.version})
    home = f"/cases/{case.id}/"
    return acts.act(
        request,
        form,
        lambda said: strands.take_up_report(
            case=case,
            version=said["version"],
            harmed=said["harmed"],
            by=request.viewer.person,
            at=timezone.now(),
            answers={k: v for k, v in said.items() if k not in {"version", "harmed"} and v},
        ),
        to=home,
        title="Take this up",
        button="Take it up",
        done="The case is yours.",
        row=case,
        back_href=home,
        reason=rules.why_not_take_up(status=case.status) if request.method == "GET" else None,
        lead=["From now on the case is yours. Leave empty what you do not know."],
    )


class NamePersonForm(asking.Form):
    """Which adult of the school somebody is."""

    person = fields.Pick(label="Who is it?", choices=[], missing="Choose a person.")
    capacity = fields.Choice(
        label="What are they to this case?",
        missing="Choose one.",
        choices=[
            (Capacity.REPORTED, "The person reported"),
            (Capacity.HARMED, "The person harmed"),
            (Capacity.WITNESS, "A witness"),
        ],
        hints={Capacity.REPORTED: "They lose sight of this case at once, whatever their role. Nobody can undo that."},
    )


@page
def name_person(request: Request, case: Case) -> HttpResponseBase:
    """Say which adult of the school a party is. Whoever so loses sight of the case is led home."""
    people = Person.objects.filter(left_at__isnull=True).order_by("name")
    form = NamePersonForm(request.POST if request.method == "POST" else None)
    form.fields["person"].choices = [("", "Choose"), *((str(p.id), p.name) for p in people)]  # type: ignore[attr-defined]
    home = f"/cases/{case.id}/"
    return acts.act(
        request,
        form,
        lambda said: strands.name_person(
            case=case,
            person=next(p for p in people if str(p.id) == said["person"]),
            capacity=Capacity(said["capacity"]),
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=lambda _: home if Case.objects.seen_by(request.viewer.person).filter(pk=case.pk).exists() else "/",
        title="Name a person",
        button="Save",
        done="The person is noted.",
        back_href=home,
    )


class AnswerForm(asking.Form):
    """A sentence for the reporter."""

    sentence = fields.Words(
        label="What would you like to tell them?",
        longest=5000,
        rows=4,
        hint="First words, to change as you like. They read it on their own page. The mail they get "
        "says only that there is news.",
        missing="Write a sentence for the person who reported it.",
    )


@page
def answer_reporter(request: Request, case: Case) -> HttpResponseBase:
    """Answer everybody who reported it."""
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        initial={"sentence": suggestions.answer(case, timezone.now())},
    )
    home = f"/cases/{case.id}/"

    def answer_all(said: dict[str, str]) -> None:
        for report in case.reports.select_related("reporter", "case"):
            procedures.answer_reporter(
                report=report, sentence=said["sentence"], by=request.viewer.person, at=timezone.now()
            )

    return acts.act(
        request,
        form,
        answer_all,
        to=home,
        title="Answer the reporter",
        button="Send",
        done="The reporter has been answered.",
        back_href=home,
        leaves=True,
    )


class CloseForm(acts.Versioned):
    """How it ended."""

    outcome = fields.Choice(
        label="How did it end?", choices=list(rules.OUTCOMES.items()), missing="Choose how it ended."
    )
    reasons = fields.Words(
        label="Why?",
        longest=10_000,
        rows=4,
        hint="For whoever looks at this later. What is known is filled in. Add what is missing.",
        missing="Say why in a few words.",
    )
    sentence = fields.Words(
        label="One sentence for the person who reported it",
        longest=2000,
        rows=3,
        hint="First words, to change as you like.",
        missing="Write one sentence for the person who reported it. It is how they hear the end.",
    )
    look_again = fields.Choice(
        label="Should the policy be looked at because of this?",
        choices=[("no", "No"), ("yes", "Yes")],
        required=False,
        initial="no",
    )
    look_again.says_optional = False
    review_source = fields.Words(
        label="If yes, why? One sentence",
        longest=500,
        rows=2,
        required=False,
        hint="No names. Many people read this, and the headteacher is one of them.",
    )

    def clean(self) -> dict[str, Any]:
        """A sentence goes with a yes, and with nothing else."""
        cleaned = super().clean()
        yes, sentence = cleaned.pop("look_again", "") == "yes", cleaned.get("review_source", "")
        if yes and not sentence and "review_source" not in self.errors:
            self.add_error("review_source", "Say in one sentence why the policy should be looked at.")
        if sentence and not yes:
            self.add_error("look_again", "You wrote why. Choose yes, or take the sentence out.")
        return cleaned


@page
def close(request: Request, case: Case) -> HttpResponseBase:
    """End a case."""
    now, home = timezone.now(), f"/cases/{case.id}/"
    form = CloseForm(
        request.POST if request.method == "POST" else None,
        initial={"version": case.version, **suggestions.ending(case, now)},
    )
    return acts.act(
        request,
        form,
        lambda said: close_as_it_stands(case=case, **said, by=request.viewer.person, at=now),
        to=home,
        title="Close this case",
        button="Close the case",
        done="The case is closed.",
        row=case,
        back_href=home,
        reason=rules.why_not_close(status=case.status, standing=standing_of(case)) if request.method == "GET" else None,
        lead=["Somebody still looks after a day, a week and a month. If it is back, the case opens again by itself."],
    )


class ReopenForm(acts.Versioned):
    """Why it is opened again."""

    reasons = fields.Words(label="Why is it opened again?", longest=5000, rows=3, missing="Say why it is opened again.")


@page
def reopen(request: Request, case: Case) -> HttpResponseBase:
    """Open a closed case again."""
    form = ReopenForm(request.POST if request.method == "POST" else None, initial={"version": case.version})
    home = f"/cases/{case.id}/"
    return acts.act(
        request,
        form,
        lambda said: procedures.reopen(case=case, **said, by=request.viewer.person, at=timezone.now()),
        to=home,
        title="Open this case again",
        button="Open it again",
        done="The case is open again.",
        row=case,
        back_href=home,
        reason=rules.why_not_reopen(status=case.status) if request.method == "GET" else None,
    )
