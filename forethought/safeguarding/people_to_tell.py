"""Who holds the office of safeguarding lead now."""

import uuid
from datetime import datetime

from forethought.people import casting
from forethought.people.models import Person


def leads(at: datetime) -> list[Person]:
    """The safeguarding lead, then the deputies, without those who have left. Policy 6.5."""
    cast = casting.cast_at(at)
    ids = [uuid.UUID(str(one)) for one in (cast.dsl, *cast.deputy_dsls) if one is not None]
    found = {one.pk: one for one in Person.objects.filter(pk__in=ids, left_at__isnull=True)}
    return [found[one] for one in dict.fromkeys(ids) if one in found]
