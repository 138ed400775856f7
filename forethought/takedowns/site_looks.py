"""Looks by the program: planned by the clock or asked for, taken by the worker, kept with what was seen and why.

The program proposes and a person says: it never turns “removed” into the case's word. That something is back it says
itself, and starts the clocks, because waiting for a press would cost whoever is hurt by it (decision 29). Policy 8.5.
"""

import hashlib
import secrets
import string
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, QuerySet
from django.utils import timezone

from forethought.audit.procedures import PROGRAM, Actor, acting, queue_up
from forethought.capture.addresses import NotAllowed, read_address, shown
from forethought.capture.fetching import Fetch
from forethought.capture.marks import marks_of
from forethought.cases.sweep import whom
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.people.models import Person
from forethought.people.post import owe_letter, wake
from forethought.rows import inside
from forethought.takedowns import eyes, procedures
from forethought.takedowns.asking_models import SiteLook
from forethought.takedowns.before import before_of, why_not_visit
from forethought.takedowns.models import Look, Takedown
from forethought.takedowns.observed import Answer, Seen
from forethought.takedowns.observing import NOT_SET_UP, Marks
from forethought.takedowns.planning import plan_look, plan_next_look
from forethought.takedowns.rules import OWING, Result, Status
from forethought.takedowns.seeing import Before, Draw, look_at, nothing_answered
from forethought.takedowns.verdicts import APART, REMOVED, Judged, Verdict, why_not_removed

#: How long a look may take before another worker takes it for lost; those claimed with it wait their turn.
LEASE, EACH = timedelta(minutes=10), timedelta(minutes=1)
BATCH = 100
MOST_TRIES = 4
#: Where nothing at all answered, when it is tried again.
AGAIN = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
#: A person is asked for the press within this time.
PRESS = timedelta(hours=24)

Aside = Callable[[Callable[[], None]], None]


@dataclass(frozen=True)
class Eyes:
    """How the program looks: asking plainly, drawing, comparing pictures, at what pace, and by which clock (UTC)."""

    fetch: Callable[[], Fetch] = eyes.public
    draw: Draw = eyes.draw_apart
    marks: Marks = marks_of
    pace: eyes.Pace = field(default_factory=eyes.Pace)
    now: Callable[[], datetime] = timezone.now


#: One for all schools, so that two of them do not press one site.
OURS = Eyes()


def why_not_look_now(takedown: Takedown) -> str | None:
    """Why the program cannot look at this. Policy 8.5."""
    if not settings.LOOKS:
        return NOT_SET_UP
    return why_not_visit(takedown)


def look_now(*, takedown: Takedown, by: Person, at: datetime) -> None:
    """Have the program look as soon as it can, in the place of the look that was planned next. Policy 8.5."""
    insist(why_not_look_now(takedown), "8.5")
    with acting("takedowns.look_now", by=by, at=at, about=takedown.id, case_id=takedown.case_id):
        plan_look(takedown, "asked", at, by=by, at=at)


def keep_site_look(*, look: SiteLook, seen: Seen, judged: Judged, by: Actor, at: datetime) -> None:
    """Keep what a look saw and what it comes to, and see to what follows: a second look, a press, the clocks anew.

    `look` with its takedown. Policy 8.5.
    """
    takedown = look.takedown
    facts = {"verdict": str(judged.verdict)}
    with acting("takedowns.keep_site_look", by=by, at=at, about=takedown.id, case_id=takedown.case_id, facts=facts):
        _end(look, "seen", {"reasons": list(judged.reasons), **_said_of(seen)}, at, verdict=judged.verdict)
        takedown.refresh_from_db()
        status = Status(takedown.status)
        if status is Status.GONE and judged.verdict is Verdict.STILL_THERE:
            _come_back(takedown, at)
        elif status in OWING and judged.verdict in REMOVED and why_not_removed(verdicts_of(takedown)):
            plan_look(takedown, "again", at + APART + timedelta(minutes=1), at=at)
            return
        elif _wants_press(status, judged.verdict):
            for person in whom(case=takedown.case, everyone=False, at=at):
                owe_letter(
                    person=person, kind="press_due", at=at, case_id=takedown.case_id, about=takedown.id,
                    by_when=at + PRESS,
                )  # fmt: skip
        plan_next_look(takedown, at)


