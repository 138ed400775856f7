"""Family declarations: who sees one, until when it stands, and when it is looked at again. Clause 5.5."""

from collections.abc import Collection
from datetime import date

from forethought.boundaries.rules import LONGEST_NAME
from forethought.core.text import is_blank

#: What stands in a declaration, in characters: as little as shows whom it is about.
LONGEST = LONGEST_NAME


def seen_by_office(*, declarer: Collection[str]) -> frozenset[str]:
    """Which offices see somebody's declaration: the head; the head's own, the governors in the chair. Policy 5.5.

    `declarer`: the roles that the person who declares holds. Never oneself, whatever one holds.
    """
    return frozenset({"chair", "vice_chair"} if "head" in declarer else {"head"})


def may_see(*, declarer: Collection[str], viewer: Collection[str], own: bool) -> bool:
    """Whether somebody with these roles sees another's declaration. Policy 5.5."""
    return not own and bool(seen_by_office(declarer=declarer) & set(viewer))


def review_on(day: date) -> date:
    """When a declaration is looked at again: a year on; from 29 February, on 28 February. Policy 5.5."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def why_not_declare_family(*, relation: str, pupil: str, there: bool) -> str | None:
    """A declaration says how one is related and to whom, and stands once. Policy 5.5.

    `there`: whether the same one stands already.
    """
    if is_blank(relation):
        return "Say how you are related."
    if is_blank(pupil):
        return "Write the initials, or a name."
    return "You have declared this already." if there else None


def why_not_see_family(*, may_see: bool, seen: bool, ended: bool) -> str | None:
    """It is seen once, by another person. Policy 5.5."""
    if not may_see:
        return "This declaration is seen by somebody else."
    if ended:
        return "This declaration has ended."
    return "This has been seen already." if seen else None


def why_not_renew_family(*, own: bool, ended: bool, due_on: date, today: date) -> str | None:
    """Each year its owner says that it is still so. Policy 5.5."""
    if not own:
        return "This declaration is not yours."
    if ended:
        return "This declaration has ended. Make a new one."
    return None if due_on <= today else "It need not be looked at again yet."


def why_not_end_family(*, own: bool, ended: bool) -> str | None:
    """Its owner ends it, once. Policy 5.5."""
    if not own:
        return "This declaration is not yours."
    return "This declaration has ended already." if ended else None
