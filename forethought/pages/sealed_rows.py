"""What the page of a sealed record shows: facts about it and each step, never what it is of."""

from datetime import datetime

from forethought.cases.models import Report
from forethought.core.clock import spoken
from forethought.evidence import away_rules as rules
from forethought.evidence import keyring
from forethought.evidence.away_models import Away
from forethought.evidence.away_rules import Step
from forethought.pages.case_rows import offices_of, sentence
from forethought.safeguarding.sealing_away import instruction_words

Row = dict[str, object]

DONE = {
    Step.PROPOSE_RELEASE: "Proposed to release it",
    Step.PROPOSE_DESTRUCTION: "Proposed to destroy it",
    Step.DECLINE: "Declined",
    Step.AGREE: "Agreed",
}
ENDED = {"released": "Released", "destroyed": "Destroyed for good"}


def facts_of(row: Away, words: str, at: datetime) -> list[Row]:
    """The facts about it, as rows of a summary list."""
    offices = offices_of([row.sealed_by, row.exhibit.received_by], at)
    sent = Report.objects.filter(case__pk=row.case_id).exists()
    rows = [
        ("What it is", row.exhibit.get_kind_display()),
        ("Added", f"{spoken(row.exhibit.received_at, at)}, by {offices.get(row.exhibit.received_by, 'the reporter')}"),
        ("Sealed away", f"{spoken(row.sealed_at, at)}, by {offices.get(row.sealed_by, 'the reporter')}"),
        ("Why", rules.WHYS.get(row.why, "")),
        ("What they wrote", words or "Nothing"),
        ("Belongs to", "A report that was sent" if sent else "A report that was not sent, or another case"),
    ]
    if row.ended_at is not None:
        rows.append((ENDED.get(row.ended_as, "Settled"), spoken(row.ended_at, at)))
    return [{"key": key, "value": value} for key, value in rows]


def step_rows(row: Away, at: datetime) -> list[Row]:
    """Each step, oldest first, with its words."""
    steps = list(row.steps.order_by("done_at", "id"))
    offices = offices_of([one.done_by for one in steps], at)
    shown: list[Row] = []
    for one in steps:
        said = keyring.words(one, case_id=row.case_id)
        words = str(said.get("words", "")) or (instruction_words(said) if "instructed_by" in said else "")
        shown.append(
            {
                "what": DONE.get(Step(one.step), ""),
                "who": sentence(offices.get(one.done_by, "")),
                "at": one.done_at,
                "words": words,
            }
        )
    return shown
