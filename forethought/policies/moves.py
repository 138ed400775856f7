"""Moving a change of the policy on: one conditional UPDATE, so of two people at once one wins."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import F

from forethought.audit.procedures import Actor
from forethought.core.errors import TooLate
from forethought.people.models import Person
from forethought.policies.models import Policy, PolicyText, Revision
from forethought.policies.rules import MOVES, lost_race
from forethought.policies.text import Text, as_plain, fingerprint


def move(revision: Revision, verb: str, *, version: int, by: Actor, at: datetime, **changes: Any) -> None:
    """Move a change as its state table allows, if it is still at the version the person saw. Part of a larger act.

    Raises TooLate, naming who was first and when, otherwise.
    """
    sources, target = MOVES[verb]
    moved = Revision.objects.filter(pk=revision.pk, version=version, status__in=sources).update(
        status=target, version=F("version") + 1, moved_at=at, moved_by=str(by.id), **changes
    )
    if not moved:
        unmoved(revision, version)
        raise TooLate("This change has moved on. Open it again. Nothing was changed.")
    revision.refresh_from_db()


def stay(revision: Revision, *, version: int, by: Actor, at: datetime, **changes: Any) -> None:
    """Change what leaves a change where it stands: its label, its summary. Part of a larger act.

    Raises TooLate as `move` does.
    """
    done = Revision.objects.filter(pk=revision.pk, version=version).update(
        version=F("version") + 1, moved_at=at, moved_by=str(by.id), **changes
    )
    if not done:
        unmoved(revision, version)
    revision.refresh_from_db()


def unmoved(revision: Revision, version: int) -> None:
    """Refuse whoever saw an older state, before any rule speaks of the new one. Part of every decision."""
    now = Revision.objects.only("version", "moved_at", "moved_by").get(pk=revision.pk)
    if now.version != version:
        raise TooLate(lost_race(name=name_of(now.moved_by), at=now.moved_at))


def change_policy(policy: Policy, *, version: int, by: Actor, at: datetime, **changes: Any) -> None:
    """Change the school's policy row, if nobody else did meanwhile. Part of a larger act. Raises TooLate otherwise."""
    done = Policy.objects.filter(pk=policy.pk, version=version).update(
        version=F("version") + 1, moved_at=at, moved_by=str(by.id), **changes
    )
    if not done:
        now = Policy.objects.get(pk=policy.pk)
        raise TooLate(lost_race(name=name_of(now.moved_by), at=now.moved_at))
    policy.refresh_from_db()


def keep_text(school_id: uuid.UUID, text: Text, at: datetime) -> PolicyText:
    """Keep a text, once for each fingerprint. Part of a larger act."""
    mark = fingerprint(text)
    found = PolicyText.objects.filter(fingerprint=mark).first()
    if found is not None:
        return found
    return PolicyText.objects.create(school_id=school_id, fingerprint=mark, paragraphs=as_plain(text), kept_at=at)


def name_of(actor: str) -> str:
    """Who somebody was, for the person who came second: all who keep the policy may know each other."""
    try:
        person = Person.objects.filter(pk=uuid.UUID(actor)).first()
    except ValueError:
        person = None
    return person.name if person else "Somebody"
