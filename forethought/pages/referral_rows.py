"""The log of bodies outside, as rows for the pages of a case."""

from datetime import datetime

from forethought.cases import agencies
from forethought.cases.models import Case, Referral
from forethought.evidence import keyring
from forethought.pages.case_rows import offices_of


def referral_rows(case: Case, names: bool, at: datetime) -> list[dict[str, object]]:
    """Every step with a body outside, oldest first; the words when names are shown."""
    rows = list(Referral.objects.filter(case=case).order_by("done_at", "noted_at"))
    offices = offices_of([one.noted_by for one in rows], at)
    return [
        {
            "what": f"{agencies.Agency(one.agency).words}: {agencies.Step(one.step).words.lower()}",
            "at": one.done_at,
            "who": offices.get(one.noted_by, ""),
            "said": said_rows(one) if names else [],
        }
        for one in rows
    ]


def said_rows(row: Referral) -> list[dict[str, str]]:
    """Why, to whom, their reference, and what they were told."""
    said = keyring.words(row, case_id=row.case_id)
    labels = {"reason": "Why", "who": "Spoken to", "reference": "Their reference", "disclosed": "What they were told"}
    return [{"key": label, "value": str(said[name])} for name, label in labels.items() if said.get(name)]
