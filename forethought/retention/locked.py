"""Which objects of the vault stay locked, and until when: while their row lives, not beyond their day to be destroyed.

Disposal ends a lock of ours (decision 44). Where the key to the bucket may not, this is what lets it destroy in time.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Max

from forethought.core.clock import from_london
from forethought.evidence.bundle_models import BundleFile, Hold
from forethought.evidence.copy_models import RedactedCopy
from forethought.evidence.derived_models import Derived
from forethought.evidence.models import Exhibit
from forethought.people.models import Wake
from forethought.retention.models import Due, KeptLonger, What
from forethought.retention.rules import AHEAD
from forethought.rows import inside

#: For no more days is anything locked anew: what falls due is known so far ahead.
MOST_DAYS = AHEAD.days

#: Where objects are named, with the way to the key that opens them, and to their case.
_NAMED = (
    (Exhibit, "key", "case_id"),
    (Derived, "key", "exhibit__case_id"),
    (RedactedCopy, "key", "exhibit__case_id"),
    (BundleFile, "bundle__key", "bundle__case_id"),
)


def last_day(*, due_on: date | None, kept_until: date | None, held: bool) -> date | None:
    """The day from which something may be destroyed; nothing while none is known, or a hold stands. Policy 11.1."""
    if held or due_on is None:
        return None
    return max(due_on, kept_until or due_on)


def living(keys: list[str]) -> Mapping[str, datetime | None]:
    """Of some keys of the vault's bucket, those whose row can be opened; each with when it may be destroyed, in UTC.

    A key ends with the school and the name of the object.
    """
    by_school: dict[str, dict[str, str]] = defaultdict(dict)
    for key in keys:
        school, _, name = key.rpartition("/")
        by_school[school.rpartition("/")[2]][name] = key
    found: dict[str, datetime | None] = {}
    for school_id in Wake.objects.values_list("school_id", flat=True):
        names = by_school.get(str(school_id))
        if names:
            with inside(school_id):
                found |= {names[name]: until for name, until in _in_school(names).items()}
    return found


def _in_school(names: Collection[str]) -> dict[str, datetime | None]:
    cases: dict[str, UUID] = {}
    for model, key, case in _NAMED:
        rows = model.objects.filter(object_name__in=names, **{f"{key}__isnull": False})
        cases |= dict(rows.values_list("object_name", case))
    about = set(cases.values())
    due = dict(Due.objects.filter(what=What.CASE, about__in=about).values_list("about", "due_on"))
    longer = KeptLonger.objects.filter(what=What.CASE, about__in=about).values_list("about")
    kept = dict(longer.annotate(Max("until_on")))
    held = set(Hold.objects.filter(case_id__in=about, lifted_at__isnull=True).values_list("case_id", flat=True))
    ends = {one: last_day(due_on=due.get(one), kept_until=kept.get(one), held=one in held) for one in about}
    return {name: from_london(day, time()) if (day := ends[case]) else None for name, case in cases.items()}
