"""Reporting something online: three short steps, then the receipt. Clauses 6.7, 7.1, 7.2."""

from contextlib import suppress
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from forethought.cases.models import Case, Draft, Group, Report, live
from forethought.core import clock
from forethought.core.errors import Refused
from forethought.evidence.procedures import said_of
from forethought.pages import asking, drafting
from forethought.pages.access import actor_of, page
from forethought.pages.asked import Request
from forethought.pages.contacts import contacts
from forethought.pages.leaving import leave
from forethought.pages.report_forms import PaperForm, forms_for
from forethought.people import casting, conflicts
from forethought.people.models import Person, School
from forethought.people.names import office_of
from forethought.reports import drafts, paper, procedures
from forethought.reports.rules import what_not_to_do, why_not_send
from forethought.rows import school_in_scope
from forethought.takedowns.models import Takedown


@page
def start(request: Request) -> HttpResponseBase:
    """Before anything is typed: who will see it, and what not to do."""
    return render(
        request,
        "forethought/report/start.html",
        {
            "title": "Report something online",
            "exit_url": "/leave/",
            "drafts": drafting.drafts_of(request),
            "may_start": bool(request.viewer or request.visitor),
            "do_not": what_not_to_do(),
        },
    )


@page
@require_POST
def start_draft(request: Request) -> HttpResponseBase:
    """Begin a draft: of what somebody has to say, or of a form on paper that is typed in."""
    on_paper = request.POST.get("paper") == "yes"
    draft = drafts.start_draft(
        school_id=school_in_scope(),  # type: ignore[arg-type]
        paper=on_paper,
        by=actor_of(request),
        at=timezone.now(),
    )
    return redirect("report_paper" if on_paper else "report_what", draft_id=draft.id)


def step(request: Request, draft: Draft, number: int, title: str, then: str) -> HttpResponseBase:
    """One step of three: show it with what is kept, or keep it and go on. Of a form on paper there is one before."""
    if draft.sent_at:
        return redirect("report_receipt", draft_id=draft.id)
    form_class = PaperForm if number == 0 else forms_for(draft)[number - 1]
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid():
            answers = dict(form.cleaned_data)
            urgent = answers.get("danger") in {"yes", "not_sure"}
            shown = drafts.answers_of(draft).get("danger_shown")
            if urgent:
                # Noted apart from the answer, which may have been saved while it was typed: the words must be seen.
                answers["danger_shown"] = answers["danger"]
            try:
                drafts.save_draft(draft=draft, answers=answers, at=timezone.now())
            except Refused:
                return redirect("report_receipt", draft_id=draft.id)
            if urgent and shown != answers["danger"]:
                return redirect("report_danger", draft_id=draft.id)
            return redirect(then, draft_id=draft.id)
    else:
        form = form_class(initial=drafting.initial_of(drafts.answers_of(draft)))
    first = f"/report/{draft.id}/paper/" if paper.is_paper(drafts.answers_of(draft)) else "/report/"
    back = {0: "/report/", 1: first, 2: f"/report/{draft.id}/what/"}[number]
    return asking.ask(
        request,
        form,
        title=title,
        template="forethought/report/step.html",
        number=number,
        draft=draft,
        exit_url=f"/report/{draft.id}/save-draft/",
        exit_form="step",
        back_href=back,
        autosave=f"/report/{draft.id}/save-draft/",
        mark=drafting.mark_of(draft),
    )


@page
def on_paper(request: Request, draft: Draft) -> HttpResponseBase:
    """Before step 1: whose form it is that is typed in, and its true times."""
    if not paper.is_paper(drafts.answers_of(draft)):
        return redirect("report_what", draft_id=draft.id)
    return step(request, draft, 0, "From a form on paper", "report_what")


@page
def what(request: Request, draft: Draft) -> HttpResponseBase:
    """Step 1 of 3."""
    return step(request, draft, 1, "What happened", "report_who")


@page
def who(request: Request, draft: Draft) -> HttpResponseBase:
    """Step 2 of 3."""
    return step(request, draft, 2, "Who may be behind it", "report_check")


def keep_typed(request: Request, draft: Draft) -> HttpResponseBase:
    """A step that was sent after the sign-in ran out."""
    return drafting.keep_for_later(request, draft, (*forms_for(draft), PaperForm), request.path)


for _view in (on_paper, what, who):
    _view.keeps = keep_typed  # type: ignore[attr-defined]


@page
def danger(request: Request, draft: Draft) -> HttpResponseBase:
    """The emergency words. Nothing is lost by stopping here."""
    return render(
        request,
        "forethought/report/danger.html",
        {
            "title": "Danger now",
            "go_on": f"/report/{draft.id}/who/",
            "contacts": contacts(draft.school_id),
            "exit_url": "/leave/",
            "back_href": f"/report/{draft.id}/what/",
        },
    )


