"""Having a public register asked who stands behind a website: one press, the worker asks, the answer is kept.

The register of the name says through whom it was registered; the register of the number says who runs the network that
it is served from. The pasted answer stays, for where there is no way out. Policy 8.6.
"""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone

from forethought.audit.procedures import PROGRAM, Actor, acting, queue_up
from forethought.capture import registers
from forethought.capture.addresses import NotAllowed, read_address
from forethought.capture.dialling import Lines
from forethought.capture.fetching import Fetch
from forethought.capture.public_fetching import public_fetch
from forethought.capture.registers import Asked, Bootstrap, address_of, registered_name
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.people.models import Person
from forethought.people.post import wake
from forethought.rows import inside
from forethought.takedowns.asking_models import RegisterQuestion
from forethought.takedowns.models import RegisterAnswer, Takedown
from forethought.takedowns.procedures import target_of
from forethought.takedowns.whom_to_ask import note_register_answer

LEASE = timedelta(minutes=5)
BATCH, MOST_TRIES = 20, 4
#: Where nobody answered, when it is tried again.
AGAIN = (timedelta(minutes=5), timedelta(hours=1))

NOT_SET_UP = "Asking by itself is not set up here."
_ENDED = "The asking ended unexpectedly, again and again. Paste the answer instead."

Aside = Callable[[Callable[[], None]], None]


def numbers_of(host: str) -> Sequence[str]:
    """The public numbers that a name stands for; none where it stands for no public ones."""
    try:
        return Lines().answers(host)
    except NotAllowed:
        return ()


@dataclass(frozen=True)
class Ways:
    """How registers are asked: over public lines, by which list, by which clock (UTC). Tests bring their own."""

    fetch: Callable[[], Fetch] = public_fetch
    numbers: Callable[[str], Sequence[str]] = numbers_of
    bootstrap: Bootstrap | None = None
    now: Callable[[], datetime] = timezone.now


OURS = Ways()


def why_not_ask_register(takedown: Takedown) -> str | None:
    """Why no register is asked about this. Policy 8.6."""
    if not settings.LOOKS:
        return NOT_SET_UP
    host = _host(takedown)
    if not host:
        return "There is no web address that a register could be asked about."
    if not address_of(registered_name(host)):
        return "No public register answers for this name. Look for a contact on the website itself."
    if RegisterQuestion.objects.filter(takedown=takedown, due_at__isnull=False).exists():
        return "It is being asked. That takes a minute."
    return None


def ask_register(*, takedown: Takedown, by: Person, at: datetime) -> RegisterQuestion:
    """Have the public registers of a website's name and number asked. Nobody waits for it. Policy 8.6."""
    insist(why_not_ask_register(takedown), "8.6")
    with acting("takedowns.ask_register", by=by, at=at, about=takedown.id, case_id=takedown.case_id):
        row = RegisterQuestion(
            id=uuid.uuid4(),
            school_id=takedown.school_id,
            takedown=takedown,
            due_at=at,
            asked_at=at,
            asked_by=str(by.id),
        )
        row.content = keyring.seal(row, {"host": _host(takedown)}, case_id=takedown.case_id)
        row.save(force_insert=True)
        wake(takedown.school_id, at)
    return row


def keep_register_answers(*, question: RegisterQuestion, found: Sequence[Asked], by: Actor, at: datetime) -> None:
    """Keep what registers answered, word for word, each with which register it was. Policy 8.6."""
    takedown = question.takedown
    with acting("takedowns.keep_register_answers", by=by, at=at, about=takedown.id, case_id=takedown.case_id) as event:
        kept: list[RegisterAnswer] = [
            note_register_answer(
                takedown=takedown,
                raw=one.raw.decode("utf-8-sig", "replace"),
                source={"register": one.register, "asked_at": one.led_to, "subject": one.subject},
                by=by,
                at=at,
            )
            for one in found
            if one.answer is not None
        ]
        event.facts["answers"] = len(kept)
        troubles = [f"{one.subject}: {one.trouble}" for one in found if one.trouble]
        _end(question, "kept", {"troubles": troubles}, at, answer=kept[0])


def fail_register_question(*, question: RegisterQuestion, sentence: str, by: Actor, at: datetime) -> None:
    """Keep that no register answered, and why. Policy 8.6."""
    takedown = question.takedown
    with acting("takedowns.fail_register_question", by=by, at=at, about=takedown.id, case_id=takedown.case_id):
        _end(question, "failed", {"troubles": [sentence]}, at)


