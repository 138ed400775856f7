"""The pages of a suspected breach: who gets in, what they see, what a bad form says."""

import re
import uuid
from datetime import timedelta

import breach_steps as steps
import pytest
from breach_steps import DAY, a_breach, alleged, an_adult, chose
from builders import World, a_case, a_version_in_force
from doors import ours
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.cases.models import Seat
from forethought.core.clock import london
from forethought.investigations import handing_over, letters, meetings
from forethought.investigations.models import Allegation, Breach, Chosen, LetterDraft, Meeting
from forethought.investigations.rules import LADO_FIRST, Part
from forethought.investigations.standing import breach_of
from forethought.people.models import Role


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def page_of(breach: Breach) -> str:
    return f"/breaches/{breach.case_id}/"


def shown(client: object, breach: Breach) -> None:
    client.post(f"/cases/{breach.case_id}/show-names/", {"back": page_of(breach)})  # type: ignore[attr-defined]


def day(boxes: str, when: object) -> dict[str, str]:
    here = london(when).date()  # type: ignore[arg-type]
    return {f"{boxes}_day": str(here.day), f"{boxes}_month": str(here.month), f"{boxes}_year": str(here.year)}


def disabled(html: str, button: str) -> str:
    """The sentence beside a dead button."""
    found = re.search(rf"disabled[^>]*>{re.escape(button)}</button><p[^>]*>([^<]*)</p>", html)
    return found[1] if found else ""


# --- Reading ---


@pytest.mark.policy("9.1", "7.2")
def test_names_and_words_stand_on_the_page_only_when_they_are_asked_for(world: World) -> None:
    breach = a_breach(world, reporter=world.teacher)
    alleged(world, breach)
    chose(world, breach, Part.INVESTIGATOR, world.senior)
    client = client_of(world.head)
    words = ("mother", "by name", world.colleague.name, world.senior.name, world.teacher.name)

    hidden = text_of(client.get(page_of(breach)))
    assert not [word for word in words if word in hidden]
    shown(client, breach)
    html = text_of(client.get(page_of(breach)))
    assert "mother" in html and world.colleague.name in html and world.senior.name in html
    assert "<title>Case - Forethought</title>" in html


@pytest.mark.policy("7.2", "9.1")
def test_to_the_person_reported_it_is_no_page_whatever_their_role(world: World) -> None:
    breach = a_breach(world, subject=world.senior)
    client = client_of(world.senior)
    nowhere = client.get(f"/breaches/{uuid.uuid4()}/")
    for end in ("", "dates/", "dates.ics/", "choose-person/", "decide-outcome/", "propose-disclosure/"):
        assert client.get(page_of(breach) + end).status_code == 404
        assert client.post(page_of(breach) + end).status_code == 404
    assert nowhere.status_code == 404
    assert breach.case.reference not in text_of(client.get("/")) + text_of(client.get("/cases/"))


@pytest.mark.policy("9.1")
def test_a_dead_button_says_the_rules_sentence(world: World) -> None:
    breach = a_breach(world)
    html = text_of(client_of(world.head).get(page_of(breach)))
    assert disabled(html, "Choose a procedure") == (
        "Write down first what is said to have happened, and which rule it may break."
    )
    assert disabled(html, "End this") == "Offer support to the person reported before this ends."


@pytest.mark.policy("6.5", "9.1")
def test_where_a_child_may_have_been_harmed_the_designated_officer_comes_first(world: World) -> None:
    breach = a_breach(world, child="yes")
    client = client_of(world.head)
    html = text_of(client.get(page_of(breach)))
    assert "Speak to the local authority’s designated officer first" in html
    assert disabled(html, "Settle it informally") == LADO_FIRST
    assert LADO_FIRST in text_of(client.get(page_of(breach) + "choose-person/"))
    form = {"part": "investigator", "person": str(world.senior.id), "tied": "no"}
    assert client.post(page_of(breach) + "choose-person/", form).status_code == 422
    assert not Chosen.objects.exists()


