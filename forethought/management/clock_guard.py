"""Whether to believe the wall clock: after somebody set it, nothing fires for a minute.

A clock set wrong by hand or by a bad time server would make everything due at once. One that is put right within the
minute has fired nothing early (reliability.md 5.5). What was believed last is kept in a file, because a worker that
dies in that very minute would start again and believe the wrong clock at first sight.
"""

import json
import logging
import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

#: A clock that jumps further than this was set by somebody, and may be set back.
JUMP = timedelta(minutes=10)
HOLD = timedelta(seconds=60)

#: A clock that is corrected by less is not noted again: the disk is not written to every second.
WORTH_NOTING = timedelta(seconds=5)

_BOOT = Path("/proc/sys/kernel/random/boot_id")

log = logging.getLogger(__name__)


def this_boot() -> str:
    """What this start of the machine is called; empty where the system does not say."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""


class ClockGuard:
    """Holds all firing for a minute after the wall clock was moved, and says so."""

    def __init__(self, memory: Path | None = None, boot: str = "") -> None:
        """`memory` is the file that outlives the worker. It holds for one start of the machine, called `boot`."""
        self._memory = memory if boot else None
        self._boot = boot
        self._believed = self._offset = self._remembered()
        self._held_until: timedelta | None = None
        #: Whether it was set back, and nobody asked yet.
        self._went_back = False

    def holds(self, wall: datetime, steady: timedelta) -> bool:
        """Whether to wait. `steady` is time since the machine started, sleep included, which nobody can set."""
        offset = wall - datetime.min.replace(tzinfo=wall.tzinfo) - steady
        if self._offset is not None and abs(offset - self._offset) > JUMP:
            log.warning(
                "The clock was moved by %s minutes. Nothing fires for a minute.",
                round((offset - self._offset).total_seconds() / 60),
            )
            self._held_until = steady + HOLD
            self._went_back = self._went_back or offset < self._offset
        self._offset = offset
        if self._held_until is not None and steady < self._held_until:
            return True
        self._held_until = None
        if self._believed is None or abs(offset - self._believed) > WORTH_NOTING:
            self._remember(offset)
        return False

    def went_back(self) -> bool:
        """Whether the clock was set back since this was last asked. Pages may have gone by it meanwhile."""
        said, self._went_back = self._went_back, False
        return said

    def _remembered(self) -> timedelta | None:
        if self._memory is None:
            return None
        with suppress(OSError, ValueError, KeyError, TypeError, OverflowError):
            kept = json.loads(self._memory.read_text())
            if kept["boot"] == self._boot:
                return timedelta(seconds=kept["offset"])
        return None

    def _remember(self, offset: timedelta) -> None:
        self._believed = offset
        if self._memory is None:
            return
        # A file that cannot be written costs a second guess after a crash, and must not cost the deadlines.
        with suppress(OSError):
            new = self._memory.with_suffix(".new")
            new.write_text(json.dumps({"boot": self._boot, "offset": offset.total_seconds()}))
            os.replace(new, self._memory)
