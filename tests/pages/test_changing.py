"""A change on its way: one word, paragraphs, the whole text, two keepers at once, and the gate in plain sight."""

import re

import pytest
from builders import OWN_TEXT, World, a_revision, a_version_in_force
from django.test import Client
from django.utils import timezone
from keeping_pages import HOME, PASTED, form_of, head, hidden_in, page_of, policy_now, school_now, world
from signed import client_of, text_of

from forethought.acknowledgements.models import Task
from forethought.people import procedures as people
from forethought.people.models import Role
from forethought.policies import consulting, standing
from forethought.policies.models import Revision, Version
from forethought.policies.text import Paragraph, Text

__all__ = ["head", "school_now", "world"]


@pytest.mark.policy("F3")
def test_one_word_changed_leaves_publish_dead_with_the_rules_sentence_beside_it(world: World, head: Client) -> None:
    a_version_in_force(world)
    head.post("/policy/start-revision/", {"begin": "in_force"})
    revision = Revision.objects.get()
    html = text_of(head.get(page_of(revision)))
    assert re.search(r"disabled[^>]*>Ask staff and unions</button><p[^>]*>Nothing differs", html)

    address = f"{page_of(revision)}paragraphs/0/change-text/"
    form = form_of(text_of(head.get(address)))
    assert form["words"] == OWN_TEXT[0].words and form["number"] == "1.1"
    answer = head.post(address, {**form, "words": "This policy shields everybody who works here."})
    assert answer["Location"] == f"{page_of(revision)}?page=1#p-0"

    html = text_of(head.get(page_of(revision)))
    assert "1 paragraph changed." in html and 'class="ft-ins"' in html and "shields" in html
    assert re.search(r'<a href="[^"]*open-consultation/"[^>]*>Ask staff and unions</a>', html)
    assert re.search(r"disabled[^>]*>Publish</button><p[^>]*>This text is not approved yet\.", html)
    assert re.search(r"disabled[^>]*>Record the approval</button><p[^>]*>Only the body that approves", html)
    assert Task.objects.exclude(reading__about=Version.objects.get().id).count() == 0


@pytest.mark.policy("F3")
def test_the_clerk_is_told_that_it_was_not_asked_about_and_may_record_a_decision(world: World) -> None:
    revision = a_revision(world)
    people.appoint(person=world.colleague, role=Role.CLERK, by=world.head, at=world.at)
    html = text_of(client_of(world.colleague).get(page_of(revision)))
    assert re.search(r"disabled[^>]*>Record the approval</button><p[^>]*>This text has not been consulted on\.", html)
    assert "Has the body decided without asking?" in html


@pytest.mark.policy("F3")
def test_while_people_are_asked_the_text_stands_still(world: World, head: Client) -> None:
    revision = a_revision(world)
    consulting.open_consultation(
        policy=policy_now(world),
        revision=revision,
        version=revision.version,
        days=20,
        staff=[world.teacher],
        by=world.head,
        at=timezone.now(),
    )
    html = text_of(head.get(page_of(revision)))
    assert "People can answer until the end of" in html and "paragraphs/0/change-text/" not in html
    assert "Close or withdraw the consultation first." in html and "withdraw-consultation/" in html
    assert "Read and answer the views" in html
    assert re.search(r"disabled[^>]*>Close the consultation</button><p[^>]*>It is open until the end of", html)
    address = f"{page_of(revision)}paragraphs/0/change-text/"
    assert "<textarea" not in text_of(head.get(address))
    form = {"version": str(revision.version), "mark": bytes(revision.text.fingerprint).hex(), "words": "My long words."}
    answer = head.post(address, form)
    assert answer.status_code == 422 and "My long words." in answer.content.decode()
    for act in ("change-text/", "describe-revision/", "drop-revision/"):
        assert "Close or withdraw the consultation first." in text_of(head.get(page_of(revision) + act))


@pytest.mark.policy("F3")
def test_paragraphs_are_added_below_and_taken_out(world: World, head: Client) -> None:
    revision = a_revision(world)
    below = f"{page_of(revision)}paragraphs/1/below/change-text/"
    html = text_of(head.get(below))
    assert "It will stand below this one:" in html and "after hours too" in html
    head.post(below, {**form_of(html), "number": "1.3", "title": "Pupils", "words": "It holds for pupils’ data."})
    revision.refresh_from_db()
    assert [one.number for one in standing.text_of(revision.text)] == ["1.1", "1.2", "1.3", "8.3"]

    out = f"{page_of(revision)}paragraphs/0/out/change-text/"
    html = text_of(head.get(out))
    assert "This paragraph goes:" in html and "shields" in html
    head.post(out, form_of(html))
    html = text_of(head.get(page_of(revision)))
    assert "1 paragraph added, 1 removed." in html and "Taken out" in html
    assert head.get(f"{page_of(revision)}paragraphs/9/change-text/").status_code == 404
    empty = head.post(below, {**form_of(text_of(head.get(below))), "title": "", "words": ""})
    assert empty.status_code == 422 and "To take a paragraph out" in empty.content.decode()


