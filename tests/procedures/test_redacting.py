"""Copies with something covered or cut: what was covered is gone from them, and the record stays as it came."""

import base64
import io
from datetime import datetime, timedelta

import pytest
from builders import World, a_draft, a_grant, an_upload
from PIL import Image
from policy_files import a_pdf
from record_files import a_msg, a_zip

from forethought.audit.models import Entry
from forethought.core.errors import Refused
from forethought.evidence import cut_lines, keyring, redacting
from forethought.evidence.copy_models import RedactedCopy, RedactedCopyKey
from forethought.evidence.models import Exhibit
from forethought.evidence.procedures import keep_records
from forethought.evidence.reading import content_of, vault
from forethought.evidence.redacting_rules import Area
from forethought.safeguarding import sealing_away

NAME = "Tim Example"
TEXT = f"From: {NAME}\r\nYou will see.\r\nSo says {NAME} of 7B.\r\n".encode()


def a_picture(*, size: tuple[int, int] = (200, 100), turned: int = 1) -> bytes:
    """A red picture whose left half is blue, with a place and a maker written beside the points."""
    picture = Image.new("RGB", size, (200, 0, 0))
    picture.paste((0, 0, 200), (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SecretPhone", turned
    kept = io.BytesIO()
    picture.save(kept, "JPEG", exif=exif, quality=95)
    return kept.getvalue()


def kept(world: World, content: bytes, name: str) -> Exhibit:
    draft = a_draft(world)
    grant = a_grant(draft, by=world.teacher, at=world.at)
    upload = an_upload(draft, content, name)
    return keep_records(grant=grant, kind="social", uploads=[upload], particulars={}, by=world.teacher, at=world.at)[0]


@pytest.fixture
def later(world: World) -> datetime:
    return world.at + timedelta(minutes=5)


def opened(copy: RedactedCopy) -> Image.Image:
    return Image.open(io.BytesIO(b"".join(redacting.content_of_copy(copy))))


@pytest.mark.policy("7.4")
def test_what_is_covered_is_black_and_the_rest_is_as_it_was(world: World, later: datetime) -> None:
    exhibit = kept(world, a_picture(), "shot.jpg")
    copy = redacting.redact_picture(exhibit=exhibit, areas=[Area(0, 0, 5000, 10000)], by=world.teacher, at=later)
    picture = opened(copy)
    assert picture.size == (200, 100)
    assert {picture.getpixel((x, y)) for x in range(100) for y in range(100)} == {(0, 0, 0)}
    assert picture.getpixel((150, 50))[0] > 150


@pytest.mark.policy("7.4")
def test_nothing_that_lay_beside_the_points_comes_along(world: World, later: datetime) -> None:
    exhibit = kept(world, a_picture(), "shot.jpg")
    copy = redacting.redact_picture(exhibit=exhibit, areas=[Area(0, 0, 100, 100)], by=world.teacher, at=later)
    whole = b"".join(redacting.content_of_copy(copy))
    assert b"SecretPhone" not in whole and b"Exif" not in whole
    assert not opened(copy).getexif()


@pytest.mark.policy("7.4")
def test_a_picture_taken_on_its_side_is_covered_as_it_is_seen(world: World, later: datetime) -> None:
    # Turned a quarter to the right when shown: the blue half is then the upper one.
    exhibit = kept(world, a_picture(turned=6), "shot.jpg")
    copy = redacting.redact_picture(exhibit=exhibit, areas=[Area(0, 0, 10000, 5000)], by=world.teacher, at=later)
    picture = opened(copy)
    assert picture.size == (100, 200)
    assert picture.getpixel((50, 20)) == (0, 0, 0) and picture.getpixel((50, 180))[0] > 150


@pytest.mark.policy("7.4")
def test_the_record_stays_as_it_came(world: World, later: datetime) -> None:
    content = a_picture()
    exhibit = kept(world, content, "shot.jpg")
    redacting.redact_picture(exhibit=exhibit, areas=[Area(0, 0, 10000, 10000)], by=world.teacher, at=later)
    assert b"".join(content_of(exhibit)) == content


@pytest.mark.policy("7.4")
def test_a_text_is_cut_and_neither_recipe_nor_trail_holds_what_was_cut(world: World, later: datetime) -> None:
    exhibit = kept(world, TEXT, "chat.txt")
    copy = redacting.redact_text(exhibit=exhibit, numbers={2}, passages=[NAME], by=world.teacher, at=later)
    assert b"".join(redacting.content_of_copy(copy)) == b"From: [cut]\n[line cut]\nSo says [cut] of 7B.\n"
    assert NAME not in str(redacting.recipe_of(copy))
    entry = Entry.objects.get(verb="evidence.redact_text")
    assert NAME not in entry.body and "copy" in entry.body


@pytest.mark.policy("7.4")
@pytest.mark.parametrize(("content", "name"), [(b"\xff\xd8\xff\xe0 no picture", "a.jpg"), (b"%PDF-1.4", "a.pdf")])
def test_what_is_no_whole_picture_is_refused_and_nothing_is_kept(
    world: World, later: datetime, content: bytes, name: str
) -> None:
    exhibit = kept(world, content, name)
    with pytest.raises(Refused):
        redacting.redact_picture(exhibit=exhibit, areas=[Area(0, 0, 1, 1)], by=world.teacher, at=later)
    assert not RedactedCopy.objects.exists()


@pytest.mark.policy("7.4")
def test_a_text_that_is_too_long_is_refused(world: World, later: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut_lines, "MOST_TEXT", 100)
    exhibit = kept(world, b"a line\n" * 80, "long.txt")
    with pytest.raises(Refused, match="too long"):
        redacting.redact_text(exhibit=exhibit, numbers={1}, passages=[], by=world.teacher, at=later)


MAIL_IN_BASE64 = (
    b"From: =?utf-8?q?Tim_Example?= <tim@home.example>\r\nTo: office@school.example\r\nSubject: Hello\r\n"
    b"X-Mailer: Tim Example's own\r\nReceived: from tims-machine.example\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(b"I am Tim Example.\nYou will see.\n")
)
CHAT = (
    b"12/03/2024, 14:05 - Tim Example: You will see.\n12/03/2024, 14:06 - Ms Hill: Please stop,\nTim Example.\n"
    b"12/03/2024, 14:07 - Tim Example: a.jpg (file attached)\n"
)


@pytest.mark.policy("7.4")
@pytest.mark.parametrize(
    ("content", "name", "lines"),
    [
        (
            MAIL_IN_BASE64,
            "a.eml",
            ["From: [cut] <tim@home.example>", "To: office@school.example", "Subject: Hello", "", "I am [cut]."],
        ),
        (a_msg(body="Yours, Tim Example"), "a.msg", ["Subject: About Year 5", "Yours, [cut]"]),
        (
            a_zip(("_chat.txt", CHAT), ("a.jpg", b"x")),
            "chat.zip",
            ["12/03/2024, 14:05 - [cut]: You will see.", "12/03/2024, 14:06 - Ms Hill: Please stop,", "[cut]."],
        ),
        (
            a_pdf("So says Tim Example.", "A second page"),
            "a.pdf",
            ["[Page 1]", "So says [cut].", "[Page 2]", "A second page"],
        ),
    ],
)
def test_the_words_of_a_mail_a_chat_and_a_document_are_cut_as_they_are_read(
    content: bytes, name: str, lines: list[str], world: World, later: datetime
) -> None:
    exhibit = kept(world, content, name)
    copy = redacting.redact_text(exhibit=exhibit, numbers=set(), passages=[NAME], by=world.teacher, at=later)
    whole = b"".join(redacting.content_of_copy(copy)).decode()
    found = whole.splitlines()
    assert "read out by a program" in found[0], "it says that it is not the thing itself"
    assert [line for line in found if line in lines] == lines
    assert NAME not in whole and "tims-machine" not in whole
    assert redacting.recipe_of(copy)["tools"] and b"".join(content_of(exhibit)) == content


@pytest.mark.policy("7.4")
@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (a_zip(("notes.txt", b"No chat.")), "a.zip", "no exported chat"),
        (a_pdf(b"", scanned=True), "scan.pdf", "no words"),
        (b"%PDF-1.4\nnot really", "broken.pdf", "cannot be read"),
    ],
)
def test_a_file_whose_words_cannot_be_read_is_refused_in_a_sentence(
    content: bytes, name: str, why: str, world: World, later: datetime
) -> None:
    exhibit = kept(world, content, name)
    with pytest.raises(Refused, match=why):
        redacting.redact_text(exhibit=exhibit, numbers={1}, passages=[], by=world.teacher, at=later)
    assert not RedactedCopy.objects.exists()


