"""The register of school accounts: who may look after one, how it is handed over, and what is not as it should be.

No rule and no row asks for a password or a code for recovery: who holds the way back is enough. Clauses 2.1, 5.6.
"""

from collections.abc import Collection
from datetime import date, timedelta

from forethought.core.clock import add_years
from forethought.core.naming import Named
from forethought.core.text import is_blank

#: So many look after each account, so that the school reaches it when one of them leaves.
CUSTODIANS = 2
LONGEST = 500
LONGEST_NAME = 100
LONGEST_ADDRESS = 500
#: How long before its day a yearly review can be done.
EARLY = timedelta(days=42)

CLOSED = "This account is closed. It stays on the register as it was."
NOT_YOURS = "This account is looked after by others."


class Recovery(Named):
    """Who gets the mail or the call by which a lost account is won back. Never the code itself."""

    OFFICE = "office", "A mailbox or phone of the school that several people can reach"
    IT = "it", "The school’s IT support"
    OWN = "own", "One person’s own phone or mailbox"
    UNKNOWN = "unknown", "Nobody knows"

    @property
    def by_school(self) -> bool:
        """Whether the school itself holds the way back."""
        return self in {Recovery.OFFICE, Recovery.IT}


class Ended(Named):
    """How somebody ceased to look after an account."""

    HANDED = "handed", "Handed over"
    TAKEN_OFF = "off", "Taken off"
    CLOSED = "closed", "The account was closed"


def review_on(day: date) -> date:
    """When an account is looked at again: a year on. Policy 2.1."""
    return add_years(day, 1)


def faults(
    *, custodians: int, gone: int, recovery: str, second_step_on: date | None, review_on: date, today: date
) -> tuple[str, ...]:
    """What is not as it should be about an account, in sentences, the gravest first. Policy 2.1.

    `custodians`: those who are here. `gone`: those who left and whose way in nobody has said to be removed.
    """
    found = []
    if gone:
        found.append("Somebody who has left may still have a way in.")
    if custodians < CUSTODIANS:
        found.append("Nobody looks after it." if not custodians else "Only one person looks after it.")
    if not Recovery(recovery).by_school:
        found.append("The school does not hold the way back into it.")
    if second_step_on is None:
        found.append("Nobody has confirmed that it asks for a second step.")
    elif add_years(second_step_on, 1) <= today:
        found.append("The second step was last confirmed more than a year ago.")
    if review_on <= today:
        found.append("It was to be looked at again.")
    return tuple(found)


def why_not_register_account(*, custodians: Collection[object], there: bool) -> str | None:
    """An account stands on the register once, with two different people who look after it. Policy 2.1.

    `there`: whether an account with this name on this app or site is open on the register.
    """
    if there:
        return "This account is on the register already."
    if len(set(custodians)) < CUSTODIANS:
        return "Choose two different people. With one alone, the school loses the account when they leave."
    return None


def why_not_change_account(*, may: bool, closed: bool, there: bool) -> str | None:
    """Whoever looks after an account, and its keepers, put right what is said of it. Policy 2.1."""
    if reason := why_not_tend(may=may, closed=closed):
        return reason
    return "Another account with this name is on the register." if there else None


def why_not_tend(*, may: bool, closed: bool) -> str | None:
    """What is done about an open account is done by whoever looks after it, or keeps the register. Policy 2.1."""
    if not may:
        return NOT_YOURS
    return CLOSED if closed else None


def why_not_name_custodian(*, may: bool, closed: bool, already: bool, here: bool) -> str | None:
    """Somebody who is engaged here, and does not look after it yet. Policy 2.1."""
    if reason := why_not_tend(may=may, closed=closed):
        return reason
    if already:
        return "They look after it already."
    return None if here else "They are not engaged here."


def why_not_end_custody(*, may: bool, ended: bool, gone: bool, others: int) -> str | None:
    """Somebody is taken off once two others look after it; whoever left, at any time. Policy 2.1.

    `others`: how many others who are here look after it.
    """
    if not may:
        return NOT_YOURS
    if ended:
        return "They do not look after it any more."
    if not gone and others < CUSTODIANS:
        return "Two others must look after it first. Name somebody, or hand it over."
    return None


def why_not_begin_hand_over(
    *, may: bool, closed: bool, ended: bool, under_way: bool, taker_here: bool, taker_has: bool
) -> str | None:
    """One custodian hands over to somebody who is here and does not look after it yet. Policy 2.1.

    For whoever left, one of the others begins it, or a keeper of the register. `may` says so.
    """
    if reason := why_not_tend(may=may, closed=closed):
        return reason
    if ended:
        return "They do not look after it any more."
    if under_way:
        return "It is being handed over already."
    if taker_has:
        return "They look after it already. Choose somebody else."
    return None if taker_here else "They are not engaged here."


def why_not_take_over(*, mine: bool, taken: bool, dropped: bool, confirmed: bool) -> str | None:
    """Whoever takes over says that they get in by a way of their own, with a second step. Policy 2.1."""
    if not mine:
        return "Somebody else takes this over."
    if dropped:
        return "This was called off."
    if taken:
        return "You look after it already."
    return None if confirmed else "Sign in to it first, with a second step of your own. Then tick both."


def why_not_let_go(*, may: bool, taken: bool, done: bool, confirmed: bool) -> str | None:
    """Whoever hands over says that they cannot get in any more; for whoever left, another says so. Policy 2.1."""
    if not may:
        return NOT_YOURS
    if done:
        return "This is done already."
    if not taken:
        return "The other one has to take over first, so that somebody always gets in."
    return None if confirmed else "Have the old way in removed first. Then tick this."


def why_not_drop_hand_over(*, may: bool, taken: bool, done: bool) -> str | None:
    """It is called off until the other one has taken over. Policy 2.1."""
    if not may:
        return NOT_YOURS
    if done:
        return "This was called off already."
    return "They have taken over already, so it cannot be called off." if taken else None


def why_not_review_account(*, may: bool, closed: bool, review_on: date, today: date) -> str | None:
    """Each year somebody says that all of it is still so, from six weeks before its day. Policy 2.1."""
    if reason := why_not_tend(may=may, closed=closed):
        return reason
    return None if review_on - EARLY <= today else "It need not be looked at again yet."


def why_not_close_account(*, may: bool, closed: bool, why: str) -> str | None:
    """An account is closed by a keeper, with what becomes of what it showed. It stays on the register. Policy 2.1."""
    if reason := why_not_tend(may=may, closed=closed):
        return reason
    return "Say why, and what becomes of its posts." if is_blank(why) else None


def why_not_ask_for_account(*, purpose: str, audience: str, custodians: Collection[object]) -> str | None:
    """Anybody may ask for an account: what for, for whom, and which two would look after it. Policy 2.1."""
    if is_blank(purpose) or is_blank(audience):
        return "Say what it is for, and who is to read it."
    return None if len(set(custodians)) >= CUSTODIANS else "Choose two different people to look after it."


def why_not_decide_request(*, may: bool, own: bool, decided: bool) -> str | None:
    """The head agrees or says why not; never the one who asked. Policy 2.1."""
    if not may:
        return "The headteacher decides this."
    if own:
        return "You asked for it, so somebody else decides."
    return "This has been decided already." if decided else None


def why_not_decline_account(*, may: bool, own: bool, decided: bool, why: str) -> str | None:
    """No account, and why not. Policy 2.1."""
    if reason := why_not_decide_request(may=may, own=own, decided=decided):
        return reason
    return "Say why not, in a few words." if is_blank(why) else None
