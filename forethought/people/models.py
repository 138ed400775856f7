"""Adults at the school, what they are engaged as, the roles they hold, and how the school is reached."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from forethought.rows import Row, Words, paired

__all__ = [
    "Absence",
    "Account",
    "Alarm",
    "Appointment",
    "ChairProposal",
    "ClosedTime",
    "Doorway",
    "Engagement",
    "Letter",
    "Person",
    "School",
    "Shift",
    "Switch",
    "Telling",
    "Tie",
    "Wake",
]


class Kind(models.TextChoices):
    """How an adult is engaged. Policy 2.5."""

    EMPLOYEE = "employee", "Employee"
    AGENCY = "agency", "Agency"
    GOVERNOR = "governor", "Governor or trustee"
    VOLUNTEER = "volunteer", "Volunteer"
    CONTRACTOR = "contractor", "Contractor"
    TRAINEE = "trainee", "Trainee"
    TRUST = "trust", "Central trust staff"


class Role(models.TextChoices):
    """What somebody may be asked to do. A role alone opens no case."""

    HEAD = "head", "Headteacher"
    SENIOR = "senior", "Senior manager"
    LEAD = "lead", "Safeguarding lead"
    DEPUTY_LEAD = "deputy_lead", "Deputy safeguarding lead"
    CHAIR = "chair", "Chair of governors"
    VICE_CHAIR = "vice_chair", "Vice-chair of governors"
    CLERK = "clerk", "Clerk to governors"
    PROTECTION = "protection", "Data protection officer"
    UNION = "union", "Union representative"
    HR = "hr", "HR adviser"
    IT = "it", "IT support"
    TRUST_LEAD = "trust_lead", "Trust lead"


class School(models.Model):
    """One row for each school. An installation on SQLite has one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = Words(max_length=120)
    demonstration = models.BooleanField(default=False)
    anonymous_reports = models.BooleanField(default=False)
    answer_hours = models.PositiveSmallIntegerField(default=4)
    approach_hours = models.PositiveSmallIntegerField(default=4)
    contacts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    #: Its number in the national register, six figures; its phase; who runs it, a local authority or a trust, by name.
    urn = Words(max_length=6, blank=True, default="")
    phase = Words(max_length=12, blank=True, default="")
    run_by = Words(max_length=12, blank=True, default="")
    runs = Words(max_length=120, blank=True, default="")
    #: When somebody last typed back what a real message from here said.
    mail_arrived_at = models.DateTimeField(null=True)


class AccountManager(BaseUserManager["Account"]):
    """Accounts are made by procedures; this only finds them."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """One row for each way somebody signs in. It names a school and a person by id and says nothing else of them.

    Outside row-level security: it is how a school is found at sign-in (architecture.md, decision 8).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school_id = models.UUIDField()
    person_id = models.UUIDField()
    email = models.EmailField(max_length=254)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    #: Sessions from before this instant are over.
    sessions_from = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = AccountManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="account_email_once")]
        indexes = [models.Index(fields=["person_id"], name="account_of_person")]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to go on: another one once the password or `sessions_from` has changed."""
        salt = "forethought.people.models.Account.sessions"
        if self.sessions_from is None:
            return super()._get_session_auth_hash(secret)  # type: ignore[misc, no-any-return]
        value = f"{self.password}|{self.sessions_from.isoformat()}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_staff(self) -> bool:
        """Nobody: there is no admin site."""
        return False


class Person(Row):
    """One row for each adult the school knows, with or without an account. Conflicts follow the person."""

    name = Words(max_length=120)
    email = models.EmailField(max_length=254, blank=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="person_has_a_name")]
        indexes = [models.Index(fields=["school", "name"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name


class Engagement(Row):
    """One row for each time an adult is engaged by the school, paid or not. Policy 2.5."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="engagements")
    kind = Words(max_length=12, choices=Kind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    #: The line manager, who may ask whether they have read what they were sent, and answers their questions.
    manager = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="managed")

    class Meta:
        indexes = [
            models.Index(fields=["school", "person"], name="engagement_of_person"),
            models.Index(fields=["school", "manager"], name="engagement_by_manager"),
        ]


class Tie(Row):
    """One row for each declaration that two adults share a household, a contract or a union duty. It ends by hand.

    One of them declared it, or the headteacher wrote it down. It says who is close to whom, and nothing more.
    """

    KINDS = (("household", "A household or family"), ("contract", "A contract or business"), ("union", "A union duty"))

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ties")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ties_of_others")
    kind = Words(max_length=12, choices=KINDS)
    declared_at = models.DateTimeField()
    declared_by = Words(max_length=36)
    ended_at = models.DateTimeField(null=True)
    ended_by = Words(max_length=36, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(person=models.F("other")), name="tie_is_of_two"),
            paired("ended_at", "ended_by"),
        ]
        indexes = [
            models.Index(fields=["school", "person"], name="tie_holds", condition=models.Q(ended_at__isnull=True))
        ]


