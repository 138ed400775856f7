"""What somebody is asked to read: the sections, the stories, confirming, and the receipt."""

import re
import uuid
from datetime import timedelta

import pytest
from builders import OWN_TEXT, World, a_school, a_version_in_force, found_in_the_clear
from django.test import Client
from reading_acts import a_newer_version, confirms, guidance, task_for, the_policy
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.acknowledgements import procedures, scenarios
from forethought.acknowledgements.models import Acknowledgement, Method, Task
from forethought.audit.models import Entry
from forethought.people.models import Person
from forethought.policies import procedures as policies
from forethought.policies.models import Version
from forethought.policies.rules import Body
from forethought.policies.text import Paragraph, fingerprint
from forethought.rows import inside

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def version(world: World) -> Version:
    return a_version_in_force(world)


def base_of(person: Person, version: Version) -> str:
    return f"/reading/{task_for(person, version).id}/"


def reads(client: Client, base: str) -> None:
    """Press Next under each part."""
    number = 1
    while client.get(f"{base}part/{number}/").status_code == 200:
        client.post(f"{base}part/{number}/")
        number += 1


def ask_for_own_words(world: World) -> None:
    policy = the_policy(world)
    policies.change_ownership(
        policy=policy,
        version=policy.version,
        author="The head",
        body=Body.FULL_BOARD,
        consult_days=20,
        read_days=10,
        answer_days=2,
        own_words=True,
        decides=False,
        by=world.head,
        at=world.at,
    )


# --- Who gets in ---


def test_nobody_reads_without_signing_in_or_a_link(version: Version) -> None:
    answer = Client().get("/reading/")
    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


@pytest.mark.policy("3.7")
def test_somebody_elses_task_and_one_that_is_none_are_the_same_answer(world: World, version: Version) -> None:
    mine = task_for(world.teacher, version)
    procedures.acknowledge(
        task=mine,
        method=Method.ACCOUNT,
        left_to_open=0,
        own_words="",
        asked_own_words=False,
        since=None,
        by=world.teacher,
        at=world.at,
    )
    for client in (client_of(world.colleague), client_of(world.head)):
        for end in ("", "part/1/", "whole/", "what-would-you-do/", "acknowledge/", "want-paper/", "receipt/"):
            for task_id in (mine.id, uuid.uuid4()):
                assert client.get(f"/reading/{task_id}/{end}").status_code == 404
                assert client.post(f"/reading/{task_id}/{end}").status_code == 404


def test_another_schools_task_is_no_task(world: World, version: Version) -> None:
    other = a_school(tag="two", name="Another School", at=world.at)
    with inside(other.school.id):
        theirs = base_of(other.teacher, a_version_in_force(other))
    assert client_of(world.teacher).get(theirs).status_code == 404


# --- The list, and the parts ---


@pytest.mark.policy("3.7", "2.5")
def test_the_list_says_what_how_long_and_by_when(world: World, version: Version) -> None:
    client = client_of(world.teacher)
    html = text_of(client.get("/reading/"))
    assert "Version 1 of the policy. About a minute. Read it by" in html and "Late." not in html
    Task.objects.update(due_on=world.at.date() - timedelta(days=2))
    assert "Late." in text_of(client.get("/reading/"))


@pytest.mark.policy("3.7")
def test_a_mail_leads_after_sign_in_to_what_is_to_be_read(world: World, version: Version) -> None:
    client = client_of(world.teacher)
    assert client.get("/next/")["Location"] == base_of(world.teacher, version)
    assert 'href="/reading/"' in text_of(client.get("/"))
    confirms(world.teacher, version, at=world.at)
    assert client.get("/next/")["Location"] == "/"


def test_with_nothing_to_read_the_list_says_so(world: World) -> None:
    assert "There is nothing for you to read now." in text_of(client_of(world.teacher).get("/reading/"))


@pytest.mark.policy("3.7", "2.5")
def test_reading_begins_with_the_readers_own_part(world: World, version: Version) -> None:
    html = text_of(client_of(world.teacher).get(base_of(world.teacher, version)))
    for sentence in scenarios.your_part("employee"):
        assert sentence.replace("'", "&#x27;") in html
    assert "Your part" in html and "To read" in html and 'draggable="false" class="govuk-button"' in html


