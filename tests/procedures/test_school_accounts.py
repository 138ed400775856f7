"""The register of school accounts: what is kept, who hears of it when one leaves, and which events are left."""

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import World
from school_account_acts import SAID, an_account_of

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.core.clock import london
from forethought.core.errors import Refused, TooLate
from forethought.management.commands.worker import BELLS
from forethought.people import alarms
from forethought.people import procedures as people
from forethought.people.models import Alarm, Kind, Letter, Person
from forethought.school_accounts import custody, procedures, standing
from forethought.school_accounts.models import AccountHandOver, AccountRequest, Custody, SchoolAccount

pytestmark = pytest.mark.policy("2.1")
DAY = timedelta(days=1)


def verbs() -> list[str]:
    found = Entry.objects.filter(verb__startswith="school_accounts.").order_by("seq").values_list("verb", flat=True)
    return [one.removeprefix("school_accounts.") for one in found]


def owed(person: Person, kind: str = "needs_you") -> int:
    return Letter.objects.filter(person=person, kind=kind, dropped="").count()


def held(account: SchoolAccount, person: Person) -> Custody:
    return Custody.objects.select_related("account", "person").get(account=account, person=person, ended_at=None)


def ring(world: World, at: object = None) -> None:
    assert alarms.ring_due(world.school.pk, at or world.at, bells=BELLS)  # type: ignore[arg-type]


@pytest.fixture
def account(world: World) -> SchoolAccount:
    return an_account_of(world)


def leaves(world: World, person: Person) -> None:
    people.leave(person=person, by=world.head, at=world.at)
    ring(world)


@pytest.mark.policy("2.2", "4.2")
def test_an_account_stands_on_the_register_with_two_under_the_name_of_its_medium(world: World) -> None:
    account = an_account_of(world, medium="twitter")
    assert account.medium == "X"
    assert set(standing.custodians(account)) == {world.teacher, world.senior}
    assert verbs() == ["register_account"]
    assert owed(world.teacher, "news") == 1
    assert account.review_on == london(world.at).date().replace(year=2027)


def test_the_same_account_is_not_registered_twice_and_not_with_one(world: World, account: SchoolAccount) -> None:
    with pytest.raises(Refused, match="on the register already"):
        an_account_of(world, medium="facebook", handle="@LARKFIELD  primary")
    with pytest.raises(Refused, match="two different"):
        an_account_of(world, world.teacher, world.teacher, handle="Another")
    gone = people.add_person(
        school=world.school, name="Nia Quill", kind=Kind.AGENCY, starts_on=world.at.date() - 9 * DAY,
        ends_on=world.at.date() - DAY, by=PROGRAM, at=world.at - 9 * DAY,
    )  # fmt: skip
    with pytest.raises(Refused, match="not engaged here"):
        an_account_of(world, world.teacher, gone, handle="Another")
    assert SchoolAccount.objects.count() == 1


@pytest.mark.policy("5.6")
def test_parents_are_sent_to_the_account_that_is_for_them_while_it_is_open(world: World) -> None:
    assert standing.account_for_parents(world.school) is None
    an_account_of(world, parent_facing=False, handle="Art club")
    assert standing.account_for_parents(world.school) is None
    account = an_account_of(world)
    an_account_of(world, handle="Second")
    assert str(standing.account_for_parents(world.school)).startswith("Facebook, Larkfield Primary (https://")
    assert len(standing.accounts_for_parents()) == 2
    procedures.close_account(account=account, version=1, why="Not used.", by=world.head, at=world.at)
    found = standing.account_for_parents(world.school)
    assert found is not None and found.handle == "Second"


def test_a_custodian_who_leaves_is_a_task_for_the_head_and_the_other_one_at_once(
    world: World, account: SchoolAccount
) -> None:
    leaves(world, world.teacher)
    assert held(account, world.teacher).gone_at == world.at
    assert standing.custodians(account) == [world.senior]
    assert owed(world.head) == 1 and owed(world.senior) == 1 and owed(world.teacher) == 0
    assert verbs()[-1] == "note_gone"
    ring(world, world.at + DAY)
    assert verbs().count("note_gone") == 1


def test_an_engagement_that_ends_is_the_same_once_its_last_day_is_over(world: World, account: SchoolAccount) -> None:
    engagement = world.teacher.engagements.get()
    people.end_engagement(engagement=engagement, ends_on=london(world.at).date(), by=world.head, at=world.at)
    ring(world)
    assert held(account, world.teacher).gone_at is None
    ring(world, world.at + DAY)
    assert held(account, world.teacher).gone_at is not None


