"""Reviews of the policy: what waits, whose it is, and how it ended. Clauses 3.8, 10.2."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.cases import citing
from forethought.cases.silence import known_to, may_know_of
from forethought.core.clock import london, spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import APPROVERS, COUNTERS, KEEPERS, SHAPE
from forethought.pages.law_notes import SURE
from forethought.people.models import Person, School
from forethought.policies import citable
from forethought.policies.clauses import BINDING, clauses
from forethought.policies.models import Policy
from forethought.policies.rules import overdue_said
from forethought.policies.standing import policy_of
from forethought.reviews import procedures, rules
from forethought.reviews.models import LawNote, Review
from forethought.reviews.register import Certainty, Watch, due_watch, watch_list
from forethought.reviews.rules import Decision, Trigger
from forethought.reviews.standing import closed_reviews, default_owner, is_watching, open_reviews

LIST = "/reviews/"
AT_ONCE = 25
YEAR = timedelta(days=365)


def today() -> date:
    """The day in London."""
    return london(timezone.now()).date()


def page_in(text: str) -> int:
    """A page of a list, from its address; the first for anything else."""
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 5 else 1


@page
def listing(request: Request) -> HttpResponseBase:
    """What waits, soonest due first, and what has ended."""
    policy, number, day = policy_of(request.viewer.person.school_id), page_in(request.GET.get("page", "")), today()
    closed = list(known_to(request.viewer.person, closed_reviews())[(number - 1) * AT_ONCE : number * AT_ONCE + 1])
    late = overdue_said(policy.review_on, day) if policy else ""
    return render(
        request,
        "forethought/reviews/listing.html",
        {
            "title": "Reviews of the policy",
            "back_href": "/",
            "sees_figures": bool(request.viewer.roles & COUNTERS),
            "notice": acts.noted(request),
            "notice_kind": "success",
            "late": late,
            "review_on": spoken_day(policy.review_on, year=True) if policy and policy.review_on and not late else "",
            "start_href": f"{LIST}open-review/?date=yes"
            if policy and policy.review_on and not _of_date(policy)
            else "",
            "rows": [open_row(one, day) for one in known_to(request.viewer.person, open_reviews())],
            "closed": [closed_row(one) for one in closed[:AT_ONCE]],
            "sees_guidance": bool(request.viewer.roles & SHAPE),
            "next_href": f"?page={number + 1}" if len(closed) > AT_ONCE else "",
            "previous_href": f"?page={number - 1}" if number > 1 else "",
        },
    )


def _of_date(policy: Policy) -> bool:
    """Whether the policy's own date was taken up by a review already."""
    return bool(Review.objects.filter(source_key=f"date:{policy.review_on}").exists())


def trigger_words(review: Review) -> str:
    """What called for a review, in words."""
    return dict(Trigger.choices())[review.trigger]


def open_row(review: Review, day: date) -> list[dict[str, str]]:
    """One line of what waits."""
    late = rules.is_overdue(due_on=review.due_on, closed=False, today=day)
    return [
        {"label": "What calls for it", "text": trigger_words(review), "href": f"{LIST}{review.id}/"},
        {"label": "Source", "text": review.source if len(review.source) < 120 else f"{review.source[:110]}…"},
        {"label": "Whose it is", "text": review.owner.name},
        {"label": "Due", "text": spoken_day(review.due_on, year=True)},
        {"label": "State", "text": "Late" if late else "Open", "colour": "red" if late else "blue"},
    ]


def closed_row(review: Review) -> list[dict[str, str]]:
    """One line of what has ended."""
    assert review.closed_at is not None, "it is closed"
    return [
        {"label": "What called for it", "text": trigger_words(review), "href": f"{LIST}{review.id}/"},
        {"label": "Decision", "text": dict(Decision.choices())[review.decision]},
        {"label": "Closed", "text": spoken_day(review.closed_at, year=True)},
    ]


def load(request: Request, review_id: uuid.UUID) -> Review:
    """A review of this school, or “no such page”: also for whoever is kept out of the case that called for it."""
    every = Review.objects.select_related("owner", "closed_by", "school")
    found = known_to(request.viewer.person, every).filter(pk=review_id).first()
    if found is None:
        raise Http404
    return found


@page
def review(request: Request, review_id: uuid.UUID) -> HttpResponseBase:
    """One review: what called for it, what to look at, and what came of it."""
    found, day = load(request, review_id), today()
    closed = found.closed_at is not None
    return render(
        request,
        "forethought/reviews/review.html",
        {
            "title": "Review of the policy",
            "back_href": LIST,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "review": found,
            "late": rules.is_overdue(due_on=found.due_on, closed=closed, today=day),
            "due": spoken_day(found.due_on, year=True),
            "rows": [
                {"key": "What calls for it", "value": trigger_words(found)},
                {"key": "Source", "value": found.source},
                {"key": "Whose it is", "value": found.owner.name},
                {"key": "Due", "value": spoken_day(found.due_on, year=True)},
                {"key": "Opened", "value": spoken_day(found.opened_at, year=True)},
            ],
            "ended": ended_rows(found),
            "amend": found.decision == Decision.AMEND,
            "by_date": found.trigger == Trigger.DATE,
            **what_to_look_at(found),
        },
    )


