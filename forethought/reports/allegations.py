"""An allegation online about somebody who works here: they are supported, it is acted on promptly, and it has an end.

The words of what is found are those of the guidance (KCSIE part four).
"""

import uuid
from datetime import datetime

from forethought.audit.procedures import Actor, acting
from forethought.cases.agencies import why_not_investigate
from forethought.cases.models import Capacity, Case, Group, Kind, Status
from forethought.cases.moves import move, unmoved
from forethought.cases.opened_papers import LONGEST, Part, open_papers
from forethought.cases.opening import begin_routed, link
from forethought.cases.owed import owe, settle, settle_all
from forethought.cases.procedures import add_party, decide
from forethought.cases.referring import lado_was_consulted
from forethought.cases.rules import first_action_due
from forethought.cases.standing import standing_of
from forethought.core.errors import insist
from forethought.core.naming import Named
from forethought.core.text import is_blank
from forethought.evidence import keyring
from forethought.people import casting, conflicts
from forethought.people.cast import Answer, Facts
from forethought.people.models import Person
from forethought.reports.forking import head_meant, why_not_letter
from forethought.reports.known_names import surnames, words_for_pupils
from forethought.reports.models import StaffAllegation


class Found(Named):
    """What was found, in the words of the guidance."""

    SUBSTANTIATED = "substantiated", "Substantiated: there is enough to prove it"
    MALICIOUS = "malicious", "Malicious: disproved, and meant to deceive"
    FALSE = "false", "False: disproved"
    UNSUBSTANTIATED = "unsubstantiated", "Unsubstantiated: neither proved nor disproved"
    UNFOUNDED = "unfounded", "Unfounded: there is no proper basis for it"


#: What is said where nothing stays on a person's record.
CLEARED = (
    "Nothing of this is kept on the personnel file, unless the person wishes it. It is not mentioned in a reference. "
    "This record says that it was looked into and found to be {word}."
)


def cleared(found: str) -> str:
    """The sentence that clears a person, or nothing where the finding does not. KCSIE part four; Policy 8.1."""
    return CLEARED.format(word=found) if found in {Found.MALICIOUS, Found.FALSE, Found.UNFOUNDED} else ""


def why_not_find(
    *, found: str, reasons: str, ended: bool, threshold: str, consulted: bool, supported: bool = True
) -> str | None:
    """What was found has a word, reasons, and before it support, and the designated officer where that is due.

    Policy 8.1, 8.8.
    """
    if ended:
        return "This has been found already."
    if refused := why_not_investigate(threshold=threshold, consulted=consulted):
        return refused
    if not supported:
        return "Offer support to the person it is about first."
    if found not in set(Found):
        return "Choose what was found."
    return "Say why in a few words." if is_blank(reasons) else None


def why_not_yet(allegation: StaffAllegation) -> str | None:
    """Why nothing can be found yet, for whoever looks at the button. Policy 8.1, 8.8."""
    return why_not_find(
        found=Found.UNFOUNDED,
        reasons="-",
        ended=bool(allegation.found),
        threshold=allegation.threshold,
        consulted=lado_was_consulted(allegation.case),
        supported=not standing_of(allegation.case).unoffered,
    )


def open_allegation(
    *, case: Case, words: str, head_maybe: str = "no", reporter: Person | None = None, by: Actor, at: datetime
) -> Case:
    """Open what is alleged online about somebody here, beside the case it came from. Policy 7.2, 8.1.

    Whom it is about is the person harmed there. They are offered support and are on no list as somebody reported.
    Where the words speak of the headteacher, or it may be them (`head_maybe`), they neither handle nor see it.
    """
    with acting("reports.open_allegation", by=by, at=at) as event:
        harmed = case.parties.filter(capacity=Capacity.HARMED).select_related("person").first()
        person = harmed.person if harmed else None
        excluded = frozenset(case.exclusions.values_list("person_id", flat=True))
        facts = Facts(
            subjects=frozenset({person.id} if person else ()),
            conflicted=excluded,
            head_maybe=Answer.NOT_SURE if head_maybe != "no" or head_meant(words) else Answer.NO,
            unknown_staff=person is None,
            reporter=reporter.id if reporter else None,
            child_concerned=casting.Answer(case.child) if case.child in set(casting.Answer) else casting.Answer.NO,
        )
        made = begin_routed(
            kind=Kind.ALLEGATION,
            school=case.school,
            label=case.label,
            route=conflicts.route(casting.cast_at(at), facts),
            child=case.child,
            by=by,
            at=at,
        )
        row = StaffAllegation(id=uuid.uuid4(), school_id=case.school_id, case=made, person=person)
        row.content = keyring.seal(row, {"words": words}, case_id=made.id)
        row.save(force_insert=True)
        name = person.name if person else ""
        add_party(case=made, capacity=Capacity.HARMED, group=Group.STAFF, name=name, person=person, by=by, at=at)
        owe(case=made, kind="prompt", about=made.id, due_at=first_action_due(at), at=at)
        link(case=case, other=made, by=by, at=at)
        event.about, event.case_id = row.id, made.id
    return made


