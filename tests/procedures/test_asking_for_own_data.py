"""Somebody asks for the data about them: the clock, the search, the parts, the answer, and what nothing shows of."""

import uuid
from datetime import datetime, timedelta

import pytest
from breach_steps import a_breach, alleged, chosen_procedure, letter_sent
from builders import World, a_case, found_in_the_clear
from data_protection_acts import a_case_with_a_copy, an_officer, settled
from monitoring_acts import a_leave, a_request, comment

from forethought.audit.models import Entry
from forethought.audit.procedures import Visitor
from forethought.core.clock import london
from forethought.core.errors import Refused, TooLate
from forethought.evidence import keyring, redacting
from forethought.evidence.models import CaseKey
from forethought.management.commands.worker import BELLS
from forethought.monitoring import procedures
from forethought.people import alarms
from forethought.people.models import Alarm, Letter, Person
from forethought.protection import access, access_rules, answer_files, answering
from forethought.protection.access_models import AccessPart, AccessRequest
from forethought.rows import inside

pytestmark = pytest.mark.policy("11.1")
DAY = timedelta(days=1)


@pytest.fixture
def officer(world: World) -> Person:
    return an_officer(world)


def asked(world: World, by: Person | None = None) -> AccessRequest:
    return access.ask_for_own_data(asks="", by=by or world.teacher, at=world.at)


def search(row: AccessRequest, by: Person, at: datetime) -> None:
    access.search_for_data(access_request=row, version=row.version, by=by, at=at)


def send(row: AccessRequest, by: Person, at: datetime) -> None:
    access.send_answer(access_request=row, version=row.version, words="Here it is.", by=by, at=at)


def owed(person: Person, kind: str) -> int:
    return Letter.objects.filter(person=person, kind=kind, dropped="").count()


def rings_at(row: AccessRequest) -> datetime | None:
    found = Alarm.objects.filter(about=row.pk, rung_at=None).first()
    return found.rings_at if found else None


def test_whoever_is_signed_in_is_known_and_the_month_runs(world: World, officer: Person) -> None:
    row = asked(world)
    assert row.identity_at == world.at and row.due_at == access_rules.due_at(london(world.at).date())
    assert (owed(officer, "needs_you"), owed(world.head, "needs_you")) == (1, 1)
    assert alarms.ring_due(world.school.pk, rings_at(row), bells=BELLS)  # type: ignore[arg-type]
    assert owed(officer, "due_soon") == 1
    assert row.due_at and alarms.ring_due(world.school.pk, row.due_at + DAY, bells=BELLS)
    assert owed(officer, "late") >= 1


def test_the_heads_own_request_is_seen_to_by_others(world: World, officer: Person) -> None:
    row = asked(world, world.head)
    assert set(access.who_sees_to(row, world.at)) == {officer, world.chair, world.vice}
    with pytest.raises(Refused, match="Others see to this"):
        access.see_access_request(access_request=row, by=world.head, at=world.at)
    own = asked(world, officer)
    assert set(access.who_sees_to(own, world.at)) == {world.head}


def test_the_clock_waits_for_who_they_are_and_begins_anew(world: World, officer: Person) -> None:
    said = {"name": "Pat Parent", "reach": "pat@home.example", "asks": "All of it"}
    press = uuid.uuid4()
    row, code = access.receive_access_request(
        school_id=world.school.pk, said=said, press=press, crowded=False, by=Visitor(uuid.uuid4()), at=world.at
    )
    again, other = access.receive_access_request(
        school_id=world.school.pk, said=said, press=press, crowded=False, by=Visitor(uuid.uuid4()), at=world.at
    )
    assert row.pk == again.pk and code != other
    access.ask_of_requester(access_request=row, version=1, kind="who", words="Please show us.", by=officer, at=world.at)
    assert row.due_at is None and rings_at(row) is None
    later = world.at + 20 * DAY
    access.note_their_answer(access_request=row, version=2, words="Seen in person.", by=officer, at=later)
    assert row.due_at == access_rules.due_at(london(later).date()) and row.identity_at == later
    assert rings_at(row) is not None
    assert found_in_the_clear("Pat Parent") == []


