"""“Is it gone?” in one press, and the next steps when the host does not help."""

import re
from datetime import timedelta

import pytest
from builders import World, a_case, the_takedown
from django.test import Client
from django.utils import timezone
from signed import text_of
from takedown_pages import FORM, asked, at, found, fresh, head, school_now, with_mail, world  # noqa: F401

from forethought.cases.models import Owed
from forethought.evidence import keyring
from forethought.takedowns import procedures
from forethought.takedowns.models import Look, Notice, Takedown
from forethought.takedowns.rules import Result

# --- Is it gone? ---


@pytest.mark.policy("8.5")
def test_opening_the_page_changes_nothing_and_one_press_is_the_whole_answer(
    world: World, found: Takedown, head: Client
) -> None:
    asked(world, found)
    html = text_of(head.get(at(found, "check-removal/")))
    assert [
        re.search(rf'value="{result}"', html) is not None
        for result in ("gone_signed_out", "gone_signed_in", "still_there")
    ] == [True] * 3
    assert not Look.objects.exists()

    answer = head.post(at(found, "check-removal/"), {"result": "gone_signed_out"})

    page = text_of(head.get(answer["Location"]))
    assert re.search(r"Recorded at (\d|mid)", page)
    assert "Add a screen print" in page and "I pressed the wrong one" in page
    assert f'href="/cases/{found.case_id}/answer-gate/"' in page
    text_of(head.get(answer["Location"]))
    assert Look.objects.count() == 1


@pytest.mark.policy("8.5")
def test_gone_while_signed_in_asks_for_a_look_signed_out(world: World, found: Takedown, head: Client) -> None:
    asked(world, found)
    answer = head.post(at(found, "check-removal/"), {"result": "gone_signed_in"})
    assert "Seen gone, signed in. Look signed out by" in text_of(head.get(answer["Location"]))


@pytest.mark.policy("8.5")
def test_a_closed_group_is_looked_at_from_inside(world: World, head: Client) -> None:
    found = asked(world, the_takedown(a_case(world, at=world.at, where="Zibzab, the group “Year 4 mums”")))
    html = text_of(head.get(at(found, "check-removal/")))
    assert "Gone. I looked inside the group" in html and "gone_signed_out" not in html
    assert head.post(at(found, "check-removal/"), {"result": "gone_signed_out"}).status_code == 422
    head.post(at(found, "check-removal/"), {"result": "gone_inside_group"})
    assert fresh(found).status == "gone"


@pytest.mark.policy("8.5")
def test_a_wrong_press_is_corrected_and_both_stay(world: World, found: Takedown, head: Client) -> None:
    asked(world, found)
    recorded = head.post(at(found, "check-removal/"), {"result": "gone_signed_out"})["Location"]
    wrong = re.search(r'href="([^"]+corrects=[^"]+)"', text_of(head.get(recorded)))
    assert wrong
    page = text_of(head.get(wrong[1]))
    assert "You pressed “Gone. I was signed out”" in page
    first = Look.objects.get()
    head.post(wrong[1], {"result": "still_there", "corrects": str(first.id)})
    found = fresh(found)
    assert (found.status, found.rounds) == ("host_asked", 1)
    assert "Pressed by mistake." in text_of(head.get(at(found)))


@pytest.mark.policy("8.5")
@pytest.mark.parametrize("result", ["", "nonsense"])
def test_a_press_that_is_none_of_the_buttons_is_refused(found: Takedown, head: Client, result: str) -> None:
    answer = head.post(at(found, "check-removal/"), {"result": result, "corrects": "nonsense"})
    assert answer.status_code == 422 and "Press the button that fits." in answer.content.decode()


@pytest.mark.policy("8.5")
def test_what_is_back_says_so_with_a_new_time(world: World, found: Takedown, head: Client) -> None:
    asked(world, found)
    for result in ("gone_signed_out", "still_there"):
        head.post(at(found, "check-removal/"), {"result": result})
    html = text_of(head.get(at(found)))
    assert "Back. Reported" in html and "for the second time" in html and "Gone. I was signed out" in html


# --- Going on ---


