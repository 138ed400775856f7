"""Lists are cleared in the night once their time is over, one event for each, and nothing that still says something."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from builders import World, found_in_the_clear
from django.db import DatabaseError, transaction
from retention_acts import an_officer
from school_account_acts import a_post, a_posted_post, an_account_of

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.evidence import keyring
from forethought.people import procedures as people
from forethought.people.describing import keep_closed_days
from forethought.people.models import Absence, ClosedTime, Letter, Person, Shift
from forethought.people.post import owe_letter
from forethought.questions.models import CommonQuestion
from forethought.retention import disposing, due, lists, procedures
from forethought.retention.models import Due
from forethought.retention.rules import WAITS
from forethought.retention.schedule import Period
from forethought.safeguarding.models import PatternReview
from forethought.school_accounts import posting
from forethought.school_accounts import procedures as accounts
from forethought.school_accounts.models import Custody, SchoolAccount
from forethought.school_accounts.post_models import PostStep, SchoolPost

pytestmark = pytest.mark.policy("11.1")
DAY = timedelta(days=1)
YEAR = timedelta(days=366)


def night(world: World, at: datetime) -> int:
    return lists.of_tonight(world.school.id, at)


def cleared() -> list[str]:
    rows = Entry.objects.filter(verb="retention.clear_list").order_by("seq")
    return [f"{rule}" for row in rows for rule in lists.LISTS if f'"rule":"{rule}"' in row.body]


@pytest.fixture(autouse=True)
def _no_letters(world: World) -> None:
    """Those that the world itself owes are no matter of these tests."""
    Letter.objects.all().delete()


@pytest.mark.policy("8.3")
def test_duty_absence_and_closed_days_go_a_year_after_they_were_over(world: World) -> None:
    for ends in (world.at + DAY, world.at + 30 * DAY):
        people.put_on_duty(person=world.senior, starts_at=world.at, ends_at=ends, by=world.head, at=world.at)
    people.be_away(person=world.head, until=world.at + DAY, by=world.head, at=world.at)
    people.be_away(person=world.teacher, until=None, by=world.teacher, at=world.at)
    keep_closed_days(
        school=world.school, closed=[("Half term", date(2026, 11, 20), date(2026, 11, 21))], by=world.head, at=world.at
    )
    at = world.at + 365 * DAY
    assert night(world, at) == 0 and cleared() == []
    assert night(world, at + DAY) == 3
    assert not ClosedTime.objects.exists()
    assert [row.person for row in Absence.objects.all()] == [world.teacher], "without an end it is not over"
    assert [row.ends_at for row in Shift.objects.all()] == [world.at + 30 * DAY]
    assert cleared() == ["duty"] and night(world, at + DAY) == 0


def test_a_school_may_keep_its_rota_longer(world: World) -> None:
    people.put_on_duty(person=world.senior, starts_at=world.at, ends_at=world.at + DAY, by=world.head, at=world.at)
    procedures.change_rule(
        school=world.school, key="duty", period=Period(years=2), reason="A claim.", by=world.head, at=world.at
    )
    assert night(world, world.at + 1.5 * YEAR) == 0
    assert night(world, world.at + 2.1 * YEAR) == 1


def test_mails_that_were_sent_go_after_a_year_and_those_of_a_case_go_with_it(world: World) -> None:
    sent, waiting, of_case = (
        owe_letter(person=world.teacher, kind="news", at=world.at, about=uuid.uuid4(), case_id=case_id)
        for case_id in (None, None, uuid.uuid4())
    )
    assert sent and waiting and of_case
    Letter.objects.filter(about__isnull=False).exclude(pk=waiting.pk).update(sent_at=world.at, try_at=None)
    assert night(world, world.at + 364 * DAY) == 0
    assert night(world, world.at + YEAR) == 1
    assert set(Letter.objects.values_list("pk", flat=True)) == {waiting.pk, of_case.pk}


@pytest.mark.policy("2.1")
def test_a_post_goes_three_years_after_its_last_step_with_all_its_steps(world: World) -> None:
    account = an_account_of(world)
    old = a_posted_post(world, account)
    good = a_posted_post(world, account)
    posting.mark_example(post=good, version=good.version, why="Nobody is named.", by=world.teacher, at=world.at)
    a_post(world, account, words="Never proposed")
    with pytest.raises(DatabaseError), transaction.atomic():
        PostStep.objects.filter(post=old)._raw_delete("default")
    Letter.objects.all().delete()
    assert night(world, world.at + 3 * 365 * DAY - DAY) == 0
    steps = old.steps.count()
    assert night(world, world.at + 3 * YEAR) == steps + 2
    assert list(SchoolPost.objects.all()) == [good] and set(PostStep.objects.values_list("post", flat=True)) == {
        good.pk
    }
    assert cleared() == ["school_post"]
    with pytest.raises(DatabaseError), transaction.atomic():
        PostStep.objects.all()._raw_delete("default")


@pytest.mark.policy("2.1")
def test_an_account_that_was_closed_goes_once_nothing_of_it_is_left(world: World) -> None:
    closed, open_one = an_account_of(world), an_account_of(world, medium="X")
    a_posted_post(world, closed)
    accounts.close_account(account=closed, version=closed.version, why="Nobody reads it.", by=world.head, at=world.at)
    CommonQuestion.objects.create(
        school=world.school, question="Trips?", answer="Yes.", shared_at=world.at, shared_by=world.senior,
        withdrawn_at=world.at,
    )  # fmt: skip
    Letter.objects.all().delete()
    procedures.change_rule(
        school=world.school, key="school_post", period=Period(years=5), reason="Claims.", by=world.head, at=world.at
    )
    assert night(world, world.at + 3 * YEAR) == 3, "who looked after it, and the question"
    assert set(SchoolAccount.objects.all()) == {closed, open_one} and not CommonQuestion.objects.exists()
    assert set(Custody.objects.values_list("account", flat=True)) == {open_one.pk}
    night(world, world.at + 6 * YEAR)
    assert list(SchoolAccount.objects.all()) == [open_one]


@pytest.mark.policy("6.5")
def test_what_was_said_of_somebodys_low_level_concerns_goes_with_their_name(world: World) -> None:
    officer, left = an_officer(world), world.colleague
    for about in (left, None):
        row = PatternReview(
            id=uuid.uuid4(), school=world.school, about=about, choice="none", reviewed_at=world.at,
            reviewed_by=str(world.head.pk),
        )  # fmt: skip
        row.content = keyring.seal_at_school(row, "content", {"reasons": "Nothing in it."})
        row.save(force_insert=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        PatternReview.objects.all()._raw_delete("default")
    people.leave(person=left, by=world.head, at=world.at)
    at = world.at + 6 * YEAR
    due.refresh(world.school.id, at)
    disposal = procedures.propose_disposal(due=Due.objects.get(what="person"), looked=True, by=world.head, at=at)
    procedures.confirm_disposal(disposal=disposal, by=officer, at=at)
    disposing.carry_out_disposal(disposal=disposal, by=PROGRAM, at=at + WAITS)
    assert [row.about for row in PatternReview.objects.all()] == [None]
    assert Person.objects.get(pk=left.pk).name not in found_in_the_clear("Ben Foster")


def test_a_list_that_cannot_be_cleared_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(day: date, before: datetime) -> list[lists.Rows]:
        raise OSError("no")

    people.put_on_duty(person=world.senior, starts_at=world.at, ends_at=world.at + DAY, by=world.head, at=world.at)
    monkeypatch.setattr(lists, "LISTS", {"own_list": broken, "duty": lists.LISTS["duty"]})
    assert night(world, world.at + 2 * YEAR) == 1