def test_whoever_has_another_engagement_goes_on_looking_after_it(world: World, account: SchoolAccount) -> None:
    today = london(world.at).date()
    people.engage(person=world.teacher, kind=Kind.VOLUNTEER, starts_on=today, by=world.head, at=world.at)
    engagement = world.teacher.engagements.get(kind=Kind.EMPLOYEE)
    people.end_engagement(engagement=engagement, ends_on=today, by=world.head, at=world.at)
    ring(world, world.at + DAY)
    assert held(account, world.teacher).gone_at is None and "note_gone" not in verbs()


def test_without_a_head_a_governor_in_the_chair_hears_of_it(world: World, account: SchoolAccount) -> None:
    leaves(world, world.senior)
    people.leave(person=world.head, by=world.chair, at=world.at)
    custody_of_last = held(account, world.teacher)
    custody.note_gone(custody=custody_of_last, by=PROGRAM, at=world.at)
    assert owed(world.chair) == 1
    assert standing.custodians(account) == []


def test_a_hand_over_is_confirmed_by_both_in_their_order(world: World, account: SchoolAccount) -> None:
    over = custody.begin_hand_over(
        account=account, giver=world.teacher, taker=world.colleague, by=world.teacher, at=world.at
    )
    assert owed(world.colleague) == 1
    with pytest.raises(Refused, match="take over first"):
        custody.let_go(hand_over=over, confirmed=True, by=world.teacher, at=world.at)
    with pytest.raises(Refused, match="Sign in to it first"):
        custody.take_over(hand_over=over, confirmed=False, by=world.colleague, at=world.at)
    with pytest.raises(Refused, match="Somebody else"):
        custody.take_over(hand_over=over, confirmed=True, by=world.senior, at=world.at)
    custody.take_over(hand_over=over, confirmed=True, by=world.colleague, at=world.at)
    assert owed(world.colleague) == 0 and len(standing.custodians(account)) == 3
    for stranger in (world.senior, world.head, world.colleague):
        with pytest.raises(Refused):
            custody.let_go(hand_over=over, confirmed=True, by=stranger, at=world.at)
    custody.let_go(hand_over=over, confirmed=True, by=world.teacher, at=world.at)
    assert set(standing.custodians(account)) == {world.senior, world.colleague}
    assert verbs()[-3:] == ["begin_hand_over", "take_over", "let_go"]
    ended = Custody.objects.get(account=account, person=world.teacher)
    assert (ended.why, ended.ended_by) == ("handed", world.teacher)


def test_for_whoever_left_another_hands_over_and_the_task_is_done(world: World, account: SchoolAccount) -> None:
    leaves(world, world.teacher)
    with pytest.raises(Refused):
        custody.begin_hand_over(account=account, giver=world.senior, taker=world.lead, by=world.head, at=world.at)
    over = custody.begin_hand_over(
        account=account, giver=world.teacher, taker=world.colleague, by=world.head, at=world.at
    )
    custody.take_over(hand_over=over, confirmed=True, by=world.colleague, at=world.at)
    custody.let_go(hand_over=over, confirmed=True, by=world.senior, at=world.at)
    assert set(standing.custodians(account)) == {world.senior, world.colleague}
    assert standing.faults_of(account, standing.custodies(account), london(world.at).date())[0].startswith("Nobody has")
    assert owed(world.head) == 0 and owed(world.senior) == 0


def test_one_hand_over_of_one_custodian_at_a_time_and_it_can_be_called_off(
    world: World, account: SchoolAccount
) -> None:
    def begin(taker: Person) -> AccountHandOver:
        return custody.begin_hand_over(account=account, giver=world.teacher, taker=taker, by=world.teacher, at=world.at)

    over = begin(world.colleague)
    with pytest.raises(Refused, match="already"):
        begin(world.lead)
    custody.drop_hand_over(hand_over=over, by=world.colleague, at=world.at)
    with pytest.raises(Refused, match="called off"):
        custody.take_over(hand_over=over, confirmed=True, by=world.colleague, at=world.at)
    with pytest.raises(Refused, match="look after it already"):
        begin(world.senior)
    custody.take_over(hand_over=begin(world.lead), confirmed=True, by=world.lead, at=world.at)


def test_nobody_is_taken_off_before_two_others_are_there(world: World, account: SchoolAccount) -> None:
    with pytest.raises(Refused, match="Two others"):
        custody.end_custody(custody=held(account, world.teacher), by=world.senior, at=world.at)
    custody.name_custodian(account=account, person=world.colleague, by=world.senior, at=world.at)
    with pytest.raises(Refused, match="already"):
        custody.name_custodian(account=account, person=world.colleague, by=world.senior, at=world.at)
    custody.end_custody(custody=held(account, world.teacher), by=world.head, at=world.at)
    with pytest.raises(Refused):
        custody.name_custodian(account=account, person=world.lead, by=world.teacher, at=world.at)
    assert verbs()[-2:] == ["name_custodian", "end_custody"]


