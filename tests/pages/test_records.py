"""Adding records: the gate before any file, five kinds with their own fields, and pictures that are never copied."""

import re
import uuid
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from builders import World, a_draft, a_grant, an_exhibit
from django.test import Client
from django.utils import timezone
from reporters import text_of
from signed import client_of, school_now  # noqa: F401

from forethought.cases.models import Draft, Report
from forethought.evidence import keyring
from forethought.evidence.models import Exhibit, Grant
from forethought.evidence.procedures import said_of
from forethought.evidence.reading import content_of
from forethought.people.models import Letter
from forethought.reports.drafts import answers_of
from forethought.reports.procedures import file_report
from forethought.safeguarding.models import Alert, AlertTold

PNG = b"\x89PNG\r\n\x1a\n" + b"not really a picture" * 10


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def teacher(world: World) -> Client:
    return client_of(world.teacher)


@pytest.fixture
def draft(world: World) -> Draft:
    return a_draft(world, at=timezone.now())


def answer_gate(client: Client, draft: Draft, *, under_18: str = "no", adult: str = "no", danger: str = "no") -> str:
    """Where the answers lead."""
    said = {"under_18": under_18, "adult_intimate": adult, "danger": danger}
    answer = client.post(f"/report/{draft.id}/answer-gate/", said)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def grant_in(address: str) -> Grant:
    found = re.search(r"/records/([0-9a-f-]{36})/", address)
    assert found
    return Grant.objects.get(pk=found[1])


def a_file(content: bytes = PNG, name: str = "shot.png") -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def send(client: Client, grant: Grant, *files: BytesIO, **fields: Any) -> Any:
    return client.post(f"/upload/{grant.id}/", {"kind": "website", **fields, "files": list(files)})


def has_file_control(answer: Any) -> bool:
    return bool(re.search(r'type="file"|data-forethought-drop|multipart', answer.content.decode()))


class Unreadable:
    """A body that must not be read yet."""

    def read(self, *size: int) -> bytes:
        raise AssertionError("The body was read.")

    readline = read


def knock(client: Client, grant_id: uuid.UUID, **more: Any) -> int:
    """Send only the head of an upload of a gigabyte."""
    answer = client.generic(
        "POST",
        f"/upload/{grant_id}/",
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(2**30),
        **{"wsgi.input": Unreadable(), **more},
    )
    return answer.status_code


# --- The gate ---


@pytest.mark.policy("7.4")
@pytest.mark.parametrize(
    ("answers", "title", "alerted"),
    [
        ({"under_18": "yes"}, "Stop here. Please do not copy it", True),
        ({"under_18": "not_sure"}, "Stop here. Please do not copy it", True),
        ({"under_18": "not_sure", "adult": "yes"}, "Stop here. Please do not copy it", True),
        ({"adult": "yes"}, "Please do not copy this one", False),
        ({"adult": "not_sure"}, "Please do not copy this one", False),
    ],
)
def test_a_yes_or_a_not_sure_stops_before_any_file(
    world: World, teacher: Client, draft: Draft, answers: dict[str, str], title: str, alerted: bool
) -> None:
    stop = answer_gate(teacher, draft, **answers)
    grant = grant_in(stop)
    # The alert is there before the page is, and with no report.
    assert AlertTold.objects.filter(person=world.lead, alert__case_id=draft.case_id).exists() is alerted
    assert Letter.objects.filter(person=world.lead, kind="needs_you_now").exists() is alerted

    page = teacher.get(stop)
    assert title in text_of(page) and not has_file_control(page)
    # Neither the page for files nor a form made by hand gets around it.
    assert teacher.get(stop.removesuffix("stop/")).headers["Location"] == stop
    assert send(teacher, grant, a_file()).status_code == 422
    assert knock(teacher, grant.id) == 422
    assert not Exhibit.objects.exists()


