"""Whose calm letters may go now, and when those of the others may: the pace of pacing.py, asked of the rows."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from forethought.people.models import Letter
from forethought.people.pacing import WEEK, calm_from
from forethought.people.post import CALM


def is_calm(mail: Sequence[Letter]) -> bool:
    """Whether no clock demands this mail. Calm letters are only ever joined to each other."""
    return mail[0].kind in CALM


def going_from(mails: Sequence[Sequence[Letter]], at: datetime) -> dict[uuid.UUID | None, datetime]:
    """From when the calm mail to each person among these may go, in UTC, given all that is about to go now.

    For the school that was entered, whose place in the queue of writers is held.
    """
    people = {mail[0].person_id for mail in mails if is_calm(mail)}
    if not people:
        return {}
    sent: dict[uuid.UUID | None, list[datetime]] = {person: [] for person in people}
    calm_sent: dict[uuid.UUID | None, list[datetime]] = {person: [] for person in people}
    # One noted as sent in the future was sent by a clock that was wrong; it must hold nothing up until then.
    lately = Letter.objects.filter(person__in=people, sent_at__gt=at - WEEK, sent_at__lte=at)
    rows = lately.values_list("person", "kind", "sent_at")
    for person, kind, sent_at in rows:
        if sent_at is not None:
            sent[person].append(sent_at)
            if kind in CALM:
                calm_sent[person].append(sent_at)
    for mail in mails:
        # What a clock demands goes in this very sweep, so there is less room for what can wait.
        if not is_calm(mail) and mail[0].person_id in people:
            sent[mail[0].person_id].append(at)
    # A calm mail that was claimed and may be under way, here or by another worker: the rest joins its next try.
    tried = Letter.objects.filter(person__in=people, kind__in=CALM, tries__gt=0, try_at__gt=at, sent_at__isnull=True)
    again = dict(tried.values_list("person").annotate(Max("try_at")))
    return {
        person: calm_from(
            sent=sent[person],
            calm_sent=calm_sent[person],
            at=max(at, again.get(person, at)),
            by_day=settings.MAIL_BY_DAY,
        )
        for person in people
    }
