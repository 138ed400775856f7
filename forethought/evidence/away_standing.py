"""Whether a record is sealed away, asked before anything of it is shown or given out."""

import uuid
from collections.abc import Collection

from forethought.core.errors import Refused
from forethought.evidence.away_models import Away
from forethought.evidence.models import Destruction, Exhibit

SEALED_AWAY = "This record was sealed away. Nobody can open it."


class SealedAway(Refused):
    """The record was sealed away: nobody opens it, whatever their role."""

    def __init__(self) -> None:
        super().__init__(SEALED_AWAY, "7.4")


def away_among(exhibits: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Of these records, by id, those that cannot be opened: sealed away now, or destroyed since."""
    rows = Away.objects.filter(exhibit__in=exhibits).exclude(ended_as="released")
    destroyed = Destruction.objects.filter(exhibit__in=exhibits)
    return {*rows.values_list("exhibit_id", flat=True), *destroyed.values_list("exhibit_id", flat=True)}


def away_in(case_id: uuid.UUID) -> dict[uuid.UUID, Away | Destruction]:
    """The records of a case that are sealed away or were destroyed, by record."""
    found: dict[uuid.UUID, Away | Destruction] = {
        row.exhibit_id: row for row in Destruction.objects.filter(exhibit__case_id=case_id)
    }
    away = Away.objects.filter(case_id=case_id).exclude(ended_as="released")
    return {**found, **{row.exhibit_id: row for row in away}}


def insist_not_away(exhibit: Exhibit) -> None:
    """Refuse a record that is sealed away, or was destroyed after that. Raises SealedAway."""
    if away_among([exhibit.pk]):
        raise SealedAway
