"""One part of an answer: its words, the names of others taken out, what is left out and why. Clause 11.1."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponseBase, QueryDict
from django.utils import timezone

from forethought.cases.models import Case
from forethought.core.clock import spoken
from forethought.evidence import keyring
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.kinds import Kind
from forethought.evidence.models import Exhibit
from forethought.pages import acts, asking, fields
from forethought.pages.access import page
from forethought.pages.asked import Request
from forethought.people.models import Person
from forethought.protection import access, access_rules, answer_files, searching
from forethought.protection.access_models import AccessPart, AccessRequest
from forethought.protection.access_rules import EXEMPTIONS

YES_NO = [("yes", "Yes"), ("no", "No")]


class PartForm(asking.Form):
    """What goes in. Once it was sent, the names found in it, each of which can be shown with a reason."""

    put_in = fields.Choice(
        label="Does something of this go into the answer?",
        choices=[("yes", "Yes, what stands below"), ("no", "No, it is all left out")],
        missing="Choose yes or no.",
    )
    words = fields.Words(
        label="What goes in",
        longest=access_rules.LONGEST,
        rows=16,
        required=False,
        hint="Write it, or put in what stands here. The names of others that the program knows are taken out next.",
    )
    copies = fields.Choices(
        label="Which copies of records go in as files?",
        choices=[],
        required=False,
        hint="Only copies in which somebody covered what is about others. Look at each one first. More are made at "
        "the records of the case.",
    )
    recordings = fields.Choices(
        label="Which recordings go in whole?",
        choices=[],
        required=False,
        hint="Only one in which nobody else is heard, seen or named. Of any other make a text, or write above what it "
        "shows of them.",
    )
    alone = fields.Tick(
        label="I heard or watched each recording that goes in to its end, and nobody else is in it",
        required=False,
    )
    left_out = fields.Choices(
        label="What is left out, and on which ground?",
        choices=[(one.key, f"{one.words} ({one.source})") for one in EXEMPTIONS],
        required=False,
        hint="The grounds are from memory. Check before relying on them.",
    )
    say = fields.Choice(
        label="May the answer say so?",
        choices=YES_NO,
        required=False,
        hint="If not, nothing in it shows that something was left out.",
    )
    knows = fields.Choice(
        label="Do they know of this matter already?", choices=YES_NO, required=False, hint="If you do not know: no."
    )
    release = fields.Choices(label="Names that may be shown", choices=[], required=False)
    reason = fields.Words(label="Why may they be shown?", longest=2000, rows=2, required=False)
    checked = fields.Line(label="", longest=3, required=False, widget=asking.forms.HiddenInput)

    def show_copies(self, found: Sequence[RedactedCopy]) -> None:
        """Offer the copies that there are; without any, the question is not asked."""
        if not found:
            del self.fields["copies"]
            return
        self.fields["copies"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), copy_words(number, one)) for number, one in enumerate(found, start=1)
        ]

    def show_recordings(self, found: Sequence[Exhibit], *, second: bool = False) -> None:
        """Offer the recordings that there are; whether nobody else is in them is asked once some were chosen."""
        if not found:
            del self.fields["recordings"], self.fields["alone"]
            return
        self.fields["recordings"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), recording_words(number, one)) for number, one in enumerate(found, start=1)
        ]
        chosen = self.fields["recordings"].widget.value_from_datadict(self.data, {}, "recordings")
        if not second or not chosen:
            del self.fields["alone"]

    def show_names(self, found: dict[int, str]) -> None:
        """Offer the names that were taken out; without any, nothing is asked of them."""
        if not found:
            self.fields.pop("release", None)
            self.fields.pop("reason", None)
            return
        self.fields["release"].choices = [(str(number), f"{number}: {name}") for number, name in found.items()]  # type: ignore[attr-defined]


def copy_words(number: int, copy: RedactedCopy) -> str:
    """How a copy is called where somebody chooses: its number here, its kind, and when it was made."""
    return f"Copy {number}: {_lower(answer_files.words_for(copy))}, made at {spoken(copy.made_at, year=True)}"


def recording_words(number: int, record: Exhibit) -> str:
    """How a recording is called where somebody chooses: its number here, its kind, and when it came."""
    return f"Recording {number}: {Kind[record.media].words}, kept at {spoken(record.received_at, year=True)}"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def names_of_others(part: AccessPart) -> list[str]:
    """Every name known here but that of whoever asked: all adults, and in a case its parties."""
    row = access.request_of(part)
    own = str(keyring.words_at_school(row, "content")["name"])
    adults = Person.objects.exclude(pk=row.person_id) if row.person_id else Person.objects.all()
    names = set(adults.values_list("name", flat=True))
    if part.case is not None:
        for party in part.case.parties.all():
            names.add(str(keyring.words(party, case_id=part.case.pk).get("name", "")))
    return sorted(one for one in names - {own} if one.strip())


def settle(request: Request, part: AccessPart, *, back: str) -> HttpResponseBase:
    """The page of one part, in two steps: what goes in; then the same with names taken out, to be confirmed."""
    row, now = access.request_of(part), timezone.now()
    silent = access.is_silent_now(part, now)
    begins = searching.outside_cases(row.person) if part.case_id is None and row.person else ""
    form = PartForm(request.POST if request.method == "POST" else None, initial={"words": begins})
    if not silent or row.person_id is not None:
        del form.fields["knows"]
    copies, recordings = answer_files.copies_for(part), answer_files.recordings_for(part)
    form.show_copies(copies)
    form.show_recordings(recordings, second=bool(form.is_bound and form.data.get("checked")))
    names = names_of_others(part)
    hidden = ""
    found: dict[int, str] = {}
    if form.is_bound:
        hidden, found = access_rules.hide_names(str(form.data.get("words", "")).replace("\r\n", "\n"), names)
    values: dict[str, Any] = {
        "title": "A part of an answer",
        "template": "forethought/protection/part.html",
        "back_href": back,
        "lead": _lead(row, now, silent=silent),
        **_to_look_at(part, copies, recordings),
    }
    if not form.is_bound or "checked" not in form.data or not form.data["checked"]:
        form.show_names({})
        if form.is_bound and form.is_valid():
            sent = QueryDict(mutable=True)
            for name, value in {**_plain(form.data), "checked": "yes", "words": hidden}.items():
                sent.setlist(name, value if isinstance(value, list) else [value])
            again = PartForm(sent)
            again.show_names(found)
            again.show_copies(copies)
            again.show_recordings(recordings, second=True)
            # What stands in the box is now the text with numbers; the names come along for the next step.
            return _second(request, again, found, silent and row.person_id is None, values)
        return asking.ask(request, form, button="Take names out", **values)
    kept = _kept_names(form.data, names)
    form.show_names(kept)

    def do(said: dict[str, Any]) -> None:
        released = [int(one) for one in said.get("release", ())]
        access.settle_part(
            part=part,
            put_in=said["put_in"] == "yes",
            content={
                "words": finished(said["words"], names, kept, released) if said["put_in"] == "yes" else "",
                "released": {str(number): kept[number] for number in released},
                "reason": said.get("reason", ""),
                "left_out": said["left_out"],
                "say": said["say"] == "yes",
            },
            copies=[one for one in copies if str(one.pk) in said.get("copies", ())],
            recordings=[one for one in recordings if str(one.pk) in said.get("recordings", ())],
            alone=bool(said.get("alone")),
            knows=said.get("knows") == "yes",
            by=request.viewer.person,
            at=timezone.now(),
        )

    values |= {"names": kept, "second": True}
    return acts.act(request, form, do, to=back, button="This part is ready", done="The part is settled.", **values)


def _to_look_at(
    part: AccessPart, copies: Sequence[RedactedCopy], recordings: Sequence[Exhibit]
) -> dict[str, list[dict[str, str]]]:
    """The copies and recordings that may go in, each with the pages on which it is opened or made a text."""
    return {
        "copies": [
            {"text": copy_words(number, one), "href": f"/cases/{part.case_id}/copies/{one.pk}/"}
            for number, one in enumerate(copies, start=1)
        ],
        "recordings": [
            {
                "text": recording_words(number, one),
                "href": f"/cases/{part.case_id}/exhibits/{one.pk}/",
                "text_href": f"/cases/{part.case_id}/{one.pk}/redact-text/",
            }
            for number, one in enumerate(recordings, start=1)
        ],
    }


def _lead(row: AccessRequest, now: datetime, *, silent: bool) -> list[str]:
    lead = []
    if row.due_at:
        lead.append(f"Somebody asked for the data about them. The answer is due by {spoken(row.due_at, now)}.")
    if silent:
        lead.append(
            "They were not told of this case. Nothing of it goes into the answer, and nothing there says that it is."
        )
        if row.person_id is not None:
            lead.append("Is it time that they know? Open papers to them first: a second person agrees to that.")
    return lead


def finished(words: str, names: list[str], kept: dict[int, str], released: list[int]) -> str:
    """The words as they will be read: a name that was typed in since is taken out too."""
    hidden, _ = access_rules.hide_names(words, names, first=max(kept, default=0) + 1)
    return access_rules.show_names(hidden, kept, released)


_MANY = frozenset({"copies", "recordings", "left_out", "release"})


def _plain(data: Any) -> dict[str, Any]:
    return {key: data.getlist(key) if key in _MANY else data[key] for key in data}


def _second(
    request: Request, form: PartForm, found: dict[int, str], asks_knows: bool, values: dict[str, Any]
) -> HttpResponseBase:
    if not asks_knows:
        del form.fields["knows"]
    form.is_valid()
    return asking.ask(
        request,
        form,
        status=200,
        button="This part is ready",
        names=found,
        second=True,
        **values,
    )


def _kept_names(data: Any, names: list[str]) -> dict[int, str]:
    """Which number stood for whom, as the page before said; only names that are known here count."""
    kept = {}
    for pair in data.getlist("name"):
        number, _, name = pair.partition(":")
        if number.isascii() and number.isdigit() and len(number) < 6 and name in names:
            kept[int(number)] = name
    return kept


@page
def settle_part(request: Request, case: Case, access_part_id: uuid.UUID) -> HttpResponseBase:
    """The part of an answer that is in a case, for whoever has it."""
    part = (
        AccessPart.objects.select_related("access_request__person", "case")
        .filter(pk=access_part_id, case=case, settled_at=None, access_request__closed_at=None)
        .exclude(access_request__person=request.viewer.person)
        .first()
    )
    if part is None:
        raise Http404
    return settle(request, part, back="/")
