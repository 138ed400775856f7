"""How well taking things down works, in numbers that point at nobody: for the head to show the governors.

Measured against the policy's one promise: amended or removed within 24 hours of the report. What came back counts from
its last report. Plain rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from forethought.core.clock import spoken_length
from forethought.takedowns.marks import PROMISE

#: The smallest count that is said, and the fewest that stand as a line of their own (as elsewhere; house rule).
FEWEST = 5
FEWEST_IN_A_LINE = 2 * FEWEST

OTHERS = "Others"
NOT_SAID = "not shown"


@dataclass(frozen=True)
class Taken:
    """One thing that was to be taken down: its medium, the first way it was asked for, and when (UTC)."""

    medium: str
    route: str
    reported_at: datetime
    asked_at: datetime | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One line of the figures. A share in a hundred, or None where it would say too much; so for the medians."""

    name: str
    count: int
    in_time: int | None
    at_all: int | None
    to_approach: timedelta | None
    to_removal: timedelta | None

    @property
    def said(self) -> tuple[str, str, str, str, str]:
        """The line as words: how many, in time, at all, time to asking, time to removal."""
        return (
            f"{self.count:,}",
            _per_cent(self.in_time),
            _per_cent(self.at_all),
            _length(self.to_approach),
            _length(self.to_removal),
        )


@dataclass(frozen=True)
class Figures:
    """Everything together, then by medium, then by route. `whole` is None where there are too few to say anything."""

    whole: Line | None
    by_medium: tuple[Line, ...]
    by_route: tuple[Line, ...]


def figures(rows: Sequence[Taken]) -> Figures:
    """The figures of some takedowns. Small counts are said neither outright nor by what is left. Policy 8.3, 8.5."""
    if len(rows) < FEWEST_IN_A_LINE:
        return Figures(None, (), ())
    return Figures(
        _line("Everything", rows),
        _lines((row.medium, row) for row in rows),
        _lines((row.route, row) for row in rows),
    )


def _lines(named: Iterable[tuple[str, Taken]]) -> tuple[Line, ...]:
    groups: dict[str, list[Taken]] = defaultdict(list)
    for name, row in named:
        groups[name].append(row)
    large = {name: rows for name, rows in groups.items() if len(rows) >= FEWEST_IN_A_LINE and name != OTHERS}
    small = [row for name, rows in groups.items() if name not in large for row in rows]
    # The few that are left over are given away by the whole less the rest, so the next smallest joins them.
    while small and large and len(small) < FEWEST_IN_A_LINE:
        small += large.pop(min(large, key=lambda name: len(large[name])))
    lines = [_line(name, rows) for name, rows in sorted(large.items(), key=lambda one: (-len(one[1]), one[0]))]
    if small and large:
        lines.append(_line(OTHERS, small))
    if len(lines) < 2:
        return ()
    return _without("at_all", _without("in_time", lines))


def _without(share: str, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Hide a second share where one is hidden: the whole less the others would say it."""
    hidden = [line for line in lines if getattr(line, share) is None]
    shown = sorted((line for line in lines if getattr(line, share) is not None), key=lambda line: line.count)
    if len(hidden) != 1 or not shown:
        return tuple(lines)
    second = shown[0]
    changes: dict[str, Any] = {share: None}
    return tuple(replace(line, **changes) if line is second else line for line in lines)


def _line(name: str, rows: Sequence[Taken]) -> Line:
    gone = [row.gone_at - row.reported_at for row in rows if row.gone_at is not None]
    asked = [row.asked_at - row.reported_at for row in rows if row.asked_at is not None]
    return Line(
        name,
        len(rows),
        _share(sum(length <= PROMISE for length in gone), len(rows)),
        _share(len(gone), len(rows)),
        _median(asked),
        _median(gone),
    )


def _share(count: int, of: int) -> int | None:
    """In a hundred, rounded down so that nothing looks better than it is; None where few are on one side."""
    if 0 < count < FEWEST or 0 < of - count < FEWEST:
        return None
    return count * 100 // of


def _median(lengths: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in lengths)) if len(lengths) >= FEWEST else None


def _per_cent(share: int | None) -> str:
    return NOT_SAID if share is None else f"{share} per cent"


def _length(length: timedelta | None) -> str:
    return NOT_SAID if length is None else spoken_length(length)
