"""What stands right beside a name, and names that are one letter off: so close that nothing else is needed."""

import re

from forethought.precheck.surroundings import CLASS

_TO_CLASS = re.compile(r",? ?\(?(?:who's |who is )?(?:in|from|of|out of) ", re.IGNORECASE)
_TO_NUMBER = re.compile(r" ?\(| ")
_FROM_CLASS = re.compile(
    r"[ ,:'s]*(?:(?:star|superstar|boy|girl|pupil|student|child|lad|lass|reader|writer|artist|captain|rep|winner"
    r"|legend)(?: called| named)?,? )?",
    re.IGNORECASE,
)
#: Shorter names are too often one letter from another name.
_SHORTEST = 6


def class_beside(text: str, start: int, end: int, group: str = "") -> bool:
    """Whether a class or a year stands right after the name between these places, or right before it.

    `group` is the pupil's own class, in small letters without spaces, which need not look like a class.
    """
    # "Aisha in my class"; but in "Aisha (4B)" or "Aisha Year 4" only a class by its name.
    for to, named in ((_TO_CLASS.match(text, end), False), (_TO_NUMBER.match(text, end), True)):
        if to is None:
            continue
        if (found := CLASS.match(text, to.end())) and (not named or any(letter.isdigit() for letter in found[0])):
            return True
        if len(group) > 1 and _is_group(text, to.end(), group):
            return True
    before = text[max(start - 40, 0) : start]
    return any(_FROM_CLASS.fullmatch(before, found.end()) for found in CLASS.finditer(before))


def _is_group(text: str, at: int, group: str) -> bool:
    """Whether the pupil's class stands here as it is written on the list."""
    return re.match(rf"{re.escape(group)}(?!\w)", text[at : at + len(group) + 1].lower()) is not None


def one_letter_off(word: str, name: str) -> bool:
    """Whether a word is a name of six letters or more with one letter changed, left out, added, or two swapped."""
    if min(len(word), len(name)) < _SHORTEST - 1 or len(name) < _SHORTEST or abs(len(word) - len(name)) > 1:
        return False
    same = next((at for at, (one, two) in enumerate(zip(word, name, strict=False)) if one != two), None)
    if same is None:
        return len(word) != len(name)
    rest, other = word[same:], name[same:]
    swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped
