"""The law register on the screen: what each law is, how sure that is, what is new; and the laws beside other screens.

No entry is shown as certain unless somebody read the official text.
"""

import re
from datetime import timedelta
from html import unescape

import pytest
from builders import World, a_case, a_draft, a_policy, harmed_in, the_takedown
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.core.clock import london
from forethought.reviews.models import LawNote, Review
from forethought.reviews.register import Certainty, laws, watch_list
from forethought.reviews.rules import Trigger


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def note(**changes: str) -> dict[str, str]:
    return {
        "version": "0",
        "status": "superseded",
        "superseded_by": "A Bill of Rights Act",
        "governs": "Private life, belief and free speech.",
        "clauses": "5.2, 9.3",
        "link": "",
        "source": "The newsletter of the local authority.",
        **changes,
    }


@pytest.mark.policy("11.1")
def test_ripa_stands_as_superseded_in_part_with_a_link_to_its_successor(world: World) -> None:
    client = client_of(world.teacher)
    html = text_of(client.get("/laws/ripa-2000/"))
    assert re.search(r"govuk-tag--orange[^>]*>Superseded in part<", html)
    assert '<a class="govuk-link" href="/laws/ipa-2016/">Investigatory Powers Act 2016</a>' in html
    assert "Investigatory Powers Act 2016" in text_of(client.get("/laws/ipa-2016/"))
    assert 'href="/laws/ipa-2016/"' in text_of(client.get("/laws/"))


@pytest.mark.policy("11.1")
@pytest.mark.parametrize("law", list(laws().values()), ids=lambda law: law.key)
def test_each_law_says_what_it_governs_and_how_sure_that_is(world: World, law: object) -> None:
    html = text_of(client_of(world.teacher).get(f"/laws/{law.key}/"))  # type: ignore[attr-defined]
    sure = law.certainty is Certainty.READ  # type: ignore[attr-defined]
    assert ("Check before relying on it." in html) is not sure
    assert "It is not legal advice." in html and ("To be checked by" in html or "Check it now." in html)
    for clause in law.clauses:  # type: ignore[attr-defined]
        assert f"/policy/clauses/{clause}/" in html


@pytest.mark.policy("11.1")
def test_the_register_lists_every_law_and_says_check_beside_the_unsure_ones(world: World) -> None:
    html = text_of(client_of(world.teacher).get("/laws/"))
    for key, law in laws().items():
        part = html.split(f'heading-s"><a class="govuk-link" href="/laws/{key}/">', 1)[1].split('class="ft-party"')[0]
        assert ("Check before relying on it." in part) is (law.certainty is not Certainty.READ), key
    assert client_of(world.teacher).get("/laws/nothing/").status_code == 404


@pytest.mark.policy("11.1", "10.2")
def test_a_law_changes_and_a_review_appears(world: World) -> None:
    client = client_of(world.head)
    html = text_of(client.get("/laws/hra-1998/note-law/"))
    assert "Name of the law" not in html and 'value="5.2, 5.3f' in html
    assert re.search(r'value="in_force"[^>]*checked', html)

    answer = client.post("/laws/hra-1998/note-law/", note())

    assert answer["Location"] == "/laws/hra-1998/"
    html = text_of(client.get("/laws/hra-1998/"))
    assert "A review of the policy is open." in html and "A Bill of Rights Act" in html
    assert "The newsletter of the local authority." in html
    review = Review.objects.get()
    shown = text_of(client_of(world.chair).get(f"/reviews/{review.id}/"))
    assert "Now it stands as “Superseded”." in shown and 'href="/laws/hra-1998/"' in shown
    assert "/policy/clauses/9.3/" in shown


@pytest.mark.policy("11.1")
def test_a_school_adds_a_law_of_its_own(world: World) -> None:
    client = client_of(world.head)
    form = note(status="in_force", superseded_by="", name="Road Traffic Act 1988", citation="1988 c. 52", clauses="6.6")
    to = client.post("/laws/note-law/", form)["Location"]
    assert "Road Traffic Act 1988" in text_of(client.get(to))
    assert "(added by your school)" in text_of(client_of(world.teacher).get("/laws/"))
    assert client.post("/laws/note-law/", form).status_code == 422
    # Its name may be put right, since it is the school's own.
    assert client.post(f"{to}note-law/", {**form, "version": "1", "name": "Road Traffic Act"})["Location"] == to
    assert not Review.objects.exists() and LawNote.objects.count() == 2


