"""The engine as pages and the worker reach it: loaded once a process, when first needed, by a few at once.

Holds no text: what is checked goes in and what was found comes out.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from forethought.precheck import triage
from forethought.precheck.kinds import HEADS, IN_FORCE, KindInForce
from forethought.precheck.model import Scorer, Thresholds, shipped
from forethought.precheck.normalising import normalised

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


class RulesAlone:
    """Stands where the model is missing or damaged: it takes nothing for anything, and the rules go on finding."""

    thresholds = Thresholds(look={}, stop={}, urgent=2.0, hate=2.0, foul=2.0)

    def scores(self, texts: Sequence[str]) -> Any:
        """Nothing is likely."""
        return [[0.0] * len(HEADS) for _ in texts]


@cache
def engine() -> Engine:
    """The check with its one model, loaded; with rules alone where the model cannot be."""
    # Here, because they are large and not every process needs them.
    from forethought.precheck import checking

    return partial(checking.checked, model=_model())


@cache
def _model() -> Scorer:
    try:
        return shipped()
    except Exception as error:
        log.error("The model of the check cannot be loaded, so rules alone read drafts: %s.", type(error).__name__)
        return RulesAlone()


def by_rules_alone() -> bool:
    """Whether this process has no model, so that what somebody means is not found."""
    return isinstance(_model(), RulesAlone)


def check(
    text: str,
    *,
    mode: str = "post",
    kinds: Sequence[KindInForce] = IN_FORCE,
    roster: Callable[[], Any] = lambda: None,
    allowed: Sequence[str] = (),
) -> Any:
    """What the engine finds in a text, as a `Checked`. Raises `Absent` and `Busy`; the text is in neither. Policy 3.4.

    `kinds` are those of the policy in force, `roster` gives the names that a school chose to keep, `allowed` are its
    own contact details.
    """
    if not _turns.acquire(timeout=PATIENCE):
        raise Busy
    try:
        return engine()(text, mode=mode, kinds_in_force=kinds, roster=roster(), allowed=tuple(allowed))
    except Exception as error:
        # Only what kind of fault it is: its message, its arguments and its frames may hold words of the text.
        kind = type(error).__name__
        if kind not in _told:
            _told.add(kind)
            log.error("Texts cannot be checked: %s. Said once.", kind)
        raise Absent from None
    finally:
        _turns.release()


def urgent(text: str) -> bool:
    """Whether the words of a report may mean danger. Without a model, by phrases alone; without those either, no.

    A wrong yes costs somebody a look; a wrong no may cost a child. Policy 6.5.
    """
    if not text.strip():
        return False
    try:
        return bool(check(text, mode="incident").urgent)
    except (Absent, Busy):
        pass
    try:
        return triage.certain(normalised(text).text)
    except Exception as error:
        log.error("Phrases could not be looked for: %s.", type(error).__name__)
        return False


def own_life(text: str) -> bool:
    """Whether a draft speaks of its author's own life as at risk. Phrases do, without a model or a turn. Policy 3.4."""
    try:
        return triage.own_life(normalised(text).text)
    except Exception as error:
        log.error("Phrases could not be looked for: %s.", type(error).__name__)
        return False
