"""What a matter is, decided by facts: which strands it has, who leads each, in which words, by which clock.

The same post can be abuse of a teacher, a child in danger, a breach by a colleague, or an untrue allegation. Whoever
reads it first does not choose: the answers do. Facts that come later only add strands. Policy 6.2, 8.1, 8.2, 9.1.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from forethought.core.naming import Named
from forethought.core.text import is_blank


class Strand(Named):
    """One side of a matter, with people, words and clocks of its own."""

    TARGET = "target", "Somebody who works here was harmed"
    COMPLAINT = "complaint", "A complaint from outside"
    PUPIL = "pupil", "A pupil posted it"
    BREACH = "breach", "Somebody who works or helps here posted it"
    CONCERN = "concern", "A child may be at risk"
    ALLEGATION = "allegation", "It says that somebody here did wrong"


@dataclass(frozen=True)
class Led:
    """Who leads a strand, what happens in it, and what it owes first."""

    lead: str
    words: str
    clock: str


LED: dict[Strand, Led] = {
    Strand.TARGET: Led(
        "the manager on duty", "Support, taking it down, the police question.", "24 hours from the report"
    ),
    Strand.COMPLAINT: Led("the headteacher, or the chair", "Checked, looked into, answered.", "the next working day"),
    Strand.PUPIL: Led(
        "the behaviour lead", "The behaviour policy, not staff discipline.", "handed over the next working day"
    ),
    Strand.BREACH: Led(
        "the headteacher, or the chair", "Looked into fairly, with support for them too.", "the next working day"
    ),
    Strand.CONCERN: Led("the safeguarding lead", "The child first.", "at once; unseen for an hour it goes on"),
    Strand.ALLEGATION: Led(
        "the headteacher, or the chair",
        "The person it is about is supported. They are not a suspect because somebody wrote it.",
        "prompt action by the next working day",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known. `group`: who may be behind it. `accuses`: it says that somebody here did wrong.

    `staff_named` and `pupil_named`: an adult of the school, or a pupil, was named as its author, whatever else was
    said. `target`: staff, school, pupil, other or empty. `child` and `accuses` are yes, no or not_sure; anything else
    counts as not sure for a child, as no for `accuses`.
    """

    group: str = "unknown"
    staff_named: bool = False
    pupil_named: bool = False
    target: str = ""
    child: str = "no"
    accuses: str = "no"
    from_outside: bool = False


def strands(facts: Facts) -> tuple[Strand, ...]:
    """The strands of a matter, in the order in which they are shown. Policy 8.1."""
    found = [Strand.COMPLAINT if facts.from_outside else Strand.TARGET]
    if facts.child != "no" or facts.target == "pupil":
        found.append(Strand.CONCERN)
    if facts.group == "pupil" or facts.pupil_named:
        found.append(Strand.PUPIL)
    if facts.group == "staff" or facts.staff_named:
        found.append(Strand.BREACH)
    if facts.accuses in {"yes", "not_sure"}:
        found.append(Strand.ALLEGATION)
    return tuple(found)


def added(before: Facts, more: Facts) -> Facts:
    """What is known after more was learned. What was seen once is never taken back by a later answer. Policy 8.1."""
    return replace(
        more,
        group=more.group if more.group != "unknown" else before.group,
        staff_named=before.staff_named or more.staff_named or before.group == "staff",
        pupil_named=before.pupil_named or more.pupil_named or before.group == "pupil",
        target="pupil" if "pupil" in {before.target, more.target} else more.target or before.target,
        child=_worse(before.child, more.child),
        accuses=_worse(before.accuses, more.accuses),
        from_outside=before.from_outside,
    )


def new_strands(before: Facts, more: Facts) -> tuple[Strand, ...]:
    """What has to be opened because more was learned. Policy 8.1."""
    known = strands(before)
    return tuple(one for one in strands(added(before, more)) if one not in known)


