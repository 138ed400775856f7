"""Making a copy with something covered, as pages: nothing shown before it is asked for, and a copy says it is one."""

import io

import pytest
from builders import World, a_case, a_grant, an_upload
from PIL import Image
from record_files import a_zip
from signed import client_of, school_now, text_of  # noqa: F401

from forethought.audit.models import Entry
from forethought.cases.models import Case, Draft, Report
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.models import Exhibit
from forethought.evidence.procedures import keep_records

pytestmark = pytest.mark.policy("7.4")


@pytest.fixture
def world(school_now: World) -> World:
    return school_now


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world)


def kept(world: World, case: Case, content: bytes, name: str) -> Exhibit:
    draft = Draft.objects.get(pk=Report.objects.get(case=case).draft_id)
    grant = a_grant(draft, by=world.teacher, at=world.at)
    upload = an_upload(draft, content, name)
    return keep_records(grant=grant, kind="social", uploads=[upload], particulars={}, by=world.teacher, at=world.at)[0]


def a_picture() -> bytes:
    whole = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 0, 0)).save(whole, "PNG")
    return whole.getvalue()


def test_a_picture_is_shown_only_when_asked_for_and_a_look_is_noted(world: World, case: Case) -> None:
    exhibit = kept(world, case, a_picture(), "shot.png")
    manager, here = client_of(world.senior), f"/cases/{case.id}/{exhibit.id}/redact-picture/"
    assert here in text_of(manager.get(f"/cases/{case.id}/"))
    assert here in text_of(manager.get(f"/cases/{case.id}/exhibits/{exhibit.id}/"))
    assert "<img" not in text_of(manager.get(here))
    assert f"{here}grid/" in text_of(manager.get(f"{here}?show=yes"))
    before = Entry.objects.filter(verb="evidence.hand_out").count()
    picture = manager.get(f"{here}grid/")
    assert picture["Content-Type"] == "image/png" and "sandbox" in picture["Content-Security-Policy"]
    assert Image.open(io.BytesIO(picture.content)).size == (60, 40)
    assert Entry.objects.filter(verb="evidence.hand_out").count() == before + 1


def test_a_copy_is_made_looked_at_handed_out_and_discarded(world: World, case: Case) -> None:
    exhibit = kept(world, case, a_picture(), "shot.png")
    manager, here = client_of(world.senior), f"/cases/{case.id}/{exhibit.id}/redact-picture/"
    answer = manager.post(here, {"areas": "0 0 50 100"})
    copy = RedactedCopy.objects.get()
    base = f"/cases/{case.id}/copies/{copy.id}/"
    assert answer.status_code == 302 and answer["Location"] == base
    page = text_of(manager.get(base))
    assert "This is not the record" in page and "1 area painted over" in page and "<img" not in page
    assert "<img" in text_of(manager.get(f"{base}?show=yes"))
    handed = manager.get(f"{base}hand-out-copy/")
    assert Image.open(io.BytesIO(handed.content)).convert("RGB").getpixel((5, 5)) == (0, 0, 0)
    assert base in text_of(manager.get(f"/cases/{case.id}/"))
    assert manager.post(f"{base}discard-copy/").status_code == 302
    assert manager.get(base).status_code == manager.get(f"{base}hand-out-copy/").status_code == 404
    assert base not in text_of(manager.get(f"/cases/{case.id}/"))


def test_a_text_is_cut_by_lines_and_words(world: World, case: Case) -> None:
    exhibit = kept(world, case, b"Tim Example wrote\n<b>this</b>\n", "chat.txt")
    manager, here = client_of(world.senior), f"/cases/{case.id}/{exhibit.id}/redact-text/"
    assert "Tim Example" not in text_of(manager.get(here))
    assert "&lt;b&gt;this" in text_of(manager.get(f"{here}?show=yes"))
    manager.post(here, {"lines": "", "passages": "tim example\n"})
    base = f"/cases/{case.id}/copies/{RedactedCopy.objects.get().id}/"
    page = text_of(manager.get(f"{base}?show=yes"))
    assert "[cut] wrote" in page and "Tim Example" not in page
    assert manager.get(f"{base}hand-out-copy/").content == b"[cut] wrote\n<b>this</b>\n"


