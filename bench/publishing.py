"""Publish a version to many people: `python -m bench.publishing COUNT`, with a served demonstration's settings.

Prints, as JSON, how long the act took and how long writing the tasks alone takes.
"""

import json
import sys
import time
import uuid
from datetime import timedelta

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from forethought.acknowledgements import procedures as acknowledgements  # noqa: E402
from forethought.acknowledgements.models import Reading, Task  # noqa: E402
from forethought.core.clock import london  # noqa: E402
from forethought.people.models import Account, Engagement, Person  # noqa: E402
from forethought.policies import consulting, deciding, rules  # noqa: E402
from forethought.policies.models import Policy, Response  # noqa: E402
from forethought.policies.standing import open_revision  # noqa: E402
from forethought.rows import inside  # noqa: E402


class NotKept(Exception):
    """Undoes what was only written to be measured."""


def main(count: int) -> None:
    """Make the people, take the demonstration's change to approval, and publish it."""
    now = timezone.now()
    account = Account.objects.get(email__startswith="amina@")
    with inside(account.school_id):
        head = Person.objects.get(pk=account.person_id)
        people = [
            Person(id=uuid.uuid4(), school_id=account.school_id, name=f"Reader {n}", email=f"r{n}@readers.example")
            for n in range(count)
        ]
        Person.objects.bulk_create(people, batch_size=500)
        Engagement.objects.bulk_create(
            [
                Engagement(school_id=account.school_id, person=person, kind="employee", starts_on=now.date())
                for person in people
            ],
            batch_size=500,
        )
        policy = approved(head)
        revision = open_revision()
        assert revision is not None
        began = time.perf_counter()
        acknowledgements.publish(policy=policy, revision=revision, version=revision.version, by=head, at=timezone.now())
        seconds = time.perf_counter() - began
        floor = tasks_alone(people)
    print(json.dumps({"people": count, "seconds": seconds, "floor": floor}))


def approved(head: Person) -> Policy:
    """The demonstration's change, consulted on and approved: its time is taken to be over."""
    later = timezone.now() + timedelta(days=60)
    policy = Policy.objects.select_related("in_force__text", "school").get(pk=head.school_id)
    revision = open_revision()
    assert revision is not None
    for response in Response.objects.filter(reply__isnull=True):
        consulting.reply(response=response, words="Thank you.", by=head, at=later)
    consulting.close_consultation(
        revision=revision, version=revision.version, outcome=rules.Outcome.COMMENTS, reasons="", by=head, at=later
    )
    revision.refresh_from_db()
    deciding.approve(
        policy=policy,
        revision=revision,
        version=revision.version,
        body=rules.Body.FULL_BOARD,
        met_on=london(later).date(),
        minute="GB 15.2",
        review_on=None,
        without=False,
        reasons="",
        decides=True,
        by=head,
        at=later,
    )
    return policy


def tasks_alone(people: list[Person]) -> float:
    """How long it takes to write that many tasks in one transaction, undone afterwards."""
    reading = Reading.objects.get(ended_at__isnull=True, matter="policy")
    Task.objects.filter(reading=reading)
    began = time.perf_counter()
    try:
        with transaction.atomic():
            Reading.objects.filter(pk=reading.pk).update(ended_at=timezone.now())
            other = Reading.objects.create(
                school_id=reading.school_id,
                matter="policy",
                about=uuid.uuid4(),
                title="x",
                fingerprint=b"\0" * 32,
                minutes=1,
                due_on=reading.due_on,
                opened_at=reading.opened_at,
            )
            Task.objects.bulk_create(
                [
                    Task(school_id=reading.school_id, reading=other, person=person, kind="employee",
                         due_on=reading.due_on, asked_at=reading.opened_at)
                    for person in people
                ],
                batch_size=500,
            )  # fmt: skip
            raise NotKept
    except NotKept:
        return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]))
