"""What pages have noted about coming in and going: the number of a session, kept in the session itself."""

import uuid
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils import timezone

from forethought.audit.procedures import Visitor
from forethought.core.clock import spoken
from forethought.pages import proving
from forethought.people.models import Account
from forethought.rows import inside
from forethought.signing_in import noting

_KEY = "sign_in"

_BY_TYPE = {
    Authenticator.Type.TOTP.value: "code",
    Authenticator.Type.RECOVERY_CODES.value: "recovery",
    Authenticator.Type.WEBAUTHN.value: "passkey",
    proving.ELSEWHERE: "elsewhere",
}


def way_in(request: HttpRequest, account: Account) -> str:
    """How somebody came in: the last step that was more than a password, or that."""
    for record in reversed(get_authentication_records(request, account)):
        if record.get("method") == proving.DEMONSTRATION:
            return "demonstration"
        if way := _BY_TYPE.get(str(record.get("type", ""))):
            return way
        if record.get("method") == "socialaccount":
            return "elsewhere"
    return "password"


def came_in(request: HttpRequest, account: Account) -> None:
    """Note a sign-in, and keep its number for the sign-out."""
    with inside(account.school_id):
        note = noting.sign_in(
            account=account, way=way_in(request, account), by=Visitor(uuid.uuid4()), at=timezone.now()
        )
    request.session[_KEY] = str(note.pk)


def missed(account: Account, way: str) -> None:
    """Note a wrong second step. In a transaction of its own: the refusal that follows undoes nothing of it."""
    with inside(account.school_id):
        noting.fail_second_step(account=account, way=way, by=Visitor(uuid.uuid4()), at=timezone.now())


class Going:
    """Around a sign-out: whose session it is is read before, and noted after, so that nothing keeps anybody in."""

    def __init__(self, request: HttpRequest) -> None:
        self.school_id = getattr(request.user, "school_id", None)
        self.number = request.session.get(_KEY)

    def gone(self) -> None:
        """Note it. A session from before this was noted has no number, and leaves nothing."""
        if self.school_id is not None and self.number is not None:
            with inside(self.school_id):
                noting.sign_out(by=Visitor(uuid.UUID(self.number)), at=timezone.now())


def own_rows(request: HttpRequest, account: Account) -> list[dict[str, str]]:
    """One's own last sign-ins, in words: when and how. This one is marked."""
    now, here = timezone.now(), request.session.get(_KEY)
    return [
        {
            "key": spoken(one.noted_at, now),
            "value": f"{noting.WAYS[one.way]}{_what_came(one, str(one.pk) == here, now)}",
        }
        for one in noting.own_notes(account)
    ]


def _what_came(one: Any, here: bool, now: Any) -> str:
    if one.failed:
        return ". It was wrong, and opened nothing"
    if here:
        return ". This is where you are now"
    return f". Signed out {spoken(one.ended_at, now)}" if one.ended_at else ""
