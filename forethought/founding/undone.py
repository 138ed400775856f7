"""What a live school has still to do, as sentences with the way to each. Plain values."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """How a school stands. `gaps` are what nobody could handle; `missing` and `stale` are labels of numbers."""

    mail_arrives: bool = True
    staffroom_code: bool = True
    key_copied: bool = True
    shares_made: bool = True
    policy_in_force: bool = True
    closed_to_come: bool = True
    only_officers: bool = False
    without_password: int = 0
    missing: Sequence[str] = ()
    stale: Sequence[str] = ()
    gaps: Sequence[str] = ()


@dataclass(frozen=True)
class Undone:
    """One thing to do, where, and which roles see it."""

    text: str
    href: str
    roles: frozenset[str]


HEAD = frozenset({"head"})
HEAD_AND_CHAIR = frozenset({"head", "chair"})
NUMBERS = frozenset({"head", "clerk", "lead", "deputy_lead"})


def undone(facts: Facts, roles: Collection[str]) -> list[Undone]:
    """What somebody with these roles has to do, the most pressing first; each goes once done. Policy 2.5, 3.7."""
    found = [Undone(one, "/school/offices/", HEAD_AND_CHAIR) for one in facts.gaps]
    if facts.missing:
        found.append(Undone(f"{_some(facts.missing)} on your list of numbers.", "/school/contacts/", NUMBERS))
    if not facts.staffroom_code:
        text = "People without an account cannot report yet. Make the code for the staffroom, and hang it up."
        found.append(Undone(text, "/school/make-staffroom-code/", HEAD))
    if not facts.key_copied:
        text = "See that a copy of the key lies in the safe. Without it nothing could be read after a fire."
        found.append(Undone(text, "/school/note-key-copy/", HEAD))
    if not facts.mail_arrives:
        found.append(Undone("See whether mail arrives.", "/school/note-mail-arrives/", HEAD))
    if facts.without_password:
        many = "1 person" if facts.without_password == 1 else f"{facts.without_password} people"
        text = f"{many} with an office cannot sign in yet. Tell them how."
        found.append(Undone(text, "/school/offices/", HEAD))
    if facts.only_officers:
        found.append(Undone("Add everybody who works or helps here.", "/people/lists/bring-list/", HEAD))
    if not facts.policy_in_force:
        found.append(Undone("No policy is in force yet. Go on with it.", "/policy/keeping/", HEAD))
    if not facts.closed_to_come:
        found.append(Undone("Say when the school is closed next.", "/school/keep-closed-days/", HEAD))
    if not facts.shares_made:
        text = "Nobody holds the three shares for a sealed report yet. The chair asks for them."
        found.append(Undone(text, "/school/", HEAD))
        found.append(Undone(text, "/emergency/shares/", frozenset({"chair"})))
    if facts.stale:
        found.append(Undone(f"Check again: {', '.join(facts.stale)}.", "/school/contacts/", NUMBERS))
    return [one for one in found if one.roles & set(roles)]


def _some(labels: Sequence[str]) -> str:
    return f"{labels[0]} is missing" if len(labels) == 1 else f"{len(labels)} lines are missing"
