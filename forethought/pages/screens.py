"""Where in the program each clause is served, so that a sentence of the policy leads to the screen behind it.

Only screens that exist: tests/pages/test_policy.py opens each and holds the list to the clauses that are built.
"""

from forethought.pages.door_rules import READERS, SHAPE
from forethought.policies.clauses import clauses

#: Clause: the address of the screen that serves it. A screen that belongs to one case is reached through the list.
SCREENS: dict[str, str] = {
    "F1": "/policy/",
    "F2": "/policy/baselines/",
    "F3": "/consultations/",
    "F4": "/policy/versions/",
    "1.1": "/policy/media/",
    "1.2": "/cases/",
    "1.3": "/policy/good-use/",
    "2.1": "/school-accounts/",
    "2.2": "/school-accounts/",
    "2.3": "/asked/",
    "2.4": "/cases/",
    "2.5": "/reading/",
    "3.1": "/self-check/",
    "3.2": "/linked-policies/",
    "3.3": "/work-time/",
    "3.4": "/check-post/",
    "3.5": "/self-check/",
    "3.6": "/questions/",
    "3.7": "/reading/",
    "3.8": "/laws/watch/",
    "4.1": "/policy/media/",
    "4.2": "/policy/media/",
    "5.1": "/report/",
    "5.2": "/cases/",
    "5.3": "/check-post/",
    "5.3a": "/check-post/",
    "5.3b": "/check-post/",
    "5.3c": "/check-post/",
    "5.3d": "/check-post/",
    "5.3e": "/check-post/",
    "5.3f": "/check-post/",
    "5.3g": "/check-post/",
    "5.3h": "/check-post/",
    "5.3i": "/check-post/",
    "5.4": "/contacted/",
    "5.5": "/families/",
    "5.6": "/contacted/",
    "5.7": "/work-time/",
    "6.1": "/concern/",
    "6.2": "/concern/",
    "6.3": "/school-accounts/posts/",
    "6.4": "/guidance/",
    "6.5": "/concern/",
    "6.6": "/concern/",
    "6.7": "/report/",
    "7.1": "/report/",
    "7.2": "/report/",
    "7.3": "/report/",
    "7.4": "/report/",
    "8.1": "/cases/",
    "8.2": "/cases/",
    "8.3": "/cases/",
    "8.4": "/cases/",
    "8.5": "/cases/",
    "8.6": "/cases/",
    "8.7": "/cases/",
    "8.8": "/help/",
    "9.1": "/cases/",
    "9.2": "/asked/",
    "9.2a": "/asked/",
    "9.2b": "/asked/",
    "9.2c": "/cases/",
    "9.3": "/cases/",
    "9.4": "/cases/",
    "9.5": "/cases/",
    "9.6": "/cases/",
    "9.7": "/cases/",
    "10.1": "/what-this-never-does/",
    "10.2": "/laws/watch/",
    "10.3": "/reading/",
    "11.1": "/laws/",
}


#: Screens for some roles alone: which, and what the others meet instead.
OTHERWISE: dict[str, tuple[frozenset[str], str, str]] = {
    "/cases/": (READERS, "Your reports", "/reports/"),
    "/guidance/": (SHAPE, "What you are asked to read", "/reading/"),
}


def screen_of(clause_id: str, roles: frozenset[str]) -> dict[str, str] | None:
    """The screen that serves a clause, as words and address; nothing while there is none. Policy F4.

    Whoever handles no cases is led to their own reports, where they see what the school does.
    """
    found = clauses().get(clause_id)
    if found is None or not found.is_built or clause_id not in SCREENS:
        return None
    if SCREENS[clause_id] in OTHERWISE:
        allowed, text, href = OTHERWISE[SCREENS[clause_id]]
        if not roles & allowed:
            return {"text": text, "href": href}
    return {"text": found.screen, "href": SCREENS[clause_id]}
