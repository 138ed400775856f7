"""Requests for one's own data, for those who see to them. What is in a case has its own page. Clause 11.1."""

import uuid
from datetime import datetime, time
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases.silence import kept_from
from forethought.core.clock import from_london, spoken, spoken_day, spoken_until
from forethought.evidence import keyring
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.access_parts import settle
from forethought.pages.asked import Request
from forethought.pages.data_asking import answer_copy
from forethought.pages.paging import id_in
from forethought.people.models import Person
from forethought.protection import access, answering, rules, standing
from forethought.protection.access_models import AccessPart, AccessRequest
from forethought.protection.access_rules import Way

HOME = "/data-protection/requests/"
WAITS = {
    "who": "The clock waits until they have shown who they are.",
    "what": "The clock waits to hear what they mean.",
}
CLOSED_AS = {"sent": "Answered", "refused": "Declined"}


@page
def listing(request: Request) -> HttpResponseBase:
    """All requests that the viewer sees to, open ones first. No name stands in it."""
    now, found = timezone.now(), seen_by(request)
    return render(
        request,
        "forethought/protection/requests.html",
        {
            "title": "Requests for one’s own data",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "open": [_line(one, now) for one in found.filter(closed_at=None).order_by("due_at", "id")],
            "closed": [
                _line(one, now) for one in found.exclude(closed_at=None).order_by("-closed_at")[: standing.MOST]
            ],
            "back_href": "/data-protection/",
        },
    )


def seen_by(request: Request) -> Any:
    """The requests that the viewer sees to: never their own."""
    viewer = request.viewer
    return AccessRequest.objects.filter(about__in=standing.seen_with(viewer.roles)).exclude(person=viewer.person)


def _line(row: AccessRequest, now: datetime) -> dict[str, str]:
    line = {"text": f"Came on {spoken_day(row.received_at, now)}", "href": f"{HOME}{row.pk}/"}
    if row.closed_at is not None:
        return line | {"status": CLOSED_AS[row.closed_as]}
    if row.due_at is None:
        return line | {"hint": WAITS[row.waits_for], "status": "Waits", "colour": "grey"}
    line["hint"] = f"Answer by {spoken(row.due_at, now)}: {spoken_until(row.due_at, now)}."
    late = not answering.in_time(row, now)
    return line | ({"status": "Late", "colour": "red"} if late else {"status": "Open", "colour": "blue"})


def load(request: Request, access_request_id: uuid.UUID) -> AccessRequest:
    """A request that the viewer sees to, or “no such page”."""
    found: AccessRequest | None = seen_by(request).filter(pk=access_request_id).first()
    if found is None:
        raise Http404
    return found


@page
def access_request(request: Request, access_request_id: uuid.UUID) -> HttpResponseBase:
    """One request: its clock, who asks for what, the parts, what was done."""
    found, now, me = load(request, access_request_id), timezone.now(), request.viewer.person
    said = access.see_access_request(access_request=found, by=me, at=now)
    parts = list(found.parts.filter(silent=False).exclude(case__in=kept_from(me)).order_by("found_at", "id"))
    told = [
        ("Who asks", said.get("name")),
        ("How to reach them", said.get("reach")),
        ("What they ask for", said.get("asks") or "Everything"),
        ("How it came", Way(found.way).words),
        ("When it came", spoken_day(found.received_at, year=True)),
        ("Who they are", "Checked" if found.identity_at else "Not checked yet"),
    ]
    late = not answering.in_time(found, now)
    return render(
        request,
        "forethought/protection/request.html",
        {
            "title": "Request for one’s own data",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "row": found,
            "base": f"{HOME}{found.pk}/",
            "closed": CLOSED_AS.get(found.closed_as, ""),
            "clock": f"{'The answer was due' if late else 'Answer'} by {spoken(found.due_at, now)}: "
            f"{spoken_until(found.due_at, now)}."
            if found.due_at
            else WAITS.get(found.waits_for, ""),
            "state": "late" if late else "normal",
            "rows": [{"key": key, "value": str(value)} for key, value in told if value],
            "parts": [_part_line(one, found) for one in parts],
            "steps": _steps(found, now),
            "back_href": HOME,
        },
    )


