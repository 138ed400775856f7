"""Who looks after a school account: naming somebody, handing over with both confirming, and somebody who leaves."""

import uuid
from datetime import datetime

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.errors import TooLate, insist
from forethought.people.models import Person
from forethought.people.post import owe_letters, withdraw_letters
from forethought.people.sessions import roles_of
from forethought.school_accounts import rules, standing
from forethought.school_accounts.models import AccountHandOver, Custody, SchoolAccount
from forethought.school_accounts.procedures import CLAUSE, begin_custody, may_tend, ring_review

CHANGED = "This has changed since you opened it. Look again. Nothing was changed."


def name_custodian(*, account: SchoolAccount, person: Person, by: Person, at: datetime) -> Custody:
    """Have one more person look after an account. Policy 2.1."""
    with acting("school_accounts.name_custodian", by=by, at=at, about=account.pk):
        account.refresh_from_db()
        insist(
            rules.why_not_name_custodian(
                may=may_tend(account, by, at),
                closed=account.closed_at is not None,
                already=_held(account, person) is not None,
                here=standing.is_here(person, at),
            ),
            CLAUSE,
        )
        row = begin_custody(account, person, by, at)
        if person.pk != by.pk:
            owe_letters(people=[person], kind="news", at=at, about=account.pk)
    return row


def _held(account: SchoolAccount, person: Person) -> Custody | None:
    found: Custody | None = Custody.objects.filter(account=account, person=person, ended_at__isnull=True).first()
    return found


def end_custody(*, custody: Custody, by: Person, at: datetime) -> None:
    """Say that somebody's way into an account is removed, and that they look after it no more. Policy 2.1."""
    account = custody.account
    with acting("school_accounts.end_custody", by=by, at=at, about=account.pk) as event:
        custody.refresh_from_db()
        others = [one for one in standing.custodians(account) if one.pk != custody.person_id]
        gone = custody.gone_at is not None
        insist(
            rules.why_not_end_custody(
                may=may_tend(account, by, at), ended=custody.ended_at is not None, gone=gone, others=len(others)
            ),
            CLAUSE,
        )
        event.facts["gone"] = gone
        _end(custody, rules.Ended.TAKEN_OFF, by, at)
        _stop_hand_overs(account, custody.person_id, by, at)
    custody.refresh_from_db()


def _end(custody: Custody, why: rules.Ended, by: Person, at: datetime) -> None:
    done = Custody.objects.filter(pk=custody.pk, ended_at__isnull=True).update(ended_at=at, ended_by=by, why=why)
    if not done:
        raise TooLate(CHANGED)
    withdraw_letters(about=custody.pk, kinds=("needs_you",), at=at)


def _stop_hand_overs(account: SchoolAccount, giver: uuid.UUID, by: Person, at: datetime) -> None:
    """What was being handed over by somebody who is taken off goes no further. A taker who has taken over stays."""
    open_now = AccountHandOver.objects.filter(
        account=account, giver=giver, let_go_at__isnull=True, dropped_at__isnull=True
    )
    open_now.update(dropped_at=at, dropped_by=by)


def begin_hand_over(
    *, account: SchoolAccount, giver: Person, taker: Person, by: Person, at: datetime
) -> AccountHandOver:
    """Begin to hand an account over, oneself or for somebody who has left. Policy 2.1."""
    with acting("school_accounts.begin_hand_over", by=by, at=at, about=account.pk) as event:
        account.refresh_from_db()
        held = _held(account, giver)
        gone = held is not None and held.gone_at is not None
        insist(
            rules.why_not_begin_hand_over(
                may=giver.pk == by.pk or (gone and may_tend(account, by, at)),
                closed=account.closed_at is not None,
                ended=held is None,
                under_way=any(one.giver_id == giver.pk for one in standing.under_way(account)),
                taker_here=standing.is_here(taker, at),
                taker_has=_held(account, taker) is not None,
            ),
            CLAUSE,
        )
        event.facts["gone"] = gone
        row = AccountHandOver.objects.create(
            school_id=account.school_id, account=account, giver=giver, taker=taker, begun_at=at, begun_by=by
        )
        owe_letters(people=[taker], kind="needs_you", at=at, about=row.pk)
    return row


