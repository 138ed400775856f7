"""Posts for a school account: four eyes, what each step keeps, and that a picture goes when it is not needed."""

import hashlib
import json
from datetime import timedelta

import pytest
from builders import World, found_in_the_clear
from django.db import DatabaseError, IntegrityError, transaction
from school_account_acts import a_post, a_posted_post, a_proposed_post, an_account_of, an_approved_post

from forethought.audit.models import Entry
from forethought.core.errors import Refused, TooLate
from forethought.management.commands.worker import BELLS
from forethought.people import alarms
from forethought.people import procedures as people
from forethought.people.models import Letter, Person
from forethought.school_accounts import custody, post_standing, posting, procedures
from forethought.school_accounts.models import SchoolAccount
from forethought.school_accounts.post_models import PostPicture, PostStep, SchoolPost
from forethought.school_accounts.posting import Written

pytestmark = pytest.mark.policy("2.1", "6.3")
CANARY = "Quetzalcoatl"


@pytest.fixture
def account(world: World) -> SchoolAccount:
    return an_account_of(world)


def verbs() -> list[str]:
    found = Entry.objects.filter(verb__startswith="school_accounts.").order_by("seq").values_list("verb", flat=True)
    return [one.removeprefix("school_accounts.") for one in found]


def owed(person: Person, kind: str) -> int:
    return Letter.objects.filter(person=person, kind=kind, dropped="").count()


def a_picture(world: World, post: SchoolPost, data: bytes = b"a picture") -> PostPicture:
    return posting.keep_picture(
        post=post, version=post.version, data=data, media_type="image/png", alt="A hedge.", by=post.proposer,
        at=world.at,
    )  # fmt: skip


@pytest.mark.policy("2.2")
def test_a_post_is_proposed_sent_back_changed_approved_and_put_up(world: World, account: SchoolAccount) -> None:
    post = a_proposed_post(world, account, words=f"{CANARY} won.")
    assert owed(world.teacher, "to_decide") == owed(world.senior, "to_decide") == 1
    posting.send_back(post=post, version=post.version, why="Leave the name out.", by=world.teacher, at=world.at)
    assert owed(world.senior, "to_decide") == 0 and owed(world.colleague, "answered") == 1
    new = Written("A pupil won.", "none", "none")
    posting.change_post(post=post, version=post.version, written=new, by=world.colleague, at=world.at)
    posting.propose_post(post=post, version=post.version, by=world.colleague, at=world.at)
    posting.approve_post(post=post, version=post.version, by=world.senior, at=world.at)
    posting.note_posted(
        post=post, version=post.version, shown_at=world.at, address="https://x.example/1", by=world.teacher, at=world.at
    )
    assert (post.status, post.approved_by, post.posted_by) == ("posted", world.senior, world.teacher)
    steps = {one.kind: one for one in post_standing.steps_of(post)}
    assert steps["send_back"].words == f"{CANARY} won." and steps["send_back"].why == "Leave the name out."
    assert steps["approve_post"].words == "A pupil won."
    assert found_in_the_clear(CANARY) == []
    assert verbs()[1:] == [
        "write_post",
        "propose_post",
        "send_back",
        "change_post",
        "propose_post",
        "approve_post",
        "note_posted",
    ]


