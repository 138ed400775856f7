"""What is done about a school account: put right, looked at again each year, its second step confirmed, closed."""

import uuid
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

from forethought.pages import acts, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.school_accounts import HOME, AccountForm, load
from forethought.school_accounts import procedures, rules
from forethought.school_accounts.models import SchoolAccount
from forethought.school_accounts.procedures import Said


class ChangeForm(AccountForm, acts.Versioned):
    """The same once more, as it stood when its reader opened it."""


class CloseForm(acts.Versioned):
    """Why an account is closed."""

    why = fields.Words(
        label="Why, and what becomes of its posts?",
        longest=rules.LONGEST,
        rows=3,
        missing="Say why, and what becomes of its posts.",
    )


@page
def change_account(request: Request, school_account_id: uuid.UUID) -> HttpResponseBase:
    """Put right what the register says."""
    found = load(request, school_account_id, tended=True)
    initial = {name: getattr(found, name) for name in Said.__dataclass_fields__}
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        initial={**initial, "parent_facing": "yes" if found.parent_facing else "no", "version": str(found.version)},
    )
    return acts.act(
        request,
        form,
        lambda said: procedures.change_account(
            account=found, version=said["version"], said=form.said(), by=request.viewer.person, at=timezone.now()
        ),
        to=f"{HOME}{found.pk}/",
        title="Put it right",
        button="Save",
        done="It is saved.",
        row=found,
        back_href=f"{HOME}{found.pk}/",
    )


def _one_press(
    request: Request, found: SchoolAccount, do: Any, form_class: type[acts.Versioned], **words: Any
) -> HttpResponseBase:
    """A page with one button for an account, and one procedure."""
    form = form_class(request.POST if request.method == "POST" else None, initial={"version": str(found.version)})
    return acts.act(
        request,
        form,
        lambda said: do(account=found, **said, by=request.viewer.person, at=timezone.now()),
        to=f"{HOME}{found.pk}/",
        row=found,
        back_href=f"{HOME}{found.pk}/",
        **words,
    )


@page
def confirm_second_step(request: Request, school_account_id: uuid.UUID) -> HttpResponseBase:
    """Say that the account asks for a second step."""
    return _one_press(
        request,
        load(request, school_account_id, tended=True),
        procedures.confirm_second_step,
        acts.Versioned,
        title="It asks for a second step",
        button="I have seen it",
        done="That is noted.",
        lead=[
            "Sign in to the account on a new device. Does it ask for a code from an app, or for a passkey?",
            "Say so here. No code is asked for, and none is kept.",
        ],
    )


@page
def review_account(request: Request, school_account_id: uuid.UUID) -> HttpResponseBase:
    """Say, once a year, that all of it is still so."""
    return _one_press(
        request,
        load(request, school_account_id, tended=True),
        procedures.review_account,
        acts.Versioned,
        title="Is all of it still so?",
        button="All of it is still so",
        done="It is noted for a year.",
        lead=[
            "Look at who can sign in to it, at its name and address, and at who gets the mail for a lost account.",
            "Is something not so any more? Go back and put it right first.",
        ],
    )


@page
def close_account(request: Request, school_account_id: uuid.UUID) -> HttpResponseBase:
    """Say that an account was closed."""
    return _one_press(
        request,
        load(request, school_account_id),
        procedures.close_account,
        CloseForm,
        title="This account is closed",
        button="It is closed",
        done="It is closed. It stays on the register.",
        lead=["Close it on its app or site first. Here it stays on the register, and nobody looks after it any more."],
    )
