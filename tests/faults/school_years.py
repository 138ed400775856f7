"""What happens in ten school years: when something is put on the clock, for when, and what befalls the machine's clock.

A plan is made from one seed and is plain data. Deadlines lie where counting goes wrong: at midnight, on both changes of
the clocks, on bank holidays, in half-terms, on the last of February, at closing time on Fridays, and anywhere. What is
moved or done is moved or done half a day before anything fires, so that what must happen is known beforehand.
"""

import random
import uuid
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

BEGINS = datetime(2026, 9, 1, 8, tzinfo=UTC)
YEARS = 10
ENDS = BEGINS.replace(year=BEGINS.year + YEARS)
SPAN = (ENDS - BEGINS).total_seconds()

LONDON = ZoneInfo("Europe/London")
HOUR, DAY = 3600.0, 86400.0

#: How long before its time each kind is warned of, in seconds; written down here again, not asked of the program.
WARNED = {"answer": HOUR, "take_up": HOUR, "support": 2 * HOUR, "approach": HOUR, "resolve": 3 * HOUR,
          "breach_meeting": DAY, "suspension": DAY, "lado": 2 * HOUR, "monitor_decide": 4 * HOUR,
          "look": 0.0, "revisit": 0.0, "inform": 0.0, "alarm": 0.0}  # fmt: skip
PRESSES = frozenset({"look", "revisit"})

#: A clock that is wrong by less is believed: nobody can know.
BELIEVED = 600.0


@dataclass
class Deadline:
    """One thing by a time. Times in seconds since the beginning; `due` as it stands when it was last put or moved."""

    kind: str
    about: uuid.UUID
    due: float
    put: float
    settled: float | None = None


@dataclass
class Item:
    """One thing that happens: owe, settle, case, clock, mail, reboot, stuck. `error` is the clock's, in seconds."""

    at: float
    what: str
    error: float = 0.0
    #: A wrong clock that is not put right within the minute, and so is believed.
    stays: bool = False
    number: int = 0
    deadlines: list[Deadline] = field(default_factory=list)


