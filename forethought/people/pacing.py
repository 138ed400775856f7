"""How often somebody hears from Forethought when no clock demands it.

Whoever gets many mails reads none, and the one that mattered goes by with the rest.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from forethought.core.clock import next_window, utc

#: One calm mail in this time.
BETWEEN = timedelta(hours=24)

#: So many mails of any kind in this time; a calm one is never one more.
MOST = 2
WEEK = timedelta(days=7)

#: The hours in London in which a calm mail goes.
OPENS, CLOSES = time(7), time(20)


def calm_from(
    *, sent: Sequence[datetime], calm_sent: Sequence[datetime], at: datetime, by_day: bool = True
) -> datetime:
    """The earliest instant, at or after `at`, at which a calm mail may go to a person. All in UTC.

    `sent` are the mails to them of the last seven days, `calm_sent` those of them that no clock demanded. At most one
    calm mail in 24 hours, and none as the third mail in seven days. Elapsed time, so a change of the clocks moves the
    hour on the wall; then 7am to 8pm in London, on any day, unless the installation mails at any hour (`by_day`).
    """
    soonest = [utc(at)]
    if calm_sent:
        soonest.append(max(map(utc, calm_sent)) + BETWEEN)
    if len(sent) >= MOST:
        # Of the last mails, the one that must be out of sight before there is room for another.
        soonest.append(sorted(map(utc, sent))[-MOST] + WEEK)
    return next_window(max(soonest), OPENS, CLOSES) if by_day else max(soonest)
