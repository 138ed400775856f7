"""Characters that stand in for others: letters that look alike, letters in boxes, flags and the names of pictures.

Facts of Unicode, chosen and put together here.
"""

import unicodedata

#: Letters of other scripts that are drawn as a Latin letter: what they are, and what they look like.
LOOKALIKES: dict[str, str] = {
    **dict(zip("абвгеёзікмнорстухһјљѕќԁԛԝ", "a6brёe3ikmhopctyxhjлskdqw", strict=True)),
    **dict(zip("АВЕЅЗІЈКМНОРСТУХҮ", "ABES3IJKMHOPCTYXY", strict=True)),
    **dict(zip("αβγεικνορτυχωϲϳ", "aByeikvoptuxwcj", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
    **dict(zip("ɑɡıłøđħŧƚɩοՏսհոօ", "agiloðhtlioSuhno", strict=True)),
    "ё": "e", "б": "b", "г": "r", "з": "e", "љ": "l", "đ": "d", "ħ": "h", "β": "b", "З": "e",
}  # fmt: skip

SMALL_TO_PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u02bc": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-",
    "\u2014": "-", "\u2015": "-", "\u2212": "-", "\u00b4": "'", "\u2022": "*", "\u2800": " "})  # fmt: skip

#: Nothing is seen of these, but they are not all of Unicode's category for formatting.
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u180b\u180c\u180d\u180f") | frozenset(
    chr(code) for block in (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)) for code in block
)

#: Shades of skin, which matter to what a picture says.
SHADES = {
    "\U0001f3fb": "light skin",
    "\U0001f3fc": "light skin",
    "\U0001f3fd": "brown skin",
    "\U0001f3fe": "dark skin",
    "\U0001f3ff": "dark skin",
}

#: Flags that people post, by the letters that make them. Another is told by its letters.
FLAGS = {
    "af": "afghan", "al": "albanian", "au": "australian", "bd": "bangladeshi", "br": "brazilian", "ca": "canadian",
    "cn": "chinese", "de": "german", "eg": "egyptian", "es": "spanish", "eu": "european", "fr": "french",
    "gb": "british", "gh": "ghanaian", "ie": "irish", "il": "israeli", "in": "indian", "iq": "iraqi", "ir": "iranian",
    "it": "italian", "jm": "jamaican", "jp": "japanese", "ke": "kenyan", "lk": "sri lankan", "lt": "lithuanian",
    "ma": "moroccan", "mx": "mexican", "ng": "nigerian", "nl": "dutch", "pk": "pakistani", "pl": "polish",
    "ps": "palestinian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sa": "saudi", "so": "somali",
    "sy": "syrian", "tr": "turkish", "ua": "ukrainian", "uk": "british", "us": "american", "vn": "vietnamese",
    "za": "south african", "zw": "zimbabwean",
}  # fmt: skip


def boxed_letter(char: str) -> str | None:
    """The letter in a black box or circle, which Unicode does not count as the same letter."""
    code = ord(char)
    for first in (0x1F150, 0x1F170):
        if first <= code < first + 26:
            return chr(ord("A") + code - first)
    return None


def is_picture(char: str) -> bool:
    """Whether it is a pictograph that says something: not a letter, a sign of maths or a line of a box."""
    code = ord(char)
    return code >= 0x1F300 or 0x2600 <= code <= 0x27BF or code in (0x2B50, 0x2B55, 0x1F004, 0x1F0CF, 0x203C)


def name_of_picture(char: str) -> str:
    """What a pictograph shows, in words; nothing for one that Unicode has not named yet."""
    if char in SHADES:
        return SHADES[char]
    name = unicodedata.name(char, "").lower().replace("-", " ")
    return " ".join(word for word in name.split() if word not in ("emoji", "sign", "symbol", "black", "heavy"))
