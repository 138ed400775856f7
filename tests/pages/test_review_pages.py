"""Reviews on the screen, what cases say about the policy, the guidance everybody reads, and what a case cites."""

import re
import uuid
from datetime import timedelta

import pytest
from builders import World, a_case, a_policy, a_school, a_version_in_force, ask_the_host, harmed_in, the_takedown
from django.test import Client
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.acknowledgements.models import Reading
from forethought.cases import citing
from forethought.cases import procedures as cases
from forethought.cases.models import Case, Citation
from forethought.core.clock import london
from forethought.pages.editions import edition_row
from forethought.people.models import Alarm
from forethought.reviews import procedures, registers
from forethought.reviews.models import GuidanceEdition, LinkedVersion, Review
from forethought.reviews.rules import Decision, Trigger
from forethought.rows import inside
from forethought.takedowns import procedures as takedowns
from forethought.takedowns.rules import Result


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def boxes(name: str, day: object) -> dict[str, str]:
    return {f"{name}_day": f"{day:%d}", f"{name}_month": f"{day:%m}", f"{name}_year": f"{day:%Y}"}


def a_review(world: World, *, days: int = 42, ago: int = 0, trigger: Trigger = Trigger.LAW) -> Review:
    at = world.at - timedelta(days=ago)
    return procedures.open_review(
        school=world.school,
        trigger=trigger,
        source="A new Act. Read on legislation.gov.uk.",
        owner=world.head,
        due_on=london(at).date() + timedelta(days=days),
        by=world.chair,
        at=at,
    )


# --- Who gets in ---

OFFICE = ["/reviews/", "/reviews/open-review/", "/reviews/figures/", "/guidance/", "/guidance/set-edition/"]
KEPT = ["/laws/note-law/", "/laws/hra-1998/note-law/", "/linked-policies/add-linked-policy/"]
FOR_ALL = ["/laws/", "/laws/ripa-2000/", "/laws/watch/", "/linked-policies/"]


@pytest.mark.policy("10.2", "11.1")
def test_whoever_keeps_the_policy_comes_in_and_to_the_others_there_is_no_such_page(world: World) -> None:
    head, teacher = client_of(world.head), client_of(world.teacher)
    for path in (*OFFICE, *KEPT):
        assert head.get(path).status_code == 200, path
        for method in ("get", "post"):
            assert getattr(teacher, method)(path).status_code == 404, path
    for path in FOR_ALL:
        assert head.get(path).status_code == teacher.get(path).status_code == 200, path
        assert Client().get(path).status_code == 302, path


def test_the_chair_reviews_and_does_not_write_and_the_lead_sets_guidance(world: World) -> None:
    chair, lead = client_of(world.chair), client_of(world.lead)
    assert chair.get("/reviews/").status_code == 200 and chair.get("/laws/note-law/").status_code == 404
    assert lead.get("/guidance/set-edition/").status_code == 200 and lead.get("/reviews/").status_code == 404


def test_a_review_of_another_school_is_no_such_page(world: World) -> None:
    other = a_school(tag="two", name="Another School")
    with inside(other.school.id):
        theirs = a_review(other)
    client = client_of(world.head)
    for one in (theirs.id, uuid.uuid4()):
        for end in ("", "close-review/", "change-owner/"):
            assert client.get(f"/reviews/{one}/{end}").status_code == 404
            assert client.post(f"/reviews/{one}/{end}").status_code == 404


# --- Reviews ---


