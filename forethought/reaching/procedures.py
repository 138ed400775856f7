"""Adding and taking off where somebody is told that something waits: by their own choice, and for themselves alone."""

import hmac
import secrets
import uuid
from datetime import datetime

from django.conf import settings
from django.db.models import F, QuerySet

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.errors import TooLate, insist
from forethought.evidence import keyring
from forethought.people import codes
from forethought.people.models import Person
from forethought.people.post import owe_letter
from forethought.people.sessions import roles_of
from forethought.reaching import rules, ways
from forethought.reaching.models import PushKey, Reach

GONE = "It was taken off already."


def add_device(*, person: Person, address: str, name: str, by: Person, at: datetime) -> Reach:
    """Have a browser told by push. One that is there already stays as it is; of two people the later one has it.

    Policy 8.3. RFC 8030.
    """
    insist(rules.why_not_device(address, settings.PUSH_SERVICES), "8.3")
    mark = codes.key_hash("reach", address)
    there = live(person).filter(way="device", mark=mark).first()
    if there is not None:
        return there
    insist(rules.why_not_add(roles=roles_of(by, at), count=live(person).count()), "8.3")
    with acting("reaching.add_device", by=by, at=at) as event:
        # A shared machine tells whoever said so last, and not two people of each other's work.
        _end(Reach.objects.filter(way="device", mark=mark), by=by, at=at)
        make_push_key(school_id=person.school_id, by=by, at=at)
        row = _row(person, "device", name, address, at)
        row.confirmed_at = at
        row.save(force_insert=True)
        event.about = row.pk
        owe_letter(person=person, kind="reach_changed", at=at, about=row.pk)
    return row


def add_number(*, person: Person, number: str, name: str, code: str, by: Person, at: datetime) -> Reach:
    """Note a number to which a code was sent. Nothing else goes there until the code was typed in. Policy 8.3.

    Sent before the act, so that nobody else's act waits for the gateway.
    """
    insist(rules.why_not_number(number), "8.3")
    insist(why_not_add_number(person, number, at), "8.3")
    mark = codes.key_hash("reach", number)
    with acting("reaching.add_number", by=by, at=at) as event:
        _end(Reach.objects.filter(person=person, way="number", mark=mark), by=by, at=at)
        row = _row(person, "number", name, number, at)
        row.code_hash = codes.key_hash("reach-code", code)
        row.save(force_insert=True)
        event.about = row.pk
    return row


def confirm_number(*, reach: Reach, code: str, by: Person, at: datetime) -> bool:
    """Type the code that came to a number. Whether it was right; each wrong one is counted first. Policy 8.3."""
    waits = reach.ended_at is None and reach.confirmed_at is None
    insist(rules.why_not_confirm(open_now=waits, added_at=reach.added_at, tries=reach.tries, at=at), "8.3")
    with acting("reaching.confirm_number", by=by, at=at, about=reach.pk) as event:
        fresh = Reach.objects.filter(pk=reach.pk, confirmed_at__isnull=True, ended_at__isnull=True)
        if not fresh.filter(tries__lt=rules.MOST_TRIES).update(tries=F("tries") + 1):
            raise TooLate(GONE, "8.3")
        typed = codes.key_hash("reach-code", "".join(code.split()))
        right = hmac.compare_digest(bytes(reach.code_hash or b""), typed)
        event.facts["right"] = right
        if right:
            fresh.update(confirmed_at=at, code_hash=None)
            owe_letter(person=reach.person, kind="reach_changed", at=at, about=reach.pk)
    return right


def remove_reach(*, reach: Reach, by: Person, at: datetime) -> None:
    """Have a device or number told no more. Its address is emptied. Policy 8.3."""
    with acting("reaching.remove_reach", by=by, at=at, about=reach.pk):
        if not _end(Reach.objects.filter(pk=reach.pk), by=by, at=at):
            raise TooLate(GONE, "8.3")
        if reach.confirmed_at is not None:
            owe_letter(person=reach.person, kind="reach_changed", at=at, about=reach.pk)


