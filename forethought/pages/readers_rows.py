"""The register in rows: numbers for the head's picture, and one line for each name."""

from datetime import date
from typing import Any

from forethought.acknowledgements.models import Acknowledgement, Method, Reading, Task
from forethought.acknowledgements.picture import in_all, picture
from forethought.acknowledgements.rules import KINDS, Row, per_cent
from forethought.acknowledgements.small_numbers import FEWEST, NOT_SAID, OTHERS, SMALL, Shape, shaped
from forethought.core.clock import spoken_day
from forethought.people.models import Kind

HOME = "/readers/"

#: What a list of names can be narrowed to, as the screen says it.
STATES = {
    "waiting": "Have not confirmed",
    "late": "Late",
    "confirmed": "Confirmed",
    "paper": "Want a paper form",
}

Cells = list[dict[str, Any]]


def kinds() -> dict[str, str]:
    """The kinds of engagement as they are said, in their order."""
    return {kind: str(Kind(kind).label) for kind in KINDS}


def said_of(state: str, kind: str) -> str:
    """What a list of names is narrowed to, in words; empty where it is everybody."""
    return ", ".join(part for part in (kinds().get(kind, ""), STATES.get(state, "")) if part)


def picture_of(reading: Reading, today: date, *, by_names: bool) -> dict[str, Any]:
    """One thing that everybody is asked to read, in numbers and in words."""
    rows = picture(reading.pk, today)
    total = in_all(rows)
    shown = tuple(map(exactly, (*rows, total))) if by_names else shaped(rows, total)
    base = f"{HOME}{reading.pk}/"
    return {
        "title": f"{reading.title[:1].upper()}{reading.title[1:]}",
        "said": in_words(shown[-1]),
        "by": f"It was to be read by {spoken_day(reading.due_on, year=True)}."
        if reading.due_on < today
        else f"It is to be read by {spoken_day(reading.due_on, year=True)}.",
        "rows": [picture_row(one, base if by_names else "") for one in shown],
        "hidden": any(NOT_SAID in (one.done, one.waiting, one.late) for one in shown),
        "waits": total.waiting,
        "base": base,
    }


def exactly(row: Row) -> Shape:
    """A line of the picture for those who may see all of it."""
    asked, done, waiting, late = (f"{count:,}" for count in (row.asked, row.done, row.waiting, row.late))
    return Shape(row.kind, asked, done, waiting, late, per_cent(row.done, row.asked))


def in_words(total: Shape) -> str:
    """The picture in a sentence or two: “31 of 36 have confirmed. 2 are late.”"""
    if total.asked == "0":
        return "Nobody is asked to read it yet."
    if total.done == total.asked:
        return "The one person asked has confirmed." if total.asked == "1" else f"All {total.asked} have confirmed."
    if total.per_cent is not None:
        have = "has" if total.done == "1" else "have"
        first = f"{total.done} of {total.asked} {have} confirmed."
    elif total.waiting == SMALL:
        first = f"Fewer than {FEWEST} of {total.asked} have not confirmed yet."
    elif total.done == SMALL:
        first = f"Fewer than {FEWEST} of {total.asked} have confirmed."
    else:
        first = f"{total.asked[:1].upper()}{total.asked[1:]} were asked."
    if total.late == NOT_SAID:
        return first
    late = {"0": "Nobody is late.", "1": "One is late.", SMALL: f"Fewer than {FEWEST} are late."}
    return f"{first} {late.get(total.late, f'{total.late} are late.')}"


def picture_row(one: Shape, base: str) -> Cells:
    """One line of the table. The kind leads to the names, for those who may see them."""
    said = {"": "Everybody", OTHERS: "Other kinds together", **kinds()}[one.kind]
    query = f"?kind={one.kind}" if one.kind else ""
    return [
        {"label": "Engaged as", "text": said, "href": f"{base}{query}" if base else ""},
        {"label": "Asked", "text": one.asked},
        {"label": "Confirmed", "text": one.done},
        {"label": "Waiting", "text": one.waiting},
        {"label": "Late", "text": one.late},
        {"label": "Per cent", "text": NOT_SAID if one.per_cent is None else f"{one.per_cent}%"},
    ]


def name_row(task: Task, today: date, *, what: bool = False) -> Cells:
    """One name in a list, and where it stands. `what`: with what is read, where the list has several things."""
    made = acknowledgement_of(task)
    cells: Cells = [{"label": "Name", "text": task.person.name, "href": f"{HOME}tasks/{task.pk}/"}]
    if what:
        cells.append({"label": "What", "text": f"{task.reading.title[:1].upper()}{task.reading.title[1:]}"})
    state, colour = stands(task, today)
    return [
        *cells,
        {"label": "Engaged as", "text": kinds()[task.kind]},
        {"label": "Stands", "text": state, "colour": colour},
        {"label": "How", "text": how(made) if made else ""},
        {"label": "When", "text": when(task, made)},
    ]


def acknowledgement_of(task: Task) -> Acknowledgement | None:
    """How somebody confirmed, if they have."""
    found: Acknowledgement | None = getattr(task, "acknowledgement", None)
    return found


def stands(task: Task, today: date) -> tuple[str, str]:
    """Where a task stands, and the colour of its tag."""
    if task.done_at is not None:
        return "Confirmed", "green"
    if task.closed_at is not None:
        return "Not asked any more", "grey"
    if task.due_on < today:
        return ("Late, wants paper" if task.wants_paper_at else "Late"), "red"
    return ("Wants paper" if task.wants_paper_at else "Waiting"), "blue"


def how(made: Acknowledgement) -> str:
    """In which way somebody confirmed."""
    return str(Method(made.method).label)


def when(task: Task, made: Acknowledgement | None) -> str:
    """When somebody confirmed, or by when they are asked to."""
    if made is not None:
        return spoken_day(made.signed_on or made.acknowledged_at, year=True)
    return f"By {spoken_day(task.due_on, year=True)}"


def task_rows(task: Task, today: date, *, signs_in: bool) -> list[dict[str, str]]:
    """One person's task as a summary."""
    made = acknowledgement_of(task)
    rows = [
        ("To read", f"{task.reading.title[:1].upper()}{task.reading.title[1:]}"),
        ("Engaged as", kinds()[task.kind]),
        ("Stands", stands(task, today)[0]),
        ("Asked", spoken_day(task.asked_at, year=True)),
    ]
    if made is None:
        rows.append(("To be read by", spoken_day(task.due_on, year=True)))
        rows.append(("Reminded last", spoken_day(task.reminded_at, year=True) if task.reminded_at else "Not yet"))
        reach = "Signs in here." if signs_in else "Has no sign-in."
        rows.append(("How to reach them", f"{reach} {'Gets mail.' if task.person.email else 'Has no email address.'}"))
    else:
        rows += [("How", how(made)), ("When", spoken_day(made.acknowledged_at, year=True))]
        if made.signed_on is not None:
            rows.append(("Signed on paper", spoken_day(made.signed_on, year=True)))
    return [{"key": key, "value": value} for key, value in rows]
