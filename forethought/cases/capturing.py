"""Having the server visit an address under a grant of the gate, and keeping what it found. Policy 7.4."""

import uuid
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min

from forethought.audit.procedures import PROGRAM, Actor, acting, queue_up
from forethought.capture import taking
from forethought.capture.addresses import NotAllowed, read_address
from forethought.capture.bounds import NotVisited, browser_program
from forethought.capture.taking import Taken
from forethought.cases.capture_models import Capture
from forethought.cases.models import Case
from forethought.core.clock import london
from forethought.core.errors import Refused, insist
from forethought.evidence import keyring
from forethought.evidence.gate import Outcome
from forethought.evidence.intake import SealedUpload, exhibit_binding, exhibit_key_binding
from forethought.evidence.keys import new_key, wrap
from forethought.evidence.kinds import HEAD_LENGTH, kind_of
from forethought.evidence.models import Exhibit, Grant, Record
from forethought.evidence.places import vault
from forethought.evidence.procedures import keep_under, why_not_use
from forethought.evidence.store import StoreAway
from forethought.people.post import wake
from forethought.rows import inside

#: How long a capture may take before another worker takes it for lost, in which case it is begun again.
LEASE = timedelta(minutes=5)
MOST_TRIES = 2
#: How the pages of an exhibit say that it came this way.
ROUTE = "Captured by the school's server, signed in nowhere"

Aside = Callable[[Callable[[], None]], None]
Take = Callable[[str], AbstractContextManager[Taken]]


def take_apart(address: str) -> AbstractContextManager[Taken]:
    """Capture an address in a process of its own, whose browser sees nothing of this program's data."""
    return taking.taken(address, hide=[settings.DATA, settings.VAULT, settings.MASTER_KEY_FILE.parent])


def why_not_capture(*, case: Case, grant: Grant, address: str, by: Actor, at: datetime) -> str | None:
    """Why an address is not captured: the gate, something in the case that must not be copied, or the address.

    law.md 1.4; Policy 7.4.
    """
    if reason := why_not_use(grant, by=by, at=at):
        return reason
    if Grant.objects.filter(case_id=case.id).exclude(verdict=Outcome.PASS).exists():
        return (
            "Something in this case must not be copied, so nothing of it is captured. Write the address down instead."
        )
    if browser_program() is None:
        return "There is no browser on this machine that could capture a page. Add a screen print instead."
    try:
        read_address(address)
    except NotAllowed as why:
        return why.sentence
    return None


def capture_address(*, case: Case, grant: Grant, address: str, by: Actor, at: datetime) -> Capture:
    """Have an address visited once by the server, signed in nowhere. It takes a minute, and nobody waits for it.

    Uses up the grant, as a batch of files does. Policy 7.4.
    """
    insist(why_not_capture(case=case, grant=grant, address=address, by=by, at=at), "7.4")
    with acting("cases.capture_address", by=by, at=at, about=grant.id, case_id=case.id):
        used = Grant.objects.filter(pk=grant.pk, used_at__isnull=True).update(used_at=at)
        insist(None if used else "These answers have been used. Answer the questions again.", "7.4")
        row = Capture(
            id=uuid.uuid4(), school_id=case.school_id, case=case, grant=grant, due_at=at, asked_at=at,
            asked_by=str(by.id),
        )  # fmt: skip
        row.content = keyring.seal(row, {"address": read_address(address)[1]}, case_id=case.id)
        row.save(force_insert=True)
        wake(case.school_id, at)
    return row


def keep_capture(*, capture: Capture, taken: Taken, uploads: list[SealedUpload], by: Actor, at: datetime) -> None:
    """Keep what a capture found as exhibits. Their bytes are durable already; now the rows say so. Policy 7.3, 7.4."""
    with acting("cases.keep_capture", by=by, at=at, about=capture.id, case_id=capture.case_id) as event:
        kept: list[Exhibit] = keep_under(
            grant=capture.grant,
            kind=Record.WEBSITE,
            uploads=uploads,
            particulars=said_of_capture(taken.facts),
            event=event,
            by=by,
            at=at,
        )
        event.facts["files"] = len(kept)
        _end(capture, "kept", {"facts": summary(taken.facts), "exhibits": [str(one.id) for one in kept]}, at)


def fail_capture(*, capture: Capture, code: str, sentence: str, by: Actor, at: datetime) -> None:
    """Keep that an address could not be captured, and why. That the site was not there says nothing of its page.

    Policy 7.4.
    """
    with acting("cases.fail_capture", by=by, at=at, about=capture.id, case_id=capture.case_id, facts={"why": code}):
        _end(capture, "failed", {"sentence": sentence}, at)


def said_of_capture(facts: dict[str, Any]) -> dict[str, str]:
    """What a screen print must say, from the capture itself: address, date, time, zone; and which way it came."""
    local = london(datetime.fromisoformat(facts["answered_at"]))
    return {
        "address": facts["final_address"][:2000],
        "seen_on": local.date().isoformat(),
        "seen_time": local.time().replace(microsecond=0, tzinfo=None).isoformat(),
        "zone": "Europe/London",
        "route": ROUTE,
    }


