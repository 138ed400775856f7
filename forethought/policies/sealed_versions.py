"""A version of the policy is never changed or removed. Whoever tries is refused, and it is noted that they did."""

from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.policies.models import Version

REFUSED = "A version of the policy is never changed or removed. Start a new draft instead."


def refuse_change(*, version: Version, method: str, by: Actor, at: datetime) -> str:
    """Note that somebody asked to change or remove a version, and say why nothing came of it. `at` in UTC. Policy F4.

    `method` is what they asked by, as HTTP names it. The database refuses the same to whoever reaches it (schools.py);
    of that nothing can be noted, since what would note it is undone with the attempt.
    """
    with acting("policies.refuse_change", by=by, at=at, about=version.pk) as event:
        event.facts["method"] = method.lower()
    return REFUSED
