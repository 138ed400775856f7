"""The pages on which a matter is weighed: who gets in, what they see, what a bad form says."""

import re
from datetime import timedelta

import pytest
from breach_steps import a_breach, an_adult, it_was_serious, it_was_them
from builders import World, a_case, ask_the_host, the_takedown
from django.http import HttpResponse
from django.test import Client
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.core.clock import london
from forethought.investigations import people
from forethought.investigations.attribution import ALTERNATIVES
from forethought.investigations.models import Breach
from forethought.investigations.seriousness import QUESTIONS, SCREENS
from forethought.investigations.weighing_models import LiveWarning, Weighing, WorkTime
from forethought.takedowns import procedures as takedowns
from forethought.takedowns.rules import Result

pytestmark = pytest.mark.policy("9.3")


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def page_of(breach: Breach, act: str = "") -> str:
    return f"/breaches/{breach.case_id}/weighing/" + (f"{act}/" if act else "")


def attribution(version: int = 0, **changes: object) -> dict[str, object]:
    others = {f"other_{one}": "Looked at, and not so." for one in ALTERNATIVES}
    said = {"bases": ["admission"], "basis": "They said so.", "result": "established", "reasons": "They said so."}
    return {"version": str(version), **said, **others, **changes}


def seriousness(version: int = 0, **changes: object) -> dict[str, object]:
    return {
        "version": str(version),
        "nature": "rude",
        "nature_why": "The words were coarse.",
        "spread": "few",
        "spread_why": "Four people.",
        "effect": ["people"],
        "effect_why": "She wept.",
        "flags": ["none"],
        **changes,
    }


def proportion(version: int = 0, **changes: object) -> dict[str, object]:
    answers = {f"on_{one}": "Thought about." for one in QUESTIONS}
    screens = {f"screen_{one}": "no" for one in SCREENS}
    return {"version": str(version), **answers, **screens, "result": "proportionate", "reasons": "So.", **changes}


def shows_names(client: Client, breach: Breach) -> None:
    client.post(f"/cases/{breach.case_id}/show-names/", {"back": "/"})


# --- Was it them? ---


@pytest.mark.policy("9.2c")
def test_it_is_concluded_and_read_with_names_and_without(world: World) -> None:
    breach, client = a_breach(world, at=world.at), client_of(world.head)
    html = text_of(client.get(page_of(breach)))
    assert "No sanction for now." in html and "Nobody has concluded that yet." in html

    answer = client.post(page_of(breach, "conclude-attribution"), attribution(basis="The account is theirs, she says."))

    assert answer["Location"] == page_of(breach) + "#attribution"
    html = text_of(client.get(page_of(breach)))
    assert "More likely than not, it was them" in html and "The account is theirs" not in html
    shows_names(client, breach)
    assert "The account is theirs, she says." in text_of(client.get(page_of(breach)))


@pytest.mark.policy("9.2c")
def test_one_alternative_left_out_is_refused_by_name_and_the_form_is_kept(world: World) -> None:
    breach = a_breach(world, at=world.at)
    answer = client_of(world.head).post(
        page_of(breach, "conclude-attribution"), attribution(other_ai_made="", reasons="My long reasons.")
    )
    html = answer.content.decode()
    assert answer.status_code == 422 and "it was made with ai" in html and "My long reasons." in html
    assert not Weighing.objects.exists()


@pytest.mark.policy("9.2c")
def test_who_concludes_second_gets_the_form_back_and_is_told(world: World) -> None:
    breach = a_breach(world, at=world.at)
    it_was_them(world, breach)
    answer = client_of(world.head).post(
        page_of(breach, "conclude-attribution"), attribution(result="not_established", reasons="My own reasons.")
    )
    html = answer.content.decode()
    assert answer.status_code == 409 and "Amina Okafor did this at" in html and "My own reasons." in html
    assert 'name="version" value="1"' in html


