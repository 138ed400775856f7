"""The pages about keeping and letting go: who gets in, what they see, what a bad form says."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from builders import World, a_school
from django.test import Client
from django.utils import timezone
from doors import client_of
from retention_acts import SEVEN_YEARS, a_closed_case, an_officer
from signed import text_of

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.cases.models import Case, Exclusion
from forethought.evidence.bundle_models import Hold
from forethought.people.models import Person
from forethought.retention import disposing, due
from forethought.retention.models import Disposal, Due, KeepingRule, KeptLonger
from forethought.retention.rules import WAITS
from forethought.rows import inside

LIST = "/keeping/due/list-due/"


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A school of seven years ago, with its officer."""
    made = a_school(at=timezone.now() - SEVEN_YEARS)
    with inside(made.school.id):
        yield made


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


@pytest.fixture
def case(world: World, officer: Person) -> Case:
    made = a_closed_case(world)
    due.refresh(world.school.id, timezone.now())
    return made


def base_of(case: Case) -> str:
    return f"/keeping/due/{Due.objects.get(about=case.pk).pk}/"


def propose(client: Client, case: Case) -> str:
    """The page of a disposal that was proposed just now."""
    answer = client.post(base_of(case) + "propose-disposal/", {"looked": "on"})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


@pytest.mark.policy("11.1")
def test_everybody_reads_the_schedule_and_what_is_from_memory_is_marked(world: World) -> None:
    page = text_of(client_of(world.teacher).get("/keeping/"))
    assert "6 years from when it was closed" in page and "This was written from memory" in page
    assert "Change it" not in page and LIST not in page
    assert "Change it" in text_of(client_of(world.head).get("/keeping/"))


@pytest.mark.policy("11.1")
def test_the_head_changes_a_rule_and_what_was_typed_stays_when_it_is_refused(world: World) -> None:
    client, at = client_of(world.head), "/keeping/rules/concern/change-rule/"
    answer = client.post(at, {"years": "20", "months": "", "days": "", "reason": "Less paper here."})
    assert answer.status_code == 422 and "cannot be shorter than 25 years" in answer.content.decode()
    assert "Less paper here." in answer.content.decode()
    assert "whole number" in client.post(at, {"years": "²", "reason": "x"}).content.decode()
    answer = client.post(at, {"years": "30", "months": "6", "days": "", "reason": "Our insurer asks."}, follow=True)
    assert "30 years and 6 months from when the child was born" in text_of(answer)
    assert "Our insurer asks." in answer.content.decode()
    assert KeepingRule.objects.get().years == 30
    assert client.get("/keeping/rules/trail/change-rule/").status_code == 404
    assert client_of(world.senior).get(at).status_code == 404


@pytest.mark.policy("11.1")
def test_the_list_is_by_reference_and_for_some_offices_alone(world: World, case: Case, officer: Person) -> None:
    page = text_of(client_of(officer).get(LIST))
    assert case.reference in page and "Due since" in page
    for name in ("Tess", "Harlow", "Reed", "vile"):
        assert name not in page
    for person in (world.teacher, world.senior, world.lead, world.colleague):
        assert client_of(person).get(LIST).status_code == 404
    assert Entry.objects.filter(verb="retention.list_due").count() == 1


def test_somebody_kept_out_of_a_case_finds_no_trace_of_it(world: World, case: Case, officer: Person) -> None:
    Exclusion.objects.create(school=world.school, case=case, person=world.head, why="tie", given_at=world.at)
    client, base = client_of(world.head), base_of(case)
    assert case.reference not in text_of(client.get(LIST))
    for page in ("see-due/", "keep-longer/", "note-birth/", "place-hold/", "propose-disposal/"):
        assert client.get(base + page).status_code == client.post(base + page).status_code == 404
    assert client_of(world.chair).get(base + "see-due/").status_code == 404, "on no list, and not the officer"
    made = propose(client_of(officer), case)
    for page in ("see-disposal/", "confirm-disposal/", "stop-disposal/"):
        at = made.replace("see-disposal/", page)
        assert client.get(at).status_code == client.post(at).status_code == 404
    assert case.reference not in text_of(client.get("/keeping/disposals/"))
    client_of(world.chair).post(made.replace("see-", "confirm-"))
    disposing.carry_out_disposal(disposal=Disposal.objects.get(), by=PROGRAM, at=timezone.now() + WAITS)
    assert client.get(made).status_code == 404, "and never sees that it was there"
    assert case.reference in text_of(client_of(world.chair).get(made))
    assert client_of(world.vice).get(made).status_code == 404


