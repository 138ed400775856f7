"""Asking for something to be amended or removed, looking whether it went, and going on when it did not."""

import uuid
from collections.abc import Collection
from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.cases import procedures as cases
from forethought.cases.models import Capacity, Case, Party
from forethought.cases.owed import settle
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.people.models import Person
from forethought.people.post import owe_letter
from forethought.takedowns import marks, moves, notices, rules
from forethought.takedowns.ladder import Refusal, why_not_skip
from forethought.takedowns.mailing import queue_notice
from forethought.takedowns.models import Look, Notice, Reason, Takedown, Ticket
from forethought.takedowns.moves import begin_again, clock_after_look, move, start_clocks, unmoved
from forethought.takedowns.planning import plan_next_look
from forethought.takedowns.rules import Author, Result, Status, Wanted
from forethought.takedowns.special_notices import special_notices
from forethought.takedowns.targets import Target


def open_takedown(
    *, case: Case, target: Target, wanted: Wanted, wording: str = "", reported_at: datetime, by: Actor, at: datetime
) -> Takedown:
    """Put something on the 24-hour clock from the moment it was first reported. Policy 8.3."""
    insist(rules.why_not_open(target=target, wanted=wanted, wording=wording), "8.3")
    with acting("takedowns.open_takedown", by=by, at=at, case_id=case.id) as event:
        takedown = Takedown(
            id=uuid.uuid4(),
            school_id=case.school_id,
            case=case,
            target="address" if target.address else "group",
            wish=wanted,
            status=Status.TO_ASK,
            reported_at=reported_at,
            approach_due_at=marks.approach_due(reported_at, case.school.approach_hours),
            resolve_due_at=marks.resolve_due(reported_at),
            moved_at=at,
            moved_by=str(by.id),
        )
        takedown.content = sealed(takedown, target, wording)
        takedown.save(force_insert=True)
        start_clocks(takedown, at, first=True)
        event.about = takedown.id
        event.facts["target"] = takedown.target
    return takedown


def sealed(takedown: Takedown, target: Target, wording: str) -> bytes:
    """What a takedown is about and the wording wanted, sealed. Part of opening and of changing the wish."""
    content = {**{k: getattr(target, k) for k in target.__dataclass_fields__}, "wording": wording}
    return keyring.seal(takedown, content, case_id=takedown.case_id)


def target_of(takedown: Takedown) -> tuple[Target, str]:
    """What a takedown is about and the wording wanted, opened."""
    content = keyring.words(takedown, case_id=takedown.case_id)
    wording = str(content.pop("wording", ""))
    return Target(**content), wording


def author_of(case: Case) -> Author:
    """Who is thought to have posted it: the group of the person reported."""
    party = case.parties.filter(capacity=Capacity.REPORTED).order_by("added_at").first()
    return Author(party.group) if party else Author.UNKNOWN


def change_wish(*, takedown: Takedown, version: int, wanted: Wanted, wording: str, by: Person, at: datetime) -> None:
    """Say what the school wants: that it goes, or reads otherwise. Amended as asked is a good end. Policy 8.3."""
    unmoved(takedown, version)
    insist(rules.why_not_change_wish(status=Status(takedown.status), wanted=wanted, wording=wording), "8.3")
    with acting(
        "takedowns.change_wish", by=by, at=at, about=takedown.id, case_id=takedown.case_id, facts={"wish": str(wanted)}
    ):
        target, _ = target_of(takedown)
        content = sealed(takedown, target, wording if wanted is Wanted.AMEND else "")
        moves.change(takedown, version=version, by=by, at=at, wish=wanted, content=content)
        takedown.wish, takedown.content = wanted, content


def ask_author(*, takedown: Takedown, version: int, safe: bool | None, by: Person, at: datetime) -> None:
    """Note that the author was asked, where that is safe: route zero. The host's clock goes on. Policy 8.3."""
    case = takedown.case
    unmoved(takedown, version)
    refusal = rules.why_not_ask_author(
        status=Status(takedown.status), author=author_of(case), safe=safe, threat=case.threat
    )
    insist(refusal, "8.3")
    with acting("takedowns.ask_author", by=by, at=at, about=takedown.id, case_id=case.id):
        move(takedown, Status.AUTHOR_ASKED, "ask_author", version=version, by=by, at=at, asked_at=at)


