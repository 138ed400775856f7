"""What is done about a suspected breach outside the tracker: allegations, findings, people, procedure, HR, the end."""

import uuid
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils import timezone

from forethought.cases.models import Case
from forethought.investigations import allegations, procedures, rules
from forethought.investigations.models import Allegation, Breach
from forethought.investigations.rules import Harm, Part, Procedure, Result
from forethought.investigations.standing import breach_of, standing_of
from forethought.pages import acts, asking, citing, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.breaches import address
from forethought.pages.law_notes import law_notes
from forethought.people.models import Kind, Person
from forethought.policies.clauses import Kind as ClauseKind
from forethought.policies.clauses import clauses
from forethought.reviews.models import LinkedPolicy

WHY = "Say why, in a few words."


class Reasoned(acts.Versioned):
    """A decision with its reason."""

    reason = fields.Words(label="Why?", longest=10_000, rows=4, missing=WHY)


def first(request: Request, form: type[asking.Form], row: Breach, **initial: Any) -> asking.Form:
    """A form of an act, with the version that its reader saw."""
    return form(request.POST if request.method == "POST" else None, initial={"version": row.version, **initial})


def refusal(request: Request, row: Breach, verb: str) -> str | None:
    """Why an act cannot be done now, for the page that would ask; a sent form is refused by the act itself."""
    return rules.why_not(verb, standing_of(row, timezone.now())) if request.method == "GET" else None


def staff(*, without: Any = ()) -> dict[str, Person]:
    """Everybody at the school, by id."""
    found = Person.objects.filter(left_at__isnull=True).exclude(pk__in=list(without)).order_by("name")
    return {str(one.pk): one for one in found}


def pick(form: asking.Form, name: str, people: dict[str, Person], none: str) -> None:
    """Fill a list of people."""
    form.fields[name].choices = [("", none), *((pk, one.name) for pk, one in people.items())]  # type: ignore[attr-defined]


class SubjectForm(acts.Versioned):
    """Who it may be about."""

    person = fields.Pick(
        label="Who may it be about?",
        choices=[],
        missing="Choose a person.",
        hint="They lose sight of this at once, whatever their role. Nobody can undo that.",
    )


