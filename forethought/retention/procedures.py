"""Saying how long things are kept, keeping one longer, and letting one go, by two people."""

import uuid
from datetime import date, datetime, timedelta

from django.conf import settings

from forethought.audit.procedures import Actor, acting
from forethought.cases.models import Case, Status
from forethought.core.clock import london
from forethought.core.errors import TooLate, insist
from forethought.evidence import keyring
from forethought.people.models import Person, School
from forethought.people.post import owe_letter
from forethought.retention import people
from forethought.retention.due import Thing, find, standing_of
from forethought.retention.models import BirthNote, Disposal, Due, KeepingRule, KeptLonger, What
from forethought.retention.rules import (
    WAITS,
    why_not_change_rule,
    why_not_confirm,
    why_not_keep_longer,
    why_not_let_go,
    why_not_note_birth,
    why_not_propose,
    why_not_stop,
)
from forethought.retention.schedule import Period, rules

GONE = "It is not there any more."


def change_rule(*, school: School, key: str, period: Period, reason: str, by: Person, at: datetime) -> KeepingRule:
    """Say for how long the school keeps a kind of record, and why. What it said before stays. Policy 11.1."""
    rule = rules().get(key)
    insist(None if rule else "There is no such kind of record.", "11.1")
    assert rule is not None
    insist(why_not_change_rule(rule=rule, period=period, reason=reason), "11.1")
    facts: dict[str, str | int | bool | None] = {
        "key": key,
        "years": period.years,
        "months": period.months,
        "days": period.days,
    }
    with acting("retention.change_rule", by=by, at=at, facts=facts) as event:
        row = KeepingRule.objects.create(
            school=school,
            key=key,
            years=period.years,
            months=period.months,
            days=period.days,
            reason=reason.strip(),
            set_at=at,
            set_by=str(by.id),
        )
        event.about = row.pk
    return row


def open_disposal(what: str, about: uuid.UUID) -> Disposal | None:
    """The proposal or waiting disposal of a thing, or nothing."""
    found: Disposal | None = Disposal.objects.filter(
        what=what, about=about, stopped_at__isnull=True, done_at__isnull=True
    ).first()
    return found


def keep_longer(*, due: Due, until_on: date | None, reason: str, by: Person, at: datetime) -> KeptLonger:
    """Keep one thing longer than the schedule says, until a day on which somebody looks again. Policy 11.1."""
    insist(
        why_not_keep_longer(
            until_on=until_on,
            reason=reason,
            today=london(at).date(),
            going=open_disposal(due.what, due.about) is not None,
        ),
        "11.1",
    )
    assert until_on is not None
    with acting("retention.keep_longer", by=by, at=at, about=due.about, case_id=_case_id(due)) as event:
        event.facts["until_on"] = until_on.isoformat()
        row = KeptLonger(
            id=uuid.uuid4(),
            school_id=due.school_id,
            what=due.what,
            about=due.about,
            until_on=until_on,
            kept_at=at,
            kept_by=str(by.id),
        )
        said = {"reason": reason.strip()}
        if due.what == What.CASE:
            row.content = keyring.seal(row, said, case_id=due.about)
        else:
            row.content = keyring.seal_at_school(row, "content", said)
        row.save(force_insert=True)
    return row


def reasons_kept(what: str, about: uuid.UUID) -> list[tuple[KeptLonger, str]]:
    """Each decision to keep a thing longer with its reason, oldest first."""
    found = []
    for row in KeptLonger.objects.filter(what=what, about=about).order_by("kept_at", "id"):
        said = keyring.words(row, case_id=row.about) if what == What.CASE else keyring.words_at_school(row, "content")
        found.append((row, str(said["reason"])))
    return found


def note_birth(*, due: Due, whose: str, born_on: date | None, by: Person, at: datetime) -> None:
    """Note a day of birth for a case, sealed, so that it is kept to the right day, not the latest. Policy 11.1."""
    case = Case.objects.filter(pk=due.about).first() if due.what == What.CASE else None
    insist(None if case else GONE, "11.1")
    assert case is not None
    insist(
        why_not_note_birth(
            born_on=born_on,
            whose=whose,
            closed=case.status == Status.CLOSED,
            told_on=london(case.opened_at).date(),
        ),
        "11.1",
    )
    assert born_on is not None
    with acting("retention.note_birth", by=by, at=at, about=case.pk, case_id=case.pk, facts={"whose": whose}):
        row = BirthNote(
            id=uuid.uuid4(), school_id=case.school_id, about=case.pk, whose=whose, noted_at=at, noted_by=str(by.id)
        )
        row.content = keyring.seal(row, {"born_on": born_on.isoformat()}, case_id=case.pk)
        row.save(force_insert=True)
        put_right(due)


