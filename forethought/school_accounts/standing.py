"""The register as it stands: which accounts there are, who looks after each, and what is not as it should be."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from forethought.core.clock import london
from forethought.people import casting
from forethought.people.models import Engagement, Person, School
from forethought.policies.media import Known, media, named
from forethought.policies.naming_media import own_media
from forethought.school_accounts import rules
from forethought.school_accounts.models import AccountHandOver, AccountRequest, Custody, SchoolAccount

#: Who keeps the register: adds accounts, closes them, and sees all of it.
KEEPERS = frozenset({"head", "senior"})
#: Who says whether the school has one more account: the head, or a governor in the chair for the head.
DECIDERS = frozenset({"head", "chair", "vice_chair"})
#: Lists show this many.
MOST = 100


@dataclass(frozen=True)
class Named:
    """An account as it is named to staff and parents: the app or site, its name there, and its address."""

    medium: str
    handle: str
    address: str

    def __str__(self) -> str:
        return f"{self.medium}, {self.handle}{f' ({self.address})' if self.address else ''}"


def engaged_on(day: date) -> "QuerySet[Engagement]":
    """The engagements that hold on a day (London), of people who have not left."""
    found: QuerySet[Engagement] = Engagement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day, person__left_at__isnull=True
    )
    return found


def is_here(person: Person, at: datetime) -> bool:
    """Whether somebody is engaged at the school now."""
    return engaged_on(london(at).date()).filter(person=person).exists()


def people_here(at: datetime) -> list[Person]:
    """Everybody who is engaged now, by name."""
    here = engaged_on(london(at).date()).values("person")
    return list(Person.objects.filter(pk__in=here).order_by("name", "id"))


def medium_name(typed: str) -> str:
    """An app or site as the list of media calls it; as it was typed where it is not on the list. Policy 4.2."""
    found: Known | None = named(typed, [*own_media(), *media()])
    return found.name if found else typed


def accounts() -> "QuerySet[SchoolAccount]":
    """All accounts of the school, open ones first, by app or site and name."""
    found: QuerySet[SchoolAccount] = SchoolAccount.objects.order_by("closed_at", "medium", "handle", "id")
    return found


def account(account_id: uuid.UUID) -> SchoolAccount | None:
    """One account of the school in scope."""
    found: SchoolAccount | None = (
        SchoolAccount.objects.select_related("added_by", "second_step_by", "closed_by").filter(pk=account_id).first()
    )
    return found


def is_there(*, medium: str, handle: str, but: uuid.UUID | None = None) -> bool:
    """Whether an open account with this name on this app or site is on the register. Part of a larger act."""
    wanted = " ".join(handle.casefold().split()).removeprefix("@")
    rows = SchoolAccount.objects.filter(medium=medium, closed_at__isnull=True).values_list("id", "handle")
    return any(" ".join(one.casefold().split()).removeprefix("@") == wanted for key, one in rows if key != but)


def custodies(one: SchoolAccount) -> list[Custody]:
    """Who looks after an account and has not ended it, those who left among them, longest first."""
    rows = Custody.objects.select_related("person").filter(account=one, ended_at__isnull=True)
    return list(rows.order_by("began_at", "person__name", "id"))


def custodians(one: SchoolAccount) -> list[Person]:
    """Those who look after an account and are here."""
    return [row.person for row in custodies(one) if row.gone_at is None]


def accounts_held_by(person: Person) -> list[Named]:
    """The open accounts that somebody looks after, to be handed over before they leave."""
    rows = Custody.objects.filter(person=person, ended_at__isnull=True).order_by("began_at", "id")
    return [Named(*row) for row in rows.values_list("account__medium", "account__handle", "account__address")]


def is_custodian(one: SchoolAccount, person: Person) -> bool:
    """Whether somebody looks after an account now."""
    return bool(
        Custody.objects.filter(account=one, person=person, ended_at__isnull=True, gone_at__isnull=True).exists()
    )


def tends(one: SchoolAccount, person: Person, roles: Collection[str]) -> bool:
    """Whether somebody does what is to be done about an account: its custodians, and the keepers. Policy 2.1."""
    return bool(KEEPERS & set(roles)) or is_custodian(one, person)


def faults_of(one: SchoolAccount, rows: Iterable[Custody], today: date) -> tuple[str, ...]:
    """What is not as it should be about an account that is open. `rows`: its custodies that have not ended."""
    if one.closed_at is not None:
        return ()
    held = list(rows)
    return rules.faults(
        custodians=sum(row.gone_at is None for row in held),
        gone=sum(row.gone_at is not None for row in held),
        recovery=one.recovery,
        second_step_on=london(one.second_step_at).date() if one.second_step_at else None,
        review_on=one.review_on,
        today=today,
    )


def hand_over(hand_over_id: uuid.UUID) -> AccountHandOver | None:
    """One hand-over of the school in scope."""
    found: AccountHandOver | None = (
        AccountHandOver.objects.select_related("account", "giver", "taker").filter(pk=hand_over_id).first()
    )
    return found


def under_way(one: SchoolAccount) -> list[AccountHandOver]:
    """The hand-overs of an account that are not done and not called off."""
    rows = AccountHandOver.objects.select_related("giver", "taker").filter(
        account=one, let_go_at__isnull=True, dropped_at__isnull=True
    )
    return list(rows.order_by("begun_at", "id"))


def may_let_go(passing: AccountHandOver, person: Person, roles: Collection[str]) -> bool:
    """Whoever hands over says that it is done; once they have left, another who tends the account. Policy 2.1."""
    if passing.giver_id == person.pk:
        return True
    left = Custody.objects.filter(
        account_id=passing.account_id, person_id=passing.giver_id, ended_at__isnull=True, gone_at__isnull=False
    )
    return left.exists() and tends(passing.account, person, roles)


def first_decider(at: datetime) -> Person | None:
    """Who hears first of what is for the head: the head, else a governor in the chair. Whoever is away comes last."""
    cast = casting.cast_at(at)
    ids = [uuid.UUID(str(one)) for one in (cast.head, cast.chair, cast.vice_chair) if one is not None]
    found = {one.pk: one for one in Person.objects.filter(pk__in=ids, left_at__isnull=True)}
    there = sorted((one for one in ids if one in found), key=lambda one: one in cast.away)
    return found[there[0]] if there else None


def request_of(request_id: uuid.UUID) -> AccountRequest | None:
    """One request for an account, in the school in scope."""
    rows = AccountRequest.objects.select_related("asker", "first", "second", "decided_by", "account")
    found: AccountRequest | None = rows.filter(pk=request_id).first()
    return found


def own_requests(person: Person) -> list[AccountRequest]:
    """What somebody asked for, newest first."""
    return list(AccountRequest.objects.filter(asker=person).order_by("-asked_at", "-id")[:MOST])


def all_requests() -> list[AccountRequest]:
    """What was asked for, what waits first."""
    rows = AccountRequest.objects.select_related("asker").order_by("-asked_at", "-id")[:MOST]
    return sorted(rows, key=lambda one: one.decided_at is not None)


def accounts_for_parents() -> list[Named]:
    """The open accounts by which parents reach the school. Every member of staff may know them. Policy 5.6."""
    rows = SchoolAccount.objects.filter(parent_facing=True, closed_at__isnull=True).order_by("added_at", "handle", "id")
    return [Named(*row) for row in rows.values_list("medium", "handle", "address")]


def account_for_parents(school: School) -> Named | None:
    """Where a parent is sent who wrote to somebody's own account: the one that has been for parents longest.

    Nothing while the school has none. Policy 5.6.
    """
    rows = SchoolAccount.objects.filter(school=school, parent_facing=True, closed_at__isnull=True)
    first = rows.order_by("added_at", "handle", "id").values_list("medium", "handle", "address").first()
    return Named(*first) if first else None
