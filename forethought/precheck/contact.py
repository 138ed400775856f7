"""Invitations to get in touch outside school accounts: a way to do it, with pupils or parents addressed.

Only the structure is read here. What is meant is the model's part.
"""

import re

from forethought.precheck.kinds import Hit
from forethought.precheck.normalising import Plain

_WAYS = (
    "insta(?:gram)?|snap(?:chat)?|whats ?app|discord|playstation|psn|xbox|steam|roblox|fortnite|minecraft"
    "|facebook|messenger|fb|tik ?tok"
    "|telegram|signal|twitter|threads|be ?real|kik"
)
_ASKING = re.compile(
    r"\b(?:add|follow|message|msg|dm|inbox|text|whats ?app|snap|ring|call|pm|find|friend|ping|facetime"
    r"|drop) me\b(?! up)"
    r"|\bmy (?:own |personal |private )?(?:number|mobile|snap(?:chat)?|insta(?:gram)?|discord|psn|gamertag"
    r"|whats ?app|tik ?tok)"
    r"(?:'s| is|:)"
    rf"|\b(?:add|follow|find|message|friend) me (?:back )?on (?:my )?(?:{_WAYS})\b"
    r"|\bmy (?:dms?|inbox) (?:is|are) (?:always )?open\b|\baccepting (?:your |all )?(?:follows|friend requests"
    r"|adds)\b"
    rf"|\b(?:group ?chat|{_WAYS}) (?:group )?with me\b|\bjoin (?:me|my (?:{_WAYS}|server|lobby|game))\b",
    re.IGNORECASE,
)
_PUPILS = re.compile(
    r"\b(?:pupils?|students?|kids|lads and lasses|my (?:tutor group|form|class|set)|tutees|ex-?(?:pupils?"
    r"|students?)|leavers"
    r"|(?:year|yr|y) ?(?:1[0-3]|[2-9])s?|1[0-3][a-hk-z]\b|sixth ?formers?|coursework|revision|homework|revising"
    r"|gcse|mocks?)\b",
    re.IGNORECASE,
)
_PARENTS = re.compile(
    r"\b(?:parents?|mums?|dads?|mams?|carers?|guardians?|families|grandparents)\b|\byour (?:child|little one"
    r"|son|daughter|kids)\b",
    re.IGNORECASE,
)
#: The school's own doors, and advice against it.
_SCHOOL_DOORS = re.compile(
    r"\b(?:school (?:account|page|e-?mail|office|app|website|gate)|official|class ?dojo|seesaw|parentmail|arbor"
    r"|google classroom"
    r"|teams|dojo|via the office|never|do(?:n't| not)|can(?:'t|not)|won't|shouldn't|please stop|no longer"
    r"|instead of|rather than)\b",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[^.!?\n]+(?:[.!?\n]+|$)")


def found(plain: Plain) -> list[Hit]:
    """Where pupils or parents are asked to write to the author, with the words that ask.

    Policy 5.4, 5.6.
    """
    hits = []
    text = plain.text
    sentences = [match.span() for match in _SENTENCES.finditer(text)]
    for at, (start, end) in enumerate(sentences):
        asked = _ASKING.search(text, start, end)
        if asked is None:
            continue
        # Whom it is for often stands in the sentence before or after.
        before = sentences[max(at - 1, 0)][0]
        after = sentences[min(at + 1, len(sentences) - 1)][1]
        around = text[max(before, start - 200) : min(after, end + 200)]
        if _SCHOOL_DOORS.search(text, start, end):
            continue
        if _PARENTS.search(around):
            hits.append(Hit(asked.start(), asked.end(), "parent_contact"))
        elif _PUPILS.search(around):
            hits.append(Hit(asked.start(), asked.end(), "pupil_contact"))
    return hits