def take_over(*, hand_over: AccountHandOver, confirmed: bool, by: Person, at: datetime) -> None:
    """Take an account over: one gets in by a way of one's own, with a second step. Policy 2.1."""
    with acting("school_accounts.take_over", by=by, at=at, about=hand_over.account_id):
        hand_over.refresh_from_db()
        insist(
            rules.why_not_take_over(
                mine=hand_over.taker_id == by.pk,
                taken=hand_over.taken_at is not None,
                dropped=hand_over.dropped_at is not None,
                confirmed=confirmed,
            ),
            CLAUSE,
        )
        AccountHandOver.objects.filter(pk=hand_over.pk).update(taken_at=at)
        if _held(hand_over.account, by) is None:
            begin_custody(hand_over.account, by, hand_over.begun_by, at)
        withdraw_letters(about=hand_over.pk, kinds=("needs_you",), at=at)
        owe_letters(people=[hand_over.begun_by], kind="needs_you", at=at, about=hand_over.pk)
    hand_over.refresh_from_db()


def let_go(*, hand_over: AccountHandOver, confirmed: bool, by: Person, at: datetime) -> None:
    """Say that whoever handed over cannot get in any more. Then they look after it no longer. Policy 2.1."""
    may = standing.may_let_go(hand_over, by, roles_of(by, at))
    with acting("school_accounts.let_go", by=by, at=at, about=hand_over.account_id):
        hand_over.refresh_from_db()
        insist(
            rules.why_not_let_go(
                may=may,
                taken=hand_over.taken_at is not None,
                done=hand_over.let_go_at is not None or hand_over.dropped_at is not None,
                confirmed=confirmed,
            ),
            CLAUSE,
        )
        AccountHandOver.objects.filter(pk=hand_over.pk).update(let_go_at=at, let_go_by=by)
        held = _held(hand_over.account, hand_over.giver)
        if held is not None:
            _end(held, rules.Ended.HANDED, by, at)
        withdraw_letters(about=hand_over.pk, kinds=("needs_you",), at=at)
    hand_over.refresh_from_db()


def drop_hand_over(*, hand_over: AccountHandOver, by: Person, at: datetime) -> None:
    """Call a hand-over off before the other one has taken over: either of the two, or a keeper. Policy 2.1."""
    with acting("school_accounts.drop_hand_over", by=by, at=at, about=hand_over.account_id):
        hand_over.refresh_from_db()
        insist(
            rules.why_not_drop_hand_over(
                may=hand_over.taker_id == by.pk or may_tend(hand_over.account, by, at),
                taken=hand_over.taken_at is not None,
                done=hand_over.dropped_at is not None,
            ),
            CLAUSE,
        )
        AccountHandOver.objects.filter(pk=hand_over.pk).update(dropped_at=at, dropped_by=by)
        withdraw_letters(about=hand_over.pk, kinds=("needs_you",), at=at)
    hand_over.refresh_from_db()


# --- What the clock does ---


def ring_left(about: uuid.UUID, at: datetime) -> None:
    """Somebody left, or an engagement ended. Whoever has another still looks after what they did."""
    person = Person.objects.get(pk=about)
    if not standing.is_here(person, at):
        for held in Custody.objects.filter(person=person, ended_at__isnull=True, gone_at__isnull=True):
            note_gone(custody=held, by=PROGRAM, at=at)


def note_gone(*, custody: Custody, by: Actor, at: datetime) -> None:
    """Note that somebody who looks after an account has left, and tell the head and the other custodians. Policy 2.1.

    What they were handing over can be finished by another.
    """
    account = custody.account
    with acting("school_accounts.note_gone", by=by, at=at, about=account.pk) as event:
        Custody.objects.filter(pk=custody.pk).update(gone_at=at)
        custody.refresh_from_db()
        head = standing.first_decider(at)
        people = {one.pk: one for one in [*standing.custodians(account), *([head] if head else [])]}
        event.facts["told"] = owe_letters(people=list(people.values()), kind="needs_you", at=at, about=custody.pk)
        event.facts["left_with"] = len(standing.custodians(account))


BELLS = {"account_review": ring_review}
