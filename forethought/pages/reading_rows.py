"""What the page of a reading shows, section by section: warnings first, and by what each thing was read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from forethought.core.clock import spoken_near
from forethought.evidence import derived
from forethought.evidence.chats import message_of
from forethought.evidence.derived_models import Derived
from forethought.evidence.models import Exhibit
from forethought.evidence.transcribing import heard_in
from forethought.evidence.transcripts import clock_time
from forethought.pages import reading_wording as words
from forethought.pages.case_rows import offices_of

Section = dict[str, Any]

#: Entries of a chat on one page.
PAGE = 200
#: A header may round its length; by more than this, and by more than a tenth, it says something else than the sound.
LENGTHS_APART = 2.0


def sections_of(rows: Mapping[str, Derived], at: datetime, *, start: int) -> list[Section]:
    """A section for each thing read out, in the order that people ask for them. `start` is a chat's first entry."""
    makers = {
        "virus": virus_section,
        "unreadable": lambda row: {"body": "unreadable", "warnings": [_why(row)]},
        "email": email_section,
        "signatures": signatures_section,
        "chat": lambda row: chat_section(row, start),
        "text": lambda row: {"title": "The text", "body": "text", **_pick(row, "words", "cut")},
        "picture": picture_section,
        "letters": letters_section,
        "length": length_section,
    }
    return [
        {"recipe": recipe, "warnings": [], "title": "", **make(rows[recipe]), "how": how_read(rows[recipe], at)}
        for recipe, make in makers.items()
        if recipe in rows and not (recipe == "unreadable" and _read_since(rows))
    ]


def _read_since(rows: Mapping[str, Derived]) -> bool:
    """Whether something was read after a try that failed."""
    failed = rows["unreadable"].made_at
    return any(row.made_at > failed for recipe, row in rows.items() if recipe not in {"unreadable", derived.TRANSCRIPT})


def how_read(row: Derived, at: datetime) -> str:
    """When and by what something was read."""
    tools = f", with {row.tools}" if row.tools else ""
    return f"Read by the program at {spoken_near(row.made_at, at)}{tools}. The record itself was not changed."


def _pick(row: Derived, *names: str) -> Section:
    said = derived.words_of(row)
    return {name: said.get(name) for name in names}


def _why(row: Derived) -> str:
    return words.UNREADABLE.get(derived.words_of(row)["why"], words.UNREADABLE["failed"])


def virus_section(row: Derived) -> Section:
    """What the school's virus scanner said. A warning when it found something or could not say."""
    said = derived.words_of(row)
    warning = words.VIRUS.get(said["state"], "")
    return {
        "title": "Virus scanner",
        "body": "virus",
        "warnings": [warning.format(said["name"])] if warning else [],
        "clean": said["state"] == "clean",
    }


def virus_warning(exhibit: Exhibit) -> str:
    """The warning that stands on a record's own page where a scanner found something in it; else nothing."""
    row = derived.last_of([exhibit], "virus").get(exhibit.pk, {}).get("virus")
    said = derived.words_of(row) if row else {}
    return words.VIRUS["found"].format(said["name"]) if said.get("state") == "found" else ""


def email_section(row: Derived) -> Section:
    """An email: its first lines, its way, its words, what is attached."""
    said = derived.words_of(row)
    notes = []
    if said["seals"]:
        notes.append("Those who passed it on sealed it (ARC). Their seals are not checked here.")
    if not said["signatures"] and "outlook" not in said["warnings"]:
        notes.append("It has no signature (DKIM). Nothing in it shows who sent it.")
    if said["formatted"]:
        notes.append("It had only a formatted text. Its words are shown, without pictures and links.")
    return {
        "title": "The email",
        "body": "email",
        "warnings": [words.WARNINGS[one] for one in said["warnings"]],
        "notes": notes,
        "headers": [{"key": one["name"], "value": one["value"]} for one in said["headers"]],
        "path": said["path"],
        "words": said["words"],
        "cut": said.get("cut"),
        "attachments": [
            {
                **one,
                "name": one["name"] or "Without a name",
                "said": words.CLOSED.get(one["closed"], ""),
                "inside": " · ".join(value for value in one.get("about", {}).values() if value),
            }
            for one in said["attachments"]
        ],
    }


def signatures_section(row: Derived) -> Section:
    """Each signature, what it covers, and the key that was looked up."""
    said = derived.words_of(row)
    rows = [words.signature_row(one) for one in said["signatures"]]
    return {
        "title": "Who signed it",
        "body": "signatures",
        "warnings": [warning for one in rows if one["tag"] == "Fits" for warning in one["warnings"]],
        "signatures": rows,
        "keys": [one for one in said["keys"] if one["name"]],
        "looked_up": parse_datetime(said["looked_up"]),
        "line_ends": said["line_ends"],
    }