def ask_host(
    *, takedown: Takedown, version: int, kind: str, way: str, fields: notices.Fields, by: Person, at: datetime
) -> Notice:
    """Ask the site or app, by mail or with a form of its own. The notice is kept word for word.

    `kind` is N1, a report in the app, or N2, a letter to the host. Policy 8.3.
    """
    unmoved(takedown, version)
    missing = notices.missing(notices.Kind(kind), fields)
    insist(rules.why_not_ask_host(status=Status(takedown.status), missing=missing), "8.3")
    with acting("takedowns.ask_host", by=by, at=at, about=takedown.id, case_id=takedown.case_id) as event:
        move(takedown, Status.HOST_ASKED, "ask_host", version=version, by=by, at=at, asked_at=at)
        settle(case=takedown.case, kind="approach", about=takedown.id, by=by, at=at)
        notice = keep_notice(takedown, kind=kind, rung="host", way=way, fields=fields, by=by, at=at)
        event.facts.update(kind=kind, way=way)
    return notice


def keep_notice(
    takedown: Takedown, *, kind: str, rung: str, way: str, fields: notices.Fields, by: Actor, at: datetime
) -> Notice:
    """Keep a notice as sent; by mail, it goes after the commit. Part of asking and of going on."""
    to, reply_to = str(fields.get("contact") or ""), str(fields.get("reply_to") or "")
    insist(rules.why_not_mail(to=to, reply_to=reply_to) if way == "mail" else None, "8.3")
    notice = Notice(
        id=uuid.uuid4(),
        school_id=takedown.school_id,
        takedown=takedown,
        kind=kind,
        rung=rung,
        way=way,
        sent_at=at,
        sent_by=str(by.id),
    )
    composed = notices.compose(notices.Kind(kind), fields)
    content = {
        "text": composed.text,
        "subject": composed.subject,
        "to": to,
        "reply_to": reply_to,
        "recipient": str(fields.get("recipient") or ""),
        "why": notices.why(notices.Kind(kind), fields),
    }
    notice.content = keyring.seal(notice, content, case_id=takedown.case_id)
    notice.save(force_insert=True)
    if way == "mail":
        queue_notice(notice, at)
    return notice


def note_ticket(*, notice: Notice, ticket: str, by: Person, at: datetime) -> Ticket:
    """Note the ticket number or other proof that a notice arrived. Policy 8.3."""
    insist(None if ticket.strip() else "Write the ticket number, or what the site answered.", "8.3")
    case_id = notice.takedown.case_id
    with acting("takedowns.note_ticket", by=by, at=at, about=notice.id, case_id=case_id):
        row = Ticket(id=uuid.uuid4(), school_id=notice.school_id, notice=notice, noted_at=at, noted_by=str(by.id))
        row.content = keyring.seal(row, {"ticket": ticket}, case_id=case_id)
        row.save(force_insert=True)
    return row


def leave_up(*, takedown: Takedown, version: int, reason: str, by: Person, at: datetime) -> None:
    """Decide, with a reason, not to ask the host. The 24 hours go on all the same. Policy 8.3."""
    unmoved(takedown, version)
    insist(rules.why_not_leave_up(status=Status(takedown.status), reason=reason), "8.3")
    with acting("takedowns.leave_up", by=by, at=at, about=takedown.id, case_id=takedown.case_id):
        move(takedown, Status.LEFT_UP, "leave_up", version=version, by=by, at=at)
        give_reason(takedown, verb="leave_up", reason=reason, by=by, at=at)
        settle(case=takedown.case, kind="approach", about=takedown.id, by=by, at=at)


