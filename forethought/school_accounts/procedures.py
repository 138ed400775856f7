"""The register: adding an account, putting it right, looking at it again each year, closing it."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time

from django.db.models import F

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.clock import from_london, london
from forethought.core.errors import TooLate, insist
from forethought.people.alarms import set_alarm, stop_alarm
from forethought.people.models import Person, School
from forethought.people.post import owe_letters, withdraw_letters
from forethought.people.sessions import roles_of
from forethought.school_accounts import rules, standing
from forethought.school_accounts.models import AccountHandOver, AccountRequest, Custody, SchoolAccount

CLAUSE = "2.1"
#: When a day's review is asked for, in London.
MORNING = time(9)


@dataclass(frozen=True)
class Said:
    """What is said of an account. Each is in words; none holds a password or a code."""

    medium: str
    handle: str
    address: str
    purpose: str
    owner: str
    recovery: str
    parent_facing: bool
    comments: str
    consent: str
    archive: str


def register_account(
    *, school: School, said: Said, custodians: Sequence[Person], asked: AccountRequest | None, by: Person, at: datetime
) -> SchoolAccount:
    """Put an account of the school on the register, with those who look after it.

    `asked`: the request that it answers, if there was one. Policy 2.1, 2.2, 5.6.
    """
    with acting("school_accounts.register_account", by=by, at=at) as event:
        medium = standing.medium_name(said.medium)
        there = standing.is_there(medium=medium, handle=said.handle)
        insist(rules.why_not_register_account(custodians=[one.pk for one in custodians], there=there), CLAUSE)
        for one in custodians:
            insist(None if standing.is_here(one, at) else f"{one.name} is not engaged here.", CLAUSE)
        row = SchoolAccount.objects.create(
            school=school,
            **{**asdict(said), "medium": medium},
            review_on=rules.review_on(london(at).date()),
            added_at=at,
            added_by=by,
        )
        for one in custodians:
            begin_custody(row, one, by, at)
        if asked is not None:
            _answer(asked, row)
        event.about = row.pk
        event.facts.update(custodians=len(custodians), parent_facing=said.parent_facing)
        owe_letters(people=[one for one in custodians if one.pk != by.pk], kind="news", at=at, about=row.pk)
        set_review(row, row.review_on)
    return row


def begin_custody(row: SchoolAccount, person: Person, by: Person, at: datetime) -> Custody:
    """Have somebody look after an account from now on. Part of a larger act."""
    return Custody.objects.create(school_id=row.school_id, account=row, person=person, began_at=at, named_by=by)


def _answer(asked: AccountRequest, row: SchoolAccount) -> None:
    done = AccountRequest.objects.filter(pk=asked.pk, agreed=True, account__isnull=True).update(account=row)
    insist(None if done else "This request has its account already, or was not agreed.", CLAUSE)


def set_review(row: SchoolAccount, day: date) -> None:
    """Have an account's review asked for on its day, at nine. Part of a larger act."""
    set_alarm(school_id=row.school_id, kind="account_review", about=row.pk, rings_at=from_london(day, MORNING))


def may_tend(row: SchoolAccount, by: Person, at: datetime) -> bool:
    """Whether somebody looks after an account, or keeps the register."""
    return standing.tends(row, by, roles_of(by, at))


def change_account(*, account: SchoolAccount, version: int, said: Said, by: Person, at: datetime) -> None:
    """Put right what the register says of an account. Policy 2.1, 5.6."""
    with acting("school_accounts.change_account", by=by, at=at, about=account.pk) as event:
        medium = standing.medium_name(said.medium)
        there = standing.is_there(medium=medium, handle=said.handle, but=account.pk)
        closed = account.closed_at is not None
        insist(rules.why_not_change_account(may=may_tend(account, by, at), closed=closed, there=there), CLAUSE)
        event.facts["parent_facing"] = said.parent_facing
        change(account, version, **{**asdict(said), "medium": medium})


def change(account: SchoolAccount, version: int, **values: object) -> None:
    """Change an open account that is as its reader saw it. Part of a larger act.

    Raises TooLate when somebody was first.
    """
    unmoved = SchoolAccount.objects.filter(pk=account.pk, version=version, closed_at__isnull=True)
    if not unmoved.update(**values, version=F("version") + 1):
        raise TooLate("This has changed since you opened it. Look again. Nothing was changed.")
    account.refresh_from_db()


def confirm_second_step(*, account: SchoolAccount, version: int, by: Person, at: datetime) -> None:
    """Say that the account asks whoever signs in for a second step. Policy 2.1."""
    closed = account.closed_at is not None
    insist(rules.why_not_tend(may=may_tend(account, by, at), closed=closed), CLAUSE)
    with acting("school_accounts.confirm_second_step", by=by, at=at, about=account.pk):
        change(account, version, second_step_at=at, second_step_by=by)


