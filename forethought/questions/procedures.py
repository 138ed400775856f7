"""Asking a manager, answering, and what the clock does when nobody has."""

import uuid
from datetime import datetime, timedelta

from django.db.models import F

from forethought.audit.procedures import PROGRAM, Actor, acting
from forethought.core.errors import Refused, TooLate, insist
from forethought.evidence import keyring
from forethought.people.alarms import set_alarm, stop_alarm
from forethought.people.models import Person, Role
from forethought.people.post import owe_letter, owe_letters, withdraw_letters
from forethought.people.sessions import roles_of
from forethought.policies.rules import lost_race
from forethought.questions import choosing, rules, standing
from forethought.questions.models import CommonQuestion, Question
from forethought.questions.standing import Words

ALARMS = ("question_late", "question_unseen")
ASKING = ("needs_you", "needs_you_now", "late")


def ask_question(
    *, words: str, draft: str, child: str, manager: Person | None, may_be_shared: bool, by: Person, at: datetime
) -> Question:
    """Ask the manager whom one chose; where a child may be at risk, the safeguarding lead instead. Policy 3.6, 6.5.

    Nobody else learns of it. A draft is shared because it was typed here, and for no other reason.
    """
    urgent = rules.may_be_at_risk(child)
    leads, then = choosing.leads_for(by, f"{words}\n{draft}", at) if urgent else ([], [])
    choices = {one.person.pk: one for one in choosing.people_to_ask(by, at)} if not urgent else {}
    chosen = choices.get(manager.pk) if manager else None
    insist(rules.why_not_ask_question(words=words, child=child, chosen=chosen is not None, leads=bool(leads)), "3.6")
    with acting("questions.ask_question", by=by, at=at, facts={"urgent": urgent}) as event:
        said = Words(words, draft)
        if chosen is not None:
            said = Words(words, draft, str(chosen.then.pk) if chosen.then else "")
        elif leads:
            said = Words(words, draft, str(then[0].pk) if then else "", tuple(str(one.pk) for one in leads))
        asked = chosen.person if chosen else leads[0]
        found = _asked_twice(said, asked, by, at)
        question = found or Question(
            id=uuid.uuid4(),
            school_id=by.school_id,
            asker=by,
            manager=asked,
            child=child,
            may_be_shared=may_be_shared,
            asked_at=at,
            due_at=at + rules.WITHIN if urgent else rules.due_at(asked_at=at, days=choosing.answer_days(by.school_id)),
        )
        event.about = question.pk
        event.facts["again"] = found is not None
        if found is None:
            question.content = standing.sealed(question, said)
            question.save(force_insert=True)
            tell(question, leads if urgent else [asked], at)
    return question


def _asked_twice(said: Words, asked: Person, by: Person, at: datetime) -> Question | None:
    """The same words to the same person a moment ago: a second press, which is no second question."""
    last = Question.objects.filter(asker=by, manager=asked, asked_at__gt=at - rules.TWICE, answered_at__isnull=True)
    return next((one for one in last if standing.words_of(one).everything == said.everything), None)


def tell(question: Question, people: list[Person], at: datetime) -> None:
    """Put a question before people, and set the clock for it. Part of asking and of passing it on."""
    if rules.may_be_at_risk(question.child):
        kind, name, by_when = "needs_you_now", "question_unseen", question.due_at
    else:
        kind, name, by_when = "needs_you", "question_late", None
    owe_letters(people=people, kind=kind, at=at, about=question.pk, by_when=by_when)
    set_alarm(school_id=question.school_id, kind=name, about=question.pk, rings_at=question.due_at)


def see_question(*, question: Question, by: Person, at: datetime) -> Words:
    """Open a question that was put before one, and note that it was seen. Policy 3.6."""
    if not standing.is_asked(question, by, at):
        raise Refused("This question is not yours to see.", "3.6")
    with acting("questions.see_question", by=by, at=at, about=question.pk):
        Question.objects.filter(pk=question.pk, seen_at__isnull=True).update(seen_at=at)
        # “Unseen by …, others are told too” is not true any more.
        withdraw_letters(about=question.pk, kinds=("needs_you_now",), person_id=by.pk, at=at)
        question.refresh_from_db(fields=["seen_at"])
        return standing.words_of(question)


