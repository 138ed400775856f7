"""Accounts of the school: what each sees of the register, what can be done there, and to whom it opens."""

import uuid

import pytest
from builders import World, a_school
from school_account_acts import an_account_of
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.procedures import PROGRAM
from forethought.core.clock import london
from forethought.people import procedures as people
from forethought.rows import inside
from forethought.school_accounts import custody
from forethought.school_accounts.models import AccountRequest, Custody, SchoolAccount

pytestmark = pytest.mark.policy("2.1")

HOME = "/school-accounts/"
FORM = {
    "medium": "Facebook",
    "handle": "Larkfield Primary",
    "address": "",
    "purpose": "News for families.",
    "owner": "head",
    "recovery": "office",
    "parent_facing": "yes",
    "comments": "",
    "consent": "",
    "archive": "",
}


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def account(world: World) -> SchoolAccount:
    return an_account_of(world)


def held(account: SchoolAccount, person: object) -> Custody:
    return Custody.objects.select_related("account", "person").get(account=account, person=person, ended_at=None)


def test_the_head_puts_an_account_on_the_register(world: World) -> None:
    client = client_of(world.head)
    pair = {"first": str(world.teacher.pk), "second": str(world.senior.pk)}
    page = client.post(f"{HOME}register-account/", {**FORM, **pair, "second": pair["first"]})
    assert page.status_code == 422 and "Choose two different people." in page.content.decode()
    answer = client.post(f"{HOME}register-account/", {**FORM, **pair})
    made = SchoolAccount.objects.get()
    assert answer.headers["Location"] == f"{HOME}{made.pk}/"
    assert "Nobody has confirmed that it asks for a second step." in text_of(client.get(f"{HOME}{made.pk}/"))
    assert client_of(world.teacher).get(f"{HOME}register-account/").status_code == 404


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"purpose": "News. The password is Larkfield2026!"}, "Passwords are never kept here."),
        ({"archive": "recovery code: 482913"}, "Passwords are never kept here."),
        ({"comments": "The recovery code is 4829-1133."}, "Passwords are never kept here."),
        ({"recovery": "482913"}, "Choose who holds the way back."),
        ({"owner": "caretaker"}, "Choose an office."),
        ({"parent_facing": ""}, "Choose yes or no."),
        ({"handle": "x" * 101}, "1 character too long."),
        ({"first": str(uuid.uuid4())}, "Choose somebody."),
    ],
)
def test_a_bad_answer_is_told_and_nothing_is_kept(world: World, said: dict[str, str], sentence: str) -> None:
    pair = {"first": str(world.teacher.pk), "second": str(world.senior.pk)}
    answer = client_of(world.head).post(f"{HOME}register-account/", {**FORM, **pair, **said})
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not SchoolAccount.objects.exists()


@pytest.mark.policy("5.6")
def test_all_staff_read_which_account_is_for_parents_and_not_who_holds_the_keys(
    world: World, account: SchoolAccount
) -> None:
    page = text_of(client_of(world.colleague).get(HOME))
    assert (
        "Where to send a parent" in page and "Facebook, Larkfield Primary (https://facebook.example/larkfield)" in page
    )
    one = text_of(client_of(world.colleague).get(f"{HOME}{account.pk}/"))
    assert "News for families." in one
    for word in ("Way back into it", "Tess Harlow", "Put something right", "To put right"):
        assert word not in one
    mine = text_of(client_of(world.teacher).get(f"{HOME}{account.pk}/"))
    assert "Way back into it" in mine and "Tess Harlow (you)" in mine


@pytest.mark.policy("5.6")
def test_the_reply_to_a_parent_names_the_account_for_parents(world: World, account: SchoolAccount) -> None:
    asked = {"who": "parent", "way": "received", "age": "", "platform": "Messenger"}
    page = text_of(client_of(world.colleague).post("/contacted/", asked))
    assert "Please write to the school: Facebook, Larkfield Primary (https://facebook.example/larkfield)" in page
    assert "or the school office" in page


