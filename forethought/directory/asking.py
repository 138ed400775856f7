"""What comes from outside and waits for somebody's yes: a new address of an office holder, a handler's leaving."""

import uuid
from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.core.errors import Refused, insist
from forethought.directory.models import Asked
from forethought.evidence import keyring
from forethought.people import procedures as people
from forethought.people.models import Person

GONE = "That was answered already."


def ask_address(*, person: Person, address: str, by: Actor, at: datetime) -> Asked:
    """Have somebody say yes to an address of theirs that came from outside; a newer one takes its place. Policy 2.5.

    Reliability.md 7, case 76: otherwise a list could send a handler's mail to somebody else.
    """
    with acting("directory.ask_address", by=by, at=at, about=person.id):
        _drop(person, "address", by=by, at=at)
        row = _new(person, "address", by=by, at=at)
        row.content = keyring.seal_at_school(row, "content", {"email": address})
        row.save(force_insert=True)
    return row


def ask_to_leave(*, person: Person, by: Actor, at: datetime) -> Asked:
    """Have whoever keeps the list say whether somebody who handles something leaves. Asked once. Policy 2.5."""
    with acting("directory.ask_to_leave", by=by, at=at, about=person.id):
        found = waiting(person, "leave")
        if found is None:
            found = _new(person, "leave", by=by, at=at)
            found.save(force_insert=True)
    return found


def _new(person: Person, kind: str, *, by: Actor, at: datetime) -> Asked:
    return Asked(
        id=uuid.uuid4(), school_id=person.school_id, person=person, kind=kind, asked_at=at, asked_by=str(by.id)
    )


def _drop(person: Person, kind: str, *, by: Actor, at: datetime) -> None:
    Asked.objects.filter(person=person, kind=kind, answered_at__isnull=True).update(
        answered_at=at, answered_by=str(by.id), answer="dropped", content=None
    )


def drop_leave(person: Person, *, by: Actor, at: datetime) -> None:
    """Take back that somebody is to leave: the directory has them active again. Part of a larger act."""
    _drop(person, "leave", by=by, at=at)


def waiting(person: Person, kind: str) -> Asked | None:
    """What waits about somebody."""
    return Asked.objects.select_related("person").filter(person=person, kind=kind, answered_at__isnull=True).first()


def address_in(asked: Asked) -> str:
    """The address that waits; empty where none does."""
    return str(keyring.words_at_school(asked, "content")["email"]) if asked.content is not None else ""


def confirm_address(*, asked: Asked, by: Person, at: datetime) -> None:
    """Say yes to one's own new address. Policy 2.5."""
    with acting("directory.confirm_address", by=by, at=at, about=asked.id):
        address = address_in(asked)
        _answer(asked, "address", "yes", by=by, at=at)
        person = Person.objects.get(pk=asked.person_id)
        people.change_person(person=person, name=person.name, email=address, by=by, at=at)


def decline_address(*, asked: Asked, by: Person, at: datetime) -> None:
    """Say that the new address is not one's own: mail goes on to the older one. Policy 2.5."""
    with acting("directory.decline_address", by=by, at=at, about=asked.id):
        _answer(asked, "address", "no", by=by, at=at)


def let_leave(*, asked: Asked, by: Person, at: datetime) -> None:
    """Say that somebody whom a directory has turned off leaves: what they handle goes on to others. Policy 2.5."""
    with acting("directory.let_leave", by=by, at=at, about=asked.id):
        _answer(asked, "leave", "yes", by=by, at=at)
        people.leave(person=Person.objects.get(pk=asked.person_id), by=by, at=at)


def keep_on(*, asked: Asked, by: Person, at: datetime) -> None:
    """Say that somebody whom a directory has turned off stays. Policy 2.5."""
    with acting("directory.keep_on", by=by, at=at, about=asked.id):
        _answer(asked, "leave", "no", by=by, at=at)


def _answer(asked: Asked, kind: str, answer: str, *, by: Person, at: datetime) -> None:
    """One answer each. An address is answered by whose it is; a leaving by somebody else."""
    insist(None if (kind == "address") == (asked.person_id == by.pk) else "Somebody else answers that.", "2.5")
    done = Asked.objects.filter(pk=asked.pk, kind=kind, answered_at__isnull=True).update(
        answered_at=at, answered_by=str(by.id), answer=answer, content=None
    )
    if not done:
        raise Refused(GONE, "2.5")