def plan(deadlines: int, chance: random.Random) -> list[Item]:
    """Everything that happens, in order."""
    items = [Item(60.0 + number * SPAN / cases, "case", number=number) for cases in [max(4, deadlines // 200)]
             for number in range(cases)]  # fmt: skip
    dues: list[float] = []
    made = 0
    while made < deadlines:
        several = min(deadlines - made, chance.choice([1, 2, 4, 8, 12, 20]))
        items += _several(several, chance, made, dues)
        made += several
    bad, troubles = _troubles(deadlines, chance, dues)
    for item in items:
        item.at = _not_within(item.at, bad)
        for one in item.deadlines:
            if item.what == "owe":
                one.put = max(one.put, item.at)
    # Whatever is due after the last act is lived through as well.
    return sorted([*items, *troubles, Item(SPAN, "clock")], key=lambda item: item.at)


def all_of(items: Sequence[Item]) -> list[Deadline]:
    """Each deadline once, as it stands at last."""
    last: dict[uuid.UUID, Deadline] = {}
    for item in items:
        if item.what == "owe":
            last.update({one.about: one for one in item.deadlines})
        elif item.what == "settle":
            for one in item.deadlines:
                last[one.about].settled = item.at
    return list(last.values())


def _several(number: int, chance: random.Random, made: int, dues: list[float]) -> list[Item]:
    """Some deadlines for about one time, put on the clock together; some of them moved, some done in time."""
    due = _some_time(chance)
    rows = []
    for place in range(number):
        kind = "alarm" if chance.random() < 0.2 else chance.choice([*WARNED][:-1])
        exact = due if chance.random() < 0.6 else due + chance.choice([-60, -1, -0.001, 0.001, 1, 59, 600])
        rows.append(Deadline(kind, uuid.UUID(int=chance.getrandbits(96) << 32 | (made + place)), exact, 0.0))
    lead = DAY * 1.6 + chance.uniform(0, min(due - 2 * DAY, 25 * DAY))
    put = max(120.0, due - lead)
    for row in rows:
        row.put = put
    dues += [row.due - WARNED[row.kind] for row in rows] + [row.due for row in rows]
    items = [Item(put, "owe", deadlines=rows)]
    latest = due - DAY * 1.55  # Half a day before the earliest warning.
    if chance.random() < 0.2 and latest > put + HOUR:
        moved_at = chance.uniform(put + 60, latest)
        later = min(_some_time(chance, after=due), SPAN - DAY)
        moved = [Deadline(one.kind, one.about, later, moved_at) for one in rows if chance.random() < 0.5]
        items.append(Item(moved_at, "owe", deadlines=moved))
        rows = [one for one in rows if one.about not in {each.about for each in moved}]
    if chance.random() < 0.3 and latest > put + HOUR:
        # After any move, and only what was not moved.
        settled = [one for one in rows if chance.random() < 0.5]
        items.append(Item(chance.uniform(put + 60, latest), "settle", deadlines=settled))
    return [item for item in items if item.deadlines]


# --- Times at which counting goes wrong ---


def _some_time(chance: random.Random, after: float = 0.0) -> float:
    """A time for a deadline, at least three days into the plan, in seconds."""
    for _ in range(1000):
        found = (chance.choice(_TIMES)(chance) - BEGINS).total_seconds()
        if max(after, 3 * DAY) <= found <= SPAN - 3 * DAY:
            return found
    return max(after, SPAN - 3 * DAY)


def _local(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def _day(chance: random.Random) -> date:
    return BEGINS.date() + timedelta(days=chance.randrange(365 * YEARS))


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _change(chance: random.Random) -> datetime:
    """In the night when the clocks go forward or back."""
    day = _last_sunday(BEGINS.year + chance.randrange(YEARS + 1), chance.choice([3, 10]))
    begins = datetime.combine(day, time(1), UTC)
    return begins + timedelta(seconds=chance.choice([-3600, -1, 0, 1, 1800, 3599, 3600, 7200]))


def _holiday(chance: random.Random) -> datetime:
    known = holidays.country_holidays("GB", subdiv="ENG", years=range(BEGINS.year, BEGINS.year + YEARS + 1))
    return _local(chance.choice(sorted(known)), chance.choice([time(0), time(9), time(17)]))


def _half_term(chance: random.Random) -> datetime:
    year = BEGINS.year + chance.randrange(YEARS)
    begins = chance.choice([date(year, 10, 26), date(year + 1, 2, 15), date(year + 1, 5, 31)])
    return _local(begins + timedelta(days=chance.randrange(7)), chance.choice([time(9), time(17), time(22)]))


def _leap(chance: random.Random) -> datetime:
    return _local(date(chance.choice([2028, 2032, 2036]), 2, 29), chance.choice([time(0), time(23, 59, 59)]))


def _friday(chance: random.Random) -> datetime:
    day = _day(chance)
    return _local(day + timedelta(days=4 - day.weekday()), time(17))


_TIMES: list[Callable[[random.Random], datetime]] = [
    lambda chance: _local(_day(chance), chance.choice([time(9), time(12), time(15, 30), time(17), time(22)])),
    lambda chance: _local(_day(chance), time(0)),
    lambda chance: BEGINS + timedelta(seconds=chance.uniform(0, SPAN)),
    _change, _holiday, _half_term, _leap, _friday,
]  # fmt: skip


# --- What befalls the machine ---


def _troubles(deadlines: int, chance: random.Random, dues: list[float]) -> tuple[list[tuple[float, float]], list[Item]]:
    """The stretches in which the clock is far out, and everything that happens to clock, mail server and machine."""
    stretches: list[tuple[float, float]] = []
    items: list[Item] = []
    for _ in range(max(60, deadlines // 25)):
        # Most of them just before something is due, or they would meet nothing.
        near = chance.random() < 0.8
        begins = chance.choice(dues) - chance.uniform(-5, 70) if near else chance.uniform(DAY, SPAN - DAY)
        made, lasts = _trouble(begins, chance)
        if not DAY < begins < SPAN - DAY or any(a - 300 < begins + lasts and begins < b + 300 for a, b in stretches):
            continue
        stretches.append((begins, begins + lasts))
        items += made
    return sorted(stretches), items


def _trouble(begins: float, chance: random.Random) -> tuple[list[Item], float]:
    """One of them, and how long it lasts in seconds."""
    sort = chance.random()
    if sort < 0.35:
        # A time server's correction, or a leap second that was stepped over: it lasts until the next.
        lasts = chance.uniform(10, 7200)
        error = chance.choice([-1.0, 1.0, 0.5, -0.5, 0.004, -0.128, chance.uniform(-290, 290)])
        return [Item(begins, "clock", error), Item(begins + lasts, "clock", 0.0)], lasts
    if sort < 0.70:
        # Set by a hand or by a bad time server, and put right within the minute.
        lasts = chance.uniform(2, 55)
        error = chance.choice([900, 3600, -3600, 7200, DAY, -DAY, 7 * DAY, 366 * DAY, -366 * DAY, -50 * 365 * DAY])
        return [Item(begins, "clock", error), Item(begins + lasts, "clock", 0.0)], lasts
    if sort < 0.80:
        # Wrong for hours: believed after a minute, both ways.
        lasts, error = chance.uniform(0.5, 4) * HOUR, chance.choice([-3, -1, 1, 3]) * HOUR
        ends = begins + lasts
        return [
            Item(begins, "clock", error, stays=True),
            Item(ends, "clock", 0.0),
            Item(ends + 200, "stuck"),
        ], lasts + 200  # fmt: skip
    if sort < 0.93:
        lasts = chance.uniform(30, 5 * HOUR)
        return [Item(begins, "mail", 1.0), Item(begins + lasts, "mail", 0.0)], lasts
    return [Item(begins, "reboot")], 1.0


def _not_within(at: float, stretches: Sequence[tuple[float, float]]) -> float:
    """The time itself, or one just after the trouble it falls into: what people do by a wrong clock is not judged."""
    place = bisect_right(stretches, (at, float("inf"))) - 1
    if place >= 0 and at <= stretches[place][1] + 1:
        return stretches[place][1] + 2
    return at