def review_account(*, account: SchoolAccount, version: int, by: Person, at: datetime) -> None:
    """Say, once a year, that all the register says of an account is so. Policy 2.1."""
    today = london(at).date()
    insist(
        rules.why_not_review_account(
            may=may_tend(account, by, at),
            closed=account.closed_at is not None,
            review_on=account.review_on,
            today=today,
        ),
        CLAUSE,
    )
    with acting("school_accounts.review_account", by=by, at=at, about=account.pk):
        change(account, version, review_on=rules.review_on(today))
        set_review(account, account.review_on)
        withdraw_letters(about=account.pk, kinds=("to_decide",), at=at)


def close_account(*, account: SchoolAccount, version: int, why: str, by: Person, at: datetime) -> None:
    """Say that the school has closed an account, and what becomes of its posts. It stays on the register. Policy 2.1.

    Nobody looks after it from then on, and no hand-over of it goes on.
    """
    may = bool(standing.KEEPERS & roles_of(by, at))
    insist(rules.why_not_close_account(may=may, closed=account.closed_at is not None, why=why), CLAUSE)
    with acting("school_accounts.close_account", by=by, at=at, about=account.pk):
        change(account, version, closed_at=at, closed_by=by, closed_why=why)
        held = Custody.objects.filter(account=account, ended_at__isnull=True)
        held.update(ended_at=at, ended_by=by, why=rules.Ended.CLOSED)
        AccountHandOver.objects.filter(account=account, let_go_at__isnull=True, dropped_at__isnull=True).update(
            dropped_at=at, dropped_by=by
        )
        stop_alarm(kind="account_review", about=account.pk, at=at)
        withdraw_letters(about=account.pk, kinds=("needs_you", "to_decide", "news"), at=at)


def ask_for_account(
    *, medium: str, purpose: str, audience: str, first: Person, second: Person, by: Person, at: datetime
) -> AccountRequest:
    """Ask the head for one more account of the school: what for, for whom, who would look after it. Policy 2.1."""
    pair = [first.pk, second.pk]
    insist(rules.why_not_ask_for_account(purpose=purpose, audience=audience, custodians=pair), CLAUSE)
    with acting("school_accounts.ask_for_account", by=by, at=at) as event:
        row = AccountRequest.objects.create(
            school_id=by.school_id,
            asker=by,
            medium=standing.medium_name(medium),
            purpose=purpose,
            audience=audience,
            first=first,
            second=second,
            asked_at=at,
        )
        event.about = row.pk
        decider = standing.first_decider(at)
        if decider is not None and decider.pk != by.pk:
            owe_letters(people=[decider], kind="to_decide", at=at, about=row.pk)
    return row


def agree_to_account(*, request: AccountRequest, answer: str, by: Person, at: datetime) -> None:
    """Agree that the school has one more account. It is made and put on the register next. Policy 2.1."""
    may, own = bool(standing.DECIDERS & roles_of(by, at)), request.asker_id == by.pk
    insist(rules.why_not_decide_request(may=may, own=own, decided=request.decided_at is not None), CLAUSE)
    with acting("school_accounts.agree_to_account", by=by, at=at, about=request.pk):
        _decide(request, True, answer, by, at)


def decline_account(*, request: AccountRequest, answer: str, by: Person, at: datetime) -> None:
    """Say that the school has no such account, and why not. Policy 2.1."""
    may, own = bool(standing.DECIDERS & roles_of(by, at)), request.asker_id == by.pk
    decided = request.decided_at is not None
    insist(rules.why_not_decline_account(may=may, own=own, decided=decided, why=answer), CLAUSE)
    with acting("school_accounts.decline_account", by=by, at=at, about=request.pk):
        _decide(request, False, answer, by, at)


def _decide(request: AccountRequest, agreed: bool, answer: str, by: Person, at: datetime) -> None:
    done = AccountRequest.objects.filter(pk=request.pk, decided_at__isnull=True).update(
        decided_at=at, decided_by=by, agreed=agreed, answer=answer
    )
    if not done:
        raise TooLate("Somebody has decided this already. Look again. Nothing was changed.")
    request.refresh_from_db()
    withdraw_letters(about=request.pk, kinds=("to_decide",), at=at)
    owe_letters(people=[request.asker], kind="answered", at=at, about=request.pk)


# --- What the clock does ---


def ring_review(about: uuid.UUID, at: datetime) -> None:
    """The day of an account's review has come: those who look after it are asked, or the head where nobody does."""
    row = SchoolAccount.objects.filter(pk=about, closed_at__isnull=True).first()
    if row is not None:
        ask_for_review(account=row, by=PROGRAM, at=at)


def ask_for_review(*, account: SchoolAccount, by: Actor, at: datetime) -> None:
    """Ask whoever looks after an account to look at it again. Policy 2.1."""
    with acting("school_accounts.ask_for_review", by=by, at=at, about=account.pk) as event:
        people = standing.custodians(account) or [one for one in [standing.first_decider(at)] if one]
        event.facts["asked"] = owe_letters(people=people, kind="to_decide", at=at, about=account.pk)
