"""Sending the letters that are owed, after the commit, until the mail server has taken each of them.

A letter is claimed, sent, and then noted as sent. Claiming moves its next try into the future, so of two workers one
sends it, and after a crash it is tried again by itself. A crash between the mail and the note sends it twice, with the
same Message-ID, by which a mailbox knows the twin; noting first would lose it (measured: reliability.md 5.5).
"""

import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Min, QuerySet

from forethought.audit.codes import code_of
from forethought.audit.models import Checkpoint
from forethought.audit.procedures import queue_up
from forethought.people.calm import going_from, is_calm
from forethought.people.models import Letter
from forethought.people.personal import personal_links
from forethought.people.post import CALM, Link, composed
from forethought.rows import inside

#: Minutes from one try to the next. The last one holds for ever: a letter is never given up.
BACK_OFF = (1, 2, 5, 15, 60)

#: Letters that say the same, so one mail a sweep stands for all of somebody's. Calm ones are joined whatever they say.
JOINED = frozenset({"due_soon", "late"})

#: Letters of one school in one sweep.
BATCH = 500

#: Seconds for which a mail server that could not be reached is left alone, so that deadlines go on meanwhile.
REST = 60.0

Withheld = Callable[[Sequence[Letter], datetime], Mapping[uuid.UUID, str]]
Value = TypeVar("Value")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mail:
    """One mail ready to go, and the letters it stands for, the first of which lends its Message-ID.

    `reply_to` is set when a person wrote it: the answer goes there, and nothing calls it automatic.
    """

    letters: tuple[uuid.UUID, ...]
    message_id: str
    to: str
    subject: str
    text: str
    reply_to: str = ""