def summary(facts: dict[str, Any]) -> dict[str, Any]:
    """What the page of a case says of a capture: the rest stands in its account."""
    main = facts["final_address"].partition("://")[2].partition("/")[0].partition(":")[0]
    lines = [line for line in facts["connections"] if line["host"] == main][:1]
    return {
        "final_address": facts["final_address"],
        "status": facts["status"],
        "answered_at": facts["answered_at"],
        "dialled": lines[0]["dialled"] if lines else "",
        "verdict": lines[0]["verdict"] if lines else "",
        "notes": facts["notes"][:20],
        # What a later look is compared with; older captures have none.
        "pictures": facts.get("pictures", []),
    }


def captures_of(case: Case) -> list[tuple[Capture, dict[str, Any]]]:
    """The captures of a case, newest first, each with its address and what came of it."""
    rows = Capture.objects.filter(case=case).order_by("-asked_at")
    return [(row, dict(keyring.words(row, case_id=case.id))) for row in rows]


# --- What the worker does ---


def next_capture() -> datetime | None:
    """When an address is next to be captured in the school that was entered, in UTC."""
    soonest: datetime | None = Capture.objects.filter(due_at__isnull=False).aggregate(soonest=Min("due_at"))["soonest"]
    return soonest


def take_due(school_id: uuid.UUID, at: datetime, *, aside: Aside, take: Take = take_apart) -> bool:
    """Take what is due to be captured in a school, and have it done aside, one after the other.

    Taken first, by moving its time on, so that one that dies with this worker comes up again.
    """
    with inside(school_id), transaction.atomic():
        due = list(Capture.objects.filter(due_at__lte=at).order_by("due_at", "id")[:5])
        taken = [one.pk for one in due if _moved(one, due_at=at + LEASE)]
    for pk in taken:
        aside(lambda pk=pk: take_one(school_id, pk, at, take=take))  # type: ignore[misc]
    return True


def take_one(school_id: uuid.UUID, capture_id: uuid.UUID, at: datetime, *, take: Take = take_apart) -> None:
    """Capture one address that was taken at this instant (UTC). No database is held while the page is visited."""
    with inside(school_id):
        row = Capture.objects.select_related("grant").get(pk=capture_id)
        if row.ended or not _moved(row, tries=F("tries") + 1):
            return
        row.refresh_from_db()
        address = keyring.words(row, case_id=row.case_id)["address"]
        case_key = keyring.case_key(school_id, row.case_id)
    failed: tuple[str, str] | None = None
    uploads: list[SealedUpload] = []
    named = False
    try:
        if row.tries > MOST_TRIES:
            raise NotVisited("ended", "The capture ended unexpectedly, twice.")
        with take(address) as found:
            for part in found.parts:
                uploads.append(_sealed(row, case_key, part.name, found.pieces(part)))
            with inside(school_id), transaction.atomic():
                queue_up(school_id)
                keep_capture(capture=row, taken=found, uploads=uploads, by=PROGRAM, at=at)
                named = True
    except NotVisited as why:
        failed = why.code, why.sentence
    except Refused as refused:
        failed = "refused", refused.sentence
    finally:
        # Once rows name these files they stay, whatever the commit says: one that fails may stand after all.
        if not named:
            for one in uploads:
                # What cannot be removed now is an object that no row names, and the sweep reports those.
                with suppress(OSError, StoreAway):
                    vault(school_id).remove(one.kept.object_name)
    if failed is not None:
        with inside(school_id), transaction.atomic():
            queue_up(school_id)
            fail_capture(capture=row, code=failed[0], sentence=failed[1], by=PROGRAM, at=at)


def _sealed(row: Capture, case_key: Any, name: str, pieces: Iterable[bytes]) -> SealedUpload:
    """One file of a capture, sealed in the vault and lasting."""
    key, exhibit = new_key(), uuid.uuid4()
    where = {"school": row.school_id, "case": row.case_id, "exhibit": exhibit}
    head = b""
    about, ceiling = exhibit_binding(**where), settings.EXHIBIT_MAX_BYTES
    with vault(row.school_id).begin(key=key, about=about, ceiling=ceiling) as incoming:
        for piece in pieces:
            head = head or piece[:HEAD_LENGTH]
            incoming.write(piece)
        kept = incoming.keep()
    wrapped = wrap(key, under=case_key, about=exhibit_key_binding(**where))
    return SealedUpload(exhibit, kept, wrapped, kind_of(head, name), name, "")


def _moved(row: Capture, **now: Any) -> bool:
    return bool(Capture.objects.filter(pk=row.pk, due_at=row.due_at, ended="").update(**now))


def _end(row: Capture, how: str, more: dict[str, Any], at: datetime) -> None:
    """Write down how it ended, once."""
    said = {**keyring.words(row, case_id=row.case_id), **more}
    content = keyring.seal(row, said, case_id=row.case_id)
    done = Capture.objects.filter(pk=row.pk, ended="").update(ended=how, ended_at=at, due_at=None, content=content)
    insist(None if done else "This capture has ended already.", "7.4")
