"""Keeping the policy: who gets in, beginning, what is in force, whose it is, unions, sentences that lead on."""

import re
from datetime import date
from typing import Any

import pytest
from builders import OWN_TEXT, World, a_policy, a_revision, a_school, a_version_in_force
from django.test import Client
from django.utils import timezone
from doors import ours
from keeping_pages import HOME, head, page_of, policy_now, school_now, world
from signed import client_of, text_of

from forethought.audit.models import Entry
from forethought.pages.door_rules import KEEPERS
from forethought.people import procedures as people
from forethought.people.models import Appointment, Engagement, Person, Role
from forethought.policies import linking, procedures
from forethought.policies.clauses import clauses
from forethought.policies.models import Baseline, Revision, SentenceLink, Union, Version
from forethought.policies.rules import Body
from forethought.policies.sentences import key_of
from forethought.rows import inside

__all__ = ["head", "school_now", "world"]


# --- Who gets in ---


def keepers_routes() -> list[tuple[str, Any]]:
    modules = ("keeping.", "bringing.", "changing.", "sentences.")
    # Everybody reads the baselines, and the body that approves may say that another does.
    for_all = ("bringing.baselines", "bringing.baseline", "keeping.change_ownership")
    named = [(r, one, getattr(one.callback, "matrix_name", "")) for r, one in ours()]
    return [(r, one) for r, one, name in named if name.startswith(modules) and name not in for_all]


@pytest.mark.policy("F3")
@pytest.mark.parametrize("who", ["senior", "lead", "chair", "teacher"])
def test_nobody_but_a_keeper_of_the_policy_finds_any_of_its_pages(world: World, who: str) -> None:
    revision = a_revision(world)
    client = client_of(getattr(world, who))
    routes = keepers_routes()
    assert len(routes) >= 19
    for route, one in routes:
        assert one.callback.rule.roles == KEEPERS
        address = "/" + route.replace("<uuid:revision_id>", str(revision.id)).replace("<int:place>", "0")
        address = re.sub(r"<uuid:\w+>", str(revision.id), address).replace("<slug:key>", "00")
        assert client.get(address).status_code == 404, address
        assert client.post(address, {"version": "1"}).status_code == 404, address


@pytest.mark.policy("F3")
@pytest.mark.parametrize("role", [Role.CLERK, Role.HR, Role.TRUST_LEAD])
def test_each_role_that_keeps_the_policy_comes_in(world: World, role: Role) -> None:
    a_policy(world)
    people.appoint(person=world.colleague, role=role, by=world.head, at=world.at)
    assert "Keep the policy" in text_of(client_of(world.colleague).get(HOME))


def test_another_schools_change_baseline_and_union_are_not_there(world: World, head: Client) -> None:
    a_policy(world)
    other = a_school(at=world.at, tag="two", name="Another School")
    with inside(other.school.id):
        revision = a_revision(other)
        baseline = Baseline.objects.get()
        version = Version.objects.get()
        union = procedures.recognise_union(
            school=other.school, name="NEU", representative=other.teacher, by=other.head, at=other.at
        )
    for address in (
        page_of(revision),
        f"{page_of(revision)}paragraphs/0/change-text/",
        f"{page_of(revision)}change-text/",
        f"{page_of(revision)}drop-revision/",
        f"/policy/baselines/{baseline.id}/",
        f"/policy/versions/{version.id}/put-in-force/",
        f"/policy/unions/{union.id}/end-union/",
    ):
        assert head.get(address).status_code == 404, address
        assert head.post(address, {"version": "1"}).status_code == 404, address


# --- Beginning ---