def test_the_clock_goes_on_after_they_said_what_they_mean(world: World, officer: Person) -> None:
    row = asked(world)
    access.ask_of_requester(access_request=row, version=1, kind="what", words="Which time?", by=officer, at=world.at)
    with pytest.raises(Refused, match="wait for them already"):
        access.ask_of_requester(access_request=row, version=2, kind="what", words="Eh?", by=officer, at=world.at)
    with pytest.raises(Refused, match="clock waits"):
        access.lengthen_time(access_request=row, version=2, words="Much.", by=officer, at=world.at)
    heard = world.at + 6 * DAY
    access.note_their_answer(access_request=row, version=2, words="This term.", by=officer, at=heard)
    assert row.due_at == access_rules.due_at(london(world.at).date(), paused_days=6)
    access.lengthen_time(access_request=row, version=row.version, words="Much is held.", by=officer, at=heard)
    assert row.due_at == access_rules.due_at(london(world.at).date(), lengthened=True, paused_days=6)


def test_what_is_held_outside_cases_is_found_and_answered(world: World, officer: Person) -> None:
    row = asked(world)
    search(row, officer, world.at)
    part = row.parts.get()
    with pytest.raises(Refused, match="Not every part"):
        send(row, officer, world.at)
    settled(part, officer, "On the list of adults.", at=world.at, left_out=["legal", "crime"], say=True)
    with pytest.raises(Refused, match="stays as it was"):
        settled(part, officer, "More.", at=world.at)
    send(row, officer, world.at)
    answer = answering.answer_of(row, None)
    assert answer.parts == [("What the school holds about you", "On the list of adults.")]
    assert answer.left_out == ["It is between the school and its lawyers."], "a quiet ground is never said"
    assert answer.words == "Here it is." and access_rules.EVERY_TIME in answer.text()
    assert owed(world.teacher, "news") == 1 and rings_at(row) is None
    with pytest.raises(Refused, match="closed"):
        search(row, officer, world.at)
    row.version = 1
    with pytest.raises(Refused):
        send(row, officer, world.at)


def test_a_part_in_a_case_is_for_whoever_has_it_and_goes_with_it(world: World, officer: Person) -> None:
    case = a_case(world)
    row = asked(world)
    search(row, officer, world.at)
    part = row.parts.get(case=case)
    assert not part.silent and owed(world.senior, "needs_you") >= 1
    settled(row.parts.get(case=None), officer, "A list.", at=world.at)
    with pytest.raises(Refused, match="Not every part"):
        send(row, officer, world.at)
    settled(part, world.senior, "Your report, and what was asked of the site.", at=world.at)
    assert keyring.words(part, case_id=case.pk)["words"].startswith("Your report")
    send(row, officer, world.at)
    assert len(answering.answer_of(row, None).parts) == 2
    heading = "A matter at the school"
    assert answering.answer_of(row, officer).parts[1] == (heading, answering.NOT_YOURS), "the officer is on no list"
    assert answering.answer_of(row, world.senior).parts[1][1].startswith("Your report")
    row.way = "letter"
    assert answering.answer_of(row, officer).parts[1][1].startswith("Your report"), (
        "who hands it over on paper reads it"
    )
    CaseKey.objects.filter(case_id=case.pk).delete()
    with inside(world.school.pk):
        gone = answering.answer_of(row, None).parts[1]
    assert gone == ("A matter at the school", answering.GONE)