@pytest.mark.policy("7.4")
def test_both_kinds_at_once_are_a_childs_stop_with_help_for_adults_too(teacher: Client, draft: Draft) -> None:
    words = text_of(teacher.get(answer_gate(teacher, draft, under_18="yes", adult="yes")))
    assert "We have alerted the safeguarding lead" in words and "Revenge Porn Helpline" in words
    words = text_of(teacher.get(answer_gate(teacher, draft, under_18="yes")))
    assert "Revenge Porn Helpline" not in words
    for one in ("999", "101", "CEOP", "Internet Watch Foundation", "Report Remove", "Do not open, copy, send"):
        assert one in words


@pytest.mark.policy("7.4")
def test_a_threat_to_life_shows_the_emergency_words_and_goes_on(teacher: Client, draft: Draft) -> None:
    for danger in ("yes", "not_sure"):
        page = teacher.get(answer_gate(teacher, draft, danger=danger))
        assert "Call 999 now" in text_of(page) and "What kind is it?" in text_of(page)
    assert "Call 999 now" not in text_of(teacher.get(answer_gate(teacher, draft)))


def test_each_question_must_be_answered(teacher: Client, draft: Draft) -> None:
    answer = teacher.post(f"/report/{draft.id}/answer-gate/", {"under_18": "no"})
    assert answer.status_code == 422 and not Grant.objects.exists()


# --- What must not be copied ---


def test_where_a_childs_picture_is_goes_to_the_safeguarding_lead_alone(
    world: World, teacher: Client, draft: Draft
) -> None:
    stop = answer_gate(teacher, draft, under_18="not_sure")
    told = {"where": "https://bad.example/pic", "seen_by": "Two of Year 6", "more": ""}
    assert teacher.post(stop, told).headers["Location"] == f"/report/{draft.id}/records/"

    alert = Alert.objects.get(case_id=draft.case_id)
    said = keyring.words(alert, case_id=alert.case_id)
    assert (said["where"], said["reporter"]) == ("https://bad.example/pic", "Tess Harlow")
    page = client_of(world.lead).get(f"/alerts/{alert.id}/see-alert/")
    assert "https://bad.example/pic" in text_of(page) and 'href="https://bad' not in page.content.decode()
    # The case learns that there is something, and not where.
    assert said_of(Exhibit.objects.get(case_id=draft.case_id)) == {"gated": "stop_child"}
    # Whoever saves a second time starts from what they said before.
    assert "https://bad.example/pic" in teacher.get(stop).content.decode()


def test_nobody_else_opens_the_alert(world: World, teacher: Client, draft: Draft) -> None:
    answer_gate(teacher, draft, under_18="yes")
    address = f"/alerts/{Alert.objects.get().id}/see-alert/"
    assert [client_of(one).get(address).status_code for one in (world.colleague, world.senior, world.chair)] == [
        404
    ] * 3
    assert teacher.get(address).status_code == 404


def test_of_an_adults_picture_only_place_account_and_time_are_kept(teacher: Client, draft: Draft) -> None:
    stop = answer_gate(teacher, draft, adult="not_sure")
    teacher.post(
        stop, {"where": "Glimmer, “Staff room”", "handle": "@x", "seen_time": "9:15pm", "more": "What it shows"}
    )
    exhibit = Exhibit.objects.get(case_id=draft.case_id)
    assert said_of(exhibit) == {
        "gated": "stop_adult",
        "address": "Glimmer, “Staff room”",
        "handle": "@x",
        "seen_time": "21:15:00",
    }
    assert teacher.get(f"/report/{draft.id}/records/{exhibit.id}/describe-record/").status_code == 404


# --- One batch under one grant ---


@pytest.mark.policy("7.4")
def test_a_grant_takes_one_batch_and_is_asked_for_again_after_it(teacher: Client, draft: Draft) -> None:
    add = answer_gate(teacher, draft)
    grant = grant_in(add)
    assert has_file_control(teacher.get(f"{add}?kind=website"))
    assert send(teacher, grant, a_file(), a_file(name="two.png")).status_code == 302
    assert Exhibit.objects.filter(grant=grant).count() == 2

    refused = send(teacher, grant, a_file())
    assert refused.status_code == 422 and "already sent" in text_of(refused)
    assert "not kept" not in text_of(refused) and "See what has been kept" in text_of(refused)
    assert knock(teacher, grant.id) == 422
    assert teacher.get(add).headers["Location"] == f"/report/{draft.id}/answer-gate/"


