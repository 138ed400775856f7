"""Asking somebody to co-operate, and what came of it: shown, copied, declined, access passed on. Clauses 9.2, 9.2a.

The person asked is kept out of the case itself. They see the request and nothing else, on a page of their own.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.cases.models import Case, Status
from forethought.cases.owed import owe, settle
from forethought.core.errors import Refused, insist
from forethought.evidence import keyring
from forethought.investigations import cooperation
from forethought.investigations.models import Breach
from forethought.investigations.weighing import lado_first
from forethought.investigations.weighing_models import CooperationAnswer, CooperationRequest
from forethought.people.models import Person
from forethought.people.post import owe_letter
from forethought.prepared import Prepared

Content = dict[str, object]

#: What ends a request: it was shown, access passed on, or the school took it back.
ENDS = frozenset({"shown", "passed_on", "withdrawn"})


def words_of(row: CooperationRequest | CooperationAnswer, case_id: uuid.UUID) -> Content:
    """What a request or an answer says."""
    return keyring.words(row, case_id=case_id)


def last_answer(request: CooperationRequest) -> CooperationAnswer | None:
    """The newest thing that came of a request."""
    found: CooperationAnswer | None = request.answers.order_by("-answered_at", "-id").first()
    return found


def is_ended(request: CooperationRequest) -> bool:
    """Whether nothing is asked any more: it was shown, passed on or taken back, or its case is closed."""
    return request.case.status == Status.CLOSED or request.answers.filter(answer__in=ENDS).exists()


_asked = Prepared(
    lambda person: (
        CooperationRequest.objects.filter(person=person)
        .exclude(case__status=Status.CLOSED)
        .exclude(answers__answer__in=ENDS)
        .order_by("due_at", "id")
        .values_list("id", "due_at")
    ),
    uuid.UUID,
)


def asked_of(person: Person) -> list[tuple[uuid.UUID, datetime]]:
    """What somebody is asked now and by when (UTC), the soonest first. Theirs alone to see. Policy 9.2."""
    return [(request_id, due_at) for request_id, due_at in _asked(person.pk)]


def ask_cooperation(
    *,
    case: Case,
    device: str,
    scope: str,
    reasons: str,
    rights_told: bool,
    due_at: datetime,
    by: Person,
    at: datetime,
) -> CooperationRequest:
    """Ask the person reported to show or copy certain posts, or to let the school's own account pass on.

    Policy 9.2, 9.2a. Their letter says only that there is news. No password is ever asked, and none can be kept.
    """
    breach = Breach.objects.filter(case=case).select_related("subject").first()
    subject = breach.subject if breach else None
    insist("This case is closed. Open it again first." if case.status == Status.CLOSED else None, "9.2")
    reason = cooperation.why_not_ask_cooperation(
        device=device,
        scope=scope,
        reasons=reasons,
        rights_told=rights_told,
        due_at=due_at,
        at=at,
        person_known=subject is not None,
        lado_first=lado_first(case),
    )
    insist(reason, "9.2")
    if subject is None:
        raise Refused("Say first who it may be about.", "9.2")
    with acting("investigations.ask_cooperation", by=by, at=at, case_id=case.id, facts={"device": device}) as event:
        row = CooperationRequest(
            id=uuid.uuid4(),
            school_id=case.school_id,
            case=case,
            person=subject,
            device=device,
            due_at=due_at,
            asked_at=at,
            asked_by=str(by.id),
        )
        row.content = keyring.seal(row, {"scope": scope, "reasons": reasons}, case_id=case.id)
        row.save(force_insert=True)
        event.about = row.id
        owe(case=case, kind="cooperate", about=row.id, due_at=due_at, at=at)
        owe_letter(person=subject, kind="news", at=at, about=row.id)
    return row


def read_request(*, request: CooperationRequest, by: Person, at: datetime) -> Content:
    """Read what one is asked, and leave an event. It is nobody else's to read this way. Policy 9.2."""
    insist(None if request.person_id == by.pk else "Nothing is asked of you here.", "9.2")
    with acting("investigations.read_request", by=by, at=at, about=request.id, case_id=request.case_id):
        return words_of(request, request.case_id)


