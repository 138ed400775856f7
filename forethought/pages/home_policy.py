"""The policy on somebody's home: what they are asked to read, say and answer, and for its keepers how it stands."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from forethought.acknowledgements.models import Task
from forethought.cases.silence import kept_from
from forethought.core.clock import london, spoken_day, spoken_near
from forethought.pages import home_accounts, home_boundaries
from forethought.pages.door_rules import APPROVERS, KEEPERS, REGISTRARS, SHAPE
from forethought.people.models import Engagement, Person
from forethought.policies import consulting, rules
from forethought.policies.models import Consultation, Policy, Revision
from forethought.prepared import Prepared
from forethought.questions.models import Question
from forethought.reviews.models import Review

_tasks = Prepared(
    lambda person: (
        Task.objects.filter(person=person, done_at__isnull=True, closed_at__isnull=True)
        .order_by("due_on")
        .values_list("id", "reading__matter", "reading__minutes", "due_on")
    ),
    uuid.UUID,
)
_asked = Prepared(
    lambda person, at: (
        Consultation.objects.filter(closed_at__isnull=True, withdrawn_at__isnull=True, closes_at__gt=at)
        .exclude(responses__person=person)
        .order_by("closes_at")
        .values_list("id", "closes_at")[:3]
    ),
    uuid.UUID,
    datetime,
)
#: Questions that wait for somebody, and answers that wait to be read, in one look.
_questions = Prepared(
    lambda person: (
        Question.objects.filter(
            Q(manager=person, answered_at__isnull=True)
            | Q(senior=person, late_at__isnull=False, answered_at__isnull=True)
            | Q(asker=person, answered_at__isnull=False, read_at__isnull=True)
        )
        .order_by("due_at")
        .values_list("id", "due_at", "answered_at")[:6]
    ),
    uuid.UUID,
)
_manages = Prepared(
    lambda person, today: Engagement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), manager=person, person__left_at__isnull=True
    ).values_list("id")[:1],
    uuid.UUID,
    date,
)
_policy = Prepared(
    lambda school: Policy.objects.filter(pk=school).values_list("review_on", "in_force__label", "body"), uuid.UUID
)
_change = Prepared(
    lambda: Revision.objects.exclude(status__in=[rules.Status.PUBLISHED, rules.Status.DROPPED]).values_list(
        "id", "status"
    )[:1]
)
_reviews = Prepared(
    lambda person: (
        Review.objects.filter(closed_at__isnull=True, owner=person)
        .order_by("due_on")
        .values_list("id", "due_on", "source_key")[:20]
    ),
    uuid.UUID,
)


def _reviews_of(person: Person) -> list[tuple[uuid.UUID, date]]:
    """The reviews of somebody that wait, but for those that came of a case which they are kept out of meanwhile."""
    rows = _reviews(person.pk)
    hidden = {str(one) for one in kept_from(person)} if any(key.startswith("case:") for *_, key in rows) else set()
    return [(review_id, due_on) for review_id, due_on, key in rows if key[5:41] not in hidden][:3]


READ = {"policy": "Read and confirm the policy.", "guidance": "Read and confirm the guidance."}


def block(person: Person, roles: frozenset[str], at: datetime) -> dict[str, Any]:
    """What the home page shows of the policy for somebody, as lines with a place to go. `at` in UTC."""
    return {
        "to_do": [*to_do(person, at), *beside(person, roles, at)],
        "manages": bool(_manages(person.pk, london(at).date())),
        "sees_shape": bool(roles & SHAPE),
        "keeps": keeping(person, roles, at) if roles & (KEEPERS | APPROVERS) else None,
    }


def beside(person: Person, roles: frozenset[str], at: datetime) -> list[dict[str, object]]:
    """What waits for somebody about contact and family, and about the accounts of the school."""
    return [*home_boundaries.lines(person, roles, at), *home_accounts.lines(person, roles, at)]


def to_do(person: Person, at: datetime) -> list[dict[str, object]]:
    """What somebody is asked for, each as a deadline: reading, a view, a question, an answer to read."""
    today = london(at).date()
    lines: list[dict[str, object]] = []
    questions = _questions(person.pk)
    for question_id, due_at in [(one, due_at) for one, due_at, answered_at in questions if answered_at is None][:3]:
        late = due_at < at
        said = f"It was due by {spoken_near(due_at, at)}." if late else f"Answer it by {spoken_near(due_at, at)}."
        lines.append(line(f"A question for you. {said}", "Open", f"/questions/{question_id}/", late))
    for task_id, matter, minutes, due_on in _tasks(person.pk):
        lines.append(reading_line(task_id, matter, minutes, due_on, today))
    for consultation_id, closes_at in _asked(person.pk, at):
        last = spoken_day(rules.last_day(closes_at), at)
        href = f"/consultations/{consultation_id}/"
        lines.append(line(f"A change to the policy. Say what you think by {last}.", "Read the change", href, False))
    for question_id in [one for one, _, answered_at in questions if answered_at is not None][:3]:
        lines.append(line("Your question has been answered.", "Read the answer", f"/questions/{question_id}/", False))
    return lines


def for_union(person: Person, shown: dict[str, Any], at: datetime) -> list[dict[str, object]]:
    """What the unions that somebody speaks for have not answered yet. It stands in place of being asked as staff."""
    lines: list[dict[str, object]] = []
    open_now = Consultation.objects.filter(closed_at__isnull=True, withdrawn_at__isnull=True, closes_at__gt=at)
    for asked in open_now.order_by("closes_at"):
        last = spoken_day(rules.last_day(asked.closes_at), at)
        for _, union in consulting.waiting_unions(asked):
            if union.representative_id == person.pk:
                href = f"/consultations/{asked.pk}/"
                lines.append({**line(f"Open until the end of {last}.", "", href, False), "name": union.name})
    hrefs = {one["href"] for one in lines}
    shown["to_do"] = [one for one in shown["to_do"] if one["href"] not in hrefs]
    return lines


def reading_line(task_id: uuid.UUID, matter: str, minutes: int, due_on: date, today: date) -> dict[str, object]:
    """One thing to read, how long it takes and by when."""
    late = due_on < today
    when = f"It was due by {spoken_day(due_on)}." if late else f"By {spoken_day(due_on)}."
    long = f"About {minutes} {'minute' if minutes == 1 else 'minutes'} at most."
    return line(f"{READ[matter]} {long} {when}", "Read", f"/reading/{task_id}/", late)


def line(text: str, button: str, href: str, late: bool) -> dict[str, object]:
    """A line with a button, for components/deadline.html."""
    return {"text": text, "button": button, "href": href, "state": "late" if late else "normal"}


def keeping(person: Person, roles: frozenset[str], at: datetime) -> dict[str, Any]:
    """How the policy stands, for those who keep or approve it."""
    rows = _policy(person.school_id)
    review_on, label, body = rows[0] if rows else (None, None, "")
    today = london(at).date()
    lines: list[dict[str, object] | None] = []
    said = ""
    if label is None:
        said = "No version is in force here yet."
    elif overdue := rules.overdue_said(review_on, today):
        lines.append(line(overdue, "See its reviews", "/reviews/", True))
    else:
        due = f" Review due {spoken_day(review_on, year=True)}." if review_on else ""
        said = f"Version {label} is in force.{due}"
    decides = bool(roles & APPROVERS) or (body == rules.Body.HEAD and "head" in roles)
    for revision_id, status in _change():
        lines.append(change_line(revision_id, status, decides, keeps=bool(roles & KEEPERS)))
    for review_id, due_on in _reviews_of(person):
        late = due_on < today
        said_by = f"It was due by {spoken_day(due_on)}." if late else f"Decide by {spoken_day(due_on)}."
        lines.append(line(f"A review of the policy is yours. {said_by}", "Open", f"/reviews/{review_id}/", late))
    return {
        "said": said,
        "lines": [one for one in lines if one],
        "keeper": bool(roles & KEEPERS),
        "people": bool(roles & REGISTRARS),
    }


def change_line(revision_id: uuid.UUID, status: str, decides: bool, *, keeps: bool) -> dict[str, object] | None:
    """Where the change that is on its way stands, and whose turn it is."""
    if status in {rules.Status.CONSULTED, rules.Status.DRAFTING} and decides and not keeps:
        if status == rules.Status.DRAFTING:
            return None
        return line(
            "A change waits for the body’s decision.", "Decide", f"/policy/revisions/{revision_id}/approve/", False
        )
    if not keeps:
        return None
    said = rules.Status(status).words[0].lower() + rules.Status(status).words[1:]
    return line(f"A change is on its way: {said}.", "Open", f"/policy/revisions/{revision_id}/", False)


def first_due(person: Person, roles: frozenset[str], at: datetime) -> str:
    """Where a mail leads when no case is owed: the first of what somebody is asked for here, else nothing."""
    lines = [*to_do(person, at), *beside(person, roles, at)]
    if roles & (KEEPERS | APPROVERS):
        lines += keeping(person, roles, at)["lines"]
    return str(lines[0]["href"]) if lines else ""
