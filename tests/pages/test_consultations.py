"""Asking about a change, saying what one thinks, answering views, closing: who gets in, and what they see."""

import uuid
from datetime import timedelta

import pytest
from builders import World, a_revision, a_school
from django.conf import settings
from django.test import Client
from policy_acts import DAY, HOUR, a_union, again, ask, close, say, somebody
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.procedures import PROGRAM
from forethought.people import codes
from forethought.people import procedures as people
from forethought.people.models import Doorway, Kind, Person
from forethought.policies import consulting
from forethought.policies.models import Consultation, Response, Revision
from forethought.policies.rules import Status
from forethought.rows import inside


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def revision(world: World) -> Revision:
    """A change by one word, three weeks old."""
    return again(a_revision(world, at=world.at - 21 * DAY))


def asked_today(world: World, revision: Revision) -> Consultation:
    return ask(world, revision, at=world.at - HOUR)


def over_by_now(world: World, revision: Revision) -> Consultation:
    """Asked three weeks ago for five working days."""
    return ask(world, revision, days=5, at=world.at - 20 * DAY)


def page_of(revision: Revision) -> str:
    return f"/policy/revisions/{revision.pk}/"


def opening(revision: Revision, **changes: str) -> dict[str, str]:
    return {"version": str(again(revision).version), "days": "20", **changes}


# --- Asking ---


@pytest.mark.policy("F3")
def test_before_people_are_asked_the_page_says_who_and_until_when(world: World, revision: Revision) -> None:
    a_union(world, "Teachers Together")
    html = text_of(client_of(world.head).get(page_of(revision) + "open-consultation/"))

    assert "8 people who work or help here, you included." in html
    assert "Teachers Together: Teachers Together speaker" in html
    assert "If you ask today for 20 working days, the last day is" in html
    assert "Support staff have unions too." in html
    assert "No union is on the list." not in html


@pytest.mark.policy("F3")
def test_without_a_union_on_the_list_a_warning_stands_there(world: World, revision: Revision) -> None:
    somebody(world, "Val Unteer")
    html = text_of(client_of(world.head).get(page_of(revision) + "open-consultation/"))

    assert "No union is on the list." in html
    assert "One of them has no mail address here. Tell them yourself." in html


@pytest.mark.policy("F3")
def test_asking_is_one_press_and_the_days_may_be_chosen(world: World, revision: Revision) -> None:
    client = client_of(world.head)

    answer = client.post(page_of(revision) + "open-consultation/", opening(revision, days="7"))

    assert answer["Location"] == page_of(revision)
    consultation = Consultation.objects.get()
    assert timedelta(days=8) < consultation.closes_at - consultation.opened_at < timedelta(days=16)
    assert again(revision).status == Status.CONSULTING


@pytest.mark.policy("F3")
@pytest.mark.parametrize("days", ["", "4", "121", "-5", "twenty", "5.5", "²", "9" * 400])
def test_a_bad_number_of_days_is_said_and_nobody_is_asked(world: World, revision: Revision, days: str) -> None:
    answer = client_of(world.head).post(page_of(revision) + "open-consultation/", opening(revision, days=days))

    assert answer.status_code == 422
    assert not Consultation.objects.exists()


@pytest.mark.policy("F3")
def test_a_text_changed_meanwhile_is_not_asked_about_unseen(world: World, revision: Revision) -> None:
    answer = client_of(world.head).post(page_of(revision) + "open-consultation/", opening(revision, version="1"))

    assert answer.status_code == 409
    assert "before you" in answer.content.decode()
    assert not Consultation.objects.exists()


@pytest.mark.policy("F3")
def test_a_representative_who_has_left_stops_it_with_a_sentence(world: World, revision: Revision) -> None:
    union = a_union(world)
    people.leave(person=union.representative, by=PROGRAM, at=world.at)
    client = client_of(world.head)

    assert "Name another representative" in text_of(client.get(page_of(revision) + "open-consultation/"))
    assert client.post(page_of(revision) + "open-consultation/", opening(revision)).status_code == 422


@pytest.mark.policy("F3")
def test_withdrawing_leads_back_to_writing_and_readers_are_told(world: World, revision: Revision) -> None:
    consultation = asked_today(world, revision)
    client = client_of(world.head)
    version = str(again(revision).version)
    assert "full time" in text_of(client.get(page_of(revision) + "withdraw-consultation/"))

    answer = client.post(page_of(revision) + "withdraw-consultation/", {"version": version})

    assert answer["Location"] == page_of(revision)
    assert again(revision).status == Status.DRAFTING
    html = text_of(client_of(world.teacher).get(f"/consultations/{consultation.pk}/"))
    assert "It was withdrawn on" in html
    assert "Say what you think" not in html
    late = client_of(world.teacher).post(f"/consultations/{consultation.pk}/respond/", {"stance": "agree"})
    assert late.status_code == 422
    assert "no longer being asked about" in late.content.decode()