def weigh_allegation(*, allegation: StaffAllegation, threshold: str, words: str, by: Person, at: datetime) -> None:
    """Say whether the harm threshold may be met, and what was done at once. Policy 8.1."""
    insist(None if threshold in {"yes", "no", "not_sure"} else "Choose yes, no or not sure.", "8.1")
    insist("Say why in a few words." if is_blank(words) else None, "8.1")
    case = allegation.case
    with acting(
        "reports.weigh_allegation", by=by, at=at, about=allegation.id, case_id=case.id, facts={"met": threshold}
    ):
        StaffAllegation.objects.filter(pk=allegation.pk).update(threshold=threshold)
        allegation.threshold = threshold
        decide(case=case, verb="weigh", outcome=threshold, reasons=words, by=by, at=at)
        if case.status == Status.RECEIVED:
            move(case, "take_up", version=case.version, by=by, at=at)
        settle(case=case, kind="prompt", about=case.id, by=by, at=at)
        if threshold != "no" and not lado_was_consulted(case):
            owe(case=case, kind="lado", about=case.id, due_at=first_action_due(at), at=at)


def find_allegation(
    *, allegation: StaffAllegation, version: int, found: str, reasons: str, by: Person, at: datetime
) -> None:
    """Say what was found, with reasons, and end it. Where it is unfounded, false or malicious, the record is cleared.

    Raises TooLate when somebody was first. Policy 8.1.
    """
    case = allegation.case
    unmoved(case, version)
    insist(
        why_not_find(
            found=found,
            reasons=reasons,
            ended=bool(allegation.found),
            threshold=allegation.threshold,
            consulted=lado_was_consulted(case),
            supported=not standing_of(case).unoffered,
        ),
        "8.1",
    )
    with acting("reports.find_allegation", by=by, at=at, about=allegation.id, case_id=case.id, facts={"found": found}):
        if case.status == Status.RECEIVED:
            move(case, "take_up", version=case.version, by=by, at=at)
        move(case, "close", version=case.version, by=by, at=at)
        decide(case=case, verb="find", outcome=found, reasons=reasons, by=by, at=at)
        StaffAllegation.objects.filter(pk=allegation.pk).update(found=found, found_at=at)
        _clear(allegation, found, by, at)
        settle_all(case=case, by=by, at=at)


def _clear(allegation: StaffAllegation, found: str, by: Person, at: datetime) -> None:
    """Let the person it is about read, on their own papers, that their record is clear. They are told in person too."""
    person, sentence = allegation.person, cleared(found)
    if person is None or person.left_at is not None or not sentence:
        return
    parts = [Part("What was found", Found(found).words), Part("Your record", sentence)]
    open_papers(
        case=allegation.case,
        person=person,
        audience="concerned",
        title="About what was written",
        parts=parts,
        ends_at=at + LONGEST,
        by=by,
        at=at,
    )


def state_publicly(*, allegation: StaffAllegation, words: str, by: Person, at: datetime) -> None:
    """Keep what the school says in public about it, word for word. It names nobody and says nothing of a person.

    Education Act 2002 section 141F. A wrong post itself is corrected through a takedown. Policy 8.1, 8.3.
    """
    case = allegation.case
    insist(why_not_letter(words=words, staff=surnames(), own="", pupils=words_for_pupils(case)), "8.1")
    with acting("reports.state_publicly", by=by, at=at, about=allegation.id, case_id=case.id):
        decide(case=case, verb="public", outcome="", reasons=words, by=by, at=at)