@pytest.mark.policy("F1", "F2")
def test_a_school_begins_with_one_press_and_is_shown_three_ways(world: World, head: Client) -> None:
    assert "The school’s policy is not kept here yet." in text_of(head.get(HOME))
    assert head.get("/policy/change-ownership/").status_code == 404
    assert head.post("/policy/start-policy/")["Location"] == HOME
    html = text_of(head.get(HOME))
    assert "Three ways to begin" in html and "The policy is kept here from now on." in html
    for way in ("Keep the model policy", "Bring your policy", "Add a baseline"):
        assert way in html
    assert html.count('class="ft-deadline"') == 1 and "Choose a text to begin with." in html


def test_a_policy_that_is_kept_here_is_not_begun_a_second_time(world: World, head: Client) -> None:
    a_policy(world)
    begun = Entry.objects.filter(verb="policies.start_policy").count()
    assert head.get("/policy/start-policy/")["Location"] == HOME == head.post("/policy/start-policy/")["Location"]
    assert "kept here from now on" not in text_of(head.get(HOME))
    assert Entry.objects.filter(verb="policies.start_policy").count() == begun


@pytest.mark.policy("F2")
def test_the_model_is_kept_with_one_press_and_a_change_begins_from_it(world: World, head: Client) -> None:
    head.post("/policy/start-policy/")
    answer = head.post("/policy/baselines/keep-model/")
    baseline = Baseline.objects.get()
    assert answer["Location"] == f"/policy/baselines/{baseline.id}/"
    html = text_of(head.get(answer["Location"]))
    assert "Locked. Nobody can change this text, not even here." in html
    assert f"/policy/start-revision/?from={baseline.id}" in html and "Not agreed with unions." in html

    start = head.get(f"/policy/start-revision/?from={baseline.id}")
    assert re.search(rf'value="{baseline.id}"[^>]*checked', text_of(start))
    answer = head.post("/policy/start-revision/", {"begin": str(baseline.id)})
    revision = Revision.objects.get()
    assert answer["Location"] == page_of(revision)
    html = text_of(head.get(page_of(revision)))
    assert "Held against the baseline “Model policy”." in html
    # It was agreed with nobody, so it is asked about although it was not changed.
    assert re.search(r'<a href="[^"]*open-consultation/"', html)
    assert f"The change to version {revision.label}" in text_of(head.get(HOME))


@pytest.mark.policy("F3")
def test_a_second_start_leads_to_the_change_that_is_on_its_way(world: World, head: Client) -> None:
    revision = a_revision(world)
    assert head.get("/policy/start-revision/")["Location"] == page_of(revision)
    answer = head.post("/policy/start-revision/", {"begin": "in_force"})
    assert answer.status_code == 422 and "A change is on its way already." in answer.content.decode()
    assert head.post("/policy/start-revision/", {"begin": "nonsense"}).status_code == 422


def test_with_no_text_a_change_cannot_begin_and_the_page_says_why(world: World, head: Client) -> None:
    head.post("/policy/start-policy/")
    html = text_of(head.get("/policy/start-revision/"))
    assert "There is no text to begin from." in html and '<form method="post" novalidate>' not in html
    assert "There is no text here yet." in text_of(head.get("/policy/sentences/"))


# --- What is in force ---


@pytest.mark.policy("F1")
def test_an_overdue_review_is_said_by_the_right_number_of_days_and_it_still_applies(world: World, head: Client) -> None:
    met_on = date(2023, 3, 27)
    a_policy(world)
    policy = policy_now(world)
    version = procedures.bring_version(
        policy=policy,
        label="2",
        summary="",
        who="",
        in_force_on=met_on,
        text=OWN_TEXT,
        body=Body.FULL_BOARD,
        met_on=met_on,
        minute="7",
        by=world.head,
        at=world.at,
    )
    address = f"/policy/versions/{version.id}/put-in-force/"
    act: dict[str, Any] = {"by": world.head, "at": world.at}
    change = procedures.start_revision(policy=policy_now(world), baseline=Baseline.objects.get(), **act)
    html = text_of(head.get(address))
    assert "A change is on its way. Publish it or drop it first." in html, "said before anybody presses in vain"
    procedures.drop_revision(revision=change, version=change.version, **act)
    assert "Publish it or drop it first." not in text_of(head.get(address))
    head.post(address, {"version": str(policy_now(world).version)})
    html = text_of(head.get(HOME))
    days = (timezone.localdate() - date(2024, 3, 27)).days
    assert f"The policy is {days:,} days past its review date. It still applies." in html
    assert "Monday 27 March 2023, minute 7" in html and "Wednesday 27 March 2024" in html