def _worse(one: str, other: str) -> str:
    order = {"no": 0, "not_sure": 1, "yes": 2}
    return one if order.get(one, 1) >= order.get(other, 1) else other


#: What a manager may open by hand, once more is known than the answers said.
BY_HAND = (Strand.CONCERN, Strand.PUPIL, Strand.BREACH, Strand.ALLEGATION)


def discipline_of_pupil(*, strand: str, group: str, adult_named: bool) -> bool:
    """Whether this would be staff discipline over what a pupil posted. Policy 8.2."""
    return strand == Strand.BREACH and group == "pupil" and not adult_named


def why_not_open_strand(*, strand: str, reason: str, opened: bool, group: str, adult_named: bool = False) -> str | None:
    """Why a strand is not opened by hand. What a pupil posted is for the behaviour policy. Policy 8.1, 8.2.

    `adult_named`: an adult of the school is noted as reported beside the pupil.
    """
    if strand not in BY_HAND:
        return "Choose what it is."
    if opened:
        return "That is being dealt with already."
    if discipline_of_pupil(strand=strand, group=group, adult_named=adult_named):
        return "A pupil posted this. It goes to the behaviour lead, not to staff discipline."
    return "Say why in a few words." if is_blank(reason) else None


def why_not_hand_over(
    *, pupil: str, summary: str, handed: bool, said: str = "", staff: frozenset[str] = frozenset()
) -> str | None:
    """A hand-over names the pupil by a reference, says in a few words what happened, and names nobody on the staff.

    `said` is what else goes along in words; `staff` are surnames. Policy 8.2.
    """
    if handed:
        return "This has been handed over already."
    if is_blank(pupil):
        return "Give the pupil’s reference: their number in the school’s system, or initials and class."
    if is_blank(summary):
        return "Write what happened in a few words."
    if _named(f"{summary} {said}", staff):
        return "This names somebody who works here. Say “a member of staff”. Tell the name in person if it is needed."
    return None


def why_not_release(*, sentence: str, returned: bool, pupil: frozenset[str]) -> str | None:
    """The person harmed is told what came of it once that is known, and nothing that names the pupil. Policy 8.2.

    `pupil` are the words by which the school knows the pupil: a name as it was reported, the reference in the pack.
    """
    if is_blank(sentence):
        return "Write what they may know."
    if not returned:
        return "The outcome has not come back yet. You can write to the reporter about other things meanwhile."
    return "This names the pupil. Leave the pupil out of it." if _named(sentence, pupil) else None


def _named(words: str, names: frozenset[str]) -> bool:
    """Whether one of these names, of one word or several, stands in a text, small letters or capitals."""
    plain = f" {' '.join(_words_of(words))} "
    return any(f" {' '.join(_words_of(name))} " in plain for name in names if not is_blank(name))


def _words_of(text: str) -> list[str]:
    bare = [word.strip(".,;:!?()[]“”‘’'\"").casefold() for word in text.split()]
    return [word.removesuffix("’s").removesuffix("'s") for word in bare if word]


#: Words by which somebody speaks of the headteacher without a name.
_HEAD_WORDS = frozenset({"head", "headteacher", "headmaster", "headmistress", "headteachers", "principal"})


def head_meant(words: str) -> bool:
    """Whether a text speaks of the headteacher by office. Then it is not known whether it is about them. Policy 7.2."""
    return bool(_HEAD_WORDS & {part for word in _words_of(words) for part in word.split("-")})


#: Words that tell an outsider what was done about a member of staff.
SANCTIONS = (
    "dismissed", "dismissal", "sacked", "suspended", "suspension", "warning", "disciplinary", "disciplined", "sanction",
    "resigned", "redundant", "sick leave", "occupational health", "counselling",
)  # fmt: skip