def test_the_body_of_a_good_upload_is_read_so_that_the_tests_above_would_notice(teacher: Client, draft: Draft) -> None:
    grant = grant_in(answer_gate(teacher, draft))
    with pytest.raises(AssertionError, match="The body was read"):
        knock(teacher, grant.id)


def test_an_old_grant_takes_nothing(world: World, teacher: Client, draft: Draft) -> None:
    grant = a_grant(draft, by=world.teacher, at=timezone.now() - timedelta(minutes=61))
    assert knock(teacher, grant.id) == 422


def test_strangers_and_other_sites_are_turned_away_before_the_body_is_read(
    world: World, teacher: Client, draft: Draft
) -> None:
    grant = grant_in(answer_gate(teacher, draft))
    assert knock(client_of(world.colleague), grant.id) == 404
    assert knock(Client(), grant.id) == 404
    assert knock(teacher, uuid.uuid4()) == 404
    assert knock(teacher, grant.id, HTTP_SEC_FETCH_SITE="cross-site") == 404
    assert knock(teacher, grant.id, HTTP_ORIGIN="https://elsewhere.example") == 404
    assert teacher.get(f"/upload/{grant.id}/").status_code == 404
    # An old browser behind a proxy that speaks https for us names only the origin.
    answer = teacher.post(f"/upload/{grant.id}/", {"kind": "text", "files": a_file()}, HTTP_ORIGIN="https://testserver")
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("files", "sentence"),
    [([], "No file arrived."), ([b""], "One of those files is empty."), ([b"x"] * 21, "At most 20 files")],
)
def test_what_cannot_be_taken_is_said_and_may_be_tried_again(
    teacher: Client, draft: Draft, files: list[bytes], sentence: str
) -> None:
    grant = grant_in(answer_gate(teacher, draft))
    refused = send(teacher, grant, *(a_file(one) for one in files))
    assert refused.status_code == 422 and sentence in text_of(refused)
    assert not Exhibit.objects.exists()
    assert send(teacher, grant, a_file()).status_code == 302


# --- Five kinds ---


@pytest.mark.policy("7.3")
@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("text", "Number or contact it came from"),
        ("email", "Subject line"),
        ("voicemail", "Number it came from"),
        ("website", "Time zone"),
        ("social", "Account that posted it"),
    ],
)
def test_each_kind_of_record_asks_its_own_things_with_a_file_and_without(
    teacher: Client, draft: Draft, kind: str, label: str
) -> None:
    with_file = teacher.get(f"{answer_gate(teacher, draft)}?kind={kind}")
    assert label in text_of(with_file) and has_file_control(with_file)
    without = teacher.get(f"/report/{draft.id}/records/note-record/?kind={kind}")
    assert label in text_of(without) and not has_file_control(without)


@pytest.mark.policy("7.3")
def test_a_record_may_be_words_alone_and_needs_no_gate(teacher: Client, draft: Draft) -> None:
    address = f"/report/{draft.id}/records/note-record/"
    assert teacher.post(address, {"kind": "voicemail"}).status_code == 422
    teacher.post(address, {"kind": "voicemail", "words": "He laughed. My password is hunter2secret!", "hide": "yes"})
    exhibit = Exhibit.objects.get(case_id=draft.case_id)
    assert exhibit.object_name == "" and said_of(exhibit) == {"words": "He laughed. My password is [hidden]"}


@pytest.mark.policy("7.3")
def test_what_was_handed_in_comes_back_byte_for_byte_and_twice_is_known_for_the_same(
    teacher: Client, draft: Draft
) -> None:
    for _ in range(2):
        send(teacher, grant_in(answer_gate(teacher, draft)), a_file())
    one, two = Exhibit.objects.filter(case_id=draft.case_id)
    assert b"".join(content_of(one)) == PNG
    assert bytes(one.sha256) == bytes(two.sha256) and one.object_name != two.object_name


# --- Screen prints ---


