"""Where a parent is sent who wrote to somebody's personal account. Clause 5.6."""

from forethought.people.models import School
from forethought.school_accounts.standing import account_for_parents

#: How the reply names the school where it has no number or address on its list.
OFFICE = "the school office"


def for_parents(school: School) -> str:
    """How parents reach the school itself: by its account for parents, or the office from its own list of contacts.

    Policy 5.6.
    """
    number = str(school.contacts.get("office", {}).get("number", "")).strip()
    office = f"{OFFICE} ({number})" if number else OFFICE
    account = account_for_parents(school)
    return f"{account}, or {office}" if account else office


def reply_of(school: School) -> str:
    """A reply that sends a parent to the school's own account, to copy. It names nobody. Policy 5.6."""
    there = for_parents(school)
    whom = there if there.startswith(OFFICE) else f"the school: {there}"
    return (
        "Thank you for your message. I do not write about school on my own account. "
        f"Please write to {whom}. It reaches the right person there, and nothing gets lost. "
        "Is a child in danger? Call 999."
    )
