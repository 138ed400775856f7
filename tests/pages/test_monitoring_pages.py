"""Leave to monitor, as pages: asked for, refused with the reason, decided, over by itself, reviewed, destroyed."""

from datetime import timedelta

import pytest
from builders import World, a_case
from django.test import Client
from django.utils import timezone
from monitoring_acts import a_leave, a_request, an_officer, comment, everybody_is_told, of, review, somebody
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.cases.models import Case, Kind, Link
from forethought.core.clock import london
from forethought.monitoring.models import Monitoring, UserNotice
from forethought.monitoring.rules import EXCLUSIONS, NEVER
from forethought.people.models import Role

pytestmark = pytest.mark.policy("10.1")


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def filled(world: World, **changes: object) -> dict[str, object]:
    today = london(timezone.now()).date()
    last = today + timedelta(days=13)
    return {
        "about": str(world.teacher.id),
        "facts": "On 18 November the office saw exam papers go to an outside address, at 7:12pm.",
        "source": "The office’s own log.",
        "purpose": "Whether more went out.",
        "legal_head": "unauthorised",
        "system": "mail",
        "scope": "Mailbox t.harlow, the word “paper”.",
        "starts_on_day": today.day,
        "starts_on_month": today.month,
        "starts_on_year": today.year,
        "ends_on_day": last.day,
        "ends_on_month": last.month,
        "ends_on_year": last.year,
        "exclusions": list(EXCLUSIONS),
        "alternatives": "Asking her.",
        "rejected": "She was asked.",
        "assessment": "DPIA 7",
        **changes,
    }


ASK = "/monitoring/request-monitoring/"


def test_a_senior_manager_asks_and_the_person_it_is_about_finds_nothing(world: World) -> None:
    an_officer(world)
    client = client_of(world.senior)
    html = text_of(client.get(ASK))
    assert html.count("checked") == len(EXCLUSIONS)

    answer = client.post(ASK, filled(world))

    case = Case.objects.get(kind=Kind.MONITORING)
    assert answer["Location"] == f"/monitoring/{case.id}/"
    page = text_of(client.get(answer["Location"]))
    assert world.teacher.name not in page and "DPIA 7" not in page
    assert "You asked for this. Somebody else decides." in page
    client.post(f"/cases/{case.id}/show-names/", {"back": answer["Location"]})
    page = text_of(client.get(answer["Location"]))
    assert world.teacher.name in page and "DPIA 7" in page
    subject = client_of(world.teacher)
    assert subject.get(answer["Location"]).status_code == 404
    assert subject.get("/monitoring/").status_code == 404
    assert case.reference not in text_of(subject.get("/"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"assessment": ""}, "Give the reference of the data protection impact assessment."),
        ({"ends_on_day": "", "ends_on_month": "", "ends_on_year": ""}, "No leave is without an end."),
        ({"system": "own_device"}, NEVER["own_device"]),
        ({"system": "own_account"}, NEVER["own_account"]),
        ({"system": "false_profile"}, "No made-up profile and no friend request to look."),
        ({"system": "keystrokes"}, NEVER["keystrokes"]),
        ({"exclusions": ["legal"]}, "You took something in that is left out as a rule."),
        ({"facts": "We believe that she sends out exam papers, because she is unhappy."}, "what somebody believes"),
        ({"facts": "Her password: hunter22 was used on 18 November at 7:12pm."}, "Passwords are never kept here"),
    ],
)
def test_what_lacks_something_or_asks_too_much_is_refused_with_the_reason_and_kept(
    world: World, change: dict[str, object], words: str
) -> None:
    answer = client_of(world.senior).post(ASK, filled(world, **change))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert "Whether more went out." in html
    assert not Monitoring.objects.exists()


def test_a_request_comes_of_a_case_only_if_its_asker_may_see_that(world: World) -> None:
    mine = a_case(world, at=world.at)
    client = client_of(world.senior)
    assert str(mine.id) in text_of(client.get(f"{ASK}?case={mine.id}"))
    client.post(ASK, filled(world, case=str(mine.id)))
    assert Link.objects.filter(other=mine).exists()
    hidden = a_case(world, at=world.at, head="yes", group="staff")
    for wrong in (str(hidden.id), "nonsense"):
        assert client.post(ASK, filled(world, case=wrong)).status_code == 404


def test_only_those_who_may_ask_find_the_page(world: World) -> None:
    for who, code in (("senior", 200), ("head", 200), ("lead", 200), ("chair", 200), ("colleague", 404)):
        assert client_of(getattr(world, who)).get(ASK).status_code == code, who