@pytest.mark.policy("3.2", "3.7")
def test_an_allegation_is_shown_with_its_version_and_whether_it_was_confirmed(world: World) -> None:
    version = a_version_in_force(world)
    breach = a_breach(world)
    client = client_of(world.head)
    form = {"words": "Wrote about a parent.", "clauses": ["5.3d", "5.5"], **day("happened_on", world.at)}
    assert client.post(page_of(breach) + "make-allegation/", form)["Location"] == page_of(breach) + "#said"
    html = text_of(client.get(page_of(breach)))
    assert f"As it stood in version {version.label}" in html
    assert "They had been asked to read it, and had not confirmed it." in html
    assert "What a record has to show for it" in html and "That somebody might mind is not enough." in html


@pytest.mark.policy("3.2")
def test_an_allegation_without_a_rule_is_refused_and_keeps_what_was_typed(world: World) -> None:
    breach = a_breach(world)
    form = {"words": "Wrote about a parent.", **day("happened_on", world.at)}
    answer = client_of(world.head).post(page_of(breach) + "make-allegation/", form)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Choose at least one clause" in html and "Wrote about a parent." in html
    assert "At least one, or one other policy below." in html and "may it break? (optional)" not in html
    assert not Allegation.objects.exists()


# --- Who sees what ---


@pytest.mark.policy("8.8", "9.1")
def test_an_investigator_sees_the_matter_but_no_support_and_not_the_case_of_whoever_was_harmed(world: World) -> None:
    report = a_case(world, at=world.at)
    breach = a_breach(world, from_case=report)
    looker = an_adult(world, "Ines Vale", "contractor")
    chose(world, breach, Part.INVESTIGATOR, looker)
    client = client_of(looker)

    html = text_of(client.get(page_of(breach)))

    assert "Support has not been offered" not in html and "Offer support" not in html and "Timeline" not in html
    party = breach.case.parties.get(capacity="reported")
    for address in (
        f"/cases/{breach.case_id}/support/{party.id}/offer-support/",
        f"/cases/{report.id}/",
        page_of(breach) + "choose-procedure/",
        page_of(breach) + "decide-outcome/",
        page_of(breach) + "hand-to-hr/",
        f"/cases/{breach.case_id}/seats/",
    ):
        assert client.get(address).status_code == 404, address
    for end in ("start-investigation/", "give-investigation-report/", "plan-meeting/", "start-letter/", "dates/"):
        assert client.get(page_of(breach) + end).status_code == 200, end
    assert client.get(f"/cases/{breach.case_id}/answer-gate/").status_code == 200


@pytest.mark.policy("9.1")
@pytest.mark.parametrize(
    ("part", "opens", "shut"),
    [
        (
            "decider",
            ["find-case-to-answer/", "decide-outcome/", "give-notice/"],
            ["give-investigation-report/", "decide-appeal/"],
        ),
        ("appeal", ["decide-appeal/", "plan-meeting/"], ["decide-outcome/", "find-case-to-answer/"]),
        ("note_taker", ["dates/"], ["start-letter/", "decide-outcome/", "give-investigation-report/"]),
    ],
)
def test_each_part_opens_its_own_doors_alone(world: World, part: str, opens: list[str], shut: list[str]) -> None:
    breach = a_breach(world)
    somebody = an_adult(world, "Ines Vale", "contractor")
    chose(world, breach, part, somebody)
    client = client_of(somebody)
    assert {end: client.get(page_of(breach) + end).status_code for end in opens} == dict.fromkeys(opens, 200)
    assert {end: client.get(page_of(breach) + end).status_code for end in shut} == dict.fromkeys(shut, 404)


@pytest.mark.policy("9.1")
def test_the_investigator_as_a_panel_member_is_refused_on_the_page(world: World) -> None:
    breach = a_breach(world)
    chose(world, breach, Part.INVESTIGATOR, world.senior)
    form = {"part": "decider", "person": str(world.senior.id), "tied": "no"}
    answer = client_of(world.head).post(page_of(breach) + "choose-person/", form)
    assert answer.status_code == 422
    assert "They looked into it. Whoever looks into a matter does not decide it." in answer.content.decode()


