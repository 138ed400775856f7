"""Asking and reporting by a personal link, without an account. It never opens a case. Clauses 2.5, 3.6, 7.1."""

import uuid

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.pages import asking, questions
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.visits import with_visit
from forethought.questions import rules, standing

BACK = "/reading/"


@page
def ask_question(request: Request) -> HttpResponseBase:
    """Ask a manager, as somebody with an account does."""
    if request.viewer:
        return redirect("ask_question")
    return questions.ask(
        request,
        to=lambda question: f"/reading/questions/{question.pk}/",
        back_href=BACK,
        template="forethought/readings/ask_question.html",
        school_name=request.reader.school.name,
        came_by_link=True,
        report_href="/reading/report/",
    )


@page
def own_question(request: Request, question_id: uuid.UUID) -> HttpResponseBase:
    """What the reader asked, and the answer. Nobody else’s."""
    if request.viewer:
        return redirect("question", question_id=question_id)
    found = standing.load(question_id)
    if found is None or found.asker_id != request.reader.pk:
        raise Http404
    shown = {"back_href": BACK, "came_by_link": True, "school_name": request.reader.school.name}
    if rules.may_be_at_risk(found.child):
        # A mailed link and a name are not enough for what may be about a child.
        return render(request, "forethought/readings/with_the_lead.html", {"title": "Your question", **shown})
    return questions.own_question(request, found, **shown)


@page
def report(request: Request) -> HttpResponseBase:
    """Report without the code of the staffroom. The visit that it opens leads to nobody: its id is made up here."""
    if request.viewer:
        return redirect("report_start")
    if request.method == "POST":
        return with_visit(redirect("report_start"), request.reader.school_id, uuid.uuid4(), timezone.now())
    return asking.ask(
        request,
        asking.Form(),
        title="Report something online",
        button="Go on",
        back_href=BACK,
        school_name=request.reader.school.name,
        lead=[
            "You need no account and no code for it: you came by a link of the school.",
            "Your report does not say that it came by this link, and the link does not open it. You get a code.",
        ],
    )
