"""Ask a manager: asking, the questions somebody was asked, and the answers that all may read. Clause 3.6."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import spoken, spoken_near, spoken_until
from forethought.pages import acts, asking, fields, proving
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.contacts import contacts
from forethought.pages.paging import paged
from forethought.people.models import Role
from forethought.questions import choosing, procedures, rules, standing
from forethought.questions.choosing import Choice
from forethought.questions.models import CommonQuestion, Question

#: Questions and answers that all may read, on one page.
A_PAGE = 20

#: From then on a question is said to be due soon.
SOON = timedelta(hours=4)


@page
def listing(request: Request) -> HttpResponseBase:
    """What somebody was asked, what they asked, and what all may read. No name stands in a list."""
    person, now = request.viewer.person, timezone.now()
    answered = [one for one in standing.answered_by(person) if one.asker_id != person.pk]
    return render(
        request,
        "forethought/questions/listing.html",
        {
            "title": "Questions",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "waiting": [waiting_line(one, now) for one in standing.waiting_for(person, now)],
            "answered": [answered_line(one, now) for one in answered],
            "mine": [own_line(one, now) for one in standing.mine(person)],
            "common": standing.common()[:3],
        },
    )


def waiting_line(question: Question, at: datetime) -> dict[str, str]:
    """A question that waits for an answer, as one sentence with its time."""
    said = "A child may be at risk. " if rules.may_be_at_risk(question.child) else ""
    said += f"Asked at {spoken(question.asked_at, at)}. "
    line = due_line(question, at)
    return {**line, "text": said + line["text"], "href": f"/questions/{question.pk}/"}


def due_line(question: Question, at: datetime) -> dict[str, str]:
    """By when a question is to be answered, and how long that is."""
    late, soon = question.due_at < at, question.due_at - at < SOON
    said = f"{'It was due' if late else 'Answer'} by {spoken_near(question.due_at, at)}"
    return {
        "text": f"{said}: {spoken_until(question.due_at, at)}.",
        "state": "late" if late else "soon" if soon else "normal",
    }


def answered_line(question: Question, at: datetime) -> dict[str, str]:
    """A question that was answered, for those who were asked."""
    answered = spoken(question.answered_at, at) if question.answered_at else ""
    return {
        "text": f"Asked at {spoken(question.asked_at, at)}",
        "hint": f"Answered at {answered}",
        "status": "Answered",
        "href": f"/questions/{question.pk}/",
    }


def own_line(question: Question, at: datetime) -> dict[str, str]:
    """A question of one's own: when it was asked, and how it stands."""
    line = answered_line(question, at)
    if question.answered_at is None:
        late = question.due_at < at
        line["hint"] = f"{'It was due' if late else 'A person answers'} by {spoken_near(question.due_at, at)}"
        line.update({"status": "Late", "colour": "orange"} if late else {"status": "Waiting", "colour": "grey"})
    elif question.read_at is None:
        line.update(status="Answer to read", colour="blue")
    return line


@page
def common(request: Request) -> HttpResponseBase:
    """Questions and answers that all may read. They were written anew, and say nothing of who asked."""
    person = request.viewer.person
    rows, links = paged(list(standing.common()), request.GET.get("page", ""), A_PAGE, "/questions/common/")
    head = Role.HEAD in request.viewer.roles
    return render(
        request,
        "forethought/questions/common.html",
        {
            "title": "Common questions",
            "back_href": "/questions/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": [{"row": one, "takes_back": head or one.shared_by_id == person.pk} for one in rows],
            **links,
        },
    )


