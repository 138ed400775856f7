"""The instants that a takedown hangs on: approached, resolved, looked at again.

One promise with two marks. Elapsed hours, in UTC, so weekends, bank holidays and changes of the clocks skip nothing.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from forethought.core.clock import CLOSES, OPENS, add_open_time, utc
from forethought.core.working_time import add_working_hours
from forethought.takedowns.rules import RESTING, Status

#: Amended or removed, from the report. Policy 8.3.
PROMISE = timedelta(hours=24)

#: How long after it was seen gone somebody looks again. Policy 8.5.
LOOKS = (timedelta(hours=24), timedelta(days=7), timedelta(days=30))

_ASKING = frozenset({Status.TO_ASK, Status.AUTHOR_ASKED})


def approach_due(
    reported_at: datetime, hours: float = 4, opens: time | int = OPENS, closes: time | int = CLOSES
) -> datetime:
    """By when the host is asked: that many elapsed hours between 7am and 10pm London time, and within the 24 hours.

    A report on Friday at 6pm is asked about by 10pm; one on Friday at 9pm by 10am on Saturday. Counted from the minute
    of the report, as it is said: the seconds of 6pm would leave as many for the next morning. UTC. Policy 8.3.
    """
    minute = reported_at.replace(second=0, microsecond=0)
    return min(add_open_time(minute, timedelta(hours=hours), opens, closes), resolve_due(reported_at))


def resolve_due(reported_at: datetime) -> datetime:
    """By when it is amended or removed: 24 elapsed hours after the report, in UTC. Policy 8.3."""
    return utc(reported_at) + PROMISE


def website_due(sent_at: datetime, extra: Collection[date] = ()) -> datetime:
    """When a website's own 48 hours after a defamation notice end, in UTC. Saturdays, Sundays and bank holidays skip.

    Sent on Friday at 6pm, it is Tuesday at 6pm in an ordinary week. Defamation (Operators of Websites) Regulations 2013
    reg 1(3). Policy 8.3.
    """
    return add_working_hours(sent_at, 48, opens=0, closes=24, extra=extra)


def look_again(seen_gone_at: datetime) -> tuple[datetime, datetime, datetime]:
    """When somebody looks again: 24 hours, 7 days and 30 days after it was seen gone or amended. UTC. Policy 8.5."""
    day, week, month = (utc(seen_gone_at) + length for length in LOOKS)
    return day, week, month


def next_look(seen_gone_at: datetime, last_look_at: datetime | None = None) -> datetime | None:
    """The first of the later looks that is still owed; None when all are done.

    A look counts for a mark from half-way to it: two quick looks on the first evening are not the look a week later,
    and a look some hours early need not be made again. Policy 8.5.
    """
    previous = utc(seen_gone_at)
    for mark in look_again(seen_gone_at):
        if last_look_at is None or utc(last_look_at) < previous + (mark - previous) / 2:
            return mark
        previous = mark
    return None


def next_mark(
    *,
    status: Status,
    approach_due_at: datetime,
    resolve_due_at: datetime,
    seen_gone_at: datetime | None = None,
    last_look_at: datetime | None = None,
    fired_at: datetime | None = None,
) -> datetime | None:
    """The one instant to keep in the index of what is due; None when nothing is.

    `fired_at` is the mark that was announced last: it and earlier ones are over. A mark that passed unannounced, while
    the machine was off, is still given. UTC. Policy 8.3, 8.5.
    """
    if status in RESTING:
        look = next_look(seen_gone_at, last_look_at) if seen_gone_at and status != Status.WITHDRAWN else None
        marks = [look] if look else []
    elif status in _ASKING:
        marks = [approach_due_at, resolve_due_at]
    elif status == Status.LEFT_UP and last_look_at and last_look_at >= resolve_due_at:
        marks = []
    else:
        marks = [resolve_due_at]
    return next((mark for mark in marks if fired_at is None or mark > fired_at), None)


def next_site_look(
    *, status: Status, resolve_due_at: datetime, seen_gone_at: datetime | None, at: datetime
) -> tuple[str, datetime] | None:
    """When the program looks next, and at which mark: the 24 hours' end, and 24 hours, 7 and 30 days after.

    After what is gone was seen gone; else after the 24 hours ended. None when all are past, or nothing is asked any
    more. UTC. Policy 8.5.
    """
    if status == Status.WITHDRAWN:
        return None
    resting = status in RESTING and seen_gone_at is not None
    begins = utc(seen_gone_at) if resting and seen_gone_at else utc(resolve_due_at)
    marks = list(zip(("day", "week", "month"), look_again(begins), strict=True))
    if not resting:
        marks.insert(0, ("deadline", begins))
    return next((one for one in marks if one[1] > at), None)
