"""“The law behind this”: the few laws that are shown beside the screens of a clause. Clause 11.1."""

from forethought.reviews.lawbook import Entry, as_shipped, beside, lawbook
from forethought.reviews.register import Certainty, Status

#: How sure an entry is, said plainly. What nobody read in full is never said as certain.
SURE = {
    Certainty.READ: "The official text was read for this. It may have changed since.",
    Certainty.HEARD: "Check before relying on it. This comes from a summary by others.",
    Certainty.MEMORY: "Check before relying on it. This was written from memory.",
}

COLOURS = {
    Status.IN_FORCE: "green",
    Status.AMENDED: "yellow",
    Status.SUPERSEDED: "grey",
    Status.SUPERSEDED_IN_PART: "orange",
    Status.NOT_COMMENCED: "blue",
    Status.UNKNOWN: "grey",
}


def law_notes(*clause_ids: str, school: bool = True) -> list[dict[str, str]]:
    """The laws beside these clauses, for components/law_beside.html.

    With `school`, as they stand in the school in scope: one query. Without, as shipped, for whoever has no account:
    no query, and no link to pages they could not open.
    """
    book = lawbook() if school else as_shipped()
    return [_note(one, linked=school) for one in beside(book, clause_ids)]


def _note(one: Entry, *, linked: bool) -> dict[str, str]:
    status = "" if one.status is Status.IN_FORCE else one.status.words
    return {
        "text": f"{one.name} ({status.lower()})" if status else one.name,
        "href": f"/laws/{one.key}/" if linked else "",
        "said": one.governs,
        "check": said_how_sure(one) if not one.is_sure else "",
    }


def said_how_sure(one: Entry) -> str:
    """How sure an entry is, in words."""
    if one.certainty is not None:
        return SURE[one.certainty]
    return "Your school wrote this. Where it was read stands below."
