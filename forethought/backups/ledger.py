"""What bringing an older backup back must not undo: what was destroyed or let go, who left, who is kept out.

The ledger goes with each backup. A restore reads the newest one and does all of it again, before anybody can sign in.
"""

import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from forethought.audit.models import TrailHead
from forethought.audit.procedures import Actor, acting
from forethought.backups.models import Quarantine
from forethought.cases import seating
from forethought.cases.models import Case, Exclusion
from forethought.core.clock import from_london
from forethought.evidence import custody, shredding
from forethought.evidence.bundle_models import Hold
from forethought.evidence.models import CaseKey, Destruction, Exhibit
from forethought.people import procedures as people
from forethought.people.alarms import set_alarm
from forethought.people.models import Person, Wake
from forethought.retention import again
from forethought.rows import inside

OfSchool = Mapping[str, Any]
Ledger = Mapping[str, OfSchool]


#: What a ledger tells of a school.
TOLD = ("destroyed", "let_go", "left", "kept_out", "held")


def written() -> bytes:
    """The ledger as it stands now, of all schools: ids, times and sealed instructions."""
    found = {}
    for school_id in list(Wake.objects.order_by("school_id").values_list("school_id", flat=True)):
        with inside(school_id):
            found[str(school_id)] = of_school()
    return json.dumps(found).encode()


def of_school() -> dict[str, Any]:
    """The ledger of the school that was entered."""
    destroyed = Destruction.objects.order_by("destroyed_at", "id")
    left = Person.objects.filter(left_at__isnull=False).order_by("left_at", "id")
    return {
        "destroyed": [
            {
                "id": str(one.id),
                "exhibit": str(one.exhibit_id),
                "content": bytes(one.content).hex(),
                "at": one.destroyed_at.isoformat(),
                "by": one.destroyed_by,
                "in_backups_until": one.in_backups_until.isoformat(),
            }
            for one in destroyed
        ],
        # What two people let go of leaves no row of its own: their disposal says all that is needed.
        "let_go": again.gone(),
        "left": [str(one) for one in left.values_list("id", flat=True)],
        "kept_out": [
            [str(case), str(person), why]
            for case, person, why in Exclusion.objects.order_by("given_at", "id").values_list(
                "case_id", "person_id", "why"
            )
        ],
        "held": [
            {
                "id": str(one.id),
                "case": str(one.case_id),
                "kind": one.kind,
                "content": bytes(one.content).hex(),
                "at": one.placed_at.isoformat(),
                "by": one.placed_by,
                "review_on": one.review_on.isoformat() if one.review_on else "",
            }
            for one in Hold.objects.filter(lifted_at__isnull=True).order_by("placed_at", "id")
        ],
    }


def as_it_stands(school_id: uuid.UUID) -> OfSchool:
    """The ledger of a school whose rows are about to be taken away, with the size of its trail; empty without any."""
    with inside(school_id):
        head = TrailHead.objects.filter(pk=school_id).first()
        return {**of_school(), "trail": head.size} if head else {}


def together(older: OfSchool, newer: OfSchool) -> OfSchool:
    """What either of two ledgers of a school tells. What both tell is done once."""
    return {name: [*older.get(name, ()), *newer.get(name, ())] for name in TOLD}


def read(content: bytes) -> Ledger:
    """The ledger that `written` wrote. Raises ValueError."""
    found = json.loads(content)
    if not isinstance(found, dict):
        raise ValueError("This is no ledger.")
    return found


def come_back(
    *, school_id: uuid.UUID, ledger: Mapping[str, Any], known: int, backup_at: datetime, by: Actor, at: datetime
) -> Quarantine:
    """Begin a school's quarantine after a restore, and do again what an older backup would undo.

    `known` is the size of the trail that was known outside; a trail that is shorter lacks acts. reliability.md 9.
    """
    with acting("backups.come_back", by=by, at=at) as event:
        behind = TrailHead.objects.get(pk=school_id).size < known
        again.stop_all(by=by, at=at)
        destroyed = sum(_destroyed_again(one, by=by, at=at) for one in ledger.get("destroyed", ()))
        left = [one for one in ledger.get("left", ()) if _left_again(one, by=by, at=at)]
        kept_out = sum(_kept_out_again(*one, at=at) for one in ledger.get("kept_out", ()))
        held = sum(_held_again(one, school_id=school_id, by=by, at=at) for one in ledger.get("held", ()))
        # Last: a case that was let go of takes with it whatever was done again above.
        gone = sum(again.let_go_again(one=one, by=by, at=at) for one in ledger.get("let_go", ()))
        gap = {"acts": behind, "gone": gone, "destroyed": destroyed, "left": left, "kept_out": kept_out}
        row: Quarantine = Quarantine.objects.create(school_id=school_id, backup_at=backup_at, restored_at=at, gap=gap)
        event.about = row.id
        event.facts |= {"destroyed": destroyed, "gone": gone, "left": len(left), "kept_out": kept_out, "held": held}
    return row


def _destroyed_again(one: Mapping[str, str], *, by: Actor, at: datetime) -> bool:
    """Destroy a record that had been destroyed: the same instruction, the same day. Part of coming back."""
    exhibit = Exhibit.objects.filter(pk=one["exhibit"]).first()
    if exhibit is None or Destruction.objects.filter(exhibit=exhibit).exists():
        return False
    with acting("backups.destroy_again", by=by, at=at, about=exhibit.id, case_id=exhibit.case_id):
        Destruction.objects.create(
            id=uuid.UUID(one["id"]),
            school_id=exhibit.school_id,
            exhibit=exhibit,
            content=bytes.fromhex(one["content"]),
            destroyed_at=datetime.fromisoformat(one["at"]),
            destroyed_by=one["by"],
            in_backups_until=date.fromisoformat(one["in_backups_until"]),
        )
        shredding.forget_exhibit(exhibit)
    return True


def _left_again(person_id: str, *, by: Actor, at: datetime) -> bool:
    person = Person.objects.filter(pk=person_id, left_at__isnull=True).first()
    if person is None:
        return False
    people.leave(person=person, by=by, at=at)
    return True


def _held_again(one: Mapping[str, str], *, school_id: uuid.UUID, by: Actor, at: datetime) -> bool:
    """Hold a case again on which a hold stood: the same hold, looked at again on its day. Part of coming back."""
    hold_id, case_id = uuid.UUID(one["id"]), uuid.UUID(one["case"])
    if Hold.objects.filter(pk=hold_id).exists() or not CaseKey.objects.filter(case_id=case_id).exists():
        return False
    review_on = date.fromisoformat(one["review_on"]) if one["review_on"] else None
    with acting("backups.hold_again", by=by, at=at, about=hold_id, case_id=case_id):
        Hold.objects.create(
            id=hold_id,
            school_id=school_id,
            case_id=case_id,
            kind=one["kind"],
            content=bytes.fromhex(one["content"]),
            placed_at=datetime.fromisoformat(one["at"]),
            placed_by=one["by"],
            review_on=review_on,
        )
        if review_on is not None:
            rings = from_london(review_on, custody.REVIEWED_FROM)
            set_alarm(school_id=school_id, kind="hold_review", about=hold_id, rings_at=rings)
    return True


def _kept_out_again(case_id: str, person_id: str, why: str, *, at: datetime) -> bool:
    case = Case.objects.filter(pk=case_id).first()
    person = Person.objects.filter(pk=person_id).first()
    if case is None or person is None or Exclusion.objects.filter(case=case, person=person).exists():
        return False
    seating.keep_out(case=case, people={person.pk: why}, at=at)
    return True