def chat_section(row: Derived, start: int) -> Section:
    """One page of a chat, as a conversation."""
    said, total = derived.page_of(row, start, PAGE)
    senders = {name: number % 6 for number, name in enumerate(said["senders"])}
    entries = []
    for number, one in enumerate((message_of(kept, said["senders"]) for kept in said["rows"]), start):
        entries.append(
            {
                "number": number,
                "written": one.written,
                "sender": one.sender,
                "side": senders.get(one.sender, 0),
                "system": one.sort == "system",
                "label": words.SORTS.get(one.sort, ""),
                "text": one.text if one.sort in {"words", "media", "system", "call"} else "",
                "media": one.media,
                "missing": one.media in said.get("missing", ()),
                "edited": one.edited,
                "doubtful": one.doubtful,
            }
        )
    pages = {}
    if start > 0:
        pages["previous_href"] = f"?from={max(0, start - PAGE)}"
    if start + PAGE < total:
        pages["next_href"] = f"?from={start + PAGE}"
    return {
        "title": "The chat",
        "body": "chat",
        "notes": words.chat_notes(said, total=total),
        "entries": entries,
        "range": f"Entries {start + 1:,} to {start + len(entries):,} of {total:,}" if entries else "",
        **pages,
    }


def picture_section(row: Derived) -> Section:
    """What a picture's camera wrote into it."""
    said = derived.words_of(row)
    facts = [{"key": "Size", "value": f"{said['width']:,} by {said['height']:,} points, {said['format']}"}]
    facts += [{"key": words.PICTURE[name], "value": value} for name, value in said["said"].items()]
    notes = []
    if said["frames"] > 1:
        notes.append(f"It moves: {said['frames']:,} pictures. Only the first was looked at.")
    notes.append(
        "Anybody can write such notes into a picture, or take them out."
        if said["said"]
        else "It holds no notes of a camera. Most apps take them out, so that proves nothing."
    )
    return {
        "title": "The picture",
        "body": "facts",
        "warnings": [words.WARNINGS[one] for one in said["warnings"]],
        "facts": facts,
        "notes": notes,
    }


def letters_section(row: Derived) -> Section:
    """Letters found in a picture, for search alone."""
    said = derived.words_of(row)
    if why := said.get("why"):
        return {"body": "notes", "notes": [words.NO_PROGRAM["letters"] if why == "no_program" else _no_letters()]}
    return {
        "title": "Letters found in it",
        "body": "letters",
        "words": said["words"].strip(),
        "notes": ["A program guessed these letters, for search alone. Read the picture for what it says."],
    }


def _no_letters() -> str:
    return "The letters in it could not be read."


def length_section(row: Derived) -> Section:
    """How long a recording says it is, and how long it plays."""
    said = derived.words_of(row)
    if said.get("why"):
        return {"body": "notes", "notes": [words.NO_PROGRAM["length"]]}
    says, plays = said["says"], said["plays"]
    facts = [{"key": "Holds", "value": ", ".join(said["holds"])}]
    if says is not None:
        facts.insert(0, {"key": "Says it lasts", "value": clock_time(says)})
    if plays is not None:
        facts.insert(0, {"key": "Plays for", "value": clock_time(plays)})
    warnings, notes = [], []
    if says is not None and plays is not None and abs(says - plays) > max(LENGTHS_APART, says / 10):
        warnings.append("It says that it lasts another time than it plays for.")
    if plays is None:
        notes.append("How long it plays could not be counted, only what it says of itself.")
    return {"title": "The recording", "body": "facts", "facts": facts, "warnings": warnings, "notes": notes}


def transcript_rows(exhibit: Exhibit, at: datetime) -> Section:
    """What a person wrote down of a recording, and who confirmed each line."""
    row, heard = heard_in(exhibit)
    if row is None:
        return {"lines": []}
    offices = offices_of([row.made_by, *(one for line in heard for one in line.confirmed_by)], at)
    return {
        "row": row,
        "by": offices.get(row.made_by, "somebody"),
        "unconfirmed": sum(not line.confirmed_by for line in heard),
        "lines": [
            {
                "number": line.number,
                "at": clock_time(line.line.at),
                "words": line.line.words,
                "confirmed": ", ".join(offices.get(one, "somebody") for one in line.confirmed_by),
            }
            for line in heard
        ],
    }
