"""What the keeper of the policy reads: what to do next, what is in force, what is on its way, in whole sentences."""

from dataclasses import dataclass
from datetime import datetime

from forethought.core.clock import london, spoken_day
from forethought.policies import rules, standing
from forethought.policies.models import Approval, Baseline, Policy, Revision, Union, Version
from forethought.policies.rules import Status


@dataclass(frozen=True)
class Next:
    """The one thing to do next, and where."""

    text: str
    href: str = ""
    button: str = ""


def next_line(policy: Policy, revision: Revision | None, brought: Version | None, at: datetime) -> Next:
    """What the keeper does next."""
    if revision is not None:
        return Next(step_of(policy, revision, at), href_of(revision), "Go on with the change")
    if policy.in_force is None and brought is not None:
        return Next(
            f"Say that version {brought.label} is the one in force. Then everybody is asked to read it.",
            f"/policy/versions/{brought.pk}/put-in-force/",
            "Put it in force",
        )
    if policy.in_force is None:
        return Next("Choose a text to begin with. There are three ways.")
    if overdue := rules.overdue_said(policy.review_on, london(at).date()):
        return Next(
            f"{overdue} Have it approved again as it is, or start a change.",
            "/policy/start-revision/",
            "Start a change",
        )
    due = f" The review is due by {spoken_day(policy.review_on, at)}." if policy.review_on else ""
    return Next(f"Nothing to do now.{due}")


def href_of(revision: Revision) -> str:
    """The page of a change."""
    return f"/policy/revisions/{revision.pk}/"


def step_of(policy: Policy, revision: Revision, at: datetime) -> str:
    """What stands next in a change, and by when, as one sentence or two."""
    if revision.status == Status.CONSULTING:
        return consulting_said(revision, at)
    if revision.status == Status.CONSULTED:
        return f"{rules.Body(policy.body).words} can approve the text now. Record what was decided."
    if revision.status == Status.APPROVED:
        return "The text is approved. Publish it, and everybody is asked to read what changed."
    if revision.status == Status.PUBLISHED:
        return "This change has been published."
    if revision.status == Status.DROPPED:
        return "This change was dropped. What was written stays on record."
    base = standing.before(revision)
    if base is not None and base.pk == revision.text_id and policy.in_force is not None:
        return "Nothing differs yet. Change the text first."
    if bytes(revision.text.fingerprint) in standing.agreed(policy):
        return "This text was agreed before, so nobody need be asked again. Have it approved."
    if standing.standing_of(policy, revision).consulted == bytes(revision.text.fingerprint):
        return "This very text was consulted on. Have it approved."
    return "When the text is ready, ask staff and unions about it."


def consulting_said(revision: Revision, at: datetime) -> str:
    """How a consultation stands."""
    consultation = standing.last_consultation(revision)
    if consultation is None:
        return "People are being asked."
    views = standing.views_of(consultation)
    waits = ""
    if views.unreplied:
        waits = (
            " One view waits for your written reply."
            if views.unreplied == 1
            else f" {views.unreplied} views wait for your written reply."
        )
    if at >= consultation.closes_at:
        return f"The time for views is over.{waits} {'Then close' if waits else 'Close'} the consultation."
    return f"People can answer until the end of {spoken_day(rules.last_day(consultation.closes_at), at)}.{waits}"


def revision_line(policy: Policy, revision: Revision, at: datetime) -> dict[str, str]:
    """The change that is on its way, in short."""
    return {
        "label": revision.label,
        "status": Status(revision.status).words,
        "next": step_of(policy, revision, at),
        "href": href_of(revision),
    }


def in_force_rows(policy: Policy, at: datetime) -> list[dict[str, str]]:
    """The version in force with its dates. Policy F1."""
    version = policy.in_force
    if version is None:
        return []
    approval = latest_approval(policy)
    rows = [
        {"key": "Version", "value": version.label},
        {"key": "In force since", "value": spoken_day(version.in_force_on, year=True)},
    ]
    if approval is not None:
        minute = f", minute {approval.minute}" if approval.minute else ""
        body = rules.Body(approval.body).words
        rows.append({"key": "Approved", "value": f"{body}, {spoken_day(approval.met_on, year=True)}{minute}"})
    else:
        rows.append({"key": "Approved", "value": "Not known here"})
    due = spoken_day(policy.review_on, year=True) if policy.review_on else "No date yet"
    rows.append({"key": "Review due", "value": due})
    return rows


def latest_approval(policy: Policy) -> Approval | None:
    """The approval by which the text in force stands: the newest one of it, since a body may approve it again."""
    version = policy.in_force
    if version is None or version.text_id is None:
        return version.approval if version else None
    again = Approval.objects.filter(text=version.text_id, met_on__gte=version.in_force_on).order_by("-met_on").first()
    return again or version.approval


def settings_rows(policy: Policy, without_link: int | None) -> list[dict[str, str]]:
    """Everything else that is kept about the policy, each row with where to change it."""
    unions = Union.objects.filter(ended_at__isnull=True).count()
    baselines = Baseline.objects.count()
    versions = Version.objects.count()
    ownership = {"action_href": "/policy/change-ownership/"}
    times = (
        f"{_days(policy.consult_days)} for a consultation, {policy.read_days} to read a new version, "
        f"{policy.answer_days} to answer a question"
    )
    rows = [
        {"key": "Kept by", "value": policy.author or "Nobody is named yet", **ownership},
        {"key": "Approved by", "value": rules.Body(policy.body).words},
        {"key": "Time people have", "value": times, **ownership},
        {
            "key": "Unions",
            "value": f"{unions} on the list" if unions else "None on the list yet",
            "action_href": "/policy/unions/",
        },
        {
            "key": "Baselines",
            "value": f"{baselines} kept, locked" if baselines else "None yet",
            "action_href": "/policy/baselines/",
            "action_text": "Open",
        },
        {
            "key": "Version table",
            "value": f"{versions} in it" if versions else "Empty",
            "action_href": "/policy/bring-version/",
            "action_text": "Add one",
            "hidden": "older version",
        },
    ]
    if without_link is not None:
        rows.append(
            {
                "key": "Sentences without a link",
                "value": f"{without_link:,}",
                "action_href": "/policy/sentences/",
                "action_text": "Open",
            }
        )
    return rows


def _days(number: int) -> str:
    return f"{number} working {'day' if number == 1 else 'days'}"
