"""What somebody is asked to read now, what they confirmed before, and how much of a text they have to read again."""

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from forethought.acknowledgements.models import Acknowledgement, Matter, Reading, Task
from forethought.acknowledgements.rules import title_of
from forethought.acknowledgements.sections import Section, ToRead, to_read
from forethought.people.models import Person
from forethought.policies.models import Version
from forethought.policies.standing import text_of
from forethought.policies.text import Text


def open_tasks_of(person: Person) -> "QuerySet[Task]":
    """What somebody is asked to read and has not confirmed, the soonest first. Policy 3.7."""
    found: QuerySet[Task] = (
        Task.objects.filter(person=person, done_at__isnull=True, closed_at__isnull=True)
        .select_related("reading")
        .order_by("due_on", "asked_at", "pk")
    )
    return found


def receipts_of(person: Person) -> "QuerySet[Acknowledgement]":
    """What somebody confirmed, the latest first. It stays theirs to see. Policy 3.7."""
    found: QuerySet[Acknowledgement] = (
        Acknowledgement.objects.filter(person=person).select_related("reading").order_by("-acknowledged_at", "pk")
    )
    return found


def newer_task(task: Task) -> Task | None:
    """What is asked of the same person in place of something that was replaced; confirmed or not."""
    found: Task | None = (
        Task.objects.filter(person=task.person_id, reading__matter=task.reading.matter, reading__ended_at__isnull=True)
        .exclude(pk=task.pk)
        .select_related("reading")
        .first()
    )
    return found


def since(person_id: uuid.UUID, reading: Reading) -> Version | None:
    """The version that somebody confirmed last, before this reading; not merely the one before it. Policy 3.7.

    Nothing where it was brought along without its words: there is nothing to compare with.
    """
    if reading.matter != Matter.POLICY:
        return None
    last = (
        Acknowledgement.objects.filter(person=person_id, reading__matter=Matter.POLICY)
        .exclude(reading=reading)
        .order_by("-acknowledged_at")
        .values_list("reading__about", flat=True)
        .first()
    )
    return Version.objects.select_related("text").filter(pk=last, text__isnull=False).first() if last else None


@dataclass(frozen=True)
class Asked:
    """A version that one person is asked to read: its text, and what of it they have to read.

    `since` is there when only the difference to that version is shown.
    """

    version: Version
    text: Text
    since: Version | None
    before: Text
    to_read: ToRead

    @property
    def since_title(self) -> str:
        """What the version confirmed before is called; empty where all of this one is read."""
        return title_of(self.since.label) if self.since else ""

    @property
    def sections(self) -> tuple[Section, ...]:
        """What is read, one section at a time."""
        return self.to_read.sections


def text_to_read(task: Task) -> Asked:
    """What somebody has to read of a version of the policy: all of it, or only what changed for them. Policy 3.7."""
    version = Version.objects.select_related("text").get(pk=task.reading.about)
    text = text_of(version.text)
    earlier = since(task.person_id, task.reading)
    before = text_of(earlier.text) if earlier else ()
    found = to_read(text, before or None)
    return Asked(version, text, earlier if found.only_changes else None, before if found.only_changes else (), found)
