"""A leave to monitor from its first day to the destruction of what was not needed; and what the clock does with it.

It ends by itself. Nothing of what was found is kept here: how much, where, and that the rest is gone. Policy 10.1.
"""

import uuid
from datetime import date, datetime

from django.db.models import F

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.cases.models import Exclusion, Papers
from forethought.cases.opened_papers import end_papers
from forethought.cases.owed import owe, settle
from forethought.core.clock import london
from forethought.core.errors import insist
from forethought.monitoring import rules
from forethought.monitoring.models import Monitoring, MonitoringNote
from forethought.monitoring.moves import concerned, end_case, move, note, unmoved
from forethought.monitoring.rules import Status
from forethought.monitoring.standing import due_after, left_over, status_now
from forethought.people.alarms import set_alarm, stop_alarm
from forethought.people.models import Person
from forethought.people.post import owe_letter


def begin_monitoring(*, monitoring: Monitoring, by: Actor, at: datetime) -> None:
    """Note that a leave has begun, as its first day does. Policy 10.1."""
    with acting("monitoring.begin_monitoring", by=by, at=at, about=monitoring.id, case_id=monitoring.case_id):
        move(monitoring, "begin_monitoring", version=monitoring.version, by=by, at=at)


def stop_monitoring(*, monitoring: Monitoring, version: int, reasons: str, by: Person, at: datetime) -> None:
    """Stop it before its end, because enough is known or it should not go on. Policy 10.1."""
    unmoved(monitoring, version)
    insist(rules.why_not_move("stop_monitoring", status_now(monitoring, at)), "10.1")
    insist("Say why, in a few words." if not reasons.strip() else None, "10.1")
    with acting("monitoring.stop_monitoring", by=by, at=at, about=monitoring.id, case_id=monitoring.case_id):
        move(monitoring, "stop_monitoring", version=version, by=by, at=at, over_at=at)
        note(monitoring, "stop", {"words": reasons}, by, at)
        for papers in Papers.objects.filter(case=monitoring.case_id, audience="it", ended_at__isnull=True):
            end_papers(papers=papers, by=by, at=at)
        stop_alarm(kind="monitoring_ends", about=monitoring.id, at=at)
        _after_end(monitoring, at, at)


def expire_monitoring(*, monitoring: Monitoring, by: Actor, at: datetime) -> None:
    """Note that a leave ran out. It allowed nothing from its end on, whether or not this was noted. Policy 10.1."""
    with acting("monitoring.expire_monitoring", by=by, at=at, about=monitoring.id, case_id=monitoring.case_id):
        over = monitoring.ends_at
        move(monitoring, "expire_monitoring", version=monitoring.version, by=by, at=at, over_at=over)
        Papers.objects.filter(case=monitoring.case_id, audience="it", ended_at__isnull=True).update(
            ended_at=F("ends_at")
        )
        _after_end(monitoring, over, at)


def _after_end(monitoring: Monitoring, over: datetime, at: datetime) -> None:
    """A review is owed, and somebody is reminded of it until all of it is done."""
    due = due_after(over, rules.REVIEW_DAYS)
    Monitoring.objects.filter(pk=monitoring.pk).update(review_due_at=due)
    monitoring.review_due_at = due
    owe(case=monitoring.case, kind="monitor_review", about=monitoring.id, due_at=due, at=at)
    set_alarm(
        school_id=monitoring.school_id,
        kind="monitoring_remind",
        about=monitoring.id,
        rings_at=due + rules.REMINDED,
    )
    for person in concerned(monitoring):
        owe_letter(person=person, kind="needs_you", at=at, case_id=monitoring.case_id)


def review_product(
    *,
    monitoring: Monitoring,
    version: int,
    produced: bool,
    looked_at: int,
    kept: int,
    kept_where: str,
    by: Person,
    at: datetime,
) -> MonitoringNote:
    """Say how much was produced, how much of it is kept and where. Not a word of it is written here. Policy 10.1."""
    unmoved(monitoring, version)
    insist(
        rules.why_not_review(
            status=status_now(monitoring, at), produced=produced, kept=kept, looked_at=looked_at, kept_where=kept_where
        ),
        "10.1",
    )
    with acting("monitoring.review_product", by=by, at=at, about=monitoring.id, case_id=monitoring.case_id):
        if monitoring.status in {Status.AUTHORISED, Status.RUNNING}:
            # The clock is behind: it ended, and somebody was quicker to look than the worker to note it.
            expire_monitoring(monitoring=monitoring, by=PROGRAM, at=at)
        over = rules.leaves_over(looked_at=looked_at, kept=kept)
        due = due_after(at, rules.DESTROY_DAYS) if over else None
        move(monitoring, "review_product", version=monitoring.version, by=by, at=at, destroy_due_at=due)
        words = {"produced": produced, "looked_at": looked_at, "kept": kept, "kept_where": kept_where}
        kept_note = note(monitoring, "review", words, by, at)
        settle(case=monitoring.case, kind="monitor_review", about=monitoring.id, by=by, at=at)
        if due is not None:
            owe(case=monitoring.case, kind="monitor_destroy", about=monitoring.id, due_at=due, at=at)
            set_alarm(
                school_id=monitoring.school_id,
                kind="monitoring_remind",
                about=monitoring.id,
                rings_at=due + rules.REMINDED,
            )
        else:
            end_case(monitoring, by, at)
    return kept_note


def note_destruction(
    *, monitoring: Monitoring, version: int, way: str, done_on: date | None, second: Person, by: Person, at: datetime
) -> MonitoringNote:
    """Note that what was not needed was destroyed: when, how, and the two who stand for it. Policy 10.1."""
    unmoved(monitoring, version)
    out = Exclusion.objects.filter(case=monitoring.case_id, person=second).exists()
    insist(
        rules.why_not_destruction(
            status=monitoring.status,
            left_over=left_over(monitoring),
            way=way,
            second_is_other=second.pk != by.pk,
            second_may=not out and second.pk != monitoring.about_id and second.left_at is None,
            done_on=done_on,
            today=london(at).date(),
        ),
        "10.1",
    )
    with acting("monitoring.note_destruction", by=by, at=at, about=monitoring.id, case_id=monitoring.case_id):
        move(monitoring, "note_destruction", version=version, by=by, at=at)
        words = {
            "way": way,
            "done_on": done_on.isoformat() if done_on else "",
            "names": [by.name, second.name],
            "second": str(second.pk),
        }
        kept_note = note(monitoring, "destruction", words, by, at)
        settle(case=monitoring.case, kind="monitor_destroy", about=monitoring.id, by=by, at=at)
        end_case(monitoring, by, at)
    return kept_note


def remind_of_monitoring(*, monitoring: Monitoring, by: Actor, at: datetime) -> None:
    """Remind whoever handles it, and who asked, that something is still to be done; again a week on. Policy 10.1."""
    with acting("monitoring.remind_of_monitoring", by=by, at=at, about=monitoring.id, case_id=monitoring.case_id):
        due = monitoring.destroy_due_at or monitoring.review_due_at
        for person in concerned(monitoring):
            owe_letter(person=person, kind="late", at=at, case_id=monitoring.case_id, by_when=due)
        set_alarm(
            school_id=monitoring.school_id,
            kind="monitoring_remind",
            about=monitoring.id,
            rings_at=at + rules.REMINDED,
        )


# What the clock does


def ring_begins(about: uuid.UUID, at: datetime) -> None:
    """A leave's first day is here."""
    row = _row(about)
    if row is not None and row.status == Status.AUTHORISED and row.ends_at > at:
        begin_monitoring(monitoring=row, by=PROGRAM, at=at)


def ring_ends(about: uuid.UUID, at: datetime) -> None:
    """A leave's last day is over."""
    row = _row(about)
    if row is not None and row.status in {Status.AUTHORISED, Status.RUNNING} and row.ends_at <= at:
        expire_monitoring(monitoring=row, by=PROGRAM, at=at)


def ring_remind(about: uuid.UUID, at: datetime) -> None:
    """A review, or a destruction, is still to be done a week after it was due."""
    row = _row(about)
    waits = row is not None and (
        row.status in {Status.ENDED, Status.EXPIRED} or (row.status == Status.REVIEWED and left_over(row))
    )
    if row is not None and waits:
        remind_of_monitoring(monitoring=row, by=PROGRAM, at=at)


def _row(pk: uuid.UUID) -> Monitoring | None:
    return Monitoring.objects.select_related("case__manager", "requester", "about").filter(pk=pk).first()


BELLS = {
    "monitoring_begins": ring_begins,
    "monitoring_ends": ring_ends,
    "monitoring_remind": ring_remind,
}
