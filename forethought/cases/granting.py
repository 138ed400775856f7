"""Putting somebody on a case's list by hand, for a time, with a reason; and what the clock does with such a seat."""

import uuid
from datetime import datetime

from django.db.models import F

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.cases import grant_rules as rules
from forethought.cases.models import Capacity, Case, Exclusion, Papers, Party, Seat, Status, live
from forethought.cases.procedures import decide, route_again
from forethought.cases.seating import seat
from forethought.core.errors import insist
from forethought.people.alarms import set_alarm, stop_alarm
from forethought.people.models import Appointment, Person, Role
from forethought.people.post import owe_letter

#: The roles that open cases at all (pages/matrix.py READERS). A seat alone opens nothing to somebody without one.
OPENING = (
    Role.HEAD,
    Role.SENIOR,
    Role.CHAIR,
    Role.VICE_CHAIR,
    Role.TRUST_LEAD,
    Role.LEAD,
    Role.DEPUTY_LEAD,
)


def standing_of(*, case: Case, person: Person, by: Actor, at: datetime) -> rules.Standing:
    """What somebody is to a case at an instant (UTC)."""
    roles = Appointment.objects.filter(person=person, starts_at__lte=at, role__in=OPENING).exclude(ends_at__lte=at)
    return rules.Standing(
        kept_out=Exclusion.objects.filter(case=case, person=person).exists(),
        has_part=Party.objects.filter(case=case, person=person).exists(),
        seated=Seat.objects.filter(live(at), case=case, person=person).exists(),
        left=person.left_at is not None,
        opens_cases=roles.exists(),
        themselves=person.id == by.id,
    )


def grant_seat(*, case: Case, person: Person, part: str, length: str, reason: str, by: Person, at: datetime) -> Seat:
    """Put somebody on a case's list as one thing, for 14 days or six months, with the reason kept.

    They hear only that something waits for them. Refused for anybody kept out of the case. Policy 7.2, 8.1.
    """
    standing = standing_of(case=case, person=person, by=by, at=at)
    insist(rules.why_not_grant_seat(part=part, length=length, reason=reason, standing=standing), "8.1")
    ends_at = at + rules.LENGTHS[length]
    with acting(
        "cases.grant_seat", by=by, at=at, about=person.id, case_id=case.id, facts={"part": part, "length": length}
    ):
        seat(case=case, people={person: part}, at=at, ends_at=ends_at, given_by=str(by.id))
        row = Seat.objects.get(case=case, person=person, ended_at__isnull=True)
        keep_reason(case=case, row=row, reason=reason, by=by, at=at)
        set_clock(row, at)
    return row


def keep_reason(*, case: Case, row: Seat, reason: str, by: Actor, at: datetime) -> None:
    """Keep why somebody needs to know, sealed among the case's decisions. Part of giving or renewing a seat."""
    decide(case=case, verb="grant_seat", outcome=row.why, reasons=reason, by=by, at=at)


def set_clock(row: Seat, at: datetime) -> None:
    """Have the end warned of, brought about, and the need asked again. Part of giving or renewing a seat."""
    if row.ends_at is None:
        return
    set_alarm(
        school_id=row.school_id, kind="seat_ends_soon", about=row.id, rings_at=rules.warn_at(row.ends_at, given_at=at)
    )
    set_alarm(school_id=row.school_id, kind="seat_ends", about=row.id, rings_at=row.ends_at)
    if row.ends_at > at + rules.ASKED_AGAIN:
        set_alarm(school_id=row.school_id, kind="seat_needed", about=row.id, rings_at=at + rules.ASKED_AGAIN)


def renew_seat(*, seat: Seat, length: str, reason: str, by: Person, at: datetime) -> None:
    """Let a seat run on from now for 14 days or six months, with a reason. Policy 8.1."""
    insist(None if length in rules.LENGTHS else "Choose for how long.", "8.1")
    over = seat.ended_at is not None or (seat.ends_at is not None and seat.ends_at <= at)
    insist(rules.why_not_renew(ended=over, ends_at=seat.ends_at, reason=reason), "8.1")
    with acting("cases.renew_seat", by=by, at=at, about=seat.person_id, case_id=seat.case_id, facts={"length": length}):
        seat.ends_at = at + rules.LENGTHS[length]
        Seat.objects.filter(pk=seat.pk, ended_at__isnull=True).update(ends_at=seat.ends_at)
        keep_reason(case=seat.case, row=seat, reason=reason, by=by, at=at)
        set_clock(seat, at)