@pytest.mark.policy("3.7")
def test_looking_notes_nothing_and_next_notes_the_part(world: World, version: Version) -> None:
    client, base = client_of(world.teacher), base_of(world.teacher, version)
    entries = Entry.objects.count()
    html = text_of(client.get(f"{base}part/1/"))
    assert "Report what you see within 24 hours." in html and ">Next</button>" in html
    assert task_for(world.teacher, version).seen == []

    answer = client.post(f"{base}part/1/")

    assert answer["Location"] == f"{base}what-would-you-do/"
    assert task_for(world.teacher, version).seen == ["0-2"]
    assert Entry.objects.count() == entries
    assert "Opened" in text_of(client.get(base))


@pytest.mark.policy("3.7")
def test_a_long_text_is_read_part_by_part_and_can_be_gone_on_with_later(world: World) -> None:
    long = tuple(Paragraph(f"{n}.1", f"Part about {n}", " ".join(["word"] * 150)) for n in range(1, 4))
    version = a_version_in_force(world, text=long)
    client, base = client_of(world.teacher), base_of(world.teacher, version)
    assert client.post(f"{base}part/1/")["Location"] == f"{base}part/2/"
    assert f'href="{base}part/2/"' in text_of(client.get(base)) and "Go on" in text_of(client.get(base))
    assert client.post(f"{base}part/3/")["Location"] == f"{base}part/2/"
    assert "One is left" in text_of(client.get(f"{base}acknowledge/"))
    assert client.post(f"{base}acknowledge/").status_code == 422
    assert client.post(f"{base}part/2/")["Location"] == f"{base}what-would-you-do/"
    for number in (0, 4, 10**30):
        assert client.get(f"{base}part/{number}/").status_code == 404


# --- Only the difference ---


@pytest.mark.policy("3.7", "F4")
def test_a_new_version_shows_only_what_changed_with_the_words_marked(world: World, version: Version) -> None:
    confirms(world.teacher, version, at=world.at)
    second = a_newer_version(world, at=world.at + MINUTE)
    client, base = client_of(world.teacher), base_of(world.teacher, second)

    first_page = text_of(client.get(base))
    assert "You confirmed version 1 of the policy before." in first_page and "Read the whole policy" in first_page
    html = text_of(client.get(f"{base}part/1/"))
    assert re.search(r"<ins class=\"ft-ins\">.*?12", html) and re.search(r"<del class=\"ft-del\">.*?24", html)
    assert OWN_TEXT[0].words not in html
    whole = text_of(client.get(f"{base}whole/"))
    assert OWN_TEXT[0].words in whole and "within 12 hours" in whole and "<ins" not in whole

    client.post(f"{base}part/1/")
    client.post(f"{base}acknowledge/")
    assert Acknowledgement.objects.get(person=world.teacher, reading__about=second.id).since == version.id
    receipt = text_of(client.get(f"{base}receipt/"))
    assert "What changed since the version that you had confirmed before." in receipt


@pytest.mark.policy("3.7")
def test_what_was_taken_out_is_shown_and_must_be_opened(world: World, version: Version) -> None:
    confirms(world.teacher, version, at=world.at)
    second = a_newer_version(world, at=world.at + MINUTE, text=OWN_TEXT[:2])
    client, base = client_of(world.teacher), base_of(world.teacher, second)
    html = text_of(client.get(f"{base}part/1/"))
    assert (
        "What was taken out" in html
        and "Report what you see within 24" in html
        and "no longer part of" in html
        and "Taken out" in html
    )
    assert client.post(f"{base}acknowledge/").status_code == 422
    client.post(f"{base}part/1/")
    assert client.post(f"{base}acknowledge/").status_code == 302


