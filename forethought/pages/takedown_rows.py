"""What the page of a takedown shows, row by row: with names, or without a word that says who or where."""

from datetime import datetime

from django.utils import timezone

from forethought.cases.models import Capacity
from forethought.core.clock import spoken_near
from forethought.evidence import keyring
from forethought.pages import wording
from forethought.pages.case_rows import Row, offices_of
from forethought.takedowns import ladder, procedures, rules
from forethought.takedowns.id_times import created_no_earlier_than
from forethought.takedowns.ladder import Refusal
from forethought.takedowns.law_clocks import their_clocks
from forethought.takedowns.models import Look, Notice, NoticeSent, Takedown
from forethought.takedowns.rules import Result, Status, Wanted
from forethought.takedowns.special_notices import special_notices
from forethought.takedowns.targets import Target, address_warnings, shown_host

_REASONS = {
    "leave_up": "Not asked",
    "withdraw": "Withdrawn",
    "reopen": "Opened again",
    "escalate": "What the host did",
    "skip_rung": "Left out",
    "hand_to_complainant": "For them to send",
}


def what_and_where(takedown: Takedown, names: bool) -> Row:
    """What is to go and where it is, as text. An address is never a link: nobody must look again by accident."""
    kind = "A web address" if takedown.target == "address" else "An app, with a group or account"
    shown: Row = {
        "kind": kind,
        "wish": wording.WANTED[Wanted(takedown.wish)],
        "where": [],
        "warnings": [],
        "wording": "",
        "created": "",
    }
    if not names:
        return shown
    target, wanted_words = procedures.target_of(takedown)
    now = timezone.now()
    created = created_no_earlier_than(target.address, now) if target.address else None
    return {
        **shown,
        "where": where_of(target),
        "warnings": address_warnings(target.address) if target.address else [],
        "wording": wanted_words,
        "created": created.said(now) if created else "",
    }


