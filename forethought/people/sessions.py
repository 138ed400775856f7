"""Who is asking, read with prepared queries: the session, the account, the person and their roles.

The same rows and the same checks as Django's own session store and allauth's back end.
"""

import uuid
from datetime import datetime
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from forethought.people.models import Account, Appointment, Person
from forethought.prepared import Prepared

_ACCOUNT = [field.attname for field in Account._meta.concrete_fields]
_PERSON = [field.attname for field in Person._meta.concrete_fields]

_session = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data"),
    str,
    datetime,
)
_account = Prepared(lambda pk: Account.objects.filter(pk=pk, is_active=True).values_list(*_ACCOUNT), uuid.UUID)
_person = Prepared(
    lambda pk: Person.objects.filter(pk=pk, left_at__isnull=True).values_list(*_PERSON, "school__name"), uuid.UUID
)
_roles = Prepared(
    lambda pk, at: Appointment.objects.filter(person=pk, starts_at__lte=at).values_list("role", "ends_at"),
    uuid.UUID,
    datetime,
)


class SessionStore(DatabaseSessions):
    """Django's sessions in the database, loaded with a prepared query."""

    def load(self) -> dict[str, Any]:
        """The session's content, or an empty one when there is none or it has run out."""
        rows = _session(self.session_key, timezone.now()) if self.session_key else []
        if not rows:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(rows[0][0])
        return found

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Django's own table."""
        return Session


class SignedIn(AuthenticationBackend):
    """allauth's back end; the account of a session is read with a prepared query."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account, if it may still sign in."""
        rows = _account(uuid.UUID(str(user_id)))
        return Account.from_db("default", _ACCOUNT, rows[0]) if rows else None


def person_of(account: Account) -> tuple[Person, str] | None:
    """The person of an account, if they have not left, and the name of their school."""
    rows = _person(account.person_id)
    if not rows:
        return None
    *values, school_name = rows[0]
    return Person.from_db("default", _PERSON, values), str(school_name)


def roles_of(person: Person, at: datetime) -> frozenset[str]:
    """The roles somebody holds at an instant, read each time: one that has ended ends with the next request."""
    return frozenset(role for role, ends_at in _roles(person.pk, at) if ends_at is None or ends_at > at)
