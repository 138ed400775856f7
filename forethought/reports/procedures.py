"""From a draft to a report that the school has: one act that opens the case, the clocks and the list of people."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from forethought.audit.procedures import Actor, acting
from forethought.audit.tree import commitment
from forethought.cases.models import Capacity, Draft, Group, Report
from forethought.cases.procedures import add_party, open_case
from forethought.core.errors import Refused
from forethought.evidence import keyring
from forethought.evidence.gate import Answer, Outcome
from forethought.evidence.models import Grant
from forethought.evidence.procedures import give_grant
from forethought.people import casting, codes
from forethought.people.models import Doorway, Person, School
from forethought.reports import paper
from forethought.reports.drafts import answers_of
from forethought.reports.rules import label_for, salted, target_from, why_not_send
from forethought.reports.strands import at_filing
from forethought.safeguarding.heeding import heed_later
from forethought.safeguarding.procedures import raise_alert
from forethought.takedowns.procedures import open_takedown
from forethought.takedowns.rules import Wanted


@dataclass(frozen=True)
class Receipt:
    """What the reporter is told: the report, and for somebody without an account a code to come back with.

    A code is kept nowhere. Each press of Send by a visitor gives one of its own, because of two quick presses only the
    second answer is ever seen; all of them open the same report.
    """

    report: Report
    code: str | None


def answer_gate(
    *,
    case_id: uuid.UUID,
    school: School,
    answers: Mapping[str, object] | None = None,
    under_18: Answer,
    adult_intimate: Answer,
    danger: Answer,
    by: Actor,
    at: datetime,
) -> Grant:
    """Answer the gate. A stop for a child tells the safeguarding lead at once, whether or not a report follows.

    law.md 1.4; Policy 7.4.
    """
    with acting("reports.answer_gate", by=by, at=at, case_id=case_id) as event:
        grant = give_grant(
            case_id=case_id,
            school_id=school.id,
            under_18=under_18,
            adult_intimate=adult_intimate,
            danger=danger,
            by=by,
            at=at,
        )
        event.about = grant.id
        if grant.verdict == Outcome.STOP_CHILD:
            raise_alert(
                case_id=case_id, school=school, answers=answers or {}, reporter=reporting_person(by), by=by, at=at
            )
    return grant


def reporting_person(by: Actor) -> Person | None:
    """The person behind an act, unless it is a visitor."""
    return by if isinstance(by, Person) else None


def file_report(*, draft: Draft, school: School, by: Actor, at: datetime) -> Receipt:
    """Send a report. Sent twice, it is one report, and the second press shows the same receipt.

    Opens the case under the conflict rules, starts the 24 hours when there is something to take down, and owes support.
    The draft is the key against doubles: its report is unique in the database. One that was on paper first is received
    now, and its clocks run from when the school knew. Policy 6.7, 7.2, 8.3, 8.8.
    """
    existing = Report.objects.filter(draft=draft).select_related("case").first()
    if existing is not None:
        coded = existing.reporter_id is None
        return Receipt(existing, give_receipt_code(report=existing, by=by, at=at) if coded else None)
    with acting("reports.file_report", by=by, at=at, about=draft.id, case_id=draft.case_id) as event:
        # Whoever waited in the queue behind the first press finds the report here.
        existing = Report.objects.filter(draft=draft).select_related("case").first()
        if existing is not None:
            raise AlreadyFiled(existing)
        # From here on nothing more can be saved in the draft, and what was saved is read now: nothing kept is lost.
        Draft.objects.filter(pk=draft.pk).update(sent_at=at)
        draft.refresh_from_db(fields=["content"])
        answers = answers_of(draft)
        if reason := paper.why_not_times(answers, at=at) or why_not_send(answers):
            raise Refused(reason, "7.2")
        known_at = paper.known_at(answers) or at
        # Whoever types in a form of somebody else's is not its reporter. Who that is, a manager says.
        reporter = None if paper.by_another(answers) else reporting_person(by)
        route = casting.route_report(answers=answers, reporter=reporter or casting.writer_of(answers), at=at)
        threat = answers.get("danger") != "no"
        case = open_case(
            case_id=draft.case_id,
            school=school,
            label=label_for(answers),
            child=str(answers["child"]),
            threat=threat,
            route=route,
            known_at=known_at,
            by=by,
            at=at,
        )
        report = Report(
            id=uuid.uuid4(),
            school=school,
            case=case,
            draft=draft,
            reporter=reporter,
            reported_at=at,
        )
        report.content = keyring.seal(report, answers, case_id=case.id)
        report.salt, digest = salted(answers)
        report.save(force_insert=True)
        event.commitments["report"] = commitment(report.salt, digest).hex()
        if known_at != at:
            event.facts["known_at"] = known_at.isoformat()
        known = _add_parties(report, answers, reporter, known_at, by, at)
        if target := target_from(answers):
            open_takedown(case=case, target=target, wanted=Wanted.REMOVE, reported_at=known_at, by=by, at=at)
        at_filing(case=case, answers=answers, known=known, reporter=reporter, by=by, at=at)
        heed_later(school_id=school.id, about=report.id, at=at)
        code = _receipt_code(report, at) if reporter is None else None
    return Receipt(report, code)


class AlreadyFiled(Exception):
    """A second press overtook the first. Carries the report that was filed."""

    def __init__(self, report: Report) -> None:
        super().__init__("already filed")
        self.report = report


def _add_parties(
    report: Report, answers: dict[str, object], reporter: Person | None, known_at: datetime, by: Actor, at: datetime
) -> list[Person]:
    """Note who has a part. Returns the adults of the school who may be behind it."""
    said = answers.get("writer_name" if paper.by_another(answers) else "reporter_name", "")
    name = str(reporter.name if reporter else said)
    as_staff = partial(
        add_party, case=report.case, group=Group.STAFF, name=name, person=reporter, known_at=known_at, by=by, at=at
    )
    as_staff(capacity=Capacity.REPORTER)
    if answers.get("about") != "other":
        # The reporter is taken to be the person harmed until a manager says who it was.
        as_staff(capacity=Capacity.HARMED)
    group = Group(str(answers["group"]))
    known = casting.matched(answers)
    behind: list[Person | None] = [*known]
    for person in behind or [None]:
        add_party(
            case=report.case,
            capacity=Capacity.REPORTED,
            group=group,
            name=str(answers.get("name", "")),
            person=person,
            known_at=known_at,
            by=by,
            at=at,
        )
    return known


#: A visitor who presses Send again has not seen the first code, so each press gives one. Of more, the oldest end.
CODES_A_REPORT = 5


def give_receipt_code(*, report: Report, by: Actor, at: datetime) -> str:
    """Give a visitor who pressed Send again another code to come back with; the earlier ones go on working.

    Policy 6.7, 7.2.
    """
    with acting("reports.give_receipt_code", by=by, at=at, about=report.id, case_id=report.case_id):
        code = _receipt_code(report, at)
        live = Doorway.objects.filter(kind="receipt", opens=report.id, ends_at__isnull=True).order_by("-made_at")
        too_many = list(live.values_list("key_hash", flat=True)[CODES_A_REPORT:])
        Doorway.objects.filter(key_hash__in=too_many).update(ends_at=at)
    return code


def _receipt_code(report: Report, at: datetime) -> str:
    code = codes.receipt_code()
    Doorway.objects.create(
        key_hash=codes.key_hash("receipt", codes.tidy(code)),
        kind="receipt",
        school_id=report.school_id,
        opens=report.id,
        made_at=at,
    )
    return code
