"""The registers of data protection as the schedule keeps them: when each entry is over, and who must not see it.

Two people let go of an entry, as of a case. What was put together out of a case for an answer stays with that case,
under its key and its holds: that there was a request goes, what the case gave away does not. Clause 11.1.
"""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime

from forethought.core.clock import london
from forethought.people.models import Person
from forethought.people.sessions import roles_of
from forethought.protection import rules, standing
from forethought.protection.access_models import AccessPart, AccessRequest
from forethought.protection.document_models import DataDocument
from forethought.protection.models import DataBreach, DataComplaint
from forethought.retention.dates import Due, Periods, register_due
from forethought.retention.elsewhere import AREAS, Area, Record
from forethought.retention.models import What

#: The registers whose entries may be about one of those who would see to them.
_ABOUT_SOMEBODY: Mapping[str, type[DataBreach] | type[DataComplaint] | type[AccessRequest]] = {
    What.DATA_BREACH: DataBreach,
    What.DATA_COMPLAINT: DataComplaint,
    What.DATA_REQUEST: AccessRequest,
}


def records(periods: Periods) -> Iterator[Record]:
    """Every entry that is over, in the school that was entered. Policy 11.1."""
    for breach in DataBreach.objects.filter(closed_at__isnull=False):
        due = _due(What.DATA_BREACH, breach.closed_at, periods)
        yield Record(What.DATA_BREACH, breach.pk, breach.told_at, due)
    for complaint in DataComplaint.objects.filter(answered_at__isnull=False):
        due = _due(What.DATA_COMPLAINT, complaint.answered_at, periods)
        yield Record(What.DATA_COMPLAINT, complaint.pk, complaint.received_at, due)
    for asked in AccessRequest.objects.filter(closed_at__isnull=False):
        due = _due(What.DATA_REQUEST, asked.closed_at, periods)
        yield Record(What.DATA_REQUEST, asked.pk, asked.received_at, due)
    for document, over_at in _documents_over():
        due = _due(What.DATA_DOCUMENT, over_at, periods)
        yield Record(What.DATA_DOCUMENT, document.pk, document.made_at, due)


def _due(what: What, over_at: datetime | None, periods: Periods) -> Due | None:
    over_on = london(over_at).date() if over_at is not None else None
    return register_due(rule=what.value, over_on=over_on, period=periods[what.value])


def _documents_over() -> Iterator[tuple[DataDocument, datetime]]:
    """Each version that holds no more, and since when: another was signed, or it was given up."""
    newest: dict[str, datetime] = {}
    for row in DataDocument.objects.order_by("kind", "-number"):
        if row.dropped_at is not None:
            yield row, row.dropped_at
        elif row.signed_at is not None:
            if row.kind in newest:
                yield row, newest[row.kind]
            newest[row.kind] = row.signed_at


def hidden_from(person: Person, at: datetime) -> set[uuid.UUID]:
    """What somebody never sees fall due: what may be about their office, and what they asked for themselves."""
    roles = roles_of(person, at)
    about = [one.value for one in rules.About if rules.is_barred(about=one, roles=roles)]
    found = set(AccessRequest.objects.filter(person=person).values_list("id", flat=True))
    for model in _ABOUT_SOMEBODY.values() if about else ():
        found |= set(model.objects.filter(about__in=about).values_list("id", flat=True))
    return found


def kept_out_of(what: str, about: uuid.UUID, at: datetime) -> set[uuid.UUID]:
    """The people who never see that an entry falls due or went. Policy 11.1."""
    model = _ABOUT_SOMEBODY.get(what)
    row = model.objects.filter(pk=about).first() if model is not None else None
    if row is None:
        return set()
    found = {row.person_id} if isinstance(row, AccessRequest) and row.person_id is not None else set()
    return found.union(*({one.pk for one in standing.holders(role, at)} for role in rules.barred(row.about)))


def part_from(what: str, about: uuid.UUID) -> None:
    """Leave with each case what was put together out of it. A part that nobody settled holds nothing, and goes."""
    if what == What.DATA_REQUEST:
        AccessPart.objects.filter(access_request=about, case__isnull=False, settled_at__isnull=False).update(
            access_request=None
        )


AREAS.append(Area(records, hidden_from, kept_out_of, part_from))
