"""The harm threshold, what a concern needs before it ends, and what the log of low-level concerns shows together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from forethought.core.clock import london, spoken, spoken_day
from forethought.core.naming import Named
from forethought.core.text import is_blank

#: The four limbs of the harm threshold (KCSIE part four).
LIMBS = {
    "harmed": "harmed a child, or may have",
    "crime": "may have committed a crime against a child, or one related to a child",
    "risk": "behaved in a way that suggests they may be a risk to children",
    "unsuitable": "behaved in a way that suggests they may not be suitable to work with children, in school or outside",
}

#: What a concern may be about. A school may use any, several or none of them. Policy 6.1.
TAGS = {
    "bullying": "Bullying",
    "grooming": "Grooming, exploitation or stalking",
    "hateful": "Inappropriate or hateful material",
    "self_harm": "Encouraging violence, self-harm or risk",
    "misinformation": "Misinformation or conspiracy theories",
    "deepfake": "Pictures made or changed by a computer",
    "misogyny": "Misogyny",
    "contact": "Finding or getting in touch with a child",
}


class Sort(Named):
    """What kind of low-level concern it is. Examples of guidance, not a list that ends."""

    FRIENDLY = "friendly", "Over-friendly with children"
    FAVOURITES = "favourites", "Having favourites"
    PHOTOS = "photos", "Photographs on an own phone, against the rules"
    ALONE = "alone", "Alone with a child out of sight"
    HUMILIATING = "humiliating", "Humiliating children"
    ONLINE = "online", "Contact online that is not for work"
    OTHER = "other", "Something else"


def threshold_of(answers: Mapping[str, str]) -> str:
    """Whether the harm threshold may be met: yes with one yes, not_sure with one doubt or gap, else no. Policy 6.2."""
    said = [answers.get(limb) for limb in LIMBS]
    if "yes" in said:
        return "yes"
    return "no" if all(one == "no" for one in said) else "not_sure"


#: Later than this between seeing and telling, the form asks once why, without blame. Policy 6.6.
GAP = timedelta(hours=24)


def asks_about_gap(*, observed_at: datetime | None, told_at: datetime, danger: str = "no") -> bool:
    """Whether the form asks why something is told only now: when more than a day lies between. UTC. Policy 6.6.

    With the day alone, `observed_at` is its beginning. Never while somebody is in danger: nothing holds that up.
    """
    return danger != "yes" and observed_at is not None and told_at - observed_at > GAP


def gap_said(*, observed_at: datetime | None, told_at: datetime, day_only: bool = False) -> str:
    """Both times as the lead reads them; of the first the day alone, where no time was given. UTC in. Policy 6.6."""
    told = f"Told at {spoken(told_at)}."
    if observed_at is None:
        return f"{told} When it was seen is not known."
    if day_only:
        return f"Seen on {spoken_day(london(observed_at).date(), year=True)}. {told}"
    if observed_at > told_at:
        return told
    return f"Seen at {spoken(observed_at, told_at)}. {told}"


def why_not_raise(*, told: str, danger: str, adult: str, observed_at: datetime | None, at: datetime) -> str | None:
    """A concern needs three answers and no more: own words, danger, and whether an adult here is in it. Policy 6.5."""
    if danger not in {"yes", "no", "not_sure"}:
        return "Say whether anyone is in danger now."
    if is_blank(told):
        return "Tell us what you saw or heard. A few words are enough."
    if adult not in {"yes", "no", "not_sure"}:
        return "Say whether an adult who works or helps here is in it."
    if observed_at is not None and observed_at > at + timedelta(minutes=5):
        return "That time has not come yet."
    return None


def why_not_tag(*, words: str, taken: Sequence[str]) -> str | None:
    """A word for a kind of risk is short, and not there already. Policy 6.1."""
    if is_blank(words):
        return "Write the word."
    if len(words.strip()) > 60:
        return "Make it shorter: at most 60 characters."
    known = {plain_place(one) for one in taken}
    return "That word is there already." if plain_place(words) in known else None


def why_not_end(
    *, ended: bool, done: str, threshold: str, lado_settled: bool, referred: bool, not_referred: bool
) -> str | None:
    """A concern ends when what was done is said, and each body outside was told or there is a reason. Policy 6.5.

    `threshold` is empty where no adult of the school is in it.
    """
    if ended:
        return "This concern has been ended already."
    if threshold in {"yes", "not_sure"} and not lado_settled:
        return "Ask the designated officer (LADO) and note it, or note why not."
    if not referred and not not_referred:
        return "Note whom you told outside the school. If nobody, note why not."
    return "Say what was done." if is_blank(done) else None


@dataclass(frozen=True)
class LowLevel:
    """One low-level concern, as the patterns are looked for."""

    about: UUID | str | None
    sort: str
    told_at: datetime
    place: str = ""


#: Concerns about one person this close together are looked at together.
TOGETHER = timedelta(days=365)


@dataclass(frozen=True)
class Pattern:
    """What stands out about one person or in one place, in a sentence. A reason to look, never what is true."""

    about: UUID | str | None
    sentence: str
    place: str = ""


def patterns(log: Sequence[LowLevel], *, at: datetime) -> list[Pattern]:
    """What the log shows together: two or more about one person in a year, or three people in one place.

    KCSIE part four asks that the records are reviewed so that patterns are seen. Advice for whoever reads it; nothing
    is decided by it.
    """
    found = []
    for about in dict.fromkeys(one.about for one in log if one.about is not None):
        near = [one for one in log if one.about == about and at - TOGETHER < one.told_at <= at]
        if len(near) < 2:
            continue
        again = [sort for sort in dict.fromkeys(one.sort for one in near) if _times(near, sort) > 1]
        words = f"{len(near)} in the last 12 months"
        if again:
            kinds = ", ".join(Sort(one).words.lower() for one in again)
            words += f". The same kind again: {kinds}"
        found.append(Pattern(about, f"{words}. Look at them together."))
    return found + _places([one for one in log if at - TOGETHER < one.told_at <= at])


#: So many different people in one place: then it may be the place, and not only the people.
PEOPLE_IN_A_PLACE = 3


def _places(near: Sequence[LowLevel]) -> list[Pattern]:
    """The places in which concerns about several people arose."""
    found = []
    for place in dict.fromkeys(plain_place(one.place) for one in near if plain_place(one.place)):
        people = {one.about for one in near if one.about is not None and plain_place(one.place) == place}
        if len(people) >= PEOPLE_IN_A_PLACE:
            sentence = f"{len(people)} different people in one place in the last 12 months. Look at them together."
            found.append(Pattern(None, sentence, place))
    return found


def plain_place(place: str) -> str:
    """A place as two of them are compared: small letters, one space between words."""
    return " ".join(place.casefold().split())


def _times(log: Sequence[LowLevel], sort: str) -> int:
    return sum(one.sort == sort for one in log)


class Reviewed(Named):
    """What came of looking at somebody's low-level concerns together."""

    NOTHING = "nothing", "No pattern. Nothing more is needed"
    TALK = "talk", "Guidance or training for the person"
    THRESHOLD = "threshold", "Together they may meet the harm threshold"


def why_not_review(*, choice: str, reasons: str, count: int) -> str | None:
    """A review looks at something, ends in one of three ways, and says why."""
    if count == 0:
        return "There is nothing of this in the log that you can see."
    if choice not in set(Reviewed):
        return "Choose what came of it."
    return "Say why in a few words." if is_blank(reasons) else None