@page
def check(request: Request, draft: Draft) -> HttpResponseBase:
    """Step 3 of 3: the answers, who will see them, records, and Send."""
    if draft.sent_at:
        return redirect("report_receipt", draft_id=draft.id)
    answers = drafts.answers_of(draft)
    if request.method == "POST":
        name = "part_of" if request.POST.get("which") == "part_of" else "only_mentioned"
        people = seers(request, answers) if name == "part_of" else handlers_named(answers)
        ids = {str(person.id) for person in people}
        chosen = [one for one in request.POST.getlist(name) if one in ids]
        try:
            drafts.save_draft(draft=draft, answers={name: chosen}, at=timezone.now())
        except Refused:
            return redirect("report_receipt", draft_id=draft.id)
        return redirect(f"/report/{draft.id}/check/#who-sees")
    return check_page(request, draft, answers)


def route_of(request: Request, answers: dict[str, Any]) -> conflicts.Route:
    """Who would handle and see the report as it stands now."""
    reporter = request.viewer.person if request.viewer else None
    if paper.by_another(answers):
        reporter = casting.writer_of(answers)
    return conflicts.route(casting.cast_at(timezone.now()), casting.facts_of(answers=answers, reporter=reporter))


def seers(request: Request, answers: dict[str, Any]) -> list[Person]:
    """Those who would see it, and those whom the reporter took off because they are part of it."""
    ids = {*map(str, casting.seats_of(route_of(request, answers))), *marked(answers, "part_of")}
    return list(Person.objects.filter(pk__in=ids).order_by("name"))


def handlers_named(answers: dict[str, Any]) -> list[Person]:
    """Those who might handle it and whose name stands in the reporter's own words."""
    return casting.mentioned({**answers, "only_mentioned": []})


def marked(answers: dict[str, Any], name: str) -> set[str]:
    """The people ticked in one of the two lists of the check page."""
    found = answers.get(name)
    return {str(one) for one in found} if isinstance(found, list) else set()


def check_page(
    request: Request, draft: Draft, answers: dict[str, Any], error: str = "", status: int = 200
) -> HttpResponse:
    """The check page, with a sentence at the top when sending was refused."""
    route, now = route_of(request, answers), timezone.now()

    def ticks(people: list[Person], name: str) -> list[dict[str, object]]:
        return [
            {
                "id": str(one.id),
                "office": office_of(one, now),
                "name": one.name,
                "ticked": str(one.id) in marked(answers, name),
            }
            for one in people
        ]

    return render(
        request,
        "forethought/report/check.html",
        {
            "title": "Check and send",
            "draft": draft,
            "rows": rows_of(draft, answers),
            "why": route.why,
            "outside": route.outside,
            "outside_contact": contacts(draft.school_id).get(route.outside.key) if route.outside else None,
            "named": ticks(handlers_named(answers), "only_mentioned"),
            "seers": ticks(seers(request, answers), "part_of"),
            "part_marked": bool(marked(answers, "part_of")),
            "exhibits": drafting.own_exhibits(draft),
            "errors": [{"text": error}] if error else [],
            "reason": paper.why_not_times(answers, at=now) or why_not_send(answers),
            "urgent": answers.get("danger") in {"yes", "not_sure"},
            "gate": f"/report/{draft.id}/answer-gate/",
            "exit_url": "/leave/",
            "back_href": f"/report/{draft.id}/who/",
        },
        status=status,
    )


def rows_of(draft: Draft, answers: dict[str, Any]) -> list[dict[str, str]]:
    """The answers as a summary, each with Change."""
    words = dict(asking.YES_NO_NOT_SURE)
    groups = dict(Group.choices)
    what_href, who_href = f"/report/{draft.id}/what/", f"/report/{draft.id}/who/"
    seen = drafting.initial_of(answers)["first_seen"]
    paper_href = f"/report/{draft.id}/paper/"
    rows = [
        *((key, value, f"{paper_href}#id_written_by_0") for key, value in paper.lines(answers)),
        ("Your name", answers.get("reporter_name") or "Not said", f"{what_href}#id_reporter_name"),
        ("Is anyone in danger now?", words.get(str(answers.get("danger")), "Not answered"), f"{what_href}#id_danger_0"),
        ("What happened", answers.get("happened") or "Not answered", f"{what_href}#id_happened"),
        ("Where it is", answers.get("where") or "Not said", f"{what_href}#id_where"),
        ("First seen", clock.spoken_day(seen, year=True) if seen else "Not said", f"{what_href}#id_first_seen-day"),
        ("Who you think it is", groups.get(str(answers.get("group")), "Not answered"), f"{who_href}#id_group_0"),
        ("Name or account", answers.get("name") or "Not said", f"{who_href}#id_name"),
        ("Could it be the headteacher?", words.get(str(answers.get("head")), "Not answered"), f"{who_href}#id_head_0"),
        ("Is a child concerned?", words.get(str(answers.get("child")), "Not answered"), f"{who_href}#id_child_0"),
        (
            "It says somebody here did wrong",
            words.get(str(answers.get("accuses")), "Not said"),
            f"{who_href}#id_accuses_0",
        ),
    ]
    return [
        {"key": key, "value": str(value), "action_href": href}
        for key, value, href in rows
        if key != "Your name" or draft.by_visitor
    ]


