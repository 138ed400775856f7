"""What the school says is work time, from which day on. Clause 3.3."""

from datetime import date, datetime, time

from forethought.audit.procedures import acting
from forethought.core.errors import insist
from forethought.investigations import work_time
from forethought.investigations.weighing_models import WorkTime
from forethought.investigations.work_time import Break, Hours
from forethought.people.models import Person, School


def hours_on(day: date) -> Hours:
    """The school's work time as it was set for a day (London); the first values where nothing was set. Policy 3.3."""
    row = WorkTime.objects.filter(from_day__lte=day).order_by("-from_day", "-set_at", "-id").first()
    if row is None:
        return Hours()
    breaks = (
        Break(one["name"], time.fromisoformat(one["starts"]), time.fromisoformat(one["ends"])) for one in row.breaks
    )
    return Hours(row.starts, row.ends, tuple(breaks))


def set_work_time(*, school: School, hours: Hours, from_day: date, by: Person, at: datetime) -> WorkTime:
    """Say what counts as work time from a day on. What held before stays for the days before. Policy 3.3."""
    insist(work_time.why_not_hours(starts=hours.starts, ends=hours.ends, breaks=hours.breaks), "3.3")
    with acting("investigations.set_work_time", by=by, at=at) as event:
        row: WorkTime = WorkTime.objects.create(
            school=school,
            starts=hours.starts,
            ends=hours.ends,
            breaks=[
                {"name": one.name, "starts": one.starts.isoformat(), "ends": one.ends.isoformat()}
                for one in hours.breaks
            ],
            from_day=from_day,
            set_at=at,
            set_by=str(by.id),
        )
        event.about = row.id
    return row
