"""A pupil or parent contacted me: what the pages say, what they keep, and to whom they open."""

import re
import uuid

import pytest
from builders import World
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.boundaries import procedures
from forethought.boundaries.models import ContactRecord, FamilyDeclaration, SelfCheck
from forethought.cases.models import Case

ASKED = {"who": "ex_pupil", "way": "received", "age": "16", "platform": "Photo app"}
CANARY = "Zyxquetzalqv"


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


def kept(world: World, **changes: str) -> ContactRecord:
    said = {**ASKED, "words": "A request. I declined.", "press": str(uuid.uuid4()), **changes}
    answer = client_of(world.teacher).post("/contacted/keep-contact-record/", said)
    assert answer.status_code == 302, answer.content
    return ContactRecord.objects.order_by("-kept_at").first()  # type: ignore[return-value]


@pytest.mark.policy("5.4")
def test_an_answer_keeps_nothing_and_leaves_no_event(world: World) -> None:
    client = client_of(world.teacher)
    client.get("/contacted/")
    before = Entry.objects.count()
    said = {**ASKED, "platform": CANARY, "born_day": "12", "born_month": "11", "born_year": "2010"}
    page = text_of(client.post("/contacted/", said))
    assert "Decline" in page and CANARY in page
    assert Entry.objects.count() == before and not ContactRecord.objects.exists()
    assert CANARY not in str(dict(client.session))


@pytest.mark.policy("5.4")
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"who": ""}, "Choose who it is."),
        ({"way": "sideways"}, "Choose what happened."),
        ({"age": "6th"}, "Enter an age in years, like 16."),
        ({"age": "١٦"}, "Enter an age in years, like 16."),
        ({"age": "121"}, "Enter an age in years, like 16."),
        ({"born_day": "31", "born_month": "2", "born_year": "2010"}, "Enter a real date"),
        ({"born_day": "1", "born_month": "1", "born_year": "2099"}, "That date has not come yet."),
        ({"platform": "password: hunter2"}, "Passwords are never kept here."),
    ],
)
def test_a_bad_answer_is_told_and_keeps_what_was_typed(world: World, said: dict[str, str], sentence: str) -> None:
    answer = client_of(world.teacher).post("/contacted/", {**ASKED, **said})
    assert answer.status_code == 422 and sentence in answer.content.decode()


