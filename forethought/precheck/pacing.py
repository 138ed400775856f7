"""How many checks in a minute, so that nobody keeps others out, or tries a list of names one by one.

In memory, for a minute, by numbers that lead to nobody. Neither what was checked nor who checked it is known here.
"""

import hashlib
import secrets
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from time import monotonic

WINDOW = 60.0
MOST_KEYS = 4096

#: A key of this process alone, so that what is remembered means nothing elsewhere.
_SALT = secrets.token_bytes(16)


def mark(*parts: object) -> bytes:
    """A number for a school or a session, from which neither can be found again."""
    said = "\0".join(str(part) for part in parts).encode()
    return hashlib.blake2b(said, key=_SALT, digest_size=12).digest()


@dataclass
class Pace:
    """At most `most` times in a minute for each mark. Forgets what is older, and of too many marks the oldest."""

    most: int
    _times: OrderedDict[bytes, deque[float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allows(self, who: bytes, now: float | None = None) -> bool:
        """Whether once more is not too often; if so it is counted. `now` in seconds of a clock that only goes on."""
        at = monotonic() if now is None else now
        with self._lock:
            for old in [key for key, times in self._times.items() if times[-1] <= at - WINDOW]:
                del self._times[old]
            times = self._times.setdefault(who, deque())
            self._times.move_to_end(who)
            while times and times[0] <= at - WINDOW:
                times.popleft()
            if len(self._times) > MOST_KEYS:
                self._times.popitem(last=False)
            if len(times) >= self.most:
                return False
            times.append(at)
            return True