def _part_line(part: AccessPart, row: AccessRequest) -> dict[str, str]:
    if part.settled_at is not None:
        done = {"status": "Ready" if part.put_in else "Left out"}
    else:
        done = {"status": "To do", "colour": "orange"}
    if part.case_id is None:
        href = {"href": f"{HOME}{row.pk}/settle-own-part/"} if part.settled_at is None else {}
        return {"text": "What is held outside cases", "hint": "You put it together.", **href, **done}
    return {"text": "What is in a case", "hint": "Whoever has that case puts it together.", **done}


def _steps(row: AccessRequest, now: datetime) -> list[dict[str, str]]:
    steps = list(row.steps.order_by("noted_at", "id"))
    ids = [one.noted_by for one in steps]
    names = {str(pk): name for pk, name in Person.objects.filter(pk__in=ids).values_list("id", "name")}
    return [
        {
            "what": access.STEPS[one.kind],
            "at": spoken(one.noted_at, now),
            "who": names.get(one.noted_by, ""),
            "words": str(keyring.words_at_school(one, "content").get("words", "")),
        }
        for one in steps
    ]


class LogForm(asking.Form):
    """A request that came otherwise."""

    name = fields.Line(label="Who asks?", longest=rules.LONGEST_NAME, missing="Write their name.")
    person = fields.Pick(
        label="Do they work or help here, or did they?",
        choices=[],
        required=False,
        hint="Choose them, so that the search finds what is theirs. Leave it if they are somebody outside.",
    )
    reach = fields.Line(label="How can they be reached?", longest=rules.LONGEST_NAME, required=False)
    asks = fields.Words(label="What do they ask for?", longest=rules.LONGEST, rows=4, required=False)
    day = fields.DateBoxes(label="On which day did it come?", missing="Write the day on which it came.")
    way = fields.Choice(
        label="How did it come?",
        choices=[(one.value, one.words) for one in (Way.LETTER, Way.SPOKEN)],
        missing="Choose how it came.",
    )

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Somebody outside"), *choices]  # type: ignore[attr-defined]


@page
def log_access_request(request: Request) -> HttpResponseBase:
    """Write down a request that came by letter, by mail, by phone or in person."""
    people = {str(pk): name for pk, name in Person.objects.order_by("name", "id").values_list("id", "name")}
    form = LogForm(request.POST if request.method == "POST" else None, choices=list(people.items()))

    def do(said: dict[str, Any]) -> AccessRequest:
        chosen = id_in(said["person"])
        return access.log_access_request(
            said={name: said[name] for name in ("name", "reach", "asks")},
            person=Person.objects.filter(pk=chosen).first() if chosen else None,
            way=said["way"],
            received_at=from_london(said["day"], time(0)),
            by=request.viewer.person,
            at=timezone.now(),
        )

    return acts.act(
        request,
        form,
        do,
        to=HOME,
        title="A request that came otherwise",
        button="Write it down",
        done="It is written down. The month runs from the day on which it came.",
        back_href=HOME,
    )


def _act(request: Request, found: AccessRequest, form: asking.Form, do: Any, **values: Any) -> HttpResponseBase:
    back = f"{HOME}{found.pk}/"
    return acts.act(
        request,
        form,
        lambda said: do(access_request=found, **said, by=request.viewer.person, at=timezone.now()),
        to=back,
        back_href=back,
        row=found,
        **{"done": "It is noted.", **values},
    )


class WordsForm(acts.Versioned):
    """A few words."""

    words = fields.Words(label="In your words", longest=rules.LONGEST, rows=6, missing="Write a few words.")


def _with_words(request: Request, found: AccessRequest, do: Any, label: str, **values: Any) -> HttpResponseBase:
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        initial={"version": found.version, "words": values.pop("words", "")},
    )
    form.fields["words"].label = label
    return _act(request, found, form, do, **values)


class AskThemForm(acts.Versioned):
    """What they are asked."""

    kind = fields.Choice(
        label="What do you ask them?",
        choices=[("who", "To show who they are"), ("what", "What they mean")],
        hints={
            "who": "Only where there is a real doubt. The month begins when they have.",
            "what": "Only where much is held. The days until they answer do not count.",
        },
        missing="Choose what you ask.",
    )
    words = fields.Words(label="What did you write to them?", longest=rules.LONGEST, rows=4, missing="Write it here.")


