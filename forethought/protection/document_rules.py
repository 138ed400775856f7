"""Documents about data: which there are, who writes and signs them, and what changed here since. Plain Python.

UK GDPR articles 13, 14, 30 and 35; law.md 4.1. Clause 11.1.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from forethought.core.naming import Named
from forethought.core.text import is_blank

LONGEST = 20_000
#: Begins what only the school knows. Nothing is signed while it stands somewhere.
TO_FILL_IN = "[to fill in:"
#: Begins the key of a part of the schedule that holds its times.
OF_PROGRAM = "how_kept_"


class Paper(Named):
    """A kind of document about data."""

    PROCESSING = "processing", "Record of processing"
    IMPACT = "impact", "Data protection impact assessment"
    STAFF = "staff", "Privacy notice for staff"
    FAMILIES = "families", "Privacy notice for pupils and parents"
    REPORTED = "reported", "Privacy notice for a person reported"
    SCHEDULE = "schedule", "Retention schedule"


#: What everybody who works here may read, once it is signed; the others are for those who sign.
FOR_ALL = frozenset({Paper.STAFF, Paper.FAMILIES, Paper.REPORTED, Paper.SCHEDULE})


class Office(Named):
    """Who signs: both, and never one person for both."""

    OFFICER = "protection", "data protection officer"
    HEAD = "head", "headteacher"


SIGNERS = frozenset(one.value for one in Office)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a document: a heading, and text in which a line that begins with a dash is an item of a list."""

    key: str
    title: str
    text: str


def as_kept(sections: Sequence[Section]) -> list[dict[str, str]]:
    """Sections as they are kept."""
    return [{"key": one.key, "title": one.title, "text": one.text} for one in sections]


def blocks(text: str) -> list[list[str]]:
    """Text as it is shown: paragraphs, each a list of one, and lists, whose items still begin with a dash."""
    found: list[list[str]] = []
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            continue
        if line.startswith("- ") and found and found[-1][0].startswith("- "):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def carried_over(
    new: Sequence[Section], old_as_written: Sequence[Section], old_as_signed: Sequence[Section]
) -> list[Section]:
    """A new version, with what a person wrote into the last one where the program would have said the same again.

    Where the program says something else now, its new words stand, and the person's after them, to be put together.
    Parts that a person added are kept. Policy 11.1.
    """
    written = {one.key: one for one in old_as_written}
    signed = {one.key: one for one in old_as_signed}
    found = []
    for one in new:
        before, after = written.get(one.key), signed.get(one.key)
        if before is None or after is None or before.text == after.text:
            found.append(one)
        elif before.text == one.text:
            found.append(Section(one.key, one.title, after.text))
        else:
            marker = f"{TO_FILL_IN} put these together. The last version, in the words of a person, said:]"
            found.append(Section(one.key, one.title, f"{one.text}\n\n{marker}\n\n{after.text}"))
    return found


def changes(then: Mapping[str, str], now: Mapping[str, str], labels: Mapping[str, str]) -> list[str]:
    """What this program does otherwise than when a document was written, each in a sentence. Policy 11.1."""
    said = []
    for key in [*now, *(one for one in then if one not in now)]:
        was, is_now = then.get(key, ""), now.get(key, "")
        if was != is_now:
            said.append(f"{labels.get(key, key)}. It said: {was or 'nothing'}. Now: {is_now or 'nothing'}.")
    return said


def left_to_fill_in(sections: Sequence[Section]) -> list[str]:
    """The headings of the parts in which something is still to be filled in. Policy 11.1."""
    return [one.title for one in sections if TO_FILL_IN in one.text]


# --- Refusals ---


def why_not_write_document(*, roles: Collection[str], open_already: bool) -> str | None:
    """The data protection officer writes them, one version of a kind at a time. Policy 11.1."""
    if Office.OFFICER not in roles:
        return "The data protection officer writes this."
    return "A version of it is being written. Finish it, or give it up." if open_already else None


def is_of_program(section: str) -> bool:
    """Whether a part says only what the program does, so that other words in it would be untrue."""
    return section.startswith(OF_PROGRAM)


def why_not_rewrite(*, section: str, roles: Collection[str], signed: bool, dropped: bool, text: str) -> str | None:
    """The officer changes the words until both have signed. Policy 11.1."""
    if Office.OFFICER not in roles:
        return "The data protection officer writes this."
    if signed:
        return "Both have signed it. Write a new version."
    if dropped:
        return "This version was given up."
    if is_of_program(section):
        return "Change these times on the page “How long things are kept”. Then write a new version."
    return "Write something, or leave it as it was." if is_blank(text) else None


def why_not_sign(
    *, office: str, roles: Collection[str], finished: bool, signed_for: bool, signed_other: bool, left: Sequence[str]
) -> str | None:
    """The officer and the headteacher each sign the same words, once, and nobody signs for both. Policy 11.1.

    `left`: the parts in which something is still to be filled in.
    """
    if office not in roles:
        return f"The {Office(office).words} signs here."
    if finished:
        return "Nothing is left to sign here."
    if signed_for:
        return "That is signed already."
    if signed_other:
        return "You signed this yourself. Somebody else signs for the other office."
    if left:
        return f"Something is still to be filled in: {'; '.join(left)}."
    return None


def why_not_drop(*, roles: Collection[str], signed: bool, dropped: bool) -> str | None:
    """The officer gives up a version that was never signed by both. Policy 11.1."""
    if Office.OFFICER not in roles:
        return "The data protection officer does this."
    if signed:
        return "Both have signed it. It stays."
    return "It was given up already." if dropped else None