@pytest.mark.policy("11.1")
def test_two_people_let_a_case_go_and_its_certificate_is_left(world: World, case: Case, officer: Person) -> None:
    head, second = client_of(world.head), client_of(officer)
    assert "Tick that you looked" in head.post(base_of(case) + "propose-disposal/").content.decode()
    made = propose(head, case)
    page = text_of(head.get(made))
    assert "waits for a second person" in page and "confirm-disposal" not in page
    assert "second person must agree" in head.get(made.replace("see-", "confirm-")).content.decode()
    assert "Somebody proposed to let a record go" in text_of(second.get("/"))
    assert "Agree" in text_of(second.get(made))
    assert second.post(made.replace("see-", "confirm-")).status_code == 302
    assert "in the night after" in text_of(second.get(made))

    row = Disposal.objects.get()
    disposing.carry_out_disposal(disposal=row, by=PROGRAM, at=timezone.now() + WAITS)
    disposing.note_proof(disposal=row, proof=["Searched every byte."], by=PROGRAM, at=timezone.now())
    page = text_of(head.get(made))
    for said in ("Certificate of destruction", case.reference, "Amina Okafor", "Grace Adeyemi", "Searched every byte."):
        assert said in page
    assert "Stop it" not in page and case.reference in text_of(head.get("/keeping/disposals/"))
    assert head.get(f"/cases/{case.pk}/").status_code == 404


def test_the_second_declines_and_it_stays(world: World, case: Case, officer: Person) -> None:
    made = propose(client_of(world.head), case)
    answer = client_of(officer).post(made.replace("see-", "stop-"), follow=True)
    assert "did not agree" in text_of(answer)
    assert Disposal.objects.get().stopped_why == "declined"
    assert "Propose to let it go" in text_of(client_of(world.head).get(base_of(case) + "see-due/"))


def test_a_thing_is_kept_longer_with_a_reason(world: World, case: Case, officer: Person) -> None:
    client, base = client_of(officer), base_of(case)
    until = timezone.now().date() + timedelta(days=400)
    day = {"until_on_day": until.day, "until_on_month": until.month, "until_on_year": until.year}
    assert "Say why" in client.post(base + "keep-longer/", day).content.decode()
    past = client.post(base + "keep-longer/", {**day, "until_on_year": 2020, "reason": "A claim may come."})
    assert "still to come" in past.content.decode() and "A claim may come." in past.content.decode()
    page = text_of(client.post(base + "keep-longer/", {**day, "reason": "A claim may come."}, follow=True))
    assert "A claim may come." in page and "It is kept longer, until" in page
    assert KeptLonger.objects.count() == 1


@pytest.mark.policy("7.3")
def test_a_hold_placed_from_the_list_stands_on_the_case(world: World, case: Case, officer: Person) -> None:
    client, base = client_of(officer), base_of(case)
    page = client.get(base + "place-hold/").content.decode()
    assert "When do you look again?" in page
    again = timezone.now().date() + timedelta(days=30)
    said = {"kind": "inquiry", "reason": "The inquiry wrote.", "review_on_day": again.day}
    said |= {"review_on_month": again.month, "review_on_year": again.year}
    page = text_of(client.post(base + "place-hold/", said, follow=True))
    assert "A hold stands on it." in page and Hold.objects.get().review_on == again
    assert "Held" in text_of(client.get(LIST))
    custody = f"/cases/{case.pk}/custody/"
    assert client.get(custody).status_code == 404, "the officer is on no list"
    head = client_of(world.head)
    assert "Look at it again on" in text_of(head.get(custody))
    later = again + timedelta(days=90)
    day = {"review_on_day": later.day, "review_on_month": later.month, "review_on_year": later.year}
    review = f"/cases/{case.pk}/holds/{Hold.objects.get().pk}/review-hold/"
    assert head.post(review, day).status_code == 302 and Hold.objects.get().review_on == later


def test_a_birthday_is_noted_and_shown_nowhere(world: World, case: Case, officer: Person) -> None:
    client, base = client_of(officer), base_of(case)
    said = {"whose": "child", "born_on_day": "1", "born_on_month": "2", "born_on_year": "1950"}
    assert "Check the year" in client.post(base + "note-birth/", said).content.decode()
    said["born_on_year"] = str(world.at.year - 10)
    page = text_of(client.post(base + "note-birth/", said, follow=True))
    assert str(date(world.at.year - 10, 2, 1)) not in page


def test_what_is_not_there_is_no_page(world: World, officer: Person, case: Case) -> None:
    client = client_of(officer)
    for page in ("see-due/", "propose-disposal/"):
        assert client.get(f"/keeping/due/{case.pk}/{page}").status_code == 404
    assert client.get(f"/keeping/disposals/{case.pk}/see-disposal/").status_code == 404
    assert client.get(LIST + "?page=99999999x").status_code == 200


def test_no_address_or_title_says_what_it_is_about(world: World, officer: Person, case: Case) -> None:
    page = text_of(client_of(officer).get(base_of(case) + "see-due/"))
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title and case.reference in title[1] and "report" not in title[1].lower()
