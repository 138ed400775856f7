"""The decorator that holds every view to its row of the access matrix (matrix.py).

Two locks on a case: the role somebody holds, and the case's own list less those kept out of it. What one may not see
and what does not exist are the same answer. tests/house/test_access.py walks the site map: a view without a row there
fails the build.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone

from forethought.cases import procedures as case_procedures
from forethought.cases import turning_away
from forethought.cases.door import opened_to
from forethought.cases.models import Case, Draft, Report
from forethought.cases.opened_papers import open_to
from forethought.pages import asking, doorways, proving
from forethought.pages.asked import Request
from forethought.pages.door_rules import NARROW, Door, Rule
from forethought.pages.matrix import MATRIX
from forethought.pages.tries import tries_of
from forethought.prepared import Prepared, columns_of
from forethought.reports.models import Complaint, HeldComplaint
from forethought.rows import school_in_scope

View = Callable[..., HttpResponseBase]


_draft = Prepared(lambda pk: Draft.objects.filter(pk=pk).values_list(*columns_of(Draft)), uuid.UUID)


def page(view: View) -> View:
    """Hold a view to its row of the matrix. A view for one case gets the case in place of its id.

    For a case: the list and exclusions first, then the role, then the second step; anything else is “no such page”. A
    case that is opened is a view in the trail, written in the same transaction as the check.
    """
    name = f"{view.__module__.rsplit('.', 1)[-1]}.{view.__name__}"
    rule = MATRIX[name]

    @wraps(view)
    def held(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in rule.methods:
            return HttpResponseNotAllowed(sorted(rule.methods))
        if rule.door is Door.ANYONE:
            return view(request, *args, **kwargs)
        if rule.door is Door.WRITER:
            return _as_writer(request, view, getattr(held, "keeps", None), *args, **kwargs)
        if rule.door is Door.REPORTER and (request.viewer or (request.visitor and not from_outside(request))):
            return view(request, *args, **kwargs)
        if rule.door is Door.FOLLOWER and request.visitor:
            return view(request, *args, **kwargs)
        if rule.door is Door.READER and request.viewer is None and request.reader:
            return view(request, *args, **kwargs)
        if rule.door is Door.READER and request.viewer is None and doorways.came_by_link(request):
            return visit_over(request)
        if request.viewer is None:
            # Whoever wants to begin may have no account; whoever comes back to a report most likely has one.
            if rule.door is Door.REPORTER and request.path.startswith("/report/"):
                return redirect("enter")
            if rule.door is Door.REPORTER and request.method != "POST":
                return redirect("concern_start")
            return to_sign_in(request)
        if proving.needs_second_step(request):
            return redirect("second_step")
        if rule.door is Door.PAPERS:
            return _with_papers(request, view, *args, **kwargs)
        if rule.door is Door.OFFICE:
            return _in_office(request, view, rule, *args, **kwargs)
        if rule.door is not Door.CASE:
            return view(request, *args, **kwargs)
        # Proved before looked up: somebody at an unlocked screen learns nothing, not even that there is a case.
        within = settings.STEP_UP_DECIDE_SECONDS if rule.decides else settings.STEP_UP_ENTER_SECONDS
        if request.method == "POST":
            # A form opened in time may take as long as the session to fill in: no one loses what they wrote.
            within += settings.IDLE_SECONDS
        if not proving.proved_within(request, within):
            return proving.ask_to_prove(request)
        case = case_for(request, kwargs.pop("case_id"))
        if not opens(request, case, rule, name):
            raise Http404
        return view(request, case, *args, **kwargs)

    held.rule = rule  # type: ignore[attr-defined]
    held.matrix_name = name  # type: ignore[attr-defined]
    return held


def _in_office(request: Request, view: View, rule: Rule, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """A page for some roles: to the others there is no such page. Deciding something needs a fresh second step."""
    if not request.viewer.roles & rule.roles:
        raise Http404
    if rule.decides:
        within = settings.STEP_UP_DECIDE_SECONDS + (settings.IDLE_SECONDS if request.method == "POST" else 0)
        if not proving.proved_within(request, within):
            return proving.ask_to_prove(request)
    return view(request, *args, **kwargs)


def _with_papers(request: Request, view: View, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Papers are open to one person until their end, after a second step as for a case. To all others: no such page."""
    within = settings.STEP_UP_ENTER_SECONDS + (settings.IDLE_SECONDS if request.method == "POST" else 0)
    if not proving.proved_within(request, within):
        return proving.ask_to_prove(request)
    papers = open_to(request.viewer.person, timezone.now()).filter(pk=kwargs.pop("papers_id")).first()
    if papers is None:
        raise Http404
    return view(request, papers, *args, **kwargs)


