"""What somebody is asked to read: their part, the sections, “What would you do?”, confirming, the receipt. Clauses 2.5,
3.7, 6.4, 10.3.

Each page belongs to one person, signed in or here by a personal link. Looking at a page changes nothing: a section
counts as opened once [Next] is pressed below it.
"""

import uuid
from collections.abc import Mapping

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.acknowledgements import procedures, rules
from forethought.acknowledgements.models import Acknowledgement, Matter, Method, Reading, Task
from forethought.acknowledgements.scenarios import Scenario, your_part
from forethought.acknowledgements.sections import GONE, Section
from forethought.acknowledgements.standing import newer_task, open_tasks_of, receipts_of
from forethought.audit.models import Entry
from forethought.core.clock import london, spoken_day
from forethought.core.errors import Refused
from forethought.pages import acts, asking, fields, questions
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.policy_text import grouped
from forethought.pages.reading_text import Content, content_of, paragraphs, scenarios_of, unopened
from forethought.pages.reading_text import whole as whole_text
from forethought.policies.models import Consultation
from forethought.questions import standing

#: What was meant to be read, when it was replaced meanwhile.
NEWER = "There is something newer to read"


def show(request: Request, name: str, *, status: int = 200, **values: object) -> HttpResponseBase:
    """A page of this section, with the reader's school in its header."""
    said = {"came_by_link": not request.viewer, "school_name": school_of(request), **values}
    return render(request, f"forethought/readings/{name}.html", said, status=status)


def school_of(request: Request) -> str:
    """The name of the reader's school, however they came."""
    return str(request.viewer.school_name if request.viewer else request.reader.school.name)


def task_of(request: Request, task_id: uuid.UUID) -> Task:
    """A task of the reader's own, or “no such page”."""
    found = Task.objects.filter(pk=task_id, person=request.reader).select_related("reading").first()
    if found is None:
        raise Http404
    return found


def over(request: Request, task: Task) -> HttpResponseBase | None:
    """Where to go instead, when a task is confirmed or is not asked any more."""
    if task.done_at is not None:
        return redirect("reading_receipt", task_id=task.pk)
    if task.closed_at is None:
        return None
    replaced = task.reading.ended_at is not None
    newer = newer_task(task) if replaced else None
    title = NEWER if replaced else "This is not asked of you any more"
    return show(request, "newer", title=title, newer=newer, back_href="/reading/")


def named(reading: Reading) -> str:
    """What is read, as a heading."""
    return f"{reading.title[:1].upper()}{reading.title[1:]}"


def minutes_said(minutes: int) -> str:
    """How long it takes, in words."""
    return "About a minute." if minutes == 1 else f"About {minutes} minutes."


@page
def listing(request: Request) -> HttpResponseBase:
    """What the reader is asked to read, and what they confirmed."""
    today = london(timezone.now()).date()
    tasks = [
        {
            "href": f"/reading/{task.pk}/",
            "text": line_of(task),
            "state": "late" if task.due_on < today else "normal",
            "button": "Go on" if task.seen else "Read it",
        }
        for task in open_tasks_of(request.reader)
    ]
    receipts = [
        {
            "href": f"/reading/{one.task_id}/receipt/",
            "text": f"You confirmed {one.reading.title} on {spoken_day(one.acknowledged_at, year=True)}.",
        }
        for one in receipts_of(request.reader)
    ]
    return show(
        request,
        "listing",
        title="What you are asked to read",
        tasks=tasks,
        receipts=receipts,
        questions=own_questions(request),
        consulted=Consultation.objects.filter(closed_at__isnull=True, withdrawn_at__isnull=True).exists(),
        notice=acts.noted(request),
        back_href="/" if request.viewer else "",
    )


def own_questions(request: Request) -> list[dict[str, str]]:
    """What somebody without an account asked, with the way to its answer. Whoever is signed in has a page for it."""
    if request.viewer:
        return []
    now = timezone.now()
    mine = [(one, questions.own_line(one, now)) for one in standing.mine(request.reader)]
    return [{**line, "href": f"/reading/questions/{one.pk}/"} for one, line in mine]


def line_of(task: Task) -> str:
    """One task in a list: what, how long it takes, by when."""
    minutes = minutes_said(content_of(task).minutes)
    return f"{named(task.reading)}. {minutes} Read it by {spoken_day(task.due_on, year=True)}."