def where_of(target: Target) -> list[dict[str, str]]:
    """A target as rows of a summary; the website's name as the network knows it, punycode included."""
    group = "" if target.group == target.platform else target.group
    rows = [
        ("Address", target.address),
        ("Website", shown_host(target.address) if target.address else ""),
        ("App or site", target.platform),
        ("Group", group),
        ("Account", target.handle),
        ("What it is", target.description),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def why_not(takedown: Takedown, at: datetime) -> dict[str, str | None]:
    """For each act on a takedown, the rule's reason why not, or nothing."""
    status = Status(takedown.status)
    known = takedown.case.parties.filter(capacity=Capacity.HARMED).exists()
    return {
        "change_wish": rules.why_not_change_wish(status=status, wanted=Wanted.REMOVE, wording=""),
        "ask_author": rules.why_not_ask_author(
            status=status, author=procedures.author_of(takedown.case), safe=True, threat=takedown.case.threat
        ),
        "ask_host": rules.why_not_ask_host(status=status),
        "leave_up": rules.why_not_leave_up(status=status, reason="-"),
        "escalate": why_not_escalate(takedown, at),
        "hand_to_complainant": rules.why_not_hand_to_complainant(
            status=status, complainant_known=known, complainant_is_school=False, helper_chosen=True
        ),
        "reopen": rules.why_not_reopen(status=status, reason="-"),
        "withdraw": rules.why_not_withdraw(status=status, reason="-"),
        "check_removal": None
        if status in rules.MOVES["check_removal"].start
        else "This was withdrawn. Open it again first.",
    }


def why_not_escalate(takedown: Takedown, at: datetime) -> str | None:
    """Why no next step can be taken on any ground: only then is the button dead."""
    reasons = [
        rules.why_not_escalate(
            status=Status(takedown.status), refusal=refusal, resolve_due_at=takedown.resolve_due_at, at=at
        )
        for refusal in Refusal
    ]
    return None if None in reasons else reasons[0]


def notice_rows(takedown: Takedown, names: bool, at: datetime) -> list[Row]:
    """Each notice: to whom and how it went, and its words when names are shown."""
    found = list(takedown.notices.select_related("post").prefetch_related("tickets").order_by("sent_at"))
    key = keyring.case_key(takedown.school_id, takedown.case_id)
    return [
        {
            "id": one.id,
            "what": what_of(one),
            "at": one.sent_at,
            "went": went(one, at),
            "said": keyring.words(one, case_id=takedown.case_id, key=key) if names else {},
            "tickets": [
                keyring.words(t, case_id=takedown.case_id, key=key)["ticket"] if names else "Noted"
                for t in one.tickets.all()
            ],
            "clocks": [one_clock.said(at) for one_clock in their_clocks(one.kind, one.sent_at)],
            "ticket_href": f"/takedowns/{takedown.id}/notices/{one.id}/note-ticket/",
        }
        for one in found
    ]


def what_of(notice: Notice) -> str:
    """Which notice it is: by its own name, by the next step it took, or to the host."""
    if notice.kind in special_notices():
        return special_notices()[notice.kind].name
    return ladder.RUNGS[notice.rung].name if notice.rung in ladder.RUNGS else "To the host"


def went(notice: Notice, at: datetime) -> str:
    """How a notice went, in a sentence. A mail is sent only once the mail server has taken it."""
    if notice.rung == "person":
        return f"Sent by the person concerned at {spoken_near(notice.sent_at, at)}."
    if notice.way != "mail":
        return f"Copied into their form at {spoken_near(notice.sent_at, at)}."
    post = NoticeSent.objects.filter(notice=notice).first()
    if post is not None and post.taken_at is not None:
        return f"Sent by mail at {spoken_near(post.taken_at, at)}, accepted by the mail server."
    if post is not None and post.dropped:
        return "Not sent by mail: it was no longer needed."
    tries = f" Tried {post.tries} times." if post is not None and post.tries > 1 else ""
    return f"Waiting to be sent by mail.{tries}"


def look_rows(takedown: Takedown, names: bool, at: datetime) -> list[Row]:
    """Each look: what was seen, when, by whom; a wrong press says so."""
    found = list(takedown.looks.order_by("-seen_at", "-id"))
    wrong = {look.corrects_id for look in found if look.corrects_id}
    offices = offices_of([look.seen_by for look in found], at)
    return [look_row(look, look.id in wrong, offices.get(look.seen_by, "")) for look in found]


def look_row(look: Look, wrong: bool, who: str) -> Row:
    """One look."""
    return {"said": wording.LOOKS[Result(look.result)], "at": look.seen_at, "who": who, "wrong": wrong}


def reason_rows(takedown: Takedown, names: bool, at: datetime) -> list[Row]:
    """Each reason given, with its words when names are shown."""
    found = list(takedown.reasons.order_by("given_at"))
    offices = offices_of([one.given_by for one in found], at)
    return [
        {
            "what": _REASONS.get(one.verb, one.verb),
            "step": ladder.RUNGS[one.rung].name if one.rung in ladder.RUNGS else "",
            "words": keyring.words(one, case_id=takedown.case_id)["reason"] if names else "",
            "at": one.given_at,
            "who": offices.get(one.given_by, ""),
        }
        for one in found
    ]


def rung_rows(takedown: Takedown) -> list[Row]:
    """The next steps, each with what it can do, what it cannot, and whether it was taken or left out."""
    taken = set(takedown.notices.values_list("rung", flat=True))
    skipped = set(takedown.reasons.filter(verb="skip_rung").values_list("rung", flat=True))
    return [
        {
            "rung": rung,
            "state": "Taken" if rung.key in taken else "Left out" if rung.key in skipped else "",
            "href": f"/takedowns/{takedown.id}/escalate/?rung={rung.key}",
            "skip_href": f"/takedowns/{takedown.id}/skip-rung/{rung.key}/",
        }
        for rung in ladder.LADDER
    ]


def special_rows(takedown: Takedown) -> list[Row]:
    """Each notice with a form of its own that the school may send, and where it is written."""
    return [
        {"notice": one, "href": f"/takedowns/{takedown.id}/send-special/{one.number}/"}
        for one in special_notices().values()
        if not one.personal
    ]
