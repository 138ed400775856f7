"""Numbers and addresses that point to one person, as they are written in the United Kingdom.

Check digits are worked out where there are any: NHS number (NHS Data Dictionary, modulus 11), UPN (DfE guide to unique
pupil numbers, the check letter), payment cards (ISO/IEC 7812-1). What a school or a helpline gives out to everybody is
left alone.
"""

import re
from collections.abc import Iterable

from forethought.precheck.kinds import Hit
from forethought.precheck.normalising import Plain

_AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX "
    "FK FY G GL GU "
    "GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU LV M ME MK ML N NE NG NN NP "
    "NR NW OL OX PA "
    "PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD "
    "WF WN WR WS "
    "WV YO ZE"
).split()
_AREA = "|".join(sorted(_AREAS, key=len, reverse=True))
_INWARD = "[ABD-HJLNP-UW-Z]{2}"
_POSTCODE = re.compile(
    rf"(?<![A-Za-z0-9])(?:(?:{_AREA})[0-9][0-9A-HJKPSTUW]? ?[0-9]{_INWARD}"
    rf"|(?:{_AREA.lower()})[0-9][0-9a-hjkpstuw]? [0-9]{_INWARD.lower()})(?![A-Za-z0-9])"
)
_PHONE = re.compile(r"(?<![\w.,])(?:\+44 ?(?:\(0\) ?)?|0044 ?|\(?0)[1-9](?:[ ()\-.]{0,2}[0-9]){8,9}(?![\w])")
_NI = re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ \-]?(?:[0-9]{2}[ \-]?){3}[A-D](?!\w)", re.IGNORECASE)
_NHS = re.compile(r"(?<![\w.+])[0-9]{3}[ \-]?[0-9]{3}[ \-]?[0-9]{4}(?!\w)")
_UPN = re.compile(r"(?<!\w)[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z](?!\w)", re.IGNORECASE)
_SORT = re.compile(r"(?<![\w\-/])[0-9]{2}[\- ][0-9]{2}[\- ][0-9]{2}(?![\w\-/])")
_ACCOUNT = re.compile(r"(?<!\w)[0-9]{8}(?!\w)")
_CARD = re.compile(r"(?<!\w)(?:[0-9]{4}[ \-]?){3}[0-9]{4}(?!\w)")
_PLATE = re.compile(r"(?<!\w)[A-HJ-PR-Y][A-HJ-PR-Y][0-9]{2} ?[A-HJ-PR-Z]{3}(?!\w)")
_EMAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,4}", re.IGNORECASE)
_PLACE = re.compile(r"(?<![\w.])-?[0-9]{1,2}\.[0-9]{3,}[°]? ?[NS]?,? {0,2}-?[0-9]{1,3}\.[0-9]{3,}[°]? ?[EW]?(?![\w.])")
_THREE_WORDS = re.compile(r"///[a-z]{3,}\.[a-z]{3,}\.[a-z]{3,}")
_STREET = re.compile(
    r"(?<![\w£.,:])(?<![Yy]ear )(?<![Cc]lass )[0-9]{1,3}[a-f]?,? (?:[A-Z][a-z'\-]{1,20} ){1,3}(?:Road|Rd|Street|St|Lane"
    r"|Ln|Close|Way|Avenue|Ave|Drive|Crescent|Cres|Court|Place|View|Terrace|Gardens|Grove|Hill|Park|Rise|Walk|Mews|Row"
    r"|Green|Square|Croft|Fold|Mount)\b"
)
_BORN = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?)[ :\-]{1,3}(?:the )?[0-9]{1,2}(?:st|nd|rd|th)?[ /.\-]"
    r"(?:[0-9]{1,2}|[a-z]{3,9})[ /.\-](?:19|20)?[0-9]{2}\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\b(?:payroll|passport|staff|employee|pupil|candidate|licence|trn|teacher reference)(?: (?:number|no"
    r"|ref))?\.?[ :#]{1,3}"
    r"(?:is )?[A-Z]{0,5}[0-9][0-9 /]{4,9}\b",
    re.IGNORECASE,
)