@pytest.mark.policy("3.7", "F4")
def test_half_way_through_an_older_version_one_is_led_to_the_newer_and_loses_nothing(
    world: World, version: Version
) -> None:
    ask_for_own_words(world)
    client, base = client_of(world.teacher), base_of(world.teacher, version)
    client.post(f"{base}part/1/")
    second = a_newer_version(world, at=world.at + MINUTE)
    newer = base_of(world.teacher, second)

    for end in ("", "part/1/", "what-would-you-do/", "acknowledge/", "want-paper/"):
        html = text_of(client.get(base + end))
        assert "There is something newer to read" in html and f'href="{newer}"' in html
    assert f'href="{newer}"' in text_of(client.post(f"{base}part/1/"))
    sent = client.post(f"{base}acknowledge/", {"own_words": "I keep pupils off my own account."})
    html = sent.content.decode()
    assert sent.status_code == 422 and "There is something newer to read." in html and f'href="{newer}"' in html
    assert "I keep pupils off my own account." in html
    assert not Acknowledgement.objects.exists()
    assert text_of(client.get(f"{base}whole/"))


# --- What would you do? ---


@pytest.mark.policy("3.7")
def test_answers_to_the_stories_are_shown_back_and_kept_nowhere(world: World, version: Version) -> None:
    client, base = client_of(world.teacher), base_of(world.teacher, version)
    reads(client, base)
    page = text_of(client.get(f"{base}what-would-you-do/"))
    assert "Not an exam. Nobody sees your answers." in page and page.count("<fieldset") == 3
    stories = scenarios.scenarios_for("employee", seed=str(task_for(world.teacher, version).id))
    before = everything()

    html = text_of(client.post(f"{base}what-would-you-do/", {"story_1": "1", "story_2": "0"}))

    assert everything() == before
    chosen = stories[0].answers[1]
    assert chosen.reply in unescaped(html) and "You passed this one by." in html
    for story in stories:
        assert found_in_the_clear(story.key) == [] and found_in_the_clear(story.answers[1].words) == []
    assert client.session.get("story_1") is None and "story" not in str(dict(client.session))
    # The same stories stand there when somebody comes back.
    assert stories[0].situation in unescaped(text_of(client.get(f"{base}what-would-you-do/")))


def everything() -> dict[str, list[object]]:
    """Every row of every table of ours."""
    from django.apps import apps

    models = apps.get_app_config("forethought").get_models()
    return {model._meta.db_table: list(model._base_manager.order_by("pk").values()) for model in models}


def unescaped(page: str) -> str:
    import html

    return html.unescape(page)


def test_an_answer_that_was_never_on_the_page_is_answered_kindly(world: World, version: Version) -> None:
    client, base = client_of(world.teacher), base_of(world.teacher, version)
    reads(client, base)
    answer = client.post(f"{base}what-would-you-do/", {"story_1": "99", "story_7": "x"})
    assert answer.status_code == 200 and "There is a problem" in answer.content.decode()


# --- Confirming ---


@pytest.mark.policy("3.7", "10.3")
def test_confirming_says_read_and_understood_and_gives_a_receipt(world: World, version: Version) -> None:
    client, base = client_of(world.teacher), base_of(world.teacher, version)
    reads(client, base)
    html = text_of(client.get(f"{base}acknowledge/"))
    assert (
        "I have read and understood version 1 of the policy. This is not a contract. I may disagree with parts." in html
    )
    assert ">Confirm</button>" in html and 'href="/questions/"' in html and "Use paper" in html
    assert "In your own words" not in html

    answer = client.post(f"{base}acknowledge/")

    assert answer["Location"] == f"{base}receipt/"
    made = Acknowledgement.objects.get(person=world.teacher)
    assert made.method == Method.ACCOUNT
    receipt = text_of(client.get(f"{base}receipt/"))
    digits = fingerprint(OWN_TEXT).hex()
    assert " ".join(digits[n : n + 8] for n in range(0, 64, 8)) in receipt
    leaf = bytes(Entry.objects.get(about=made.id).leaf).hex()
    assert " ".join(leaf[n : n + 8] for n in range(0, 64, 8)) in receipt
    assert "Thank you" in receipt and "Print this page" in receipt and world.teacher.name not in receipt
    listed = text_of(client.get("/reading/"))
    assert "You confirmed version 1 of the policy on" in listed and "nothing for you to read now" in listed


