"""Who may see a question, what it says, and what waits for whom."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from forethought.evidence import keyring
from forethought.people.models import Person, Role
from forethought.people.sessions import roles_of
from forethought.questions.models import CommonQuestion, Question

LEADS = frozenset({Role.LEAD, Role.DEPUTY_LEAD})

#: Lists show this many of what is settled.
MOST = 20


@dataclass(frozen=True)
class Words:
    """What a question says. `then` may see it once it is late; `told` are the safeguarding leads who may see it."""

    words: str
    draft: str = ""
    then: str = ""
    told: tuple[str, ...] = field(default=())

    @property
    def everything(self) -> str:
        """All that the asker wrote."""
        return f"{self.words}\n{self.draft}".strip()


def words_of(question: Question) -> Words:
    """A question's words, opened."""
    kept = keyring.words_at_school(question, "content")
    return Words(kept["words"], kept["draft"], kept["then"], tuple(kept["told"]))


def sealed(question: Question, words: Words) -> bytes:
    """A question's words, sealed for its row alone."""
    kept = {"words": words.words, "draft": words.draft, "then": words.then, "told": list(words.told)}
    return keyring.seal_at_school(question, "content", kept)


def answer_of(question: Question) -> str:
    """The answer, opened, or an empty text while there is none."""
    return str(keyring.words_at_school(question, "answer")["words"]) if question.answered_at else ""


def part_of(question: Question, person: Person, at: datetime) -> str | None:
    """As what somebody may see a question: asker, manager, senior or lead; nothing for everybody else.

    A senior may once it is late. A lead or deputy may where a child may be at risk, they were told, and they still hold
    the office. Policy 3.6.
    """
    if person.pk == question.asker_id:
        return "asker"
    if person.pk == question.manager_id:
        return "manager"
    if person.pk == question.senior_id:
        return "senior"
    if question.child != "no" and roles_of(person, at) & LEADS and str(person.pk) in words_of(question).told:
        return "lead"
    return None


def is_asked(question: Question, person: Person, at: datetime) -> bool:
    """Whether a question was put before somebody, so that they may answer it."""
    return part_of(question, person, at) in {"manager", "senior", "lead"}


def _all() -> "QuerySet[Question]":
    found: QuerySet[Question] = Question.objects.select_related("asker", "manager", "senior", "answered_by", "school")
    return found


def load(question_id: uuid.UUID) -> Question | None:
    """A question of the school in scope."""
    return _all().filter(pk=question_id).first()


def mine(person: Person) -> list[Question]:
    """What somebody asked, newest first."""
    return list(_all().filter(asker=person).order_by("-asked_at")[:MOST])


def waiting_for(person: Person, at: datetime) -> list[Question]:
    """What waits for somebody's answer, the longest overdue first. Policy 3.6."""
    waiting = _all().filter(answered_at__isnull=True).order_by("due_at")
    found = list(waiting.filter(Q(manager=person) | Q(senior=person)))
    if roles_of(person, at) & LEADS:
        others = waiting.exclude(child="no").exclude(manager=person).exclude(asker=person)
        found += [one for one in others if one not in found and part_of(one, person, at)]
    return sorted(found, key=lambda one: one.due_at)


def answered_by(person: Person) -> list[Question]:
    """What somebody was asked and was answered, by them or by their senior, newest first."""
    done = _all().filter(Q(manager=person) | Q(senior=person) | Q(answered_by=person), answered_at__isnull=False)
    return list(done.order_by("-answered_at")[:MOST])


def urgent_for(person: Person, at: datetime) -> Question | None:
    """The question that comes before all else for somebody, because a child may be at risk. Policy 3.6, 6.5."""
    return next((one for one in waiting_for(person, at) if one.child != "no"), None)


def common() -> "QuerySet[CommonQuestion]":
    """The questions and answers that all may read, newest first."""
    found: QuerySet[CommonQuestion] = CommonQuestion.objects.filter(withdrawn_at__isnull=True).order_by(
        "-shared_at", "id"
    )
    return found
