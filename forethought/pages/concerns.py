"""A concern as its lead works on it: what was told, the harm threshold, what was done, and how it ends. Clause 6.5."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases import opening
from forethought.cases.agencies import why_not_investigate
from forethought.cases.models import Case
from forethought.cases.referring import lado_was_consulted, steps_with
from forethought.core.clock import london, spoken_near
from forethought.evidence import keyring
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import address_of, title_of
from forethought.pages.case_rows import exhibit_rows, offices_of, party_rows, police_rows, seat_rows, timeline
from forethought.pages.cases import names_shown
from forethought.pages.concern_forms import TagForm, ThresholdForm
from forethought.pages.contacts import contacts
from forethought.pages.door_rules import HANDLERS
from forethought.pages.law_notes import law_notes
from forethought.pages.referral_rows import referral_rows
from forethought.pages.wording import YES_NO
from forethought.people import switches
from forethought.people.models import Role
from forethought.safeguarding import concerns, heeding, tagging, threshold
from forethought.safeguarding.models import Concern, ConcernNote
from forethought.safeguarding.tagging import every_tag

OWED = {
    "concern": "Say what was done about it",
    "lado": "Ask the designated officer (LADO), before anybody is spoken to",
    "inform": "A second person is to be told of the report to the police",
    "support": "Offer support",
    "revisit": "Ask again how they are",
    "prompt": "Say what was done at once",
    "behaviour": "Give the outcome back",
    "complaint": "Begin to look into it",
    "answer": "Write to the sender",
}
NOTES = {"action": "Done", "threshold": "Harm threshold", "said": "Added by whoever told it", "end": "Ended"}


def concern_of(case: Case) -> Concern:
    """The concern of a case, or “no such page”."""
    found = Concern.objects.select_related("case", "school", "reporter").filter(case=case).first()
    if found is None:
        raise Http404
    return found


@page
def concern(request: Request, case: Case) -> HttpResponseBase:
    """Everything about a concern, in the order of what is owed. Names and words only when asked for."""
    now, names, found = timezone.now(), names_shown(request, case), concern_of(case)
    if case.own_seat != "glass":  # type: ignore[attr-defined]
        concerns.see_concern(concern=found, by=request.viewer.person, at=now)
    key = keyring.case_key(case.school_id, case.id)
    consulted = lado_was_consulted(case)
    done = steps_with(case)
    return render(
        request,
        "forethought/concerns/concern.html",
        {
            "title": "Case",
            "heading": title_of(case.opened_at, case.label, now, kind=case.kind),
            "case": case,
            "names": names,
            "heed": heeding.what_stands(case),
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "owed": owed_rows(case, now),
            "when": threshold.gap_said(
                observed_at=found.observed_at,
                told_at=found.told_at,
                day_only=keyring.words(found, case_id=case.id, key=key).get("day_only") == "yes",
            ),
            "told": told_rows(found, names),
            "notes": note_rows(found, names, now),
            "parties": party_rows(case, names, key, now),
            "exhibits": exhibit_rows(case, names, key),
            "referrals": referral_rows(case, names, now),
            "refer_href": f"/cases/{case.id}/note-referral/",
            "police_reports": police_rows(case, names, key, request.viewer.person, now),
            "threshold": found.threshold,
            "consulted": consulted,
            "why_not_investigate": why_not_investigate(threshold=found.threshold or "no", consulted=consulted),
            "why_not_end": threshold.why_not_end(
                ended=case.status == "closed",
                done="-",
                threshold=found.threshold,
                lado_settled=any(one.agency == "lado" for one in done),
                referred=any(one.step == "referred" for one in done),
                not_referred=any(one.step == "not_referred" for one in done),
            ),
            "linked": [
                {"href": address_of(one.kind, one.id), "text": title_of(one.opened_at, one.label, now, kind=one.kind)}
                for one in opening.linked_to(case=case, person=request.viewer.person, at=now)
            ],
            "timeline": timeline(case, now),
            "seats": seat_rows(case, names, now),
            "contacts": contacts(case.school_id),
            "duty": switches.is_on("reporting_duty", london(now).date()),
            "duty_href": f"/concern/{found.id}/note-own-duty/",
            "base": f"/concerns/{case.id}/",
            "tags": ", ".join(every_tag()[one][0] for one in found.tags if one in every_tag()),
            "handles": bool(request.viewer.roles & (HANDLERS | {Role.LEAD, Role.DEPUTY_LEAD}))
            and case.own_seat != "glass",  # type: ignore[attr-defined]
            "laws": law_notes("6.5", "6.2"),
        },
    )


def owed_rows(case: Case, at: datetime) -> list[dict[str, str]]:
    """What is owed, soonest first, in a sentence each."""
    rows = []
    for one in case.owed.filter(done_at__isnull=True).order_by("due_at"):
        late = one.due_at < at
        by = spoken_near(one.due_at, at)
        what = OWED.get(one.kind, "Something is due")
        rows.append(
            {
                "text": f"Late. {what}: it was due by {by}." if late else f"{what} by {by}.",
                "state": "late" if late else "normal",
            }
        )
    return rows


def told_rows(found: Concern, names: bool) -> list[dict[str, str]]:
    """What was told, question by question, when names are shown."""
    if not names:
        return []
    said, known = keyring.words(found, case_id=found.case_id), every_tag()
    rows = [
        ("Told by", found.reporter.name if found.reporter else said.get("reporter_name") or "Not said"),
        ("Anyone in danger", YES_NO.get(str(said.get("danger")), "")),
        ("In their words", said.get("told")),
        ("Which child", said.get("child")),
        ("An adult of the school", YES_NO.get(str(said.get("adult")), "")),
        ("Who", said.get("name")),
        ("The safeguarding lead", YES_NO.get(str(said.get("lead")), "")),
        ("Where", said.get("where")),
        ("A picture that must not be copied", YES_NO.get(str(said.get("picture")), "")),
        ("Why now", said.get("gap")),
        ("About", ", ".join(known[one][0] for one in found.tags if one in known)),
    ]
    return [{"key": key, "value": str(value)} for key, value in rows if value]


def note_rows(found: Concern, names: bool, at: datetime) -> list[dict[str, object]]:
    """What was done and said since, oldest first; the words when names are shown."""
    rows: list[ConcernNote] = list(found.notes.order_by("noted_at", "id"))
    offices = offices_of([one.noted_by for one in rows], at)
    met = {"yes": "It may be met", "not_sure": "Not sure: treated as met", "no": "Not met"}
    return [
        {
            "what": NOTES.get(one.kind, one.kind) + (f": {met.get(one.choice, '')}" if one.kind == "threshold" else ""),
            "at": one.noted_at,
            "who": offices.get(one.noted_by, "whoever told it"),
            "words": keyring.words(one, case_id=found.case_id).get("words", "") if names else "",
        }
        for one in rows
    ]


@page
def weigh_threshold(request: Request, case: Case) -> HttpResponseBase:
    """Answer the four questions of the harm threshold."""
    found, home = concern_of(case), f"/concerns/{case.id}/"
    form = ThresholdForm(request.POST if request.method == "POST" else None)

    def do(said: dict[str, Any]) -> str:
        words = said.pop("words")
        return concerns.weigh_threshold(
            concern=found, answers=said, words=words, by=request.viewer.person, at=timezone.now()
        )

    return acts.act(
        request,
        form,
        do,
        to=home,
        title="The harm threshold",
        button="Save",
        done="Your answers are kept.",
        back_href=home,
        lead=[
            "One yes, or one doubt: the local authority’s designated officer is asked before anybody is spoken to.",
            "This is not a finding about anybody.",
        ],
        laws=law_notes("6.5"),
    )


@page
def tag_concern(request: Request, case: Case) -> HttpResponseBase:
    """Say what kinds of risk it is about."""
    found, home = concern_of(case), f"/concerns/{case.id}/"
    return acts.act(
        request,
        TagForm(request.POST if request.method == "POST" else None, initial={"tags": found.tags}),
        lambda said: tagging.tag_concern(concern=found, tags=said["tags"], by=request.viewer.person, at=timezone.now()),
        to=home,
        title="What it is about",
        button="Save",
        done="It is noted.",
        back_href=home,
        lead=["The words are for counting, without names. What was told stays as it was."],
    )


class ActionForm(asking.Form):
    """What was done."""

    words = fields.Words(label="What was done?", longest=10_000, rows=5, missing="Write what was done.")


@page
def note_action(request: Request, case: Case) -> HttpResponseBase:
    """Note what was done."""
    found, home = concern_of(case), f"/concerns/{case.id}/"
    return acts.act(
        request,
        ActionForm(request.POST if request.method == "POST" else None),
        lambda said: concerns.note_action(
            concern=found, words=said["words"], by=request.viewer.person, at=timezone.now()
        ),
        to=home,
        title="Note what was done",
        button="Save",
        done="It is noted.",
        back_href=home,
    )


class EndForm(acts.Versioned):
    """How it ends."""

    words = fields.Words(
        label="What was done, and why does it end here?", longest=10_000, rows=5, missing="Say what was done."
    )


@page
def end_concern(request: Request, case: Case) -> HttpResponseBase:
    """End a concern. Nothing is deleted."""
    found, home = concern_of(case), f"/concerns/{case.id}/"
    return acts.act(
        request,
        EndForm(request.POST if request.method == "POST" else None, initial={"version": case.version}),
        lambda said: concerns.end_concern(concern=found, **said, by=request.viewer.person, at=timezone.now()),
        to=home,
        title="End this concern",
        button="End it",
        done="The concern has ended. Nothing of it is deleted.",
        row=case,
        back_href=home,
    )