@pytest.mark.policy("10.2", "3.8")
def test_open_ones_come_first_with_owner_and_due_date_and_a_late_one_says_so(world: World) -> None:
    late, soon = a_review(world, days=1, ago=5), a_review(world, trigger=Trigger.CASE_LAW)
    procedures.close_review(
        review=a_review(world, trigger=Trigger.INCIDENT),
        version=1,
        decision=Decision.NO_CHANGE,
        reasons="It holds.",
        by=world.head,
        at=world.at,
    )
    html = text_of(client_of(world.head).get("/reviews/?page=zzz"))
    assert html.index(str(late.id)) < html.index(str(soon.id)) < html.index("Closed reviews")
    assert "Amina Okafor" in html and re.search(r"govuk-tag--red[^>]*>Late<", html) and "No change" in html
    assert "<title>Reviews of the policy - Forethought</title>" in html
    assert "Late." in text_of(client_of(world.chair).get(f"/reviews/{late.id}/"))


@pytest.mark.policy("F1", "3.8")
def test_a_policy_past_its_date_says_by_how_much_and_that_it_still_applies(world: World) -> None:
    version = a_version_in_force(world, reviewed=london(world.at).date() - timedelta(days=3))
    client = client_of(world.head)
    html = text_of(client.get("/reviews/"))
    assert "The policy is 3 days past its review date. It still applies." in html
    form = text_of(client.get("/reviews/open-review/?date=yes"))
    assert "was due for review on" in form and re.search(r'value="date"[^>]*checked', form)

    client.post("/reviews/open-review/?date=yes", opening(world, trigger="date"))

    assert Review.objects.get().source_key.startswith("date:")
    assert "Start the review" not in text_of(client.get("/reviews/"))
    assert version.text_id is not None


def opening(world: World, **changes: str) -> dict[str, str]:
    return {
        "trigger": "case_law",
        "source": "A judgment. Read in the union’s letter.",
        "owner": str(world.chair.id),
        **boxes("due_on", london(world.at).date() + timedelta(days=42)),
        **changes,
    }


@pytest.mark.policy("10.2")
def test_opening_one_by_hand_leads_to_it_and_begins_the_daily_look(world: World) -> None:
    a_policy(world)
    client = client_of(world.head)
    answer = client.post("/reviews/open-review/", opening(world))

    review = Review.objects.get()
    assert answer["Location"] == f"/reviews/{review.id}/" and review.owner == world.chair
    assert "The review is open." in text_of(client.get(f"/reviews/{review.id}/"))
    assert Alarm.objects.filter(kind="watch", rung_at__isnull=True).count() == 1
    client.post("/reviews/open-review/", opening(world))
    assert Alarm.objects.filter(kind="watch").count() == 1


def test_a_bad_form_keeps_what_was_typed_and_says_what_is_wrong(world: World) -> None:
    client = client_of(world.head)
    yesterday = boxes("due_on", london(world.at).date() - timedelta(days=1))
    for changes, status, sentence in (
        ({"source": ""}, 422, "Say what calls for the review, and where you read it."),
        ({"owner": str(world.teacher.id)}, 422, "Choose whose it is."),
        ({"due_on_day": "31", "due_on_month": "2"}, 422, "real date"),
        (yesterday, 422, "That date has passed already."),
        ({"trigger": "rumour"}, 422, "Choose what calls for it."),
    ):
        answer = client.post("/reviews/open-review/", opening(world, **changes))
        html = answer.content.decode()
        assert answer.status_code == status and sentence in html, sentence
        assert "source" in changes or "Read in the union’s letter." in html
    assert not Review.objects.exists()


@pytest.mark.policy("10.2")
def test_no_change_needs_a_reason_and_a_change_leads_on_to_the_policy(world: World) -> None:
    first, second = a_review(world), a_review(world)
    client = client_of(world.head)
    refused = client.post(f"/reviews/{first.id}/close-review/", {"version": "1", "decision": "no_change"})
    assert refused.status_code == 422 and "Say why nothing changes." in refused.content.decode()

    client.post(f"/reviews/{first.id}/close-review/", {"version": "1", "decision": "no_change", "reasons": "It holds."})
    client.post(f"/reviews/{second.id}/close-review/", {"version": "1", "decision": "amend"})

    kept = text_of(client.get(f"/reviews/{first.id}/"))
    assert "It holds." in kept and "/policy/keeping/" not in kept
    assert 'href="/policy/keeping/"' in text_of(client.get(f"/reviews/{second.id}/"))
    assert "This review is closed." in text_of(client.get(f"/reviews/{first.id}/close-review/"))