def check_removal(
    *,
    takedown: Takedown,
    result: Result,
    exhibit_id: uuid.UUID | None = None,
    corrects: Look | None = None,
    by: Person,
    at: datetime,
) -> Look:
    """Keep what a person saw when they looked: one press. It needs no version, for a look is a fact, not a decision.

    Coming back after it was gone starts both clocks anew from now, and opens the case again. `corrects` is a look whose
    button was pressed by mistake: what it moved is put back first. Policy 8.5.
    """
    with acting(
        "takedowns.check_removal",
        by=by,
        at=at,
        about=takedown.id,
        case_id=takedown.case_id,
        facts={"result": str(result)},
    ) as event:
        takedown.refresh_from_db()
        if corrects is not None:
            _put_back(takedown, corrects, by, at)
            event.facts["corrects"] = True
        target, _ = target_of(takedown)
        status, wanted = Status(takedown.status), Wanted(takedown.wish)
        insist(
            rules.why_not_check_removal(
                status=status,
                result=result,
                wanted=wanted,
                target=target,
                by_person_harmed=_is_harmed(takedown.case, by),
            ),
            "8.5",
        )
        before = moves.stands(takedown)
        after = _moved_by(takedown, result, by, at)
        look = Look.objects.create(
            school_id=takedown.school_id,
            takedown=takedown,
            result=result,
            exhibit_id=exhibit_id,
            corrects=corrects,
            before={**before, "after": takedown.version},
            seen_at=at,
            seen_by=str(by.id),
        )
        clock_after_look(takedown, by, at)
        if rules.comes_back(status, after):
            start_clocks(takedown, at)
            open_again(takedown, by, at)
    return look


def _put_back(takedown: Takedown, corrects: Look, by: Person, at: datetime) -> None:
    """Put back what a look moved whose button was pressed by mistake: the last one, and nothing done on it since."""
    last = takedown.looks.order_by("-seen_at", "-id").first()
    acted_since = (corrects.before or {}).get("after") != takedown.version
    insist(
        rules.why_not_correct(is_last=last is not None and last.pk == corrects.pk, acted_since=acted_since),
        "8.5",
    )
    moves.put_back(takedown, corrects, by=by, at=at)


def _moved_by(takedown: Takedown, result: Result, by: Person, at: datetime) -> Status:
    """Move a takedown to where what was seen puts it, and note when. Where it now stands."""
    status = Status(takedown.status)
    stood = Status(takedown.stood) if takedown.stood else Status.TO_ASK
    after = rules.after_look(status, result, Wanted(takedown.wish), before=stood)
    changes: dict[str, object] = {"last_look_at": at}
    if after is Status.SEEN_SIGNED_IN and status is not after:
        changes["stood"] = status
    if after in {Status.GONE, Status.AMENDED} and status is not after:
        changes["seen_gone_at"] = at
    if after is not status:
        if rules.comes_back(status, after):
            changes.update(begin_again(takedown, at))
        move(takedown, after, "check_removal", version=takedown.version, by=by, at=at, **changes)
    else:
        Takedown.objects.filter(pk=takedown.pk).update(**changes)
    takedown.refresh_from_db()
    return after


def open_again(takedown: Takedown, by: Actor, at: datetime) -> None:
    """Open the case again with its whole history when what it was about is back. Part of looking and reopening."""
    case = Case.objects.select_related("school").get(pk=takedown.case_id)
    if case.status == "closed":
        reasons = "It was seen again after it had gone."
        cases.reopen(case=case, version=case.version, reasons=reasons, by=by, at=at)


def escalate(
    *,
    takedown: Takedown,
    version: int,
    rung: str,
    refusal: Refusal,
    answer: str,
    fields: notices.Fields,
    way: str,
    by: Person,
    at: datetime,
) -> Notice:
    """Go on to a next step, with the host's non-co-operation on record. Policy 8.6."""
    unmoved(takedown, version)
    status = Status(takedown.status)
    insist(rules.why_not_escalate(status=status, refusal=refusal, resolve_due_at=takedown.resolve_due_at, at=at), "8.6")
    missing = notices.missing(notices.Kind.STEP, fields)
    insist(missing[0] if missing else None, "8.6")
    with acting(
        "takedowns.escalate",
        by=by,
        at=at,
        about=takedown.id,
        case_id=takedown.case_id,
        facts={"rung": rung, "refusal": str(refusal)},
    ):
        move(takedown, Status.ESCALATED, "escalate", version=version, by=by, at=at, asked_at=at)
        give_reason(takedown, verb="escalate", rung=rung, reason=answer or str(refusal), by=by, at=at)
        settle(case=takedown.case, kind="approach", about=takedown.id, by=by, at=at)
        return keep_notice(takedown, kind=notices.Kind.STEP, rung=rung, way=way, fields=fields, by=by, at=at)


