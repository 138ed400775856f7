"""What goes by itself in the night: reports that were begun and never sent, and questions answered long ago.

Neither is evidence of anything that the school was told. Two people looking at each would mean that nobody looks.
Everything else goes by two people (disposing.py).
"""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Exists, OuterRef

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.cases.capture_models import Capture
from forethought.cases.models import Case, Draft
from forethought.core.clock import london
from forethought.core.errors import Refused
from forethought.evidence.models import CaseKey, Exhibit, ExhibitKey, Grant, Upload
from forethought.evidence.shredding import destroy_exhibit
from forethought.people.models import Alarm, Doorway, Letter
from forethought.questions.models import Question
from forethought.retention import dates, known
from forethought.retention.dates import QUESTION_PLAIN
from forethought.rows import inside
from forethought.safeguarding.models import Alert

#: So many of each in one night; the rest in the next. A night that finds years of them ends all the same.
MOST = 500

log = logging.getLogger(__name__)


def of_tonight(school_id: uuid.UUID, at: datetime, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Let go of all that has run out in a school. How many went. `at` is UTC. What fails holds up no other."""
    with inside(school_id):
        goes = [partial(clear_draft, draft=one, by=PROGRAM, at=at) for one in run_out(at)]
        goes += [partial(let_question_go, question=one, by=PROGRAM, at=at) for one in long_answered(at)]
    gone = 0
    for go in goes:
        if stopped():
            break
        try:
            with inside(school_id):
                go()
            gone += 1
        except Refused:
            # A hold, or a record that two people have not settled. It goes once that is over.
            continue
        except Exception:
            log.exception("Something that had run out was not let go of.")
    return gone


def run_out(at: datetime) -> list[Draft]:
    """The drafts that nobody can open any more: not sent, and thirty days old since they were last saved."""
    return list(Draft.objects.filter(sent_at__isnull=True, ends_at__lte=at).order_by("ends_at")[:MOST])


def clear_draft(*, draft: Draft, by: Actor, at: datetime) -> None:
    """Destroy a report that was never sent: its words, its records with their keys, and the key of all of it.

    What the gate told the safeguarding lead stands, with its key, and so does a case that was opened under the same
    number. Of a record that was kept it stays that it was there. Raises Refused while a hold stands on one of them, or
    one was sealed away and is not settled. law.md 3.3; Policy 6.7, 11.1.
    """
    case_id = draft.case_id
    with acting("retention.clear_draft", by=by, at=at, about=draft.pk) as event:
        fresh = Draft.objects.select_for_update().filter(pk=draft.pk, sent_at__isnull=True, ends_at__lte=at)
        if not fresh.exists():
            raise Refused("It was sent, or saved again.", "11.1")
        opened = Case.objects.filter(pk=case_id).exists()
        told = Alert.objects.filter(case_id=case_id).exists()
        records = [] if opened else list(Exhibit.objects.filter(case_id=case_id).order_by("received_at"))
        keyed = set(ExhibitKey.objects.filter(exhibit__case_id=case_id).values_list("exhibit_id", flat=True))
        today = london(at).date().isoformat()
        instruction = {"from_whom": "The schedule", "given_on": today, "reference": "A report that was never sent"}
        for one in records:
            if one.object_name and one.pk in keyed:
                destroy_exhibit(exhibit=one, instruction=instruction, by=by, at=at)
        Draft.objects.filter(pk=draft.pk).delete()
        Doorway.objects.filter(school_id=draft.school_id, opens=draft.pk).delete()
        if not opened and not told:
            # Words about its records go with it: they were sealed under nothing else.
            CaseKey.objects.filter(case_id=case_id).delete()
            used = [
                Exists(model.objects.filter(grant=OuterRef("pk")))  # type: ignore[attr-defined]
                for model in (Exhibit, Upload, Capture)
            ]
            Grant.objects.filter(case_id=case_id).exclude(used[0] | used[1] | used[2]).delete()
        event.facts.update(records=len(records), told=told)


def long_answered(at: datetime) -> list[Question]:
    """The questions whose time is over: answered, nothing about a child in them, kept as long as the school says."""
    today, period = london(at).date(), known.periods()[QUESTION_PLAIN]
    # A calendar's year is never shorter than this; the day itself is worked out for each.
    earliest = at - timedelta(days=period.years * 365 + period.months * 28 + period.days)
    rows = Question.objects.filter(child="no", answered_at__lte=earliest).order_by("answered_at")[:MOST]
    return [one for one in rows if one.answered_at and dates.later(london(one.answered_at).date(), period) <= today]


def let_question_go(*, question: Question, by: Actor, at: datetime) -> None:
    """Destroy a question that was answered long ago, its answer and what was owed about it. Policy 3.6, 11.1.

    A question that became a common one stays there: nothing leads from that to who asked.
    """
    with acting("retention.let_question_go", by=by, at=at, about=question.pk):
        Alarm.objects.filter(about=question.pk).delete()
        Letter.objects.filter(about=question.pk).delete()
        Question.objects.filter(pk=question.pk, child="no", answered_at__isnull=False).delete()
