"""The sides of a matter as pages: opened by hand, handed to behaviour, an allegation, a complaint from outside."""

import uuid

import pytest
from builders import World, a_case, a_report
from django.test import Client
from doors import without_token
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.audit.procedures import Visitor
from forethought.cases.models import Case, Draft, Kind
from forethought.reports import complaints, handing
from forethought.reports.models import Complaint, Handed

OUTSIDE = {
    "danger": "no", "who": "parent", "happened": "A teacher wrote this about my son.", "staff": "yes",
    "about": "Ben Foster", "head": "no", "child": "no", "name": "Pat Parent", "reach": "01234 567",
}  # fmt: skip
COMPLAIN = "/complain/receive-complaint/"


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


# --- This matter ---


@pytest.mark.policy("8.1")
def test_the_report_page_links_what_one_may_see_and_says_of_the_rest_that_it_is_dealt_with(world: World) -> None:
    case = a_report(world, at=world.at, group="staff", name="Ben Foster", child="yes").case
    breach, concern = Case.objects.get(kind=Kind.BREACH), Case.objects.get(kind=Kind.CONCERN)
    head = text_of(client_of(world.head).get(f"/cases/{case.id}/"))
    assert f"/breaches/{breach.id}/" in head
    assert f"/concerns/{concern.id}/" in head
    lead = text_of(client_of(world.lead).get(f"/cases/{case.id}/"))
    assert f"/concerns/{concern.id}/" in lead


@pytest.mark.policy("6.5", "8.1")
def test_of_a_concern_that_is_not_theirs_a_manager_reads_only_that_it_is_dealt_with(world: World) -> None:
    case = a_report(world, at=world.at, child="yes").case
    concern = Case.objects.get(kind=Kind.CONCERN)
    html = text_of(client_of(world.head).get(f"/cases/{case.id}/"))
    assert "A child may be at risk. Being dealt with." in html
    assert str(concern.id) not in html and concern.reference not in html


@pytest.mark.policy("8.2")
def test_where_a_pupil_posted_it_staff_discipline_is_not_offered(world: World) -> None:
    discipline, client = "Somebody who works or helps here posted it", client_of(world.senior)
    pupil, unknown = a_case(world, at=world.at, group="pupil"), a_case(world, at=world.at, group="unknown")
    html = text_of(client.get(f"/cases/{pupil.id}/open-strand/"))
    assert discipline not in html and "A child may be at risk" in html
    answer = client.post(f"/cases/{pupil.id}/open-strand/", {"strand": "breach", "reason": "He wrote it."})
    assert answer.status_code == 422 and not Case.objects.filter(kind=Kind.BREACH).exists()
    assert discipline in text_of(client.get(f"/cases/{unknown.id}/open-strand/"))


@pytest.mark.policy("8.1")
def test_taking_it_up_with_more_facts_opens_more(world: World) -> None:
    case = a_report(world, at=world.at).case
    answer = client_of(world.senior).post(f"/cases/{case.id}/take-up/", {"version": "1", "child_now": "yes"})
    assert answer.status_code == 302
    assert Case.objects.filter(kind=Kind.CONCERN).count() == 1


@pytest.mark.policy("8.1")
def test_a_side_opened_by_hand_needs_a_reason_and_keeps_it(world: World) -> None:
    case, client = a_case(world, at=world.at), client_of(world.senior)
    page = f"/cases/{case.id}/open-strand/"
    assert "Led by the safeguarding lead." in text_of(client.get(page))
    bad = client.post(page, {"strand": "", "reason": "A child is named in it."})
    assert bad.status_code == 422 and "A child is named in it." in bad.content.decode()
    assert client.post(page, {"strand": "concern", "reason": "A child is named."}).status_code == 302
    assert client_of(world.colleague).get(page).status_code == 404


# --- A pupil posted it ---


@pytest.mark.policy("8.2")
def test_a_pupils_post_goes_to_the_behaviour_lead_and_comes_back(world: World) -> None:
    case, client = a_case(world, at=world.at, group="pupil"), client_of(world.senior)
    page = f"/cases/{case.id}/"
    assert "Hand it to the behaviour lead" in text_of(client.get(page))
    pack = {"behaviour": str(world.colleague.id), "pupil": "A.B. 9C", "summary": "Posted a picture."}
    assert client.post(page + "hand-over/", pack)["Location"] == page
    row = Handed.objects.get()
    lead, theirs = client_of(world.colleague), f"/handed/{row.case_id}/"

    assert theirs in text_of(lead.get("/"))
    assert "Posted a picture." not in text_of(lead.get(theirs))
    lead.post(f"/cases/{row.case_id}/show-names/", {"back": theirs})
    assert "Posted a picture." in text_of(lead.get(theirs))
    assert lead.get(page).status_code == 404
    assert client.post(theirs + "return-outcome/", {"words": "Mine."}).status_code == 404
    assert lead.post(theirs + "return-outcome/", {"words": "Two days."})["Location"] == theirs

    assert "The outcome came back" in text_of(client.get(page))
    client.post(page + "release/", {"sentence": "It was dealt with."})
    report = case.reports.get()
    own = text_of(client_of(world.teacher).get(f"/reports/{report.id}/"))
    assert "It was dealt with." in own and "Two days." not in own


