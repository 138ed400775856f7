"""Asking for an account of the school: anybody may; the head agrees, or says why not."""

import uuid
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import spoken
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.school_accounts import HOME, choices_of, people_here
from forethought.school_accounts import procedures, rules, standing
from forethought.school_accounts.models import AccountRequest

ASKED = f"{HOME}requests/"


class AskForm(asking.Form):
    """What for, for whom, and which two would look after it."""

    medium = fields.Line(label="On which app or site?", longest=rules.LONGEST_NAME, missing="Write the app or site.")
    purpose = fields.Words(label="What is it for?", longest=rules.LONGEST, rows=3, missing="Say what it is for.")
    audience = fields.Words(label="Who is to read it?", longest=rules.LONGEST, rows=2, missing="Say who is to read it.")
    first = fields.Pick(label="Who would look after it?", choices=[], missing="Choose somebody.")
    second = fields.Pick(label="And who else?", choices=[], missing="Choose somebody else too.")

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]


class AgreeForm(asking.Form):
    """A word with the yes."""

    answer = fields.Words(label="Is there something to mind?", longest=rules.LONGEST, rows=3, required=False)


class DeclineForm(asking.Form):
    """Why not."""

    answer = fields.Words(label="Why not?", longest=rules.LONGEST, rows=3, missing="Say why not, in a few words.")


@page
def ask_for_account(request: Request) -> HttpResponseBase:
    """Ask for one more account."""
    people = people_here()
    form = AskForm(request.POST if request.method == "POST" else None, choices=choices_of(people))
    return acts.act(
        request,
        form,
        lambda said: procedures.ask_for_account(
            **{**said, "first": people[said["first"]], "second": people[said["second"]]},
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=lambda made: f"{ASKED}{made.pk}/",
        title="Ask for an account",
        button="Ask",
        done="The headteacher is asked.",
        back_href=HOME,
        lead=["Do not make the account yet. The headteacher agrees, or tells you why not. Two people look after each."],
    )


def stands(one: AccountRequest) -> dict[str, str]:
    """How a request stands, as a tag."""
    if one.decided_at is None:
        return {"status": "Waits", "colour": "yellow"}
    return {"status": "Agreed"} if one.agreed else {"status": "Not agreed"}


@page
def requests(request: Request) -> HttpResponseBase:
    """What one asked for; for whoever decides, what everybody did."""
    decides, now = bool(request.viewer.roles & standing.DECIDERS), timezone.now()
    found = standing.all_requests() if decides else standing.own_requests(request.viewer.person)
    return render(
        request,
        "forethought/school_accounts/requests.html",
        {
            "title": "Accounts that were asked for",
            "items": [
                {
                    "text": one.medium,
                    "hint": f"Asked at {spoken(one.asked_at, now)}",
                    "href": f"{ASKED}{one.pk}/",
                    **stands(one),
                }
                for one in found
            ],
            "back_href": HOME,
        },
    )


def load(request: Request, request_id: uuid.UUID) -> AccountRequest:
    """A request, for whoever asked, for whoever decides, and for the keepers; else “no such page”."""
    found = standing.request_of(request_id)
    if found is None:
        raise Http404
    if found.asker_id != request.viewer.person.pk and not request.viewer.roles & (standing.DECIDERS | standing.KEEPERS):
        raise Http404
    return found


@page
def account_request(request: Request, account_request_id: uuid.UUID) -> HttpResponseBase:
    """One request, and its answer."""
    found, now, roles = load(request, account_request_id), timezone.now(), request.viewer.roles
    rows = [
        ("App or site", found.medium),
        ("What for", found.purpose),
        ("Who is to read it", found.audience),
        ("Who would look after it", f"{found.first.name} and {found.second.name}"),
        ("Asked", f"{spoken(found.asked_at, now)}, by {found.asker.name}"),
    ]
    if found.decided_at is not None and found.decided_by is not None:
        said = "Agreed" if found.agreed else "Not agreed"
        rows += [("Answer", f"{said}, {spoken(found.decided_at, now)}, by {found.decided_by.name}"), ("", found.answer)]
    decides = (
        bool(roles & standing.DECIDERS) and found.decided_at is None and found.asker_id != request.viewer.person.pk
    )
    return render(
        request,
        "forethought/school_accounts/request.html",
        {
            "title": "An account was asked for",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": [{"key": key or "In words", "value": value} for key, value in rows if value],
            "waits": found.decided_at is None,
            "decides": decides,
            "base": f"{ASKED}{found.pk}/",
            "register_href": f"{HOME}register-account/?asked={found.pk}"
            if found.agreed and found.account_id is None and roles & standing.KEEPERS
            else "",
            "account_href": f"{HOME}{found.account_id}/" if found.account_id else "",
            "back_href": ASKED,
        },
    )


@page
def agree_to_account(request: Request, account_request_id: uuid.UUID) -> HttpResponseBase:
    """Agree."""
    return _decide(
        request,
        load(request, account_request_id),
        procedures.agree_to_account,
        AgreeForm,
        title="Agree to this account",
        button="I agree",
        lead=["Whoever asked is told. The account is made with the school’s mailbox, then put on the register."],
    )


@page
def decline_account(request: Request, account_request_id: uuid.UUID) -> HttpResponseBase:
    """Say why not."""
    return _decide(
        request,
        load(request, account_request_id),
        procedures.decline_account,
        DeclineForm,
        title="Say why not",
        button="Send the answer",
        lead=["Whoever asked reads your words."],
    )


def _decide(
    request: Request, found: AccountRequest, do: Any, form_class: type[asking.Form], **words: Any
) -> HttpResponseBase:
    return acts.act(
        request,
        form_class(request.POST if request.method == "POST" else None),
        lambda said: do(request=found, answer=said["answer"], by=request.viewer.person, at=timezone.now()),
        to=f"{ASKED}{found.pk}/",
        done="The answer is sent.",
        back_href=f"{ASKED}{found.pk}/",
        **words,
    )
