"""The register of school accounts: the accounts, who looks after each, how they pass on, and what was asked for.

No column holds a password or a code for recovery; who holds the way back is one of four words. Clauses 2.1, 5.6.
"""

from django.db import models
from django.db.models import Q

from forethought.people.models import Person
from forethought.rows import Row, Words, paired
from forethought.school_accounts.rules import LONGEST, LONGEST_ADDRESS, LONGEST_NAME

__all__ = ["AccountHandOver", "AccountRequest", "Custody", "SchoolAccount"]


class SchoolAccount(Row):
    """One row for each account that the school has on an app or site. It stays for its time when the account is closed.

    `owner` is the office that answers for it, `recovery` who holds the way back into it.
    """

    medium = Words(max_length=LONGEST_NAME)
    handle = Words(max_length=LONGEST_NAME)
    address = Words(max_length=LONGEST_ADDRESS, blank=True)
    purpose = Words(max_length=LONGEST)
    owner = Words(max_length=12)
    recovery = Words(max_length=8)
    parent_facing = models.BooleanField()
    comments = Words(max_length=LONGEST, blank=True)
    consent = Words(max_length=LONGEST, blank=True)
    archive = Words(max_length=LONGEST, blank=True)
    second_step_at = models.DateTimeField(null=True)
    second_step_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    review_on = models.DateField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_why = Words(max_length=LONGEST, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [paired("second_step_at", "second_step_by"), paired("closed_at", "closed_by")]
        indexes = [models.Index(fields=["school", "closed_at", "review_on"], name="account_open_due")]


class Custody(Row):
    """One row for each time that somebody looks after a school account.

    `gone_at` is when it was seen that they had left; it ends once somebody says that their way in is removed.
    """

    account = models.ForeignKey(SchoolAccount, on_delete=models.PROTECT, related_name="custodies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    named_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    gone_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    why = Words(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "account", "person"], condition=Q(ended_at__isnull=True), name="custody_held_once"
            ),
            paired("ended_at", "ended_by"),
        ]
        indexes = [models.Index(fields=["school", "person", "ended_at"], name="custody_of_person")]


class AccountHandOver(Row):
    """One row for each time that a school account passes from one custodian to another. Both confirm it."""

    account = models.ForeignKey(SchoolAccount, on_delete=models.PROTECT, related_name="hand_overs")
    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    let_go_at = models.DateTimeField(null=True)
    let_go_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "account", "giver"],
                condition=Q(let_go_at__isnull=True, dropped_at__isnull=True),
                name="account_handed_over_once",
            ),
            models.CheckConstraint(
                condition=Q(let_go_at__isnull=True) | Q(taken_at__isnull=False), name="account_taken_before_let_go"
            ),
            paired("let_go_at", "let_go_by"),
            paired("dropped_at", "dropped_by"),
        ]
        indexes = [models.Index(fields=["school", "taker", "let_go_at"], name="account_taken_by")]


class AccountRequest(Row):
    """One row for each school account that somebody asked for, with the answer. `account` is what came of it."""

    asker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    medium = Words(max_length=LONGEST_NAME)
    purpose = Words(max_length=LONGEST)
    audience = Words(max_length=LONGEST)
    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    agreed = models.BooleanField(null=True)
    answer = Words(max_length=LONGEST, blank=True)
    account = models.ForeignKey(SchoolAccount, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [paired("decided_at", "decided_by"), paired("decided_at", "agreed")]
        indexes = [models.Index(fields=["school", "asker", "asked_at"], name="account_asked_by")]
