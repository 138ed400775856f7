"""Reading the policy: in force, on a past day, two versions side by side, one clause, and where each sentence leads."""

from datetime import timedelta

import pytest
from builders import OWN_TEXT, World, a_policy, a_report, a_version_in_force
from django.utils import timezone
from django.utils.html import escape
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.core.clock import london, spoken_day
from forethought.pages.screens import SCREENS, screen_of
from forethought.people import procedures as people
from forethought.people.models import Kind, Role
from forethought.policies import procedures
from forethought.policies.clauses import built_clauses, clauses
from forethought.policies.models import Medium, Policy, Version
from forethought.policies.text import Paragraph


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def an_older_version(world: World) -> Version:
    """A version in the table from before the one in force, one word of it other."""
    policy = Policy.objects.select_related("school", "in_force").get(pk=world.school.pk)
    first, *rest = OWN_TEXT
    return procedures.bring_version(
        policy=policy,
        label="0.9",
        summary="Before that.",
        who="The governors",
        in_force_on=london(world.school.created_at).date() - timedelta(days=400),
        text=(Paragraph(first.number, first.title, first.words.replace("everybody", "teachers")), *rest),
        by=world.head,
        at=world.at,
    )


@pytest.mark.policy("F4")
def test_everybody_reads_the_policy_in_force_with_its_dates_and_fingerprint(world: World) -> None:
    version = a_version_in_force(world, at=world.at)
    assert version.text is not None
    for person in world.everybody():
        html = text_of(client_of(person).get("/policy/"))
        assert "This policy protects everybody who works here." in html
        assert bytes(version.text.fingerprint).hex()[:8] in html and "minute 12" in html


def test_before_there_is_any_it_says_so_and_that_the_paper_holds(world: World) -> None:
    html = text_of(client_of(world.teacher).get("/policy/"))
    assert "The one you were given on paper still holds." in html and "Put the policy here" not in html
    assert "Put the policy here" in text_of(client_of(world.head).get("/policy/"))


@pytest.mark.policy("F1")
def test_a_late_review_is_said_to_keepers_and_the_policy_is_read_all_the_same(world: World) -> None:
    today = london(timezone.now()).date()
    a_version_in_force(world, at=world.at, reviewed=today - timedelta(days=12))
    said = "The policy is 12 days past its review date. It still applies."

    assert said in text_of(client_of(world.head).get("/"))
    assert said in text_of(client_of(world.chair).get("/"))
    assert said not in text_of(client_of(world.teacher).get("/"))
    assert said in text_of(client_of(world.teacher).get("/policy/"))
    assert "Read and confirm the policy." in text_of(client_of(world.teacher).get("/"))


@pytest.mark.policy("F4")
def test_what_was_in_force_on_a_past_day_is_one_press_away(world: World) -> None:
    a_version_in_force(world, at=world.at)
    older = an_older_version(world)
    client, day = client_of(world.teacher), older.in_force_on + timedelta(days=3)

    answer = client.get(f"/policy/on-day/?day_day={day.day}&day_month={day.month}&day_year={day.year}")

    html = text_of(answer)
    # Nothing was recorded, so nothing says that it was.
    assert f"This was in force on {spoken_day(day, year=True)}." in html and "Recorded" not in html
    assert "This policy protects teachers who works here." in html and "not the version in force now" in html


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("day_day=29&day_month=2&day_year=2023", "Enter a real date"),
        ("day_day=1&day_month=1&day_year=2031", "That day has not come yet."),
        ("day_day=1&day_month=1&day_year=1999", "No version is known from"),
        ("day_day=x", "Enter a real date"),
    ],
)
def test_a_day_that_cannot_be_is_answered_in_words(world: World, day: str, said: str) -> None:
    a_version_in_force(world, at=world.at)
    answer = client_of(world.teacher).get(f"/policy/on-day/?{day}")
    assert answer.status_code == 422 and said in answer.content.decode()


