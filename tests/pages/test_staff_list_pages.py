"""Bringing in people on the screen: paste or choose, look, bring in, undo, invite."""

import re
from typing import Any

import pytest
from builders import World, a_school
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.procedures import PROGRAM
from forethought.directory.models import Outside, StaffList
from forethought.people import procedures as people
from forethought.people.models import Person, Role
from forethought.rows import inside

BRING = "/people/lists/bring-list/"
LINES = "Name,Email,First day\nVera Lind,vera@home.example,1 9 2027\nTess Harlow,tess@one.example,\nBo Li,nobody,\n"


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def head(world: World) -> Client:
    return client_of(world.head)


def bring(client: Client, words: str, **more: Any) -> Any:
    return client.post(BRING, {"pasted": words, "kind": "employee", **more})


def plain(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode().split("<main")[1].split("</main>")[0]).split())


def mark_in(response: Any) -> str:
    [mark] = re.findall(r'name="mark" value="([0-9a-f]+)"', response.content.decode())
    return str(mark)


@pytest.mark.policy("2.5")
def test_a_pasted_list_is_shown_first_then_brought_in_and_undone(world: World, head: Client) -> None:
    assert "Bring in a list" in plain(head.get("/people/lists/"))
    base = bring(head, LINES)["Location"]
    page = head.get(base)
    words = plain(page)
    assert "They join: 1" in words and "Vera Lind" in words and "Email: teacher@one.example → tess@one.example" in words
    assert "Not understood: 1" in words and "“nobody” is not an email address" in words
    assert not Person.objects.filter(name="Vera Lind").exists()
    assert head.get(f"{base}import-list/")["Location"] == base
    done = head.post(f"{base}import-list/", {"mark": mark_in(page)})
    assert done["Location"] == base and Person.objects.get(name="Vera Lind").email == "vera@home.example"
    words = plain(head.get(base))
    assert "1 joined, 1 changed, 0 left" in words and "Invite them" in words and "Undo this list" in words
    assert "removed" in plain(head.get(f"{base}undo-list/"))
    assert head.post(f"{base}undo-list/")["Location"] == base
    assert not Person.objects.filter(name="Vera Lind").exists()
    assert "Undone at" in plain(head.get(base)) and "Yes" in plain(head.get("/people/lists/"))
    assert head.post(f"{base}undo-list/").status_code == 422


@pytest.mark.policy("2.5")
def test_leavers_are_named_and_counted_and_the_page_stays_when_the_number_is_wrong(world: World, head: Client) -> None:
    base = bring(head, "Name,Email\nBen Foster,colleague@one.example\n", everybody=["employee"])["Location"]
    page = head.get(base)
    words = plain(page)
    assert "They leave: 1" in words and "Tess Harlow" in words and "More than two in five" not in words
    assert "They stay, although they are not on the list" in words
    wrong = head.post(f"{base}import-list/", {"mark": mark_in(page), "count": "7"})
    assert wrong.status_code == 422 and "One person leaves by this list" in plain(wrong)
    assert head.post(f"{base}import-list/", {"mark": mark_in(wrong), "count": "1"})["Location"] == base
    world.teacher.refresh_from_db()
    assert world.teacher.left_at is not None


@pytest.mark.policy("2.5")
def test_whoever_left_by_a_list_is_shut_out_with_their_next_request(world: World, head: Client) -> None:
    theirs = client_of(world.teacher)
    assert "Sign out" in text_of(theirs.get("/"))
    base = bring(head, "Name,Email\nBen Foster,colleague@one.example\n", everybody=["employee"])["Location"]
    head.post(f"{base}import-list/", {"mark": mark_in(head.get(base)), "count": "1"})
    assert theirs.get("/reading/").status_code == 302
    head.post(f"{base}undo-list/")
    assert Person.objects.get(pk=world.teacher.pk).left_at is None


@pytest.mark.policy("2.5")
def test_a_file_is_read_by_what_it_is(world: World, head: Client) -> None:
    file = SimpleUploadedFile("liste.csv", "Surname;Forename\nÖz;Jörg\n".encode("cp1252"))
    base = bring(head, "", file=file)["Location"]
    words = plain(head.get(base))
    assert "Jörg Öz" in words and "The letters were read as Windows writes them" in words
    broken = bring(head, "", file=SimpleUploadedFile("x.xlsx", b"PK\x03\x04 nothing"))
    assert broken.status_code == 422 and "That file could not be read" in plain(broken)
    large = bring(head, "", file=SimpleUploadedFile("x.csv", b"x" * (11 * 1024 * 1024)))
    assert large.status_code == 422 and "larger than 5 MB" in plain(large)