def ended_rows(review: Review) -> list[dict[str, str]]:
    """How a review ended, as rows of a summary; none while it is open."""
    if review.closed_at is None or review.closed_by is None:
        return []
    return [
        {"key": "Decision", "value": dict(Decision.choices())[review.decision]},
        {"key": "Why", "value": review.reasons or "No reason was given."},
        {"key": "Closed", "value": f"{spoken_day(review.closed_at, year=True)}, by {review.closed_by.name}"},
    ]


def what_to_look_at(review: Review) -> dict[str, Any]:
    """The clauses and the law that a review came from, by what its key names."""
    kind, _, rest = review.source_key.partition(":")
    if kind == "watch" and (item := watched(rest.split(":")[0])):
        check = "" if item.certainty is Certainty.READ else SURE[item.certainty]
        return {
            "clauses": clause_links(item.clauses),
            "law_href": f"/laws/{item.law}/" if item.law else "",
            "check": check,
        }
    if kind == "law" and (note := LawNote.objects.filter(pk=rest).first()):
        return {"clauses": clause_links(note.clauses), "law_href": f"/laws/{note.key}/"}
    return {}


def watched(key: str) -> Watch | None:
    """The item of the watch list with this key."""
    return next((item for item in watch_list() if item.key == key), None)


def clause_links(ids: Any) -> list[dict[str, str]]:
    """Clauses as links to where they are read."""
    known, own = clauses(), citable.ever_own()
    return [
        {"text": f"{one} {known[one].title}", "href": f"/policy/clauses/{one}/"}
        if one in known
        else {"text": citable.name_of(own[one]), "href": "/policy/versions/"}
        for one in ids
        if one in known or one in own
    ]


class OpenForm(asking.Form):
    """What calls for a review, whose it is, and by when."""

    trigger = fields.Choice(
        label="What calls for it?",
        choices=Trigger.choices(),
        missing="Choose what calls for it.",
        hints={Trigger.INCIDENT: "No names. Many people read this."},
    )
    source = fields.Words(
        label="What is it, and where did you read it?",
        longest=500,
        rows=3,
        missing="Say what calls for the review, and where you read it.",
    )
    owner = fields.Pick(label="Whose is it?", choices=[], missing="Choose whose it is.", hint="They get a mail.")
    due_on = fields.DateBoxes(label="By when?", missing="Enter the day by which it is to be done.")


def may_own(at: datetime) -> list[Person]:
    """Those who can open a review, by name."""
    now = Q(appointments__ends_at__isnull=True) | Q(appointments__ends_at__gt=at)
    found = Person.objects.filter(now, appointments__role__in=KEEPERS | APPROVERS, appointments__starts_at__lte=at)
    return list(found.filter(left_at__isnull=True).distinct().order_by("name", "id"))


def choose_from(form: asking.Form, people: list[Person]) -> None:
    """Put the people who may own a review into a form."""
    form.fields["owner"].choices = [("", "Choose"), *((str(p.id), p.name) for p in people)]  # type: ignore[attr-defined]


def asked_for(request: Request, policy: Policy | None) -> tuple[dict[str, Any], str]:
    """What a form begins with, and by what the review will be known: the policy's date, a watch item, or neither."""
    day = today()
    if request.GET.get("date") and policy is not None and policy.review_on is not None:
        key = "" if _of_date(policy) else f"date:{policy.review_on}"
        due = rules.due_on(review_on=policy.review_on, today=day)
        said = procedures.date_said(policy.review_on, day)
        return {"trigger": Trigger.DATE, "source": said, "due_on": due}, key
    item = watched(request.GET.get("watch", ""))
    if item is None:
        return {"due_on": day + rules.DUE_IN}, ""
    came = last_day(item, day)
    key = procedures.watch_key(item, came) if came else ""
    if not key or Review.objects.filter(source_key=key).exists():
        # Looked at by hand before its day, or once more: known by the item, and not in the way of its next day.
        key = f"watch:{item.key}:again:{uuid.uuid4()}"
    return {"trigger": item.trigger, "source": procedures.source_of(item, came), "due_on": day + rules.DUE_IN}, key


def last_day(item: Watch, day: date) -> date | None:
    """The last day on which a watch item came, up to this one; none if it has not come."""
    days = due_watch(item, day - YEAR * 3, day)
    return days[-1] if days else None


