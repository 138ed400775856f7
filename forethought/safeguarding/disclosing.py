"""On what grounds records of a case may go outside, as far as the case itself says."""

from forethought.cases.agencies import Agency, Step
from forethought.cases.models import Capacity, Case, Kind
from forethought.cases.referring import steps_with
from forethought.safeguarding.models import PoliceReport
from forethought.safeguarding.procedures import steps_of
from forethought.safeguarding.rules import standing_answer

#: Bodies that are told because a child is concerned.
_FOR_CHILDREN = frozenset({Agency.LADO, Agency.SOCIAL_CARE})


def consent_of(case: Case) -> str:
    """Where the asking about the police stands: “yes” when somebody harmed says so now, else the last answer of any.

    Policy 8.7.
    """
    parties = case.parties.filter(capacity=Capacity.HARMED).order_by("added_at", "id")
    answers = [standing_answer(steps_of(party)) for party in parties]
    return "yes" if "yes" in answers else answers[-1] if answers else "unasked"


def recorded_grounds(case: Case) -> set[str]:
    """The grounds on the record of a case: a yes that stands, the basis of each report made, a child. Policy 8.7."""
    found = set(PoliceReport.objects.filter(case=case, reported_at__isnull=False).values_list("basis", flat=True))
    if consent_of(case) == "yes":
        found.add("consent")
    told = any(one.agency in _FOR_CHILDREN and one.step != Step.NOT_REFERRED for one in steps_with(case))
    if case.child != "no" or case.kind in {Kind.CONCERN, Kind.ALLEGATION} or told:
        found.add("child")
    return found