class Postman:
    """The way to the mail server, kept open from one mail to the next."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds that never run backwards."""
        self._clock = clock
        self._connection: Any = None
        self._rests_until = 0.0
        #: How it went last, for the status page: `goes`, `fails`, or empty while nothing was sent yet.
        self.said = ""

    def deliver(self, mail: Mail) -> bool:
        """Hand one mail over. False when the server did not take it or could not be reached."""
        if self._clock() < self._rests_until:
            return False
        went = self._hand_over(mail)
        self.said = "goes" if went else "fails"
        return went

    def _hand_over(self, mail: Mail) -> bool:
        # Imported late: a worker in a school without mail never needs it.
        from django.core.mail import EmailMessage, get_connection

        try:
            if self._connection is None:
                connection = get_connection()
                connection.open()
                self._connection = connection
        except OSError:
            log.warning("The mail server cannot be reached. Letters wait.")
            self._rests_until = self._clock() + REST
            return False
        headers = {"Message-ID": mail.message_id}
        if not mail.reply_to:
            headers["Auto-Submitted"] = "auto-generated"
        message = EmailMessage(
            mail.subject,
            mail.text,
            to=[mail.to],
            reply_to=[mail.reply_to] if mail.reply_to else None,
            headers=headers,
            connection=self._connection,
        )
        try:
            return bool(message.send())
        except (OSError, ValueError):
            # SMTPException is an OSError; an address that cannot be written is a ValueError, and must not stop the
            # letters behind it. Either holds the address in its text, so that is not logged.
            log.warning("The mail server did not take a letter. It waits.")
            self.close()
            return False

    def close(self) -> None:
        """Hang up. The next mail opens the way again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except OSError:
                log.warning("The mail server hung up first.")


def send_due(school_id: uuid.UUID, at: datetime, *, postman: Postman, withheld: Withheld) -> bool:
    """Send the letters of a school whose time has come (UTC). Whether all went that were not withheld.

    `withheld` says which may no longer go, and why. Without a mail server they wait, and nothing is wrong.
    """
    if not settings.EMAIL_HOST:
        return True
    for mail in _claim(school_id, at, withheld):
        if postman.deliver(mail):
            _note_sent(school_id, mail, at)
    return True


def bring_back(school_id: uuid.UUID, at: datetime) -> None:
    """Try again at this instant (UTC) what is put off for longer than any letter is, as a clock set wrong leaves it.

    Calm ones may rightly wait longer; they are asked again and put off as is right.
    """
    with inside(school_id), transaction.atomic():
        queue_up(school_id)
        _waiting().filter(try_at__gt=at + back_off(len(BACK_OFF))).update(try_at=at)


def next_try() -> datetime | None:
    """When a letter of the school that was entered is next tried, in UTC. None where there is no mail server."""
    if not settings.EMAIL_HOST:
        return None
    soonest: datetime | None = _waiting().aggregate(soonest=Min("try_at"))["soonest"]
    return soonest


def back_off(tries: int) -> timedelta:
    """How long after that many tries the next one is."""
    return timedelta(minutes=BACK_OFF[min(tries, len(BACK_OFF)) - 1])


def why_not_send(letter: Letter) -> str | None:
    """Why a letter goes to nobody any more, in a word for its row: the person left, or has no address now."""
    # Whoever was taken off the list and out of an office is told: they may know that it should not be.
    if letter.person is None or (letter.person.left_at is not None and letter.kind != "office_changed"):
        return "left"
    return None if letter.person.email else "no_address"


def _waiting() -> "QuerySet[Letter]":
    # Letters without a person are for somebody outside the school; another queue sends those.
    found: QuerySet[Letter] = Letter.objects.filter(try_at__isnull=False, sent_at__isnull=True, person__isnull=False)
    return found


def _claim(school_id: uuid.UUID, at: datetime, withheld: Withheld) -> list[Mail]:
    """Take the due letters for this worker, drop those that may not go, and write the mails."""
    with inside(school_id), transaction.atomic():
        # The acts write letters after queueing up, so whoever writes several at once must have done so too.
        queue_up(school_id)
        due = _due(at)
        if not due:
            return []
        reasons = dict(withheld(due, at))
        dropped = {letter: reason for letter in due if (reason := why_not_send(letter) or reasons.get(letter.id))}
        mails = _joined([letter for letter in due if letter not in dropped])
        turn = going_from(mails, at)
        waiting: dict[Letter, datetime] = {}
        claimed: dict[Letter, tuple[int, datetime]] = {}
        going = []
        for mail in mails:
            first = mail[0]
            if is_calm(mail) and turn[first.person_id] > at:
                waiting |= dict.fromkeys(mail, turn[first.person_id])
                continue
            going.append(mail)
            # All that is in one mail is tried again together.
            claimed |= {letter: (letter.tries + 1, at + back_off(first.tries + 1)) for letter in mail}
        for reason, letters in _by_value(dropped).items():
            Letter.objects.filter(pk__in=letters).update(try_at=None, dropped=reason)
        for instant, letters in _by_value(waiting).items():
            Letter.objects.filter(pk__in=letters).update(try_at=instant)
        for (tries, again), letters in _by_value(claimed).items():
            # The row holds a small number; a letter waiting for years must not break it.
            Letter.objects.filter(pk__in=letters).update(tries=min(tries, 30_000), try_at=again)
        links, codes = personal_links(going, at), _codes_for(going)
        return [_written(mail, links.get(mail[0].id), codes.get(mail[0].about, "")) for mail in going]


def _due(at: datetime) -> list[Letter]:
    """The letters whose time has come: what a clock demands first, and of whoever has calm ones, all of those."""
    found = _waiting().filter(try_at__lte=at).select_related("person").order_by("try_at", "id")
    due = list(found.exclude(kind__in=CALM)[:BATCH])
    calm = list(found.filter(kind__in=CALM)[: BATCH - len(due)])
    if calm and len(due) + len(calm) == BATCH:
        people = {letter.person_id for letter in calm}
        here = [letter.pk for letter in calm]
        calm += found.filter(kind__in=CALM, person__in=people).exclude(pk__in=here)
    return due + calm


def _joined(letters: Sequence[Letter]) -> list[list[Letter]]:
    """One mail for each letter, or for all of one person's that would say the same or are calm."""
    groups: dict[object, list[Letter]] = {}
    for letter in letters:
        if letter.kind in CALM:
            key: object = letter.person_id
        else:
            key = (letter.kind, letter.person_id) if letter.kind in JOINED else letter.id
        groups.setdefault(key, []).append(letter)
    # The soonest speaks for all; or whichever did at an earlier try, so that a twin has the same Message-ID.
    return [
        sorted(group, key=lambda letter: (-letter.tries, letter.by_when or letter.owed_at, letter.id))
        for group in groups.values()
    ]


def _codes_for(mails: Sequence[Sequence[Letter]]) -> dict[uuid.UUID | None, str]:
    """The codes of the checkpoints that letters to witnesses are about."""
    about = {found for mail in mails if mail[0].kind == "witness" and (found := mail[0].about)}
    if not about:
        return {}
    return {pk: code_of(bytes(root)) for pk, root in Checkpoint.objects.filter(pk__in=about).values_list("pk", "root")}


def _written(letters: Sequence[Letter], link: Link | None, code: str = "") -> Mail:
    subject, text = composed(*letters, link=link, code=code)
    first = letters[0]
    assert first.person is not None
    return Mail(tuple(letter.id for letter in letters), first.message_id, first.person.email, subject, text)


def _by_value(chosen: Mapping[Letter, Value]) -> dict[Value, list[uuid.UUID]]:
    """The ids of the letters for which the same was chosen, so that one UPDATE serves them all."""
    found: dict[Value, list[uuid.UUID]] = {}
    for letter, value in chosen.items():
        found.setdefault(value, []).append(letter.pk)
    return found


def _note_sent(school_id: uuid.UUID, mail: Mail, at: datetime) -> None:
    """Note what went. The others in the same mail are joined only now: had it failed, each would still be owed."""
    first, *rest = mail.letters
    with inside(school_id), transaction.atomic():
        queue_up(school_id)
        Letter.objects.filter(pk=first, sent_at__isnull=True).update(sent_at=at, try_at=None)
        Letter.objects.filter(pk__in=rest, sent_at__isnull=True).update(try_at=None, dropped="joined")