@pytest.mark.policy("F4")
def test_two_versions_stand_side_by_side_with_what_differs_marked(world: World) -> None:
    new = a_version_in_force(world, at=world.at)
    old = an_older_version(world)

    html = client_of(world.teacher).get(f"/policy/compare/?old={old.id}&new={new.id}").content.decode()

    assert "1 paragraph changed." in html
    assert "teachers" in html.split('<del class="ft-del">')[1].split("</del>")[0]
    assert "everybody" in html.split('<ins class="ft-ins">')[1].split("</ins>")[0]
    assert "Report what you see" not in html
    html = client_of(world.teacher).get(f"/policy/compare/?old={old.id}&new={new.id}&all=yes").content.decode()
    assert "Report what you see" in html


@pytest.mark.policy("F2")
def test_everybody_sees_where_the_policy_differs_from_its_baseline_and_only_keepers_may_add_one(world: World) -> None:
    a_version_in_force(world, at=world.at)
    base = procedures.keep_baseline(
        school=world.school,
        label="Version 2",
        supplier="The authority",
        forum="Joint committee",
        agreed_on=london(world.at).date(),
        text=OWN_TEXT[:2],
        by=world.head,
        at=world.at,
    )
    client = client_of(world.teacher)
    assert "Agreed at Joint committee" in text_of(client.get("/policy/baselines/"))
    assert "Add a baseline" not in text_of(client.get("/policy/baselines/"))
    assert "Add a baseline" in text_of(client_of(world.head).get("/policy/baselines/"))
    assert "1 paragraph added." in text_of(client.get(f"/policy/baselines/{base.id}/compare/"))
    assert client.get("/policy/baselines/keep-baseline/").status_code == 404


@pytest.mark.parametrize("query", ["", "?old=x&new=y", "?old=00000000-0000-0000-0000-000000000000&new="])
def test_versions_that_are_none_are_asked_for_again(world: World, query: str) -> None:
    a_version_in_force(world, at=world.at)
    assert client_of(world.teacher).get(f"/policy/compare/{query}").status_code in {200, 422}


@pytest.mark.policy("F4")
def test_no_address_of_a_version_takes_a_change(world: World) -> None:
    version = a_version_in_force(world, at=world.at)
    client = client_of(world.head)
    for path in ("/policy/", "/policy/versions/", f"/policy/versions/{version.id}/"):
        before = Version.objects.values().get(pk=version.pk)
        client.post(path, {"label": "2", "summary": "Altered", "text": "Altered"})
        assert Version.objects.values().get(pk=version.pk) == before


@pytest.mark.policy("F4")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_who_asks_to_change_or_remove_a_version_is_refused_and_it_is_noted(world: World, method: str) -> None:
    version = a_version_in_force(world, at=world.at)
    client, path = client_of(world.teacher), f"/policy/versions/{version.id}/"
    before = Version.objects.values().get(pk=version.pk)
    answer = client.generic(method, path)
    assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD"
    assert "never changed or removed" in answer.content.decode()
    [noted] = Entry.objects.filter(verb="policies.refuse_change")
    assert (noted.about, noted.by) == (version.pk, str(world.teacher.pk))
    assert Version.objects.values().get(pk=version.pk) == before
    nobodys = client.generic(method, "/policy/versions/00000000-0000-0000-0000-000000000000/")
    assert nobodys.status_code == 404 and Entry.objects.filter(verb="policies.refuse_change").count() == 1


def test_a_version_that_is_not_there_is_no_such_page(world: World) -> None:
    a_version_in_force(world, at=world.at)
    client = client_of(world.teacher)
    for path in ("/policy/versions/00000000-0000-0000-0000-000000000000/", "/policy/clauses/99.9/"):
        assert client.get(path).status_code == 404
    assert client.get("/policy/clauses/8.3/?version=rubbish").status_code == 404


@pytest.mark.policy("F4")
def test_a_version_and_the_table_can_be_saved_and_no_cell_is_a_formula(world: World) -> None:
    version = a_version_in_force(world, at=world.at)
    procedures.bring_version(
        policy=Policy.objects.select_related("school", "in_force").get(pk=world.school.pk),
        label="=1+1",
        summary="@x",
        who="",
        in_force_on=london(world.school.created_at).date() - timedelta(days=500),
        text=None,
        by=world.head,
        at=world.at,
    )
    client = client_of(world.teacher)
    text = client.get(f"/policy/versions/{version.id}/text/").content.decode()
    table = client.get("/policy/versions/table/").content.decode()

    assert version.text is not None and bytes(version.text.fingerprint).hex() in text
    assert "Report what you see within 24 hours." in text
    assert "'=1+1" in table and "'@x" in table