def skip_rung(*, takedown: Takedown, rung: str, reason: str, by: Person, at: datetime) -> None:
    """Leave a next step out, with a reason. Policy 8.6."""
    done = {*takedown.notices.values_list("rung", flat=True), *takedown.reasons.values_list("rung", flat=True)}
    insist(why_not_skip(rung=rung, reason=reason, done=done), "8.6")
    with acting("takedowns.skip_rung", by=by, at=at, about=takedown.id, case_id=takedown.case_id, facts={"rung": rung}):
        give_reason(takedown, verb="skip_rung", rung=rung, reason=reason, by=by, at=at)


def hand_to_complainant(
    *,
    takedown: Takedown,
    version: int,
    helper: Person | None,
    numbers: Collection[str] = (),
    by: Person,
    at: datetime,
) -> None:
    """Hand the complaint to the person it is about, with a helper: only they may send it. Our clock goes on.

    `numbers` are the notices that they may need, from those that only a person can send. Policy 8.4.
    """
    unmoved(takedown, version)
    harmed = takedown.case.parties.filter(capacity=Capacity.HARMED).exists()
    insist(
        rules.why_not_hand_to_complainant(
            status=Status(takedown.status),
            complainant_known=harmed,
            complainant_is_school=False,
            helper_chosen=helper is not None,
        ),
        "8.4",
    )
    with acting("takedowns.hand_to_complainant", by=by, at=at, about=takedown.id, case_id=takedown.case_id):
        move(takedown, Status.HANDED, "hand_to_complainant", version=version, by=by, at=at, helper=helper, asked_at=at)
        for number in numbers:
            name = special_notices()[number].name
            give_reason(takedown, verb="hand_to_complainant", rung=number, reason=name, by=by, at=at)
        harmed_here = takedown.case.parties.filter(capacity=Capacity.HARMED, person__isnull=False)
        for party in harmed_here.select_related("person"):
            if party.person is not None:
                owe_letter(person=party.person, kind="news", at=at)
        settle(case=takedown.case, kind="approach", about=takedown.id, by=by, at=at)


def reopen(*, takedown: Takedown, version: int, reason: str, by: Actor, at: datetime) -> None:
    """Open a takedown again with its whole history: it is back, or should not have been left. Policy 8.5."""
    unmoved(takedown, version)
    insist(rules.why_not_reopen(status=Status(takedown.status), reason=reason), "8.5")
    with acting("takedowns.reopen", by=by, at=at, about=takedown.id, case_id=takedown.case_id):
        changes = begin_again(takedown, at)
        move(takedown, Status.TO_ASK, "reopen", version=version, by=by, at=at, **changes)
        give_reason(takedown, verb="reopen", reason=reason, by=by, at=at)
        takedown.refresh_from_db()
        start_clocks(takedown, at)
        open_again(takedown, by, at)


def withdraw(*, takedown: Takedown, version: int, reason: str, by: Person, at: datetime) -> None:
    """Stop asking, with a reason. Nothing is deleted. Policy 8.3."""
    unmoved(takedown, version)
    insist(rules.why_not_withdraw(status=Status(takedown.status), reason=reason), "8.3")
    with acting("takedowns.withdraw", by=by, at=at, about=takedown.id, case_id=takedown.case_id):
        move(takedown, Status.WITHDRAWN, "withdraw", version=version, by=by, at=at)
        give_reason(takedown, verb="withdraw", reason=reason, by=by, at=at)
        for kind in ("approach", "resolve", "look"):
            settle(case=takedown.case, kind=kind, about=takedown.id, by=by, at=at)
        plan_next_look(takedown, at)


def give_reason(takedown: Takedown, *, verb: str, reason: str, rung: str = "", by: Actor, at: datetime) -> Reason:
    """Keep why. Part of the act it belongs to."""
    row = Reason(
        id=uuid.uuid4(),
        school_id=takedown.school_id,
        takedown=takedown,
        verb=verb,
        rung=rung,
        given_at=at,
        given_by=str(by.id),
    )
    row.content = keyring.seal(row, {"reason": reason}, case_id=takedown.case_id)
    row.save(force_insert=True)
    return row


def _is_harmed(case: Case, person: Person) -> bool:
    return Party.objects.filter(case=case, person=person, capacity=Capacity.HARMED).exists()
