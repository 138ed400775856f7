"""Sending notices to hosts by mail: after the commit, until the mail server has taken each of them.

As with letters (`people/mailing.py`): claimed, sent, then noted as taken. A crash between the two sends it twice with
one Message-ID, by which the other side knows the twin. It is the only mail that carries words of a case, because it is
the notice itself; its subject is the neutral one.
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Min, QuerySet

from forethought.audit.procedures import PROGRAM, acting, queue_up
from forethought.evidence import keyring
from forethought.people.mailing import BACK_OFF, Mail, Postman, back_off
from forethought.people.post import wake
from forethought.rows import inside
from forethought.takedowns.models import Notice, NoticeSent
from forethought.takedowns.rules import RESTING

#: Notices of one school in one sweep.
BATCH = 50


def is_possible() -> bool:
    """Whether this installation has a mail server. Without one, a notice is copied."""
    return bool(settings.EMAIL_HOST)


def queue_notice(notice: Notice, at: datetime) -> NoticeSent:
    """See to it that a notice goes by mail, once what it belongs to is committed. Part of asking and of going on."""
    # A domain that a mail server accepts: some refuse a Message-ID from nowhere.
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "forethought"
    post = NoticeSent.objects.create(
        school_id=notice.school_id,
        notice=notice,
        message_id=f"<{notice.id.hex}@{domain[:80]}>",
        try_at=at,
    )
    wake(notice.school_id, at)
    return post


def send_due(school_id: uuid.UUID, at: datetime, *, postman: Postman) -> bool:
    """Send the notices of a school whose time has come (UTC). Without a mail server they wait, and nothing is wrong."""
    if not is_possible():
        return True
    for mail in _claim(school_id, at):
        if postman.deliver(mail):
            note_taken(school_id=school_id, post_id=mail.letters[0], at=at)
    return True


def bring_back(school_id: uuid.UUID, at: datetime) -> None:
    """Try again at this instant (UTC) what is put off for longer than any notice is, as a clock set wrong leaves it."""
    with inside(school_id), transaction.atomic():
        queue_up(school_id)
        _waiting().filter(try_at__gt=at + back_off(len(BACK_OFF))).update(try_at=at)


def next_try() -> datetime | None:
    """When a notice of the school that was entered is next tried, in UTC. None where there is no mail server."""
    if not is_possible():
        return None
    soonest: datetime | None = _waiting().aggregate(soonest=Min("try_at"))["soonest"]
    return soonest


def note_taken(*, school_id: uuid.UUID, post_id: uuid.UUID, at: datetime) -> None:
    """Note that the mail server took a notice. Enters the school itself, as the worker needs. Policy 8.3."""
    with inside(school_id), transaction.atomic():
        queue_up(school_id)
        post = NoticeSent.objects.select_related("notice__takedown").get(pk=post_id)
        if NoticeSent.objects.filter(pk=post_id, taken_at__isnull=True).update(taken_at=at, try_at=None):
            case_id = post.notice.takedown.case_id
            with acting("takedowns.note_taken", by=PROGRAM, at=at, about=post.notice_id, case_id=case_id):
                pass


def why_not_send(post: NoticeSent) -> str | None:
    """Why a notice goes to nobody any more, in a word for its row: it went, or the school stopped asking."""
    return "not_needed" if post.notice.takedown.status in RESTING else None


def _waiting() -> "QuerySet[NoticeSent]":
    found: QuerySet[NoticeSent] = NoticeSent.objects.filter(try_at__isnull=False, taken_at__isnull=True)
    return found


def _claim(school_id: uuid.UUID, at: datetime) -> list[Mail]:
    """Take the due notices for this worker, and open what they say."""
    mails = []
    with inside(school_id), transaction.atomic():
        queue_up(school_id)
        for post in (
            _waiting().filter(try_at__lte=at).select_related("notice__takedown").order_by("try_at", "id")[:BATCH]
        ):
            if reason := why_not_send(post):
                NoticeSent.objects.filter(pk=post.pk).update(try_at=None, dropped=reason)
                continue
            tries = min(post.tries + 1, 30_000)
            NoticeSent.objects.filter(pk=post.pk).update(tries=tries, try_at=at + back_off(tries))
            said = keyring.words(post.notice, case_id=post.notice.takedown.case_id)
            mails.append(Mail((post.id,), post.message_id, said["to"], said["subject"], said["text"], said["reply_to"]))
    return mails