def test_a_long_text_is_shown_in_parts_and_cut_as_a_whole(world: World, case: Case) -> None:
    whole = "".join(f"Line {number} by Tim Example\n" for number in range(1, 1203))
    exhibit = kept(world, case, whole.encode(), "long.txt")
    manager, here = client_of(world.senior), f"/cases/{case.id}/{exhibit.id}/redact-text/"
    first = text_of(manager.get(f"{here}?show=yes"))
    assert "Lines 1 to 500 of 1202" in first and "Line 500 by" in first and "Line 501 by" not in first
    assert 'name="from" value="501"' in first and "Earlier lines" not in first
    typed = {"lines": "1-1200", "passages": "Tim Example"}
    middle = text_of(manager.post(here, {**typed, "from": "501"}))
    assert '<ol class="ft-lines" start="501">' in middle and 'value="1001"' in middle and 'value="1"' in middle
    assert 'value="1-1200"' in middle and ">Tim Example</textarea>" in middle.replace(">\n", ">"), (
        "what was typed stays"
    )
    assert not RedactedCopy.objects.exists()
    assert "Line 1202 by" in text_of(manager.post(here, {"from": "9999999"}))
    assert "Line 1 by" in text_of(manager.post(here, {"from": "-5"}))
    assert manager.post(here, typed).status_code == 302
    base = f"/cases/{case.id}/copies/{RedactedCopy.objects.get().id}/"
    assert manager.get(f"{base}hand-out-copy/").content == (
        b"[lines 1-1200 cut]\nLine 1201 by [cut]\nLine 1202 by [cut]\n"
    )
    assert "1200 lines, and 1 passage" in text_of(manager.get(base))


def test_an_archive_without_a_chat_is_said_to_hold_none(world: World, case: Case) -> None:
    exhibit = kept(world, case, a_zip(("notes.txt", b"No chat.")), "a.zip")
    answer = client_of(world.senior).get(f"/cases/{case.id}/{exhibit.id}/redact-text/?show=yes")
    assert answer.status_code == 422 and "no exported chat" in answer.content.decode()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"lines": "", "passages": ""}, "Say what to cut"),
        ({"lines": "9", "passages": ""}, "There is no line 9"),
        ({"lines": "", "passages": "somebody else"}, "Passage 1 does not stand"),
    ],
)
def test_a_slip_keeps_what_was_typed_and_says_what_is_wrong(
    world: World, case: Case, said: dict[str, str], sentence: str
) -> None:
    exhibit = kept(world, case, b"One line.\n", "chat.txt")
    answer = client_of(world.senior).post(f"/cases/{case.id}/{exhibit.id}/redact-text/", said)
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and said["passages"] in page


def test_a_picture_of_another_case_and_a_kind_that_cannot_be_covered_are_no_such_page(world: World, case: Case) -> None:
    closed = kept(world, case, b"\x00\x01", "a.bin")
    manager = client_of(world.senior)
    for act in ("redact-picture", "redact-text"):
        assert manager.get(f"/cases/{case.id}/{closed.id}/{act}/").status_code == 404
    picture = kept(world, case, a_picture(), "shot.png")
    other = a_case(world)
    assert manager.get(f"/cases/{other.id}/{picture.id}/redact-picture/").status_code == 404
    assert client_of(world.colleague).get(f"/cases/{case.id}/{picture.id}/redact-picture/").status_code == 404


def test_a_broken_picture_is_said_to_be_broken(world: World, case: Case) -> None:
    exhibit = kept(world, case, b"\x89PNG\r\n\x1a\nnot really", "shot.png")
    manager, here = client_of(world.senior), f"/cases/{case.id}/{exhibit.id}/redact-picture/"
    assert manager.get(f"{here}grid/").status_code == 404
    answer = manager.post(here, {"areas": "0 0 50 100"})
    assert answer.status_code == 422 and "damaged" in answer.content.decode()