@pytest.mark.policy("9.2c")
def test_what_was_proposed_is_filled_in_only_while_names_are_shown(world: World) -> None:
    breach, head = a_breach(world, at=world.at), client_of(world.head)
    looks = an_adult(world, "Iris Cole")
    people.choose_person(breach=breach, part="investigator", person=looks, by=world.head, at=world.at)
    sent = client_of(looks).post(page_of(breach, "propose-attribution"), attribution(basis="Seen by two colleagues."))
    assert sent.status_code == 302

    html = text_of(head.get(page_of(breach, "conclude-attribution")))
    assert "Seen by two colleagues." not in html and "Press “Show names” first" in html
    shows_names(head, breach)
    assert "Seen by two colleagues." in text_of(head.get(page_of(breach, "conclude-attribution")))


@pytest.mark.policy("9.1")
def test_whoever_looks_proposes_and_has_no_page_to_conclude_on(world: World) -> None:
    breach = a_breach(world, at=world.at)
    looks = an_adult(world, "Iris Cole")
    people.choose_person(breach=breach, part="investigator", person=looks, by=world.head, at=world.at)
    client = client_of(looks)

    assert "Propose what you found" in text_of(client.get(page_of(breach)))
    assert client.get(page_of(breach, "conclude-attribution")).status_code == 404
    assert client.post(page_of(breach, "conclude-attribution"), attribution()).status_code == 404
    assert client.get(page_of(breach, "conclude-proportion")).status_code == 404


@pytest.mark.policy("7.2")
def test_the_person_reported_and_everybody_off_the_list_find_no_such_page(world: World) -> None:
    breach = a_breach(world, at=world.at)
    for person in (world.colleague, world.teacher, world.chair):
        client = client_of(person)
        assert client.get(page_of(breach)).status_code == 404
        assert client.post(page_of(breach, "conclude-attribution"), attribution()).status_code == 404


@pytest.mark.policy("6.5")
def test_the_form_is_dead_until_the_designated_officer_was_consulted(world: World) -> None:
    breach = a_breach(world, child="yes", at=world.at)
    html = text_of(client_of(world.head).get(page_of(breach, "conclude-attribution")))
    assert "designated officer first" in html and "<textarea" not in html


# --- How serious? ---


@pytest.mark.policy("9.3")
def test_a_post_that_was_there_for_two_hours_says_about_two_hours(world: World) -> None:
    at = world.at - timedelta(hours=3)
    report = a_case(world, at=at)
    takedown = ask_the_host(the_takedown(report), by=world.senior, at=at)
    takedowns.check_removal(
        takedown=takedown, result=Result.GONE_SIGNED_OUT, by=world.senior, at=at + timedelta(hours=2)
    )
    breach = a_breach(world, from_case=report, at=world.at)
    client = client_of(world.head)
    # Nobody said when it was first seen: from the report on, so at least.
    assert "from the records and looks: At least 2 hours." in text_of(client.get(page_of(breach)))

    local = london(at)
    first = {"seen_on_day": local.day, "seen_on_month": local.month, "seen_on_year": local.year}
    gone = london(at + timedelta(hours=2))
    last = {"gone_on_day": gone.day, "gone_on_month": gone.month, "gone_on_year": gone.year}
    times = {"seen_time": f"{local:%H:%M}", "gone_time": f"{gone:%H:%M}"}
    sent = client.post(page_of(breach, "conclude-seriousness"), seriousness(**first, **last, **times))

    assert sent.status_code == 302
    shows_names(client, breach)
    assert "About 2 hours" in text_of(client.get(page_of(breach)))


@pytest.mark.policy("9.3")
def test_with_nothing_known_of_the_times_it_says_so(world: World) -> None:
    breach, client = a_breach(world, at=world.at), client_of(world.head)
    client.post(page_of(breach, "conclude-seriousness"), seriousness())
    shows_names(client, breach)
    assert re.search(r"How long it could be seen</dt>\s*<dd[^>]*>Not known", text_of(client.get(page_of(breach))))


