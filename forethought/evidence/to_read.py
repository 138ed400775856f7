"""Which records are to be read, and when. Parts of larger acts."""

from datetime import datetime

from forethought.evidence.derived_models import ToRead
from forethought.evidence.models import Exhibit
from forethought.people.post import wake


def await_reading(exhibit: Exhibit, *, at: datetime) -> None:
    """Have a record read that has just been kept. Keeping it does not wait for that. Part of a larger act."""
    ToRead.objects.create(school_id=exhibit.school_id, exhibit=exhibit, due_at=at)
    wake(exhibit.school_id, at)


def read_again(exhibit: Exhibit, *, at: datetime) -> None:
    """Have a record read from the beginning, as if it had just come. Part of a larger act."""
    ToRead.objects.update_or_create(
        exhibit=exhibit, defaults={"school_id": exhibit.school_id, "due_at": at, "tries": 0, "only": ""}
    )
    wake(exhibit.school_id, at)


def stop_reading(exhibit: Exhibit, *, at: datetime) -> None:
    """See to it that a record is not read any more. One that is being read is not kept. Part of a larger act."""
    ToRead.objects.filter(exhibit=exhibit).update(due_at=None)