@pytest.mark.policy("10.2")
def test_whoever_closes_second_is_told_and_keeps_what_they_typed(world: World) -> None:
    review = a_review(world)
    form = {"version": "1", "decision": "no_change", "reasons": "It holds."}
    client_of(world.head).post(f"/reviews/{review.id}/close-review/", form)
    answer = client_of(world.chair).post(f"/reviews/{review.id}/close-review/", {**form, "reasons": "My own view."})
    html = answer.content.decode()
    assert answer.status_code == 409 and "Amina Okafor closed this review at" in html and "My own view." in html


def test_a_review_is_given_to_somebody_else(world: World) -> None:
    review, client = a_review(world), client_of(world.head)
    assert re.search(
        rf'value="{world.head.id}"[^>]*selected', text_of(client.get(f"/reviews/{review.id}/change-owner/"))
    )
    client.post(f"/reviews/{review.id}/change-owner/", {"version": "1", "owner": str(world.vice.id)})
    assert "Colin Marsh" in text_of(client.get(f"/reviews/{review.id}/"))
    late = client.post(f"/reviews/{review.id}/change-owner/", {"version": "1", "owner": str(world.chair.id)})
    assert late.status_code == 409 and 'name="version" value="2"' in late.content.decode()


# --- Closing a case asks ---


def ready_to_close(world: World) -> Case:
    case = a_case(world, at=world.at)
    takedown = ask_the_host(the_takedown(case), by=world.senior, at=world.at)
    takedowns.check_removal(takedown=takedown, result=Result.GONE_SIGNED_OUT, by=world.senior, at=world.at)
    cases.offer_support(case=case, party=harmed_in(case), offered=["manager"], by=world.senior, at=world.at)
    case.refresh_from_db()
    return case


@pytest.mark.policy("10.2")
def test_closing_a_case_asks_whether_the_policy_should_be_looked_at(world: World) -> None:
    case, client = ready_to_close(world), client_of(world.senior)
    path = f"/cases/{case.id}/close/"
    html = text_of(client.get(path))
    assert "Should the policy be looked at because of this?" in html and "No names. Many people read this" in html
    assert re.search(r'name="look_again" value="no"[^>]*checked', html)
    form = {"version": str(case.version), "outcome": "gone", "reasons": "Gone.", "sentence": "It is gone."}

    missing = client.post(path, {**form, "look_again": "yes"})
    assert missing.status_code == 422 and "Say in one sentence why the policy should" in missing.content.decode()
    unsure = client.post(path, {**form, "look_again": "no", "review_source": "A closed group."})
    assert unsure.status_code == 422 and "A closed group." in unsure.content.decode()
    assert not Review.objects.exists()
    client.post(path, {**form, "look_again": "yes", "review_source": "A closed group was new to it."})

    review = Review.objects.get()
    assert (review.trigger, review.source) == ("incident", "A closed group was new to it.")
    shown = text_of(client_of(world.chair).get(f"/reviews/{review.id}/"))
    assert str(case.id) not in shown and case.reference not in shown and "It is gone." not in shown


# --- What the policy said then ---


@pytest.mark.policy("F4", "3.2")
def test_a_case_cites_a_clause_as_it_was_then_with_a_link_to_its_words(world: World) -> None:
    version = a_version_in_force(world)
    case, client = a_case(world, at=world.at), client_of(world.senior)
    assert "What the policy said then" in text_of(client.get(f"/cases/{case.id}/"))
    day = citing.day_of(case)

    answer = client.post(f"/cases/{case.id}/cite-clause/", {"clause": "5.3b", **boxes("on_day", day)})
    assert answer["Location"] == f"/cases/{case.id}/#then"
    html = text_of(client.get(f"/cases/{case.id}/"))
    assert f"/policy/clauses/5.3b/?version={version.id}" in html and "As it stood in version 1" in html

    client.post(f"/cases/{case.id}/cite-clause/", {"clause": "5.2", **boxes("on_day", day - timedelta(days=400))})
    html = text_of(client.get(f"/cases/{case.id}/"))
    assert "No version of the policy was in force here on that day." in html
    assert Citation.objects.filter(version__isnull=True).count() == 1


