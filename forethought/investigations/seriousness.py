"""How serious: four factors with their evidence, what speaks for the person, and when expression must be weighed first.

There is no score. What was chosen for a factor only says beside which earlier matters this one may be set. Plain rules.
Clauses 9.3, 2.4.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from forethought.acknowledgements.small_numbers import FEWEST, FEWEST_OF_A_KIND
from forethought.core.text import is_blank
from forethought.investigations.rules import LADO_FIRST
from forethought.investigations.visible import BANDS_SAID, Band, Seen, time_visible

NATURE: Mapping[str, str] = {
    "opinion": "An opinion, a joke or a careless word",
    "rude": "Rude or insulting",
    "aimed": "Aimed at somebody, again and again",
    "discriminates": "Against people for who they are",
    "confidential": "It gave away something confidential",
    "threat": "A threat, or something intimate",
    "use": "Too much use, or use in work time",
}
SPREAD: Mapping[str, str] = {
    "few": "A closed group of few people",
    "many": "A group or page of many people",
    "open": "Open to anybody",
    "copied": "Copied or passed on by others",
    "unknown": "Not known",
}
EFFECT: Mapping[str, str] = {
    "people": "Somebody was hurt or harmed",
    "work": "The work of the school suffered",
    "reputation": "What others may think of the school",
    "none": "None that is known",
}
INTENT: Mapping[str, str] = {"meant": "It was meant", "careless": "It was careless", "unknown": "Not known"}
YES_NO_UNKNOWN: Mapping[str, str] = {"yes": "Yes", "no": "No", "unknown": "Not known"}
PURPOSE: Mapping[str, str] = {
    "work": "For the school",
    "own": "Their own, private",
    "both": "Partly each",
    "unknown": "Not known",
}

#: The factors, in the order of the policy, and what may be chosen for each.
FACTORS: Mapping[str, Mapping[str, str]] = {
    "nature": NATURE,
    "visible": {one.value: BANDS_SAID[one] for one in Band},
    "spread": SPREAD,
    "effect": EFFECT,
}
FACTORS_SAID: Mapping[str, str] = {
    "nature": "What kind of thing it was",
    "visible": "How long it could be seen",
    "spread": "How far it may have spread",
    "effect": "What it did to people or the school",
}

#: What may protect somebody. Any of them, and proportion is weighed before any sanction.
FLAGS: Mapping[str, str] = {
    "belief": "A religious or other belief",
    "opinion": "An opinion on a matter of public debate",
    "union": "Union business",
    "whistleblowing": "Telling of wrongdoing or danger",
}
NO_FLAG = "none"
#: Rules so wide that nothing follows from them alone: professional and respectful, disrepute. Facts have to show more.
WIDE = frozenset({"5.2", "5.3d"})
NO_EFFECT = (
    "Only a wide rule is named, and no effect is known. That alone is not enough. If it did harm, say what, and what "
    "shows it."
)
ONLY_REPUTATION = "reputation"
#: What was chosen for the account: in somebody's own time and for themselves the link to their work has to be shown.
OWN_USE = "own"
FLAGS_SAID: Mapping[str, str] = {
    **FLAGS,
    ONLY_REPUTATION: "Only what others may think of the school",
    OWN_USE: "Their own account, used for themselves",
}


def flags_of(flags: Collection[str], effect: Collection[str], purpose: str = "") -> frozenset[str]:
    """What has to be weighed: what was ticked, “only reputation” where nothing else suffered, and somebody's own use.

    Policy 1.2, 2.4, 9.3. A matter of reputation alone, or of a private account, is weighed like a belief.
    """
    found = {one for one in flags if one in FLAGS}
    if set(effect) & set(EFFECT) <= {"reputation"} and "reputation" in effect:
        found.add(ONLY_REPUTATION)
    if purpose == OWN_USE:
        found.add(OWN_USE)
    return frozenset(found)


def why_not_weigh_seriousness(
    *, nature: str, spread: str, effect: Collection[str], evidence: Mapping[str, str], flags: Collection[str]
) -> str | None:
    """Each factor is answered with its evidence, and it is said whether anything protects the person. Policy 5.1, 9.3.

    How far it spread is answered of every post, whoever could see it at first.
    """
    if nature not in NATURE:
        return "Choose what kind of thing it was."
    if spread not in SPREAD:
        return "Choose how far it may have spread. Not known is an answer too."
    if not effect or any(one not in EFFECT for one in effect):
        return "Choose what it did. None that is known is an answer too."
    if "none" in effect and len(set(effect)) > 1:
        return "You chose none and something else. Choose one or the other."
    if left := [one for one in FACTORS if one != "visible" and is_blank(evidence.get(one, ""))]:
        return f"Say what this rests on: {FACTORS_SAID[left[0]].lower()}."
    if not flags or any(one not in FLAGS and one != NO_FLAG for one in flags):
        return "Say whether it may be belief, opinion, union business or telling of wrongdoing. None is an answer too."
    if NO_FLAG in flags and len(set(flags)) > 1:
        return "You chose none of these and one of them. Choose one or the other."
    return None


class Factors:
    """What was chosen for each factor, the records it rests on, and what the clock says of how long it was there."""

    def __init__(
        self,
        *,
        nature: str,
        spread: str,
        effect: Collection[str],
        flags: Collection[str],
        seen: Seen,
        records: Mapping[str, Collection[str]],
        around: Mapping[str, str],
    ) -> None:
        self.nature, self.spread, self.effect, self.ticked = nature, spread, list(effect), list(flags)
        self.visible = time_visible(seen)
        self.records = {name: list(ids) for name, ids in records.items() if ids}
        #: Intent, taking it down, saying sorry, private or work: what was chosen for each.
        self.around = dict(around)

    @property
    def flags(self) -> frozenset[str]:
        """What has to be weighed because of it."""
        return flags_of(self.ticked, self.effect, self.around.get("purpose", ""))

    def choices(self) -> dict[str, object]:
        """As kept in the clear, for setting matters beside one another."""
        effect = "people" if "people" in self.effect else next(iter(self.effect), "none")
        return {
            "nature": self.nature,
            "visible": str(self.visible.band),
            "spread": self.spread,
            "effect": effect,
            "flags": sorted(self.flags),
        }


@dataclass(frozen=True)
class Past:
    """One earlier matter: what was chosen for its factors, and whether it ended with a sanction. No name, no id."""

    choices: Mapping[str, str]
    sanction: bool


@dataclass(frozen=True)
class Beside:
    """One factor of this matter beside earlier ones like it, in words."""

    factor: str
    said: str


#: Said wherever the earlier matters are too few for a number. Always the same words, so that they give nothing away.
TOO_FEW = f"Fewer than {FEWEST_OF_A_KIND} like it, or too alike to say. No numbers are shown."


def consistency(choices: Mapping[str, str], past: Iterable[Past]) -> list[Beside]:
    """How earlier matters ended that were alike in one factor, factor by factor, without names. Policy 9.3.

    No count is said that is small enough to point at somebody, nor one from which such a count could be worked out.
    """
    rows = list(past)
    found = []
    for factor, words in FACTORS.items():
        chosen = choices.get(factor, "")
        if chosen not in words:
            continue
        alike = Counter(one.sanction for one in rows if one.choices.get(factor) == chosen)
        found.append(Beside(f"{FACTORS_SAID[factor]}: {words[chosen].lower()}", _said(alike)))
    return found


def _said(alike: Counter[bool]) -> str:
    total = alike[True] + alike[False]
    if total < FEWEST_OF_A_KIND or min(alike[True], alike[False]) < FEWEST:
        return TOO_FEW
    return f"{total} earlier matters. {alike[True]} ended with a sanction, {alike[False]} without."


#: The questions of proportion: the link to the work (policy 1.2), then what a court asked in Higgs v Farmor's School
#: (law.md 2.4). Two screens stand beside them.
QUESTIONS: Mapping[str, str] = {
    "work_link": "What links it to their work here? In their own time and on their own account, something must.",
    "belief_or_manner": "Is it the belief or opinion itself that is objected to, or the way it was said?",
    "objectionable": "Would a fair person, looking from outside, find the way it was said objectionable? Why?",
    "tone": "What was the tone?",
    "extent": "How much was there of it, and for how long?",
    "audience": "Who was meant to read it, and how would they have understood it?",
    "rights": "Whose rights did it touch, and how?",
    "own_views": "Was it clear that these were their own views, and not the school’s?",
    "power": "Do they have power over children or others who may have felt it?",
    "least": "What is the mildest answer that would do? Why would nothing milder do?",
}
#: What is said of a question left empty, where that it is not known would be no answer.
MISSING: Mapping[str, str] = {"work_link": "Say what links it to their work. Nothing? Then a sanction goes too far."}
#: The screens: a question, and what is said when the answer is not a plain no.
SCREENS: Mapping[str, str] = {
    "disclosure": "Does any of it tell of a crime, a danger, or another wrong, such as to warn others?",
    "union": "Is any of it part of union work, such as asking colleagues to join in?",
}
SCREEN_ADVICE = "Not a plain no: get advice from HR or a lawyer first, and write here what they said."

PROPORTIONATE, NOT_PROPORTIONATE = "proportionate", "not_proportionate"
PROPORTION: Mapping[str, str] = {
    PROPORTIONATE: "A sanction would not go too far",
    NOT_PROPORTIONATE: "A sanction would go too far",
}


def why_not_weigh_proportion(
    *, result: str, answers: Mapping[str, str], screens: Mapping[str, str], advice: Mapping[str, str], reasons: str
) -> str | None:
    """Every question is answered in words before it is said whether a sanction goes too far. Policy 2.4, 9.3.

    A screen that is not a plain no needs advice, noted, for the school has to show that it was right.
    """
    if left := [one for one in QUESTIONS if is_blank(answers.get(one, ""))]:
        return f"Answer this first: {QUESTIONS[left[0]]}"
    for name, question in SCREENS.items():
        if screens.get(name) not in {"yes", "no", "not_sure"}:
            return f"Answer this first: {question}"
        if screens[name] != "no" and is_blank(advice.get(name, "")):
            return SCREEN_ADVICE
    if result not in PROPORTION:
        return "Choose whether a sanction would go too far."
    return "Say why, in a few words." if is_blank(reasons) else None


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """What was concluded in a matter so far, for asking whether a sanction may follow."""

    attribution: str = ""
    lado_first: bool = False
    seriousness: bool = False
    #: Nothing but a wide rule is named, and no effect is known.
    only_wide: bool = False
    flags: frozenset[str] = frozenset()
    #: What was weighed under proportion, and with which flags; nothing while it was not.
    proportion: str = ""
    proportion_flags: frozenset[str] = frozenset()


def why_not_sanction(now: Weighed, *, not_theirs: str | None) -> str | None:
    """What is missing before anything may be taken from somebody. Policy 2.4, 5.2, 5.3d, 6.5, 9.2c, 9.3.

    `not_theirs` is what the rule on attribution says.
    """
    if now.lado_first:
        return LADO_FIRST
    if not_theirs:
        return not_theirs
    if not now.seriousness:
        return "Say first how serious it is. Each of the four factors needs its evidence."
    if now.only_wide:
        return NO_EFFECT
    return why_not_by_proportion(now)


def why_not_by_proportion(now: Weighed) -> str | None:
    """Belief, opinion, union business, whistleblowing, reputation alone or own use: proportion is weighed first.

    Policy 1.2, 2.4.
    """
    if now.proportion == NOT_PROPORTIONATE:
        return "It was found that a sanction would go too far. Choose an outcome that takes nothing from them."
    if now.flags and not (now.proportion and now.flags <= now.proportion_flags):
        return f"Weigh proportion first: this may be protected. {listed(now.flags)}."
    return None


def listed(flags: Collection[str]) -> str:
    """The flags in words, in their own order."""
    words: Sequence[str] = [said.lower() for one, said in FLAGS_SAID.items() if one in flags]
    joined = ", ".join(words)
    return joined[:1].upper() + joined[1:]