class AskForm(asking.Form):
    """A question, and whom it is for. Only kept once it is sent."""

    masks = True
    child = fields.Choice(
        label="Is a child at risk, or could one be?",
        choices=asking.YES_NO_NOT_SURE,
        missing="Choose yes, no or not sure.",
        conditional={
            "yes": "In danger now? Call 999 first. Then send this: it goes to the safeguarding lead at once.",
            "not_sure": "Then this goes to the safeguarding lead at once. That is right, also if it turns out well.",
        },
    )
    manager = fields.Choice(
        label="Who do you want to ask?",
        choices=[],
        required=False,
        hint="Choose somebody who is not part of it. If a child may be at risk, you need not choose.",
    )
    words = fields.Words(
        label="Your question",
        longest=rules.LONGEST,
        rows=6,
        hint="Your own words. Leave out passwords.",
        missing="Write your question. A few words are enough.",
    )
    draft = fields.Words(
        label="Your draft, if you want to share it",
        longest=rules.LONGEST,
        required=False,
        hint="A post or message you think of sending. It is shared with them only because you put it here.",
    )
    may_be_shared = fields.Tick(
        label="Yes, others may learn from it",
        required=False,
        hint="May others learn from the answer? It would be written anew for all to read. Nobody is told who asked.",
    )

    def __init__(self, *args: Any, choices: list[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["manager"]
        field.says_optional = False
        field.choices = [(str(one.person.pk), f"{one.person.name}, {one.office}") for one in choices]
        field.widget.hints = {
            str(one.person.pk): f"If the answer is late, {one.then.name} sees it too." for one in choices if one.then
        }
        self.nobody = not choices

    def clean(self) -> dict[str, Any]:
        """Somebody is chosen, unless it goes to the safeguarding lead anyway."""
        cleaned = super().clean()
        if cleaned.get("child") == "no" and not cleaned.get("manager") and "manager" not in self.errors:
            nobody = "Nobody here can be asked yet. Ask at the school office who your manager is."
            self.add_error("manager", nobody if self.nobody else "Choose who you want to ask.")
        return cleaned


@page
def ask_question(request: Request) -> HttpResponseBase:
    """Ask somebody, knowing beforehand who will see it."""
    return ask(request, to=lambda question: f"/questions/{question.pk}/", back_href="/questions/")


def ask(request: Request, *, to: Callable[[Question], str], **values: Any) -> HttpResponseBase:
    """The page on which somebody asks, signed in or here by a personal link."""
    person, now = request.reader, timezone.now()
    choices = choosing.people_to_ask(person, now)
    people = {str(one.person.pk): one.person for one in choices}
    form = AskForm(request.POST if request.method == "POST" else None, choices=choices)
    due = rules.due_at(asked_at=now, days=choosing.answer_days(person.school_id))
    return acts.act(
        request,
        form,
        lambda said: procedures.ask_question(
            **{**said, "manager": people.get(said["manager"])}, by=person, at=timezone.now()
        ),
        to=to,
        title="Ask a manager",
        button="Send question",
        done="Your question is sent.",
        due_at=due,
        **{"template": "forethought/questions/ask.html", **values},
    )


def load(request: Request, question_id: uuid.UUID, *parts: str) -> Question:
    """A question that the viewer may see in one of these parts, or “no such page”."""
    found = standing.load(question_id)
    if found is None or standing.part_of(found, request.viewer.person, timezone.now()) not in parts:
        raise Http404
    return found


ASKED = ("manager", "senior", "lead")


def must_prove(request: Request, question: Question) -> bool:
    """Whether somebody shows first that it is they: what may be about a child is opened as a case is."""
    within = settings.STEP_UP_ENTER_SECONDS + (settings.IDLE_SECONDS if request.method == "POST" else 0)
    return rules.may_be_at_risk(question.child) and not proving.proved_within(request, within)


@page
def question(request: Request, question_id: uuid.UUID) -> HttpResponseBase:
    """One question: its asker's, or one that the viewer was asked. Opening it is noted; the asker’s own look is not."""
    found = load(request, question_id, "asker", *ASKED)
    if found.asker_id == request.viewer.person.pk:
        return own_question(request, found)
    if must_prove(request, found):
        return proving.ask_to_prove(request)
    form = AnswerForm(initial={"version": str(found.version)})
    return asking.ask(request, form, **asked_values(request, found))


def own_question(request: Request, question: Question, **values: Any) -> HttpResponseBase:
    """What somebody asked, who sees it, by when they are answered, and the answer."""
    person, now = request.reader, timezone.now()
    unread = question.answered_at is not None and question.read_at is None
    answer = procedures.read_answer(question=question, by=person, at=now) if unread else standing.answer_of(question)
    said = standing.words_of(question)
    then = choosing.people_of([said.then]).get(said.then)
    return render(
        request,
        "forethought/questions/own.html",
        {
            "title": "Your question",
            "back_href": "/questions/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "question": question,
            "said": said,
            "then": then if question.senior_id is None else None,
            "answer": answer,
            "several": len(said.told) > 1,
            "late": question.due_at < now,
            "urgent": rules.may_be_at_risk(question.child),
            "contacts": contacts(question.school_id),
            **values,
        },
    )


class AnswerForm(acts.Versioned):
    """The answer."""

    words = fields.Words(
        label="Your answer",
        longest=rules.LONGEST,
        rows=6,
        hint="Only they see it, and whoever was asked. Leave out passwords.",
        missing="Write your answer.",
    )


def asked_values(request: Request, question: Question) -> dict[str, Any]:
    """What the page of a question shows to those who were asked. Opening the words is noted."""
    person, now = request.viewer.person, timezone.now()
    said = procedures.see_question(question=question, by=person, at=now)
    others = [one.name for one in (question.manager, question.senior) if one is not None and one.pk != person.pk]
    answered, urgent = question.answered_at is not None, rules.may_be_at_risk(question.child)
    share = rules.why_not_share_answer(
        asked=True, answered=answered, may_be_shared=question.may_be_shared, child=question.child
    )
    return {
        "title": "A question for you",
        "button": "Send answer",
        "back_href": "/questions/",
        "template": "forethought/questions/asked.html",
        "notice": acts.noted(request),
        "notice_kind": "success",
        "question": question,
        "said": said,
        "answer": standing.answer_of(question),
        "others": others,
        "several": len(said.told) > 1,
        "line": due_line(question, now),
        "urgent": urgent,
        "may_pass": not urgent and not answered and not request.viewer.roles & standing.LEADS,
        "may_share": share is None,
        "pass_href": f"/questions/{question.pk}/pass-to-lead/",
        "share_href": f"/questions/{question.pk}/share-answer/",
        "contacts": contacts(question.school_id),
    }


@page
def answer_question(request: Request, question_id: uuid.UUID) -> HttpResponseBase:
    """Answer a question one was asked."""
    found = load(request, question_id, *ASKED)
    if must_prove(request, found):
        return proving.ask_to_prove(request)
    sent = request.method == "POST"
    form = AnswerForm(request.POST if sent else None, initial={"version": str(found.version)})
    return acts.act(
        request,
        form,
        lambda said: procedures.answer_question(
            question=found,
            version=said["version"],
            words=said["words"],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=f"/questions/{found.pk}/",
        done="Your answer is sent.",
        row=found,
        **asked_values(request, found),
    )


@page
def pass_to_lead(request: Request, question_id: uuid.UUID) -> HttpResponseBase:
    """Put a question before the safeguarding lead, because a child may be at risk."""
    found = load(request, question_id, *ASKED)
    form = acts.Versioned(request.POST if request.method == "POST" else None, initial={"version": str(found.version)})
    return acts.act(
        request,
        form,
        lambda said: procedures.pass_to_lead(
            question=found, version=said["version"], by=request.viewer.person, at=timezone.now()
        ),
        to="/questions/",
        title="Pass it to the safeguarding lead",
        button="Pass it on",
        done="It is with the safeguarding lead.",
        row=found,
        back_href=f"/questions/{found.pk}/",
        lead=[
            "Is a child in danger now? Call 999 first.",
            "The safeguarding lead gets the question at once, and answers it. You do not see it any more.",
            "The person who asked is told.",
        ],
    )


class ShareForm(asking.Form):
    """A question and answer for all, written anew."""

    asked = fields.Words(
        label="The question",
        longest=rules.COMMON_QUESTION,
        rows=3,
        hint="Write it anew, so that nobody can tell who asked.",
        missing="Write the question.",
    )
    answer = fields.Words(label="The answer", longest=rules.LONGEST, rows=6, missing="Write the answer.")


@page
def share_answer(request: Request, question_id: uuid.UUID) -> HttpResponseBase:
    """Let all read a question and answer, written anew."""
    found = load(request, question_id, *ASKED)
    reason = rules.why_not_share_answer(
        asked=True, answered=found.answered_at is not None, may_be_shared=found.may_be_shared, child=found.child
    )
    form = ShareForm(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: procedures.share_answer(
            question=found, asked=said["asked"], answer=said["answer"], by=request.viewer.person, at=timezone.now()
        ),
        to="/questions/common/",
        title="Let others learn from it",
        button="Share",
        done="All can read it now.",
        reason=reason,
        back_href=f"/questions/{found.pk}/",
        lead=[
            "Everybody who signs in here can read this. Nothing leads from it to the person who asked.",
            "Leave out names, days and places.",
        ],
    )


@page
def withdraw_common_question(request: Request, common_id: uuid.UUID) -> HttpResponseBase:
    """Take back what all could read."""
    person = request.viewer.person
    found: CommonQuestion | None = CommonQuestion.objects.filter(pk=common_id).first()
    if found is None or not (Role.HEAD in request.viewer.roles or found.shared_by_id == person.pk):
        raise Http404
    form = asking.Form(request.POST if request.method == "POST" else None)
    return acts.act(
        request,
        form,
        lambda said: procedures.withdraw_common_question(common=found, by=person, at=timezone.now()),
        to="/questions/common/",
        title="Take this back",
        button="Take it back",
        done="It is taken back.",
        back_href="/questions/common/",
        lead=["Nobody can read it after that. It stays in the record.", f"It asks: {found.question}"],
    )
