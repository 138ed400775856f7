"""Making a bundle at the screen: who may, what they see first, what they are told, and the receipt."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from builders import World, harmed_in
from bundle_acts import CONTENT, Handed
from bundle_making import verifier
from django.utils import timezone
from doors import client_of

from forethought.audit.models import Entry
from forethought.cases.seating import seat
from forethought.evidence import bundling
from forethought.evidence.bundle_models import Bundle, BundleFile, HandOver, Hold
from forethought.evidence.reading import vault
from forethought.safeguarding import procedures as police
from forethought.safeguarding import sealing_away

pytestmark = pytest.mark.policy("7.3")


@pytest.fixture
def handed(world: World) -> Handed:
    return Handed(world)


def form_of(handed: Handed, **changes: object) -> dict[str, object]:
    report = handed.case.reports.get()
    said = {
        "chosen": [f"file:{handed.exhibit.id}", f"report:{report.id}"],
        "audience": "tribunal",
        "ground": "order",
        "to": "The clerk of the tribunal",
        "why": "It was ordered on Monday.",
        "names": "offices",
    }
    return said | changes


def make(handed: Handed, client, **changes: object):
    return client.post(f"/cases/{handed.case.id}/make-bundle/", form_of(handed, **changes), follow=False)


def test_first_they_look_and_only_then_it_is_made(handed: Handed):
    client = client_of(handed.world.senior)
    look = make(handed, client)
    page = look.content.decode()
    assert look.status_code == 200
    assert "Nothing has been made yet" in page
    assert "001-social.png" in page
    assert "Records kept" in page
    assert not Bundle.objects.exists()
    sent = re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page)
    data: dict[str, list[str]] = {}
    for name, value in sent:
        data.setdefault(name, []).append(value)
    assert client.post(f"/cases/{handed.case.id}/make-bundle/", data).status_code == 302
    assert "The bundle is made." in client.get(f"/cases/{handed.case.id}/bundles/").content.decode()
    assert BundleFile.objects.count() == 1


def test_the_file_they_download_is_accepted_and_holds_the_page_to_read_first(handed: Handed):
    client = client_of(handed.world.senior)
    assert make(handed, client, looked="yes", names="names").status_code == 302
    bundle = Bundle.objects.get()
    base = f"/cases/{handed.case.id}/bundles/{bundle.id}/"
    answer = client.get(f"{base}hand-out-bundle/")
    whole = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith('attachment; filename="bundle-')
    note = client.get(f"{base}note/").content
    key = client.get(f"/cases/{handed.case.id}/school-key/").content.decode()
    states = list(verifier().check(io.BytesIO(whole), note, key))
    assert all(state == "ok" for state, _ in states[:5])
    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        first = opened.read("READ-ME-FIRST.html").decode()
        lines = opened.read("chronology.html").decode()
        assert opened.read("data/001-social.png") == CONTENT
        assert "Somebody wrote something vile about me." in opened.read("data/002-report.txt").decode()
    assert "What this shows, and what it does not." in first
    assert "is not shown that what they say is true" in first
    assert key.strip() in first
    earlier = re.search(r"stood, at .*?<code>(\d+) · ([0-9a-f ]{19})</code>", first)
    assert earlier is not None
    assert f"since size {earlier[1]}, root {earlier[2].replace(' ', '')}" in states[4][1]
    assert handed.world.teacher.name in lines
    assert Entry.objects.filter(verb="evidence.hand_out_bundle", about=bundle.id).count() == 1


def test_by_office_no_name_of_a_colleague_stands_in_the_chronology(handed: Handed):
    make(handed, client_of(handed.world.senior), looked="yes")
    whole = b"".join(bundling.content_of_bundle(Bundle.objects.get()))
    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        assert handed.world.teacher.name not in opened.read("chronology.html").decode()


@pytest.mark.policy("8.7")
def test_for_the_police_the_page_says_what_is_missing_and_keeps_what_was_written(handed: Handed):
    client = client_of(handed.world.senior)
    refused = make(handed, client, audience="police", ground="consent", looked="yes")
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "They have not said yes" in page
    assert "It was ordered on Monday." in page
    party = harmed_in(handed.case)
    police.ask_consent(party=party, by=handed.world.senior, at=handed.later())
    police.answer_consent(party=party, answer="yes", by=handed.world.teacher, at=handed.later())
    assert make(handed, client, audience="police", ground="consent", looked="yes").status_code == 302
    assert make(handed, client, audience="police", ground="order", looked="yes").status_code == 422


@pytest.mark.policy("8.7")
def test_a_yes_taken_back_between_the_look_and_the_press_makes_no_bundle(handed: Handed):
    client, party = client_of(handed.world.senior), harmed_in(handed.case)
    asked = {"audience": "police", "ground": "consent"}
    police.ask_consent(party=party, by=handed.world.senior, at=handed.later())
    police.answer_consent(party=party, answer="yes", by=handed.world.teacher, at=handed.later())
    assert "Nothing has been made yet" in make(handed, client, **asked).content.decode()
    police.withdraw_consent(party=party, by=handed.world.teacher, at=handed.later())
    refused = make(handed, client, looked="yes", **asked)
    assert refused.status_code == 422 and not Bundle.objects.exists()


def test_what_each_may_be_told_and_what_stays_out_stand_beside_the_choice(handed: Handed):
    sealing_away.seal_away(
        exhibit=handed.exhibit, why="adult", words="", answers={}, by=handed.world.teacher, at=handed.later()
    )
    page = client_of(handed.world.senior).get(f"/cases/{handed.case.id}/make-bundle/").content.decode()
    assert "section 141F" in page
    assert "A record was sealed away" in page
    assert f"file:{handed.exhibit.id}" not in page


@pytest.mark.usefixtures("in_a_folder")
def test_a_damaged_record_is_said_to_be_one_and_nothing_is_made(handed: Handed):
    vault()._place(handed.exhibit.object_name).unlink()
    refused = make(handed, client_of(handed.world.senior), looked="yes")
    assert refused.status_code == 422
    assert "is not what was kept" in refused.content.decode()
    assert not Bundle.objects.exists()


def test_a_record_of_another_case_cannot_be_slipped_in(handed: Handed, world: World):
    other = Handed(world)
    client = client_of(world.senior)
    assert make(handed, client, chosen=[f"file:{other.exhibit.id}"], looked="yes").status_code == 422
    assert not Bundle.objects.exists()


@pytest.mark.parametrize("path", ["bundles/", "make-bundle/", "custody/", "place-hold/", "school-key/"])
def test_who_is_not_on_the_list_or_only_reported_it_finds_no_such_page(handed: Handed, path):
    for person in (handed.world.teacher, handed.world.colleague):
        assert client_of(person).get(f"/cases/{handed.case.id}/{path}").status_code == 404


def test_a_bundle_of_one_case_is_not_found_under_another(handed: Handed, world: World):
    bundle, other = handed.made(), Handed(world)
    client = client_of(world.senior)
    for path in ("", "hand-out-bundle/", "note/", "hand-over-bundle/"):
        assert client.get(f"/cases/{other.case.id}/bundles/{bundle.id}/{path}").status_code == 404


def test_a_hand_over_leads_to_a_receipt_to_sign(handed: Handed):
    bundle, client = handed.made(), client_of(handed.world.senior)
    base = f"/cases/{handed.case.id}/bundles/{bundle.id}/"
    told = {"to": "PC Example", "organisation": "Example Police", "how": "By hand"}
    when = {"handed_on_day": "20", "handed_on_month": "11", "handed_on_year": "2026", "handed_time": "6:30pm"}
    answer = client.post(f"{base}hand-over-bundle/", {**told, **when})
    assert answer.status_code == 302, answer.content.decode()
    row = HandOver.objects.get()
    assert answer["Location"] == f"{base}receipts/{row.id}/"
    page = client.get(answer["Location"]).content.decode()
    for words in ("PC Example, Example Police", bytes(BundleFile.objects.get().sha256).hex(), "signature"):
        assert words in page
    hidden = client.get(base).content.decode()
    assert "PC Example" not in hidden
    client.post(f"/cases/{handed.case.id}/show-names/")
    assert "PC Example" in client.get(base).content.decode()
    assert "A bundle handed over" in client.get(f"/cases/{handed.case.id}/custody/").content.decode()


def test_a_bundle_with_a_record_that_was_sealed_away_is_not_given_out(handed: Handed):
    bundle, client = handed.made(), client_of(handed.world.senior)
    sealing_away.seal_away(
        exhibit=handed.exhibit, why="child", words="", answers={}, by=handed.world.teacher, at=handed.later()
    )
    base = f"/cases/{handed.case.id}/bundles/{bundle.id}/"
    assert client.get(f"{base}hand-out-bundle/").status_code == 302
    assert "sealed away or destroyed since" in client.get(base).content.decode()


def test_a_hold_is_placed_by_one_and_lifted_by_two_at_the_screen(handed: Handed):
    senior, head = client_of(handed.world.senior), client_of(handed.world.head)
    base = f"/cases/{handed.case.id}/"
    again = timezone.now().date() + timedelta(days=30)
    said = {"kind": "claim", "reason": "A claim is coming.", "review_on_day": again.day}
    said |= {"review_on_month": again.month, "review_on_year": again.year}
    assert senior.post(f"{base}place-hold/", said).status_code == 302
    hold = Hold.objects.get()
    assert senior.post(f"{base}holds/{hold.id}/ask-to-lift/").status_code == 302
    assert senior.post(f"{base}holds/{hold.id}/lift-hold/").status_code == 404
    assert "second person" in senior.get(f"{base}custody/").content.decode()
    assert head.post(f"{base}holds/{hold.id}/lift-hold/").status_code == 302
    assert "by two people" in head.get(f"{base}custody/").content.decode()


def test_a_lead_on_the_list_of_a_report_reads_custody_and_exports_nothing(handed: Handed):
    seat(case=handed.case, people={handed.world.lead: "lead"}, at=handed.later(), letter=None)
    client = client_of(handed.world.lead)
    assert client.get(f"/cases/{handed.case.id}/custody/").status_code == 200
    assert client.get(f"/cases/{handed.case.id}/make-bundle/").status_code == 404
