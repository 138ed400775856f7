"""Asking staff and unions about a changed text, answering each view in writing, and closing with a true outcome."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.clock import from_london, london
from forethought.core.errors import Refused, insist
from forethought.people.alarms import set_alarm, stop_alarm
from forethought.people.models import Person, Role
from forethought.people.post import owe_letter, owe_letters, withdraw_letters
from forethought.policies import rules
from forethought.policies.models import Consultation, Invitation, Policy, Reply, Response, Revision, Union
from forethought.policies.moves import move, unmoved
from forethought.policies.standing import agreed, before, last_consultation, views_of


def open_consultation(
    *,
    policy: Policy,
    revision: Revision,
    version: int,
    days: int,
    staff: Sequence[Person],
    by: Person,
    at: datetime,
) -> Consultation:
    """Ask the staff and each recognised union about this very text, until the end of so many working days.

    Policy F3. A union is asked through its representative; nobody else's membership is asked or known.
    """
    with acting("policies.open_consultation", by=by, at=at, about=revision.id) as event:
        as_it_is(revision, version)
        mark, unions = bytes(revision.text.fingerprint), list(unions_now())
        insist(
            rules.why_not_open_consultation(
                status=revision.status, changed=mark not in agreed(policy), days=days, unheard=unheard(unions)
            ),
            "F3",
        )
        consultation = Consultation.objects.create(
            school_id=revision.school_id,
            revision=revision,
            text=revision.text,
            before=before(revision),
            closes_at=rules.closes_at(at, days),
            opened_at=at,
            opened_by=by,
        )
        Invitation.objects.bulk_create(
            [
                Invitation(
                    school_id=revision.school_id,
                    consultation=consultation,
                    union=union,
                    person=union.representative if union else None,
                    asked_at=at,
                )
                for union in (None, *unions)
            ]
        )
        asked = {person.pk: person for person in (*staff, *(union.representative for union in unions))}
        told = owe_letters(
            people=[person for person in asked.values() if person.pk != by.pk],
            kind="view_wanted",
            at=at,
            about=consultation.id,
            by_when=consultation.closes_at - timedelta(minutes=1),
        )
        move(revision, "open_consultation", version=version, by=by, at=at)
        for name, rings_at in moments(at, consultation.closes_at).items():
            set_alarm(school_id=revision.school_id, kind=name, about=consultation.id, rings_at=rings_at)
        event.facts.update(unions=len(unions), told=told)
        event.commitments["text"] = mark.hex()
    return consultation


def moments(opened_at: datetime, closes: datetime) -> dict[str, datetime]:
    """When unions that have not answered are reminded, and when the head is told that the time is over. UTC.

    Policy F3. At half-time and three days before the end, at nine in the morning, London.
    """
    nine = from_london(london(opened_at + (closes - opened_at) / 2).date(), NINE)
    last = from_london((london(closes) - timedelta(days=3)).date(), NINE)
    return {
        "consult_half": max(nine, opened_at + timedelta(hours=1)),
        "consult_last": max(last, opened_at + timedelta(hours=2)),
        "consult_over": closes,
    }


NINE = datetime(2000, 1, 1, 9).time()  # noqa: DTZ001 - a time of day, without a zone


def unions_now() -> "QuerySet[Union]":
    """The recognised unions, each with who speaks for it. Policy F3."""
    found: QuerySet[Union] = (
        Union.objects.filter(ended_at__isnull=True).select_related("representative").order_by("name", "pk")
    )
    return found


def unheard(unions: Iterable[Union]) -> str:
    """The first union whose representative has left, so that nobody there could be asked."""
    return next((union.name for union in unions if union.representative.left_at is not None), "")


def as_it_is(revision: Revision, version: int) -> None:
    """Read a change as it is now, and refuse whoever saw an older state. Part of every decision, inside its act.

    Inside, because until the school's queue is joined somebody else may still change the text.
    """
    unmoved(revision, version)
    revision.refresh_from_db()


def withdraw_consultation(*, revision: Revision, version: int, by: Actor, at: datetime) -> None:
    """Stop asking, so that the text can change again. What was said stays; the next text is asked about afresh.

    Policy F3.
    """
    with acting("policies.withdraw_consultation", by=by, at=at, about=revision.id):
        as_it_is(revision, version)
        insist(rules.why_not_move("withdraw_consultation", status=revision.status), "F3")
        consultation = last_consultation(revision)
        assert consultation is not None, "a change that is being asked about has a consultation"
        Consultation.objects.filter(pk=consultation.pk).update(withdrawn_at=at)
        end(consultation, at)
        move(revision, "withdraw_consultation", version=version, by=by, at=at)


def end(consultation: Consultation, at: datetime) -> None:
    """Stop reminders and letters of a consultation. Part of a larger act."""
    for name in ("consult_half", "consult_last", "consult_over"):
        stop_alarm(kind=name, about=consultation.id, at=at)
    withdraw_letters(about=consultation.id, kinds=("view_wanted",), at=at)


def respond(
    *,
    consultation: Consultation,
    stance: rules.Stance,
    words: str,
    union: Union | None = None,
    as_staff: bool = False,
    by: Person,
    at: datetime,
) -> Response:
    """Give one's view, as a member of staff or for a union. After closing it is kept as late, and answered too.

    Policy F3. A second view from the same person is a second row; all of them are read. Whoever speaks for one union
    and does not say for whom they speak, speaks for it.
    """
    with acting("policies.respond", by=by, at=at, about=consultation.id) as event:
        consultation.refresh_from_db()
        withdrawn = consultation.withdrawn_at is not None
        insist(rules.why_not_respond(withdrawn=withdrawn, stance=stance, words=words), "F3")
        late = at >= consultation.closes_at or consultation.closed_at is not None
        response = Response.objects.create(
            school_id=consultation.school_id,
            consultation=consultation,
            invitation=invitation_of(consultation, speaking_for(by, union, as_staff), at),
            person=by,
            stance=stance,
            words=words,
            late=late,
            responded_at=at,
        )
        withdraw_letters(about=consultation.id, kinds=("view_wanted",), person_id=by.id, at=at)
        if consultation.closed_at is not None:
            # It gets an answer too, and nobody looks there any more.
            owe_letter(person=keeper_of(consultation), kind="to_decide", at=at, about=consultation.id)
        event.facts.update(late=late)
    return response


def speaking_for(person: Person, union: Union | None, as_staff: bool) -> Union | None:
    """The union that somebody speaks for now, or nothing where it is themselves."""
    theirs = [one for one in unions_now() if one.representative_id == person.pk]
    if union is not None and union.pk not in {one.pk for one in theirs}:
        raise Refused("You do not speak for that union now.", "F3")
    return union or (None if as_staff or not theirs else theirs[0])


def invitation_of(consultation: Consultation, union: Union | None, at: datetime) -> Invitation:
    """The invitation that a view answers: the union's, whoever speaks for it by now, or that of the staff.

    Part of giving a view. A union that was recognised after the consultation opened is taken in now.
    """
    for one in consultation.invitations.select_related("union"):
        if is_of(one, union):
            return one
    assert union is not None, "the staff as a whole are always asked"
    made: Invitation = Invitation.objects.create(
        school_id=consultation.school_id,
        consultation=consultation,
        union=union,
        person=union.representative,
        asked_at=at,
    )
    return made


def is_of(invitation: Invitation, union: Union | None) -> bool:
    """Whether an invitation was to this union, perhaps under an earlier representative; without one, to the staff."""
    if invitation.union is None or union is None:
        return invitation.union is union
    return invitation.union_id == union.pk or invitation.union.name.casefold() == union.name.casefold()


def keeper_of(consultation: Consultation) -> Person:
    """Who is told about a consultation: whoever opened it, or the head once they have left. Policy F3."""
    opener = consultation.opened_by
    if opener.left_at is None:
        return opener
    heads = Person.objects.filter(
        appointments__role=Role.HEAD, appointments__ends_at__isnull=True, left_at__isnull=True
    ).order_by("appointments__rank", "pk")
    return heads.first() or opener


def reply(*, response: Response, words: str, by: Person, at: datetime) -> Reply:
    """Answer a view in writing. Its author is told. Policy F3."""
    with acting("policies.reply", by=by, at=at, about=response.id):
        answered = Reply.objects.filter(response=response).exists()
        insist(rules.why_not_reply(answered=answered, words=words), "F3")
        made = Reply.objects.create(
            school_id=response.school_id, response=response, words=words, replied_at=at, replied_by=by
        )
        owe_letter(person=response.person, kind="view_answered", at=at, about=response.consultation_id)
    return made


def view_responses(*, consultation: Consultation, by: Person, at: datetime) -> None:
    """Note that somebody read what people said. What somebody thinks of a policy is theirs; viewing it is an act.

    Policy F3.
    """
    with acting("policies.view_responses", by=by, at=at, about=consultation.id):
        pass


def close_consultation(
    *, revision: Revision, version: int, outcome: rules.Outcome, reasons: str, by: Person, at: datetime
) -> None:
    """Close a consultation whose time is over and whose views are all answered. A silent union is noted as such.

    Policy F3.
    """
    with acting("policies.close_consultation", by=by, at=at, about=revision.id, facts={"outcome": outcome}) as event:
        as_it_is(revision, version)
        consultation = last_consultation(revision)
        if consultation is None:
            raise Refused("Nobody is being asked at the moment.", "F3")
        insist(
            rules.why_not_close_consultation(
                status=revision.status,
                closes=consultation.closes_at,
                at=at,
                views=views_of(consultation),
                outcome=outcome,
                reasons=reasons,
            ),
            "F3",
        )
        Consultation.objects.filter(pk=consultation.pk).update(
            closed_at=at, closed_by=by, outcome=outcome, reasons=reasons
        )
        answered = consultation.responses.filter(late=False).values("invitation")
        silent = consultation.invitations.filter(union__isnull=False).exclude(pk__in=answered).update(silent_at=at)
        end(consultation, at)
        move(revision, "close_consultation", version=version, by=by, at=at)
        event.facts["silent"] = silent
        event.commitments["text"] = bytes(consultation.text.fingerprint).hex()


def remind_unions(*, consultation: Consultation, by: Actor, at: datetime) -> None:
    """Remind the unions that have not answered yet, each through whoever speaks for it by now. Policy F3."""
    with acting("policies.remind_unions", by=by, at=at, about=consultation.id) as event:
        waiting = waiting_unions(consultation)
        people = {union.representative_id: union.representative for _, union in waiting}
        # A letter that still waits says the same: it is not sent twice.
        withdraw_letters(about=consultation.id, kinds=("view_wanted",), people=list(people), at=at)
        owe_letters(
            people=list(people.values()),
            kind="view_wanted",
            at=at,
            about=consultation.id,
            by_when=consultation.closes_at - timedelta(minutes=1),
        )
        Invitation.objects.filter(pk__in=[one.pk for one, _ in waiting]).update(reminded_at=at)
        event.facts["reminded"] = len(waiting)


def waiting_unions(consultation: Consultation) -> list[tuple[Invitation, Union]]:
    """The invitations that no union has answered, with the union as it is now. One taken off the list waits no more."""
    answered = consultation.responses.values("invitation")
    asked = consultation.invitations.filter(union__isnull=False).exclude(pk__in=answered).select_related("union")
    unions = list(unions_now())
    return [(one, union) for one in asked for union in unions if is_of(one, union)]


def still_asked(about: uuid.UUID) -> Consultation | None:
    """A consultation that has neither been closed nor withdrawn."""
    found: Consultation | None = (
        Consultation.objects.filter(pk=about, closed_at__isnull=True, withdrawn_at__isnull=True)
        .select_related("opened_by")
        .first()
    )
    return found


def ring_remind(about: uuid.UUID, at: datetime) -> None:
    """What the clock does at half-time and near the end of a consultation; nothing once its time is over."""
    consultation = still_asked(about)
    if consultation is not None and at < consultation.closes_at:
        remind_unions(consultation=consultation, by=PROGRAM, at=at)


def tell_over(*, consultation: Consultation, by: Actor, at: datetime) -> None:
    """Tell whoever opened a consultation that its time is over. Policy F3."""
    with acting("policies.tell_over", by=by, at=at, about=consultation.id):
        owe_letter(person=keeper_of(consultation), kind="to_decide", at=at, about=consultation.id)


def ring_over(about: uuid.UUID, at: datetime) -> None:
    """What the clock does at the end of a consultation."""
    consultation = still_asked(about)
    if consultation is not None:
        tell_over(consultation=consultation, by=PROGRAM, at=at)


BELLS = {"consult_half": ring_remind, "consult_last": ring_remind, "consult_over": ring_over}