@page
def ask_of_requester(request: Request, access_request_id: uuid.UUID) -> HttpResponseBase:
    """Note that they were asked who they are, or what they mean. The clock waits."""
    found = load(request, access_request_id)
    form = AskThemForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    return _act(request, found, form, access.ask_of_requester, title="Ask them something", button="The clock waits now")


@page
def note_their_answer(request: Request, access_request_id: uuid.UUID) -> HttpResponseBase:
    """Note what they answered, or how it was checked who they are."""
    found = load(request, access_request_id)
    label = "What did they say?" if found.waits_for == "what" else "How do you know who they are?"
    title = "What they mean" if found.waits_for == "what" else "Who they are"
    return _with_words(request, found, access.note_their_answer, label, title=title, button="Save")


@page
def lengthen_time(request: Request, access_request_id: uuid.UUID) -> HttpResponseBase:
    """Take two months more for what is complex."""
    found = load(request, access_request_id)
    lead = ["Only where it is complex, or they asked often. They are told within the first month."]
    label = "What do you tell them?"
    return _with_words(
        request, found, access.lengthen_time, label, title="Two months more", button="Take two months more", lead=lead
    )


@page
def search_for_data(request: Request, access_request_id: uuid.UUID) -> HttpResponseBase:
    """Look everywhere for what is held of them."""
    found = load(request, access_request_id)
    form = acts.Versioned(request.POST if request.method == "POST" else None, initial={"version": found.version})
    lead = [
        "The program looks at everything that it holds of them. Whoever has a case puts its part together.",
        "Mail, paper and other systems are for you to search.",
    ]
    return _act(
        request, found, form, access.search_for_data, title="Search", button="Search now", done="Searched.", lead=lead
    )


@page
def settle_own_part(request: Request, access_request_id: uuid.UUID) -> HttpResponseBase:
    """Put together what is held outside cases."""
    found = load(request, access_request_id)
    part = found.parts.select_related("access_request").filter(case=None, settled_at=None).first()
    if part is None:
        raise Http404
    return settle(request, part, back=f"{HOME}{found.pk}/")


@page
def see_answer(request: Request, access_request_id: uuid.UUID) -> HttpResponseBase:
    """The answer as it stands, or as it was sent, to be printed."""
    found = load(request, access_request_id)
    access.see_access_request(access_request=found, by=request.viewer.person, at=timezone.now())
    return render(
        request,
        "forethought/protection/answer.html",
        {
            "title": "The answer",
            "answer": answering.answer_of(found, request.viewer.person),
            "file_base": f"{HOME}{found.pk}/",
            "back_href": f"{HOME}{found.pk}/",
        },
    )


@page
def answer_file(request: Request, access_request_id: uuid.UUID, number: int) -> HttpResponseBase:
    """One of the files that whoever sees to the request may have: to hand it over on paper, or of their own case."""
    me = request.viewer.person
    return answer_copy(request, load(request, access_request_id), number, reader=me, by=me)


@page
def send_answer(request: Request, access_request_id: uuid.UUID) -> HttpResponseBase:
    """Give the answer to whoever asked."""
    found = load(request, access_request_id)
    how = "They read it here. Nothing is mailed."
    if found.way in {Way.LETTER, Way.SPOKEN}:
        how = "They have no code. Print the answer and give it to them as they asked."
    return _with_words(
        request,
        found,
        access.send_answer,
        "What stands above the answer",
        title="Give the answer",
        button="Give the answer",
        done="It stays as it is now.",
        words="Here is what the school holds about you in this system.",
        lead=[how, "Read it first, to the end: names that the program does not know are for you to find."],
    )


@page
def decline_request(request: Request, access_request_id: uuid.UUID) -> HttpResponseBase:
    """Decline a request."""
    found = load(request, access_request_id)
    lead = ["Only where it is plainly without ground, or too much. Ask the data protection officer first."]
    return _with_words(
        request, found, access.decline_request, "Why? They are told.", title="Decline", button="Decline", lead=lead
    )
