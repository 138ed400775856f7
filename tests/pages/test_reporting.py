"""Reporting something online: what is asked, who sees it, and that nothing written is lost or read by others."""

import re
import uuid

import pytest
from builders import World, a_report
from django.conf import settings
from django.test import Client
from django.utils import timezone
from reporters import STEP_1, STEP_2, a_visitor, begun, draft_at, mark_on, text_of, written
from signed import client_of, school_now  # noqa: F401

from forethought.cases.models import Case, Report, Seat
from forethought.evidence import keyring
from forethought.people import casting
from forethought.people.models import Person, School
from forethought.reports.drafts import answers_of


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def teacher(world: World) -> Client:
    return client_of(world.teacher)


# --- Before anything is typed ---


@pytest.mark.policy("7.1")
def test_the_first_page_says_what_not_to_do_and_who_will_see_it(teacher: Client) -> None:
    words = text_of(teacher.get("/report/"))
    for one in ("reply, like or follow", "sign in as someone else", "ask a pupil to show you more", "crop or mark"):
        assert one in words
    assert "Already replied? Report it anyway." in words
    assert "It never goes to a person named in it." in words


def test_somebody_not_signed_in_is_asked_how_they_come_in(world: World) -> None:
    words = text_of(Client().get("/report/"))
    assert "I have an account" in words and "I have no account" in words
    assert Client().post("/report/start-draft/").headers["Location"] == "/enter/"


# --- Three steps ---


@pytest.mark.policy("6.7")
def test_three_steps_lead_from_the_home_page_to_the_receipt(teacher: Client, world: World) -> None:
    assert 'href="/report/"' in teacher.get("/").content.decode()
    base = begun(teacher)
    assert teacher.post(f"{base}what/", STEP_1).headers["Location"] == f"{base}who/"
    assert teacher.post(f"{base}who/", STEP_2).headers["Location"] == f"{base}check/"
    answer = teacher.post(f"{base}file-report/", follow=True)

    report = Report.objects.get(reporter=world.teacher)
    words = text_of(answer)
    assert f"Your reference {report.case.reference}" in words
    assert "A senior manager will see it." in words and "A person answers you by" in words


@pytest.mark.policy("7.2")
def test_five_answers_are_needed_and_each_that_is_missing_is_named(teacher: Client) -> None:
    base = begun(teacher)
    first, second = teacher.post(f"{base}what/", {}), teacher.post(f"{base}who/", {})
    assert (first.status_code, second.status_code) == (422, 422)
    assert "Tell us what happened. A few words are enough." in text_of(first)
    assert text_of(first).count("Choose yes, no or not sure.") == 2  # in the summary, and beside the question
    assert "Choose who it may be." in text_of(second)


@pytest.mark.parametrize(
    ("day", "month", "year", "sentence"),
    [("31", "2", "2026", "Enter a real date, like 12 11 2026."), ("1", "1", "2099", "That date has not come yet.")],
)
def test_a_date_that_cannot_be_is_refused_and_never_kept(
    teacher: Client, day: str, month: str, year: str, sentence: str
) -> None:
    base = begun(teacher)
    boxes = {"first_seen_day": day, "first_seen_month": month, "first_seen_year": year}
    assert sentence in text_of(teacher.post(f"{base}what/", {**STEP_1, **boxes}))
    teacher.post(f"{base}save-draft/", {**STEP_1, **boxes})
    assert not answers_of(draft_at(base)).get("first_seen")


@pytest.mark.policy("1.1")
def test_a_made_up_app_without_an_address_is_reported_like_any_other(teacher: Client, world: World) -> None:
    base = written(teacher, where="Glimmer, the group “Year 4 mums”")
    teacher.post(f"{base}file-report/")

    case = Report.objects.get(reporter=world.teacher).case
    assert case.takedowns.count() == 1
    report = case.reports.get()
    assert keyring.words(report, case_id=case.id)["where"] == "Glimmer, the group “Year 4 mums”"


@pytest.mark.policy("1.2")
def test_nobody_is_asked_for_device_hours_or_purpose_before_their_report_is_taken(
    teacher: Client, world: World
) -> None:
    base = begun(teacher)
    asked = text_of(teacher.get(f"{base}what/")) + text_of(teacher.get(f"{base}who/"))
    assert not re.search(r"device|working hours|whose phone|personal use", asked, re.IGNORECASE)
    base = written(teacher, happened="On Saturday, at home, on my own phone, a parent wrote to me.")
    assert teacher.post(f"{base}file-report/").status_code == 302
    assert Report.objects.filter(reporter=world.teacher).exists()


# --- Danger ---


def test_danger_shows_the_emergency_words_once_and_then_goes_on(teacher: Client) -> None:
    base = begun(teacher)
    # What is typed is saved while it is typed; the words must still be seen.
    teacher.post(f"{base}save-draft/", {**STEP_1, "danger": "yes"})
    assert teacher.post(f"{base}what/", {**STEP_1, "danger": "yes"}).headers["Location"] == f"{base}danger/"
    assert "Call 999 now" in text_of(teacher.get(f"{base}danger/"))
    assert teacher.post(f"{base}what/", {**STEP_1, "danger": "yes"}).headers["Location"] == f"{base}who/"
    assert teacher.post(f"{base}what/", {**STEP_1, "danger": "not_sure"}).headers["Location"] == f"{base}danger/"