@pytest.mark.policy("5.4")
def test_a_record_without_words_is_refused_and_carries_on_what_was_said(world: World) -> None:
    answer = client_of(world.teacher).post(
        "/contacted/keep-contact-record/", {**ASKED, "marks": ["gaming"], "words": "", "press": str(uuid.uuid4())}
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "A few words are enough." in page
    for name, value in (("who", "ex_pupil"), ("age", "16"), ("marks", "gaming")):
        assert re.search(rf'type="hidden" name="{name}" value="{value}"', page), name
    assert not ContactRecord.objects.exists()


@pytest.mark.policy("5.4")
def test_a_record_opens_to_its_writer_and_to_whom_they_chose_alone(world: World) -> None:
    record = kept(world, share_with=str(world.senior.pk))
    address = f"/contacted/records/{record.pk}/"
    for one in (world.teacher, world.senior):
        assert "A request. I declined." in text_of(client_of(one).get(address))
    for one in (world.head, world.lead, world.chair, world.colleague):
        assert client_of(one).get(address).status_code == 404
    assert client_of(world.senior).get(f"{address}share-contact-record/").status_code == 404
    assert Entry.objects.filter(verb="boundaries.see_contact_record").count() == 1
    assert "Shared at" in text_of(client_of(world.senior).get("/contacted/records/"))
    assert "Kept at" in text_of(client_of(world.teacher).get("/contacted/records/"))


@pytest.mark.policy("5.4")
def test_a_record_is_shared_from_its_page(world: World) -> None:
    record = kept(world)
    address = f"/contacted/records/{record.pk}/share-contact-record/"
    answer = client_of(world.teacher).post(address, {"person": str(world.lead.pk)})
    assert answer.status_code == 302
    assert client_of(world.lead).get(f"/contacted/records/{record.pk}/").status_code == 200


@pytest.mark.policy("5.4", "6.5")
def test_a_second_try_with_a_record_is_with_the_safeguarding_lead(world: World) -> None:
    record = kept(world, marks="again")
    assert Case.objects.seen_by(world.lead).count() == 1
    page = text_of(client_of(world.teacher).get(f"/contacted/records/{record.pk}/"))
    assert "The safeguarding lead was told with it." in page


@pytest.mark.policy("5.4")
def test_what_another_adult_does_leads_to_a_concern_and_to_no_record(world: World) -> None:
    page = text_of(client_of(world.teacher).post("/contacted/", {**ASKED, "way": "seen"}))
    assert 'href="/concern/"' in page and "Keep a record" not in page


@pytest.mark.policy("5.4")
def test_whoever_wrote_first_is_led_to_tell_the_head_themselves(world: World) -> None:
    page = text_of(client_of(world.teacher).post("/contacted/", {**ASKED, "way": "sent"}))
    assert "/low-level-concern/raise-low-level/" in page and "It may be a low-level concern." in page
    page = text_of(client_of(world.teacher).post("/contacted/", {**ASKED, "way": "sent", "marks": "again"}))
    assert "/low-level-concern/raise-low-level/" in page and 'href="/concern/"' in page


@pytest.mark.policy("5.5", "5.6")
def test_a_parent_is_sent_to_the_schools_account_and_family_once_it_was_declared(world: World) -> None:
    client, parent = client_of(world.teacher), {"who": "parent", "way": "received"}
    page = text_of(client.post("/contacted/", parent))
    assert "Please write to the school office" in page and "Then answer no more there." in page
    assert "the safeguarding lead is told at once" not in page
    family = {**parent, "marks": "family"}
    page = text_of(client.post("/contacted/", family))
    assert "/families/declare-family/" in page and "unless you have" in page
    assert client.post("/families/declare-family/", {"relation": "My sister", "pupil": "J. H."}).status_code == 302
    row = FamilyDeclaration.objects.get()
    head = client_of(world.head)
    assert "My sister: J. H." in text_of(head.get("/families/list-families/"))
    assert head.post(f"/families/{row.pk}/see-family/", {"version": "1"}).status_code == 302
    page = text_of(client.post("/contacted/", family))
    assert "Personal contact on family matters is fine." in page and "School business still goes" in page
    assert "Please write to the school" in page and "Then answer no more there." not in page


@pytest.mark.policy("5.5")
def test_declarations_open_to_their_owner_and_to_the_office_alone(world: World) -> None:
    row = procedures.declare_family(relation="My son", pupil="A. H.", by=world.teacher, at=world.at)
    for one in (world.senior, world.lead, world.colleague):
        client = client_of(one)
        assert client.get("/families/list-families/").status_code == 404
        for act in ("see-family", "renew-family", "end-family"):
            assert client.get(f"/families/{row.pk}/{act}/").status_code == 404
        assert "My son" not in text_of(client.get("/families/"))
    assert client_of(world.chair).get(f"/families/{row.pk}/see-family/").status_code == 404
    assert client_of(world.head).get(f"/families/{row.pk}/end-family/").status_code == 404
    assert "My son: A. H." in text_of(client_of(world.teacher).get("/families/"))
    end = client_of(world.teacher).post(f"/families/{row.pk}/end-family/", {"version": "1"})
    assert end.status_code == 302 and FamilyDeclaration.objects.get().ended_at is not None


@pytest.mark.policy("3.1", "3.5")
def test_a_self_check_leaves_nothing_but_the_day_if_one_wishes(world: World) -> None:
    client = client_of(world.teacher)
    client.get("/self-check/")
    before = Entry.objects.count()
    assert "Search for yourself" in text_of(client.get("/self-check/"))
    assert "Nobody has checked it" in text_of(client.get("/self-check/instagram/"))
    assert "Any other app or site" in text_of(client.get("/self-check/some-new-app/"))
    assert Entry.objects.count() == before and not SelfCheck.objects.exists()
    assert client.post("/self-check/note-self-check/").status_code == 302
    assert "You kept this day" in text_of(client.get("/self-check/"))
    assert "You kept this day" not in text_of(client_of(world.head).get("/self-check/"))


@pytest.mark.policy("5.4", "5.5")
def test_what_waits_stands_on_the_home_page_without_a_word_of_it(world: World) -> None:
    record = kept(world, share_with=str(world.senior.pk))
    home = text_of(client_of(world.senior).get("/"))
    assert f"/contacted/records/{record.pk}/" in home and "A request. I declined." not in home
    assert "/contacted/records/" not in text_of(client_of(world.colleague).get("/"))
    procedures.declare_family(relation="My son", pupil="A. H.", by=world.teacher, at=world.at)
    head = text_of(client_of(world.head).get("/"))
    assert "Somebody declared family at this school." in head and "A. H." not in head
    assert "Somebody declared family" not in text_of(client_of(world.chair).get("/"))