def fail_site_look(*, look: SiteLook, sentence: str, by: Actor, at: datetime) -> None:
    """Keep that the program could not look, and why; the next look is planned all the same. Policy 8.5."""
    takedown = look.takedown
    with acting("takedowns.fail_site_look", by=by, at=at, about=takedown.id, case_id=takedown.case_id):
        _end(look, "not_done", {"reasons": [sentence]}, at)
        takedown.refresh_from_db()
        plan_next_look(takedown, at)


def confirm_site_look(*, look: SiteLook, result: Result, by: Person, at: datetime) -> Look:
    """Make what the program proposed the case's word, or say otherwise: one press of a person. Policy 8.5."""
    takedown = look.takedown
    insist(why_not_confirm(look, result), "8.5")
    with acting("takedowns.confirm_site_look", by=by, at=at, about=takedown.id, case_id=takedown.case_id) as event:
        said = procedures.check_removal(takedown=takedown, result=result, by=by, at=at)
        answered = SiteLook.objects.filter(pk=look.pk, answer__isnull=True).update(answer=said)
        insist(None if answered else "Somebody has answered this already.", "8.5")
        event.facts["verdict"] = look.verdict
    return said


def why_not_confirm(look: SiteLook, result: Result) -> str | None:
    """Why a press on a look of the program counts for nothing. Policy 8.5."""
    if look.answer_id is not None:
        return "Somebody has answered this already."
    last = latest(look.takedown)
    if look.ended != "seen" or last is None or last.pk != look.pk:
        return "There is a newer look. Read that one first."
    if result not in {Result.GONE_SIGNED_OUT, Result.STILL_THERE}:
        return "Press one of the buttons."
    if result is Result.GONE_SIGNED_OUT:
        return why_not_removed(verdicts_of(look.takedown))
    return None


def latest(takedown: Takedown) -> SiteLook | None:
    """The last look by the program in this round that saw something."""
    return _seen(takedown).order_by("-ended_at", "-id").first()


def verdicts_of(takedown: Takedown) -> list[tuple[datetime, Verdict]]:
    """What the looks of this round came to, in their order. Times in UTC."""
    found = _seen(takedown).order_by("ended_at", "id").values_list("ended_at", "verdict")
    return [(ended_at, Verdict(verdict)) for ended_at, verdict in found if ended_at]


def _seen(takedown: Takedown) -> "QuerySet[SiteLook]":
    found: QuerySet[SiteLook] = SiteLook.objects.filter(
        takedown=takedown, ended="seen", ended_at__gte=takedown.reported_at
    )
    return found


def _wants_press(status: Status, verdict: Verdict) -> bool:
    """Whether somebody is asked for a press: it looks gone, or no longer quite gone."""
    if status in OWING:
        return verdict in REMOVED
    return status is Status.GONE and verdict in {Verdict.ALTERED, Verdict.IMAGE_REMAINS}


def _come_back(takedown: Takedown, at: datetime) -> None:
    """It was gone, and its words are there again: the clocks begin anew, with the whole history."""
    reason = "The program looked, and found it there again."
    procedures.reopen(takedown=takedown, version=takedown.version, reason=reason, by=PROGRAM, at=at)
    takedown.refresh_from_db()
    for person in whom(case=takedown.case, everyone=False, at=at):
        owe_letter(person=person, kind="needs_you", at=at, case_id=takedown.case_id, about=takedown.id)


# --- What the worker does ---


def next_site_look_due() -> datetime | None:
    """When the program is next to look in the school that was entered, in UTC. None where looks are switched off."""
    if not settings.LOOKS:
        return None
    soonest: datetime | None = SiteLook.objects.filter(due_at__isnull=False).aggregate(soonest=Min("due_at"))["soonest"]
    return soonest


