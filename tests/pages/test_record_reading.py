"""What was read out of records, as pages: shown to those on the list, warnings first, and never in an address."""

import re
from typing import Any

import pytest
from builders import World, a_case, a_report
from django.test import Client
from reading_files import a_record, read_all
from record_files import MAIL, Signer, a_picture, a_screen, a_zip
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.cases.models import Case, Draft, Report
from forethought.evidence import derived
from forethought.evidence.derived_models import ToRead
from forethought.evidence.models import Exhibit
from forethought.safeguarding import sealing_away

pytestmark = pytest.mark.policy("7.3")

CHAT = b"""13/03/2024, 14:05 - Tess: IMG-1.jpg (file attached)
13/03/2024, 14:06 - Ben: I know where you live
13/03/2024, 14:07 - Ben: This message was deleted
"""


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world)


@pytest.fixture
def senior(world: World, case: Case) -> Client:
    client = client_of(world.senior)
    assert client.post(f"/cases/{case.id}/show-names/").status_code == 302
    return client


def draft_of(case: Case) -> Draft:
    return Draft.objects.get(pk=Report.objects.get(case=case).draft_id)


def kept(world: World, case: Case, content: bytes, name: str, **how: Any) -> Exhibit:
    """A record of a case, read by the worker."""
    exhibit = a_record(world, content, name, draft=draft_of(case))
    read_all(world, **how)
    return exhibit


def address(exhibit: Exhibit, end: str = "read") -> str:
    return f"/cases/{exhibit.case_id}/exhibits/{exhibit.id}/{end}/"


def words_on(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_case_leads_to_what_is_in_a_record(world: World, case: Case, senior: Client) -> None:
    exhibit = kept(world, case, CHAT, "chat.txt")
    assert address(exhibit) in text_of(senior.get(f"/cases/{case.id}/"))


def test_nothing_is_shown_until_names_are(world: World, case: Case) -> None:
    exhibit = kept(world, case, CHAT, "chat.txt")
    client = client_of(world.senior)
    page = text_of(client.get(address(exhibit)))
    assert "where you live" not in page and "Press “Show names”" in page
    assert not Entry.objects.filter(verb="evidence.view_reading").exists()


def test_a_chat_is_shown_as_a_conversation_and_says_what_its_names_are(
    world: World, case: Case, senior: Client
) -> None:
    exhibit = kept(world, case, a_zip(("_chat.txt", CHAT)), "chat.zip")
    page = text_of(senior.get(address(exhibit)))
    said = words_on(page)
    assert "what the exporter’s phone calls people" in said
    assert "I know where you live" in said
    assert "File: IMG-1.jpg. It is not in the archive" in said
    assert "Read by the program at" in said and "The record itself was not changed" in said
    entry = Entry.objects.get(verb="evidence.view_reading")
    assert (entry.about, entry.case_id, entry.by) == (exhibit.id, case.id, str(world.senior.id))


def test_a_date_that_can_be_read_two_ways_is_said(world: World, case: Case, senior: Client) -> None:
    exhibit = kept(world, case, b"03/04/2024, 14:05 - Tess: hello\n", "chat.txt")
    assert "not clear whether its dates begin with the day or the month" in text_of(senior.get(address(exhibit)))


def test_a_long_chat_comes_a_page_at_a_time(world: World, case: Case, senior: Client) -> None:
    line = "13/03/2024, 14:{:02} - Tess: number {} {}\n"
    text = "".join(line.format(n // 100 % 60, n, "x" * 60) for n in range(3000))
    exhibit = kept(world, case, text.encode(), "chat.txt")
    assert derived.last_of([exhibit])[exhibit.id]["chat"].object_name
    first, later = text_of(senior.get(address(exhibit))), text_of(senior.get(address(exhibit) + "?from=1400"))
    assert "number 199 x" in first and "number 200 x" not in first and "?from=200" in first
    assert "number 1400 x" in later and "number 1599 x" in later and "number 1600 x" not in later
    for odd in ("-1", "x", "99999999999", "9999999", "٣"):
        assert senior.get(address(exhibit), {"from": odd}).status_code == 200


def test_an_email_shows_its_warnings_first_then_its_lines_and_its_way(world: World, case: Case, senior: Client) -> None:
    signer = Signer()
    mail = b"Subject: I will find you\r\n" + signer.sign(MAIL, length=True) + b"Added later\r\n"
    page = words_on(text_of(senior.get(address(kept(world, case, mail, "mail.eml", look_up=signer)))))
    for part in (
        "It has two subjects",
        "A second “subject” line is not signed",
        "bytes of its words are not signed",
        "I will find you",
        "About Year 5",
        "Fits",
        "sender.example signed what is covered",
        "It covers: ",
        "from out.sender.example",
        signer.record[:40],
        "It does not show which person wrote it",
    ):
        assert part in page, part
    assert page.index("It has two subjects") < page.index("The email")


def test_a_signature_that_could_not_be_checked_says_so_plainly(world: World, case: Case, senior: Client) -> None:
    exhibit = kept(world, case, Signer().sign(MAIL), "mail.eml")
    assert "Not checked: no network" in text_of(senior.get(address(exhibit)))


def test_a_picture_with_a_place_warns_before_it_shows_it(world: World, case: Case, senior: Client) -> None:
    from PIL import Image

    notes = Image.Exif()
    notes[0x8825] = {1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 30.0)}
    page = words_on(text_of(senior.get(address(kept(world, case, a_picture(exif=notes), "a.jpg")))))
    assert page.index("That may be somebody’s home") < page.index("51.50000, -0.12500")


def test_letters_in_a_picture_are_said_to_be_guessed(world: World, case: Case, senior: Client) -> None:
    exhibit = kept(world, case, a_screen(["You should be ashamed"], dark=True), "a.png")
    page = words_on(text_of(senior.get(address(exhibit))))
    assert "You should be ashamed" in page and "A program guessed these letters" in page


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\nnot really", "a.png", "damaged or cut short"),
        (a_zip(("x.txt", b"hello")), "a.zip", "An archive is never opened"),
        (b"%PDF-1.7", "a.pdf", "kept as they came, and never opened"),
    ],
)
def test_what_cannot_be_read_says_why(
    world: World, case: Case, senior: Client, content: bytes, name: str, sentence: str
) -> None:
    assert sentence in text_of(senior.get(address(kept(world, case, content, name))))