def end_seat(*, seat: Seat, by: Person, at: datetime) -> None:
    """Take somebody off a case's list: from their next request on they see nothing of it. Policy 8.1."""
    is_manager = seat.case.manager_id == seat.person_id
    insist(rules.why_not_end(ended=seat.ended_at is not None, why=seat.why, is_manager=is_manager), "8.1")
    with acting("cases.end_seat", by=by, at=at, about=seat.person_id, case_id=seat.case_id):
        Seat.objects.filter(pk=seat.pk, ended_at__isnull=True).update(ended_at=at)
        for kind in ("seat_ends_soon", "seat_ends", "seat_needed"):
            stop_alarm(kind=kind, about=seat.id, at=at)


# What the clock does


def warn_of_seat(*, seat: Seat, by: Actor, at: datetime) -> None:
    """Tell the case's manager, and who holds the seat, that it ends soon. Policy 8.1."""
    with acting("cases.warn_of_seat", by=by, at=at, about=seat.person_id, case_id=seat.case_id):
        for person in {seat.person, seat.case.manager or seat.person}:
            owe_letter(person=person, kind="due_soon", at=at, case_id=seat.case_id, by_when=seat.ends_at)


def run_out(*, seat: Seat, by: Actor, at: datetime) -> None:
    """Note that a seat ran out. It opened nothing from that instant on, whether or not this was noted. Policy 8.1."""
    with acting("cases.run_out", by=by, at=at, about=seat.person_id, case_id=seat.case_id):
        Seat.objects.filter(pk=seat.pk, ended_at__isnull=True).update(ended_at=F("ends_at"))


def ask_whether_needed(*, seat: Seat, by: Actor, at: datetime) -> None:
    """Ask the case's manager whether somebody still needs to know, every 90 days. Policy 8.1."""
    with acting("cases.ask_whether_needed", by=by, at=at, about=seat.person_id, case_id=seat.case_id):
        if seat.case.manager is not None:
            owe_letter(person=seat.case.manager, kind="needs_you", at=at, case_id=seat.case_id)
        if seat.ends_at is not None and seat.ends_at > at + rules.ASKED_AGAIN:
            set_alarm(school_id=seat.school_id, kind="seat_needed", about=seat.id, rings_at=at + rules.ASKED_AGAIN)


def end_all(*, person: Person, by: Actor, at: datetime) -> None:
    """End every seat and all papers of somebody who has left: should they come back, nothing comes back.

    A case that they handled goes to the next whom the conflict rules allow, else it is held. Policy 2.5, 8.1.
    """
    with acting("cases.end_all", by=by, at=at, about=person.id):
        Seat.objects.filter(person=person, ended_at__isnull=True).update(ended_at=at)
        Papers.objects.filter(person=person, ended_at__isnull=True).update(ended_at=at)
        for case in Case.objects.filter(manager=person).exclude(status=Status.CLOSED):
            Case.objects.filter(pk=case.pk).update(manager=None)
            case.manager = None
            reported = case.parties.filter(capacity=Capacity.REPORTED, person__isnull=False)
            route_again(case=case, reported=list(reported.values_list("person_id", flat=True)), by=by, at=at)


def ring_seat_ends_soon(about: uuid.UUID, at: datetime) -> None:
    """A seat ends soon."""
    if (row := _running(about)) is not None:
        warn_of_seat(seat=row, by=PROGRAM, at=at)


def ring_seat_ends(about: uuid.UUID, at: datetime) -> None:
    """A seat ends now, unless it was renewed meanwhile."""
    if (row := _running(about)) is not None and row.ends_at is not None and row.ends_at <= at:
        run_out(seat=row, by=PROGRAM, at=at)


def ring_seat_needed(about: uuid.UUID, at: datetime) -> None:
    """A seat has run for another 90 days."""
    if (row := _running(about)) is not None:
        ask_whether_needed(seat=row, by=PROGRAM, at=at)


def ring_seats_of_leaver(about: uuid.UUID, at: datetime) -> None:
    """Somebody has left."""
    person = Person.objects.filter(pk=about, left_at__isnull=False).first()
    if person is not None:
        end_all(person=person, by=PROGRAM, at=at)


def _running(seat_id: uuid.UUID) -> Seat | None:
    return Seat.objects.select_related("case__manager", "person").filter(pk=seat_id, ended_at__isnull=True).first()


BELLS = {
    "seat_ends_soon": ring_seat_ends_soon,
    "seat_ends": ring_seat_ends,
    "seat_needed": ring_seat_needed,
    "seats_of_leaver": ring_seats_of_leaver,
}
