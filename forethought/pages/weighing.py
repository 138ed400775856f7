"""Weighing a suspected breach: was it them, how serious, in proportion. Clauses 9.2c, 9.3, 2.4."""

from collections.abc import Callable
from datetime import time
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases.models import Case, Status
from forethought.core.clock import london
from forethought.investigations import attribution, outcomes, seriousness, work_time
from forethought.investigations import weighing as procedures
from forethought.investigations.models import Breach
from forethought.investigations.visible import Seen, time_visible
from forethought.investigations.weighing import Thread, newest, words_of
from forethought.investigations.weighing_models import Weighs
from forethought.pages import acts, asking, weighing_rows
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import title_of
from forethought.pages.cases import names_shown
from forethought.pages.door_rules import REGISTRARS
from forethought.pages.law_notes import law_notes
from forethought.pages.seen_times import seen_of
from forethought.pages.weighing_forms import AttributionForm, ProportionForm, SeriousnessForm
from forethought.pages.weighing_rows import hours_said


def address(case: Case, anchor: str = "") -> str:
    """The page of what was weighed."""
    return f"/breaches/{case.id}/weighing/" + (f"#{anchor}" if anchor else "")


@page
def weighing(request: Request, case: Case) -> HttpResponseBase:
    """What was weighed so far, and what is missing before anything is taken from anybody."""
    now, names, person = timezone.now(), names_shown(request, case), request.viewer.person
    breach = Breach.objects.filter(case=case).first()
    closed = case.status == Status.CLOSED
    seen = time_visible(seen_of(case, person))
    warned = breach.outcome in outcomes.LIVE_FOR if breach else False
    return render(
        request,
        "forethought/weighing/weighing.html",
        {
            "title": "Case",
            "heading": title_of(case.opened_at, case.label, now, kind=case.kind),
            "case": case,
            "names": names,
            "back_href": f"/breaches/{case.id}/",
            "base": address(case),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "closed": closed,
            "why_not_sanction": procedures.why_not_sanction(case=case, at=now),
            "why_not_conclude": procedures.why_not_conclude(case, person),
            "standard": attribution.STANDARD,
            "threads": {str(one): weighing_rows.thread_rows(case, one, names, now) for one in Weighs},
            "proportion": weighing_rows.proportion_row(case, now),
            "flags": seriousness.listed(procedures.weighed_of(case, now).flags),
            "visible": seen.said,
            "known": weighing_rows.known_rows(case, now),
            "warnings": weighing_rows.warning_rows(case, person, now),
            "warning_href": f"{address(case)}note-live-warning/" if warned else "",
            "beside": weighing_rows.beside_rows(case, person, now),
            "requests": weighing_rows.request_rows(case, names, now),
            "ask_href": f"/breaches/{case.id}/cooperation/ask-cooperation/",
            "no_watching": work_time.NO_WATCHING,
            "hours": hours_said(now),
            "set_hours": bool(request.viewer.roles & REGISTRARS),
            "laws": law_notes("9.2c", "9.2a", "9.3"),
        },
    )


def weigh(
    request: Request,
    case: Case,
    question: Weighs,
    form: asking.Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    button: str,
    done: str,
    concludes: bool,
    clauses: tuple[str, ...],
    lead: tuple[str, ...] = (),
) -> HttpResponseBase:
    """One form of weighing: refused with the rule's sentence, kept where somebody else was first."""
    reason = None
    if request.method == "GET":
        reason = procedures.why_not_conclude(case, request.viewer.person) if concludes else None
        reason = reason or ("This case is closed. Open it again first." if case.status == Status.CLOSED else None)
        reason = reason or (procedures.LADO_FIRST if procedures.lado_first(case) else None)
    return acts.act(
        request,
        form,
        do,
        to=address(case, str(question)),
        title=title,
        button=button,
        done=done,
        row=Thread(case, question),
        template="forethought/weighing/ask.html",
        case=case,
        names=names_shown(request, case),
        back_href=address(case, str(question)),
        reason=reason,
        lead=list(lead),
        laws=law_notes(*clauses),
    )


