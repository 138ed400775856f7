"""Find and hide what looks like a password in what people write.

The school never keeps a password of a social media account, so a report that contains one is masked with one press and
the rest goes on. A false alarm hides a word that mattered, so ordinary talk about passwords must pass: it is what
follows the word that decides, not the word. Policy 9.2a.

How it reads: the text is made plain (full-width, look-alike and invisible letters undone). Then each label, such as
“password” or “PIN”, is found, and what stands after it, or just before it, is judged.
"""

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from forethought.core.as_seen import AsSeen, as_seen
from forethought.core.secret_words import FUNCTION, ORDINARY, SIGN_IN_WAYS, is_ordinary

HIDDEN = "[hidden]"

Span = tuple[int, int]


def find_secrets(text: str) -> list[Span]:
    """Where secrets stand in a text: starts and ends in its characters, in order, never overlapping. Policy 9.2a."""
    if text.isalpha():
        # One word alone, such as the answer to a choice, names no secret: that takes a word for it and the secret.
        return []
    plain = AsSeen(text, opaque=HIDDEN)
    found = sorted(plain.original(span) for span in _all_spans(plain.text))
    merged: list[Span] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def mask(text: str) -> str:
    """The text with every secret replaced by “[hidden]”. Masking again changes nothing. Policy 9.2a."""
    while spans := find_secrets(text):
        for start, end in reversed(spans):
            text = text[:start] + HIDDEN + text[end:]
    return text


# ---------------------------------------------------------------------------------------------------------------
# Labels, and what joins them to a secret. \x00 stands for what is hidden already; nothing is read across it.


class _Tie(IntEnum):
    """How firmly a label points at what follows."""

    WEAK = 1  # password hunter2; password, hunter2; password - hunter2
    SAID = 2  # password is hunter2
    SHOWN = 3  # password: hunter2


def _labels(*names: str) -> str:
    return "|".join(re.escape("".join(map(as_seen, name)).lower()) for name in names)