#: What somebody may open who was seated only to give the second name for a report to the police.
_OF_SECOND = frozenset({"police.second_police_report", "cases.case"})


def opens(request: Request, case: Case, rule: Rule, name: str) -> bool:
    """Whether the viewer, who is on the case's list, may open this door of it: its kind, then their role or seat."""
    return lets_in(request.viewer.roles, case, rule, name, reads=request.method in {"GET", "HEAD"})


def lets_in(roles: frozenset[str], case: Case, rule: Rule, name: str, *, reads: bool) -> bool:
    """Whether a door opens to somebody with these roles who is on the case's list.

    A narrow seat opens only the doors that name it, so that an investigating officer who is also a governor reads
    what an investigating officer may (reliability.md 3.2).
    """
    if case.kind not in rule.kinds:
        return False
    why = case.own_seat  # type: ignore[attr-defined]
    if why == "glass":
        return reads and why in rule.seats
    if why in rule.seats:
        return True
    if why in NARROW:
        return False
    return bool(roles & rule.roles) or (why == "second" and name in _OF_SECOND)


def case_for(request: Request, case_id: uuid.UUID) -> Case:
    """A case the viewer may see, or “no such page”. Looking at it is noted, and so is being turned away.

    Whether there is such a case or not, being turned away does the same and takes the same time.
    """
    now, person = timezone.now(), request.viewer.person
    case = opened_to(person, case_id, now)
    if case is None:
        turning_away.turn_away(case_id=case_id, by=person, at=now)
        raise Http404
    case.tries_said = []  # type: ignore[attr-defined]
    if case.manager_id == person.pk and request.method in {"GET", "HEAD"}:
        case.tries_said = tries_of(case, now)  # type: ignore[attr-defined]
    if request.method in {"GET", "HEAD"}:
        looked_at = str(request.resolver_match and request.resolver_match.url_name)
        case_procedures.view(case=case, what=looked_at, by=request.viewer.person, at=now)
    return case


def from_outside(request: Request) -> bool:
    """Whether somebody is here with the code of a complaint: it opens that complaint, and no form of the staff's."""
    own = request.visitor.id
    return Complaint.objects.filter(pk=own).exists() or HeldComplaint.objects.filter(pk=own).exists()


def to_sign_in(request: Request) -> HttpResponseBase:
    """The sign-in page, which leads back here."""
    from django.contrib.auth.views import redirect_to_login

    if request.method == "POST" and (handed_back := asking.hand_back(request, proving.way_back(request))):
        return handed_back
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def visit_over(request: Request) -> HttpResponseBase:
    """Where somebody is led whose visit by a personal link has ended: back to their link, with what they wrote."""
    values = {"title": "Your visit has ended", "words": asking.words_in(request)}
    return render(request, "forethought/readings/visit_over.html", values, status=403)


def actor_of(request: Request) -> Any:
    """Who acts in this request: the person signed in, or the visitor."""
    return request.viewer.person if request.viewer else request.visitor


def _as_writer(request: Request, view: View, keeps: View | None, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """A draft is its writer's alone. A form sent after the sign-in ran out is still kept for them."""
    draft_id = kwargs.pop("draft_id")
    actor = actor_of(request)
    found = next(iter(_draft.instances(Draft, draft_id)), None) if school_in_scope() else None
    if found is None:
        raise Http404
    if actor is not None:
        # The code of a receipt opens a visit that has its report's id.
        if found.holder != actor.id and not Report.objects.filter(pk=actor.id, draft=found).exists():
            raise Http404
        return view(request, found, *args, **kwargs)
    if request.method == "POST" and keeps is not None and not found.by_visitor:
        return keeps(request, found)
    if found.by_visitor and request.method != "POST":
        return redirect("enter")
    return to_sign_in(request)
