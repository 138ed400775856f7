"""Reviews of the policy: opened once, owned, late, closed with a decision; and what calls for them by itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from builders import World, a_policy, a_revision, a_school, a_version_in_force

from forethought.audit.models import Entry
from forethought.core.clock import from_london, london
from forethought.core.errors import Refused, TooLate
from forethought.management.commands.worker import BELLS as RUNG
from forethought.people import alarms
from forethought.people.models import Alarm, Letter, Person
from forethought.policies.models import Policy
from forethought.reviews import procedures
from forethought.reviews.models import Review
from forethought.reviews.register import watch_list
from forethought.reviews.rules import Decision, Trigger
from forethought.reviews.standing import default_owner
from forethought.rows import inside


def a_review(world: World, *, at: datetime | None = None, trigger: Trigger = Trigger.LAW, key: str = "") -> Review:
    when = at or world.at
    return procedures.open_review(
        school=world.school,
        trigger=trigger,
        source="A new Act. Read on legislation.gov.uk.",
        owner=world.head,
        due_on=london(when).date() + timedelta(days=42),
        source_key=key,
        by=world.chair,
        at=when,
    )


def ring(world: World, at: datetime) -> None:
    """Everything that is due at an instant, as the worker does it."""
    assert alarms.ring_due(world.school.id, at, bells=RUNG)


def letters(review: Review, person: Person, kind: str) -> int:
    return Letter.objects.filter(about=review.id, person=person, kind=kind, dropped="").count()


# --- Opening, owning, closing ---


@pytest.mark.policy("10.2", "3.8")
@pytest.mark.parametrize("trigger", [one for one in Trigger if one is not Trigger.DATE])
def test_each_kind_of_event_makes_a_review_with_owner_and_due_date(world: World, trigger: Trigger) -> None:
    review = a_review(world, trigger=trigger)

    assert (review.trigger, review.owner, review.due_on) == (trigger, world.head, date(2027, 1, 1))
    assert letters(review, world.head, "to_decide") == 1
    entry = Entry.objects.get(verb="reviews.open_review")
    assert entry.about == review.id and "legislation" not in entry.body


@pytest.mark.policy("10.2")
def test_what_called_once_does_not_call_twice(world: World) -> None:
    a_review(world, key="watch:kcsie:2026-09-01")
    with pytest.raises(Refused, match="A review was opened for this already"):
        a_review(world, key="watch:kcsie:2026-09-01")
    assert Review.objects.count() == 1


@pytest.mark.policy("10.2")
def test_closing_as_no_change_needs_a_reason_and_is_then_kept(world: World) -> None:
    review = a_review(world)
    with pytest.raises(Refused, match="Say why nothing changes"):
        procedures.close_review(
            review=review, version=1, decision=Decision.NO_CHANGE, reasons=" ", by=world.head, at=world.at
        )
    procedures.close_review(
        review=review, version=1, decision=Decision.NO_CHANGE, reasons="Clause 9.3 says it.", by=world.head, at=world.at
    )

    review.refresh_from_db()
    assert (review.decision, review.reasons, review.closed_by) == ("no_change", "Clause 9.3 says it.", world.head)
    assert letters(review, world.head, "to_decide") == 0
    assert Alarm.objects.get(kind="review_late", about=review.id).rung_at is not None


@pytest.mark.policy("10.2")
def test_of_two_who_close_at_once_the_second_is_told_who_was_first(world: World) -> None:
    review = a_review(world)
    seen_by_chair = Review.objects.get(pk=review.pk)
    procedures.close_review(review=review, version=1, decision=Decision.AMEND, reasons="", by=world.head, at=world.at)

    with pytest.raises(TooLate, match="Amina Okafor closed this review at 6pm on Friday 20 November, before you"):
        procedures.close_review(
            review=seen_by_chair, version=1, decision=Decision.NO_CHANGE, reasons="Mine.", by=world.chair, at=world.at
        )
    with pytest.raises(Refused, match="This review is closed"):
        procedures.change_owner(review=review, version=2, owner=world.chair, by=world.chair, at=world.at)


@pytest.mark.policy("10.2", "F3")
def test_amend_names_the_change_that_is_on_its_way(world: World) -> None:
    revision = a_revision(world)
    review = a_review(world)
    procedures.close_review(review=review, version=1, decision=Decision.AMEND, reasons="", by=world.head, at=world.at)
    assert review.revision == revision


@pytest.mark.policy("10.2")
def test_a_new_owner_is_told_and_the_old_one_no_more(world: World) -> None:
    review = a_review(world)
    procedures.change_owner(review=review, version=1, owner=world.vice, by=world.head, at=world.at)

    assert (review.owner, review.version) == (world.vice, 2)
    assert letters(review, world.vice, "to_decide") == 1 and letters(review, world.head, "to_decide") == 0
    with pytest.raises(TooLate, match="Somebody else changed this review"):
        procedures.change_owner(review=review, version=1, owner=world.chair, by=world.chair, at=world.at)


def test_whoever_opens_a_review_of_their_own_gets_no_letter(world: World) -> None:
    review = procedures.open_review(
        school=world.school,
        trigger=Trigger.GUIDANCE,
        source="New advice.",
        owner=world.head,
        due_on=date(2026, 12, 1),
        by=world.head,
        at=world.at,
    )
    assert letters(review, world.head, "to_decide") == 0


@pytest.mark.policy("10.2")
def test_a_late_review_is_said_the_morning_after_and_each_week(world: World) -> None:
    review = a_review(world)
    ring(world, from_london(review.due_on, procedures.NINE))
    assert letters(review, world.head, "late") == 0

    first = from_london(review.due_on + timedelta(days=1), procedures.NINE)
    ring(world, first)
    ring(world, first + timedelta(days=6))
    assert letters(review, world.head, "late") == 1
    ring(world, first + timedelta(days=7))
    assert letters(review, world.head, "late") == 2

    procedures.close_review(
        review=review, version=1, decision=Decision.AMEND, reasons="", by=world.head, at=first + timedelta(days=8)
    )
    ring(world, first + timedelta(days=30))
    assert letters(review, world.head, "late") == 0


@pytest.mark.policy("10.2")
def test_a_late_review_of_somebody_who_left_is_said_to_the_head(world: World) -> None:
    review = a_review(world)
    procedures.change_owner(review=review, version=1, owner=world.vice, by=world.head, at=world.at)
    Person.objects.filter(pk=world.vice.pk).update(left_at=world.at)
    ring(world, from_london(review.due_on + timedelta(days=1), procedures.NINE))
    assert letters(review, world.head, "late") == 1 and letters(review, world.vice, "late") == 0


# --- The policy's own date ---


@pytest.mark.policy("3.8", "F1", "10.2")
def test_the_yearly_review_opens_six_weeks_before_its_date_and_once(world: World) -> None:
    met = london(world.school.created_at).date() - timedelta(days=30)
    a_version_in_force(world)
    policy = Policy.objects.get(pk=world.school.pk)
    assert policy.review_on == date(met.year + 1, met.month, met.day)
    opens = from_london(policy.review_on, procedures.NINE) - timedelta(days=42)

    ring(world, opens - timedelta(seconds=1))
    assert not Review.objects.filter(trigger=Trigger.DATE).exists()
    ring(world, opens)
    ring(world, opens)
    procedures.ring_review_due(world.school.pk, opens)

    review = Review.objects.get(trigger=Trigger.DATE)
    assert (review.owner, review.due_on, review.opened_by) == (world.head, policy.review_on, "program")
    assert review.source_key == f"date:{policy.review_on}"


@pytest.mark.policy("F1", "3.8")
def test_a_policy_long_past_its_date_gets_its_review_at_once_and_stays_in_force(world: World) -> None:
    a_version_in_force(world, reviewed=date(2026, 10, 1))
    ring(world, world.at)

    review = Review.objects.get(trigger=Trigger.DATE)
    assert review.due_on == date(2027, 1, 1) and "was due for review on Thursday 1 October 2026" in review.source
    assert Policy.objects.get(pk=world.school.pk).in_force is not None


def test_without_anybody_who_could_take_it_the_yearly_review_waits_for_a_day(world: World) -> None:
    a_version_in_force(world, reviewed=date(2026, 10, 1))
    Person.objects.update(left_at=world.at)
    ring(world, world.at)
    assert not Review.objects.exists() and default_owner(world.at) is None
    Person.objects.update(left_at=None)
    ring(world, world.at + timedelta(days=1))
    assert Review.objects.get().trigger == Trigger.DATE


# --- The watch list ---


@pytest.mark.policy("10.2")
def test_the_watch_list_is_looked_at_each_morning_at_six_in_london(world: World) -> None:
    a_policy(world)
    procedures.start_watching(school=world.school, by=world.head, at=world.at)
    procedures.start_watching(school=world.school, by=world.head, at=world.at + timedelta(hours=1))
    alarm = Alarm.objects.get(kind="watch")
    assert alarm.rings_at == datetime(2026, 11, 21, 6, tzinfo=UTC)

    ring(world, alarm.rings_at)
    alarm.refresh_from_db()
    assert alarm.rings_at == datetime(2026, 11, 22, 6, tzinfo=UTC) and alarm.rung_at is None
    # In summer it is six on the London clock.
    assert procedures.next_look(datetime(2027, 7, 1, 4, 59, tzinfo=UTC)) == datetime(2027, 7, 1, 5, tzinfo=UTC)
    assert procedures.next_look(datetime(2027, 7, 1, 5, 0, tzinfo=UTC)) == datetime(2027, 7, 2, 5, tzinfo=UTC)


@pytest.mark.policy("10.2")
def test_a_watch_item_whose_day_comes_opens_one_review_and_never_a_second(world: World) -> None:
    a_policy(world)
    procedures.start_watching(school=world.school, by=world.head, at=world.at)
    ring(world, datetime(2026, 12, 31, 6, tzinfo=UTC))
    assert not Review.objects.exists()

    ring(world, datetime(2027, 1, 1, 6, tzinfo=UTC))
    review = Review.objects.get()
    assert review.source_key == "watch:unfair-dismissal:2027-01-01"
    assert (review.trigger, review.owner) == (Trigger.LAW, world.head)
    assert review.source.startswith("Unfair dismissal after six months, Friday 1 January 2027.")
    assert letters(review, world.head, "to_decide") == 1

    for day in (2, 3):
        ring(world, datetime(2027, 1, day, 6, tzinfo=UTC))
    assert Review.objects.count() == 1


@pytest.mark.policy("10.2", "6.4")
def test_what_comes_each_year_calls_each_year(world: World) -> None:
    a_policy(world)
    procedures.start_watching(school=world.school, by=world.head, at=world.at)
    ring(world, datetime(2027, 9, 1, 6, tzinfo=UTC))
    ring(world, datetime(2028, 9, 1, 6, tzinfo=UTC))
    keys = set(Review.objects.filter(source_key__startswith="watch:kcsie:").values_list("source_key", flat=True))
    assert keys == {"watch:kcsie:2027-09-01", "watch:kcsie:2028-09-01"}


@pytest.mark.policy("10.2")
def test_nothing_opens_for_a_day_before_the_school_began_here(world: World) -> None:
    """Founded on 21 October 2026: harassment by outsiders was 1 October, so it is listed and calls for nothing."""
    a_policy(world)
    procedures.start_watching(school=world.school, by=world.head, at=world.at)
    ring(world, datetime(2026, 11, 21, 6, tzinfo=UTC))
    assert not Review.objects.exists()


@pytest.mark.policy("10.2")
def test_a_worker_that_was_away_for_years_opens_the_last_of_each(world: World) -> None:
    a_policy(world)
    procedures.start_watching(school=world.school, by=world.head, at=world.at)
    ring(world, datetime(2030, 1, 1, 6, tzinfo=UTC))
    keys = list(Review.objects.filter(source_key__startswith="watch:kcsie:").values_list("source_key", flat=True))
    assert keys == ["watch:kcsie:2029-09-01"]


def test_without_a_policy_nobody_watches(world: World) -> None:
    procedures.start_watching(school=world.school, by=world.head, at=world.at)
    ring(world, datetime(2027, 9, 1, 6, tzinfo=UTC))
    assert not Review.objects.exists() and Alarm.objects.get(kind="watch").rung_at is not None


def test_every_watch_item_fits_into_a_review() -> None:
    for item in watch_list():
        assert len(procedures.source_of(item, item.on or date(2026, 12, 30))) <= 500, item.key


def test_another_schools_reviews_are_not_seen(world: World) -> None:
    a_review(world, key="watch:kcsie:2026-09-01")
    other = a_school(tag="two", name="Another School")
    with inside(other.school.id):
        assert not Review.objects.exists()
        a_review(other, key="watch:kcsie:2026-09-01")
        assert Review.objects.count() == 1