_INSURANCE = re.compile(r"\bni\b|national insurance", re.IGNORECASE)
_BANK = re.compile(r"\b(?:sort ?code|account|a/c|acc|bank|bacs|iban|pay)\b", re.IGNORECASE)
_OFFICIAL = re.compile(
    r"\b(?:school office|main office|the office|reception desk|call us|ring us|contact us|phone us|e-?mail us"
    r"|switchboard|helpline"
    r"|childline|samaritans|nspcc|hotline|box office|enquiries|information line|absence line|office on|tickets?"
    r"|book(?:ings?)?)\b",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    "admin admissions absence attendance bookings bursar contact dpo enquiries enquiry events finance head headteacher "
    "hello help hr info "
    "jobs mail media news office parents press pta reception recruitment safeguarding school senco support team "
    "tickets "
    "volunteering webmaster".split()
)
_FAMOUS = re.compile(r"10 Downing Street|221b Baker|4 Privet Drive|52 Festive Road|32 Windsor Gardens", re.IGNORECASE)
_PUBLIC_NUMBER = re.compile(r"(?:0|44)(?:3|8|9)")


def bare(text: str) -> str:
    """A number or an address without case, spaces and signs, so that two ways of writing it are one."""
    return re.sub(r"[^a-z0-9@]", "", text.lower()).removeprefix("0044").removeprefix("44").removeprefix("0")


def found(plain: Plain, allowed: Iterable[str] = ()) -> list[Hit]:
    """Where identifiers stand in a text that is only unified, without those that the school gives out itself.

    Policy 6.3.
    """
    text = plain.text
    if not text:
        return []
    ours = {bare(item) for item in allowed if item.strip()}
    spans = [*_contacts(text), *_numbers(text), *_places(text)]
    hits = []
    for start, end in sorted(spans):
        if bare(text[start:end]) not in ours:
            hits.append(Hit(start, end, "personal_data", True))
    return hits


def _contacts(text: str) -> Iterable[tuple[int, int]]:
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0].replace("(0)", ""))
        landline = not re.match(r"(?:0|44|0044)7", digits)
        if _PUBLIC_NUMBER.match(digits) or (landline and _near(_OFFICIAL, text, match, 70)):
            continue
        if 10 <= len(digits.removeprefix("0044").removeprefix("44").removeprefix("0")) + 1 <= 11:
            yield match.span()
    for match in _EMAIL.finditer(text):
        name, _, host = match[0].lower().partition("@")
        if re.split(r"[.\-+_]", name)[0] in _GENERIC or host.endswith((".gov.uk", ".nhs.uk")):
            continue
        yield match.span()


def _numbers(text: str) -> Iterable[tuple[int, int]]:
    for match in _NI.finditer(text):
        if match[0].isupper() or re.search(
            r"\bni\b|national insurance", text[max(match.start() - 40, 0) : match.start()], re.I
        ):
            yield match.span()
    for match in _NHS.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if _nhs_check(digits) and re.search(r"\bnhs\b", text[max(match.start() - 40, 0) : match.end() + 20], re.I):
            yield match.span()
    for match in _UPN.finditer(text):
        if _upn_check(match[0].upper()):
            yield match.span()
    for match in _CARD.finditer(text):
        if _luhn(re.sub(r"\D", "", match[0])):
            yield match.span()
    for pattern in (_SORT, _ACCOUNT):
        yield from (match.span() for match in pattern.finditer(text) if _near(_BANK, text, match, 40))
    for pattern in (_PLATE, _BORN, _NUMBERED):
        yield from (match.span() for match in pattern.finditer(text))


def _places(text: str) -> Iterable[tuple[int, int]]:
    for match in _POSTCODE.finditer(text):
        if not _near(_OFFICIAL, text, match, 70):
            yield match.span()
    for match in _STREET.finditer(text):
        if not _FAMOUS.search(match[0]) and not _near(_OFFICIAL, text, match, 50):
            yield match.span()
    for match in _PLACE.finditer(text):
        north, east = (float(number) for number in re.findall(r"-?[0-9]+\.[0-9]+", match[0])[:2])
        if abs(north) <= 90 and abs(east) <= 180:
            yield match.span()
    yield from (match.span() for match in _THREE_WORDS.finditer(text))


def _near(pattern: re.Pattern[str], text: str, match: re.Match[str], width: int) -> bool:
    return pattern.search(text, max(match.start() - width, 0), match.end() + width // 2) is not None


def _nhs_check(digits: str) -> bool:
    check = 11 - sum(int(digit) * (10 - at) for at, digit in enumerate(digits[:9])) % 11
    return check != 10 and check % 11 == int(digits[9])


def _upn_check(upn: str) -> bool:
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    values = [int(c) if c.isdigit() else letters.index(c) for c in upn[1:]]
    return letters[sum(value * weight for weight, value in enumerate(values, start=2)) % 23] == upn[0]


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + (len(digits) - at) % 2) for at, d in enumerate(digits, start=1)]
    return len(set(digits)) > 1 and sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