@pytest.mark.policy("7.4")
def test_a_discarded_copy_is_gone_with_its_key(
    world: World, later: datetime, django_capture_on_commit_callbacks: object
) -> None:
    exhibit = kept(world, TEXT, "chat.txt")
    copy = redacting.redact_text(exhibit=exhibit, numbers={1}, passages=[], by=world.teacher, at=later)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        redacting.discard_copy(copy=copy, by=world.teacher, at=later)
    with pytest.raises(FileNotFoundError):
        vault().open(copy.object_name)
    with pytest.raises(Refused, match="already"):
        redacting.discard_copy(copy=copy, by=world.teacher, at=later)


@pytest.mark.policy("7.4")
def test_a_copy_of_what_was_sealed_away_is_gone_and_none_is_made(
    world: World, later: datetime, django_capture_on_commit_callbacks: object
) -> None:
    exhibit = kept(world, TEXT, "chat.txt")
    copy = redacting.redact_text(exhibit=exhibit, numbers={1}, passages=[], by=world.teacher, at=later)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        sealing_away.seal_away(exhibit=exhibit, why="not_ours", words="", answers={}, by=world.teacher, at=later)
    with pytest.raises(Refused):
        b"".join(redacting.content_of_copy(copy))
    # Not only refused: whoever forgets to ask finds neither a key nor bytes.
    assert not RedactedCopyKey.objects.exists() and not vault().holds(copy.object_name)
    with pytest.raises(Refused):
        redacting.redact_text(exhibit=exhibit, numbers={1}, passages=[], by=world.teacher, at=later)


@pytest.mark.policy("7.4")
def test_a_copy_moved_to_another_record_does_not_open(world: World, later: datetime) -> None:
    first, second = kept(world, TEXT, "chat.txt"), kept(world, TEXT, "chat.txt")
    copy = redacting.redact_text(exhibit=first, numbers={1}, passages=[], by=world.teacher, at=later)
    copy.exhibit = second
    with pytest.raises(keyring.keys.BrokenSeal):
        b"".join(redacting.content_of_copy(copy))
    assert RedactedCopyKey.objects.count() == 1
