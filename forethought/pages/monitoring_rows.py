"""What the page of a request to monitor shows, row by row: with names and words, or with neither."""

from datetime import date, datetime
from typing import Any

from forethought.cases.models import Case, Owed
from forethought.core.clock import spoken, spoken_day, spoken_near, spoken_until
from forethought.monitoring import rules
from forethought.monitoring.models import Monitoring, UserNotice
from forethought.monitoring.standing import deciding_of, left_over, notes_of, officer_on, said_of, status_now
from forethought.people.models import Person
from forethought.people.names import office_of

Row = dict[str, object]

#: What is owed: the words, the button, where it leads, and the seats that have the button beside those who decide.
WHAT = {
    "monitor_comment": ("The data protection officer comments", "Comment", "comment-on-request/"),
    "monitor_decide": ("Decide", "Decide", "authorise-monitoring/"),
    "monitor_review": ("Go through what was produced", "Review it", "review-product/"),
    "monitor_destroy": ("Have destroyed what was not needed", "Note it", "note-destruction/"),
}
COLOURS = {"running": "orange", "authorised": "yellow", "refused": "grey", "destroyed": "grey", "reviewed": "grey"}
#: Seats that decide nothing here.
ONLY_READ = frozenset({"requester", "dpo", "hr", "glass"})


def owed_lines(case: Case, row: Monitoring, at: datetime) -> list[Row]:
    """What is owed next, soonest first, with the viewer's own buttons."""
    lines: list[Row] = []
    seat = case.own_seat  # type: ignore[attr-defined]
    officer = officer_on(case, at)
    for owed in Owed.objects.filter(case=case, done_at__isnull=True, kind__in=WHAT).order_by("due_at"):
        text, button, path = WHAT[owed.kind]
        mine = seat not in ONLY_READ
        if owed.kind == "monitor_comment":
            mine = seat == "dpo" if officer else mine
        late, due = at > owed.due_at, owed.due_at
        left = spoken_until(due, at)
        words = (
            f"{text}. It was due by {spoken_near(due, at)}."
            if late
            else f"{text} by {spoken_near(due, at)}. {left[0].upper()}{left[1:]}."
        )
        lines.append(
            {
                "text": words,
                "state": "late" if late else "normal",
                "button_text": button if mine else "",
                "button_href": f"/monitoring/{case.id}/{path}" if mine else "",
            }
        )
    return lines


def asked_rows(row: Monitoring, names: bool, at: datetime) -> list[dict[str, str]]:
    """What is asked for: its kind and days always; who and what only when names are shown."""
    said = said_of(row)
    out = [one for one in rules.EXCLUSIONS if one in said["exclusions"]]
    rows: list[tuple[str, object]] = [
        ("Purpose in the law", rules.HEADS[row.legal_head]),
        ("What is looked at", rules.SYSTEMS[said["system"]]),
        ("From", spoken_day(row.starts_at, at)),
        ("Until the end of", spoken_day(date.fromisoformat(said["ends_on"]), at)),
        ("Left out", "\n".join(rules.EXCLUSIONS[one] for one in out) or "Nothing"),
        ("Told beforehand", "No: asked for without notice" if row.covert else "Yes"),
    ]
    if names:
        rows = [
            ("About", row.about.name),
            ("Asked for by", row.requester.name),
            ("The facts", said["facts"]),
            ("Where each comes from", said["source"]),
            ("What must be found out", said["purpose"]),
            *rows,
            ("Which mailboxes, folders or logs, and which words", said["scope"]),
            ("Why something private is taken in", said["exclusions_reason"]),
            ("What else was thought of", said["alternatives"]),
            ("Why that would not do", said["rejected"]),
            ("Impact assessment", said["assessment"]),
            ("Suspected", rules.SUSPICIONS.get(said["suspicion"], "") if row.covert else ""),
            ("Why nobody is told", said["covert_reason"] if row.covert else ""),
        ]
    return [{"key": key, "value": str(value)} for key, value in rows if value]


def said_rows(row: Monitoring, names: bool, at: datetime) -> list[Row]:
    """What was said and decided, oldest first: by which office, and the words when names are shown."""
    rows: list[Row] = []
    for note, words in notes_of(row):
        what = SAID[note.kind]
        if note.kind == "comment":
            what = f"Comment: {rules.ADVICE[words['advice']].lower()}"
        rows.append(
            {
                "what": what,
                "at": note.said_at,
                "who": _office(note.said_by, at),
                "words": _words(note.kind, words, at) if names else "",
            }
        )
    if row.over_at == row.ends_at or status_now(row, at) == "expired":
        rows.append({"what": "Over", "at": row.ends_at, "who": "the clock", "words": ""})
    return sorted(rows, key=lambda one: one["at"])  # type: ignore[arg-type, return-value]


SAID = {
    "comment": "Comment",
    "first_yes": "The first of two yeses",
    "leave": "Leave given",
    "refusal": "Refused",
    "stop": "Stopped early",
    "review": "What was produced was gone through",
    "destruction": "The rest was destroyed",
}


def _words(kind: str, words: dict[str, Any], at: datetime) -> str:
    if kind == "review":
        if not words["produced"]:
            return "Nothing was produced."
        kept = f"{words['looked_at']} looked at, {words['kept']} kept."
        return f"{kept} Kept at: {words['kept_where']}" if words["kept"] else kept
    if kind == "destruction":
        day = spoken_day(date.fromisoformat(words["done_on"]), at)
        return f"{rules.WAYS[words['way']]}, {day}. {' and '.join(words['names'])} stand for it."
    said = str(words["words"])
    return f"{said}\nAsked in place of the school’s own: {words['who']}" if words.get("who") else said


def _office(actor: str, at: datetime) -> str:
    person = Person.objects.filter(pk=actor).first() if len(actor) == 36 else None
    return office_of(person, at) if person else "the clock"


def notice_rows(at: datetime) -> list[Row]:
    """How and since when everybody is told, newest first."""
    found = UserNotice.objects.order_by("-given_on", "-noted_at")
    return [{"how": rules.HOWS[n.how], "on": spoken_day(n.given_on, at), "wording": n.wording} for n in found]


def buttons(case: Case, row: Monitoring, person: Person, at: datetime) -> Row:
    """Each act with the rule's sentence where it is not allowed now."""
    seat = case.own_seat  # type: ignore[attr-defined]
    status = status_now(row, at)
    now = deciding_of(row, by=person, at=at)
    reads = seat in ONLY_READ and seat != "requester"
    return {
        "decides": not reads,
        "why_not_authorise": rules.why_not_authorise(now, at=at),
        "why_not_refuse": rules.why_not_refuse(
            status=status, is_requester=now.is_requester, may_decide=now.may_decide, reasons="-"
        ),
        "undecided": status in {"requested", "commented"},
        "on": status in {"authorised", "running"},
        "why_not_longer": rules.why_not_longer(),
        "over": status in {"ended", "expired"},
        "works": seat not in ONLY_READ,
        "left_over": status == "reviewed" and left_over(row),
        "until": spoken(row.ends_at, at),
    }