# --- Reading the change and saying what one thinks ---


@pytest.mark.policy("F3")
def test_every_adult_reads_the_change_word_by_word(world: World, revision: Revision) -> None:
    consultation = asked_today(world, revision)
    client = client_of(world.teacher)

    listed = text_of(client.get("/consultations/"))
    assert f"/consultations/{consultation.pk}/" in listed and "Open" in listed
    html = text_of(client.get(f"/consultations/{consultation.pk}/"))

    assert "It is open until the end of" in html
    assert '<del class="ft-del"><span class="govuk-visually-hidden"> taken out: </span>protects' in html
    assert '<ins class="ft-ins"><span class="govuk-visually-hidden"> new: </span>shields' in html
    assert "One word is plainer." in html
    assert "Report what you see within 24 hours." not in html
    assert "Report what you see within 24 hours." in text_of(client.get(f"/consultations/{consultation.pk}/?all=yes"))
    assert "What people said" not in html


@pytest.mark.policy("F3")
def test_who_reads_a_view_is_said_before_it_is_typed(world: World, revision: Revision) -> None:
    consultation = asked_today(world, revision)
    union = a_union(world)

    staff = text_of(client_of(world.teacher).get(f"/consultations/{consultation.pk}/respond/"))
    speaker = text_of(client_of(union.representative).get(f"/consultations/{consultation.pk}/respond/"))

    for html in (staff, speaker):
        assert html.index("Who sees this") < html.index("<textarea")
        assert "the headteacher, whoever keeps the policy, and the body that approves it" in html
    assert "They see it without your name." in staff
    assert "For whom do you speak?" not in staff
    assert "You speak for Teachers Together. What you say for it is shown with your name." in speaker


@pytest.mark.policy("F3")
def test_a_view_is_kept_and_shown_to_its_author_with_the_answer(world: World, revision: Revision) -> None:
    consultation = asked_today(world, revision)
    home, client = f"/consultations/{consultation.pk}/", client_of(world.teacher)

    answer = client.post(home + "respond/", {"stance": "comments", "words": "Say who to ask."})

    assert answer["Location"] == home
    html = text_of(client.get(home))
    assert "Your view is kept. You get a written answer." in html
    assert "Say who to ask." in html and "It has not come yet." in html
    consulting.reply(response=Response.objects.get(), words="It now says so.", by=world.head, at=world.at)
    assert "It now says so." in text_of(client.get(home))
    assert "There is an answer to you." in text_of(client.get("/consultations/"))
    assert 'href="/consultations/"' in text_of(client.get("/"))
    assert "Say who to ask." not in text_of(client_of(world.colleague).get(home))


@pytest.mark.policy("F3")
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Choose one."),
        ({"stance": "maybe"}, "Choose one."),
        ({"stance": "not_agree", "words": "  "}, "Write what you would change, so that it can be answered."),
        ({"stance": "comments"}, "Write what you would change, so that it can be answered."),
        ({"stance": "agree", "words": "x" * 8001}, "characters"),
        ({"stance": "agree", "words": "My password is Tr0ub4dor&3"}, "This looks like a password."),
    ],
)
def test_a_view_that_cannot_be_kept_stays_on_the_screen(
    world: World, revision: Revision, said: dict[str, str], sentence: str
) -> None:
    consultation = asked_today(world, revision)

    answer = client_of(world.teacher).post(f"/consultations/{consultation.pk}/respond/", said)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Response.objects.exists()


@pytest.mark.policy("F3")
def test_after_the_time_it_can_still_be_said_and_counts_as_late(world: World, revision: Revision) -> None:
    consultation = over_by_now(world, revision)
    close(world, revision, at=world.at - DAY)
    home, client = f"/consultations/{consultation.pk}/", client_of(world.teacher)
    assert "Nobody answered." in text_of(client.get(home))
    html = text_of(client.get(home + "respond/"))
    assert "It closed on" in html and "Your view is kept as late, and you get an answer." in html

    client.post(home + "respond/", {"stance": "not_agree", "words": "I was ill."})

    assert Response.objects.get().late
    assert "Late" in text_of(client.get(home))


@pytest.mark.policy("F3")
def test_somebody_who_speaks_for_a_union_and_works_here_says_for_whom(world: World, revision: Revision) -> None:
    union = a_union(world, representative=world.teacher)
    consultation = asked_today(world, revision)
    home, client = f"/consultations/{consultation.pk}/", client_of(world.teacher)
    assert "For whom do you speak?" in text_of(client.get(home + "respond/"))
    assert client.post(home + "respond/", {"stance": "agree"}).status_code == 422

    client.post(home + "respond/", {"stance": "agree", "speaks": str(union.pk)})
    client.post(home + "respond/", {"stance": "not_agree", "words": "For myself.", "speaks": "staff"})

    spoke = {one.stance: one.invitation.union for one in Response.objects.all()}
    assert spoke == {"agree": union, "not_agree": None}
    other = client.post(home + "respond/", {"stance": "agree", "speaks": str(uuid.uuid4())})
    assert other.status_code == 422