def answer_cooperation(
    *, request: CooperationRequest, answer: str, reasons: str, by: Person, at: datetime
) -> CooperationAnswer:
    """Answer a request, or note an answer given in person or on paper. One may change one's mind until it ends.

    Policy 9.2, 9.2a. Every answer is kept alike and changes nothing else in the case.
    """
    with acting(
        "investigations.answer_cooperation",
        by=by,
        at=at,
        about=request.id,
        case_id=request.case_id,
        facts={"own": by.pk == request.person_id},
    ):
        reason = cooperation.why_not_answer_cooperation(
            answer=answer, device=request.device, reasons=reasons, ended=is_ended(request)
        )
        insist(reason, "9.2")
        row = _note(request, answer, {"reasons": reasons}, by=by, at=at)
        settle(case=request.case, kind="cooperate", about=request.id, by=by, at=at)
        if by.pk == request.person_id:
            _tell_manager(request, at)
    return row


def note_copy(*, request: CooperationRequest, by: Person, at: datetime) -> CooperationAnswer:
    """Note that somebody gave a copy themselves, through the gate. Policy 9.2b."""
    insist(None if request.person_id == by.pk else "Nothing is asked of you here.", "9.2b")
    with acting("investigations.note_copy", by=by, at=at, about=request.id, case_id=request.case_id):
        row = _note(request, "copied", {}, by=by, at=at)
        settle(case=request.case, kind="cooperate", about=request.id, by=by, at=at)
        _tell_manager(request, at)
    return row


def note_showing(
    *,
    request: CooperationRequest,
    witness: str,
    companion: str,
    shown: str,
    shown_at: datetime,
    by: Person,
    at: datetime,
) -> CooperationAnswer:
    """Note what somebody showed live, in their own hands: when, who was there, and what was seen. Policy 9.2a, 2.3."""
    with acting("investigations.note_showing", by=by, at=at, about=request.id, case_id=request.case_id):
        reason = cooperation.why_not_note_showing(
            device=request.device,
            witness=witness,
            companion=companion,
            shown=shown,
            shown_at=shown_at,
            at=at,
            ended=is_ended(request),
        )
        insist(reason, "9.2a")
        said = {"witness": witness, "companion": companion, "shown": shown, "shown_at": shown_at.isoformat()}
        row = _note(request, "shown", said, by=by, at=at)
        settle(case=request.case, kind="cooperate", about=request.id, by=by, at=at)
    return row


def pass_access_on(
    *, request: CooperationRequest, account: str, custodian: Person | None, by: Person, at: datetime
) -> CooperationAnswer:
    """Note that access to an account of the school passed to a custodian. IT resets it; no password is told.

    Policy 9.2a, 2.1.
    """
    with acting("investigations.pass_access_on", by=by, at=at, about=request.id, case_id=request.case_id):
        reason = cooperation.why_not_pass_access_on(
            device=request.device,
            custodian=custodian is not None,
            to_themselves=custodian is not None and custodian.pk == request.person_id,
            ended=is_ended(request),
        )
        insist(reason, "9.2a")
        row = _note(request, "passed_on", {"account": account}, custodian=custodian, by=by, at=at)
        settle(case=request.case, kind="cooperate", about=request.id, by=by, at=at)
        if custodian is not None:
            owe_letter(person=custodian, kind="news", at=at)
        owe_letter(person=request.person, kind="news", at=at, about=request.id)
    return row


def withdraw_request(*, request: CooperationRequest, reasons: str, by: Person, at: datetime) -> CooperationAnswer:
    """Take a request back. The person asked is told that nothing is asked any more. Policy 9.2."""
    with acting("investigations.withdraw_request", by=by, at=at, about=request.id, case_id=request.case_id):
        insist(cooperation.why_not_withdraw_request(ended=is_ended(request)), "9.2")
        row = _note(request, "withdrawn", {"reasons": reasons}, by=by, at=at)
        settle(case=request.case, kind="cooperate", about=request.id, by=by, at=at)
        owe_letter(person=request.person, kind="news", at=at, about=request.id)
    return row


def _note(
    request: CooperationRequest,
    answer: str,
    said: Mapping[str, object],
    *,
    custodian: Person | None = None,
    by: Actor,
    at: datetime,
) -> CooperationAnswer:
    row = CooperationAnswer(
        id=uuid.uuid4(),
        school_id=request.school_id,
        request=request,
        answer=answer,
        custodian=custodian,
        answered_at=at,
        answered_by=str(by.id),
    )
    row.content = keyring.seal(row, dict(said), case_id=request.case_id)
    row.save(force_insert=True)
    return row


def _tell_manager(request: CooperationRequest, at: datetime) -> None:
    if request.case.manager is not None:
        owe_letter(person=request.case.manager, kind="needs_you", at=at, case_id=request.case_id)
