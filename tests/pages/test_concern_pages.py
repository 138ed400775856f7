"""Telling the safeguarding lead, and working on it: who gets in, what they see, what a bad form says."""

import re
import uuid
from datetime import datetime, timedelta

import pytest
from builders import World
from django.test import Client
from django.utils import timezone
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.procedures import PROGRAM
from forethought.cases.agencies import offered
from forethought.cases.models import Referral
from forethought.pages.concern_forms import ConcernForm
from forethought.people import procedures as people
from forethought.people.models import Role
from forethought.safeguarding import concerns
from forethought.safeguarding.models import Alert, AlertTold, Concern, OwnDuty, PoliceReport

FORM = {"danger": "no", "told": "A child said somebody messages her.", "adult": "no", "picture": "no"}
AT = "/concern/raise-concern/"


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def sent(client: Client, **changed: str) -> object:
    return client.post(AT, {**FORM, "press": str(uuid.uuid4()), **changed})


def a_concern(world: World, **changed: str) -> Concern:
    answer = sent(client_of(world.teacher), **changed)
    assert answer.status_code == 302, answer.content.decode()  # type: ignore[attr-defined]
    return Concern.objects.select_related("case").order_by("-told_at")[0]


@pytest.mark.policy("6.5")
def test_the_direct_route_stands_above_the_form_and_on_every_page_after(world: World) -> None:
    client = client_of(world.teacher)
    assert AT in text_of(client.get("/"))
    for address in ("/concern/", AT):
        html = text_of(client.get(address))
        assert "Call 999" in html and "101" in html and "You need nobody’s leave" in html
    concern = a_concern(world)
    for reader, address in (
        (world.teacher, f"/concern/{concern.id}/told/"),
        (world.lead, f"/concerns/{concern.case_id}/"),
    ):
        html = text_of(client_of(reader).get(address))
        assert "101" in html and "You need nobody’s leave" in html


def test_nobody_signed_in_finds_the_danger_words_and_a_way_in(world: World) -> None:
    html = text_of(Client().get("/concern/"))
    assert "Call 999" in html and "I have no account" in html
    assert Client().get(AT).status_code == 302


@pytest.mark.policy("6.5")
def test_there_is_no_file_control_before_the_gate(world: World) -> None:
    assert 'type="file"' not in text_of(client_of(world.teacher).get(AT))


@pytest.mark.policy("6.5")
def test_the_lead_sees_it_and_the_teller_sees_that_it_was_seen_and_nothing_else(world: World) -> None:
    concern, teller, lead = a_concern(world), client_of(world.teacher), client_of(world.lead)
    own = f"/concern/{concern.id}/told/"
    assert "it goes on to the next person" in text_of(teller.get(own))

    assert "A child may be at risk" in text_of(lead.get("/"))
    answer = lead.get("/next/", follow=True)
    html = text_of(answer)
    assert answer.redirect_chain[-1][0] == f"/concerns/{concern.case_id}/"
    assert "somebody messages her" not in html
    lead.post(f"/cases/{concern.case_id}/show-names/", {"back": f"/concerns/{concern.case_id}/"})
    assert "somebody messages her" in text_of(lead.get(f"/concerns/{concern.case_id}/"))
    assert "It was opened at" in text_of(teller.get(own))
    assert teller.get(f"/concerns/{concern.case_id}/").status_code == 404


@pytest.mark.policy("6.5")
def test_it_and_data_protection_and_another_teller_see_nothing(world: World) -> None:
    people.appoint(person=world.colleague, role=Role.IT, by=PROGRAM, at=world.at)
    people.appoint(person=world.vice, role=Role.PROTECTION, by=PROGRAM, at=world.at)
    concern = a_concern(world)
    for person in (world.colleague, world.vice, world.chair, world.senior, world.head):
        client = client_of(person)
        assert client.get(f"/concerns/{concern.case_id}/").status_code == 404
        assert client.get(f"/concern/{concern.id}/told/").status_code == 404
        assert concern.case.reference not in text_of(client.get("/"))


