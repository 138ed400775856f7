"""Lists whose lines go by themselves once their time is over: duty, mails, posts, school accounts that were closed.

Nobody looks at a rota of last year line by line, so no two people are asked (keeping.md). A list that is cleared
leaves one event for the night, with how many lines went.
"""

import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from django.db.models import Exists, F, Max, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.clock import from_london, london
from forethought.people.models import Absence, Alarm, ClosedTime, Letter, Shift
from forethought.questions.models import CommonQuestion
from forethought.retention import dates, known
from forethought.rows import inside
from forethought.school_accounts.models import AccountHandOver, AccountRequest, Custody, SchoolAccount
from forethought.school_accounts.post_models import PostPicture, PostStep, SchoolPost

#: So many lines of each table in one night; the rest in the next.
MOST = 5000

log = logging.getLogger(__name__)

Rows = QuerySet[Model]


def _duty(day: date, before: datetime) -> list[Rows]:
    return [
        Shift.objects.filter(ends_at__lt=before),
        Absence.objects.filter(ends_at__lt=before),
        ClosedTime.objects.filter(ends_on__lt=day),
    ]


def _letters(day: date, before: datetime) -> list[Rows]:
    # One that is still to be tried says that something is wrong; it stays until it went or was given up.
    return [Letter.objects.filter(case_id__isnull=True, owed_at__lt=before).filter(~Q(dropped="") | ~Q(sent_at=None))]


def _posts(day: date, before: datetime) -> list[Rows]:
    last = Coalesce(Max("steps__taken_at"), F("written_at"))
    old = SchoolPost.objects.annotate(last=last).filter(last__lt=before, example_at__isnull=True)
    return [SchoolPost.objects.filter(pk__in=old.values("pk"))]


def _own(day: date, before: datetime) -> list[Rows]:
    """In this order, so that an account goes in the night in which the last of its lines did."""
    hangs = (Custody, AccountHandOver, AccountRequest, SchoolPost)
    left = [Exists(model.objects.filter(account=OuterRef("pk"))) for model in hangs]  # type: ignore[attr-defined]
    return [
        CommonQuestion.objects.filter(withdrawn_at__lt=before),
        AccountRequest.objects.filter(decided_at__lt=before),
        AccountHandOver.objects.filter(Q(let_go_at__lt=before) | Q(dropped_at__lt=before)),
        Custody.objects.filter(ended_at__lt=before),
        SchoolAccount.objects.filter(closed_at__lt=before).exclude(left[0] | left[1] | left[2] | left[3]),
    ]


#: Each list by its rule in the schedule: what of it ended before a day, which begins at an instant in UTC. Posts first.
LISTS: Mapping[str, Callable[[date, datetime], list[Rows]]] = {
    "duty": _duty,
    "letter": _letters,
    "school_post": _posts,
    "own_list": _own,
}


def run_out(rule: str, at: datetime) -> list[Rows]:
    """What of one list has had its time, in the school that was entered: rows of each of its tables. Policy 11.1."""
    day = dates.over_before(london(at).date(), known.periods()[rule])
    return LISTS[rule](day, from_london(day, time(0)))


def of_tonight(school_id: uuid.UUID, at: datetime, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Clear what has had its time of every list of a school. How many lines. `at` is UTC. None holds up another."""
    gone = 0
    for rule in LISTS:
        if stopped():
            break
        try:
            with inside(school_id):
                # A night in which nothing of it is old leaves no event.
                if any(rows.exists() for rows in run_out(rule, at)):
                    gone += clear_list(rule=rule, by=PROGRAM, at=at)
        except Exception:
            log.exception("A list that had run out was not cleared.")
    return gone


def clear_list(*, rule: str, by: Actor, at: datetime) -> int:
    """Destroy what has had its time of one list. How many lines. Policy 2.1, 8.3, 11.1."""
    with acting("retention.clear_list", by=by, at=at, facts={"rule": rule}) as event:
        gone = 0
        for rows in run_out(rule, at):
            ids = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST])
            if ids:
                gone += _destroy(rows.model, ids, at)
        event.facts["rows"] = gone
    return gone


def _destroy(model: type[Model], ids: list[uuid.UUID], at: datetime) -> int:
    rows: QuerySet[Model] = model.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
    gone = 0
    if model is SchoolPost:
        # The database lets its steps go once it says that it goes, in this act and in no other.
        rows.update(going_at=at)
        gone += PostStep.objects.filter(post__in=ids)._raw_delete("default")
        gone += PostPicture.objects.filter(post__in=ids)._raw_delete("default")
    if model is not Letter:
        Alarm.objects.filter(about__in=ids).delete()
    return gone + int(rows._raw_delete("default"))  # type: ignore[attr-defined]
