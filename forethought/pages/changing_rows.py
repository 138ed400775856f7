"""What the page of a change shows: the four steps, the buttons with their reasons, and the paragraphs, page by page."""

from collections.abc import Sequence
from datetime import datetime

from forethought.core.clock import spoken_day
from forethought.pages.keeping_rows import href_of
from forethought.pages.paging import paged
from forethought.policies import rules, standing
from forethought.policies.comparing import Change, Kind
from forethought.policies.models import Policy, Revision
from forethought.policies.rules import Basis, Outcome, Status

#: Paragraphs on one page. A policy of 2,000 is forty pages.
A_PAGE = 50


def begun_from(revision: Revision) -> str:
    """What the text is held against, in words."""
    if revision.based_on_id and revision.based_on and revision.based_on.text_id:
        return f"version {revision.based_on.label}, in force when this began"
    return f"the baseline “{revision.baseline.label}”" if revision.baseline else "no earlier text"


def steps(policy: Policy, revision: Revision, *, changed: bool) -> list[dict[str, str]]:
    """The four steps of a change, and how far it is: written, asked, approved, published."""
    stands = standing.standing_of(policy, revision)
    over = revision.status in {Status.PUBLISHED, Status.DROPPED}
    approved = stands.approved == stands.text
    agreed = stands.text in stands.agreed
    written = changed or agreed or over
    return [
        _step("Written", done=written, waits="Not begun", hint="Change the text, and say what changes and why."),
        _asked(revision, stands),
        _step("Approved", done=approved, waits="Not yet") | ({"hint": _approved_hint(revision)} if approved else {}),
        _step("Published", done=revision.status == Status.PUBLISHED, waits="Not yet", hint="Then everybody reads it."),
    ]


def _asked(revision: Revision, stands: rules.Standing) -> dict[str, str]:
    consultation = standing.last_consultation(revision)
    if revision.status == Status.CONSULTING and consultation is not None:
        day = spoken_day(rules.last_day(consultation.closes_at), year=True)
        return {"text": "Asked", "status": "Open", "colour": "blue", "hint": f"Until the end of {day}."}
    if stands.consulted == stands.text:
        return {"text": "Asked", "status": "Done", "hint": f"{Outcome(stands.outcome).words}."}
    if stands.text in stands.agreed:
        return {"text": "Asked", "status": "Not needed", "hint": "This very text was agreed before."}
    approval = standing.last_approval(revision)
    if stands.approved == stands.text and approval is not None and approval.basis == Basis.DECIDED:
        return {"text": "Asked", "status": "Decided without", "hint": "The reasons are kept with the approval."}
    again = "People were asked about an earlier text. This one is another." if stands.consulted else ""
    return _step("Asked", done=False, waits="Not yet", hint=again or "Staff and each union, 20 working days as a rule.")


def _approved_hint(revision: Revision) -> str:
    approval = standing.last_approval(revision)
    if approval is None:
        return ""
    minute = f", minute {approval.minute}" if approval.minute else ""
    return f"{rules.Body(approval.body).words}, {spoken_day(approval.met_on, year=True)}{minute}."


def _step(text: str, *, done: bool, waits: str = "", hint: str = "") -> dict[str, str]:
    if done:
        return {"text": text, "status": "Done"}
    return {"text": text, "status": waits, "colour": "grey", "hint": hint}


def gate(policy: Policy, revision: Revision, *, decides: bool, at: datetime) -> list[dict[str, object]]:
    """The buttons of a change. One that cannot be pressed has the rule's sentence beside it. Policy F3."""
    if revision.status in {Status.PUBLISHED, Status.DROPPED}:
        return []
    stands, home = standing.standing_of(policy, revision), href_of(revision)
    without = rules.basis_of(stands, without=False) is None and revision.status == Status.DRAFTING and decides
    return [
        *_asking(policy, revision, stands, at),
        {
            "text": "Record the approval",
            "href": f"{home}approve/",
            "reason": rules.why_not_approve(status=revision.status, standing=stands, decides=decides),
            "otherwise": f"{home}approve/" if without else "",
        },
        {
            "text": "Publish",
            "href": f"{home}publish/",
            "reason": rules.why_not_publish(status=revision.status, standing=stands),
        },
    ]


def _asking(policy: Policy, revision: Revision, stands: rules.Standing, at: datetime) -> list[dict[str, object]]:
    """The buttons about asking: open a consultation, or what can be done with the one that is open."""
    consultation, home = standing.last_consultation(revision), href_of(revision)
    if revision.status != Status.CONSULTING or consultation is None:
        changed = stands.text not in stands.agreed
        reason = rules.why_not_open_consultation(status=revision.status, changed=changed, days=policy.consult_days)
        return [{"text": "Ask staff and unions", "href": f"{home}open-consultation/", "reason": reason}]
    reason = rules.why_not_close_consultation(
        status=revision.status, closes=consultation.closes_at, at=at, views=standing.views_of(consultation)
    )
    return [
        {"text": "Read and answer the views", "href": f"/consultations/{consultation.pk}/views/"},
        {"text": "Close the consultation", "href": f"{home}close-consultation/", "reason": reason},
    ]


def rows(revision: Revision, changes: Sequence[Change], *, only: bool, asked: str, acts: bool) -> dict[str, object]:
    """One page of paragraphs, each as it reads beside the earlier text, with what can be done to it."""
    shown = [one for one in changes if not only or one.kind is not Kind.SAME]
    here, links = paged(shown, asked, A_PAGE, href_of(revision), "show=changed" if only else "")
    home = href_of(revision)
    return {
        "changes": [
            {
                "change": one,
                "changes": (one,),
                "place": one.new_place,
                "name": name_of(one),
                "base": f"{home}paragraphs/{one.new_place}/" if acts and one.new_place is not None else "",
            }
            for one in here
        ],
        "long": len(changes) > A_PAGE,
        **links,
    }


def name_of(change: Change) -> str:
    """A paragraph as a screen reader names it: its number and title, else where it stands."""
    one = change.new or change.old
    assert one is not None, "a change has one side at least"
    return f"{one.number} {one.title}".strip() or f"paragraph {(change.new_place or change.old_place or 0) + 1}"


def at_place(revision: Revision, place: int) -> str:
    """The page of a change on which a paragraph stands, near enough: what was taken out above it moves it down."""
    return f"{href_of(revision)}?page={place // A_PAGE + 1}#p-{place}"
