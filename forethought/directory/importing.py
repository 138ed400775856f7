"""Bringing a list in: all of it in one act, written in bulk, with one event for each person."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from forethought.audit.procedures import Actor, acting
from forethought.core.errors import insist
from forethought.directory.asking import ask_address
from forethought.directory.bringing import UNDONE_WITHIN, lines_of, plan_of
from forethought.directory.comparing import Change, Joiner, Leaver, Part, Plan, why_not_import
from forethought.directory.entries import Post
from forethought.directory.models import Outside, StaffList
from forethought.evidence import keyring
from forethought.people import procedures as people
from forethought.people.alarms import set_alarm, set_alarms
from forethought.people.models import Account, Doorway, Engagement, Person

#: What an act wrote, so that it can be put back: plain JSON.
Did = dict[str, Any]
BATCH = 500


def import_list(*, staff_list: StaffList, mark: str, count: str, by: Actor, at: datetime) -> StaffList:
    """Do what a list says, as it was shown: who joins, what changes, who leaves. All of it, or nothing. Policy 2.5.

    `mark` is of the plan that was shown; `count` is the number of leavers, as it was typed. Nobody gets a role by it,
    and nobody is written to: joiners are asked to read once they are invited, or when it cannot be undone any more.
    """
    with acting("directory.import_list", by=by, at=at, about=staff_list.id) as event:
        row = StaffList.objects.get(pk=staff_list.pk)
        lines = lines_of(row)
        plan = plan_of(lines, by=by, at=at) if lines and lines.known else Plan()
        reason = why_not_import(
            plan=plan,
            count=count,
            applied=row.imported_at is not None,
            over=lines is None or row.ends_at <= at,
            seen=plan.mark() == mark,
        )
        insist(reason, "2.5")
        did = {
            "joined": _join(row.school_id, plan.joiners, by=by, at=at),
            "changed": _change(plan.changes, by=by, at=at),
            "left": _leave(row.school_id, plan.leavers, by=by, at=at),
            "numbers": _learn(row.school_id, plan, at=at),
        }
        row.joined, row.changed, row.left = len(plan.joiners), len(plan.changes), len(plan.leavers)
        row.imported_at, row.imported_by, row.ends_at = at, str(by.id), at + UNDONE_WITHIN
        row.content = keyring.seal_at_school(row, "content", did)
        row.save()
        set_alarm(school_id=row.school_id, kind="list_over", about=row.id, rings_at=row.ends_at)
        event.facts.update(joined=row.joined, changed=row.changed, left=row.left, unread=len(plan.faults))
    return row


def _noted(verb: str, person_id: uuid.UUID, *, by: Actor, at: datetime, **facts: str) -> None:
    with acting(verb, by=by, at=at, about=person_id, facts=facts):
        pass


def _join(school_id: uuid.UUID, joiners: Sequence[Joiner], *, by: Actor, at: datetime) -> list[str]:
    """Add people with what they are engaged as."""
    new = [Person(school_id=school_id, name=one.entry.name, email=one.entry.email) for one in joiners]
    Person.objects.bulk_create(new, batch_size=BATCH)
    Engagement.objects.bulk_create(
        [
            Engagement(school_id=school_id, person=person, kind=post.kind, starts_on=begun(post), ends_on=post.ends_on)
            for person, one in zip(new, joiners, strict=True)
            for post in one.posts
        ],
        batch_size=BATCH,
    )
    Outside.objects.bulk_create(
        [
            _number(school_id, person.id, one.entry.number, at)
            for person, one in zip(new, joiners, strict=True)
            if one.entry.number
        ],
        batch_size=BATCH,
    )
    # What everybody reads they are asked once nothing can be undone.
    ids = [person.id for person in new]
    set_alarms(school_id=school_id, kind="newcomer", about=ids, rings_at=at + UNDONE_WITHIN)
    for person, one in zip(new, joiners, strict=True):
        _noted("people.add_person", person.id, by=by, at=at, kind=one.posts[0].kind)
    return [str(person.id) for person in new]


def begun(post: Post) -> date:
    """The first day of a post in a plan, where each has one."""
    assert post.starts_on is not None
    return post.starts_on


def _number(school_id: uuid.UUID, person_id: uuid.UUID, number: str, at: datetime) -> Outside:
    return Outside(school_id=school_id, person_id=person_id, source="list", number=number, noted_at=at, changed_at=at)


def _learn(school_id: uuid.UUID, plan: Plan, *, at: datetime) -> list[str]:
    """Keep the staff numbers by which people are known to the list, so that it knows them again under another name."""
    rows = [_number(school_id, person_id, number, at) for person_id, number in plan.numbers.items()]
    Outside.objects.bulk_create(rows, batch_size=BATCH)
    return [str(row.id) for row in rows]


def _change(changes: Sequence[Change], *, by: Actor, at: datetime) -> list[Did]:
    people_by_id = Person.objects.in_bulk([one.person.id for one in changes])
    return [_changed(people_by_id[one.person.id], one, by=by, at=at) for one in changes]


def _changed(person: Person, change: Change, *, by: Actor, at: datetime) -> Did:
    """Change one person, part by part, by the same procedures as their own page does."""
    did: Did = {"person": str(person.id), "parts": []}
    said = {part.what: part for part in change.parts}
    name, email = said.get("name"), said.get("email")
    if name or email:
        did["parts"] += [{"what": part.what, "old": part.old, "new": part.new} for part in (name, email) if part]
        people.change_person(
            person=person,
            name=name.new if name else person.name,
            email=email.new if email else person.email,
            by=by,
            at=at,
        )
    for part in change.parts:
        if part.what == "back":
            left_at = person.left_at.isoformat() if person.left_at else ""
            did["parts"].append({"what": "back", "old": left_at, "new": ""})
        elif part.what == "asked":
            did["parts"].append(
                {"what": "asked", "row": str(ask_address(person=person, address=part.new, by=by, at=at).id)}
            )
        elif part.what == "engaged" and part.post is not None:
            did["parts"].append({"what": "engaged", "row": str(_engaged(person, part, by=by, at=at))})
        elif part.what == "ends":
            did["parts"].append({"what": "ends", "row": str(part.engagement), "old": part.old, "new": part.new})
            engagement = Engagement.objects.select_related("person").get(pk=str(part.engagement))
            people.end_engagement(engagement=engagement, ends_on=date.fromisoformat(part.new), by=by, at=at)
    return did


def _engaged(person: Person, part: Part, *, by: Actor, at: datetime) -> uuid.UUID:
    post = part.post
    assert post is not None
    made = people.engage(
        person=person, kind=people.Kind(post.kind), starts_on=begun(post), ends_on=post.ends_on, by=by, at=at
    )
    return made.id


def _leave(school_id: uuid.UUID, leavers: Sequence[Leaver], *, by: Actor, at: datetime) -> list[Did]:
    """Take people off the list. They lose every way in with this act; their readings close once it cannot be undone."""
    ids = [one.person.id for one in leavers]
    ends: dict[uuid.UUID, list[list[str]]] = {}
    for person_id, pk, day in Engagement.objects.filter(person__in=ids).values_list("person_id", "id", "ends_on"):
        ends.setdefault(person_id, []).append([str(pk), day.isoformat() if day else ""])
    accounts = set(Account.objects.filter(person_id__in=ids, is_active=True).values_list("person_id", flat=True))
    doors: dict[uuid.UUID, list[list[str]]] = {}
    for row in Doorway.objects.filter(opens__in=ids):
        if row.ends_at is None or row.ends_at > at:
            end = row.ends_at.isoformat() if row.ends_at else ""
            doors.setdefault(row.opens, []).append([bytes(row.key_hash).hex(), end])
    people.end_everything(ids, at)
    for kind in ("left", "seats_of_leaver"):
        set_alarms(school_id=school_id, kind=kind, about=ids, rings_at=at + UNDONE_WITHIN)
    for one in leavers:
        if one.last_day is not None:
            Engagement.objects.filter(person=one.person.id, ends_on__gt=one.last_day).update(ends_on=one.last_day)
        _noted("people.leave", one.person.id, by=by, at=at)
    return [
        {
            "person": str(pk),
            "ends": ends.get(pk, []),
            "account": pk in accounts,
            "doors": doors.get(pk, []),
        }
        for pk in ids
    ]
