"""What the policy said then: the clauses and other policies that a case is about, as they were on the day."""

from datetime import date, datetime

from django.db.models import Count, QuerySet

from forethought.audit.procedures import acting
from forethought.cases import rules
from forethought.cases.models import Case, Citation
from forethought.cases.silence import kept_from
from forethought.core.clock import london
from forethought.core.errors import Refused, insist
from forethought.people.models import Person
from forethought.policies.citable import own_kinds
from forethought.policies.clauses import clauses
from forethought.policies.standing import version_on
from forethought.reviews.models import LinkedPolicy
from forethought.reviews.standing import linked_in_force

_UNKNOWN = "The policy has no such clause, or had none on that day."


def day_of(case: Case) -> date:
    """The day on which a case's clauses are looked up unless another is given: that of its report, in London."""
    return london(case.opened_at).date()


def cite_clause(*, case: Case, clause: str, on_day: date, by: Person, at: datetime) -> Citation:
    """Say which clause a case is about, as it stood on that day (London). With no version in force then, it says so.

    A kind that the school's own policy bans can be cited for the days on which it did. Policy F4, 3.2, 5.3.
    """
    version = version_on(on_day)
    if clause not in clauses() and clause not in own_kinds(version):
        raise Refused(_UNKNOWN, "F4")
    insist(rules.why_not_cite(on_day=on_day, today=london(at).date()), "F4")
    with acting("cases.cite_clause", by=by, at=at, case_id=case.id, facts={"clause": clause}) as event:
        insist(_cited(case, on_day, clause=clause), "F4")
        citation = Citation.objects.create(
            school_id=case.school_id,
            case=case,
            clause=clause,
            version=version,
            on_day=on_day,
            cited_at=at,
            cited_by=str(by.id),
        )
        event.about = citation.id
    return citation


def cite_linked(*, case: Case, policy: LinkedPolicy, on_day: date, by: Person, at: datetime) -> Citation:
    """Say which other policy a case is about, in the version that was in force on that day (London).

    Policy 3.2, F4.
    """
    insist(rules.why_not_cite(on_day=on_day, today=london(at).date()), "3.2")
    with acting("cases.cite_linked", by=by, at=at, case_id=case.id) as event:
        version = next((one for one in linked_in_force(on_day) if one.policy_id == policy.pk), None)
        if version is None:
            raise Refused(f"No version of “{policy.name}” was in force on that day, as far as is noted here.", "3.2")
        insist(_cited(case, on_day, linked=version), "3.2")
        citation = Citation.objects.create(
            school_id=case.school_id,
            case=case,
            linked=version,
            on_day=on_day,
            cited_at=at,
            cited_by=str(by.id),
        )
        event.about = citation.id
    return citation


def _cited(case: Case, on_day: date, **what: object) -> str | None:
    found = Citation.objects.filter(case=case, on_day=on_day, **what).exists()
    return "That is noted already, for that day." if found else None


def citations_of(case: Case) -> list[Citation]:
    """What a case cites, in the order of the days. Policy F4."""
    found = Citation.objects.filter(case=case).select_related("version", "linked__policy")
    return list(found.order_by("on_day", "cited_at", "id"))


def most_cited(since: datetime, *, person: Person) -> list[tuple[str, int]]:
    """Each clause that cases cited since an instant (UTC), and in how many cases. Most first. Policy 10.2.

    Cases that this person is kept out of are not counted: a count would tell them.
    """
    found = _countable(person).filter(cited_at__gte=since).values_list("clause")
    counted = found.annotate(cases=Count("case", distinct=True))
    return sorted(counted, key=lambda row: (-row[1], row[0]))


def ever_cited(*, person: Person) -> frozenset[str]:
    """The clauses that any case ever cited, without those this person is kept out of. Policy 10.2."""
    return frozenset(_countable(person).values_list("clause", flat=True).distinct())


def _countable(person: Person) -> "QuerySet[Citation]":
    found: QuerySet[Citation] = Citation.objects.exclude(clause="").exclude(case__in=kept_from(person))
    return found