@pytest.mark.policy("F1", "3.6")
def test_ownership_is_changed_and_of_two_the_second_is_told(world: World, head: Client) -> None:
    a_policy(world)
    html = text_of(head.get("/policy/change-ownership/"))
    assert 'name="consult_days" value="20"' in html
    form = {"version": "1", "author": "The business manager", "body": "full_board"}
    days = {"consult_days": "25", "read_days": "15", "answer_days": "3", "own_words": "on"}
    assert head.post("/policy/change-ownership/", {**form, **days})["Location"] == HOME
    policy = policy_now(world)
    assert (policy.author, policy.body, policy.consult_days, policy.own_words) == (
        "The business manager",
        Body.FULL_BOARD,
        25,
        True,
    )
    late = head.post("/policy/change-ownership/", {**form, **days, "author": "The clerk"})
    html = late.content.decode()
    assert late.status_code == 409 and "Amina Okafor did this at" in html and 'value="The clerk"' in html
    assert 'name="version" value="2"' in html


@pytest.mark.policy("F1", "F3")
def test_a_keeper_cannot_make_themselves_the_body_that_approves(world: World, head: Client) -> None:
    a_policy(world)
    form = {"version": "1", "author": "", "body": "head", "consult_days": "20", "read_days": "10", "answer_days": "2"}

    refused = head.post("/policy/change-ownership/", form)

    assert refused.status_code == 422 and "is for that body to change" in refused.content.decode()
    assert policy_now(world).body == Body.FULL_BOARD
    assert client_of(world.chair).post("/policy/change-ownership/", form)["Location"] == "/"
    assert policy_now(world).body == Body.HEAD


@pytest.mark.parametrize("wrong", ["", "4", "121", "twenty", "-5", "²", "9" * 30])
def test_days_that_are_no_number_are_answered_with_a_sentence(world: World, head: Client, wrong: str) -> None:
    a_policy(world)
    form = {"version": "1", "author": "Kept", "body": "head", "consult_days": wrong, "read_days": "10"}
    answer = head.post("/policy/change-ownership/", {**form, "answer_days": "2"})
    assert answer.status_code == 422 and 'value="Kept"' in answer.content.decode()


# --- Unions ---


@pytest.mark.policy("F3")
def test_a_union_is_added_with_somebody_of_the_school_and_no_member_is_ever_asked(world: World, head: Client) -> None:
    assert "Nobody is ever asked whether they are a member of a union." in text_of(head.get("/policy/unions/"))
    answer = head.post(
        "/policy/unions/recognise-union/", {"name": "NEU", "person": str(world.teacher.id), "new_name": ""}
    )
    assert answer["Location"] == "/policy/unions/"
    union = Union.objects.get()
    assert union.representative == world.teacher
    assert Appointment.objects.filter(person=world.teacher, role=Role.UNION, ends_at__isnull=True).count() == 1
    assert "Tess Harlow speaks for it." in text_of(head.get("/policy/unions/"))
    again = head.post("/policy/unions/recognise-union/", {"name": "neu", "person": str(world.colleague.id)})
    assert again.status_code == 422 and "on the list already" in again.content.decode()

    assert head.post(f"/policy/unions/{union.id}/end-union/")["Location"] == "/policy/unions/"
    assert head.post(f"/policy/unions/{union.id}/end-union/").status_code == 404
    assert not Appointment.objects.filter(role=Role.UNION, ends_at__isnull=True).exists()