@pytest.mark.policy("9.1", "9.5")
def test_hr_reads_the_matter_and_notes_the_outcome(world: World) -> None:
    adviser = an_adult(world, "Hana Ruiz", role=Role.HR)
    breach = a_breach(world)
    alleged(world, breach)
    breach = steps.chosen_procedure(world, breach)
    client = client_of(world.head)
    form = {"version": str(breach.version), "adviser": str(adviser.id)}
    assert client.post(page_of(breach) + "hand-to-hr/", form)["Location"] == page_of(breach)
    assert "With HR" in text_of(client.get(page_of(breach)))
    assert client_of(adviser).get(page_of(breach) + "note-hr-outcome/").status_code == 200
    assert client_of(adviser).get(page_of(breach) + "choose-person/").status_code == 404
    assert Seat.objects.get(case=breach.case, person=adviser).why == "hr"


@pytest.mark.policy("9.1")
def test_stepping_back_leads_home_and_nothing_is_left_to_see(world: World) -> None:
    breach = a_breach(world)
    looker = an_adult(world, "Ines Vale", "contractor")
    chose(world, breach, Part.INVESTIGATOR, looker)
    client = client_of(looker)
    assert client.post(page_of(breach) + "step-back/", {"reason": "We are neighbours."})["Location"] == "/"
    assert client.get(page_of(breach)).status_code == 404


# --- Steps ---


@pytest.mark.policy("9.1")
def test_two_at_once_the_second_is_told_who_was_first(world: World) -> None:
    breach = a_breach(world)
    alleged(world, breach)
    form = {
        "version": str(breach.version),
        "procedure": "disciplinary",
        "engagement": "employee",
        "reason": "It names a parent.",
        "not_informal": "It was done before.",
    }
    address = page_of(breach) + "choose-procedure/"
    assert client_of(world.head).post(address, form)["Location"] == page_of(breach)
    answer = client_of(world.head).post(address, {**form, "reason": "My own long reasons."})
    assert answer.status_code == 409
    assert "Amina Okafor did this at" in answer.content.decode() and "My own long reasons." in answer.content.decode()


@pytest.mark.policy("9.6")
@pytest.mark.parametrize(
    ("kind", "offered", "never"),
    [
        ("agency", "End the assignment and tell the agency", "Dismissal"),
        ("governor", "The board removes them", "Dismissal"),
        ("volunteer", "End the volunteer’s role", "First written warning"),
        ("employee", "Dismissal with notice", "End the volunteer’s role"),
    ],
)
def test_outcomes_differ_by_engagement(world: World, kind: str, offered: str, never: str) -> None:
    somebody = an_adult(world, "Gwen Hart", kind)
    breach = a_breach(world, subject=somebody)
    alleged(world, breach)
    breach = steps.chosen_procedure(world, breach)
    handing_over.hand_to_hr(
        breach=breach,
        adviser=None,
        outside="County HR",
        note_for_hr="",
        hear_by=None,
        version=breach.version,
        by=world.head,
        at=world.at,
    )
    steps.supported(world, breach)
    steps.found(world, breach, "unfounded")
    html = text_of(client_of(world.head).get(page_of(breach) + "note-hr-outcome/"))
    assert offered in html and never not in html


@pytest.mark.policy("9.5")
def test_the_page_for_another_time_says_the_last_day_it_must_be_moved_to(world: World) -> None:
    breach = steps.to_answer(world)
    starts_at = world.at + 10 * DAY
    meeting = steps.a_hearing(world, breach, starts_at=starts_at)
    client = client_of(world.head)
    address = f"{page_of(breach)}meetings/{meeting.id}/move-hearing/"
    assert "Bank holidays do not count. School holidays do." in text_of(client.get(address))
    form = {"version": "1", "why": "companion", "at_time": "10am", "answer": "kept", "words": "No."}
    answer = client.post(address, {**form, **day("on_day", starts_at + DAY)})
    assert answer.status_code == 422 and "The school must move it." in answer.content.decode()
    moved = client.post(address, {**form, "answer": "moved", **day("on_day", starts_at + DAY)})
    assert moved["Location"] == page_of(breach) + "#dates"
    assert Meeting.objects.filter(case=breach.case, moved_to__isnull=True, kind="hearing").count() == 1