HIDDEN = "Names are hidden, so nothing written before is filled in. Press “Show names” first to begin with it."


def begun(request: Request, case: Case, question: Weighs) -> dict[str, Any]:
    """What was said last about a question, for filling in a form; nothing while names are hidden."""
    if request.method != "GET" or not names_shown(request, case):
        return {}
    last = max(
        (one for one in (newest(case, question, concluded=done) for done in (True, False)) if one),
        key=lambda one: one.weighed_at,
        default=None,
    )
    return {**words_of(last), "result": last.result, **last.choices} if last else {}


def lead_of(request: Request, case: Case, question: Weighs) -> tuple[str, ...]:
    """A line where something was written before and is not filled in."""
    hides = bool(Thread(case, question).version) and not names_shown(request, case)
    return (HIDDEN,) if hides else ()


# --- Was it them? ---


def attribution_form(request: Request, case: Case) -> AttributionForm:
    """The form, begun with what was said last."""
    said = begun(request, case, Weighs.ATTRIBUTION)
    others = {f"other_{one}": words for one, words in dict(said.pop("alternatives", {})).items()}
    initial = {**said, **others, "version": Thread(case, Weighs.ATTRIBUTION).version}
    return AttributionForm(request.POST if request.method == "POST" else None, initial=initial)


@page
def propose_attribution(request: Request, case: Case) -> HttpResponseBase:
    """Propose whether it was them."""
    form = attribution_form(request, case)
    return weigh(
        request,
        case,
        Weighs.ATTRIBUTION,
        form,
        lambda said: procedures.propose_attribution(
            case=case, version=said["version"], view=form.view(), by=request.viewer.person, at=timezone.now()
        ),
        title="Was it them? What you found",
        button="Propose this",
        done="Your proposal is noted. Whoever decides concludes.",
        concludes=False,
        clauses=("9.2c",),
        lead=(*lead_of(request, case, Weighs.ATTRIBUTION), *ATTRIBUTION_LEAD),
    )


ATTRIBUTION_LEAD = (
    "A name on an account proves little. Look at each other explanation, and write what you found.",
    "You looked and found nothing? Write that. All of it is needed before you say that it was them.",
    "Is it not shown? A reason is enough. Then no breach is found.",
)


@page
def conclude_attribution(request: Request, case: Case) -> HttpResponseBase:
    """Conclude whether it was them."""
    form = attribution_form(request, case)
    return weigh(
        request,
        case,
        Weighs.ATTRIBUTION,
        form,
        lambda said: procedures.conclude_attribution(
            case=case, version=said["version"], view=form.view(), by=request.viewer.person, at=timezone.now()
        ),
        title="Was it them?",
        button="Conclude",
        done="Your conclusion is noted.",
        concludes=True,
        clauses=("9.2c",),
        lead=(*lead_of(request, case, Weighs.ATTRIBUTION), *ATTRIBUTION_LEAD),
    )


# --- How serious? ---


def seriousness_form(request: Request, case: Case, seen: Seen) -> SeriousnessForm:
    """The form, begun with what was said last, and with the times that are known."""
    said = begun(request, case, Weighs.SERIOUSNESS)
    initial: dict[str, Any] = {"version": Thread(case, Weighs.SERIOUSNESS).version, **moment("seen", seen)}
    initial.update(moment("gone", seen))
    if said:
        initial |= {f"{one}_why": said.get(one, "") for one in ("nature", "spread", "effect")}
        initial |= {f"{one}_records": ids for one, ids in dict(said.get("records", {})).items()}
        initial |= dict(said.get("around", {}))
        initial |= {"effect": said.get("effects", []), "flags": said.get("ticked", [])}
        initial |= {"mitigation": said.get("mitigation", "")}
        row = newest_choices(case)
        initial |= {"nature": row.get("nature", ""), "spread": row.get("spread", "")}
    records = weighing_rows.record_choices(case, timezone.now())
    return SeriousnessForm(request.POST if request.method == "POST" else None, initial=initial, records=records)