def test_numbers_come_from_the_schools_list_with_the_day_they_were_checked(teacher: Client, world: World) -> None:
    base = begun(teacher)
    assert "Your school’s list says how." in text_of(teacher.get(f"{base}danger/"))
    School.objects.filter(pk=world.school.id).update(
        contacts={"text_999": {"name": "Text 999", "number": "070 0000 0000", "checked_on": "2026-09-01"}}
    )
    answer = teacher.get(f"{base}danger/")
    assert "Text 999 : 070 0000 0000 (checked on Tuesday 1 September 2026)" in text_of(answer)
    assert 'href="tel:07000000000"' in answer.content.decode()


# --- Passwords ---


def test_a_password_is_hidden_with_one_press_and_kept_nowhere(teacher: Client) -> None:
    base = begun(teacher)
    typed = {**STEP_1, "happened": "They got in. My password is hunter2secret! and then they posted."}
    teacher.post(f"{base}save-draft/", typed)
    refused = teacher.post(f"{base}what/", typed)
    assert refused.status_code == 422 and "Hide it and go on" in text_of(refused)

    assert teacher.post(f"{base}what/", {**typed, "hide": "yes"}).headers["Location"] == f"{base}who/"
    assert answers_of(draft_at(base))["happened"] == "They got in. My password is [hidden] and then they posted."
    teacher.post(f"{base}who/", STEP_2)
    assert "hunter2" not in teacher.get(f"{base}check/").content.decode()


# --- Who will see it ---


@pytest.mark.policy("7.2")
def test_a_report_that_may_be_about_the_head_never_reaches_the_head(teacher: Client, world: World) -> None:
    base = written(teacher, head="yes", group="staff")
    words = text_of(teacher.get(f"{base}check/"))
    assert "The chair of governors handles this" in words
    assert "The headteacher sees it" not in words

    receipt = text_of(teacher.post(f"{base}file-report/", follow=True))
    case = Report.objects.get(reporter=world.teacher).case
    assert "The chair of governors will see it." in receipt and "The headteacher will see it" not in receipt
    assert not Seat.objects.filter(case=case, person=world.head).exists()
    assert not Case.objects.seen_by(world.head).filter(pk=case.pk).exists()


def test_the_sentences_of_who_sees_it_hold_offices_and_no_names(teacher: Client, world: World) -> None:
    base = written(teacher)
    page = teacher.get(f"{base}check/").content.decode()
    sentences = page[page.index("Who will see this") : page.index("One of them is part of this")]
    assert "A senior manager handles this." in sentences
    assert not any(person.name in sentences for person in world.everybody())


@pytest.mark.policy("7.2")
def test_whoever_is_named_in_the_words_is_kept_out_unless_only_mentioned(teacher: Client, world: World) -> None:
    base = written(teacher, happened="They say that Mr Reed laughed about it.")
    assert "David Reed, a senior manager, is only mentioned" in text_of(teacher.get(f"{base}check/"))
    assert world.senior not in seen_if_sent(base)

    teacher.post(
        f"{base}check/", {"which": "only_mentioned", "only_mentioned": [str(world.senior.id), str(uuid.uuid4())]}
    )
    assert answers_of(draft_at(base))["only_mentioned"] == [str(world.senior.id)]
    assert world.senior in seen_if_sent(base)


@pytest.mark.policy("7.2")
def test_one_of_them_who_is_part_of_it_is_taken_off_and_can_be_put_back(teacher: Client, world: World) -> None:
    base = written(teacher)
    assert world.senior in seen_if_sent(base)
    teacher.post(f"{base}check/", {"which": "part_of", "part_of": [str(world.senior.id), str(world.colleague.id)]})
    # Nobody can be named here who would not see it anyway.
    assert answers_of(draft_at(base))["part_of"] == [str(world.senior.id)]
    assert world.senior not in seen_if_sent(base)
    assert "David Reed" in text_of(teacher.get(f"{base}check/"))
    teacher.post(f"{base}check/", {"which": "part_of"})
    assert world.senior in seen_if_sent(base)


def seen_if_sent(base: str) -> list[Person]:
    """Who would be on the list if it were sent now."""
    draft = draft_at(base)
    writer = Person.objects.filter(pk=draft.holder).first()
    route = casting.route_report(answers=answers_of(draft), reporter=writer, at=timezone.now())
    return list(Person.objects.filter(pk__in=casting.seats_of(route)))


# --- Sending ---


