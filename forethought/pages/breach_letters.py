"""Letters of a procedure: begun, changed, kept as sent. Clauses 9.1, 9.5."""

import uuid
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.clock import london, spoken
from forethought.evidence import keyring
from forethought.investigations import letters
from forethought.investigations.letter_texts import TEXTS, WAYS, blanks_left
from forethought.investigations.models import LetterDraft
from forethought.investigations.standing import breach_of
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.breach_acts import first, refusal
from forethought.pages.breaches import address
from forethought.pages.cases import names_shown
from forethought.pages.law_notes import law_notes


class StartForm(asking.Form):
    """Which letter."""

    kind = fields.Choice(
        label="Which letter?", choices=[(key, name) for key, (name, _) in TEXTS.items()], missing="Choose a letter."
    )


@page
def start_letter(request: Request, case: Case) -> HttpResponseBase:
    """Begin a letter."""
    row = breach_of(case)
    return acts.act(
        request,
        first(request, StartForm, row, kind=request.GET.get("kind", "")),
        lambda said: letters.start_letter(breach=row, **said, by=request.viewer.person, at=timezone.now()),
        to=lambda letter: f"{address(case)}letters/{letter.id}/change-letter/",
        title="Write a letter",
        button="Begin",
        back_href=address(case),
        reason=refusal(request, row, "start_letter"),
        lead=["You get first words. Read and change them. Nothing is sent from here."],
    )


def letter_in(case: Case, letter_id: uuid.UUID) -> LetterDraft:
    """A letter of this case, or “no such page”."""
    found = LetterDraft.objects.filter(case=case, pk=letter_id).first()
    if found is None:
        raise Http404
    return found


class LetterForm(acts.Versioned):
    """A letter's words."""

    words = fields.Words(label="The letter", longest=20_000, rows=20, missing="Write the letter.")


@page
def change_letter(request: Request, case: Case, letter_id: uuid.UUID) -> HttpResponseBase:
    """Change a letter."""
    letter = letter_in(case, letter_id)
    words = str(keyring.words(letter, case_id=case.id)["words"])
    left = blanks_left(words)
    form = LetterForm(
        request.POST if request.method == "POST" else None, initial={"version": letter.version, "words": words}
    )
    sent = hasattr(letter, "sent")
    return acts.act(
        request,
        form,
        lambda said: letters.change_letter(letter=letter, **said, by=request.viewer.person, at=timezone.now()),
        to=f"{address(case)}letters/{letter.id}/",
        title=TEXTS[letter.kind][0],
        button="Save",
        done="The letter is saved. It has not been sent.",
        row=letter,
        back_href=address(case),
        reason="This letter was sent. It is kept as it was." if sent and request.method == "GET" else None,
        lead=[f"Still to fill in: {', '.join(left)}."] if left else [],
        laws=law_notes("9.5"),
    )


@page
def letter(request: Request, case: Case, letter_id: uuid.UUID) -> HttpResponseBase:
    """A letter as it stands, to copy or print; and how it went, once it has."""
    now, row = timezone.now(), letter_in(case, letter_id)
    sent = getattr(row, "sent", None)
    said: dict[str, Any] = keyring.words(sent or row, case_id=case.id)
    return render(
        request,
        "forethought/breaches/letter.html",
        {
            "title": "Letter",
            "heading": TEXTS[row.kind][0],
            "case": case,
            "names": names_shown(request, case),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "words": said["words"],
            "left": blanks_left(str(said["words"])),
            "sent": f"{WAYS[sent.way]}. Kept at {spoken(sent.kept_at, now)}." if sent else "",
            "proof": said.get("proof", ""),
            "base": f"{address(case)}letters/{row.id}/",
            "back_href": address(case) + "#papers",
        },
    )


class SentForm(acts.Versioned):
    """How it went."""

    way = fields.Choice(label="How was it sent?", choices=list(WAYS.items()), missing="Choose how it was sent.")
    sent_on = fields.DateBoxes(label="On which day?", missing="Enter the day.")
    proof = fields.Words(
        label="What shows that it was sent?",
        longest=2000,
        rows=2,
        missing="Write what shows that it was sent: a signature, a receipt, who saw it.",
        hint="A signature, a receipt, who saw it.",
    )


@page
def keep_as_sent(request: Request, case: Case, letter_id: uuid.UUID) -> HttpResponseBase:
    """Keep a letter as sent."""
    row, draft = breach_of(case), letter_in(case, letter_id)
    left = blanks_left(str(keyring.words(draft, case_id=case.id)["words"]))
    why_not = "This letter was kept as sent already." if hasattr(draft, "sent") else None
    why_not = why_not or (f"Fill in first: {', '.join(left)}." if left else None)
    return acts.act(
        request,
        SentForm(
            request.POST if request.method == "POST" else None,
            initial={"version": draft.version, "sent_on": london(timezone.now()).date()},
        ),
        lambda said: letters.keep_as_sent(
            breach=row, letter=draft, **said, by=request.viewer.person, at=timezone.now()
        ),
        to=address(case) + "#papers",
        title="Keep it as sent",
        button="Keep it",
        done="The letter is kept as it was sent.",
        row=draft,
        back_href=f"{address(case)}letters/{draft.id}/",
        reason=why_not if request.method == "GET" else None,
        lead=["Send it yourself: by hand, by post, or from your own mailbox. Then note it here. It cannot be changed."],
    )