@pytest.mark.policy("8.6")
def test_a_next_step_carries_the_hosts_answer_and_what_was_said_before(
    world: World, found: Takedown, head: Client
) -> None:
    head.post(
        at(found, "ask-host/?by=form"),
        {"version": str(found.version), **FORM, "facts": "She was not there.", "step": "send"},
    )
    form = text_of(head.get(at(found, "escalate/?rung=host_abuse")))
    assert "Board" in form and "She was not there." in form and "Hosting companies have an abuse desk" in form
    said = {
        "version": str(fresh(found).version),
        "rung": "host_abuse",
        "host": "Board",
        "recipient": "Store Ltd",
        "way": "copied",
        "found": "register",
        "facts": "She was not there.",
        "reply_to": "office@larkfield.example",
        "refusal": "refused",
    }
    lacking = head.post(at(found, "escalate/?rung=host_abuse"), said)
    assert lacking.status_code == 422 and "Copy its answer word for word" in lacking.content.decode()

    whole = text_of(
        head.post(at(found, "escalate/?rung=host_abuse"), {**said, "refusal_words": "We do not remove opinions."})
    )
    head.post(
        at(found, "escalate/?rung=host_abuse"), {**said, "refusal_words": "We do not remove opinions.", "step": "send"}
    )

    assert "We do not remove opinions." in whole and "order" in whole
    notice = Notice.objects.get(rung="host_abuse")
    assert "Store Ltd" in keyring.words(notice, case_id=found.case_id)["text"]
    assert "The company that stores or carries the website (taken)" in text_of(head.get(at(found)))


@pytest.mark.policy("8.6")
def test_a_step_that_is_too_early_is_refused_before_anybody_copies_its_notice(found: Takedown, head: Client) -> None:
    said = {
        "version": str(found.version),
        "rung": "provider",
        "host": "Board",
        "recipient": "Store Ltd",
        "way": "copied",
        "found": "register",
        "facts": "She was not there.",
        "reply_to": "office@larkfield.example",
        "refusal": "no_answer",
    }
    early = head.post(at(found, "escalate/?rung=provider"), said)
    assert early.status_code == 422 and "Ask the host first." in early.content.decode()

    head.post(at(found, "ask-host/?by=form"), {"version": str(found.version), **FORM, "step": "send"})
    said["version"] = str(fresh(found).version)
    early = head.post(at(found, "escalate/?rung=provider"), said)
    assert early.status_code == 422 and "The host has until" in early.content.decode()
    assert "Read it, then send it" not in early.content.decode()

    Takedown.objects.filter(pk=found.pk).update(resolve_due_at=timezone.now() - timedelta(minutes=1))
    assert "Read it, then send it" in text_of(head.post(at(found, "escalate/?rung=provider"), said))


@pytest.mark.policy("8.6")
def test_a_step_before_the_host_was_asked_needs_that_it_cannot_be_reached(found: Takedown, head: Client) -> None:
    said = {
        "version": str(found.version),
        "rung": "registrar",
        "host": "Board",
        "recipient": "Names Ltd",
        "way": "copied",
        "found": "register",
        "facts": "She was not there.",
        "reply_to": "office@larkfield.example",
        "refusal": "refused",
        "refusal_words": "No.",
        "step": "send",
    }
    answer = head.post(at(found, "escalate/"), said)
    assert answer.status_code == 422
    assert (
        head.post(at(found, "escalate/"), {**said, "refusal": "no_way_to_reach", "refusal_words": ""}).status_code
        == 302
    )


@pytest.mark.policy("8.6")
def test_any_step_can_be_left_out_with_a_reason(found: Takedown, head: Client) -> None:
    head.post(at(found, "skip-rung/search/"), {"reason": "It has no search entry."})
    page = text_of(head.get(at(found)))
    assert "Search engines (left out)" in page and "It has no search entry." not in page
    assert head.get(at(found, "skip-rung/nonsense/")).status_code == 404


@pytest.mark.policy("8.4")
def test_it_is_handed_over_with_a_helper_and_looking_goes_on(found: Takedown, head: Client, world: World) -> None:
    assert (
        "Nobody does this alone."
        in head.post(at(found, "hand-to-complainant/"), {"version": str(found.version)}).content.decode()
    )
    head.post(at(found, "hand-to-complainant/"), {"version": str(found.version), "helper": str(world.colleague.id)})
    page = text_of(head.get(at(found)))
    assert "Only the person concerned can complain." in page and "Our 24 hours do not pause" in page
    assert "Ben Foster" not in page


@pytest.mark.policy("8.3", "8.5")
def test_dead_buttons_say_why_once_it_is_gone(world: World, found: Takedown, head: Client) -> None:
    asked(world, found)
    procedures.check_removal(takedown=fresh(found), result=Result.GONE_SIGNED_OUT, by=world.senior, at=world.at)
    html = text_of(head.get(at(found)))
    for text in ("Ask the host again", "Stop asking", "Hand to the person concerned"):
        assert re.search(rf"disabled[^>]*>{text}</button><p[^>]*>It has been seen gone\.", html), text
    assert "It is back" in html


@pytest.mark.policy("8.5")
def test_a_mail_leads_to_the_buttons_when_one_press_is_due_and_else_to_the_case(
    world: World, found: Takedown, head: Client
) -> None:
    for kind in ("answer", "take_up", "support"):
        Owed.objects.filter(case_id=found.case_id, kind=kind).update(done_at=world.at, done_by="program")
    assert head.get("/next/")["Location"] == f"/cases/{found.case_id}/"
    asked(world, found)
    assert head.get("/next/")["Location"] == at(found, "check-removal/")