def last_question(takedown: Takedown) -> tuple[RegisterQuestion, dict[str, Any]] | None:
    """The last time that registers were asked about a takedown, and what is known of it."""
    row = RegisterQuestion.objects.filter(takedown=takedown).order_by("-asked_at", "-id").first()
    return (row, dict(keyring.words(row, case_id=takedown.case_id))) if row else None


# --- What the worker does ---


def next_question() -> datetime | None:
    """When a register is next to be asked in the school that was entered, in UTC."""
    if not settings.LOOKS:
        return None
    found = RegisterQuestion.objects.filter(due_at__isnull=False).aggregate(soonest=Min("due_at"))
    soonest: datetime | None = found["soonest"]
    return soonest


def take_due(school_id: uuid.UUID, at: datetime, *, aside: Aside, own: Ways = OURS) -> bool:
    """Take the questions of a school that are due (UTC), and have them asked aside, one after the other."""
    if not settings.LOOKS:
        return True
    with inside(school_id), transaction.atomic():
        due = list(RegisterQuestion.objects.filter(due_at__lte=at).order_by("due_at", "id")[:BATCH])
        taken = [one.pk for one in due if _moved(one, due_at=at + LEASE)]
    for pk in taken:
        aside(lambda pk=pk: take_one(school_id, pk, own=own))  # type: ignore[misc]
    return True


def take_one(school_id: uuid.UUID, question_id: uuid.UUID, *, own: Ways = OURS) -> None:
    """Ask about one website. No database is held while registers are asked. Enters the school itself."""
    with inside(school_id):
        row = RegisterQuestion.objects.select_related("takedown__case").get(pk=question_id)
        if row.ended or not _moved(row, tries=F("tries") + 1):
            return
        row.tries += 1
        host = keyring.words(row, case_id=row.takedown.case_id)["host"]
    found = _asked(host, own) if row.tries <= MOST_TRIES else []
    at = own.now()
    answered = any(one.answer is not None for one in found)
    wait = _wait(found, row.tries)
    with inside(school_id), transaction.atomic():
        queue_up(school_id)
        if found and not answered and wait is not None:
            if _moved(row, due_at=at + wait):
                wake(school_id, at + wait)
            return
        with suppress(_Ended):
            if answered:
                keep_register_answers(question=row, found=found, by=PROGRAM, at=at)
            else:
                sentence = next((one.trouble for one in found if one.trouble), _ENDED)
                fail_register_question(question=row, sentence=sentence, by=PROGRAM, at=at)


def _asked(host: str, own: Ways) -> list[Asked]:
    """The register of the name, and of the number that it stands for now."""
    fetch = own.fetch()
    found = [registers.ask_register(registered_name(host), fetch, own.bootstrap)]
    for number in [one for one in own.numbers(host) if one != found[0].subject][:1]:
        found.append(registers.ask_register(number, fetch, own.bootstrap))
    return found


def _wait(found: Sequence[Asked], tries: int) -> timedelta | None:
    """After how long it is tried again: as a register asked, or where nobody answered at all."""
    if tries > len(AGAIN):
        return None
    asked = max((one.wait for one in found), default=0)
    if asked:
        return timedelta(seconds=asked)
    return AGAIN[tries - 1] if all(one.status is None and one.register for one in found) else None


def _host(takedown: Takedown) -> str:
    target, _ = target_of(takedown)
    try:
        return read_address(target.address)[0].host if target.address else ""
    except NotAllowed:
        return ""


class _Ended(Exception):
    """It has ended already."""


def _moved(row: RegisterQuestion, **now: Any) -> bool:
    return bool(RegisterQuestion.objects.filter(pk=row.pk, due_at=row.due_at, ended="").update(**now))


def _end(
    row: RegisterQuestion, how: str, more: dict[str, Any], at: datetime, *, answer: RegisterAnswer | None = None
) -> None:
    """Write down how it ended, once."""
    case_id = row.takedown.case_id
    content = keyring.seal(row, {**keyring.words(row, case_id=case_id), **more}, case_id=case_id)
    done = RegisterQuestion.objects.filter(pk=row.pk, ended="").update(
        ended=how, ended_at=at, due_at=None, answer=answer, content=content
    )
    if not done:
        raise _Ended
