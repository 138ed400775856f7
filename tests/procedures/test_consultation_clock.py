"""What the clock does while people are asked: which unions are reminded and when, who hears that the time is over."""

from datetime import UTC, datetime

import pytest
from builders import World, a_revision
from policy_acts import DAY, SECOND, a_union, again, ask, letters, say, somebody

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.core.clock import spoken
from forethought.management.commands.worker import BELLS
from forethought.people import alarms
from forethought.people import procedures as people
from forethought.people.models import Alarm, Letter
from forethought.policies import consulting
from forethought.policies import procedures as policies
from forethought.policies.models import Consultation, Invitation, Revision
from forethought.policies.rules import Stance, closes_at
from forethought.policies.standing import views_of


@pytest.fixture
def revision(world: World) -> Revision:
    """A change by one word, on its way."""
    return again(a_revision(world))


def ring(world: World, at: datetime) -> None:
    """What the worker does about what is due."""
    assert alarms.ring_due(world.school.id, at, bells=BELLS)


def rings(consultation: Consultation) -> dict[str, datetime]:
    return dict(
        Alarm.objects.filter(about=consultation.pk, rung_at__isnull=True).values_list("kind", "rings_at").order_by()
    )


def sent(at: datetime) -> None:
    """Every letter that waits has gone."""
    Letter.objects.filter(try_at__isnull=False).update(try_at=None, sent_at=at)


@pytest.mark.policy("F3")
@pytest.mark.parametrize(
    ("opened", "days", "half", "last", "over"),
    [
        # Over Christmas, opened on a Sunday.
        (
            datetime(2026, 12, 13, 15, tzinfo=UTC),
            20,
            "9am on Tuesday 29 December",
            "9am on Monday 11 January",
            "midnight at the start of Thursday 14 January",
        ),
        # The clocks go back meanwhile: it is nine on the wall.
        (
            datetime(2026, 10, 12, 8, tzinfo=UTC),
            20,
            "9am on Monday 26 October",
            "9am on Saturday 7 November",
            "midnight at the start of Tuesday 10 November",
        ),
        # And forward.
        (
            datetime(2027, 3, 15, 9, tzinfo=UTC),
            10,
            "9am on Tuesday 23 March",
            "9am on Monday 29 March",
            "midnight at the start of Thursday 1 April",
        ),
        # The shortest.
        (
            datetime(2026, 11, 20, 18, tzinfo=UTC),
            5,
            "9am on Tuesday 24 November",
            "9am on Wednesday 25 November",
            "midnight at the start of Saturday 28 November",
        ),
    ],
)
def test_the_clock_reminds_at_half_time_and_three_days_before_the_end(
    opened: datetime, days: int, half: str, last: str, over: str
) -> None:
    closes = closes_at(opened, days)
    told = consulting.moments(opened, closes)

    assert {name: spoken(at) for name, at in told.items()} == {
        "consult_half": half,
        "consult_last": last,
        "consult_over": over,
    }
    assert opened < told["consult_half"] < told["consult_last"] < closes


@pytest.mark.policy("F3")
def test_only_unions_that_have_not_answered_are_reminded(world: World, revision: Revision) -> None:
    loud, silent = a_union(world, "Loud Union"), a_union(world, "Silent Union")
    consultation = ask(world, revision, at=world.at)
    sent(world.at)
    say(consultation, loud.representative, at=world.at + DAY)

    for name in ("consult_half", "consult_last"):
        at = rings(consultation)[name]
        ring(world, at - SECOND)
        assert letters("view_wanted", consultation) == []
        ring(world, at)
        assert letters("view_wanted", consultation) == ["Silent Union speaker"]
        sent(at)

    reminded = {one.union: one.reminded_at for one in consultation.invitations.all()}
    assert reminded == {loud: None, silent: at, None: None}
    assert Entry.objects.filter(verb="policies.remind_unions", by="program").count() == 2


@pytest.mark.policy("F3")
def test_a_letter_that_still_waits_is_not_sent_twice(world: World, revision: Revision) -> None:
    speaker = somebody(world, "Speaks For Two", email="two@union.example")
    a_union(world, "One Union", representative=speaker)
    a_union(world, "Another Union", representative=speaker)
    consultation = ask(world, revision, at=world.at)

    ring(world, rings(consultation)["consult_half"])

    assert letters("view_wanted", consultation).count("Speaks For Two") == 1


@pytest.mark.policy("F3")
def test_a_worker_that_slept_reminds_nobody_once_the_time_is_over(world: World, revision: Revision) -> None:
    a_union(world)
    consultation = ask(world, revision, at=world.at)
    sent(world.at)

    ring(world, consultation.closes_at + DAY)

    assert letters("view_wanted", consultation) == []
    assert letters("to_decide", consultation) == [world.head.name]


@pytest.mark.policy("F3")
def test_when_its_opener_has_left_the_head_hears_that_the_time_is_over(world: World, revision: Revision) -> None:
    clerk = somebody(world, "The Clerk", email="clerk@one.example")
    consultation = ask(world, revision, by=clerk, at=world.at)
    people.leave(person=clerk, by=PROGRAM, at=world.at + DAY)

    ring(world, consultation.closes_at)

    assert letters("to_decide", consultation) == [world.head.name]


@pytest.mark.policy("F3")
def test_a_new_representative_is_reminded_and_speaks_for_the_union(world: World, revision: Revision) -> None:
    old = a_union(world)
    consultation = ask(world, revision, at=world.at)
    sent(world.at)
    policies.end_union(union=old, by=world.head, at=world.at + DAY)
    new = policies.recognise_union(
        school=world.school, name="TEACHERS together", representative=world.teacher, by=world.head, at=world.at + DAY
    )

    ring(world, rings(consultation)["consult_half"])
    response = say(consultation, world.teacher, at=world.at + 20 * DAY)
    before = say(consultation, old.representative, at=world.at + 20 * DAY)

    assert letters("view_wanted", consultation) == []
    assert Invitation.objects.get(union=old).reminded_at is not None
    assert response.invitation.union == old and new.representative == response.person
    assert before.invitation.union is None
    assert views_of(consultation).in_time == 2


@pytest.mark.policy("F3")
def test_a_union_recognised_meanwhile_is_heard_as_a_union(world: World, revision: Revision) -> None:
    consultation = ask(world, revision, at=world.at)
    union = a_union(world)

    response = say(consultation, union.representative, Stance.NOT_AGREE, at=world.at + DAY)

    assert response.invitation.union == union
    assert views_of(consultation).unions_against == 1
