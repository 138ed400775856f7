"""Asking every adult to read something, and what their saying so leaves behind."""

from datetime import timedelta

import pytest
from builders import FRIDAY_6PM, OWN_TEXT, World, a_version_in_force
from django.db import DatabaseError, transaction
from live import MailServer
from pytest_django.fixtures import Settings
from reading_acts import (
    CHANGED_TEXT,
    a_newer_version,
    confirms,
    guidance,
    reading_of,
    ring,
    task_for,
)

from forethought.acknowledgements import links, procedures, rules
from forethought.acknowledgements.models import Acknowledgement, Method, Reading, Task
from forethought.acknowledgements.standing import open_tasks_of, receipts_of, since, text_to_read
from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.cases import sweep
from forethought.core.clock import from_london, london
from forethought.core.errors import Refused
from forethought.people import mailing
from forethought.people import procedures as people
from forethought.people.models import Doorway, Kind, Letter, Person
from forethought.policies.consulting import NINE
from forethought.policies.text import Paragraph, fingerprint

AT = FRIDAY_6PM
DAY = timedelta(days=1)


def somebody(world: World, *, kind: Kind = Kind.VOLUNTEER, starts: int = 0, ends: int | None = None) -> Person:
    """Somebody new, on these days from the beginning of the test."""
    today = london(AT).date()
    return people.add_person(
        school=world.school,
        name="Vera Lind",
        email="vera@home.example",
        kind=kind,
        starts_on=today + starts * DAY,
        ends_on=None if ends is None else today + ends * DAY,
        by=world.head,
        at=AT,
    )


def open_of(person: Person) -> list[str]:
    return [task.reading.title for task in open_tasks_of(person)]


# --- Who is asked ---


@pytest.mark.policy("2.5", "3.7", "F4")
def test_everybody_is_asked_once_when_a_version_is_put_in_force(world: World) -> None:
    people.engage(person=world.teacher, kind=Kind.GOVERNOR, starts_on=london(AT).date(), by=world.head, at=AT - DAY)
    version = a_version_in_force(world)

    tasks = Task.objects.filter(reading__about=version.id)
    assert {task.person_id for task in tasks} == {person.id for person in world.everybody()}
    assert tasks.count() == 7
    assert task_for(world.teacher, version).kind == "employee"
    assert Letter.objects.filter(kind="to_read").count() == 7


@pytest.mark.policy("3.7")
def test_what_is_read_is_bound_to_the_very_text(world: World) -> None:
    version = a_version_in_force(world)
    assert version.text is not None
    assert bytes(reading_of(version).fingerprint) == bytes(version.text.fingerprint) == fingerprint(OWN_TEXT)


@pytest.mark.policy("2.5")
def test_somebody_new_is_asked_by_the_clock_before_they_begin(world: World) -> None:
    version = a_version_in_force(world)
    person = somebody(world, kind=Kind.AGENCY, starts=3)
    assert open_of(person) == []

    ring(world, AT)
    ring(world, AT + timedelta(minutes=1))

    task = task_for(person, version)
    assert (task.kind, task.due_on) == ("agency", london(AT).date() + 3 * DAY)
    assert Letter.objects.filter(person=person, kind="to_read").count() == 1


@pytest.mark.policy("2.5")
def test_somebody_engaged_once_more_is_not_asked_again(world: World) -> None:
    version = a_version_in_force(world)
    confirms(world.teacher, version, at=AT)
    people.engage(person=world.teacher, kind=Kind.GOVERNOR, starts_on=london(AT).date(), by=world.head, at=AT)

    ring(world, AT)

    assert Task.objects.filter(person=world.teacher).count() == 1 and open_of(world.teacher) == []


@pytest.mark.policy("2.5")
def test_whoever_leaves_is_not_asked_any_more_and_what_they_confirmed_stays(world: World) -> None:
    version = a_version_in_force(world)
    other = guidance(world, at=AT)
    confirms(world.teacher, version, at=AT)
    people.leave(person=world.teacher, by=world.head, at=AT + DAY)

    ring(world, AT + DAY)

    task = task_for(world.teacher, other)
    assert task.closed_at == AT + DAY and task.done_at is None
    assert receipts_of(world.teacher).count() == 1
    waiting = Letter.objects.filter(person=world.teacher, try_at__isnull=False, kind="to_read")
    assert not waiting.exists()