def test_a_bad_note_says_what_is_wrong_and_keeps_what_was_typed(world: World) -> None:
    client = client_of(world.head)
    yesterday = london(world.at).date() - timedelta(days=1)
    late = {
        "review_on_day": f"{yesterday:%d}",
        "review_on_month": f"{yesterday:%m}",
        "review_on_year": f"{yesterday:%Y}",
    }
    for changes, sentence in (
        ({"superseded_by": ""}, "Say which law took over."),
        ({"clauses": "5.2, 99"}, "The policy has no clause 99."),
        ({"link": "javascript:alert(1)"}, "Give the whole web address."),
        ({"source": ""}, "Say where you read it"),
        (late, "The day to check it again has passed already."),
        ({"status": "gone"}, "Choose how it stands."),
    ):
        answer = client.post("/laws/hra-1998/note-law/", note(**changes))
        html = answer.content.decode()
        assert answer.status_code == 422 and sentence in html, sentence
        assert "Private life, belief and free speech." in html
    assert not LawNote.objects.exists()


@pytest.mark.policy("11.1")
def test_of_two_writers_the_second_is_told_and_can_still_decide(world: World) -> None:
    client = client_of(world.head)
    client.post("/laws/hra-1998/note-law/", note())
    answer = client.post("/laws/hra-1998/note-law/", note(source="My own source."))
    html = answer.content.decode()
    assert answer.status_code == 409 and "Somebody wrote about this law before you." in html
    assert "My own source." in html and 'name="version" value="1"' in html
    assert client.post("/laws/hra-1998/note-law/", note(version="1")).status_code == 302


# --- The watch list ---


@pytest.mark.policy("10.2")
def test_the_watch_list_says_what_comes_when_and_opens_a_review_once(world: World) -> None:
    a_policy(world)
    client = client_of(world.head)
    html = unescape(text_of(client.get("/laws/watch/")))
    assert all(item.title in html for item in watch_list())
    assert "1 September each year" in html and "No date yet" in html
    opens = "/reviews/open-review/?watch=reporting-duty"
    assert f'href="{opens}"' in html
    form = text_of(client.get(opens))
    assert re.search(r'value="law"[^>]*checked', form) and "A personal duty to report child sexual abuse" in form
    day = london(world.at).date() + timedelta(days=42)
    said = {"trigger": "law", "source": "A start date was set.", "owner": str(world.head.id)}
    due = {"due_on_day": f"{day:%d}", "due_on_month": f"{day:%m}", "due_on_year": f"{day:%Y}"}

    client.post(opens, {**said, **due})

    review = Review.objects.get()
    assert review.source_key.startswith("watch:reporting-duty:") and review.trigger == Trigger.LAW
    html = text_of(client.get("/laws/watch/"))
    assert f"/reviews/{review.id}/" in html and f'href="{opens}"' not in html
    shown = text_of(client.get(f"/reviews/{review.id}/"))
    assert "Check before relying on it." in shown and "/laws/crime-2026-reporting/" in shown
    assert "Open a review" not in text_of(client_of(world.teacher).get("/laws/watch/"))
    assert client.get("/reviews/open-review/?watch=%00nothing").status_code == 200


# --- The law beside other screens ---


@pytest.mark.policy("11.1")
def test_the_law_stands_beside_the_screens_it_governs(world: World) -> None:
    case, client = a_case(world, at=world.at, danger="yes"), client_of(world.senior)
    takedown, party = the_takedown(case), harmed_in(case)
    for path, law in (
        (f"/cases/{case.id}/", "employment-2025"),
        (f"/cases/{case.id}/answer-gate/", ""),
        (f"/cases/{case.id}/support/{party.id}/offer-support/", "employment-2025"),
        (f"/cases/{case.id}/police/{party.id}/ask-consent/", "pha-1997"),
        (f"/cases/{case.id}/police/{party.id}/report-to-police/", "pha-1997"),
        (f"/takedowns/{takedown.id}/", "osa-2023"),
        (f"/takedowns/{takedown.id}/hand-to-complainant/", "defamation-2013"),
    ):
        html = text_of(client.get(path))
        assert "The law behind this" in html, path
        assert not law or f'href="/laws/{law}/"' in html, path


@pytest.mark.policy("11.1", "7.4")
def test_the_gate_shows_the_law_to_somebody_without_links_for_staff(world: World) -> None:
    draft = a_draft(world, by=world.teacher, at=world.at)
    html = text_of(client_of(world.teacher).get(f"/report/{draft.id}/answer-gate/"))
    part = html.split("The law behind this")[1].split("</details>")[0]
    assert "Protection of Children Act 1978" in part and "href=" not in part
    assert "Check before relying on it. This was written from memory." in part


def test_the_register_costs_the_same_however_much_was_written(world: World) -> None:
    client, costs = client_of(world.head), []
    client.get("/laws/")
    for count in (0, 3):
        for number in range(count):
            client.post("/laws/hra-1998/note-law/", note(version=str(number)))
        client.get("/laws/")  # says once what was recorded
        with CaptureQueriesContext(connection) as queries:
            text_of(client.get("/laws/"))
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert Client().get("/laws/").status_code == 302