@page
def name_subject(request: Request, case: Case) -> HttpResponseBase:
    """Say who it may be about."""
    row, everybody = breach_of(case), staff()
    form = first(request, SubjectForm, row)
    pick(form, "person", everybody, "Choose")

    def led_to(_: Any) -> str:
        seen = Case.objects.seen_by(request.viewer.person, timezone.now()).filter(pk=case.pk)
        return address(case) if seen.exists() else "/"

    return acts.act(
        request,
        form,
        lambda said: procedures.name_subject(
            breach=row,
            person=everybody[said["person"]],
            version=said["version"],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=led_to,
        title="Say who it may be about",
        button="Save",
        done="The person is noted. Offer them support too.",
        row=row,
        back_href=address(case),
        reason="It is noted already who this is about." if request.method == "GET" and row.subject_id else None,
    )


class HarmForm(acts.Versioned):
    """The question that decides whether the designated officer comes first."""

    harm = fields.Choice(
        label="Could a child have been harmed, or could this person be a risk to children?",
        choices=asking.YES_NO_NOT_SURE,
        missing="Choose yes, no or not sure.",
        hint="Yes or not sure: speak to the local authority’s designated officer before any other step.",
    )
    reason = fields.Words(label="Why?", longest=5000, rows=3, required=False, hint="Needed to go from yes to no.")


@page
def answer_harm(request: Request, case: Case) -> HttpResponseBase:
    """Say whether a child may have been harmed."""
    row = breach_of(case)
    form = first(request, HarmForm, row, harm=row.harm)
    return acts.act(
        request,
        form,
        lambda said: procedures.answer_harm(
            breach=row,
            harm=Harm(said["harm"]),
            reason=said["reason"],
            version=said["version"],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=address(case),
        title="Could a child have been harmed?",
        button="Save",
        done="Your answer is noted.",
        row=row,
        back_href=address(case),
        laws=law_notes("6.5"),
    )


class AllegationForm(asking.Form):
    """One thing somebody is said to have done."""

    words = fields.Words(
        label="What is said to have happened?",
        longest=10_000,
        rows=5,
        missing="Write what is said to have happened.",
        hint="One thing at a time. Only what is said, not what you think of it.",
    )
    happened_on = fields.DateBoxes(label="On which day?", missing="Enter the day it happened.")
    clauses = fields.Choices(
        label="Which clauses of our policy may it break?",
        choices=[],
        required=False,
        hint="As they stood on that day. At least one, or one other policy below.",
    )
    policies = fields.Choices(
        label="Which other policies may it break?",
        choices=[],
        required=False,
        hint="As they stood on that day. One at least is named in each matter.",
    )

    clauses.says_optional = False
    policies.says_optional = False


def breakable() -> list[tuple[str, str]]:
    """The clauses that somebody's own conduct can break: duties and bans, less those that only bind managers.

    With the kinds that the school's own policy bans. Policy 5.3.
    """
    found = [one for one in clauses().values() if one.id.startswith(_CONDUCT) and one.id not in _OF_MANAGERS]
    known = [(one.id, f"{one.id} {one.title}") for one in found if one.kind in {ClauseKind.DUTY, ClauseKind.BAN}]
    return known + citing.own_options()


_CONDUCT = ("3.", "5.", "6.", "7.")
_OF_MANAGERS = frozenset({"3.6", "3.7", "3.8"})


@page
def make_allegation(request: Request, case: Case) -> HttpResponseBase:
    """Write down one allegation with its rules."""
    row = breach_of(case)
    form = first(request, AllegationForm, row, happened_on=row.happened_on)
    policies = {str(one.pk): one for one in LinkedPolicy.objects.order_by("name")}
    form.fields["clauses"].choices = breakable()  # type: ignore[attr-defined]
    form.fields["policies"].choices = [(pk, one.name) for pk, one in policies.items()]  # type: ignore[attr-defined]
    if not policies:
        form.fields["policies"].help_text = "None is noted here yet. Whoever keeps the policy adds them."
    return acts.act(
        request,
        form,
        lambda said: allegations.make_allegation(
            breach=row,
            words=said["words"],
            happened_on=said["happened_on"],
            clauses=said["clauses"],
            policies=[policies[one] for one in said["policies"]],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=address(case) + "#said",
        title="What is said to have happened",
        button="Save",
        done="It is written down. It says what is alleged, not that it is so.",
        back_href=address(case),
        reason=refusal(request, row, "make_allegation"),
    )


class FindForm(asking.Form):
    """What was found about one allegation."""

    result = fields.Choice(
        label="What was found?",
        choices=[(one, one.words) for one in Result],
        hints={str(one): words for one, words in rules.RESULTS_SAID.items()},
        missing="Choose what was found.",
    )
    reasons = fields.Words(label="Why?", longest=10_000, rows=5, missing=WHY)
    unlawful = fields.Choice(
        label="Is it unlawful, as far as you can tell?",
        choices=[("no", "No, or not known"), ("yes", "Yes")],
        missing="Choose one.",
        hint="Yes: it is then referred to somebody, or you say why not.",
    )


@page
def find(request: Request, case: Case, allegation_id: uuid.UUID) -> HttpResponseBase:
    """Say what was found about one allegation."""
    row = breach_of(case)
    about = Allegation.objects.filter(case=case, pk=allegation_id).first()
    if about is None:
        raise Http404
    form = first(request, FindForm, row, unlawful="no")
    looked = case.chosen.filter(person=request.viewer.person, part=Part.INVESTIGATOR).exists()
    reason = refusal(request, row, "find")
    if request.method == "GET" and reason is None:
        reason = rules.why_not_find(result=Result.UNFOUNDED, reasons="-", stage=row.stage, by_investigator=looked)
    return acts.act(
        request,
        form,
        lambda said: allegations.find(
            breach=row,
            allegation=about,
            result=said["result"],
            reasons=said["reasons"],
            unlawful=said["unlawful"] == "yes",
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=address(case) + "#said",
        title="What was found about this point",
        button="Save",
        done="The finding is noted.",
        back_href=address(case),
        reason=reason,
        lead=["Each point is decided on its own, on what is more likely than not."],
        laws=law_notes("9.4"),
    )


class ProcedureForm(Reasoned):
    """Under which procedure, and why."""

    procedure = fields.Choice(
        label="Which procedure?",
        choices=Procedure.choices(),
        missing="Choose a procedure.",
    )
    engagement = fields.Choice(
        label="As what do they work or help here?",
        choices=list(Kind.choices),
        missing="Choose one.",
        hint="It decides about the companion, and which outcomes are open.",
    )
    reason = fields.Words(label="Why this procedure?", longest=5000, rows=3, missing=WHY)
    not_informal = fields.Words(
        label="Why will a quiet word not do?",
        longest=5000,
        rows=3,
        missing="Say why a quiet word will not do, in a few words.",
        hint="It can still turn informal later.",
    )


@page
def choose_procedure(request: Request, case: Case) -> HttpResponseBase:
    """Choose the procedure."""
    row = breach_of(case)
    return acts.act(
        request,
        first(request, ProcedureForm, row, engagement=row.engagement),
        lambda said: procedures.choose_procedure(breach=row, **said, by=request.viewer.person, at=timezone.now()),
        to=address(case),
        title="Choose a procedure",
        button="Choose it",
        done="The procedure is chosen.",
        row=row,
        back_href=address(case),
        reason=refusal(request, row, "choose_procedure"),
        laws=law_notes("9.1", "9.5"),
    )


@page
def settle_informally(request: Request, case: Case) -> HttpResponseBase:
    """Turn it informal."""
    row = breach_of(case)
    form = first(request, Reasoned, row)
    form.fields["reason"].label = "What was agreed, or will be?"
    return acts.act(
        request,
        form,
        lambda said: procedures.settle_informally(breach=row, **said, by=request.viewer.person, at=timezone.now()),
        to=address(case),
        title="Settle it informally",
        button="Settle it informally",
        done="It is now being settled informally.",
        row=row,
        back_href=address(case),
        reason=refusal(request, row, "settle_informally"),
        lead=["A quiet word is often enough. It is no warning. A procedure can still be chosen later."],
    )