def put_right(due: Due) -> None:
    """Work one row of the list out anew. Part of a larger act."""
    thing = find(due.what, due.about)
    if thing is None or thing.due is None:
        Due.objects.filter(pk=due.pk).delete()
        return
    Due.objects.filter(pk=due.pk).update(
        rule=thing.due.rule, from_on=thing.due.from_on, due_on=thing.due.due_on, cautious=thing.due.cautious
    )


def why_not_now(thing: Thing, at: datetime) -> str | None:
    """Why a thing cannot be let go of at this instant (UTC). Policy 7.3, 11.1."""
    return why_not_let_go(standing_of(thing, at), today=london(at).date())


def propose_disposal(*, due: Due, looked: bool, by: Person, at: datetime) -> Disposal:
    """Propose to let a thing go, having looked whether anything speaks for keeping it. Policy 11.1."""
    with acting("retention.propose_disposal", by=by, at=at, about=due.about, case_id=_case_id(due)) as event:
        thing = find(due.what, due.about)
        insist(None if thing else GONE, "11.1")
        assert thing is not None
        proposed = open_disposal(due.what, due.about) is not None
        insist(why_not_propose(refused=why_not_now(thing, at), proposed=proposed, looked=looked), "11.1")
        assert thing.due is not None
        row = Disposal(
            id=uuid.uuid4(),
            school_id=due.school_id,
            what=thing.what,
            about=thing.about,
            reference=thing.reference,
            kind=thing.kind,
            rule=thing.due.rule,
            opened_on=thing.opened_on,
            from_on=thing.due.from_on,
            due_on=thing.due.due_on,
            proposed_at=at,
            proposed_by=str(by.id),
        )
        out = sorted(str(one) for one in people.kept_out_of(row.what, row.about, at))
        row.content = keyring.seal_at_school(row, "content", {"kept_out": out})
        row.save(force_insert=True)
        event.facts["rule"] = row.rule
        for person in people.confirmers(row, at):
            owe_letter(person=person, kind="to_decide", at=at, about=row.pk)
    return row


def why_not_agree(disposal: Disposal, person: Person, at: datetime) -> str | None:
    """Why somebody cannot be the second person now. Policy 11.1."""
    able = people.confirmers(disposal, at)
    hands = people.had_a_hand_in(disposal.about) if disposal.what == What.CASE else set()
    thing = find(disposal.what, disposal.about)
    return why_not_confirm(
        refused=why_not_now(thing, at) if thing else GONE,
        proposed_by=disposal.proposed_by,
        by=str(person.id),
        confirmed=disposal.confirmed_at is not None,
        stopped=disposal.stopped_at is not None,
        in_hand=person.pk in hands,
        others=len([one for one in able if one.pk not in hands and one.pk != person.pk]),
    )


def confirm_disposal(*, disposal: Disposal, by: Person, at: datetime) -> Disposal:
    """Agree as the second person. It then waits, and can be stopped until it is carried out. Policy 11.1.

    Raises TooLate when somebody was first.
    """
    about, case_id = disposal.about, _case_id(disposal)
    with acting("retention.confirm_disposal", by=by, at=at, about=about, case_id=case_id) as event:
        insist(why_not_agree(disposal, by, at), "11.1")
        in_hand = disposal.what == What.CASE and by.pk in people.had_a_hand_in(about)
        changed = Disposal.objects.filter(pk=disposal.pk, confirmed_at__isnull=True, stopped_at__isnull=True).update(
            confirmed_at=at, confirmed_by=str(by.id), in_hand=in_hand, waits_until=at + WAITS
        )
        if not changed:
            raise TooLate("Somebody was first. Look again.")
        event.facts["in_hand"] = in_hand
        disposal.refresh_from_db()
    return disposal


def stop_disposal(*, disposal: Disposal, why: str, by: Actor, at: datetime) -> None:
    """Stop a disposal that is proposed or waits: the second does not agree, or something has come up. Policy 11.1."""
    about, case_id = disposal.about, _case_id(disposal)
    with acting("retention.stop_disposal", by=by, at=at, about=about, case_id=case_id, facts={"why": why}):
        disposal.refresh_from_db()
        done, stopped = disposal.done_at is not None, disposal.stopped_at is not None
        insist(why_not_stop(done=done, stopped=stopped), "11.1")
        changed = Disposal.objects.filter(pk=disposal.pk, stopped_at__isnull=True, done_at__isnull=True).update(
            stopped_at=at, stopped_by=str(by.id), stopped_why=why
        )
        if not changed:
            raise TooLate("Somebody was first. Look again.")
        disposal.refresh_from_db()


def backups_until(at: datetime) -> date:
    """Until when a backup may hold what is destroyed at this instant (UTC)."""
    return london(at).date() + timedelta(days=settings.BACKUPS_KEPT_DAYS)


def _case_id(row: Due | Disposal) -> uuid.UUID | None:
    return row.about if row.what == What.CASE else None
