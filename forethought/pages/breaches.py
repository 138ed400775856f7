"""The page of a suspected breach, in the order of what is owed, and its dates. Clauses 9.1, 9.4, 9.5."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.clock import spoken, spoken_day
from forethought.evidence import keyring
from forethought.investigations import rules
from forethought.investigations.models import Breach
from forethought.investigations.people import speaks_for_union
from forethought.investigations.rules import Standing
from forethought.investigations.stages import Stage
from forethought.investigations.standing import breach_of, last_step, standing_of, words_of
from forethought.investigations.tracker import is_suspended
from forethought.pages import acts, breach_rows, case_rows, weighing_rows
from forethought.pages.access import opens, page
from forethought.pages.asked import Request
from forethought.pages.case_lines import title_of
from forethought.pages.cases import names_shown
from forethought.pages.contacts import contacts
from forethought.pages.disclosure_rows import pack_rows
from forethought.pages.door_rules import HANDLERS, NARROW
from forethought.pages.law_notes import law_notes
from forethought.pages.matrix import MATRIX
from forethought.pages.monitoring import link_from
from forethought.pages.papers import papers_rows
from forethought.pages.referral_rows import referral_rows

#: Each act of the procedure: its button, in the order of the Acas Code.
BUTTONS: dict[str, str] = {
    "name_subject": "Say who it may be about",
    "make_allegation": "Write down what is said",
    "settle_informally": "Settle it informally",
    "choose_procedure": "Choose a procedure",
    "hand_to_hr": "Hand it to HR",
    "note_hr_outcome": "Note what came back from HR",
    "set_terms": "Write the terms of reference",
    "choose_person": "Choose who does what",
    "start_letter": "Write a letter",
    "tell_in_writing": "They have been told in writing",
    "start_investigation": "Start looking into it",
    "plan_meeting": "Plan a meeting",
    "give_investigation_report": "Give the report",
    "find_case_to_answer": "There is a case to answer",
    "find_no_case": "There is no case to answer",
    "give_notice": "Notice of the hearing was given",
    "propose_disclosure": "Open papers to them",
    "decide_outcome": "Decide",
    "note_appeal": "Note an appeal",
    "decide_appeal": "Decide the appeal",
    "end_breach": "End this",
    "reopen_breach": "Open it again",
}

_TOLD = ("set_terms", "choose_person", "start_letter", "tell_in_writing", "settle_informally")

#: What comes next at each stage: the first is the main one. The others stand under “More”.
NEXT: dict[Stage, tuple[str, ...]] = {
    Stage.SUSPECTED: ("make_allegation", "settle_informally", "choose_procedure", "end_breach"),
    Stage.INFORMAL: ("end_breach", "choose_procedure", "plan_meeting", "start_letter"),
    Stage.CHOSEN: ("hand_to_hr", "settle_informally"),
    Stage.HANDED: ("note_hr_outcome", "settle_informally"),
    Stage.TOLD: ("start_investigation", "set_terms", "choose_person", "settle_informally"),
    Stage.INVESTIGATING: (
        "give_investigation_report",
        "plan_meeting",
        "start_letter",
        "propose_disclosure",
        "settle_informally",
    ),
    Stage.REPORT_IN: ("find_case_to_answer", "find_no_case", "choose_person", "settle_informally"),
    Stage.TO_ANSWER: ("give_notice", "plan_meeting", "start_letter", "propose_disclosure", "settle_informally"),
    Stage.NOTICED: ("propose_disclosure", "start_letter", "settle_informally"),
    Stage.HEARD: ("decide_outcome", "settle_informally"),
    Stage.DECIDED: ("start_letter", "note_appeal", "end_breach"),
    Stage.APPEALED: ("decide_appeal", "choose_person", "plan_meeting", "start_letter"),
    Stage.ENDED: ("start_letter", "reopen_breach"),
}


def address(case: Case) -> str:
    """Where a suspected breach is read."""
    return f"/breaches/{case.id}/"


#: Each act's row in the matrix, by the act's name.
_RULES = {name.split(".")[1]: name for name in MATRIX if name.startswith("breach")} | {
    name.split(".")[1]: name
    for name in (
        "disclosures.propose_disclosure",
        "weighing.weighing",
        "cooperation.ask_cooperation",
        "referrals.note_referral",
        "granting.seats",
        "record_reading.search_records",
    )
}


def may(request: Request, case: Case, verb: str) -> bool:
    """Whether the viewer may open the page of an act: their role, or the part they have in it."""
    return opens(request, case, MATRIX[_RULES[verb]], _RULES[verb])


def buttons(request: Request, case: Case, breach: Breach, standing: Standing) -> list[dict[str, object]]:
    """The buttons of this stage, each dead with the rule's sentence while it may not be."""
    verbs = list(NEXT[Stage(breach.stage)])
    if breach.stage == Stage.CHOSEN and breach.tracked:
        verbs = list(_TOLD)
    if breach.subject_id is None:
        verbs.insert(0, "name_subject")
    rows: list[dict[str, object]] = []
    for verb in verbs:
        if not may(request, case, verb):
            continue
        rows.append(
            {
                "text": BUTTONS[verb],
                "href": f"{address(case)}{verb.replace('_', '-')}/",
                "reason": rules.why_not(verb, standing),
                "kind": "secondary" if rows else "",
            }
        )
    return rows