def lose_reach(*, reach: Reach, by: Actor, at: datetime) -> None:
    """Note that a push service knows a device no more, or that its owner has left. Nothing goes there any longer.

    Policy 8.3.
    """
    with acting("reaching.lose_reach", by=by, at=at, about=reach.pk):
        _end(Reach.objects.filter(pk=reach.pk), by=by, at=at)


def try_reaches(*, person: Person, outcomes: dict[uuid.UUID, str], by: Person, at: datetime) -> None:
    """Note how a nudge went that somebody sent to their own devices to try them. Policy 8.3.

    Sent before the act, so that nobody else's act waits for the network.
    """
    with acting("reaching.try_reaches", by=by, at=at, facts={"tried": len(outcomes)}):
        for reach in live(person).filter(pk__in=outcomes):
            if outcomes[reach.pk] == ways.GONE:
                lose_reach(reach=reach, by=PROGRAM, at=at)
            else:
                Reach.objects.filter(pk=reach.pk).update(tried_at=at, taken=outcomes[reach.pk] == ways.TAKEN)


def ring_left(about: uuid.UUID, at: datetime) -> None:
    """Somebody left, or an engagement ended. Whoever is gone is told nothing more, anywhere."""
    for reach in Reach.objects.filter(person=about, person__left_at__isnull=False, ended_at__isnull=True):
        lose_reach(reach=reach, by=PROGRAM, at=at)


def make_push_key(*, school_id: uuid.UUID, by: Person, at: datetime) -> str:
    """Make the key by which a school's pushes are known, or find the one it has. Policy 8.3. RFC 8292."""
    if (found := push_key()) is not None:
        return found
    with acting("reaching.make_push_key", by=by, at=at):
        # Of two at once, the one that came second in the queue of writers finds the other's.
        if (found := push_key()) is not None:
            return found
        row = PushKey(id=uuid.uuid4(), school_id=school_id, made_at=at)
        row.content = keyring.seal_at_school(row, "content", {"key": ways.new_key()})
        row.save(force_insert=True)
    return str(keyring.words_at_school(row, "content")["key"])


# --- As it stands ---


def push_key() -> str | None:
    """The key by which the pushes of the school that was entered are known, once there is one."""
    row = PushKey.objects.first()
    return None if row is None else str(keyring.words_at_school(row, "content")["key"])


def live(person: Person) -> "QuerySet[Reach]":
    """Where somebody is told now, first added first."""
    found: QuerySet[Reach] = Reach.objects.filter(person=person, ended_at__isnull=True, confirmed_at__isnull=False)
    return found.order_by("added_at")


def address_of(reach: Reach) -> str:
    """The address at a push service, or the number."""
    return str(keyring.words_at_school(reach, "content")["address"])


def why_not_add_number(person: Person, number: str, at: datetime) -> str | None:
    """Why somebody may not add a number now, asked before a message is paid for."""
    if live(person).filter(mark=codes.key_hash("reach", number)).exists():
        return "That number is there already."
    lately = Reach.objects.filter(person=person, way="number", added_at__gt=at - rules.NUMBERS_IN).count()
    return rules.why_not_add(roles=roles_of(person, at), count=live(person).count(), numbers_lately=lately)


def new_code() -> str:
    """Six digits, for one number and a quarter of an hour."""
    return f"{secrets.randbelow(10**6):06d}"


def _row(person: Person, way: str, name: str, address: str, at: datetime) -> Reach:
    row = Reach(id=uuid.uuid4(), school_id=person.school_id, person=person, way=way, name=name, added_at=at)
    row.mark = codes.key_hash("reach", address)
    row.content = keyring.seal_at_school(row, "content", {"address": address})
    return row


def _end(rows: "QuerySet[Reach]", *, by: Actor, at: datetime) -> int:
    """End these, and empty what they held: it is good for nothing here any more."""
    return rows.filter(ended_at__isnull=True).update(
        ended_at=at, ended_by=str(by.id), content=b"", mark=b"", code_hash=None, name=""
    )
