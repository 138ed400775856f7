"""Reading the words of a report once by program, so that one which may mean danger is read tonight and not tomorrow.

It can raise a report and never lower one, and it decides nothing about anybody. It is done by the worker, after the
report is kept: where it fails, or there is no engine, the report goes on as ever.
"""

import uuid
from datetime import datetime

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.cases.models import Case, Report
from forethought.cases.seating import seat
from forethought.core.errors import insist
from forethought.evidence import keyring
from forethought.people import casting
from forethought.people.alarms import set_alarm
from forethought.people.models import Person
from forethought.precheck import serving
from forethought.safeguarding.models import Concern, Urgency
from forethought.safeguarding.procedures import raise_alert

#: What a report or a concern tells in its reporter's own words.
_TOLD = ("happened", "told", "more")


def heed_later(*, school_id: uuid.UUID, about: uuid.UUID, at: datetime) -> None:
    """Have the words of a report or concern read at once by the worker. Part of a larger act."""
    set_alarm(school_id=school_id, kind="heed_words", about=about, rings_at=at)


def ring_heed(about: uuid.UUID, at: datetime) -> None:
    """Read the words of one report or concern, and raise it where they may mean danger. Policy 6.5."""
    found = _found(about)
    if found is None or Urgency.objects.filter(about=about).exists():
        return
    answers = keyring.words(found, case_id=found.case_id)
    told = "\n".join(str(answers[name]) for name in _TOLD if answers.get(name))
    if serving.urgent(told):
        raise_urgency(report=found, by=PROGRAM, at=at)


def _found(about: uuid.UUID) -> Report | Concern | None:
    reports = Report.objects.select_related("case", "school", "reporter")
    return (
        reports.filter(pk=about).first()
        or Concern.objects.select_related("case", "school", "reporter").filter(pk=about).first()
    )


def raise_urgency(*, report: Report | Concern, by: Actor, at: datetime) -> Urgency:
    """Say that the words of a report may mean danger, and tell the safeguarding lead at once. Policy 6.5.

    Nobody who is kept out of the case is told, and no word of it is in the mail. Whoever has a concern was told of it
    when it came, so for them it is only marked. That somebody is threatened, and the police to be asked about, is not
    said: that is for a person who has read it.
    """
    case = report.case
    with acting("safeguarding.raise_urgency", by=by, at=at, about=report.pk, case_id=case.pk) as event:
        alert = None
        if isinstance(report, Report):
            answers = keyring.words(report, case_id=case.pk)
            first, _ = casting.safeguarding_people(answers=answers, reporter=report.reporter, at=at)
            seat(case=case, people=dict.fromkeys(first, "lead"), at=at, letter=None)
            alert = raise_alert(
                case_id=case.pk,
                school=report.school,
                answers=answers,
                reporter=report.reporter,
                words=True,
                by=by,
                at=at,
            )
        event.facts["told"] = alert is not None
        return Urgency.objects.create(school_id=case.school_id, case=case, about=report.pk, alert=alert, raised_at=at)


def dismiss_urgency(*, urgency: Urgency, by: Person, at: datetime) -> None:
    """Say, having read it, that the words meant no danger. What was told stays told. Policy 6.5."""
    with acting("safeguarding.dismiss_urgency", by=by, at=at, about=urgency.about, case_id=urgency.case_id):
        done = Urgency.objects.filter(pk=urgency.pk, dismissed_at__isnull=True).update(dismissed_at=at, dismissed_by=by)
        insist(None if done else "Somebody has said so already.", "6.5")


def standing_for(case: Case) -> list[Urgency]:
    """What still stands: the words of this case's reports that may mean danger, until somebody says they did not."""
    return list(Urgency.objects.filter(case=case, dismissed_at__isnull=True).order_by("raised_at"))


BELLS = {"heed_words": ring_heed}
