"""Noting that somebody came in, went, or got a second step wrong: an event that names nobody, and a row that does.

The trail is kept always and cannot lose an entry. So its entry bears the number of a row and no person; the row says
who it was, is shown to that person alone, and goes. No address and no device is in either. docs/decisions/0050.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from forethought.audit.procedures import Visitor, acting
from forethought.people.models import Account
from forethought.signing_in.models import SignInNote

#: How somebody came in, as their own page says it.
WAYS = {
    "password": "Password, no second step yet",
    "code": "Code from an app",
    "recovery": "Recovery code",
    "passkey": "Passkey",
    "elsewhere": "School account",
    "demonstration": "Demonstration",
}

#: How long a row says who it was: long enough to notice somebody else over a summer, and no longer.
KEPT = timedelta(days=90)

#: How many of one's own are shown.
SHOWN = 20


def sign_in(*, account: Account, way: str, by: Visitor, at: datetime) -> SignInNote:
    """Note that somebody signed in. Once for a session, never for a request. `by` is the number of the session.

    reliability.md 7.5 (ASVS 16.3.1).
    """
    with acting("signing_in.sign_in", by=by, at=at, facts={"way": way}):
        return _row(account, way, by, at)


def fail_second_step(*, account: Account, way: str, by: Visitor, at: datetime) -> SignInNote:
    """Note that a second step was wrong. The limit on tries bounds how many there can be.

    reliability.md 7.5 (ASVS 16.3.1).
    """
    with acting("signing_in.fail_second_step", by=by, at=at, facts={"way": way}):
        return _row(account, way, by, at, failed=True)


def sign_out(*, by: Visitor, at: datetime) -> None:
    """Note that somebody signed out of the session with this number. Its row may be gone by then; the event stays."""
    with acting("signing_in.sign_out", by=by, at=at):
        SignInNote.objects.filter(pk=by.id, ended_at__isnull=True).update(ended_at=at)


def _row(account: Account, way: str, by: Visitor, at: datetime, *, failed: bool = False) -> SignInNote:
    return SignInNote.objects.create(
        id=by.id,
        school_id=account.school_id,
        person_id=account.person_id,
        account_id=account.pk,
        way=way,
        failed=failed,
        noted_at=at,
    )


def own_notes(account: Account) -> Sequence[SignInNote]:
    """The last sign-ins of one account, newest first, for its owner and nobody else. Asked inside its school."""
    return list(SignInNote.objects.filter(account_id=account.pk).order_by("-noted_at")[:SHOWN])


def forget_old(at: datetime) -> int:
    """Let go of who it was, after ninety days, in the school that was entered. How many rows went.

    Part of the look of the night. No act: what goes is said by the schedule, and the trail keeps its entries.
    """
    gone: int = SignInNote.objects.filter(noted_at__lt=at - KEPT)._raw_delete("default")
    return gone