@pytest.mark.policy("2.5")
def test_agency_staff_for_a_day_are_closed_after_their_day(world: World) -> None:
    a_version_in_force(world)
    person = somebody(world, kind=Kind.AGENCY, starts=0, ends=0)
    ring(world, AT)
    assert open_of(person) != []

    midnight = from_london(london(AT).date() + DAY, procedures.MIDNIGHT)
    ring(world, midnight - timedelta(seconds=1))
    assert open_of(person) != []
    ring(world, midnight)
    assert open_of(person) == []


@pytest.mark.policy("2.5")
def test_of_two_engagements_the_one_that_ends_last_counts_whichever_was_ended_first(world: World) -> None:
    a_version_in_force(world)
    today = london(AT).date()
    second = people.engage(person=world.teacher, kind=Kind.VOLUNTEER, starts_on=today, by=world.head, at=AT)
    first = world.teacher.engagements.exclude(pk=second.pk).get()
    people.end_engagement(engagement=second, ends_on=today + 10 * DAY, by=world.head, at=AT)
    people.end_engagement(engagement=first, ends_on=today + 5 * DAY, by=world.head, at=AT)

    ring(world, AT + 7 * DAY)
    assert open_of(world.teacher) != []
    ring(world, AT + 11 * DAY)
    assert open_of(world.teacher) == []


@pytest.mark.policy("2.5")
def test_somebody_who_left_and_is_back_is_asked_again_for_what_they_had_not_confirmed(world: World) -> None:
    version, other = a_version_in_force(world), guidance(world, at=AT)
    confirms(world.teacher, version, at=AT)
    people.leave(person=world.teacher, by=world.head, at=AT + DAY)
    ring(world, AT + DAY)
    back = AT + 30 * DAY
    people.engage(person=world.teacher, kind=Kind.AGENCY, starts_on=london(back).date(), by=world.head, at=back)

    ring(world, back)

    task = task_for(world.teacher, other)
    assert (task.closed_at, task.kind, task.due_on) == (None, "agency", london(back).date())
    assert open_of(world.teacher) == ["Keeping children safe 2026, Part one"]


# --- Confirming ---


@pytest.mark.policy("3.7", "10.3")
def test_confirming_keeps_the_sentence_the_fingerprint_and_the_time_and_one_event(world: World) -> None:
    version = a_version_in_force(world)
    made = confirms(world.teacher, version, at=AT + DAY, own_words="I report within a day.")

    assert made.said == rules.said("version 1 of the policy")
    assert bytes(made.fingerprint) == fingerprint(OWN_TEXT)
    assert (made.method, made.since, made.acknowledged_at) == (Method.ACCOUNT, None, AT + DAY)
    assert task_for(world.teacher, version).done_at == AT + DAY
    entry = Entry.objects.get(about=made.id)
    assert (entry.verb, entry.by) == ("acknowledgements.acknowledge", str(world.teacher.id))
    assert fingerprint(OWN_TEXT).hex() in entry.body and "within a day" not in entry.body
    assert not Letter.objects.filter(person=world.teacher, kind="to_read", try_at__isnull=False).exists()


