"""Asking for one's own data, until it is answered: who they are, the month, the search, the parts, the answer.

What is in a case is put together by whoever has that case, never by the data protection officer, who is on no list. Of
a case that somebody was not told of, nothing shows: not here, not in the answer, not in the clock. Clause 11.1.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.cases.models import Exclusion
from forethought.core.clock import london
from forethought.core.errors import TooLate, insist
from forethought.core.text import is_blank
from forethought.evidence import keyring
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.models import Exhibit
from forethought.people import codes
from forethought.people.alarms import set_alarm, stop_alarm
from forethought.people.models import Doorway, Person
from forethought.people.post import owe_letter, owe_letters, withdraw_letters
from forethought.people.sessions import roles_of
from forethought.protection import access_rules, answer_files, rules, searching, standing
from forethought.protection.access_models import AccessPart, AccessRequest, AccessStep

CLAUSE = "11.1"
ALARM = "access_request"
LETTERS = ("needs_you", "due_soon", "late")

#: What can be noted about a request, with the words that stand beside it.
STEPS: Mapping[str, str] = {
    "who": "Asked who they are",
    "identity": "Who they are was checked",
    "what": "Asked what they mean",
    "meant": "They said what they mean",
    "lengthened": "Two months more, and told why",
    "note": "Noted",
    "searched": "Searched",
    "sent": "Answered",
    "refused": "Declined, and told why",
}


def who_sees_to(row: AccessRequest, at: datetime) -> list[Person]:
    """Everybody who sees to a request at an instant (UTC): never whoever asked."""
    return [one for one in standing.who_sees_to(row.about, at) if one.pk != row.person_id]


def in_last_hour(at: datetime) -> int:
    """How many requests came by the form in the hour before an instant (UTC)."""
    since = at - timedelta(hours=1)
    return AccessRequest.objects.filter(way=access_rules.Way.FORM, logged_at__gt=since).count()


def may_see_to(row: AccessRequest, by: Person, at: datetime) -> bool:
    """Whether somebody sees to a request, by their offices at an instant (UTC). Nobody sees to their own."""
    return row.person_id != by.pk and rules.may_see_to(about=row.about, roles=roles_of(by, at))


def ask_for_own_data(*, asks: str, by: Person, at: datetime) -> AccessRequest:
    """Ask, signed in, for the data about oneself. Who they are is known by that. Policy 11.1."""
    with acting("protection.ask_for_own_data", by=by, at=at) as event:
        row = _kept(
            by.school_id,
            {"name": by.name, "reach": by.email, "asks": asks},
            way=access_rules.Way.SIGNED,
            person=by,
            press=uuid.uuid4(),
            received_at=at,
            by=by,
            at=at,
        )
        event.about = row.pk
    return row


def receive_access_request(
    *, school_id: uuid.UUID, said: Mapping[str, str], press: uuid.UUID, crowded: bool, by: Actor, at: datetime
) -> tuple[AccessRequest, str]:
    """Take a request from somebody without an account, with the code by which they come back. Two presses make one.

    Who they are is checked by a person before anything is sent. `said`: `name`, `reach`, `asks`. One of very
    many at once (`crowded`) is kept with its clock, and sends no mail yet. Policy 11.1.
    """
    insist(access_rules.why_not_log_access_request(name=said.get("name", ""), received_at=at, at=at), CLAUSE)
    with acting("protection.receive_access_request", by=by, at=at) as event:
        row = AccessRequest.objects.filter(press=press).first() or _kept(
            school_id,
            said,
            way=access_rules.Way.FORM,
            person=None,
            press=press,
            received_at=at,
            by=by,
            at=at,
            tells=not crowded,
        )
        event.about = row.pk
        code = codes.receipt_code()
        Doorway.objects.create(
            key_hash=codes.key_hash("receipt", codes.tidy(code)),
            kind="receipt",
            school_id=school_id,
            opens=row.pk,
            made_at=at,
        )
    return row, code


def log_access_request(
    *, said: Mapping[str, str], person: Person | None, way: str, received_at: datetime, by: Person, at: datetime
) -> AccessRequest:
    """Write down a request that came otherwise, with the day on which it came. `person`: the adult here it is from.

    Policy 11.1.
    """
    insist(access_rules.why_not_log_access_request(name=said.get("name", ""), received_at=received_at, at=at), CLAUSE)
    own = person is not None and person.pk == by.pk
    insist("This is yours. Ask for it under “Data protection”." if own else None, CLAUSE)
    with acting("protection.log_access_request", by=by, at=at) as event:
        row = _kept(
            by.school_id,
            said,
            way=access_rules.Way(way),
            person=person,
            press=uuid.uuid4(),
            received_at=received_at,
            by=by,
            at=at,
        )
        insist(None if may_see_to(row, by, at) else "Others see to requests from them.", CLAUSE)
        event.about = row.pk
    return row


def _kept(
    school_id: uuid.UUID,
    said: Mapping[str, str],
    *,
    way: access_rules.Way,
    person: Person | None,
    press: uuid.UUID,
    received_at: datetime,
    by: Actor,
    at: datetime,
    tells: bool = True,
) -> AccessRequest:
    start = london(received_at).date()
    row = AccessRequest(
        id=uuid.uuid4(),
        school_id=school_id,
        press=press,
        person=person,
        about=access_rules.about_of(roles_of(person, at) if person else ()),
        way=way,
        received_at=received_at,
        logged_at=at,
        logged_by=str(by.id),
        start_on=start,
        due_at=access_rules.due_at(start),
        identity_at=at if way is access_rules.Way.SIGNED else None,
    )
    row.content = keyring.seal_at_school(row, "content", dict(said))
    row.save(force_insert=True)
    if tells:
        _tell(row, "needs_you", at)
    _set(row, at)
    return row


def _tell(row: AccessRequest, kind: str, at: datetime) -> int:
    return owe_letters(people=who_sees_to(row, at), kind=kind, at=at, about=row.pk, by_when=row.due_at)


def _set(row: AccessRequest, at: datetime) -> None:
    if row.due_at is None:
        stop_alarm(kind=ALARM, about=row.pk, at=at)
        withdraw_letters(about=row.pk, kinds=("due_soon", "late"), at=at)
        return
    set_alarm(school_id=row.school_id, kind=ALARM, about=row.pk, rings_at=access_rules.next_access_mark(row.due_at, at))


def _due(row: AccessRequest) -> datetime:
    return access_rules.due_at(row.start_on, lengthened=row.lengthened_at is not None, paused_days=row.paused_days)


def _insist_on(row: AccessRequest, by: Person, at: datetime) -> None:
    may = may_see_to(row, by, at)
    insist(access_rules.why_not_see_to_request(may=may, closed=row.closed_at is not None), CLAUSE)


def _step(row: AccessRequest, kind: str, content: Mapping[str, Any], by: Actor, at: datetime) -> AccessStep:
    step = AccessStep(
        id=uuid.uuid4(), school_id=row.school_id, access_request=row, kind=kind, noted_at=at, noted_by=str(by.id)
    )
    step.content = keyring.seal_at_school(step, "content", dict(content))
    step.save(force_insert=True)
    return step


def _change(row: AccessRequest, version: int, **values: object) -> None:
    unmoved = AccessRequest.objects.filter(pk=row.pk, version=version, closed_at__isnull=True)
    if not unmoved.update(**values, version=F("version") + 1):
        raise TooLate("This has changed since you opened it. Look again. Nothing was changed.")
    row.refresh_from_db()


def see_access_request(*, access_request: AccessRequest, by: Person, at: datetime) -> dict[str, Any]:
    """What somebody asks for, opened. Looking at it is noted. Policy 11.1."""
    may = may_see_to(access_request, by, at)
    insist(access_rules.why_not_see_to_request(may=may, closed=False), CLAUSE)
    with acting("protection.see_access_request", by=by, at=at, about=access_request.pk):
        return keyring.words_at_school(access_request, "content")


def ask_of_requester(
    *, access_request: AccessRequest, version: int, kind: str, words: str, by: Person, at: datetime
) -> None:
    """Ask who they are (`who`), or what they mean (`what`). The clock waits until they have said it. Policy 11.1."""
    _insist_on(access_request, by, at)
    insist("You wait for them already." if access_request.waits_for else None, CLAUSE)
    insist(None if kind in {"who", "what"} else "Choose what you ask.", CLAUSE)
    known = kind == "who" and access_request.identity_at is not None
    insist("It is known already who they are." if known else None, CLAUSE)
    insist("Write what you ask them." if is_blank(words) else None, CLAUSE)
    with acting("protection.ask_of_requester", by=by, at=at, about=access_request.pk, facts={"kind": kind}):
        _change(access_request, version, waits_for=kind, waits_from=at, due_at=None)
        _step(access_request, kind, {"words": words}, by, at)
        _set(access_request, at)


def note_their_answer(*, access_request: AccessRequest, version: int, words: str, by: Person, at: datetime) -> None:
    """Note what they answered. Policy 11.1.

    Asked who they are, the month begins anew; asked what they mean, it goes on. Where nobody asked, it notes that who
    they are was checked, and the month runs on.
    """
    _insist_on(access_request, by, at)
    insist("Write how you know." if is_blank(words) else None, CLAUSE)
    waited = access_request.waits_for
    done = not waited and access_request.identity_at is not None
    insist("You wait for nothing, and it is known who they are." if done else None, CLAUSE)
    with acting("protection.note_their_answer", by=by, at=at, about=access_request.pk, facts={"kind": waited or "who"}):
        if waited == "what":
            assert access_request.waits_from is not None
            days = access_request.paused_days + access_rules.days_between(access_request.waits_from, at)
            _change(access_request, version, waits_for="", waits_from=None, paused_days=days)
        else:
            begins = {"start_on": london(at).date()} if waited else {}
            _change(access_request, version, waits_for="", waits_from=None, identity_at=at, **begins)
        _step(access_request, "meant" if waited == "what" else "identity", {"words": words}, by, at)
        _change(access_request, access_request.version, due_at=_due(access_request))
        _set(access_request, at)


def lengthen_time(*, access_request: AccessRequest, version: int, words: str, by: Person, at: datetime) -> None:
    """Take two months more for a complex request; `words` are what they are told. Policy 11.1."""
    _insist_on(access_request, by, at)
    refused = access_rules.why_not_lengthen(
        lengthened=access_request.lengthened_at is not None,
        waiting=bool(access_request.waits_for),
        first_due=access_request.due_at,
        words=words,
        at=at,
    )
    insist(refused, CLAUSE)
    with acting("protection.lengthen_time", by=by, at=at, about=access_request.pk):
        _change(access_request, version, lengthened_at=at)
        _step(access_request, "lengthened", {"words": words}, by, at)
        _change(access_request, access_request.version, due_at=_due(access_request))
        _set(access_request, at)


def search_for_data(*, access_request: AccessRequest, version: int, by: Person, at: datetime) -> None:
    """Look everywhere, and ask whoever has a case that holds something of theirs for its part. Policy 11.1.

    The event holds no number: how many cases there are is nobody's to count. Searched again, it only adds.
    """
    _insist_on(access_request, by, at)
    with acting("protection.search_for_data", by=by, at=at, about=access_request.pk):
        _change(access_request, version, searched_at=at)
        said = keyring.words_at_school(access_request, "content")
        AccessPart.objects.get_or_create(
            school_id=access_request.school_id, access_request=access_request, case=None, defaults={"found_at": at}
        )
        seers = [one.pk for one in who_sees_to(access_request, at)]
        for found in searching.cases_with(access_request.person, str(said["name"]), at):
            silent = access_rules.is_silent(subject=found.subject, kept_out=found.kept_out, told=found.told)
            # One of those who see to it must not know of the case: then none of them does.
            silent = silent or Exclusion.objects.filter(case_id=found.case_id, person_id__in=seers).exists()
            part, new = AccessPart.objects.get_or_create(
                school_id=access_request.school_id,
                access_request=access_request,
                case_id=found.case_id,
                defaults={"found_at": at, "silent": silent},
            )
            if not new and part.silent and not silent and part.settled_at is None:
                # They have been told since the last search.
                part.silent = False
                part.save(update_fields=["silent"])
            if new and part.case is not None and part.case.manager is not None:
                owe_letter(person=part.case.manager, kind="needs_you", at=at, case_id=part.case_id, about=part.pk)
        _step(access_request, "searched", {}, by, at)


def settle_part(
    *,
    part: AccessPart,
    put_in: bool,
    content: Mapping[str, Any],
    copies: Sequence[RedactedCopy] = (),
    recordings: Sequence[Exhibit] = (),
    alone: bool = False,
    knows: bool,
    by: Person,
    at: datetime,
) -> None:
    """Settle what of one part goes into the answer, by whoever has it. It stays as it is then. Policy 11.1.

    `content`: `words` with the names of others taken out; `released` names by number and the `reason`; `left_out` by
    ground; `say` whether the answer may say so. `copies` of records go in as files, and `recordings` whole if `alone`:
    nobody else is in them. The page hands a part of a case only to whoever is on its list.
    """
    row = request_of(part)
    insist(rules.CLOSED if row.closed_at is not None else None, CLAUSE)
    if part.case_id is None:
        _insist_on(row, by, at)
    refused = access_rules.why_not_settle_part(
        settled=part.settled_at is not None,
        put_in=put_in,
        words=str(content["words"]),
        files=len(copies) + len(recordings),
        released=content["released"],
        reason=str(content["reason"]),
    )
    insist(refused, CLAUSE)
    silent, known = is_silent_now(part, at), row.person_id is not None
    if put_in:
        insist(access_rules.why_not_put_in(silent=silent, known_here=known, says_they_know=knows), "9.1")
    with acting("protection.settle_part", by=by, at=at, about=part.pk, case_id=part.case_id):
        # The words are as they will be read: what was hidden is not kept a second time.
        kept = {**content, "say": bool(content["say"]) and not silent}
        kept["files"] = answer_files.kept_files(part, copies) if put_in else []
        if put_in:
            kept["files"] += answer_files.kept_recordings(part, recordings, alone=alone, by=by)
        left = answer_files.left_of(part, copies if put_in else (), recordings if put_in else ())
        kept["also"] = access_rules.recordings_left(left=left, grounds=kept["left_out"], say=kept["say"])
        if part.case_id is None:
            part.content = keyring.seal_at_school(part, "content", kept)
        else:
            part.content = keyring.seal(part, kept, case_id=part.case_id)
        done = AccessPart.objects.filter(pk=part.pk, settled_at__isnull=True).update(
            content=part.content, settled_at=at, settled_by=by, put_in=put_in
        )
        if not done:
            raise TooLate("Somebody has settled this part already. Look again. Nothing was changed.")
        part.refresh_from_db()
        if part.case_id is not None:
            withdraw_letters(about=part.pk, kinds=("needs_you",), at=at)


def request_of(part: AccessPart) -> AccessRequest:
    """The request that a part is of. Only a settled part of a case ever outlives its own, and no page opens that."""
    assert part.access_request is not None
    return part.access_request


def is_silent_now(part: AccessPart, at: datetime) -> bool:
    """Whether nothing may show of a case, as things stand now: they may have been told of it since the search."""
    if part.case_id is None:
        return False
    row = request_of(part)
    name = str(keyring.words_at_school(row, "content")["name"])
    found = next((one for one in searching.cases_with(row.person, name, at) if one.case_id == part.case_id), None)
    return found is not None and access_rules.is_silent(subject=found.subject, kept_out=found.kept_out, told=found.told)


def words_of_part(part: AccessPart) -> dict[str, Any] | None:
    """What was settled of a part; nothing where it is not, or went with its case."""
    if part.content is None:
        return None
    if part.case_id is None:
        return keyring.words_at_school(part, "content")
    return keyring.words(part, case_id=part.case_id)


def send_answer(*, access_request: AccessRequest, version: int, words: str, by: Person, at: datetime) -> None:
    """Give the answer to whoever asked. From then on it stays as it is. Policy 11.1.

    `words` stand above it. Parts that nothing may show of delay nothing and stop nothing.
    """
    _insist_on(access_request, by, at)
    parts = access_request.parts.filter(silent=False)
    refused = access_rules.why_not_send_answer(
        identity=access_request.identity_at is not None,
        waiting=bool(access_request.waits_for),
        searched=access_request.searched_at is not None,
        ready=not parts.filter(settled_at__isnull=True).exists(),
    )
    insist(refused, CLAUSE)
    late = access_request.due_at is not None and at >= access_request.due_at
    with acting("protection.send_answer", by=by, at=at, about=access_request.pk, facts={"late": late}):
        _close(access_request, version, "sent", words, by, at)


def decline_request(*, access_request: AccessRequest, version: int, words: str, by: Person, at: datetime) -> None:
    """Decline a request that is manifestly unfounded or excessive, with the reason they are told. Policy 11.1."""
    _insist_on(access_request, by, at)
    insist("Write why. They are told." if is_blank(words) else None, CLAUSE)
    with acting("protection.decline_request", by=by, at=at, about=access_request.pk):
        _close(access_request, version, "refused", words, by, at)


def _close(row: AccessRequest, version: int, how: str, words: str, by: Person, at: datetime) -> None:
    _change(row, version, closed_at=at, closed_by=by, closed_as=how)
    _step(row, how, {"words": words}, by, at)
    stop_alarm(kind=ALARM, about=row.pk, at=at)
    withdraw_letters(about=row.pk, kinds=LETTERS, at=at)
    if row.person is not None:
        owe_letters(people=[row.person], kind="news", at=at, about=row.pk)


# --- What the clock does ---


def ring_access_request(about: uuid.UUID, at: datetime) -> None:
    """A mark of a request has come."""
    row = AccessRequest.objects.filter(pk=about, closed_at__isnull=True, due_at__isnull=False).first()
    if row is not None:
        remind_of_request(access_request=row, by=PROGRAM, at=at)


def remind_of_request(*, access_request: AccessRequest, by: Actor, at: datetime) -> None:
    """Ask those who see to a request again, and say when it is late. Policy 11.1."""
    late = access_request.due_at is not None and at >= access_request.due_at
    with acting("protection.remind_of_request", by=by, at=at, about=access_request.pk, facts={"late": late}) as event:
        event.facts["asked"] = _tell(access_request, "late" if late else "due_soon", at)
        _set(access_request, at)


BELLS = {ALARM: ring_access_request}