@pytest.mark.policy("7.2")
def test_two_presses_are_one_report_and_back_shows_the_receipt(teacher: Client, world: World) -> None:
    base = written(teacher)
    first, second = (teacher.post(f"{base}file-report/").headers["Location"] for _ in range(2))
    assert first == second == f"{base}receipt/"
    assert Report.objects.filter(reporter=world.teacher).count() == 1
    for step in ("what/", "who/", "check/"):
        assert teacher.get(f"{base}{step}").headers["Location"] == f"{base}receipt/"
        assert teacher.post(f"{base}{step}", STEP_1).headers["Location"] == f"{base}receipt/"


def test_what_is_not_finished_is_not_sent_and_the_button_says_why(teacher: Client) -> None:
    base = begun(teacher)
    teacher.post(f"{base}what/", STEP_1)
    assert "Choose who it may be." in text_of(teacher.get(f"{base}check/"))
    answer = teacher.post(f"{base}file-report/")
    assert answer.status_code == 422 and not Report.objects.exists()


# --- Whose draft it is ---


def test_a_draft_is_there_for_its_writer_alone(teacher: Client, world: World) -> None:
    base = written(teacher)
    assert base in teacher.get("/").content.decode() and base in teacher.get("/report/").content.decode()
    for other in (world.colleague, world.head, world.senior, world.lead):
        client = client_of(other)
        assert base not in client.get("/report/").content.decode()
        for page in ("what/", "check/", "records/", "receipt/", "answer-gate/"):
            assert client.get(f"{base}{page}").status_code == 404
        assert client.post(f"{base}save-draft/", {"happened": "Mine now"}).status_code == 404
    assert a_visitor(world).get(f"{base}what/").status_code == 404


def test_a_form_sent_after_the_sign_in_ran_out_is_kept_and_leads_to_the_sign_in(teacher: Client, world: World) -> None:
    base = begun(teacher)
    form = {
        **STEP_1,
        "happened": "Written for an hour.",
        "mark": mark_on(teacher.get(f"{base}what/")),
        "first_seen_day": "1",
        "first_seen_month": "11",
        "first_seen_year": "2025",
    }
    teacher.logout()
    answer = teacher.post(f"{base}what/", form)
    assert answer.headers["Location"].startswith(settings.LOGIN_URL) and "kept=1" in answer.headers["Location"]
    assert "We kept what you wrote." in text_of(teacher.get(answer.headers["Location"]))

    kept = answers_of(draft_at(base))
    assert (kept["happened"], kept["first_seen"]) == ("Written for an hour.", "2025-11-01")


def test_whoever_only_knows_the_address_of_a_draft_cannot_write_into_it(teacher: Client) -> None:
    base = written(teacher)
    stranger = Client()
    for mark in ("", "guessed", mark_on(teacher.get(f"{begun(teacher)}what/"))):
        answer = stranger.post(f"{base}what/", {**STEP_1, "happened": "Overwritten", "mark": mark})
        assert answer.status_code == 302 and "kept" not in answer.headers["Location"]
    assert answers_of(draft_at(base))["happened"] == STEP_1["happened"]


def test_words_that_cannot_be_kept_after_the_sign_in_ran_out_are_handed_back(teacher: Client, world: World) -> None:
    report = a_report(world, at=timezone.now())
    teacher.logout()
    answer = teacher.post(
        f"/reports/{report.id}/add-to-report/", {"kind": "added", "sentence": "An hour’s worth of words"}
    )
    assert answer.status_code == 403
    assert "An hour’s worth of words" in text_of(answer) and "Sign in" in text_of(answer)


def test_leaving_keeps_the_draft_and_signs_out_without_a_redirect(teacher: Client) -> None:
    base = begun(teacher)
    answer = teacher.post(f"{base}save-draft/", {**STEP_1, "exit": "yes"})
    # Browsers hold a redirect to “our forms post to ourselves” and would stay.
    assert answer.status_code == 200 and settings.EXIT_TO in answer.content.decode()
    assert answers_of(draft_at(base))["happened"] == STEP_1["happened"]
    assert teacher.get(f"{base}what/").headers["Location"].startswith(settings.LOGIN_URL)


@pytest.mark.policy("7.2")
def test_where_somebody_may_be_in_danger_the_receipt_does_not_leave_them_waiting_for_an_answer(
    world: World, teacher: Client
) -> None:
    for danger, said in (("yes", True), ("not_sure", True), ("no", False)):
        report = a_report(world, at=timezone.now(), danger=danger)
        words = text_of(teacher.get(f"/report/{report.draft_id}/receipt/"))
        assert ("Somebody is to open it by" in words) is said
        assert ("now and do not wait for us." in words) is said


@pytest.mark.policy("7.1")
def test_the_receipt_says_first_who_handles_it_however_the_list_of_the_case_lies(world: World, teacher: Client) -> None:
    # Seats have ids by chance, and so had the sentences their order.
    for _ in range(4):
        report = a_report(world, by=world.teacher, at=timezone.now())
        words = text_of(teacher.get(f"/report/{report.draft_id}/receipt/"))
        assert words.index("A senior manager will see it.") < words.index("The headteacher will see it.")
