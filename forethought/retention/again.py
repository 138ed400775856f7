"""What an older backup that is brought back must not undo: things that two people let go of go again."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from forethought.audit.procedures import Actor, acting
from forethought.evidence import keyring
from forethought.evidence.bundle_models import Hold
from forethought.retention.disposing import let_go
from forethought.retention.due import find
from forethought.retention.models import Disposal, What
from forethought.retention.people import barred
from forethought.retention.procedures import stop_disposal
from forethought.rows import school_in_scope

_TIMES = ("proposed_at", "confirmed_at", "waits_until", "begun_at", "done_at", "proved_at")
_DAYS = ("opened_on", "from_on", "due_on", "in_backups_until")
_PLAIN = ("what", "reference", "kind", "rule", "proposed_by", "confirmed_by", "in_hand", "rows", "exhibits", "proof")


def gone() -> list[dict[str, Any]]:
    """All that was let go of in the school that was entered, as plain JSON: ids and days."""
    return [
        {
            "id": str(row.pk),
            "about": str(row.about),
            # The ledger is locked to the card, and the key of these words may be younger than the backup.
            "kept_out": sorted(barred(row)),
            **{name: getattr(row, name) for name in _PLAIN},
            **{
                name: value.isoformat() if (value := getattr(row, name)) is not None else None
                for name in (*_TIMES, *_DAYS)
            },
        }
        for row in Disposal.objects.filter(done_at__isnull=False).order_by("done_at", "id")
    ]


def stop_all(*, by: Actor, at: datetime) -> int:
    """Stop whatever waits to be let go of in a school that came back: a hold on it may be among what is missing.

    It can be proposed again. Part of coming back. Policy 7.3, 11.1.
    """
    waits = list(Disposal.objects.filter(done_at__isnull=True, stopped_at__isnull=True))
    for row in waits:
        stop_disposal(disposal=row, why="came_back", by=by, at=at)
    return len(waits)


def let_go_again(*, one: Mapping[str, Any], by: Actor, at: datetime) -> bool:
    """Let go again of one thing that `gone` named, with the certificate it had. Whether it had come back. Policy 11.1.

    The two people, their times and the waiting are those of then, so the database's locks let it go. A hold that stands
    on it was lifted after the backup: nothing goes while one does.
    """
    row_id, about, what = uuid.UUID(one["id"]), uuid.UUID(one["about"]), str(one["what"])
    if Disposal.objects.filter(pk=row_id, done_at__isnull=False).exists():
        return False
    school_id = school_in_scope()
    assert school_id is not None
    case_id = about if what == What.CASE else None
    with acting("retention.let_go_again", by=by, at=at, about=about, case_id=case_id) as event:
        is_back = find(what, about) is not None
        still_open = Disposal.objects.filter(what=what, about=about, done_at__isnull=True, stopped_at__isnull=True)
        still_open.exclude(pk=row_id).update(stopped_at=at, stopped_by=str(by.id), stopped_why="withdrawn")
        Hold.objects.filter(case_id=about, lifted_at__isnull=True).update(lifted_at=at, lifted_by=str(by.id))
        values: dict[str, Any] = {name: one[name] for name in _PLAIN}
        values |= {name: datetime.fromisoformat(one[name]) if one[name] else None for name in _TIMES}
        values |= {name: date.fromisoformat(one[name]) if one[name] else None for name in _DAYS}
        place = Disposal(id=row_id, school_id=school_id)
        content = keyring.seal_at_school(place, "content", {"kept_out": one["kept_out"]})
        values |= {"about": about, "content": content, "school_id": school_id}
        done_at = values.pop("done_at")
        Disposal.objects.update_or_create(
            pk=row_id, defaults={**values, "done_at": None, "stopped_at": None, "stopped_by": None, "stopped_why": ""}
        )
        let_go(what, about, school_id=school_id)
        Disposal.objects.filter(pk=row_id).update(done_at=done_at)
        event.facts["was_back"] = is_back
    return is_back
