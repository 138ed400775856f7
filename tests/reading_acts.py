"""Reading and confirming for tests, done by the procedures that people use."""

from datetime import datetime, timedelta

from builders import OWN_TEXT, World

from forethought.acknowledgements import procedures
from forethought.acknowledgements.models import Acknowledgement, Matter, Method, Reading, Task
from forethought.acknowledgements.standing import text_to_read
from forethought.core.clock import london
from forethought.management.commands.worker import BELLS
from forethought.people import alarms
from forethought.people.models import Person
from forethought.policies import deciding
from forethought.policies import procedures as policies
from forethought.policies.models import Policy, Version
from forethought.policies.rules import Body
from forethought.policies.text import Paragraph, Text
from forethought.reviews.models import GuidanceEdition

#: The school's text with one sentence changed; its other paragraphs are word for word the same.
CHANGED_TEXT: Text = (
    OWN_TEXT[0],
    OWN_TEXT[1],
    Paragraph("8.3", "Reporting", "Report what you see within 12 hours."),
)


def the_policy(world: World) -> Policy:
    return Policy.objects.select_related("in_force__text", "school").get(pk=world.school.pk)


def a_newer_version(world: World, *, at: datetime, text: Text = CHANGED_TEXT, label: str = "2") -> Version:
    """Another version in force, decided on by the governors without a consultation."""
    policy = the_policy(world)
    revision = policies.start_revision(policy=policy, baseline=None, by=world.head, at=at)
    policies.change_text(
        revision=revision, version=revision.version, text=text, label=label, summary="Plainer.", by=world.head, at=at
    )
    revision.refresh_from_db()
    deciding.approve(
        policy=policy,
        revision=revision,
        version=revision.version,
        body=Body.FULL_BOARD,
        met_on=london(at).date(),
        minute="9",
        review_on=None,
        without=True,
        reasons="The law changed overnight.",
        decides=True,
        by=world.chair,
        at=at,
    )
    revision.refresh_from_db()
    return procedures.publish(policy=policy, revision=revision, version=revision.version, by=world.head, at=at)


def guidance(world: World, *, at: datetime, name: str = "Keeping children safe 2026") -> GuidanceEdition:
    """An edition of guidance that everybody is asked to read."""
    edition = GuidanceEdition.objects.create(
        school=world.school,
        name=name,
        to_read="Part one",
        link="https://www.gov.uk/kcsie",
        in_force_on=london(at).date(),
        set_at=at,
        set_by=str(world.head.id),
    )
    procedures.open_reading(
        school_id=world.school.id,
        matter=Matter.GUIDANCE,
        about=edition.id,
        title=f"{name}, Part one",
        fingerprint=b"g" * 32,
        minutes=30,
        due_on=london(at + timedelta(days=14)).date(),
        by=world.head,
        at=at,
    )
    return edition


def task_for(person: Person, about: Version | GuidanceEdition) -> Task:
    return Task.objects.select_related("reading").get(person=person, reading__about=about.pk)


def reading_of(about: Version | GuidanceEdition) -> Reading:
    return Reading.objects.get(about=about.pk)


def confirms(person: Person, about: Version, *, at: datetime, own_words: str = "") -> Acknowledgement:
    """Somebody reads every section and confirms."""
    task = task_for(person, about)
    asked = text_to_read(task)
    for section in asked.sections:
        procedures.note_seen(task=task, section=section.key, at=at)
    return procedures.acknowledge(
        task=task,
        method=Method.ACCOUNT,
        left_to_open=0,
        own_words=own_words,
        asked_own_words=False,
        since=asked.since.pk if asked.since else None,
        by=person,
        at=at,
    )


def ring(world: World, at: datetime) -> None:
    """What the worker does at an instant, outside cases."""
    assert alarms.ring_due(world.school.id, at, bells=BELLS)