@pytest.mark.policy("9.3")
def test_a_time_without_its_day_and_a_day_to_come_are_refused(world: World) -> None:
    breach, client = a_breach(world, at=world.at), client_of(world.head)
    answer = client.post(page_of(breach, "conclude-seriousness"), seriousness(seen_time="9:15pm"))
    assert answer.status_code == 422 and "Enter the day too." in answer.content.decode()
    answer = client.post(
        page_of(breach, "conclude-seriousness"),
        seriousness(gone_on_day="1", gone_on_month="1", gone_on_year="2099"),
    )
    assert answer.status_code == 422 and "That date has not come yet." in answer.content.decode()


@pytest.mark.policy("9.3")
def test_gone_before_it_was_seen_is_refused_and_kept_out_of_the_conclusion(world: World) -> None:
    """It was kept and read “Not known”, so that a slip of the pen hid how long it was there."""
    breach, client = a_breach(world, at=world.at), client_of(world.head)
    days = [london(world.at - timedelta(days=back)) for back in (3, 2)]
    earlier, later = [(str(one.day), str(one.month), str(one.year)) for one in days]

    def sent(seen: tuple[str, ...], gone: tuple[str, ...], seen_time: str, gone_time: str) -> HttpResponse:
        days = {
            f"{name}_on_{part}": value
            for name, day in (("seen", seen), ("gone", gone))
            for part, value in zip(("day", "month", "year"), day, strict=True)
        }
        form = seriousness(**days, seen_time=seen_time, gone_time=gone_time)
        return client.post(page_of(breach, "conclude-seriousness"), form)

    for wrong in ((later, earlier, "", ""), (later, later, "6pm", "5pm")):
        answer = sent(*wrong)
        assert answer.status_code == 422 and "Look at both again." in answer.content.decode()
    assert not Weighing.objects.exists()
    # Of one day, one time alone says nothing against the other.
    assert sent(later, later, "6pm", "").status_code == 302
    shows_names(client, breach)
    assert "About a day" in text_of(client.get(page_of(breach)))


@pytest.mark.policy("2.4", "9.3")
def test_a_flag_locks_every_sanction_until_proportion_is_complete(world: World) -> None:
    breach, client = a_breach(world, at=world.at), client_of(world.head)
    it_was_them(world, breach)
    client.post(page_of(breach, "conclude-seriousness"), seriousness(flags=["union"]))
    html = text_of(client.get(page_of(breach)))
    assert "Weigh proportion first: this may be protected. Union business." in html
    assert "Needed before any sanction" in html

    answer = client.post(page_of(breach, "conclude-proportion"), proportion(on_least=""))
    assert answer.status_code == 422 and "Answer this." in answer.content.decode()
    answer = client.post(page_of(breach, "conclude-proportion"), proportion(screen_union="yes"))
    assert answer.status_code == 422 and "get advice from HR or a lawyer first" in answer.content.decode()

    sent = client.post(
        page_of(breach, "conclude-proportion"), proportion(screen_union="yes", advice_union="HR: it is protected.")
    )
    assert sent.status_code == 302
    assert "Nothing is missing here." in text_of(client.get(page_of(breach)))


@pytest.mark.policy("1.2")
def test_for_a_private_account_no_sanction_follows_until_the_link_to_the_work_is_written(world: World) -> None:
    breach, client = a_breach(world, at=world.at), client_of(world.head)
    it_was_them(world, breach)
    client.post(page_of(breach, "conclude-seriousness"), seriousness(purpose="own"))
    html = text_of(client.get(page_of(breach)))
    assert "Weigh proportion first: this may be protected. Their own account, used for themselves." in html

    answer = client.post(page_of(breach, "conclude-proportion"), proportion(on_work_link=""))
    html = answer.content.decode()
    assert answer.status_code == 422 and 'href="#id_on_work_link"' in html
    assert "Nothing? Then a sanction goes too far." in html
    client.post(page_of(breach, "conclude-proportion"), proportion(on_work_link="It names two colleagues."))
    assert "Nothing is missing here." in text_of(client.get(page_of(breach)))


