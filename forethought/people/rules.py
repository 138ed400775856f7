"""When somebody can be engaged, managed and taken off the list."""

from collections.abc import Collection
from datetime import date


def alike(name: str) -> str:
    """A name by which two writings of it are told to be the same."""
    return " ".join(name.split()).casefold()


def why_not_engage(*, starts_on: date, ends_on: date | None, same: bool = False) -> str | None:
    """An engagement ends no sooner than it begins, and is noted once. `same`: of that kind on those days already.

    Policy 2.5.
    """
    if ends_on is not None and ends_on < starts_on:
        return "The last day cannot be before the first."
    return "They are engaged as that on those days already. Choose another kind, or other days." if same else None


def why_not_end(*, starts_on: date, ends_on: date | None, left: bool) -> str | None:
    """An engagement of somebody who is here can end on any day from its first one. Policy 2.5."""
    if left:
        return "They have left, and so every engagement has ended."
    return why_not_engage(starts_on=starts_on, ends_on=ends_on)


def why_not_manage(*, themselves: bool, left: bool) -> str | None:
    """A manager is somebody else who is here. Policy 3.7."""
    if themselves:
        return "Nobody manages themselves. Choose somebody else, or nobody."
    return "They have left, so they manage nobody. Choose somebody else, or nobody." if left else None


def why_not_leave(*, left: bool, themselves: bool) -> str | None:
    """Somebody leaves once, and not by their own hand: it would shut them out of what they are doing. Policy 2.5."""
    if left:
        return "They are off the list already."
    return "You cannot take yourself off the list. Ask somebody else to do it." if themselves else None


def why_not_declare_tie(
    *, same: bool, left: bool, may: bool, known: bool, kind: str, kinds: Collection[str]
) -> str | None:
    """One of two adults declares that they are close, or the headteacher writes it down. Policy 7.2."""
    if same:
        return "Choose somebody else: this is about two people."
    if left:
        return "One of them has left."
    if not may:
        return "One of the two says so themselves, or the headteacher writes it down."
    if kind not in kinds:
        return "Choose what they share."
    return "That is noted already." if known else None


def why_not_end_tie(*, may: bool, ended: bool) -> str | None:
    """Neither of the two ends it: it is what keeps them out of each other's matters. Policy 7.2."""
    if not may:
        return "The headteacher ends this, or the chair where it is about the headteacher. Never one of the two."
    return "It has ended already." if ended else None