@pytest.mark.policy("F4", "11.1")
def test_a_clause_says_what_why_by_which_law_and_where(world: World) -> None:
    a_policy(world, at=world.at)
    html = text_of(client_of(world.teacher).get("/policy/clauses/8.3/"))
    assert escape(clauses()["8.3"].why) in html and "Where it is done" in html


@pytest.mark.parametrize("clause_id", list(clauses()))
def test_every_clause_has_its_page(world: World, clause_id: str) -> None:
    assert client_of(world.teacher).get(f"/policy/clauses/{clause_id}/").status_code == 200


def test_each_built_clause_leads_to_a_screen_that_is_there(world: World) -> None:
    a_report(world, at=timezone.now())
    assert [one.id for one in built_clauses() if one.id not in SCREENS] == []
    for person, roles in ((world.head, frozenset({"head"})), (world.teacher, frozenset[str]())):
        client = client_of(person)
        for path in sorted({screen["href"] for name in SCREENS if (screen := screen_of(name, roles))}):
            assert client.get(path).status_code == 200, path


@pytest.mark.policy("1.3")
def test_home_leads_to_benefits_and_risks(world: World) -> None:
    client = client_of(world.teacher)
    assert 'href="/policy/good-use/"' in client.get("/").content.decode()
    html = text_of(client.get("/policy/good-use/"))
    assert "What it is good for" in html and "What can go wrong" in html


@pytest.mark.policy("3.7")
def test_managers_have_a_page_of_what_they_never_do(world: World) -> None:
    html = text_of(client_of(world.teacher).get("/policy/for-managers/"))
    assert "Never ask anybody for a password" in html and "false profile" in html


# --- Media ---


@pytest.mark.policy("4.1", "4.2")
def test_the_search_answers_covered_and_knows_two_names_of_one_thing(world: World) -> None:
    client = client_of(world.teacher)
    assert "Covered." in text_of(client.get("/policy/media/?q=WhatsApp+group"))
    assert "You mean X." in text_of(client.get("/policy/media/?q=Twitter"))
    assert "closed in 2019" in text_of(client.get("/policy/media/?q=google%2B"))


@pytest.mark.policy("1.1", "4.2")
def test_a_keeper_adds_an_app_and_what_a_reporter_wrote_stays(world: World) -> None:
    report = a_report(world, at=timezone.now(), where="Zorblax, the group of Year 4")
    client = client_of(world.head)
    answer = client.post("/policy/media/add-medium/", {"name": "Zorblax", "aliases": "zorb, zbx"})
    assert answer.status_code == 302
    assert "You mean Zorblax." in text_of(client_of(world.teacher).get("/policy/media/?q=zbx"))
    client.post(f"/cases/{report.case_id}/show-names/")
    assert "Zorblax, the group of Year 4" in text_of(client.get(f"/cases/{report.case_id}/"))


def test_an_app_that_is_on_the_list_is_not_added_twice(world: World) -> None:
    client = client_of(world.head)
    answer = client.post("/policy/media/add-medium/", {"name": "Birdsite", "aliases": "twitter"})
    assert answer.status_code == 422 and "“twitter” is on the list already, as X." in answer.content.decode()
    assert Medium.objects.count() == 0
    assert client_of(world.teacher).get("/policy/media/add-medium/").status_code == 404


# --- Home ---


def test_a_keeper_who_is_no_manager_sees_how_the_policy_stands(world: World) -> None:
    clerk = people.add_person(
        school=world.school,
        name="Helen Brook",
        email="helen@one.example",
        kind=Kind.EMPLOYEE,
        starts_on=london(world.at).date(),
        by=world.head,
        at=world.at,
    )
    people.appoint(person=clerk, role=Role.CLERK, by=world.head, at=world.at)
    html = text_of(client_of(clerk).get("/"))
    assert "No version is in force here yet." in html and "Keep the policy" in html
    assert "Keep the policy" not in text_of(client_of(world.teacher).get("/"))


def test_a_mail_leads_to_what_is_to_be_read(world: World) -> None:
    a_version_in_force(world, at=world.at)
    answer = client_of(world.teacher).get("/next/")
    assert answer["Location"].startswith("/reading/")