@pytest.mark.policy("8.2")
def test_the_case_cannot_close_while_the_outcome_is_waited_for(world: World) -> None:
    case, client = a_case(world, at=world.at, group="pupil"), client_of(world.senior)
    refused = client.post(
        f"/cases/{case.id}/close/", {"version": "2", "outcome": "gone", "reasons": "x", "sentence": "y"}
    )
    assert refused.status_code == 422
    assert client.post(f"/cases/{case.id}/skip-hand-off/", {"reason": "They left."}).status_code == 302
    assert handing.records_to_hand(case) == []


# --- An allegation about somebody here ---


@pytest.mark.policy("8.1")
def test_an_allegation_shows_support_anonymity_and_the_officer_first(world: World) -> None:
    a_report(world, at=world.at, accuses="yes")
    case = Case.objects.get(kind=Kind.ALLEGATION)
    client, page = client_of(world.head), f"/allegations/{case.id}/"
    html = text_of(client.get(page))
    assert "They are not a suspect" in html and "section 141F" in html
    assert html.index("Ask the local authority’s designated officer (LADO) first") < html.index("What is alleged")
    assert "Ask the designated officer when you may speak to them." in html
    assert client.post(page + "find-allegation/", {"version": "1", "found": "false", "reasons": "x"}).status_code == 422
    weigh = {"threshold": "no", "words": "It is about a parking space."}
    assert client.post(page + "weigh-allegation/", weigh)["Location"] == page
    assert "Offer support to the person it is about first." in text_of(client.get(page))
    party = case.parties.get(capacity="harmed")
    client.post(f"/cases/{case.id}/support/{party.id}/offer-support/", {"offered": ["manager"]})
    named = client.post(page + "state-publicly/", {"words": "Ms Harlow did nothing wrong."})
    assert named.status_code == 422 and "section 141F" in named.content.decode()
    assert client.post(page + "state-publicly/", {"words": "We look into what is said."})["Location"] == page
    case.refresh_from_db()
    found = {"version": str(case.version), "found": "unfounded", "reasons": "Nothing to it."}
    assert client.post(page + "find-allegation/", found)["Location"] == page
    assert "Nothing of this is kept on the personnel file" in text_of(client.get(page))
    assert client.post(page + "find-allegation/", found).status_code == 409
    assert client_of(world.teacher).get(page).status_code == 404


# --- A complaint from outside ---


def complain(**changed: str) -> object:
    return Client().post(COMPLAIN, {**OUTSIDE, "press": str(uuid.uuid4()), **changed})


def code_in(html: str) -> str:
    return html.split('govuk-body-l"><strong>')[1].split("<")[0]


@pytest.mark.policy("8.1")
def test_anybody_complains_without_an_account_and_comes_back_with_the_code(world: World) -> None:
    html = text_of(Client().get(COMPLAIN))
    assert "Call 999" in html and 'type="file"' not in html
    sent = complain()
    html = sent.content.decode()  # type: ignore[attr-defined]
    assert "Write down this code now" in html
    back = Client()
    read = back.post("/come-back/", {"code": code_in(html)}, follow=True)
    assert "We have your complaint" in text_of(read)
    row = Complaint.objects.select_related("case").get()
    add = {"words": "It happened again."}
    assert back.post(f"/complaint/{row.id}/add-to-complaint/", add).status_code == 302
    assert Client().get(f"/complaint/{row.id}/").status_code == 302
    assert client_of(world.head).get(f"/complaint/{row.id}/").status_code == 404


@pytest.mark.policy("8.1")
@pytest.mark.parametrize("left_out", ["danger", "who", "happened", "staff", "head", "child"])
def test_what_is_missing_is_said_and_the_rest_is_kept(world: World, left_out: str) -> None:
    bad = complain(**{left_out: ""})
    assert bad.status_code == 422 and "01234 567" in bad.content.decode()  # type: ignore[attr-defined]
    assert Complaint.objects.count() == 0


