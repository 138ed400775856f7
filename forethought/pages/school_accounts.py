"""The register of school accounts: for all staff where each is and what for; for whoever looks after one, all of it."""

import uuid
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import london, spoken, spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.paging import id_in
from forethought.people.models import Person, Role
from forethought.school_accounts import post_standing, procedures, rules, standing
from forethought.school_accounts.models import AccountRequest, Custody, SchoolAccount
from forethought.school_accounts.procedures import Said
from forethought.school_accounts.rules import Recovery

HOME = "/school-accounts/"
YES_NO = [("yes", "Yes"), ("no", "No")]


@page
def listing(request: Request) -> HttpResponseBase:
    """The accounts of the school. Which are for parents, every member of staff may know. Policy 5.6."""
    me, roles, today = request.viewer.person, request.viewer.roles, london(timezone.now()).date()
    keeps = bool(roles & standing.KEEPERS)
    mine = set(
        Custody.objects.filter(person=me, ended_at__isnull=True, gone_at__isnull=True).values_list("account", flat=True)
    )
    held: dict[uuid.UUID, list[Custody]] = {}
    for row in Custody.objects.filter(ended_at__isnull=True):
        held.setdefault(row.account_id, []).append(row)
    found = list(standing.accounts()[: standing.MOST])
    return render(
        request,
        "forethought/school_accounts/listing.html",
        {
            "title": "Accounts of the school",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "parents": [str(one) for one in standing.accounts_for_parents()],
            "open": [
                _line(one, held.get(one.pk, []), keeps or one.pk in mine, today) for one in found if not one.closed_at
            ],
            "closed": [
                {"text": named(one), "status": "Closed", "href": f"{HOME}{one.pk}/"} for one in found if one.closed_at
            ],
            "keeps": keeps,
            "decides": bool(roles & standing.DECIDERS),
            "looks_after": bool(mine),
            "back_href": "/",
        },
    )


def named(one: SchoolAccount) -> str:
    """How lists call an account: the app or site, and its name there."""
    return f"{one.medium}: {one.handle}"


def _line(one: SchoolAccount, held: list[Custody], tends: bool, today: date) -> dict[str, object]:
    wrong = standing.faults_of(one, held, today) if tends else ()
    tag = {"status": "To put right", "colour": "red"} if wrong else {"status": ""}
    if one.parent_facing and not wrong:
        tag = {"status": "For parents", "colour": "blue"}
    return {"text": named(one), "hint": one.purpose, "href": f"{HOME}{one.pk}/", **tag}


def load(request: Request, school_account_id: uuid.UUID, *, tended: bool = False) -> SchoolAccount:
    """An account of the school, or “no such page”. `tended`: only for whoever does what is to be done about it."""
    found = standing.account(school_account_id)
    if found is None or (tended and not standing.tends(found, request.viewer.person, request.viewer.roles)):
        raise Http404
    return found


@page
def account(request: Request, school_account_id: uuid.UUID) -> HttpResponseBase:
    """One account. Who looks after it, and what is to be put right, is for those who do that."""
    found, now = load(request, school_account_id), timezone.now()
    me, roles = request.viewer.person, request.viewer.roles
    tends = standing.tends(found, me, roles)
    held = standing.custodies(found) if tends else []
    return render(
        request,
        "forethought/school_accounts/account.html",
        {
            "title": named(found),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "account": found,
            "open": found.closed_at is None,
            "rows": _rows(found, tends, now),
            "tends": tends,
            "keeps": bool(roles & standing.KEEPERS),
            "faults": standing.faults_of(found, held, london(now).date()) if tends else (),
            "custodians": [_custodian(one, me, now) for one in held],
            "passing": [
                {"text": f"From {one.giver.name} to {one.taker.name}", "href": f"{HOME}hand-overs/{one.pk}/"}
                for one in (standing.under_way(found) if tends else [])
            ],
            "posts": [
                {"text": f"Went up at {spoken(one.shown_at, now)}", "status": "", "href": f"{HOME}posts/{one.pk}/"}
                for one in (post_standing.of_account(found) if standing.is_custodian(found, me) else [])
                if one.shown_at
            ],
            "review_soon": found.review_on - rules.EARLY <= london(now).date(),
            "back_href": HOME,
        },
    )


def _custodian(one: Custody, me: Person, now: datetime) -> dict[str, Any]:
    since, gone = f"Since {spoken(one.began_at, now)}.", one.gone_at
    return {
        "name": one.person.name,
        "said": f"Has left: noted at {spoken(gone, now)}." if gone else since,
        "gone": gone is not None,
        "mine": one.person_id == me.pk,
        "base": f"{HOME}custodies/{one.pk}/",
    }


