"""Who may open which page: data, and the decorators that hold every view to it.

Two locks on a case: the role somebody holds, and the case's own list less those kept out of it. What one may not see
and what does not exist are the same answer. tests/house/test_access.py walks the site map: a view without a row here
fails the build.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone

from forethought.cases import procedures as case_procedures
from forethought.cases.models import Case, Draft, Report
from forethought.pages import asking, proving
from forethought.pages.asked import Request
from forethought.people.models import Role
from forethought.prepared import Prepared, columns_of
from forethought.rows import school_in_scope

View = Callable[..., HttpResponseBase]


class Door(Enum):
    """What somebody must be to come in."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    REPORTER = "signed in, or here with a staffroom code"
    FOLLOWER = "signed in with a second step, or here with a receipt"
    WRITER = "the writer of this draft"
    TOLD = "told of this alert"
    CASE = "on the case's list, in one of these roles"


@dataclass(frozen=True)
class Rule:
    """One row of the matrix: the door, the roles for a case, and whether it decides something (a fresh second step)."""

    door: Door
    roles: frozenset[str] = frozenset()
    decides: bool = False


HANDLERS = frozenset({Role.HEAD, Role.SENIOR, Role.CHAIR, Role.VICE_CHAIR, Role.TRUST_LEAD})
READERS = HANDLERS | {Role.LEAD, Role.DEPUTY_LEAD}

_READ = Rule(Door.CASE, READERS)
_WORK = Rule(Door.CASE, HANDLERS)
_DECIDE = Rule(Door.CASE, HANDLERS, decides=True)

#: Every view of ours, as module and name.
MATRIX: dict[str, Rule] = {
    "home.home": Rule(Door.ANYONE),
    "home.next_due": Rule(Door.SIGNED_IN),
    "home.stay": Rule(Door.SIGNED_IN),
    "home.leave": Rule(Door.ANYONE),
    "home.public_page": Rule(Door.ANYONE),
    "home.be_away": Rule(Door.SIGNED_IN),
    "home.come_back": Rule(Door.SIGNED_IN),
    "demonstration.cast": Rule(Door.ANYONE),
    "demonstration.be": Rule(Door.ANYONE),
    "visits.enter": Rule(Door.ANYONE),
    "visits.come_back_to_report": Rule(Door.ANYONE),
    "reporting.start": Rule(Door.ANYONE),
    "reporting.start_draft": Rule(Door.REPORTER),
    "reporting.what": Rule(Door.WRITER),
    "reporting.who": Rule(Door.WRITER),
    "reporting.check": Rule(Door.WRITER),
    "reporting.save_draft": Rule(Door.WRITER),
    "reporting.danger": Rule(Door.WRITER),
    "reporting.file_report": Rule(Door.WRITER),
    "reporting.receipt": Rule(Door.WRITER),
    "records.answer_gate": Rule(Door.WRITER),
    "records.stop": Rule(Door.WRITER),
    "records.add": Rule(Door.WRITER),
    "uploads.keep_records": Rule(Door.ANYONE),
    "records.note_record": Rule(Door.WRITER),
    "records.listing": Rule(Door.WRITER),
    "records.describe_record": Rule(Door.WRITER),
    "following.reports": Rule(Door.FOLLOWER),
    "following.report": Rule(Door.FOLLOWER),
    "following.add_to_report": Rule(Door.FOLLOWER),
    "following.answer_offer": Rule(Door.FOLLOWER),
    "following.answer_consent": Rule(Door.FOLLOWER),
    "following.withdraw_consent": Rule(Door.FOLLOWER),
    "alerts.see_alert": Rule(Door.TOLD),
    "cases.listing": Rule(Door.SIGNED_IN),
    "cases.case": _READ,
    "cases.show_names": _READ,
    "cases.hide_names": _READ,
    "cases.take_up": _WORK,
    "cases.name_person": _WORK,
    "cases.answer_reporter": _WORK,
    "cases.close": _DECIDE,
    "cases.reopen": _DECIDE,
    "support.offer_support": _WORK,
    "support.answer_offer": _WORK,
    "support.revisit_support": _WORK,
    "police.ask_consent": _WORK,
    "police.answer_consent": _WORK,
    "police.report_to_police": _DECIDE,
    "police.second_police_report": Rule(Door.CASE, READERS, decides=True),
    "police.note_crime_reference": _WORK,
    "exhibits.exhibit": _READ,
    "exhibits.answer_gate": _WORK,
    "exhibits.add": _WORK,
    "exhibits.stop": _WORK,
    "exhibits.describe_record": _WORK,
    "takedowns.takedown": _READ,
    "takedowns.open_takedown": _WORK,
    "takedowns.change_wish": _WORK,
    "takedowns.ask_author": _WORK,
    "takedowns.ask_host": _WORK,
    "takedowns.note_ticket": _WORK,
    "takedowns.leave_up": _WORK,
    "takedowns.check_removal": _READ,
    "takedowns.escalate": _WORK,
    "takedowns.skip_rung": _WORK,
    "takedowns.hand_to_complainant": _WORK,
    "takedowns.reopen": _WORK,
    "takedowns.withdraw": _WORK,
}


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
        if request.method not in {"GET", "HEAD", "POST"}:
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if rule.door is Door.ANYONE:
            return view(request, *args, **kwargs)
        if rule.door is Door.WRITER:
            return _as_writer(request, view, getattr(held, "keeps", None), *args, **kwargs)
        if rule.door is Door.REPORTER and (request.viewer or request.visitor):
            return view(request, *args, **kwargs)
        if rule.door is Door.FOLLOWER and request.visitor:
            return view(request, *args, **kwargs)
        if request.viewer is None:
            # Whoever wants to begin may have no account; whoever comes back to a report most likely has one.
            if rule.door is Door.REPORTER and request.path.startswith("/report/"):
                return redirect("enter")
            return to_sign_in(request)
        if proving.needs_second_step(request):
            return redirect("second_step")
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
        if not request.viewer.roles & rule.roles and not is_second(request, case, name):
            raise Http404
        return view(request, case, *args, **kwargs)

    held.rule = rule  # type: ignore[attr-defined]
    held.matrix_name = name  # type: ignore[attr-defined]
    return held


def is_second(request: Request, case: Case, name: str) -> bool:
    """Whether somebody was seated on a case only to give the second name for a report to the police."""
    if name not in {"police.second_police_report", "cases.case"}:
        return False
    return case.seats.filter(person=request.viewer.person, ended_at__isnull=True, why="second").exists()


def case_for(request: Request, case_id: uuid.UUID) -> Case:
    """A case the viewer may see, or “no such page”. Looking at it is noted."""
    case = Case.objects.seen_by(request.viewer.person).select_related("manager", "school").filter(pk=case_id).first()
    if case is None:
        raise Http404
    if request.method in {"GET", "HEAD"}:
        looked_at = str(request.resolver_match and request.resolver_match.url_name)
        case_procedures.view(case=case, what=looked_at, by=request.viewer.person, at=timezone.now())
    return case


def to_sign_in(request: Request) -> HttpResponseBase:
    """The sign-in page, which leads back here."""
    from django.contrib.auth.views import redirect_to_login

    if request.method == "POST" and (handed_back := asking.hand_back(request, proving.way_back(request))):
        return handed_back
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


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
