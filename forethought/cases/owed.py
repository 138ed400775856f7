"""What the school owes in a case, and by when: kept as rows that fire once.

A case repeats its soonest due time, and so does each seat on its list, so that “owed next” is one look in an index.
"""

import operator
import uuid
from datetime import datetime, timedelta

from forethought.audit.procedures import Actor, do_now, put_off
from forethought.cases.models import Case, Owed, Seat
from forethought.people.post import wake
from forethought.prepared import Prepared

#: What can be owed, and how long before the time a warning goes out.
WARNINGS = {
    "monitor_comment": timedelta(hours=4),
    "monitor_decide": timedelta(hours=4),
    "monitor_review": timedelta(days=1),
    "monitor_destroy": timedelta(days=1),
    "take_up": timedelta(hours=1),
    "answer": timedelta(hours=1),
    "support": timedelta(hours=2),
    "revisit": timedelta(0),
    "approach": timedelta(hours=1),
    "resolve": timedelta(hours=3),
    "look": timedelta(0),
    "inform": timedelta(0),
    "breach_first": timedelta(hours=1),
    "breach_meeting": timedelta(days=1),
    "breach_letter": timedelta(hours=2),
    "breach_appeal": timedelta(days=1),
    "suspension": timedelta(days=1),
    "hr_back": timedelta(days=1),
    "cooperate": timedelta(0),
    "refer": timedelta(hours=2),
    "lado": timedelta(hours=2),
    "hand_off": timedelta(hours=2),
    "behaviour": timedelta(days=1),
    "prompt": timedelta(hours=2),
    "complaint": timedelta(hours=2),
    "concern": timedelta(hours=2),
}


def owe(*, case: Case, kind: str, about: uuid.UUID, due_at: datetime, at: datetime) -> None:
    """Put something on the clock, or move it. Part of a larger act."""
    warning = max(due_at - WARNINGS[kind], at)
    fires_at = warning if warning < due_at or not WARNINGS[kind] else due_at
    row = Owed(school_id=case.school_id, case=case, kind=kind, about=about, due_at=due_at, fires_at=fires_at)
    put_off(("owed", case.school_id), {(kind, about): row}, _write, of_two=operator.or_)
    wake(case.school_id, fires_at)
    refresh(case)


def _write(rows: dict[tuple[str, uuid.UUID], Owed]) -> None:
    """Write what an act put on the clock, in one statement; what was there before under the same name is moved."""
    Owed.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["school", "kind", "about"],
        update_fields=["case", "due_at", "fires_at", "warned_at", "late_at", "done_at", "done_by"],
    )


def settle(*, case: Case, kind: str, about: uuid.UUID, by: Actor, at: datetime) -> None:
    """Say that something owed has been done. Nothing happens when it was not owed. Part of a larger act."""
    do_now(("owed", case.school_id))
    Owed.objects.filter(kind=kind, about=about, done_at__isnull=True).update(
        done_at=at, done_by=str(by.id), fires_at=None
    )
    refresh(case)


#: What goes on after a case is closed: looking whether it came back, and asking how somebody is. Policy 8.5, 8.8.
GOES_ON = ("look", "revisit")


def settle_all(*, case: Case, by: Actor, at: datetime) -> None:
    """Stop the clocks of a case but those that outlive it. Part of closing it."""
    do_now(("owed", case.school_id))
    Owed.objects.filter(case=case, done_at__isnull=True).exclude(kind__in=GOES_ON).update(
        done_at=at, done_by=str(by.id), fires_at=None
    )
    refresh(case)


def refresh(case: Case) -> None:
    """Repeat the soonest open due time on the case and on its seats, once when the act ends. Part of a larger act."""
    put_off(("soonest", case.pk), case.pk, _repeat_soonest)


_soonest = Prepared(
    lambda case: Owed.objects.filter(case=case, done_at__isnull=True).order_by("due_at").values_list("due_at")[:1],
    uuid.UUID,
)


def _repeat_soonest(case_id: uuid.UUID) -> None:
    soonest = next((due_at for (due_at,) in _soonest(case_id)), None)
    Case.objects.filter(pk=case_id).update(owed_at=soonest)
    Seat.objects.filter(case=case_id, ended_at__isnull=True).update(owed_at=soonest)