def test_nobody_approves_their_own_and_only_a_custodian_does(world: World, account: SchoolAccount) -> None:
    post = a_proposed_post(world, account, by=world.teacher)
    assert owed(world.teacher, "to_decide") == 0 and owed(world.senior, "to_decide") == 1
    for nobody in (world.teacher, world.head, world.colleague):
        with pytest.raises(Refused):
            posting.approve_post(post=post, version=post.version, by=nobody, at=world.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        SchoolPost.objects.filter(pk=post.pk).update(approved_at=world.at, approved_by=world.teacher)
    posting.approve_post(post=post, version=post.version, by=world.senior, at=world.at)


def test_what_was_changed_meanwhile_is_not_approved(world: World, account: SchoolAccount) -> None:
    post = a_proposed_post(world, account)
    read = post.version
    posting.send_back(post=post, version=read, why="Shorter.", by=world.teacher, at=world.at)
    posting.propose_post(post=post, version=post.version, by=world.colleague, at=world.at)
    with pytest.raises(TooLate):
        posting.approve_post(post=post, version=read, by=world.senior, at=world.at)


def test_a_pupil_without_consent_is_not_approved(world: World, account: SchoolAccount) -> None:
    post = a_proposed_post(world, account, consent="not_all")
    with pytest.raises(Refused, match="may lack consent"):
        posting.approve_post(post=post, version=post.version, by=world.senior, at=world.at)
    body = Entry.objects.get(verb="school_accounts.propose_post").body
    assert json.loads(body)["facts"]["consent"] == "not_all"


def test_where_nobody_else_looks_after_it_nothing_can_be_proposed(world: World, account: SchoolAccount) -> None:
    people.leave(person=world.senior, by=world.head, at=world.at)
    custody.ring_left(world.senior.pk, world.at)
    post = a_post(world, account, by=world.teacher)
    with pytest.raises(Refused, match="second custodian"):
        posting.propose_post(post=post, version=1, by=world.teacher, at=world.at)
    with pytest.raises(Refused):
        a_proposed_post(world, account, consent="none", names="none", by=world.teacher)


def test_a_post_opens_to_its_writer_and_once_proposed_to_the_custodians(world: World, account: SchoolAccount) -> None:
    post = a_post(world, account)
    readers = {one for one in world.everybody() if post_standing.post_for(post.pk, one)}
    assert readers == {world.colleague}
    posting.propose_post(post=post, version=1, by=world.colleague, at=world.at)
    readers = {one for one in world.everybody() if post_standing.post_for(post.pk, one)}
    assert readers == {world.colleague, world.teacher, world.senior}
    custody.name_custodian(account=account, person=world.lead, by=world.head, at=world.at)
    held = account.custodies.select_related("account", "person").get(person=world.teacher)
    custody.end_custody(custody=held, by=world.head, at=world.at)
    assert post_standing.post_for(post.pk, world.teacher) is None


def test_a_picture_is_kept_sealed_and_gone_once_the_post_is_up(world: World, account: SchoolAccount) -> None:
    post = a_post(world, account)
    a_picture(world, post, b"first")
    row = a_picture(world, post, CANARY.encode())
    assert PostPicture.objects.filter(removed_at=None).get() == row
    assert post_standing.bytes_of(row) == CANARY.encode()
    assert found_in_the_clear(CANARY) == []
    posting.propose_post(post=post, version=post.version, by=world.colleague, at=world.at)
    with pytest.raises(Refused):
        a_picture(world, post)
    posting.approve_post(post=post, version=post.version, by=world.senior, at=world.at)
    posting.note_posted(post=post, version=post.version, shown_at=world.at, address="", by=world.senior, at=world.at)
    assert not PostPicture.objects.exclude(content=None).exists()
    row.refresh_from_db()
    assert bytes(row.sha256) == hashlib.sha256(CANARY.encode()).digest()
    assert PostStep.objects.filter(post=post).count() == 3


def test_a_picture_that_waited_for_thirty_days_goes_and_its_post_with_it_back(
    world: World, account: SchoolAccount
) -> None:
    post = a_post(world, account)
    a_picture(world, post)
    posting.propose_post(post=post, version=post.version, by=world.colleague, at=world.at)
    posting.approve_post(post=post, version=post.version, by=world.senior, at=world.at)
    later = world.at + timedelta(days=30)
    assert alarms.ring_due(world.school.pk, later - timedelta(seconds=1), bells=BELLS)
    assert post_standing.picture_of(post) is not None
    assert alarms.ring_due(world.school.pk, later, bells=BELLS)
    post.refresh_from_db()
    assert post_standing.picture_of(post) is None and (post.status, post.approved_by) == ("sent_back", None)
    assert verbs()[-1] == "drop_picture"


def test_a_picture_is_taken_off_and_withdrawing_removes_it(world: World, account: SchoolAccount) -> None:
    post = a_post(world, account)
    a_picture(world, post)
    posting.remove_picture(post=post, version=post.version, by=world.colleague, at=world.at)
    assert post_standing.picture_of(post) is None
    a_picture(world, post)
    with pytest.raises(Refused):
        posting.withdraw_post(post=post, version=post.version, by=world.teacher, at=world.at)
    posting.withdraw_post(post=post, version=post.version, by=world.colleague, at=world.at)
    assert post_standing.picture_of(post) is None and post.status == "withdrawn"
    assert alarms.ring_due(world.school.pk, world.at + timedelta(days=40), bells=BELLS)
    assert "drop_picture" not in verbs()


def test_an_approved_post_can_still_be_sent_back(world: World, account: SchoolAccount) -> None:
    post = an_approved_post(world, account)
    posting.send_back(post=post, version=post.version, why="Not today.", by=world.teacher, at=world.at)
    assert (post.status, post.approved_at, post.approved_by) == ("sent_back", None, None)


def test_a_step_never_changes(world: World, account: SchoolAccount) -> None:
    a_posted_post(world, account)
    with pytest.raises(DatabaseError), transaction.atomic():
        PostStep.objects.update(kind="approve_post")
    with pytest.raises(DatabaseError), transaction.atomic():
        PostStep.objects.all().delete()


def test_a_good_post_is_shown_to_all_and_taken_off_again(world: World, account: SchoolAccount) -> None:
    post = a_posted_post(world, account)
    with pytest.raises(Refused):
        posting.mark_example(post=post, version=post.version, why="Plain.", by=world.head, at=world.at)
    posting.mark_example(post=post, version=post.version, why="Plain.", by=world.teacher, at=world.at)
    assert post_standing.good_posts() == [post]
    posting.unmark_example(post=post, version=post.version, by=world.senior, at=world.at)
    assert post_standing.good_posts() == []


def test_nothing_is_written_for_a_closed_account(world: World, account: SchoolAccount) -> None:
    post = a_post(world, account)
    procedures.close_account(account=account, version=1, why="Not used.", by=world.head, at=world.at)
    account.refresh_from_db()
    with pytest.raises(Refused, match="closed"):
        a_post(world, account)
    post.refresh_from_db()
    with pytest.raises(Refused, match="closed"):
        posting.propose_post(post=post, version=1, by=world.colleague, at=world.at)