@pytest.mark.policy("6.5")
@pytest.mark.parametrize(
    ("left_out", "says"),
    [("danger", "Choose yes, no or not sure."), ("told", "A few words are enough"), ("adult", "Choose yes, no")],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(world: World, left_out: str, says: str) -> None:
    answer = client_of(world.teacher).post(AT, {**FORM, "where": "the class chat", left_out: ""})
    html = answer.content.decode()
    assert answer.status_code == 422 and says in html and "the class chat" in html
    assert Concern.objects.count() == 0


@pytest.mark.policy("6.6")
def test_more_than_a_day_is_asked_about_once_and_an_empty_answer_is_fine(world: World) -> None:
    client, day = client_of(world.teacher), world.at - timedelta(days=3)
    boxes = {"seen_on_day": str(day.day), "seen_on_month": str(day.month), "seen_on_year": str(day.year)}

    first = sent(client, **boxes)
    html = first.content.decode()  # type: ignore[attr-defined]
    assert first.status_code == 422 and "more than a day ago" in html  # type: ignore[attr-defined]
    assert 'name="gap_asked" value="yes"' in html and "somebody messages her" in html
    assert Concern.objects.count() == 0
    assert sent(client, gap_asked="yes", **boxes).status_code == 302  # type: ignore[attr-defined]
    concern = Concern.objects.select_related("case").get()
    assert "Seen on" in text_of(client_of(world.lead).get(f"/concerns/{concern.case_id}/"))


@pytest.mark.policy("6.6")
@pytest.mark.parametrize("hour", ["00:05", "08:00", "23:55"])
def test_yesterday_without_a_time_is_asked_about_at_any_hour(
    world: World, monkeypatch: pytest.MonkeyPatch, hour: str
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat(f"2026-11-20T{hour}+00:00"))

    def asked(day: str, **more: str) -> dict[str, list[str]]:
        boxes = {"seen_on_day": day, "seen_on_month": "11", "seen_on_year": "2026"}
        return ConcernForm({**FORM, **boxes, **more}).errors

    assert asked("20") == {} and asked("19", gap_asked="yes") == {} and asked("19", seen_time="11:58pm") == {}
    assert "may be more than a day ago" in asked("19")["gap"][0]
    assert "was more than a day ago" in asked("18")["gap"][0]


@pytest.mark.policy("6.6")
def test_somebody_in_danger_is_told_of_at_once_however_long_ago_it_was_seen(world: World) -> None:
    day = world.at - timedelta(days=3)
    boxes = {"seen_on_day": str(day.day), "seen_on_month": str(day.month), "seen_on_year": str(day.year)}
    assert a_concern(world, danger="yes", **boxes)
    assert Alert.objects.count() == 1


@pytest.mark.policy("6.6")
def test_a_day_that_has_not_come_is_refused(world: World) -> None:
    day = world.at + timedelta(days=2)
    boxes = {"seen_on_day": str(day.day), "seen_on_month": str(day.month), "seen_on_year": str(day.year)}
    answer = sent(client_of(world.teacher), **boxes)
    assert "That time has not come yet." in answer.content.decode()  # type: ignore[attr-defined]


@pytest.mark.policy("6.5", "9.2a")
def test_a_password_is_hidden_with_one_press_and_the_rest_goes_on(world: World) -> None:
    client = client_of(world.teacher)
    words = "She showed me. password: hunter2 was on the screen."
    asked = sent(client, told=words)
    assert "Hide it and keep the rest?" in asked.content.decode()  # type: ignore[attr-defined]
    assert sent(client, told=words, hide="yes").status_code == 302  # type: ignore[attr-defined]
    concern = Concern.objects.get()
    assert "hunter2" not in str(concerns.keyring.words(concern, case_id=concern.case_id))


@pytest.mark.policy("6.5")
def test_two_presses_of_one_form_make_one_concern(world: World) -> None:
    client, press = client_of(world.teacher), str(uuid.uuid4())
    first, second = (client.post(AT, {**FORM, "press": press}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Concern.objects.count() == 1 and Alert.objects.count() == 1


@pytest.mark.policy("7.4")
def test_a_picture_that_may_show_a_child_is_said_to_the_lead_and_never_asked_for(world: World) -> None:
    concern = a_concern(world, picture="not_sure")
    html = text_of(client_of(world.teacher).get(f"/concern/{concern.id}/told/"))
    assert "Do not open, copy, send" in html


@pytest.mark.policy("6.5")
def test_somebody_named_later_loses_the_alert_too(world: World) -> None:
    concern = a_concern(world)
    alert = AlertTold.objects.get(person=world.lead).alert_id
    people.appoint(person=world.colleague, role=Role.DEPUTY_LEAD, by=PROGRAM, at=world.at)
    lead = client_of(world.lead)
    assert lead.get(f"/alerts/{alert}/see-alert/").status_code == 302
    lead.post(f"/cases/{concern.case_id}/name-person/", {"person": str(world.lead.id), "capacity": "reported"})

    assert lead.get(f"/alerts/{alert}/see-alert/").status_code == 404
    assert lead.get(f"/concerns/{concern.case_id}/").status_code == 404
    assert "A child may be at risk" not in text_of(lead.get("/"))


@pytest.mark.policy("6.2")
def test_the_four_questions_and_the_officer_before_anything_else(world: World) -> None:
    concern = a_concern(world, adult="yes", name="Ben Foster", head="no", lead="no")
    client, base = client_of(world.head), f"/concerns/{concern.case_id}/"
    assert "Ask the local authority’s designated officer (LADO) first" in text_of(client.get(base))

    answers = {"harmed": "no", "crime": "no", "risk": "no", "unsuitable": "not_sure", "words": "One message."}
    assert client.post(base + "weigh-threshold/", answers)["Location"] == base
    note = {
        "matter": "child",
        "agency": "police",
        "step": "referred",
        "danger": "no",
        "reason": "A message.",
        "done_on_day": f"{world.at:%d}",
        "done_on_month": f"{world.at:%m}",
        "done_on_year": f"{world.at:%Y}",
        "done_time": "00:00",
    }
    refused = client.post(f"/cases/{concern.case_id}/note-referral/", note)
    assert refused.status_code == 422 and "(LADO) first" in refused.content.decode()
    assert "section 141F" in refused.content.decode()
    client.post(f"/cases/{concern.case_id}/note-referral/", {**note, "agency": "lado", "step": "consulted"})
    html = text_of(client.get(base))
    assert "designated officer (LADO): asked for advice" in html
    assert "Ask the local authority’s designated officer (LADO) first, and note it" not in html


@pytest.mark.policy("6.5")
def test_ending_needs_a_word_on_who_was_told_and_keeps_what_was_typed(world: World) -> None:
    concern = a_concern(world)
    client, base = client_of(world.lead), f"/concerns/{concern.case_id}/"
    assert "If nobody, note why not." in text_of(client.get(base))

    refused = client.post(base + "end-concern/", {"version": "1", "words": "Spoke with her parents."})
    assert refused.status_code == 422 and "Spoke with her parents." in refused.content.decode()
    Referral.objects.create(
        school=world.school,
        case=concern.case,
        agency="social_care",
        step="not_referred",
        content=b"x",
        done_at=world.at,
        noted_at=world.at,
        noted_by="program",
    )
    assert client.post(base + "end-concern/", {"version": "1", "words": "Spoke with them."})["Location"] == base
    late = client.post(base + "end-concern/", {"version": "1", "words": "And I too."})
    assert late.status_code == 409 and "And I too." in late.content.decode()


@pytest.mark.policy("6.5")
def test_a_visitor_tells_and_comes_back_with_a_code(world: World) -> None:
    visitor = Client()
    code = people.make_staffroom_code(school=world.school, by=PROGRAM, at=world.at)
    visitor.post("/enter/", {"code": code})
    answer = sent(visitor, reporter_name="Vera Volunteer")
    html = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 200 and "Write down this code now" in html  # type: ignore[attr-defined]
    shown = html.split('govuk-body-l"><strong>')[1].split("<")[0]
    again = Client()
    back = again.post("/come-back/", {"code": shown}, follow=True)
    assert "We have what you told us" in text_of(back)
    assert again.get(f"/concerns/{Concern.objects.get().case_id}/").status_code == 302


@pytest.mark.policy("6.5")
def test_the_personal_duty_is_said_when_the_school_turned_it_on(world: World) -> None:
    concern = a_concern(world)
    teller, own = client_of(world.teacher), f"/concern/{concern.id}/told/"
    assert "Your own duty" not in text_of(teller.get(own))
    day = {"from_day_day": f"{world.at:%d}", "from_day_month": f"{world.at:%m}", "from_day_year": f"{world.at:%Y}"}
    said = {"kind": "reporting_duty", "on": "yes", "source": "The Act, section 1.", **day}
    assert client_of(world.teacher).post("/switches/turn/", said).status_code == 404
    assert client_of(world.lead).post("/switches/turn/", said)["Location"] == "/switches/"
    assert "The Act, section 1." in text_of(client_of(world.head).get("/switches/"))

    assert "Your own duty" in text_of(teller.get(own))
    told = {"to": "Police, 101", "told_on_day": "1", "told_on_month": "1", "told_on_year": "2026", "told_time": "9am"}
    assert teller.post(f"/concern/{concern.id}/note-own-duty/", told)["Location"] == own
    assert OwnDuty.objects.get().person == world.teacher
    assert client_of(world.colleague).get(f"/concern/{concern.id}/note-own-duty/").status_code == 404


@pytest.mark.policy("6.5")
def test_whether_it_may_be_the_head_or_the_lead_is_asked_when_an_adult_may_be_in_it(world: World) -> None:
    answer = sent(client_of(world.teacher), adult="not_sure")
    assert answer.content.decode().count("It decides who sees this.") >= 2  # type: ignore[attr-defined]
    concern = a_concern(world, adult="not_sure", head="no", lead="yes")
    assert client_of(world.lead).get(f"/concerns/{concern.case_id}/").status_code == 404
    assert "A child may be at risk" not in text_of(client_of(world.lead).get("/"))
    assert client_of(world.head).get(f"/concerns/{concern.case_id}/").status_code == 200


@pytest.mark.policy("6.5")
@pytest.mark.parametrize(("ticked", "status"), [(True, 200), (False, 404)])
def test_a_name_in_the_words_is_asked_about_once(world: World, ticked: bool, status: int) -> None:
    client, words = client_of(world.teacher), "She told Mrs Patel, then me."
    first = sent(client, told=words)
    html = first.content.decode()  # type: ignore[attr-defined]
    assert first.status_code == 422 and "Who of these has no part in it?" in html and words in html  # type: ignore[attr-defined]
    said = {"only_mentioned": str(world.lead.id)} if ticked else {}
    concern = a_concern(world, told=words, names_asked="yes", **said)
    assert client_of(world.lead).get(f"/concerns/{concern.case_id}/").status_code == status


@pytest.mark.policy("6.5")
def test_opening_it_from_the_list_counts_as_seen(world: World) -> None:
    concern = a_concern(world)
    assert "Not seen yet" in text_of(client_of(world.lead).get("/"))
    client_of(world.lead).get(f"/concerns/{concern.case_id}/")
    assert "It was opened at" in text_of(client_of(world.teacher).get(f"/concern/{concern.id}/told/"))
    assert Alert.objects.get().passes_on_at is None
    assert "Not seen yet" not in text_of(client_of(world.lead).get("/"))


def note_of(world: World, **changed: str) -> dict[str, str]:
    day = {"done_on_day": f"{world.at:%d}", "done_on_month": f"{world.at:%m}", "done_on_year": f"{world.at:%Y}"}
    said = {"matter": "crime", "agency": "police", "step": "referred", "danger": "yes", "reason": "He waits for her."}
    return {**said, **day, "done_time": "00:00", **changed}


@pytest.mark.policy("8.7", "9.7")
def test_police_are_told_of_a_child_on_one_name_and_a_second_hears_of_it(world: World) -> None:
    people.appoint(person=world.vice, role=Role.DEPUTY_LEAD, by=PROGRAM, at=world.at)
    concern = a_concern(world)
    lead, base = client_of(world.lead), f"/concerns/{concern.case_id}/"
    assert lead.post(f"/cases/{concern.case_id}/note-referral/", note_of(world))["Location"] == base
    html = text_of(lead.get(base))
    assert "Police: told, as a referral" in html and "has not yet said that they know" in html
    party = concern.case.parties.get()
    assert lead.get(f"/cases/{concern.case_id}/police/{party.id}/ask-consent/").status_code == 404

    report, deputy = PoliceReport.objects.get(), client_of(world.vice)
    assert report.second == world.vice and report.reported_at is not None
    second = f"/cases/{concern.case_id}/police/{report.id}/second-police-report/"
    assert second in text_of(deputy.get(base))
    assert deputy.post(second).status_code == 302
    assert "A second person was told" in text_of(lead.get(base))


@pytest.mark.policy("6.1")
def test_the_kinds_of_risk_are_the_schools_to_change_and_no_small_number_is_said(world: World) -> None:
    lead = client_of(world.lead)
    assert lead.post("/concern-tags/add-tag/", {"words": "Gambling"})["Location"] == "/concern-tags/"
    twice = lead.post("/concern-tags/add-tag/", {"words": " gambling "})
    assert twice.status_code == 422 and "there already" in twice.content.decode()
    lead.post("/concern-tags/put-tag/", {"key": "misogyny", "on": "no"})
    form = text_of(client_of(world.teacher).get(AT))
    assert "Gambling" in form and "Misogyny" not in form

    concern = a_concern(world, tags="hateful")
    assert "fewer than 5" in text_of(lead.get("/concern-tags/"))
    page = f"/concerns/{concern.case_id}/"
    assert lead.post(page + "tag-concern/", {"tags": ["deepfake", "hateful"]})["Location"] == page
    assert lead.post(page + "tag-concern/", {"tags": ["nonsense"]}).status_code == 422
    assert "pictures made or changed by a computer" in text_of(lead.get(page))
    for _ in range(4):
        a_concern(world, tags="hateful")
    assert "Concerns: 5." in text_of(lead.get("/concern-tags/"))
    assert "Concerns: 5." not in text_of(client_of(world.head).get("/concern-tags/"))
    assert client_of(world.teacher).get("/concern-tags/").status_code == 404
    lead.post("/concern-tags/put-tag/", {"key": "nowhere", "on": "no"}, follow=True)


@pytest.mark.policy("6.5")
def test_a_visitor_can_note_their_own_report_to_the_police(world: World) -> None:
    visitor, again = Client(), Client()
    code = people.make_staffroom_code(school=world.school, by=PROGRAM, at=world.at)
    assert visitor.post("/enter/?for=concern", {"code": code})["Location"] == AT
    html = sent(visitor, reporter_name="Vera Volunteer").content.decode()  # type: ignore[attr-defined]
    concern, told = Concern.objects.get(), {"told_on_day": "1", "told_on_month": "1", "told_on_year": "2026"}
    own, said = f"/concern/{concern.id}/note-own-duty/", {"to": "Police", "told_time": "9am", **told}
    # The staffroom code lets somebody tell; it lets nobody read. The code of the receipt does.
    assert visitor.post(own, said).status_code == 404
    again.post("/come-back/", {"code": html.split('govuk-body-l"><strong>')[1].split("<")[0]})
    assert again.post(own, said).status_code == 302
    assert OwnDuty.objects.get().person is None


@pytest.mark.policy("9.7")
def test_a_matter_between_people_is_not_offered_the_police(world: World) -> None:
    concern = a_concern(world)
    lead, here = client_of(world.lead), f"/cases/{concern.case_id}/note-referral/"
    assert "Who?" not in text_of(lead.get(here))
    crime, civil = (text_of(lead.post(here, {"matter": matter})) for matter in ("crime", "civil"))
    assert 'value="police"' in crime and 'value="police"' not in civil
    assert 'value="authority"' in civil and "There is a problem" not in civil
    refused = lead.post(here, {**note_of(world), "matter": "civil", "agency": "police"})
    assert refused.status_code == 422


@pytest.mark.policy("9.7")
def test_where_a_child_may_have_been_harmed_the_designated_officer_stands_first(world: World) -> None:
    """The police stood first, which the page then refused."""
    here = f"/cases/{a_concern(world).case_id}/note-referral/"
    shown = text_of(client_of(world.lead).post(here, {"matter": "child"}))
    assert tuple(re.findall(r'name="agency"[^>]*value="(\w+)"', shown)) == offered("child")
    assert offered("child")[0] == "lado"


@pytest.mark.policy("9.7")
def test_without_a_matter_it_is_asked_for(world: World) -> None:
    answer = client_of(world.lead).post(f"/cases/{a_concern(world).case_id}/note-referral/", {"matter": ""})
    assert answer.status_code == 422 and "Choose what it is about." in answer.content.decode()
