"""From what was captured and looked at: when something was first seen, and when it was seen gone. Clause 9.3.

Here because it reads reports, records and looks, which the areas below do not know of each other.
"""

from datetime import date, datetime, time

from django.db.models import Q

from forethought.cases.models import Case, Kind, Link, Report
from forethought.cases.silence import kept_from
from forethought.core.clock import NoSuchTime, TwiceThatTime, from_london, london
from forethought.evidence import keyring
from forethought.evidence.models import Exhibit, Particulars
from forethought.investigations.visible import Seen
from forethought.people.models import Person
from forethought.reports import paper
from forethought.takedowns.asking_models import SiteLook
from forethought.takedowns.models import Look, Takedown
from forethought.takedowns.rules import Result, Status
from forethought.takedowns.verdicts import REMOVED, Verdict

_GONE = frozenset({Status.GONE, Status.AMENDED})
_THERE = frozenset({Result.STILL_THERE, Result.CHANGED_OTHERWISE})
_ELSEWHERE = frozenset({Result.COPY_FOUND, Result.MOVED})
#: What the program found there. “Altered” is not among them: who knows whether what is left is what hurt.
_SEEN_THERE = frozenset({Verdict.STILL_THERE, Verdict.IMAGE_REMAINS})


def reports_of(case: Case, person: Person) -> list[Case]:
    """The reports of the same matter, less any that this person is kept out of."""
    pairs = Link.objects.filter(Q(case=case) | Q(other=case)).values_list("case_id", "other_id")
    ids = {one for pair in pairs for one in pair} - {case.pk}
    return list(Case.objects.filter(pk__in=ids, kind=Kind.REPORT).exclude(pk__in=kept_from(person)))


def seen_of(case: Case, person: Person) -> Seen:
    """What is known of when it could be seen, from the reports of the matter, its records and the looks. Policy 9.3."""
    linked = reports_of(case, person)
    reports = list(Report.objects.filter(case__in=linked))
    noticed = min(map(known_of, reports), default=None)
    captured = captures([case, *linked])
    exact = min(captured, default=None)
    earliest = min((one for one in (noticed, exact) if one), default=None)
    day = min((one for one in map(first_day, reports) if one), default=None)
    to_the_day = day is not None and earliest is not None and day < london(earliest).date()
    first = from_london(day, time(12)) if day is not None and to_the_day else exact
    takedowns = [one for one in Takedown.objects.filter(case__in=linked) if one.status != Status.WITHDRAWN]
    copies = copies_found(takedowns)
    # A copy that nobody opened a takedown for may still stand there.
    followed = copies <= len(takedowns) - len({one.case_id for one in takedowns})
    all_gone = bool(takedowns) and followed and all(one.status in _GONE for one in takedowns)
    gone = max((first_gone(one) for one in takedowns if one.seen_gone_at), default=None) if all_gone else None
    looks = Look.objects.filter(takedown__in=takedowns, result__in=_THERE).values_list("seen_at", flat=True)
    programs = SiteLook.objects.filter(takedown__in=takedowns, verdict__in=_SEEN_THERE)
    return Seen(
        first_seen_at=first,
        noticed_at=noticed,
        there_at=max(
            [*looks, *(one.ended_at for one in programs if one.ended_at), *captured, *([noticed] if noticed else [])],
            default=None,
        ),
        gone_at=gone,
        to_the_day=to_the_day,
        came_back=any(one.gone_before_at for one in takedowns),
        copies=copies,
    )


def first_gone(takedown: Takedown) -> datetime:
    """The first look that did not find it: a person's, or the program's before it where a person agreed. UTC.

    Only the looks without a break until then count: what was there in between was not gone.
    """
    assert takedown.seen_gone_at is not None
    first = takedown.seen_gone_at
    rows = SiteLook.objects.filter(takedown=takedown, ended="seen", ended_at__gte=takedown.reported_at)
    agreed = rows.filter(answer__seen_at=first, answer__result=Result.GONE_SIGNED_OUT)
    if agreed.exists():
        for ended_at, verdict in (
            rows.filter(ended_at__lte=first).order_by("-ended_at").values_list("ended_at", "verdict")
        ):
            if verdict == Verdict.UNREACHABLE:
                continue
            if verdict not in REMOVED:
                break
            first = ended_at or first
    return first


def copies_found(takedowns: list[Takedown]) -> int:
    """At how many further places it was found, less presses that were taken back. Policy 8.5, 9.3."""
    looks = Look.objects.filter(takedown__in=takedowns)
    wrong = looks.filter(corrects__isnull=False).values("corrects")
    return looks.filter(result__in=_ELSEWHERE).exclude(pk__in=wrong).count()


def known_of(report: Report) -> datetime:
    """When the school had a report, in UTC: of one on paper, when it knew."""
    return paper.known_at(keyring.words(report, case_id=report.case_id)) or report.reported_at


def first_day(report: Report) -> date | None:
    """The day on which its reporter says they first saw it."""
    said = str(keyring.words(report, case_id=report.case_id).get("first_seen") or "")
    return date.fromisoformat(said) if said else None


def captures(cases: list[Case]) -> list[datetime]:
    """When screen prints and messages were taken, as far as date and time were said for UK time. UTC."""
    found = []
    exhibits = {one.pk: one.case_id for one in Exhibit.objects.filter(case_id__in=[case.pk for case in cases])}
    last = {row.exhibit_id: row for row in Particulars.objects.filter(exhibit__in=exhibits).order_by("said_at")}
    for exhibit_id, row in last.items():
        said = keyring.words(row, case_id=exhibits[exhibit_id])
        if said.get("seen_on") and said.get("seen_time") and said.get("zone", "Europe/London") == "Europe/London":
            found.append(instant(date.fromisoformat(said["seen_on"]), time.fromisoformat(said["seen_time"])))
    return found


def instant(day: date, at: time) -> datetime:
    """A typed time in London as an instant; where the clocks change over it, the earlier of the two. UTC."""
    try:
        return from_london(day, at)
    except NoSuchTime as error:
        return error.earlier
    except TwiceThatTime as error:
        return error.first