@pytest.mark.policy("9.3")
def test_the_matters_own_page_says_how_the_weighing_stands_without_a_word_of_it(world: World) -> None:
    breach, client = a_breach(world, at=world.at), client_of(world.head)
    client.post(page_of(breach, "conclude-attribution"), attribution(reasons="A long story."))
    html = text_of(client.get(f"/breaches/{breach.case_id}/"))
    assert "More likely than not, it was them" in html and "No sanction for now. Say first how serious" in html
    assert "A long story." not in html and f'href="{page_of(breach)}#seriousness"' in html


@pytest.mark.policy("9.3")
def test_small_numbers_of_earlier_matters_are_never_said(world: World) -> None:
    before = a_breach(world, subject=world.teacher, at=world.at)
    it_was_serious(world, before)
    Breach.objects.filter(pk=before.pk).update(outcome="informal")
    breach, client = a_breach(world, at=world.at), client_of(world.head)
    client.post(page_of(breach, "conclude-seriousness"), seriousness())
    html = text_of(client.get(page_of(breach)))
    assert "No numbers are shown." in html and "1 earlier" not in html


# --- Work time and warnings ---


def a_day(world: World, name: str) -> dict[str, str]:
    day = london(world.at).date()
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


@pytest.mark.policy("3.3")
def test_lunch_shows_not_work_time_and_needs_a_reason_to_continue(world: World) -> None:
    breach, client = a_breach(world, at=world.at), client_of(world.head)
    day = london(world.at).date()
    while day.weekday() != 2:
        day -= timedelta(days=1)
    said = {
        "version": "0",
        "day_day": str(day.day),
        "day_month": str(day.month),
        "day_year": str(day.year),
        "starts": "12:10",
        "ends": "12:50",
        "how_known": "told",
        "excuse": "none",
        "effect": "None.",
    }
    answer = client.post(page_of(breach, "note-use"), said)
    html = answer.content.decode()
    assert answer.status_code == 422 and "Not work time" in html and "Say why you go on with it" in html

    sent = client.post(page_of(breach, "note-use"), {**said, "reason": "They were on duty in the hall."})
    assert sent.status_code == 302
    assert "Not work time" in text_of(client.get(page_of(breach)))


@pytest.mark.policy("3.3")
def test_the_head_says_what_work_time_is_and_a_teacher_has_no_such_page(world: World) -> None:
    said = {"starts": "8am", "ends": "3pm", "lunch_starts": "11am", "lunch_ends": "11:30am", **a_day(world, "from_day")}
    assert client_of(world.teacher).post("/work-time/set-work-time/", said).status_code == 404
    client = client_of(world.head)
    assert client.post("/work-time/set-work-time/", {**said, "lunch_ends": "4pm"}).status_code == 422
    assert client.post("/work-time/set-work-time/", said).status_code == 302
    assert WorkTime.objects.count() == 1
    assert "lunch from 11am to 11:30am" in text_of(client_of(world.teacher).get("/work-time/"))


@pytest.mark.policy("5.7", "1.2")
def test_work_time_is_reached_from_your_school_and_frees_nobody_from_the_policy(world: World) -> None:
    client = client_of(world.head)
    assert 'href="/work-time/"' in text_of(client.get("/school/"))
    for page in ("/work-time/", "/work-time/set-work-time/"):
        assert "can still fall under the policy" in text_of(client.get(page))


@pytest.mark.policy("9.6")
def test_the_end_of_a_warning_is_suggested_to_be_checked(world: World) -> None:
    breach, client = a_breach(world, at=world.at), client_of(world.head)
    assert client.get(page_of(breach, "note-live-warning")).status_code == 404
    Breach.objects.filter(pk=breach.pk).update(outcome="first_warning")
    assert "Check your own procedure." in text_of(client.get(page_of(breach, "note-live-warning")))

    ends = london(world.at).date() + timedelta(days=100)
    said = {"ends_on_day": str(ends.day), "ends_on_month": str(ends.month), "ends_on_year": str(ends.year)}
    sent = client.post(page_of(breach, "note-live-warning"), {**a_day(world, "given_on"), **said})

    assert sent.status_code == 302 and LiveWarning.objects.get().ends_on == ends
    later = a_breach(world, at=world.at)
    assert "First written warning, given on" in text_of(client.get(page_of(later)))
