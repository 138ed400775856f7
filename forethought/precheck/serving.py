"""The engine as pages and the worker reach it: loaded once a process, when first needed, by a few at once.

Holds no text: what is checked goes in and what was found comes out.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib import import_module
from typing import Any

from forethought.precheck.kinds import IN_FORCE, KindInForce

#: Checks at once in one process, and how long one waits for its turn, in seconds.
AT_ONCE = 2
PATIENCE = 4.0

_turns = threading.BoundedSemaphore(AT_ONCE)

log = logging.getLogger(__name__)

#: The kinds of fault that stand in the log already: once each, so that nobody can count checks in it.
_told: set[str] = set()

Engine = Callable[..., Any]


class Absent(Exception):
    """There is no engine here, or it failed: what it would have found is not known."""


class Busy(Exception):
    """Too many checks at once. Another try may go well."""


@cache
def engine() -> Engine:
    """The check with its one model, loaded. Raises whatever loading raises; nothing is then remembered."""
    # Here, because it is large and not every process needs it.
    checking, model = (import_module(f"forethought.precheck.{name}") for name in ("checking", "model"))
    return partial(checking.checked, model=model.shipped())


def check(
    text: str,
    *,
    mode: str = "post",
    kinds: Sequence[KindInForce] = IN_FORCE,
    roster: Any = None,
    allowed: Sequence[str] = (),
) -> Any:
    """What the engine finds in a text, as a `Checked`. Raises `Absent` and `Busy`; the text is in neither. Policy 3.4.

    `kinds` are those of the policy in force, `roster` the names that a school chose to keep, `allowed` its own contact
    details.
    """
    if not _turns.acquire(timeout=PATIENCE):
        raise Busy
    try:
        return engine()(text, mode=mode, kinds_in_force=kinds, roster=roster, allowed=tuple(allowed))
    except Exception as error:
        # Only what kind of fault it is: its message, its arguments and its frames may hold words of the text.
        kind = type(error).__name__
        if kind not in _told:
            _told.add(kind)
            log.error("Texts cannot be checked: %s. Said once.", kind)
        raise Absent from None
    finally:
        _turns.release()
