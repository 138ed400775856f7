"""The law register and the watch list: what stands behind the policy, and what is about to change. Clause 11.1."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from forethought.core.clock import london, spoken_day
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.pages.door_rules import APPROVERS, KEEPERS
from forethought.pages.law_notes import COLOURS, SURE, said_how_sure
from forethought.pages.reviews import clause_links, last_day
from forethought.people.models import School
from forethought.policies.clauses import clauses
from forethought.reviews import registers
from forethought.reviews.lawbook import Entry, lawbook, notes_of
from forethought.reviews.models import LawNote, Review
from forethought.reviews.register import Status, Watch, laws, watch_list
from forethought.reviews.rules import Decision

LIST = "/laws/"

_STATUS = {one.value: one for one in Status}


def names_of(entry: Entry, book: Mapping[str, Entry]) -> list[dict[str, str]]:
    """What took over from a law, as links where it is in the register."""
    return [
        {"text": book[one].name, "href": f"{LIST}{one}/"} if one in book else {"text": one, "href": ""}
        for one in entry.superseded_by
    ]


def row_of(entry: Entry, book: Mapping[str, Entry], today: date) -> dict[str, Any]:
    """One law, as the register shows it."""
    return {
        "key": entry.key,
        "name": entry.name,
        "citation": entry.citation,
        "kind": entry.kind,
        "href": f"{LIST}{entry.key}/",
        "status": entry.status.words,
        "colour": COLOURS[entry.status],
        "superseded_by": names_of(entry, book),
        "governs": entry.governs,
        "clauses": clause_links(entry.clauses),
        "link": entry.link,
        "sure": entry.is_sure,
        "how_sure": said_how_sure(entry),
        "check_by": spoken_day(entry.review_on, year=True) if entry.review_on else "",
        "check_now": entry.review_on is not None and entry.review_on < today,
        "own": entry.kind == "",
    }


@page
def listing(request: Request) -> HttpResponseBase:
    """The register, for everybody who works here."""
    book, today = lawbook(), london(timezone.now()).date()
    return render(
        request,
        "forethought/reviews/laws.html",
        {
            "title": "The laws behind the policy",
            "back_href": "/",
            "notice": acts.noted(request),
            "notice_kind": "success",
            "rows": [row_of(one, book, today) for one in book.values()],
            "keeps": bool(request.viewer.roles & KEEPERS),
        },
    )


@page
def law(request: Request, key: str) -> HttpResponseBase:
    """One law, with what the school wrote about it."""
    book, today = lawbook(), london(timezone.now()).date()
    entry = book.get(key)
    if entry is None:
        raise Http404
    return render(
        request,
        "forethought/reviews/law.html",
        {
            "title": entry.name,
            "back_href": LIST,
            "notice": acts.noted(request),
            "notice_kind": "success",
            "law": row_of(entry, book, today),
            "notes": [
                {"at": note.noted_at, "status": _STATUS[note.status].words, "source": note.source}
                for note in notes_of(key)
            ],
            "keeps": bool(request.viewer.roles & KEEPERS),
        },
    )


class LawForm(acts.Versioned):
    """What is new about a law."""

    status = fields.Choice(label="How does it stand?", choices=Status.choices(), missing="Choose how it stands.")
    superseded_by = fields.Words(
        label="What took over?",
        longest=200,
        rows=2,
        required=False,
        hint="Only if something did. One law on each line, by its name in the register.",
    )
    governs = fields.Words(
        label="What does it govern here?", longest=1000, rows=3, missing="Say in a sentence what it governs here."
    )
    clauses = fields.Line(
        label="Clauses it belongs to",
        longest=200,
        required=False,
        hint="For example, 8.3, 8.4. It is shown beside their screens.",
    )
    link = fields.Line(label="Web address", longest=300, required=False, hint="It begins with https://")
    source = fields.Words(
        label="Where did you read it?", longest=500, rows=2, missing="Say where you read it, and when."
    )
    review_on = fields.DateBoxes(label="Check it again by", required=False)

    def clean_clauses(self) -> list[str]:
        """The ids of clauses that the policy has."""
        ids = self.cleaned_data["clauses"].replace(",", " ").replace(";", " ").split()
        if unknown := [one for one in ids if one not in clauses()]:
            raise asking.forms.ValidationError(f"The policy has no clause {unknown[0]}.")
        return list(dict.fromkeys(ids))


class NewLawForm(LawForm):
    """A law of the school's own."""

    name = fields.Line(label="Name of the law", longest=200, missing="Write the name of the law.")
    citation = fields.Line(label="Year and number", longest=200, required=False, hint="For example, 2010 c. 15.")

    field_order = ("name", "citation")