@pytest.mark.policy("9.1")
def test_of_a_case_that_somebody_was_not_told_of_nothing_shows(world: World, officer: Person) -> None:
    """The same request twice, with a suspected breach by whoever asks and without: every trace they or the officer
    could see is the same."""
    plain = asked(world)
    search(plain, officer, world.at)
    breach = a_breach(world, subject=world.teacher)
    row = asked(world)
    search(row, officer, world.at)
    part = row.parts.get(case=breach.case)
    assert part.silent
    assert row.parts.filter(silent=False).count() == plain.parts.filter(silent=False).count() == 1
    with pytest.raises(Refused, match="were not told of this case"):
        settled(part, world.head, "Something.", at=world.at)
    settled(part, world.head, at=world.at, left_out=["crime"], say=True)
    for one in (plain, row):
        settled(one.parts.get(case=None), officer, "A list.", at=world.at)
        send(one, officer, world.at)
    assert answering.answer_of(row, None) == answering.answer_of(plain, None)
    assert (plain.due_at, plain.closed_as) == (row.due_at, row.closed_as)
    searched = Entry.objects.filter(verb="protection.search_for_data").values_list("body", flat=True)
    assert all('"facts":{}' in body and str(breach.case_id) not in body for body in searched)
    assert not Letter.objects.filter(person__in=[world.teacher, officer], case_id=breach.case_id).exists()


@pytest.mark.policy("9.1")
def test_once_a_letter_told_them_the_matter_goes_into_the_answer(world: World, officer: Person) -> None:
    """They were told on paper, and the answer still had to keep silent about it."""
    breach = a_breach(world, subject=world.teacher)
    alleged(world, breach)
    breach = chosen_procedure(world, breach)
    row = asked(world)
    search(row, officer, world.at)
    part = row.parts.get(case=breach.case)
    assert part.silent
    letter_sent(world, breach, "agency")
    search(row, officer, world.at)
    part.refresh_from_db()
    assert part.silent, "a letter to the agency tells the agency"
    letter_sent(world, breach, "told")
    search(row, officer, world.at)
    part.refresh_from_db()
    assert not part.silent
    settled(part, world.head, "What is said about you.", at=world.at)
    settled(row.parts.get(case=None), officer, "A list.", at=world.at)
    send(row, officer, world.at)
    assert ("A matter at the school", "What is said about you.") in answering.answer_of(row, None).parts


@pytest.mark.policy("10.1")
def test_a_leave_to_monitor_goes_into_the_answer_once_it_is_over(world: World, officer: Person) -> None:
    leave = a_leave(world, officer=officer)
    row = asked(world)
    search(row, officer, world.at)
    part = row.parts.get(case=leave.case)
    assert part.silent
    with pytest.raises(Refused, match="were not told"):
        settled(part, world.head, "There was leave.", at=world.at)
    # It ends by the clock, whether or not anybody noted it.
    search(row, officer, leave.ends_at)
    part.refresh_from_db()
    assert not part.silent
    settled(part, world.head, "There was leave.", at=leave.ends_at)
    settled(row.parts.get(case=None), officer, "A list.", at=leave.ends_at)
    send(row, officer, leave.ends_at)
    assert ("A matter at the school", "There was leave.") in answering.answer_of(row, None).parts


@pytest.mark.policy("10.1")
def test_a_leave_without_notice_stays_silent_until_papers_are_opened(world: World, officer: Person) -> None:
    asked_for = a_request(world, covert=True, covert_reason="They would delete it.", suspicion="crime")
    refused = comment(asked_for, by=officer, at=world.at)
    procedures.refuse_monitoring(
        monitoring=refused, version=refused.version, reasons="Too much.", by=world.head, at=world.at
    )
    row = asked(world)
    search(row, officer, world.at)
    assert row.parts.get(case=refused.case).silent