def test_pages_of_another_school_or_of_none_are_no_pages(world: World, revision: Revision) -> None:
    other = a_school(tag="two", name="Another School", at=world.at)
    with inside(other.school.id):
        theirs = ask(other, again(a_revision(other, at=other.at)), at=other.at)
        response = say(theirs, other.teacher, at=other.at)
    theirs_page = f"/policy/revisions/{theirs.revision_id}/"
    head = client_of(world.head)
    for address in (
        f"/consultations/{theirs.pk}/",
        f"/consultations/{theirs.pk}/respond/",
        f"/consultations/{theirs.pk}/views/",
        f"/consultations/{theirs.pk}/views/{response.pk}/reply/",
        f"{theirs_page}open-consultation/",
        f"{theirs_page}withdraw-consultation/",
        f"{theirs_page}close-consultation/",
        f"{theirs_page}consultation/",
        f"/consultations/{uuid.uuid4()}/",
        f"{page_of(revision)}close-consultation/",
    ):
        assert head.get(address).status_code == 404, address
        assert head.post(address).status_code == 404, address
    assert Client().get("/consultations/")["Location"].startswith("/accounts/login/")


def test_garbage_in_an_address_is_the_first_page(world: World, revision: Revision) -> None:
    consultation = asked_today(world, revision)
    client = client_of(world.head)
    for query in ("?page=x", "?page=-1", "?page=99999999999", "?page=%00", "?all=%ff"):
        for path in (
            "/consultations/",
            f"/consultations/{consultation.pk}/",
            f"/consultations/{consultation.pk}/views/",
        ):
            assert client.get(path + query).status_code == 200


@pytest.mark.policy("F3")
def test_a_representative_has_consultations_on_their_home(world: World, revision: Revision) -> None:
    union = a_union(world)
    consultation = asked_today(world, revision)
    client, address = client_of(union.representative), f"/consultations/{consultation.pk}/"

    html = text_of(client.get("/"))

    assert "What this system never does" in html and "Reply for Teachers Together" in html
    assert html.count(f'href="{address}"') == 1
    client.post(address + "respond/", {"stance": "agree", "speaks": str(union.pk)})
    html = text_of(client.get("/"))
    assert "What this system never does" in html and address not in html
    assert "What this system never does" not in text_of(client_of(world.teacher).get("/"))


@pytest.mark.policy("F3")
def test_whoever_has_said_what_they_think_is_not_asked_again(world: World, revision: Revision) -> None:
    consultation = asked_today(world, revision)
    client, address = client_of(world.teacher), f"/consultations/{consultation.pk}/"
    assert address in text_of(client.get("/"))

    client.post(address + "respond/", {"stance": "no_view"})

    assert address not in text_of(client.get("/"))


# --- By a personal link ---


def by_link(person: Person, school: World) -> Client:
    """A browser that came by a personal link, its name typed."""
    client, token = Client(), codes.new_token()
    Doorway.objects.create(
        key_hash=codes.key_hash("reader", token),
        kind="reader",
        school_id=school.school.pk,
        opens=person.pk,
        made_at=school.at,
        ends_at=school.at + DAY,
    )
    client.cookies[settings.READER_COOKIE_NAME] = token
    return client


@pytest.mark.policy("2.5", "F3")
def test_a_volunteer_without_an_account_reads_says_and_is_answered(world: World, revision: Revision) -> None:
    volunteer = somebody(world, "Val Unteer", email="val@one.example", kind=Kind.VOLUNTEER)
    consultation = asked_today(world, revision)
    client, home = by_link(volunteer, world), f"/consultations/{consultation.pk}/"
    for address in ("/consultations/", home, home + "respond/"):
        assert "Leave and forget this visit" in text_of(client.get(address))

    assert client.post(home + "respond/", {"stance": "not_agree", "words": "Who tells me?"})["Location"] == home

    response = Response.objects.get()
    assert (response.person, response.invitation.union) == (volunteer, None)
    consulting.reply(response=response, words="The office does.", by=world.head, at=world.at)
    assert "The office does." in text_of(client.get(home))
    assert client.get(home + "views/").status_code in {302, 404}


@pytest.mark.policy("F3")
def test_words_sent_after_the_visit_ended_are_handed_back(world: World, revision: Revision) -> None:
    consultation = asked_today(world, revision)
    client = by_link(world.teacher, world)
    Doorway.objects.filter(kind="reader").update(ends_at=world.at - DAY)

    answer = client.post(f"/consultations/{consultation.pk}/respond/", {"stance": "comments", "words": "Say it again."})

    assert answer.status_code == 403
    assert "Say it again." in answer.content.decode()
    assert not Response.objects.exists()
