"""The answer to a request for one's own data, put together from its parts: words, files, and what it says of the rest.

Nothing is copied: a part of a case lies under that case's key, so that it goes when the case is let go of. Clause 11.1.
"""

from dataclasses import dataclass
from datetime import datetime

from forethought.cases.models import Case
from forethought.cases.silence import kept_from
from forethought.core.clock import spoken_day
from forethought.core.text import is_blank
from forethought.evidence import keyring
from forethought.evidence.models import CaseKey
from forethought.people.models import Person
from forethought.protection import access, access_rules, answer_files
from forethought.protection.access_models import AccessPart, AccessRequest
from forethought.protection.answer_files import AnswerFile
from forethought.protection.rules import WHERE_NEXT

#: Article 15(1) and (2), as far as it is the same for everybody.
ABOUT_THE_DATA = (
    "Why the school holds it: to employ and look after people, to keep children safe, and to deal with what happened "
    "online (UK GDPR article 6(1)(b), (c) and (e)).",
    "Who gets it: those at the school who deal with the matter, and where the law demands or you agreed, the police, "
    "the local authority, or a court.",
    "How long: as the schedule under “How long things are kept” says for each kind.",
    "You can ask to have it put right, or in some cases to have it deleted or not used.",
    "No decision about you is made by a program.",
)
#: Stands for the words of a case to whoever sees to a request and is not on that case’s list.
NOT_YOURS = "Whoever has the case put this together. Its words are for whoever asked."
GONE = "This part went with its matter, which the school no longer keeps."


@dataclass(frozen=True)
class Answer:
    """What somebody reads: the words above, each part with its heading, files, and what is said to be left out."""

    asked_on: str
    words: str
    parts: list[tuple[str, str]]
    left_out: list[str]
    files: list[AnswerFile]
    about_the_data: tuple[str, ...]
    every_time: str
    where_next: str

    def text(self) -> str:
        """The same as plain text, for a file."""
        blocks = [f"What you asked for on {self.asked_on}", self.words]
        blocks += [f"{heading}\n\n{words}" for heading, words in self.parts]
        if self.files:
            blocks.append("\n".join(["Files", *(f"- File {one.number}: {one.words}." for one in self.files)]))
        if self.left_out:
            blocks.append("\n".join(["Left out", *(f"- {one}" for one in self.left_out)]))
        blocks += ["\n".join(["About the data", *(f"- {one}" for one in self.about_the_data)])]
        blocks += [self.every_time, self.where_next]
        return "\n\n".join(one for one in blocks if one.strip()) + "\n"


def settled_parts(row: AccessRequest, reader: Person | None) -> list[AccessPart]:
    """The settled parts in the order in which they were found, less those of cases that the reader is kept out of.

    `reader` is whoever sees to the request; nothing where it is whoever asked, for whom the parts were settled.
    """
    parts = row.parts.filter(settled_at__isnull=False).order_by("found_at", "id")
    if row.closed_at is not None:
        # What was settled after it went is not in it.
        parts = parts.filter(settled_at__lte=row.closed_at)
    if reader is not None:
        parts = parts.exclude(case__in=kept_from(reader))
    return sorted(parts, key=lambda one: one.case_id is not None)


def reads_all(row: AccessRequest, reader: Person | None) -> bool:
    """Whether somebody reads every word of an answer: whoever asked; and who hands it over on paper, once it is given.

    Paper is for those who have no code, and for an adult who has left and cannot sign in.
    """
    on_paper = row.way in {access_rules.Way.LETTER, access_rules.Way.SPOKEN}
    has_left = row.person is not None and row.person.left_at is not None
    return reader is None or (row.closed_at is not None and (on_paper or has_left))


def answer_of(row: AccessRequest, reader: Person | None, words: str = "") -> Answer:
    """The answer as it stands, or as it was sent. Of what nothing may show, nothing does. Policy 11.1."""
    grounds = {one.key: one.words for one in access_rules.EXEMPTIONS if not one.quiet}
    parts, left_out, with_files = [], [], []
    whole = reads_all(row, reader)
    own = () if whole or reader is None else set(Case.objects.seen_by(reader).values_list("pk", flat=True))
    for part in settled_parts(row, reader):
        if part.case_id is not None and not whole and part.case_id not in own:
            parts += [("A matter at the school", NOT_YOURS)] if part.put_in else []
            continue
        try:
            kept = access.words_of_part(part)
        except CaseKey.DoesNotExist:
            kept = None
        if kept is None:
            if part.put_in:
                parts.append(("A matter at the school", GONE))
            continue
        if part.put_in and not is_blank(str(kept["words"])):
            parts.append(
                (
                    "What the school holds about you" if part.case_id is None else "A matter at the school",
                    str(kept["words"]),
                )
            )
        if part.put_in and part.case_id is not None:
            with_files.append((part, kept))
        if kept["say"]:
            left_out += [f"{grounds[one]}." for one in kept["left_out"] if one in grounds]
            left_out += [f"{kept['also']}."] if kept.get("also") else []
    sent = row.steps.filter(kind__in=("sent", "refused")).first()
    if sent is not None:
        words = str(keyring.words_at_school(sent, "content")["words"])
    return Answer(
        asked_on=spoken_day(row.received_at, year=True),
        words=words,
        parts=[] if row.closed_as == "refused" else parts,
        left_out=[] if row.closed_as == "refused" else list(dict.fromkeys(left_out)),
        files=[] if row.closed_as == "refused" else answer_files.files_in(with_files),
        about_the_data=ABOUT_THE_DATA,
        every_time=access_rules.EVERY_TIME,
        where_next=WHERE_NEXT,
    )


def own_requests(person: Person) -> list[AccessRequest]:
    """What somebody asked for, newest first."""
    return list(AccessRequest.objects.filter(person=person).order_by("-received_at", "-id")[:10])


def in_time(row: AccessRequest, at: datetime) -> bool:
    """Whether a request is not late."""
    return row.due_at is None or at < row.due_at
