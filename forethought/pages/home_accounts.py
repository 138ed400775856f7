"""What waits for somebody about the school's accounts, on their home. No name of a person stands there."""

import uuid
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q

from forethought.core.clock import london
from forethought.people.models import Person
from forethought.prepared import Prepared
from forethought.school_accounts import rules, standing
from forethought.school_accounts.models import AccountHandOver, AccountRequest, Custody, SchoolAccount
from forethought.school_accounts.post_models import SchoolPost
from forethought.school_accounts.post_rules import Status

_MINE = Q(ended_at__isnull=True, gone_at__isnull=True)
#: A hand-over that waits: for whoever takes over, then for whoever began it or lets go.
_passing = Prepared(
    lambda person: (
        AccountHandOver.objects.filter(
            Q(taker=person, taken_at__isnull=True)
            | Q(giver=person, taken_at__isnull=False)
            | Q(begun_by=person, taken_at__isnull=False),
            let_go_at__isnull=True,
            dropped_at__isnull=True,
        )
        .order_by("begun_at")
        .values_list("id", "taken_at")[:3]
    ),
    uuid.UUID,
)
#: Accounts that somebody looks after and one of whose custodians left, or whose day has come.
_own = Prepared(
    lambda person, today: (
        SchoolAccount.objects.filter(
            Exists(Custody.objects.filter(_MINE, account=OuterRef("pk"), person=person)), closed_at__isnull=True
        )
        .annotate(left=Exists(Custody.objects.filter(account=OuterRef("pk"), ended_at=None, gone_at__isnull=False)))
        .filter(Q(left=True) | Q(review_on__lte=today))
        .order_by("added_at")
        .values_list("id", "left")[:5]
    ),
    uuid.UUID,
    date,
)
#: The same for whoever keeps the register, and accounts that fewer than two look after.
_all = Prepared(
    lambda today: (
        SchoolAccount.objects.filter(closed_at__isnull=True)
        .annotate(
            here=Count("custodies", filter=Q(custodies__ended_at=None, custodies__gone_at=None)),
            left=Count("custodies", filter=Q(custodies__ended_at=None, custodies__gone_at__isnull=False)),
        )
        .filter(Q(here__lt=rules.CUSTODIANS) | Q(left__gt=0) | Q(here=0, review_on__lte=today))
        .order_by("added_at")
        .values_list("id", "here", "left")[:5]
    ),
    date,
)
_requests = Prepared(
    lambda person: (
        AccountRequest.objects.filter(decided_at__isnull=True)
        .exclude(asker=person)
        .order_by("asked_at")
        .values_list("id")[:3]
    ),
    uuid.UUID,
)

#: Posts of others that wait for somebody as a custodian; their own that were sent back; those that can go up.
_posts = Prepared(
    lambda person: (
        SchoolPost.objects.filter(
            Q(status=Status.SENT_BACK, proposer=person)
            | (
                (Q(status=Status.PROPOSED) & ~Q(proposer=person) | Q(status=Status.APPROVED))
                & Exists(Custody.objects.filter(_MINE, account=OuterRef("account"), person=person))
            )
        )
        .order_by("written_at")
        .values_list("id", "status")[:5]
    ),
    uuid.UUID,
)


def lines(person: Person, roles: frozenset[str], at: datetime) -> list[dict[str, object]]:
    """What waits, each with a place to go. `at` in UTC."""
    today = london(at).date()
    found = []
    for passing_id, taken_at in _passing(person.pk):
        said = (
            "An account of the school is handed over to you." if taken_at is None else "Finish handing an account over."
        )
        found.append(_line(said, "Open", f"/school-accounts/hand-overs/{passing_id}/"))
    for post_id, status in _posts(person.pk):
        found.append(_line(POST[Status(status)], "Open", f"/school-accounts/posts/{post_id}/"))
    seen = set()
    for account_id, left in _own(person.pk, today):
        seen.add(account_id)
        said = GONE if left else "An account that you look after: is all of it still so?"
        found.append(_line(said, "Look", f"/school-accounts/{account_id}/"))
    if roles & standing.KEEPERS:
        for account_id, here, left in _all(today):
            if account_id not in seen:
                said = GONE if left else SHORT if here else NOBODY
                found.append(_line(said, "Look", f"/school-accounts/{account_id}/"))
    if roles & standing.DECIDERS:
        for (request_id,) in _requests(person.pk):
            found.append(_line("Somebody asks for an account.", "Read it", f"/school-accounts/requests/{request_id}/"))
    return found


POST = {
    Status.PROPOSED: "A post for the school waits for you to read it.",
    Status.SENT_BACK: "A post that you wrote for the school was sent back.",
    Status.APPROVED: "An approved post for the school can go up.",
}
GONE = "Somebody who looked after an account of the school has left."
SHORT = "Only one person looks after an account of the school."
NOBODY = "Nobody looks after an account of the school."


def _line(text: str, button: str, href: str) -> dict[str, object]:
    return {"text": text, "button": button, "href": href, "state": "normal"}
