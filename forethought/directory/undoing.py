"""Putting back what a list did, for a day: exactly, and only where nothing has happened since."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import ForeignKey, ForeignObjectRel

from forethought.audit.models import Entry
from forethought.audit.procedures import Actor, acting
from forethought.core.errors import insist
from forethought.directory.models import Asked, Outside, StaffList
from forethought.evidence import keyring
from forethought.people.alarms import set_alarm, stop_alarm
from forethought.people.models import Account, Alarm, Doorway, Engagement, Person

#: As many ids as one question to the database names.
BATCH = 400


@dataclass(frozen=True, slots=True)
class Undone:
    """How many were put back, and whom a person has to look at, by name, with the reason."""

    back: int
    not_back: tuple[tuple[str, str], ...]


def why_not_undo(staff_list: StaffList, at: datetime) -> str | None:
    """A list is undone once, and within a day. Policy 2.5."""
    if staff_list.imported_at is None:
        return "This list was never brought in."
    if staff_list.undone_at is not None:
        return "This list was undone already."
    if staff_list.content is None or staff_list.ends_at <= at:
        return "A list can be undone for a day. Change people on their own pages now."
    return None


def undo_list(*, staff_list: StaffList, by: Actor, at: datetime) -> Undone:
    """Put back what a list did, where nothing has happened since; and say where it has. Policy 2.5.

    Those who joined by it are removed as though they had never been here: a wrong list is no reason to keep strangers.
    """
    with acting("directory.undo_list", by=by, at=at, about=staff_list.id) as event:
        row = StaffList.objects.get(pk=staff_list.pk)
        insist(why_not_undo(row, at), "2.5")
        did = keyring.words_at_school(row, "content")
        since = Entry.objects.get(verb="directory.import_list", about=row.pk).seq
        names = dict(Person.objects.filter(pk__in=_people_in(did)).values_list("id", "name"))
        kept: list[tuple[uuid.UUID, str]] = []
        kept += _unjoin([uuid.UUID(one) for one in did["joined"]], since)
        for change in did["changed"]:
            kept += _unchange(change, at)
        for leaver in did["left"]:
            kept += _bring_back(leaver, row.imported_at, at)
        Outside.objects.filter(pk__in=did["numbers"]).delete()
        StaffList.objects.filter(pk=row.pk).update(undone_at=at, undone_by=str(by.id), content=None)
        many = len(did["joined"]) + len(did["changed"]) + len(did["left"])
        not_back = {person: reason for person, reason in kept}
        event.facts.update(back=many - len(not_back), not_back=len(not_back))
    said = sorted((names.get(person, ""), reason) for person, reason in not_back.items())
    return Undone(many - len(not_back), tuple(said))


def _people_in(did: dict[str, Any]) -> list[str]:
    return [*did["joined"], *(one["person"] for one in [*did["changed"], *did["left"]])]


def _in_batches(ids: Sequence[uuid.UUID]) -> list[Sequence[uuid.UUID]]:
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def _unjoin(joined: Sequence[uuid.UUID], since: int) -> list[tuple[uuid.UUID, str]]:
    """Remove those who joined, unless the trail or a row has anything about them since."""
    busy: set[uuid.UUID] = set()
    for ids in _in_batches(joined):
        busy |= _busy(ids, since)
        gone = [one for one in ids if one not in busy]
        Alarm.objects.filter(about__in=gone, kind="newcomer").delete()
        Outside.objects.filter(person__in=gone).delete()
        Engagement.objects.filter(person__in=gone).delete()
        Person.objects.filter(pk__in=gone).delete()
    return [(one, "They were invited, or something was done since. Take them off by hand.") for one in busy]


def _busy(ids: Collection[uuid.UUID], since: int) -> set[uuid.UUID]:
    """Those about whom, or by whom, the trail has an entry later than this; or whom any other row names."""
    texts = [str(one) for one in ids]
    about = Entry.objects.filter(seq__gt=since, about__in=ids).values_list("about", flat=True)
    found = {one for one in about if one is not None}
    found |= {uuid.UUID(one) for one in Entry.objects.filter(seq__gt=since, by__in=texts).values_list("by", flat=True)}
    found |= set(Account.objects.filter(person_id__in=ids).values_list("person_id", flat=True))
    for model, column in _pointing():
        if model not in (Engagement, Outside) or column != "person_id":
            rows = model._default_manager.filter(**{f"{column}__in": ids})
            found |= set(rows.values_list(column, flat=True))
    return found


def _pointing() -> list[tuple[Any, str]]:
    """Every column of every table that names a person."""
    return [
        (one.related_model, one.field.attname)
        for one in Person._meta.get_fields(include_hidden=True)
        if isinstance(one, ForeignObjectRel) and isinstance(one.field, ForeignKey)
    ]


def _unchange(change: dict[str, Any], at: datetime) -> list[tuple[uuid.UUID, str]]:
    """Put one person's parts back, each where it still is what the list made it."""
    person = Person.objects.get(pk=change["person"])
    well = True
    for part in reversed(change["parts"]):
        well = _put_back(person, part, at) and well
    return [] if well else [(person.pk, "Somebody changed them since. Look at their own page.")]


def _put_back(person: Person, part: dict[str, str], at: datetime) -> bool:
    what = part["what"]
    if what in ("name", "email"):
        same = Person.objects.filter(pk=person.pk, **{what: part["new"]})
        return bool(same.update(**{what: part["old"]}))
    if what == "asked":
        return bool(
            Asked.objects.filter(pk=part["row"], answered_at__isnull=True).update(
                answered_at=at, answered_by="program", answer="dropped", content=None
            )
        )
    if what == "engaged":
        stop_alarm(kind="newcomer", about=person.pk, at=at)
        return bool(Engagement.objects.filter(pk=part["row"]).delete()[0])
    if what == "ends":
        stop_alarm(kind="left", about=person.pk, at=at)
        same_end = Engagement.objects.filter(pk=part["row"], ends_on=date.fromisoformat(part["new"]))
        return bool(same_end.update(ends_on=date.fromisoformat(part["old"]) if part["old"] else None))
    left_at = datetime.fromisoformat(part["old"]) if part["old"] else None
    return bool(Person.objects.filter(pk=person.pk, left_at__isnull=True).update(left_at=left_at))


def _bring_back(leaver: dict[str, Any], left_at: datetime | None, at: datetime) -> list[tuple[uuid.UUID, str]]:
    """Bring somebody back who left by the list: their engagements, their sign-in, their links as they were."""
    pk = uuid.UUID(leaver["person"])
    if not Person.objects.filter(pk=pk, left_at=left_at).update(left_at=None):
        return [(pk, "Somebody changed them since. Look at their own page.")]
    for engagement, day in leaver["ends"]:
        Engagement.objects.filter(pk=engagement).update(ends_on=date.fromisoformat(day) if day else None)
    if leaver["account"]:
        Account.objects.filter(person_id=pk).update(is_active=True)
    for key, end in leaver["doors"]:
        Doorway.objects.filter(pk=bytes.fromhex(key), ends_at=left_at).update(
            ends_at=datetime.fromisoformat(end) if end else None
        )
    for kind in ("left", "seats_of_leaver"):
        stop_alarm(kind=kind, about=pk, at=at)
    school_id = Person.objects.values_list("school_id", flat=True).get(pk=pk)
    # What was to be read while they were gone is asked of them now.
    set_alarm(school_id=school_id, kind="newcomer", about=pk, rings_at=at)
    return []