@pytest.mark.parametrize(
    "bad",
    [
        {"on_day_day": "31", "on_day_month": "2", "on_day_year": "2027", "at_time": "2pm"},
        {"on_day_day": "1", "on_day_month": "1", "on_day_year": "9999", "at_time": "2pm"},
        {"on_day_day": "28", "on_day_month": "3", "on_day_year": "2027", "at_time": "1:30am"},
        {"on_day_day": "x", "on_day_month": "", "on_day_year": "", "at_time": "noonish"},
    ],
)
def test_a_time_that_cannot_be_is_refused_in_words(world: World, bad: dict[str, str]) -> None:
    breach = steps.to_answer(world)
    form = {"version": "1", "kind": "hearing", "place": "The library", **bad}
    assert client_of(world.head).post(page_of(breach) + "plan-meeting/", form).status_code == 422


@pytest.mark.policy("9.5")
def test_a_letter_with_blanks_is_changed_and_then_kept_as_sent(world: World) -> None:
    breach = a_breach(world)
    client = client_of(world.head)
    begun = client.post(page_of(breach) + "start-letter/", {"kind": "told"})
    draft = LetterDraft.objects.get()
    assert begun["Location"] == f"{page_of(breach)}letters/{draft.id}/change-letter/"
    letter = f"{page_of(breach)}letters/{draft.id}/"
    assert "Still to fill in: " in text_of(client.get(letter + "change-letter/"))
    assert "Fill in first: " in text_of(client.get(letter + "keep-as-sent/"))
    assert "Press “Show names” at the top to read it." in text_of(client.get(letter))
    assert client.post(letter + "change-letter/", {"version": "1", "words": "Dear Ben"})["Location"] == letter
    form = {"version": "2", "way": "handed", "proof": "Signed for.", **day("sent_on", world.at)}
    assert client.post(letter + "keep-as-sent/", form)["Location"] == page_of(breach) + "#papers"
    assert "It is kept as it was." in text_of(client.get(letter + "change-letter/"))
    assert client.post(letter + "change-letter/", {"version": "3", "words": "Else"}).status_code == 422


@pytest.mark.policy("9.5")
def test_papers_open_to_the_person_reported_say_what_is_said_and_nothing_else(world: World) -> None:
    breach = a_breach(world)
    alleged(world, breach)
    client = client_of(world.head)
    assert "Wrote about a parent by name." in text_of(client.get(page_of(breach) + "propose-disclosure/"))
    form = {"to": "subject", "words": "It is said that you wrote a post.", "version": "1"}
    assert client.post(page_of(breach) + "propose-disclosure/", form)["Location"] == page_of(breach) + "#papers"
    assert "Not open yet. It waits for: the safeguarding lead." in text_of(client.get(page_of(breach)))
    assert "/papers/" not in text_of(client_of(world.colleague).get("/"))
    second = client_of(world.lead)
    asked = re.search(r"/disclosures/[0-9a-f-]+/open-disclosure/", text_of(second.get("/")))
    assert asked is not None
    assert "It is said that you wrote a post." in text_of(second.get(asked[0]))
    assert second.post(asked[0])["Location"] == "/"

    theirs = client_of(world.colleague)
    papers = re.search(r"/papers/[0-9a-f-]+/read-papers/", text_of(theirs.get("/")))
    assert papers is not None
    html = text_of(theirs.get(papers[0]))
    assert "It is said that you wrote a post." in html and breach.case.reference not in html
    assert theirs.get(page_of(breach)).status_code == 404


@pytest.mark.policy("9.5")
def test_the_calendar_says_nothing_but_meeting_and_due(world: World) -> None:
    breach = steps.to_answer(world)
    steps.a_hearing(world, breach, starts_at=world.at + 10 * DAY)
    client = client_of(world.head)
    answer = client.get(page_of(breach) + "dates.ics/")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar") and answer["Cache-Control"] == "no-store"
    assert text.startswith("BEGIN:VCALENDAR\r\n") and text.endswith("END:VCALENDAR\r\n")
    titles = set(re.findall(r"SUMMARY:(.*)\r", text))
    assert titles <= {"Meeting", "Something is due"} and "Meeting" in titles
    for word in (world.colleague.name, breach.case.reference, str(breach.case_id), "library", "Hearing"):
        assert word not in text
    assert "Hearing" in text_of(client.get(page_of(breach) + "dates/"))


