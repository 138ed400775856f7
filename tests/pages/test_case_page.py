"""The case page: what is owed stands first, names stay hidden, and a dead button says why."""

import re
from datetime import timedelta

import pytest
from builders import World, a_case, a_draft, a_report, an_exhibit, the_takedown
from django.db import connection
from django.test.utils import CaptureQueriesContext
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.cases import procedures
from forethought.cases.models import Case
from forethought.reports.procedures import file_report
from forethought.safeguarding.models import AlertTold
from forethought.takedowns import procedures as takedowns

CANARIES = ("Canarystory", "canaryhost", "Canaryname", "canaryfile", "Canarysentence", "Canaryreason", "Tess Harlow")


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def page_of(case: Case) -> str:
    return f"/cases/{case.id}/"


def a_full_case(world: World) -> Case:
    """A case in which every place that can hold words holds one that must not be seen."""
    draft = a_draft(
        world,
        happened="Canarystory at the gate.",
        where="https://canaryhost.example/t/1",
        name="Canaryname",
        danger="not_sure",
    )
    exhibit = an_exhibit(draft, by=world.teacher, at=world.at)
    assert exhibit.particulars.exists()
    case = file_report(draft=draft, school=world.school, by=world.teacher, at=world.at).report.case
    procedures.take_up(case=case, version=1, answers={"safe": "yes"}, harmed="", by=world.senior, at=world.at)
    procedures.answer_reporter(report=case.reports.get(), sentence="Canarysentence.", by=world.senior, at=world.at)
    takedown = the_takedown(case)
    takedowns.withdraw(
        takedown=takedown, version=takedown.version, reason="Canaryreason.", by=world.senior, at=world.at
    )
    case.refresh_from_db()
    return case


# --- What it shows, and in which order ---


@pytest.mark.policy("8.1", "8.3", "8.7", "8.8")
def test_the_page_begins_with_what_is_owed_and_keeps_its_order(world: World) -> None:
    case = a_full_case(world)

    html = text_of(client_of(world.senior).get(page_of(case)))

    headings = [
        " ".join(re.sub("<[^>]+>", "", one).split()) for one in re.findall(r"<h2[^>]*>(.*?)</h2>", html, re.DOTALL)
    ]
    order = [
        "Owed next",
        "What happened",
        "Taking it down",
        "People and support",
        "Police",
        "Records",
        "Decision",
        "Timeline",
    ]
    assert [one for one in headings if one in order] == order
    assert html.index("Somebody may be in danger") < html.index("What happened")
    assert "<title>Case - Forethought</title>" in html


@pytest.mark.policy("8.3")
def test_what_is_owed_says_the_act_by_when_and_has_its_button(world: World) -> None:
    case = a_report(world, at=world.at).case
    html = text_of(client_of(world.senior).get(page_of(case)))
    assert re.search(r"Ask the host by .+? left\.", html)
    assert f'href="/takedowns/{the_takedown(case).id}/ask-host/"' in html
    assert re.search(r"Answer the reporter by", html) and re.search(r"Offer support to the person harmed by", html)


def test_names_are_nowhere_in_the_page_until_they_are_asked_for(world: World) -> None:
    case, client = a_full_case(world), client_of(world.senior)
    for path in (
        page_of(case),
        f"/takedowns/{the_takedown(case).id}/",
        f"/takedowns/{the_takedown(case).id}/check-removal/",
        "/cases/",
    ):
        html = text_of(client.get(path))
        assert [word for word in (*CANARIES, "shot.png") if word in html] == [], path

    client.post(page_of(case) + "show-names/")
    shown = text_of(client.get(page_of(case)))
    assert [word for word in CANARIES if word not in shown and word not in {"canaryfile", "Canaryreason"}] == []
    assert "shot.png" in shown
    assert "Canaryreason" in text_of(client.get(f"/takedowns/{the_takedown(case).id}/"))

    client.post(page_of(case) + "hide-names/")
    assert "Canarystory" not in text_of(client.get(page_of(case)))
    assert Entry.objects.filter(verb="cases.show_names", case_id=case.id, by=str(world.senior.id)).count() == 1


def test_showing_names_in_one_case_or_to_one_person_shows_no_others(world: World) -> None:
    first, second = a_full_case(world), a_case(world, at=world.at, happened="Canarystory again.")
    client = client_of(world.senior)
    client.post(page_of(first) + "show-names/")
    assert "Canarystory" not in text_of(client.get(page_of(second)))
    assert "Canarystory" not in text_of(client_of(world.head).get(page_of(first)))


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "/\\elsewhere.example"]
)
def test_the_switch_leads_back_only_to_pages_of_ours(world: World, back: str) -> None:
    case = a_case(world, at=world.at)
    answer = client_of(world.senior).post(page_of(case) + "show-names/", {"back": back})
    assert answer["Location"] == page_of(case)