@pytest.mark.policy("F3")
def test_two_keepers_at_the_same_paragraph_the_second_is_told_and_keeps_what_they_typed(
    world: World, head: Client
) -> None:
    people.appoint(person=world.colleague, role=Role.HR, by=world.head, at=world.at)
    revision, other = a_revision(world), client_of(world.colleague)
    address = f"{page_of(revision)}paragraphs/2/change-text/"
    mine, theirs = form_of(text_of(head.get(address))), form_of(text_of(other.get(address)))
    head.post(address, {**mine, "words": "Report it at once."})

    answer = other.post(address, {**theirs, "words": "Report it within a day."})

    html = answer.content.decode()
    assert answer.status_code == 409 and "Amina Okafor did this at" in html
    assert "Report it within a day." in html and "Now it reads:" in html and "Report it at once." in html
    # Knowing of it, they may still decide.
    assert other.post(address, form_of(html)).status_code == 302
    revision.refresh_from_db()
    assert standing.text_of(revision.text)[2].words == "Report it within a day."


@pytest.mark.policy("F3")
def test_a_paragraph_that_moved_meanwhile_is_found_and_one_that_went_is_not_mixed_up(
    world: World, head: Client
) -> None:
    revision = a_revision(world)
    address = f"{page_of(revision)}paragraphs/1/change-text/"
    seen = form_of(text_of(head.get(address)))
    out = f"{page_of(revision)}paragraphs/0/out/change-text/"
    head.post(out, form_of(text_of(head.get(out))))

    told = head.post(address, {**seen, "words": "It is for all."})
    assert told.status_code == 409 and "It is for every adult" in told.content.decode()
    assert head.post(address, form_of(told.content.decode())).status_code == 302
    revision.refresh_from_db()
    assert [one.words for one in standing.text_of(revision.text)] == ["It is for all.", OWN_TEXT[2].words]

    address = f"{page_of(revision)}paragraphs/1/change-text/"
    seen = form_of(text_of(head.get(address)))
    out = f"{page_of(revision)}paragraphs/1/out/change-text/"
    head.post(out, form_of(text_of(head.get(out))))
    gone = head.post(address, {**seen, "words": "My own long words."})
    html = gone.content.decode()
    assert gone.status_code == 409 and "Somebody took that paragraph out" in html and "My own long words." in html


@pytest.mark.policy("F3")
def test_saving_a_paragraph_as_it_was_decides_nothing_afresh(world: World, head: Client) -> None:
    revision = a_revision(world)
    address = f"{page_of(revision)}paragraphs/0/change-text/"
    assert head.post(address, form_of(text_of(head.get(address)))).status_code == 302
    before = revision.version
    revision.refresh_from_db()
    assert revision.version == before


@pytest.mark.policy("F4")
def test_the_whole_text_is_pasted_anew_with_its_difference_shown_first(world: World, head: Client) -> None:
    revision = a_revision(world)
    address = f"{page_of(revision)}change-text/"
    form = {"version": str(revision.version), "pasted": PASTED}
    html = text_of(head.post(address, form))
    assert "Beside the text of this change until now:" in html
    assert head.post(address, {**hidden_in(html), "press": "keep"})["Location"] == page_of(revision)
    revision.refresh_from_db()
    assert len(standing.text_of(revision.text)) == 2
    late = head.post(address, {**hidden_in(html), "press": "keep"})
    assert late.status_code in {302, 409}


@pytest.mark.policy("F4")
def test_the_label_and_the_summary_change_without_undoing_anything(world: World, head: Client) -> None:
    revision = a_revision(world)
    address = f"{page_of(revision)}describe-revision/"
    form = form_of(text_of(head.get(address)))
    assert head.post(address, {**form, "label": "2026-2", "summary": "Plainer, as asked."}).status_code == 302
    html = text_of(head.get(page_of(revision)))
    assert "Plainer, as asked." in html and "Version 2026-2" in html
    taken = head.post(address, {**form_of(text_of(head.get(address))), "label": "1", "summary": "Other words."})
    assert taken.status_code == 422 and "a version is never changed" in taken.content.decode()
    late = head.post(address, {**form, "summary": "Too late words."})
    assert late.status_code == 409 and "Too late words." in late.content.decode()


@pytest.mark.policy("F3")
def test_a_dropped_change_is_still_there_to_read_and_another_can_begin(world: World, head: Client) -> None:
    revision = a_revision(world)
    assert head.post(f"{page_of(revision)}drop-revision/", {"version": str(revision.version)})["Location"] == HOME
    html = text_of(head.get(page_of(revision)))
    assert "This change was dropped." in html and "paragraphs/0/" not in html
    again = head.post(f"{page_of(revision)}drop-revision/", {"version": "9"})
    assert again.status_code == 409
    assert head.post("/policy/start-revision/", {"begin": "in_force"}).status_code == 302


@pytest.mark.policy("F3")
def test_a_policy_of_two_thousand_paragraphs_is_shown_page_by_page(world: World, head: Client) -> None:
    text: Text = tuple(Paragraph(f"{n}", f"Part {n}", f"What part {n} says of it.") for n in range(1, 2001))
    a_version_in_force(world, text=text)
    head.post("/policy/start-revision/", {"begin": "in_force"})
    revision = Revision.objects.get()
    address = f"{page_of(revision)}paragraphs/1234/change-text/"
    answer = head.post(address, {**form_of(text_of(head.get(address))), "words": "Other words altogether."})
    assert answer["Location"] == f"{page_of(revision)}?page=25#p-1234"
    html = text_of(head.get(f"{page_of(revision)}?page=25"))
    assert 'id="p-1234"' in html and "Other words altogether" in html and html.count('class="ft-kept"') == 50
    assert text_of(head.get(f"{page_of(revision)}?show=changed")).count('class="ft-kept"') == 1
    for asked in ("0", "-1", "x", "²", "9" * 40, "41", ""):
        assert head.get(f"{page_of(revision)}?page={asked}&show=").status_code == 200
