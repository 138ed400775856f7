"""A change of the policy on its way: what differs, each paragraph, and the gate before it. Clauses F3, F4."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.errors import TooLate
from forethought.pages import acts, changing_rows, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.keeping import HOME, policy_for
from forethought.pages.keeping_rows import href_of, step_of
from forethought.pages.policy import decides
from forethought.pages.taking_text import TextForm, sent, take, takes_text, trouble_of
from forethought.policies import comparing, procedures, rules, standing
from forethought.policies.models import PolicyText, Revision
from forethought.policies.text import LONGEST_NUMBER, LONGEST_PARAGRAPH, LONGEST_TITLE, Paragraph, Text

GONE = (
    "Somebody took that paragraph out before you. Nothing was changed. "
    "What you typed is below. To keep it, copy it and add it as a new paragraph."
)


def load(revision_id: uuid.UUID) -> Revision:
    """A change of this school, or “no such page”."""
    found = Revision.objects.select_related("text", "based_on__text", "baseline__text").filter(pk=revision_id).first()
    if found is None:
        raise Http404
    return found


@page
def revision(request: Request, revision_id: uuid.UUID) -> HttpResponseBase:
    """The whole change: where it stands, what differs, and what can be done with it."""
    policy, found = policy_for(request), load(revision_id)
    now = timezone.now()
    base, text = standing.before(found), standing.text_of(found.text)
    changes = comparing.compare(standing.text_of(base), text)
    only = request.GET.get("show") == "changed"
    can_change = rules.why_not_move("change_text", status=found.status) is None
    return render(
        request,
        "forethought/policy/keeping_revision.html",
        {
            "title": "A change to the policy",
            "back_href": HOME,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "revision": found,
            "status": rules.Status(found.status).words,
            "next": step_of(policy, found, now),
            "begun": changing_rows.begun_from(found),
            "steps": changing_rows.steps(policy, found, changed=base is None or base.pk != found.text_id),
            "gate": changing_rows.gate(policy, found, decides=decides(request.viewer.roles, policy), at=now),
            "can_change": can_change,
            "asking": found.status == rules.Status.CONSULTING,
            "why_not_change": rules.why_not_move("change_text", status=found.status),
            "can_drop": rules.why_not_move("drop_revision", status=found.status) is None,
            "how_much": comparing.how_much(changes),
            "only": only,
            **changing_rows.rows(found, changes, only=only, asked=request.GET.get("page", ""), acts=can_change),
        },
    )


# --- One paragraph ---


def now_at(found: Revision, mark: str, place: int) -> int | None:
    """Where a paragraph stands now that was seen at a place of the text with this fingerprint. Nothing once it is gone.

    Every text is kept, so what happened to it meanwhile can be looked up.
    """
    if mark == bytes(found.text.fingerprint).hex():
        return place if place < len(found.text.paragraphs) else None
    try:
        seen = PolicyText.objects.filter(fingerprint=bytes.fromhex(mark)).first()
    except ValueError:
        seen = None
    if seen is None:
        return None
    changes = comparing.compare(standing.text_of(seen), standing.text_of(found.text))
    return next((one.new_place for one in changes if one.old_place == place), None)


class PlaceForm(acts.Versioned):
    """An act on one paragraph: it carries the fingerprint of the text in which its reader saw it."""

    mark = fields.Line(label="", longest=64, widget=fields.forms.HiddenInput, missing="Open this page again.")


class ParagraphForm(PlaceForm):
    """One paragraph."""

    number = fields.Line(label="Number", longest=LONGEST_NUMBER, required=False, width=5, hint="For example, 8.3.")
    title = fields.Line(label="Title", longest=LONGEST_TITLE, required=False)
    words = fields.Words(
        label="Words", longest=LONGEST_PARAGRAPH, rows=10, required=False, advice="Break it into two paragraphs."
    )

    def paragraph(self) -> Paragraph:
        """What was typed."""
        return Paragraph(self.cleaned_data["number"], self.cleaned_data["title"], self.cleaned_data["words"])

    def clean(self) -> dict[str, Any]:
        """There is a title or there are words."""
        cleaned = super().clean()
        if not self.errors and not cleaned["title"] and not cleaned["words"]:
            self.add_error("words", "Write the words. To take a paragraph out, use “Take out”.")
        return cleaned


def on_paragraph(
    request: Request,
    revision_id: uuid.UUID,
    place: int,
    form_class: type[PlaceForm],
    new_text: Callable[[Text, int, Any], Text],
    *,
    fills: bool = False,
    **values: Any,
) -> HttpResponseBase:
    """A page that changes the text at one paragraph. `new_text` makes the text; `fills` begins with its words."""
    found = load(revision_id)
    text = standing.text_of(found.text)
    mark = bytes(found.text.fingerprint).hex()
    at = now_at(found, request.POST.get("mark", "") if request.method == "POST" else mark, place)
    if at is None and request.method != "POST":
        raise Http404
    stands = text[at] if at is not None else None
    initial: dict[str, Any] = {"version": found.version, "mark": mark}
    if fills and stands:
        initial |= {"number": stands.number, "title": stands.title, "words": stands.words}
    form = form_class(request.POST if request.method == "POST" else None, initial=initial)

    def do(said: dict[str, Any]) -> str:
        if at is None:
            raise TooLate(GONE)
        change(request, found, said["version"], new_text(text, at, form))
        return changing_rows.at_place(found, at)

    reason = rules.why_not_move("change_text", status=found.status)
    return acts.act(
        request,
        form,
        do,
        to=str,
        row=found,
        back_href=href_of(found),
        reason=reason if request.method == "GET" else None,
        paragraph=stands,
        template="forethought/policy/keeping_paragraph.html",
        **values,
    )


def change(request: Request, found: Revision, version: int, text: Text) -> None:
    """Write the text, unless it is the very same: then nothing is decided afresh for nothing."""
    if text == standing.text_of(found.text) and version == found.version:
        return
    procedures.change_text(
        revision=found,
        version=version,
        text=text,
        label=found.label,
        summary=found.summary,
        by=request.viewer.person,
        at=timezone.now(),
    )


@page
def change_text(request: Request, revision_id: uuid.UUID, place: int) -> HttpResponseBase:
    """Change one paragraph."""
    return on_paragraph(
        request,
        revision_id,
        place,
        ParagraphForm,
        lambda text, at, form: (*text[:at], form.paragraph(), *text[at + 1 :]),
        fills=True,
        title="Change a paragraph",
        button="Save",
        done="The paragraph is changed.",
        lead=["Once you save, it is another text. What was asked or approved before does not count for it."],
    )


@page
def add_paragraph(request: Request, revision_id: uuid.UUID, place: int) -> HttpResponseBase:
    """Add a paragraph below one."""
    return on_paragraph(
        request,
        revision_id,
        place,
        ParagraphForm,
        lambda text, at, form: (*text[: at + 1], form.paragraph(), *text[at + 1 :]),
        title="Add a paragraph",
        button="Add it",
        done="The paragraph is added.",
        shows="It will stand below this one:",
    )


@page
def remove_paragraph(request: Request, revision_id: uuid.UUID, place: int) -> HttpResponseBase:
    """Take a paragraph out."""
    return on_paragraph(
        request,
        revision_id,
        place,
        PlaceForm,
        lambda text, at, form: (*text[:at], *text[at + 1 :]),
        title="Take a paragraph out",
        button="Take it out",
        done="The paragraph is taken out.",
        shows="This paragraph goes:",
    )


# --- The whole ---


class ReplaceForm(TextForm, acts.Versioned):
    """The whole text anew."""


@page
@takes_text
def replace_text(request: Request, revision_id: uuid.UUID) -> HttpResponseBase:
    """Put another whole text in place of this one."""
    found = load(revision_id)
    old = standing.text_of(found.text)
    form = ReplaceForm(*sent(request), initial={"version": found.version}, trouble=trouble_of(request))
    reason = rules.why_not_move("change_text", status=found.status)
    return take(
        request,
        form,
        lambda said: change(request, found, said["version"], said["text"]),
        to=href_of(found),
        title="The whole text anew",
        done="The text is changed.",
        back_href=href_of(found),
        row=found,
        said=lambda text: (
            f"Beside the text of this change until now: {comparing.how_much(comparing.compare(old, text))}"
        ),
        lead=("For a text that was written elsewhere. To change a few words, change the paragraph instead.",),
        reason=reason if request.method == "GET" else None,
    )


class DescribeForm(acts.Versioned):
    """What the version will be called, and what changes."""

    label = fields.Line(label="Version", longest=40, width=10, missing="Give the version a number or a name.")
    summary = fields.Words(
        label="What changes, and why?",
        longest=2000,
        rows=5,
        required=False,
        hint="Everybody who is asked about the change reads this first.",
    )


@page
def describe_revision(request: Request, revision_id: uuid.UUID) -> HttpResponseBase:
    """Say what the version will be called, and what changes and why."""
    found = load(revision_id)
    form = DescribeForm(
        request.POST if request.method == "POST" else None,
        initial={"version": found.version, "label": found.label, "summary": found.summary},
    )
    reason = rules.why_not_move("change_text", status=found.status)
    return acts.act(
        request,
        form,
        lambda said: procedures.describe_revision(revision=found, by=request.viewer.person, at=timezone.now(), **said),
        to=href_of(found),
        title="What changes, and why",
        button="Save",
        done="Saved.",
        row=found,
        back_href=href_of(found),
        reason=reason if request.method == "GET" else None,
    )


@page
def drop_revision(request: Request, revision_id: uuid.UUID) -> HttpResponseBase:
    """Give a change up."""
    found = load(revision_id)
    form = acts.Versioned(request.POST if request.method == "POST" else None, initial={"version": found.version})
    reason = rules.why_not_move("drop_revision", status=found.status)
    return acts.act(
        request,
        form,
        lambda said: procedures.drop_revision(
            revision=found, version=said["version"], by=request.viewer.person, at=timezone.now()
        ),
        to=HOME,
        title="Drop this change",
        button="Drop it",
        done="The change is dropped.",
        row=found,
        back_href=href_of(found),
        reason=reason if request.method == "GET" else None,
        lead=["The policy in force stays as it is.", "What was written and said about the change stays on record."],
    )