class Appointment(Row):
    """One row for each role somebody holds, and since when. Lower rank is asked first."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    role = Words(max_length=12, choices=Role.choices)
    rank = models.PositiveSmallIntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["school", "person"], name="appointment_of_person")]


class ChairProposal(Row):
    """One row for each time somebody was proposed to chair the governors: by one, confirmed or declined by another.

    The chair handles what is about the head, so nobody names one alone.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    declined_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            paired("confirmed_at", "confirmed_by"),
            paired("declined_at", "declined_by"),
            models.CheckConstraint(
                condition=~models.Q(proposed_by=models.F("person"))
                & (
                    models.Q(confirmed_by__isnull=True)
                    | (~models.Q(confirmed_by=models.F("person")) & ~models.Q(confirmed_by=models.F("proposed_by")))
                ),
                name="chair_proposal_is_of_three",
            ),
            models.UniqueConstraint(
                fields=["school"],
                condition=models.Q(confirmed_at__isnull=True, declined_at__isnull=True),
                name="chair_proposal_one_open",
            ),
        ]


class Shift(Row):
    """One row for each stretch on the duty rota, holidays included. Policy 8.3."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="shift_ends_later")
        ]


class ClosedTime(Row):
    """One row for each stretch of days on which the school is closed, both ends included. No clock pauses for it."""

    name = Words(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="closed_ends_later")
        ]
        indexes = [models.Index(fields=["school", "ends_on"], name="closed_to_come")]


class Absence(Row):
    """One row for each time somebody pressed “I am away”. Work passes them by meanwhile."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)


class Doorway(models.Model):
    """One row for each code that opens something without an account: a receipt, say, or a personal link.

    Only a keyed hash of the code is kept. Outside row-level security: the code is how its school is found.
    """

    key_hash = models.BinaryField(primary_key=True, max_length=32)
    kind = Words(
        max_length=10,
        choices=[
            ("staffroom", "Staffroom"),
            ("visit", "Visit"),
            ("receipt", "Receipt"),
            ("draft", "Draft"),
            ("personal", "Personal link"),
            ("reader", "Reader"),
            ("directory", "Directory"),
        ],
    )
    school_id = models.UUIDField()
    opens = models.UUIDField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    #: Wrong names typed after a personal link. Too many, and it ends.
    tries = models.PositiveSmallIntegerField(default=0)


class Letter(Row):
    """One row for each mail owed to somebody: what kind and when, never a word of a case.

    Sent after the commit by the worker; `message_id` stays the same however often it is tried (reliability.md 5.5).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="letters", null=True)
    case_id = models.UUIDField(null=True)
    kind = Words(max_length=20)
    about = models.UUIDField(null=True)
    by_when = models.DateTimeField(null=True)
    owed_at = models.DateTimeField()
    try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    message_id = Words(max_length=120)
    sent_at = models.DateTimeField(null=True)
    dropped = Words(max_length=20, blank=True)
    #: When it was looked at for a nudge on a phone, whether or not one went.
    nudged_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["school", "person"], name="letter_to_nudge", condition=models.Q(nudged_at__isnull=True)
            ),
            models.Index(fields=["school", "try_at"], name="letter_to_send", condition=models.Q(try_at__isnull=False)),
            models.Index(fields=["school", "sent_at"], name="letter_sent", condition=models.Q(sent_at__isnull=False)),
        ]


class Alarm(Row):
    """One row for each thing outside cases that the clock does at its time: a reminder, a review, a consultation's end.

    It rings once. `about` is the row that it is about; setting it again moves it.
    """

    kind = Words(max_length=20)
    about = models.UUIDField()
    rings_at = models.DateTimeField()
    rung_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "kind", "about"], name="alarm_once")]
        indexes = [
            models.Index(fields=["school", "rings_at"], name="alarm_to_ring", condition=models.Q(rung_at__isnull=True))
        ]


class Switch(Row):
    """One row for each time the school turned something on or off from a day on. The newest that has begun holds.

    Never changed, so that what held on a past day can be said. `kind` is one of switches.KINDS.
    """

    kind = Words(max_length=20)
    on = models.BooleanField()
    from_day = models.DateField()
    source = Words(max_length=500, blank=True)
    set_at = models.DateTimeField()
    set_by = Words(max_length=36)


class Telling(Row):
    """One row for each week in which the witnesses were told a code of the trail. Never changed.

    `week_on` is its Monday. Who they were is in the letters.
    """

    week_on = models.DateField()
    checkpoint = models.ForeignKey("forethought.Checkpoint", on_delete=models.PROTECT, related_name="+")
    told = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField()
    told_by = Words(max_length=36)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "week_on"], name="telling_once_a_week")]


class Wake(models.Model):
    """One row for each school: when the worker next has anything to do there.

    Outside row-level security and free of content, so that one look finds the schools with something due.
    """

    school_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="wake_due", condition=models.Q(at__isnull=False))]
