"""Adding to the list of media. What a reporter wrote is never changed by it."""

from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.core.errors import Refused
from forethought.people.models import School
from forethought.policies.media import Known, media, named
from forethought.policies.models import Medium


def own_media() -> list[Known]:
    """The apps and sites that this school added."""
    return [
        Known(name, tuple(aliases)) for name, aliases in Medium.objects.order_by("name").values_list("name", "aliases")
    ]


def add_medium(*, school: School, name: str, aliases: list[str], by: Actor, at: datetime) -> Medium:
    """Add an app or site to the school's list, with other names for it. Policy 1.1, 4.2."""
    with acting("policies.add_medium", by=by, at=at) as event:
        known = [*own_media(), *media()]
        for given in (name, *aliases):
            if (found := named(given, known)) is not None:
                raise Refused(f"“{given}” is on the list already, as {found.name}.", "4.2")
        made = Medium.objects.create(school=school, name=name, aliases=aliases, added_at=at, added_by=str(by.id))
        event.about = made.id
    return made