def answer_question(*, question: Question, version: int, words: str, by: Person, at: datetime) -> None:
    """Answer a question. Of two people who may, the second is told who was first. Policy 3.6."""
    _unmoved(question, version)
    asked = standing.is_asked(question, by, at)
    answered = question.answered_at is not None
    insist(rules.why_not_answer_question(asked=asked, answered=answered, words=words), "3.6")
    with acting("questions.answer_question", by=by, at=at, about=question.pk, facts={"late": at > question.due_at}):
        done = Question.objects.filter(pk=question.pk, version=version, answered_at__isnull=True).update(
            answer=keyring.seal_at_school(question, "answer", {"words": words}),
            answered_at=at,
            answered_by=by,
            version=F("version") + 1,
        )
        if not done:
            raise _too_late(question)
        _settle(question, at)
        owe_letter(person=question.asker, kind="answered", at=at, about=question.pk)
    question.refresh_from_db()


def _unmoved(question: Question, version: int) -> None:
    """Refuse whoever saw an older state, before any rule speaks of the new one."""
    if Question.objects.only("version").get(pk=question.pk).version != version:
        raise _too_late(question)


def _too_late(question: Question) -> TooLate:
    """What the second of two people is told: who was first, where somebody answered."""
    now = Question.objects.select_related("answered_by").get(pk=question.pk)
    if now.answered_by is not None and now.answered_at is not None:
        return TooLate(lost_race(name=now.answered_by.name, at=now.answered_at))
    return TooLate("This question has moved on. Open it again. What you typed is below. Nothing was changed.")


def _settle(question: Question, at: datetime) -> None:
    for name in ALARMS:
        stop_alarm(kind=name, about=question.pk, at=at)
    withdraw_letters(about=question.pk, kinds=ASKING, at=at)


def pass_to_lead(*, question: Question, version: int, by: Person, at: datetime) -> None:
    """Put a question before the safeguarding lead, because it shows that a child may be at risk. Policy 3.6, 6.5.

    It is the lead's from then on. The asker is told.
    """
    _unmoved(question, version)
    said = standing.words_of(question)
    leads, then = choosing.leads_for(question.asker, said.everything, at)
    is_lead = bool(roles_of(by, at) & standing.LEADS)
    insist(
        rules.why_not_pass_to_lead(
            asked=standing.is_asked(question, by, at),
            answered=question.answered_at is not None,
            child=question.child,
            is_lead=is_lead,
            leads=bool(leads),
        ),
        "3.6",
    )
    with acting("questions.pass_to_lead", by=by, at=at, about=question.pk):
        told = Words(said.words, said.draft, str(then[0].pk) if then else "", tuple(str(one.pk) for one in leads))
        done = Question.objects.filter(pk=question.pk, version=version, answered_at__isnull=True).update(
            content=standing.sealed(question, told),
            child="yes",
            manager=leads[0],
            senior=None,
            due_at=at + rules.WITHIN,
            late_at=None,
            seen_at=None,
            version=F("version") + 1,
        )
        if not done:
            raise _too_late(question)
        _settle(question, at)
        question.refresh_from_db()
        tell(question, leads, at)
        owe_letter(person=question.asker, kind="news", at=at, about=question.pk)


def read_answer(*, question: Question, by: Person, at: datetime) -> str:
    """Read the answer to one's own question. Policy 3.6."""
    if by.pk != question.asker_id or question.answered_at is None:
        raise Refused("There is no answer for you to read.", "3.6")
    with acting("questions.read_answer", by=by, at=at, about=question.pk):
        Question.objects.filter(pk=question.pk, read_at__isnull=True).update(read_at=at)
        withdraw_letters(about=question.pk, kinds=("answered", "news"), person_id=by.pk, at=at)
        return standing.answer_of(question)


