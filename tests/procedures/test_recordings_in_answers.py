"""A recording in an answer to a request for one's own data: whole where nobody else is in it, else as a text or not."""

from datetime import timedelta
from typing import Any

import pytest
from builders import World, a_draft, a_grant, an_upload
from data_protection_acts import SOUND, a_case_with_a_recording, an_officer, heard, settled
from record_files import a_zip

from forethought.audit.models import Entry
from forethought.cases.models import Case
from forethought.core.errors import Refused
from forethought.evidence import cut_lines, redacting, transcribing
from forethought.evidence.models import Exhibit
from forethought.evidence.procedures import keep_records
from forethought.evidence.shredding import destroy_exhibit
from forethought.evidence.transcripts import Line
from forethought.people.models import Person
from forethought.protection import access, answer_files, answering
from forethought.protection.access_models import AccessPart, AccessRequest

pytestmark = pytest.mark.policy("11.1")
DAY = timedelta(days=1)
EMPTY: dict[str, Any] = {"words": "", "released": {}, "reason": "", "left_out": [], "say": False}


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


@pytest.fixture
def kept(world: World) -> tuple[Case, Exhibit]:
    return a_case_with_a_recording(world)


def part_of(world: World, officer: Person, case: Case) -> tuple[AccessRequest, AccessPart]:
    row = access.ask_for_own_data(asks="", by=world.teacher, at=world.at)
    access.search_for_data(access_request=row, version=row.version, by=officer, at=world.at)
    settled(row.parts.get(case=None), officer, at=world.at)
    return row, row.parts.get(case=case)


def settle(part: AccessPart, by: Person, at: Any, **more: Any) -> None:
    content = {**EMPTY, **more.pop("content", {})}
    access.settle_part(part=part, content=content, knows=False, by=by, at=at, **{"put_in": True, **more})


def sent(row: AccessRequest, officer: Person, at: Any) -> answering.Answer:
    row.refresh_from_db()
    access.send_answer(access_request=row, version=row.version, words="Here.", by=officer, at=at)
    return answering.answer_of(row, None)


def test_a_recording_goes_in_whole_once_it_was_heard_and_somebody_says_that_nobody_else_is_in_it(
    world: World, officer: Person, kept: tuple[Case, Exhibit]
) -> None:
    case, record = kept
    row, part = part_of(world, officer, case)
    assert answer_files.recordings_for(part) == [record]
    with pytest.raises(Refused, match="Open each of these"):
        settle(part, world.senior, world.at, recordings=[record], alone=True)
    heard(record, world.senior, world.at)
    with pytest.raises(Refused, match="nobody else is heard"):
        settle(part, world.senior, world.at, recordings=[record])
    settle(part, world.senior, world.at, recordings=[record], alone=True)
    answer = sent(row, officer, world.at)
    (file,) = answer.files
    assert (file.words, file.name, file.media_type) == ("A recording: sound (WAV)", "file-1.wav", "audio/wav")
    pieces = answer_files.fetch_answer_file(access_request=row, file=file, by=world.teacher, at=world.at + DAY)
    assert b"".join(pieces) == SOUND
    assert Entry.objects.get(verb="protection.fetch_answer_file").about == record.pk
    assert answer.left_out == []


def test_a_recording_of_another_case_or_one_that_was_destroyed_is_in_no_answer(
    world: World, officer: Person, kept: tuple[Case, Exhibit]
) -> None:
    case, record = kept
    _, other = a_case_with_a_recording(world)
    row, part = part_of(world, officer, case)
    for one in (record, other):
        heard(one, world.senior, world.at)
    with pytest.raises(Refused, match="recordings is gone"):
        settle(part, world.senior, world.at, recordings=[other], alone=True)
    settle(part, world.senior, world.at, recordings=[record], alone=True)
    settled(row.parts.get(case=other.case_id), world.senior, at=world.at)
    instruction = {"from_whom": "The police", "given_on": "2026-11-20", "reference": "1"}
    destroy_exhibit(exhibit=record, instruction=instruction, by=world.head, at=world.at)
    (file,) = sent(row, officer, world.at).files
    assert not file.is_here and file.name == file.media_type == ""
    assert "A recording: sound (WAV)" in answering.answer_of(row, None).text()
    with pytest.raises(Refused, match="not here any more"):
        answer_files.fetch_answer_file(access_request=row, file=file, by=world.teacher, at=world.at)


