"""Opening the list of what falls due, one thing on it, and what was let go of. Looking is an act too."""

from datetime import datetime

from forethought.audit.procedures import acting
from forethought.people.models import Person
from forethought.retention import people
from forethought.retention.models import Disposal, Due, KeptLonger, What
from forethought.retention.procedures import reasons_kept


def list_due(*, by: Person, at: datetime) -> list[Due]:
    """Open the list of what is due or falls due soon, less what is not for this person. Policy 11.1."""
    with acting("retention.list_due", by=by, at=at) as event:
        found = people.sees_due(by, Due.objects.order_by("due_on", "id"), at)
        event.facts["count"] = len(found)
    return found


def see_due(*, due: Due, by: Person, at: datetime) -> list[tuple[KeptLonger, str]]:
    """Open one thing on the list: why it was kept longer before, oldest first. Policy 11.1."""
    case_id = due.about if due.what == What.CASE else None
    with acting("retention.see_due", by=by, at=at, about=due.about, case_id=case_id):
        return reasons_kept(due.what, due.about)


def see_disposal(*, disposal: Disposal, by: Person, at: datetime) -> None:
    """Open a disposal: proposed, waiting, stopped, or done, when its page is the certificate. Policy 11.1."""
    case_id = disposal.about if disposal.what == What.CASE else None
    with acting("retention.see_disposal", by=by, at=at, about=disposal.about, case_id=case_id):
        pass


def disposals_for(person: Person, at: datetime) -> list[Disposal]:
    """Every disposal that somebody with the office may see, the newest first."""
    return people.sees_disposals(person, Disposal.objects.order_by("-proposed_at", "id"), at)
