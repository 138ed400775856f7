"""What was weighed, row by row: with names, or as states alone; and the block of it on a matter's own page."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from forethought.cases.models import Case
from forethought.core.clock import london, spoken, spoken_day
from forethought.evidence.models import Exhibit
from forethought.investigations import (
    asking_along,
    attribution,
    cooperation,
    outcomes,
    seriousness,
    weighing,
    work_hours,
    work_time,
)
from forethought.investigations.allegations import known_to
from forethought.investigations.earlier import live_warnings, past_of
from forethought.investigations.models import Breach
from forethought.investigations.weighing_models import (
    CooperationAnswer,
    CooperationRequest,
    LiveWarning,
    Weighing,
    Weighs,
)
from forethought.pages import citing
from forethought.pages.case_rows import offices_of, sentence
from forethought.pages.door_rules import HANDLERS, NARROW
from forethought.people.models import Person

Row = dict[str, object]

#: The narrow seats that open what was weighed.
WEIGH = frozenset({"investigator", "decider", "appeal", "hr"})


def may_open(case: Case, roles: frozenset[str]) -> bool:
    """Whether a viewer of the case may open what was weighed: by their part in it, else by their role."""
    why = getattr(case, "own_seat", "")
    return why in WEIGH if why in NARROW else bool(roles & HANDLERS)


def weighing_block(case: Case, viewer: Any, now: datetime) -> Row:
    """How the weighing stands, for weighing/_block.html on a matter's page: states alone, no name and no words."""
    may = may_open(case, viewer.roles)
    base = f"/breaches/{case.id}/weighing/"
    rows = [state_row(case, one, now) for one in (Weighs.ATTRIBUTION, Weighs.SERIOUSNESS)]
    rows.append(proportion_row(case, now))
    if Weighing.objects.filter(case=case, question=Weighs.USE).exists():
        rows.append(state_row(case, Weighs.USE, now))
    rows.append(cooperation_row(case, now))
    for row in rows:
        row["href"] = f"{base}#{row.pop('anchor')}" if may else ""
    return {"items": rows, "reason": weighing.why_not_sanction(case=case, at=now), "href": base if may else ""}


def state_row(case: Case, question: Weighs, now: datetime) -> Row:
    """One question in the block."""
    row: Row = {"text": question.label, "anchor": str(question), "colour": "grey", "status": "Not weighed yet"}
    done = weighing.newest(case, question, concluded=True, at=now)
    asked = weighing.newest(case, question, concluded=False, at=now)
    if done is not None:
        row.update(status=said_of(done), colour="")
    elif asked is not None:
        row.update(status=f"Proposed: {said_of(asked).lower()}", colour="blue")
    return row


def said_of(row: Weighing) -> str:
    """What was concluded, in a few words that name nobody."""
    if row.question == Weighs.ATTRIBUTION:
        return attribution.RESULTS[row.result]
    if row.question == Weighs.PROPORTION:
        return seriousness.PROPORTION[row.result]
    if row.question == Weighs.USE:
        return "Not work time" if row.result == "outside" else "In work time"
    return seriousness.FACTORS["nature"].get(str(row.choices.get("nature")), "")


def proportion_row(case: Case, now: datetime) -> Row:
    """Proportion in the block: whether it is called for, and what was concluded."""
    now_weighed = weighing.weighed_of(case, now)
    row: Row = {"text": Weighs.PROPORTION.label, "anchor": str(Weighs.PROPORTION), "colour": "grey"}
    covered = bool(now_weighed.proportion) and now_weighed.flags <= now_weighed.proportion_flags
    if covered:
        row.update(status=seriousness.PROPORTION[now_weighed.proportion], colour="")
    elif now_weighed.flags:
        row.update(status="Needed before any sanction", colour="orange")
    else:
        row["status"] = "Not called for so far"
    return row


def cooperation_row(case: Case, now: datetime) -> Row:
    """The last request in the block. Every answer looks the same: grey, noted."""
    row: Row = {"text": "Co-operation", "anchor": "cooperation", "colour": "grey", "status": "Nobody was asked"}
    last = CooperationRequest.objects.filter(case=case).order_by("-asked_at", "-id").first()
    if last is not None:
        row["status"] = "Answered" if asking_along.last_answer(last) else f"Answer by {spoken(last.due_at, now)}"
    return row


def hours_said(now: datetime) -> str:
    """The school's work time in a sentence."""
    hours = work_hours.hours_on(london(now).date())
    words = f"Work time here is from {work_time.said(hours.starts)} to {work_time.said(hours.ends)}"
    said = work_time.said
    breaks = [f"{one.name.lower()} from {said(one.starts)} to {said(one.ends)}" for one in hours.breaks]
    return f"{words}, without {' and '.join(breaks)}." if breaks else f"{words}."