def test_the_switch_leads_back_to_the_page_it_stands_on(world: World) -> None:
    case = a_case(world, at=world.at)
    here = f"/takedowns/{the_takedown(case).id}/check-removal/"
    assert client_of(world.senior).post(page_of(case) + "show-names/", {"back": here})["Location"] == here


def test_a_page_costs_no_more_for_many_records(world: World) -> None:
    client, costs = client_of(world.senior), []
    client.get("/cases/")  # the first page of a session writes it
    for count in (1, 6):
        draft = a_draft(world, at=world.at)
        for _ in range(count):
            an_exhibit(draft, by=world.teacher, at=world.at)
        case = file_report(draft=draft, school=world.school, by=world.teacher, at=world.at).report.case
        with CaptureQueriesContext(connection) as queries:
            text_of(client.get(page_of(case)))
        costs.append(len(queries))
    assert costs[0] == costs[1]


# --- Who gets in ---


@pytest.mark.parametrize(
    "path", ["", "close/", "take-up/", "answer-reporter/", "name-person/", "open-takedown/", "answer-gate/"]
)
def test_somebody_not_on_the_list_finds_no_such_page(world: World, path: str) -> None:
    case = a_case(world, at=world.at)
    client = client_of(world.chair)
    assert client.get(page_of(case) + path).status_code == 404
    assert client.get("/cases/00000000-0000-0000-0000-000000000000/" + path).status_code == 404


def test_the_reporter_cannot_open_the_case(world: World) -> None:
    case = a_case(world, at=world.at)
    assert client_of(world.teacher).get(page_of(case)).status_code == 404


@pytest.mark.policy("8.3")
def test_a_safeguarding_lead_reads_and_looks_and_decides_nothing(world: World) -> None:
    case = a_case(world, at=world.at, child="yes")
    client = client_of(world.lead)

    html = text_of(client.get(page_of(case)))

    assert "A child may be concerned" in html and "Close this case" not in html
    assert "take-up/" not in html and "/ask-host/" not in html
    assert client.get(page_of(case) + "close/").status_code == 404
    assert client.get(f"/takedowns/{the_takedown(case).id}/check-removal/").status_code == 200


def test_the_list_holds_ones_own_cases_and_goes_on_by_a_mark(world: World) -> None:
    for number in range(27):
        a_report(world, at=world.at - timedelta(hours=number))
    client = client_of(world.senior)
    first = text_of(client.get("/cases/"))
    assert len(re.findall(r'href="/cases/[0-9a-f-]{36}/"', first)) == 25
    onward = re.search(r'href="(\?after=[0-9a-f-]{36})"', first)
    assert onward
    assert len(re.findall(r'href="/cases/[0-9a-f-]{36}/"', text_of(client.get(f"/cases/{onward[1]}")))) == 2
    assert text_of(client.get("/cases/?after=nonsense")).count("Report of") == 25


# --- Records ---


@pytest.mark.policy("7.3", "7.4")
def test_a_record_is_handed_over_as_a_download_and_each_time_is_noted(world: World) -> None:
    draft = a_draft(world, at=world.at)
    exhibit = an_exhibit(draft, by=world.teacher, at=world.at, content=b"\x89PNG\r\n\x1a\nbody")
    case = file_report(draft=draft, school=world.school, by=world.teacher, at=world.at).report.case
    client = client_of(world.senior)
    html = text_of(client.get(page_of(case)))
    assert "No address, no date, no time, no time zone." in html and bytes(exhibit.sha256).hex() in html

    answer = client.post(f"{page_of(case)}exhibits/{exhibit.id}/hand-out/")

    assert b"".join(answer.streaming_content) == b"\x89PNG\r\n\x1a\nbody"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment") and "sandbox" in answer["Content-Security-Policy"]
    assert Entry.objects.filter(verb="evidence.hand_out", about=exhibit.id, by=str(world.senior.id)).count() == 1


@pytest.mark.policy("7.4")
def test_the_gate_of_a_case_tells_no_lead_of_a_case_about_the_lead(world: World) -> None:
    case = a_case(world, at=world.at, group="staff", name="Susan Patel")
    client = client_of(case.manager or world.head)
    answer = client.post(
        page_of(case) + "answer-gate/", {"under_18": "not_sure", "adult_intimate": "no", "danger": "no"}
    )
    assert answer["Location"].endswith("/stop/")
    told = {one.person for one in AlertTold.objects.select_related("person")}
    assert told and world.lead not in told