def why_not_letter(*, words: str, staff: frozenset[str], own: str, pupils: frozenset[str] = frozenset()) -> str | None:
    """What may not stand in a letter to somebody outside: names of people here, and what was done about one.

    `staff` are surnames; `own` is the name under which the letter goes out, which may stand in it; `pupils` are the
    words by which the school knows a pupil in the matter. Policy 8.1.
    """
    if is_blank(words):
        return "Write the letter."
    own_words = set(_words_of(own))
    if _named(words, frozenset(one for one in staff if one.casefold() not in own_words)):
        return "The letter names somebody who works here. Say “the member of staff” instead."
    if _named(words, pupils):
        return "The letter names a pupil. Leave the pupil out of it."
    said = next((one for one in SANCTIONS if one in words.casefold()), None)
    if said is not None:
        return f"The letter says “{said}”. What was done about a person is theirs. Say that it was dealt with."
    return None


def why_not_verify(*, is_them: bool, how: str, named: bool) -> str | None:
    """Who sent a complaint is checked in a way that is noted. Who gave no name stays unchecked. Policy 9.1."""
    if is_them and not named:
        return "They gave no name and no way to reach them. This one stays unchecked."
    return "Say how you checked." if is_blank(how) else None


def why_not_answer(*, checked: bool, named: bool) -> str | None:
    """A complaint from somebody who said who they are is answered once that was looked at. Policy 9.1."""
    return "Say first whether you checked who sent it, and how." if named and not checked else None


def letter(*, reference: str, received: str) -> str:
    """First words of the letter that answers a complaint. It says that it was dealt with, and nothing of anybody."""
    return (
        f"Thank you for your complaint of {received} (reference {reference}).\n\n"
        "We have looked into what you told us. We have dealt with it under our procedures. The law does not let us say "
        "more about any person.\n\n"
        "If you are not content with how we dealt with it, our complaints procedure says what you can do next."
    )


#: More complaints than this in an hour are not taken: somebody is flooding the page. The office can still be called.
MOST_IN_AN_HOUR = 60


#: From one address in an hour. A school's own network may hold many honest people: they are held, never refused.
MOST_FROM_ONE = 10
#: One that was held can be sent on without a code from a mail after this time, once it is calm.
CALM_AFTER = timedelta(minutes=30)
#: Wrong codes, and tries to hand a code to the mail server.
MOST_TRIES, MOST_MAILS = 5, 5

_MAIL = re.compile(r"[^@\s,;<>\"()]{1,64}@[^@\s,;<>\"()]{1,180}\.[A-Za-z]{2,24}")


def why_not_complain(*, happened: str, who: str) -> str | None:
    """A complaint says who one is to the school and what happened. Policy 8.1."""
    if who not in COMPLAINANTS:
        return "Choose who you are to the school."
    return "Tell us what happened. A few words are enough." if is_blank(happened) else None


def is_held(*, in_last_hour: int, from_here: int) -> bool:
    """Whether a complaint waits until its sender has shown that a person sent it: too many at once. Policy 8.1."""
    return in_last_hour >= MOST_IN_AN_HOUR or from_here > MOST_FROM_ONE


def mail_address(reach: str) -> str:
    """The mail address in what somebody wrote of how to reach them, or nothing."""
    found = _MAIL.search(reach)
    return found[0] if found else ""


def why_not_confirm(*, over: bool, tries: int, typed: bool, fits: bool, calm: bool) -> str | None:
    """A held complaint goes on with the code from the mail, or without one when it is calm again. Policy 8.1."""
    if over:
        return "This was kept for a week and is gone. Please write it again, or call the school."
    if typed and tries >= MOST_TRIES:
        return "Too many codes were tried. Come back in half an hour and leave the code empty, or call the school."
    if typed:
        return None if fits else "That is not the code we sent. Check it letter by letter."
    return None if calm else "Type the code from the mail. Without one, come back later, or call the school."


COMPLAINANTS = {
    "parent": "A parent or carer",
    "pupil": "A pupil",
    "public": "Somebody from the neighbourhood or the public",
    "former": "Somebody who worked here or went to school here",
    "other": "Somebody else",
}
