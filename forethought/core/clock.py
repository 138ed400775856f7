"""London time: how an instant is said, how a typed time becomes an instant, and how hours are counted.

Instants are timezone-aware; they are kept in UTC and shown in London time. Nothing here asks what time it is.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

#: The hours in which people are asked to act on a takedown. Policy 8.3.
OPENS = time(7)
CLOSES = time(22)

_LONGEST_COUNT = 4000  # days; a count that meets no open hour in ten years is a mistake in a setting


class NoSuchTime(ValueError):
    """The clocks go forward over this time of day, so no clock ever shows it.

    `earlier` and `later` are the two instants it may have been meant for, an hour either side, in UTC.
    """

    def __init__(self, day: date, typed: time, earlier: datetime, later: datetime) -> None:
        self.earlier, self.later = earlier, later
        self.sentence = (
            f"The clocks go forward on {spoken_day(day, year=True)}, so there is no {_time(typed)} that day. "
            f"Choose {spoken_time(earlier)} or {spoken_time(later)}."
        )
        super().__init__(self.sentence)


class TwiceThatTime(ValueError):
    """The clocks go back over this time of day, so every clock shows it twice.

    `first` and `second` are the two instants, an hour apart, in UTC.
    """

    def __init__(self, day: date, typed: time, first: datetime, second: datetime) -> None:
        self.first, self.second = first, second
        self.sentence = (
            f"The clocks go back on {spoken_day(day, year=True)}, so {_time(typed)} comes twice. "
            "Choose the first one, before they go back, or the second one, after."
        )
        super().__init__(self.sentence)


# ---------------------------------------------------------------------------------------------------------------
# From and to London


def london(instant: datetime) -> datetime:
    """The instant as a London clock and calendar show it.

    Raises ValueError for a time without a zone: nobody can say when that was.
    """
    if instant.utcoffset() is None:
        raise ValueError("An instant needs a time zone.")
    return instant.astimezone(LONDON)


def utc(instant: datetime) -> datetime:
    """The instant in UTC. Two London times subtract as their clock faces do, an hour wrong across a change.

    Raises ValueError for a time without a zone.
    """
    return london(instant).astimezone(UTC)


def from_london(day: date, at: time) -> datetime:
    """The instant, in UTC, of a day and time of day typed as London time.

    Raises NoSuchTime in the hour that the clocks skip in March, TwiceThatTime in the hour they repeat in October. Both
    carry the sentence and the two instants to choose from.
    """
    if at.tzinfo is not None:
        raise ValueError("A time of day in London carries no zone of its own.")
    first, second = (_instant(day, at, fold) for fold in (0, 1))
    if first == second:
        return first
    if first < second:
        raise TwiceThatTime(day, at, first, second)
    # In the skipped hour the two readings swap: after the change comes out first.
    raise NoSuchTime(day, at, earlier=second, later=first)


def clock_time(value: time | int) -> time:
    """A time of day from a setting, where whole hours may be plain numbers. 24 is midnight, as 0 is."""
    return value if isinstance(value, time) else time(0 if value == 24 else value)


# ---------------------------------------------------------------------------------------------------------------
# Saying it


def spoken(instant: datetime, at: datetime | None = None, *, year: bool = False) -> str:
    """“6pm on Friday 20 November”, in London time.

    With the year if asked for, or if `at` (the time now) is given and falls in another year. In the hour that comes
    twice it says which one.
    """
    local = london(instant)
    day = spoken_day(instant, at, year=year)
    if (local.hour, local.minute) == (0, 0):
        # “Midnight on Friday” is read as either end of Friday.
        return f"midnight at the start of {day}{_which_of_two(local)}"
    return f"{_time(local.timetz())}{_which_of_two(local)} on {day}"


def spoken_near(instant: datetime, at: datetime) -> str:
    """As `spoken`, with the word today when it is: “10pm today, Friday 20 November”. Never “tomorrow” alone."""
    local = london(instant)
    if local.date() != london(at).date() or (local.hour, local.minute) == (0, 0):
        return spoken(instant, at)
    return f"{_time(local.timetz())}{_which_of_two(local)} today, {spoken_day(instant)}"


def spoken_moment(instant: datetime, at: datetime) -> str:
    """When something happened, as short as it can be: “at 6:40pm” if today in London, else with the day."""
    if london(instant).date() == london(at).date():
        return f"at {spoken_time(instant)}{_which_of_two(london(instant))}"
    return f"at {spoken(instant, at)}"


def spoken_time(instant: datetime) -> str:
    """“6:40pm”, “6pm”, “midday” or “midnight”, in London time. Seconds are left out, so it is never said too late."""
    return _time(london(instant).timetz())


def spoken_day(day: date | datetime, at: datetime | None = None, *, year: bool = False) -> str:
    """“Friday 20 November”: a date, or the day of an instant in London. The year as in `spoken`."""
    if isinstance(day, datetime):
        day = london(day).date()
    if at is not None and london(at).year != day.year:
        year = True
    return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if year else "")


def spoken_until(due: datetime, at: datetime) -> str:
    """“3 hours 50 minutes left”, “2 hours late”, or “due now” at the very instant. Elapsed time, whole minutes."""
    due, at = utc(due), utc(at)
    if at == due:
        return "due now"
    return f"{spoken_length(abs(due - at))} {'left' if at < due else 'late'}"


def spoken_length(length: timedelta) -> str:
    """“3 hours 50 minutes”; from 48 hours on in days and hours. The two largest units, rounded down."""
    minutes = int(length.total_seconds()) // 60
    if minutes < 1:
        return "less than a minute"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return _units((hours, "hour"), (minutes, "minute"))
    days, hours = divmod(hours, 24)
    return _units((days, "day"), (hours, "hour"))


# ---------------------------------------------------------------------------------------------------------------
# Calendar arithmetic


def add_months(day: date, months: int) -> date:
    """The same date that many months on, or the last day of the month where there is none.

    31 January and one month is 28 February. Calendar days: for an instant, take its London date first.
    """
    if isinstance(day, datetime):
        raise TypeError("Months are added to dates. Take the London date of the instant first.")
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            if not date.min.year <= year <= date.max.year:
                raise
    raise AssertionError("every month has 28 days")


def add_years(day: date, years: int) -> date:
    """The same date that many years on. 29 February becomes 28 February where the year has none."""
    return add_months(day, 12 * years)


# ---------------------------------------------------------------------------------------------------------------
# Hours that count


def next_window(instant: datetime, opens: time | int = OPENS, closes: time | int = CLOSES) -> datetime:
    """The instant itself between opening and closing time in London, else the next opening, in UTC.

    The closing time is outside: at 10pm sharp the next window is tomorrow's. Closing at midnight is the end of the day.
    """
    return add_open_time(instant, timedelta(), opens, closes)


def add_open_time(
    start: datetime,
    length: timedelta,
    opens: time | int = OPENS,
    closes: time | int = CLOSES,
    counts: Callable[[date], bool] = lambda day: True,
) -> datetime:
    """The instant, in UTC, at which `length` has passed, counting only open hours of the days that count.

    Elapsed time, so a window across a change of the clocks is an hour shorter or longer. A count that is used up at
    closing time ends then, not at the next opening. From outside the hours it begins at the next opening.
    """
    opens, closes = clock_time(opens), clock_time(closes)
    if closes != time(0) and closes <= opens:
        raise ValueError("The closing time must come after the opening time.")
    if length < timedelta():
        raise ValueError("Time is only counted forwards.")
    start, day = utc(start), london(start).date()
    for _ in range(_LONGEST_COUNT):
        next_day = day + timedelta(days=1)
        if counts(day):
            opening = max(start, _instant(day, opens))
            closing = _instant(day, closes) if closes != time(0) else _instant(next_day, time(0))
            available = closing - opening
            if available > timedelta() and length <= available:
                return opening + length
            length -= max(available, timedelta())
        day = next_day
    raise ValueError("No open hours were found.")


# ---------------------------------------------------------------------------------------------------------------


def _instant(day: date, at: time, fold: int = 0) -> datetime:
    return datetime.combine(day, at, LONDON).replace(fold=fold).astimezone(UTC)


def _time(at: time) -> str:
    if (at.hour, at.minute) in {(0, 0), (12, 0)}:
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{(at.hour - 1) % 12 + 1}{minutes}{'am' if at.hour < 12 else 'pm'}"


def _which_of_two(local: datetime) -> str:
    other = local.replace(fold=1 - local.fold)
    if other.utcoffset() == local.utcoffset():
        return ""
    return " (after the clocks go back)" if local.fold else " (before the clocks go back)"


def _units(*parts: tuple[int, str]) -> str:
    return " ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number)
