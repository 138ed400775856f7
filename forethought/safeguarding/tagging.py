"""The words for kinds of risk: a school adds its own, puts some away, and says which of them a concern is about."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from forethought.audit.procedures import acting
from forethought.cases.models import Case
from forethought.core.errors import insist
from forethought.people.models import Person, School
from forethought.safeguarding import threshold as rules
from forethought.safeguarding.models import Concern, RiskTag

#: Fewer than this are not counted out loud: a small number points at somebody.
FEWEST = 5

#: How far back the counts reach.
YEAR = timedelta(days=365)


def every_tag() -> dict[str, tuple[str, bool]]:
    """Each tag of the school that was entered: its words, and whether it is offered now."""
    found = {key: (words, True) for key, words in rules.TAGS.items()}
    for key, words, on in RiskTag.objects.order_by("set_at", "id").values_list("key", "words", "on"):
        found[key] = (words, on)
    return found


def tags() -> dict[str, str]:
    """The tags that are offered now, with their words. Policy 6.1."""
    return {key: words for key, (words, on) in every_tag().items() if on}


def add_tag(*, school: School, words: str, by: Person, at: datetime) -> RiskTag:
    """Add a word of the school's own for a kind of risk. Policy 6.1."""
    insist(rules.why_not_tag(words=words, taken=[said for said, _ in every_tag().values()]), "6.1")
    return _set(school, str(uuid.uuid4()), words.strip(), True, "safeguarding.add_tag", by, at)


def put_tag(*, school: School, key: str, on: bool, by: Person, at: datetime) -> RiskTag:
    """Put a word for a kind of risk away, or back. Concerns that carry it keep it. Policy 6.1."""
    found = every_tag().get(key)
    insist(None if found else "There is no such word.", "6.1")
    words = found[0] if found else ""
    return _set(school, key, words, on, "safeguarding.put_tag", by, at)


def _set(school: School, key: str, words: str, on: bool, verb: str, by: Person, at: datetime) -> RiskTag:
    with acting(verb, by=by, at=at, facts={"on": on}) as event:
        row = RiskTag.objects.create(school=school, key=key, words=words, on=on, set_at=at, set_by=str(by.id))
        event.about = row.id
    return row


def tag_concern(*, concern: Concern, tags: Sequence[str], by: Person, at: datetime) -> None:
    """Say which kinds of risk a concern is about. What was told stays as it was. Policy 6.1."""
    known = every_tag()
    insist(None if all(one in known for one in tags) else "Choose from the list.", "6.1")
    with acting("safeguarding.tag_concern", by=by, at=at, about=concern.id, case_id=concern.case_id):
        Concern.objects.filter(pk=concern.pk).update(tags=list(tags))
        concern.tags = list(tags)


def counts_for(person: Person, at: datetime) -> dict[str, str]:
    """How many concerns of the last year carry each tag, of those that somebody may see: no small number. Policy 6.1.

    Of those alone, so that the count says nothing of a concern that somebody is kept out of.
    """
    seen = Case.objects.seen_by(person, at).values("pk")
    rows = Concern.objects.filter(case__in=seen, told_at__gt=at - YEAR, told_at__lte=at).values_list("tags", flat=True)
    counted = Counter(one for tags in rows for one in tags)
    return {
        key: "none" if not counted[key] else str(counted[key]) if counted[key] >= FEWEST else f"fewer than {FEWEST}"
        for key in every_tag()
    }