def newest_choices(case: Case) -> dict[str, Any]:
    """What was chosen last for the factors."""
    found = [newest(case, Weighs.SERIOUSNESS, concluded=done) for done in (True, False)]
    last = max((one for one in found if one), key=lambda one: one.weighed_at, default=None)
    return dict(last.choices) if last else {}


def moment(name: str, seen: Seen) -> dict[str, Any]:
    """A known instant as the two fields of a form; its time is left out where only the day is known."""
    at = seen.first_seen_at if name == "seen" else seen.gone_at
    if at is None:
        return {}
    local = london(at)
    exact = not (name == "seen" and seen.to_the_day)
    return {f"{name}_on": local.date(), f"{name}_time": time(local.hour, local.minute) if exact else None}


def visible_lead(seen: Seen) -> tuple[str, ...]:
    """What is known of how long it was there, and that nothing is added up."""
    return (
        "There is no score. Say for each factor what it is, and what shows it.",
        f"How long it could be seen, from the records and looks: {lower(time_visible(seen).said)}.",
    )


def lower(words: str) -> str:
    """With a small letter, inside a sentence."""
    return words[:1].lower() + words[1:]


@page
def propose_seriousness(request: Request, case: Case) -> HttpResponseBase:
    """Propose how serious it is."""
    seen = seen_of(case, request.viewer.person)
    form = seriousness_form(request, case, seen)
    return weigh(
        request,
        case,
        Weighs.SERIOUSNESS,
        form,
        lambda said: procedures.propose_seriousness(
            case=case,
            version=said["version"],
            factors=form.factors(seen),
            said=form.said(),
            by=request.viewer.person,
            at=timezone.now(),
        ),
        title="How serious is it? What you found",
        button="Propose this",
        done="Your proposal is noted. Whoever decides concludes.",
        concludes=False,
        clauses=("9.3", "2.4"),
        lead=(*lead_of(request, case, Weighs.SERIOUSNESS), *visible_lead(seen)),
    )


@page
def conclude_seriousness(request: Request, case: Case) -> HttpResponseBase:
    """Conclude how serious it is."""
    seen = seen_of(case, request.viewer.person)
    form = seriousness_form(request, case, seen)
    return weigh(
        request,
        case,
        Weighs.SERIOUSNESS,
        form,
        lambda said: procedures.conclude_seriousness(
            case=case,
            version=said["version"],
            factors=form.factors(seen),
            said=form.said(),
            by=request.viewer.person,
            at=timezone.now(),
        ),
        title="How serious is it?",
        button="Conclude",
        done="Your conclusion is noted.",
        concludes=True,
        clauses=("9.3", "2.4"),
        lead=(*lead_of(request, case, Weighs.SERIOUSNESS), *visible_lead(seen)),
    )


# --- In proportion? ---


@page
def conclude_proportion(request: Request, case: Case) -> HttpResponseBase:
    """Conclude whether a sanction would go too far."""
    said = begun(request, case, Weighs.PROPORTION)
    initial = {"version": Thread(case, Weighs.PROPORTION).version, "result": said.get("result", "")}
    initial |= {f"on_{one}": words for one, words in dict(said.get("answers", {})).items()}
    initial |= {f"screen_{one}": words for one, words in dict(said.get("screens", {})).items()}
    initial |= {f"advice_{one}": words for one, words in dict(said.get("advice", {})).items()}
    initial |= {"reasons": said.get("reasons", "")}
    form = ProportionForm(request.POST if request.method == "POST" else None, initial=initial)
    return weigh(
        request,
        case,
        Weighs.PROPORTION,
        form,
        lambda found: procedures.conclude_proportion(
            case=case, version=found["version"], **form.answers(), by=request.viewer.person, at=timezone.now()
        ),
        title="Is a sanction in proportion?",
        button="Conclude",
        done="Your conclusion is noted.",
        concludes=True,
        clauses=("2.4", "9.3"),
        lead=(
            *lead_of(request, case, Weighs.PROPORTION),
            "A belief or an opinion may be held and said. What counts is how it was said, and whom it touched.",
            "The school has to show that it was right. Get advice from HR or a lawyer before you conclude.",
        ),
    )
