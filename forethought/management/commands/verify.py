"""Is everything still what it was? The trail is worked out anew from its entries, and every record is opened."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forethought.audit.checking import check_trail, stored_entry
from forethought.audit.models import Entry, TrailHead
from forethought.audit.tree import Frontier
from forethought.evidence.away_models import Away
from forethought.evidence.models import Exhibit
from forethought.evidence.reading import Damaged, insist_whole
from forethought.people.models import School, Wake
from forethought.rows import inside


def entries_of(school_id: uuid.UUID) -> Iterator[dict[str, object]]:
    """The trail of the school that was entered, first entry first, as it is stored."""
    for row in Entry.objects.order_by("seq").iterator(chunk_size=500):
        columns = {
            "seq": row.seq,
            "school": row.school_id,
            "at": row.at,
            "by": row.by,
            "verb": row.verb,
            "about": row.about,
            "case": row.case_id,
        }
        yield stored_entry(body=row.body, leaf=bytes(row.leaf), columns=columns)


def wrong_in_trail(school_id: uuid.UUID) -> list[str]:
    """Everything wrong with the trail of the school that was entered, in sentences."""
    head = TrailHead.objects.get(pk=school_id)
    try:
        frontier = Frontier.from_bytes(bytes(head.edge)) if head.size else Frontier()
    except ValueError as error:
        return [str(error)]
    if frontier.size != head.size:
        return [f"The head of the trail counts {head.size} entries and its edge {frontier.size}."]
    faults = check_trail(entries_of(school_id), {"size": head.size, "root": frontier.root(), "school": school_id})
    return [fault.sentence for fault in faults]


def wrong_with(exhibit: Exhibit) -> str | None:
    """What is wrong with a record that has a file, in a sentence; nothing when every byte of it is as it came."""
    try:
        insist_whole(exhibit)
    except Damaged as damaged:
        return f"Record {exhibit.id}: {damaged}"
    return None


class Command(BaseCommand):
    """Checks the whole trail and every record of one school, or of all."""

    help = "Checks the whole trail and opens every record. Fails if anything is not as it was."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--school", type=uuid.UUID, help="check this school alone")

    def handle(self, *args: Any, school: uuid.UUID | None = None, **options: Any) -> None:
        # The list of schools stands outside every school and holds no names.
        schools = [school] if school else list(Wake.objects.order_by("school_id").values_list("school_id", flat=True))
        faults = sum(self.check_school(school_id) for school_id in schools)
        if faults:
            raise CommandError(f"{faults} faults were found. Change nothing, and ask for help.")
        if not schools:
            self.stdout.write("There is no school here yet.")

    def check_school(self, school_id: uuid.UUID) -> int:
        """Check one school and say what was found. The number of faults."""
        with inside(school_id):
            if not School.objects.filter(pk=school_id).exists():
                raise CommandError(f"There is no school {school_id} here.")
            wrong = wrong_in_trail(school_id)
            entries = Entry.objects.count()
            away = set(Away.objects.exclude(ended_as="released").values_list("exhibit_id", flat=True))
            exhibits = list(Exhibit.objects.exclude(object_name="").exclude(pk__in=away).order_by("received_at", "id"))
            wrong += [sentence for exhibit in exhibits if (sentence := wrong_with(exhibit))]
        for sentence in wrong:
            self.stderr.write(sentence)
        if not wrong:
            self.stdout.write(
                f"School {school_id}: the trail holds, with {entries} entries, and {len(exhibits)} records open."
            )
        if away:
            self.stdout.write(f"{len(away)} more were sealed away or destroyed since, and were not opened.")
        return len(wrong)
