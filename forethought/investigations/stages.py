"""The stages of a suspected breach, and what leads from one to the next: the Acas Code as a table. Plain data.

Diagrams are drawn from it, buttons explained by it, and every move checked against it.
"""

from forethought.core.naming import Named


class Stage(Named):
    """Where a suspected breach stands."""

    SUSPECTED = "suspected", "Suspected. Nothing is shown yet"
    INFORMAL = "informal", "Being settled informally"
    CHOSEN = "chosen", "A procedure is chosen"
    HANDED = "handed", "With HR"
    TOLD = "told", "The person has been told in writing"
    INVESTIGATING = "investigating", "Being looked into"
    REPORT_IN = "report_in", "The report is in"
    TO_ANSWER = "to_answer", "There is a case to answer"
    NOTICED = "noticed", "Notice of the hearing was given"
    HEARD = "heard", "The hearing has been held"
    DECIDED = "decided", "Decided"
    APPEALED = "appealed", "Under appeal"
    ENDED = "ended", "Ended"


#: Still under way: a matter can turn informal from each of these (Acas Code).
UNDER_WAY = frozenset(
    {
        Stage.CHOSEN,
        Stage.HANDED,
        Stage.TOLD,
        Stage.INVESTIGATING,
        Stage.REPORT_IN,
        Stage.TO_ANSWER,
        Stage.NOTICED,
        Stage.HEARD,
    }
)

#: Act: from which stages, to which. Acas Code, paragraphs 5 to 29. Policy 9.1, 9.5.
MOVES: dict[str, tuple[frozenset[Stage], Stage]] = {
    "settle_informally": (UNDER_WAY | {Stage.SUSPECTED}, Stage.INFORMAL),
    "choose_procedure": (frozenset({Stage.SUSPECTED, Stage.INFORMAL}), Stage.CHOSEN),
    "hand_to_hr": (frozenset({Stage.CHOSEN}), Stage.HANDED),
    "note_hr_outcome": (frozenset({Stage.HANDED}), Stage.ENDED),
    "tell_in_writing": (frozenset({Stage.CHOSEN}), Stage.TOLD),
    "start_investigation": (frozenset({Stage.TOLD}), Stage.INVESTIGATING),
    "give_investigation_report": (frozenset({Stage.INVESTIGATING}), Stage.REPORT_IN),
    "find_case_to_answer": (frozenset({Stage.REPORT_IN}), Stage.TO_ANSWER),
    "find_no_case": (frozenset({Stage.REPORT_IN}), Stage.ENDED),
    "give_notice": (frozenset({Stage.TO_ANSWER}), Stage.NOTICED),
    "hold_hearing": (frozenset({Stage.NOTICED}), Stage.HEARD),
    "decide_outcome": (frozenset({Stage.HEARD}), Stage.DECIDED),
    "note_appeal": (frozenset({Stage.DECIDED}), Stage.APPEALED),
    "decide_appeal": (frozenset({Stage.APPEALED}), Stage.ENDED),
    "end_breach": (frozenset({Stage.SUSPECTED, Stage.INFORMAL, Stage.DECIDED}), Stage.ENDED),
    "reopen_breach": (frozenset({Stage.ENDED}), Stage.SUSPECTED),
}

#: Acts that belong to the full tracker. Where it is off, HR runs the procedure. Policy 9.5.
OF_TRACKER = frozenset(
    {
        "tell_in_writing",
        "start_investigation",
        "give_investigation_report",
        "find_case_to_answer",
        "find_no_case",
        "give_notice",
        "hold_hearing",
        "decide_outcome",
        "note_appeal",
        "decide_appeal",
    }
)

#: What has to come before each act, said to whoever is too early.
FIRST = {
    "settle_informally": "This has been decided.",
    "choose_procedure": "A procedure has been chosen already.",
    "hand_to_hr": "Choose a procedure first.",
    "note_hr_outcome": "This has not been handed to HR.",
    "tell_in_writing": "Choose a procedure first.",
    "start_investigation": "Tell the person in writing first.",
    "give_investigation_report": "Start looking into it first.",
    "find_case_to_answer": "The report comes first.",
    "find_no_case": "The report comes first.",
    "give_notice": "First decide whether there is a case to answer.",
    "hold_hearing": "Give notice of the hearing first.",
    "decide_outcome": "Hold the hearing first. Both sides are heard before anything is decided.",
    "note_appeal": "There is no decision to appeal against yet.",
    "decide_appeal": "Nobody has appealed.",
    "end_breach": "A procedure is under way. It ends with a decision, or turns informal.",
    "reopen_breach": "This is open already.",
}

_ORDER = list(Stage)


def why_not_from(verb: str, stage: str) -> str | None:
    """An act has its place among the stages: not before what comes first, and not twice. Policy 9.1, 9.5."""
    sources, target = MOVES[verb]
    if stage in sources:
        return None
    if stage == Stage.ENDED:
        return "This has ended. Open it again if something new has come up."
    if stage in {Stage.INFORMAL, Stage.HANDED} and verb in OF_TRACKER | {"hand_to_hr"}:
        return "This is with HR now." if stage == Stage.HANDED else "This is being settled informally."
    here = _ORDER.index(Stage(stage))
    past = here > max(_ORDER.index(one) for one in sources) and target is not Stage.SUSPECTED
    return "That step has been taken." if past and verb not in {"settle_informally", "end_breach"} else FIRST[verb]


def edges() -> set[tuple[Stage, Stage]]:
    """Every move that there is, from and to."""
    return {(start, target) for sources, target in MOVES.values() for start in sources}


def drawn() -> str:
    """The table as a diagram, in Mermaid's words."""
    lines = [
        f"    {start.value} --> {target.value}: {verb}"
        for verb, (sources, target) in MOVES.items()
        for start in sorted(sources, key=_ORDER.index)
    ]
    return "\n".join(["stateDiagram-v2", "    [*] --> suspected: open_breach", *lines])