@pytest.mark.parametrize(
    ("words", "more", "sentence"),
    [
        ("", {}, "Paste the list, or choose a file"),
        ("   ", {}, "Paste the list, or choose a file"),
        ("Name\nBo Li\n", {"file": SimpleUploadedFile("x.csv", b"Name\nBo Li\n")}, "Leave one of them out"),
        ('Name,Email\n"Bo Li,b@one.example\n', {}, "Line 2: a quotation mark opens there"),
        ("Name\n" + "Ann Other\n" * 10_020, {}, "more than 10,000 lines"),
        ("x" * 460_000, {}, "too long"),
        ("x" * 600_000, {}, "too much to paste"),
        ("Name\nBo Li\n", {"kind": "wizard"}, "Choose an answer"),
        ("Name\nBo Li\n", {"everybody": ["wizard"]}, "Choose at least one"),
        ("Name\nBo Li\n", {"first_day_day": "99"}, "Enter a real date"),
        ("Name,Email\nmy password is hunter2!,b@one.example\n", {}, "looks like a password"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(head: Client, words: str, more: dict[str, Any], sentence: str) -> None:
    answer = bring(head, words, **more)
    assert answer.status_code == 422 and sentence in plain(answer)
    assert not StaffList.objects.exists()


@pytest.mark.policy("2.5")
def test_columns_that_are_not_known_are_chosen_by_hand(world: World, head: Client) -> None:
    base = bring(head, "Kollege,Geheim,Post\nVera Lind,xyzzy,vera@home.example\n")["Location"]
    choose = head.get(base)["Location"]
    assert choose == f"{base}choose-columns/"
    assert "It says: Kollege; Vera Lind" in plain(head.get(choose))
    for said, sentence in (
        ({"column_0": "email"}, "Say which column holds the full name"),
        ({"column_0": "name", "column_1": "name"}, "Two columns are “Full name”"),
    ):
        assert sentence in plain(head.post(choose, said))
    said = {"column_0": "name", "column_2": "email", "headed": "on"}
    assert head.post(choose, said)["Location"] == base
    words = plain(head.get(base))
    assert "They join: 1" in words and "vera@home.example" in words and "xyzzy" not in words
    assert head.get(choose)["Location"] == base


@pytest.mark.policy("2.5")
def test_lines_not_understood_come_as_a_file_that_no_spreadsheet_works_out(world: World, head: Client) -> None:
    base = bring(head, "Name,Email\n\"=cmd|' /C calc'!A0\",nobody\nVera Lind,\n")["Location"]
    answer = head.get(f"{base}not-understood/")
    assert answer["Content-Type"].startswith("text/csv") and "attachment" in answer["Content-Disposition"]
    text = answer.content.decode("utf-8-sig")
    assert "'=cmd|' /C calc'!A0" in text and "2,“nobody” is not an email address." in text and "Vera" not in text
    assert head.post(f"{base}not-understood/").status_code == 405
    # A reason may begin with the name of somebody who is here.
    Person.objects.filter(pk=world.teacher.pk).update(name="=SUM(A1)")
    known = {"source": "list", "number": "1", "noted_at": world.at, "changed_at": world.at}
    Outside.objects.create(school=world.school, person=world.teacher, **known)
    base = bring(head, f"Name,Email,Staff number\n=SUM(A1),{world.teacher.email},2\n")["Location"]
    sheet = head.get(f"{base}not-understood/").content.decode("utf-8-sig")
    assert "2,\"'=SUM(A1) has that address" in sheet


def test_a_list_that_was_forgotten_or_is_another_schools_is_said_or_is_not_there(world: World, head: Client) -> None:
    base = bring(head, LINES)["Location"]
    other = a_school(tag="two", name="Another School", at=world.at)
    with inside(other.school.id):
        people.appoint(person=other.teacher, role=Role.HR, by=PROGRAM, at=world.at)
        theirs = client_of(other.teacher)
    ends = ("", "choose-columns/", "import-list/", "undo-list/", "invite-joiners/", "not-understood/")
    assert [theirs.get(f"{base}{end}").status_code for end in ends] == [404] * len(ends)
    StaffList.objects.update(content=None)
    assert "not brought in within an hour" in plain(head.get(base))
    gone = head.post(f"{base}import-list/", {"mark": "x"})
    assert "not brought in within an hour" in plain(gone)
    assert head.get(f"{base}not-understood/").status_code == 404


@pytest.mark.policy("2.5")
def test_those_who_joined_are_invited_with_one_press(head: Client) -> None:
    base = bring(head, LINES)["Location"]
    head.post(f"{base}import-list/", {"mark": mark_in(head.get(base))})
    assert "says where to set a password" in plain(head.get(f"{base}invite-joiners/"))
    head.post(f"{base}invite-joiners/")
    words = plain(head.get(base))
    assert "They are invited." in words and "Those who joined were invited at" in words
    assert head.post(f"{base}invite-joiners/").status_code == 422