_FOREIGN = _labels(
    "Passwort", "contraseña", "mot de passe", "hasło", "parola", "senha", "пароль", "密码", "密碼", "パスワード"
)
_LABEL = re.compile(
    rf"""
    (?P<phrase>(?:pass[ \-]?|recovery[ ]|seed[ ])phrases?)
    | (?P<code>(?:verification|security|access|recovery|back[ \-]?up|log[ \-]?in|sign[ \-]?in|2fa|otp|one[ \-]time)[ ]
               (?:codes?|pin) | (?<![a-z0-9])otp)
    | (?<![a-z0-9])(?P<pin>pin(?:[ ](?:codes?|numbers?|no\.?))?)
    | (?P<word>(?:p[a4@][s5$]{{1,2}}[ \-_.]?w[o0a]?r?d | p[ ]?a[ ]s[ ]s[ ]w[ ]o[ ]r[ ]d
               | p[.\-_*]a[.\-_*]s[.\-_*]s[.\-_*]w[.\-_*]o[.\-_*]r[.\-_*]d | pass[ \-]?code | {_FOREIGN})s?)
    | (?<![a-z0-9])(?P<short>p/?w(?:o?r?d)?s? | ps?s?wr?d)
    | (?<![a-z0-9])(?P<pass>pass)(?=\s?[:=])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WRAP = r"[\"'“”‘’`*_)\]]{0,3}"
_ASIDE = re.compile(r"[ ]?\([^()\x00\n]{1,40}\)")
_FILLER = re.compile(
    r"(?:[ ](?:for|to|on|of|at))(?:[ ][^\s\x00:=]{1,30}){1,6}?(?=\s?[:=]|[ ](?:is|was)[ ])", re.IGNORECASE
)
_TIES = (
    (_Tie.SHOWN, re.compile(rf"{_WRAP}[ ]{{0,3}}(?:[:=]{{1,2}}|[=\-]>|[→⇒])[*_`]{{0,3}}\s{{0,3}}")),
    (
        _Tie.SAID,
        re.compile(
            rf"{_WRAP}\s{{1,3}}(?:(?:now|currently|still|just|simply)\s)?"
            r"(?:is|was|are|were|has been|had been|will be|became|being|got)"
            r"(?:\s(?:now|currently|still|just|simply|literally|called))?"
            r"(?:\s(?:set|changed|reset|updated|switched)\sto)?(?:\sas)?:?\s{1,3}",
            re.IGNORECASE,
        ),
    ),
    (
        _Tie.WEAK,
        re.compile(
            rf"{_WRAP}(?:\s{{0,3}}(?:[\-–—~|]{{1,2}}|\.{{2,3}})\s{{0,3}}|[?,;]\s{{1,3}}|['’]s\s|\s(?:to|as)\s|\s{{1,3}})",
            re.IGNORECASE,
        ),
    ),
)
_CHANGED = re.compile(r"(?:chang|set|reset|updat|switch|mak|made)\w{0,5}\s(?:[\w'’]{1,20}\s){0,4}$", re.IGNORECASE)
_TO = re.compile(r"\sto\s", re.IGNORECASE)

_TOKEN = re.compile(r"[^\s\x00]{1,128}")
_QUOTED = re.compile(r"[\"“”‘'«`]([^\"“”’'»`\x00\n]{1,60})[\"”“’'»`](?!\w)")
_SPELT = re.compile(r"[^\s\x00](?:[ ][^\s\x00]){3,40}(?=\s|$|[.,])")
_DIGITS = re.compile(r"[0-9](?:[ \-]?[0-9]){2,11}(?![0-9A-Za-z])")
_NEXT = re.compile(r"\s?(?:,|;|/|&|\band\b|\bor\b|\bthen\b)\s(?:now\s|also\s)?", re.IGNORECASE)
_CLAUSE_ENDS = re.compile(
    r"[\"'”’)]{0,2}(?:\s*$|\s*\n|[.!?,;)](?:\s|$)|\s(?:and|but|so|because|which|for|on|if|when|since|then|or|[\-–—])\s)"
)
_UNITS = re.compile(
    r"\s(?:characters?|chars?|letters?|digits?|numbers?|years?|months?|weeks?|days?|hours?|minutes?|mins?|seconds?|times?|"
    r"people|pupils?|students?|staff|children|adults|teachers?|accounts?|words?|metres?|miles?|posts?|attempts?|tries|of|%)\b",
    re.IGNORECASE,
)
#: Things with letters and digits in them that are no password: times, ordinals, year groups, key stages, amounts.
_HARMLESS = re.compile(
    r"[0-9]{1,2}(?:[:.][0-9]{2})?(?:am|pm)|[0-9]+(?:st|nd|rd|th|s|x|mins?|hrs?|h|k|m|gb|mb|p)|[0-9]{1,2}[a-z]|"
    r"(?:y|yr|year|ks|room|class|form|set|unit|part|v|no)[0-9]{1,2}[a-z]?|[0-9]+-(?:characters?|digits?|letters?|years?|"
    r"days?|weeks?|hours?|minutes?|times?)(?:-\w+)?|[0-9]+/[0-9]+(?:/[0-9]+)?|covid-?19|office365|mp[34]|[23]fa|[0-9]+d",
    re.IGNORECASE,
)
_STARS = re.compile(r"[*•.·_\-–—xX#?●…]+")
_GLUE = FUNCTION & set(
    "is was it its it's still now the my our her his their probably maybe just only i think like".split()
)


def _all_spans(text: str) -> Iterator[Span]:
    for label in _LABEL.finditer(text):
        # “passed”, “pinned” and “passwordless” are other words.
        if text[label.end() : label.end() + 1].isalpha():
            continue
        yield from _after(text, label)
        yield from _before(text, label)
    yield from _pairs(text)
    if _LABEL.search(text):
        yield from (found.span(1) for found in _OTHER_ONE.finditer(text) if _is_mixed(found[1]))


def _after(text: str, label: re.Match[str]) -> Iterator[Span]:
    place = label.end()
    if aside := _ASIDE.match(text, place):
        place = aside.end()
        yield from (word.span for word in _words(text, *aside.span()) if _is_mixed(word.text))
    filler = _FILLER.match(text, place)
    if filler and "pass word" not in label[0].lower():
        place = filler.end()
    glued = text[label.start() - 1 : label.start()].isalnum()
    for tie, pattern in _TIES:
        if not (joint := pattern.match(text, place)):
            continue
        if (
            tie is _Tie.WEAK
            and _TO.fullmatch(joint[0])
            and _CHANGED.search(text, max(0, label.start() - 80), label.start())
        ):
            tie = _Tie.SAID
        if tie is not _Tie.SHOWN and (glued or label["pass"]):
            return
        if tie is _Tie.SHOWN and (filler or label["pass"]):
            tie = _Tie.WEAK
        yield from _values(text, joint.end(), label, tie)
        return


def _values(text: str, place: int, label: re.Match[str], tie: _Tie) -> Iterator[Span]:
    """The secret that begins here, if one does, and the further ones in a list of them."""
    if label["pin"]:
        span = _digits(text, place, label, tie)
    else:
        # A code is often digits in groups: “the recovery code is 4829-1133”.
        grouped = _digits(text, place, label, tie) if label["code"] and tie is not _Tie.WEAK else None
        span = grouped or _value(text, place, label, tie)
    for _ in range(6):
        if span is None:
            return
        yield span
        more = _NEXT.match(text, span[1])
        word = _word_at(text, more.end()) if more else None
        span = word.span if word and _looks_random(word.text) else None


def _digits(text: str, place: int, label: re.Match[str], tie: _Tie) -> Span | None:
    """The digits of a PIN. Without “is” or a colon a lower-case pin may be one on a board, so the clause must end."""
    found = _DIGITS.match(text, place)
    if not found or _UNITS.match(text, found.end()):
        return None
    count = sum(letter.isdigit() for letter in found[0])
    if count < (3 if tie is _Tie.SHOWN else 4):
        return None
    if (
        tie is _Tie.WEAK
        and label["pin"].lower() == "pin"
        and not label["pin"].isupper()
        and not _CLAUSE_ENDS.match(text, found.end())
    ):
        return None
    return found.span()


def _value(text: str, place: int, label: re.Match[str], tie: _Tie) -> Span | None:
    if quoted := _QUOTED.match(text, place):
        inner = quoted[1].strip()
        parts = inner.lower().split()
        ordinary = tie is not _Tie.SHOWN and all(part in ORDINARY for part in parts)
        # Somebody's words about it: “none of your business”.
        said = len(parts) > 2 and not FUNCTION.isdisjoint(parts) and not any(map(_is_mixed, parts))
        return None if ordinary or said or not inner or _STARS.fullmatch(inner) else quoted.span(1)
    if tie is not _Tie.WEAK and (spelt := _SPELT.match(text, place)):
        return spelt.span()
    if label["phrase"] and tie is not _Tie.WEAK and (phrase := _phrase(text, place)):
        return phrase
    word = _word_at(text, place)
    steps = 0
    while word and tie is not _Tie.WEAK and word.low in _GLUE and steps < 4:
        tie_of_rest, word, steps = _Tie.WEAK, _word_at(text, word.next), steps + 1
        if word and word.low not in _GLUE:
            tie = tie_of_rest
    if word is None or _STARS.fullmatch(word.text):
        return None
    if _looks_random(word.text):
        if word.text.isdigit() and (label["pass"] or _UNITS.match(text, word.span[1])):
            return None
        return word.span if tie is not _Tie.WEAK or len(word.text) >= 4 else None
    if tie is _Tie.WEAK or label["code"] or _HARMLESS.fullmatch(word.text) or not any(map(str.isalpha, word.text)):
        return None
    alone = bool(_CLAUSE_ENDS.match(text, word.span[1]))
    if tie is _Tie.SAID:
        return word.span if alone and not is_ordinary(word.low) else None
    if word.low in ORDINARY or (not alone and is_ordinary(word.low)):
        return None
    if label["short"] and not alone and word.text[0].isupper():
        return None  # “PW: Hello everyone” is somebody's initials in notes of a meeting
    return _with_more_words(text, word)


def _with_more_words(text: str, word: "_Word") -> Span:
    """“password: blue cat dog” is three words long; it ends where ordinary talk begins."""
    end, more = word.span[1], _word_at(text, word.next)
    for _ in range(4):
        gap = text[end : more.span[0]] if more else "\n"
        if not more or gap != " " or not more.text.isalpha() or is_ordinary(more.low):
            break
        end, more = more.span[1], _word_at(text, more.next)
    return word.span[0], end


def _phrase(text: str, place: int) -> Span | None:
    """Three words or more with nothing between them that makes a sentence."""
    end, count = place, 0
    while count < 12 and (word := _word_at(text, end + (count > 0))) and "\n" not in text[end : word.span[0]]:
        if word.low in FUNCTION or not word.text.isalpha():
            break
        end, count = word.span[1], count + 1
        if text[end : end + 1] not in {" ", "-"}:
            break
    return (place, end) if count >= 3 else None


_NAMED_BEFORE = re.compile(
    r"(?:^|(?<=\s))([^\s\x00]{4,64})\s(?:is|was|as|were|being)\s(?:(?:the|my|her|his|their|our|its|your|a)\s)?"
    r"(?:[\w'’]{1,20}\s){0,2}$",
    re.IGNORECASE,
)


def _before(text: str, label: re.Match[str]) -> Iterator[Span]:
    """“hunter2 is her password”."""
    found = None if label["pass"] else _NAMED_BEFORE.search(text, max(0, label.start() - 120), label.start())
    if found and (word := _word_at(text, found.start(1))) and word.next <= found.end(1) + 1:
        quoted = _QUOTED.fullmatch(found[1])
        if quoted or _is_mixed(word.text) or (label["pin"] and re.fullmatch("[0-9]{4,8}", word.text)):
            yield word.span


#: “My old password was …, my new one is bunny2.”
_OTHER_ONE = re.compile(
    r"\b(?:new|old|other|current|next|previous) one\s(?:is|was|will be)\s([^\s\x00.,;!?]{1,128})", re.IGNORECASE
)
_NAME = r"([^\s\x00/|,:;]{1,64})"
_PAIRS = (
    re.compile(
        r"(?<![a-z])(?:log|sign)(?:s|ged|ging|ned|ning|ing)?[ \-]?(?:in|on|into)"
        r"(?:\s(?:details?|info|credentials|it|there))?"
        rf"(?:\s(?:with|as|using|is|are|was|details?))?\s?[:=\-]?\s?{_NAME}\s?([/|,:;]|\sand\s)\s?([^\s\x00]{{1,128}})",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<![a-z])(?:creds?|credentials|log[ \-]?ins?|user(?:[ ]?name)?s?)(?:\s?(?:and|&|/)\s?\w{1,10})?\s?[:=]\s?"
        rf"{_NAME}\s?([/|,:;]|\sand\s|\s)\s?([^\s\x00]{{1,128}})",
        re.IGNORECASE,
    ),
    re.compile(r"([\w.+\-]{1,64}@[\w\-]{1,63}\.[\w.\-]{1,60})\s?([/|:;])\s?([^\s\x00/]{4,128})"),
)
_IN_ADDRESS = re.compile(r"[a-z][a-z0-9+.\-]{1,20}://[^\s/:@\x00]{1,64}:([^\s/@\x00]{1,128})@", re.IGNORECASE)


def _pairs(text: str) -> Iterator[Span]:
    """A name and a secret side by side: “log in with anna / hunter2”, “anna@school.example:hunter2”."""
    for found in _IN_ADDRESS.finditer(text):
        yield found.span(1)
    for pattern in _PAIRS:
        for found in pattern.finditer(text):
            word = _word_at(text, found.start(3))
            if word is None or word.low in {"password", "pw", "pass", "username"} or _LABEL.match(text, word.span[0]):
                continue
            names = {found[1].lower(), word.low}
            plain_pair = found[2] in "/|" and pattern is _PAIRS[0] and not names & SIGN_IN_WAYS and word.text.isalpha()
            if _is_mixed(word.text) or (plain_pair and not any(map(is_ordinary, names))):
                yield word.span


# ---------------------------------------------------------------------------------------------------------------
# One word


class _Word(NamedTuple):
    text: str
    span: Span
    next: int

    @property
    def low(self) -> str:
        return self.text.lower()


def _word_at(text: str, place: int) -> _Word | None:
    """The next word, without the brackets, quotes and full stops around it. An exclamation mark may belong to it."""
    while text[place : place + 1] == " ":
        place += 1
    token = _TOKEN.match(text, place)
    if not token:
        return None
    whole = token[0]
    start = len(whole) - len(whole.lstrip("\"'“”‘’`*_([{<«"))
    end = len(whole.rstrip("\"'“”‘’`*_)]}>».,;:?"))
    if start >= end:
        return None
    return _Word(whole[start:end], (place + start, place + end), token.end() + 1)


def _words(text: str, start: int, end: int) -> Iterator[_Word]:
    while (word := _word_at(text, start)) and word.span[0] < end:
        yield word
        start = word.next


def _is_mixed(word: str) -> bool:
    """Looks random and has a letter in it: a number alone may be anything."""
    return any(map(str.isalpha, word)) and _looks_random(word)


def _looks_random(word: str) -> bool:
    """Letters with digits, a sign inside, capitals in odd places, or four digits: no word that people say."""
    if _HARMLESS.fullmatch(word) or _STARS.fullmatch(word) or word.lower().startswith(("http:", "https:", "www.")):
        return False
    letters = sum(map(str.isalpha, word))
    digits = sum(letter in "0123456789" for letter in word)
    if letters and digits:
        return True
    if not letters:
        return digits >= 4 and digits == len(word)
    if any(sign in word[1:-1] for sign in "!@#$%^&*+~_") or word[0] in "!#$%^&+~":
        return True
    return bool(re.search(r"[a-z][A-Z]", word)) and not re.fullmatch(
        r"(?:Mc|Mac|O['’])[A-Z]\w+|[A-Z][a-z]+(?:[A-Z][a-z]+)", word
    )