@pytest.mark.policy("3.7")
def test_an_acknowledgement_is_never_changed(world: World) -> None:
    made = confirms(world.teacher, a_version_in_force(world), at=AT)
    for change in ({"said": "I agree."}, {"own_words": "x"}, {"acknowledged_at": AT + DAY}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Acknowledgement.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Acknowledgement.objects.filter(pk=made.pk).delete()


def acknowledge(task: Task, by: Person, *, left: int = 0, own_words: str = "", asked: bool = False) -> Acknowledgement:
    return procedures.acknowledge(
        task=task,
        method=Method.LINK,
        left_to_open=left,
        own_words=own_words,
        asked_own_words=asked,
        since=None,
        by=by,
        at=AT,
    )


@pytest.mark.policy("3.7")
def test_a_second_confirmation_is_refused_and_leaves_the_first(world: World) -> None:
    task = task_for(world.teacher, a_version_in_force(world))
    acknowledge(task, world.teacher)
    stale = Task.objects.get(pk=task.pk)
    with pytest.raises(Refused, match="You confirmed on Friday 20 November 2026"):
        acknowledge(stale, world.teacher)
    assert Acknowledgement.objects.filter(task=task).count() == 1


@pytest.mark.policy("3.7")
def test_nobody_confirms_or_asks_for_somebody_else(world: World) -> None:
    task = task_for(world.teacher, a_version_in_force(world))
    with pytest.raises(Refused, match="only confirm for themselves"):
        acknowledge(task, world.head)
    with pytest.raises(Refused, match="only ask for themselves"):
        procedures.want_paper(task=task, by=world.head, at=AT)
    assert not Acknowledgement.objects.exists()


@pytest.mark.policy("3.7")
def test_parts_that_were_not_opened_and_words_that_were_asked_for_hold_it_up(world: World) -> None:
    task = task_for(world.teacher, a_version_in_force(world))
    with pytest.raises(Refused, match="One is left"):
        acknowledge(task, world.teacher, left=1)
    with pytest.raises(Refused, match="in your own words"):
        acknowledge(task, world.teacher, asked=True)
    assert acknowledge(task, world.teacher, asked=True, own_words="I ask first.").own_words == "I ask first."


@pytest.mark.policy("2.5")
def test_a_wish_for_paper_is_noted_and_refused_once_there_is_nothing_to_sign(world: World) -> None:
    version = a_version_in_force(world)
    task = task_for(world.teacher, version)
    procedures.want_paper(task=task, by=world.teacher, at=AT)
    assert task_for(world.teacher, version).wants_paper_at == AT
    acknowledge(task, world.teacher)
    with pytest.raises(Refused, match="confirmed this already"):
        procedures.want_paper(task=task, by=world.teacher, at=AT)


def test_a_section_is_noted_once_and_not_after_the_end(world: World) -> None:
    version = a_version_in_force(world)
    task = task_for(world.teacher, version)
    for key in ("0-1", "2-2", "0-1"):
        procedures.note_seen(task=task, section=key, at=AT)
    assert task_for(world.teacher, version).seen == ["0-1", "2-2"]
    acknowledge(task, world.teacher)
    procedures.note_seen(task=task, section="9-9", at=AT)
    assert task_for(world.teacher, version).seen == ["0-1", "2-2"]


# --- A newer version ---


@pytest.mark.policy("3.7", "F4")
def test_a_newer_version_replaces_what_is_asked_and_keeps_what_was_confirmed(world: World) -> None:
    first = a_version_in_force(world)
    confirms(world.teacher, first, at=AT)
    half_way = task_for(world.colleague, first)
    procedures.note_seen(task=half_way, section="0-2", at=AT)

    second = a_newer_version(world, at=AT + DAY)

    assert task_for(world.colleague, first).closed_at == AT + DAY
    with pytest.raises(Refused, match="There is something newer to read"):
        acknowledge(half_way, world.colleague)
    assert open_of(world.teacher) == open_of(world.colleague) == ["version 2 of the policy"]
    assert receipts_of(world.teacher).count() == 1
    assert Reading.objects.filter(ended_at__isnull=True).get().about == second.id


@pytest.mark.policy("3.7", "F4")
def test_only_what_changed_since_the_version_they_confirmed_is_asked(world: World) -> None:
    first = a_version_in_force(world)
    confirms(world.teacher, first, at=AT)
    a_newer_version(world, at=AT + DAY)
    third_text = (OWN_TEXT[0], Paragraph("1.2", "Who it is for", "It is for everybody."), CHANGED_TEXT[2])
    third = a_newer_version(world, at=AT + 2 * DAY, text=third_text, label="3")

    # They passed the second by, so what it changed is new to them too.
    asked = text_to_read(task_for(world.teacher, third))
    assert asked.since == first
    assert [place for one in asked.sections for place in one.places] == [1, 2]
    made = confirms(world.teacher, third, at=AT + 2 * DAY)
    assert made.since == first.id

    whole = text_to_read(task_for(world.colleague, third))
    assert whole.since is None and [place for one in whole.sections for place in one.places] == [0, 1, 2]


def test_a_version_without_its_words_is_nothing_to_compare_with(world: World) -> None:
    version = a_version_in_force(world)
    assert since(world.teacher.id, reading_of(version)) is None
    confirms(world.teacher, version, at=AT)
    # What somebody just confirmed is not what they had confirmed before it.
    assert since(world.teacher.id, reading_of(version)) is None


@pytest.mark.policy("6.4")
def test_a_new_edition_of_guidance_leaves_the_policys_task_alone(world: World) -> None:
    version = a_version_in_force(world)
    edition = guidance(world, at=AT)
    assert len(open_of(world.teacher)) == 2
    guidance(world, at=AT + DAY, name="Keeping children safe 2027")

    assert task_for(world.teacher, edition).closed_at == AT + DAY
    assert task_for(world.teacher, version).closed_at is None
    assert since(world.teacher.id, reading_of(edition)) is None


# --- By mail and by link ---


@pytest.mark.policy("2.5", "3.7")
def test_somebody_without_an_account_is_mailed_a_link_that_says_nothing_of_them(
    world: World, mail_server: MailServer, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = mail_server.host, mail_server.port
    a_version_in_force(world)
    person = somebody(world)
    ring(world, AT)
    morning = from_london(london(AT).date() + DAY, NINE)

    mailing.send_due(world.school.id, morning, postman=mailing.Postman(), withheld=sweep.withheld)

    [message] = [one for one in mail_server.messages if one["To"] == person.email]
    text = message.get_content()
    assert message["Subject"] == "A policy for you to read"
    assert "/read/" in text and "Vera" not in text and "Lind" not in text and "sign in" not in text.lower()
    door = Doorway.objects.get(kind="personal", opens=person.id)
    assert door.ends_at == morning + timedelta(days=14)


def a_link(world: World, person: Person) -> Doorway:
    procedures.make_link(person=person, by=world.head, at=AT)
    return Doorway.objects.get(kind="personal", opens=person.id, ends_at__gt=AT)


@pytest.mark.policy("2.5")
def test_a_link_ends_after_so_many_wrong_names_and_a_right_one_costs_nothing(world: World) -> None:
    door = a_link(world, world.teacher)
    for _ in range(rules.MOST_NAMES - 1):
        assert not links.opens_to(door=door, typed="Ben Foster", name="Tess Harlow", at=AT)
    assert links.opens_to(door=door, typed="tess harlow", name="Tess Harlow", at=AT)
    assert links.is_live(door=door, at=AT)

    assert not links.opens_to(door=door, typed="Ben Foster", name="Tess Harlow", at=AT)

    assert not links.is_live(door=door, at=AT)
    assert not links.opens_to(door=door, typed="Tess Harlow", name="Tess Harlow", at=AT)


@pytest.mark.policy("2.5")
def test_a_link_opens_nothing_at_the_instant_it_ends(world: World) -> None:
    door = a_link(world, world.teacher)
    assert door.ends_at is not None
    assert not links.opens_to(door=door, typed="Tess Harlow", name="Tess Harlow", at=door.ends_at)
    before = door.ends_at - timedelta(seconds=1)
    assert links.opens_to(door=door, typed="Tess Harlow", name="Tess Harlow", at=before)


@pytest.mark.policy("2.5")
def test_a_newer_link_ends_the_older_one_and_leaving_ends_both(world: World) -> None:
    older = a_link(world, world.teacher)
    newer = a_link(world, world.teacher)
    assert not links.is_live(door=older, at=AT) and links.is_live(door=newer, at=AT)
    links.open_visit(door=newer, at=AT)
    people.leave(person=world.teacher, by=PROGRAM, at=AT + timedelta(minutes=5))
    assert not Doorway.objects.filter(opens=world.teacher.id, ends_at__gt=AT + timedelta(minutes=5)).exists()
    assert links.person_behind(newer) is None