def test_a_day_to_come_or_a_clause_that_is_none_is_refused(world: World) -> None:
    case, client = a_case(world, at=world.at), client_of(world.senior)
    day = citing.day_of(case) + timedelta(days=3)
    answer = client.post(f"/cases/{case.id}/cite-clause/", {"clause": "5.2", **boxes("on_day", day)})
    assert answer.status_code == 422 and "That day has not come yet." in answer.content.decode()
    answer = client.post(f"/cases/{case.id}/cite-clause/", {"clause": "99", **boxes("on_day", day)})
    assert answer.status_code == 422 and "Choose a clause." in answer.content.decode()
    assert client_of(world.lead).get(f"/cases/{case.id}/cite-clause/").status_code == 404


@pytest.mark.policy("3.2", "9.4")
def test_a_case_cites_another_policy_in_the_version_of_that_day(world: World) -> None:
    case, client = a_case(world, at=world.at), client_of(world.senior)
    assert "No version of another policy is noted here yet." in text_of(client.get(f"/cases/{case.id}/cite-linked/"))
    keeper = client_of(world.head)
    day = citing.day_of(case)
    version = {"label": "4", "where": "The office", **boxes("in_force_on", day - timedelta(days=30))}
    assert keeper.post("/linked-policies/conduct/keep-linked-version/", version)["Location"] == "/linked-policies/"
    kept = LinkedVersion.objects.select_related("policy").get()

    client.post(f"/cases/{case.id}/cite-linked/", {"policy": str(kept.policy.id), **boxes("on_day", day)})
    html = text_of(client.get(f"/cases/{case.id}/"))
    assert "Code of conduct for staff" in html and "Version 4, in force on" in html


@pytest.mark.policy("3.2")
def test_linked_policies_show_what_holds_and_refuse_a_second_of_one_name(world: World) -> None:
    client, day = client_of(world.head), london(world.at).date()
    html = text_of(client.get("/linked-policies/"))
    assert html.count("No version in force is noted yet.") == 9
    form = {"label": "2", "where": "https://school.example/b.pdf", **boxes("in_force_on", day)}
    client.post("/linked-policies/behaviour/keep-linked-version/", form)
    html = text_of(client_of(world.teacher).get("/linked-policies/"))
    assert "Version 2" in html and 'href="https://school.example/b.pdf"' in html and "Add a version" not in html
    again = client.post("/linked-policies/behaviour/keep-linked-version/", form)
    assert again.status_code == 422 and "There is a version of that name already" in again.content.decode()
    assert client.get("/linked-policies/nothing/keep-linked-version/").status_code == 404
    made = client.post("/linked-policies/add-linked-policy/", {"name": "Phone policy"})["Location"]
    assert "A version of: Phone policy" in text_of(client.get(made))
    assert client.post("/linked-policies/add-linked-policy/", {"name": "Phone policy"}).status_code == 422


@pytest.mark.policy("10.2")
def test_figures_hide_small_numbers_and_list_what_was_never_cited(world: World) -> None:
    for number in range(5):
        case = a_case(world, at=world.at)
        for clause in ("5.3b", "5.3c") if number < 4 else ("5.3b",):
            citing.cite_clause(case=case, clause=clause, on_day=citing.day_of(case), by=world.senior, at=world.at)
    html = text_of(client_of(world.chair).get("/reviews/figures/"))
    often, never = html.split("Never named in a case")
    assert re.search(r"5\.3b [^<]*</a>: 5 cases", often) and re.search(r"5\.3c [^<]*</a>: fewer than 5 cases", often)
    assert ">5.3b " not in never and ">5.3d " in never


