"""What pages say of the program's looks: what each saw and came to, the next one, and the presses it asks for. 8.5."""

from datetime import datetime
from typing import Any

from forethought.core.clock import spoken
from forethought.evidence import keyring
from forethought.pages.case_rows import Row
from forethought.takedowns import site_looks
from forethought.takedowns.asking_models import SiteLook
from forethought.takedowns.before import NOTHING_CAPTURED
from forethought.takedowns.models import Takedown
from forethought.takedowns.rules import Result, Status
from forethought.takedowns.verdicts import REMOVED, SAID, Verdict

_PAGES = (
    ("it", "The address itself"),
    ("made_up", "A made-up address beside it"),
    ("control", "Another page of the site"),
)
#: Looks that a page shows; the rest stand in the trail.
MOST = 10


def panel(found: Takedown, names: bool, at: datetime) -> dict[str, Any]:
    """What the page of a takedown says of the program's looks: the last ones, the next one, and why there is none."""
    if found.target != "address":
        return {"by_itself": None}
    rows = SiteLook.objects.filter(takedown=found).exclude(ended__in=["", "not_needed"]).order_by("-ended_at", "-id")
    ended = list(rows[:MOST])
    planned = SiteLook.objects.filter(takedown=found, due_at__isnull=False).first()
    refusal = site_looks.why_not_look_now(found)
    shown = [row_of(one, names) for one in ended if one.verdict or one is ended[0]]
    return {
        "by_itself": {
            "why_not": refusal,
            "not_captured": refusal == NOTHING_CAPTURED,
            "last": shown[0] if shown and ended[0].verdict else None,
            "older": shown[1:] if shown and ended[0].verdict else [],
            "unable": not refusal and bool(ended) and not ended[0].verdict,
            "next": _next_said(planned, at) if planned and not refusal else "",
        }
    }


def _next_said(planned: SiteLook, at: datetime) -> str:
    if planned.tries and planned.due_at and planned.due_at > at:
        return f"Nothing answered at the last try, or it is under way. Tried again by {spoken(planned.due_at, at)}."
    if planned.due_at and planned.due_at <= at:
        return "It is about to look. That takes a minute or two."
    return f"It looks next at {spoken(planned.due_at, at)}." if planned.due_at else ""


def row_of(look: SiteLook, names: bool) -> Row:
    """One look in words: what it comes to, why, and, with the names, what was seen of each of the three pages."""
    said = dict(keyring.words(look, case_id=look.takedown.case_id))
    verdict = Verdict(look.verdict) if look.verdict else None
    href = f"/takedowns/{look.takedown_id}/site-looks/{look.pk}/confirm-site-look/"
    return {
        "said": SAID[verdict] if verdict else "The program did not look",
        "at": look.ended_at,
        "reasons": said.get("reasons", []),
        "pages": [
            {"what": what, "rows": _page_rows(said[key])} for key, what in _PAGES if names and said.get(key) is not None
        ],
        "href": href,
        "answered": look.answer_id is not None,
        "buttons": _buttons(look, verdict),
        "waits": _waits(look, verdict),
    }


def _waits(look: SiteLook, verdict: Verdict | None) -> str:
    """Why it is not asked yet whether that is so."""
    if verdict not in REMOVED or look.answer_id is not None or look.takedown.status == Status.GONE:
        return ""
    return site_looks.why_not_confirm(look, Result.GONE_SIGNED_OUT) or ""


def _buttons(look: SiteLook, verdict: Verdict | None) -> list[dict[str, str]]:
    """The presses that this look asks for; none where it says nothing new."""
    if verdict is None:
        return []
    status = Status(look.takedown.status)
    still = {"value": Result.STILL_THERE.value, "text": "No, it is still there", "kind": "secondary"}
    if status not in {Status.GONE, Status.AMENDED, Status.WITHDRAWN} and verdict in REMOVED:
        gone = {"value": Result.GONE_SIGNED_OUT.value, "text": "Yes, it is gone", "kind": ""}
        return [] if site_looks.why_not_confirm(look, Result.GONE_SIGNED_OUT) else [gone, still]
    back = {Verdict.STILL_THERE, Verdict.ALTERED, Verdict.IMAGE_REMAINS}
    if status is Status.GONE and verdict in back and not site_looks.why_not_confirm(look, Result.STILL_THERE):
        return [{**still, "text": "It is back: start the clock again"}]
    return []


def _page_rows(seen: dict[str, Any]) -> list[dict[str, str]]:
    """What was seen of one page. Its address is text: nobody must look again by accident."""
    led = seen["led_to"] if seen["led_to"] != seen["address"] else ""
    rows = [
        ("Address", seen["address"]),
        ("The site's answer", str(seen["status"]) if seen["status"] is not None else "None"),
        ("Why not", seen["trouble"]),
        ("It led to", led),
        ("It begins", seen["begins"]),
        ("Words on it", str(seen["words"]) if seen["status"] is not None else ""),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]
