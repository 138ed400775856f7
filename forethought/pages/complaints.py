"""A complaint from outside, as it is looked into: checked, answered, forked where it is more. Clause 8.1."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.clock import london, spoken_day
from forethought.evidence import keyring
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.case_lines import title_of
from forethought.pages.case_rows import exhibit_rows, offices_of, seat_rows, timeline
from forethought.pages.cases import names_shown
from forethought.pages.concerns import owed_rows
from forethought.pages.contacts import contacts
from forethought.pages.door_rules import HANDLERS
from forethought.pages.law_notes import law_notes
from forethought.pages.referral_rows import referral_rows
from forethought.pages.strand_rows import matter_rows
from forethought.pages.wording import YES_NO
from forethought.reports import complaints
from forethought.reports.forking import COMPLAINANTS, letter
from forethought.reports.models import Complaint, ComplaintNote

NOTES = {
    "verified": "Who they are was checked",
    "answer": "Written to them",
    "letter": "The letter that answered it",
    "added": "Added by the sender",
}


def complaint_of(case: Case) -> Complaint:
    """The complaint of a case, or “no such page”."""
    found = Complaint.objects.select_related("case", "school").filter(case=case).first()
    if found is None:
        raise Http404
    return found


@page
def complaint(request: Request, case: Case) -> HttpResponseBase:
    """Everything about a complaint, in the order of what is owed. Names and words only when asked for."""
    now, names, found = timezone.now(), names_shown(request, case), complaint_of(case)
    key = keyring.case_key(case.school_id, case.id)
    checked = {"yes": "It was checked: they are who they say.", "no": "It was checked: they are not who they say."}
    return render(
        request,
        "forethought/complaints/complaint.html",
        {
            "title": "Case",
            "heading": title_of(case.opened_at, case.label, now, kind=case.kind),
            "case": case,
            "names": names,
            "handles": bool(request.viewer.roles & HANDLERS) and case.own_seat != "glass",  # type: ignore[attr-defined]
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "owed": owed_rows(case, now),
            "said": said_rows(found) if names else [],
            "checked": checked.get(found.verified, "Nobody has checked yet who they are."),
            "notes": note_rows(found, names),
            "exhibits": exhibit_rows(case, names, key),
            "referrals": referral_rows(case, names, now),
            "refer_href": f"/cases/{case.id}/note-referral/",
            "matter": matter_rows(case, request.viewer.person, now, names=names),
            "timeline": timeline(case, now),
            "seats": seat_rows(case, names, now),
            "contacts": contacts(case.school_id),
            "base": f"/complaints/{case.id}/",
            "laws": law_notes("8.1"),
        },
    )


def said_rows(found: Complaint) -> list[dict[str, str]]:
    """What the sender told, question by question."""
    said = keyring.words(found, case_id=found.case_id)
    rows = [
        ("From", said.get("name") or "No name given"),
        ("They are", COMPLAINANTS.get(str(said.get("who")), "")),
        ("How to reach them", said.get("reach")),
        ("Anyone in danger", YES_NO.get(str(said.get("danger")), "")),
        ("What happened", said.get("happened")),
        ("Where", said.get("where")),
        ("About somebody here", YES_NO.get(str(said.get("staff")), "")),
        ("Who", said.get("about")),
        ("A child at risk", YES_NO.get(str(said.get("child")), "")),
    ]
    return [{"key": key, "value": str(value)} for key, value in rows if value]


def note_rows(found: Complaint, names: bool) -> list[dict[str, object]]:
    """What was done and written, oldest first; the words when names are shown."""
    rows: list[ComplaintNote] = list(found.notes.order_by("noted_at", "id"))
    offices = offices_of([one.noted_by for one in rows], timezone.now())
    return [
        {
            "what": NOTES.get(one.kind, one.kind),
            "at": one.noted_at,
            "who": offices.get(one.noted_by, "the sender"),
            "words": keyring.words(one, case_id=found.case_id)["words"] if names else "",
        }
        for one in rows
    ]


class AcknowledgeForm(asking.Form):
    """A first answer."""

    sentence = fields.Words(
        label="What would you like to tell them?",
        longest=5000,
        rows=4,
        missing="Write a sentence for them.",
        hint="They read it with their code. No names of people who work here.",
    )


@page
def acknowledge_complaint(request: Request, case: Case) -> HttpResponseBase:
    """Tell the sender that it is being looked into."""
    found, home = complaint_of(case), f"/complaints/{case.id}/"
    first = "Thank you for telling us. We are looking into it, and we will write to you here when we have."
    return acts.act(
        request,
        AcknowledgeForm(request.POST if request.method == "POST" else None, initial={"sentence": first}),
        lambda said: complaints.acknowledge_complaint(
            complaint=found, **said, by=request.viewer.person, at=timezone.now()
        ),
        to=home,
        title="Write to the sender",
        button="Send",
        done="They can read it with their code.",
        back_href=home,
    )


class VerifyForm(asking.Form):
    """Whether it is them."""

    is_them = fields.Choice(
        label="Are they who they say?", choices=[("yes", "Yes"), ("no", "No")], missing="Choose yes or no."
    )
    how = fields.Words(
        label="How did you check?",
        longest=2000,
        rows=3,
        missing="Say how you checked.",
        hint="For example, called the number that the school had already.",
    )


@page
def verify_complaint(request: Request, case: Case) -> HttpResponseBase:
    """Say whether the sender was checked, and how."""
    found, home = complaint_of(case), f"/complaints/{case.id}/"
    return acts.act(
        request,
        VerifyForm(request.POST if request.method == "POST" else None),
        lambda said: complaints.verify_complaint(
            complaint=found,
            is_them=said["is_them"] == "yes",
            how=said["how"],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=home,
        title="Who sent it",
        button="Save",
        done="It is noted.",
        back_href=home,
    )


class LetterForm(acts.Versioned):
    """The letter that ends it."""

    words = fields.Words(
        label="The letter",
        longest=10_000,
        rows=10,
        missing="Write the letter.",
        hint="It names nobody who works here, and does not say what was done about a person.",
    )
    outcome = fields.Choice(
        label="What came of it?", choices=list(complaints.OUTCOMES.items()), missing="Choose what came of it."
    )
    reasons = fields.Words(label="Why? This stays here.", longest=10_000, rows=3, missing="Say why in a few words.")


@page
def answer_complaint(request: Request, case: Case) -> HttpResponseBase:
    """Answer a complaint and end it. The letter is kept as sent."""
    found, home = complaint_of(case), f"/complaints/{case.id}/"
    words = letter(reference=case.reference, received=spoken_day(london(found.received_at).date(), year=True))
    form = LetterForm(
        request.POST if request.method == "POST" else None, initial={"version": case.version, "words": words}
    )

    def do(said: dict[str, Any]) -> ComplaintNote:
        return complaints.answer_complaint(complaint=found, **said, by=request.viewer.person, at=timezone.now())

    return acts.act(
        request,
        form,
        do,
        to=home,
        title="Answer and end it",
        button="Send the letter",
        done="The letter is kept as sent. They can read it with their code.",
        template="forethought/complaints/letter.html",
        row=case,
        back_href=home,
    )