def test_a_request_goes_from_comment_to_decision_and_is_over_by_itself(world: World) -> None:
    officer = an_officer(world)
    everybody_is_told(world)
    row = a_request(world, at=world.at)
    base = f"/monitoring/{row.case_id}/"
    adviser, asker, head = client_of(officer), client_of(world.senior), client_of(world.head)

    assert base in text_of(adviser.get("/"))
    assert "comments first" in text_of(head.get(f"{base}authorise-monitoring/"))
    said = {"version": "1", "advice": "go", "words": "It is narrow enough."}
    assert adviser.post(f"{base}comment-on-request/", said)["Location"] == base
    yes = {"version": "2", "reasons": "Less would not do.", "still_shown": "on"}
    own = asker.post(f"{base}authorise-monitoring/", yes)
    assert own.status_code == 422
    assert "You asked for this. Somebody else decides." in own.content.decode()
    assert adviser.post(f"{base}authorise-monitoring/", yes).status_code == 404
    late = head.post(f"{base}authorise-monitoring/", {**yes, "version": "1"})
    assert late.status_code == 409 and "Less would not do." in late.content.decode()
    assert head.post(f"{base}authorise-monitoring/", yes)["Location"] == base
    html = text_of(head.get(base))
    assert "Running" in html and "A leave is never made longer." in html

    # Its end passes, and nobody and nothing has acted.
    Monitoring.objects.filter(pk=row.pk).update(
        starts_at=world.at - timedelta(days=14), ends_at=world.at - timedelta(seconds=1)
    )
    html = text_of(head.get(base))
    assert "Over, by the clock" in html and "Running" not in html
    assert of(row.case).status in {"authorised", "running"}
    assert "Stop it now" not in html


def test_without_an_officer_the_comment_of_another_is_written_in_with_a_name(world: World) -> None:
    row = a_request(world, at=world.at)
    client, path = client_of(world.head), f"/monitoring/{row.case_id}/comment-on-request/"
    assert client.post(path, {"version": "1", "advice": "go", "words": "Fine."}).status_code == 422
    answer = client.post(path, {"version": "1", "advice": "go", "words": "Fine.", "who": "The trust’s officer"})
    assert answer.status_code == 302


def test_a_request_is_refused_with_reasons(world: World) -> None:
    row = comment(a_request(world, at=world.at), by=world.head, at=world.at, who="The trust’s officer")
    client, base = client_of(world.head), f"/monitoring/{row.case_id}/"
    assert client.post(f"{base}refuse-monitoring/", {"version": "2", "reasons": ""}).status_code == 422
    client.post(f"{base}refuse-monitoring/", {"version": "2", "reasons": "Ask her first."})
    assert "Refused" in text_of(client_of(world.senior).get(base))


def test_what_was_produced_is_counted_and_the_rest_destroyed(world: World) -> None:
    row = a_leave(world, at=world.at)
    base, client = f"/monitoring/{row.case_id}/", client_of(world.head)
    assert client.get(f"{base}review-product/").status_code == 200
    client.post(f"{base}stop-monitoring/", {"version": str(row.version), "reasons": "Enough."})
    row = of(row.case)
    bad = client.post(f"{base}review-product/", {"version": str(row.version), "produced": "yes", "looked_at": "many"})
    assert bad.status_code == 422 and "Write a number" in bad.content.decode()
    answers = {"produced": "yes", "looked_at": "9", "kept": "2", "kept_where": "Case 7K3M"}
    assert client.post(f"{base}review-product/", {"version": str(row.version), **answers}).status_code == 302
    row = of(row.case)
    today = london(timezone.now()).date()
    gone = {
        "version": str(row.version),
        "way": "erased",
        "done_on_day": today.day,
        "done_on_month": today.month,
        "done_on_year": today.year,
    }
    alone = client.post(f"{base}note-destruction/", {**gone, "second": str(world.head.id)})
    assert alone.status_code == 422 and "Two people" in alone.content.decode()
    assert client.post(f"{base}note-destruction/", {**gone, "second": str(world.chair.id)}).status_code == 302
    html = text_of(client.get(base))
    assert "The rest destroyed" in html and "Nothing is owed." in html


def test_notices_to_everybody_are_put_on_record(world: World) -> None:
    client, today = client_of(world.head), london(timezone.now()).date()
    given = {"given_on_day": today.day, "given_on_month": today.month, "given_on_year": today.year}
    assert "No notice is on record yet." in text_of(client.get("/monitoring/"))
    client.post("/monitoring/note-notice/", {"how": "banner", "wording": "The school may look.", **given})
    assert UserNotice.objects.get().how == "banner"
    assert "A banner at sign-in" in text_of(client.get("/monitoring/"))
    assert client_of(world.senior).get("/monitoring/note-notice/").status_code == 404


def test_it_support_reads_the_scope_as_papers_and_opens_nothing_else(world: World) -> None:
    support = somebody(world, "Ines Park", Role.IT)
    row = a_leave(world, at=world.at)
    client = client_of(support)
    papers = row.case.papers.get()
    html = text_of(client.get(f"/papers/{papers.id}/read-papers/"))
    assert "Mailbox t.harlow" in html and "DPIA" not in html
    assert client.get(f"/monitoring/{row.case_id}/").status_code == 404


def test_the_page_of_what_is_never_done_is_open_to_everybody(world: World) -> None:
    for client in (Client(), client_of(world.teacher)):
        html = text_of(client.get("/what-this-never-does/"))
        for words in ("catches no message", "makes no false profile", "records no keys", "friend request"):
            assert words in html


def test_the_requesters_narrow_seat_opens_no_other_door(world: World) -> None:
    row = a_leave(world, at=world.at)
    row = review(row, by=world.head, at=row.ends_at)
    client = client_of(world.senior)
    for end in ("comment-on-request/", "review-product/", "note-destruction/"):
        assert client.get(f"/monitoring/{row.case_id}/{end}").status_code == 404
    for end in ("seats/", "open-papers/", "close/", "take-up/"):
        assert client.get(f"/cases/{row.case_id}/{end}").status_code == 404
