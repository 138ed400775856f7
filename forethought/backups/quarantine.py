"""A school that came back from a backup is kept quiet until two people have looked at what is missing.

No letter goes, no deadline fires, nothing is looked at by the program and nothing is destroyed by the calendar: whoever
acted since the backup was made may have settled what would go out now (reliability.md 9).
"""

from forethought.backups.models import Quarantine
from forethought.retention.due import STOPS


def standing() -> Quarantine | None:
    """The quarantine of the school that was entered, while it stands."""
    found: Quarantine | None = Quarantine.objects.filter(released_at__isnull=True).first()
    return found


def stands() -> bool:
    """Whether the school that was entered is kept quiet."""
    return bool(Quarantine.objects.filter(released_at__isnull=True).exists())


def why_not_let_go() -> str | None:
    """Why nothing is let go of while a school is kept quiet, for whoever looks at the button. Policy 11.1."""
    return "This school came back from a backup. Nothing goes until two people have released it." if stands() else None


STOPS.append(why_not_let_go)
