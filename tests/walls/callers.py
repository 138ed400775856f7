"""Who comes to the doors of the town: each person with each account, proved just now or long ago; visits; nobody."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from town import Place

from forethought.people.models import Account
from forethought.people.sessions import SessionStore

#: Proved this many seconds ago: fresh for everything; too long ago for a case; never.
PROVED = {"fresh": 1.0, "stale": 5000.0, "plain": None}


@dataclass(frozen=True)
class Caller:
    """Somebody at a door: their school and person where they are signed in, what their visit opens, their cookies."""

    name: str
    cookies: str
    school: uuid.UUID | None = None
    person: uuid.UUID | None = None
    visit: uuid.UUID | None = None
    reader: uuid.UUID | None = None
    proved: str = "fresh"

    @property
    def ids(self) -> tuple[uuid.UUID, ...]:
        """By which ids something may be theirs."""
        return tuple(one for one in (self.person, self.visit, self.reader) if one)


def a_session(account: Account, proved: str, at: datetime) -> str:
    """The cookie of somebody signed in."""
    now, ago = at.timestamp(), PROVED[proved]
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session["started"] = session["seen"] = int(now)
    methods: list[dict[str, Any]] = [{"method": "password", "at": now - 1}]
    if ago is not None:
        methods.append({"method": "mfa", "type": "totp", "at": now - ago, "reauthenticated": True})
        session["second_step"] = True
    session["account_authentication_methods"] = methods
    session["account_authentication_methods_user"] = str(account.pk)
    # What they searched the list of people for: twins.SEARCHES.
    session["people_searched"] = "Foster"
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def everybody(places: list[Place], at: datetime) -> list[Caller]:
    """All who may come, the fresh ones first of all: the others come less often."""
    found = [Caller("nobody", ""), Caller("long gone", f"{settings.SESSION_COOKIE_NAME}=no-such-session")]
    cookies = {"visit": settings.DRAFT_COOKIE_NAME, "reader": settings.READER_COOKIE_NAME}
    for place in places:
        school = place.world.school.id
        people = {person.pk: key for key, person in place.cast.items()}
        for account in Account.objects.filter(school_id=school).order_by("made_at", "email"):
            key = people[account.person_id]
            # Whoever left keeps their old session: it opens nothing.
            here = account.person_id if key != "leaver" else None
            for proved in PROVED if key in {"head", "colleague", "senior", "lead"} else ("fresh",):
                cookie = a_session(account, proved, at)
                name = f"{key} of {place.world.school.name}, {proved}"
                found.append(Caller(name, cookie, school if here else None, here, proved=proved))
        for key, (kind, token, opens) in place.visits.items():
            who = {"visit": {"visit": opens}, "reader": {"reader": opens}}[kind]
            found.append(Caller(f"{key} of {place.world.school.name}", f"{cookies[kind]}={token}", school, **who))
    return found
