"""A complaint from outside: received with a code, checked, looked into, answered. What is not theirs is not told."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from forethought.audit.procedures import Actor, Visitor, acting
from forethought.cases.models import Capacity, Case, Group, Kind, Status
from forethought.cases.moves import move, unmoved
from forethought.cases.opening import begin_routed
from forethought.cases.owed import owe, settle, settle_all
from forethought.cases.procedures import add_party, decide
from forethought.cases.rules import answer_due, first_action_due
from forethought.core.errors import insist
from forethought.core.text import is_blank
from forethought.evidence import keyring
from forethought.people import casting, codes, conflicts
from forethought.people.models import Doorway, Person, School
from forethought.people.post import owe_letter
from forethought.reports.forking import Strand, why_not_answer, why_not_complain, why_not_letter, why_not_verify
from forethought.reports.known_names import surnames, words_for_pupils
from forethought.reports.models import Complaint, ComplaintNote
from forethought.reports.strands import as_report, open_strands

Answers = Mapping[str, object]


def routing(answers: Answers) -> dict[str, object]:
    """A complaint's answers as the conflict rules ask them: about somebody here, unless it says otherwise.

    Where the sender bears the name of an adult of the school, that adult does not handle it.
    """
    sender = casting.matched({"name": answers.get("name", ""), "group": "other"})
    return {
        "part_of": [str(person.id) for person in sender],
        "happened": answers.get("happened", ""),
        "name": answers.get("about", ""),
        "group": "staff" if answers.get("staff") != "no" else "other",
        "head": answers.get("head", "not_sure"),
        "child": answers.get("child", "not_sure"),
    }


def receive_complaint(
    *, school: School, answers: Answers, press: uuid.UUID, by: Visitor, at: datetime
) -> tuple[Complaint, str]:
    """Take a complaint from somebody outside, and give the code with which they come back. Two presses make one.

    It goes to the headteacher, or to the chair where it may be about the headteacher; where a child may be at risk, to
    the safeguarding lead at once too. No address of the sender's computer is kept. Policy 6.5, 8.1.
    """
    existing = Complaint.objects.filter(press=press).select_related("case").first()
    if existing is not None:
        return existing, give_complaint_code(complaint=existing, by=by, at=at)
    insist(why_not_complain(happened=str(answers.get("happened", "")), who=str(answers.get("who", ""))), "8.1")
    with acting("reports.receive_complaint", by=by, at=at) as event:
        asked = routing(answers)
        route = conflicts.route(casting.cast_at(at), casting.facts_of(answers=asked, reporter=None))
        child = str(answers.get("child", "not_sure"))
        threat = answers.get("danger") != "no"
        case = begin_routed(
            kind=Kind.COMPLAINT, school=school, label="", route=route, child=child, threat=threat, by=by, at=at
        )
        row = Complaint(id=uuid.uuid4(), school=school, case=case, press=press, received_at=at)
        row.content = keyring.seal(row, dict(answers), case_id=case.id)
        row.save(force_insert=True)
        name = str(answers.get("name", ""))
        add_party(case=case, capacity=Capacity.REPORTER, group=Group.OTHER, name=name, by=by, at=at)
        for person in casting.matched(asked):
            add_party(
                case=case, capacity=Capacity.REPORTED, group=Group.STAFF, name=person.name, person=person, by=by, at=at
            )
        owe(case=case, kind="answer", about=case.id, due_at=answer_due(at, school.answer_hours), at=at)
        owe(case=case, kind="complaint", about=case.id, due_at=first_action_due(at), at=at)
        if child != "no":
            said = as_report(row)
            open_strands(case=case, answers=said, which=(Strand.CONCERN,), reporter=None, by=by, at=at)
        code = _code(row, at)
        event.about, event.case_id = row.id, case.id
    return row, code


def give_complaint_code(*, complaint: Complaint, by: Actor, at: datetime) -> str:
    """Give whoever pressed Send again another code; the first was perhaps never seen. Policy 8.1."""
    with acting("reports.give_complaint_code", by=by, at=at, about=complaint.id, case_id=complaint.case_id):
        return _code(complaint, at)


def _code(complaint: Complaint, at: datetime) -> str:
    code = codes.receipt_code()
    Doorway.objects.create(
        key_hash=codes.key_hash("receipt", codes.tidy(code)),
        kind="receipt",
        school_id=complaint.school_id,
        opens=complaint.id,
        made_at=at,
    )
    return code


def take_on(case: Case, by: Person, at: datetime) -> None:
    """Note with the first thing done that a complaint is being looked into. Part of a larger act."""
    if case.status == Status.RECEIVED:
        move(case, "take_up", version=case.version, by=by, at=at)
    settle(case=case, kind="complaint", about=case.id, by=by, at=at)


def acknowledge_complaint(*, complaint: Complaint, sentence: str, by: Person, at: datetime) -> ComplaintNote:
    """Tell the sender that it was received and is looked into. They read it with their code. Policy 8.1."""
    insist("Write a sentence for them." if is_blank(sentence) else None, "8.1")
    insist(_why_not_write(complaint, sentence, by), "8.1")
    with acting("reports.acknowledge_complaint", by=by, at=at, about=complaint.id, case_id=complaint.case_id):
        take_on(complaint.case, by, at)
        settle(case=complaint.case, kind="answer", about=complaint.case_id, by=by, at=at)
        return _note(complaint, "answer", "", {"words": sentence}, by, at)


def verify_complaint(*, complaint: Complaint, is_them: bool, how: str, by: Person, at: datetime) -> None:
    """Say whether the sender is who they say, and how that was checked. Anonymous ones stay unchecked. Policy 9.1."""
    insist(why_not_verify(is_them=is_them, how=how, named=is_named(complaint)), "9.1")
    choice = "yes" if is_them else "no"
    with acting(
        "reports.verify_complaint", by=by, at=at, about=complaint.id, case_id=complaint.case_id, facts={"is": choice}
    ):
        take_on(complaint.case, by, at)
        _note(complaint, "verified", choice, {"words": how}, by, at)
        Complaint.objects.filter(pk=complaint.pk).update(verified=choice)
        complaint.verified = choice


def answer_complaint(
    *, complaint: Complaint, version: int, words: str, outcome: str, reasons: str, by: Person, at: datetime
) -> ComplaintNote:
    """Answer a complaint with a letter that discloses nothing it may not, kept as sent, and end it.

    `reasons` stay here. Raises TooLate when somebody was first. law.md 3. Policy 8.1.
    """
    case = complaint.case
    unmoved(case, version)
    insist("This complaint has been answered already." if case.status == Status.CLOSED else None, "8.1")
    insist(why_not_answer(checked=bool(complaint.verified), named=is_named(complaint)), "9.1")
    insist(_why_not_write(complaint, words, by), "8.1")
    insist(None if outcome in OUTCOMES else "Choose what came of it.", "8.1")
    insist("Say why in a few words." if is_blank(reasons) else None, "8.1")
    with acting(
        "reports.answer_complaint", by=by, at=at, about=complaint.id, case_id=case.id, facts={"outcome": outcome}
    ):
        take_on(case, by, at)
        move(case, "close", version=case.version, by=by, at=at)
        decide(case=case, verb="answer_complaint", outcome=outcome, reasons=reasons, by=by, at=at)
        row = _note(complaint, "letter", "", {"words": words, "signed": by.name}, by, at)
        settle_all(case=case, by=by, at=at)
    return row


OUTCOMES = {
    "looked_into": "It was looked into and dealt with",
    "no_grounds": "There was nothing to act on",
    "elsewhere": "It belongs to somebody else, who was told",
    "not_them": "Whoever sent it could not be found",
}


def add_to_complaint(*, complaint: Complaint, words: str, by: Actor, at: datetime) -> ComplaintNote:
    """Add something to a complaint one sent. Whoever handles it is told. Policy 8.1."""
    insist("Write a few words first." if is_blank(words) else None, "8.1")
    with acting("reports.add_to_complaint", by=by, at=at, about=complaint.id, case_id=complaint.case_id):
        if complaint.case.manager is not None:
            owe_letter(person=complaint.case.manager, kind="needs_you", at=at, case_id=complaint.case_id)
        return _note(complaint, "added", "", {"words": words}, by, at)


def is_named(complaint: Complaint) -> bool:
    """Whether the sender said who they are, or how to reach them."""
    said = keyring.words(complaint, case_id=complaint.case_id)
    return any(not is_blank(str(said.get(one) or "")) for one in ("name", "reach"))


def _why_not_write(complaint: Complaint, words: str, by: Person) -> str | None:
    pupils = words_for_pupils(complaint.case)
    return why_not_letter(words=words, staff=surnames(), own=by.name, pupils=pupils)


def _note(
    complaint: Complaint, kind: str, choice: str, said: dict[str, object], by: Actor, at: datetime
) -> ComplaintNote:
    row = ComplaintNote(
        id=uuid.uuid4(),
        school_id=complaint.school_id,
        complaint=complaint,
        kind=kind,
        choice=choice,
        noted_at=at,
        noted_by=str(by.id),
    )
    row.content = keyring.seal(row, said, case_id=complaint.case_id)
    row.save(force_insert=True)
    return row
