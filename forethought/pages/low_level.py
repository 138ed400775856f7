"""The log of low-level concerns: told by anybody, kept for the headteacher, looked at together. Clause 6.5."""

import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.cases import opening
from forethought.cases.models import Case
from forethought.core.clock import spoken
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.pages import acts, asking, fields
from forethought.pages.access import actor_of, page
from forethought.pages.asked import Request
from forethought.pages.case_lines import address_of, title_of
from forethought.pages.case_rows import seat_rows, timeline
from forethought.pages.cases import names_shown
from forethought.pages.concern_forms import LowLevelForm
from forethought.pages.concerning import always, here
from forethought.pages.concerns import concern_of, note_rows, owed_rows
from forethought.pages.law_notes import law_notes
from forethought.people.models import Person, School
from forethought.safeguarding import low_level
from forethought.safeguarding.models import Concern, PatternReview
from forethought.safeguarding.threshold import Pattern, Reviewed, Sort, plain_place


@page
def raise_low_level(request: Request) -> HttpResponseBase:
    """Tell the headteacher of a smaller worry about an adult's conduct."""
    viewer = request.viewer.person if request.viewer else None
    form = LowLevelForm(
        request.POST if request.method == "POST" else None, viewer=viewer, initial={"press": str(uuid.uuid4())}
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            low_level.raise_low_level(
                school=School.objects.get(pk=here(request)),
                about=Person.objects.get(pk=said["about"]) if viewer else None,
                name=said.get("name", ""),
                place=said["place"],
                reporter_name=said.get("reporter_name", ""),
                sort=said["sort"],
                told=said["told"],
                unnamed=said["unnamed"] == "no",
                reporter=viewer,
                press=uuid.UUID(said["press"]),
                by=actor_of(request),
                at=timezone.now(),
            )
        except Refused as refusal:
            asking.refuse(form, refusal)
        else:
            acts.note(request, "It is recorded.")
            return redirect("low_level_thanks")
    return asking.ask(
        request,
        form,
        title="A smaller worry about an adult here",
        button="Tell the headteacher",
        template="forethought/concerns/low_level_tell.html",
        back_href="/concern/",
        **always(here(request)),
    )


@page
def low_level_thanks(request: Request) -> HttpResponseBase:
    """What happens with it now."""
    return render(
        request,
        "forethought/concerns/low_level_thanks.html",
        {
            "title": "Thank you for telling us",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "back_href": "/",
        },
    )


@page
def log(request: Request) -> HttpResponseBase:
    """The part of the log one may see, by person, and what stands out in it. Names only when a line is opened."""
    now = timezone.now()
    rows = low_level.log_for(request.viewer.person, now)
    shown = request.GET.get("names") == "yes"
    return render(
        request,
        "forethought/concerns/log.html",
        {
            "title": "Low-level concerns",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": [log_row(one, shown, now) for one in rows],
            "patterns": [pattern_row(one, rows, shown) for one in low_level.patterns_for(request.viewer.person, now)],
            "names": shown,
            "laws": law_notes("6.5"),
        },
    )


def pattern_row(one: Pattern, rows: list[Concern], names: bool) -> dict[str, str]:
    """What stands out, and where one looks at it together. A place is found again by one of its concerns."""
    if one.about is None:
        first = next(row for row in rows if plain_place(low_level.place_of(row)) == one.place)
        said = f"In one place ({one.place})" if names else "In one place"
        return {"text": f"{said}: {one.sentence}", "href": f"/low-level/{first.case_id}/review-place/"}
    name = Person.objects.get(pk=str(one.about)).name if names else "About one person"
    return {"text": f"{name}: {one.sentence}", "href": f"/low-level/people/{one.about}/review-pattern/"}


def log_row(one: Concern, names: bool, at: datetime) -> dict[str, str]:
    """One line of the log."""
    about = one.about.name if one.about else keyring.words(one, case_id=one.case_id).get("name", "") if names else ""
    who = about if names and about else "Somebody who works or helps here"
    return {
        "text": f"{who}, {Sort(one.sort).words.lower()}",
        "status": spoken(one.told_at, at),
        "href": f"/low-level/{one.case_id}/",
    }


@page
def low_level_concern(request: Request, case: Case) -> HttpResponseBase:
    """One low-level concern: what was told, what was done."""
    now, names, found = timezone.now(), names_shown(request, case), concern_of(case)
    said = keyring.words(found, case_id=case.id) if names else {}
    rows = [
        ("About", found.about.name if found.about else said.get("name", "")),
        ("Where", said.get("place", "")),
        ("What it is", Sort(found.sort).words),
        ("What was told", said.get("told", "")),
        ("Told by", teller(found, said)),
        ("Would rather not be named to the person", "Yes" if said.get("unnamed") else ""),
    ]
    return render(
        request,
        "forethought/concerns/low_level.html",
        {
            "title": "Case",
            "heading": title_of(case.opened_at, case.label, now, kind=case.kind),
            "case": case,
            "names": names,
            "back_href": "/low-level/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "owed": owed_rows(case, now),
            "told": [{"key": key, "value": value} for key, value in rows if value] if names else [],
            "notes": note_rows(found, names, now),
            "employer": bool(found.about and low_level.engaged_by_others(found.about, now)),
            "linked": [
                {"href": address_of(one.kind, one.id), "text": title_of(one.opened_at, one.label, now, kind=one.kind)}
                for one in opening.linked_to(case=case, person=request.viewer.person, at=now)
            ],
            "timeline": timeline(case, now),
            "seats": seat_rows(case, names, now),
            "base": f"/low-level/{case.id}/",
            "laws": law_notes("6.5"),
        },
    )


def teller(found: Concern, said: dict[str, Any]) -> str:
    """Who told it: themselves, somebody, or whatever name was given."""
    if said.get("themselves"):
        return "Themselves"
    return found.reporter.name if found.reporter else str(said.get("reporter_name") or "Not said")


class SettleForm(asking.Form):
    """What was done."""

    words = fields.Words(label="What was done?", longest=10_000, rows=4, missing="Write what was done.")
    employer_told = fields.Words(
        label="If they are from an agency or a contractor: was their employer told?",
        longest=2000,
        rows=2,
        required=False,
        hint="To whom, and when. Or why not.",
    )


@page
def settle_low_level(request: Request, case: Case) -> HttpResponseBase:
    """Write down what was done."""
    found = concern_of(case)
    home = f"/low-level/{case.id}/"
    return acts.act(
        request,
        SettleForm(request.POST if request.method == "POST" else None),
        lambda said: low_level.settle_low_level(concern=found, **said, by=request.viewer.person, at=timezone.now()),
        to=home,
        title="What was done",
        button="Save",
        done="It is noted, and stays in the log.",
        back_href=home,
    )


class RaiseForm(asking.Form):
    """Why it is more."""

    words = fields.Words(label="Why may it be more?", longest=5000, rows=4, missing="Say why in a few words.")


@page
def raise_to_threshold(request: Request, case: Case) -> HttpResponseBase:
    """Take it as a concern that may meet the harm threshold."""
    found, home = concern_of(case), f"/low-level/{case.id}/"
    return acts.act(
        request,
        RaiseForm(request.POST if request.method == "POST" else None),
        lambda said: low_level.raise_to_threshold(
            concern=found, words=said["words"], by=request.viewer.person, at=timezone.now()
        ),
        to=home,
        title="It may be more than low-level",
        button="Tell the safeguarding lead",
        done="A concern was opened. Ask the designated officer (LADO) before anybody is spoken to.",
        back_href=home,
    )


class ReviewForm(asking.Form):
    """What came of looking at them together."""

    choice = fields.Choice(label="What came of it?", choices=Reviewed.choices(), missing="Choose what came of it.")
    reasons = fields.Words(label="Why?", longest=5000, rows=4, missing="Say why in a few words.")


@page
def review_pattern(request: Request, person_id: uuid.UUID) -> HttpResponseBase:
    """Look at one person's low-level concerns together. To whoever sees none of them there is no such page."""
    now = timezone.now()
    mine = [one for one in low_level.log_for(request.viewer.person, now) if one.about_id == person_id]
    if not mine or mine[0].about is None:
        raise Http404
    about: Person = mine[0].about
    past = [
        f"{Reviewed(one.choice).words}, {spoken(one.reviewed_at, now)}"
        for one in PatternReview.objects.filter(about=about).order_by("-reviewed_at")[:5]
    ]
    return acts.act(
        request,
        ReviewForm(request.POST if request.method == "POST" else None),
        lambda said: low_level.review_pattern(about=about, **said, by=request.viewer.person, at=timezone.now()),
        to="/low-level/",
        title="Look at them together",
        button="Save",
        done="It is noted that you looked at them together.",
        back_href="/low-level/",
        lead=[
            f"{len(mine)} about one person: " + "; ".join(Sort(one.sort).words.lower() for one in mine) + ".",
            "A pattern is a reason to look, not a finding.",
            *(f"Looked at before: {one}." for one in past),
        ],
    )


@page
def review_place(request: Request, case: Case) -> HttpResponseBase:
    """Look at the low-level concerns of one place together. Only those that one may see count."""
    found, now = concern_of(case), timezone.now()
    place = plain_place(low_level.place_of(found))
    near = [
        one for one in low_level.log_for(request.viewer.person, now) if plain_place(low_level.place_of(one)) == place
    ]
    if not place:
        raise Http404
    return acts.act(
        request,
        ReviewForm(request.POST if request.method == "POST" else None),
        lambda said: low_level.review_place(concern=found, **said, by=request.viewer.person, at=timezone.now()),
        to="/low-level/",
        title="Look at them together",
        button="Save",
        done="It is noted that you looked at them together.",
        back_href="/low-level/",
        lead=[
            f"{len(near)} in one place: " + "; ".join(Sort(one.sort).words.lower() for one in near) + ".",
            "A pattern is a reason to look, not a finding. It may be the place: who can see in, who is there alone?",
        ],
    )