@page
def breach(request: Request, case: Case) -> HttpResponseBase:
    """Everything about a suspected breach, in the order of what is owed. Whoever has one part sees what it needs."""
    now, names, row = timezone.now(), names_shown(request, case), breach_of(case)
    standing = standing_of(row, now)
    handles = bool(request.viewer.roles & HANDLERS) and case.own_seat not in NARROW  # type: ignore[attr-defined]
    drafts, sent = breach_rows.letter_rows(case, names, now)
    key = keyring.case_key(case.school_id, case.id)
    acts_open = {verb: may(request, case, verb) for verb in _RULES if verb not in {"breach", "dates", "calendar"}}
    pack = words_of(last_step(case, "hand_to_hr")) if handles else {}
    return render(
        request,
        "forethought/breaches/breach.html",
        {
            "title": "Case",
            "heading": title_of(case.opened_at, case.label, now, kind=case.kind),
            "case": case,
            "breach": row,
            "names": names,
            "handles": handles,
            "may": acts_open,
            "base": address(case),
            "back_href": "/cases/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "stage": Stage(row.stage).words,
            "stages": stage_rows(row),
            "owed": breach_rows.owed_rows(case, address(case), now, handles=handles),
            "buttons": buttons(request, case, row, standing),
            "needs_lado": standing.needs_lado,
            "lado_consulted": standing.lado_consulted,
            "contacts": contacts(case.school_id),
            "words": keyring.words(row, case_id=case.id, key=key)["words"] if names else "",
            "happened_on": spoken_day(row.happened_on, now) if row.happened_on else "",
            "allegations": breach_rows.allegation_rows(row, names, now),
            "chosen": breach_rows.chosen_rows(case, names, now),
            "reported": breach_rows.reported_rows(row, names, now, support=handles),
            "meetings": breach_rows.meeting_rows(case, names, now),
            "drafts": drafts,
            "sent": sent,
            "papers": papers_rows(case, names, now) if handles else [],
            "packs": pack_rows(case, request.viewer.person, names, now) if acts_open["propose_disclosure"] else [],
            "pack": pack.get("pack", []) if names else [],
            "exhibits": case_rows.exhibit_rows(case, names, key),
            "steps": breach_rows.step_rows(case, names, now),
            "outcome": breach_rows.all_outcomes().get(row.outcome, ""),
            "of_union": speaks_for_union(row, now),
            "suspended": is_suspended(row),
            "paused": row.paused_at is not None,
            "paused_since": spoken(row.paused_at, now) if row.paused_at else "",
            "ended": row.stage == Stage.ENDED,
            "monitoring_href": "" if row.stage == Stage.ENDED else link_from(request, case),
            "referrals": referral_rows(case, names, now) if acts_open["note_referral"] else [],
            "refer_href": f"/cases/{case.id}/note-referral/",
            "has_part": case.chosen.filter(person=request.viewer.person, ended_at__isnull=True).exists(),
            "timeline": case_rows.timeline(case, now) if handles else [],
            "seats": case_rows.seat_rows(case, names, now) if handles else [],
            "weighing": weighing_rows.weighing_block(case, request.viewer, now),
            "laws": law_notes("9.1", "9.5", "9.6"),
        },
    )


def stage_rows(row: Breach) -> list[dict[str, object]]:
    """The stages that lead to where it stands, for a list of what is done and what comes."""
    if row.stage in {Stage.INFORMAL, Stage.HANDED} or not row.tracked:
        return []
    order = [one for one in Stage if one not in {Stage.INFORMAL, Stage.HANDED, Stage.APPEALED}]
    here = Stage(row.stage)
    at = order.index(here) if here in order else order.index(Stage.DECIDED)
    return [{"text": one.words, "done": order.index(one) < at, "here": one is here} for one in order]


@page
def dates(request: Request, case: Case) -> HttpResponseBase:
    """Every date of a matter on one page."""
    now, row = timezone.now(), breach_of(case)
    found = breach_rows.date_rows(row, address(case))
    return render(
        request,
        "forethought/breaches/dates.html",
        {
            "title": "Dates",
            "case": case,
            "names": names_shown(request, case),
            "rows": [
                [
                    {"label": "When", "text": spoken(one.when, now)},
                    {"label": "What", "text": one.text, "href": one.href},
                ]
                for one in found
            ],
            "base": address(case),
            "back_href": address(case),
        },
    )


@page
def calendar(request: Request, case: Case) -> HttpResponseBase:
    """The dates as a file for one's own calendar. Its titles and its name say nothing."""
    text = breach_rows.ics_of(breach_of(case), timezone.now())
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="dates.ics"'
    answer["Cache-Control"] = "no-store"
    return answer
