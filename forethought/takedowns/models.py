"""Asking a site, app or author to take something down or change it."""

from django.db import models

from forethought.cases.models import Case
from forethought.people.models import Person
from forethought.rows import Row, Words

__all__ = ["Look", "Notice", "NoticeSent", "Reason", "RegisterAnswer", "Route", "Takedown", "Ticket"]


class Takedown(Row):
    """One row for each thing the school wants amended or removed: an address, or an app with its group or account.

    Two marks hang on the first report of it: approached, and amended or removed (policy 8.3). `stood` is where it stood
    when it was first seen gone signed in; `gone_before_at` is when it had been seen gone before it came back.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="takedowns")
    target = Words(max_length=8, choices=[("address", "An address"), ("group", "An app, with a group or account")])
    wish = Words(max_length=8, choices=[("remove", "Remove it"), ("amend", "Change it")])
    status = Words(max_length=16)
    version = models.PositiveIntegerField(default=1)
    rounds = models.PositiveSmallIntegerField(default=1)
    content = models.BinaryField()
    reported_at = models.DateTimeField()
    approach_due_at = models.DateTimeField()
    resolve_due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    last_look_at = models.DateTimeField(null=True)
    seen_gone_at = models.DateTimeField(null=True)
    gone_before_at = models.DateTimeField(null=True)
    stood = Words(max_length=16, blank=True)
    helper = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField()
    moved_by = Words(max_length=36)


class Notice(Row):
    """One row for each notice sent, word for word. Never changed."""

    takedown = models.ForeignKey(Takedown, on_delete=models.PROTECT, related_name="notices")
    kind = Words(max_length=4)
    rung = Words(max_length=16)
    way = Words(max_length=8, choices=[("mail", "By mail"), ("copied", "Copied into a form")])
    content = models.BinaryField()
    sent_at = models.DateTimeField()
    sent_by = Words(max_length=36)


class NoticeSent(Row):
    """One row for each notice that goes by mail: when it is tried next, and when the mail server took it.

    Written with the notice in one transaction, so that nothing goes before the commit and nothing is forgotten. The
    notice itself is sealed, and so is whom it goes to; the Message-ID stays the same however often it is tried.
    """

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="post")
    message_id = Words(max_length=120)
    try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    dropped = Words(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["school", "try_at"], name="notice_to_send", condition=models.Q(try_at__isnull=False))
        ]


class Ticket(Row):
    """One row for each ticket number or other proof that a notice arrived."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="tickets")
    content = models.BinaryField()
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)


class Look(Row):
    """One row for each time a person looked whether it was gone. A wrong press is corrected by another row.

    `before` is how the takedown stood until then, so that a correction can put it back. Policy 8.5.
    """

    takedown = models.ForeignKey(Takedown, on_delete=models.PROTECT, related_name="looks")
    result = Words(max_length=20)
    exhibit_id = models.UUIDField(null=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    before = models.JSONField(null=True)
    seen_at = models.DateTimeField()
    seen_by = Words(max_length=36)


class Reason(Row):
    """One row for each reason given for an act on a takedown: why it was not asked, withdrawn, skipped."""

    takedown = models.ForeignKey(Takedown, on_delete=models.PROTECT, related_name="reasons")
    verb = Words(max_length=20)
    rung = Words(max_length=16, blank=True)
    content = models.BinaryField()
    given_at = models.DateTimeField()
    given_by = Words(max_length=36)


class Route(Row):
    """One row for each time somebody noted where an app or site is asked, and checked it. The newest one counts.

    Beside the routes that are shipped (routes.toml). `kind` is report, privacy, impersonation, copyright or trusted.
    """

    medium = Words(max_length=80)
    kind = Words(max_length=16)
    place = Words(max_length=500)
    checked_on = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)

    class Meta:
        indexes = [models.Index(fields=["school", "medium", "kind", "-noted_at"], name="route_newest")]


class RegisterAnswer(Row):
    """One row for each answer of a public register that was kept, byte for byte, with whom it names.

    Pasted by somebody, or asked for where a way out is set up. Evidence of what the register said; never changed.
    """

    takedown = models.ForeignKey(Takedown, on_delete=models.PROTECT, related_name="register_answers")
    kind = Words(max_length=8)
    content = models.BinaryField()
    noted_at = models.DateTimeField()
    noted_by = Words(max_length=36)