# --- Guidance ---


@pytest.mark.policy("6.4")
def test_the_known_edition_is_filled_in_set_once_and_counted(world: World) -> None:
    client = client_of(world.lead)
    html = text_of(client.get("/guidance/set-edition/"))
    assert 'value="Keeping Children Safe in Education 2026"' in html and 'value="Part one"' in html
    assert "Check before relying on it." in html
    today = london(world.at).date()
    form = {
        "name": "Keeping Children Safe in Education 2026",
        "part": "Part one",
        "to_read": "Read Part one in full.",
        "link": "https://www.gov.uk/kcsie",
        "minutes": "45",
        **boxes("in_force_on", today - timedelta(days=80)),
        **boxes("due_on", today + timedelta(days=28)),
    }
    for changes, sentence in (
        ({"minutes": "long"}, "Write the minutes as a number"),
        ({"minutes": "9999"}, "Say how many minutes"),
        ({"link": "www.gov.uk"}, "Give the whole web address."),
        ({"in_force_on_year": "2006"}, "more than three years ago"),
        ({"name": ""}, "Write the name of the edition"),
    ):
        answer = client.post("/guidance/set-edition/", {**form, **changes})
        assert answer.status_code == 422 and sentence in answer.content.decode(), sentence
    assert not GuidanceEdition.objects.exists()

    assert client.post("/guidance/set-edition/", form)["Location"] == "/guidance/"

    html = text_of(client.get("/guidance/"))
    assert "0 of 7 have read it." in html and "Everybody is asked to read it." in html
    assert Reading.objects.get().title == "Part one of Keeping Children Safe in Education 2026"
    again = client.post("/guidance/set-edition/", form)
    assert again.status_code == 422 and "That edition is set already" in again.content.decode()
    assert "Set a new edition" not in text_of(client_of(world.chair).get("/guidance/"))


def test_a_name_cannot_be_read_off_the_guidance_page(world: World) -> None:
    registers.set_edition(
        school=world.school,
        name="Our own guide",
        part="",
        to_read="All of it.",
        link="",
        in_force_on=london(world.at).date(),
        minutes=5,
        due_on=london(world.at).date(),
        by=world.lead,
        at=world.at,
    )
    html = text_of(client_of(world.head).get("/guidance/"))
    assert "Our own guide" in html and not any(p.name in html for p in world.everybody() if p != world.head)


@pytest.mark.policy("6.4")
def test_an_edition_that_was_replaced_says_who_confirmed_it_and_no_small_number(world: World) -> None:
    def row(exact: bool) -> tuple[str, str]:
        edition = GuidanceEdition.objects.order_by("set_at").first()
        reading = Reading.objects.get(about=edition.id)  # type: ignore[union-attr]
        reading.asked, reading.done = (1, 1) if reading.ended_at else (7, 1)  # type: ignore[attr-defined]
        return edition_row(edition, reading, exact)["read"], edition_row(edition, reading, exact)["due"]  # type: ignore[arg-type]

    day = london(world.at).date()
    said = {"part": "", "to_read": "All of it.", "link": "", "in_force_on": day, "minutes": 5, "due_on": day}
    registers.set_edition(school=world.school, name="The guide 2026", **said, by=world.lead, at=world.at)  # type: ignore[arg-type]
    assert row(exact=True)[0] == "1 of 7 have read it."
    later = world.at + timedelta(minutes=1)
    registers.set_edition(school=world.school, name="The guide 2027", **said, by=world.lead, at=later)  # type: ignore[arg-type]

    assert row(exact=True) == ("Confirmed before the newer one came: 1.", "")
    assert row(exact=False)[0] == "Numbers under 5 are not shown."
