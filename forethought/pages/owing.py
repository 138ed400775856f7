"""“Owed next”: each thing a case owes, by when, in words, with its button."""

from datetime import datetime

from forethought.cases.models import Case, Owed, Party
from forethought.core.clock import spoken_near, spoken_until
from forethought.people.models import Person
from forethought.people.names import office_of
from forethought.safeguarding.models import PoliceReport
from forethought.takedowns import owing
from forethought.takedowns.models import NoticeSent, Takedown
from forethought.takedowns.owing import SOON
from forethought.takedowns.owing import Owed as Line
from forethought.takedowns.rules import RESTING, Status

Row = dict[str, object]

#: What is owed besides takedowns: the words of the act, its button, and where the button leads.
WHAT = {
    "take_up": ("Take this up", "Take it up", "take-up/"),
    "answer": ("Answer the reporter", "Answer the reporter", "answer-reporter/"),
    "support": ("Offer support", "Offer support", "support/{about}/offer-support/"),
    "revisit": ("Ask again how they are: support for", "I have asked again", "support/{about}/revisit-support/"),
    "hand_off": ("Hand it to the behaviour lead, or say why not", "Hand it over", "hand-over/"),
    "inform": ("Say that you know of the report to the police", "Open", "police/{about}/second-police-report/"),
}
TAKEDOWN = {
    "ask_host": ("Ask the host", "ask-host/"),
    "check_removal": ("Is it gone?", "check-removal/"),
    "escalate": ("Go to the next step", "escalate/"),
}

#: After so many tries a notice that has not gone is somebody's business.
TRIES = 3


def lines_of(case: Case, at: datetime, *, person: Person, handles: bool) -> list[Row]:
    """What a case owes, soonest first. Each has text, state, button_text and button_href.

    Somebody who only reads the case gets the words, and the buttons that are theirs.
    """
    takedowns = list(case.takedowns.select_related("helper").order_by("reported_at", "id"))
    rows = [
        owed_row(row, case, at, person=person, handles=handles)
        for row in Owed.objects.filter(case=case, done_at__isnull=True, kind__in=WHAT)
    ]
    for number, takedown in enumerate(takedowns, 1):
        row = takedown_row(takedown, at, handles=handles)
        if len(takedowns) > 1:
            row["text"] = f"{label_of(takedown, number)}. {row['text']}"
        if row["due_at"]:
            rows.append(row)
        rows += unsent(takedown, at) if handles else []
    return sorted(rows, key=lambda row: row["due_at"])  # type: ignore[arg-type, return-value]


def first_press(case: Case, at: datetime, *, person: Person, handles: bool) -> str:
    """Where a mail leads, when the first thing owed is one press: to the buttons. Otherwise to the case."""
    first = next(iter(lines_of(case, at, person=person, handles=handles)), None)
    return str(first["button_href"]) if first and first["kind"] == "check_removal" else f"/cases/{case.id}/"


def label_of(takedown: Takedown, number: int) -> str:
    """What a takedown is called while names are hidden, where a case has several: “Website 1”."""
    return f"{'Website' if takedown.target == 'address' else 'App or group'} {number}"


def owed_row(row: Owed, case: Case, at: datetime, *, person: Person, handles: bool) -> Row:
    """One thing owed, other than a takedown's."""
    text, button, path = WHAT[row.kind]
    mine = handles
    if row.kind in {"support", "revisit"}:
        party = Party.objects.filter(pk=row.about).first()
        who = "the person reported" if party and party.capacity == "reported" else "the person harmed"
        text = f"{text} {who}" if row.kind == "revisit" else f"{text} to {who}"
    if row.kind == "inform":
        # Only the second person can answer; the others see that it is awaited.
        mine = PoliceReport.objects.filter(pk=row.about, second=person).exists()
        text = text if mine else "A second person is to be told of the report to the police"
    due = row.due_at
    late = at > due
    if late:
        words = f"{text}. It was due by {spoken_near(due, at)}."
    else:
        left = spoken_until(due, at)
        words = f"{text} by {spoken_near(due, at)}. {left[0].upper()}{left[1:]}."
    return {
        "kind": row.kind,
        "due_at": due,
        "text": words,
        "state": "late" if late else "soon" if due - at <= SOON and row.kind != "revisit" else "normal",
        "button_text": button if mine else "",
        "button_href": f"/cases/{case.id}/{path.format(about=row.about)}",
    }


def line_of(takedown: Takedown, at: datetime) -> Line:
    """What a takedown owes, by its rules."""
    role = ""
    if takedown.helper is not None:
        role = office_of(takedown.helper, at)
    elif takedown.status == Status.LEFT_UP:
        mover = Person.objects.filter(pk=takedown.moved_by).first()
        role = office_of(mover, at) if mover else ""
        role = role[:1].upper() + role[1:]
    return owing.owed(
        status=Status(takedown.status),
        reported_at=takedown.reported_at,
        approach_due_at=takedown.approach_due_at,
        resolve_due_at=takedown.resolve_due_at,
        at=at,
        asked_at=takedown.asked_at,
        last_look_at=takedown.last_look_at,
        seen_gone_at=takedown.seen_gone_at,
        gone_at=takedown.gone_before_at,
        role=role,
    )


def takedown_row(takedown: Takedown, at: datetime, *, handles: bool) -> Row:
    """A takedown's line with its button. The sentence's own “Late.” or “Due soon.” becomes the state."""
    line = line_of(takedown, at)
    text, state = line.sentence, "normal"
    for word, name in (("Late. ", "late"), ("Due soon. ", "soon")):
        if text.startswith(word):
            text, state = text.removeprefix(word), name
    button, path = TAKEDOWN.get(line.what, ("", ""))
    mine = handles or line.what == "check_removal"
    return {
        "kind": line.what,
        "due_at": line.due_at,
        "text": text,
        "state": state,
        "button_text": button if mine else "",
        "button_href": f"/takedowns/{takedown.id}/{path}",
    }


def unsent(takedown: Takedown, at: datetime) -> list[Row]:
    """A notice by mail that the mail server keeps refusing: nobody must think that the host has been asked."""
    if takedown.status in RESTING:
        return []
    waiting = NoticeSent.objects.filter(notice__takedown=takedown, try_at__isnull=False, tries__gte=TRIES)
    return [
        {
            "kind": "unsent",
            "due_at": post.notice.sent_at,
            "state": "late",
            "text": "A notice has not gone out: the mail server does not take it. Check the address, or copy it.",
            "button_text": "See the notice",
            "button_href": f"/takedowns/{takedown.id}/#notices",
        }
        for post in waiting.select_related("notice")
    ]
