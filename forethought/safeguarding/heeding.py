"""Reading the words of a report once by program, so that one which may mean danger is read tonight and not tomorrow.

What a reporter adds later is read in the same way: a threat often comes with the second message. It can raise a report
and never lower one, and it decides nothing about anybody. It is done by the worker, after the words are kept: where it
fails, or there is no engine, the report goes on as ever.
"""

import uuid
from datetime import datetime
from typing import Any

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.cases.models import Case, Exclusion, Message, Report, live
from forethought.cases.seating import seat
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.people import casting
from forethought.people.alarms import set_alarm
from forethought.people.models import Person
from forethought.precheck import serving
from forethought.safeguarding.models import Concern, ConcernNote, Urgency
from forethought.safeguarding.procedures import raise_alert

#: What a report or a concern tells in its reporter's own words.
_TOLD = ("happened", "told", "more")

#: What a reporter added later: to a report, to a concern.
Added = Message | ConcernNote


def heed_later(*, school_id: uuid.UUID, about: uuid.UUID, at: datetime) -> None:
    """Have the words of a report or concern, or of what was added, read at once by the worker. Part of a larger act."""
    set_alarm(school_id=school_id, kind="heed_words", about=about, rings_at=at)


def ring_heed(about: uuid.UUID, at: datetime) -> None:
    """Read the words of one report or concern, or what was added to one, and raise it if they may mean danger.

    Policy 6.5.
    """
    report, added = _found(about)
    if report is None or Urgency.objects.filter(about=about).exists():
        return
    if added is None:
        answers = keyring.words(report, case_id=report.case_id)
        told = "\n".join(str(answers[name]) for name in _TOLD if answers.get(name))
    else:
        told = str(keyring.words(added, case_id=report.case_id)["words"])
    if serving.urgent(told):
        raise_urgency(report=report, added=added, by=PROGRAM, at=at)


def _found(about: uuid.UUID) -> tuple[Report | Concern | None, Added | None]:
    """The report or concern that this is or was added to, and what was added."""
    for of in (Report, Concern):
        if found := of.objects.select_related("case", "school", "reporter").filter(pk=about).first():
            return found, None
    of_report = ("report__case", "report__school", "report__reporter")
    if message := Message.objects.select_related(*of_report).filter(pk=about).first():
        return message.report, message
    of_concern = ("concern__case", "concern__school", "concern__reporter")
    note = ConcernNote.objects.select_related(*of_concern).filter(pk=about).first()
    return (note.concern, note) if note else (None, None)


def raise_urgency(*, report: Report | Concern, added: Added | None = None, by: Actor, at: datetime) -> Urgency:
    """Say that words of a report, or what was `added` to it, may mean danger: the safeguarding lead is told at once.

    Nobody who is kept out of the case is told, and no word of it is in the mail. Whoever has a concern was told of it
    when it came, so for them it is only marked; of what is added to it they are told again. That somebody is
    threatened, and the police to be asked about, is not said: that is for a person who has read it. Policy 6.5.
    """
    case = report.case
    with acting("safeguarding.raise_urgency", by=by, at=at, about=(added or report).pk, case_id=case.pk) as event:
        alert = None
        answers = keyring.words(report, case_id=case.pk)
        listed = _who_hears(report, answers, added, at)
        if isinstance(report, Report):
            seat(case=case, people=dict.fromkeys(listed, "lead"), at=at, letter=None)
        if isinstance(report, Report) if added is None else listed:
            alert = raise_alert(
                case_id=case.pk,
                school=report.school,
                answers=answers,
                reporter=report.reporter,
                listed=listed,
                words=True,
                by=by,
                at=at,
            )
        event.facts["told"] = alert is not None
        about = (added or report).pk
        return Urgency.objects.create(school_id=case.school_id, case=case, about=about, alert=alert, raised_at=at)


def _who_hears(report: Report | Concern, answers: dict[str, Any], added: Added | None, at: datetime) -> list[Person]:
    """Who hears first. Time has gone by since a report to which something is added: somebody may be kept out since."""
    case = report.case
    if isinstance(report, Report):
        first, _ = casting.safeguarding_people(answers=answers, reporter=report.reporter, at=at)
    else:
        seats = case.seats.filter(live(at)).select_related("person").order_by("given_at", "id")
        first = [one.person for one in seats]
    if added is None:
        return list(first)
    out = set(Exclusion.objects.filter(case=case).values_list("person_id", flat=True))
    return [one for one in first if one.pk not in out] or [one for one in [case.manager] if one]


def dismiss_urgency(*, urgency: Urgency, by: Person, at: datetime) -> None:
    """Say, having read it, that the words meant no danger. What was told stays told. Policy 6.5."""
    with acting("safeguarding.dismiss_urgency", by=by, at=at, about=urgency.about, case_id=urgency.case_id):
        done = Urgency.objects.filter(pk=urgency.pk, dismissed_at__isnull=True).update(dismissed_at=at, dismissed_by=by)
        insist(None if done else "Somebody has said so already.", "6.5")


def standing_for(case: Case) -> list[Urgency]:
    """What still stands: the words of this case's reports that may mean danger, until somebody says they did not."""
    return list(Urgency.objects.filter(case=case, dismissed_at__isnull=True).order_by("raised_at"))


def what_stands(case: Case) -> str:
    """Which words of this case may mean danger, as its page says it: empty when none do, or all were read."""
    standing = {one.about for one in standing_for(case)}
    if not standing:
        return ""
    whole = {*Report.objects.filter(case=case).values_list("id", flat=True)}
    whole |= {*Concern.objects.filter(case=case).values_list("id", flat=True)}
    if standing & whole:
        return "The words of this report"
    return "Words that were added to this report"


BELLS = {"heed_words": ring_heed}
