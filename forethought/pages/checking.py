"""Check a post: told at once, to its author alone, and kept nowhere. Clauses 1.3, 3.4, 5.3.

The draft comes in the body of a POST and goes back in the answer to it. No row, no line in a log, no event, no session
and no cache ever holds it, nor that anybody asked: tests/pages/test_checks_keep_nothing.py searches all of them.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from forethought.pages import asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.check_bans import Bans, at_a_school, bans_of, own_details
from forethought.pages.check_names import roster_for
from forethought.pages.contacts import contacts
from forethought.precheck import advice as rules
from forethought.precheck import pacing, serving
from forethought.precheck.advice import Advice, Answer, Matter, Result
from forethought.precheck.asking import AUDIENCES, Question, kinds_of, questions_of
from forethought.questions import choosing
from forethought.rows import school_in_scope

#: In characters. A post is shorter; what is longer is checked in parts.
LONGEST = 5000

ANSWERS = [(one.value, one.words) for one in Answer]
TOO_MANY = "There were many checks in the last minute. Wait a minute and press Check again. Your draft is still here."
BUSY = "Many people are checking just now. Press Check again. Your draft is still here."

_of_a_school = pacing.Pace(settings.CHECKS_A_MINUTE)
_of_a_session = pacing.Pace(settings.NAMED_CHECKS_A_MINUTE)


class Row(fields.Radios):
    """Three answers beside one another: a page of questions with three lines each is read by nobody."""

    template_name = "forethought/check/row.html"


class CheckForm(asking.Form):
    """A draft, who might see it, and the kinds that the policy bans. All of it may be left out, but not all at once."""

    draft = fields.Words(
        label="Your draft",
        longest=LONGEST,
        rows=6,
        required=False,
        advice="Check it in parts.",
        attrs={"autocomplete": "off"},
    )
    matters = fields.Choices(label="Is it one of these?", choices=Matter.choices(), required=False)

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for key, label in AUDIENCES:
            self.fields[f"audience_{key}"] = _three(label)
        for one in questions:
            self.fields[f"kind_{one.key}"] = _three(one.asked, hint=f"Clause {one.clause}. {one.title}.")
        self.fields["matters"].says_optional = False  # type: ignore[attr-defined]

    @property
    def audience(self) -> list[Any]:
        """The questions about who might see it."""
        return [self[f"audience_{key}"] for key, _ in AUDIENCES]

    @property
    def kinds(self) -> list[Any]:
        """The questions about what is banned."""
        return [self[f"kind_{one.key}"] for one in self.questions]

    @property
    def kinds_answered(self) -> bool:
        """Whether any of them has an answer, so that they stay open."""
        return any(self.data.get(f"kind_{one.key}") for one in self.questions)

    def clean(self) -> dict[str, Any]:
        """Something was written, or answered."""
        cleaned = super().clean()
        if not self.errors and not any(cleaned.values()):
            self.add_error("draft", "Paste your draft, or answer a question.")
        return cleaned

    def said(self, prefix: str) -> dict[str, Answer]:
        """The answers to the questions of one kind, without those that were left out."""
        return {
            name.removeprefix(prefix): Answer(value)
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix) and value
        }


def _three(label: str, hint: str = "") -> fields.Choice:
    found = fields.Choice(label=label, hint=hint, choices=ANSWERS, required=False, widget=Row)
    found.says_optional = False
    return found


@page
@sensitive_post_parameters()
@sensitive_variables()
def check_post(request: Request) -> HttpResponseBase:
    """The page, and the answer to what was sent. Open to anybody, signed in or not, at any hour."""
    with at_a_school():
        bans = bans_of(school_in_scope())
        questions = questions_of(bans.banned)
        form = CheckForm(request.POST if request.method == "POST" else None, questions=questions)
        if not form.is_valid():
            return _show(request, form, bans, status=422 if form.is_bound else 200)
        if not paced(request):
            form.add_error(None, TOO_MANY)
            return _show(request, form, bans, status=429)
        try:
            checked = read_draft(request, form.cleaned_data["draft"], bans)
        except serving.Busy:
            form.add_error(None, BUSY)
            return _show(request, form, bans, status=503)
        found = rules.advice_of(
            findings=checked.findings if checked else (),
            audience=form.said("audience_"),
            kinds=form.said("kind_"),
            clauses={one.key: one.clause for one in bans.banned},
            matters=frozenset(Matter(one) for one in form.cleaned_data["matters"]),
            perhaps=frozenset(rules.MEANT[one] for one in checked.advice) if checked else frozenset(),
        )
        unread = bool(form.cleaned_data["draft"]) and checked is None
        return _show(request, form, bans, result=_said(request, form, bans, found), unread=unread)


def paced(request: Request) -> bool:
    """Whether this school, and this session, may check once more in this minute: a draft or a picture. Policy 3.4."""
    if not _of_a_school.allows(pacing.mark("school", school_in_scope())):
        return False
    return request.viewer is None or _of_a_session.allows(pacing.mark("session", request.session.session_key))


@sensitive_variables()
def read_draft(request: Request, draft: str, bans: Bans) -> Any:
    """What the engine found; nothing where there is no draft or it cannot be read. Raises `Busy`. Policy 3.4."""
    school = school_in_scope()
    if not draft:
        return None
    try:
        return serving.check(
            draft,
            kinds=kinds_of(bans.banned),
            roster=lambda: roster_for(request),
            allowed=own_details(school) if school else (),
        )
    except serving.Absent:
        return None


def _show(
    request: Request, form: CheckForm, bans: Bans, *, status: int = 200, result: Any = None, unread: bool = False
) -> HttpResponseBase:
    school = school_in_scope()
    return render(
        request,
        "forethought/check/check.html",
        {
            "title": "Check a post",
            "form": form,
            "result": result,
            "unread": unread,
            # The author alone sees it, and nobody is told: a page that told would not be asked.
            "danger": result is not None and serving.own_life(form.cleaned_data["draft"]),
            "contacts": contacts(school) if school else {},
            "by_rules": result is not None and not unread and serving.by_rules_alone(),
            "version": bans.version if bans.banned and bans.version else None,
            "back_href": "/",
        },
        status=status,
    )


@sensitive_variables()
def points_of(text: str, findings: Sequence[rules.Found], bans: Bans, *, signed_in: bool) -> dict[str, Any]:
    """What was found in a text, numbered, and the text cut at these words, as a page shows it. Policy 3.4."""
    points = [
        {
            "number": number,
            "words": text[one.start : one.end],
            "reason": one.reason,
            "wording": one.wording,
            "clause": bans.clause(one.clause, signed_in=signed_in),
        }
        for number, one in enumerate(findings, 1)
    ]
    pieces = rules.pieces_of(text, [(one.start, one.end) for one in findings]) if points else ()
    return {"points": points, "pieces": pieces}


def _said(request: Request, form: CheckForm, bans: Bans, found: Advice) -> dict[str, Any]:
    """What was found, as the page shows it."""
    draft = form.cleaned_data["draft"]
    asked = {one.key: one for one in form.questions}
    clause_ids = {one.key: one.clause or one.number for one in bans.banned}
    signed_in = request.viewer is not None
    points = points_of(draft, found.findings, bans, signed_in=signed_in)
    audiences = dict(AUDIENCES)
    return {
        "heading": found.result.words,
        "nothing": found.result is Result.NOTHING,
        "not_sure": found.not_sure,
        "left_out": sum(not form.cleaned_data[one.name] for one in (*form.audience, *form.kinds)),
        **points,
        "unhappy": [audiences[key] for key in found.audience],
        "against": [
            {"title": asked[key].title, "clause": bans.clause(clause_ids[key], signed_in=signed_in)}
            for key in found.against
        ],
        "wrongdoing": Matter.WRONGDOING in found.matters,
        "perhaps_wrongdoing": Matter.WRONGDOING in found.perhaps,
        "freer": bool(found.matters & {Matter.UNION, Matter.OPINION}),
        "perhaps_freer": bool(found.perhaps & {Matter.UNION, Matter.OPINION}),
        "ask": whom_to_ask(request),
        "ask_href": "/questions/ask-question/" if signed_in else f"{settings.LOGIN_URL}?next=/questions/ask-question/",
        "signed_in": signed_in,
    }


def whom_to_ask(request: Request) -> str:
    """Whom to ask, as an office: whoever is first among those that may be asked."""
    if request.viewer is None:
        return "your manager"
    found = choosing.people_to_ask(request.viewer.person, timezone.now())
    return f"{found[0].person.name}, {found[0].office}" if found else "your manager"