def test_somebody_outside_is_found_by_name_in_cases(world: World, officer: Person) -> None:
    from forethought.cases.models import Capacity, Group
    from forethought.cases.procedures import add_party

    case = a_case(world)
    add_party(
        case=case, capacity=Capacity.WITNESS, group=Group.PARENT, name="Pat  Parent", by=world.senior, at=world.at
    )
    row = access.log_access_request(
        said={"name": "pat parent", "reach": "", "asks": ""},
        person=None,
        way="letter",
        received_at=world.at - 3 * DAY,
        by=officer,
        at=world.at,
    )
    with pytest.raises(Refused, match="Check first"):
        send(row, officer, world.at)
    access.note_their_answer(access_request=row, version=1, words="Known to the office.", by=officer, at=world.at)
    assert row.due_at == access_rules.due_at(london(world.at - 3 * DAY).date()), "nobody asked, so the month runs on"
    search(row, officer, world.at)
    search(row, officer, world.at)
    assert AccessPart.objects.filter(access_request=row, case=case, silent=False).count() == 1


def test_a_request_can_be_declined_with_a_reason_and_holds_no_part(world: World, officer: Person) -> None:
    row = asked(world)
    search(row, officer, world.at)
    settled(row.parts.get(), officer, "A list.", at=world.at)
    with pytest.raises(Refused, match="They are told"):
        access.decline_request(access_request=row, version=row.version, words=" ", by=officer, at=world.at)
    access.decline_request(access_request=row, version=row.version, words="You have it.", by=officer, at=world.at)
    answer = answering.answer_of(row, None)
    assert answer.parts == [] and answer.words == "You have it." and "ICO" in answer.where_next


def test_the_second_of_two_is_told(world: World, officer: Person) -> None:
    row = asked(world)
    search(row, officer, world.at)
    row.version = 1
    with pytest.raises(TooLate):
        search(row, world.head, world.at)


def test_a_chosen_copy_goes_into_the_answer_as_a_file_and_never_the_record(world: World, officer: Person) -> None:
    case, copy = a_case_with_a_copy(world)
    row = asked(world)
    search(row, officer, world.at)
    part = row.parts.get(case=case)
    assert answer_files.copies_for(part) == [copy]
    content = {"words": "", "released": {}, "reason": "", "left_out": [], "say": False}
    said = {"part": part, "content": content, "knows": False, "by": world.senior, "at": world.at}
    with pytest.raises(Refused, match="Write what goes in"):
        access.settle_part(put_in=True, **said)
    access.settle_part(put_in=True, copies=[copy], **said)
    settled(row.parts.get(case=None), officer, at=world.at)
    assert answering.answer_of(row, officer).files == []
    send(row, officer, world.at)
    (file,) = answering.answer_of(row, None).files
    assert (file.number, file.name, file.copy) == (1, "file-1.txt", copy)
    assert "File 1: A text in which something is cut." in answering.answer_of(row, None).text()
    pieces = answer_files.fetch_answer_file(access_request=row, file=file, by=world.teacher, at=world.at + DAY)
    assert b"".join(pieces) == b"Hello\n[line cut]\n"
    entry = Entry.objects.get(verb="protection.fetch_answer_file")
    assert str(world.teacher.pk) in entry.body and "Ben" not in entry.body


def test_a_copy_of_another_case_or_one_that_is_gone_is_no_file_of_an_answer(world: World, officer: Person) -> None:
    case, copy = a_case_with_a_copy(world)
    _, other = a_case_with_a_copy(world)
    row = asked(world)
    search(row, officer, world.at)
    part = row.parts.get(case=case)
    content = {"words": "Yes.", "released": {}, "reason": "", "left_out": [], "say": False}
    said = {"part": part, "put_in": True, "content": content, "knows": False, "by": world.senior, "at": world.at}
    with pytest.raises(Refused, match="One of these copies is gone"):
        access.settle_part(copies=[other], **said)
    access.settle_part(copies=[copy], **said)
    for one in row.parts.filter(settled_at=None):
        settled(one, officer if one.case_id is None else world.senior, at=world.at)
    send(row, officer, world.at)
    redacting.discard_copy(copy=copy, by=world.senior, at=world.at)
    (file,) = answering.answer_of(row, None).files
    assert file.copy is None and file.name == ""
    with pytest.raises(Refused, match="not here any more"):
        answer_files.fetch_answer_file(access_request=row, file=file, by=world.teacher, at=world.at)