@pytest.mark.policy("7.4")
def test_a_screen_print_without_its_address_is_incomplete_until_it_is_said(teacher: Client, draft: Draft) -> None:
    send(
        teacher,
        grant_in(answer_gate(teacher, draft)),
        a_file(),
        seen_time="9:15pm",
        zone="Europe/London",
        seen_on_day="12",
        seen_on_month="11",
        seen_on_year="2025",
    )
    listing = f"/report/{draft.id}/records/"
    assert "Incomplete: no address." in text_of(teacher.get(listing))

    exhibit = Exhibit.objects.get(case_id=draft.case_id)
    describe = f"{listing}{exhibit.id}/describe-record/"
    shown = teacher.get(describe).content.decode()
    assert 'value="9:15pm"' in shown and 'value="2025"' in shown
    teacher.post(describe, {"address": "https://board.example/t/1"})
    assert "Incomplete" not in text_of(teacher.get(listing))
    assert said_of(exhibit)["seen_time"] == "21:15:00"
    assert exhibit.particulars.count() == 2  # what was said before stays


def test_a_field_that_cannot_be_read_never_costs_the_files(teacher: Client, draft: Draft) -> None:
    typed = {"seen_time": "9:15", "address": "https://a.example my password is hunter2secret!"}
    answer = send(teacher, grant_in(answer_gate(teacher, draft)), a_file(), **typed)
    exhibit = Exhibit.objects.get(case_id=draft.case_id)
    assert answer.headers["Location"] == f"/report/{draft.id}/records/{exhibit.id}/describe-record/?again=1"
    assert "Your files are kept." in text_of(teacher.get(answer.headers["Location"]))
    assert said_of(exhibit)["address"] == "https://a.example my password is [hidden]"


def test_nothing_that_was_handed_in_is_ever_shown_again(teacher: Client, draft: Draft) -> None:
    send(teacher, grant_in(answer_gate(teacher, draft)), a_file())
    for page in ("records/", "check/", "receipt/"):
        if page == "receipt/":
            teacher.post(f"/report/{draft.id}/file-report/")
        answer = teacher.get(f"/report/{draft.id}/{page}")
        assert answer.status_code == 200
        assert not re.search(r"<(?:img|video|audio|iframe|object|embed)\b", answer.content.decode())


# --- After the report is sent ---


def test_a_record_added_later_is_told_to_whoever_handles_it(world: World, teacher: Client, draft: Draft) -> None:
    teacher.post(f"/report/{draft.id}/file-report/")
    report = Report.objects.get(draft=draft)
    before = Letter.objects.filter(person=world.senior, case_id=draft.case_id).count()
    answer = send(teacher, grant_in(answer_gate(teacher, draft)), a_file())
    assert answer.headers["Location"] == f"/report/{draft.id}/records/"
    assert report.messages.get().kind == "added"
    assert Letter.objects.filter(person=world.senior, case_id=draft.case_id).count() == before + 1
    assert "A record was added." in text_of(teacher.get(f"/reports/{report.id}/"))


def test_a_reporter_sees_the_records_they_added_and_none_of_the_schools(
    world: World, teacher: Client, draft: Draft
) -> None:
    own = an_exhibit(draft, by=world.teacher, at=timezone.now())
    file_report(draft=draft, school=world.school, by=world.teacher, at=timezone.now())
    others = an_exhibit(draft, by=world.senior, at=timezone.now(), content=b"\x89PNG\r\n\x1a\nof the school")
    page = teacher.get(f"/report/{draft.id}/records/").content.decode()
    assert str(own.id) in page and str(others.id) not in page
    receipt = teacher.get(f"/report/{draft.id}/receipt/").content.decode()
    assert bytes(own.sha256).hex() in receipt and bytes(others.sha256).hex() not in receipt
    assert teacher.get(f"/report/{draft.id}/records/{others.id}/describe-record/").status_code == 404


def test_the_answers_of_a_draft_are_untouched_by_its_records(teacher: Client, draft: Draft) -> None:
    before = answers_of(draft)
    send(teacher, grant_in(answer_gate(teacher, draft)), a_file())
    draft.refresh_from_db()
    assert answers_of(draft) == before
