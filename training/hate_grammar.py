"""Sentences of the second grammar (hate_grammar.txt), and other ways to say what somebody has written by hand.

The first grammar has flat shapes over eighteen groups. This one nests: a shape has parts, parts have parts, so that far more
ways of saying a thing come out of as many lines; and each hateful shape has its harmless half here too. A line that was
written by hand is told about another group, with a picture in the place of a word, or beside a sentence of no account: what
is hate stays hate, whoever it is about.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from training import hate_words
from training.hate_frames import Framed, dressed, pictured

SOURCE = Path(__file__).with_name("hate_grammar.txt")
GAP = re.compile(r"\{(\w+)\}")
#: Heading, label for hate, for foul and for threat (None: not said), share of the whole.
SHAPES: tuple[tuple[str, int, int | None, int | None, float], ...] = (
    ("hate_said", 1, None, None, 0.08),
    ("hate_felt", 1, None, None, 0.06),
    ("hate_threat", 1, None, 1, 0.06),
    ("hate_norm", 1, None, None, 0.05),
    ("hate_asked", 1, None, None, 0.04),
    ("hate_compared", 1, None, None, 0.03),
    ("hate_implied", 1, None, None, 0.04),
    ("hate_told", 1, None, None, 0.06),
    ("hate_after", 1, None, None, 0.05),
    ("hate_slur", 1, 1, None, 0.03),
    ("fine_said", 0, None, 0, 0.06),
    ("fine_denied", 0, None, 0, 0.07),
    ("fine_quoted", 0, None, 0, 0.09),
    ("fine_other", 0, None, None, 0.08),
    ("fine_one", 0, None, None, 0.05),
    ("fine_idiom", 0, None, 0, 0.03),
    ("fine_victim", 0, None, 0, 0.04),
    ("fine_self", 0, None, 0, 0.03),
    ("fine_idea", 0, None, 0, 0.01),
    ("fine_after", 0, None, 0, 0.03),
    ("fine_word", 0, None, 0, 0.01),
)
#: The same for sentences that say it with pictures.
PICTURED: tuple[tuple[str, int, int | None, int | None, float], ...] = (
    ("hate_pictured", 1, None, None, 0.5),
    ("fine_pictured", 0, None, None, 0.5),
)


@dataclass(frozen=True)
class Group:
    """One group of people in its three forms, and the pictures that stand for it."""

    ground: str
    several: tuple[str, ...]
    one: tuple[str, ...]
    before: tuple[str, ...]
    pictures: tuple[str, ...]


@cache
def parts() -> dict[str, list[str]]:
    """What may fill each gap, by its heading in the grammar."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in SOURCE.read_text(encoding="utf-8").split("\n"):
        if line.startswith("[") and line.endswith("]"):
            heading = line[1:-1]
            found[heading] = []
        elif line and not line.startswith("#"):
            found[heading] += [line] if heading == "groups" else [one for one in line.split("|") if one]
    return found


@cache
def groups() -> dict[str, list[Group]]:
    """The groups by their ground."""
    found: dict[str, list[Group]] = defaultdict(list)
    for line in parts()["groups"]:
        ground, several, one, before, pictures = (part.strip() for part in line.split(";"))
        forms = (tuple(form.split(", ")) for form in (several, one, before))
        found[ground].append(Group(ground, *forms, tuple(pictures.split(" "))))
    return dict(found)


def any_group(draw: random.Random) -> Group:
    """One group: each ground as likely as another."""
    return draw.choice(groups()[draw.choice(list(groups()))])


def filled(shape: str, group: Group, draw: random.Random, pictures: float = 0.0) -> str:
    """Fill the gaps of a shape, and the gaps of what fills them; now and then a picture stands for the group."""
    slur = draw.choice(hate_words.SLURS.get(group.ground, "|".join(hate_words.SLURS.values())).split("|"))
    forms = {"G": group.several, "g": group.one, "a": group.before, "s": (slur,)}

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name == "G2":
            return draw.choice(any_group(draw).several)
        if name in forms:
            return draw.choice(group.pictures if name != "s" and draw.random() < pictures else forms[name])
        return GAP.sub(fill, draw.choice(parts()[name]))

    text = GAP.sub(fill, shape)
    text = re.sub(r"([.!?])[.]+", r"\1", text)
    return re.sub(r"(^|[.!?] )([a-z])", lambda at: at[1] + at[2].upper(), text) if draw.random() < 0.7 else text