@pytest.mark.policy("3.7")
def test_a_second_press_leads_to_the_same_receipt(world: World, version: Version) -> None:
    client, base = client_of(world.teacher), base_of(world.teacher, version)
    reads(client, base)
    first, second = client.post(f"{base}acknowledge/"), client.post(f"{base}acknowledge/")
    assert first["Location"] == second["Location"] == f"{base}receipt/"
    assert Acknowledgement.objects.count() == 1
    for end in ("", "part/1/", "what-would-you-do/", "acknowledge/", "want-paper/"):
        assert client.get(base + end)["Location"] == f"{base}receipt/"


@pytest.mark.policy("3.7")
def test_own_words_are_asked_where_the_school_wishes_and_shown_to_the_person_alone(
    world: World, version: Version
) -> None:
    ask_for_own_words(world)
    client, base = client_of(world.teacher), base_of(world.teacher, version)
    reads(client, base)
    assert "In your own words" in text_of(client.get(f"{base}acknowledge/"))
    empty = client.post(f"{base}acknowledge/", {"own_words": "  "})
    assert empty.status_code == 422 and "A sentence is enough." in empty.content.decode()
    secret = client.post(f"{base}acknowledge/", {"own_words": "My password: hunter2"})
    assert secret.status_code == 422 and not Acknowledgement.objects.exists()

    client.post(f"{base}acknowledge/", {"own_words": "I tell the head within a day."})

    assert "I tell the head within a day." in text_of(client.get(f"{base}receipt/"))
    assert found_in_the_clear("I tell the head within a day.") == [("forethought_acknowledgement", "own_words")]


@pytest.mark.policy("2.5")
def test_paper_can_be_asked_for_without_saying_why(world: World, version: Version) -> None:
    client, base = client_of(world.teacher), base_of(world.teacher, version)
    assert "You need not say why." in text_of(client.get(f"{base}want-paper/"))
    assert task_for(world.teacher, version).wants_paper_at is None
    assert client.post(f"{base}want-paper/")["Location"] == "/reading/"
    assert task_for(world.teacher, version).wants_paper_at is not None
    assert "You asked for a paper form." in text_of(client.get("/reading/"))
    assert "The school office knows." in text_of(client.get(f"{base}want-paper/"))


def test_a_receipt_before_confirming_leads_back_to_reading(world: World, version: Version) -> None:
    client, base = client_of(world.teacher), base_of(world.teacher, version)
    assert client.get(f"{base}receipt/")["Location"] == base


@pytest.mark.policy("2.5")
def test_a_form_signed_on_paper_has_a_receipt_too(world: World, version: Version) -> None:
    task = task_for(world.teacher, version)
    procedures.record_paper(task=task, signed_on=world.at.date(), by=world.head, at=world.at + MINUTE)
    html = text_of(client_of(world.teacher).get(f"/reading/{task.id}/receipt/"))
    assert "On paper, signed on" in html and "Its entry in the trail" in html


@pytest.mark.policy("6.4")
def test_guidance_is_read_where_it_is_published_and_confirmed_the_same_way(world: World) -> None:
    edition = guidance(world, at=world.at)
    client, base = client_of(world.teacher), f"/reading/{task_for(world.teacher, edition).id}/"
    assert "Keeping children safe 2026, Part one" in text_of(client.get(base))
    html = text_of(client.get(f"{base}part/1/"))
    assert "Please read: Part one" in html and 'href="https://www.gov.uk/kcsie"' in html
    assert client.post(f"{base}part/1/")["Location"] == f"{base}acknowledge/"
    assert "I have read and understood Keeping children safe 2026, Part one." in text_of(
        client.get(f"{base}acknowledge/")
    )
    client.post(f"{base}acknowledge/")
    assert "Fingerprint of the edition" in text_of(client.get(f"{base}receipt/"))
    assert client.get(f"{base}whole/").status_code == 404