def test_what_waits_to_be_read_says_so_and_a_press_reads_it_again(world: World, case: Case, senior: Client) -> None:
    exhibit = a_record(world, CHAT, "chat.txt", draft=draft_of(case))
    assert "Look again in a minute" in text_of(senior.get(address(exhibit)))
    read_all(world)
    assert senior.post(address(exhibit, "read-record")).status_code == 302
    assert ToRead.objects.get(exhibit=exhibit).due_at is not None
    # Twice is once.
    assert senior.post(address(exhibit, "read-record")).status_code == 302
    assert Entry.objects.filter(verb="evidence.read_record").count() == 1
    assert senior.get(address(exhibit, "read-record")).status_code == 405


def test_the_same_file_is_shown_in_this_case_and_in_another_of_ones_own_alone(
    world: World, case: Case, senior: Client
) -> None:
    first, again = kept(world, case, CHAT, "a.txt"), kept(world, case, CHAT, "b.txt")
    second = a_case(world)
    other = kept(world, second, CHAT, "c.txt")
    hidden = a_report(world, head="yes", group="staff").case
    theirs = kept(world, hidden, CHAT, "d.txt")
    assert not Case.objects.seen_by(world.senior).filter(pk=hidden.pk).exists()
    page = text_of(senior.get(address(first)))
    assert address(again) in page and address(other) in page
    assert address(theirs) not in page and str(hidden.id) not in page
    # The case's own trail does not tell of the other case.
    entry = Entry.objects.get(verb="evidence.notice_elsewhere")
    assert entry.case_id is None and str(second.id) not in entry.body


@pytest.mark.policy("7.4")
def test_a_record_that_was_sealed_away_has_no_page(world: World, case: Case, senior: Client) -> None:
    exhibit = kept(world, case, CHAT, "chat.txt")
    sealing_away.seal_away(exhibit=exhibit, why="not_ours", words="", answers={}, by=world.teacher, at=world.at)
    for end in ("read", "compare-chats", "write-transcript"):
        assert senior.get(address(exhibit, end)).status_code == 404
    assert senior.post(address(exhibit, "read-record")).status_code == 404
    found = senior.post(f"/cases/{case.id}/search-records/", {"words": "where you live"})
    assert "0 places found" in words_on(text_of(found))


def test_a_record_of_another_case_is_none_here(world: World, case: Case, senior: Client) -> None:
    other = a_case(world)
    exhibit = kept(world, other, CHAT, "chat.txt")
    assert senior.get(f"/cases/{case.id}/exhibits/{exhibit.id}/read/").status_code == 404


# --- Search ---


def test_what_is_in_the_records_is_found_and_how_many_were_searched_is_said(
    world: World, case: Case, senior: Client
) -> None:
    kept(world, case, CHAT, "chat.txt")
    kept(world, case, MAIL, "mail.eml")
    kept(world, case, a_screen(["You know where to find me"]), "a.png")
    kept(world, case, b"%PDF-1.7", "a.pdf")
    page = words_on(text_of(senior.post(f"/cases/{case.id}/search-records/", {"words": "KNOW where"})))
    assert "2 places found" in page
    assert "13/03/2024, 14:06" in page and "Letters in a picture" in page
    assert "4 of 4 records searched" in page
    entry = Entry.objects.get(verb="evidence.search_records")
    assert "know" not in entry.body.lower()


def test_a_search_is_a_form_and_its_words_stand_in_no_address(world: World, case: Case, senior: Client) -> None:
    page = text_of(senior.get(f"/cases/{case.id}/search-records/"))
    assert '<form method="post"' in page
    assert 'method="get"' not in page


