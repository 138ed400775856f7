"""Who names whom to an office. Nobody changes the office that watches over them. Plain values in, a sentence out."""

from collections.abc import Collection
from datetime import datetime, timedelta

#: Named by the headteacher: those who work to them.
BY_HEAD = frozenset({"senior", "lead", "deputy_lead", "hr", "it"})
#: Named by the governors, and noted by chair, vice-chair, clerk or trust: the head, and those who watch over the head.
BY_GOVERNORS = frozenset({"head", "chair", "vice_chair", "clerk", "protection", "trust_lead"})
GOVERNORS = frozenset({"chair", "vice_chair", "clerk", "trust_lead"})

#: Held by one person at a time: whoever is named takes it over from whoever held it.
SINGLE = frozenset({"head", "lead", "chair", "vice_chair", "clerk", "protection", "trust_lead"})
#: Never empty: without them a report may reach nobody.
NEEDED = frozenset({"head", "lead", "chair"})

#: Who confirms whom somebody proposed as chair: a second of the board, or the headteacher.
SECONDS = frozenset({"chair", "vice_chair", "trust_lead", "head"})
#: How long a proposed chair waits for that.
CHAIR_WAITS = timedelta(days=14)


def may_name(role: str, *, roles: Collection[str], governors_here: bool) -> bool:
    """Whether somebody with these roles names people to this one.

    Where no governor is left to do it, the headteacher notes a chair, who then names the others. Policy 7.2.
    """
    if role in BY_GOVERNORS and GOVERNORS & set(roles):
        return True
    return "head" in roles and (role in BY_HEAD or (role == "chair" and not governors_here))


def why_not_fill_office(
    role: str,
    *,
    roles: Collection[str],
    governors_here: bool,
    themselves: bool,
    left: bool,
    held: Collection[str],
) -> str | None:
    """Who may name somebody, who is here, to an office: never oneself. `held` is what they are already. Policy 7.2."""
    if not may_name(role, roles=roles, governors_here=governors_here):
        return _who_names(role)
    if themselves:
        return "Nobody names themselves. Ask somebody else who may."
    if left:
        return "They have left. Choose somebody who is here."
    if role in held:
        return "They hold that office already."
    if {role, *held} >= {"head", "chair"}:
        return "The headteacher cannot chair the governors, who handle what is about the headteacher."
    return None


def why_not_alone(role: str, *, seconds: int) -> str | None:
    """Who chairs is never one person’s word, while there is a second who could confirm it. Policy 7.2."""
    if role == "chair" and seconds:
        return "Who chairs the governors is confirmed by a second person. Propose it under “Offices”."
    return None


def why_not_confirm_chair(
    *, is_second: bool, proposed_it: bool, themselves: bool, open_now: bool, proposed_at: datetime, at: datetime
) -> str | None:
    """A second of the board, or the head, confirms who chairs: neither who proposed it nor who it is. Policy 7.2.

    `is_second`: among those who may, of whom one named within fourteen days is none while there are others.
    """
    if not open_now or at >= proposed_at + CHAIR_WAITS:
        return "This does not wait for anybody any more. It can be proposed anew."
    if themselves:
        return "Nobody names themselves. Somebody else confirms it."
    if proposed_it:
        return "You proposed it. Somebody else confirms it."
    if not is_second:
        return "The chair, the vice-chair, the trust lead or the headteacher confirms this, once in office for 14 days."
    return None


def why_not_end_office(
    role: str, *, roles: Collection[str], governors_here: bool, ended: bool, last: bool
) -> str | None:
    """Who may end an office. One that a school cannot be without is handed over instead. Policy 7.2."""
    if ended:
        return "That has ended already."
    if role == "union":
        return "Who speaks for a union is changed where the unions are listed, with the policy."
    if not may_name(role, roles=roles, governors_here=governors_here):
        return _who_names(role)
    if last and role in NEEDED:
        return "A school cannot be without. Name somebody else to it: that ends this one."
    return None


def why_not_take_off(*, held: Collection[str], roles: Collection[str], other_governors: bool) -> str | None:
    """Nobody takes off the list who watches over them, to name another after that. Policy 7.2.

    `held` is what the leaver is, `roles` what whoever says it is. Where no other governor is left, somebody has to.
    """
    if BY_GOVERNORS & set(held) and other_governors and not GOVERNORS & set(roles):
        return "They hold an office for the governors. The chair, the vice-chair or the clerk says that they leave."
    return None


def why_not_invite(*, left: bool, has_account: bool, has_password: bool, lately: bool) -> str | None:
    """Somebody is told how to sign in while they never have, and once a day. Policy 2.5."""
    if left:
        return "They have left."
    if not has_account:
        return "They have no sign-in, or no email address. Put their address in first."
    if has_password:
        return "They have a password already."
    return "They were written to within the last day. Wait until tomorrow." if lately else None


def _who_names(role: str) -> str:
    if role in BY_GOVERNORS:
        return "The chair, the vice-chair or the clerk notes this: it is for the governors, not for the headteacher."
    return "The headteacher names people to this."