@pytest.mark.policy("9.2a")
def test_a_password_in_a_complaint_is_hidden_with_one_press(world: World) -> None:
    words = "He told me password: hunter2 in class."
    assert "Hide it and keep the rest?" in complain(happened=words).content.decode()  # type: ignore[attr-defined]
    assert complain(happened=words, hide="yes").status_code == 200  # type: ignore[attr-defined]
    row = Complaint.objects.get()
    assert "hunter2" not in str(complaints.keyring.words(row, case_id=row.case_id))


@pytest.mark.policy("7.2", "8.1")
def test_a_complaint_about_the_head_changes_nothing_the_head_sees(world: World) -> None:
    head, pages = client_of(world.head), ("/", "/cases/", "/reviews/", "/low-level/")
    before = [without_token(head.get(address).content) for address in pages]
    complain(about="Amina Okafor", head="yes")
    assert [without_token(head.get(address).content) for address in pages] == before
    case = Complaint.objects.get().case
    assert head.get(f"/complaints/{case.id}/").status_code == 404
    assert client_of(world.chair).get(f"/complaints/{case.id}/").status_code == 200


@pytest.mark.policy("8.1", "9.1")
def test_it_is_checked_answered_and_the_letter_tells_nothing(world: World) -> None:
    press = uuid.uuid4()
    row, code = complaints.receive_complaint(
        school=world.school, answers=OUTSIDE, press=press, by=Visitor(press), at=world.at
    )
    client, page = client_of(world.head), f"/complaints/{row.case_id}/"
    assert "Nobody has checked yet" in text_of(client.get(page))
    client.post(page + "acknowledge-complaint/", {"sentence": "We look into it."})
    client.post(page + "verify-complaint/", {"is_them": "yes", "how": "Called the number on file."})
    assert "they are who they say" in text_of(client.get(page))
    case = Case.objects.get(pk=row.case_id)
    letter = {"version": str(case.version), "outcome": "looked_into", "reasons": "Spoken with.", "words": "Mr Foster."}
    refused = client.post(page + "answer-complaint/", letter)
    assert refused.status_code == 422 and "names somebody who works here" in refused.content.decode()
    assert client.post(page + "answer-complaint/", {**letter, "words": "It was dealt with."})["Location"] == page
    read = Client().post("/come-back/", {"code": code}, follow=True)
    html = text_of(read)
    assert "We look into it." in html and "It was dealt with." in html and "Spoken with." not in html


@pytest.mark.policy("2.5")
def test_the_code_of_a_complaint_opens_that_complaint_and_no_form_of_the_staffs(world: World) -> None:
    code = code_in(complain().content.decode())  # type: ignore[attr-defined]
    sender = Client()
    sender.post("/come-back/", {"code": code}, follow=True)
    assert sender.post("/report/start-draft/")["Location"] == "/enter/"
    assert Draft.objects.count() == 0


@pytest.mark.policy("8.1", "7.2")
def test_who_only_reads_a_complaint_gets_no_button_that_leads_nowhere(world: World) -> None:
    complain(child="yes")
    case = Complaint.objects.get().case
    lead = client_of(world.lead)
    page = f"/complaints/{case.id}/"
    assert "acknowledge-complaint" not in text_of(lead.get(page))
    assert lead.get(page + "acknowledge-complaint/").status_code == 404
    assert "acknowledge-complaint" in text_of(client_of(world.head).get(page))


def test_the_short_address_leads_to_the_form(world: World) -> None:
    assert Client().get("/complain/")["Location"] == COMPLAIN
    at_school = f"/complain/{world.school.id}/"
    assert Client().get(at_school)["Location"] == f"{at_school}receive-complaint/"
    assert Client().get(f"/complain/{uuid.uuid4()}/").status_code == 404
    for public in ("/", "/help/"):
        assert COMPLAIN in text_of(Client().get(public))


@pytest.mark.policy("8.1", "9.1")
def test_naming_a_colleague_on_the_page_opens_a_breach(world: World) -> None:
    case = a_case(world, at=world.at)
    named = {"person": str(world.colleague.id), "capacity": "reported"}
    assert client_of(world.senior).post(f"/cases/{case.id}/name-person/", named)["Location"] == f"/cases/{case.id}/"
    assert Case.objects.filter(kind=Kind.BREACH).count() == 1


def test_a_page_of_no_school_is_no_page(world: World) -> None:
    assert Client().get(f"/complain/{uuid.uuid4()}/receive-complaint/").status_code == 404
    assert Client().get(f"/complain/{world.school.id}/receive-complaint/").status_code == 200


def test_nobody_outside_acts_under_the_id_of_somebody_here(world: World) -> None:
    assert complain(press=str(world.head.id)).status_code == 200  # type: ignore[attr-defined]
    assert Entry.objects.filter(verb="reports.receive_complaint").exists()
    assert not Entry.objects.filter(verb__startswith="reports.", by=str(world.head.id)).exists()