# --- The page ---


def thread_rows(case: Case, question: Weighs, names: bool, now: datetime) -> list[Row]:
    """Each proposal and conclusion about one question, the newest first."""
    rows = list(Weighing.objects.filter(case=case, question=question).order_by("-weighed_at", "-id"))
    offices = offices_of([row.weighed_by for row in rows], now)
    last = next((row.pk for row in rows if row.concluded), None)
    return [
        {
            "what": "Concluded" if row.concluded else "Proposed",
            "said": said_of(row),
            "at": row.weighed_at,
            "who": offices.get(row.weighed_by, ""),
            "counts": row.pk == last,
            "words": words_rows(row, case) if names else [],
            "flags": seriousness.listed(row.choices.get("flags", ())),
        }
        for row in rows
    ]


def words_rows(row: Weighing, case: Case) -> list[dict[str, str]]:
    """What was written, as rows of a summary."""
    said = weighing.words_of(row)
    make = {
        Weighs.ATTRIBUTION.value: attribution_words,
        Weighs.SERIOUSNESS.value: seriousness_words,
        Weighs.PROPORTION.value: proportion_words,
        Weighs.USE.value: use_words,
    }[row.question]
    return [{"key": key, "value": value} for key, value in make(row, said, case) if value]


Pairs = list[tuple[str, str]]


def attribution_words(row: Weighing, said: Mapping[str, object], case: Case) -> Pairs:
    """Was it them: the bases, each alternative, the reason."""
    bases = "\n".join(attribution.BASES[one] for one in row.choices.get("bases", ()) if one in attribution.BASES)
    found = _strings(said.get("alternatives"))
    others = [(attribution.ALTERNATIVES[one], words) for one, words in found.items() if one in attribution.ALTERNATIVES]
    return [("Rests on", bases), ("What there is", str(said["basis"])), *others, ("Why", str(said["reasons"]))]


def seriousness_words(row: Weighing, said: Mapping[str, object], case: Case) -> Pairs:
    """How serious: each factor with its evidence, then what speaks for the person."""
    records = said.get("records")
    labels = dict(record_choices(case, london(row.weighed_at)))
    around = _strings(said.get("around"))

    def shown(factor: str) -> str:
        words = str(said.get(factor, ""))
        ids = records.get(factor, []) if isinstance(records, dict) else []
        return "\n".join([words, *(f"Record: {labels[one]}" for one in ids if one in labels)])

    effects = said.get("effects")
    effect = ", ".join(seriousness.EFFECT[one] for one in effects) if isinstance(effects, list) else ""
    return [
        (seriousness.FACTORS_SAID["nature"], f"{said_of(row)}\n{shown('nature')}"),
        (seriousness.FACTORS_SAID["visible"], str(said.get("visible_said", ""))),
        (
            seriousness.FACTORS_SAID["spread"],
            f"{seriousness.SPREAD[str(row.choices['spread'])]}\n{shown('spread')}",
        ),
        (seriousness.FACTORS_SAID["effect"], f"{effect}\n{shown('effect')}"),
        ("Meant", seriousness.INTENT.get(around.get("intent", ""), "")),
        ("Taken down by them", seriousness.YES_NO_UNKNOWN.get(around.get("deleted", ""), "")),
        ("Said sorry", seriousness.YES_NO_UNKNOWN.get(around.get("apology", ""), "")),
        ("Account", seriousness.PURPOSE.get(around.get("purpose", ""), "")),
        ("What speaks for them", str(said.get("mitigation", ""))),
    ]


def proportion_words(row: Weighing, said: Mapping[str, object], case: Case) -> Pairs:
    """Each question of proportion with its answer, and the two screens."""
    answers, screens, advice = (_strings(said.get(one)) for one in ("answers", "screens", "advice"))
    yes_no = {"yes": "Yes", "no": "No", "not_sure": "Not sure"}
    rows = [(question, answers.get(one, "")) for one, question in seriousness.QUESTIONS.items()]
    for one, question in seriousness.SCREENS.items():
        rows.append((question, "\n".join(filter(None, [yes_no.get(screens.get(one, ""), ""), advice.get(one, "")]))))
    return [*rows, ("Why", str(said.get("reasons", "")))]


def use_words(row: Weighing, said: Mapping[str, object], case: Case) -> Pairs:
    """Use in work time: when, how long, what it did, how it is known."""
    day = spoken_day(date.fromisoformat(str(said["day"])), year=True)
    starts, ends = (work_time.said(time.fromisoformat(str(said[one]))) for one in ("starts", "ends"))
    return [
        ("When", f"{day}, from {starts} to {ends}"),
        ("Work time", str(said.get("outside", "")) or "In work time."),
        ("Known by", work_time.KNOWN_BY.get(str(row.choices.get("how_known")), "")),
        ("What it did", str(said["effect"])),
        ("Why it goes on", str(said.get("reason", ""))),
    ]


