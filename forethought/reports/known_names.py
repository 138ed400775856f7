"""Names that the school knows and that must not slip into a text for somebody else."""

from forethought.cases.models import Case, Link
from forethought.evidence import keyring
from forethought.people.models import Person
from forethought.reports.models import Handed


def surnames() -> frozenset[str]:
    """The surnames of everybody who works or helps here."""
    names = Person.objects.filter(left_at__isnull=True).values_list("name", flat=True)
    return frozenset(name.split()[-1] for name in names if name.split())


def words_for_pupils(case: Case) -> frozenset[str]:
    """By what words the school knows a pupil in a matter: as reported, and by the reference that was handed over.

    Looked for in the case and in those of the same matter. What a report says of an adult is not among them.
    """
    pairs = [*Link.objects.filter(case=case).values_list("other_id", flat=True)]
    pairs += Link.objects.filter(other=case).values_list("case_id", flat=True)
    found: set[str] = set()
    for one in Case.objects.filter(pk__in=[case.pk, *pairs]):
        for report in one.reports.all():
            said = keyring.words(report, case_id=one.pk)
            if said.get("group") == "pupil":
                found.add(str(said.get("name") or ""))
    for row in Handed.objects.filter(case__in=[case.pk, *pairs]) | Handed.objects.filter(source=case):
        found.add(str(keyring.words(row, case_id=row.case_id)["pupil"]))
    return frozenset(name for name in found if len(name) > 1)