@pytest.mark.policy("7.4")
def test_where_others_are_in_it_a_text_of_what_was_written_down_goes_in_without_them(
    world: World, officer: Person, kept: tuple[Case, Exhibit]
) -> None:
    case, record = kept
    with pytest.raises(Refused, match="Nobody has written down"):
        redacting.redact_text(exhibit=record, numbers=[], passages=[], by=world.senior, at=world.at)
    lines = [Line(5, "Ben says that she will see."), Line(9, "The call ends.")]
    written = transcribing.write_transcript(exhibit=record, lines=lines, by=world.senior, at=world.at)
    transcribing.confirm_line(exhibit=record, transcript=written, number=1, by=world.head, at=world.at)
    assert cut_lines.lines_of(record)[0][1:] == [
        "[Lines that somebody listened to and confirmed: 1 of 2.]",
        "0:05 Ben says that she will see.",
        "0:09 The call ends.",
    ]
    copy = redacting.redact_text(exhibit=record, numbers=[], passages=["Ben"], by=world.senior, at=world.at)
    row, part = part_of(world, officer, case)
    settle(part, world.senior, world.at, copies=[copy])
    (file,) = sent(row, officer, world.at).files
    assert file.words == "What a recording says, as a text"
    pieces = answer_files.fetch_answer_file(access_request=row, file=file, by=world.teacher, at=world.at)
    whole = b"".join(pieces).decode()
    assert (
        "0:05 [cut] says" in whole and "Ben" not in whole and whole.startswith("[What a recording says, written down")
    )


def test_what_was_written_down_may_go_in_as_it_is(world: World, kept: tuple[Case, Exhibit]) -> None:
    _, record = kept
    transcribing.write_transcript(exhibit=record, lines=[Line(0, "Hello.")], by=world.senior, at=world.at)
    copy = redacting.redact_text(exhibit=record, numbers=[], passages=[], by=world.senior, at=world.at)
    assert b"".join(redacting.content_of_copy(copy)).endswith(b"0:00 Hello.\n")


def test_a_recording_that_stays_out_for_the_sake_of_others_is_said_where_it_may_be(
    world: World, officer: Person, kept: tuple[Case, Exhibit]
) -> None:
    row, part = part_of(world, officer, kept[0])
    settle(
        part, world.senior, world.at, content={"words": "Somebody shouts at you.", "left_out": ["others"], "say": True}
    )
    assert sent(row, officer, world.at).left_out == [
        "It is about somebody else, who did not agree.",
        "A recording in which others are heard or seen.",
    ]


@pytest.mark.policy("7.4")
def test_of_an_archived_page_the_words_are_cut_as_of_any_text(world: World) -> None:
    page = b'{"url": "https://x.example/1", "ts": "2026-11-20", "title": "7B", "text": "Ben wrote it.\\nSo did Kit."}'
    draft = a_draft(world)
    grant = a_grant(draft, by=world.teacher, at=world.at)
    upload = an_upload(draft, a_zip(("pages/pages.jsonl", page)), "archive.wacz")
    record = keep_records(grant=grant, kind="website", uploads=[upload], particulars={}, by=world.teacher, at=world.at)[
        0
    ]
    assert record.media == "WACZ"
    copy = redacting.redact_text(exhibit=record, numbers=[7], passages=["Ben"], by=world.teacher, at=world.at)
    whole = b"".join(redacting.content_of_copy(copy)).decode()
    assert "[cut] wrote it.\n[line cut]\n" in whole and "https://x.example/1" in whole
