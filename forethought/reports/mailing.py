"""Mailing the codes by which senders of held complaints show that a person sent them: after the commit, by the worker.

As with letters (`people/mailing.py`): claimed, sent, then noted as taken. The mail names neither school nor matter.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Min, QuerySet

from forethought.audit.procedures import queue_up
from forethought.evidence import keyring
from forethought.people.mailing import Mail, Postman, back_off
from forethought.reports import forking as rules
from forethought.reports.models import HeldComplaint
from forethought.rows import inside

#: Mails of one school in one sweep.
BATCH = 50

SUBJECT = "Your code"
TEXT = (
    "You, or somebody who gave your address, wrote to a school. Very many are writing now, so please show that a person"
    " did.\n\nType this code on the page where you sent it:\n\n{code}\n\nDid you send nothing? Then do nothing."
    " Nobody is told.\n"
)


def mails() -> bool:
    """Whether this installation has a mail server."""
    return bool(settings.EMAIL_HOST)


def send_due(school_id: uuid.UUID, at: datetime, *, postman: Postman) -> bool:
    """Send the codes of a school whose time has come (UTC). Enters the school itself, as the worker needs."""
    if not mails():
        return True
    for row_id, mail in _claim(school_id, at):
        if postman.deliver(mail):
            with inside(school_id), transaction.atomic():
                queue_up(school_id)
                HeldComplaint.objects.filter(pk=row_id).update(mail_at=None, mailed_at=at)
    return True


def next_try() -> datetime | None:
    """When a code of the school that was entered is next mailed, in UTC. None where there is no mail server."""
    if not mails():
        return None
    soonest: datetime | None = _waiting().aggregate(soonest=Min("mail_at"))["soonest"]
    return soonest


def _waiting() -> "QuerySet[HeldComplaint]":
    found: QuerySet[HeldComplaint] = HeldComplaint.objects.filter(mail_at__isnull=False)
    return found


def _claim(school_id: uuid.UUID, at: datetime) -> list[tuple[uuid.UUID, Mail]]:
    """Take the codes that are due for this worker; of several to one address in a sweep, one is sent."""
    found: dict[str, tuple[uuid.UUID, Mail]] = {}
    with inside(school_id), transaction.atomic():
        queue_up(school_id)
        for row in _waiting().filter(mail_at__lte=at).order_by("mail_at", "id")[:BATCH]:
            said: Mapping[str, object] = keyring.words_at_school(row, "content")
            answers = said["answers"]
            assert isinstance(answers, dict)
            address = rules.mail_address(str(answers.get("reach", "")))
            tries = min(row.mail_tries + 1, 30_000)
            again = at + back_off(tries) if tries < rules.MOST_MAILS else None
            HeldComplaint.objects.filter(pk=row.pk).update(mail_tries=tries, mail_at=again)
            text = TEXT.replace("{code}", str(said["code"]))
            found.setdefault(address, (row.pk, Mail((row.pk,), f"<{row.pk.hex}@forethought>", address, SUBJECT, text)))
    return list(found.values())