def _strings(value: object) -> dict[str, str]:
    return {str(key): str(one) for key, one in value.items()} if isinstance(value, dict) else {}


def record_choices(case: Case, at: datetime) -> list[tuple[str, str]]:
    """The records of a case as choices: kind and time alone."""
    found = Exhibit.objects.filter(case_id=case.id).order_by("received_at", "id")
    return [(str(one.pk), f"{one.get_kind_display()}, {spoken(one.received_at, at)}") for one in found]


def known_rows(case: Case, now: datetime) -> list[Row]:
    """Which version of each rule was in force, and whether the person had confirmed that very one."""
    breach = Breach.objects.filter(case=case).select_related("subject").first()
    rows = list(case.citations.select_related("version", "linked__policy").order_by("on_day", "cited_at", "id"))
    known = known_to(rows, breach.subject if breach else None)
    return [{**citing.row_of(one, now), "known": known[one.pk].sentence} for one in rows]


def warning_rows(case: Case, viewer: Person, now: datetime) -> list[str]:
    """The live warnings, as sentences."""
    return [warning_said(one) for one in live_warnings(case=case, viewer=viewer, day=london(now).date())]


def warning_said(row: LiveWarning) -> str:
    """One warning in words."""
    words = outcomes.WORDS[outcomes.Outcome(row.outcome)]
    return f"{words}, given on {spoken_day(row.given_on, year=True)}, live until {spoken_day(row.ends_on, year=True)}."


def beside_rows(case: Case, viewer: Person, now: datetime) -> list[seriousness.Beside]:
    """How earlier matters ended, factor by factor; one line where all are too few. Nothing while it is not weighed."""
    row = weighing.newest(case, Weighs.SERIOUSNESS, concluded=True, at=now)
    row = row or weighing.newest(case, Weighs.SERIOUSNESS, concluded=False, at=now)
    if row is None:
        return []
    chosen = {key: str(value) for key, value in row.choices.items() if key in seriousness.FACTORS}
    found = seriousness.consistency(chosen, past_of(case, viewer))
    if all(one.said == seriousness.TOO_FEW for one in found):
        return [seriousness.Beside("Whichever factor you look at", seriousness.TOO_FEW)]
    return found


def request_rows(case: Case, names: bool, now: datetime) -> list[Row]:
    """Each request to co-operate and what came of it. Every answer is worded alike and marked by no colour."""
    rows: list[Row] = []
    for one in CooperationRequest.objects.filter(case=case).select_related("case").order_by("-asked_at", "-id"):
        said = asking_along.words_of(one, case.id) if names else {}
        answers = [answer_row(one, row, names) for row in one.answers.order_by("answered_at", "id")]
        ended = asking_along.is_ended(one)
        rows.append(
            {
                "id": one.id,
                "device": cooperation.DEVICES[one.device],
                "asked": spoken(one.asked_at, now),
                "due": spoken(one.due_at, now),
                "waits": not answers,
                "over": not answers and one.due_at < now,
                "scope": said.get("scope", ""),
                "reasons": said.get("reasons", ""),
                "answers": answers,
                "acts": [] if ended else act_rows(one),
            }
        )
    return rows


#: The school's acts on a request, as links.
ACTS = {
    "answer_cooperation": "Note what they answered",
    "note_showing": "Note that they showed it at a meeting",
    "pass_access_on": "Note that access was passed on",
    "withdraw_request": "Take the request back",
}


def act_rows(request: CooperationRequest) -> list[dict[str, str]]:
    """What the school may do with a request. For somebody's own device: only to note what they do. Policy 2.3."""
    base = f"/breaches/{request.case_id}/cooperation/{request.id}/"
    verbs = ("answer_cooperation", *cooperation.acts_for(request.device))
    return [{"text": ACTS[one], "href": f"{base}{one.replace('_', '-')}/"} for one in verbs]


def answer_row(request: CooperationRequest, row: CooperationAnswer, names: bool) -> Row:
    """One thing that came of a request."""
    said = asking_along.words_of(row, request.case_id) if names else {}
    labels = {
        "reasons": "Their words" if row.answered_by == str(request.person_id) else "Noted",
        "witness": "Witness",
        "companion": "Companion",
        "shown": "What was shown",
        "account": "Account",
    }
    words = [{"key": label, "value": str(said[one])} for one, label in labels.items() if said.get(one)]
    if row.custodian is not None and names:
        words.append({"key": "Looked after by", "value": row.custodian.name})
    return {"said": sentence(cooperation.NOTED[row.answer]), "at": row.answered_at, "words": words}