def begins_with(entry: Entry, book: Mapping[str, Entry]) -> dict[str, Any]:
    """What a form about a law begins with: what stands now, except where somebody read it."""
    return {
        "name": entry.name,
        "citation": entry.citation,
        "status": entry.status,
        "superseded_by": "\n".join(one["text"] for one in names_of(entry, book)),
        "governs": entry.governs,
        "clauses": ", ".join(entry.clauses),
        "link": entry.link,
        "review_on": entry.review_on,
    }


class Written:
    """How often the school has written about a law: the version that a form about it carries."""

    def __init__(self, key: str, version: int) -> None:
        self.key, self.version = key, version

    def refresh_from_db(self, fields: object = None) -> None:
        """Look again, once somebody else was first."""
        entry = lawbook().get(self.key)
        self.version = entry.version if entry is not None else 0


@page
def note_law(request: Request, key: str = "") -> HttpResponseBase:
    """Write into the register. A new status opens a review of the policy."""
    book = lawbook()
    entry = book.get(key)
    if key and entry is None:
        raise Http404
    written = Written(key, entry.version if entry is not None else 0)
    begins = {**(begins_with(entry, book) if entry is not None else {}), "version": written.version}
    # The name of a law that every school has stays as it is.
    kind = LawForm if key in laws() else NewLawForm
    form = kind(request.POST if request.method == "POST" else None, initial=begins)

    def write(said: dict[str, Any]) -> LawNote:
        known = {"name": entry.name, "citation": entry.citation} if entry is not None else {}
        made = registers.note_law(
            school=School.objects.get(pk=request.viewer.person.school_id),
            key=key,
            **{**known, **said, "status": _STATUS[said["status"]]},
            by=request.viewer.person,
            at=timezone.now(),
        )
        opened = entry is not None and entry.status != made.status
        acts.note(request, "It is noted. A review of the policy is open." if opened else "It is noted.")
        return made

    return acts.act(
        request,
        form,
        write,
        to=lambda made: f"{LIST}{made.key}/",
        title=f"What is new: {entry.name}" if entry is not None else "Add a law",
        button="Save",
        row=written,
        back_href=f"{LIST}{key}/" if key else LIST,
        lead=[
            "Everybody who works here can read this.",
            "If the law now stands in another way, a review of the policy opens by itself."
            if entry is not None
            else "It stands beside the others, and is shown on the screens of its clauses.",
        ],
    )


@page
def watch(request: Request) -> HttpResponseBase:
    """What is about to change, when, and whether somebody has looked at it."""
    today = london(timezone.now()).date()
    opens = bool(request.viewer.roles & (KEEPERS | APPROVERS))
    reviews = list(Review.objects.filter(source_key__startswith="watch:").order_by("opened_at")) if opens else []
    last = {review.source_key.split(":")[1]: review for review in reviews}
    return render(
        request,
        "forethought/reviews/watch.html",
        {
            "title": "What is about to change",
            "back_href": LIST,
            "opens": opens,
            "rows": [watch_row(item, last.get(item.key), today, opens=opens) for item in watch_list()],
        },
    )


def watch_row(item: Watch, review: Review | None, today: date, *, opens: bool) -> dict[str, Any]:
    """One item of the watch list, with the last review that came of it."""
    came = last_day(item, today)
    return {
        "key": item.key,
        "title": item.title,
        "when": item.when,
        "came": came is not None and item.on is not None,
        "what": item.what,
        "check": SURE[item.certainty],
        "law": {"text": laws()[item.law].name, "href": f"{LIST}{item.law}/"} if item.law else None,
        "clauses": clause_links(item.clauses),
        "review_href": f"/reviews/{review.id}/" if review is not None else "",
        "review": _review_said(review) if review is not None else "",
        "open_href": f"/reviews/open-review/?watch={item.key}"
        if opens and (review is None or review.closed_at is not None)
        else "",
    }


def _review_said(review: Review) -> str:
    if review.closed_at is None:
        return f"A review is open. It is due on {spoken_day(review.due_on, year=True)}."
    decision = dict(Decision.choices())[review.decision].lower()
    return f"Looked at on {spoken_day(review.closed_at, year=True)}: {decision}."