def test_what_is_done_about_an_account_is_no_page_for_the_others(world: World, account: SchoolAccount) -> None:
    part = held(account, world.teacher)
    over = custody.begin_hand_over(
        account=account, giver=world.teacher, taker=world.lead, by=world.teacher, at=world.at
    )
    own = [f"{HOME}{account.pk}/{one}/" for one in ("change-account", "confirm-second-step", "review-account")]
    own += [f"{HOME}{account.pk}/name-custodian/", f"{HOME}custodies/{part.pk}/end-custody/"]
    own += [f"{HOME}custodies/{part.pk}/begin-hand-over/", f"{HOME}hand-overs/{over.pk}/"]
    for address in own:
        assert client_of(world.colleague).get(address).status_code == 404, address
        assert client_of(world.colleague).post(address).status_code == 404, address
        assert client_of(world.teacher).get(address).status_code == 200, address
    assert client_of(world.lead).get(f"{HOME}hand-overs/{over.pk}/take-over/").status_code == 200
    assert client_of(world.senior).get(f"{HOME}hand-overs/{over.pk}/take-over/").status_code == 404
    assert client_of(world.teacher).get(f"{HOME}{account.pk}/close-account/").status_code == 404
    assert (
        client_of(world.senior).get(f"{HOME}custodies/{held(account, world.teacher).pk}/begin-hand-over/").status_code
        == 404
    )


def test_another_schools_account_is_no_account(world: World) -> None:
    other = a_school(tag="two", name="Another School", at=world.at)
    with inside(other.school.id):
        theirs = an_account_of(other)
    for address in (f"{HOME}{theirs.pk}/", f"{HOME}{theirs.pk}/change-account/"):
        assert client_of(world.head).get(address).status_code == 404


def test_the_head_and_the_other_custodian_find_who_left_at_home(world: World, account: SchoolAccount) -> None:
    said = "Somebody who looked after an account of the school has left."
    assert said not in text_of(client_of(world.head).get("/"))
    custody.note_gone(custody=held(account, world.teacher), by=PROGRAM, at=world.at)
    for one in (world.head, world.senior):
        assert said in text_of(client_of(one).get("/"))
    assert said not in text_of(client_of(world.colleague).get("/"))
    assert client_of(world.head).get("/next/").headers["Location"] == f"{HOME}{account.pk}/"
    client = client_of(world.head)
    assert client.post(f"{HOME}custodies/{held(account, world.teacher).pk}/end-custody/").status_code == 302
    home = text_of(client.get("/"))
    assert said not in home and "Only one person looks after an account of the school." in home


def test_a_hand_over_goes_through_its_pages(world: World, account: SchoolAccount) -> None:
    giver, taker = client_of(world.teacher), client_of(world.colleague)
    begun = giver.post(
        f"{HOME}custodies/{held(account, world.teacher).pk}/begin-hand-over/", {"person": str(world.colleague.pk)}
    )
    over = begun.headers["Location"]
    assert "It waits for Ben Foster." in text_of(giver.get(over))
    assert "An account of the school is handed over to you." in text_of(taker.get("/"))
    unticked = taker.post(f"{over}take-over/")
    assert unticked.status_code == 422 and "Sign in to it first" in unticked.content.decode()
    assert taker.post(f"{over}take-over/", {"confirmed": "on"}).status_code == 302
    assert "Finish handing an account over." in text_of(giver.get("/"))
    assert giver.post(f"{over}let-go/", {"confirmed": "on"}).status_code == 302
    assert giver.get(over).status_code == 200 and "Both have confirmed it." in text_of(taker.get(over))
    assert giver.get(f"{HOME}{account.pk}/name-custodian/").status_code == 404