def take_due(school_id: uuid.UUID, at: datetime, *, aside: Aside, own: Eyes = OURS) -> bool:
    """Take the looks of a school that are due, and have them done aside, one after the other.

    Taken first, by moving their time on, so that one that dies with this worker comes up again.
    """
    if not settings.LOOKS:
        return True
    with inside(school_id), transaction.atomic():
        due = SiteLook.objects.filter(due_at__lte=at).order_by("due_at", "id")[:BATCH]
        taken = [one.pk for number, one in enumerate(due) if _moved(one, due_at=at + LEASE + EACH * number)]
    for pk in taken:
        aside(lambda pk=pk: take_one(school_id, pk, own=own))  # type: ignore[misc]
    return True


def take_one(school_id: uuid.UUID, look_id: uuid.UUID, *, own: Eyes = OURS) -> None:
    """Do one look that was taken. No database is held while the site is asked. Enters the school itself."""
    with inside(school_id):
        look = SiteLook.objects.select_related("takedown__case__school").get(pk=look_id)
        if look.ended or look.due_at is None:
            return
        before, refusal = _prepared(look)
        if before is not None and (wait := own.pace.wait(_host(before.address))):
            _put_back(look, own.now() + timedelta(seconds=wait))
            return
        if not _moved(look, tries=F("tries") + 1):
            return
        look.tries += 1
    if before is None or look.tries > MOST_TRIES:
        sentence = refusal if before is None else "The look ended unexpectedly, again and again."
        _finish(school_id, lambda: fail_site_look(look=look, sentence=sentence, by=PROGRAM, at=own.now()))
        return
    letters = "".join(secrets.choice(string.ascii_lowercase) for _ in range(24))
    seen, judged = look_at(before, letters=letters, fetch=own.fetch(), draw=own.draw, marks=own.marks, at=own.now())
    own.pace.note(_host(before.address))
    at = own.now()
    if nothing_answered(seen) and look.tries <= len(AGAIN):
        # The site may be down, or there is no way out from here. Neither says anything of the page.
        with inside(school_id):
            _put_back(look, at + AGAIN[look.tries - 1])
        return
    _finish(school_id, lambda: keep_site_look(look=look, seen=seen, judged=judged, by=PROGRAM, at=at))


def _prepared(look: SiteLook) -> tuple[Before | None, str]:
    """What to compare with, or why the program does not look."""
    if refusal := why_not_visit(look.takedown):
        return None, refusal
    return before_of(look.takedown), ""


def _finish(school_id: uuid.UUID, keep: Callable[[], None]) -> None:
    """Keep how it ended, unless it has ended meanwhile: another worker took it for lost, or nobody asks any more."""
    with inside(school_id), transaction.atomic():
        queue_up(school_id)
        with suppress(_Ended):
            keep()


class _Ended(Exception):
    """It has ended already."""


def _put_back(look: SiteLook, due_at: datetime) -> None:
    if _moved(look, due_at=due_at):
        wake(look.school_id, due_at)


def _moved(look: SiteLook, **now: Any) -> bool:
    return bool(SiteLook.objects.filter(pk=look.pk, due_at=look.due_at, ended="").update(**now))


def _end(look: SiteLook, how: str, said: dict[str, Any], at: datetime, *, verdict: str = "") -> None:
    """Write down how it ended, once."""
    content = keyring.seal(look, said, case_id=look.takedown.case_id)
    done = SiteLook.objects.filter(pk=look.pk, ended="").update(
        ended=how, ended_at=at, due_at=None, verdict=verdict, content=content
    )
    if not done:
        raise _Ended


def _host(address: str) -> str:
    try:
        return read_address(address)[0].host
    except NotAllowed:
        return ""


def _said_of(seen: Seen) -> dict[str, Any]:
    """What was seen, as it is kept: of each page what the site said, where it led, and how it began."""
    return {"it": _page(seen.it), "made_up": _page(seen.made_up), "control": _page(seen.control)}


def _page(one: Answer | None) -> dict[str, Any] | None:
    if one is None:
        return None
    text = one.page.text
    return {
        "address": shown(one.address),
        "status": one.status,
        "led_to": shown(one.led_to) if one.led_to else "",
        "trouble": one.trouble,
        "begins": text[:400],
        "words": len(one.page.words),
        "sha256": hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        "pictures": [asdict(picture) for picture in one.pictures or ()][:24],
    }