def _rows(one: SchoolAccount, tends: bool, now: datetime) -> list[dict[str, str]]:
    """What the register says of an account, as far as somebody may know it."""
    told = [
        ("App or site", one.medium),
        ("Name there", one.handle),
        ("Address", one.address),
        ("What it is for", one.purpose),
        ("Parents reach us there", "Yes" if one.parent_facing else "No"),
        ("Who answers for it", Role(one.owner).label),
        ("Comments on it", one.comments),
        ("Pictures of pupils", one.consent),
    ]
    if tends:
        step = "Not yet"
        if one.second_step_at and one.second_step_by:
            step = f"{spoken(one.second_step_at, now)}, by {one.second_step_by.name}"
        told += [
            ("Way back into it", Recovery(one.recovery).words),
            ("Second step confirmed", step),
            ("When it is closed", one.archive),
            ("On the register since", f"{spoken(one.added_at, now)}, by {one.added_by.name}"),
        ]
        if one.closed_at is None:
            told.append(("Look at it again", spoken_day(one.review_on, year=True)))
    if one.closed_at is not None:
        by = f", by {one.closed_by.name}" if tends and one.closed_by else ""
        told += [("Closed", f"{spoken(one.closed_at, now)}{by}")]
        told += [("Why, and what became of its posts", one.closed_why)] if tends else []
    return [{"key": key, "value": value} for key, value in told if value]


class AccountForm(asking.Form):
    """What the register says of an account. No field takes a password or a code; what looks like one is refused."""

    medium = fields.Line(
        label="Which app or site is it on?", longest=rules.LONGEST_NAME, missing="Write the app or site."
    )
    handle = fields.Line(
        label="What is it called there?",
        longest=rules.LONGEST_NAME,
        missing="Write its name there.",
        hint="The name or handle that others see.",
    )
    address = fields.Line(label="Its address", longest=rules.LONGEST_ADDRESS, required=False)
    purpose = fields.Words(label="What is it for?", longest=rules.LONGEST, rows=3, missing="Say what it is for.")
    owner = fields.Pick(
        label="Which office answers for it?",
        choices=[("", "Choose"), *Role.choices],
        missing="Choose an office.",
        hint="An office, so that it stays when people go.",
    )
    recovery = fields.Choice(
        label="Who gets the mail or call by which a lost account is won back?",
        choices=Recovery.choices(),
        missing="Choose who holds the way back.",
        hint="Say who. Never write the code here.",
    )
    parent_facing = fields.Choice(
        label="Do parents reach the school there?",
        choices=YES_NO,
        missing="Choose yes or no.",
        hint="If yes, all staff are told to send parents there.",
    )
    comments = fields.Words(
        label="What about comments?",
        longest=rules.LONGEST,
        rows=3,
        required=False,
        hint="Are they on? Who reads them, and what is hidden?",
    )
    consent = fields.Words(
        label="What about pictures of pupils?",
        longest=rules.LONGEST,
        rows=3,
        required=False,
        hint="Where is the list of families who agreed?",
    )
    archive = fields.Words(
        label="What happens to its posts when it is closed?", longest=rules.LONGEST, rows=3, required=False
    )

    def said(self) -> Said:
        """What was said, as the procedures take it."""
        kept = {name: self.cleaned_data[name] for name in Said.__dataclass_fields__}
        return Said(**{**kept, "parent_facing": kept["parent_facing"] == "yes"})


class RegisterForm(AccountForm):
    """The same, and the two who look after it."""

    first = fields.Pick(label="Who looks after it?", choices=[], missing="Choose somebody.")
    second = fields.Pick(label="And who else?", choices=[], missing="Choose somebody else too.")

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]


def choices_of(people: dict[str, Person]) -> list[tuple[str, str]]:
    """People as a drop-down list has them."""
    return [(key, one.name) for key, one in people.items()]


def people_here() -> dict[str, Person]:
    """Everybody engaged now, by id."""
    return {str(one.pk): one for one in standing.people_here(timezone.now())}


@page
def register_account(request: Request) -> HttpResponseBase:
    """Put an account on the register, perhaps one that was asked for and agreed to."""
    people, asked = people_here(), _asked(request)
    first = {"medium": asked.medium, "purpose": asked.purpose, "first": str(asked.first_id)} if asked else {}
    form = RegisterForm(
        request.POST if request.method == "POST" else None,
        initial={**first, **({"second": str(asked.second_id)} if asked else {})},
        choices=choices_of(people),
    )
    return acts.act(
        request,
        form,
        lambda said: procedures.register_account(
            school=request.viewer.person.school,
            said=form.said(),
            custodians=[people[said["first"]], people[said["second"]]],
            asked=asked,
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=lambda made: f"{HOME}{made.pk}/",
        title="Put an account on the register",
        button="Put it on the register",
        done="It is on the register.",
        back_href=HOME,
        lead=[
            "Two people look after each account, so that the school keeps it when one leaves.",
            "Each has a way in of their own. Never write a password or a code here.",
        ],
    )


def _asked(request: Request) -> AccountRequest | None:
    """The request that is answered, from the address: agreed to, and without an account so far."""
    asked_id = id_in(request.GET.get("asked", ""))
    found = standing.request_of(asked_id) if asked_id else None
    return found if found and found.agreed and found.account_id is None else None