@pytest.mark.policy("9.2a")
@pytest.mark.parametrize("end", ["make-allegation/", "set-terms/", "settle-informally/", "note-charge/"])
def test_a_password_is_refused_in_every_form(world: World, end: str) -> None:
    breach = a_breach(world)
    said = "His password: hunter2"
    form = {
        "version": "1",
        "words": said,
        "reason": said,
        "effect": said,
        "clauses": ["5.2"],
        **day("happened_on", world.at),
    }
    answer = client_of(world.head).post(page_of(breach) + end, form)
    assert answer.status_code == 422
    assert "Passwords are never kept here" in answer.content.decode()


def test_ids_of_another_case_are_no_such_page(world: World) -> None:
    one, other = a_breach(world), a_breach(world, subject=world.teacher)
    about = alleged(world, other)
    letter = letters.start_letter(breach=other, kind="told", by=world.head, at=world.at)
    row = chose(world, other, Part.INVESTIGATOR, world.senior)
    meeting = meetings.plan_meeting(
        breach=other,
        kind="informal",
        starts_at=world.at + DAY,
        place="Here",
        adjustments="",
        by=world.head,
        at=world.at,
    )
    client = client_of(world.head)
    for end in (
        f"allegations/{about.id}/find/",
        f"letters/{letter.id}/",
        f"letters/{letter.id}/change-letter/",
        f"letters/{letter.id}/keep-as-sent/",
        f"chosen/{row.id}/end-choice/",
        f"meetings/{meeting.id}/hold-meeting/",
        f"meetings/{meeting.id}/move-hearing/",
        f"meetings/{meeting.id}/name-companion/",
        f"meetings/{meeting.id}/answer-minutes/",
    ):
        assert client.get(page_of(one) + end).status_code == 404, end
        assert client.get(page_of(other) + end).status_code == 200, end


def test_every_form_answers_an_empty_post_without_breaking(world: World) -> None:
    breach = steps.heard_now(world)
    client = client_of(world.head)
    for route, one in ours():
        name = getattr(one.callback, "matrix_name", "")
        if not name.startswith("breach_") or "<uuid:m" in route or "<uuid:a" in route or "<uuid:l" in route:
            continue
        address = "/" + route.replace("<uuid:case_id>", str(breach.case_id)).replace(
            "<uuid:chosen_id>", str(uuid.uuid4())
        )
        for form in ({}, {"version": "x", "person": "nobody", "part": "x", "kind": "\x00"}):
            assert client.post(address, form).status_code in {404, 409, 422}, address


def test_an_ended_matter_can_be_opened_again(world: World) -> None:
    breach = a_breach(world)
    alleged(world, breach)
    steps.supported(world, breach)
    steps.found(world, breach, "unfounded")
    client = client_of(world.head)
    form = {"version": str(breach.version), "reason": "Nothing in it."}
    assert client.post(page_of(breach) + "end-breach/", form)["Location"] == page_of(breach)
    shown(client, breach)
    html = text_of(client.get(page_of(breach)))
    assert "Nothing is held against the person named." in html and "Record cleared" in html
    breach = breach_of(breach.case)
    again = client.post(page_of(breach) + "reopen-breach/", {"version": str(breach.version), "reason": "New facts."})
    assert again["Location"] == page_of(breach)
    assert breach_of(breach.case).case.status == "open"


def test_the_home_says_that_something_is_due_and_nothing_of_what(world: World) -> None:
    breach = a_breach(world)
    html = text_of(client_of(world.head).get("/"))
    assert page_of(breach) in html and "Matter of" in html and world.colleague.name not in html
    assert breach.moved_at + timedelta(0) == world.at
