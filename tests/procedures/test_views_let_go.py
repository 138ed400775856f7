"""Views in a consultation go three years after what came of them was no longer in force; a version never goes."""

from datetime import datetime, timedelta

import pytest
from builders import World, a_revision
from django.db import DatabaseError, transaction
from doors import client_of
from policy_acts import DAY, HOUR, Outcome, Stance, a_union, answer_all, approve, ask, close, publish, say
from retention_acts import an_officer

from forethought.audit.procedures import PROGRAM
from forethought.core.errors import Refused
from forethought.people.models import Person
from forethought.policies import procedures as policies
from forethought.policies.models import Consultation, Reply, Response, Revision, Version
from forethought.policies.text import Paragraph
from forethought.retention import disposing, due, procedures
from forethought.retention.models import Due
from forethought.retention.rules import WAITS
from forethought.retention.schedule import Period

pytestmark = pytest.mark.policy("F3", "F4", "11.1")

YEARS = timedelta(days=3 * 366)


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


def published(world: World, revision: Revision, at: datetime) -> tuple[Consultation, Version, datetime]:
    """A change that two people spoke to, was answered, approved and put into force."""
    union = a_union(world, f"Union of {at:%j}")
    asked = ask(world, revision, at=at)
    say(asked, union.representative, at=at + HOUR)
    say(asked, world.teacher, Stance.COMMENTS, at=at + HOUR)
    answer_all(world, asked, at=at + 2 * HOUR)
    then = asked.closes_at
    close(world, revision, Outcome.AGREED, at=then)
    approve(world, revision, at=then + HOUR)
    return asked, publish(world, revision, at=then + 2 * HOUR), then + 2 * HOUR


def another(world: World, word: str, at: datetime) -> Revision:
    revision = a_revision(world, changed=False, at=at)
    policies.change_text(
        revision=revision,
        version=revision.version,
        text=(Paragraph("1.1", "Why this is here", f"This policy {word} everybody who works here."),),
        label=f"Version {word}",
        summary="Plainer.",
        by=world.head,
        at=at,
    )
    return revision


def listed(world: World, at: datetime) -> list[str]:
    due.refresh(world.school.id, at)
    return [str(row.about) for row in Due.objects.filter(what="consultation")]


def test_views_go_by_two_people_and_the_version_its_approval_and_the_outcome_stay(
    world: World, officer: Person
) -> None:
    asked, version, at = published(world, a_revision(world), world.at)
    assert listed(world, at + 20 * YEARS) == [], "it is in force"
    _, newer, over = published(world, another(world, "keeps", at + DAY), at + DAY)
    assert listed(world, over + YEARS - 120 * DAY) == []
    assert listed(world, over + YEARS) == [str(asked.pk)]
    with pytest.raises(DatabaseError), transaction.atomic():
        Reply.objects.filter(response__consultation=asked)._raw_delete("default")
    with pytest.raises(DatabaseError), transaction.atomic():
        Response.objects.filter(consultation=asked)._raw_delete("default")

    row = Due.objects.get(what="consultation")
    assert row.reference.startswith("V-")
    disposal = procedures.propose_disposal(due=row, looked=True, by=world.head, at=over + YEARS)
    procedures.confirm_disposal(disposal=disposal, by=officer, at=over + YEARS)
    disposing.carry_out_disposal(disposal=disposal, by=PROGRAM, at=over + YEARS + WAITS)

    assert not Response.objects.filter(consultation=asked).exists()
    assert not Reply.objects.filter(response__consultation=asked).exists()
    assert Response.objects.exists(), "those in the next one are not due"
    asked.refresh_from_db()
    assert asked.outcome == Outcome.AGREED and asked.invitations.count() == 2
    assert set(Version.objects.values_list("pk", flat=True)) >= {version.pk, newer.pk}
    assert listed(world, over + YEARS + 400 * DAY) == []
    page = client_of(world.head).get(f"/consultations/{asked.pk}/views/").content.decode()
    assert "was let go of on" in page and "Answered" in page and "No answer yet" not in page


def test_views_about_a_change_that_was_dropped_go_three_years_after_that(world: World) -> None:
    revision = a_revision(world)
    asked = ask(world, revision, at=world.at)
    say(asked, world.teacher, Stance.COMMENTS, at=world.at + HOUR)
    assert listed(world, world.at + 9 * YEARS) == [], "it is open"
    answer_all(world, asked, at=world.at + 2 * HOUR)
    close(world, revision, Outcome.COMMENTS, at=asked.closes_at)
    revision.refresh_from_db()
    policies.drop_revision(revision=revision, version=revision.version, by=world.head, at=asked.closes_at + HOUR)
    assert listed(world, asked.closes_at + YEARS) == [str(asked.pk)]


def test_no_school_lets_a_version_of_its_policy_go(world: World) -> None:
    _, version, at = published(world, a_revision(world), world.at)
    with pytest.raises(Refused, match="cannot be changed here"):
        procedures.change_rule(
            school=world.school, key="policy", period=Period(years=1), reason="Less paper.", by=world.head, at=at
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.filter(pk=version.pk)._raw_delete("default")