def test_somebody_asks_and_the_head_answers(world: World) -> None:
    asker, head = client_of(world.colleague), client_of(world.head)
    said = {
        "medium": "Instagram",
        "purpose": "Art.",
        "audience": "Families.",
        "first": str(world.teacher.pk),
        "second": str(world.senior.pk),
    }
    address = asker.post(f"{HOME}ask-for-account/", said).headers["Location"]
    assert "It waits for the headteacher." in text_of(asker.get(address))
    assert "Somebody asks for an account." in text_of(head.get("/"))
    assert client_of(world.teacher).get(address).status_code == 404
    assert client_of(world.senior).get(f"{address}agree-to-account/").status_code == 404
    assert head.post(f"{address}decline-account/", {"answer": ""}).status_code == 422
    assert head.post(f"{address}agree-to-account/", {"answer": "Comments off, please."}).status_code == 302
    assert "Comments off, please." in text_of(asker.get(address))
    asked = AccountRequest.objects.get()
    form = text_of(head.get(f"{HOME}register-account/?asked={asked.pk}"))
    assert 'value="Instagram"' in form
    pair = {"first": said["first"], "second": said["second"]}
    head.post(f"{HOME}register-account/?asked={asked.pk}", {**FORM, **pair})
    assert "The account that came of it" in text_of(asker.get(address))
    assert "Instagram" in text_of(asker.get(f"{HOME}requests/"))


def test_it_is_put_right_confirmed_and_closed_on_its_pages(world: World, account: SchoolAccount) -> None:
    teacher, head, base = client_of(world.teacher), client_of(world.head), f"{HOME}{account.pk}/"
    changed = {**FORM, "purpose": "Only trips.", "version": "1"}
    assert teacher.post(f"{base}change-account/", changed).status_code == 302
    assert teacher.post(f"{base}change-account/", changed).status_code == 409
    assert teacher.post(f"{base}confirm-second-step/", {"version": "2"}).status_code == 302
    assert "Nobody has confirmed" not in text_of(teacher.get(base))
    early = teacher.post(f"{base}review-account/", {"version": "3"})
    assert early.status_code == 422 and "need not be looked at again yet" in early.content.decode()
    assert head.post(f"{base}close-account/", {"version": "3", "why": "Not used."}).status_code == 302
    assert "This account is closed." in text_of(teacher.get(base))
    page = text_of(client_of(world.colleague).get(HOME))
    assert "No account is for parents." in page and "Closed" in page


def test_an_account_whose_day_has_come_waits_at_home(world: World, account: SchoolAccount) -> None:
    SchoolAccount.objects.filter(pk=account.pk).update(review_on=london(world.at).date())
    assert "is all of it still so?" in text_of(client_of(world.teacher).get("/"))
    assert client_of(world.teacher).post(f"{HOME}{account.pk}/review-account/", {"version": "1"}).status_code == 302
    assert "is all of it still so?" not in text_of(client_of(world.teacher).get("/"))


def test_whoever_left_is_seen_on_the_page_and_can_be_handed_over_by_another(
    world: World, account: SchoolAccount
) -> None:
    people.leave(person=world.teacher, by=world.head, at=world.at)
    custody.ring_left(world.teacher.pk, world.at)
    page = text_of(client_of(world.senior).get(f"{HOME}{account.pk}/"))
    assert "They may still have a way in." in page and "Only one person looks after it." in page
    part = held(account, world.teacher)
    page = text_of(client_of(world.senior).get(f"{HOME}custodies/{part.pk}/begin-hand-over/"))
    assert "<title>Hand over from somebody who has left" in page and "Tess Harlow has left." in page
    begun = client_of(world.senior).post(
        f"{HOME}custodies/{part.pk}/begin-hand-over/", {"person": str(world.colleague.pk)}
    )
    over = begun.headers["Location"]
    client_of(world.colleague).post(f"{over}take-over/", {"confirmed": "on"})
    assert "Finish handing an account over." in text_of(client_of(world.senior).get("/"))
    assert client_of(world.head).post(f"{over}let-go/", {"confirmed": "on"}).status_code == 302
    assert "Finish handing" not in text_of(client_of(world.senior).get("/"))