def test_it_is_looked_at_again_each_year(world: World, account: SchoolAccount) -> None:
    procedures.confirm_second_step(account=account, version=1, by=world.teacher, at=world.at)
    with pytest.raises(Refused, match="not be looked at again yet"):
        procedures.review_account(account=account, version=2, by=world.teacher, at=world.at)
    year_on = Alarm.objects.get(kind="account_review").rings_at
    assert (london(year_on).date(), london(year_on).hour) == (account.review_on, 9)
    ring(world, year_on)
    assert owed(world.teacher, "to_decide") == 1 and owed(world.head, "to_decide") == 0
    procedures.review_account(account=account, version=2, by=world.senior, at=year_on)
    assert owed(world.teacher, "to_decide") == 0
    assert account.review_on == london(year_on).date().replace(year=2028)
    assert Alarm.objects.get(kind="account_review", rung_at=None).rings_at > year_on


def test_what_the_register_says_is_put_right_by_those_who_tend_it(world: World, account: SchoolAccount) -> None:
    said = replace(SAID, purpose="News.", recovery="own")
    with pytest.raises(Refused):
        procedures.change_account(account=account, version=1, said=said, by=world.colleague, at=world.at)
    procedures.change_account(account=account, version=1, said=said, by=world.teacher, at=world.at)
    assert (account.purpose, account.version) == ("News.", 2)
    with pytest.raises(TooLate):
        procedures.change_account(account=account, version=1, said=SAID, by=world.senior, at=world.at)


def test_a_closed_account_stays_and_nothing_about_it_goes_on(world: World, account: SchoolAccount) -> None:
    over = custody.begin_hand_over(
        account=account, giver=world.teacher, taker=world.colleague, by=world.teacher, at=world.at
    )
    with pytest.raises(Refused):
        procedures.close_account(account=account, version=1, why="Not used.", by=world.teacher, at=world.at)
    procedures.close_account(account=account, version=1, why="Not used.", by=world.senior, at=world.at)
    assert not Custody.objects.filter(account=account, ended_at=None).exists()
    with pytest.raises(Refused, match="called off"):
        custody.take_over(hand_over=over, confirmed=True, by=world.colleague, at=world.at)
    with pytest.raises(Refused, match="closed"):
        custody.name_custodian(account=account, person=world.lead, by=world.head, at=world.at)
    ring(world, world.at + 400 * DAY)
    assert "ask_for_review" not in verbs()
    an_account_of(world)
    assert SchoolAccount.objects.count() == 2


def test_an_account_is_asked_for_agreed_to_and_registered(world: World) -> None:
    ask = {"medium": "insta", "purpose": "Art.", "audience": "Families.", "first": world.teacher, "at": world.at}
    with pytest.raises(Refused, match="two different"):
        procedures.ask_for_account(**ask, second=world.teacher, by=world.colleague)  # type: ignore[arg-type]
    asked = procedures.ask_for_account(**ask, second=world.senior, by=world.colleague)  # type: ignore[arg-type]
    assert asked.medium == "Instagram" and owed(world.head, "to_decide") == 1
    for nobody in (world.senior, world.colleague):
        with pytest.raises(Refused):
            procedures.agree_to_account(request=asked, answer="", by=nobody, at=world.at)
    stale = AccountRequest.objects.get(pk=asked.pk)
    procedures.agree_to_account(request=asked, answer="", by=world.head, at=world.at)
    with pytest.raises(TooLate):
        procedures.decline_account(request=stale, answer="No.", by=world.chair, at=world.at)
    assert owed(world.colleague, "answered") == 1 and owed(world.head, "to_decide") == 0
    pair = [world.teacher, world.senior]
    made = procedures.register_account(
        school=world.school, said=SAID, custodians=pair, asked=asked, by=world.head, at=world.at
    )
    asked.refresh_from_db()
    assert asked.account == made
    with pytest.raises(Refused, match="has its account already"):
        procedures.register_account(
            school=world.school, said=replace(SAID, handle="Two"), custodians=pair, asked=asked, by=world.head,
            at=world.at,
        )  # fmt: skip
    assert verbs() == ["ask_for_account", "agree_to_account", "register_account"]


def test_a_no_has_its_reason(world: World) -> None:
    asked = procedures.ask_for_account(
        medium="Facebook", purpose="Art.", audience="Families.", first=world.teacher, second=world.senior,
        by=world.teacher, at=world.at,
    )  # fmt: skip
    with pytest.raises(Refused, match="Say why not"):
        procedures.decline_account(request=asked, answer=" ", by=world.head, at=world.at)
    procedures.decline_account(request=asked, answer="We have one.", by=world.head, at=world.at)
    assert (asked.agreed, asked.answer) == (False, "We have one.")