def made(count: int, seed: int, pictures: float) -> Iterator[Framed]:
    """Give `count` sentences of the second grammar, none twice; `pictures`: how many have some. The same for a seed."""
    draw = random.Random(seed)
    seen: set[str] = set()
    while len(seen) < count:
        drawn = draw.random() < pictures
        table = PICTURED if drawn and draw.random() < 0.4 else SHAPES
        heading, *labels = draw.choices([one[:4] for one in table], [one[4] for one in table])[0]
        text = filled(draw.choice(parts()[heading]), any_group(draw), draw, 0.4 if drawn else 0.0)
        text = pictured(mended(text), draw) if drawn and table is SHAPES else dressed(text, draw)
        if text not in seen:
            seen.add(text)
            yield Framed(text, *labels)


def mended(text: str) -> str:
    """The text with "an" before a vowel."""
    return re.sub(r"\b([Aa]) (?=[aeioAEIO]|un(?!i))", r"\1n ", text)


@cache
def _forms() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    """What finds a group in a text, and for each form in small letters its ground and which of the three it is."""
    known: dict[str, tuple[str, str]] = {}
    for ground, some in groups().items():
        for group in some:
            for which in ("before", "one", "several"):
                known |= {form.lower(): (ground, which) for form in getattr(group, which)}
    longest = sorted(known, key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, longest))})\b", re.IGNORECASE), known


#: Words that name a group only in places: changed for another group, a sentence about "old" shoes makes no sense.
SOMETIMES = frozenset(
    "old|older|male|female|black|white|brown|foreign|overseas|disabled|men|women|man|woman|boy|girl|boys|girls|wife|wives|"
    "mothers|fathers|religious|believers|believer|monks|blind|deaf|widows".split("|")
)


def about_others(text: str, draw: random.Random) -> str | None:
    """The text about another group, or None where it names none for sure, or more than one."""
    pattern, known = _forms()
    found = [one for one in pattern.findall(text) if one.lower() not in SOMETIMES]
    grounds = {known[one.lower()][0] for one in found}
    if len(grounds) != 1:
        return None
    other = draw.choice([one for one in groups() if one not in grounds])
    group = draw.choice(groups()[other])
    chosen = {which: draw.choice(getattr(group, which)) for which in ("several", "one", "before")}

    def change(at: re.Match[str]) -> str:
        return at[0] if at[0].lower() in SOMETIMES else chosen[known[at[0].lower()][1]]

    return mended(pattern.sub(change, text))


def with_pictures(text: str, draw: random.Random) -> str:
    """The text with pictures in the place of words that have them, groups among them, or at the end."""
    pattern, known = _forms()
    found = [one for one in pattern.finditer(text) if one[0].lower() not in SOMETIMES]
    if found and draw.random() < 0.6:
        at = draw.choice(found)
        ground, _ = known[at[0].lower()]
        named = [
            one for one in groups()[ground] if at[0].lower() in {f.lower() for f in one.several + one.one + one.before}
        ]
        picture = draw.choice(draw.choice(named).pictures)
        return text[: at.start()] + picture + text[at.end() :]
    return pictured(text, draw)


def told_otherwise(text: str, draw: random.Random) -> str:
    """One of the ways to tell a hand-written line again: as it is, of another group, with pictures, or not alone."""
    roll = draw.random()
    if roll < 0.4:
        text = about_others(text, draw) or text
    if 0.3 < roll < 0.5:
        text = with_pictures(text, draw)
    elif roll > 0.9:
        small = draw.choice(parts()["small"])
        text = draw.choice((f"{small} {text}", f"{text} {small}"))
    return text