@page
def reading(request: Request, task_id: uuid.UUID) -> HttpResponseBase:
    """Where reading begins: the reader's part, and the sections."""
    task = task_of(request, task_id)
    if elsewhere := over(request, task):
        return elsewhere
    content = content_of(task)
    left = unopened(task, content)
    return show(
        request,
        "reading",
        title=named(task.reading),
        task=task,
        content=content,
        minutes=minutes_said(content.minutes),
        due=spoken_day(task.due_on, year=True),
        part=your_part(task.kind) if content.asked else (),
        items=[
            {
                "href": f"/reading/{task.pk}/part/{number}/",
                "text": one.title,
                "hint": hint_of(one),
                "status": "To read" if number in left else "Opened",
                "colour": "blue" if number in left else "",
            }
            for number, one in enumerate(content.sections, 1)
        ],
        go_href=next_step(task, content),
        go_text="Start" if len(left) == len(content.sections) else "Go on",
        back_href="/reading/",
    )


def hint_of(section: Section) -> str:
    """What a section is about, in a list: its first titles, unless its name says so already."""
    if len(section.about) < 2:
        return ""
    return f"{'. '.join(section.about[:2])}{'.' if len(section.about) == 2 else ', and more.'}"


def next_step(task: Task, content: Content, after: int = 0) -> str:
    """Where reading goes on: the next section that was not opened, then the stories, then confirming."""
    left = unopened(task, content)
    if left:
        number = next((one for one in left if one > after), left[0])
        return f"/reading/{task.pk}/part/{number}/"
    if scenarios_of(task, content):
        return f"/reading/{task.pk}/what-would-you-do/"
    return f"/reading/{task.pk}/acknowledge/"


@page
def part(request: Request, task_id: uuid.UUID, number: int) -> HttpResponseBase:
    """One section. Pressing [Next] notes that it was opened; a browser that fetches ahead does not."""
    task = task_of(request, task_id)
    if elsewhere := over(request, task):
        return elsewhere
    content = content_of(task)
    if not 1 <= number <= len(content.sections):
        raise Http404
    section = content.sections[number - 1]
    if request.method == "POST":
        procedures.note_seen(task=task, section=section.key, at=timezone.now())
        task.refresh_from_db(fields=["seen"])
        return redirect(next_step(task, content, after=number))
    return show(
        request,
        "part",
        title=section.title,
        task=task,
        content=content,
        number=number,
        gone=section.key == GONE,
        paragraphs=paragraphs(content.asked, section) if content.asked else (),
        back_href=f"/reading/{task.pk}/part/{number - 1}/" if number > 1 else f"/reading/{task.pk}/",
    )


@page
def whole(request: Request, task_id: uuid.UUID) -> HttpResponseBase:
    """The whole policy on one page, for who wants more than what changed."""
    task = task_of(request, task_id)
    content = content_of(task)
    if content.asked is None:
        raise Http404
    return show(
        request,
        "whole",
        title=named(task.reading),
        paragraphs=whole_text(content.asked),
        back_href=f"/reading/{task.pk}/",
    )


class StoriesForm(asking.Form):
    """One question for each story. None need be answered, and no answer is kept."""

    def __init__(self, data: Mapping[str, str] | None, stories: tuple[Scenario, ...]) -> None:
        super().__init__(data)
        for number, story in enumerate(stories, 1):
            self.fields[f"story_{number}"] = fields.Choice(
                label=story.situation,
                choices=[(str(place), answer.words) for place, answer in enumerate(story.answers)],
                required=False,
            )
            self.fields[f"story_{number}"].says_optional = False  # type: ignore[attr-defined]


@page
def what_would_you_do(request: Request, task_id: uuid.UUID) -> HttpResponseBase:
    """Up to three stories. What somebody answers is shown back to them and then forgotten."""
    task = task_of(request, task_id)
    if elsewhere := over(request, task):
        return elsewhere
    content = content_of(task)
    stories = scenarios_of(task, content)
    form = StoriesForm(request.POST if request.method == "POST" else None, stories)
    heard = []
    if form.is_valid():
        for number, story in enumerate(stories, 1):
            chosen = form.cleaned_data[f"story_{number}"]
            answer = story.answers[int(chosen)] if chosen else None
            heard.append({"situation": story.situation, "answer": answer, "answers": story.answers})
    return show(
        request,
        "what_would_you_do",
        title="What would you do?",
        form=form,
        heard=heard,
        go_href=f"/reading/{task.pk}/acknowledge/",
        back_href=f"/reading/{task.pk}/",
    )


