"""A school may keep a minimal list of pupils' names for the check: off by default, sealed, looked at as an act."""

from io import BytesIO

import pytest
from builders import World, found_in_the_clear
from django.test import Client
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.audit.procedures import PROGRAM
from forethought.pages import check_names, checking
from forethought.people import procedures as people
from forethought.people.models import Role
from forethought.precheck.pacing import Pace
from forethought.roster import procedures
from forethought.roster.models import PupilList
from forethought.roster.rules import Pupil

pytestmark = pytest.mark.policy("6.3")

HOME = "/pupil-names/"
LIST = "Christopher,Valequist,Kit,4B\nNoor,Amberley,,2W"


@pytest.fixture
def world(school_now: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(checking, "_of_a_school", Pace(1000))
    monkeypatch.setattr(checking, "_of_a_session", Pace(1000))
    monkeypatch.setattr(check_names, "_made", {})
    return school_now


def keep(client: Client, text: str = LIST) -> None:
    preview = text_of(client.post(f"{HOME}keep-list/", {"pasted": text}))
    assert "Nothing is kept yet." in preview and PupilList.objects.filter(removed_at__isnull=True).count() in {0, 1}
    packed = preview.split('name="pasted" value="')[1].split('"')[0]
    answer = client.post(f"{HOME}keep-list/", {"pasted": packed, "press": "keep"})
    assert answer.status_code == 302, answer.content.decode()


def test_no_list_is_kept_until_somebody_keeps_one(world: World) -> None:
    assert procedures.kept_list() is None
    assert "No list is kept." in text_of(client_of(world.head).get(HOME))


def test_it_is_shown_before_it_is_kept_and_then_lies_sealed(world: World) -> None:
    client = client_of(world.head)
    preview = text_of(client.post(f"{HOME}keep-list/", {"pasted": f"{LIST}\n,Nobody"}))
    assert "2 pupils understood" in preview and "Christopher Valequist, known as Kit, class 4B" in preview
    assert "Line 3: there is no first name." in preview and procedures.kept_list() is None

    keep(client)
    row = procedures.kept_list()
    assert row is not None and row.pupils == 2
    assert procedures.names_in(row) == [
        Pupil("Christopher", "Valequist", "Kit", "4B"),
        Pupil("Noor", "Amberley", "", "2W"),
    ]
    assert found_in_the_clear("Valequist") == [] and found_in_the_clear("Amberley") == []


def test_a_file_is_read_and_its_other_columns_are_left_out(world: World) -> None:
    client = client_of(world.head)
    file = BytesIO("UPN,Forename,Surname,Form\nA1,Zoë,Valequist,4B".encode("cp1252"))
    file.name = "export.csv"
    preview = text_of(client.post(f"{HOME}keep-list/", {"file": file}))
    assert "Zoë Valequist, class 4B" in preview and "Left out, and not kept: UPN." in preview
    large = BytesIO(b"a,b\n" * 4_000_000)
    large.name = "large.csv"
    assert client.post(f"{HOME}keep-list/", {"file": large}).status_code == 422


def test_head_lead_and_data_protection_officer_come_to_it_and_nobody_else(world: World) -> None:
    people.appoint(person=world.colleague, role=Role.PROTECTION, by=PROGRAM, at=world.at)
    for person, status in (
        (world.head, 200),
        (world.lead, 200),
        (world.colleague, 200),
        (world.senior, 404),
        (world.chair, 404),
        (world.teacher, 404),
    ):
        for end in ("", "keep-list/", "view-list/", "remove-list/"):
            assert client_of(person).get(f"{HOME}{end}").status_code == status, (person.name, end)
    assert f'href="{HOME}"' in client_of(world.head).get("/").content.decode()
    assert f'href="{HOME}"' not in client_of(world.teacher).get("/").content.decode()


def test_looking_at_it_is_an_act_and_opening_the_page_about_it_is_none(world: World) -> None:
    client = client_of(world.head)
    keep(client)
    before = Entry.objects.count()
    assert "Valequist" not in text_of(client.get(HOME)) + text_of(client.get(f"{HOME}view-list/"))
    assert Entry.objects.count() == before
    assert "Christopher Valequist" in text_of(client.post(f"{HOME}view-list/"))
    (entry,) = Entry.objects.order_by("seq")[before:]
    assert (entry.verb, entry.by) == ("roster.view_list", str(world.head.id)) and "Valequist" not in entry.body


def test_one_press_removes_it_and_what_remains_proves_it(world: World) -> None:
    client = client_of(world.head)
    keep(client)
    row = procedures.kept_list()
    assert row is not None and row.content is not None
    sealed, mark = bytes(row.content), bytes(row.sha256).hex()
    assert client.post(f"{HOME}remove-list/").status_code == 302
    row.refresh_from_db()
    assert row.content is None and procedures.kept_list() is None
    entry = Entry.objects.get(verb="roster.remove_list")
    assert mark in entry.body and entry.about == row.id
    html = text_of(client.get(HOME))
    assert "2 pupils. Removed at" in html and mark[:16] in html and "Amina Okafor" in html
    assert not any(bytes(one.content or b"") == sealed for one in PupilList.objects.all())
    assert client.post(f"{HOME}remove-list/").status_code == 422


def test_a_newer_list_takes_the_place_of_the_one_before(world: World) -> None:
    client = client_of(world.head)
    keep(client)
    keep(client, "Orla,Pennington,,6A")
    assert [one.pupils for one in PupilList.objects.filter(removed_at__isnull=True)] == [1]
    assert "2 pupils. Replaced at" in text_of(client.get(HOME))
    assert Entry.objects.filter(verb="roster.keep_list").count() == 2


def findings(client: Client, draft: str) -> str:
    html = text_of(client.post("/check-post/", {"draft": draft}))
    return html.split("<ol", 1)[1].split("</ol>")[0] if "<ol" in html else ""


def test_a_name_of_the_list_is_known_only_to_somebody_signed_in(world: World) -> None:
    draft = "Christopher Valequist was brilliant on Friday."
    assert "Valequist" not in findings(client_of(world.teacher), draft)
    keep(client_of(world.head))
    assert "Christopher Valequist" in findings(client_of(world.teacher), draft)
    assert "Valequist" not in findings(Client(), draft)
    assert client_of(world.head).post(f"{HOME}remove-list/").status_code == 302
    assert check_names._made == {}
    assert "Valequist" not in findings(client_of(world.teacher), draft)


def test_without_a_list_a_name_beside_a_class_is_noticed(world: World) -> None:
    assert "Tom" in findings(Client(), "So proud of Tom in Year 4 today!")


def test_a_colleagues_name_is_no_pupils(world: World) -> None:
    keep(client_of(world.head), "Ben,Amberley,,4B")
    assert "Foster" not in findings(client_of(world.teacher), "Thank you Ben Foster for the lovely assembly.")
