"""After an unfounded, false or malicious finding: the person's record is cleared, and it says so."""

from datetime import datetime

from forethought.audit.procedures import acting
from forethought.cases.models import Case
from forethought.core.clock import london, spoken_day
from forethought.core.errors import insist
from forethought.investigations.models import Breach, Step
from forethought.investigations.rules import CLEARING, Result
from forethought.investigations.standing import findings_of, last_step, note
from forethought.people.models import Person

#: What is to be done with the personnel file, said beside the statement. Guidance (KCSIE part four): check.
FILE_NOTE = (
    "Nothing of this stays in the personnel file, unless the person agrees to keep it. It is not mentioned in a "
    "reference. Check today’s guidance."
)


def results_of(case: Case) -> list[str]:
    """What was found last about each allegation of a case that has a finding."""
    return [row.result for row in findings_of(case).values()]


def why_not_clear(results: list[str], allegations: int) -> str | None:
    """A record is cleared where every allegation was found unfounded, false or malicious. Policy 9.4."""
    if not results or len(results) < allegations:
        return "Each allegation needs a finding first."
    if any(one not in CLEARING for one in results):
        return "Not every allegation was found unfounded, false or malicious."
    return None


def statement_of(results: list[str], on: datetime) -> str:
    """The sentence that is kept and may be shown: what was found, and that nothing is held against them."""
    names = list(dict.fromkeys(Result(one).words.lower() for one in results))
    said = " and ".join(names)
    what = "An allegation was made and was" if len(results) == 1 else "Allegations were made and were"
    day = spoken_day(london(on).date(), year=True)
    return f"{what} found on {day} to be {said}. Nothing is held against the person named."


def clear_record(*, breach: Breach, by: Person, at: datetime) -> Step:
    """Clear the person's record and keep the statement that says so, for a letter and the file. Policy 9.4."""
    results = results_of(breach.case)
    insist(why_not_clear(results, breach.case.allegations.count()), "9.4")
    with acting("investigations.clear_record", by=by, at=at, about=breach.id, case_id=breach.case_id):
        words = statement_of(results, at)
        return note(breach.case, "clear_record", statement=words, file_note=FILE_NOTE, by=by, at=at)


def clear_if_so(breach: Breach, *, by: Person, at: datetime) -> None:
    """Clear the record where the findings say so, once for what was found. Part of ending a breach."""
    if breach.subject_id is None or why_not_clear(results_of(breach.case), breach.case.allegations.count()):
        return
    cleared, opened = last_step(breach.case, "clear_record"), last_step(breach.case, "reopen_breach")
    if cleared is None or (opened is not None and opened.done_at > cleared.done_at):
        clear_record(breach=breach, by=by, at=at)
