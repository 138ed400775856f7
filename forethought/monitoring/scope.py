"""What IT support is shown so that a leave can be carried out: where, what for words, what is left out, until when.

Not the facts, not the purpose, not who asked: reliability.md 3.2, “the scope only, to carry out”.
"""

from datetime import datetime

from forethought.cases.models import Exclusion
from forethought.cases.opened_papers import Part, open_papers
from forethought.core.clock import spoken
from forethought.monitoring import rules
from forethought.monitoring.models import Monitoring
from forethought.monitoring.standing import said_of
from forethought.people import casting
from forethought.people.models import Person


def parts_of(row: Monitoring, at: datetime) -> list[Part]:
    """The scope in words. Policy 10.1."""
    said = said_of(row)
    left_out = "\n".join(rules.EXCLUSIONS[one] for one in said["exclusions"]) or "Nothing was left out, with reasons."
    return [
        Part("What may be looked at", rules.SYSTEMS[said["system"]]),
        Part("Which mailboxes, folders or logs, and which words", str(said["scope"])),
        Part("From when", spoken(max(row.starts_at, at), at)),
        Part(
            "Until when", f"{spoken(row.ends_at, at)}. Stop then, even if you are not done. Nobody can make it longer."
        ),
        Part("Never open, even if you find it", left_out),
        Part(
            "What to do with it",
            "Hand what you find to whoever gave leave, by the way they named. Keep no copy. Read no more than you must."
            " Speak of it to nobody. Nothing of it is put into this system.",
        ),
    ]


def hands_of(row: Monitoring, at: datetime) -> list[Person]:
    """IT support who may carry it out: never the person it is about, who asked, or anybody kept out. Policy 10.1."""
    out = set(Exclusion.objects.filter(case=row.case_id).values_list("person_id", flat=True))
    out |= {row.about_id, row.requester_id}
    ids = [one for one in casting.cast_at(at).it_support if one not in out]
    return list(Person.objects.filter(pk__in=ids, left_at__isnull=True).order_by("name"))


def open_scope(*, monitoring: Monitoring, by: Person, at: datetime) -> int:
    """Open the scope to IT support as papers, until the leave ends. To how many. Part of giving leave. Policy 10.1."""
    hands = hands_of(monitoring, at)
    for person in hands:
        open_papers(
            case=monitoring.case,
            person=person,
            audience="it",
            title="Something to carry out on a school system",
            parts=parts_of(monitoring, at),
            ends_at=monitoring.ends_at,
            by=by,
            at=at,
        )
    return len(hands)
