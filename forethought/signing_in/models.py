"""How a school's people sign in elsewhere, which of them do, how a lost second step comes back, who came in when."""

from django.db import models
from django.db.models import Q

from forethought.people.models import Person
from forethought.rows import Row, Words, paired

__all__ = ["Identity", "Restoring", "SignInNote", "SignInProvider"]


class SignInProvider(Row):
    """One row for each time the school said where its people may sign in, or stopped it. The newest of a kind holds.

    Never changed; only `content`, which holds the sealed client secret, may be emptied once another row took its place.
    """

    kind = Words(max_length=10)
    #: Microsoft's tenant id, Google's domain, or the issuer of any other.
    tenant = Words(max_length=200)
    client_id = Words(max_length=200)
    content = models.BinaryField()
    second_step_counts = models.BooleanField(default=False)
    stopped = models.BooleanField(default=False)
    set_at = models.DateTimeField()
    set_by = Words(max_length=36)

    class Meta:
        indexes = [models.Index(fields=["school", "kind", "set_at"], name="sign_in_provider_newest")]


class Identity(Row):
    """One row for each account elsewhere that somebody connected with theirs here: who says so, and whom they mean.

    `subject` is the provider's own name for the person, which it never gives to anybody else. No address, no name.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identities")
    #: The account here that it signs in to; it stands outside row-level security, so only its id is kept.
    account_id = models.UUIDField()
    kind = Words(max_length=10)
    issuer = Words(max_length=250)
    subject = Words(max_length=255)
    connected_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = Words(max_length=36, null=True)

    class Meta:
        constraints = [
            paired("ended_at", "ended_by"),
            models.UniqueConstraint(
                fields=["school", "issuer", "subject"],
                condition=Q(ended_at__isnull=True),
                name="identity_of_one_account",
            ),
            models.UniqueConstraint(
                fields=["school", "account_id", "kind"],
                condition=Q(ended_at__isnull=True),
                name="identity_one_of_a_kind",
            ),
        ]


class Restoring(Row):
    """One row for each time somebody's lost second step was to come back: proposed by one, confirmed by another.

    Confirmed, the old second step is gone. A code, kept as a keyed hash, lets its owner set up a new one.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="restorings")
    account_id = models.UUIDField()
    #: How whoever proposed it knows that it is they: one of restoring_rules.HOW.
    how = Words(max_length=10)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    declined_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    declined_at = models.DateTimeField(null=True)
    code_hash = models.BinaryField(max_length=32, null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            paired("confirmed_at", "confirmed_by"),
            paired("declined_at", "declined_by"),
            models.CheckConstraint(
                condition=~Q(proposed_by=models.F("person"))
                & (
                    Q(confirmed_by__isnull=True)
                    | (~Q(confirmed_by=models.F("person")) & ~Q(confirmed_by=models.F("proposed_by")))
                ),
                name="restoring_is_of_three",
            ),
            models.UniqueConstraint(
                fields=["school", "account_id"],
                condition=Q(confirmed_at__isnull=True, declined_at__isnull=True),
                name="restoring_one_open",
            ),
        ]


class SignInNote(Row):
    """One row for each time somebody signed in, or a second step was wrong: whose the number in the trail is.

    The trail calls a sign-in by the id of this row and names nobody. No address, no device. It goes after 90 days, and
    then nobody can say any more who it was (docs/decisions/0050). Its owner alone is shown it.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sign_in_notes")
    #: The account stands outside row-level security, so only its id is kept.
    account_id = models.UUIDField()
    #: How: one of noting.WAYS.
    way = Words(max_length=13)
    #: A wrong second step opened nothing.
    failed = models.BooleanField(default=False)
    noted_at = models.DateTimeField()
    #: When they signed out. A session that ran out by itself has none.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["school", "account_id", "noted_at"], name="sign_in_note_of_account"),
            models.Index(fields=["school", "noted_at"], name="sign_in_note_by_age"),
        ]