class OwnWordsForm(asking.Form):
    """In their own words, where the school asks for them."""

    own_words = fields.Words(
        label="In your own words: what does it mean for you?",
        longest=4000,
        hint="A sentence is enough. Only you see it again.",
        missing="Write in your own words what it means for you. A sentence is enough.",
    )


@page
def acknowledge(request: Request, task_id: uuid.UUID) -> HttpResponseBase:
    """Confirm that one has read and understood. A second press leads to the same receipt."""
    task = task_of(request, task_id)
    if task.done_at is not None or request.method != "POST":
        if elsewhere := over(request, task):
            return elsewhere
    content = content_of(task)
    left = unopened(task, content)
    form_class = OwnWordsForm if content.own_words else asking.Form
    form = form_class(request.POST if request.method == "POST" else None)
    status = None
    if form.is_valid():
        try:
            procedures.acknowledge(
                task=task,
                method=Method.ACCOUNT if request.viewer else Method.LINK,
                left_to_open=len(left),
                own_words=form.cleaned_data.get("own_words", ""),
                asked_own_words=content.own_words,
                since=content.asked.since.pk if content.asked and content.asked.since else None,
                by=request.reader,
                at=timezone.now(),
            )
            return redirect("reading_receipt", task_id=task.pk)
        except Refused as refusal:
            task.refresh_from_db()
            if task.done_at is not None:
                return redirect("reading_receipt", task_id=task.pk)
            asking.refuse(form, refusal)
            status = asking.status_of(refusal)
    elif form.is_bound:
        status = 422
    closed = task.closed_at is not None
    return show(
        request,
        "acknowledge",
        status=status or 200,
        title="Confirm",
        form=form,
        task=task,
        said=rules.said(task.reading.title),
        # What was typed stands; only the button is dead.
        reason=rules.why_not_acknowledge(done_on=None, closed=closed, left_to_open=len(left)),
        newer=newer_task(task) if closed else None,
        go_href=next_step(task, content) if left else "",
        back_href=f"/reading/{task.pk}/",
    )


@page
def want_paper(request: Request, task_id: uuid.UUID) -> HttpResponseBase:
    """Ask for a paper form. Nobody asks why."""
    task = task_of(request, task_id)
    if elsewhere := over(request, task):
        return elsewhere
    asked = task.wants_paper_at
    return acts.act(
        request,
        asking.Form(request.POST if request.method == "POST" else None),
        lambda said: procedures.want_paper(task=task, by=request.reader, at=timezone.now()),
        to="/reading/",
        title="Use paper",
        button="Ask for a paper form",
        done="You asked for a paper form.",
        reason=f"You asked for paper on {spoken_day(asked, year=True)}. The school office knows." if asked else "",
        lead=["The school office sees that you want paper, and brings you a form. You need not say why."],
        school_name=school_of(request),
        back_href=f"/reading/{task.pk}/acknowledge/",
    )


@page
def receipt(request: Request, task_id: uuid.UUID) -> HttpResponseBase:
    """What somebody confirmed, and what proves it. Their own words are shown to them alone."""
    task = task_of(request, task_id)
    made = Acknowledgement.objects.filter(task=task, person=request.reader).select_related("reading").first()
    if made is None:
        return redirect("reading", task_id=task.pk)
    return show(
        request,
        "receipt",
        title="Thank you",
        made=made,
        read=named(made.reading),
        rows=receipt_rows(made),
        back_href="/reading/",
    )


def receipt_rows(made: Acknowledgement) -> list[dict[str, str]]:
    """What a receipt says, line by line."""
    entry = Entry.objects.filter(
        about=made.pk, verb__in=("acknowledgements.acknowledge", "acknowledgements.record_paper")
    ).first()
    how = str(made.get_method_display())
    if made.signed_on is not None:
        how = f"{how}, signed on {spoken_day(made.signed_on, year=True)}"
    rows = [("You confirmed", made.said), ("How", how)]
    if made.since is not None:
        rows.append(("You read", "What changed since the version that you had confirmed before."))
    if made.own_words:
        rows.append(("In your own words", made.own_words))
    what = "the text" if made.reading.matter == Matter.POLICY else "the edition"
    rows.append((f"Fingerprint of {what} (SHA-256)", grouped(made.fingerprint)))
    if entry is not None:
        rows.append(("Its entry in the trail (SHA-256)", grouped(entry.leaf)))
    return [{"key": key, "value": value} for key, value in rows]
