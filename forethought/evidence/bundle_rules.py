"""To whom a bundle may go, on what ground, and what holds disposal."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from forethought.core.text import is_blank

#: To whom a bundle is made.
AUDIENCES = {
    "police": "The police",
    "tribunal": "A tribunal or court",
    "lado": "The local authority’s designated officer (LADO)",
    "person": "The person harmed",
}

#: On what ground it leaves, by audience. For the police each must be on the record of the case already.
GROUNDS = {
    "police": {
        "consent": "The person harmed said yes",
        "danger": "A life or a child may be in danger",
        "law": "The law requires it",
        "protection": "It protects others from serious harm",
        "child": "It is about a child, or an adult who may have harmed one",
    },
    "tribunal": {
        "order": "It was ordered",
        "claim": "The school answers or makes a claim",
    },
    "lado": {"child": "It is about a child, or an adult who may have harmed one"},
    "person": {"own": "They ask for what concerns them"},
}

#: All grounds in one list for a form; the rule says which goes with whom.
ALL_GROUNDS = {ground: words for of_one in GROUNDS.values() for ground, words in of_one.items()}

#: What a bundle for each may hold, in the words of the page (agencies.py says what each body may be told).
MAY_HOLD = {
    "police": "What happened and the records of it. Leave out what is about others and not needed.",
    "tribunal": "What was ordered, or what the claim is about, and nothing else. Ask for legal advice first.",
    "lado": "What is said about the adult and the child, and the records of it.",
    "person": "Their own report and records. Leave out what others said in confidence, and other people’s names.",
}

#: Why a hold was placed.
HOLDS = {
    "claim": "A claim or a tribunal",
    "police": "The police asked for it",
    "lado": "The designated officer asked for it",
    "inquiry": "A public inquiry",
    "request": "Somebody asked for their data",
    "complaint": "A complaint about the case",
    "other": "Another reason",
}

#: The clock of whoever writes a hand-over down may be a little ahead.
AHEAD = timedelta(minutes=5)


def why_not_make_bundle(
    *, audience: str, ground: str, to: str, why: str, chosen: int, recorded: Collection[str], consent: str
) -> str | None:
    """Why a bundle is not made so. For the police only on consent or an exception that stands in the case.

    `recorded` are the grounds on the record of this case; `consent` is where the asking stands: a yes that was taken
    back is no yes. Policy 7.3, 8.7.
    """
    if audience not in AUDIENCES:
        return "Choose who it is for."
    if ground not in GROUNDS[audience]:
        return "Choose a reason that goes with who it is for."
    if is_blank(to):
        return "Write who gets it: a name, or an office and place."
    if is_blank(why):
        return "Say why in a few words."
    if not chosen:
        return "Choose at least one thing to put in."
    if audience == "police" and ground == "consent" and consent != "yes":
        return (
            "They have not said yes, or took it back. Ask them first, or note why the school reports it without a yes."
        )
    if audience == "police" and ground not in recorded:
        return "That reason is not on the record of this case. Note the report to the police first."
    if audience == "lado" and ground not in recorded:
        return "No child is concerned here, as far as this case says. Note the designated officer’s advice first."
    return None


def why_not_hand_out_bundle(*, written: bool, away: int, key: bool, given_up: bool = False) -> str | None:
    """Why a bundle is not given out: not written yet, or something in it was sealed away since. Policy 7.3, 7.4."""
    if away:
        return "A record in it was sealed away or destroyed since. Nobody gets this bundle. Make a new one without it."
    if given_up:
        return "It could not be written: a record in it is not what was kept. Tell whoever looks after this system."
    if not written:
        return "It is still being written. Come back in a few minutes."
    return None if key else "This bundle was destroyed."


def why_not_hand_over_bundle(
    *, written: bool, away: int, to: str, organisation: str, how: str, handed_at: datetime, at: datetime
) -> str | None:
    """A hand-over names who took it, from where, how and when, and the bundle is one that may go. Policy 7.3."""
    if reason := why_not_hand_out_bundle(written=written, away=away, key=True):
        return reason
    if is_blank(to):
        return "Write the name of the person who took it."
    if is_blank(organisation):
        return "Write where they are from."
    if is_blank(how):
        return "Write how they got it."
    return "That time has not come yet." if handed_at > at + AHEAD else None


def why_not_place_hold(*, kind: str, reason: str, review_on: date, today: date) -> str | None:
    """A hold has a reason and a day to look again. Anybody who handles the case may place one, alone. Policy 7.3."""
    if kind not in HOLDS:
        return "Choose why."
    if is_blank(reason):
        return "Say in a few words what must be kept, and for whom."
    return why_not_review_hold(lifted=False, review_on=review_on, today=today)


def why_not_review_hold(*, lifted: bool, review_on: date | None, today: date) -> str | None:
    """A hold is looked at again on a day, and stands whether anybody does or not. Policy 7.3."""
    if lifted:
        return "This hold has been lifted."
    return None if review_on is not None and review_on > today else "Choose a day that is still to come."


def why_not_ask_to_lift(*, lifted: bool, asked: bool) -> str | None:
    """A hold is lifted once, by two: the first asks. Policy 7.3."""
    if lifted:
        return "This hold has been lifted."
    return "Somebody has asked already. A second person agrees." if asked else None


def why_not_lift_hold(*, lifted: bool, asked_by: str | None, by: str) -> str | None:
    """The second of two lifts it, and is never the first. Policy 7.3."""
    if lifted:
        return "This hold has been lifted."
    if asked_by is None:
        return "Ask to lift it first. A second person agrees."
    return "You asked to lift it. A second person must agree." if asked_by == by else None


def why_not_destroy(*, holds: int) -> str | None:
    """Nothing of a case is destroyed while a hold stands: a hold beats every period of keeping. Policy 7.3."""
    if not holds:
        return None
    return "A hold stands on this case. Nothing of it is destroyed until two people lift it."
