"""Was it them? On the balance of probabilities, with every other explanation looked at. Plain rules. Clause 9.2c."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from forethought.core.text import is_blank

#: On what a conclusion may rest.
BASES: Mapping[str, str] = {
    "link": "The account is known to be theirs",
    "admission": "They said so themselves",
    "witness": "Somebody saw it or was told",
    "metadata": "Data of the file or of a school system",
    "shown": "They showed it on their own device, or gave a copy",
    "words": "What it says, that few others could know",
    "other": "Something else",
}

#: What else it might have been. Each is looked at before anybody concludes that it was them.
ALTERNATIVES: Mapping[str, str] = {
    "impostor": "Somebody else made an account in their name",
    "hacked": "Somebody got into their account",
    "shared": "Others use the account or the device too",
    "old": "It is an old account or an old post",
    "edited": "The picture or words were edited or cut",
    "ai_made": "It was made with AI",
    "passed_on": "They only liked it, shared it or were tagged",
    "parody": "It is a parody or a joke account",
}

ESTABLISHED, NOT_ESTABLISHED = "established", "not_established"
RESULTS: Mapping[str, str] = {
    ESTABLISHED: "More likely than not, it was them",
    NOT_ESTABLISHED: "It is not shown that it was them",
}

STANDARD = "The balance of probabilities: is it more likely than not? A suspicion is not enough."


@dataclass(frozen=True, kw_only=True)
class View:
    """What somebody thinks about whether it was them: the result, what it rests on, and each alternative in words."""

    result: str
    bases: Collection[str]
    basis: str
    alternatives: Mapping[str, str]
    reasons: str


def why_not_weigh_attribution(view: View) -> str | None:
    """That it was them is said with a basis, a reason, and what was found about each other explanation.

    Policy 9.2c. That it is not shown needs a reason alone.
    """
    if view.result not in RESULTS:
        return "Choose what is shown."
    if view.result == ESTABLISHED:
        if not any(one in BASES for one in view.bases) or is_blank(view.basis):
            return "Say on what this rests."
        if left := [one for one in ALTERNATIVES if is_blank(view.alternatives.get(one, ""))]:
            return f"Say what you found about this first: {ALTERNATIVES[left[0]].lower()}."
    return "Say why, in a few words." if is_blank(view.reasons) else None


def why_not_conclude(*, looked: bool, decided_by_others: bool) -> str | None:
    """Whoever looked into a matter proposes; whoever decides it concludes. Policy 9.1, 9.2c."""
    if looked:
        return "You looked into this. You propose, and whoever decides concludes."
    if decided_by_others:
        return "Somebody else was chosen to decide this. They conclude."
    return None


def why_not_find_breach(result: str) -> str | None:
    """Without attribution there is no breach to be found and no sanction: blank counts as not shown. Policy 9.2c."""
    if result == ESTABLISHED:
        return None
    if result == NOT_ESTABLISHED:
        return "It is not shown that it was them. So no breach is found, and no sanction is given."
    return "Say first whether it was them. Nobody has concluded that yet."