@page
@require_POST
def save_draft(request: Request, draft: Draft) -> HttpResponseBase:
    """Keep what is being typed: while typing, or on the way out."""
    with suppress(Refused):
        drafts.save_draft(
            draft=draft, answers=drafting.typed_in(request, (*forms_for(draft), PaperForm)), at=timezone.now()
        )
    return leave(request) if request.POST.get("exit") else HttpResponse(status=204)


def keep_on_the_way(request: Request, draft: Draft) -> HttpResponseBase:
    """A save that came after the sign-in ran out. Whoever was leaving still leaves."""
    response = drafting.keep_for_later(request, draft, forms_for(draft), f"/report/{draft.id}/what/")
    return leave(request) if request.POST.get("exit") else response


save_draft.keeps = keep_on_the_way  # type: ignore[attr-defined]


@page
@require_POST
def file_report(request: Request, draft: Draft) -> HttpResponseBase:
    """Send the report. A second press shows the same receipt."""
    school, actor = School.objects.get(pk=draft.school_id), actor_of(request)
    try:
        try:
            receipt_ = procedures.file_report(draft=draft, school=school, by=actor, at=timezone.now())
        except procedures.AlreadyFiled:
            # Another press overtook this one and the report is there: ask again, and be given its receipt.
            receipt_ = procedures.file_report(draft=draft, school=school, by=actor, at=timezone.now())
    except Refused as refusal:
        return check_page(request, draft, drafts.answers_of(draft), refusal.sentence, 422)
    if receipt_.code:
        # Shown once, in the answer to this press: it is kept nowhere, so no address leads back to it.
        draft.refresh_from_db()
        return show_receipt(request, draft, receipt_.report, receipt_.code)
    return redirect("report_receipt", draft_id=draft.id)


file_report.keeps = lambda request, draft: drafting.keep_for_later(  # type: ignore[attr-defined]
    request, draft, (), f"/report/{draft.id}/check/"
)


@page
def receipt(request: Request, draft: Draft) -> HttpResponseBase:
    """What the school has, who will see it, and when a person answers."""
    report = Report.objects.select_related("case__school").filter(draft=draft).first()
    if report is None:
        raise Http404
    return show_receipt(request, draft, report, None)


def show_receipt(request: Request, draft: Draft, report: Report, code: str | None) -> HttpResponse:
    """The receipt page."""
    case: Case = report.case
    answers = drafts.answers_of(draft)
    due = case.owed.filter(kind="answer").first()
    # Where somebody may be in danger it is opened within the hour, and the answer in working hours is no comfort.
    opened = case.owed.filter(kind="take_up").first() if case.threat else None
    takedown = Takedown.objects.filter(case=case).order_by("reported_at").first()
    now = timezone.now()
    # Whoever handles it first; then as the offices are called, so that the same page twice says the same.
    seats = case.seats.filter(live(now)).select_related("person")
    first = sorted((seat.person_id != case.manager_id, office_of(seat.person, now)) for seat in seats)
    offices = [office for _, office in first]
    return render(
        request,
        "forethought/report/receipt.html",
        {
            "title": "We have your report",
            "report": report,
            "case": case,
            "code": code,
            "for_another": paper.by_another(answers),
            "paper": [{"key": key, "value": value} for key, value in paper.lines(answers)],
            "draft": draft,
            "answer_at": due.due_at if due else None,
            "opened_at": opened.due_at if opened else None,
            "takedown": takedown,
            "sees": list(dict.fromkeys(offices)),
            "exhibits": [
                {
                    "kind": one.get_kind_display(),
                    "name": said_of(one).get("file_name", ""),
                    "sha256": bytes(one.sha256).hex() if one.sha256 else "",
                }
                for one in drafting.own_exhibits(draft)
            ],
            # Somebody else's report is not this viewer's to follow.
            "back_to": "" if paper.by_another(answers) else f"/reports/{report.id}/",
            "ended": bool(takedown and takedown.resolve_due_at <= report.reported_at),
            "exit_url": "/leave/",
        },
    )