@page
def open_review(request: Request) -> HttpResponseBase:
    """Have the policy looked at again."""
    now, person = timezone.now(), request.viewer.person
    policy, people = policy_of(person.school_id), may_own(now)
    begins, key = asked_for(request, policy)
    owner = default_owner(now) or person
    form = OpenForm(request.POST if request.method == "POST" else None, initial={"owner": str(owner.pk), **begins})
    choose_from(form, people)
    return acts.act(
        request,
        form,
        lambda said: opened(said, people, key, policy, person, now),
        to=lambda made: f"{LIST}{made.id}/",
        title="Open a review",
        button="Open the review",
        done="The review is open.",
        back_href=LIST,
        lead=[
            "A review asks one thing: does the policy have to change? It goes on applying meanwhile.",
            "Everybody who keeps the policy or approves it can read this.",
        ],
    )


def opened(
    said: dict[str, Any], people: list[Person], key: str, policy: Policy | None, by: Person, at: datetime
) -> Review:
    """Open the review that a form asks for. The first one also begins the daily look at the watch list."""
    school = policy.school if policy is not None else School.objects.get(pk=by.school_id)
    owner = next(p for p in people if str(p.id) == said["owner"])
    made = procedures.open_review(
        school=school,
        trigger=next(one for one in Trigger if one == said["trigger"]),
        source=said["source"],
        owner=owner,
        due_on=said["due_on"],
        source_key=key,
        by=by,
        at=at,
    )
    if policy is not None and not is_watching(school.id):
        procedures.start_watching(school=school, by=by, at=at)
    return made


class CloseForm(acts.Versioned):
    """How a review ended."""

    decision = fields.Choice(
        label="What did you decide?",
        choices=Decision.choices(),
        missing="Choose what you decided.",
        hints={
            Decision.NO_CHANGE: "Say why below.",
            Decision.AMEND: "Next you start a change. Staff and unions are asked before it holds.",
        },
    )
    reasons = fields.Words(
        label="Why?",
        longest=4000,
        rows=4,
        required=False,
        hint="For “No change” it is needed. The next person to look will want to know.",
    )
    reasons.says_optional = False


@page
def close_review(request: Request, review_id: uuid.UUID) -> HttpResponseBase:
    """End a review with a decision."""
    found = load(request, review_id)
    home = f"{LIST}{found.id}/"
    form = CloseForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    return acts.act(
        request,
        form,
        lambda said: procedures.close_review(
            review=found,
            version=said["version"],
            decision=next(one for one in Decision if one == said["decision"]),
            reasons=said["reasons"],
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=home,
        title="Close this review",
        button="Close the review",
        done="The review is closed.",
        row=found,
        back_href=home,
        reason=rules.why_not_close_review(closed=found.closed_at is not None) if request.method == "GET" else None,
    )


class OwnerForm(acts.Versioned):
    """Whose it is now."""

    owner = fields.Pick(label="Whose is it now?", choices=[], missing="Choose whose it is.", hint="They get a mail.")


@page
def change_owner(request: Request, review_id: uuid.UUID) -> HttpResponseBase:
    """Give a review to somebody else."""
    found = load(request, review_id)
    people = may_know_of(found, may_own(timezone.now()))
    home = f"{LIST}{found.id}/"
    initial = {"version": found.version, "owner": str(found.owner_id)}
    form = OwnerForm(request.POST if request.method == "POST" else None, initial=initial)
    choose_from(form, people)
    return acts.act(
        request,
        form,
        lambda said: procedures.change_owner(
            review=found,
            version=said["version"],
            owner=next(p for p in people if str(p.id) == said["owner"]),
            by=request.viewer.person,
            at=timezone.now(),
        ),
        to=home,
        title="Whose review is it?",
        button="Save",
        done="The review is theirs now.",
        row=found,
        back_href=home,
        reason=rules.why_not_close_review(closed=found.closed_at is not None) if request.method == "GET" else None,
    )


@page
def figures(request: Request) -> HttpResponseBase:
    """What cases say about the policy: clauses cited most, and clauses never cited. Small numbers are not said."""
    known, person = clauses(), request.viewer.person
    ever = citing.ever_cited(person=person)
    order = [*known, *citable.ever_own()]
    cited = [(one, n) for one, n in citing.most_cited(timezone.now() - YEAR, person=person) if one in order]
    often = [(one, count) for one, count in cited if count >= rules.FEWEST_SAID]
    # Below the smallest number that is said, the order says nothing either.
    seldom = sorted((one for one, count in cited if count < rules.FEWEST_SAID), key=order.index)
    never = [one for one in known.values() if one.kind in BINDING and one.id not in ever]
    return render(
        request,
        "forethought/reviews/figures.html",
        {
            "title": "What cases say about the policy",
            "back_href": LIST,
            "often": [{**link, "count": rules.count_said(n)} for one, n in often for link in clause_links([one])],
            "seldom": [{**link, "count": rules.count_said(0)} for link in clause_links(seldom)],
            "never": clause_links([one.id for one in never]),
        },
    )