def pass_on_question(*, question: Question, by: Actor, at: datetime) -> None:
    """Put a question that is late before the manager's senior too. The asker was told beforehand who that is.

    Policy 3.6. Where a child may be at risk: before the head, or whoever was named then.
    """
    with acting("questions.pass_on_question", by=by, at=at, about=question.pk) as event:
        then = _then(question, at)
        moved = Question.objects.filter(pk=question.pk, answered_at__isnull=True, senior__isnull=True).update(
            senior=then, late_at=question.late_at or at
        )
        event.facts["unanswered"] = bool(moved)
        if moved and question.late_at is None:
            owe_letter(person=question.manager, kind="late", at=at, about=question.pk, by_when=question.due_at)
        if moved and then is not None:
            urgent = rules.may_be_at_risk(question.child)
            kind, by_when = ("needs_you_now", at + rules.WITHIN) if urgent else ("needs_you", None)
            owe_letter(person=then, kind=kind, at=at, about=question.pk, by_when=by_when)


def _then(question: Question, at: datetime) -> Person | None:
    """Whoever the asker was told of; once they have left, whoever stands there now."""
    said, urgent = standing.words_of(question), rules.may_be_at_risk(question.child)
    kept = choosing.people_of([said.then]).get(said.then)
    if kept is not None or not (said.then or urgent):
        return kept
    if urgent:
        found = choosing.leads_for(question.asker, said.everything, at)
        return next((one for people in found for one in people if str(one.pk) not in said.told), None)
    return choosing.next_after(question.manager_id, question.asker_id, at)


def note_late(*, question: Question, by: Actor, at: datetime) -> None:
    """Tell a safeguarding lead who has seen a question that it is not answered. In an hour it goes on. Policy 3.6."""
    with acting("questions.note_late", by=by, at=at, about=question.pk):
        late = Question.objects.filter(pk=question.pk, answered_at__isnull=True, late_at__isnull=True)
        if late.update(late_at=at):
            owe_letter(person=question.manager, kind="late", at=at, about=question.pk, by_when=question.due_at)
            set_alarm(
                school_id=question.school_id, kind="question_late", about=question.pk, rings_at=at + timedelta(hours=1)
            )


def share_answer(*, question: Question, asked: str, answer: str, by: Person, at: datetime) -> CommonQuestion:
    """Let all read a question and answer, written anew. Nothing leads from it to who asked. Policy 3.6."""
    insist(
        rules.why_not_share_answer(
            asked=standing.is_asked(question, by, at),
            answered=question.answered_at is not None,
            may_be_shared=question.may_be_shared,
            child=question.child,
        ),
        "3.6",
    )
    there = standing.common().filter(question=asked, answer=answer).exists()
    original = standing.words_of(question).words
    reason = rules.why_not_these_words(
        question=asked, answer=answer, original=original, asker=question.asker.name, there=there
    )
    insist(reason, "3.6")
    # The event is about what all may read. It says nothing of the question behind it.
    with acting("questions.share_answer", by=by, at=at) as event:
        made: CommonQuestion = CommonQuestion.objects.create(
            school_id=question.school_id, question=asked, answer=answer, shared_at=at, shared_by=by
        )
        event.about = made.pk
    return made


def withdraw_common_question(*, common: CommonQuestion, by: Person, at: datetime) -> None:
    """Take back a question and answer that all could read. Policy 3.6."""
    common.refresh_from_db()
    head = Role.HEAD in roles_of(by, at)
    own, withdrawn = common.shared_by_id == by.pk, common.withdrawn_at is not None
    insist(rules.why_not_withdraw_common_question(own=own, head=head, withdrawn=withdrawn), "3.6")
    with acting("questions.withdraw_common_question", by=by, at=at, about=common.pk):
        CommonQuestion.objects.filter(pk=common.pk, withdrawn_at__isnull=True).update(withdrawn_at=at)


def ring_late(about: uuid.UUID, at: datetime) -> None:
    """The day on which an answer was due is over. Part of ringing an alarm."""
    question = standing.load(about)
    if question is not None and question.answered_at is None:
        pass_on_question(question=question, by=PROGRAM, at=at)


def ring_unseen(about: uuid.UUID, at: datetime) -> None:
    """The hour for a question that may be about a child at risk is over. Part of ringing an alarm."""
    question = standing.load(about)
    if question is None or question.answered_at is not None:
        return
    if question.seen_at is None:
        pass_on_question(question=question, by=PROGRAM, at=at)
    else:
        note_late(question=question, by=PROGRAM, at=at)


BELLS = {"question_late": ring_late, "question_unseen": ring_unseen}
