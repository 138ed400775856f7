"""Small damage to a text while training, so that spelling tricks do not hide what it says."""

import random

LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7"}
NEAR = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioplsdfghjklkxcvbnmn", strict=True))


def damaged(text: str, draw: random.Random, chance: float) -> str:
    """Give the text as it is, or by chance after one trick: leet, gaps, lost spaces, typing errors or capitals."""
    if draw.random() >= chance:
        return text
    words = text.split(" ")
    if len(words) > 60:
        return text
    trick = draw.choice((_leet, _gaps, _joined, _joined, _typed, _typed, _parted, _starred, _cased))
    return trick(words, draw)


def _longest(words: list[str], draw: random.Random) -> int:
    """Choose one word, a longer one more often: where the sense of a sentence is."""
    return draw.choices(range(len(words)), [max(1, len(word) - 2) for word in words])[0]


def _leet(words: list[str], draw: random.Random) -> str:
    for _ in range(draw.randint(1, 3)):
        at = _longest(words, draw)
        words[at] = "".join(draw.choice(LEET[c]) if c in LEET and draw.random() < 0.6 else c for c in words[at])
    return " ".join(words)


def _gaps(words: list[str], draw: random.Random) -> str:
    at = _longest(words, draw)
    words[at] = draw.choice(" .-_*").join(words[at])
    return " ".join(words)


def _joined(words: list[str], draw: random.Random) -> str:
    if draw.random() < 0.35 and len(words) <= 9:
        return "".join(words)
    for _ in range(draw.randint(1, 3)):
        if len(words) > 1:
            at = draw.randrange(len(words) - 1)
            words[at : at + 2] = [words[at] + words[at + 1]]
    return " ".join(words)


def _parted(words: list[str], draw: random.Random) -> str:
    at = _longest(words, draw)
    if len(words[at]) > 3:
        cut = draw.randint(1, len(words[at]) - 1)
        words[at] = words[at][:cut] + " " + words[at][cut:]
    return " ".join(words)


def _starred(words: list[str], draw: random.Random) -> str:
    at = _longest(words, draw)
    if len(words[at]) > 3:
        place = draw.randint(1, len(words[at]) - 2)
        words[at] = words[at][:place] + "*" + words[at][place + 1 :]
    return " ".join(words)


def _typed(words: list[str], draw: random.Random) -> str:
    for _ in range(draw.randint(1, 2)):
        at = _longest(words, draw)
        word = words[at]
        if len(word) < 4:
            continue
        place = draw.randint(1, len(word) - 2)
        how = draw.randrange(4)
        if how == 0:
            word = word[:place] + word[place + 1 :]
        elif how == 1:
            word = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        elif how == 2:
            word = word[:place] + word[place] + word[place:]
        else:
            word = word[:place] + NEAR.get(word[place].lower(), word[place]) + word[place + 1 :]
        words[at] = word
    return " ".join(words)


def _cased(words: list[str], draw: random.Random) -> str:
    text = " ".join(words)
    return draw.choice((text.upper(), text.lower(), text.title()))