def test_nothing_is_searched_while_names_are_hidden(world: World, case: Case) -> None:
    kept(world, case, CHAT, "chat.txt")
    client = client_of(world.senior)
    page = text_of(client.post(f"/cases/{case.id}/search-records/", {"words": "live"}))
    assert "found" not in words_on(page).split("Press “Show names”")[0]
    assert not Entry.objects.filter(verb="evidence.search_records").exists()


@pytest.mark.parametrize("words", ["", "   ", "x" * 201])
def test_a_search_for_nothing_gets_a_sentence(world: World, case: Case, senior: Client, words: str) -> None:
    assert senior.post(f"/cases/{case.id}/search-records/", {"words": words}).status_code == 422


# --- Two exports ---


def test_two_exports_that_disagree_are_set_beside_each_other(world: World, case: Case, senior: Client) -> None:
    one = kept(world, case, CHAT, "a.txt")
    other = kept(world, case, CHAT.replace(b"I know where you live", b"hello").replace(b"Ben", b"Dad"), "b.txt")
    assert address(one, "compare-chats") in text_of(senior.get(address(one)))
    assert str(other.id) in text_of(senior.get(address(one, "compare-chats")))
    page = words_on(text_of(senior.post(address(one, "compare-chats"), {"other": str(other.id)})))
    assert "Different at the same minute: 1" in page
    assert "I know where you live" in page and "hello" in page
    assert "does not say which one is true" in page
    assert senior.post(address(one, "compare-chats"), {"other": str(one.id)}).status_code == 422


def test_exports_of_two_chats_are_said_to_be_so(world: World, case: Case, senior: Client) -> None:
    one = kept(world, case, CHAT, "a.txt")
    other = kept(world, case, b"14/05/2025, 14:05 - Ann: hello\n", "b.txt")
    page = text_of(senior.post(address(one, "compare-chats"), {"other": str(other.id)}))
    assert "no minute in common" in page


# --- A transcript ---

RECORDING = b"ID3\x04\0\0\0\0\0\0"


def test_a_person_writes_down_a_recording_and_a_person_confirms_each_line(
    world: World, case: Case, senior: Client
) -> None:
    exhibit = kept(world, case, RECORDING, "a.mp3")
    assert "Nobody has written it down yet" in text_of(senior.get(address(exhibit)))
    typed = "0:05 I know where you live\n1:02:30 The call ends"
    assert senior.post(address(exhibit, "write-transcript"), {"lines": typed}).status_code == 302
    page = text_of(senior.get(address(exhibit)))
    assert "2 lines nobody has confirmed yet" in words_on(page)
    row = derived.last_of([exhibit])[exhibit.id]["transcript"]

    said = {"transcript": str(row.id), "number": "0"}
    assert senior.post(address(exhibit, "confirm-line"), said).status_code == 302
    page = words_on(text_of(senior.get(address(exhibit))))
    assert "confirmed by a senior manager" in page or "confirmed by" in page
    assert "1 line nobody has confirmed yet" in page

    # Written anew: a line that stayed keeps its confirmation, one that changed loses it.
    again = "0:05 I know where you live\n1:02:31 The call ends"
    assert senior.post(address(exhibit, "write-transcript"), {"lines": again}).status_code == 302
    assert "1 line nobody has confirmed yet" in words_on(text_of(senior.get(address(exhibit))))
    assert typed.split("\n")[0] in text_of(senior.get(address(exhibit, "write-transcript")))
    # The older one can no longer be confirmed.
    senior.post(address(exhibit, "confirm-line"), {**said, "number": "1"})
    assert "It was written anew" in text_of(senior.get(address(exhibit)))
    found = words_on(text_of(senior.post(f"/cases/{case.id}/search-records/", {"words": "call ends"})))
    assert "1 place found" in found and "1:02:31" in found


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("hello", "Line 1 does not begin with a time"),
        ("0:05 hello\n0:04 there", "Line 2 goes back in time"),
        ("0:75 hello", "Line 1 does not begin with a time"),
        ("", "Write at least one line"),
        ("0:05 my password is Hunter2!x9", "looks like a password"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named_and_the_work_is_kept(
    world: World, case: Case, senior: Client, typed: str, sentence: str
) -> None:
    exhibit = kept(world, case, RECORDING, "a.mp3")
    answer = senior.post(address(exhibit, "write-transcript"), {"lines": typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    if typed:
        assert typed.split("\n")[0] in answer.content.decode()


@pytest.mark.parametrize("said", [{}, {"transcript": "x"}, {"transcript": "0" * 32, "number": "0"}])
def test_confirming_nonsense_finds_nothing(world: World, case: Case, senior: Client, said: dict[str, str]) -> None:
    exhibit = kept(world, case, RECORDING, "a.mp3")
    assert senior.post(address(exhibit, "confirm-line"), said).status_code == 404


def test_a_text_has_nothing_to_write_down(world: World, case: Case, senior: Client) -> None:
    exhibit = kept(world, case, CHAT, "chat.txt")
    assert senior.post(address(exhibit, "write-transcript"), {"lines": "0:05 hello"}).status_code == 422
