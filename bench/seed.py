"""Many cases on the head's list: `python -m bench.seed COUNT`, with a served demonstration's settings."""

import sys
import uuid
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402

from forethought.cases.models import Case, Seat  # noqa: E402
from forethought.people import codes  # noqa: E402
from forethought.people.models import Account, Person  # noqa: E402
from forethought.rows import inside  # noqa: E402


def main(count: int) -> None:
    """Write the cases and their seats."""
    now = timezone.now()
    account = Account.objects.get(email__startswith="amina@")
    with inside(account.school_id):
        head = Person.objects.get(pk=account.person_id)
        for start in range(0, count, 5000):
            cases = [
                Case(
                    id=uuid.uuid4(),
                    school_id=account.school_id,
                    reference=codes.reference(),
                    label="website",
                    child="no",
                    opened_at=now - timedelta(minutes=number),
                    owed_at=now + timedelta(minutes=number),
                    moved_at=now,
                    moved_by=str(head.id),
                    manager=head,
                )
                for number in range(start, min(start + 5000, count))
            ]
            Case.objects.bulk_create(cases, batch_size=500)
            Seat.objects.bulk_create(
                [
                    Seat(
                        school_id=c.school_id,
                        case=c,
                        person=head,
                        why="head",
                        given_at=c.opened_at,
                        opened_at=c.opened_at,
                        owed_at=c.owed_at,
                    )
                    for c in cases
                ],
                batch_size=500,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]))
