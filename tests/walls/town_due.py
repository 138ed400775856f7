"""What falls due in a large school of the town: a case that was closed, and a declaration that was proposed to go."""

from retention_acts import a_closed_case
from town import DAY, Place

from forethought.boundaries.procedures import declare_family, end_family
from forethought.retention import due, procedures
from forethought.retention.models import Due
from forethought.retention.schedule import Period


def fill(place: Place) -> None:
    """A school that keeps both no longer than it must, so that they are due now."""
    world = place.world
    for key in ("report", "family"):
        procedures.change_rule(
            school=world.school, key=key, period=Period(), reason="No longer.", by=world.head, at=world.at
        )
    place.note(a_closed_case(world))
    row = declare_family(relation="child", pupil="Kit, 4B", by=place.cast["guest"], at=world.at)
    end_family(declaration=row, version=row.version, by=place.cast["guest"], at=world.at)
    due.refresh(world.school.id, world.at + DAY)
    listed = Due.objects.get(what="family")
    procedures.propose_disposal(due=listed, looked=True, by=place.cast["officer"], at=world.at + DAY)