@pytest.mark.policy("F3")
def test_an_officer_from_outside_is_added_without_an_engagement(world: World, head: Client) -> None:
    form = {"name": "UNISON", "person": "", "new_name": "Olu Adeyemi", "new_email": "olu@union.example"}
    assert head.post("/policy/unions/recognise-union/", form).status_code == 302
    officer = Person.objects.get(email="olu@union.example")
    assert not Engagement.objects.filter(person=officer).exists()
    assert Union.objects.get().representative == officer
    twice = head.post("/policy/unions/recognise-union/", {**form, "name": "GMB", "new_email": "OLU@union.example"})
    assert twice.status_code == 422 and "has that address already" in twice.content.decode()
    assert Union.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": "", "person": ""}, "Write the name of the union."),
        ({"name": "NEU", "person": ""}, "Choose who speaks for the union"),
        ({"name": "NEU", "person": "", "new_name": "Olu"}, "Write their email address"),
        ({"name": "NEU", "person": "", "new_name": "Olu", "new_email": "olu"}, "Write an email address, like"),
        ({"name": "NEU", "person": "nobody"}, "Choose an answer."),
    ],
)
def test_a_union_without_somebody_who_speaks_is_answered_with_a_sentence(
    world: World, head: Client, form: dict[str, str], sentence: str
) -> None:
    answer = head.post("/policy/unions/recognise-union/", form)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not Union.objects.exists() and Person.objects.count() == len(world.everybody())


# --- Sentences ---


@pytest.mark.policy("F4")
def test_sentences_without_a_link_are_listed_counted_and_linked(world: World, head: Client) -> None:
    a_version_in_force(world)
    assert re.search(r"Sentences without a link\s*</dt>\s*<dd[^>]*>4</dd>", text_of(head.get(HOME)))
    html = text_of(head.get("/policy/sentences/"))
    assert "4 sentences have no link." in html and "It holds after hours too." in html
    key = key_of("Report what you see within 24 hours.").hex()
    address = f"/policy/sentences/{key}/link-sentence/"
    assert address in html
    page = text_of(head.get(address))
    assert "Report what you see within 24 hours." in page and f"8.3 {clauses()['8.3'].title}" in page
    assert head.post(address, {"first": "8.3", "second": "7.2", "third": ""})["Location"] == "/policy/sentences/"
    assert set(SentenceLink.objects.filter(key=bytes.fromhex(key)).values_list("clause", flat=True)) == {"8.3", "7.2"}
    html = text_of(head.get("/policy/sentences/"))
    assert "3 sentences have no link." in html and "Clause 7.2, 8.3." in html
    assert "Clause 7.2, 8.3." in text_of(head.get("/policy/sentences/?show=linked&page=x"))
    head.post(address, {"first": "", "second": "", "third": ""})
    assert not SentenceLink.objects.filter(key=bytes.fromhex(key)).exists()


def test_a_sentence_that_is_nowhere_and_a_clause_that_is_none_are_refused(world: World, head: Client) -> None:
    a_version_in_force(world)
    for key in ("zz", "00", "a" * 64, key_of("Nobody wrote this.").hex()):
        assert head.get(f"/policy/sentences/{key}/link-sentence/").status_code == 404
    key = key_of("It holds after hours too.").hex()
    answer = head.post(f"/policy/sentences/{key}/link-sentence/", {"first": "99.9"})
    assert answer.status_code == 422


@pytest.mark.policy("F4")
def test_a_sentence_of_the_change_on_its_way_can_be_linked_before_it_is_published(world: World, head: Client) -> None:
    revision = a_revision(world)
    linking.link_sentence(
        policy=policy_now(world),
        sentence="This policy protects everybody who works here.",
        names=frozenset({"2.1"}),
        by=world.head,
        at=world.at,
    )
    assert "This policy shields everybody who works here." in text_of(head.get("/policy/sentences/"))
    assert revision.text_id
